"""The rules of a brand: what is watched and how, tried on what is stored before it is kept, signed and reversible.

A change is a new version; the ones before stay and can be put back. It never touches what was collected.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard import security
from dashboard.pages import silences
from dashboard.pages.frame import Children, Desk
from dashboard.pages.health import table
from dashboard.reader import Reader
from dashboard.telling import duration_name, rule_name
from dashboard.trialcards import PREVIEWED, gone, previewed, progress
from dashboard.trials import DAYS, STEPS, Trials
from dashboard.trials import tried as replayed
from db.rows import Deed, RulePrecision, Rules, RulesVersion
from monitor.durations import NAMES, TARGETS

LISTS = ("terms", "excluded", "vips", "muted", "keywords")
LINES, LETTERS = 200, 200
VERSIONS = 20
LONGEST_TARGET = 7 * 24 * 60  # minutes
JUDGED_DAYS = 90


def layout(desk: Desk) -> list[Any]:
    say, brands = desk.reader.say, desk.brands()
    if not brands:
        return [html.H2(say("Rules")), html.P(say("No brand is set up. Add one to the configuration file."))]
    return skeleton(desk.reader, brands, security.visitor_now())


def skeleton(reader: Reader, brands: Sequence[str] = (), visitor: security.Visitor | None = None) -> list[Any]:
    """`visitor`: nobody is offered what they may not do; None: Dash checks its callbacks by it."""
    say = reader.say
    may_keep, may_silence = (visitor is None or visitor.may(role) for role in ("admin", "responder"))
    return [
        html.H2(say("Rules")),
        html.P(say("What is watched, and how. Try it on what is stored before you keep it."), className="soft"),
        html.Div(
            [
                dmc.Select(
                    id="rules-brand",
                    label=say("Brand"),
                    data=[{"value": b, "label": b} for b in brands],
                    value=brands[0] if brands else None,
                    clearable=False,
                    allowDeselect=False,
                ),
                dmc.Select(
                    id="rules-version", label=say("Put back"), data=[], placeholder=say("an earlier version"), w=320
                ),
            ],
            className="acts",
        ),
        html.H3(say("Words and people")),
        html.Div(_lists(say), className="rules"),
        html.Div(
            [
                dmc.Button(say("What do these words find?"), id="rules-preview", n_clicks=0, variant="default"),
                html.Span(say("in the newest {n} posts", n=reader.number(PREVIEWED)), className="soft small"),
            ],
            className="acts",
        ),
        html.Div(id="rules-previewed", role="status"),
        html.H3(say("Sensitivity")),
        html.P(
            say(
                "High rings earlier and is wrong more often; low rings late and is seldom wrong. Trying it counts the "
                "alarms of your own last {days} days at each step.",
                days=DAYS,
            ),
            className="soft",
        ),
        dmc.SegmentedControl(
            id="rules-sensitivity",
            data=[{"value": s, "label": say(s)} for s in STEPS],
            value="normal",
            **{"aria-label": say("Sensitivity")},
        ),
        html.H3(say("Targets")),
        html.P(say("Minutes from the first post; empty: as usual. Reviews compare with these."), className="soft"),
        html.Div(_targets(reader), className="rules"),
        html.Div(
            [
                dmc.Button(say("Try it"), id="rules-try", n_clicks=0, variant="default"),
                dmc.Button(say("Keep it"), id="rules-keep", n_clicks=0, disabled=not may_keep),
                html.Span(
                    "" if may_keep else say("Only an admin keeps rules; everybody may try them."),
                    id="rules-answer",
                    role="status",
                    className="soft",
                ),
            ],
            className="acts",
        ),
        html.Div(id="rules-tried", role="status"),
        *silences.section(reader, may_silence=may_silence),
        html.H3(say("How often each rule was right")),
        html.Div(id="rules-precision"),
        html.H3(say("Who changed what")),
        html.Div(id="rules-past"),
        dcc.Store(id="rules-done"),
        dcc.Store(id="rules-loaded"),
        dcc.Store(id="rules-trial"),
        dcc.Interval(id="rules-poll", interval=1000, disabled=True),
    ]  # fmt: skip


def lists(say: Callable[..., str]) -> dict[str, tuple[str, str]]:
    """Each list with its title and how an entry is written."""
    return {
        "terms": (say("Words to watch"), say("one a line; * stands for anything")),
        "excluded": (say("Never when it also says"), say("one a line")),
        "vips": (say("People whose word rings at once"), "x:name"),
        "muted": (say("Accounts that never count"), "x:name"),
        "keywords": (say("Always show posts with"), say("one a line")),
    }


def _lists(say: Callable[..., str]) -> list[Any]:
    return [
        dmc.Textarea(id=f"rules-{name}", label=title, description=hint, autosize=True, minRows=3, maxRows=12)
        for name, (title, hint) in lists(say).items()
    ]


def _targets(reader: Reader) -> list[Any]:
    return [
        dmc.NumberInput(
            id=f"rules-target-{name}",
            label=duration_name(name, reader),
            placeholder=str(usual),
            min=1,
            max=LONGEST_TARGET,
            step=5,
            allowDecimal=False,
            value="",
        )
        for name, usual in zip(NAMES, TARGETS, strict=True)
    ]


# --- what the browser sent ------------------------------------------------------------------------------------
def lines_of(text: Any, known: Sequence[str] = ()) -> tuple[str, ...]:
    """One entry a line, without blank and double ones. `known`: entries in force, which nothing shortens."""
    most, kept = max(LINES, len(known)), frozenset(known)
    return tuple(dict.fromkeys(each if each in kept else each[:LETTERS] for each in _entries(text)))[:most]


def _entries(text: Any) -> list[str]:
    lines = text.splitlines() if isinstance(text, str) else []
    return [" ".join(line.split()) for line in lines if line.strip()]


def is_cut(now: Rules, said: Sequence[Any]) -> bool:
    """Whether a list has more, or longer entries than are taken from it."""
    pairs = zip(LISTS, said[: len(LISTS)], strict=True)
    return any(tuple(dict.fromkeys(_entries(text))) != lines_of(text, getattr(now, name)) for name, text in pairs)


def minutes_of(values: Sequence[Any]) -> tuple[int, ...]:
    """Five whole numbers of minutes, 0 for "as usual"; () when all are."""
    found = tuple(
        v if isinstance(v, int) and not isinstance(v, bool) and 0 < v <= LONGEST_TARGET else 0 for v in values
    )
    return found if any(found) else ()


def asked_rules(now: Rules, sensitivity: Any, said: Sequence[Any]) -> Rules:
    """The rules in force with what the form says: the lists, then the five targets."""
    texts, goals = said[: len(LISTS)], said[len(LISTS) :]
    wanted: dict[str, Any] = {name: lines_of(text, getattr(now, name)) for name, text in zip(LISTS, texts, strict=True)}
    kept = sensitivity if sensitivity in STEPS else now.sensitivity
    return replace(now, sensitivity=kept, targets=minutes_of(goals), **wanted)


# --- callbacks ------------------------------------------------------------------------------------------------
def register(app: Dash, desk: Desk, guarded: Callable[..., Any]) -> None:
    fields = [*(f"rules-{name}" for name in LISTS), *(f"rules-target-{name}" for name in NAMES)]
    said = [State(field, "value") for field in fields]
    _register_form(desk, guarded, fields, said)
    _register_trials(desk, guarded, said)
    silences.register(desk, guarded)


def in_force_of(desk: Desk, brand: Any) -> Rules | None:
    return desk.store.rules().get(brand) if brand in desk.brands() else None


def _register_form(desk: Desk, guarded: Callable[..., Any], fields: Sequence[str], said: Sequence[State]) -> None:
    @guarded(
        "viewer",
        Output("rules-sensitivity", "value"),
        *(Output(field, "value") for field in fields),
        Output("rules-version", "data"),
        Output("rules-past", "children"),
        Output("rules-precision", "children"),
        Output("rules-loaded", "data"),
        Input("rules-brand", "value"),
        Input("rules-version", "value"),
        Input("rules-done", "data"),
    )
    def show(brand: Any, version: Any, _done: Any) -> Any:
        reader, now = desk.reader, desk.clock()
        versions = desk.store.rules_versions(brand, VERSIONS) if brand in desk.brands() else []
        if not versions:
            nothing = html.P(reader.say("Never changed."), className="soft")
            return ["normal", *([""] * len(fields)), [], nothing, None, None]
        is_put_back = ctx.triggered_id == "rules-version"
        chosen = next((v for v in versions if is_put_back and str(v.n) == version), versions[0])
        goals = [*chosen.rules.targets, *[0] * len(NAMES)][: len(NAMES)]
        return [
            chosen.rules.sensitivity,
            *("\n".join(getattr(chosen.rules, name)) for name in LISTS),
            *(minutes or "" for minutes in goals),
            [{"value": str(v.n), "label": name_of(v, reader, now)} for v in versions],
            past(versions, reader, now),
            precision(desk.store.precision_by_rule(brand, now - timedelta(days=JUDGED_DAYS)), reader),
            versions[0].n,
        ]

    @guarded(
        "admin",
        Output("rules-done", "data"),
        Output("rules-answer", "children"),
        Input("rules-keep", "n_clicks"),
        State("rules-brand", "value"),
        State("rules-sensitivity", "value"),
        State("rules-loaded", "data"),
        *said,
        prevent_initial_call=True,
    )
    def keep(_n: Any, brand: Any, sensitivity: Any, loaded: Any, *said: Any) -> Any:
        say, now, who = desk.reader.say, desk.clock(), security.require("admin").name
        in_force = in_force_of(desk, brand)
        if ctx.triggered_id != "rules-keep" or in_force is None:
            return no_update, no_update
        if is_cut(in_force, said):
            too_much = say("At most {n} lines in a list, of {m} letters each. Nothing was changed.", n=LINES, m=LETTERS)
            return no_update, too_much
        wanted = asked_rules(in_force, sensitivity, said)
        if wanted == in_force:
            return no_update, say("Nothing was changed.")
        if not wanted.terms and not wanted.handles:
            return no_update, say("Without a word to watch nothing would be seen. Nothing was changed.")
        with desk.store.atomic():
            if loaded is not None and loaded != desk.store.rules_versions(wanted.brand, 1)[0].n:
                return no_update, say("Somebody has changed the rules since you opened this page: open it anew first.")
            desk.store.put_rules(wanted, who, now)
            words = "; ".join(difference(in_force, wanted, desk.house))
            desk.store.add_deed(Deed(at=now, who=who, what="rules", subject=wanted.brand, words=words[:500]))
        return f"{now.timestamp()}", say("Kept. The collector uses it from now on.")


def _register_trials(desk: Desk, guarded: Callable[..., Any], said: Sequence[State]) -> None:
    trials = Trials(desk.store)

    @guarded(
        "viewer",
        Output("rules-previewed", "children"),
        Input("rules-preview", "n_clicks"),
        State("rules-brand", "value"),
        State("rules-sensitivity", "value"),
        *said,
        prevent_initial_call=True,
    )
    def preview(_n: Any, brand: Any, sensitivity: Any, *said: Any) -> Any:
        in_force = in_force_of(desk, brand)
        if in_force is None:
            return no_update
        return previewed(desk, asked_rules(in_force, sensitivity, said))

    @guarded(
        "viewer",
        Output("rules-trial", "data"),
        Output("rules-poll", "disabled"),
        Input("rules-try", "n_clicks"),
        State("rules-brand", "value"),
        State("rules-sensitivity", "value"),
        *said,
        prevent_initial_call=True,
    )
    def try_it(_n: Any, brand: Any, sensitivity: Any, *said: Any) -> Any:
        in_force = in_force_of(desk, brand)
        if in_force is None:
            return no_update, no_update
        now = desk.clock()
        wanted = asked_rules(in_force, sensitivity, said)
        work = functools.partial(replayed, desk.store, in_force, wanted, now)
        return trials.begin(security.visitor_now().name, work), False

    @guarded(
        "viewer",
        Output("rules-tried", "children"),
        Output("rules-poll", "disabled", allow_duplicate=True),
        Input("rules-poll", "n_intervals"),
        Input("rules-trial", "data"),
        prevent_initial_call=True,
    )
    def watch(_n: Any, begun: Any) -> Any:
        trial = trials.of(security.visitor_now().name, begun)
        if trial is None:
            return gone(desk.reader), True
        return progress(trial, desk.reader), trial.is_over


# --- words ----------------------------------------------------------------------------------------------------
def name_of(version: RulesVersion, reader: Reader, now: datetime) -> str:
    return f"{reader.clock_or_day(version.at, now)}, {version.by} ({version.n})"


def difference(before: Rules, after: Rules, reader: Reader) -> list[str]:
    """ "Words to watch: + acme*, - acme": what one version has and the other has not."""
    say, found = reader.say, []
    titles = {name: title for name, (title, _) in lists(say).items()} | {"handles": say("Our own accounts")}
    for name, title in titles.items():
        old, new = set(getattr(before, name)), set(getattr(after, name))
        changes = [f"+ {each}" for each in sorted(new - old)] + [f"- {each}" for each in sorted(old - new)]
        if changes:
            found.append(f"{title}: {', '.join(changes)}")
    if before.sensitivity != after.sensitivity:
        found.append(f"{say('Sensitivity')}: {say(before.sensitivity)} → {say(after.sensitivity)}")
    if before.targets != after.targets:
        old_goals, new_goals = (" ".join(map(str, r.targets)) or say("as usual") for r in (before, after))
        found.append(f"{say('Targets')}: {old_goals} → {new_goals}")
    if not found and before != after:
        found.append(say("something that stands in the configuration file only"))
    return found


def past(versions: Sequence[RulesVersion], reader: Reader, now: datetime) -> Children:
    say = reader.say
    rows = [
        [
            reader.clock_or_day(v.at, now),
            html.Bdi(v.by),
            html.Bdi("; ".join(difference(versions[n + 1].rules, v.rules, reader)) or say("the same"))
            if n + 1 < len(versions)
            else say("the first version kept here"),
        ]
        for n, v in enumerate(versions)
    ]
    return table([say("When"), say("Who"), say("What changed")], rows, say("Never changed."))


def precision(found: Sequence[RulePrecision], reader: Reader) -> Children:
    """By what people said: taken is confirmed, "not a crisis" is a false alarm."""
    say = reader.say
    rows = [
        [
            rule_name(each.rule, reader),
            reader.number(each.alarms),
            reader.number(each.confirmed),
            reader.number(each.dismissed),
            reader.share(each.share) if each.share is not None else say("nobody has judged one"),
            html.Bdi("; ".join(each.reasons[:3])),
        ]
        for each in found
    ]
    head = [say("Rule"), say("Alarms"), say("Confirmed"), say("“Not a crisis”"), say("Right"), say("Why not, lately")]
    return table(head, rows, say("No rule has rung in the last {days} days.", days=JUDGED_DAYS))
