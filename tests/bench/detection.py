"""How early detection rings, and how often for nothing: python -m tests.bench.detection FOLDER [--runs N] [--only WORD]

FOLDER holds storms.py (synthetic storms, its own judge) and nab.py. The mentions go through `monitor.replay` in this
process, as `smoulder replay --trust-labels` does it; storms.py judges. Without FOLDER only the costs are measured.
Times are processor time, so that a busy machine does not make a figure worse than it is.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from db.rows import Mention, Rules, Score, Scored
from monitor.replay import detect_counts, replay
from monitor.watch import GRACE, Watch

# ordinary mentions an hour, doubling minutes, share under one root, inside a campaign
SETTINGS = [
    *((rate, 20, share, False) for rate in (3, 20, 100, 300) for share in (0.7, 0.3, 0.0)),
    *((rate, doubling, 0.7, False) for rate in (20, 100) for doubling in (10, 60)),
    (20, 20, 0.7, True),
    (100, 20, 0.7, True),
]
START = datetime(2026, 1, 5, tzinfo=UTC)
WORDS = ("train", "refund", "ticket", "parcel", "shop", "staff", "queue", "price", "menu", "store", "week", "late")
BLANK = {"praise": 0.0, "question": 0.0, "tragedy": 0.0}


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scored(row: dict[str, Any], at: datetime) -> Scored:
    """One line of storms.py, its labels trusted."""
    labels = row["labels"]
    label = "hostile" if labels["hostile"] else "complaint" if labels["complaint"] else "other"
    mention = Mention(
        id=row["id"], source="sim", brand="acme", text=row["text"], created_at=at, received_at=at, ingest="replay",
        author_id=row["author_id"], conversation_id=row["conversation_id"], in_reply_to=row["in_reply_to"],
    )  # fmt: skip
    score = Score(
        mention_id=mention.id, label=label, complaint=float(labels["complaint"]), hostile=float(labels["hostile"]),
        severity=int(label != "other"), lang="en", **BLANK,
    )  # fmt: skip
    return Scored(mention=mention, score=score)


def in_campaign(storms: ModuleType) -> Any:
    """storms.minutes, with the storm's onset inside a campaign of the judged weeks."""
    ordinary = storms.minutes

    def minutes(args: argparse.Namespace, rng: np.random.Generator) -> Any:
        args.storm = False
        plain, share, campaign, grumble, _, _ = ordinary(args, rng)
        args.storm = True
        starts = {w: int(np.flatnonzero(campaign == w)[0]) for w in (args.weeks - 1, args.weeks - 2)}
        week = next(w for w, s in starts.items() if s + 2000 < len(plain))
        onset = starts[week] + int(rng.integers(20, 240))
        peak = max(1.0, args.rate / 60 * 6)
        up = np.log2(peak / 0.1) * args.doubling
        x = np.arange(len(plain)) - onset
        growing = 0.1 * 2 ** (np.minimum(x, up) / args.doubling)
        rate = np.where(x < 0, 0, np.where(x < up, growing, peak * 2 ** (-np.maximum(x - up, 0) / 360)))
        return plain, share, campaign, grumble, rng.poisson(rate), onset

    return minutes


def storm_figures(storms: ModuleType, setting: tuple[float, int, float, bool], runs: int, first_seed: int) -> str:
    rate, doubling, share, campaign = setting
    out: list[int | None] = []
    delays: list[float] = []
    false, weeks, mentions, seconds = 0, 0.0, 0, 0.0
    for seed in range(first_seed, first_seed + runs):
        args = argparse.Namespace(
            rate=rate, seed=seed, storm=True, doubling=doubling, concentration=share, weeks=5, peak=0
        )
        rows, truth, _ = storms.mentions(args)
        stream = [scored(row, at) for at, _, row in rows]
        begin = time.process_time()
        found = replay(stream, {"acme": Rules(brand="acme")})
        seconds += time.process_time() - begin
        mentions += len(rows)
        posts, minutes, wrong = storms.judge_times([a.at for a in found.alarms], rows, truth, args)
        out.append(posts)
        delays += [] if minutes is None else [minutes]
        false += wrong
        weeks += truth["weeks_judged"]
    got = [x for x in out if x is not None]
    middle, high = (np.percentile(got, 50), np.percentile(got, 90)) if got else (float("nan"), float("nan"))
    where = ", in a campaign" if campaign else ""
    return (
        f"| {rate}/h, {share:.0%} under one post, doubling {doubling} min{where} | {len(got)}/{runs} | {middle:.0f} | "
        f"{high:.0f} | {np.median(delays) if delays else float('nan'):.0f} | {false / weeks:.2f} ({false} in "
        f"{weeks:.0f} weeks) | {1e6 * seconds / mentions:.0f} |"
    )


