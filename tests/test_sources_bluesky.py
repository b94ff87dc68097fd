"""Bluesky, against a local server that speaks Jetstream's v1 protocol."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from db.rows import Batch, Cursor, Rules
from monitor.sources.bluesky import HOSTS, Bluesky, BlueskySettings
from tests.clock import NOON, Clock
from tests.fakes.jetstream import DID, FakeJetstream, Talk, deletion, event, micros, running, saying, then
from tests.reading import ACME, BOLT, dials_per_second, reading

OWN = "did:plc:acmeown"


def bluesky(*servers: FakeJetstream, brands: tuple[Rules, ...] = (ACME, BOLT), **changes: Any) -> Bluesky:
    asked: dict[str, Any] = {"hosts": tuple(s.url for s in servers), "api_url": "", "stall_seconds": 60.0}
    return Bluesky(BlueskySettings(**(asked | changes)), brands)


def post(when: datetime, key: str = "k1", text: str = "acme lost my bag", **record: Any) -> dict[str, Any]:
    return event(micros(when), key, text, **record)


def uri(key: str, did: str = DID) -> dict[str, str]:
    return {"cid": "bafy", "uri": f"at://{did}/app.bsky.feed.post/{key}"}


def cursor(when: datetime) -> dict[str, Cursor]:
    return {"bluesky": Cursor(source="bluesky", value=str(micros(when)), at=when)}


def batch(told: dict[str, Any] | bytes) -> Batch:
    source = Bluesky(BlueskySettings(api_url=""), (ACME, BOLT))
    return source.parse(told if isinstance(told, bytes) else json.dumps(told).encode(), NOON)


# --- what a record says ----------------------------------------------------------------------------------------
def test_a_post_becomes_a_mention_with_all_that_jetstream_says() -> None:
    told = post(
        NOON,
        reply={"root": uri("r1", "did:plc:root"), "parent": uri("p1")},
        embed={"$type": "app.bsky.embed.recordWithMedia", "record": {"record": uri("q1", "did:plc:quoted")}},
        facets=[{"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "AcmeFail"}]}],
        createdAt="2026-03-10T12:59:30+01:00",
    )
    (m,) = batch(told).mentions
    assert (m.id, m.source, m.brand) == (f"bluesky:{DID}/k1", "bluesky", "Acme")
    assert m.url == f"https://bsky.app/profile/{DID}/post/k1"
    assert (m.author_id, m.lang, m.text) == (DID, "en", "acme lost my bag")
    assert m.created_at == datetime(2026, 3, 10, 11, 59, 30, tzinfo=UTC)
    assert (m.conversation_id, m.in_reply_to) == ("bluesky:did:plc:root/r1", f"bluesky:{DID}/p1")
    assert m.quote_of == "bluesky:did:plc:quoted/q1"
    assert (m.hashtags, m.matched) == (("acmefail",), ("acme", "#acmefail"))
    assert (m.handle, m.followers, m.verified, m.likes, m.replies, m.reposts, m.quotes) == (None,) * 7


def test_most_posts_are_about_nobody_and_only_move_the_cursor() -> None:
    found = batch(post(NOON, text="good morning"))
    assert (found.mentions, found.dead) == ((), ())
    assert [c.value for c in found.cursors] == [str(micros(NOON))]


@pytest.mark.parametrize(
    "record",
    [
        {"reply": {"root": uri("r1", OWN), "parent": uri("p1")}},
        {"reply": {"root": uri("r1"), "parent": uri("p1", OWN)}},
        {"facets": [{"features": [{"$type": "app.bsky.richtext.facet#mention", "did": OWN}]}]},
        {"embed": {"$type": "app.bsky.embed.record", "record": uri("q1", OWN)}},
    ],
)
def test_what_is_said_to_the_brands_own_account_is_about_the_brand_without_naming_it(record: dict[str, Any]) -> None:
    assert [m.brand for m in batch(post(NOON, text="shame on you", **record)).mentions] == ["Acme"]


def test_the_brands_own_post_is_marked_and_kept_whatever_it_says() -> None:
    (m,) = batch(event(micros(NOON), "k1", "we are sorry", did=OWN)).mentions
    assert (m.brand, m.is_own) == ("Acme", True)


def test_a_post_about_two_brands_is_two_mentions() -> None:
    found = batch(post(NOON, text="acme or bolt air?"))
    assert [(m.id, m.brand) for m in found.mentions] == [
        (f"bluesky:{DID}/k1", "Acme"),
        (f"bluesky:{DID}/k1|Bolt", "Bolt"),
    ]


def test_a_deletion_names_the_post_and_an_edit_its_time() -> None:
    (gone,) = batch(deletion(micros(NOON), "k1")).deletions
    assert (gone.post_id, gone.at) == (f"bluesky:{DID}/k1", NOON)
    told = post(NOON)
    told["commit"]["operation"] = "update"
    assert batch(told).mentions[0].edited_at == NOON


def test_an_author_may_backdate_a_post_but_not_send_it_to_the_future() -> None:
    assert batch(post(NOON, createdAt="2030-01-01T00:00:00Z")).mentions[0].created_at == NOON
    assert batch(post(NOON, createdAt="2025-01-01T00:00:00Z")).mentions[0].created_at.year == 2025
    assert batch(post(NOON, createdAt="last summer")).mentions[0].created_at == NOON


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (b"{half", "it is not a JSON object"),
        (b"[]", "it is not a JSON object"),
        (event(1, "", "acme"), "it has no id"),
        (event(1, "k", "acme", did="not a did"), "it has no id"),
        (event(1, "k", None), "it has no text"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_read_is_kept_for_a_person(told: Any, reason: str) -> None:
    assert [d.reason for d in batch(told).dead] == [reason]


@pytest.mark.parametrize("change", [{"kind": "identity"}, {"kind": "account"}, {"commit": None}, {"kind": None}])
def test_other_events_are_no_mistakes(change: dict[str, Any]) -> None:
    assert batch(post(NOON) | change).dead == ()


@pytest.mark.parametrize(
    "record",
    [
        {"reply": None, "langs": "en", "facets": {}, "embed": [], "tags": "x", "createdAt": None},
        {"reply": {"root": 7, "parent": {"uri": "at://nonsense"}}, "langs": [None], "facets": [1, {"features": [2]}]},
    ],
)
def test_fields_of_the_wrong_kind_are_unknown(record: dict[str, Any]) -> None:
    (m,) = batch(post(NOON, **record)).mentions
    assert (m.in_reply_to, m.quote_of, m.lang, m.hashtags) == (None, None, None, ())
    assert m.conversation_id == m.id


# --- the line ---------------------------------------------------------------------------------------------------
def test_posts_arrive_and_jetstream_is_asked_for_posts_only() -> None:
    with running(then(saying(post(NOON)), Talk.hold)) as server, reading(bluesky(server), now=Clock()) as out:
        out.until(lambda: len(out.mentions) == 1)
        assert server.queries == [{"wantedCollections": ["app.bsky.feed.post"]}]
        assert out.gaps == []


def test_a_dropped_line_goes_on_from_the_cursor_a_few_seconds_earlier_and_tells_nothing_twice() -> None:
    clock = Clock()
    log = [post(NOON, "k1"), post(NOON + timedelta(seconds=1), "k2")]
    with running(saying(*log), log=list(log)) as server, reading(bluesky(server), now=clock) as out:
        out.until(lambda: len(out.mentions) == 2)
        clock.move(seconds=30)
        server.add(post(NOON + timedelta(seconds=20), "k3"), post(clock(), "k4"))
        out.until(lambda: any(gap.filled_at for gap in out.gaps))
        assert [i[-2:] for i in out.ids] == ["k1", "k2", "k3", "k4"]
        assert int(server.queries[1]["cursor"][0]) == micros(NOON + timedelta(seconds=1)) - 5_000_000
        assert [(bool(g.end), bool(g.filled_at)) for g in out.gaps] == [(False, False), (True, False), (True, True)]


def test_after_a_restart_it_goes_on_from_the_stored_cursor_and_shows_that_it_catches_up() -> None:
    clock = Clock(NOON + timedelta(hours=1))
    missed = [post(NOON + timedelta(minutes=m), f"m{m}") for m in (1, 30, 59)]
    with (
        running(log=[post(NOON, "m0"), *missed]) as server,
        reading(bluesky(server), cursors=cursor(NOON), now=clock) as out,
    ):
        out.until(lambda: len(out.mentions) == 4)
        assert out.health.state == "catching up"
        assert out.health.detail == "reading what was missed since 11:59"
        assert not any(gap.filled_at for gap in out.gaps)
        server.add(post(clock(), "now"))
        out.until(lambda: any(gap.filled_at for gap in out.gaps))
        assert out.health.state == "ok"


def test_a_cursor_that_is_too_old_leaves_a_gap_that_says_so() -> None:
    clock = Clock(NOON + timedelta(days=4))
    oldest = NOON + timedelta(days=2, hours=12)  # all that the server still has
    with (
        running(log=[post(oldest, "old"), post(clock(), "new")]) as server,
        reading(bluesky(server), cursors=cursor(NOON), now=clock) as out,
    ):
        out.until(lambda: any("36 hours" in gap.reason for gap in out.gaps))
        (lost,) = [gap for gap in out.gaps if "36 hours" in gap.reason]
        assert (lost.end, lost.filled_at) == (oldest, None)
        assert lost.start == NOON - timedelta(seconds=5)
        assert len(out.mentions) == 2


def test_a_line_that_never_brought_anything_is_caught_up_from_the_moment_it_broke() -> None:
    with running(then(lambda talk: None)) as server, reading(bluesky(server), now=Clock()) as out:
        out.until(lambda: len(server.queries) == 2)
        assert server.queries[1]["cursor"] == [str(micros(NOON) - 5_000_000)]


def test_a_stall_that_still_answers_pings_is_seen_and_the_next_host_is_dialled() -> None:
    with running(then(saying(post(NOON)), Talk.stall)) as first, running() as second:
        second.log.append(post(NOON, "k2"))
        with reading(bluesky(first, second, stall_seconds=5.0), now=Clock()) as out:
            out.until(lambda: f"bluesky:{DID}/k2" in out.ids)
            assert "no data for" in out.words
            assert (len(first.dials), len(second.dials)) == (1, 1)


def test_a_host_that_is_not_there_is_skipped() -> None:
    with running() as gone:
        pass
    with running(then(saying(post(NOON)), Talk.hold)) as server, reading(bluesky(gone, server)) as out:
        out.until(lambda: len(out.mentions) == 1)
        assert "127.0.0.1 cannot be reached (ConnectionRefusedError)" in out.words


def test_a_clean_close_again_and_again_is_answered_with_patience() -> None:
    with running(*[lambda talk: None] * 5) as server, reading(bluesky(server)) as out:
        out.until(lambda: len(server.dials) == 5)
        assert dials_per_second(server.dials) <= 1.05


def test_429_is_waited_for_as_long_as_the_host_asks() -> None:
    with running() as server:
        server.refusals.append((429, {"Retry-After": "120"}))
        with reading(bluesky(server), now=Clock()) as out:
            out.until(lambda: out.health.state == "rate-limited")
            assert out.health.detail == "rate-limited until 12:02"


def test_a_refusal_of_all_hosts_is_told_and_one_of_several_is_not() -> None:
    with running() as first, running() as second:
        first.refusals.append((403, {}))
        with reading(bluesky(first, second)) as out:
            out.until(lambda: out.health.state == "catching up")
            assert "refused" not in out.states
    with running() as first, running() as second:
        first.refusals.append((401, {}))
        second.refusals.append((403, {}))
        with reading(bluesky(first, second)) as out:
            out.until(lambda: out.health.state == "refused")
            assert out.health.detail == "Bluesky does not let us in (403): check sources.bluesky.hosts"


def test_half_a_frame_and_a_torn_connection_are_survived() -> None:
    with (
        running(Talk.cut, Talk.reset, then(saying(post(NOON)), Talk.hold)) as server,
        reading(bluesky(server)) as out,
    ):
        out.until(lambda: len(out.mentions) == 1)
        assert "the connection broke" in out.words


def test_a_long_message_is_read() -> None:
    told = post(NOON, text="acme " + "x" * 2_000_000)
    with running(then(saying(told), Talk.hold)) as server, reading(bluesky(server)) as out:
        out.until(lambda: len(out.mentions) == 1)
        assert (out.mentions[0].is_truncated, len(server.dials)) == (True, 1)


# --- whose accounts -------------------------------------------------------------------------------------------
@pytest.fixture
def directory() -> Iterator[Any]:
    """A server that knows the did of one handle."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None: ...

        def do_GET(self) -> None:
            asked.append(self.path)
            is_known = self.path.endswith("handle=acme.example")
            body = json.dumps({"did": "did:plc:resolved"} if is_known else {"error": "InvalidRequest"}).encode()
            self.send_response(200 if is_known else 400)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_the_id_behind_an_own_handle_is_asked_for_once(directory: Any) -> None:
    url, asked = directory
    own = event(micros(NOON), "k1", "we are sorry", did="did:plc:resolved")
    brands = (Rules(brand="Acme", terms=("acme",), handles=("bluesky:acme.example",)),)
    with running(then(saying(own))) as server, reading(bluesky(server, brands=brands, api_url=url)) as out:
        out.until(lambda: len(server.dials) == 2)
        out.until(lambda: len(out.mentions) == 1)
        assert out.mentions[0].is_own
        assert asked == ["/xrpc/com.atproto.identity.resolveHandle?handle=acme.example"]


