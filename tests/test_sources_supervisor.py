"""The supervisor, over sources that do one thing each."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from db.rows import Batch, Cursor, DeadLetter, Mention
from monitor.sources.dialling import Manners
from monitor.sources.supervisor import Line, SourceError
from tests.clock import NOON, Clock
from tests.reading import reading

QUICK = Manners(min_gap=0.25, first_wait=0.25, longest_wait=0.5, stall=5.0, steady=1e9)


class Told:
    """A source that reads as it is told. Deliveries are numbers; the cursor is the last one."""

    name = "told"
    is_live = True
    manners = QUICK

    def __init__(self, *reads: Callable[[Line], None], name: str = "told", manners: Manners = QUICK) -> None:
        self.name, self.manners = name, manners
        self.reads = list(reads)
        self.dials = 0
        self.cursors: list[Cursor | None] = []
        self.missed_since: list[datetime | None] = []

    def read(self, line: Line) -> None:
        self.dials += 1
        self.cursors.append(line.cursor)
        self.missed_since.append(line.missed_since)
        (self.reads.pop(0) if self.reads else hold)(line)

    def parse(self, raw: bytes, received_at: datetime) -> Batch:
        if raw == b"bug":
            raise ZeroDivisionError("a parser of ours")
        if raw == b"bad":
            letter = DeadLetter(source=self.name, received_at=received_at, raw="bad", reason="bad")
            return Batch(dead=(letter,))
        text = raw.decode()
        mention = Mention(
            id=f"{self.name}:{text.split('=')[0]}",
            source=self.name,
            brand="Acme",
            text=text,
            created_at=received_at,
            received_at=received_at,
        )
        return Batch(mentions=(mention,), cursors=(Cursor(source=self.name, value=text, at=received_at),))

    def remark(self) -> str:
        return "all is well"


def hold(line: Line) -> None:
    line.connected()
    while True:
        line.wait(0.02)
        line.alive()


def say(*numbers: object) -> Callable[[Line], None]:
    def read(line: Line) -> None:
        line.connected()
        for number in numbers:
            line.put(str(number).encode())

    return read


def say_and_hold(*numbers: object) -> Callable[[Line], None]:
    def read(line: Line) -> None:
        say(*numbers)(line)
        hold(line)

    return read


def fail(error: Exception) -> Callable[[Line], None]:
    def read(line: Line) -> None:
        raise error

    return read


def silent(line: Line) -> None:
    line.connected()
    line.wait(60)


def test_deliveries_come_in_order_with_the_cursor_of_the_last_one_taken() -> None:
    source = Told(say_and_hold(*range(10)))
    with reading(source) as out:
        out.watch(lambda: out.supervisor.waiting == 10)
        first = out.supervisor.take(max_rows=4)
        assert [m.id for m in first.mentions] == [f"told:{n}" for n in range(4)]
        assert [c.value for c in first.cursors] == ["3"], "a cursor never stands for what still waits"
        rest = out.supervisor.take()
        assert [c.value for c in rest.cursors] == ["9"]
        assert not out.supervisor.take(wait_seconds=0)


def test_a_source_that_raises_is_dialled_again_and_the_others_never_notice() -> None:
    broken = Told(*[fail(ValueError("surprise"))] * 3, say("late"), name="broken")
    with reading(broken, Told(say(*range(50)), name="well")) as out:
        out.until(lambda: "broken:late" in out.ids)
        assert len([i for i in out.ids if i.startswith("well:")]) == 50
        assert "reconnecting, 3rd try (ValueError while reading)" in out.words


def test_a_bad_line_and_a_bug_of_ours_are_kept_for_a_person_and_reading_goes_on() -> None:
    with reading(Told(say(1, "bad", "bug", 2))) as out:
        out.until(lambda: len(out.mentions) == 2)
        assert [(d.raw, d.reason) for d in out.dead] == [("bad", "bad"), ("bug", "ZeroDivisionError in the parser")]
        assert (out.health.received, out.health.rejected) == (2, 2)


def test_a_repetition_is_dropped_and_news_of_the_same_post_is_not() -> None:
    with reading(Told(say("1=a", "1=a", "2=b", "1=edited"))) as out:
        out.until(lambda: len(out.mentions) == 3)
        assert [m.text for m in out.mentions] == ["1=a", "2=b", "1=edited"]


def test_a_cursor_that_is_held_does_not_move() -> None:
    def read(line: Line) -> None:
        line.connected()
        line.put(b"1")
        line.put(b"9", holds_cursor=True)
        hold(line)

    with reading(Told(read)) as out:
        out.until(lambda: len(out.mentions) == 2)
        assert out.cursors["told"].value == "1"


def test_the_next_dial_begins_where_the_last_one_was_read_to() -> None:
    stored = Cursor(source="told", value="7", at=NOON)
    source = Told(say(8, 9))
    with reading(source, cursors={"told": stored}) as out:
        out.until(lambda: source.dials == 2)
        assert [c.value for c in source.cursors if c] == ["7", "9"]


def test_a_full_queue_makes_the_source_wait_without_being_taken_for_dead_and_loses_nothing() -> None:
    source = Told(say_and_hold(*range(500)), manners=replace(QUICK, stall=1.0))
    with reading(source, queue_rows=20) as out:
        out.watch(lambda: out.health.detail == "20 deliveries wait to be stored")
        threading.Event().wait(0.4)  # four stall times, hurried, in which nobody takes
        out.until(lambda: len(out.mentions) == 500)
        assert source.dials == 1


def test_a_gap_opens_when_the_line_breaks_closes_with_the_next_and_is_filled_by_a_catch_up() -> None:
    clock = Clock()

    def again(line: Line) -> None:
        line.connected()
        line.catching_up("reading what was missed")
        line.put(b"2", ingest="catch-up")
        line.caught_up()
        hold(line)

    source = Told(say(1), again)
    with reading(source, now=clock) as out:
        out.until(lambda: len(out.gaps) == 3)
        opened, closed, filled = out.gaps
        assert (opened.start, opened.end, opened.filled_at) == (NOON, None, None)
        assert opened.start == closed.start == filled.start
        assert closed.end == filled.end is not None
        assert (closed.filled_at, filled.filled_at) == (None, NOON)
        assert [m.ingest for m in out.mentions] == ["stream", "catch-up"]
        assert source.missed_since == [None, NOON]


def test_a_gap_counts_as_filled_only_after_what_filled_it_was_taken() -> None:
    def again(line: Line) -> None:
        line.connected()
        for number in range(5):
            line.put(b"%d" % number)
        line.caught_up()
        hold(line)

    source = Told(fail(SourceError("no")), again)
    with reading(source) as out:
        out.watch(lambda: out.supervisor.waiting == 6)
        out.supervisor.take(max_rows=3)
        assert not any(gap.filled_at for gap in out.supervisor.gaps())
        out.supervisor.take()
        assert any(gap.filled_at for gap in out.supervisor.gaps())


def test_what_a_catch_up_could_not_read_stays_a_gap() -> None:
    def again(line: Line) -> None:
        line.connected()
        line.caught_up(is_complete=False)
        line.lost(NOON, NOON + timedelta(hours=1), "too old")
        line.caught_up()
        hold(line)

    with reading(Told(say(1), again)) as out:
        out.until(lambda: any(g.reason == "too old" for g in out.gaps))
        assert not any(g.filled_at for g in out.gaps)


def test_the_time_when_smoulder_was_not_running_is_a_gap() -> None:
    clock = Clock(NOON + timedelta(hours=2))
    with reading(Told(), cursors={"told": Cursor(source="told", value="7", at=NOON)}, now=clock) as out:
        out.until(lambda: len(out.gaps) == 2)
        assert (out.gaps[1].start, out.gaps[1].end) == (NOON, NOON + timedelta(hours=2))
        assert out.gaps[0].reason == "Smoulder was not running"


def test_a_quiet_source_says_now_and_then_how_far_it_has_been_read() -> None:
    clock = Clock()
    with reading(Told(say_and_hold(1)), now=clock) as out:
        out.until(lambda: len(out.mentions) == 1)
        clock.move(minutes=2)
        out.until(lambda: out.cursors["told"].at == NOON + timedelta(minutes=2))
        assert out.cursors["told"].value == "1"


def test_a_refusal_is_told_at_once_and_tried_again_slowly_but_not_never() -> None:
    ticks = [0.0]
    source = Told(fail(SourceError("the token was refused: check X_BEARER_TOKEN", permanent=True)), say(1))
    with reading(source, clock=lambda: ticks[0]) as out:
        out.until(lambda: out.health.state == "refused")
        assert out.health.detail == "the token was refused: check X_BEARER_TOKEN"
        assert out.health.retry_at is not None
        ticks[0] = 890.0
        for _ in range(10):
            out.step()
        assert source.dials == 1
        ticks[0] = 901.0
        out.until(lambda: out.ids == ["told:1"])


def test_a_rate_limit_is_waited_for_and_shown_in_the_zone_of_the_wall() -> None:
    clock = Clock()
    source = Told(fail(SourceError("rate-limited", retry_at=NOON + timedelta(minutes=15))), say(1))
    with reading(source, now=clock, zone=ZoneInfo("Europe/Paris")) as out:
        out.until(lambda: out.health.state == "rate-limited")
        assert out.health.detail == "rate-limited until 13:15"
        assert out.health.retry_at == NOON + timedelta(minutes=15)
        assert source.dials == 1


def test_a_reader_that_does_not_let_go_is_left_behind_and_cannot_speak_any_more() -> None:
    woken = threading.Event()
    heard: list[str] = []

    def stuck(line: Line) -> None:
        line.connected()
        woken.wait(30)
        try:
            line.put(b"ghost")
        except Exception as error:
            heard.append(type(error).__name__)

    with reading(Told(stuck, say(1), hold)) as out:
        out.until(lambda: "told:1" in out.ids)
        woken.set()
        out.until(lambda: heard == ["LineCut"])
        assert out.ids == ["told:1"]


def test_stopping_is_prompt_even_while_a_source_waits_to_be_dialled() -> None:
    with reading(Told(fail(SourceError("no"))), Told(silent, name="other")) as out:
        out.until(lambda: "down" in out.states)
    assert [h.state for h in out.supervisor.health()] == ["off", "off"]


def test_what_was_read_before_the_stop_can_still_be_taken() -> None:
    source = Told(say_and_hold(*range(5)))
    with reading(source) as out:
        out.watch(lambda: out.supervisor.waiting == 5)
    assert len(out.supervisor.take(wait_seconds=0).mentions) == 5


def test_a_flood_on_one_source_does_not_hold_up_another() -> None:
    flood = Told(say_and_hold(*range(3_000)), name="flood")
    calm = Told(say_and_hold(1), name="calm")
    with reading(flood, calm) as out:
        out.watch(lambda: out.supervisor.waiting == 3_001)
        assert "calm:1" in [m.id for m in out.supervisor.take(max_rows=10).mentions]


def test_times_of_health_come_from_the_clock_that_was_given() -> None:
    with reading(Told(say(1), hold), now=lambda: datetime(2031, 1, 1, tzinfo=UTC)) as out:
        out.until(lambda: len(out.mentions) == 1)
        assert out.health.last_mention_at == datetime(2031, 1, 1, tzinfo=UTC)


def test_a_source_that_is_only_being_dialled_does_not_say_how_far_it_has_been_read() -> None:
    def dialling(line: Line) -> None:
        while True:
            line.alive()
            line.wait(0.02)

    clock = Clock(NOON + timedelta(hours=1))
    with reading(Told(dialling), cursors={"told": Cursor(source="told", value="7", at=NOON)}, now=clock) as out:
        out.until(lambda: out.health.last_data_at is not None)
        for _ in range(5):
            out.step()
        assert out.cursors == {}
