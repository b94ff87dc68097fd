"""The shape of the SQLite file, one step after the other. Append; never edit a step that was released.

Each step is a function over the database of sqlite-utils. All pending steps run in one transaction together
with `user_version`, so a kill in the middle leaves the file as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

    from db.engine import sqlite3

Step = Callable[["Database"], None]


def migrate(connection: sqlite3.Connection, steps: Sequence[Step]) -> None:
    """Do the steps that this file has not seen. Must be called inside a write transaction."""
    # sqlite-utils takes a quarter of a second to import, and nearly every start has nothing to migrate.
    from sqlite_utils import Database, Migrations

    known = Migrations("smoulder")
    for step in steps:
        known()(step)
    known.apply(Database(connection, recursive_triggers=False, execute_plugins=False))
    connection.execute(f"PRAGMA user_version = {len(steps)}")


def spine(db: Database) -> None:
    """Everything from the mention to the outbox."""
    for statement in _SPINE:
        db.conn.execute(statement)


# `n` counts the mentions in the order in which they came; everything that hangs on a mention hangs on `n`.
_SPINE = (
    """
    CREATE TABLE mentions (
        n INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        source TEXT NOT NULL,
        brand TEXT NOT NULL,
        text TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        received_at INTEGER NOT NULL,
        url TEXT,
        author_id TEXT,
        handle TEXT,
        display_name TEXT,
        followers INTEGER,
        verified INTEGER,
        author_created_at INTEGER,
        lang TEXT,
        in_reply_to TEXT,
        quote_of TEXT,
        repost_of TEXT,
        conversation_id TEXT,
        likes INTEGER,
        replies INTEGER,
        reposts INTEGER,
        quotes INTEGER,
        hashtags TEXT NOT NULL,
        matched TEXT NOT NULL,
        ingest TEXT NOT NULL,
        is_own INTEGER NOT NULL,
        is_truncated INTEGER NOT NULL,
        edited_at INTEGER,
        deleted_at INTEGER,
        hangs_on TEXT
    ) STRICT
    """,
    "CREATE INDEX mentions_by_time ON mentions (brand, created_at)",
    "CREATE INDEX mentions_by_arrival ON mentions (brand, received_at)",
    "CREATE INDEX mentions_by_root ON mentions (hangs_on, brand) WHERE hangs_on IS NOT NULL",
    "CREATE INDEX mentions_own_answers ON mentions (in_reply_to) WHERE is_own = 1",
    "CREATE INDEX mentions_own_threads ON mentions (conversation_id) WHERE is_own = 1 AND in_reply_to IS NOT NULL",
    # The words are kept in `mentions` only; the index has the brand as well, so that one brand's search does
    # not wade through the others.
    """
    CREATE VIRTUAL TABLE mentions_words USING fts5 (
        text, brand, content = 'mentions', content_rowid = 'n', tokenize = 'unicode61 remove_diacritics 2'
    )
    """,
    # A deleted post leaves the index at once and not at the next merge.
    "INSERT INTO mentions_words (mentions_words, rank) VALUES ('secure-delete', 1)",
    """
    CREATE TRIGGER mentions_words_add AFTER INSERT ON mentions BEGIN
        INSERT INTO mentions_words (rowid, text, brand) VALUES (new.n, new.text, new.brand);
    END
    """,
    """
    CREATE TRIGGER mentions_words_change AFTER UPDATE OF text ON mentions BEGIN
        INSERT INTO mentions_words (mentions_words, rowid, text, brand) VALUES ('delete', old.n, old.text, old.brand);
        INSERT INTO mentions_words (rowid, text, brand) VALUES (new.n, new.text, new.brand);
    END
    """,
    """
    CREATE TRIGGER mentions_words_remove AFTER DELETE ON mentions BEGIN
        INSERT INTO mentions_words (mentions_words, rowid, text, brand) VALUES ('delete', old.n, old.text, old.brand);
    END
    """,
    # A mention is in `unscored` until its score is stored; that membership is what makes a score new.
    "CREATE TABLE unscored (n INTEGER PRIMARY KEY) STRICT",
    """
    CREATE TABLE scores (
        n INTEGER PRIMARY KEY,
        label TEXT NOT NULL,
        complaint REAL NOT NULL,
        hostile REAL NOT NULL,
        praise REAL NOT NULL,
        question REAL NOT NULL,
        tragedy REAL NOT NULL,
        severity INTEGER NOT NULL,
        lang TEXT NOT NULL,
        because TEXT NOT NULL,
        model TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE buckets (
        brand TEXT NOT NULL,
        minute INTEGER NOT NULL,
        mentions INTEGER NOT NULL,
        scored INTEGER NOT NULL,
        complaints INTEGER NOT NULL,
        hostile INTEGER NOT NULL,
        praise INTEGER NOT NULL,
        questions INTEGER NOT NULL,
        PRIMARY KEY (brand, minute)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE expected (
        brand TEXT NOT NULL,
        at INTEGER NOT NULL,
        low REAL NOT NULL,
        middle REAL NOT NULL,
        high REAL NOT NULL,
        PRIMARY KEY (brand, at)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE people (
        brand TEXT NOT NULL,
        author TEXT NOT NULL,
        mention_id TEXT NOT NULL,
        waiting_since INTEGER NOT NULL,
        state TEXT NOT NULL,
        complaints INTEGER NOT NULL,
        heard_at INTEGER,
        heard_by TEXT,
        PRIMARY KEY (brand, author)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX people_by_wait ON people (brand, waiting_since, state)",
    "CREATE INDEX people_unheard ON people (brand, waiting_since) WHERE state = 'unheard'",
    # How many people began to wait in each minute, kept by the triggers: the wall counts no people.
    """
    CREATE TABLE people_minutes (
        brand TEXT NOT NULL,
        minute INTEGER NOT NULL,
        unheard INTEGER NOT NULL,
        heard INTEGER NOT NULL,
        PRIMARY KEY (brand, minute)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TRIGGER people_add AFTER INSERT ON people BEGIN
        INSERT INTO people_minutes (brand, minute, unheard, heard)
            VALUES (new.brand, new.waiting_since - new.waiting_since % 60000,
                new.state = 'unheard', new.state <> 'unheard')
            ON CONFLICT DO UPDATE SET unheard = unheard + excluded.unheard, heard = heard + excluded.heard;
    END
    """,
    """
    CREATE TRIGGER people_change AFTER UPDATE OF waiting_since, state ON people
        WHEN old.waiting_since <> new.waiting_since OR old.state <> new.state BEGIN
        UPDATE people_minutes SET unheard = unheard - (old.state = 'unheard'), heard = heard - (old.state <> 'unheard')
            WHERE brand = old.brand AND minute = old.waiting_since - old.waiting_since % 60000;
        INSERT INTO people_minutes (brand, minute, unheard, heard)
            VALUES (new.brand, new.waiting_since - new.waiting_since % 60000,
                new.state = 'unheard', new.state <> 'unheard')
            ON CONFLICT DO UPDATE SET unheard = unheard + excluded.unheard, heard = heard + excluded.heard;
    END
    """,
    """
    CREATE TRIGGER people_remove AFTER DELETE ON people BEGIN
        UPDATE people_minutes SET unheard = unheard - (old.state = 'unheard'), heard = heard - (old.state <> 'unheard')
            WHERE brand = old.brand AND minute = old.waiting_since - old.waiting_since % 60000;
    END
    """,
    """
    CREATE TABLE cursors (
        source TEXT PRIMARY KEY,
        value TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE source_health (
        source TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        since INTEGER NOT NULL,
        detail TEXT NOT NULL,
        last_data_at INTEGER,
        last_mention_at INTEGER,
        retry_at INTEGER,
        is_live INTEGER NOT NULL,
        received INTEGER NOT NULL,
        rejected INTEGER NOT NULL,
        updated_at INTEGER
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE gaps (
        source TEXT NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER,
        reason TEXT NOT NULL,
        filled_at INTEGER,
        PRIMARY KEY (source, start)
    ) STRICT, WITHOUT ROWID
    """,
    'CREATE UNIQUE INDEX gaps_open ON gaps (source) WHERE "end" IS NULL',
    "CREATE INDEX gaps_unfilled ON gaps (start) WHERE filled_at IS NULL",
    """
    CREATE TABLE dead_letters (
        n INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        received_at INTEGER NOT NULL,
        raw TEXT NOT NULL,
        reason TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE rules (
        n INTEGER PRIMARY KEY,
        brand TEXT NOT NULL,
        body TEXT NOT NULL,
        by TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX rules_by_brand ON rules (brand, n)",
    """
    CREATE TABLE signals (
        id TEXT PRIMARY KEY,
        brand TEXT NOT NULL,
        rule TEXT NOT NULL,
        at INTEGER NOT NULL,
        severity TEXT NOT NULL,
        score REAL NOT NULL,
        evidence TEXT NOT NULL,
        root TEXT
    ) STRICT
    """,
    "CREATE INDEX signals_by_time ON signals (brand, at)",
    "CREATE INDEX signals_by_root ON signals (root) WHERE root IS NOT NULL",
    # AUTOINCREMENT: the number of an incident is spoken, mailed and linked, it never comes twice.
    """
    CREATE TABLE incidents (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        brand TEXT NOT NULL,
        kind TEXT NOT NULL,
        severity TEXT NOT NULL,
        peak_severity TEXT NOT NULL,
        state TEXT NOT NULL,
        opened_at INTEGER NOT NULL,
        last_signal_at INTEGER NOT NULL,
        first_post_at INTEGER,
        acknowledged_at INTEGER,
        owner TEXT,
        calming_at INTEGER,
        closed_at INTEGER,
        title TEXT NOT NULL,
        root TEXT,
        is_historical INTEGER NOT NULL,
        is_missed INTEGER NOT NULL,
        evidence TEXT
    ) STRICT
    """,
    "CREATE INDEX incidents_by_time ON incidents (brand, opened_at)",
    "CREATE INDEX incidents_unclosed ON incidents (brand, state) WHERE state <> 'closed'",
    "CREATE INDEX incidents_by_end ON incidents (closed_at) WHERE closed_at IS NOT NULL",
    "CREATE INDEX incidents_by_root ON incidents (root) WHERE root IS NOT NULL",
    """
    CREATE TABLE incident_events (
        n INTEGER PRIMARY KEY,
        incident_id INTEGER NOT NULL REFERENCES incidents (id),
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        who TEXT,
        words TEXT NOT NULL,
        severity TEXT,
        rule TEXT,
        evidence TEXT
    ) STRICT
    """,
    "CREATE INDEX incident_events_by_incident ON incident_events (incident_id, at)",
    # `evidence` may change in one case: the network deleted the post that it quotes.
    """
    CREATE TRIGGER incident_events_machine_change
        BEFORE UPDATE OF n, incident_id, at, kind, who, words, severity, rule ON incident_events
        WHEN old.who IS NULL BEGIN
        SELECT RAISE(ABORT, 'what the machine wrote into a time line cannot be changed');
    END
    """,
    """
    CREATE TRIGGER incident_events_machine_remove BEFORE DELETE ON incident_events WHEN old.who IS NULL BEGIN
        SELECT RAISE(ABORT, 'what the machine wrote into a time line cannot be removed');
    END
    """,
    """
    CREATE TABLE snapshots (
        brand TEXT PRIMARY KEY,
        at INTEGER NOT NULL,
        memory BLOB NOT NULL
    ) STRICT
    """,
    # `first_due_at`: a retry moves `due_at`, but who waits for a mail waits since the first time it was due.
    """
    CREATE TABLE notifications (
        id TEXT PRIMARY KEY,
        incident_id INTEGER,
        brand TEXT NOT NULL,
        stage TEXT NOT NULL,
        reason TEXT NOT NULL,
        channel TEXT NOT NULL,
        recipient TEXT NOT NULL,
        message_id TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        due_at INTEGER NOT NULL,
        severity TEXT,
        subject TEXT NOT NULL,
        evidence TEXT,
        attempts INTEGER NOT NULL,
        leased_until INTEGER,
        sent_at INTEGER,
        failed_at INTEGER,
        error TEXT NOT NULL,
        receipt TEXT NOT NULL,
        first_due_at INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX notifications_to_send ON notifications (due_at) WHERE sent_at IS NULL AND failed_at IS NULL",
    "CREATE INDEX notifications_waiting ON notifications (first_due_at) WHERE sent_at IS NULL AND failed_at IS NULL",
    "CREATE INDEX notifications_failed ON notifications (failed_at) WHERE failed_at IS NOT NULL",
    "CREATE INDEX notifications_by_incident ON notifications (incident_id, created_at)",
    "CREATE INDEX notifications_by_time ON notifications (created_at)",
    """
    CREATE TABLE processes (
        name TEXT PRIMARY KEY,
        pid INTEGER NOT NULL,
        started_at INTEGER NOT NULL,
        beat_at INTEGER NOT NULL,
        version TEXT NOT NULL,
        note TEXT NOT NULL,
        is_broken INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE settings (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL,
        by TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE setting_changes (
        n INTEGER PRIMARY KEY,
        key TEXT NOT NULL,
        value TEXT,
        by TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT
    """,
    # Facts about this file, not about the world: "copied_at" stands in a copy until it is opened for writing.
    """
    CREATE TABLE file (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)


def desks(db: Database) -> None:
    """What people do: who has taken a mention, what they corrected and noted, and the log of who did what."""
    for statement in _DESKS:
        db.conn.execute(statement)


_DESKS = (
    """
    CREATE TABLE assignments (
        mention_id TEXT PRIMARY KEY,
        who TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE corrections (
        n INTEGER PRIMARY KEY,
        mention_id TEXT NOT NULL,
        at INTEGER NOT NULL,
        by TEXT NOT NULL,
        "after" TEXT NOT NULL,
        "before" TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX corrections_by_mention ON corrections (mention_id)",
    """
    CREATE TABLE notes (
        n INTEGER PRIMARY KEY,
        mention_id TEXT NOT NULL,
        at INTEGER NOT NULL,
        who TEXT NOT NULL,
        words TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX notes_by_mention ON notes (mention_id)",
    """
    CREATE TABLE deeds (
        n INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        who TEXT NOT NULL,
        what TEXT NOT NULL,
        subject TEXT NOT NULL,
        words TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TRIGGER deeds_change BEFORE UPDATE ON deeds BEGIN
        SELECT RAISE(ABORT, 'what was done cannot be changed');
    END
    """,
    """
    CREATE TRIGGER deeds_remove BEFORE DELETE ON deeds BEGIN
        SELECT RAISE(ABORT, 'what was done cannot be removed');
    END
    """,
)


def silences(db: Database) -> None:
    """Who asked for silence, about what and until when; and which incidents were no crisis."""
    for statement in _SILENCES:
        db.conn.execute(statement)


_SILENCES = (
    """
    CREATE TABLE silences (
        id INTEGER PRIMARY KEY,
        brand TEXT NOT NULL,
        at INTEGER NOT NULL,
        until INTEGER NOT NULL,
        by TEXT NOT NULL,
        reason TEXT NOT NULL,
        rule TEXT,
        root TEXT,
        holds_storms INTEGER NOT NULL,
        ended_at INTEGER,
        ended_by TEXT
    ) STRICT
    """,
    "CREATE INDEX silences_by_end ON silences (until)",
    "ALTER TABLE incidents ADD COLUMN dismissed_at INTEGER",
)


def reviews(db: Database) -> None:
    """What people write about an incident when it is over, and what is to be done."""
    for statement in _REVIEWS:
        db.conn.execute(statement)


_REVIEWS = (
    """
    CREATE TABLE reviews (
        incident_id INTEGER NOT NULL REFERENCES incidents (id),
        at INTEGER NOT NULL,
        by TEXT NOT NULL,
        summary TEXT NOT NULL,
        impact TEXT NOT NULL,
        part TEXT,
        good TEXT NOT NULL,
        bad TEXT NOT NULL,
        luck TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX reviews_by_incident ON reviews (incident_id)",
    """
    CREATE TABLE actions (
        incident_id INTEGER NOT NULL REFERENCES incidents (id),
        n INTEGER NOT NULL,
        words TEXT NOT NULL,
        at INTEGER NOT NULL,
        by TEXT NOT NULL,
        owner TEXT NOT NULL,
        due_at INTEGER,
        state TEXT NOT NULL,
        PRIMARY KEY (incident_id, n)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX actions_open ON actions (due_at) WHERE state = 'open'",
    "CREATE INDEX setting_changes_by_key ON setting_changes (key, n)",
    "CREATE INDEX mentions_own ON mentions (brand, created_at) WHERE is_own = 1",
)


def answers(db: Database) -> None:
    """What people of the house answer, who agreed to it, and texts of ours that went to several people."""
    for statement in _ANSWERS:
        db.conn.execute(statement)


_ANSWERS = (
    """
    CREATE TABLE replies (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        mention_id TEXT NOT NULL,
        brand TEXT NOT NULL,
        writer TEXT NOT NULL,
        words TEXT NOT NULL,
        written_at INTEGER NOT NULL,
        author TEXT,
        state TEXT NOT NULL CHECK (state IN ('draft', 'waiting', 'cleared', 'refused', 'sent', 'seen', 'dropped')),
        revision INTEGER NOT NULL,
        locks TEXT NOT NULL,
        findings TEXT NOT NULL,
        missing TEXT NOT NULL,
        why TEXT NOT NULL,
        twin TEXT,
        asked_at INTEGER,
        decided_at INTEGER,
        decided_by TEXT CHECK (lower(trim(decided_by)) <> lower(trim(writer))),
        decided_words TEXT NOT NULL,
        sent_at INTEGER,
        seen_id TEXT,
        -- Whoever writes to this file by another way than ours meets the same rule: no second person, no release.
        CHECK (state NOT IN ('cleared', 'sent') OR locks = '[]' OR decided_by IS NOT NULL)
    ) STRICT
    """,
    "CREATE INDEX replies_by_mention ON replies (mention_id)",
    "CREATE INDEX replies_by_time ON replies (brand, sent_at) WHERE sent_at IS NOT NULL",
    "CREATE INDEX replies_in_hand ON replies (state) WHERE state IN ('draft', 'waiting', 'cleared', 'refused')",
    """
    CREATE TRIGGER replies_gone BEFORE UPDATE OF words, writer, mention_id, locks, decided_by ON replies
        WHEN old.state IN ('sent', 'seen') BEGIN
        SELECT RAISE(ABORT, 'what was sent cannot be changed');
    END
    """,
    """
    CREATE TRIGGER replies_agreed BEFORE UPDATE OF words, writer, mention_id ON replies
        WHEN new.decided_by IS NOT NULL AND (new.words, new.writer, new.mention_id)
            IS NOT (old.words, old.writer, old.mention_id) BEGIN
        SELECT RAISE(ABORT, 'what somebody agreed to cannot be changed');
    END
    """,
    """
    CREATE TABLE reply_steps (
        n INTEGER PRIMARY KEY,
        reply_id INTEGER NOT NULL REFERENCES replies (id),
        at INTEGER NOT NULL,
        what TEXT NOT NULL,
        who TEXT,
        revision INTEGER NOT NULL,
        words TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX reply_steps_by_reply ON reply_steps (reply_id)",
    """
    CREATE TRIGGER reply_steps_change BEFORE UPDATE ON reply_steps BEGIN
        SELECT RAISE(ABORT, 'what was done cannot be changed');
    END
    """,
    """
    CREATE TRIGGER reply_steps_remove BEFORE DELETE ON reply_steps BEGIN
        SELECT RAISE(ABORT, 'what was done cannot be removed');
    END
    """,
    """
    CREATE TABLE pasted (
        id TEXT PRIMARY KEY,
        brand TEXT NOT NULL,
        words TEXT NOT NULL,
        first_at INTEGER NOT NULL,
        last_at INTEGER NOT NULL,
        people INTEGER NOT NULL,
        posts TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX pasted_by_time ON pasted (brand, last_at)",
)


def brakes(db: Database) -> None:
    """What is held while it is quiet, what was found out about tags, and praise that nobody answers."""
    for statement in _BRAKES:
        db.conn.execute(statement)


_BRAKES = (
    """
    CREATE TABLE planned (
        id TEXT PRIMARY KEY,
        text TEXT NOT NULL,
        added_by TEXT NOT NULL,
        added_at INTEGER NOT NULL,
        at INTEGER,
        channel TEXT NOT NULL,
        file TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('planned', 'held', 'released', 'kept back')),
        decided_by TEXT,
        decided_at INTEGER,
        CHECK (state NOT IN ('released', 'kept back') OR (decided_by <> '' AND decided_at IS NOT NULL))
    ) STRICT, WITHOUT ROWID
    """,
    # Whatever a page, a command or a crafted request forgets: while it is quiet nothing is let go.
    """
    CREATE TRIGGER planned_while_quiet BEFORE UPDATE OF state ON planned
        WHEN new.state = 'released' AND EXISTS (SELECT 1 FROM settings WHERE key = 'quiet') BEGIN
        SELECT RAISE(ABORT, 'it is quiet: nothing that is held can be released');
    END
    """,
    """
    CREATE TABLE tag_looks (
        n INTEGER PRIMARY KEY,
        tag TEXT NOT NULL,
        at INTEGER NOT NULL,
        verdict TEXT NOT NULL,
        posts INTEGER NOT NULL,
        because TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX tag_looks_by_tag ON tag_looks (tag, n)",
    """
    CREATE TABLE tag_readings (
        n INTEGER PRIMARY KEY,
        tag TEXT NOT NULL,
        at INTEGER NOT NULL,
        who TEXT NOT NULL CHECK (who <> '')
    ) STRICT
    """,
    "CREATE INDEX tag_readings_by_tag ON tag_readings (tag, n)",
    """
    CREATE TABLE praise_left (
        mention_id TEXT PRIMARY KEY,
        who TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)


def heard(db: Database) -> None:
    """Who was heard, by the time they began to wait: a review asks when the first of them was."""
    db.conn.execute("CREATE INDEX people_heard ON people (brand, waiting_since, heard_at) WHERE state <> 'unheard'")


def secrets(db: Database) -> None:
    """The log of settings kept old passwords' hashes and keys: overwritten, and never written again."""
    db.conn.execute("PRAGMA secure_delete = ON")
    db.conn.execute(
        "UPDATE setting_changes SET value = '(not kept)' WHERE value IS NOT NULL AND key IN "
        "('users', 'login_links', 'wall_tokens', 'tool_tokens', 'api_tokens', 'session_secret', 'links: secret')"
    )
    db.conn.execute("PRAGMA secure_delete = OFF")


def grave(db: Database) -> None:
    """The gravest come first in the inbox: they are few, and found without reading all who wait."""
    db.conn.execute("CREATE INDEX scores_grave ON scores (severity) WHERE severity >= 2")


def forgetting(db: Database) -> None:
    """What was sent and done stays as it was; only its words may go, when somebody asks to be forgotten."""
    for name in ("replies_gone", "replies_agreed", "reply_steps_change"):
        db.conn.execute(f"DROP TRIGGER {name}")
    for statement in _FORGETTING:
        db.conn.execute(statement)


_FORGETTING = (
    """
    CREATE TRIGGER replies_gone BEFORE UPDATE OF words, writer, mention_id, locks, decided_by ON replies
        WHEN old.state IN ('sent', 'seen') AND NOT (new.words = '' AND (new.writer, new.mention_id, new.locks,
            new.decided_by, new.state) IS (old.writer, old.mention_id, old.locks, old.decided_by, old.state)) BEGIN
        SELECT RAISE(ABORT, 'what was sent cannot be changed');
    END
    """,
    """
    CREATE TRIGGER replies_agreed BEFORE UPDATE OF words, writer, mention_id ON replies
        WHEN new.decided_by IS NOT NULL AND (new.words, new.writer, new.mention_id)
            IS NOT (old.words, old.writer, old.mention_id) AND NOT (new.words = '' AND (new.writer, new.mention_id,
            new.state) IS (old.writer, old.mention_id, old.state)) BEGIN
        SELECT RAISE(ABORT, 'what somebody agreed to cannot be changed');
    END
    """,
    """
    CREATE TRIGGER reply_steps_change BEFORE UPDATE ON reply_steps
        WHEN NOT (new.words = '' AND (new.n, new.reply_id, new.at, new.what, new.who, new.revision)
            IS (old.n, old.reply_id, old.at, old.what, old.who, old.revision)) BEGIN
        SELECT RAISE(ABORT, 'what was done cannot be changed');
    END
    """,
)


def forgotten_deeds(db: Database) -> None:
    """The log tells who did what; the reason that somebody gave, which may name a person, may go with that person."""
    db.conn.execute("DROP TRIGGER deeds_change")
    db.conn.execute(
        """
        CREATE TRIGGER deeds_change BEFORE UPDATE ON deeds
            WHEN NOT (new.words = '' AND (new.n, new.at, new.who, new.what, new.subject)
                IS (old.n, old.at, old.who, old.what, old.subject)) BEGIN
            SELECT RAISE(ABORT, 'what was done cannot be changed');
        END
        """
    )


STEPS: tuple[Step, ...] = (
    spine,
    desks,
    silences,
    reviews,
    answers,
    brakes,
    heard,
    secrets,
    grave,
    forgetting,
    forgotten_deeds,
)
