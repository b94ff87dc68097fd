"""One brand under watch: tell it what was said (`observe`), then ask it what stands out (`tick`).

Pure. Mentions are looked at in steps of two seconds, each once, as soon as everything that became known in it has
had time to be scored; so an alarm follows its post within seconds, and the live loop, an import and a replay of the
stored history come to the same findings. Minutes in which a source was blind teach nothing.
"""

from __future__ import annotations

import json
import math
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from db.rows import Evidence, Expected, Gap, Incident, Rules, Scored, Signal
from monitor.detectors import CATCHING_UP, DETECTORS, Detector
from monitor.detectors.found import Found
from monitor.detectors.watchlist import Lists, harmed
from monitor.evidence import WORDS, evidence
from monitor.incidents import Facts
from monitor.memory import STEP_MS, UNKNOWN, Memory, Seen, seen
from monitor.usual import SPREAD
from monitor.windows import BIN, minute_of, ms_of, time_of, time_of_ms

GRACE = timedelta(seconds=2)  # after the end of a step, for what is still on its way through scoring
GRACE_MS = 2000
LATE = 10  # minutes after which a mention is late: it rings only if it still burns
MOST_WAITING = 300  # mentions of unfinished steps; beyond them they are counted early
FLOOD = 10  # complaints of one author in an hour
CALM_MINUTES = 30
SEEN_MINUTES = 60
VERSION = 7
WORDS_AT = Seen._fields.index("words")


