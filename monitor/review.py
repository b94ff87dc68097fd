"""Everything that is known about one incident, gathered for its review; and what it comes to, in numbers.

Reading the store happens in `study`; all else is pure. It judges nobody: it counts, and shows what it counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from db.rows import (
    Action,
    Arrival,
    Bucket,
    Expected,
    Gap,
    Incident,
    IncidentEvent,
    Mention,
    Notification,
    Person,
    Planned,
    Reply,
    Review,
    Rules,
    Scored,
    SettingChange,
    Signal,
    SpreadHour,
)
from db.store import Store
from monitor import incidents
from monitor.answer import sameness, sixrules
from monitor.answer.coach import Advice
from monitor.answer.sixrules import Facts, Period, Post, Tag, Verdict
from monitor.durations import Durations, durations

POSTS = 300  # read in full
OWN = 300
UNHEARD = 50  # of those who still wait, to be read
BEFORE, AFTER = timedelta(hours=3), timedelta(hours=1)
LONGEST = timedelta(hours=72)  # of the curve
TRAGIC = 0.5
QUIET = "quiet"  # the setting of the quiet switch: "on", or not there


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """All rows about one incident. `start` and `end` are those of its curve."""

    incident: Incident
    rules: Rules
    now: datetime
    start: datetime
    end: datetime
    events: tuple[IncidentEvent, ...]
    signals: tuple[Signal, ...]
    told: tuple[Notification, ...]  # oldest first
    posts: tuple[Scored, ...]  # oldest first, of the thread, or complaints of the time
    own: tuple[Mention, ...]  # ours, from the first post to an hour after the end
    answered: tuple[Scored, ...]  # the posts that ours answer
    people: tuple[Person, ...]  # who began to wait meanwhile
    buckets: tuple[Bucket, ...]
    band: tuple[Expected, ...]
    gaps: tuple[Gap, ...]
    sources: tuple[str, ...]  # the live ones
    spread: tuple[SpreadHour, ...]
    quiet: tuple[Period, ...]
    planned: tuple[Planned, ...]  # what other tools were to publish meanwhile
    tags: tuple[Tag, ...]  # our hashtags, and how they were looked up
    waiting: tuple[Scored, ...]  # what those wrote who have not been heard, the longest wait first
    written: tuple[Reply, ...]  # answers that were written here and went out meanwhile
    reviews: tuple[Review, ...]  # newest first
    actions: tuple[Action, ...]

    @property
    def first_at(self) -> datetime:
        return self.incident.first_post_at or self.incident.opened_at

    @property
    def review(self) -> Review | None:
        """What is in force; None: nobody has written anything yet."""
        return self.reviews[0] if self.reviews else None


# --- reading ----------------------------------------------------------------------------------------------------
def study(store: Store, incident_id: int, now: datetime) -> Study | None:
    """None: there is no such incident."""
    incident = store.incident(incident_id)
    if incident is None:
        return None
    brand, first = incident.brand, incident.first_post_at or incident.opened_at
    over = incident.closed_at or now
    start = first - BEFORE
    end = min(max(min(now, over + AFTER), start + AFTER), start + LONGEST)
    own = store.own_posts(brand, first, min(now, over + AFTER), OWN)
    sent = store.replies(brand=brand, states=("sent", "seen"), since=first, limit=OWN)
    written = [each for each in reversed(sent) if each.sent_at is not None and each.sent_at < over + AFTER]
    answered = [found for each in own if (found := each.in_reply_to)] + [each.mention_id for each in written]
    people = store.people(brand, first, over)
    still = [person.mention_id for person in people if person.state == "unheard"][:UNHEARD]
    rules = store.rules().get(brand) or Rules(brand=brand)
    return Study(
        incident=incident,
        rules=rules,
        now=now,
        start=start,
        end=end,
        events=tuple(store.incident_events(incident_id)),
        signals=tuple(store.signals(brand, first - BEFORE, over + timedelta(milliseconds=1))),
        told=tuple(reversed(store.notifications(incident_id, limit=200))),
        posts=tuple(posts_of(store, incident, over)),
        own=tuple(own),
        answered=tuple(store.mentions([*answered, *(f"{each}|{brand}" for each in answered)])),
        people=tuple(people),
        waiting=tuple(store.mentions(still)),
        buckets=tuple(store.buckets(brand, start - timedelta(minutes=10), end)),
        band=tuple(store.expected(brand, start, end)),
        gaps=tuple(store.gaps(start, end)),
        sources=tuple(s.source for s in store.source_health() if s.is_live and s.state != "off"),
        spread=tuple(store.spread(brand, first - timedelta(hours=1), min(over, first + LONGEST))),
        quiet=tuple(quiet_periods(store.setting_changes([QUIET]), first, over)),
        planned=tuple(p for p in store.planned(first) if p.at is not None and first <= p.at < over + AFTER),
        tags=tuple(tags_of(own, looked_up(store))),
        written=tuple(written),
        reviews=tuple(store.reviews(incident_id)),
        actions=tuple(store.actions(incident_id)),
    )


def posts_of(store: Store, incident: Incident, over: datetime, limit: int = POSTS) -> list[Scored]:
    """The thread it hangs on; without one, the complaints of its time and our own posts."""
    if incident.root is not None:
        return store.thread(incident.root, incident.brand, limit=limit)
    first = incident.first_post_at or incident.opened_at - timedelta(hours=1)
    return store.mentions_between(incident.brand, first, over, limit, complaints=True)


def quiet_periods(changes: Iterable[SettingChange], start: datetime, end: datetime) -> list[Period]:
    """When the switch was on within start..end; the end of one that lasts is None."""
    found: list[Period] = []
    on_since: datetime | None = None
    for change in changes:
        if change.value is not None and on_since is None:
            on_since = change.at
        elif change.value is None and on_since is not None:
            found.append((on_since, change.at))
            on_since = None
    if on_since is not None:
        found.append((on_since, None))
    return [(a, b) for a, b in found if a < end and (b is None or b > start)]


def looked_up(store: Store) -> dict[str, list[tuple[datetime, str]]]:
    """tag -> when it was looked up and with which verdict, oldest first; a person who has read it makes it OK."""
    found: dict[str, list[tuple[datetime, str]]] = {}
    for look in reversed(store.tag_looks(limit=500)):
        found.setdefault(look.tag, []).append((look.at, look.verdict))
    for tag, looks in found.items():
        read = store.tag_reading(tag, looks[0][0])
        if read is not None:
            found[tag] = sorted([*looks, (read.at, "OK")])
    return found


def tags_of(own: Sequence[Mention], looked_up: Mapping[str, Sequence[tuple[datetime, str]]]) -> list[Tag]:
    """Our hashtags at their first use. `looked_up`: tag -> when, and with which verdict."""
    found: dict[str, Tag] = {}
    for post in own:
        for tag in post.hashtags:
            if tag not in found:
                before = [verdict for at, verdict in looked_up.get(tag, ()) if at <= post.created_at]
                found[tag] = Tag(tag=tag, at=post.created_at, verdict=before[-1] if before else None)
    return list(found.values())


# --- durations --------------------------------------------------------------------------------------------------
def took(found: Study) -> Durations:
    """The five, with the first person heard and our first post that takes responsibility."""
    heard = [p.heard_at for p in found.people if p.heard_at is not None and p.state != "unheard"]
    return durations(found.incident, min(heard, default=None), apology_at(found))


def apology_at(found: Study) -> datetime | None:
    """When we first took responsibility in public; None: not as far as we know."""
    said = [(own.created_at, own.text) for own in found.own]
    said += [(each.sent_at, each.words) for each in found.written if each.sent_at is not None]
    return min((at for at, text in said if sixrules.apologises(text)), default=None)


def took_all(store: Store, rows: Sequence[Incident], now: datetime, looks: int = 120) -> dict[int, Durations]:
    """The five durations of many incidents, with a few questions to the store for each brand.

    At most `looks` of our posts are read for an apology in one call, those of the newest incidents first; what was
    read once is remembered, so that the next call gets further.
    """
    heard = store.first_heard([row.id for row in rows])
    found: dict[int, Durations] = {}
    said = {brand: _said(store, brand, rows, now) for brand in {row.brand for row in rows}}
    for row in sorted(rows, key=lambda i: i.opened_at, reverse=True):
        start, end = row.first_post_at or row.opened_at, (row.closed_at or now) + AFTER
        sorry = None
        for at, text in said[row.brand]:
            if sorry is None and start <= at < end and looks > 0:
                before = sixrules.read.cache_info().misses
                sorry = at if sixrules.apologises(text) else None
                looks -= sixrules.read.cache_info().misses - before
        found[row.id] = durations(row, heard.get(row.id), sorry)
    return found


def _said(store: Store, brand: str, rows: Sequence[Incident], now: datetime) -> list[tuple[datetime, str]]:
    """What we said since the first of these incidents, by time."""
    first = min(row.first_post_at or row.opened_at for row in rows if row.brand == brand)
    said = [(m.created_at, m.text) for m in store.own_posts(brand, first, now, limit=10 * OWN)]
    sent = store.replies(brand=brand, states=("sent", "seen"), since=first, limit=10 * OWN)
    return sorted(said + [(r.sent_at, r.words) for r in sent if r.sent_at is not None])


# --- how it spread ----------------------------------------------------------------------------------------------
def first_post(found: Study) -> Scored | None:
    """The first that is kept of the crowd's; None: none is."""
    return next((each for each in found.posts if not each.mention.is_own), None)


