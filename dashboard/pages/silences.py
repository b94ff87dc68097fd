"""The silences of a brand, on the page of its rules: who asked for each, why, and when it ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import dash_mantine_components as dmc
from dash import Input, Output, State, ctx, dcc, html, no_update

from dashboard import security
from dashboard.pages.frame import Children, Desk
from dashboard.pages.health import table
from dashboard.reader import Reader
from dashboard.telling import rule_name
from db.rows import Deed, Silence
from monitor.incidents import ORDER

HOURS = (1, 4, 12, 24, 72)
SHOWN = 8  # of those that are over or to come
REASON_LETTERS = 200


# --- layout ---------------------------------------------------------------------------------------------------
def section(reader: Reader, *, may_silence: bool) -> list[Any]:
    say = reader.say
    return [
        html.H3(say("Silences")),
        html.P(
            say("Nobody is told meanwhile; the wall shows what happens all the same. Each has an end and a name."),
            className="soft",
        ),
        html.Div(id="rules-silences"),
        html.Div(_fields(reader), className="acts" if may_silence else "acts hidden"),
        html.P(id="rules-silenced", role="status", className="soft small"),
        dcc.Store(id="rules-shown"),
    ]


def _fields(reader: Reader) -> list[Any]:
    say = reader.say
    return [
        dmc.Select(
            id="rules-silence-rule",
            label=say("Which rule"),
            data=[
                {"value": "all", "label": say("all of them")},
                *({"value": r, "label": rule_name(r, reader)} for r in ORDER),
            ],
            value="all",
            clearable=False,
            allowDeselect=False,
        ),
        dmc.Select(
            id="rules-silence-hours",
            label=say("For how long"),
            data=[{"value": str(n), "label": reader.span(timedelta(hours=n))} for n in HOURS],
            value="4",
            clearable=False,
            allowDeselect=False,
        ),
        dmc.TextInput(id="rules-silence-why", label=say("Why"), value="", w=280),
        dmc.Checkbox(id="rules-silence-storms", label=say("storms too"), checked=False),
        dmc.Button(say("Be silent"), id="rules-silence-add", n_clicks=0, variant="default"),
        dmc.Select(id="rules-silence-which", label=say("End one"), data=[], placeholder=say("which"), w=240),
        dmc.Button(say("End it"), id="rules-silence-end", n_clicks=0, variant="default"),
    ]  # fmt: skip


# --- callbacks and doing --------------------------------------------------------------------------------------
def register(desk: Desk, guarded: Callable[..., Any]) -> None:
    @guarded(
        "viewer",
        Output("rules-silences", "children"),
        Output("rules-silence-which", "data"),
        Input("rules-brand", "value"),
        Input("rules-shown", "data"),
    )
    def show(brand: Any, _changed: Any) -> Any:
        now, reader = desk.clock(), desk.reader
        found = silences_of(desk, brand, now) if brand in desk.brands() else []
        alive = [s for s in found if min(s.until, s.ended_at or s.until) > now]
        choices = [{"value": str(s.id), "label": silence_name(s, reader)} for s in alive]
        return table_of(found, reader, now), choices

    @guarded(
        "responder",
        Output("rules-shown", "data"),
        Output("rules-silenced", "children"),
        Input("rules-silence-add", "n_clicks"),
        Input("rules-silence-end", "n_clicks"),
        State("rules-brand", "value"),
        State("rules-silence-rule", "value"),
        State("rules-silence-hours", "value"),
        State("rules-silence-why", "value"),
        State("rules-silence-storms", "checked"),
        State("rules-silence-which", "value"),
        prevent_initial_call=True,
    )
    def change(_a: Any, _b: Any, brand: Any, rule: Any, hours: Any, why: Any, storms: Any, which: Any) -> Any:
        say, now = desk.reader.say, desk.clock()
        who = security.require("responder").name
        if brand not in desk.brands() or ctx.triggered_id not in ("rules-silence-add", "rules-silence-end"):
            return no_update, no_update
        if ctx.triggered_id == "rules-silence-end":
            words = end_silence(desk, brand, which, who, now)
        else:
            words = add_silence(desk, brand, rule, hours, why, storms is True, who, now)
        if words is None:
            return no_update, say("Nothing was changed.")
        return f"{now.timestamp()} {words}", words


def add_silence(
    desk: Desk, brand: str, rule: Any, hours: Any, why: Any, holds_storms: bool, who: str, now: datetime
) -> str | None:
    """A silence with an end, a name and a reason; what to say of it. None: there is no such rule."""
    length = next((n for n in HOURS if str(n) == hours), None)
    reason = " ".join(why.split())[:REASON_LETTERS] if isinstance(why, str) else ""
    if length is None or not reason:
        return desk.reader.say("Say why, and for how long.")
    if rule != "all" and rule not in ORDER:  # what is not known must not silence everything
        return None
    silence = Silence(
        brand=brand, at=now, until=now + timedelta(hours=length), by=who, reason=reason,
        rule=None if rule == "all" else rule, holds_storms=holds_storms,
    )  # fmt: skip
    with desk.store.atomic():
        desk.store.add_silence(silence)
        desk.store.add_deed(Deed(at=now, who=who, what="silence", subject=brand, words=f"{length} h: {reason}"))
    return desk.reader.say("Silent until {at}.", at=desk.reader.stamp(silence.until))


def silences_of(desk: Desk, brand: str, now: datetime) -> list[Silence]:
    """Whatever holds now, however many others have a later end; then some of the others."""
    holding = desk.store.silences(brand, now)
    return holding + [each for each in desk.store.silences(brand, limit=SHOWN) if each not in holding]


def end_silence(desk: Desk, brand: str, which: Any, who: str, now: datetime) -> str | None:
    known = {str(s.id): s for s in silences_of(desk, brand, now)}
    silence = known.get(which) if isinstance(which, str) else None
    if silence is None:
        return None
    with desk.store.atomic():
        if not desk.store.end_silence(silence.id, who, now):
            return None
        reason = silence.reason[:REASON_LETTERS]
        desk.store.add_deed(Deed(at=now, who=who, what="end silence", subject=brand, words=reason))
    return desk.reader.say("The silence has ended.")


# --- drawing --------------------------------------------------------------------------------------------------
def silence_name(found: Silence, reader: Reader) -> str:
    rule = rule_name(found.rule, reader) if found.rule else reader.say("all of them")
    return reader.say("{rule}, until {at}", rule=rule, at=reader.stamp(found.until))


def table_of(found: Sequence[Silence], reader: Reader, now: datetime) -> Children:
    say = reader.say
    rows = []
    for each in found:
        end = min(each.until, each.ended_at or each.until)
        state = say("in force") if each.at <= now < end else say("over") if now >= end else say("to come")
        until = reader.stamp(end)
        if each.ended_by:
            until = say("{at}, ended by {who}", at=until, who=each.ended_by)
        what = rule_name(each.rule, reader) if each.rule else say("all of them")
        what += say(", under one post") if each.root else ""
        what += say(", storms too") if each.holds_storms else ""
        rows.append([state, what, reader.stamp(each.at), until, html.Bdi(each.by), html.Bdi(each.reason)])
    head = [say("State"), say("Which rule"), say("From"), say("Until"), say("Who"), say("Why")]
    return table(head, rows, say("Nothing is silenced."))
