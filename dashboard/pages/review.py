"""The past: all incidents as a calendar and a table, with how long each step took; two of them side by side; and one
of them as it will be talked about.

What the machine knows is told by telling.py, for this page and for paper. What people make of it is written here,
signed, and never overwritten. It judges nobody.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import dash_ag_grid as dag
import dash_mantine_components as dmc
import flask
from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard import cards, curves, paper, security, telling
from dashboard.curves import Mark
from dashboard.figures import EMPTY, Figure
from dashboard.pages.frame import Children, Desk
from dashboard.reader import Reader
from dashboard.telling import Block, Curve, Facts, Line, Names, Quote, Section, Table
from dashboard.trials import Early, Trials, earlier
from db.rows import Action, ActionState, Deed, Incident, Part
from db.rows import Review as Words
from monitor import incidents, review
from monitor.answer import sixrules
from monitor.durations import NAMES, Durations
from monitor.review import Study

LISTED = 500
BEFORE_IT = 5  # incidents that the durations are compared with
KINDS = {"html": "text/html", "csv": "text/csv", "json": "application/json"}
PARTS: tuple[Part, ...] = get_args(Part)
STATES: tuple[ActionState, ...] = get_args(ActionState)
WRITTEN = ("summary", "impact", "good", "bad", "luck")
LETTERS = 4000
WEEKS = 26
MINUTE = timedelta(minutes=1)
STEP_MS = 120  # between two minutes of a played incident


# --- the list -------------------------------------------------------------------------------------------------
def layout(desk: Desk) -> list[Any]:
    reader, now, say = desk.reader, desk.clock(), desk.reader.say
    found = desk.store.incidents(limit=LISTED)
    head = [html.H2(say("Incidents"))]
    if not found:
        return [*head, html.P(say("There has been no incident. That is good news, or too little to see."))]
    took = review.took_all(desk.store, found, now)
    todo = desk.store.actions()
    return [
        *head,
        html.P(summary(found, reader, now), className="soft"),
        calendar(found, reader, now),
        still_to_do(todo, reader, now),
        html.H3(say("All of them")),
        table(found, took, reader),
        html.H3(say("Two side by side")),
        *compare_skeleton(found, reader),
    ]


def summary(found: Sequence[Incident], reader: Reader, now: datetime) -> str:
    """ "12 in the last month, 2 of them storms, 1 still open": a sentence instead of a row of tiles."""
    month = [i for i in found if now - i.opened_at <= timedelta(days=30)]
    storms, still = sum(i.peak_severity == "storm" for i in month), sum(i.closed_at is None for i in found)
    words = reader.count(len(month), "{n} in the last month", "{n} in the last month")
    words += ", " + reader.count(storms, "{n} of them a storm", "{n} of them storms")
    return words + ", " + reader.count(still, "{n} still open", "{n} still open")


def calendar(found: Sequence[Incident], reader: Reader, now: datetime) -> Children:
    """Half a year of days, a column a week: what began on each, by shape and colour, said in its title."""
    by_day: dict[date, list[Incident]] = {}
    for incident in found:
        by_day.setdefault(incident.opened_at.astimezone(reader.zone).date(), []).append(incident)
    today = now.astimezone(reader.zone).date()
    monday = today - timedelta(days=today.weekday() + 7 * (WEEKS - 1))
    weeks = []
    for week in range(WEEKS):
        first = monday + timedelta(days=7 * week)
        days = [first + timedelta(days=n) for n in range(7)]
        month = reader.month(first) if first.day <= 7 else ""
        cells = [_day(day, by_day.get(day, []), reader) for day in days if day <= today]
        weeks.append(html.Li([html.Span(month, className="month"), *cells]))
    return html.Div(
        [
            html.Ol(weeks, className="calendar", **{"aria-label": reader.say("Incidents by day")}),
            html.P(
                [
                    html.I(className="day storm"), f" {reader.say('storm')}  ",
                    html.I(className="day watch"), f" {reader.say('watch')}  ",
                    html.I(className="day"), f" {reader.say('no incident began')}",
                ],
                className="soft small legend",
            ),
        ],
        className="months",
    )  # fmt: skip


def _day(day: date, found: Sequence[Incident], reader: Reader) -> Children:
    when = reader.day(datetime(day.year, day.month, day.day, 12, tzinfo=reader.zone))
    if not found:
        return html.Span(className="day", title=when)
    worst = max(found, key=lambda i: (i.peak_severity == "storm", i.opened_at))
    words = ", ".join(cards.quote(_title(i), 60) for i in found[:3])
    label = f"{when}: {reader.say(worst.peak_severity)}, {words}"
    return dcc.Link(
        html.Span(label, className="unseen"),
        href=f"/review/{worst.id}",
        className=f"day {worst.peak_severity}",
        title=label,
    )


def still_to_do(found: Sequence[Action], reader: Reader, now: datetime) -> Children:
    """What earlier reviews decided and nobody has done yet."""
    if not found:
        return None
    say = reader.say
    rows = []
    for each in found[:8]:
        until = reader.day(each.due_at) if each.due_at else say("no date")
        is_late = each.due_at is not None and each.due_at < now
        when = say("{day}, late", day=until) if is_late else until
        link = dcc.Link(say("Incident {n}", n=each.incident_id), href=f"/review/{each.incident_id}")
        kind = html.Span([html.I(className="mark late"), when], className="badge late") if is_late else when
        rows.append([link, html.Bdi(each.words), each.owner or say("nobody yet"), kind])
    title = reader.count(len(found), "{n} thing is still to be done", "{n} things are still to be done")
    return html.Div([html.H3(title), _html_table((say("From"), say("What"), say("Whose"), say("Until")), rows)])


def table(found: Sequence[Incident], took: dict[int, Durations], reader: Reader) -> dag.AgGrid:
    """Sorted and filtered in the browser. Text cells only; the link is made of a number of ours."""
    say = reader.say
    wide = {"flex": 3, "minWidth": 240, "tooltipField": "title"}
    short = {
        "detected": say("Noticed"),
        "acknowledged": say("Taken"),
        "heard": say("Heard"),
        "apology": say("Apology"),
        "calm": say("Calm"),
    }
    span = {"valueFormatter": {"function": "params.data[params.colDef.field + '_words']"}, "filter": False}
    columns: list[dict[str, Any]] = [
        {"field": "open", "headerName": say("No."), "cellRenderer": "markdown", "width": 76, "sortable": False},
        {"field": "opened", "headerName": say("Began"), "width": 175},
        {"field": "brand", "headerName": say("Brand"), "width": 120},
        {"field": "peak", "headerName": say("At worst"), "width": 105},
        {"field": "title", "headerName": say("What it was about"), **wide},
        {"field": "owner", "headerName": say("Whose"), "width": 105},
        *({"field": name, "headerName": short[name], "width": 104, **span} for name in NAMES),
        {"field": "state", "headerName": say("State"), "width": 145},
    ]
    return dag.AgGrid(
        id="review-table",
        columnDefs=columns,
        rowData=[line(i, took.get(i.id, Durations()), reader) for i in found],
        defaultColDef={"resizable": True, "sortable": True, "filter": True},
        dashGridOptions={
            "pagination": True,
            "paginationPageSize": 20,
            "animateRows": False,
            "domLayout": "autoHeight",
            "localeText": {
                "page": say("Page"),
                "to": say("to"),
                "of": say("of"),
                "more": say("more"),
                "pageSizeSelectorLabel": say("Rows:"),
                "noRowsToShow": say("None."),
                "contains": say("contains"),
                "filterOoo": say("Filter …"),
            },
        },
        className="ag-theme-quartz",
        style={"height": None},
    )


def line(found: Incident, took: Durations, reader: Reader) -> dict[str, Any]:
    """One row: durations in minutes to sort by, and in words to read."""
    row: dict[str, Any] = {
        "open": f"[{found.id}](/review/{found.id})",
        "opened": found.opened_at.astimezone(reader.zone).strftime("%Y-%m-%d %H:%M"),
        "brand": found.brand,
        "peak": reader.say(found.peak_severity),
        "title": cards.quote(_title(found), 120),
        "owner": found.owner or "",
        "state": reader.say("past" if found.is_historical else found.state),
    }
    for name in NAMES:
        span: timedelta | None = getattr(took, name)
        row[name] = None if span is None else round(span.total_seconds() / 60, 1)
        row[f"{name}_words"] = "" if span is None else reader.span(span)
    return row


def _title(found: Incident) -> str:
    return found.title or (found.evidence.words if found.evidence else "")


# --- two of them ----------------------------------------------------------------------------------------------
def compare_skeleton(found: Sequence[Incident], reader: Reader) -> list[Any]:
    say = reader.say
    choices = [
        {"value": str(i.id), "label": f"{i.id}, {reader.date(i.opened_at)}: {cards.quote(_title(i), 60)}"}
        for i in found[:200]
    ]
    return [
        html.Div(
            [
                dmc.Select(id=f"review-{side}", data=choices, searchable=True, w=420, label=label)
                for side, label in (("left", say("One incident")), ("right", say("and another")))
            ],
            className="acts",
        ),
        html.Div(id="review-compared"),
    ]


def compared(left: Study, right: Study, reader: Reader) -> Children:
    """The same questions to both, side by side."""
    say = reader.say
    rows = [
        [name, *cells]
        for name, *cells in zip(_questions(left, reader), _answers(left, reader), _answers(right, reader), strict=True)
    ]
    head = (
        "",
        *(dcc.Link(say("Incident {n}", n=s.incident.id), href=f"/review/{s.incident.id}") for s in (left, right)),
    )
    return _html_table(head, rows)


def _questions(found: Study, reader: Reader) -> list[str]:
    say = reader.say
    names = [telling.duration_name(name, reader) for name in NAMES]
    more = [say("posts"), say("complaints"), say("people who complained"), say("never heard"), say("posts of ours")]
    return [
        say("What it was about"),
        say("At worst"),
        say("Rule"),
        *names,
        *more,
        say("The six rules"),
        say("Our part in it"),
    ]


def _answers(found: Study, reader: Reader) -> list[str]:
    took, say = review.took(found), reader.say
    spans = [getattr(took, name) for name in NAMES]
    counted = sixrules.states(review.six_rules(found))
    part = found.review.part if found.review else None
    return [
        cards.quote(_title(found.incident), 120),
        say(found.incident.peak_severity),
        telling.rule_name(found.incident.kind, reader),
        *(say("not yet known") if span is None else reader.span(span) for span in spans),
        reader.number(sum(hour.posts for hour in found.spread)),
        reader.number(sum(hour.complaints for hour in found.spread)),
        reader.number(len(found.people)),
        reader.number(len(review.unheard(found))),
        reader.number(len(found.own)),
        say("{kept} kept, {broken} broken", kept=counted["kept"], broken=counted["broken"]),
        telling.part_words(part, reader) if part else say("nobody has said yet"),
    ]


# --- one of them ----------------------------------------------------------------------------------------------
def page(desk: Desk, incident_id: int) -> list[Any]:
    reader = desk.reader
    found = review.study(desk.store, incident_id, desk.clock())
    if found is None:
        return [html.H2(reader.say("There is no incident {n}", n=incident_id))]
    names = telling.names_for(found, reader, hides=False)
    sections = telling.tell(found, reader, names, before(desk, found.incident))
    return [
        *head(found, reader),
        *skeleton(
            reader, found, people_of(desk), [show(each, found, reader) for each in sections], played(desk, found)
        ),
    ]


def head(found: Study, reader: Reader) -> list[Any]:
    i, say = found.incident, reader.say
    is_storm = i.peak_severity == "storm"
    whose = say("{name} has it", name=i.owner) if i.owner else say("nobody has it yet")
    if i.closed_at is not None:
        whose = say("{name} had it", name=i.owner) if i.owner else say("nobody had it")
    parts = [say("since {at}", at=reader.stamp(i.opened_at))]
    parts += [say("over since {at}", at=reader.stamp(i.closed_at))] if i.closed_at else []
    parts += [whose]
    parts += [say("from an import: nobody was told")] if i.is_historical else []
    parts += [say("found after an outage")] if i.is_missed else []
    return [
        html.P(say("Review of incident {n}", n=i.id), className="soft crumb"),
        html.H2(
            [
                html.Span(say("Storm") if is_storm else say("Watch"), className="storm" if is_storm else "watch"),
                say(" at {brand}", brand=i.brand),
            ]
        ),
        html.P(html.Bdi(cards.visible(_title(i))), className="lead"),
        html.P(", ".join(parts), className="soft"),
    ]


def before(desk: Desk, incident: Incident) -> list[Durations]:
    """The durations of the last incidents before this one."""
    earlier = [i for i in desk.store.incidents(incident.brand, limit=50) if i.opened_at < incident.opened_at]
    return list(review.took_all(desk.store, earlier[:BEFORE_IT], desk.clock()).values())


def people_of(desk: Desk) -> list[str]:
    return sorted(security.users(desk.store))


def skeleton(
    reader: Reader,
    found: Study | None = None,
    people: Sequence[str] = (),
    sections: Sequence[Children] = (),
    frames: dict[str, Any] | None = None,
) -> list[Any]:
    """The fixed parts of the page, with what is told in between."""
    incident_id = found.incident.id if found is not None else 0
    return [
        html.Div(
            [
                html.Div([*sections[:4], player(reader, frames), *sections[4:]]),
                html.Div(
                    [ways(reader, incident_id), sooner(reader), verdict(reader, found), todo(reader, found, people)]
                ),
            ],
            className="columns",
        ),
        dcc.Store(id="review-id", data=incident_id),
        dcc.Store(id="review-frames", data=frames),
    ]


def ways(reader: Reader, incident_id: int) -> html.Div:
    say, to = reader.say, f"/review/{incident_id}/export"
    return html.Div(
        [
            html.P(
                [html.B(say("Take it along")), " ", html.Span(say("private people have pseudonyms"), className="soft")]
            ),
            html.P(
                [
                    html.A(say("A page to print"), href=f"{to}.html", target="_blank"),
                    html.A("CSV", href=f"{to}.csv"),
                    html.A("JSON", href=f"{to}.json"),
                ],
                className="exports",
            ),
            html.P(dcc.Link(say("See it live"), href=f"/incident/{incident_id}"), className="small"),
        ],
        className="deeds",
    )


def sooner(reader: Reader) -> html.Div:
    """Which rule would have rung earlier: a replay, asked for, because it takes a while."""
    say = reader.say
    return html.Div(
        [
            html.P(html.B(say("Would it have rung earlier?"))),
            html.P(say("A replay of the four weeks before, at each sensitivity."), className="soft small"),
            dmc.Button(say("Try it"), id="review-sooner", n_clicks=0, variant="default"),
            html.Div(id="review-sooner-shown", role="status"),
            dcc.Store(id="review-sooner-begun"),
            dcc.Interval(id="review-sooner-poll", interval=1000, disabled=True),
        ],
        className="deeds",
    )


def rang_at(found: Sequence[Early], incident: Incident, reader: Reader) -> Children:
    say, lines = reader.say, []
    for each in found:
        step = say(each.sensitivity)
        if each.at is None:
            lines.append(say("{step}: not at all", step=step))
            continue
        apart = incident.opened_at - each.at
        when = say("{span} earlier", span=reader.span(apart)) if apart > MINUTE else say("at the same time")
        when = say("{span} later", span=reader.span(-apart)) if apart < -MINUTE else when
        lines.append(f"{step}: {reader.stamp(each.at)}, {when}. {telling.rule_name(each.rule, reader)}")
    return html.Ul([html.Li(html.Bdi(words)) for words in lines], className="plain lines")


def verdict(reader: Reader, found: Study | None) -> html.Div:
    """What people make of it: written and signed here."""
    say = reader.say
    kept = found.review if found is not None else None
    hints = {
        "summary": (say("Summary"), say("What happened, in five sentences")),
        "impact": (say("Impact"), say("On people first, then on us")),
        "good": (say("Good"), say("What went well")),
        "bad": (say("Bad"), say("What did not; no names")),
        "luck": (say("Luck"), say("What could have gone otherwise")),
    }
    fields = [
        dmc.Textarea(
            id=f"review-{name}",
            label=title,
            placeholder=hint,
            value=getattr(kept, name) if kept else "",
            autosize=True,
            minRows=2,
            maxRows=14,
        )
        for name, (title, hint) in hints.items()
    ]
    return html.Div(
        [
            html.H3(say("What we make of it")),
            fields[0],
            fields[1],
            dmc.Select(
                id="review-part",
                label=say("Our part in it"),
                data=[{"value": p, "label": telling.part_words(p, reader)} for p in PARTS],
                value=kept.part if kept else None,
                placeholder=say("a person decides this"),
                clearable=True,
            ),
            *fields[2:],
            dmc.Button(say("Write it down"), id="review-keep", n_clicks=0),
            html.P(id="review-answer", role="status", className="soft small"),
        ],
        className="deeds verdict",
    )


def todo(reader: Reader, found: Study | None, people: Sequence[str]) -> html.Div:
    """At most eight things to do: one form, for a new one or for one that is chosen."""
    say = reader.say
    known = found.actions if found is not None else ()
    return html.Div(
        [
            html.H3(say("What is to be done")),
            html.P(say("At most eight, each with somebody who does it."), className="soft small"),
            dmc.Select(
                id="review-action",
                label=say("Which"),
                data=_action_choices(known, reader),
                value="0",
                clearable=False,
                allowDeselect=False,
            ),
            dmc.Textarea(id="review-action-words", label=say("What"), value="", autosize=True),
            dmc.Select(
                id="review-action-owner",
                label=say("Whose"),
                data=[{"value": name, "label": name} for name in people],
                clearable=True,
                placeholder=say("nobody yet"),
            ),
            dmc.DatePickerInput(
                id="review-action-due", label=say("Until"), clearable=True, placeholder=say("no date"),
                valueFormat="YYYY-MM-DD",
            ),
            dmc.Select(
                id="review-action-state",
                label=say("State"),
                data=[{"value": s, "label": say(s)} for s in STATES],
                value="open",
                clearable=False,
                allowDeselect=False,
            ),
            dmc.Button(say("Keep it"), id="review-action-keep", n_clicks=0, variant="default"),
            html.P(id="review-action-answer", role="status", className="soft small"),
        ],
        className="deeds verdict",
    )  # fmt: skip


def _action_choices(known: Sequence[Action], reader: Reader) -> list[dict[str, str]]:
    new = [{"value": "0", "label": reader.say("a new one")}] if len(known) < 8 else []
    return new + [{"value": str(a.n), "label": f"{a.n}. {a.words[:60]}"} for a in known]


def validation(reader: Reader) -> list[Any]:
    """Every id that a page of the past may have, for Dash to check its callbacks by."""
    return [*skeleton(reader), *compare_skeleton((), reader), html.Div(id="review-told"), html.Div(id="review-actions")]


# --- sections as components -----------------------------------------------------------------------------------
def show(section: Section, found: Study, reader: Reader) -> html.Section:
    parts = [block(each, found, reader) for each in section.blocks]
    where = {"line": "review-line", "actions": "review-actions", "summary": "review-told"}.get(section.key)
    body = html.Div(parts, id=where) if where else html.Div(parts)
    return html.Section([html.H3(section.title), body], className=f"told told-{section.key}")


def block(found: Block, study: Study, reader: Reader) -> Children:
    if isinstance(found, Line):
        mark = [html.I(className=f"mark {found.tone}"), " "] if found.tone else []
        return html.P([*mark, html.Bdi(found.words)], className="line")
    if isinstance(found, Facts):
        return html.Dl([_fact(each) for each in found.facts], className="facts steps")
    if isinstance(found, Quote):
        note = html.Span(f" · {found.note}", className="soft small") if found.note else None
        words = html.P(html.Bdi(found.words), className="text")
        return html.Article(
            [html.P([html.B(html.Bdi(found.who)), note]), words], className="post own" if found.is_ours else "post"
        )
    if isinstance(found, Curve):
        return _still(curve(study, reader))
    return as_table(found)


def _fact(each: telling.Fact) -> html.Div:
    mark = [html.I(className=f"mark {each.tone}"), " "] if each.tone else []
    note = [html.Br(), each.note] if each.note else []
    return html.Div([html.Dd([*mark, each.value]), html.Dt([html.B(each.name), *note])])


def as_table(found: Table) -> Children:
    if not found.rows:
        return html.P(found.empty, className="soft")
    rows = [[html.Bdi(cell) for cell in row] for row in found.rows]
    shown = _html_table(found.head, rows[: telling.SHOWN])
    if len(rows) <= telling.SHOWN:
        return shown
    rest = html.Details(
        [html.Summary(f"+ {len(rows) - telling.SHOWN}"), _html_table(found.head, rows[telling.SHOWN :])]
    )
    return html.Div([shown, rest])


def _html_table(head: Sequence[Children], rows: Sequence[Sequence[Children]]) -> html.Div:
    return html.Div(
        html.Table(
            [
                html.Thead(html.Tr([html.Th(each, scope="col") for each in head])),
                html.Tbody([html.Tr([html.Td(cell) for cell in row]) for row in rows]),
            ]
        ),
        className="scroll",
        tabIndex=0,
    )


def curve(found: Study, reader: Reader) -> Figure:
    """With the band, the alarms, our replies and the quiet switch."""
    return curves.incident_figure(
        curves.rolling(found.buckets, found.start, found.end),
        found.band,
        found.gaps,
        marks(found, reader),
        reader,
        found.sources,
        found.quiet,
    )


def marks(found: Study, reader: Reader) -> list[Mark]:
    kinds = {"opened": "storm", "worse": "storm", "reopened": "storm"}
    named = {event.at: event.kind for event in found.events}
    return [
        Mark(at=at, words=words, kind=kinds.get(named.get(at, ""), "ok")) for at, words in paper.marks(found, reader)
    ]


def _still(figure: Figure) -> dcc.Graph:
    return dcc.Graph(figure=figure, config={"displayModeBar": False}, className="curve", style={"height": "340px"})


# --- as it was seen then --------------------------------------------------------------------------------------
def played(desk: Desk, found: Study) -> dict[str, Any]:
    """Every minute as lists, for the browser to play: by what had come in then, not by what was written."""
    reader, say = desk.reader, desk.reader.say
    frames = review.as_it_was(found, desk.store.arrivals(found.incident.brand, found.start, found.end))
    names = telling.names_for(found, reader, hides=False)
    return {
        "at": [curves.local(f.at, reader) for f in frames],
        "clock": [reader.stamp(f.at) for f in frames[:: max(1, len(frames) // 4000)]],
        "seen": [f.complaints for f in frames],
        "known": [f.known for f in frames],
        "waiting": [f.waiting for f in frames],
        "event": [f.event for f in frames],
        "post": [f.post for f in frames],
        "blind": [f.blind for f in frames],
        "events": [f"{reader.stamp(e.at)}: {say(e.kind)}. {cards.visible(e.words)[:200]}" for e in found.events],
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


# --- callbacks and exports ------------------------------------------------------------------------------------
def register(app: Dash, desk: Desk, guarded: Callable[..., Any]) -> None:
    _register_words(desk, guarded)
    _register_actions(desk, guarded)
    _register_sooner(desk, guarded)
    _register_played(app)
    _register_export(app, desk)

    @guarded(
        "viewer",
        Output("review-compared", "children"),
        Input("review-left", "value"),
        Input("review-right", "value"),
        prevent_initial_call=True,
    )
    def compare(left: Any, right: Any) -> Any:
        found = [
            review.study(desk.store, int(each), desk.clock())
            for each in (left, right)
            if isinstance(each, str) and each.isdecimal() and len(each) < 10
        ]
        if len(found) < 2 or found[0] is None or found[1] is None:
            return html.P(desk.reader.say("Choose two."), className="soft")
        return compared(found[0], found[1], desk.reader)


def _register_sooner(desk: Desk, guarded: Callable[..., Any]) -> None:
    trials = Trials(desk.store)

    @guarded(
        "viewer",
        Output("review-sooner-begun", "data"),
        Output("review-sooner-poll", "disabled"),
        Input("review-sooner", "n_clicks"),
        State("review-id", "data"),
        prevent_initial_call=True,
    )
    def begin(_n: Any, incident_id: Any) -> Any:
        found = find(desk, incident_id)
        rules = desk.store.rules().get(found.brand) if found is not None else None
        if found is None or rules is None:
            return no_update, no_update
        trials.begin(security.visitor_now().name, functools.partial(earlier, desk.store, found, rules))
        return f"{found.id} {desk.clock().timestamp()}", False

    @guarded(
        "viewer",
        Output("review-sooner-shown", "children"),
        Output("review-sooner-poll", "disabled", allow_duplicate=True),
        Input("review-sooner-poll", "n_intervals"),
        Input("review-sooner-begun", "data"),
        State("review-id", "data"),
        prevent_initial_call=True,
    )
    def watch(_n: Any, _begun: Any, incident_id: Any) -> Any:
        trial, found = trials.of(security.visitor_now().name), find(desk, incident_id)
        if trial is None or found is None:
            return no_update, True
        if isinstance(trial.result, tuple):
            return rang_at(trial.result, found, desk.reader), True
        if trial.trouble:
            return html.P(desk.reader.say("It could not be tried: {why}", why=trial.trouble)), True
        return html.P(desk.reader.say("{share} done", share=desk.reader.share(trial.share))), False


def _register_words(desk: Desk, guarded: Callable[..., Any]) -> None:
    @guarded(
        "responder",
        Output("review-answer", "children"),
        Output("review-told", "children"),
        Input("review-keep", "n_clicks"),
        State("review-id", "data"),
        State("review-part", "value"),
        *(State(f"review-{name}", "value") for name in WRITTEN),
        prevent_initial_call=True,
    )
    def keep(_n: Any, incident_id: Any, part: Any, *said: Any) -> Any:
        found = find(desk, incident_id) if ctx.triggered_id == "review-keep" else None
        if found is None:
            return no_update, no_update
        reader, now, who = desk.reader, desk.clock(), security.require("responder").name
        texts = [text.strip()[:LETTERS] if isinstance(text, str) else "" for text in said]
        chosen = next((p for p in PARTS if p == part), None)
        wanted = Words(incident_id=found.id, at=now, by=who, part=chosen, **dict(zip(WRITTEN, texts, strict=True)))
        with desk.store.atomic():
            kept = next(iter(desk.store.reviews(found.id, limit=1)), None)
            empty = Words(incident_id=found.id, at=now, by=who)
            if replace(kept or empty, at=now, by=who) == wanted:
                return reader.say("Nothing was changed."), no_update
            desk.store.put_review(wanted)
            as_it_is = desk.store.incident(found.id) or found  # the watch may have written it meanwhile
            desk.store.put_changes([incidents.note(as_it_is, who, now, desk.house.say("wrote the review"))])
            desk.store.add_deed(Deed(at=now, who=who, what="review", subject=f"incident {found.id}"))
        study = review.study(desk.store, found.id, now)
        told = [block(each, study, reader) for each in telling.summary(study, reader)] if study else no_update
        return reader.say("Noted at {at}.", at=reader.clock(now)), told


def _register_actions(desk: Desk, guarded: Callable[..., Any]) -> None:
    fields = ("words", "owner", "due", "state")

    @guarded(
        "responder",
        Output("review-action-answer", "children"),
        Output("review-actions", "children"),
        Output("review-action", "data"),
        Output("review-action", "value"),
        Input("review-action-keep", "n_clicks"),
        State("review-id", "data"),
        State("review-action", "value"),
        *(State(f"review-action-{name}", "value") for name in fields),
        prevent_initial_call=True,
    )
    def keep(_n: Any, incident_id: Any, which: Any, *said: Any) -> Any:
        found = find(desk, incident_id) if ctx.triggered_id == "review-action-keep" else None
        if found is None:
            return [no_update] * 4
        reader, say, now = desk.reader, desk.reader.say, desk.clock()
        wanted = asked_action(desk, found.id, which, *said)
        if wanted is None:
            return say("Say what is to be done first."), no_update, no_update, no_update
        with desk.store.atomic():
            kept = desk.store.put_action(wanted)
            if kept is None:
                return say("There are eight already. Finish one first."), no_update, no_update, no_update
            words = f"{kept.n}. {kept.words}: {kept.owner}, {kept.state}"
            subject = f"incident {found.id}"
            desk.store.add_deed(Deed(at=now, who=kept.by, what="action", subject=subject, words=words[:500]))
        study = review.study(desk.store, found.id, now)
        if study is None:
            return [no_update] * 4
        shown = block(telling.actions(study, reader), study, reader)
        return say("Noted at {at}.", at=reader.clock(now)), shown, _action_choices(study.actions, reader), "0"

    @guarded(
        "viewer",
        *(Output(f"review-action-{name}", "value") for name in fields),
        Input("review-action", "value"),
        State("review-id", "data"),
        prevent_initial_call=True,
    )
    def choose(which: Any, incident_id: Any) -> Any:
        found = find(desk, incident_id)
        known = desk.store.actions(found.id) if found is not None else []
        chosen = next((a for a in known if str(a.n) == which), None)
        if chosen is None:
            return "", None, None, "open"
        due = chosen.due_at.date().isoformat() if chosen.due_at else None
        return chosen.words, chosen.owner or None, due, chosen.state


def asked_action(
    desk: Desk, incident_id: int, which: Any, words: Any, owner: Any, due: Any, state: Any
) -> Action | None:
    """What the form says; None: nothing is said. Values may be anything."""
    text = " ".join(words.split())[:500] if isinstance(words, str) else ""
    if not text:
        return None
    return Action(
        incident_id=incident_id,
        n=int(which) if isinstance(which, str) and which in tuple("12345678") else 0,
        words=text,
        at=desk.clock(),
        by=security.require("responder").name,
        owner=owner if owner in people_of(desk) else "",
        due_at=_date(due),
        state=next((s for s in STATES if s == state), "open"),
    )


def _date(text: Any) -> datetime | None:
    """The end of that day, UTC; None: no date was given, or none that can be read."""
    try:
        day = date.fromisoformat(text[:10]) if isinstance(text, str) else None
    except ValueError:
        return None
    return None if day is None or day.year < 2000 else datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC)


def _register_played(app: Dash) -> None:
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


def _register_export(app: Dash, desk: Desk) -> None:
    @app.server.get("/review/<int:incident_id>/export.<kind>")
    def export(incident_id: int, kind: str) -> Any:
        """One file; private people have pseudonyms in it."""
        known = kind in KINDS and 0 < incident_id < 2**31
        found = review.study(desk.store, incident_id, desk.clock()) if known else None
        if found is None:
            return flask.Response("There is no such export.\n", status=404, mimetype="text/plain")
        body = paper.FORMATS[kind](found, desk.reader, before(desk, found.incident))
        answer = flask.Response(body, mimetype=KINDS[kind])
        answer.headers["Content-Disposition"] = f'attachment; filename="incident-{incident_id}.{kind}"'
        return answer


def find(desk: Desk, incident_id: Any) -> Incident | None:
    """By what the browser sent, which may be anything."""
    is_number = isinstance(incident_id, int) and not isinstance(incident_id, bool)
    return desk.store.incident(incident_id) if is_number and 0 < incident_id < 2**31 else None
