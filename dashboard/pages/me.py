"""What one person wants of these pages: their language and their time zone. For everybody who is logged in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import available_timezones

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, html, no_update

from dashboard import security
from dashboard.pages.frame import Desk
from dashboard.reader import Reader

LANGUAGES = {"en": "English", "fr": "Français"}


def layout(desk: Desk) -> list[Any]:
    visitor = security.visitor_now()
    return skeleton(desk.reader, visitor.language, visitor.zone)


def skeleton(reader: Reader, language: str = "", zone: str = "") -> list[Any]:
    say = reader.say
    house = {"value": "house", "label": say("as the house has it")}
    return [
        html.H2(say("You")),
        html.P(
            say("These pages as you read them. The wall speaks to the whole room and stays as it is."), className="soft"
        ),
        html.Div(
            [
                dmc.Select(
                    id="me-language",
                    label=say("Language"),
                    data=[house, *({"value": code, "label": name} for code, name in LANGUAGES.items())],
                    value=language or "house",
                    allowDeselect=False,
                ),
                dmc.Select(
                    id="me-zone",
                    label=say("Time zone"),
                    data=[house, *({"value": name, "label": name} for name in sorted(available_timezones()))],
                    value=zone or "house",
                    searchable=True,
                    allowDeselect=False,
                    w=280,
                ),
                dmc.Button(say("Keep it"), id="me-keep", n_clicks=0),
            ],
            className="acts",
        ),
        html.P(id="me-answer", role="status"),
    ]


def register(app: Dash, desk: Desk, guarded: Callable[..., Any]) -> None:
    @guarded(
        "viewer",
        Output("me-answer", "children"),
        Input("me-keep", "n_clicks"),
        State("me-language", "value"),
        State("me-zone", "value"),
        prevent_initial_call=True,
    )
    def keep(_n: Any, language: Any, zone: Any) -> Any:
        if ctx.triggered_id != "me-keep":
            return no_update
        chosen = next((code for code in LANGUAGES if code == language), "")
        place = zone if isinstance(zone, str) and zone in available_timezones() else ""
        who = security.require("viewer").name
        if not security.prefer(desk.store, who, chosen, place, desk.clock()):
            return desk.reader.say("Nothing was changed.")
        say = Reader(chosen or desk.house.language).say
        # An ordinary link: the whole page is asked for anew, and speaks the language.
        return html.Span([say("Kept."), " ", html.A(say("Go on"), href="/inbox")])
