"""Every page before axe-core: nothing serious or critical may be found."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from db.store import Store
from tests import scene
from tests.browser.conftest import House
from tests.scene import NOW

pytestmark = pytest.mark.browser

PAGES = (
    ("/", ".state b"),
    ("/?room=light", ".state b"),
    ("/?side=on&sound=on", ".one"),
    ("/inbox", "#inbox-list .item"),
    (f"/inbox?mention={scene.ROOT}", ".thread .post"),
    ("/incident/4", "#incident-spread .points path"),
    ("/review", "#past-rows tr"),
    ("/review/4", ".told-rules table"),
    ("/rules", "#rules-past table"),
    ("/health", "#health-body table"),
    ("/people", "#people-deeds table"),
    ("/me", "#me-zone"),
    ("/hashtag", "main.content h2"),
    ("/quiet", "main.content h2"),
    ("/thanks", "main.content h2"),
    ("/login", "form"),
)
# What the parts that others wrote bring along and cannot be told otherwise; each with its reason.
ALLOWED: dict[str, str] = {}


def axe_source() -> str:
    """axe-core as it comes with the development tools (`make test` installs it)."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or not found.submodule_search_locations:
        pytest.skip("axe-core is not installed: pip install -e '.[dev]' (make test does)")
    return (Path(next(iter(found.submodule_search_locations))) / "axe.min.js").read_text()


def findings(page: Page, source: str) -> list[str]:
    """One line each: how grave, which rule, where."""
    page.evaluate(source)
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['impact']} {each['id']}: {node['target']} {node['html'][:120]}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical") and each["id"] not in ALLOWED
        for node in each["nodes"][:4]
    ]


@pytest.mark.parametrize(("path", "ready"), PAGES)
def test_axe_finds_nothing_serious(store: Store, house: House, path: str, ready: str) -> None:
    source = axe_source()
    scene.setting_the_scene(store)
    scene.past(store, count=3)
    scene.storm(store)
    page = house.visit(path, role="admin")
    page.wait_for_selector(ready)
    page.wait_for_load_state("networkidle")
    assert findings(page, source) == []


def test_the_finder_finds(store: Store, house: House) -> None:
    scene.setting_the_scene(store, NOW)
    page = house.visit("/rules")
    page.wait_for_selector("#rules-past table")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<button></button><img src=\"/x\">')")
    assert any("button-name" in line for line in findings(page, axe_source()))
