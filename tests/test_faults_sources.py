"""Faults of the sources, by their numbers."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db.rows import Batch, Cursor, Mention
from db.store import Store
from monitor.sources.bluesky import Bluesky, BlueskySettings
from monitor.sources.file import File, FileSettings, read_file
from monitor.sources.x import X
from monitor.sources.x_door import XSettings
from monitor.sources.x_stream import snowflake
from tests.clock import NOON, Clock
from tests.fakes import jetstream, x_api
from tests.reading import ACME, HURRY, dials_per_second, reading
from tests.stages import LIVE, STAGES, STALL

both = pytest.mark.parametrize("name", LIVE)


def parse(name: str, text: object, **changes: Any) -> Batch:
    """One delivery of this source with that text; `changes` go beside it, under the source's own names."""
    if name == "x":
        return X(XSettings(bearer_token="t"), (ACME,)).parse(json.dumps(x_api.post(1, text, **changes)).encode(), NOON)  # type: ignore[arg-type]
    if name == "bluesky":
        told = jetstream.event(jetstream.micros(NOON), "k1", text, **changes)  # type: ignore[arg-type]
        return Bluesky(BlueskySettings(api_url=""), (ACME,)).parse(json.dumps(told).encode(), NOON)
    row = {"id": "1", "brand": "Acme", "text": text} | changes
    place = {"place": "0 1 2026-03-10T12:00:00+00:00", "turn": 0, "due": NOON.isoformat()}
    return File(FileSettings(path="-"), (ACME,)).parse(json.dumps(place | {"row": row}).encode(), NOON)


def only(batch: Batch) -> Mention:
    (mention,) = batch.mentions
    return mention


each = pytest.mark.parametrize("name", ["x", "bluesky", "file"])


# --- lines ------------------------------------------------------------------------------------------------------
@both
def test_f01_a_clean_close_after_a_good_start_is_never_answered_at_once(name: str, tmp_path: Path) -> None:
    with STAGES[name](tmp_path, "drop") as stage, reading(stage.source()) as out:
        stage.server.acts.extendleft([lambda talk: None] * 4)  # type: ignore[attr-defined]
        out.until(lambda: len(stage.dials) >= 5)
        assert dials_per_second(stage.dials) <= 1.05
        assert "refused" not in out.states


@both
def test_f02_429_and_503_are_waited_for_and_the_wall_says_until_when(name: str, tmp_path: Path) -> None:
    clock, ticks = Clock(), [0.0]
    for status, header in ((429, {"Retry-After": "840"}), (503, {"Retry-After": "99999999"})):
        with STAGES[name](tmp_path) as stage:
            refusal = (status, header, "no") if name == "x" else (status, header)
            stage.server.refusals.append(refusal)  # type: ignore[attr-defined]
            with reading(stage.source(), now=clock, clock=lambda: ticks[0]) as out:
                out.until(lambda: out.health.state == "rate-limited")
                until = "12:14" if status == 429 else "12:16"  # nobody is believed who asks for years
                assert out.health.detail == f"rate-limited until {until}"
                assert len(stage.dials) == 1


@both
def test_f03_a_half_open_line_is_seen_by_the_watchdog_and_cut(name: str, tmp_path: Path) -> None:
    with STAGES[name](tmp_path, "stall") as stage, reading(stage.source()) as out:
        out.until(lambda: len(stage.dials) == 2)
        (silence, *_) = [int(s) for s in re.findall(r"no data for (\d+) s", out.words)]
        assert STALL <= silence <= STALL + HURRY
        out.until(lambda: stage.expected <= set(out.ids))


@both
def test_f04_a_truncated_line_is_kept_as_it_came_and_reading_goes_on(name: str, tmp_path: Path) -> None:
    with STAGES[name](tmp_path, "truncated") as stage, reading(stage.source()) as out:
        out.until(lambda: stage.expected <= set(out.ids))
        (letter,) = out.dead
        assert (letter.source, letter.reason) == (name, "it is not a JSON object")
        assert letter.raw in ('{"data":{"id":"', '{"did":')


