"""The second reading: what all heads say of a post, read together and turned into probabilities that hold.

It is learned from what the heads said of groups that they had not seen (stacked generalisation, Wolpert 1992), by
language and manner, so that posts of customers to brands are read as those are labelled, and mentions as ours are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from monitor.scoring.features import Floats, Ints
from monitor.scoring.labelled import OWN, Example
from monitor.scoring.model import HEADS, log_odds, logistic, told

Doubles = npt.NDArray[np.float64]

_HOLD = (8.0, 10.0)
"""Ridge, on numbers that spread by one: of our own manner, and of the other, where there are fewer posts."""
_FORMER = {
    "blunt": 1 / 3,  # of its weight
    "complaints": 1.0,
    "te_offensive": 1.0,
    "toxifrench": 1.0,
    "crisis26": 0.5,
    "crisis6": 0.5,
}
"""What data sets but the corpus weigh when probabilities are set right. Keyword samples have no base rate to learn."""
_DESK = {"complaint": 0.1, "tragedy": 0.05}
"""What our own posts to help desks weigh there; for the other heads 1. Of these two, posts of others tell more."""
_ALONE = ("tragedy",)
"""Heads that are read by themselves: what bystanders write under a hashtag has nothing else of a mention."""


def _says_how_often(example: Example, head: str) -> float:
    """What an example weighs when probabilities are set right. Posts to nobody's brand are not what is scored."""
    if "/random_" in example.group:
        return 0.0
    if example.data == "desk":
        return _DESK.get(head, 1.0)
    return 1.0 if example.data == "corpus" else example.weight * _FORMER.get(example.data, 0.0)


def _newton(inputs: Doubles, wanted: Ints, weight: Floats, start: Doubles, hold: Doubles | float = 1e-3) -> Doubles:
    """Coefficients of a logistic regression of few inputs, each held to `start`; damped Newton steps."""

    def loss(found: Doubles) -> float:
        line = inputs @ found
        return float((weight * (np.logaddexp(0, line) - wanted * line)).sum() + (hold * (found - start) ** 2).sum() / 2)

    found, lowest = start.copy(), loss(start)
    for _ in range(60):
        p = 0.5 + 0.5 * np.tanh(0.5 * (inputs @ found))
        slope = inputs.T @ (weight * (p - wanted)) + hold * (found - start)
        curve = (inputs * (weight * p * (1 - p))[:, None]).T @ inputs + hold * np.eye(len(found))
        step = np.linalg.solve(curve, slope)
        while (reached := loss(found - step)) > lowest and np.abs(step).max() > 1e-9:
            step /= 2
        if reached > lowest:
            break
        found, lowest = found - step, reached
        if np.abs(step).max() < 1e-8:
            break
    return found


def calibrate(logits: Floats, wanted: Ints, weight: Floats) -> tuple[float, float]:
    """Slope and shift that turn logits into probabilities (Platt 1999)."""
    inputs = np.stack((logits, np.ones_like(logits)), axis=1).astype(np.float64)
    slope, shift = _newton(inputs, wanted, weight, np.array([1.0, 0.0])).tolist()
    return slope, shift


def _read(inputs: Floats, wanted: Ints, weight: Floats, ridge: float) -> Floats:
    """Coefficients of `told` for one head: logistic regression with a ridge, the last number being 1."""
    wide = inputs.astype(np.float64)
    middle = np.average(wide, axis=0, weights=weight)
    spread = np.sqrt(np.average((wide - middle) ** 2, axis=0, weights=weight))
    middle[-1], spread[-1] = 0.0, 1.0
    spread[spread < 1e-6] = np.inf  # says the same of every post: not read
    hold = np.full(wide.shape[1], ridge)
    hold[-1] = 1e-3
    found = _newton((wide - middle) / spread, wanted, weight, np.zeros(wide.shape[1]), hold) / spread
    found[-1] -= found[:-1] @ middle[:-1]
    return found.astype(np.float32)


def _readings(examples: Sequence[Example], inputs: Floats, among: Callable[[Ints], Ints]) -> Floats:
    """Coefficients by language group, manner and head, learned from the rows that `among` leaves of those given.

    A cell without enough rows takes its neighbour's; a language that was not learned takes the mean of both.
    """
    found = np.zeros((3, 2, len(HEADS), inputs.shape[1]), np.float32)
    french = np.array([e.lang != "en" for e in examples])
    own = np.array([e.data in OWN for e in examples])
    for place, head in enumerate(HEADS):
        labels = np.array([e.labels.get(head, -1) for e in examples])
        weight = np.array([_says_how_often(e, head) for e in examples], np.float32)
        for group in (0, 1):
            for manner in (0, 1):
                there = (labels >= 0) & (french == (group == 1)) & (own == (manner == 0)) & (weight > 0)
                mine = among(np.flatnonzero(there))
                if len(mine) < 100 or not 0 < labels[mine].mean() < 1:
                    alike = found[group, 0, place] if manner else np.eye(inputs.shape[1])[place]  # the head as it is
                    found[group, manner, place] = alike
                elif head in _ALONE:
                    line = calibrate(inputs[mine, place], labels[mine], weight[mine])
                    found[group, manner, place, [place, -1]] = line
                else:
                    found[group, manner, place] = _read(inputs[mine], labels[mine], weight[mine], _HOLD[manner])
        found[2, :, place] = found[:2, :, place].mean(axis=0)
    return found


def set_right(
    examples: Sequence[Example], logits: Floats, lengths: Ints, folds: Ints | None = None
) -> tuple[Floats, Floats]:
    """Probabilities (N x heads), and the reading that ships. With `folds` a row is read by what other groups taught."""
    tongue = np.array([0 if e.lang == "en" else 1 for e in examples])
    inputs = told(logits, lengths)
    reading = _readings(examples, inputs, lambda rows: rows)
    lines = log_odds(logits, lengths, tongue, reading)
    for fold in range(0 if folds is None else int(folds.max()) + 1):
        out = np.flatnonzero(folds == fold)
        if 0 < len(out) < len(examples):
            others = _readings(examples, inputs, lambda rows, fold=fold: rows[folds[rows] != fold])  # type: ignore[misc,index]
            lines[out] = log_odds(logits[out], lengths[out], tongue[out], others)
    return logistic(lines), reading
