"""What holds for the store whatever comes in, in whatever order, however often, in whatever portions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from db.rows import Bucket, Deletion, Mention, Person, Scored
from db.sqlite import SqliteStore
from tests.clock import NOON
from tests.make import make_mention, make_score

DAY = timedelta(days=1)
WORDS = {"late": "complaint", "scum": "hostile", "thanks": "praise", "when": "question", "hm": "other"}


def post(native: int, *, edit: int = 0, likes: int | None = None) -> Mention:
    """What is told of a post depends on its number and on the edit, so that deliveries agree with each other."""
    words = list(WORDS)
    word = words[(native * 7 + edit * 3) % len(words)]
    return make_mention(
        f"{word} parcel {native} {edit}",
        native=native,
        author=f"author-{native % 4}",
        at=NOON + timedelta(seconds=(native * 37) % 300),
        brand="Acme" if native % 3 else "Norda",
        is_own=native % 11 == 10,
        likes=likes,
        edited_at=NOON + timedelta(hours=edit) if edit else None,
    )


deliveries = st.lists(
    st.builds(post, st.integers(0, 13), edit=st.integers(0, 2), likes=st.none() | st.integers(0, 9)), max_size=25
)


class Kept(NamedTuple):
    rows: list[Scored]
    buckets: list[Bucket]
    people: list[Person]


def kept(store: SqliteStore) -> Kept:
    brands = ("Acme", "Norda")
    rows = [one for brand in brands for one in store.mentions_between(brand, NOON - DAY, NOON + DAY)]
    return Kept(
        rows=sorted(rows, key=lambda one: one.mention.id),
        buckets=[row for brand in brands for row in store.buckets(brand, NOON - DAY, NOON + DAY) if any_of(row)],
        people=sorted((p for b in brands for p in store.waiting(b, NOON - DAY)), key=lambda p: (p.brand, p.author)),
    )


def any_of(row: Bucket) -> bool:
    return bool(row.mentions or row.scored)


def deliver(store: SqliteStore, portions: Iterable[Sequence[Mention]]) -> None:
    """As the loop does: keep, then score what is new or edited."""
    for portion in portions:
        fresh = store.add_mentions(portion)
        store.add_scores([make_score(m, WORDS[m.text.split()[0]]) for m in fresh if not m.is_own])


def in_portions(rows: Sequence[Mention], size: int) -> list[Sequence[Mention]]:
    return [rows[i : i + size] for i in range(0, len(rows), size)]


@settings(max_examples=150)
@given(st.data())
def test_order_and_repetition_and_portions_make_no_difference(data: st.DataObject) -> None:
    rows = data.draw(deliveries)
    other_order = data.draw(st.permutations(rows + rows[: data.draw(st.integers(0, 5))]))
    one, two = SqliteStore(":memory:"), SqliteStore(":memory:")
    deliver(one, in_portions(rows, data.draw(st.integers(1, 25))))
    deliver(two, in_portions(other_order, data.draw(st.integers(1, 25))))
    assert kept(one) == kept(two)
    one.close()
    two.close()


@settings(max_examples=100)
@given(st.data())
def test_the_rollups_are_what_counting_the_rows_would_give(data: st.DataObject) -> None:
    store = SqliteStore(":memory:")
    for portion in data.draw(st.lists(deliveries, max_size=4)):
        deliver(store, [portion])
        gone = data.draw(st.sets(st.integers(0, 13), max_size=3))
        store.delete_posts([Deletion(post_id=f"x:{native}", at=NOON) for native in sorted(gone)])
        if data.draw(st.booleans()):
            store.hear("Acme", f"author-{data.draw(st.integers(0, 3))}", "heard", "ada", NOON + DAY)
    now = kept(store)
    assert {(b.brand, b.minute): b for b in now.buckets} == counted(now.rows)
    assert not [m for m in store.unscored(99) if m.is_own or m.deleted_at]
    for brand in ("Acme", "Norda"):
        people = [person for person in now.people if person.brand == brand]
        assert store.wall(brand, NOON + timedelta(hours=1)).unheard == len(people)
    store.close()


def counted(rows: Sequence[Scored]) -> dict[tuple[str, object], Bucket]:
    """The slow way. What was deleted before anybody scored it is not waiting to be looked at."""
    counts: dict[tuple[str, object], Counter[str]] = {}
    for one in rows:
        if one.mention.is_own:
            continue
        count = counts.setdefault((one.mention.brand, one.mention.created_at.replace(second=0)), Counter())
        count["mentions"] += 1
        count["scored"] += one.score is not None or one.mention.deleted_at is not None
        count["complaints"] += one.is_complaint
        count["hostile"] += one.is_hostile
        count["praise"] += one.score is not None and one.score.label == "praise"
        count["questions"] += one.score is not None and one.score.label == "question"
    return {key: Bucket(brand=key[0], minute=key[1], **count) for key, count in counts.items()}  # type: ignore[arg-type]


@settings(max_examples=200)
@given(st.text(max_size=60), st.sampled_from([None, "Acme", "+"]))
def test_any_text_can_be_kept_and_searched(text: str, brand: str | None) -> None:
    store = SqliteStore(":memory:")
    stored = store.add_mentions([make_mention(text), make_mention("of another brand", brand="+")])
    assert len(stored) == 2
    assert store.mention(stored[0].id) == Scored(mention=stored[0])
    for one in store.search(text, brand):
        assert brand in (None, one.mention.brand)
    for word in (w for w in stored[0].text.split() if w.isascii() and w.isalnum()):
        assert stored[0] in [one.mention for one in store.search(word)]
    store.close()


@given(st.text(st.characters(), max_size=40))
def test_a_surrogate_or_a_control_character_never_stops_a_batch(text: str) -> None:
    store = SqliteStore(":memory:")
    rough = make_mention(text + "\ud83d", native=1)
    rough = replace(rough, handle=text, display_name="\x00" + text, hashtags=(text, "\udfff"), url=text, lang=text)
    assert len(store.add_mentions([rough, make_mention(native=2)])) == 2
    assert store.dead_letters() == []
    store.close()
