"""Who gets in, who may do what, and what a browser is told."""

from __future__ import annotations

import gzip
import json
import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard import security
from dashboard.app import create_app
from dashboard.pages.login import safe_path
from db.store import Store
from monitor.config import Config, Dashboard
from tests import scene
from tests.clock import Clock
from tests.questions import question
from tests.scene import NOW

PASSWORD = "a long enough one"


@pytest.fixture
def hand() -> Clock:
    return Clock(NOW)


@pytest.fixture
def app(store: Store, hand: Clock) -> Dash:
    scene.setting_the_scene(store)
    scene.storm(store)
    return create_app(store, Config(), hand)


@pytest.fixture
def nobody(app: Dash) -> FlaskClient:
    return app.server.test_client()


def logged_in(app: Dash, store: Store, role: security.Role, name: str = "Amina") -> FlaskClient:
    client = app.server.test_client()
    link = security.new_login_link(store, NOW, name, role)
    assert client.get(link).status_code == 302
    return client


def take(client: FlaskClient, button: str = "incident-take", **headers: str) -> Any:
    body = question(
        client,
        "incident-done",
        {"incident-id.data": 1, "incident-note.value": "The lady is safe", f"{button}.n_clicks": 1},
        f"{button}.n_clicks",
    )
    return client.post("/_dash-update-component", json=body, headers=headers)


# --- the door -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path", ["/", "/health", "/incident/1", "/nowhere", "/assets/wall.css", "/_dash-layout", "/_dash-dependencies"]
)
def test_nobody_sees_anything_without_logging_in(nobody: FlaskClient, path: str) -> None:
    answer = nobody.get(path)
    assert answer.status_code in (302, 401)
    assert b"Acme" not in answer.data


def test_every_route_is_guarded_but_the_way_in(app: Dash, nobody: FlaskClient) -> None:
    open_rules = set()
    for rule in app.server.url_map.iter_rules():
        path = rule.rule.replace("<token>", "x").replace("<path:path>", "x").replace("<path:filename>", "x.css")
        path = path.replace("<string:package_name>", "dash").replace("<path:fingerprinted_path>", "x.js")
        method = next(iter((rule.methods or set()) & {"GET", "POST"}))
        if nobody.open(path, method=method).status_code not in (302, 401, 405):
            open_rules.add(rule.rule)
    assert open_rules == {"/login", "/login/<token>", "/act/<token>", "/api/v1/alive"}


def test_callbacks_answer_nobody(nobody: FlaskClient) -> None:
    assert take(nobody).status_code == 401


def test_a_link_works_once_and_for_an_hour(app: Dash, store: Store, hand: Clock) -> None:
    link = security.new_login_link(store, NOW)
    client = app.server.test_client()
    assert client.get(link).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert app.server.test_client().get(link).status_code == 410
    late = security.new_login_link(store, NOW)
    hand.move(minutes=61)
    assert app.server.test_client().get(late).status_code == 410


def test_a_password_opens_the_door_and_goes_on_to_the_page(app: Dash, store: Store, nobody: FlaskClient) -> None:
    security.add_user(store, "Amina", PASSWORD, "responder", NOW)
    wrong = nobody.post("/login", data={"name": "Amina", "password": "not this one"})
    assert (wrong.status_code, b"do not belong together" in wrong.data) == (403, True)
    right = nobody.post("/login", data={"name": "Amina", "password": PASSWORD, "next": "incident/1"})
    assert right.headers["Location"] == "/incident/1"
    assert nobody.get("/health").status_code == 200


def test_guessing_has_to_wait(store: Store, nobody: FlaskClient, hand: Clock) -> None:
    security.add_user(store, "Amina", PASSWORD, "responder", NOW)
    for _ in range(5):
        assert nobody.post("/login", data={"name": "Amina", "password": "x"}).status_code == 403
    assert nobody.post("/login", data={"name": "Amina", "password": PASSWORD}).status_code == 429
    hand.move(seconds=61)
    assert nobody.post("/login", data={"name": "Amina", "password": PASSWORD}).status_code == 302


