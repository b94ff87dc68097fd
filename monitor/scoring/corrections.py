"""Learning from the team: labels corrected in the inbox move the shipped model a little towards the house.

Only a small correction on top of the model is learned (what the dense numbers add to the log odds of the shipped model,
held close to nothing), so that fifty corrections cannot forget what eighty thousand texts taught. Nothing is made
active here: the caller shows `Change` to a person, and keeps or drops the model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

import numpy as np
import numpy.typing as npt

from db.rows import Mention
from monitor.scoring import features
from monitor.scoring.features import Floats, Ints, Vocabulary
from monitor.scoring.model import HEADS, Model, log_odds, logistic
from monitor.scoring.model import logits as logits_of

Doubles = npt.NDArray[np.float64]
LabelName = Literal["complaint", "hostile", "praise", "question", "other"]
FEWEST = 30
"""Corrections below which nothing is learned."""
FEWEST_KEPT_BACK = 3
"""Corrections kept back below which nothing is called better."""
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
    corrections: int  # texts; of one text the last word counts
    held_out: int
    before: float | None  # on corrections that were kept back, by the model that scores now
    after: float | None
    shipped_before: float | None  # on the shipped test texts
    shipped_after: float | None

    @property
    def is_better(self) -> bool:
        """Better on corrections kept back, and at most one point worse on the shipped test."""
        if self.held_out < FEWEST_KEPT_BACK or self.before is None or self.after is None or self.after <= self.before:
            return False
        lost = (self.shipped_before or 0) - (self.shipped_after or 0)
        return lost <= 0.01


def fit_corrections(
    corrections: Sequence[Correction],
    base: Model,
    shipped_test: Sequence[Correction] = (),
    active: Model | None = None,
    anchors: Sequence[str] = (),
) -> Change:
    """A model moved by `corrections`, measured on a fifth of them that it did not see and on `shipped_test`.

    `anchors` are texts of which `base` is believed: on them the moved model is held to say what `base` says.
    `active` is the model that scores now, when it is not `base`: it is what the new one must beat. It kept the same
    fifth back, because a text is kept back by its own hash. Pure: the same corrections give the same model. With
    fewer than `FEWEST` corrections the model is the one that scores now.
    """
    now = active or base
    latest = list({c.text: c for c in corrections}.values())  # of one text the last word counts
    kept_back = [c for c in latest if _is_kept_back(c)]
    learned_from = [c for c in latest if not _is_kept_back(c)]
    model = now if len(latest) < FEWEST or not kept_back else _moved(learned_from, base, anchors)
    return Change(
        model=model,
        corrections=len(latest),
        held_out=len(kept_back),
        before=right(kept_back, now),
        after=right(kept_back, model),
        shipped_before=right(shipped_test, now),
        shipped_after=right(shipped_test, model),
    )


def right(said: Sequence[Correction], model: Model) -> float | None:
    """Share of texts whose label the model gives as the person did; None when there are none."""
    if not said:
        return None
    from monitor.scoring.scorer import Scorer

    found = Scorer(model).score([_mention(c) for c in said])
    return sum(score.label == c.label for score, c in zip(found, said, strict=True)) / len(said)


def _mention(correction: Correction) -> Mention:
    """A text alone, in the form that the scorer takes many of at once."""
    never = datetime.fromtimestamp(0, UTC)
    return Mention(
        id="",
        source="",
        brand="",
        text=correction.text,
        lang=correction.lang,
        created_at=never,
        received_at=never,
    )


def _is_kept_back(correction: Correction) -> bool:
    return hashlib.sha256(correction.text.encode("utf-8", "surrogatepass")).digest()[0] % 5 == 0


_ORDER: tuple[LabelName, ...] = ("hostile", "complaint", "praise", "question")


def main_label(labels: Mapping[str, int]) -> LabelName:
    """The first that holds of hostile, complaint, praise, question; else other."""
    return next((name for name in _ORDER if labels.get(name)), "other")


def _wanted(correction: Correction) -> list[float]:
    """What each head should say; NaN where nothing was said. A main label rules out what stands before it."""
    said = dict(correction.labels or {})
    if not said:
        place = _ORDER.index(correction.label) if correction.label in _ORDER else len(_ORDER)
        said = {str(head): 0 for head in _ORDER[:place]}
        if place < len(_ORDER):
            said[correction.label] = 1
        if correction.label in ("complaint", "hostile"):
            said["praise"] = 0
    return [float(said.get(head, np.nan)) for head in HEADS]


def _moved(corrections: Sequence[Correction], base: Model, anchors: Sequence[str]) -> Model:
    """Newton steps on what the dense numbers add to the log odds, ridge towards nothing (Hoerl and Kennard 1970).

    On `anchors` the wanted answer is that of `base` itself (learning without forgetting, Li and Hoiem 2016).
    """
    vocabulary = Vocabulary(base)
    batch = features.read(vocabulary, [*(c.text for c in corrections), *anchors])
    dense = features.dense_pair(batch)
    logits, _ = logits_of(base, vocabulary, batch)
    group: Ints = np.where(batch.tongue == 0, 0, np.where(batch.tongue == features.FRENCH, 1, 2)).astype(np.int64)
    line = log_odds(logits, batch.lengths, group, base.reading).astype(np.float64)
    p = logistic(np.clip(line, -14, 14).astype(np.float32))
    wanted = np.concatenate(
        (
            np.array([_wanted(c) for c in corrections]),
            p[len(corrections) :].astype(np.float64),
        )
    )
    inputs = np.concatenate((dense, np.ones((len(dense), 1), np.float32)), axis=1).astype(np.float64)
    house = np.zeros((inputs.shape[1], len(HEADS)), np.float32)
    for place in range(len(HEADS)):
        said = ~np.isnan(wanted[:, place])
        if said.any():
            house[:, place] = _ridge(inputs[said], line[said, place], wanted[said, place])
    return moved_to(base, house)


def moved_to(base: Model, house: Floats) -> Model:
    """`base` with what a house adds to its log odds. Its name tells one such model from another."""
    mark = hashlib.sha256(house.tobytes()).hexdigest()[:6]
    name = f"{base.name}+house-{mark}"
    return replace(base, house=house, name=name, card={**base.card, "name": name})


def _ridge(inputs: Doubles, line: Doubles, wanted: Doubles) -> Doubles:
    """The change of weights that brings `line` nearer to `wanted`: logistic loss plus ridge, by damped Newton steps."""
    hold = _HOLD * 0.1

    def loss(move: Doubles) -> float:
        reached = line + inputs @ move
        return float((np.logaddexp(0, reached) - wanted * reached).sum() + hold / 2 * (move @ move))

    move = np.zeros(inputs.shape[1])
    lowest = loss(move)
    for _ in range(_ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(line + inputs @ move, -30, 30)))
        gradient = inputs.T @ (p - wanted) + hold * move
        curve = (inputs * (p * (1 - p))[:, None]).T @ inputs + hold * np.eye(len(move))
        step = np.linalg.solve(curve, gradient)
        # A whole step may leap over the valley where the model is very sure of itself.
        while (reached := loss(move - step)) > lowest and np.abs(step).max() > 1e-6:
            step /= 2
        if reached > lowest:
            break
        move, lowest = move - step, reached
        if np.abs(step).max() < 1e-5:
            break
    return move
