"""The read API: who may ask, what is refused in which words, and that paging neither loses nor repeats a row."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard import security
from dashboard.app import create_app
from dashboard.patience import ASKS_A_MINUTE
from db.engine import sqlite3
from db.migrations import STEPS
from db.rows import Gap
from db.sqlite import SqliteStore
from db.store import Store
from monitor import incidents
from monitor.config import Config
from tests import scene
from tests.clock import Clock
from tests.make import make_change, make_incident
from tests.scene import BRAND, NOW


@pytest.fixture
def hand() -> Clock:
    return Clock(NOW)


@pytest.fixture
def app(store: Store, hand: Clock) -> Dash:
    scene.setting_the_scene(store)
    scene.past(store, count=6)
    scene.storm(store)
    return create_app(store, Config(), hand)


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()


@pytest.fixture
def token(app: Dash, store: Store) -> str:
    return security.new_api_token(store, NOW, "report", "Amina")


def ask(client: FlaskClient, path: str, token: str = "", method: str = "GET") -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.open(f"/api/v1/{path}", method=method, headers=headers)


# --- who may ask ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["incidents", "buckets", "mentions", "health"])
def test_a_token_reads_and_nobody_else_does(client: FlaskClient, store: Store, token: str, path: str) -> None:
    assert ask(client, path, token).status_code == 200
    assert ask(client, path).status_code == 401
    refused = ask(client, path, "wrong")
    assert refused.status_code == 401 and "was revoked" in refused.text
    assert security.revoke_api_token(store, "report", "Amina", NOW)
    assert ask(client, path, token).status_code == 401


def test_a_token_changes_nothing_and_opens_no_page(client: FlaskClient, token: str) -> None:
    for path in ("incidents", "health"):
        assert ask(client, path, token, "POST").status_code == 403
    assert client.get("/inbox", headers={"Authorization": f"Bearer {token}"}).status_code == 302
    body = {"output": "x"}
    answer = client.post("/_dash-update-component", json=body, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_a_wall_may_not_ask_and_a_viewer_may(app: Dash, client: FlaskClient, store: Store) -> None:
    client.get(f"/?wall={security.new_wall_token(store, NOW)}")
    assert ask(client, "incidents").status_code == 403
    viewer = app.server.test_client()
    viewer.get(security.new_login_link(store, NOW, "Vera", "viewer"))
    assert ask(viewer, "incidents").status_code == 200


def test_a_script_in_a_hurry_is_told_to_wait(client: FlaskClient, token: str, hand: Clock) -> None:
    answers = [ask(client, "health", token).status_code for _ in range(ASKS_A_MINUTE + 1)]
    assert set(answers[:-1]) == {200} and answers[-1] == 429
    assert ask(client, "health", token).headers["Retry-After"] == "60"
    hand.move(minutes=1)
    assert ask(client, "health", token).status_code == 200


# --- what is wrong with a question ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("buckets?brand=Nobody", "Say which brand: Acme Rail."),
        ("buckets?from=yesterday", "like 2026-03-03T14:00:00Z"),
        ("buckets?from=2026-03-03T14:00:00", "with its zone"),
        ("buckets?from=2026-01-01T00:00:00Z", "At most 7 days"),
        ("buckets?from=2026-03-03T14:00:00Z&until=2026-03-03T13:00:00Z", "must lie before"),
        ("mentions?limit=0", "from 1 to 500"),
        ("mentions?limit=many", "from 1 to 500"),
        ("mentions?limit=000000001999", "from 1 to 500"),
        ("mentions?limit=" + 5000 * "1", "from 1 to 500"),
        ("mentions?after=x", 'what "next" said'),
        ("incidents?before=99", "There is no incident 99"),
        ("incidents?before=-1", "must be the number"),
        ("incidents?since=0001-01-01T00:00:00Z", "like 2026-03-03"),
    ],
)
def test_a_wrong_question_is_answered_with_a_sentence(client: FlaskClient, token: str, path: str, words: str) -> None:
    answer = ask(client, path, token)
    assert answer.status_code == 400 and words in answer.json["error"]


# --- what is answered -----------------------------------------------------------------------------------------
def test_incidents_come_newest_first_and_page_by_page(client: FlaskClient, token: str) -> None:
    found, following = [], ""
    while True:
        page = ask(client, f"incidents?limit=3{following}", token).json
        found += page["incidents"]
        if page["next"] is None:
            break
        following = f"&before={page['next']}"
    assert [i["id"] for i in found] == [7, 1, 2, 3, 4, 5, 6]
    assert found[0]["durations"]["detected"] == 480 and found[0]["durations"]["calm"] is None
    assert len(ask(client, "incidents?open=1", token).json["incidents"]) == 1
    since = ask(client, "incidents?since=2026-02-25T00:00:00Z", token).json["incidents"]
    assert [i["id"] for i in since] == [7, 1]


def test_paging_goes_on_after_an_incident_that_has_ended_meanwhile(
    client: FlaskClient, store: Store, token: str
) -> None:
    store.put_changes([make_change(make_incident(brand=BRAND, at=NOW - timedelta(days=300)))])
    page = ask(client, "incidents?open=1&limit=1", token).json
    assert [i["id"] for i in page["incidents"]] == [page["next"]] == [7]
    store.put_changes([incidents.close(store.incident(7), "Amina", NOW)])
    rest = ask(client, f"incidents?open=1&limit=1&before={page['next']}", token).json
    assert [i["id"] for i in rest["incidents"]] == [8] and rest["next"] is None


@pytest.mark.parametrize("limit", [1, 7, 50])
def test_paging_through_mentions_gives_each_once(client: FlaskClient, store: Store, token: str, limit: int) -> None:
    at = NOW - timedelta(minutes=90)
    scene.put(store, [(scene.mention(f"x:same{n}", f"At once {n}", at, f"S{n}", NOW), "other") for n in range(9)])
    window = "from=2026-03-03T12:30:00%2B00:00&until=2026-03-03T14:41:07Z"
    found, following = [], ""
    while True:
        page = ask(client, f"mentions?{window}&limit={limit}{following}", token).json
        found += [m["id"] for m in page["mentions"]]
        if page["next"] is None:
            break
        following = f"&after={page['next']}"
    stored = store.mentions_between(BRAND, NOW - timedelta(hours=2, minutes=11, seconds=7), NOW)
    assert found == [each.mention.id for each in stored] and len(found) > 60


def test_buckets_say_what_could_not_be_seen(client: FlaskClient, store: Store, token: str) -> None:
    gap = Gap(source="x", start=NOW - timedelta(hours=1))
    store.open_gap(gap)
    found = ask(client, "buckets", token).json
    assert sum(b["complaints"] for b in found["buckets"]) == sum(
        b.complaints for b in store.buckets(BRAND, NOW - timedelta(days=1), NOW + timedelta(minutes=1))
    )
    assert found["gaps"][0]["source"] == gap.source and found["gaps"][0]["until"] is None
    assert found["expected"][0].keys() == {"at", "low", "middle", "high"}


# --- what is kept ---------------------------------------------------------------------------------------------
def test_no_secret_stands_in_the_file_but_as_a_hash_and_none_in_the_log(store: Store, tmp_path: Any) -> None:
    security.add_user(store, "Bo", "an old password", "viewer", NOW)
    security.add_user(store, "Bo", "a new password!", "viewer", NOW)
    token = security.new_api_token(store, NOW, "report", "Amina")
    security.new_login_link(store, NOW, "Bo")
    security.secret(store, NOW)
    read = sqlite3.connect(str(tmp_path / "smoulder.sqlite3"))
    keys = ("users", "api_tokens", "login_links", "session_secret")
    logged = read.execute("SELECT key, value FROM setting_changes").fetchall()
    assert {value for key, value in logged if key in keys} == {"(not kept)"}
    assert len([key for key, _ in logged if key == "users"]) >= 2, "who changed it and when is kept"
    everything = "\n".join(str(row) for row in read.execute("SELECT * FROM settings"))
    assert token not in everything and "password!" not in everything
    assert security.check_password(store, "Bo", "a new password!") is not None
    read.close()


def test_what_an_older_version_logged_of_secrets_is_overwritten(tmp_path: Any) -> None:
    path = tmp_path / "old.sqlite3"
    number = [step.__name__ for step in STEPS].index("secrets")
    old = SqliteStore(path, steps=STEPS[:number], ballast_bytes=0)
    for value in ("$argon2id$first", "$argon2id$second"):
        old.put_setting("users", value, "Amina", NOW)
    old.put_setting("quiet", "on", "Amina", NOW)
    old.close()
    new = SqliteStore(path, ballast_bytes=0)
    assert [c.value for c in new.setting_changes(["users"])] == ["(not kept)"] * 2
    assert new.setting_changes(["quiet"])[0].value == "on" and new.setting("users") == "$argon2id$second"
    new.close()
    assert b"$argon2id$first" not in path.read_bytes()
