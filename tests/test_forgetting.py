"""Somebody asks to be forgotten, and what is too old is removed: the words go, the counts stay."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.engine import sqlite3
from db.rows import Change, DeadLetter, Deed, IncidentEvent, Note, Process, Reply
from db.sqlite import SqliteStore
from db.store import Store, StoreError
from monitor import keeping
from tests import scene
from tests.clock import NOON
from tests.make import make_mention, make_score
from tests.run import smoulder

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SECRET = "my knee has been swollen since your train threw me down"


def crowd(store: Store) -> None:
    """Leah complains twice and is answered; Omar complains once."""
    rows = [
        make_mention(SECRET, native=1, author="leah", at=NOON - DAY),
        make_mention("Still no answer from you", native=2, author="leah", at=NOON - HOUR),
        make_mention("Late again", native=3, author="omar", at=NOON - HOUR),
    ]
    fresh = store.add_mentions(rows)
    store.add_scores([make_score(row, "complaint") for row in fresh])
    store.add_note(Note(mention_id=rows[0].id, at=NOON, who="Ada", words="rang Leah, a scan is on Friday"))
    store.add_dead_letters([DeadLetter(source="x", received_at=NOON, raw='{"username": "leah", "text"', reason="cut")])
    draft = Reply(
        id=0, mention_id=rows[0].id, brand="Acme", writer="Ada", words="Leah, we threw you down.", written_at=NOON,
        author="leah",
    )  # fmt: skip
    kept = store.write_reply(draft)
    assert kept is not None and store.send_reply(kept, NOON) is not None


def everything(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(path.name + "*")) if file.is_file())


def test_nothing_of_a_forgotten_person_is_left_in_the_files(tmp_path: Path) -> None:
    path = tmp_path / "smoulder.sqlite3"
    with closing(SqliteStore(path, ballast_bytes=0)) as store:
        crowd(store)
        assert b"swollen" in everything(path) and b"leah" in everything(path)
        before = store.buckets("Acme", NOON - 2 * DAY, NOON + DAY)
        [leah] = store.authors("@Leah")
        found = store.forget(leah, NOON)
        assert (found.posts, found.answers, found.still_named) == (2, 1, ())
        assert store.buckets("Acme", NOON - 2 * DAY, NOON + DAY) == before, "the counts stay"
        assert store.search("swollen") == [] and store.authors("leah") == []
        assert [r.words for r in store.replies()] == [""] and [r.state for r in store.replies()] == ["sent"]
        crowd_now = {one.mention.author_id for one in store.mentions_between("Acme", NOON - 2 * DAY, NOON + DAY)}
        assert len(crowd_now) == 2, "two people were there, and two are counted"
        assert [p.author for p in store.waiting("Acme", NOON - 2 * DAY) if p.state == "unheard"] == ["omar"]
        store.add_mentions([make_mention(SECRET, native=1, author="leah", at=NOON - DAY)])
        assert store.search("swollen") == [], "what comes in once more stays forgotten"
    left = everything(path).lower()
    assert b"swollen" not in left and b"leah" not in left and b"threw you" not in left


def test_a_name_that_several_people_have_is_asked_back(any_store: Store) -> None:
    one = make_mention("Late", native=1, author="leah")
    other = replace(make_mention("Cold", native=2, author="leah"), id="bluesky:2", source="bluesky")
    any_store.add_mentions([one, other])
    with pytest.raises(StoreError, match=r"several people; say which: bluesky:leah .*, x:leah"):
        keeping.meant(any_store, "leah")
    assert keeping.meant(any_store, "x:leah").source == "x"
    with pytest.raises(StoreError, match="Nobody called 'x:nobody'"):
        keeping.meant(any_store, "x:nobody")


def test_two_people_of_one_name_on_one_network_can_be_told_apart(any_store: Store) -> None:
    for n, number in ((1, "77"), (2, "88")):
        any_store.add_mentions([replace(make_mention("Late", native=n, author="leah"), author_id=number)])
    with pytest.raises(StoreError, match=r"several people; say which: x:77 \(1 posts\), x:88 \(1 posts\)"):
        keeping.meant(any_store, "x:leah")
    assert keeping.meant(any_store, "x:88").author_id == "88"


def test_whoever_came_with_a_number_and_from_a_file_without_one_is_forgotten_as_a_whole(any_store: Store) -> None:
    rows = [
        replace(make_mention("Late", native=1, author="leah"), author_id="77"),
        replace(make_mention("Cold", native=2, author="Leah"), author_id=None),
    ]
    any_store.add_scores([make_score(row, "complaint") for row in any_store.add_mentions(rows)])
    leah = keeping.meant(any_store, "x:leah")
    assert (leah.author_id, leah.posts) == ("77", 2)
    assert any_store.forget(leah, NOON).posts == 2
    assert any_store.authors("leah") == []
    people = any_store.waiting("Acme", NOON - DAY)
    assert not any("leah" in person.author.lower() or person.author == "77" for person in people)


def test_whoever_has_taken_another_name_is_forgotten_under_the_old_one_too(any_store: Store) -> None:
    rows = [
        replace(make_mention("Late", native=n, author=name), author_id="77") for n, name in ((1, "leah"), (2, "lea_h"))
    ]
    any_store.add_mentions(rows)
    raws = ('{"username": "Leah"}', '{"username": "lea_h"}', '{"username": "leahy", "id": 177}')
    any_store.add_dead_letters([DeadLetter(source="x", received_at=NOON, raw=raw, reason="cut") for raw in raws])
    found = keeping.meant(any_store, "lea_h")
    assert found.posts == 2, "asked about as many as will go"
    assert any_store.forget(found, NOON).posts == 2
    assert [letter.raw for letter in any_store.dead_letters()] == [raws[2]], "somebody else's is not theirs"


def test_no_draft_to_a_forgotten_person_waits_for_anybody_and_no_reason_stays_in_the_log(any_store: Store) -> None:
    crowd(any_store)
    draft = Reply(
        id=0, mention_id="x:2", brand="Acme", writer="Ada", words="Leah, your knee", written_at=NOON, author="leah",
        locks=("facts",),
    )  # fmt: skip
    kept = any_store.write_reply(draft)
    assert kept is not None
    asked = any_store.ask_reply(replace(kept, locks=("facts",)), NOON)
    assert asked is not None and asked.state == "waiting"
    any_store.add_deed(Deed(at=NOON, who="Bo", what="refuse", subject=f"reply {kept.id}", words="Her knee is private"))
    found = any_store.forget(keeping.meant(any_store, "leah"), NOON)
    assert found.answers == 2
    assert sorted(reply.state for reply in any_store.replies()) == ["dropped", "sent"]
    assert [(deed.what, deed.words) for deed in any_store.deeds()] == [("refuse", "")]


def test_the_log_can_lose_its_words_and_nothing_else(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "a.sqlite3", ballast_bytes=0)) as store:
        store.add_deed(Deed(at=NOON, who="Bo", what="refuse", subject="reply 1", words="Her knee"))
        for change in ("words = 'other'", "who = 'Ada'", "words = '', who = 'Ada'", "words = '', what = 'agree'"):
            with pytest.raises(sqlite3.IntegrityError), store.atomic() as write:
                write.execute(f"UPDATE deeds SET {change}")


@pytest.mark.parametrize("wrote", ["Leah is on the phone", "@LEAH again", "Ms Leah Stone rang"])
def test_a_name_is_found_as_people_write_it(any_store: Store, wrote: str) -> None:
    scene.setting_the_scene(any_store)
    scene.storm(any_store)
    incident = any_store.incidents(is_open=True)[0]
    name = "leah" if "Stone" not in wrote else "l_s_77"
    any_store.add_mentions([replace(make_mention("Late", native="leah-1", author=name), display_name="Leah Stone")])
    note = IncidentEvent(incident_id=incident.id, at=NOON, kind="note", who="Bo", words=wrote)
    other = replace(note, words="Leahy and Cleah are colleagues")
    any_store.put_changes([Change(incident=incident, events=(other,))])
    assert any_store.forget(keeping.meant(any_store, name), NOON).still_named == ()
    any_store.add_mentions([replace(make_mention("Cold", native="leah-2", author=name), display_name="Leah Stone")])
    any_store.put_changes([Change(incident=incident, events=(note,))])
    assert any_store.forget(keeping.meant(any_store, name), NOON).still_named == (f"incident {incident.id}",)


def test_nothing_is_put_back_while_somebody_still_writes(tmp_path: Path) -> None:
    path, backup = tmp_path / "smoulder.sqlite3", tmp_path / "backup.sqlite3"
    now = datetime.now(UTC)
    with closing(SqliteStore(path, ballast_bytes=0)) as store:
        store.backup(backup)
        beat = Process(name="collect", pid=os.getpid(), started_at=now, beat_at=now, version="1")
        store.beat(beat)
        with pytest.raises(StoreError, match=r"Still running on this store: collect\. Stop Smoulder first"):
            keeping.restore(backup, path)
        assert not list(tmp_path.glob("*.before-*"))
        with subprocess.Popen(["true"]) as gone:
            pass
        store.beat(replace(beat, pid=gone.pid))
    assert "is the store now" in keeping.restore(backup, path), "whoever was stopped a moment ago is in nobody's way"


def test_two_backups_put_back_within_one_second_keep_both_that_were_there(tmp_path: Path) -> None:
    path, backup = tmp_path / "smoulder.sqlite3", tmp_path / "backup.sqlite3"
    with closing(SqliteStore(path, ballast_bytes=0)) as store:
        store.backup(backup)
        store.add_mentions([make_mention(SECRET, native=1)])
    for _ in range(3):
        keeping.restore(backup, path)
    kept = [p for p in tmp_path.glob("*.before-*") if not p.name.endswith(("-wal", "-shm"))]
    assert len(kept) == 3
    found = []
    for each in kept:
        with closing(SqliteStore(each, read_only=True)) as store:
            found += store.search("swollen")
    assert len(found) == 1, "what was there first is still there"


def test_where_people_wrote_the_name_themselves_is_said(any_store: Store) -> None:
    scene.setting_the_scene(any_store)
    scene.storm(any_store)
    incident = any_store.incidents(is_open=True)[0]
    root = any_store.mention(incident.root or "")
    assert root is not None and root.mention.handle
    handle = root.mention.handle
    note = IncidentEvent(incident_id=incident.id, at=NOON, kind="note", who="Bo", words=f"{handle} is on the phone")
    any_store.put_changes([Change(incident=incident, events=(note,))])
    said = keeping.forget(any_store, keeping.meant(any_store, handle), "Bo", NOON)
    assert f"incident {incident.id}" in said and "Backups still hold it" in said
    assert any_store.deeds(what=["forget"])[0].who == "Bo"


def test_an_answer_can_lose_its_words_and_nothing_else(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "a.sqlite3", ballast_bytes=0)) as store:
        crowd(store)
        for change in ("words = 'other'", "writer = 'Bo'", "words = '', writer = 'Bo'", "words = '', state = 'draft'"):
            with pytest.raises(sqlite3.IntegrityError), store.atomic() as write:
                write.execute(f"UPDATE replies SET {change}")
        for change in ("words = 'other'", "who = 'Bo'", "words = '', who = 'Bo'"):
            with pytest.raises(sqlite3.IntegrityError), store.atomic() as write:
                write.execute(f"UPDATE reply_steps SET {change}")


# --- what is too old -----------------------------------------------------------------------------------------
def test_what_is_old_goes_and_the_counts_stay(any_store: Store) -> None:
    old = [make_mention(f"late {n}", native=n, author=f"a{n}", at=NOON - 100 * DAY) for n in range(1, 6)]
    new = [make_mention(f"late {n}", native=n, author=f"a{n}", at=NOON - DAY) for n in range(6, 9)]
    for rows in (old, new):
        any_store.add_scores([make_score(row, "complaint") for row in any_store.add_mentions(rows)])
    before = any_store.buckets("Acme", NOON - 200 * DAY, NOON)
    assert any_store.count_older(NOON - 90 * DAY) == 5
    assert any_store.prune(NOON - 90 * DAY) == 5
    assert any_store.count_older(NOON - 90 * DAY) == 0
    assert any_store.buckets("Acme", NOON - 200 * DAY, NOON) == before
    assert [one.mention.id for one in any_store.search("late")] == [row.id for row in reversed(new)]
    assert {p.author for p in any_store.waiting("Acme", NOON - 200 * DAY)} == {"a6", "a7", "a8"}
    assert any_store.wall("Acme", NOON).unheard == 3
    assert any_store.prune(NOON - 90 * DAY) == 0


def test_more_than_one_portion_is_pruned(store: Store) -> None:
    rows = [make_mention(f"late {n}", native=n, at=NOON - 100 * DAY) for n in range(4_500)]
    store.add_mentions(rows)
    assert store.prune(NOON - DAY) == 4_499, "the newest number stays, so that none is given twice"
    assert store.position() == 4_500


# --- from the command line -----------------------------------------------------------------------------------
def test_both_ask_first_and_are_in_the_log(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "smoulder.sqlite3", ballast_bytes=0)) as store:
        crowd(store)
    here = ("--data", tmp_path)
    assert "Nobody was forgotten" in smoulder("forget", "leah", *here).stdout
    assert "2 posts and 1 answers" in smoulder("forget", "x:leah", "--yes", *here).stdout
    again = smoulder("forget", "leah", "--yes", *here)
    assert again.returncode == 2 and "Nobody called 'leah'" in again.stderr
    assert "Nothing was removed" in smoulder("prune", "--days", "30", *here, stdin="n\n").stdout
    assert smoulder("prune", "--days", "5", *here).returncode == 2
    assert smoulder("prune", "--days", "30", "--data", tmp_path / "none").returncode == 2
    assert "mentions were removed" in smoulder("prune", "--days", "30", "--yes", *here).stdout
    assert json.loads(smoulder("incidents", "--json", *here).stdout) == []
    with closing(SqliteStore(tmp_path / "smoulder.sqlite3", ballast_bytes=0)) as store:
        assert [deed.what for deed in store.deeds()] == ["prune", "forget"]
