"""The rules of a brand: what is watched and how, tried on what is stored before it is kept, signed and reversible.

A change is a new version; the ones before stay and can be put back. It never touches what was collected. Silences
are here as well: who asked for them, and when they end.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard import cards, curves, security
from dashboard.pages.frame import Children, Desk
from dashboard.pages.health import table
from dashboard.reader import Reader
from dashboard.telling import duration_name, rule_name
from dashboard.trials import DAYS, Sieve, Trial, Trials, Tried
from dashboard.trials import tried as replayed
from db.rows import Deed, RulePrecision, Rules, RulesVersion, Scored, Sensitivity, Silence
from monitor.durations import NAMES, TARGETS
from monitor.incidents import ORDER
from monitor.replay import Alarm, Replay
from monitor.retold import retold

LISTS = ("terms", "excluded", "vips", "muted", "keywords")
SENSITIVITIES: tuple[Sensitivity, ...] = get_args(Sensitivity)
LINES, LETTERS = 200, 200
VERSIONS = 20
PREVIEWED = 1_000  # of the newest posts
LONGEST_TARGET = 7 * 24 * 60  # minutes
SILENCE_HOURS = (1, 4, 12, 24, 72)
JUDGED_DAYS = 90
SILENCES = 8


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
            data=[{"value": s, "label": say(s)} for s in SENSITIVITIES],
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
        html.H3(say("Silences")),
        html.P(
            say("Nobody is told meanwhile; the wall shows what happens all the same. Each has an end and a name."),
            className="soft",
        ),
        html.Div(id="rules-silences"),
        html.Div(_silence(reader), className="acts" if may_silence else "acts hidden"),
        html.P(id="rules-silenced", role="status", className="soft small"),
        html.H3(say("How often each rule was right")),
        html.Div(id="rules-precision"),
        html.H3(say("Who changed what")),
        html.Div(id="rules-past"),
        dcc.Store(id="rules-done"),
        dcc.Store(id="rules-loaded"),
        dcc.Store(id="rules-shown"),
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


def _silence(reader: Reader) -> list[Any]:
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
            data=[{"value": str(n), "label": reader.span(timedelta(hours=n))} for n in SILENCE_HOURS],
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
    kept = sensitivity if sensitivity in SENSITIVITIES else now.sensitivity
    return replace(now, sensitivity=kept, targets=minutes_of(goals), **wanted)


# --- callbacks ------------------------------------------------------------------------------------------------
def register(app: Dash, desk: Desk, guarded: Callable[..., Any]) -> None:
    fields = [*(f"rules-{name}" for name in LISTS), *(f"rules-target-{name}" for name in NAMES)]
    said = [State(field, "value") for field in fields]
    _register_form(desk, guarded, fields, said)
    _register_trials(desk, guarded, said)
    _register_silences(desk, guarded)


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


def _register_silences(desk: Desk, guarded: Callable[..., Any]) -> None:
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
        return silences(found, reader, now), choices

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
    length = next((n for n in SILENCE_HOURS if str(n) == hours), None)
    reason = " ".join(why.split())[:LETTERS] if isinstance(why, str) else ""
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
    return holding + [each for each in desk.store.silences(brand, limit=SILENCES) if each not in holding]


def end_silence(desk: Desk, brand: str, which: Any, who: str, now: datetime) -> str | None:
    known = {str(s.id): s for s in silences_of(desk, brand, now)}
    silence = known.get(which) if isinstance(which, str) else None
    if silence is None:
        return None
    with desk.store.atomic():
        if not desk.store.end_silence(silence.id, who, now):
            return None
        desk.store.add_deed(Deed(at=now, who=who, what="end silence", subject=brand, words=silence.reason[:LETTERS]))
    return desk.reader.say("The silence has ended.")


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


def silence_name(found: Silence, reader: Reader) -> str:
    rule = rule_name(found.rule, reader) if found.rule else reader.say("all of them")
    return reader.say("{rule}, until {at}", rule=rule, at=reader.stamp(found.until))


def silences(found: Sequence[Silence], reader: Reader, now: datetime) -> Children:
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


# --- trying ---------------------------------------------------------------------------------------------------
def previewed(desk: Desk, wanted: Rules) -> list[Any]:
    """What the words find and leave out in the newest stored posts."""
    reader, now, say = desk.reader, desk.clock(), desk.reader.say
    start = newest_since(desk, wanted.brand, now)
    sieve, end = Sieve(wanted), now + timedelta(minutes=1)
    for _ in sieve.sift(desk.store.mentions_between(wanted.brand, start, end, 2 * PREVIEWED)):
        pass
    words = say(
        "{brand}: {kept} of {all} stored posts since {at}.",
        brand=wanted.brand,
        kept=reader.number(sieve.kept),
        all=reader.number(sieve.posts),
        at=reader.stamp(start),
    )
    return [html.P(html.B(words)), *found_by(sieve.words, sieve.newest, sieve.left_out, reader)]


def newest_since(desk: Desk, brand: str, now: datetime) -> datetime:
    """Since when the newest posts were written, as many as are looked at; looks further back only when it must."""
    start = now
    for days in (1, 7, DAYS):
        count = 0
        buckets = desk.store.buckets(brand, now - timedelta(days=days), now + timedelta(minutes=1))
        for bucket in reversed(buckets):
            start, count = bucket.minute, count + bucket.mentions
            if count >= PREVIEWED:
                return start
    return start


def found_by(
    per_word: dict[str, int], newest: Sequence[Scored], left_out: Sequence[Scored], reader: Reader
) -> list[Any]:
    say = reader.say
    rows = [[html.Bdi(word), reader.number(n)] for word, n in sorted(per_word.items(), key=lambda item: -item[1])[:20]]
    limits = say("Posts that were never collected cannot be tried: a new word finds nothing in the past.")
    return [
        html.P(limits, className="soft small"),
        html.Div(
            [
                html.Div([html.H3(say("Posts per word")), table([say("Word"), say("Posts")], rows, say("No word."))]),
                html.Div(
                    [
                        *quoted(say("The newest that are kept"), newest),
                        *quoted(say("The newest that would be left out"), left_out),
                    ]
                ),
            ],
            className="tried",
        ),
    ]


def quoted(title: str, found: Sequence[Scored]) -> list[Any]:
    if not found:
        return []
    lines = [html.Li(html.Bdi(cards.quote(s.mention.text, 140))) for s in reversed(found)]
    return [html.H3(title), html.Ul(lines, className="plain lines")]


def gone(reader: Reader) -> html.P:
    """A trial of which nothing is known any more: the server began anew, or another window asked something else."""
    return html.P(reader.say("This trial was given up: something else was tried since. Try it once more."))


def progress(trial: Trial, reader: Reader) -> Children:
    say = reader.say
    if trial.trouble:
        return html.P(say("It could not be tried: {why}", why=trial.trouble), className="trouble")
    if isinstance(trial.result, Tried):
        return tried(trial.result, reader)
    words = say("Trying the last {days} days: {share} done.", days=DAYS, share=reader.share(trial.share))
    return html.P([html.Progress(value=str(round(trial.share, 3)), max="1"), " ", words], className="soft")


def tried(found: Tried, reader: Reader) -> list[Any]:
    """The alarms of both beside each other, over the curve of those days."""
    say = reader.say
    words = say(
        "{brand}, in the last {days} days: {kept} of {all} stored posts, {would} alarms instead of {was}.",
        brand=found.brand,
        days=DAYS,
        kept=reader.number(found.kept),
        all=reader.number(found.posts),
        would=len(found.would.alarms),
        was=len(found.was.alarms),
    )
    steps = ", ".join(say("{step}: {n} alarms", step=say(step), n=found.by_sensitivity[step]) for step in SENSITIVITIES)
    return [
        html.H3(words),
        html.P(say("The same words at each sensitivity: {steps}.", steps=steps)),
        picture(found, reader),
        html.P(say("A square is a storm, a ring a watch."), className="soft small"),
        html.Div(
            [
                html.Div([html.H3(say("Only the rules in force ring")), only(found.was, found.would, reader)]),
                html.Div([html.H3(say("Only these rules ring")), only(found.would, found.was, reader)]),
            ],
            className="tried halves",
        ),
        *found_by(found.per_word, found.found, found.left_out, reader),
    ]


def picture(found: Tried, reader: Reader) -> dcc.Graph:
    say = reader.say
    lanes = [
        (say("rules in force: {n}", n=len(found.was.alarms)), lane(found.was, reader)),
        (say("these rules: {n}", n=len(found.would.alarms)), lane(found.would, reader)),
    ]
    figure = curves.trial_figure(found.hours, lanes, found.start, found.end, reader)
    return dcc.Graph(figure=figure, config={"displayModeBar": False}, className="curve", style={"height": "340px"})


def lane(found: Replay, reader: Reader) -> list[tuple[datetime, bool, str]]:
    return [(a.at, a.severity == "storm", retold(a.evidence.words, reader.language)) for a in found.alarms]


def only(these: Replay, those: Replay, reader: Reader, near: timedelta = timedelta(minutes=30)) -> Children:
    """Alarms of the one that the other has nothing near to."""
    say, others = reader.say, [alarm.at for alarm in those.alarms]
    alone: list[Alarm] = [a for a in these.alarms if not any(abs(a.at - at) <= near for at in others)]
    rows = [
        [reader.stamp(a.at), rule_name(a.rule, reader), html.Bdi(retold(a.evidence.words, reader.language))]
        for a in alone[-8:]
    ]
    return table([say("When"), say("Rule"), say("Why")], rows, say("None."))
