"""More complaints than this brand has at this hour, wherever they are.

Two tests over the last two hours, each person counted once and of each thread only the first two, so that one
busy thread is no crowd of its own:

*share*: who speaks has changed. The mixture of `pileon` without a root: the evidence that some share of all that
is said comes from a crowd (few calm, hostile, strangers). A busy day changes nothing in it.

*rate*: how much is said has changed. Signed deviance of a negative binomial with the hour-of-week mean m and
k = 5: n ln(n / m) - (n + k) ln((n + k) / (m + k)). The window is as short as the last complaints allow, so for a
small brand it is a test of the time between events (Lucas 1985: a better statistic there than counts). It rings
only when the share of complaints is not below the usual, because joy is not a crisis, and not on the first day.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from monitor.detectors.found import TOLERATED, WEEK_HOURS, Found, bar
from monitor.detectors.pileon import (
    BURNS_ROWS,
    BURNS_SHARE,
    STORM_SCORE,
    kinds_inputs,
    kinds_of,
    on_first_day,
    shares_inputs,
    shares_of,
)
from monitor.memory import Memory, upset
from monitor.usual import SPREAD, Shares, Weighing, weigh
from monitor.windows import BIN, Kinds

FEWEST = 5
SPANS = (4, 8, 12, 24)  # rows of five minutes
LOOKED_AT = tuple(sorted((BURNS_ROWS, *SPANS)))
RECENT = LOOKED_AT.index(BURNS_ROWS)
STORM_AUTHORS = 12
LOUD = 100  # people; then every test is made
RATE_CHANCES = 12.0  # windows an hour that are different from each other
RATE_EXTRA = 6.0  # nats: bursts and news days are not negative binomial
RATE_BUSY, HALF_BUSY = 4.0, 20.0  # nats more where many are usual, half of them at so many: a news day has them all


def share_score(
    kinds: Kinds, shares: Shares, per_hour: float, tolerated: float, weighing: Weighing | None = None
) -> float:
    """Who speaks has changed: 1.0 is the threshold."""
    weighing = weighing or Weighing(shares)
    return weighing.among(kinds) / bar(per_hour * WEEK_HOURS, tolerated)


def rate_score(people: float, mean: float, tolerated: float) -> float:
    """More upset people than at this hour of the week: 1.0 is the threshold; fewer than usual is 0."""
    if people <= mean:
        return 0.0
    return deviance(people, max(mean, 0.05), SPREAD) / _bar_of_rate(mean, tolerated)


def _bar_of_rate(mean: float, tolerated: float) -> float:
    busy = RATE_BUSY * mean * mean / (mean * mean + HALF_BUSY * HALF_BUSY)
    return _least_bar_of_rate(tolerated) + busy


def _least_bar_of_rate(tolerated: float) -> float:
    return bar(RATE_CHANCES * WEEK_HOURS, tolerated) + RATE_EXTRA


def deviance(seen: float, mean: float, k: float) -> float:
    """Evidence, in nats, that a negative binomial count with variance mean + mean^2 / k has another mean."""
    return seen * math.log(seen / mean) - (seen + k) * math.log((seen + k) / (mean + k))


def again(inputs: Mapping[str, float]) -> float:
    """The score of a finding from its inputs, bit for bit."""
    kinds, shares, tolerated = kinds_of(inputs), shares_of(inputs), inputs["tolerated"]
    share = share_score(kinds, shares, inputs["per_hour"], tolerated)
    people = upset(kinds)
    if inputs["is_young"]:
        return on_first_day(share, people)
    is_joy = people < shares.upset * sum(kinds)
    return max(share, 0.0 if is_joy else rate_score(people, inputs["mean"], tolerated))


def find(memory: Memory, end: int) -> Iterator[Found]:
    """At most one finding: the window and test that stand out most."""
    last = (end - 1) // BIN
    sums = memory.spread.spans(last, LOOKED_AT)
    recent = upset(sums[RECENT])
    if recent < 2:
        return
    best, value = None, 0.0
    shares = memory.weighing.shares
    for span, kinds in zip(LOOKED_AT, sums, strict=True):
        calm, calm_new, complaint, complaint_new, hostile, hostile_new = kinds
        people = complaint + complaint_new + hostile + hostile_new
        if people < FEWEST or span == BURNS_ROWS or recent < BURNS_SHARE * people:
            continue
        # A glance that spares the sums: without these nothing comes near the bar.
        total = people + calm + calm_new
        is_odd = people >= 1.25 * shares.upset * total or hostile + hostile_new >= 2 * shares.hostile * total
        if is_odd or people >= LOUD:
            start = (last - span + 1) * BIN
            of_span = _score(memory, kinds, people, start, end)
            if of_span >= 1 and of_span > value:
                best, value = (kinds, people, start), of_span
    if best is not None:
        yield _found(memory, value, *best, end)


def _score(memory: Memory, kinds: Kinds, people: int, start: int, end: int) -> float:
    """The score, or some number below 1 when it is below 1."""
    weighing, per_hour = memory.weighing, memory.crowd.per_hour()
    tolerated = TOLERATED[memory.rules.sensitivity]
    value = 0.0
    # The evidence grows ever slower with the crowd's share, so it is at most its slope at the beginning.
    needed = bar(per_hour * WEEK_HOURS, tolerated)
    if weigh(kinds, weighing.slopes) > 0.99 * needed and weigh(kinds, weighing.most) >= needed:
        value = share_score(kinds, weighing.shares, per_hour, tolerated, weighing)
    if memory.is_young:
        return on_first_day(value, people)
    if people >= weighing.shares.upset * sum(kinds):
        mean = memory.season.mean(start, end)
        if people > mean and deviance_at_most(people, max(mean, 0.05)) > 0.99 * _least_bar_of_rate(tolerated):
            return max(value, rate_score(people, mean, tolerated))
    return value


def deviance_at_most(seen: float, mean: float) -> float:
    """`deviance` is the integral of (seen - x) / (x + x^2 / k) from the mean to what was seen."""
    return (seen - mean) ** 2 / (2 * mean * (1 + mean / SPREAD))


def _found(memory: Memory, value: float, kinds: Kinds, people: int, start: int, end: int) -> Found:
    mean = memory.season.mean(start, end)
    return Found(
        rule="complaints",
        score=value,
        severity="storm" if value >= STORM_SCORE and people >= STORM_AUTHORS else "watch",
        start=start,
        end=end,
        seen=people,
        expected=mean,
        authors=people,
        inputs=(
            *kinds_inputs(kinds),
            *shares_inputs(memory.weighing.shares),
            ("per_hour", memory.crowd.per_hour()),
            ("mean", mean),
            ("tolerated", TOLERATED[memory.rules.sensitivity]),
            ("is_young", float(memory.is_young)),
        ),
    )
