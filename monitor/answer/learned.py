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
FEWEST = (2, 4, 4, 22, 10)
"""Sentences in which a word, a pair, a pair over one word, a letter n-gram, a piece of the build must stand to be
learned at all."""
MAX_TOKENS = 60
"""Tokens read of one sentence."""
LONGEST = 6
"""Tokens of the longest phrase on our lists."""

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+|[!?]+|\.{3}|…|[,;:€£$%-]")
_NUMBER = "<n>"
_YOU = frozenset(("you", "your", "yours", "yourself", "yourselves", "u", "ur", "vous", "votre", "vos"))
_WE = frozenset(("we", "our", "us", "i", "my", "me", "nous", "notre", "nos", "je", "j", "mon", "ma", "mes", "on", "m"))
_NOT = frozenset(("not", "no", "never", "nothing", "nobody", "none", "t", "n", "ne", "pas", "jamais", "rien", "aucun"))
_SMALL: dict[str, frozenset[str]] = {
    "en": frozenset(
        """a about after again all an and any anyone are as at back be because been before being but by came
        can could d day days did didn do don down even ever every first for from get go got had has have he
        her here him his how i if in into is isn it its just know last left let like ll look m made make may
        maybe me might more most must my name never new next no nobody not nothing now of off on once one
        only or our out over own people perhaps please put re really right s said same say see seems she
        should since so some sorry still such t take team tell than thank thanks that the their them then
        there these they thing things this those through time to today told tomorrow too twice two under
        until up us ve very was way we well went were what when where which while who whole why will with
        without would wrong year you your yours""".split()  # noqa: SIM905
    ),
    "fr": frozenset(
        """a ai ait ans apres as au aucun aucune aurait auriez aussi autre autres aux avait avant avec avez
        aviez avoir avons bien bon c ca car ce cela celui ces cet cette chaque chez comme d dans de deja
        demain depuis des desole desoles deux devant dire dit dont du elle elles en encore entre est et
        etait etant ete etes etiez etre eu excuses faire fait fallait faut faute fois font grand h heure
        heures ici il ils j jamais je jour jours juste l la le les leur lors lui m ma mais mal meme merci
        mes mieux moi moins mois mon moment monsieur madame n ne ni nom non nos notre nous nuit on ont ou
        oui par pardon parce pas passe pendant personne petit peu peut pour pourquoi plus pouvez premier
        pris prochaine pu puis qu quand que quel quelle quelques qui quoi reste rien s sa sans savez se sera
        serait seul si sien soir soit sommes son sont sous suffit suis sur t te temps tes toi ton toujours
        tous tout toute toutes tres trois trop tu un une va vers vient voici voir vos votre voulu vous
        vraiment vu y""".split()  # noqa: SIM905
    ),
}  # fmt: skip
_ENDING = {
    "en": re.compile(r"(?:ed|ing|ly|s)$"),
    "fr": re.compile(r"(?:ez|er|ir|re|ais|ait|aient|ions|ment|ee?s?|i[st]?|us?)$"),
}
_STRANGE = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
_QUOTED = re.compile('["“”«»]')
_OPENING = re.compile(
    r"\W*(?:oh|ah|aw|well|wow|right|ok|funny|bless|what an?|how|goodness|eh bien|alors|tiens|ben|bah|bravo|quelle?|"
    r"dites|ma foi|chapeau)\b"
)
_ADDRESS = re.compile(
    r"\b(?:madam|sir|dear|darling|love|majesty|highness|mate|pal|buddy|sunshine|monsieur|madame|mon grand|ma chere|"
    r"cher|chere|mon petit|ma petite|mon bon|altesse|majeste)\b"
)
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


def _build_of(said: Sequence[str], lang: str) -> list[str]:
    """Runs of two to four tokens in which only small words are themselves, and of the others their endings are left:
    "if you had read" and "if you had asked" are built alike."""
    small, ending = _SMALL[lang], _ENDING[lang]
    bare = ["<s>"]
    for token in said:
        if token in small or not token.isalpha():
            bare.append(token)
        else:
            end = ending.search(token)
            bare.append("+" + (end.group() if end else ""))
    bare.append("</s>")
    return [" ".join(bare[at : at + size]) for size in (2, 3, 4) for at in range(len(bare) - size + 1)]


