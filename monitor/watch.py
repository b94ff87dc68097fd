"""One brand's memory: what it has seen lately, what is usual for it, and what stands out now.

Pure and constant in size. Counting goes by created_at; minutes in which a source was blind teach nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from db.rows import Evidence, Expected, Gap, Incident, Rules, Scored, Signal
from monitor.detectors import complaints
from monitor.incidents import Facts
from monitor.windows import FIELDS, Minutes, minute_of, time_of

WINDOW = 30
HOURS_KEPT = 0.25  # weight of the newest day in an hour of the day's mean
PRIOR = 2.0  # complaints an hour that a brand is thought to have before anything is known


class Watch:
    """Tell it what was said (`observe`), then ask it what stands out (`tick`)."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.zone = ZoneInfo(rules.timezone)
        self.minutes = Minutes()
        self.usual: list[float | None] = [None] * 24  # complaints an hour, by local hour of the day
        self.learnt = -1  # the last hour (minutes // 60) that went into `usual`
        self.first = -1
        self.ticked = -1
        self.posts: list[tuple[int, str, str, str]] = []  # the latest complaints: minute, id, author, root

    def observe(self, scored: Sequence[Scored]) -> None:
        """Count what was said. Own posts are left out; any order."""
        for one in scored:
            mention = one.mention
            if mention.is_own:
                continue
            minute = minute_of(mention.created_at)
            if self.first < 0:
                self.first, self.learnt = minute, minute // 60
            self.minutes.add(minute, is_complaint=one.is_complaint, is_hostile=one.is_hostile)
            if one.is_complaint:
                self.posts.append((minute, mention.id, mention.author_id or mention.handle or "", mention.root))
                del self.posts[:-200]

    def tick(self, now: datetime, blind: Sequence[Gap] = ()) -> list[Signal]:
        """What stands out in the minutes before `now`. A second call in the same minute finds nothing new."""
        minute = minute_of(now)
        if minute <= self.ticked or self.first < 0:
            return []
        self.ticked = minute
        self.minutes.advance(minute)
        self._learn(minute, blind)
        return self._complaints(minute, now, blind)

    def expected(self, at: datetime) -> Expected:
        """Complaints that are usual in the ten minutes that end at `at`."""
        mean = self._mean(minute_of(at), 10)
        spread = (mean + mean * mean / complaints.SPREAD) ** 0.5
        return Expected(
            brand=self.rules.brand, at=at, low=max(0.0, mean - 2 * spread), middle=mean, high=mean + 2 * spread + 0.5
        )

    def facts(self, now: datetime, blind: Sequence[Gap] = ()) -> Facts:
        """What deciding about an incident needs to know beside the signals."""
        minute = minute_of(now)
        seen = self.minutes.total("complaints", minute + 1, 30)
        mentions = self.minutes.total("mentions", minute + 1, 60)
        usual = self._mean(minute, 30)
        return Facts(
            seen=seen,
            bar=usual + 2 * usual**0.5 + 1,
            mentions=mentions,
            blind=tuple(sorted({g.source for g in blind if g.end is None or g.end > now - timedelta(minutes=60)})),
        )

    def forget(self, incident: Incident) -> None:
        """Take a closed incident out of what counts as usual."""

    def dump(self) -> bytes:
        """Everything, as JSON."""
        return json.dumps(
            {
                "usual": self.usual,
                "learnt": self.learnt,
                "first": self.first,
                "ticked": self.ticked,
                "posts": self.posts,
                "newest": self.minutes.newest,
                "counts": {name: list(self.minutes.counts[name]) for name in FIELDS},
            }
        ).encode()

    @classmethod
    def restore(cls, rules: Rules, memory: bytes) -> Watch:
        """The exact opposite of `dump`. ValueError when the bytes are not one of ours."""
        data = json.loads(memory)
        watch = cls(rules)
        watch.usual, watch.learnt = data["usual"], data["learnt"]
        watch.first, watch.ticked = data["first"], data["ticked"]
        watch.posts = [(m, i, a, r) for m, i, a, r in data["posts"]]
        watch.minutes.newest = data["newest"]
        for name in FIELDS:
            watch.minutes.counts[name][:] = type(watch.minutes.counts[name])("L", data["counts"][name])
        return watch

    def _learn(self, minute: int, blind: Sequence[Gap]) -> None:
        while self.learnt < minute // 60 - 1:
            hour = self.learnt + 1
            start, end = time_of(hour * 60), time_of(hour * 60 + 60)
            self.learnt = hour
            if any(g.start < end and (g.end is None or g.end > start) for g in blind):
                continue
            seen = self.minutes.total("complaints", hour * 60 + 60, 60)
            slot = start.astimezone(self.zone).hour
            old = self.usual[slot]
            self.usual[slot] = seen if old is None else old + HOURS_KEPT * (min(seen, 3 * old + 6) - old)

    def _mean(self, minute: int, width: int) -> float:
        slot = time_of(minute).astimezone(self.zone).hour
        known = [x for x in self.usual if x is not None]
        pooled = sum(known) / len(known) if known else PRIOR
        here = self.usual[slot]
        return max(pooled if here is None else 0.5 * (here + pooled), 0.5) * width / 60

    def _complaints(self, minute: int, now: datetime, blind: Sequence[Gap]) -> list[Signal]:
        seen = self.minutes.total("complaints", minute, WINDOW)
        mean = self._mean(minute, WINDOW)
        score = complaints.score(seen, mean)
        mentions = self.minutes.total("mentions", minute, WINDOW)
        if score < 1 or seen < 0.3 * mentions:
            return []
        posts = [p for p in self.posts if minute - WINDOW <= p[0] < minute]
        if len({p[2] for p in posts}) < complaints.FEWEST:
            return []
        roots = [p[3] for p in posts]
        root = max(set(roots), key=lambda r: (roots.count(r), r))
        evidence = Evidence(
            words=f"{seen} complaints in {WINDOW} minutes; usual at this hour: {mean:.0f}",
            window_minutes=WINDOW,
            seen=seen,
            expected=mean,
            authors=len({p[2] for p in posts}),
            hostile_share=self.minutes.total("hostile", minute, WINDOW) / max(1, seen),
            root=root if roots.count(root) > 1 else None,
            posts=tuple(p[1] for p in posts[-3:]),
            first_post_at=time_of(posts[0][0]),
            posts_out=seen,
            blind=tuple(sorted({g.source for g in blind})),
            inputs=(("seen", float(seen)), ("expected", mean)),
        )
        return [
            Signal(
                id=f"{self.rules.brand}|complaints|{minute}",
                brand=self.rules.brand,
                rule="complaints",
                at=time_of(minute),
                severity="storm" if score > 2 else "watch",
                score=score,
                evidence=evidence,
            )
        ]
