"""What comes in: mentions, their scores, their deletion, and the counts of the minute that go with them.

The rules are those of the Store protocol: an id is counted once, an edit loses its score, a deleted post stays
deleted, and the order of delivery makes no difference. All functions run inside the caller's write transaction.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from db.clean import clean, clean_mention
from db.columns import columns, to_json, to_ms
from db.engine import sqlite3
from db.people import AUTHOR, let_wait, note_answer, take_back
from db.replies import note_seen
from db.rows import DeadLetter, Deletion, Mention, Score

MINUTE_MS = 60_000
RAW_CHARS_KEPT = 4_000
_UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)

_MENTION = columns(Mention)
_SCORE = columns(Score)
_ADD_MENTION = f"INSERT INTO mentions (n, hangs_on, {_MENTION.sql()}) VALUES (?, ?, {_MENTION.marks})"
_ADD_SCORE = f"INSERT INTO scores (n, {_SCORE.sql(skip=['mention_id'])}) VALUES ({_SCORE.marks})"
_ADD_TO_BUCKET = """
    INSERT INTO buckets (brand, minute, mentions, scored, complaints, hostile, praise, questions)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET mentions = mentions + excluded.mentions, scored = scored + excluded.scored,
        complaints = complaints + excluded.complaints, hostile = hostile + excluded.hostile,
        praise = praise + excluded.praise, questions = questions + excluded.questions
"""
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


def keep_mentions(write: sqlite3.Connection, mentions: Sequence[Mention]) -> tuple[list[Mention], list[DeadLetter]]:
    """Those that are new or edited, as stored, and those that the database refused."""
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
            note_answer(write, mention)
            note_seen(write, mention)
    for mention in again:
        # A post that was refused a moment ago may be in the batch twice.
        if mention.id in known or mention.id in fresh:
            edited = _deliver_again(write, mention)
            if edited is not None:
                fresh[mention.id] = edited
    return list(fresh.values()), refused + more_refused


def keep_scores(write: sqlite3.Connection, scores: Sequence[Score]) -> list[Score]:
    """Those whose mention was waiting for a score; the first one of each mention."""
    found = write.execute(
        f"SELECT m.id, m.n, m.brand, m.created_at, m.ingest, {AUTHOR} FROM json_each(?) j "
        "CROSS JOIN mentions m ON m.id = j.value CROSS JOIN unscored u ON u.n = m.n",
        (to_json([score.mention_id for score in scores]),),
    ).fetchall()
    waiting = {row[0]: row[1:] for row in found}
    kept: list[tuple[tuple[Any, ...], Score]] = []
    for score in scores:
        if (row := waiting.pop(score.mention_id, None)) is not None:
            kept.append((row, score))
    write.executemany(_ADD_SCORE, [[row[0], *_SCORE.encode(score)[1:]] for row, score in kept])
    write.executemany("DELETE FROM unscored WHERE n = ?", [(row[0],) for row, _ in kept])
    add_to_buckets(write, [(row[1], row[2], score_counts(score.label)) for row, score in kept])
    let_wait(write, [(score.mention_id, *row[1:]) for row, score in kept if _is_complaint(score.label)])
    return [score for _, score in kept]


def scrub(write: sqlite3.Connection, deletions: Sequence[Deletion]) -> int:
    """How many mentions were scrubbed: a post may be a mention of several brands."""
    with overwriting(write):
        return sum(_scrub(write, deletion) for deletion in deletions)


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
    numbered = [[n + step, _hangs_on(mention), *values] for step, (mention, values) in enumerate(rows, start=1)]
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


def _hangs_on(mention: Mention) -> str | None:
    root = mention.root
    return None if root == mention.post_id else root


def _count_mentions(write: sqlite3.Connection, mentions: Sequence[Mention]) -> None:
    add_to_buckets(
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
    back = tuple(-count for count in score_counts(row[0]))
    add_to_buckets(write, [(mention.brand, to_ms(mention.created_at), back)])
    if _is_complaint(row[0]) and mention.ingest != "import":
        take_back(write, mention)


# --- deleting ---------------------------------------------------------------------------------------------
@contextmanager
def overwriting(write: sqlite3.Connection) -> Iterator[None]:
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
        f"SELECT n, {_MENTION.sql()} FROM mentions WHERE deleted_at IS NULL AND id = ?1 "
        f"UNION ALL SELECT n, {_MENTION.sql()} FROM mentions "
        "WHERE deleted_at IS NULL AND id > ?1 || '|' AND id < ?1 || '}'",
        (post,),
    ).fetchall()
    told = [(row[0], _MENTION.decode(row[1:])) for row in found]
    rows = [(n, mention) for n, mention in told if mention.id in (post, f"{post}|{mention.brand}")]
    for n, mention in rows:
        write.execute(
            "UPDATE mentions SET deleted_at = ?, text = '', handle = NULL, display_name = NULL, url = NULL, "
            "hashtags = '[]' WHERE n = ?",
            (to_ms(deletion.at), n),
        )
        labels = write.execute("UPDATE scores SET because = '[]' WHERE n = ? RETURNING label", (n,)).fetchall()
        if write.execute("DELETE FROM unscored WHERE n = ?", (n,)).rowcount:
            add_to_buckets(write, [(mention.brand, to_ms(mention.created_at), (0, 1, 0, 0, 0, 0))])
        if any(_is_complaint(label) for (label,) in labels) and mention.ingest != "import":
            take_back(write, mention)  # whoever takes a complaint back waits no longer for an answer to it
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


_COUNTS: dict[str, Counts] = {
    "complaint": (0, 1, 1, 0, 0, 0),
    "hostile": (0, 1, 1, 1, 0, 0),
    "praise": (0, 1, 0, 0, 1, 0),
    "question": (0, 1, 0, 0, 0, 1),
    "other": (0, 1, 0, 0, 0, 0),
}


def score_counts(label: str) -> Counts:
    return _COUNTS[label]


def _is_complaint(label: str) -> bool:
    return label in ("complaint", "hostile")


def add_to_buckets(write: sqlite3.Connection, counted: Iterable[tuple[str, int, Counts]]) -> None:
    """Brand, time in ms, counts. Sums commute, so the order in which they come does not matter."""
    sums: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0] * 6)
    alike = Counter((brand, at - at % MINUTE_MS, counts) for brand, at, counts in counted)
    for (brand, minute, counts), times in alike.items():
        total = sums[brand, minute]
        for index, count in enumerate(counts):
            total[index] += count * times
    write.executemany(_ADD_TO_BUCKET, [(*key, *total) for key, total in sorted(sums.items())])
