"""What a hashtag is about, before it is used: STOP, LOOK or OK, in the words of those who use it.

A look asks the networks once, because a person is waiting. OK is signed by somebody who says that they have read it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard import cards, posts, security
from dashboard.pages.frame import Children, Desk
from dashboard.reader import Reader
from dashboard.shared import Shared
from db.rows import TagLook
from monitor import tags
from monitor.answer.hashtag import Finding, Reason, as_read, plain_tag
from monitor.scoring.crowd import TRAGIC

LOOKED_SECONDS = 60.0  # the networks are asked once a minute for the same tag, however often it is pressed
RECENT = 20
ICONS = {"STOP": "■", "LOOK": "?", "OK": "✓"}


def layout(desk: Desk, search: str = "") -> html.Div:
    """`search`: "?tag=Cairo" looks at that one at once."""
    say = desk.reader.say
    asked = plain_tag(parse_qs(search.removeprefix("?")).get("tag", [""])[-1])
    return html.Div(
        [
            html.H2(say("What is this hashtag about?")),
            html.P(
                say("Before a tag or a name goes into a post, read what people mean by it now. Only a person says OK."),
                className="soft",
            ),
            html.Div(
                [
                    html.Label(
                        [
                            html.Span(say("Hashtag or name"), className="small soft"),
                            dcc.Input(
                                id="hashtag-asked",
                                type="text",
                                maxLength=100,
                                value=asked,
                                placeholder=say("#WhyIStayed, Hurricane Sandy"),
                                n_submit=0,
                            ),
                        ],
                        className="field",
                    ),
                    dmc.Button(say("Look"), id="hashtag-look", n_clicks=0),
                ],
                className="asking",
            ),
            dcc.Loading(html.Div(id="hashtag-result", **{"aria-live": "polite"}), delay_show=300, type="dot"),
            html.Div(
                [
                    dcc.Checklist(
                        id="hashtag-ticked",
                        options=[{"label": say("I have read what it is about"), "value": "read"}],
                        value=[],
                        className="tick",
                    ),
                    dmc.Button(say("Sign it"), id="hashtag-sign", n_clicks=0, variant="default"),
                ],
                id="hashtag-signing",
                className="asking hidden",
            ),
            html.P(id="hashtag-answer", role="status", className="soft small"),
            html.H3(say("Looked at lately")),
            html.Div(id="hashtag-recent"),
            dcc.Store(id="hashtag-tag"),
            dcc.Store(id="hashtag-first", data=asked or None),
            dcc.Store(id="hashtag-done"),
        ],
        className="brake",
    )


# --- callbacks ------------------------------------------------------------------------------------------------
def register(app: Dash, desk: Desk, guarded: Callable[..., Any]) -> None:
    looked = Shared(LOOKED_SECONDS, most=64)

    def found(tag: str) -> Finding:
        key = tags.key_of(tag)
        kept: Finding = looked.get(key, lambda: tags.look(desk.store, desk.config, tag, desk.clock()))
        return as_read(kept, tags.reading_of(desk.store, kept.tag, desk.clock()), desk.clock())

    @guarded(
        "viewer",
        Output("hashtag-result", "children"),
        Output("hashtag-tag", "data"),
        Output("hashtag-signing", "className"),
        Output("hashtag-ticked", "value"),
        Input("hashtag-look", "n_clicks"),
        Input("hashtag-asked", "n_submit"),
        Input("hashtag-first", "data"),
        Input("hashtag-done", "data"),
        State("hashtag-asked", "value"),
        State("hashtag-tag", "data"),
    )
    def look(_n: Any, _submit: Any, first: Any, _done: Any, asked: Any, shown: Any) -> Any:
        pressed = ctx.triggered_id
        text = shown if pressed == "hashtag-done" else first if pressed in (None, "hashtag-first") else asked
        tag = plain_tag(text) if isinstance(text, str) else ""
        if not tag:
            words = (
                desk.reader.say("Write a hashtag or a name first.")
                if pressed in ("hashtag-look", "hashtag-asked")
                else ""
            )
            return html.P(words, className="soft"), None, "asking hidden", []
        if not security.visitor_now().may("responder"):
            # A look costs money at X and answers for the house: a viewer reads what others have looked at.
            words = desk.reader.say(
                "Only those who answer may ask the networks. What they have looked at stands below."
            )
            return html.P(words, className="soft"), None, "asking hidden", []
        finding = found(tag)
        return result(finding, desk.reader, desk.clock), finding.tag, "asking", []

    @guarded(
        "responder",
        Output("hashtag-done", "data"),
        Output("hashtag-answer", "children"),
        Input("hashtag-sign", "n_clicks"),
        State("hashtag-ticked", "value"),
        State("hashtag-tag", "data"),
        prevent_initial_call=True,
    )
    def sign(_n: Any, ticked: Any, tag: Any) -> Any:
        words = signed(desk, ticked, tag)
        return f"{tag} {desk.clock().timestamp()}" if words is None else no_update, words or noted(desk)

    @guarded(
        "viewer",
        Output("hashtag-recent", "children"),
        Input("hashtag-tag", "data"),
        Input("hashtag-done", "data"),
    )
    def recent(_tag: Any, _done: Any) -> Any:
        return recently(desk, desk.store.tag_looks(RECENT))


def signed(desk: Desk, ticked: Any, tag: Any) -> str | None:
    """Sign as the visitor; None: done. Else why nothing was signed. Everything may have been made up by the sender."""
    say, now = desk.reader.say, desk.clock()
    who = security.require("responder").name
    if not (isinstance(ticked, list) and "read" in ticked):
        return say("Tick that you have read it, then sign.")
    if not isinstance(tag, str) or not tags.key_of(tag):
        return say("Look at a tag first.")
    if desk.store.tag_look(tags.key_of(tag), now - timedelta(hours=1)) is None:
        return say("Nobody has looked at it within the hour: look first, then read.")
    tags.have_read(desk.store, tag, who, now)
    return None


def noted(desk: Desk) -> str:
    return desk.reader.say("Noted at {at}.", at=desk.reader.clock(desk.clock()))


# --- drawing --------------------------------------------------------------------------------------------------
def result(found: Finding, reader: Reader, clock: Callable[[], Any]) -> list[Any]:
    """The word, the reasons, the numbers, and what others wrote."""
    say, now, seen = reader.say, clock(), found.picture
    return [
        html.Div(
            [
                html.Div(ICONS[found.verdict], className="icon", **{"aria-hidden": "true"}),
                html.Div([html.H3([f"{found.verdict} ", html.Bdi(shown(found.tag))]), reasons(found.because, reader)]),
            ],
            className=f"said-word {found.verdict.lower()}",
        ),
        html.Dl(
            [html.Div([html.Dd(value), html.Dt(name)]) for value, name in facts(found, reader, now)], className="facts"
        ),
        html.H3(say("The newest posts of others")) if found.examples else None,
        *(posts.post(each, reader, now) for each in found.examples),
        html.P(say("Nothing that others wrote could be read."), className="soft") if not seen.posts else None,
    ]


def facts(found: Finding, reader: Reader, now: Any) -> list[tuple[str, str]]:
    say, seen = reader.say, found.picture
    rows = [(reader.number(seen.posts), say("posts of others")), (reader.number(seen.authors), say("people"))]
    if seen.posts:
        rows.append((reader.share(seen.danger), say("danger in their words")))
        rows.append((reader.share(seen.tragedy), say("tragedy, of {bar} that stop", bar=reader.share(TRAGIC))))
        rows.append((reader.share(seen.kind), say("kind")))
        rows.append((reader.share(seen.angry), say("angry")))
    if seen.first_seen is not None:
        rows.append((reader.clock_or_day(seen.first_seen, now), say("first seen here")))
    if seen.times is not None:
        rows.append((f"x {reader.decimal(seen.times)}", say("of the usual number in two hours")))
    return rows


def shown(tag: str) -> str:
    """A name keeps its spaces, a tag gets its sign."""
    return tag if " " in tag else f"#{tag}"


def reasons(because: Sequence[Reason], reader: Reader) -> html.Ul:
    """Sentences in the reader's language; what a stranger wrote stands isolated in them."""
    return html.Ul(
        [html.Li(html.Bdi(cards.visible(said(each, reader))), className=each.weight) for each in because],
        className="reasons",
    )


