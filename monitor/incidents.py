"""Signals, open incidents and what can be seen now -> changes of incidents. Pure: `now` is an argument.

One brand has one incident at a time: a new signal joins the open one, or reopens one that was closed less than
an hour ago. An incident grows worse at once and better slowly, calms when complaints are back to usual, and
closes only on data: never while a source is blind, never because nothing was heard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from db.rows import Change, Evidence, Gap, Incident, IncidentEvent, Severity, Signal

REOPEN = timedelta(hours=1)
CALM_AFTER = timedelta(minutes=30)
CLOSE_AFTER = timedelta(minutes=60)
ORDER = ("pileon", "complaints", "topic", "slowburn", "shift", "spike", "watchlist")
TOLD = frozenset({"opened", "worse", "reopened"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a brand at one moment, beside its signals."""

    seen: int  # complaints in the last 30 minutes
    bar: float  # as many are nothing special
    mentions: int  # of any kind in the last hour: none is silence, not calm
    blind: tuple[str, ...] = ()  # sources that could not be seen in the last hour


def decide(
    signals: Sequence[Signal],
    open_incidents: Sequence[Incident],
    now: datetime,
    *,
    facts: Facts | None = None,
    gaps: Sequence[Gap] = (),
    is_historical: bool = False,
) -> list[Change]:
    """What the signals of ONE brand at one moment make of its incidents.

    `open_incidents`: those that are open, and those closed within the last hour. `facts` None: nothing is
    known, so nothing calms or closes. Gives back changed incidents only; a new one has id 0.
    """
    current = _current(open_incidents, now)
    if signals:
        return [_join(current, signals, now) if current else _open(signals, now, is_historical)]
    if current is None or current.closed_at is not None or facts is None:
        return []
    change = _settle(current, now, facts)
    return [change] if change else []


def acknowledge(incident: Incident, who: str, now: datetime) -> Change:
    """A person has seen it. The first one becomes its owner; later ones are noted."""
    words = f"{who} has seen it"
    seen = replace(incident, state="acknowledged" if incident.state == "open" else incident.state)
    if incident.acknowledged_at is None:
        seen = replace(seen, acknowledged_at=now, owner=incident.owner or who)
    return Change(incident=seen, events=(_event(incident, now, "acknowledged", words, who=who),))


def own(incident: Incident, who: str, now: datetime) -> Change:
    """A person takes it."""
    owned = replace(
        incident,
        owner=who,
        acknowledged_at=incident.acknowledged_at or now,
        state="acknowledged" if incident.state == "open" else incident.state,
    )
    return Change(incident=owned, events=(_event(incident, now, "owned", f"{who} has taken it", who=who),))


def close(incident: Incident, who: str, now: datetime, reason: str = "") -> Change:
    """A person says that it is over."""
    words = f"closed by {who}" + (f": {reason}" if reason else "")
    closed = replace(incident, state="closed", closed_at=incident.closed_at or now)
    return Change(incident=closed, events=(_event(incident, now, "closed", words, who=who),))


def note(incident: Incident, who: str, now: datetime, words: str) -> Change:
    """A signed line for the time line."""
    return Change(incident=incident, events=(_event(incident, now, "note", words, who=who),))


def _current(incidents: Sequence[Incident], now: datetime) -> Incident | None:
    alive = [i for i in incidents if i.closed_at is None]
    late = [i for i in incidents if i.closed_at is not None and now - i.closed_at <= REOPEN]
    if alive:
        return max(alive, key=lambda i: (i.severity == "storm", i.opened_at))
    return max(late, key=lambda i: i.closed_at or i.opened_at) if late else None


def _leading(signals: Sequence[Signal]) -> Signal:
    return max(
        signals, key=lambda s: (s.severity == "storm", -ORDER.index(s.rule) if s.rule in ORDER else -99, s.score)
    )


def _open(signals: Sequence[Signal], now: datetime, is_historical: bool) -> Change:
    first = _leading(signals)
    incident = Incident(
        id=0,
        brand=first.brand,
        kind=first.rule,
        severity=first.severity,
        peak_severity=first.severity,
        state="open",
        opened_at=now,
        last_signal_at=now,
        first_post_at=first.evidence.first_post_at,
        title=first.evidence.words,
        root=first.evidence.root,
        is_historical=is_historical,
        evidence=first.evidence,
    )
    event = _event(incident, now, "opened", first.evidence.words, first.severity, first.rule, first.evidence)
    return Change(incident=incident, events=(event,))


def _join(incident: Incident, signals: Sequence[Signal], now: datetime) -> Change:
    lead = _leading(signals)
    words, evidence = lead.evidence.words, lead.evidence
    events = []
    if incident.closed_at is not None:
        events.append(_event(incident, now, "reopened", words, lead.severity, lead.rule, evidence))
        incident = replace(
            incident, closed_at=None, state="acknowledged" if incident.acknowledged_at else "open", calming_at=None
        )
    elif lead.severity == "storm" and incident.severity == "watch":
        events.append(_event(incident, now, "worse", words, "storm", lead.rule, evidence))
    elif incident.calming_at is not None:
        events.append(_event(incident, now, "rising", words, lead.severity, lead.rule, evidence))
    severity: Severity = "storm" if "storm" in (lead.severity, incident.severity) else "watch"
    peak: Severity = "storm" if "storm" in (severity, incident.peak_severity) else "watch"
    joined = replace(
        incident,
        severity=severity,
        peak_severity=peak,
        last_signal_at=now,
        calming_at=None,
        evidence=evidence,
        root=incident.root or evidence.root,
    )
    return Change(incident=joined, events=tuple(events))


def _settle(incident: Incident, now: datetime, facts: Facts) -> Change | None:
    if facts.blind or facts.mentions == 0:
        return None if incident.calming_at is None else Change(incident=replace(incident, calming_at=None), events=())
    if facts.seen > facts.bar or now - incident.last_signal_at < CALM_AFTER:
        return None
    if incident.calming_at is None:
        words = f"{facts.seen} complaints in 30 minutes: back to usual"
        return Change(incident=replace(incident, calming_at=now), events=(_event(incident, now, "calming", words),))
    if now - incident.calming_at < CLOSE_AFTER:
        return None
    closed = replace(incident, state="closed", closed_at=now)
    return Change(incident=closed, events=(_event(incident, now, "closed", "calm for an hour"),))


def _event(
    incident: Incident,
    at: datetime,
    kind: str,
    words: str,
    severity: Severity | None = None,
    rule: str | None = None,
    evidence: Evidence | None = None,
    *,
    who: str | None = None,
) -> IncidentEvent:
    return IncidentEvent(
        incident_id=incident.id,
        at=at,
        kind=kind,
        who=who,
        words=words,
        severity=severity or incident.severity,
        rule=rule,
        evidence=evidence,
    )
