"""What signals make of incidents: one brand, one incident; worse at once, better slowly, over on data only."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from db.rows import Change, Gap, Incident, Severity, Signal, Silence
from monitor import incidents
from monitor.incidents import Facts, decide
from tests.clock import NOON
from tests.make import make_evidence, make_incident, make_signal

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


def test_handing_over_what_nobody_has_taken_acknowledges_nothing_and_the_first_who_takes_it_owns_it() -> None:
    handed = incidents.own(make_incident(id=7), "Bea", NOON, by="Ada").incident
    assert (handed.owner, handed.acknowledged_at, handed.state) == ("Bea", None, "open")
    taken = incidents.acknowledge(handed, "Cleo", NOON + MINUTE).incident
    assert (taken.owner, taken.acknowledged_at, taken.state) == ("Cleo", NOON + MINUTE, "acknowledged")
    later = incidents.own(taken, "Bea", NOON + 2 * MINUTE, by="Cleo").incident
    assert (later.owner, later.acknowledged_at, later.state) == ("Bea", NOON + MINUTE, "acknowledged")


def test_a_person_closes_it_with_a_reason() -> None:
    change = incidents.close(make_incident(id=7), "Ada", NOON, "a joke among friends")
    assert (change.incident.state, change.incident.closed_at) == ("closed", NOON)
    assert "a joke among friends" in change.events[0].words


def test_a_note_changes_nothing_but_the_time_line() -> None:
    incident = make_incident(id=7)
    change = incidents.note(incident, "Ada", NOON, "called the station")
    assert change.incident == incident
    assert (change.events[0].kind, change.events[0].who) == ("note", "Ada")


# --- "not a crisis" ----------------------------------------------------------------------------------------
def dismissed(severity: Severity = "watch", root: str | None = "x:1") -> Incident:
    found = make_incident(id=7, severity=severity, peak_severity=severity, kind="pileon", root=root)
    return incidents.dismiss(found, "Ada", NOON, "a campaign or a joke").incident


def under(root: str | None, severity: Severity = "watch", rule: str = "pileon") -> list[Signal]:
    at = NOON + 5 * MINUTE
    return [make_signal(rule, at=at, severity=severity, evidence=make_evidence(root=root))]


def test_not_a_crisis_closes_it_and_keeps_who_and_why() -> None:
    change = incidents.dismiss(make_incident(id=7), "Ada", NOON, "a campaign or a joke")
    assert (change.incident.state, change.incident.closed_at, change.incident.dismissed_at) == ("closed", NOON, NOON)
    assert [(e.kind, e.who, e.words) for e in change.events] == [
        ("dismissed", "Ada", "a campaign or a joke"),
        ("closed", "Ada", "closed by Ada: not a crisis (a campaign or a joke)"),
    ]


def test_what_is_over_can_still_be_called_no_crisis_and_stays_over_since_then() -> None:
    over = make_incident(id=7, state="closed", closed_at=NOON - HOUR)
    change = incidents.dismiss(over, "Ada", NOON)
    assert (change.incident.closed_at, change.incident.dismissed_at) == (NOON - HOUR, NOON)
    assert [e.kind for e in change.events] == ["dismissed"]


@pytest.mark.parametrize(
    ("was", "signals", "becomes"),
    [
        (dismissed(), under("x:1"), "nothing"),  # more of the same
        (dismissed(), under(None, rule="complaints"), "nothing"),
        (dismissed(), under("x:1", "storm"), "reopened"),  # it has become a storm
        (dismissed(), under(None, "storm", "complaints"), "reopened"),
        (dismissed("storm"), under("x:1", "storm"), "nothing"),  # that storm was seen by the person
        (dismissed(), under("x:2"), "opened"),  # another crowd
        (dismissed("storm"), under("x:2", "storm"), "opened"),
        (dismissed(root=None), under("x:2"), "opened"),
        (dismissed(), [*under("x:1"), *under("x:2")], "opened"),
    ],
)
def test_no_crisis_is_reopened_by_a_storm_only_and_another_crowd_is_another_incident(
    was: Incident, signals: list[Signal], becomes: str
) -> None:
    now = NOON + 5 * MINUTE
    changes = decide(signals, [was], now, facts=facts(now))
    if becomes == "nothing":
        assert changes == []
        return
    change = only(changes)
    assert [e.kind for e in change.events] == [becomes]
    assert change.incident.id == (0 if becomes == "opened" else 7)
    assert (change.incident.dismissed_at, change.incident.closed_at) == (None, None)


def test_what_a_person_closed_as_over_is_reopened_by_the_next_signal_as_before() -> None:
    closed = incidents.close(make_incident(id=7), "Ada", NOON).incident
    now = NOON + 5 * MINUTE
    assert [e.kind for e in only(decide(under("x:1"), [closed], now, facts=facts(now))).events] == ["reopened"]


# --- silences ----------------------------------------------------------------------------------------------
def silence(**more: object) -> Silence:
    values: dict[str, object] = {"brand": "Acme", "at": NOON, "until": NOON + HOUR, "by": "Ada"}
    return Silence(**(values | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "is_covered"),
    [
        (silence(), True),
        (silence(rule="pileon"), True),
        (silence(root="x:1"), True),
        (silence(rule="pileon", root="x:1"), True),
        (silence(brand="Norda"), False),
        (silence(rule="topic"), False),
        (silence(root="x:2"), False),
        (silence(at=NOON + 6 * MINUTE), False),
        (silence(until=NOON + 5 * MINUTE), False),
        (silence(ended_at=NOON + MINUTE), False),
    ],
)
def test_a_silence_covers_its_brand_rule_and_post_until_it_ends(asked: Silence, is_covered: bool) -> None:
    (signal,) = under("x:1")
    found = make_incident(severity="watch", kind="pileon", root="x:1")
    assert incidents.is_covered(signal, [asked]) is is_covered
    assert incidents.is_silenced(found, [asked], NOON + 5 * MINUTE) is is_covered


def test_a_storm_is_told_in_spite_of_a_silence_that_does_not_name_storms() -> None:
    (storm,) = under("x:1", "storm")
    assert not incidents.is_covered(storm, [silence()])
    assert incidents.is_covered(storm, [silence(holds_storms=True)])


def test_what_a_silence_covers_opens_an_incident_all_the_same() -> None:
    change = only(decide(under("x:1"), [], NOON + 5 * MINUTE, silences=[silence()]))
    assert [e.kind for e in change.events] == ["opened"]


def test_what_no_silence_covers_takes_over_an_incident_that_told_nobody() -> None:
    quiet = make_incident(id=7, severity="watch", peak_severity="watch", kind="topic")
    now = NOON + 5 * MINUTE
    topic = silence(rule="topic")
    change = only(decide([*under("x:1"), *under(None, rule="topic")], [quiet], now, silences=[topic]))
    assert [e.kind for e in change.events] == ["worse"]
    assert (change.incident.kind, change.incident.root) == ("pileon", "x:1")
    assert not incidents.is_silenced(change.incident, [topic], now)


@pytest.mark.parametrize("is_over", [False, True])
def test_a_covered_signal_neither_keeps_nor_brings_back_an_incident_that_people_hear_of(is_over: bool) -> None:
    end = NOON if is_over else None
    loud = make_incident(id=7, severity="watch", peak_severity="watch", kind="pileon", root="x:1", closed_at=end)
    now = NOON + 5 * MINUTE
    changes = decide(under(None, rule="topic"), [loud], now, silences=[silence(rule="topic")])
    assert [(c.incident.id, c.incident.kind) for c in changes] == ([(0, "topic")] if is_over else [])
