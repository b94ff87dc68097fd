"""What people make of an incident when it is over: their words, signed, and what is to be done; and what a review
needs to know of the time itself.

Words are never overwritten: each change is a row of its own, and the newest is in force. All functions run inside
the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from db.clean import clean
from db.columns import columns, from_ms, to_json
from db.engine import sqlite3
from db.rows import Action, Arrival, Review, SettingChange

MOST_ACTIONS = 8
_REVIEW = columns(Review)
_ACTION = columns(Action)
_MINUTE = 60_000


def put_review(write: sqlite3.Connection, review: Review) -> None:
    kept = replace(
        review,
        by=clean(review.by),
        summary=clean(review.summary),
        impact=clean(review.impact),
        good=clean(review.good),
        bad=clean(review.bad),
        luck=clean(review.luck),
    )
    write.execute(f"INSERT INTO reviews ({_REVIEW.sql()}) VALUES ({_REVIEW.marks})", _REVIEW.encode(kept))


def reviews(read: sqlite3.Connection, incident_id: int, limit: int) -> list[Review]:
    """Newest first."""
    sql = f"SELECT {_REVIEW.sql()} FROM reviews WHERE incident_id = ? ORDER BY rowid DESC LIMIT ?"
    return [_REVIEW.decode(row) for row in read.execute(sql, (incident_id, limit)).fetchall()]


def put_action(write: sqlite3.Connection, action: Action) -> Action | None:
    """With its number when it is new; None: there are eight already, or the number is not known."""
    kept = replace(action, words=clean(action.words), owner=clean(action.owner), by=clean(action.by))
    known = {
        row[0] for row in write.execute("SELECT n FROM actions WHERE incident_id = ?", (action.incident_id,)).fetchall()
    }
    if kept.n == 0:
        free = [n for n in range(1, MOST_ACTIONS + 1) if n not in known]
        if not free:
            return None
        kept = replace(kept, n=free[0])
    elif kept.n not in known:
        return None
    write.execute(f"INSERT OR REPLACE INTO actions ({_ACTION.sql()}) VALUES ({_ACTION.marks})", _ACTION.encode(kept))
    return kept


def actions(read: sqlite3.Connection, incident_id: int | None) -> list[Action]:
    """Of one incident by number; None: the open ones of all, those that are due first."""
    where = "WHERE state = 'open' ORDER BY due_at IS NULL, due_at, incident_id, n"
    values: tuple[int, ...] = ()
    if incident_id is not None:
        where, values = "WHERE incident_id = ? ORDER BY n", (incident_id,)
    return [_ACTION.decode(row) for row in read.execute(f"SELECT {_ACTION.sql()} FROM actions {where}", values)]


def arrivals(read: sqlite3.Connection, brand: str, start: int, end: int) -> list[Arrival]:
    """Posts of start <= created_at < end (ms) by the minute they were written and the minute they came in."""
    rows = read.execute(
        f"SELECT m.created_at / {_MINUTE}, m.received_at / {_MINUTE}, count(*), "
        "coalesce(sum(s.label IN ('complaint', 'hostile')), 0) FROM mentions m LEFT JOIN scores s ON s.n = m.n "
        "WHERE m.brand = ? AND m.created_at >= ? AND m.created_at < ? AND m.is_own = 0 GROUP BY 1, 2 ORDER BY 1, 2",
        (brand, start, end),
    ).fetchall()
    return [
        Arrival(
            created_minute=from_ms(created * _MINUTE),
            received_minute=from_ms(received * _MINUTE),
            posts=posts,
            complaints=complaints,
        )
        for created, received, posts, complaints in rows
    ]


def spread(read: sqlite3.Connection, brand: str, start: int, end: int) -> list[tuple[int, str, int, int]]:
    """(hour in ms, source, posts, complaints) of start <= created_at < end, own posts left out."""
    hour = 60 * _MINUTE
    rows = read.execute(
        f"SELECT m.created_at / {hour} * {hour}, m.source, count(*), "
        "coalesce(sum(s.label IN ('complaint', 'hostile')), 0) FROM mentions m LEFT JOIN scores s ON s.n = m.n "
        "WHERE m.brand = ? AND m.created_at >= ? AND m.created_at < ? AND m.is_own = 0 GROUP BY 1, 2 ORDER BY 1, 2",
        (brand, start, end),
    ).fetchall()
    return [(at, source, posts, complaints) for at, source, posts, complaints in rows]


def first_heard(read: sqlite3.Connection, ids: Sequence[int]) -> dict[int, datetime]:
    """When the first of those who began to wait during each incident was heard; who nobody heard is left out."""
    rows = read.execute(
        "SELECT i.id, (SELECT min(p.heard_at) FROM people p WHERE p.brand = i.brand AND p.state <> 'unheard' "
        "AND p.waiting_since >= coalesce(i.first_post_at, i.opened_at) "
        "AND p.waiting_since < coalesce(i.closed_at, 9e15)) "
        "FROM json_each(?) j CROSS JOIN incidents i ON i.id = j.value",
        (to_json(list(ids)),),
    ).fetchall()
    return {incident_id: from_ms(at) for incident_id, at in rows if at is not None}


def setting_changes(read: sqlite3.Connection, keys: Sequence[str], limit: int) -> list[SettingChange]:
    """Of these settings, oldest first; of more than `limit` the newest."""
    marks = ", ".join("?" * len(keys))
    rows = read.execute(
        f"SELECT key, value, by, at FROM setting_changes WHERE key IN ({marks}) ORDER BY n DESC LIMIT ?",
        (*keys, limit),
    ).fetchall()
    return [SettingChange(key=key, value=value, by=by, at=from_ms(at)) for key, value, by, at in reversed(rows)]
