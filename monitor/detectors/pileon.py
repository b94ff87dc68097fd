"""Many people turn on a brand under one post, or with one copied text.

Each person counts once per thread and is one of six kinds: calm, complaining or hostile, and known to the brand
or a stranger. A pile-on changes the mixture: few calm posts, much hostility, mostly strangers, because storms do
not grow out of the existing community. With p the usual share of a kind and q its share in a pile-on, every
person adds ln(q / p) (naive Bayes; Wald's sequential test, 1945). The best window of the last two hours that ends
now is taken, as in a CUSUM (Page 1954). What is said elsewhere at the same time adds the evidence of a mixture:
max over s of the sum of ln(1 - s + s q / p), where s is the crowd's share in it. And everybody who is upset under
a post where somebody was upset before adds ln(0.9 / j), j being the usual share of such joiners: upset people of
one brand are usually upset about different things.

Two explanations have to be beaten: an ordinary thread, of which there are as many a week as posts (and more where
many write: a few upset people meet in one by chance within minutes there), and a service notice that draws
complaints (more complaints, the usual people, little hostility), of which there are a few. A notice is one from its
beginning, so what the whole thread says decides; a later part of it has to be far less likely by chance.
On the first day, when nobody is known and nothing is usual, it takes more people and more evidence.
The bars are `found.bar`; the score is the smaller of the two quotients, so 1.0 is the threshold.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import fields

from monitor.detectors.found import TOLERATED, WEEK_HOURS, YOUNG_BAR, YOUNG_FEWEST, Found, bar
from monitor.memory import ROWS, Memory, upset
from monitor.usual import Shares, Weighing, weigh
from monitor.windows import BIN, Kinds

FEWEST = 3  # upset people under one post; two are a coincidence
NOTICES_A_WEEK = 10.0  # threads that draw complaints as a notice does
# The same for a part of a thread: a long notice has a piece like a crowd for each of many beginnings, and more of
# them where more people write under it.
PARTS_A_WEEK = 22.0
PARTS_GROW = 3.0  # a week, for each person who usually writes in an hour
# People who usually write in an hour: where more do, a post finds more threads alive in which a few upset people can
# meet by chance. Beyond the second number false alarms did not grow any more in what was measured.
CROWDED, MOST_CROWDED = 30.0, 100.0
NEAR_ROWS = 4  # what is said elsewhere is looked at for at least 20 minutes
BURNS_ROWS = 6  # minutes / BIN in which a crowd must still be growing
BURNS_SHARE = 0.2
PAST_ROWS, PAST_FEWEST = 6, 8  # under the root of an incident that is over: so many people within half an hour
STORM_SCORE, STORM_AUTHORS = 1.5, 8
NAMES = ("calm", "calm_new", "complaint", "complaint_new", "hostile", "hostile_new")


def score(
    under: Kinds,
    rest: Kinds,
    shares: Shares,
    per_hour: float,
    tolerated: float,
    weighing: Weighing | None = None,
    *,
    is_whole: bool = True,
) -> float:
    """The rule as a formula: 1.0 is the threshold. `per_hour`: people who usually write in an hour.

    `is_whole`: `under` is everybody since somebody was upset there first, not a later part of the thread.
    """
    weighing = weighing or Weighing(shares)
    elsewhere = weighing.among(rest)
    joiners = max(0, upset(under) - 1)
    against_plain = weigh(under, weighing.against_plain) + joiners * weighing.per_joiner + elsewhere
    against_notice = weigh(under, weighing.against_notice) + elsewhere
    return min(
        against_plain / bar(_threads(per_hour), tolerated),
        against_notice / bar(_notices(per_hour, is_whole=is_whole), tolerated),
    )


def _threads(per_hour: float) -> float:
    """Ordinary threads a week that could look like a crowd; 1.0 times the posts of a brand that is not crowded."""
    crowded = min(max(per_hour, CROWDED), MOST_CROWDED) / CROWDED
    return per_hour * WEEK_HOURS * math.pow(crowded, 1.5)


def _notices(per_hour: float, *, is_whole: bool) -> float:
    return NOTICES_A_WEEK if is_whole else max(PARTS_A_WEEK, PARTS_GROW * per_hour)


def on_first_day(value: float, people: int) -> float:
    """The score while nothing is known to be unusual."""
    return value / YOUNG_BAR if people >= YOUNG_FEWEST else 0.0


def again(inputs: Mapping[str, float]) -> float:
    """The score of a finding from its inputs, bit for bit."""
    under, rest = kinds_of(inputs, "under_"), kinds_of(inputs, "rest_")
    is_whole = bool(inputs.get("is_whole", 1.0))  # alarms of before do not say
    value = score(under, rest, shares_of(inputs), inputs["per_hour"], inputs["tolerated"], is_whole=is_whole)
    return on_first_day(value, upset(under)) if inputs["is_young"] else value


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
    is_past = key in memory.past
    best = _best_window(memory, key, last, PAST_ROWS if is_past else ROWS)
    if best is None or (is_past and upset(best[1]) < PAST_FEWEST):
        return None
    start_row, under = best
    is_whole = start_row <= thread.first_row
    recent = upset(thread.tally.between(last - BURNS_ROWS + 1, last))
    if upset(under) < FEWEST or recent < max(2, BURNS_SHARE * upset(under)):
        return None
    rest = memory.rest(key, min(start_row, last - NEAR_ROWS + 1), last)
    shares, per_hour = memory.weighing.shares, memory.crowd.per_hour()
    tolerated = TOLERATED[memory.rules.sensitivity]
    value = score(under, rest, shares, per_hour, tolerated, memory.weighing, is_whole=is_whole)
    people = upset(under)
    if memory.is_young:
        value = on_first_day(value, people)
    if value < 1:
        return None
    return Found(
        rule="pileon",
        score=value,
        severity="storm" if value >= STORM_SCORE and people >= STORM_AUTHORS else "watch",
        start=start_row * BIN,
        end=end,
        seen=people,
        expected=memory.season.mean(start_row * BIN, end),
        authors=people,
        inputs=(
            *kinds_inputs(under, "under_"),
            *kinds_inputs(rest, "rest_"),
            *shares_inputs(shares),
            ("per_hour", per_hour),
            ("tolerated", tolerated),
            ("is_young", float(memory.is_young)),
            ("is_whole", float(is_whole)),
        ),
        key=key,
    )


def _best_window(memory: Memory, key: int, last: int, rows: int) -> tuple[int, Kinds] | None:
    thread = memory.threads.get(key)
    assert thread is not None  # noqa: S101
    plain, notice = memory.weighing.against_plain, memory.weighing.against_notice
    joiner = memory.weighing.per_joiner
    tolerated = TOLERATED[memory.rules.sensitivity]
    per_hour = memory.crowd.per_hour()
    first_row, highest = thread.first_row, bar(_threads(per_hour), tolerated)
    of_whole = highest - bar(_notices(per_hour, is_whole=True), tolerated)
    of_part = highest - bar(_notices(per_hour, is_whole=False), tolerated)
    best, found = 0.0, None
    for row, kinds in thread.tally.suffixes(last - rows + 1, last):
        lead = of_whole if row <= first_row else of_part
        value = min(weigh(kinds, plain) + (upset(kinds) - 1) * joiner, weigh(kinds, notice) + lead)
        if value > best:
            best, found = value, (row, kinds)
    return found


def kinds_inputs(kinds: Kinds, prefix: str = "") -> tuple[tuple[str, float], ...]:
    return tuple((prefix + name, float(n)) for name, n in zip(NAMES, kinds, strict=True))


def kinds_of(inputs: Mapping[str, float], prefix: str = "") -> Kinds:
    a, b, c, d, e, f = (int(inputs[prefix + name]) for name in NAMES)
    return a, b, c, d, e, f


def shares_inputs(shares: Shares) -> tuple[tuple[str, float], ...]:
    return tuple((field.name, getattr(shares, field.name)) for field in fields(shares))


def shares_of(inputs: Mapping[str, float]) -> Shares:
    return Shares(**{field.name: inputs[field.name] for field in fields(Shares)})
