"""What was said lately, in a fixed amount of memory: counts by minute, by thread, by kind of author.

Everything is kept by event time, so that a late mention still goes to the minutes it was written in. No clock:
"newest" is the newest minute that was ever added. Every class can be turned into plain JSON values and back
(`state`, `load`), exactly.
"""

from __future__ import annotations

import base64
import zlib
from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from struct import Struct
from typing import Any, NamedTuple

MINUTE = timedelta(minutes=1)
MILLISECOND = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIELDS = (
    "mentions",
    "complaints",
    "hostile",
    "praise",
    "people",
)  # people: upset authors, once in two hours, two of each thread
_PLACES = {name: place for place, name in enumerate(FIELDS)}
_FIELDS = len(FIELDS)
_WIDE = 2 * _FIELDS  # bytes of one minute
_FEW = 60
_CLEAR = array("H", [0]) * (_FEW * _FIELDS)  # so many empty minutes
BIN = 5  # minutes in one row of a Tally
DAY = 1440

# The six kinds of people that detection tells apart. The second of each pair was never seen by the brand before.
CALM, CALM_NEW, COMPLAINT, COMPLAINT_NEW, HOSTILE, HOSTILE_NEW = range(6)
Kinds = tuple[int, int, int, int, int, int]
NOBODY: Kinds = (0, 0, 0, 0, 0, 0)
_NUMBER = Struct(">Q").unpack


def minute_of(at: datetime) -> int:
    """Whole minutes since 1970 in UTC; a DST change does not exist here."""
    return (at - EPOCH) // MINUTE


def time_of(minute: int) -> datetime:
    """The first moment of a minute number."""
    return EPOCH + minute * MINUTE


def ms_of(at: datetime) -> int:
    """Whole milliseconds since 1970 in UTC."""
    since = at - EPOCH
    return since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000


def time_of_ms(ms: int) -> datetime:
    return EPOCH + ms * MILLISECOND


def new_number_of(text: str) -> int:
    """A text as 63 bits, the same in every process."""
    number: int = _NUMBER(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())[0]
    return number >> 1


number_of = lru_cache(8192)(new_number_of)  # the regulars and the threads of the day come again and again


