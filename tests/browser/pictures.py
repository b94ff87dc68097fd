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
from db.rows import Action, Deed, Gap, Note, Review
from db.sqlite import SqliteStore
from db.store import Store
from monitor import switch
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
    switch.turn(store, on=True, by="Amina", why="a passenger is hurt", now=NOW - timedelta(minutes=31))
    store.put_setting("next word: 1", (NOW + timedelta(minutes=4)).isoformat(), "Amina", NOW)


def busy(store: Store) -> None:
    """A storm with people at work on it."""
    storm(store)
    store.assign(scene.ROOT, "Amina", NOW - timedelta(minutes=12))
    said = "called Leeds station, duty manager confirms. Guard's name known. Ramp was on platform 4."
    store.add_note(Note(mention_id=scene.ROOT, at=NOW - timedelta(minutes=10), who="Amina", words=said))
    store.assign("x:crowd4", "Bo", NOW - timedelta(minutes=2))
    scene.answers(store)


def several(store: Store) -> None:
    """Four brands: a storm, a watch, and two quiet ones."""
    for brand in ("Norda", "Belltree Insurance", "Kivo Bank"):
        scene.setting_the_scene(store, brand=brand)
    scene.storm(store)
    scene.alarm(store, NOW, brand="Belltree Insurance", severity="watch", owner=None)


def history(store: Store) -> None:
    scene.past(store)
    scene.storm(store)
    scene.answered(store)
    words = "A guard closed the doors on a passenger in a wheelchair and laughed. A video spread within minutes."
    good, bad = "Amina had it within four minutes.", "Two people got one text from us, and one got an excuse."
    store.put_review(Review(incident_id=15, at=NOW, by="Amina", summary=words, part="preventable", good=good, bad=bad))
    for n, todo in enumerate(("Ramp training for every guard", "No templates while a storm blows")):
        due = NOW + timedelta(days=7 * (n + 1))
        store.put_action(Action(incident_id=15, n=0, words=todo, at=NOW, by="Amina", owner="Bo", due_at=due))
    store.add_deed(Deed(at=NOW - timedelta(minutes=12), who="Amina", what="take", subject="incident 15"))
    security.add_user(store, "Bo", "a long enough one", "responder", NOW)
    security.new_wall_token(store, NOW - timedelta(days=9), "lobby", "Amina")


def blind(store: Store) -> None:
    since = NOW - timedelta(minutes=9)
    scene.sources(store, since, states=("down", "stale", "stale"))
    for source in ("x", "bluesky", "rss"):
        store.open_gap(Gap(source=source, start=since, reason="the network does not answer"))


def calm(_store: Store) -> None:
    pass


def nothing(_store: Store) -> None:
    """The first visit: no brand, no source, nothing stored."""


def watch(store: Store) -> None:
    scene.alarm(store, NOW, severity="watch", owner=None)


def hushed(store: Store) -> None:
    """Quiet, with what other tools had planned for the evening."""
    scene.storm(store)
    plan = """id,scheduled_at,channel,text
1,2026-03-03 16:30,X,New: the quiet coach. Lean back and breathe! #QuietCoach
2,2026-03-03 18:00,Instagram,A guard with a heart: meet Jo from York #Hartsea
3,,Newsletter,Win a killer weekend by the sea
4,2026-03-05 09:00,LinkedIn,Our timetable for the summer is out.
"""
    switch.plan(store, plan.encode(), file="planner.csv", by="Bo", now=NOW - timedelta(hours=2), zone="UTC")
    switch.turn(store, on=True, by="Amina", why="a passenger was left behind at Leeds", now=NOW - timedelta(minutes=31))


def tragic(store: Store) -> None:
    texts = (
        "My aunt lives by the crossing at #Hartsea and we cannot reach her. Has anyone seen her?",
        "Two carriages on their side, ambulances from three towns #Hartsea",
        "They are asking for blood donors at the infirmary, please share #Hartsea",
        "Un ami était dans ce train, pas de nouvelles depuis 9h. #Hartsea",
        "At least four dead, says the radio. I have no words. #Hartsea",
        "The school hall is open for families, we have blankets and tea #Hartsea",
        "Survivors are being brought to the church #Hartsea",
        "Thinking of the driver and of everyone on board #Hartsea",
        "To the nurse who climbed in through the window: thank you. #Hartsea",
    )
    rows = [
        (scene.mention(f"bluesky:h{n}", text, NOW - timedelta(minutes=6 * n + 2), f"Neighbour {n}", NOW), "other")
        for n, text in enumerate(texts)
    ]
    scene.put(store, rows)


def praised(store: Store) -> None:
    texts = (
        ("Marion", "The guard at Hull found my scarf and ran after the train with it. You made my week!", 300),
        ("Dev & the dog", "Congratulations on another flawless morning, thank you so much Acme Rail", 190),
        ("Mercè", "Merci à la dame du guichet de Lille, patiente et drôle, elle a tout sauvé.", 120),
        ("Kim", "Window seat, warm tea, and the friendliest trolley in the country. Lovely.", 30),
    )
    rows = [
        (scene.mention(f"bluesky:p{n}", text, NOW - timedelta(minutes=ago), who, NOW), "praise")
        for n, (who, text, ago) in enumerate(texts)
    ]
    scene.put(store, rows)


# name, what happens before, path, what must be there before the picture is taken
PICTURES: tuple[tuple[str, Callable[[Store], None], str, str], ...] = (
    ("wall-storm", storm, "/", DRAWN),
    ("wall-calm", calm, "/", DRAWN),
    ("wall-watch", watch, "/", DRAWN),
    ("wall-blind", blind, "/", DRAWN),
    ("wall-side", several, "/?side=on", ".one"),
    ("wall-light", storm, "/?room=light", DRAWN),
    ("inbox", busy, "/inbox?mention=bluesky:root", ".thread .post"),
    ("inbox-list", busy, "/inbox", "#inbox-list .item"),
    ("incident", busy, "/incident/1", "#incident-spread .points path"),
    ("review", history, "/review", "#past-rows tr"),
    ("review-one", history, "/review/15", ".curve .js-line"),
    ("rules", history, "/rules", "#rules-past table"),
    ("people", history, "/people", "table"),
    ("health", storm, "/health", "table"),
    ("hashtag", tragic, "/hashtag?tag=Hartsea", ".said-word"),
    ("quiet", hushed, "/quiet", "#quiet-list .item"),
    ("thanks", praised, "/thanks", "#thanks-list .item"),
    ("wall-quiet", hushed, "/", DRAWN),
    ("login", calm, "/login", "form"),
    ("first-wall", nothing, "/", ".wall .state"),
    ("first-inbox", nothing, "/inbox", "#inbox-list .empty"),
    ("first-incidents", nothing, "/review", "main h2"),
    ("first-health", nothing, "/health", "#health-body h3"),
)


def take(browser: Browser, name: str, stage: Callable[[Store], None], path: str, ready: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "s.sqlite3", ballast_bytes=0)
        if stage is not nothing:
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
