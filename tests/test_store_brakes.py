"""What the store keeps of planned posts, tags and praise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from db.engine import sqlite3
from db.rows import Planned, PlannedState, Reply, TagLook, TagReading
from db.sqlite import SqliteStore
from db.store import Store
from tests.clock import NOON
from tests.make import make_mention, make_score

HOUR = timedelta(hours=1)
QUIET = '{"since": "2026-03-10T12:00:00+00:00", "by": "Amina", "why": "a test"}'


def planned(n: int = 1, **more: object) -> Planned:
    row = Planned(id=f"buffer-{n}", text="New blends are in!", added_by="Amina", added_at=NOON, at=NOON + HOUR)
    return replace(row, **more)  # type: ignore[arg-type]


def states(store: Store) -> dict[str, PlannedState]:
    return {row.id: row.state for row in store.planned()}


def test_the_same_file_twice_is_the_same_posts(any_store: Store) -> None:
    assert len(any_store.put_planned([planned(1), planned(2)])) == 2
    assert any_store.put_planned([planned(1, added_by="Bo", added_at=NOON + HOUR)]) == []
    assert [row.added_by for row in any_store.planned()] == ["Amina", "Amina"]


def test_what_is_due_later_or_nobody_knows_when_is_held(any_store: Store) -> None:
    any_store.put_planned([planned(1, at=NOON - HOUR), planned(2), planned(3, at=None)])
    assert any_store.hold_planned(NOON) == 2
    assert states(any_store) == {"buffer-1": "planned", "buffer-2": "held", "buffer-3": "held"}


def test_a_held_post_goes_by_the_yes_of_a_named_person_only(any_store: Store) -> None:
    any_store.put_planned([planned()])
    assert not any_store.decide_planned(planned(), "released", "Amina", NOON)  # it is not held
    any_store.hold_planned(NOON)
    assert not any_store.decide_planned(planned(), "released", " ", NOON)
    assert any_store.decide_planned(planned(), "released", "Amina", NOON)
    row = any_store.planned()[0]
    assert (row.state, row.decided_by, row.decided_at) == ("released", "Amina", NOON)


def test_a_yes_to_other_words_is_no_yes(any_store: Store) -> None:
    any_store.put_planned([planned()])
    any_store.hold_planned(NOON)
    seen = any_store.planned()[0]
    any_store.put_planned([planned(text="New blends are IN, and how!", added_at=NOON + HOUR)])
    assert not any_store.decide_planned(seen, "released", "Amina", NOON)
    assert states(any_store) == {"buffer-1": "held"}


def test_other_words_after_the_yes_need_another_one(any_store: Store) -> None:
    any_store.put_planned([planned()])
    any_store.hold_planned(NOON)
    any_store.decide_planned(planned(), "released", "Amina", NOON)
    any_store.put_planned([planned(text="Something else", added_at=NOON + HOUR)])
    assert states(any_store) == {"buffer-1": "held"}


def test_while_it_is_quiet_nothing_is_released_not_even_past_the_store(store: SqliteStore) -> None:
    store.put_planned([planned()])
    store.hold_planned(NOON)
    store.put_setting("quiet", QUIET, "Amina", NOON)
    assert not store.decide_planned(planned(), "released", "Amina", NOON)
    with pytest.raises(sqlite3.IntegrityError, match="it is quiet"), store.atomic() as write:
        write.execute("UPDATE planned SET state = 'released', decided_by = 'x', decided_at = 1")
    assert store.decide_planned(planned(), "kept back", "Amina", NOON)


def test_nobody_releases_without_a_name_not_even_past_the_store(store: SqliteStore) -> None:
    store.put_planned([planned()])
    with pytest.raises(sqlite3.IntegrityError), store.atomic() as write:
        write.execute("UPDATE planned SET state = 'released', decided_by = '', decided_at = 1")


def test_a_second_quiet_holds_what_was_released_and_not_out_yet(any_store: Store) -> None:
    any_store.put_planned([planned()])
    any_store.hold_planned(NOON)
    any_store.decide_planned(planned(), "released", "Amina", NOON)
    any_store.hold_planned(NOON + HOUR / 2)
    assert states(any_store) == {"buffer-1": "held"}


def test_the_newest_look_at_a_tag_counts_while_it_is_new(any_store: Store) -> None:
    any_store.add_tag_look(TagLook(tag="cairo", at=NOON, verdict="LOOK", posts=3))
    any_store.add_tag_look(TagLook(tag="cairo", at=NOON + HOUR, verdict="STOP", posts=9, because=("x",)))
    found = any_store.tag_look("cairo", NOON)
    assert found is not None and (found.verdict, found.because) == ("STOP", ("x",))
    assert any_store.tag_look("cairo", NOON + 2 * HOUR) is None
    assert [look.verdict for look in any_store.tag_looks()] == ["STOP"]


def test_who_read_a_tag_is_kept(any_store: Store) -> None:
    any_store.add_tag_reading(TagReading(tag="cairo", at=NOON, who="Amina"))
    found = any_store.tag_reading("cairo", NOON - HOUR)
    assert found is not None and found.who == "Amina"
    assert any_store.tag_reading("tehran", NOON - HOUR) is None


def test_praise_waits_the_oldest_first_until_it_is_answered_or_left(any_store: Store) -> None:
    rows = [make_mention("Lovely people at the desk", native=n, at=NOON + n * HOUR) for n in range(4)]
    any_store.add_mentions([*rows, make_mention("Awful", native=9)])
    any_store.add_scores([make_score(f"x:{n}", "praise") for n in range(4)] + [make_score("x:9", "complaint")])

    def waiting() -> list[str]:
        return [case.scored.mention.id for case in any_store.praise(["Acme"], NOON)]

    assert waiting() == ["x:0", "x:1", "x:2", "x:3"]
    assert any_store.leave_praise("x:1", "Amina", NOON) and not any_store.leave_praise("x:77", "Amina", NOON)
    reply = any_store.write_reply(
        Reply(id=0, mention_id="x:0", brand="Acme", writer="Amina", words="Told the desk!", written_at=NOON)
    )
    assert reply is not None and waiting() == ["x:0", "x:2", "x:3"]
    any_store.send_reply(reply, NOON)
    assert waiting() == ["x:2", "x:3"]
    one = {f"x:{n}": bool(any_store.praise(["Acme"], NOON, 1, mention_id=f"x:{n}")) for n in (0, 1, 2, 3, 9)}
    assert one == {"x:0": False, "x:1": False, "x:2": True, "x:3": True, "x:9": False}
