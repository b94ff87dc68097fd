"""The posts under hashtags that the scorer learns tragedies from: their shape; what measures it is not among them."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from monitor.scoring.labelled import read_tags
from tests import heldout
from tests.test_corpus import ALIKE, shingles

FOLDER = Path(__file__).resolve().parent.parent / "monitor" / "data" / "tags"
NAMES = [f"{kind}-{lang}" for kind in ("tragic", "harmless") for lang in ("en", "fr")]


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]


def bare(text: str) -> str:
    """What is left of a post without its hashtags, its case and its marks."""
    words = "".join(c if c.isalnum() or c == "#" else " " for c in text.lower()).split()
    return " ".join(word for word in words if not word.startswith("#"))


def measured() -> list[dict[str, Any]]:
    return [*heldout.tragic(), *(group for kind in heldout.KINDS for group in heldout.chatter(kind))]


@pytest.mark.parametrize("name", NAMES)
def test_every_tag_says_what_it_is_and_has_enough_posts(name: str) -> None:
    kind, lang = name.split("-")
    rows = read(name)
    assert len(rows) >= 22
    for row in rows:
        assert list(row) == ["tag", "lang", "kind", "about", "posts"], row["tag"]
        assert (row["lang"], row["kind"]) == (lang, kind), row["tag"]
        assert row["tag"][0] == "#" and row["tag"][1:].isalnum(), row["tag"]
        assert row["about"].endswith("."), row["tag"]
        assert 24 <= len(row["posts"]) <= 30, row["tag"]
        for post in row["posts"]:
            assert list(post) == ["text", "tragedy"] and post["tragedy"] in (0, 1), post
            assert post["text"] == post["text"].strip() and bare(post["text"]), post


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_most_posts_under_a_tragic_tag_speak_of_it_and_hardly_any_under_a_harmless_one(lang: str) -> None:
    tragic = [post["tragedy"] for row in read(f"tragic-{lang}") for post in row["posts"]]
    harmless = [post["tragedy"] for row in read(f"harmless-{lang}") for post in row["posts"]]
    assert 0.75 <= sum(tragic) / len(tragic) <= 0.9
    assert sum(harmless) / len(harmless) <= 0.01
    assert all(0 in [post["tragedy"] for post in row["posts"]] for row in read(f"tragic-{lang}"))


def test_the_tag_itself_stands_as_often_in_a_harmless_post_as_in_a_tragic_one() -> None:
    """Otherwise a hash mark alone would tell them apart."""
    shares = []
    for name in NAMES:
        rows = read(name)
        found = [row["tag"].lower() in post["text"].lower() for row in rows for post in row["posts"]]
        shares.append(sum(found) / len(found))
    assert max(shares) - min(shares) <= 0.05


def test_no_post_stands_twice_under_whatever_tag() -> None:
    texts = sorted(bare(post["text"]) for name in NAMES for row in read(name) for post in row["posts"])
    assert [one for one, next_one in pairwise(texts) if one == next_one] == []
    tags = [row["tag"].lower() for name in NAMES for row in read(name)]
    assert len(tags) == len(set(tags))


def test_no_tag_and_no_post_is_shared_with_those_that_measure() -> None:
    groups = measured()
    assert len(groups) > 50
    known = {post.lower() for group in groups for post in group["posts"]}
    known |= {bare(post) for group in groups for post in group["posts"] if len(bare(post).split()) > 2}
    ours = [post["text"] for name in NAMES for row in read(name) for post in row["posts"]]
    assert [text for text in ours if text.lower() in known or bare(text) in known] == []
    names = {group["tag"].lower() for group in groups}
    assert [row["tag"] for name in NAMES for row in read(name) if row["tag"].lower() in names] == []


def test_no_post_is_one_of_those_that_measure_with_a_changed_word() -> None:
    holders: dict[tuple[str, ...], list[set[tuple[str, ...]]]] = {}
    for text in (post for group in measured() for post in group["posts"]):
        found = shingles(bare(text))
        for shingle in found:
            holders.setdefault(shingle, []).append(found)
    for text in (post["text"] for name in NAMES for row in read(name) for post in row["posts"]):
        mine = shingles(bare(text))
        for theirs in (found for shingle in mine for found in holders.get(shingle, [])):
            assert len(mine & theirs) / len(mine | theirs) < ALIKE, text


def test_the_scorer_learns_from_all_of_them() -> None:
    found = read_tags()
    assert len(found) == sum(len(row["posts"]) for name in NAMES for row in read(name))
    assert len({example.group for example in found}) == sum(len(read(name)) for name in NAMES)
