"""Faults 12 and 18: the writer is killed in the middle of a batch, or of a migration.

SIGKILL proves nothing about a power cut: what the process had handed to the system is still written. What a
power cut can cost is said in db/file.py.
"""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from db.migrations import STEPS
from db.rows import Mention
from db.sqlite import SqliteStore
from tests.clock import NOON
from tests.make import make_mention, make_score
from tests.store_children import NEXT, START, collect, dying, migrate_and_die, read_on

KILLS = 200


def integrity(store: SqliteStore) -> None:
    """Neither a page, nor an index, nor the full text search is out of step."""
    with store.atomic() as write:
        assert write.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        assert write.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        write.execute("INSERT INTO mentions_words (mentions_words, rank) VALUES ('integrity-check', 1)")


def test_f12_two_hundred_kills_in_mid_batch_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    dice = random.Random(12)
    caught = 0
    for kill in range(KILLS):
        told, tell = START.Pipe(duplex=False)
        child = START.Process(target=collect, args=(path, kill, tell), daemon=True)
        child.start()
        tell.close()
        for _ in range(dice.randint(1, 3)):
            assert told.poll(30), "the writer did not begin a batch"
            told.recv_bytes()
        time.sleep(dice.uniform(0, 0.012))  # somewhere in the batch; the place is the chance of this test
        child.kill()
        child.join()
        caught += Path(f"{path}-wal").exists()
    assert caught == KILLS, "a writer had closed the file before it was killed"

    store = SqliteStore(path, ballast_bytes=0)
    last = read_on(store, 10)[-1]
    store.add_scores([make_score(mention) for mention in store.unscored(100_000)])
    numbers = [int(one.mention.id.removeprefix("x:")) for one in store.history("Acme")]
    assert sorted(numbers) == list(range(1, last + 1)), "lost or doubled"
    assert last > KILLS
    buckets = store.buckets("Acme", NOON, NOON.replace(year=2027))
    assert sum(row.mentions for row in buckets) == sum(row.scored for row in buckets) == last
    assert sum(row.complaints for row in buckets) == store.counts()["scores"] == last
    assert len(store.waiting("Acme", NOON)) == min(50, last)
    assert sum(person.complaints for person in store.waiting("Acme", NOON)) == last
    integrity(store)
    store.close()


def known(path: Path) -> Mention:
    """A store of the schema that is out, with something in it."""
    store = SqliteStore(path, ballast_bytes=0)
    (mention,) = store.add_mentions([make_mention("late parcel", native=1, likes=3)])
    store.close()
    return mention


def schema(path: Path, steps=STEPS) -> list[tuple[str, ...]]:  # type: ignore[no-untyped-def]
    store = SqliteStore(path, ballast_bytes=0, steps=steps)
    with store.file.reading() as read:
        found = read.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    store.close()
    return found


@pytest.mark.parametrize("survived", range(len(NEXT)))
def test_f18_a_kill_in_mid_migration_leaves_the_file_as_it_was_and_the_next_start_finishes(
    tmp_path: Path, survived: int
) -> None:
    path = tmp_path / "s.sqlite3"
    mention = known(path)
    child = START.Process(target=migrate_and_die, args=(path, survived))
    child.start()
    child.join()
    assert child.exitcode == -9

    old = SqliteStore(path, ballast_bytes=0)
    assert old.versions()["schema"] == str(len(STEPS))
    assert [one.mention for one in old.history("Acme")] == [mention]
    assert sum(row.mentions for row in old.buckets("Acme", NOON, NOON.replace(hour=13))) == 1
    integrity(old)
    old.close()

    steps = (*STEPS, dying(len(NEXT)))
    fresh = tmp_path / "fresh.sqlite3"
    known(fresh)
    assert schema(path, steps) == schema(fresh, steps)
    backup = SqliteStore(f"{path}.schema-{len(STEPS)}.bak", read_only=True)
    assert [one.mention for one in backup.history("Acme")] == [mention]
    backup.close()


def test_f18_a_migration_that_fails_says_so_and_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    mention = known(path)

    def broken(db) -> None:  # type: ignore[no-untyped-def]
        db.conn.execute("DELETE FROM mentions")
        raise ValueError("a mistake of ours")

    with pytest.raises(ValueError, match="a mistake of ours"):
        SqliteStore(path, ballast_bytes=0, steps=(*STEPS, broken))
    store = SqliteStore(path, ballast_bytes=0)
    assert [one.mention for one in store.history("Acme")] == [mention]
    store.close()


def test_f18_a_new_file_that_was_never_finished_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"

    def killed(db) -> None:  # type: ignore[no-untyped-def]
        STEPS[0](db)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        SqliteStore(path, ballast_bytes=0, steps=(killed,))
    assert path.exists()
    known(path)


def test_f18_two_processes_that_bring_a_file_up_to_date_at_once_do_it_once(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    mention = known(path)
    steps = (*STEPS, dying(len(NEXT)))
    one = SqliteStore(path, ballast_bytes=0, steps=steps)
    two = SqliteStore(path, ballast_bytes=0, steps=steps)
    assert [row.mention.likes for row in two.history("Acme")] == [0]
    assert one.mention(mention.id) == two.mention(mention.id)
    one.close()
    two.close()