class Watch:
    """The state of one brand. `troubles`: detectors that broke in the last look, with words for the wall."""

    def __init__(self, rules: Rules, detectors: Mapping[str, Detector] = DETECTORS) -> None:
        self.rules = rules
        self.memory = Memory(rules)
        self.detectors = detectors
        self.troubles: dict[str, str] = {}
        self.lists = Lists(rules)
        self.waiting: list[Seen] = []  # mentions of steps that are not over
        self.ticked = -1  # steps before this one have been looked at
        self.said: dict[str, tuple[int, str]] = {}  # rule -> minute and severity of its last signal
        self.stormed_at: datetime | None = None

    def change_rules(self, rules: Rules) -> None:
        """Other rules for the same brand, from the next mention on; what was learnt stays."""
        self.rules = self.memory.rules = rules
        self.memory.slow_limits = UNKNOWN  # by how sensitive the rules are, and by the local hours
        self.lists = Lists(rules)
        for season in (self.memory.season, self.memory.volume):
            season.change_zone(rules.timezone)

    def observe(self, scored: Sequence[Scored]) -> None:
        """Take note of mentions, in any order. Own posts and posts without a score's help are counted as calm."""
        for one in scored:
            if not one.mention.is_own:
                self.waiting.append(seen(one, self.lists.reason(one)))
        if len(self.waiting) > MOST_WAITING:
            self.waiting.sort(key=_by_time)
            early, self.waiting = self.waiting[: -MOST_WAITING // 2], self.waiting[-MOST_WAITING // 2 :]
            for post in early:
                self.memory.take(post)

    def tick(self, now: datetime, blind: Sequence[Gap] = ()) -> list[Signal]:
        """What stands out in the steps that are over. A second call in the same step finds nothing new.

        A rule speaks once a minute, and again when it turns from watch to storm. A signal's `at` is the end of
        the step it was found in; for late mentions it is when it happened.
        """
        step = (ms_of(now) - GRACE_MS) // STEP_MS
        if step <= self.ticked:
            return []
        if blind or self.memory.gaps:
            self.memory.know_gaps(blind)
        signals: list[Signal] = []
        if len(self.waiting) == 1:
            clock = self.waiting[0][0]
            if clock < step:
                posts, self.waiting = self.waiting, []
                signals = self._look(posts, (max(clock, self.ticked) + 1) * STEP_MS, blind)
        elif self.waiting:
            later: list[Seen] = []
            steps: dict[int, list[Seen]] = {}
            for post in self.waiting:
                if post.clock < step:
                    steps.setdefault(max(post.clock, self.ticked), []).append(post)
                else:
                    later.append(post)
            self.waiting = later
            for clock in sorted(steps):
                signals += self._look(steps[clock], (clock + 1) * STEP_MS, blind)
        self.memory.learn(step * STEP_MS // 60_000)
        self.ticked = step
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
        end = minute_of(now - GRACE)
        mean = self.memory.season.mean(end - CALM_MINUTES, end)
        since = now - timedelta(minutes=SEEN_MINUTES)
        return Facts(
            at=time_of(end),
            seen=self.memory.minutes.total("complaints", end, CALM_MINUTES),
            bar=mean + 1.65 * math.sqrt(mean + mean * mean / SPREAD) + 1,
            mentions=self.memory.minutes.total("mentions", end, SEEN_MINUTES),
            last_mention_at=time_of(self.memory.minutes.newest) if self.memory.minutes.newest >= 0 else None,
            stormed_at=self.stormed_at,
            blind=tuple(sorted({g.source for g in blind if g.start < now and (g.end is None or g.end > since)})),
        )

    def notes(self, now: datetime) -> tuple[str, ...]:
        """What is worth a line on the wall though it is no alarm: who speaks of harm, a flood by one author."""
        end, found = minute_of(now) + 1, []
        text = WORDS.get(self.rules.language, WORDS["en"])
        if number := harmed(self.memory, end):
            people = text["person"] if number == 1 else text["people"].format(n=number)
            found.append(text["harm"].format(people=people))
        posts = self.memory.posts.between(end - SEEN_MINUTES, end)
        if posts:
            _, most = Counter(p.author for p in posts).most_common(1)[0]
            if most >= FLOOD and 2 * most >= len(posts):
                found.append(text["flood"].format(most=most, all=len(posts)))
        return tuple(found)

    def forget(self, incident: Incident) -> None:
        """Take a closed incident out of what counts as usual, so that the next one is not masked by it."""
        end = incident.closed_at or incident.last_signal_at
        start = minute_of(incident.first_post_at or incident.opened_at)
        is_crowd = incident.kind != "watchlist" or incident.peak_severity == "storm"
        self.memory.forget(incident.root, start, minute_of(end), is_crowd=is_crowd)

    def dump(self) -> bytes:
        """Everything, exactly; `restore` is its opposite."""
        state = {
            "version": VERSION,
            "memory": self.memory.state(),
            "waiting": self.waiting,
            "ticked": self.ticked,
            "said": self.said,
            "stormed": None if self.stormed_at is None else ms_of(self.stormed_at),
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
            watch.said = {rule: (minute, severity) for rule, (minute, severity) in state["said"].items()}
            watch.stormed_at = None if state["stormed"] is None else time_of_ms(state["stormed"])
        except (zlib.error, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"these bytes are not a memory of detection: {error}") from error
        return watch

    def _look(self, posts: list[Seen], now_ms: int, blind: Sequence[Gap]) -> list[Signal]:
        """Count the mentions that became known in one step, and look; late ones where they happened."""
        signals: list[Signal] = []
        if len(posts) > 1:
            posts.sort(key=_by_time)
        memory, is_calm, first_timely = self.memory, True, now_ms - LATE * 60_000
        if posts[0].at_ms < first_timely:
            late = [p for p in posts if p.at_ms < first_timely]
            posts = posts[len(late) :]
            for row, group in groupby(late, key=lambda p: p.at_ms // 60_000 // BIN):
                for post in group:
                    memory.take(post)
                signals += self._find(CATCHING_UP, (row + 1) * BIN * 60_000, blind, is_late=True)
        for post in posts:
            if memory.take(post):
                is_calm = False
        memory.learn(now_ms // 60_000)
        # Calm posts ring nothing.
        return signals if is_calm else signals + self._find(self.detectors, now_ms, blind)

    def _find(
        self, detectors: Mapping[str, Detector], now_ms: int, blind: Sequence[Gap], *, is_late: bool = False
    ) -> list[Signal]:
        best: dict[str, Found] = {}
        end = -(-now_ms // 60_000)
        for name, find in detectors.items():
            try:
                for found in find(self.memory, end):
                    if found.rule not in best or found.score > best[found.rule].score:
                        best[found.rule] = found
                if self.troubles:
                    self.troubles.pop(name, None)
            except Exception as error:  # one broken detector never silences the others
                self.troubles[name] = f"the rule {name} is broken ({type(error).__name__}: {error})"
        self.memory.touched.clear()
        if not best:
            return []
        return [
            self._signal(found, evidence(self.memory, found, now_ms, blind, is_late=is_late), now_ms)
            for found in best.values()
            if self._is_news(found, now_ms // 60_000)
        ]

    def _is_news(self, found: Found, minute: int) -> bool:
        """Once a minute, and when it turns from watch to storm. What rings teaches nothing, news or not."""
        if found.rule != "watchlist":
            self.memory.ring(found.start, found.end)
        last = self.said.get(found.rule)
        is_worse = last is not None and last[1] == "watch" and found.severity == "storm"
        if last is not None and last[0] == minute and not is_worse:
            return False
        self.said[found.rule] = (minute, found.severity)
        return True

    def _signal(self, found: Found, why: Evidence, now_ms: int) -> Signal:
        at = time_of_ms(now_ms)
        if found.severity == "storm":
            self.stormed_at = at
        return Signal(
            id=f"{self.rules.brand}|{found.rule}|{now_ms // 1000}",
            brand=self.rules.brand,
            rule=found.rule,
            at=at,
            severity=found.severity,
            score=found.score,
            evidence=why,
        )


def _by_time(post: Seen) -> tuple[int, str]:
    return (post.at_ms, post.id)