def test_a_handle_that_does_not_exist_or_cannot_be_asked_for_is_told_and_reading_goes_on(directory: Any) -> None:
    url, _ = directory
    brands = (Rules(brand="Acme", terms=("acme",), handles=("bluesky:typo.example",)),)
    for api_url, words in (
        (url, "there is no account typo.example on Bluesky: check handles"),
        ("http://127.0.0.1:9", "own posts of typo.example cannot be told: 127.0.0.1 did not answer"),
    ):
        with running() as server, reading(bluesky(server, brands=brands, api_url=api_url)) as out:
            out.until(lambda: out.health.state == "ok")
            assert out.health.detail == words


@pytest.mark.parametrize(
    "wrong",
    [
        {"hosts": ()},
        {"hosts": ("ws://jetstream.example",)},
        {"hosts": ("https://x",)},
        {"min_gap_seconds": 0.0},
        {"api_url": "http://x.example"},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must|needs"):
        BlueskySettings(**wrong)


def test_the_settings_as_they_are_name_four_hosts_over_tls() -> None:
    assert len(HOSTS) == 4
    assert all(host.startswith("wss://") for host in BlueskySettings().hosts)
    assert (BlueskySettings().manners.stall, BlueskySettings().manners.min_gap) == (30.0, 1.0)