@each
@pytest.mark.parametrize("text", [None, 7, ["acme"], {"acme": 1}])
def test_f05_a_post_without_a_text_is_a_dead_letter(name: str, text: object) -> None:
    batch = parse(name, text)
    assert batch.mentions == ()
    assert [letter.source for letter in batch.dead] == [name]


ODD = [None, "", [], {}, "x", -1, 3.7, True, [None], {"uri": 1}, "9" * 400]
FIELDS = {
    "x": "author_id created_at public_metrics entities referenced_tweets conversation_id lang edit_history_tweet_ids"
    " note_tweet",
    "bluesky": "createdAt langs reply embed facets tags",
    "file": "author created_at likes followers verified hashtags matched in_reply_to url labels is_own source",
}


@each
def test_f05_missing_fields_wrong_types_and_a_null_author_cost_nothing_but_themselves(name: str) -> None:
    for field in FIELDS[name].split():
        for odd in ODD:
            batch = parse(name, "acme", **{field: odd})
            if name == "file" and field == "created_at" and odd not in (None, ""):
                continue  # a time that cannot be read rejects the row
            mention = only(batch)
            assert mention.created_at.tzinfo is not None
            assert mention.likes in (None, 7), (field, odd)


@both
def test_f06_the_same_delivery_again_is_one_mention(name: str, tmp_path: Path) -> None:
    with STAGES[name](tmp_path, "duplicate") as stage, reading(stage.source()) as out:
        out.until(lambda: stage.expected <= set(out.ids))
        out.step()
        assert sorted(out.ids) == sorted(stage.expected)
        assert out.health.received == 6


@both
def test_f10_an_outage_is_a_gap_and_its_burst_comes_with_the_times_of_the_posts(name: str, store: Store) -> None:
    """Down from 12:00 to 13:00; what was written meanwhile arrives at once."""
    clock = Clock(NOON + timedelta(hours=1))
    times = [NOON + timedelta(minutes=m) for m in (5, 20, 50)]
    server, source, cursor, finish = _outage(name, times, clock)
    with server as running, reading(source(running), cursors={name: cursor}, now=clock) as out:
        out.until(lambda: len(out.mentions) == 3)
        assert [m.created_at for m in out.mentions] == times
        assert {m.received_at for m in out.mentions} == {clock()}
        finish(running)
        out.until(lambda: any(gap.filled_at for gap in out.gaps))
        opened, closed, filled = out.gaps
        assert (opened.start, opened.end) == (NOON, None)
        assert (closed.start, closed.end, closed.filled_at) == (NOON, NOON + timedelta(hours=1), None)
        store.open_gap(opened)
        store.close_gap(name, closed.end or NOON)
        assert [g.start for g in store.gaps(NOON, clock())] == [NOON], "unknown until it has been read after all"
        store.fill_gaps(filled)
        assert store.gaps(NOON, clock()) == []


def _outage(name: str, times: list[datetime], clock: Clock) -> Any:
    if name == "x":
        posts = [x_api.post(snowflake(t), created_at=t.isoformat()) for t in times]
        return (
            x_api.running(archive=posts),
            lambda server: X(XSettings(bearer_token=x_api.TOKEN, api_url=server.url), (ACME,)),
            Cursor(source="x", value=str(snowflake(NOON)), at=NOON),
            lambda server: clock.move(seconds=61),
        )
    log = [jetstream.event(jetstream.micros(t), f"k{n}", createdAt=t.isoformat()) for n, t in enumerate(times)]
    return (
        jetstream.running(log=log),
        lambda server: Bluesky(BlueskySettings(hosts=(server.url,), api_url=""), (ACME,)),
        Cursor(source="bluesky", value=str(jetstream.micros(NOON)), at=NOON),
        lambda server: server.add(jetstream.event(jetstream.micros(clock()), "now", "good morning")),
    )


