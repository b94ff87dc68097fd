"""What the wall says: the word, the lines, the banners. Pure decisions, so: tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dashboard import cards
from dashboard.pages import wall
from dashboard.pages.frame import Desk
from dashboard.reader import Reader
from db.rows import Bucket, Evidence, Expected, Incident, Process, SourceHealth, WallFacts
from db.store import Store
from monitor.config import Config
from tests import scene
from tests.scene import NOW

READER = Reader()


def source(state: str = "ok", name: str = "x", ago: float = 3, **more: Any) -> SourceHealth:
    since = NOW - timedelta(seconds=ago)
    values = {"last_data_at": since, "updated_at": NOW} | more
    return SourceHealth(source=name, state=state, since=since, **values)  # type: ignore[arg-type]


def process(name: str, ago: float = 1, note: str = "", is_broken: bool = False) -> Process:
    at = NOW - timedelta(seconds=ago)
    return Process(name=name, pid=1, started_at=at, beat_at=at, version="1", note=note, is_broken=is_broken)


def incident(severity: str = "storm", **more: Any) -> Incident:
    values: dict[str, Any] = {
        "id": 7,
        "brand": "Acme",
        "kind": "pileon",
        "severity": severity,
        "peak_severity": severity,
        "state": "open",
        "opened_at": NOW - timedelta(minutes=39),
        "last_signal_at": NOW,
    }
    return Incident(**(values | more))


def facts(**more: Any) -> WallFacts:
    values: dict[str, Any] = {
        "brand": "Acme",
        "now": NOW,
        "incident": None,
        "root": None,
        "unheard": 0,
        "heard": 0,
        "oldest_waiting_at": None,
        "buckets": (),
        "expected": (),
        "sources": (source(),),
        "gaps": (),
        "processes": (process("collect"), process("notify")),
        "oldest_unsent_at": None,
    }
    return WallFacts(**(values | more))


def buckets(per_minute: int, minutes: range, **more: int) -> tuple[Bucket, ...]:
    this_minute = NOW.replace(second=0, microsecond=0)
    return tuple(
        Bucket(brand="Acme", minute=this_minute - timedelta(minutes=m), mentions=per_minute, **more) for m in minutes
    )


DEAD = (process("collect", ago=121), process("notify"))


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (facts(), "CALM"),
        (facts(incident=incident("watch")), "WATCH"),
        (facts(incident=incident("storm")), "STORM"),
        (facts(incident=incident("storm", state="acknowledged")), "STORM"),
        (facts(incident=incident("storm", state="closed")), "CALM"),
        (facts(sources=()), "BLIND"),
        (facts(brand=""), "BLIND"),
        (facts(sources=(source("off"),)), "BLIND"),
        (facts(processes=(process("notify"),)), "BLIND"),
        (facts(processes=DEAD), "BLIND"),
        (facts(processes=(process("collect", ago=119),)), "CALM"),
        (facts(processes=DEAD, incident=incident("storm")), "STORM"),
        (facts(processes=DEAD, incident=incident("watch")), "BLIND"),
        (facts(sources=(source("down", ago=119),)), "CALM"),
        (facts(sources=(source("down", ago=121),)), "BLIND"),
        (facts(sources=(source("down", ago=500), source(name="rss"))), "CALM"),
        (facts(sources=(source("catching up", ago=300),)), "BLIND"),
        (facts(sources=(source("starting", ago=2, last_data_at=None),)), "BLIND"),
        (facts(sources=(source("ok", updated_at=NOW - timedelta(seconds=121)),)), "BLIND"),
        (facts(sources=(source("ok", is_live=False),)), "CALM"),
        (facts(sources=(source("ended", ago=600, is_live=False),)), "BLIND"),
        (facts(sources=(source("ended", ago=600, is_live=False), source(name="rss"))), "CALM"),
    ],
)
def test_the_word_on_the_wall(given: WallFacts, word: str) -> None:
    assert cards.state(given).word == word


def test_a_storm_while_blind_says_both() -> None:
    state = cards.state(facts(incident=incident(), processes=DEAD))
    assert state.word == "STORM"
    assert state.second == "and blind since 14:39"
    assert cards.banners(facts(incident=incident(), processes=DEAD))[0].words == "The collector is not running"


def test_the_state_names_the_brand_the_time_and_the_owner() -> None:
    state = cards.state(facts(incident=incident(owner="Amina", acknowledged_at=NOW)))
    assert (state.line, state.second) == ("Acme, since 14:02", "Amina has it")
    assert cards.state(facts(incident=incident(owner="Amina"))).second == "Amina is asked to take it"
    assert cards.state(facts(incident=incident())).second == "nobody has it yet"


def test_calm_with_many_posts_is_called_busy() -> None:
    usual = buckets(1, range(10, 360))
    assert cards.state(facts(buckets=usual + buckets(2, range(10)))).second == "no complaint for an hour"
    assert cards.state(facts(buckets=usual + buckets(4, range(10)))).second == "busy, calm"


def test_blind_is_never_called_calm_or_zero() -> None:
    blind = facts(processes=DEAD)
    assert cards.headline(blind, READER) == ("Complaints now: unknown", "")
    assert "cannot be seen" in cards.about(blind, READER)
    assert (cards.unheard(blind, READER), cards.unheard(facts(), READER)) == ("?", "0")
    assert cards.unheard(facts(processes=DEAD, unheard=6), READER) == "6"


@pytest.mark.parametrize(
    ("n", "middle", "words"),
    [
        (37, 2.2, ("37 complaints in 10 min", "usually 2")),
        (1, 0.3, ("1 complaint in 10 min", "usually none")),
        (0, None, ("No complaint in 10 min", "no usual yet")),
    ],
)
def test_the_headline_says_what_is_seen_and_what_is_usual(n: int, middle: float | None, words: tuple[str, str]) -> None:
    band = () if middle is None else (Expected(brand="Acme", at=NOW, low=0, middle=middle, high=9),)
    given = facts(expected=band, buckets=buckets(n, range(3, 4), complaints=n))
    assert cards.headline(given, READER) == words


def test_complaints_of_ten_minutes_ago_are_not_counted_any_more() -> None:
    assert cards.complaints_now(facts(buckets=buckets(1, range(9, 11), complaints=5))) == 5


def test_what_it_is_about_comes_from_the_evidence() -> None:
    evidence = Evidence(words="", window_minutes=20, seen=31, expected=2, authors=23, root="x:1", doubling_minutes=12)
    given = facts(incident=incident(evidence=evidence))
    assert cards.about(given, READER) == "23 people, one post, doubling in 12 min"
    spread = replace(evidence, root=None, doubling_minutes=None, authors=1)
    assert cards.about(facts(incident=incident(evidence=spread)), READER) == "1 person, in 20 min"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (facts(), []),
        (facts(processes=(process("collect"),)), ["Alerts cannot leave: notifier never ran"]),
        (
            facts(processes=(process("collect"), process("notify", ago=121))),
            ["Alerts cannot leave: notifier not running"],
        ),
        (facts(oldest_unsent_at=NOW - timedelta(seconds=119)), []),
        (facts(oldest_unsent_at=NOW - timedelta(seconds=121)), ["Alerts are stuck, the oldest for"]),
        (facts(failed=2), ["2 alerts could not be delivered today"]),
        (
            facts(
                processes=(
                    process("collect"),
                    process("notify", note="mail goes to files in /var/x y: no SMTP settings"),
                )
            ),
            ["Mail goes to files: no SMTP settings"],
        ),
        (
            facts(sources=(source("rate-limited", detail="rate-limited until 14:32"), source(name="rss"))),
            ["X: rate-limited until 14:32"],
        ),
    ],
)
def test_bad_news_has_words(given: WallFacts, words: list[str]) -> None:
    assert [b.words for b in cards.banners(given)] == words


def test_what_is_broken_stands_before_what_is_worth_knowing() -> None:
    given = facts(
        processes=(process("collect", note="scoring fails", is_broken=True), process("notify", note="mail to files"))
    )
    assert [(b.words, b.tone) for b in cards.banners(given)] == [("Scoring fails", "broken"), ("Mail to files", "note")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  a\n\nb\tc ", "a b c"),
        ("ask @acme why", "ask why"),
        ("a\u202eb\u200bc\x00d", "a b c d"),
        ("word " * 60, ("word " * 32).strip() + "…"),
        ("x" * 500, "x" * 160 + "…"),
    ],
)
def test_a_post_in_a_public_room_is_short_plain_and_without_handles(text: str, shown: str) -> None:
    assert cards.quote(text) == shown


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://x.example/1", "https://x.example/1"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        (None, None),
    ],
)
def test_only_an_ordinary_page_becomes_a_link(url: str | None, link: str | None) -> None:
    assert cards.safe_link(url) == link


@pytest.mark.parametrize(("n", "shown"), [(0, "0"), (999, "999"), (1204, "1.2k"), (41_999, "41k")])
def test_the_largest_number_stays_short(n: int, shown: str) -> None:
    assert cards.short_number(n) == shown


def test_brands_take_turns_until_a_storm_comes() -> None:
    brands = ["a", "b", "c"]
    seen = {wall.whose_turn(brands, [], NOW + timedelta(seconds=20 * n)) for n in range(3)}
    assert seen == set(brands)
    storm = [replace(incident(), brand="b"), replace(incident("watch"), brand="c")]
    assert {wall.whose_turn(brands, storm, NOW + timedelta(seconds=n)) for n in range(90)} == {"b"}


def test_sources_in_trouble_are_shown_when_not_all_fit() -> None:
    many = [source(name=n) for n in ("bluesky", "mastodon", "reddit", "rss", "telegram", "x")]
    many.append(source("down", name="youtube"))
    shown = wall.fitting(many, READER)
    assert len(shown) < len(many)
    assert "youtube" in [s.source for s in shown]
    assert wall.fitting(many[:3], READER) == many[:3]


def test_ten_walls_ask_the_store_once_a_second(store: Store) -> None:
    scene.setting_the_scene(store)
    asked: list[str] = []

    class Counting:
        """The store, counting what it is asked."""

        def __getattr__(self, name: str) -> object:
            asked.append(name)
            return getattr(store, name)

    desk = Desk(store=Counting(), config=Config(), clock=lambda: NOW, house=READER)  # type: ignore[arg-type]
    walls = wall.Walls(desk)
    frames = {id(walls.frame("dark", "")) for _ in range(10)}
    assert asked.count("wall") == 1
    assert len(frames) == 1


@pytest.mark.parametrize(
    ("source_name", "shown"), [("x", "X"), ("demo-bluesky", "Bluesky"), ("rss:news", "RSS news"), ("demo", "Story")]
)
def test_sources_are_called_as_people_call_them(source_name: str, shown: str) -> None:
    assert cards.name_of(source_name) == shown
