"""The story of one incident as its page shows it: why it rang, the crowd, the curve, the time line, who was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dash import html

from dashboard import cards, crowd, curves, heard, posts, sections, telling
from dashboard.curves import Mark
from dashboard.figures import EMPTY
from dashboard.pages.frame import Children
from dashboard.reader import Reader
from dashboard.still import folded, still
from dashboard.story import Story
from db.rows import Evidence, Incident, IncidentEvent, Mention, Notification, Scored, Silence
from monitor.answer import heardclock
from monitor.retold import retold

READ = 20  # posts of the thread, to be read here


@dataclass(frozen=True, slots=True)
class Drawn:
    """The parts of the page, in the order of the outputs."""

    head: Any = None
    now: Any = None
    curve: Any = field(default_factory=lambda: EMPTY)
    clock: Any = None
    body: Any = None
    spread: Any = field(default_factory=lambda: EMPTY)
    posts: Any = None
    side: Any = None
    acts_class: Any = "deeds hidden"


def draw(story: Story, reader: Reader, now: datetime, acts: str) -> Drawn:
    incident = story.incident
    groups = heardclock.alike(story.clock.people, names=(incident.brand,))
    line = curves.rolling(story.buckets, story.start, story.end)
    return Drawn(
        head=head(incident, reader, now, story.silences),
        now=above_the_curve(line, story, reader),
        curve=curves.incident_figure(line, story.band, story.gaps, marks(story, reader), reader, story.sources),
        clock=[
            still(heard.heard_clock(story.clock, groups, incident.closed_at is None, reader, now)),
            still(heard.answered(story.answers, story.clock, story.pasted, reader, now)),
        ],
        body=still(
            [
                html.Section([html.H3(reader.say("Why it rang")), why(incident.evidence, reader)]),
                folded(reader.say("Who is in the crowd"), the_crowd(story.posts, reader)),
            ]
        ),
        spread=curves.spread_figure(story.posts, reader),
        posts=still(folded(reader.say("What people wrote"), *posts_or_none(story.posts[:READ], reader, now))),
        side=still(
            [
                folded(reader.say("Time line"), time_line(story.events, reader, now)),
                folded(reader.say("Who was told"), who_was_told(story.told, reader, now)),
            ]
        ),
        acts_class=acts,
    )


def above_the_curve(line: Sequence[tuple[datetime, int]], story: Story, reader: Reader) -> str:
    peak_at, peak = max(line, key=lambda point: point[1])
    at, say = reader.clock_or_day(peak_at, story.end), reader.say
    words = say("At most {n} complaints in 10 min, at {at}", n=reader.number(peak), at=at)
    if story.start > story.began:
        return say("The last three days: {words}", words=words)
    is_cut = story.incident.closed_at is not None and story.end < story.incident.closed_at
    return say("The first three days: {words}", words=words) if is_cut else words


def marks(story: Story, reader: Reader) -> list[Mark]:
    """What stands on the curve: the first post, what the machine said, what people did, our own words."""
    say, incident = reader.say, story.incident
    found = [Mark(at=incident.first_post_at, words=say("first post"), kind="seen")] if incident.first_post_at else []
    kinds = {
        "opened": (say("alarm"), "storm"),
        "worse": (say("storm"), "storm"),
        "reopened": (say("again"), "storm"),
        "calming": (say("calming"), "ok"),
        "better": (say("better"), "ok"),
        "closed": (say("over"), "ok"),
    }
    for event in story.events:
        if event.kind in kinds:
            words, kind = kinds[event.kind]
            found.append(Mark(at=event.at, words=words, kind=kind))
        elif event.kind == "acknowledged":
            found.append(Mark(at=event.at, words=say("{who} has it", who=event.who or ""), kind="ok"))
    ours = [each.mention for each in story.posts if each.mention.is_own]
    known = {reply.seen_id for reply, _ in story.answers}
    found += [Mark(at=own.created_at, words=say("our word"), kind="ok") for own in ours[:5] if own.id not in known]
    for reply, _ in story.answers[-5:]:
        words = say("{who} answers", who=reply.writer)
        found.append(Mark(at=reply.sent_at or reply.written_at, words=words, kind="ok"))
    return [mark for mark in found if story.start <= mark.at <= story.end]


def head(incident: Incident, reader: Reader, now: datetime, silences: Sequence[Silence] = ()) -> list[Any]:
    return [
        html.P(reader.say("Incident {n}", n=incident.id), className="soft crumb"),
        sections.heading(incident, reader),
        html.P(
            html.Bdi(cards.visible(cards.title(incident, reader))),
            className="lead",
        ),
        html.P(whose(incident, reader, now), className="soft"),
        *(html.P(silent(each, reader, now), className="trouble") for each in silences),
    ]


def silent(found: Silence, reader: Reader, now: datetime) -> str:
    until = reader.clock_or_day(found.until, now)
    return reader.say("Nobody is told until {at}: {who} asked for it. {why}", at=until, who=found.by, why=found.reason)


def whose(incident: Incident, reader: Reader, now: datetime) -> str:
    """ "since 14:02, Amina has it": state, owner, end."""
    parts = [reader.say("since {at}", at=reader.clock_or_day(incident.opened_at, now))]
    if incident.closed_at is not None:
        parts.append(reader.say("over since {at}", at=reader.clock_or_day(incident.closed_at, now)))
    parts.append(cards.in_hand(incident, reader))
    if incident.calming_at is not None and incident.closed_at is None:
        parts.append(reader.say("calming since {at}", at=reader.clock_or_day(incident.calming_at, now)))
    if incident.is_historical:
        parts.append(reader.say("from an import: nobody was told"))
    if incident.is_missed:
        parts.append(reader.say("found after an outage"))
    if incident.dismissed_at is not None:
        parts.append(reader.say("not a crisis, somebody said"))
    return ", ".join(parts)


def why(evidence: Evidence | None, reader: Reader) -> Children:
    """The evidence in words and numbers: what was seen against what is usual, from how many people."""
    if evidence is None:
        return html.P(reader.say("Nothing was kept about why it rang."), className="soft")
    say = reader.say
    window = reader.span(timedelta(minutes=evidence.window_minutes))
    facts = [
        (say("seen in {window}", window=window), reader.number(round(evidence.seen))),
        (say("usual"), reader.decimal(evidence.expected)),
        (say("people"), reader.number(evidence.authors)),
    ]
    if evidence.first_time_share is not None:
        facts.append((say("never seen before"), reader.share(evidence.first_time_share)))
    if evidence.hostile_share is not None:
        facts.append((say("hostile"), reader.share(evidence.hostile_share)))
    if evidence.doubling_minutes is not None:
        facts.append((say("doubling in"), reader.span(timedelta(minutes=evidence.doubling_minutes))))
    facts.append((say("posts already out when it rang"), reader.number(evidence.posts_out)))
    blind = say("Not seen in that time: {sources}.", sources=", ".join(map(cards.name_of, evidence.blind)))
    return html.Div(
        [
            html.P(html.Bdi(retold(evidence.words, reader.language))),
            numbers(facts),
            html.P(blind, className="trouble") if evidence.blind else None,
            html.Details([html.Summary(say("The numbers of the formula")), html.P(telling.inputs(evidence, reader))])
            if evidence.inputs
            else None,
        ]
    )


def numbers(facts: Sequence[tuple[str, str]]) -> html.Dl:
    return html.Dl([html.Div([html.Dd(value), html.Dt(name)]) for name, value in facts], className="facts")


def the_crowd(found: Sequence[Scored], reader: Reader) -> Children:
    if not found:
        return html.P(reader.say("The posts behind it are not kept here."), className="soft")
    seen, say = crowd.look_at(found), reader.say
    facts = [(say("people"), reader.number(seen.people)), (say("posts"), reader.number(seen.posts))]
    facts.append((say("say the same words as another"), reader.number(seen.copies)))
    facts += [(cards.name_of(source), reader.number(n)) for source, n in seen.by_source[:3]]
    facts += [(lang, reader.number(n)) for lang, n in seen.by_language[:2]]
    if seen.ours:
        facts.append((say("ours"), reader.number(seen.ours)))
    return html.Div([numbers(facts), largest(seen.largest, reader)])


def largest(found: Sequence[Mention], reader: Reader) -> Children:
    """The accounts with most followers: whose word travels furthest."""
    if not found:
        return None
    names: list[Any] = [reader.say("Largest: ")]
    for n, mention in enumerate(found):
        who = cards.quote_name(mention.display_name or mention.handle or reader.say("somebody"))
        names += ["" if n == 0 else ", ", html.Bdi(who), f" ({reader.number(mention.followers or 0)})"]
    return html.P(names, className="soft")


def posts_or_none(found: Sequence[Scored], reader: Reader, now: datetime) -> list[Any]:
    if not found:
        return [html.P(reader.say("The posts behind it are not kept here."), className="soft")]
    return [posts.post(each, reader, now) for each in found]


def time_line(events: Sequence[IncidentEvent], reader: Reader, now: datetime) -> Children:
    if not events:
        return html.P(reader.say("Nothing has been written down yet."), className="soft")
    return html.Ol(
        [
            html.Li(
                [
                    html.Time(reader.clock_or_day(e.at, now)),
                    html.Span([html.B(reader.say(e.kind)), *_said(e, reader), _signed(e, reader)]),
                ]
            )
            for e in events
        ],
        className="timeline",
    )


def _said(event: IncidentEvent, reader: Reader) -> list[Any]:
    return [" ", html.Bdi(telling.said(event, reader))] if event.words else []


OWN_WORDS = ("note", "dismissed")  # events whose words a person chose: a name in them signs nothing


def _signed(event: IncidentEvent, reader: Reader) -> Children:
    if event.who is None or (event.kind not in OWN_WORDS and event.who in event.words):
        return None
    return html.Span(f" · {event.who}", className="soft")


def who_was_told(rows: Sequence[Notification], reader: Reader, now: datetime) -> Children:
    if not rows:
        return html.P(reader.say("Nobody yet."), className="soft")
    return html.Ul([html.Li(told(n, reader, now)) for n in reversed(rows)], className="plain")


def told(n: Notification, reader: Reader, now: datetime) -> str:
    at = reader.clock_or_day(n.sent_at or n.failed_at or n.created_at, now)
    if n.sent_at is not None:
        return reader.say(
            "{at} {who} by {channel}: {reason}", at=at, who=n.recipient, channel=n.channel, reason=reader.say(n.reason)
        )
    if n.failed_at is not None:
        return reader.say("{at} {who} could not be reached: {error}", at=at, who=n.recipient, error=n.error)
    return reader.say("{at} {who}: waiting to be sent", at=at, who=n.recipient)
