"""Nobody ends the quiet, lets a post go, signs a tag or thanks somebody who may not, however the request is made."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard import callbacks, security
from dashboard.app import create_app
from dashboard.pages.quiet import mark_of
from db.rows import Deed
from db.store import Store
from monitor import switch, tags
from monitor.config import Config
from tests import scene
from tests.questions import asking
from tests.scene import NOW
from tests.test_dashboard_crafted import NASTY

LATER = NOW + timedelta(minutes=5)
PLAN = b"id,at,text\n1,2026-03-03 18:00,Lean back\n2,,Someday\n"
ACTED = {"quiet on", "quiet off", "let a post go", "kept a post back", "planned posts", "read the tag", "sent",
         "left unanswered", "said that people are hurt", "said that nobody is hurt"}  # fmt: skip


@pytest.fixture
def app(store: Store) -> Dash:
    scene.setting_the_scene(store)
    scene.storm(store)
    words = "The guard found my scarf and ran after the train. You made my week!"
    scene.put(store, [(scene.mention("x:kind", words, NOW - timedelta(hours=1), "Marion", NOW), "praise")])
    switch.plan(store, PLAN, file="p.csv", by="Amina", now=NOW, zone="UTC")
    return create_app(store, Config(), lambda: LATER)


def visitor(app: Dash, store: Store, role: str, name: str = "") -> FlaskClient:
    client: FlaskClient = app.server.test_client()
    if role == "wall":
        client.get(f"/?wall={security.new_wall_token(store, LATER)}")
    elif role == "tool":
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {security.new_tool_token(store, LATER, 'planner', 'test')}"
    elif role != "nobody":
        client.get(security.new_login_link(store, LATER, name or role.title(), role))  # type: ignore[arg-type]
    return client


def press(client: FlaskClient, app: Dash, output: str, button: str, **values: Any) -> int:
    named = {f"{key.replace('__', '.').replace('_', '-')}": value for key, value in values.items()}
    body = asking(app, output, {**named, f"{button}.n_clicks": 1}, f"{button}.n_clicks")
    with client.post(callbacks.PATH, json=body) as answer:
        return answer.status_code


def presses(client: FlaskClient, app: Dash, store: Store) -> list[int]:
    """Everything that changes something, as well filled in as it can be."""
    post = next((each for each in store.planned() if each.state == "held"), store.planned()[0])
    incident = store.incidents(is_open=True)[0].id
    quiet = {"quiet_why__value": "x", "quiet_sure__value": ["sure"], "quiet_open__data": mark_of(post)}
    quiet |= {"quiet_incident__data": incident}
    thanks = {"thanks_open__data": "x:kind", "thanks_reply__value": "Told Hull!", "thanks_kind__value": ["kind"]}
    found = [
        press(client, app, "quiet-done", f"quiet-{each}", **quiet)
        for each in ("off", "yes", "no", "hurt", "unhurt", "on")
    ]
    found += [press(client, app, "thanks-done", f"thanks-{each}", **thanks) for each in ("sent", "leave")]
    found.append(
        press(client, app, "hashtag-done", "hashtag-sign", hashtag_ticked__value=["read"], hashtag_tag__data="Cairo")
    )
    contents = "data:text/csv;base64," + base64.b64encode(PLAN + b"3,,More\n").decode()
    body = asking(
        app,
        "quiet-loaded",
        {"quiet-upload.contents": contents, "quiet-upload.filename": "p.csv"},
        "quiet-upload.contents",
    )
    with client.post(callbacks.PATH, json=body) as answer:
        return [*found, answer.status_code]


def acted(store: Store) -> list[Deed]:
    return [deed for deed in store.deeds() if deed.what in ACTED and deed.at >= LATER]


@pytest.mark.parametrize("role", ["nobody", "wall", "tool", "viewer"])
def test_whoever_may_only_look_changes_nothing(app: Dash, store: Store, role: str) -> None:
    switch.turn(store, on=True, by="Amina", why="an accident", now=NOW)
    tags.look(store, Config(), "Cairo", LATER)
    before = (switch.quiet(store), store.planned())
    answers = presses(visitor(app, store, role), app, store)
    assert set(answers) <= {401, 403}
    assert (switch.quiet(store), store.planned()) == before
    assert acted(store) == [] and store.replies() == [] and tags.reading_of(store, "Cairo", LATER) is None


def test_a_responder_does_each_of_it_once_and_it_is_in_the_log(app: Dash, store: Store) -> None:
    switch.turn(store, on=True, by="Amina", why="an accident", now=NOW)
    tags.look(store, Config(), "Cairo", LATER)
    client = visitor(app, store, "responder", "Rose")
    assert set(presses(client, app, store)) <= {200, 204}
    assert not [deed for deed in acted(store) if deed.who != "Rose"]
    whats = {deed.what for deed in acted(store)}
    assert {
        "quiet off",
        "quiet on",
        "let a post go",
        "said that people are hurt",
        "read the tag",
        "planned posts",
    } <= whats
    assert store.replies() == [] and "said that nobody is hurt" not in whats  # the lane is closed, and Amina owns it


def test_the_quiet_does_not_end_by_a_press_without_the_tick(app: Dash, store: Store) -> None:
    switch.turn(store, on=True, by="Amina", why="an accident", now=NOW)
    client = visitor(app, store, "responder", "Rose")
    for sure in (None, [], "sure", {"sure": 1}, ["Sure"], 1, [["sure"]]):
        press(client, app, "quiet-done", "quiet-off", quiet_sure__value=sure)
    assert switch.quiet(store).is_on


def test_a_yes_to_a_post_that_has_changed_since_is_none(app: Dash, store: Store) -> None:
    switch.turn(store, on=True, by="Amina", why="an accident", now=NOW)
    switch.turn(store, on=False, by="Amina", why="", now=NOW)
    seen = mark_of(next(post for post in store.planned() if post.id == "1"))
    switch.plan(store, b"id,at,text\n1,2026-03-03 18:00,BUY NOW\n", file="p.csv", by="Bo", now=LATER, zone="UTC")
    press(visitor(app, store, "responder"), app, "quiet-done", "quiet-yes", quiet_open__data=seen)
    assert {post.state for post in store.planned()} == {"held"}


def test_while_it_is_quiet_no_post_is_let_go_and_nobody_is_thanked(app: Dash, store: Store) -> None:
    switch.turn(store, on=True, by="Amina", why="an accident", now=NOW)
    client = visitor(app, store, "admin")
    for post in store.planned():
        press(client, app, "quiet-done", "quiet-yes", quiet_open__data=mark_of(post))
    press(client, app, "thanks-done", "thanks-sent", thanks_open__data="x:kind", thanks_reply__value="Thank you!")
    assert {post.state for post in store.planned()} == {"held"} and store.replies() == []


def test_a_tag_that_nobody_looked_at_cannot_be_signed(app: Dash, store: Store) -> None:
    client = visitor(app, store, "responder")
    press(client, app, "hashtag-done", "hashtag-sign", hashtag_ticked__value=["read"], hashtag_tag__data="Cairo")
    tags.look(store, Config(), "Cairo", NOW - timedelta(hours=3))
    press(client, app, "hashtag-done", "hashtag-sign", hashtag_ticked__value=["read"], hashtag_tag__data="Cairo")
    assert acted(store) == []


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_values_that_no_page_sends_break_nothing(app: Dash, store: Store, nasty: Any) -> None:
    client = visitor(app, store, "responder")
    names = """quiet-why.value quiet-sure.value quiet-chosen.data quiet-open.data quiet-incident.data thanks-chosen.data
        thanks-open.data
        thanks-reply.value thanks-kind.value hashtag-ticked.value hashtag-tag.data hashtag-asked.value
        quiet-upload.contents quiet-tool.value quiet-upload.filename quiet-seen.data thanks-seen.data"""
    values = dict.fromkeys(names.split(), nasty)
    questions = [("quiet-done", f"quiet-{each}.n_clicks") for each in ("off", "yes", "no", "hurt", "unhurt")]
    questions += [("thanks-done", f"thanks-{each}.n_clicks") for each in ("sent", "leave")]
    questions += [("hashtag-done", "hashtag-sign.n_clicks"), ("hashtag-result", "hashtag-look.n_clicks")]
    questions += [
        ("quiet-loaded", "quiet-upload.contents"),
        ("quiet-state", "quiet-chosen.data"),
        ("thanks-title", "thanks-chosen.data"),
    ]
    questions += [("thanks-coach", "thanks-typed.data")]
    for output, changed in questions:
        with client.post(callbacks.PATH, json=asking(app, output, values, changed)) as answer:
            assert answer.status_code < 500, (output, changed)
    assert not switch.quiet(store).is_on and {post.state for post in store.planned()} == {"planned"}
