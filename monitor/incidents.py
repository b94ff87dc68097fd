"""Signals, open incidents and what can be seen now -> changes of incidents. Pure: `now` is an argument.

One brand has one incident at a time: a new signal joins the open one, or reopens one that was closed less than
an hour ago. An incident grows worse at once and better slowly, calms when complaints are back to usual, and
closes only on data: never while a source is blind, never because nothing was heard. What is found only after it
was over, because nobody could see it, is opened as missed.

What a person closed as "not a crisis" is not reopened by more of the same: only when it becomes a storm, and
another crowd is an incident of its own. Silences hide nothing: what they cover opens incidents that tell nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from db.rows import Change, Evidence, Gap, Incident, IncidentEvent, IncidentState, Severity, Signal, Silence

REOPEN = timedelta(hours=1)
CALM_AFTER = timedelta(minutes=30)  # without a signal
CLOSE_AFTER = timedelta(minutes=60)  # of calm, seen
BETTER_AFTER = timedelta(hours=3)  # without a signal of storm strength
LATE = timedelta(minutes=10)
ORDER = ("pileon", "complaints", "topic", "slowburn", "shift", "spike", "watchlist")
TOLD = frozenset({"opened", "worse", "reopened"})
# What stands in the time line, kept in English; pages say it in the reader's words. The narrowest first.
SEEN, HANDED, TAKEN = "{who} has seen it", "{by} has handed it to {who}", "{who} has taken it"
NO_CRISIS_WHY, NO_CRISIS = "closed by {who}: not a crisis ({why})", "closed by {who}: not a crisis"
CLOSED_WHY, CLOSED = "closed by {who}: {why}", "closed by {who}"
CALMING, CALM = "complaints in 30 minutes: {n}, back to usual", "calm for an hour, and we could see"
BETTER, DATA_ENDS = "three hours without the strength of a storm", "the data ends here"
SENTENCES = (SEEN, HANDED, TAKEN, NO_CRISIS_WHY, NO_CRISIS, CLOSED_WHY, CLOSED, CALMING, CALM, BETTER, DATA_ENDS)
# What a page can offer to somebody who says that it is no crisis; any other words will do.
NOT_A_CRISIS = (
    "ordinary complaints",
    "a campaign or a joke",
    "not about us",
    "posts read wrongly",
    "a few accounts",
    "known already",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a brand at one moment, beside its signals."""

    at: datetime  # the minute up to which everything is known
    seen: int  # complaints in the last 30 minutes
    bar: float  # as many are nothing special
    mentions: int  # of any kind in the last hour
    last_mention_at: datetime | None = None  # None: nothing was ever seen
    stormed_at: datetime | None = None  # the last signal of storm strength
    blind: tuple[str, ...] = ()  # sources that could not be seen in the last hour


def decide(
    signals: Sequence[Signal],
    open_incidents: Sequence[Incident],
    now: datetime,
    *,
    facts: Facts | None = None,
    gaps: Sequence[Gap] = (),
    silences: Sequence[Silence] = (),
    is_historical: bool = False,
) -> list[Change]:
    """What the signals of ONE brand at one moment make of its incidents.

    `open_incidents`: those that are open, and those closed within the last hour. `facts` None: nothing is
    known, so nothing calms or closes. `gaps`: sources blind now, beside those in `facts`. `silences`: those in
    force. Gives back changed incidents only; a new one has id 0.
    """
    current = _current(open_incidents, now)
    if signals:
        return _follow(current, signals, now, silences, is_historical=is_historical)
    if current is None or current.closed_at is not None or facts is None:
        return []
    is_blind = bool(facts.blind) or any(g.end is None and g.start <= now for g in gaps)
    change = _settle(current, facts, is_blind=is_blind)
    return [change] if change else []


def _follow(
    current: Incident | None,
    signals: Sequence[Signal],
    now: datetime,
    silences: Sequence[Silence],
    *,
    is_historical: bool,
) -> list[Change]:
    """Moment by moment, so that it does not matter how many of them are decided at once."""
    late = [s for s in signals if now - s.at > LATE]
    timely = sorted((s for s in signals if now - s.at <= LATE), key=lambda s: s.at)
    moments = [(now, late)] if late else []
    moments += [(at, list(group)) for at, group in groupby(timely, key=lambda s: s.at)]
    events: list[IncidentEvent] = []
    is_changed = False
    for at, group in moments:
        heard = _heard(current, group, at, silences)
        if not heard:
            continue
        if current is None or not _is_of(current, heard, silences, at):
            change, events = _open(heard, at, is_historical), []
        else:
            change = _join(current, heard, at, silences)
        current, events, is_changed = change.incident, [*events, *change.events], True
    return [Change(incident=current, events=tuple(events))] if current is not None and is_changed else []


