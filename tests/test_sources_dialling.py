"""When a source may be dialled again, and when its silence is remarkable."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources.dialling import Dials, Manners, Rhythm, how_long, nth, retry_at, time_of_day
from tests.clock import NOON

MANNERS = Manners()


def test_a_first_dial_is_due_at_once() -> None:
    assert Dials(MANNERS).next_at(100.0, jitter=1.0) == 100.0


def test_waiting_doubles_with_each_failure_up_to_a_minute() -> None:
    dials, clock, waits = Dials(MANNERS), 0.0, []
    for _ in range(9):
        dials.dialled(clock)
        dials.ended(0.0)
        due = dials.next_at(clock, jitter=1.0)
        waits.append(due - clock)
        clock = due
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_jitter_spreads_the_wait_over_its_second_half() -> None:
    dials = Dials(MANNERS)
    dials.dialled(0.0)
    for _ in range(4):
        dials.ended(0.0)
    assert [dials.next_at(0.0, jitter) for jitter in (0.0, 0.5, 1.0)] == [4.0, 6.0, 8.0]


def test_a_line_that_held_starts_the_count_again_and_one_that_did_not_goes_on() -> None:
    dials = Dials(MANNERS)
    for held, failures in ((0, 1), (5, 2), (19, 3), (20, 1), (0.1, 2)):
        dials.ended(held)
        assert dials.failures == failures


@given(
    st.lists(st.tuples(st.floats(0, 30), st.floats(0, 1)), min_size=1, max_size=300),
    st.floats(0.25, 5),
)
def test_however_lines_end_dials_keep_their_distance_and_stay_below_fifty_in_a_quarter_of_an_hour(
    lines: list[tuple[float, float]], min_gap: float
) -> None:
    dials, clock, times = Dials(Manners(min_gap=min_gap)), 0.0, []
    for held, jitter in lines:
        clock = dials.next_at(clock, jitter)
        times.append(clock)
        dials.dialled(clock)
        clock += held
        dials.ended(held)
    assert all(later - earlier >= min_gap * 0.999 for earlier, later in itertools.pairwise(times))
    assert all(later - earlier >= 899.9 for earlier, later in zip(times, times[45:], strict=False))


def test_a_storm_of_short_lines_is_held_to_forty_five_dials_in_a_quarter_of_an_hour() -> None:
    dials, clock, times = Dials(Manners(longest_wait=1.0)), 0.0, []
    for _ in range(200):
        clock = dials.next_at(clock, 1.0)
        times.append(clock)
        dials.dialled(clock)
        dials.ended(0.0)
    busiest = max(sum(start <= at < start + 900 for at in times) for start in times)
    assert busiest == 45


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120),
        ({"retry-after": "Tue, 10 Mar 2026 12:05:00 GMT"}, 300),
        ({"x-rate-limit-reset": str(int(NOON.timestamp()) + 600)}, 600),
        ({"Retry-After": "7", "x-rate-limit-reset": str(int(NOON.timestamp()) + 600)}, 7),
        ({"Retry-After": "999999999"}, 16 * 60),
        ({"x-rate-limit-reset": "1"}, 1),
        ({"Retry-After": "soon"}, 60),
        ({"x-rate-limit-reset": "99999999999999999999"}, 60),
        ({}, 60),
    ],
)
def test_what_a_server_asks_for_is_honoured_within_limits(headers: dict[str, str], seconds: int) -> None:
    assert retry_at(headers, NOON) == NOON + timedelta(seconds=seconds)


def deliveries(rhythm: Rhythm, *gaps: float) -> float:
    clock = 0.0
    rhythm.delivered(clock)
    for gap in gaps:
        clock += gap
        rhythm.delivered(clock)
    return clock


def test_seven_minutes_are_remarkable_where_twenty_seconds_are_usual() -> None:
    rhythm = Rhythm()
    end = deliveries(rhythm, *[15, 20, 25, 20] * 10)
    assert rhythm.too_long(end + 390) is None
    assert rhythm.too_long(end + 420) == 420
    assert rhythm.usual == 20


def test_a_quiet_source_is_given_the_time_it_always_takes() -> None:
    rhythm = Rhythm()
    end = deliveries(rhythm, *[20] * 20, 1800, 900, *[20] * 5)
    assert rhythm.too_long(end + 5_000) is None, "half an hour has been seen: three times that is allowed"
    assert rhythm.too_long(end + 5_500) is not None


def test_nothing_is_said_of_a_source_that_is_hardly_known() -> None:
    rhythm = Rhythm()
    end = deliveries(rhythm, *[1] * 9)
    assert rhythm.too_long(end + 1e6) is None


def test_the_time_of_an_interruption_is_not_taken_for_a_habit() -> None:
    rhythm = Rhythm()
    end = deliveries(rhythm, *[1] * 20)
    rhythm.interrupted()
    rhythm.delivered(end + 7_200)
    assert rhythm.too_long(end + 7_200 + 61) is not None


def test_words_for_times() -> None:
    assert [how_long(s) for s in (0.2, 20, 90, 420, 7_300, 200_000)] == [
        "under 1 s", "20 s", "90 s", "7 min", "2 h", "2 days",
    ]  # fmt: skip
    assert [nth(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th",
    ]  # fmt: skip


def test_times_on_the_wall_are_in_the_zone_that_was_asked_for_and_dated_when_not_today() -> None:
    at = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
    assert time_of_day(at, NOON) == "23:30"
    assert time_of_day(at, NOON, ZoneInfo("Europe/Paris")) == "11 Mar 00:30"
