"""An incident played minute by minute, as it was seen then: by what had come in, not by what was written.

The server sends every minute once; playing asks it nothing.
"""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html

from dashboard import cards, curves, telling
from dashboard.figures import EMPTY
from dashboard.pages.frame import Desk
from dashboard.pseudonyms import Names, names_for
from dashboard.reader import Reader
from monitor import review
from monitor.review import Study

STEP_MS = 120  # between two minutes


def frames_of(desk: Desk, found: Study) -> dict[str, Any]:
    """Every minute as lists, for the browser to play: by what had come in then, not by what was written."""
    reader, say = desk.reader, desk.reader.say
    frames = review.as_it_was(found, desk.store.arrivals(found.incident.brand, found.start, found.end))
    names = names_for(found, reader, hides=False)
    return {
        "at": [curves.local(f.at, reader) for f in frames],
        "clock": [reader.stamp(f.at) for f in frames[:: max(1, len(frames) // 4000)]],
        "seen": [f.complaints for f in frames],
        "known": [f.known for f in frames],
        "waiting": [f.waiting for f in frames],
        "event": [f.event for f in frames],
        "post": [f.post for f in frames],
        "blind": [f.blind for f in frames],
        "events": [
            f"{reader.stamp(e.at)}: {say(e.kind)}. {cards.visible(telling.said(e, reader))[:200]}" for e in found.events
        ],
        "posts": [_post_words(n, found, names, reader) for n in range(len(found.posts))],
        "words": {
            "seen": say("{n} complaints in 10 min had come in", n="{n}"),
            "known": say("today we know of {n}", n="{n}"),
            "waiting": say("{n} people unheard", n="{n}"),
            "blind": say("{n} sources saw nothing", n="{n}"),
            "nothing": say("Nobody had noticed anything yet."),
            "nopost": say("No post of it had come in yet."),
            "play": say("Play"),
            "pause": say("Pause"),
        },
    }


def _post_words(n: int, found: Study, names: Names, reader: Reader) -> str:
    mention = found.posts[n].mention
    words = reader.say("This post was deleted.") if mention.deleted_at else cards.quote(mention.text, 200)
    return f"{names.of(mention)}: {words}"


def player(reader: Reader, frames: dict[str, Any] | None) -> html.Section:
    say = reader.say
    last = len(frames["at"]) - 1 if frames else 0
    return html.Section(
        [
            html.H3(say("As it was seen then"), id="review-played-title"),
            html.P(
                say("By what had come in: the dark line is what we saw then, the pale one what we know today."),
                className="soft small",
            ),
            html.Div(
                [
                    dmc.Button(say("Play"), id="review-play", n_clicks=0, variant="default"),
                    html.Div(
                        dcc.Slider(
                            id="review-minute", min=0, max=max(1, last), step=1, value=0, marks=None, updatemode="drag",
                            allow_direct_input=False,
                        ),
                        className="slide",
                        **{"data-name": say("Minute")},
                    ),
                    html.B(id="review-clock"),
                ],
                className="player",
            ),
            dcc.Graph(
                id="review-played", figure=EMPTY, config={"displayModeBar": False}, className="curve", responsive=True,
                style={"height": "240px"},
            ),
            html.Dl(
                [
                    html.Div([html.Dd(id=f"review-then-{name}"), html.Dt(id=f"review-then-{name}-words")])
                    for name in ("seen", "known", "waiting", "blind")
                ],
                className="facts",
            ),
            html.P(html.Bdi(id="review-then-event")),
            html.P(html.Bdi(id="review-then-post"), className="soft"),
            dcc.Interval(id="review-tick", interval=STEP_MS, disabled=True),
        ],
        className="told told-then",
    )  # fmt: skip


def register(app: Dash) -> None:
    """Played in the browser: the server has sent every minute already."""
    app.clientside_callback(
        ClientsideFunction("review", "toggle"),
        Output("review-tick", "disabled"),
        Output("review-play", "children"),
        Input("review-play", "n_clicks"),
        State("review-tick", "disabled"),
        State("review-frames", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("review", "step"),
        Output("review-minute", "value"),
        Output("review-tick", "disabled", allow_duplicate=True),
        Output("review-play", "children", allow_duplicate=True),
        Input("review-tick", "n_intervals"),
        State("review-minute", "value"),
        State("review-frames", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("review", "show"),
        Output("review-played", "figure"),
        Output("review-clock", "children"),
        *(
            Output(f"review-then-{name}{end}", "children")
            for name in ("seen", "known", "waiting", "blind")
            for end in ("", "-words")
        ),
        Output("review-then-event", "children"),
        Output("review-then-post", "children"),
        Input("review-minute", "value"),
        Input("review-frames", "data"),
    )
