"""The vocabulary: one frozen dataclass per table, in the order in which things flow.

Mention -> Score -> Bucket -> Signal -> Incident -> Notification. Modules hand each other these rows and
nothing else. Times are UTC-aware datetimes with millisecond precision. `None` means unknown or not yet,
never 0. Nothing here reads a clock, a disk or a network.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

Label = Literal["complaint", "hostile", "praise", "question", "other"]
Severity = Literal["watch", "storm"]
Ingest = Literal["stream", "catch-up", "poll", "replay", "import"]
SourceState = Literal["starting", "ok", "stale", "down", "rate-limited", "catching up", "refused", "ended", "off"]
IncidentState = Literal["open", "acknowledged", "closed"]
PersonState = Literal["unheard", "heard", "answered", "closed"]
Sensitivity = Literal["low", "normal", "high"]
Lock = Literal["hurt", "heated", "third", "same", "house"]
ReplyState = Literal["draft", "waiting", "cleared", "refused", "sent", "seen", "dropped"]
Part = Literal["victim", "accident", "preventable"]
ActionState = Literal["open", "done", "dropped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One public post about one brand.

    A post about several watched brands is several mentions: the first brand keeps the plain id, the others
    get `|brand` appended, so that an id is always one mention.
    """

    id: str  # "source:native id"; other posts are referred to in the same form
    source: str
    brand: str
    text: str
    created_at: datetime  # the platform's clock; detection counts by this one
    received_at: datetime  # ours
    url: str | None = None
    author_id: str | None = None  # None: the platform did not say
    handle: str | None = None
    display_name: str | None = None
    followers: int | None = None
    verified: bool | None = None
    author_created_at: datetime | None = None
    lang: str | None = None  # as the platform says; the scorer's own finding is Score.lang
    in_reply_to: str | None = None
    quote_of: str | None = None
    repost_of: str | None = None
    conversation_id: str | None = None  # the root post of the thread
    likes: int | None = None
    replies: int | None = None
    reposts: int | None = None
    quotes: int | None = None
    hashtags: tuple[str, ...] = ()  # without '#', lower case
    matched: tuple[str, ...] = ()  # the brand's terms that were found
    ingest: Ingest = "stream"
    is_own: bool = False  # written by one of the brand's own accounts: never counted, never scored
    is_truncated: bool = False  # the text was cut at the door
    edited_at: datetime | None = None
    deleted_at: datetime | None = None  # not None: the text has been scrubbed, the count stays

    @property
    def post_id(self) -> str:
        """The id of the post, whatever brand it is about: what others reply to."""
        return self.id.removesuffix(f"|{self.brand}")

    @property
    def root(self) -> str:
        """The post that this one hangs on: thread, reply, quote or repost; its own post when it stands alone."""
        own = self.id if "|" not in self.id else self.post_id
        # X names a post as the root of its own thread, also when it quotes another one.
        thread = self.conversation_id if self.conversation_id != own else None
        return thread or self.in_reply_to or self.quote_of or self.repost_of or own


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What the scorer made of one text. The five numbers are probabilities in 0..1."""

    mention_id: str
    label: Label
    complaint: float
    hostile: float
    praise: float
    question: float
    tragedy: float
    severity: int  # 0..3, by readable rules
    lang: str  # "en", "fr", …, "und"
    because: tuple[str, ...] = ()  # the words that weighed most, in the post's own spelling; rules as "rule: …"
    model: str = ""  # which model said so


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A mention with its score. `score` None: not scored yet, or scoring failed."""

    mention: Mention
    score: Score | None = None

    @property
    def is_complaint(self) -> bool:
        """A complaint or a hostile post: what the complaint curve counts."""
        return self.score is not None and self.score.label in ("complaint", "hostile")

    @property
    def is_hostile(self) -> bool:
        return self.score is not None and self.score.label == "hostile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Counts of one brand in one minute of event time. As a delta it may be negative (an edit, a correction)."""

    brand: str
    minute: datetime
    mentions: int = 0
    scored: int = 0  # mentions minus scored: not looked at yet
    complaints: int = 0  # label complaint or hostile
    hostile: int = 0
    praise: int = 0
    questions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is usual for complaints of one brand in the ten minutes that end at `at`."""

    brand: str
    at: datetime
    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a source has been read. Written in the transaction that stores what was read."""

    source: str
    value: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """One source as it is now, in words that can stand on the wall."""

    source: str
    state: SourceState
    since: datetime  # of this state
    detail: str = ""  # "rate-limited until 14:32", "no data for 7 min (usual 20 s)"
    last_data_at: datetime | None = None  # last byte, keep-alives included
    last_mention_at: datetime | None = None
    retry_at: datetime | None = None
    is_live: bool = True  # False: a file, which may end without anyone being blind
    received: int = 0  # mentions since the start of the process
    rejected: int = 0  # dead letters since the start of the process
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time in which a source saw nothing: unknown, not zero. `end` None: it lasts."""

    source: str
    start: datetime
    end: datetime | None = None
    reason: str = ""
    filled_at: datetime | None = None  # when a catch-up has read it after all


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A delivery that could not be read. Kept as it came, for a person to look at."""

    source: str
    received_at: datetime
    raw: str  # at most 4,000 characters
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """The network says that a post is gone: the text is scrubbed, the count stays."""

    post_id: str  # "source:native id"
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Somebody who wrote about a brand, as one network knows them."""

    source: str
    author_id: str | None  # None: the network told a handle only
    handle: str | None  # None: all their posts are deleted
    posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was scrubbed of one person, and where the house's own words still name them."""

    posts: int
    answers: int
    still_named: tuple[str, ...]  # "incident 3", "review 3", "rules of Acme", "the log of who did what"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What the sources hand over at once. It is stored in one transaction, cursors included."""

    mentions: tuple[Mention, ...] = ()
    deletions: tuple[Deletion, ...] = ()
    dead: tuple[DeadLetter, ...] = ()
    cursors: tuple[Cursor, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.mentions or self.deletions or self.dead or self.cursors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a brand wants watched, and how. The pure core is told everything by this row."""

    brand: str
    terms: tuple[str, ...] = ()  # literals; '*' is the only wildcard
    excluded: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()  # the brand's own accounts, "source:handle"
    sensitivity: Sensitivity = "normal"
    timezone: str = "UTC"
    language: str = "en"  # of words for people: "en" or "fr"
    vips: tuple[str, ...] = ()  # "source:handle"
    muted: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()  # a mention that has one is always shown
    vip_followers: int | None = 100_000  # None: size alone rings nothing
    targets: tuple[int, ...] = ()  # minutes from the first post to: detected, acknowledged, heard, answered, calm


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesVersion:
    """Rules as somebody set them. The newest of a brand is in force."""

    n: int
    rules: Rules
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a rule rang: all that is needed to say it in words and to compute it again."""

    words: str  # "23 people in 40 minutes under one post; on a Tuesday noon it is 2"
    window_minutes: float
    seen: float
    expected: float
    authors: int = 0  # distinct
    first_time_share: float | None = None  # of the authors; None: no history to tell from
    hostile_share: float | None = None
    root: str | None = None  # post id
    root_text: str | None = None
    doubling_minutes: float | None = None  # None: not growing, or too few to tell
    posts: tuple[str, ...] = ()  # ids of the three most telling posts
    first_post_at: datetime | None = None
    posts_out: int = 0  # complaining posts already out in the window when it rang
    blind: tuple[str, ...] = ()  # sources that could not be seen in the window
    inputs: tuple[tuple[str, float], ...] = ()  # the numbers of the formula, by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One rule found something at one moment. Signals are joined into incidents."""

    id: str  # brand|rule|minute: the same finding is the same row
    brand: str
    rule: str  # "spike", "complaints", "pileon", …
    at: datetime
    severity: Severity
    score: float  # 1.0 is the rule's own threshold; comparable within a rule only
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A crowd has turned on a brand, from the first post to the day it is reviewed."""

    id: int  # 0: not stored yet
    brand: str
    kind: str  # the rule that rang first
    severity: Severity
    peak_severity: Severity
    state: IncidentState
    opened_at: datetime  # when the alarm rang
    last_signal_at: datetime
    first_post_at: datetime | None = None
    acknowledged_at: datetime | None = None
    owner: str | None = None
    calming_at: datetime | None = None  # not None: below the bar since then
    closed_at: datetime | None = None
    title: str = ""
    root: str | None = None
    is_historical: bool = False  # from an import: nobody is told
    is_missed: bool = False  # found after an outage: it was over when we could see again
    evidence: Evidence | None = None  # the latest
    dismissed_at: datetime | None = None  # not None: a person closed it as "not a crisis"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentEvent:
    """One line of an incident's time line. Machine rows (`who` None) cannot be changed."""

    incident_id: int
    at: datetime
    kind: str  # opened, worse, better, calming, rising, closed, dismissed, reopened, joined, acknowledged, note, …
    who: str | None = None
    words: str = ""
    severity: Severity | None = None
    rule: str | None = None
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Nobody is told for a while. Alarms still open incidents; the wall shows them.

    It covers the whole brand, or only what one rule finds, or only what hangs on one post (or both). A storm is
    told in spite of it, unless it says otherwise.
    """

    brand: str
    at: datetime  # from when
    until: datetime  # it always ends
    by: str
    reason: str = ""
    rule: str | None = None  # None: whatever rings
    root: str | None = None  # post id; None: whatever it hangs on
    holds_storms: bool = False  # also what has become a storm
    ended_at: datetime | None = None  # not None: somebody ended it before its time
    ended_by: str | None = None
    id: int = 0  # 0: not stored yet

    def holds(self, at: datetime) -> bool:
        """Is it in force at this moment?"""
        return self.at <= at < min(self.until, self.ended_at or self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePrecision:
    """How often a rule was right, as people said: counted over the incidents it told somebody about."""

    rule: str
    alarms: int  # incidents that it opened, made worse or brought back
    dismissed: int  # of these: closed as "not a crisis"
    confirmed: int  # of these: taken or seen by somebody, and not dismissed
    reasons: tuple[str, ...] = ()  # why they were dismissed, newest first, at most 20

    @property
    def share(self) -> float | None:
        """Confirmed of all that people have judged; None: nobody has judged any."""
        judged = self.confirmed + self.dismissed
        return self.confirmed / judged if judged else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What deciding about incidents came to: the incident as it is now, and the events that made it so."""

    incident: Incident
    events: tuple[IncidentEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who complained to a brand and is waiting to be heard."""

    brand: str
    author: str  # author_id, else "source:handle"
    mention_id: str  # the first complaint that waits
    waiting_since: datetime
    state: PersonState = "unheard"
    complaints: int = 1
    heard_at: datetime | None = None
    heard_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a person wrote about an incident that is over. The newest row of an incident is in force."""

    incident_id: int
    at: datetime
    by: str
    summary: str = ""
    impact: str = ""  # on people, on the brand; what could not be seen is added by the machine
    part: Part | None = None  # our responsibility (Coombs 2007); None: nobody has said yet
    good: str = ""
    bad: str = ""
    luck: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that is to be done after an incident; at most eight of one incident."""

    incident_id: int
    n: int  # 1..8; 0: new
    words: str
    at: datetime  # of the last change
    by: str
    owner: str = ""
    due_at: datetime | None = None  # the end of a day, in UTC; see `due_on`
    state: ActionState = "open"

    @property
    def due_on(self) -> date | None:
        """The day that was chosen from a calendar: the same one in every zone."""
        return None if self.due_at is None else self.due_at.astimezone(UTC).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Posts that were written in one minute and came in in another."""

    created_minute: datetime
    received_minute: datetime
    posts: int
    complaints: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadHour:
    """Posts of one source in one hour of event time, own ones left out."""

    at: datetime
    source: str
    posts: int
    complaints: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingChange:
    """A setting as somebody put it. `value` None: it was removed."""

    key: str
    value: str | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A person says that a label is wrong, and what is right."""

    mention_id: str
    at: datetime
    by: str
    after: Label
    before: Label = "other"  # what it was; the store fills it in


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A line that somebody left beside a mention, for colleagues."""

    mention_id: str
    at: datetime
    who: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What an inbox is asked for. None and "": whatever it is."""

    brands: tuple[str, ...]
    since: datetime
    state: Literal["unheard", "heard", "answered", "closed", "second", "thanks", "all"] = "unheard"
    # "second": an answer to it waits for a second person
    words: str = ""  # searched in the texts
    label: Label | None = None
    source: str | None = None
    lang: str | None = None
    severity: int = 0  # at least
    assigned_to: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One mention with all that people did about it."""

    scored: Scored
    person: Person | None = None  # its author, when they complained; None: nobody waits for an answer to it
    assigned_to: str | None = None
    assigned_at: datetime | None = None
    notes: int = 0
    corrected_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Who did what, when: a line of the audit log. It is only ever added to."""

    at: datetime
    who: str
    what: str  # "took", "heard", "corrected", "logged in", …
    subject: str  # a mention id, "incident 12", a user's name, …
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer that somebody of the house writes to a mention. It leaves on the network's own page, never from here.

    draft -> sent, when nothing stands against it; draft -> waiting -> cleared -> sent, when a second person must
    read it; refused: that person says no. "seen": the stream saw it go out before anybody said so.
    """

    id: int  # 0: not stored yet
    mention_id: str
    brand: str
    writer: str
    words: str
    written_at: datetime  # the last change of the words
    author: str | None = None  # who is answered, as Person.author; None: not known
    state: ReplyState = "draft"
    revision: int = 1  # counted up with each change of the words: who agrees, agrees to one of them
    locks: tuple[str, ...] = ()  # of Lock: why a second person must read it
    findings: tuple[str, ...] = ()  # codes of the coach that were left in
    missing: tuple[str, ...] = ()  # parts of an apology that are not there
    why: str = ""  # the writer's reason for leaving them so
    twin: str | None = None  # the earlier answer that it repeats: "reply 12" or a post id
    asked_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None  # never the writer
    decided_words: str = ""
    sent_at: datetime | None = None
    seen_id: str | None = None  # the mention that the stream saw it as

    @property
    def post_id(self) -> str:
        """The post that it answers."""
        return self.mention_id.removesuffix(f"|{self.brand}")

    def may_be_decided_by(self, who: str) -> bool:
        """Whoever wrote it cannot lift its lock under any spelling; nor can nobody."""
        return bool(_bare(who)) and _bare(who) != _bare(self.writer)


def _bare(name: str) -> str:
    """A name without case, spaces and marks that nobody sees."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if unicodedata.category(letter)[0] not in "ZC")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyStep:
    """One line of a reply's history. It is only ever added to."""

    reply_id: int
    at: datetime
    what: str  # wrote, changed, asked, agreed, refused, sent, seen, dropped
    who: str | None = None  # None: the stream
    revision: int = 1
    words: str = ""  # what was said with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """One text that the brand's own accounts sent to several people, by hand or by a machine."""

    id: str  # the mention that was the first of them
    brand: str
    words: str
    first_at: datetime
    last_at: datetime
    people: int  # who got it
    posts: tuple[str, ...]  # the mentions, oldest first, at most 50


PlannedState = Literal["planned", "held", "released", "kept back"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A post that another tool is going to publish. We only know of it: it is never sent, nor marked as sent, by us.

    planned -> held, when quiet is on and it is not out yet; held -> released or kept back, by a person, when quiet
    is off again.
    """

    id: str  # the tool's own, else a digest of time, channel and text
    text: str
    added_by: str
    added_at: datetime  # of this text and time: whoever says yes says it to these
    at: datetime | None = None  # None: the file does not say
    channel: str = ""
    file: str = ""  # where we read of it
    state: PlannedState = "planned"
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TagLook:
    """What the brake said of a tag at one moment. No post of a stranger is kept with it."""

    tag: str  # without '#', lower case
    at: datetime
    verdict: str  # STOP, LOOK, OK
    posts: int
    because: tuple[str, ...] = ()  # packed reasons, see monitor.answer.hashtag


@dataclass(frozen=True, slots=True, kw_only=True)
class TagReading:
    """A named person says that they have read what a tag is about."""

    tag: str
    at: datetime
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message to one recipient on one channel: a row before it is sent (outbox)."""

    id: str  # incident|stage|channel|recipient; unique: the same stage is told once
    incident_id: int | None  # None: a test, a digest, blindness
    brand: str
    stage: str  # "first", "worse-2", "over", …
    reason: str  # first, worse, still burning, nobody has taken it, calming, over, blind, digest, test
    channel: str  # "email", …
    recipient: str
    message_id: str  # the same on every attempt; rows that share one leave as one message
    created_at: datetime
    due_at: datetime
    severity: Severity | None = None  # as it was when it was decided; None: not about an incident
    subject: str = ""
    evidence: Evidence | None = None  # as it was when it was decided
    attempts: int = 0
    leased_until: datetime | None = None
    sent_at: datetime | None = None  # None: still to send
    failed_at: datetime | None = None  # not None: given up, see error
    error: str = ""
    receipt: str = ""  # what the other side answered, or the file it was written to


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One of ours, and when it last said that it lives."""

    name: str  # collect, notify, serve
    pid: int
    started_at: datetime
    beat_at: datetime
    version: str
    note: str = ""  # a line for the health page and the wall: "mail goes to files: no SMTP settings"
    is_broken: bool = False  # `note` is bad news: it belongs on the wall


@dataclass(frozen=True, slots=True, kw_only=True)
class WallFacts:
    """All that one wall needs of one brand: rollups only, no raw mention is counted to draw it."""

    brand: str
    now: datetime
    incident: Incident | None  # the gravest that is not closed
    root: Mention | None  # the post that it hangs on
    unheard: int
    heard: int  # of the people of this incident (or of the last day): heard, answered or closed
    oldest_waiting_at: datetime | None
    buckets: tuple[
        Bucket, ...
    ]  # the last six hours and the ten minutes before them; minutes without mentions are left out
    expected: tuple[Expected, ...]
    sources: tuple[SourceHealth, ...]
    gaps: tuple[Gap, ...]
    processes: tuple[Process, ...]
    oldest_unsent_at: datetime | None  # of notifications that are due
    failed: int = 0  # notifications given up in the last day
    quiet_since: datetime | None = None
    quiet_by: str | None = None
    quiet_why: str = ""
    next_word_at: datetime | None = None  # when the owner promised the next update
    notes: tuple[str, ...] = field(default=())
    pasted: int = 0  # how many people got the same text of ours lately; 0: everybody got words of their own
