"""The contract of the store: who waits to be heard, and what the wall says about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from db.rows import Deletion, Expected, Gap, Mention, Process, SourceHealth, WallFacts
from db.store import Store
from tests.clock import NOON, Clock
from tests.make import about, make_change, make_incident, make_mention, make_notification, make_score

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def complain(store: Store, *mentions: Mention, label: str = "complaint") -> None:
    store.add_mentions(mentions)
    store.add_scores([make_score(mention, label) for mention in mentions])


def waiting(store: Store, brand: str = "Acme") -> list[str]:
    return [person.author for person in store.waiting(brand, NOON - 24 * HOUR)]


def reply(to: Mention, *, at: timedelta = HOUR, **more: object) -> Mention:
    values: dict[str, object] = {"brand": to.brand, "in_reply_to": to.id, "handle": "acme", "is_own": True}
    return make_mention("We are sorry", author="acme-id", at=NOON + at, **(values | more))  # type: ignore[arg-type]


def test_who_complains_begins_to_wait_and_the_longest_wait_comes_first(any_store: Store) -> None:
    complain(any_store, make_mention(author="ben", at=NOON + HOUR), make_mention(author="ada"))
    complain(any_store, make_mention(author="cleo", at=NOON + 2 * HOUR), label="hostile")
    for label in ("praise", "question", "other"):
        complain(any_store, make_mention(author=label), label=label)
    assert waiting(any_store) == ["ada", "ben", "cleo"]
    assert [p.author for p in any_store.waiting("Acme", NOON + HOUR, limit=1)] == ["ben"]
    assert waiting(any_store, "Norda") == []


def test_several_complaints_of_one_person_are_one_person_waiting_since_the_first(any_store: Store) -> None:
    late, early = make_mention(author="ada", at=NOON + HOUR), make_mention(author="ada")
    complain(any_store, late)
    complain(any_store, early)
    (person,) = any_store.waiting("Acme", NOON - HOUR)
    assert (person.mention_id, person.waiting_since, person.complaints) == (early.id, NOON, 2)
    assert any_store.wall("Acme", NOON + HOUR).unheard == 1


def test_a_person_is_known_by_handle_when_the_network_gives_no_id(any_store: Store) -> None:
    complain(any_store, make_mention(author=None, handle="ada"), make_mention(author=None))
    assert waiting(any_store) == ["x:ada"]


def test_an_import_opens_no_person(any_store: Store) -> None:
    complain(any_store, make_mention(ingest="import"))
    assert waiting(any_store) == []


def test_a_reply_of_the_brand_answers_its_author(any_store: Store) -> None:
    ada, ben = make_mention(author="ada"), make_mention(author="ben")
    complain(any_store, ada, ben)
    any_store.add_mentions([reply(ada)])
    assert waiting(any_store) == ["ben"]
    facts = any_store.wall("Acme", NOON + HOUR)
    assert (facts.unheard, facts.heard) == (1, 1)


def test_a_reply_that_comes_in_before_the_complaint_was_scored_answers_too(any_store: Store) -> None:
    ada = make_mention(author="ada")
    any_store.add_mentions([reply(ada)])
    complain(any_store, ada)
    assert waiting(any_store) == []
    assert any_store.wall("Acme", NOON + HOUR).heard == 1


@pytest.mark.parametrize("is_early", [True, False])
def test_a_reply_deep_in_a_thread_answers_who_began_it(any_store: Store, is_early: bool) -> None:
    ada = make_mention(native=1, author="ada")
    answer = reply(ada, in_reply_to="x:stranger", conversation_id="x:1")
    if is_early:
        any_store.add_mentions([answer])
    complain(any_store, ada)
    if not is_early:
        any_store.add_mentions([answer])
    assert waiting(any_store) == []


def test_a_post_of_the_brand_that_answers_nobody_answers_nobody(any_store: Store) -> None:
    ada = make_mention(native=1, author="ada")
    complain(any_store, ada)
    any_store.add_mentions([reply(ada, in_reply_to=None, conversation_id="x:1")])
    any_store.add_mentions([reply(ada, is_own=False)])
    any_store.add_mentions([reply(ada, at=-HOUR)])
    assert waiting(any_store) == ["ada"]


def test_a_reply_answers_for_the_brand_that_gave_it_only(any_store: Store) -> None:
    acme = make_mention(native=1, author="ada")
    norda = about(acme, "Norda")
    complain(any_store, acme, norda)
    any_store.add_mentions([reply(acme, brand="Norda", in_reply_to="x:1")])
    assert waiting(any_store, "Acme") == ["ada"]
    assert waiting(any_store, "Norda") == []


def test_who_complains_again_after_the_answer_waits_again(any_store: Store) -> None:
    ada = make_mention(author="ada")
    complain(any_store, ada)
    any_store.add_mentions([reply(ada, at=HOUR)])
    complain(any_store, make_mention(author="ada", at=NOON + 30 * MINUTE))  # written before the answer
    assert waiting(any_store) == []
    again = make_mention(author="ada", at=NOON + 2 * HOUR)
    complain(any_store, again)
    (person,) = any_store.waiting("Acme", NOON)
    assert (person.mention_id, person.complaints, person.heard_at, person.heard_by) == (again.id, 1, None, None)


def test_a_person_is_heard_by_somebody_and_can_be_put_back(any_store: Store) -> None:
    complain(any_store, make_mention(author="ada"))
    any_store.hear("Acme", "ada", "heard", "ben", NOON + HOUR)
    assert waiting(any_store) == []
    assert any_store.wall("Acme", NOON + HOUR).heard == 1
    any_store.hear("Acme", "ada", "unheard", "ben", NOON + HOUR)
    (person,) = any_store.waiting("Acme", NOON)
    assert (person.heard_at, person.heard_by) == (None, None)
    assert any_store.wall("Acme", NOON + HOUR).unheard == 1


def test_an_edit_takes_back_the_complaint_that_it_was(any_store: Store) -> None:
    only, one = make_mention(author="ada"), make_mention(author="ben")
    complain(any_store, only, one, make_mention(author="ben", at=NOON + MINUTE))
    edited = [replace(m, text="All is well", edited_at=NOON + HOUR) for m in (only, one)]
    any_store.add_mentions(edited)
    any_store.add_scores([make_score(m, "praise") for m in edited])
    (person,) = any_store.waiting("Acme", NOON)
    assert (person.author, person.complaints) == ("ben", 1)
    assert any_store.wall("Acme", NOON + HOUR).unheard == 1


def test_when_the_first_complaint_is_edited_away_the_next_one_is_the_first(any_store: Store) -> None:
    first, second = make_mention(author="ada"), make_mention(author="ada", at=NOON + MINUTE)
    praise = make_mention(author="ada", at=NOON + timedelta(seconds=30))
    complain(any_store, second, first, make_mention(author="ada", at=NOON + HOUR), make_mention(author="ben", at=NOON))
    complain(any_store, praise, label="praise")
    edited = replace(first, text="All is well", edited_at=NOON + HOUR)
    any_store.add_mentions([edited])
    any_store.add_scores([make_score(edited, "praise")])
    ada = any_store.waiting("Acme", NOON)[1]
    assert (ada.author, ada.mention_id, ada.waiting_since, ada.complaints) == ("ada", second.id, second.created_at, 2)


# --- the wall ---------------------------------------------------------------------------------------------
def test_the_wall_of_a_brand_that_nobody_speaks_of(any_store: Store) -> None:
    empty = WallFacts(
        brand="Acme", now=NOON, incident=None, root=None, unheard=0, heard=0, oldest_waiting_at=None, buckets=(),
        expected=(), sources=(), gaps=(), processes=(), oldest_unsent_at=None,
    )  # fmt: skip
    assert any_store.wall("Acme", NOON) == empty


def test_the_wall_counts_people_of_the_last_day_when_nothing_is_wrong(any_store: Store) -> None:
    for hours in (25, 23.99, 1):
        complain(any_store, make_mention(at=NOON - timedelta(hours=hours)))
    facts = any_store.wall("Acme", NOON)
    assert (facts.unheard, facts.oldest_waiting_at) == (2, NOON - timedelta(hours=23.99))


def test_the_wall_counts_people_since_the_first_post_of_the_incident(any_store: Store) -> None:
    start = NOON - 3 * HOUR + timedelta(seconds=30)
    any_store.put_changes([make_change(make_incident(at=NOON - 2 * HOUR, first_post_at=start))])
    for seconds in (-31, -1, 0, 1, 29, 31, 3_600):  # the first post is in the middle of a minute
        complain(any_store, make_mention(at=start + timedelta(seconds=seconds)))
    facts = any_store.wall("Acme", NOON)
    assert (facts.unheard, facts.oldest_waiting_at) == (5, start)


def test_the_wall_shows_the_gravest_open_incident_and_its_root(any_store: Store) -> None:
    root = make_mention(native=1, brand="Norda")
    any_store.add_mentions([about(root, "Acme")])
    rows = [
        make_incident(severity="watch", last_signal_at=NOON + HOUR),
        make_incident(root="x:1", title="the one"),
        make_incident(last_signal_at=NOON - HOUR),
        make_incident(state="closed", closed_at=NOON, last_signal_at=NOON + 2 * HOUR),
        make_incident(is_historical=True, last_signal_at=NOON + 2 * HOUR),
        make_incident(brand="Norda", last_signal_at=NOON + 2 * HOUR),
    ]
    any_store.put_changes([make_change(row) for row in rows])
    facts = any_store.wall("Acme", NOON)
    assert facts.incident is not None and facts.incident.title == "the one"
    assert facts.root == about(root, "Acme")


def test_the_wall_shows_six_hours_and_the_ten_minutes_before_them(any_store: Store) -> None:
    for minutes in (371, 370, 1, -1):
        any_store.add_mentions([make_mention(at=NOON - minutes * MINUTE)])
        at = NOON - minutes * MINUTE
        any_store.add_expected([Expected(brand="Acme", at=at, low=0, middle=1, high=2)])
    facts = any_store.wall("Acme", NOON)
    assert [row.minute for row in facts.buckets] == [NOON - 370 * MINUTE, NOON - MINUTE]
    assert [row.at for row in facts.expected] == [NOON - 370 * MINUTE, NOON - MINUTE]


def test_the_wall_shows_what_is_broken(any_store: Store, clock: Clock) -> None:
    health = SourceHealth(source="x", state="down", since=NOON, detail="refused", retry_at=NOON + MINUTE)
    process = Process(
        name="notify", pid=7, started_at=NOON, beat_at=NOON, version="0.1.0", note="no mail", is_broken=True
    )
    gap = Gap(source="x", start=NOON - HOUR, reason="no data")
    any_store.put_source_health([health])
    any_store.beat(process)
    any_store.open_gap(gap)
    any_store.add_notifications([make_notification("first"), make_notification("later", due_at=NOON + HOUR)])
    any_store.add_notifications([make_notification("lost-1"), make_notification("lost-2")])
    any_store.mark_failed("None|lost-1|email|ada@acme.example", NOON, "550")
    any_store.mark_failed("None|lost-2|email|ada@acme.example", NOON - 25 * HOUR, "550")
    any_store.claim_notifications(NOON, 30)
    any_store.mark_retry("None|first|email|ada@acme.example", NOON + 15 * MINUTE, "451")
    facts = any_store.wall("Acme", clock.move(minutes=3))
    assert (facts.sources, facts.processes, facts.gaps) == ((health,), (process,), (gap,))
    assert facts.oldest_unsent_at == NOON, "a retry that is due later does not hide how long it has waited"
    assert facts.failed == 1


def test_the_wall_says_who_switched_to_quiet_and_when_the_next_word_is_due(any_store: Store) -> None:
    (change,) = any_store.put_changes([make_change(make_incident())])
    promise = f"next word: {change.incident.id}"
    any_store.put_setting("quiet", '{"why": "a tragedy"}', "ada", NOON - HOUR)
    any_store.put_setting(promise, (NOON + HOUR).isoformat(), "ben", NOON)
    facts = any_store.wall("Acme", NOON)
    assert (facts.quiet_since, facts.quiet_by, facts.next_word_at) == (NOON - HOUR, "ada", NOON + HOUR)
    any_store.put_setting("quiet", None, "ada", NOON)
    any_store.put_setting(promise, "soon", "ben", NOON)
    facts = any_store.wall("Acme", NOON)
    assert (facts.quiet_since, facts.next_word_at) == (None, None)


def test_who_deletes_the_only_complaint_waits_no_more(any_store: Store) -> None:
    one, two = make_mention(author="ada"), make_mention(author="ada", at=NOON + HOUR)
    complain(any_store, one, two)
    any_store.delete_posts([Deletion(post_id=one.id, at=NOON + 2 * HOUR)])
    [person] = any_store.waiting("Acme", NOON - HOUR)
    assert (person.mention_id, person.waiting_since, person.complaints) == (two.id, two.created_at, 1)
    any_store.delete_posts([Deletion(post_id=two.id, at=NOON + 2 * HOUR)])
    assert any_store.waiting("Acme", NOON - HOUR) == [] and any_store.wall("Acme", NOON + 2 * HOUR).unheard == 0
    assert sum(bucket.complaints for bucket in any_store.buckets("Acme", NOON - HOUR, NOON + 2 * HOUR)) == 2
