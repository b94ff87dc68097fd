"""Builds the model that ships, from labelled texts. The same data give the same bytes.

The texts are read by `monitor.scoring.labelled`. scikit-learn is needed here and nowhere else.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from monitor.scoring import features
from monitor.scoring.calibrating import calibrate, set_right
from monitor.scoring.features import Batch, Floats, Ints, Vocabulary
from monitor.scoring.labelled import FOLDS, OWN, Example, describe_data, read_all
from monitor.scoring.model import (
    ALL_HEADS,
    GRAVE,
    HEADS,
    MOCKING,
    WIDE_HEADS,
    Model,
    logistic,
    save,
    shipped,
)
from monitor.scoring.vectors import Vectors, load_vectors
from monitor.scoring.words import lists_digest, own_words

SEED = 20_261
# How strongly the kinds of `model.BLOCKS` and the dense numbers speak before anything is learned.
_STRENGTH = (1.8, 2.0, 1.8, 1.5, 1.1, 1.1)
_DENSE = 0.2
_MEANING = 1.0
_LEANING = 0.6
"""The power of how far a column leans to one side, by which it is multiplied before it is learned."""
_LEANING_OF_FEW = 0.3
"""The same for the head that has few posts, which lean by chance."""
_ROUNDS = 20  # of liblinear: more of them change next to nothing
_IN_PLAIN = {"corpus": 0.01, "blunt": 0.02, "desk": 0.15}  # what a row weighs among the posts to help desks
_IN_OWN = {"desk": 0.3}  # and what it weighs among the mentions
_ASIDE = 0.2
_SLIGHT = 3  # steps of eight bits that are dropped: a third of the file, and nothing that can be measured
_TOPMOST = 0.9999  # the share of weights that eight bits reach to; the few above it are cut
_MANNER = (2.0, 1.0)
"""Slope and shift of the manner: surer, and sooner a post to a help desk, than the rows alone would make it."""


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """All examples as numbers, ready to learn from. `hashed` is a scipy CSR matrix of N x columns, `meaning` the
    scaled sum of the vectors of a text's words."""

    hashed: object
    idf: Floats
    blocks: Floats
    dense: Floats
    meaning: Floats
    vectors: Vectors
    lengths: Ints  # tokens of each text


def _counts(vocabulary: Vocabulary, batch: Batch) -> tuple[object, ...]:
    from scipy import sparse

    shape = (len(batch.starts), 1 << features.BITS)

    def matrix(rows: Ints, columns: Ints) -> object:
        return sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)

    unique, token = np.unique(batch.ids, return_inverse=True)
    found, counts = features.letter_columns([vocabulary.readings[i] for i in unique])
    starts = np.cumsum(counts) - counts
    repeats = counts[token]
    place = np.repeat(starts[token] - (np.cumsum(repeats) - repeats), repeats) + np.arange(repeats.sum())
    words = features.word_columns(vocabulary.hash[batch.ids])
    return (
        matrix(batch.text_of, words),
        matrix(np.repeat(batch.text_of, repeats), found[place]),
        *(matrix(batch.text_of, columns) for columns in features.joint_columns(batch)),
    )


