"""A day that is wrong although no hour is.

Over the last 3, 6, 12 and 24 hours, looked at every ten minutes, two tests:

*rate*: mentions and upset people are both a multiple of the usual, and the mentions' negative binomial deviance
(see `complaints`) is beyond the bar. Sums over several hours vary less than one hour, so k grows with the span. The
multiple keeps ordinary news days (two and a half times the usual) out; the upset people keep campaigns out.

*share*: who speaks has changed, as in `complaints`, over 6 and 12 hours, and half as many again as usual are upset.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from monitor.detectors.complaints import deviance
from monitor.detectors.found import TOLERATED, WEEK_HOURS, Found, bar
from monitor.detectors.pileon import kinds_inputs, kinds_of, shares_inputs, shares_of
from monitor.memory import Memory, upset
from monitor.usual import Shares, Weighing
from monitor.windows import BIN, Kinds

EVERY = 10  # minutes
LEAST_HOURS = 48.0  # of history
FEWEST = 8  # upset people
# hours -> (k of the negative binomial, how many times the usual)
SPANS = {3: (8.0, 3.7), 6: (15.0, 3.2), 12: (25.0, 3.0), 24: (40.0, 2.6)}
CALMER = 0.6  # of the mentions' multiple has to be found among the upset people, too
SHARE_HOURS = (6, 12)
MORE_PEOPLE = 1.5
SHARE_EXTRA = 3.0  # nats: over hours, who speaks changes for many harmless reasons


def rate_score(
    mentions: float, usual_mentions: float, people: float, usual_people: float, hours: float, tolerated: float
) -> float:
    """1.0 is the threshold: the smallest of the quotients of what is needed."""
    k, times = SPANS[int(hours)]
    usual_mentions, usual_people = max(usual_mentions, 0.5), max(usual_people, 0.2)
    if mentions <= usual_mentions:
        return 0.0
    return min(
        deviance(mentions, usual_mentions, k) / bar(WEEK_HOURS, tolerated),
        mentions / usual_mentions / times,
        people / usual_people / (times * CALMER),
    )


def share_score(
    kinds: Kinds, shares: Shares, per_hour: float, tolerated: float, weighing: Weighing | None = None
) -> float:
    """Who speaks has changed: 1.0 is the threshold."""
    weighing = weighing or Weighing(shares)
    return weighing.among(kinds) / (bar(per_hour * WEEK_HOURS, tolerated) + SHARE_EXTRA)


def again(inputs: Mapping[str, float]) -> float:
    """The score of a finding from its inputs, bit for bit."""
    if "usual_mentions" in inputs:
        return rate_score(**inputs)
    return share_score(kinds_of(inputs), shares_of(inputs), inputs["per_hour"], inputs["tolerated"])


def find(memory: Memory, end: int) -> Iterator[Found]:
    """At most one finding, the span that stands out most."""
    if end // EVERY == memory.slow_at // EVERY or memory.volume.hours < LEAST_HOURS:
        return
    memory.slow_at = end
    found = [f for f in (*_by_rate(memory, end), *_by_share(memory, end)) if f.score >= 1]
    if found:
        yield max(found, key=lambda f: f.score)


def _by_rate(memory: Memory, end: int) -> Iterator[Found]:
    for hours in SPANS:
        width = hours * 60
        mentions = memory.minutes.total("mentions", end, width)
        usual = memory.volume.mean(end - width, end)
        if mentions < 2 * usual:
            continue
        people, usual_people = memory.minutes.total("people", end, width), memory.season.mean(end - width, end)
        inputs = (
            ("mentions", float(mentions)),
            ("usual_mentions", usual),
            ("people", float(people)),
            ("usual_people", usual_people),
            ("hours", float(hours)),
            ("tolerated", TOLERATED[memory.rules.sensitivity]),
        )
        if people >= FEWEST:
            yield _found(rate_score(**dict(inputs)), end, hours, people, usual_people, inputs)


def _by_share(memory: Memory, end: int) -> Iterator[Found]:
    last = (end - 1) // BIN
    for hours in SHARE_HOURS:
        kinds = memory.spread.between(last - hours * 60 // BIN + 1, last)
        if upset(kinds) < FEWEST:
            continue
        shares, per_hour = memory.weighing.shares, memory.crowd.per_hour()
        tolerated = TOLERATED[memory.rules.sensitivity]
        value = share_score(kinds, shares, per_hour, tolerated, memory.weighing)
        usual_people = memory.season.mean(end - hours * 60, end)
        if upset(kinds) < MORE_PEOPLE * usual_people:
            continue
        inputs = (
            *kinds_inputs(kinds),
            *shares_inputs(shares),
            ("per_hour", per_hour),
            ("tolerated", tolerated),
        )
        yield _found(value, end, hours, upset(kinds), usual_people, inputs)


def _found(
    value: float, end: int, hours: int, people: int, usual: float, inputs: tuple[tuple[str, float], ...]
) -> Found:
    return Found(
        rule="slowburn",
        score=value,
        severity="watch",
        start=end - hours * 60,
        end=end,
        seen=people,
        expected=usual,
        authors=people,
        inputs=inputs,
    )
