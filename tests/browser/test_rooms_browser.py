"""The working pages in a real browser: taking, handing over, closing, reviewing, exporting, managing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from dashboard import security
from dashboard.pages import past
from db.rows import Change
from db.store import Store
from tests import scene
from tests.browser.conftest import House, hold, let_go
from tests.make import make_incident
from tests.scene import BRAND, NOW

pytestmark = pytest.mark.browser


@pytest.fixture
def stormy(store: Store) -> Store:
    scene.setting_the_scene(store)
    scene.past(store, count=3)
    scene.storm(store, owner=None)
    return store


def test_an_incident_is_taken_handed_over_and_closed_and_a_colleague_sees_it(stormy: Store, house: House) -> None:
    security.new_login_link(stormy, NOW, "Bo", "responder")
    page = house.visit("/incident/4", name="Amina")
    other = house.visit("/incident/4", name="Bo")
    expect(page.locator("#incident-head")).to_contain_text("nobody has it yet")
    page.locator("#incident-take").click()
    expect(other.locator("#incident-head")).to_contain_text("Amina has it")
    page.locator("#incident-heir").click()
    page.get_by_role("option", name="Bo").click()
    page.locator("#incident-hand").click()
    expect(other.locator("#incident-head")).to_contain_text("Bo has it")
    other.locator("#incident-note").fill("The lady is safe, a colleague is with her")
    other.locator("#incident-keep").click()
    expect(page.locator(".timeline")).to_contain_text("The lady is safe")
    other.locator("#incident-word-30").click()
    expect(other.locator(".timeline")).to_contain_text("promised the next word for 15:11")
    assert stormy.wall(BRAND, NOW).next_word_at is not None
    other.locator("#incident-close").click()
    expect(other.locator("#incident-answer")).to_contain_text("Say why")
    other.locator("#incident-note").fill("She is home, the guard has called her")
    other.locator("#incident-close").click()
    expect(page.locator("#incident-head")).to_contain_text("over since")
    expect(page.locator("#incident-acts")).to_be_hidden()
    closed = stormy.incident(4)
    assert closed is not None and (closed.state, closed.owner) == ("closed", "Bo")
    assert stormy.incident_events(4)[-1].words == "closed by Bo: She is home, the guard has called her"
    told = [(d.who, d.what) for d in stormy.deeds() if d.subject == "incident 4"]
    assert told == [("Bo", "close"), ("Bo", "word-30"), ("Bo", "keep"), ("Amina", "hand"), ("Amina", "take")]
    assert house.complaints == []


def test_what_became_of_a_press_touches_no_incident_that_was_opened_since(stormy: Store, house: House) -> None:
    other = make_incident(brand=BRAND, at=NOW - timedelta(hours=1), title="Another", owner=None)
    stormy.put_changes([Change(incident=other, events=())])
    page = house.visit("/incident/4")
    head, note, said = (page.locator(f"#incident-{name}") for name in ("head", "note", "answer"))
    note.fill("a note for the fourth")
    held = hold(page, "incident-keep")
    page.locator("#incident-keep").click()
    page.locator("nav .strip a[href='/incident/5']").click()
    expect(head).to_contain_text("Incident 5")
    expect(note).to_have_value("")
    note.fill("half a note for the fifth")
    let_go(page, held)
    page.wait_for_load_state("networkidle")
    assert stormy.incident_events(4)[-1].words == "a note for the fourth"
    expect(said).to_have_text("")
    expect(note).to_have_value("half a note for the fifth")
    page.unroute_all()
    page.locator("#incident-keep").click()
    expect(said).to_contain_text("Noted at")
    expect(note).to_have_value("")
    assert house.complaints == []


def test_who_is_handed_what_nobody_took_is_asked_and_does_not_have_it_yet(stormy: Store, house: House) -> None:
    security.new_login_link(stormy, NOW, "Bo", "responder")
    page = house.visit("/incident/4", name="Amina")
    other = house.visit("/incident/4", name="Bo")
    page.locator("#incident-heir").click()
    page.get_by_role("option", name="Bo").click()
    page.locator("#incident-hand").click()
    for words in (other.locator("#incident-head"), other.locator("#desk-strip")):
        expect(words).to_contain_text("Bo is asked to take it")
    handed = stormy.incident(4)
    assert handed is not None and (handed.owner, handed.acknowledged_at, handed.state) == ("Bo", None, "open")
    other.locator("#incident-take").click()
    for words in (page.locator("#incident-head"), page.locator("#desk-strip")):
        expect(words).to_contain_text("Bo has it")
    taken = stormy.incident(4)
    assert taken is not None and (taken.owner, taken.acknowledged_at, taken.state) == ("Bo", NOW, "acknowledged")
    assert house.complaints == []


def test_an_incident_shows_why_it_rang_and_how_it_spread(stormy: Store, house: House) -> None:
    page = house.visit("/incident/4")
    expect(page.locator("#incident-body")).to_contain_text("23 people in 20 minutes under one post")
    expect(page.locator("#incident-spread .point")).to_have_count(44)
    expect(page.locator("#incident-posts .post")).to_have_count(20)
    expect(page.locator("#incident-side")).to_contain_text("duty@acme.example by email")


def test_a_past_incident_is_found_reviewed_and_exported(stormy: Store, house: House) -> None:
    page = house.visit("/review")
    expect(page.locator("#past-rows tr")).to_have_count(4)
    page.locator("#past-by-owner").click()
    page.locator("#past-rows a", has_text="2").first.click()
    expect(page.locator(".told-durations")).to_contain_text("until we noticed")
    page.locator("#review-summary").fill("We answered late; the form was the cause")
    page.locator("#review-part").click()
    page.get_by_role("option", name="Preventable").click()
    page.locator("#review-keep").click()
    expect(page.locator("#review-answer")).to_contain_text("Noted at")
    expect(page.locator("#review-told")).to_contain_text("We answered late; the form was the cause")
    [kept] = stormy.reviews(2)
    assert (kept.by, kept.part, kept.summary) == ("Amina", "preventable", "We answered late; the form was the cause")
    with page.expect_download() as found:
        page.get_by_text("JSON", exact=True).click()
    assert found.value.suggested_filename == "incident-2.json"
    assert house.complaints == []


def test_older_incidents_are_reached_from_the_list_and_turned_there(store: Store, house: House) -> None:
    scene.setting_the_scene(store)
    scene.past(store, count=past.LISTED + 30)
    page = house.visit("/review")
    expect(page.locator("#past-where")).to_contain_text("1 to 20 of 500")
    page.get_by_text("Older ones").click()
    expect(page.locator("#past-where")).to_contain_text("1 to 20 of 30")
    page.locator("#past-next").click()
    expect(page.locator("#past-where")).to_contain_text("21 to 30 of 30")
    page.get_by_text("The newest").click()
    expect(page.locator("#past-where")).to_contain_text("1 to 20 of 500")
    page.get_by_text("Older ones").click()
    expect(page.locator("#past-where")).to_contain_text("1 to 20 of 30")
    page.locator("nav a.room.on").click()
    expect(page.locator("#past-where")).to_contain_text("1 to 20 of 500")
    assert house.complaints == []


def test_things_to_do_are_kept_changed_and_found_again(stormy: Store, house: House) -> None:
    page = house.visit("/review/2")
    page.locator("#review-action-words").fill("Replace the form")
    page.locator("#review-action-keep").click()
    expect(page.locator("#review-actions")).to_contain_text("Replace the form")
    page.locator("#review-action").click()
    page.get_by_role("option", name="1. Replace the form").click()
    expect(page.locator("#review-action-words")).to_have_value("Replace the form")
    page.locator("#review-action-state").click()
    page.get_by_role("option", name="done").click()
    page.locator("#review-action-keep").click()
    expect(page.locator("#review-actions")).to_contain_text("done")
    assert [(a.words, a.state, a.by) for a in stormy.actions(2)] == [("Replace the form", "done", "Amina")]
    assert house.complaints == []


def test_an_incident_is_played_as_it_was_seen_then(stormy: Store, house: House) -> None:
    page = house.visit("/review/4")
    expect(page.locator("#review-then-event")).to_have_text("Nobody had noticed anything yet.")
    expect(page.locator("#review-clock")).to_contain_text("11:14 UTC")
    page.evaluate("dash_clientside.set_props('review-minute', {value: 185})")
    expect(page.locator("#review-clock")).to_contain_text("14:19 UTC")
    page.locator("#review-play").click()
    expect(page.locator("#review-play")).to_have_text("Pause")
    expect(page.locator("#review-then-event")).to_contain_text("14:24 UTC: worse")
    expect(page.locator("#review-then-waiting")).to_have_text("41")
    expect(page.locator("#review-play")).to_have_text("Play")
    assert house.complaints == []


def test_two_incidents_stand_side_by_side(stormy: Store, house: House) -> None:
    page = house.visit("/review")
    for side, words in (("left", "4, 3 Mar"), ("right", "1, 27 Feb")):
        page.locator(f"#review-{side}").click()
        page.get_by_role("option", name=words).click()
    expect(page.locator("#review-compared")).to_contain_text("until the first person was heard")
    expect(page.locator("#review-compared")).to_contain_text("Trains to Hull")
    expect(page.locator(".calendar a.day")).to_have_count(4)
    assert house.complaints == []


def test_rules_are_tried_kept_and_put_back(stormy: Store, house: House) -> None:
    page = house.visit("/rules", role="admin")
    expect(page.locator("#rules-terms")).to_have_value("acme rail\n@acmerail")
    page.locator("#rules-terms").fill("acme rail")
    page.locator("#rules-preview").click()
    expect(page.locator("#rules-previewed")).to_contain_text("stored posts since")
    page.locator("#rules-try").click()
    expect(page.locator("#rules-tried")).to_contain_text("alarms instead of")
    expect(page.locator("#rules-tried .js-line")).to_have_count(1)
    page.locator("#rules-keep").click()
    expect(page.locator("#rules-past")).to_contain_text("Words to watch: - @acmerail")
    assert stormy.rules()[BRAND].terms == ("acme rail",)
    page.locator("#rules-version").click()
    page.get_by_role("option").last.click()
    expect(page.locator("#rules-terms")).to_have_value("acme rail\n@acmerail")


def test_a_silence_is_added_and_ended(stormy: Store, house: House) -> None:
    page = house.visit("/rules")
    page.locator("#rules-silence-why").fill("We announced the strike")
    page.locator("#rules-silence-add").click()
    expect(page.locator("#rules-silences")).to_contain_text("in force")
    page.locator("#rules-silence-which").click()
    page.get_by_role("option", name="all of them, until").click()
    page.locator("#rules-silence-end").click()
    expect(page.locator("#rules-silences")).to_contain_text("ended by Amina")
    assert house.complaints == []


def test_a_colleague_is_added_from_the_people_page(stormy: Store, house: House) -> None:
    page = house.visit("/people", role="admin")
    page.locator("#people-name").fill("Bo")
    page.locator("#people-add").click()
    expect(page.locator("#people-answer code")).to_contain_text("/login/")
    expect(page.locator("#people-users")).to_contain_text("Bo")


def test_a_press_on_the_room_one_is_in_loads_nothing_and_keeps_what_was_typed(stormy: Store, house: House) -> None:
    page = house.visit("/rules", role="admin")
    expect(page.locator("#rules-terms")).to_have_value("acme rail\n@acmerail")
    page.evaluate("window.isTheSame = true")
    page.locator("#rules-excluded").fill("model railway")
    page.locator("nav .room", has_text="Rules").click()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.isTheSame") is True
    expect(page.locator("#rules-excluded")).to_have_value("model railway")
    assert house.complaints == []


def test_nobody_but_an_admin_finds_the_people_page(stormy: Store, house: House) -> None:
    page = house.visit("/people", role="responder")
    expect(page.locator("main.content")).to_contain_text("There is no such page")
    expect(page.locator("nav .room", has_text="People")).to_have_count(0)


# But the calendar, whose newest weeks stand in sight.
SIDEWAYS = """() => [...document.querySelectorAll("main :not(.months)")]
  .filter((each) => /auto|scroll/.test(getComputedStyle(each).overflowX) && each.scrollWidth > each.clientWidth + 1)
  .map((each) => each.innerText)"""


LINES = """each => {
  const words = document.createRange();
  words.selectNodeContents(each);
  return new Set([...words.getClientRects()].map((part) => Math.round(part.bottom / 8))).size;
}"""


@pytest.mark.parametrize("path", ["/incident/4", "/review", "/review/2", "/rules", "/people", "/health"])
def test_every_room_fits_a_telephone_and_complains_of_nothing(stormy: Store, house: House, path: str) -> None:
    page = house.visit(path, role="admin", width=390, height=844)
    page.wait_for_selector("main.content h2")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(SIDEWAYS) == []
    assert house.complaints == []


def test_on_a_telephone_a_row_of_a_wide_table_is_a_card_that_names_its_cells(stormy: Store, house: House) -> None:
    page = house.visit("/health", width=390, height=844)
    row = page.locator("#health-body tbody tr", has_text="RSS").first
    cells = row.locator("td")
    expect(cells).to_have_count(8)
    places = [cells.nth(n).bounding_box() for n in range(cells.count())]
    heights = [place["y"] for place in places if place is not None]
    assert len(heights) == 8 and heights == sorted(set(heights)), "one under the other"
    shown = "each => getComputedStyle(each, '::before').content"
    assert cells.nth(4).evaluate(shown) == '"Posts in an hour"'
    wide = house.visit("/health")
    assert wide.locator("#health-body tbody td").nth(4).evaluate(shown) == "none"


def test_on_a_telephone_the_incidents_are_sorted_by_what_one_presses(stormy: Store, house: House) -> None:
    page = house.visit("/review", width=390, height=844)
    page.locator("#past-by-id").click()
    expect(page.locator("#past-rows tr td").first).to_have_text("4")
    page.locator("#past-by-id").click()
    expect(page.locator("#past-rows tr td").first).to_have_text("1")


def test_on_a_telephone_a_long_number_and_the_word_for_nothing_stand_on_one_line(store: Store, house: House) -> None:
    days = [make_incident(at=NOW - timedelta(days=n), state="closed", closed_at=NOW) for n in range(1001, 0, -1)]
    store.put_changes([Change(incident=each, events=()) for each in days])
    page = house.visit("/review", width=390, height=844)
    first, title = (page.locator("#past-rows tr").first.locator("td").nth(n) for n in (0, 4))
    expect(first).to_have_text("1001")
    assert first.evaluate(LINES) == 1
    places = [each.bounding_box() for each in (first, title)]
    assert places[0] and places[1] and places[0]["x"] + places[0]["width"] <= places[1]["x"], "one beside the other"
    page.locator("#past-words").fill("nothing of that kind")
    expect(first).to_have_text("None.")
    assert first.evaluate(LINES) == 1


def test_a_telephone_shows_an_incident_in_two_screens_and_folds_the_rest(stormy: Store, house: House) -> None:
    page = house.visit("/incident/4", width=390, height=844)
    expect(page.locator("#incident-spread .point")).to_have_count(44)  # what comes last is there: nothing moves now
    expect(page.locator("#incident-take")).to_be_in_viewport(ratio=1)
    expect(page.locator("#incident-body")).to_contain_text("23 people in 20 minutes under one post")
    expect(page.locator("#incident-posts .post").first).to_be_hidden()
    for part in ("#incident-take", "#incident-body p", "#incident-to .quoted", "#incident-reply"):
        box = page.locator(part).first.bounding_box()
        assert box is not None and box["y"] + box["height"] <= 2 * 844, part
    expect(page.locator("#incident-note")).to_be_hidden()
    page.locator("#incident-acts summary").click()
    page.locator("#incident-side summary").first.click()
    expect(page.locator("#incident-side .timeline")).to_be_visible()
    page.locator("#incident-note").fill("The lady is safe")
    page.locator("#incident-keep").click()
    # Drawn anew, each part stays as it was left.
    expect(page.locator("#incident-side .timeline")).to_contain_text("The lady is safe")
    expect(page.locator("#incident-side .timeline")).to_be_visible()
    expect(page.locator("#incident-note")).to_be_visible()
    expect(page.locator("#incident-posts .post").first).to_be_hidden()


def test_a_new_alarm_shows_on_every_working_page(store: Store, house: House) -> None:
    scene.setting_the_scene(store)
    page = house.visit("/health")
    expect(page.locator("#desk-strip")).to_be_empty()
    scene.alarm(store, NOW, owner=None)
    expect(page.locator("#desk-strip")).to_contain_text("Storm at Acme Rail")


def test_the_door_lets_in_with_a_password_and_out_again(store: Store, house: House) -> None:
    scene.setting_the_scene(store)
    security.add_user(store, "Bo", "a long enough one", "viewer", NOW)
    page = house.visit("/health")
    page.locator("text=Log out").click()
    page.wait_for_url("**/login")
    page.locator("input[name=name]").fill("Bo")
    page.locator("input[name=password]").fill("a long enough one")
    page.locator("button").click()
    expect(page.locator(".state b")).to_have_text("CALM")
    assert ("Bo", "logged in") in [(d.who, d.what) for d in store.deeds()]