def build_matrix(texts: Sequence[str], vectors: Vectors) -> Matrix:
    """Texts as the model will see them. How rare a word is and what a block weighs are learned from them."""
    from scipy import sparse

    vocabulary = Vocabulary(keep=1_000_000)
    pieces: list[tuple[object, ...]] = []
    dense, scales, meaning, lengths = [], [], [], []
    for start in range(0, len(texts), 4096):
        batch = features.read(vocabulary, texts[start : start + 4096])
        pieces.append(_counts(vocabulary, batch))
        dense.append(features.dense_pair(batch))
        scales.append(features.scale(batch))
        lengths.append(batch.lengths)
        meant = np.add.reduceat(vectors.of(vocabulary.hash[batch.ids]), batch.starts, axis=0)
        meaning.append(meant * features.scale(batch)[:, None])
    parts = [sparse.vstack(kind).tocsr() for kind in zip(*pieces, strict=True)]
    scale = sparse.diags(np.concatenate(scales))
    seen = sum((part > 0).astype(np.float32) for part in parts)
    count = np.bincount((seen > 0).tocsr().indices, minlength=1 << features.BITS)
    idf = ((np.log((1 + len(texts)) / (1 + count)) + 1) * (count > 1)).astype(np.float32)
    weighted = [scale @ part @ sparse.diags(idf) for part in parts]
    norms = [float(np.median(np.sqrt(np.asarray(part.multiply(part).sum(axis=1)).ravel()))) for part in weighted]
    blocks = np.array(
        [strength / norm for strength, norm in zip(_STRENGTH, norms, strict=True)],
        np.float32,
    )
    hashed = sum(float(block) * part for block, part in zip(blocks, weighted, strict=True)).tocsr().astype(np.float32)
    return Matrix(hashed, idf, blocks, np.concatenate(dense), np.concatenate(meaning), vectors, np.concatenate(lengths))


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """One linear head: weights of the hashed columns (idf not folded in; a narrow head has none), the dense numbers,
    the meaning; a bias."""

    hashed: Floats
    dense: Floats
    meaning: Floats
    bias: float

    def logits(self, matrix: Matrix, rows: Ints) -> Floats:
        linear = matrix.dense[rows] @ self.dense + matrix.meaning[rows] @ self.meaning + self.bias
        if len(self.hashed):
            linear = linear + matrix.hashed[rows] @ self.hashed  # type: ignore[index]
        return np.asarray(linear, np.float32)

    def scaled(self, slope: float, shift: float) -> Head:
        """The head whose logits are `slope` times these, plus `shift`."""
        return Head(
            self.hashed * slope,
            self.dense * slope,
            self.meaning * slope,
            self.bias * slope + shift,
        )


_COST = {
    "complaint": 1.5,
    "hostile": 1.0,
    "praise": 2.0,
    "question": 2.0,
    "tragedy": 2.0,
    "plain": 1.0,
    "manner": 0.2,
    "grave": 2.0,
    "mocking": 2.0,
    "served": 1.0,
}


def leaning(hashed: object, wanted: Ints, weight: Floats, power: float = _LEANING) -> Floats:
    """What each hashed column is multiplied by before it is learned: more where it stands mostly on one side.

    The log ratio of how often it stands in texts that are meant and in those that are not (Wang and Manning, 2012,
    "Baselines and bigrams"), one added to each, to that power; one on average over all that is there.
    """
    there = hashed.copy()  # type: ignore[attr-defined]
    there.data = np.ones_like(there.data)
    count = np.asarray(there.sum(axis=0)).ravel()
    meant = there.T @ (weight * wanted) + 1.0
    other = there.T @ (weight * (1 - wanted)) + 1.0
    lean = (np.abs(np.log(meant / meant.sum() / (other / other.sum()))) + 0.1) ** power
    return np.asarray(lean / np.sqrt((lean**2 * count).sum() / max(count.sum(), 1)), np.float32)


def fit_head(matrix: Matrix, rows: Ints, wanted: Ints, weight: Floats, cost: float, power: float = _LEANING) -> Head:
    """Logistic regression on some rows (liblinear, dual, fixed seed), columns weighed by how they lean."""
    from scipy import sparse
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    wide, meant = matrix.dense.shape[1], matrix.meaning.shape[1]
    if len(set(wanted.tolist())) == 1:  # nothing to tell apart
        columns, dense, meaning = (np.zeros(size, np.float32) for size in (1 << features.BITS, wide, meant))
        return Head(columns, dense, meaning, 4.0 if wanted[0] else -4.0)
    plain = np.concatenate(
        (matrix.dense[rows] * _DENSE, matrix.meaning[rows] * _MEANING),
        axis=1,
        dtype=np.float32,
    )
    known = matrix.hashed[rows]  # type: ignore[index]
    lean = leaning(known, wanted, weight, power)
    both = sparse.hstack((known @ sparse.diags(lean), sparse.csr_matrix(plain))).tocsr()
    learner = LogisticRegression(
        C=cost,
        solver="liblinear",
        dual=True,
        max_iter=_ROUNDS,
        random_state=SEED,
        intercept_scaling=3.0,
    )
    with warnings.catch_warnings():
        # The rounds are few on purpose: more of them change nothing that can be measured.
        warnings.simplefilter("ignore", ConvergenceWarning)
        learner.fit(both, wanted, sample_weight=weight)
    weights = learner.coef_[0].astype(np.float32)
    hashed, dense, meaning = np.split(weights, (len(weights) - wide - meant, len(weights) - meant))
    return Head(
        hashed * lean,
        dense * np.float32(_DENSE),
        meaning * np.float32(_MEANING),
        float(learner.intercept_[0]),
    )


