"""The demo story: what is told, when, and that nothing in it repeats itself."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import pairwise
from typing import Any

import pytest

from db.rows import Mention
from monitor import demo

NOW = datetime(2026, 3, 17, 14, 25, tzinfo=UTC)
MOMENTS = [NOW, NOW.replace(hour=0, minute=10), NOW.replace(day=21, hour=3), NOW.replace(day=29, hour=23, minute=59)]


def lines(name: str, folder: str = "demo") -> list[dict[str, Any]]:
    text = (files("monitor") / "data" / folder / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def root_of(story: list[Mention]) -> Mention:
    (root, _), *_ = Counter(m.conversation_id for m in story if m.conversation_id).most_common(1)
    return next(m for m in story if m.id == root)


@pytest.mark.parametrize("now", MOMENTS)
def test_the_history_covers_ten_days_in_order_and_ends_before_now(now: datetime) -> None:
    told = list(demo.history(now))
    times = [m.created_at for m in told]
    assert times == sorted(times)
    assert now - timedelta(days=10) <= times[0] < now - timedelta(days=9)
    assert now - timedelta(hours=14) < times[-1] < now
    assert len({m.id for m in told}) == len(told) > 700


def test_no_text_is_told_twice_in_the_history_and_the_storm() -> None:
    texts = Counter(m.text for m in [*demo.history(NOW), *demo.live(NOW)])
    assert [text for text, times in texts.items() if times > 1] == []


def test_nobody_of_the_ten_days_is_waiting_but_everybody_of_the_storm_may_be() -> None:
    assert {m.ingest for m in demo.history(NOW)} == {"import"}
    assert {m.ingest for m in demo.live(NOW)} == {"stream"}


def test_the_same_moment_tells_the_same_story() -> None:
    assert list(demo.history(NOW)) == list(demo.history(NOW))
    assert demo.live(NOW) == demo.live(NOW)


def test_working_days_are_busier_in_the_morning_than_at_night_and_than_on_sundays() -> None:
    told = [m.created_at for m in demo.history(NOW)]
    by_hour = Counter(at.hour for at in told)
    by_day = Counter(at.date() for at in told)
    sundays = [by_day[day] for day in by_day if day.weekday() == 6]
    assert by_hour[7] > 8 * by_hour[3]
    assert max(sundays) < by_day[(NOW - timedelta(days=4)).date()]


@pytest.mark.parametrize("now", MOMENTS)
def test_the_campaign_is_eight_times_as_loud_and_hardly_anybody_complains(now: datetime) -> None:
    rows = [row for lang in ("en", "fr") for row in lines("demo-history.jsonl", f"corpus/{lang}")]
    labels = {row["text"]: row["label"] for row in rows}
    told = [m for m in demo.history(now) if not m.is_own]
    midnight = now.replace(hour=0, minute=0)
    start = midnight - timedelta(days=demo.CAMPAIGN_DAYS_AGO) + demo.CAMPAIGN_START
    happy = [m for m in told if start <= m.created_at < start + demo.CAMPAIGN_LENGTH]
    usual = [
        sum(start <= m.created_at + timedelta(days=n) < start + demo.CAMPAIGN_LENGTH for m in told)
        for n in (-2, -1, 1, 2, 3, 4, 5, 6)
    ]
    assert 6 <= len(happy) / (sum(usual) / len(usual)) <= 13
    assert sum(labels[m.text] in ("complaint", "hostile") for m in happy) / len(happy) < 0.12


def test_the_storm_starts_with_one_post_and_has_25_strangers_under_it_within_90_seconds() -> None:
    story = demo.live(NOW)
    root = root_of(story)
    assert (root.created_at - NOW).total_seconds() == 20
    known = {m.author_id for m in demo.history(NOW)}
    assert root.author_id not in known
    under = [m for m in story if root.id in (m.root, m.quote_of) and m.id != root.id and not m.is_own]
    soon = {m.author_id for m in under if m.created_at <= NOW + timedelta(seconds=90)} - known
    assert len(soon) >= 25
    minutes = Counter(int((m.created_at - NOW).total_seconds() // 60) for m in under)
    assert min(minutes[n] for n in (2, 4, 6)) > 2 * max(minutes[n] for n in (10, 12, 14))


def test_the_brand_answers_the_person_herself_after_nine_minutes_and_by_name() -> None:
    story = demo.live(NOW)
    root = root_of(story)
    answer = next(m for m in story if m.is_own)
    assert answer.in_reply_to == root.id
    assert timedelta(minutes=8) < answer.created_at - NOW < timedelta(minutes=10)
    assert answer.text.startswith("Hannah, I'm Samira Lenoir")


def test_a_reply_always_follows_the_post_it_answers() -> None:
    for story in (list(demo.history(NOW)), demo.live(NOW)):
        times = {m.id: m.created_at for m in story}
        for m in story:
            for parent in (m.in_reply_to, m.quote_of, m.conversation_id):
                assert parent is None or times[parent] < m.created_at, m.text


def test_about_three_posts_in_ten_are_french_and_nobody_famous_takes_part() -> None:
    everything = [m for m in [*demo.history(NOW), *demo.live(NOW)] if not m.is_own]
    assert 0.22 < sum(m.lang == "fr" for m in everything) / len(everything) < 0.38
    assert max(m.followers or 0 for m in everything) < (demo.rules().vip_followers or 0)


def test_afterwards_ordinary_talk_goes_on_for_ever_with_new_ids() -> None:
    later = [demo.afterwards(NOW, n) for n in range(500)]
    assert len({m.id for m in later} | {m.id for m in demo.live(NOW)}) == 500 + len(demo.live(NOW))
    gaps = [(b.created_at - a.created_at).total_seconds() / 60 for a, b in pairwise(later)]
    assert min(gaps) > 1
    assert max(gaps) < 14
    assert later[0].created_at > demo.live(NOW)[-1].created_at
    assert not any(m.in_reply_to or m.quote_of for m in later)


def test_every_author_is_known_and_no_handle_is_used_twice() -> None:
    authors = lines("authors.jsonl")
    assert len({(a["source"], a["handle"]) for a in authors}) == len(authors)
    used = {row["author"] for name in ("history", "live", "calm") for row in lines(f"{name}.jsonl")}
    assert used == {a["key"] for a in authors}


def test_every_link_leads_to_an_address_that_can_not_exist() -> None:
    for m in [*demo.history(NOW), *demo.live(NOW)]:
        assert m.url is not None
        assert m.url.split("/")[2].endswith(".example")
