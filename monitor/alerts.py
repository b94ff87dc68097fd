"""Who is told what, and when. The whole policy, to be read aloud; it sends nothing and knows no clock.

An incident is told first to the head of the chain: the shift in force, then everybody of `to`. Who was told once
hears of every change of severity at once, of a fire that goes on at most every `repeat_minutes` (half as often
once somebody has taken it), of calm, and of the end. While nobody takes it, the next of the chain is called every
`escalate_minutes`; when the chain has no more names, all of it is reminded. A person who has just had mail gets
the rest gathered: graver news waits `group_wait_seconds`, other news `group_minutes`. Past incidents, and those
found after they were over, tell nobody; nor do those that a silence covers, but for their end. When we are blind
ourselves, that is told too.

Everything is derived from rows, so deciding twice gives the same ids and the store keeps one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from db.rows import Change, Evidence, Gap, Incident, Notification, Process, Silence
from monitor.answer.quiet import Change as QuietChange
from monitor.config import Alerts, Shift
from monitor.incidents import is_silenced
from monitor.letter import Setting, note_subject, notice, subject

# The gravest of several things that happen in the same moment names the notification.
STAGES = {
    "opened": "first",
    "reopened": "worse",
    "worse": "worse",
    "closed": "over",
    "better": "calming",
}
JOIN_MARGIN = timedelta(seconds=10)  # a gathered letter about to leave takes nobody else aboard
SILENT_PROCESS = timedelta(minutes=2)
REPORT_WINDOW = timedelta(hours=6)  # a digest that could not be written in its morning is left out
LEAST_FREE_BYTES, LEAST_FREE_SHARE = 1_000_000_000, 0.1
NOBODY = "team@localhost"  # without a name in the configuration a file is written for the team


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody is reached: the channel, and the mail address or the channel's own name."""

    channel: str
    recipient: str


def decide(
    changes: Sequence[Change],
    open_incidents: Sequence[Incident],
    told: Sequence[Notification],
    now: datetime,
    policy: Alerts,
    silences: Sequence[Silence] = (),
) -> list[Notification]:
    """The notifications that follow from these changes and from the time that has passed.

    `told`: every row of these incidents, and every row of any incident of the last few minutes. `silences`: those
    in force. Empty when there is nothing to tell.
    """
    changed = {change.incident.id for change in changes if _kind(change) is not None}
    loud = [c for c in changes if _kind(c) == "closed" or not is_silenced(c.incident, silences, now)]
    rows = [row for change in loud for row in _on_change(change, told, now, policy)]
    for incident in open_incidents:
        if incident.id not in changed and not is_silenced(incident, silences, now):
            rows += _on_time(incident, told, now, policy)
    return hold(_unknown(rows, told), told, now, policy)


def routine(
    gaps: Sequence[Gap],
    processes: Sequence[Process],
    told: Sequence[Notification],
    now: datetime,
    policy: Alerts,
    disk: tuple[int, int] = (0, 0),
) -> list[Notification]:
    """What is told beside incidents: blindness, a disk that fills, digests and self-tests.

    `gaps`: of the last day. `disk`: free and total bytes, (0, 0): not known. Gives an empty list when all is well.
    """
    rows = [
        *_on_gaps(gaps, told, now, policy),
        *_on_processes(processes, now, policy),
        *_on_disk(*disk, now, policy),
        *_reports(now, policy),
    ]
    return hold(_unknown(rows, told), told, now, policy)


# --- whom ---------------------------------------------------------------------------------------------------
def chain(policy: Alerts, brand: str, now: datetime) -> list[Address]:
    """Everybody who can be called now, in order. Never empty."""
    shift = shift_of(policy, brand, now)
    recipients = dict.fromkeys((*(shift.to if shift else ()), *policy.to))
    return [address_of(recipient) for recipient in recipients or (NOBODY,)]


def shift_of(policy: Alerts, brand: str, now: datetime) -> Shift | None:
    """The first shift that fits the brand and the hour; None: only `to` holds."""
    local = now.astimezone(ZoneInfo(policy.timezone))
    minute, today = local.hour * 60 + local.minute, local.weekday()
    for shift in policy.shifts:
        start, end = shift.minutes()
        begun_today = today in shift.weekdays() and start <= minute and (minute < end or end < start)
        begun_yesterday = (today - 1) % 7 in shift.weekdays() and end < start and minute < end
        if (not shift.brands or brand in shift.brands) and (begun_today or begun_yesterday):
            return shift
    return None


