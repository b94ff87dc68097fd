"""Measures the scorer beside what a user would reach for, on the same rows in the same run.

Every row is scored by a model that never saw its group (an industry, an event, a tenth of a set). Nothing here is part
of what runs; nothing is printed. VADER (vaderSentiment) is measured when it is installed.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from monitor.scoring import train as building
from monitor.scoring.calibrating import set_right
from monitor.scoring.crowd import TRAGIC, crowd_tragedy
from monitor.scoring.features import Floats, Ints
from monitor.scoring.labelled import Example, digit, read_all
from monitor.scoring.model import HEADS, Model, shipped
from monitor.scoring.scorer import AIMLESS, Scorer, hostile_from
from monitor.scoring.train import Trained
from monitor.scoring.vectors import load_vectors

_SEEN_FOLDS = 10
GROUP = 30
"""Posts of one hashtag that are judged together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number. `what` names the measure, `data` the rows, `scorer` who was measured."""

    what: str
    data: str
    scorer: str
    value: float
    rows: int
    bar: float | None = None  # what was asked for


def macro_f1(said: Ints, true: Ints) -> float:
    """Mean of the F1 of both classes; 0 for a class that is never found."""
    return float(np.mean([_f1(said == c, true == c) for c in (0, 1)]))


def _f1(
    said: np.ndarray[tuple[int], np.dtype[np.bool_]],
    true: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> float:
    both = int((said & true).sum())
    return 2 * both / max(int(said.sum()) + int(true.sum()), 1)


def calibration_error(p: Floats, true: Ints, bins: int = 10) -> float:
    """Expected calibration error over equal bins (Guo et al. 2017)."""
    place = np.minimum((p * bins).astype(int), bins - 1)
    found = 0.0
    for number in range(bins):
        mine = place == number
        if mine.any():
            found += abs(float(p[mine].mean()) - float(true[mine].mean())) * float(mine.mean())
    return found


def slices(examples: Sequence[Example], rows: Ints) -> dict[str, Ints]:
    """Named parts of some rows: by data set and language, hard ones apart; far-fetched negatives left out."""
    found: dict[str, list[int]] = {}
    for place, row in enumerate(rows.tolist()):
        example = examples[row]
        if "/random_" in example.group:
            continue
        name = f"{example.data} {example.lang}"
        found.setdefault(name, []).append(place)
        if example.is_hard:
            found.setdefault(f"{name} hard", []).append(place)
    return {name: np.array(places, np.int64) for name, places in sorted(found.items())}


def vader(texts: Sequence[str]) -> dict[str, Ints] | None:
    """What VADER would say: a complaint below -0.05, praise above 0.05 (its authors' cuts). None: not installed."""
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        return None
    analyser = SentimentIntensityAnalyzer()
    mood = np.array([analyser.polarity_scores(text)["compound"] for text in texts])
    low, high = (mood < -0.05).astype(np.int64), (mood > 0.05).astype(np.int64)
    return {"complaint": low, "hostile": low, "praise": high}


def _learner() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    return make_pipeline(
        make_union(
            TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True),
        ),
        LogisticRegression(C=3, solver="liblinear", dual=True, max_iter=100, random_state=0),
    )


def tfidf(examples: Sequence[Example], rows: Ints, labels: Ints, folds: Ints) -> Ints:
    """TF-IDF over words, pairs and letters, logistic regression. Each row is judged by a model without its group."""
    texts = np.array([examples[row].text for row in rows], object)
    said = np.zeros(len(rows), np.int64)
    for fold in range(int(folds.max()) + 1):
        out = folds[rows] == fold
        if out.any() and len(set(labels[~out].tolist())) == 2:
            said[out] = _learner().fit(texts[~out], labels[~out]).predict(texts[out])
    return said


_BARS = {
    ("complaint", "complaints en"): 0.78,
    ("complaint", "corpus en"): 0.80,
    ("complaint", "corpus fr"): 0.80,
    ("hostile", "te_offensive en"): 0.76,
    ("hostile", "toxifrench fr"): 0.72,
}


