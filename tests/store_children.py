"""Processes that write to a store and are killed, starved or locked out by the tests. Run by forkserver."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import signal
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from db.migrations import STEPS
from db.rows import Cursor
from db.sqlite import SqliteStore
from db.store import StoreError
from tests.clock import NOON
from tests.make import make_mention, make_score

START = multiprocessing.get_context("forkserver")
START.set_forkserver_preload(["tests.store_children"])


def post(number: int):  # type: ignore[no-untyped-def]
    return make_mention(
        f"parcel {number} is late", native=number, author=f"a{number % 50}", at=NOON + timedelta(seconds=number)
    )


def read_on(store: SqliteStore, rows: int) -> list[int]:
    """One batch after the cursor, as the collect process does it; the last post comes twice."""
    known = store.cursors().get("x")
    done = int(known.value) if known else 0
    numbers = range(max(1, done), done + rows + 1)
    with store.atomic():
        fresh = store.add_mentions([post(number) for number in numbers])
        store.move_cursors([Cursor(source="x", value=str(numbers[-1]), at=NOON)])
    store.add_scores([make_score(mention) for mention in fresh])
    return list(numbers)


def collect(path: Path, seed: int, tell: Connection) -> None:
    """Batch after batch, telling before each one, until it is killed."""
    dice = random.Random(seed)
    store = SqliteStore(path, ballast_bytes=0)
    while True:
        tell.send_bytes(b".")
        read_on(store, dice.randint(1, 60))


def fill(path: Path, limit: int, tell: Connection) -> None:
    """Write until the file may not grow any more; tell the name of the error and the last cursor that stands."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    store = SqliteStore(path, ballast_bytes=0)
    try:
        while True:
            read_on(store, 50)
    except StoreError as error:
        tell.send((type(error).__name__, str(error), store.cursors()["x"].value, store.counts()["mentions"]))
    # The limit goes, and so does the trouble: the same store writes again.
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    read_on(store, 50)
    tell.send(store.cursors()["x"].value)
    store.close()


def hold(path: Path, tell: Connection) -> None:
    """Hold the file for writing until told to let go."""
    store = SqliteStore(path, ballast_bytes=0)
    with store.atomic():
        tell.send_bytes(b"held")
        tell.recv_bytes()
    store.close()
    tell.send_bytes(b"gone")


def count_up(path: Path, key: str, times: int) -> None:
    """Read, then write what was read plus one; the read must still hold when the write comes."""
    store = SqliteStore(path, ballast_bytes=0)
    for _ in range(times):
        with store.atomic():
            store.put_setting(key, str(int(store.setting(key) or 0) + 1), "test", NOON)
    store.close()


def open_new(path: Path) -> None:
    SqliteStore(path, ballast_bytes=0).close()


def migrate_and_die(path: Path, survived: int) -> None:
    """Die by SIGKILL in the middle of bringing a file up to date, after `survived` statements of the new step."""
    SqliteStore(path, ballast_bytes=0, steps=(*STEPS, dying(survived)))


NEXT = (
    "CREATE TABLE weather (n INTEGER PRIMARY KEY, words TEXT NOT NULL) STRICT",
    "INSERT INTO weather (words) SELECT text FROM mentions",
    "ALTER TABLE mentions ADD COLUMN mood TEXT",
    "UPDATE mentions SET mood = 'calm', likes = 0",
    "CREATE INDEX mentions_by_mood ON mentions (mood)",
    "DELETE FROM buckets",
)


def dying(survived: int):  # type: ignore[no-untyped-def]
    def next_step(db) -> None:  # type: ignore[no-untyped-def]
        for statement in NEXT[:survived]:
            db.conn.execute(statement)
        if survived < len(NEXT):
            os.kill(os.getpid(), signal.SIGKILL)

    return next_step
