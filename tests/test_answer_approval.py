"""Cool head: who must wait for a second person. Who may lift it is tested with the store, which keeps to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.answer.approval import locks
from monitor.answer.coach import check

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CALM = "We lost your bag, and that was our mistake."
HEATED = "Maybe learn to read before shouting."


def ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=m) for m in minutes]


@pytest.mark.parametrize(
    ("draft", "answered", "expected"),
    [
        (HEATED, [], ("heated",)),
        ("APPRENEZ DONC À LIRE UN CONTRAT", [], ("heated",)),
        (CALM, [], ()),
        (CALM, ago(5), ()),
        (CALM, ago(5, 20), ("third",)),
        (CALM, ago(5, 30), ()),
        (CALM, ago(5, 29.9), ("third",)),
        (CALM, ago(40, 50, 60), ()),
        (HEATED, ago(1, 2, 3), ("heated", "third")),
    ],
)
def test_a_heated_draft_or_a_third_answer_in_half_an_hour_waits(
    draft: str, answered: list[datetime], expected: tuple[str, ...]
) -> None:
    assert locks(check("You lost it", draft), answered, NOW, is_twin=False, is_house_rule=False) == expected


def test_a_pasted_text_waits_and_so_does_everything_where_the_house_wants_it() -> None:
    advice = check("You lost it", CALM)
    assert locks(advice, [], NOW, is_twin=True, is_house_rule=False) == ("same",)
    assert locks(advice, [], NOW, is_twin=False, is_house_rule=True) == ("house",)
    assert locks(check("", HEATED), ago(1, 2), NOW, is_twin=True, is_house_rule=True) == (
        "heated", "third", "same", "house",
    )  # fmt: skip
