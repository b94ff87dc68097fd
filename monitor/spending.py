"""What a source has cost today and when its quota will run dry, from its settings and its cursor. Pure.

X sells posts by the piece: how many were read today stands in its cursor, so that a restart forgets nothing. What
looks at hashtags read is counted apart, and has a part of the cap of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from db.rows import Cursor

DAYS_A_MONTH = 30
LEAST_PACE = timedelta(minutes=30)  # after midnight the pace of a few minutes says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """Of one source on one day (UTC)."""

    posts: int  # looks at hashtags included
    most_posts: int
    dollars: float
    most_dollars: float
    dry_at: datetime | None  # when the stream has read its part, at today's pace; None: not today
    a_month: float  # dollars, at today's pace
    stops: bool  # False: it goes on beyond the cap and costs more


def spending(settings: Any, cursor: Cursor | None, now: datetime, looked: int = 0) -> Spending | None:
    """`looked`: posts that looks at hashtags have read today. None: this source costs nothing by the piece."""
    price, cap = getattr(settings, "price_per_post", None), getattr(settings, "max_posts_per_day", None)
    if not isinstance(price, float) or not isinstance(cap, int):
        return None
    part = settings.stream_posts_per_day
    today = now.astimezone(UTC)
    midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
    streamed = read_today(cursor, today)
    a_day = streamed * (timedelta(days=1) / max(today - midnight, LEAST_PACE))
    dry_at = None
    if streamed >= part:
        dry_at = now
    elif streamed and a_day > part:
        dry_at = now + (part - streamed) / streamed * max(today - midnight, LEAST_PACE)
    return Spending(
        posts=streamed + looked,
        most_posts=cap,
        dollars=(streamed + looked) * price,
        most_dollars=cap * price,
        dry_at=dry_at,
        a_month=(min(a_day, part) + looked) * price * DAYS_A_MONTH,
        stops=bool(getattr(settings, "stop_at_cap", True)),
    )


def read_today(cursor: Cursor | None, today: datetime) -> int:
    """The cursor of X: "post id, day, posts read on that day"; 0 when it tells of another day."""
    parts = cursor.value.split(" ") if cursor else []
    is_today = len(parts) == 3 and parts[1] == f"{today:%Y-%m-%d}" and parts[2].isdigit()
    return int(parts[2]) if is_today else 0
