"""How many mentions a second the store takes, beside plain SQLite on the same file in the same run.

    python -m tests.bench.ingest [--rows 1000000] [--batches 100] [--folder DIR]

Builds a store of a million scored mentions once (some minutes; kept in --folder, by default in the system's
temporary folder) and measures on copies of it, so that every run starts from the same file. Batches have 200
rows, full text search is on, every batch is one transaction. The table:

- plain executemany: the same rows into the same table, indexes and FTS triggers, nothing else: the yardstick.
- add_mentions: the store with all that it does (cleaning, known ids, counting, cursors).
- add_mentions + add_scores: what `collect` asks of the store for each mention.
- delivered twice: the same batches again, as after a reconnect.
- wall: one read of all that a wall needs, with 500 incidents.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from db.columns import columns
from db.engine import sqlite3
from db.rows import Cursor, Mention, Score
from db.sqlite import SqliteStore
from tests.make import make_change, make_incident, make_mention, make_score

BATCH = 200
START = datetime(2026, 1, 1, tzinfo=UTC)
BRANDS = ("Acme Rail", "Norda", "Belltree", "Kivo Bank", "Lumina", "Osprey Air")
LABELS = ("complaint", "hostile", "praise", "question", "other")
SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo ya zé tion ment ing able eau".split()  # noqa: SIM905


class Crowd:
    """Invented posts of invented people; the same seed gives the same crowd."""

    def __init__(self, seed: int = 7) -> None:
        self.dice = random.Random(seed)
        self.words = ["".join(self.dice.choices(SYLLABLES, k=self.dice.randint(1, 4))) for _ in range(40_000)]
        # Words are as unequal as in real language: a few are everywhere, most are rare (Zipf).
        self.totals = list(accumulate(1 / rank for rank in range(1, len(self.words) + 1)))
        self.native = 1_700_000_000_000_000_000
        self.at = START

    def batch(self, size: int) -> list[tuple[Mention, Score]]:
        return [self.post() for _ in range(size)]

    def post(self) -> tuple[Mention, Score]:
        dice = self.dice
        self.native += dice.randint(1, 2_000_000)
        self.at += timedelta(milliseconds=dice.randint(0, 3_400))
        brand = BRANDS[min(int(dice.expovariate(0.7)), len(BRANDS) - 1)]
        words = dice.choices(self.words, cum_weights=self.totals, k=dice.randint(6, 28))
        author = f"{dice.randint(1, 300_000):d}"
        mention = make_mention(
            f"@{brand.split()[0].lower()} {' '.join(words)}.",
            brand=brand,
            native=self.native,
            at=self.at,
            author=author,
            handle=f"person_{author}",
            display_name=f"Person {author}",
            followers=int(dice.paretovariate(0.8) * 50),
            url=f"https://x.example/person_{author}/status/{self.native}",
            lang=dice.choice(("en", "en", "en", "fr", "und")),
            conversation_id=f"x:{self.native - dice.randint(0, 3) * 1000}",
            in_reply_to=f"x:{self.native - 1000}" if dice.random() < 0.4 else None,
            hashtags=(words[0],) if dice.random() < 0.2 else (),
            likes=0,
            replies=0,
            reposts=0,
            quotes=0,
        )
        label = dice.choices(LABELS, weights=(25, 4, 15, 12, 44))[0]
        return mention, make_score(mention, label, because=tuple(words[:3]), model="bench")


def build(path: Path, rows: int) -> None:
    """A store of `rows` scored mentions and 500 incidents; large batches, because nobody waits for them."""
    half = path.with_suffix(".part")
    half.unlink(missing_ok=True)
    store = SqliteStore(half, ballast_bytes=0)
    crowd = Crowd()
    began = time.perf_counter()
    for done in range(0, rows, 5_000):
        posts = crowd.batch(min(5_000, rows - done))
        with store.atomic():
            store.add_mentions([mention for mention, _ in posts])
            store.add_scores([score for _, score in posts])
        if done % 100_000 == 0:
            print(f"  {done:>9,} of {rows:,} rows, {time.perf_counter() - began:.0f} s", flush=True)
    with store.atomic():
        for number in range(500):
            at = crowd.at - timedelta(hours=number)
            state = "open" if number < 3 else "closed"
            closed_at = None if number < 3 else at
            brand = BRANDS[number % len(BRANDS)]
            store.put_changes([make_change(make_incident(brand=brand, at=at, state=state, closed_at=closed_at))])
    store.close()
    half.rename(path)


def up_to_date(path: Path) -> None:
    """Of the schema of today, also when it was built by an older version."""
    SqliteStore(path, ballast_bytes=0).close()
    for backup in path.parent.glob(f"{path.name}.schema-*.bak"):
        backup.unlink()


def later(rows: int) -> Crowd:
    """A crowd that goes on where the built one stopped, with the same words."""
    crowd = Crowd()
    crowd.dice.seed(rows)
    crowd.native += rows * 2_000_000
    crowd.at += timedelta(seconds=rows * 1.7)
    return crowd


def measure(work: Callable[[], object]) -> tuple[float, float]:
    """Wall seconds and processor seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def plain(path: Path, batches: list[list[Mention]]) -> float:
    """The yardstick: what SQLite itself needs for these rows."""
    shape = columns(Mention)
    prepared = [
        [[None, m.root if m.root != m.post_id else None, *shape.encode(m)] for m in mentions] for mentions in batches
    ]
    sql = f"INSERT INTO mentions (n, hangs_on, {shape.sql()}) VALUES (?, ?, {shape.marks})"
    connection = sqlite3.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -65536")

    def run() -> None:
        for rows in prepared:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(sql, rows)
            connection.execute("COMMIT")

    found = report("plain executemany", len(batches) * BATCH, *measure(run))
    connection.close()
    return found


