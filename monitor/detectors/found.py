"""What a detector hands back: one finding, with the numbers it was computed from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from db.rows import Sensitivity, Severity

# Wrong alarms a week that one rule may cost, in the worst case; what was measured stands in docs/detection.md.
TOLERATED: dict[Sensitivity, float] = {"low": 0.015, "normal": 0.15, "high": 1.0}
WEEK_HOURS = 168


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A rule found something in the minutes start..end."""

    rule: str
    score: float  # 1.0 is the rule's own threshold
    severity: Severity
    start: int  # minutes since 1970
    end: int
    seen: float
    expected: float
    authors: int
    inputs: tuple[tuple[str, float], ...]  # all that the rule's `again` needs to come to the same score
    key: int | None = None  # the thread or the copied text
    posts: tuple[str, ...] = ()  # ids, when the rule is about certain posts
    topic: str = ""  # what it is about, when the rule knows


YOUNG_BAR = 1.6  # on a brand's first day so much more evidence is asked for
YOUNG_FEWEST = 8  # and so many people


@lru_cache(1024)
def bar(chances_a_week: float, tolerated: float) -> float:
    """Evidence, in nats, that is worth an alarm.

    Evidence of size b comes about by chance at most once in e**b tries (Ville 1939), so with n tries a week and
    t tolerated wrong alarms a week it is ln(n / t). It grows with the brand: more posts are more tries.
    """
    return math.log(max(chances_a_week, 1.0) / tolerated)
