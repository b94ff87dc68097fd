"""What the coach must know of one language. `english` and `french` fill it in; `coach` uses it blindly."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Part = Literal["heard", "acknowledged", "sympathised", "repair", "repentance"]
Code = Literal[
    "conditional", "inconvenience", "but", "passive", "policy", "blame", "minimise", "wall", "thanks_patience",
    "compensation", "heated",
]  # fmt: skip
PARTS: tuple[Part, ...] = ("heard", "acknowledged", "sympathised", "repair", "repentance")
CODES: tuple[Code, ...] = (
    "conditional", "inconvenience", "but", "passive", "policy", "blame", "minimise", "wall", "thanks_patience",
    "compensation", "heated",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """Patterns are matched on folded text (`reading.read`), one sentence at a time.

    A pattern's group `x`, where it has one, is the part to be shown; else all of it. `excused` are words around
    a find that make it harmless: a find that lies inside one of them is none.
    """

    lang: str
    parts: Mapping[Part, re.Pattern[str]]
    not_parts: Mapping[Part, re.Pattern[str]]  # a sentence's words that look like the part and are none
    markers: Mapping[Code, re.Pattern[str]]
    excused: Mapping[Code, re.Pattern[str]]
    common: frozenset[str]  # words that tell nothing
    general: frozenset[str]  # stems of the trade: two of them are as good as one other
    kin: Mapping[str, str]  # stem -> the stem it stands for: "late" and "delay" are one trouble
    requests: re.Pattern[str]  # a clause that asks for something
    suffixes: re.Pattern[str]
    intense: re.Pattern[str]  # words of somebody who is beside themselves
    messages: Mapping[Code, str]
    questions: Mapping[Part, str]
    listen: str
    explain: str
    twin: str


def any_of(*patterns: str) -> re.Pattern[str]:
    """One pattern of many, on word borders."""
    return re.compile("|".join(rf"(?<![\w])(?:{p})" for p in patterns))


def kinship(*families: str) -> dict[str, str]:
    """Each family is a line of stems that name one trouble; the first stands for all."""
    return {stem: family.split()[0] for family in families for stem in family.split()}


NOTHING = re.compile(r"(?!)")


def lined(patterns: Sequence[str]) -> str:
    return "|".join(patterns)
