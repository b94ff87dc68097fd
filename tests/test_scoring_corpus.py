"""The corpus that ships keeps what docs/labelling.md promises, and agreement is measured as Cohen did."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from monitor.scoring.agreement import FIELDS, compare, kappa, main, read

CORPUS = Path(__file__).parent.parent / "monitor" / "data" / "corpus"
LANGUAGES = ("en", "fr")
FLAGS = ("complaint", "hostile", "praise", "question", "tragedy", "sarcastic", "hard")
KEYS = ["id", "lang", "industry", "text", "parent", "label", *FLAGS[:5], "severity", *FLAGS[5:], "because"]


def lines(lang):
    text = "".join(file.read_text("utf-8") for file in sorted((CORPUS / lang).glob("*.jsonl")))
    return [json.loads(line) for line in text.split("\n") if line]


def main_label(line):
    return next((label for label in ("hostile", "complaint", "praise", "question") if line[label]), "other")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_line_of_the_corpus_has_the_same_fields_and_its_own_id_and_text(lang):
    corpus = lines(lang)
    assert len(corpus) >= 2000
    assert all(list(line) == KEYS and line["lang"] == lang for line in corpus)
    assert all(line[flag] in (0, 1) for line in corpus for flag in FLAGS)
    assert Counter(line["id"] for line in corpus).most_common(1)[0][1] == 1
    assert Counter((line["text"], line["parent"]) for line in corpus).most_common(1)[0][1] == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_labels_of_a_line_never_contradict_each_other(lang):
    for line in lines(lang):
        assert line["label"] == main_label(line), line
        assert not (line["praise"] and (line["complaint"] or line["hostile"] or line["sarcastic"])), line
        assert line["severity"] >= (3 if line["tragedy"] else line["complaint"]), line


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_two_posts_share_half_of_their_runs_of_four_words(lang):
    posts = [set(zip(*(words[i:] for i in range(4)), strict=False)) for words in map(words_of, lines(lang))]
    holders: dict[tuple[str, ...], list[int]] = {}
    for post, runs in enumerate(posts):
        for run in runs:
            holders.setdefault(run, []).append(post)
    pairs = {(a, b) for found in holders.values() for a in found for b in found if a < b}
    assert not [(a, b) for a, b in pairs if len(posts[a] & posts[b]) >= 0.5 * len(posts[a] | posts[b])]


def words_of(line):
    return re.findall(r"\w+", line["text"].lower())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_about_a_tenth_of_the_corpus_has_a_second_label_for_the_same_posts_as_the_first(lang):
    first, second = (read(CORPUS / f"{which}-labels-{lang}.jsonl") for which in ("first", "second"))
    assert first.keys() == second.keys() <= {line["id"] for line in lines(lang)}
    assert len(second) >= 0.09 * len(lines(lang))


def test_kappa_is_the_value_worked_out_by_hand():
    # By hand: 35 of 50 agree, chance gives 25 of 50, so that 10 of the 25 left over are found.
    first = [1] * 25 + [0] * 25
    second = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    assert kappa(first, second) == pytest.approx(0.4)


def test_kappa_knows_what_it_cannot_tell():
    assert kappa([], []) is None
    assert kappa([0, 0], [0, 0]) is None
    assert kappa([0, 1], [1, 0]) == -1
    with pytest.raises(ValueError, match="each post needs one of both"):
        kappa([1], [])


def test_a_post_without_a_first_label_is_refused():
    with pytest.raises(KeyError):
        compare({}, {"fr-rail-001": dict.fromkeys(FIELDS, 0)})


def test_the_command_prints_a_table_per_language(capsys):
    main(CORPUS)
    printed = capsys.readouterr().out
    assert [line for line in printed.splitlines() if line in LANGUAGES] == ["en", "fr"]
    assert printed.count("| complaint |") == 2
