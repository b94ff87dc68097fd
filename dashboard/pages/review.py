"""One past incident as it will be talked about.

What the machine knows is told by telling.py, for this page and for paper. What people make of it is written here,
signed, and never overwritten. It judges nobody.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard import cards, security, telling
from dashboard.changed import digest
from dashboard.export import before
from dashboard.pages import played
from dashboard.pages.frame import Children, Desk
from dashboard.pseudonyms import names_for
from dashboard.reader import Reader
from dashboard.sections import block, heading, show
from dashboard.trialcards import gone
from dashboard.trials import Early, Trials, earlier
from db.rows import Action, ActionState, Deed, Incident, Part
from db.rows import Review as Words
from monitor import incidents, review
from monitor.review import Study

PARTS: tuple[Part, ...] = get_args(Part)
STATES: tuple[ActionState, ...] = get_args(ActionState)
WRITTEN = ("summary", "impact", "good", "bad", "luck")
VERDICT = ("part", *WRITTEN)
LETTERS = 4000
EARLIER = 200  # versions of a review among which the one that a page was opened with is looked for
MINUTE = timedelta(minutes=1)


def page(desk: Desk, incident_id: int) -> list[Any]:
    reader = desk.reader
    found = review.study(desk.store, incident_id, desk.clock())
    if found is None:
        return [html.H2(reader.say("There is no incident {n}", n=incident_id))]
    names = names_for(found, reader, hides=False)
    sections = telling.tell(found, reader, names, before(desk, found.incident))
    return [
        *head(found, reader),
        *skeleton(
            reader,
            found,
            people_of(desk),
            [show(each, found, reader) for each in sections],
            played.frames_of(desk, found),
            may_write=security.visitor_now().may("responder"),
        ),
    ]


def head(found: Study, reader: Reader) -> list[Any]:
    i, say = found.incident, reader.say
    parts = [say("since {at}", at=reader.stamp(i.opened_at))]
    parts += [say("over since {at}", at=reader.stamp(i.closed_at))] if i.closed_at else []
    parts += [cards.in_hand(i, reader)]
    parts += [say("from an import: nobody was told")] if i.is_historical else []
    parts += [say("found after an outage")] if i.is_missed else []
    return [
        html.P(say("Review of incident {n}", n=i.id), className="soft crumb"),
        heading(i, reader),
        html.P(html.Bdi(cards.visible(cards.title(i, reader))), className="lead"),
        html.P(", ".join(parts), className="soft"),
    ]


def people_of(desk: Desk) -> list[str]:
    return sorted(security.users(desk.store))


def skeleton(
    reader: Reader,
    found: Study | None = None,
    people: Sequence[str] = (),
    sections: Sequence[Children] = (),
    frames: dict[str, Any] | None = None,
    *,
    may_write: bool = True,
) -> list[Any]:
    """The fixed parts of the page, with what is told in between; who may only look is given nothing to fill in."""
    forms = html.Div(
        [verdict(reader, found), todo(reader, found, people)], className="" if may_write else "deeds hidden"
    )
    incident_id = found.incident.id if found is not None else 0
    return [
        html.Div(
            [
                html.Div([*sections[:4], played.player(reader, frames), *sections[4:]]),
                html.Div([ways(reader, incident_id), sooner(reader), forms]),
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


def hints(reader: Reader) -> dict[str, tuple[str, str]]:
    """Each field with its title and what belongs into it."""
    say = reader.say
    return {
        "summary": (say("Summary"), say("What happened, in five sentences")),
        "impact": (say("Impact"), say("On people first, then on us")),
        "part": (say("Our part in it"), say("a person decides this")),
        "good": (say("Good"), say("What went well")),
        "bad": (say("Bad"), say("What did not; no names")),
        "luck": (say("Luck"), say("What could have gone otherwise")),
    }


def verdict(reader: Reader, found: Study | None) -> html.Div:
    """What people make of it: written and signed here."""
    say = reader.say
    kept = found.review if found is not None else None
    asked = hints(reader)
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
        for name, (title, hint) in asked.items()
        if name != "part"
    ]
    return html.Div(
        [
            html.H3(say("What we make of it")),
            fields[0],
            fields[1],
            dmc.Select(
                id="review-part",
                label=asked["part"][0],
                data=[{"value": p, "label": telling.part_words(p, reader)} for p in PARTS],
                value=kept.part if kept else None,
                placeholder=asked["part"][1],
                clearable=True,
            ),
            *fields[2:],
            dmc.Button(say("Write it down"), id="review-keep", n_clicks=0),
            html.P(id="review-answer", role="status", className="soft small"),
            dcc.Store(id="review-loaded", data=mark_of(kept)),
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
            dcc.Store(id="review-action-loaded"),
        ],
        className="deeds verdict",
    )  # fmt: skip


def _action_choices(known: Sequence[Action], reader: Reader) -> list[dict[str, str]]:
    new = [{"value": "0", "label": reader.say("a new one")}] if len(known) < 8 else []
    return new + [{"value": str(a.n), "label": f"{a.n}. {a.words[:60]}"} for a in known]


def validation(reader: Reader) -> list[Any]:
    """Every id that the page may have, for Dash to check its callbacks by."""
    return [*skeleton(reader), html.Div(id="review-told"), html.Div(id="review-actions")]


# --- callbacks ------------------------------------------------------------------------------------------------
def register(app: Dash, desk: Desk, guarded: Callable[..., Any]) -> None:
    _register_words(desk, guarded)
    _register_actions(desk, guarded)
    _register_sooner(desk, guarded)
    played.register(app)


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
        return trials.begin(security.visitor_now().name, functools.partial(earlier, desk.store, found, rules)), False

    @guarded(
        "viewer",
        Output("review-sooner-shown", "children"),
        Output("review-sooner-poll", "disabled", allow_duplicate=True),
        Input("review-sooner-poll", "n_intervals"),
        Input("review-sooner-begun", "data"),
        State("review-id", "data"),
        prevent_initial_call=True,
    )
    def watch(_n: Any, begun: Any, incident_id: Any) -> Any:
        trial, found = trials.of(security.visitor_now().name, begun), find(desk, incident_id)
        if trial is None or found is None:
            return gone(desk.reader), True
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
        Output("review-loaded", "data"),
        Output("review-part", "value"),
        *(Output(f"review-{name}", "value") for name in WRITTEN),
        Input("review-keep", "n_clicks"),
        State("review-id", "data"),
        State("review-loaded", "data"),
        State("review-part", "value"),
        *(State(f"review-{name}", "value") for name in WRITTEN),
        prevent_initial_call=True,
    )
    def keep(_n: Any, incident_id: Any, loaded: Any, part: Any, *said: Any) -> Any:
        found = find(desk, incident_id) if ctx.triggered_id == "review-keep" else None
        nothing = [no_update] * (2 + len(VERDICT))
        if found is None:
            return [no_update, *nothing]
        reader, now, who = desk.reader, desk.clock(), security.require("responder").name
        texts = [text.strip() if isinstance(text, str) else "" for text in said]
        if any(len(text) > LETTERS for text in texts):
            return [reader.say("At most {n} letters in each field. Nothing was kept.", n=LETTERS), *nothing]
        chosen = next((p for p in PARTS if p == part), None)
        wanted = Words(incident_id=found.id, at=now, by=who, part=chosen, **dict(zip(WRITTEN, texts, strict=True)))
        with desk.store.atomic():
            past = desk.store.reviews(found.id, limit=EARLIER)
            empty = Words(incident_id=found.id, at=now, by=who)
            kept = past[0] if past else empty
            base = next((each for each in past if mark_of(each) == loaded), empty)
            if both := [name for name in VERDICT if is_of_both(name, base, kept, wanted)]:
                return [overtaken(both, kept, reader), no_update, mark_of(kept), *nothing[2:]]
            wanted = joined(base, kept, wanted)
            if replace(kept, at=now, by=who) == wanted:
                return [reader.say("Nothing was changed."), *nothing]
            desk.store.put_review(wanted)
            [wanted] = desk.store.reviews(found.id, limit=1)  # as it is stored: cleaned, to the millisecond
            as_it_is = desk.store.incident(found.id) or found  # the watch may have written it meanwhile
            desk.store.put_changes([incidents.note(as_it_is, who, now, desk.house.say("wrote the review"))])
            desk.store.add_deed(Deed(at=now, who=who, what="review", subject=f"incident {found.id}"))
        study = review.study(desk.store, found.id, now)
        told = [block(each, study, reader) for each in telling.summary(study, reader)] if study else no_update
        # A field that a colleague has filled in meanwhile is to show it; the others stay as they are typed.
        typed = (chosen, *texts)
        fields = [
            no_update if getattr(wanted, name) == mine else getattr(wanted, name)
            for name, mine in zip(VERDICT, typed, strict=True)
        ]
        return [reader.say("Noted at {at}.", at=reader.clock(now)), told, mark_of(wanted), *fields]


# --- two who write at once ------------------------------------------------------------------------------------
def mark_of(written: Words | Action | None) -> str | None:
    """By what a page knows which words it was opened with; None: there were none."""
    return None if written is None else digest(repr(written))


def is_of_both(name: str, base: Words, kept: Words, wanted: Words) -> bool:
    """Whether a colleague and the visitor have each changed a field of `base` in their own way."""
    was, theirs, mine = (getattr(each, name) for each in (base, kept, wanted))
    return theirs != was and mine not in (was, theirs)


def joined(base: Words, kept: Words, wanted: Words) -> Words:
    """`wanted` with what a colleague has changed since `base` and the visitor has not touched."""
    theirs = {name: getattr(kept, name) for name in VERDICT if getattr(wanted, name) == getattr(base, name)}
    return replace(wanted, **theirs)


def overtaken(names: Sequence[str], kept: Words, reader: Reader) -> str:
    """What the colleague wrote, so that nobody writes over words that they have not read."""
    say, titles = reader.say, hints(reader)
    words = {name: getattr(kept, name) or say("nothing") for name in names}
    if "part" in words and kept.part is not None:
        words["part"] = telling.part_words(kept.part, reader)
    quoted = " ".join(f"{titles[name][0]}: “{cards.visible(words[name])}”" for name in names)
    asks = say("Nothing was kept. {who} has written here since you opened this page:", who=kept.by)
    return f"{asks} {quoted} {say('To put your words in their place, press once more.')}"


def _register_actions(desk: Desk, guarded: Callable[..., Any]) -> None:
    fields = ("words", "owner", "due", "state")

    @guarded(
        "responder",
        Output("review-action-answer", "children"),
        Output("review-actions", "children"),
        Output("review-action", "data"),
        Output("review-action", "value"),
        Output("review-action-loaded", "data"),
        Input("review-action-keep", "n_clicks"),
        State("review-id", "data"),
        State("review-action-loaded", "data"),
        State("review-action", "value"),
        *(State(f"review-action-{name}", "value") for name in fields),
        prevent_initial_call=True,
    )
    def keep(_n: Any, incident_id: Any, loaded: Any, which: Any, *said: Any) -> Any:
        found = find(desk, incident_id) if ctx.triggered_id == "review-action-keep" else None
        if found is None:
            return [no_update] * 5
        reader, say, now = desk.reader, desk.reader.say, desk.clock()
        with desk.store.atomic():
            before = next((a for a in desk.store.actions(found.id) if str(a.n) == which), None)
            wanted = asked_action(desk, found.id, before, *said)
            if wanted is None:
                return [say("Say what is to be done first."), *[no_update] * 4]
            if before is not None and mark_of(before) != loaded:
                return [changed_meanwhile(before, reader), *[no_update] * 3, mark_of(before)]
            kept = desk.store.put_action(wanted)
            if kept is None:
                return [say("There are eight already: choose one of them and change it."), *[no_update] * 4]
            words = f"{kept.n}. {kept.words}: {kept.owner}, {kept.state}"
            subject = f"incident {found.id}"
            desk.store.add_deed(Deed(at=now, who=kept.by, what="action", subject=subject, words=words[:500]))
        study = review.study(desk.store, found.id, now)
        if study is None:
            return [no_update] * 5
        shown = block(telling.actions(study, reader), study, reader)
        return say("Noted at {at}.", at=reader.clock(now)), shown, _action_choices(study.actions, reader), "0", None

    @guarded(
        "viewer",
        *(Output(f"review-action-{name}", "value") for name in fields),
        Output("review-action-loaded", "data", allow_duplicate=True),
        Input("review-action", "value"),
        State("review-id", "data"),
        prevent_initial_call=True,
    )
    def choose(which: Any, incident_id: Any) -> Any:
        found = find(desk, incident_id)
        known = desk.store.actions(found.id) if found is not None else []
        chosen = next((a for a in known if str(a.n) == which), None)
        if chosen is None:
            return "", None, None, "open", None
        due = chosen.due_on.isoformat() if chosen.due_on else None
        return chosen.words, chosen.owner or None, due, chosen.state, mark_of(chosen)


def changed_meanwhile(found: Action, reader: Reader) -> str:
    """What a colleague made of it since it was chosen here."""
    owner, state = found.owner or reader.say("nobody yet"), reader.say(found.state)
    asks = reader.say("Nothing was kept. {who} has written here since you opened this page:", who=found.by)
    words = f"“{cards.visible(found.words)}”, {owner}, {state}."
    return f"{asks} {words} {reader.say('To put your words in their place, press once more.')}"


def asked_action(
    desk: Desk, incident_id: int, before: Action | None, words: Any, owner: Any, due: Any, state: Any
) -> Action | None:
    """What the form says; None: nothing is said. Values may be anything. `before`: the one it changes."""
    known = [*people_of(desk), *([before.owner] if before else [])]  # whoever has left keeps what is theirs
    text = " ".join(words.split())[:500] if isinstance(words, str) else ""
    if not text:
        return None
    return Action(
        incident_id=incident_id,
        n=before.n if before else 0,
        words=text,
        at=desk.clock(),
        by=security.require("responder").name,
        owner=owner if owner in known else "",
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


def find(desk: Desk, incident_id: Any) -> Incident | None:
    """By what the browser sent, which may be anything."""
    is_number = isinstance(incident_id, int) and not isinstance(incident_id, bool)
    return desk.store.incident(incident_id) if is_number and 0 < incident_id < 2**31 else None
