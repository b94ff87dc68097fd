"""From texts to numbers: everything the model looks at, computed for many texts at once.

A raw token is looked at once and remembered (`Vocabulary`): how it is read, what it means on our lists, its hashed
word and letter n-grams and what they weigh; and so are the tokens of what stands between white space. A text is then
sums over its tokens, done by numpy for a whole batch. For a single text it is the number of calls that takes time, not
the size of what they work on: hence the wide tables that are read once (`Vocabulary.numbers`).
What is remembered is a pure function of the token, so a result never depends on what was read before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from monitor.scoring import language
from monitor.scoring import text as writing
from monitor.scoring.words import (
    FALSE_FRIENDS,
    LANGUAGES,
    MIX,
    SUBJECTS,
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
_KEEP = 120_000  # tokens remembered before all of them are forgotten; of pieces of text half as many
_LONG_PIECE = 40  # letters; what is longer hardly comes again, and is not remembered

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
TOUCHY = tuple(f"{subject} {language}" for language in LANGUAGES for subject in SUBJECTS)
"""What people quarrel over, by language: bits of a token beside its shapes."""
_BESIDE = len(SHAPES) + len(TOUCHY)
_HANDLE, _QUESTION, _EXCLAIM, _SHOUT = (1 << SHAPES.index(name) for name in ("handle", "question", "exclaim", "shout"))
FRENCH = LANGUAGES.index("fr")


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of one raw token. The masks are over the headings of our lists; over `SHAPES` and `TOUCHY`."""

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
    shape = _shape(raw, reading) | words.subjects.get(reading, 0) << len(SHAPES)
    return Token(reading, english, french, shape, votes, script)


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
    return _scatter(hashes, 99, bits)


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


_MIX, _MIX_AGAIN, _FOLDED = np.uint64(MIX), np.uint64(0xBF58476D1CE4E5B9), np.uint64(29)


def _scatter(values: Masks, salt: int | Masks, bits: int = BITS) -> Ints:
    """Spread 64-bit values evenly over the hashed columns."""
    mixed = values + salt
    mixed *= _MIX
    mixed ^= mixed >> _FOLDED
    mixed *= _MIX_AGAIN
    mixed >>= np.uint64(64 - bits)
    return mixed.view(np.int64)


def edges(reading: str) -> tuple[int, ...]:
    """Hashes of the first letters of a word, then of its last letters, by the sizes of `_EDGES`."""
    return tuple(word_hash(part) for part in (*(reading[:n] for n in _EDGES), *(reading[-n:] for n in _EDGES)))


# Rows of `Vocabulary.numbers`. The hash of a pair is what the first token passes on plus what the second one has.
_HASH = 0
_EDGE = slice(1, 1 + len(_EDGES))  # hashes of the first letters
_HASH_PASSED = _EDGE.stop
_EDGE_PASSED = slice(_HASH_PASSED + 1, _HASH_PASSED + 1 + len(_EDGES))  # of the last letters
_MASKS = slice(_EDGE_PASSED.stop, _EDGE_PASSED.stop + 3)  # headings: English, French, either
_SHAPE, _SCRIPT = _MASKS.stop, _MASKS.stop + 1
_NUMBERS = _SCRIPT + 1
# Columns of `Vocabulary.tallied`, which is added up over a text.
_VOTES = slice(0, len(language.LANGUAGES))
_SHOUTING, _HANDLES = _VOTES.stop, _VOTES.stop + 1
_TALLIED = _HANDLES + 1