def heads(trained: Trained, *, beside: bool = True) -> list[Figure]:
    """Macro-F1 and calibration error of each head on each part of the data; `beside`: the others' figures too."""
    examples = trained.examples
    folds = building.folds_of(examples)
    moods = vader([e.text for e in examples]) if beside else None
    found: list[Figure] = []
    for head in HEADS:
        rows, labels, p = trained.judged(head)
        if head == "hostile" and len(rows):  # as the scorer does: a mere curse is not hostile
            p = np.where(
                Scorer(trained.model).aimless([examples[row].text for row in rows]),
                np.minimum(p, AIMLESS),
                p,
            )
        others: dict[str, Ints] = {}
        if beside and len(rows):
            others["TF-IDF + LR"] = tfidf(examples, rows, labels, folds)
            if moods is not None and head in moods:
                others["VADER"] = moods[head][rows]
        for name, part in slices(examples, rows).items():
            if not 0 < labels[part].mean() < 1:
                continue
            what, count, bar = f"{head}: macro-F1", len(part), _BARS.get((head, name))
            least = hostile_from(name.split()[1]) if head == "hostile" else 0.5
            ours = macro_f1((p[part] >= least).astype(np.int64), labels[part])
            found.append(
                Figure(
                    what=what,
                    data=name,
                    scorer="smoulder",
                    value=ours,
                    rows=count,
                    bar=bar,
                )
            )
            for scorer, said in others.items():
                value = macro_f1(said[part], labels[part])
                found.append(Figure(what=what, data=name, scorer=scorer, value=value, rows=count))
            error = calibration_error(p[part], labels[part])
            found.append(
                Figure(
                    what=f"{head}: calibration error",
                    data=name,
                    scorer="smoulder",
                    value=error,
                    rows=count,
                    bar=0.03,
                )
            )
    return found


