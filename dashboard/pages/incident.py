"""One incident: why it rang, who is in the crowd, how it spread, what has happened since, and who has it.

A person takes it, hands it over, promises the next word, leaves a note and closes it here; nothing on this page
speaks to the outside.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard import cards, crowd, curves, heard, posts, sections, security, telling
from dashboard.answers import Answers, author_of
from dashboard.changed import Presence, changed, digests
from dashboard.curves import Mark
from dashboard.figures import EMPTY, Figure
from dashboard.pages import replybox
from dashboard.pages.frame import Children, Desk
from dashboard.reader import Reader
from dashboard.still import folded, still
from db.rows import Bucket as Minute
from db.rows import (
    Change,
    Deed,
    Evidence,
    Expected,
    Gap,
    Incident,
    IncidentEvent,
    Mention,
    Notification,
    Pasted,
    Reply,
    Scored,
    Silence,
)
from monitor import incidents, review
from monitor.answer import heardclock
from monitor.answer.effect import Effect, effect
from monitor.answer.heardclock import Clock
from monitor.retold import retold

REFRESH_MS = 3000
POSTS = 200  # of the thread, for the crowd and the map
READ = 20  # of them, to be read here
BEFORE, AFTER = timedelta(hours=3), timedelta(hours=1)
LONGEST = timedelta(hours=curves.LONGEST_HOURS)
PROMISES = (15, 30, 60)
SILENCES = (1, 4, 24)  # hours
ANSWERS = 100
NOTE_LETTERS = 1000
QUIET_PLOT = {"displayModeBar": False, "scrollZoom": False}


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


# --- layout ---------------------------------------------------------------------------------------------------
def skeleton(
    reader: Reader,
    incident_id: int = 0,
    people: Sequence[str] = (),
    chosen: str | None = None,
    first: First | None = None,
) -> list[Any]:
    """The fixed parts of the page with what they say first; without it for Dash to check its callbacks by."""
    shown, seen = (first.shown, first.seen) if first is not None else (Drawn(), None)
    return [
        html.Div(shown.head, id="incident-head"),
        html.Div(
            [
                html.Div(_story_parts(reader.say, shown)),
                html.Div(
                    [
                        html.Div(_acts(reader.say, people), id="incident-acts", className=shown.acts_class),
                        replybox.box("incident", reader.say),
                        html.Div(shown.side, id="incident-side"),
                    ]
                ),
            ],
            className="columns incident",
        ),
        dcc.Store(id="incident-id", data=incident_id),
        dcc.Store(id="incident-chosen", data=chosen),
        dcc.Store(id="incident-done"),
        dcc.Store(id="incident-seen", data=seen),
        dcc.Interval(id="incident-interval", interval=REFRESH_MS),
    ]


def _story_parts(say: Callable[..., str], shown: Drawn) -> list[Any]:
    legend = say("Each point is a post at its time, joined to what it answers; larger: more followers.")
    return [
        html.Section([html.H3(shown.now, id="incident-now"), _curve("incident-curve", shown.curve)]),
        html.Div(shown.clock, id="incident-clock"),
        html.Div(shown.body, id="incident-body"),
        html.Section(
            [
                html.H3(say("How it spread")),
                html.P(legend, className="soft small"),
                _curve("incident-spread", shown.spread),
            ]
        ),
        html.Div(shown.posts, id="incident-posts"),
    ]


def _curve(name: str, figure: Figure) -> dcc.Graph:
    return dcc.Graph(
        id=name, figure=figure, config=QUIET_PLOT, className="curve", responsive=True, style={"height": "340px"}
    )


def _acts(say: Callable[..., str], people: Sequence[str]) -> list[Any]:
    """What is pressed first stands open; a telephone folds the rest."""
    return [
        html.Div(
            [
                dmc.Button(say("I have it"), id="incident-take", n_clicks=0),
                html.Div(
                    [html.Span(say("Next word in"), className="soft"), *(_promise(say, n) for n in PROMISES)],
                    className="acts",
                ),
            ],
            className="acts",
        ),
        html.Details(
            [html.Summary(say("Hand over, write down, end, silence")), *_later_acts(say, people)],
            open=True,
            **{"data-fold": "narrow"},
        ),
        html.P(id="incident-answer", role="status", className="soft small"),
    ]


def _later_acts(say: Callable[..., str], people: Sequence[str]) -> list[Any]:
    return [
        html.Div(
            [
                dmc.Select(
                    id="incident-heir",
                    data=[{"value": name, "label": name} for name in people],
                    placeholder=say("somebody else"),
                    size="sm",
                    **{"aria-label": say("Who takes over")},
                ),
                dmc.Button(say("Hand over"), id="incident-hand", n_clicks=0, variant="default"),
            ],
            className="acts",
        ),
        replybox.label("incident-note", say("A line for the time line; the reason, when you close or silence")),
        dcc.Textarea(
            id="incident-note",
            maxLength=NOTE_LETTERS,
            placeholder=say("A line for the time line; the reason, when you close or silence"),
            value="",
        ),
        html.Div(
            [
                dmc.Button(say("Keep the note"), id="incident-keep", n_clicks=0, variant="default"),
                dmc.Button(say("It is over"), id="incident-close", n_clicks=0, variant="default"),
                dmc.Button(say("Not a crisis"), id="incident-dismiss", n_clicks=0, variant="default"),
            ],
            className="acts",
        ),
        html.Div(
            [
                html.Span(say("Tell nobody for"), className="soft"),
                *(_small(say("{n} h", n=n), f"incident-silence-{n}") for n in SILENCES),
                _small(say("Tell again"), "incident-tell"),
            ],
            className="acts",
        ),
    ]


def _promise(say: Callable[..., str], n: int) -> dmc.Button:
    return _small(say("{n} min", n=n), f"incident-word-{n}")


def _small(words: str, element: str) -> dmc.Button:
    return dmc.Button(words, id=element, n_clicks=0, variant="default", size="compact-sm")


def layout(desk: Desk, incident_id: int) -> list[Any]:
    incident = desk.store.incident(incident_id)
    if incident is None:
        return [html.H2(desk.reader.say("There is no incident {n}", n=incident_id))]
    first = drawn(desk, incident, None)
    return skeleton(desk.reader, incident_id, people_of(desk), root_of(desk, incident), first)


def root_of(desk: Desk, incident: Incident) -> str | None:
    """The mention that it hangs on, which an answer in public answers first; None: it hangs on none that we have."""
    if incident.root is None:
        return None
    found = desk.store.mentions([incident.root, f"{incident.root}|{incident.brand}"])
    return next((one.mention.id for one in found if one.mention.brand == incident.brand), None)


def people_of(desk: Desk) -> list[str]:
    """Who can be given an incident."""
    return sorted(name for name, user in security.users(desk.store).items() if user.role != "viewer")


# --- callbacks ------------------------------------------------------------------------------------------------
ACTS = (
    "take",
    "hand",
    "keep",
    "close",
    "dismiss",
    *(f"word-{n}" for n in PROMISES),
    *(f"silence-{n}" for n in SILENCES),
    "tell",
)
NEED_A_REASON = ("close", "dismiss", *(f"silence-{n}" for n in SILENCES))


def register(app: Dash, desk: Desk, guarded: Callable[..., Any], answers: Answers, presence: Presence) -> None:
    replybox.register(app, "incident", desk, guarded, answers, presence)

    @guarded(
        "viewer",
        Output("incident-head", "children"),
        Output("incident-now", "children"),
        Output("incident-curve", "figure"),
        Output("incident-clock", "children"),
        Output("incident-body", "children"),
        Output("incident-spread", "figure"),
        Output("incident-posts", "children"),
        Output("incident-side", "children"),
        Output("incident-acts", "className"),
        Output("incident-seen", "data"),
        Input("incident-interval", "n_intervals"),
        Input("incident-done", "data"),
        State("incident-id", "data"),
        State("incident-seen", "data"),
        prevent_initial_call=True,
    )
    def refresh(_n: Any, _done: Any, incident_id: Any, seen: Any) -> Any:
        mark, has = (seen[0], seen[1:]) if isinstance(seen, list) and seen else (None, None)
        incident = find(desk, incident_id)
        found = drawn(desk, incident, mark) if incident is not None else None
        if found is None:
            return [no_update] * 10
        *parts, now_has = changed(found.shown, has)
        return [*parts, [found.mark, *now_has]]

    @guarded(
        "responder",
        Output("incident-done", "data"),
        Output("incident-answer", "children"),
        Output("incident-note", "value"),
        *(Input(f"incident-{name}", "n_clicks") for name in ACTS),
        State("incident-id", "data"),
        State("incident-heir", "value"),
        State("incident-note", "value"),
        prevent_initial_call=True,
    )
    def act(*args: Any) -> Any:
        incident_id, heir, note = args[-3:]
        what = str(ctx.triggered_id or "").removeprefix("incident-")
        if what not in ACTS:
            return no_update, no_update, no_update
        if what in NEED_A_REASON and not (isinstance(note, str) and note.strip()):
            return no_update, desk.reader.say("Say why, in the line above; then press once more."), no_update
        words = do(desk, what, incident_id, heir, note)
        if words is None:
            return no_update, desk.reader.say("Nothing was changed."), no_update
        is_used = what == "keep" or what in NEED_A_REASON
        return f"{what} {desk.clock().timestamp()}", words, "" if is_used else no_update


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


@dataclass(frozen=True, slots=True)
class First:
    """A drawing, and by what it is told from others: the mark of its story, then a digest of each part."""

    shown: Drawn
    mark: str

    @property
    def seen(self) -> list[str]:
        return [self.mark, *digests(self.shown)]


def drawn(desk: Desk, incident: Incident, seen: Any) -> First | None:
    """None: it is what the page with the mark `seen` shows already. What is over changes little: it is read anew every
    ten seconds at most."""
    kept = desk.shared if incident.closed_at is None else desk.unhurried
    story: Story = kept.get(("story", incident), lambda: story_of(desk, incident))
    acts = acts_class(incident)
    mark = mark_of(story, acts)
    return None if seen == mark else First(draw(story, desk.reader, desk.clock(), acts), mark)


def acts_class(incident: Incident) -> str:
    """Who may do something is shown it; who has it already is not asked to take it."""
    visitor = security.visitor_now()
    if not visitor.may("responder") or incident.closed_at is not None:
        return "deeds hidden"
    is_mine = incident.owner == visitor.name and incident.acknowledged_at is not None
    return "deeds mine" if is_mine else "deeds"


def mark_of(story: Story, acts: str) -> str:
    """Changes when the page has to be drawn anew: something happened, or a minute has passed."""
    sent = sum(n.sent_at is not None for n in story.told)
    i, c = story.incident, story.clock
    now = f"{story.end:%H%M} {len(story.events)} {len(story.told)} {sent} {len(story.posts)} {story.next_word}"
    people = f"{c.unheard} {c.heard} {c.answered} {c.closed} {len(story.answers)} {[s.id for s in story.silences]}"
    return f"{i.id} {i.state} {i.severity} {i.owner} {now} {people} {acts}"


# --- doing ----------------------------------------------------------------------------------------------------
def do(desk: Desk, what: str, incident_id: Any, heir: Any, note: Any) -> str | None:
    """Do it and sign it; what to say about it. None: there was nothing to do."""
    who, now = security.require("responder").name, desk.clock()
    words = note.strip()[:NOTE_LETTERS] if isinstance(note, str) else ""
    with desk.store.atomic():
        # Read in here: what the watch or a colleague writes meanwhile must not be written over.
        incident = find(desk, incident_id)
        if incident is None or incident.closed_at is not None:
            return None
        change = _change(desk, what, incident, who, heir, words, now)
        if change is None or (what == "tell" and not _tell_again(desk, incident, who, now)):
            return None
        desk.store.put_changes([change])
        if what.startswith("silence-"):
            desk.store.add_silence(silence(incident, who, words, int(what.removeprefix("silence-")), now))
        if what.startswith("word-"):
            due = now + timedelta(minutes=int(what.removeprefix("word-")))
            desk.store.put_setting(f"next word: {incident.id}", due.isoformat(), who, now)
        said = f"{heir} {words}".strip() if what == "hand" else words
        desk.store.add_deed(Deed(at=now, who=who, what=what, subject=f"incident {incident.id}", words=said[:200]))
    return desk.reader.say("Noted at {at}.", at=desk.reader.clock(now))


def _change(desk: Desk, what: str, incident: Incident, who: str, heir: Any, words: str, now: datetime) -> Change | None:
    house = desk.house  # what is kept for all is said as the house says it, whoever pressed
    if what == "take":
        return take(incident, who, now)
    if what == "hand":
        is_new = heir in people_of(desk) and heir != incident.owner
        return incidents.own(incident, heir, now, by=who) if is_new else None
    if what == "keep":
        return incidents.note(incident, who, now, words) if words else None
    if what in NEED_A_REASON and not words:
        return None
    if what == "close":
        return incidents.close(incident, who, now, words)
    if what == "dismiss":
        return incidents.dismiss(incident, who, now, words)
    if what == "tell":
        return incidents.note(incident, who, now, house.say("people are told again"))
    if what.startswith("silence-"):
        until = house.clock(now + timedelta(hours=int(what.removeprefix("silence-"))))
        return incidents.note(incident, who, now, house.say("nobody is told until {at}: {why}", at=until, why=words))
    due = now + timedelta(minutes=int(what.removeprefix("word-")))
    said = house.say("promised the next word for {at}", at=house.clock(due))
    return incidents.note(incident, who, now, said)


def silence(incident: Incident, who: str, why: str, hours: int, now: datetime) -> Silence:
    """Nobody is told of this incident: of what hangs on its post, or, without one, of what its rule finds."""
    return Silence(
        brand=incident.brand,
        at=now,
        until=now + timedelta(hours=hours),
        by=who,
        reason=why[:NOTE_LETTERS],
        root=incident.root,
        rule=None if incident.root else incident.kind,
        holds_storms=incident.severity == "storm",
    )


def _tell_again(desk: Desk, incident: Incident, who: str, now: datetime) -> bool:
    """End the silences about this incident; those about the whole brand are ended where they were made."""
    found = [s for s in desk.store.silences(incident.brand, now) if is_about(s, incident) and (s.root or s.rule)]
    return any([desk.store.end_silence(each.id, who, now) for each in found])


def take(incident: Incident, who: str, now: datetime) -> Change | None:
    """The first to say so has seen it and owns it, whoever was asked to; later it changes hands."""
    if incident.acknowledged_at is None:
        return incidents.acknowledge(incident, who, now)
    return incidents.own(incident, who, now) if incident.owner != who else None


def find(desk: Desk, incident_id: Any) -> Incident | None:
    """By what the browser sent, which may be anything."""
    is_number = isinstance(incident_id, int) and not isinstance(incident_id, bool)
    return desk.store.incident(incident_id) if is_number and 0 < incident_id < 2**31 else None


# --- drawing --------------------------------------------------------------------------------------------------
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
