"""From texts to numbers: everything the model looks at, computed for many texts at once.

A raw token is looked at once and remembered (`Vocabulary`): how it is read, what it means on our lists, its hashed
word and letter n-grams and what they weigh. A text is then sums over its tokens, done by numpy for a whole batch.
What is remembered is a pure function of the token, so a result never depends on what was read before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from monitor.scoring import language
from monitor.scoring import text as writing
from monitor.scoring.words import (
    FALSE_FRIENDS,
    LANGUAGES,
    MIX,
    Words,
    own_words,
    word_hash,
)

if TYPE_CHECKING:
    from monitor.scoring.model import Model

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Masks = npt.NDArray[np.uint64]

BITS = 21
"""Two to this power is the number of hashed columns: enough that what nobody learned from seldom meets a weight."""
MAX_TOKENS = 400
"""Tokens read of one text."""
_LONGEST = 24  # letters of one word that are hashed
_GRAMS = (2, 3, 4, 5)
_EDGES = (3, 2)  # letters of the end of one word and the beginning of the next that are hashed together
JOINTS = 4
"""Kinds of columns that join words: a word with the one before it, with the two before it, edges of 3 and 2 letters."""
_KEEP = 120_000  # tokens remembered before all of them are forgotten

SHAPES = (
    "handle",
    "tag",
    "link",
    "exclaim",
    "question",
    "dots",
    "number",
    "money",
    "shout",
    "stretched",
    "emoji",
)
FRENCH, OTHER = LANGUAGES.index("fr"), -1


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of one raw token. The masks are over the headings of our lists and over `SHAPES`."""

    reading: str
    english: int
    french: int
    shape: int
    votes: tuple[float, ...]
    script: int  # 0 Latin or none, else the block of its first letter (code point >> 8)


@dataclass(frozen=True, slots=True)
class _Marks:
    """The headings that are asked for by name, as masks."""

    function: int
    not_small: int
    negator: np.uint64
    addressed: np.uint64


@cache
def _marks(words: Words) -> _Marks:
    addressed = words.bit("you") | words.bit("blame")
    return _Marks(
        words.bit("function"),
        ~words.small,
        np.uint64(words.bit("negator")),
        np.uint64(addressed),
    )


def look(raw: str, words: Words) -> Token:
    """What one raw token is, taken alone."""
    marks = _marks(words)
    reading = writing.normal(raw)
    english, french = words.mask(reading, "en"), words.mask(reading, "fr")
    if not english | french:
        for other in writing.readings(reading):
            if words.knows(other):
                reading, english, french = (
                    other,
                    words.mask(other, "en"),
                    words.mask(other, "fr"),
                )
                break
    votes = language.votes(raw, reading, bool(english & marks.function), bool(french & marks.function))
    if (len(reading) > 2 or not reading.isalnum()) and reading not in FALSE_FRIENDS:
        french |= english & marks.not_small
    if raw.isascii():
        script = 0
    else:
        first = next((ord(c) for c in raw if c.isalpha()), 0)
        script = first >> 8 if first > 0x24F else 0
    return Token(reading, english, french, _shape(raw, reading), votes, script)


def _shape(raw: str, reading: str) -> int:
    first = raw[0]
    if first.isalpha():
        shouted = len(raw) > 2 and raw.isupper()
        return (shouted << 8) | ((len(raw) > len(reading) + 1 and raw.isalpha()) << 9) | ((reading == "<url>") << 2)
    found = (
        reading in ("<at>", "<user>"),
        first == "#",
        False,
        "!" in raw,
        first in "?!" and "?" in raw,
        first in ".…",
        reading[:1] == "<" and reading[1:2].isdigit(),
        raw in "€£$",
        False,
        False,
        ord(first) > 0x2300,
    )
    return sum(1 << place for place, holds in enumerate(found) if holds)


def word_columns(hashes: Masks, bits: int = BITS) -> Ints:
    """The hashed column of each word as a whole, one of 2 to the power `bits`."""
    return _scatter(hashes.astype(np.uint64, copy=False), 99, bits)


