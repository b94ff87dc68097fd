"""The inbox in a real browser: reading, taking, hearing, correcting, noting; two people at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from db.store import Store
from tests import scene
from tests.browser.conftest import House, hold, let_go
from tests.scene import BRAND, NOW, ROOT

pytestmark = pytest.mark.browser


@pytest.fixture
def stormy(store: Store) -> Store:
    scene.setting_the_scene(store)
    scene.storm(store)
    return store


def deeds(store: Store) -> list[tuple[str, str, str]]:
    return [(d.who, d.what, d.subject) for d in store.deeds()]


def wait_for_deed(page: Page, store: Store, deed: tuple[str, str, str]) -> None:
    expect(page.locator("#inbox-answer")).to_contain_text("Noted at")
    assert deed in deeds(store)


def test_who_waits_is_listed_the_gravest_first_and_opens_with_the_thread(stormy: Store, house: House) -> None:
    page = house.visit("/inbox")
    expect(page.locator("#inbox-title")).to_have_text("47 people unheard")
    expect(page.locator(".item").first).to_contain_text("Leah P.")
    page.locator(".item").first.click()
    expect(page.locator(".post.main .text")).to_contain_text("left on the platform")
    expect(page.locator(".post.main mark")).to_have_text(["wheelchair", "laughed"])
    expect(page.locator(".post.main .reason")).to_contain_text("complaint 0.94 (wheelchair, laughed)")
    expect(page.locator(".thread .post").first).to_contain_text("R. Whitcombe")
    assert house.complaints == []


def test_the_keyboard_is_enough(stormy: Store, house: House) -> None:
    page = house.visit("/inbox")
    expect(page.locator(".item").first).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator(".item").nth(0)).to_have_class("item on")
    page.keyboard.press("j")
    expect(page.locator(".item").nth(1)).to_have_class("item on")
    page.keyboard.press("k")
    expect(page.locator(".item").nth(0)).to_have_class("item on")
    expect(page.locator("#inbox-whose")).to_have_text("Nobody has it")
    page.keyboard.press("a")
    expect(page.locator("#inbox-whose")).to_contain_text("Amina has it")
    wait_for_deed(page, stormy, ("Amina", "take", ROOT))
    page.keyboard.press("h")
    expect(page.locator(".item").nth(0)).to_contain_text("heard")
    assert stormy.cases_of([ROOT])[0].person.state == "heard"  # type: ignore[union-attr]
    page.keyboard.press("/")
    expect(page.locator("#inbox-words")).to_be_focused()


def test_a_label_is_corrected_and_who_corrected_it_is_kept(stormy: Store, house: House) -> None:
    page = house.visit(f"/inbox?mention={ROOT}")
    expect(page.locator(".post.main")).to_be_visible()
    page.keyboard.press("c")
    page.locator("#inbox-label").click()
    page.get_by_role("option", name="question").click()
    page.locator("#inbox-correct").click()
    expect(page.locator(".post.main .reason")).to_contain_text("Amina says: question")
    assert [(c.by, c.before, c.after) for c in stormy.corrections()] == [("Amina", "complaint", "question")]


def test_a_note_is_seen_by_a_colleague_and_so_is_who_reads(stormy: Store, house: House) -> None:
    one = house.visit(f"/inbox?mention={ROOT}", name="Amina")
    two = house.visit(f"/inbox?mention={ROOT}", name="Bo")
    expect(one.locator("#inbox-present")).to_have_text("Bo reads this too.")
    one.locator("#inbox-note").fill("called Leeds <b>now</b>")
    one.locator("#inbox-keep").click()
    expect(two.locator("#inbox-notes")).to_contain_text("Amina: called Leeds <b>now</b>")
    expect(one.locator("#inbox-note")).to_have_value("")
    two.locator("#inbox-take").click()
    expect(one.locator("#inbox-whose")).to_contain_text("Bo has it")


def test_a_note_that_was_not_kept_stays_with_the_person_it_was_typed_for(stormy: Store, house: House) -> None:
    page = house.visit("/inbox")
    note, items, name = page.locator("#inbox-note"), page.locator(".item"), page.locator(".post.main b").first
    items.nth(0).click()
    note.fill("her mother is at platform 4")
    items.nth(1).click()
    expect(note).to_have_value("")
    expect(name).not_to_have_text("Leah P.")
    page.locator("#inbox-keep").click()
    expect(page.locator("#inbox-answer")).to_have_text("Nothing was changed.")
    items.nth(0).click()
    expect(page.locator("#inbox-answer")).to_have_text("")
    expect(note).to_have_value("her mother is at platform 4")
    page.locator("#inbox-keep").click()
    expect(page.locator("#inbox-notes")).to_contain_text("Amina: her mother is at platform 4")
    expect(note).to_have_value("")
    items.nth(1).click()
    items.nth(0).click()
    expect(page.locator("#inbox-notes")).to_contain_text("her mother is at platform 4")
    expect(note).to_have_value("")
    assert [n.mention_id for n in stormy.notes(ROOT)] == [ROOT]
    assert house.complaints == []


def test_an_answer_that_comes_late_stands_beside_the_person_it_is_about(stormy: Store, house: House) -> None:
    page = house.visit("/inbox")
    items, said, name = page.locator(".item"), page.locator("#inbox-answer"), page.locator(".post.main b").first
    items.nth(0).click()
    expect(name).to_have_text("Leah P.")
    held = hold(page, "inbox-take")
    page.locator("#inbox-take").click()
    items.nth(1).click()
    let_go(page, held)
    expect(items.nth(0)).to_contain_text("Amina has it")
    expect(name).not_to_have_text("Leah P.")
    expect(said).to_have_text("")
    items.nth(0).click()
    expect(said).to_contain_text("Noted at")
    items.nth(1).click()
    expect(said).to_have_text("")
    assert house.complaints == []


def test_the_rooms_own_link_leads_back_to_the_list_and_the_note_waits_for_its_person(
    stormy: Store, house: House
) -> None:
    page = house.visit(f"/inbox?mention={ROOT}")
    page.evaluate("window.isTheSame = true")
    page.locator("#inbox-note").fill("her mother is at platform 4")
    page.locator("nav .room", has_text="Inbox").click()
    expect(page.locator("#inbox-root")).to_have_class("inbox")
    assert page.url == f"{house.address}/inbox"
    expect(page.locator("#inbox-note")).to_have_value("")
    page.locator(".item").first.click()
    expect(page.locator(".post.main")).to_be_visible()
    expect(page.locator("#inbox-note")).to_have_value("her mother is at platform 4")
    page.locator("nav .room", has_text="Inbox").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#inbox-note")).to_have_value("her mother is at platform 4")
    page.go_back()
    page.go_back()
    expect(page.locator(".post.main")).to_be_visible()
    expect(page.locator("#inbox-note")).to_have_value("her mother is at platform 4")
    assert page.evaluate("window.isTheSame") is True
    assert house.complaints == []


def test_a_label_chosen_for_one_person_is_not_given_to_the_next(stormy: Store, house: House) -> None:
    page = house.visit("/inbox")
    page.locator(".item").nth(0).click()
    page.locator("#inbox-label").click()
    page.get_by_role("option", name="question").click()
    page.locator(".item").nth(1).click()
    expect(page.locator("#inbox-label")).to_have_value("")
    page.locator("#inbox-correct").click()
    expect(page.locator("#inbox-answer")).to_have_text("Nothing was changed.")
    assert stormy.corrections() == []


def test_the_list_does_not_move_under_the_readers_eyes(stormy: Store, house: House) -> None:
    page = house.visit("/inbox")
    page.locator(".item").nth(2).click()
    before = page.locator(".item .who").all_inner_texts()
    new = scene.mention("x:late", "You left my father behind as well, wheelchair and all", NOW, "Zoe", NOW)
    scene.put(stormy, [(new, "complaint")])
    house.clock.move(seconds=1)
    expect(page.locator("#inbox-fresh")).to_have_text("1 new")
    assert page.locator(".item .who").all_inner_texts() == before
    page.locator("#inbox-fresh").click()
    expect(page.locator(".item", has_text="Zoe")).to_be_visible()
    expect(page.locator("#inbox-fresh")).to_be_hidden()


def test_the_list_is_searched_and_narrowed(stormy: Store, house: House) -> None:
    page = house.visit("/inbox")
    page.locator("#inbox-words").fill("honte")
    expect(page.locator("#inbox-title")).to_have_text("4 people unheard")
    page.locator("#inbox-words").fill("zzzz")
    expect(page.locator("#inbox-list")).to_contain_text("No text has all of these words.")
    page.locator("#inbox-words").fill("")
    page.locator("input[value=thanks]").click()
    expect(page.locator("#inbox-title")).to_contain_text("thank-yous")
    page.locator("input[value=heard]").click()
    expect(page.locator("#inbox-title")).to_have_text("3 people heard")


def test_a_viewer_reads_and_can_do_nothing(stormy: Store, house: House) -> None:
    page = house.visit(f"/inbox?mention={ROOT}", name="Vi", role="viewer")
    expect(page.locator(".post.main")).to_be_visible()
    expect(page.locator("#inbox-root")).to_have_class("inbox chosen looking")
    page.evaluate("document.querySelector('#inbox-take').click()")
    page.wait_for_timeout(1500)
    assert [what for _, what, _ in deeds(stormy)] == ["logged in"]
    assert stormy.cases_of([ROOT])[0].assigned_to is None


def test_an_empty_inbox_says_something_true(store: Store, house: House) -> None:
    store.put_rules(scene.Rules(brand=BRAND), "test", NOW)
    page = house.visit("/inbox")
    expect(page.locator("#inbox-list")).to_have_text("Nobody waits to be heard.")
    expect(page.locator("#inbox-title")).to_have_text("0 people unheard")


def test_on_a_telephone_the_list_gives_way_to_the_post(stormy: Store, house: House) -> None:
    page = house.visit("/inbox", width=390, height=844)
    page.locator(".item").first.click()
    expect(page.locator(".item").first).to_be_hidden()
    expect(page.locator(".post.main")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#inbox-back").click()
    expect(page.locator(".item").first).to_be_visible()


def test_waiting_times_go_on(stormy: Store, house: House) -> None:
    page = house.visit("/inbox")
    wait = page.locator(".item .wait").first
    expect(wait).to_contain_text("26:")
    house.clock.now += timedelta(minutes=2)
    expect(wait).to_contain_text("28:")
