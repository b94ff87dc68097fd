"""The demo story as a network: it is there without a key, it speaks at the pace of life, and it never ends.

The texts are those of `monitor.demo`. It begins the moment it is first read; after a restart it goes on where it
was, and what was missed meanwhile comes as a catch-up.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from db.rows import Batch, Cursor, Rules
from monitor.demo import post_number
from monitor.sources import fields
from monitor.sources.dialling import Manners
from monitor.sources.supervisor import Line

CHATTER_SECONDS = 12.0
STEP_SECONDS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSettings:
    """Nothing to set."""


class Demo:
    """A live source that reads the written story."""

    name = "demo"
    is_live = True
    manners = Manners()
    Settings: ClassVar = DemoSettings
    SECRETS: ClassVar[dict[str, str]] = {}

    def __init__(self, settings: DemoSettings, brands: Sequence[Rules]) -> None:
        self._brands = {row.brand for row in brands}

    def read(self, line: Line) -> None:
        start, number = _place(line.cursor) or (line.now(), 0)
        line.connected()
        number = self._catch_up(line, start, number)
        while True:
            self._wait(line, post_number(start, number).created_at)
            line.put(_told(start, number))
            number += 1

    def _catch_up(self, line: Line, start: datetime, number: int) -> int:
        """What was said while nobody read; the number of the next post."""
        if line.cursor is None:
            return number
        line.catching_up("reading what was missed")
        now = line.now()
        while post_number(start, number).created_at < now:
            line.put(_told(start, number), ingest="catch-up")
            number += 1
        line.caught_up()
        return number

    def _wait(self, line: Line, due: datetime) -> None:
        """A network also speaks of other things; without that, a calm hour would look like a broken line."""
        spoken_at = line.now()
        while (left := (due - line.now()).total_seconds()) > 0:
            line.wait(min(left, STEP_SECONDS))  # in small steps: the clock may be moved by hand
            line.alive()
            if (line.now() - spoken_at).total_seconds() >= CHATTER_SECONDS:
                spoken_at = line.now()
                line.put(b"{}")

    def parse(self, raw: bytes, received_at: datetime) -> Batch:
        told = fields.read_object(raw)
        start, number = fields.time((told or {}).get("start")), fields.count((told or {}).get("number"))
        if told == {}:
            return Batch()  # about nobody we watch
        if start is None or number is None:
            return Batch(dead=(fields.dead_letter(self.name, raw, "not a line of the demo story", received_at),))
        mention = replace(post_number(start, number), received_at=received_at)
        cursor = Cursor(source=self.name, value=f"{start.isoformat()} {number + 1}", at=received_at)
        return Batch(mentions=(mention,) if mention.brand in self._brands else (), cursors=(cursor,))

    def remark(self) -> str:
        return "a written story, nobody real"


def _told(start: datetime, number: int) -> bytes:
    return json.dumps({"start": start.isoformat(), "number": number}).encode()


def _place(cursor: Cursor | None) -> tuple[datetime, int] | None:
    """Where the story began and which post comes next; None when the cursor is none of ours."""
    start, _, number = (cursor.value if cursor else "").partition(" ")
    began, following = fields.time(start or None), fields.count(number)
    return None if began is None or following is None else (began, following)
