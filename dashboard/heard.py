"""Who is heard and what was answered, as components: the heard clock, the groups, and what came after each answer.

Everything that somebody wrote is text in ordinary elements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dash import dcc, html

from dashboard import cards, posts
from dashboard.pages.frame import since
from dashboard.reader import Reader
from dashboard.still import folded
from db.rows import Pasted, Reply
from monitor.answer.effect import Effect
from monitor.answer.heardclock import Alike, Clock, Waiter

PEOPLE = 60  # rows of the heard clock; the inbox has them all
SHOWN = 12  # answers
MARKERS = {
    "conditional": "a sorry with an if",
    "inconvenience": "inconvenience",
    "but": "a but after the sorry",
    "passive": "a fault without an owner",
    "policy": "rules as a shield",
    "blame": "blame",
    "minimise": "making it small",
    "wall": "a closed door",
    "thanks_patience": "thanks for patience",
    "compensation": "a gift in public",
    "heated": "anger",
}


# --- who is heard ---------------------------------------------------------------------------------------------
def rows_of(groups: Sequence[Alike]) -> list[Waiter]:
    """The people as the page lists them: by group, who waits first."""
    return [one for group in groups for one in group.people][:PEOPLE]


def heard_clock(clock: Clock, groups: Sequence[Alike], is_open: bool, reader: Reader, now: datetime) -> html.Section:
    """How many are heard, how soon, and everybody by name in groups of alike complaints."""
    say = reader.say
    title = html.H3(say("Who is heard"))
    if not clock.people:
        return html.Section([title, html.P(say("Nobody waits here: nobody has complained, or it was imported."))])
    facts: list[tuple[Any, str]] = [
        (reader.number(clock.unheard), say("unheard")),
        (reader.number(clock.heard), say("heard")),
        (reader.number(clock.answered), say("answered")),
    ]
    if clock.earlier:
        facts.append((reader.number(clock.earlier), say("waited already before")))
    if clock.closed:
        facts.append((reader.number(clock.closed), say("closed")))
    if clock.in_time is not None:
        facts.append((reader.share(clock.in_time), say("heard within 15 min")))
    if clock.oldest_at is not None and is_open:
        facts.append((since(clock.oldest_at, "mm:ss"), say("the oldest waits")))
    shown = {id(one) for one in rows_of(groups)}
    parts: list[Any] = [title, html.Dl([html.Div([html.Dd(v), html.Dt(name)]) for v, name in facts], className="facts")]
    parts += [_group(group, shown, len(groups) > 1, reader, now) for group in groups]
    if len(clock.people) > PEOPLE:
        more = reader.number(len(clock.people) - PEOPLE)
        parts.append(html.P(dcc.Link(say("{n} more stand in the inbox", n=more), href="/inbox"), className="small"))
    return html.Section(parts)


def _group(group: Alike, shown: set[int], has_others: bool, reader: Reader, now: datetime) -> html.Details:
    """People who say alike, each by name: a group is for the overview, not for one answer to all."""
    say = reader.say
    people = reader.count(len(group.people), "{n} person", "{n} people")
    title = (
        say("“{words}”", words=group.words)
        if group.words
        else (say("by themselves") if has_others else say("everybody"))
    )
    waits = reader.say(", {n} unheard", n=reader.number(group.unheard)) if group.unheard else say(", all heard")
    rows = [_waiter(one, reader, now) for one in group.people if id(one) in shown]
    return html.Details(
        [html.Summary([html.B(html.Bdi(title)), f" · {people}{waits}"]), html.Div(rows, role="group")],
        open=group.unheard > 0,
        className="group",
        **{"data-fold": "narrow"},
    )


def _waiter(one: Waiter, reader: Reader, now: datetime) -> html.Button:
    person, scored = one.person, one.said
    waits = person.state == "unheard"
    state = html.Span(reader.say(person.state), className="chip ok")
    at = since(person.waiting_since, "mm:ss", "wait") if waits else html.Span(state)
    name = posts.name_of_author(scored, reader) if scored else reader.say("somebody")
    said = cards.quote(posts.text_of(scored, reader), 110) if scored else ""
    return html.Button(
        [
            html.Bdi(name, className="who"),
            at,
            html.Bdi(said, className="said soft"),
        ],
        className="waiter",
        disable_n_clicks=True,
        title=reader.say("Answer this person"),
        **{"data-mention": person.mention_id},
    )


# --- what was answered, and did it calm ---------------------------------------------------------------------------
COURSES = {
    "calmer": "It was calmer afterwards",
    "as before": "It went on as before",
    "louder": "It was louder afterwards",
    "too early": "Too early to tell what came after",
    "too few": "Too few complaints to tell",
    "not seen": "A source was blind meanwhile: not known",
}


def answered(
    answers: Sequence[tuple[Reply, Effect]], clock: Clock, pasted: Sequence[Pasted], reader: Reader, now: datetime
) -> html.Details:
    """What went out, who wrote and agreed, what was left in, and what came after it; pasted texts first."""
    say = reader.say
    parts: list[Any] = [_pasted(row, reader, now) for row in pasted]
    if not answers:
        parts.append(html.P(say("No answer has been noted here yet."), className="soft"))
    names = {one.person.author: posts.name_of_author(one.said, reader) for one in clock.people if one.said is not None}
    parts += [_answer(reply, after, names, reader, now) for reply, after in answers[:SHOWN]]
    return folded(say("What we answered"), *parts)


def _pasted(row: Pasted, reader: Reader, now: datetime) -> html.Div:
    words = reader.say(
        "The same text went to {n} people, from {first} to {last}:",
        n=reader.number(row.people),
        first=reader.clock_or_day(row.first_at, now),
        last=reader.clock_or_day(row.last_at, now),
    )
    return html.Div([html.P(words), html.Blockquote(html.Bdi(cards.quote(row.words, 300)))], className="trouble")


def _answer(reply: Reply, after: Effect, names: Mapping[str, str], reader: Reader, now: datetime) -> html.Article:
    name = names.get(reply.author or "")
    to = reader.say("To {name}. ", name=name) if name else ""
    return html.Article(
        [
            html.P([html.Bdi(to), state_of(reply, reader, now)], className="small"),
            html.Blockquote(html.Bdi(cards.visible(reply.words))),
            *left_in(reply, reader),
            html.P(came_after(after, reader), className="small"),
            *_later(after, reader, now),
        ],
        className="answer",
    )


def came_after(after: Effect, reader: Reader) -> list[Any]:
    """What came after it, never what came of it."""
    said: list[Any] = [html.B(reader.say(COURSES[after.course]), className="ok" if after.course == "calmer" else "")]
    if after.before is not None and after.after is not None:
        said.append(
            reader.say(
                ": per 10 min {before} complaints before, {after} after; hostile {was}, then {now}.",
                before=reader.decimal(after.before),
                after=reader.decimal(after.after),
                was=reader.decimal(after.hostile_before or 0),
                now=reader.decimal(after.hostile_after or 0),
            )
        )
    else:
        said.append(".")
    return said


def _later(after: Effect, reader: Reader, now: datetime) -> list[Any]:
    """The person's own words afterwards tell more than any count."""
    if not after.later:
        return []
    last = after.later[-1]
    at = reader.clock_or_day(last.mention.created_at, now)
    words = reader.say("They wrote again at {at}", at=at) + (f" ({reader.say(after.mood)})" if after.mood else "") + ":"
    quoted = cards.quote(posts.text_of(last, reader), 240)
    return [html.P(words, className="soft small"), html.Blockquote(html.Bdi(quoted))]


