"""Text as it comes from the world, made fit to be kept."""

from __future__ import annotations

import doctest
from dataclasses import replace

import pytest

import db.clean
from db.clean import MAX_CHARS, clean, clean_mention, decode
from tests.clock import NOON
from tests.make import make_mention


def test_the_examples_in_the_docstrings_are_true() -> None:
    assert doctest.testmod(db.clean) == doctest.TestResults(failed=0, attempted=2)


@pytest.mark.parametrize("text", ["", "Où est mon colis ?", "a\tb\nc\rd", "👩‍👩‍👧 é ü", "שלום \u200f", "\U0010ffff"])
def test_what_is_readable_is_not_touched(text: str) -> None:
    mention = make_mention(text)
    assert clean(text) == text
    assert clean_mention(mention) is mention


def test_control_characters_go_and_a_lone_surrogate_is_replaced() -> None:
    assert clean("a\x00\x07b\x7f\x85c") == "abc"
    assert clean("so \ud83d, \udca9") == "so \ufffd, \ufffd"


def test_a_text_is_cut_at_ten_thousand_characters_and_says_so() -> None:
    fits, cut = clean_mention(make_mention("é" * MAX_CHARS)), clean_mention(make_mention("é" * (MAX_CHARS + 1)))
    assert (len(fits.text), fits.is_truncated) == (MAX_CHARS, False)
    assert (len(cut.text), cut.is_truncated) == (MAX_CHARS, True)
    assert clean_mention(make_mention("\x00" * 20_000)).is_truncated is False


def test_every_field_of_a_mention_is_made_fit() -> None:
    rough = replace(
        make_mention(native=1),
        handle="a\x00da", display_name="A\ud83dda", url="https://x.example/" + "a" * 9_000, hashtags=("fa\x00il",),
        followers=2**63, likes=-(2**70), replies=2**63 - 1, created_at=NOON.replace(microsecond=1_999),
    )  # fmt: skip
    found = clean_mention(rough)
    assert (found.handle, found.display_name, found.hashtags) == ("ada", "A\ufffdda", ("fail",))
    assert (found.followers, found.likes, found.replies) == (None, None, 2**63 - 1)
    assert len(found.url or "") == 2_000
    assert found.created_at == NOON.replace(microsecond=1_000)


def test_f32_bytes_that_are_no_utf_8_are_replaced_and_counted() -> None:
    assert decode("déjà \ufffd".encode()) == ("déjà \ufffd", 0)
    assert decode("déjà".encode("latin-1")) == ("d\ufffdj\ufffd", 2)
    assert decode(b"\xff\x00ok") == ("\ufffdok", 1)
    assert decode(b"cut \xf0\x9f\x94") == ("cut \ufffd", 1)
