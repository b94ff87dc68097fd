"""Parts of a page in which nothing answers to a callback: sent as data, and drawn by the page itself.

Dash keeps every component in mind and asks each of them again whenever anything happens on the page: a list of a
hundred people made every press take half a second. A still part is one component, whatever it holds. What it may hold
is named here and once more in assets/still.js, which makes elements and sets text and never reads markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

TAGS = frozenset(
    "a article b bdi blockquote br button code dd details div dl dt em h2 h3 h4 i li mark ol p section span summary "  # noqa: SIM905
    "table tbody td th thead time tr ul".split()
)
NAMES: Mapping[str, str] = {
    "className": "class", "title": "title", "role": "role", "scope": "scope", "colSpan": "colspan", "open": "open",
    "tabIndex": "tabindex", "href": "href", "target": "target", "rel": "rel", "id": "id",
}  # fmt: skip


def still(part: Any, kind: str | None = None) -> html.Div:
    """`part`: html components, dcc.Link, texts and lists of them. `kind`: the class of what is around it.

    Raises ValueError for a component or a property that it may not hold.
    """
    more = {} if kind is None else {"className": kind}
    return html.Div(**{"data-still": written(part)}, **more)


def folded(title: str, *parts: Any) -> html.Details:
    """A section under its heading that stands open, and that the page folds on a telephone. In a still part."""
    return html.Details([html.Summary(html.H3(title)), *parts], open=True, className="fold", **{"data-fold": "narrow"})


def written(part: Any) -> str:
    return json.dumps(_plain(part), separators=(",", ":"), ensure_ascii=False)


def _plain(part: Any) -> Any:
    """A text, a list of these, or {"t": tag, "a": attributes, "c": what is in it}."""
    if part is None or isinstance(part, bool):
        return ""
    if isinstance(part, str | int | float):
        return str(part)
    if isinstance(part, list | tuple):
        return [_plain(each) for each in part if each is not None]
    if not isinstance(part, Component):
        raise ValueError(f"{type(part).__name__} cannot stand in a still part")
    props = part.to_plotly_json()["props"]
    tag = "a" if isinstance(part, dcc.Link) else type(part).__name__.lower()
    if tag not in TAGS or not (isinstance(part, dcc.Link) or part._namespace == "dash_html_components"):
        raise ValueError(f"{type(part).__name__} cannot stand in a still part")
    attributes = {_name(name): value for name, value in props.items() if name not in ("children", "disable_n_clicks")}
    if isinstance(part, dcc.Link):
        attributes["data-way"] = "inside"
    # Not `in (None, False)`: 0 equals False, and a place of the keyboard has the tabIndex 0.
    kept = {name: _value(name, value) for name, value in attributes.items() if value is not None and value is not False}
    found: dict[str, Any] = {"t": tag}
    if kept:
        found["a"] = kept
    if "children" in props:
        found["c"] = _plain(props["children"])
    return found


def _name(name: str) -> str:
    if re.fullmatch("(data|aria)-[a-z]+", name):
        return name
    if name not in NAMES:
        raise ValueError(f"{name} cannot stand in a still part")
    return NAMES[name]


def _value(name: str, value: Any) -> str:
    """True is the word in data-… and aria-…, and the mere presence of all others."""
    return str(value) if value is not True else "true" if "-" in name else ""
