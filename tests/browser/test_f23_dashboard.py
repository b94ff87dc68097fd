"""What a page says when the server behind it dies, and what it does when it comes back."""

from __future__ import annotations

import signal
import time
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from dashboard import security
from db.store import Store
from tests import scene
from tests.browser.conftest import Child, House

pytestmark = pytest.mark.browser


def test_f23_a_page_whose_server_is_gone_says_so_within_ten_seconds_and_resumes(
    store: Store, child: Child, chromium: Browser
) -> None:
    now = datetime.now(UTC)
    scene.setting_the_scene(store, now)
    child.start()
    page = chromium.new_context(viewport={"width": 1920, "height": 1080}).new_page()
    page.goto(child.address + security.new_login_link(store, now))
    expect(page.locator(".state b")).to_have_text("CALM")
    expect(page.locator("#wall-lost")).to_be_hidden()

    child.kill(signal.SIGKILL)
    died = time.monotonic()
    expect(page.locator("#wall-lost")).to_be_visible(timeout=10_000)
    assert time.monotonic() - died <= 10
    expect(page.locator("#wall-lost")).to_contain_text("Connection lost")
    assert "grayscale" in page.evaluate("getComputedStyle(document.querySelector('#wall-state')).filter")
    first = page.locator("#wall-lost").inner_text()
    expect(page.locator("#wall-lost")).not_to_have_text(first)

    # While it was away, something happened: the page that comes back must not show the old calm.
    scene.storm(store, datetime.now(UTC))
    page.evaluate("window.stays = true")
    child.start()
    expect(page.locator("#wall-lost")).to_be_hidden(timeout=15_000)
    expect(page.locator(".state b")).to_have_text("STORM")
    assert page.evaluate("window.stays"), "it resumed without a reload and without a new log-in"
    page.context.close()


def test_a_page_whose_session_ended_does_not_pretend(store: Store, house: House) -> None:
    scene.setting_the_scene(store)
    page = house.visit("/")
    expect(page.locator(".state b")).to_have_text("CALM")
    security.remove_user(store, "Amina", "test", house.clock())
    expect(page.locator("#wall-lost")).to_be_visible(timeout=15_000)
    page.wait_for_url("**/login*", timeout=40_000)


def test_a_new_version_reloads_the_page_but_never_during_an_incident(store: Store, house: House) -> None:
    scene.setting_the_scene(store)
    page = house.visit("/")
    expect(page.locator(".state b")).to_have_text("CALM")
    page.evaluate("window.stays = true")
    told = "dash_clientside.live.pulse({at: Date.now(), version: 'another', open: OPEN})"
    page.evaluate(told.replace("OPEN", "true"))
    assert page.evaluate("window.stays")
    with page.expect_navigation():
        page.evaluate(told.replace("OPEN", "false"))
    assert page.evaluate("window.stays === undefined")
