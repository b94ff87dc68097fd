"""How often somebody may try: wrong passwords, and the questions of a script."""

from __future__ import annotations

import threading
from datetime import datetime

TRIES_BEFORE_WAIT = 5
WAIT_SECONDS = 60
ASKS_A_MINUTE = 120  # of one script


class Guesses:
    """Wrong passwords per name and per address: after five, each further one waits a minute."""

    def __init__(self) -> None:
        self._wrong: dict[str, tuple[int, datetime]] = {}
        self._lock = threading.Lock()

    def must_wait(self, keys: tuple[str, ...], now: datetime) -> bool:
        with self._lock:
            return any(self._waits(key, now) for key in keys)

    def _waits(self, key: str, now: datetime) -> bool:
        count, last = self._wrong.get(key, (0, now))
        return count >= TRIES_BEFORE_WAIT and (now - last).total_seconds() < WAIT_SECONDS

    def wrong(self, keys: tuple[str, ...], now: datetime) -> None:
        with self._lock:
            if len(self._wrong) > 10_000:
                # Names are typed by strangers: the table must not grow for ever.
                self._wrong.clear()
            for key in keys:
                self._wrong[key] = (self._wrong.get(key, (0, now))[0] + 1, now)

    def right(self, keys: tuple[str, ...]) -> None:
        with self._lock:
            for key in keys:
                self._wrong.pop(key, None)


class Pace:
    """How often each script asked in the minute that runs."""

    def __init__(self) -> None:
        self._asked: dict[str, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def may(self, name: str, now: datetime) -> bool:
        """Counts this question; False: it is one too many."""
        minute = int(now.timestamp() // 60)
        with self._lock:
            at, count = self._asked.get(name, (minute, 0))
            count = count + 1 if at == minute else 1
            self._asked[name] = (minute, count)
        return count <= ASKS_A_MINUTE
