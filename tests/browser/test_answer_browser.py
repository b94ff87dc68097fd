"""Writing an answer in a real browser, alone and with a second person: the coach, the locks, the clipboard."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from db.rows import Mention, Reply
from db.store import Store
from tests import scene
from tests.browser.conftest import House, hold, let_go, wait_until
from tests.scene import BRAND, NOW, ROOT

pytestmark = pytest.mark.browser

GOOD = (
    "Leah, our crew left your mum on the platform at Leeds in her wheelchair, and that was our failure. "
    "Being laughed at must have hurt. I'll be at Leeds within the hour."
)
HEATED = "Maybe learn to read a timetable before shouting."


@pytest.fixture
def stormy(store: Store) -> Store:
    scene.setting_the_scene(store)
    scene.storm(store)
    return store


def write(page: Page, words: str, box: str = "inbox") -> None:
    """As a person does: key by key would take a minute, the last one makes the page listen."""
    page.locator(f"#{box}-reply").fill(words[:-1])
    page.locator(f"#{box}-reply").press_sequentially(words[-1])


def the_reply(store: Store) -> Reply:
    return store.replies()[0]


def did(store: Store) -> list[tuple[str, str]]:
    return [(d.who, d.what) for d in reversed(store.deeds()) if d.subject.startswith("reply")]


def test_the_coach_asks_while_one_writes_and_the_words_go_out_by_hand(stormy: Store, house: House) -> None:
    page = house.visit(f"/inbox?mention={ROOT}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=house.address)
    expect(page.locator("#inbox-to")).to_contain_text("Your reply to Leah P.")
    expect(page.locator("#inbox-to")).to_contain_text("nobody else writes")
    expect(page.locator("#inbox-coach .hint")).to_be_visible()
    write(page, "We are sorry if you felt let down.")
    expect(page.locator("#inbox-coach .parts .ask")).to_have_count(5)
    expect(page.locator("#inbox-coach .markers")).to_contain_text("sorry if you")
    expect(page.locator("#inbox-coach")).not_to_contain_text("%")
    write(page, GOOD)
    expect(page.locator("#inbox-coach .parts .there")).to_have_count(4)
    expect(page.locator("#inbox-coach .markers li")).to_have_count(0)
    link = page.locator("#inbox-go a")
    expect(link).to_have_attribute("href", "https://bluesky.example/root")
    expect(link).to_have_attribute("target", "_blank")
    page.context.route("https://bluesky.example/**", lambda route: route.fulfill(body="the network's own page"))
    with page.context.expect_page() as opened:
        link.click()
    house.elsewhere.clear()
    opened.value.close()
    assert page.evaluate("navigator.clipboard.readText()") == GOOD
    expect(page.locator("#inbox-replied")).to_contain_text("Copied.")
    page.locator("#inbox-sent").click()
    expect(page.locator("#inbox-past")).to_contain_text("Amina answered at 14:41")
    expect(page.locator("#inbox-reply")).to_have_value("")
    reply = the_reply(stormy)
    assert (reply.state, reply.words, reply.missing) == ("sent", GOOD, ("repentance",))
    assert stormy.cases_of([ROOT])[0].person.state == "answered"  # type: ignore[union-attr]
    assert did(stormy) == [("Amina", "sent")]
    assert house.complaints == []


def test_what_is_left_in_is_kept_with_the_reason(stormy: Store, house: House) -> None:
    page = house.visit(f"/inbox?mention={ROOT}")
    expect(page.locator("#inbox-left")).to_be_hidden()
    write(page, GOOD + " We are sorry for the inconvenience.")
    page.locator("#inbox-why").fill("legal asked for the word")
    page.locator("#inbox-sent").click()
    expect(page.locator("#inbox-past")).to_contain_text("Left in: inconvenience. Amina says: legal asked for the word")
    assert (the_reply(stormy).findings, the_reply(stormy).why) == (("inconvenience",), "legal asked for the word")


def test_a_heated_draft_waits_for_a_second_person_and_both_see_it_live(stormy: Store, house: House) -> None:
    one = house.visit(f"/inbox?mention={ROOT}", name="Amina")
    two = house.visit("/inbox", name="Bo")
    write(one, HEATED)
    expect(one.locator("#inbox-coach .lock")).to_contain_text("answers anger with anger")
    expect(one.locator("#inbox-go a")).to_have_count(0)
    expect(two.locator(".item").first).to_contain_text("Amina writes")
    one.locator("#inbox-sent").click()
    expect(one.locator("#inbox-replied")).to_contain_text("a second person must agree")
    one.locator("#inbox-ask").click()
    expect(one.locator("#inbox-past")).to_contain_text("waits for a second person")
    expect(one.locator("#inbox-decide")).to_be_hidden()

    two.locator("input[value=second]").click()
    expect(two.locator("#inbox-title")).to_have_text("1 answer to read")
    two.locator(".item").first.click()
    expect(two.locator("#inbox-second")).to_contain_text("Amina asks for a second reader")
    expect(two.locator("#inbox-second")).to_contain_text(HEATED)
    two.locator("#inbox-verdict").fill("not to a daughter")
    two.locator("#inbox-refuse").click()
    expect(one.locator("#inbox-past")).to_contain_text("Bo says no at 14:41. not to a daughter")
    expect(one.locator("#inbox-reply")).to_have_value(HEATED)
    one.locator("#inbox-ask").click()
    two.locator("#inbox-agree").click()
    expect(one.locator("#inbox-past")).to_contain_text("Bo agreed at 14:41")
    expect(one.locator("#inbox-go a")).to_be_visible()
    # One letter more, and it is no longer what Bo has read.
    write(one, HEATED + "!")
    expect(one.locator("#inbox-go a")).to_have_count(0)
    expect(one.locator("#inbox-past")).to_contain_text("Your draft of 14:41 is kept.")
    one.locator("#inbox-sent").click()
    expect(one.locator("#inbox-replied")).to_contain_text("a second person must agree")
    assert the_reply(stormy).state == "draft"
    assert did(stormy) == [("Amina", "ask"), ("Bo", "refuse"), ("Amina", "ask"), ("Bo", "agree")]
    assert house.complaints == []


def test_a_pasted_text_is_held_with_its_twin_beside_it(stormy: Store, house: House) -> None:
    text = "We're sorry to hear this. Please send us a direct message with your booking number and we will look."
    own = scene.mention("x:own", f"@tom {text}", NOW - timedelta(minutes=4), "acmerail", NOW)
    stormy.add_mentions([as_own(own, "x:crowd4")])
    page = house.visit(f"/inbox?mention={ROOT}")
    write(page, text + " ^A")
    expect(page.locator("#inbox-coach blockquote")).to_contain_text("acmerail wrote this at 14:37")
    expect(page.locator("#inbox-coach .lock")).to_contain_text("repeats an earlier answer")
    expect(page.locator("#inbox-go a")).to_have_count(0)


def test_a_draft_is_found_again_and_belongs_to_one_person_only(stormy: Store, house: House) -> None:
    page = house.visit("/inbox")
    page.locator(".item").nth(0).click()
    write(page, "Leah, I am on my way.")
    expect(page.locator("#inbox-past")).to_contain_text("Your draft of 14:41 is kept.")
    page.locator(".item").nth(1).click()
    expect(page.locator("#inbox-reply")).to_have_value("")
    page.locator(".item").nth(0).click()
    expect(page.locator("#inbox-reply")).to_have_value("Leah, I am on my way.")
    assert [r.words for r in stormy.replies()] == ["Leah, I am on my way."]


def test_what_became_of_an_answer_touches_nobody_who_was_opened_since(stormy: Store, house: House) -> None:
    page = house.visit("/inbox")
    items, said, box = page.locator(".item"), page.locator("#inbox-replied"), page.locator("#inbox-reply")
    items.nth(0).click()
    write(page, "Leah, I am on my way.")
    expect(page.locator("#inbox-past")).to_contain_text("Your draft of 14:41 is kept.")
    held = hold(page, "inbox-sent")
    page.locator("#inbox-sent").click()
    items.nth(1).click()
    expect(box).to_have_value("")
    box.fill("Sunil, you waited for a word")
    let_go(page, held)
    expect(items.nth(0)).to_contain_text("answered")
    expect(box).to_have_value("Sunil, you waited for a word")
    expect(said).to_have_text("")
    items.nth(0).click()
    expect(said).to_contain_text("you have answered")
    expect(box).to_have_value("")
    assert house.complaints == []


def test_without_a_clipboard_the_words_are_selected(stormy: Store, house: House) -> None:
    page = house.visit(f"/inbox?mention={ROOT}")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.evaluate("document.execCommand = () => false")
    write(page, GOOD)
    expect(page.locator("#inbox-go a")).to_have_attribute("data-words", GOOD)  # and not without its last letter
    page.locator("#inbox-go a").click()
    expect(page.locator("#inbox-replied")).to_contain_text("copy them by hand")
    chosen = "(e => e.value.slice(e.selectionStart, e.selectionEnd))(document.querySelector('#inbox-reply'))"
    assert page.evaluate(chosen) == GOOD


def test_the_coach_reads_french_in_a_french_draft(stormy: Store, house: House) -> None:
    page = house.visit("/inbox?mention=x:crowd1")
    write(page, "Nous sommes désolés si cela vous a heurté.")
    expect(page.locator("#inbox-coach .markers")).to_contain_text("désolés si")
    expect(page.locator("#inbox-coach .parts")).to_contain_text("Qu")


def as_own(mention: Mention, answers: str) -> Mention:
    return replace(mention, is_own=True, in_reply_to=answers)


def test_r_goes_to_the_box(stormy: Store, house: House) -> None:
    page = house.visit(f"/inbox?mention={ROOT}")
    expect(page.locator(".post.main")).to_be_visible()
    page.keyboard.press("r")
    expect(page.locator("#inbox-reply")).to_be_focused()
    assert BRAND in page.locator("#inbox-post").inner_text()


# --- on the incident ------------------------------------------------------------------------------------------
def test_the_incident_says_who_is_heard_and_takes_an_answer_to_each_by_name(stormy: Store, house: House) -> None:
    page = house.visit("/incident/1")
    clock = page.locator("#incident-clock")
    expect(clock.locator(".facts").first).to_contain_text("41unheard")  # as the wall says
    expect(clock.locator(".facts").first).to_contain_text("1waited already before")
    expect(clock).to_contain_text("heard within 15 min")
    expect(clock.locator(".waiter")).to_have_count(45)
    expect(page.locator("#incident-to")).to_contain_text("Your reply to Leah P.")
    clock.locator(".waiter", has_text="Priya N").first.click()
    expect(page.locator("#incident-to")).to_contain_text("Your reply to Priya N")
    expect(page.locator("#incident-to .quoted")).to_contain_text("still sitting at Leeds in the cold")
    words = "Priya, we left her in the cold at Leeds, and that was our failure. I am with her now."
    write(page, words, "incident")
    expect(page.locator("#incident-coach .parts .there").first).to_be_visible()
    page.locator("#incident-sent").click()
    expect(clock).to_contain_text("Amina answered at 14:41.")
    expect(clock).to_contain_text("Too early to tell what came after")
    expect(clock.locator(".facts").first).to_contain_text("1answered")
    assert the_reply(stormy).words == words

    # Half an hour later: nobody complains any more, and she has written again.
    later = scene.mention("x:later", "Thank you for going there yourself", NOW + timedelta(minutes=9), "Priya N", NOW)
    scene.put(stormy, [(replace(later, author_id=the_reply(stormy).author), "praise")])
    house.clock.now += timedelta(minutes=31)
    expect(clock).to_contain_text("It was calmer afterwards")
    expect(clock).to_contain_text("They wrote again at 14:50 (praise):")
    expect(clock).to_contain_text("Thank you for going there yourself")
    assert house.complaints == []


def test_an_incident_is_silenced_with_a_reason_and_an_end_and_told_again(stormy: Store, house: House) -> None:
    page = house.visit("/incident/1")
    page.locator("#incident-silence-4").click()
    expect(page.locator("#incident-answer")).to_contain_text("Say why")
    page.locator("#incident-note").fill("we are all in one room")
    page.locator("#incident-silence-4").click()
    expect(page.locator("#incident-head")).to_contain_text("Nobody is told until 18:41: Amina asked for it.")
    [found] = stormy.silences(BRAND, NOW)
    assert (found.by, found.root, found.holds_storms) == ("Amina", ROOT, True)
    page.locator("#incident-tell").click()
    expect(page.locator("#incident-head")).not_to_contain_text("Nobody is told")
    assert stormy.silences(BRAND, NOW) == []
    assert [d.what for d in stormy.deeds()][:2] == ["tell", "silence-4"]


def test_of_two_windows_of_one_person_the_second_is_shown_what_the_first_kept(stormy: Store, house: House) -> None:
    one = house.visit(f"/inbox?mention={ROOT}", name="Amina")
    two = house.visit(f"/inbox?mention={ROOT}", name="Amina")
    for page in (one, two):
        expect(page.locator("#inbox-reply")).not_to_have_attribute("readonly", "")
        expect(page.locator("#inbox-to")).to_contain_text("Leah P.")
    write(one, "Leah, I am on my way.")
    expect(one.locator("#inbox-past")).to_contain_text("Your draft of 14:41 is kept.")
    write(two, "Leah, we failed.")
    expect(two.locator("#inbox-replied")).to_contain_text("What was kept there: “Leah, I am on my way.”")
    assert the_reply(stormy).words == "Leah, I am on my way."
    write(two, "Leah, we failed. I am on my way.")
    expect(two.locator("#inbox-past")).to_contain_text("Your draft of 14:41 is kept.")
    wait_until(lambda: the_reply(stormy).words == "Leah, we failed. I am on my way.", 20)
    assert len(stormy.replies()) == 1


def test_two_people_write_to_the_same_person_and_both_know(stormy: Store, house: House) -> None:
    one = house.visit(f"/inbox?mention={ROOT}", name="Amina")
    two = house.visit("/incident/1", name="Bo")
    write(one, "Leah, I am on my way.")
    expect(two.locator("#incident-to")).to_contain_text("Amina writes as well")
    two.locator("#incident-to summary").click()
    expect(two.locator("#incident-to")).to_contain_text("Leah, I am on my way.")
    write(two, "Leah, I am on my way.", "incident")
    expect(one.locator("#inbox-to")).to_contain_text("Bo writes as well")


@pytest.mark.parametrize("path", [f"/inbox?mention={ROOT}", "/incident/1"])
def test_an_answer_is_written_on_a_telephone(stormy: Store, house: House, path: str) -> None:
    box = "inbox" if "inbox" in path else "incident"
    page = house.visit(path, width=390, height=844)
    expect(page.locator(f"#{box}-to")).to_contain_text("Leah P.")
    write(page, GOOD + " We are sorry for the inconvenience.", box)
    expect(page.locator(f"#{box}-coach .markers li")).to_have_count(1)
    expect(page.locator(f"#{box}-go a")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert house.complaints == []
