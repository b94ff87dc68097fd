"""The curve of the wall, and how little of it travels."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta

import pytest

from dashboard import cards, figures
from dashboard.pages import wall
from dashboard.reader import Reader
from db.rows import Deletion, Expected, Gap
from db.store import Store
from tests import scene
from tests.scene import BRAND, NOW
from tests.test_wall_state import DEAD, buckets, facts, incident, source

MINUTE = timedelta(minutes=1)


def test_unknown_minutes_are_a_hole_in_the_line_and_hatched() -> None:
    gap = Gap(source="x", start=NOW - 60 * MINUTE, end=NOW - 30 * MINUTE)
    given = facts(buckets=buckets(1, range(371), complaints=1), gaps=(gap,))
    figure = figures.wall_figure(given)
    line = figure["data"][2]["y"]
    minutes = range(360, -1, -figures.STEP_MINUTES)
    holes = [m for m, n in zip(minutes, line, strict=True) if n is None]
    assert holes == [m for m in minutes if 26 <= m <= 60]
    assert {n for n in line if n is not None} == {10}
    hatched = [x for x in figure["data"][1]["x"] if x is not None]
    assert (min(hatched), max(hatched)) == (-60.5, -29.5)


def test_minutes_that_one_source_of_two_saw_are_known() -> None:
    gap = Gap(source="x", start=NOW - 60 * MINUTE, end=NOW - 30 * MINUTE)
    two = (source(), source(name="rss"))
    assert figures.unknown_minutes(facts(sources=two, gaps=(gap,))) == set()


def test_nothing_is_known_since_the_collector_died() -> None:
    assert figures.unknown_minutes(facts(processes=DEAD)) == {0, 1, 2}


def test_no_zero_is_claimed_before_the_first_thing_seen() -> None:
    line = figures.complaints_line(facts(buckets=buckets(1, range(20), complaints=1)), set())
    assert line[:-10] == [None] * 171
    assert line[-10:] == [2, 4, 6, 8, 10, 10, 10, 10, 10, 10]


def test_the_line_counts_ten_minutes() -> None:
    line = figures.complaints_line(facts(buckets=buckets(2, range(371), complaints=2)), set())
    assert line == [20] * 181


def test_the_start_of_the_incident_is_marked() -> None:
    [mark] = figures.wall_figure(facts(incident=incident()))["layout"]["shapes"]
    assert mark["x0"] == mark["x1"] == -39
    old = facts(incident=incident(opened_at=NOW - timedelta(hours=7)))
    assert figures.wall_figure(old)["layout"]["shapes"] == []


def test_a_strangers_text_cannot_bring_markup_into_a_figure() -> None:
    assert figures.plain('<a href="x">&') == '&lt;a href="x"&gt;&amp;'
    assert len(figures.plain("y" * 500)) == 80


def test_the_band_is_drawn_as_one_shape_up_to_now() -> None:
    band = tuple(
        Expected(brand="Acme", at=NOW - timedelta(minutes=5 * n), low=1, middle=2, high=4) for n in range(72, -1, -1)
    )
    shape = figures.wall_figure(facts(expected=band))["data"][0]
    assert len(shape["x"]) == len(shape["y"])
    assert max(shape["x"]) == 6
    assert set(shape["y"]) == {1, 4}


@pytest.fixture
def stormy(store: Store) -> Store:
    scene.setting_the_scene(store)
    scene.storm(store)
    return store


def sent(frame: wall.Frame, has: dict[str, str]) -> int:
    """Bytes of one refresh, gzip, as they travel."""
    answer = wall.changed(frame, has, NOW, "0.1.0+12345678")
    names = [f"wall-{part}" for part in wall.PARTS]
    parts = {n: {"children": p} for n, p in zip(names, answer, strict=False) if isinstance(p, (dict, list, str))}
    body = {"multi": True, "response": parts | {"wall-pulse": {"data": answer[-1]}}}
    return len(gzip.compress(json.dumps(body).encode(), 5))


def test_a_refresh_is_small_and_the_next_one_smaller(stormy: Store) -> None:
    frame = wall.draw(stormy.wall(BRAND, NOW), Reader(), "UTC", "dark")
    assert sent(frame, {}) <= 2048
    assert sent(frame, frame.digests) <= 300


def test_a_part_is_sent_only_when_its_facts_changed(stormy: Store) -> None:
    first = wall.draw(stormy.wall(BRAND, NOW), Reader(), "UTC", "dark")
    later = NOW + timedelta(seconds=4)
    second = wall.draw(stormy.wall(BRAND, later), Reader(), "UTC", "dark")
    assert {n for n in wall.PARTS if first.digests[n] != second.digests[n]} == set()
    scene.sources(stormy, later)
    third = wall.draw(stormy.wall(BRAND, later), Reader(), "UTC", "dark")
    assert {n for n in wall.PARTS if first.digests[n] != third.digests[n]} == {"foot"}


def test_a_deleted_root_post_is_not_shown(stormy: Store) -> None:
    stormy.delete_posts([Deletion(post_id=scene.ROOT, at=NOW)])
    assert cards.root_text(stormy.wall(BRAND, NOW)) == ""
