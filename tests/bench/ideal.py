"""How early an observer could ring who knows the laws of storms.py: a bound for what `tests.bench.detection` measures.

    python -m tests.bench.ideal FOLDER storm [--rate 300] [--doubling 20] [--share 0.7] [--weeks 20] [--events 100]
    python -m tests.bench.ideal FOLDER burn [--rate 4.17] [--news] [--weeks 200] [--events 120]

It knows how many mentions are to be expected in each minute (with the hour's burst, the campaigns and the news days),
what share of them complains, is hostile or a stranger, of whichever origin, how a storm grows, what part of it hangs
on one post, and that two service notices come a week. It does not know when a storm begins, nor under which post.
A notice it tells by who writes under it and what, not by how it grows: it may grow as a storm does.

The statistic is Shiryaev and Roberts': the likelihood ratio of a storm that began in this minute against none, summed
over all minutes it may have begun in (and over threads). No rule rings sooner on average at the same rate of false
alarms where draws are independent (Pollak and Tartakovsky 2009). The bar is the lowest that rang at most 0.1 times a
week in weeks without a storm. Slow burns: counts of ten minutes, the burst of each hour unknown (gamma, k = 5), the
shape of the burn known; with --news the explanation "a news day" (2.5 times for twelve hours, one in two weeks) is
beaten too, and burns are drawn with such days about them and without.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from tests.bench.detection import START, load, often

Array = np.ndarray[Any, Any]
WEEK = 10080  # minutes
FALSE_A_WEEK = 0.1
EPISODE = 360  # minutes: rings that are nearer to each other are one alarm
CALM, COMPLAINT, HOSTILE = 0, 2, 4  # kinds of posts; one more: by a stranger


def six(complaint: float, hostile: float, new: float) -> Array:
    """Chances of the six kinds; hostile whatever else."""
    parts = np.array([(1 - hostile) * (1 - complaint), (1 - hostile) * complaint, hostile])
    found: Array = np.outer(parts, [1 - new, new]).ravel()
    return found


# As storms.py draws them: a complaint is labelled one with 0.7, anything else with 0.05; half of a storm is angry, and
# seven in eleven of these are labelled hostile.
ORDINARY, IN_CAMPAIGN = six(0.7 * 0.2 + 0.05 * 0.8, 0.02, 0.4), six(0.7 * 0.08 + 0.05 * 0.92, 0.02, 0.4)
NOTICE, STORM = six(0.7 * 0.6 + 0.05 * 0.4, 0.02, 0.5), six(0.7, 0.5 * 0.6 + 0.5 * 0.02, 0.85)
JOIN, NEAR = 0.35, 60  # so many mentions join the thread of one of the last so many
NOTICES_A_WEEK = 2


@dataclass(frozen=True, slots=True)
class Post:
    at: float  # minutes from the start of the stream
    thread: str
    kind: int
    is_alone: bool  # under no other post


@dataclass(slots=True)
class Growing:
    """How a storm grows: posts a minute, and how many there were, so many minutes after it began."""

    rate: float
    doubling: int
    made: Array = field(init=False)
    sums: Array = field(init=False)

    def __post_init__(self) -> None:
        peak = max(1.0, self.rate / 10)
        top = math.log2(peak / 0.1) * self.doubling
        x = np.arange(0, 1440, 0.25)
        self.made = np.where(x < top, 0.1 * 2 ** (np.minimum(x, top) / self.doubling), peak * 0.5 ** ((x - top) / 360))
        self.sums = np.concatenate([[0.0], np.cumsum(self.made) * 0.25])

    def posts(self, since: Array) -> Array:
        return np.where(since >= 0, self.made[np.clip(since * 4, 0, len(self.made) - 1).astype(int)], 0.0)

    def so_far(self, since: Array) -> Array:
        return self.sums[np.clip(since * 4, 0, len(self.made)).astype(int)]


@dataclass(slots=True)
class Weeks:
    """Traffic without a storm, and its laws by the minute."""

    posts: list[Post]
    usual: Array  # mentions a minute to be expected
    notices: Array  # of them those of service notices, to be expected
    is_campaign: Array


def drawn(storms: ModuleType, rate: float, seed: int, weeks: int) -> Weeks:
    """Weeks of storms.py, drawn by itself; the laws are noted while it draws."""
    noted: list[Array] = []
    ordinary = storms.minutes

    class Noting:
        def __init__(self, rng: np.random.Generator) -> None:
            self.rng = rng

        def __getattr__(self, name: str) -> Any:
            return getattr(self.rng, name)

        def poisson(self, mean: Array) -> Array:
            noted.append(mean)
            return self.rng.poisson(mean)

    def minutes(args: argparse.Namespace, rng: np.random.Generator) -> Any:
        found = ordinary(args, Noting(rng))
        noted.extend((found[2], found[3]))
        return found

    storms.minutes = minutes  # type: ignore[attr-defined]
    args = argparse.Namespace(rate=rate, seed=seed, storm=False, doubling=20, concentration=0, weeks=weeks, peak=0)
    rows, _, _ = storms.mentions(args)
    storms.minutes = ordinary  # type: ignore[attr-defined]
    usual, campaign, notice = noted[0], noted[1], noted[2]
    expected = np.zeros(len(usual))
    for k in range(weeks * 2):
        drawing = np.flatnonzero((notice[:, 1] == k) & (notice[:, 0] > 0))
        x = (np.arange(180) + 0.5) / 180
        shape = x**0.2 * (1 - x)
        part = expected[int(drawing[0]) : int(drawing[0]) + 180] if len(drawing) else expected[:0]
        part += ((6 + rate / 2) * shape / shape.sum())[: len(part)]
    posts = []
    for at, _, row in rows:
        labels = row["labels"]
        mark = HOSTILE if labels["hostile"] else COMPLAINT if labels["complaint"] else CALM
        is_new = row["author_id"].startswith("n")
        is_alone = row["in_reply_to"] is None
        posts.append(Post((at - START).total_seconds() / 60, row["conversation_id"], mark + is_new, is_alone))
    return Weeks(posts, usual, expected, campaign >= 0)


def storm_posts(growing: Growing, share: float, onset: float, rng: np.random.Generator) -> list[Post]:
    """The first posts of a storm, as storms.py draws them."""
    found: list[Post] = []
    minute = 0
    while len(found) < 150 and minute < 720:
        for _ in range(rng.poisson(float(growing.posts(np.array(minute))))):
            is_alone = bool(rng.random() >= share)
            thread = f"storm alone {len(found)}" if is_alone else "storm"
            found.append(Post(onset + minute + rng.random(), thread, int(rng.choice(6, p=STORM)), is_alone))
        minute += 1
    return sorted(found, key=lambda p: p.at)


@dataclass(slots=True)
class Thread:
    """What the observer keeps of one thread."""

    times: list[float] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    logs: list[float] = field(default_factory=list)  # density of each post in an ordinary thread
    places: list[int] = field(default_factory=list)  # in the stream
    upset: int = 0


class Observer:
    """Knows the laws; told one post after the other."""

    LONGEST = 200  # posts of a thread that are looked at

    def __init__(self, weeks: Weeks, growing: Growing, share: float, start: float) -> None:
        self.weeks, self.growing, self.share = weeks, growing, share
        self.step = 1.0 if growing.doubling <= 20 else 2.0
        back = 260.0 if growing.doubling <= 20 else 480.0
        self.onsets = start - back + np.arange(0, back, self.step)
        self.alone = np.zeros(len(self.onsets))  # log ratio of what is said outside threads, by onset
        self.threads: dict[str, Thread] = {}
        self.seen = 0

    def look(self, post: Post) -> float | None:
        """Log of the statistic after this post, in minutes; None: nothing new to say of a storm."""
        self.seen += 1
        self._move_on(post.at)
        minute = int(post.at)
        in_campaign = bool(self.weeks.is_campaign[minute])
        usual, kinds = float(self.weeks.usual[minute]), IN_CAMPAIGN if in_campaign else ORDINARY
        if post.is_alone and self.share < 1:
            mean = usual * kinds[post.kind] * (0.4 if in_campaign else 0.65)
            mean += 0.2 * self.weeks.notices[minute] * NOTICE[post.kind]
            of_storm = self.growing.posts(post.at - self.onsets) * (1 - self.share) * STORM[post.kind]
            self.alone = self.alone + np.log1p(of_storm / mean)
        if post.thread.startswith("sim:campaign"):
            return None
        thread = self._joined(post, max(1e-9, 0.0 if in_campaign else usual), kinds)
        if post.kind < COMPLAINT or (thread.upset < 2 and self.share > 0):
            return None
        rest = self.alone - self.growing.so_far(post.at - self.onsets) * (1 - self.share)
        return _log_sum(rest + (self._of_thread(thread, post.at) if self.share > 0 else 0.0), self.step)

    def _move_on(self, now: float) -> None:
        late = min(int((now - self.onsets[-1]) // self.step), len(self.onsets))
        if late > 0:
            self.onsets = self.onsets + late * self.step
            self.alone = np.concatenate([self.alone[late:], np.zeros(late)])

    def _joined(self, post: Post, usual: float, kinds: Array) -> Thread:
        thread = self.threads.setdefault(post.thread, Thread())
        # A mention joins the thread of one of the last sixty; within a minute they are not in order, so not sharply.
        near = sum(self._nearness(self.seen - place, usual) for place in thread.places)
        chance = JOIN * near / NEAR if thread.times else 0.65
        thread.logs.append(math.log(usual * kinds[post.kind] * max(chance, 1e-9)))
        thread.times.append(post.at)
        thread.kinds.append(post.kind)
        thread.places.append(self.seen)
        thread.upset += post.kind >= COMPLAINT
        if len(thread.times) > self.LONGEST:
            del thread.times[0], thread.kinds[0], thread.logs[0], thread.places[0]
        return thread

    @staticmethod
    def _nearness(ago: int, usual: float) -> float:
        if ago < NEAR:
            return 1.0
        return 0.3 if ago < NEAR + 2 * usual else 0.02 if ago < 4 * NEAR else 0.002

    def _of_thread(self, thread: Thread, now: float) -> Array:
        """Log ratio for each onset: this thread is the storm's, against an ordinary one or a notice."""
        kinds, logs = np.array(thread.kinds), np.array(thread.logs)
        since = np.array(thread.times)[:, None] - self.onsets[None, :]
        each = self.growing.posts(since) * self.share
        expected = self.growing.so_far(now - self.onsets) * self.share
        joiners = JOIN * sum(min(NEAR, self.seen - place) for place in thread.places) / NEAR
        with np.errstate(divide="ignore"):
            storm = np.log(each * STORM[kinds][:, None]).sum(0) - expected
            joining = np.exp(logs)[:, None]
            joining[0] = 0.0
            notice = np.log(each * NOTICE[kinds][:, None] + joining).sum(0) - expected - joiners
        ordinary = float(logs.sum()) - joiners
        usual = np.logaddexp(ordinary, _log_sum(notice, self.step * NOTICES_A_WEEK / WEEK))
        return np.asarray(storm - usual)


