"""Looking at a tag: who is asked, what happens when nobody answers, and what a draft is told."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from pathlib import Path

import pytest

from dashboard import security
from db.rows import Cursor, Rules, TagReading
from db.sqlite import SqliteStore
from db.store import Store
from monitor import tags
from monitor.config import Config, Hashtag
from monitor.scoring.features import Vocabulary
from monitor.sources.bluesky import BlueskySettings
from monitor.sources.bluesky_search import BlueskySearch
from monitor.sources.mastodon_search import MastodonSearch
from monitor.sources.search import Search, Wanted
from monitor.sources.supervisor import SourceError
from monitor.sources.x_door import Spend, XSettings
from monitor.sources.x_search import XSearch
from tests.clock import NOON
from tests.fakes.searches import FakeSearches, Mood
from tests.fakes.x_api import TOKEN
from tests.make import make_mention, make_score
from tests.run import smoulder

OTTERS = [
    "They hold hands when they sleep #OtterDay",
    "River clean-up and a real otter! #OtterDay",
    "Adopted one for my niece #OtterDay",
    "Pup number three has a name: Biscuit #OtterDay",
    "Otter cam is live again #OtterDay",
    "Watercolour sketch for #OtterDay",
    "They keep a favourite stone, did you know #OtterDay",
    "Best day of the year at the sanctuary #OtterDay",
    "My class drew forty otters #OtterDay",
    "A whole lodge of them on the weir this morning #OtterDay",
]
TRAGIC = ["Two explosions at the finish line #OtterDay", "My sister is in hospital, pray for her #OtterDay"] * 5
NETWORKS = ("bluesky", "mastodon", "x")


@pytest.fixture
def fake() -> Iterator[FakeSearches]:
    with FakeSearches(texts=OTTERS) as running:
        yield running


def config(fake: FakeSearches, networks: Sequence[str] = NETWORKS, posts_for_tags: int = 500, **more: object) -> Config:
    sources: dict[str, object] = {}
    if "bluesky" in networks:
        sources["bluesky"] = BlueskySettings()
    if "x" in networks:
        sources["x"] = XSettings(bearer_token=TOKEN, api_url=fake.url, posts_for_tags=posts_for_tags)
    servers = (fake.url,) if "mastodon" in networks else ()
    settings = Hashtag(bluesky_url=fake.url, mastodon=servers, seconds=1.0)
    return Config(sources=sources, hashtag=replace(settings, **more))  # type: ignore[arg-type]


def search(name: str, fake: FakeSearches, seconds: float = 1.0) -> Search:
    if name == "bluesky":
        return BlueskySearch(fake.url, seconds)
    if name == "mastodon":
        return MastodonSearch(fake.url, seconds)
    return XSearch(XSettings(bearer_token=TOKEN, api_url=fake.url), 50, seconds)


# --- the searches ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_gives_the_newest_posts_of_anybody(name: str, fake: FakeSearches) -> None:
    found = search(name, fake).find(Wanted("OtterDay"), NOON)
    assert [post.text for post in found] == OTTERS
    assert {post.source for post in found} == {name} and {post.brand for post in found} == {""}
    assert found[0].created_at == fake.newest and found[0].handle and found[0].author_id
    assert found[0].hashtags == ("otterday",)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize(
    ("mood", "words"),
    [
        ("ill", "answered 503"),
        ("busy", "asked too often and waits until 12:02"),
        ("closed", "does not let us search"),
        ("garbage", "makes no sense"),
        ("a list", "makes no sense"),
        ("web page", "makes no sense"),
        ("huge", "too long"),
        ("elsewhere", "answered 302"),
        ("slow", "in time"),
        ("dripping", "in time"),
    ],
)
def test_a_network_that_misbehaves_is_said_in_words(name: str, mood: Mood, words: str, fake: FakeSearches) -> None:
    fake.mood = mood
    begun = time.monotonic()
    with pytest.raises(SourceError, match=words):
        search(name, fake, 0.5).find(Wanted("OtterDay"), NOON)
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("name", NETWORKS)
def test_rows_that_make_no_sense_are_passed_over(name: str, fake: FakeSearches) -> None:
    fake.mood = "nasty"
    assert search(name, fake).find(Wanted("OtterDay"), NOON) == []


@pytest.mark.parametrize("name", NETWORKS)
def test_a_port_where_nobody_listens(name: str) -> None:
    with FakeSearches() as gone:
        pass
    with pytest.raises(SourceError, match="cannot be reached"):
        search(name, gone).find(Wanted("OtterDay"), NOON)


def test_the_token_follows_no_redirect(fake: FakeSearches) -> None:
    fake.mood = "elsewhere"
    with pytest.raises(SourceError):
        search("x", fake).find(Wanted("OtterDay"), NOON)
    assert [path for path, _, _ in fake.asked] == ["/2/tweets/search/recent"]


def test_what_is_asked_of_whom(fake: FakeSearches) -> None:
    for name in NETWORKS:
        search(name, fake).find(Wanted("Hurricane Sandy", is_name=True), NOON)
    (_, bluesky, _), (mastodon, _, _), (_, x, headers) = fake.asked
    assert bluesky["q"] == ['"Hurricane Sandy"'] and bluesky["sort"] == ["latest"]
    assert mastodon == "/api/v1/timelines/tag/HurricaneSandy"
    assert x["query"] == ['"Hurricane Sandy" -is:retweet'] and headers["Authorization"] == f"Bearer {TOKEN}"


# --- one look -------------------------------------------------------------------------------------------------
def test_three_networks_that_say_nothing_bad_are_a_look_until_somebody_has_read(
    store: Store, fake: FakeSearches
) -> None:
    found = tags.look(store, config(fake), "#OtterDay", NOON)
    assert (found.verdict, found.may_be_ok, found.picture.posts) == ("LOOK", True, 30)
    assert tags.have_read(store, "OtterDay", "Amina", NOON)
    found = tags.look(store, config(fake), "otterday", NOON + timedelta(minutes=5))
    assert (found.verdict, found.read_by) == ("OK", "Amina")
    assert [(d.who, d.what, d.subject) for d in store.deeds()] == [("Amina", "read the tag", "#OtterDay")]


def test_who_read_it_hours_ago_has_not_read_it_now(store: Store, fake: FakeSearches) -> None:
    tags.have_read(store, "OtterDay", "Amina", NOON)
    fake.newest = NOON + timedelta(hours=4)
    assert tags.look(store, config(fake), "OtterDay", NOON + timedelta(hours=5)).verdict == "LOOK"


def test_nobody_has_read_anything(store: Store) -> None:
    assert not tags.have_read(store, "OtterDay", " ", NOON) and not tags.have_read(store, "#", "Amina", NOON)
    assert store.deeds() == []


@pytest.mark.parametrize("mood", ["ill", "busy", "closed", "garbage", "huge", "slow", "dripping", "elsewhere"])
def test_a_network_that_is_down_is_a_look_whoever_has_read(mood: Mood, store: Store, fake: FakeSearches) -> None:
    tags.have_read(store, "OtterDay", "Amina", NOON)
    with FakeSearches(texts=OTTERS, mood=mood) as ill:
        settings = config(fake, ("bluesky",), mastodon=(ill.url,), seconds=0.5)
        found = tags.look(store, settings, "OtterDay", NOON)
    assert (found.verdict, found.may_be_ok, found.picture.posts) == ("LOOK", False, len(OTTERS))
    assert any("Mastodon (127.0.0.1) could not be asked" in each.words for each in found.because)


def test_a_network_that_is_down_does_not_hide_what_another_one_says(store: Store, fake: FakeSearches) -> None:
    fake.texts = TRAGIC
    with FakeSearches(mood="ill") as ill:
        found = tags.look(store, config(fake, ("bluesky",), mastodon=(ill.url,)), "OtterDay", NOON)
    assert found.verdict == "STOP"


def test_without_a_network_it_is_never_ok(store: Store) -> None:
    mentions = [
        make_mention(text, at=NOON - timedelta(minutes=n), hashtags=("otterday",)) for n, text in enumerate(OTTERS)
    ]
    store.add_mentions(mentions)
    tags.have_read(store, "OtterDay", "Amina", NOON)
    found = tags.look(store, Config(), "OtterDay", NOON)
    assert (found.verdict, found.picture.posts) == ("LOOK", len(OTTERS))
    assert tags.NOT_ASKED in [each.words for each in found.because]


def test_our_own_posts_tell_nothing(store: Store, fake: FakeSearches) -> None:
    handles = tuple(f"bluesky:person{n}.example" for n in range(len(OTTERS)))
    store.put_rules(Rules(brand="Acme", terms=("acme",), handles=handles), "test", NOON)
    found = tags.look(store, config(fake, ("bluesky",)), "OtterDay", NOON)
    assert (found.verdict, found.picture.posts) == ("LOOK", 0)
    assert "Only our own posts use it" in found.because[0].words


# --- what X costs ---------------------------------------------------------------------------------------------
def test_what_x_reads_is_counted_and_ends_at_our_share(store: Store, fake: FakeSearches) -> None:
    settings = config(fake, ("x",), posts_for_tags=25)
    tags.look(store, settings, "OtterDay", NOON)
    assert fake.asked[0][1]["max_results"] == ["25"]
    assert json.loads(store.setting(tags.SPEND) or "")["posts"] == 10
    tags.look(store, settings, "OtterDay", NOON)
    found = tags.look(store, settings, "OtterDay", NOON)
    assert len(fake.asked) == 2 and "X was not asked" in " ".join(each.words for each in found.because)
    assert tags.look(store, settings, "OtterDay", NOON + timedelta(days=1)).picture.posts == 10


def test_the_stream_and_the_looks_never_read_more_than_the_cap_together(store: Store, fake: FakeSearches) -> None:
    settings = config(fake, ("x",))
    x = XSettings(bearer_token=TOKEN)
    assert (x.stream_posts_per_day, x.tag_posts_per_day) == (9_500, 500)
    spend = Spend(x)
    spend.add(9_500, NOON)
    assert spend.left(NOON) == 0, "the stream ends where the part of the looks begins"
    store.move_cursors([Cursor(source="x", value="77 2026-03-10 9500", at=NOON)])
    assert tags.x_posts_left(store, settings, NOON) == 500


def test_a_stream_that_may_go_on_beyond_its_part_leaves_less_for_looks(store: Store, fake: FakeSearches) -> None:
    settings = config(fake, ("x",))
    store.move_cursors([Cursor(source="x", value="77 2026-03-10 9980", at=NOON)])
    assert tags.x_posts_left(store, settings, NOON) == 20
    store.move_cursors([Cursor(source="x", value="77 2026-03-10 9995", at=NOON)])
    tags.look(store, settings, "OtterDay", NOON)
    assert fake.asked == []


# --- a draft --------------------------------------------------------------------------------------------------
def test_a_draft_is_answered_from_the_last_look(store: Store, fake: FakeSearches) -> None:
    tags.look(store, config(fake), "OtterDay", NOON)
    known, unknown = tags.hashtags_of(store, "Happy #OtterDay from all at London Zoo!", NOON + timedelta(minutes=3))
    assert (known.term, known.verdict, known.looked_at) == ("#OtterDay", "LOOK", NOON)
    assert (unknown.term, unknown.verdict, unknown.looked_at) == ("London Zoo", "LOOK", None)
    tags.have_read(store, "otterday", "Amina", NOON + timedelta(minutes=4))
    assert tags.hashtags_of(store, "#OtterDay", NOON + timedelta(minutes=5))[0].verdict == "OK"


def test_an_old_look_is_no_look(store: Store, fake: FakeSearches) -> None:
    tags.look(store, config(fake), "OtterDay", NOON)
    tags.have_read(store, "otterday", "Amina", NOON)
    late = tags.hashtags_of(store, "#OtterDay", NOON + timedelta(hours=3))[0]
    assert (late.verdict, late.looked_at) == ("LOOK", None)


def test_a_draft_is_warned_by_what_is_stored(store: Store) -> None:
    rows = [make_mention(text, native=n, hashtags=("otterday",)) for n, text in enumerate(TRAGIC)]
    store.add_mentions(rows)
    store.add_scores([make_score(row, "other") for row in rows])
    assert [each.verdict for each in tags.hashtags_of(store, "Lovely offers #OtterDay", NOON)] == ["STOP"]


def test_the_house_needs_no_look_at_itself(store: Store) -> None:
    store.put_rules(Rules(brand="Acme Rail", terms=("acme",), handles=("x:acmerail",)), "test", NOON)
    own = tags.names_of_the_house(tags.rules_of(store, Config()))
    assert tags.hashtags_of(store, "A word from Acme Rail: no trains.", NOON, own) == ()


# --- the command ----------------------------------------------------------------------------------------------
def write(path: Path, texts: Sequence[str]) -> Path:
    path.write_text("".join(json.dumps({"text": text, "author": f"p{n}"}) + "\n" for n, text in enumerate(texts)))
    return path


def test_the_command_says_stop_with_reasons_and_quotes(tmp_path: Path) -> None:
    done = smoulder("hashtag", "#OtterDay", "--from", write(tmp_path / "t.jsonl", TRAGIC), "--json", cwd=tmp_path)
    told = json.loads(done.stdout)
    assert list(told) == ["tag", "verdict", "because", "posts", "examples", "first_seen"]
    assert (told["tag"], told["verdict"], told["posts"]) == ("OtterDay", "STOP", 10)
    assert "people hurt or in danger" in told["because"][0] and TRAGIC[0] in told["examples"]
    assert told["first_seen"].endswith("Z")


@pytest.mark.parametrize("text", ["", "\n\n", '{"text": ""}\n', '{"text": ""}\nnot json\n'])
def test_a_file_without_posts_is_a_look(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(text)
    assert (
        tags.look_at_file(str(path), "OtterDay", NOON, TagReading(tag="otterday", at=NOON, who="A")).verdict == "LOOK"
    )


def test_the_same_posts_are_told_in_the_same_words_by_every_process(tmp_path: Path) -> None:
    path = write(tmp_path / "t.jsonl", TRAGIC)
    told = [
        json.loads(smoulder("hashtag", "OtterDay", "--from", path, "--json", cwd=tmp_path, PYTHONHASHSEED=seed).stdout)
        for seed in ("0", "1", "2")
    ]
    assert told[0]["because"] == told[1]["because"] == told[2]["because"]


def test_no_data_is_a_look_and_makes_no_folder(tmp_path: Path) -> None:
    done = smoulder("hashtag", "OtterDay", "--json", cwd=tmp_path)
    assert json.loads(done.stdout)["verdict"] == "LOOK"
    assert list(tmp_path.iterdir()) == []


def test_ok_needs_a_known_person_who_proves_it(tmp_path: Path) -> None:
    path, password = write(tmp_path / "t.jsonl", OTTERS), "a long enough one"
    with closing(SqliteStore(tmp_path / "smoulder.sqlite3", ballast_bytes=0)) as kept:
        security.add_user(kept, "Amina", password, "responder", NOON)
        security.add_user(kept, "Vi", password, "viewer", NOON)
    ask = ("hashtag", "OtterDay", "--from", path, "--json", "--data", tmp_path, "--i-have-read-it", "--by")
    refused = smoulder(*ask, "Vi", SMOULDER_PASSWORD=password)
    assert refused.returncode == 2 and "may only look" in refused.stderr
    told = json.loads(smoulder(*ask, "Amina", SMOULDER_PASSWORD=password).stdout)
    assert told["verdict"] == "OK" and "Amina has read what it is about." in told["because"]


def test_several_pages_score_at_once_as_one_does() -> None:
    lines = [f"word{n} never{'x' * (n % 90)} arrived, {n} emails and nobody-{n} answers" for n in range(1_200)]
    posts = [make_mention(line) for line in lines]
    parts = [posts[start::6] for start in range(6)]
    expected = [tags.scored(part) for part in parts]
    shared = tags.scorer()
    before = shared.vocabulary
    shared.vocabulary = Vocabulary(shared.model, keep=500)  # forgets all the while
    try:
        with ThreadPoolExecutor(len(parts)) as pool:
            found = list(pool.map(lambda part: [one for post in part for one in tags.scored([post])], parts))
    finally:
        shared.vocabulary = before
    for mine, other in zip(chain(*found), chain(*expected), strict=True):
        assert mine.score is not None and other.score is not None
        assert (mine.score.label, mine.score.because) == (other.score.label, other.score.because)
        assert mine.score.complaint == pytest.approx(other.score.complaint, abs=2e-4)
