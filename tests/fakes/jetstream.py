"""A real websocket server on this machine that speaks Jetstream's v1 protocol, and misbehaves on request.

It keeps a log of events and plays it again from a cursor, moved up without a word to the oldest it has. What a
dial meets after that is the next of `acts`; when they are used up, the line is held open and `add` delivers to it.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

DID = "did:plc:ann2345example"


def micros(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000)


def event(time_us: int, key: str, text: str = "acme lost my bag", *, did: str = DID, **record: Any) -> dict[str, Any]:
    """One new post in the form of Jetstream v1; `record` goes into the record."""
    return {
        "did": did,
        "time_us": time_us,
        "kind": "commit",
        "commit": {
            "rev": "3lrev",
            "operation": "create",
            "collection": "app.bsky.feed.post",
            "rkey": key,
            "record": {
                "$type": "app.bsky.feed.post",
                "createdAt": "2026-03-10T11:59:30.000Z",
                "langs": ["en"],
                "text": text,
            }
            | record,
            "cid": "bafyreiexample",
        },
    }


def deletion(time_us: int, key: str, *, did: str = DID) -> dict[str, Any]:
    commit = {"rev": "3lrev", "operation": "delete", "collection": "app.bsky.feed.post", "rkey": key}
    return {"did": did, "time_us": time_us, "kind": "commit", "commit": commit}


class Talk:
    """One open line, as an act sees it."""

    def __init__(self, server: FakeJetstream, connection: ServerConnection) -> None:
        self.server = server
        self.connection = connection

    def raw(self, message: str | bytes) -> None:
        """One text frame, as it is."""
        self.connection.send(message, text=True)

    def say(self, *events: dict[str, Any]) -> None:
        for one in events:
            self.raw(json.dumps(one))

    def hold(self, seconds: float = 30.0) -> None:
        """Stay open, deliver what `add` of the server is given."""
        until = time.monotonic() + seconds
        sent = len(self.server.log)
        while time.monotonic() < until and not self.server.stopping.is_set():
            fresh = self.server.log[sent:]
            sent += len(fresh)
            self.say(*fresh)
            with self.server.bell:
                self.server.bell.wait(0.05)

    def stall(self, seconds: float = 30.0) -> None:
        """Half open: pings are answered, and nothing else ever comes."""
        self.server.stopping.wait(seconds)

    def reset(self) -> None:
        """The connection is torn down without a good-bye."""
        sock = self.connection.socket
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close_socket()

    def cut(self) -> None:
        """Half a frame, then the end."""
        self.connection.socket.sendall(b"\x81\x7e\x01\x00" + b'{"did":"did:plc:half')
        self.connection.close_socket()


Act = Callable[[Talk], None]


@dataclass
class FakeJetstream:
    """Use as a context manager; `url` is known once it runs."""

    acts: deque[Act] = field(default_factory=deque)
    refusals: deque[tuple[int, dict[str, str]]] = field(default_factory=deque)  # of dials: status, headers
    log: list[dict[str, Any]] = field(default_factory=list)
    dials: list[float] = field(default_factory=list)
    queries: list[dict[str, list[str]]] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    bell: threading.Condition = field(default_factory=threading.Condition)

    def __enter__(self) -> FakeJetstream:
        self._server = serve(
            self._handle, "127.0.0.1", 0, process_request=self._greet, close_timeout=0.5, compression=None
        )
        self.url = f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join(5)

    def add(self, *events: dict[str, Any]) -> None:
        """To the log, and to the lines that are held open."""
        self.log.extend(events)
        with self.bell:
            self.bell.notify_all()

    def _greet(self, connection: ServerConnection, request: Request) -> Response | None:
        target = urlsplit(request.path)
        self.dials.append(time.monotonic())
        self.queries.append(parse_qs(target.query))
        if target.path != "/subscribe":
            return connection.respond(404, "no such place")
        if not self.refusals:
            return None
        status, headers = self.refusals.popleft()
        response = connection.respond(status, "no")
        for key, value in headers.items():
            response.headers[key] = value
        return response

    def _handle(self, connection: ServerConnection) -> None:
        talk = Talk(self, connection)
        assert connection.request is not None
        cursor = parse_qs(urlsplit(connection.request.path).query).get("cursor")
        try:
            if cursor:
                talk.say(*[e for e in list(self.log) if e["time_us"] >= int(cursor[0])])
            act = self.acts.popleft() if self.acts else Talk.hold
            act(talk)
        except (ConnectionClosed, OSError):
            return


def saying(*events: dict[str, Any]) -> Act:
    return lambda talk: talk.say(*events)


def then(*steps: Act) -> Act:
    def act(talk: Talk) -> None:
        for step in steps:
            step(talk)

    return act


@contextmanager
def running(*acts: Act, log: list[dict[str, Any]] | None = None) -> Iterator[FakeJetstream]:
    with FakeJetstream(acts=deque(acts), log=log if log is not None else []) as server:
        yield server
