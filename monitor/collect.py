"""The collect process: sources in, alarms into the outbox. Everything that must not stop stands here.

A full disk, a dead source or a failing scorer are states that are shown; only a stop signal ends it. While the
store refuses to write, the batch in hand is held and the sources are left waiting, so nothing is skipped.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from importlib.metadata import version

import structlog

from db.rows import Batch, Gap, Process, Rules
from db.store import Store, StoreError, StoreFull
from monitor import house
from monitor.clock import utc_now
from monitor.config import Config
from monitor.loop import Loop
from monitor.outcry import Outcry
from monitor.scoring.scorer import Scorer
from monitor.sources import source_class
from monitor.sources.supervisor import Supervisor

log = structlog.get_logger()

MOST_NOTES = 3
BATCH_ROWS = 200
BATCH_SECONDS = 0.5
TICK_SECONDS = 1.0
SNAPSHOT_SECONDS = 300.0
RETRY_SECONDS = 5.0
LEAST_FREE_BYTES = 1_000_000_000
LEAST_FREE_SHARE = 0.1
GAPS_SEEN = timedelta(hours=26)


def agree_on_rules(store: Store, rows: tuple[Rules, ...], now: datetime) -> dict[str, Rules]:
    """The rules in force for the configured brands.

    The newest change wins: a brand's table that differs from what the file said last time replaces what was
    set on the rules page; an unchanged table leaves the page's version in force.
    """
    for row in rows:
        key, mark = f"rules from file: {row.brand}", sha256(repr(row).encode()).hexdigest()
        if store.setting(key) != mark:
            store.put_rules(row, by="the configuration file", at=now)
            store.put_setting(key, mark, by="the configuration file", at=now)
    in_force = store.rules()
    return {row.brand: in_force[row.brand] for row in rows}


def _looked_for(rules: Rules) -> tuple[tuple[str, ...], ...]:
    """The rules that the sources go by."""
    return rules.terms, rules.excluded, rules.handles


class Collector:
    """Turns the supervisor's batches into stored, scored and judged mentions, once a tick."""

    def __init__(self, config: Config, store: Store, *, now: Callable[[], datetime] = utc_now) -> None:
        self.store = store
        self.now = now
        self.started_at = now()
        rules = agree_on_rules(store, config.brands, self.started_at)
        self._rules_version = store.rules_version()
        self._folder, self._model_stamp = config.data_dir, house.stamp(config.data_dir)
        found = house.announced(config.data_dir)
        self.loop = Loop(store, Scorer(found.model), rules, config.alerts)
        self._note_trouble("model", found.trouble)
        self.loop.wake()
        self._source_settings = config.sources
        self.supervisor = self._supervisor(rules)
        self._has_other_words = False  # the sources have been stopped, to go on with other words
        self.outcry = Outcry(config)
        self._held: Batch | None = None  # what could not be written yet
        self._gaps: list[Gap] = []  # likewise
        self._next_tick = self._next_snapshot = 0.0

    def _supervisor(self, rules: Mapping[str, Rules]) -> Supervisor:
        sources = [source_class(name)(own, list(rules.values())) for name, own in self._source_settings.items()]
        return Supervisor(sources, self.store.cursors(), now=self.now)

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set. A file that has been read to its end does not end the watch."""
        self.supervisor.start()
        try:
            while not stop.is_set():
                self.step(stop)
        finally:
            self.supervisor.stop()
            self._finish()

    def step(self, stop: threading.Event) -> None:
        """Take what is there, keep it, and look at it once a second."""
        batch = self._held or self.supervisor.take(BATCH_ROWS, BATCH_SECONDS)
        try:
            if batch:
                self.loop.ingest(batch)
            elif self._has_other_words:
                self._begin_anew()
            self._held = None
            self._look(time.monotonic())
        except StoreError as error:
            self._held = batch
            self._complain(error)
            stop.wait(RETRY_SECONDS)

    def _complain(self, error: StoreError) -> None:
        """The store refuses. Give up the reserve for the last alarm, and say so where no store is needed."""
        log.error("the store does not write", error=str(error))
        if isinstance(error, StoreFull):
            self.store.free_ballast()
        self.outcry.cry(str(error), self.now())

    def _look(self, clock: float) -> None:
        if clock < self._next_tick:
            return
        self._next_tick = clock + TICK_SECONDS
        now = self.now()
        self._follow_the_house()
        self._follow_the_rules()
        self._note_gaps()
        self.store.put_source_health(self.supervisor.health())
        self.loop.tick(now, self.store.gaps(now - GAPS_SEEN, now))
        self.loop.score_backlog()
        self.store.beat(self._beat(now))
        if clock >= self._next_snapshot:
            self._next_snapshot = clock + SNAPSHOT_SECONDS
            self.loop.remember(now)

    def _follow_the_house(self) -> None:
        """Another model was made active, or dropped: it scores from here on, without a new start."""
        if (stamp := house.stamp(self._folder)) != self._model_stamp:
            self._model_stamp = stamp
            found = house.announced(self._folder)
            self.loop.scorer = Scorer(found.model)
            self._note_trouble("model", found.trouble)

    def _follow_the_rules(self) -> None:
        """Somebody has changed the rules: they hold from here on, without a new start."""
        version_now = self.store.rules_version()
        if version_now == self._rules_version:
            return
        before = {brand: watch.rules for brand, watch in self.loop.watches.items()}
        now = {brand: rules for brand, rules in self.store.rules().items() if brand in before}
        changed = {brand: rules for brand, rules in now.items() if rules != before[brand]}
        self.loop.change_rules(changed)
        if any(_looked_for(rules) != _looked_for(before[brand]) for brand, rules in changed.items()):
            self._has_other_words = True
            self.supervisor.stop()  # what it has read is taken first
        self._rules_version = version_now
        log.info("the rules have changed", brands=sorted(changed))

    def _begin_anew(self) -> None:
        """The sources go on where they were read to, with the words in force now."""
        self._gaps += self.supervisor.gaps()
        self.supervisor = self._supervisor({brand: watch.rules for brand, watch in self.loop.watches.items()})
        self.supervisor.start()
        self._has_other_words = False

    def _note_trouble(self, what: str, words: str) -> None:
        """Words for the wall; "" when all is well again."""
        self.loop.troubles.pop(what, None)
        if words:
            self.loop.troubles[what] = words

    def _note_gaps(self) -> None:
        """A change that the store refuses is kept: a gap that is never closed would leave the wall blind."""
        self._gaps += self.supervisor.gaps()
        while self._gaps:
            gap = self._gaps[0]
            self.store.open_gap(gap)
            if gap.end is not None:
                self.store.close_gap(gap.source, gap.end)
            if gap.filled_at is not None:
                self.store.fill_gaps(gap)
            del self._gaps[0]

    def _beat(self, now: datetime) -> Process:
        self._look_at_the_disk()
        troubles = "; ".join(self.loop.troubles.values())
        return Process(
            name="collect",
            pid=os.getpid(),
            started_at=self.started_at,
            beat_at=now,
            version=version("smoulder"),
            note=troubles or "; ".join(self.loop.notes(now)[:MOST_NOTES]),
            is_broken=bool(troubles),
        )

    def _look_at_the_disk(self) -> None:
        free, total = self.store.disk()
        is_short = total and (free < LEAST_FREE_BYTES or free < LEAST_FREE_SHARE * total)
        self._note_trouble("disk", f"The disk is nearly full: {free / 1e9:.1f} GB left; make room" if is_short else "")

    def _finish(self) -> None:
        """Flush on the way out: what was taken but not written, the last look, the detectors' memory."""
        try:
            batch = self._held or self.supervisor.take(BATCH_ROWS, 0)
            while batch:
                self.loop.ingest(batch)
                batch = self.supervisor.take(BATCH_ROWS, 0)
            self._note_gaps()
            self.store.put_source_health(self.supervisor.health())
            self.loop.remember(self.now())
        except StoreError as error:
            log.error("could not flush on the way out; the sources will be read again", error=str(error))
