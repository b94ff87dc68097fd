"""The past: all incidents with how long each step took, and one of them as it will be talked about.

Durations against their targets and against the last five; what could not be seen; the curve, the time line, the
alarms and who was told; export as one file. It judges nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
import flask
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard import cards, curves, security
from dashboard.durations import TARGETS, Durations, durations, usual
from dashboard.figures import Figure
from dashboard.pages import incident as incident_page
from dashboard.pages.frame import Children, Desk
from dashboard.reader import Reader
from db.rows import Case, Deed, Gap, Incident, Look, Scored
from monitor import incidents, reports

LISTED = 500
KINDS = {"html": "text/html", "csv": "text/csv", "json": "application/json"}
RESPONSIBILITY = ("victim", "accident", "preventable")
NAMES = ("detected", "acknowledged", "heard", "answered", "calm")


# --- the list -------------------------------------------------------------------------------------------------
def layout(desk: Desk) -> list[Any]:
    reader, now = desk.reader, desk.clock()
    found = desk.store.incidents(limit=LISTED)
    head = [html.H2(reader.say("Incidents"))]
    if not found:
        return [*head, html.P(reader.say("There has been no incident. That is good news, or too little to see."))]
    return [*head, html.P(summary(found, reader, now), className="soft"), table(found, reader)]


def summary(found: Sequence[Incident], reader: Reader, now: datetime) -> str:
    """ "12 in the last month, 2 of them storms, 1 still open": a sentence instead of a row of tiles."""
    month = [i for i in found if now - i.opened_at <= timedelta(days=30)]
    storms, still = sum(i.peak_severity == "storm" for i in month), sum(i.closed_at is None for i in found)
    words = reader.count(len(month), "{n} in the last month", "{n} in the last month")
    words += ", " + reader.count(storms, "{n} of them a storm", "{n} of them storms")
    return words + ", " + reader.count(still, "{n} still open", "{n} still open")


def table(found: Sequence[Incident], reader: Reader) -> dag.AgGrid:
    """Sorted and filtered in the browser. Text cells only; the link is made of a number of ours."""
    say = reader.say
    wide = {"flex": 3, "minWidth": 260, "tooltipField": "title"}
    columns: list[dict[str, Any]] = [
        {"field": "open", "headerName": say("No."), "cellRenderer": "markdown", "width": 80, "sortable": False},
        {"field": "opened", "headerName": say("Began"), "width": 175},
        {"field": "brand", "headerName": say("Brand"), "width": 150},
        {"field": "peak", "headerName": say("At worst"), "width": 110},
        {"field": "title", "headerName": say("What it was about"), **wide},
        {"field": "owner", "headerName": say("Whose"), "width": 120},
        *({"field": name, "headerName": say(name), "width": 155} for name in ("detected", "acknowledged", "calm")),
        {"field": "state", "headerName": say("State"), "width": 145},
    ]
    return dag.AgGrid(
        id="review-table",
        columnDefs=columns,
        rowData=[line(i, reader) for i in found],
        defaultColDef={"resizable": True, "sortable": True, "filter": True},
        dashGridOptions={"pagination": True, "paginationPageSize": 50, "animateRows": False, "domLayout": "autoHeight"},
        className="ag-theme-quartz",
        style={"height": None},
    )


def line(found: Incident, reader: Reader) -> dict[str, str]:
    took = durations(found)
    return {
        "open": f"[{found.id}](/review/{found.id})",
        "opened": found.opened_at.astimezone(reader.zone).strftime("%Y-%m-%d %H:%M"),
        "brand": found.brand,
        "peak": reader.say(found.peak_severity),
        "title": cards.quote(found.title or (found.evidence.words if found.evidence else ""), 120),
        "owner": found.owner or "",
        "detected": length(took.detected, reader),
        "acknowledged": length(took.acknowledged, reader),
        "calm": length(took.calm, reader),
        "state": reader.say("past" if found.is_historical else found.state),
    }


def length(span: timedelta | None, reader: Reader) -> str:
    return "" if span is None else reader.span(span)


# --- one of them ----------------------------------------------------------------------------------------------
def page(desk: Desk, incident_id: int) -> list[Any]:
    found = desk.store.incident(incident_id)
    if found is None:
        return [html.H2(desk.reader.say("There is no incident {n}", n=incident_id))]
    ways, verdict, store = skeleton(desk.reader, incident_id)
    return [ways, html.Div(story(desk, found)), html.H3(desk.reader.say("What we make of it")), verdict, store]


def skeleton(reader: Reader, incident_id: int = 0) -> list[Any]:
    say = reader.say
    return [
        html.Div(
            [
                *(html.A(say(f"Export {kind}"), href=f"/review/{incident_id}/export.{kind}") for kind in KINDS),
                dcc.Link(say("See it live"), href=f"/incident/{incident_id}"),
            ],
            className="exports",
        ),
        html.Div(
            [
                dmc.Select(
                    id="review-class",
                    data=[{"value": c, "label": say(c)} for c in RESPONSIBILITY],
                    placeholder=say("Our part: victim, accident, preventable"),
                    **{"aria-label": say("Our part in it")},
                ),
                dcc.Textarea(
                    id="review-words",
                    maxLength=1000,
                    placeholder=say("What went well, what did not, what was luck"),
                    value="",
                ),
                dmc.Button(say("Write it down"), id="review-keep", n_clicks=0, variant="default"),
                html.Span(id="review-answer", role="status", className="soft"),
            ],
            className="verdict",
        ),
        dcc.Store(id="review-id", data=incident_id),
    ]


def story(desk: Desk, found: Incident) -> list[Any]:
    reader, now = desk.reader, desk.clock()
    told = incident_page.story_of(desk, found)
    took = measured(desk, found, told.posts)
    earlier = [i for i in desk.store.incidents(found.brand, limit=50) if i.opened_at < found.opened_at]
    others = [durations(i) for i in earlier[:5]]
    points = curves.rolling(told.buckets, told.start, told.end)
    figure = curves.incident_figure(
        points, told.band, told.gaps, incident_page.marks(told, reader), reader, told.sources
    )
    return [
        *incident_page.head(found, reader, now),
        steps(took, others, reader),
        html.Section([html.H3(reader.say("What we could not see")), unseen(told.gaps, found, reader, now)]),
        html.Section([html.H3(reader.say("The curve")), still(figure)]),
        html.Section([html.H3(reader.say("Why it rang")), incident_page.why(found.evidence, reader)]),
        html.Section([html.H3(reader.say("Who was in the crowd")), incident_page.the_crowd(told.posts, reader)]),
        html.Section([html.H3(reader.say("Time line")), incident_page.time_line(told.events, reader, now)]),
        html.Section([html.H3(reader.say("Who was told")), incident_page.who_was_told(told.told, reader, now)]),
        html.Section([html.H3(reader.say("First posts")), *incident_page.posts_or_none(told.posts[:5], reader, now)]),
    ]


def still(figure: Figure) -> dcc.Graph:
    return dcc.Graph(figure=figure, config={"displayModeBar": False}, className="curve", style={"height": "340px"})


def measured(desk: Desk, found: Incident, posts: Sequence[Scored]) -> Durations:
    """With the first person heard and our first own post, which stand elsewhere."""
    first = found.first_post_at or found.opened_at
    end = found.closed_at or desk.clock()
    cases: list[Case] = []
    for state in ("heard", "answered", "closed"):
        cases += desk.store.cases(Look(brands=(found.brand,), since=first, state=state, limit=200))
    heard = [c.person.heard_at for c in cases if c.person and c.person.heard_at and c.person.waiting_since <= end]
    answered = [p.mention.created_at for p in posts if p.mention.is_own]
    return durations(found, min(heard, default=None), min(answered, default=None))


def steps(took: Durations, others: Sequence[Durations], reader: Reader) -> html.Dl:
    """Five lengths, each with its target and what the last five took, in words as well as by shape."""
    say = reader.say
    parts = []
    for name in NAMES:
        span, target, before = getattr(took, name), TARGETS[name], usual(others, name)
        kind = "late" if span is None or span > target else "ok"
        notes = [say("wanted {span}", span=reader.span(target))]
        if before is not None:
            notes.append(say("lately {span}", span=reader.span(before)))
        value: Children = reader.span(span) if span is not None else say("not yet known")
        parts.append(
            html.Div(
                [
                    html.Dd([html.I(className=f"mark {kind}"), " ", value]),
                    html.Dt([html.B(say(name)), html.Br(), ", ".join(notes)]),
                ]
            )
        )
    return html.Dl(parts, className="facts steps")


def unseen(gaps: Sequence[Gap], found: Incident, reader: Reader, now: datetime) -> Children:
    blind = set(found.evidence.blind) if found.evidence else set()
    if not gaps and not blind:
        return html.P(reader.say("Every source was there, as far as we know."), className="soft")
    lines = [
        reader.say(
            "{source} from {start} to {end}: {reason}",
            source=cards.name_of(g.source),
            start=reader.clock_or_day(g.start, now),
            end=reader.clock_or_day(g.end, now) if g.end else reader.say("now"),
            reason=g.reason or reader.say("nobody knows why"),
        )
        for g in gaps
    ]
    lines += [reader.say("{source} when it rang", source=cards.name_of(source)) for source in sorted(blind)]
    return html.Ul([html.Li(words) for words in lines], className="plain")


# --- callbacks and exports ------------------------------------------------------------------------------------
def register(app: Dash, desk: Desk, guarded: Callable[..., Any]) -> None:
    @guarded(
        "responder",
        Output("review-answer", "children"),
        Input("review-keep", "n_clicks"),
        State("review-id", "data"),
        State("review-class", "value"),
        State("review-words", "value"),
        prevent_initial_call=True,
    )
    def keep(_n: Any, incident_id: Any, part: Any, words: Any) -> Any:
        if str(ctx.triggered_id) != "review-keep":
            return no_update
        said = ([desk.reader.say("our part: {part}", part=part)] if part in RESPONSIBILITY else []) + (
            [words.strip()[:1000]] if isinstance(words, str) and words.strip() else []
        )
        found = incident_page.find(desk, incident_id)
        if found is None or not said:
            return desk.reader.say("Nothing was changed.")
        who, now = security.require("responder").name, desk.clock()
        with desk.store.atomic():
            desk.store.put_changes([incidents.note(found, who, now, "; ".join(said))])
            desk.store.add_deed(Deed(at=now, who=who, what="review", subject=f"incident {found.id}"))
        return desk.reader.say("Noted at {at}.", at=desk.reader.clock(now))

    @app.server.get("/review/<int:incident_id>/export.<kind>")
    def export(incident_id: int, kind: str) -> Any:
        """One file; private people have pseudonyms in it."""
        found = reports.story(desk.store, incident_id) if kind in KINDS and incident_id < 2**31 else None
        if found is None:
            return flask.Response("There is no such export.\n", status=404, mimetype="text/plain")
        answer = flask.Response(reports.FORMATS[kind](found), mimetype=KINDS[kind])
        answer.headers["Content-Disposition"] = f'attachment; filename="incident-{incident_id}.{kind}"'
        return answer
