"""One incident: why it rang, who is in the crowd, how it spread, what has happened since, and who has it.

A person takes it, hands it over, promises the next word, leaves a note and closes it here; nothing on this page
speaks to the outside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard import security
from dashboard.answers import Answers
from dashboard.changed import Presence, changed, digests
from dashboard.deeds import ACTS, NEED_A_REASON, NOTE_LETTERS, PROMISES, SILENCES, do, find, people_of
from dashboard.figures import Figure
from dashboard.pages import replybox
from dashboard.pages.frame import Desk
from dashboard.reader import Reader
from dashboard.story import Story, story_of
from dashboard.storycards import Drawn, draw
from db.rows import Incident

REFRESH_MS = 3000
QUIET_PLOT = {"displayModeBar": False, "scrollZoom": False}


# --- layout ---------------------------------------------------------------------------------------------------
def skeleton(
    reader: Reader,
    incident_id: int = 0,
    people: Sequence[str] = (),
    chosen: str | None = None,
    first: First | None = None,
) -> list[Any]:
    """The fixed parts of the page with what they say first; without it for Dash to check its callbacks by."""
    shown, seen = (first.shown, first.seen) if first is not None else (Drawn(), None)
    return [
        html.Div(shown.head, id="incident-head"),
        html.Div(
            [
                html.Div(_story_parts(reader.say, shown)),
                html.Div(
                    [
                        html.Div(_acts(reader.say, people), id="incident-acts", className=shown.acts_class),
                        replybox.box("incident", reader.say),
                        html.Div(shown.side, id="incident-side"),
                    ]
                ),
            ],
            className="columns incident",
        ),
        dcc.Store(id="incident-id", data=incident_id),
        dcc.Store(id="incident-chosen", data=chosen),
        dcc.Store(id="incident-done"),
        dcc.Store(id="incident-told"),
        dcc.Store(id="incident-noted"),
        dcc.Store(id="incident-emptied"),
        dcc.Store(id="incident-seen", data=seen),
        dcc.Interval(id="incident-interval", interval=REFRESH_MS),
    ]


def _story_parts(say: Callable[..., str], shown: Drawn) -> list[Any]:
    legend = say("Each point is a post at its time, joined to what it answers; larger: more followers.")
    return [
        html.Section([html.H3(shown.now, id="incident-now"), _curve("incident-curve", shown.curve)]),
        html.Div(shown.clock, id="incident-clock"),
        html.Div(shown.body, id="incident-body"),
        html.Section(
            [
                html.H3(say("How it spread")),
                html.P(legend, className="soft small"),
                _curve("incident-spread", shown.spread),
            ]
        ),
        html.Div(shown.posts, id="incident-posts"),
    ]


def _curve(name: str, figure: Figure) -> dcc.Graph:
    return dcc.Graph(
        id=name, figure=figure, config=QUIET_PLOT, className="curve", responsive=True, style={"height": "340px"}
    )


def _acts(say: Callable[..., str], people: Sequence[str]) -> list[Any]:
    """What is pressed first stands open; a telephone folds the rest."""
    return [
        html.Div(
            [
                dmc.Button(say("I have it"), id="incident-take", n_clicks=0),
                html.Div(
                    [html.Span(say("Next word in"), className="soft"), *(_promise(say, n) for n in PROMISES)],
                    className="acts",
                ),
            ],
            className="acts",
        ),
        html.Details(
            [html.Summary(say("Hand over, write down, end, silence")), *_later_acts(say, people)],
            open=True,
            **{"data-fold": "narrow"},
        ),
        html.P(id="incident-answer", role="status", className="soft small"),
    ]


def _later_acts(say: Callable[..., str], people: Sequence[str]) -> list[Any]:
    return [
        html.Div(
            [
                dmc.Select(
                    id="incident-heir",
                    data=[{"value": name, "label": name} for name in people],
                    placeholder=say("somebody else"),
                    size="sm",
                    **{"aria-label": say("Who takes over")},
                ),
                dmc.Button(say("Hand over"), id="incident-hand", n_clicks=0, variant="default"),
            ],
            className="acts",
        ),
        replybox.label("incident-note", say("A line for the time line; the reason, when you close or silence")),
        dcc.Textarea(
            id="incident-note",
            maxLength=NOTE_LETTERS,
            placeholder=say("A line for the time line; the reason, when you close or silence"),
            value="",
        ),
        html.Div(
            [
                dmc.Button(say("Keep the note"), id="incident-keep", n_clicks=0, variant="default"),
                dmc.Button(say("It is over"), id="incident-close", n_clicks=0, variant="default"),
                dmc.Button(say("Not a crisis"), id="incident-dismiss", n_clicks=0, variant="default"),
            ],
            className="acts",
        ),
        html.Div(
            [
                html.Span(say("Tell nobody for"), className="soft"),
                *(_small(say("{n} h", n=n), f"incident-silence-{n}") for n in SILENCES),
                _small(say("Tell again"), "incident-tell"),
            ],
            className="acts",
        ),
    ]


def _promise(say: Callable[..., str], n: int) -> dmc.Button:
    return _small(say("{n} min", n=n), f"incident-word-{n}")


def _small(words: str, element: str) -> dmc.Button:
    return dmc.Button(words, id=element, n_clicks=0, variant="default", size="compact-sm")


def layout(desk: Desk, incident_id: int) -> list[Any]:
    incident = desk.store.incident(incident_id)
    if incident is None:
        return [html.H2(desk.reader.say("There is no incident {n}", n=incident_id))]
    first = drawn(desk, incident, None)
    return skeleton(desk.reader, incident_id, people_of(desk), root_of(desk, incident), first)


def root_of(desk: Desk, incident: Incident) -> str | None:
    """The mention that it hangs on, which an answer in public answers first; None: it hangs on none that we have."""
    if incident.root is None:
        return None
    found = desk.store.mentions([incident.root, f"{incident.root}|{incident.brand}"])
    return next((one.mention.id for one in found if one.mention.brand == incident.brand), None)


# --- callbacks ------------------------------------------------------------------------------------------------
def register(app: Dash, desk: Desk, guarded: Callable[..., Any], answers: Answers, presence: Presence) -> None:
    replybox.register(app, "incident", desk, guarded, answers, presence)

    @guarded(
        "viewer",
        Output("incident-head", "children"),
        Output("incident-now", "children"),
        Output("incident-curve", "figure"),
        Output("incident-clock", "children"),
        Output("incident-body", "children"),
        Output("incident-spread", "figure"),
        Output("incident-posts", "children"),
        Output("incident-side", "children"),
        Output("incident-acts", "className"),
        Output("incident-seen", "data"),
        Input("incident-interval", "n_intervals"),
        Input("incident-done", "data"),
        State("incident-id", "data"),
        State("incident-seen", "data"),
        prevent_initial_call=True,
    )
    def refresh(_n: Any, _done: Any, incident_id: Any, seen: Any) -> Any:
        mark, has = (seen[0], seen[1:]) if isinstance(seen, list) and seen else (None, None)
        incident = find(desk, incident_id)
        found = drawn(desk, incident, mark) if incident is not None else None
        if found is None:
            return [no_update] * 10
        *parts, now_has = changed(found.shown, has)
        return [*parts, [found.mark, *now_has]]

    @guarded(
        "responder",
        Output("incident-done", "data"),
        Output("incident-told", "data"),
        Output("incident-noted", "data"),
        *(Input(f"incident-{name}", "n_clicks") for name in ACTS),
        State("incident-id", "data"),
        State("incident-heir", "value"),
        State("incident-note", "value"),
        prevent_initial_call=True,
    )
    def act(*args: Any) -> Any:
        incident_id, heir, note = args[-3:]
        what = str(ctx.triggered_id or "").removeprefix("incident-")
        if what not in ACTS:
            return no_update, no_update, no_update
        if what in NEED_A_REASON and not (isinstance(note, str) and note.strip()):
            why = desk.reader.say("Say why, in the line above; then press once more.")
            return no_update, {"for": incident_id, "words": why}, no_update
        words = do(desk, what, incident_id, heir, note)
        if words is None:
            return no_update, {"for": incident_id, "words": desk.reader.say("Nothing was changed.")}, no_update
        done = f"{what} {desk.clock().timestamp()}"
        is_used = what == "keep" or what in NEED_A_REASON
        emptied = {"page": "incident", "for": incident_id, "at": done, "clear": ["note"]}
        return done, {"for": incident_id, "words": words}, emptied if is_used else no_update

    # Whoever went on to another incident meanwhile is told nothing of this one, and keeps what was typed there.
    app.clientside_callback(
        ClientsideFunction("answer", "beside"),
        Output("incident-answer", "children"),
        Input("incident-told", "data"),
        Input("incident-id", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("answer", "clear"),
        Output("incident-emptied", "data"),
        Input("incident-noted", "data"),
        State("incident-id", "data"),
        prevent_initial_call=True,
    )


@dataclass(frozen=True, slots=True)
class First:
    """A drawing, and by what it is told from others: the mark of its story, then a digest of each part."""

    shown: Drawn
    mark: str

    @property
    def seen(self) -> list[str]:
        return [self.mark, *digests(self.shown)]


def drawn(desk: Desk, incident: Incident, seen: Any) -> First | None:
    """None: it is what the page with the mark `seen` shows already. What is over changes little: it is read anew every
    ten seconds at most."""
    kept = desk.shared if incident.closed_at is None else desk.unhurried
    story: Story = kept.get(("story", incident), lambda: story_of(desk, incident))
    acts = acts_class(incident)
    mark = mark_of(story, acts)
    return None if seen == mark else First(draw(story, desk.reader, desk.clock(), acts), mark)


def acts_class(incident: Incident) -> str:
    """Who may do something is shown it; who has it already is not asked to take it."""
    visitor = security.visitor_now()
    if not visitor.may("responder") or incident.closed_at is not None:
        return "deeds hidden"
    is_mine = incident.owner == visitor.name and incident.acknowledged_at is not None
    return "deeds mine" if is_mine else "deeds"


def mark_of(story: Story, acts: str) -> str:
    """Changes when the page has to be drawn anew: something happened, or a minute has passed."""
    sent = sum(n.sent_at is not None for n in story.told)
    i, c = story.incident, story.clock
    now = f"{story.end:%H%M} {len(story.events)} {len(story.told)} {sent} {len(story.posts)} {story.next_word}"
    people = f"{c.unheard} {c.heard} {c.answered} {c.closed} {len(story.answers)} {[s.id for s in story.silences]}"
    return f"{i.id} {i.state} {i.severity} {i.owner} {now} {people} {acts}"
