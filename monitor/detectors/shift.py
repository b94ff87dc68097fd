"""The mood has turned: praise gives way to complaints, at any volume.

Mood is (praise - upset people) / mentions over six hours. It rings when it is lower than usual by five times what it
varies by from one block of six hours to the next (a Shewhart chart, 1931), sampling of a few mentions included:

    z = (mean - mood) / sqrt(sd^2 + 1 / mentions)
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from monitor.detectors.found import Found
from monitor.memory import Memory
from monitor.usual import Mood, mood_of

EVERY = 10  # minutes
WINDOW = Mood.HOURS * 60
FEWEST_MENTIONS, FEWEST_PEOPLE = 40, 12
BAR = {"low": 6.0, "normal": 5.0, "high": 4.0}


def score(mood: float, mean: float, sd: float, mentions: float, times: float) -> float:
    """1.0 is the threshold; a better mood than usual is below 0."""
    return (mean - mood) / math.sqrt(sd * sd + 1 / mentions) / times


def again(inputs: Mapping[str, float]) -> float:
    """The score of a finding from its inputs, bit for bit."""
    return score(**inputs)


def find(memory: Memory, end: int) -> Iterator[Found]:
    """At most one finding."""
    if end // EVERY == memory.shift_at // EVERY:
        return
    memory.shift_at = end
    usual = memory.mood.usual()
    if usual is None or not _may_ring(memory, end, *usual):
        return
    mood = mood_of(memory.minutes, end, WINDOW, FEWEST_MENTIONS)
    if mood is None:
        return
    people = memory.minutes.total("people", end, WINDOW)
    mentions = memory.minutes.total("mentions", end, WINDOW)
    times = BAR[memory.rules.sensitivity]
    value = score(mood, *usual, mentions, times)
    if value >= 1 and people >= FEWEST_PEOPLE:
        yield Found(
            rule="shift",
            score=value,
            severity="watch",
            start=end - WINDOW,
            end=end,
            seen=100 * people / mentions,
            expected=100 * memory.weighing.shares.upset,
            authors=people,
            inputs=(
                ("mood", mood),
                ("mean", usual[0]),
                ("sd", usual[1]),
                ("mentions", float(mentions)),
                ("times", times),
            ),
        )


def _may_ring(memory: Memory, end: int, mean: float, sd: float) -> bool:
    """A glance at whole hours that spares the minutes: so few people cannot turn the mood, even without praise."""
    _, people = memory.minutes.bounds("people", end, WINDOW)
    least, most = memory.minutes.bounds("mentions", end, WINDOW)
    if people < FEWEST_PEOPLE or most < FEWEST_MENTIONS:
        return False
    worst = -people / max(least, FEWEST_MENTIONS)
    return score(worst, mean, sd, most, BAR[memory.rules.sensitivity]) > 0.99
