"""Pictures of every page, from a real store in a real browser: `make pictures` writes them to docs/pictures.

Look at them after every change of a page; that is what they are for.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from dashboard import security
from db.rows import Deed, Note
from db.sqlite import SqliteStore
from db.store import Store
from monitor.config import Config
from tests import scene
from tests.browser.conftest import FLAGS, House
from tests.browser_found import find
from tests.clock import Clock
from tests.run import HOME
from tests.scene import NOW

FOLDER = HOME / "docs" / "pictures"
DRAWN = "html:not(.lost) .wall .js-line"
SIZES = {"1920": (1920, 1080), "390": (390, 844)}


def storm(store: Store) -> None:
    scene.storm(store)
    store.put_setting("quiet", "on", "Amina", NOW - timedelta(minutes=31))
    store.put_setting("next word: 1", (NOW + timedelta(minutes=4)).isoformat(), "Amina", NOW)


def busy(store: Store) -> None:
    """A storm with people at work on it."""
    storm(store)
    store.assign(scene.ROOT, "Amina", NOW - timedelta(minutes=12))
    said = "called Leeds station, duty manager confirms. Guard's name known. Ramp was on platform 4."
    store.add_note(Note(mention_id=scene.ROOT, at=NOW - timedelta(minutes=10), who="Amina", words=said))
    store.assign("x:crowd4", "Bo", NOW - timedelta(minutes=2))
    scene.answers(store)


def history(store: Store) -> None:
    scene.past(store)
    scene.storm(store)
    store.add_deed(Deed(at=NOW - timedelta(minutes=12), who="Amina", what="take", subject="incident 15"))
    security.add_user(store, "Bo", "a long enough one", "responder", NOW)
    security.new_wall_token(store, NOW - timedelta(days=9), "lobby", "Amina")


def blind(store: Store) -> None:
    scene.sources(store, NOW - timedelta(minutes=9), states=("down", "stale", "stale"))


def calm(_store: Store) -> None:
    pass


def watch(store: Store) -> None:
    scene.alarm(store, NOW, severity="watch", owner=None)


# name, what happens before, path, what must be there before the picture is taken
PICTURES: tuple[tuple[str, Callable[[Store], None], str, str], ...] = (
    ("wall-storm", storm, "/", DRAWN),
    ("wall-calm", calm, "/", DRAWN),
    ("wall-watch", watch, "/", DRAWN),
    ("wall-blind", blind, "/", DRAWN),
    ("wall-light", storm, "/?room=light", DRAWN),
    ("inbox", busy, "/inbox?mention=bluesky:root", ".thread .post"),
    ("inbox-list", busy, "/inbox", "#inbox-list .item"),
    ("incident", busy, "/incident/1", "#incident-spread .points path"),
    ("review", history, "/review", ".ag-row"),
    ("review-one", history, "/review/15", ".curve .js-line"),
    ("rules", history, "/rules", "#rules-past table"),
    ("people", history, "/people", "table"),
    ("health", storm, "/health", "table"),
    ("login", calm, "/login", "form"),
)


def take(browser: Browser, name: str, stage: Callable[[Store], None], path: str, ready: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "s.sqlite3", ballast_bytes=0)
        scene.setting_the_scene(store)
        stage(store)
        house = House(store, Clock(NOW), browser, Config())
        for size, (width, height) in SIZES.items():
            page = house.visit(path, role="admin", width=width, height=height)
            page.wait_for_selector(ready)
            settle(page)
            page.screenshot(path=FOLDER / f"{name}-{size}.png", full_page=size == "390")
        house.close()
        store.close()


def settle(page: Page) -> None:
    """Letters loaded, the chart drawn, nothing on its way."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)


def main(asked: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        for name, stage, path, ready in PICTURES:
            if not asked or name in asked:
                take(browser, name, stage, path, ready)
                print(name, flush=True)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
