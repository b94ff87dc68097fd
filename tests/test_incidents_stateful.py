"""Anything may happen in any order: late, double and shuffled mentions, restarts, clock jumps, blind sources, people.

A small house with a store in memory: what counts is that a brand has one incident at a time, that nothing closes
without data, and that a replay of what was received finds the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from db.rows import Change, Gap, Incident, Rules, Scored, Signal, Silence
from monitor import incidents
from monitor.replay import replay
from monitor.watch import GRACE, Watch
from tests.clock import NOON
from tests.crowds import one, ordinary, practised

MINUTE = timedelta(minutes=1)
RULES = Rules(brand="Acme")
MEMORY = practised(NOON, days=4).dump()
HISTORY = ordinary(NOON - timedelta(days=4), 4)


class House(RuleBasedStateMachine):
    """Live detection with a hand-moved clock, and all it ever received."""

    @initialize(is_plain=st.booleans())
    def wake_up(self, is_plain: bool) -> None:
        self.is_plain = is_plain  # nobody closes by hand, no source goes blind, no clock is wrong: a replay can follow
        self.now = NOON
        self.watch = Watch.restore(RULES, MEMORY)
        self.received: dict[str, Scored] = {}
        self.signals: list[Signal] = []
        self.incidents: list[Incident] = []
        self.gaps: list[Gap] = []
        self.silences: list[Silence] = []
        self.dismissed: dict[int, bool] = {}  # incidents that a person called no crisis: had it been a storm?
        self.number = 0

    def take(self, rows: list[Scored]) -> None:
        """The store's part: a known id is not given to detection again."""
        fresh = [r for r in rows if r.mention.id not in self.received]
        self.received |= {r.mention.id: r for r in fresh}
        self.watch.observe(fresh)

    def keep(self, changes: list[Change]) -> None:
        for change in changes:
            incident = change.incident
            if incident.id == 0:
                incident = replace(incident, id=len(self.incidents) + 1)
                self.incidents.append(incident)
            before = self.incidents[incident.id - 1]
            if before.dismissed_at is not None and incident.closed_at is None:
                grown = incident.peak_severity == "storm" and not self.dismissed[incident.id]
                assert grown, "more of the same brought back what is no crisis"
            if incident.closed_at is not None and before.closed_at is None:
                assert not any(g.end is None for g in self.gaps), "closed while a source was blind"
                newest = max(r.mention.created_at for r in self.received.values())
                assert before.calming_at is not None and newest >= before.calming_at - MINUTE, "closed on silence"
                self.watch.forget(incident)
            self.incidents[incident.id - 1] = incident

    @rule(minutes=st.integers(1, 90))
    def time_passes(self, minutes: int) -> None:
        for _ in range(minutes):
            self.now += MINUTE
            self.look()

    @precondition(lambda self: not self.is_plain)
    @rule(seconds=st.integers(-3600, 90))
    def clock_jumps(self, seconds: int) -> None:
        """The machine's clock is wrong and comes right again: a look in between must do no harm."""
        real, self.now = self.now, self.now + timedelta(seconds=seconds)
        self.look()
        self.now = real

    def look(self) -> None:
        signals = self.watch.tick(self.now + GRACE, self.gaps)
        self.signals += signals
        known = [i for i in self.incidents if i.closed_at is None or self.now - i.closed_at <= incidents.REOPEN]
        facts = self.watch.facts(self.now + GRACE, self.gaps)
        changes = incidents.decide(signals, known, self.now, facts=facts, gaps=self.gaps, silences=self.silences)
        self.keep(changes)

    @rule(count=st.integers(1, 25), spread=st.integers(0, 300), root=st.sampled_from(["r1", "r2", None]))
    def a_crowd(self, count: int, spread: int, root: str | None) -> None:
        self.take([self.post("hostile" if n % 3 else "complaint", spread * n // count, root) for n in range(count)])

    @rule(age=st.integers(0, 7200))
    def something_calm(self, age: int) -> None:
        self.take([self.post("other", age, None)])

    @precondition(lambda self: self.received)
    @rule(data=st.data())
    def a_delivery_comes_twice(self, data: st.DataObject) -> None:
        self.take([self.received[data.draw(st.sampled_from(sorted(self.received)))]])

    @rule()
    def the_process_dies_and_wakes(self) -> None:
        self.watch = Watch.restore(RULES, self.watch.dump())

    @precondition(lambda self: not self.is_plain)
    @rule()
    def a_source_goes_blind(self) -> None:
        if not any(g.end is None for g in self.gaps):
            self.gaps.append(Gap(source="x", start=self.now))

    @rule()
    def the_source_is_back(self) -> None:
        self.gaps = [replace(g, end=self.now) if g.end is None else g for g in self.gaps]

    @precondition(lambda self: not self.is_plain and any(i.closed_at is None for i in self.incidents))
    @rule(who=st.sampled_from(["Ada", "Bea"]), what=st.sampled_from(["acknowledge", "own", "close"]))
    def a_person_acts(self, who: str, what: str) -> None:
        current = next(i for i in self.incidents if i.closed_at is None)
        change = getattr(incidents, what)(current, who, self.now)
        self.incidents[current.id - 1] = change.incident

    @precondition(lambda self: not self.is_plain and self.incidents)
    @rule(reason=st.sampled_from(incidents.NOT_A_CRISIS), which=st.integers(0, 3))
    def a_person_says_it_is_no_crisis(self, reason: str, which: int) -> None:
        """Of an open incident, or of one that is over."""
        current = self.incidents[-1 - which % len(self.incidents)]
        change = incidents.dismiss(current, "Ada", self.now, reason)
        self.dismissed[current.id] = current.peak_severity == "storm"
        self.incidents[current.id - 1] = change.incident
        if current.closed_at is None:
            self.watch.forget(change.incident)

    @precondition(lambda self: not self.is_plain)
    @rule(
        minutes=st.integers(1, 180),
        about=st.sampled_from([None, "pileon", "complaints"]),
        root=st.sampled_from([None, "x:r1"]),
        storms=st.booleans(),
    )
    def a_silence_is_asked_for(self, minutes: int, about: str | None, root: str | None, storms: bool) -> None:
        until = self.now + timedelta(minutes=minutes)
        self.silences.append(
            Silence(brand="Acme", at=self.now, until=until, by="Ada", rule=about, root=root, holds_storms=storms)
        )

    @precondition(lambda self: self.silences)
    @rule()
    def a_silence_ends_early(self) -> None:
        self.silences[-1] = replace(self.silences[-1], ended_at=self.now, ended_by="Bea")

    @precondition(lambda self: self.signals)
    @rule(data=st.data())
    def a_mention_comes_late_and_out_of_order(self, data: st.DataObject) -> None:
        """Two posts of one minute, hours ago, the later one first; nothing that is over is opened by them."""
        age = data.draw(st.integers(3600, 4 * 3600))
        self.take([self.post("complaint", age, "r1")])
        self.take([self.post("hostile", age + 30, "r1")])

    def post(self, label: str, age: int, root: str | None) -> Scored:
        self.number += 1
        at: datetime = self.now - timedelta(seconds=age)
        row = one(at, label, native=f"n{self.number}", author=f"s{self.number}", root=root)  # type: ignore[arg-type]
        return replace(row, mention=replace(row.mention, received_at=self.now))

    @invariant()
    def a_brand_has_one_incident_at_a_time(self) -> None:
        if hasattr(self, "incidents"):
            assert sum(i.closed_at is None for i in self.incidents) <= 1

    @invariant()
    def every_time_line_goes_forward(self) -> None:
        for i in getattr(self, "incidents", []):
            assert i.peak_severity == "storm" or i.severity == "watch"
            assert i.closed_at is None or i.closed_at >= i.opened_at or i.state == "closed"
            assert (i.closed_at is not None) == (i.state == "closed")
            assert i.dismissed_at is None or i.closed_at is not None

    def teardown(self) -> None:
        """The same mentions in a replay: the same signals and the same incidents."""
        if not getattr(self, "is_plain", False):
            return
        self.time_passes(2)
        again = replay([*HISTORY, *self.received.values()], {"Acme": RULES})
        # A replay gives them by the time of what happened; late ones are found after later ones.
        lived_signals = sorted(self.signals, key=lambda s: s.at)
        assert [(s.id, s.score, s.evidence) for s in again.signals] == [
            (s.id, s.score, s.evidence) for s in lived_signals
        ]
        last = max((r.mention.received_at for r in self.received.values()), default=NOON)
        shown = [(i.kind, i.opened_at, i.peak_severity, i.closed_at) for i in again.incidents]
        lived = [
            (i.kind, i.opened_at, i.peak_severity, i.closed_at if i.closed_at and i.closed_at <= last else None)
            for i in self.incidents
        ]
        assert shown == lived


TestHouse = House.TestCase
TestHouse.settings = settings(
    max_examples=25, stateful_step_count=20, suppress_health_check=list(HealthCheck), derandomize=True
)