def _heard(
    current: Incident | None, group: Sequence[Signal], at: datetime, silences: Sequence[Silence]
) -> Sequence[Signal]:
    """The signals of one moment that count. An open incident that somebody is told about takes no silenced ones."""
    if current is not None and current.closed_at is not None and current.dismissed_at is not None:
        group = [s for s in group if _is_another(current, s) or _is_graver(current, s)]
    loud = [s for s in group if not is_covered(s, silences)]
    if loud or current is None or current.closed_at is not None or is_silenced(current, silences, at):
        return loud or group
    return []


def _is_of(current: Incident, heard: Sequence[Signal], silences: Sequence[Silence], at: datetime) -> bool:
    """Do these signals belong to this incident? To an open one they do."""
    if current.closed_at is None:
        return True
    if current.dismissed_at is not None:
        return any(_is_graver(current, s) and not _is_another(current, s) for s in heard)
    return is_silenced(current, silences, at) or not all(is_covered(s, silences) for s in heard)


def _is_another(dismissed: Incident, signal: Signal) -> bool:
    """A crowd under another post."""
    return signal.evidence.root is not None and signal.evidence.root != dismissed.root


def _is_graver(dismissed: Incident, signal: Signal) -> bool:
    """What was called no crisis has become a storm."""
    return signal.severity == "storm" and dismissed.peak_severity != "storm"


def is_covered(signal: Signal, silences: Sequence[Silence]) -> bool:
    """Is nobody to be told of this signal?"""
    return any(
        _covers(s, signal.brand, signal.rule, signal.evidence.root, signal.severity, signal.at) for s in silences
    )


def is_silenced(incident: Incident, silences: Sequence[Silence], now: datetime) -> bool:
    """Is nobody to be told of this incident now? It goes by the rule and the post that it has its name from."""
    return any(_covers(s, incident.brand, incident.kind, incident.root, incident.severity, now) for s in silences)


def _covers(silence: Silence, brand: str, rule: str, root: str | None, severity: Severity, at: datetime) -> bool:
    return (
        silence.brand == brand
        and silence.holds(at)
        and silence.rule in (None, rule)
        and silence.root in (None, root)
        and (severity != "storm" or silence.holds_storms)
    )


def acknowledge(incident: Incident, who: str, now: datetime) -> Change:
    """A person has seen it. The first one becomes its owner, whoever was asked to; later ones are noted."""
    words = SEEN.format(who=who)
    seen = replace(incident, state="acknowledged" if incident.state == "open" else incident.state)
    if incident.acknowledged_at is None:
        seen = replace(seen, acknowledged_at=now, owner=who)
    return Change(incident=seen, events=(_event(incident, now, "acknowledged", words, who=who),))


def own(incident: Incident, who: str, now: datetime, by: str = "") -> Change:
    """A person takes it. `by`: somebody else, who hands it over to them.

    Who is handed it has seen nothing yet: as long as nobody has acknowledged it, people go on being called.
    """
    if by and by != who:
        words = HANDED.format(by=by, who=who)
        return Change(incident=replace(incident, owner=who), events=(_event(incident, now, "owned", words, who=by),))
    owned = replace(
        incident,
        owner=who,
        acknowledged_at=incident.acknowledged_at or now,
        state="acknowledged" if incident.state == "open" else incident.state,
    )
    return Change(incident=owned, events=(_event(incident, now, "owned", TAKEN.format(who=who), who=who),))


def close(incident: Incident, who: str, now: datetime, reason: str = "") -> Change:
    """A person says that it is over."""
    words = (CLOSED_WHY if reason else CLOSED).format(who=who, why=reason)
    closed = replace(incident, state="closed", closed_at=incident.closed_at or now)
    return Change(incident=closed, events=(_event(incident, now, "closed", words, who=who),))


def dismiss(incident: Incident, who: str, now: datetime, reason: str = "") -> Change:
    """A person says that it is not a crisis, and why (`NOT_A_CRISIS`, or own words): it counts against the rule.

    Closes it when it is open; what is over already can be judged later.
    """
    judged = _event(incident, now, "dismissed", reason, who=who)
    closed = replace(incident, state="closed", closed_at=incident.closed_at or now, dismissed_at=now)
    if incident.closed_at is not None:
        return Change(incident=closed, events=(judged,))
    words = (NO_CRISIS_WHY if reason else NO_CRISIS).format(who=who, why=reason)
    return Change(incident=closed, events=(judged, _event(incident, now, "closed", words, who=who)))


def note(incident: Incident, who: str, now: datetime, words: str) -> Change:
    """A signed line for the time line."""
    return Change(incident=incident, events=(_event(incident, now, "note", words, who=who),))


