"""Mentions from files: CSV, or JSON with one object a line. For history, for replay at a pace, for rehearsals.

`read_file` is for what is read in one go; `File` is the same as a source that lets time pass between the rows. A
row that makes no sense becomes a dead letter; only what a person must mend raises FileError.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

from db.clean import clean_mention
from db.rows import Batch, Cursor, DeadLetter, Ingest, Mention, Rules
from monitor.sources import fields
from monitor.sources.dialling import Manners
from monitor.sources.matching import Matcher, id_for, is_own
from monitor.sources.supervisor import Line, SourceError
from monitor.sources.table import FileError, Table, count_lines, parse_mapping

__all__ = [
    "File",
    "FileError",
    "FileSettings",
    "Labels",
    "Reader",
    "count_lines",
    "parse_mapping",
    "read_file",
    "read_row",
]

_SOURCE = re.compile(r"[a-z][a-z0-9_.-]{0,30}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What a row says of itself under `labels`. None: it does not say."""

    complaint: bool | None = None
    hostile: bool | None = None


def read_file(
    path: str | Path,
    *,
    brand: str | None = None,
    mapping: Mapping[str, str] | None = None,
    now: datetime,
) -> Reader:
    """The mentions of a CSV or JSONL file; '-' is standard input. Raises FileError before the first row.

    `brand`: of the rows that name none. `mapping`: our name -> their column. `now`: received_at where the row has
    none, and created_at when there is no column for it. Ids get "file:" in front unless they name their source.
    """
    return Reader(Table(path, mapping), brand=brand, now=now)


class Reader(Iterator[Mention | DeadLetter]):
    """One pass over a file, row by row. `labelled()` is the same pass with the labels beside each row."""

    def __init__(self, table: Table, *, brand: str | None, now: datetime) -> None:
        if brand is None and table.columns and not table.is_json and "brand" not in table.names:
            raise FileError(f"{table.name} does not say which brand its rows are about; add --brand NAME.")
        self._table, self._brand, self._now = table, brand, now
        self._rows = self._read()

    @property
    def replaced(self) -> int:
        """Places of broken UTF-8 so far; each was read as U+FFFD."""
        return self._table.replaced

    def __next__(self) -> Mention | DeadLetter:
        return next(self._rows)[0]

    def labelled(self) -> Iterator[tuple[Mention | DeadLetter, Labels | None]]:
        return self._rows

    def _read(self) -> Iterator[tuple[Mention | DeadLetter, Labels | None]]:
        for row in self._table:
            found = row if isinstance(row, str) else read_row(row, brand=self._brand, now=self._now)
            if isinstance(found, Mention):
                yield found, _labels(row)
            else:
                yield _rejected(row, found, self._now), None


def read_row(row: Mapping[str, Any], *, brand: str | None, now: datetime, ingest: Ingest = "import") -> Mention | str:
    """One row under our names as a mention, or the reason why it is none."""
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        return "it has no text"
    about = fields.word(row.get("brand")) or brand
    if about is None:
        return "it names no brand; add --brand NAME"
    written = row.get("created_at")
    created_at = now if written in (None, "") else fields.time(written)
    if created_at is None:
        return f"its time cannot be read: {str(written)[:60]}"
    source, mention_id = _identity(row, about, text)
    mention = Mention(
        id=mention_id,
        source=source,
        brand=about,
        text=text,
        created_at=created_at,
        received_at=fields.time(row.get("received_at")) or now,
        handle=(fields.word(row.get("handle")) or "").removeprefix("@") or None,
        hashtags=_list(row.get("hashtags")) or fields.hashtags(text),
        matched=_list(row.get("matched")),
        verified=fields.flag(row.get("verified")),
        is_own=bool(fields.flag(row.get("is_own"))),
        ingest=ingest,
        url=fields.word(row.get("url")),
        author_id=fields.word(row.get("author_id")),
        display_name=fields.word(row.get("display_name")),
        lang=fields.word(row.get("lang")),
        in_reply_to=_post_id(row.get("in_reply_to"), source),
        quote_of=_post_id(row.get("quote_of"), source),
        repost_of=_post_id(row.get("repost_of"), source),
        conversation_id=_post_id(row.get("conversation_id"), source),
        followers=fields.count(row.get("followers")),
        likes=fields.count(row.get("likes")),
        replies=fields.count(row.get("replies")),
        reposts=fields.count(row.get("reposts")),
        quotes=fields.count(row.get("quotes")),
        author_created_at=fields.time(row.get("author_created_at")),
        edited_at=fields.time(row.get("edited_at")),
        deleted_at=fields.time(row.get("deleted_at")),
    )
    return clean_mention(mention)


