"""Which brands a text is about."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.rows import Rules
from monitor.sources.matching import Matcher, id_for, is_own, plain

FOUND = [
    ("acme", "Acme lost my bag"),
    ("acme", "thanks, @ACME!"),
    ("acme", "#acme"),
    ("acme", "acme's fault"),
    ("Nestlé", "NESTLE again"),
    ("nestle", "chez Nestlé"),
    ("moody's", "moody’s said"),
    ("AT&T", "my AT&T bill"),
    ("Acme Air", "acme\n air"),
    ("acme*", "acmeology"),
    ("*air", "newair"),
    ("ac*me", "acXXme"),
    ("a*b*c", "axxbyyc"),
    ("acme* air", "the acmes air fleet"),
    ("#acme*", "(#acmefail)!"),
    ("at&t*", "at&tfail"),
    ("アクメ", "これはアクメです"),
    ("삼성", "삼성이 또"),
    ("acme", "ac\u200bme"),
    ("acme", "ａｃｍｅ"),
    ("🚂 rail", "the 🚂 rail"),
    ("c++", "I like C++."),
]
NOT_FOUND = [
    ("acme", "acmeology"),
    ("acme", "pacme"),
    ("acme", "acme_x"),
    ("AT&T", "look at t-shirts"),
    ("acme*", "pacme"),
    ("a*b*c", "axxbyycd"),
    ("ab*b", "ab"),
    ("Acme Air", "acme hair"),
    ("グミ", "クミ"),
    ("#acme*", "acmefail"),
    ("*", "anything"),
    ("", "anything"),
]


@pytest.mark.parametrize(("term", "text"), FOUND)
def test_a_term_is_found(term: str, text: str) -> None:
    (found,) = Matcher([Rules(brand="B", terms=(term,))]).find(text)
    assert (found.brand, found.terms) == ("B", (term,))


@pytest.mark.parametrize(("term", "text"), NOT_FOUND)
def test_a_term_is_not_found_in_another_word(term: str, text: str) -> None:
    assert Matcher([Rules(brand="B", terms=(term,))]).find(text) == ()


def test_a_text_about_two_brands_is_about_both_and_an_excluded_term_takes_one_away() -> None:
    brands = [Rules(brand="A", terms=("acme",), excluded=("acme bearings",)), Rules(brand="B", terms=("bolt",))]
    matcher = Matcher(brands)
    assert [m.brand for m in matcher.find("acme and bolt")] == ["A", "B"]
    assert [m.brand for m in matcher.find("Acme Bearings and bolt")] == ["B"]


def test_the_own_handles_of_a_network_are_terms_there_and_nowhere_else() -> None:
    brands = [Rules(brand="A", handles=("bluesky:acme.example", "x:acme", "bluesky:did:plc:abc"))]
    assert Matcher(brands, "bluesky").find("hey @acme.example.")[0].terms == ("@acme.example",)
    assert Matcher(brands, "file").find("hey @acme.example") == ()


def test_an_own_account_is_known_by_handle_or_id_whatever_the_case() -> None:
    row = Rules(brand="A", handles=("x:@Acme", "bluesky:did:plc:abc"))
    assert is_own(row, "x", "acme", None)
    assert is_own(row, "bluesky", None, "did:plc:abc")
    assert not is_own(row, "bluesky", "acme")
    assert not is_own(row, "x", None)


def test_the_second_brand_of_a_post_gets_an_id_of_its_own() -> None:
    assert [id_for("x:1", n, brand) for n, brand in enumerate(("A", "B"))] == ["x:1", "x:1|B"]


@given(st.text(max_size=60), st.text(max_size=8))
def test_matching_never_fails_and_always_finds_a_term_that_stands_alone(text: str, term: str) -> None:
    Matcher([Rules(brand="B", terms=(text, term), excluded=(term[:1],))]).find(text)
    if plain(term).strip("* ") and "*" not in plain(term):
        assert Matcher([Rules(brand="B", terms=(term,))]).find(f"x {term} y")


def test_no_term_makes_a_long_text_slow() -> None:
    evil = Rules(brand="B", terms=("a*" * 20 + "z", "aaaa*b", "*a*a*a*a*b", "a a a a a a*z", "ab" * 50))
    matcher = Matcher([evil])
    took = []
    for size in (50_000, 200_000):
        began = time.perf_counter()
        for text in ("a" * size, "a " * (size // 2), "ab" * (size // 2)):
            matcher.find(text)
        took.append(time.perf_counter() - began)
    assert took[1] < 12 * took[0] + 0.5, took  # four times the text: far below the sixteen of a quadratic one