def first_amplifier(found: Study) -> Scored | None:
    """The first to pass it on to more people than its author has: another account with more followers.

    None: nobody did, or nobody's followers are known.
    """
    first = first_post(found)
    if first is None:
        return None
    reach = first.mention.followers or 0
    for each in found.posts:
        mention = each.mention
        is_other = not mention.is_own and mention.author_id != first.mention.author_id
        if is_other and mention.id != first.mention.id and (mention.followers or 0) > reach:
            return each
    return None


def deleted(found: Study) -> int:
    """Posts of the crowd that were deleted since, and whose words are gone from here as well."""
    return sum(each.mention.deleted_at is not None for each in found.posts)


# --- the alarms -------------------------------------------------------------------------------------------------
def alarms(found: Study) -> list[IncidentEvent]:
    """The events that told somebody."""
    return [event for event in found.events if event.kind in incidents.TOLD]


def first_by_rule(found: Study) -> list[Signal]:
    """The first signal of each rule, the earliest first."""
    first: dict[str, Signal] = {}
    for signal in found.signals:
        first.setdefault(signal.rule, signal)
    return sorted(first.values(), key=lambda s: s.at)


def letters(found: Study) -> dict[str, int]:
    """How many letters were sent, given up, and are still to leave."""
    sent = sum(row.sent_at is not None for row in found.told)
    gone = sum(row.failed_at is not None for row in found.told)
    return {"sent": sent, "given up": gone, "waiting": len(found.told) - sent - gone}


