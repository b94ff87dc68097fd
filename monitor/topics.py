"""What complaints are about: how often words, pairs of words, hashtags and links are used in them, usually and now.

Two count-min sketches (Cormode and Muthukrishnan 2005): one that forgets over some thousand complaints, one for
the last half hour to hour. Only words that rise are kept in the clear.
"""

from __future__ import annotations

import re
from array import array
from typing import Any
from zlib import crc32

import numpy as np

from monitor.windows import pack, unpack

ROWS, WIDTH = 2, 1536
BLOCK = 30  # minutes
ENOUGH = 4000  # complaints after which the usual counts are halved
MOST_WORDS = 18  # of one post
RISING = 4  # people; words of fewer are not kept in the clear
MORE = 2.0  # times the usual share; words below are not either
MOST_RISING = 48
MOST_PLACES = 8192  # words whose places are remembered, of all brands together

_WORD = re.compile(r"(?<![@\w])[^\W\d_]{3,30}")
_TOKEN = re.compile(r"https?://(?:www\.)?([^\s?#]+)|#(\w{2,40})|(?<![@\w])([^\W\d_]{3,30})")
# Words that say nothing about the matter, English and French.
_COMMON = """
the and you your for this that with are was not but have has had been from they them their there what when why who
how can will would could should just all any our out off get got its it's don don't doesn't didn't isn't wasn't won't
can't i'm i've about after again into than then too very more most some only over under because while does did his her
him she one two les des une est pas que qui dans pour sur avec vous nous mon mes ton ses son aux par plus tout tous
toute mais comme c'est j'ai être avoir été fait cette ces cet leur leurs sans encore depuis même quand quoi ils elle
elles
"""
_STOP = frozenset(_COMMON.split())


def words_of(text: str) -> tuple[str, ...]:
    """Hashtags, links, words and neighbouring words of a post, each once, at most 18.

    >>> words_of("Your app deleted my photos #fail")
    ('app', 'deleted', 'app deleted', 'photos', 'deleted photos', '#fail')
    """
    text = text[:1000].lower().replace("’", "'")
    if "#" not in text and "://" not in text:
        return _plain_words(text)
    found: dict[str, None] = {}
    last = ""
    for link, tag, word in _TOKEN.findall(text):
        if word:
            if word in _STOP:
                continue
            found[word] = None
            if last:
                found[f"{last} {word}"] = None
            last = word
        else:
            found[link.rstrip("/.,") if link else f"#{tag}"] = None
        if len(found) >= MOST_WORDS:
            break
    return tuple(found)[:MOST_WORDS]


def is_wordless(part: str) -> bool:
    """A name or a number: a glance that spares the pattern what is seen at once."""
    return part.isdecimal() or (part[0] in "@#" and part[1:].isalnum())


def _plain_words(text: str) -> tuple[str, ...]:
    """The same for a post without hashtags and links, as most are."""
    words: list[str] = []
    for part in text.split():
        if part.isalpha():  # most are a word as they stand
            if len(part) > 2:
                words.append(part[:30])
        elif not is_wordless(part):
            words += _WORD.findall(part)
    found: dict[str, None] = {}
    last = ""
    for word in words:
        if word in _STOP:
            continue
        found[word] = None
        if last:
            found[f"{last} {word}"] = None
        last = word
        if len(found) >= MOST_WORDS:
            return tuple(found)[:MOST_WORDS]
    return tuple(found)