def cost_of_a_mention() -> str:
    """Everything detection does with a mention at 300 an hour: note, count, look; processor time."""
    dice = random.Random(1)
    stream = list(_stream(dice, 30_000, 300))
    watch = Watch(Rules(brand="acme"))
    begin = time.process_time()
    for one in stream:
        watch.tick(one.mention.created_at)
        watch.observe((one,))
    spent = time.process_time() - begin
    each = 1e6 * spent / len(stream)
    return (
        f"a mention costs {each:.1f} µs (bar 30), as much as {1000 * each / yardstick():.0f} turns of an empty loop; "
        f"the memory is {len(watch.dump()):,} bytes"
    )


def yardstick() -> float:
    """Nanoseconds of one turn of a plain loop: about 30 on an idle machine, several times that on a crowded one."""
    begin, total = time.process_time(), 0
    for n in range(2_000_000):
        total += n
    return 1e9 * (time.process_time() - begin) / 2_000_000


def cost_of_brands(brands: int = 5000) -> str:
    """One tick a minute for every brand, each with an ordinary day behind it and a complaint to look at."""
    dice = random.Random(2)
    template = Watch(Rules(brand="acme"))
    for one in _stream(dice, 400, 6):
        template.tick(one.mention.created_at)
        template.observe((one,))
    memory = template.dump()
    kept = [Watch.restore(Rules(brand="acme"), memory) for _ in range(50)]
    now = START + timedelta(days=4)
    spent = 0.0
    for n in range(brands):
        watch = kept[n % 50]
        at = now + timedelta(minutes=n // 50)
        watch.observe([_one(dice, n, at - timedelta(seconds=20), n % 5 == 0)])
        begin = time.process_time()
        watch.tick(at + GRACE)
        spent += time.process_time() - begin
    return f"{brands:,} brands are ticked in {spent:.2f} s (bar 5)"


def cost_of_counts() -> str:
    counts = [(START + n * timedelta(minutes=5), float(20 + n % 7)) for n in range(100_000)]
    begin = time.process_time()
    sum(alarm for _, alarm in detect_counts(counts))
    return f"detect: {len(counts) / (time.process_time() - begin):,.0f} updates/s (bar 50,000)"


def _stream(dice: random.Random, count: int, per_hour: float) -> Iterator[Scored]:
    at = START
    for n in range(count):
        at += timedelta(hours=dice.expovariate(per_hour))
        yield _one(dice, n, at, dice.random() < 0.2)


def _one(dice: random.Random, n: int, at: datetime, is_complaint: bool) -> Scored:
    root = f"sim:{n - dice.randrange(60)}" if dice.random() < 0.35 else f"sim:{n}"
    row = {
        "id": f"sim:{n}", "text": f"@acme {' '.join(dice.choices(WORDS, k=9))} {n}",
        "author_id": f"a{dice.randrange(5000)}", "conversation_id": root, "in_reply_to": None,
        "labels": {"complaint": is_complaint, "hostile": dice.random() < 0.02},
    }  # fmt: skip
    return scored(row, at.replace(microsecond=0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--only", default="", help="settings whose line holds this word, for example 20/h")
    asked = parser.parse_args()
    print(cost_of_a_mention(), cost_of_brands(), cost_of_counts(), sep="\n", flush=True)
    if asked.folder is None:
        return
    print("\n| storm | found | posts out, median | p90 | minutes, median | false a week | µs a mention |")
    print("|---|---|---|---|---|---|---|")
    for setting in SETTINGS:
        name = f"{setting[0]}/h {setting[1]}min {setting[2]} {'campaign' if setting[3] else ''}"
        if asked.only not in name:
            continue
        storms = load(asked.folder / "storms.py")
        if setting[3]:
            storms.minutes = in_campaign(storms)  # type: ignore[attr-defined]
        print(storm_figures(storms, setting, asked.runs, asked.first_seed), flush=True)


if __name__ == "__main__":
    main()
