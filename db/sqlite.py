"""The store in one SQLite file: rows in, rows out.

What a row looks like in its table stands in columns.py, the tables in migrations.py, the file and its
transactions in file.py. Nothing here decides; the rules of counting (what is new, what is an edit, who waits)
are those of the Store protocol.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from db.clean import clean, clean_mention
from db.columns import columns, from_ms, to_json, to_ms
from db.engine import sqlite3
from db.file import BALLAST_BYTES, BUSY_SECONDS, SqliteFile
from db.migrations import STEPS, Step
from db.rows import (
    Bucket,
    Change,
    Cursor,
    DeadLetter,
    Deletion,
    Expected,
    Gap,
    Incident,
    IncidentEvent,
    Mention,
    Notification,
    Person,
    Process,
    Rules,
    Score,
    Scored,
    Signal,
    SourceHealth,
    WallFacts,
)

Row = TypeVar("Row")

MINUTE_MS = 60_000
WALL_HOURS = timedelta(hours=6, minutes=10)
DAY = timedelta(days=1)
WORDS_SEARCHED = 32
HITS_SEARCHED = 2_000
DEAD_LETTERS_KEPT = 10_000
RAW_CHARS_KEPT = 4_000
HISTORY_ROWS = 1_000
_UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)

_MENTION = columns(Mention)
_SCORE = columns(Score)
_SCORED = (
    f"{_MENTION.sql('m.')}, m.id AS mention_id, {_SCORE.sql('s.', skip=['mention_id'])} "
    "FROM mentions m LEFT JOIN scores s ON s.n = m.n"
)
_ADD_MENTION = f"INSERT INTO mentions (n, hangs_on, {_MENTION.sql()}) VALUES (?, ?, {_MENTION.marks})"
_ADD_SCORE = f"INSERT INTO scores (n, {_SCORE.sql(skip=['mention_id'])}) VALUES ({_SCORE.marks})"
_ADD_TO_BUCKET = """
    INSERT INTO buckets (brand, minute, mentions, scored, complaints, hostile, praise, questions)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET mentions = mentions + excluded.mentions, scored = scored + excluded.scored,
        complaints = complaints + excluded.complaints, hostile = hostile + excluded.hostile,
        praise = praise + excluded.praise, questions = questions + excluded.questions
"""
# The first complaint that waits is the earliest by their clock, whatever comes in first. Somebody who was heard
# waits again when they complain after that.
_WAIT = """
    INSERT INTO people (brand, author, mention_id, waiting_since, state, complaints)
        VALUES (?, ?, ?, ?, 'unheard', 1)
    ON CONFLICT DO UPDATE SET
        mention_id = CASE WHEN state = 'unheard' AND (waiting_since, mention_id)
            <= (excluded.waiting_since, excluded.mention_id) THEN mention_id ELSE excluded.mention_id END,
        waiting_since = CASE WHEN state = 'unheard' THEN min(waiting_since, excluded.waiting_since)
            ELSE excluded.waiting_since END,
        complaints = CASE WHEN state = 'unheard' THEN complaints + 1 ELSE 1 END,
        state = 'unheard', heard_at = NULL, heard_by = NULL
    WHERE state = 'unheard' OR heard_at IS NULL OR heard_at < excluded.waiting_since
"""
_ANSWER = """
    UPDATE people SET state = 'answered', heard_at = ?, heard_by = ?
    WHERE brand = ? AND author = ? AND state IN ('unheard', 'heard') AND waiting_since <= ?
