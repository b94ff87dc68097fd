"""The busiest in a long time, and more of it complaints than usual.

The volume test is the decaying record of `monitor.record`, stepped every five minutes. Volume alone is no alarm:
a campaign is busy and calm. It rings when, of the last hour's mentions, clearly more than usual are complaints
(two standard deviations above 1.3 times the usual share). `smoulder detect` shows the volume test alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from monitor.detectors.found import Found
from monitor.memory import Memory
from monitor.record import ALARM
from monitor.windows import BIN

WINDOW = 60
FEWEST = 10
MORE = 1.3


def score(record: float, mentions: float, complaints: float, share: float) -> float:
    """1.0 is the threshold. `record`: the volume's score; `share`: usual complaints per mention."""
    expected = MORE * share * mentions
    if complaints < max(FEWEST, expected + 2 * math.sqrt(expected)):
        return 0.0
    return record / ALARM


def again(inputs: Mapping[str, float]) -> float:
    """The score of a finding from its inputs, bit for bit."""
    return score(**inputs)


def find(memory: Memory, end: int) -> Iterator[Found]:
    """At most one finding."""
    if end // BIN - 1 <= memory.stepped:
        return
    minutes, share = memory.minutes, memory.weighing.shares.upset
    mentions = people = 0
    if minutes.bounds("people", end, WINDOW)[1] >= FEWEST:  # a glance at whole hours
        mentions, people = minutes.total("mentions", end, WINDOW), minutes.total("people", end, WINDOW)
    record = memory.volume_record(end, is_asked=score(ALARM, mentions, people, share) >= 1)
    if record < ALARM:
        return
    value = score(record, mentions, people, share)
    if value >= 1:
        yield Found(
            rule="spike",
            score=value,
            severity="watch",
            start=end - WINDOW,
            end=end,
            seen=mentions,
            expected=memory.volume.mean(end - WINDOW, end),
            authors=people,
            inputs=(
                ("record", record),
                ("mentions", float(mentions)),
                ("complaints", float(people)),
                ("share", share),
            ),
        )
