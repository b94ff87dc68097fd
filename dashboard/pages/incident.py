"""One incident: why it rang, what people wrote, what has happened since, and who has it.

A person acknowledges and closes here; nothing on this page speaks to the outside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard import cards, posts, security
from dashboard.pages.frame import Children, Desk
from dashboard.reader import Reader
from db.rows import Evidence, Incident, IncidentEvent, Notification, Scored
from monitor import incidents

REFRESH_MS = 3000
POSTS = 20


def skeleton(reader: Reader, incident_id: int = 0) -> list[Any]:
    """The fixed parts of the page; the rest comes with the first refresh."""
    say = reader.say
    return [
        html.Div(id="incident-head"),
        html.Div(
            [
                dmc.Button(say("I have it"), id="incident-take", n_clicks=0),
                dmc.Button(say("It is over"), id="incident-close", n_clicks=0, variant="default"),
                html.Span(id="incident-answer", role="status", className="soft"),
            ],
            id="incident-acts",
            className="acts",
        ),
        html.Div(id="incident-body"),
        dcc.Store(id="incident-id", data=incident_id),
        dcc.Store(id="incident-seen"),
        dcc.Interval(id="incident-interval", interval=REFRESH_MS),
    ]


def layout(desk: Desk, incident_id: int) -> list[Any]:
    if desk.store.incident(incident_id) is None:
        return [html.H2(desk.reader.say("There is no incident {n}", n=incident_id))]
    return skeleton(desk.reader, incident_id)


def register(app: Dash, desk: Desk, guarded: Callable[..., Any]) -> None:
    @guarded(
        "viewer",
        Output("incident-head", "children"),
        Output("incident-body", "children"),
        Output("incident-acts", "className"),
        Output("incident-seen", "data"),
        Input("incident-interval", "n_intervals"),
        Input("incident-answer", "children"),
        State("incident-id", "data"),
        State("incident-seen", "data"),
    )
    def refresh(_n: Any, _answer: Any, incident_id: Any, seen: Any) -> Any:
        incident = _incident(desk, incident_id)
        if incident is None:
            return no_update, no_update, "acts hidden", no_update
        events = desk.store.incident_events(incident.id)
        told = desk.store.notifications(incident.id, limit=50)
        mark = f"{incident.id} {len(events)} {len(told)} {sum(n.sent_at is not None for n in told)} {incident.state}"
        if seen == mark:
            return no_update, no_update, no_update, no_update
        found = _posts(desk, incident)
        may = security.visitor_now().may("responder") and incident.closed_at is None
        now = desk.clock()
        return (
            head(incident, desk.reader, now),
            body(incident, events, told, found, desk.reader, now),
            "acts" if may else "acts hidden",
            mark,
        )

    @guarded(
        "responder",
        Output("incident-answer", "children"),
        Input("incident-take", "n_clicks"),
        Input("incident-close", "n_clicks"),
        State("incident-id", "data"),
        prevent_initial_call=True,
    )
    def act(_take: Any, _close: Any, incident_id: Any) -> Any:
        who, now = security.require("responder").name, desk.clock()
        decide = {"incident-take": take, "incident-close": incidents.close}.get(str(ctx.triggered_id))
        incident = _incident(desk, incident_id)
        if decide is None or incident is None or incident.closed_at is not None:
            return no_update
        with desk.store.atomic():
            desk.store.put_changes([decide(incident, who, now)])
        return desk.reader.say("Noted at {at}.", at=desk.reader.clock(now))


def take(incident: Incident, who: str, now: datetime) -> Any:
    """The first to say so has seen it and owns it; later it changes hands."""
    if incident.acknowledged_at is None:
        return incidents.acknowledge(incident, who, now)
    return incidents.own(incident, who, now)


def _incident(desk: Desk, incident_id: Any) -> Incident | None:
    """By what the browser sent, which may be anything."""
    return desk.store.incident(incident_id) if isinstance(incident_id, int) and 0 < incident_id < 2**31 else None


def _posts(desk: Desk, incident: Incident) -> list[Scored]:
    evidence = incident.evidence
    if incident.root is not None:
        return desk.store.thread(incident.root, incident.brand, limit=POSTS)
    return desk.store.mentions(evidence.posts) if evidence is not None else []


# --- cards ----------------------------------------------------------------------------------------------------
def head(incident: Incident, reader: Reader, now: datetime) -> list[Any]:
    say = reader.say
    is_storm = incident.peak_severity == "storm"
    return [
        html.P(say("Incident {n}", n=incident.id), className="soft crumb"),
        html.H2(
            [
                html.Span(say("Storm") if is_storm else say("Watch"), className="storm" if is_storm else "watch"),
                say(" at {brand}", brand=incident.brand),
            ]
        ),
        html.P(html.Bdi(incident.title or (incident.evidence.words if incident.evidence else "")), className="lead"),
        html.P(whose(incident, reader, now), className="soft"),
    ]


def whose(incident: Incident, reader: Reader, now: datetime) -> str:
    """ "Since 14:02, Amina has it": state, owner, end."""
    parts = [reader.say("since {at}", at=reader.clock_or_day(incident.opened_at, now))]
    if incident.closed_at is not None:
        parts.append(reader.say("over since {at}", at=reader.clock_or_day(incident.closed_at, now)))
    parts.append(
        reader.say("{name} has it", name=incident.owner) if incident.owner else reader.say("nobody has it yet")
    )
    if incident.calming_at is not None and incident.closed_at is None:
        parts.append(reader.say("calming since {at}", at=reader.clock_or_day(incident.calming_at, now)))
    if incident.is_historical:
        parts.append(reader.say("from an import: nobody was told"))
    if incident.is_missed:
        parts.append(reader.say("found after an outage"))
    return ", ".join(parts)


def body(
    incident: Incident,
    events: Sequence[IncidentEvent],
    told: Sequence[Notification],
    found: Sequence[Scored],
    reader: Reader,
    now: datetime,
) -> list[Any]:
    say = reader.say
    return [
        html.Section([html.H3(say("Why it rang")), why(incident.evidence, reader)]),
        html.Section([html.H3(say("What people wrote")), *posts_or_none(found, reader, now)]),
        html.Section([html.H3(say("Time line")), time_line(events, reader, now)]),
        html.Section([html.H3(say("Who was told")), who_was_told(told, reader, now)]),
    ]


def why(evidence: Evidence | None, reader: Reader) -> Children:
    """The evidence in words and numbers: what was seen against what is usual, from how many people."""
    if evidence is None:
        return html.P(reader.say("Nothing was kept about why it rang."), className="soft")
    say = reader.say
    window = reader.span(timedelta(minutes=evidence.window_minutes))
    facts = [
        (say("seen in {window}", window=window), reader.number(round(evidence.seen))),
        (say("usual"), f"{evidence.expected:.1f}".removesuffix(".0")),
        (say("people"), reader.number(evidence.authors)),
    ]
    if evidence.first_time_share is not None:
        facts.append((say("never seen before"), f"{evidence.first_time_share:.0%}"))
    if evidence.hostile_share is not None:
        facts.append((say("hostile"), f"{evidence.hostile_share:.0%}"))
    if evidence.doubling_minutes is not None:
        facts.append((say("doubling in"), reader.span(timedelta(minutes=evidence.doubling_minutes))))
    blind = say("Not seen in that time: {sources}.", sources=", ".join(map(cards.name_of, evidence.blind)))
    return html.Div(
        [
            html.P(html.Bdi(evidence.words)),
            html.Dl([html.Div([html.Dd(value), html.Dt(name)]) for name, value in facts], className="facts"),
            html.P(blind, className="trouble") if evidence.blind else None,
        ]
    )


def posts_or_none(found: Sequence[Scored], reader: Reader, now: datetime) -> list[Any]:
    if not found:
        return [html.P(reader.say("The posts behind it are not kept here."), className="soft")]
    return [posts.post(each, reader, now) for each in found]


def time_line(events: Sequence[IncidentEvent], reader: Reader, now: datetime) -> Children:
    if not events:
        return html.P(reader.say("Nothing has been written down yet."), className="soft")
    return html.Ol(
        [
            html.Li(
                [
                    html.Time(reader.clock_or_day(e.at, now)),
                    html.Span(
                        [html.B(reader.say(e.kind)), " ", html.Bdi(e.words) if e.words else None, _signed(e, reader)]
                    ),
                ]
            )
            for e in events
        ],
        className="timeline",
    )


def _signed(event: IncidentEvent, reader: Reader) -> Children:
    if event.who is None or event.who in event.words:
        return None
    return html.Span(f" · {event.who}", className="soft")


def who_was_told(rows: Sequence[Notification], reader: Reader, now: datetime) -> Children:
    if not rows:
        return html.P(reader.say("Nobody yet."), className="soft")
    return html.Ul([html.Li(told(n, reader, now)) for n in reversed(rows)], className="plain")


def told(n: Notification, reader: Reader, now: datetime) -> str:
    at = reader.clock_or_day(n.sent_at or n.failed_at or n.created_at, now)
    if n.sent_at is not None:
        return reader.say(
            "{at} {who} by {channel}: {reason}", at=at, who=n.recipient, channel=n.channel, reason=n.reason
        )
    if n.failed_at is not None:
        return reader.say("{at} {who} could not be reached: {error}", at=at, who=n.recipient, error=n.error)
    return reader.say("{at} {who}: waiting to be sent", at=at, who=n.recipient)
