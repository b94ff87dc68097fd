"""Answers that people of the house write: who changed, asked, agreed, refused and sent, and in which order they may.

The rule that a second person must agree is kept here and once more in the table itself: a page, a command or a
crafted request that forgets it is refused. All functions run inside the caller's write transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from db.clean import clean
from db.columns import columns, to_json, to_ms
from db.engine import sqlite3
from db.people import AUTHOR
from db.rows import Mention, Pasted, Person, Reply, ReplyStep

_REPLY = columns(Reply)
_STEP = columns(ReplyStep)
_PERSON = columns(Person)
_MENTION = columns(Mention)
_PASTED = columns(Pasted)
_IN_HAND = ("draft", "waiting", "cleared", "refused")


def one(read: sqlite3.Connection, reply_id: int) -> Reply | None:
    row = read.execute(f"SELECT {_REPLY.sql()} FROM replies WHERE id = ?", (reply_id,)).fetchone()
    return None if row is None else _REPLY.decode(row)


def some(
    read: sqlite3.Connection,
    brand: str | None,
    mention_ids: Sequence[str] | None,
    states: Sequence[str],
    since: datetime | None,
    limit: int,
) -> list[Reply]:
    wanted: list[tuple[str, Any]] = [
        ("brand = ?", brand),
        ("mention_id IN (SELECT value FROM json_each(?))", None if mention_ids is None else to_json(list(mention_ids))),
        ("state IN (SELECT value FROM json_each(?))", to_json(list(states)) if states else None),
        ("coalesce(sent_at, written_at) >= ?", None if since is None else to_ms(since)),
    ]
    asked = [(sql, value) for sql, value in wanted if value is not None]
    where = f"WHERE {' AND '.join(sql for sql, _ in asked)}" if asked else ""
    sql = f"SELECT {_REPLY.sql()} FROM replies {where} ORDER BY coalesce(sent_at, written_at) DESC, id DESC LIMIT ?"
    return [_REPLY.decode(row) for row in read.execute(sql, (*(value for _, value in asked), limit)).fetchall()]


# --- writing --------------------------------------------------------------------------------------------------
def write(db: sqlite3.Connection, reply: Reply) -> Reply | None:
    """A new draft (id 0), or other words for one of the writer's own. Whatever was agreed to is to be agreed anew.

    None: it is gone or in other hands, or `reply.revision` is not the one that is stored.
    """
    reply = _cleaned(reply)
    if not reply.id:
        values = _REPLY.encode(replace(reply, state="draft", revision=1))
        cursor = db.execute(f"INSERT INTO replies ({_REPLY.sql()}) VALUES ({_REPLY.marks})", [None, *values[1:]])
        return _stepped(db, replace(reply, id=int(cursor.lastrowid or 0), state="draft", revision=1), "wrote")
    kept = one(db, reply.id)
    # A window that holds the stored words is up to date, whichever revision it knows.
    revision = kept.revision if kept is not None and kept.words == reply.words else reply.revision
    if kept is None or not _is_in_hand(kept, reply.writer, revision):
        return None
    if kept.words == reply.words and kept.state == "draft":
        return _put(db, replace(kept, why=reply.why))
    if kept.words == reply.words:
        return kept
    was_shown = kept.state != "draft"
    changed = replace(
        kept,
        words=reply.words,
        why=reply.why,
        written_at=reply.written_at,
        revision=kept.revision + 1,
        state="draft",
        locks=(),
        asked_at=None,
        decided_at=None,
        decided_by=None,
        decided_words="",
    )
    put = _put(db, changed)
    # As long as nobody else has read it, a draft has no history: only its last words count.
    return _stepped(db, put, "changed") if was_shown else put


def ask(db: sqlite3.Connection, judged: Reply, at: datetime) -> Reply | None:
    """A second person is to read it. `judged`: the stored draft with the locks and findings of its words."""
    kept = one(db, judged.id)
    if kept is None or not _is_in_hand(kept, judged.writer, judged.revision) or kept.state not in ("draft", "refused"):
        return None
    asked = replace(
        _judged(kept, judged), state="waiting", asked_at=at, decided_at=None, decided_by=None, decided_words=""
    )
    return _stepped(db, _put(db, asked), "asked", judged.writer, at, judged.why)


def decide(
    db: sqlite3.Connection, reply_id: int, revision: int, who: str, is_agreed: bool, words: str, at: datetime
) -> Reply | None:
    """The second person says yes or no to one revision. None: it does not wait, has changed, or `who` wrote it."""
    kept = one(db, reply_id)
    who, words = clean(who), clean(words)
    if kept is None or kept.state != "waiting" or kept.revision != revision or not kept.may_be_decided_by(who):
        return None
    decided = replace(
        kept, state="cleared" if is_agreed else "refused", decided_at=at, decided_by=who, decided_words=words
    )
    return _stepped(db, _put(db, decided), "agreed" if is_agreed else "refused", who, at, words)


def send(db: sqlite3.Connection, judged: Reply, at: datetime) -> Reply | None:
    """The writer says that it went out. None: a lock of `judged` stands that nobody else has lifted for these words."""
    kept = one(db, judged.id)
    if kept is None or not _is_in_hand(kept, judged.writer, judged.revision) or kept.words != clean(judged.words):
        return None
    if kept.state == "refused":
        return None
    is_cleared = kept.state == "cleared" and set(judged.locks) <= set(kept.locks)
    if judged.locks and not is_cleared:
        return None
    locks = kept.locks if kept.state == "cleared" else judged.locks
    sent = replace(_judged(kept, judged), locks=locks, state="sent", sent_at=at)
    return _stepped(db, _put(db, sent), "sent", judged.writer, at, judged.why)


def drop(db: sqlite3.Connection, reply_id: int, who: str, at: datetime) -> bool:
    """The writer gives a draft up."""
    kept = one(db, reply_id)
    if kept is None or kept.writer != clean(who) or kept.state not in _IN_HAND:
        return False
    _stepped(db, _put(db, replace(kept, state="dropped")), "dropped", who, at)
    return True


def note_seen(db: sqlite3.Connection, own: Mention) -> None:
    """An own post has come in: which of our replies is it? One that was said to be sent, or one with these words."""
    answered = (own.in_reply_to, f"{own.in_reply_to}|{own.brand}")
    rows = db.execute(
        f"SELECT {_REPLY.sql()} FROM replies WHERE mention_id IN (?, ?) AND brand = ? AND seen_id IS NULL "
        "AND state <> 'dropped' ORDER BY state = 'sent' DESC, id",
        (*answered, own.brand),
    ).fetchall()
    found = [_REPLY.decode(row) for row in rows]
    said = next((r for r in found if _words(r.words) == _words(own.text)), None)
    reply = said or next((r for r in found if r.state == "sent"), None)
    if reply is None:
        return
    if reply.state == "sent":
        db.execute("UPDATE replies SET seen_id = ? WHERE id = ?", (own.id, reply.id))
        return
    if reply.state == "refused":  # whoever said no has agreed to nothing; the history keeps who it was
        reply = replace(reply, decided_at=None, decided_by=None, decided_words="")
    _stepped(db, _put(db, replace(reply, state="seen", sent_at=own.created_at, seen_id=own.id)), "seen", None)


def _words(text: str) -> list[str]:
    """What a text says without the handles that a network puts before it."""
    return [word for word in text.casefold().split() if not word.startswith("@")]


def _is_in_hand(kept: Reply, writer: str, revision: int) -> bool:
    return kept.state in _IN_HAND and kept.writer == clean(writer) and kept.revision == revision


def _judged(kept: Reply, judged: Reply) -> Reply:
    return replace(
        kept,
        locks=judged.locks,
        findings=judged.findings,
        missing=judged.missing,
        twin=judged.twin,
        why=clean(judged.why),
    )


def _cleaned(reply: Reply) -> Reply:
    return replace(reply, writer=clean(reply.writer), words=clean(reply.words), why=clean(reply.why))


def _put(db: sqlite3.Connection, reply: Reply) -> Reply:
    values = _REPLY.encode(reply)
    settings = ", ".join(f"{name} = ?" for name in _REPLY.names[1:])
    db.execute(f"UPDATE replies SET {settings} WHERE id = ?", [*values[1:], values[0]])
    return reply


def _stepped(
    db: sqlite3.Connection, reply: Reply, what: str, who: str | None = "", at: datetime | None = None, words: str = ""
) -> Reply:
    """Write one line of history. `who` "": the writer; None: the stream."""
    step = ReplyStep(
        reply_id=reply.id,
        at=at or reply.sent_at or reply.written_at,
        what=what,
        who=reply.writer if who == "" else who,
        revision=reply.revision,
        words=clean(words),
    )
    db.execute(f"INSERT INTO reply_steps ({_STEP.sql()}) VALUES ({_STEP.marks})", _STEP.encode(step))
    return reply


# --- what an answer is weighed against --------------------------------------------------------------------------
def answered_at(read: sqlite3.Connection, brand: str, author: str, since: datetime) -> list[int]:
    """When this person got answers of ours, in ms: those recorded here, and those that only the stream saw."""
    found = read.execute(
        "SELECT sent_at FROM replies WHERE brand = ?1 AND author = ?2 AND sent_at >= ?3 UNION ALL "
        "SELECT o.created_at FROM mentions o CROSS JOIN mentions m "
        "ON m.id IN (o.in_reply_to, o.in_reply_to || '|' || ?1) AND m.brand = ?1 "
        f"WHERE o.is_own = 1 AND o.brand = ?1 AND o.created_at >= ?3 AND {AUTHOR} = ?2 "
        "AND NOT EXISTS (SELECT 1 FROM replies r WHERE r.seen_id = o.id AND r.sent_at IS NOT NULL)",
        (brand, author, to_ms(since)),
    ).fetchall()
    return sorted(row[0] for row in found)


def own_answers(read: sqlite3.Connection, brand: str, since: datetime, limit: int) -> list[Mention]:
    """The newest `limit` own posts that answer somebody, oldest first."""
    rows = read.execute(
        f"SELECT {_MENTION.sql()} FROM mentions WHERE is_own = 1 AND brand = ? AND created_at >= ? "
        "AND deleted_at IS NULL AND (in_reply_to IS NOT NULL OR text LIKE '@%') ORDER BY created_at DESC LIMIT ?",
        (brand, to_ms(since), limit),
    ).fetchall()
    return [_MENTION.decode(row) for row in reversed(rows)]


def complaining(read: sqlite3.Connection, brand: str, start: datetime, end: datetime, limit: int) -> list[Person]:
    rows = read.execute(
        f"SELECT {_PERSON.sql()} FROM people WHERE brand = ?1 AND waiting_since >= ?2 AND waiting_since < ?3 "
        f"UNION SELECT {_PERSON.sql('p.')} FROM people p WHERE p.brand = ?1 AND p.author IN (SELECT {AUTHOR} "
        "FROM mentions m JOIN scores s ON s.n = m.n WHERE m.brand = ?1 AND m.created_at >= ?2 AND m.created_at < ?3 "
        "AND m.is_own = 0 AND s.label IN ('complaint', 'hostile')) ORDER BY waiting_since, author LIMIT ?4",
        (brand, to_ms(start), to_ms(end), limit),
    ).fetchall()
    return [_PERSON.decode(row) for row in rows]


def written_by(
    read: sqlite3.Connection, brand: str, authors: Sequence[str], start: datetime, end: datetime, limit: int
) -> list[str]:
    """Ids of what these people wrote, oldest first."""
    rows = read.execute(
        "SELECT m.id FROM mentions m WHERE m.brand = ? AND m.created_at >= ? AND m.created_at < ? AND m.is_own = 0 "
        f"AND m.deleted_at IS NULL AND {AUTHOR} IN (SELECT value FROM json_each(?)) ORDER BY m.created_at LIMIT ?",
        (brand, to_ms(start), to_ms(end), to_json(list(authors)), limit),
    ).fetchall()
    return [row[0] for row in rows]


# --- one text to many people ----------------------------------------------------------------------------------
def put_pasted(db: sqlite3.Connection, rows: Sequence[Pasted]) -> None:
    db.executemany(
        f"INSERT OR REPLACE INTO pasted ({_PASTED.sql()}) VALUES ({_PASTED.marks})",
        [_PASTED.encode(replace(row, words=clean(row.words))) for row in rows],
    )


def pasted(read: sqlite3.Connection, brand: str, since: datetime) -> list[Pasted]:
    rows = read.execute(
        f"SELECT {_PASTED.sql()} FROM pasted WHERE brand = ? AND last_at >= ? ORDER BY people DESC, last_at DESC",
        (brand, to_ms(since)),
    ).fetchall()
    return [_PASTED.decode(row) for row in rows]
