"""The contract of the store: gaps, rules, signals, incidents, the outbox, processes and settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from db.rows import Change, Gap, IncidentEvent, Process, RulePrecision, Rules, Silence, SourceHealth
from db.store import Store
from tests.clock import NOON, Clock
from tests.make import make_change, make_evidence, make_incident, make_notification, make_signal

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


# --- sources ----------------------------------------------------------------------------------------------
def test_the_health_of_a_source_is_its_last_word(any_store: Store) -> None:
    first = SourceHealth(source="x", state="ok", since=NOON, last_data_at=NOON, received=7)
    other = SourceHealth(source="bluesky", state="stale", since=NOON, is_live=False, updated_at=NOON)
    any_store.put_source_health([first, other])
    last = replace(first, state="down", detail="refused", rejected=2)
    any_store.put_source_health([last])
    assert any_store.source_health() == [other, last]


def test_a_source_has_at_most_one_open_gap(any_store: Store) -> None:
    gap = Gap(source="x", start=NOON, reason="no data")
    any_store.open_gap(gap)
    any_store.open_gap(gap)
    any_store.open_gap(replace(gap, start=NOON + MINUTE))
    any_store.open_gap(Gap(source="bluesky", start=NOON))
    assert any_store.gaps(NOON, NOON + HOUR) == [Gap(source="bluesky", start=NOON), gap]


def test_a_gap_ends_and_the_next_one_is_another(any_store: Store) -> None:
    any_store.open_gap(Gap(source="x", start=NOON))
    any_store.close_gap("x", NOON + MINUTE)
    any_store.close_gap("x", NOON + HOUR)  # nothing is open any more
    any_store.open_gap(Gap(source="x", start=NOON))  # told once more
    any_store.open_gap(Gap(source="x", start=NOON + 2 * MINUTE))
    ends = [gap.end for gap in any_store.gaps(NOON, NOON + HOUR)]
    assert ends == [NOON + MINUTE, None]


def test_gaps_are_those_that_overlap(any_store: Store) -> None:
    any_store.open_gap(Gap(source="x", start=NOON, end=NOON + MINUTE))
    assert any_store.gaps(NOON - HOUR, NOON) == []
    assert any_store.gaps(NOON + MINUTE, NOON + HOUR) == []
    assert len(any_store.gaps(NOON, NOON + MINUTE)) == 1


def test_a_catch_up_fills_the_closed_gaps_of_its_source_that_it_touches(any_store: Store) -> None:
    any_store.open_gap(Gap(source="x", start=NOON, end=NOON + MINUTE))
    any_store.open_gap(Gap(source="x", start=NOON + 2 * MINUTE, end=NOON + 3 * MINUTE))
    any_store.open_gap(Gap(source="x", start=NOON + HOUR))
    any_store.open_gap(Gap(source="bluesky", start=NOON, end=NOON + MINUTE))
    any_store.fill_gaps(Gap(source="x", start=NOON, end=NOON + MINUTE, filled_at=NOON + HOUR))
    left = any_store.gaps(NOON - HOUR, NOON + 9 * HOUR)
    assert [(gap.source, gap.start) for gap in left] == [
        ("bluesky", NOON),
        ("x", NOON + 2 * MINUTE),
        ("x", NOON + HOUR),
    ]


# --- rules and detection ----------------------------------------------------------------------------------
def test_the_last_rules_of_each_brand_are_in_force(any_store: Store) -> None:
    rules = Rules(brand="Acme", terms=("acme", "acme*"), handles=("x:acme",), vips=("x:ada",), vip_followers=None)
    any_store.put_rules(Rules(brand="Acme", terms=("old",)), "the file", NOON)
    any_store.put_rules(Rules(brand="Norda"), "the file", NOON)
    any_store.put_rules(rules, "ada", NOON + HOUR)
    assert any_store.rules() == {"Acme": rules, "Norda": Rules(brand="Norda")}


def test_the_same_signal_is_one_row(any_store: Store) -> None:
    signal = make_signal(evidence=make_evidence(blind=("x",), doubling_minutes=3.5, hostile_share=0.25))
    any_store.add_signals([signal, signal])
    any_store.add_signals([replace(signal, score=9.0), make_signal(at=NOON + MINUTE)])
    assert any_store.signals("Acme", NOON, NOON + MINUTE) == [signal]
    assert any_store.signals("Norda", NOON, NOON + HOUR) == []


def test_an_incident_gets_a_number_and_comes_back_as_it_was_put(any_store: Store) -> None:
    incident = make_incident(title="Parcels", root="x:1", owner="ada", acknowledged_at=NOON, is_missed=True)
    (change,) = any_store.put_changes([make_change(incident, words="It began", rule="spike", severity="storm")])
    number = change.incident.id
    assert number > 0
    assert any_store.incident(number) == replace(incident, id=number) == change.incident
    assert any_store.incident_events(number) == list(change.events)
    assert change.events[0].incident_id == number
    assert any_store.incident(number + 1) is None
    assert any_store.incident_events(number + 1) == []


def test_an_incident_changes_and_its_time_line_grows(any_store: Store) -> None:
    (opened,) = any_store.put_changes([make_change(make_incident())])
    closed = replace(opened.incident, state="closed", closed_at=NOON + HOUR, owner="ada", calming_at=NOON)
    note = IncidentEvent(incident_id=0, at=NOON + MINUTE, kind="note", who="ada", words="We called them")
    end = IncidentEvent(incident_id=0, at=NOON + HOUR, kind="closed", evidence=make_evidence(seen=1))
    any_store.put_changes([Change(incident=closed, events=(end, note))])
    assert any_store.incident(closed.id) == closed
    assert [event.kind for event in any_store.incident_events(closed.id)] == ["opened", "note", "closed"]


def test_incidents_come_newest_first_open_closed_or_all(any_store: Store) -> None:
    rows = [
        make_incident(at=NOON),
        make_incident(at=NOON + HOUR, state="closed", closed_at=NOON + 2 * HOUR),
        make_incident(at=NOON + 2 * HOUR, state="acknowledged"),
        make_incident(at=NOON + 3 * HOUR, brand="Norda"),
    ]
    a, b, c, d = (change.incident for change in any_store.put_changes([make_change(row) for row in rows]))
    assert any_store.incidents() == [d, c, b, a]
    assert any_store.incidents("Acme") == [c, b, a]
    assert any_store.incidents("Acme", is_open=True) == [c, a]
    assert any_store.incidents("Acme", is_open=False) == [b]
    assert any_store.incidents(limit=1) == [d]
    assert any_store.incidents(since=NOON + HOUR) == [d, c, b]
    assert any_store.incidents(before=c.id) == [b, a]
    assert any_store.incidents("Acme", before=d.id, limit=1) == [c]
    assert any_store.incidents(before=999) == []


def test_without_a_limit_all_incidents_are_given_however_many(any_store: Store) -> None:
    rows = [make_incident(at=NOON + n * MINUTE) for n in range(501)]
    any_store.put_changes([make_change(row) for row in rows])
    assert len(any_store.incidents()) == 500
    assert len(any_store.incidents("Acme", limit=None)) == 501


def test_at_hand_are_the_open_ones_and_those_that_ended_lately(any_store: Store) -> None:
    rows = [
        make_incident(at=NOON - 900 * HOUR),
        make_incident(state="closed", closed_at=NOON),
        make_incident(state="closed", closed_at=NOON - MINUTE),
        make_incident(brand="Norda", state="acknowledged"),
    ]
    stored = [change.incident for change in any_store.put_changes([make_change(row) for row in rows])]
    assert any_store.incidents_at_hand(NOON) == [stored[0], stored[1], stored[3]]


# --- silences and judgements ------------------------------------------------------------------------------
def test_silences_in_force_are_found_by_brand_and_time_and_all_of_them_are_kept(any_store: Store) -> None:
    first = any_store.add_silence(
        Silence(brand="Acme", at=NOON, until=NOON + HOUR, by="ada", reason="works on line 3", rule="topic", root="x:1")
    )
    second = any_store.add_silence(Silence(brand="Norda", at=NOON, until=NOON + 2 * HOUR, by="bea", holds_storms=True))
    assert 0 < first.id < second.id
    assert any_store.silences() == [second, first]
    assert any_store.silences("Acme", NOON) == [first]
    assert any_store.silences(at=NOON + HOUR) == [second]
    assert any_store.silences(at=NOON - MINUTE) == []


def test_a_silence_is_ended_once_and_signed(any_store: Store) -> None:
    kept = any_store.add_silence(Silence(brand="Acme", at=NOON, until=NOON + HOUR, by="ada"))
    assert any_store.end_silence(kept.id, "bea", NOON + MINUTE)
    assert not any_store.end_silence(kept.id, "ada", NOON + 2 * MINUTE)
    assert not any_store.end_silence(kept.id + 1, "ada", NOON)
    assert any_store.silences(at=NOON + MINUTE) == []
    assert any_store.silences() == [replace(kept, ended_at=NOON + MINUTE, ended_by="bea")]
    late = any_store.add_silence(Silence(brand="Acme", at=NOON, until=NOON + HOUR, by="ada"))
    assert not any_store.end_silence(late.id, "bea", NOON + HOUR)


@pytest.mark.parametrize("wrong", [{"until": NOON}, {"by": " "}])
def test_a_silence_has_an_end_and_an_author(any_store: Store, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a silence"):
        any_store.add_silence(Silence(**({"brand": "Acme", "at": NOON, "until": NOON + HOUR, "by": "ada"} | wrong)))


def test_the_precision_of_a_rule_is_what_people_said_of_its_alarms(any_store: Store) -> None:
    def rang(kind: str = "opened", rule: str = "topic", **more: Any) -> None:
        any_store.put_changes([make_change(make_incident(**more), kind, rule=rule)])

    rang()  # nobody has said anything
    rang(acknowledged_at=NOON)
    rang("joined")  # told nobody
    rang("worse", "pileon", acknowledged_at=NOON)
    rang(brand="Norda", acknowledged_at=NOON)
    rang(at=NOON - HOUR, acknowledged_at=NOON)
    rang(is_historical=True)
    (wrong,) = any_store.put_changes([make_change(make_incident(acknowledged_at=NOON), rule="topic")])
    again = IncidentEvent(incident_id=0, at=NOON, kind="reopened", rule="topic")
    said = IncidentEvent(incident_id=0, at=NOON, kind="dismissed", who="ada", words="a campaign")
    any_store.put_changes([Change(incident=replace(wrong.incident, dismissed_at=NOON), events=(again, said))])
    topic = RulePrecision(rule="topic", alarms=3, dismissed=1, confirmed=1, reasons=("a campaign",))
    pileon = RulePrecision(rule="pileon", alarms=1, dismissed=0, confirmed=1)
    assert any_store.precision_by_rule("Acme", NOON) == [topic, pileon]
    assert (topic.share, pileon.share) == (0.5, 1.0)
    assert RulePrecision(rule="topic", alarms=3, dismissed=0, confirmed=0).share is None
    assert any_store.precision_by_rule("Nobody", NOON) == []


def test_the_memory_of_the_detectors_is_the_last_one_put(any_store: Store) -> None:
    assert any_store.snapshot("Acme") is None
    any_store.put_snapshot("Acme", NOON, b"old")
    any_store.put_snapshot("Acme", NOON + HOUR, b"\x00\xff")
    assert any_store.snapshot("Acme") == (NOON + HOUR, b"\x00\xff")


# --- outbox -----------------------------------------------------------------------------------------------
def test_the_same_stage_is_told_once(any_store: Store) -> None:
    first = make_notification(evidence=make_evidence(), severity="storm", subject="Acme: storm")
    assert any_store.add_notifications([first, first]) == [first]
    assert any_store.add_notifications([replace(first, subject="again"), other := make_notification("over")]) == [other]
    assert any_store.notifications() == [other, first]


def test_a_claim_takes_what_is_due_and_nobody_else_gets_it_until_the_lease_ends(any_store: Store, clock: Clock) -> None:
    any_store.add_notifications([make_notification("first"), make_notification("later", due_at=NOON + HOUR)])
    (claimed,) = any_store.claim_notifications(clock(), 30)
    assert (claimed.stage, claimed.attempts, claimed.leased_until) == ("first", 1, NOON + timedelta(seconds=30))
    assert any_store.claim_notifications(clock.move(seconds=29), 30) == []
    (again,) = any_store.claim_notifications(clock.move(seconds=1), 30)
    assert (again.id, again.attempts, again.message_id) == (claimed.id, 2, claimed.message_id)


def test_what_was_sent_or_given_up_is_not_claimed_again_and_a_retry_is(any_store: Store, clock: Clock) -> None:
    rows = [make_notification(stage) for stage in ("sent", "failed", "retry")]
    any_store.add_notifications(rows)
    any_store.claim_notifications(clock(), 30)
    any_store.mark_sent(rows[0].id, NOON, "250 OK")
    any_store.mark_failed(rows[1].id, NOON, "550 no such user")
    any_store.mark_retry(rows[2].id, NOON + MINUTE, "451 later")
    assert any_store.claim_notifications(clock.move(seconds=59), 30) == []
    (claimed,) = any_store.claim_notifications(clock.move(seconds=1), 30)
    assert (claimed.id, claimed.error) == (rows[2].id, "451 later")
    kept = {row.stage: row for row in any_store.notifications()}
    assert (kept["sent"].sent_at, kept["sent"].receipt, kept["sent"].leased_until) == (NOON, "250 OK", None)
    assert (kept["failed"].failed_at, kept["failed"].error) == (NOON, "550 no such user")


def test_a_claim_counts_messages_the_oldest_first_and_keeps_a_message_together(any_store: Store) -> None:
    shared = {"message_id": "<one@smoulder>"}
    rows = [
        make_notification("c", at=NOON + 2 * MINUTE),
        make_notification("b", at=NOON + MINUTE),
        make_notification("a", recipient="ada@acme.example", **shared),
        make_notification("a", recipient="ben@acme.example", **shared),
        make_notification("w", channel="webhook"),
    ]
    any_store.add_notifications(rows)
    claimed = any_store.claim_notifications(NOON + HOUR, 30, limit=2, channel="email")
    assert [row.recipient for row in claimed[:2]] == ["ada@acme.example", "ben@acme.example"]
    assert [row.stage for row in claimed] == ["a", "a", "b"]
    assert [row.stage for row in any_store.claim_notifications(NOON + HOUR, 30)] == ["w", "c"]


def test_notifications_of_one_incident(any_store: Store) -> None:
    of_it, other = make_notification(incident_id=3), make_notification("test")
    any_store.add_notifications([of_it, other])
    assert any_store.notifications(3) == [of_it]


# --- processes and settings -------------------------------------------------------------------------------
def test_a_process_is_known_by_its_last_beat(any_store: Store, clock: Clock) -> None:
    first = Process(name="collect", pid=1, started_at=NOON, beat_at=NOON, version="0.1.0")
    any_store.beat(first)
    last = replace(first, beat_at=clock.move(seconds=1), note="no mail", is_broken=True)
    any_store.beat(last)
    assert any_store.processes() == [last]


def test_a_setting_is_what_was_put_last_and_none_removes_it(any_store: Store) -> None:
    assert any_store.setting("quiet") is None
    any_store.put_setting("quiet", "on", "ada", NOON)
    any_store.put_setting("quiet", "still", "ben", NOON)
    assert any_store.setting("quiet") == "still"
    any_store.put_setting("quiet", None, "ben", NOON)
    any_store.put_setting("quiet", None, "ben", NOON)
    assert any_store.setting("quiet") is None


@pytest.mark.parametrize("text", ["", "'", "; DROP TABLE settings --", "é" * 5_000])
def test_any_text_is_a_value(any_store: Store, text: str) -> None:
    any_store.put_setting("key", text, text, NOON)
    assert any_store.setting("key") == text
