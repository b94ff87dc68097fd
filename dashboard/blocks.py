"""What a telling is made of: sentences, figures, tables and quotations, without markup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal["ok", "late", "down", ""]


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence. `tone`: good news, something amiss, or neither."""

    words: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure and what it is, with a note under it."""

    value: str
    name: str
    note: str = ""
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Facts:
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Cells are plain words; `empty` is said when there is no row. Of many rows the first few are shown at once."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody wrote, with who and when."""

    who: str
    words: str
    note: str = ""
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """Here stands the curve."""


Block = Line | Facts | Table | Quote | Curve


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    blocks: tuple[Block, ...]
