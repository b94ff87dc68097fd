"""The store in one SQLite file: rows in, rows out.

What a row looks like in its table stands in columns.py, the tables in migrations.py, the file and its
transactions in file.py, what is counted when something comes in in intake.py and people.py. Nothing here decides.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from db import brakes, desk, forgetting, replies, reviews
from db.clean import clean
from db.columns import columns, from_ms, to_json, to_ms
from db.engine import sqlite3
from db.file import BALLAST_BYTES, BUSY_SECONDS, SqliteFile
from db.intake import MINUTE_MS, RAW_CHARS_KEPT, keep_mentions, keep_scores, scrub
from db.migrations import STEPS, Step
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

Row = TypeVar("Row")

WALL_HOURS = timedelta(hours=6, minutes=10)
DAY = timedelta(days=1)
PASTED_SHOWN = timedelta(hours=3)
WORDS_SEARCHED = 32
HITS_SEARCHED = 2_000
DEAD_LETTERS_KEPT = 10_000
PRUNED_AT_ONCE = 2_000
HISTORY_ROWS = 1_000
HIDDEN = "(not kept)"  # instead of a secret, in the log of changes

_MENTION = columns(Mention)
_SCORE = columns(Score)
_SCORED = (
    f"{_MENTION.sql('m.')}, m.id AS mention_id, {_SCORE.sql('s.', skip=['mention_id'])} "
    "FROM mentions m LEFT JOIN scores s ON s.n = m.n"
)
_DUE = (
    "sent_at IS NULL AND failed_at IS NULL AND due_at <= ?1 AND (leased_until IS NULL OR leased_until <= ?1) "
    "AND (?2 IS NULL OR channel = ?2)"
)
COUNTED = (
    "mentions",
    "unscored",
    "scores",
    "buckets",
    "people",
    "incidents",
    "incident_events",
    "signals",
    "notifications",
    "dead_letters",
    "gaps",
)


class SqliteStore:
    """The Store protocol on one file; see file.py for what opening it may raise."""

    def __init__(
        self,
        path: str | Path,
        *,
        read_only: bool = False,
        steps: Sequence[Step] = STEPS,
        ballast_bytes: int = BALLAST_BYTES,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        self.file = SqliteFile(
            str(path), read_only=read_only, steps=steps, ballast_bytes=ballast_bytes, busy_seconds=busy_seconds
        )

    # --- life ---------------------------------------------------------------------------------------------
    def atomic(self) -> AbstractContextManager[sqlite3.Connection]:
        return self.file.atomic()

    def close(self) -> None:
        self.file.close()

    def versions(self) -> dict[str, str]:
        return self.file.facts()

    def backup(self, target: Path) -> None:
        self.file.backup(target)

    def disk(self) -> tuple[int, int]:
        return self.file.disk()

    def free_ballast(self) -> bool:
        return self.file.free_ballast()

    # --- what comes in ------------------------------------------------------------------------------------
    def add_mentions(self, mentions: Sequence[Mention]) -> list[Mention]:
        if not mentions:
            return []
        with self.atomic() as write:
            fresh, refused = keep_mentions(write, mentions)
            self.add_dead_letters(refused)
        return fresh

    def add_scores(self, scores: Sequence[Score]) -> list[Score]:
        if not scores:
            return []
        with self.atomic() as write:
            return keep_scores(write, scores)

    def unscored(self, limit: int) -> list[Mention]:
        return self._rows(
            Mention,
            f"SELECT {_MENTION.sql('m.')} FROM unscored u JOIN mentions m ON m.n = u.n ORDER BY u.n LIMIT ?",
            limit,
        )

    def delete_posts(self, deletions: Sequence[Deletion]) -> int:
        if not deletions:
            return 0
        with self.atomic() as write:
            return scrub(write, deletions)

    def authors(self, name: str) -> list[Author]:
        with self.file.reading() as read:
            return forgetting.authors(read, clean(name))

    def forget(self, author: Author, at: datetime) -> Forgotten:
        with self.atomic() as write:
            found = forgetting.forget(write, author, at)
        self.file.write_anew()
        return found

    def count_older(self, before: datetime) -> int:
        with self.file.reading() as read:
            return forgetting.count_older(read, before)

    def prune(self, before: datetime) -> int:
        pruned = 0
        while True:
            with self.atomic() as write:
                done = forgetting.prune(write, before, PRUNED_AT_ONCE)
            pruned += done
            if done < PRUNED_AT_ONCE:
                self.file.write_anew()
                return pruned

    def add_dead_letters(self, letters: Sequence[DeadLetter]) -> None:
        """Of all dead letters the newest 10,000 are kept, so that a broken source cannot fill the disk."""
        if not letters:
            return
        kept = [
            replace(row, raw=clean(row.raw[:RAW_CHARS_KEPT]), reason=clean(row.reason[:RAW_CHARS_KEPT]))
            for row in letters
        ]
        with self.atomic() as write:
            self._put(kept, "INSERT")
            write.execute(
                "DELETE FROM dead_letters WHERE n <= (SELECT max(n) FROM dead_letters) - ?", (DEAD_LETTERS_KEPT,)
            )

    def dead_letters(self, limit: int = 50) -> list[DeadLetter]:
        return self._select(DeadLetter, "ORDER BY n DESC LIMIT ?", limit)

    def move_cursors(self, cursors: Sequence[Cursor]) -> None:
        self._put(cursors)

    def cursors(self) -> dict[str, Cursor]:
        return {row.source: row for row in self._select(Cursor)}

    # --- reading mentions ---------------------------------------------------------------------------------
    def mention(self, mention_id: str) -> Scored | None:
        return next(iter(self.mentions([mention_id])), None)

    def mentions(self, ids: Sequence[str]) -> list[Scored]:
        found = self._scored("WHERE m.id IN (SELECT value FROM json_each(?))", to_json([clean(each) for each in ids]))
        by_id = {one.mention.id: one for one in found}
        return [by_id[each] for each in ids if each in by_id]

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
        order = "m.created_at DESC, m.n DESC" if newest else "m.created_at, m.n"
        which = "AND (m.is_own = 1 OR s.label IN ('complaint', 'hostile'))" if complaints else ""
        found = self._scored(
            f"WHERE m.brand = ? AND m.created_at >= ? AND m.created_at < ? {which} ORDER BY {order} LIMIT ?",
            brand,
            to_ms(start),
            to_ms(end),
            -1 if limit is None else limit,
        )
        return found[::-1] if newest else found

    def history(
        self, brand: str, since: datetime | None = None, until: datetime | None = None, *, after: int = 0
    ) -> Iterator[Scored]:
        # What came after a position is near the end of the table: walk it by `n`, not by the brand's index.
        brand_is = "+m.brand = ? AND m.n > ?" if after else "m.brand = ? AND m.n > ?"
        sql = (
            f"SELECT {_SCORED} WHERE {brand_is} AND m.received_at >= ? AND m.received_at < ? "
            "ORDER BY m.received_at, m.created_at, m.id"
        )
        start = to_ms(since) if since else -(2**62)
        end = to_ms(until) if until else 2**62
        with self.file.reading() as read:
            cursor = read.execute(sql, (brand, after, start, end))
            part = cursor.fetchall() if self.file.is_memory else cursor.fetchmany(HISTORY_ROWS)
            while part:
                yield from map(_scored, part)
                part = cursor.fetchmany(HISTORY_ROWS)

    def position(self) -> int:
        return int(self._value("SELECT coalesce(max(n), 0) FROM mentions"))

    def span(self, brand: str) -> tuple[datetime, datetime] | None:
        first = self._value("SELECT min(created_at) FROM mentions WHERE brand = ?", brand)
        last = self._value("SELECT max(created_at) FROM mentions WHERE brand = ?", brand)
        return None if first is None else (from_ms(first), from_ms(last))

    def search(self, words: str, brand: str | None = None, limit: int = 50) -> list[Scored]:
        match = _match(words, brand)
        if match is None or limit < 1:
            return []
        with self.file.snapshot() as read:
            # CROSS JOIN: the words first, latest first, and only then the rows.
            hits = read.execute(
                "SELECT m.n FROM mentions_words w CROSS JOIN mentions m ON m.n = w.rowid "
                f"WHERE w.mentions_words MATCH ? {'AND m.brand = ?' if brand is not None else ''} "
                "ORDER BY w.rowid DESC LIMIT ?",
                (match, *([brand] if brand is not None else []), HITS_SEARCHED),
            ).fetchall()
            rows = read.execute(
                f"SELECT {_SCORED} WHERE m.n IN (SELECT value FROM json_each(?)) "
                "ORDER BY m.created_at DESC, m.n DESC LIMIT ?",
                (to_json([hit[0] for hit in hits]), limit),
            ).fetchall()
        return [_scored(row) for row in rows]

    def thread(self, root: str, brand: str, limit: int = 200, *, newest: bool = False) -> list[Scored]:
        order = "m.created_at DESC, m.n DESC" if newest else "m.created_at, m.n"
        found = self._scored(
            "WHERE m.n IN (SELECT n FROM mentions WHERE id IN (?1, ?1 || '|' || ?2) AND brand = ?2 "
            f"UNION SELECT n FROM mentions WHERE hangs_on = ?1 AND brand = ?2) ORDER BY {order} LIMIT ?3",
            clean(root),
            brand,
            limit,
        )
        return found[::-1] if newest else found

    def counts(self) -> dict[str, int]:
        return {table: int(self._value(f"SELECT count(*) FROM {table}")) for table in COUNTED}

    # --- rollups ------------------------------------------------------------------------------------------
    def buckets(self, brand: str, start: datetime, end: datetime) -> list[Bucket]:
        return self._select(
            Bucket, "WHERE brand = ? AND minute >= ? AND minute < ? ORDER BY minute", brand, to_ms(start), to_ms(end)
        )

    def add_expected(self, rows: Sequence[Expected]) -> None:
        self._put(rows)

    def expected(self, brand: str, start: datetime, end: datetime) -> list[Expected]:
        return self._select(
            Expected, "WHERE brand = ? AND at >= ? AND at < ? ORDER BY at", brand, to_ms(start), to_ms(end)
        )

    def wall(self, brand: str, now: datetime) -> WallFacts:
        start, end = now - WALL_HOURS, now + timedelta(milliseconds=1)
        with self.file.snapshot():
            incident = self._gravest(brand)
            since = now - DAY
            if incident is not None:
                since = incident.first_post_at or incident.opened_at
            unheard, heard = self.how_many_wait(brand, since)
            quiet = self._signed("quiet")
            promised = self._signed(f"next word: {incident.id}") if incident else None
            return WallFacts(
                brand=brand,
                now=now,
                incident=incident,
                root=self._root(incident.root, brand) if incident and incident.root else None,
                unheard=unheard,
                heard=heard,
                oldest_waiting_at=self._time(
                    "SELECT min(waiting_since) FROM people "
                    "WHERE brand = ? AND state = 'unheard' AND waiting_since >= ?",
                    brand,
                    to_ms(since),
                ),
                buckets=tuple(self.buckets(brand, start, end)),
                expected=tuple(self.expected(brand, start, end)),
                sources=tuple(self.source_health()),
                gaps=tuple(self.gaps(start, end)),
                processes=tuple(self.processes()),
                oldest_unsent_at=self._time(
                    "SELECT min(first_due_at) FROM notifications "
                    "WHERE sent_at IS NULL AND failed_at IS NULL AND first_due_at <= ?",
                    to_ms(now),
                ),
                failed=int(
                    self._value(
                        "SELECT count(*) FROM notifications WHERE failed_at IS NOT NULL AND failed_at >= ?",
                        to_ms(now - DAY),
                    )
                ),
                quiet_since=quiet[1] if quiet else None,
                quiet_by=quiet[2] if quiet else None,
                quiet_why=_why(quiet[0]) if quiet else "",
                next_word_at=_iso(promised[0]) if promised else None,
                pasted=max((row.people for row in self.pasted(brand, now - PASTED_SHOWN)), default=0),
            )

    def waiting(self, brand: str, since: datetime, limit: int = 200) -> list[Person]:
        return self._select(
            Person,
            "WHERE brand = ? AND state = 'unheard' AND waiting_since >= ? ORDER BY waiting_since LIMIT ?",
            brand,
            to_ms(since),
            limit,
        )

    def hear(self, brand: str, author: str, state: str, by: str, at: datetime) -> None:
        is_heard = state != "unheard"
        with self.atomic() as write:
            write.execute(
                "UPDATE people SET state = ?, heard_at = ?, heard_by = ? WHERE brand = ? AND author = ?",
                (state, to_ms(at) if is_heard else None, by if is_heard else None, brand, author),
            )

    # --- what people do -----------------------------------------------------------------------------------
    def cases(self, look: Look) -> list[Case]:
        with self.file.snapshot() as read:
            hits: set[int] | None = None
            if look.words.strip():
                matches = [match for brand in look.brands if (match := _match(look.words, brand)) is not None]
                hits = {n for match in matches for n in self._hits(match)}
            return desk.cases(read, look, None if hits is None else list(hits))

    def cases_of(self, ids: Sequence[str]) -> list[Case]:
        with self.file.snapshot() as read:
            return desk.cases_of(read, [clean(each) for each in ids])

    def _hits(self, match: str) -> list[int]:
        sql = "SELECT rowid FROM mentions_words WHERE mentions_words MATCH ? ORDER BY rowid DESC LIMIT ?"
        return [row[0] for row in self._all(sql, match, HITS_SEARCHED)]

    def assign(self, mention_id: str, who: str | None, at: datetime) -> bool:
        with self.atomic() as write:
            if not self._is_known(mention_id):
                return False
            write.execute("DELETE FROM assignments WHERE mention_id = ?", (mention_id,))
            if who is not None:
                row = (mention_id, clean(who), to_ms(at))
                write.execute("INSERT INTO assignments (mention_id, who, at) VALUES (?, ?, ?)", row)
        return True

    def correct(self, correction: Correction) -> bool:
        with self.atomic() as write:
            return desk.correct(write, replace(correction, by=clean(correction.by)))

    def corrections(self, limit: int = 500) -> list[Correction]:
        return self._select(Correction, "ORDER BY n DESC LIMIT ?", limit)

    def add_note(self, note: Note) -> bool:
        with self.atomic():
            if not self._is_known(note.mention_id):
                return False
            self._put([replace(note, words=clean(note.words), who=clean(note.who))], "INSERT")
        return True

    def notes(self, mention_id: str) -> list[Note]:
        return self._select(Note, "WHERE mention_id = ? ORDER BY n", clean(mention_id))

    def add_deed(self, deed: Deed) -> None:
        cleaned = replace(deed, who=clean(deed.who), subject=clean(deed.subject), words=clean(deed.words))
        self._put([cleaned], "INSERT")

    def deeds(self, limit: int = 200, what: Sequence[str] = ()) -> list[Deed]:
        where = "WHERE what IN (SELECT value FROM json_each(?)) " if what else ""
        return self._select(Deed, f"{where}ORDER BY n DESC LIMIT ?", *([to_json(list(what))] if what else []), limit)

    # --- answers ------------------------------------------------------------------------------------------
    def reply(self, reply_id: int) -> Reply | None:
        with self.file.reading() as read:
            return replies.one(read, reply_id)

    def replies(
        self,
        *,
        brand: str | None = None,
        mention_ids: Sequence[str] | None = None,
        states: Sequence[str] = (),
        since: datetime | None = None,
        limit: int = 200,
    ) -> list[Reply]:
        with self.file.reading() as read:
            return replies.some(read, brand, mention_ids, states, since, limit)

    def reply_steps(self, reply_id: int) -> list[ReplyStep]:
        return self._select(ReplyStep, "WHERE reply_id = ? ORDER BY n", reply_id)

    def write_reply(self, reply: Reply) -> Reply | None:
        with self.atomic() as write:
            return replies.write(write, reply)

    def ask_reply(self, judged: Reply, at: datetime) -> Reply | None:
        with self.atomic() as write:
            return replies.ask(write, judged, at)

    def decide_reply(
        self, reply_id: int, revision: int, who: str, is_agreed: bool, words: str, at: datetime
    ) -> Reply | None:
        with self.atomic() as write:
            return replies.decide(write, reply_id, revision, who, is_agreed, words, at)

    def send_reply(self, judged: Reply, at: datetime) -> Reply | None:
        with self.atomic() as write:
            sent = replies.send(write, judged, at)
            if sent is not None and sent.author is not None:
                self.hear(sent.brand, sent.author, "answered", sent.writer, at)
        return sent

    def drop_reply(self, reply_id: int, who: str, at: datetime) -> bool:
        with self.atomic() as write:
            return replies.drop(write, reply_id, who, at)

    def answered_at(self, brand: str, author: str, since: datetime) -> list[datetime]:
        with self.file.reading() as read:
            return [from_ms(ms) for ms in replies.answered_at(read, brand, author, since)]

    def own_answers(self, brand: str, since: datetime, limit: int = 10_000) -> list[Mention]:
        with self.file.reading() as read:
            return replies.own_answers(read, brand, since, limit)

    def complaining(self, brand: str, start: datetime, end: datetime, limit: int = 2_000) -> list[Person]:
        with self.file.reading() as read:
            return replies.complaining(read, brand, start, end, limit)

    def written_by(
        self, brand: str, authors: Sequence[str], start: datetime, end: datetime, limit: int = 500
    ) -> list[Scored]:
        with self.file.snapshot() as read:
            return self.mentions(replies.written_by(read, brand, authors, start, end, limit))

    def put_pasted(self, rows: Sequence[Pasted]) -> None:
        with self.atomic() as write:
            replies.put_pasted(write, rows)

    def pasted(self, brand: str, since: datetime) -> list[Pasted]:
        with self.file.reading() as read:
            return replies.pasted(read, brand, since)

    def _is_known(self, mention_id: str) -> bool:
        return self._one("SELECT 1 FROM mentions WHERE id = ?", clean(mention_id)) is not None

    def _gravest(self, brand: str) -> Incident | None:
        found = self._select(
            Incident,
            "WHERE brand = ? AND state <> 'closed' AND is_historical = 0 "
            "ORDER BY severity = 'storm' DESC, last_signal_at DESC LIMIT 1",
            brand,
        )
        return found[0] if found else None

    def _root(self, root: str, brand: str) -> Mention | None:
        found = self.mentions([root, f"{root}|{brand}"])
        return next((one.mention for one in found if one.mention.brand == brand), None)

    def how_many_wait(self, brand: str, since: datetime) -> tuple[int, int]:
        # Whole minutes from the rollup.
        start = to_ms(since)
        whole = -(-start // MINUTE_MS) * MINUTE_MS
        row = self._one(
            "SELECT sum(unheard), sum(heard) FROM ("
            "SELECT unheard, heard FROM people_minutes WHERE brand = ?1 AND minute >= ?3 UNION ALL "
            "SELECT state = 'unheard', state <> 'unheard' FROM people "
            "WHERE brand = ?1 AND waiting_since >= ?2 AND waiting_since < ?3)",
            brand,
            start,
            whole,
        )
        return (row[0] or 0, row[1] or 0) if row else (0, 0)

    # --- brakes -------------------------------------------------------------------------------------------
    def put_planned(self, rows: Sequence[Planned]) -> list[Planned]:
        with self.atomic() as write:
            return brakes.put(write, rows)

    def planned(self, since: datetime | None = None, limit: int = 2_000) -> list[Planned]:
        return self._select(
            Planned,
            "WHERE ?1 IS NULL OR state = 'held' OR at IS NULL OR at >= ?1 ORDER BY at, id LIMIT ?2",
            None if since is None else to_ms(since),
            limit,
        )

    def hold_planned(self, since: datetime) -> int:
        with self.atomic() as write:
            return brakes.hold(write, since)

    def decide_planned(self, planned: Planned, state: PlannedState, who: str, at: datetime) -> bool:
        with self.atomic() as write:
            return brakes.decide(write, planned, state, who, at)

    def add_tag_look(self, look: TagLook) -> None:
        self._put([replace(look, tag=clean(look.tag))], "INSERT")

    def tag_look(self, tag: str, since: datetime) -> TagLook | None:
        where = "WHERE tag = ? AND at >= ? ORDER BY n DESC LIMIT 1"
        return next(iter(self._select(TagLook, where, clean(tag), to_ms(since))), None)

    def tag_looks(self, limit: int = 50) -> list[TagLook]:
        return self._select(
            TagLook, "WHERE n IN (SELECT max(n) FROM tag_looks GROUP BY tag) ORDER BY n DESC LIMIT ?", limit
        )

    def add_tag_reading(self, reading: TagReading) -> None:
        self._put([replace(reading, tag=clean(reading.tag), who=clean(reading.who))], "INSERT")

    def tag_reading(self, tag: str, since: datetime) -> TagReading | None:
        where = "WHERE tag = ? AND at >= ? ORDER BY n DESC LIMIT 1"
        return next(iter(self._select(TagReading, where, clean(tag), to_ms(since))), None)

    def praise(
        self, brands: Sequence[str], since: datetime, limit: int = 100, *, mention_id: str | None = None
    ) -> list[Case]:
        with self.file.snapshot() as read:
            return desk.praise(read, brands, since, limit, None if mention_id is None else clean(mention_id))

    def leave_praise(self, mention_id: str, who: str, at: datetime) -> bool:
        with self.atomic() as write:
            if not self._is_known(mention_id):
                return False
            row = (clean(mention_id), clean(who), to_ms(at))
            write.execute("INSERT OR REPLACE INTO praise_left (mention_id, who, at) VALUES (?, ?, ?)", row)
        return True

    # --- sources ------------------------------------------------------------------------------------------
    def put_source_health(self, rows: Sequence[SourceHealth]) -> None:
        self._put(rows)

    def source_health(self) -> list[SourceHealth]:
        return self._select(SourceHealth, "ORDER BY source")

    def open_gap(self, gap: Gap) -> None:
        self._put([gap], "INSERT OR IGNORE")

    def close_gap(self, source: str, end: datetime) -> None:
        with self.atomic() as write:
            write.execute('UPDATE gaps SET "end" = ? WHERE source = ? AND "end" IS NULL', (to_ms(end), source))

    def fill_gaps(self, filled: Gap) -> None:
        at, start, end = (to_ms(t or filled.start) for t in (filled.filled_at, filled.start, filled.end))
        with self.atomic() as write:
            write.execute(
                'UPDATE gaps SET filled_at = ? WHERE source = ? AND start <= ? AND "end" >= ? AND filled_at IS NULL',
                (at, filled.source, end, start),
            )

    def gaps(self, start: datetime, end: datetime) -> list[Gap]:
        return self._select(
            Gap,
            'WHERE filled_at IS NULL AND start < ? AND ("end" IS NULL OR "end" > ?) ORDER BY start, source',
            to_ms(end),
            to_ms(start),
        )

    # --- detection and incidents --------------------------------------------------------------------------
    def rules(self) -> dict[str, Rules]:
        found = self._all("SELECT body FROM rules WHERE n IN (SELECT max(n) FROM rules GROUP BY brand) ORDER BY brand")
        return {row.brand: row for row in (columns(Rules).from_json(body) for (body,) in found)}

    def rules_version(self) -> int:
        return int(self._value("SELECT coalesce(max(n), 0) FROM rules"))

    def rules_versions(self, brand: str, limit: int = 50) -> list[RulesVersion]:
        found = self._all("SELECT n, body, by, at FROM rules WHERE brand = ? ORDER BY n DESC LIMIT ?", brand, limit)
        shape = columns(Rules)
        return [RulesVersion(n=n, rules=shape.from_json(body), by=by, at=from_ms(at)) for n, body, by, at in found]

    def put_rules(self, rules: Rules, by: str, at: datetime) -> None:
        with self.atomic() as write:
            write.execute(
                "INSERT INTO rules (brand, body, by, at) VALUES (?, ?, ?, ?)",
                (clean(rules.brand), columns(Rules).to_json(rules), clean(by), to_ms(at)),
            )

    def add_signals(self, signals: Sequence[Signal]) -> None:
        shape = columns(Signal)
        with self.atomic() as write:
            write.executemany(
                f"INSERT OR IGNORE INTO signals ({shape.sql()}, root) VALUES ({shape.marks}, ?)",
                [[*shape.encode(row), row.evidence.root] for row in signals],
            )

    def signals(self, brand: str, start: datetime, end: datetime) -> list[Signal]:
        return self._select(
            Signal, "WHERE brand = ? AND at >= ? AND at < ? ORDER BY at, id", brand, to_ms(start), to_ms(end)
        )

    def put_changes(self, changes: Sequence[Change]) -> list[Change]:
        with self.atomic() as write:
            return [self._put_change(write, change) for change in changes]

    def _put_change(self, write: sqlite3.Connection, change: Change) -> Change:
        shape = columns(Incident)
        values = shape.encode(change.incident)
        if change.incident.id:
            settings = ", ".join(f"{name} = ?" for name in shape.names[1:])
            write.execute(f"UPDATE incidents SET {settings} WHERE id = ?", [*values[1:], values[0]])
            incident = change.incident
        else:
            cursor = write.execute(f"INSERT INTO incidents ({shape.sql()}) VALUES ({shape.marks})", [None, *values[1:]])
            incident = replace(change.incident, id=int(cursor.lastrowid or 0))
        events = tuple(replace(event, incident_id=incident.id) for event in change.events)
        self._put(events, "INSERT")
        return Change(incident=incident, events=events)

    def incident(self, incident_id: int) -> Incident | None:
        return next(iter(self._select(Incident, "WHERE id = ?", incident_id)), None)

    def incidents(
        self,
        brand: str | None = None,
        *,
        is_open: bool | None = None,
        since: datetime | None = None,
        before: int | None = None,
        limit: int | None = 500,
    ) -> list[Incident]:
        parts: list[str] = []
        values: list[str | int] = []
        if brand is not None:
            parts.append("brand = ?")
            values.append(brand)
        if is_open is not None:
            parts.append("state <> 'closed'" if is_open else "state = 'closed'")
        if since is not None:
            parts.append("opened_at >= ?")
            values.append(to_ms(since))
        if before is not None:
            parts.append("(opened_at, id) < (SELECT opened_at, id FROM incidents WHERE id = ?)")
            values.append(before)
        where = f"WHERE {' AND '.join(parts)}" if parts else ""
        most = -1 if limit is None else limit  # to SQLite a negative limit is none
        return self._select(Incident, f"{where} ORDER BY opened_at DESC, id DESC LIMIT ?", *values, most)

    def incidents_at_hand(self, since: datetime) -> list[Incident]:
        return self._select(
            Incident,
            "WHERE id IN (SELECT id FROM incidents WHERE state <> 'closed' "
            "UNION SELECT id FROM incidents WHERE closed_at >= ?) ORDER BY id",
            to_ms(since),
        )

    def incident_events(self, incident_id: int) -> list[IncidentEvent]:
        return self._select(IncidentEvent, "WHERE incident_id = ? ORDER BY at, n", incident_id)

    def precision_by_rule(self, brand: str, since: datetime) -> list[RulePrecision]:
        with self.file.snapshot() as read:
            return desk.precision_by_rule(read, brand, since)

    def add_silence(self, silence: Silence) -> Silence:
        with self.atomic() as write:
            return desk.add_silence(write, silence)

    def end_silence(self, silence_id: int, by: str, at: datetime) -> bool:
        with self.atomic() as write:
            return desk.end_silence(write, silence_id, by, at)

    def silences(self, brand: str | None = None, at: datetime | None = None, limit: int = 100) -> list[Silence]:
        now = None if at is None else to_ms(at)
        return self._select(
            Silence,
            "WHERE (?1 IS NULL OR brand = ?1) AND (?2 IS NULL OR (until > ?2 AND at <= ?2 "
            "AND (ended_at IS NULL OR ended_at > ?2))) ORDER BY until DESC, id DESC LIMIT ?3",
            brand,
            now,
            limit,
        )

    def snapshot(self, brand: str) -> tuple[datetime, bytes] | None:
        row = self._one("SELECT at, memory FROM snapshots WHERE brand = ?", brand)
        return None if row is None else (from_ms(row[0]), bytes(row[1]))

    def put_snapshot(self, brand: str, at: datetime, memory: bytes) -> None:
        with self.atomic() as write:
            write.execute("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?)", (brand, to_ms(at), memory))

    # --- reviews ------------------------------------------------------------------------------------------
    def put_review(self, review: Review) -> None:
        with self.atomic() as write:
            reviews.put_review(write, review)

    def reviews(self, incident_id: int, limit: int = 20) -> list[Review]:
        with self.file.reading() as read:
            return reviews.reviews(read, incident_id, limit)

    def put_action(self, action: Action) -> Action | None:
        with self.atomic() as write:
            return reviews.put_action(write, action)

    def actions(self, incident_id: int | None = None) -> list[Action]:
        with self.file.reading() as read:
            return reviews.actions(read, incident_id)

    def first_heard(self, incident_ids: Sequence[int]) -> dict[int, datetime]:
        with self.file.reading() as read:
            return reviews.first_heard(read, incident_ids)

    def people(self, brand: str, start: datetime, end: datetime, limit: int = 5000) -> list[Person]:
        return self._select(
            Person,
            "WHERE brand = ? AND waiting_since >= ? AND waiting_since < ? ORDER BY waiting_since LIMIT ?",
            brand,
            to_ms(start),
            to_ms(end),
            limit,
        )

    def arrivals(self, brand: str, start: datetime, end: datetime) -> list[Arrival]:
        with self.file.reading() as read:
            return reviews.arrivals(read, brand, to_ms(start), to_ms(end))

    def spread(self, brand: str, start: datetime, end: datetime) -> list[SpreadHour]:
        with self.file.reading() as read:
            rows = reviews.spread(read, brand, to_ms(start), to_ms(end))
        return [SpreadHour(at=from_ms(at), source=source, posts=n, complaints=bad) for at, source, n, bad in rows]

    def own_posts(self, brand: str, start: datetime, end: datetime, limit: int = 500) -> list[Mention]:
        found = self._scored(
            "WHERE m.brand = ? AND m.is_own = 1 AND m.created_at >= ? AND m.created_at < ? "
            "ORDER BY m.created_at LIMIT ?",
            brand,
            to_ms(start),
            to_ms(end),
            limit,
        )
        return [each.mention for each in found]

    # --- outbox -------------------------------------------------------------------------------------------
    def add_notifications(self, rows: Sequence[Notification]) -> list[Notification]:
        shape = columns(Notification)
        sql = f"INSERT OR IGNORE INTO notifications ({shape.sql()}, first_due_at) VALUES ({shape.marks}, ?)"
        with self.atomic() as write:
            return [row for row in rows if write.execute(sql, [*shape.encode(row), to_ms(row.due_at)]).rowcount]

    def claim_notifications(
        self, now: datetime, lease_seconds: float, limit: int = 20, channel: str | None = None
    ) -> list[Notification]:
        with self.atomic() as write:
            ids = write.execute(
                f"SELECT id FROM notifications WHERE {_DUE} AND message_id IN (SELECT message_id FROM notifications "
                f"WHERE {_DUE} GROUP BY message_id ORDER BY min(due_at), message_id LIMIT ?3) "
                "ORDER BY due_at, created_at, id",
                (to_ms(now), channel, limit),
            ).fetchall()
            until = to_ms(now + timedelta(seconds=lease_seconds))
            write.executemany(
                "UPDATE notifications SET leased_until = ?, attempts = attempts + 1 WHERE id = ?",
                [(until, row[0]) for row in ids],
            )
            return [row for (each,) in ids for row in self._select(Notification, "WHERE id = ?", each)]

    def mark_sent(self, notification_id: str, at: datetime, receipt: str) -> None:
        self._mark("sent_at = ?, receipt = ?, error = ''", to_ms(at), receipt, notification_id)

    def mark_retry(self, notification_id: str, due_at: datetime, error: str) -> None:
        self._mark("due_at = ?, error = ?", to_ms(due_at), error, notification_id)

    def mark_failed(self, notification_id: str, at: datetime, error: str) -> None:
        self._mark("failed_at = ?, error = ?", to_ms(at), error, notification_id)

    def _mark(self, settings: str, at: int, words: str, notification_id: str) -> None:
        with self.atomic() as write:
            write.execute(
                f"UPDATE notifications SET leased_until = NULL, {settings} WHERE id = ?",
                (at, clean(words), notification_id),
            )

    def notifications(self, incident_id: int | None = None, limit: int = 500) -> list[Notification]:
        where, values = ("", []) if incident_id is None else ("WHERE incident_id = ?", [incident_id])
        return self._select(Notification, f"{where} ORDER BY created_at DESC, id DESC LIMIT ?", *values, limit)

    # --- processes and settings ---------------------------------------------------------------------------
    def beat(self, process: Process) -> None:
        self._put([process])

    def processes(self) -> list[Process]:
        return self._select(Process, "ORDER BY name")

    def setting(self, key: str) -> str | None:
        signed = self._signed(key)
        return signed[0] if signed else None

    def setting_changes(self, keys: Sequence[str], limit: int = 200) -> list[SettingChange]:
        with self.file.reading() as read:
            return reviews.setting_changes(read, keys, limit) if keys else []

    def put_setting(self, key: str, value: str | None, by: str, at: datetime, *, is_secret: bool = False) -> None:
        with self.atomic() as write:
            value, by = None if value is None else clean(value), clean(by)
            row = (key, value, by, to_ms(at))
            logged = (key, HIDDEN if is_secret and value is not None else value, by, to_ms(at))
            write.execute("INSERT INTO setting_changes (key, value, by, at) VALUES (?, ?, ?, ?)", logged)
            if value is None:
                write.execute("DELETE FROM settings WHERE key = ?", (key,))
            else:
                write.execute("INSERT OR REPLACE INTO settings (key, value, by, at) VALUES (?, ?, ?, ?)", row)

    def _signed(self, key: str) -> tuple[str, datetime, str] | None:
        """A setting with when and by whom it was put."""
        row = self._one("SELECT value, at, by FROM settings WHERE key = ?", key)
        return None if row is None else (row[0], from_ms(row[1]), row[2])

    # --- the ways of reading and writing that the methods above share ----------------------------------------
    def _all(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.file.reading() as read:
            return read.execute(sql, values).fetchall()

    def _one(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        return next(iter(self._all(sql, *values)), None)

    def _value(self, sql: str, *values: Any) -> Any:
        return self._all(sql, *values)[0][0]

    def _time(self, sql: str, *values: Any) -> datetime | None:
        found = self._value(sql, *values)
        return None if found is None else from_ms(found)

    def _rows(self, row: type[Row], sql: str, *values: Any) -> list[Row]:
        shape = columns(row)
        return [shape.decode(found) for found in self._all(sql, *values)]

    def _select(self, row: type[Row], rest: str = "", *values: Any) -> list[Row]:
        return self._rows(row, f"SELECT {columns(row).sql()} FROM {_TABLES[row]} {rest}", *values)

    def _scored(self, rest: str, *values: Any) -> list[Scored]:
        return [_scored(row) for row in self._all(f"SELECT {_SCORED} {rest}", *values)]

    def _put(self, rows: Sequence[Row], how: str = "INSERT OR REPLACE") -> None:
        """Whole rows into the table of their kind."""
        if not rows:
            return
        shape = columns(type(rows[0]))
        with self.atomic() as write:
            write.executemany(
                f"{how} INTO {_TABLES[type(rows[0])]} ({shape.sql()}) VALUES ({shape.marks})",
                [shape.encode(row) for row in rows],
            )


_TABLES: dict[type[Any], str] = {
    Bucket: "buckets",
    Correction: "corrections",
    Cursor: "cursors",
    DeadLetter: "dead_letters",
    Deed: "deeds",
    Expected: "expected",
    Gap: "gaps",
    Incident: "incidents",
    IncidentEvent: "incident_events",
    Note: "notes",
    Notification: "notifications",
    Person: "people",
    Planned: "planned",
    Process: "processes",
    ReplyStep: "reply_steps",
    Signal: "signals",
    Silence: "silences",
    SourceHealth: "source_health",
    TagLook: "tag_looks",
    TagReading: "tag_readings",
}


# --- reading ----------------------------------------------------------------------------------------------
def _scored(values: tuple[Any, ...]) -> Scored:
    width = len(_MENTION.names)
    score = values[width:]
    return Scored(mention=_MENTION.decode(values[:width]), score=_SCORE.decode(score) if score[1] is not None else None)


def _match(words: str, brand: str | None) -> str | None:
    """An FTS5 query in which every word is quoted; None: there is nothing to look for."""
    found = [word for word in clean(words).split() if any(char.isalnum() for char in word)][:WORDS_SEARCHED]
    if not found:
        return None
    match = f"{{text}} : ({' '.join(_quoted(word) for word in found)})"
    if brand is not None and any(char.isalnum() for char in brand):
        match += f" AND {{brand}} : {_quoted(brand)}"
    return match


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _why(text: str) -> str:
    """The reason in the setting "quiet"; "" when it holds none."""
    try:
        body = json.loads(text)
    except ValueError:
        return ""
    why = body.get("why") if isinstance(body, dict) else None
    return why if isinstance(why, str) else ""


def _iso(text: str) -> datetime | None:
    """A time that somebody wrote; what cannot be read or has no zone is not known."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