def test_neither_passwords_nor_tokens_can_be_read_from_the_store(store: Store, tmp_path: Path) -> None:
    security.add_user(store, "Amina", PASSWORD, "admin", NOW)
    link, wall = security.new_login_link(store, NOW), security.new_wall_token(store, NOW)
    store.backup(tmp_path / "copy")
    kept = (tmp_path / "copy").read_bytes()
    for hidden in (PASSWORD, link.removeprefix("/login/"), wall):
        assert hidden.encode() not in kept


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil",
        "/login",
        "javascript:1",
        "/_dash",
        "?//evil.example",
        "//evil.example?a=1",
        "https://evil.example/?a=1",
        "inbox?a=1\r\nSet-Cookie: x=1",
        "?wall=a-stolen-token",
        "?a=%0d%0aLocation:%20https://evil.example",
        "inbox?" + "a=1&" * 400,
        "?mention=\udcff",
    ],
)
def test_the_login_never_leads_out_of_the_house(path: str) -> None:
    assert safe_path(path).startswith("/")
    assert not safe_path(path).startswith(("//", "/login", "/_"))
    assert urlsplit(safe_path(path)).netloc == "" and not {"\r", "\n", "\\", ":"} & set(safe_path(path))
    assert "wall=" not in safe_path(path) and len(safe_path(path)) < 1500


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("/inbox?mention=bluesky:root", "/inbox?mention=bluesky%3Aroot"),
        ("/?room=light&side=on&brand=Belltree%20Insurance", "/?room=light&side=on&brand=Belltree+Insurance"),
        ("/hashtag?tag=caf%C3%A9", "/hashtag?tag=caf%C3%A9"),
        ("/review/15", "/review/15"),
    ],
)
def test_who_logs_in_comes_to_the_page_that_was_asked_for_with_its_query(
    store: Store, nobody: FlaskClient, asked: str, kept: str
) -> None:
    security.add_user(store, "Amina", PASSWORD, "responder", NOW)
    door = nobody.get(asked).headers["Location"]
    assert door.startswith("/login?next=")
    page = nobody.get(door)
    for password in ("wrong", PASSWORD):  # a slip on the way loses nothing
        [hidden] = re.findall(r'name="next" value="([^"]*)"', page.get_data(as_text=True))
        page = nobody.post("/login", data={"name": "Amina", "password": password, "next": unescape(hidden)})
    assert page.headers["Location"] == kept


@pytest.mark.parametrize("path", ["/", "/inbox", "/login", "/_dash-layout"])
def test_a_query_that_is_no_utf_8_breaks_no_page(app: Dash, store: Store, nobody: FlaskClient, path: str) -> None:
    raw, zipped = {"QUERY_STRING": "a=\xe9"}, {"Accept-Encoding": "gzip"}
    for client, codes in ((nobody, (200, 302, 401)), (logged_in(app, store, "viewer"), (200,))):
        with client.get(path, environ_overrides=raw, headers=zipped) as answer:
            assert answer.status_code in codes
    asked = nobody.get("/inbox", environ_overrides=raw).headers["Location"]
    assert nobody.get(asked).status_code == 200 and asked == "/login?next=inbox%3Fa%3D%EF%BF%BD"


def test_a_session_outlives_a_restart_and_ends_with_its_user(app: Dash, store: Store, hand: Clock) -> None:
    client = logged_in(app, store, "viewer")
    cookie = client.get_cookie("smoulder")
    assert cookie is not None
    again = create_app(store, Config(), hand).server.test_client()
    again.set_cookie("smoulder", cookie.value)
    assert again.get("/health").status_code == 200
    security.remove_user(store, "Amina", "admin", NOW)
    fresh = create_app(store, Config(), hand).server.test_client()
    fresh.set_cookie("smoulder", cookie.value)
    assert fresh.get("/health").status_code == 302


