"""The project's own corpus, the demo's texts among it: shape, labels as in docs/labelling.md, nothing twice."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

HEADS = ("complaint", "hostile", "praise", "question", "tragedy")
ORDER = ("hostile", "complaint", "praise", "question")
FIELDS = {"id", "lang", "industry", "text", "parent", "label", *HEADS, "severity", "sarcastic", "hard", "because"}
INDUSTRIES = {
    "rail",
    "telecom",
    "bank",
    "retail",
    "airline",
    "food",
    "games",
    "software",
    "energy",
    "health",
    "delivery",
    "hotel",
    "car",
    "insurance",
    "public",
    "media",
    "fashion",
    "education",
}
SHINGLE = 4  # words
ALIKE = 0.6  # Jaccard share of common shingles from which two texts are one text with a changed word

Row = dict[str, Any]


def read(*path: str) -> list[Row]:
    folder = files("monitor") / "data"
    for part in path:
        folder = folder / part
    return [json.loads(line) for line in folder.read_text(encoding="utf-8").splitlines()]


@cache
def corpus(lang: str) -> tuple[Row, ...]:
    folder = files("monitor") / "data" / "corpus" / lang
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".jsonl"))
    return tuple(row for name in names for row in read("corpus", lang, name))


def everything() -> list[Row]:
    return [*corpus("en"), *corpus("fr")]


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[\w']+", text.lower())
    return {tuple(words[n : n + SHINGLE]) for n in range(len(words) - SHINGLE + 1)}


def test_every_line_has_the_fields_of_the_page_on_labelling_and_their_kinds() -> None:
    for row in everything():
        assert set(row) == FIELDS, row["id"]
        assert row["text"] == row["text"].strip() != "", row["id"]
        assert all(row[name] in (0, 1) for name in (*HEADS, "sarcastic", "hard")), row["id"]
        assert row["severity"] in (0, 1, 2, 3), row["id"]
        assert row["parent"] is None or row["parent"].strip(), row["id"]
        assert row["because"] is None or row["because"].strip(), row["id"]


def test_the_main_label_follows_from_the_others() -> None:
    for row in everything():
        assert row["label"] == next((name for name in ORDER if row[name]), "other"), row["id"]


def test_labels_keep_the_rules_that_always_hold() -> None:
    for row in everything():
        assert not (row["praise"] and (row["complaint"] or row["hostile"] or row["sarcastic"])), row["id"]
        assert not row["complaint"] or row["severity"] >= 1, row["id"]
        assert not row["tragedy"] or row["severity"] == 3, row["id"]


def test_ids_are_never_used_twice() -> None:
    ids = Counter(row["id"] for row in everything())
    assert [name for name, times in ids.items() if times > 1] == []


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_there_are_two_thousand_mentions_of_each_language_and_the_file_says_which(lang: str) -> None:
    rows = corpus(lang)
    assert len(rows) >= 2000
    assert {row["lang"] for row in rows} == {lang}
    assert all(row["id"].startswith(f"{lang}-") for row in rows)


def test_every_english_industry_has_at_least_120() -> None:
    # Of a post of a forum the field names what it is about.
    counts = Counter(row["industry"] for row in corpus("en") if "-forum-" not in row["id"])
    assert set(counts) >= INDUSTRIES
    assert min(counts.values()) >= 120


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_less_than_half_complain_and_more_than_a_quarter_are_hard(lang: str) -> None:
    rows = corpus(lang)
    assert 0.35 < sum(row["complaint"] for row in rows) / len(rows) < 0.5
    assert 0.25 < sum(row["hard"] for row in rows) / len(rows) < 0.5


def test_no_text_is_another_one_with_a_changed_word() -> None:
    rows = everything()
    texts = [shingles(row["text"]) for row in rows]
    holders: dict[tuple[str, ...], list[int]] = {}
    for number, found in enumerate(texts):
        for shingle in found:
            holders.setdefault(shingle, []).append(number)
    pairs = {(a, b) for numbers in holders.values() for a in numbers for b in numbers if a < b}
    alike = [
        (rows[a]["id"], rows[b]["id"])
        for a, b in pairs
        if len(texts[a] & texts[b]) / len(texts[a] | texts[b]) >= ALIKE and rows[a]["lang"] == rows[b]["lang"]
    ]
    assert alike == []


def test_short_texts_come_twice_only_under_different_posts() -> None:
    seen = Counter((row["text"].lower(), row["parent"]) for row in everything())
    assert [text for (text, _), times in seen.items() if times > 1] == []


def test_every_text_of_the_demo_is_labelled_once_but_for_what_the_brand_says_itself() -> None:
    told = [row for name in ("history", "live", "calm") for row in read("demo", f"{name}.jsonl")]
    labelled = {row["id"].removeprefix(f"{row['lang']}-demo-"): row for row in everything() if "-demo-" in row["id"]}
    assert {row["id"]: row["text"] for row in told if row["author"] != "own"} == {
        name: row["text"] for name, row in labelled.items()
    }
