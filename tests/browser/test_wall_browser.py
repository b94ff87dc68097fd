"""The wall as a person sees it, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from db.rows import Process
from db.store import Store
from monitor import incidents
from tests import scene
from tests.browser.conftest import House
from tests.scene import NOW

pytestmark = pytest.mark.browser

# Every text that is really painted: its font size, and its contrast with what is behind it.
TEXTS = """() => {
  const luminance = c => {
    const [r, g, b] = c.map(v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parse = c => c.match(/[\\d.]+/g).map(Number);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0.99) return c.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const found = [];
  const walk = document.createTreeWalker(document.querySelector('.wall'), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    const box = e.getBoundingClientRect();
    if (!walk.currentNode.textContent.trim() || !box.width || !box.height) continue;
    const style = getComputedStyle(e);
    const a = luminance(parse(style.color).slice(0, 3)), b = luminance(behind(e));
    found.push({
      text: walk.currentNode.textContent,
      size: parseFloat(style.fontSize),
      contrast: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05),
      right: box.right, bottom: box.bottom,
    });
  }
  return found;
}"""


def stage(store: Store, kind: str) -> None:
    scene.setting_the_scene(store)
    if kind == "storm":
        scene.storm(store)
    if kind == "watch":
        scene.alarm(store, NOW, severity="watch", owner=None)
    if kind == "blind":
        scene.sources(store, NOW, states=("down", "stale", "stale"))
        store.beat(Process(name="collect", pid=1, started_at=NOW, beat_at=NOW.replace(hour=13), version="1"))
    if kind == "note":
        scene.storm(store)
        scene.processes(store, NOW, "mail goes to files: no SMTP settings")


@pytest.mark.parametrize("kind", ["calm", "watch", "storm", "blind", "note"])
def test_every_text_is_large_clear_and_on_the_screen(store: Store, house: House, kind: str) -> None:
    stage(store, kind)
    page = house.visit("/")
    for room in ("dark", "light"):
        page.goto(f"{house.address}/?room={room}")
        check_texts(page, kind)
    assert house.complaints == []


def check_texts(page: Page, kind: str) -> None:
    page.wait_for_selector(".wall .state b")
    page.wait_for_selector(".wall .foot .clock:not(:empty)")
    page.evaluate("document.fonts.ready")
    texts = page.evaluate(TEXTS)
    assert len(texts) > 8
    assert [t for t in texts if t["size"] < 66] == []
    assert [t for t in texts if t["contrast"] < 7] == []
    assert [t for t in texts if t["right"] > 1920 or t["bottom"] > 1080] == []
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        1920,
        1080,
    ]
    assert page.evaluate("""document.fonts.check('66px "Inter Variable"')""")
    word = {"note": "storm"}.get(kind, kind).upper()
    expect(page.locator(".wall .state b")).to_have_text(word)
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.wall .big')).fontSize)") >= 240


@pytest.mark.parametrize("count", [1, 2, 3, 4, 6])
def test_brands_side_by_side_are_large_clear_and_never_hide_a_storm(store: Store, house: House, count: int) -> None:
    brands = ["Acme Rail", "Norda", "Belltree Insurance", "Kivo Bank", "Lumina", "Osprey Air"][:count]
    for brand in brands:
        scene.setting_the_scene(store, brand=brand)
    scene.storm(store, brand=brands[-1])
    page = house.visit("/?side=on")
    expect(page.locator(".one")).to_have_count(min(4, count))
    expect(page.locator(".one", has_text=brands[-1]).locator(".state b")).to_have_text("STORM")
    page.wait_for_selector(".wall .foot .clock:not(:empty)")
    page.evaluate("document.fonts.ready")
    texts = page.evaluate(TEXTS)
    assert [t for t in texts if t["size"] < 66 or t["contrast"] < 7] == []
    assert [t for t in texts if t["right"] > 1920 or t["bottom"] > 1080] == []
    assert page.evaluate("document.documentElement.scrollHeight") == 1080
    if count > 4:
        expect(page.locator(".foot")).to_contain_text("+ 2 brands")
    assert house.complaints == []


def test_a_sound_is_off_unless_asked_for_and_needs_one_press(store: Store, house: House) -> None:
    stage(store, "calm")
    page = house.visit("/")
    expect(page.locator(".state b")).to_have_text("CALM")
    expect(page.locator(".sound")).to_have_count(0)
    page.goto(f"{house.address}/?sound=on")
    expect(page.locator(".sound")).to_contain_text("press once to allow it")
    page.locator("#wall-sound").click()
    expect(page.locator(".sound")).to_be_hidden()
    expect(page.locator(".sound")).to_have_attribute("data-played", "1")  # the test tone
    scene.storm(store)
    expect(page.locator(".sound")).to_have_attribute("data-played", "2")
    expect(page.locator(".state b")).to_have_text("STORM")
    page.wait_for_timeout(2500)
    expect(page.locator(".sound")).to_have_attribute("data-played", "2")  # once a storm
    assert house.complaints == []


def test_the_state_is_told_by_word_icon_and_pattern(store: Store, house: House) -> None:
    stage(store, "calm")
    page = house.visit("/")
    looks = [look(page, "CALM")]
    scene.alarm(store, NOW, severity="watch")
    looks.append(look(page, "WATCH"))
    scene.alarm(store, NOW, severity="storm")
    looks.append(look(page, "STORM"))
    store.put_changes([incidents.close(found, "test", NOW) for found in store.incidents(is_open=True)])
    scene.sources(store, NOW.replace(hour=13), states=("down", "down", "down"))
    looks.append(look(page, "BLIND"))
    assert len({icon for icon, _ in looks}) == 4
    assert len({pattern for _, pattern in looks}) == 4


def look(page: Page, word: str) -> tuple[str | None, str]:
    expect(page.locator(".state b")).to_have_text(word)
    icon = page.locator(".state img").get_attribute("src")
    return icon, page.evaluate("getComputedStyle(document.querySelector('.wall .state')).backgroundImage")


def test_an_alarm_reaches_the_wall_without_a_reload(store: Store, house: House) -> None:
    stage(store, "calm")
    page = house.visit("/")
    expect(page.locator(".state b")).to_have_text("CALM")
    page.evaluate("window.stays = true")
    scene.storm(store, owner=None)
    expect(page.locator(".state b")).to_have_text("STORM")
    expect(page.locator("#wall-unheard .big")).to_have_text(str(store.wall(scene.BRAND, NOW).unheard))
    expect(page.locator("#wall-about bdi")).to_contain_text("left on the platform")
    assert page.evaluate("window.stays")


def test_ages_tick_between_refreshes(store: Store, house: House) -> None:
    stage(store, "storm")
    page = house.visit("/")
    oldest = page.locator("[data-form='mm:ss']")
    expect(oldest).to_have_text(re.compile(r"2[67]:\d\d"))
    page.evaluate("dash_clientside.set_props('wall-interval', {disabled: true})")
    seen = oldest.inner_text()
    expect(oldest).not_to_have_text(seen)
    expect(page.locator("html.lost")).to_have_count(0)


def test_a_hostile_post_stays_text(store: Store, house: House) -> None:
    text = "<img src=x onerror=alert(1)>\u202e<script>alert(2)</script> ![](https://evil.example/x) {{7*7}}"
    scene.setting_the_scene(store)
    store.add_mentions([scene.mention(scene.ROOT, text, NOW, "<b>Eve</b>", NOW, source="bluesky")])
    scene.alarm(store, NOW)
    page = house.visit("/")
    expect(page.locator("#wall-about bdi")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("#wall-about img, #wall-about script, #wall-about a").count() == 0
    assert house.complaints == []


def test_the_wall_fits_into_a_pocket(store: Store, house: House) -> None:
    stage(store, "storm")
    page = house.visit("/", width=390, height=844)
    expect(page.locator(".state b")).to_have_text("STORM")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_nothing_moves_for_those_who_asked_for_stillness(store: Store, house: House) -> None:
    stage(store, "storm")
    page = house.visit("/")
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_selector(".state.storm")
    assert moving(page) == []
    page.emulate_media(reduced_motion="no-preference")
    assert moving(page) in ([], ["state storm"])


def moving(page: Page) -> list[str]:
    """Elements of the wall with an animation, or with a transition that takes time."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('.wall, .wall *')].filter(e => {
             const s = getComputedStyle(e);
             return s.animationName !== 'none' || s.transitionDuration.split(',').some(d => parseFloat(d) > 0);
           }).filter(e => !e.closest('.js-plotly-plot')).map(e => e.className)"""
    )
    return found


def test_a_wall_in_another_zone_shows_the_time_of_the_house(store: Store, house: House) -> None:
    stage(store, "calm")
    page = house.visit("/", zone="Asia/Tokyo")
    expect(page.locator(".clock")).to_have_text(re.compile(r"14:41:\d\d"))
