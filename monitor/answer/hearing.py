"""Does a draft repeat a detail of this very complaint? By the words that both have, read by their stems."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from monitor.answer.reading import Span
from monitor.answer.tongue import Tongue

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+")
ALIKE = 7
"""Words that begin alike for so many letters are one: "hospital", "hospitalised"."""
ENOUGH = 2
"""A word of the trade ("order", "delay") weighs 1, any other shared word 2."""


_CLAUSE = re.compile(r"[^.!?…;\n]+")


def heard_words(draft: str, complaint: str, defended: Sequence[Span], tongue: Tongue) -> Span | None:
    """The shared words that tell most, as a span of the folded draft; None: the draft would fit any complaint.

    Clauses in which one of the `defended` spans stands do not count, nor those that ask for something: "send us a
    photo of the box" repeats nothing.
    """
    named = {_stem(hit.group(), tongue) for hit in _TOKEN.finditer(complaint) if tells(hit.group(), tongue)}
    shared: dict[str, Span] = {}
    for hit in _open_words(draft, defended, tongue):
        stem = _stem(hit.group(), tongue)
        if tells(hit.group(), tongue) and stem in named:
            shared.setdefault(stem, hit.span())
    if sum(1 if stem in tongue.general else 2 for stem in shared) < ENOUGH:
        return None
    return next((place for stem, place in shared.items() if stem not in tongue.general), next(iter(shared.values())))


def _open_words(draft: str, defended: Sequence[Span], tongue: Tongue) -> Iterator[re.Match[str]]:
    for clause in _CLAUSE.finditer(draft):
        is_defence = any(start < clause.end() and clause.start() < end for start, end in defended)
        if not is_defence and not tongue.requests.search(clause.group()):
            yield from _TOKEN.finditer(draft, *clause.span())


def tells(word: str, tongue: Tongue) -> bool:
    """Whether a word can carry a detail at all."""
    return word not in tongue.common and (len(word) > 2 or word.isdigit())


def _stem(word: str, tongue: Tongue) -> str:
    """The word without its ending, or the trouble it stands for."""
    if word in tongue.kin:
        return tongue.kin[word]
    short = tongue.suffixes.sub("", word)
    stem = short if len(short) >= 3 else word
    return tongue.kin.get(stem, stem[:ALIKE])
