"""What came of trying rules on what is stored: what the words find, and the alarms beside those of today's rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from dash import dcc, html

from dashboard import cards, curves
from dashboard.pages.frame import Children, Desk
from dashboard.pages.health import table
from dashboard.reader import Reader
from dashboard.telling import rule_name
from dashboard.trials import DAYS, STEPS, Sieve, Trial, Tried
from db.rows import Rules, Scored
from monitor.replay import Alarm, Replay
from monitor.retold import retold

PREVIEWED = 1_000  # of the newest posts


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
    steps = ", ".join(say("{step}: {n} alarms", step=say(step), n=found.by_sensitivity[step]) for step in STEPS)
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