class Sketch:
    """A count-min sketch: never too low, seldom too high."""

    def __init__(self) -> None:
        self.cells = array("H", [0]) * (ROWS * WIDTH)
        self.posts = 0

    def count(self, places: tuple[int, int]) -> int:
        return min(self.cells[places[0]], self.cells[places[1]])

    def merge(self, other: Sketch) -> None:
        """What the other one counted was counted here."""
        if not other.posts:
            return
        self.posts += other.posts
        mine, theirs = np.frombuffer(self.cells, np.uint16), np.frombuffer(other.cells, np.uint16)
        if self.posts * MOST_WORDS < 60_000:  # no cell is full
            mine += theirs
        else:
            mine += np.minimum(theirs, ~mine)  # ~mine: what a cell has room for

    def halve(self) -> None:
        self.cells = array("H", (np.frombuffer(self.cells, np.uint16) >> 1).tobytes())
        self.posts >>= 1

    def state(self) -> list[Any]:
        return [self.posts, pack(self.cells.tobytes())]

    def load(self, state: list[Any]) -> None:
        self.posts, self.cells = state[0], array("H", unpack(state[1]))


class _Places(dict[str, tuple[int, int]]):
    """Where a word is counted. Most words are said again; a dict answers in half the time of a cached function."""

    def __missing__(self, word: str) -> tuple[int, int]:
        if len(self) >= MOST_PLACES:
            self.clear()
        number = crc32(word.encode())
        places = self[word] = (number % WIDTH, WIDTH + (number >> 16) % WIDTH)
        return places


_PLACES = _Places()


class Topics:
    """The usual words of a brand's complaints, and those of the current and the last half hour."""

    def __init__(self) -> None:
        self.usual, self.now, self.before = Sketch(), Sketch(), Sketch()
        self.block = -1
        self.rising: dict[str, None] = {}  # words that rose since the last look

    def add(self, words: tuple[str, ...], minute: int) -> None:
        """One complaint, of a person who had not complained in these two hours, not deep in one thread."""
        block = minute // BLOCK
        if block != self.block:
            self._turn(block)
            if block < self.block - 1:
                return  # too late to be of now
        self.now.posts += 1
        now, before, usual = self.now.cells, self.before.cells, self.usual.cells
        least = MORE * (self.now.posts + self.before.posts) / (self.usual.posts + 20)
        is_roomy = self.now.posts * MOST_WORDS < 65_536  # no cell can be full
        for word in words:
            # Asked most of all: the two rows of the sketches at hand, `Sketch.count` and `_share` written out.
            a, b = _PLACES[word]
            in_a, in_b = now[a] + 1, now[b] + 1
            if is_roomy or in_a < 65_536:
                now[a] = in_a
            if is_roomy or in_b < 65_536:
                now[b] = in_b
            if in_a + before[a] < RISING:
                continue
            people = (in_a if in_a < in_b else in_b) + (before[a] if before[a] < before[b] else before[b])
            if people >= RISING and people >= least * ((usual[a] if usual[a] < usual[b] else usual[b]) + 1):
                self.rising[word] = None
                if len(self.rising) > MOST_RISING:
                    del self.rising[next(iter(self.rising))]

    def _turn(self, block: int) -> None:
        """A new half hour: what is now an hour old becomes part of the usual."""
        if block <= self.block:
            return
        is_next = block == self.block + 1
        self.usual.merge(self.before)
        if self.usual.posts > ENOUGH:
            self.usual.halve()
        if not is_next:
            self.usual.merge(self.now)
        self.before = self.now if is_next else Sketch()
        self.now = Sketch()
        self.block = block
        self.rising.clear()

    def people(self, word: str) -> int:
        """Who used it in the last half hour to hour."""
        places = _PLACES[word]
        return self.now.count(places) + self.before.count(places)

    def share(self, word: str) -> float:
        """Of the usual complaints: those that have it, with one more for doubt."""
        return self._share(_PLACES[word])

    def _share(self, places: tuple[int, int]) -> float:
        return (self.usual.count(places) + 1) / (self.usual.posts + 20)

    def state(self) -> list[Any]:
        sketches = [s.state() for s in (self.usual, self.now, self.before)]
        return [self.block, list(self.rising), *sketches]

    def load(self, state: list[Any]) -> None:
        self.block, self.rising = state[0], dict.fromkeys(state[1])
        for sketch, kept in zip((self.usual, self.now, self.before), state[2:], strict=True):
            sketch.load(kept)
