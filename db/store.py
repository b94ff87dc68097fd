"""The store as everybody else sees it: rows in, rows out, no connection and no SQL.

Two implementations stand behind it (SQLite; PostgreSQL later), and one contract test-suite runs over both.
Writing methods may be grouped with `atomic()`; a group is one transaction and all or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from db.rows import (
    Action,
    Arrival,
    Author,
    Bucket,
    Case,
    Change,
    Correction,
    Cursor,
    DeadLetter,
    Deed,
    Deletion,
    Expected,
    Forgotten,
    Gap,
    Incident,
    IncidentEvent,
    Look,
    Mention,
    Note,
    Notification,
    Pasted,
    Person,
    Planned,
    PlannedState,
    Process,
    Reply,
    ReplyStep,
    Review,
    RulePrecision,
    Rules,
    RulesVersion,
    Score,
    Scored,
    SettingChange,
    Signal,
    Silence,
    SourceHealth,
    SpreadHour,
    TagLook,
    TagReading,
    WallFacts,
)


class StoreError(Exception):
    """The store could not do it. The text says what happened and what to do."""


class StoreFull(StoreError):
    """The disk is full or a limit was reached: nothing was written, reading goes on."""


class StoreDiskError(StoreError):
    """The disk refused to read or write: nothing was written, trying again can help."""


class StoreBusy(StoreError):
    """Somebody else holds the file; trying again can help."""


class StoreCorrupt(StoreError):
    """The file is damaged. It was left as it is."""


class StoreForeign(StoreError):
    """The file is a database of somebody else, or of a newer Smoulder. It was left as it is."""


@runtime_checkable
class Store(Protocol):
    """Everything that is remembered."""

    # --- life ---------------------------------------------------------------------------------------------
    def atomic(self) -> AbstractContextManager[object]:
        """One write transaction (BEGIN IMMEDIATE); nested calls join the outer one.

        What is read inside sees what was written inside, and nobody else writes meanwhile: read in here what
        is to be changed and written back. When a nested call fails, the whole group fails.
        """
        ...

    def close(self) -> None: ...
    def versions(self) -> dict[str, str]:
        """{"sqlite": "3.53.4", "schema": "1", …} and "warning" when the library is known to be unsafe."""
        ...

    def backup(self, target: Path) -> None:
        """A consistent copy while others write. Raises StoreError when `target` exists.

        When the copy is later opened for writing, what waited in its outbox is given up instead of being sent
        a second time.
        """
        ...

    def disk(self) -> tuple[int, int]:
        """Free and total bytes of the disk that the store lies on; (0, 0) when it lies on none of ours."""
        ...

    def free_ballast(self) -> bool:
        """On a full disk: give up the reserve, so that what must be written can be. False: there is none left."""
        ...

    # --- what comes in ------------------------------------------------------------------------------------
    def add_mentions(self, mentions: Sequence[Mention]) -> list[Mention]:
        """Store them and give back those that count, as stored: new ids, and old ids whose text was edited.

        A known id raises likes, replies, reposts, quotes where more are known and is not given back.
        An edited one (later `edited_at`, other text) gets its new text, loses its score, and its minute loses
        the old score's counts. What was deleted stays deleted. The order of delivery makes no difference.
        Texts that the database refuses are cleaned or, one by one, dead-lettered; the rest is stored.
        New mentions that are not `is_own` are counted in their minute (`mentions`) in the same transaction.
        An own mention that answers somebody marks that person as answered.
        """
        ...

    def add_scores(self, scores: Sequence[Score]) -> list[Score]:
        """Store them and add them to the minute buckets; give back those that were new.

        Scores of own, deleted or unknown mentions and second scores of one mention are left out.

        A complaint or hostile post of an author who does not wait yet opens a Person row, unless the
        mention's `ingest` is "import".
        """
        ...

    def unscored(self, limit: int) -> list[Mention]:
        """Mentions without a score in the order in which they came (own and deleted ones excluded)."""
        ...

    def delete_posts(self, deletions: Sequence[Deletion]) -> int:
        """Scrub text, names, links and index of these posts (for every brand), keep the counts; how many rows.

        Where an incident's evidence quotes such a post, the quotation goes as well.
        """
        ...

    def authors(self, name: str) -> list[Author]:
        """Everybody whom "@leah", "x:leah" or a network's number for people may mean; () when nobody."""
        ...

    def forget(self, author: Author, at: datetime) -> Forgotten:
        """Scrub a person's posts, the notes about them and our words to them; counts stay. It cannot be undone.

        The ids of their posts stay, so that they do not come in again; a backup is not touched. The file is written
        anew, so that no trace is left in it.
        """
        ...

    def count_older(self, before: datetime) -> int:
        """Mentions written before that."""
        ...

    def prune(self, before: datetime) -> int:
        """Remove mentions written before that, with scores, notes and who waited; how many.

        Minute buckets, incidents, reviews and answers stay. In short transactions, so that others go on writing; then
        the file is written anew.
        """
        ...

    def add_dead_letters(self, letters: Sequence[DeadLetter]) -> None: ...
    def dead_letters(self, limit: int = 50) -> list[DeadLetter]: ...
    def move_cursors(self, cursors: Sequence[Cursor]) -> None: ...
    def cursors(self) -> dict[str, Cursor]: ...

    # --- reading mentions ---------------------------------------------------------------------------------
    def mention(self, mention_id: str) -> Scored | None: ...
    def mentions(self, ids: Sequence[str]) -> list[Scored]:
        """In the order of `ids`; unknown ids are left out."""
        ...

    def mentions_between(
        self,
        brand: str,
        start: datetime,
        end: datetime,
        limit: int | None = None,
        *,
        newest: bool = False,
        complaints: bool = False,
    ) -> list[Scored]:
        """By created_at, oldest first, start <= created_at < end, own ones included. Of more than `limit` the first
        are given, or the `newest`. `complaints`: of the others' posts only complaints and hostile ones."""
        ...

    def history(
        self, brand: str, since: datetime | None = None, until: datetime | None = None, *, after: int = 0
    ) -> Iterable[Scored]:
        """By received_at, then created_at, then id; streams, for replay and for warming up detection.

        since <= received_at < until; `after` leaves out what was stored at that position() or before.
        """
        ...

    def position(self) -> int:
        """How many mentions were ever stored: grows by one with each, in the order of storing."""
        ...

    def span(self, brand: str) -> tuple[datetime, datetime] | None:
        """created_at of the first and the last mention; None: there is none."""
        ...

    def search(self, words: str, brand: str | None = None, limit: int = 50) -> list[Scored]:
        """Full text, newest first, accents folded. Any input is harmless: words are quoted, at most 32 of them.

        The newest are chosen among the 2,000 latest stored that have all the words.
        """
        ...

    def thread(self, root: str, brand: str, limit: int = 200, *, newest: bool = False) -> list[Scored]:
        """The root post and what hangs on it, oldest first. Of more than `limit` the first, or the `newest`."""
        ...

    def counts(self) -> dict[str, int]:
        """Rows per table (mentions, scores, incidents, …), cheap enough for the health page."""
        ...

    # --- rollups ------------------------------------------------------------------------------------------
    def buckets(self, brand: str, start: datetime, end: datetime) -> list[Bucket]:
        """start <= minute < end, oldest first, minutes without mentions left out."""
        ...

    def add_expected(self, rows: Sequence[Expected]) -> None: ...
    def expected(self, brand: str, start: datetime, end: datetime) -> list[Expected]: ...
    def wall(self, brand: str, now: datetime) -> WallFacts:
        """From rollups only. Quiet is the setting "quiet"; the next promised word is the setting
        "next word: <incident id>" (ISO 8601), which whoever made the promise puts.
        """
        ...

    def waiting(self, brand: str, since: datetime, limit: int = 200) -> list[Person]:
        """People still unheard who began to wait at `since` or later, longest wait first."""
        ...

    def how_many_wait(self, brand: str, since: datetime) -> tuple[int, int]:
        """Of those who began to wait at `since` or later: who is unheard, and who was heard. What the wall says."""
        ...

    def hear(self, brand: str, author: str, state: str, by: str, at: datetime) -> None: ...

    # --- what people do -----------------------------------------------------------------------------------
    def cases(self, look: Look) -> list[Case]:
        """People by their state, the gravest and then the longest wait first; "thanks" and "all": the newest first."""
        ...

    def cases_of(self, ids: Sequence[str]) -> list[Case]:
        """In the order of `ids`; unknown ids are left out."""
        ...

    def assign(self, mention_id: str, who: str | None, at: datetime) -> bool:
        """`who` takes it; None: nobody has it any more. False: there is no such mention."""
        ...

    def correct(self, correction: Correction) -> bool:
        """A person's label replaces the scorer's; the minute's counts and who waits follow.

        False: no such mention, not scored yet, or it has this label already. Kept with what it was before.
        """
        ...

    def corrections(self, limit: int = 500) -> list[Correction]:
        """Newest first."""
        ...

    def add_note(self, note: Note) -> bool:
        """False: there is no such mention."""
        ...

    def notes(self, mention_id: str) -> list[Note]:
        """Oldest first."""
        ...

    # --- answers ------------------------------------------------------------------------------------------
    def reply(self, reply_id: int) -> Reply | None: ...
    def replies(
        self,
        *,
        brand: str | None = None,
        mention_ids: Sequence[str] | None = None,
        states: Sequence[str] = (),
        since: datetime | None = None,
        limit: int = 200,
    ) -> list[Reply]:
        """Newest first, by when they were sent, else written. What is not asked for is not looked at."""
        ...

    def reply_steps(self, reply_id: int) -> list[ReplyStep]:
        """Oldest first."""
        ...

    def write_reply(self, reply: Reply) -> Reply | None:
        """Keep a draft: a new one (id 0), or other words for one of the writer's own, which takes back every yes.

        None: it is gone, somebody else's, or was changed meanwhile (`revision` is not the stored one).
        """
        ...

    def ask_reply(self, judged: Reply, at: datetime) -> Reply | None:
        """The writer lets a second person read the stored words; `judged` brings locks and findings. None as above."""
        ...

    def decide_reply(
        self, reply_id: int, revision: int, who: str, is_agreed: bool, words: str, at: datetime
    ) -> Reply | None:
        """A second person agrees to one revision, or refuses it. None: it does not wait, was changed meanwhile, or
        `who` is its writer."""
        ...

    def send_reply(self, judged: Reply, at: datetime) -> Reply | None:
        """The writer says that it went out; its person is answered. None: a lock of `judged` stands which no second
        person has lifted for these very words, or as in write_reply."""
        ...

    def drop_reply(self, reply_id: int, who: str, at: datetime) -> bool:
        """The writer gives up a draft. False: it is not theirs, or has left."""
        ...

    def answered_at(self, brand: str, author: str, since: datetime) -> list[datetime]:
        """When this person got an answer of ours, recorded here or only seen in the stream; oldest first."""
        ...

    def own_answers(self, brand: str, since: datetime, limit: int = 10_000) -> list[Mention]:
        """The brand's own posts that answer somebody: the newest `limit` of them, oldest first."""
        ...

    def complaining(self, brand: str, start: datetime, end: datetime, limit: int = 2_000) -> list[Person]:
        """Everybody who began to wait, or complained, in this time; the longest wait first, in whatever state."""
        ...

    def written_by(
        self, brand: str, authors: Sequence[str], start: datetime, end: datetime, limit: int = 500
    ) -> list[Scored]:
        """What these people (Person.author) wrote in this time, oldest first."""
        ...

    def put_pasted(self, rows: Sequence[Pasted]) -> None:
        """Insert, or replace by id."""
        ...

    def pasted(self, brand: str, since: datetime) -> list[Pasted]:
        """Texts of ours that went to several people, the last of them at `since` or later; most people first."""
        ...

    # --- what was done ------------------------------------------------------------------------------------
    def add_deed(self, deed: Deed) -> None: ...
    def deeds(self, limit: int = 200, what: Sequence[str] = ()) -> list[Deed]:
        """Newest first. `what`: of these kinds only; empty: of all."""
        ...

    # --- what waits while it is quiet -----------------------------------------------------------------------
    def put_planned(self, rows: Sequence[Planned]) -> list[Planned]:
        """Those that were new or changed. What is known as it is keeps its state; other words or another time need a
        new yes: a post that somebody decided on is held again."""
        ...

    def planned(self, since: datetime | None = None, limit: int = 2_000) -> list[Planned]:
        """By their time, the soonest first; those without a time first of all. `since`: without those whose time was
        before it, unless they are held: what is over is never forgotten, and must not crowd out what is to come."""
        ...

    def hold_planned(self, since: datetime) -> int:
        """Hold all that is planned or released for `since` or later, or for nobody knows when; how many."""
        ...

    def decide_planned(self, planned: Planned, state: PlannedState, who: str, at: datetime) -> bool:
        """A named person lets one held post go ("released") or keeps it back. `planned`: as that person saw it.

        False: it is gone, was changed meanwhile, is not held, or it is quiet still.
        """
        ...

    # --- tags ---------------------------------------------------------------------------------------------
    def add_tag_look(self, look: TagLook) -> None: ...
    def tag_look(self, tag: str, since: datetime) -> TagLook | None:
        """The newest of this tag that is not older than `since`."""
        ...

    def tag_looks(self, limit: int = 50) -> list[TagLook]:
        """The newest of each tag, newest first."""
        ...

    def add_tag_reading(self, reading: TagReading) -> None: ...
    def tag_reading(self, tag: str, since: datetime) -> TagReading | None: ...

    # --- thanks -------------------------------------------------------------------------------------------
    def praise(
        self, brands: Sequence[str], since: datetime, limit: int = 100, *, mention_id: str | None = None
    ) -> list[Case]:
        """Praise that nobody has answered or left, the oldest first; `mention_id`: that one, if it is among them."""
        ...

    def leave_praise(self, mention_id: str, who: str, at: datetime) -> bool:
        """It needs no answer. False: there is no such mention."""
        ...

    # --- sources ------------------------------------------------------------------------------------------
    def put_source_health(self, rows: Sequence[SourceHealth]) -> None: ...
    def source_health(self) -> list[SourceHealth]: ...
    def open_gap(self, gap: Gap) -> None:
        """Idempotent: a source has at most one open gap, and one that is known by its start is left as it is."""
        ...

    def close_gap(self, source: str, end: datetime) -> None: ...
    def fill_gaps(self, filled: Gap) -> None:
        """A catch-up has read what this gap missed: closed gaps of its source that touch it count as seen."""
        ...

    def gaps(self, start: datetime, end: datetime) -> list[Gap]:
        """Those that overlap start..end and were not filled."""
        ...

    # --- detection and incidents --------------------------------------------------------------------------
    def rules(self) -> dict[str, Rules]:
        """In force, by brand."""
        ...

    def rules_version(self) -> int:
        """Grows with every change of any brand's rules; 0: there are none. Cheap enough to ask every second."""
        ...

    def rules_versions(self, brand: str, limit: int = 50) -> list[RulesVersion]:
        """Newest first."""
        ...

    def put_rules(self, rules: Rules, by: str, at: datetime) -> None:
        """A new signed version; older ones stay."""
        ...

    def add_signals(self, signals: Sequence[Signal]) -> None: ...
    def signals(self, brand: str, start: datetime, end: datetime) -> list[Signal]: ...
    def put_changes(self, changes: Sequence[Change]) -> list[Change]:
        """Insert (id 0) or update incidents, append their events; give them back with their ids.

        An update replaces the whole row: read it inside the same atomic(), or a person's word may be lost.
        """
        ...

    def incident(self, incident_id: int) -> Incident | None: ...
    def incidents(
        self,
        brand: str | None = None,
        *,
        is_open: bool | None = None,
        since: datetime | None = None,
        before: int | None = None,
        limit: int | None = 500,
    ) -> list[Incident]:
        """Newest first. `since`: opened then or later. `before`: those that come after this incident in the list;
        none when there is no such incident. `limit`: None for all, however many."""
        ...

    def incidents_at_hand(self, since: datetime) -> list[Incident]:
        """All that are open, and those closed at `since` or later."""
        ...

    def incident_events(self, incident_id: int) -> list[IncidentEvent]: ...
    def precision_by_rule(self, brand: str, since: datetime) -> list[RulePrecision]:
        """How often each rule was right, by the incidents opened at `since` or later; most alarms first.

        Rules that told nobody anything are left out. Incidents of an import count only when somebody judged them.
        """
        ...

    def add_silence(self, silence: Silence) -> Silence:
        """Keep it, and give it back with its id. ValueError: it ends before it begins, or has no author."""
        ...

    def end_silence(self, silence_id: int, by: str, at: datetime) -> bool:
        """False: there is no such silence, or it is over already."""
        ...

    def silences(self, brand: str | None = None, at: datetime | None = None, limit: int = 100) -> list[Silence]:
        """Those in force at `at` (None: all there ever were), of one brand or of all; the one that ends last first."""
        ...

    def snapshot(self, brand: str) -> tuple[datetime, bytes] | None:
        """The detectors' memory of a brand, as it was last put."""
        ...

    def put_snapshot(self, brand: str, at: datetime, memory: bytes) -> None: ...

    # --- reviews ------------------------------------------------------------------------------------------
    def put_review(self, review: Review) -> None:
        """A new signed version; older ones stay."""
        ...

    def reviews(self, incident_id: int, limit: int = 20) -> list[Review]:
        """Newest first; the first is in force."""
        ...

    def put_action(self, action: Action) -> Action | None:
        """Add (n 0) or change one; None: the incident has eight already, or none of this number."""
        ...

    def actions(self, incident_id: int | None = None) -> list[Action]:
        """Of one incident by number; of all: the open ones, those that are due first."""
        ...

    def first_heard(self, incident_ids: Sequence[int]) -> dict[int, datetime]:
        """When the first person of each incident was heard; incidents without one are left out."""
        ...

    def people(self, brand: str, start: datetime, end: datetime, limit: int = 5000) -> list[Person]:
        """Who began to wait from `start` to before `end`, heard or not, the first first."""
        ...

    def arrivals(self, brand: str, start: datetime, end: datetime) -> list[Arrival]:
        """Posts written in start..end, own ones left out, by the minute of writing and of coming in."""
        ...

    def spread(self, brand: str, start: datetime, end: datetime) -> list[SpreadHour]:
        """Posts per hour of event time and source, own ones left out, oldest first."""
        ...

    def own_posts(self, brand: str, start: datetime, end: datetime, limit: int = 500) -> list[Mention]:
        """What the brand's own accounts wrote in start..end, oldest first."""
        ...

    # --- outbox -------------------------------------------------------------------------------------------
    def add_notifications(self, rows: Sequence[Notification]) -> list[Notification]:
        """Those that were new; a known id is left as it is."""
        ...

    def claim_notifications(
        self, now: datetime, lease_seconds: float, limit: int = 20, channel: str | None = None
    ) -> list[Notification]:
        """Due, neither sent nor failed nor leased, of one channel or of all; oldest due first.

        Leased to the caller and counted as an attempt. `limit` counts messages: due rows that share a
        message_id leave as one and are claimed together.
        """
        ...

    def mark_sent(self, notification_id: str, at: datetime, receipt: str) -> None: ...
    def mark_retry(self, notification_id: str, due_at: datetime, error: str) -> None: ...
    def mark_failed(self, notification_id: str, at: datetime, error: str) -> None: ...
    def notifications(self, incident_id: int | None = None, limit: int = 500) -> list[Notification]:
        """Newest first; of one incident, or of all."""
        ...

    # --- processes and settings ---------------------------------------------------------------------------
    def beat(self, process: Process) -> None: ...
    def processes(self) -> list[Process]: ...
    def setting(self, key: str) -> str | None: ...
    def setting_changes(self, keys: Sequence[str], limit: int = 200) -> list[SettingChange]:
        """What was put under these keys, oldest first; of more than `limit` the newest."""
        ...

    def put_setting(self, key: str, value: str | None, by: str, at: datetime, *, is_secret: bool = False) -> None:
        """None removes it. Every change is kept with who and when; of a secret not with what."""
        ...


def open_store(url: str | Path, *, read_only: bool = False) -> Store:
    """Open a store by its address: a path or sqlite:///path (":memory:" for tests).

    Creates the file and migrates it, after a backup, unless `read_only`. Raises StoreForeign, StoreCorrupt,
    StoreBusy, StoreFull or StoreError with a sentence that says how to mend it.
    """
    from db.sqlite import SqliteStore

    address = str(url).removeprefix("sqlite:///")
    return SqliteStore(address, read_only=read_only)
