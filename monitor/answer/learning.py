"""Builds the learned half of the coach from labelled replies and single sentences. The same data give the same bytes.

scikit-learn is needed here and in `monitor.scoring.train`, and nowhere else.
"""

from __future__ import annotations

import hashlib
import json
import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from monitor.answer.coach import TONGUES, is_asked, is_met, overlap, surroundings
from monitor.answer.learned import FEWEST, HEADS, Floats, Heads, Ints, Name, columns, numbers, shipped, tokens
from monitor.answer.reading import read
from monitor.answer.tongue import CODES, PARTS
from monitor.scoring.calibrating import calibrate
from monitor.scoring.labelled import DataError

Flags = npt.NDArray[np.bool_]

SETS = ("en", "fr", "elsewhere", "later", "last", "plain", "fresh", "unmet", "bare")
SINGLE = ("sentences-en", "sentences-fr")
FOLDS = 5
BLOCK = 6
"""Neighbouring lines of single sentences that are never split: a sentence and its near miss stand together."""
COST = 10.0
# How strongly words, pairs, pairs over one word, letter n-grams and the build speak before anything is learned.
_STRENGTH = (0.7, 0.5, 0.35, 0.5, 0.7)
_PLAIN = np.float32(0.2)  # and what is known of a sentence besides
_SLIGHT = 1  # steps of eight bits
_ROUNDS = 20  # of liblinear
_SEED = 20_261
_HARMLESS = 4.0
"""What a sentence of a draft that does not mean a name weighs: of such nearly all drafts are made."""
MEANT: Mapping[Name, int] = {
    "acknowledged": 13, "sympathised": 18, "repair": 28, "repentance": 24, "conditional": 5, "inconvenience": 1,
    "but": 1, "passive": 12, "policy": 14, "blame": 22, "minimise": 18, "wall": 4, "thanks_patience": 1,
    "compensation": 12, "heated": 24,
}  # fmt: skip
"""Of 1,000 sentences of drafts, how many mean a name that its pattern misses: as in `unmet` and `bare`, unseen."""
AIM = 0.80
"""Of what a head shows in real drafts so much is to be right."""
LOOSER: Mapping[Name, float] = {"blame": 0.70, "heated": 0.70, "minimise": 0.70}
"""The same where patterns know about half of what is said in drafts they have not seen."""
LEAST = 1.0
"""A head that would find fewer sentences in a thousand stays silent: it can do more harm than good."""
SURE = 0.98
VETO: Mapping[Name, float] = {"blame": 0.02, "repentance": 0.02, "sympathised": 0.02}
"""The share of what a pattern rightly finds that a head may take back, where patterns err in drafts that are new."""
_AROUND = 0.05  # how freely what stands round a sentence is learned
HEARD = 0.3
"""How likely it must be that a draft repeats a detail: of those above it more than nine in ten do."""
_BY_OTHERS = ("fresh", "unmet", "bare")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One folded sentence. A name that is not in `labels` was not judged."""

    plain: str
    lang: str
    labels: Mapping[Name, int]
    asked: frozenset[Name]  # names whose pattern and whose exceptions are silent
    met: frozenset[Name]  # names whose pattern finds it
    data: str
    fold: int
    around: Floats | None = None  # what stands round it in its draft; None: a single sentence

    @property
    def is_of_a_draft(self) -> bool:
        """Written as part of an answer, so that it says how often a thing is said at all."""
        return self.data not in SINGLE


def replies_folder() -> Path:
    """The labelled replies, in the source tree."""
    return shipped().parent / "replies"


def read_sentences(without: Sequence[str] = ()) -> list[Sentence]:
    """Every sentence of the labelled replies, but for the sets `without`. Raises DataError."""
    found: list[Sentence] = []
    for name in (*SETS, *SINGLE):
        path = replies_folder() / f"{name}.jsonl"
        if name in without or not path.exists():
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines()):
            try:
                row = json.loads(line)
                found += [_single(row, name, number)] if name in SINGLE else _of_draft(row, name)
            except (ValueError, KeyError, TypeError) as error:
                raise DataError(f"{path.name}, line {number + 1}: {error!r}") from error
    if not found:
        raise DataError(f"No labelled replies in {replies_folder()}")
    return found


def _rows(name: str) -> Iterator[dict[str, object]]:
    """The replies of one set."""
    for line in (replies_folder() / f"{name}.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)


def _fold(data: str, key: str) -> int:
    """Sets of replies leave as a whole, but the two large ones."""
    if data in SINGLE or data in ("en", "fr"):
        return zlib.crc32(f"{data}/{key}".encode()) % FOLDS
    return SETS.index(data) % FOLDS


def _asked(plain: str, lang: str) -> frozenset[Name]:
    return frozenset(name for name in HEADS if is_asked(plain, name, TONGUES[lang]))


def _met(plain: str, lang: str) -> frozenset[Name]:
    return frozenset(name for name in HEADS if is_met(plain, name, TONGUES[lang]))


def _single(row: Mapping[str, object], data: str, number: int) -> Sentence:
    labels = row["labels"]
    if not isinstance(labels, list) or not set(labels) <= {*PARTS, *CODES}:
        raise ValueError(f"labels {labels}")
    lang, plain = data[-2:], read(str(row["text"])).plain
    said: dict[Name, int] = {name: int(name in labels) for name in HEADS}
    fold = _fold(data, str(number // BLOCK))
    return Sentence(plain, lang, said, _asked(plain, lang), _met(plain, lang), data, fold)


def _of_draft(row: Mapping[str, object], data: str) -> list[Sentence]:
    draft, lang = str(row["draft"]), str(row["lang"])
    said, tongue = read(draft), TONGUES[lang]
    found, findings = [], row["findings"]
    if not isinstance(findings, list):
        raise ValueError("findings")
    marked = [(f["code"], draft.index(f["text"]), draft.index(f["text"]) + len(f["text"])) for f in findings]
    fold = _fold(data, str(row["id"]))
    for (start, end), around in surroundings(said, str(row["complaint"]), tongue):
        plain, (first, last) = said.plain[start:end], said.span(start, end)
        met = _met(plain, lang)
        labels: dict[Name, int] = {
            code: int(any(name == code and a < last and first < b for name, a, b in marked)) for code in CODES
        }
        for part in PARTS[1:]:
            if not row[part]:
                labels[part] = 0
            elif part in met:  # which sentence has it is not labelled: only this one is known
                labels[part] = 1
        found.append(Sentence(plain, lang, labels, _asked(plain, lang), met, data, fold, around))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The columns that are learned, in order, and what a sentence's place in each is multiplied by."""

    keys: Ints
    weights: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Sentences as numbers. `hashed`: a scipy CSR matrix of N x columns; `plain`: N x numbers."""

    hashed: object
    plain: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """One linear head."""

    hashed: Floats
    plain: Floats
    bias: float

    def logits(self, matrix: Matrix, rows: Ints) -> Floats:
        linear = matrix.hashed[rows] @ self.hashed  # type: ignore[index]
        return np.asarray(linear + matrix.plain[rows] @ self.plain + self.bias, np.float32)

    def scaled(self, slope: float, shift: float) -> Head:
        """The head whose logits are `slope` times these, plus `shift`."""
        return Head(self.hashed * slope, self.plain * slope, self.bias * slope + shift)


def fit_head(matrix: Matrix, rows: Ints, wanted: Ints, weight: Floats) -> Head:
    """Logistic regression on some rows (liblinear, dual, fixed seed)."""
    from scipy import sparse
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    wide = matrix.plain.shape[1]
    if len(set(wanted.tolist())) == 1:  # nothing to tell apart
        columns = np.zeros(matrix.hashed.shape[1], np.float32)  # type: ignore[attr-defined]
        return Head(columns, np.zeros(wide, np.float32), 4.0 if wanted[0] else -4.0)
    plain = sparse.csr_matrix(matrix.plain[rows] * _PLAIN)
    both = sparse.hstack((matrix.hashed[rows], plain)).tocsr()  # type: ignore[index]
    learner = LogisticRegression(
        C=COST, solver="liblinear", dual=True, max_iter=_ROUNDS, random_state=_SEED, intercept_scaling=3.0
    )
    with warnings.catch_warnings():
        # The rounds are few on purpose: more of them change nothing that can be measured.
        warnings.simplefilter("ignore", ConvergenceWarning)
        learner.fit(both, wanted, sample_weight=weight)
    weights = learner.coef_[0].astype(np.float32)
    return Head(weights[:-wide], weights[-wide:] * _PLAIN, float(learner.intercept_[0]))


def build_matrix(found: Sequence[Sentence]) -> tuple[Matrix, Columns]:
    """Sentences as the heads see them; which columns there are, and how rare each is, is learned from them."""
    from scipy import sparse

    said = [tokens(each.plain) or ["<n>"] for each in found]
    met = [columns(each, one.lang) for each, one in zip(said, found, strict=True)]
    scale = np.array([1 / np.sqrt(len(each)) for each in said], np.float32)
    blocks, keys, weights = [], [], []
    for kind, (fewest, strength) in enumerate(zip(FEWEST, _STRENGTH, strict=True)):
        sizes = np.array([len(each[kind]) for each in met])
        known, place, count = np.unique(
            np.concatenate([each[kind] for each in met]), return_inverse=True, return_counts=True
        )
        rare = (np.log((1 + len(found)) / (1 + count)) + 1).astype(np.float32) * (count >= fewest)
        values = rare[place] * np.repeat(scale, sizes)
        shape = (len(found), len(known))
        block = sparse.csr_matrix((values, place, np.cumsum([0, *sizes])), shape=shape, dtype=np.float32)
        block = block[:, np.flatnonzero(rare)]
        length = np.median(np.sqrt(np.asarray(block.multiply(block).sum(axis=1)).ravel()))
        factor = np.float32(strength / length)
        blocks.append(block.multiply(factor))
        keys.append(known[rare > 0])
        weights.append(rare[rare > 0] * factor)
    plain = np.stack([numbers(one.plain, each, one.lang) for each, one in zip(said, found, strict=True)])
    matrix = Matrix(sparse.hstack(blocks).tocsr().astype(np.float32), plain)
    return matrix, Columns(np.concatenate(keys), np.concatenate(weights).astype(np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """One head, and what it said (logits) to every sentence whose fold it had not seen."""

    head: Head
    unseen: Floats
    rows: Ints  # the sentences that were judged
    wanted: Ints


def learn(found: Sequence[Sentence], matrix: Matrix, name: Name) -> Learned:
    """A calibrated head for one name."""
    rows = np.array([i for i, each in enumerate(found) if name in each.labels], np.int64)
    wanted = np.array([found[i].labels[name] for i in rows], np.int64)
    folds = np.array([found[i].fold for i in rows])
    plain = np.ones(len(rows), np.float32)
    harmless = np.array([found[i].is_of_a_draft and not found[i].labels[name] for i in rows])
    weight = np.where(harmless, np.float32(_HARMLESS), plain)
    unseen = np.zeros(len(rows), np.float32)
    for fold in range(FOLDS):
        kept, out = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        if len(out):
            unseen[out] = fit_head(matrix, rows[kept], wanted[kept], weight[kept]).logits(matrix, rows[out])
    slope, shift = calibrate(unseen, wanted, plain)
    head = fit_head(matrix, rows, wanted, weight).scaled(slope, shift)
    return Learned(head, np.asarray(unseen * slope + shift, np.float32), rows, wanted)


@dataclass(frozen=True, slots=True, eq=False)
class Around:
    """What stands round a sentence, weighed for one name: to be added to a logit."""

    weights: Floats  # the last is always added
    unseen: Mapping[int, float]  # place of a draft's sentence -> what is added, by weights that had not seen its fold
    meant: Floats  # of these those that mean the name


def learn_around(found: Sequence[Sentence], name: Name) -> Around:
    """How much likelier a name is among such sentences than among any (logistic regression, the share taken out)."""
    from sklearn.linear_model import LogisticRegression

    rows = np.array([i for i, each in enumerate(found) if each.around is not None], np.int64)
    there = np.stack([found[i].around for i in rows])
    wanted = np.array([found[i].labels.get(name, 0) for i in rows], np.int64)
    folds = np.array([found[i].fold for i in rows])

    def fit(kept: Flags) -> Floats:
        learner = LogisticRegression(C=_AROUND, max_iter=2000).fit(there[kept], wanted[kept])
        share = wanted[kept].mean()
        return np.append(learner.coef_[0], learner.intercept_ - np.log(share / (1 - share))).astype(np.float32)

    unseen = np.zeros(len(rows), np.float32)
    for fold in range(FOLDS):
        out = folds == fold
        if out.any():
            weights = fit(~out)
            unseen[out] = there[out] @ weights[:-1] + weights[-1]
    return Around(
        fit(np.ones(len(rows), np.bool_)), dict(zip(rows.tolist(), unseen.tolist(), strict=True)), unseen[wanted == 1]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """From which sum a head says yes, and what it did there with sentences that were new to it and to the pattern."""

    at: float
    reach: float  # share of the sentences that mean the name
    false: float  # share of the sentences of drafts that do not
    vetoed: float
    certain: float


def choose(found: Sequence[Sentence], name: Name, learned: Learned, around: Around) -> Threshold:
    """The lowest sum at which `AIM` (or `LOOSER`) of what is shown would be right, were `MEANT` sentences meant.

    Only sentences count on which the pattern is silent. A single sentence that means the name is put where those of
    drafts that mean it stand, one after the other. Half a sentence is added to the false ones, because none among so
    few is not none at all.
    """
    asked, met, drafts = (
        np.array([test(found[i]) for i in learned.rows], np.bool_)
        for test in (lambda one: name in one.asked, lambda one: name in one.met, lambda one: one.is_of_a_draft)
    )
    beside = np.array([around.unseen.get(int(i), 0.0) for i in learned.rows], np.float32)
    both, is_meant = learned.unseen + beside, learned.wanted == 1

    def placed(kept: Flags) -> Floats:
        singles = (learned.unseen[kept & ~drafts][:, None] + around.meant).ravel()
        return np.sort(np.concatenate((singles, np.repeat(both[kept & drafts], len(around.meant)))))

    meant, other = placed(asked & is_meant), np.sort(both[asked & ~is_meant & drafts])
    reach = 1 - np.arange(len(meant)) / max(1, len(meant))
    false = (len(other) - np.searchsorted(other, meant) + 0.5) / max(1, len(other))
    share, aim = MEANT[name] / 1000, LOOSER.get(name, AIM)
    good = np.flatnonzero((share * reach >= aim * (share * reach + false)) & (1000 * share * reach >= LEAST))
    vetoed = float(np.quantile(placed(met & is_meant), VETO[name])) if name in VETO else -np.inf
    if not len(good):
        return Threshold(at=np.inf, reach=0.0, false=0.0, vetoed=vetoed, certain=np.inf)
    own = learned.unseen
    return Threshold(
        at=float(meant[good[0]]),
        reach=float(reach[good[0]]),
        false=float(false[good[0]]),
        vetoed=vetoed,
        certain=_certain(np.sort(own[asked & is_meant]), own[asked & ~is_meant], own[asked & ~is_meant & drafts]),
    )


def _certain(meant: Floats, near: Floats, other: Floats) -> float:
    """From which logit `SURE` of the asked sentences mean it, near misses included, and of the drafts' every one."""
    for at in meant.tolist():
        right, wrong = int((meant >= at).sum()), int((near >= at).sum())
        if not (other >= at).any() and right >= SURE * (right + wrong):
            return float(at)
    return float(np.inf)


