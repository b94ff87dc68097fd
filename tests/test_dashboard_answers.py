"""The desk of answers without a browser: crafted posts find no way past a lock, every use is in the audit log, and
the coach answers while one types."""

from __future__ import annotations

import json
import random
import threading
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard import callbacks, coaching, heard, security, waitlist
from dashboard.app import create_app
from dashboard.changed import Presence
from dashboard.french import FRENCH
from dashboard.pages import replybox
from dashboard.story import story_of
from db.rows import Lock, Reply, TagLook
from db.store import Store
from monitor import switch
from monitor.answer.tongue import CODES
from monitor.config import Config, Dashboard
from tests import scene
from tests.clock import Clock
from tests.questions import question
from tests.replies import labelled
from tests.scene import BRAND, NOW, ROOT

HEATED = "Maybe learn to read a timetable before shouting."
CALM = "Leah, we left your mum at Leeds in her wheelchair, and that was our failure. I am on my way to her."
MINUTE = timedelta(minutes=1)
HELD = ("draft", "waiting", "dropped")


@pytest.fixture
def app(store: Store) -> Dash:
    scene.setting_the_scene(store)
    scene.storm(store)
    return create_app(store, Config(), lambda: NOW)


def comes(app: Dash, store: Store, role: str, name: str = "") -> FlaskClient:
    client = app.server.test_client()
    if role == "wall":
        client.get(f"/?wall={security.new_wall_token(store, NOW)}")
    elif role != "nobody":
        client.get(security.new_login_link(store, NOW, name or role.title(), role))  # type: ignore[arg-type]
    return client


def press(client: FlaskClient, button: str, words: str = HEATED, page: str = "inbox", **more: Any) -> Any:
    """What the page would post when somebody presses `button`; `more`: what somebody may write into it by hand."""
    typed = {
        f"{page}-chosen.data": ROOT,
        f"{page}-reply.value": words,
        f"{page}-draft.data": {"for": ROOT},
        f"{page}-{button}.n_clicks": 1,
    }
    changed = f"{page}-{button}.n_clicks"
    if button == "rest":
        changed = f"{page}-rest.data"
    body = question(client, f"{page}-answered-now.data", typed | {f"{page}-{k}": v for k, v in more.items()}, changed)
    return client.post(callbacks.PATH, json=body)


def waiting(app: Dash, store: Store, words: str = HEATED, name: str = "Amina") -> tuple[FlaskClient, Reply]:
    client = comes(app, store, "responder", name)
    assert press(client, "ask", words).status_code == 200
    [reply] = store.replies(states=("waiting",))
    return client, reply


def shown(reply: Reply) -> dict[str, Any]:
    return {"shown-draft.data": {"id": reply.id, "revision": reply.revision}}


def audit(store: Store) -> list[tuple[str, str, str]]:
    return [(d.who, d.what, d.subject) for d in reversed(store.deeds()) if d.what != "logged in"]


# --- nobody but a second person lifts a lock --------------------------------------------------------------------
@pytest.mark.parametrize("role", ["nobody", "wall", "viewer"])
@pytest.mark.parametrize("button", ["agree", "refuse", "ask", "sent", "drop", "rest"])
def test_who_may_only_look_writes_nothing_and_lifts_nothing(app: Dash, store: Store, role: str, button: str) -> None:
    _, reply = waiting(app, store)
    before = (store.reply(reply.id), store.reply_steps(reply.id), audit(store))
    for page in ("inbox", "incident"):
        answer = press(comes(app, store, role), button, page=page, **shown(reply))
        assert answer.status_code in (401, 403)
    assert (store.reply(reply.id), store.reply_steps(reply.id), audit(store)) == before


@pytest.mark.parametrize("page", ["inbox", "incident"])
@pytest.mark.parametrize("name", ["Amina", "amina", "AMINA", "Ami\u200bna"])
def test_the_writer_lifts_nothing_whatever_they_post_and_however_they_are_spelt(
    app: Dash, store: Store, page: str, name: str
) -> None:
    _, reply = waiting(app, store)
    client = comes(app, store, "admin", name)
    answer = press(client, "agree", page=page, **shown(reply))
    assert "cannot be done" in answer.get_data(as_text=True)
    assert store.reply(reply.id) == reply
    assert press(client, "sent", page=page).status_code == 200
    assert all(r.state != "sent" for r in store.replies())
    assert [each for each in audit(store) if each[1] in ("agree", "sent")] == []


