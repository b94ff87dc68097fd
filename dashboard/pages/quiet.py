"""The quiet switch: one for the whole house, signed, and what is planned meanwhile by other tools.

It never ends by itself. After it, each held post waits for the yes of a named person. Nothing is published from here,
and nothing is marked as sent: other tools ask, and obey.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard import cards, security
from dashboard.changed import changed
from dashboard.pages.frame import Children, Desk, harms_now
from dashboard.pages.hashtag import reasons, said
from dashboard.pages.health import table
from dashboard.reader import Reader
from db.rows import Deed, Incident, Planned
from monitor import switch, tags
from monitor.answer.hashtag import plain_tag, terms_of
from monitor.answer.planned import Going, collisions
from monitor.answer.quiet import Harm, Quiet, may_answer

REFRESH_MS = 4000
SHOWN = 200
LARGEST_FILE = 170_000  # bytes: what a page may send is limited, and a plan of some days is far smaller
ACTS = ("on", "off", "hurt", "unhurt", "yes", "no")
DEEDS = ("quiet on", "quiet off", "let a post go", "kept a post back", "planned posts", "said that people are hurt",
         "said that nobody is hurt")  # fmt: skip


def layout(desk: Desk) -> html.Div:
    say = desk.reader.say
    return html.Div(
        [
            html.H2(say("Quiet")),
            html.P(
                say("One switch for everything that is planned. It ends when somebody ends it, and not before."),
                className="soft",
            ),
            html.Div(id="quiet-state", **{"aria-live": "polite"}),
            html.Div(
                [
                    field(
                        say("Why it is to be quiet"),
                        id="quiet-why",
                        maxLength=switch.WHY_LETTERS,
                        placeholder=say("In a few words: they stand on the wall"),
                    ),
                    dmc.Button(say("Turn quiet on"), id="quiet-on", n_clicks=0),
                ],
                id="quiet-turn-on",
                className="asking hidden",
            ),
            html.Div(
                [
                    dcc.Checklist(
                        id="quiet-sure",
                        options=[
                            {"label": say("I have looked at what happened, and end it in my name"), "value": "sure"}
                        ],
                        value=[],
                        className="tick",
                    ),
                    dmc.Button(say("End the quiet"), id="quiet-off", n_clicks=0, variant="default"),
                ],
                id="quiet-turn-off",
                className="asking hidden",
            ),
            html.P(id="quiet-answer", role="status", className="soft small"),
            html.Div(id="quiet-harm"),
            html.Div(
                [
                    dmc.Button(say("Yes, people are hurt"), id="quiet-hurt", n_clicks=0, variant="default"),
                    dmc.Button(say("No, nobody is hurt"), id="quiet-unhurt", n_clicks=0, variant="default"),
                ],
                id="quiet-harm-acts",
                className="asking hidden",
            ),
            html.H3(say("What is planned")),
            html.Div(
                [
                    html.Div(id="quiet-list", className="list", role="group"),
                    html.Div(
                        [
                            html.Div(id="quiet-post", **{"aria-live": "polite"}),
                            html.Div(
                                [
                                    dmc.Button(say("Yes, it may go out"), id="quiet-yes", n_clicks=0),
                                    dmc.Button(say("No, keep it back"), id="quiet-no", n_clicks=0, variant="default"),
                                ],
                                id="quiet-decide",
                                className="asking hidden",
                            ),
                        ]
                    ),
                ],
                className="two",
            ),
            html.Div(
                [
                    html.H3(say("Tell of what is planned")),
                    dcc.Upload(
                        say("Drop a CSV, ICS or JSON export here, or press to choose one"),
                        id="quiet-upload",
                        className="drop",
                        max_size=LARGEST_FILE,
                    ),
                    html.Div(
                        field(
                            say("Which tool it is from"),
                            id="quiet-tool",
                            maxLength=40,
                            placeholder=say("Only when two tools count alike"),
                        ),
                        className="asking",
                    ),
                    html.P(id="quiet-read", role="status", className="soft small"),
                ],
                id="quiet-telling",
            ),
            html.H3(say("How other tools obey")),
            obeying(desk),
            html.H3(say("Who did what")),
            html.Div(id="quiet-past"),
            html.Button(say("Back to the list"), id="quiet-back", className="plain hidden", n_clicks=0),
            dcc.Store(id="quiet-shown", data=[]),
            dcc.Store(id="quiet-chosen"),
            dcc.Store(id="quiet-open"),
            dcc.Store(id="quiet-incident"),
            dcc.Store(id="quiet-done"),
            dcc.Store(id="quiet-loaded"),
            dcc.Store(id="quiet-seen"),
            dcc.Interval(id="quiet-interval", interval=REFRESH_MS),
        ],
        className="brake",
    )


def field(title: str, **settings: Any) -> html.Label:
    """A line to write in, with its name above it."""
    box = dcc.Input(type="text", value="", **settings)
    return html.Label([html.Span(title, className="small soft"), box], className="field")


def obeying(desk: Desk) -> html.Div:
    say = desk.reader.say
    hooks = [channel.name for channel in desk.config.alerts.channels if channel.kind == "webhook"]
    told = say("No webhook is set up.")
    if hooks:
        told = say("Told by webhook at each move: {names}.", names=", ".join(hooks))
    asked = html.Code(f"GET {desk.config.dashboard.address}{security.QUIET_PATH}")
    token = html.Code("smoulder token tool NAME")
    return html.Div(
        [html.P([say("They ask "), asked, say(" with a token of "), token, "."]), html.P(told, className="soft")]
    )


# --- callbacks ------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Drawn:
    """The parts of one refresh, in the order of the outputs."""

    state: Any
    on_class: Any
    off_class: Any
    harm: Any
    harm_class: Any
    items: Any
    post: Any
    decide_class: Any
    past: Any
    telling_class: Any
    shown: Any
    incident: Any
    open: Any  # the post that stands on the page: a yes is about what is read, not about what was pressed last


def register(app: Dash, desk: Desk, guarded: Callable[..., Any]) -> None:
    @guarded(
        "viewer",
        Output("quiet-state", "children"),
        Output("quiet-turn-on", "className"),
        Output("quiet-turn-off", "className"),
        Output("quiet-harm", "children"),
        Output("quiet-harm-acts", "className"),
        Output("quiet-list", "children"),
        Output("quiet-post", "children"),
        Output("quiet-decide", "className"),
        Output("quiet-past", "children"),
        Output("quiet-telling", "className"),
        Output("quiet-shown", "data"),
        Output("quiet-incident", "data"),
        Output("quiet-open", "data"),
        Output("quiet-seen", "data"),
        Input("quiet-interval", "n_intervals"),
        Input("quiet-chosen", "data"),
        Input("quiet-done", "data"),
        Input("quiet-loaded", "data"),
        State("quiet-seen", "data"),
    )
    def refresh(_n: Any, chosen: Any, _done: Any, _loaded: Any, seen: Any) -> Any:
        return changed(draw(desk, chosen), seen)

    @guarded(
        "responder",
        Output("quiet-done", "data"),
        Output("quiet-answer", "children"),
        Output("quiet-why", "value"),
        Output("quiet-sure", "value"),
        *(Input(f"quiet-{name}", "n_clicks") for name in ACTS),
        State("quiet-why", "value"),
        State("quiet-sure", "value"),
        State("quiet-open", "data"),
        State("quiet-incident", "data"),
        prevent_initial_call=True,
    )
    def act(*args: Any) -> Any:
        why, sure, shown, incident_id = args[-4:]
        what = str(ctx.triggered_id or "").removeprefix("quiet-")
        if what not in ACTS:
            return [no_update] * 4
        is_done, words = do(desk, what, why, sure, shown, incident_id)
        mark = f"{what} {desk.clock().timestamp()}" if is_done else no_update
        is_turned = is_done and what in ("on", "off")
        return [mark, words, "" if is_turned else no_update, [] if is_turned else no_update]

    @guarded(
        "responder",
        Output("quiet-loaded", "data"),
        Output("quiet-read", "children"),
        Input("quiet-upload", "contents"),
        State("quiet-upload", "filename"),
        State("quiet-tool", "value"),
        prevent_initial_call=True,
    )
    def load(contents: Any, filename: Any, tool: Any) -> Any:
        return loaded(desk, contents, filename, tool)

    app.clientside_callback(
        ClientsideFunction("brake", "choose"),
        Output("quiet-chosen", "data"),
        Input({"type": "quiet-item", "index": ALL}, "n_clicks"),
        Input("quiet-back", "n_clicks"),
        State("quiet-shown", "data"),
        prevent_initial_call=True,
    )


# --- doing ----------------------------------------------------------------------------------------------------
def do(desk: Desk, what: str, why: Any, sure: Any, shown: Any, incident_id: Any) -> tuple[bool, str]:
    """Do it in the visitor's name; whether something happened, and what to say. Any value may be made up."""
    visitor, store, now, say = security.require("responder"), desk.store, desk.clock(), desk.reader.say
    noted = say("Noted at {at}.", at=desk.reader.clock(now))
    if what == "on":
        words = why if isinstance(why, str) else ""
        if not words.strip():
            return False, say("Say why, in a few words: they stand on the wall.")
        is_done = switch.turn(store, on=True, by=visitor.name, why=words, now=now)
        return is_done, noted if is_done else say("It is quiet already.")
    if what == "off":
        if not (isinstance(sure, list) and "sure" in sure):
            return False, say("Tick that you end it in your name, then press once more.")
        is_done = switch.turn(store, on=False, by=visitor.name, why="", now=now)
        return is_done, noted if is_done else say("It was not quiet.")
    if what in ("hurt", "unhurt"):
        return _say_hurt(desk, visitor, "yes" if what == "hurt" else "no", incident_id, noted)
    post = post_of(switch.listed(store, now), shown)
    if post is None:
        return False, say("Choose a post first.")
    if switch.quiet(store).is_on and what == "yes":
        return False, say("It is quiet: nothing goes out until somebody ends it.")
    is_done = switch.decide(store, post, go=what == "yes", by=visitor.name, now=now)
    return is_done, noted if is_done else say(
        "Nothing was changed: it is not held, or it has changed since you read it."
    )


