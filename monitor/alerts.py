"""Who is told what, and when. The whole policy, to be read aloud; it sends nothing and knows no clock.

An incident is told first to the head of the chain. Who was told once hears of every change of severity at once,
of a fire that goes on at most every `repeat_minutes` (half as often once somebody has taken it), of calm, and of
the end. While nobody takes it, the next of the chain is called every `escalate_minutes`; when the chain has no
more names, all of it is reminded. A person who has just had mail gets the rest gathered: graver news waits
`group_wait_seconds`, other news `group_minutes`. Past incidents, and those found after they were over, tell
nobody.

Everything is derived from rows, so deciding twice gives the same ids and the store keeps one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from db.rows import Change, Incident, Notification
from monitor.config import Alerts
from monitor.letter import note_subject, subject

# The gravest of several things that happen in the same moment names the notification.
STAGES = {
    "opened": "first",
    "reopened": "worse",
    "worse": "worse",
    "closed": "over",
    "better": "calming",
}
JOIN_MARGIN = timedelta(seconds=10)  # a gathered letter about to leave takes nobody else aboard


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody is reached."""

    channel: str
    recipient: str


def decide(
    changes: Sequence[Change],
    open_incidents: Sequence[Incident],
    told: Sequence[Notification],
    now: datetime,
    policy: Alerts,
) -> list[Notification]:
    """The notifications that follow from these changes and from the time that has passed.

    `told`: every row of these incidents, and every row of any incident of the last few minutes.
    Empty when there is nothing to tell.
    """
    changed = {change.incident.id for change in changes if _stage(change) is not None}
    rows = [row for change in changes for row in _on_change(change, told, now, policy)]
    for incident in open_incidents:
        if incident.id not in changed:
            rows += _on_time(incident, told, now, policy)
    known = {row.id for row in told}
    return hold([row for row in rows if row.id not in known], told, now, policy)


def chain(policy: Alerts) -> list[Address]:
    """Everybody who can be called, in order. Never empty: without a name, a file is written for the team."""
    return [Address("email", recipient) for recipient in policy.to or ("team@localhost",)]


# --- what has changed ---------------------------------------------------------------------------------------
def _stage(change: Change) -> str | None:
    if change.incident.is_historical or change.incident.is_missed:
        return None
    kinds = {event.kind for event in change.events}
    return next((kind for kind in STAGES if kind in kinds), None)


def _on_change(change: Change, told: Sequence[Notification], now: datetime, policy: Alerts) -> list[Notification]:
    kind = _stage(change)
    if kind is None:
        return []
    incident, reason = change.incident, STAGES[kind]
    stage = reason if kind == "opened" else f"{kind}-{_seconds(incident, change)}"
    head = chain(policy)[:1]
    listeners = head if kind == "opened" else _listeners(incident, told) or head
    return [_row(incident, stage, reason, address, now, policy) for address in listeners]


def _seconds(incident: Incident, change: Change) -> int:
    """Seconds from the opening to the change: the same change keeps its name when it is decided again."""
    return int((max(event.at for event in change.events) - incident.opened_at).total_seconds())


def _listeners(incident: Incident, told: Sequence[Notification]) -> list[Address]:
    return list(dict.fromkeys(Address(row.channel, row.recipient) for row in told if row.incident_id == incident.id))


# --- what time brings ---------------------------------------------------------------------------------------
def _on_time(incident: Incident, told: Sequence[Notification], now: datetime, policy: Alerts) -> list[Notification]:
    if incident.is_historical or incident.is_missed or incident.closed_at is not None:
        return []
    past = [row for row in told if row.incident_id == incident.id]
    if not past:
        return [_row(incident, "first", "first", address, now, policy) for address in chain(policy)[:1]]
    return _escalate(incident, past, now, policy) or _remind(incident, past, now, policy)


def _escalate(incident: Incident, past: Sequence[Notification], now: datetime, policy: Alerts) -> list[Notification]:
    """The next of the chain, when nobody has taken it for a while."""
    if incident.acknowledged_at is not None or incident.calming_at is not None:
        return []
    calls = [row.created_at for row in past if row.stage in ("first", "nobody") or row.stage.startswith("reopened")]
    called = max(calls, default=incident.opened_at)
    if now - called < timedelta(minutes=policy.escalate_minutes):
        return []
    reached = set(_listeners(incident, past))
    following = [address for address in chain(policy) if address not in reached][:1]
    return [_row(incident, "nobody", "nobody has taken it", address, now, policy) for address in following]


