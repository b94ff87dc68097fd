"""Anger answered with anger. Pure."""

from __future__ import annotations

import re

from monitor.answer.reading import Reading, Span, sentences
from monitor.answer.tongue import Tongue

_SHOUTED = re.compile(r"[^\W\d_a-zß-öø-ÿ]{2,}(?:'[^\W\d_a-zß-öø-ÿ]+)?")
_RUN = re.compile(r"(?:(?<!\w)[A-ZÀ-ÖØ-ÞŒ'’]+(?!\w)[ ,!?]*){3,}")
LETTERS = 12
"""A shorter run of capitals is a name, a code or a reference."""


def heated(said: Reading, tongue: Tongue) -> list[Span]:
    """Where a draft insults, accuses, mocks, threatens or shouts: spans of the draft as it was written."""
    found = [_trimmed(said.text, *hit.span()) for hit in _RUN.finditer(said.text) if _is_shouting(hit.group())]
    for start, end in sentences(said.plain):
        sentence = said.plain[start:end]
        excused = [hit.span() for hit in tongue.excused["heated"].finditer(sentence)]
        for hit in tongue.markers["heated"].finditer(sentence):
            if not any(a <= hit.start() and hit.end() <= b for a, b in excused):
                found.append(said.span(start + hit.start(), start + hit.end()))
    return sorted(found)


def _is_shouting(run: str) -> bool:
    return sum(letter.isalpha() for letter in run) >= LETTERS


def _trimmed(text: str, start: int, end: int) -> Span:
    return start, start + len(text[start:end].rstrip(" ,"))


def is_aroused(complaint: str, tongue: Tongue) -> bool:
    """Whether the person is beside themselves: shouting, marks in a row, or words of high arousal."""
    shouted = sum(len(hit.group()) for hit in _SHOUTED.finditer(complaint))
    return (
        shouted >= LETTERS
        or re.search(r"[!?]{2,}|!.*!", complaint, re.DOTALL) is not None
        or tongue.intense.search(complaint.lower()) is not None
    )