def letter_columns(readings: Sequence[str], bits: int = BITS) -> tuple[Ints, Ints]:
    """The hashed columns of the letter n-grams of words, edges included, at least one per word.

    Returns all columns in one row, and how many belong to each word.
    """
    edged = [f"\x02{reading[:_LONGEST]}\x03" for reading in readings]
    width = max(map(len, edged), default=2)
    padded = "".join(word.ljust(width, "\0") for word in edged)
    letters = np.frombuffer(padded.encode("utf-32-le", "surrogatepass"), np.uint32).reshape(len(edged), width)
    wide: Masks = letters.astype(np.uint64)
    parts, valid = [], []
    for size in _GRAMS:
        if width < size:
            continue
        rolled = wide[:, : width - size + 1].copy()
        for step in range(1, size):
            rolled = rolled * np.uint64(0x100000001B3) + wide[:, step : width - size + 1 + step]
        parts.append(_scatter(rolled, size, bits))
        valid.append(wide[:, size - 1 :] != 0)
    kept = np.concatenate(valid, axis=1)
    return np.concatenate(parts, axis=1)[kept], kept.sum(axis=1)


def _scatter(values: Masks, salt: int | Masks, bits: int = BITS) -> Ints:
    """Spread 64-bit values evenly over the hashed columns."""
    mixed = (values + np.asarray(salt, np.uint64)) * np.uint64(MIX)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return (mixed >> np.uint64(64 - bits)).astype(np.int64)


def edges(reading: str) -> tuple[int, ...]:
    """Hashes of the first letters of a word, then of its last letters, by the sizes of `_EDGES`."""
    return tuple(word_hash(part) for part in (*(reading[:n] for n in _EDGES), *(reading[-n:] for n in _EDGES)))


def _pairs(first: Masks, second: Masks) -> Masks:
    return first * np.uint64(MIX) + second