def _say_hurt(desk: Desk, visitor: security.Visitor, answer: str, incident_id: Any, noted: str) -> tuple[bool, str]:
    is_number = isinstance(incident_id, int) and not isinstance(incident_id, bool) and 0 < incident_id < 2**31
    incident = desk.store.incident(incident_id) if is_number else None
    if incident is None or incident.closed_at is not None:
        return False, desk.reader.say("Nothing was changed.")
    if not may_answer(incident, visitor.name, visitor.role, answer):
        words = "That nobody is hurt is for {who} to say, who has the incident."
        return False, desk.reader.say(words, who=incident.owner or "?")
    switch.say_hurt(desk.store, incident, answer, visitor.name, desk.clock())
    return True, noted


def loaded(desk: Desk, contents: Any, filename: Any, tool: Any) -> tuple[Any, Any]:
    """Read an upload; a mark when something was kept, and what to say."""
    who, now, say = security.require("responder").name, desk.clock(), desk.reader.say
    data = bytes_of(contents)
    if data is None:
        return no_update, say(
            "That could not be read: drop a CSV, ICS or JSON file below {n} kB.", n=LARGEST_FILE // 1000
        )
    name = filename[:120] if isinstance(filename, str) else ""
    which = " ".join(tool.split())[:40] if isinstance(tool, str) else ""
    found, fresh = switch.plan(desk.store, data, file=name, by=who, now=now, zone=desk.config.timezone, tool=which)
    lines = [say("{n} posts read, {fresh} of them new.", n=len(found.posts), fresh=fresh)] if found.posts else []
    lines += [said(each, desk.reader) for each in found.mistakes[:8]]
    if len(found.mistakes) > 8:
        lines.append(say("+ {n} more", n=len(found.mistakes) - 8))
    words = [html.Span([html.Bdi(line), html.Br()]) for line in lines]
    return (f"{now.timestamp()}" if fresh else no_update), words


