"""More complaints than this brand has at this hour, wherever they are.

Two tests over the last two hours, each person counted once and of each thread only the first two, so that one
busy thread is no crowd of its own:

*share*: who speaks has changed. The mixture of `pileon` without a root: the evidence that some share of all that
is said comes from a crowd (few calm, hostile, strangers). A busy day changes nothing in it.

*rate*: how much is said has changed. Signed deviance of a negative binomial with the hour-of-week mean m and
k = 5: n ln(n / m) - (n + k) ln((n + k) / (m + k)). The window is as short as the last complaints allow, so for a
small brand it is a test of the time between events (Lucas 1985: a better statistic there than counts). It rings
only when the share of complaints is not below the usual, because joy is not a crisis.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from db.rows import Sensitivity
from monitor.detectors.found import WEEK_HOURS, Found, bar
from monitor.detectors.pileon import BURNS_ROWS, BURNS_SHARE, NAMES, STORM_SCORE, shares_inputs
from monitor.memory import ROWS, Memory, upset
from monitor.usual import SPREAD, Shares, Weighing
from monitor.windows import BIN, Kinds

FEWEST = 5
SPANS = (4, 8, 12, 24)  # rows of five minutes
STORM_AUTHORS = 12
RATE_CHANCES = 12.0  # windows an hour that are different from each other
RATE_EXTRA = 6.0  # nats: bursts and news days are not negative binomial


def share_score(
    kinds: Kinds, shares: Shares, per_hour: float, sensitivity: Sensitivity, weighing: Weighing | None = None
) -> float:
    """Who speaks has changed: 1.0 is the threshold."""
    weighing = weighing or Weighing(shares)
    return weighing.among(kinds) / bar(per_hour * WEEK_HOURS, sensitivity)


def rate_score(people: float, mean: float, sensitivity: Sensitivity) -> float:
    """More upset people than at this hour of the week: 1.0 is the threshold; fewer than usual is 0."""
    if people <= mean:
        return 0.0
    mean = max(mean, 0.05)
    k = SPREAD
    deviance = people * math.log(people / mean) - (people + k) * math.log((people + k) / (mean + k))
    return deviance / (bar(RATE_CHANCES * WEEK_HOURS, sensitivity) + RATE_EXTRA)


def find(memory: Memory, end: int) -> Iterator[Found]:
    """At most one finding: the window and test that stand out most."""
    last = (end - 1) // BIN
    recent = upset(memory.spread.between(last - BURNS_ROWS + 1, last))
    best: Found | None = None
    for span in SPANS:
        kinds = memory.spread.between(last - span + 1, last)
        people = upset(kinds)
        if people < FEWEST or recent < max(2, BURNS_SHARE * people):
            continue
        found = _weigh(memory, kinds, people, (last - span + 1) * BIN, end)
        if found.score >= 1 and (best is None or found.score > best.score):
            best = found
    if best is not None:
        yield best


def _weigh(memory: Memory, kinds: Kinds, people: int, start: int, end: int) -> Found:
    shares, per_hour = memory.weighing.shares, memory.crowd.per_hour()
    mean = memory.season.mean(start, end)
    sensitivity = memory.rules.sensitivity
    share = share_score(kinds, shares, per_hour, sensitivity, memory.weighing)
    is_joy = people < shares.upset * sum(kinds)
    rate = 0.0 if is_joy else rate_score(people, mean, sensitivity)
    value = max(share, rate)
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
            *((name, float(n)) for name, n in zip(NAMES, kinds, strict=True)),
            *shares_inputs(shares),
            ("per_hour", per_hour),
            ("mean", mean),
        ),
    )


__all__ = ["ROWS", "find", "rate_score", "share_score"]