class Vocabulary:
    """Remembers raw tokens, and with a model what each of them adds to its heads."""

    def __init__(self, model: Model | None = None, keep: int | None = None) -> None:
        self.words = own_words()
        self._keep = _KEEP if keep is None else keep
        self.model = model
        self._heads = 0 if model is None else model.table.shape[1]
        self._forget()

    def _forget(self) -> None:
        self.ids: dict[str, int] = {}
        self.raws: list[str] = []
        self.readings: list[str] = []
        self.hash = np.zeros(0, np.uint64)
        self.edges = np.zeros((0, 2 * len(_EDGES)), np.uint64)  # first letters, last letters, of each size
        self.masks = np.zeros((0, 3), np.uint64)  # English, French, either
        self.shape = np.zeros(0, np.uint16)
        self.votes = np.zeros((0, len(language.LANGUAGES)), np.float32)
        self.script = np.zeros(0, np.uint16)
        self.sums = np.zeros((0, self._heads), np.float32)
        self.is_word = np.zeros(0, np.bool_)
        self._size = 0
        self._learn([""])  # token 0 opens every text

    def read(self, texts: Sequence[str]) -> tuple[Ints, Ints]:
        """The token ids of all texts in one row, each text opened by token 0, and where each text starts."""
        if self._size > self._keep:
            self._forget()
        split = [writing.split(text)[:MAX_TOKENS] for text in texts]
        known = self.ids
        new = dict.fromkeys(raw for raws in split for raw in raws if raw not in known)
        if new:
            self._learn(list(new))
        flat: list[int] = []
        starts = np.empty(len(texts), np.int64)
        for number, raws in enumerate(split):
            starts[number] = len(flat)
            flat.append(0)
            flat += [known[raw] for raw in raws]
        return np.array(flat, np.int64), starts

    def _learn(self, raws: list[str]) -> None:
        tokens = [
            look(raw, self.words) if raw else Token("", 0, 0, 0, (0.0,) * len(language.LANGUAGES), 0) for raw in raws
        ]
        start, end = self._size, self._size + len(raws)
        self._grow(end)
        for number, raw in enumerate(raws, start):
            self.ids[raw] = number
        self.raws += raws
        readings = [token.reading for token in tokens]
        self.readings += readings
        self.hash[start:end] = [word_hash(reading) for reading in readings]
        self.edges[start:end] = [edges(reading) for reading in readings]
        self.masks[start:end] = [(t.english, t.french, t.english | t.french) for t in tokens]
        self.shape[start:end] = [t.shape for t in tokens]
        self.votes[start:end] = [t.votes for t in tokens]
        self.script[start:end] = [t.script for t in tokens]
        self.is_word[start:end] = [raw[:1].isalpha() or ord(raw[0]) > 0x2300 if raw else False for raw in raws]
        if self.model is not None:
            model = self.model
            found, counts = letter_columns(readings)
            letters = np.add.reduceat(model.table[found], np.cumsum(counts) - counts, axis=0, dtype=np.float32)
            whole = model.table[word_columns(self.hash[start:end])].astype(np.float32)
            meant = model.vectors.of(self.hash[start:end]) @ model.meaning
            self.sums[start:end] = (model.blocks[0] * whole + model.blocks[1] * letters) * model.step + meant
        self._size = end

    def _grow(self, size: int) -> None:
        if size <= len(self.hash):
            return
        room = max(size, 2 * len(self.hash), 4096)
        for name in ("hash", "edges", "masks", "shape", "votes", "script", "sums", "is_word"):
            old = getattr(self, name)
            new = np.zeros((room, *old.shape[1:]), old.dtype)
            new[: len(old)] = old
            setattr(self, name, new)


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts as numbers. T tokens in all, N texts; every text has at least the token that opens it."""

    ids: Ints  # T
    starts: Ints  # N
    text_of: Ints  # T: which text a token belongs to
    lengths: Ints  # N: tokens, the opening one included
    tongue: Ints  # N: place in language.LANGUAGES, or -1
    script: Ints  # N: block of the alphabet, 0 Latin
    masks: Masks  # T: headings, phrases included, in the text's language
    joints: Masks  # JOINTS x T: hashes of the token with what stands before it
    dense: Floats  # N x width(): what the second stage reads


# By tongue, -1 being the last: which column of `Vocabulary.masks` is read, and what the dense numbers say of it.
_COLUMN = np.array([2] * (len(language.LANGUAGES) + 1), np.int64)
_COLUMN[0], _COLUMN[FRENCH] = 0, 1
_SPOKEN = np.zeros((len(language.LANGUAGES) + 1, 2), np.float32)
_SPOKEN[0, 0] = _SPOKEN[FRENCH, 1] = 1


def read(vocabulary: Vocabulary, texts: Sequence[str]) -> Batch:
    """Read texts into numbers."""
    words = vocabulary.words
    ids, starts = vocabulary.read(texts)
    lengths = np.empty_like(starts)
    lengths[:-1] = starts[1:] - starts[:-1]
    lengths[-1] = len(ids) - starts[-1]
    text_of = np.repeat(np.arange(len(texts)), lengths)
    tongue, script = _tongue(vocabulary, ids, starts, lengths)
    masks = vocabulary.masks[ids, _COLUMN[tongue][text_of]]
    hashes = vocabulary.hash[ids]
    joints = _joined(hashes, vocabulary.edges[ids], starts)
    _add_phrases(words, masks, hashes, joints[0])
    dense = _dense(vocabulary, ids, starts, lengths, text_of, masks, tongue)
    return Batch(ids, starts, text_of, lengths, tongue, script, masks, joints, dense)


def _joined(hashes: Masks, edges: Masks, starts: Ints) -> Masks:
    """JOINTS x T: each token with the one before, with the two before, and the edges where two words meet."""
    joints = np.zeros((JOINTS, len(hashes)), np.uint64)
    first, last = edges[:, : len(_EDGES)].T, edges[:, len(_EDGES) :].T
    joints[0, 1:] = hashes[:-1]
    joints[2:, 1:] = last[:, :-1]
    joints[:, starts] = 0
    joints[0] = _pairs(joints[0], hashes)
    joints[2:] = _pairs(joints[2:], first)
    joints[1, 1:] = joints[0, :-1]
    joints[1, starts] = 0
    joints[1] = _pairs(joints[1], hashes)
    return joints


def _tongue(vocabulary: Vocabulary, ids: Ints, starts: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    tally = np.add.reduceat(vocabulary.votes[ids], starts, axis=0)
    best = tally.argmax(axis=1)
    tongue = np.where(tally.max(axis=1) >= 0.45, best, -1)
    foreign = vocabulary.script[ids]
    if not foreign.any():
        return tongue, np.zeros_like(tongue)
    count = np.add.reduceat((foreign > 0).astype(np.int64), starts)
    script = np.where(count * 2 >= lengths, np.maximum.reduceat(foreign.astype(np.int64), starts), 0)
    return np.where(script > 0, -1, tongue), script


def _add_phrases(words: Words, masks: Masks, hashes: Masks, pairs: Masks) -> None:
    """Mark the first token of every phrase on our lists."""
    for size, ahead in ((2, pairs[1:]), (3, _pairs(pairs[1:-1], hashes[2:]))):
        keys, values = words.sorted_phrases(size)
        if not len(ahead):
            continue
        place = keys.searchsorted(ahead)
        place[place == len(keys)] = 0
        hit = (keys[place] == ahead).nonzero()[0]
        if len(hit):
            masks[hit] |= values[place[hit]]


_REACH = 3  # tokens over which "not" and "you" are felt


Flags = npt.NDArray[np.bool_]


def _near(marked: Flags, text_of: Ints, *, both: bool) -> Flags | None:
    """Which tokens have a marked one within `_REACH` before them in their text, or after them too; None: not one."""
    if not marked.any():
        return None
    near = np.zeros_like(marked)
    is_one_text = text_of[-1] == 0
    for step in range(1, min(_REACH, len(text_of) - 1) + 1):
        before, after = marked[:-step], marked[step:]
        if not is_one_text:
            together = text_of[step:] == text_of[:-step]
            before, after = before & together, after & together
        near[step:] |= before
        if both:
            near[:-step] |= after
    return near


_EXTRA = 9


def _of_shapes(*names: str) -> Floats:
    """By the shape of a token (its bits as a number) x names: 1 where it is so."""
    every = np.arange(1 << len(SHAPES))
    return np.stack([(every >> SHAPES.index(name)) & 1 for name in names], axis=1).astype(np.float32)


_COUNTED = _of_shapes("shout", "handle")  # counted, and not only seen
_ENDS = _of_shapes("question", "exclaim")  # looked at in the last token


def width(words: Words) -> int:
    """How many numbers the second stage reads of one text, the first stage's own not counted."""
    return 3 * len(words.headings) + len(SHAPES) + _EXTRA