def _current(incidents: Sequence[Incident], now: datetime) -> Incident | None:
    alive = [i for i in incidents if i.closed_at is None]
    late = [i for i in incidents if i.closed_at is not None and now - i.closed_at <= REOPEN]
    if alive:
        return max(alive, key=lambda i: (i.severity == "storm", i.opened_at))
    return max(late, key=lambda i: i.closed_at or i.opened_at) if late else None


def _leading(signals: Sequence[Signal], now: datetime) -> Signal:
    """The one that speaks for all: what burns now before what is over, storm before watch, then the rules' order."""

    def weight(s: Signal) -> tuple[bool, bool, int, float]:
        rank = ORDER.index(s.rule) if s.rule in ORDER else len(ORDER)
        return now - s.at <= LATE, s.severity == "storm", -rank, s.score

    return max(signals, key=weight)


def _open(signals: Sequence[Signal], now: datetime, is_historical: bool) -> Change:
    first = _leading(signals, now)
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
        is_missed=now - first.at > LATE,
        evidence=first.evidence,
    )
    event = _event(incident, now, "opened", first.evidence.words, first.severity, first.rule, first.evidence)
    return Change(incident=incident, events=(event,))


def _join(incident: Incident, signals: Sequence[Signal], now: datetime, silences: Sequence[Silence] = ()) -> Change:
    lead = _leading(signals, now)
    words, evidence = lead.evidence.words, lead.evidence
    if now - lead.at > LATE:
        # What happened while nobody could see belongs to the time line; it says nothing about now.
        joined = _event(incident, now, "joined", words, lead.severity, lead.rule, evidence)
        return Change(incident=incident, events=() if incident.closed_at else (joined,))
    kind = _step(incident, lead)
    breaks_silence = is_silenced(incident, silences, now) and not is_covered(lead, silences)
    if breaks_silence:
        # From here on it is told, so it goes by what is told.
        incident, kind = replace(incident, kind=lead.rule, root=evidence.root), "worse"
    severity: Severity = lead.severity if kind == "reopened" else _gravest(lead.severity, incident.severity)
    joined_incident = replace(
        incident,
        title=words if kind == "worse" else incident.title,
        severity=severity,
        peak_severity=_gravest(severity, incident.peak_severity),
        state=_alive(incident),
        last_signal_at=now,
        calming_at=None,
        closed_at=None,
        dismissed_at=None,
        is_missed=False,
        evidence=evidence,
        root=incident.root or evidence.root,
    )
    events = (_event(incident, now, kind, words, lead.severity, lead.rule, evidence),) if kind else ()
    return Change(incident=joined_incident, events=events)


def _step(incident: Incident, lead: Signal) -> str:
    """What a signal that burns now makes of an incident; empty: more of the same."""
    if incident.closed_at is not None:
        return "reopened"
    if lead.severity == "storm" and incident.severity == "watch":
        return "worse"
    if incident.is_missed:
        return "worse"  # it was thought to be over
    if incident.calming_at is not None:
        return "rising"
    known = incident.evidence is not None and dict(incident.evidence.inputs).keys() == dict(lead.evidence.inputs).keys()
    return "" if known or lead.rule == incident.kind else "joined"


def _gravest(a: Severity, b: Severity) -> Severity:
    return "storm" if "storm" in (a, b) else "watch"


def _alive(incident: Incident) -> IncidentState:
    return "acknowledged" if incident.acknowledged_at is not None else "open"


def _settle(incident: Incident, facts: Facts, *, is_blind: bool) -> Change | None:
    """No signal: does it get better, calm down, close? Blind minutes are no calm minutes."""
    now = facts.at
    if is_blind:
        return None if incident.calming_at is None else Change(incident=replace(incident, calming_at=None), events=())
    if facts.seen > facts.bar or now - incident.last_signal_at < CALM_AFTER:
        return _better(incident, now, facts)
    if incident.calming_at is None:
        words = CALMING.format(n=facts.seen)
        return Change(incident=replace(incident, calming_at=now), events=(_event(incident, now, "calming", words),))
    has_data = facts.last_mention_at is not None and facts.last_mention_at >= incident.calming_at
    if now - incident.calming_at < CLOSE_AFTER or not has_data:
        return None
    closed = replace(incident, state="closed", closed_at=now)
    return Change(incident=closed, events=(_event(incident, now, "closed", CALM),))


def _better(incident: Incident, now: datetime, facts: Facts) -> Change | None:
    if incident.severity != "storm" or facts.stormed_at is None or now - facts.stormed_at < BETTER_AFTER:
        return None
    better = replace(incident, severity="watch")
    return Change(incident=better, events=(_event(better, now, "better", BETTER, "watch"),))


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
