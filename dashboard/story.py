"""All that the page of one incident tells, read from the store."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dashboard import cards, curves
from dashboard.answers import author_of
from dashboard.pages.frame import Desk
from db.rows import Bucket as Minute
from db.rows import Expected, Gap, Incident, IncidentEvent, Notification, Pasted, Reply, Scored, Silence
from monitor import review
from monitor.answer import heardclock
from monitor.answer.effect import Effect, effect
from monitor.answer.heardclock import Clock

POSTS = 200  # of the thread, for the crowd and the map
BEFORE, AFTER = timedelta(hours=3), timedelta(hours=1)
LONGEST = timedelta(hours=curves.LONGEST_HOURS)
ANSWERS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that the page tells of one incident."""

    incident: Incident
    events: list[IncidentEvent]
    told: list[Notification]
    posts: list[Scored]
    buckets: list[Minute]
    band: list[Expected]
    gaps: list[Gap]
    sources: list[str]  # the live ones
    start: datetime  # of the curve
    end: datetime
    began: datetime  # some hours before its first post
    clock: Clock
    answers: list[tuple[Reply, Effect]]  # newest first
    pasted: list[Pasted]
    silences: list[Silence]  # in force
    next_word: str = ""


def story_of(desk: Desk, incident: Incident) -> Story:
    now, store = desk.clock(), desk.store
    began = (incident.first_post_at or incident.opened_at) - BEFORE
    until = max(min(now, (incident.closed_at or now) + AFTER), began + AFTER)
    start, end = window(began, until, incident)
    return Story(
        incident=incident,
        events=store.incident_events(incident.id),
        told=store.notifications(incident.id, limit=50),
        posts=review.posts_of(store, incident, until, POSTS),
        buckets=store.buckets(incident.brand, start - timedelta(minutes=10), end),
        band=store.expected(incident.brand, start, end),
        gaps=store.gaps(start, end),
        clock=clock_of(desk, incident, until),
        answers=answers_of(desk, incident, until),
        pasted=[row for row in store.pasted(incident.brand, began) if row.first_at <= until],
        silences=[s for s in store.silences(incident.brand, now) if is_about(s, incident)],
        sources=[s.source for s in cards.live_sources(store.source_health())],
        start=start,
        end=end,
        began=began,
        next_word=store.setting(f"next word: {incident.id}") or "",
    )


def window(began: datetime, until: datetime, incident: Incident) -> tuple[datetime, datetime]:
    """What the curve shows, three days at most: of one that goes on the last, of one that is over the first."""
    if incident.closed_at is None:
        return max(began, until - LONGEST), until
    return began, min(until, began + LONGEST)


def clock_of(desk: Desk, incident: Incident, end: datetime) -> Clock:
    """Everybody who complained in its time, and what they wait with; the number unheard is that of the wall."""
    first = incident.first_post_at or incident.opened_at
    people = desk.store.complaining(incident.brand, first, incident.closed_at or end + timedelta(milliseconds=1))
    said = {one.mention.id: one for one in desk.store.mentions([person.mention_id for person in people])}
    clock = heardclock.read(people, said, desk.clock(), first)
    if incident.closed_at is not None:
        return clock
    return replace(clock, unheard=desk.store.how_many_wait(incident.brand, first)[0])


def answers_of(desk: Desk, incident: Incident, end: datetime) -> list[tuple[Reply, Effect]]:
    """What was answered in its time, each with what came after it."""
    first = incident.first_post_at or incident.opened_at
    found = desk.store.replies(brand=incident.brand, states=("sent", "seen"), since=first, limit=ANSWERS)
    found += only_seen(desk, incident, first, {reply.seen_id for reply in found})
    sent = [(reply, reply.sent_at) for reply in found if reply.sent_at is not None and reply.sent_at <= end]
    sent.sort(key=lambda each: each[1], reverse=True)
    authors = sorted({reply.author for reply, _ in sent if reply.author is not None})
    since = min((at for _, at in sent), default=end)
    later = desk.store.written_by(incident.brand, authors, since, end + AFTER) if authors else []
    buckets = desk.store.buckets(incident.brand, since - AFTER, end)
    gaps = desk.store.gaps(since - AFTER, end)
    return [
        (
            reply,
            effect(at, desk.clock(), buckets, [one for one in later if author_of(one.mention) == reply.author], gaps),
        )
        for reply, at in sent
    ]


def only_seen(desk: Desk, incident: Incident, since: datetime, known: Collection[str | None]) -> list[Reply]:
    """Answers that our accounts gave without a word of it here: they are watched as well."""
    posts_seen = [post for post in desk.store.own_answers(incident.brand, since, ANSWERS) if post.id not in known]
    ids = [i for post in posts_seen if post.in_reply_to for i in (post.in_reply_to, f"{post.in_reply_to}|{post.brand}")]
    to = {one.mention.post_id: one.mention for one in desk.store.mentions(ids)}
    return [
        Reply(
            id=0,
            mention_id=post.in_reply_to or post.id,
            brand=post.brand,
            author=author_of(to[post.in_reply_to]) if post.in_reply_to in to else None,
            writer=post.handle or "",
            words=post.text,
            state="seen",
            written_at=post.created_at,
            sent_at=post.created_at,
            seen_id=post.id,
        )
        for post in posts_seen
    ]


def is_about(silence: Silence, incident: Incident) -> bool:
    return silence.root in (None, incident.root) and silence.rule in (None, incident.kind)