class Vocabulary:
    """Remembers raw tokens, and with a model what each of them adds to its heads."""

    def __init__(self, model: Model | None = None, keep: int | None = None) -> None:
        self.words = own_words()
        self._keep = _KEEP if keep is None else keep
        self.model = model
        self._heads = 0 if model is None else len(model.bias)
        self._forget()

    def _forget(self) -> None:
        self.ids: dict[str, int] = {}
        self.pieces: dict[str, tuple[int, ...]] = {}  # what stands between white space -> its tokens
        self.raws: list[str] = []
        self.readings: list[str] = []
        self.numbers = np.zeros((_NUMBERS, 0), np.uint64)
        self.tallied = np.zeros((0, _TALLIED), np.float32)
        self.sums = np.zeros((0, self._heads), np.float32)  # what it adds to each head
        self.is_word = np.zeros(0, np.bool_)
        self._size = 0
        self._learn([""])  # token 0 opens every text

    @property
    def hash(self) -> Masks:
        """By token, the hash of what it is matched by."""
        hashes: Masks = self.numbers[_HASH]
        return hashes

    def read(self, texts: Sequence[str]) -> tuple[Ints, Ints]:
        """The token ids of all texts in one row, each text opened by token 0; where each text starts, and the end."""
        if self._size > self._keep:
            self._forget()
        if len(self.pieces) > self._keep // 2:
            self.pieces.clear()
        known = self.pieces
        cut = [writing.pieces(text) for text in texts]
        new = dict.fromkeys(piece for pieces in cut for piece in pieces if piece not in known)
        if new:
            self._take_apart(new)
        flat: list[int] = []
        bounds = [0]
        for pieces in cut:
            flat.append(0)
            flat += chain.from_iterable(map(known.__getitem__, pieces))
            del flat[bounds[-1] + 1 + MAX_TOKENS :]
            bounds.append(len(flat))
        for piece in new:
            if len(piece) > _LONG_PIECE:
                del known[piece]
        return np.array(flat, np.int64), np.array(bounds, np.int64)

    def _take_apart(self, pieces: Iterable[str]) -> None:
        """Remember the tokens of pieces of text, and learn those that were never met."""
        split = {piece: writing.split(piece) for piece in pieces}
        ids = self.ids
        new = dict.fromkeys(raw for raws in split.values() for raw in raws if raw not in ids)
        if new:
            self._learn(list(new))
        for piece, raws in split.items():
            self.pieces[piece] = tuple([ids[raw] for raw in raws])

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
        hashes = np.array([(word_hash(reading), *edges(reading)) for reading in readings], np.uint64).T
        numbers = self.numbers[:, start:end]
        numbers[_HASH], numbers[_EDGE] = hashes[0], hashes[1 : 1 + len(_EDGES)]
        numbers[_HASH_PASSED], numbers[_EDGE_PASSED] = hashes[0] * _MIX, hashes[1 + len(_EDGES) :] * _MIX
        numbers[_MASKS.start :] = np.array(
            [(t.english, t.french, t.english | t.french, t.shape, t.script) for t in tokens], np.uint64
        ).T
        self.tallied[start:end] = [(*t.votes, t.shape & _SHOUT > 0, t.shape & _HANDLE > 0) for t in tokens]
        self.is_word[start:end] = [raw[:1].isalpha() or ord(raw[0]) > 0x2300 if raw else False for raw in raws]
        if self.model is not None:
            model = self.model
            found, counts = letter_columns(readings)
            letters = np.add.reduceat(model.table[found], np.cumsum(counts) - counts, axis=0, dtype=np.float32)
            whole = model.table[word_columns(self.hash[start:end])].astype(np.float32)
            self.sums[start:end] = model.vectors.of(self.hash[start:end]) @ model.meaning
            spelt = (model.blocks[0] * whole + model.blocks[1] * letters) * model.step
            self.sums[start:end, : spelt.shape[1]] += spelt
        self._size = end

    def _grow(self, size: int) -> None:
        held = len(self.is_word)
        if size <= held:
            return
        room = max(size, 2 * held, 4096)
        for name in ("tallied", "sums", "is_word"):
            old = getattr(self, name)
            new = np.zeros((room, *old.shape[1:]), old.dtype)
            new[:held] = old
            setattr(self, name, new)
        numbers = np.zeros((_NUMBERS, room), np.uint64)
        numbers[:, :held] = self.numbers
        self.numbers = numbers


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
    headings: Masks  # N: all headings of a text
    joints: Masks  # JOINTS x T: hashes of the token with what stands before it
    dense: Floats  # N x width(): what the heads read beside the words


