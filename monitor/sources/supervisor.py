"""Keeps the sources running, and says how they are. Everything that can go wrong with a line ends here.

Each source reads in a thread of its own and only puts raw deliveries into a bounded queue; parsing happens in
`take()`, on the caller's thread. A source that fails is dialled again, politely; it never stops another one.
Nothing here knows a network, and nothing here stores anything.
"""

from __future__ import annotations

import random
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

import structlog

from db.rows import Batch, Cursor, DeadLetter, Deletion, Gap, Ingest, Mention, SourceHealth, SourceState
from monitor.sources.dialling import Dials, Manners, Rhythm, how_long, nth, time_of_day
from monitor.sources.fields import dead_letter

log = structlog.get_logger()

QUEUE_ROWS = 5_000  # deliveries of one source that may wait; then its reading waits too
RECENT_IDS = 10_000  # mentions of one source whose repetition is noticed
EXAMINED_PER_ROW = 20  # a firehose is read past much that is about nobody
GATHER_SECONDS = 0.1  # once there is something: how long more may join the batch
WATCH_SECONDS = 0.2
ABANDON_SECONDS = 5.0  # a reader that does not come back after its line was cut is left behind
CURSOR_SECONDS = 60.0  # a quiet source says so often how far it has been read


class SourceError(Exception):
    """A source cannot read. `permanent`: trying again does not help, a person must act."""

    def __init__(self, words: str, *, permanent: bool = False, retry_at: datetime | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.permanent = permanent
        self.retry_at = retry_at


class LineCut(Exception):
    """The supervisor has ended this line; the reader should let go and return."""


class Source(Protocol):
    """One network. `Settings` and `SECRETS` stand on the class; it is made as Cls(settings, brands)."""

    name: str
    is_live: bool  # False: a file, which may end without anyone being blind
    manners: Manners

    def read(self, line: Line) -> None:
        """Dial once and read until the line ends; blocks, in a thread of its own, and may be called again.

        Returning means that the line ended (of a file: that all has been read). Raises SourceError with words
        for the wall; any other exception is taken as a passing failure.
        """
        ...

    def parse(self, raw: bytes, received_at: datetime) -> Batch:
        """What one delivery says. Changes nothing and asks nobody; what cannot be read is a DeadLetter."""
        ...

    def remark(self) -> str:
        """Words for the wall while all is well ("$6.17 today"); empty: nothing to say."""
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """One raw delivery, waiting to be parsed."""

    raw: bytes
    received_at: datetime
    ingest: Ingest
    holds_cursor: bool  # what came before is not complete yet: a restart must not begin behind it


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """Stands in the queue behind the last delivery of a catch-up."""

    is_complete: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """Stands in the queue: a time that no catch-up can bring back."""

    start: datetime
    end: datetime
    reason: str


class Line:
    """One dial of one source: what its reader may do with it. It is not used again after it ended."""

    def __init__(self, lane: Lane, cursor: Cursor | None) -> None:
        self._lane = lane
        self._cut = threading.Event()
        self._on_cut: list[Callable[[], None]] = []
        self.cursor = cursor  # how far this source has been read; None: it never was
        self.missed_since = lane.missed_since  # the earliest moment that is still to be filled; None: nothing is
        self.now = lane.now
        self.zone = lane.house.zone  # of times in words
        self.cut_reason = ""
        self.connected_at: float | None = None

    @property
    def is_cut(self) -> bool:
        return self._cut.is_set()

    def connected(self) -> None:
        """The other side has answered and data may come."""
        self._lane.connected(self)

    def alive(self) -> None:
        """A byte or a keep-alive came."""
        self._lane.alive(self)

    def put(self, raw: bytes, *, ingest: Ingest = "stream", holds_cursor: bool = False) -> None:
        """Hand over one delivery; waits while the queue is full. Raises LineCut when the line has ended."""
        self._lane.put(self, Delivery(raw, self.now(), ingest, holds_cursor))

    def catching_up(self, words: str = "") -> None:
        """What comes now is the past, until `caught_up`."""
        self._lane.catching_up(self, words)

    def caught_up(self, *, is_complete: bool = True) -> None:
        """All that was missed has been put: gaps up to here count as seen once it has been taken.

        Not `is_complete`: no more will come, and they stay gaps.
        """
        self._lane.put(self, CaughtUp(is_complete))

    def lost(self, start: datetime, end: datetime, reason: str) -> None:
        """This time was not seen and cannot be had any more."""
        self._lane.put(self, Lost(start, end, reason))

    def wait(self, seconds: float) -> None:
        """Sleep; raises LineCut as soon as the line is cut."""
        if self._cut.wait(seconds):
            raise LineCut(self.cut_reason)

    def when_cut(self, let_go: Callable[[], None]) -> None:
        """Called from another thread when the line is cut: must make a blocking read return."""
        self._on_cut.append(let_go)
        if self.is_cut:
            let_go()

    def cut(self, reason: str) -> None:
        if self.is_cut:
            return
        self.cut_reason = reason
        self._cut.set()
        for let_go in self._on_cut:
            try:
                let_go()
            except Exception as error:  # the line is dead already; its reader will notice, or be abandoned
                log.debug("a line did not let go", source=self._lane.source.name, error=repr(error))


class Lane:
    """All that the supervisor knows about one source."""

    def __init__(self, source: Source, cursor: Cursor | None, house: Supervisor) -> None:
        self.source = source
        self.house = house
        self.now = house.now
        self.bell = house.bell
        self.queue: deque[Delivery | CaughtUp | Lost] = deque()
        self.dials = Dials(source.manners)
        self.rhythm = Rhythm()
        self.cursor = cursor  # of what has been handed out
        self.line: Line | None = None
        self.thread: threading.Thread | None = None
        self.is_waiting = False  # its reader waits for room in the queue
        self.has_ended = False
        self.error: SourceError | None = None
        self.error_at = 0.0
        self.catch_up_words: str | None = None  # not None: catching up
        self.last_byte = 0.0
        self.last_data_at: datetime | None = None
        self.last_mention_at: datetime | None = None
        self.received = self.rejected = 0
        self.gap: Gap | None = None
        self.unfilled: list[Gap] = []
        self.changed_gaps: list[Gap] = []
        self.recent: OrderedDict[str, int] = OrderedDict()
        self.state: SourceState = "starting"
        self.since = self.now()
        self.started_at = self.since

    # --- the reader's side --------------------------------------------------------------------------------
    def start(self) -> None:
        if self.source.is_live and self.cursor is not None:
            self._open_gap(self.cursor.at, "Smoulder was not running")
        self.thread = threading.Thread(target=self._run, name=f"read {self.source.name}", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        me = threading.current_thread()
        while not self.house.is_stopping and not self.has_ended and self.thread is me:
            if not self._wait_for_turn():
                return
            self._dial(me)

    def _wait_for_turn(self) -> bool:
        """False: stopped while waiting."""
        clock, error = self.house.clock, self.error
        polite = self.dials.next_at(clock(), self.house.jitter())
        asked = self._asked_for(error)
        while not self.house.is_stopping:
            if error is not None and error.retry_at is not None and self.now() >= error.retry_at:
                asked = 0.0
            left = max(polite, asked) - clock()
            if left <= 0:
                return True
            self.house.stopping.wait(min(left, WATCH_SECONDS))
        return False

    def _asked_for(self, error: SourceError | None) -> float:
        """Not before this. Counted on the clock that only goes forward: the time of day may be set back."""
        if error is not None and error.retry_at is not None:
            return self.house.clock() + (error.retry_at - self.now()).total_seconds()
        if error is not None and error.permanent:
            return self.error_at + self.source.manners.refused_wait
        return 0.0

    def _dial(self, me: threading.Thread) -> None:
        line = Line(self, self.cursor)
        with self.bell:
            self.line = line
            self.dials.dialled(self.house.clock())
            self.last_byte = self.house.clock()
        error: SourceError | None = None
        try:
            self.source.read(line)
        except LineCut:
            pass
        except SourceError as raised:
            error = raised
        except Exception as raised:  # one broken source never silences the others
            log.warning("a source failed", source=self.source.name, error=repr(raised))
            error = SourceError(f"{type(raised).__name__} while reading")
        if self.thread is me:
            self._ended(line, error)

    def _ended(self, line: Line, error: SourceError | None) -> None:
        with self.bell:
            clock = self.house.clock()
            self.line, self.catch_up_words, self.is_waiting = None, None, False
            self.rhythm.interrupted()
            self.dials.ended(clock - line.connected_at if line.connected_at is not None else 0.0)
            if error is None and not line.is_cut and not self.source.is_live:
                self.has_ended = True
            else:
                if line.is_cut and not (error and error.permanent):
                    error = SourceError(line.cut_reason)
                self.error, self.error_at = error or SourceError("the other side ended the connection"), clock
                if not self.house.is_stopping:
                    self._open_gap(self.last_data_at or self.started_at, self.error.words)
                    log.info(
                        "a line ended", source=self.source.name, why=self.error.words, failures=self.dials.failures
                    )
            self.bell.notify_all()

    def connected(self, line: Line) -> None:
        with self.bell:
            self._check(line)
            if line.connected_at is None:
                line.connected_at = self.house.clock()
                self._close_gap()
            self._heard()

    def alive(self, line: Line) -> None:
        with self.bell:
            self._check(line)
            self._heard()

    def catching_up(self, line: Line, words: str) -> None:
        with self.bell:
            self._check(line)
            self.catch_up_words = words
            self._heard()

    def put(self, line: Line, item: Delivery | CaughtUp | Lost) -> None:
        with self.bell:
            while len(self.queue) >= self.house.queue_rows and not line.is_cut:
                self.is_waiting = True
                self.bell.wait(WATCH_SECONDS)
            self.is_waiting = False
            self._check(line)
            self._heard()
            if isinstance(item, Delivery):
                self.rhythm.delivered(self.house.clock())
            else:
                self.catch_up_words = None
            self.queue.append(item)
            self.bell.notify_all()

    def _check(self, line: Line) -> None:
        if line.is_cut or line is not self.line:
            raise LineCut(line.cut_reason)

    def _heard(self) -> None:
        self.last_byte = self.house.clock()
        self.last_data_at = self.now()

    # --- gaps ---------------------------------------------------------------------------------------------
    @property
    def missed_since(self) -> datetime | None:
        return min((gap.start for gap in (*self.unfilled, *((self.gap,) if self.gap else ()))), default=None)

    def _open_gap(self, start: datetime, reason: str) -> None:
        if self.gap is None and self.source.is_live:
            self.gap = Gap(source=self.source.name, start=start, reason=reason)
            self.changed_gaps.append(self.gap)

    def _close_gap(self) -> None:
        if self.gap is not None:
            closed = replace(self.gap, end=max(self.now(), self.gap.start))
            self.unfilled.append(closed)
            self.changed_gaps.append(closed)
            self.gap = None

    def _settle_gaps(self, is_complete: bool) -> None:
        at = self.now()
        if is_complete:
            self.changed_gaps += [replace(gap, filled_at=at) for gap in self.unfilled]
        self.unfilled = []

    # --- the taker's side ---------------------------------------------------------------------------------
    def examine(self, item: Delivery | CaughtUp | Lost, gathered: Gathered) -> None:
        """Parse one item into the batch being gathered."""
        if isinstance(item, Delivery):
            batch = self._parsed(item)
            with self.bell:
                self._gather(item, batch, gathered)
            return
        with self.bell:
            if isinstance(item, CaughtUp):
                self._settle_gaps(item.is_complete)
            else:
                gap = Gap(source=self.source.name, start=item.start, end=item.end, reason=item.reason)
                self.changed_gaps.append(gap)

    def _parsed(self, item: Delivery) -> Batch:
        try:
            return self.source.parse(item.raw, item.received_at)
        except Exception as error:  # a parser of ours is wrong: the delivery is kept for a person to look at
            log.warning("a delivery could not be parsed", source=self.source.name, error=repr(error))
            letter = dead_letter(self.source.name, item.raw, f"{type(error).__name__} in the parser", item.received_at)
            return Batch(dead=(letter,))

    def _gather(self, item: Delivery, batch: Batch, gathered: Gathered) -> None:
        for mention in batch.mentions:
            if not self._is_news(mention):
                continue
            if item.ingest != "stream":
                mention = replace(mention, ingest=item.ingest)
            gathered.mentions.append(mention)
            self.received += 1
            self.last_mention_at = item.received_at
        gathered.deletions += batch.deletions
        gathered.dead += batch.dead
        self.rejected += len(batch.dead)
        if not item.holds_cursor:
            for cursor in batch.cursors:
                self.cursor = gathered.cursors[self.source.name] = cursor

    def _is_news(self, mention: Mention) -> bool:
        """Not a repetition of what was handed out already. Edits and new numbers are news."""
        mark = hash((mention.text, mention.likes, mention.replies, mention.reposts, mention.quotes, mention.edited_at))
        if self.recent.get(mention.id) == mark:
            return False
        self.recent[mention.id] = mark
        self.recent.move_to_end(mention.id)
        if len(self.recent) > RECENT_IDS:
            self.recent.popitem(last=False)
        return True

    def rest_cursor(self) -> Cursor | None:
        """All that came has been handed out: the same place, but as of now. None: not yet, or not needed."""
        cursor, at = self.cursor, self.last_data_at
        if cursor is None or at is None or self.queue or self.line is None or self.catch_up_words is not None:
            return None
        if not self.source.is_live or self.missed_since or (at - cursor.at).total_seconds() < CURSOR_SECONDS:
            return None
        self.cursor = replace(cursor, at=at)
        return self.cursor

    # --- health -------------------------------------------------------------------------------------------
    def watch(self) -> None:
        """Cut a line that has been silent for too long; leave a reader behind that does not come back."""
        line, stall = self.line, self.source.manners.stall
        if line is None:
            return
        silence = self.house.clock() - self.last_byte
        if not line.is_cut and stall is not None and silence > stall and not self.is_waiting:
            line.cut(f"no data for {how_long(silence)}")
        elif line.is_cut and silence > (stall or 0.0) + ABANDON_SECONDS and not self.house.is_stopping:
            self._abandon(line)

    def _abandon(self, line: Line) -> None:
        log.warning("a reader did not let go and is left behind", source=self.source.name)
        self.thread = None  # the old one sees that it is not this one and ends, whenever it wakes
        self._ended(line, None)
        self.thread = threading.Thread(target=self._run, name=f"read {self.source.name}", daemon=True)
        self.thread.start()

    def health(self) -> SourceHealth:
        now = self.now()
        state, detail, retry = self._words(now)
        if state != self.state:
            self.state, self.since = state, now
        return SourceHealth(
            source=self.source.name,
            state=state,
            since=self.since,
            detail=detail,
            last_data_at=self.last_data_at,
            last_mention_at=self.last_mention_at,
            retry_at=retry,
            is_live=self.source.is_live,
            received=self.received,
            rejected=self.rejected,
            updated_at=now,
        )

    def _words(self, now: datetime) -> tuple[SourceState, str, datetime | None]:
        if self.has_ended:
            return "ended", "read to its end", None
        if self.house.is_stopping:
            return "off", "", None
        if self.line is not None and self.line.connected_at is not None and not self.line.is_cut:
            return *self._connected_words(), None
        return self._away_words(now)

    def _connected_words(self) -> tuple[SourceState, str]:
        silence = self.rhythm.too_long(self.house.clock()) if self.source.is_live else None
        if silence is not None:
            return "stale", f"no data for {how_long(silence)} (usual {how_long(self.rhythm.usual or 0)})"
        if self.catch_up_words is not None:
            return "catching up", self.catch_up_words
        if self.is_waiting:
            return "ok", f"{len(self.queue):,} deliveries wait to be stored"
        return "ok", self.source.remark()

    def _away_words(self, now: datetime) -> tuple[SourceState, str, datetime | None]:
        error = self.error
        if error is None:
            return "starting", "connecting", None
        if error.permanent:
            left = self.error_at + self.source.manners.refused_wait - self.house.clock()
            return "refused", error.words, error.retry_at or now + timedelta(seconds=max(0.0, left))
        if error.retry_at is not None and error.retry_at > now:
            until = time_of_day(error.retry_at, now, self.house.zone)
            return "rate-limited", f"{error.words} until {until}", error.retry_at
        return "down", f"reconnecting, {nth(self.dials.failures)} try ({error.words})", None


class Gathered:
    """A batch in the making."""

    def __init__(self) -> None:
        self.mentions: list[Mention] = []
        self.deletions: list[Deletion] = []
        self.dead: list[DeadLetter] = []
        self.cursors: dict[str, Cursor] = {}

    @property
    def rows(self) -> int:
        return len(self.mentions) + len(self.deletions) + len(self.dead)

    def batch(self) -> Batch:
        return Batch(
            mentions=tuple(self.mentions),
            deletions=tuple(self.deletions),
            dead=tuple(self.dead),
            cursors=tuple(self.cursors.values()),
        )


class Supervisor:
    """Starts, watches and stops the sources; hands out what they read. `take`, `gaps` and `health` are for one caller.

    `clock`: seconds that only go forward, for waiting; `now`: the time of day, for rows. `zone`: of the times in
    words for the wall.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        cursors: Mapping[str, Cursor],
        *,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
        zone: tzinfo = UTC,
        queue_rows: int = QUEUE_ROWS,
    ) -> None:
        self.now = now
        self.clock = clock
        self.jitter = jitter
        self.zone = zone
        self.queue_rows = queue_rows
        self.bell = threading.Condition(threading.RLock())  # guards all lanes; rung when anything changed
        self.stopping = threading.Event()
        self._lanes = [Lane(source, cursors.get(source.name), self) for source in sources]
        self._turn = 0
        self._watchdog = threading.Thread(target=self._watch, name="watch sources", daemon=True)

    @property
    def is_stopping(self) -> bool:
        return self.stopping.is_set()

    def start(self) -> None:
        for lane in self._lanes:
            lane.start()
        self._watchdog.start()

    def take(self, max_rows: int = 200, wait_seconds: float = 0.5) -> Batch:
        """What has come since, merged over the sources, in order for each; empty when nothing came in time.

        A cursor stands for what is in this batch and before it, never for what still waits.
        """
        gathered = Gathered()
        give_up = time.monotonic() + wait_seconds
        examined = 0
        while gathered.rows < max_rows and examined < max_rows * EXAMINED_PER_ROW:
            got = self._round(gathered)
            examined += got
            if not got and not self._wait(give_up):
                break
            if gathered.rows:
                give_up = min(give_up, time.monotonic() + GATHER_SECONDS)
        with self.bell:
            for lane in self._lanes:
                if lane.source.name not in gathered.cursors and (cursor := lane.rest_cursor()):
                    gathered.cursors[lane.source.name] = cursor
        return gathered.batch()

    def _round(self, gathered: Gathered) -> int:
        """One delivery of each source, so that a flood on one does not hold up the others; how many there were."""
        got = 0
        self._turn += 1
        for n in range(len(self._lanes)):
            lane = self._lanes[(self._turn + n) % len(self._lanes)]
            with self.bell:
                item = lane.queue.popleft() if lane.queue else None
                if item is not None and lane.is_waiting:
                    self.bell.notify_all()
            if item is not None:
                lane.examine(item, gathered)
                got += 1
        return got

    def _wait(self, give_up: float) -> bool:
        """Until something waits; False when nothing came in time, or nothing can come any more."""
        with self.bell:
            while not any(lane.queue for lane in self._lanes):
                left = give_up - time.monotonic()
                if left <= 0 or self.is_stopping or self.is_finished:
                    return False
                self.bell.wait(left)
            return True

    def health(self) -> list[SourceHealth]:
        with self.bell:
            return [lane.health() for lane in self._lanes]

    def gaps(self) -> list[Gap]:
        """Gaps that opened, closed or were filled since the last call, each as it is now (source and start name it)."""
        with self.bell:
            changed = [gap for lane in self._lanes for gap in lane.changed_gaps]
            for lane in self._lanes:
                lane.changed_gaps = []
            return changed

    @property
    def waiting(self) -> int:
        """Deliveries that were read and not taken yet."""
        with self.bell:
            return sum(len(lane.queue) for lane in self._lanes)

    @property
    def is_finished(self) -> bool:
        """All sources were finite, have been read to their end and handed out."""
        with self.bell:
            return bool(self._lanes) and all(lane.has_ended and not lane.queue for lane in self._lanes)

    def stop(self, timeout: float = 10.0) -> None:
        """End all lines and wait for the readers; what they had read can still be taken."""
        with self.bell:
            self.stopping.set()
            self.bell.notify_all()
        until = time.monotonic() + timeout
        for lane in self._lanes:
            if lane.line is not None:
                lane.line.cut("stopped")
        for thread in [*(lane.thread for lane in self._lanes), self._watchdog]:
            if thread is not None and thread.is_alive():
                thread.join(max(0.0, until - time.monotonic()))

    def _watch(self) -> None:
        while not self.stopping.wait(WATCH_SECONDS):
            with self.bell:
                for lane in self._lanes:
                    lane.watch()
