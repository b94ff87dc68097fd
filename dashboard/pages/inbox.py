"""The inbox: people who wait, the gravest first; one post with its thread; and what a person does about it.

The list never moves under a reader's eyes: what is new is counted above it, and comes in when asked. Nothing here
speaks to a network: "reply" opens the network's own page, and the person who answered says so.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard import cards, security
from dashboard.answers import Answers
from dashboard.changed import Presence, changed, digests
from dashboard.pages import replybox
from dashboard.pages.frame import Desk
from dashboard.pages.replybox import id_of
from dashboard.reading import Opened, opened
from dashboard.waitlist import LABELS, LANGUAGES, NARROW, SPANS, STATES, Kept, Listed, kept_of, listed, look_of
from db.rows import Case, Correction, Deed, Note

REFRESH_MS = 3000
NOTE_LETTERS = 1000


# --- layout ---------------------------------------------------------------------------------------------------
def layout(desk: Desk, search: str, presence: Presence) -> list[Any]:
    """Whole as it is sent: who waits, and with "?mention=ID" that one opened."""
    visitor = security.visitor_now()
    asked = id_of(parse_qs(search.removeprefix("?")).get("mention", [""])[-1][:200])
    look = look_of(desk, None, None, [None] * len(NARROW), visitor.name)
    return skeleton(
        desk,
        listed(desk, look, 0, Kept(), presence, visitor.name),
        opened(desk, asked, presence.others(visitor.name, asked), visitor.may("responder")),
        asked,
    )


def skeleton(
    desk: Desk, shown: Listed | None = None, open_now: Opened | None = None, asked: str | None = None
) -> list[Any]:
    """The fixed parts with what they say first; without `shown` and `open_now` for Dash to check its callbacks by."""
    say = desk.reader.say
    one = open_now or Opened()
    shown = shown or Listed()
    return [
        html.Div(
            [
                html.Section(
                    [*_head(desk, shown), html.Div(shown.items, id="inbox-list", role="group")], className="list"
                ),
                html.Section(
                    [
                        html.Button(say("Back to the list"), id="inbox-back", className="plain back", n_clicks=0),
                        html.Div(one.reading, id="inbox-post", **{"aria-live": "off"}),
                        html.Div(_beside(say, one.notes), className="beside"),
                    ],
                    className="reading",
                ),
                html.Aside([*_whose(say, one), replybox.box("inbox", say), *_became(say)], id="inbox-aside"),
            ],
            id="inbox-root",
            className=one.root_class,
        ),
        dcc.Store(id="inbox-shown", data=shown.kept.ids),
        dcc.Store(id="inbox-kept", data=shown.kept.as_data()),
        dcc.Store(id="inbox-chosen", data=asked),
        dcc.Store(id="inbox-marked"),
        dcc.Store(id="inbox-done"),
        dcc.Store(id="inbox-noted"),
        dcc.Store(id="inbox-told"),
        dcc.Store(id="inbox-seen", data=digests(one) if open_now else None),
        dcc.Interval(id="inbox-interval", interval=REFRESH_MS),
    ]


def _head(desk: Desk, shown: Listed) -> list[Any]:
    say = desk.reader.say
    words = {
        "unheard": say("Unheard"),
        "heard": say("Heard"),
        "answered": say("Answered"),
        "closed": say("Closed"),
        "second": say("To be read by two"),
        "thanks": say("Thanks"),
        "all": say("All"),
    }
    return [
        html.Header(
            [
                html.H2(shown.title or say("Inbox"), id="inbox-title"),
                dcc.RadioItems(
                    id="inbox-state",
                    options=[{"label": words[state], "value": state} for state in STATES],
                    value="unheard",
                    className="chips",
                ),
                replybox.label("inbox-words", say("Search the texts")),
                dcc.Input(
                    id="inbox-words",
                    type="search",
                    placeholder=say("Search the texts"),
                    debounce=0.4,
                    maxLength=200,
                    value="",
                ),
                html.Details([html.Summary(say("Narrow")), html.Div(_narrow(desk), className="narrow")]),
            ]
        ),
        html.Button(shown.fresh, id="inbox-fresh", className=shown.fresh_class, n_clicks=0),
    ]


def _narrow(desk: Desk) -> list[Any]:
    say = desk.reader.say
    sources = sorted({s.source for s in desk.store.source_health()})
    brands = desk.brands()
    choices: dict[str, tuple[str, list[tuple[str, str]]]] = {
        "brand": (say("Brand"), [(b, b) for b in brands]),
        "label": (say("Label"), [(label, say(label)) for label in LABELS]),
        "source": (say("Source"), [(s, cards.name_of(s)) for s in sources]),
        "lang": (say("Language"), [(lang, lang) for lang in LANGUAGES]),
        "severity": (say("Severity"), [(str(n), say("{n} or more", n=n)) for n in (1, 2, 3)]),
        "span": (say("Time"), [(span, say(f"last {span}")) for span in SPANS]),
        "whose": (say("Whose"), [("mine", say("mine"))]),
    }
    return [
        dmc.Select(
            id=f"inbox-by-{name}",
            label=title,
            data=[{"value": value, "label": words} for value, words in options],
            value="3d" if name == "span" else None,
            clearable=name != "span",
            size="xs",
        )
        for name, (title, options) in choices.items()
    ]


def _whose(say: Callable[..., str], one: Opened) -> list[Any]:
    """Always there, so that the keyboard finds them; the page dims them while nothing is chosen."""
    return [
        html.H3(one.whose, id="inbox-whose"),
        html.P(one.present, id="inbox-present", className="soft small", role="status"),
        html.Div(
            [
                dmc.Button([say("I take it"), html.Kbd("a")], id="inbox-take", n_clicks=0),
                dmc.Button(say("Give it back"), id="inbox-release", n_clicks=0, variant="default"),
                html.Span(one.link, id="inbox-open"),
            ],
            className="acts",
        ),
    ]


def _became(say: Callable[..., str]) -> list[Any]:
    return [
        html.H3(say("What became of it")),
        html.Div(
            [
                dmc.Button([say("Heard"), html.Kbd("h")], id="inbox-heard", n_clicks=0, variant="default"),
                dmc.Button(say("Answered"), id="inbox-answered", n_clicks=0, variant="default"),
                dmc.Button(say("Closed"), id="inbox-closed", n_clicks=0, variant="default"),
                dmc.Button(say("Still unheard"), id="inbox-unheard", n_clicks=0, variant="default"),
            ],
            className="acts",
        ),
        html.P(id="inbox-answer", role="status", className="soft small"),
        html.P(
            say("Smoulder never writes to a network. You answer there, as yourself, and say so here."),
            className="soft small",
        ),
    ]


def _beside(say: Callable[..., str], notes: Any) -> list[Any]:
    """What belongs to the post itself: its label and the notes of colleagues."""
    return [
        html.H3([say("Not right? Correct it"), html.Kbd("c")]),
        html.Div(
            [
                dmc.Select(
                    id="inbox-label",
                    data=[{"value": label, "label": say(label)} for label in LABELS],
                    size="sm",
                    **{"aria-label": say("The right label")},
                ),
                dmc.Button(say("Correct"), id="inbox-correct", n_clicks=0, variant="default"),
            ],
            className="acts",
        ),
        html.H3(say("Notes")),
        html.Div(notes, id="inbox-notes"),
        replybox.label("inbox-note", say("A line for colleagues")),
        dcc.Textarea(id="inbox-note", maxLength=NOTE_LETTERS, placeholder=say("A line for colleagues"), value=""),
        dmc.Button(say("Keep the note"), id="inbox-keep", n_clicks=0, variant="default"),
    ]


# --- callbacks ------------------------------------------------------------------------------------------------
def register(app: Dash, desk: Desk, guarded: Callable[..., Any], answers: Answers, presence: Presence) -> None:
    replybox.register(app, "inbox", desk, guarded, answers, presence)

    @guarded(
        "viewer",
        Output("inbox-list", "children"),
        Output("inbox-title", "children"),
        Output("inbox-fresh", "children"),
        Output("inbox-fresh", "className"),
        Output("inbox-shown", "data"),
        Output("inbox-kept", "data"),
        Input("inbox-interval", "n_intervals"),
        Input("inbox-state", "value"),
        Input("inbox-words", "value"),
        *(Input(f"inbox-by-{name}", "value") for name in NARROW),
        Input("inbox-fresh", "n_clicks"),
        Input("inbox-done", "data"),
        State("inbox-shown", "data"),
        State("inbox-kept", "data"),
        prevent_initial_call=True,
    )
    def fill(_n: Any, state: Any, words: Any, *rest: Any) -> Any:
        """The list: filled anew when another one is asked for, else only what has changed in it."""
        *narrow, clicks, _done, ids, kept = rest
        who = security.visitor_now().name
        look = look_of(desk, state, words, narrow, who)
        return listed(desk, look, clicks, kept_of(ids, kept), presence, who).outputs()

    @guarded(
        "viewer",
        Output("inbox-post", "children"),
        Output("inbox-notes", "children"),
        Output("inbox-whose", "children"),
        Output("inbox-open", "children"),
        Output("inbox-present", "children"),
        Output("inbox-root", "className"),
        Output("inbox-seen", "data"),
        Input("inbox-interval", "n_intervals"),
        Input("inbox-chosen", "data"),
        Input("inbox-done", "data"),
        State("inbox-seen", "data"),
        prevent_initial_call=True,
    )
    def read(_n: Any, chosen: Any, _done: Any, seen: Any) -> Any:
        """The one that is open."""
        visitor, open_id = security.visitor_now(), id_of(chosen)
        others = presence.others(visitor.name, open_id)
        return changed(opened(desk, open_id, others, visitor.may("responder")), seen)

    app.clientside_callback(
        ClientsideFunction("inbox", "mark"),
        Output("inbox-marked", "data"),
        Input("inbox-list", "children"),
        Input("inbox-chosen", "data"),
    )

    app.clientside_callback(ClientsideFunction("inbox", "kept"), Input("inbox-noted", "data"))
    app.clientside_callback(
        ClientsideFunction("answer", "beside"),
        Output("inbox-answer", "children"),
        Input("inbox-told", "data"),
        Input("inbox-chosen", "data"),
    )

    @guarded(
        "responder",
        Output("inbox-done", "data"),
        Output("inbox-told", "data"),
        Output("inbox-noted", "data"),
        *(Input(f"inbox-{name}", "n_clicks") for name in ACTS),
        State("inbox-chosen", "data"),
        State("inbox-label", "value"),
        State("inbox-note", "value"),
        prevent_initial_call=True,
    )
    def act(*args: Any) -> Any:
        chosen, label, note = args[-3:]
        what = str(ctx.triggered_id or "").removeprefix("inbox-")
        mention_id = id_of(chosen)
        if what not in ACTS or mention_id is None:
            return no_update, no_update, no_update
        words = do(desk, what, mention_id, label, note)
        if words is None:
            return no_update, {"for": mention_id, "words": desk.reader.say("Nothing was changed.")}, no_update
        at = desk.clock()
        noted = {"for": mention_id, "words": note} if what == "keep" else no_update
        return f"{mention_id} {at.timestamp()}", {"for": mention_id, "words": words}, noted


# --- doing ----------------------------------------------------------------------------------------------------
ACTS = ("take", "release", "heard", "answered", "closed", "unheard", "correct", "keep")


def do(desk: Desk, what: str, mention_id: str, label: Any, note: Any) -> str | None:
    """Do it, and write down who did; what to say about it. None: there was nothing to do."""
    who, now, store, say = security.require("responder").name, desk.clock(), desk.store, desk.reader.say
    found = store.cases_of([mention_id])
    if not found:
        return None
    case = found[0]
    with store.atomic():
        is_done = _do(desk, what, case, who, label, note, now)
        if not is_done:
            return None
        words = str(label) if what == "correct" else ""
        store.add_deed(Deed(at=now, who=who, what=what, subject=mention_id, words=words))
    return say("Noted at {at}.", at=desk.reader.clock(now))


def _do(desk: Desk, what: str, case: Case, who: str, label: Any, note: Any, now: datetime) -> bool:
    store, mention = desk.store, case.scored.mention
    if what == "take":
        return store.assign(mention.id, who, now)
    if what == "release":
        return case.assigned_to is not None and store.assign(mention.id, None, now)
    if what == "correct":
        return label in LABELS and store.correct(Correction(mention_id=mention.id, at=now, by=who, after=label))
    if what == "keep":
        words = note.strip()[:NOTE_LETTERS] if isinstance(note, str) else ""
        return bool(words) and store.add_note(Note(mention_id=mention.id, at=now, who=who, words=words))
    if case.person is None or case.person.state == what:
        return False
    store.hear(case.person.brand, case.person.author, what, who, now)
    return True
