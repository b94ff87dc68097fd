"""What detection makes of the demo when it is told the labels that people gave: loud joy is no storm, one post is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files

import pytest

from db.rows import Label, Mention, Score, Scored, Signal
from monitor import demo
from monitor.replay import Player
from monitor.windows import minute_of

NOON = datetime(2026, 3, 17, 12, 5, tzinfo=UTC)


@cache
def labels() -> dict[str, Label]:
    folder = files("monitor") / "data" / "corpus"
    rows = [
        json.loads(line)
        for lang in ("en", "fr")
        for name in ("history", "live", "calm")
        for line in (folder / lang / f"demo-{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    return {row["text"]: row["label"] for row in rows}


def labelled(mentions: Iterable[Mention]) -> list[Scored]:
    return [Scored(mention=m, score=a_score(m.id, labels()[m.text])) for m in mentions if not m.is_own]


def a_score(mention_id: str, label: Label) -> Score:
    return Score(
        mention_id=mention_id,
        label=label,
        complaint=float(label in ("complaint", "hostile")),
        hostile=float(label == "hostile"),
        praise=float(label == "praise"),
        question=float(label == "question"),
        tragedy=0.0,
        severity=0,
        lang="en",
    )


def show(player: Player, scored: Iterable[Scored]) -> list[Signal]:
    known = len(player.signals)
    for one in scored:
        player.run_to(minute_of(one.mention.created_at), ())
        player.watch.observe((one,))
    return player.signals[known:]


def after_ten_days(now: datetime) -> Player:
    player = Player(demo.rules())
    show(player, labelled(demo.history(now)))
    player.run_to(minute_of(now), ())
    return player


def test_ten_days_with_a_campaign_ring_no_storm_and_no_pile_on() -> None:
    player = after_ten_days(NOON)
    assert [s for s in player.signals if s.severity == "storm" or s.rule == "pileon"] == []


@pytest.mark.parametrize("seconds", [0, 20, 45])
@pytest.mark.parametrize("hour", [3, 18])
def test_the_storm_is_called_one_within_two_minutes(hour: int, seconds: int) -> None:
    start = NOON.replace(hour=hour, second=seconds)
    player = after_ten_days(start)
    signals = show(player, labelled(m for m in demo.live(start) if m.created_at < start + timedelta(minutes=3)))
    storm = next(s for s in signals if s.severity == "storm")
    assert storm.rule == "pileon"
    assert storm.at - start <= timedelta(minutes=2)
    assert storm.evidence.root_text is None or storm.evidence.root_text.startswith("My grandad is 86")
