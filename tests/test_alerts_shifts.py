"""Who is called at which hour, and what is told beside incidents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from db.rows import Gap, Notification, Process
from monitor import alerts
from monitor.config import Alerts, Channel, Shift
from tests.test_alerts import CHAIN, START, Desk, change, incident, opened

NIGHT = Shift(to=("night@acme.example",), days="mon-fri", hours="19:00-08:00")
WEEKEND = Shift(to=("weekend@acme.example",), days="sat,sun")
RAIL = Shift(to=("rail@acme.example",), brands=("Rail",), hours="08:00-19:00")
POLICY = Alerts(to=("amina@acme.example",), shifts=(NIGHT, WEEKEND, RAIL), timezone="Europe/Paris")


@pytest.mark.parametrize(
    ("local", "brand", "first"),
    [
        ("2026-03-03 12:00", "Bus", "amina"),  # a Tuesday
        ("2026-03-03 12:00", "Rail", "rail"),
        ("2026-03-03 18:59", "Rail", "rail"),
        ("2026-03-03 19:00", "Rail", "night"),
        ("2026-03-04 07:59", "Bus", "night"),
        ("2026-03-04 08:00", "Bus", "amina"),
        ("2026-03-07 03:00", "Bus", "night"),  # Friday's night goes on until Saturday morning
        ("2026-03-07 08:00", "Bus", "weekend"),
        ("2026-03-08 23:30", "Bus", "weekend"),
        ("2026-03-09 03:00", "Bus", "amina"),  # Sunday's night belongs to nobody: the end of the chain
        ("2026-03-29 03:30", "Bus", "weekend"),  # the hour after the clocks went forward
    ],
)
def test_the_shift_in_force_is_called_first(local: str, brand: str, first: str) -> None:
    now = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)
    assert alerts.chain(POLICY, brand, now)[0].recipient == f"{first}@acme.example"
    assert alerts.chain(POLICY, brand, now)[-1].recipient == "amina@acme.example"


def test_a_watch_at_night_waits_for_the_morning_and_a_storm_does_not() -> None:
    quiet_night = replace(NIGHT, least="storm")
    policy = replace(POLICY, shifts=(quiet_night,), timezone="UTC")
    night = datetime(2026, 3, 3, 23, 0, tzinfo=UTC)
    desk, row = Desk(policy), incident(opened_at=night)
    assert opened(desk, row, night) == []
    assert desk.tick(night + timedelta(hours=1), (), [row]) == []
    morning = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
    assert [r.recipient for r in desk.tick(morning, (), [row])] == ["amina@acme.example"]
    storm = incident(13, "storm", opened_at=night)
    assert [r.recipient for r in opened(Desk(policy), storm, night)] == ["night@acme.example"]


def test_a_watch_that_was_over_before_the_morning_is_never_told() -> None:
    policy = replace(POLICY, shifts=(replace(NIGHT, least="storm"),), timezone="UTC")
    night = datetime(2026, 3, 3, 23, 0, tzinfo=UTC)
    desk, row = Desk(policy), incident(opened_at=night)
    opened(desk, row, night)
    closed = replace(row, state="closed", closed_at=night + timedelta(hours=2))
    assert desk.tick(night + timedelta(hours=2), [change(closed, "closed", night + timedelta(hours=2))]) == []


def test_a_room_hears_everything_beside_the_one_who_is_called() -> None:
    policy = replace(CHAIN, also=("ops-chat",), channels=(Channel(name="ops-chat", kind="webhook"),))
    desk, row = Desk(policy), incident()
    first = opened(desk, row)
    assert [(r.channel, r.recipient) for r in first] == [("email", "amina@acme.example"), ("ops-chat", "ops-chat")]
    later = desk.tick(START + timedelta(minutes=15), (), [row])
    assert [r.recipient for r in later] == ["ben@acme.example"]


def test_escalation_goes_on_to_the_next_channel() -> None:
    policy = Alerts(to=("amina@acme.example", "pager"), channels=(Channel(name="pager", kind="apprise"),))
    desk, row = Desk(policy), incident()
    opened(desk, row)
    assert [r.channel for r in desk.tick(START + timedelta(minutes=15), (), [row])] == ["pager"]


def test_a_broken_channel_is_passed_by_on_another_one() -> None:
    policy = Alerts(
        to=("amina@acme.example", "ben@acme.example", "pager"), channels=(Channel(name="pager", kind="apprise"),)
    )
    row = opened(Desk(policy), incident())[0]
    assert [r.channel for r in alerts.instead(row, [row], START, policy, other_channel=True)] == ["pager"]


def test_closed_as_no_crisis_and_rising_again_is_no_new_letter_at_once() -> None:
    desk, row = Desk(CHAIN), incident(severity="storm")
    opened(desk, row)
    at = START + timedelta(minutes=5)
    closed = replace(row, state="closed", closed_at=at)
    desk.tick(at, [change(closed, "closed", at)])
    again = at + timedelta(seconds=30)
    assert desk.tick(again, [change(row, "reopened", again)], [row]) == []
    later = again + timedelta(minutes=30)
    assert [r.reason for r in desk.tick(later, (), [replace(row, owner="Amina", acknowledged_at=at)])] == []
    assert [r.recipient for r in desk.tick(later, (), [row])] == ["ben@acme.example"]


def test_closed_as_a_watch_and_rising_again_as_a_storm_is_told_at_once() -> None:
    desk, row = Desk(CHAIN), incident()
    opened(desk, row)
    at = START + timedelta(minutes=5)
    desk.tick(at, [change(replace(row, state="closed", closed_at=at), "closed", at)])
    again = at + timedelta(minutes=3)
    storm = incident(severity="storm")
    assert [r.reason for r in desk.tick(again, [change(storm, "reopened", again)], [storm])] == ["worse"]


# --- beside incidents ---------------------------------------------------------------------------------------
def collector(beat_at: datetime) -> Process:
    return Process(name="collect", pid=1, started_at=START, beat_at=beat_at, version="1")


def routine(
    now: datetime,
    gaps: Sequence[Gap] = (),
    told: Sequence[Notification] = (),
    policy: Alerts = CHAIN,
    disk: tuple[int, int] = (50, 100),
) -> list[Notification]:
    return alerts.routine(gaps, [collector(now)], told, now, policy, (disk[0] * 10**9, disk[1] * 10**9))


def test_a_source_that_shows_nothing_for_five_minutes_is_told_once_and_again_when_it_is_seen() -> None:
    gap = Gap(source="bluesky", start=START, reason="no answer")
    assert routine(START + timedelta(minutes=4), [gap]) == []
    told = routine(START + timedelta(minutes=5), [gap])
    assert [(r.recipient, r.reason) for r in told] == [("amina@acme.example", "blind")]
    assert told[0].evidence is not None
    assert told[0].evidence.words == (
        "Bluesky has shown nothing since 14:00 (no answer). What is said there is unknown, not calm: see Health."
    )
    assert routine(START + timedelta(minutes=6), [gap], told) == []
    seen = routine(START + timedelta(minutes=40), [replace(gap, end=START + timedelta(minutes=39))], told)
    assert [r.evidence.words[:25] for r in seen if r.evidence] == ["Bluesky is seen again. It"]
    assert routine(START + timedelta(minutes=41), [], [*told, *seen]) == []


def test_a_collector_that_does_not_answer_is_told_by_the_notifier() -> None:
    rows = alerts.routine([], [collector(START)], [], START + timedelta(minutes=2), CHAIN)
    assert rows[0].evidence is not None
    assert rows[0].evidence.words == (
        "The collector has not answered since 14:00: nothing is seen at all. Restart smoulder."
    )
    assert alerts.routine([], [collector(START)], rows, START + timedelta(minutes=3), CHAIN) == []


def test_a_disk_nearly_full_is_told_once_a_day() -> None:
    told = routine(START, disk=(6, 100))
    assert told[0].evidence is not None
    assert told[0].evidence.words.startswith("Only 6.0 GB of the disk are free.")
    assert routine(START + timedelta(hours=2), told=told, disk=(5, 100)) == []


@pytest.mark.parametrize(
    ("rhythm", "local", "stage"),
    [
        ("daily", "2026-03-04 07:59", None),
        ("daily", "2026-03-04 08:00", "digest-20260304"),
        ("daily", "2026-03-29 08:00", "digest-20260329"),  # the clocks went forward
        ("weekly", "2026-03-09 08:00", "digest-20260309"),  # a Monday
        ("weekly", "2026-03-10 08:00", None),
        ("off", "2026-03-09 08:00", None),
    ],
)
def test_the_digest_is_due_in_the_morning_of_its_own_time_zone(rhythm: str, local: str, stage: str | None) -> None:
    now = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)
    policy = replace(CHAIN, digest=rhythm, timezone="Europe/Paris")
    rows = routine(now, policy=policy)
    assert [r.stage for r in rows] == ([stage] if stage else [])
    if rows:
        assert routine(now + timedelta(minutes=1), told=rows, policy=policy) == []


def test_a_self_test_goes_to_everybody() -> None:
    policy = replace(CHAIN, self_test="daily")
    rows = routine(datetime(2026, 3, 4, 8, 0, tzinfo=UTC), policy=policy)
    assert [r.recipient for r in rows] == list(CHAIN.to)
    assert {r.reason for r in rows} == {"test"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"days": "mon-fun"}, 'days = "mon-fun" is not understood'),
        ({"hours": "8-19"}, 'hours = "8-19" is not understood'),
        ({"hours": "08:00-08:00"}, "is not understood"),
    ],
)
def test_a_shift_that_makes_no_sense_is_a_sentence(changes: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Shift(to=("a@b.example",), **changes)  # type: ignore[arg-type]