# --- texts ------------------------------------------------------------------------------------------------------
@each
@pytest.mark.parametrize("text", ["acme " + "x" * 1_000_000, "acme " + "🤬" * 10_001])
def test_f27_a_huge_text_is_cut_at_the_door_and_marked(name: str, text: str, store: Store) -> None:
    mention = only(parse(name, text))
    assert (len(mention.text), mention.is_truncated) == (10_000, True)
    assert [m.id for m in store.add_mentions([mention])] == [mention.id]


@each
def test_f28_a_nul_is_taken_out(name: str, store: Store) -> None:
    mention = only(parse(name, "acme \x00lost\x07 my\x1b[31m bag"))
    assert mention.text == "acme lost my[31m bag"
    assert len(store.add_mentions([mention])) == 1


@each
def test_f29_a_lone_surrogate_is_replaced_wherever_it_stands(name: str, store: Store) -> None:
    names = {"x": {"lang": "\ud83d"}, "bluesky": {"langs": ["\ud83d"]}, "file": {"author": "ann\ud83d"}}[name]
    mention = only(parse(name, "acme \ud83d bag", **names))
    assert mention.text == "acme \ufffd bag"
    assert len(store.add_mentions([mention])) == 1


@pytest.mark.parametrize("name", ["x", "file"])
def test_f30_ids_are_text_however_large_and_counts_that_cannot_be_are_unknown(name: str, store: Store) -> None:
    huge = 2**70 + 1
    counts = {"public_metrics": {"like_count": huge}} if name == "x" else {"likes": huge}
    mention = only(parse(name, "acme", id=huge, edit_history_tweet_ids=[], **counts))
    assert mention.id == f"{name}:{huge}"
    assert mention.likes is None
    assert len(store.add_mentions([mention])) == 1


def test_f32_broken_utf8_in_a_file_is_replaced_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_bytes(
        "text,brand\ncaf\xe9 acme \xff,Acme\nfine \ufffd,Acme\n".encode("latin-1", errors="ignore") + b"ok,Acme\n"
    )
    rows = read_file(path, now=NOON)
    texts = [row.text for row in rows if isinstance(row, Mention)]
    assert texts == ["caf\ufffd acme \ufffd", "fine ", "ok"]
    assert rows.replaced == 2


@both
def test_f32_broken_utf8_on_a_line_is_replaced(name: str) -> None:
    if name == "x":
        raw = json.dumps(x_api.post(1, "acme E_E bag")).encode()
        batch = X(XSettings(bearer_token="t"), (ACME,)).parse(raw.replace(b"E_E", b"\xc3\x28"), NOON)
    else:
        raw = json.dumps(jetstream.event(1, "k", "acme E_E bag")).encode()
        batch = Bluesky(BlueskySettings(api_url=""), (ACME,)).parse(raw.replace(b"E_E", b"\xc3\x28"), NOON)
    assert only(batch).text == "acme \ufffd( bag"


# --- silence -----------------------------------------------------------------------------------------------------
def test_f36_a_source_that_falls_silent_says_for_how_long_and_what_was_usual() -> None:
    """The line is alive, signs of life come, and yet nobody says anything: a rule may have been lost."""
    clock, ticks = Clock(), [0.0]
    with x_api.running() as server:
        source = X(XSettings(bearer_token=x_api.TOKEN, api_url=server.url, stall_seconds=90), (ACME,))
        with reading(source, now=clock, clock=lambda: ticks[0]) as out:
            for n in range(1, 15):
                server.say(x_api.post(n))
                out.until(lambda n=n: len(out.mentions) == n)
                ticks[0] += 20
                clock.move(seconds=20)
            assert out.health.state == "ok"
            _pass(out, ticks, clock, seconds=400)
            assert (out.health.state, out.health.detail) == ("stale", "no data for 7 min (usual 20 s)")
            assert len(server.dials) == 1
            server.say(x_api.post(99))
            out.until(lambda: out.health.state == "ok")


def _pass(out: Any, ticks: list[float], clock: Clock, *, seconds: int) -> None:
    """Let time go by in steps, each with a sign of life, so that the watchdog stays calm."""
    for _ in range(seconds // 20):
        ticks[0] += 20
        clock.move(seconds=20)
        out.until(lambda: out.health.last_data_at == clock())
