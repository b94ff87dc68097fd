"""What signals make of incidents: one brand, one incident; worse at once, better slowly, over on data only."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from db.rows import Change, Gap, Incident
from monitor import incidents
from monitor.incidents import Facts, decide
from tests.clock import NOON
from tests.make import make_incident, make_signal

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def facts(at: datetime, **more: object) -> Facts:
    """Calm, and seen a minute ago."""
    values: dict[str, object] = {"at": at, "seen": 0, "bar": 3.0, "mentions": 5, "last_mention_at": at - MINUTE}
    return Facts(**(values | more))  # type: ignore[arg-type]


def calm_down(incident: Incident, start: datetime, minutes: int, **more: object) -> tuple[Incident, list[str]]:
    """Quiet minutes one after the other; the incident and the kinds of its events."""
    kinds: list[str] = []
    for n in range(minutes):
        now = start + n * MINUTE
        for change in decide([], [incident], now, facts=facts(now, **more)):
            incident = change.incident
            kinds += [e.kind for e in change.events]
    return incident, kinds


def only(changes: list[Change]) -> Change:
    (change,) = changes
    return change


def test_a_signal_opens_an_incident_with_its_evidence() -> None:
    signal = make_signal("pileon")
    change = only(decide([signal], [], NOON, facts=facts(NOON)))
    assert (change.incident.id, change.incident.kind, change.incident.state) == (0, "pileon", "open")
    assert [(e.kind, e.evidence, e.rule) for e in change.events] == [("opened", signal.evidence, "pileon")]


def test_signals_of_one_moment_are_one_incident_named_by_the_rule_that_says_most() -> None:
    signals = [make_signal("spike", severity="watch"), make_signal("pileon"), make_signal("complaints")]
    change = only(decide(signals, [], NOON, facts=facts(NOON)))
    assert (change.incident.kind, change.incident.severity) == ("pileon", "storm")


def test_a_new_signal_joins_the_open_incident() -> None:
    open_one = make_incident(id=7)
    change = only(decide([make_signal("pileon", at=NOON + MINUTE)], [open_one], NOON + MINUTE, facts=facts(NOON)))
    assert change.incident.id == 7
    assert change.incident.opened_at == open_one.opened_at


def test_watch_becomes_storm_at_once_and_storm_becomes_watch_after_three_hours() -> None:
    watch = make_incident(id=7, severity="watch", peak_severity="watch")
    worse = only(decide([make_signal(at=NOON)], [watch], NOON, facts=facts(NOON)))
    assert [e.kind for e in worse.events] == ["worse"]
    storm = replace(worse.incident, last_signal_at=NOON + 4 * HOUR)
    now = NOON + 4 * HOUR
    busy = {"seen": 9, "bar": 3.0}
    early = decide([], [storm], NOON + 2 * HOUR, facts=facts(NOON + 2 * HOUR, stormed_at=NOON, **busy))
    better = only(decide([], [storm], now, facts=facts(now, stormed_at=NOON, **busy)))
    assert early == []
    assert (better.incident.severity, better.incident.peak_severity) == ("watch", "storm")
    assert [e.kind for e in better.events] == ["better"]


def test_it_calms_after_half_an_hour_and_closes_after_an_hour_of_calm() -> None:
    incident, kinds = calm_down(make_incident(id=7), NOON, 100)
    assert kinds == ["calming", "closed"]
    assert incident.calming_at == NOON + 30 * MINUTE
    assert incident.closed_at == NOON + 90 * MINUTE


@pytest.mark.parametrize(
    "what",
    [
        {"blind": ("x",)},  # a source cannot be seen
        {"last_mention_at": NOON - MINUTE},  # silence: nothing was said since
        {"last_mention_at": None},
        {"seen": 9},  # complaints go on
    ],
    ids=["blind", "silence", "nothing ever", "complaints"],
)
def test_it_never_closes_without_data_that_says_so(what: dict[str, object]) -> None:
    incident, kinds = calm_down(make_incident(id=7), NOON, 24 * 60, **what)
    assert incident.closed_at is None
    assert "closed" not in kinds


def test_it_never_closes_while_a_gap_is_open_or_nothing_is_known() -> None:
    calming = make_incident(id=7, calming_at=NOON)
    now = NOON + 3 * HOUR
    gap = Gap(source="x", start=NOON + HOUR)
    assert all(c.incident.closed_at is None for c in decide([], [calming], now, facts=facts(now), gaps=[gap]))
    assert decide([], [calming], now) == []


def test_calm_minutes_before_a_blind_one_count_no_more() -> None:
    calming = make_incident(id=7, calming_at=NOON + 30 * MINUTE)
    now = NOON + HOUR
    blind = only(decide([], [calming], now, facts=facts(now, blind=("x",)))).incident
    assert blind.calming_at is None


def test_a_second_spike_within_the_hour_reopens_the_same_incident() -> None:
    closed = make_incident(id=7, state="closed", closed_at=NOON, peak_severity="storm")
    change = only(decide([make_signal(at=NOON + 50 * MINUTE)], [closed], NOON + 50 * MINUTE, facts=facts(NOON)))
    assert (change.incident.id, change.incident.state, change.incident.closed_at) == (7, "open", None)
    assert [e.kind for e in change.events] == ["reopened"]


def test_after_more_than_an_hour_a_new_incident_opens() -> None:
    closed = make_incident(id=7, state="closed", closed_at=NOON)
    now = NOON + 61 * MINUTE
    assert only(decide([make_signal(at=now)], [closed], now, facts=facts(now))).incident.id == 0


def test_a_signal_while_it_calms_says_that_it_rises_again() -> None:
    calming = make_incident(id=7, calming_at=NOON)
    change = only(decide([make_signal(at=NOON + MINUTE)], [calming], NOON + MINUTE, facts=facts(NOON)))
    assert [e.kind for e in change.events] == ["rising"]
    assert change.incident.calming_at is None


def test_what_happened_while_nobody_could_see_does_not_reopen_or_worsen_anything() -> None:
    late = make_signal("pileon", at=NOON - HOUR)
    watch = make_incident(id=7, severity="watch", peak_severity="watch")
    joined = only(decide([late], [watch], NOON, facts=facts(NOON)))
    assert (joined.incident, [e.kind for e in joined.events]) == (watch, ["joined"])
    closed = make_incident(id=8, state="closed", closed_at=NOON - MINUTE)
    assert only(decide([late], [closed], NOON, facts=facts(NOON))).events == ()


def test_deciding_about_several_moments_at_once_is_deciding_about_them_one_by_one() -> None:
    moments = [
        make_signal("complaints", at=NOON, severity="watch"),
        make_signal("pileon", at=NOON + 10 * MINUTE / 60, severity="storm"),
        make_signal("pileon", at=NOON + 20 * MINUTE / 60, severity="storm"),
    ]
    at_once = only(decide(moments, [], NOON + MINUTE, facts=facts(NOON)))
    incident: Incident | None = None
    events = []
    for signal in moments:
        change = only(decide([signal], [incident] if incident else [], signal.at, facts=facts(NOON)))
        incident, events = change.incident, [*events, *change.events]
    assert at_once.incident == incident
    assert list(at_once.events) == events


def test_the_first_to_acknowledge_owns_it_and_others_are_noted() -> None:
    first = incidents.acknowledge(make_incident(id=7), "Ada", NOON)
    second = incidents.acknowledge(first.incident, "Bea", NOON + MINUTE)
    assert (second.incident.owner, second.incident.acknowledged_at, second.incident.state) == (
        "Ada",
        NOON,
        "acknowledged",
    )
    assert second.events[0].who == "Bea"
    taken = incidents.own(second.incident, "Bea", NOON + 2 * MINUTE).incident
    assert (taken.owner, taken.acknowledged_at) == ("Bea", NOON)


def test_a_person_closes_it_with_a_reason() -> None:
    change = incidents.close(make_incident(id=7), "Ada", NOON, "a joke among friends")
    assert (change.incident.state, change.incident.closed_at) == ("closed", NOON)
    assert "a joke among friends" in change.events[0].words


def test_a_note_changes_nothing_but_the_time_line() -> None:
    incident = make_incident(id=7)
    change = incidents.note(incident, "Ada", NOON, "called the station")
    assert change.incident == incident
    assert (change.events[0].kind, change.events[0].who) == ("note", "Ada")
