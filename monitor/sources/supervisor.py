"""Keeps the sources running, and says how they are. Everything that can go wrong with a line ends here.

Each source reads in a thread of its own and only puts raw deliveries into a bounded queue; parsing happens in
`take()`, on the caller's thread. A source that fails is dialled again, politely; it never stops another one.
Nothing here knows a network, and nothing here stores anything.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo

from db.rows import Batch, Cursor, Gap, SourceHealth
from monitor.sources.dialling import WATCH_SECONDS
from monitor.sources.lane import Gathered, Lane
from monitor.sources.line import Line, LineCut, Source, SourceError

__all__ = ["Line", "LineCut", "Source", "SourceError", "Supervisor"]

QUEUE_ROWS = 5_000  # deliveries of one source that may wait; then its reading waits too
EXAMINED_PER_ROW = 20  # a firehose is read past much that is about nobody
GATHER_SECONDS = 0.1  # once there is something: how long more may join the batch


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
