"""A wall that stays open: thousands of refreshes and some killed servers, in a real browser.

    python -m tests.bench.wall_open [--refreshes 2000] [--restarts 5]

The page asks every 150 ms instead of every two seconds, so that weeks of refreshes fit into minutes. Between the
restarts the heap of the page is weighed after a garbage collection; the slope is that of a straight line through
the weights (least squares), the first quarter left out. The server is killed (SIGKILL) and started again:

- stale: seconds until the page says that nothing comes (it must within 10)
- back: seconds from the first answer of the new server until the page shows live facts again (within 15)
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from dashboard import security
from db.sqlite import SqliteStore
from tests import scene
from tests.browser.conftest import FLAGS, Child
from tests.browser.test_f22_dashboard import weigh
from tests.browser_found import find

FAST_MS, USUAL_MS = 150, 2000
WEIGHED_EVERY = 100


def pace(page: Page, milliseconds: int) -> None:
    page.evaluate(f"dash_clientside.set_props('wall-interval', {{interval: {milliseconds}}})")


def slope(points: list[tuple[int, int]]) -> float:
    """Bytes per refresh."""
    n = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)


def restart(page: Page, child: Child) -> tuple[float, float]:
    pace(page, USUAL_MS)
    child.kill()
    died = time.monotonic()
    expect(page.locator("#wall-lost")).to_be_visible(timeout=20_000)
    stale = time.monotonic() - died
    child.start()
    came = time.monotonic()
    expect(page.locator("#wall-lost")).to_be_hidden(timeout=30_000)
    return stale, time.monotonic() - came


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--refreshes", type=int, default=2000)
    options.add_argument("--restarts", type=int, default=5)
    chosen = options.parse_args()
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        store = SqliteStore(Path(folder) / "smoulder.sqlite3", ballast_bytes=0)
        scene.setting_the_scene(store, now)
        scene.storm(store, now)
        child = Child(Path(folder) / "smoulder.sqlite3")
        child.start()
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        page = browser.new_context(viewport={"width": 1920, "height": 1080}).new_page()
        page.goto(child.address + security.new_login_link(store, now))
        page.wait_for_selector(".state")
        page.evaluate("window.stays = true")
        cdp = page.context.new_cdp_session(page)
        answers: list[int] = []
        page.on("response", lambda r: answers.append(r.status) if "update-component" in r.url else None)
        weights: list[tuple[int, int]] = []
        spells = chosen.restarts + 1
        for spell in range(spells):
            pace(page, FAST_MS)
            until = chosen.refreshes * (spell + 1) // spells
            while len(answers) < until:
                page.wait_for_timeout(200)
                if len(answers) >= (len(weights) + 1) * WEIGHED_EVERY:
                    nodes, listeners, heap = weigh(cdp)
                    weights.append((len(answers), heap))
            if spell < chosen.restarts:
                stale, back = restart(page, child)
                print(f"restart {spell + 1}: stale said after {stale:.1f} s, live again {back:.1f} s after the server")
        later = weights[len(weights) // 4 :]
        nodes, listeners, heap = weigh(cdp)
        print(f"{len(answers):,} refreshes, {sum(s >= 500 for s in answers)} answers of 5xx; "
              f"never reloaded: {page.evaluate('window.stays === true')}")  # fmt: skip
        kilobytes = 1000 * slope(later) / 1024
        print(
            f"heap {weights[0][1] / 2**20:.1f} MB after {weights[0][0]}, {heap / 2**20:.1f} MB at the end, "
            f"slope {kilobytes:+.0f} kB per 1,000 refreshes; {nodes} nodes, {listeners} listeners"
        )
        browser.close()
        child.kill()
        store.close()


if __name__ == "__main__":
    main()
