"""Collect + score + store + detect on one core, beside plain SQLite on the same file in the same run.

    python -m tests.bench.pipeline [--rows 1000000] [--batches 50] [--folder DIR]

The store of a million rows is the one of tests.bench.ingest. The measured mentions carry texts of the project's own
corpus, so that the scorer meets what people write and not invented syllables, and they were written 3,000 a second,
the rate of the bar. Batches have 200 rows; the detectors are asked once a batch, fifteen times a second. The yardstick
is plain executemany of the same rows into the same table, indexes and full-text triggers, without scoring.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from db.rows import Batch, Cursor, Mention, Rules
from db.sqlite import SqliteStore
from monitor.config import Alerts
from monitor.loop import Loop
from monitor.scoring import load_scorer
from tests.bench import ingest

RATE = timedelta(seconds=1) / 3000
CORPUS = Path(__file__).resolve().parent.parent.parent / "monitor" / "data" / "corpus"


def texts() -> list[str]:
    """Every text of the corpus, languages in turn."""
    files = {lang: sorted((CORPUS / lang).glob("*.jsonl")) for lang in ("en", "fr")}
    by_language = [[json.loads(line)["text"] for file in part for line in file.open()] for part in files.values()]
    return [text for pair in zip(*by_language, strict=False) for text in pair]


def mentions(count: int, rows: int) -> list[list[Mention]]:
    words = texts()
    crowd = ingest.later(rows)
    posts = [mention for mention, _ in crowd.batch(count * ingest.BATCH)]
    start = posts[0].created_at
    written = [
        replace(m, text=words[n % len(words)], created_at=start + n * RATE, received_at=start + n * RATE)
        for n, m in enumerate(posts)
    ]
    return [written[n : n + ingest.BATCH] for n in range(0, len(written), ingest.BATCH)]


def whole_way(path: Path, batches: list[list[Mention]]) -> None:
    store = SqliteStore(path, ballast_bytes=0)
    rules = {brand: Rules(brand=brand) for brand in ingest.BRANDS}
    loop = Loop(store, load_scorer(), rules, Alerts())
    loop.ingest(Batch(mentions=tuple(batches[0])))
    loop.tick(batches[0][-1].created_at)

    def run() -> None:
        for part in batches[1:]:
            cursor = Cursor(source="x", value=part[-1].id, at=part[-1].received_at)
            loop.ingest(Batch(mentions=tuple(part), cursors=(cursor,)))
            loop.tick(part[-1].created_at)

    ingest.report("collect+score+store+detect", (len(batches) - 1) * ingest.BATCH, *ingest.measure(run))
    store.close()


def start_up() -> None:
    """Seconds to import and to print the help, beside an empty interpreter."""
    for title, words in (
        ("python -c pass", ["-c", "pass"]),
        ("import monitor.cli", ["-c", "import monitor.cli"]),
        ("smoulder --help", ["-m", "monitor.cli", "--help"]),
    ):
        seconds = []
        for _ in range(7):
            begun = time.perf_counter()
            subprocess.run([sys.executable, *words], stdout=subprocess.DEVNULL, check=True)
            seconds.append(time.perf_counter() - begun)
        print(f"{title:<28}{statistics.median(seconds):>9.3f} s median of 7")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ingest.add_options(options, batches=50)
    chosen = options.parse_args()
    built = ingest.built_store(chosen.folder, chosen.rows)
    print(f"{chosen.rows:,} rows stored, {chosen.batches} batches of {ingest.BATCH}")
    batches = mentions(chosen.batches, chosen.rows)
    fresh = ingest.copies(built, chosen.folder)
    ingest.plain(next(fresh), batches)
    whole_way(next(fresh), batches)
    ingest.plain(next(fresh), batches)
    for left in chosen.folder.glob("copy.sqlite3*"):
        left.unlink()
    start_up()


if __name__ == "__main__":
    main()
