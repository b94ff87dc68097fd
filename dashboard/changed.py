"""What a page already shows is not sent again; and who is at which mention, so that two do not answer one person."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from dash import no_update
from plotly.utils import PlotlyJSONEncoder

PRESENT = timedelta(seconds=12)
LATELY = timedelta(minutes=30)  # a draft that has rested longer is in somebody's hand, but nobody is writing it


def changed(parts: Any, seen: Any) -> list[Any]:
    """The fields of a slotted dataclass: only those that this page does not show yet, and the digests of all."""
    names = type(parts).__slots__
    has = seen if isinstance(seen, list) and len(seen) == len(names) else [None] * len(names)
    written = [_written(getattr(parts, name)) for name in names]
    found = [digest(text) for text in written]
    # As plain lists and dictionaries: Dash writes those without asking each component again.
    values = [no_update if d == h else json.loads(text) for text, d, h in zip(written, found, has, strict=True)]
    return [*values, found]


def digests(parts: Any) -> list[str]:
    """Of each field, for a page that shows them all."""
    return [digest(_written(getattr(parts, name))) for name in type(parts).__slots__]


def _written(part: Any) -> str:
    return json.dumps(part, cls=PlotlyJSONEncoder)


def digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


class Presence:
    """Who has which mention open, and who is writing to whom. Forgotten after a while."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._open: dict[str, tuple[str, datetime]] = {}  # person -> mention, when
        self._writes: dict[str, tuple[str, datetime]] = {}
        self._lock = threading.Lock()

    def others(self, who: str, mention_id: str | None) -> list[str]:
        """Note what `who` has open; the other people who have it open as well."""
        now = self._clock()
        with self._lock:
            if mention_id is None:
                self._open.pop(who, None)
                return []
            self._open[who] = (mention_id, now)
            self._open = _alive(self._open, now)
            return sorted(name for name, (m, _) in self._open.items() if m == mention_id and name != who)

    def write(self, who: str, mention_id: str) -> None:
        """`who` is typing an answer to it."""
        now = self._clock()
        with self._lock:
            self._writes = _alive(self._writes, now) | {who: (mention_id, now)}

    def writers(self, mention_id: str, now: datetime) -> list[str]:
        with self._lock:
            return sorted(name for name, (m, _) in _alive(self._writes, now).items() if m == mention_id)

    def at(self, now: datetime) -> dict[str, list[str]]:
        """Mention -> who has it open."""
        with self._lock:
            found: dict[str, list[str]] = {}
            for name, (mention_id, _) in sorted(_alive(self._open, now).items()):
                found.setdefault(mention_id, []).append(name)
            return found


def _alive(seen: dict[str, tuple[str, datetime]], now: datetime) -> dict[str, tuple[str, datetime]]:
    return {name: (mention, at) for name, (mention, at) in seen.items() if now - at <= PRESENT}