_OTHERS = {
    "served": ("complaint", {"complaints": 1.0}),
    "offensive": ("hostile", {"te_offensive": 1.0, "davidson": 0.3}),
    "toxic": ("hostile", {"toxifrench": 1.0}),
}
"""By head that learns from others alone: what is asked, the data sets with what a row of each weighs."""
_NARROW = {"offensive": 0.03, "toxic": 0.003}
"""By narrow head its cost."""
_TOUCHY = 5.0
"""How much less the subjects of a post are held back than its other headings, where a narrow head learns from few."""


def fit_narrow(matrix: Matrix, rows: Ints, wanted: Ints, weight: Floats, cost: float) -> Head:
    """Logistic regression on headings and meaning alone. Each number is divided by how far it spreads, subjects by
    less."""
    from sklearn.linear_model import LogisticRegression

    inputs = np.concatenate((matrix.dense[rows], matrix.meaning[rows]), axis=1).astype(np.float64)
    spread = inputs.std(axis=0) + 1e-6
    subjects = features.touchy(own_words())
    for part in (0, matrix.dense.shape[1] // 2):  # for every language, and again for French
        spread[part + subjects.start : part + subjects.stop] /= _TOUCHY
    learner = LogisticRegression(C=cost, solver="lbfgs", max_iter=500, tol=1e-6)
    learner.fit(inputs / spread, wanted, sample_weight=weight)
    found = (learner.coef_[0] / spread * (spread > 1e-5)).astype(np.float32)
    dense, meaning = np.split(found, (matrix.dense.shape[1],))
    return Head(np.zeros(0, np.float32), dense, meaning, float(learner.intercept_[0]))


# Industries that leave together, so that a complaint about a car is judged by a model that never saw cars.
_KIN = (
    "complaints/services corpus/delivery corpus/public corpus/insurance desk/services",
    "complaints/software corpus/software corpus/games desk/software",
    "complaints/electronics corpus/telecom corpus/various desk/electronics",
    "complaints/apparel corpus/fashion corpus/hotel complaints/random_tweet desk/apparel desk/travel",
    "complaints/retail corpus/retail corpus/food corpus/rail desk/retail desk/food",
    "complaints/other corpus/health corpus/education corpus/everyday corpus/bank desk/other",
    "complaints/cars corpus/car corpus/airline corpus/energy corpus/media complaints/random_reply desk/cars",
)


def folds_of(examples: Sequence[Example], count: int = FOLDS) -> Ints:
    """A fold for each example. A group is never split, and no fold holds two industries of complaints.csv."""
    known = {group: fold for fold, groups in enumerate(_KIN) for group in groups.split()}

    def fold(group: str) -> int:
        tenth = group.rpartition("/")[2]  # of a set that has no groups of its own: spread evenly
        by_name = int(tenth) if tenth.isdecimal() else hashlib.sha256(f"{SEED}{group}".encode()).digest()[0]
        return known.get(group, by_name) % count

    return np.array([fold(example.group) for example in examples], np.int64)


def _silent(matrix: Matrix, head: str) -> Head:
    """A head that nothing taught."""
    columns = 0 if head in _NARROW else 1 << features.BITS
    sizes = (columns, matrix.dense.shape[1], matrix.meaning.shape[1])
    hashed, dense, meaning = (np.zeros(size, np.float32) for size in sizes)
    return Head(hashed, dense, meaning, 0.0)


def judged(examples: Sequence[Example], head: str) -> tuple[Ints, Ints, Floats]:
    """The rows that a head learns from, what it should say there, and what a row weighs.

    Complaints are learned twice. "complaint" from mentions as the corpus has them, "plain" from short posts to a help
    desk, of which the data sets of others are made; "manner" tells the two apart, and mixes how they are read.
    """
    field, learned_from = _OTHERS.get(head, ("complaint" if head == "plain" else head, {}))
    rows, wanted, weights = [], [], []
    for number, example in enumerate(examples):
        own = example.data in OWN
        weight = example.weight
        if head in _OTHERS:
            if example.data in learned_from and "/random_" not in example.group:
                rows.append(number)
                wanted.append(example.labels[field])
                weights.append(learned_from[example.data])
        elif head == "manner":
            # A quarter of the others' English posts tells as much, but for those of customers, which are few.
            many = not own and example.lang == "en" and example.data != "complaints"
            if example.data == "tags" or (many and number % 4):
                continue
            rows.append(number)
            wanted.append(int(not own))
            weights.append(weight)
        elif head in ("grave", "mocking"):
            if example.data == "corpus" or (head == "mocking" and example.data == "blunt"):
                rows.append(number)
                wanted.append(int(example.severity == 3 if head == "grave" else example.is_sarcastic))
                # Mockery is asked about only where a post sounds like praise: that is where it must be told apart.
                plain = head == "mocking" and not example.is_sarcastic and not example.labels["praise"]
                weights.append(weight * _ASIDE if plain else weight)
        elif field in example.labels and (own or head != "complaint" or example.data == "desk"):
            rows.append(number)
            wanted.append(example.labels[field])
            slight = {"plain": _IN_PLAIN, "complaint": _IN_OWN}.get(head, {})
            weights.append(slight.get(example.data, weight))
    return (
        np.array(rows, np.int64),
        np.array(wanted, np.int64),
        np.array(weights, np.float32),
    )


def _learn(matrix: Matrix, head: str, rows: Ints, wanted: Ints, weight: Floats) -> Head:
    if head in _OTHERS and len(set(wanted.tolist())) < 2:
        return _silent(matrix, head)
    if head in _NARROW:
        return fit_narrow(matrix, rows, wanted, weight, _NARROW[head])
    learned = fit_head(matrix, rows, wanted, weight, _COST[head], _LEANING_OF_FEW if head == "plain" else _LEANING)
    return learned.scaled(*_MANNER) if head == "manner" else learned


def cross_fit(examples: Sequence[Example], matrix: Matrix, head: str, folds: Ints) -> Floats:
    """Logits of all rows from a head that never saw their group."""
    rows, wanted, weight = judged(examples, head)
    logits = np.zeros(len(examples), np.float32)
    if not len(rows):
        return logits
    for fold in range(int(folds.max()) + 1):
        kept, out = folds[rows] != fold, np.flatnonzero(folds == fold)
        if len(out) and len(set(wanted[kept].tolist())) == 2:
            learned = _learn(matrix, head, rows[kept], wanted[kept], weight[kept])
            logits[out] = learned.logits(matrix, out)
    return logits


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A model, and the probabilities it gave to every example when it had not seen its group (N x heads)."""

    model: Model
    examples: Sequence[Example]
    unseen: Floats
    asides: Floats  # N x 2: grave (severity 3), mocking
    logits: Floats  # N x all heads, before they are blended and set right

    def judged(self, head: str) -> tuple[Ints, Ints, Floats]:
        """Of the examples that `head` was judged on: their places, the labels, and the held-out probabilities."""
        rows = np.array([i for i, e in enumerate(self.examples) if head in e.labels], np.int64)
        labels = np.array([self.examples[i].labels[head] for i in rows], np.int64)
        return rows, labels, self.unseen[rows, HEADS.index(head)]


def unseen_logits(
    examples: Sequence[Example],
    matrix: Matrix,
    folds: Ints,
    heads: Sequence[str] = ALL_HEADS,
) -> Floats:
    """Logits (N x all heads) of heads that never saw a row's group."""
    has_others = any(e.data not in (*OWN, "tags") for e in examples)
    logits = np.full((len(examples), len(ALL_HEADS)), -10, np.float32)
    logits[:, [ALL_HEADS.index(head) for head in _OTHERS]] = 0
    for place, head in enumerate(ALL_HEADS):
        # One manner of writing only: "manner" says no, and "plain" is the same everywhere.
        if head in heads and (has_others or head not in ("plain", "manner")):
            logits[:, place] = cross_fit(examples, matrix, head, folds)
    return logits


def fit(examples: Sequence[Example], name: str, card: Mapping[str, object]) -> Trained:
    """Learn all heads, and calibrate them on what they said of groups that they had not seen."""
    matrix = build_matrix([e.text for e in examples], load_vectors(shipped() / "vectors.npz"))
    folds = folds_of(examples)
    logits = unseen_logits(examples, matrix, folds)
    heads: list[Head] = []
    for place, head in enumerate(ALL_HEADS):
        if head in ("plain", "manner") and (logits[:, place] == -10).all():
            heads.append(heads[0].scaled(0.0, -10.0))
            continue
        rows, wanted, weight = judged(examples, head)
        learned = _learn(matrix, head, rows, wanted, weight)
        if head in ("grave", "mocking"):  # read as they are: calibrated here
            slope_, shift_ = calibrate(logits[rows, place], wanted, weight)
            learned = learned.scaled(slope_, shift_)
            logits[:, place] = logits[:, place] * np.float32(slope_) + np.float32(shift_)
        heads.append(learned)
    p, reading = set_right(examples, logits, matrix.lengths, folds)
    table, step = quantised(np.stack([head.hashed * matrix.idf for head in heads[: len(WIDE_HEADS)]], axis=1))
    model = Model(
        table=table,
        step=step,
        blocks=matrix.blocks,
        dense=np.stack([head.dense for head in heads], axis=1),
        meaning=np.stack([head.meaning for head in heads], axis=1),
        vectors=matrix.vectors,
        bias=np.array([head.bias for head in heads], np.float32),
        reading=reading,
        name=name,
        card=card,
    )
    return Trained(model, examples, p, logistic(logits[:, [GRAVE, MOCKING]]), logits)


def quantised(weights: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Weights (columns x heads) in eight bits, and what one step of each head is worth. The slightest are dropped."""
    step = np.array([_reach(column) / 127 for column in weights.T], np.float32)
    found = np.clip(np.round(weights / step), -127, 127).astype(np.int8)
    found[np.abs(found) <= _SLIGHT] = 0
    return found, step


def _reach(weights: Floats) -> float:
    """The weight that eight bits reach to: all but the few that lean farthest."""
    size = np.abs(weights[weights != 0])
    return float(np.quantile(size, _TOPMOST)) if len(size) else 1e-9


def train(data_dir: Path | None, out: Path) -> Trained:
    """Build the model into folder `out` and return it. `data_dir` None: from the project's own corpus alone.

    Raises DataError. Prints nothing. Two runs over the same data write the same bytes.
    """
    examples = read_all(data_dir)
    data = describe_data(examples, data_dir)
    lists = lists_digest()
    mark = hashlib.sha256(json.dumps([data, lists], sort_keys=True).encode()).hexdigest()[:8]
    card: dict[str, object] = {
        "name": f"stacked-{mark}",
        "what": "linear heads over hashed words, letter n-grams (2-5), word pairs, the project's own word lists and "
        "vectors of words; a second reading of what all heads say, by language and manner",
        "data": data,
        "lists": lists,
        "built_from": "the project's own corpus alone" if data_dir is None else "the corpus and data sets of others",
        "columns": 1 << features.BITS,
        "limits": [
            "English and French; in other languages it is unsure, and says so with probabilities nearer the middle",
            "reads one post without the post it answers",
            "sarcasm without any cue in its words is missed",
        ],
    }
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):  # sums in another order would end in other bytes
        trained = fit(examples, str(card["name"]), card)
    save(trained.model, out)
    return trained
