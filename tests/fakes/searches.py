"""A real HTTP server on this machine that answers searches as Bluesky, a Mastodon server and X do, or misbehaves."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from tests.clock import NOON

Mood = Literal[
    "well", "ill", "slow", "dripping", "busy", "closed", "garbage", "a list", "huge", "elsewhere", "web page", "nasty"
]
HUGE = 10 * 2**20


@dataclass
class FakeSearches:
    """Use as a context manager. `mood` may be changed at any time; what was asked is kept in `asked`."""

    texts: Sequence[str] = ()
    mood: Mood = "well"
    newest: datetime = NOON - timedelta(minutes=1)
    asked: list[tuple[str, dict[str, list[str]], dict[str, str]]] = field(default_factory=list)  # path, query, headers
    released: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> FakeSearches:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                target = urlsplit(self.path)
                fake.asked.append((unquote(target.path), parse_qs(target.query), dict(self.headers.items())))
                try:
                    fake.answer(self, target.path)
                except OSError:
                    self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    # --- answering ----------------------------------------------------------------------------------------
    def answer(self, request: BaseHTTPRequestHandler, path: str) -> None:
        moods: dict[Mood, Callable[[], None]] = {
            "well": lambda: send(request, 200, json.dumps(self.page(path)).encode()),
            "ill": lambda: send(request, 503, b"{}"),
            "busy": lambda: send(request, 429, b"{}", {"Retry-After": "120"}),
            "closed": lambda: send(request, 403, b"<html>Forbidden</html>"),
            "garbage": lambda: send(request, 200, b'{"posts": [{"uri": "at://\xff\xfe'),
            "a list": lambda: send(request, 200, b'"neither one nor the other"'),
            "web page": lambda: send(request, 200, b"<!doctype html><title>Maintenance</title>"),
            "huge": lambda: send(request, 200, b"[" + b" " * HUGE + b"]"),
            "elsewhere": lambda: send(request, 302, b"", {"Location": f"{self.url}/stolen"}),
            "nasty": lambda: send(request, 200, json.dumps(nasty(path)).encode()),
            "slow": lambda: self.released.wait(20) and None,  # type: ignore[func-returns-value]
            "dripping": lambda: self.drip(request),
        }
        moods[self.mood]()

    def drip(self, request: BaseHTTPRequestHandler) -> None:
        """A byte now and then, for ever: no single read ever waits too long."""
        request.send_response(200)
        request.end_headers()
        while not self.released.wait(0.05):
            request.wfile.write(b" ")
            request.wfile.flush()

    def page(self, path: str) -> Any:
        rows = [(text, n, self.newest - timedelta(minutes=7 * n)) for n, text in enumerate(self.texts)]
        if path.startswith("/xrpc/"):
            return {"posts": [bluesky(*row) for row in rows]}
        if path.startswith("/api/v1/timelines/tag/"):
            return [mastodon(*row) for row in rows]
        users = [{"id": str(n), "name": f"Person {n}", "username": f"person{n}"} for _, n, _ in rows]
        return {"data": [x(*row) for row in rows], "includes": {"users": users}, "meta": {"result_count": len(rows)}}


def send(request: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
    request.send_response(status)
    for key, value in (headers or {}).items():
        request.send_header(key, value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def bluesky(text: str, n: int, at: datetime) -> dict[str, Any]:
    return {
        "uri": f"at://did:plc:person{n}/app.bsky.feed.post/key{n}",
        "author": {"did": f"did:plc:person{n}", "handle": f"person{n}.example", "displayName": f"Person {n}"},
        "record": {"$type": "app.bsky.feed.post", "text": text, "createdAt": stamp(at), "langs": ["en"]},
        "indexedAt": stamp(at),
        "likeCount": 3,
    }


def mastodon(text: str, n: int, at: datetime) -> dict[str, Any]:
    return {
        "id": str(n),
        "uri": f"https://m.example/users/p{n}/statuses/{n}",
        "url": f"https://m.example/@p{n}/{n}",
        "created_at": stamp(at),
        "language": "en",
        "content": f"<p>{text.replace('&', '&amp;')}</p>",
        "account": {"acct": f"p{n}", "url": f"https://m.example/@p{n}", "display_name": f"P {n}", "followers_count": 5},
        "favourites_count": 1,
    }


def x(text: str, n: int, at: datetime) -> dict[str, Any]:
    return {
        "id": str(1_900_000_000_000_000_000 + n),
        "text": text,
        "author_id": str(n),
        "created_at": stamp(at),
        "edit_history_tweet_ids": [str(1_900_000_000_000_000_000 + n)],
        "lang": "en",
    }


def nasty(path: str) -> Any:
    """Rows in which everything has the wrong kind."""
    rows: list[Any] = [
        None,
        5,
        "x",
        [],
        {},
        {"uri": 7, "record": [], "author": "x"},
        {"id": {}, "text": 5, "content": 1},
    ]
    rows += [
        {"uri": "at://did:plc:a/app.bsky.feed.post/k", "record": {"text": None}},
        {"created_at": "soon", "uri": "u"},
    ]
    if path.startswith("/xrpc/"):
        return {"posts": rows}
    return rows if path.startswith("/api/v1/") else {"data": rows, "meta": {}, "includes": 5}
