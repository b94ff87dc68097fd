"""Agreement between two labellings is Cohen's kappa, measured over the tenth of the corpus that has second labels."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.scoring.agreement import FIELDS, compare, kappa, main, read

CORPUS = Path(__file__).parent.parent / "monitor" / "data" / "corpus"
LANGUAGES = ["en", "fr"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_about_a_tenth_of_the_corpus_has_a_second_label_for_the_same_posts_as_the_first(lang: str) -> None:
    first, second = (read(CORPUS / f"{which}-labels-{lang}.jsonl") for which in ("first", "second"))
    # Posts of forums and the older ones to help desks follow rules of their own and were not labelled twice.
    files = [
        file for file in (CORPUS / lang).glob("*.jsonl") if file.stem != "desk" and not file.stem.startswith("forum")
    ]
    corpus = read(*files)
    assert first.keys() == second.keys() <= corpus.keys()
    assert len(second) >= 0.09 * len(corpus)


def test_kappa_is_the_value_worked_out_by_hand() -> None:
    # 35 of 50 agree, chance gives 25 of 50, so that 10 of the 25 left over are found.
    first = [1] * 25 + [0] * 25
    second = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    assert kappa(first, second) == pytest.approx(0.4)


def test_kappa_knows_what_it_cannot_tell() -> None:
    assert kappa([], []) is None
    assert kappa([0, 0], [0, 0]) is None
    assert kappa([0, 1], [1, 0]) == -1
    with pytest.raises(ValueError, match="each post needs one of both"):
        kappa([1], [])


def test_a_post_without_a_first_label_is_refused() -> None:
    with pytest.raises(KeyError):
        compare({}, {"fr-rail-001": dict.fromkeys(FIELDS, 0)})


def test_the_command_prints_a_table_per_language(capsys: pytest.CaptureFixture[str]) -> None:
    main(CORPUS)
    printed = capsys.readouterr().out
    assert [line for line in printed.splitlines() if line in LANGUAGES] == LANGUAGES
    assert printed.count("| complaint |") == 2
