"""Learning from the team: labels corrected in the inbox move the shipped model a little towards the house.

Only a small correction on top of the model is learned (a shift of the dense numbers' weights and of the biases, held
close to what ships), so that fifty corrections cannot forget what twenty thousand texts taught. Nothing is made
active here: the caller shows `Change` to a person, and keeps or drops the model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from monitor.scoring import features
from monitor.scoring.features import Ints, Vocabulary
from monitor.scoring.model import HEADS, MANNER, PLAIN, Model, blend, probabilities

Doubles = npt.NDArray[np.float64]
LabelName = Literal["complaint", "hostile", "praise", "question", "other"]
FEWEST = 20
"""Corrections below which nothing is learned."""
_HOLD = 30.0  # how strongly the shipped weights are held
_ROUNDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a person said a post is. `label` is the main one; `labels` may say more, by head."""

    text: str
    label: LabelName
    labels: Mapping[str, int] | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What the corrections would do. Shares of right labels, 0..1; None: there was nothing to measure on."""

    model: Model
    corrections: int
    held_out: int
    before: float | None  # on corrections that were kept back
    after: float | None
    shipped_before: float | None  # on the shipped test texts
    shipped_after: float | None

    @property
    def is_better(self) -> bool:
        """Better on corrections kept back, and at most one point worse on the shipped test."""
        if self.before is None or self.after is None or self.after <= self.before:
            return False
        lost = (self.shipped_before or 0) - (self.shipped_after or 0)
        return lost <= 0.01


def fit_corrections(corrections: Sequence[Correction], base: Model, shipped_test: Sequence[Correction] = ()) -> Change:
    """A model moved by `corrections`, measured on a fifth of them that it did not see and on `shipped_test`.

    Pure: the same corrections give the same model. With fewer than `FEWEST` corrections the model is `base` itself.
    """
    latest = list({c.text: c for c in corrections}.values())  # of one text the last word counts
    kept_back = [c for c in latest if _is_kept_back(c)]
    learned_from = [c for c in latest if not _is_kept_back(c)]
    model = base if len(latest) < FEWEST or not kept_back else _moved(learned_from, base)
    return Change(
        model=model,
        corrections=len(latest),
        held_out=len(kept_back),
        before=right(kept_back, base),
        after=right(kept_back, model),
        shipped_before=right(shipped_test, base),
        shipped_after=right(shipped_test, model),
    )


def right(said: Sequence[Correction], model: Model) -> float | None:
    """Share of texts whose label the model gives as the person did; None when there are none."""
    if not said:
        return None
    from monitor.scoring.scorer import Scorer

    scorer = Scorer(model)
    return sum(scorer.score_text(c.text, c.lang).label == c.label for c in said) / len(said)


def _is_kept_back(correction: Correction) -> bool:
    return hashlib.sha256(correction.text.encode("utf-8", "surrogatepass")).digest()[0] % 5 == 0


def _wanted(correction: Correction) -> list[float]:
    """What each head should say; NaN where nothing was said. A main label rules out what stands before it."""
    order = ("hostile", "complaint", "praise", "question")
    said = dict(correction.labels or {})
    if not said:
        place = order.index(correction.label) if correction.label in order else len(order)
        said = {head: 0 for head in order[:place]}
        if place < len(order):
            said[correction.label] = 1
        if correction.label in ("complaint", "hostile"):
            said["praise"] = 0
    return [float(said.get(head, np.nan)) for head in HEADS]


def _moved(corrections: Sequence[Correction], base: Model) -> Model:
    """Newton steps on the weights of the dense numbers, ridge towards zero change (Hoerl and Kennard 1970)."""
    vocabulary = Vocabulary(base.table, base.blocks)
    batch = features.read(vocabulary, [c.text for c in corrections])
    dense = features.dense_pair(batch)
    sums = vocabulary.sums[batch.ids] + base.blocks[2] * base.table[features.pair_columns(batch)]
    logits = (
        np.add.reduceat(sums, batch.starts, axis=0) * features.scale(batch)[:, None] + dense @ base.dense + base.bias
    )
    group: Ints = np.where(batch.tongue == 0, 0, np.where(batch.tongue == features.FRENCH, 1, 2)).astype(np.int64)
    manner = (1 / (1 + np.exp(-np.clip(logits[:, MANNER], -30, 30)))).astype(np.float32)
    z = blend(logits, manner, group)
    p = probabilities(z, manner, group, base.slope, base.shift)
    line = np.log(np.clip(p, 1e-6, 1 - 1e-6) / np.clip(1 - p, 1e-6, 1)).astype(np.float64)
    wanted = np.array([_wanted(c) for c in corrections])
    inputs = np.concatenate((dense, np.ones((len(dense), 1), np.float32)), axis=1).astype(np.float64)
    weights, bias = base.dense.copy(), base.bias.copy()
    steep = base.slope.mean(axis=(0, 1))
    for place in range(len(HEADS)):
        said = ~np.isnan(wanted[:, place])
        if said.any():
            move = _ridge(inputs[said], line[said, place], wanted[said, place]) / max(float(steep[place]), 0.2)
            for head in (place, PLAIN) if place == 0 else (place,):
                weights[:, head] += move[:-1].astype(np.float32)
                bias[head] += np.float32(move[-1])
    card = {**base.card, "name": f"{base.name}+house", "corrections": len(corrections)}
    return replace(base, dense=weights, bias=bias, name=f"{base.name}+house", card=card)


def _ridge(inputs: Doubles, line: Doubles, wanted: Doubles) -> Doubles:
    """The change of weights that brings `line` nearer to `wanted`, logistic loss plus ridge."""
    move = np.zeros(inputs.shape[1])
    for _ in range(_ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(line + inputs @ move, -30, 30)))
        gradient = inputs.T @ (p - wanted) + _HOLD * 0.1 * move
        curve = (inputs * (p * (1 - p))[:, None]).T @ inputs + _HOLD * 0.1 * np.eye(len(move))
        step = np.linalg.solve(curve, gradient)
        move -= step
        if np.abs(step).max() < 1e-7:
            break
    return move
