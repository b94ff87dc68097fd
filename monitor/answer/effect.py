"""Did an answer calm? What stands in the minutes before and after it, side by side. Pure.

It says what came after, not what came of it: other things happen in a storm as well, and nobody can tell apart
what an answer did from what would have been.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from db.rows import Bucket, Gap, Scored

Course = Literal["calmer", "as before", "louder", "too early", "too few", "not seen"]

MINUTE = timedelta(minutes=1)
BEFORE = timedelta(minutes=20)
AFTER = timedelta(minutes=30)
SOONEST = timedelta(minutes=10)
FEWEST = 8
"""Complaints before and after together; of fewer the difference says nothing."""
CALMER, LOUDER = 0.7, 1.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Rates per ten minutes. None: not to be told yet, or nobody could see."""

    course: Course
    before: float | None
    after: float | None
    hostile_before: float | None
    hostile_after: float | None
    later: tuple[Scored, ...] = ()  # what the answered person wrote afterwards, oldest first

    @property
    def mood(self) -> str:
        """How the person's own last word afterwards was read: a label, or "" while there is none."""
        last = self.later[-1].score if self.later else None
        return last.label if last is not None else ""


def effect(
    answered_at: datetime,
    now: datetime,
    buckets: Sequence[Bucket],
    later: Sequence[Scored] = (),
    gaps: Sequence[Gap] = (),
) -> Effect:
    """`buckets`: of the brand, covering twenty minutes before the answer until now or half an hour after it.

    The minute of the answer itself belongs to neither side. `gaps`: times in which a source saw nothing.
    """
    moment = answered_at.replace(second=0, microsecond=0)
    start, end = moment - BEFORE, min(now.replace(second=0, microsecond=0), moment + MINUTE + AFTER)
    words = tuple(one for one in later if one.mention.created_at > answered_at)
    if any(gap.start < end and (gap.end is None or gap.end > start) for gap in gaps):
        return Effect(course="not seen", before=None, after=None, hostile_before=None, hostile_after=None, later=words)
    before = [b for b in buckets if start <= b.minute < moment]
    after = [b for b in buckets if moment + MINUTE <= b.minute < end]
    length = end - moment - MINUTE
    quiet = length < SOONEST
    rates = _rates(before, BEFORE), (None, None) if quiet else _rates(after, length)
    return Effect(
        course=_course(sum(b.complaints for b in before + after), rates[0][0], rates[1][0]),
        before=rates[0][0],
        after=rates[1][0],
        hostile_before=rates[0][1],
        hostile_after=rates[1][1],
        later=words,
    )


def _rates(found: Sequence[Bucket], length: timedelta) -> tuple[float, float]:
    tens = length / (10 * MINUTE)
    return sum(b.complaints for b in found) / tens, sum(b.hostile for b in found) / tens


def _course(complaints: int, before: float | None, after: float | None) -> Course:
    if before is None or after is None:
        return "too early"
    if complaints < FEWEST:
        return "too few"
    if after <= CALMER * before:
        return "calmer"
    return "louder" if after >= LOUDER * before else "as before"