"""
_DUE = (
    "sent_at IS NULL AND failed_at IS NULL AND due_at <= ?1 AND (leased_until IS NULL OR leased_until <= ?1) "
    "AND (?2 IS NULL OR channel = ?2)"
)
_AUTHOR = "coalesce(m.author_id, m.source || ':' || m.handle)"
_COUNTED = (
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

# What one value that no database takes raises; a full or broken disk is none of these.
_REFUSED = (
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
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
            fit, refused = _fit(mentions)
            known = _known(write, [mention.id for mention, _ in fit])
            first: dict[str, tuple[Mention, list[Any]]] = {}
            again: list[Mention] = []
            for mention, values in fit:
                if mention.id in known or mention.id in first:
                    again.append(mention)
                else:
                    first[mention.id] = mention, values
            stored, more_refused = _insert(write, list(first.values()))
            _count_mentions(write, stored)
            fresh = {mention.id: mention for mention in stored}
            for mention in stored:
                if mention.is_own and mention.in_reply_to:
                    _answer_author(write, mention)
            for mention in again:
                if (edited := _deliver_again(write, mention)) is not None:
                    fresh[mention.id] = edited
            self.add_dead_letters(refused + more_refused)
        return list(fresh.values())

    def add_scores(self, scores: Sequence[Score]) -> list[Score]:
        if not scores:
            return []
        with self.atomic() as write:
            found = write.execute(
                f"SELECT m.id, m.n, m.brand, m.created_at, m.ingest, {_AUTHOR} FROM json_each(?) j "
                "CROSS JOIN mentions m ON m.id = j.value CROSS JOIN unscored u ON u.n = m.n",
                (to_json([score.mention_id for score in scores]),),
            ).fetchall()
            waiting = {row[0]: row[1:] for row in found}
            fresh = {score.mention_id: score for score in reversed(scores) if score.mention_id in waiting}
            if not fresh:
                return []
            kept = [(waiting[score.mention_id], score) for score in reversed(fresh.values())]
            write.executemany(_ADD_SCORE, [[row[0], *_SCORE.encode(score)[1:]] for row, score in kept])
            write.executemany("DELETE FROM unscored WHERE n = ?", [(row[0],) for row, _ in kept])
            _add_to_buckets(write, [(row[1], row[2], _score_counts(score.label)) for row, score in kept])
            _let_wait(write, [(score.mention_id, *row[1:]) for row, score in kept if _is_complaint(score.label)])
        return [score for _, score in kept]

    def unscored(self, limit: int) -> list[Mention]:
        return self._rows(
            Mention,
            f"SELECT {_MENTION.sql('m.')} FROM unscored u JOIN mentions m ON m.n = u.n ORDER BY u.n LIMIT ?",
            limit,
        )

    def delete_posts(self, deletions: Sequence[Deletion]) -> int:
        if not deletions:
            return 0
        with self.atomic() as write, _overwriting(write):
            return sum(_scrub(write, deletion) for deletion in deletions)

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

    def mentions_between(self, brand: str, start: datetime, end: datetime, limit: int | None = None) -> list[Scored]:
        return self._scored(
            "WHERE m.brand = ? AND m.created_at >= ? AND m.created_at < ? ORDER BY m.created_at, m.n LIMIT ?",
            brand,
            to_ms(start),
            to_ms(end),
            -1 if limit is None else limit,
        )

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

    def thread(self, root: str, brand: str, limit: int = 200) -> list[Scored]:
        return self._scored(
            "WHERE m.n IN (SELECT n FROM mentions WHERE id IN (?1, ?1 || '|' || ?2) AND brand = ?2 "
            "UNION SELECT n FROM mentions WHERE hangs_on = ?1 AND brand = ?2) ORDER BY m.created_at, m.n LIMIT ?3",
            clean(root),
            brand,
            limit,
        )

    def counts(self) -> dict[str, int]:
        return {table: int(self._value(f"SELECT count(*) FROM {table}")) for table in _COUNTED}

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
            unheard, heard = self._people(brand, since)
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
                next_word_at=_iso(promised[0]) if promised else None,
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

    def _people(self, brand: str, since: datetime) -> tuple[int, int]:
        """Unheard and heard people who began to wait at `since` or later: whole minutes from the rollup."""
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

    def put_rules(self, rules: Rules, by: str, at: datetime) -> None:
        with self.atomic() as write:
            write.execute(
                "INSERT INTO rules (brand, body, by, at) VALUES (?, ?, ?, ?)",
                (rules.brand, columns(Rules).to_json(rules), by, to_ms(at)),
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

    def incidents(self, brand: str | None = None, *, is_open: bool | None = None, limit: int = 500) -> list[Incident]:
        parts, values = [], []
        if brand is not None:
            parts.append("brand = ?")
            values.append(brand)
        if is_open is not None:
            parts.append("state <> 'closed'" if is_open else "state = 'closed'")
        where = f"WHERE {' AND '.join(parts)}" if parts else ""
        return self._select(Incident, f"{where} ORDER BY opened_at DESC, id DESC LIMIT ?", *values, limit)

    def incidents_at_hand(self, since: datetime) -> list[Incident]:
        return self._select(Incident, "WHERE state <> 'closed' OR closed_at >= ? ORDER BY id", to_ms(since))

    def incident_events(self, incident_id: int) -> list[IncidentEvent]:
        return self._select(IncidentEvent, "WHERE incident_id = ? ORDER BY at, n", incident_id)

    def snapshot(self, brand: str) -> tuple[datetime, bytes] | None:
        row = self._one("SELECT at, memory FROM snapshots WHERE brand = ?", brand)
        return None if row is None else (from_ms(row[0]), bytes(row[1]))

    def put_snapshot(self, brand: str, at: datetime, memory: bytes) -> None:
        with self.atomic() as write:
            write.execute("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?)", (brand, to_ms(at), memory))

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

    def put_setting(self, key: str, value: str | None, by: str, at: datetime) -> None:
        with self.atomic() as write:
            row = (key, value, by, to_ms(at))
            write.execute("INSERT INTO setting_changes (key, value, by, at) VALUES (?, ?, ?, ?)", row)
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
    Cursor: "cursors",
    DeadLetter: "dead_letters",
    Expected: "expected",
    Gap: "gaps",
    Incident: "incidents",
    IncidentEvent: "incident_events",
    Notification: "notifications",
    Person: "people",
    Process: "processes",
    Signal: "signals",
    SourceHealth: "source_health",
}


# --- adding mentions --------------------------------------------------------------------------------------
def _fit(mentions: Iterable[Mention]) -> tuple[list[tuple[Mention, list[Any]]], list[DeadLetter]]:
    """Clean, with the values of their columns; and what cannot be expressed in columns at all."""
    fit, refused = [], []
    for mention in mentions:
        try:
            cleaned = clean_mention(mention)
            fit.append((cleaned, _MENTION.encode(cleaned)))
        except _REFUSED as error:
            refused.append(_dead_letter(mention, error))
    return fit, refused


def _dead_letter(mention: Mention, error: Exception) -> DeadLetter:
    at = mention.received_at if isinstance(mention.received_at, datetime) else _UNKNOWN_TIME
    return DeadLetter(
        source=clean(str(mention.source)),
        received_at=at if at.tzinfo else at.replace(tzinfo=UTC),
        raw=clean(repr(mention)[:RAW_CHARS_KEPT]),
        reason=f"the store refused it: {error}",
    )


def _known(write: sqlite3.Connection, ids: list[str]) -> set[str]:
    found = write.execute("SELECT m.id FROM json_each(?) j CROSS JOIN mentions m ON m.id = j.value", (to_json(ids),))
    return {row[0] for row in found}


def _insert(write: sqlite3.Connection, rows: list[tuple[Mention, list[Any]]]) -> tuple[list[Mention], list[DeadLetter]]:
    """All at once; when one is refused, one by one, so that only that one is left out."""
    n = int(write.execute("SELECT coalesce(max(n), 0) FROM mentions").fetchone()[0])
    numbered = [
        [n + step, mention.root if mention.root != mention.post_id else None, *values]
        for step, (mention, values) in enumerate(rows, start=1)
    ]
    refused: list[DeadLetter] = []
    try:
        write.executemany(_ADD_MENTION, numbered)
        stored = list(zip(numbered, rows, strict=True))
    except _REFUSED:
        write.execute("DELETE FROM mentions WHERE n > ?", (n,))
        stored = []
        for values, row in zip(numbered, rows, strict=True):
            try:
                write.execute(_ADD_MENTION, values)
                stored.append((values, row))
            except _REFUSED as error:
                refused.append(_dead_letter(row[0], error))
    waiting = [(values[0],) for values, (mention, _) in stored if not (mention.is_own or mention.deleted_at)]
    write.executemany("INSERT INTO unscored (n) VALUES (?)", waiting)
    return [mention for _, (mention, _) in stored], refused


def _count_mentions(write: sqlite3.Connection, mentions: Sequence[Mention]) -> None:
    _add_to_buckets(
        write,
        [
            # What was deleted before it came is not waiting to be looked at.
            (m.brand, to_ms(m.created_at), (1, 1 if m.deleted_at else 0, 0, 0, 0, 0))
            for m in mentions
            if not m.is_own
        ],
    )


def _deliver_again(write: sqlite3.Connection, mention: Mention) -> Mention | None:
    """A known id: raise its counts, take over a later text. The mention as it is now when the text is new."""
    *values, n = write.execute(f"SELECT {_MENTION.sql()}, n FROM mentions WHERE id = ?", (mention.id,)).fetchone()
    kept = _MENTION.decode(values)
    if kept.deleted_at is not None:
        return None
    now = replace(
        kept,
        likes=_more(kept.likes, mention.likes),
        replies=_more(kept.replies, mention.replies),
        reposts=_more(kept.reposts, mention.reposts),
        quotes=_more(kept.quotes, mention.quotes),
    )
    if mention.edited_at is not None and (kept.edited_at is None or kept.edited_at < mention.edited_at):
        now = replace(
            now,
            edited_at=mention.edited_at,
            text=mention.text,
            hashtags=mention.hashtags,
            matched=mention.matched,
            is_truncated=mention.is_truncated,
        )
    if now == kept:
        return None
    changed = [
        (name, new) for name, old, new in zip(_MENTION.names, values, _MENTION.encode(now), strict=True) if old != new
    ]
    write.execute(
        f"UPDATE mentions SET {', '.join(f'{name} = ?' for name, _ in changed)} WHERE n = ?",
        [*(new for _, new in changed), n],
    )
    if now.text == kept.text:
        return None
    if not now.is_own:
        _forget_score(write, n, now)
    return now


def _more(old: int | None, new: int | None) -> int | None:
    return old if new is None else new if old is None else max(old, new)


def _forget_score(write: sqlite3.Connection, n: int, mention: Mention) -> None:
    """The text is another one: its score no longer counts, and it waits for a new one."""
    row = write.execute("DELETE FROM scores WHERE n = ? RETURNING label", (n,)).fetchone()
    if row is None:
        return
    write.execute("INSERT OR IGNORE INTO unscored (n) VALUES (?)", (n,))
    back = tuple(-count for count in _score_counts(row[0]))
    _add_to_buckets(write, [(mention.brand, to_ms(mention.created_at), back)])
    if _is_complaint(row[0]) and mention.ingest != "import":
        _take_back(write, mention)


def _take_back(write: sqlite3.Connection, mention: Mention) -> None:
    """A complaint less of its author; who waited for this one alone waits no more."""
    author = mention.author_id or f"{mention.source}:{mention.handle}"
    found = write.execute(
        "UPDATE people SET complaints = complaints - 1 WHERE brand = ? AND author = ? AND state = 'unheard' "
        "RETURNING complaints, mention_id",
        (mention.brand, author),
    ).fetchone()
    if found is None:
        return
    complaints, first = found
    if complaints < 1:
        write.execute("DELETE FROM people WHERE brand = ? AND author = ?", (mention.brand, author))
    elif first == mention.id:
        write.execute(
            "UPDATE people SET (mention_id, waiting_since) = (SELECT m.id, m.created_at FROM mentions m "
            "JOIN scores s ON s.n = m.n WHERE m.brand = ?1 AND m.created_at >= people.waiting_since "
            f"AND {_AUTHOR} = ?2 AND s.label IN ('complaint', 'hostile') AND m.ingest <> 'import' "
            "ORDER BY m.created_at, m.id LIMIT 1) WHERE brand = ?1 AND author = ?2",
            (mention.brand, author),
        )


# --- deleting ---------------------------------------------------------------------------------------------
@contextmanager
def _overwriting(write: sqlite3.Connection) -> Iterator[None]:
    """What is deleted meanwhile is overwritten in the file and not just marked as free; too slow for every day."""
    write.execute("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        write.execute("PRAGMA secure_delete = OFF")


def _scrub(write: sqlite3.Connection, deletion: Deletion) -> int:
    """One post, in every brand that it was about; how many rows."""
    post = clean(deletion.post_id)
    found = write.execute(
        "SELECT n, id, brand, created_at FROM mentions WHERE deleted_at IS NULL AND id = ?1 "
        "UNION ALL SELECT n, id, brand, created_at FROM mentions "
        "WHERE deleted_at IS NULL AND id > ?1 || '|' AND id < ?1 || '}'",
        (post,),
    ).fetchall()
    rows = [row for row in found if row[1] in (post, f"{post}|{row[2]}")]
    for n, _, brand, created_at in rows:
        write.execute(
            "UPDATE mentions SET deleted_at = ?, text = '', handle = NULL, display_name = NULL, url = NULL, "
            "hashtags = '[]' WHERE n = ?",
            (to_ms(deletion.at), n),
        )
        write.execute("UPDATE scores SET because = '[]' WHERE n = ?", (n,))
        if write.execute("DELETE FROM unscored WHERE n = ?", (n,)).rowcount:
            _add_to_buckets(write, [(brand, created_at, (0, 1, 0, 0, 0, 0))])
    if rows:
        _scrub_evidence(write, post)
    return len(rows)


def _scrub_evidence(write: sqlite3.Connection, post: str) -> None:
    """Where a deleted post is quoted in evidence, the quotation goes too; the numbers stay."""
    quotes = "json_extract(evidence, '$.root') = ?1 AND json_extract(evidence, '$.root_text') IS NOT NULL"
    scrubbed = "evidence = json_set(evidence, '$.root_text', NULL)"
    write.execute(f"UPDATE signals SET {scrubbed} WHERE root = ?1 AND {quotes}", (post,))
    for (incident_id,) in write.execute("SELECT id FROM incidents WHERE root = ?", (post,)).fetchall():
        for table, key in (("incidents", "id"), ("incident_events", "incident_id"), ("notifications", "incident_id")):
            write.execute(f"UPDATE {table} SET {scrubbed} WHERE {key} = ?2 AND {quotes}", (post, incident_id))


# --- counting ---------------------------------------------------------------------------------------------
Counts = tuple[int, ...]  # mentions, scored, complaints, hostile, praise, questions


def _score_counts(label: str) -> Counts:
    return 0, 1, int(_is_complaint(label)), int(label == "hostile"), int(label == "praise"), int(label == "question")


def _is_complaint(label: str) -> bool:
    return label in ("complaint", "hostile")


def _add_to_buckets(write: sqlite3.Connection, counted: Iterable[tuple[str, int, Counts]]) -> None:
    """Brand, time in ms, counts. Sums commute, so the order in which they come does not matter."""
    sums: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0] * 6)
    for brand, at, counts in counted:
        total = sums[brand, at - at % MINUTE_MS]
        for index, count in enumerate(counts):
            total[index] += count
    write.executemany(_ADD_TO_BUCKET, [(*key, *total) for key, total in sorted(sums.items())])


# --- people who wait --------------------------------------------------------------------------------------
def _let_wait(write: sqlite3.Connection, complaints: Sequence[tuple[str, str, int, str, str | None]]) -> None:
    """(mention id, brand, created_at, ingest, author) of complaints that were just scored."""
    rows = [row for row in complaints if row[3] != "import" and row[4] is not None]
    if not rows:
        return
    write.executemany(_WAIT, [(brand, author, mention_id, at) for mention_id, brand, at, _, author in rows])
    # The brand's answer may have come in before the complaint was scored.
    posts = {mention_id.removesuffix(f"|{brand}"): author for mention_id, brand, _, _, author in rows}
    answers = "SELECT j.value, m.brand, m.created_at, m.source || ':' || m.handle FROM json_each(?1) j CROSS JOIN"
    found = write.execute(
        f"{answers} mentions m ON m.in_reply_to = j.value WHERE m.is_own = 1 UNION "
        f"{answers} mentions m ON m.conversation_id = j.value WHERE m.is_own = 1 AND m.in_reply_to IS NOT NULL",
        (to_json(list(posts)),),
    ).fetchall()
    write.executemany(_ANSWER, [(at, by, brand, posts[post], at) for post, brand, at, by in found])


def _answer_author(write: sqlite3.Connection, own: Mention) -> None:
    """The brand has replied: who wrote the post, or began the thread, is no longer waiting."""
    at = to_ms(own.created_at)
    for post in {own.in_reply_to, own.conversation_id} - {None}:
        authors = write.execute(
            f"SELECT {_AUTHOR} FROM mentions m WHERE m.id IN (?1, ?1 || '|' || ?2) AND m.brand = ?2 AND m.is_own = 0",
            (post, own.brand),
        ).fetchall()
        for (author,) in authors:
            write.execute(_ANSWER, (at, f"{own.source}:{own.handle}", own.brand, author, at))


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


def _iso(text: str) -> datetime | None:
    """A time that somebody wrote; what cannot be read or has no zone is not known."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
