"""One incident as a file to take along: a page to print, CSV, JSON. Private people have pseudonyms in it."""

from __future__ import annotations

from typing import Any

import flask
from dash import Dash

from dashboard import paper
from dashboard.pages.frame import Desk
from db.rows import Incident
from monitor import review
from monitor.durations import Durations

BEFORE_IT = 5  # incidents that the durations are compared with
KINDS = {"html": "text/html", "csv": "text/csv", "json": "application/json"}


def register(app: Dash, desk: Desk) -> None:
    @app.server.get("/review/<int:incident_id>/export.<kind>")
    def export(incident_id: int, kind: str) -> Any:
        known = kind in KINDS and 0 < incident_id < 2**31
        found = review.study(desk.store, incident_id, desk.clock()) if known else None
        if found is None:
            return flask.Response("There is no such export.\n", status=404, mimetype="text/plain")
        body = paper.FORMATS[kind](found, desk.reader, before(desk, found.incident))
        answer = flask.Response(body, mimetype=KINDS[kind])
        answer.headers["Content-Disposition"] = f'attachment; filename="incident-{incident_id}.{kind}"'
        return answer


def before(desk: Desk, incident: Incident) -> list[Durations]:
    """The durations of the last incidents before this one."""
    earlier = desk.store.incidents(incident.brand, before=incident.id, limit=BEFORE_IT)
    return list(review.took_all(desk.store, earlier, desk.clock()).values())
