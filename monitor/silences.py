"""Silences in words: how one is asked for on the command line, and how it reads. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from db.rows import Silence
from monitor.detectors import DETECTORS

LONGEST = timedelta(days=14)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def silence(
    brand: str,
    *,
    length: str,
    by: str,
    now: datetime,
    reason: str = "",
    rule: str | None = None,
    root: str | None = None,
    holds_storms: bool = False,
) -> Silence:
    """From now on. `length`: like 30m, 8h or 2d. ValueError: words that say what is wrong with what was asked."""
    found = re.fullmatch(r"([0-9]{1,5})([mhd])", length.strip().lower())
    span = int(found[1]) * _UNITS[found[2]] if found else timedelta(0)
    if not timedelta(0) < span <= LONGEST:
        raise ValueError(f"A silence of {length!r} is not understood; write 30m, 8h or 2d, at most 14d.")
    if rule is not None and rule not in DETECTORS:
        raise ValueError(f"There is no rule {rule!r}; the rules are {', '.join(sorted(DETECTORS))}.")
    if not by.strip():
        raise ValueError("A silence has an author; say who you are with --by.")
    return Silence(
        brand=brand, at=now, until=now + span, by=by, reason=reason, rule=rule, root=root, holds_storms=holds_storms
    )


def line(row: Silence) -> str:
    """One silence as one line."""
    about = [row.brand, *([f"rule {row.rule}"] if row.rule else []), *([f"under {row.root}"] if row.root else [])]
    end = (
        f"ended {row.ended_at:%Y-%m-%d %H:%M} by {row.ended_by}"
        if row.ended_at
        else f"until {row.until:%Y-%m-%d %H:%M}"
    )
    storms = ", storms too" if row.holds_storms else ""
    why = f": {row.reason}" if row.reason else ""
    return f"{row.id}  {', '.join(about)}{storms}, {end} UTC, by {row.by}{why}"
