"""A real Chromium and a real dashboard in front of a real store."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from dashboard import security
from dashboard.app import create_app, listen
from db.store import Store
from monitor.config import Config
from tests.browser_found import find
from tests.clock import Clock
from tests.run import HOME
from tests.scene import NOW

# A machine that runs other tests as well may be slow; what is awaited here is an event, not a speed.
expect.set_options(timeout=20_000)

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = find()
    if path is None:
        pytest.skip("no Chromium on this machine: run make chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class House:
    """A dashboard that listens, and visitors who come to it. What the browser complains about is kept."""

    def __init__(self, store: Store, clock: Clock, browser: Browser, config: Config) -> None:
        self.store, self.clock, self._browser = store, clock, browser
        self.listener = listen(create_app(store, config, clock), "127.0.0.1", 0, 4)
        self.address = f"http://127.0.0.1:{self.listener.port}"
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []

    def visit(
        self,
        path: str = "/",
        name: str = "Amina",
        role: security.Role = "responder",
        width: int = 1920,
        height: int = 1080,
        zone: str = "UTC",
    ) -> Page:
        """A new person in a browser of their own, logged in, at `path`."""
        page = self._browser.new_context(viewport={"width": width, "height": height}, timezone_id=zone).new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda r: self.elsewhere.append(r.url) if not self._is_ours(r.url) else None)
        page.goto(self.address + security.new_login_link(self.store, self.clock(), name, role))
        if path != "/":
            page.goto(self.address + path)
        return page

    def _is_ours(self, url: str) -> bool:
        return url.startswith((self.address, "data:", "blob:"))

    def close(self) -> None:
        for context in self._browser.contexts:
            context.close()
        self.listener.close()


@pytest.fixture
def hand() -> Clock:
    return Clock(NOW)


@pytest.fixture
def house(store: Store, hand: Clock, chromium: Browser) -> Iterator[House]:
    """The store is still empty: set the scene first, then visit."""
    opened = House(store, hand, chromium, Config())
    yield opened
    opened.close()
    assert opened.elsewhere == [], "the page asked another host"


# --- a dashboard that can be killed ---------------------------------------------------------------------------
class Child:
    """The dashboard as a process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.browser.serve_child", str(self.path), str(self.port)]
        self.process = subprocess.Popen(command, cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self.answers, 30)

    def answers(self) -> bool:
        with suppress(URLError, OSError), urlopen(f"{self.address}/api/v1/alive", timeout=2) as answer:
            return bool(answer.status == 200)
        return False

    def kill(self, how: signal.Signals = signal.SIGKILL) -> int:
        assert self.process is not None
        os.kill(self.process.pid, how)
        return self.process.wait(15)


@pytest.fixture
def child(tmp_path: Path, store: Store) -> Iterator[Child]:
    found = Child(tmp_path / "smoulder.sqlite3")
    yield found
    if found.process is not None and found.process.poll() is None:
        found.kill()


def hold(page: Page, button: str) -> list[Route]:
    """From now on a press of `button` is kept on its way to the server; `.continue_()` lets it go."""
    held: list[Route] = []

    def look(route: Route) -> None:
        asked = route.request.post_data_json
        if isinstance(asked, dict) and f"{button}.n_clicks" in asked.get("changedPropIds", []):
            held.append(route)
        else:
            route.continue_()

    page.route("**/_dash-update-component*", look)
    return held


def let_go(page: Page, held: list[Route]) -> None:
    """And wait until the page has its answer."""
    [route] = held
    with page.expect_response(lambda answer: answer.request == route.request):
        route.continue_()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(is_so: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.05)