# By tongue, -1 being the last: which row of `Vocabulary.numbers` is read.
_MASKS_OF = np.full(len(language.LANGUAGES) + 1, _MASKS.start + 2, np.int64)
_MASKS_OF[0], _MASKS_OF[FRENCH] = _MASKS.start, _MASKS.start + 1
_SURE_TONGUE = float(np.float32(0.45))  # votes from which a text is in a language


def read(vocabulary: Vocabulary, texts: Sequence[str]) -> Batch:
    """Read texts into numbers."""
    words = vocabulary.words
    ids, bounds = vocabulary.read(texts)
    starts, lengths = bounds[:-1], bounds[1:] - bounds[:-1]
    text_of = np.repeat(np.arange(len(texts)), lengths)
    numbers = vocabulary.numbers.take(ids, axis=1)
    tally = np.add.reduceat(vocabulary.tallied.take(ids, axis=0), starts, axis=0).tolist()
    tongue, script = _tongue(tally, numbers[_SCRIPT], starts, lengths)
    rows = _MASKS_OF.take(tongue)
    masks = numbers[rows[0]] if len(texts) == 1 else numbers[rows.take(text_of), np.arange(len(ids))]
    joints = _joined(numbers, starts)
    _add_phrases(words, masks, joints)
    said = _said(words, masks, numbers[_SHAPE], starts, text_of)
    first, last = numbers[_SHAPE].take(starts + 1, mode="clip"), numbers[_SHAPE].take(bounds[1:] - 1)
    extras = _extras(tally, lengths.tolist(), first.tolist(), last.tolist(), tongue.tolist())
    dense = _dense(said, len(words.headings), extras)
    return Batch(ids, starts, text_of, lengths, tongue, script, masks, said[0] | said[1], joints, dense)


def _joined(numbers: Masks, starts: Ints) -> Masks:
    """JOINTS x T: each token with the one before, with the two before, and the edges where two words meet."""
    joints = np.empty((JOINTS, numbers.shape[1]), np.uint64)
    np.add(numbers[_HASH_PASSED, :-1], numbers[_HASH, 1:], out=joints[0, 1:])
    np.add(numbers[_EDGE_PASSED, :-1], numbers[_EDGE, 1:], out=joints[2:, 1:])
    joints[0, starts] = 0
    np.multiply(joints[0, :-1], _MIX, out=joints[1, 1:])
    joints[1] += numbers[_HASH]
    joints[1:, starts] = 0
    return joints


# The few numbers of a text are made in Python: for a single text that is quicker than an array for each of them.


