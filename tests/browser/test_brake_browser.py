"""Hashtag, quiet and thanks in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from db.store import Store
from monitor import switch
from monitor.config import Config, Hashtag
from monitor.sources.bluesky import BlueskySettings
from tests import scene
from tests.browser.conftest import House, hold, let_go
from tests.clock import Clock
from tests.fakes.searches import FakeSearches
from tests.scene import BRAND, NOW
from tests.test_tags import OTTERS, TRAGIC

pytestmark = pytest.mark.browser

PLAN = """id,scheduled_at,channel,text
1,2026-03-03 16:30,X,New: quiet coach! #OtterDay
2,2026-03-03 18:00,Instagram,Lean back. Our guards look after you.
"""


@pytest.fixture
def fake() -> Iterator[FakeSearches]:
    with FakeSearches(texts=OTTERS, newest=NOW - timedelta(minutes=2)) as running:
        yield running


@pytest.fixture
def asking(store: Store, hand: Clock, chromium: Browser, fake: FakeSearches) -> Iterator[House]:
    """A house that asks a Bluesky of our own."""
    scene.setting_the_scene(store)
    settings = Hashtag(bluesky_url=fake.url, seconds=1.0)
    opened = House(store, hand, chromium, Config(sources={"bluesky": BlueskySettings()}, hashtag=settings))
    yield opened
    opened.close()
    assert opened.elsewhere == []


def deeds(store: Store) -> list[tuple[str, str, str]]:
    return [(d.who, d.what, d.subject) for d in store.deeds() if d.what != "logged in"]


# --- hashtag --------------------------------------------------------------------------------------------------
def test_a_tag_is_looked_at_read_and_signed_by_keyboard(asking: House) -> None:
    page = asking.visit("/hashtag")
    page.locator("#hashtag-asked").fill("#OtterDay")
    page.keyboard.press("Enter")
    expect(page.locator(".said-word h3")).to_have_text("LOOK #OtterDay")
    expect(page.locator("#hashtag-result .post").first).to_contain_text("They hold hands when they sleep")
    page.locator("#hashtag-sign").click()
    expect(page.locator("#hashtag-answer")).to_contain_text("Tick that you have read it")
    page.get_by_label("I have read what it is about").focus()
    page.keyboard.press("Space")
    page.locator("#hashtag-sign").press("Enter")
    expect(page.locator(".said-word h3")).to_have_text("OK #OtterDay")
    expect(page.locator(".said-word")).to_contain_text("Amina has read what it is about.")
    expect(page.locator("#hashtag-recent")).to_contain_text("OK")
    assert deeds(asking.store) == [("Amina", "read the tag", "#OtterDay")]
    assert asking.complaints == []


def test_a_tragedy_stops_whoever_ticks(asking: House, fake: FakeSearches) -> None:
    fake.texts = TRAGIC
    page = asking.visit("/hashtag?tag=OtterDay")
    expect(page.locator(".said-word.stop h3")).to_have_text("STOP #OtterDay")
    page.get_by_label("I have read what it is about").check()
    page.locator("#hashtag-sign").click()
    expect(page.locator("#hashtag-answer")).to_contain_text("Noted at")
    expect(page.locator(".said-word h3")).to_have_text("STOP #OtterDay")


def test_a_network_that_is_down_is_said_and_is_a_look(asking: House, fake: FakeSearches) -> None:
    fake.mood = "ill"
    page = asking.visit("/hashtag?tag=OtterDay", width=390, height=844)
    expect(page.locator(".said-word.look")).to_contain_text("Bluesky could not be asked: it answered 503.")
    expect(page.locator("#hashtag-result")).to_contain_text("Nothing that others wrote could be read.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_strangers_write_stays_text(asking: House, fake: FakeSearches) -> None:
    fake.texts = ["<img src=x onerror=alert(1)> #OtterDay {n}"] * 9
    page = asking.visit("/hashtag?tag=OtterDay")
    expect(page.locator("#hashtag-result .post").first).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("#hashtag-result img").count() == 0


def test_a_viewer_asks_nobody(asking: House, fake: FakeSearches) -> None:
    page = asking.visit("/hashtag?tag=OtterDay", name="Vi", role="viewer")
    expect(page.locator("#hashtag-result")).to_contain_text("Only those who answer may ask")
    assert fake.asked == []


# --- quiet ----------------------------------------------------------------------------------------------------
@pytest.fixture
def stormy(store: Store) -> Store:
    scene.setting_the_scene(store)
    scene.storm(store)
    return store


def upload(page: Page, folder: Path, text: str = PLAN, name: str = "plan.csv") -> None:
    path = folder / name
    path.write_text(text)
    page.locator("#quiet-upload input[type=file]").set_input_files(path)


def choose(page: Page, n: int) -> None:
    """Press it, and read it before anything else: what is decided is what stands on the page."""
    page.locator("#quiet-list .item").nth(n).click()
    expect(page.locator("#quiet-list .item").nth(n)).to_have_class("item on")


def test_quiet_from_the_first_word_to_the_last_yes(stormy: Store, house: House, tmp_path: Path) -> None:
    page = house.visit("/quiet")
    upload(page, tmp_path)
    expect(page.locator("#quiet-read")).to_contain_text("2 posts read, 2 of them new.")
    expect(page.locator("#quiet-list .item")).to_have_count(2)
    page.locator("#quiet-on").click()
    expect(page.locator("#quiet-answer")).to_contain_text("Say why")
    page.locator("#quiet-why").fill("a passenger was left behind")
    page.locator("#quiet-on").click()
    expect(page.locator("#quiet-state h3")).to_contain_text("Quiet is ON since 14:41")
    expect(page.locator("#quiet-list .item .chip.storm").first).to_have_text("held")
    expect(page.locator("#desk-strip")).to_contain_text("Quiet ON since 14:41")
    page.locator("#quiet-list .item").nth(1).click()
    expect(page.locator("#quiet-post")).to_contain_text("It shares words with incident 1")
    expect(page.locator("#quiet-decide")).to_be_hidden()

    wall = house.visit("/", name="Bo")
    expect(wall.locator("#wall-row")).to_contain_text("Quiet ON since 14:41, Amina")
    expect(wall.locator("#wall-banner")).to_contain_text("Quiet: a passenger was left behind")

    page.locator("#quiet-off").click()
    expect(page.locator("#quiet-answer")).to_contain_text("Tick that you end it in your name")
    page.get_by_label("I have looked at what happened").check()
    page.locator("#quiet-off").click()
    expect(page.locator("#quiet-state h3")).to_have_text("Quiet is off")
    assert {post.state for post in stormy.planned()} == {"held"}
    choose(page, 0)
    page.locator("#quiet-yes").click()
    expect(page.locator("#quiet-list .item").nth(0)).to_contain_text("released")
    choose(page, 1)
    page.locator("#quiet-no").click()
    expect(page.locator("#quiet-list .item").nth(1)).to_contain_text("kept back")
    done = [what for _, what, _ in deeds(stormy)]
    assert done == ["kept a post back", "let a post go", "quiet off", "quiet on", "planned posts"]
    assert house.complaints == []


def test_a_file_that_is_none_is_answered_in_words(stormy: Store, house: House, tmp_path: Path) -> None:
    page = house.visit("/quiet", width=390, height=844)
    expect(page.locator("#quiet-list")).to_contain_text("No planned post is known here")
    upload(page, tmp_path, "a,b\n1,2\n")
    expect(page.locator("#quiet-read")).to_contain_text("No column holds the text")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_viewer_sees_the_switch_and_nothing_to_press(stormy: Store, house: House) -> None:
    switch.turn(stormy, on=True, by="Amina", why="a test", now=NOW)
    page = house.visit("/quiet", name="Vi", role="viewer")
    expect(page.locator("#quiet-state h3")).to_contain_text("Quiet is ON")
    for element in ("#quiet-off", "#quiet-on", "#quiet-upload", "#quiet-hurt"):
        expect(page.locator(element)).to_be_hidden()
    page.evaluate("document.querySelector('#quiet-off').click()")
    page.wait_for_timeout(1000)
    assert switch.quiet(stormy).is_on


# --- thanks ---------------------------------------------------------------------------------------------------
KIND = (
    ("kind", "The guard at Hull found my scarf and ran after the train. You made my week, Acme Rail!", 50),
    ("sly", "Congratulations Acme Rail on another flawless morning, thank you so much", 40),
    ("newest", "Thank you Acme Rail for the warm tea and the smile on platform two", 5),
)


def put_praise(store: Store) -> None:
    rows = [
        (scene.mention(f"x:{name}", text, NOW - timedelta(minutes=ago), name.title(), NOW), "praise")
        for name, text, ago in KIND
    ]
    scene.put(store, rows)


@pytest.fixture
def praised(store: Store) -> Store:
    put_praise(store)
    return store


def item(page: Page, words: str) -> None:
    """Press it, and read it before anything else: thanks go to whoever stands on the page."""
    page.locator("#thanks-list .item", has_text=words).click()
    expect(page.locator("#thanks-post")).to_contain_text(words)


def test_praise_is_thanked_one_by_one_the_oldest_first(praised: Store, house: House) -> None:
    praised.put_rules(scene.Rules(brand=BRAND, terms=("acme rail",)), "test", NOW)
    page = house.visit("/thanks")
    expect(page.locator("#thanks-title")).to_have_text("3 people to thank")
    expect(page.locator("#thanks-list .item").first).to_contain_text("scarf")
    item(page, "scarf")
    page.locator("#thanks-reply").press_sequentially("The scarf sprint! I told Hull, and the guard blushed.")
    link = page.locator("#thanks-go a")
    expect(link).to_have_text("Copy and open X")
    page.locator("#thanks-sent").click()
    expect(page.locator("#thanks-replied")).to_contain_text("you have thanked them")
    expect(page.locator("#thanks-title")).to_have_text("2 people to thank")
    expect(page.locator("#thanks-reply")).to_have_value("")
    item(page, "warm tea")
    page.locator("#thanks-reply").press_sequentially("The scarf sprint! I told Hull, and the guard blushed.")
    expect(page.locator("#thanks-coach")).to_contain_text("It repeats an earlier answer")
    expect(page.locator("#thanks-go a")).to_have_count(0)
    page.locator("#thanks-sent").click()
    expect(page.locator("#thanks-replied")).to_contain_text("Write to this person alone")
    assert len(praised.replies(states=("sent",))) == 1
    assert house.complaints == []


def test_what_was_said_of_one_thank_you_does_not_stand_under_the_next(praised: Store, house: House) -> None:
    praised.put_rules(scene.Rules(brand=BRAND, terms=("acme rail",)), "test", NOW)
    page = house.visit("/thanks")
    item(page, "scarf")
    page.locator("#thanks-sent").click()
    expect(page.locator("#thanks-replied")).to_have_text("There are no words yet.")
    item(page, "warm tea")
    expect(page.locator("#thanks-replied")).to_have_text("")
    held = hold(page, "thanks-leave")
    page.locator("#thanks-leave").click()
    page.locator("#thanks-list .item", has_text="scarf").click()
    let_go(page, held)
    expect(page.locator("#thanks-title")).to_have_text("2 people to thank")
    expect(page.locator("#thanks-post")).to_contain_text("scarf")
    expect(page.locator("#thanks-replied")).to_have_text("")
    assert house.complaints == []


def test_sarcasm_is_read_twice_or_left(praised: Store, house: House) -> None:
    praised.put_rules(scene.Rules(brand=BRAND, terms=("acme rail",)), "test", NOW)
    page = house.visit("/thanks", width=390, height=844)
    expect(page.locator("#thanks-list .item", has_text="flawless")).to_contain_text("read it twice")
    item(page, "flawless")
    expect(page.locator("#thanks-post")).to_contain_text("It may be meant the other way round: congratulations")
    page.locator("#thanks-reply").press_sequentially("Thank you!")
    page.locator("#thanks-sent").click()
    expect(page.locator("#thanks-replied")).to_contain_text("Read it twice")
    page.locator("#thanks-leave").click()
    expect(page.locator("#thanks-title")).to_have_text("2 people to thank")
    assert deeds(praised)[0][:2] == ("Amina", "left unanswered")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_lane_is_closed_while_it_is_quiet(praised: Store, house: House) -> None:
    praised.put_rules(scene.Rules(brand=BRAND, terms=("acme rail",)), "test", NOW)
    switch.turn(praised, on=True, by="Bo", why="an accident at Hartsea", now=NOW)
    page = house.visit("/thanks")
    expect(page.locator("#thanks-closed")).to_contain_text("Quiet is on, said Bo: an accident at Hartsea.")
    item(page, "scarf")
    expect(page.locator("#thanks-post .post")).to_be_visible()
    expect(page.locator("#thanks-box")).to_be_hidden()


def test_people_who_are_hurt_close_the_lane_until_the_owner_says(praised: Store, house: House) -> None:
    scene.setting_the_scene(praised)
    scene.storm(praised)
    incident = praised.incidents(is_open=True)[0]
    page = house.visit("/quiet")
    expect(page.locator("#quiet-harm")).to_contain_text(f"Are people hurt in incident {incident.id}?")
    page.locator("#quiet-hurt").click()
    expect(page.locator("#quiet-harm")).to_contain_text("Amina says: people are hurt.")
    thanks = house.visit("/thanks", name="Bo")
    expect(thanks.locator("#thanks-closed")).to_contain_text(f"People are hurt in incident {incident.id}, says Amina.")
    assert json.loads(praised.setting(switch.hurt_setting(incident.id)) or "")["by"] == "Amina"


def test_the_new_rooms_are_reached_by_the_keyboard(stormy: Store, house: House) -> None:
    page = house.visit("/inbox")
    for name, path in (("Thanks", "/thanks"), ("Hashtag", "/hashtag"), ("Quiet", "/quiet")):
        page.locator("nav a.room", has_text=name).focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{path}")
        expect(page.locator("nav a.room.on")).to_have_text(name)
