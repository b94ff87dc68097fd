"""The five durations of an incident, from the first post: what a review asks about first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from db.rows import Incident

NAMES = ("detected", "acknowledged", "heard", "apology", "calm")
# What a good day looks like; an hour counts for people who are hurt, so these are short.
TARGETS = (10, 15, 30, 60, 360)  # minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """Each from the first post. None: it has not happened, or nobody wrote down when."""

    detected: timedelta | None = None
    acknowledged: timedelta | None = None
    heard: timedelta | None = None  # the first person
    apology: timedelta | None = None  # our first post that takes responsibility
    calm: timedelta | None = None


def durations(incident: Incident, heard_at: datetime | None = None, apology_at: datetime | None = None) -> Durations:
    """From the incident's own times, and the two that stand elsewhere."""
    first = incident.first_post_at or incident.opened_at

    def since_first(at: datetime | None) -> timedelta | None:
        return None if at is None else max(timedelta(0), at - first)

    return Durations(
        detected=since_first(incident.opened_at),
        acknowledged=since_first(incident.acknowledged_at),
        heard=since_first(heard_at),
        apology=since_first(apology_at),
        calm=since_first(incident.calming_at or incident.closed_at),
    )


def targets(wanted: Sequence[int] = ()) -> dict[str, timedelta]:
    """What a brand wants, by name. `wanted`: minutes in the order of NAMES; what is missing or 0 is as usual."""
    filled = [*wanted, *[0] * len(NAMES)]
    return {
        name: timedelta(minutes=mine or usual_minutes)
        for name, mine, usual_minutes in zip(NAMES, filled, TARGETS, strict=False)
    }


def usual(others: Sequence[Durations], name: str) -> timedelta | None:
    """The middle of the others' durations; None: none of them has one."""
    known = [length for each in others if (length := getattr(each, name)) is not None]
    return median(known) if known else None