def learn_hearing(without: Sequence[str] = ()) -> Floats:
    """What each of `hearing.COUNTS` is worth for `heard`, and what is added, so that 0 is the threshold.

    From the labelled replies, but for the sets `without`. Logistic regression; replies by hands that had not seen
    the first rules of `heard` weigh double, for they are nearer to what will come.
    """
    from sklearn.linear_model import LogisticRegression

    met, wanted, weight = [], [], []
    for name in SETS:
        for row in [] if name in without else _rows(name):
            met.append(overlap(str(row["complaint"]), str(row["draft"]), str(row["lang"])))
            wanted.append(int(str(row["heard"])))
            weight.append(2.0 if name in _BY_OTHERS else 1.0)
    learner = LogisticRegression(C=0.3, max_iter=1000).fit(np.stack(met), wanted, sample_weight=weight)
    shift = learner.intercept_ - np.log(HEARD / (1 - HEARD))
    return np.concatenate((learner.coef_[0], shift)).astype(np.float32)


def build(
    found: Sequence[Sentence], names: Sequence[Name] = HEADS, without: Sequence[str] = ()
) -> tuple[Heads, dict[Name, Threshold]]:
    """The heads of some names, and how each threshold was chosen. `without`: sets that `found` does not hold."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):  # sums in another order would end in other bytes
        matrix, known = build_matrix(found)
        learned = [learn(found, matrix, name) for name in names]
    beside = [learn_around(found, name) for name in names]
    chosen = [choose(found, *each) for each in zip(names, learned, beside, strict=True)]
    # A head that never speaks needs no weights: they would only be large.
    speaks = [each.at < np.inf or each.vetoed > -np.inf for each in chosen]
    heads = Heads(
        keys=known.keys,
        table=np.stack(
            [each.head.hashed * known.weights * is_used for each, is_used in zip(learned, speaks, strict=True)], axis=1
        ),
        plain=np.stack([each.head.plain for each in learned], axis=1),
        bias=np.array([each.head.bias for each in learned], np.float32),
        around=np.stack([each.weights for each in beside], axis=1),
        shown=np.array([each.at for each in chosen], np.float32),
        vetoed=np.array([each.vetoed for each in chosen], np.float32),
        certain=np.array([each.certain for each in chosen], np.float32),
        hearing=learn_hearing(without),
    )
    return heads, dict(zip(names, chosen, strict=True))


def packed(heads: Heads) -> dict[str, npt.NDArray[np.generic]]:
    """The heads as they lie on disk: 8 bits for a weight of a column, 16 for any other. Head by head, columns by the
    step from one to the next, and nothing for what is slight: so it packs into two thirds."""
    step = np.maximum(np.abs(heads.table).max(axis=0), 1e-9) / 127
    table = np.round(heads.table / step).astype(np.int8)
    return {
        "keys": np.diff(heads.keys, prepend=0).astype(np.uint32),
        "table": np.ascontiguousarray(np.where(np.abs(table) <= _SLIGHT, np.int8(0), table).T),
        "step": step.astype(np.float32),
        "plain": heads.plain.astype(np.float16),
        "bias": heads.bias,
        "around": heads.around.astype(np.float16),
        "shown": heads.shown,
        "vetoed": heads.vetoed,
        "certain": heads.certain,
        "hearing": heads.hearing,
    }


def save(heads: Heads, card: Mapping[str, object], folder: Path) -> None:
    """Write the heads and their card. The same heads give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "weights.npz", allow_pickle=False, **packed(heads))
    (folder / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", "utf-8")


def describe(found: Sequence[Sentence], chosen: Mapping[Name, Threshold], columns_kept: int) -> dict[str, object]:
    """The card: what the heads are made of, and what they did with sentences that were new to them."""
    data = []
    for name in dict.fromkeys(each.data for each in found):
        digest = hashlib.sha256((replies_folder() / f"{name}.jsonl").read_bytes()).hexdigest()
        data.append({"data": name, "sentences": sum(each.data == name for each in found), "sha256": digest})
    lists = hashlib.sha256(b"".join((shipped() / f"{lang}.toml").read_bytes() for lang in ("en", "fr"))).hexdigest()
    return {
        "what": "one linear head per part (but heard) and per marker, over one sentence: hashed words, pairs, pairs "
        "over one word, letter n-grams (2-5), headings of our own lists of hints",
        "licence": "MIT, all of it written for this project",
        "data": data,
        "hints": lists,
        "columns": columns_kept,
        "unseen": {
            name: {
                "reach": round(each.reach, 3),
                "false_in_1000": round(1000 * each.false, 2),
                "meant": sum(one.labels.get(name, 0) for one in found if name in one.asked),
            }
            for name, each in chosen.items()
        },
        "limits": [
            "English and French",
            "knows of the sentences round it only what the patterns find there, and next to nothing of the complaint",
            "most of what no pattern knows is not known here either: `reach` is the share of it that is found",
        ],
    }


def train(out: Path, without: Sequence[str] = ()) -> Heads:
    """Build the heads into folder `out`. `without`: sets of replies that are left out. Raises DataError."""
    found = read_sentences(without)
    heads, chosen = build(found, without=without)
    save(heads, describe(found, chosen, len(heads.keys)), out)
    return heads
