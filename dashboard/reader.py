"""How one reader wants things said: language and time zone.

Every word that a page shows goes through `say`; every time of day through `clock`. Nothing here reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from dashboard.french import FRENCH

CATALOGUES: dict[str, dict[str, str]] = {"fr": FRENCH}


@dataclass(frozen=True, slots=True)
class Reader:
    """A language ("en", "fr") and a zone; English is the text itself, others are looked up by it."""

    language: str = "en"
    zone: tzinfo = UTC

    def say(self, text: str, /, **values: Any) -> str:
        """The sentence in the reader's language, with `{name}` filled in. An unknown one stays English."""
        return CATALOGUES.get(self.language, {}).get(text, text).format(**values)

    def count(self, n: int, one: str, many: str) -> str:
        """`one` or `many` by number; both may hold {n}. French counts 0 as one, English as many."""
        is_one = n == 1 or (n == 0 and self.language == "fr")
        return self.say(one if is_one else many, n=self.number(n))

    def number(self, n: int) -> str:
        """With a thin space between thousands, which both languages read."""
        return f"{n:,}".replace(",", "\u202f")

    def clock(self, at: datetime) -> str:
        """ "14:02" in the reader's zone."""
        return at.astimezone(self.zone).strftime("%H:%M")

    def clock_or_day(self, at: datetime, now: datetime) -> str:
        """ "14:02" today, "Tue 14:02" within the week, "3 Mar" before."""
        here, today = at.astimezone(self.zone), now.astimezone(self.zone)
        if here.date() == today.date():
            return self.clock(at)
        if timedelta(0) <= today.date() - here.date() < timedelta(days=6):
            return f"{self.weekday(here)} {self.clock(at)}"
        return self.day(at)

    def weekday(self, here: datetime) -> str:
        return self.say(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[here.weekday()])

    def day(self, at: datetime) -> str:
        """ "3 Mar"; the year is left to `date`."""
        return self.calendar_day(at.astimezone(self.zone))

    def calendar_day(self, day: date) -> str:
        """ "3 Mar", of a day that no zone moves."""
        return f"{day.day} {self.month(day)}"

    def month(self, here: date) -> str:
        months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
        return self.say(months[here.month - 1])

    def date(self, at: datetime) -> str:
        """ "3 Mar 2026 14:02"."""
        return f"{self.day(at)} {at.astimezone(self.zone).year} {self.clock(at)}"

    def stamp(self, at: datetime) -> str:
        """ "3 Mar 15:02 (14:02 UTC)": for reviews, where people of several zones must mean the same moment."""
        here = at.astimezone(self.zone)
        if here.utcoffset() == timedelta(0):
            return f"{self.day(at)} {self.clock(at)} UTC"
        return f"{self.day(at)} {self.clock(at)} ({at.astimezone(UTC):%H:%M} UTC)"

    def decimal(self, value: float, digits: int = 1) -> str:
        """ "1.5", in French "1,5"; a nought at the end is left out when one digit is asked for."""
        text = f"{value:.{digits}f}"
        return self.mark(text.removesuffix(".0") if digits == 1 else text)

    def mark(self, number: str) -> str:
        """A written number with the reader's decimal mark."""
        return number.replace(".", ",") if self.language == "fr" else number

    def share(self, share: float) -> str:
        """ "26%", in French "26 %"."""
        return f"{share:.0%}" if self.language != "fr" else f"{100 * share:.0f}\u202f%"

    def span(self, length: timedelta) -> str:
        """A length in one unit that a colleague would use: "12 s", "9 min", "3 h", "2 days"."""
        seconds = max(0, int(length.total_seconds()))
        if seconds < 90:
            return f"{seconds} s"
        if seconds < 90 * 60:
            return f"{round(seconds / 60)} min"
        if seconds < 36 * 3600:
            return f"{round(seconds / 3600)} h"
        return self.say("{n} days", n=round(seconds / 86400))
