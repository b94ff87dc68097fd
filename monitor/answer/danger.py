"""Words of people hurt or in danger: violence, abuse, death, war, protest, trials, elections. English and French.

The scoring model knows disasters; #WhyIStayed, #Cairo and #notguilty were none, and a brand's joke under them hurt all
the same. So the lists of `monitor/data/danger/*.toml` are read beside it. Pure but for reading those lists once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from monitor.answer.reading import MAX_CHARS, read

STRONG, WEAK = 0.6, 0.2
"""What one word of its list says by itself, 0..1. Tuned on tests/data/hashtags."""

_PIECE = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z0-9à-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-ZÀ-Þ])(?=[A-ZÀ-Þ][a-zà-ÿ])")
_TAG = re.compile(r"[#＃](\w+)")
_CALLS = re.compile(
    r"^(?:pray(?:s|ing)?for|prayersfor|justicefor|rip(?=[A-Z])|restinpeace|freethe|saveour|stopthe|standwith|"
    r"istandwith|neveragain|notonemore|jesuis|justicepour|prionspour|priezpour|soutiena)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Danger:
    """What one text says of danger. `weight`: 0 nothing, 1 no doubt. `words`: as the lists have them, by heading."""

    weight: float
    words: tuple[tuple[str, str], ...] = ()  # (heading, what was found in the text)

    @property
    def headings(self) -> frozenset[str]:
        return frozenset(heading for heading, _ in self.words)


@dataclass(frozen=True, slots=True)
class _List:
    harmless: re.Pattern[str]
    patterns: tuple[tuple[str, float, re.Pattern[str]], ...]


def danger(text: str, tag: str = "") -> Danger:
    """How much a text speaks of people hurt or in danger. `tag` itself is left out: it stands in every post."""
    plain = _plain(text, tag)
    best = Danger(0.0)
    for listed in _lists():
        shown = listed.harmless.sub(" … ", plain)
        found: dict[str, tuple[str, float]] = {}
        for heading, weight, pattern in listed.patterns:
            for hit in pattern.finditer(shown):
                word = hit.group().strip()
                if weight > found.get(word, ("", 0.0))[1]:
                    found[word] = (heading, weight)
        weight = min(1.0, sum(each for _, each in found.values()))
        if weight > best.weight:
            best = Danger(weight, tuple((heading, word) for word, (heading, _) in found.items()))
    return best


def calls_for_sympathy(tag: str) -> bool:
    """Whether the tag's own name is a prayer, a mourning or a demand: #PrayFor…, #JusticePour…"""
    return _CALLS.match(tag) is not None


def pieces(tag: str) -> str:
    """A tag as words.

    >>> pieces("WhyIKeptQuiet")
    'Why I Kept Quiet'
    """
    return _HUMP.sub(" ", tag.replace("_", " "))


def _plain(text: str, tag: str) -> str:
    """Lower case without accents, one space around each word; the other tags are read as words."""

    def shown(hit: re.Match[str]) -> str:
        return " " if hit[1].casefold() == tag.casefold() else f" {pieces(hit[1])} "

    spoken = _TAG.sub(shown, text[:MAX_CHARS])
    return f" {'  '.join(_PIECE.findall(read(spoken).plain))} "


@cache
def _lists() -> tuple[_List, ...]:
    folder = files("monitor") / "data" / "danger"
    return tuple(
        _compiled(tomllib.loads((folder / f"{language}.toml").read_text("utf-8"))) for language in ("en", "fr")
    )


def _compiled(listed: Mapping[str, object]) -> _List:
    patterns: list[tuple[str, float, re.Pattern[str]]] = []
    for strength, weight in (("strong", STRONG), ("weak", WEAK)):
        headings = listed[strength]
        if isinstance(headings, dict):
            patterns += [(heading, weight, _pattern(str(entries))) for heading, entries in headings.items()]
    return _List(_pattern(str(listed["harmless"])), tuple(patterns))


def _pattern(entries: str) -> re.Pattern[str]:
    """One pattern for a list. Words stand apart by two spaces, so that neighbours do not share one."""
    words = sorted((re.escape(entry).replace("_", " +").replace(r"\*", r"\w*") for entry in entries.split()), key=len)
    return re.compile(f" (?:{'|'.join(reversed(words))}) ")
