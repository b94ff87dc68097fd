"""From the post that crosses the threshold to the mail that the server has taken.

    python tests/bench/alert_latency.py [--storms 20] [--rate 50]

The real collector and the real notify process, each a process of its own, over one SQLite file; mentions arrive at
`rate` a second for as many brands as there are storms, and every few seconds one brand gets a storm. Each brand has
its own recipient, so that nobody's letters are gathered. Two figures, both to the moment before the SMTP server
answers 250: from the storm's tenth complaint (the whole way, detection included), and from the decision that there
is an incident (the outbox alone).
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from datetime import UTC, datetime, timedelta
from pathlib import Path

if __name__ == "__main__":  # started as a script: the repository is not on the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from db.rows import Batch, Incident, Mention, Rules
from db.store import open_store
from monitor import outbox
from monitor.collect import Collector, utc_now
from monitor.config import Alerts, Config, Shift
from monitor.loop import Loop
from monitor.notifiers.email import Settings
from monitor.scoring import load_scorer
from tests.fakes.smtp import FakeSmtp

CALM = ("is on time", "when does the shop open", "lovely view from the line today", "new timetable is out")
ANGRY = (
    "left my mother on the platform and laughed. Disgusting.",
    "three weeks and still no refund, this is a disgrace",
    "your staff were rude and useless, worst service ever",
    "shame on you, nobody helped her, absolutely appalling",
)
STORM_SECONDS, STORM_RATE = 12.0, 4.0
CROSSING = 10  # complaints under one post by as many people: a pile-on for any brand of this size


def brands(count: int) -> list[str]:
    return [f"Brand{n}" for n in range(count)]


def config_for(folder: Path, count: int, port: int) -> Config:
    names = brands(count)
    shifts = tuple(Shift(to=(f"{name.lower()}@acme.example",), brands=(name,)) for name in names)
    return Config(
        data_dir=folder,
        brands=tuple(Rules(brand=name, terms=(name.lower(),)) for name in names),
        mail=Settings(host="127.0.0.1", port=port, security="none"),
        alerts=Alerts(to=("team@acme.example",), shifts=shifts),
    )


def mention(number: int, brand: str, text: str, at: datetime, root: str | None = None) -> Mention:
    return Mention(
        id=f"x:{number}",
        source="x",
        brand=brand,
        text=f"{brand} {text} ({number})",
        created_at=at,
        received_at=at,
        author_id=f"author{number}",
        handle=f"author{number}",
        in_reply_to=root,
        conversation_id=root,
        matched=(brand.lower(),),
    )


class Feed:
    """Stands where the supervisor stands: hands over what has been written since it was last asked."""

    is_finished = False

    def __init__(self, names: list[str], rate: float, seed: int) -> None:
        self.names, self.rate, self.chance = names, rate, random.Random(seed)
        self.number, self.waiting = 10_000_000, deque[Mention]()
        self.lock, self.stop = threading.Lock(), threading.Event()
        self.storm: tuple[str, str] | None = None
        self.complaints: dict[str, list[datetime]] = {}  # by brand, when each was written

    def write(self) -> None:
        """In a thread: chatter at the rate, and complaints for the brand whose turn it is."""
        next_storm_post = 0.0
        while not self.stop.wait(1 / self.rate):
            now = utc_now()
            with self.lock:
                self._add(self.chance.choice(self.names), self.chance.choice(CALM), now)
                if self.storm and time.monotonic() >= next_storm_post:
                    next_storm_post = time.monotonic() + 1 / STORM_RATE
                    self._add(self.storm[0], self.chance.choice(ANGRY), now, self.storm[1])
                    self.complaints.setdefault(self.storm[0], []).append(now)

    def _add(self, brand: str, text: str, now: datetime, root: str | None = None) -> None:
        self.number += 1
        self.waiting.append(mention(self.number, brand, text, now, root))

    def take(self, rows: int, seconds: float) -> Batch:
        end = time.monotonic() + seconds
        while time.monotonic() < end and len(self.waiting) < rows:
            time.sleep(0.02)
        with self.lock:
            taken = tuple(self.waiting.popleft() for _ in range(min(rows, len(self.waiting))))
        return Batch(mentions=taken)

    def start(self) -> None: ...
    def gaps(self) -> list[object]:
        return []

    def health(self) -> list[object]:
        return []


def learn(folder: Path, count: int, port: int) -> None:
    """Three ordinary days of every brand."""
    config = config_for(folder, count, port)
    store = open_store(folder / "smoulder.sqlite3")
    loop = Loop(store, load_scorer(), {row.brand: row for row in config.brands}, config.alerts)
    chance, now, rows = random.Random(5), utc_now(), []
    for n in range(count * 3 * 24 * 3):
        at = now - timedelta(days=3) * (1 - n / (count * 216)) - timedelta(minutes=15)
        text = chance.choice(ANGRY) if n % 12 == 0 else chance.choice(CALM)
        rows.append(mention(n, brands(count)[n % count], text, at))
    for start in range(0, len(rows), 500):
        loop.ingest(Batch(mentions=tuple(rows[start : start + 500])))
    store.close()


def notify(folder: Path, count: int, port: int) -> None:
    store = open_store(folder / "smoulder.sqlite3")
    outbox.run(store, config_for(folder, count, port), stop=threading.Event(), now=utc_now)


def measure(folder: Path, storms: int, rate: float, pause: float) -> tuple[int, list[tuple[float, float]]]:
    """How many alarms rang, and the latencies of those that were told."""
    arrived: list[datetime] = []
    with FakeSmtp(on_received=lambda: arrived.append(datetime.now(UTC))) as server:
        learn(folder, storms, server.port)
        store = open_store(folder / "smoulder.sqlite3")
        collector = Collector(config_for(folder, storms, server.port), store)
        feed = Feed(brands(storms), rate, seed=3)
        collector.supervisor = feed  # type: ignore[assignment]
        command = [sys.executable, str(Path(__file__).resolve()), "--notify", str(folder)]
        process = subprocess.Popen([*command, "--port", str(server.port), "--storms", str(storms)])
        stop = threading.Event()
        threads = [
            threading.Thread(target=feed.write, daemon=True),
            threading.Thread(target=direct, args=(feed, storms, pause, stop)),
        ]
        for thread in threads:
            thread.start()
        try:
            while not stop.is_set():
                collector.step(stop)
        finally:
            process.kill()
            process.wait()
            feed.stop.set()
        incidents = store.incidents()
        found = latencies(incidents, feed, server, arrived)
        store.close()
    return len(incidents), found


def direct(feed: Feed, storms: int, pause: float, stop: threading.Event) -> None:
    """One storm after the other, after a while of ordinary chatter."""
    time.sleep(20)
    for brand in brands(storms):
        with feed.lock:
            feed.number += 1
            feed.storm = (brand, f"x:root{feed.number}")
        time.sleep(STORM_SECONDS)
        feed.storm = None
        time.sleep(pause)
    time.sleep(15)
    stop.set()


def latencies(
    incidents: list[Incident], feed: Feed, server: FakeSmtp, arrived: list[datetime]
) -> list[tuple[float, float]]:
    """For each incident that was told: seconds from the tenth complaint, and from the decision, to its first letter."""
    found = []
    for incident in incidents:
        to = f"{incident.brand.lower()}@acme.example"
        letters = [at for letter, at in zip(server.received, arrived, strict=True) if letter.to == to]
        crossed = feed.complaints.get(incident.brand, [])[CROSSING - 1 : CROSSING]
        if letters and crossed:
            first = min(letters)
            found.append(((first - crossed[0]).total_seconds(), (first - incident.opened_at).total_seconds()))
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--storms", type=int, default=20)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--pause", type=float, default=1.0)
    parser.add_argument("--notify")
    parser.add_argument("--port", type=int, default=0)
    asked = parser.parse_args()
    if asked.notify:
        notify(Path(asked.notify), asked.storms, asked.port)
        return
    with tempfile.TemporaryDirectory() as folder:
        alarms, found = measure(Path(folder), asked.storms, asked.rate, asked.pause)
    print(f"storms {asked.storms}, alarms {alarms}, told {len(found)}, {asked.rate:.0f} mentions/s beside them")
    for words, column in (("the tenth complaint", 0), ("the decision", 1)):
        values = sorted(pair[column] for pair in found)
        if len(values) >= 2:
            p95 = statistics.quantiles(values, n=20, method="inclusive")[-1]
            print(
                f"seconds from {words} to the mail: "
                f"median {statistics.median(values):.1f}, p95 {p95:.1f}, max {values[-1]:.1f}"
            )


if __name__ == "__main__":
    main()
