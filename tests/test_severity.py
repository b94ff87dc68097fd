"""How grave a matter is: by rules that can be read, held in check by the learned head."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import numpy as np
import pytest

from monitor.detectors.watchlist import LEARNED
from monitor.scoring import load_scorer
from monitor.scoring.features import Vocabulary, read
from monitor.scoring.scorer import PERHAPS, RESEMBLES, Scorer
from monitor.scoring.severity import GRAVE_ALONE, GRAVE_CALM, GRAVE_DENIED, GRAVE_SURE, RULES, Severity
from monitor.scoring.words import own_words


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return load_scorer()


def held(written: str, grave: float = 1.0) -> list[str]:
    """The names of the rules that hold for a text, gravest first."""
    mask = int(np.bitwise_or.reduce(read(Vocabulary(), [written]).masks))
    return [rule.name for rule in Severity(own_words()).held(mask, written, grave)]


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("Two of us ended up in hospital after your chicken", "injury"),
        ("Ma fille a été brûlée au visage", "injury"),
        ("The socket smells of burning and the plug melted", "safety"),
        ("Le câble haute tension est par terre", "safety"),
        ("My disabled son was left on the platform, he hasn't eaten", "somebody vulnerable left alone"),
        ("Mon père tétraplégique laissé sur le quai", "somebody vulnerable left alone"),
        ("Refused a table because of my accent, of my skin really", "discrimination"),
        ("Le vigile m'a dit de retirer mon voile, propos racistes", "discrimination"),
        ("I can see other customers' orders in my account", "data of others"),
        ("J'ai reçu la facture d'un autre client", "data of others"),
        ("A toddler was left alone by the pool", "a child in danger"),
        ("Un enfant a failli s'étouffer avec la pièce", "a child in danger"),
        ("Our dog was injured at your kennels", "an animal harmed"),
        ("Le lapin est mort dans la soute, maltraitance", "an animal harmed"),
        ("I gave a statement to police, he was arrested", "police or court"),
        ("J'ai porté plainte, il est en garde à vue", "police or court"),
    ],
)
def test_each_rule_of_severity_3_is_read_in_both_languages(written: str, rule: str) -> None:
    assert rule in held(written)


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("I have written to the ombudsman", "a legal step"),
        ("Je saisis le médiateur", "a legal step"),
        ("Someone logged in as me, my account was hacked", "an account taken over"),
        ("On a vidé mon compte, carte piratée", "an account taken over"),
        ("No hot water since Monday", "something people depend on"),
        ("Plus de chauffage depuis lundi", "something people depend on"),
        ("You owe me $1,250", "much money"),
        ("On me doit 480 euros", "much money"),
    ],
)
def test_each_rule_of_severity_2_is_read_in_both_languages(written: str, rule: str) -> None:
    assert rule in held(written)


def test_a_rule_of_severity_3_is_not_believed_when_the_learned_head_denies() -> None:
    words = "Our dog was injured at your kennels, I have written to the ombudsman"
    assert "an animal harmed" in held(words, GRAVE_DENIED)
    assert held(words, GRAVE_DENIED - 0.001) == ["a legal step"]


def test_the_learned_head_needs_more_to_speak_alone_than_to_confirm() -> None:
    assert 0 < GRAVE_DENIED < GRAVE_ALONE < GRAVE_SURE < 0.5


def test_a_doubt_of_the_learned_head_is_shown_as_grave_and_is_no_witness_for_an_alarm(scorer: Scorer) -> None:
    complains = (0.9, 0.05, 0.0, 0.0, 0.0)

    def graded(grave: float) -> tuple[int, tuple[str, ...]]:
        _, severity, rules = scorer._decide(0, "The handle came off", complains, grave, 0.5, "en")
        return severity, rules

    assert graded(GRAVE_ALONE) == (3, (PERHAPS,))
    assert graded(GRAVE_ALONE - 0.001) == (1, ())
    assert graded(GRAVE_SURE) == (3, (RESEMBLES,))
    assert RESEMBLES in LEARNED and PERHAPS not in LEARNED


def test_who_neither_complains_nor_tells_of_people_hurt_is_believed_later(scorer: Scorer) -> None:
    calm = (0.2, 0.0, 0.1, 0.1, 0.1)
    assert scorer.judge("The hall is at the end", calm, GRAVE_CALM - 0.001, 0.5, "en")[1] == 0
    assert scorer.judge("The hall is at the end", calm, GRAVE_CALM, 0.5, "en")[1] == 3


@pytest.mark.parametrize(
    "written",
    [
        "That support act absolutely killed it, best night of the year",
        "The final was a massacre, 5-0, I'm still laughing",
        "This boss is brutal and I love it",
        "mort de rire devant la bande-annonce, hâte de le voir",
        "Ce burger est une tuerie, merci à l'équipe",
        "J'ai fondu sur la fondue, un régal",
        "Parcel incomplete, the belt is missing",
        "colis incomplet, il manque la ceinture",
        "Je rentre chez moi et toujours pas de colis",
        "I missed my stop because I was reading",
        "Mon nom est mal écrit sur la carte",
        "La salle est au fond, sous le plafond bleu",
    ],
)
def test_figures_of_speech_and_homely_words_are_not_grave(scorer: Scorer, written: str) -> None:
    assert scorer.score_text(written).severity < 3


def test_no_phrase_of_a_grave_heading_is_longer_than_what_is_matched() -> None:
    """Only three words are compared: a longer phrase would hold for every post that begins like it."""
    grave = {heading for rule in RULES if rule.severity == 3 for group in rule.all_of for heading in group}
    folder = files("monitor") / "data" / "words"
    for language in ("en", "fr"):
        lists = tomllib.loads((folder / f"{language}.toml").read_text("utf-8"))
        long = [entry for heading in grave for entry in lists[heading].split() if len(entry.split("_")) > 3]
        assert long == [], language