# --- one answer ---------------------------------------------------------------------------------------------------
def left_in(reply: Reply, reader: Reader) -> list[Any]:
    """ "Left in: but, policy. Amina says: …" """
    if not reply.findings and not reply.why:
        return []
    codes = ", ".join(reader.say(MARKERS.get(code, code)) for code in reply.findings)
    parts = [reader.say("Left in: {codes}.", codes=codes)] if codes else []
    said = reader.say("{who} says: {why}", who=reply.writer, why=reply.why)
    parts.append(said if reply.why else reader.say("No reason was given."))
    return [html.P(html.Bdi(" ".join(parts)), className="soft small")]


def state_of(reply: Reply, reader: Reader, now: datetime) -> str:
    say = reader.say

    def at(when: datetime | None) -> str:
        return reader.clock_or_day(when or reply.written_at, now)

    said = f" {reply.decided_words}" if reply.decided_words else ""
    if reply.state == "sent":
        agreed = say(", {name} agreed", name=reply.decided_by) if reply.decided_by else ""
        seen = say(" The stream has seen it.") if reply.seen_id else ""
        return say("{who} answered at {at}", who=reply.writer, at=at(reply.sent_at)) + agreed + "." + seen
    if reply.state == "seen":
        out = say("It went out at {at}, as the stream saw.", at=at(reply.sent_at))
        past_lock = bool(reply.locks) and reply.decided_by is None
        return out + (say(" No second person had agreed.") if past_lock else "")
    if reply.state == "waiting":
        return say("Your draft waits for a second person since {at}.", at=at(reply.asked_at))
    if reply.state == "cleared":
        return say("{name} agreed at {at}.", name=reply.decided_by, at=at(reply.decided_at)) + said
    if reply.state == "refused":
        return say("{name} says no at {at}.", name=reply.decided_by, at=at(reply.decided_at)) + said
    return say("Your draft of {at} is kept.", at=at(reply.written_at))