# --- the replies ------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """One reply of ours as the coach sees it. `same_as`: the place of an earlier one with the same words."""

    reply: sixrules.Reply
    advice: Advice
    waited: timedelta | None  # the one who is answered; None: their post is not kept
    same_as: int | None = None


def replies(found: Study) -> list[sixrules.Reply]:
    """Our posts that answer somebody, and what was written here and sent without being seen to come out; by time."""
    asked = {each.mention.post_id: each for each in found.answered}
    signed = {each.seen_id: each for each in found.written if each.seen_id}
    answers = [
        _reply(own.id, own.created_at, own.text, asked.get(own.in_reply_to), signed.get(own.id))
        for own in found.own
        if own.in_reply_to is not None
    ]
    seen = {own.id for own in found.own}
    answers += [
        _reply(f"reply {each.id}", each.sent_at, each.words, asked.get(each.post_id), each)
        for each in found.written
        if each.seen_id not in seen and each.sent_at is not None
    ]
    return sorted(answers, key=lambda reply: reply.at)


def _reply(reply_id: str, at: datetime, text: str, to: Scored | None, signed: Reply | None) -> sixrules.Reply:
    return sixrules.Reply(
        id=reply_id,
        at=at,
        text=text,
        to=to.mention.text if to else "",
        to_at=to.mention.created_at if to else None,
        label=to.score.label if to and to.score else None,
        written_by=signed.writer if signed else None,
        approved_by=signed.decided_by if signed else None,
    )


