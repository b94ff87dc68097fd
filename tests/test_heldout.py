"""The held-out mentions and hashtags: labelled as docs/labelling.md says, and not in the corpus."""

from __future__ import annotations

import pytest

from tests import heldout
from tests.test_corpus import ALIKE, FIELDS, HEADS, ORDER, corpus, shingles


@pytest.mark.parametrize("lang", heldout.LANGS)
def test_held_out_mentions_are_labelled_as_the_page_says(lang: str) -> None:
    for row in heldout.mentions(lang):
        assert set(row) == FIELDS | {"country", "network"}, row["id"]
        assert row["label"] == next((name for name in ORDER if row[name]), "other"), row["id"]
        assert all(row[name] in (0, 1) for name in (*HEADS, "sarcastic", "hard")), row["id"]
        assert not (row["praise"] and (row["complaint"] or row["hostile"] or row["sarcastic"])), row["id"]
        assert not row["complaint"] or row["severity"] >= 1, row["id"]
        assert not row["tragedy"] or row["severity"] == 3, row["id"]


@pytest.mark.parametrize("lang", heldout.LANGS)
def test_each_language_holds_enough_of_what_is_measured(lang: str) -> None:
    rows = heldout.mentions(lang)
    assert len(rows) == len({row["id"] for row in rows}) == 450
    assert len({row["industry"] for row in rows}) >= 20
    assert len({row["country"] for row in rows}) >= 12
    assert sum(row["severity"] == 3 for row in rows) >= 40
    assert sum(row["sarcastic"] and row["complaint"] for row in rows) >= 50


@pytest.mark.parametrize("lang", heldout.LANGS)
def test_no_held_out_mention_is_in_the_corpus_with_a_changed_word(lang: str) -> None:
    known = [found for row in corpus(lang) if (found := shingles(row["text"]))]
    holders: dict[tuple[str, ...], set[int]] = {}
    for number, found in enumerate(known):
        for shingle in found:
            holders.setdefault(shingle, set()).add(number)
    for row in heldout.mentions(lang):
        mine = shingles(row["text"])
        for number in set().union(*(holders.get(shingle, set()) for shingle in mine)):
            assert len(mine & known[number]) / len(mine | known[number]) < ALIKE, row["id"]


def test_every_hashtag_has_thirty_different_posts_that_carry_it() -> None:
    groups = [*heldout.tragic(), *(group for kind in heldout.KINDS for group in heldout.chatter(kind))]
    assert len({group["tag"] for group in groups}) == len(groups) == 77
    for group in groups:
        assert len(set(group["posts"])) == 30, group["tag"]
        assert all(group["tag"] in post for post in group["posts"]), group["tag"]
