"""Scored mentions -> counts per minute of event time, in a fixed amount of memory.

A ring holds the last hours minute by minute, so that a late mention still goes to the minute it was written
in. What is older than the ring is dropped here and counted by the store only. No clock: "newest" is the newest
minute that was ever added.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIELDS = ("mentions", "complaints", "hostile")


def minute_of(at: datetime) -> int:
    """Whole minutes since 1970 in UTC; a DST change does not exist here."""
    return (at - EPOCH) // MINUTE


def time_of(minute: int) -> datetime:
    """The first moment of a minute number."""
    return EPOCH + minute * MINUTE


class Minutes:
    """Counts of mentions, complaints and hostile posts of the last `size` minutes."""

    def __init__(self, size: int = 720) -> None:
        self.size = size
        self.newest = -1  # -1: nothing yet
        self.counts = {name: array("L", bytes(array("L").itemsize * size)) for name in FIELDS}

    def advance(self, minute: int) -> None:
        """Make `minute` the newest one; minutes that fall out of the ring are cleared."""
        if self.newest < 0 or minute - self.newest >= self.size:
            for column in self.counts.values():
                column[:] = array("L", bytes(column.itemsize * self.size))
            self.newest = max(minute, self.newest)
            return
        for m in range(self.newest + 1, minute + 1):
            for column in self.counts.values():
                column[m % self.size] = 0
        self.newest = max(self.newest, minute)

    def add(self, minute: int, *, is_complaint: bool, is_hostile: bool) -> bool:
        """Count one mention; False: its minute is older than the ring."""
        if minute > self.newest:
            self.advance(minute)
        elif minute <= self.newest - self.size:
            return False
        at = minute % self.size
        self.counts["mentions"][at] += 1
        self.counts["complaints"][at] += is_complaint
        self.counts["hostile"][at] += is_hostile
        return True

    def total(self, name: str, end: int, width: int) -> int:
        """Sum of one field over the `width` minutes before minute `end` (which is left out)."""
        first = max(end - width, self.newest - self.size + 1)
        column = self.counts[name]
        return sum(column[m % self.size] for m in range(first, min(end, self.newest + 1)))

    def each(self, name: str, end: int, width: int) -> Iterator[tuple[int, int]]:
        """(minute, count) of the `width` minutes before `end`, oldest first."""
        column = self.counts[name]
        for m in range(max(end - width, self.newest - self.size + 1), min(end, self.newest + 1)):
            yield m, column[m % self.size]
