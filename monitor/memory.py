"""All that detection keeps of one brand, and how one mention changes it.

At most 200 kB however long the history. Detectors read it; only `take` and `learn` change it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from db.rows import Gap, Mention, Rules, Scored
from monitor.met import Met
from monitor.record import Record
from monitor.topics import Topics, is_wordless, words_of
from monitor.usual import Burn, Crowd, Mood, Season, Shares, Weighing
from monitor.windows import (
    BIN,
    COMPLAINT,
    DAY,
    Kinds,
    Minutes,
    Post,
    Posts,
    Tally,
    Thread,
    Threads,
    minute_of,
    ms_of,
    new_number_of,
    number_of,
)

STEP_MS = 2000  # mentions are looked at in steps of two seconds of the time in which they became known
ROWS = 24  # two hours in rows of five minutes
ROWS_AN_HOUR = 60 // BIN
MOST_PUT_OFF = 6 * ROWS_AN_HOUR  # rows of which the record is stepped later, many at once
LEARN_AFTER = 15  # minutes after the end of an hour: late mentions are in
LEARNT_AT = 120 + LEARN_AFTER  # minutes after the beginning of the hour before it
MOST_SKIPPED = 24  # hours of one alarm that teach nothing; then it may be the new usual
JOINER = 6  # place of the joiners behind the six kinds
MOST_FLAGGED = 20
MOST_HARMS = 20
MOST_PAST = 16
YOUNG_HOURS = 24  # seen hours, before which nothing is known to be unusual
SHARE_GROWN = 6.5  # nats
# What a post counts in; an upset one by whether its author counts for the brand as a whole, and by its mark.
CALM_POST, PRAISE = ("mentions",), ("mentions", "praise")
UPSET_POST = {
    (False, 1): ("mentions", "complaints"),
    (True, 1): ("mentions", "complaints", "people"),
    (False, 2): ("mentions", "complaints", "hostile"),
    (True, 2): ("mentions", "complaints", "people", "hostile"),
}
MARKS = {"complaint": 1, "hostile": 2}
LED_BY = 2  # upset people of one thread that also count for the brand as a whole
COPY_WORDS = 6  # fewer words are nobody's copy

_TEXT = re.compile(r"https?://\S+|[@#]\w+|([^\W\d_]+)")  # a group of letters, or none where a link or name is


class Seen(NamedTuple):
    """One mention, as detection keeps it until its minute is over."""

    clock: int  # the step of STEP_MS in which it became known
    at_ms: int  # created_at, never after it became known
    id: str
    author: int
    root_id: str  # empty: the post stands alone
    root: int
    copy: int
    mark: int  # 0 calm, 1 complaint, 2 hostile
    is_praise: int
    weight: float
    words: tuple[str, ...]  # what it is about, for the topic rule
    flag: str  # why the watch list wants it shown; empty: it does not


class Flagged(NamedTuple):
    """A post that the watch list wants looked at."""

    why: str
    id: str
    minute: int
    author: int
    words: tuple[str, ...]


def seen(one: Scored, flag: str = "") -> Seen:
    """A scored mention as detection keeps it. A post from the future counts when it became known."""
    mention, score = one.mention, one.score
    post_id, created_at = mention.id, mention.created_at
    known_from = known_at(mention)
    known = at = ms_of(known_from)
    if known_from is not created_at:
        at = min(ms_of(created_at), known)
    label = score.label if score is not None else "other"
    mark = MARKS.get(label, 0)
    author, root = mention.author_id or mention.handle, mention.root
    is_alone = root == post_id
    return tuple.__new__(  # in the order of the fields: names cost a microsecond each mention
        Seen,
        (
            known // STEP_MS,
            at,
            post_id,
            # Who is not named is somebody: an unknown author counts once per post.
            number_of(f"{mention.source}:{author}" if author else post_id),
            "" if is_alone else root,
            # Most posts stand alone and are never asked for again: they would only push out what is.
            new_number_of(root) if is_alone else number_of(root),
            copy_of(mention.text) if mark else 0,
            mark,
            1 if label == "praise" else 0,
            _weight(one) if mark else 0.0,
            words_of(mention.text) if mark or flag else (),
            flag,
        ),
    )


def known_at(mention: Mention) -> datetime:
    """When detection could know of it: when we received it; in an import or a replay, when it was written."""
    return mention.created_at if mention.ingest in ("replay", "import") else mention.received_at


def copy_of(text: str) -> int:
    """The same number for texts that differ in names, links, digits and signs only; 0: too short to tell."""
    words: list[str] = []
    for part in text[:2000].lower().split():
        if part.isalpha():
            words.append(part)  # most are
        elif not is_wordless(part):
            words += [word for word in _TEXT.findall(part) if word]
    return new_number_of("copy " + " ".join(words)) if len(words) >= COPY_WORDS else 0


def _weight(one: Scored) -> float:
    score = one.score
    assert score is not None  # noqa: S101 - only scored posts are complaints
    reach = math.log10(10 + (one.mention.followers or 0)) / 4
    return score.severity + score.complaint + score.hostile + reach


class SlowLimits(NamedTuple):
    """Counts up to which no slow burn can ring in one hour; made anew in each, and when what is usual has changed."""

    hour: int
    spans: tuple[tuple[int, float, float], ...]  # hours of the span, upset people, mentions


UNKNOWN = SlowLimits(-1, ())


class Memory:
    """One brand's memory. `rules` tell the time zone and how sensitive it is."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.minutes = Minutes()
        self.season = Season(rules.timezone)
        self.crowd = Crowd()
        self.weighing = Weighing(self.crowd.shares())
        self.volume = Season(rules.timezone)  # mentions an hour; `season` is complaints an hour
        self.record = Record()
        self.mood = Mood()
        self.burn = Burn()
        self.topics = Topics()
        self.spread = Tally(72)  # the brand as a whole; of each thread only the first two upset people
        self.threads = Threads()
        self.posts = Posts()
        self.met = Met()  # authors, ever
        self.met_here = Met(1 << 13, 1 << 15)  # author and thread, author and two hours
        self.hours: dict[int, list[int]] = {}  # people of six kinds and joiners, of hours that are not learnt yet
        self.touched: dict[int, None] = {}  # threads in which somebody complained since the last look
        self.first_minute = -1
        self.learnt = -1  # the last hour that was learnt or skipped
        self.rang: dict[int, None] = {}  # hours in which something rang: they teach nothing
        self.skipped = 0
        self.severe_at = -1  # the minute in which a post that speaks of harm rang last
        self.over_at = -1  # the minute in which the last incident was over: what was before it rings no slow rule
        self.slow_at = self.shift_at = -1  # the last minute in which these slow rules looked
        self.slow_limits = UNKNOWN
        self.gaps: tuple[tuple[int, int | None], ...] = ()  # told anew at every look, so not part of the state
        self.stepped = -1  # the last row of five minutes that went into the record
        self.past: dict[int, None] = {}  # threads of incidents that are over: a trickle is no new crowd
        self.flagged: list[Flagged] = []  # the watch list's posts, until looked at
        self.harms: list[Flagged] = []  # those that spoke of harm in the last hours

    @property
    def is_young(self) -> bool:
        """Less than a day was seen: nothing is known to be unusual."""
        return self.season.hours < YOUNG_HOURS

    def take(self, post: Seen) -> bool:
        """Count one mention. False: it is calm, and rings nothing."""
        # Unpacked at once: a name asked of a tuple costs as much as a small sum.
        _, at_ms, post_id, author, root_id, root, copy, mark, is_praise, weight, words, flag = post
        minute = at_ms // 60_000
        if self.first_minute < 0:
            self.first_minute, self.learnt = minute, minute // 60 - 1
        kind = 2 * mark if self.met.meet(author, minute) else 2 * mark + 1
        hour, row = minute // 60, minute // BIN
        people = self.hours.get(hour)
        if people is None and hour > self.learnt:
            people = self.hours[hour] = [0] * 7
        if people is not None:
            people[kind] += 1
        if flag:
            self.flagged.append(Flagged(flag, post_id, minute, author, words))
            del self.flagged[:-MOST_FLAGGED]
        if not mark:
            # Calm, and nobody is upset there: the most frequent case by far.
            is_counted = root not in self.threads.by_key or self._thread(author, root, 0, 0, kind, row, minute)[1]
            if not self.met_here.meet(author ^ (2 * (row // ROWS)), minute) and is_counted:
                self.spread.add(row, kind)
            self.minutes.count(minute, PRAISE if is_praise else CALM_POST)
            return bool(flag)
        thread, is_led = self._thread(author, root, copy, mark, kind, row, minute)
        is_counted = not self.met_here.meet(author ^ (2 * (row // ROWS) + 1), minute) and is_led
        if is_counted:
            self.spread.add(row, kind)
            if thread is not None:
                thread.lead.append((row, kind))
            self.topics.add(words, minute)
        self.minutes.count(minute, UPSET_POST[is_counted, mark])
        self.posts.add(tuple.__new__(Post, (at_ms, post_id, author, root_id, root, copy, kind, weight)))
        if thread is not None and thread.upset > 1 and people is not None:
            people[JOINER] += 1
        return True

    def _thread(
        self, author: int, root: int, copy: int, mark: int, kind: int, row: int, minute: int
    ) -> tuple[Thread | None, bool]:
        """Count the author in the post's thread and copied text; does it count for the brand as a whole?"""
        if self.met_here.meet(author ^ root, minute):
            return None, False
        thread = self.threads.add(root, row, kind, may_start=mark > 0)
        if not mark:
            return thread, True
        self.touched[root] = None
        if copy and copy in self.posts.copies:
            self.threads.add(copy, row, kind, may_start=True)
            self.touched[copy] = None
        return thread, thread is None or thread.upset <= LED_BY

    def know_gaps(self, gaps: Sequence[Gap]) -> None:
        """What could not be seen, as it is known now."""
        self.gaps = tuple((minute_of(g.start), None if g.end is None else minute_of(g.end) + 1) for g in gaps)

    def is_blind(self, first: int, end: int) -> bool:
        """Was a source blind in some of the minutes first <= m < end? Then they are unknown, not zero."""
        return any(start < end and (stop is None or stop > first) for start, stop in self.gaps)

    def learn(self, now: int) -> None:
        """Make the usual of every hour that ended a while ago, unless it could not be seen or it rang."""
        if now < self.learnt * 60 + LEARNT_AT or self.first_minute < 0:
            return
        while self.learnt * 60 + LEARNT_AT <= now:
            self.learnt += 1
            self._learn_hour(self.learnt)
        self.weighing = Weighing(self.crowd.shares())
        self.slow_limits = UNKNOWN

    def _learn_hour(self, hour: int) -> None:
        people = self.hours.pop(hour, [0] * 7)
        if hour * 60 < self.first_minute or self.is_blind(hour * 60, hour * 60 + 60):
            return
        if hour in self.rang:
            del self.rang[hour]
            self.skipped += 1
            if self.skipped <= MOST_SKIPPED:
                return
        else:
            self.skipped = 0
        end, total = hour * 60 + 60, self.minutes.total
        complaints = total("complaints", end, 60)
        self.season.learn(hour, complaints)
        self.volume.learn(hour, total("mentions", end, 60))
        self.mood.learn(hour, self.minutes)
        self.crowd.learn(people[:JOINER], people[JOINER])
        seen: dict[str, float] = {}
        for hours, (of_mentions, of_people) in Burn.KEYS.items() if self.volume.hours >= Burn.SETTLED else ():
            seen[of_mentions], seen[of_people] = Burn.ratios(*self.burn_seen(end, hours), SHARE_GROWN)
        self.burn.learn(seen, total("people", end, 60), complaints)

    def burn_seen(self, end: int, hours: int) -> tuple[float, float, float, float]:
        """The numbers of Burn.SEEN, of the last `hours` before minute `end`."""
        first, total = end - hours * 60, self.minutes.total
        return (
            float(total("mentions", end, hours * 60)),
            self.volume.mean(first, end),
            float(total("people", end, hours * 60)),
            self.burn.usual_people(self.season.mean(first, end)),
        )

    def volume_record(self, end: int, *, is_asked: bool) -> float:
        """The record's score for the rows of five minutes that ended since the last look; the largest.

        Not `is_asked`: it would ring nothing, whatever it is; 0, and the rows wait until many are stepped at once.
        """
        last = end // BIN - 1
        first = max(self.stepped + 1, last - DAY // BIN) if self.stepped >= 0 else last
        put_off = self.record.put_off
        before = len(put_off)
        hour, slot = -1, 0
        for row, count in enumerate(self.minutes.rows("mentions", first, last), first):
            if self.gaps and self.is_blind(row * BIN, (row + 1) * BIN):
                continue
            if row // ROWS_AN_HOUR != hour:
                hour = row // ROWS_AN_HOUR
                slot = self.season.local_hour(hour)
            put_off.append((slot, count))
        self.stepped = max(self.stepped, last)
        if not is_asked and len(put_off) <= MOST_PUT_OFF:
            return 0.0
        return max(self.record.settle()[before:], default=0.0)

    def ring(self, first: int, end: int) -> None:
        """Something rang: the hours from minute `first` to `end` teach nothing."""
        for hour in range(max(first // 60, self.learnt + 1), end // 60 + 1):
            self.rang[hour] = None

    def forget(self, root: str | None, first: int, end: int, *, is_crowd: bool = True) -> None:
        """An incident is over: its hours teach nothing, and what trickles in under its root is no new crowd.

        One post of the watch list (`is_crowd` False) does not keep the slow rules from its hours.
        """
        for hour in range(first // 60, end // 60 + 1):
            if hour > self.learnt:
                self.rang[hour] = None
        self.record.forget()
        self.burn.forget()
        if is_crowd:
            self.over_at = max(self.over_at, end)
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
            "volume": self.volume.state(),
            "record": self.record.state(),
            "mood": self.mood.state(),
            "burn": self.burn.state(),
            "topics": self.topics.state(),
            "looked": [self.slow_at, self.shift_at, self.stepped, self.severe_at, self.over_at],
            "crowd": self.crowd.state(),
            "shares": self._shares_state(),
            "spread": self.spread.state(),
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
            "harms": self.harms,
        }

    def _shares_state(self) -> list[float]:
        s = self.weighing.shares
        return [s.upset, s.hostile, s.new_calm, s.new_upset, s.joining]

    def load(self, state: dict[str, Any]) -> None:
        self.slow_limits = UNKNOWN
        self.minutes.load(state["minutes"])
        self.season.load(state["season"])
        self.volume.load(state["volume"])
        self.record.load(state["record"])
        self.mood.load(state["mood"])
        self.burn.load(state["burn"])
        self.topics.load(state["topics"])
        self.slow_at, self.shift_at, self.stepped, self.severe_at, self.over_at = state["looked"]
        self.crowd.load(state["crowd"])
        self.weighing = Weighing(Shares(*state["shares"]))
        self.spread.load(state["spread"])
        self.threads.load(state["threads"])
        self.posts.load(state["posts"])
        self.met.load(state["met"])
        self.met_here.load(state["met_here"])
        self.hours = dict(state["hours"])
        self.touched = dict.fromkeys(state["touched"])
        self.first_minute, self.learnt = state["first_minute"], state["learnt"]
        self.rang, self.skipped = dict.fromkeys(state["rang"]), state["skipped"]
        self.past = dict.fromkeys(state["past"])
        self.flagged, self.harms = (
            [Flagged._make(one)._replace(words=tuple(one[-1])) for one in state[name]] for name in ("flagged", "harms")
        )


def upset(kinds: Kinds) -> int:
    """People who complain or are hostile."""
    return sum(kinds[COMPLAINT:])
