"""The dashboard as a whole: `create_app` puts the pages together, `serve` listens.

A factory: nothing here is global, so two applications live in one process. The pages know a Store and a Config,
never a connection; what a page does is in its own file.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dash_mantine_components as dmc
import flask
import structlog
import waitress
from dash import Dash, Input, Output, dcc, html
from dash.exceptions import DependencyException
from waitress import wasyncore
from waitress.server import BaseWSGIServer, MultiSocketServer
from werkzeug.exceptions import HTTPException

from dashboard import api, callbacks, export, security
from dashboard.answers import Answers
from dashboard.changed import Presence
from dashboard.pages import (
    act,
    frame,
    hashtag,
    health,
    inbox,
    incident,
    login,
    me,
    past,
    people,
    quiet,
    review,
    rules,
    thanks,
    wall,
)
from dashboard.pages.frame import Desk, working_page
from dashboard.reader import Reader
from db.rows import Process
from db.store import Store, StoreError
from monitor.config import Config

log = structlog.get_logger()

ASSETS = Path(__file__).parent / "assets"
BEAT_SECONDS = 15
CLOSE_SECONDS = 4
PAGE_PATHS = re.compile(
    r"/|/inbox|/hashtag|/quiet|/thanks|/health|/people|/me|/rules|/review|/review/\d{1,9}|/incident/\d{1,9}"
)
INDEX = """<!DOCTYPE html>
<html lang="{language}" class="{room}">
<head>{%metas%}<meta name="viewport" content="width=device-width, initial-scale=1"><title>{%title%}</title>
{%favicon%}{%css%}</head>
<body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""


def utc_now() -> datetime:
    return datetime.now(UTC)


class SmoulderDash(Dash):
    """Dash with an index that is dark from the first byte where the wall is, so that nothing flashes white."""

    desk: Desk | None = None

    def interpolate_index(self, **parts: Any) -> str:
        is_wall = flask.request.path == "/" and flask.request.args.get("room") != "light"
        is_room = flask.request.path == "/"  # the wall is for all who are in the room
        language = "en" if self.desk is None else (self.desk.house if is_room else self.desk.reader).language
        page: str = super().interpolate_index(**parts)
        return page.replace("{language}", language, 1).replace("{room}", "dark" if is_wall else "", 1)


def create_app(store: Store, config: Config, clock: Callable[[], datetime] = utc_now) -> Dash:
    """All pages over one store. `clock`: gives the UTC-aware now; tests move it by hand."""
    reader = Reader(config.language, ZoneInfo(config.timezone))
    app = SmoulderDash(
        __name__,
        use_pages=False,
        pages_folder="",
        title="Smoulder",
        update_title="",
        index_string=INDEX,
        suppress_callback_exceptions=False,
        enable_mcp=False,
        add_log_handler=False,
        compress=False,
    )
    desk = Desk(store=store, config=config, clock=clock, house=reader)
    app.desk = desk
    guard = security.Guard(store, config, clock)
    guarded = callbacks.guarded_callbacks(app)
    walls = wall.Walls(desk)

    app.layout = dmc.MantineProvider(
        [dcc.Location(id="url", refresh="callback-nav"), html.Div(id="page")],
        theme={
            "fontFamily": '"Inter Variable", Inter, system-ui, sans-serif',
            "primaryColor": "dark",
            "defaultRadius": "md",
        },
        forceColorScheme="light",
    )
    pages = (
        wall.layout(),
        wall.side_by_side("dark", True, reader),
        health.layout(desk),
        incident.skeleton(reader),
        inbox.skeleton(desk),
        people.layout(desk),
        review.validation(reader),
        past.skeleton(reader),
        rules.skeleton(reader),
        me.skeleton(reader),
        hashtag.layout(desk),
        quiet.layout(desk),
        thanks.layout(desk),
    )
    app.validation_layout = html.Div(
        [app.layout, *(working_page(desk, "", page) if n == 0 else html.Div(page) for n, page in enumerate(pages))]
    )
    answers, presence = Answers(desk), Presence(clock)
    _register_router(app, desk, guarded, presence)
    frame.register(app, desk, release(), guarded)
    wall.register(app, walls, release(), guarded)
    health.register(app, desk, guarded)
    incident.register(app, desk, guarded, answers, presence)
    inbox.register(app, desk, guarded, answers, presence)
    people.register(app, desk, guarded)
    past.register(app, desk, guarded)
    review.register(app, desk, guarded)
    export.register(app, desk)
    rules.register(app, desk, guarded)
    me.register(app, desk, guarded)
    hashtag.register(app, desk, guarded)
    quiet.register(app, desk, guarded)
    thanks.register(app, desk, guarded, answers)
    login.register(app.server, guard, reader)
    act.register(app.server, store, config, clock)
    api.register(app.server, desk, release())
    app.server.register_error_handler(HTTPException, security.answer_error)
    # Dash fails when a script is asked for that its packages do not have.
    app.server.register_error_handler(DependencyException, lambda _error: _not_found())
    guard.install(app)
    app.server.before_request(_unknown_paths)
    app.server.before_request(lambda: _malformed(app))
    app.server.config.update(desk=desk, dash=app, answers=answers)
    return app


