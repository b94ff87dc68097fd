"""kill -9 of the real collect process at random moments, 200 times, while it reads posts with sequence numbers.

    python -m tests.bench.kill_collect [--kills 200] [--posts 60000]

Afterwards every number must be there once, the minute counts must add up, and SQLite must find its file whole. The
yardstick is what was put in. A kill proves nothing about a power cut.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from db.engine import sqlite3
from monitor.clock import utc_now
from tests.test_processes import kill_until_all_is_read, opened


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--posts", type=int, default=60_000)
    chosen = options.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kills = kill_until_all_is_read(folder, chosen.posts, chosen.kills, seed=11)
        with opened(folder / "data") as store:
            numbers = Counter(int(r.mention.id.removeprefix("seq:")) for r in store.history("Brume"))
            buckets = store.buckets("Brume", utc_now() - timedelta(days=30), utc_now() + timedelta(hours=1))
        file = sqlite3.connect(folder / "data" / "smoulder.sqlite3")
        health = file.execute("PRAGMA quick_check").fetchone()[0]
        file.close()
    lost = chosen.posts - len(numbers)
    twice = sum(n - 1 for n in numbers.values())
    counted = sum(b.mentions for b in buckets)
    print(f"{kills} kills in {time.monotonic() - begun:.0f} s, {chosen.posts:,} posts put in")
    print(f"lost {lost}, twice {twice}, counted {counted:,}, quick_check {health}")
    raise SystemExit(0 if (lost, twice, counted, health) == (0, 0, chosen.posts, "ok") else 1)


if __name__ == "__main__":
    main()
