"""Rows as columns: how each dataclass of rows.py lies in its table. No SQL library is needed here.

Times are INTEGER Unix milliseconds UTC, flags 0 or 1, tuples and evidence JSON text; what is not known is NULL.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from db.clean import clean
from db.rows import Evidence

Row = TypeVar("Row")
Value = str | int | float | bytes | None
Convert = Callable[[Any], Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(at: datetime) -> int:
    """Unix milliseconds; a time without a zone is a TypeError, because nobody knows when that was."""
    return (at - _EPOCH) // _MILLISECOND


def from_ms(ms: int) -> datetime:
    return _EPOCH + ms * _MILLISECOND


# json.dumps with options of its own builds an encoder on every call.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def to_json(value: Any) -> str:
    """A lone surrogate, which JSON allows and no database can hold, becomes U+FFFD."""
    text = _encode(value)
    return text if text.isascii() else clean(text)


def evidence_to_json(evidence: Evidence) -> str:
    body = asdict(evidence)
    if evidence.first_post_at is not None:
        body["first_post_at"] = to_ms(evidence.first_post_at)
    return to_json(body)


def evidence_from_json(text: str) -> Evidence:
    """Fields that a newer or older version does not know are left out, so that the past stays readable."""
    body = {name: value for name, value in json.loads(text).items() if name in _EVIDENCE_FIELDS}
    if body.get("first_post_at") is not None:
        body["first_post_at"] = from_ms(body["first_post_at"])
    body["posts"] = tuple(body.get("posts", ()))
    body["blind"] = tuple(body.get("blind", ()))
    body["inputs"] = tuple((name, value) for name, value in body.get("inputs", ()))
    return Evidence(**body)


_EVIDENCE_FIELDS = {field.name for field in fields(Evidence)}


@lru_cache(4096)  # the terms that matched and the hashtags of the day come again and again
def _words_to_json(words: tuple[str, ...]) -> str:
    return to_json(words) if words else "[]"


def _words_from_json(text: str) -> tuple[str, ...]:
    return () if text == "[]" else tuple(json.loads(text))


_CONVERT: dict[object, tuple[Convert, Convert]] = {
    datetime: (to_ms, from_ms),
    bool: (int, bool),
    tuple: (_words_to_json, _words_from_json),
    Evidence: (evidence_to_json, evidence_from_json),
}


def _kind(hint: object) -> object:
    """The type behind `X | None` and `tuple[X, ...]`."""
    known = [part for part in get_args(hint) if part is not type(None)]
    if get_origin(hint) is tuple:
        return tuple
    return known[0] if len(known) == 1 and len(get_args(hint)) == 2 else hint


@dataclass(frozen=True)
class Columns(Generic[Row]):
    """One dataclass and its columns, in the order of its fields."""

    row: type[Row]
    names: tuple[str, ...]
    encoders: tuple[tuple[int, Convert], ...]
    decoders: tuple[tuple[int, Convert], ...]
    values: Callable[[Any], tuple[Any, ...]]
    setters: tuple[Callable[[Any, Any], None], ...]

    def encode(self, row: Row) -> list[Value]:
        values: list[Any] = list(self.values(row))
        for index, convert in self.encoders:
            if values[index] is not None:
                values[index] = convert(values[index])
        return values

    def decode(self, values: Sequence[Any]) -> Row:
        """The row of these values, one for each column."""
        found = list(values)
        for index, convert in self.decoders:
            if found[index] is not None:
                found[index] = convert(found[index])
        # A wall reads some 450 rows. Filling the slots takes 0.4 of the time of the frozen class's __init__.
        row = object.__new__(self.row)
        for put, value in zip(self.setters, found, strict=True):
            put(row, value)
        return row

    def sql(self, prefix: str = "", *, skip: Iterable[str] = ()) -> str:
        """The column names, for SELECT and INSERT."""
        left_out = set(skip)
        return ", ".join(f'{prefix}"{name}"' for name in self.names if name not in left_out)

    def to_json(self, row: Row) -> str:
        return to_json(dict(zip(self.names, self.values(row), strict=True)))

    def from_json(self, text: str) -> Row:
        """Fields that this version does not know are left out; those the text lacks have their default."""
        found = {name: value for name, value in json.loads(text).items() if name in self.names}
        return self.row(**{name: tuple(v) if isinstance(v, list) else v for name, v in found.items()})

    @property
    def marks(self) -> str:
        return ", ".join("?" * len(self.names))


def columns(row: type[Row]) -> Columns[Row]:
    """How `row` lies in its table."""
    if row not in _known:
        _known[row] = _columns(row)
    return _known[row]


_known: dict[type[Any], Columns[Any]] = {}


def _columns(row: type[Row]) -> Columns[Row]:
    hints = get_type_hints(row)
    names = tuple(field.name for field in fields(row))  # type: ignore[arg-type]
    pairs = [(index, _CONVERT[kind]) for index, name in enumerate(names) if (kind := _kind(hints[name])) in _CONVERT]
    return Columns(
        row=row,
        names=names,
        encoders=tuple((index, pair[0]) for index, pair in pairs),
        decoders=tuple((index, pair[1]) for index, pair in pairs),
        values=attrgetter(*names),
        setters=tuple(getattr(row, name).__set__ for name in names),
    )