def through_the_store(
    path: Path, posts: list[list[tuple[Mention, Score]]], yardstick: float, *, with_scores: bool
) -> None:
    store = SqliteStore(path, ballast_bytes=0)

    def run() -> None:
        for batch in posts:
            mentions = [mention for mention, _ in batch]
            with store.atomic():
                store.add_mentions(mentions)
                store.move_cursors([Cursor(source="x", value=mentions[-1].id, at=mentions[-1].received_at)])
            if with_scores:
                store.add_scores([score for _, score in batch])

    title = "add_mentions + add_scores" if with_scores else "add_mentions"
    report(title, len(posts) * BATCH, *measure(run), yardstick)
    if with_scores:
        report("delivered twice", len(posts) * BATCH, *measure(run), yardstick)
        walls(store, posts[-1][-1][0].created_at)
    store.close()


def walls(store: SqliteStore, now: datetime) -> None:
    store.wall(BRANDS[0], now)
    taken = [measure(lambda brand=brand: store.wall(brand, now)) for _ in range(50) for brand in BRANDS]
    seconds = sorted(wall for wall, _ in taken)
    slow = seconds[int(len(seconds) * 0.99)]
    cpu = statistics.median(cpu for _, cpu in taken)
    print(
        f"{'wall':<28}{statistics.median(seconds) * 1e3:>8.2f} ms median {slow * 1e3:>8.2f} ms p99 "
        f"{cpu * 1e3:>8.2f} ms of the processor (median)"
    )


def report(title: str, rows: int, wall: float, cpu: float, yardstick: float = 0) -> float:
    """One line of the table; gives the rows a core second, which other people's work on the machine bends least."""
    share = f"{rows / cpu / yardstick:>7.0%} of plain" if yardstick else ""
    print(
        f"{title:<28}{rows / wall:>9,.0f} a second{rows / cpu:>9,.0f} a core second"
        f"{cpu / rows * 1e6:>7.0f} µs each{share}",
        flush=True,
    )
    return rows / cpu


def copies(built: Path, folder: Path) -> Iterator[Path]:
    while True:
        copy = folder / "copy.sqlite3"
        for old in folder.glob("copy.sqlite3*"):
            old.unlink()
        shutil.copyfile(built, copy)
        yield copy


def add_options(options: argparse.ArgumentParser, batches: int) -> None:
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--batches", type=int, default=batches)
    options.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "smoulder-bench")


def built_store(folder: Path, rows: int) -> Path:
    """The big store, built when it is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    built = folder / f"{rows}.sqlite3"
    if not built.exists():
        print(f"Building {built}")
        build(built, rows)
    return built


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(options, batches=100)
    chosen = options.parse_args()
    built = built_store(chosen.folder, chosen.rows)
    up_to_date(built)
    print(f"{chosen.rows:,} rows stored ({built.stat().st_size / 2**20:,.0f} MB), {chosen.batches} batches of {BATCH}")
    crowd = later(chosen.rows)
    posts = [crowd.batch(BATCH) for _ in range(chosen.batches)]
    fresh = copies(built, chosen.folder)
    yardstick = plain(next(fresh), [[mention for mention, _ in batch] for batch in posts])
    through_the_store(next(fresh), posts, yardstick, with_scores=False)
    through_the_store(next(fresh), posts, yardstick, with_scores=True)
    for left in chosen.folder.glob("copy.sqlite3*"):
        left.unlink()


if __name__ == "__main__":
    main()
