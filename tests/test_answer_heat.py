"""Cool head: who must wait for a second person, and who may lift it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.answer.heat import may_lift, needs_second_person

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=m) for m in minutes]


@pytest.mark.parametrize(
    ("is_heated", "answered", "waits"),
    [
        (True, [], True),
        (False, [], False),
        (False, ago(5), False),
        (False, ago(5, 20), True),
        (False, ago(5, 30), False),
        (False, ago(5, 29.9), True),
        (False, ago(40, 50, 60), False),
    ],
)
def test_a_heated_draft_or_a_third_answer_in_half_an_hour_waits(
    is_heated: bool, answered: list[datetime], waits: bool
) -> None:
    assert needs_second_person(is_heated, answered, NOW) is waits


def test_the_writer_cannot_lift_it_under_any_spelling() -> None:
    assert may_lift("ana", "ben")
    assert not may_lift("ana", "Ana ")
    assert not may_lift("ana", "")
