"""The second reading: what all heads say, read together by language and manner."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.scoring.calibrating import set_right
from monitor.scoring.labelled import Example
from monitor.scoring.model import ALL_HEADS, HEADS, MANNER, load, log_odds, logistic, told


def example(number: int, said: int, data: str = "corpus", group: str = "", lang: str = "en") -> Example:
    labels = {head: said for head in HEADS}
    return Example(text=str(number), labels=labels, lang=lang, data=data, group=group or f"{data}/{number % 5}")


def heard(count: int, seed: int = 20_261) -> np.ndarray:
    logits = np.random.default_rng(seed).normal(0, 2, (count, len(ALL_HEADS))).astype(np.float32)
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
    """Seven in ten rows are of one group in which everything is said the other way round: only a leak follows it."""
    logits = heard(1000)
    place = np.arange(1000)
    folds = np.where(place % 10 < 7, 0, 1 + place % 4)
    wanted = (logits[:, 0] > 0).astype(int)
    odd = np.where(folds == 0, 1 - wanted, wanted)
    p, _ = set_right([example(n, int(said)) for n, said in enumerate(odd)], logits, np.full(1000, 9), folds)
    mine = folds == 0
    assert ((p[mine, 0] >= 0.5) == wanted[mine]).mean() > 0.9
    assert ((p[mine, 0] >= 0.5) == odd[mine]).mean() < 0.1


def test_each_manner_is_read_as_its_own_posts_were_labelled() -> None:
    own, desk = heard(600), heard(600, 2)
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
    wanted = (np.random.default_rng(7).random(4000) < chance).astype(int)
    examples = [example(n, int(said)) for n, said in enumerate(wanted)]
    p, _ = set_right(examples, logits, np.full(4000, 9), np.arange(4000) % 5)
    assert np.abs(p[:, 2] - chance).mean() < 0.03


def test_with_too_few_rows_each_head_is_read_as_it_is() -> None:
    logits = heard(40)
    p, reading = set_right([example(n, n % 2) for n in range(40)], logits, np.full(40, 9))
    assert p == pytest.approx(logistic(logits[:, : len(HEADS)]), abs=1e-6)
    assert np.isfinite(reading).all()


def test_a_head_that_says_the_same_of_every_post_is_not_read() -> None:
    logits = heard(600)
    logits[:, -1] = 0
    wanted = (logits[:, 0] > 0).astype(int)
    _, reading = set_right([example(n, int(said)) for n, said in enumerate(wanted)], logits, np.full(600, 9))
    assert (reading[0, 0, :, len(ALL_HEADS) - 1] == 0).all() and reading[0, 0, 0, 0] > 0


def test_tragedy_is_read_by_its_own_head_and_other_languages_by_the_mean_of_both() -> None:
    logits = heard(800)
    wanted = (logits[:, 0] > 0).astype(int)
    tongues = ["en" if n % 2 else "fr" for n in range(800)]
    examples = [example(n, int(said), lang=lang) for n, (said, lang) in enumerate(zip(wanted, tongues, strict=True))]
    _, reading = set_right(examples, logits, np.full(800, 9))
    tragedy = HEADS.index("tragedy")
    spoken = {tuple(np.flatnonzero(row)) for row in reading[:2, :, tragedy].reshape(4, -1)}
    assert spoken <= {(tragedy, reading.shape[-1] - 1)}
    assert np.allclose(reading[2], reading[:2].mean(axis=0))


@pytest.mark.parametrize(
    ("data", "group"), [("complaints", "complaints/random_tweet"), ("davidson", ""), ("forum", "")]
)
def test_posts_to_nobody_and_samples_by_keyword_do_not_say_how_often_a_thing_is_so(data: str, group: str) -> None:
    logits, odd = heard(400), heard(400, 3)
    wanted = [int(row[0] > 0) for row in logits]
    examples = [example(n, said) for n, said in enumerate(wanted)]
    more = [example(n, int(row[0] < 0), data, group) for n, row in enumerate(odd)]
    _, alone = set_right(examples, logits, np.full(400, 9))
    _, beside = set_right(examples + more, np.concatenate((logits, odd)), np.full(800, 9))
    assert (alone == beside).all()


def test_few_posts_do_not_make_the_reading_wild() -> None:
    """Labels by chance: of posts that it has not seen it is not sure. Without a ridge this is 0.22."""
    logits = heard(150, 0)
    examples = [example(n, int(coin)) for n, coin in enumerate(np.random.default_rng(50).integers(0, 2, 150))]
    p, _ = set_right(examples, logits, np.full(150, 9), np.arange(150) % 5)
    assert np.abs(p[:, 0] - 0.5).mean() < 0.18


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