# Why a network could not be asked, where the words are our own; anything else is shown as it is.
WHYS = (
    "it did not answer in time",
    "its answer makes no sense",
    "its answer is too long to be read",
    "what may be spent on it today is spent",
)


def said(each: Reason, reader: Reader) -> str:
    values = dict(each.values)
    if values.get("why") in WHYS:
        values["why"] = reader.say(str(values["why"]))
    return reader.say(each.text, **values)


def recently(desk: Desk, looks: Sequence[TagLook]) -> Children:
    reader, now = desk.reader, desk.clock()
    if not looks:
        return html.P(reader.say("Nobody has looked at a tag yet."), className="soft")
    kinds = {"STOP": "chip storm", "LOOK": "chip watch", "OK": "chip ok"}
    lines = []
    for each in looks:
        verdict = tags.verdict_now(desk.store, each, now) if each.verdict != "STOP" else "STOP"
        lines.append(
            html.Li(
                [
                    html.Span(verdict, className=kinds[verdict]),
                    dcc.Link(html.Bdi(shown(each.tag)), href=f"/hashtag?tag={quote(each.tag)}", refresh=False),
                    html.Span(f" {reader.clock_or_day(each.at, now)}", className="soft small"),
                ]
            )
        )
    return html.Ul(lines, className="plain")