def columns(said: Sequence[str], lang: str) -> tuple[Ints, ...]:
    """The hashed columns of a sentence's tokens, each once, by kind: words, pairs, pairs over one word, letter n-grams,
    the build of the sentence. No column is of two kinds.
    """
    edged = np.array([word_hash(token) for token in ("<s>", *said, "</s>")], np.uint64)
    mix = np.uint64(MIX)
    near = edged[:-1] * mix + edged[1:]
    apart = (edged[:-2] * mix + edged[2:]) * mix
    words, pairs, wide = (_once(word_columns(found, _BITS)) for found in (edged[1:-1], near, apart))
    letters = _once(letter_columns(said, _BITS)[0])
    built = _once(word_columns(np.array([word_hash(run) for run in _build_of(said, lang)], np.uint64), _BITS))
    return words, pairs + (1 << _BITS), wide + (2 << _BITS), letters + (3 << _BITS), built + (4 << _BITS)


def _once(found: Ints) -> Ints:
    """Each once, in order: `np.unique` would load a package of its own for that."""
    return np.array(sorted(set(found.tolist())), np.int64)


def numbers(plain: str, said: Sequence[str], lang: str) -> Floats:
    """What is known of a folded sentence besides its tokens: headings met, met twice, met beside "you" or "we"; its
    shape; signs of mockery that are no words."""
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
        *(bool(sign.search(plain)) for sign in (_STRANGE, _QUOTED, _ADDRESS)),
        bool(_OPENING.match(plain)),
    )
    return np.concatenate((met > 0, met > 1, (met > 0) & you, (met > 0) & we, shape)).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """`keys`: the columns that were learned, in order; `table`: these x heads; `plain`: numbers x heads.

    Logits are calibrated (Platt 1999). `around`: what each thing that stands round a sentence adds to them (the last
    is always added). `shown`: from which sum a head says yes; `vetoed`: below which it takes back what a pattern
    found; `certain`: from which its own logit says yes as surely as a pattern, whatever stands round the sentence.
    `hearing`: what each of `hearing.COUNTS` is worth, and what is added.
    """

    keys: Ints
    table: Floats
    plain: Floats
    bias: Floats
    around: Floats
    shown: Floats
    vetoed: Floats
    certain: Floats
    hearing: Floats

    def logits(self, plain: str, said: Sequence[str], lang: str) -> Floats:
        """What each head makes of one folded sentence and its tokens, at least one."""
        met = np.concatenate(columns(said, lang))
        place = np.minimum(np.searchsorted(self.keys, met), len(self.keys) - 1)
        words = self.table[place[self.keys[place] == met]].sum(axis=0) / np.float32(np.sqrt(len(said)))
        return np.asarray(words + numbers(plain, said, lang) @ self.plain + self.bias, np.float32)


_WIDE = ("plain", "bias", "around", "shown", "vetoed", "certain", "hearing")


def shipped() -> Path:
    """The folder of the weights and lists that ship."""
    return Path(str(files("monitor") / "data" / "coach"))


@cache
def heads(folder: Path | None = None) -> Heads:
    """Read the weights, once per process; None: those that ship."""
    stored = numbers_in((folder or shipped()) / "weights.npz")
    wide = {name: stored[name].astype(np.float32) for name in _WIDE}
    keys = np.cumsum(stored["keys"], dtype=np.int64)
    return Heads(keys=keys, table=np.ascontiguousarray(stored["table"].T) * stored["step"], **wide)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the heads make of one sentence of a draft, one number for each of `HEADS`."""

    over: tuple[float, ...]  # above the threshold; below 0: not shown
    is_certain: tuple[bool, ...]
    is_vetoed: tuple[bool, ...]


def judge(plain: str, lang: str, around: Floats, weights: Heads | None = None) -> Judged | None:
    """What the heads make of a folded sentence among others (`around.around`, one row); None without any word.

    `weights` None: those that ship, read when they are first needed.
    """
    weights = weights or heads()
    own = _own(plain, lang, weights)
    if own is None:
        return None
    both = own + around @ weights.around[:-1] + weights.around[-1]
    is_certain = own >= weights.certain
    over = np.where(is_certain, np.maximum(both - weights.shown, 0), both - weights.shown)
    return Judged(tuple(over.tolist()), tuple(is_certain.tolist()), tuple((both < weights.vetoed).tolist()))


@lru_cache(maxsize=1024)
def _own(plain: str, lang: str, weights: Heads) -> Floats | None:
    """Remembered: while somebody types, only the last sentence changes."""
    said = tokens(plain)
    return weights.logits(plain, said, lang) if said else None
