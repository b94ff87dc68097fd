"""What people do with mentions, and what the store makes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from db.engine import sqlite3
from db.rows import Correction, Deed, Deletion, Look, Note
from db.store import Store
from tests.clock import NOON
from tests.make import make_mention, make_score

HOUR = timedelta(hours=1)


def keep(store: Store, text: str = "Still no answer", label: str = "complaint", **more: object) -> str:
    severity = more.pop("severity", None)
    mention = make_mention(text, **more)  # type: ignore[arg-type]
    store.add_mentions([mention])
    store.add_scores([make_score(mention, label, **({} if severity is None else {"severity": severity}))])
    return mention.id


def ids(store: Store, **asked: object) -> list[str]:
    look = Look(**({"brands": ("Acme",), "since": NOON - HOUR} | asked))  # type: ignore[arg-type]
    return [case.scored.mention.id for case in store.cases(look)]


def test_the_gravest_and_then_the_longest_wait_comes_first(any_store: Store) -> None:
    late = keep(any_store, at=NOON + timedelta(minutes=9))
    early = keep(any_store, at=NOON)
    grave = keep(any_store, at=NOON + timedelta(minutes=5), severity=3)
    keep(any_store, brand="Other")
    keep(any_store, label="praise")
    assert ids(any_store) == [grave, early, late]
    assert ids(any_store, brands=("Other", "Acme"), severity=3) == [grave]


def test_one_person_is_one_case_however_often_they_write(any_store: Store) -> None:
    first = keep(any_store, author="leah", at=NOON)
    keep(any_store, author="leah", at=NOON + timedelta(minutes=2))
    assert ids(any_store) == [first]
    [case] = any_store.cases(Look(brands=("Acme",), since=NOON - HOUR))
    assert case.person is not None and case.person.complaints == 2


def test_each_state_has_its_own_list(any_store: Store) -> None:
    waits = keep(any_store, author="a")
    heard = keep(any_store, author="b")
    thanks = keep(any_store, label="praise", author="c", at=NOON + HOUR)
    any_store.hear("Acme", "b", "heard", "Amina", NOON)
    assert ids(any_store) == [waits]
    assert ids(any_store, state="heard") == [heard]
    assert ids(any_store, state="thanks") == [thanks]
    assert ids(any_store, state="all")[0] == thanks
    assert set(ids(any_store, state="all")) == {waits, heard, thanks}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"source": "rss"}, ["rss"]),
        ({"label": "hostile"}, ["hostile"]),
        ({"lang": "fr"}, ["french"]),
        ({"words": "wheelchair"}, ["rss"]),
        ({"words": "wheelchair nowhere"}, []),
        ({"words": '"; DROP TABLE mentions'}, []),
        ({"assigned_to": "Amina"}, ["hostile"]),
        ({"since": NOON + timedelta(minutes=1)}, ["french"]),
    ],
)
def test_a_list_can_be_narrowed(any_store: Store, asked: dict[str, object], found: list[str]) -> None:
    kept = {
        "rss": keep(any_store, "left in her wheelchair", source="rss"),
        "hostile": keep(any_store, "shame", label="hostile"),
        "french": keep(any_store, "encore en retard", at=NOON + timedelta(minutes=3)),
    }
    any_store.assign(kept["hostile"], "Amina", NOON)
    french = make_mention("honte", native="fr", at=NOON + timedelta(minutes=4))
    any_store.add_mentions([french])
    any_store.add_scores([make_score(french, lang="fr")])
    kept["fr"] = french.id
    wanted = [kept[name] for name in found]
    if found == ["french"]:
        wanted = [kept["french"], french.id] if "since" in asked else [french.id]
    assert ids(any_store, **asked) == wanted


def test_a_case_knows_who_has_taken_it_and_what_was_noted(any_store: Store) -> None:
    mention_id = keep(any_store)
    assert any_store.assign(mention_id, "Amina", NOON)
    assert any_store.assign(mention_id, "Bo", NOON + HOUR)
    assert any_store.add_note(Note(mention_id=mention_id, at=NOON, who="Amina", words="called Leeds"))
    [case] = any_store.cases_of([mention_id, "x:unknown"])
    assert (case.assigned_to, case.assigned_at, case.notes) == ("Bo", NOON + HOUR, 1)
    assert [n.words for n in any_store.notes(mention_id)] == ["called Leeds"]
    any_store.assign(mention_id, None, NOON)
    assert any_store.cases_of([mention_id])[0].assigned_to is None


def test_what_is_done_to_an_unknown_mention_is_refused(any_store: Store) -> None:
    assert not any_store.assign("x:nothing", "Amina", NOON)
    assert not any_store.add_note(Note(mention_id="x:nothing", at=NOON, who="Amina", words="hello"))
    assert not any_store.correct(Correction(mention_id="x:nothing", at=NOON, by="Amina", after="praise"))
    assert any_store.corrections() == []


def test_a_corrected_complaint_leaves_its_minute_and_nobody_waits(any_store: Store) -> None:
    mention_id = keep(any_store)
    told = Correction(mention_id=mention_id, at=NOON, by="Amina", after="praise")
    assert any_store.correct(told)
    [bucket] = any_store.buckets("Acme", NOON, NOON + HOUR)
    assert (bucket.mentions, bucket.scored, bucket.complaints, bucket.praise) == (1, 1, 0, 1)
    assert ids(any_store) == []
    [case] = any_store.cases_of([mention_id])
    assert case.scored.score is not None and case.scored.score.label == "praise"
    assert case.corrected_by == "Amina"
    assert any_store.corrections()[0].before == "complaint"
    assert not any_store.correct(told), "it has this label already"


def test_a_complaint_that_was_overlooked_begins_to_wait(any_store: Store) -> None:
    mention_id = keep(any_store, "Ten out of ten for comedy", label="praise")
    assert any_store.correct(Correction(mention_id=mention_id, at=NOON, by="Amina", after="complaint"))
    assert ids(any_store) == [mention_id]
    [bucket] = any_store.buckets("Acme", NOON, NOON + HOUR)
    assert (bucket.complaints, bucket.praise) == (1, 0)


def test_correcting_there_and_back_leaves_the_counts_as_they_were(any_store: Store) -> None:
    mention_id = keep(any_store)
    before = any_store.buckets("Acme", NOON, NOON + HOUR)
    for label in ("praise", "hostile", "question", "other", "complaint"):
        any_store.correct(Correction(mention_id=mention_id, at=NOON, by="Amina", after=label))  # type: ignore[arg-type]
    assert any_store.buckets("Acme", NOON, NOON + HOUR) == before
    assert ids(any_store) == [mention_id]


def test_a_deleted_post_stays_a_case_without_its_text(any_store: Store) -> None:
    mention_id = keep(any_store)
    any_store.delete_posts([Deletion(post_id=mention_id, at=NOON)])
    assert all(c.scored.mention.text == "" for c in any_store.cases_of([mention_id]))


def test_deeds_are_only_ever_added(store: Store) -> None:
    store.add_deed(Deed(at=NOON, who="Amina", what="took", subject="x:1"))
    store.add_deed(Deed(at=NOON + HOUR, who="Bo", what="heard", subject="x:1", words="by phone"))
    assert [d.who for d in store.deeds()] == ["Bo", "Amina"]
    for sql in ("UPDATE deeds SET who = 'nobody'", "DELETE FROM deeds"):
        with pytest.raises(sqlite3.IntegrityError), store.atomic() as write:
            write.execute(sql)  # type: ignore[attr-defined]
    assert len(store.deeds()) == 2
