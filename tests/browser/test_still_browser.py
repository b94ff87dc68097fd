"""What the page does with a still part: the keyboard stays where it was, and nothing becomes more than text."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page

from db.store import Store
from tests import scene
from tests.browser.conftest import House

PLACE = """words => {
    let place = document.getElementById("still-here");
    if (!place) {
        place = document.createElement("div");
        place.id = "still-here";
        document.body.append(place);
    }
    place.dataset.still = words;
}"""
FOCUSED = "document.activeElement.dataset.mention || document.activeElement.textContent"


def people(*names: str) -> list[dict[str, Any]]:
    return [{"t": "button", "a": {"data-mention": f"x:{name}"}, "c": name} for name in names]


def draw(page: Page, part: Any) -> None:
    page.evaluate(PLACE, json.dumps(part))
    page.wait_for_function("words => document.getElementById('still-here').drawn === words", arg=json.dumps(part))


def test_the_keyboard_stays_on_the_same_person_when_others_come_before_them(store: Store, house: House) -> None:
    scene.setting_the_scene(store)
    page = house.visit("/health")
    draw(page, people("leah", "omar"))
    page.locator("[data-mention='x:leah']").focus()
    draw(page, people("ada", "bo", "leah", "omar"))
    assert page.evaluate(FOCUSED) == "x:leah"
    draw(page, people("omar", "leah"))
    assert page.evaluate(FOCUSED) == "x:leah"
    draw(page, people("omar", "ada"))
    assert page.evaluate(FOCUSED) == "x:ada", "whoever took her place"
    folds = [
        {"t": "details", "a": {"open": ""}, "c": [{"t": "summary", "c": [{"t": "b", "c": name}, f" {n}"]}, "x"]}
        for n, name in enumerate(("late", "cold"))
    ]
    draw(page, folds)
    page.locator("#still-here summary", has_text="cold").focus()
    draw(page, [*people("ada"), *folds])
    assert page.evaluate(FOCUSED) == "cold 1"
    assert house.complaints == []


def test_nothing_in_a_still_part_can_act_or_lead_elsewhere_by_a_trick(store: Store, house: House) -> None:
    scene.setting_the_scene(store)
    page = house.visit("/health")
    ways = [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "/\\evil.example",
        "JAVASCRIPT:x",
        "x",
    ]
    draw(
        page,
        [
            *({"t": "a", "a": {"href": way}, "c": "go"} for way in ways),
            {"t": "p", "a": {"onclick": "alert(1)", "style": "color:red", "srcdoc": "x", "formaction": "/x"}, "c": "p"},
            {"t": "script", "c": "window.caught = true"},
            {"t": "iframe", "a": {"src": "/"}},
            {"t": "SCRIPT", "c": "window.caught = true"},
            "<img src=x onerror='window.caught = true'>",
        ],
    )
    place = page.locator("#still-here")
    assert place.locator("a[href]").count() == 0 and place.locator("a").count() == len(ways)
    assert place.locator("script, iframe, img, [onclick], [style], [srcdoc], [formaction]").count() == 0
    assert "<img src=x" in place.inner_text() and page.evaluate("window.caught") is None
