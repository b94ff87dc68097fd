"""Building the model, measuring it, and moving it towards the house."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from monitor.scoring import features, labelled, load_scorer
from monitor.scoring import train as building
from monitor.scoring.corrections import FEWEST, FEWEST_KEPT_BACK, Correction, fit_corrections, right
from monitor.scoring.evaluate import as_markdown, calibration_error, heads, macro_f1
from monitor.scoring.features import Vocabulary
from monitor.scoring.labelled import DataError, Example, read_corpus
from monitor.scoring.model import ALL_HEADS, HEADS, WIDE_HEADS, load, save
from monitor.scoring.model import logits as logits_of
from monitor.scoring.scorer import Scorer
from monitor.scoring.text import normal
from monitor.scoring.train import Trained, fit, folds_of
from monitor.scoring.words import own_words

COMPLAINTS = ["still no parcel, nobody answers me", "my {} broke after a day", "late again, I want a refund for the {}"]
PRAISES = ["thank you, the {} is lovely", "great staff, we love the {}", "so happy with my {}"]
QUESTIONS = ["what time do you open for the {}?", "how much is the {}?", "do you ship the {}?"]
INSULTS = ["you are idiots, all of you at {}", "bunch of thieves, keep your {}", "bande de voleurs avec votre {}"]
TRAGEDIES = ["people killed near the {}", "victims trapped under the {}", "pray for the injured of the {}"]
THINGS = ["kettle", "train", "phone", "coat", "pizza", "flight", "game", "card", "bus", "room"]


def small() -> list[Example]:
    found = []
    for place, (head, lines) in enumerate(
        zip(HEADS, (COMPLAINTS, INSULTS, PRAISES, QUESTIONS, TRAGEDIES), strict=True)
    ):
        for thing in THINGS:
            for line in lines:
                labels = {name: int(name == head) for name in HEADS}
                found.append(
                    Example(
                        text=line.format(thing),
                        labels=labels,
                        lang="fr" if "bande" in line else "en",
                        data="corpus",
                        group=f"corpus/{thing}",
                        severity=3 if head == "tragedy" else int(place == 0),
                    )
                )
    return found


@pytest.fixture(scope="module")
def trained() -> Trained:
    return fit(small(), "small", {"name": "small"})


def digest(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


def test_the_same_data_give_the_same_bytes(trained: Trained, tmp_path: Path) -> None:
    save(trained.model, tmp_path / "one")
    save(fit(small(), "small", {"name": "small"}).model, tmp_path / "two")
    assert digest(tmp_path / "one") == digest(tmp_path / "two")


def test_a_saved_model_scores_as_the_one_that_was_learned(trained: Trained, tmp_path: Path) -> None:
    save(trained.model, tmp_path)
    before, after = Scorer(trained.model), Scorer(load(tmp_path))
    for words in ("my boiler broke after a day", "great staff, we love the tram", "what time do you open?"):
        one, other = before.score_text(words), after.score_text(words)
        assert one.label == other.label
        assert one.complaint == pytest.approx(other.complaint, abs=0.02)


def test_what_was_learned_holds_for_a_thing_that_was_not_seen(trained: Trained) -> None:
    scorer = Scorer(trained.model)
    assert scorer.score_text("my tractor broke after a day").label == "complaint"
    assert scorer.score_text("how much is the tractor?").label == "question"


def test_a_group_is_never_split_between_learning_and_checking() -> None:
    examples = small()
    folds = folds_of(examples)
    by_group: dict[str, set[int]] = {}
    for example, fold in zip(examples, folds.tolist(), strict=True):
        by_group.setdefault(example.group, set()).add(fold)
    assert all(len(found) == 1 for found in by_group.values())


def test_the_corpus_reads_and_keeps_its_own_rules() -> None:
    examples = read_corpus()
    assert {example.lang for example in examples} >= {"fr"}
    for example in examples:
        assert example.text
        if example.labels.get("praise"):
            assert not (example.labels["complaint"] or example.labels["hostile"]), example.text


def test_posts_to_help_desks_and_of_forums_count_as_data_sets_of_their_own() -> None:
    by_data: dict[str, list[Example]] = {}
    for example in read_corpus():
        by_data.setdefault(example.data, []).append(example)
    assert by_data.keys() == {"corpus", "desk", "forum"}
    assert all(set(example.labels) == {"hostile"} for example in by_data["forum"])
    cars = [Example(text="x", labels={}, lang="en", data=d, group=f"{d}/cars") for d in ("desk", "complaints")]
    assert len(set(folds_of(cars).tolist())) == 1, "cars leave together"


def test_the_order_of_words_is_seen_and_stops_at_the_edge_of_a_text() -> None:
    vocabulary = Vocabulary()
    one, other = (features.joint_columns(features.read(vocabulary, [words])) for words in ("not good", "good not"))
    assert one.shape == other.shape == (features.JOINTS, 3)
    assert all(set(a.tolist()) != set(b.tolist()) for a, b in zip(one, other, strict=True))
    together = features.joint_columns(features.read(vocabulary, ["some words before", "not good"]))
    assert (together[:, -3:] == one).all()


def test_slight_weights_are_dropped_and_the_largest_keep_their_size() -> None:
    import numpy as np

    weights = np.array([[1.27, 0.0], [0.01, -0.5], [-0.3, 0.001]], np.float32)
    table, step = building.quantised(weights)
    assert table.tolist() == [[127, 0], [0, -127], [-30, 0]]
    assert np.allclose(step, [0.01, 0.5 / 127], rtol=1e-3)


def test_a_weight_far_beyond_all_others_is_cut_and_does_not_make_the_rest_coarse() -> None:
    import numpy as np

    weights = np.full((50_000, 1), 0.5, np.float32)
    weights[7] = -40.0
    table, step = building.quantised(weights)
    assert step[0] == np.float32(0.5 / 127)
    assert table[7, 0] == -127
    assert table[8, 0] == 127


def test_a_broken_line_of_the_corpus_is_named(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "x.jsonl").write_text('{"text": "no labels"}\n')
    with pytest.raises(DataError, match=r"x\.jsonl, line 1"):
        read_corpus(tmp_path)
    with pytest.raises(DataError, match="No corpus"):
        read_corpus(tmp_path / "nowhere")


def test_data_of_others_is_read_from_the_folder_that_is_given_and_may_be_missing(tmp_path: Path) -> None:
    rows = 'text,label,split,domain\n"late, again",1,train,cars\nhello,0,train,random_tweet\n'
    (tmp_path / "complaints.csv").write_text(rows)
    found = [e for source in labelled.SOURCES for e in labelled.read_source(source, tmp_path)]
    assert [(e.labels["complaint"], e.weight) for e in found] == [(1, 1.0), (0, 0.5)]
    (tmp_path / "toxifrench.csv").write_text("words,label\nx,1\n")
    with pytest.raises(DataError, match="no column"):
        labelled.read_source(labelled.SOURCES[4], tmp_path)


def test_figures_come_with_the_others_beside_them(trained: Trained) -> None:
    figures = heads(trained)
    assert {figure.scorer for figure in figures} >= {"smoulder", "TF-IDF + LR"}
    assert all(0 <= figure.value <= 1 for figure in figures)
    assert "| complaint: macro-F1, corpus en |" in as_markdown(figures)


def test_the_measures_are_what_they_are_called() -> None:
    import numpy as np

    true = np.array([1, 1, 0, 0])
    assert macro_f1(true, true) == 1
    assert macro_f1(np.zeros(4, np.int64), true) == pytest.approx(1 / 3)
    assert calibration_error(np.array([1, 1, 0, 0], np.float32), true) == 0
    assert calibration_error(np.array([0, 0, 1, 1], np.float32), true) == 1


def corrections(count: int) -> list[Correction]:
    """A house where posts that say "legend" are meant as complaints."""
    return [
        Correction(text=f"what a legend, number {n} at the {THINGS[n % 10]}", label="complaint") for n in range(count)
    ]


def test_corrections_move_the_model_and_are_measured_on_some_that_were_kept_back() -> None:
    base = load()
    change = fit_corrections(corrections(120), base)
    assert change.corrections == 120
    assert 5 < change.held_out < 60
    assert change.before is not None and change.after is not None
    assert change.after > change.before
    assert change.is_better
    assert change.model.name.startswith(f"{base.name}+house-")


def test_a_few_corrections_change_nothing() -> None:
    base = load()
    change = fit_corrections(corrections(FEWEST - 1), base)
    assert change.model is base
    assert not change.is_better


def test_corrections_never_touch_the_model_that_ships() -> None:
    base = load()
    before = base.dense.copy(), base.bias.copy(), base.reading.copy()
    moved = fit_corrections(corrections(60), base).model
    assert all((was == now).all() for was, now in zip(before, (base.dense, base.bias, base.reading), strict=True))
    assert base.house is None and moved.house is not None


def test_a_change_that_harms_the_shipped_test_is_not_better() -> None:
    words = "what a legend, so happy with the {}, thank you"
    shipped = [Correction(text=words.format(thing), label="praise") for thing in THINGS]
    change = fit_corrections(corrections(120), load(), shipped)
    assert change.shipped_before is not None and change.shipped_after is not None
    assert replace(change, shipped_before=0.9, shipped_after=0.8901).is_better
    assert not replace(change, shipped_before=0.9, shipped_after=0.88).is_better


def test_a_change_that_was_measured_on_next_to_nothing_is_not_better() -> None:
    change = fit_corrections(corrections(120), load())
    assert change.is_better
    assert not replace(change, held_out=FEWEST_KEPT_BACK - 1).is_better


def test_a_second_fit_must_beat_the_model_that_scores_now() -> None:
    base = load()
    first = fit_corrections(corrections(120), base)
    again = fit_corrections(corrections(120), base, active=first.model)
    assert again.before == first.after == again.after
    assert not again.is_better
    assert again.model.name == first.model.name


def test_no_texts_have_no_share_of_right_ones() -> None:
    assert right([], load()) is None


def test_what_is_remembered_of_tokens_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "_KEEP", 50)
    vocabulary = Vocabulary()
    for start in range(0, 1_000, 10):
        vocabulary.read([f"word{n}" for n in range(start, start + 10)])
    assert len(vocabulary.ids) <= 70


def test_what_is_remembered_of_pieces_of_text_does_not_grow_for_ever() -> None:
    vocabulary = Vocabulary(keep=20)
    most = 0
    for number in range(1, 200):  # the same few tokens in other company each time, and a long row of them
        vocabulary.read(["-".join(["word"] * (1 + number)), f"a{'-' * number}word"])
        assert all(len(piece) <= 40 for piece in vocabulary.pieces)
        most = max(most, len(vocabulary.pieces))
    assert set(vocabulary.ids) == {"", "a", "word"}
    assert 10 < most <= 12


def test_a_forgetful_scorer_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    words = "my parcel never arrived and nobody answers"
    expected = load_scorer().score_text(words)
    monkeypatch.setattr(features, "_KEEP", 5)
    scorer = load_scorer()
    scorer.score_texts([f"filler{n}" for n in range(100)])
    assert scorer.score_text(words) == expected


def beside(data: str, said: str, calm: str, label: str, lang: str) -> list[Example]:
    return [
        Example(text=f"{words} {thing}", labels={label: place}, lang=lang, data=data, group=f"{data}/{number % 5}")
        for number, thing in enumerate(THINGS * 3)
        for place, words in enumerate((calm, said))
    ]


@pytest.fixture(scope="module")
def of_many() -> Trained:
    others = [
        *beside("complaints", "still broken, I want a refund for the", "where do I buy the", "complaint", "en"),
        *beside("te_offensive", "you idiots and your", "we looked at the", "hostile", "en"),
        *beside("toxifrench", "bande de voleurs avec votre", "on a regardé le", "hostile", "fr"),
    ]
    return fit([*small(), *others], "many", {"name": "many"})


def test_narrow_heads_learn_from_their_own_data_set_by_headings_and_meaning_alone(of_many: Trained) -> None:
    model = of_many.model
    narrow = slice(len(WIDE_HEADS), len(ALL_HEADS))
    assert model.table.shape[1] == len(WIDE_HEADS)
    assert (np.abs(model.dense[:, narrow]).max(axis=0) > 0).all()
    words = [
        "still broken, I want a refund for the sofa",
        "you idiots and your sofa",
        "bande de voleurs avec votre sofa",
    ]
    batch = features.read(vocabulary := Vocabulary(model), words)
    found, _ = logits_of(model, vocabulary, batch)
    meant = np.add.reduceat(model.vectors.of(vocabulary.hash[batch.ids]), batch.starts, axis=0)
    expected = (
        features.dense_pair(batch) @ model.dense + features.scale(batch)[:, None] * meant @ model.meaning + model.bias
    )
    assert found[:, narrow] == pytest.approx(expected[:, narrow], abs=1e-4)
    offensive, toxic = found[:, narrow].T
    assert offensive[1] > offensive[0] and toxic[2] > toxic[0]


def test_complaints_to_brands_are_learned_of_all_columns_from_their_own_data_set(of_many: Trained) -> None:
    served = ALL_HEADS.index("served")
    assert served < len(WIDE_HEADS) and of_many.model.table[:, served].any()
    batch = features.read(vocabulary := Vocabulary(of_many.model), ["still broken sofa", "where do I buy the sofa"])
    found, _ = logits_of(of_many.model, vocabulary, batch)
    assert found[0, served] > found[1, served]
    alone = fit(small(), "alone", {"name": "alone"}).model
    assert not alone.table[:, served].any() and alone.bias[served] == 0


def test_a_data_set_with_one_label_alone_teaches_no_narrow_head() -> None:
    calm = beside("toxifrench", "on a vu le", "on a regardé le", "hostile", "fr")
    one_sided = [replace(each, labels={"hostile": 0}) for each in calm]
    model = fit([*small(), *one_sided], "one-sided", {"name": "one-sided"}).model
    assert not model.dense[:, ALL_HEADS.index("toxic")].any() and model.bias[ALL_HEADS.index("toxic")] == 0


def test_what_a_house_adds_for_french_moves_french_texts_alone() -> None:
    base = load()
    half = len(base.dense) // 2
    house = np.zeros((len(base.dense) + 1, len(HEADS)), np.float32)
    house[half:-1, 0] = 1.5
    for words, moves in (
        ("Colis jamais arrivé, personne ne répond", True),
        ("The parcel never came, nobody answers", False),
    ):
        before, after = (Scorer(model).score_text(words).complaint for model in (base, replace(base, house=house)))
        assert (after > before) == moves and (after == before) != moves


def test_what_people_quarrel_over_is_told_apart_by_language_and_is_no_heading() -> None:
    vocabulary, words = Vocabulary(), own_words()
    quiet, english, french = features.read(
        vocabulary, ["We had a look at the sofa.", "The liberals and the sofa", "Les GAUCHISTES et le canapé"]
    ).dense[:, features.touchy(words)]
    assert not quiet.any()
    assert [features.TOUCHY[place] for place in english.nonzero()[0]] == ["people en"]
    assert [features.TOUCHY[place] for place in french.nonzero()[0]] == ["people fr"]
    known = {subject for subject in words.subjects if words.subjects[subject] >= 1 << len(features.TOUCHY)}
    assert not known and all(word == normal(word) for word in words.subjects)
