"""Faults 14 to 17: the disk is full or broken, the file is locked or damaged."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from db.engine import sqlite3
from db.file import BUSY_SECONDS
from db.rows import Cursor
from db.sqlite import SqliteStore
from db.store import StoreBusy, StoreCorrupt, StoreDiskError, StoreFull
from tests.clock import NOON
from tests.make import make_notification, make_score
from tests.store_children import START, count_up, fill, hold, open_new, post, read_on

HOME = Path(__file__).resolve().parent.parent


# --- 14: full ---------------------------------------------------------------------------------------------
def limit_pages(store: SqliteStore, more: int) -> None:
    with store.atomic() as write:
        pages = write.execute("PRAGMA page_count").fetchone()[0]
        write.execute(f"PRAGMA max_page_count = {pages + more}")


def test_f14_on_a_full_disk_a_batch_is_written_whole_or_not_at_all_and_reading_goes_on(store: SqliteStore) -> None:
    read_on(store, 50)
    limit_pages(store, 40)
    with pytest.raises(StoreFull, match=r"full: nothing was written\. Make room"):
        while True:
            read_on(store, 50)
    last = int(store.cursors()["x"].value)
    assert [one.mention.id for one in store.history("Acme")] == [f"x:{n}" for n in range(1, last + 1)]
    assert store.wall("Acme", NOON).unheard > 0
    for attempt in (lambda: read_on(store, 50), lambda: store.add_mentions([post(9_999_999) for _ in range(3)])):
        if last:  # it stays full: each further attempt fails in the same calm way
            with pytest.raises(StoreFull):
                while True:
                    attempt()
                    store.add_mentions([replace(post(10_000_000), text="x" * 9_000, id=f"x:f{time.monotonic_ns()}")])
    limit_pages(store, 100_000)
    backlog = store.unscored(100_000)
    store.add_scores([make_score(mention) for mention in backlog])
    read_on(store, 50)
    assert store.counts()["unscored"] == 0


FULL_DISK = """
    import sys
    from pathlib import Path
    from db.store import StoreFull
    from db.sqlite import SqliteStore
    from tests.clock import NOON
    from tests.store_children import read_on
    from tests.make import make_notification

    disk = Path(sys.argv[1])
    filler = disk / "filler"

    def fill_up():
        try:
            with filler.open("ab") as file:
                while file.write(b"x" * 512) and not file.flush():
                    pass
        except OSError:
            pass

    SqliteStore(disk / "s.sqlite3", ballast_bytes=0).close()
    fill_up()
    try:
        SqliteStore(disk / "s.sqlite3", ballast_bytes=0)
        raise AssertionError("there was no room at all")
    except StoreFull as error:
        assert "is full" in str(error), error
    filler.unlink()
    store = SqliteStore(disk / "s.sqlite3", ballast_bytes=1_000_000)
    assert (disk / "s.sqlite3.ballast").stat().st_size == 1_000_000
    try:
        while True:
            read_on(store, 50)
    except StoreFull as error:
        assert "Make room" in str(error)
    fill_up()
    assert store.disk()[0] < 4096, store.disk()
    done = store.cursors()["x"].value
    try:
        while True:
            read_on(store, 50)
    except StoreFull:
        pass
    assert store.free_ballast() is True
    assert store.free_ballast() is False
    alarm = make_notification("full")
    assert store.add_notifications([alarm]) == [alarm], "the alarm must go out"
    read_on(store, 20)
    assert int(store.cursors()["x"].value) >= int(done) + 20
    store.close()
    (disk / "s.sqlite3.ballast").write_bytes(b"x" * 100_000)
    fill_up()
    again = SqliteStore(disk / "s.sqlite3", ballast_bytes=1_000_000)
    assert not (disk / "s.sqlite3.ballast").exists(), "who starts on a full disk takes the ballast"
    again.put_setting("still", "here", "test", NOON)
    again.close()
    print("fine")
