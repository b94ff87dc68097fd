"""Does a draft repeat a detail of this very complaint? By the words that both have, read by their stems.

What is counted is small: how many words of the complaint come back, how special they are, whether two of them stand in
one clause, and how much the draft says that is not of every answer of the trade. What each count is worth is learned
from the labelled replies (`learning.learn_hearing`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from monitor.answer.reading import Span
from monitor.answer.tongue import Tongue

COUNTS = (
    "a special word comes back", "two", "three", "a word of the trade", "two of them", "a special word in a defence",
    "two of them", "a word of the trade in a defence", "special words", "length", "is very short", "two in one clause",
    "is French",
)  # fmt: skip
"""What is counted of a draft beside its complaint, in order."""

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+")
_CLAUSE = re.compile(r"[^.!?…;\n]+")
ALIKE = 7
"""Words that begin alike for so many letters are one: "hospital", "hospitalised"."""
SHORT = 18
"""A draft of fewer words has no room for more than one detail, so that nothing is weighed there."""
ENOUGH = 2
"""In so short a draft a word of the trade ("order", "delay") weighs 1, any other shared word 2."""


@dataclass(slots=True)
class _Shared:
    """Stems of the complaint that come back, with where they stand first."""

    openly: dict[str, Span] = field(default_factory=dict)
    in_defence: dict[str, Span] = field(default_factory=dict)
    special: int = 0  # words of the draft, outside defences, that not every answer has
    length: int = 0
    is_joined: bool = False  # two of them in one clause


def heard_words(
    draft: str,
    complaint: str,
    argued: Sequence[Span],
    defended: Sequence[Span],
    tongue: Tongue,
    weights: npt.NDArray[np.float32],
) -> Span | None:
    """The shared words that tell most, as a span of the folded draft; None: the draft would fit any complaint.

    Clauses in which one of the `argued` spans stands do not count at all: a detail that is repeated in order to argue
    with it is not heard. In one with a `defended` span it counts less. Nor do clauses count that ask for something:
    "send us a photo of the box" repeats nothing. `weights`: one for each of `COUNTS`, and the last is added.
    """
    shared = _shared(draft, complaint, argued, defended, tongue)
    places = [*shared.openly.items(), *shared.in_defence.items()]
    is_brief = shared.length < SHORT and not shared.in_defence
    if is_brief and sum(1 if stem in tongue.general else 2 for stem in shared.openly) < ENOUGH:
        return None
    if not places or (not is_brief and _counts(shared, tongue) @ weights[:-1] + weights[-1] < 0):
        return None
    return next((place for stem, place in places if stem not in tongue.general), places[0][1])


def counts(
    draft: str, complaint: str, argued: Sequence[Span], defended: Sequence[Span], tongue: Tongue
) -> npt.NDArray[np.float32]:
    """`COUNTS` of a folded draft beside its complaint."""
    return _counts(_shared(draft, complaint, argued, defended, tongue), tongue)


def _counts(shared: _Shared, tongue: Tongue) -> npt.NDArray[np.float32]:
    special = len(shared.openly.keys() - tongue.general)
    trade = len(shared.openly) - special
    aside = shared.in_defence.keys() - shared.openly.keys()
    special_aside = len(aside - tongue.general)
    return np.array(
        (
            *(special >= least for least in (1, 2, 3)),
            *(trade >= least for least in (1, 2)),
            *(special_aside >= least for least in (1, 2)),
            len(aside) > special_aside,
            min(shared.special, 20) / 10,
            min(shared.length, 80) / 40,
            shared.length < SHORT,
            shared.is_joined,
            tongue.lang == "fr",
        ),
        np.float32,
    )


def _shared(draft: str, complaint: str, argued: Sequence[Span], defended: Sequence[Span], tongue: Tongue) -> _Shared:
    named = {_stem(hit.group(), tongue) for hit in _TOKEN.finditer(complaint) if tells(hit.group(), tongue)}
    found = _Shared()
    for clause in _CLAUSE.finditer(draft):
        hits = list(_TOKEN.finditer(draft, *clause.span()))
        found.length += len(hits)
        if _holds(clause, argued) or tongue.requests.search(clause.group()):
            continue
        is_defence = _holds(clause, defended)
        told = [(_stem(hit.group(), tongue), hit.span()) for hit in hits if tells(hit.group(), tongue)]
        if not is_defence:
            found.special += sum(stem not in tongue.general for stem, _ in told)
        back = {stem: place for stem, place in reversed(told) if stem in named}
        found.is_joined |= len(back) > 1
        target = found.in_defence if is_defence else found.openly
        for stem, place in sorted(back.items(), key=lambda each: each[1]):
            target.setdefault(stem, place)
    return found


def _holds(clause: re.Match[str], places: Sequence[Span]) -> bool:
    return any(start < clause.end() and clause.start() < end for start, end in places)


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
