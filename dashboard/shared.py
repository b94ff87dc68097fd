"""One question a second, however many people look.

A hundred walls that refresh together cost the store one query: whoever asks first computes, the others wait
for that answer and share it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Slot:
    lock: threading.Lock = field(default_factory=threading.Lock)
    made_at: float = float("-inf")
    value: Any = None


class Shared:
    """Answers at most `seconds` old, by key. An answer that raises is not kept: the next one asks again."""

    def __init__(self, seconds: float = 1.0, ticks: Callable[[], float] = time.monotonic, most: int = 256) -> None:
        self._seconds, self._ticks, self._most = seconds, ticks, most
        self._slots: dict[Hashable, _Slot] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            if key not in self._slots and len(self._slots) >= self._most:
                # Keys come from addresses that people type: the table must not grow for ever.
                self._slots.clear()
            slot = self._slots.setdefault(key, _Slot())
        with slot.lock:
            if self._ticks() - slot.made_at >= self._seconds:
                slot.value = make()
                slot.made_at = self._ticks()
            value: T = slot.value
            return value