def bytes_of(contents: Any) -> bytes | None:
    """Of "data:…;base64,…" as the browser sends a file; None: it is none, or too large."""
    if not isinstance(contents, str) or "," not in contents[:200] or len(contents) > 2 * LARGEST_FILE:
        return None
    try:
        data = base64.b64decode(contents.partition(",")[2], validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if len(data) <= LARGEST_FILE else None


def post_of(found: Sequence[Planned], chosen: Any) -> Planned | None:
    """The post that the page showed: by its id, and by when these words were added."""
    if not isinstance(chosen, str):
        return None
    return next((post for post in found if mark_of(post) == chosen), None)


def mark_of(post: Planned) -> str:
    return f"{int(post.added_at.timestamp() * 1000)} {post.id}"


# --- drawing --------------------------------------------------------------------------------------------------
def draw(desk: Desk, chosen: Any) -> Drawn:
    visitor, reader, now = security.visitor_now(), desk.reader, desk.clock()
    may_act = visitor.may("responder")
    state = switch.quiet(desk.store)
    posts = switch.listed(desk.store, now)[:SHOWN]
    rules = tags.rules_of(desk.store, desk.config)
    going: Going = desk.shared.get("going", lambda: switch.going(desk.store, posts, rules, now))
    harms = harms_now(desk)
    harm = first_to_ask(harms)
    post = post_of(posts, chosen)
    return Drawn(
        state=band(state, reader, now),
        on_class="asking" if may_act and not state.is_on else "asking hidden",
        off_class="asking" if may_act and state.is_on else "asking hidden",
        harm=hurt(harm, reader) if harm else [],
        harm_class="asking" if may_act and harm is not None else "asking hidden",
        items=items(posts, post, going, reader, now),
        post=reading(post, going, state, reader, now) if posts else [],
        decide_class="asking" if may_act and is_open(post, state) else "asking hidden",
        past=past(desk),
        telling_class="" if may_act else "hidden",
        shown=[mark_of(each) for each in posts],
        incident=harm.incident.id if harm else None,
        open=mark_of(post) if post else None,
    )


def is_open(post: Planned | None, state: Quiet) -> bool:
    return post is not None and post.state in ("held", "kept back") and not state.is_on


def band(state: Quiet, reader: Reader, now: datetime) -> html.Div:
    """The word, since when, by whom and why."""
    if not state.is_on:
        words = [html.H3(reader.say("Quiet is off")), html.P(reader.say("What is planned may go out."))]
        return html.Div(
            [html.Div("✓", className="icon", **{"aria-hidden": "true"}), html.Div(words)], className="said-word ok"
        )
    at = reader.clock_or_day(state.since_at, now) if state.since_at else state.since
    words = [
        html.H3(reader.say("Quiet is ON since {at}", at=at)),
        html.P([reader.say("said {who}: ", who=state.by or "?"), html.Bdi(cards.visible(state.why))]),
        html.P(reader.say("Nothing that is planned may go out. Nothing ends it but a person."), className="soft"),
    ]
    return html.Div(
        [html.Div("■", className="icon", **{"aria-hidden": "true"}), html.Div(words)], className="said-word stop"
    )


def first_to_ask(harms: Sequence[Harm]) -> Harm | None:
    """Whom to ask about first: what is seen and not answered, then what is assumed, then a storm, then any."""
    order = sorted(
        harms, key=lambda h: (not h.must_be_asked, not h.is_assumed, h.incident.severity != "storm", -h.incident.id)
    )
    return order[0] if order else None


def hurt(harm: Harm, reader: Reader) -> list[Any]:
    """The question to the owner, with what the posts say."""
    say, incident = reader.say, harm.incident
    seen = (
        reader.count(harm.people, "{n} person speaks of the hurt", "{n} people speak of the hurt")
        if harm.people
        else ""
    )
    words = say(" ({words})", words=", ".join(harm.words)) if harm.words and harm.people else ""
    lines: list[Any] = [html.H3(say("Are people hurt in incident {n}?", n=incident.id))]
    lines.append(
        html.P([title_of(incident, reader), html.Br(), html.Bdi(seen + words)] if seen else title_of(incident, reader))
    )
    if harm.answer == "yes":
        lines.append(
            html.P(
                say("{who} says: people are hurt. Nobody is thanked meanwhile.", who=harm.by or "?"),
                className="trouble",
            )
        )
    elif harm.answer == "no":
        lines.append(html.P(say("{who} says: nobody is hurt.", who=harm.by or "?"), className="soft"))
    elif harm.is_seen:
        lines.append(
            html.P(say("Until somebody says, nobody is thanked: think of turning quiet on."), className="trouble")
        )
    return lines


def title_of(incident: Incident, reader: Reader) -> html.Bdi:
    words = cards.title(incident, reader) or incident.brand
    return html.Bdi(cards.quote(words, 160))


CHIPS = {"planned": "chip", "held": "chip storm", "released": "chip ok", "kept back": "chip watch"}


def items(posts: Sequence[Planned], chosen: Planned | None, going: Going, reader: Reader, now: datetime) -> list[Any]:
    if not posts:
        return [html.P(reader.say("No planned post is known here: nobody has told us of any."), className="soft")]
    return [item(post, n, post == chosen, going, reader, now) for n, post in enumerate(posts)]


def item(post: Planned, n: int, is_chosen: bool, going: Going, reader: Reader, now: datetime) -> html.Button:
    clashes = collisions(post, going)
    marks: list[Any] = [html.Span(reader.say(post.state), className=CHIPS[post.state])]
    if any(each.weight == "stop" for each in clashes):
        marks.append(html.Span(reader.say("collides"), className="chip storm"))
    elif clashes:
        marks.append(html.Span(reader.say("look"), className="chip watch"))
    return html.Button(
        [
            html.Span(when(post, reader, now), className="who"),
            html.Span(html.Bdi(cards.quote(post.channel, 30)), className="soft small"),
            html.Span(html.Bdi(cards.quote(post.text, 160)), className="said"),
            html.Span(marks, className="tags"),
        ],
        id={"type": "quiet-item", "index": n},
        className="item on" if is_chosen else "item",
        n_clicks=0,
        **({"aria-current": "true"} if is_chosen else {}),
    )


def when(post: Planned, reader: Reader, now: datetime) -> str:
    if post.at is None:
        return reader.say("nobody knows when")
    here, today = post.at.astimezone(reader.zone), now.astimezone(reader.zone)
    return reader.clock(post.at) if here.date() == today.date() else f"{reader.day(post.at)} {reader.clock(post.at)}"


def reading(post: Planned | None, going: Going, state: Quiet, reader: Reader, now: datetime) -> Children:
    """One planned post as it will read, and what it collides with."""
    say = reader.say
    if post is None:
        return html.P(say("Choose one to read it whole, with what it collides with."), className="soft")
    clashes = collisions(post, going)
    source = say("told by {who}, {file}", who=post.added_by, file=post.file or say("a file"))
    lines: list[Any] = [
        html.P(
            [f"{when(post, reader, now)}, ", html.Bdi(post.channel or say("no channel")), html.Br(), html.Bdi(source)],
            className="soft small",
        ),
        html.P(html.Bdi(cards.visible(post.text)), className="text"),
        reasons(clashes, reader) if clashes else html.P(say("Nothing is known against it."), className="soft"),
    ]
    if terms := terms_of(post.text):
        doors = [dcc.Link(html.Bdi(term), href=f"/hashtag?tag={quote(plain_tag(term))}") for term in terms]
        lines.append(html.P([html.Span(say("Look at: "), className="soft"), *doors], className="links"))
    if post.decided_by and post.decided_at:
        at = reader.clock_or_day(post.decided_at, now)
        words = (
            "{who} said at {at}: it may go out." if post.state == "released" else "{who} said at {at}: keep it back."
        )
        lines.append(html.P(say(words, who=post.decided_by, at=at), className="soft"))
    if post.state == "held" and state.is_on:
        lines.append(html.P(say("It is held. When the quiet has ended it needs a yes of its own."), className="soft"))
    if post.at is not None and post.at < now:
        lines.append(
            html.P(say("Its time has passed. Whether it went out is known to its tool, not here."), className="soft")
        )
    return html.Article(lines, className="post")


def past(desk: Desk) -> Children:
    reader, now = desk.reader, desk.clock()
    found: list[Deed] = desk.store.deeds(15, DEEDS)
    rows = [[reader.clock_or_day(d.at, now), html.Bdi(d.who), reader.say(d.what), html.Bdi(about(d))] for d in found]
    head = [reader.say(each) for each in ("When", "Who", "What", "About")]
    return table(head, rows, reader.say("The switch was never moved."))


def about(deed: Deed) -> str:
    subject = "" if deed.subject == switch.SUBJECT else deed.subject
    return cards.quote(f"{subject} {deed.words}".strip(), 90)
