"""Faults 6 to 8, 27 to 30, 32 and 38: what sources deliver badly, and what the store keeps of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from db.clean import decode
from db.rows import Bucket, Cursor, Deletion
from db.sqlite import SqliteStore
from db.store import Store
from tests.clock import NOON, Clock
from tests.make import about, make_change, make_incident, make_mention, make_notification, make_score, make_signal

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def minutes(store: Store) -> list[Bucket]:
    return store.buckets("Acme", NOON - HOUR, NOON + HOUR)


# --- 6: duplicates ----------------------------------------------------------------------------------------
def test_f06_a_post_delivered_twice_is_one_row_and_is_counted_once(any_store: Store) -> None:
    mention = make_mention(native=1)
    assert any_store.add_mentions([mention, mention]) == [mention]
    any_store.add_scores([make_score(mention)])
    assert any_store.add_mentions([replace(mention, received_at=NOON + HOUR)]) == []
    assert any_store.add_scores([make_score(mention)]) == []
    assert minutes(any_store) == [Bucket(brand="Acme", minute=NOON, mentions=1, scored=1, complaints=1)]
    assert any_store.counts()["mentions"] == 1
    assert len(any_store.search("parcel")) == 1


def test_f06_a_second_delivery_raises_the_counts_of_the_post_and_never_lowers_them(any_store: Store) -> None:
    mention = make_mention(native=1, likes=5, replies=2)
    any_store.add_mentions([mention])
    any_store.add_mentions([replace(mention, likes=3, replies=None, reposts=7)])
    kept = any_store.mention("x:1").mention  # type: ignore[union-attr]
    assert (kept.likes, kept.replies, kept.reposts, kept.quotes) == (5, 2, 7, None)


# --- 7: edits and deletions -------------------------------------------------------------------------------
def test_f07_an_edit_gets_its_new_text_and_waits_for_a_new_score(any_store: Store) -> None:
    mention = make_mention("You scum", native=1)
    any_store.add_mentions([mention])
    any_store.add_scores([make_score(mention, "hostile")])
    edit = replace(mention, text="You are great", edited_at=NOON + MINUTE, hashtags=("great",))
    assert any_store.add_mentions([edit]) == [edit]
    assert minutes(any_store) == [Bucket(brand="Acme", minute=NOON, mentions=1)]
    assert any_store.unscored(9) == [edit]
    assert any_store.search("scum") == []
    assert len(any_store.search("great")) == 1
    any_store.add_scores([make_score(edit, "praise")])
    assert minutes(any_store) == [Bucket(brand="Acme", minute=NOON, mentions=1, scored=1, praise=1)]


def test_f07_an_edit_that_comes_before_an_older_one_or_before_the_original_stays(any_store: Store) -> None:
    original = make_mention("first", native=1)
    second = replace(original, text="second", edited_at=NOON + MINUTE)
    third = replace(original, text="third", edited_at=NOON + 2 * MINUTE)
    for delivered in (third, original, second, third):
        any_store.add_mentions([delivered])
    assert any_store.mention("x:1").mention == third  # type: ignore[union-attr]
    assert [row.mentions for row in minutes(any_store)] == [1]


def test_f07_an_edit_in_the_same_batch_as_its_original_is_given_back_once(any_store: Store) -> None:
    original = make_mention("first", native=1)
    edit = replace(original, text="second", edited_at=NOON + MINUTE)
    assert any_store.add_mentions([original, edit]) == [edit]
    assert [row.mentions for row in minutes(any_store)] == [1]


def test_f07_an_edit_of_nothing_but_its_date_is_no_news(any_store: Store) -> None:
    mention = make_mention(native=1)
    any_store.add_mentions([mention])
    any_store.add_scores([make_score(mention)])
    assert any_store.add_mentions([replace(mention, edited_at=NOON + MINUTE)]) == []
    assert any_store.mention("x:1").score is not None  # type: ignore[union-attr]


def test_f07_a_deleted_post_is_scrubbed_in_every_brand_and_its_count_stays(any_store: Store) -> None:
    mention = make_mention("My cat died #sad", native=1, hashtags=("sad",))
    other = about(mention, "Norda")
    any_store.add_mentions([mention, other, make_mention(native=11), make_mention(native="1|x")])
    any_store.add_scores([make_score(mention, because=("died",)), make_score(other)])
    before = minutes(any_store)
    assert any_store.delete_posts([Deletion(post_id="x:1", at=NOON + MINUTE), Deletion(post_id="x:2", at=NOON)]) == 2
    for row in any_store.mentions(["x:1", "x:1|Norda"]):
        kept, score = row.mention, row.score
        assert (kept.text, kept.handle, kept.display_name, kept.url, kept.hashtags) == ("", None, None, None, ())
        assert kept.deleted_at == NOON + MINUTE
        assert score is not None and score.because == ()
    assert minutes(any_store) == before
    assert any_store.search("cat") == []
    assert any_store.mention("x:11").mention.deleted_at is None  # type: ignore[union-attr]
    assert any_store.mention("x:1|x").mention.deleted_at is None  # type: ignore[union-attr]


def test_f07_a_deleted_post_that_is_delivered_again_stays_deleted(any_store: Store) -> None:
    mention = make_mention(native=1)
    any_store.add_mentions([mention])
    any_store.delete_posts([Deletion(post_id="x:1", at=NOON)])
    assert any_store.add_mentions([mention, replace(mention, text="back", edited_at=NOON + HOUR)]) == []
    assert any_store.mention("x:1").mention.text == ""  # type: ignore[union-attr]
    assert any_store.delete_posts([Deletion(post_id="x:1", at=NOON)]) == 0


def test_f07_a_post_deleted_before_its_score_came_counts_as_looked_at(any_store: Store) -> None:
    mention = make_mention(native=1)
    any_store.add_mentions([mention])
    any_store.delete_posts([Deletion(post_id="x:1", at=NOON)])
    assert any_store.add_scores([make_score(mention)]) == []
    assert minutes(any_store) == [Bucket(brand="Acme", minute=NOON, mentions=1, scored=1)]


def test_f07_nothing_of_a_deleted_text_is_left_in_the_file(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.sqlite3", ballast_bytes=0)
    store.add_mentions([make_mention(f"filler {n}") for n in range(50)])
    store.add_mentions([make_mention("unforgettablesecret words", native="s", handle="adaundercover")])
    store.delete_posts([Deletion(post_id="x:s", at=NOON)])
    store.close()
    left = (tmp_path / "s.sqlite3").read_bytes()
    assert b"unforgettablesecret" not in left
    assert b"adaundercover" not in left


# --- 8: out of order --------------------------------------------------------------------------------------
def test_f08_a_late_post_goes_into_the_minute_in_which_it_was_written(any_store: Store, clock: Clock) -> None:
    now = clock.move(minutes=10)
    any_store.add_mentions([make_mention(at=now)])
    late = make_mention(at=now - 9 * MINUTE, received_at=now)
    any_store.add_mentions([late])
    any_store.add_scores([make_score(late)])
    assert [(row.minute, row.mentions, row.complaints) for row in minutes(any_store)] == [
        (NOON + MINUTE, 1, 1),
        (NOON + 10 * MINUTE, 1, 0),
    ]


# --- 27 to 30, 32: bad input --------------------------------------------------------------------------------
def test_f27_a_megabyte_of_text_and_ten_thousand_emoji_are_cut_and_marked(any_store: Store) -> None:
    rows = [make_mention("late " * 210_000), make_mention("🔥" * 10_001), make_mention("🔥" * 10_000)]
    stored = any_store.add_mentions(rows)
    assert [(len(m.text), m.is_truncated) for m in stored] == [(10_000, True), (10_000, True), (10_000, False)]
    assert [one.mention for one in any_store.mentions([m.id for m in rows])] == stored


def test_f28_a_nul_does_not_cut_the_text(store: SqliteStore) -> None:
    store.add_mentions([make_mention("be\x00fore after", native=1)])
    assert store.mention("x:1").mention.text == "before after"  # type: ignore[union-attr]
    with store.file.reading() as read:
        assert read.execute("SELECT length(text) FROM mentions").fetchone() == (12,)
    assert len(store.search("after")) == 1


def test_f29_a_lone_surrogate_is_replaced_and_the_batch_goes_through(any_store: Store) -> None:
    text = json.loads('"so \\ud83d"')
    rows = [
        make_mention(native=1),
        make_mention(text, native=2, handle=text, display_name=text),
        make_mention(native=3),
    ]
    assert len(any_store.add_mentions(rows)) == 3
    assert any_store.mention("x:2").mention.text == "so \ufffd"  # type: ignore[union-attr]
    assert any_store.dead_letters() == []


def test_f29_what_the_database_refuses_is_a_dead_letter_and_the_rest_is_stored(any_store: Store) -> None:
    bad = [
        make_mention(native="no-zone", at=NOON.replace(tzinfo=None)),
        make_mention(native="no-ingest", ingest=None),
        make_mention(native="wrong-type", likes="many"),
        make_mention(native="no-text", text=None),
        make_mention(native="no-time", created_at=None),
    ]
    good = [make_mention(native=n) for n in range(4)]
    assert any_store.add_mentions([good[0], *bad[:3], good[1], good[2], *bad[3:], good[3]]) == good
    letters = any_store.dead_letters()
    assert len(letters) == len(bad)
    assert all("the store refused it" in letter.reason for letter in letters)
    assert {name for name in ("no-zone", "no-ingest", "wrong-type", "no-text", "no-time")} == {
        name for name in ("no-zone", "no-ingest", "wrong-type", "no-text", "no-time")
        if any(f"x:{name}" in letter.raw for letter in letters)
    }  # fmt: skip
    assert [row.mentions for row in minutes(any_store)] == [4]
    assert any_store.unscored(9) == good
    assert len(any_store.search("parcel")) == 4


def test_f30_a_number_of_any_size_is_an_id_and_no_count(any_store: Store) -> None:
    mention = make_mention(native=2**64, likes=2**64, followers=10**30, in_reply_to=f"x:{2**70}")
    (stored,) = any_store.add_mentions([mention])
    assert stored.id == f"x:{2**64}"
    assert (stored.likes, stored.followers) == (None, None)
    assert any_store.thread(f"x:{2**70}", "Acme")[0].mention == stored


def test_f32_a_text_with_broken_bytes_is_kept_readable(any_store: Store) -> None:
    text, replaced = decode("Où est mon café ?".encode("latin-1"))
    any_store.add_mentions([make_mention(text, native=1)])
    assert replaced == 2
    assert any_store.mention("x:1").mention.text == "O\ufffd est mon caf\ufffd ?"  # type: ignore[union-attr]
    assert len(any_store.search("mon")) == 1


# --- 38: an old backup comes back ---------------------------------------------------------------------------
def test_f38_after_an_old_backup_the_sources_are_read_again_and_nothing_is_mailed_twice(
    tmp_path: Path, clock: Clock
) -> None:
    posts = [make_mention(native=n, at=NOON + n * MINUTE) for n in range(20)]
    store = SqliteStore(tmp_path / "now.sqlite3", ballast_bytes=0)

    def read_on(into: SqliteStore, upto: int) -> None:
        """A source that can be asked for everything after its cursor, and repeats the last post of it."""
        known = into.cursors().get("x")
        start = int(known.value) if known else 0
        with into.atomic():
            fresh = into.add_mentions(posts[max(0, start - 1) : upto])
            into.move_cursors([Cursor(source="x", value=str(upto), at=clock())])
        into.add_scores([make_score(m) for m in fresh])

    read_on(store, 8)
    (opened,) = store.put_changes([make_change(make_incident())])
    sent = make_notification("first", incident_id=opened.incident.id)
    waiting = make_notification("worse-2", incident_id=opened.incident.id)
    store.add_signals([make_signal()])
    store.add_notifications([sent, waiting])
    store.claim_notifications(clock(), 60, limit=1)
    store.mark_sent(sent.id, clock(), "250 OK")
    store.backup(tmp_path / "old.sqlite3")

    read_on(store, 20)
    store.mark_sent(waiting.id, clock.move(minutes=1), "250 OK")
    store.close()

    restored = SqliteStore(tmp_path / "old.sqlite3", ballast_bytes=0)
    assert restored.cursors()["x"].value == "8"
    assert restored.claim_notifications(clock.move(days=1), 60) == [], "it had been sent after the backup"
    assert restored.add_notifications([sent, waiting]) == []
    held = {row.stage: row for row in restored.notifications()}
    assert "backup" in held["worse-2"].error and held["worse-2"].failed_at is not None
    assert held["first"].sent_at == NOON and held["first"].failed_at is None
    restored.add_signals([make_signal()])
    read_on(restored, 20)
    after = make_notification("worse-3", incident_id=opened.incident.id)
    assert restored.add_notifications([after]) == [after]
    assert [row.stage for row in restored.claim_notifications(clock(), 60)] == ["worse-3"], "new stages go out"
    assert [one.mention for one in restored.mentions_between("Acme", NOON, NOON + HOUR)] == posts
    assert sum(row.mentions for row in minutes(restored)) == sum(row.complaints for row in minutes(restored)) == 20
    restored.close()

    reopened = SqliteStore(tmp_path / "old.sqlite3", ballast_bytes=0)
    assert [row.stage for row in reopened.claim_notifications(clock.move(minutes=5), 60)] == ["worse-3"]
    reopened.close()


@pytest.mark.parametrize("label", ["complaint", "praise"])
def test_f38_the_store_that_was_copied_goes_on_sending(tmp_path: Path, clock: Clock, label: str) -> None:
    store = SqliteStore(tmp_path / "now.sqlite3", ballast_bytes=0)
    store.add_notifications([make_notification(label)])
    store.backup(tmp_path / "copy.sqlite3")
    store.close()
    reopened = SqliteStore(tmp_path / "now.sqlite3", ballast_bytes=0)
    assert len(reopened.claim_notifications(clock(), 60)) == 1
    reopened.close()