def _dense(
    vocabulary: Vocabulary,
    ids: Ints,
    starts: Ints,
    lengths: Ints,
    text_of: Ints,
    masks: Masks,
    tongue: Ints,
) -> Floats:
    words = vocabulary.words
    count = len(words.headings)
    marks = _marks(words)
    negated = _near((masks & marks.negator) != 0, text_of, both=False)
    addressed = _near((masks & marks.addressed) != 0, text_of, both=True)
    sides = np.zeros((len(masks), 3), np.uint64)  # said plainly, after "not", near "you"
    if negated is None:
        sides[:, 0] = masks
    else:
        np.copyto(sides[:, 0], masks, where=~negated)
        np.copyto(sides[:, 1], masks, where=negated)
    if addressed is not None:
        np.copyto(sides[:, 2], masks, where=addressed)
    octets = np.bitwise_or.reduceat(sides, starts).astype("<u8", copy=False).view(np.uint8)
    headings = np.unpackbits(octets, axis=1, bitorder="little").reshape(len(starts), 3, 64)[:, :, :count]
    shapes = vocabulary.shape[ids]
    present = np.bitwise_or.reduceat(shapes, starts).astype("<u2", copy=False).view(np.uint8).reshape(-1, 2)
    shouting, handles = np.add.reduceat(_COUNTED[shapes], starts, axis=0).T
    last = shapes[starts + lengths - 1]
    first = shapes[np.minimum(starts + 1, len(ids) - 1)]
    shaped = 3 * count
    extra = shaped + len(SHAPES)
    dense = np.empty((len(starts), extra + _EXTRA), np.float32)
    dense[:, :shaped] = headings.reshape(len(starts), shaped)
    dense[:, shaped:extra] = np.unpackbits(present, axis=1, count=len(SHAPES), bitorder="little")
    dense[:, extra] = np.log1p(lengths) / 3
    dense[:, extra + 1] = shouting / lengths
    dense[:, extra + 2] = np.minimum(handles, 4) / 2
    dense[:, extra + 3] = (first & 1) * (lengths > 1)
    dense[:, extra + 4 : extra + 6] = _ENDS[last]
    dense[:, extra + 6 : extra + 8] = _SPOKEN[tongue]
    dense[:, extra + 8] = lengths < 8
    return dense


_SALTS = np.array([[7], [8], [9], [10]], np.uint64)


def joint_columns(batch: Batch) -> Ints:
    """JOINTS x T: the hashed columns of each token with what stands before it."""
    return _scatter(batch.joints, _SALTS)


def dense_sum(batch: Batch, weights: Floats) -> Floats:
    """`dense_pair(batch) @ weights`, without writing the zeros down."""
    half = batch.dense.shape[1]
    found = batch.dense @ weights[:half]
    french = np.flatnonzero(batch.tongue == FRENCH)
    if len(french):
        found[french] += batch.dense[french] @ weights[half:]
    return np.asarray(found, np.float32)


def dense_pair(batch: Batch) -> Floats:
    """The dense numbers twice: for every language, and again for French alone (zero elsewhere)."""
    french = (batch.tongue == FRENCH)[:, None]
    return np.concatenate((batch.dense, np.where(french, batch.dense, np.float32(0))), axis=1)


def scale(batch: Batch) -> Floats:
    """What the sums of a text are multiplied by, so that long posts are not sure for being long."""
    return (1 / np.sqrt(batch.lengths)).astype(np.float32)
