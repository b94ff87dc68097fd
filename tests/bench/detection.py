"""How early detection rings, and how often for nothing.

    python -m tests.bench.detection [FOLDER] [--part storms] [--runs N] [--only WORD] [--write docs/detection.md]

FOLDER holds storms.py (synthetic storms, its own judge) and nab.py. The mentions go through `monitor.replay` in this
process, as `smoulder replay --trust-labels` does it; storms.py judges. Without FOLDER only the costs are measured.
`--write` puts the tables where the page marks their places. Times are processor time, so that a busy machine does
not make a figure worse than it is; beside them stands what a dict update took in the same run.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from db.rows import Mention, Rules, Score, Scored, Sensitivity
from monitor.replay import detect_counts, replay
from monitor.watch import GRACE, Watch

# ordinary mentions an hour, doubling minutes, share under one root, inside a campaign
Setting = tuple[float, int, float, bool]
SETTINGS: list[Setting] = [
    *((rate, 20, share, False) for rate in (3, 20, 100, 300) for share in (0.7, 0.3, 0.0)),
    *((rate, doubling, 0.7, False) for rate in (20, 100) for doubling in (10, 60)),
    (20, 20, 0.7, True),
    (100, 20, 0.7, True),
]
START = datetime(2026, 1, 5, tzinfo=UTC)
WORDS = ("train", "refund", "ticket", "parcel", "shop", "staff", "queue", "price", "menu", "store", "week", "late")
RULES = Rules(brand="acme")
BLANK = {"praise": 0.0, "question": 0.0, "tragedy": 0.0}


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if hasattr(module, "WORDS"):
        module.WORDS = np.array(module.WORDS)  # the same draws; a list is made into an array at each of them
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


@dataclass
class Tried:
    """What one rule made of several runs."""

    out: list[int | None] = field(default_factory=list)  # hostile posts out at the first alarm; None: not found
    delays: list[float] = field(default_factory=list)  # minutes
    false: int = 0
    weeks: float = 0.0

    def judge(self, judged: tuple[int | None, float | None, int], truth: Mapping[str, Any]) -> None:
        """One more run: posts out, minutes, false alarms, as storms.py gives them."""
        posts, minutes, wrong = judged
        self.out.append(posts)
        self.delays += [] if minutes is None else [minutes]
        self.false += wrong
        self.weeks += truth["weeks_judged"]

    def row(self, name: str) -> str:
        got = [x for x in self.out if x is not None]
        middle, high = (f"{np.percentile(got, q):.0f}" if got else "-" for q in (50, 90))
        minutes = f"{np.median(self.delays):.0f}" if self.delays else "-"
        return (
            f"| {name} | {len(got)}/{len(self.out)} | {middle} | {high} | {minutes} | {often(self.false, self.weeks)} |"
        )


def often(false: int, weeks: float) -> str:
    """So many wrong alarms, as a rate, and what rates are compatible with them (Garwood 1936, 95 %)."""
    low = _rate(lambda mean: 1 - _at_most(false - 1, mean) < 0.025) if false else 0.0
    high = _rate(lambda mean: _at_most(false, mean) > 0.025)
    return f"{false / weeks:.2f} ({false} in {weeks:.0f} weeks; {low / weeks:.2f} to {high / weeks:.2f})"


def _at_most(count: int, mean: float) -> float:
    """The chance of at most so many, of a Poisson count."""
    return sum(math.exp(n * math.log(mean) - mean - math.lgamma(n + 1)) for n in range(count + 1))


def _rate(is_below: Callable[[float], bool]) -> float:
    """The mean at which the answer turns, between 0 and 1,000."""
    low, high = 1e-6, 1000.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if is_below(middle) else (low, middle)
    return low


def storm_rows(
    storms: ModuleType,
    setting: Setting,
    seeds: range,
    *,
    steps: Sequence[Sensitivity] = ("normal",),
    with_peers: bool = False,
) -> list[str]:
    """One row for us with each sensitivity, and one for each peer, all on the same traffic."""
    rate, doubling, share, campaign = setting
    ours = {step: Tried() for step in steps}
    peers = {name: Tried() for name in (storms.PEERS if with_peers else ())}
    for seed in seeds:
        args = argparse.Namespace(
            rate=rate, seed=seed, storm=True, doubling=doubling, concentration=share, weeks=5, peak=0
        )
        rows, truth, (plain, storm, _) = storms.mentions(args)
        stream = [scored(row, at) for at, _, row in rows]
        for step, one in ours.items():
            found = replay(stream, {"acme": replace(RULES, sensitivity=step)})
            one.judge(storms.judge_times([a.at for a in found.alarms], rows, truth, args), truth)
        for name, one in peers.items():
            fired = np.flatnonzero(storms.PEERS[name](plain + storm))
            times = [START + timedelta(minutes=int(m) + 1) for m in fired]
            one.judge(storms.judge_times(times, rows, truth, args), truth)
    where = ", in a campaign" if campaign else ""
    name = f"{rate}/h, {share:.0%} under one post, doubling {doubling} min{where}"
    return [
        *(one.row(name if len(ours) == 1 else f"{step}: {name}") for step, one in ours.items()),
        *(one.row(f"&nbsp;&nbsp;{peer}") for peer, one in peers.items()),
    ]


def slow_burn(storms: ModuleType, *, news: bool, complaints_only: bool) -> Any:
    """storms.minutes with a slow burn: four times as much within six hours, for a day.

    With `news`: on storms.py's own traffic with its campaigns, news days and grumbles. Without: the daily and weekly
    cycle and hourly bursts (gamma, k = 5) alone. `complaints_only`: the calm posts stay as many.
    """
    ordinary = storms.minutes

    def minutes(args: argparse.Namespace, rng: np.random.Generator) -> Any:
        args.storm = False
        plain, share, campaign, grumble, storm, _ = ordinary(args, rng)
        total = len(plain)
        t = np.arange(total)
        base = args.rate / 60 * storms.HOUR_OF_DAY[(t // 60) % 24] * storms.DAY_OF_WEEK[(t // storms.DAY) % 7]
        if not news:
            bursts = np.repeat(rng.gamma(5, 1 / 5, total // 60 + 1), 60)[:total]
            plain = rng.poisson(base * bursts)
            share, campaign, grumble = np.full(total, 0.2), np.full(total, -1), np.zeros_like(grumble)
        onset = int((args.weeks - 2) * storms.WEEK + rng.integers(storms.DAY, storms.WEEK))
        x = t - onset
        more = 3 * np.clip(x / 360, 0, 1) * (x < 360 + 1440)
        if complaints_only:
            plain = plain + rng.poisson(base * 0.2 * more)
            share = np.where(more > 0, (share + 0.2 * more) / (1 + 0.2 * more), share)
        else:
            plain = plain + rng.poisson(base * more)
        args.storm = True
        return plain, share, campaign, grumble, storm, onset

    return minutes


def slow_burn_row(
    folder: Path, per_day: int, seeds: range, *, news: bool = False, complaints_only: bool = False
) -> str:
    storms = load(folder / "storms.py")
    burning = slow_burn(storms, news=news, complaints_only=complaints_only)
    storms.minutes = burning  # type: ignore[attr-defined]
    hours: list[float | None] = []
    false, weeks = 0, 0.0
    for seed in seeds:
        args = argparse.Namespace(
            rate=per_day / 24, seed=seed, storm=True, doubling=0, concentration=0, weeks=5, peak=0
        )
        rows, truth, _ = storms.mentions(args)
        found = replay([scored(row, at) for at, _, row in rows], {"acme": RULES})
        onset, begin = datetime.fromisoformat(truth["onset"]), datetime.fromisoformat(truth["evaluate_from"])
        times = sorted(a.at for a in found.alarms if a.at >= begin)
        hit = next((at for at in times if onset <= at < onset + timedelta(hours=30)), None)
        hours.append(None if hit is None else (hit - onset).total_seconds() / 3600)
        false += storms.episodes([at for at in times if not onset <= at < onset + timedelta(hours=54)])
        weeks += 2 - 54 / 168
    got = [h for h in hours if h is not None]
    soon = [sum(h <= limit for h in got) for limit in (6, 12)]
    name = (
        f"{per_day:,} a day" + (", with news days" if news else "") + (", complaints only" if complaints_only else "")
    )
    middle = f"{np.median(got):.1f}" if got else "-"
    return (
        f"| {name} | {soon[0]}/{len(hours)} | {soon[1]}/{len(hours)} | {len(got)}/{len(hours)} | {middle} | "
        f"{often(false, weeks)} |"
    )


def cost_of_a_mention(per_hour: float) -> str:
    """Everything detection does with a mention: note, count, look, learn the hours.

    The stream is cut into pieces of a few milliseconds and the quickest of eight passes is taken of each, so that
    what else runs on the machine is mostly left out.
    """
    stream = list(_stream(random.Random(1), 10_000, per_hour))
    pieces = [stream[n : n + 50] for n in range(0, len(stream), 50)]
    quickest, update = [float("inf")] * len(pieces), float("inf")
    for _ in range(8):
        watch = Watch(RULES)
        for n, piece in enumerate(pieces):
            begin = time.process_time()
            for one in piece:
                watch.tick(one.mention.created_at)
                watch.observe((one,))
            quickest[n] = min(quickest[n], time.process_time() - begin)
        update = min(update, *(yardstick() for _ in range(20)))
    each = 1e6 * sum(quickest) / len(stream)
    return (
        f"a mention costs {each:.1f} µs at {per_hour:.0f} an hour (bar 30), as much as {1000 * each / update:.0f} dict "
        f"updates of {update:.0f} ns in the same run; the memory is {len(watch.dump()):,} bytes"
    )


def yardstick() -> float:
    """Nanoseconds of one update of a dict: 60 to 100 on an idle machine, several times that on a crowded one."""
    counts: dict[int, int] = {}
    begin = time.process_time()
    for n in range(20_000):
        counts[n & 4095] = counts.get(n & 4095, 0) + 1
    return 5e4 * (time.process_time() - begin)


def cost_of_brands(brands: int = 5000) -> str:
    """One tick a minute for every brand, each with an ordinary day behind it and a complaint to look at."""
    dice = random.Random(2)
    template = Watch(RULES)
    for one in _stream(dice, 400, 6):
        template.tick(one.mention.created_at)
        template.observe((one,))
    memory = template.dump()
    kept = [Watch.restore(RULES, memory) for _ in range(50)]
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


# --- the tables -------------------------------------------------------------------------------------------
STORM_HEAD = """| storm | found | posts out, median | p90 | minutes, median | false a week |
|---|---|---|---|---|---|"""
BURN_HEAD = """| mentions | 6 h from the start | 6 h from four times | within the day | hours, median | false a week |
|---|---|---|---|---|---|"""


def costs(asked: argparse.Namespace) -> Iterator[str]:
    for per_hour in (20, 100, 300):
        yield f"- {cost_of_a_mention(per_hour)}"
    yield f"- {cost_of_brands()}"
    yield f"- {cost_of_counts()}"


def storm_table(asked: argparse.Namespace) -> Iterator[str]:
    yield STORM_HEAD
    for setting in SETTINGS:
        name = f"{setting[0]}/h {setting[1]}min {setting[2]} {'campaign' if setting[3] else ''}"
        if asked.only not in name:
            continue
        storms = load(asked.folder / "storms.py")
        if setting[3]:
            storms.minutes = in_campaign(storms)  # type: ignore[attr-defined]
        with_peers = setting[1:] == (20, 0.7, False)
        yield from storm_rows(storms, setting, _seeds(asked, setting[0]), with_peers=with_peers)


def sensitivity_table(asked: argparse.Namespace) -> Iterator[str]:
    """What each step costs: how early, and how often for nothing."""
    yield STORM_HEAD
    storms = load(asked.folder / "storms.py")
    for setting in ((20, 20, 0.7, False), (20, 20, 0.0, False)):
        yield from storm_rows(storms, setting, _seeds(asked, setting[0]), steps=("low", "normal", "high"))


def slow_burn_table(asked: argparse.Namespace) -> Iterator[str]:
    yield BURN_HEAD
    for news, complaints_only in ((False, False), (True, False), (False, True)):
        for per_day in (100, 300, 1000, 3000):
            seeds = _seeds(asked, per_day / 24)
            name = f"{per_day} a day news={news} complaints_only={complaints_only}"
            if asked.only in name:
                yield slow_burn_row(asked.folder, per_day, seeds, news=news, complaints_only=complaints_only)


PARTS: Mapping[str, Callable[[argparse.Namespace], Iterator[str]]] = {
    "cost": costs,
    "storms": storm_table,
    "sensitivity": sensitivity_table,
    "slowburn": slow_burn_table,
}


def _seeds(asked: argparse.Namespace, rate: float = 1) -> range:
    """Fewer runs of the large brands, which take as many times longer."""
    runs = asked.runs if rate <= 30 else math.ceil(asked.runs * (0.5 if rate <= 100 else 0.3))
    return range(asked.first_seed, asked.first_seed + runs)


def write(page: Path, part: str, lines: Sequence[str], *, is_whole: bool = True) -> None:
    """Between <!-- part --> and <!-- end of part --> stands what was measured last.

    `is_whole` False: rows that were measured now take the place of those of the same name, the others stay.
    """
    text = page.read_text(encoding="utf-8")
    head, rest = text.split(f"<!-- {part} -->\n", 1)
    before, tail = rest.split(f"<!-- end of {part} -->", 1)
    if not is_whole:
        old, new = _by_name(before.splitlines()), _by_name("\n".join(lines).splitlines())
        lines = list((old | new).values())
    middle = "\n".join(lines)
    page.write_text(f"{head}<!-- {part} -->\n{middle}\n<!-- end of {part} -->{tail}", encoding="utf-8")


def _by_name(rows: Sequence[str]) -> dict[tuple[str, str], str]:
    """Rows by their first cell, those of a peer by the row they stand under as well. A star says: measured before."""
    found: dict[tuple[str, str], str] = {}
    under = ""
    for row in rows:
        name = row.split("|")[1].strip().removesuffix(" *") if row.startswith("|") else row
        under = under if name.startswith("&nbsp;") else name
        found[under, name] = row
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--part", choices=sorted(PARTS), help="one measure; without it all of them")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--only", default="", help="settings whose line holds this word, for example 20/h")
    parser.add_argument("--write", type=Path, help="the page whose tables are replaced")
    asked = parser.parse_args()
    for part in [asked.part] if asked.part else PARTS:
        if part != "cost" and asked.folder is None:
            continue
        lines = []
        for line in PARTS[part](asked):
            print(line, flush=True)
            lines.append(line)
        if asked.write:
            write(asked.write, part, lines, is_whole=not asked.only)
        print()


if __name__ == "__main__":
    main()
