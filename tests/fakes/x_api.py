"""A real HTTP server on this machine that speaks X's v2 protocol, and misbehaves on request.

It has the rules of the filtered stream, the stream itself and the recent search. What a dial of the stream meets
is the next of `acts`; when they are used up, the line is held open and `say` delivers to it.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "a-token-for-tests"
TAG = "smoulder:Acme"


def post(number: int | str, text: str = "acme lost my bag", **changes: Any) -> dict[str, Any]:
    """One delivery in the form of the v2 filtered stream; `changes` go into its `data`."""
    data = {
        "id": str(number),
        "text": text,
        "author_id": "501",
        "conversation_id": str(number),
        "created_at": "2026-03-10T11:59:30.000Z",
        "edit_history_tweet_ids": [str(number)],
        "lang": "en",
        "public_metrics": {"retweet_count": 2, "reply_count": 1, "like_count": 7, "quote_count": 0},
    }
    user = {
        "id": "501",
        "name": "Ann Example",
        "username": "ann_ex",
        "verified": False,
        "created_at": "2011-05-01T10:00:00.000Z",
        "public_metrics": {"followers_count": 312},
    }
    return {
        "data": data | changes,
        "includes": {"users": [user]},
        "matching_rules": [{"id": "1", "tag": TAG}],
    }


class Talk:
    """One open line of the stream, as an act sees it."""

    def __init__(self, server: FakeX, request: BaseHTTPRequestHandler) -> None:
        self.server = server
        self._request = request

    def raw(self, data: bytes) -> None:
        """One chunk, as it is."""
        self._request.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self._request.wfile.flush()

    def say(self, *deliveries: dict[str, Any]) -> None:
        for delivery in deliveries:
            self.raw(json.dumps(delivery).encode() + b"\r\n")

    def keep_alive(self) -> None:
        self.raw(b"\r\n")

    def hold(self, seconds: float = 30.0, beat: float = 0.1) -> None:
        """Stay open with a sign of life every `beat` seconds, and deliver what `say` of the server is given."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.server.stopping.is_set():
            for delivery in self.server.spoken():
                self.say(delivery)
            self.keep_alive()
            self.server.stopping.wait(beat)

    def stall(self, seconds: float = 30.0) -> None:
        """Half open: nothing comes, nothing ends."""
        self.server.stopping.wait(seconds)

    def reset(self) -> None:
        """The connection is torn down without a good-bye."""
        self._request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._request.connection.close()
        raise ConnectionResetError


Act = Callable[[Talk], None]