def industries(examples: Sequence[Example]) -> list[Figure]:
    """Complaints that address a brand, with its industry among the rows learned from, and with two industries left out.

    Learned from the corpus, its posts to help desks included, and complaints.csv. Seen: tenths of the rows, whatever
    their industry. Unseen: two industries at a time, with their kin in the corpus; what is left of both is judged
    together.
    """
    ours = [e for e in examples if e.data in ("corpus", "blunt", "desk", "complaints")]
    brand = np.array([e.data == "complaints" and "/random_" not in e.group for e in ours])
    if not brand.any():
        return []
    matrix = building.build_matrix([e.text for e in ours], load_vectors(shipped() / "vectors.npz"))
    places = building.folds_of(ours)
    tenth = np.array([digit(e.text) % _SEEN_FOLDS for e in ours], np.int64)
    true = np.array([e.labels["complaint"] for e in ours], np.int64)
    found = []
    for what, folds, bar in (
        ("industry seen", tenth, 0.80),
        ("two industries unseen", places // 2, 0.75),
    ):
        logits = building.unseen_logits(ours, matrix, folds)
        p, _ = set_right(ours, logits, matrix.lengths, folds)
        rows = np.flatnonzero(brand)
        beside = tfidf(ours, rows, true[rows], folds)
        for scorer, said in (
            ("smoulder", (p[rows, 0] >= 0.5).astype(np.int64)),
            ("TF-IDF + LR", beside),
        ):
            value = macro_f1(said, true[rows])
            name = f"complaint: macro-F1, {what}"
            found.append(
                Figure(
                    what=name,
                    data="complaints en",
                    scorer=scorer,
                    value=value,
                    rows=len(rows),
                    bar=bar,
                )
            )
    return found


def sarcasm_and_severity(trained: Trained) -> list[Figure]:
    """Sarcastic posts taken for praise, praise kept, and severity 3 found, on rows of the corpus not seen."""
    scorer = Scorer(trained.model)
    found = []
    for lang in ("en", "fr"):
        mocking, kept, grave, called = [], [], [], []
        for example, p, (is_grave, is_mocking) in zip(
            trained.examples,
            trained.unseen.tolist(),
            trained.asides.tolist(),
            strict=True,
        ):
            if example.data != "corpus" or example.lang != lang:
                continue
            label, severity = scorer.judge(example.text, p, is_grave, is_mocking, lang)
            if example.is_sarcastic:
                mocking.append(label == "praise")
            if example.labels["praise"]:
                kept.append(label == "praise")
            if example.severity == 3:
                grave.append(severity == 3)
            if severity == 3:
                called.append(example.severity == 3)
        for what, values, bar in (
            ("sarcasm taken for praise", mocking, 0.02),
            ("praise found", kept, None),
            ("severity 3 found", grave, 0.90),
            ("severity 3 said and true", called, None),
        ):
            if values:
                value = float(np.mean(values))
                found.append(
                    Figure(
                        what=what,
                        data=f"corpus {lang}",
                        scorer="smoulder",
                        value=value,
                        rows=len(values),
                        bar=bar,
                    )
                )
    return found


def groups(trained: Trained, seed: int = 0) -> list[Figure]:
    """Disasters found and chatter taken for one, over groups of `GROUP` posts of events not seen."""
    rows, _, p = trained.judged("tragedy")
    chance = np.random.default_rng(seed)
    by_event: dict[tuple[str, bool], list[float]] = {}
    for row, value in zip(rows.tolist(), p.tolist(), strict=True):
        example = trained.examples[row]
        if example.data == "tags":
            by_event.setdefault((example.group, example.group.startswith("tags/tragic")), []).append(value)
        elif example.data.startswith("crisis") and example.labels["tragedy"]:
            by_event.setdefault((example.group, True), []).append(value)
        elif example.data in ("complaints", "corpus") and not example.labels["tragedy"]:
            by_event.setdefault((example.group, False), []).append(value)
    hit: dict[bool, list[bool]] = {True: [], False: []}
    for (_, is_disaster), values in sorted(by_event.items()):
        for _ in range(20 if len(values) >= GROUP else 0):
            hit[is_disaster].append(crowd_tragedy(chance.choice(values, GROUP, replace=False).tolist()) >= TRAGIC)
    return [
        Figure(
            what=what,
            data="groups of 30",
            scorer="smoulder",
            value=float(np.mean(hit[kind])),
            rows=len(hit[kind]),
            bar=bar,
        )
        for what, kind, bar in (
            ("disasters found", True, 0.97),
            ("chatter taken for a disaster", False, 0.01),
        )
        if hit[kind]
    ]


def stranger(
    model: Model,
    path: Path,
    is_complaint: Callable[[Mapping[str, str]], bool],
    beside: Sequence[Example] = (),
) -> list[Figure]:
    """Complaints on a file that was not trained on (columns text, label), ours beside VADER and, learned from the rows
    of `beside` that were judged, TF-IDF."""
    with path.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    true = np.array([int(is_complaint(row)) for row in rows], np.int64)
    scorer = Scorer(model)
    texts = [row["text"] for row in rows]
    ours = np.array([int(score.complaint >= 0.5) for score in scorer.score_texts(texts)], np.int64)
    found = [
        Figure(
            what="complaint: macro-F1",
            data=path.stem,
            scorer="smoulder",
            value=macro_f1(ours, true),
            rows=len(rows),
            bar=0.78,
        )
    ]
    judged = [e for e in beside if "complaint" in e.labels]
    if judged:
        learner = _learner().fit([e.text for e in judged], [e.labels["complaint"] for e in judged])
        value = macro_f1(learner.predict(texts), true)
        found.append(
            Figure(
                what="complaint: macro-F1",
                data=path.stem,
                scorer="TF-IDF + LR",
                value=value,
                rows=len(rows),
            )
        )
    moods = vader(texts)
    if moods is not None:
        value = macro_f1(moods["complaint"], true)
        found.append(
            Figure(
                what="complaint: macro-F1",
                data=path.stem,
                scorer="VADER",
                value=value,
                rows=len(rows),
            )
        )
    return found


def evaluate(data_dir: Path | None = None, trained: Trained | None = None, *, beside: bool = True) -> list[Figure]:
    """All figures. Without `trained`, a model is learned from the corpus and `data_dir` (minutes). Prints nothing.

    `airline.csv` in `data_dir` is measured and never learned from.
    """
    if trained is None:
        trained = building.fit(read_all(data_dir), "measured", {})
    found = heads(trained, beside=beside) + industries(trained.examples)
    found += sarcasm_and_severity(trained) + groups(trained)
    airline = data_dir / "airline.csv" if data_dir else None
    if airline is not None and airline.exists():
        learned_from = trained.examples if beside else ()
        found += stranger(trained.model, airline, lambda row: row["label"] == "negative", learned_from)
    return found


def as_markdown(figures: Sequence[Figure]) -> str:
    """One table: a line per measure and data set, a column per scorer, and the bar."""
    scorers = list(dict.fromkeys(figure.scorer for figure in figures))
    lines = [
        f"| measure | rows | {' | '.join(scorers)} | asked |",
        f"|---|---|{'---|' * (len(scorers) + 1)}",
    ]
    by_line: dict[tuple[str, str], dict[str, Figure]] = {}
    for figure in figures:
        by_line.setdefault((figure.what, figure.data), {})[figure.scorer] = figure
    for (what, data), found in by_line.items():
        first = next(iter(found.values()))
        cells = [f"{100 * found[s].value:.1f}" if s in found else "-" for s in scorers]
        bar = "-" if first.bar is None else f"{100 * first.bar:g}"
        lines.append(f"| {what}, {data} | {first.rows} | {' | '.join(cells)} | {bar} |")
    return "\n".join(lines)
