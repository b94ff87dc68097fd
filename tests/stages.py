"""One stage for each source: six posts, a misbehaviour in the middle of them, and a server that plays both."""

from __future__ import annotations

import json
import time
from abc import ABC, abstractmethod
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from monitor import demo
from monitor.sources import source_class
from monitor.sources.supervisor import Source
from tests.fakes import jetstream, x_api
from tests.reading import ACME

MISBEHAVIOURS = ("drop", "stall", "reset", "slow", "truncated", "429", "503", "duplicate", "reordered")
STALL = 8.0  # seconds of silence that are believed, hurried
TEXTS = [f"acme lost bag number {n}" for n in range(6)]


class Stage(ABC):
    """Set up for one misbehaviour, before the source is made."""

    cannot: dict[str, str] = {}  # noqa: RUF012 - misbehaviours that do not exist here, and why

    def __init__(self, folder: Path, misbehaviour: str = "") -> None:
        self.folder = folder
        self.misbehaviour = misbehaviour
        self.started_at = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=5)
        self.stack = ExitStack()

    def __enter__(self) -> Self:
        self.set_up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stack.close()

    @abstractmethod
    def set_up(self) -> None: ...

    @abstractmethod
    def source(self) -> Source: ...

    @property
    @abstractmethod
    def expected(self) -> set[str]:
        """The ids that must come, whatever happens."""

    @property
    def dials(self) -> list[float]:
        return []


class XStage(Stage):
    def set_up(self) -> None:
        source_class("x")  # imported before any time is taken
        from monitor.sources.x_stream import snowflake

        self.ids = [snowflake(self.started_at + timedelta(seconds=n)) for n in range(6)]
        posts = [x_api.post(post_id, text) for post_id, text in zip(self.ids, TEXTS, strict=True)]
        del posts[1]["data"]["public_metrics"]  # what X does not say
        self.server = self.stack.enter_context(x_api.running(archive=posts))
        early, late = posts[:3], posts[3:]
        before, after = {
            "drop": (x_api.saying(*early), x_api.saying(*late)),
            "stall": (x_api.then(x_api.saying(*early), x_api.Talk.stall), x_api.saying(*late)),
            "reset": (x_api.then(x_api.saying(*early), x_api.Talk.reset), x_api.saying(*late)),
            "slow": (x_api.then(*(self._slowly(p) for p in posts)), x_api.saying()),
            "truncated": (x_api.then(x_api.saying(*early), x_api.raw(b'{"data":{"id":"')), x_api.saying(*late)),
            "duplicate": (x_api.saying(*early, *early), x_api.saying(*posts, *late)),
            "reordered": (x_api.saying(*reversed(posts)), x_api.saying(*posts)),
        }.get(self.misbehaviour, (x_api.saying(*early), x_api.saying(*late)))
        self.server.acts.extend([before, x_api.then(after, x_api.Talk.hold)])
        if self.misbehaviour == "429":
            self.server.refusals.append((429, {"Retry-After": "1"}, "Too Many Requests"))
        if self.misbehaviour == "503":
            self.server.refusals.extend([(503, {}, "over capacity")] * 2)

    def _slowly(self, post: dict[str, Any]) -> x_api.Act:
        data = json.dumps(post).encode() + b"\r\n"

        def act(talk: x_api.Talk) -> None:
            for at in range(0, len(data), 150):
                talk.raw(data[at : at + 150])
                time.sleep(0.01)

        return act

    def source(self) -> Source:
        cls = source_class("x")
        found: Source = cls(
            cls.Settings(bearer_token=x_api.TOKEN, api_url=self.server.url, stall_seconds=STALL), (ACME,)
        )
        return found

    @property
    def expected(self) -> set[str]:
        return {f"x:{post_id}" for post_id in self.ids}

    @property
    def dials(self) -> list[float]:
        return self.server.dials


class BlueskyStage(Stage):
    def set_up(self) -> None:
        source_class("bluesky")
        first = jetstream.micros(self.started_at)
        events = [jetstream.event(first + n * 1_000_000, f"k{n}", text) for n, text in enumerate(TEXTS)]
        self.server = self.stack.enter_context(jetstream.running(log=events))
        early = events[:3]
        before = {
            "stall": jetstream.then(jetstream.saying(*early), jetstream.Talk.stall),
            "reset": jetstream.then(jetstream.saying(*early), jetstream.Talk.reset),
            "slow": jetstream.then(*(self._slowly(e) for e in events)),
            "truncated": jetstream.then(jetstream.saying(*early), lambda talk: talk.raw('{"did":'), jetstream.Talk.cut),
            "duplicate": jetstream.saying(*early, *early),
            "reordered": jetstream.saying(*reversed(events)),
        }.get(self.misbehaviour, jetstream.saying(*early))
        self.server.acts.append(before)
        if self.misbehaviour == "429":
            self.server.refusals.append((429, {"Retry-After": "1"}))
        if self.misbehaviour == "503":
            self.server.refusals.extend([(503, {})] * 2)

    def _slowly(self, event: dict[str, Any]) -> jetstream.Act:
        text = json.dumps(event)

        def pieces() -> Any:
            for at in range(0, len(text), 150):
                time.sleep(0.01)
                yield text[at : at + 150]

        return lambda talk: talk.connection.send(pieces())

    def source(self) -> Source:
        cls = source_class("bluesky")
        found: Source = cls(cls.Settings(hosts=(self.server.url,), api_url="", stall_seconds=STALL), (ACME,))
        return found

    @property
    def expected(self) -> set[str]:
        return {f"bluesky:{jetstream.DID}/k{n}" for n in range(6)}

    @property
    def dials(self) -> list[float]:
        return self.server.dials


class FileStage(Stage):
    cannot = dict.fromkeys(("drop", "stall", "reset", "429", "503"), "a file has no line that could do this")

    def set_up(self) -> None:
        self.path = self.folder / "posts.jsonl"
        rows = [
            {"id": n, "brand": "Acme", "text": text, "created_at": (self.started_at + timedelta(seconds=n)).isoformat()}
            for n, text in enumerate(TEXTS)
        ]
        if self.misbehaviour == "duplicate":
            rows += rows
        if self.misbehaviour == "reordered":
            rows.reverse()
        lines = [json.dumps(row) + "\n" for row in rows]
        if self.misbehaviour == "truncated":
            lines.insert(3, '{"id": 9, "text": "ac\n')
        self.path.write_text("".join(lines))

    def source(self) -> Source:
        cls = source_class("file")
        pace = 20.0 if self.misbehaviour == "slow" else 0.0
        found: Source = cls(cls.Settings(path=str(self.path), pace=pace), (ACME,))
        return found

    @property
    def expected(self) -> set[str]:
        return {f"file:{n}" for n in range(6)}


class DemoStage(Stage):
    cannot = dict.fromkeys(MISBEHAVIOURS, "a story of our own has no line and no server")

    def set_up(self) -> None: ...

    def source(self) -> Source:
        cls = source_class("demo")
        found: Source = cls(cls.Settings(), (demo.rules(),))
        return found

    @property
    def expected(self) -> set[str]:
        return set()


STAGES: dict[str, type[Stage]] = {"x": XStage, "bluesky": BlueskyStage, "file": FileStage, "demo": DemoStage}
PLAYS = [(name, kind) for name, stage in STAGES.items() for kind in MISBEHAVIOURS if kind not in stage.cannot]
LIVE = ("x", "bluesky")
