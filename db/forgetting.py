"""Forgetting: one person who asks for it, or everything of a time that has passed. The counts of the minutes stay.

All functions run inside the caller's write transaction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from db.columns import to_json, to_ms
from db.engine import sqlite3
from db.intake import overwriting, scrub
from db.people import AUTHOR
from db.rows import Author, Deletion, Forgotten

_HANGS_ON_A_MENTION = ("assignments", "corrections", "notes", "praise_left")
# What may tell of a post by its number, and what of it by its id.
_NUMBERED = ("scores", "unscored")
# All of one person: under their number, and what came without one (from a file) under a name that they wrote under.
_THEIRS = (
    "m.source = ?1 AND (m.author_id = ?2 OR (m.author_id IS NULL "
    "AND m.handle COLLATE NOCASE IN (SELECT value FROM json_each(?3))))"
)
# Where people of the house may have written a name: table, id, words, how to speak of it.
_WRITTEN_BY_HAND = (
    ("incident_events", "incident_id", "words", "incident {}"),
    ("reviews", "incident_id", "summary || ' ' || impact || ' ' || good || ' ' || bad || ' ' || luck", "review {}"),
    ("actions", "incident_id", "words", "task of incident {}"),
    ("silences", "id", "reason", "silence {}"),
    ("planned", "id", "text", "planned post {}"),
    ("replies", "id", "words", "answer {} to somebody else"),
    ("deeds", "n", "words", "the log of who did what"),
)


def authors(read: sqlite3.Connection, name: str) -> list[Author]:
    """Everybody whom the name may mean: "@leah", "leah", "x:leah", or the number that the network gives people."""
    source, colon, rest = name.partition(":")
    if not colon or source == "did":  # Bluesky's number for people has colons of its own
        source, rest = "", name
    handle = rest.removeprefix("@")
    found = read.execute(
        "SELECT source, author_id, max(handle) FROM mentions WHERE is_own = 0 "
        "AND (handle = ?1 COLLATE NOCASE OR author_id = ?1) AND (?2 = '' OR source = ?2) "
        "GROUP BY source, coalesce(author_id, lower(handle)) ORDER BY source, author_id",
        (handle, source),
    ).fetchall()
    numbered = {row[0] for row in found if row[1] is not None}
    meant = [row for row in found if row[1] is not None or row[0] not in numbered]
    return [Author(source=row[0], author_id=row[1], handle=row[2], posts=len(_posts(read, *row)[0])) for row in meant]


def forget(write: sqlite3.Connection, author: Author, at: datetime) -> Forgotten:
    """Their words, names and addresses, what was written about and to them; a crowd stays as large as it was."""
    rows, names = _posts(write, author.source, author.author_id, author.handle)
    base = f"forgotten:{write.execute('SELECT lower(hex(randomblob(8)))').fetchone()[0]}"
    # Whoever was counted as two, because a file did not tell their number, stays two.
    nobody = {known: f"{base}-{n}" if n else base for n, known in enumerate(dict.fromkeys(row[2] for row in rows))}
    their = {row[0]: nobody[row[2]] for row in rows}
    with overwriting(write):
        scrub(write, [Deletion(post_id=_post_id(*row[:2]), at=at) for row in rows])
        write.executemany(
            "UPDATE mentions SET author_id = ?2, followers = NULL, verified = NULL, author_created_at = NULL "
            "WHERE id = ?1",
            list(their.items()),
        )
        write.executemany("UPDATE people SET author = ?2, state = 'closed' WHERE author = ?1", list(nobody.items()))
        answers = _forget_answers(write, their)
        for table in ("assignments", "notes", "praise_left"):
            write.executemany(f"DELETE FROM {table} WHERE mention_id = ?", [(each,) for each in their])
        marks = [mark for mark in (*names, author.author_id) if mark]
        _forget_dead_letters(write, marks)
    return Forgotten(posts=len(rows), answers=answers, still_named=_still_named(write, [*marks, *_shown(rows)]))


def _posts(
    read: sqlite3.Connection, source: str, author_id: str | None, handle: str | None
) -> tuple[list[tuple[str, str, str, str | None]], list[str]]:
    """(mention id, brand, who as Person.author, name shown) of all that they wrote; and the handles they used."""
    used = read.execute(
        "SELECT DISTINCT handle FROM mentions WHERE source = ? AND author_id = ? AND handle IS NOT NULL",
        (source, author_id),
    )
    names = list(dict.fromkeys([*([handle] if handle else []), *(row[0] for row in used)]))
    rows = read.execute(
        f"SELECT m.id, m.brand, {AUTHOR}, m.display_name FROM mentions m WHERE {_THEIRS}",
        (source, author_id, to_json(names)),
    )
    return rows.fetchall(), names


def _shown(rows: Sequence[tuple[str, str, str, str | None]]) -> list[str]:
    return list(dict.fromkeys(row[3] for row in rows if row[3]))


def _post_id(mention_id: str, brand: str) -> str:
    """A post may be a mention of several brands: their ids end with "|brand"."""
    return mention_id.removesuffix(f"|{brand}")


def _forget_answers(write: sqlite3.Connection, their: Mapping[str, str]) -> int:
    """What the house wrote to them: that it did, when and who stays; the words, which may name them, go.

    What was not sent yet is given up: nobody can finish it. `their`: mention id -> who it is now.
    """
    found: list[tuple[int, str]] = []
    for mention_id, nobody in their.items():
        rows = write.execute("SELECT id FROM replies WHERE mention_id = ?", (mention_id,)).fetchall()
        found += [(row[0], nobody) for row in rows]
    write.executemany("UPDATE replies SET words = '', why = '', decided_words = '', author = ?2 WHERE id = ?1", found)
    for reply_id, _ in found:
        write.execute(
            "UPDATE replies SET state = 'dropped' WHERE id = ? AND state NOT IN ('sent', 'seen')", (reply_id,)
        )
        write.execute("UPDATE reply_steps SET words = '' WHERE reply_id = ?", (reply_id,))
        write.execute("UPDATE deeds SET words = '' WHERE subject = ? AND words <> ''", (f"reply {reply_id}",))
    return len(found)


def _forget_dead_letters(write: sqlite3.Connection, marks: Sequence[str]) -> None:
    named = _naming(marks)
    rows = write.execute("SELECT n, raw FROM dead_letters").fetchall()
    write.executemany("DELETE FROM dead_letters WHERE n = ?", [(n,) for n, raw in rows if named.search(raw)])


def _naming(marks: Sequence[str]) -> re.Pattern[str]:
    """One of these names as a word of its own: "Leah", but not in "Leahy"."""
    words = "|".join(re.escape(mark) for mark in sorted(marks, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)" if words else r"(?!)", re.IGNORECASE)


def _still_named(write: sqlite3.Connection, marks: Sequence[str]) -> tuple[str, ...]:
    """Where people of the house may have written the name themselves: a machine does not rewrite their words."""
    named = _naming(marks)
    found: list[str] = []
    for table, key, words, label in _WRITTEN_BY_HAND:
        rows = write.execute(f"SELECT {key}, {words} FROM {table} ORDER BY {key}")
        found += [label.format(row[0]) for row in rows if named.search(row[1])]
    rules = write.execute(
        "SELECT r.brand, r.body FROM rules r JOIN (SELECT max(n) AS n FROM rules GROUP BY brand) USING (n)"
    )
    found += [f"rules of {row[0]}" for row in rules if named.search(row[1])]
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