def _remind(incident: Incident, past: Sequence[Notification], now: datetime, policy: Alerts) -> list[Notification]:
    """An update for everybody whose last word about it is old enough."""
    is_taken, is_calm = incident.acknowledged_at is not None, incident.calming_at is not None
    reason = "calming" if is_calm else "still burning" if is_taken else "nobody has taken it"
    if is_calm and any(row.reason == "calming" and row.created_at >= (incident.calming_at or now) for row in past):
        return []
    pause = timedelta(minutes=policy.repeat_minutes * (2 if is_taken else 1))
    minutes = int((now - incident.opened_at).total_seconds() // 60)
    rows = []
    for address in _listeners(incident, past):
        last = max(row.created_at for row in past if Address(row.channel, row.recipient) == address)
        if now - last >= pause:
            rows.append(_row(incident, f"still-{minutes}", reason, address, now, policy))
    return rows


# --- not more than needed -----------------------------------------------------------------------------------
def hold(
    rows: Sequence[Notification], told: Sequence[Notification], now: datetime, policy: Alerts
) -> list[Notification]:
    """Set when each row leaves, and let rows that leave together share one letter (one Message-ID)."""
    held: list[Notification] = []
    for address in dict.fromkeys(Address(row.channel, row.recipient) for row in rows):
        mine = [row for row in rows if Address(row.channel, row.recipient) == address]
        earlier = [row for row in told if Address(row.channel, row.recipient) == address]
        held += _gather(mine, earlier, now, policy)
    return held


def _gather(
    rows: Sequence[Notification], earlier: Sequence[Notification], now: datetime, policy: Alerts
) -> list[Notification]:
    due = _free_at(rows, earlier, now, policy)
    waiting = [row for row in earlier if _is_waiting(row) and now + JOIN_MARGIN < row.due_at <= due]
    if waiting:
        bus = min(waiting, key=lambda row: row.due_at)
        return [replace(row, due_at=bus.due_at, message_id=bus.message_id) for row in rows]
    message_id = rows[0].message_id if len(rows) == 1 else _message_id("gathered", *(row.id for row in rows))
    return [replace(row, due_at=due, message_id=message_id) for row in rows]


def _free_at(rows: Sequence[Notification], earlier: Sequence[Notification], now: datetime, policy: Alerts) -> datetime:
    """When the next letter to this person may leave."""
    calm = timedelta(minutes=policy.group_minutes)
    recent = [row for row in earlier if not _is_waiting(row) or row.due_at <= now + JOIN_MARGIN]
    recent = [row for row in recent if now - _left_at(row) < calm]
    if not recent:
        return now
    last = max(_left_at(row) for row in recent)
    is_same_story = {row.incident_id for row in rows} == {row.incident_id for row in recent}
    is_graver = any(r.severity == "storm" for r in rows) and all(r.severity != "storm" for r in recent)
    if is_same_story or is_graver:
        return max(now, last + timedelta(seconds=policy.group_wait_seconds))
    return last + calm


def _is_waiting(row: Notification) -> bool:
    return row.sent_at is None and row.failed_at is None and row.attempts == 0


def _left_at(row: Notification) -> datetime:
    """When it left, or should have: a retry moves due_at and must not count as new mail."""
    return row.sent_at or (row.due_at if row.attempts == 0 else row.created_at)


# --- a refused letter ---------------------------------------------------------------------------------------
def instead(refused: Notification, told: Sequence[Notification], now: datetime, policy: Alerts) -> list[Notification]:
    """The next of the chain gets what this recipient can never get; empty when there is nobody else."""
    tried = {(row.channel, row.recipient) for row in told if row.stage == refused.stage}
    tried.add((refused.channel, refused.recipient))
    others = [a for a in chain(policy) if (a.channel, a.recipient) not in tried][:1]
    return [
        replace(
            refused,
            id=_id(refused.incident_id, refused.stage, a),
            channel=a.channel,
            recipient=a.recipient,
            message_id=_message_id(_id(refused.incident_id, refused.stage, a), refused.created_at.isoformat()),
            due_at=now,
            attempts=0,
            leased_until=None,
            error="",
        )
        for a in others
    ]


# --- a test -------------------------------------------------------------------------------------------------
def test_messages(policy: Alerts, now: datetime, token: str) -> list[Notification]:
    """One test for everybody who can be called; it goes the way of an alert. `token` tells two tests apart."""
    return [_note(f"test-{token}", "test", address, now, policy) for address in chain(policy)]


# --- names --------------------------------------------------------------------------------------------------
def thread_id(incident: Incident, channel: str, recipient: str) -> str:
    """The Message-ID that all letters of this incident to this recipient refer to."""
    return _name(incident, "first", Address(channel, recipient))


def _row(incident: Incident, stage: str, reason: str, address: Address, now: datetime, policy: Alerts) -> Notification:
    return Notification(
        id=_id(incident.id, stage, address),
        incident_id=incident.id,
        brand=incident.brand,
        stage=stage,
        reason=reason,
        channel=address.channel,
        recipient=address.recipient,
        message_id=_name(incident, stage, address),
        created_at=now,
        due_at=now,
        severity=incident.severity,
        subject=subject(incident, reason, policy.language),
        evidence=incident.evidence,
    )


def _note(stage: str, reason: str, address: Address, now: datetime, policy: Alerts) -> Notification:
    """A notification that is not about one incident."""
    return Notification(
        id=_id(None, stage, address),
        incident_id=None,
        brand="",
        stage=stage,
        reason=reason,
        channel=address.channel,
        recipient=address.recipient,
        message_id=_message_id(stage, address.channel, address.recipient),
        created_at=now,
        due_at=now,
        subject=note_subject(reason, policy.language),
    )


def _id(incident_id: int | None, stage: str, address: Address) -> str:
    return f"{incident_id or '-'}|{stage}|{address.channel}|{address.recipient}"


def _name(incident: Incident, stage: str, address: Address) -> str:
    label = f"incident-{incident.id}.{stage}"
    return _message_id(label, incident.brand, incident.opened_at.isoformat(), address.channel, address.recipient)


def _message_id(label: str, *parts: str) -> str:
    digest = hashlib.sha256("\0".join((label, *parts)).encode()).hexdigest()[:16]
    word = label if label.replace("-", "").replace(".", "").isalnum() and label.isascii() else "alert"
    return f"<{word}.{digest}@smoulder.local>"