def _register_router(app: Dash, desk: Desk, guarded: Callable[..., Any], presence: Presence) -> None:
    @guarded("wall", Output("page", "children"), Input("url", "pathname"), Input("url", "search"))
    def show(path: Any, search: Any) -> Any:
        path, search = str(path or "/"), str(search or "")
        visitor = security.visitor_now()
        if path == "/" or not visitor.may("viewer"):
            return wall.layout(search, desk.house)
        if path == "/inbox":
            return working_page(desk, path, inbox.layout(desk, search, presence), "wide")
        if path == "/hashtag":
            return working_page(desk, path, hashtag.layout(desk, search))
        if path == "/quiet":
            return working_page(desk, path, quiet.layout(desk), "broad")
        if path == "/thanks":
            return working_page(desk, path, thanks.layout(desk), "broad")
        if path == "/health":
            return working_page(desk, path, health.layout(desk), "broad")
        if path == "/review":
            return working_page(desk, path, past.layout(desk, search), "broad")
        if path == "/rules":
            return working_page(desk, path, rules.layout(desk), "broad")
        if path == "/me":
            return working_page(desk, path, me.layout(desk))
        if path == "/people" and visitor.may("admin"):
            return working_page(desk, path, people.layout(desk))
        if (found := re.fullmatch(r"/review/(\d{1,9})", path)) is not None:
            return working_page(desk, "/review", review.page(desk, int(found[1])), "broad")
        if (found := re.fullmatch(r"/incident/(\d{1,9})", path)) is not None:
            return working_page(desk, path, incident.layout(desk, int(found[1])), "broad")
        return working_page(desk, path, html.P(desk.reader.say("There is no such page. The wall is at the top left.")))


def _unknown_paths() -> Any:
    """Dash answers every path with its index; a path that is no page of ours is not found."""
    path = flask.request.path
    is_routed = flask.request.url_rule is not None and "<path:path>" not in flask.request.url_rule.rule
    if is_routed or PAGE_PATHS.fullmatch(path):
        return None
    return _not_found()


def _not_found() -> flask.Response:
    return flask.Response("There is no such page.\n", status=404, mimetype="text/plain")


def _malformed(app: Dash) -> Any:
    """A post to the callbacks that no page of ours could have sent is refused before Dash sees it; and what needs no
    Dash is answered."""
    if flask.request.path != callbacks.PATH:
        return None
    body = callbacks.read_question(flask.request.get_data())
    if body is not None and flask.request.is_json and callbacks.is_ours(app, body):
        return callbacks.answer_plain(app, body)
    return flask.Response("No page of ours asks that.\n", status=400, mimetype="text/plain")


def release() -> str:
    """Version and a digest of the assets: when it changes, open pages reload."""
    digest = hashlib.blake2b(digest_size=4)
    for path in sorted(ASSETS.glob("*.[cj]s*")):
        digest.update(path.read_bytes())
    try:
        number = version("smoulder")
    except PackageNotFoundError:  # run from a checkout that was not installed
        number = "0"
    return f"{number}+{digest.hexdigest()}"


def serve(app: Dash, host: str, port: int, threads: int, stop: threading.Event) -> None:
    """Listen until `stop` is set; open requests are answered first. Raises OSError when the port is taken."""
    desk: Desk = app.server.config["desk"]
    listener = listen(app, host, port, threads)
    started_at = desk.clock()
    try:
        beat(desk, started_at)
        while not stop.wait(BEAT_SECONDS):
            beat(desk, started_at)
    finally:
        listener.close()


def beat(desk: Desk, started_at: datetime) -> None:
    """Say that this process lives. A store that refuses is logged, and the pages go on being shown."""
    row = Process(
        name="serve", pid=os.getpid(), started_at=started_at, beat_at=desk.clock(), version=release().partition("+")[0]
    )
    try:
        desk.store.beat(row)
    except StoreError as error:
        log.warning("the sign of life was not written", error=str(error))


class Listener:
    """A waitress server in a thread of its own. All its sockets belong to that thread, which also closes them:
    closing from outside pulls them away under a request that is being answered."""

    def __init__(self, server: MultiSocketServer | BaseWSGIServer, sockets: dict[int, Any]) -> None:
        self._server, self._sockets = server, sockets
        several = server.effective_listen if isinstance(server, MultiSocketServer) else None
        self.port = int(several[0][1] if several else server.effective_port)
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dashboard", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._is_stopping.is_set():
            wasyncore.loop(timeout=0.25, map=self._sockets, use_poll=True, count=1)
        self._server.task_dispatcher.shutdown(timeout=CLOSE_SECONDS)
        wasyncore.close_all(self._sockets)

    def close(self) -> None:
        """Requests in hand are answered first, for some seconds at most."""
        self._is_stopping.set()
        self._thread.join(2 * CLOSE_SECONDS)


def listen(app: Dash, host: str, port: int, threads: int = 8) -> Listener:
    """Begin to listen. Port 0: any free one, see `Listener.port`."""
    sockets: dict[int, Any] = {}
    server = waitress.create_server(
        app.server,
        map=sockets,
        host=host,
        port=port,
        threads=max(1, threads),
        ident=None,
        max_request_body_size=2 * security.BODY_LIMIT,
        channel_timeout=60,
        # The largest script has some megabytes: it waits in memory, not in a temporary file.
        outbuf_overflow=16 * 2**20,
        clear_untrusted_proxy_headers=True,
    )
    # A browser opens six connections at once; that a request waits for a thread is no news.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    listener = Listener(server, sockets)
    log.info("dashboard listens", host=host, port=listener.port)
    return listener
