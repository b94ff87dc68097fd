"""Who waits to be heard: one row for each person who complained about a brand.

Somebody begins to wait with the first complaint (by their own clock, whatever comes in first), and waits no
more when the brand replies, when a person marks them as heard, or when the complaint was edited away or deleted.
All functions run inside the caller's write transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

from db.columns import to_json, to_ms
from db.engine import sqlite3
from db.rows import Mention

# Who wrote the mention `m`: what Person.author says.
AUTHOR = "coalesce(m.author_id, m.source || ':' || m.handle)"
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
# Who waits already and complains once more: no index needs to be touched for that.
_COMPLAIN_AGAIN = """
    UPDATE people SET complaints = complaints + 1
    WHERE brand = ?1 AND author = ?2 AND state = 'unheard' AND (waiting_since, mention_id) <= (?4, ?3)
"""
_ANSWER = """
    UPDATE people SET state = 'answered', heard_at = ?, heard_by = ?
    WHERE brand = ? AND author = ? AND state IN ('unheard', 'heard') AND waiting_since <= ?
"""


def let_wait(write: sqlite3.Connection, complaints: Sequence[tuple[str, str, int, str, str | None]]) -> None:
    """(mention id, brand, created_at, ingest, author) of complaints that were just scored."""
    rows = [row for row in complaints if row[3] != "import" and row[4] is not None]
    if not rows:
        return
    for mention_id, brand, at, _, author in rows:
        person = (brand, author, mention_id, at)
        if not write.execute(_COMPLAIN_AGAIN, person).rowcount:
            write.execute(_WAIT, person)
    # The brand's answer may have come in before the complaint was scored.
    posts = {mention_id.removesuffix(f"|{brand}"): author for mention_id, brand, _, _, author in rows}
    answers = "SELECT j.value, m.brand, m.created_at, m.source || ':' || m.handle FROM json_each(?1) j CROSS JOIN"
    found = write.execute(
        f"{answers} mentions m ON m.in_reply_to = j.value WHERE m.is_own = 1 UNION "
        f"{answers} mentions m ON m.conversation_id = j.value WHERE m.is_own = 1 AND m.in_reply_to IS NOT NULL",
        (to_json(list(posts)),),
    ).fetchall()
    write.executemany(_ANSWER, [(at, by, brand, posts[post], at) for post, brand, at, by in found])


def note_answer(write: sqlite3.Connection, own: Mention) -> None:
    """The brand has replied: who wrote the post, or began the thread, is no longer waiting."""
    at = to_ms(own.created_at)
    for post in {own.in_reply_to, own.conversation_id} - {None}:
        authors = write.execute(
            f"SELECT {AUTHOR} FROM mentions m WHERE m.id IN (?1, ?1 || '|' || ?2) AND m.brand = ?2 AND m.is_own = 0",
            (post, own.brand),
        ).fetchall()
        for (author,) in authors:
            write.execute(_ANSWER, (at, f"{own.source}:{own.handle}", own.brand, author, at))


def take_back(write: sqlite3.Connection, mention: Mention) -> None:
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
            f"AND {AUTHOR} = ?2 AND s.label IN ('complaint', 'hostile') AND m.ingest <> 'import' "
            "AND m.deleted_at IS NULL "
            "ORDER BY m.created_at, m.id LIMIT 1) WHERE brand = ?1 AND author = ?2",
            (mention.brand, author),
        )
