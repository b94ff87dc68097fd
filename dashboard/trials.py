"""Rules tried on what is stored: the replay of the last ninety days with the rules in force and with the wanted ones.

That takes seconds to minutes, so it happens in a thread of its own, one at a time, and the page asks how far it is.
Nothing is written.
"""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, get_args

import structlog

from db.rows import Bucket, Gap, Incident, Rules, Scored, Sensitivity
from db.store import Store
from monitor.replay import Replay, replay
from monitor.sources.matching import Matcher

log = structlog.get_logger()

DAYS = 90
EXAMPLES = 6
LEARNED = timedelta(days=28)  # before an incident, for what was usual then
STEPS: tuple[Sensitivity, ...] = get_args(Sensitivity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What two sets of rules make of the same days. `by_sensitivity`: alarms of the wanted words at each step."""

    brand: str
    start: datetime
    end: datetime
    was: Replay
    would: Replay
    by_sensitivity: dict[Sensitivity, int]
    posts: int
    kept: int
    per_word: dict[str, int]  # posts that each wanted word finds
    found: tuple[Scored, ...]  # the newest of those kept
    left_out: tuple[Scored, ...]  # the newest of those that the wanted words leave out
    hours: tuple[tuple[datetime, int], ...]  # complaints in each hour
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Early:
    """When one sensitivity would first have rung for an incident, and which rule. None: not at all until it did."""

    sensitivity: Sensitivity
    at: datetime | None
    rule: str = ""
    words: str = ""


@dataclass(slots=True)
class Trial:
    """One trial on its way. `part` of `parts` runs; `done` of `total` posts of it were looked at."""

    parts: int = 4
    part: int = 0
    done: int = 0
    total: int = 1
    result: Tried | tuple[Early, ...] | None = None
    trouble: str = ""
    is_cancelled: bool = False
    ticket: str = field(default_factory=lambda: secrets.token_hex(8))  # the page that asked for it knows it by this

    @property
    def share(self) -> float:
        return min(1.0, (self.part + self.done / max(1, self.total)) / self.parts)

    @property
    def is_over(self) -> bool:
        return self.result is not None or bool(self.trouble)


class Cancelled(Exception):
    """Whoever asked has asked something else meanwhile."""


@dataclass
class Trials:
    """The trials of one application, the last one of each visitor."""

    store: Store
    _known: dict[str, Trial] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, who: str, work: Callable[[Trial], Tried | tuple[Early, ...]]) -> str:
        """Start a trial; the one that this visitor had before is given up. Its ticket."""
        if (old := self._known.get(who)) is not None:
            old.is_cancelled = True
        if len(self._known) > 50:
            self._known.clear()
        trial = self._known[who] = Trial()
        threading.Thread(target=self._run, args=(trial, work), name="trial", daemon=True).start()
        return trial.ticket

    def of(self, who: str, ticket: Any) -> Trial | None:
        """None: it was given up, because this visitor has tried something else since, or the server began anew."""
        trial = self._known.get(who)
        return trial if trial is not None and trial.ticket == ticket else None

    def _run(self, trial: Trial, work: Callable[[Trial], Tried | tuple[Early, ...]]) -> None:
        with self._turn:
            try:
                if trial.is_cancelled:  # while it waited for its turn
                    raise Cancelled
                trial.result = work(trial)
            except Cancelled:
                trial.trouble = "cancelled"
            except Exception as error:  # the page must hear of it, whatever it was
                log.error("a trial of rules failed", why=repr(error))
                trial.trouble = str(error) or type(error).__name__


def tried(store: Store, in_force: Rules, wanted: Rules, now: datetime, trial: Trial | None = None) -> Tried:
    """Replay the stored days with both, and with the wanted words at the other sensitivities."""
    trial = trial or Trial()
    brand, start = in_force.brand, now - timedelta(days=DAYS)
    gaps = store.gaps(start, now)
    buckets = store.buckets(brand, start, now)
    trial.total = sum(bucket.mentions for bucket in buckets)
    sieve = Sieve(wanted)

    def played(part: int, rules: Rules, mentions: Iterable[Scored]) -> Replay:
        trial.part, trial.done = part, 0
        return replay(_watched(mentions, trial), {brand: rules}, gaps=gaps)

    was = played(0, in_force, store.history(brand, start, now))
    would = played(1, wanted, sieve.sift(store.history(brand, start, now)))
    counts: dict[Sensitivity, int] = {wanted.sensitivity: len(would.alarms)}
    others: list[Sensitivity] = [s for s in ("low", "normal", "high") if s != wanted.sensitivity]
    for part, step in enumerate(others, 2):
        again = played(part, replace(wanted, sensitivity=step), Sieve(wanted).sift(store.history(brand, start, now)))
        counts[step] = len(again.alarms)
    return Tried(
        brand=brand,
        start=start,
        end=now,
        was=was,
        would=would,
        by_sensitivity=counts,
        posts=sieve.posts,
        kept=sieve.kept,
        per_word=dict(sieve.words),
        found=tuple(sieve.newest),
        left_out=tuple(sieve.left_out),
        hours=tuple(by_hour(buckets)),
        gaps=tuple(gaps),
    )


def earlier(store: Store, incident: Incident, rules: Rules, trial: Trial | None = None) -> tuple[Early, ...]:
    """The first alarm of each sensitivity from the first post on, by a replay of the days before."""
    trial = trial or Trial()
    first = incident.first_post_at or incident.opened_at
    start, end = first - LEARNED, max(incident.opened_at, first) + timedelta(minutes=30)
    gaps, found = store.gaps(start, end), []
    trial.parts = len(STEPS)
    trial.total = sum(bucket.mentions for bucket in store.buckets(incident.brand, start, end))
    for part, step in enumerate(STEPS):
        trial.part, trial.done = part, 0
        tried_rules = {incident.brand: replace(rules, sensitivity=step)}
        played = replay(_watched(store.history(incident.brand, start, end), trial), tried_rules, gaps=gaps)
        alarm = next((a for a in played.alarms if a.at >= first), None)
        found.append(
            Early(sensitivity=step, at=alarm.at, rule=alarm.rule, words=alarm.evidence.words)
            if alarm is not None
            else Early(sensitivity=step, at=None)
        )
    return tuple(found)


def _watched(mentions: Iterable[Scored], trial: Trial) -> Iterator[Scored]:
    for one in mentions:
        if trial.is_cancelled:
            raise Cancelled
        trial.done += 1
        yield one


@dataclass
class Sieve:
    """Lets through what the wanted words still find, and counts."""

    rules: Rules
    posts: int = 0
    kept: int = 0
    words: Counter[str] = field(default_factory=Counter)
    newest: list[Scored] = field(default_factory=list)
    left_out: list[Scored] = field(default_factory=list)
    _matchers: dict[str, Matcher] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.words.update(dict.fromkeys(self.rules.terms, 0))

    def sift(self, mentions: Iterable[Scored]) -> Iterator[Scored]:
        for one in mentions:
            self.posts += 1
            if self.finds(one):
                self.kept += 1
                yield one

    def finds(self, one: Scored) -> bool:
        """The words find it; or it is an answer in a thread, ours, or deleted, which no word can tell."""
        mention = one.mention
        matcher = self._matchers.setdefault(mention.source, Matcher([self.rules], mention.source))
        found = matcher.find(mention.text)
        self.words.update({word for match in found for word in match.terms if word in self.words})
        if found:
            _remember(self.newest, one)
            return True
        if mention.is_own or mention.deleted_at is not None or not mention.matched:
            return True
        _remember(self.left_out, one)
        return False


def _remember(newest: list[Scored], one: Scored) -> None:
    newest.append(one)
    if len(newest) > EXAMPLES:
        newest.pop(0)


def by_hour(buckets: Sequence[Bucket]) -> list[tuple[datetime, int]]:
    """Complaints in each hour that has any mention, oldest first."""
    hours: dict[datetime, int] = {}
    for bucket in buckets:
        at = bucket.minute.replace(minute=0)
        hours[at] = hours.get(at, 0) + bucket.complaints
    return sorted(hours.items())
