"""Who gets in: colleagues, walls, scripts, and the log of who did what. For admins.

A new colleague gets a one-time link; passwords are never shown, set or mailed here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard import security
from dashboard.pages.frame import Desk
from dashboard.pages.health import table
from dashboard.reader import Reader
from dashboard.security import ROLES, User
from dashboard.still import still
from db.rows import Deed

REFRESH_MS = 5000
DEEDS = 100
ACTS = ("add", "link", *ROLES, "remove", "wall", "revoke", "script", "stop")


def layout(desk: Desk) -> list[Any]:
    say = desk.reader.say
    return [
        html.H2(say("People")),
        html.P(say("Who may look, who may act, and who did what."), className="soft"),
        html.H3(say("Colleagues")),
        html.Div(id="people-users"),
        _named(
            "people-name",
            say("Name of a new colleague"),
            say("Name of a new colleague"),
            dmc.Button(say("Add, and give me a link"), id="people-add", n_clicks=0),
        ),
        html.Div(
            [
                dmc.Select(id="people-who", data=[], placeholder=say("Colleague"), **{"aria-label": say("Colleague")}),
                dmc.Button(say("New one-time link"), id="people-link", n_clicks=0, variant="default"),
                *(
                    dmc.Button(words, id=f"people-{role}", n_clicks=0, variant="default")
                    for role, words in zip(
                        ROLES, (say("Make viewer"), say("Make responder"), say("Make admin")), strict=True
                    )
                ),
                dmc.Button(say("Remove"), id="people-remove", n_clicks=0, variant="default"),
            ],
            className="acts",
        ),
        html.P(id="people-answer", role="status"),
        html.H3(say("Walls")),
        html.Div(id="people-walls"),
        _named(
            "people-wall-name",
            say("Where it hangs: lobby"),
            say("Where the wall hangs"),
            dmc.Button(say("New wall link"), id="people-wall", n_clicks=0, variant="default"),
            dmc.Button(say("Revoke"), id="people-revoke", n_clicks=0, variant="default"),
        ),
        html.P(
            say(
                "Add to the link what the wall is to do: &room=light, &brand=NAME, &side=on (up to four brands side by "
                "side), &sound=on (a quiet sound when a storm begins; somebody must press once on that screen)."
            ),
            className="soft small",
        ),
        html.H3(say("Scripts")),
        html.P(say("Each reads what a viewer reads, by a token of its own; docs/api.md says how."), className="soft"),
        html.Div(id="people-scripts"),
        _named(
            "people-script-name",
            say("What it does: weekly report"),
            say("Name of the script"),
            dmc.Button(say("New token"), id="people-script", n_clicks=0, variant="default"),
            dmc.Button(say("Revoke"), id="people-stop", n_clicks=0, variant="default"),
        ),
        html.H3(say("Who did what")),
        html.Div(id="people-deeds"),
        dcc.Store(id="people-done"),
        dcc.Interval(id="people-interval", interval=REFRESH_MS),
    ]


def _named(element: str, hint: str, label: str, *buttons: Any) -> html.Div:
    """A name to type, and what can be done with it."""
    field = dmc.TextInput(id=element, placeholder=hint, value="", **{"aria-label": label})
    return html.Div([field, *buttons], className="acts")


def register(app: Dash, desk: Desk, guarded: Callable[..., Any]) -> None:
    @guarded(
        "admin",
        Output("people-users", "children"),
        Output("people-who", "data"),
        Output("people-walls", "children"),
        Output("people-scripts", "children"),
        Output("people-deeds", "children"),
        Input("people-interval", "n_intervals"),
        Input("people-done", "data"),
    )
    def refresh(_n: Any, _done: Any) -> Any:
        reader, now, say = desk.reader, desk.clock(), desk.reader.say
        known = security.users(desk.store)
        return (
            still(colleagues(list(known.values()), reader)),
            [{"value": name, "label": name} for name in sorted(known)],
            tokens(security.wall_tokens(desk.store), reader, now, say("Where"), say("No wall has a link of its own.")),
            tokens(security.api_tokens(desk.store), reader, now, say("Script"), say("No script may read.")),
            still(deeds(desk.store.deeds(DEEDS), reader, now)),
        )

    @guarded(
        "admin",
        Output("people-done", "data"),
        Output("people-answer", "children"),
        *(Input(f"people-{name}", "n_clicks") for name in ACTS),
        State("people-name", "value"),
        State("people-who", "value"),
        State("people-wall-name", "value"),
        State("people-script-name", "value"),
        prevent_initial_call=True,
    )
    def act(*args: Any) -> Any:
        name, who, place, script = (" ".join(v.split())[:60] if isinstance(v, str) else "" for v in args[-4:])
        what = str(ctx.triggered_id or "").removeprefix("people-")
        if what not in ACTS:
            return no_update, no_update
        subject = {"add": name, "wall": place, "revoke": place, "script": script, "stop": script}.get(what, who)
        answer = do(desk, what, subject) if subject else desk.reader.say("Say who, or where, first.")
        return f"{what} {desk.clock().timestamp()}", answer


def do(desk: Desk, what: str, subject: str) -> Any:
    """Do it, write it down, and say what came of it."""
    store, now, say = desk.store, desk.clock(), desk.reader.say
    by = security.require("admin").name
    with store.atomic():
        # Looked up in here: two admins who take each other's role away at once would leave none.
        known = security.users(store)
        if what not in ("add", "wall", "revoke", "script", "stop") and subject not in known:
            return say("There is no such colleague.")
        if what in ("viewer", "responder", "remove") and is_last_admin(known, subject):
            return say("This is the last admin: make another one first.")
        if what == "add" and subject in known:
            return say("There is a colleague of this name already.")
        if what == "wall" and subject in security.wall_tokens(store):
            return say("There is a wall of this name already: take another one, or revoke its link first.")
        if what == "revoke" and subject not in security.wall_tokens(store):
            return say("There is no such wall.")
        if what == "stop" and subject not in security.api_tokens(store):
            return say("There is no such script.")
        answer = _do(desk, what, subject, by, now)
        store.add_deed(Deed(at=now, who=by, what=what, subject=subject))
    return answer


def is_last_admin(known: dict[str, User], name: str) -> bool:
    return known[name].role == "admin" and sum(user.role == "admin" for user in known.values()) == 1


def _do(desk: Desk, what: str, subject: str, by: str, now: datetime) -> Any:
    store, say = desk.store, desk.reader.say
    if what in ("add", "link"):
        if what == "add":
            security.put_user(store, subject, "viewer", None, by, now)
        return _link(
            say("For {who}, once, within an hour:", who=subject), security.new_login_link(store, now, subject), desk
        )
    if what == "wall":
        token = security.new_wall_token(store, now, subject, by)
        return _link(say("For the wall at {place}, until revoked:", place=subject), f"/?wall={token}", desk)
    if what == "revoke":
        security.revoke_wall_token(store, subject, by, now)
        return say("That wall sees nothing any more.")
    if what == "script":
        token = security.new_api_token(store, now, subject, by)
        return html.Span([say("For {place}, shown once:", place=subject), " ", html.Code(token)])
    if what == "stop":
        security.revoke_api_token(store, subject, by, now)
        return say("It may read no more.")
    if what == "remove":
        security.remove_user(store, subject, by, now)
        return say("{who} is out.", who=subject)
    security.put_user(store, subject, next(role for role in ROLES if role == what), None, by, now)
    return say("{who} is {role} now, and has to log in again.", who=subject, role=say(what))


def _link(words: str, path: str, desk: Desk) -> html.Span:
    return html.Span([words, " ", html.Code(desk.config.dashboard.address + path)])


def colleagues(known: Sequence[User], reader: Reader) -> Any:
    say = reader.say
    rows = [
        [html.Bdi(user.name), say(user.role), say("password") if user.password else say("one-time links")]
        for user in sorted(known, key=lambda u: u.name.lower())
    ]
    return table([say("Name"), say("Role"), say("Gets in by")], rows, say("Nobody yet."))


def tokens(known: dict[str, datetime], reader: Reader, now: datetime, what: str, empty: str) -> Any:
    rows = [[html.Bdi(name), reader.clock_or_day(at, now)] for name, at in sorted(known.items())]
    return table([what, reader.say("Since")], rows, empty)


def deeds(found: Sequence[Deed], reader: Reader, now: datetime) -> Any:
    say = reader.say
    rows = [
        [
            reader.clock_or_day(d.at, now),
            html.Bdi(d.who),
            say(d.what),
            html.Bdi(d.subject[:80]),
            html.Bdi(d.words[:120]),
        ]
        for d in found
    ]
    head = [say("When"), say("Who"), say("What"), say("About"), say("Words")]
    return table(head, rows, say("Nobody has done anything yet."))
