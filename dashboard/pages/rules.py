"""The rules of a brand: what is watched and how, tried on what is stored before it is kept, signed and reversible.

A change is a new version; the ones before stay and can be put back. It never touches what was collected.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard import cards, curves, security
from dashboard.curves import Mark
from dashboard.pages.frame import Children, Desk
from dashboard.pages.health import table
from dashboard.reader import Reader
from db.rows import Deed, Rules, RulesVersion, Scored, Sensitivity
from monitor.replay import Replay, replay
from monitor.sources.matching import Matcher

LISTS = ("terms", "excluded", "vips", "muted", "keywords")
SENSITIVITIES: tuple[Sensitivity, ...] = get_args(Sensitivity)
TRIED_DAYS = 3
TRIED_POSTS = 20_000  # a replay in a request must end within seconds
LINES, LETTERS = 200, 200
VERSIONS = 20


def layout(desk: Desk) -> list[Any]:
    say, brands = desk.reader.say, desk.brands()
    if not brands:
        return [html.H2(say("Rules")), html.P(say("No brand is set up. Add one to the configuration file."))]
    return skeleton(desk.reader, brands)


def skeleton(reader: Reader, brands: Sequence[str] = ()) -> list[Any]:
    say = reader.say
    titles = {
        "terms": (say("Words to watch"), say("one a line; * stands for anything")),
        "excluded": (say("Never when it also says"), say("one a line")),
        "vips": (say("People whose word rings at once"), "x:name"),
        "muted": (say("Accounts that never count"), "x:name"),
        "keywords": (say("Always show posts with"), say("one a line")),
    }
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
                ),
                dmc.Select(
                    id="rules-sensitivity",
                    label=say("Sensitivity"),
                    data=[{"value": s, "label": say(s)} for s in SENSITIVITIES],
                    clearable=False,
                ),
                dmc.Select(id="rules-version", label=say("Put back"), data=[], placeholder=say("an earlier version")),
            ],
            className="acts",
        ),
        html.Div(
            [
                dmc.Textarea(id=f"rules-{name}", label=title, description=hint, autosize=True, minRows=3, maxRows=12)
                for name, (title, hint) in titles.items()
            ],
            className="rules",
        ),
        html.Div(
            [
                dmc.Button(say("Try it"), id="rules-try", n_clicks=0, variant="default"),
                dmc.Button(say("Keep it"), id="rules-keep", n_clicks=0),
                html.Span(id="rules-answer", role="status", className="soft"),
            ],
            className="acts",
        ),
        html.Div(id="rules-tried"),
        html.H3(say("Who changed what")),
        html.Div(id="rules-past"),
        dcc.Store(id="rules-done"),
    ]


# --- what the browser sent ------------------------------------------------------------------------------------
def lines_of(text: Any) -> tuple[str, ...]:
    """One entry a line, without blank and double ones."""
    if not isinstance(text, str):
        return ()
    found = (" ".join(line.split())[:LETTERS] for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in found if line))[:LINES]


def asked_rules(now: Rules, sensitivity: Any, texts: Sequence[Any]) -> Rules:
    """The rules in force with what the form says."""
    lists: dict[str, Any] = {name: lines_of(text) for name, text in zip(LISTS, texts, strict=True)}
    kept = sensitivity if sensitivity in SENSITIVITIES else now.sensitivity
    return replace(now, sensitivity=kept, **lists)


# --- callbacks ------------------------------------------------------------------------------------------------
def register(app: Dash, desk: Desk, guarded: Callable[..., Any]) -> None:
    texts = [State(f"rules-{name}", "value") for name in LISTS]

    @guarded(
        "viewer",
        Output("rules-sensitivity", "value"),
        *(Output(f"rules-{name}", "value") for name in LISTS),
        Output("rules-version", "data"),
        Output("rules-past", "children"),
        Input("rules-brand", "value"),
        Input("rules-version", "value"),
        Input("rules-done", "data"),
    )
    def show(brand: Any, version: Any, _done: Any) -> Any:
        versions = desk.store.rules_versions(brand, VERSIONS) if brand in desk.brands() else []
        if not versions:
            return [None, *([""] * len(LISTS)), [], html.P(desk.reader.say("Never changed."), className="soft")]
        is_put_back = ctx.triggered_id == "rules-version"
        chosen = next((v for v in versions if is_put_back and str(v.n) == version), versions[0])
        return [
            chosen.rules.sensitivity,
            *("\n".join(getattr(chosen.rules, name)) for name in LISTS),
            [{"value": str(v.n), "label": name_of(v, desk.reader, desk.clock())} for v in versions],
            past(versions, desk.reader, desk.clock()),
        ]

    @guarded(
        "viewer",
        Output("rules-tried", "children"),
        Input("rules-try", "n_clicks"),
        State("rules-brand", "value"),
        State("rules-sensitivity", "value"),
        *texts,
        prevent_initial_call=True,
    )
    def try_it(_n: Any, brand: Any, sensitivity: Any, *said: Any) -> Any:
        in_force = desk.store.rules().get(brand) if brand in desk.brands() else None
        if in_force is None:
            return no_update
        return tried(desk, in_force, asked_rules(in_force, sensitivity, said))

    @guarded(
        "admin",
        Output("rules-done", "data"),
        Output("rules-answer", "children"),
        Input("rules-keep", "n_clicks"),
        State("rules-brand", "value"),
        State("rules-sensitivity", "value"),
        *texts,
        prevent_initial_call=True,
    )
    def keep(_n: Any, brand: Any, sensitivity: Any, *said: Any) -> Any:
        say, now, who = desk.reader.say, desk.clock(), security.require("admin").name
        in_force = desk.store.rules().get(brand) if brand in desk.brands() else None
        if ctx.triggered_id != "rules-keep" or in_force is None:
            return no_update, no_update
        wanted = asked_rules(in_force, sensitivity, said)
        if wanted == in_force:
            return no_update, say("Nothing was changed.")
        if not wanted.terms and not wanted.handles:
            return no_update, say("Without a word to watch nothing would be seen. Nothing was changed.")
        with desk.store.atomic():
            desk.store.put_rules(wanted, who, now)
            words = "; ".join(difference(in_force, wanted))
            desk.store.add_deed(Deed(at=now, who=who, what="rules", subject=wanted.brand, words=words[:500]))
        return f"{now.timestamp()}", say("Kept. The collector uses it from its next start.")


# --- words ----------------------------------------------------------------------------------------------------
def name_of(version: RulesVersion, reader: Reader, now: datetime) -> str:
    return f"{reader.clock_or_day(version.at, now)}, {version.by} ({version.n})"


def difference(before: Rules, after: Rules) -> list[str]:
    """ "terms: + acme*, - acme": what one version has and the other has not."""
    found = []
    for name in LISTS:
        old, new = set(getattr(before, name)), set(getattr(after, name))
        changes = [f"+ {each}" for each in sorted(new - old)] + [f"- {each}" for each in sorted(old - new)]
        if changes:
            found.append(f"{name}: {', '.join(changes)}")
    if before.sensitivity != after.sensitivity:
        found.append(f"sensitivity: {before.sensitivity} -> {after.sensitivity}")
    return found


def past(versions: Sequence[RulesVersion], reader: Reader, now: datetime) -> Children:
    say = reader.say
    rows = [
        [
            reader.clock_or_day(v.at, now),
            html.Bdi(v.by),
            html.Bdi("; ".join(difference(versions[n + 1].rules, v.rules)) or say("the same"))
            if n + 1 < len(versions)
            else say("the first version kept here"),
        ]
        for n, v in enumerate(versions)
    ]
    return table([say("When"), say("Who"), say("What changed")], rows, say("Never changed."))


# --- trying ---------------------------------------------------------------------------------------------------
def tried(desk: Desk, in_force: Rules, wanted: Rules) -> list[Any]:
    """What these rules would have made of the last days: which stored posts, and which alarms."""
    reader, now, say = desk.reader, desk.clock(), desk.reader.say
    start = now - timedelta(days=TRIED_DAYS)
    found = desk.store.mentions_between(in_force.brand, start, now, limit=TRIED_POSTS)
    kept, left_out = sort_out(found, wanted)
    was, would = replay(found, {in_force.brand: in_force}), replay(kept, {in_force.brand: wanted})
    words = say(
        "In the last {days} days: {kept} of {all} stored posts, {would} alarms instead of {was}.",
        days=TRIED_DAYS,
        kept=reader.number(len(kept)),
        all=reader.number(len(found)),
        would=len(would.alarms),
        was=len(was.alarms),
    )
    limits = say("Posts that were never collected cannot be tried: a new word finds nothing in the past.")
    return [
        html.H3(words),
        html.P(limits, className="soft small"),
        picture(desk, in_force.brand, start, now, was, would),
        *examples(left_out, reader),
    ]


def sort_out(found: Sequence[Scored], wanted: Rules) -> tuple[list[Scored], list[Scored]]:
    """Those that the wanted words still find, and those they leave out."""
    matchers: dict[str, Matcher] = {}
    kept: list[Scored] = []
    left_out: list[Scored] = []
    for each in found:
        mention = each.mention
        matcher = matchers.setdefault(mention.source, Matcher([wanted], mention.source))
        fits = bool(matcher.find(mention.text))
        # Answers in a thread need not name the brand, and a deleted post has no words left to look at.
        is_beyond_words = mention.is_own or mention.deleted_at is not None or not mention.matched
        (kept if fits or is_beyond_words else left_out).append(each)
    return kept, left_out


def picture(desk: Desk, brand: str, start: datetime, end: datetime, was: Replay, would: Replay) -> dcc.Graph:
    """The curve of these days with the alarms that were, and those that would be."""
    reader, store = desk.reader, desk.store
    line = curves.rolling(store.buckets(brand, start, end), start, end)
    marks = [Mark(at=a.at, words=reader.say("now: {rule}", rule=a.rule), kind="seen") for a in was.alarms[-8:]]
    marks += [Mark(at=a.at, words=reader.say("then: {rule}", rule=a.rule), kind="ok") for a in would.alarms[-8:]]
    figure = curves.incident_figure(line, store.expected(brand, start, end), store.gaps(start, end), marks, reader)
    return dcc.Graph(figure=figure, config={"displayModeBar": False}, className="curve", style={"height": "300px"})


def examples(left_out: Sequence[Scored], reader: Reader) -> list[Any]:
    if not left_out:
        return []
    title = reader.count(len(left_out), "{n} post would be left out", "{n} posts would be left out")
    return [
        html.H3(title),
        html.Ul([html.Li(html.Bdi(cards.quote(s.mention.text, 140))) for s in left_out[-6:]], className="plain"),
    ]
