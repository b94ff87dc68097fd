"""Smoulder's own words: what a token means in a post about a brand, in English and in French.

The lists are `monitor/data/words/*.toml`. Both languages share their headings ("broken", "refund", "still"), so
that what is learned about a heading in one language holds in the other. A heading is one bit of a 64-bit mask.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zlib import crc32

import numpy as np
import numpy.typing as npt

LANGUAGES = ("en", "fr")
# French words that would be read as English ones with another meaning.
FALSE_FRIENDS = frozenset(
    [
        "but",
        "on",
        "me",
        "or",
        "car",
        "con",
        "pain",
        "chat",
        "rat",
        "final",
        "main",
        "site",
        "moment",
        "sale",
        "coin",
        "dire",
        "mine",
        "bras",
        "fin",
        "font",
        "grave",
        "court",
        "four",
        "dent",
        "fond",
        "comment",
        "pour",
        "son",
        "ton",
        "tout",
        "bus",
        "chair",
        "champion",
        "rate",
        "dame",
        "nous",
        "tape",
        "avoid",
        "once",
        "ours",
        "fut",
        "due",
        "ace",
        "note",
        "chose",
        "service",
        "location",
        "attend",
        "reporter",
        "blessed",
        "sensible",
        "actual",
        "actually",
        "eventually",
        "patient",
        "passenger",
        "retard",
        "chinks",
        "case",
        "pains",
        "hoe",
        "pig",
        "pos",
        "twit",
        "nope",
        "thee",
        "tore",
        "pat",
        "mad",
        "a",
        "an",
        "as",
        "at",
        "am",
        "i",
        "u",
        "ya",
        "ye",
        "he",
        "she",
        "his",
        "an",
        "are",
        "ex",
        "pub",
        "bit",
        "bite",
        "cat",
        "pins",
        "tag",
        "ride",
        "rides",
        "pin",
        "fee",
        "fees",
    ]
)
MIX = 0x9E3779B97F4A7C15
_ALL = 0xFFFFFFFFFFFFFFFF


def word_hash(word: str) -> int:
    """32 bits of a matched word, the same on every machine."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def phrase_hash(words: tuple[int, ...]) -> int:
    """64 bits of the hashes of two or three words in a row."""
    mixed = words[0]
    for word in words[1:]:
        mixed = (mixed * MIX + word) & _ALL
    return mixed


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The lists, ready to be asked. Masks are bits by the position of the heading in `headings`."""

    headings: tuple[str, ...]
    single: dict[str, dict[str, int]]  # language -> word -> mask
    stems: dict[str, dict[str, int]]  # language -> beginning of a word -> mask
    phrases: dict[int, dict[int, int]]  # number of words -> phrase_hash -> mask

    def bit(self, heading: str) -> int:
        """The mask of one heading; ValueError when there is no such heading."""
        return 1 << self.headings.index(heading)

    @property
    def small(self) -> int:
        """Headings whose English words say nothing in a French post."""
        return self.bit("function") | self.bit("ask") | self.bit("we") | self.bit("you")

    def sorted_phrases(self, size: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        """The phrases of `size` words: their hashes in order, and their masks."""
        return _sorted_phrases(self, size)

    def mask(self, word: str, language: str) -> int:
        """What one matched word means; 0 when it is on no list."""
        found = self.single[language].get(word, 0)
        stems = self.stems[language]
        for length in range(4, min(len(word), 12) + 1):
            found |= stems.get(word[:length], 0)
        return found

    def knows(self, word: str) -> bool:
        return any(word in self.single[language] for language in LANGUAGES)


@cache
def own_words() -> Words:
    """The lists that ship. Read once per process."""
    folder = files("monitor") / "data" / "words"
    lists = {language: tomllib.loads((folder / f"{language}.toml").read_text("utf-8")) for language in LANGUAGES}
    headings = tuple(dict.fromkeys(heading for listed in lists.values() for heading in listed))
    single: dict[str, dict[str, int]] = {language: {} for language in LANGUAGES}
    stems: dict[str, dict[str, int]] = {language: {} for language in LANGUAGES}
    phrases: dict[int, dict[int, int]] = {2: {}, 3: {}}
    for language, heading, entry in _entries(lists):
        mask = 1 << headings.index(heading)
        parts = entry.split("_") if len(entry) > 1 else [entry]
        parts = [part for part in parts if part]
        parts = parts[:3]  # no phrase needs more to be told apart
        if len(parts) > 1:
            key = phrase_hash(tuple(word_hash(part) for part in parts))
            phrases[len(parts)][key] = phrases[len(parts)].get(key, 0) | mask
        elif entry.endswith("*"):
            stems[language][entry[:-1]] = stems[language].get(entry[:-1], 0) | mask
        elif "_" not in entry or not entry[0].isalpha():
            single[language][entry] = single[language].get(entry, 0) | mask
    return Words(headings, single, stems, phrases)


@cache
def _sorted_phrases(words: Words, size: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    found = sorted(words.phrases[size].items())
    return np.array([key for key, _ in found], np.uint64), np.array([mask for _, mask in found], np.uint64)


def _entries(lists: dict[str, dict[str, str]]) -> Iterator[tuple[str, str, str]]:
    for language, listed in lists.items():
        for heading, entries in listed.items():
            for entry in entries.split():
                yield language, heading, entry
