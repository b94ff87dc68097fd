"""The processes as they run: started, killed, stopped, and what is left afterwards."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from db.rows import Process
from db.sqlite import SqliteStore
from db.store import Store, StoreError
from monitor.clock import utc_now
from monitor.processes import Child, Family
from tests.clock import NOON, Clock
from tests.run import start, until

CONFIG = """
[[brands]]
name = "Brume"
terms = ["brume"]

[sources.file]
path = "{path}"
pace = 0
"""


def write_posts(path: Path, count: int) -> None:
    """Posts with sequence numbers, one every ten seconds, the last one now."""
    first = utc_now() - timedelta(seconds=10 * count)
    with path.open("w") as out:
        for n in range(count):
            at = (first + timedelta(seconds=10 * n)).isoformat()
            row = {
                "id": f"seq:{n}",
                "text": f"the brume is late again, number {n}",
                "created_at": at,
                "handle": f"u{n % 97}",
            }
            out.write(json.dumps(row) + "\n")


def write_config(folder: Path, count: int) -> Path:
    write_posts(folder / "posts.jsonl", count)
    path = folder / "smoulder.toml"
    path.write_text(CONFIG.format(path=folder / "posts.jsonl"))
    return path


def is_ready(folder: Path) -> bool:
    """The store is there and its tables are made."""
    try:
        with opened(folder):
            return True
    except StoreError:
        return False


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    store = SqliteStore(folder / "smoulder.sqlite3", read_only=True)
    yield store
    store.close()


def stored(folder: Path) -> int:
    if not is_ready(folder):
        return 0
    with opened(folder) as store:
        return store.counts()["mentions"]


def ended(process: subprocess.Popen[bytes], seconds: float = 15) -> tuple[int, str]:
    """Wait for its end; its exit code and what it wrote to standard error."""
    _, errors = process.communicate(timeout=seconds)
    return process.returncode, errors.decode("utf-8", "replace")


def kill_until_all_is_read(folder: Path, count: int, kills: int, seed: int) -> int:
    """Start collect, kill -9 it at a random moment, again and again; then let it finish. How many kills there were."""
    config = write_config(folder, count)
    moments = random.Random(seed)
    done = 0
    while done < kills:
        process = start("collect", "--config", config, "--data", folder / "data")
        before = stored(folder / "data")
        until(lambda: process.poll() is not None or stored(folder / "data") > before or before == count, 30, 0.01)  # noqa: B023
        time.sleep(moments.random() * 0.15)
        process.kill()
        process.communicate()
        done += 1
        if stored(folder / "data") >= count:
            break
    process = start("collect", "--config", config, "--data", folder / "data")
    until(lambda: stored(folder / "data") >= count, 60)
    time.sleep(1.5)  # anything read twice would arrive now
    process.terminate()
    assert ended(process)[0] == 0
    return done


def test_f12_killing_collect_in_mid_batch_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """The short version; `make chaos` does it 200 times. The store's own test kills a writer 200 times."""
    count = 3000
    assert kill_until_all_is_read(tmp_path, count, kills=6, seed=1) >= 2
    with opened(tmp_path / "data") as store:
        rows = list(store.history("Brume"))
        assert sorted(int(r.mention.id.removeprefix("seq:")) for r in rows) == list(range(count))
        buckets = store.buckets("Brume", utc_now() - timedelta(days=2), utc_now() + timedelta(minutes=1))
        assert sum(b.mentions for b in buckets) == count


def test_f37_sigterm_flushes_and_ends_within_ten_seconds(tmp_path: Path) -> None:
    config = write_config(tmp_path, 400)
    process = start("collect", "--config", config, "--data", tmp_path / "data")
    until(lambda: stored(tmp_path / "data") > 0, 30)
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    code, errors = ended(process)
    assert (code, time.monotonic() - begun < 10) == (0, True), errors
    with opened(tmp_path / "data") as store:
        assert store.snapshot("Brume") is not None


def test_f17_a_damaged_store_is_refused_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    damaged = folder / "smoulder.sqlite3"
    damaged.write_bytes(b"SQLite format 3\x00" + b"\xde\xad" * 5000)
    process = start("collect", "--config", write_config(tmp_path, 10), "--data", folder)
    code, errors = ended(process, 30)
    assert code == 2 and "Traceback" not in errors
    assert "restore" in errors
    assert damaged.read_bytes().startswith(b"SQLite format 3\x00\xde\xad")


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_f21_collect_and_notify_go_on_when_the_dashboard_dies(tmp_path: Path, free_port: int) -> None:
    config = write_config(tmp_path, 50)
    family = start("run", "--config", config, "--data", tmp_path / "data", "--port", str(free_port))
    try:
        before = until(lambda: pids(tmp_path / "data", 3), 40)
        os.kill(before["serve"], signal.SIGKILL)
        after = until(lambda: (found := pids(tmp_path / "data", 3)) and found["serve"] != before["serve"] and found, 40)
        assert after["collect"] == before["collect"] and after["notify"] == before["notify"]
    finally:
        family.terminate()
        code, errors = ended(family, 20)
    assert code == 0
    assert "serve ended (signal SIGKILL); it starts again in 1 s" in errors


def pids(folder: Path, count: int) -> dict[str, int] | None:
    """The processes that have said that they live; None: fewer than `count`."""
    if not is_ready(folder):
        return None
    with opened(folder) as store:
        found = {p.name: p.pid for p in store.processes()}
    return found if len(found) >= count else None


def test_f20_a_process_that_lives_but_says_nothing_is_started_again(tmp_path: Path) -> None:
    """A child that hangs, beside one that beats: a real process, real signals, and a clock moved by hand."""
    clock = Clock()
    child = Child("notify", [sys.executable, "-c", "import time; time.sleep(600)"])
    said: list[str] = []
    rows: list[Process] = []
    family = Family([child], say=said.append, beats=lambda: rows, now=clock)
    child.watch(time.monotonic(), said.append)
    assert child.process is not None
    first = child.process.pid
    rows += [beat("notify", first, NOON), beat("collect", 1, NOON)]
    clock.move(seconds=125)
    family._end_what_hangs(time.monotonic())
    assert said == [], "nobody beats, so the store is what hangs"
    rows[1] = beat("collect", 1, clock.now)
    family._end_what_hangs(time.monotonic() + 60)
    assert "notify has said nothing for 120 s" in said[0]
    child.process.wait(10)
    child.watch(time.monotonic(), said.append)
    child.watch(time.monotonic() + 5, said.append)
    assert child.process is not None and child.process.pid != first
    child.process.kill()
    child.process.wait(10)


def beat(name: str, pid: int, at: datetime) -> Process:
    return Process(name=name, pid=pid, started_at=NOON, beat_at=at, version="0")
