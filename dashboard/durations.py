"""The five durations of an incident, from the first post: what a review asks about first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from db.rows import Incident

# What a good day looks like; an hour counts for people who are hurt, so these are short.
TARGETS = {
    "detected": timedelta(minutes=10),
    "acknowledged": timedelta(minutes=15),
    "heard": timedelta(minutes=30),
    "answered": timedelta(minutes=60),
    "calm": timedelta(hours=6),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """Each from the first post. None: it has not happened, or nobody wrote down when."""

    detected: timedelta | None = None
    acknowledged: timedelta | None = None
    heard: timedelta | None = None  # the first person
    answered: timedelta | None = None  # our first own post under it
    calm: timedelta | None = None


def durations(incident: Incident, heard_at: datetime | None = None, answered_at: datetime | None = None) -> Durations:
    """From the incident's own times, and the two that stand elsewhere."""
    first = incident.first_post_at or incident.opened_at

    def since_first(at: datetime | None) -> timedelta | None:
        return None if at is None else max(timedelta(0), at - first)

    return Durations(
        detected=since_first(incident.opened_at),
        acknowledged=since_first(incident.acknowledged_at),
        heard=since_first(heard_at),
        answered=since_first(answered_at),
        calm=since_first(incident.closed_at or incident.calming_at),
    )


def usual(others: Sequence[Durations], name: str) -> timedelta | None:
    """The middle of the others' durations; None: none of them has one."""
    known = [length for each in others if (length := getattr(each, name)) is not None]
    return median(known) if known else None
