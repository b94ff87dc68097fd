"""The vectors of words that the scoring model starts from."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from monitor.scoring.model import load, shipped
from monitor.scoring.scorer import Scorer
from monitor.scoring.vectors import Vectors, load_vectors, save_vectors
from monitor.scoring.words import word_hash


def test_an_unknown_word_has_no_meaning_and_a_known_one_its_own() -> None:
    vectors = Vectors(np.array([3, 9], np.uint64), np.array([[1, 2], [3, 4]], np.float32))
    assert vectors.of(np.array([9, 4, 3, 99], np.uint64)).tolist() == [
        [3, 4],
        [0, 0],
        [1, 2],
        [0, 0],
    ]


def test_the_vectors_that_ship_are_written_back_with_the_same_bytes(
    tmp_path: Path,
) -> None:
    kept = shipped() / "vectors.npz"
    save_vectors(load_vectors(kept), tmp_path / "vectors.npz")
    assert (tmp_path / "vectors.npz").read_bytes() == kept.read_bytes()


def test_without_a_file_no_word_has_a_meaning(tmp_path: Path) -> None:
    none = load_vectors(tmp_path / "none.npz")
    assert none.of(np.array([1, 2], np.uint64)).tolist() == [[0], [0]]


def test_words_that_are_close_in_meaning_have_close_vectors() -> None:
    vectors = load_vectors(shipped() / "vectors.npz")

    def close(one: str, other: str) -> float:
        a, b = vectors.of(np.array([word_hash(one), word_hash(other)], np.uint64)).astype(float)
        return float(a @ b / np.sqrt((a @ a) * (b @ b)))

    assert close("parcel", "package") > close("parcel", "angry")
    assert close("terrible", "awful") > close("terrible", "monday")


def test_many_texts_score_as_each_does_alone() -> None:
    scorer = Scorer(load())
    lines = [f"{n} days, {'still no' if n % 2 else 'a lovely'} parcel, thanks{' a lot' * (n % 3)}" for n in range(60)]
    for one, other in zip(scorer.score_texts(lines), map(scorer.score_text, lines), strict=True):
        assert (one.label, one.severity, one.because) == (
            other.label,
            other.severity,
            other.because,
        )
        assert abs(one.complaint - other.complaint) <= 2e-4
