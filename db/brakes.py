"""Posts of other tools while it is quiet: held, and let go one by one by a named person.

All functions run inside the caller's write transaction. The table itself refuses to let go while the switch is on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from db.clean import clean
from db.columns import columns, to_ms
from db.engine import sqlite3
from db.rows import Planned, PlannedState

_PLANNED = columns(Planned)


def put(db: sqlite3.Connection, rows: Sequence[Planned]) -> list[Planned]:
    """Those that were new, or say something else than before."""
    fresh = []
    for row in map(_cleaned, rows):
        kept = one(db, row.id)
        if kept is not None and (kept.text, kept.at, kept.channel) == (row.text, row.at, row.channel):
            continue
        is_held = kept is not None and kept.state != "planned"
        new = replace(row, state="held" if is_held else "planned", decided_by=None, decided_at=None)
        db.execute(f"INSERT OR REPLACE INTO planned ({_PLANNED.sql()}) VALUES ({_PLANNED.marks})", _PLANNED.encode(new))
        fresh.append(new)
    return fresh


def hold(db: sqlite3.Connection, since: datetime) -> int:
    return db.execute(
        "UPDATE planned SET state = 'held', decided_by = NULL, decided_at = NULL "
        "WHERE state IN ('planned', 'released') AND (at IS NULL OR at >= ?)",
        (to_ms(since),),
    ).rowcount


def decide(db: sqlite3.Connection, planned: Planned, state: PlannedState, who: str, at: datetime) -> bool:
    kept, who = one(db, planned.id), clean(who).strip()
    if kept is None or not who or state not in ("released", "kept back") or kept.state not in ("held", "kept back"):
        return False
    if kept.state == state or (kept.text, kept.added_at) != (planned.text, planned.added_at):
        return False
    if state == "released" and db.execute("SELECT 1 FROM settings WHERE key = 'quiet'").fetchone() is not None:
        return False
    db.execute(
        "UPDATE planned SET state = ?, decided_by = ?, decided_at = ? WHERE id = ?", (state, who, to_ms(at), kept.id)
    )
    return True


def one(db: sqlite3.Connection, planned_id: str) -> Planned | None:
    row = db.execute(f"SELECT {_PLANNED.sql()} FROM planned WHERE id = ?", (clean(planned_id),)).fetchone()
    return None if row is None else _PLANNED.decode(row)


def _cleaned(row: Planned) -> Planned:
    """Times are kept to the millisecond: a time that is read again must be the same one."""
    at = None if row.at is None else row.at.replace(microsecond=row.at.microsecond // 1000 * 1000)
    added_at = row.added_at.replace(microsecond=row.added_at.microsecond // 1000 * 1000)
    return replace(
        row,
        id=clean(row.id),
        text=clean(row.text),
        channel=clean(row.channel),
        file=clean(row.file),
        added_by=clean(row.added_by),
        at=at,
        added_at=added_at,
    )
