"""Questions as a page of ours would post them to its callbacks, built from what the application registered."""

from __future__ import annotations

from typing import Any

from dash import Dash
from flask.testing import FlaskClient


def question(client: FlaskClient, output: str, values: dict[str, Any], changed: str = "") -> dict[str, Any]:
    """The body that asks the server's callback with `output` in its name; inputs without a value are None."""
    return asking(client.application.config["dash"], output, values, changed)


def asking(app: Dash, output: str, values: dict[str, Any], changed: str = "") -> dict[str, Any]:
    names = [name for name, made in app.callback_map.items() if output in name and "callback" in made]
    made = app.callback_map[names[0]]
    outputs = [dict(zip(("id", "property"), n.rsplit(".", 1), strict=True)) for n in names[0].strip(".").split("...")]
    return {
        "output": names[0],
        "outputs": outputs if names[0].startswith("..") else outputs[0],
        "inputs": [_valued(each, values) for each in made["inputs"]],
        "state": [_valued(each, values) for each in made["state"]],
        "changedPropIds": [changed] if changed else [],
    }


def _valued(place: dict[str, str], values: dict[str, Any]) -> dict[str, Any]:
    return {**place, "value": values.get(f"{place['id']}.{place['property']}")}
