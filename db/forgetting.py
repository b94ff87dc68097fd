"""Forgetting: one person who asks for it, or everything of a time that has passed. The counts of the minutes stay.

All functions run inside the caller's write transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from db.columns import to_ms
from db.engine import sqlite3
from db.intake import overwriting, scrub
from db.rows import Author, Deletion, Forgotten

_HANGS_ON_A_MENTION = ("assignments", "corrections", "notes", "praise_left")
# What may tell of a post by its number, and what of it by its id.
_NUMBERED = ("scores", "unscored")
_WHO = "m.source = ?1 AND (m.author_id = ?2 OR (?2 IS NULL AND m.author_id IS NULL AND m.handle = ?3 COLLATE NOCASE))"


def authors(read: sqlite3.Connection, name: str) -> list[Author]:
    """Everybody whom the name may mean: "@leah", "leah", "x:leah", or the number that the network gives people."""
    source, colon, rest = name.partition(":")
    if not colon or source == "did":  # Bluesky's number for people has colons of its own
        source, rest = "", name
    handle = rest.removeprefix("@")
    found = read.execute(
        "SELECT source, author_id, max(handle), count(*) FROM mentions WHERE is_own = 0 "
        "AND (handle = ?1 COLLATE NOCASE OR author_id = ?1) AND (?2 = '' OR source = ?2) "
        "GROUP BY source, coalesce(author_id, lower(handle)) ORDER BY source, author_id",
        (handle, source),
    )
    return [Author(source=row[0], author_id=row[1], handle=row[2], posts=row[3]) for row in found]


def forget(write: sqlite3.Connection, author: Author, at: datetime) -> Forgotten:
    """Their words, names and addresses, what was written about and to them; a crowd stays as large as it was."""
    who = (author.source, author.author_id, author.handle)
    rows = write.execute(f"SELECT m.id, m.brand FROM mentions m WHERE {_WHO}", who).fetchall()
    ids = [row[0] for row in rows]
    nobody = f"forgotten:{write.execute('SELECT lower(hex(randomblob(8)))').fetchone()[0]}"
    known = (author.author_id or f"{author.source}:{author.handle}",)
    with overwriting(write):
        scrub(write, [Deletion(post_id=_post_id(*row), at=at) for row in rows])
        write.executemany("UPDATE mentions SET author_id = ?, followers = NULL, verified = NULL, "
                          "author_created_at = NULL WHERE id = ?", [(nobody, each) for each in ids])  # fmt: skip
        write.execute("UPDATE people SET author = ?2, state = 'closed' WHERE author = ?1", (*known, nobody))
        answers = _forget_answers(write, ids, nobody)
        for table in ("assignments", "notes", "praise_left"):
            write.executemany(f"DELETE FROM {table} WHERE mention_id = ?", [(each,) for each in ids])
        marks = [mark for mark in (author.handle, author.author_id) if mark]
        for mark in marks:
            write.execute("DELETE FROM dead_letters WHERE instr(raw, ?) > 0", (mark,))
    return Forgotten(posts=len(ids), answers=answers, still_named=_still_named(write, marks))


def _post_id(mention_id: str, brand: str) -> str:
    """A post may be a mention of several brands: their ids end with "|brand"."""
    return mention_id.removesuffix(f"|{brand}")


def _forget_answers(write: sqlite3.Connection, ids: Sequence[str], nobody: str) -> int:
    """What the house wrote to them: that it did, when and who stays; the words, which may name them, go."""
    found: list[int] = []
    for mention_id in ids:
        rows = write.execute("SELECT id FROM replies WHERE mention_id = ?", (mention_id,)).fetchall()
        found += [row[0] for row in rows]
    write.executemany("UPDATE replies SET words = '', why = '', decided_words = '', author = ? WHERE id = ?",
                      [(nobody, reply_id) for reply_id in found])  # fmt: skip
    write.executemany("UPDATE reply_steps SET words = '' WHERE reply_id = ?", [(reply_id,) for reply_id in found])
    return len(found)


def _still_named(write: sqlite3.Connection, marks: Sequence[str]) -> tuple[str, ...]:
    """Where people of the house may have written the name themselves: a machine does not rewrite their words."""
    found: list[str] = []
    for mark in marks:
        for table, column, label in (
            ("incident_events", "words", "incident"),
            ("reviews", "summary || impact || good || bad || luck", "review"),
            ("actions", "words", "task of incident"),
        ):
            rows = write.execute(f"SELECT DISTINCT incident_id FROM {table} WHERE instr({column}, ?) > 0", (mark,))
            found += [f"{label} {row[0]}" for row in rows]
        rules = write.execute(
            "SELECT r.brand FROM rules r JOIN (SELECT max(n) AS n FROM rules GROUP BY brand) USING (n) "
            "WHERE instr(r.body, ?) > 0", (mark,)
        )  # fmt: skip
        found += [f"rules of {row[0]}" for row in rules]
    return tuple(dict.fromkeys(found))


# --- what is too old ------------------------------------------------------------------------------------------
def count_older(read: sqlite3.Connection, before: datetime) -> int:
    """Mentions that `prune` would remove."""
    older = "SELECT count(*) FROM mentions WHERE created_at < ? AND n < (SELECT max(n) FROM mentions)"
    return int(read.execute(older, (to_ms(before),)).fetchone()[0])


def prune(write: sqlite3.Connection, before: datetime, limit: int) -> int:
    """At most `limit` mentions written before that, with all that hangs on them; how many. 0: nothing older is left.

    Minute buckets, incidents, reviews and answers stay, and what incidents quote of these posts goes.
    """
    rows = write.execute(
        # The newest number stays, so that none is given twice.
        "SELECT n, id, brand FROM mentions WHERE created_at < ? AND n < (SELECT max(n) FROM mentions) "
        "ORDER BY created_at LIMIT ?",
        (to_ms(before), limit),
    ).fetchall()
    with overwriting(write):
        scrub(write, [Deletion(post_id=_post_id(*row[1:]), at=before) for row in rows])
        for table in _NUMBERED:
            write.executemany(f"DELETE FROM {table} WHERE n = ?", [(row[0],) for row in rows])
        for table in _HANGS_ON_A_MENTION:
            write.executemany(f"DELETE FROM {table} WHERE mention_id = ?", [(row[1],) for row in rows])
        write.executemany("DELETE FROM mentions WHERE n = ?", [(row[0],) for row in rows])
        write.execute("DELETE FROM people WHERE waiting_since < ?", (to_ms(before),))
        write.execute("DELETE FROM dead_letters WHERE received_at < ?", (to_ms(before),))
    return len(rows)