def _log_sum(logs: Array, weight: float) -> float:
    logs = logs[np.isfinite(logs)]
    if not len(logs):
        return -math.inf
    top = float(logs.max())
    return top + math.log(float(np.exp(logs - top).sum()) * weight)


def followed(
    weeks: Weeks, posts: Sequence[Post], growing: Growing, share: float, start: float, stop: float = math.inf
) -> list[tuple[float, float]]:
    """(minute, log of the statistic) after each post that says something; ends when it is beyond `stop`."""
    observer, found = Observer(weeks, growing, share, start), list[tuple[float, float]]()
    for post in posts:
        value = observer.look(post)
        if value is not None:
            found.append((post.at, value))
            if value > stop:
                break
    return found


def episodes(times: Iterator[float]) -> int:
    count, last = 0, -math.inf
    for at in times:
        count += at - last > EPISODE
        last = at
    return count


def bar_of(quiet: Sequence[Sequence[tuple[float, float]]], weeks: float) -> float:
    """The lowest that rings at most FALSE_A_WEEK times a week."""
    low, high = 0.0, 60.0
    for _ in range(40):
        middle = (low + high) / 2
        false = sum(episodes(at for at, value in run if value > middle) for run in quiet)
        low, high = (middle, high) if false > FALSE_A_WEEK * weeks else (low, middle)
    return high


