"""What the rooms say and keep when more than one window, more than one person or more than three days are in it."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

import flask
import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard import callbacks, curves, deeds, heard, security, storycards
from dashboard.app import create_app
from dashboard.pages import rules
from dashboard.pages.frame import Desk
from dashboard.reader import Reader
from dashboard.security import Visitor
from dashboard.story import story_of
from dashboard.trials import Early, Trial, Trials
from db.rows import Review, Rules, RulesVersion
from db.store import Store
from monitor import review, switch
from monitor.config import Config
from tests import scene
from tests.questions import question
from tests.scene import BRAND, NOW, ROOT
from tests.test_dashboard_answers import CALM, MINUTE, comes, press, shown, waiting

READER = Reader()


@pytest.fixture
def app(store: Store) -> Dash:
    scene.setting_the_scene(store)
    scene.storm(store)
    return create_app(store, Config(), lambda: NOW)


# --- the first visit ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "true", "untrue"),
    [
        ("/inbox", "No brand is set up.", "Nobody waits to be heard."),
        ("/health", "Nothing was seen: there was nothing to see with.", "Everything was seen."),
        ("/review", "That is good news, or too little to see.", "no incident began"),
    ],
)
def test_a_house_that_has_seen_nothing_claims_nothing(store: Store, path: str, true: str, untrue: str) -> None:
    client = comes(create_app(store, Config(), lambda: NOW), store, "viewer")
    asked = question(client, "page.children", {"url.pathname": path}, "url.pathname")
    if path == "/health":
        asked = question(client, "health-body.children", {}, "health-interval.n_intervals")
    page = client.post(callbacks.PATH, json=asked).text
    assert true in page and untrue not in page


# --- the reply box ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("verdict", ["agree", "refuse"])
def test_an_answer_that_went_out_against_a_no_is_not_told_as_agreed_to(app: Dash, store: Store, verdict: str) -> None:
    _, reply = waiting(app, store)
    press(comes(app, store, "responder", "Bo"), verdict, **shown(reply))
    own = scene.mention("bluesky:own", reply.words, NOW + MINUTE, "acmerail", NOW + MINUTE, source="bluesky")
    store.add_mentions([replace(own, is_own=True, in_reply_to=ROOT)])
    [seen] = store.replies(states=("seen",))
    said = heard.state_of(seen, READER, NOW)
    study = review.study(store, 1, NOW + 2 * MINUTE)
    assert study is not None
    [signed] = [each.approved_by for each in review.replies(study) if each.written_by == "Amina"]
    assert (signed, "No second person had agreed" in said) == (("Bo", False) if verdict == "agree" else (None, True))
    assert [(step.who, step.what) for step in store.reply_steps(reply.id)][-2:] == [
        ("Bo", "agreed" if verdict == "agree" else "refused"), (None, "seen"),
    ]  # fmt: skip


def box(client: FlaskClient, output: str, changed: str, **values: Any) -> dict[str, Any]:
    asked = {"inbox-chosen.data": ROOT} | {f"inbox-{name}": value for name, value in values.items()}
    answer = client.post(callbacks.PATH, json=question(client, output, asked, changed))
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()["response"]
    return found


def test_the_way_out_is_asked_for_anew_when_others_have_answered_meanwhile(app: Dash, store: Store) -> None:
    amina, bo = (comes(app, store, "responder", name) for name in ("Amina", "Bo"))

    def own() -> Any:
        return box(amina, "inbox-own.data", "inbox-interval.n_intervals").get("inbox-own", {}).get("data")

    def way() -> str:
        typed = {"reply.value": CALM, "own.data": own()}
        return str(box(amina, "inbox-coach.children", "inbox-own.data", **typed)["inbox-go"]["children"])

    press(bo, "rest", "Somebody")  # the earlier answers are read from here on
    assert "js-copy" in way()
    before = own()
    for words in ("Somebody of ours is with her now and brings tea.", "I ring you at four about the guard, Leah."):
        press(bo, "sent", words)
    assert own() != before, "the page does not know that it has to ask again"
    assert "js-copy" not in way()


def test_the_way_out_is_asked_for_anew_when_the_quiet_switch_is_turned(app: Dash, store: Store) -> None:
    answers, [kind] = app.server.config["answers"], store.praise([BRAND], NOW - 60 * MINUTE, 1)
    complaint = store.cases_of([ROOT])[0].scored
    before = [answers.meanwhile(each) for each in (kind.scored, complaint)]
    switch.turn(store, on=True, by="Bo", why="an accident at Hartsea", now=NOW)
    assert [answers.meanwhile(each) for each in (kind.scored, complaint)] != before
    assert answers.meanwhile(complaint) == before[1], "who complains is answered, quiet or not"


def test_what_was_meant_for_one_draft_is_not_said_of_the_next(app: Dash, store: Store) -> None:
    amina = comes(app, store, "responder", "Amina")
    told = box(amina, "inbox-draft.data", "inbox-chosen.data", **{"chosen.data": "x:crowd4"})
    assert (told["inbox-reply"]["value"], told["inbox-verdict"]["value"]) == ("", "")


def test_the_words_of_another_window_are_shown_before_they_are_written_over(app: Dash, store: Store) -> None:
    amina = comes(app, store, "responder", "Amina")
    press(amina, "rest", CALM)
    [first] = store.replies()
    known = {"draft.data": {"for": ROOT, "id": first.id, "revision": first.revision}}
    press(amina, "rest", CALM + " She has tea.", **known)
    told = press(amina, "rest", CALM + " I ring you.", **known).get_json()["response"]["inbox-said"]["data"]["words"]
    assert "another window" in told and f"“{CALM} She has tea.”" in told


# --- a review -----------------------------------------------------------------------------------------------------
def write(client: FlaskClient, loaded: Any, **fields: Any) -> dict[str, Any]:
    """Press "Write it down" on a page that was opened with `loaded`; what the page is told to show."""
    asked: dict[str, Any] = {"review-id.data": 1, "review-loaded.data": loaded, "review-keep.n_clicks": 1}
    asked |= {f"review-{name}.value": words for name, words in fields.items()}
    body = question(client, "review-answer", asked, "review-keep.n_clicks")
    answer = client.post(callbacks.PATH, json=body)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()["response"]
    return found


def in_force(store: Store) -> Review:
    return store.reviews(1)[0]


def test_a_page_opened_before_a_colleague_wrote_takes_nothing_away(app: Dash, store: Store) -> None:
    amina, bo = (comes(app, store, "responder", name) for name in ("Amina", "Bo"))
    write(amina, None, summary="A guard laughed.", part="preventable")
    shown = write(bo, None, summary="", impact="Leah waited in the cold.")
    now = in_force(store)
    assert (now.summary, now.impact, now.part, now.by) == (
        "A guard laughed.", "Leah waited in the cold.", "preventable", "Bo",
    )  # fmt: skip
    # What Bo's window did not show yet stands in it now, and his next press takes nothing away either.
    assert shown["review-summary"]["value"] == "A guard laughed." and shown["review-part"]["value"] == "preventable"
    assert "review-impact" not in shown
    fields = {"summary": now.summary, "impact": now.impact, "part": now.part}
    write(bo, shown["review-loaded"]["data"], **fields | {"good": "Amina answered at once."})
    assert replace(in_force(store), good="") == replace(now, good="")


def test_two_who_write_the_same_field_read_each_other_first(app: Dash, store: Store) -> None:
    amina, bo = (comes(app, store, "responder", name) for name in ("Amina", "Bo"))
    write(amina, None, luck="It rained.")
    told = write(bo, None, luck="It was a Sunday.")
    assert "Amina has written here" in told["review-answer"]["children"]
    assert "Luck: “It rained.”" in told["review-answer"]["children"]
    assert in_force(store).luck == "It rained." and len(store.reviews(1)) == 1
    write(bo, told["review-loaded"]["data"], luck="It was a Sunday.")
    assert (in_force(store).luck, in_force(store).by) == ("It was a Sunday.", "Bo")


def test_a_review_that_is_too_long_is_not_cut_in_silence(app: Dash, store: Store) -> None:
    told = write(comes(app, store, "responder", "Bo"), None, impact="x" * 4001)
    assert "At most 4000 letters" in told["review-answer"]["children"]
    assert store.reviews(1) == []


@pytest.mark.parametrize("loaded", [0, [], {}, "x", True, 10**9])
def test_a_crafted_mark_writes_over_nobody(app: Dash, store: Store, loaded: Any) -> None:
    write(comes(app, store, "responder", "Amina"), None, luck="It rained.")
    write(comes(app, store, "responder", "Bo"), loaded, luck="It was a Sunday.")
    assert in_force(store).luck == "It rained."


def to_do(client: FlaskClient, which: str, loaded: Any = None, **fields: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {"review-id.data": 1, "review-action.value": which, "review-action-loaded.data": loaded}
    asked |= {f"review-action-{name}.value": value for name, value in fields.items()}
    body = question(client, "review-action-answer", asked, "review-action-keep.n_clicks")
    found: dict[str, Any] = client.post(callbacks.PATH, json=body).get_json()["response"]
    return found


def choose(client: FlaskClient, which: str) -> Any:
    body = question(
        client, "review-action-words.value", {"review-id.data": 1, "review-action.value": which}, "review-action.value"
    )
    return client.post(callbacks.PATH, json=body).get_json()["response"]["review-action-loaded"]["data"]


def test_what_a_colleague_has_done_meanwhile_is_not_undone(app: Dash, store: Store) -> None:
    amina, bo = (comes(app, store, "responder", name) for name in ("Amina", "Bo"))
    to_do(amina, "0", words="Replace the form", owner="Amina", state="open")
    loaded = choose(bo, "1")
    to_do(amina, "1", choose(amina, "1"), words="Replace the form", owner="Amina", state="done")
    told = to_do(bo, "1", loaded, words="Replace the form by June", owner="Amina", state="open")
    assert "Amina has written here" in told["review-action-answer"]["children"]
    assert "done" in told["review-action-answer"]["children"]
    assert [(a.words, a.state) for a in store.actions(1)] == [("Replace the form", "done")]
    to_do(bo, "1", told["review-action-loaded"]["data"], words="Replace it", owner="Amina", state="done")
    assert [(a.words, a.by) for a in store.actions(1)] == [("Replace it", "Bo")]


def test_what_belongs_to_somebody_who_has_left_keeps_their_name(app: Dash, store: Store) -> None:
    amina = comes(app, store, "admin", "Amina")
    security.add_user(store, "Cleo", "a long enough one", "viewer", NOW)
    to_do(amina, "0", words="Ask the guards", owner="Cleo", state="open")
    security.remove_user(store, "Cleo", "Amina", NOW)
    to_do(amina, "1", choose(amina, "1"), words="Ask the guards", owner="Cleo", state="done")
    assert [(a.owner, a.state) for a in store.actions(1)] == [("Cleo", "done")]
    to_do(amina, "1", choose(amina, "1"), words="Ask the guards", owner="Nobody here", state="done")
    assert store.actions(1)[0].owner == ""


def test_a_ninth_thing_to_do_is_refused_with_words_that_help(app: Dash, store: Store) -> None:
    amina = comes(app, store, "responder", "Amina")
    for n in range(8):
        to_do(amina, "0", words=f"Thing {n}", state="done")
    assert "choose one of them" in to_do(amina, "0", words="One more")["review-action-answer"]["children"]
    assert len(store.actions(1)) == 8


# --- an incident --------------------------------------------------------------------------------------------------
def acting(app: Dash, who: str, what: str, heir: str | None = None, note: str = "") -> str | None:
    with app.server.test_request_context("/"):
        flask.g.visitor = Visitor(name=who, role="responder")
        return deeds.do(app.server.config["desk"], what, 1, heir, note)


def test_who_hands_an_incident_over_stands_in_the_time_line_and_in_the_log(app: Dash, store: Store) -> None:
    security.add_user(store, "Bo", "a long enough one", "responder", NOW)
    assert acting(app, "Amina", "hand", "Bo")
    event = store.incident_events(1)[-1]
    assert (event.kind, event.who, event.words) == ("owned", "Amina", "Amina has handed it to Bo")
    assert (store.deeds()[0].who, store.deeds()[0].what, store.deeds()[0].words) == ("Amina", "hand", "Bo")
    assert acting(app, "Bo", "hand", "Bo") is None
    assert acting(app, "Amina", "take")
    assert store.incident_events(1)[-1].words == "Amina has taken it"


@pytest.mark.parametrize("words", ["Both lines are open again", "Told Bo's boss"])
def test_a_note_is_signed_whatever_stands_in_it(app: Dash, store: Store, words: str) -> None:
    assert acting(app, "Bo", "keep", note=words)
    shown = str(storycards.time_line(store.incident_events(1), READER, NOW))
    assert words.partition("'")[0] in shown and " · Bo" in shown


def test_an_incident_that_lasts_longer_than_three_days_goes_on_being_told(store: Store) -> None:
    scene.setting_the_scene(store)
    scene.storm(store)
    now = NOW + 5 * 24 * 60 * MINUTE
    late = now - 40 * MINUTE
    scene.put(store, [(scene.mention("x:late", "Five days and no word.", late - MINUTE, "Zoe", late), "complaint")])
    draft = store.write_reply(scene.replying(BRAND, "x:late", "x:Zoe", "Amina", CALM, late))
    assert draft is not None and store.send_reply(draft, late) is not None
    desk: Desk = create_app(store, Config(), lambda: now).server.config["desk"]
    [found] = store.incidents(is_open=True)
    story = story_of(desk, found)
    assert [(reply.words, after.course) for reply, after in story.answers] == [(CALM, "too few")]
    assert "x:Zoe" in [one.person.author for one in story.clock.people]
    drawn = storycards.draw(story, READER, now, "deeds")
    line = drawn.curve["data"][1]
    assert line["x"][-1] >= f"{late:%Y-%m-%dT%H:%M}" and max(line["y"]) == 1
    assert drawn.now.startswith("The last three days: At most 1 complaints")
    assert len(line["x"]) <= 500
    over = replace(found, state="closed", closed_at=now)
    closed = storycards.draw(story_of(desk, over), READER, now, "deeds hidden")
    assert closed.now.startswith("The first three days: At most ")


@pytest.mark.parametrize("offset", range(0, 11, 2))
def test_the_highest_ten_minutes_are_on_the_curve_however_long_it_is(store: Store, offset: int) -> None:
    start = NOW.replace(second=0)
    peak = start + (2000 + offset) * MINUTE
    busy = [scene.bucket(peak, complaints=5), scene.bucket(peak + 9 * MINUTE, complaints=7)]
    line = curves.rolling(busy, start, start + 72 * 60 * MINUTE)
    assert max(line, key=lambda point: point[1]) == (peak + 9 * MINUTE, 12)
    assert (line[0][0], line[-1][0]) == (start, start + 72 * 60 * MINUTE) and len(line) < 450


# --- rules --------------------------------------------------------------------------------------------------------
def keep_rules(app: Dash, store: Store, name: str = "Amina", **values: Any) -> str:
    client = comes(app, store, "admin", name)
    asked = {f"rules-{field}.value": value for field, value in ({"brand": BRAND} | values).items()}
    body = question(client, "rules-done", asked | {"rules-keep.n_clicks": 1}, "rules-keep.n_clicks")
    answer = client.post(callbacks.PATH, json=body)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("muted", ["\n".join(f"x:troll{n}" for n in range(201)), "x:" + "y" * 200])
def test_what_is_too_long_for_the_page_is_not_cut_in_silence(app: Dash, store: Store, muted: str) -> None:
    before = store.rules()[BRAND]
    said = keep_rules(app, store, terms="\n".join(before.terms), muted=muted)
    assert "At most 200 lines" in said and store.rules()[BRAND] == before


def test_long_lists_of_the_configuration_outlive_a_change_on_the_page(app: Dash, store: Store) -> None:
    long = replace(store.rules()[BRAND], muted=tuple(f"x:troll{n}" for n in range(450)), excluded=("z" * 300,))
    store.put_rules(long, "configuration", NOW)
    texts = {name: "\n".join(getattr(long, name)) for name in ("terms", "muted", "excluded")}
    assert "Kept" in keep_rules(app, store, sensitivity="high", **texts)
    assert store.rules()[BRAND] == replace(long, sensitivity="high")


def test_what_changed_is_told_in_the_reader_s_language_and_never_as_the_same(store: Store) -> None:
    before = Rules(brand=BRAND, terms=("acme",))
    french = Reader("fr")
    assert rules.difference(before, replace(before, terms=("acme*",), sensitivity="high"), french) == [
        "Mots à surveiller: + acme*, - acme", "Sensibilité: normale → haute",
    ]  # fmt: skip
    for after in (replace(before, handles=("x:acme",)), replace(before, vip_followers=None)):
        shown = rules.past(
            [RulesVersion(n=n, rules=row, by="a file", at=NOW) for n, row in ((2, after), (1, before))], READER, NOW
        )
        assert "the same" not in str(shown)


def silences(client: FlaskClient, changed: str = "", **values: Any) -> dict[str, Any]:
    asked = {"rules-brand.value": BRAND} | {f"rules-silence-{name}.value": value for name, value in values.items()}
    output = "rules-shown.data" if changed else "rules-silences.children"
    answer = client.post(callbacks.PATH, json=question(client, output, asked, changed))
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()["response"]
    return found


def test_a_silence_that_holds_is_shown_and_can_be_ended_however_many_there_were(app: Dash, store: Store) -> None:
    bo = comes(app, store, "responder", "Bo")
    silences(bo, "rules-silence-add.n_clicks", rule="all", hours="1", why="the one that holds")
    [kept] = store.silences(BRAND, NOW)
    for n in range(120):
        long = replace(kept, id=0, until=NOW + 60 * n * MINUTE + 24 * 60 * MINUTE, reason="ended at once")
        store.end_silence(store.add_silence(long).id, "Bo", NOW)
    told = silences(bo)
    assert "the one that holds" in str(told["rules-silences"]["children"])
    assert [each["value"] for each in told["rules-silence-which"]["data"]] == [str(kept.id)]
    silences(bo, "rules-silence-end.n_clicks", which=str(kept.id))
    assert store.silences(BRAND, NOW) == []


@pytest.mark.parametrize("rule", [None, "", "everything", 7, [], {}])
def test_a_rule_that_is_not_known_silences_nothing(app: Dash, store: Store, rule: Any) -> None:
    silences(comes(app, store, "responder", "Bo"), "rules-silence-add.n_clicks", rule=rule, hours="4", why="a drill")
    assert store.silences(BRAND) == []


# --- trials -------------------------------------------------------------------------------------------------------
def test_a_window_shows_its_own_trial_and_not_that_of_another(store: Store) -> None:
    trials = Trials(store)
    first = trials.begin("Amina", lambda _trial: (Early(sensitivity="low", at=None),))
    second = trials.begin("Amina", lambda _trial: (Early(sensitivity="high", at=NOW),))
    assert trials.of("Amina", first) is None, "it would be shown what the other window asked"
    assert trials.of("Bo", second) is None
    assert trials.of("Amina", second) is not None


def test_a_trial_that_was_given_up_before_its_turn_reads_nothing(store: Store) -> None:
    trials, read, begun, go_on = Trials(store), [], threading.Event(), threading.Event()

    def slow(_trial: Trial) -> tuple[Early, ...]:
        begun.set()
        assert go_on.wait(10)
        return ()

    trials.begin("Bo", slow)
    assert begun.wait(10)
    for n in range(20):
        ticket = trials.begin("Amina", lambda _trial, n=n: read.append(n) or ())
    go_on.set()
    last = trials.of("Amina", ticket)
    deadline = time.monotonic() + 10
    while last is not None and not last.is_over and time.monotonic() < deadline:
        time.sleep(0.01)
    assert last is not None and last.is_over and read == [19]


def test_a_review_says_nothing_of_another_incident_that_was_tried_in_another_window(app: Dash, store: Store) -> None:
    bo = comes(app, store, "responder", "Bo")
    scene.past(store, count=1)

    def ask(output: str, changed: str, **values: Any) -> Any:
        asked = {name.replace("_", "-") + ".data": value for name, value in values.items()}
        return bo.post(callbacks.PATH, json=question(bo, output, asked, changed)).get_json()["response"]

    tickets = [
        ask("review-sooner-begun", "review-sooner.n_clicks", review_id=n)["review-sooner-begun"]["data"] for n in (1, 2)
    ]

    def told(n: int) -> str:
        poll = {"review_id": n, "review_sooner_begun": tickets[n - 1]}
        shown = ask("review-sooner-shown", "review-sooner-poll.n_intervals", **poll)
        return str(shown["review-sooner-shown"]["children"])

    assert "given up" in told(1)
    deadline = time.monotonic() + 30
    while "% done" in told(2) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert "normal" in told(2), "and nothing reads the store any more when it is closed"


# --- who may only look --------------------------------------------------------------------------------------------
def opened(client: FlaskClient, path: str) -> str:
    body = question(client, "page.children", {"url.pathname": path, "url.search": ""}, "url.pathname")
    answer = client.post(callbacks.PATH, json=body)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("role", ["viewer", "responder", "admin"])
def test_nobody_is_given_a_form_that_they_may_not_send(app: Dash, store: Store, role: str) -> None:
    client = comes(app, store, role)
    review_page, rules_page = opened(client, "/review/1"), opened(client, "/rules")
    assert ('"className":"deeds hidden"' in review_page) == (role == "viewer")
    assert ('"className":"acts hidden"' in rules_page) == (role == "viewer")
    assert ("Only an admin keeps rules" in rules_page) == (role != "admin")
