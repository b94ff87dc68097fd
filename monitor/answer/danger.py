"""Words of people hurt or in danger: violence, abuse, death, war, protest, trials, elections. English and French.

The scoring model knows disasters; #WhyIStayed, #Cairo and #notguilty were none, and a brand's joke under them hurt all
the same. So the lists of `monitor/data/danger/*.toml` are read beside it. Pure but for reading those lists once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files

from monitor.answer.reading import MAX_CHARS, read

STRONG, WEAK = 0.6, 0.2
"""What one word of its list says by itself, 0..1. Tuned on tests/data/hashtags."""
IN_JEST = 0.5  # of a strong word, for the first and for the second word of play beside it
TOLD = 0.15

_PIECE = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z0-9à-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-ZÀ-Þ])(?=[A-ZÀ-Þ][a-zà-ÿ])")
_TAG = re.compile(r"[#＃](\w+)")
_LAUGHING = re.compile("[😂🤣😆😹🎉🎊🥳🎸🎶🎵🎧🎬🍿🎮⚽🏀🏈🏒🏏🎾🏆🎃👻🍕🍔🍺🍻🎂🛍]")
_HE = re.compile(r" (?:he|him|his|il|lui) ")
_ME = re.compile(r" (?:i|me|my|je|j|m|mon|ma|mes|moi) ")
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
    is_play: bool = False  # it speaks of sport, films, food, a joke: words of danger in it are most likely one

    @property
    def headings(self) -> frozenset[str]:
        return frozenset(heading for heading, _ in self.words)


@dataclass(frozen=True, slots=True)
class _List:
    harmless: re.Pattern[str]
    play: re.Pattern[str]
    joined: frozenset[str]  # strong words of eight letters and more, written as a tag would
    patterns: tuple[tuple[str, float, re.Pattern[str]], ...]


@lru_cache(8192)  # the posts of an open incident are read again every few seconds
def danger(text: str, tag: str = "") -> Danger:
    """How much a text speaks of people hurt or in danger. `tag` itself is left out: it stands in every post."""
    plain = _plain(text, tag)
    best = Danger(0.0)
    play = len(_LAUGHING.findall(text[:MAX_CHARS])) + sum(len(listed.play.findall(plain)) for listed in _lists())
    for listed in _lists():
        shown = listed.harmless.sub(" … ", plain)
        found: dict[str, tuple[str, float]] = {}
        for heading, weight, pattern in listed.patterns:
            for hit in pattern.finditer(shown):
                word = hit.group().strip()
                if weight > found.get(word, ("", 0.0))[1]:
                    found[word] = (heading, weight)
        weight = min(1.0, _weight([each for _, each in found.values()], play) + _testimony(plain, play))
        if weight > best.weight:
            best = Danger(weight, tuple((heading, word) for word, (heading, _) in found.items()))
    return replace(best, is_play=play > 0)


def _weight(found: Sequence[float], play: int) -> float:
    """In a post about a match a weak word says nothing, and a strong one less."""
    if not play:
        return sum(found)
    return sum(each for each in found if each >= STRONG) * (IN_JEST if play == 1 else IN_JEST**2)


def _testimony(plain: str, play: int) -> float:
    """What he did, told by the one it was done to: a little by itself, and much when a whole crowd tells it."""
    is_told = not play and _HE.search(plain) is not None and _ME.search(plain) is not None
    return TOLD if is_told else 0.0


def calls_for_sympathy(tag: str) -> bool:
    """Whether the tag's own name is a prayer, a mourning or a demand: #PrayFor…, #JusticePour…"""
    return _CALLS.match(tag) is not None


def names_danger(tag: str) -> bool:
    """Whether the tag itself holds a strong word of danger: #notguilty, #InondationsVesle."""
    plain = read(tag.replace("_", "").replace(" ", "")).plain
    return any(word in plain for listed in _lists() for word in listed.joined)


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
    words = _PIECE.findall(read(spoken).plain)
    return f" {'  '.join(words)} "


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
    strong = listed["strong"]
    words = " ".join(map(str, strong.values())).split() if isinstance(strong, dict) else []
    joined = frozenset(plain for word in words if len(plain := re.sub(r"[_*?]", "", word)) >= 8)
    return _List(_pattern(str(listed["harmless"])), _pattern(str(listed["play"])), joined, tuple(patterns))


def _pattern(entries: str) -> re.Pattern[str]:
    """One pattern for a list. Words stand apart by two spaces, so that neighbours do not share one."""
    words = sorted((re.escape(entry).replace("_", " +").replace(r"\*", r"\w*") for entry in entries.split()), key=len)
    return re.compile(f" (?:{'|'.join(reversed(words))}) ")
