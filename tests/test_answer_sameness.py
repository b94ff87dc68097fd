"""Sameness: a text that went out before is held, and a text written for one person is not."""

from __future__ import annotations

import random
import time

import pytest

from monitor.answer.sameness import Index, find, pasted
from tests.replies import labelled

PROGRESSIVE = (
    "This is a tragic case, and our sympathies go out to the family for the pain they've had to endure. "
    "We fully investigated this claim and feel we properly handled it within our contractual obligations."
)
BANK = "We work here to help all our customers. Let us know if you have any account issues, we'd be happy to assist."
FRENCH = "Nous vous prions de nous excuser pour la gêne occasionnée. Merci de nous écrire en message privé."


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (PROGRESSIVE, f"@mattfisher {PROGRESSIVE}"),
        (f"@a {PROGRESSIVE}", f"@b @c {PROGRESSIVE.upper()}"),
        (f"{BANK} ^sa", f"Hi Tara, {BANK} ^cj"),
        (f"Hello Mr Smith, {BANK} Kind regards, Anna", f"{BANK} - Bob"),
        (f"Bonjour Julie, {FRENCH} Kevin", f"Bonjour Marc, {FRENCH} Belle journée, Amandine"),
        (FRENCH, FRENCH.replace("é", "e")),
        (
            "We're sorry to hear this, Mike. Please DM us order 4471.",
            "We're sorry to hear this, Jo. Please DM us order 9.",
        ),
        ("Sorry about that!", "Sorry about that."),
    ],
)
def test_a_pasted_text_is_found_whatever_stands_around_it(earlier: str, later: str) -> None:
    assert find(later, ["Something else that we wrote to a person.", earlier]) == 1


def test_half_of_it_pasted_is_enough_and_a_common_phrase_is_not() -> None:
    assert find(PROGRESSIVE + " Thank you for caring.", [PROGRESSIVE]) == 0
    assert (
        find("We're sorry to hear about the broken lamp and want to see it.", ["We're sorry to hear about your cat."])
        is None
    )


def test_nothing_before_or_nothing_said_is_never_the_same() -> None:
    assert find("Hello", []) is None
    assert find("", ["", "Hello"]) is None
    assert find("🙂", ["🙂"]) is None


def test_of_replies_written_one_by_one_at_most_one_in_two_hundred_is_held() -> None:
    for lang in ("en", "fr"):
        index, held = Index(), 0
        for row in [r for r in labelled(lang) if r.parts][:200]:
            held += index.find(row.draft) is not None
            index.add(row.draft)
        assert len(index) >= 160
        assert held <= 1


def test_the_earliest_of_the_most_alike_is_shown() -> None:
    assert find(BANK, ["Another text altogether, for one person.", BANK, BANK]) == 1


def test_one_text_to_many_people_is_one_group() -> None:
    replies = [f"Hi {name}, {BANK}" for name in ("Ann", "Bob", "Cleo")] + ["Your lamp broke in our van, Dan."]
    assert pasted([replies[3], *replies[:3]]) == [(1, 2, 3)]
    assert pasted([]) == []


def test_ten_thousand_earlier_replies_are_compared_within_twenty_milliseconds() -> None:
    dice = random.Random(7)
    sentences = [s for row in labelled("en") for s in row.draft.split(". ") if s]
    index = Index(f"{FRENCH} {'. '.join(dice.sample(sentences, 3))}." for _ in range(10_000))
    drafts = [f"{FRENCH} {'. '.join(dice.sample(sentences, 3))}." for _ in range(20)]
    times = []
    for draft in drafts:
        started = time.process_time()
        index.find(draft)
        times.append(time.process_time() - started)
    assert sorted(times)[len(times) // 2] < 0.020