def address_of(recipient: str) -> Address:
    """A mail address, or the name of a channel that is its own recipient."""
    return Address("email" if "@" in recipient else recipient, recipient)


def _called(policy: Alerts, brand: str, now: datetime) -> list[Address]:
    """Who is told of something new: the head of the chain, and the rooms that hear everything."""
    return list(dict.fromkeys([*chain(policy, brand, now)[:1], *map(address_of, policy.also)]))


def _listeners(incident: Incident, told: Sequence[Notification]) -> list[Address]:
    return list(dict.fromkeys(_address(row) for row in told if row.incident_id == incident.id))


def _address(row: Notification) -> Address:
    return Address(row.channel, row.recipient)


def _waits(incident: Incident, policy: Alerts, now: datetime) -> bool:
    """A watch in a shift that is only called for storms: it is told when a shift takes it, if it still burns."""
    shift = shift_of(policy, incident.brand, now)
    return shift is not None and shift.least == "storm" and incident.severity == "watch"


# --- what has changed ---------------------------------------------------------------------------------------
def _kind(change: Change) -> str | None:
    """The gravest event; None when nobody is to be told."""
    if change.incident.is_historical or change.incident.is_missed:
        return None
    kinds = {event.kind for event in change.events}
    return next((kind for kind in STAGES if kind in kinds), None)


def _on_change(change: Change, told: Sequence[Notification], now: datetime, policy: Alerts) -> list[Notification]:
    kind, incident = _kind(change), change.incident
    if kind is None:
        return []
    stage = "first" if kind == "opened" else f"{kind}-{_seconds(incident, change)}"
    listeners = _listeners(incident, told)
    if kind == "reopened":
        listeners = [address for address in listeners if _is_news(incident, address, told, now, policy)]
    elif not listeners and kind in ("opened", "worse") and not _waits(incident, policy, now):
        listeners = _called(policy, incident.brand, now)
    return [_row(incident, stage, STAGES[kind], address, now, policy) for address in listeners]


def _seconds(incident: Incident, change: Change) -> int:
    """Seconds from the opening to the change: the same change keeps its name when it is decided again."""
    return int((max(event.at for event in change.events) - incident.opened_at).total_seconds())


def _is_news(incident: Incident, address: Address, told: Sequence[Notification], now: datetime, policy: Alerts) -> bool:
    """What was closed a moment ago and rises again is an update like any other, unless it has become graver."""
    mine = [row for row in told if row.incident_id == incident.id and _address(row) == address]
    last = max(mine, key=lambda row: row.created_at)
    is_graver = incident.severity == "storm" and last.severity != "storm"
    return is_graver or now - last.created_at >= timedelta(minutes=policy.repeat_minutes)


# --- what time brings ---------------------------------------------------------------------------------------
def _on_time(incident: Incident, told: Sequence[Notification], now: datetime, policy: Alerts) -> list[Notification]:
    if incident.is_historical or incident.is_missed or incident.closed_at is not None:
        return []
    if _waits(incident, policy, now):
        return []
    past = [row for row in told if row.incident_id == incident.id]
    if not past and incident.calming_at is not None:
        return []  # it was held back while it burned
    if not past:
        return [_row(incident, "first", "first", a, now, policy) for a in _called(policy, incident.brand, now)]
    return _escalate(incident, past, now, policy) or _remind(incident, past, now, policy)


def _escalate(incident: Incident, past: Sequence[Notification], now: datetime, policy: Alerts) -> list[Notification]:
    """The next of the chain, when nobody has taken it for a while."""
    if incident.acknowledged_at is not None or incident.calming_at is not None:
        return []
    calls = [row.created_at for row in past if row.stage in ("first", "nobody") or row.stage.startswith("reopened")]
    if now - max(calls, default=incident.opened_at) < timedelta(minutes=policy.escalate_minutes):
        return []
    reached = set(_listeners(incident, past))
    following = [address for address in chain(policy, incident.brand, now) if address not in reached][:1]
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
        last = max((row for row in past if _address(row) == address), key=lambda row: row.created_at)
        # While the last word has not left, a reminder would only be one more in the queue.
        has_left = last.sent_at is not None or last.failed_at is not None
        if has_left and now - last.created_at >= pause:
            rows.append(_row(incident, f"still-{minutes}", reason, address, now, policy))
    return rows


