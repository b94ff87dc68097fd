"""A day that is wrong although no hour is.

Every ten minutes the last 6, 12 and 24 hours are compared with the usual: how many times the mentions, how many
times the upset people (each once in two hours, and of each thread only two). A ratio rings when it is beyond both a
floor and its own decaying record by a margin (`usual.Burn`; the idea of `monitor.record`, over hours and against a
seasonal mean), and the negative binomial deviance says that it is no accident of small counts.

Mentions count only while the upset people keep step, so a campaign is no slow burn; people alone count only when
their share has grown. What belongs to an incident that is over does not ring once more. News days are kept out by
the record of a brand that has them, and by the floors: a news day is two and a half times the usual.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from monitor.detectors.complaints import deviance
from monitor.detectors.found import TOLERATED, Found, bar
from monitor.memory import SHARE_GROWN, Memory, SlowLimits
from monitor.usual import Burn

EVERY = 10  # minutes
LEAST_HOURS = 120.0  # of history
FEWEST = 6  # upset people
# Hours -> k of the negative binomial: sums over several hours vary less than one hour does.
SPREADS = {6: 30.0, 12: 60.0, 24: 100.0}
CHANCES_A_WEEK = 49  # windows of 6, 12 and 24 hours that are different from each other
# The more mentions are usual, the less of a ratio is chance: the floors of the mentions grow with them, half of the
# way where so many are usual in the span. A news day (2.5 times) of a large brand seldom gets there.
HALF_GROWN = {3: 30.0, 6: 60.0, 12: 60.0, 24: 60.0}
# Of the mentions the record asks for at most so much more than the floor: one wild day says little of the next.
MOST_OF_RECORD = 1.1
# What burns slowly still burns: the last hours are a multiple as well. A news day has been all it will be by then.
LATELY = 3
# Sensitivity -> (floors of each span where hardly any mentions are usual and where many are, of the people's ratio,
# margin over the record)
FLOORS = {
    "low": ({3: (2.4, 3.4), 6: (2.56, 4.6), 12: (2.32, 4.4), 24: (2.0, 3.8)}, 2.8, 1.45),
    "normal": ({3: (2.0, 2.8), 6: (1.82, 3.27), 12: (1.66, 3.15), 24: (1.5, 2.85)}, 2.7, 1.35),
    "high": ({3: (1.7, 2.4), 6: (1.6, 2.9), 12: (1.45, 2.75), 24: (1.3, 2.45)}, 2.1, 1.1),
}


def score(
    mentions: float,
    usual_mentions: float,
    people: float,
    usual_people: float,
    evidence: float,
    hours: float,
    is_people: float,
    needed: float,
    tolerated: float,
) -> float:
    """1.0 is the threshold: the smaller of ratio / needed and deviance / bar."""
    of_mentions, of_people = Burn.ratios(mentions, usual_mentions, people, usual_people, evidence)
    ratio = of_people if is_people else of_mentions
    seen, usual = (people, max(usual_people, 0.2)) if is_people else (mentions, max(usual_mentions, 0.5))
    if ratio <= 1:
        return 0.0
    return min(ratio / needed, deviance(seen, usual, SPREADS[int(hours)]) / bar(CHANCES_A_WEEK, tolerated))


def again(inputs: Mapping[str, float]) -> float:
    """The score of a finding from its inputs, bit for bit."""
    return score(**inputs)


def find(memory: Memory, end: int) -> Iterator[Found]:
    """At most one finding, the span that stands out most."""
    if end // EVERY == memory.slow_at // EVERY or memory.volume.hours < LEAST_HOURS:
        return
    memory.slow_at = end
    if memory.slow_limits.hour != end // 60:
        memory.slow_limits = _limits(memory, end // 60)
    spans = [
        hours for hours in _beyond(memory, end) if end - hours * 60 >= memory.over_at and _may_ring(memory, end, hours)
    ]
    found = [f for hours in spans for f in _look(memory, end, hours) if f.score >= 1]
    if found:
        yield max(found, key=lambda f: f.score)


def _limits(memory: Memory, hour: int) -> SlowLimits:
    """What no span that ends in this hour may stay below, by what is usual in the hours that lie in it as a whole."""
    floors, floor_of_people, _ = FLOORS[memory.rules.sensitivity]
    found = []
    for hours in Burn.SPANS:
        first, end = (hour - hours + 1) * 60, hour * 60
        people = memory.burn.usual_people(memory.season.mean(first, end))
        usual = memory.volume.mean(first, end)
        mentions = _floor(floors, hours, usual) * (usual + Burn.DOUBT) - Burn.DOUBT
        found.append((hours, 0.99 * floor_of_people * people, 0.99 * mentions))
    return SlowLimits(hour, tuple(found))


def _beyond(memory: Memory, end: int) -> Iterator[int]:
    """The spans whose counts may be beyond a floor: asked first, because it costs least."""
    bounds = memory.minutes.bounds
    for hours, people, mentions in memory.slow_limits.spans:
        _, seen = bounds("people", end, hours * 60)
        if seen >= FEWEST and (seen > people or bounds("mentions", end, hours * 60)[1] > mentions):
            yield hours


def _may_ring(memory: Memory, end: int, hours: int) -> bool:
    """A glance at whole hours that spares the minutes: without these no ratio comes near its floor."""
    _, people = memory.minutes.bounds("people", end, hours * 60)
    if people < FEWEST:
        return False
    floors, floor_of_people, _ = FLOORS[memory.rules.sensitivity]
    usual_people = memory.burn.usual_people(memory.season.mean(end - hours * 60, end))
    if people > 0.99 * floor_of_people * usual_people:
        return True
    _, mentions = memory.minutes.bounds("mentions", end, hours * 60)
    usual = memory.volume.mean(end - hours * 60, end)
    return mentions + Burn.DOUBT > 0.99 * _floor(floors, hours, usual) * (usual + Burn.DOUBT)


def _floor(floors: Mapping[int, tuple[float, float]], hours: int, usual: float) -> float:
    """Of the ratio of the mentions, where so many are usual."""
    few, many = floors[hours]
    return few + (many - few) * usual / (usual + HALF_GROWN[hours])


def _still_burns(memory: Memory, end: int) -> bool:
    """Are the mentions of the last hours a multiple, too?"""
    seen, usual, _, _ = memory.burn_seen(end, LATELY)
    usual = max(usual, 0.5)
    floor = _floor(FLOORS[memory.rules.sensitivity][0], LATELY, usual)
    return (seen + Burn.DOUBT) / (usual + Burn.DOUBT) >= floor


def _look(memory: Memory, end: int, hours: int) -> Iterator[Found]:
    floors, floor_of_people, margin = FLOORS[memory.rules.sensitivity]
    numbers = memory.burn_seen(end, hours)
    _, usual, people, usual_people = numbers
    if people < FEWEST:
        return
    for is_people, ratio in enumerate(Burn.ratios(*numbers, SHARE_GROWN)):
        wanted = margin * memory.burn.records[Burn.KEYS[hours][is_people]]
        floor = floor_of_people if is_people else _floor(floors, hours, usual)
        needed = max(floor, wanted if is_people else min(wanted, MOST_OF_RECORD * floor))
        if ratio < needed or not (is_people or _still_burns(memory, end)):
            continue
        inputs = (
            *zip(Burn.SEEN, numbers, strict=True),
            ("evidence", SHARE_GROWN),
            ("hours", float(hours)),
            ("is_people", float(is_people)),
            ("needed", needed),
            ("tolerated", TOLERATED[memory.rules.sensitivity]),
        )
        yield Found(
            rule="slowburn",
            score=score(**dict(inputs)),
            severity="watch",
            start=end - hours * 60,
            end=end,
            seen=people,
            expected=usual_people,
            authors=int(people),
            inputs=inputs,
        )
