"""What every working page has around it: the way to the others, the storm if there is one, who is here."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import flask
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from dashboard import cards, security
from dashboard.reader import Reader
from dashboard.shared import Shared
from db.rows import Incident
from db.store import Store
from monitor import switch
from monitor.answer.quiet import Harm, Quiet
from monitor.config import Config

Children = Any  # a Dash component, a text, or a list of them

REFRESH_MS = 5000
LOST_AFTER_MS = 9000
ROOMS = (
    ("/", "Wall"),
    ("/inbox", "Inbox"),
    ("/thanks", "Thanks"),
    ("/hashtag", "Hashtag"),
    ("/quiet", "Quiet"),
    ("/review", "Incidents"),
    ("/rules", "Rules"),
    ("/health", "Health"),
    ("/people", "People"),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a working page has at hand."""

    store: Store
    config: Config
    clock: Callable[[], datetime]
    house: Reader  # of the configuration
    shared: Shared = field(default_factory=Shared)
    slow: Shared = field(default_factory=lambda: Shared(30.0))  # for what is dear to count and changes little
    unhurried: Shared = field(default_factory=lambda: Shared(10.0))  # for what is read from hundreds of posts

    @property
    def reader(self) -> Reader:
        """How whoever asks reads: their own language and zone, else those of the house."""
        visitor = flask.g.get("visitor") if flask.has_request_context() else None
        if visitor is None or not (visitor.language or visitor.zone):
            return self.house
        return Reader(visitor.language or self.house.language, zone_of(visitor.zone) or self.house.zone)

    def brands(self) -> list[str]:
        """As the configuration lists them, then those that only the stored rules know."""
        known = [rules.brand for rules in self.config.brands]
        stored: set[str] = self.shared.get("brands", lambda: set(self.store.rules()))
        return known + sorted(stored - set(known))


