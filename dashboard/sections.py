"""What telling.py tells of one incident, as components: its heading, lines, facts, tables, quotes and the curve."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from dash import dcc, html

from dashboard import curves, paper, telling
from dashboard.blocks import Block, Curve, Fact, Facts, Line, Quote, Section, Table
from dashboard.curves import Mark
from dashboard.figures import Figure
from dashboard.pages.frame import Children
from dashboard.reader import Reader
from dashboard.still import still
from db.rows import Incident
from monitor.review import Study

BESIDE = 3  # columns of a table on a telephone
BESIDE_SENTENCES = 2  # of one that tells something


def show(section: Section, found: Study, reader: Reader) -> html.Section:
    parts = [drawn(each, found, reader) for each in section.blocks]
    where = {"line": "review-line", "actions": "review-actions", "summary": "review-told"}.get(section.key)
    body = html.Div(parts, id=where) if where else html.Div(parts)
    return html.Section([html.H3(section.title), body], className=f"told told-{section.key}")


def drawn(found: Block, study: Study, reader: Reader) -> Children:
    """Words and tables as still parts: nothing in them answers to anything."""
    return block(found, study, reader) if isinstance(found, Curve) else still(block(found, study, reader))


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


def _fact(each: Fact) -> html.Div:
    mark = [html.I(className=f"mark {each.tone}"), " "] if each.tone else []
    note = [html.Br(), each.note] if each.note else []
    return html.Div([html.Dd([*mark, each.value]), html.Dt([html.B(each.name), *note])])


def as_table(found: Table) -> Children:
    if not found.rows:
        return html.P(found.empty, className="soft")
    rows = [[html.Bdi(cell) for cell in row] for row in found.rows]
    shown = html_table(found.head, rows[: telling.SHOWN], BESIDE_SENTENCES)
    if len(rows) <= telling.SHOWN:
        return shown
    more = html_table(found.head, rows[telling.SHOWN :], BESIDE_SENTENCES)
    return html.Div([shown, html.Details([html.Summary(f"+ {len(rows) - telling.SHOWN}"), more])])


def html_table(head: Sequence[Children], rows: Sequence[Sequence[Children]], beside: int = BESIDE) -> html.Div:
    """One with more columns than a telephone shows `beside` each other folds there: each row is a card, and each cell
    says what it is."""
    folds = len(head) > beside and all(isinstance(each, str) for each in head)
    drawn_row = functools.partial(named_row, head) if folds else _row
    return html.Div(
        html.Table(
            [
                html.Thead(html.Tr([html.Th(each, scope="col") for each in head])),
                html.Tbody([drawn_row(row) for row in rows]),
            ]
        ),
        className="scroll folds" if folds else "scroll",
        tabIndex=0,
    )


def _row(row: Sequence[Children]) -> html.Tr:
    return html.Tr([html.Td(cell) for cell in row])


def named_row(head: Sequence[Children], row: Sequence[Children]) -> html.Tr:
    """The first cell stands for the row and needs no name."""
    named = [html.Td(cell, **{"data-head": str(name)}) for name, cell in zip(head[1:], row[1:], strict=True)]
    return html.Tr([html.Td(row[0]), *named])


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


def heading(incident: Incident, reader: Reader) -> html.H2:
    """What it is now, and what it was at its worst when that was more."""
    say, is_over = reader.say, incident.closed_at is not None
    word = say("Over") if is_over else say("Storm") if incident.severity == "storm" else say("Watch")
    worst = ""
    if incident.peak_severity == "storm" and (is_over or incident.severity != "storm"):
        worst = say(", at its worst a storm")
    elif is_over:
        worst = say(", a watch at its worst")
    return html.H2(
        [
            html.Span(word, className="ok" if is_over else incident.severity),
            say(" at {brand}", brand=incident.brand),
            html.Span(worst, className="worst"),
        ]
    )
