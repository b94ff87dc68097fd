"""A wall that stays open for weeks, in short: many refreshes leave nothing behind."""

from __future__ import annotations

import pytest
from playwright.sync_api import CDPSession, expect

from db.store import Store
from tests import scene
from tests.browser.conftest import House

pytestmark = pytest.mark.browser

REFRESHES = 400
GROWTH = 1_500_000  # bytes; measures of the same page differ by some 0.7 MB


def test_f22_many_refreshes_leave_no_nodes_listeners_or_memory_behind(store: Store, house: House) -> None:
    scene.setting_the_scene(store)
    scene.storm(store)
    page = house.visit("/")
    expect(page.locator(".state b")).to_have_text("STORM")
    answers: list[str] = []
    page.on("response", lambda r: answers.append(r.url) if "update-component" in r.url else None)
    cdp = page.context.new_cdp_session(page)
    page.evaluate("dash_clientside.set_props('wall-interval', {interval: 50})")

    def after(count: int) -> tuple[int, int, int]:
        wanted = len(answers) + count
        for _ in range(600):
            if len(answers) >= wanted:
                break
            # Each second the facts are another second old, and each minute there is a new curve.
            house.clock.move(seconds=5)
            page.wait_for_timeout(100)
        assert len(answers) >= wanted
        return weigh(cdp)

    nodes, listeners, heap = after(REFRESHES // 4)
    nodes_then, listeners_then, heap_then = after(REFRESHES)
    assert nodes_then <= nodes + 40
    assert listeners_then <= listeners + 5
    assert heap_then - heap < GROWTH


def weigh(cdp: CDPSession) -> tuple[int, int, int]:
    cdp.send("HeapProfiler.collectGarbage")
    cdp.send("HeapProfiler.collectGarbage")
    found = cdp.send("Memory.getDOMCounters")
    return found["nodes"], found["jsEventListeners"], int(cdp.send("Runtime.getHeapUsage")["usedSize"])
