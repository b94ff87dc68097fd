"""The contract of the store: mentions in, mentions out, counts by the minute. Runs over every store there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db.migrations import STEPS
from db.rows import Bucket, Cursor, DeadLetter, Deletion, Expected, Mention
from db.store import Store, StoreError, open_store
from tests.clock import NOON
from tests.make import about, make_change, make_evidence, make_incident, make_mention, make_score, make_signal

HOUR = timedelta(hours=1)
FULL = make_mention(
    "Où est mon colis ? 📦",
    native=1,
    followers=12,
    verified=True,
    author_created_at=NOON - timedelta(days=900),
    lang="fr",
    in_reply_to="x:0",
    quote_of="x:9",
    repost_of="x:8",
    conversation_id="x:0",
    likes=1,
    replies=2,
    reposts=3,
    quotes=4,
    hashtags=("colis", "retard"),
    matched=("acme", "@acme"),
    ingest="catch-up",
    is_truncated=True,
    edited_at=NOON + timedelta(seconds=1),
)


def minutes(store: Store, brand: str = "Acme") -> list[Bucket]:
    return store.buckets(brand, NOON - 24 * HOUR, NOON + 24 * HOUR)


def total(store: Store, brand: str = "Acme") -> Bucket:
    rows = minutes(store, brand)
    names = ("mentions", "scored", "complaints", "hostile", "praise", "questions")
    return Bucket(brand=brand, minute=NOON, **{name: sum(getattr(row, name) for row in rows) for name in names})


# --- adding and reading -----------------------------------------------------------------------------------
def test_a_mention_comes_back_as_it_was_stored(any_store: Store) -> None:
    bare = Mention(id="x:2", source="x", brand="Acme", text="hm", created_at=NOON, received_at=NOON)
    assert any_store.add_mentions([FULL, bare]) == [FULL, bare]
    assert [one.mention for one in any_store.mentions(["x:2", "x:1", "x:7"])] == [bare, FULL]
    assert any_store.mention("x:7") is None


def test_a_score_comes_back_with_its_mention(any_store: Store) -> None:
    score = make_score(FULL, "hostile", because=("scandale", "rule: all caps"), severity=3, tragedy=0.25, lang="fr")
    any_store.add_mentions([FULL])
    assert any_store.add_scores([score]) == [score]
    assert any_store.mention("x:1").score == score  # type: ignore[union-attr]


def test_times_are_cut_to_the_millisecond_and_not_rounded(any_store: Store) -> None:
    late = datetime(2026, 3, 10, 12, 0, 59, 999_999, tzinfo=UTC)
    (stored,) = any_store.add_mentions([make_mention(native=1, at=late)])
    assert stored.created_at == late.replace(microsecond=999_000)
    assert any_store.mention("x:1").mention == stored  # type: ignore[union-attr]
    assert [row.minute for row in minutes(any_store)] == [NOON]


def test_times_of_other_zones_and_before_1970_are_the_same_moments(any_store: Store) -> None:
    paris = datetime.fromisoformat("1969-12-31T23:59:59.123+01:00")
    any_store.add_mentions([make_mention(native=1, at=paris)])
    assert any_store.mention("x:1").mention.created_at == paris  # type: ignore[union-attr]


def test_mentions_between_are_one_brands_oldest_first(any_store: Store) -> None:
    rows = [make_mention(native=n, at=NOON + n * HOUR, brand="Acme" if n % 2 else "Norda") for n in range(8)]
    any_store.add_mentions(list(reversed(rows)))
    found = any_store.mentions_between("Acme", NOON + HOUR, NOON + 5 * HOUR)
    assert [one.mention for one in found] == [rows[1], rows[3]]
    assert len(any_store.mentions_between("Acme", NOON, NOON + 9 * HOUR, limit=2)) == 2


def test_history_goes_by_arrival_and_can_start_after_a_position(any_store: Store) -> None:
    first = make_mention(native=1, at=NOON + HOUR, received_at=NOON + 2 * HOUR)
    second = make_mention(native=2, at=NOON, received_at=NOON + 3 * HOUR)
    assert any_store.position() == 0
    any_store.add_mentions([first])
    position = any_store.position()
    any_store.add_mentions([second, make_mention(brand="Norda")])
    assert [one.mention for one in any_store.history("Acme")] == [first, second]
    assert [one.mention for one in any_store.history("Acme", after=position)] == [second]
    assert [one.mention for one in any_store.history("Acme", since=NOON + 3 * HOUR)] == [second]
    assert [one.mention for one in any_store.history("Acme", until=NOON + 3 * HOUR)] == [first]
    assert list(any_store.history("Acme", after=any_store.position())) == []


def test_history_streams_more_than_one_read_and_lets_others_write_meanwhile(store: Store) -> None:
    store.add_mentions([make_mention(native=n, at=NOON + timedelta(seconds=n)) for n in range(2_500)])
    seen = 0
    for one in store.history("Acme"):
        if seen == 0:
            store.add_mentions([make_mention(native="later", at=NOON + HOUR)])
        assert one.mention.id == f"x:{seen}"
        seen += 1
    assert seen == 2_500  # of one moment: what came later is not in it


def test_the_span_is_the_first_and_the_last_of_a_brand(any_store: Store) -> None:
    assert any_store.span("Acme") is None
    any_store.add_mentions([make_mention(at=NOON + n * HOUR) for n in (3, 1, 2)])
    assert any_store.span("Acme") == (NOON + HOUR, NOON + 3 * HOUR)


def test_a_thread_is_the_root_and_what_hangs_on_it(any_store: Store) -> None:
    root = make_mention(native=1, conversation_id="x:1")
    reply = make_mention(native=2, at=NOON + HOUR, in_reply_to="x:1", conversation_id="x:1")
    quote = make_mention(native=3, at=NOON + 2 * HOUR, quote_of="x:1", conversation_id="x:3")
    any_store.add_mentions([quote, reply, root, make_mention(native=4), about(reply, "Norda")])
    assert [one.mention for one in any_store.thread("x:1", "Acme")] == [root, reply, quote]
    assert [one.mention for one in any_store.thread("x:1", "Norda")] == [about(reply, "Norda")]
    assert any_store.thread("x:77", "Acme") == []


def test_a_root_is_the_same_for_every_brand() -> None:
    root = make_mention(native=1)
    assert root.root == about(root, "Norda").root == "x:1"
    assert make_mention(native=2, conversation_id="x:2", quote_of="x:1").root == "x:1"
    assert make_mention(native=3, conversation_id="x:1", in_reply_to="x:2").root == "x:1"


# --- counting ---------------------------------------------------------------------------------------------
def test_new_mentions_are_counted_in_their_own_minute(any_store: Store) -> None:
    any_store.add_mentions([make_mention(at=NOON + timedelta(seconds=n)) for n in (0, 59, 60)])
    any_store.add_mentions([make_mention(at=NOON + timedelta(seconds=30), received_at=NOON + HOUR)])
    assert [(row.minute, row.mentions) for row in minutes(any_store)] == [(NOON, 3), (NOON + timedelta(minutes=1), 1)]
    assert minutes(any_store, "Norda") == []


def test_scores_are_counted_by_label(any_store: Store) -> None:
    labels = ("complaint", "complaint", "hostile", "praise", "question", "other")
    rows = [make_mention() for _ in range(7)]
    any_store.add_mentions(rows)
    any_store.add_scores([make_score(row, label) for row, label in zip(rows, labels, strict=False)])
    expected = {"mentions": 7, "scored": 6, "complaints": 3, "hostile": 1, "praise": 1, "questions": 1}
    assert minutes(any_store) == [Bucket(brand="Acme", minute=NOON, **expected)]


def test_a_second_score_of_the_same_mention_changes_nothing(any_store: Store) -> None:
    mention = make_mention()
    any_store.add_mentions([mention])
    first = make_score(mention, "complaint")
    assert any_store.add_scores([first, make_score(mention, "praise")]) == [first]
    assert any_store.add_scores([make_score(mention, "hostile")]) == []
    assert any_store.mention(mention.id).score == first  # type: ignore[union-attr]
    assert total(any_store).scored == total(any_store).complaints == 1


def test_scores_of_unknown_and_own_mentions_are_left_out(any_store: Store) -> None:
    own = make_mention(is_own=True)
    any_store.add_mentions([own])
    assert any_store.add_scores([make_score("x:nobody"), make_score(own)]) == []
    assert minutes(any_store) == []


def test_own_mentions_are_kept_but_never_counted_nor_waiting_for_a_score(any_store: Store) -> None:
    own = make_mention(is_own=True)
    assert any_store.add_mentions([own]) == [own]
    assert minutes(any_store) == []
    assert any_store.unscored(10) == []


def test_unscored_are_those_without_a_score_first_come_first(any_store: Store) -> None:
    rows = [make_mention(at=NOON - n * HOUR) for n in range(4)]
    any_store.add_mentions(rows)
    any_store.add_scores([make_score(rows[1])])
    any_store.delete_posts([Deletion(post_id=rows[3].id, at=NOON)])
    assert any_store.unscored(10) == [rows[0], rows[2]]
    assert any_store.unscored(1) == [rows[0]]


# --- searching --------------------------------------------------------------------------------------------
def test_search_folds_case_and_accents_and_needs_every_word(any_store: Store) -> None:
    late, other = make_mention("Où est MON ÉTÉ volé"), make_mention("mon hiver")
    any_store.add_mentions([late, other])
    assert [one.mention for one in any_store.search("ete Mon")] == [late]
    assert [one.mention for one in any_store.search("ou vole")] == [late]
    assert any_store.search("été hiver") == []


def test_search_gives_the_newest_first_also_when_history_was_imported_later(any_store: Store) -> None:
    new, old = make_mention("late parcel", at=NOON), make_mention("late parcel", at=NOON - 9 * HOUR)
    middle = make_mention("late parcel", at=NOON - HOUR)
    any_store.add_mentions([new])
    any_store.add_mentions([old, middle])
    assert [one.mention for one in any_store.search("parcel")] == [new, middle, old]
    assert [one.mention for one in any_store.search("parcel", limit=1)] == [new]


def test_search_can_be_of_one_brand_also_when_its_name_is_part_of_another(any_store: Store) -> None:
    air, france = make_mention("lost bag", brand="Air"), make_mention("lost bag", brand="Air France")
    odd = make_mention("lost bag", brand="+++")
    any_store.add_mentions([air, france, odd])
    assert [one.mention for one in any_store.search("bag", "Air")] == [air]
    assert [one.mention for one in any_store.search("bag", "Air France")] == [france]
    assert [one.mention for one in any_store.search("bag", "+++")] == [odd]


@pytest.mark.parametrize(
    "words",
    ["", " ", "#fail", '"', '""', "'", "fail*", "AND", "OR NOT", "fail AND", "(fail", "NEAR(a b)", "author:x",
     "text:fail", "{text}:fail", "^fail", "-fail", "a" * 50_000, "é" * 9, "fail\x00", "\ud83d", "🔥", "🔥 fail", "%_",
     "; DROP TABLE", "fail " * 500, "+", "\\", "l'eau", "x:1|Acme", "\u202efail"],
)  # fmt: skip
def test_no_search_ever_raises(any_store: Store, words: str) -> None:
    any_store.add_mentions([make_mention("such a #fail, l'eau", native=1)])
    any_store.search(words)
    any_store.search(words, "Acme", limit=0)
    any_store.mention(words)
    any_store.thread(words, "Acme")


def test_a_hashtag_and_a_word_with_an_apostrophe_are_found(any_store: Store) -> None:
    any_store.add_mentions([make_mention("such a #fail, l'eau 🔥", native=1)])
    for words in ("#fail", "l'eau", "🔥 fail", "fail*", '"fail"'):
        assert len(any_store.search(words)) == 1, words


# --- dead letters, cursors, expected, counts --------------------------------------------------------------
def test_dead_letters_come_newest_first_and_are_cut(any_store: Store) -> None:
    any_store.add_dead_letters(
        [
            DeadLetter(source="x", received_at=NOON, raw="{" * 9_000, reason="no id"),
            DeadLetter(source="x", received_at=NOON, raw="nul \x00 lone \ud83d", reason="no text"),
        ]
    )
    newest, oldest = any_store.dead_letters()
    assert newest.raw == "nul  lone \ufffd"
    assert (oldest.raw, oldest.reason) == ("{" * 4_000, "no id")
    assert any_store.dead_letters(limit=1) == [newest]


def test_dead_letters_cannot_fill_the_disk(store: Store) -> None:
    letter = DeadLetter(source="x", received_at=NOON, raw="{", reason="cut")
    store.add_dead_letters([letter] * 10_050)
    assert store.counts()["dead_letters"] == 10_000


def test_a_cursor_is_one_per_source_and_the_last_one_put(any_store: Store) -> None:
    any_store.move_cursors([Cursor(source="x", value="7", at=NOON), Cursor(source="bluesky", value="a", at=NOON)])
    any_store.move_cursors([Cursor(source="x", value="9", at=NOON + HOUR)])
    assert {name: row.value for name, row in any_store.cursors().items()} == {"x": "9", "bluesky": "a"}


def test_the_band_of_the_expected_is_kept_and_corrected(any_store: Store) -> None:
    rows = [Expected(brand="Acme", at=NOON + n * HOUR, low=0.5, middle=2.0, high=5.25) for n in range(3)]
    any_store.add_expected(rows)
    better = replace(rows[1], high=9.0)
    any_store.add_expected([better])
    assert any_store.expected("Acme", NOON, NOON + 2 * HOUR) == [rows[0], better]


def test_counts_say_how_much_is_kept(any_store: Store) -> None:
    rows = [make_mention(), make_mention()]
    any_store.add_mentions(rows)
    any_store.add_scores([make_score(rows[0])])
    counts = any_store.counts()
    assert (counts["mentions"], counts["scores"], counts["unscored"], counts["people"]) == (2, 1, 1, 1)


def test_the_versions_name_the_library_and_the_schema(any_store: Store) -> None:
    versions = any_store.versions()
    assert versions["schema"] == str(len(STEPS))
    assert tuple(map(int, versions["sqlite"].split("."))) >= (3, 51, 3)
    assert "warning" not in versions


# --- groups -----------------------------------------------------------------------------------------------
def test_a_group_is_all_or_nothing(any_store: Store) -> None:
    with pytest.raises(RuntimeError), any_store.atomic():
        any_store.add_mentions([make_mention(native=1)])
        any_store.move_cursors([Cursor(source="x", value="1", at=NOON)])
        assert any_store.mention("x:1") is not None, "inside, what was written is seen"
        raise RuntimeError
    assert any_store.mention("x:1") is None
    assert minutes(any_store) == []
    assert any_store.search("parcel") == []
    assert any_store.cursors() == {}


def test_a_part_that_failed_takes_the_whole_group_with_it(any_store: Store) -> None:
    with pytest.raises(StoreError, match="nothing of it was written"), any_store.atomic():
        any_store.add_mentions([make_mention(native=1)])
        with pytest.raises(ZeroDivisionError), any_store.atomic():
            any_store.add_mentions([make_mention(native=2)])
            raise ZeroDivisionError
    assert any_store.counts()["mentions"] == 0
    any_store.add_mentions([make_mention(native=3)])
    assert any_store.counts()["mentions"] == 1


def test_nothing_to_do_is_no_mistake(any_store: Store) -> None:
    assert any_store.add_mentions([]) == any_store.add_scores([]) == any_store.mentions([]) == []
    assert any_store.delete_posts([]) == 0
    any_store.add_dead_letters([])
    any_store.move_cursors([])
    any_store.add_signals([])
    assert any_store.put_changes([]) == any_store.add_notifications([]) == []


# --- deletion ---------------------------------------------------------------------------------------------
def test_a_quotation_of_a_deleted_post_leaves_the_evidence_and_the_numbers_stay(any_store: Store) -> None:
    quoted = make_evidence(root="x:1", root_text="My cat died in your van")
    other = make_evidence(root="x:2", root_text="Late again")
    incident = make_incident(root="x:1", evidence=quoted)
    any_store.add_mentions([make_mention(native=1), make_mention(native=2)])
    any_store.add_signals([make_signal(evidence=quoted), make_signal("spike", evidence=other)])
    (change,) = any_store.put_changes([make_change(incident, evidence=quoted)])
    any_store.delete_posts([Deletion(post_id="x:1", at=NOON)])
    scrubbed = replace(quoted, root_text=None)
    assert any_store.incident(change.incident.id).evidence == scrubbed  # type: ignore[union-attr]
    assert any_store.incident_events(change.incident.id)[0].evidence == scrubbed
    assert [row.evidence for row in any_store.signals("Acme", NOON, NOON + HOUR)] == [scrubbed, other]


def test_an_address_may_be_a_path_or_a_url(tmp_path) -> None:  # type: ignore[no-untyped-def]
    open_store(f"sqlite:///{tmp_path}/a.sqlite3").close()
    open_store(tmp_path / "a.sqlite3", read_only=True).close()
    assert (tmp_path / "a.sqlite3").exists()
