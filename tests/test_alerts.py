"""Who is told what and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from db.rows import Change, Evidence, Incident, IncidentEvent, Notification, Severity, Silence
from monitor import alerts, incidents
from monitor.config import Alerts

START = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
CHAIN = Alerts(to=("amina@acme.example", "ben@acme.example", "carla@acme.example"))
ALONE = Alerts(to=("amina@acme.example",))


def incident(number: int = 12, severity: Severity = "watch", **changes: object) -> Incident:
    values: dict[str, object] = {
        "id": number,
        "brand": f"Brand {number}",
        "kind": "complaints",
        "severity": severity,
        "peak_severity": severity,
        "state": "open",
        "opened_at": START,
        "last_signal_at": START,
        "evidence": Evidence(words="", window_minutes=10, seen=37, expected=2, authors=23),
    }
    return Incident(**{**values, **changes})  # type: ignore[arg-type]


def change(row: Incident, kind: str, at: datetime = START) -> Change:
    return Change(incident=row, events=(IncidentEvent(incident_id=row.id, at=at, kind=kind),))


@dataclass
class Desk:
    """Plays the loop and the outbox: decides, remembers, and hands out what is due, always at once."""

    policy: Alerts
    rows: dict[str, Notification] = field(default_factory=dict)

    def tick(
        self, now: datetime, changes: Sequence[Change] = (), still_open: Sequence[Incident] = ()
    ) -> list[Notification]:
        """The rows that were decided at this moment; then everything due is sent."""
        new = alerts.decide(changes, still_open, list(self.rows.values()), now, self.policy)
        for row in new:
            self.rows.setdefault(row.id, row)
        for row in list(self.rows.values()):
            if row.sent_at is None and row.due_at <= now:
                self.rows[row.id] = replace(row, sent_at=now, attempts=1)
        return new

    def mails(self, recipient: str) -> dict[str, datetime]:
        """What this person found in the mailbox: when each letter left, by Message-ID."""
        return {r.message_id: r.sent_at for r in self.rows.values() if r.recipient == recipient and r.sent_at}


def opened(desk: Desk, row: Incident, at: datetime = START) -> list[Notification]:
    return desk.tick(at, [change(row, "opened", at)], [row])


def test_the_first_of_the_chain_is_told_at_once_and_nobody_else() -> None:
    rows = opened(Desk(CHAIN), incident())
    assert [(r.recipient, r.reason, r.due_at) for r in rows] == [("amina@acme.example", "first", START)]
    assert rows[0].subject == "[Watch] Brand 12, incident 12, opened 2026-03-03"


def test_deciding_twice_about_the_same_change_tells_nobody_twice() -> None:
    desk = Desk(CHAIN)
    opened(desk, incident())
    assert opened(desk, incident()) == []


@pytest.mark.parametrize("past", ["is_historical", "is_missed"])
def test_the_past_tells_nobody(past: str) -> None:
    row = incident(**{past: True})
    desk = Desk(CHAIN)
    assert opened(desk, row) == []
    assert desk.tick(START + timedelta(hours=1), (), [row]) == []


def test_without_anybody_a_letter_is_still_written() -> None:
    assert [r.recipient for r in opened(Desk(Alerts()), incident())] == ["team@localhost"]


def test_a_watch_that_becomes_a_storm_is_told_at_once() -> None:
    desk = Desk(CHAIN)
    opened(desk, incident())
    at = START + timedelta(minutes=5)
    rows = desk.tick(at, [change(incident(severity="storm"), "worse", at)], [incident(severity="storm")])
    assert [(r.reason, r.due_at) for r in rows] == [("worse", at)]
    assert rows[0].message_id != opened(Desk(CHAIN), incident())[0].message_id


def test_a_storm_ten_seconds_after_the_watch_waits_for_half_a_minute() -> None:
    desk = Desk(CHAIN)
    opened(desk, incident())
    at = START + timedelta(seconds=10)
    rows = desk.tick(at, [change(incident(severity="storm"), "worse", at)], [incident(severity="storm")])
    assert [r.due_at for r in rows] == [START + timedelta(seconds=30)]


def test_while_nobody_takes_it_the_next_of_the_chain_is_called_and_then_everybody_reminded() -> None:
    desk = Desk(CHAIN)
    row = incident(severity="storm")
    opened(desk, row)
    heard: list[tuple[int, str, str]] = []
    for minute in range(1, 61):
        for r in desk.tick(START + timedelta(minutes=minute), (), [row]):
            heard.append((minute, r.recipient.split("@")[0], r.reason))
    assert heard == [
        (15, "ben", "nobody has taken it"),
        (30, "carla", "nobody has taken it"),
        (31, "amina", "nobody has taken it"),
        (45, "ben", "nobody has taken it"),
        (60, "carla", "nobody has taken it"),
    ]


def test_handing_it_over_calls_nobody_off_until_somebody_takes_it() -> None:
    desk = Desk(CHAIN)
    row = incident(severity="storm")
    opened(desk, row)
    handed = incidents.own(row, "Ben", START + timedelta(minutes=3), by="Amina").incident
    rows = [r for m in range(3, 31) for r in desk.tick(START + timedelta(minutes=m), (), [handed])]
    assert [(r.recipient.split("@")[0], r.reason) for r in rows] == [
        ("ben", "nobody has taken it"), ("carla", "nobody has taken it"),
    ]  # fmt: skip
    taken = incidents.acknowledge(handed, "Ben", START + timedelta(minutes=31)).incident
    assert [r for m in range(31, 60) for r in desk.tick(START + timedelta(minutes=m), (), [taken])] == []


def test_once_somebody_has_taken_it_nobody_else_is_called_and_updates_come_hourly() -> None:
    desk = Desk(CHAIN)
    row = incident(severity="storm")
    opened(desk, row)
    taken = replace(row, state="acknowledged", acknowledged_at=START + timedelta(minutes=3), owner="Amina")
    rows = [r for m in range(3, 125) for r in desk.tick(START + timedelta(minutes=m), (), [taken])]
    assert [(r.recipient, r.reason, r.created_at - START) for r in rows] == [
        ("amina@acme.example", "still burning", timedelta(hours=1)),
        ("amina@acme.example", "still burning", timedelta(hours=2)),
    ]


def test_calming_is_said_once_and_then_silence_until_it_is_over() -> None:
    desk = Desk(ALONE)
    row = incident(severity="storm")
    opened(desk, row)
    calm = replace(row, calming_at=START + timedelta(minutes=10))
    reasons = [r.reason for m in range(10, 120) for r in desk.tick(START + timedelta(minutes=m), (), [calm])]
    end = START + timedelta(minutes=120)
    over = replace(calm, state="closed", closed_at=end)
    assert reasons == ["calming"]
    assert [r.reason for r in desk.tick(end, [change(over, "closed", end)])] == ["over"]


def test_while_the_mail_server_is_down_no_reminders_pile_up() -> None:
    row = incident(severity="storm")
    told = alerts.decide([change(row, "opened")], [row], [], START, ALONE)
    later = [r for m in range(1, 200) for r in alerts.decide([], [row], told, START + timedelta(minutes=m), ALONE)]
    assert later == []
    sent = [replace(told[0], sent_at=START + timedelta(minutes=199))]
    assert len(alerts.decide([], [row], sent, START + timedelta(minutes=200), ALONE)) == 1


def test_everybody_who_was_called_hears_the_end() -> None:
    desk = Desk(CHAIN)
    row = incident()
    opened(desk, row)
    desk.tick(START + timedelta(minutes=15), (), [row])
    end = START + timedelta(minutes=20)
    rows = desk.tick(end, [change(replace(row, state="closed", closed_at=end), "closed", end)])
    assert {r.recipient for r in rows} == {"amina@acme.example", "ben@acme.example"}


@pytest.mark.parametrize("taken_after", [None, 4])
@pytest.mark.parametrize("offset", [0, 7, 29, 30, 31])
def test_a_storm_of_six_hours_with_three_changes_is_at_most_sixteen_letters_a_person(
    offset: int, taken_after: int | None
) -> None:
    desk = Desk(CHAIN)
    row = incident()
    opened(desk, row)
    kinds = {60 + offset: "worse", 150 + offset: "better", 240 + offset: "worse"}
    for tick in range(1, 6 * 3600, 10):
        now = START + timedelta(seconds=tick)
        minute, changes = tick // 60, []
        if minute in kinds:
            kind = kinds.pop(minute)
            row = replace(row, severity="storm" if kind == "worse" else "watch")
            changes = [change(row, kind, now)]
        if taken_after == minute:
            row = replace(row, state="acknowledged", acknowledged_at=now, owner="Amina")
        desk.tick(now, changes, [row])
    end = START + timedelta(hours=6)
    desk.tick(end, [change(replace(row, state="closed", closed_at=end), "closed", end)])
    desk.tick(end + timedelta(minutes=5))
    counts = [len(desk.mails(person)) for person in CHAIN.to]
    assert max(counts) <= 16
    assert min(counts[:1]) >= 5


def test_f39_fifty_incidents_in_one_moment_are_one_letter() -> None:
    desk = Desk(ALONE)
    rows = [incident(n) for n in range(1, 51)]
    desk.tick(START, [change(row, "opened") for row in rows], rows)
    desk.tick(START + timedelta(minutes=2), (), rows)
    assert len(desk.mails("amina@acme.example")) == 1
    assert len(desk.rows) == 50


def test_f39_fifty_incidents_one_after_the_other_are_one_letter_and_a_gathered_one() -> None:
    desk = Desk(ALONE)
    rows: list[Incident] = []
    for n in range(50):
        at = START + timedelta(seconds=n)
        rows.append(incident(n + 1, opened_at=at))
        desk.tick(at, [change(rows[-1], "opened", at)], rows)
    for second in range(50, 15 * 60):
        desk.tick(START + timedelta(seconds=second), (), rows)
    left = sorted(desk.mails("amina@acme.example").values())
    assert left == [START, START + timedelta(minutes=2)]
    assert all(row.sent_at for row in desk.rows.values())


def test_f39_a_storm_does_not_wait_behind_a_watch_of_another_brand() -> None:
    desk = Desk(ALONE)
    opened(desk, incident(1))
    rows = opened(desk, incident(2, "storm"), START + timedelta(seconds=5))
    assert [r.due_at for r in rows] == [START + timedelta(seconds=30)]


def test_f39_a_letter_about_to_leave_takes_nobody_else_aboard() -> None:
    desk = Desk(ALONE)
    opened(desk, incident(1))
    waiting = opened(desk, incident(2), START + timedelta(seconds=5))[0]
    late = opened(desk, incident(3), waiting.due_at - timedelta(seconds=2))[0]
    assert late.message_id != waiting.message_id
    assert late.due_at > waiting.due_at


def test_what_one_recipient_can_never_get_goes_to_the_next_until_the_chain_ends() -> None:
    first = opened(Desk(CHAIN), incident())[0]
    second = alerts.instead(first, [first], START, CHAIN)
    third = alerts.instead(second[0], [first, *second], START, CHAIN)
    assert [r.recipient for r in second + third] == ["ben@acme.example", "carla@acme.example"]
    assert len({r.message_id for r in (first, *second, *third)}) == 3
    assert alerts.instead(third[0], [first, *second, *third], START, CHAIN) == []


def test_every_notification_says_why() -> None:
    desk = Desk(CHAIN)
    row = incident()
    opened(desk, row)
    for minute in range(1, 90):
        desk.tick(START + timedelta(minutes=minute), (), [row])
    assert {r.reason for r in desk.rows.values()} <= {"first", "nobody has taken it"}
    assert all(r.message_id.isascii() and r.message_id.startswith("<incident-12.") for r in desk.rows.values())


# --- silences -----------------------------------------------------------------------------------------------
SILENCE = Silence(brand="Brand 12", at=START - timedelta(hours=1), until=START + timedelta(hours=1), by="amina")


def told_in_silence(silence: Silence, row: Incident, kind: str, told: Sequence[Notification] = ()) -> list[str]:
    rows = alerts.decide([change(row, kind)], [row], told, START, ALONE, [silence])
    return [each.reason for each in rows]


def test_a_silence_tells_nobody_of_a_watch_but_everybody_of_a_storm() -> None:
    assert told_in_silence(SILENCE, incident(), "opened") == []
    assert told_in_silence(SILENCE, incident(13), "opened") == ["first"]
    assert told_in_silence(SILENCE, incident(severity="storm"), "worse") == ["worse"]
    assert told_in_silence(replace(SILENCE, holds_storms=True), incident(severity="storm"), "worse") == []


def test_no_reminder_leaves_during_a_silence_and_what_still_burns_after_it_is_told_first() -> None:
    row = incident(last_signal_at=START + timedelta(hours=1))
    for minutes in range(0, 60, 5):
        assert alerts.decide([], [row], [], START + timedelta(minutes=minutes), CHAIN, [SILENCE]) == []
    end = SILENCE.until
    assert [r.reason for r in alerts.decide([], [row], [], end, ALONE, [SILENCE])] == ["first"]
    assert alerts.decide([], [replace(row, calming_at=end)], [], end, ALONE, [SILENCE]) == []


def test_who_was_told_before_the_silence_is_told_of_the_end() -> None:
    told = alerts.decide([change(incident(), "opened")], [], [], START, ALONE)
    over = incident(state="closed", closed_at=START)
    assert told_in_silence(SILENCE, over, "closed", told) == ["over"]
    assert told_in_silence(SILENCE, over, "closed") == []
