"""The scorer: any text gets a score, for reasons that can be read."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.rows import Mention, Score
from monitor.scoring import load_scorer, text
from monitor.scoring.crowd import TRAGIC, crowd_tragedy
from monitor.scoring.model import HEADS, ModelError, shipped
from monitor.scoring.scorer import Scorer
from monitor.scoring.words import own_words

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return load_scorer()


def mention(words: str, number: int = 0, lang: str | None = None) -> Mention:
    return Mention(id=f"x:{number}", source="x", brand="acme", text=words, created_at=NOW, received_at=NOW, lang=lang)


def check(score: Score) -> None:
    assert score.label in ("complaint", "hostile", "praise", "question", "other")
    assert all(0 <= getattr(score, head) <= 1 for head in HEADS)
    assert score.severity in (0, 1, 2, 3)
    assert score.lang


@pytest.mark.parametrize(
    "words",
    [
        "",
        " ",
        "\n\t",
        "😡" * 50,
        "https://a.example/b https://c.example/d",
        "x" * 1_000_000,
        "spam " * 200_000,
        "a\x00b\x00",
        "هذه الخدمة سيئة جدا",
        "\u202eevif lli",
        "\ud800\udfff lone \udc00",
        "Это ужасно, где мой заказ?",
        "最悪のサービスです",
        "e" + "\u0301" * 500,
        "@" * 300,
        "#" + "\u200b" * 40,
        "€£$" * 100,
        "'" * 999,
    ],
)
def test_any_text_gets_a_score(scorer: Scorer, words: str) -> None:
    check(scorer.score_text(words))


@settings(max_examples=400)
@given(st.lists(st.text(st.characters(codec=None), max_size=60), max_size=6))
def test_random_strings_never_raise(texts: list[str]) -> None:
    found = load_once().score_texts(texts)
    assert len(found) == len(texts)
    for score in found:
        check(score)


_kept: list[Scorer] = []


def load_once() -> Scorer:
    if not _kept:
        _kept.append(load_scorer())
    return _kept[0]


def test_scores_come_in_order_with_the_ids_of_the_mentions(scorer: Scorer) -> None:
    posts = [mention(f"where is my order {n}?", n) for n in range(1_100)]
    assert [score.mention_id for score in scorer.score(posts)] == [post.id for post in posts]


def test_no_mentions_give_no_scores(scorer: Scorer) -> None:
    assert scorer.score([]) == []


@settings(max_examples=400)
@given(
    st.text(st.one_of(st.characters(codec=None), st.sampled_from("ab.c'-_ \t\n@#*$€?!:)<3/s\u200b\u3000")), max_size=60)
)
def test_the_tokens_of_a_text_are_those_of_its_pieces(words: str) -> None:
    assert [token for piece in text.pieces(words) for token in text.split(piece)] == text.split(words)


def test_the_same_text_scores_the_same_alone_and_in_a_crowd(scorer: Scorer) -> None:
    posts = [
        mention("Day 9. Still no box.", 1),
        mention("Merci pour tout, équipe adorable", 2),
        mention("", 3),
        mention("Bande de voleurs !", 4),
        mention("what time do you open", 5),
    ]
    together = scorer.score(posts)
    alone = [load_scorer().score([post])[0] for post in posts]
    for one, other in zip(together, alone, strict=True):
        assert (one.label, one.severity, one.lang) == (other.label, other.severity, other.lang)
        assert one.because == other.because
        assert all(abs(getattr(one, head) - getattr(other, head)) < 2e-4 for head in HEADS)


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("@acme my parcel never arrived, three emails and nobody answers. Refund me.", "complaint"),
        ("Toujours pas de colis après trois semaines, et personne ne répond au téléphone", "complaint"),
        ("You are a bunch of thieves and idiots, go to hell", "hostile"),
        ("Bande d'escrocs, vous êtes des voleurs, allez tous crever", "hostile"),
        ("Thank you so much, lovely staff and delicious food, we loved it!", "praise"),
        ("Merci beaucoup, équipe adorable et service impeccable, je recommande !", "praise"),
        ("What time do you open on Sunday?", "question"),
        ("Bonjour, vous ouvrez à quelle heure le dimanche ?", "question"),
    ],
)
def test_plain_cases_are_read_as_anybody_would(scorer: Scorer, words: str, label: str) -> None:
    assert scorer.score_text(words).label == label


def test_sarcastic_praise_is_never_praise(scorer: Scorer) -> None:
    lines = (DATA / "sarcasm.txt").read_text("utf-8").splitlines()
    spoken = [scorer.score_text(line).lang for line in lines]
    assert min(spoken.count("en"), spoken.count("fr")) >= 50
    assert [line for line in lines if scorer.score_text(line).label == "praise"] == []


def test_swearing_at_the_weather_is_not_hostile(scorer: Scorer) -> None:
    assert scorer.score_text("Fuck this rain, soaked again").label != "hostile"


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Your charger caught fire on my desk, we could have been hurt", "safety"),
        ("My son had an allergic reaction after your cake, the label says nothing", "injury"),
        ("Your guard was racist to my friend and refused us entry", "discrimination"),
        ("Je vois les factures d'autres clients dans mon espace, corrigez ça", "data of others"),
        ("Ma fille a été brûlée par votre bouilloire défectueuse", "a child in danger"),
        ("My dog was injured by your groomer and you will not answer", "an animal harmed"),
    ],
)
def test_grave_matters_are_severity_3_and_the_rule_is_named(scorer: Scorer, words: str, rule: str) -> None:
    score = scorer.score_text(words)
    assert score.severity == 3
    assert f"rule: {rule}" in score.because or "rule: people hurt or in danger" in score.because


def test_a_loud_complaint_about_cold_coffee_is_severity_1(scorer: Scorer) -> None:
    score = scorer.score_text("WORST CAFE EVER, COLD COFFEE, TERRIBLE SERVICE!!!!!")
    assert (score.label in ("complaint", "hostile"), score.severity) == (True, 1)


def test_a_complaint_about_much_money_is_severity_2(scorer: Scorer) -> None:
    score = scorer.score_text("You charged me €480 twice and refuse the refund, still waiting")
    assert score.severity == 2
    assert "rule: much money" in score.because


def test_the_reasons_are_in_the_posts_own_spelling(scorer: Scorer) -> None:
    words = "Sooooo DISAPPOINTED, parcel n3ver arrived, TERRIBLE servicе"
    score = scorer.score_text(words)
    assert score.because
    assert all(reason in words for reason in score.because if not reason.startswith("rule:"))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a\u200bng\u200dry", "angry"),
        ("sсаm", "scam"),  # two Cyrillic letters
        ("soooooo", "so"),
        ("ＲＥＦＵＮＤ", "refund"),
        ("Déçue", "decue"),
        ("don’t", "dont"),
        ("@Someone", "<at>"),
        ("https://a.example/x?y=1", "<url>"),
        ("2026", "<4>"),
    ],
)
def test_disguised_spellings_are_read_as_the_word_they_stand_for(written: str, read: str) -> None:
    assert text.normal(written) == read


@pytest.mark.parametrize("written", ["1d10t", "a$$hole", "m0r0n", "c0nn@rd"])
def test_leetspeak_insults_are_still_insults(written: str) -> None:
    from monitor.scoring.features import look

    words = own_words()
    token = look(text.split(written)[0], words)
    assert (token.english | token.french) & words.bit("insult")


def test_disguise_does_not_make_an_insult_harmless(scorer: Scorer) -> None:
    plain = scorer.score_text("you are idiots and liars")
    hidden = scorer.score_text("you are 1diots and l\u200biars")
    assert hidden.hostile == pytest.approx(plain.hostile, abs=0.25)
    assert hidden.label == plain.label


@pytest.mark.parametrize(
    ("words", "said", "lang"),
    [
        ("where is my order, I have been waiting for days", None, "en"),
        ("où est ma commande, je l'attends depuis des jours", None, "fr"),
        ("el servicio es muy malo y no funciona", None, "es"),
        ("Где мой заказ?", None, "ru"),
        ("🔥🔥", "fr-FR", "fr"),
        ("🔥🔥", None, "und"),
    ],
)
def test_the_language_is_that_of_the_words_and_else_what_the_platform_says(
    scorer: Scorer, words: str, said: str | None, lang: str
) -> None:
    assert scorer.score_text(words, said).lang == lang


def test_in_an_unknown_language_the_scorer_is_less_sure(scorer: Scorer) -> None:
    foreign = scorer.score_text("Это просто ужасно, верните деньги, обман!")
    assert all(0.01 < getattr(foreign, head) < 0.9 for head in ("complaint", "hostile"))


def test_a_crowd_of_rescue_posts_is_a_tragedy_and_chatter_is_not(scorer: Scorer) -> None:
    grave = [
        "At least 12 people killed in the earthquake, rescue teams search the rubble",
        "Pray for the victims of the flood",
    ]
    light = ["new menu at the burger place, want some?", "is the store open on monday?", "great match tonight"]
    assert crowd_tragedy([score.tragedy for score in scorer.score_texts(grave * 10)]) >= TRAGIC
    assert crowd_tragedy([score.tragedy for score in scorer.score_texts(light * 10)]) < TRAGIC
    assert crowd_tragedy([]) == 0


def test_the_lists_of_both_languages_share_their_headings_and_fit_in_a_mask() -> None:
    words = own_words()
    assert len(words.headings) <= 64
    for heading in ("broken", "refund", "insult", "injury"):
        bit = words.bit(heading)
        for language in ("en", "fr"):
            assert any(mask & bit for mask in words.single[language].values())


def test_a_model_that_is_not_there_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="smoulder train"):
        load_scorer(tmp_path)


@pytest.mark.parametrize("file", ["weights.npz", "vectors.npz", "card.json"])
def test_a_damaged_model_is_named_with_what_to_do(tmp_path: Path, file: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(shipped(), folder)
    whole = (folder / file).read_bytes()
    half = len(whole) // 2
    for damaged in (whole[:half], whole[:half] + bytes(64) + whole[half + 64 :], b"PK\x03\x04", b"{}", b""):
        (folder / file).write_bytes(damaged)
        with pytest.raises(ModelError, match="smoulder train"):
            load_scorer(folder)


def test_the_card_names_every_data_set_with_its_licence_and_sum(scorer: Scorer) -> None:
    data = scorer.model.card["data"]
    assert isinstance(data, list)
    assert data
    for entry in data:
        assert entry["licence"]
        assert len(entry["sha256"]) == 64
        assert entry["rows"] > 0


def test_scoring_needs_no_scikit_learn_and_asking_for_the_package_no_numpy() -> None:
    code = (
        "import sys; import monitor.scoring; assert 'numpy' not in sys.modules;"
        "monitor.scoring.load_scorer().score_text('hello');"
        "assert 'sklearn' not in sys.modules; assert 'scipy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent.parent)
