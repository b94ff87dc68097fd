"""Two at once: what one writes between the reading and the writing of the other is never lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import flask
import pytest
from dash import Dash

from dashboard import deeds, security
from dashboard.answers import Answers
from dashboard.app import create_app
from dashboard.pages import people, quiet
from dashboard.pages.frame import Desk
from dashboard.security import Visitor
from db.engine import sqlite3
from db.rows import Change, Deed, Mention
from db.sqlite import SqliteStore
from monitor import switch
from monitor.config import Config
from tests import scene
from tests.questions import question
from tests.scene import NOW

MINUTE = timedelta(minutes=1)


class Overtaken(SqliteStore):
    """A store in which somebody else is faster, once: `other` writes just before our next transaction begins."""

    other: Callable[[], None] | None = None

    def atomic(self) -> AbstractContextManager[sqlite3.Connection]:
        other, self.other = self.other, None
        if other is not None:
            other()
        return super().atomic()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "s.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[Overtaken]:
    with closing(Overtaken(path, ballast_bytes=0)) as opened:
        scene.setting_the_scene(opened)
        scene.storm(opened)
        yield opened


@pytest.fixture
def app(store: Overtaken) -> Dash:
    return create_app(store, Config(), lambda: NOW)


def act(app: Dash, visitor: Visitor, what: Callable[..., Any], *args: Any) -> Any:
    desk: Desk = app.server.config["desk"]
    with app.server.test_request_context("/"):
        flask.g.visitor = visitor
        return what(desk, *args)


AMINA = Visitor(name="Amina", role="admin")


@pytest.mark.parametrize("what", ["keep", "hand", "word-30", "silence-1"])
def test_what_the_watch_writes_about_an_incident_is_not_written_over(
    app: Dash, store: Overtaken, path: Path, what: str
) -> None:
    security.add_user(store, "Bo", "a long enough one", "responder", NOW)
    [before] = store.incidents(is_open=True)
    graver = replace(before, title="it is a storm now", last_signal_at=NOW + MINUTE)

    def watch() -> None:
        with closing(SqliteStore(path, ballast_bytes=0)) as other:
            other.put_changes([Change(incident=graver, events=())])

    store.other = watch
    assert act(app, AMINA, deeds.do, what, before.id, "Bo", "some words")
    now = store.incident(before.id)
    assert now is not None and (now.title, now.last_signal_at) == (graver.title, graver.last_signal_at)


def test_an_incident_that_a_colleague_has_just_closed_stays_closed(app: Dash, store: Overtaken, path: Path) -> None:
    [before] = store.incidents(is_open=True)

    def colleague() -> None:
        with closing(SqliteStore(path, ballast_bytes=0)) as other:
            other.put_changes([Change(incident=replace(before, state="closed", closed_at=NOW), events=())])

    store.other = colleague
    assert act(app, AMINA, deeds.do, "keep", before.id, None, "a note") is None
    assert store.incidents(is_open=True) == []


def test_two_admins_who_take_each_others_role_away_at_once_leave_one(app: Dash, store: Overtaken, path: Path) -> None:
    for name in ("Amina", "Bo"):
        security.add_user(store, name, "a long enough one", "admin", NOW)

    def bo() -> None:
        with closing(SqliteStore(path, ballast_bytes=0)) as other:
            security.put_user(other, "Amina", "viewer", None, "Bo", NOW)

    store.other = bo
    assert "last admin" in act(app, AMINA, people.do, "viewer", "Bo")
    assert {name: user.role for name, user in security.users(store).items()} == {"Amina": "viewer", "Bo": "admin"}


def test_rules_that_another_admin_has_changed_meanwhile_are_not_written_over(app: Dash, store: Overtaken) -> None:
    client = app.server.test_client()
    client.get(security.new_login_link(store, NOW, "Amina", "admin"))

    def press(loaded: int, terms: str) -> str:
        values = {"rules-brand.value": scene.BRAND, "rules-terms.value": terms, "rules-loaded.data": loaded}
        body = question(client, "rules-done", values | {"rules-keep.n_clicks": 1}, "rules-keep.n_clicks")
        return str(client.post("/_dash-update-component", json=body).get_data(as_text=True))

    opened = store.rules_versions(scene.BRAND)[0]
    store.put_rules(replace(opened.rules, terms=("acme night",)), "Bo", NOW)
    assert "Somebody has changed the rules" in press(opened.n, "acme day")
    assert store.rules()[scene.BRAND].terms == ("acme night",)
    assert "Kept" in press(store.rules_versions(scene.BRAND)[0].n, "acme day")
    assert store.rules()[scene.BRAND].terms == ("acme day",)


def test_what_is_kept_for_all_is_said_in_the_zone_and_language_of_the_house(app: Dash, store: Overtaken) -> None:
    yuki = Visitor(name="Yuki", role="responder", language="fr", zone="Asia/Tokyo")
    assert act(app, yuki, deeds.do, "word-30", 1, None, "")
    assert act(app, yuki, deeds.do, "silence-1", 1, None, "a drill")
    said = [event.words for event in store.incident_events(1) if event.kind == "note"]
    clock = f"{NOW + 30 * MINUTE:%H:%M}", f"{NOW + 60 * MINUTE:%H:%M}"
    assert said[-2:] == [f"promised the next word for {clock[0]}", f"nobody is told until {clock[1]}: a drill"]


def test_who_moved_the_switch_is_known_however_much_was_done_since(app: Dash, store: Overtaken) -> None:
    switch.turn(store, on=True, by="Bo", why="an accident", now=NOW)
    with store.atomic():
        for n in range(500):
            store.add_deed(Deed(at=NOW, who="Cleo", what="heard", subject=str(n)))
    assert "an accident" in str(act(app, AMINA, quiet.past))


class Watched(Overtaken):
    """Notes whether somebody else could have written while the earlier answers were read."""

    held: tuple[bool, ...] = ()
    is_held = False

    @contextmanager
    def atomic(self) -> Iterator[sqlite3.Connection]:
        with super().atomic() as write:
            was, self.is_held = self.is_held, True
            try:
                yield write
            finally:
                self.is_held = was

    def own_answers(self, brand: str, since: datetime, limit: int = 10_000) -> list[Mention]:
        self.held += (self.is_held,)
        return super().own_answers(brand, since, limit)


def test_nobody_is_kept_from_writing_while_thousands_of_earlier_answers_are_read(tmp_path: Path) -> None:
    with closing(Watched(tmp_path / "s.sqlite3", ballast_bytes=0)) as store:
        scene.setting_the_scene(store)
        scene.storm(store)
        app = create_app(store, Config(), lambda: NOW)
        case = store.cases_of([scene.ROOT])[0]
        sent = act(app, AMINA, lambda desk: Answers(desk).send(case, "Leah, we failed your mum.", ""))
        assert sent is not None and store.held[0] is False
