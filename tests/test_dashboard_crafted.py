"""Ten thousand posts that no page of ours would send: nothing is written by those who may only look, and the
server never fails."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard import callbacks, security
from dashboard.app import create_app
from db.engine import sqlite3
from db.store import Store
from monitor.config import Config
from tests import scene
from tests.questions import asking
from tests.scene import NOW, ROOT

POSTS = 10_000
NASTY: list[Any] = [
    None, True, False, 0, 1, -1, 2**31, 2**63, 10**40, 1.5, float("nan"), float("inf"), "", "1", ROOT, "x:1", "Amina",
    "'; DROP TABLE mentions; --", "\x00", "\ud83d", "💥" * 500, "a" * 20_000, "../../etc/passwd", "<script>alert(1)",
    "unheard", "all", "heard", "complaint", "/incident/1", "/incident/99999999999", "/inbox", "/health", "/nowhere",
    "?mention=" + "a" * 300, "?brand=%ff%fe&room=light", "__class__", [], [1, 2, 3], [None] * 50, [[[]]], {},
    {"props": {"children": "x"}, "type": "Img", "namespace": "dash_html_components"}, {"a": {"b": []}},
    {"type": "alert", "namespace": "window"}, {"has": {"state": 1}}, {"room": [], "brand": {}}, {"has": []},
    ["x:1", 5, None, {}], [ROOT] * 300,
]  # fmt: skip


@pytest.fixture
def app(store: Store) -> Dash:
    scene.setting_the_scene(store)
    scene.storm(store)
    return create_app(store, Config(), lambda: NOW)


def visitor(app: Dash, store: Store, role: str) -> FlaskClient:
    client = app.server.test_client()
    if role == "wall":
        client.get(f"/?wall={security.new_wall_token(store, NOW)}")
    elif role != "nobody":
        client.get(security.new_login_link(store, NOW, role.title(), role))  # type: ignore[arg-type]
    return client


def everything(path: Path) -> str:
    """A digest of all that is stored."""
    connection = sqlite3.connect(str(path))
    digest = hashlib.sha256()
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    for table in tables:
        if not table.startswith("mentions_words"):
            digest.update(repr(sorted(map(repr, connection.execute(f"SELECT * FROM {table}")))).encode())
    connection.close()
    return digest.hexdigest()


def well_formed(app: Dash, dice: random.Random) -> dict[str, Any]:
    name = dice.choice([name for name, made in app.callback_map.items() if "callback" in made])
    body = asking(app, name, {})
    for place in body["inputs"] + body["state"]:
        place["value"] = dice.choice(NASTY)
    asked = [f"{each['id']}.{each['property']}" for each in body["inputs"]]
    return body | {"changedPropIds": dice.sample(asked, k=dice.randint(0, min(2, len(asked))))}


def crafted(app: Dash, dice: random.Random) -> Any:
    """Half of them could come from a page, with values that could not; the others are broken in shape."""
    body: Any = well_formed(app, dice)
    if dice.random() < 0.5:
        return body
    key = dice.choice(["output", "outputs", "inputs", "state", "changedPropIds"])
    how = dice.randrange(5)
    if how == 0:
        body.pop(key)
    elif how == 1:
        body[key] = dice.choice(NASTY)
    elif how == 2 and isinstance(body[key], list) and body[key]:
        body[key] = [*body[key][:-1], dice.choice(NASTY)]
    elif how == 3:
        body = dice.choice(NASTY)
    else:
        body["inputs"] = body["inputs"] * 2
    return body


def send(client: FlaskClient, app: Dash, dice: random.Random) -> int:
    kind = dice.random()
    if kind < 0.8:
        data = json.dumps(crafted(app, dice)).encode()
        path, method = callbacks.PATH, "POST"
    elif kind < 0.9:
        data = bytes(dice.randrange(256) for _ in range(dice.randint(0, 60))) or b"[" * 100_000
        path, method = callbacks.PATH, "POST"
    else:
        data = json.dumps(dice.choice(NASTY)).encode()
        method = dice.choice(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
        path = dice.choice(
            ["/", "/login", "/login/x", "/logout", "/api/v1/health", "/_dash-layout", "/assets/../app.py", "/act/x.y",
             "/_dash-component-suites/dash/../x.js", "/incident/1", "/inbox",
             "/review/1/export.html", "/review/99999999999/export.csv", "/review/1/export.exe", "/me", "/rules",
             "/api/v1/incidents?limit=%00&before=99999999999999", "/api/v1/mentions?after=_9&from=0001-01-01T00:00Z",
             "/api/v1/buckets?brand=%ff&until=9999-12-31T23:59:59Z", "/api/v1/incidents?since=" + "9" * 5000,
             "/api/v1/mentions?limit=%D9%A3&from=2026-03-03T12:00:00%2B25:00", "/api/v1/quiet",
             "/_reload-hash", "/%00", "/?wall=%ff"]
        )  # fmt: skip
    content = dice.choice(["application/json"] * 8 + ["text/plain", "application/x-www-form-urlencoded"])
    with client.open(path, method=method, data=data, content_type=content) as answer:
        return answer.status_code


@pytest.mark.parametrize("role", ["nobody", "wall", "viewer"])
def test_crafted_posts_write_nothing_and_break_nothing(app: Dash, store: Store, tmp_path: Path, role: str) -> None:
    client = visitor(app, store, role)
    dice = random.Random(role)
    before = everything(tmp_path / "smoulder.sqlite3")
    answers = Counter(send(client, app, dice) for _ in range(POSTS // 3))
    assert [status for status in answers if status >= 500] == []
    assert everything(tmp_path / "smoulder.sqlite3") == before
    assert answers[400] + answers[401] + answers[403] > POSTS / 10


def test_crafted_posts_of_somebody_who_may_write_break_nothing(app: Dash, store: Store) -> None:
    client = visitor(app, store, "responder")
    dice = random.Random("responder")
    answers = Counter(send(client, app, dice) for _ in range(POSTS // 10))
    assert [status for status in answers if status >= 500] == []
    assert answers[200] > 100
