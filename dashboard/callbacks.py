"""The door behind all callbacks: what may be asked, and by whom.

Dash answers any body that somebody posts, and fails with an error of the server's when it is malformed. Here a
question must be one that a page of ours could have asked; its values may still be anything, and each callback
looks at them itself.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

import flask
from dash import Dash, no_update

from dashboard import security
from dashboard.security import Role

PATH = "/_dash-update-component"


def guarded_callbacks(app: Dash) -> Callable[..., Any]:
    """`@guarded("responder", Output…, Input…)`: an `app.callback` that asks for the role before anything else.

    What is registered so is kept in `app.server.config["guarded"]`: a test compares it with all there is.
    `is_plain=True`: it gives one value for each output, of plain lists, dictionaries and texts, and needs nothing of
    Dash: `answer_plain` answers it.
    """
    registered: list[str] = app.server.config.setdefault("guarded", [])
    plain: dict[str, Callable[..., Any]] = app.server.config.setdefault("plain", {})

    def guarded(
        role: Role, *dependencies: Any, is_plain: bool = False, **options: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(function)
            def checked(*args: Any) -> Any:
                security.require(role)
                return function(*args)

            before = set(app.callback_map)
            app.callback(*dependencies, **options)(checked)
            made = set(app.callback_map) - before
            registered.extend(made)
            plain.update(dict.fromkeys(made if is_plain else (), checked))
            return checked

        return wrap

    return guarded


def answer_plain(app: Dash, body: dict[str, Any]) -> flask.Response | None:
    """What Dash would answer to this question of ours, for a third of the price: a wall asks every two seconds, for
    weeks. None: it is no plain one."""
    function = app.server.config["plain"].get(body["output"])
    if function is None:
        return None
    values = function(*(each.get("value") for each in (*body.get("inputs", ()), *body.get("state", ()))))
    response: dict[str, dict[str, Any]] = {}
    for place, value in zip(body["outputs"], values, strict=True):
        if value is not no_update:
            response.setdefault(place["id"], {})[place["property"]] = value
    words = json.dumps({"multi": True, "response": response}, separators=(",", ":"))
    return flask.Response(words, mimetype="application/json")


def read_question(data: bytes) -> dict[str, Any] | None:
    """The posted JSON object; None when it is none, or holds text that no database and no page can take."""
    try:
        body = json.loads(data)
        # Half of a surrogate pair can only stand behind an escape or in these bytes; looking twice costs time.
        if b"\\u" in data or b"\xed" in data:
            json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def is_ours(app: Dash, body: dict[str, Any]) -> bool:
    """One of our callbacks, with its inputs, states and outputs; no more, no less, in order."""
    output = body.get("output")
    made = app.callback_map.get(output) if isinstance(output, str) else None
    if made is None or "callback" not in made:
        return False
    outputs = body.get("outputs")
    places = [_place(each) for each in (outputs if isinstance(outputs, list) else [outputs])]
    expected = [tuple(each.rsplit(".", 1)) for each in str(output).strip(".").split("...")]
    changed = body.get("changedPropIds", [])
    asked = {f"{each['id']}.{each['property']}" for each in made["inputs"]}
    return (
        isinstance(outputs, list) == str(output).startswith("..")
        and places == expected
        and _places(body.get("inputs", [])) == [(each["id"], each["property"]) for each in made["inputs"]]
        and _places(body.get("state", [])) == [(each["id"], each["property"]) for each in made["state"]]
        and isinstance(changed, list)
        and all(isinstance(each, str) and each in asked for each in changed)
    )


def _places(found: Any) -> list[Any] | None:
    return [_place(each) for each in found] if isinstance(found, list) else None


def _place(found: Any) -> tuple[Any, Any] | None:
    return (found.get("id"), found.get("property")) if isinstance(found, dict) else None