def _tongue(tally: list[list[float]], foreign: Masks, starts: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    votes = [row[_VOTES] for row in tally]
    tongue = np.array([row.index(most) if (most := max(row)) >= _SURE_TONGUE else -1 for row in votes], np.int64)
    if not np.count_nonzero(foreign):
        return tongue, np.zeros(len(tongue), np.int64)
    count = np.add.reduceat((foreign > 0).astype(np.int64), starts)
    script = np.where(count * 2 >= lengths, np.maximum.reduceat(foreign.astype(np.int64), starts), 0)
    return np.where(script > 0, -1, tongue), script


def _add_phrases(words: Words, masks: Masks, joints: Masks) -> None:
    """Mark the first token of every phrase on our lists."""
    ends = joints[:2].ravel()  # pairs of words, then triples, where they end
    likely = words.like_phrases(ends).nonzero()[0]
    for place, key in zip(likely.tolist(), ends.take(likely).tolist(), strict=True):
        more, last = divmod(place, len(masks))
        if mask := words.phrases[2 + more].get(key):
            masks[last - 1 - more] |= np.uint64(mask)


_REACH = 3  # tokens over which "not" and "you" are felt
Flags = npt.NDArray[np.bool_]


def _near(marked: Flags, text_of: Ints, *, both: bool) -> Flags | None:
    """Which tokens have a marked one within `_REACH` before them in their text, or after them too; None: not one."""
    if not np.count_nonzero(marked):
        return None
    near = np.zeros(len(marked), np.bool_)
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


_LOG = (np.log1p(np.arange(MAX_TOKENS + 2)) / 3).tolist()  # by the number of tokens


def width(words: Words) -> int:
    """How many numbers the heads read of one text beside its words."""
    return 3 * len(words.headings) + _BESIDE + _EXTRA


def touchy(words: Words) -> slice:
    """Where `TOUCHY` stands among these numbers."""
    return slice(width(words) - _EXTRA - len(TOUCHY), width(words) - _EXTRA)


def _said(words: Words, masks: Masks, shapes: Masks, starts: Ints, text_of: Ints) -> Masks:
    """4 x N: the headings of a text said plainly, after "not", near "you"; its shapes and subjects."""
    marks = _marks(words)
    negated = _near((masks & marks.negator) != 0, text_of, both=False)
    addressed = _near((masks & marks.addressed) != 0, text_of, both=True)
    said = np.zeros((4, len(masks)), np.uint64)
    if negated is None:
        said[0] = masks
    else:
        np.copyto(said[0], masks, where=~negated)
        np.copyto(said[1], masks, where=negated)
    if addressed is not None:
        np.copyto(said[2], masks, where=addressed)
    said[3] = shapes
    return np.bitwise_or.reduceat(said, starts, axis=1)


def _extras(
    tally: list[list[float]], lengths: list[int], first: list[int], last: list[int], tongue: list[int]
) -> list[tuple[float, ...]]:
    """N x `_EXTRA`: how long a text is, how loud, whom it names, by the shapes of its first and last token too."""
    return [
        (
            _LOG[length],
            row[_SHOUTING] / length,
            min(row[_HANDLES], 4) / 2,
            opens & _HANDLE > 0,
            ends & _QUESTION > 0,
            ends & _EXCLAIM > 0,
            spoken == 0,
            spoken == FRENCH,
            length < 8,
        )
        for row, length, opens, ends, spoken in zip(tally, lengths, first, last, tongue, strict=True)
    ]


def _dense(said: Masks, headings: int, extras: list[tuple[float, ...]]) -> Floats:
    """N x width(): the headings, shapes and subjects of `_said`, a number a bit, and the extras."""
    texts, shaped = said.shape[1], 3 * headings
    bits = np.unpackbits(said.T.astype("<u8", order="C").view(np.uint8), axis=1, bitorder="little")
    dense = np.empty((texts, shaped + _BESIDE + _EXTRA), np.float32)
    dense[:, :shaped].reshape(texts, 3, headings)[:] = bits.reshape(texts, 4, 64)[:, :3, :headings]
    dense[:, shaped:-_EXTRA] = bits[:, 3 * 64 : 3 * 64 + _BESIDE]
    dense[:, -_EXTRA:] = extras
    return dense


_SALTS = np.array([[7], [8], [9], [10]], np.uint64)


def joint_columns(batch: Batch) -> Ints:
    """JOINTS x T: the hashed columns of each token with what stands before it."""
    return _scatter(batch.joints, _SALTS)


def dense_sum(batch: Batch, weights: Floats) -> Floats:
    """`dense_pair(batch) @ weights`, without writing the zeros down."""
    half = batch.dense.shape[1]
    found = batch.dense @ weights[:half]
    french = (batch.tongue == FRENCH).nonzero()[0]
    if len(french):
        found[french] += batch.dense[french] @ weights[half:]
    return np.asarray(found, np.float32)


def dense_pair(batch: Batch) -> Floats:
    """The dense numbers twice: for every language, and again for French alone (zero elsewhere)."""
    french = (batch.tongue == FRENCH)[:, None]
    return np.concatenate((batch.dense, np.where(french, batch.dense, np.float32(0))), axis=1)


def scale(batch: Batch) -> Floats:
    """What the sums of a text are multiplied by, so that long posts are not sure for being long."""
    return _SCALE.take(batch.lengths)


_SCALE = np.append(0, 1 / np.sqrt(np.arange(1, MAX_TOKENS + 2))).astype(np.float32)
