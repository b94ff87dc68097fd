"""A decaying record: is a count the busiest in a long time? Constant memory, one step per interval.

The expected count is mu = level x factor of the hour of the day; the level is an exponentially weighted mean of
clipped, de-seasonalised counts (clip at mu + C sqrt(mu + O mu^2)). Over the last w intervals, for several w, with
S seen and M expected:

    u = ln(S + c) - mix ln(M + c),  c = C0 w^CE       between the raw count (mix 0) and the ratio (mix 1)

R is the running record of u; between records it decays to m, the mean of the daily maxima of u. A new record
scores w^ZE (u - (half R + (1 - half) m)); the score is the largest over w, and it is kept only when it stands out
of the scores of the last half day, or once more when an hour after an alarm the burst is half again as high. No
alarm on the first day. Constants were chosen on the ten series of NAB
realTweets (Lavin and Ahmad 2015); docs/detection.md has the figures, with leave-one-series-out beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt
from typing import Any

INTERVALS_A_DAY = 288  # of five minutes
WINDOWS = (1, 12, 36, 72)
LONGEST = max(WINDOWS)
ALARM = 0.2
LEVEL = 1 - 0.5 ** (1 / 144)
HOURS = 1 / 48
CLIP, OVER = 4.0, 0.2
C0, CE, ZE = 4.0, 0.75, 0.15
MIX, HALF = 0.4, 0.5
DAILY = 1 - 0.5 ** (1 / 7)
DECAY = 0.5 ** (1 / (60 * INTERVALS_A_DAY))
PEAK = 0.5 ** (1 / 144)
STAND_OUT = 1.6
REPEAT, REPEAT_FROM, REPEAT_TO = 1.5, 12, 18  # times the alarm's score; intervals after it
SHAPE = tuple((k, w, C0 * w**CE, w**ZE) for k, w in enumerate(WINDOWS))


class Record:
    """Feed it one count per five minutes, in order. Intervals that could not be seen are left out."""

    def __init__(self) -> None:
        self.steps = 0
        self.level = 0.0
        self.factors = [1.0] * 24
        self.seen, self.usual = [0.0] * LONGEST, [0.0] * LONGEST
        self.all_seen, self.all_usual = [0.0] * len(WINDOWS), [0.0] * len(WINDOWS)  # in each window
        self.means: list[float | None] = [None] * len(WINDOWS)  # None: no day is over
        self.records = [0.0] * len(WINDOWS)
        self.today = [-9.0] * len(WINDOWS)
        self.peak = 0.0
        self.rang_at, self.rang_score, self.may_repeat = -1, 0.0, False  # the last alarm
        # Intervals that are over and whose scores nobody has asked for: (local hour, count).
        self.put_off: list[tuple[int, float]] = []

    def step(self, hour: int, count: float) -> float:
        """The score of one more interval, at local hour 0..23: 0 means nothing new; ALARM and more is an alarm."""
        return self.steps_of(((hour, count),))[0]

    def settle(self) -> list[float]:
        """The scores of the intervals that were put off; from now on none is."""
        put_off, self.put_off = self.put_off, []
        return self.steps_of(put_off)

    def steps_of(self, intervals: Sequence[tuple[int, float]]) -> list[float]:
        """The scores of some intervals in a row, (local hour, count) each; many at once cost a third of one by one."""
        n = self.steps
        left = INTERVALS_A_DAY - n % INTERVALS_A_DAY
        if len(intervals) > left:
            return self.steps_of(intervals[:left]) + self.steps_of(intervals[left:])
        if n % INTERVALS_A_DAY == 0 and n > 0 and intervals:
            self._end_day()
        at = n % LONGEST
        # Oldest first, with the new ones behind: what leaves a window stands so many places before what enters it.
        seen, usual = self.seen[at:] + self.seen[:at], self.usual[at:] + self.usual[:at]
        new_seen, new_usual = [count for _, count in intervals], self._follow(intervals)
        seen += new_seen
        usual += new_usual
        bests, places = [0.0] * len(intervals), range(len(intervals))
        mix, half, decay = MIX, HALF, DECAY
        for k, width, c, lift in SHAPE:
            of_seen, of_usual, mean = self.all_seen[k], self.all_usual[k], self.means[k]
            highest, record, first = self.today[k], self.records[k], LONGEST - width
            base = 0.0 if mean is None else mean
            # Seldom is u a record or the day's maximum: up to so many, with at least so many usual, it is neither, and
            # its logarithms are spared. The record itself falls meanwhile.
            least = 0.8 * of_usual
            lowest = min(highest, record, base + (record - base) * decay ** len(intervals)) - 1e-9
            most = exp(min(lowest + mix * log(least + c if least > 0 else c), 700.0)) - c
            for i, in_seen, in_usual, out_seen, out_usual in zip(
                places, new_seen, new_usual, seen[first:], usual[first:], strict=False
            ):
                of_seen = of_seen - out_seen + in_seen
                of_usual = of_usual - out_usual + in_usual
                record = base + (record - base) * decay
                if of_seen <= most and of_usual >= least:
                    continue
                u = log(of_seen + c if of_seen > 0 else c) - mix * log(of_usual + c if of_usual > 0 else c)
                if u > highest:
                    highest = u
                if u > record and mean is not None:
                    score = (u - half * record - (1 - half) * mean) * lift
                    if score > bests[i]:
                        bests[i] = score
                    record = u
            self.all_seen[k], self.all_usual[k] = of_seen, of_usual
            self.today[k], self.records[k] = highest, record
        return self._scores(n, bests)

    def _follow(self, intervals: Sequence[tuple[int, float]]) -> list[float]:
        """What was usual in each; the level and the hour's factor follow it, but for what is beyond all measure."""
        n, level, factors, new_usual = self.steps, self.level, self.factors, list[float]()
        for hour, count in intervals:
            if n == 0:
                level = max(count, 0.1)
            factor = factors[hour]
            expected = level * factor
            self.seen[n % LONGEST], self.usual[n % LONGEST] = count, expected
            new_usual.append(expected)
            most = expected + CLIP * sqrt(expected + OVER * expected * expected)
            taken = most if most < count else count
            level = level + LEVEL * (taken / factor - level)
            ratio = taken / (level if level > 1e-9 else 1e-9)
            factor += HOURS * ((4.0 if ratio > 4.0 else ratio) - factor)
            factors[hour] = factor if factor > 0.02 else 0.02
            n += 1
        self.steps, self.level = n, level
        return new_usual

    def _scores(self, n: int, bests: list[float]) -> list[float]:
        """What is left of the scores from interval `n` on: they have to stand out, and the first day is silent."""
        found, peak = [0.0] * len(bests), self.peak
        for i, best in enumerate(bests):
            peak *= PEAK
            stands_out = best > STAND_OUT * peak
            if best > peak:
                peak = best
            if best and n + i >= INTERVALS_A_DAY:
                if best >= ALARM:
                    stands_out = self._rings(n + i, best, stands_out=stands_out)
                if stands_out:
                    found[i] = best
        self.peak = peak
        return found

    def _rings(self, n: int, best: float, *, stands_out: bool) -> bool:
        """An alarm; or, an hour after one, that it has become much worse since."""
        since = n - self.rang_at
        if stands_out:
            before = self.rang_score if since <= REPEAT_FROM else 0.0
            self.rang_at, self.rang_score, self.may_repeat = n, max(before, best), True
            return True
        is_worse = best >= REPEAT * self.rang_score and REPEAT_FROM <= since <= REPEAT_TO
        if not (self.may_repeat and is_worse):
            return False
        self.may_repeat = False
        return True

    def _end_day(self) -> None:
        """The day's maxima go into the mean of them."""
        for k, (day, mean) in enumerate(zip(self.today, self.means, strict=True)):
            if mean is None:
                self.means[k] = self.records[k] = day
            else:
                self.means[k] = mean + DAILY * (day - mean)
            self.today[k] = -9.0

    def forget(self) -> None:
        """An event is over: the next one is measured against the usual days, not against it."""
        self.settle()
        for k, mean in enumerate(self.means):
            if mean is not None:
                self.records[k] = min(self.records[k], mean)
                self.today[k] = min(self.today[k], mean)
        self.peak = 0.0
        self.may_repeat = False

    def state(self) -> list[Any]:
        self.settle()
        return [
            self.steps, self.level, self.factors, self.seen, self.usual,
            list(zip(self.all_seen, self.all_usual, strict=True)),
            self.means, self.records, self.today, self.peak, self.rang_at, self.rang_score, self.may_repeat,
        ]  # fmt: skip

    def load(self, state: list[Any]) -> None:
        (
            self.steps, self.level, self.factors, self.seen, self.usual, sums,
            self.means, self.records, self.today, self.peak, self.rang_at, self.rang_score, self.may_repeat,
        ) = state  # fmt: skip
        self.all_seen, self.all_usual = [seen for seen, _ in sums], [usual for _, usual in sums]