def audit(answers: Sequence[sixrules.Reply]) -> list[Audited]:
    """Each with what the coach finds, and the earlier one that it repeats."""
    index = sameness.Index()
    found = []
    for reply in answers:
        found.append(
            Audited(
                reply=reply,
                advice=sixrules.read(reply.to, reply.text),
                waited=None if reply.to_at is None else max(timedelta(0), reply.at - reply.to_at),
                same_as=index.find(reply.text),
            )
        )
        index.add(reply.text)
    return found


def unheard(found: Study) -> list[Person]:
    """Who has not been heard to this day, the longest wait first."""
    return [person for person in found.people if person.state == "unheard"]


# --- the six rules ----------------------------------------------------------------------------------------------
def six_rules(found: Study) -> tuple[Verdict, ...]:
    return sixrules.judge(facts(found))


def facts(found: Study) -> Facts:
    tragic = sum(each.score is not None and each.score.tragedy >= TRAGIC for each in found.posts)
    posts = [
        Post(id=m.id, at=m.created_at, text=m.text) for m in found.own if m.in_reply_to is None and not m.repost_of
    ]
    return Facts(
        replies=tuple(replies(found)),
        posts=tuple(posts),
        planned=tuple(
            Post(id=p.id, at=p.at, text=p.text)
            for p in found.planned
            if p.at is not None and p.state in ("planned", "released") and p.at < found.now
        ),
        held=sum(p.state in ("held", "kept back") for p in found.planned),
        tags=found.tags,
        quiet=found.quiet,
        tragic=tragic,
        complained=len(found.people),
        heard=len(found.people) - len(unheard(found)),
        reads_own=bool(found.rules.handles),
    )


# --- as it was seen then ----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """One minute as it looked when it was now: by what had come in, not by what was written."""

    at: datetime
    complaints: int  # of the last ten minutes, as far as they had come in
    known: int  # of the same ten minutes, as we know them today
    waiting: int  # people unheard
    event: int  # index of the last event until then; -1: none yet
    post: int  # index of the newest post that had come in; -1: none yet
    blind: int  # live sources that saw nothing


def as_it_was(found: Study, arrivals: Sequence[Arrival]) -> list[Then]:
    """Minute by minute from the start of the curve to its end."""
    minute = timedelta(minutes=1)
    start = found.start.replace(second=0, microsecond=0)
    count = int((found.end - start) / minute) + 1
    by_arrival: dict[int, list[tuple[int, int]]] = {}
    known = [0] * count
    for row in arrivals:
        written, came = (int((at - start) / minute) for at in (row.created_minute, row.received_minute))
        by_arrival.setdefault(max(written, came), []).append((written, row.complaints))
        if 0 <= written < count:
            known[written] += row.complaints
    seen = [0] * count
    waiting = _waiting(found.people, start, count)
    posts = sorted(range(len(found.posts)), key=lambda n: found.posts[n].mention.received_at)
    frames: list[Then] = []
    event, post, at_post = -1, -1, 0
    for m in range(count):
        for written, complaints in by_arrival.get(m, ()):
            if 0 <= written < count:
                seen[written] += complaints
        now = start + (m + 1) * minute  # the minute is over
        while event + 1 < len(found.events) and found.events[event + 1].at < now:
            event += 1
        while at_post < len(posts) and found.posts[posts[at_post]].mention.received_at < now:
            post, at_post = posts[at_post], at_post + 1
        frames.append(
            Then(
                at=start + m * minute,
                complaints=sum(seen[max(0, m - 9) : m + 1]),
                known=sum(known[max(0, m - 9) : m + 1]),
                waiting=waiting[m],
                event=event,
                post=post,
                blind=sum(_is_dark(source, now, found.gaps) for source in found.sources),
            )
        )
    return frames


def _waiting(people: Sequence[Person], start: datetime, count: int) -> list[int]:
    """How many waited at the end of each minute."""
    steps = [0] * (count + 1)
    minute = timedelta(minutes=1)
    for person in people:
        steps[min(count, max(0, int((person.waiting_since - start) / minute)))] += 1
        if person.heard_at is not None:
            steps[min(count, max(0, int((person.heard_at - start) / minute)))] -= 1
    return list(accumulate(steps))[:count]


def _is_dark(source: str, at: datetime, gaps: Sequence[Gap]) -> bool:
    return any(gap.source == source and gap.start < at and (gap.end is None or at <= gap.end) for gap in gaps)
