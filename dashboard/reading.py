"""One post that is open: why it is here, the thread around it, whose it is, and what colleagues noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dash import dcc, html

from dashboard import cards, posts, security
from dashboard.pages.frame import Desk
from dashboard.reader import Reader
from dashboard.still import still
from db.rows import Case, Incident, Note, Scored

THREAD = 60


@dataclass(frozen=True, slots=True)
class Opened:
    """What is said of the open mention, in the order of the outputs."""

    reading: Any = None
    notes: Any = None
    whose: Any = None
    link: Any = None
    present: Any = ""
    root_class: Any = "inbox"


def opened(desk: Desk, open_id: str | None, others: Sequence[str], may_act: bool) -> Opened:
    reader, now = desk.reader, desk.clock()
    case = next(iter(desk.store.cases_of([open_id])), None) if open_id is not None else None
    is_mine = case is not None and case.assigned_to == security.visitor_now().name
    classes = {"inbox": True, "chosen": case is not None, "looking": not may_act, "mine": is_mine}
    return Opened(
        reading=reading(desk, case),
        notes=notes(desk.store.notes(open_id), reader, now) if case and open_id else [],
        whose=whose(case, reader, now),
        link=open_there(case, reader),
        present=reader.say("{names} reads this too.", names=", ".join(others)) if others else "",
        root_class=" ".join(name for name, is_so in classes.items() if is_so),
    )


def reading(desk: Desk, case: Case | None) -> list[Any]:
    """The post, why it is here, and the thread around it."""
    reader, now = desk.reader, desk.clock()
    if case is None:
        keys = reader.say("j and k move, a takes, r replies, h hears, c corrects, o opens, / searches.")
        first = reader.say("Here stand people who wrote to you or of you. Choose one to read what happened to them.")
        return [html.P(first, className="soft"), html.P(keys, className="soft small")]
    scored = case.scored
    thread = desk.store.thread(scored.mention.root, scored.mention.brand, limit=THREAD)
    return [
        html.P(crumb(desk, scored, thread), className="soft crumb"),
        main_post(case, reader, now),
        still([posts.post(each, reader, now) for each in around(scored, thread)], "thread"),
    ]


def crumb(desk: Desk, scored: Scored, thread: Sequence[Scored]) -> list[Any]:
    reader = desk.reader
    mention = scored.mention
    incidents: list[Incident] = desk.store.incidents(mention.brand, is_open=True, limit=20)
    incident = next((i for i in incidents if i.root == mention.root), None)
    parts: list[Any] = [mention.brand]
    if incident is not None:
        parts += [" · ", dcc.Link(reader.say("Incident {n}", n=incident.id), href=f"/incident/{incident.id}")]
    if mention.root in (mention.id, mention.id.removesuffix(f"|{mention.brand}")) and len(thread) > 1:
        people = len({each.mention.author_id for each in thread} - {mention.author_id})
        parts.append(" · " + reader.count(people, "{n} other person under it", "{n} other people under it"))
    elif mention.root != mention.id:
        parts.append(" · " + reader.say("part of a thread"))
    return parts


def main_post(case: Case, reader: Reader, now: datetime) -> html.Article:
    scored = case.scored
    text = posts.text_of(scored, reader)
    because = scored.score.because if scored.score else ()
    return html.Article(
        [
            posts.by_line(scored, reader, now),
            html.P(html.Bdi(posts.marked(text, because)), className="text large"),
            html.P([html.B(reader.say("Why it is here: ")), *posts.why(scored, reader)], className="soft small reason"),
        ],
        className="post main",
    )


def around(scored: Scored, thread: Sequence[Scored]) -> list[Scored]:
    """The thread without the post itself; the root first when it is another one."""
    others = [each for each in thread if each.mention.id != scored.mention.id]
    root = [each for each in others if each.mention.root == each.mention.id]
    return root + [each for each in others if each not in root]


def whose(case: Case | None, reader: Reader, now: datetime) -> str:
    if case is None:
        return reader.say("Nothing is chosen")
    if case.assigned_to is None:
        return reader.say("Nobody has it")
    at = reader.clock_or_day(case.assigned_at, now) if case.assigned_at else ""
    return reader.say("{name} has it since {at}", name=case.assigned_to, at=at)


def open_there(case: Case | None, reader: Reader) -> Any:
    link = cards.safe_link(case.scored.mention.url) if case else None
    if case is None or link is None:
        return None
    words = reader.say("Open on {source}", source=cards.name_of(case.scored.mention.source))
    return html.A([words, html.Kbd("o")], href=link, target="_blank", rel="noopener noreferrer", className="plainlink")


def notes(rows: Sequence[Note], reader: Reader, now: datetime) -> list[Any]:
    return [
        html.P(
            [html.Span(f"{reader.clock_or_day(n.at, now)} {n.who}: ", className="soft"), html.Bdi(n.words)],
            className="small",
        )
        for n in rows
    ]
