"""Praise that may be none, and moments that are none for thanks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.rows import Scored
from monitor.answer.quiet import Quiet, harm_in
from monitor.answer.thanks import closed, doubts
from tests.make import make_incident, make_mention, make_score, make_scored
from tests.test_quiet import HURT


def praise(text: str, **more: float) -> Scored:
    mention = make_mention(text)
    return Scored(mention=mention, score=make_score(mention, "praise", **more))


@pytest.mark.parametrize(
    "text",
    [
        "Congrats on becoming the largest, shittiest airline in the world",
        "Thanks for nothing, Acme",
        "Oh great, another flawless evening on platform nine",
        "Love how you answer everybody but me",
        "What a wonderful service, only three hours late",
        "Slow clap for the team at the desk 👏",
        "Great job 🙄",
        "Thank you Acme, so happy to pay twice /s",
        "Bravo Acme, encore un train supprimé",
        "Merci pour rien",
        "J'adore attendre sous la pluie, merci Acme",
        "Un service formidable, deux heures de retard",
        "The best worst company ever",
    ],
)
def test_what_may_be_meant_the_other_way_round_is_read_twice(text: str) -> None:
    assert doubts(praise(text))


@pytest.mark.parametrize(
    "text",
    [
        "The guard at Hull found my scarf and ran after the train. You made my week!",
        "Thank you Acme, the tea was warm and so was the smile",
        "Best coffee on the line, my daughter agrees",
        "Merci à la dame du guichet de Lille, patiente et drôle",
        "Équipe adorable, voyage parfait, on reviendra",
        "So friendly on the phone, sorted within a minute",
        "Your driver waved at my little boy and he has talked of nothing else",
    ],
)
def test_plain_praise_is_praise(text: str) -> None:
    assert doubts(praise(text)) == ()


def test_praise_that_is_nearly_a_complaint_is_read_twice() -> None:
    assert doubts(praise("Lovely people at the desk", complaint=0.4))
    assert doubts(praise("Lovely people at the desk", hostile=0.3))


def test_who_was_corrected_by_a_person_is_believed() -> None:
    mention = make_mention("Bravo Acme, what a team")
    assert doubts(Scored(mention=mention, score=make_score(mention, "praise"))) != ()
    assert doubts(Scored(mention=mention, score=make_score(mention, "praise", model="person: Amina"))) == ()


@pytest.mark.parametrize("label", ["complaint", "hostile", "question", "other"])
def test_what_is_no_praise_is_not_thanked(label: str) -> None:
    assert doubts(make_scored("Lovely", label))[0].words == "It is not read as praise."


def test_praise_amid_the_hurt_belongs_into_the_inbox() -> None:
    found = doubts(praise("Thank you to the crew who pulled my injured father out, two people are dead"))
    assert [each.weight for each in found] == ["stop"]


def test_the_lane_is_closed_by_the_switch_and_by_people_who_are_hurt() -> None:
    assert closed("Acme", Quiet(), []) == ()
    assert len(closed("Acme", Quiet(since="2026-03-10T12:00:00+00:00", by="Amina", why="x"), [])) == 1
    posts = [make_scored(text, author=f"a{n}") for n, text in enumerate(HURT * 2)]
    incident = replace(make_incident(), brand="Acme")
    seen, said, denied = (harm_in(incident, posts, answer, "Amina") for answer in (None, "yes", "no"))
    assert "nobody has said yet" in closed("Acme", Quiet(), [seen])[0].words
    assert "says Amina" in closed("Acme", Quiet(), [said])[0].words
    assert closed("Acme", Quiet(), [denied]) == () and closed("Brume", Quiet(), [said]) == ()
