"""What the machine said once, in the reader's language: findings, events, numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from dash import Dash

from dashboard import callbacks, cards, security, telling
from dashboard.app import create_app
from dashboard.reader import Reader
from db.rows import Change, IncidentEvent, Rules
from db.store import Store
from monitor import evidence, incidents
from monitor.config import Config
from monitor.detectors.found import Found
from monitor.incidents import Facts
from monitor.retold import SENTENCES, retold
from tests import scene
from tests.make import make_evidence, make_incident
from tests.questions import question
from tests.scene import NOW

FRENCH, ENGLISH = Reader("fr"), Reader("en")
MINUTE = timedelta(minutes=1)
RULES = ("pileon", "complaints", "spike", "slowburn", "shift", "topic")
LISTED = ("vip", "reach", "keyword", "severe", "second", "harm")


def found(rule: str, seen: float, expected: float, topic: str, end: int) -> Found:
    return Found(
        rule=rule, score=2, severity="watch", start=end - 20, end=end, seen=seen, expected=expected, authors=9,
        inputs=(), topic=topic,
    )  # fmt: skip


def said(language: str, one: Found, minutes: int, **more: bool) -> str:
    return evidence.words(Rules(brand="Acme", language=language), one, minutes, **more)


@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize("minutes", [1, 20, 240])
@pytest.mark.parametrize("way", ["", "is_copied", "is_young"])
@pytest.mark.parametrize("rule", [*RULES, *LISTED])
def test_each_finding_is_told_in_the_other_language_as_its_own_words_would_be(
    rule: str, way: str, minutes: int, is_late: bool
) -> None:
    more = {"is_late": is_late} | ({way: True} if way else {})
    for seen, expected in ((1, 0.2), (23, 2.1), (1042, 0.5)):
        for hour in (2, 9, 12, 15, 20, 23):
            minute = 29_000_000 // 1440 * 1440 + 60 * hour
            kind, topic = ("watchlist", rule) if rule in LISTED else (rule, "refund (4 posts), the form")
            one = found(kind, seen, expected, topic, minute)
            english, french = said("en", one, minutes, **more), said("fr", one, minutes, **more)
            assert (retold(english, "fr"), retold(french, "en")) == (french, english)
            assert (retold(english, "en"), retold(french, "fr")) == (english, french)


@pytest.mark.parametrize("words", ["", "A guard laughed", "The refund form (12 posts)", "23 people in 20 fields"])
def test_what_a_person_wrote_stays_as_it_is(words: str) -> None:
    assert retold(words, "fr") == retold(words, "en") == retold(words, "it") == words


def test_every_sentence_of_a_finding_can_be_told_again() -> None:
    pieces = {"person", "people", "minute", "minutes", "hours", "rare", "when", "flood"}
    assert set(SENTENCES) == set(evidence.WORDS["en"]) - pieces


# --- events -----------------------------------------------------------------------------------------------------
def events() -> list[IncidentEvent]:
    """All that can come into a time line but findings."""
    row = replace(make_incident(id=7), peak_severity="storm")
    known = Facts(at=NOW, seen=2, bar=4, mentions=9, last_mention_at=NOW, stormed_at=NOW - timedelta(hours=9))
    quiet = replace(row, last_signal_at=NOW - timedelta(hours=9))
    calm = replace(quiet, calming_at=NOW - timedelta(hours=2))
    changes = [
        incidents.acknowledge(row, "Ada", NOW),
        incidents.own(row, "Bo", NOW, by="Ada"),
        incidents.own(row, "Bo", NOW),
        incidents.close(row, "Ada", NOW),
        incidents.close(row, "Ada", NOW, "she is home: safe"),
        incidents.dismiss(row, "Ada", NOW),
        incidents.dismiss(row, "Ada", NOW, "a joke"),
        *incidents.decide([], [quiet], NOW, facts=known),
        *incidents.decide([], [calm], NOW, facts=known),
        *incidents.decide([], [replace(quiet, last_signal_at=NOW)], NOW, facts=known),
    ]
    return [event for change in changes for event in change.events]


def test_every_event_is_told_in_french_and_as_it_was_in_english() -> None:
    found = [event for event in events() if event.kind != "dismissed"]
    assert len(found) == 10
    for event in found:
        told = telling.said(event, FRENCH)
        assert told != event.words and telling.said(event, ENGLISH) == event.words
        assert event.who is None or event.who in told
    assert telling.said(found[4], FRENCH) == "clos par Ada\u202f: she is home: safe"
    assert telling.said(found[6], FRENCH) == "clos par Ada\u202f: pas une crise (a joke)"


@pytest.mark.parametrize("n", [0, 1, 2])
def test_a_calm_is_told_without_agreement_also_as_it_was_kept_before(n: int) -> None:
    calm = replace(make_incident(id=7), last_signal_at=NOW - timedelta(hours=9))
    known = Facts(at=NOW, seen=n, bar=4, mentions=9, last_mention_at=NOW)
    [change] = incidents.decide([], [calm], NOW, facts=known)
    [event] = change.events
    before = replace(event, words=f"{n} complaints in 30 minutes: back to usual")
    for each in (event, before):
        assert telling.said(each, ENGLISH) == f"complaints in 30 minutes: {n}, back to usual"
        assert telling.said(each, FRENCH) == f"plaintes en 30 minutes\u202f: {n}, retour à l’habitude"


@pytest.mark.parametrize("house", [ENGLISH, FRENCH])
def test_what_a_page_noted_is_told_in_the_readers_language(house: Reader) -> None:
    for words in (
        house.say("people are told again"),
        house.say("nobody is told until {at}: {why}", at="15:02", why="we are all in one room"),
        house.say("promised the next word for {at}", at="15:02"),
    ):
        event = IncidentEvent(incident_id=1, at=NOW, kind="note", who="Ada", words=words)
        told = {telling.said(event, reader) for reader in (ENGLISH, FRENCH)}
        assert len(told) == 2 and words in told


@pytest.mark.parametrize("kind", ["note", "dismissed"])
def test_a_note_of_a_person_is_never_said_in_other_words(kind: str) -> None:
    for words in ("calm for an hour, and we could see", "Bo has seen it", "promised the next word for tonight"):
        event = IncidentEvent(incident_id=1, at=NOW, kind=kind, who="Ada", words=words)
        assert telling.said(event, FRENCH) == words


# --- pages ------------------------------------------------------------------------------------------------------
def test_numbers_have_a_decimal_comma_in_french() -> None:
    assert [FRENCH.decimal(n) for n in (2.1, 2.0, 0.04)] == ["2,1", "2", "0"]
    assert (FRENCH.decimal(0.944, 2), ENGLISH.decimal(0.944, 2)) == ("0,94", "0.94")
    assert (cards.short_number(1234, FRENCH), cards.short_number(1234)) == ("1,2k", "1.2k")
    shown = telling.inputs(replace(make_evidence(), inputs=(("mean", 2.5), ("size", 3.0))), FRENCH)
    assert shown == "mean 2,5; size 3"


@pytest.fixture
def app(store: Store) -> Dash:
    scene.setting_the_scene(store)
    found = scene.storm(store, owner=None)
    evidence = replace(
        found.evidence or make_evidence(),
        words="23 people in 20 minutes under one post; on a Tuesday noon it is 2",
        inputs=(("mean", 2.5),),
    )
    title = "31 people complained in 20 minutes; what is usual here is not known yet"
    changed = replace(found, title=title, evidence=evidence)
    store.put_changes([Change(incident=changed, events=())])
    store.put_changes([incidents.own(changed, "Bo", NOW, by="Amina")])
    return create_app(store, Config(), lambda: NOW)


@pytest.mark.parametrize(
    ("path", "french"),
    [
        ("/incident/1", "sous un seul message"),
        ("/review/1", "sous un seul message"),
        ("/review", "se plaignent"),
        ("/inbox?mention=bluesky:root", "0,94"),
    ],
)
def test_a_french_page_says_no_english_of_the_machine_and_no_decimal_point(
    app: Dash, store: Store, path: str, french: str
) -> None:
    security.new_login_link(store, NOW, "Amina", "viewer")
    assert security.prefer(store, "Amina", "fr", "", NOW)
    client = app.server.test_client()
    client.get(security.new_login_link(store, NOW, "Amina", "viewer"))
    path, _, search = path.partition("?")
    values = {"url.pathname": path, "url.search": f"?{search}"}
    page = client.post(callbacks.PATH, json=question(client, "page.children", values, "url.pathname")).text
    assert french in page, "it is the page, and it is French"
    for english in ("under one post", "complained in", "has handed it", "in 20 minutes", "0.94", "2.1", "mean 2.5"):
        assert english not in page, english