@dataclass
class FakeX:
    """Use as a context manager; `url` is known once it runs."""

    acts: deque[Act] = field(default_factory=deque)
    refusals: deque[tuple[int, dict[str, str], str]] = field(default_factory=deque)  # of dials: status, headers, body
    search_refusals: deque[tuple[int, dict[str, str], str]] = field(default_factory=deque)
    rule_refusals: deque[tuple[int, dict[str, str], str]] = field(default_factory=deque)
    rules: dict[str, tuple[str, str | None]] = field(default_factory=dict)  # id -> value, tag
    bad_values: set[str] = field(default_factory=set)  # rules that X finds invalid
    archive: list[dict[str, Any]] = field(default_factory=list)  # deliveries that the search knows
    page_size: int = 100
    dials: list[float] = field(default_factory=list)  # when the stream was asked for
    requests: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)  # method, path, query
    bodies: list[dict[str, Any]] = field(default_factory=list)  # of POSTs
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._mail: deque[dict[str, Any]] = deque()
        self._next_rule = 100

    def __enter__(self) -> FakeX:
        fake = self

        class Handler(_Handler):
            house = fake

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def say(self, *deliveries: dict[str, Any]) -> None:
        """On the line that is held open now, or the next one."""
        self._mail.extend(deliveries)

    def spoken(self) -> Iterator[dict[str, Any]]:
        while self._mail:
            yield self._mail.popleft()

    def asked(self, path: str) -> list[dict[str, list[str]]]:
        """The queries of all requests for a path."""
        return [query for _, asked, query in self.requests if asked == path]

    # --- the rules and the search -------------------------------------------------------------------------
    def answer_rules(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if "delete" in body:
            ids = body["delete"]["ids"]
            for rule_id in ids:
                self.rules.pop(rule_id, None)
            return 200, {"meta": {"summary": {"deleted": len(ids), "not_deleted": 0}}}
        added, errors = [], []
        for rule in body["add"]:
            value, tag = rule["value"], rule.get("tag")
            known = next((i for i, (v, _) in self.rules.items() if v == value), None)
            if known:
                errors.append({"value": value, "id": known, "title": "DuplicateRule", "type": "https://api.x.com/dup"})
            elif value in self.bad_values:
                errors.append({"value": value, "title": "Invalid Rule", "details": ["no viable alternative"]})
            else:
                self._next_rule += 1
                self.rules[str(self._next_rule)] = (value, tag)
                added.append({"id": str(self._next_rule), "value": value, "tag": tag})
        answer: dict[str, Any] = {"meta": {"summary": {"created": len(added), "not_created": len(errors)}}}
        if added:
            answer["data"] = added
        if errors:
            answer["errors"] = errors
        return (201 if added or not errors else 400), answer

    def all_rules(self) -> dict[str, Any]:
        rows = [{"id": i, "value": v} | ({"tag": t} if t else {}) for i, (v, t) in self.rules.items()]
        return ({"data": rows} if rows else {}) | {"meta": {"sent": "2026-03-10T12:00:00Z"}}

    def answer_search(self, query: dict[str, list[str]]) -> dict[str, Any]:
        since = int(query.get("since_id", ["0"])[0])
        start = int(query.get("next_token", ["0"])[0])
        rows = sorted((d for d in self.archive if int(d["data"]["id"]) > since), key=lambda d: -int(d["data"]["id"]))
        page = rows[start : start + self.page_size]
        users = {user["id"]: user for d in page for user in d["includes"]["users"]}
        meta: dict[str, Any] = {"result_count": len(page)}
        if start + self.page_size < len(rows):
            meta["next_token"] = str(start + self.page_size)
        answer: dict[str, Any] = {"meta": meta}
        if page:
            answer |= {"data": [d["data"] for d in page], "includes": {"users": list(users.values())}}
        return answer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    house: FakeX

    def log_message(self, format: str, *args: Any) -> None: ...

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        target = urlsplit(self.path)
        query = parse_qs(target.query)
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        self.house.requests.append((method, target.path, query))
        if method == "POST":
            self.house.bodies.append(body)
        try:
            self._route(method, target.path, query, body)
        except OSError:
            self.close_connection = True

    def _route(self, method: str, path: str, query: dict[str, list[str]], body: dict[str, Any]) -> None:
        house = self.house
        if path == "/2/tweets/search/stream":
            house.dials.append(time.monotonic())
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._json(401, {"title": "Unauthorized", "status": 401, "detail": "Unauthorized"})
        elif path == "/2/tweets/search/stream/rules":
            if house.rule_refusals:
                self._refuse(house.rule_refusals)
            elif method == "POST":
                self._json(*house.answer_rules(body))
            else:
                self._json(200, house.all_rules())
        elif path == "/2/tweets/search/recent":
            if house.search_refusals:
                self._refuse(house.search_refusals)
            else:
                self._json(200, house.answer_search(query))
        elif path == "/2/tweets/search/stream":
            if house.refusals:
                self._refuse(house.refusals)
            else:
                self._stream(house.acts.popleft() if house.acts else Talk.hold)
        else:
            self._json(404, {"title": "Not Found"})

    def _refuse(self, refusals: deque[tuple[int, dict[str, str], str]]) -> None:
        status, headers, body = refusals.popleft()
        self._answer(status, body.encode(), headers)

    def _json(self, status: int, answer: dict[str, Any]) -> None:
        self._answer(status, json.dumps(answer).encode(), {"Content-Type": "application/json"})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, act: Act) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.close_connection = True
        act(Talk(self.house, self))
        self.wfile.write(b"0\r\n\r\n")


def then(*steps: Act) -> Act:
    """One act made of several."""

    def act(talk: Talk) -> None:
        for step in steps:
            step(talk)

    return act


def saying(*deliveries: dict[str, Any]) -> Act:
    return lambda talk: talk.say(*deliveries)


def raw(*chunks: bytes) -> Act:
    def act(talk: Talk) -> None:
        for chunk in chunks:
            talk.raw(chunk)

    return act


@contextmanager
def running(*acts: Act, archive: Iterable[dict[str, Any]] = ()) -> Iterator[FakeX]:
    with FakeX(acts=deque(acts), archive=list(archive)) as server:
        yield server