def test_crafted_numbers_and_marks_lift_nothing(app: Dash, store: Store) -> None:
    writer, reply = waiting(app, store)
    other = comes(app, store, "responder", "Bo")
    for wrong in (
        None, {}, [], "1", {"id": reply.id}, {"id": str(reply.id), "revision": 1}, {"id": True, "revision": True},
        {"id": reply.id, "revision": 2}, {"id": reply.id, "revision": 0}, {"id": 99, "revision": 1},
        {"id": 2**70, "revision": 1}, {"id": -1, "revision": 1}, {"id": reply.id, "revision": float("nan")},
    ):  # fmt: skip
        assert press(other, "agree", **{"shown-draft.data": wrong}).status_code == 200
        assert store.reply(reply.id) == reply
    # Locks, states and verdicts of the browser's own making are not listened to.
    forged = {"for": ROOT, "id": reply.id, "revision": 1, "state": "cleared", "locks": [], "decided_by": "Bo"}
    for words in (HEATED, HEATED + " ", HEATED.upper()):
        press(writer, "sent", words, **{"draft.data": forged, "own.data": [[reply.id, "cleared"]]})
    assert all(r.state != "sent" for r in store.replies())


def test_hundreds_of_crafted_posts_of_the_writer_never_let_it_go(app: Dash, store: Store) -> None:
    client, reply = waiting(app, store)
    dice = random.Random("answers")
    places = [{"for": ROOT, "revision": 1}, {"id": reply.id, "revision": 1}, {"place": {"for": ROOT, "revision": 9}}]
    values: list[Any] = [ROOT, HEATED, reply.id, 1, 2, "Bo", "cleared", None, True, [], {}, *places]
    names = [
        "chosen.data",
        "reply.value",
        "why.value",
        "draft.data",
        "answered-now.data",
        "shown-draft.data",
        "verdict.value",
    ]
    for _ in range(700):
        page, button = dice.choice(["inbox", "incident"]), dice.choice(["ask", "sent", "agree", "refuse", "rest"])
        crafted = {name: dice.choice(values) for name in dice.sample(names, k=3)}
        answer = press(client, button, dice.choice([HEATED, HEATED + "!"]), page, **crafted)
        assert answer.status_code == 200
    assert [r for r in store.replies() if r.state in ("sent", "cleared") and r.locks] == []
    assert [r for r in store.replies() if "learn to read" in r.words.lower() and r.state not in HELD] == []
    asked = [step for r in store.replies() for step in store.reply_steps(r.id) if step.what == "asked"]
    assert len(asked) > 7, "many of them did what a writer may do"