class Minutes:
    """Counts of the last `size` minutes, by the names in FIELDS. A minute holds at most 65,535 of each."""

    def __init__(self, size: int = 1500) -> None:
        self.size = size
        self.newest = -1  # -1: nothing yet
        self.cells = array("H", [0]) * (size * len(FIELDS))  # the fields of one minute side by side
        # The same by the hour, so that a day need not be summed minute by minute; made from `cells` by `load`.
        self.hours = size // 60 + 2
        self.by_hour = {name: [0] * self.hours for name in FIELDS}

    def advance(self, minute: int) -> None:
        """Make `minute` the newest one; minutes that fall out of the ring are cleared."""
        if minute <= self.newest:
            return
        size, cells = self.size, self.cells
        first = self.newest + 1 if minute - self.newest <= size else minute - size + 1
        a = first % size
        end = a + minute + 1 - first
        if end > size:
            cells[: (end - size) * _FIELDS] = array("H", bytes((end - size) * _WIDE))
            end = size
        if end - a > _FEW:
            cells[a * _FIELDS : end * _FIELDS] = array("H", bytes((end - a) * _WIDE))
        else:  # the most frequent case of a small brand
            cells[a * _FIELDS : end * _FIELDS] = _CLEAR[: (end - a) * _FIELDS]
        hour = minute // 60
        if hour > self.newest // 60:
            for h in range(max(self.newest // 60 + 1, hour - self.hours + 1), hour + 1):
                for sums in self.by_hour.values():
                    sums[h % self.hours] = 0
        self.newest = minute

    def count(self, minute: int, names: Iterable[str]) -> None:
        """Count one in each of these fields; a minute older than the ring is left alone."""
        if minute > self.newest:
            self.advance(minute)
        elif minute <= self.newest - self.size:
            return
        cells, at, hour, by_hour = self.cells, minute % self.size * _FIELDS, minute // 60 % self.hours, self.by_hour
        for name in names:
            cell = at + _PLACES[name]
            seen = cells[cell]
            if seen < 65_535:
                cells[cell] = seen + 1
                by_hour[name][hour] += 1

    def total(self, name: str, end: int, width: int) -> int:
        """Sum of one field over the `width` minutes before minute `end` (which is left out)."""
        first, last, begin = end - width, self.newest + 1, self.newest - self.size + 1
        if first < begin:  # asked so often that a call of `max` shows
            first = begin
        if end < last:
            last = end
        if first >= last:
            return 0
        hour, end_hour = -(-first // 60), last // 60
        if hour >= end_hour:
            return self._sum(name, first, last)
        sums, a, b = self.by_hour[name], hour % self.hours, end_hour % self.hours
        total = sum(sums[a:b]) if a < b else sum(sums[a:]) + sum(sums[:b])
        if first < hour * 60:
            total += self._sum(name, first, hour * 60)
        return total + self._sum(name, end_hour * 60, last) if last > end_hour * 60 else total

    def bounds(self, name: str, end: int, width: int) -> tuple[int, int]:
        """Between these two lies `total`: the whole hours inside the minutes, and all hours they touch. In a moment."""
        newest, hours, sums = self.newest // 60, self.hours, self.by_hour[name]
        first, last, begin = (end - width) // 60, (end - 1) // 60, newest - hours + 1
        if first < begin:
            first = begin
        if last > newest:
            last = newest
        if first > last:
            return 0, 0
        a, b = first % hours, last % hours
        most = sum(sums[a : b + 1]) if a <= b else sum(sums[a:]) + sum(sums[: b + 1])
        # Whole hours older than the ring of minutes hold more than `total` does.
        is_old = end - width <= self.newest - self.size
        return 0 if is_old else most - sums[a] - (sums[b] if b != a else 0), most

    def rows(self, name: str, first: int, last: int) -> list[int]:
        """Sums of one field over the BIN minutes of each row first..last; `size` has to be a multiple of BIN."""
        start, end = first * BIN, (last + 1) * BIN
        a, b = start % self.size, (end - 1) % self.size + 1
        if self.newest - self.size < start and end <= self.newest + 1 and a < b:
            fields = len(FIELDS)
            counts = self.cells[a * fields + _PLACES[name] : b * fields : fields].tolist()
            return [sum(counts[at : at + BIN]) for at in range(0, len(counts), BIN)]
        return [self.total(name, row * BIN + BIN, BIN) for row in range(first, last + 1)]

    def _sum(self, name: str, first: int, end: int) -> int:
        """Minute by minute; first < end, both in the ring."""
        cells, place, size, fields = self.cells, _PLACES[name], self.size, len(FIELDS)
        a, b = first % size * fields + place, end % size * fields
        return sum(cells[a:b:fields]) if a < b else sum(cells[a::fields]) + sum(cells[place:b:fields])

    def state(self) -> list[Any]:
        return [self.newest, {name: pack(self.cells[_PLACES[name] :: len(FIELDS)].tobytes()) for name in FIELDS}]

    def load(self, state: list[Any]) -> None:
        self.newest = state[0]
        for name, packed in state[1].items():
            self.cells[_PLACES[name] :: len(FIELDS)] = array("H", unpack(packed))
        if self.newest < 0:
            return
        # The oldest hour of the ring is seldom whole; nobody asks for it as one.
        oldest = self.newest - self.size + 1
        for name, sums in self.by_hour.items():
            for hour in range(oldest // 60, self.newest // 60 + 1):
                first, end = max(hour * 60, oldest), min(hour * 60 + 60, self.newest + 1)
                sums[hour % self.hours] = self._sum(name, first, end)


class Tally:
    """How many people of each kind, in rows of five minutes, for the last `size` rows that hold anybody.

    The six counts of a row are one number with 32 bits for each of them: rows are added up in one step.
    """

    __slots__ = ("_before", "rows", "size")

    def __init__(self, size: int = 24) -> None:
        self.size = size
        self.rows: list[list[int]] = []  # [row, counts], oldest first
        self._before: tuple[int, Sequence[int], list[int]] | None = None  # spans without their last row, once summed

    def add(self, row_of: int, kind: int) -> None:
        """Count one person in the row `row_of` (minute // BIN)."""
        rows = self.rows
        if self._before is not None and self._before[0] != row_of:
            self._before = None  # it holds this row
        if rows and rows[-1][0] == row_of:
            rows[-1][1] += _ONE[kind]
            return
        self._before = None
        at = len(rows)
        while at and rows[at - 1][0] > row_of:
            at -= 1
        if at and rows[at - 1][0] == row_of:
            rows[at - 1][1] += _ONE[kind]
            return
        rows.insert(at, [row_of, _ONE[kind]])
        if len(rows) > self.size:
            del rows[0]

    def between(self, first: int, last: int) -> Kinds:
        """All people of the rows first..last, both included."""
        return _kinds(sum([counts for row, counts in self.rows if first <= row <= last]))

    def spans(self, last: int, spans: Sequence[int]) -> list[Kinds]:
        """Everybody of the `span` rows that end with `last`, for each of the spans, which have to grow.

        Asked after every complaint, so what came before the row `last` is summed once.
        """
        if self._before is None or self._before[0] != last or self._before[1] is not spans:
            self._before = (last, spans, self._sum_before(last, spans))
        newest = self.rows[-1][1] if self.rows and self.rows[-1][0] == last else 0
        return [_SIX((newest + sums).to_bytes(24, "little")) for sums in self._before[2]]

    def _sum_before(self, last: int, spans: Sequence[int]) -> list[int]:
        rows, total, found = self.rows, 0, list[int]()
        newest = rows[-1][0] if rows else -1
        for row, counts in reversed(rows):
            if row > last or row == newest == last:
                continue
            while row <= last - spans[len(found)]:
                found.append(total)
                if len(found) == len(spans):
                    return found
            total += counts
        return found + [total] * (len(spans) - len(found))

    def suffixes(self, first: int, last: int) -> Iterator[tuple[int, Kinds]]:
        """(row, everybody from that row to `last`) for each row, newest first."""
        total = 0
        for row, counts in reversed(self.rows):
            if row < first:
                break
            if row <= last:
                total += counts
                yield row, _kinds(total)

    def state(self) -> list[list[int]]:
        return [[row, *_kinds(counts)] for row, counts in self.rows]

    def load(self, state: Iterable[list[int]]) -> None:
        self.rows = [[row, sum(n * one for n, one in zip(kinds, _ONE, strict=True))] for row, *kinds in state]
        self._before = None


_ONE = tuple(1 << 32 * kind for kind in range(6))  # one person of each kind
_SIX = Struct("<6I").unpack


def _kinds(counts: int) -> Kinds:
    return _SIX(counts.to_bytes(24, "little"))


class Thread:
    """The people under one post, or behind one copied text."""

    __slots__ = ("first_row", "lead", "tally", "upset")

    def __init__(self, first_row: int) -> None:
        self.first_row = first_row
        self.tally = Tally()
        self.upset = 0  # people who complained or were hostile, since the thread is known
        self.lead: list[tuple[int, int]] = []  # (row, kind) of those that also count for the brand as a whole


class Threads:
    """The threads in which somebody complained lately; the one that was quiet for longest makes room."""

    MOST_THREADS = 64
    MOST_ROWS = 220

    def __init__(self) -> None:
        self.by_key: dict[int, Thread] = {}
        self.rows = 0

    def get(self, key: int) -> Thread | None:
        return self.by_key.get(key)

    def add(self, key: int, row: int, kind: int, *, may_start: bool) -> Thread | None:
        """Count one person. None: the thread is not known, and a calm post does not start one."""
        thread = self.by_key.pop(key, None)
        if thread is None:
            if not may_start:
                return None
            thread = Thread(row)
        self.by_key[key] = thread
        before = len(thread.tally.rows)
        thread.tally.add(row, kind)
        thread.upset += kind >= COMPLAINT
        self.rows += len(thread.tally.rows) - before
        while len(self.by_key) > self.MOST_THREADS or (self.rows > self.MOST_ROWS and len(self.by_key) > 1):
            oldest = next(iter(self.by_key))
            self.rows -= len(self.by_key.pop(oldest).tally.rows)
        return thread

    def state(self) -> list[Any]:
        return [[key, t.first_row, t.tally.state(), t.upset, t.lead] for key, t in self.by_key.items()]

    def load(self, state: list[Any]) -> None:
        for key, first_row, rows, upset, lead in state:
            thread = Thread(first_row)
            thread.tally.load(rows)
            thread.upset, thread.lead = upset, [(r, k) for r, k in lead]
            self.by_key[key] = thread
            self.rows += len(rows)


class Post(NamedTuple):
    """A complaint or hostile post, as much of it as evidence needs."""

    at_ms: int  # milliseconds since 1970
    id: str
    author: int
    root_id: str  # "source:native id"; empty: it stands alone
    root: int
    copy: int  # 0: too short to be a copy of anything
    kind: int
    weight: float  # how telling it is


class Posts:
    """The latest complaints, by arrival."""

    def __init__(self, size: int = 80) -> None:
        self.ring: deque[Post] = deque()
        self.size = size
        self.copies: dict[int, int] = {}  # text -> posts in the ring

    def add(self, post: Post) -> None:
        ring, copies, copy = self.ring, self.copies, post.copy
        ring.append(post)
        copies[copy] = copies.get(copy, 0) + 1
        if len(ring) > self.size:
            gone = ring.popleft().copy
            if copies[gone] > 1:
                copies[gone] -= 1
            else:
                del copies[gone]

    def between(self, first: int, end: int, key: int | None = None) -> list[Post]:
        """first <= minute < end, by event time; `key`: under this root or of this copied text only."""
        low, high = first * 60_000, end * 60_000
        found = (p for p in self.ring if low <= p.at_ms < high and (key is None or key in (p.root, p.copy)))
        return sorted(found, key=lambda p: (p.at_ms, p.id))

    def state(self) -> list[Any]:
        return [list(post) for post in self.ring]

    def load(self, state: Iterable[list[Any]]) -> None:
        for one in state:
            self.add(Post(*one))


def pack(data: bytes) -> str:
    """Bytes as JSON can hold them."""
    return base64.b85encode(zlib.compress(data, 1)).decode()


def unpack(text: str) -> bytes:
    return zlib.decompress(base64.b85decode(text))
