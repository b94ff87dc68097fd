"""What people do: take mentions, hear their authors, correct labels, judge alarms, ask for silence.

All functions run inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from db.clean import clean
from db.columns import columns, from_ms, to_json, to_ms
from db.engine import sqlite3
from db.intake import add_to_buckets, score_counts
from db.people import AUTHOR, let_wait, take_back
from db.rows import Case, Correction, Label, Look, Mention, Person, RulePrecision, Score, Scored, Silence

_MENTION = columns(Mention)
_SCORE = columns(Score)
_PERSON = columns(Person)
_CORRECTION = columns(Correction)
_SILENCE = columns(Silence)
REASONS_SHOWN = 20
# Each incident once for each rule that told somebody about it.
_RANG = (
    "SELECT DISTINCT e.rule, i.id, i.dismissed_at IS NOT NULL AS is_dismissed, "
    "i.acknowledged_at IS NOT NULL AS is_seen FROM incidents i JOIN incident_events e ON e.incident_id = i.id "
    "WHERE i.brand = ? AND i.opened_at >= ? AND e.rule IS NOT NULL AND e.kind IN ('opened', 'worse', 'reopened') "
    "AND (i.is_historical = 0 OR i.dismissed_at IS NOT NULL OR i.acknowledged_at IS NOT NULL)"
)
_CASE = (
    f"SELECT m.n, {_MENTION.sql('m.')}, m.id AS mention_id, {_SCORE.sql('s.', skip=['mention_id'])}, "
    f"{_PERSON.sql('p.')}, a.who, a.at, (SELECT count(*) FROM notes WHERE notes.mention_id = m.id), "
    "(SELECT c.by FROM corrections c WHERE c.mention_id = m.id ORDER BY c.n DESC LIMIT 1) "
    "FROM mentions m LEFT JOIN scores s ON s.n = m.n LEFT JOIN assignments a ON a.mention_id = m.id "
    f"LEFT JOIN people p ON p.brand = m.brand AND p.author = {AUTHOR} AND m.is_own = 0 "
)
# First which mentions, by number, severity and time; only those that are shown are then read whole.
_PLACE = "SELECT m.n, coalesce(s.severity, 0), {at} FROM "
_NEWEST = (
    f"{_PLACE.format(at='m.created_at')} mentions m LEFT JOIN scores s ON s.n = m.n "
    "WHERE m.brand = ? AND m.created_at >= ? "
)
_LONGEST = (
    f"{_PLACE.format(at='p.waiting_since')} people p CROSS JOIN mentions m ON m.id = p.mention_id "
    "LEFT JOIN scores s ON s.n = m.n WHERE p.brand = ? AND p.state = ? AND p.waiting_since >= ? "
)
# A plus keeps the brand's index out of it: these mentions are few and known by their numbers.
_OF_FEW = "({few}) f CROSS JOIN mentions m ON m.n = f.n LEFT JOIN scores s ON s.n = m.n "
_OF_BRANDS = "WHERE +m.brand IN (SELECT value FROM json_each(?)) "
_AMONG_FEW = f"{_PLACE.format(at='m.created_at')} {_OF_FEW} {_OF_BRANDS} AND m.created_at >= ? "
_WAITING_OF_FEW = (
    f"{_PLACE.format(at='p.waiting_since')} {_OF_FEW} CROSS JOIN people p ON p.brand = m.brand "
    f"AND p.author = {AUTHOR} AND p.mention_id = m.id {_OF_BRANDS} AND p.state = ? AND p.waiting_since >= ? "
)
_BAD = ("complaint", "hostile")
_GRAVE = 2  # severity; an index knows these
_BY_TIME = ("all", "thanks")

Place = tuple[int, int, int]  # number of a mention, its severity, ms of its time or of the wait


def cases(read: sqlite3.Connection, look: Look, hits: Sequence[int] | None) -> list[Case]:
    """The worst, or the newest, of all these brands. `hits`: the numbers of the mentions in which the searched words
    stand; None: nothing was searched."""
    found = _few(read, look, hits)
    if found is None and look.state in _BY_TIME:
        found = [place for brand in look.brands for place in _newest(read, look, brand)]
    elif found is None:
        found = _waiting(read, look)
    found.sort(key=(lambda place: -place[2]) if look.state in _BY_TIME else (lambda place: (-place[1], place[2])))
    return _whole(read, [n for n, _, _ in found[: look.limit]])


def _few(read: sqlite3.Connection, look: Look, hits: Sequence[int] | None) -> list[Place] | None:
    """When the question itself names few mentions: those with the words, one person's, to be read, grave ones."""
    if hits is not None:
        return _places(read, look, "SELECT value AS n FROM json_each(?)", [to_json(list(hits))])
    if look.state == "second":
        ids = "SELECT mention_id FROM replies WHERE state = 'waiting'"
        return _places(read, look, f"SELECT n FROM mentions WHERE id IN ({ids})")
    if look.assigned_to:
        ids = "SELECT mention_id FROM assignments WHERE who = ?"
        return _places(read, look, f"SELECT n FROM mentions WHERE id IN ({ids})", [look.assigned_to])
    return _grave(read, look) if look.severity >= _GRAVE else None


