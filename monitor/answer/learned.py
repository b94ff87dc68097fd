"""The learned half of the coach: linear heads that read one sentence, beside the patterns and never instead of them.

A head sums weights of words, word pairs, pairs with one word between, letter n-grams, and of the headings of our own
lists of hints (`monitor/data/coach/*.toml`). It is asked only where the pattern of its name is silent, and it says yes
above a threshold of its own. How the weights are made is in `learning`, what they are worth in docs/coach.md.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from monitor.answer.tongue import CODES, PARTS, Code, Part
from monitor.scoring.features import letter_columns, word_columns
from monitor.scoring.vectors import numbers_in
from monitor.scoring.words import MIX, word_hash

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Name = Part | Code

_BITS = 18  # two to this power is the number of columns of a kind
HEADS: tuple[Name, ...] = (*PARTS[1:], *CODES)
"""What is learned: all but `heard`, which is read beside the complaint."""
FEWEST = (2, 4, 4, 20)
"""Sentences in which a word, a pair, a pair over one word, a letter n-gram must stand to be learned at all."""
MAX_TOKENS = 60
"""Tokens read of one sentence."""
LONGEST = 6
"""Tokens of the longest phrase on our lists."""

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+|[!?]+|\.{3}|…|[,;:€£$%-]")
_NUMBER = "<n>"
_YOU = frozenset(("you", "your", "yours", "yourself", "yourselves", "u", "ur", "vous", "votre", "vos"))
_WE = frozenset(("we", "our", "us", "i", "my", "me", "nous", "notre", "nos", "je", "j", "mon", "ma", "mes", "on", "m"))
_NOT = frozenset(("not", "no", "never", "nothing", "nobody", "none", "t", "n", "ne", "pas", "jamais", "rien", "aucun"))
_LENGTHS = (4, 8, 14, 22)  # tokens: where a sentence begins to be short, middling, long, very long


def tokens(plain: str) -> list[str]:
    """The tokens of a folded sentence; numbers are all one, an apostrophe parts two."""
    return [_NUMBER if token[0].isdigit() else token for token in _TOKEN.findall(plain[:2_000])][:MAX_TOKENS]


@dataclass(frozen=True, slots=True, eq=False)
class Hints:
    """Our lists of one language: phrase -> the places of its headings; and the same for beginnings of words."""

    headings: tuple[str, ...]
    phrases: dict[str, tuple[int, ...]]
    stems: dict[str, tuple[int, ...]]

    def of(self, said: Sequence[str]) -> Ints:
        """How often each heading is met."""
        met = np.zeros(len(self.headings), np.int64)
        for start in range(len(said)):
            phrase = ""
            for token in said[start : start + LONGEST]:
                for size in range(3, len(token) + 1):
                    for place in self.stems.get(phrase + token[:size], ()):
                        met[place] += 1
                phrase += token
                for place in self.phrases.get(phrase, ()):
                    met[place] += 1
                phrase += " "
        return met


@cache
def hints(lang: str) -> Hints:
    """The lists that ship, of "en" or "fr"."""
    listed = tomllib.loads((shipped() / f"{lang}.toml").read_text("utf-8"))
    phrases: dict[str, tuple[int, ...]] = {}
    stems: dict[str, tuple[int, ...]] = {}
    for place, entries in enumerate(listed.values()):
        for entry in entries.split():
            phrase = " ".join(tokens(entry.rstrip("*").replace("_", " ")))
            target = stems if entry.endswith("*") else phrases
            target[phrase] = (*target.get(phrase, ()), place)
    return Hints(tuple(listed), phrases, stems)


def columns(said: Sequence[str]) -> tuple[Ints, Ints, Ints, Ints]:
    """The hashed columns of a sentence's tokens, each once, by kind: words, pairs, pairs over one word, letter n-grams.

    No column is of two kinds.
    """
    edged = np.array([word_hash(token) for token in ("<s>", *said, "</s>")], np.uint64)
    mix = np.uint64(MIX)
    near = edged[:-1] * mix + edged[1:]
    apart = (edged[:-2] * mix + edged[2:]) * mix
    words, pairs, wide = (_once(word_columns(found, _BITS)) for found in (edged[1:-1], near, apart))
    letters = _once(letter_columns(said, _BITS)[0])
    return words, pairs + (1 << _BITS), wide + (2 << _BITS), letters + (3 << _BITS)


def _once(found: Ints) -> Ints:
    """Each once, in order: `np.unique` would load a package of its own for that."""
    return np.array(sorted(set(found.tolist())), np.int64)


def numbers(said: Sequence[str], lang: str) -> Floats:
    """What is known of a sentence besides its words: headings met, met twice, met beside "you" or "we"; its shape."""
    met = hints(lang).of(said)
    you, we = (any(token in some for token in said) for some in (_YOU, _WE))
    shape = (
        *(len(said) >= size for size in _LENGTHS),
        any("?" in token for token in said),
        any("!" in token for token in said),
        "..." in said or "…" in said,
        you,
        we,
        you and not we,
        any(token in _NOT for token in said),
        _NUMBER in said,
        lang == "fr",
    )
    return np.concatenate((met > 0, met > 1, (met > 0) & you, (met > 0) & we, shape)).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """`keys`: the columns that were learned, in order; `table`: these x heads; `plain`: numbers x heads.

    Logits are calibrated (Platt 1999). `shown`: from which a head says yes; `certain`: from which it says so as
    surely as a pattern. `hearing`: what each of `hearing.COUNTS` is worth, and what is added.
    """

    keys: Ints
    table: Floats
    plain: Floats
    bias: Floats
    shown: Floats
    certain: Floats
    hearing: Floats

    def logits(self, said: Sequence[str], lang: str) -> Floats:
        """What each head makes of the tokens of one sentence, at least one."""
        met = np.concatenate(columns(said))
        place = np.minimum(np.searchsorted(self.keys, met), len(self.keys) - 1)
        words = self.table[place[self.keys[place] == met]].sum(axis=0) / np.float32(np.sqrt(len(said)))
        return np.asarray(words + numbers(said, lang) @ self.plain + self.bias, np.float32)


def shipped() -> Path:
    """The folder of the weights and lists that ship."""
    return Path(str(files("monitor") / "data" / "coach"))


@cache
def heads(folder: Path | None = None) -> Heads:
    """Read the weights, once per process; None: those that ship."""
    stored = numbers_in((folder or shipped()) / "weights.npz")
    wide = {name: stored[name].astype(np.float32) for name in ("plain", "bias", "shown", "certain", "hearing")}
    keys = stored["keys"].astype(np.int64)
    return Heads(keys=keys, table=stored["table"].astype(np.float32) * stored["step"], **wide)


@lru_cache(maxsize=1024)
def guesses(plain: str, lang: str, weights: Heads | None = None) -> tuple[tuple[Name, float, bool], ...]:
    """What the heads take one folded sentence for: (name, logit above the threshold, whether that is certain).

    `weights` None: those that ship, read when they are first needed.
    Sentences that were read before are remembered: while somebody types, only the last one changes.
    """
    said, weights = tokens(plain), weights or heads()
    if not said:
        return ()
    logits = weights.logits(said, lang)
    over = logits - weights.shown
    return tuple(
        (name, float(over[place]), bool(logits[place] >= weights.certain[place]))
        for place, name in enumerate(HEADS)
        if over[place] >= 0
    )