def test_no_route_and_no_command_lets_an_answer_go(app: Dash) -> None:
    from monitor.cli import app as commands

    writes = {rule.rule for rule in app.server.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert not {rule for rule in writes if "repl" in rule or "answer" in rule}
    groups = {group.name: group.typer_instance for group in commands.registered_groups if group.typer_instance}
    assert [command.name for command in groups["reply"].registered_commands] == ["check"]


# --- each use is in the audit log ----------------------------------------------------------------------------------
def test_a_second_person_lifts_it_and_each_step_is_signed(app: Dash, store: Store) -> None:
    writer, reply = waiting(app, store)
    other = comes(app, store, "responder", "Bo")
    press(other, "refuse", **shown(reply), **{"verdict.value": "no"})
    press(writer, "ask")
    press(other, "agree", **shown(reply), **{"verdict.value": "well then"})
    assert press(writer, "sent").status_code == 200
    found = store.reply(reply.id)
    assert found is not None and (found.state, found.decided_by, found.locks) == ("sent", "Bo", ("heated",))
    subject = f"reply {reply.id}"
    assert audit(store) == [
        ("Amina", "ask", subject), ("Bo", "refuse", subject), ("Amina", "ask", subject), ("Bo", "agree", subject),
        ("Amina", "sent", subject),
    ]  # fmt: skip


def test_a_third_answer_in_half_an_hour_waits(app: Dash, store: Store) -> None:
    client = comes(app, store, "responder", "Amina")
    texts = (
        CALM,
        "She is warm now and has tea, a colleague sits with her until the train comes.",
        "You asked for the guard's manager: that is me, and I ring you at four.",
    )
    for n, text in enumerate(texts):
        press(client, "sent", text)
        assert len(store.replies(states=("sent",))) == min(n + 1, 2)
    press(client, "ask", texts[2])
    assert store.replies(states=("waiting",))[0].locks == ("third",)


def test_where_the_house_wants_it_every_answer_waits(store: Store) -> None:
    scene.setting_the_scene(store)
    scene.storm(store)
    app = create_app(store, Config(dashboard=Dashboard(approval=True)), lambda: NOW)
    client = comes(app, store, "responder", "Amina")
    press(client, "sent", CALM)
    assert store.replies(states=("sent",)) == []
    _, reply = waiting(app, store, CALM)
    assert reply.locks == ("house",)
    press(comes(app, store, "responder", "Bo"), "agree", **shown(reply))
    press(client, "sent", CALM)
    assert len(store.replies(states=("sent",))) == 1


def test_praise_is_not_answered_past_the_closed_lane_by_one_person_alone(app: Dash, store: Store) -> None:
    kind = store.praise([BRAND], NOW - timedelta(days=1), 1)[0].scored.mention.id
    to_them = {"chosen.data": kind, "draft.data": {"for": kind}}
    thanks = "The tea and the rain made our day too, Kim: the guard on your 9:14 sends her best."
    switch.turn(store, on=True, by="Bo", why="an accident at Hartsea", now=NOW)
    client = comes(app, store, "responder", "Amina")
    press(client, "sent", thanks, **to_them)
    assert store.replies(states=("sent",)) == []
    press(client, "ask", thanks, **to_them)
    [reply] = store.replies(states=("waiting",))
    assert reply.locks == ("hurt",)
    press(client, "agree", **shown(reply))
    assert store.replies(states=("waiting",)) == [reply], "the writer is no second person"
    press(comes(app, store, "responder", "Bo"), "agree", **to_them, **shown(reply))
    press(client, "sent", thanks, **to_them)
    assert [r.mention_id for r in store.replies(states=("sent",))] == [kind]
    press(client, "sent", CALM)
    assert len(store.replies(states=("sent",))) == 2, "who complains is answered, quiet or not"


def test_words_typed_for_one_person_are_never_kept_for_another(app: Dash, store: Store) -> None:
    client = comes(app, store, "responder", "Amina")
    for button in ("rest", "ask", "sent"):
        press(client, button, CALM, **{"chosen.data": "x:crowd4"})
    assert store.replies() == []
    press(client, "rest", CALM)
    assert [r.mention_id for r in store.replies()] == [ROOT]


def test_two_windows_of_one_writer_do_not_write_over_each_other(app: Dash, store: Store) -> None:
    client = comes(app, store, "responder", "Amina")
    press(client, "rest", CALM)
    [first] = store.replies()
    known = {"draft.data": {"for": ROOT, "id": first.id, "revision": first.revision}}
    press(client, "rest", CALM + " Now.", **known)
    answer = press(client, "rest", CALM + " Later.", **known)
    assert "another window" in answer.get_data(as_text=True)
    assert [r.words for r in store.replies()] == [CALM + " Now."]


NONE_YET = {"draft.data": {"for": ROOT, "id": 0, "revision": 0}}


def test_of_two_windows_opened_before_any_draft_the_second_does_not_write_over_the_first(
    app: Dash, store: Store
) -> None:
    client = comes(app, store, "responder", "Amina")
    press(client, "rest", CALM, **NONE_YET)
    for button in ("rest", "ask", "sent"):
        told = press(client, button, "In the other window", **NONE_YET).get_json()["response"]
        assert told["inbox-said"]["data"]["for"] == ROOT
        assert "another window" in told["inbox-said"]["data"]["words"] and CALM in told["inbox-said"]["data"]["words"]
    assert [(r.words, r.state) for r in store.replies()] == [(CALM, "draft")]
    [first] = store.replies()
    assert told["inbox-answered-now"]["data"]["place"] == {"for": ROOT, "id": first.id, "revision": first.revision}
    # What was kept there has been shown: from here on the second window may go on.
    press(
        client, "rest", "In the other window", **NONE_YET, **{"answered-now.data": told["inbox-answered-now"]["data"]}
    )
    assert [r.words for r in store.replies()] == ["In the other window"]


def test_who_types_on_before_the_answer_to_a_save_has_come_is_not_another_window(app: Dash, store: Store) -> None:
    client = comes(app, store, "responder", "Amina")
    for words in ("Leah, we", "Leah, we failed you"):  # the page knows of no draft yet
        told = press(client, "rest", words, **NONE_YET).get_json()["response"]
        assert "inbox-said" not in told, told
    [draft] = store.replies()
    assert draft.words == "Leah, we failed you"
    known = {"draft.data": {"for": ROOT, "id": draft.id, "revision": draft.revision}}
    press(client, "rest", "Leah, we failed you today", **known)
    press(client, "sent", "Leah, we failed you today.", **known)  # one save behind, once more
    assert [(r.words, r.state) for r in store.replies()] == [("Leah, we failed you today.", "sent")]


def test_a_window_that_knows_no_draft_goes_on_when_its_words_are_those_that_are_kept(app: Dash, store: Store) -> None:
    client = comes(app, store, "responder", "Amina")
    press(client, "rest", CALM, **NONE_YET)
    press(client, "sent", CALM, **NONE_YET)  # the pause and the button at once
    assert [(r.words, r.state) for r in store.replies()] == [(CALM, "sent")]


def test_after_an_answer_is_sent_the_next_one_to_the_same_person_is_kept_as_it_is_typed(
    app: Dash, store: Store
) -> None:
    client = comes(app, store, "responder", "Amina")
    press(client, "rest", "One", **NONE_YET)
    for words in ("One two", "One two three"):
        [draft] = store.replies()
        known = {"draft.data": {"for": ROOT, "id": draft.id, "revision": draft.revision}}
        press(client, "rest", words, **known)
    [draft] = store.replies()
    known = {"draft.data": {"for": ROOT, "id": draft.id, "revision": draft.revision}}
    assert draft.revision > 2
    after = press(client, "sent", CALM, **known).get_json()["response"]["inbox-answered-now"]["data"]
    for words in ("And now", "And now this", "And now this too"):
        told = press(client, "rest", words, **known, **{"answered-now.data": after}).get_json()["response"]
        assert "inbox-said" not in told, told
        after = told["inbox-answered-now"]["data"]
    assert [r.words for r in store.replies(states=("draft",))] == ["And now this too"]


def test_a_button_and_the_pause_before_it_come_as_one_and_the_button_counts(app: Dash, store: Store) -> None:
    client = comes(app, store, "responder", "Amina")
    typed = {"inbox-chosen.data": ROOT, "inbox-reply.value": CALM, "inbox-draft.data": {"for": ROOT}}
    body = question(client, "inbox-answered-now.data", typed | {"inbox-sent.n_clicks": 1, "inbox-rest.data": 1})
    client.post(callbacks.PATH, json=body | {"changedPropIds": ["inbox-rest.data", "inbox-sent.n_clicks"]})
    assert [(r.state, r.words) for r in store.replies()] == [("sent", CALM)]
    press(client, "rest", CALM)  # and one that comes late makes no second draft of it
    assert [(r.state, r.words) for r in store.replies()] == [("sent", CALM)]


# --- as one types ----------------------------------------------------------------------------------------------
def coach(client: FlaskClient, words: str, page: str = "inbox") -> Any:
    typed = {f"{page}-chosen.data": ROOT, f"{page}-reply.value": words, f"{page}-typed.data": 1}
    body = question(client, f"{page}-coach.children", typed, f"{page}-typed.data")
    return client.post(callbacks.PATH, json=body)


def test_the_coach_answers_within_fifty_milliseconds_beside_ten_thousand_earlier_answers(
    app: Dash, store: Store
) -> None:
    dice = random.Random(7)
    sentences = [s for row in labelled("en") for s in row.draft.split(". ") if s]
    posts = [
        replace(
            scene.mention(f"x:own{n}", f"{'. '.join(dice.sample(sentences, 3))}.", NOW - n * MINUTE, "acmerail", NOW),
            is_own=True,
            in_reply_to=f"x:{n}",
        )
        for n in range(10_000)
    ]
    store.add_mentions(posts)
    client = comes(app, store, "responder", "Amina")
    app_answers(client)
    times = []
    for row in [*labelled("en")[:15], *labelled("fr")[:15]]:
        started = time.process_time()
        answer = coach(client, row.draft)
        times.append(time.process_time() - started)
        assert answer.status_code == 200
    assert sorted(times)[len(times) // 2] < 0.050


def app_answers(client: FlaskClient) -> None:
    """Wait until what was answered before has been read: the one who types does not."""
    body = question(client, "inbox-draft.data", {"inbox-chosen.data": ROOT}, "inbox-chosen.data")
    client.post(callbacks.PATH, json=body)
    started = time.process_time()
    first = json.dumps(coach(client, "A word").json)
    assert "still being read" in first or time.process_time() - started < 0.050
    for thread in threading.enumerate():
        if thread.name == "earlier answers":
            thread.join()


def test_a_twin_stands_beside_the_draft_and_holds_it(app: Dash, store: Store) -> None:
    writer = comes(app, store, "responder", "Amina")
    press(writer, "sent", CALM, **{"chosen.data": "x:crowd4", "draft.data": {"for": "x:crowd4"}})
    said = json.dumps(coach(comes(app, store, "responder", "Bo"), CALM).json)
    assert "Amina wrote this at 14:41:" in said
    assert "inbox-go" in said and "js-copy" not in said
    assert store.replies(brand=BRAND, states=("sent",))[0].mention_id == "x:crowd4"


def test_the_copy_of_a_draft_that_others_have_in_hand_is_held_as_well(app: Dash, store: Store) -> None:
    waiting(app, store, HEATED)
    bo = comes(app, store, "responder", "Bo")
    press(bo, "ask", HEATED, **{"chosen.data": "x:crowd4", "draft.data": {"for": "x:crowd4"}})
    found = [r for r in store.replies(states=("waiting",)) if r.writer == "Bo"]
    assert found[0].locks == ("heated", "same")
    twin = app.server.config["answers"].twin_of(found[0])
    assert twin is not None and (twin.who, twin.words) == ("Amina", HEATED)


def test_a_viewer_sees_no_coach_and_an_own_post_gets_no_answer(app: Dash, store: Store) -> None:
    assert "parts" not in json.dumps(coach(comes(app, store, "viewer"), CALM).json)
    own = replace(scene.mention("x:ours", "Hello", NOW, "acmerail", NOW), is_own=True)
    store.add_mentions([own])
    press(
        comes(app, store, "responder", "Amina"), "sent", CALM, **{"chosen.data": own.id, "draft.data": {"for": own.id}}
    )
    assert store.replies() == []


def test_a_hashtag_that_the_writer_brings_in_is_to_be_looked_at_first(app: Dash, store: Store) -> None:
    client = comes(app, store, "responder", "Amina")
    store.add_tag_look(TagLook(tag="whyistayed", at=NOW, verdict="STOP", posts=40))
    said = json.dumps(coach(client, "We left her at Leeds. #WhyIStayed with Acme Rail, like Aunt Vera").json)
    assert "/hashtag?tag=%23WhyIStayed" in said and "#WhyIStayed (STOP)" in said
    assert "tag=Aunt+Vera" in said
    assert "tag=Leeds" not in said and "tag=Acme+Rail" not in said, "the complaint has it, or it is our own name"


# --- who is at it -------------------------------------------------------------------------------------------------
def test_who_reads_and_who_writes_is_forgotten_after_a_while() -> None:
    hand = Clock(NOW)
    presence = Presence(hand)
    assert presence.others("Amina", ROOT) == []
    assert presence.others("Bo", ROOT) == ["Amina"]
    presence.write("Bo", ROOT)
    assert presence.writers(ROOT, hand()) == ["Bo"]
    assert presence.at(hand()) == {ROOT: ["Amina", "Bo"]}
    hand.move(seconds=13)
    assert presence.writers(ROOT, hand()) == []
    assert presence.others("Bo", ROOT) == []
    presence.others("Bo", None)
    assert presence.at(hand()) == {}


def test_a_draft_that_rests_is_no_longer_being_written(app: Dash, store: Store) -> None:
    old = Reply(id=0, mention_id=ROOT, brand=BRAND, writer="Bo", words="Leah,", written_at=NOW - 31 * MINUTE)
    new = replace(old, writer="Cleo", written_at=NOW - 29 * MINUTE)
    for each in (old, new):
        store.write_reply(each)
    desk = app.server.config["desk"]
    assert waitlist.work_on(desk, [ROOT], {}, "Amina") == {ROOT: ["Cleo writes"]}
    assert waitlist.work_on(desk, [ROOT], {ROOT: ["Amina", "Dan"]}, "Amina") == {ROOT: ["Cleo writes", "Dan reads"]}


# --- what became of it ----------------------------------------------------------------------------------------------
def test_an_answer_that_only_the_stream_saw_is_watched_as_well(app: Dash, store: Store) -> None:
    own = replace(
        scene.mention("x:own", "@priya We are with her at Leeds.", NOW - 15 * MINUTE, "acmerail", NOW),
        is_own=True,
        in_reply_to="x:crowd8",
    )
    store.add_mentions([own])
    incident = store.incident(1)
    assert incident is not None
    press(comes(app, store, "responder", "Amina"), "sent", CALM)
    story = story_of(app.server.config["desk"], incident)
    [said, seen] = story.answers
    assert (said[0].writer, said[0].state, said[1].course) == ("Amina", "sent", "too early")
    assert (seen[0].words, seen[0].state, seen[0].author) == (own.text, "seen", "x:Priya N")
    assert seen[1].course == "louder" and seen[1].after is not None


def test_what_stands_in_tables_of_words_has_its_french() -> None:
    tables = (coaching.TITLES, coaching.LOCKS, heard.COURSES, heard.MARKERS, replybox.STEPS)
    words = {word for table in tables for word in table.values()}
    assert len(words) > 30
    assert words - set(FRENCH) == set()
    assert set(heard.MARKERS) == set(CODES) and set(coaching.LOCKS) == set(get_args(Lock))
