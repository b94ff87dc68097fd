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
    record = memory.volume_record(end)
    if record < ALARM:
        return
    mentions = memory.minutes.total("mentions", end, WINDOW)
    people = memory.minutes.total("people", end, WINDOW)
    share = memory.weighing.shares.upset
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
