"""The past again, without a store: mentions and rules in, the alarms and incidents they would have made out.

The same Watch and the same decisions as in the live loop, driven by the times of the mentions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from itertools import islice
from typing import Any

from db.rows import Change, Evidence, Gap, Incident, Rules, Scored, Severity, Signal
from monitor import incidents
from monitor.memory import known_at
from monitor.record import ALARM, Record
from monitor.watch import GRACE, Watch
from monitor.windows import minute_of, time_of

AT_ONCE = 144  # intervals of `detect_counts`


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What would have told a person: an incident that opened, grew worse or came back."""

    at: datetime
    brand: str
    rule: str
    severity: Severity
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What a replay found."""

    mentions: int
    alarms: tuple[Alarm, ...]
    incidents: tuple[Incident, ...]
    signals: tuple[Signal, ...] = ()


class Player:
    """One brand in replay: its watch and its incidents."""

    def __init__(self, rules: Rules) -> None:
        self.watch = Watch(rules)
        self.ticked = -1
        self.incidents: list[Incident] = []
        self.signals: list[Signal] = []
        self.alarms: list[Alarm] = []
        self.changes: list[Change] = []  # with the incident's number in this replay

    def run_to(self, minute: int, gaps: Sequence[Gap]) -> None:
        """Tick every minute up to `minute`; minutes in which nothing can happen are passed over."""
        is_idle = not gaps and not self.watch.waiting and all(i.closed_at is not None for i in self.incidents[-3:])
        if self.ticked < 0 or is_idle:
            self.ticked = max(self.ticked, minute - 1)
        while self.ticked < minute:
            self.ticked += 1
            now = time_of(self.ticked)
            blind = [g for g in gaps if g.start < now]
            self._settle(now, self.watch.tick(now + GRACE, blind), blind)

    def _settle(self, now: datetime, signals: list[Signal], gaps: Sequence[Gap]) -> None:
        self.signals += signals
        known = [i for i in self.incidents[-3:] if i.closed_at is None or now - i.closed_at <= incidents.REOPEN]
        if not signals and not known:
            return
        for change in incidents.decide(signals, known, now, facts=self.watch.facts(now + GRACE, gaps), gaps=gaps):
            self._keep(change)

    def _keep(self, change: Change) -> None:
        incident = change.incident
        if incident.id == 0:
            incident = replace(incident, id=len(self.incidents) + 1)
            self.incidents.append(incident)
        was_open = self.incidents[incident.id - 1].closed_at is None
        self.incidents[incident.id - 1] = incident
        self.changes.append(Change(incident=incident, events=change.events))
        if incident.closed_at is not None and was_open:
            self.watch.forget(incident)
        for event in change.events:
            if event.kind in incidents.TOLD and event.evidence is not None:
                self.alarms.append(
                    Alarm(
                        at=event.at,
                        brand=incident.brand,
                        rule=event.rule or incident.kind,
                        severity=event.severity or incident.severity,
                        evidence=event.evidence,
                    )
                )


def replay(mentions: Iterable[Scored], rules: Mapping[str, Rules], *, gaps: Sequence[Gap] = ()) -> Replay:
    """Drive watches and incidents by the time in which mentions became known. `mentions` in about that order.

    Brands without rules get plain ones.
    """
    players: dict[str, Player] = {}
    count = 0
    for one in mentions:
        count += 1
        brand = one.mention.brand
        if brand not in players:
            players[brand] = Player(rules.get(brand) or Rules(brand=brand))
        player = players[brand]
        player.run_to(minute_of(known_at(one.mention)), gaps)
        player.watch.observe((one,))
    for player in players.values():
        player.run_to(player.ticked + 1, gaps)
    alarms = sorted((a for p in players.values() for a in p.alarms), key=lambda a: a.at)
    return Replay(
        mentions=count,
        alarms=tuple(alarms),
        incidents=tuple(sorted((i for p in players.values() for i in p.incidents), key=lambda i: i.opened_at)),
        signals=tuple(sorted((s for p in players.values() for s in p.signals), key=lambda s: s.at)),
    )


def as_json(result: Replay) -> dict[str, Any]:
    """The document that `smoulder replay --json` prints."""
    return {
        "mentions": result.mentions,
        "alarms": [{f.name: plain(getattr(a, f.name)) for f in fields(a)} for a in result.alarms],
        "incidents": [plain(i) for i in result.incidents],
    }


def plain(value: Any) -> Any:
    """A row as JSON can hold it: times as 2026-01-01T10:00:00Z, inputs by name."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, (Evidence, Incident)):
        return {k: plain(v) for k, v in asdict(value).items()} | (
            {"inputs": dict(value.inputs)} if isinstance(value, Evidence) else {}
        )
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return value


def detect_counts(rows: Iterable[tuple[datetime, float]]) -> Iterator[tuple[float, bool]]:
    """(score, alarm) for each (time, count) of one series in intervals of five minutes, in order.

    The volume test of the spike rule alone. Scores of 1 and more are alarms.
    """
    record, left = Record(), iter(rows)
    while some := [(at.hour, value) for at, value in islice(left, AT_ONCE)]:
        for step in record.steps_of(some):
            score = step / ALARM
            yield score, score >= 1
