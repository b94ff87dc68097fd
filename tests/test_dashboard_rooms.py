"""What the rooms decide and say: durations, the crowd, marked words, people and links. No browser."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from dash import Dash, html
from flask.testing import FlaskClient

from dashboard import callbacks, crowd, curves, posts, security, trialcards
from dashboard.app import create_app
from dashboard.pages import past, review
from dashboard.reader import Reader
from dashboard.still import written
from dashboard.trials import Sieve, Trial, earlier, tried
from db.rows import Bucket, Change, Gap, Incident, Mention, Rules, Scored
from db.store import Store
from monitor import incidents
from monitor.config import Config
from monitor.durations import Durations, durations, usual
from monitor.replay import Alarm, Replay
from monitor.retold import retold
from tests import scene
from tests.make import make_evidence, make_incident, make_mention, make_score, make_scored
from tests.questions import question
from tests.scene import NOW

READER = Reader()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def app(store: Store) -> Dash:
    scene.setting_the_scene(store)
    scene.past(store, count=6)
    scene.storm(store)
    return create_app(store, Config(), lambda: NOW)


def logged_in(app: Dash, store: Store, role: security.Role, name: str = "Amina") -> FlaskClient:
    client = app.server.test_client()
    client.get(security.new_login_link(store, NOW, name, role))
    return client


# --- durations ------------------------------------------------------------------------------------------------
def test_durations_count_from_the_first_post() -> None:
    found = make_incident(at=NOW, first_post_at=NOW - 5 * MINUTE, acknowledged_at=NOW + 3 * MINUTE)
    took = durations(found, heard_at=NOW + 10 * MINUTE)
    assert took == Durations(detected=5 * MINUTE, acknowledged=8 * MINUTE, heard=15 * MINUTE)


def test_a_duration_is_never_negative_and_unknown_is_not_zero() -> None:
    found = make_incident(at=NOW, first_post_at=NOW + MINUTE)
    assert durations(found).detected == timedelta(0)
    assert durations(found).calm is None


def test_the_usual_duration_is_the_middle_of_those_known() -> None:
    lengths = [Durations(calm=n * MINUTE) for n in (9, 1, 5)] + [Durations()]
    assert usual(lengths, "calm") == 5 * MINUTE
    assert usual([], "calm") is None


# --- the crowd ------------------------------------------------------------------------------------------------
def test_a_crowd_is_counted_by_people_and_copies() -> None:
    found = [
        make_scored("Shame on you! https://x.example/1", author="a"),
        make_scored("shame on YOU", author="b", followers=900),
        make_scored("@acme shame on you", author="b", followers=900),
        make_scored("Something else", author="c", followers=20),
        Scored(mention=make_mention("We hear you", is_own=True)),
    ]
    seen = crowd.look_at(found)
    assert (seen.people, seen.posts, seen.copies, seen.ours) == (3, 4, 3, 1)
    assert [m.followers for m in seen.largest] == [900, 20]


def test_nobody_is_a_crowd_of_nobody() -> None:
    assert crowd.look_at([]) == crowd.Crowd(people=0, posts=0, copies=0, by_source=(), by_language=(), largest=())


# --- words that led to the score ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "because", "marks"),
    [
        ("left on the platform, Left alone", ("left",), ["left", "Left"]),
        ("leftover", ("left",), []),
        ("a+b (c)", ("a+b", "("), ["a+b"]),
        ("late", ("rule: vulnerable person",), []),
        ("left on the platform", ("left", "left on the platform"), ["left on the platform"]),
        ("", ("x",), []),
    ],
)
def test_the_words_that_weighed_most_are_marked(text: str, because: tuple[str, ...], marks: list[str]) -> None:
    parts = posts.marked(text, because)
    assert [part.children for part in parts if isinstance(part, html.Mark)] == marks
    assert "".join(p.children if isinstance(p, html.Mark) else p for p in parts) == text


def test_why_names_the_words_the_rule_and_how_sure() -> None:
    mention = make_mention()
    score = replace(make_score(mention, "complaint"), because=("left", "rule: vulnerable person"), severity=3)
    [said] = posts.why(Scored(mention=mention, score=score), READER)
    assert said.children == "complaint 0.90 (left), severity 3 by the rule “vulnerable person”."


def test_a_deleted_post_shows_no_text() -> None:
    gone = make_mention("gone", deleted_at=NOW)
    assert posts.text_of(Scored(mention=gone), READER) == "This post was deleted."


# --- curves ---------------------------------------------------------------------------------------------------
def test_the_curve_has_a_hole_where_nothing_was_seen() -> None:
    start = NOW.replace(second=0)
    line = curves.rolling([Bucket(brand="A", minute=start, complaints=3)], start, start + 30 * MINUTE)
    gap = Gap(source="x", start=start + 5 * MINUTE, end=start + 8 * MINUTE)
    figure = curves.incident_figure(line, (), (gap,), (), READER)
    assert figure["data"][1]["y"][:12] == [3, 3, 3, 3, 3, None, None, None, 3, 3, 0, 0]
    two = curves.incident_figure(line, (), (gap,), (), READER, sources=("x", "rss"))
    assert None not in two["data"][1]["y"], "the other source saw these minutes"
    assert figure["layout"]["shapes"][0]["label"]["text"] == "not seen"


def test_words_on_the_curve_do_not_cover_each_other() -> None:
    marks = [curves.Mark(at=NOW + n * timedelta(seconds=20), words=f"word {n}") for n in range(4)]
    line = curves.rolling([], NOW - timedelta(hours=3), NOW + MINUTE)
    words = curves.incident_figure(line, (), (), marks, READER)["layout"]["annotations"]
    assert len({word["y"] for word in words}) == 4


def test_the_map_joins_each_post_to_what_it_answers() -> None:
    root = make_mention("root", native="r", at=NOW)
    reply = make_mention("reply", at=NOW + MINUTE, in_reply_to="x:r", conversation_id="x:r")
    quote = make_mention("quote", at=NOW + 2 * MINUTE, quote_of="x:r")
    figure = curves.spread_figure([Scored(mention=m) for m in (quote, root, reply)], READER)
    assert figure["data"][1]["text"] == ["root", "reply", "quote"]
    assert figure["data"][0]["y"] == [0, 1, None, 0, 2, None]
    assert figure["data"][1]["marker"]["symbol"] == ["circle", "circle", "diamond"]


def test_a_circle_of_replies_ends() -> None:
    loop = [make_mention(native=n, in_reply_to=f"x:{1 - n}", at=NOW) for n in (0, 1)]
    assert curves.spread_figure([Scored(mention=m) for m in loop], READER)["data"][1]["y"] == [0, 1]


# --- people ---------------------------------------------------------------------------------------------------
def act(client: FlaskClient, button: str, **values: str) -> Any:
    asked = {f"people-{name.replace('_', '-')}.value": value for name, value in values.items()}
    body = question(client, "people-done", asked | {f"people-{button}.n_clicks": 1}, f"people-{button}.n_clicks")
    return client.post("/_dash-update-component", json=body)


def test_an_admin_adds_somebody_who_gets_in_by_the_link_once(app: Dash, store: Store) -> None:
    admin = logged_in(app, store, "admin")
    answer = act(admin, "add", name="  Bo   Li ").text
    assert security.users(store)["Bo Li"].role == "viewer"
    path = answer[answer.index("/login/") if "/login/" in answer else answer.index("\\u002flogin") :]
    path = path.replace("\\u002f", "/").split('"')[0]
    assert app.server.test_client().get(path).headers["Location"] == "/"
    assert app.server.test_client().get(path).status_code == 410
    assert ("Amina", "add", "Bo Li") in [(d.who, d.what, d.subject) for d in store.deeds()]


def test_a_role_changes_at_once_and_ends_the_sessions(app: Dash, store: Store) -> None:
    admin, bo = logged_in(app, store, "admin"), logged_in(app, store, "responder", "Bo")
    assert bo.get("/inbox").status_code == 200
    act(admin, "viewer", who="Bo")
    assert security.users(store)["Bo"].role == "viewer"
    fresh = create_app(store, Config(), lambda: NOW).server.test_client()
    cookie = bo.get_cookie("smoulder")
    assert cookie is not None
    fresh.set_cookie("smoulder", cookie.value)
    assert fresh.get("/inbox").status_code == 302


def test_the_last_admin_can_neither_leave_nor_be_made_less(app: Dash, store: Store) -> None:
    admin = logged_in(app, store, "admin")
    for button in ("remove", "viewer", "responder"):
        assert "last admin" in act(admin, button, who="Amina").text
    assert security.users(store)["Amina"].role == "admin"


def test_only_an_admin_manages_people(app: Dash, store: Store) -> None:
    responder = logged_in(app, store, "responder", "Bo")
    assert act(responder, "add", name="Eve").status_code == 403
    assert "Eve" not in security.users(store)


def test_a_wall_link_is_made_and_revoked(app: Dash, store: Store) -> None:
    admin = logged_in(app, store, "admin")
    assert "until revoked" in act(admin, "wall", wall_name="lobby").text
    assert list(security.wall_tokens(store)) == ["lobby"]
    before = store.setting("wall_tokens")
    again = act(admin, "wall", wall_name="lobby").text
    assert "wall of this name already" in again and "?wall=" not in again
    assert store.setting("wall_tokens") == before, "the wall that hangs there went dark"
    act(admin, "revoke", wall_name="lobby")
    assert security.wall_tokens(store) == {}


def test_what_was_never_there_is_not_revoked_in_the_log(app: Dash, store: Store) -> None:
    admin = logged_in(app, store, "admin")
    before = len(store.deeds())
    assert "There is no such wall" in act(admin, "revoke", wall_name="lobby").text
    assert "There is no such script" in act(admin, "stop", script_name="weekly").text
    assert len(store.deeds()) == before


# --- rules ----------------------------------------------------------------------------------------------------
def press_rules(client: FlaskClient, button: str, **values: Any) -> Any:
    asked = {f"rules-{name}.value": value for name, value in ({"brand": scene.BRAND} | values).items()}
    output = {"keep": "rules-done", "try": "rules-trial", "preview": "rules-previewed"}[button]
    body = question(client, output, asked | {f"rules-{button}.n_clicks": 1}, f"rules-{button}.n_clicks")
    return client.post("/_dash-update-component", json=body)


def test_changed_rules_are_signed_and_the_ones_before_stay(app: Dash, store: Store) -> None:
    admin = logged_in(app, store, "admin")
    before = store.rules()[scene.BRAND]
    press_rules(admin, "keep", terms="acme rail\n\nacme*\nacme rail", sensitivity="high")
    now = store.rules()[scene.BRAND]
    assert (now.terms, now.sensitivity, now.handles) == (("acme rail", "acme*"), "high", before.handles)
    newest, first = store.rules_versions(scene.BRAND)
    assert (newest.by, newest.rules, first.rules) == ("Amina", now, before)
    assert store.deeds()[0].words == "Words to watch: + acme*, - @acmerail; Sensitivity: normal → high"


def test_rules_without_a_word_to_watch_are_not_kept(app: Dash, store: Store) -> None:
    bare = replace(store.rules()[scene.BRAND], handles=())
    store.put_rules(bare, "test", NOW)
    admin = logged_in(app, store, "admin")
    assert "nothing would be seen" in press_rules(admin, "keep", terms="  \n").text
    assert store.rules()[scene.BRAND] == bare


def test_only_an_admin_keeps_rules_and_everybody_may_try_them(app: Dash, store: Store) -> None:
    responder = logged_in(app, store, "responder", "Bo")
    before = store.rules_versions(scene.BRAND)
    assert press_rules(responder, "keep", terms="else").status_code == 403
    answer = press_rules(responder, "preview", terms="else", sensitivity="high")
    assert answer.status_code == 200 and "stored posts" in answer.text
    assert press_rules(responder, "try", terms="else", sensitivity="high").status_code == 200
    assert store.rules_versions(scene.BRAND) == before


def test_trying_sorts_out_what_new_words_would_leave() -> None:
    named = make_scored("Acme Rail is late", matched=("acme rail",))
    other = make_scored("the acme cartoon", matched=("acme",))
    answer = make_scored("seven minutes and not a word", matched=())
    sieve = Sieve(Rules(brand="Acme", terms=("acme rail", "norda")))
    assert list(sieve.sift([named, other, answer])) == [named, answer]
    assert (sieve.newest, sieve.left_out) == ([named], [other])
    assert dict(sieve.words) == {"acme rail": 1, "norda": 0}


def test_a_trial_replays_both_sets_of_rules_and_writes_nothing(store: Store) -> None:
    scene.setting_the_scene(store)
    scene.storm(store)
    before = store.incidents(), store.signals(scene.BRAND, NOW - timedelta(days=9), NOW)
    in_force = replace(store.rules()[scene.BRAND], sensitivity="high")
    deaf = replace(in_force, terms=("nothing of the kind",))
    trial = Trial()
    found = tried(store, in_force, deaf, NOW + MINUTE, trial)
    assert found.was.alarms and trial.share > 0.7
    assert set(found.by_sensitivity) == {"low", "normal", "high"}
    assert (found.posts, found.by_sensitivity["high"]) == (174, len(found.would.alarms))
    buckets = store.buckets(scene.BRAND, NOW - timedelta(days=1), NOW + MINUTE)
    assert sum(n for _, n in found.hours) == sum(b.complaints for b in buckets) > 40
    assert (store.incidents(), store.signals(scene.BRAND, NOW - timedelta(days=9), NOW)) == before
    figure = curves.trial_figure(
        found.hours, [("now", trialcards.lane(found.was, READER))], found.start, found.end, READER
    )
    assert len(figure["data"][1]["x"]) == len(found.was.alarms)


def test_a_trial_says_why_it_rang_in_the_readers_language() -> None:
    words = "23 people in 20 minutes under one post; on a Tuesday noon it is 2"
    rang = Alarm(at=NOW, brand="Acme", rule="pileon", severity="storm", evidence=replace(make_evidence(), words=words))
    loud, silent = (Replay(mentions=9, alarms=alarms, incidents=()) for alarms in ((rang,), ()))
    for reader, said in ((READER, words), (Reader("fr"), retold(words, "fr"))):
        assert said in str(trialcards.only(loud, silent, reader))
        assert trialcards.lane(loud, reader) == [(NOW, True, said)]
    assert "sous un seul message" in retold(words, "fr")


def test_a_review_says_which_sensitivity_would_have_rung_earlier(store: Store) -> None:
    scene.setting_the_scene(store)
    incident = scene.storm(store)
    found = earlier(store, incident, store.rules()[scene.BRAND])
    assert [each.sensitivity for each in found] == ["low", "normal", "high"]
    rang = [each.at for each in found]
    assert rang[2] is not None and incident.first_post_at is not None and rang[2] >= incident.first_post_at
    assert all(a is None or (b is not None and b <= a) for a, b in pairwise(rang))
    shown = str(review.rang_at(found, incident, READER))
    assert "high: 3 Mar 14:" in shown and ("earlier" in shown or "later" in shown or "same time" in shown)


def test_targets_are_kept_with_the_rules(app: Dash, store: Store) -> None:
    admin = logged_in(app, store, "admin")
    press_rules(admin, "keep", terms="acme rail", **{"target-heard": 20, "target-calm": "x", "target-detected": -1})
    assert store.rules()[scene.BRAND].targets == (0, 0, 20, 0, 0)
    assert "Targets: as usual → 0 0 20 0 0" in store.deeds()[0].words


def silence(client: FlaskClient, button: str, **values: Any) -> Any:
    asked = {"rules-brand.value": scene.BRAND, f"rules-silence-{button}.n_clicks": 1}
    asked |= {f"rules-silence-{name}.{'checked' if name == 'storms' else 'value'}": v for name, v in values.items()}
    body = question(client, "rules-shown", asked, f"rules-silence-{button}.n_clicks")
    return client.post("/_dash-update-component", json=body)


def test_a_silence_has_an_end_a_name_and_a_reason(app: Dash, store: Store) -> None:
    bo = logged_in(app, store, "responder", "Bo")
    assert "Say why" in silence(bo, "add", hours="4", why="  ").text
    silence(bo, "add", hours="4", why="We announced the strike", rule="topic")
    [kept] = store.silences(scene.BRAND)
    assert (kept.by, kept.rule, kept.until - kept.at, kept.holds_storms) == ("Bo", "topic", timedelta(hours=4), False)
    silence(bo, "end", which=str(kept.id))
    assert store.silences(scene.BRAND)[0].ended_by == "Bo"
    assert [d.what for d in store.deeds()[:2]] == ["end silence", "silence"]


def test_nobody_who_only_looks_silences_anything(app: Dash, store: Store) -> None:
    viewer = logged_in(app, store, "viewer", "Eve")
    assert silence(viewer, "add", hours="4", why="because").status_code == 403
    assert store.silences(scene.BRAND) == []


# --- review ---------------------------------------------------------------------------------------------------
def test_the_list_of_incidents_says_how_long_each_step_took(store: Store) -> None:
    scene.past(store, count=1)
    row = past.line(store.incidents()[0], durations(store.incidents()[0]), READER)
    assert (row["detected_words"], row["acknowledged_words"], row["calm_words"]) == ("4 min", "6 min", "2 h")
    assert (row["detected"], row["calm"], row["heard"], row["heard_words"]) == (4.0, 124.0, None, "")


def test_who_was_only_asked_does_not_stand_in_the_list_as_the_one_who_has_it() -> None:
    handed = incidents.own(make_incident(), "Bo", NOW, by="Amina").incident
    seen = incidents.acknowledge(handed, "Bo", NOW).incident
    asked, taken = (past.line(each, Durations(), READER) for each in (handed, seen))
    assert (asked["owner"], taken["owner"]) == ("", "Bo") and "bo" in taken["all"].split()


def test_the_list_of_incidents_is_sorted_turned_and_searched(store: Store) -> None:
    scene.past(store, count=45)
    found = store.incidents()

    def numbers(shown: past.Shown) -> list[int]:
        return [int(row.children[0].children.children) for row in shown.rows]

    first = past.look(found, {}, None, past.Place(), READER)
    assert (len(first.rows), first.is_first, first.is_last) == (20, True, False)
    assert first.where == "1 to 20 of 45, by “Began”, falling"
    oldest = past.moved(past.moved(first.place, "next"), "by-opened")
    assert (oldest.is_down, oldest.first) == (False, 0)
    assert numbers(past.look(found, {}, None, oldest, READER)) == [i.id for i in reversed(found)][:20]
    last = past.look(found, {}, None, past.Place(first=40), READER)
    assert (len(last.rows), last.is_first, last.is_last) == (5, False, True)
    assert past.look(found, {}, "no such words", past.Place(), READER).where == ""
    assert len(past.look(found, {}, f"{found[0].id} {found[0].brand.upper()}", past.Place(), READER).rows) >= 1
    # Durations that nobody knows stand last, whichever way it is sorted.
    took = {found[3].id: durations(found[3])}
    for is_down in (True, False):
        assert numbers(past.look(found, took, "", past.Place(by="detected", is_down=is_down), READER))[0] == found[3].id


def many(store: Store, count: int) -> list[Incident]:
    """Four a day, the newest yesterday; newest first."""
    rows = [
        make_incident(at=NOW - timedelta(days=1) - 6 * n * 60 * MINUTE, title=f"No. {n}", state="closed", closed_at=NOW)
        for n in range(count)
    ]
    return [c.incident for c in store.put_changes([Change(incident=row, events=()) for row in rows])]


def test_the_calendar_counts_every_day_also_those_that_no_longer_stand_in_the_table(store: Store) -> None:
    many(store, 600)
    client = logged_in(create_app(store, Config(), lambda: NOW), store, "viewer")
    page = opened(client, "/review")
    began = {(NOW - timedelta(days=1 + n // 4)).date() for n in range(600)}
    weeks = timedelta(days=NOW.weekday() + 7 * (past.WEEKS - 1))
    shown = [day for day in began if day >= (NOW - weeks).date()]
    assert page.count('"day storm"') >= len(shown) > 500 / 4 + 10
    assert "117 in the last month" in page  # four a day from yesterday back


def test_of_a_calendar_that_is_cut_the_older_days_are_not_said_to_be_empty(store: Store) -> None:
    found = many(store, 40)
    cut = written(past.calendar(found, READER, NOW, is_cut=True))
    whole = written(past.calendar(found, READER, NOW))
    assert "day unknown" in cut and "not counted" in cut
    assert "day unknown" not in whole and cut.count('"day storm"') == whole.count('"day storm"') - 1


def test_incidents_beyond_the_first_five_hundred_are_a_page_further(store: Store) -> None:
    found = many(store, past.LISTED + 30)
    client = logged_in(create_app(store, Config(), lambda: NOW), store, "viewer")
    first = opened(client, "/review")
    last_shown = found[past.LISTED - 1].id
    assert "Here stand, and are searched" in first and f"review?before={last_shown}" in first
    assert "1 to 20 of 500" in first
    older = opened(client, "/review", f"?before={last_shown}")
    assert "1 to 20 of 30" in older and "Older ones" not in older and "The newest" in older
    assert found[past.LISTED].title in older
    values = {"past-place.data": ["opened", True, 0, last_shown], "past-next.n_clicks": 1}
    turned = client.post(callbacks.PATH, json=question(client, "past-rows.data-still", values, "past-next.n_clicks"))
    assert "21 to 30 of 30" in turned.get_data(as_text=True)
    for bad in ("?before=x", "?before=", "?before=-1", "?before=²", "?before=" + "9" * 40):
        assert "1 to 20 of 500" in opened(client, "/review", bad)
    assert "There is none before incident" in opened(client, "/review", f"?before={found[-1].id}")


def test_the_way_to_all_incidents_leads_back_from_the_older_ones(store: Store) -> None:
    found = many(store, 3)
    client = logged_in(create_app(store, Config(), lambda: NOW), store, "viewer")
    page = opened(client, "/review", f"?before={found[0].id}")
    [link] = re.findall(r'\{"props":\{([^{}]*"className":"room on"[^{}]*)\},"type":"Link"', page)
    assert link.endswith('review","className":"room on"')
    # Where only the question changes the page is asked for as well.
    asked = question(client, "page.children", {"url.pathname": "/review", "url.search": ""}, "url.search")
    assert "The newest" not in client.post(callbacks.PATH, json=asked).text


def test_what_was_counted_for_the_list_is_not_counted_again_to_turn_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "LISTED", 5)
    counts: list[int] = []
    count = past.review.took_all
    monkeypatch.setattr(past.review, "took_all", lambda *given: counts.append(len(given[1])) or count(*given))
    many(store, 9)
    client = logged_in(create_app(store, Config(), lambda: NOW), store, "viewer")
    assert "1 to 5 of 5" in opened(client, "/review")
    values = {"past-place.data": ["opened", True, 0, None], "past-by-brand.n_clicks": 1}
    turned = client.post(
        callbacks.PATH, json=question(client, "past-rows.data-still", values, "past-by-brand.n_clicks")
    )
    assert "1 to 5 of 5" in turned.text and counts == [5]


def opened(client: FlaskClient, path: str, search: str = "") -> str:
    """A page as it is sent."""
    values = {"url.pathname": path, "url.search": search}
    answer = client.post(callbacks.PATH, json=question(client, "page.children", values, "url.pathname")).text
    return answer.replace('\\"', '"')  # what is still stands in it as a text of its own


@pytest.mark.parametrize(
    "data",
    [
        None,
        "x",
        [],
        ["by", True, 0],
        ["id", 1, -4],
        ["id", True, True],
        [{}, [], 10**9],
        ["id", 1, -4, 3],
        ["id", True, True, "x"],
        [{}, [], 10**9, {}],
    ],
)
def test_a_place_in_the_list_may_be_anything(data: object) -> None:
    assert past.place_of(data).first == 0 and past.place_of(data).by in past.COLUMNS


def test_the_export_is_one_file_with_pseudonyms(app: Dash, store: Store) -> None:
    client = logged_in(app, store, "viewer")
    for kind in ("html", "csv", "json"):
        answer = client.get(f"/review/7/export.{kind}")
        assert answer.status_code == 200
        assert f'filename="incident-7.{kind}"' in answer.headers["Content-Disposition"]
        assert "platform" in answer.text and "Leah P." not in answer.text
    assert client.get("/review/7/export.exe").status_code == 404
    assert client.get("/review/99/export.html").status_code == 404
    assert app.server.test_client().get("/review/7/export.html").status_code == 302


def test_an_overlooked_field_of_a_mention_is_no_reason_to_fail() -> None:
    bare = Mention(id="x:1", source="x", brand="A", text="", created_at=NOW, received_at=NOW)
    assert posts.name_of_author(Scored(mention=bare), READER) == "somebody"
    assert crowd.look_at([Scored(mention=bare)]).people == 1
    assert posts.post(Scored(mention=bare), READER, NOW) is not None


# --- what an incident is called -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("severity", "peak", "is_over", "said"),
    [
        ("storm", "storm", False, "Storm at Acme"),
        ("watch", "watch", False, "Watch at Acme"),
        ("watch", "storm", False, "Watch at Acme, at its worst a storm"),
        ("storm", "storm", True, "Over at Acme, at its worst a storm"),
        ("watch", "watch", True, "Over at Acme, a watch at its worst"),
    ],
)
def test_an_incident_is_called_what_it_is_now_and_its_peak_is_said_as_its_peak(
    store: Store, severity: Any, peak: Any, is_over: bool, said: str
) -> None:
    closed_at = NOW if is_over else None
    found = make_incident(
        at=NOW - 60 * MINUTE, brand="Acme", severity=severity, peak_severity=peak, closed_at=closed_at
    )
    [change] = store.put_changes([Change(incident=found, events=())])
    app = create_app(store, Config(), lambda: NOW)
    client = logged_in(app, store, "viewer")
    for path in (f"/incident/{change.incident.id}", f"/review/{change.incident.id}"):
        body = question(client, "page.children", {"url.pathname": path}, "url.pathname")
        [title] = texts_of(client.post(callbacks.PATH, json=body).get_json(), "H2")
        assert title == said


def texts_of(part: Any, kind: str) -> list[str]:
    """The words of each component of this kind in an answer."""
    if isinstance(part, list):
        return [words for each in part for words in texts_of(each, kind)]
    if not isinstance(part, dict):
        return []
    if part.get("type") == kind:
        return [words_of(part)]
    return [words for each in part.values() for words in texts_of(each, kind)]


def words_of(part: Any) -> str:
    if isinstance(part, list):
        return "".join(map(words_of, part))
    return words_of(part["props"].get("children")) if isinstance(part, dict) else str(part or "")


def test_of_marks_that_stand_close_and_say_the_same_the_word_stands_once() -> None:
    def mark(minute: int, words: str) -> curves.Mark:
        return curves.Mark(at=NOW + minute * MINUTE, words=words)

    marks = [mark(9, "our word"), mark(1, "alarm"), mark(7, "our word"), mark(8, "our word"), mark(60, "our word")]
    told = curves.together(marks, 60 * MINUTE)
    assert [(each.at, each.words) for each in told] == [
        (NOW + MINUTE, "alarm"), (NOW + 7 * MINUTE, "our word ×3"), (NOW + 60 * MINUTE, "our word"),
    ]  # fmt: skip


def test_who_has_an_incident_is_not_asked_to_take_it(app: Dash, store: Store) -> None:
    [found] = store.incidents(is_open=True)
    for name, classes in (("Amina", "deeds mine"), ("Bo", "deeds")):
        client = logged_in(app, store, "responder", name)
        assert f'"className":"{classes}"' in opened(client, f"/incident/{found.id}")
    asked = replace(found, owner="Bo", acknowledged_at=None)
    store.put_changes([Change(incident=asked, events=())])
    app = create_app(store, Config(), lambda: NOW)
    assert '"className":"deeds"' in opened(logged_in(app, store, "responder", "Bo"), f"/incident/{found.id}")
