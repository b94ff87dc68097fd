"""The SQLite file: what is refused, what is shared, what is copied."""

from __future__ import annotations

import ast
import gc
import hashlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlite_utils.utils

from db.engine import sqlite3
from db.file import APPLICATION_ID
from db.migrations import STEPS
from db.sqlite import SqliteStore
from db.store import Store, StoreError, StoreForeign
from tests.clock import NOON
from tests.make import make_mention, make_score

HOME = Path(__file__).resolve().parent.parent


# --- one library ------------------------------------------------------------------------------------------
def test_one_module_of_ours_names_the_sqlite_library_and_nobody_else_does() -> None:
    for path in sorted(p for folder in ("db", "monitor", "dashboard", "tests") for p in (HOME / folder).rglob("*.py")):
        names = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
        if path != HOME / "db" / "engine.py":
            assert not names & {"sqlite3", "_sqlite3", "pysqlite3"}, path


def test_the_library_is_the_one_that_sqlite_utils_uses() -> None:
    assert sqlite_utils.utils.sqlite3.connect is sqlite3.connect


def test_opening_a_file_that_is_up_to_date_loads_no_other_library_and_no_sqlite_utils(tmp_path: Path) -> None:
    SqliteStore(tmp_path / "s.sqlite3", ballast_bytes=0).close()
    script = (
        "import sys, db.store as s; s.open_store(sys.argv[1]).close(); sys.exit(bool({'_sqlite3', 'sqlite_utils'} & "
        "set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script, tmp_path / "s.sqlite3"], cwd=HOME).returncode == 0


# --- what is refused --------------------------------------------------------------------------------------
def refuse(path: Path, kind: type[StoreError], words: str) -> None:
    before = hashlib.sha256(path.read_bytes()).digest()
    for read_only in (False, True):
        with pytest.raises(kind, match=words):
            SqliteStore(path, read_only=read_only)
    assert hashlib.sha256(path.read_bytes()).digest() == before
    # A reader of a file in WAL mode leaves an empty log beside it.
    assert sum(p.stat().st_size for p in path.parent.glob("*-wal")) == 0


def foreign(path: Path, *statements: str) -> Path:
    connection = sqlite3.connect(str(path), isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()
    return path


@pytest.mark.parametrize("content", [b"hello", b"\x00" * 5_000, b"SQLite format 2\x00" + b"a" * 5_000])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "s.sqlite3"
    path.write_bytes(content)
    refuse(path, StoreForeign, "is not a SQLite database; choose another path")


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = foreign(tmp_path / "theirs.db", "CREATE TABLE cookies (name TEXT)", "PRAGMA user_version = 1")
    refuse(path, StoreForeign, "database of another program; choose another path")
    other = foreign(path, "PRAGMA application_id = 77")
    refuse(other, StoreForeign, "database of another program")


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    SqliteStore(path, ballast_bytes=0).close()
    foreign(path, f"PRAGMA user_version = {len(STEPS) + 1}")
    refuse(path, StoreForeign, "newer Smoulder .* install that version, or restore a backup")


def test_a_path_that_cannot_be_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreForeign, match="not a file"):
        SqliteStore(tmp_path)
    with pytest.raises(StoreError, match="does not exist; create it"):
        SqliteStore(tmp_path / "no" / "s.sqlite3")
    with pytest.raises(StoreError, match="no store at"):
        SqliteStore(tmp_path / "s.sqlite3", read_only=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written_says_so(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    SqliteStore(path, ballast_bytes=0).close()
    path.chmod(0o400)
    with pytest.raises(StoreError, match="permissions"):
        SqliteStore(path, ballast_bytes=0)


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    path.touch()
    store = SqliteStore(path, ballast_bytes=0)
    with store.file.reading() as read:
        assert read.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert read.execute("PRAGMA user_version").fetchone() == (len(STEPS),)
    store.close()


def test_every_table_of_ours_is_strict_about_types(store: SqliteStore) -> None:
    with store.file.reading() as read:
        loose = read.execute(
            "SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
    assert [name for (name,) in loose if not name.startswith("mentions_words")] == ["_sqlite_migrations"]


# --- what is shared ---------------------------------------------------------------------------------------
def test_a_read_only_store_reads_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    writer = SqliteStore(path, ballast_bytes=0)
    writer.add_mentions([make_mention(native=1)])
    reader = SqliteStore(path, read_only=True)
    assert reader.mention("x:1") is not None
    with pytest.raises(StoreError, match="for reading only"):
        reader.add_mentions([make_mention(native=2)])
    writer.add_mentions([make_mention(native=2)])
    assert reader.mention("x:2") is not None, "it sees what others write"
    reader.close()
    writer.close()
    assert [p.name for p in tmp_path.iterdir()] == ["s.sqlite3"]


def test_an_older_file_is_not_migrated_by_a_reader(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    SqliteStore(path, ballast_bytes=0).close()
    with pytest.raises(StoreError, match="older Smoulder; start `smoulder run` once"):
        SqliteStore(path, read_only=True, steps=(*STEPS, lambda db: None))


def test_threads_read_while_one_writes_and_see_whole_groups_only(store: SqliteStore) -> None:
    stop, wrong, reads = threading.Event(), [], [0]

    def look() -> None:
        while not stop.is_set():
            facts = store.wall("Acme", NOON)
            mentions = sum(bucket.mentions for bucket in facts.buckets)
            if mentions % 10 or mentions != sum(bucket.scored for bucket in facts.buckets) or mentions != facts.unheard:
                wrong.append(facts)
            reads[0] += 1

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(30):
        rows = [make_mention() for _ in range(10)]
        with store.atomic():
            store.add_mentions(rows)
            store.add_scores([make_score(row) for row in rows])
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert reads[0] > 0
    assert store.wall("Acme", NOON).unheard == 300


def test_threads_that_write_wait_for_each_other(any_store: Store) -> None:
    def write(first: int) -> None:
        for number in range(first, first + 20):
            with any_store.atomic():
                any_store.put_setting("turns", str(int(any_store.setting("turns") or 0) + 1), "test", NOON)
                any_store.add_mentions([make_mention(native=number)])

    threads = [threading.Thread(target=write, args=(1_000 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert any_store.setting("turns") == "80"
    assert any_store.position() == 80


def test_the_connection_of_a_thread_that_is_gone_is_closed(store: SqliteStore) -> None:
    threads = [threading.Thread(target=store.counts) for _ in range(20)]
    for thread in threads:
        thread.start()
        thread.join()
    gc.collect()
    assert len(store.file._readers) == 0


def test_closing_leaves_one_file(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.sqlite3", ballast_bytes=0)
    thread = threading.Thread(target=lambda: (store.counts(), list(store.history("Acme"))))
    thread.start()
    thread.join()
    store.add_mentions([make_mention()])
    list(store.history("Acme"))
    store.close()
    assert [p.name for p in tmp_path.iterdir()] == ["s.sqlite3"]


# --- copies -----------------------------------------------------------------------------------------------
def test_a_backup_is_one_consistent_file_taken_while_others_write(store: SqliteStore, tmp_path: Path) -> None:
    store.add_mentions([make_mention() for _ in range(300)])
    target = tmp_path / "copies" / "copy.sqlite3"
    target.parent.mkdir()
    with store.atomic():
        store.add_mentions([make_mention(native="not committed")])
        store.backup(target)
    copy = SqliteStore(target, read_only=True)
    assert copy.counts()["mentions"] == 300
    assert copy.mention("x:not committed") is None
    copy.close()
    assert [p.name for p in target.parent.iterdir()] == ["copy.sqlite3"]


def test_a_backup_never_overwrites_and_leaves_no_half_file(any_store: Store, tmp_path: Path) -> None:
    target = tmp_path / "copy.sqlite3"
    any_store.backup(target)
    before = target.read_bytes()
    with pytest.raises(StoreError, match="exists already"):
        any_store.backup(target)
    with pytest.raises(StoreError, match="does not exist; create it"):
        any_store.backup(tmp_path / "no" / "copy.sqlite3")
    assert target.read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


def test_closing_breaks_off_a_read_on_its_way_instead_of_crashing_the_process(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "smoulder.sqlite3", ballast_bytes=0)
    reads, ended = threading.Event(), []
    counting = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500000000) SELECT sum(i) FROM n"

    def read_for_long() -> None:
        try:
            with store.file.reading() as connection:
                connection.execute("SELECT 1").fetchone()
                reads.set()
                connection.execute(counting).fetchone()
        except sqlite3.OperationalError as error:
            ended.append(str(error))

    reader = threading.Thread(target=read_for_long)
    reader.start()
    assert reads.wait(10)
    store.close()
    reader.join(10)
    assert not reader.is_alive() and ended == ["interrupted"]


READS_TO_THE_END = """
import sys, threading
from db.sqlite import SqliteStore
store = SqliteStore(sys.argv[1])
begun = threading.Barrier(5)
def read():
    begun.wait()
    while True:
        with store.file.reading() as connection:
            for _ in connection.execute("SELECT a.name FROM pragma_function_list a, pragma_function_list b LIMIT 4000"):
                pass
for _ in range(4):
    threading.Thread(target=read, daemon=True).start()
begun.wait()
threading.Event().wait(0.2)
"""


def test_a_program_that_ends_while_its_threads_still_read_does_not_crash(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", READS_TO_THE_END, str(tmp_path / "s.db")],
        capture_output=True, timeout=60, cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, b"")
