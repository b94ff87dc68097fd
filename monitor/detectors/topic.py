"""Something new that many complain about: a phrase, a hashtag or a link rises among the complaints.

Of the N people who complained in the last half hour to hour, n use a word that a share p of the usual complaints
has. The evidence is the deviance of a Poisson count, n ln(n / Np) - (n - Np) (Kleinberg 2002 measures bursts alike);
the bar is `found.bar` with every word of every complaint of a week as a try, and a margin.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from monitor.detectors.found import TOLERATED, WEEK_HOURS, Found, bar
from monitor.memory import Memory
from monitor.topics import BLOCK

FEWEST = 5  # people
KNOWN_POSTS = 100  # complaints that have to be known before anything can be new
WORDS_A_POST = 20
MORE = 3.0  # times the usual share
EXTRA = 4.0  # nats: the sketch rounds the rare down, and words come in clusters


def score(people: float, complaining: float, share: float, complaints_per_hour: float, tolerated: float) -> float:
    """1.0 is the threshold."""
    expected = complaining * share
    if people < FEWEST or people < MORE * expected:
        return 0.0
    evidence = people * math.log(people / expected) - (people - expected)
    return evidence / (bar(complaints_per_hour * WEEK_HOURS * WORDS_A_POST, tolerated) + EXTRA)


def again(inputs: Mapping[str, float]) -> float:
    """The score of a finding from its inputs, bit for bit."""
    return score(**inputs)


def find(memory: Memory, end: int) -> Iterator[Found]:
    """At most one finding: what stands out most. Of two that do equally, the longer phrase."""
    topics = memory.topics
    words = list(topics.rising)
    topics.rising.clear()
    if not words or topics.usual.posts < KNOWN_POSTS:
        return
    complaining = topics.now.posts + topics.before.posts
    per_hour = max(memory.crowd.per_hour() * memory.weighing.shares.upset, 0.1)
    tolerated = TOLERATED[memory.rules.sensitivity]
    best: Found | None = None
    for word in words:
        people = topics.people(word)
        if people < FEWEST:
            continue
        share = topics.share(word)
        if people < MORE * (complaining * share):
            continue
        value = score(people, complaining, share, per_hour, tolerated)
        if value < 1 or (best is not None and (value, len(word)) <= (best.score, len(best.topic))):
            continue
        best = Found(
            rule="topic",
            score=value,
            severity="watch",
            start=(topics.block - 1) * BLOCK,
            end=end,
            seen=people,
            expected=complaining * share,
            authors=people,
            inputs=(
                ("people", float(people)),
                ("complaining", float(complaining)),
                ("share", share),
                ("complaints_per_hour", per_hour),
                ("tolerated", tolerated),
            ),
            topic=word,
        )
    if best is not None:
        yield best