def _grave(read: sqlite3.Connection, look: Look) -> list[Place]:
    return _places(read, look, f"SELECT n FROM scores WHERE severity >= {_GRAVE}")


def _places(read: sqlite3.Connection, look: Look, few: str, values: Sequence[Any] = ()) -> list[Place]:
    where, asked = _where(look)
    if look.state == "second":
        where += " AND m.id IN (SELECT mention_id FROM replies WHERE state = 'waiting')"
    brands, since = to_json(list(look.brands)), to_ms(look.since)
    if look.state in (*_BY_TIME, "second"):
        sql, wanted = _AMONG_FEW, [brands, 0 if look.state == "second" else since]
    else:
        sql, wanted = _WAITING_OF_FEW, [brands, look.state, since]
    return read.execute(f"{sql.format(few=few)} {where}", (*values, *wanted, *asked)).fetchall()


def _newest(read: sqlite3.Connection, look: Look, brand: str) -> list[Place]:
    where, asked = _where(look)
    sql = f"{_NEWEST} {where} ORDER BY m.created_at DESC LIMIT ?"
    return read.execute(sql, (brand, to_ms(look.since), *asked, look.limit)).fetchall()


def _waiting(read: sqlite3.Connection, look: Look) -> list[Place]:
    """The gravest by their own index; of the others who has waited longest, as many as are missing."""
    found = _grave(read, look)
    where, asked = _where(look)
    partial = "" if look.state == "unheard" else " AND p.state <> 'unheard'"  # words that the index has as well
    sql = f"{_LONGEST} {where} AND coalesce(s.severity, 0) < {_GRAVE}{partial} ORDER BY p.waiting_since"
    missing = look.limit - len(found)
    for brand in look.brands if missing > 0 else ():
        enough = missing
        mild: list[Place] = []
        for place in read.execute(sql, (brand, look.state, to_ms(look.since), *asked)):
            (found if place[1] else mild).append(place)
            enough -= bool(place[1])
            if not enough:
                break
        found += mild[:missing]
    return found


def _whole(read: sqlite3.Connection, numbers: Sequence[int]) -> list[Case]:
    """In this order."""
    rows = read.execute(f"{_CASE} WHERE m.n IN (SELECT value FROM json_each(?))", (to_json(list(numbers)),)).fetchall()
    by_number = {row[0]: _case(row[1:]) for row in rows}
    return [by_number[n] for n in numbers if n in by_number]


def praise(
    read: sqlite3.Connection, brands: Sequence[str], since: datetime, limit: int, mention_id: str | None
) -> list[Case]:
    """What waits for thanks: by the label, neither answered nor left, neither ours nor deleted; the oldest first.

    `mention_id`: only whether this one does, without a look at all the others; None: any.
    """
    one = "" if mention_id is None else "AND m.id = ? "
    asked = () if mention_id is None else (mention_id,)
    sql = (
        f"{_NEWEST} AND s.label = 'praise' AND m.is_own = 0 "
        "AND m.deleted_at IS NULL AND m.repost_of IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM praise_left l WHERE l.mention_id = m.id) "
        "AND NOT EXISTS (SELECT 1 FROM replies r WHERE r.mention_id = m.id AND r.state IN ('sent', 'seen')) "
        f"{one} ORDER BY m.created_at, m.n LIMIT ?"
    )
    found: list[Place] = []
    for brand in brands:
        found += read.execute(sql, (brand, to_ms(since), *asked, limit)).fetchall()
    return _whole(read, [n for n, _, _ in sorted(found, key=lambda place: (place[2], place[0]))[:limit]])


def cases_of(read: sqlite3.Connection, ids: Sequence[str]) -> list[Case]:
    """In the order of `ids`; unknown ones are left out."""
    rows = read.execute(f"{_CASE} WHERE m.id IN (SELECT value FROM json_each(?))", (to_json(list(ids)),)).fetchall()
    by_id = {case.scored.mention.id: case for case in (_case(row[1:]) for row in rows)}
    return [by_id[each] for each in ids if each in by_id]


def _where(look: Look) -> tuple[str, list[Any]]:
    wanted: list[tuple[str, Any]] = [
        ("m.source = ?", look.source),
        ("s.label = ?", look.label or ("praise" if look.state == "thanks" else None)),
        ("s.lang = ?", look.lang),
        ("s.severity >= ?", look.severity or None),
        ("m.id IN (SELECT mention_id FROM assignments WHERE who = ?)", look.assigned_to),
    ]
    asked = [(sql, value) for sql, value in wanted if value is not None]
    return "".join(f" AND {sql}" for sql, _ in asked), [value for _, value in asked]


