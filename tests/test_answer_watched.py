"""After the answer: did it calm, who is heard, who says alike, and does one text go to many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard import cards
from db.rows import Batch, Bucket, Gap, Mention, Person, Rules, Score
from db.store import Store
from monitor.answer import heardclock
from monitor.answer.effect import effect
from monitor.answer.heardclock import Waiter, alike
from monitor.answer.ownposts import OwnPosts
from monitor.answer.replypage import reply_page
from monitor.config import Alerts
from monitor.loop import Loop
from tests.clock import NOON
from tests.make import make_mention, make_scored

MINUTE = timedelta(minutes=1)


# --- did it calm ----------------------------------------------------------------------------------------------
def minutes(before: int, after: int, hostile: int = 0) -> list[Bucket]:
    """Complaints in each minute of the hour before noon and of the hour after it."""
    return [
        Bucket(brand="A", minute=NOON + n * MINUTE, complaints=before if n < 0 else after, hostile=hostile)
        for n in range(-60, 60)
    ]


@pytest.mark.parametrize(
    ("before", "after", "course"),
    [(3, 1, "calmer"), (3, 3, "as before"), (1, 3, "louder"), (0, 0, "too few"), (0, 2, "louder")],
)
def test_the_minutes_after_an_answer_are_held_beside_those_before(before: int, after: int, course: str) -> None:
    found = effect(NOON, NOON + 45 * MINUTE, minutes(before, after, hostile=1))
    assert found.course == course
    assert (found.before, found.after) == (10.0 * before, 10.0 * after)
    assert (found.hostile_before, found.hostile_after) == (10.0, 10.0)


def test_the_first_ten_minutes_say_nothing_yet() -> None:
    assert effect(NOON, NOON + 10 * MINUTE, minutes(3, 0)).course == "too early"
    assert effect(NOON, NOON + 10 * MINUTE, minutes(3, 0)).after is None
    assert effect(NOON, NOON + 11 * MINUTE, minutes(3, 0)).course == "calmer"


def test_what_nobody_could_see_is_no_calm() -> None:
    gap = Gap(source="x", start=NOON + 5 * MINUTE, end=NOON + 9 * MINUTE)
    found = effect(NOON, NOON + 45 * MINUTE, minutes(3, 0), gaps=[gap])
    assert (found.course, found.after) == ("not seen", None)
    elsewhen = replace(gap, start=NOON + 50 * MINUTE, end=None)
    assert effect(NOON, NOON + 45 * MINUTE, minutes(3, 0), gaps=[elsewhen]).course == "calmer"


def test_the_persons_own_last_word_afterwards_is_their_mood() -> None:
    said = [
        make_scored("Awful", "hostile", at=NOON - MINUTE),
        make_scored("Well", "complaint", at=NOON + MINUTE),
        make_scored("Thank you for calling her", "praise", at=NOON + 2 * MINUTE),
    ]
    assert effect(NOON, NOON + 20 * MINUTE, minutes(3, 3), said).mood == "praise"
    assert effect(NOON, NOON + 20 * MINUTE, minutes(3, 3), said[:1]).mood == ""


# --- who is heard ---------------------------------------------------------------------------------------------
def person(name: str, waited: float, state: str = "unheard", heard_after: float | None = None) -> Person:
    since = NOON - waited * MINUTE
    return Person(
        brand="A",
        author=name,
        mention_id=f"x:{name}",
        waiting_since=since,
        state=state,  # type: ignore[arg-type]
        heard_at=None if heard_after is None else since + heard_after * MINUTE,
    )


def test_everybody_is_unheard_heard_or_answered_and_the_oldest_is_named() -> None:
    people = [
        person("ann", 20),
        person("bob", 40, "heard", 5),
        person("cleo", 40, "answered", 30),
        person("dan", 3),
        person("eve", 2, "closed", 1),
    ]
    clock = heardclock.read(people, {}, NOON)
    assert [w.person.author for w in clock.people][:2] == ["ann", "dan"]
    assert (clock.unheard, clock.heard, clock.answered, clock.closed) == (2, 1, 1, 1)
    assert clock.in_time == 2 / 4  # bob and eve of ann, bob, cleo and eve: dan's time is not over
    assert clock.oldest_at == NOON - 20 * MINUTE


def test_nobody_and_nobody_due_are_not_nought_per_cent() -> None:
    assert heardclock.read([], {}, NOON).in_time is None
    assert heardclock.read([person("ann", 3)], {}, NOON).in_time is None
    assert heardclock.read([], {}, NOON).oldest_at is None


def waiters(*texts: str) -> list[Waiter]:
    return [Waiter(person=person(f"p{n}", n), said=make_scored(text)) for n, text in enumerate(texts)]


def test_alike_complaints_stand_together_and_everybody_is_somewhere_once() -> None:
    found = waiters(
        "The ramp was missing again at Leeds",
        "No ramp anywhere, I missed my connection",
        "Where is the ramp you promised",
        "Your refund form wants a fax number",
        "A fax number, really, for a refund",
        "Il faisait froid dans le wagon",
        "My dog was refused",
    )
    groups = alike([*found, Waiter(person=person("gone", 9))])
    assert [(g.words, len(g.people)) for g in groups] == [("ramp", 3), ("fax number", 2), ("", 3)]
    assert groups[0].unheard == 3
    members = [one.person.author for group in groups for one in group.people]
    assert sorted(members) == sorted([*(w.person.author for w in found), "gone"])


def test_the_name_of_the_brand_and_words_that_do_not_stand_together_name_no_group() -> None:
    two = waiters("Acme, where is the ramp?", "Where on earth was the ramp, Acme")
    assert [g.words for g in alike(two, names=("Acme Where",))] == ["ramp"]


def test_a_word_that_most_use_tells_nobody_apart() -> None:
    groups = alike(
        waiters(*(f"wheelchair {word}" for word in ("ramp", "ramp", "lift", "lift", "fare", "seat", "toilet")))
    )
    assert [g.words for g in groups] == ["wheelchair ramp", "wheelchair lift", ""]


# --- one text to many people ----------------------------------------------------------------------------------
TEXT = "We're sorry to hear this. Please send us a message with your booking number."


def own(n: int, text: str = TEXT, **more: object) -> Mention:
    values = {"native": f"own{n}", "author": "acme", "is_own": True, "in_reply_to": f"x:{n}", "at": NOON + n * MINUTE}
    return make_mention(text, **(values | more))  # type: ignore[arg-type]


def test_the_same_text_to_fourteen_people_is_found_whoever_sends_it() -> None:
    watch = OwnPosts()
    assert watch.see([own(0, f"@ann {TEXT}")]) == []
    [found] = watch.see([own(n, f"@p{n}, {TEXT} ^{n}") for n in range(1, 14)])
    assert (found.people, found.id, found.words) == (14, "x:own0", TEXT)
    assert (found.first_at, found.last_at) == (NOON, NOON + 13 * MINUTE)
    assert found.posts[0] == "x:own0" and len(found.posts) == 14


def test_each_person_counts_once_and_each_post_once() -> None:
    watch = OwnPosts()
    watch.see([own(0)])
    assert watch.see([own(0), own(1, in_reply_to="x:0")]) == []
    [found] = watch.see([own(2), own(2)])
    assert (found.people, len(found.posts)) == (2, 3)


def test_news_thanks_reposts_and_answers_of_their_own_are_no_paste() -> None:
    watch = OwnPosts()
    news = [own(n, "Trains to Hull run again from six o'clock tomorrow", in_reply_to=None) for n in range(4)]
    thanks = [own(10 + n, "Thank you so much!") for n in range(4)]
    reposts = [own(20 + n, repost_of="x:1") for n in range(4)]
    texts = (
        "We lost your bag at Leeds, and I am looking for it now.",
        "The heating failed on your coach. That was our fault.",
        "Nobody rang you back for a week; I will at four.",
    )
    each = [own(30 + n, text) for n, text in enumerate(texts)]
    assert watch.see(news + thanks + reposts + each) == []


def test_a_text_of_last_month_is_no_paste() -> None:
    watch = OwnPosts()
    watch.see([own(0)])
    assert watch.see([own(1, at=NOON + timedelta(days=9))]) == []
    [found] = watch.see([own(2, at=NOON + timedelta(days=9, hours=1))])
    assert found.people == 2


def test_a_text_that_our_accounts_paste_is_found_as_it_comes_in_and_stands_on_the_wall(store: Store) -> None:
    loop = Loop(store, Unscored(), {"Acme": Rules(brand="Acme")}, Alerts())
    loop.ingest(Batch(mentions=tuple(own(n) for n in range(13))))
    woken = Loop(store, Unscored(), {"Acme": Rules(brand="Acme")}, Alerts())
    woken.wake()
    woken.ingest(Batch(mentions=(own(13),)))
    [found] = store.pasted("Acme", NOON)
    assert (found.people, found.words) == (14, TEXT)
    said = [b.words for b in cards.banners(store.wall("Acme", NOON + 15 * MINUTE))]
    assert "The same text went to 14 people" in said
    later = store.wall("Acme", NOON + timedelta(hours=4))
    assert "The same text went to 14 people" not in [b.words for b in cards.banners(later)]


class Unscored:
    def score(self, mentions: Sequence[Mention]) -> list[Score]:
        return []


# --- where it is answered -------------------------------------------------------------------------------------
def test_an_answer_is_written_on_the_networks_own_page() -> None:
    assert reply_page(make_mention(native=1234)) == "https://x.com/intent/post?in_reply_to=1234"
    assert reply_page(make_mention(native="12|34")) == "https://x.example/12|34"
    assert reply_page(make_mention(source="bluesky", native="did/1")) == "https://bluesky.example/did/1"
    assert reply_page(make_mention(native="abc", url=None)) is None
