"""What is usual for a brand: how many complaints at which hour of its week, and who writes them.

Both forget slowly (half a month to a month) and learn only from hours that could be seen. What a storm taught
can be taken back.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from monitor.windows import Kinds, Minutes, time_of

KEEP = 0.5 ** (1 / 28)  # a day's weight is halved after four weeks
KEEP_DAY = KEEP ** (1 / 3.4)  # the same for the days of the week, which are learnt from more hours
SPREAD = 5.0  # k of the negative binomial: one hour differs from the same hour of another day by about 45 %
REGULARS_LEFT_BY_NOTICE = 0.85
ODDS = (0.05, 0.1, 0.2, 0.4, 0.7, 0.9)  # shares of the crowd in all that is said; which one is not known
SURELY_KNOWN = 10_000.0  # however many were counted: shares drift, so nobody knows them better than this
CALM_LEFT = 0.25  # in a pile-on a quarter of the usual calm posts are left
CALM_LEFT_BY_NOTICE = 0.7  # under an ordinary service notice: seven in ten
# Evidence that the upset people keep step with the mentions, against 0.57 of them as in a campaign, in nats.
JOYFUL, SURE = 0.57, 1.2
PER_JOYFUL = math.log(1 / JOYFUL)
JOINING = 0.9  # of the upset of a pile-on: under a post where others were upset before
REGULARS_LEFT = 0.4  # of the usual share of known people, in a pile-on


class Season:
    """Complaints per hour: a level, times a factor for the hour of the day, times one for the day of the week.

    Local hours, so that a day of 23 or 25 hours has each hour in its place. Factors are ratios of sums with ten
    complaints of doubt, so a brand with few complaints has a flat week until its own shows.
    """

    DOUBT = 10.0
    PACE = 1 - 0.5 ** (1 / (24 * 5))  # the level's half-life is five days
    FIRST_HOURS = 24
    BACK, AHEAD = 25, 4  # hours

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self.level: float | None = None  # complaints an hour; None: nothing is known
        self.hours = 0.0  # seen hours behind the level
        self.by_hour = [[0.0, 0.0] for _ in range(24)]  # complaints, hours seen times level
        self.by_day = [[0.0, 0.0] for _ in range(7)]
        self.means = (1.0, 1.0)  # of the raw factors of the hours and of the days
        self._raw = ([1.0] * 24, [1.0] * 7)  # these factors: made from `by_hour` and `by_day`
        self.last = -1  # the hour that was learnt last
        # What is usual in the hours around it, summed up: made when asked for, and again after each learnt hour.
        self._first, self._sums, self._rates = 0, [0.0], list[float]()

    def learn(self, hour: int, seen: float) -> None:
        """One hour (minutes // 60) that could be seen in full. A wild one teaches a bounded amount."""
        slot, day = _slot(self.zone, hour)
        if self.level is None:
            self.level = max(seen, 0.2)
        level, (raw_hours, raw_days), (of_hours, of_days) = self.level, self._raw, self.means
        of_hour, of_day = raw_hours[slot] / of_hours, raw_days[day] / of_days
        mean = level * (of_hour * of_day)
        # Of the first day all is believed: bounded by what one night had, a level took a week to be learnt.
        is_first_day = self.hours < self.FIRST_HOURS
        spread = math.sqrt(mean + mean * mean / SPREAD)
        taken = seen if is_first_day else min(seen, mean + 3 * spread + 1)
        # One busy day is a large part of the Thursdays that are remembered, so it teaches the factors less.
        of_cell = seen if is_first_day else min(seen, mean + spread + 1)
        self.hours += 1
        by_hour, by_day = self.by_hour[slot], self.by_day[day]
        by_hour[0] = by_hour[0] * KEEP + of_cell
        by_hour[1] = by_hour[1] * KEEP + level * of_day
        by_day[0] = by_day[0] * KEEP_DAY + of_cell
        by_day[1] = by_day[1] * KEEP_DAY + level * of_hour
        if is_first_day:
            self._begin(taken)
        else:
            raw_hours[slot] = _ratio(by_hour, self.DOUBT)
            raw_days[day] = _ratio(by_day, 3 * self.DOUBT)
            of_hours, of_days = self.means = (sum(raw_hours) / 24, sum(raw_days) / 7)
            pace = max(self.PACE, 1 / self.hours)
            factor = (raw_hours[slot] / of_hours) * (raw_days[day] / of_days)
            self.level = max(0.02, level + pace * (taken / max(factor, 0.05) - level))
        self.last, self._rates = hour, []

    def _begin(self, seen: float) -> None:
        """On the first day: the level is the plain mean, and what its hours were compared with grows with it."""
        assert self.level is not None  # noqa: S101
        before = self.level
        self.level = max(0.02, before + (seen - before) / self.hours)
        for cell in (*self.by_hour, *self.by_day):
            cell[1] *= self.level / before
        self._make_raw()

    def _make_raw(self) -> None:
        self._raw = (
            [_ratio(cell, self.DOUBT) for cell in self.by_hour],
            [_ratio(cell, 3 * self.DOUBT) for cell in self.by_day],
        )
        self.means = (sum(self._raw[0]) / 24, sum(self._raw[1]) / 7)

    def hour_factor(self, slot: int) -> float:
        """Mean 1 over the hours of a day, so that the level alone says how much."""
        return self._raw[0][slot] / self.means[0]

    def day_factor(self, day: int) -> float:
        return self._raw[1][day] / self.means[1]

    def factor(self, hour: int) -> float:
        slot, day = self._slot(hour)
        return self.hour_factor(slot) * self.day_factor(day)

    def rate(self, hour: int) -> float:
        """Complaints that are usual in this hour (minutes // 60)."""
        return (1.0 if self.level is None else self.level) * self.factor(hour)

    def mean(self, first: int, end: int) -> float:
        """Complaints that are usual in the minutes first <= m < end."""
        if not self._rates:
            self._sum_up()
        begin, rates, sums = self._first, self._rates, self._sums
        a, b = first // 60 - begin, (end - 1) // 60 - begin
        if a >= 0 and b < len(rates):
            before = sums[a] + rates[a] * (first % 60) / 60
            return sums[b] + rates[b] * (end - (begin + b) * 60) / 60 - before
        total, at = 0.0, first
        while at < end:
            stop = min(end, (at // 60 + 1) * 60)
            total += self.rate(at // 60) * (stop - at) / 60
            at = stop
        return total

    def _sum_up(self) -> None:
        """The hours that are asked for most: a day back and a little ahead."""
        self._first = self.last - self.BACK
        of_hours, of_days = self.means
        hours = [raw / of_hours for raw in self._raw[0]]
        days = [raw / of_days for raw in self._raw[1]]
        level = 1.0 if self.level is None else self.level
        slots = _slots(self.zone, self._first, self.BACK + self.AHEAD)
        self._rates = [level * (hours[slot] * days[day]) for slot, day in slots]
        self._sums = [0.0, *accumulate(self._rates)]

    def local_hour(self, hour: int) -> int:
        """0..23 on the brand's wall clock."""
        return self._slot(hour)[0]

    def _slot(self, hour: int) -> tuple[int, int]:
        return _slot(self.zone, hour)

    def state(self) -> list[Any]:
        return [self.level, self.hours, self.by_hour, self.by_day, self.last]

    def load(self, state: list[Any]) -> None:
        self.level, self.hours, self.by_hour, self.by_day, self.last = state
        self._rates = []
        self._make_raw()

    def change_zone(self, zone: str) -> None:
        self.zone, self._rates = ZoneInfo(zone), []


@lru_cache(4096)  # brands share their zones and hours
def _slot(zone: ZoneInfo, hour: int) -> tuple[int, int]:
    """Hour of the day and day of the week on the wall clock."""
    local = time_of(hour * 60).astimezone(zone)
    return local.hour, local.weekday()


def _slots(zone: ZoneInfo, first: int, count: int) -> tuple[tuple[int, int], ...]:
    """Of hours in a row. They move on every hour, so they are cut out of whole days, which stay."""
    day, skipped = divmod(first, 24)
    days = _day_of_slots(zone, day)
    for n in range(1, (skipped + count + 23) // 24):
        days += _day_of_slots(zone, day + n)
    return days[skipped : skipped + count]


@lru_cache(256)
def _day_of_slots(zone: ZoneInfo, day: int) -> tuple[tuple[int, int], ...]:
    return tuple([_slot(zone, hour) for hour in range(day * 24, day * 24 + 24)])


def _ratio(cell: Sequence[float], doubt: float) -> float:
    """Seen over usual, with so many counts of doubt that they are the same."""
    return (cell[0] + doubt) / (cell[1] + doubt)


@dataclass(frozen=True, slots=True)
class Shares:
    """Of what is said about a brand: the share of complaints, of hostile posts, of strangers among either side."""

    upset: float  # complaints and hostile posts
    hostile: float
    new_calm: float  # of the calm ones: authors never seen before
    new_upset: float
    joining: float  # of the upset: those under a post where somebody else was upset before

    def weights(self, calm_left: float, hostile_up: float, regulars_left: float) -> tuple[float, ...]:
        """The chance of each of the six kinds when calm, hostility and regulars have changed by these factors."""
        calm = (1 - self.upset) * calm_left
        hostile = min(self.hostile * hostile_up, 0.5)
        return _six(calm, hostile, 1 - regulars_left * (1 - self.new_calm), 1 - regulars_left * (1 - self.new_upset))

    def ordinary(self) -> tuple[float, ...]:
        return self.weights(1, 1, 1)

    def notice(self) -> tuple[float, ...]:
        """An ordinary service notice: more complaints, a little more anger, mostly the usual people."""
        return self.weights(CALM_LEFT_BY_NOTICE, 1.5, REGULARS_LEFT_BY_NOTICE)

    def pile_on(self) -> tuple[float, ...]:
        """Few calm posts, a quarter of hostility more than usual, mostly strangers."""
        calm = (1 - self.upset) * CALM_LEFT
        hostile = 1 - 0.75 * (1 - self.hostile)
        left = REGULARS_LEFT
        return _six(calm, hostile, 1 - left * (1 - self.new_calm), 1 - left * (1 - self.new_upset))


def _six(calm: float, hostile: float, new_calm: float, new_upset: float) -> tuple[float, ...]:
    complaint = max(1 - calm - hostile, 0.01)
    return (
        calm * (1 - new_calm),
        calm * new_calm,
        complaint * (1 - new_upset),
        complaint * new_upset,
        hostile * (1 - new_upset),
        hostile * new_upset,
    )


class Crowd:
    """Who usually writes: people of the six kinds, with a memory of two weeks."""

    # Before anything is known: 28 calm, 11 complaining, 1 hostile; nearly everybody is new.
    PRIOR = (2.8, 25.2, 1.1, 9.9, 0.1, 0.9)
    KEEP_HOUR = 0.5 ** (1 / (24 * 14))
    JOINING_PRIOR = (8.0, 20.0)  # joined, of so many upset people

    def __init__(self) -> None:
        self.kinds = list(self.PRIOR)
        self.joined, self.upset = self.JOINING_PRIOR
        self.hours = 0.0  # hours seen, forgotten at the same pace
        self._per_hour: float | None = None  # None: to be made when asked for

    def learn(self, seen: Sequence[float], joined: float = 0.0) -> None:
        """The people of one hour; how many of the upset ones joined others under one post."""
        self.joined = self.joined * self.KEEP_HOUR + joined
        self.upset = self.upset * self.KEEP_HOUR + sum(seen[2:])
        self.kinds = [old * self.KEEP_HOUR + new for old, new in zip(self.kinds, seen, strict=True)]
        self.hours = self.hours * self.KEEP_HOUR + 1
        self._per_hour = None

    def per_hour(self) -> float:
        """People an hour; before anything is known, as many as the doubt is worth."""
        if self._per_hour is None:
            self._per_hour = max(sum(self.kinds) - sum(self.PRIOR) * 0.5, 0.5) / max(self.hours, 1.0)
        return self._per_hour

    def shares(self) -> Shares:
        """Shares at the upper end of what the counts leave open (two standard deviations).

        A brand that is new here gets the benefit of the doubt: until its shares are known, a crowd has to stand
        out from the worst that could be usual.
        """
        kinds = self.kinds
        total = sum(kinds)
        upset, calm = sum(kinds[2:]), kinds[0] + kinds[1]
        new = (kinds[1] + kinds[3] + kinds[5]) / total
        return Shares(
            upset=min(_upper(upset / total, total), 0.9),
            hostile=min(_upper((kinds[4] + kinds[5]) / total, total), 0.4),
            new_calm=min(_upper((kinds[1] + 10 * new) / (calm + 10), calm), 0.97),
            new_upset=min(_upper((kinds[3] + kinds[5] + 10 * new) / (upset + 10), upset), 0.97),
            joining=min(_upper(self.joined / max(self.upset, 1.0), self.upset), JOINING),
        )

    def state(self) -> list[Any]:
        return [self.kinds, self.hours, self.joined, self.upset]

    def load(self, state: list[Any]) -> None:
        self.kinds, self.hours, self.joined, self.upset = state
        self._per_hour = None


def _upper(share: float, count: float) -> float:
    count = SURELY_KNOWN if count > SURELY_KNOWN else 1.0 if count < 1 else count
    return share + 2 * math.sqrt(share * (1 - share) / count)


class Weighing:
    """The logarithms behind `crowd_evidence`, each made when it is first asked for: in most hours few are."""

    def __init__(self, shares: Shares) -> None:
        self.shares = shares

    @cached_property
    def against_plain(self) -> tuple[float, ...]:
        shares = self.shares
        return tuple([math.log(s / p) for s, p in zip(shares.pile_on(), shares.ordinary(), strict=True)])

    @cached_property
    def against_notice(self) -> tuple[float, ...]:
        shares = self.shares
        return tuple([math.log(s / n) for s, n in zip(shares.pile_on(), shares.notice(), strict=True)])

    @cached_property
    def mixed(self) -> tuple[tuple[float, ...], ...]:
        storm, plain = self.shares.pile_on(), self.shares.ordinary()
        both = tuple(zip(storm, plain, strict=True))
        return tuple([tuple([math.log(1 - share + share * s / p) for s, p in both]) for share in ODDS])

    @cached_property
    def slopes(self) -> tuple[float, ...]:
        """How fast a person's part in `among` grows with the crowd's share, at a share of 0; it grows ever slower."""
        storm, plain = self.shares.pile_on(), self.shares.ordinary()
        return tuple([s / p - 1 for s, p in zip(storm, plain, strict=True)])

    @cached_property
    def most(self) -> tuple[float, ...]:
        """What one person adds at most in `among`."""
        return tuple([max(0.0, log) for log in self.against_plain])

    @cached_property
    def per_joiner(self) -> float:
        return math.log(JOINING / self.shares.joining)

    def among(self, rest: Kinds) -> float:
        """Evidence, in nats, that some share of these people is a crowd. Never below 0."""
        return max(0.0, *[weigh(rest, row) for row in self.mixed])


def weigh(kinds: Kinds, logs: tuple[float, ...]) -> float:
    """Sum of log-likelihood ratios over people of the six kinds."""
    return (
        kinds[0] * logs[0]
        + kinds[1] * logs[1]
        + kinds[2] * logs[2]
        + kinds[3] * logs[3]
        + kinds[4] * logs[4]
        + kinds[5] * logs[5]
    )


class Mood:
    """Praise minus upset people, per mention, in blocks of six hours: what is usual, and how much it varies."""

    HOURS = 6
    KEEP = 0.5 ** (1 / 56)  # two weeks of blocks
    FEWEST = 20  # mentions of a block that tells anything

    def __init__(self) -> None:
        self.mean, self.square, self.weight = 0.0, 0.0, 0.0
        self.blocks = 0
        self._usual: tuple[float, float] | None = None  # made at the end of a block, asked for every ten minutes

    def learn(self, hour: int, minutes: Minutes) -> None:
        """At the end of each block."""
        if hour % self.HOURS != self.HOURS - 1:
            return
        mood = mood_of(minutes, hour * 60 + 60, self.HOURS * 60, self.FEWEST)
        if mood is None:
            return
        self.blocks += 1
        self.mean = self.mean * self.KEEP + mood
        self.square = self.square * self.KEEP + mood * mood
        self.weight = self.weight * self.KEEP + 1
        self._make_usual()

    def usual(self) -> tuple[float, float] | None:
        """(mean, standard deviation) of the blocks; None: fewer than twelve of them were seen."""
        return self._usual

    def _make_usual(self) -> None:
        if self.blocks >= 12:
            mean = self.mean / self.weight
            self._usual = mean, math.sqrt(max(self.square / self.weight - mean * mean, 0.0))

    def state(self) -> list[Any]:
        return [self.mean, self.square, self.weight, self.blocks]

    def load(self, state: list[Any]) -> None:
        self.mean, self.square, self.weight, self.blocks = state
        self._make_usual()


def mood_of(minutes: Minutes, end: int, width: int, fewest: int) -> float | None:
    """Praise minus upset people per mention in the `width` minutes before `end`; None: too few mentions."""
    mentions = minutes.total("mentions", end, width)
    if mentions < fewest:
        return None
    return (minutes.total("praise", end, width) - minutes.total("people", end, width)) / mentions


class Burn:
    """How many times the usual the last 6, 12 and 24 hours were, and the record of that.

    Two ratios a span: of mentions (when the upset people keep step, so joy does not count) and of upset people
    (when their share has grown). With so few mentions as a small brand has at night a ratio means little, so five are
    added on both sides. What the record is above 1 decays with a half-life of sixty days; a ratio enters it only when
    its span and six hours more have passed, so that a burn does not raise its own bar, and none of a brand's first
    six days.
    """

    # Before anything is known: hours -> record of the mentions, of the people.
    SPANS: Mapping[int, tuple[float, float]] = {6: (2.0, 2.7), 12: (1.8, 2.5), 24: (1.6, 2.0)}
    DECAY = 0.5 ** (1 / (60 * 24))
    DOUBT = 5.0  # mentions
    LAG = 6  # hours
    SETTLED = 144.0  # hours seen; before, what is usual is known so badly that ratios would enter that never were
    SEEN = ("mentions", "usual_mentions", "people", "usual_people")
    KEYS: Mapping[int, tuple[str, str]] = {hours: (f"mentions {hours}", f"people {hours}") for hours in SPANS}

    def __init__(self) -> None:
        self.records = {
            f"{name} {hours}": record
            for hours, records in self.SPANS.items()
            for name, record in zip(("mentions", "people"), records, strict=True)
        }
        self.recent: dict[str, list[float]] = {key: [] for key in self.records}
        self.kept = {key: hours + self.LAG for hours, keys in self.KEYS.items() for key in keys}  # ratios
        self.people, self.complaints = 5.0, 5.0  # counted once and of each thread the first two; all

    def usual_people(self, complaints: float) -> float:
        """Of so many usual complaints: the people that are counted here."""
        return complaints * self.people / self.complaints

    @staticmethod
    def ratios(
        mentions: float, usual_mentions: float, people: float, usual_people: float, evidence: float
    ) -> tuple[float, float]:
        """(of mentions, of people); 0: joy, or a share that has not grown by this evidence in nats."""
        usual_mentions, usual_people = max(usual_mentions, 0.5), max(usual_people, 0.2)
        in_step = mentions * usual_people / usual_mentions
        keeps_step = people * PER_JOYFUL - in_step * (1 - JOYFUL) >= SURE
        grown = people * math.log(people / in_step) - (people - in_step) if people > in_step > 0 else 0.0
        return (
            (mentions + Burn.DOUBT) / (usual_mentions + Burn.DOUBT) if keeps_step else 0.0,
            people / usual_people if grown >= evidence else 0.0,
        )

    def learn(self, seen: Mapping[str, float], people: float, complaints: float) -> None:
        """The ratios at the end of one hour, and what was counted in it."""
        self.people = self.people * Crowd.KEEP_HOUR + people
        self.complaints = self.complaints * Crowd.KEEP_HOUR + complaints
        decay, records = self.DECAY, self.records
        for key, record in records.items():
            records[key] = 1 + (record - 1) * decay
        for key, ratio in seen.items():
            recent = self.recent[key]
            recent.append(ratio)
            if len(recent) > self.kept[key] and (out := recent.pop(0)) > records[key]:
                records[key] = out

    def forget(self) -> None:
        """An event is over and does not become the record."""
        self.recent = {key: [] for key in self.records}

    def state(self) -> list[Any]:
        return [self.records, self.recent, self.people, self.complaints]

    def load(self, state: list[Any]) -> None:
        self.records, self.recent, self.people, self.complaints = state