def storm_bound(asked: argparse.Namespace) -> str:
    storms = load(asked.folder / "storms.py")
    growing = Growing(asked.rate, asked.doubling)
    quiet, loud = [], []
    blocks = math.ceil(asked.weeks / 4)
    for block in range(blocks):
        weeks = drawn(storms, asked.rate, asked.first_seed + block, 5)  # the first week is not judged
        times = np.array([p.at for p in weeks.posts])
        quiet.append(followed(weeks, weeks.posts[int(np.searchsorted(times, WEEK)) :], growing, asked.share, WEEK))
        rng = np.random.default_rng([asked.first_seed + block, 4])
        for _ in range(math.ceil(asked.events / blocks)):
            onset = WEEK + rng.random() * (4 * WEEK - 1500)
            storm = storm_posts(growing, asked.share, onset, rng)
            first, last = np.searchsorted(times, [onset - 260, storm[-1].at])
            mixed = sorted([*weeks.posts[int(first) : int(last)], *storm], key=lambda p: p.at)
            loud.append((storm, followed(weeks, mixed, growing, asked.share, onset - 260, stop=20)))
    bar = bar_of(quiet, 4 * blocks)
    out = []
    for storm, run in loud:
        hit = next((at for at, value in run if value > bar and at >= storm[0].at), math.inf)
        out.append(sum(p.at <= hit for p in storm))
    false = sum(episodes(at for at, value in run if value > bar) for run in quiet)
    return (
        f"{asked.rate:g}/h, {asked.share:.0%} under one post, doubling {asked.doubling} min: posts out, median "
        f"{np.median(out):.0f}, p90 {np.percentile(out, 90):.0f} of {len(out)} storms; {often(false, 4 * blocks)}"
    )


