"""What a source is, and the line that it reads from: everything a reader may do with one dial."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import structlog

from db.rows import Batch, Cursor, Ingest
from monitor.sources.dialling import Manners

if TYPE_CHECKING:
    from monitor.sources.lane import Lane

log = structlog.get_logger()


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
