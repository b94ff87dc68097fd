"""Looks whether the whole machine works, from collecting to notifying, and lets an outside service know.

Each minute in which everything works, `ping_url` is asked for. Silence is the alarm: a service of the
healthchecks kind notices when the pings stop, also when this machine is gone.
"""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from http.client import HTTPException

import structlog

from db.rows import Notification, Process

log = structlog.get_logger()

SILENT = timedelta(seconds=60)
UNSENT = timedelta(minutes=2)
UNSCORED = timedelta(minutes=2)
TIMEOUT_SECONDS = 10.0


def what_is_broken(
    processes: Sequence[Process],
    oldest_unscored_at: datetime | None,
    waiting: Sequence[Notification],
    now: datetime,
) -> str:
    """The first link of collect -> score -> detect -> notify that does not hold, in words; empty: all hold.

    The collector beats after it has scored and detected, so its beat stands for all three. `waiting`: rows that
    are neither sent nor given up.
    """
    collect = next((process for process in processes if process.name == "collect"), None)
    if collect is None:
        return "the collector has never run"
    if now - collect.beat_at > SILENT:
        return f"the collector has been silent since {collect.beat_at:%H:%M} UTC"
    if collect.is_broken:
        return collect.note
    if oldest_unscored_at is not None and now - oldest_unscored_at > UNSCORED:
        return f"mentions have waited for a score since {oldest_unscored_at:%H:%M} UTC"
    unsent = [row for row in waiting if now - row.created_at > UNSENT and row.due_at <= now + UNSENT]
    late = [row for row in unsent if row.attempts > 0 or now - row.due_at > UNSENT]
    if late:
        return f"letters that wait to be sent: {len(late)}"
    return ""


def ping(url: str, done: Callable[[str], None]) -> None:
    """Ask for the address in a thread of its own; `done` gets "" or what went wrong."""

    def ask() -> None:
        try:
            with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310  checked below
                done("" if answer.status < 400 else f"the watchman's service answered {answer.status}")
        except (OSError, HTTPException, ValueError) as error:
            done(f"the watchman's service cannot be reached ({error})")

    if not url.startswith(("https://", "http://")):
        done("PING_URL is no web address; it begins with https://")
        return
    threading.Thread(target=ask, name="watchman", daemon=True).start()
