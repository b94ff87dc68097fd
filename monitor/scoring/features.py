"""From texts to numbers: everything the model looks at, computed for many texts at once.

A token is looked at once and remembered (`Vocabulary`): its reading, what it means on our lists, its hashed word and
letter n-grams and what they weigh. A text is then sums over its tokens, done by numpy for the whole batch. What is
remembered is a pure function of the token, so the result never depends on what was read before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from monitor.scoring import text as writing
from monitor.scoring.words import FALSE_FRIENDS, Words, own_words, phrase_hash, word_hash

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Masks = npt.NDArray[np.uint64]

MAX_TOKENS = 400
"""Tokens read of one text."""
_KEEP = 150_000  # tokens remembered before forgetting all of them


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of one raw token."""

    reading: str
    hash: int
    english: int  # mask of headings
    french: int
    script: int  # 0 Latin or none, else the block of its first letter (code point >> 8)
    is_shouted: bool


def look(raw: str, words: Words) -> Token:
    reading = writing.normal(raw)
    english, french = words.mask(reading, "en"), words.mask(reading, "fr")
    if not english | french:
        for other in writing.readings(reading):
            if words.knows(other):
                reading, english, french = other, words.mask(other, "en"), words.mask(other, "fr")
                break
    if reading not in FALSE_FRIENDS and len(reading) > 2:
        french |= english & ~_language_bits(words)
    first = next((c for c in raw if c.isalpha()), "a")
    script = ord(first) >> 8 if ord(first) > 0x24F else 0
    shouted = len(raw) > 2 and raw.isupper() and reading[:1].isalpha()
    return Token(reading, word_hash(reading), english, french, script, shouted)


def _language_bits(words: Words) -> int:
    return words.bit("function") | words.bit("ask") | words.bit("we") | words.bit("you")


SHAPES = ("handle", "tag", "link", "exclaim", "question", "dots", "number", "money", "shout", "stretched", "emoji")


def shape(raw: str, token: Token) -> int:
    """What one raw token looks like, as a mask over `SHAPES`."""
    reading = token.reading
    found = (
        reading == "<at>",
        raw[0] == "#",
        reading == "<url>",
        "!" in raw,
        raw[0] in "?!" and "?" in raw,
        raw[0] in ".…",
        reading[:1] == "<" and reading[1:2].isdigit(),
        raw in "€£$",
        token.is_shouted,
        len(raw) > len(reading) + 1 and raw[0].isalpha() and raw.isalpha(),
        ord(raw[0]) > 0x2300,
    )
    return sum(1 << place for place, holds in enumerate(found) if holds)
