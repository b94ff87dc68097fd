"""One battery over every source that there is and everything that goes wrong with a line."""

from __future__ import annotations

import json
import re
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.rows import Batch, Mention
from monitor.sources import SOURCES, source_class
from tests.clock import NOON
from tests.reading import ACME, HURRY, dials_per_second, reading
from tests.stages import MISBEHAVIOURS, PLAYS, STAGES, STALL

COUNTS = ("followers", "likes", "replies", "reposts", "quotes")


def check(mention: Mention, name: str) -> None:
    """What holds for every mention of every source."""
    assert mention.source == name
    assert mention.id.startswith(f"{name}:")
    for field in ("created_at", "received_at", "author_created_at", "edited_at"):
        at = getattr(mention, field)
        assert at is None or at.utcoffset() == timedelta(0), field
    for field in COUNTS:
        assert getattr(mention, field) is None or getattr(mention, field) >= 0
    assert mention.text.encode("utf-8")
    assert "\x00" not in mention.text


def test_every_source_has_its_stage() -> None:
    assert set(STAGES) == set(SOURCES)
    assert all(set(stage.cannot) <= set(MISBEHAVIOURS) for stage in STAGES.values())
    assert {kind for name, kind in PLAYS if name == "x"} == set(MISBEHAVIOURS)
    assert {kind for name, kind in PLAYS if name == "bluesky"} == set(MISBEHAVIOURS)


@pytest.mark.parametrize(("name", "misbehaviour"), PLAYS)
def test_nothing_is_lost_doubled_or_stopped_for_good(name: str, misbehaviour: str, tmp_path: Path) -> None:
    with STAGES[name](tmp_path, misbehaviour) as stage, reading(stage.source()) as out:
        out.until(lambda: stage.expected <= set(out.ids), seconds=25)
        out.step()
        assert sorted(out.ids) == sorted(set(out.ids)), "ids are unique"
        assert set(out.ids) == stage.expected
        assert "refused" not in out.states
        assert out.health.state in ("ok", "catching up", "ended", "down", "starting")
        assert dials_per_second(stage.dials) <= 1.05, "at most one dial a second"
        for mention in out.mentions:
            check(mention, name)
        unknown = [m for m in out.mentions if m.likes is None]
        assert unknown, "what was not said is unknown"
        if misbehaviour == "stall":
            seen = [int(s) for s in re.findall(r"no data for (\d+) s", out.words)]
            assert seen, "the stall is told"
            assert STALL <= min(seen) <= STALL + 1.0 * HURRY, "and seen within a second of its bound"
        if misbehaviour == "truncated":
            assert len(out.dead) == 1


@pytest.mark.parametrize("name", ["x", "bluesky"])
def test_a_source_that_was_stopped_leaves_no_thread_behind(name: str, tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with STAGES[name](tmp_path) as stage, reading(stage.source()) as out:
        out.until(lambda: bool(out.ids))
    left = [t.name for t in set(threading.enumerate()) - before if t.name.startswith(("read ", "watch "))]
    assert left == []


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_a_source_offers_what_the_supervisor_and_the_configuration_need(name: str) -> None:
    cls = source_class(name)
    assert cls.name == name
    assert isinstance(cls.is_live, bool)
    assert set(cls.SECRETS) <= set(cls.Settings.__dataclass_fields__)
    assert cls.Settings.__dataclass_params__.frozen


@pytest.mark.parametrize("name", sorted(set(SOURCES) - {"file"}))
def test_live_sources_dial_at_most_once_a_second_and_have_a_watchdog_of_half_a_minute(
    name: str, tmp_path: Path
) -> None:
    cls = source_class(name)
    manners = cls(cls.Settings(**dict.fromkeys(cls.SECRETS, "secret")), ()).manners
    assert manners.min_gap >= 1.0
    assert manners.stall is not None
    assert manners.stall <= 30.0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
WORDS = (
    "data id text includes users matching_rules tag author_id public_metrics created_at entities referenced_tweets "
    "did time_us kind commit collection rkey operation record reply embed facets langs row place due turn start "
    "number note_tweet edit_history_tweet_ids conversation_id"
)
KEYS = st.sampled_from(WORDS.split())
SHAPES = st.recursive(
    JSON | st.sampled_from(["commit", "create", "app.bsky.feed.post", "did:plc:abc", "acme", "smoulder:Acme"]),
    lambda inner: st.dictionaries(KEYS, inner, max_size=6) | st.lists(inner, max_size=2),
    max_leaves=20,
)


def sources() -> dict[str, object]:
    made = {}
    for name in SOURCES:
        cls = source_class(name)
        needed = dict.fromkeys(cls.SECRETS, "secret") | ({"path": "-"} if name == "file" else {})
        made[name] = cls(cls.Settings(**needed), (ACME,))
    return made


ALL = sources()


@given(st.binary(max_size=200) | SHAPES.map(lambda shape: json.dumps(shape).encode()))
def test_no_delivery_makes_any_parser_raise(raw: bytes) -> None:
    for name, source in ALL.items():
        batch = source.parse(raw, NOON)  # type: ignore[attr-defined]
        assert isinstance(batch, Batch)
        for mention in batch.mentions:
            check(mention, mention.source if name == "file" else name)
        assert all(len(letter.raw) <= 4_000 for letter in batch.dead)
        assert all(isinstance(deletion.at, datetime) and deletion.at.tzinfo == UTC for deletion in batch.deletions)
