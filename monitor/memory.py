"""All that detection keeps of one brand, and how one mention changes it.

At most 200 kB however long the history. Detectors read it; only `take` and `learn` change it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from db.rows import Gap, Rules, Scored
from monitor.usual import Crowd, Season, Shares, Weighing
from monitor.windows import (
    BIN,
    COMPLAINT,
    HOSTILE,
    Kinds,
    Met,
    Minutes,
    Post,
    Posts,
    Tally,
    Threads,
    minute_of,
    number_of,
    time_of,
)

ROWS = 24  # two hours in rows of five minutes
LEARN_AFTER = 15  # minutes after the end of an hour: late mentions are in
MOST_SKIPPED = 24  # hours of one alarm that teach nothing; then it may be the new usual
MOST_FLAGGED = 20
MOST_PAST = 16
LED_BY = 2  # upset people of one thread that also count for the brand as a whole
COPY_WORDS = 6  # fewer words are nobody's copy

_NOT_TEXT = re.compile(r"https?://\S+|[@#]\w+|[^\w\s]|\d+|_")


class Seen(NamedTuple):
    """One mention, as detection keeps it until its minute is over."""

    clock: int  # the minute in which it became known
    at_ms: int  # created_at, never after it became known
    id: str
    author: int
    root_id: str  # empty: the post stands alone
    root: int
    copy: int
    mark: int  # 0 calm, 1 complaint, 2 hostile
    is_praise: int
    weight: float
    followers: int
    words: tuple[int, ...]  # what it is about, for the topic rule
    flag: str  # why the watch list wants it shown; empty: it does not


def seen(one: Scored, words: tuple[int, ...] = (), flag: str = "") -> Seen:
    """A scored mention as detection keeps it. A post from the future counts when it became known."""
    mention, score = one.mention, one.score
    is_past = mention.ingest in ("replay", "import")
    at = mention.created_at if is_past else min(mention.created_at, mention.received_at)
    known = mention.created_at if is_past else mention.received_at
    mark = 2 if one.is_hostile else 1 if one.is_complaint else 0
    author = mention.author_id or mention.handle
    return Seen(
        clock=minute_of(known),
        at_ms=minute_of(at) * 60_000 + at.second * 1000 + at.microsecond // 1000,
        id=mention.id,
        # Who is not named is somebody: an unknown author counts once per post.
        author=number_of(f"{mention.source}:{author}" if author else mention.id),
        root_id=mention.root if mention.root != mention.id else "",
        root=number_of(mention.root),
        copy=copy_of(mention.text) if mark else 0,
        mark=mark,
        is_praise=int(score is not None and score.label == "praise"),
        weight=_weight(one) if mark else 0.0,
        followers=mention.followers or 0,
        words=words,
        flag=flag,
    )


def copy_of(text: str) -> int:
    """The same number for texts that differ in names, links, digits and signs only; 0: too short to tell."""
    words = _NOT_TEXT.sub(" ", text[:2000].lower()).split()
    return number_of("copy " + " ".join(words)) if len(words) >= COPY_WORDS else 0


def _weight(one: Scored) -> float:
    score = one.score
    assert score is not None  # noqa: S101 - only scored posts are complaints
    reach = math.log10(10 + (one.mention.followers or 0)) / 4
    return score.severity + score.complaint + score.hostile + reach


class Memory:
    """One brand's memory. `rules` tell the time zone and how sensitive it is."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.minutes = Minutes()
        self.season = Season(rules.timezone)
        self.crowd = Crowd()
        self.weighing = Weighing(self.crowd.shares())
        self.spread = Tally(144)  # the brand as a whole; of each thread only the first two upset people
        self.threads = Threads()
        self.posts = Posts()
        self.met = Met()  # authors, ever
        self.met_here = Met(1 << 13, 1 << 16)  # author and thread, author and two hours
        self.hours: dict[int, list[int]] = {}  # people of six kinds, of hours that are not learnt yet
        self.touched: dict[int, None] = {}  # threads in which somebody complained since the last look
        self.first_minute = -1
        self.learnt = -1  # the last hour that was learnt or skipped
        self.rang: dict[int, None] = {}  # hours in which something rang: they teach nothing
        self.skipped = 0
        self.past: dict[int, None] = {}  # threads of incidents that are over: a trickle is no new crowd
        self.flagged: list[
            tuple[str, str, int, int]
        ] = []  # the watch list's, until looked at: why, id, minute, followers

    def take(self, post: Seen) -> None:
        """Count one mention."""
        minute = post.at_ms // 60_000
        if self.first_minute < 0:
            self.first_minute, self.learnt = minute, minute // 60 - 1
        self.minutes.add(minute, is_complaint=post.mark > 0, is_hostile=post.mark == 2, is_praise=bool(post.is_praise))
        kind = 2 * post.mark + (not self.met.meet(post.author, minute))
        hour = minute // 60
        if hour > self.learnt:
            self.hours.setdefault(hour, [0] * 6)[kind] += 1
        row = minute // BIN
        thread, is_led = self._thread(post, kind, row, minute)
        if is_led and not self.met_here.meet(post.author ^ (row // ROWS), minute):
            self.spread.add(row, kind)
            if thread is not None and kind >= COMPLAINT:
                thread.lead.append((row, kind))
        if post.flag:
            self.flagged.append((post.flag, post.id, minute, post.followers))
            del self.flagged[:-MOST_FLAGGED]
        if post.mark:
            self.posts.add(
                Post(post.at_ms, post.id, post.author, post.root_id, post.root, post.copy, kind, post.weight)
            )

    def _thread(self, post: Seen, kind: int, row: int, minute: int) -> tuple[Any, bool]:
        """Count the author in the post's thread and copied text; does it count for the brand as a whole?"""
        if self.met_here.meet(post.author ^ post.root, minute):
            return None, False
        thread = self.threads.add(post.root, row, kind, may_start=post.mark > 0)
        if post.mark:
            self.touched[post.root] = None
            if post.copy and any(p.copy == post.copy for p in self.posts.ring):
                self.threads.add(post.copy, row, kind, may_start=True)
                self.touched[post.copy] = None
        return thread, not post.mark or thread is None or thread.upset <= LED_BY

    def learn(self, now: int, blind: Sequence[Gap]) -> None:
        """Make the usual of every hour that ended a while ago, unless it could not be seen or it rang."""
        if self.first_minute < 0:
            return
        is_new = False
        while (self.learnt + 2) * 60 + LEARN_AFTER <= now:
            self.learnt += 1
            is_new = True
            self._learn_hour(self.learnt, blind)
        if is_new:
            self.weighing = Weighing(self.crowd.shares())

    def _learn_hour(self, hour: int, blind: Sequence[Gap]) -> None:
        kinds = self.hours.pop(hour, [0] * 6)
        start, end = time_of(hour * 60), time_of(hour * 60 + 60)
        if hour * 60 < self.first_minute or any(g.start < end and (g.end is None or g.end > start) for g in blind):
            return
        if hour in self.rang:
            del self.rang[hour]
            self.skipped += 1
            if self.skipped <= MOST_SKIPPED:
                return
        else:
            self.skipped = 0
        self.season.learn(hour, self.minutes.total("complaints", hour * 60 + 60, 60))
        self.crowd.learn(kinds)

    def ring(self, first: int, end: int) -> None:
        """Something rang: the hours from minute `first` to `end` teach nothing."""
        for hour in range(max(first // 60, self.learnt + 1), end // 60 + 1):
            self.rang[hour] = None

    def forget(self, root: str | None, first: int, end: int) -> None:
        """An incident is over: its hours teach nothing, and what trickles in under its root is no new crowd."""
        for hour in range(first // 60, end // 60 + 1):
            if hour > self.learnt:
                self.rang[hour] = None
        if root is not None:
            self.past[number_of(root)] = None
            while len(self.past) > MOST_PAST:
                del self.past[next(iter(self.past))]

    def rest(self, key: int, first: int, last: int) -> Kinds:
        """The people of the rows first..last who are not in this thread."""
        total = list(self.spread.between(first, last))
        thread = self.threads.get(key)
        if thread is not None:
            under = thread.tally.between(first, last)
            total[0], total[1] = max(0, total[0] - under[0]), max(0, total[1] - under[1])
            for row, kind in thread.lead:
                if first <= row <= last:
                    total[kind] = max(0, total[kind] - 1)
        return tuple(total)  # type: ignore[return-value]

    def state(self) -> dict[str, Any]:
        return {
            "minutes": self.minutes.state(),
            "season": self.season.state(),
            "crowd": self.crowd.state(),
            "shares": self._shares_state(),
            "spread": self.spread.rows,
            "threads": self.threads.state(),
            "posts": self.posts.state(),
            "met": self.met.state(),
            "met_here": self.met_here.state(),
            "hours": list(self.hours.items()),
            "touched": list(self.touched),
            "first_minute": self.first_minute,
            "learnt": self.learnt,
            "rang": list(self.rang),
            "skipped": self.skipped,
            "past": list(self.past),
            "flagged": self.flagged,
        }

    def _shares_state(self) -> list[float]:
        s = self.weighing.shares
        return [s.upset, s.hostile, s.new_calm, s.new_upset]

    def load(self, state: dict[str, Any]) -> None:
        self.minutes.load(state["minutes"])
        self.season.load(state["season"])
        self.crowd.load(state["crowd"])
        self.weighing = Weighing(Shares(*state["shares"]))
        self.spread.rows = state["spread"]
        self.threads.load(state["threads"])
        self.posts.load(state["posts"])
        self.met.load(state["met"])
        self.met_here.load(state["met_here"])
        self.hours = dict(state["hours"])
        self.touched = dict.fromkeys(state["touched"])
        self.first_minute, self.learnt = state["first_minute"], state["learnt"]
        self.rang, self.skipped = dict.fromkeys(state["rang"]), state["skipped"]
        self.past = dict.fromkeys(state["past"])
        self.flagged = [(why, post, minute, followers) for why, post, minute, followers in state["flagged"]]


def upset(kinds: Kinds) -> int:
    """People who complain or are hostile."""
    return sum(kinds[COMPLAINT:])


def hostile(kinds: Kinds) -> int:
    return kinds[HOSTILE] + kinds[HOSTILE + 1]