def _case(values: tuple[Any, ...]) -> Case:
    a = len(_MENTION.names)
    b = a + len(_SCORE.names)
    c = b + len(_PERSON.names)
    score, person = values[a:b], values[b:c]
    who, at, notes, corrected_by = values[c:]
    return Case(
        scored=Scored(
            mention=_MENTION.decode(values[:a]), score=_SCORE.decode(score) if score[1] is not None else None
        ),
        person=_PERSON.decode(person) if person[0] is not None else None,
        assigned_to=who,
        assigned_at=None if at is None else from_ms(at),
        notes=notes,
        corrected_by=corrected_by,
    )


def correct(write: sqlite3.Connection, correction: Correction) -> bool:
    """Give a scored mention the label a person says, and let its minute and its author follow.

    False: there is no such mention, it has no score yet, or it has this label already.
    """
    row = write.execute(
        f"SELECT m.n, s.label, s.severity, {AUTHOR}, {_MENTION.sql('m.')} FROM mentions m "
        "JOIN scores s ON s.n = m.n WHERE m.id = ? AND m.is_own = 0",
        (correction.mention_id,),
    ).fetchone()
    if row is None or row[1] == correction.after:
        return False
    n, before, severity, author = row[:4]
    mention = _MENTION.decode(row[4:])
    is_bad = correction.after in _BAD
    write.execute(
        "UPDATE scores SET label = ?, severity = ?, model = ? WHERE n = ?",
        (correction.after, max(severity, 1) if is_bad else 0, f"person: {correction.by}", n),
    )
    write.execute(
        f"INSERT INTO corrections ({_CORRECTION.sql()}) VALUES ({_CORRECTION.marks})",
        _CORRECTION.encode(_with_before(correction, before)),
    )
    pairs = zip(score_counts(correction.after), score_counts(before), strict=True)
    add_to_buckets(write, [(mention.brand, to_ms(mention.created_at), tuple(new - old for new, old in pairs))])
    if before in _BAD and not is_bad and mention.ingest != "import":
        take_back(write, mention)
    if is_bad and before not in _BAD:
        let_wait(write, [(mention.id, mention.brand, to_ms(mention.created_at), mention.ingest, author)])
    return True


def _with_before(correction: Correction, before: Label) -> Correction:
    return Correction(
        mention_id=correction.mention_id, at=correction.at, by=correction.by, after=correction.after, before=before
    )


def precision_by_rule(read: sqlite3.Connection, brand: str, since: datetime) -> list[RulePrecision]:
    """Most alarms first; rules that told nobody anything are left out."""
    asked = (brand, to_ms(since))
    counts = read.execute(
        "SELECT rule, count(*), sum(is_dismissed), sum(is_seen AND NOT is_dismissed) "
        f"FROM ({_RANG}) GROUP BY rule ORDER BY count(*) DESC, rule",
        asked,
    ).fetchall()
    said = read.execute(
        f"SELECT r.rule, d.words FROM ({_RANG}) r JOIN incident_events d ON d.incident_id = r.id "
        "AND d.kind = 'dismissed' WHERE r.is_dismissed ORDER BY d.at DESC, d.n DESC",
        asked,
    ).fetchall()
    return [
        RulePrecision(
            rule=rule,
            alarms=alarms,
            dismissed=dismissed,
            confirmed=confirmed,
            reasons=tuple(words for of, words in said if of == rule and words)[:REASONS_SHOWN],
        )
        for rule, alarms, dismissed, confirmed in counts
    ]


def add_silence(write: sqlite3.Connection, silence: Silence) -> Silence:
    """With its id. ValueError: it ends before it begins, or has no author."""
    if silence.until <= silence.at:
        raise ValueError("a silence ends after it begins")
    if not silence.by.strip():
        raise ValueError("a silence has an author")
    kept = replace(
        silence, by=clean(silence.by), reason=clean(silence.reason), root=silence.root and clean(silence.root)
    )
    row = write.execute(
        f"INSERT INTO silences ({_SILENCE.sql(skip=['id'])}) VALUES ({', '.join('?' * (len(_SILENCE.names) - 1))})",
        [value for name, value in zip(_SILENCE.names, _SILENCE.encode(kept), strict=True) if name != "id"],
    )
    return replace(kept, id=int(row.lastrowid or 0))


def end_silence(write: sqlite3.Connection, silence_id: int, by: str, at: datetime) -> bool:
    """False: there is no such silence, or it is over already."""
    ended = write.execute(
        "UPDATE silences SET ended_at = ?1, ended_by = ?2 WHERE id = ?3 AND ended_at IS NULL AND until > ?1",
        (to_ms(at), clean(by), silence_id),
    )
    return bool(ended.rowcount)
