"""A supervisor over real sources, and all that came out of it, for tests that wait for what a user would see."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from db.rows import Cursor, DeadLetter, Deletion, Gap, Mention, Rules, SourceHealth
from monitor.sources.supervisor import Source, Supervisor

HURRY = 10.0  # waiting between dials passes ten times as fast as life
ACME = Rules(
    brand="Acme",
    terms=("acme", "#acmefail"),
    excluded=("acme bearings",),
    handles=("x:acme", "bluesky:did:plc:acmeown", "file:acme"),
)
BOLT = Rules(brand="Bolt", terms=("bolt air",))


def utc_now() -> datetime:
    return datetime.now(UTC)


class Reading:
    """What a supervisor has handed out so far. `until` takes on until something is true."""

    def __init__(self, supervisor: Supervisor) -> None:
        self.supervisor = supervisor
        self.mentions: list[Mention] = []
        self.deletions: list[Deletion] = []
        self.dead: list[DeadLetter] = []
        self.gaps: list[Gap] = []  # every change, in order
        self.cursors: dict[str, Cursor] = {}
        self.seen: list[tuple[str, str, str]] = []  # source, state, words: each time they changed

    def until(self, is_true: Callable[[], bool], seconds: float = 15.0) -> None:
        """Fails the test when it does not become true in time."""
        give_up = time.monotonic() + seconds
        while not is_true():
            assert time.monotonic() < give_up, f"not in time; seen: {self.seen}, {len(self.mentions)} mentions"
            self.step()

    def watch(self, is_true: Callable[[], bool], seconds: float = 15.0) -> None:
        """As `until`, but nothing is taken meanwhile."""
        give_up = time.monotonic() + seconds
        while not is_true():
            assert time.monotonic() < give_up, f"not in time: {self.supervisor.health()}"
            time.sleep(0.01)

    def step(self) -> None:
        batch = self.supervisor.take(200, 0.05)
        self.mentions += batch.mentions
        self.deletions += batch.deletions
        self.dead += batch.dead
        self.cursors |= {cursor.source: cursor for cursor in batch.cursors}
        self.gaps += self.supervisor.gaps()
        for health in self.supervisor.health():
            now = (health.source, health.state, health.detail)
            if now not in self.seen[-3:]:
                self.seen.append(now)

    @property
    def ids(self) -> list[str]:
        return [mention.id for mention in self.mentions]

    @property
    def states(self) -> list[str]:
        return [state for _, state, _ in self.seen]

    @property
    def words(self) -> str:
        return "\n".join(words for _, _, words in self.seen)

    @property
    def health(self) -> SourceHealth:
        """Of the only source."""
        (health,) = self.supervisor.health()
        return health


@contextmanager
def reading(
    *sources: Source,
    cursors: Mapping[str, Cursor] | None = None,
    now: Callable[[], datetime] = utc_now,
    clock: Callable[[], float] = lambda: time.monotonic() * HURRY,
    **settings: Any,
) -> Iterator[Reading]:
    supervisor = Supervisor(sources, cursors or {}, now=now, clock=clock, jitter=lambda: 0.5, **settings)
    supervisor.start()
    try:
        yield Reading(supervisor)
    finally:
        began = time.monotonic()
        supervisor.stop()
        assert time.monotonic() - began < 10, "stopping took more than 10 s"


def dials_per_second(dials: Sequence[float]) -> float:
    """The busiest pair of dials, in the hurried seconds of the supervisor."""
    gaps = [(later - earlier) * HURRY for earlier, later in itertools.pairwise(dials)]
    return 1 / min(gaps) if gaps else 0.0