def _identity(row: Mapping[str, Any], brand: str, text: str) -> tuple[str, str]:
    """Source and id. Without an id of its own a row is known by what it says, so that reading twice is harmless."""
    native = fields.word(row.get("id"))
    source = fields.word(row.get("source")) or ""
    if not _SOURCE.fullmatch(source):  # the column may as well hold "Twitter for iPhone"
        source = native.partition(":")[0] if native and _has_source(native) else "file"
    if native is None:
        said = "\x1f".join((brand, str(row.get("handle")), str(row.get("created_at")), text))
        native = sha256(said.encode("utf-8", errors="replace")).hexdigest()[:24]
    return source, native if native.startswith(f"{source}:") else f"{source}:{native}"


def _has_source(post_id: str) -> bool:
    source, colon, rest = post_id.partition(":")
    return bool(colon and rest and not rest.startswith("//") and _SOURCE.fullmatch(source))


def _post_id(value: object, source: str) -> str | None:
    native = fields.word(value)
    return native if native is None or _has_source(native) else f"{source}:{native}"


def _list(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = re.split(r"[\s,;|]+", value)
    return tuple(w for v in value if (w := fields.word(v))) if isinstance(value, list | tuple) else ()


def _labels(row: object) -> Labels | None:
    labels = row.get("labels") if isinstance(row, dict) else None
    if isinstance(labels, str):  # in a CSV cell
        labels = fields.read_object(labels)
    if not isinstance(labels, dict):
        return None
    return Labels(**{name: _claim(labels.get(name)) for name in ("complaint", "hostile")})


def _claim(value: object) -> bool | None:
    """A label may be true, 1 or a probability."""
    return value >= 0.5 if isinstance(value, float) else fields.flag(value)


def _rejected(row: object, reason: object, now: datetime) -> DeadLetter:
    if isinstance(row, str):
        return fields.dead_letter("file", row, "the line is not a JSON object", now)
    return fields.dead_letter("file", json.dumps(row, ensure_ascii=False), str(reason), now)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSettings:
    """[sources.file]: a file that is replayed as if it happened now.

    `pace`: "real", or how many times faster (60 = an hour a minute); 0 = without waiting. `shift_to_now`: the
    first row happens when the replay starts, and the distances between the rows shrink with the pace.
    """

    path: str
    pace: float | str = "real"
    shift_to_now: bool = False
    loop: bool = False  # begin again at the end, with new ids
    brand: str = ""  # of rows that name none and hold no brand's terms; empty: such rows are rejected

    def __post_init__(self) -> None:
        if self.pace != "real" and not (isinstance(self.pace, int | float) and 0 <= self.pace < 1e9):
            raise ValueError(f'needs pace = "real" or a number like 60 (an hour a minute), not {self.pace!r}.')
        if self.shift_to_now and self.pace == 0:
            raise ValueError('cannot shift to now without waiting; set pace = "real" or a number above 0.')
        if self.loop and not self.shift_to_now:
            raise ValueError("needs shift_to_now = true when loop is true, or every round would be the same posts.")

    @property
    def speed(self) -> float:
        """Times faster than life; 0: no waiting."""
        return 1.0 if isinstance(self.pace, str) else float(self.pace)


@dataclass(frozen=True, slots=True)
class Place:
    """How far a replay has come; as text it is the cursor, so that a restart goes on where it stopped."""

    turn: int  # rounds before this one
    row: int  # rows of this round that were handed over
    start: datetime  # of this round

    def __str__(self) -> str:
        return f"{self.turn} {self.row} {self.start.isoformat()}"

    @classmethod
    def of(cls, cursor: Cursor | None, now: datetime) -> Place:
        turn, row, start = cursor.value.split(" ") if cursor and cursor.value.count(" ") == 2 else ("", "", "")
        at = fields.time(start)
        return cls(int(turn), int(row), at) if at and turn.isdigit() and row.isdigit() else cls(0, 0, now)


class File:
    """Replays a file by the times of its rows. It has an end, and its silence means nothing."""

    SECRETS: ClassVar[dict[str, str]] = {}
    Settings = FileSettings
    name = "file"
    is_live = False
    manners = Manners(stall=None)

    def __init__(self, settings: FileSettings, brands: Sequence[Rules]) -> None:
        self._settings = settings
        self._brands = tuple(brands)
        self._matcher = Matcher(brands)

    def read(self, line: Line) -> None:
        place = Place.of(line.cursor, line.now())
        line.connected()
        try:
            end = self._play(line, place)
            while self._settings.loop:
                line.wait(1.0)
                place = Place(place.turn + 1, 0, max(end, line.now()))
                end = self._play(line, place)
        except FileError as error:
            raise SourceError(str(error), permanent=True) from None

    def _play(self, line: Line, place: Place) -> datetime:
        """Hand over the rows behind `place`, each when it is due; when the last one was."""
        first: datetime | None = None
        due = place.start
        for number, row in enumerate(Table(self._settings.path), 1):
            at = fields.time(row.get("created_at")) if isinstance(row, dict) else None
            first = first or at
            if at and first and self._settings.speed:
                due = place.start + (at - first) / self._settings.speed
            if number > place.row:
                _wait_until(line, due)
                told = {"place": str(replace(place, row=number)), "turn": place.turn, "row": row}
                line.put(json.dumps(told | {"due": due.isoformat()}).encode(), ingest="replay")
        return due

    def parse(self, raw: bytes, received_at: datetime) -> Batch:
        told = fields.read_object(raw) or {}
        cursors = (Cursor(source=self.name, value=str(told.get("place")), at=received_at),)
        row = told.get("row")
        found = self._mentions(row, told, received_at) if isinstance(row, dict) else ""
        if isinstance(found, str):
            return Batch(dead=(_rejected(row, found, received_at),), cursors=cursors)
        return Batch(mentions=found, cursors=cursors)

    def _mentions(self, row: dict[str, Any], told: dict[str, Any], received_at: datetime) -> tuple[Mention, ...] | str:
        """One mention for each brand: the one the row names, else those whose terms it holds; or why there is none."""
        matches = self._matcher.find(row["text"]) if isinstance(row.get("text"), str) else ()
        terms = {match.brand: match.terms for match in matches}
        named = fields.word(row.get("brand"))
        brands = [named] if named else list(terms) or [self._settings.brand]
        mention = read_row(row, brand=brands[0] or None, now=received_at, ingest="replay")
        if isinstance(mention, str):
            return mention
        mention = replace(self._moved(mention, told), received_at=received_at)
        return tuple(
            replace(
                mention,
                id=id_for(mention.id, n, brand),
                brand=brand,
                matched=terms.get(brand, mention.matched),
                is_own=mention.is_own or self._is_own(mention, brand),
            )
            for n, brand in enumerate(brands)
        )

    def _moved(self, mention: Mention, told: dict[str, Any]) -> Mention:
        """In the time, and with the ids, of this round."""
        if self._settings.shift_to_now and (due := fields.time(told.get("due"))):
            mention = replace(mention, created_at=due)
        if turn := fields.count(told.get("turn")):
            mention = replace(
                mention,
                id=f"{mention.id}~{turn}",
                in_reply_to=_again(mention.in_reply_to, turn),
                quote_of=_again(mention.quote_of, turn),
                repost_of=_again(mention.repost_of, turn),
                conversation_id=_again(mention.conversation_id, turn),
            )
        return mention

    def _is_own(self, mention: Mention, brand: str) -> bool:
        names = (mention.handle, mention.author_id)
        return any(row.brand == brand and is_own(row, mention.source, *names) for row in self._brands)

    def remark(self) -> str:
        return ""


def _again(post_id: str | None, turn: int) -> str | None:
    return post_id and f"{post_id}~{turn}"


def _wait_until(line: Line, due: datetime) -> None:
    while (left := (due - line.now()).total_seconds()) > 0:
        line.wait(min(left, 0.2))  # in small steps: the clock may be moved by hand