"""


def test_f14_on_a_real_full_disk_the_ballast_lets_the_alarm_out(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f"mount -t tmpfs -o size=6m smoulder {disk}"
    namespace = ["unshare", "--mount", *(["--user", "--map-root-user"] if os.geteuid() else [])]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*namespace, "sh", "-c", mount], capture_output=True).returncode
    ):
        pytest.skip("this machine lets nobody mount a small disk")
    command = f"{mount} && exec {sys.executable} -c '{textwrap.dedent(FULL_DISK)}' {disk}"
    done = subprocess.run([*namespace, "sh", "-c", command], cwd=HOME, capture_output=True, text=True, timeout=90)
    assert (done.returncode, done.stdout) == (0, "fine\n"), done.stderr


def test_f14_the_ballast_is_laid_once_and_can_be_given_up(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    store = SqliteStore(path, ballast_bytes=100_000)
    ballast = Path(f"{path}.ballast")
    assert ballast.stat().st_blocks * 512 >= 100_000, "room that is really taken"
    assert store.free_ballast() is True
    assert not ballast.exists()
    assert store.free_ballast() is False
    free, whole = store.disk()
    assert 0 < free <= whole
    store.close()
    SqliteStore(path, ballast_bytes=100_000).close()
    assert ballast.exists()


# --- 15: the disk refuses -----------------------------------------------------------------------------------
@pytest.mark.parametrize("limit", [600_000, 1_000_000])
def test_f15_when_the_disk_refuses_a_write_nothing_is_lost_and_it_goes_on_afterwards(
    tmp_path: Path, limit: int
) -> None:
    path = tmp_path / "s.sqlite3"
    told, tell = START.Pipe(duplex=False)
    child = START.Process(target=fill, args=(path, limit, tell))
    child.start()
    tell.close()
    assert told.poll(60)
    name, words, last, mentions = told.recv()
    assert name in (StoreDiskError.__name__, StoreFull.__name__)
    assert "nothing was written" in words and str(path) in words
    assert mentions == int(last) > 0
    assert told.poll(60)
    assert int(told.recv()) == int(last) + 50
    child.join()
    assert child.exitcode == 0
    store = SqliteStore(path, ballast_bytes=0)
    assert [one.mention.id for one in store.history("Acme")] == [f"x:{n}" for n in range(1, int(last) + 51)]
    with store.file.reading() as read:
        assert read.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    store.close()


# --- 16: locked -------------------------------------------------------------------------------------------
def test_f16_a_file_that_somebody_holds_is_said_to_be_busy_and_is_written_when_it_is_free(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    store = SqliteStore(path, ballast_bytes=0, busy_seconds=0.2)
    read_on(store, 5)
    ours, theirs = START.Pipe()
    child = START.Process(target=hold, args=(path, theirs))
    child.start()
    theirs.close()
    assert ours.recv_bytes() == b"held"
    began = time.monotonic()
    with pytest.raises(StoreBusy, match="try again"):
        read_on(store, 5)
    assert time.monotonic() - began >= 0.2
    assert store.wall("Acme", NOON).unheard == 5, "readers are not held up"
    assert store.cursors()["x"].value == "5"
    ours.send_bytes(b"let go")
    assert ours.recv_bytes() == b"gone"
    read_on(store, 5)
    assert store.cursors()["x"].value == "10"
    child.join()
    store.close()


def test_f16_a_short_hold_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    assert BUSY_SECONDS == 5.0
    store = SqliteStore(path, ballast_bytes=0)
    ours, theirs = START.Pipe()
    child = START.Process(target=hold, args=(path, theirs))
    child.start()
    theirs.close()
    assert ours.recv_bytes() == b"held"
    later = threading.Timer(0.3, ours.send_bytes, (b"let go",))
    later.start()
    read_on(store, 5)
    assert store.cursors()["x"].value == "5"
    child.join()
    later.join()
    store.close()


def test_f16_reading_and_then_writing_never_fails_however_many_do_it(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    SqliteStore(path, ballast_bytes=0).close()
    children = [START.Process(target=count_up, args=(path, "turns", 100)) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0, 0]
    store = SqliteStore(path, ballast_bytes=0)
    assert store.setting("turns") == "300"
    store.close()


def test_f16_processes_that_create_the_file_at_once_agree(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    children = [START.Process(target=open_new, args=(path,)) for _ in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0, 0, 0]
    assert not list(tmp_path.glob("*.bak"))


def test_f16_a_reader_cannot_write_whatever_it_is_asked(store: SqliteStore) -> None:
    with store.file.reading() as read, pytest.raises(sqlite3.OperationalError, match="readonly"):
        read.execute("DELETE FROM mentions")


# --- 17: damaged ------------------------------------------------------------------------------------------
@pytest.fixture
def whole(tmp_path: Path) -> Path:
    path = tmp_path / "s.sqlite3"
    store = SqliteStore(path, ballast_bytes=0)
    for _ in range(6):
        read_on(store, 50)
    store.move_cursors([Cursor(source="bluesky", value="1", at=NOON)])
    store.add_notifications([make_notification()])
    store.close()
    return path


def roots(path: Path) -> dict[str, int]:
    connection = sqlite3.connect(str(path))
    found = dict(connection.execute("SELECT name, rootpage FROM sqlite_master WHERE type = 'table' AND rootpage > 0"))
    connection.close()
    return found


def refuse(path: Path) -> None:
    """Opening is refused with the cure, and the file is byte for byte what it was."""
    before = hashlib.sha256(path.read_bytes()).digest()
    with pytest.raises(StoreCorrupt, match=r"is damaged .* It was left as it is: keep a copy .* `smoulder restore`"):
        SqliteStore(path, ballast_bytes=0)
    assert hashlib.sha256(path.read_bytes()).digest() == before
    assert sum(p.stat().st_size for p in path.parent.glob("*-wal")) == 0


@pytest.mark.parametrize("table", ["mentions", "scores", "buckets", "people", "notifications", "cursors", "settings"])
def test_f17_a_table_whose_first_page_is_overwritten_refuses_the_file(whole: Path, table: str) -> None:
    page = roots(whole)[table]
    with whole.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(os.urandom(4096))
    refuse(whole)


def test_f17_a_file_that_was_cut_short_is_refused(whole: Path) -> None:
    os.truncate(whole, whole.stat().st_size // 2)
    refuse(whole)


def test_f17_a_page_of_rows_that_was_zeroed_is_refused(whole: Path) -> None:
    connection = sqlite3.connect(str(whole))
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.close()
    refused = 0
    kept = whole.read_bytes()
    for page in range(2, pages, max(1, pages // 25)):
        whole.write_bytes(kept)
        with whole.open("r+b") as file:
            file.seek((page - 1) * 4096)
            file.write(bytes(4096))
        try:
            SqliteStore(whole, ballast_bytes=0).close()
        except StoreCorrupt:
            refused += 1
    assert refused >= 15, "quick_check looks at tables; a page of an index alone is found when it is used"


def test_f17_damage_that_is_met_while_reading_says_the_same(whole: Path) -> None:
    store = SqliteStore(whole, read_only=True)
    page = roots(whole)["incidents"]
    with whole.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    with pytest.raises(StoreCorrupt, match="smoulder restore"):
        store.incidents()
    store.close()
