"""A wall that stays open for weeks, in short: many refreshes, and many failures, leave nothing behind."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from db.store import Store
from tests import scene
from tests.browser.conftest import House
from tests.browser.heap import weigh, weigh_apart

pytestmark = pytest.mark.browser

REFRESHES = 400
GROWTH = 1_500_000  # bytes of the heap without compiled code, which goes up and down by megabytes on a busy machine
KEPT_GROWTH = 12_000  # bytes; measures of the same page differ by some 3 kB, and one object left per refresh makes 16
FAILURES = 60
REMEMBERED = 20  # of a thing: Dash remembers each change and each failure, and the page forgets all but ten


def pace(page: Page, milliseconds: int) -> None:
    page.evaluate(f"dash_clientside.set_props('wall-interval', {{interval: {milliseconds}}})")


def remembered(page: Page) -> dict[str, int]:
    """The lists in the state of Dash that only ever grow, by name, with their lengths."""
    found: dict[str, int] = page.evaluate(
        """() => { const state = dash_stores[0].getState();
        return {changes: state.history.past.length, failures: state.error.backEnd.length} }"""
    )
    return found


def test_f22_many_refreshes_leave_no_nodes_listeners_or_memory_behind(store: Store, house: House) -> None:
    scene.setting_the_scene(store)
    scene.storm(store)
    page = house.visit("/")
    expect(page.locator(".state b")).to_have_text("STORM")
    answers: list[str] = []
    page.on("response", lambda r: answers.append(r.url) if "update-component" in r.url else None)
    cdp = page.context.new_cdp_session(page)

    def after(count: int) -> tuple[int, int, int, int]:
        wanted = len(answers) + count
        pace(page, 50)
        for _ in range(600):
            if len(answers) >= wanted:
                break
            # Each second the facts are another second old, and each minute there is a new curve.
            house.clock.move(seconds=5)
            page.wait_for_timeout(100)
        assert len(answers) >= wanted
        pace(page, 3000)
        page.wait_for_timeout(1000)  # what is in flight has landed
        nodes, listeners, _ = weigh(cdp)
        return nodes, listeners, *weigh_apart(cdp)

    nodes, listeners, heap, own = after(REFRESHES // 4)
    nodes_then, listeners_then, heap_then, own_then = after(REFRESHES)
    assert nodes_then <= nodes + 40
    assert listeners_then <= listeners + 5
    assert heap_then - heap < GROWTH
    assert own_then - own < KEPT_GROWTH
    assert remembered(page)["changes"] <= REMEMBERED


def test_f22_a_night_without_a_server_leaves_nothing_behind(store: Store, house: House) -> None:
    scene.setting_the_scene(store)
    page = house.visit("/")
    expect(page.locator(".state b")).to_be_visible()
    failures: list[str] = []
    page.on("requestfailed", lambda r: failures.append(r.url) if "update-component" in r.url else None)
    page.context.set_offline(True)
    pace(page, 50)
    for _ in range(600):
        if len(failures) >= FAILURES:
            break
        page.wait_for_timeout(100)
    assert len(failures) >= FAILURES
    pace(page, 2000)
    page.wait_for_timeout(1000)  # the page forgets every half second
    assert max(remembered(page).values()) <= REMEMBERED
    assert remembered(page)["failures"] > 0, "Dash does not remember failures there any more: look where it does"
    page.context.set_offline(False)
    expect(page.locator("#wall-lost")).to_be_hidden()
