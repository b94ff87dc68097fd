"""The rows of a CSV or JSONL file under our own names, whatever the file calls them.

Only what a person must mend (no such file, no text column, a wrong --map) raises; a broken line is handed on as
the text it is.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from db.clean import decode
from monitor.sources import fields

NAMES: dict[str, tuple[str, ...]] = {  # our name -> how others call the same column, best first
    "text": ("text", "body", "content", "tweet", "full_text", "message", "post"),
    "id": ("id", "post_id", "tweet_id", "status_id"),
    "source": ("source", "network", "platform"),
    "brand": ("brand", "company"),
    "handle": ("handle", "author", "user", "username", "screen_name"),
    "author_id": ("author_id", "user_id"),
    "display_name": ("display_name", "name"),
    "created_at": ("created_at", "timestamp", "date", "datetime", "time", "published_at"),
    "received_at": ("received_at",),
    "url": ("url", "link", "permalink"),
    "followers": ("followers", "followers_count", "user_followers"),
    "verified": ("verified",),
    "author_created_at": ("author_created_at",),
    "lang": ("lang", "language"),
    "in_reply_to": ("in_reply_to", "in_reply_to_id", "in_reply_to_status_id"),
    "quote_of": ("quote_of", "quoted_status_id"),
    "repost_of": ("repost_of", "retweeted_status_id"),
    "conversation_id": ("conversation_id",),
    "likes": ("likes", "like_count", "favorite_count", "favorites"),
    "replies": ("replies", "reply_count"),
    "reposts": ("reposts", "retweets", "retweet_count", "shares"),
    "quotes": ("quotes", "quote_count"),
    "hashtags": ("hashtags",),
    "matched": ("matched",),
    "is_own": ("is_own",),
    "edited_at": ("edited_at",),
    "deleted_at": ("deleted_at",),
    "labels": ("labels",),
}
_CELL_CHARS = 64 * 1024 * 1024  # csv's own limit of 131,072 would end the reading at a long text


class FileError(ValueError):
    """The file cannot be read as mentions. One sentence that says why and what to do."""


class EmptyFile(FileError):
    """There is no row in it."""


def parse_mapping(text: str | None) -> dict[str, str]:
    """`text=body,created_at=when` as {"text": "body", …}: our name first. Raises FileError."""
    mapping = {}
    for pair in filter(str.strip, (text or "").split(",")):
        ours, _, theirs = (p.strip() for p in pair.partition("="))
        if not (ours and theirs):
            raise FileError(f'--map is written text=body,created_at=when; "{pair.strip()}" has not that form.')
        if ours not in NAMES:
            raise FileError(f'--map knows no "{ours}"; it can set {", ".join(NAMES)}.')
        mapping[ours] = theirs
    return mapping


def count_lines(path: str | Path) -> int:
    """Lines of a file, for a progress bar (a CSV row may span several). Raises FileError."""
    lines, last = 0, b"\n"
    with open_file(path) as stream:
        while block := stream.read(1 << 20):
            lines, last = lines + block.count(b"\n"), block[-1:]
    return lines + (last != b"\n")


def open_file(path: str | Path) -> BinaryIO:
    """Open for reading. Raises FileError with the cure."""
    try:
        return Path(path).open("rb")
    except FileNotFoundError:
        raise FileError(f"{path} does not exist; check the name.") from None
    except IsADirectoryError:
        raise FileError(f"{path} is a folder; name a file in it.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileError(f"{path} cannot be read ({reason}); check who may read it.") from None


class Table:
    """Iterates over rows: a dict under our names, or the text of a line that is no row. One pass only for "-".

    Raises FileError when it is made. `columns`: their names; of JSON those of the first line. `replaced`: places
    of broken UTF-8 met so far.
    """

    def __init__(self, path: str | Path, mapping: Mapping[str, str] | None = None) -> None:
        self.path = str(path)
        self.name = "standard input" if self.path == "-" else Path(self.path).name
        self.replaced = 0
        self._mapping = {ours: _key(theirs) for ours, theirs in (mapping or {}).items()}
        self._peeked: list[bytes] = []  # lines of a stream that cannot be read twice
        head = self._peek()
        self.is_json = head.lstrip().startswith("{") or self.path.endswith((".jsonl", ".ndjson", ".json"))
        self._delimiter = max(",;\t|", key=head.count)
        self.columns = self._columns_of(head)
        self.names = self._names_of(self.columns)  # our name -> theirs
        self._check()

    def __iter__(self) -> Iterator[dict[str, Any] | str]:
        with self._stream() as stream:
            lines = self._decoded(chain(self._peeked, stream))
            yield from self._objects(lines) if self.is_json else self._cells(lines)

    def _stream(self) -> AbstractContextManager[BinaryIO]:
        return nullcontext(sys.stdin.buffer) if self.path == "-" else open_file(self.path)

    def _peek(self) -> str:
        """The first line that is not blank."""
        with self._stream() as stream:
            for line in stream:
                if self.path == "-":
                    self._peeked.append(line)
                if line[:2] in (b"\xff\xfe", b"\xfe\xff"):
                    raise FileError(f"{self.name} is UTF-16 text; save it as UTF-8.")
                if line.strip():
                    return decode(line)[0].removeprefix("\ufeff")
        raise EmptyFile(f"{self.name} is empty; there is nothing to read.")

    def _columns_of(self, head: str) -> tuple[str, ...]:
        if self.is_json:
            return tuple(fields.read_object(head) or ())
        return tuple(c.strip() for c in next(csv.reader([head], delimiter=self._delimiter), []))

    def _names_of(self, columns: Sequence[str]) -> dict[str, str]:
        """Our names for their columns. What --map says comes first, and a mapped column has no other name."""
        known = {_key(c): c for c in reversed(columns)}  # of two columns with one name the first counts
        names = {ours: known[theirs] for ours, theirs in self._mapping.items() if theirs in known}
        free = {key: column for key, column in known.items() if column not in names.values()}
        for ours, aliases in NAMES.items():
            if ours not in names and (found := next((free.pop(a) for a in aliases if a in free), None)):
                names[ours] = found
        return names

    def _check(self) -> None:
        if self.is_json and not self.columns:
            if self._peek().lstrip().startswith("["):
                raise FileError(f"{self.name} is one JSON list; write one object a line instead.")
            return  # the first line is broken: it becomes a dead letter, the others are still read
        columns = ", ".join(self.columns[:20])
        for ours, theirs in self._mapping.items():
            if _key(self.names.get(ours, "")) != theirs:
                raise FileError(f'--map {ours}={theirs}: {self.name} has no "{theirs}"; it has {columns}.')
        if "text" not in self.names:
            raise FileError(f"{self.name} has no text column: it has {columns}. Name it with --map text=COLUMN.")

    def _decoded(self, stream: Iterator[bytes]) -> Iterator[str]:
        is_first = True
        for raw in stream:
            text, replaced = decode(raw)
            self.replaced += replaced
            if is_first:
                text = text.removeprefix("\ufeff")
            if not is_first or text.strip():
                is_first = False
                yield text

    def _objects(self, lines: Iterator[str]) -> Iterator[dict[str, Any] | str]:
        columns, names = self.columns, self.names
        for line in filter(str.strip, lines):
            row = fields.read_object(line)
            if row is None:
                yield line.rstrip("\r\n")
                continue
            if tuple(row) != columns:  # lines of one file mostly have the same keys
                columns, names = tuple(row), self._names_of(tuple(row))
            yield {ours: row[theirs] for ours, theirs in names.items()}

    def _cells(self, lines: Iterator[str]) -> Iterator[dict[str, Any] | str]:
        csv.field_size_limit(_CELL_CHARS)
        places = {ours: self.columns.index(theirs) for ours, theirs in self.names.items()}
        rows = csv.reader(lines, delimiter=self._delimiter)
        next(rows)
        while True:
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield f"line {rows.line_num}: {error}"
                continue
            if any(row):
                yield {ours: row[place] for ours, place in places.items() if place < len(row)}


def _key(name: str) -> str:
    """Column names are compared without case, spaces and hyphens.

    >>> _key(" Created-At ")
    'created_at'
    """
    return name.strip().lower().replace(" ", "_").replace("-", "_")
