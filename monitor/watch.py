"""One brand under watch: tell it what was said (`observe`), then ask it what stands out (`tick`).

Pure. A minute is looked at once, when it is over and everything that became known in it has arrived; so the
live loop, an import and a replay of the stored history come to the same findings. Minutes in which a source was
blind teach nothing.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from db.rows import Evidence, Expected, Gap, Incident, Rules, Scored, Signal
from monitor.detectors import CATCHING_UP, DETECTORS, Detector
from monitor.detectors.found import Found
from monitor.detectors.watchlist import Lists
from monitor.evidence import evidence
from monitor.incidents import Facts
from monitor.memory import Memory, Seen, seen
from monitor.usual import SPREAD
from monitor.windows import BIN, minute_of, time_of

GRACE = timedelta(seconds=3)  # after the end of a minute, for what is still on its way through scoring
LATE = 10  # minutes after which a mention is late: it rings only if it still burns
MOST_WAITING = 300  # mentions of an unfinished minute; beyond them they are counted early
CALM_MINUTES = 30
SEEN_MINUTES = 60
VERSION = 1
WORDS_AT = Seen._fields.index("words")


class Watch:
    """The state of one brand. `troubles`: detectors that broke in the last look, with words for the wall."""

    def __init__(self, rules: Rules, detectors: Mapping[str, Detector] = DETECTORS) -> None:
        self.rules = rules
        self.memory = Memory(rules)
        self.detectors = detectors
        self.troubles: dict[str, str] = {}
        self.lists = Lists(rules)
        self.waiting: list[Seen] = []  # mentions of minutes that are not over
        self.ticked = -1
        self.stormed_at: datetime | None = None

    def observe(self, scored: Sequence[Scored]) -> None:
        """Take note of mentions, in any order. Own posts and posts without a score's help are counted as calm."""
        self.waiting += [seen(one, flag=self.lists.reason(one)) for one in scored if not one.mention.is_own]
        if len(self.waiting) > MOST_WAITING:
            self.waiting.sort(key=_by_time)
            early, self.waiting = self.waiting[: -MOST_WAITING // 2], self.waiting[-MOST_WAITING // 2 :]
            for post in early:
                self.memory.take(post)

    def tick(self, now: datetime, blind: Sequence[Gap] = ()) -> list[Signal]:
        """What stands out in the minutes that are over. A second call in the same minute finds nothing new.

        A signal's `at` is the end of the minute it was found in; for late mentions it is when it happened.
        """
        minute = minute_of(now - GRACE)
        if minute <= self.ticked:
            return []
        self.memory.know_gaps(blind)
        signals: list[Signal] = []
        ready = [p for p in self.waiting if p.clock < minute]
        if ready:
            self.waiting = [p for p in self.waiting if p.clock >= minute]
            ready.sort(key=lambda p: max(p.clock, self.ticked))
            for clock, posts in groupby(ready, key=lambda p: max(p.clock, self.ticked)):
                signals += self._look(sorted(posts, key=_by_time), clock + 1, blind)
        self.memory.learn(minute)
        self.ticked = minute
        return signals

    def expected(self, at: datetime) -> Expected:
        """Complaints that are usual in the ten minutes that end at `at`: nine of ten fall between low and high."""
        end = minute_of(at)
        # The mean of the hour around it, so that the band has no steps.
        mean = self.memory.season.mean(end - 35, end + 25) / 6
        spread = math.sqrt(mean + mean * mean / SPREAD)
        return Expected(
            brand=self.rules.brand,
            at=at,
            low=max(0.0, mean - 1.65 * spread),
            middle=mean,
            high=mean + 1.65 * spread + 0.5,
        )

    def facts(self, now: datetime, blind: Sequence[Gap] = ()) -> Facts:
        """What deciding about an incident needs to know beside the signals."""
        end = minute_of(now)
        mean = self.memory.season.mean(end - CALM_MINUTES, end)
        since = now - timedelta(minutes=SEEN_MINUTES)
        return Facts(
            seen=self.memory.minutes.total("complaints", end, CALM_MINUTES),
            bar=mean + 1.65 * math.sqrt(mean + mean * mean / SPREAD) + 1,
            mentions=self.memory.minutes.total("mentions", end, SEEN_MINUTES),
            last_mention_at=time_of(self.memory.minutes.newest) if self.memory.minutes.newest >= 0 else None,
            stormed_at=self.stormed_at,
            blind=tuple(sorted({g.source for g in blind if g.start < now and (g.end is None or g.end > since)})),
        )

    def forget(self, incident: Incident) -> None:
        """Take a closed incident out of what counts as usual, so that the next one is not masked by it."""
        end = incident.closed_at or incident.last_signal_at
        self.memory.forget(incident.root, minute_of(incident.first_post_at or incident.opened_at), minute_of(end))

    def dump(self) -> bytes:
        """Everything, exactly; `restore` is its opposite."""
        state = {
            "version": VERSION,
            "memory": self.memory.state(),
            "waiting": self.waiting,
            "ticked": self.ticked,
            "stormed": None if self.stormed_at is None else minute_of(self.stormed_at),
        }
        return zlib.compress(json.dumps(state, separators=(",", ":")).encode(), 1)

    @classmethod
    def restore(cls, rules: Rules, memory: bytes) -> Watch:
        """A watch that goes on where `dump` was taken. ValueError: the bytes are not a memory of this version."""
        try:
            state = json.loads(zlib.decompress(memory))
            if state["version"] != VERSION:
                raise ValueError(f"this memory is of version {state['version']}, not {VERSION}")
            watch = cls(rules)
            watch.memory.load(state["memory"])
            watch.waiting = [Seen._make(one)._replace(words=tuple(one[WORDS_AT])) for one in state["waiting"]]
            watch.ticked = state["ticked"]
            watch.stormed_at = None if state["stormed"] is None else time_of(state["stormed"])
        except (zlib.error, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"these bytes are not a memory of detection: {error}") from error
        return watch

    def _look(self, posts: Sequence[Seen], end: int, blind: Sequence[Gap]) -> list[Signal]:
        """Count the mentions that became known in one minute, and look; late ones where they happened."""
        signals: list[Signal] = []
        late = [p for p in posts if p.at_ms // 60_000 < end - LATE]
        for row, group in groupby(late, key=lambda p: p.at_ms // 60_000 // BIN):
            for post in group:
                self.memory.take(post)
            signals += self._find(CATCHING_UP, (row + 1) * BIN, blind, is_late=True)
        for post in posts[len(late) :]:
            self.memory.take(post)
        self.memory.learn(end)
        return signals + self._find(self.detectors, end, blind)

    def _find(
        self, detectors: Mapping[str, Detector], end: int, blind: Sequence[Gap], *, is_late: bool = False
    ) -> list[Signal]:
        best: dict[str, Found] = {}
        for name, find in detectors.items():
            try:
                for found in find(self.memory, end):
                    if found.rule not in best or found.score > best[found.rule].score:
                        best[found.rule] = found
                self.troubles.pop(name, None)
            except Exception as error:  # one broken detector never silences the others
                self.troubles[name] = f"the rule {name} is broken ({type(error).__name__}: {error})"
        self.memory.touched.clear()
        return [self._signal(found, evidence(self.memory, found, blind, is_late=is_late)) for found in best.values()]

    def _signal(self, found: Found, why: Evidence) -> Signal:
        if found.rule != "watchlist":
            self.memory.ring(found.start, found.end)
        at = time_of(found.end)
        if found.severity == "storm":
            self.stormed_at = at
        return Signal(
            id=f"{self.rules.brand}|{found.rule}|{found.end}",
            brand=self.rules.brand,
            rule=found.rule,
            at=at,
            severity=found.severity,
            score=found.score,
            evidence=why,
        )


def _by_time(post: Seen) -> tuple[int, str]:
    return (post.at_ms, post.id)