def test_a_session_of_somebody_removed_is_no_session_of_another_of_the_same_name(
    app: Dash, store: Store, hand: Clock
) -> None:
    gone = logged_in(app, store, "viewer", "Bo")
    security.remove_user(store, "Bo", "Amina", hand())
    hand.move(hours=1)
    security.put_user(store, "Bo", "admin", None, "Amina", hand())
    assert gone.get("/inbox").status_code == 302


def test_cookies_are_out_of_reach_for_scripts_and_other_sites(app: Dash, store: Store) -> None:
    answer = app.server.test_client().get(security.new_login_link(store, NOW))
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    safe = create_app(store, Config(dashboard=Dashboard(base_url="https://smoulder.example")))
    cookie = safe.server.test_client().get(security.new_login_link(store, security.datetime.now(security.UTC)))
    assert "Secure" in cookie.headers["Set-Cookie"]


# --- roles ----------------------------------------------------------------------------------------------------
def test_a_wall_link_keeps_what_it_says_of_how_the_wall_is_to_look(app: Dash, store: Store) -> None:
    token = security.new_wall_token(store, NOW, "lobby")
    answer = app.server.test_client().get(f"/?wall={token}&side=on&sound=on&room=light&brand=Acme&other=1")
    assert answer.headers["Location"] == "/?side=on&sound=on&room=light&brand=Acme"


def test_a_wall_sees_the_wall_and_nothing_else_until_it_is_revoked(app: Dash, store: Store) -> None:
    client = app.server.test_client()
    answer = client.get(f"/?wall={security.new_wall_token(store, NOW, 'lobby')}&room=light")
    assert answer.headers["Location"] == "/?room=light"
    assert client.get("/").status_code == 200
    assert client.get("/health").status_code == 302
    assert client.get("/api/v1/health").status_code == 403
    assert take(client).status_code == 403
    body = question(client, "page.children", {"url.pathname": "/incident/1", "url.search": ""}, "url.pathname")
    page = client.post("/_dash-update-component", json=body)
    assert "wall-state" in page.text and "incident-head" not in page.text
    assert list(security.wall_tokens(store)) == ["lobby"]
    security.revoke_wall_token(store, "lobby", "admin", NOW)
    fresh = create_app(store, Config(), lambda: NOW).server.test_client()
    cookie = client.get_cookie("smoulder")
    assert cookie is not None
    fresh.set_cookie("smoulder", cookie.value)
    assert fresh.get("/").status_code == 302
    assert client.get(f"/?wall={'x' * 32}").status_code in (302, 403)


def test_a_viewer_looks_and_a_responder_acts(app: Dash, store: Store) -> None:
    before = store.incident_events(1)
    assert take(logged_in(app, store, "viewer", "Vi")).status_code == 403
    assert store.incident_events(1) == before
    assert take(logged_in(app, store, "responder", "Rose")).status_code == 200
    incident = store.incident(1)
    assert incident is not None and incident.owner == "Rose"
    assert store.incident_events(1)[-1].who == "Rose"
    assert take(logged_in(app, store, "responder", "Rose"), "incident-close").status_code == 200
    closed = store.incident(1)
    assert closed is not None and closed.state == "closed"


