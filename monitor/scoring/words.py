"""Smoulder's own words: what a token means in a post about a brand, in English and in French.

The lists are `monitor/data/words/*.toml`. Both languages share their headings ("broken", "refund", "still"), so
that what is learned about a heading in one language holds in the other. A heading is one bit of a 64-bit mask.
`subjects.toml` names what people quarrel over, apart for each language.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zlib import crc32

import numpy as np
import numpy.typing as npt

LANGUAGES = ("en", "fr")
SUBJECTS = ("people", "sex", "force", "scorn")
"""Of subjects.toml, in each language."""
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
_SIEVED = np.uint64(0x3FFFF)


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
    subjects: dict[str, int]  # word -> bits by language and place in SUBJECTS: the four English ones first

    def bit(self, heading: str) -> int:
        """The mask of one heading; ValueError when there is no such heading."""
        return 1 << self.headings.index(heading)

    @property
    def small(self) -> int:
        """Headings whose English words say nothing in a French post."""
        return self.bit("function") | self.bit("ask") | self.bit("we") | self.bit("you")

    def like_phrases(self, hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
        """False where a hash is that of no phrase. Of other hashes one in fifty is let through as well."""
        return _sieve(self).take((hashes & _SIEVED).view(np.int64))

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
    for language, heading, entries in _entries(lists):
        mask, words, beginnings = 1 << headings.index(heading), single[language], stems[language]
        for entry in entries:
            parts = [part for part in entry.split("_") if part] if "_" in entry else []
            parts = parts[:3]  # no phrase needs more to be told apart
            if len(parts) > 1:
                key = phrase_hash(tuple([word_hash(part) for part in parts]))
                phrases[len(parts)][key] = phrases[len(parts)].get(key, 0) | mask
            elif entry.endswith("*"):
                beginnings[entry[:-1]] = beginnings.get(entry[:-1], 0) | mask
            elif "_" not in entry or not entry[0].isalpha():
                words[entry] = words.get(entry, 0) | mask
    return Words(headings, single, stems, phrases, _subjects((folder / "subjects.toml").read_text("utf-8")))


def lists_digest() -> str:
    """One sum over all lists that ship: sha256, in hexadecimal."""
    folder = files("monitor") / "data" / "words"
    lists = sorted(each.name for each in folder.iterdir() if each.name.endswith(".toml"))
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in lists)).hexdigest()


def _subjects(written: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for language, heading, entries in _entries(tomllib.loads(written)):
        place = LANGUAGES.index(language) * len(SUBJECTS) + SUBJECTS.index(heading)
        for entry in entries:
            found[entry] = found.get(entry, 0) | 1 << place
    return found


@cache
def _sieve(words: Words) -> npt.NDArray[np.bool_]:
    """By the last bits of a hash, whether a phrase has them."""
    sieve = np.zeros(int(_SIEVED) + 1, np.bool_)
    for listed in words.phrases.values():
        sieve[np.array(list(listed), np.uint64) & _SIEVED] = True
    return sieve


def _entries(lists: dict[str, dict[str, str]]) -> Iterator[tuple[str, str, list[str]]]:
    for language, listed in lists.items():
        for heading, entries in listed.items():
            yield language, heading, entries.split()
