"""The hashtag brake: what stops, what is a look, and that nothing is OK by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from db.rows import Mention, Scored, TagReading
from monitor.answer import hashtag
from monitor.answer.danger import calls_for_sympathy, danger, names_danger
from monitor.answer.hashtag import Finding, Reason, break_in_volume, plain_tag, reason, terms_of
from tests import tagchatter
from tests.clock import NOON
from tests.make import make_mention
from tests.tagchatter import DATA
from tests.test_tags import OTTERS, TRAGIC

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
AMINA = TagReading(tag="otterday", at=NOON - MINUTE, who="Amina")


def posts(texts: Sequence[str], **more: object) -> list[Mention]:
    return [make_mention(text, **({"at": NOON - n * MINUTE} | more)) for n, text in enumerate(texts)]


def judge(mentions: Sequence[Mention], reading: TagReading | None = AMINA, troubles: Sequence[Reason] = ()) -> Finding:
    scores = tagchatter.load_scorer_once().score(list(mentions))
    scored = [Scored(mention=mention, score=score) for mention, score in zip(mentions, scores, strict=True)]
    return hashtag.judge("OtterDay", scored, NOON, reading=reading, troubles=troubles)


def words(found: Finding) -> str:
    return " ".join(each.words for each in found.because)


# --- the bars -------------------------------------------------------------------------------------------------
def verdicts(*names: str) -> dict[str, str]:
    return {one.tag: tagchatter.judge(one).verdict for name in names for one in tagchatter.read(DATA / name)}


def test_the_historic_cases_stop() -> None:
    found = verdicts("tragictags.jsonl")
    historic = ("notguilty", "WhyIStayed", "Cairo", "PrayForBoston", "iranelection")
    assert {tag: found[tag] for tag in historic} == dict.fromkeys(historic, "STOP")
    assert list(found.values()).count("STOP") >= 16 and len(found) == 17


def test_sixty_harmless_tags_hardly_ever_stop_and_are_never_ok() -> None:
    found = verdicts(*(f"tagchatter/{path.name}" for path in sorted((DATA / "tagchatter").glob("*.jsonl"))))
    assert len(found) >= 60
    assert list(found.values()).count("STOP") <= 2 and "OK" not in found.values()


def test_the_sets_that_the_lists_were_tuned_on() -> None:
    assert set(verdicts("hashtags/tragic.jsonl").values()) == {"STOP"}
    assert set(verdicts("hashtags/harmless.jsonl").values()) == {"LOOK"}


# --- never OK by itself ---------------------------------------------------------------------------------------
def test_enough_harmless_posts_are_ok_by_a_person_only() -> None:
    assert (judge(posts(OTTERS)).verdict, judge(posts(OTTERS), None).verdict) == ("OK", "LOOK")
    assert judge(posts(OTTERS), None).may_be_ok


@pytest.mark.parametrize(
    ("mentions", "said"),
    [
        ([], "No post of anybody was found"),
        (posts(OTTERS[:1]), "Only one post was found"),
        (posts(OTTERS[:7]), "Only 7 posts were found"),
        (posts(OTTERS, author="one"), "All posts are by one person."),
        (posts(OTTERS[:5], author="one") + posts(OTTERS[5:], author="two"), "Only 2 people wrote all of the posts."),
        (posts(OTTERS, at=NOON - 4 * DAY), "The newest post is 4 days old"),
        (posts(OTTERS, is_own=True), "Only our own posts use it"),
        (posts(OTTERS, deleted_at=NOON), "No post of anybody was found"),
        (posts(["本当に可愛いカワウソの日です #OtterDay"] * 10), "in a language that is not read here"),
        (posts(["Вот это да, какие выдры, просто чудо #OtterDay"] * 10), "in a language that is not read here"),
        (posts(["Das sind die schönsten Otter, die ich heute gesehen habe #OtterDay"] * 10), "not read here (de)"),
    ],
    ids=range(11),
)
def test_what_cannot_be_told_is_a_look_whoever_has_read(mentions: list[Mention], said: str) -> None:
    found = judge(mentions)
    assert (found.verdict, found.may_be_ok) == ("LOOK", False)
    assert said in words(found)


def test_a_source_that_is_down_is_a_look() -> None:
    down = reason("unknown", "{source} could not be asked: {why}.", source="Bluesky", why="it answered 503")
    found = judge(posts(OTTERS), troubles=[down])
    assert found.verdict == "LOOK" and "Bluesky could not be asked: it answered 503." in words(found)


def test_whoever_has_read_a_tragedy_stops_all_the_same() -> None:
    found = judge(posts(TRAGIC))
    assert (found.verdict, found.because[0].weight) == ("STOP", "stop")


def test_one_who_shouts_does_not_make_a_tragedy_of_it() -> None:
    loud = posts(TRAGIC * 5, author="one")
    assert judge([*posts(OTTERS), *loud]).verdict != "STOP"


def test_a_post_that_came_twice_counts_once() -> None:
    once = posts(OTTERS)
    assert judge([*once, *once]).picture.posts == len(OTTERS)


def test_the_newest_posts_of_others_are_shown_as_they_were_written() -> None:
    own = make_mention("Our #OtterDay offers!", at=NOON, is_own=True)
    found = judge([*reversed(posts(OTTERS)), own])
    assert [each.mention.text for each in found.examples] == OTTERS[: hashtag.EXAMPLES]
    assert found.picture.first_seen == NOON - 9 * MINUTE


# --- words ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "He hit me where my mother could not see it", "They are firing tear gas at the protesters", "Where is my vote?",
        "She was murdered and the jury let him walk free", "Deux explosions, des blessés partout",
        "Il m'a frappée devant les enfants",
        "Fusillade en ville, restez chez vous", "The death toll is 41",
        "Où est mon vote ? Les manifestants sont gazés par les CRS",
    ],
)  # fmt: skip
def test_words_of_danger_are_found_in_both_languages(text: str) -> None:
    assert danger(text).weight >= hashtag.WORTH_SAYING


@pytest.mark.parametrize(
    "text",
    [
        "He killed it in the second half, what a match", "I died laughing", "This cake is to die for",
        "Sign up for the free trial",
        "Mort de rire", "Le contre-la-montre demain", "Bath bombs are back in the shop", "A fashion victim, me",
        "", "🦦", "x" * 100_000,
    ],
)  # fmt: skip
def test_what_is_said_in_jest_is_no_danger(text: str) -> None:
    assert danger(text).weight < hashtag.WORTH_SAYING


def test_the_tag_itself_says_nothing_about_its_posts() -> None:
    assert danger("Lovely #massacre", "massacre").weight == 0
    assert danger("Lovely #massacre").weight > 0


@pytest.mark.parametrize(
    ("tag", "calls", "names"),
    [
        ("PrayForBoston", True, False),
        ("JusticePourIlyes", True, True),
        ("notguilty", False, True),
        ("OtterDay", False, False),
    ],
)
def test_a_tag_may_speak_for_itself(tag: str, calls: bool, names: bool) -> None:
    assert (calls_for_sympathy(tag), names_danger(tag)) == (calls, names)


@pytest.mark.parametrize(
    ("asked", "tag"),
    [
        ("#Cairo", "Cairo"),
        ("  ＃été! ", "été"),
        ("Hurricane  Sandy", "Hurricane Sandy"),
        ("#", ""),
        ("<b>x</b>", "b x b"),
        ("a" * 500, "a" * 100),
    ],
)
def test_a_tag_is_asked_for_in_its_plain_form(asked: str, tag: str) -> None:
    assert plain_tag(asked) == tag


@pytest.mark.parametrize(
    ("draft", "terms"),
    [
        ("Millions are in uproar in #Cairo. Rumour is they heard our new spring collection", ("#Cairo",)),
        ("Thinking of everyone hit by Hurricane Sandy", ("Hurricane Sandy",)),
        ("Our thoughts are with Boston", ("Boston",)),
        ("NASA and London Zoo", ("NASA", "London Zoo")),
        ("Hello Amina, thanks! We open on Monday", ("Amina",)),
        ("WE ARE SO SORRY ABOUT YOUR BAG", ()),
        ("we are sorry", ()),
        ("#a #b #c", ("#a", "#b", "#c")),
        ("issue #4, see example.org/#top", ()),
        (" ".join(f"#tag{n}" for n in range(50)), tuple(f"#tag{n}" for n in range(12))),
        ("", ()),
    ],
)
def test_tags_and_names_of_a_draft(draft: str, terms: tuple[str, ...]) -> None:
    assert terms_of(draft) == terms


def test_a_break_in_volume_is_told() -> None:
    usual = [NOON - n * timedelta(minutes=40) for n in range(3, 60)]
    burst = [NOON - n * MINUTE for n in range(30)]
    assert break_in_volume(usual, NOON) is None
    times = break_in_volume([*usual, *burst], NOON)
    assert times is not None and times >= 4
    assert break_in_volume(burst, NOON) is None  # nothing before it is known


def test_a_reason_comes_back_from_its_row_as_it_was() -> None:
    packed = reason("stop", "{n} of {all}: {words}.", n=3, all=9, words="é, ü")
    assert Reason.unpack(packed.pack()) == packed and packed.words == "3 of 9: é, ü."


def test_braces_of_a_stranger_break_no_sentence() -> None:
    found = judge(posts([text.replace("#OtterDay", "{0} {x} {} {{ #OtterDay") for text in OTTERS]))
    assert found.verdict == "OK" and words(found)
