"""A wall that stays open: thousands of refreshes and some killed servers, in a real browser.

    python -m tests.bench.wall_open [--refreshes 2000] [--restarts 5]

The page asks every 150 ms instead of every two seconds, so that an hour of refreshes fits into minutes. Between the
restarts the heap of the page is weighed after a garbage collection; the slope is that of a straight line through
the weights (least squares, with its standard error), the first quarter left out. Two slopes:

- heap: all of it. Half of it is what the browser compiled of the scripts; that part goes up and down by more than a
  megabyte, so that a run of less than some 2,000 refreshes says little about this slope.
- kept: the objects, lists, texts and functions of the page, from snapshots: what a leak would be made of.

The server is killed (SIGKILL) and started again:

- stale: seconds until the page says that nothing comes (it must within 10)
- back: seconds from the first answer of the new server until the page shows live facts again (within 15)
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from dashboard import security
from db.sqlite import SqliteStore
from tests import scene
from tests.browser.conftest import FLAGS, Child
from tests.browser.heap import is_kept, kinds, weigh
from tests.browser_found import find

FAST_MS, USUAL_MS = 150, 2000
WEIGHED_EVERY = 100
SNAPSHOT_EVERY = 2  # that many weights: a snapshot takes seconds


def pace(page: Page, milliseconds: int) -> None:
    page.evaluate(f"dash_clientside.set_props('wall-interval', {{interval: {milliseconds}}})")


def slope(points: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """kB per 1,000 refreshes, the first quarter of the points left out, and its standard error. Needs four points."""
    points = points[len(points) // 4 :]
    n = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    found = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    left = sum((y - mean_y - found * (x - mean_x)) ** 2 for x, y in points)
    return found * 1000 / 1024, math.sqrt(left / (n - 2) / spread) * 1000 / 1024


def told(what: str, points: Sequence[tuple[int, int]]) -> str:
    per_thousand, error = slope(points)
    low, high = min(y for _, y in points), max(y for _, y in points)
    return (
        f"{what}: {points[0][1] / 2**20:.2f} MB after {points[0][0]:,}, {points[-1][1] / 2**20:.2f} MB after "
        f"{points[-1][0]:,} (between {low / 2**20:.2f} and {high / 2**20:.2f}), "
        f"slope {per_thousand:+.0f} ± {error:.0f} kB per 1,000 refreshes"
    )


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
    if chosen.refreshes < 1000:
        options.error("fewer than 1,000 refreshes have no slope")
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
        heaps: list[tuple[int, int]] = []
        kept: list[tuple[int, int]] = []
        code: list[tuple[int, int]] = []
        spells = chosen.restarts + 1
        for spell in range(spells):
            pace(page, FAST_MS)
            until = chosen.refreshes * (spell + 1) // spells
            while len(answers) < until:
                page.wait_for_timeout(200)
                if len(answers) < (len(heaps) + 1) * WEIGHED_EVERY:
                    continue
                nodes, listeners, heap = weigh(cdp)
                heaps.append((len(answers), heap))
                if len(heaps) % SNAPSHOT_EVERY == 0:
                    sizes = kinds(cdp)
                    kept.append((len(answers), sum(size for kind, size in sizes.items() if is_kept(kind))))
                    code.append((len(answers), sizes["code"]))
            if spell < chosen.restarts:
                stale, back = restart(page, child)
                print(f"restart {spell + 1}: stale said after {stale:.1f} s, live again {back:.1f} s after the server")
        print(
            f"{len(answers):,} refreshes, {sum(s >= 500 for s in answers)} answers of 5xx; never reloaded: "
            f"{page.evaluate('window.stays === true')}; {nodes} nodes, {listeners} listeners"
        )
        for what, points in (("heap", heaps), ("kept", kept), ("compiled code", code)):
            print(told(what, points))
        browser.close()
        child.kill()
        store.close()


if __name__ == "__main__":
    main()
