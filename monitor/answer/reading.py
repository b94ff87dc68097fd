"""A text as the coach reads it: lower case, no accents, plain quotes; and the way back to the writer's own words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MAX_CHARS = 2_000
"""What is read of one text; a reply is far shorter, and a megabyte must not stop the one who types."""

Span = tuple[int, int]

_PLAIN = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "œ": "oe", "Œ": "oe", "æ": "ae", "ß": "ss"})
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_SENTENCE = re.compile(r"[^.!?…\n]+(?:[.!?…]+(?![\w])|\n|$)|[^.!?…\n]*[.!?…\n]")


@dataclass(frozen=True, slots=True)
class Reading:
    """`plain` is what patterns are matched on; `at[i]` is where its i-th character stands in `text`."""

    text: str
    plain: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """A span of `plain` as a span of `text`, in characters, the end excluded."""
        return self.at[start], self.at[end - 1] + 1


def read(text: str) -> Reading:
    """Total: any string gives a reading, the first `MAX_CHARS` of it."""
    plain: list[str] = []
    at: list[int] = []
    for place, letter in enumerate(text[:MAX_CHARS]):
        for part in _folded(letter):
            plain.append(part)
            at.append(place)
    return Reading(text, "".join(plain), tuple(at))


def _folded(letter: str) -> str:
    if letter.isascii():
        return letter.lower()
    if letter.isspace():
        return " "
    spread = unicodedata.normalize("NFKD", letter.translate(_PLAIN)).lower()
    return "".join(c for c in spread if unicodedata.category(c) not in ("Mn", "Cf"))


def words(plain: str) -> list[str]:
    """The words of a folded text, apostrophes kept."""
    return _WORD.findall(plain)


def sentences(plain: str) -> Iterator[Span]:
    """Where the sentences of a folded text stand; a full stop inside a number ends none."""
    yield from (found.span() for found in _SENTENCE.finditer(plain) if found.group().strip())
