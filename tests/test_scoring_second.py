"""The second reading: what all heads say, read together by language and manner."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.scoring.calibrating import set_right
from monitor.scoring.labelled import Example
from monitor.scoring.model import ALL_HEADS, HEADS, MANNER, load, log_odds, logistic, told

RNG = np.random.default_rng(20_261)


def example(number: int, said: int, data: str = "corpus", group: str = "", lang: str = "en") -> Example:
    labels = {head: said for head in HEADS}
    return Example(text=str(number), labels=labels, lang=lang, data=data, group=group or f"{data}/{number % 5}")


def heard(count: int) -> np.ndarray:
    logits = RNG.normal(0, 2, (count, len(ALL_HEADS))).astype(np.float32)
    logits[:, MANNER] = -6
    return logits


def test_what_only_two_heads_together_tell_is_read() -> None:
    """A complaint that is a question beside a complaint: neither head alone says so."""
    logits = heard(1500)
    wanted = (logits[:, 0] * logits[:, 3] > 0).astype(int)
    examples = [example(number, int(said)) for number, said in enumerate(wanted)]
    p, _ = set_right(examples, logits, np.full(1500, 9), np.arange(1500) % 5)
    assert ((p[:, 0] >= 0.5) == wanted).mean() > 0.9
    assert ((logits[:, 0] >= 0) == wanted).mean() < 0.6


def test_a_row_is_read_by_what_other_groups_taught() -> None:
    """One group in which everything is said the other way round does not teach how it is read itself."""
    logits = heard(1000)
    folds = np.arange(1000) % 5
    wanted = (logits[:, 0] > 0).astype(int)
    odd = np.where(folds == 0, 1 - wanted, wanted)
    p, _ = set_right([example(n, int(said)) for n, said in enumerate(odd)], logits, np.full(1000, 9), folds)
    mine = folds == 0
    assert ((p[mine, 0] >= 0.5) == wanted[mine]).mean() > 0.9
    assert ((p[mine, 0] >= 0.5) == odd[mine]).mean() < 0.1


def test_each_manner_is_read_as_its_own_posts_were_labelled() -> None:
    own, desk = heard(600), heard(600)
    desk[:, MANNER] = 6
    both = np.concatenate((own, desk))
    said = [int(row[0] > 0) for row in own] + [int(row[0] > 2) for row in desk]
    data = ["corpus"] * 600 + ["complaints"] * 600
    examples = [example(n, one, where) for n, (one, where) in enumerate(zip(said, data, strict=True))]
    p, reading = set_right(examples, both, np.full(1200, 9))
    assert ((p[:, 0] >= 0.5) == np.array(said)).mean() > 0.93
    there = both[:1].copy()
    there[0] = 0
    there[0, 0], there[0, MANNER] = 1.2, -6
    lengths, tongue = np.full(1, 9), np.zeros(1, np.int64)
    assert logistic(log_odds(there, lengths, tongue, reading))[0, 0] > 0.6
    there[0, MANNER] = 6
    assert logistic(log_odds(there, lengths, tongue, reading))[0, 0] < 0.4


def test_probabilities_hold_after_the_second_reading() -> None:
    logits = heard(4000)
    chance = 1 / (1 + np.exp(-(1.4 * logits[:, 2] - 1)))
    wanted = (RNG.random(4000) < chance).astype(int)
    examples = [example(n, int(said)) for n, said in enumerate(wanted)]
    p, _ = set_right(examples, logits, np.full(4000, 9), np.arange(4000) % 5)
    assert np.abs(p[:, 2] - chance).mean() < 0.03


def test_a_head_that_says_nothing_and_too_few_rows_change_nothing() -> None:
    logits = heard(40)
    logits[:, -3:] = 0
    p, reading = set_right([example(n, n % 2) for n in range(40)], logits, np.full(40, 9))
    assert p == pytest.approx(logistic(logits[:, : len(HEADS)]), abs=1e-6)
    assert np.isfinite(reading).all()


def test_a_logit_without_end_moves_a_pair_no_further_than_a_large_one() -> None:
    far, near = np.full((1, len(ALL_HEADS)), 900, np.float32), np.full((1, len(ALL_HEADS)), 8, np.float32)
    lengths = np.array([9])
    heads = len(ALL_HEADS)
    assert (told(far, lengths)[0, heads:-2] == told(near, lengths)[0, heads:-2]).all()


def test_the_reading_that_ships_has_a_place_for_each_language_manner_and_head() -> None:
    model = load()
    assert model.reading.shape == (3, 2, len(HEADS), told(heard(1), np.array([9])).shape[1])
    assert model.table.shape[1] == len(model.step) < len(model.bias) == len(ALL_HEADS)
    assert model.house is None
