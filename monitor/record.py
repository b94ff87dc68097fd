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

import math
from math import log
from typing import Any

INTERVALS_A_DAY = 288  # of five minutes
WINDOWS = (1, 12, 36, 72)
ALARM = 0.2


class Record:
    """Feed it one count per five minutes, in order. Intervals that could not be seen are left out."""

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

    def __init__(self) -> None:
        size = max(WINDOWS)
        self.steps = 0
        self.level = 0.0
        self.factors = [1.0] * 24
        self.seen, self.usual = [0.0] * size, [0.0] * size
        self.all_seen, self.all_usual = [0.0] * len(WINDOWS), [0.0] * len(WINDOWS)  # in each window
        self.means: list[float | None] = [None] * len(WINDOWS)  # None: no day is over
        self.records = [0.0] * len(WINDOWS)
        self.today = [-9.0] * len(WINDOWS)
        self.peak = 0.0
        self.rang_at, self.rang_score, self.may_repeat = -1, 0.0, False  # the last alarm
        self.shape = [(k, w, self.C0 * w**self.CE, w**self.ZE) for k, w in enumerate(WINDOWS)]

    def step(self, hour: int, count: float) -> float:
        """The score of one more interval, at local hour 0..23: 0 means nothing new; ALARM and more is an alarm."""
        n, size = self.steps, len(self.seen)
        if n == 0:
            self.level = max(count, 0.1)
        expected = self.level * self.factors[hour]
        if n % INTERVALS_A_DAY == 0 and n > 0:
            self._end_day()
        # All four windows in one go, without a call for each: this is the price of five minutes, whoever speaks.
        seen, usual, today, means, records = self.seen, self.usual, self.today, self.means, self.records
        all_seen, all_usual = self.all_seen, self.all_usual
        mix, decay, best = self.MIX, self.DECAY, 0.0
        for k, width, c, lift in self.shape:
            if n >= width:
                gone = (n - width) % size
                of_seen = all_seen[k] - seen[gone] + count
                of_usual = all_usual[k] - usual[gone] + expected
            else:
                of_seen, of_usual = all_seen[k] + count, all_usual[k] + expected
            all_seen[k], all_usual[k] = of_seen, of_usual
            u = log(of_seen + c if of_seen > 0 else c) - mix * log(of_usual + c if of_usual > 0 else c)
            if u > today[k]:
                today[k] = u
            mean = means[k]
            if mean is not None:
                records[k] = record = mean + (records[k] - mean) * decay
                if u > record:
                    records[k] = u
                    best = max(best, (u - self.HALF * record - (1 - self.HALF) * mean) * lift)
        at = n % size
        seen[at], usual[at] = count, expected
        most = expected + self.CLIP * math.sqrt(expected + self.OVER * expected * expected)
        # The level and the hour's factor follow what was seen, but for what is beyond all measure.
        taken, factor, level = most if most < count else count, self.factors[hour], self.level
        self.level = level = level + self.LEVEL * (taken / factor - level)
        ratio = taken / (level if level > 1e-9 else 1e-9)
        factor += self.HOURS * ((4.0 if ratio > 4.0 else ratio) - factor)
        self.factors[hour] = factor if factor > 0.02 else 0.02
        self.steps = n + 1
        peak = self.peak * self.PEAK
        stands_out = best > self.STAND_OUT * peak
        self.peak = best if best > peak else peak
        if best >= ALARM and n >= INTERVALS_A_DAY:
            stands_out = self._rings(n, best, stands_out=stands_out)
        return best if stands_out and n >= INTERVALS_A_DAY else 0.0

    def _rings(self, n: int, best: float, *, stands_out: bool) -> bool:
        """An alarm; or, an hour after one, that it has become much worse since."""
        since = n - self.rang_at
        if stands_out:
            before = self.rang_score if since <= self.REPEAT_FROM else 0.0
            self.rang_at, self.rang_score, self.may_repeat = n, max(before, best), True
            return True
        is_worse = best >= self.REPEAT * self.rang_score and self.REPEAT_FROM <= since <= self.REPEAT_TO
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
                self.means[k] = mean + self.DAILY * (day - mean)
            self.today[k] = -9.0

    def forget(self) -> None:
        """An event is over: the next one is measured against the usual days, not against it."""
        for k, mean in enumerate(self.means):
            if mean is not None:
                self.records[k] = min(self.records[k], mean)
                self.today[k] = min(self.today[k], mean)
        self.peak = 0.0
        self.may_repeat = False

    def state(self) -> list[Any]:
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
