"""Rules that somebody changes while the collector runs hold within seconds, without a new start."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from db.rows import Rules
from db.sqlite import SqliteStore
from monitor.collect import Collector
from monitor.config import Config
from monitor.sources.file import FileSettings
from tests.clock import NOON, Clock

RULES = Rules(brand="Acme", terms=("acme",))
LATER = timedelta(minutes=10)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def collector(tmp_path: Path, clock: Clock) -> Iterator[Collector]:
    """It reads a post about Acme, and ten minutes later one about its other name."""
    rows = [
        {"id": "x:1", "created_at": NOON.isoformat(), "text": "acme left me in the rain", "author_id": "a"},
        {"id": "x:2", "created_at": (NOON + LATER).isoformat(), "text": "zorbline is late again", "author_id": "b"},
    ]
    path = tmp_path / "posts.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    config = Config(
        data_dir=tmp_path, brands=(RULES,), sources={"file": FileSettings(path=str(path), shift_to_now=True)}
    )
    store = SqliteStore(tmp_path / "store.sqlite3", ballast_bytes=0)
    collector = Collector(config, store, now=clock)
    collector.supervisor.start()
    yield collector
    collector.supervisor.stop()
    store.close()


def step_until(collector: Collector, is_so: Callable[[], bool]) -> None:
    for _ in range(60):
        collector._next_tick = 0.0  # a second has passed
        collector.step(threading.Event())
        if is_so():
            return
    pytest.fail("it did not come to that within 60 steps")


def test_a_new_word_is_looked_for_and_what_was_read_is_not_read_again(collector: Collector, clock: Clock) -> None:
    store = collector.store
    step_until(collector, lambda: store.counts()["scores"] == 1)
    first_sources = collector.supervisor
    store.put_rules(replace(RULES, terms=("acme", "zorbline")), by="Ada", at=clock())
    step_until(collector, lambda: collector.supervisor is not first_sources)
    clock.move(minutes=10)
    step_until(collector, lambda: store.counts()["scores"] == 2)
    kept = store.mentions(["x:1", "x:2"])
    assert [one.mention.matched for one in kept] == [("acme",), ("zorbline",)]
    assert store.counts()["dead_letters"] == 0


def test_other_rules_hold_at_once_without_touching_the_sources_or_what_was_learnt(
    collector: Collector, clock: Clock
) -> None:
    store, watch, sources = collector.store, collector.loop.watches["Acme"], collector.supervisor
    step_until(collector, lambda: store.counts()["scores"] == 1)
    changed = replace(RULES, sensitivity="high", keywords=("rain",), timezone="Europe/Paris", vips=("x:b",))
    store.put_rules(changed, by="Ada", at=clock())
    store.put_rules(Rules(brand="Norda"), by="Ada", at=clock())  # not watched here: left alone
    step_until(collector, lambda: watch.rules == changed)
    assert collector.supervisor is sources
    assert collector.loop.watches == {"Acme": watch}
    assert watch.memory.rules == changed
    assert watch.lists.keywords == ("rain",)
    assert str(watch.memory.season.zone) == "Europe/Paris"
    assert watch.memory.first_minute == int(NOON.timestamp()) // 60 or watch.waiting
