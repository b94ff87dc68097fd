"""Many people turn on a brand under one post, or with one copied text.

Each person counts once per thread and is one of six kinds: calm, complaining or hostile, and known to the brand
or a stranger. A pile-on changes the mixture: few calm posts, much hostility, mostly strangers, because storms do
not grow out of the existing community. With p the usual share of a kind and q its share in a pile-on, every
person adds ln(q / p) (naive Bayes; Wald's sequential test, 1945). The best window of the last two hours that ends
now is taken, as in a CUSUM (Page 1954). What is said elsewhere at the same time adds the evidence of a mixture:
max over s of the sum of ln(1 - s + s q / p), where s is the crowd's share in it.

Two explanations have to be beaten: an ordinary thread, of which there are as many a week as posts, and a service
notice that draws complaints (more complaints, the usual people, little hostility), of which there are a few.
The bars are `found.bar`; the score is the smaller of the two quotients, so 1.0 is the threshold.
"""

from __future__ import annotations

from collections.abc import Iterator

from db.rows import Sensitivity
from monitor.detectors.found import WEEK_HOURS, Found, bar
from monitor.memory import ROWS, Memory, hostile, upset
from monitor.usual import Shares, Weighing, weigh
from monitor.windows import BIN, COMPLAINT, Kinds

FEWEST = 4  # upset people under one post; three are a family
NOTICES_A_WEEK = 3.0
NEAR_ROWS = 4  # what is said elsewhere is looked at for at least 20 minutes
BURNS_ROWS = 6  # minutes / BIN in which a crowd must still be growing
BURNS_SHARE = 0.2
PAST_SCORE = 2.0  # under the root of an incident that is over
STORM_SCORE, STORM_AUTHORS = 1.5, 8
NAMES = ("calm", "calm_new", "complaint", "complaint_new", "hostile", "hostile_new")


def score(
    under: Kinds,
    rest: Kinds,
    shares: Shares,
    per_hour: float,
    sensitivity: Sensitivity,
    weighing: Weighing | None = None,
) -> float:
    """The rule as a formula: 1.0 is the threshold. `per_hour`: people who usually write in an hour."""
    weighing = weighing or Weighing(shares)
    elsewhere = weighing.among(rest)
    against_plain = weigh(under, weighing.against_plain) + elsewhere
    against_notice = weigh(under, weighing.against_notice) + elsewhere
    return min(
        against_plain / bar(per_hour * WEEK_HOURS, sensitivity),
        against_notice / bar(NOTICES_A_WEEK, sensitivity),
    )


def find(memory: Memory, end: int) -> Iterator[Found]:
    """Every thread that somebody complained in since the last look, and that rings in the window ending at `end`."""
    for key in sorted(memory.touched):
        found = _look(memory, key, end)
        if found is not None:
            yield found


def _look(memory: Memory, key: int, end: int) -> Found | None:
    thread = memory.threads.get(key)
    if thread is None or thread.upset < FEWEST:
        return None
    last = (end - 1) // BIN
    best = _best_window(memory, key, last)
    if best is None:
        return None
    start_row, under = best
    recent = upset(thread.tally.between(last - BURNS_ROWS + 1, last))
    if upset(under) < FEWEST or recent < max(2, BURNS_SHARE * upset(under)):
        return None
    rest = memory.rest(key, min(start_row, last - NEAR_ROWS + 1), last)
    shares, per_hour = memory.weighing.shares, memory.crowd.per_hour()
    value = score(under, rest, shares, per_hour, memory.rules.sensitivity, memory.weighing)
    if value < (PAST_SCORE if key in memory.past else 1):
        return None
    people = upset(under)
    return Found(
        rule="pileon",
        score=value,
        severity="storm" if value >= STORM_SCORE and people >= STORM_AUTHORS else "watch",
        start=start_row * BIN,
        end=end,
        seen=people,
        expected=memory.season.mean(start_row * BIN, end),
        authors=people,
        inputs=inputs(under, rest, shares, per_hour),
        key=key,
    )


def _best_window(memory: Memory, key: int, last: int) -> tuple[int, Kinds] | None:
    thread = memory.threads.get(key)
    assert thread is not None  # noqa: S101
    plain, notice = memory.weighing.against_plain, memory.weighing.against_notice
    lead = bar(memory.crowd.per_hour() * WEEK_HOURS, memory.rules.sensitivity) - bar(
        NOTICES_A_WEEK, memory.rules.sensitivity
    )
    best, found = 0.0, None
    for row, kinds in thread.tally.suffixes(last - ROWS + 1, last):
        value = min(weigh(kinds, plain), weigh(kinds, notice) + lead)
        if value > best:
            best, found = value, (row, kinds)
    return found


def inputs(under: Kinds, rest: Kinds, shares: Shares, per_hour: float) -> tuple[tuple[str, float], ...]:
    """Everything `score` needs, by name."""
    return (
        *((f"under_{name}", float(n)) for name, n in zip(NAMES, under, strict=True)),
        *((f"rest_{name}", float(n)) for name, n in zip(NAMES, rest, strict=True)),
        *shares_inputs(shares),
        ("per_hour", per_hour),
    )


def shares_inputs(shares: Shares) -> tuple[tuple[str, float], ...]:
    return (
        ("upset", shares.upset),
        ("hostile", shares.hostile),
        ("new_calm", shares.new_calm),
        ("new_upset", shares.new_upset),
    )


__all__ = ["COMPLAINT", "find", "hostile", "score"]