# --- when we do not see -------------------------------------------------------------------------------------
def _on_gaps(gaps: Sequence[Gap], told: Sequence[Notification], now: datetime, policy: Alerts) -> list[Notification]:
    """A source that shows nothing for too long, and once it is seen again, that it is."""
    open_gaps = [gap for gap in gaps if gap.end is None]
    setting = _setting(policy)
    rows = []
    for gap in open_gaps:
        if now - gap.start >= timedelta(minutes=policy.blind_minutes):
            words = notice("blind source", setting, now, source=gap.source, at=gap.start, why=gap.reason)
            said = _said(words, gap.source, gap.start)
            rows += _notes(_blind_stage(gap.source, gap.start), "blind", said, now, policy)
    still = {_blind_stage(gap.source, gap.start) for gap in open_gaps}
    for row in told:
        start = row.evidence.first_post_at if row.evidence is not None else None
        if row.stage.startswith("blind-") and row.stage not in still and row.evidence is not None and start is not None:
            source = row.evidence.blind[0]
            said = _said(notice("seen source", setting, now, source=source, at=start), source, start)
            rows.append(_note(f"seen-{row.stage}", "blind", _address(row), said, now, policy))
    return rows


def _blind_stage(source: str, start: datetime) -> str:
    return f"blind-{source}-{start:%Y%m%dT%H%M%S}"


def _said(words: str, source: str | None = None, since: datetime | None = None) -> Evidence:
    """What a notification without an incident says, kept in its row."""
    blind = (source,) if source else ()
    return Evidence(words=words, window_minutes=0, seen=0, expected=0, first_post_at=since, blind=blind)


def _on_processes(processes: Sequence[Process], now: datetime, policy: Alerts) -> list[Notification]:
    """Without the collector nothing is seen at all, and nobody else would say so."""
    rows = []
    for process in processes:
        if process.name == "collect" and now - process.beat_at >= SILENT_PROCESS:
            words = notice("blind collector", _setting(policy), now, at=process.beat_at)
            rows += _notes(f"dead-collect-{process.beat_at:%Y%m%dT%H%M%S}", "blind", _said(words), now, policy)
    return rows


def _on_disk(free: int, total: int, now: datetime, policy: Alerts) -> list[Notification]:
    if (free >= LEAST_FREE_BYTES and free >= LEAST_FREE_SHARE * total) or not total:
        return []
    words = notice("low disk", _setting(policy), now, gigabytes=free / 1e9)
    return _notes(f"disk-{now:%Y%m%d}", "blind", _said(words), now, policy)


# --- reports ------------------------------------------------------------------------------------------------
def _reports(now: datetime, policy: Alerts) -> list[Notification]:
    rows = []
    for reason, rhythm in (("digest", policy.digest), ("test", policy.self_test)):
        slot = report_slot(now, rhythm, policy)
        if slot is not None and now - slot < REPORT_WINDOW:
            addresses = chain(policy, "", now) if reason == "test" else _called(policy, "", now)
            rows += [_note(f"{reason}-{slot:%Y%m%d}", reason, a, None, now, policy) for a in addresses]
    return rows


def report_slot(now: datetime, rhythm: str, policy: Alerts) -> datetime | None:
    """The last moment at which this report was due; None when it is never."""
    if rhythm == "off":
        return None
    hour, minute = (int(part) for part in policy.report_at.split(":"))
    local = now.astimezone(ZoneInfo(policy.timezone))
    slot = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    days = 1 if rhythm == "daily" else 7
    back = local.weekday() if rhythm == "weekly" else 0
    slot -= timedelta(days=back)
    return slot if slot <= local else slot - timedelta(days=days)


def test_messages(policy: Alerts, now: datetime, token: str) -> list[Notification]:
    """One test for everybody who can be called; it goes the way of an alert. `token` tells two tests apart."""
    addresses = dict.fromkeys([*chain(policy, "", now), *map(address_of, policy.also)])
    return [_note(f"test-{token}", "test", address, None, now, policy) for address in addresses]