# --- slow burns -------------------------------------------------------------------------------------------
SLOT = 10  # minutes
HOUR = 60 // SLOT
LONG = 36 * HOUR  # slots a burn is looked for in
BEGINS = 3  # a burn may begin in every third slot


class Burns:
    """Counts of ten minutes, the burst of the hour unknown."""

    def __init__(self, storms: ModuleType, rate: float, *, news: bool, seed: int) -> None:
        self.storms, self.rate, self.news = storms, rate, news
        self.rng = np.random.default_rng([seed, 77])
        # Forty equal parts of the gamma stand for it.
        self.bursts = np.sort(self.rng.gamma(5, 0.2, 400_000)).reshape(40, -1).mean(1)

    def usual(self, count: int, first: int = 0) -> Array:
        hour = (first + np.arange(count)) // HOUR
        of_hour, of_day = self.storms.HOUR_OF_DAY[hour % 24], self.storms.DAY_OF_WEEK[hour // 24 % 7]
        return np.asarray(self.rate / HOUR * of_hour * of_day)

    def draw(self, weeks: int, *, onset: int | None = None, news: bool = False) -> Array:
        """Counts; a burn from this minute on is four times as much after six hours, for a day."""
        count = weeks * 168 * HOUR
        bursts = np.repeat(self.rng.gamma(5, 0.2, count // HOUR), HOUR)
        for begin in range(0, count if news else 0, 2 * 168 * HOUR):
            at = begin + int(self.rng.integers(0, 2 * 168 * HOUR - 90))
            bursts[at : at + 12 * HOUR] *= 2.5
        usual = self.usual(count)
        found = self.rng.poisson(usual * bursts)
        if onset is not None:
            x = np.arange(count * SLOT) - onset
            more = 3 * np.clip(x / 360, 0, 1) * (x < 1800)
            found = found + self.rng.poisson(usual * more.reshape(count, SLOT).mean(1))
        return found

    def follow(self, counts: Array, first: int) -> list[tuple[float, float]]:
        """(minute, log of the statistic) after each slot."""
        found: list[tuple[float, float]] = []
        begins = np.array([], int)
        burning, busy = np.array([]), np.array([])  # log ratios of the hours that are over
        for hour in range(len(counts) // HOUR):
            slots = np.arange(hour * HOUR, hour * HOUR + HOUR)
            new = slots[::BEGINS]
            begins = np.concatenate([begins, new])
            burning, busy = (np.concatenate([logs, np.zeros(len(new))]) for logs in (burning, busy))
            kept = begins > slots[0] - LONG
            begins, burning, busy = begins[kept], burning[kept], busy[kept]
            since = (slots[None, :] - begins[:, None]) * SLOT + SLOT / 2
            usual, seen = self.usual(HOUR, first + slots[0]), counts[slots]
            more = np.where((since > 0) & (since < 1800), 3 * np.clip(since / 360, 0, 1), 0)
            plain = self._log(self.bursts[None, :, None] * usual, seen)
            of_burn = self._log(usual * (self.bursts[None, :, None] + more[:, None, :]), seen) - plain
            has_begun = since > 0
            value = [_log_sum((burning + of_burn[:, n])[has_begun[:, n]], BEGINS * SLOT) for n in range(HOUR)]
            if self.news:
                times = np.where((since > 0) & (since < 720), 2.5, 1.0)
                of_news = self._log(usual * self.bursts[None, :, None] * times[:, None, :], seen) - plain
                for n in range(HOUR):
                    day = _log_sum((busy + of_news[:, n])[has_begun[:, n]], BEGINS * SLOT / (2 * WEEK))
                    value[n] -= float(np.logaddexp(0, day))
                busy = busy + of_news[:, -1]
            burning = burning + of_burn[:, -1]
            found += [((s + 1) * SLOT, v) for s, v in zip(slots.tolist(), value, strict=True)]
        return found

    def _log(self, means: Array, seen: Array) -> Array:
        """Log likelihood of the counts so far in the hour, over the bursts: onsets x slots."""
        logs = np.cumsum(seen * np.log(means) - means, axis=2)
        top = logs.max(1)
        return np.asarray(top + np.log(np.exp(logs - top[:, None, :]).mean(1)))


def burn_bound(asked: argparse.Namespace) -> Iterator[str]:
    burns = Burns(load(asked.folder / "storms.py"), asked.rate, news=asked.news, seed=asked.first_seed)
    blocks = math.ceil(asked.weeks / 10)
    quiet = [burns.follow(burns.draw(10, news=asked.news), 0) for _ in range(blocks)]
    bar = bar_of(quiet, 10 * blocks)
    false = sum(episodes(at for at, value in run if value > bar) for run in quiet)
    for news in (False, True) if asked.news else (False,):
        hours = []
        for _ in range(asked.events):
            onset = WEEK + int(burns.rng.integers(0, WEEK))
            counts = burns.draw(3, onset=onset, news=news)
            first = max(0, onset // SLOT // HOUR * HOUR - 48 * HOUR)
            run = burns.follow(counts[first : first + 84 * HOUR], first)
            hours.append(
                next((at + first * SLOT - onset for at, v in run if v > bar and at + first * SLOT > onset), 1e9)
            )
        soon, late = (sum(h <= limit for h in hours) for limit in (360, 720))
        days = "with" if news else "without"
        yield (
            f"{asked.rate * 24:,.0f} a day, {days} news days: {soon} of {len(hours)} within six hours of the start, "
            f"{late} within six hours of four times; {often(false, 10 * blocks)}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("what", nargs="?", choices=("storm", "burn"), default="storm")
    parser.add_argument("--rate", type=float, default=300, help="ordinary mentions an hour")
    parser.add_argument("--doubling", type=int, default=20, help="minutes")
    parser.add_argument("--share", type=float, default=0.7, help="of the storm under one post")
    parser.add_argument("--news", action="store_true", help="a slow burn must not be a news day")
    parser.add_argument("--weeks", type=int, default=20, help="without a storm")
    parser.add_argument("--events", type=int, default=100, help="storms or burns")
    parser.add_argument("--first-seed", type=int, default=9001)
    asked = parser.parse_args()
    if asked.folder is None:
        print("needs the folder of storms.py")
    elif asked.what == "storm":
        print(storm_bound(asked), flush=True)
    else:
        for line in burn_bound(asked):
            print(line, flush=True)


if __name__ == "__main__":
    main()
