"""X, against a local server that speaks the v2 protocol. Each line of what is known to go wrong has its test."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db.rows import Cursor, Rules
from monitor.sources.x import X
from monitor.sources.x_door import XSettings
from monitor.sources.x_rules import QUERY_CHARS, rules_for
from monitor.sources.x_stream import moment, snowflake
from tests.clock import NOON, Clock
from tests.fakes.x_api import TAG, TOKEN, FakeX, Talk, post, raw, running, saying, then
from tests.reading import ACME, BOLT, dials_per_second, reading

SEARCH = "/2/tweets/search/recent"


def settings(server: FakeX, **changes: Any) -> XSettings:
    asked: dict[str, Any] = {"bearer_token": TOKEN, "api_url": server.url, "stall_seconds": 60.0}
    return XSettings(**(asked | changes))


def x(server: FakeX, brands: tuple[Rules, ...] = (ACME,), **changes: Any) -> X:
    return X(settings(server, **changes), brands)


def at(when: datetime, n: int = 0) -> int:
    """The id of the n-th post of that moment."""
    return snowflake(when) + n


def cursor(when: datetime) -> dict[str, Cursor]:
    return {"x": Cursor(source="x", value=str(at(when)), at=when)}


# --- what arrives on the stream ------------------------------------------------------------------------------
def test_a_post_becomes_a_mention_with_all_that_x_says() -> None:
    told = post(
        at(NOON),
        "&lt;Acme&gt; lost my bag &amp; my day #Fail",
        conversation_id="77",
        referenced_tweets=[{"type": "replied_to", "id": "78"}, {"type": "quoted", "id": "79"}],
    )
    with running(saying(told)) as server, reading(x(server)) as out:
        out.until(lambda: len(out.mentions) == 1)
    (m,) = out.mentions
    assert (m.id, m.source, m.brand) == (f"x:{at(NOON)}", "x", "Acme")
    assert m.text == "<Acme> lost my bag & my day #Fail"
    assert m.url == f"https://x.com/ann_ex/status/{at(NOON)}"
    assert (m.author_id, m.handle, m.display_name, m.followers, m.verified) == (
        "501",
        "ann_ex",
        "Ann Example",
        312,
        False,
    )
    assert m.author_created_at == datetime(2011, 5, 1, 10, tzinfo=UTC)
    assert m.created_at == datetime(2026, 3, 10, 11, 59, 30, tzinfo=UTC)
    assert (m.conversation_id, m.in_reply_to, m.quote_of, m.repost_of) == ("x:77", "x:78", "x:79", None)
    assert (m.likes, m.replies, m.reposts, m.quotes) == (7, 1, 2, 0)
    assert (m.hashtags, m.matched, m.lang, m.ingest, m.is_own) == (("fail",), ("acme",), "en", "stream", False)
    assert server.asked("/2/tweets/search/stream")[0]["expansions"] == ["author_id"]


def pause(talk: Talk) -> None:
    """Long enough for what was said to arrive: a reset throws away what is still on its way."""
    talk.server.stopping.wait(0.3)


def batch(told: dict[str, Any] | bytes, brands: tuple[Rules, ...] = (ACME, BOLT)) -> Any:
    source = X(XSettings(bearer_token=TOKEN), brands)
    return source.parse(told if isinstance(told, bytes) else json.dumps(told).encode(), NOON)


def test_what_x_does_not_say_is_unknown_and_not_zero() -> None:
    (m,) = batch({"data": {"id": "5", "text": "acme"}, "matching_rules": [{"tag": TAG}]}).mentions
    unknown = (
        m.likes,
        m.replies,
        m.reposts,
        m.quotes,
        m.followers,
        m.verified,
        m.handle,
        m.author_id,
        m.conversation_id,
    )
    assert unknown == (None,) * 9
    assert (m.created_at, m.url) == (NOON, "https://x.com/i/status/5")


def test_a_long_post_is_read_to_its_end() -> None:
    (m,) = batch(post(1, "acme lost…", note_tweet={"text": "acme lost my bag and then " + "again " * 100})).mentions
    assert len(m.text) > 600


def test_an_edit_changes_the_first_post_instead_of_making_a_second_one() -> None:
    first, second = at(NOON), at(NOON + timedelta(minutes=5))
    edited_at = (NOON + timedelta(minutes=5)).isoformat()
    (m,) = batch(post(second, edit_history_tweet_ids=[str(first), str(second)], created_at=edited_at)).mentions
    assert (m.id, m.created_at, m.edited_at) == (f"x:{first}", NOON, NOON + timedelta(minutes=5))


def test_a_post_that_two_brands_asked_for_is_two_mentions_and_an_excluded_term_counts_here_too() -> None:
    told = post(1, "acme and bolt air") | {"matching_rules": [{"tag": TAG}, {"tag": "smoulder:Bolt"}]}
    assert [(m.id, m.brand) for m in batch(told).mentions] == [("x:1", "Acme"), ("x:1|Bolt", "Bolt")]
    assert batch(post(1, "acme bearings are fine")).mentions == ()


def test_the_brands_own_post_is_marked() -> None:
    told = post(1)
    told["includes"]["users"][0]["username"] = "Acme"
    assert batch(told).mentions[0].is_own


@pytest.mark.parametrize(
    ("rules", "text", "brands"),
    [
        ([{"id": "1"}], "acme again", ["Acme"]),  # a matching rule without a tag
        ([{"id": "1"}], "nobody", []),
        ([{"id": "1", "tag": "of somebody else"}], "bolt air again", ["Bolt"]),
        ([{"id": "1", "tag": "of somebody else"}], "nobody", []),
        ([{"id": "1", "tag": "smoulder:Gone"}], "nobody", []),
        ([{"id": "1", "tag": TAG}], "a link only", ["Acme"]),
        ([{"id": "1", "tag": None}, "x", None, {"tag": 7}], "acme", ["Acme"]),
    ],
)
def test_a_rule_without_our_tag_is_no_reason_to_stop(rules: list[Any], text: str, brands: list[str]) -> None:
    found = batch(post(1, text) | {"matching_rules": rules})
    assert [m.brand for m in found.mentions] == brands
    assert found.dead == ()


def test_lines_in_pieces_long_lines_odd_separators_and_signs_of_life_are_read() -> None:
    line = json.dumps(post(1, "acme \u2028 \u2029 \x85 line", entities={"urls": ["y" * 300_000]}), ensure_ascii=False)
    data = line.encode() + b"\r\n"
    pieces = [data[n : n + 701] for n in range(0, len(data), 701)]
    acts = then(raw(b"\r\n", b"\r", b"\n"), raw(*pieces), raw(b"\r\n"), saying(post(2), post(3)), Talk.hold)
    with running(acts) as server, reading(x(server)) as out:
        out.until(lambda: len(out.mentions) == 3)
        assert out.ids == ["x:1", "x:2", "x:3"]
        assert out.dead == []
        assert len(server.dials) == 1


def test_a_line_cut_by_a_clean_end_is_kept_for_a_person_and_reading_goes_on() -> None:
    half = json.dumps(post(1)).encode()[:120]
    with running(raw(half), saying(post(2))) as server, reading(x(server)) as out:
        out.until(lambda: out.ids == ["x:2"])
        assert [d.reason for d in out.dead] == ["it is not a JSON object"]
        assert half.decode() in out.dead[0].raw


def test_a_line_cut_by_a_broken_connection_is_read_again_by_the_catch_up() -> None:
    half = json.dumps(post(at(NOON, 2))).encode()[:120]
    torn = then(saying(post(at(NOON, 1))), pause, raw(half), Talk.reset)
    with running(torn, archive=[post(at(NOON, 2))]) as server, reading(x(server), now=Clock()) as out:
        out.until(lambda: len(out.mentions) == 2)
        assert out.ids == [f"x:{at(NOON, 1)}", f"x:{at(NOON, 2)}"]
        assert out.mentions[1].ingest == "catch-up"


@pytest.mark.parametrize("line", [b"<html>maintenance</html>", b"[1, 2]", b"null", b"\xff\xfe\x00", b"{" * 5_000])
def test_a_line_that_is_not_json_is_kept_and_reading_goes_on(line: bytes) -> None:
    with running(then(raw(line + b"\r\n"), saying(post(2)), Talk.hold)) as server, reading(x(server)) as out:
        out.until(lambda: out.ids == ["x:2"])
        assert [d.source for d in out.dead] == ["x"]
        assert len(server.dials) == 1


def test_a_message_that_asks_for_a_new_connection_is_followed() -> None:
    told = {"errors": [{"title": "operational-disconnect", "disconnect_type": "UpstreamOperationalDisconnect"}]}
    with running(then(saying(post(1), told), Talk.hold), saying(post(2))) as server, reading(x(server)) as out:
        out.until(lambda: out.ids == ["x:1", "x:2"])
        assert out.dead == []
        assert "X asked for a new connection" in out.words


def test_an_error_message_without_a_post_is_kept() -> None:
    with running(then(saying({"errors": [{"title": "Odd"}]}, post(2)), Talk.hold)) as server, reading(x(server)) as out:
        out.until(lambda: out.ids == ["x:2"])
        assert [d.reason for d in out.dead] == ["X reports: Odd"]


def test_the_same_post_again_is_one_mention() -> None:
    with running(then(saying(post(1), post(1), post(2), post(1)), Talk.hold)) as server, reading(x(server)) as out:
        out.until(lambda: "x:2" in out.ids)
        out.step()
        assert out.ids == ["x:1", "x:2"]


# --- how lines end ------------------------------------------------------------------------------------------
def test_a_clean_close_again_and_again_is_answered_with_patience() -> None:
    with running(*[saying(post(n)) for n in range(6)]) as server, reading(x(server)) as out:
        out.until(lambda: len(out.mentions) == 6)
        assert dials_per_second(server.dials) <= 1.05
        waits = [later - earlier for earlier, later in zip(server.dials, server.dials[1:6], strict=False)]
        assert waits[-1] > 2 * waits[0], "it waits longer each time"


def test_the_manners_of_x_stay_below_its_limits() -> None:
    manners = XSettings(bearer_token=TOKEN).manners
    assert (manners.min_gap, manners.stall, manners.refused_wait) == (1.0, 30.0, 900.0)
    assert manners.window / manners.max_dials >= 900 / 49  # X shuts out at 50 in a quarter of an hour


def test_a_stall_is_seen_by_our_own_watchdog_and_the_line_is_cut() -> None:
    with (
        running(then(saying(post(1)), Talk.stall), saying(post(2))) as server,
        reading(x(server, stall_seconds=5.0)) as out,  # half a second, hurried; the socket itself would wait for 5
    ):
        out.until(lambda: out.ids == ["x:1", "x:2"])
        assert re.search(r"reconnecting, 1st try \(no data for \d+ s\)", out.words)


def test_signs_of_life_keep_a_quiet_line_open() -> None:
    with running() as server, reading(x(server, stall_seconds=10.0)) as out:
        out.until(lambda: out.health.state == "ok")
        began = out.health.last_data_at
        assert began is not None
        out.until(lambda: (out.health.last_data_at or began) - began > timedelta(seconds=1.5))
        assert len(server.dials) == 1


def test_401_stops_and_says_which_setting_to_check() -> None:
    with running() as server, reading(x(server, bearer_token="wrong")) as out:
        out.until(lambda: out.health.state == "refused")
        assert out.health.detail == "the token was refused: check X_BEARER_TOKEN"
        assert out.health.retry_at is not None
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "the token was refused: check X_BEARER_TOKEN"),
        (403, "X does not allow this app to read the stream: check its plan at X"),
        (402, "the credit at X is used up: top it up"),
    ],
)
def test_a_refused_stream_is_dialled_again_only_after_a_quarter_of_an_hour(status: int, words: str) -> None:
    ticks = [0.0]
    with running(saying(post(1))) as server, reading(x(server), clock=lambda: ticks[0]) as out:
        server.refusals.append((status, {}, "no"))
        out.until(lambda: out.health.state == "refused")
        assert out.health.detail == words
        ticks[0] += 899
        for _ in range(10):
            out.step()
        assert len(server.dials) == 1
        ticks[0] += 2
        out.until(lambda: out.ids == ["x:1"])


@pytest.mark.parametrize("header", ["reset", "Retry-After"])
def test_429_is_waited_for_as_long_as_x_asks(header: str) -> None:
    clock, ticks = Clock(), [0.0]
    until = NOON + timedelta(minutes=14)
    headers = {"x-rate-limit-reset": str(int(until.timestamp()))} if header == "reset" else {"Retry-After": "840"}
    with running(saying(post(1))) as server, reading(x(server), now=clock, clock=lambda: ticks[0]) as out:
        server.refusals.append((429, headers, "Too Many Requests"))
        out.until(lambda: out.health.state == "rate-limited")
        assert (out.health.detail, out.health.retry_at) == ("rate-limited until 12:14", until)
        ticks[0] += 800
        for _ in range(10):
            out.step()
        assert len(server.dials) == 1
        ticks[0] += 41
        clock.move(seconds=841)
        out.until(lambda: out.ids == ["x:1"])


def test_429_because_another_program_reads_says_so() -> None:
    detail = "This stream is currently at the maximum allowed connection limit."
    body = json.dumps({"title": "ConnectionException", "detail": detail})
    with running() as server, reading(x(server)) as out:
        server.refusals.append((429, {}, body))
        out.until(lambda: out.health.state == "rate-limited")
        assert out.health.detail.startswith("another program reads with this token; waiting until ")


@pytest.mark.parametrize("place", ["stream", "rules"])
def test_503_is_tried_again_with_growing_patience(place: str) -> None:
    with running(saying(post(1))) as server:
        refusals = server.refusals if place == "stream" else server.rule_refusals
        refusals.extend([(503, {}, "over capacity")] * 3)
        with reading(x(server)) as out:
            out.until(lambda: out.ids == ["x:1"])
            assert "reconnecting, 3rd try (X answered 503)" in out.words
            assert dials_per_second(server.dials) <= 1.05


def test_503_with_a_time_is_waited_for() -> None:
    with running() as server, reading(x(server)) as out:
        server.refusals.append((503, {"Retry-After": "120"}, ""))
        out.until(lambda: out.health.state == "rate-limited")
        assert out.health.detail.startswith("rate-limited until ")


def test_a_server_that_is_not_there_is_dialled_politely_and_found_when_it_comes_back() -> None:
    with running() as gone:
        pass
    with reading(x(gone)) as out:
        out.until(lambda: "reconnecting, 2nd try (X cannot be reached (ConnectionError))" in out.words)
        assert out.health.state == "down"


def test_the_token_goes_to_x_or_this_machine_and_nowhere_else() -> None:
    for url in ("https://x.example", "http://api.x.com", "https://api.x.com.evil.example", "ftp://api.x.com"):
        with pytest.raises(ValueError, match="carries the token"):
            XSettings(bearer_token="secret", api_url=url)
    assert "secret" not in repr(XSettings(bearer_token="secret"))
    with running() as server, running() as elsewhere:
        server.rule_refusals.append((302, {"Location": elsewhere.url + "/2/tweets"}, ""))
        with reading(x(server)) as out:
            out.until(lambda: "down" in out.states)
        assert elsewhere.requests == []


# --- rules -----------------------------------------------------------------------------------------------------
def test_rules_are_built_from_terms_and_handles_and_never_ask_for_retweets() -> None:
    row = Rules(brand="A", terms=("acme", "Acme Air", "acme*", "#sorry", 'say "no"', "OR", "a*b"), handles=("x:acme",))
    (rule,) = rules_for([row])
    assert rule.value == (
        '(acme OR "Acme Air" OR #sorry OR "say no" OR "OR" OR (a b) OR @acme OR from:acme) -is:retweet'
    )
    assert rule.tag == "smoulder:A"


def test_many_terms_are_several_rules_none_of_which_is_too_long() -> None:
    terms = tuple(f"a rather long product name number {n}" for n in range(100))
    excluded = tuple(f"not this {n}" for n in range(100))
    found = rules_for([Rules(brand="A", terms=terms, excluded=excluded)])
    assert all(len(rule.value) <= QUERY_CHARS and "-is:retweet" in rule.value for rule in found)
    assert all(any(f'"{term}"' in rule.value for rule in found) for term in terms)


def test_rules_are_added_and_removed_one_by_one_and_those_of_others_stay() -> None:
    with running() as server:
        (wanted,) = rules_for([ACME])
        server.rules = {
            "1": ("old value -is:retweet", "smoulder:Old"),
            "2": ("cats", "of somebody else"),
            "3": ("dogs", None),
        }
        for _ in range(2):
            with reading(x(server)) as out:
                out.until(lambda: out.health.state == "ok")
        values = {value: tag for value, tag in server.rules.values()}
        assert values == {"cats": "of somebody else", "dogs": None, wanted.value: wanted.tag}
        assert [list(body) for body in server.bodies] == [["add"], ["delete"]], "the second start changes nothing"
        assert server.bodies[1]["delete"]["ids"] == ["1"]


def test_a_brand_that_was_renamed_takes_its_rule_along() -> None:
    (wanted,) = rules_for([ACME])
    with running() as server:
        server.rules = {"1": (wanted.value, "smoulder:Former Name")}
        with reading(x(server)) as out:
            out.until(lambda: out.health.state == "ok")
        assert [tag for _, tag in server.rules.values()] == [wanted.tag]


def test_a_rule_that_somebody_else_already_has_is_no_failure() -> None:
    (wanted,) = rules_for([ACME])
    told = post(1) | {"matching_rules": [{"id": "1", "tag": "theirs"}]}
    with running(then(saying(told), Talk.hold)) as server:
        server.rules = {"1": (wanted.value, "theirs")}
        with reading(x(server)) as out:
            out.until(lambda: out.ids == ["x:1"])
            assert out.health.state == "ok"


def test_a_rule_that_x_does_not_understand_is_named_and_the_others_work() -> None:
    bad = rules_for([BOLT])[0].value
    with running(then(saying(post(1)), Talk.hold)) as server:
        server.bad_values = {bad}
        with reading(x(server, (ACME, BOLT))) as out:
            out.until(lambda: out.ids == ["x:1"])
            assert "X refused a rule: Bolt (no viable alternative)" in out.health.detail
    with running() as server:
        server.bad_values = {bad}
        with reading(x(server, (BOLT,))) as out:
            out.until(lambda: out.health.state == "refused")
            assert out.health.detail == "X refused every rule: Bolt (no viable alternative)"


# --- what was missed -----------------------------------------------------------------------------------------
def test_what_was_missed_is_searched_oldest_first_and_the_gap_is_filled() -> None:
    clock = Clock(NOON + timedelta(hours=1))
    missed = [post(at(NOON + timedelta(minutes=m)), f"acme {m}") for m in (30, 10, 50, 20, 40)]
    with running(archive=missed) as server:
        server.page_size = 2
        with reading(x(server), cursors=cursor(NOON), now=clock) as out:
            out.until(lambda: len(out.mentions) == 5)
            assert [m.text for m in out.mentions] == [f"acme {m}" for m in (10, 20, 30, 40, 50)]
            assert {m.ingest for m in out.mentions} == {"catch-up"}
            assert out.health.state == "catching up"
            assert "12:00" in out.health.detail
            assert not any(gap.filled_at for gap in out.gaps), "the search lags: it is asked once more a minute later"
            server.archive.append(post(at(clock() - timedelta(seconds=5)), "acme late"))
            clock.move(seconds=61)
            out.until(lambda: any(gap.filled_at for gap in out.gaps))
            assert out.mentions[-1].text == "acme late"
            assert len(server.asked(SEARCH)) == 4
            assert server.asked(SEARCH)[0]["since_id"] == [str(at(NOON - timedelta(seconds=10)))]
            assert "-is:retweet" in server.asked(SEARCH)[0]["query"][0]


def test_what_the_stream_brings_meanwhile_is_handed_out_but_moves_no_cursor() -> None:
    clock, fresh = Clock(NOON + timedelta(hours=1)), at(NOON + timedelta(minutes=59))
    with (
        running(then(saying(post(fresh)), Talk.hold)) as server,
        reading(x(server), cursors=cursor(NOON), now=clock) as out,
    ):
        out.until(lambda: out.ids == [f"x:{fresh}"])
        assert "x" not in out.cursors
        clock.move(seconds=61)
        out.until(lambda: any(gap.filled_at for gap in out.gaps))
        server.say(post(fresh + 1))
        out.until(lambda: out.cursors.get("x", Cursor(source="x", value="", at=NOON)).value.startswith(str(fresh + 1)))


def test_nobody_is_charged_for_a_search_when_nothing_was_missed() -> None:
    with running(then(saying(post(1)), Talk.hold)) as server, reading(x(server)) as out:
        out.until(lambda: out.ids == ["x:1"])
        assert server.asked(SEARCH) == []
        assert out.gaps == []


def test_a_line_that_broke_before_the_first_post_is_caught_up_from_that_moment() -> None:
    clock = Clock()
    with running(then(lambda talk: None)) as server, reading(x(server), now=clock) as out:
        out.until(lambda: len(server.asked(SEARCH)) == 1)
        assert server.asked(SEARCH)[0]["since_id"] == [str(at(NOON - timedelta(seconds=10)))]


def test_a_search_that_fails_is_asked_again_and_the_stream_goes_on_meanwhile() -> None:
    clock = Clock(NOON + timedelta(hours=1))
    with running(then(saying(post(at(clock()))), Talk.hold), archive=[post(at(NOON, 1))]) as server:
        server.search_refusals.append((429, {"Retry-After": "30"}, ""))
        with reading(x(server), cursors=cursor(NOON), now=clock) as out:
            out.until(lambda: out.ids == [f"x:{at(clock())}"])
            assert out.health.detail == "what was missed since 12:00 is still to be read: rate-limited"
            clock.move(seconds=31)
            out.until(lambda: f"x:{at(NOON, 1)}" in out.ids)
            assert len(server.dials) == 1


def test_a_search_that_is_not_allowed_leaves_the_gap_and_says_so() -> None:
    with running() as server:
        server.search_refusals.append((403, {}, ""))
        with reading(x(server), cursors=cursor(NOON), now=Clock(NOON + timedelta(hours=1))) as out:
            out.until(lambda: out.health.state == "ok")
            out.until(lambda: len(out.gaps) == 2)
            assert "gaps cannot be filled: X does not allow" in out.health.detail
            assert not any(gap.filled_at for gap in out.gaps)


def test_what_is_older_than_the_search_reaches_stays_a_gap_that_says_why() -> None:
    clock = Clock(NOON + timedelta(days=9))
    with running() as server, reading(x(server), cursors=cursor(NOON), now=clock) as out:
        out.until(lambda: len(server.asked(SEARCH)) == 1)
        clock.move(seconds=61)
        out.until(lambda: any(gap.reason.startswith("X finds only") for gap in out.gaps))
        (lost,) = [gap for gap in out.gaps if gap.reason.startswith("X finds only")]
        assert (lost.start, lost.filled_at) == (NOON, None)
        assert lost.end is not None
        assert timedelta(days=2) <= lost.end - lost.start < timedelta(days=2, hours=2)
        asked_from = moment(int(server.asked(SEARCH)[0]["since_id"][0]))
        assert clock() - asked_from < timedelta(days=7)


# --- what it costs ---------------------------------------------------------------------------------------------
def test_the_spend_of_the_day_is_shown() -> None:
    with running(then(saying(*[post(n) for n in range(200)]), Talk.hold)) as server, reading(x(server)) as out:
        out.until(lambda: len(out.mentions) == 200)
        assert out.health.detail == "200 posts today, $1.00"


def test_at_the_cap_everything_stops_until_midnight_and_the_wall_says_so() -> None:
    clock = Clock()
    acts = [then(saying(*[post(n) for n in range(10)]), Talk.hold), then(saying(post(99)), Talk.hold)]
    with running(*acts) as server, reading(x(server, max_posts_per_day=4), now=clock) as out:
        out.until(lambda: out.health.state == "rate-limited")
        assert out.health.detail == "spending cap reached (4 posts, $0.02 today), not reading until 11 Mar 00:00"
        assert len(out.mentions) == 4
        assert out.gaps[0].reason.startswith("spending cap reached")
        clock.move(hours=12)
        out.until(lambda: "x:99" in out.ids)


def test_at_the_cap_the_stream_may_go_on_while_the_catch_up_stops() -> None:
    clock = Clock(NOON + timedelta(hours=1))
    archive = [post(at(NOON, n)) for n in range(1, 30)]
    with running(archive=archive) as server:
        server.page_size = 10
        with reading(x(server, max_posts_per_day=15, stop_at_cap=False), cursors=cursor(NOON), now=clock) as out:
            out.until(lambda: len(out.mentions) == 20)
            out.until(lambda: out.health.state == "ok")
            assert "the catch-up stopped at the cap of 15 posts a day" in out.health.detail
            assert "$0.10, over the cap" in out.health.detail
            server.say(post(at(clock())))
            out.until(lambda: len(out.mentions) == 21)
            assert not any(gap.filled_at for gap in out.gaps), "what was not read stays unknown"


def test_a_catch_up_of_its_own_has_a_limit() -> None:
    clock = Clock(NOON + timedelta(hours=1))
    with running(archive=[post(at(NOON, n)) for n in range(1, 60)]) as server:
        server.page_size = 10
        with reading(x(server, max_posts_per_catch_up=20), cursors=cursor(NOON), now=clock) as out:
            out.until(lambda: "the catch-up stopped after 20 posts" in out.words)


def test_a_restart_is_no_way_around_the_cap() -> None:
    stored = {"x": Cursor(source="x", value=f"{at(NOON)} 2026-03-10 4", at=NOON)}
    with running() as server, reading(x(server, max_posts_per_day=4), cursors=stored, now=Clock()) as out:
        out.until(lambda: out.health.state == "rate-limited")
        assert "spending cap reached (4 posts" in out.health.detail
        assert server.dials == []


def test_the_cursor_carries_what_was_spent() -> None:
    with running(then(saying(post(at(NOON))), Talk.hold)) as server, reading(x(server), now=Clock()) as out:
        out.until(lambda: "x" in out.cursors)
        assert out.cursors["x"].value == f"{at(NOON)} 2026-03-10 1"


def test_dialling_without_a_pause_cannot_be_configured() -> None:
    with pytest.raises(ValueError, match="at least"):
        XSettings(bearer_token=TOKEN, min_gap_seconds=0.1)


def test_ids_hold_their_time() -> None:
    assert moment(snowflake(NOON)) == NOON
    # The sample post of X's own documentation, which gives its created_at in seconds.
    assert moment(1_212_092_628_029_698_048).isoformat(timespec="seconds") == "2019-12-31T19:26:16+00:00"
