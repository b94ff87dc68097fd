"""When a source may be dialled again, and the words for waiting. Pure: the clock is an argument.

A server that is ill is not helped by a thousand clients at its door, and the networks count: X allows 50 connects
in a quarter of an hour and then shuts everybody out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from statistics import median

WATCH_SECONDS = 0.2  # how often the supervisor looks
LOOPBACK = ("127.0.0.1", "localhost", "::1")  # this machine: where a test's server may stand in for a network


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How one source is dialled and how long its silence is believed. All in seconds."""

    min_gap: float = 1.0  # between two dials, whatever happened
    max_dials: int = 45  # in `window`
    window: float = 900.0
    first_wait: float = 1.0  # after the first failure; doubled each time
    longest_wait: float = 60.0
    refused_wait: float = 900.0  # after a permanent refusal: slowly, but never silently for ever
    stall: float | None = 30.0  # no byte for so long: the line is dead; None: silence means nothing
    steady: float = 20.0  # a line that held so long was a good one: failures are counted from 0 again


class Dials:
    """Remembers when one source was dialled and how often in a row it failed."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self._at: deque[float] = deque(maxlen=manners.max_dials)
        self.failures = 0

    def dialled(self, clock: float) -> None:
        self._at.append(clock)

    def ended(self, seconds_held: float) -> None:
        """The line is gone after so many seconds of being connected (0: it never was)."""
        self.failures = 1 if seconds_held >= self._manners.steady else self.failures + 1

    def next_at(self, clock: float, jitter: float) -> float:
        """When the next dial is due. `jitter` in 0..1 spreads clients that were cut at the same moment."""
        if not self._at:
            return clock
        wait = min(self._manners.longest_wait, self._manners.first_wait * 2.0 ** min(self.failures - 1, 30))
        due = max(clock + wait * (0.5 + jitter / 2) if self.failures else clock, self._at[-1] + self._manners.min_gap)
        if len(self._at) == self._manners.max_dials:
            due = max(due, self._at[0] + self._manners.window)
        return due


LONGEST_RETRY = timedelta(minutes=16)  # X counts in quarters of an hour; more is taken for a mistake
SHORTEST_RETRY = timedelta(seconds=1)


def retry_at(headers: Mapping[str, str], now: datetime, usual: timedelta = timedelta(minutes=1)) -> datetime:
    """When a server that has had enough wants to be tried again, within our own limits.

    From Retry-After (seconds or a date) or x-rate-limit-reset (seconds since 1970); `usual` from now when it does
    not say, or not in a way that can be read.
    """
    asked = _asked(headers, now) or now + usual
    return max(now + SHORTEST_RETRY, min(asked, now + LONGEST_RETRY))


def _asked(headers: Mapping[str, str], now: datetime) -> datetime | None:
    small = {key.lower(): value.strip() for key, value in headers.items()}
    try:
        if after := small.get("retry-after"):
            if after.isdigit():
                return now + timedelta(seconds=int(after))
            at = parsedate_to_datetime(after)
            return at if at.tzinfo else at.replace(tzinfo=UTC)
        if reset := small.get("x-rate-limit-reset"):
            return datetime.fromtimestamp(float(reset), UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        pass
    return None


class Rhythm:
    """How far apart the deliveries of one source usually are, from its own recent past."""

    FEWEST = 10  # gaps, before anything is said
    FLOOR = 60.0  # seconds: no shorter silence is ever remarkable

    def __init__(self) -> None:
        self._gaps: deque[float] = deque(maxlen=200)
        self._last: float | None = None

    def delivered(self, clock: float) -> None:
        if self._last is not None:
            self._gaps.append(clock - self._last)
        self._last = clock

    def interrupted(self) -> None:
        """The line was cut: the time until the next delivery says nothing about the usual one."""
        self._last = None

    @property
    def usual(self) -> float | None:
        return median(self._gaps) if len(self._gaps) >= self.FEWEST else None

    def too_long(self, clock: float) -> float | None:
        """Seconds of silence when they are remarkable: 20 usual gaps and three times the longest; else None."""
        usual = self.usual
        if usual is None or self._last is None:
            return None
        silence = clock - self._last
        return silence if silence > max(self.FLOOR, 20 * usual, 3 * max(self._gaps)) else None


def how_long(seconds: float) -> str:
    """
    >>> [how_long(s) for s in (0.2, 20, 90, 420, 7_300, 200_000)]
    ['under 1 s', '20 s', '90 s', '7 min', '2 h', '2 days']
    """
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s" if seconds >= 1 else "under 1 s"


def nth(number: int) -> str:
    """
    >>> [nth(n) for n in (1, 2, 3, 4, 11, 12, 21, 112)]
    ['1st', '2nd', '3rd', '4th', '11th', '12th', '21st', '112th']
    """
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def time_of_day(at: datetime, now: datetime, zone: tzinfo = UTC) -> str:
    """ "14:32", with the date when it is not today."""
    local = at.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == now.astimezone(zone).date() else f"{local:%d %b %H:%M}"
