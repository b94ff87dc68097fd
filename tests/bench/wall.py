"""How fast and how small a refresh of the wall is, beside a bare Flask route on the same waitress in the same run.

    python -m tests.bench.wall [--rows 1000000] [--viewers 20] [--seconds 60] [--folder DIR]

Uses the store that `tests.bench.ingest` builds (builds it when there is none) and serves a copy of it from a
process of its own. Each viewer refreshes every two seconds and remembers what it has, as the page does; the
server's clock goes on, so the store is asked anew each second and a new minute comes. The table:

- bare route: GET of a Flask route that answers "ok", by as many viewers at the same pace: the yardstick.
- refresh: the same viewers refreshing the wall.
- processor: what one refresh costs the server, its share of the store's answer included.
- bytes: of one answer, gzip, as it travels: the first one, the median one, the largest one after the first.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dashboard import security
from dashboard.app import create_app, listen
from dashboard.pages.wall import PARTS, REFRESH_MS
from db.rows import Rules
from db.sqlite import SqliteStore
from monitor.config import Config
from tests import scene
from tests.bench.ingest import BRANDS, START, build
from tests.run import HOME

OUTPUT = "..{}...wall-pulse.data..".format(
    "...".join(f"wall-{p}.{'figure' if p == 'figure' else 'children'}" for p in PARTS)
)


def clock_of(end: datetime) -> Callable[[], datetime]:
    """A clock that starts at the end of the stored history and goes on at its usual pace."""
    began = time.monotonic()
    return lambda: end + timedelta(seconds=time.monotonic() - began)


def serve(path: Path, end: datetime) -> None:
    """The server's process: prints its port and a log-in link, then lives until its input ends."""
    store = SqliteStore(path, ballast_bytes=0)
    clock = clock_of(end)
    scene.sources(store, end + timedelta(hours=1))
    scene.processes(store, end + timedelta(hours=1))
    for brand in BRANDS:
        store.put_rules(Rules(brand=brand), "bench", end)
    app = create_app(store, Config(), clock)
    app.server.add_url_rule("/login/bare", "bare", lambda: "ok")
    listener = listen(app, "127.0.0.1", 0, 8)
    print(listener.port, security.new_login_link(store, clock()), flush=True)
    sys.stdin.read()
    listener.close()
    store.close()


@dataclass
class Viewer:
    """One wall: a connection that stays open, and what it has already."""

    port: int
    cookie: str
    pulse: Any = None
    seconds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(self, method: str, path: str, body: str | None = None) -> bytes:
        headers = {"Cookie": self.cookie, "Accept-Encoding": "gzip", "Content-Type": "application/json"}
        began = time.perf_counter()
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        data = answer.read()
        self.seconds.append(time.perf_counter() - began)
        self.sizes.append(len(data))
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        return gzip.decompress(data) if answer.headers.get("Content-Encoding") == "gzip" else data

    def bare(self) -> None:
        self.ask("GET", "/login/bare")

    def refresh(self) -> None:
        outputs = [tuple(name.rsplit(".", 1)) for name in OUTPUT.strip(".").split("...")]
        body = {
            "output": OUTPUT,
            "outputs": [{"id": i, "property": p} for i, p in outputs],
            "inputs": [{"id": "wall-interval", "property": "n_intervals", "value": len(self.seconds)}],
            "state": [
                {"id": "wall-asked", "property": "data", "value": {"room": "dark", "brand": ""}},
                {"id": "wall-pulse", "property": "data", "value": self.pulse},
            ],
            "changedPropIds": ["wall-interval.n_intervals"],
        }
        answer = json.loads(self.ask("POST", "/_dash-update-component", json.dumps(body)))
        self.pulse = answer["response"]["wall-pulse"]["data"]


def look(viewers: list[Viewer], act: Callable[[Viewer], None], seconds: float) -> None:
    """All at their own moment of the two seconds, for so long."""
    end = time.monotonic() + seconds

    def one(viewer: Viewer, delay: float) -> None:
        time.sleep(delay)
        while time.monotonic() < end:
            began = time.monotonic()
            act(viewer)
            time.sleep(max(0.0, REFRESH_MS / 1000 - (time.monotonic() - began)))

    threads = [
        threading.Thread(target=one, args=(viewer, n * REFRESH_MS / 1000 / len(viewers)))
        for n, viewer in enumerate(viewers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def report(title: str, viewers: list[Viewer], processor: float) -> None:
    times = sorted(t * 1000 for viewer in viewers for t in viewer.seconds)
    p50, p95, p99 = (times[min(len(times) - 1, int(len(times) * q))] for q in (0.50, 0.95, 0.99))
    print(
        f"{title:<12}{len(times):>6} answers   p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   p99 {p99:6.1f} ms   "
        f"max {times[-1]:6.1f} ms   processor {processor / len(times) * 1000:5.2f} ms each"
    )


def measure(path: Path, end: datetime, count: int, seconds: float) -> None:
    command = [sys.executable, "-m", "tests.bench.wall", "--serve", str(path), end.isoformat()]
    server = subprocess.Popen(
        command, cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert server.stdout is not None and server.stdin is not None
    port, link = next(line for line in server.stdout if "/login/" in line).split()
    door = http.client.HTTPConnection("127.0.0.1", int(port))
    door.request("GET", link)
    cookie = (door.getresponse().headers["Set-Cookie"] or "").partition(";")[0]
    for title, act in (("bare route", Viewer.bare), ("refresh", Viewer.refresh)):
        viewers = [Viewer(int(port), cookie) for _ in range(count)]
        act(viewers[0])  # what is made once is not counted
        viewers[0].seconds.clear()
        viewers[0].sizes.clear()
        before = processor_seconds(server.pid)
        look(viewers, act, seconds)
        report(title, viewers, processor_seconds(server.pid) - before)
    first = max(viewer.sizes[0] for viewer in viewers[1:])
    later = sorted(size for viewer in viewers for size in viewer.sizes[1:])
    print(f"bytes, gzip: first {first:,}, then median {later[len(later) // 2]:,}, largest {later[-1]:,}")
    server.stdin.close()
    server.wait(30)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--viewers", type=int, default=20)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "smoulder-bench")
    options.add_argument("--serve", nargs=2, metavar=("STORE", "END"), help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.serve:
        serve(Path(chosen.serve[0]), datetime.fromisoformat(chosen.serve[1]))
        return
    chosen.folder.mkdir(parents=True, exist_ok=True)
    built = chosen.folder / f"{chosen.rows}.sqlite3"
    if not built.exists():
        print(f"Building {built}")
        build(built, chosen.rows)
    copy = chosen.folder / "wall.sqlite3"
    shutil.copyfile(built, copy)
    store = SqliteStore(copy, ballast_bytes=0)
    spans = [store.span(brand) for brand in BRANDS]
    end = max((last for span in spans if span for last in span), default=START).astimezone(UTC)
    store.close()
    load = os.getloadavg()[0]
    print(f"{chosen.rows:,} rows stored, {chosen.viewers} viewers every {REFRESH_MS / 1000:.0f} s; load was {load:.1f}")
    measure(copy, end, chosen.viewers, chosen.seconds)
    for left in chosen.folder.glob("wall.sqlite3*"):
        left.unlink()


if __name__ == "__main__":
    main()
