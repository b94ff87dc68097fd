"""The whole flow on one screen: what comes in, what it means, who is told.

    sources -> ingest(batch) -> store -> score -> buckets -> tick(now) -> signals -> incidents -> outbox

Nothing here talks to a network. The clock is an argument; the collect process, an import and the tests all
drive this same Loop.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from db.rows import Batch, Change, Expected, Gap, Incident, Mention, Rules, Score, Scored, Signal, Silence
from db.store import Store
from monitor import alerts, incidents
from monitor.answer.ownposts import OwnPosts
from monitor.config import Alerts
from monitor.memory import known_at
from monitor.watch import Watch

log = structlog.get_logger()

BAND_STEP = timedelta(minutes=5)
TOLD_LATELY = 200
EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Scorer(Protocol):
    """Anything that turns mentions into scores, in the same order."""

    def score(self, mentions: Sequence[Mention]) -> list[Score]: ...


class Loop:
    """One collector: a store, a scorer, and a watch for each brand."""

    def __init__(self, store: Store, scorer: Scorer, rules: Mapping[str, Rules], policy: Alerts) -> None:
        self.store = store
        self.scorer = scorer
        self.policy = policy
        self.watches = {brand: Watch(row) for brand, row in rules.items()}
        self.troubles: dict[str, str] = {}  # what is broken -> words for the wall
        self._own = {brand: OwnPosts() for brand in rules}
        self._band_until: dict[str, datetime] = {}
        self._fresh: list[Mention] = []  # stored, and not judged yet
        self._signals: list[Signal] = []  # found, and not stored yet
        self._open: set[int] = set()  # incidents that were open at the last look

    # --- memory -------------------------------------------------------------------------------------------
    def wake(self) -> None:
        """Take up what the detectors knew, and show them what was stored since."""
        while self.score_backlog():
            pass
        for brand, watch in self.watches.items():
            after, self.watches[brand] = self._recall(brand, watch.rules)
            for one in self.store.history(brand, after=after):
                self.watches[brand].tick(known_at(one.mention))
                self.watches[brand].observe((one,))
            self._own[brand].see(self.store.own_answers(brand, EVER))

    def _recall(self, brand: str, rules: Rules) -> tuple[int, Watch]:
        """The kept memory and how far it had seen; a new one when there is none of this version."""
        kept = self.store.snapshot(brand)
        if kept is None:
            return 0, Watch(rules)
        position, memory = unpack(kept[1])
        try:
            return position, Watch.restore(rules, memory)
        except ValueError as error:
            log.warning("the detectors learn again from the store", brand=brand, why=str(error))
            return 0, Watch(rules)

    def remember(self, now: datetime) -> None:
        """Keep the detectors' memory, together with how far it has seen the store."""
        position = self.store.position()
        for brand, watch in self.watches.items():
            self.store.put_snapshot(brand, now, pack(position, watch.dump()))

    def change_rules(self, changed: Mapping[str, Rules]) -> None:
        """Rules that somebody has changed, of brands that are watched: in force from the next mention on."""
        for brand, rules in changed.items():
            self.watches[brand].change_rules(rules)

    # --- what comes in ------------------------------------------------------------------------------------
    def ingest(self, batch: Batch) -> list[Mention]:
        """Keep it, then look at it. Gives back the mentions that were new or edited."""
        with self.store.atomic():
            fresh = self.store.add_mentions(batch.mentions)
            self.store.delete_posts(batch.deletions)
            self.store.add_dead_letters(batch.dead)
            self.store.move_cursors(batch.cursors)
        self._fresh += fresh
        self._judge()
        return fresh

    def _judge(self) -> None:
        """Score what is already safe on disk, and show it to the detectors. What fails here is judged next time."""
        others = [m for m in self._fresh if not m.is_own]
        scores = {s.mention_id: s for s in self._score(others)} if others else {}
        self.store.add_scores(list(scores.values()))
        self._watch_own([m for m in self._fresh if m.is_own])
        self._fresh = []
        by_brand: dict[str, list[Scored]] = {}
        for mention in others:
            by_brand.setdefault(mention.brand, []).append(Scored(mention=mention, score=scores.get(mention.id)))
        for brand, scored in by_brand.items():
            if brand in self.watches:
                self.watches[brand].observe(scored)

    def _watch_own(self, own: Sequence[Mention]) -> None:
        """What our own accounts say: does one text go to many people?"""
        for brand, watch in self._own.items():
            if posts := [m for m in own if m.brand == brand]:
                self.store.put_pasted(watch.see(posts))

    def score_backlog(self, limit: int = 200) -> int:
        """Score mentions that an earlier failure left without a score; how many were scored."""
        waiting = self.store.unscored(limit)
        return len(self.store.add_scores(self._score(waiting))) if waiting else 0

    def _score(self, mentions: Sequence[Mention]) -> list[Score]:
        try:
            scores = self.scorer.score(mentions)
        except Exception as error:  # a mention is never lost to its scorer
            if "scoring" not in self.troubles:
                log.exception("scoring failed", mentions=len(mentions), first=mentions[0].id)
            self.troubles["scoring"] = f"Scoring fails ({type(error).__name__}): mentions are kept, unscored"
            return []
        self.troubles.pop("scoring", None)
        return scores

    # --- what it means ------------------------------------------------------------------------------------
    def tick(self, now: datetime, gaps: Sequence[Gap] = ()) -> list[Change]:
        """Ask every brand's detectors, decide about incidents, write down who is to be told: one transaction."""
        for brand in self.watches:
            self._signals += self._look(brand, now, gaps)
        with self.store.atomic():
            self.store.add_expected([row for brand in self.watches for row in self._band(brand, now)])
            self.store.add_signals(self._signals)
            at_hand = self.store.incidents_at_hand(now - incidents.REOPEN)
            silences = self.store.silences(at=now)
            changes = self.store.put_changes(self._decide(now, gaps, at_hand, silences))
            self._tell(changes, now, silences)
        self._signals = []  # only now: a full disk must not swallow an alarm
        self._forget_closed(at_hand, changes)
        return changes

    def _forget_closed(self, at_hand: Sequence[Incident], changes: Sequence[Change]) -> None:
        """What was open and is closed now, by the data or by a person, masks nothing that comes after it."""
        was_open = self._open | {i.id for i in at_hand if i.closed_at is None}
        now = {i.id: i for i in (*at_hand, *(c.incident for c in changes))}
        for incident in now.values():
            if incident.closed_at is not None and incident.id in was_open and incident.brand in self.watches:
                self.watches[incident.brand].forget(incident)
        self._open = {i.id for i in now.values() if i.closed_at is None}

    def _decide(
        self, now: datetime, gaps: Sequence[Gap], at_hand: Sequence[Incident], silences: Sequence[Silence]
    ) -> list[Change]:
        known: dict[str, list[Incident]] = {}
        for incident in at_hand:
            known.setdefault(incident.brand, []).append(incident)
        found: dict[str, list[Signal]] = {}
        for signal in self._signals:
            found.setdefault(signal.brand, []).append(signal)
        return [
            change
            for brand in self.watches
            if brand in known or brand in found
            for change in incidents.decide(
                found.get(brand, []),
                known.get(brand, []),
                now,
                facts=self.watches[brand].facts(now, gaps),
                gaps=gaps,
                silences=silences,
            )
        ]

    def _tell(self, changes: Sequence[Change], now: datetime, silences: Sequence[Silence]) -> None:
        still_open = self.store.incidents(is_open=True)
        if not changes and not still_open:
            return
        rows = self.store.notifications(limit=TOLD_LATELY)
        for incident_id in {i.id for i in still_open} | {c.incident.id for c in changes}:
            rows += self.store.notifications(incident_id)
        told = list({row.id: row for row in rows}.values())
        self.store.add_notifications(alerts.decide(changes, still_open, told, now, self.policy, silences))

    def notes(self, now: datetime) -> list[str]:
        """What is worth a line on the wall though it is no alarm, brand by brand."""
        return [f"{brand}: {words}" for brand, watch in self.watches.items() for words in watch.notes(now)]

    def _look(self, brand: str, now: datetime, gaps: Sequence[Gap]) -> list[Signal]:
        trouble = f"detection {brand}"
        try:
            signals = self.watches[brand].tick(now, gaps)
        except Exception as error:  # one broken brand never silences the others
            if trouble not in self.troubles:
                log.exception("detection failed", brand=brand)
            self.troubles[trouble] = f"Detection fails for {brand} ({type(error).__name__})"
            return []
        self.troubles.pop(trouble, None)
        self._tell_broken_rules(brand)
        return signals

    def _tell_broken_rules(self, brand: str) -> None:
        """A rule that breaks is left out of the look; the others go on, and it is said."""
        prefix = f"detection {brand}: "
        broken = {
            prefix + rule: f"Detection for {brand}: {words}" for rule, words in self.watches[brand].troubles.items()
        }
        for key in [k for k in self.troubles if k.startswith(prefix) and k not in broken]:
            del self.troubles[key]
        for key, words in broken.items():
            if key not in self.troubles:
                log.error("a detection rule is broken", brand=brand, words=words)
            self.troubles[key] = words

    def _band(self, brand: str, now: datetime) -> list[Expected]:
        """The band of the usual, written every five minutes for the wall and the review."""
        at = floor(now, BAND_STEP)
        if self._band_until.get(brand) == at:
            return []
        self._band_until[brand] = at
        return [self.watches[brand].expected(at)]


def floor(at: datetime, step: timedelta) -> datetime:
    """The last multiple of `step` since midnight UTC that is not after `at`."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (at - midnight) // step * step


def pack(position: int, memory: bytes) -> bytes:
    """A snapshot: the place in the store up to which the memory has seen it, then the memory."""
    return position.to_bytes(8, "big") + memory


def unpack(snapshot: bytes) -> tuple[int, bytes]:
    return int.from_bytes(snapshot[:8], "big"), snapshot[8:]