# --- other tools ------------------------------------------------------------------------------------------------
def of_quiet(change: QuietChange, now: datetime, policy: Alerts) -> list[Notification]:
    """Every webhook hears of every move of the quiet switch and of every post let go, whoever is called for incidents.

    A letter says how things are when it leaves, so that a late one is never wrong.
    """
    hooks = [Address(channel.name, channel.name) for channel in policy.channels if channel.kind == "webhook"]
    return [_note(f"quiet-{change.number}", "quiet", hook, None, now, policy) for hook in hooks]


# --- not more than needed -----------------------------------------------------------------------------------
def hold(
    rows: Sequence[Notification], told: Sequence[Notification], now: datetime, policy: Alerts
) -> list[Notification]:
    """Set when each row leaves, and let rows that leave together share one letter (one Message-ID)."""
    held: list[Notification] = []
    for address in dict.fromkeys(map(_address, rows)):
        mine = [row for row in rows if _address(row) == address]
        held += _gather(mine, [row for row in told if _address(row) == address], now, policy)
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
    pause = timedelta(minutes=policy.group_minutes)
    recent = [row for row in earlier if not _is_waiting(row) or row.due_at <= now + JOIN_MARGIN]
    recent = [row for row in recent if now - _left_at(row) < pause]
    if not recent:
        return now
    last = max(_left_at(row) for row in recent)
    is_same_story = {row.incident_id for row in rows} == {row.incident_id for row in recent}
    is_graver = any(r.severity == "storm" for r in rows) and all(r.severity != "storm" for r in recent)
    if is_same_story or is_graver:
        return max(now, last + timedelta(seconds=policy.group_wait_seconds))
    return last + pause


def _is_waiting(row: Notification) -> bool:
    return row.sent_at is None and row.failed_at is None and row.attempts == 0


def _left_at(row: Notification) -> datetime:
    """When it left, or should have: a retry moves due_at and must not count as new mail."""
    return row.sent_at or (row.due_at if row.attempts == 0 else row.created_at)


# --- a letter that did not get through ----------------------------------------------------------------------
def instead(
    refused: Notification,
    told: Sequence[Notification],
    now: datetime,
    policy: Alerts,
    *,
    other_channel: bool = False,
) -> list[Notification]:
    """The next of the chain gets what this recipient cannot get; empty when there is nobody else.

    `other_channel`: the whole channel is broken, so only somebody on another one can be reached.
    """
    tried = {_address(row) for row in told if row.stage == refused.stage} | {_address(refused)}
    others = [
        address
        for address in chain(policy, refused.brand, now)
        if address not in tried and not (other_channel and address.channel == refused.channel)
    ]
    return [
        replace(
            refused,
            id=(new_id := _id(refused.incident_id, refused.stage, address)),
            channel=address.channel,
            recipient=address.recipient,
            message_id=_message_id(f"instead.{refused.stage}", new_id, refused.created_at.isoformat()),
            due_at=now,
            attempts=0,
            leased_until=None,
            error="",
        )
        for address in others[:1]
    ]


# --- rows and their names -----------------------------------------------------------------------------------
def thread_id(incident: Incident, channel: str, recipient: str) -> str:
    """The Message-ID that all letters of this incident to this recipient refer to."""
    return _name(incident, "first", Address(channel, recipient))


def _unknown(rows: Sequence[Notification], told: Sequence[Notification]) -> list[Notification]:
    known = {row.id for row in told}
    return [row for row in rows if row.id not in known]


def _setting(policy: Alerts) -> Setting:
    return Setting(language=policy.language, zone=ZoneInfo(policy.timezone))


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


def _notes(stage: str, reason: str, said: Evidence, now: datetime, policy: Alerts) -> list[Notification]:
    return [_note(stage, reason, address, said, now, policy) for address in _called(policy, "", now)]


def _note(
    stage: str, reason: str, address: Address, said: Evidence | None, now: datetime, policy: Alerts
) -> Notification:
    """A notification that is not about one incident. `said` None: the reason says it all."""
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
        evidence=said,
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