def test_another_site_can_press_no_button(app: Dash, store: Store) -> None:
    client = logged_in(app, store, "responder")
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        assert take(client, **headers).status_code == 403
    assert take(client, **{"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_a_body_of_a_megabyte_is_refused(app: Dash, store: Store) -> None:
    client = logged_in(app, store, "admin")
    answer = client.post("/_dash-update-component", data="x" * 2**20, content_type="application/json")
    assert answer.status_code == 413


def test_every_callback_asks_for_a_role(app: Dash) -> None:
    asked = set(app.server.config["guarded"])
    served = {name for name, made in app.callback_map.items() if made.get("callback") is not None}
    assert served and served <= asked


# --- headers --------------------------------------------------------------------------------------------------
def test_every_answer_binds_the_browser(app: Dash, store: Store) -> None:
    client = logged_in(app, store, "viewer")
    for path in ("/", "/login", "/api/v1/health", "/assets/wall.css", "/nowhere"):
        with client.get(path) as answer:
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy and "unsafe-eval" not in policy
        assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_text_travels_pressed(app: Dash, store: Store) -> None:
    client = logged_in(app, store, "viewer")
    answer = client.get("/api/v1/health", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    plain = client.get("/api/v1/health").json
    assert plain is not None and json.loads(gzip.decompress(answer.data))["states"] == plain["states"]


def test_the_health_document_says_what_is_wrong(app: Dash, store: Store) -> None:
    client = logged_in(app, store, "viewer")
    document = client.get("/api/v1/health").json
    assert document is not None
    assert (document["ok"], document["states"]) == (True, {"Acme Rail": "STORM"})
    assert [s["state"] for s in document["sources"]].count("ok") == 2
    later = create_app(store, Config(), lambda: NOW + timedelta(minutes=10)).server.test_client()
    cookie = client.get_cookie("smoulder")
    assert cookie is not None
    later.set_cookie("smoulder", cookie.value)
    document = later.get("/api/v1/health").json
    assert document is not None
    assert document["ok"] is False and "The collector is not running" in document["troubles"]


def test_a_path_that_is_no_page_is_not_found(app: Dash, store: Store) -> None:
    client = logged_in(app, store, "viewer")
    assert client.get("/wp-admin").status_code == 404
    assert client.get("/incident/1").status_code == 200


def test_the_log_in_speaks_the_language_of_the_browser(app: Dash) -> None:
    client = app.server.test_client()
    assert "Mot de passe" in client.get("/login", headers={"Accept-Language": "fr-CH, fr;q=0.9, en;q=0.8"}).text
    assert "Password" in client.get("/login", headers={"Accept-Language": "de, en;q=0.5"}).text
    assert "Password" in client.get("/login").text, "as the house has it"


def choose(client: FlaskClient, language: object, zone: object) -> str:
    values = {"me-keep.n_clicks": 1, "me-language.value": language, "me-zone.value": zone}
    answer = client.post("/_dash-update-component", json=question(client, "me-answer", values, "me-keep.n_clicks"))
    assert answer.status_code == 200
    return str(answer.text)


def test_each_reads_in_their_own_language_and_zone(app: Dash, store: Store) -> None:
    amina, bo = logged_in(app, store, "viewer", "Amina"), logged_in(app, store, "viewer", "Bo")
    assert "Gard" in choose(amina, "fr", "Asia/Tokyo")
    body = {"url.pathname": "/review", "url.search": ""}

    def reads(client: FlaskClient) -> str:
        asked = question(client, "page.children", body, "url.pathname")
        return client.post("/_dash-update-component", json=asked).get_data(as_text=True)

    later = create_app(store, Config(), lambda: NOW).server.test_client()
    cookie = amina.get_cookie("smoulder")
    assert cookie is not None
    later.set_cookie("smoulder", cookie.value)
    page = reads(later)
    assert "Tous" in page and "2026-03-03 23:22" in page, "14:22 UTC is 23:22 in Tokyo"
    assert "All of them" in reads(bo) and "2026-03-03 14:22" in reads(bo)
    assert 'lang="fr"' in later.get("/review").text and 'lang="en"' in later.get("/").text
    assert "Rien n" in choose(later, "fr", "Asia/Tokyo"), "so it is already"


def test_nonsense_is_as_the_house_has_it(app: Dash, store: Store) -> None:
    client = logged_in(app, store, "viewer", "Amina")
    for language, zone in ((None, None), (["fr"], {}), ("xx", "../../etc/passwd"), (5, "Mars/Olympus")):
        choose(client, language, zone)
    assert (security.users(store)["Amina"].language, security.users(store)["Amina"].zone) == ("", "")
