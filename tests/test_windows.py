"""What is remembered is counted right, stays small, and comes back exactly as it was put away."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.detectors import complaints
from monitor.met import Met
from monitor.record import Record
from monitor.topics import Topics, words_of
from monitor.usual import SPREAD, Burn, Crowd, Season, Shares, Weighing, weigh
from monitor.windows import EPOCH, Minutes, Posts, Tally, Threads, minute_of, number_of, time_of

START = minute_of(datetime(2026, 3, 2, tzinfo=UTC))
KINDS = st.integers(0, 5)


@given(st.lists(st.integers(0, 400), max_size=80), st.integers(0, 420), st.integers(1, 130))
def test_minutes_are_summed_whatever_the_order_they_come_in(offsets: list[int], end: int, width: int) -> None:
    ring = Minutes(size=120)
    newest = -1
    kept: list[int] = []
    for offset in offsets:
        newest = max(newest, offset)
        ring.count(START + offset, ["mentions"])
        kept = [o for o in [*kept, offset] if o > newest - 120]
    expected = sum(end - width <= o < end for o in kept)
    assert ring.total("mentions", START + end, width) == expected
    least, most = ring.bounds("mentions", START + end, width)
    assert least <= expected <= most


@given(st.lists(st.tuples(st.integers(0, 60), KINDS), max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_a_tally_gives_everybody_of_its_rows(people: list[tuple[int, int]], first: int, last: int) -> None:
    tally = Tally(size=100)
    for row, kind in people:
        tally.add(row, kind)
    wanted = tuple(sum(first <= row <= last and kind == k for row, kind in people) for k in range(6))
    assert tally.between(first, last) == wanted
    for span, kinds in zip((1, 3, 10), tally.spans(last, (1, 3, 10)), strict=True):
        assert kinds == tally.between(last - span + 1, last)
    for row, kinds in tally.suffixes(first, last):
        assert kinds == tally.between(row, last)


def test_a_tally_and_the_threads_forget_the_oldest() -> None:
    tally, threads = Tally(size=3), Threads()
    for row in range(10):
        tally.add(row, 2)
    assert [row[0] for row in tally.rows] == [7, 8, 9]
    for key in range(500):
        threads.add(key, key // 10, 3, may_start=True)
    assert len(threads.by_key) == Threads.MOST_THREADS
    assert threads.get(499) is not None and threads.get(0) is None
    assert threads.rows == sum(len(t.tally.rows) for t in threads.by_key.values())
    assert threads.add(10_000, 60, 0, may_start=False) is None


def test_whoever_was_met_is_known_and_hardly_any_stranger_is() -> None:
    met = Met()
    people = [number_of(f"person {n}") for n in range(9000)]
    for n, person in enumerate(people):
        met.meet(person, START + n)
    assert all(met.meet(person, START + 9000) for person in people[-500:])
    wrong = sum(met.meet(number_of(f"stranger {n}"), START + 9000) for n in range(1000))
    assert wrong < 50
    assert len(met.young) + len(met.old) <= 2 * (1 << 17) // 8


def test_everything_comes_back_exactly() -> None:
    season, crowd, record, topics, burn = Season("Europe/Paris"), Crowd(), Record(), Topics(), Burn()
    minutes, threads, met, posts = Minutes(), Threads(), Met(), Posts()
    for n in range(600):
        season.learn(START // 60 + n, n % 7)
        crowd.learn((5, 3, 2, 1, 0.5, 0.25), 1)
        record.step(n // 12 % 24, float(n % 50))
        topics.add(("late", "train late", f"only {n}"), START + n)
        burn.learn({key: n % 5 / 2 for key in burn.records}, n % 3, n % 4)
        minutes.count(START + n, ["mentions"])
        threads.add(n % 40, n // 5, n % 6, may_start=True)
        met.meet(number_of(str(n)), START + n)
    parts = (season, crowd, record, topics, burn, minutes, threads, met, posts)
    fresh = (Season("Europe/Paris"), Crowd(), Record(), Topics(), Burn(), Minutes(), Threads(), Met(), Posts())
    for part, empty in zip(parts, fresh, strict=True):
        kept = json.dumps(part.state())
        empty.load(json.loads(kept))
        assert json.dumps(empty.state()) == kept, type(part).__name__


def test_a_season_learns_the_hours_and_the_level_of_a_brand() -> None:
    season = Season("UTC")
    for hour in range(24 * 28):
        season.learn(START // 60 + hour, 12.0 if 8 <= hour % 24 < 20 else 2.0)
    day = START + 28 * 1440
    assert 10 < season.mean(day + 10 * 60, day + 11 * 60) < 14
    assert 1 < season.mean(day + 2 * 60, day + 3 * 60) < 3
    assert abs(season.mean(day, day + 1440) - (12 * 12 + 2 * 12)) < 20


def test_what_is_usual_for_a_new_brand_is_known_after_its_first_day() -> None:
    season = Season("UTC")
    for hour in range(24):  # first seen at midnight
        season.learn(START // 60 + hour, 60.0 if 8 <= hour < 20 else 4.0)
    tomorrow = START + 1440
    assert abs(season.mean(tomorrow, tomorrow + 1440) - (12 * 60 + 12 * 4)) < 80
    assert season.mean(tomorrow + 12 * 60, tomorrow + 13 * 60) > 40
    assert season.mean(tomorrow + 3 * 60, tomorrow + 4 * 60) < 15


def test_a_wild_hour_of_a_later_day_teaches_a_bounded_amount() -> None:
    season = Season("UTC")
    for hour in range(48):
        season.learn(START // 60 + hour, 10.0)
    season.learn(START // 60 + 48, 10_000.0)
    assert season.level is not None and season.level < 12


def test_one_busy_day_is_not_the_new_usual_of_its_weekday() -> None:
    season, first = Season("UTC"), START // 60
    for hour in range(24 * 28):
        season.learn(first + hour, 250.0 if hour // 24 == 24 else 100.0)  # the fourth Thursday
    thursday = START + (28 + 3) * 1440
    assert season.mean(thursday, thursday + 1440) < 1.2 * season.mean(thursday - 1440, thursday)


def test_a_day_of_23_hours_has_each_hour_in_its_place() -> None:
    season = Season("Europe/Paris")
    before = datetime(2026, 3, 28, 7, tzinfo=UTC)  # eight o'clock in winter
    after = datetime(2026, 3, 29, 6, tzinfo=UTC)  # eight o'clock in summer
    assert season.local_hour(minute_of(before) // 60) == season.local_hour(minute_of(after) // 60) == 8


SHARES = Shares(upset=0.2, hostile=0.03, new_calm=0.4, new_upset=0.45, joining=0.15)


@given(st.lists(KINDS, max_size=60))
def test_another_hostile_stranger_never_weighs_against_a_crowd(people: list[int]) -> None:
    weighing = Weighing(SHARES)
    kinds = tuple(people.count(k) for k in range(6))
    more = (*kinds[:5], kinds[5] + 1)
    assert weigh(more, weighing.against_plain) > weigh(kinds, weighing.against_plain)  # type: ignore[arg-type]
    calmer = (kinds[0] + 1, *kinds[1:])
    assert weigh(calmer, weighing.against_plain) < weigh(kinds, weighing.against_plain)  # type: ignore[arg-type]
    assert weighing.among(kinds) >= 0  # type: ignore[arg-type]
    assert weighing.among(kinds) <= max(0.0, weigh(kinds, weighing.slopes)) + 1e-9  # type: ignore[arg-type]


@given(st.floats(0.01, 0.9), st.floats(0.001, 0.4), st.floats(0.05, 0.97), st.floats(0.05, 0.97))
def test_the_kinds_of_every_explanation_add_up(upset: float, hostile: float, calm: float, new: float) -> None:
    shares = Shares(upset=max(upset, hostile + 0.01), hostile=hostile, new_calm=calm, new_upset=new, joining=0.2)
    for six in (shares.ordinary(), shares.notice(), shares.pile_on()):
        assert all(p > 0 for p in six)
        assert 0.9 < sum(six) < 1.3


def test_a_brand_that_is_new_gets_the_benefit_of_the_doubt() -> None:
    young, old = Crowd(), Crowd()
    for _ in range(24 * 30):
        old.learn((8, 4, 2, 1, 0.2, 0.1))
    assert young.shares().upset > old.shares().upset
    assert young.shares().hostile > old.shares().hostile


def test_words_of_a_post_are_tags_links_words_and_pairs() -> None:
    words = words_of("@acme Your APP deleted my photos #Fail https://www.x.example/a?b=1 again")
    assert {"app", "deleted", "app deleted", "photos", "#fail", "x.example/a"} <= set(words)
    assert "acme" not in words and "your" not in words
    assert len(words_of("word " * 5 + " ".join(chr(97 + n) * 4 for n in range(26)))) <= 18


def test_a_record_stays_silent_on_the_first_day_and_on_what_is_usual() -> None:
    young, record = Record(), Record()
    assert all(young.step(n // 12 % 24, 1000.0 if n == 100 else 10.0) == 0 for n in range(280))
    for n in range(288 * 6):
        record.step(n // 12 % 24, 10.0 + n % 3)
    assert record.step(0, 11.0) == 0
    assert record.step(0, 400.0) > 0


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 90)), min_size=20, max_size=40), st.integers(0, 9))
def test_a_record_says_the_same_one_by_one_and_many_at_once(bursts: list[tuple[int, int]], usual: int) -> None:
    counts = [high if at == 0 else (usual + at) % 7 for high, length in bursts for at in range(length)]
    intervals = [(n // 12 % 24, float(count)) for n, count in enumerate(counts)]
    one_by_one, at_once, put_off = Record(), Record(), Record()
    scores = [one_by_one.step(hour, count) for hour, count in intervals]
    assert at_once.steps_of(intervals) == scores
    put_off.put_off += intervals
    assert put_off.state() == at_once.state() == one_by_one.state()


def test_rows_are_the_sums_of_their_minutes_wherever_the_ring_begins() -> None:
    ring = Minutes(size=120)
    for minute in range(START, START + 300, 3):
        ring.count(minute, ("mentions",))
        last = minute // 5
        rows = range(last - 20, last + 2)
        assert ring.rows("mentions", rows[0], rows[-1]) == [ring.total("mentions", 5 * row + 5, 5) for row in rows]


@given(st.lists(st.tuples(st.integers(0, 40), KINDS), max_size=60), st.integers(0, 40))
def test_spans_are_the_sums_of_their_rows_whatever_came_late(people: list[tuple[int, int]], last: int) -> None:
    tally, spans = Tally(72), (2, 5, 24)
    for row, kind in people:
        tally.add(row, kind)
        assert tally.spans(last, spans) == [tally.between(last - span + 1, last) for span in spans]
    put_away = Tally(72)
    put_away.load(json.loads(json.dumps(tally.state())))
    assert put_away.between(0, 40) == tally.between(0, 40)


def test_time_and_minutes_are_each_others_opposite() -> None:
    assert time_of(minute_of(EPOCH + timedelta(days=20_000, minutes=7, seconds=59))) == EPOCH + timedelta(
        days=20_000, minutes=7
    )


@given(st.floats(0.05, 200.0), st.integers(1, 400))
def test_the_glance_at_a_rate_never_hides_what_the_formula_finds(mean: float, people: int) -> None:
    if people > mean:
        assert complaints.deviance(people, mean, SPREAD) <= complaints.deviance_at_most(people, mean) + 1e-9
