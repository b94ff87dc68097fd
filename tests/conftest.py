"""Fixtures for everybody: a store on real SQLite, and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from db.sqlite import SqliteStore
from db.store import Store
from tests.clock import Clock

# A busy machine makes one example slow; no test is about that.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

# The contract of the store runs over all of these.
STORES: dict[str, Callable[[Path], Store]] = {
    "sqlite": lambda folder: SqliteStore(folder / "smoulder.sqlite3", ballast_bytes=0),
    "sqlite-memory": lambda folder: SqliteStore(":memory:"),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store on a file."""
    opened = STORES["sqlite"](tmp_path)
    yield opened
    opened.close()


@pytest.fixture(params=STORES)
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of every kind there is, one after the other."""
    opened = STORES[request.param](tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    """Tuesday noon, until it is moved."""
    return Clock()
