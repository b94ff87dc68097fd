"""The story as a live source: at the pace of life, resumable, and never blind in a calm hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from db.rows import Batch, Cursor, Mention
from monitor import demo
from monitor.sources.demo import Demo, DemoSettings
from monitor.sources.supervisor import LineCut, Supervisor

START = datetime(2026, 3, 17, 14, 25, tzinfo=UTC)


class HandLine:
    """A line whose waiting moves the clock; it is cut when the time is over."""

    def __init__(self, now: datetime, until: datetime, cursor: Cursor | None = None) -> None:
        self.at, self.until, self.cursor = now, until, cursor
        self.taken: list[tuple[datetime, bytes, str]] = []
        self.is_caught_up = False

    def now(self) -> datetime:
        return self.at

    def connected(self) -> None: ...
    def alive(self) -> None: ...
    def catching_up(self, words: str = "") -> None: ...

    def caught_up(self) -> None:
        self.is_caught_up = True

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        if self.at >= self.until:
            raise LineCut("the time is over")

    def put(self, raw: bytes, *, ingest: str = "stream") -> None:
        self.taken.append((self.at, raw, ingest))


def source() -> Demo:
    return Demo(DemoSettings(), [demo.rules()])


def read(line: HandLine) -> list[Mention]:
    with pytest.raises(LineCut):
        source().read(line)  # type: ignore[arg-type]
    return [m for at, raw, _ in line.taken for m in source().parse(raw, at).mentions]


def test_posts_come_when_they_are_due() -> None:
    line = HandLine(START, START + timedelta(minutes=16))
    mentions = read(line)
    assert mentions[: len(demo.live(START))] != []
    assert [m.text for m in mentions] == [m.text for m in demo.live(START)]
    assert max((m.received_at - m.created_at).total_seconds() for m in mentions) < 0.5


def test_a_calm_hour_is_never_silent_for_more_than_a_quarter_of_a_minute() -> None:
    line = HandLine(START, START + timedelta(minutes=50))
    read(line)
    times = [START, *(at for at, _, _ in line.taken)]
    assert max((b - a).total_seconds() for a, b in pairwise(times)) < 15


def test_after_a_restart_it_goes_on_where_it_was_and_nothing_comes_twice() -> None:
    first = HandLine(START, START + timedelta(minutes=3))
    before = read(first)
    cursor = next(
        c for at, raw, _ in reversed(first.taken) for c in source().parse(raw, at).cursors if c.source == "demo"
    )
    second = HandLine(START + timedelta(minutes=5), START + timedelta(minutes=16), cursor)
    after = read(second)
    assert second.is_caught_up
    assert {i for _, raw, i in second.taken if raw != b"{}"} == {"catch-up", "stream"}
    assert [m.id for m in before + after] == [m.id for m in demo.live(START)]


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"start": 1}', b'{"start": "x", "number": 1}', b"\xff\xfe"])
def test_what_is_not_a_line_of_the_story_becomes_a_dead_letter(raw: bytes) -> None:
    batch = source().parse(raw, START)
    assert not batch.mentions
    assert [letter.source for letter in batch.dead] == ["demo"]


def test_talk_about_nobody_is_read_past() -> None:
    assert source().parse(b"{}", START) == Batch()


def test_under_the_supervisor_the_wall_says_demo_and_that_all_is_well() -> None:
    supervisor = Supervisor([source()], {}, now=lambda: datetime.now(UTC))
    supervisor.start()
    try:
        batch = supervisor.take(1, 10.0)
        assert len(batch.mentions) == 1
        assert batch.mentions[0].brand == demo.BRAND
        (health,) = supervisor.health()
        assert (health.source, health.state, health.is_live) == ("demo", "ok", True)
    finally:
        supervisor.stop()
