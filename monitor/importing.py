"""The past, from a file: the same pipeline as live, driven by event time instead of the clock.

Incidents it finds are marked historical and nobody is told. Reading the same file twice changes nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice

from db.rows import Batch, Change, DeadLetter, Expected, Incident, IncidentEvent, Mention, Rules, Scored
from db.store import Store
from monitor import house, incidents
from monitor.clock import utc_now
from monitor.config import Alerts, Config
from monitor.loop import Loop, Scorer, pack
from monitor.replay import Player
from monitor.sources.file import read_file
from monitor.sources.table import count_lines
from monitor.windows import minute_of, time_of

BATCH_ROWS = 1000
BAND_MINUTES = 5
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import came to."""

    read: int
    new: int
    rejected: int  # lines that went to the dead letters
    incidents: int  # found in this import and not known before
    brands: tuple[str, ...]

    @property
    def words(self) -> str:
        lines = f"{self.read:,} read, {self.new:,} new, {self.rejected:,} could not be read"
        return f"{lines}; {self.incidents} past incidents found at {', '.join(self.brands) or 'no brand'}."


def import_file(
    file: str,
    store: Store,
    config: Config,
    *,
    brand: str | None,
    mapping: Mapping[str, str],
    say: Callable[[str], None],
) -> Imported:
    """Read, store, score and judge a file. Raises FileError when it cannot be read as mentions."""
    rows = read_file(file, brand=brand, mapping=mapping, now=utc_now())
    total = None if file == "-" else count_lines(file)
    rules = {row.brand: row for row in config.brands}
    with _progress(total) as step:
        return import_mentions(rows, store, rules, house.scorer(config.data_dir), step=step)


def import_mentions(
    rows: Iterable[Mention | DeadLetter],
    store: Store,
    rules: Mapping[str, Rules],
    scorer: Scorer,
    *,
    step: Callable[[int], None] = lambda n: None,
) -> Imported:
    """Store and score them all, then let the detectors walk through each brand's time."""
    loop = Loop(store, scorer, {}, Alerts())
    read = new = rejected = 0
    touched: set[str] = set()
    for part in _parts(rows):
        mentions = tuple(r for r in part if isinstance(r, Mention))
        dead = tuple(r for r in part if isinstance(r, DeadLetter))
        fresh = loop.ingest(Batch(mentions=mentions, dead=dead))
        read, new, rejected = read + len(part), new + len(fresh), rejected + len(dead)
        touched |= {m.brand for m in fresh}
        step(len(part))
    in_force = {**_make_known(store, touched), **rules}
    found = sum(walk(store, in_force[brand]) for brand in sorted(touched))
    return Imported(read=read, new=new, rejected=rejected, incidents=found, brands=tuple(sorted(touched)))


def _make_known(store: Store, brands: set[str]) -> dict[str, Rules]:
    """The rules in force; a brand that was never heard of gets plain ones, so that it exists from now on."""
    for brand in sorted(brands - set(store.rules())):
        store.put_rules(Rules(brand=brand), by="an import", at=utc_now())
    return store.rules()


def _parts(rows: Iterable[Mention | DeadLetter]) -> Iterator[list[Mention | DeadLetter]]:
    rows = iter(rows)
    while part := list(islice(rows, BATCH_ROWS)):
        yield part


def walk(store: Store, rules: Rules) -> int:
    """Let the detectors live through all that is stored of a brand; how many new past incidents were kept.

    The whole history is read, because what an import brings may change what was usual before and after it.
    """
    position = store.position()
    player = Player(rules)
    band: list[Expected] = []
    for one in _by_time(store, rules.brand):
        minute = minute_of(one.mention.created_at)
        while player.ticked >= 0 and player.ticked < minute - 1:
            player.run_to(player.ticked + 1, ())
            if player.ticked % BAND_MINUTES == 0:
                band.append(player.watch.expected(time_of(player.ticked)))
        player.run_to(minute, ())
        player.watch.observe((one,))
    store.add_expected(band)
    kept = _keep(store, rules.brand, player)
    store.put_snapshot(rules.brand, utc_now(), pack(position, player.watch.dump()))
    return kept


def _by_time(store: Store, brand: str) -> Iterator[Scored]:
    """Everything of a brand by created_at, a week at a time."""
    span = store.span(brand)
    if span is None:
        return
    start, last = span
    while start <= last:
        yield from store.mentions_between(brand, start, start + WEEK)
        start += WEEK


def _keep(store: Store, brand: str, player: Player) -> int:
    """Store the incidents that are not known yet, with their events; those left open end with the data."""
    known = store.incidents(brand, limit=None)
    kept = 0
    for incident in player.incidents:
        if any(_overlap(incident, other) for other in known):
            continue
        events = [e for change in player.changes if change.incident.id == incident.id for e in change.events]
        if incident.closed_at is None:
            end = incident.last_signal_at
            incident = replace(incident, closed_at=end, state="closed")
            events.append(IncidentEvent(incident_id=0, at=end, kind="closed", words=incidents.DATA_ENDS))
        past = replace(incident, id=0, is_historical=True)
        store.put_changes([Change(incident=past, events=tuple(replace(e, incident_id=0) for e in events))])
        kept += 1
    store.add_signals(player.signals)
    return kept


def _overlap(one: Incident, other: Incident) -> bool:
    end, other_end = one.closed_at or one.last_signal_at, other.closed_at or other.last_signal_at
    return one.opened_at <= other_end and other.opened_at <= end


@contextmanager
def _progress(total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on standard error when a person looks at it; nothing otherwise."""
    if not sys.stderr.isatty():
        yield lambda n: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("Reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("read", total=total)
        yield lambda n: bar.advance(task, n)
