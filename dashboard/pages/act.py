"""Where the buttons of a letter lead: a page that asks, and the answer that acts. No log-in, a signed link.

Opening a link changes nothing, because mail scanners open links. Confirming it works once, until it expires, and
is written down as done by the person the letter was written to.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

import flask

from db.rows import Change, Incident
from db.store import Store
from monitor import incidents, links
from monitor.config import Config
from monitor.letter import Setting, name, when
from monitor.phrases import phrases

Answer = tuple[str, int]


def utc_now() -> datetime:
    return datetime.now(UTC)


def register(server: flask.Flask, store: Store, config: Config, clock: Callable[[], datetime] = utc_now) -> None:
    """GET and POST /act/<token>; the guard must let them through without a session."""
    desk = Desk(store, config)

    @server.get("/act/<token>")
    def ask(token: str) -> Any:
        return desk.answer(token, clock(), is_confirmed=False)

    @server.post("/act/<token>")
    def act(token: str) -> Any:
        return desk.answer(token, clock(), is_confirmed=True)


class Desk:
    """Reads a link, shows what it would do, or does it."""

    def __init__(self, store: Store, config: Config) -> None:
        self.store, self.config = store, config
        self.words = phrases(config.alerts.language)
        self.setting = Setting(language=config.alerts.language, zone=ZoneInfo(config.timezone))

    def answer(self, token: str, now: datetime, *, is_confirmed: bool) -> Answer:
        """The page and its status: 200 asked or done, 403 not ours, 404 no incident, 410 used or too old."""
        try:
            claim = links.read(token, self.store.setting(links.SECRET_SETTING) or "", now)
        except links.LinkError as error:
            return self._page(self.words[f"act {error.reason}"]), 410 if error.reason == "expired" else 403
        with self.store.atomic() if is_confirmed else nullcontext():
            incident = self.store.incident(claim.incident_id)
            if incident is None:
                return self._page(self.words["act gone"]), 404
            settled = self._settled(token, claim, incident, now)
            if settled is not None:
                return settled
            if not is_confirmed:
                return self._question(token, claim, incident, now), 200
            self.store.put_changes([_change(incident, claim, now)])
            self.store.put_setting(links.used_setting(token), claim.action, by=claim.recipient, at=now)
        done = self.words[f"act done {claim.action}"].format(who=name(claim.recipient))
        return self._page(done, incident), 200

    def _settled(self, token: str, claim: links.Claim, incident: Incident, now: datetime) -> Answer | None:
        """Why there is nothing left to do; None: there is."""
        if self.store.setting(links.used_setting(token)) is not None:
            return self._page(self.words["act used"], incident), 410
        if incident.closed_at is not None:
            at = when(incident.closed_at, now, self.setting)
            return self._page(self.words["act over"].format(at=at), incident), 200
        if claim.action == "take" and incident.owner and incident.acknowledged_at is not None:
            return self._page(self.words["act taken"].format(who=name(incident.owner)), incident), 200
        return None

    def _question(self, token: str, claim: links.Claim, incident: Incident, now: datetime) -> str:
        what = self.words["at"].format(state=self.words[incident.severity], brand=name(incident.brand))
        since = when(incident.first_post_at or incident.opened_at, now, self.setting)
        question = self.words[f"act ask {claim.action}"].format(what=what, when=since)
        return self._page(question, incident, token=token, claim=claim)

    def _page(
        self, words: str, incident: Incident | None = None, *, token: str = "", claim: links.Claim | None = None
    ) -> str:
        form = ""
        if claim is not None:
            who = self.words["act who"].format(who=name(claim.recipient))
            form = (
                f'<form method="post" action="/act/{escape(token)}"><button>{escape(self.words[claim.action])}</button>'
                f'</form><p class="soft small">{escape(who)}</p>'
            )
        door = f"/incident/{incident.id}" if incident is not None else "/"
        return f"""<!doctype html>
<html lang="{escape(self.setting.language)}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">
<title>Smoulder</title><link rel="stylesheet" href="/assets/pages.css"></head>
<body class="login"><main>
<h1>Smoulder</h1>
<p role="status">{escape(words)}</p>
{form}
<p class="soft small"><a href="{door}" style="color:inherit">{escape(self.words["open"])}</a></p>
</main></body></html>"""


def _change(incident: Incident, claim: links.Claim, now: datetime) -> Change:
    if claim.action == "take":
        return incidents.own(incident, claim.recipient, now)
    return incidents.dismiss(incident, claim.recipient, now)