def zone_of(name: str) -> ZoneInfo | None:
    """None: nobody chose one, or this machine does not know it."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def working_page(desk: Desk, path: str, content: Children, kind: str = "") -> html.Div:
    """The light frame: rooms at the left, the state of things at its foot, `content` beside it."""
    return html.Div(
        [
            lost("desk-lost", LOST_AFTER_MS, desk.reader),
            _rooms(desk, path),
            html.Main(content, className=f"content {kind}"),
            dcc.Interval(id="desk-interval", interval=REFRESH_MS),
            dcc.Store(id="desk-pulse"),
            dcc.Store(id="desk-strip-seen"),
        ],
        className="desk",
    )


def register(app: Dash, desk: Desk, release: str, guarded: Callable[..., Any]) -> None:
    @guarded(
        "viewer",
        Output("desk-strip", "children"),
        Output("desk-pulse", "data"),
        Output("desk-strip-seen", "data"),
        Input("desk-interval", "n_intervals"),
        State("desk-strip-seen", "data"),
    )
    def refresh(_n: Any, seen: Any) -> Any:
        found = open_incidents(desk)
        mark = " ".join(f"{i.id} {i.severity} {i.state} {i.owner}" for i in found)
        mark += f"{quiet_now(desk).since} {asked_now(desk)}"
        pulse = {"at": int(desk.clock().timestamp() * 1000), "version": release, "open": bool(found)}
        return (no_update if seen == mark else storms(desk)), pulse, mark

    app.clientside_callback(ClientsideFunction("live", "pulse"), Input("desk-pulse", "data"))


def lost(element: str, after_ms: int, reader: Reader) -> html.Div:
    """Where the page says that the server is silent; the browser fills it, because the server cannot."""
    words = {"data-lost": reader.say("Connection lost {age}", age="{age}"), "data-after": str(after_ms)}
    return html.Div(id=element, className="lost-words", role="alert", **words)


def since(at: datetime, form: str = "age", kind: str | None = None) -> html.Span:
    """An age that the page itself counts up. `kind`: its class."""
    more = {} if kind is None else {"className": kind}
    return html.Span(**{"data-since": str(int(at.timestamp() * 1000)), "data-form": form}, **more)


def _rooms(desk: Desk, path: str) -> html.Nav:
    say = desk.reader.say
    visitor = security.visitor_now() if flask.has_request_context() else None
    is_admin = visitor is not None and visitor.may("admin")
    links = [
        dcc.Link(say(name), href=href, className="room on" if href == path else "room")
        for href, name in ROOMS
        if href != "/people" or is_admin
    ]
    return html.Nav(
        [
            html.H1(dcc.Link("Smoulder", href="/")),
            *links,
            html.Div([html.Div(storms(desk), id="desk-strip"), _who_is_here(desk.reader)], className="strip"),
        ],
        **{"aria-label": say("Rooms")},
    )


def open_incidents(desk: Desk) -> list[Incident]:
    found: list[Incident] = desk.shared.get("open", lambda: desk.store.incidents(is_open=True, limit=20))
    return sorted(found, key=lambda i: i.severity != "storm")


def storms(desk: Desk) -> list[Any]:
    """A storm is visible on every page, without shouting."""
    return [
        *_quiet_line(desk),
        *_hurt_line(desk),
        *(_strip_line(desk, incident) for incident in open_incidents(desk)[:3]),
    ]


def quiet_now(desk: Desk) -> Quiet:
    found: Quiet = desk.shared.get("quiet", lambda: switch.quiet(desk.store))
    return found


def harms_now(desk: Desk) -> list[Harm]:
    """What the open incidents say of people hurt. Hundreds of posts are read for it: at once when the incident has
    changed or somebody has answered, else every ten seconds."""

    def look() -> list[Harm]:
        found = [
            (i, desk.store.setting(switch.hurt_setting(i.id))) for i in open_incidents(desk) if not i.is_historical
        ]
        return [desk.unhurried.get((i, said), functools.partial(switch.harm, desk.store, i)) for i, said in found]

    found: list[Harm] = desk.shared.get("harms", look)
    return found


def asked_now(desk: Desk) -> int | None:
    """The incident whose owner is asked whether people are hurt; None: nobody is."""
    return next((harm.incident.id for harm in harms_now(desk) if harm.must_be_asked), None)


def _hurt_line(desk: Desk) -> list[html.P]:
    """Whoever has the incident meets the question on every page."""
    n = asked_now(desk)
    words = desk.reader.say("Are people hurt in incident {n}?", n=n)
    return [] if n is None else [html.P(dcc.Link(words, href="/quiet", className="storm"))]


def _quiet_line(desk: Desk) -> list[html.P]:
    """That it is quiet is known on every page."""
    state, reader = quiet_now(desk), desk.reader
    if not state.is_on:
        return []
    at = reader.clock_or_day(state.since_at, desk.clock()) if state.since_at else state.since
    words = dcc.Link(reader.say("Quiet ON since {at}", at=at), href="/quiet", className="quiet-on")
    return [html.P([words, html.Br(), html.Bdi(state.by or "?")])]


def _strip_line(desk: Desk, incident: Incident) -> html.P:
    reader, is_storm = desk.reader, incident.severity == "storm"
    owner = cards.in_hand(incident, reader)
    since = reader.clock_or_day(incident.opened_at, desk.clock())
    return html.P(
        [
            dcc.Link(
                html.B(reader.say("Storm") if is_storm else reader.say("Watch")),
                href=f"/incident/{incident.id}",
                className="storm" if is_storm else "watch",
            ),
            reader.say(" at {brand}", brand=incident.brand),
            html.Br(),
            reader.say("since {at}, {owner}", at=since, owner=owner),
        ]
    )


def _who_is_here(reader: Reader) -> Any:
    visitor = security.visitor_now() if flask.has_request_context() else None
    if visitor is None:
        return html.Span()
    return html.Form(
        [
            dcc.Link(visitor.name, href="/me", className="soft", title=reader.say("Your language and time zone")),
            html.Button(reader.say("Log out"), className="plain"),
        ],
        action="/logout",
        method="POST",
    )
