"""One source under supervision: dialled, read, dialled again; its gaps, its health and its words for the wall."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from db.rows import Batch, Cursor, DeadLetter, Deletion, Gap, Mention, SourceHealth, SourceState
from monitor.sources.dialling import WATCH_SECONDS, Dials, Rhythm, how_long, nth, time_of_day
from monitor.sources.fields import dead_letter
from monitor.sources.line import CaughtUp, Delivery, Line, LineCut, Lost, Source, SourceError

if TYPE_CHECKING:
    from monitor.sources.supervisor import Supervisor

log = structlog.get_logger()

RECENT_IDS = 10_000  # mentions of one source whose repetition is noticed
ABANDON_SECONDS = 5.0  # a reader that does not come back after its line was cut is left behind
CURSOR_SECONDS = 60.0  # a quiet source says so often how far it has been read


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
