"""Late mentions, outages, catch-ups, clocks: detection counts by the time in which things were said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from db.rows import Gap, Incident, Rules, Scored
from monitor import incidents
from monitor.replay import replay
from monitor.watch import GRACE, Watch
from monitor.windows import minute_of
from tests.clock import NOON
from tests.crowds import MINUTE, drive, one, ordinary, pile_on, practised

HOUR = timedelta(hours=1)


def arriving(rows: Sequence[Scored], at: datetime, ingest: str = "catch-up") -> list[Scored]:
    """The same posts, received only at `at` (five a second)."""
    return [
        replace(r, mention=replace(r.mention, received_at=at + n * timedelta(milliseconds=200), ingest=ingest))  # type: ignore[arg-type]
        for n, r in enumerate(rows)
    ]


def decide(watch: Watch, rows: Sequence[Scored], start: datetime, end: datetime, gaps: Sequence[Gap]) -> list[Incident]:
    """A minute at a time, as the live loop does it; the incidents at the end."""
    known: list[Incident] = []
    waiting = sorted(rows, key=lambda r: r.mention.received_at)
    now = start
    while now < end:
        now += MINUTE
        due = [r for r in waiting if r.mention.received_at < now]
        waiting = waiting[len(due) :]
        watch.observe(due)
        signals = watch.tick(now + GRACE, gaps)
        for change in incidents.decide(signals, known, now, facts=watch.facts(now + GRACE, gaps), gaps=gaps):
            known = [change.incident]
    return known


def test_f8_late_and_shuffled_mentions_give_the_same_findings_as_punctual_ones() -> None:
    rows = pile_on(NOON, 30)
    first, second = practised(NOON), practised(NOON)
    punctual = drive(first, rows, NOON + HOUR)
    random = Random(3)
    delays = [timedelta(seconds=random.uniform(0, 540)) for _ in rows]
    late = [
        replace(r, mention=replace(r.mention, received_at=r.mention.created_at + delay))
        for r, delay in zip(rows, delays, strict=True)
    ]
    shuffled = drive(second, late, NOON + HOUR)
    assert shuffled[0].rule == "pileon"
    assert shuffled[0].at - punctual[0].at < 9 * MINUTE
    start = minute_of(NOON)
    by_minute = [[w.memory.minutes.total("complaints", start + m + 1, 1) for m in range(60)] for w in (first, second)]
    assert by_minute[0] == by_minute[1]
    assert sum(by_minute[0]) == 30


def test_f9_a_crowd_that_was_over_when_we_could_see_again_is_opened_as_missed() -> None:
    watch = practised(NOON)
    gap = Gap(source="x", start=NOON, end=NOON + 5 * HOUR)
    rows = arriving(pile_on(NOON + HOUR, 40), NOON + 5 * HOUR)
    (missed,) = decide(watch, rows, NOON + 5 * HOUR, NOON + 5 * HOUR + 5 * MINUTE, [gap])
    assert missed.is_missed
    assert missed.first_post_at == NOON + HOUR
    assert missed.evidence is not None and missed.evidence.words.startswith("while we could not see: ")
    assert missed.evidence.blind == ("x",)


def test_f9_a_crowd_that_still_burns_after_the_outage_rings() -> None:
    watch = practised(NOON)
    gap = Gap(source="x", start=NOON, end=NOON + HOUR)
    rows = arriving(pile_on(NOON + 20 * MINUTE, 90), NOON + HOUR)
    still = [r for r in pile_on(NOON + 70 * MINUTE, 10, root="more")]
    still = [replace(r, mention=replace(r.mention, conversation_id="x:root")) for r in still]
    (incident,) = decide(watch, [*rows, *still], NOON + HOUR, NOON + 80 * MINUTE, [gap])
    assert not incident.is_missed


@pytest.mark.parametrize("hours", [0.1, 2, 24])
def test_f10_a_catch_up_of_ordinary_hours_rings_nothing(hours: float) -> None:
    watch = practised(NOON)
    back = NOON + timedelta(hours=hours)
    gap = Gap(source="x", start=NOON, end=back)
    rows = arriving(ordinary(NOON, hours / 24, 6, seed=11), back)
    assert drive(watch, rows, back + HOUR, [gap]) == []


def test_f10_minutes_that_could_not_be_seen_are_unknown_and_not_zero() -> None:
    seen, blind = practised(NOON, days=10, per_hour=20), practised(NOON, days=10, per_hour=20)
    outage = Gap(source="x", start=NOON, end=NOON + 24 * HOUR)
    blind.tick(NOON + 30 * MINUTE, [outage])
    before = blind.expected(NOON + 26 * HOUR).middle
    for minute in range(0, 25 * 60, 10):
        blind.tick(NOON + minute * MINUTE, [outage])
        seen.tick(NOON + minute * MINUTE)
    assert blind.expected(NOON + 26 * HOUR).middle == before
    assert seen.expected(NOON + 26 * HOUR).middle < before


CHANGES = [
    datetime(2026, 3, 29, 1, tzinfo=UTC),  # Paris goes to summer time
    datetime(2026, 10, 25, 1, tzinfo=UTC),  # and back
    datetime(2028, 2, 29, 0, tzinfo=UTC),  # a leap day
]


@pytest.mark.parametrize("moment", CHANGES, ids=["spring", "autumn", "leap day"])
def test_f11_no_false_spike_and_no_lost_crowd_when_the_clocks_change(moment: datetime) -> None:
    rules = Rules(brand="Acme", timezone="Europe/Paris")
    watch = practised(moment - 12 * HOUR, days=9, rules=rules, per_hour=20)
    assert drive(watch, ordinary(moment - 12 * HOUR, 1.5, 20, seed=21), moment + 24 * HOUR) == []
    assert drive(watch, pile_on(moment + 24 * HOUR, 40), moment + 25 * HOUR) != []


@pytest.mark.parametrize("skew", [-HOUR, HOUR], ids=["an hour slow", "an hour fast"])
def test_f11_posts_of_a_network_whose_clock_is_off_ring_nothing_false(skew: timedelta) -> None:
    watch = practised(NOON)
    rows = [
        replace(r, mention=replace(r.mention, created_at=r.mention.created_at + skew)) for r in ordinary(NOON, 0.2, 10)
    ]
    assert drive(watch, rows, NOON + 5 * HOUR) == []


def test_a_second_tick_in_the_same_moment_finds_nothing_new() -> None:
    watch = practised(NOON)
    watch.observe(pile_on(NOON, 20, timedelta(seconds=1)))
    now = NOON + MINUTE
    assert watch.tick(now) != []
    assert watch.tick(now) == []


def test_a_restart_from_the_dump_finds_the_same() -> None:
    rows = pile_on(NOON, 40)
    unbroken, first = practised(NOON), practised(NOON)
    everything = drive(unbroken, rows, NOON + HOUR)
    found = drive(first, rows[:7], NOON + 3 * MINUTE)
    second = Watch.restore(first.rules, first.dump())
    assert second.dump() == first.dump()
    found += drive(second, rows[7:], NOON + HOUR)
    assert [(s.id, s.score) for s in found] == [(s.id, s.score) for s in everything]


def test_a_replay_of_what_was_received_finds_what_the_live_loop_found() -> None:
    rows = ordinary(NOON - timedelta(days=8), 8) + pile_on(NOON, 40)
    rows += arriving(ordinary(NOON + HOUR, 0.1, seed=12), NOON + 4 * HOUR)
    rows.sort(key=lambda r: (r.mention.received_at, r.mention.id))
    live = Watch(Rules(brand="Acme"))
    found = []
    now = rows[0].mention.received_at
    waiting = list(rows)
    while waiting:
        now += timedelta(seconds=17)  # any pace of ticking
        due = [r for r in waiting if r.mention.received_at <= now]
        waiting = waiting[len(due) :]
        live.observe(due)
        found += live.tick(now)
    found += live.tick(now + MINUTE)
    again = replay(rows, {}).signals
    assert [(s.id, s.at, s.score, s.evidence) for s in found] == [(s.id, s.at, s.score, s.evidence) for s in again]
    assert {s.rule for s in found} >= {"pileon"}


def test_the_baseline_forgets_an_incident_so_that_the_next_one_is_not_masked() -> None:
    twice = practised(NOON)
    drive(twice, pile_on(NOON, 120), NOON + 3 * HOUR)
    closed = Incident(
        id=1, brand="Acme", kind="pileon", severity="storm", peak_severity="storm", state="closed", opened_at=NOON,
        last_signal_at=NOON + HOUR, first_post_at=NOON, closed_at=NOON + 3 * HOUR, root="x:root",
    )  # fmt: skip
    twice.forget(closed)
    once = practised(NOON)
    tomorrow = NOON + 24 * HOUR
    for watch in (once, twice):
        drive(watch, ordinary(NOON + 3 * HOUR, 0.875, seed=31), tomorrow)
    first, second = (drive(w, pile_on(tomorrow, 40, root="other"), tomorrow + HOUR)[0] for w in (once, twice))
    assert second.at <= first.at + 2 * MINUTE


def test_what_trickles_in_under_an_old_root_is_no_new_crowd() -> None:
    watch = practised(NOON)
    drive(watch, pile_on(NOON, 60), NOON + HOUR)
    watch.forget(
        Incident(
            id=1, brand="Acme", kind="pileon", severity="storm", peak_severity="storm", state="closed",
            opened_at=NOON, last_signal_at=NOON + HOUR, closed_at=NOON + 6 * HOUR, root="x:root",
        )
    )  # fmt: skip
    trickle = [
        one(NOON + 6 * HOUR + n * 25 * MINUTE, native=f"late-{n}", author=f"late-{n}", root="root") for n in range(8)
    ]
    assert drive(watch, trickle, NOON + 10 * HOUR) == []
