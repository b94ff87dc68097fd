"""Does a draft repeat an earlier reply? By shingles of four words (Broder 1997), greetings and signatures set aside.

Bank of America's "robots" of 2013 were people who pasted one text. Who is hurt sees only the text.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence

import numpy as np

from monitor.answer.reading import MAX_CHARS, read, words

SHINGLE = 4
SAME = 0.5
"""Jaccard: the share of shingles that two texts have in common."""

_GREETING = re.compile(
    r"^\s*(?:@\w+[\s,:]*)*(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|oh no|bonjour|bonsoir|salut|"
    r"coucou|ch[eè]re?s?)\b(?: (?:there|all|\w+)){0,3}?\s*[,!.:–-]+|\w+,)\s*",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"[\s,.!?-]{0,5}(?:(?:[\^/*~–—]|--?)\s?\w{1,15}|"
    r"(?:kind regards|best regards|best wishes|all the best|sincerely|yours|thanks|thank you|cordialement|"
    r"bien à vous|belle journée|bonne journée|have a (?:nice|great|good) day)\b[^.!?]{0,40}|"
    r"(?<=[.!?])\s{1,3}\w{1,12})[.!]{0,3}$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|[@#]\w+")
_NAME = re.compile(r"(?<=[^.!?\s])\s+[A-ZÀ-ÖØ-Þ][\w’'-]+")  # a capital within a sentence
_NUMBER = re.compile(r"\d+")

Shingles = frozenset[tuple[str, ...]]


def shingles(text: str) -> Shingles:
    """What is compared of one reply. A text of fewer than four words is one shingle; without words: none."""
    kept = _ADDRESS.sub(" ", text[:MAX_CHARS]).rstrip()
    kept = _SIGNATURE.sub("", _GREETING.sub("", kept))
    # "I" is a word of its own; other capitals inside a sentence are names and places.
    nameless = _NAME.sub(lambda hit: hit.group() if hit.group().strip().startswith(("I'", "I’")) else " ", kept)
    if len(nameless.split()) * 2 < len(kept.split()):
        nameless = kept  # all of it in capitals: no telling what is a name
    said = [_NUMBER.sub("0", word) for word in words(read(nameless).plain)]
    if not said:
        return frozenset()
    return frozenset(tuple(said[i : i + SHINGLE]) for i in range(max(1, len(said) - SHINGLE + 1)))


class Index:
    """Earlier replies, prepared: comparing a draft with 10,000 of them takes milliseconds."""

    def __init__(self, replies: Iterable[str] = ()) -> None:
        self._sizes = array("i")
        self._where: dict[tuple[str, ...], array[int]] = {}
        for reply in replies:
            self.add(reply)

    def __len__(self) -> int:
        return len(self._sizes)

    def add(self, reply: str) -> None:
        """The next reply; its index is the number of those before it."""
        number, parts = len(self._sizes), shingles(reply)
        self._sizes.append(len(parts))
        for part in parts:
            self._where.setdefault(part, array("i")).append(number)

    def find(self, draft: str) -> int | None:
        """The index of the reply most like the draft, the earliest of several; None: none is as like as `SAME`."""
        parts = shingles(draft)
        lists = [np.frombuffer(self._where[part], dtype=np.intc) for part in parts if part in self._where]
        if not lists:
            return None
        common = np.bincount(np.concatenate(lists), minlength=len(self))
        sizes = np.array(self._sizes)
        likeness = common / (sizes + len(parts) - common)
        best = int(likeness.argmax())
        return best if likeness[best] >= SAME else None


def find(draft: str, previous: Sequence[str]) -> int | None:
    """The index of the earlier reply that the draft repeats; None: it is new. For many drafts keep an `Index`."""
    return Index(previous).find(draft)


def pasted(replies: Sequence[str]) -> list[tuple[int, ...]]:
    """Groups of two or more replies that are one text: "the same text went to 14 people". Largest first."""
    index, leaders, groups = Index(), list[int](), dict[int, list[int]]()
    for number, reply in enumerate(replies):
        twin = index.find(reply)
        if twin is None:
            index.add(reply)
            leaders.append(number)
            groups[number] = [number]
        else:
            groups[leaders[twin]].append(number)
    return sorted((tuple(group) for group in groups.values() if len(group) > 1), key=len, reverse=True)
