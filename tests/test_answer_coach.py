"""The coach: what a draft has of an apology, and what is better left out."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.answer.coach import Advice, check
from monitor.answer.language import language_of
from monitor.answer.learning import SETS
from monitor.answer.tongue import CODES, PARTS
from tests.replies import agreement, labelled, together


def codes(advice: Advice) -> set[str]:
    return {finding.code for finding in advice.findings}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_parts_and_markers_agree_with_the_labelled_replies(lang: str) -> None:
    for name, count in agreement(labelled(lang)).items():
        assert count.precision >= 0.90, (name, count)
        assert count.recall >= 0.85, (name, count)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_held_out_third_agrees_nearly_as_well(lang: str) -> None:
    for name, count in agreement([row for row in labelled(lang) if row.is_held_out]).items():
        if count.right + count.missed >= 10:  # of fewer a share says nothing
            assert count.precision >= 0.85, (name, count)
            assert count.recall >= 0.80, (name, count)


def test_replies_from_elsewhere_agree_well_enough() -> None:
    rows = [row for name in ("elsewhere", "later", "last", "plain") for row in labelled(name)]
    for name, count in agreement(rows).items():
        if count.right + count.missed >= 4:
            assert count.precision >= 0.80, (name, count)
            assert count.recall >= 0.75, (name, count)


@pytest.mark.parametrize(
    ("names", "precision", "recall"),
    [(PARTS, 0.92, 0.94), (CODES, 0.94, 0.95)],  # a little under today; the patterns were widened after the one measure
    ids=["parts", "markers"],
)
def test_replies_that_were_new_to_the_coach_once_are_still_read_as_well(
    names: tuple[str, ...], precision: float, recall: float
) -> None:
    counts = agreement(labelled("fresh"))
    right, false, missed = (sum(getattr(counts[name], how) for name in names) for how in ("right", "false", "missed"))
    assert right / (right + false) >= precision
    assert right / (right + missed) >= recall


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", ["voices", "strangers"])
def test_replies_that_nobody_learned_from_are_read_well_enough(name: str, lang: str) -> None:
    file = Path(__file__).parent / "data" / "replies" / f"{name}.jsonl"
    counts = agreement([row for row in labelled(str(file)) if row.lang == lang])
    for names in (PARTS, CODES):
        both = together(counts, names)
        assert both.precision >= 0.80, (names, both)
        assert both.recall >= 0.75, (names, both)


def test_every_label_is_about_the_words_of_its_draft() -> None:
    for name in SETS:
        rows = labelled(name)
        assert len({row.id for row in rows}) == len({row.draft for row in rows}) == len(rows)
        assert {code for row in rows for code, _, _ in row.places} <= set(CODES)
    assert len(labelled("en")) == len(labelled("fr")) == 300


@pytest.mark.parametrize(
    "draft",
    [
        "I'm sorry you didn't receive your parcel.",
        "You should have been told before we changed the time.",
        "Je suis désolée que vous n'ayez pas reçu votre colis.",
        "Vous auriez dû être prévenue par nous.",
    ],
)
def test_what_was_owed_is_no_blame_and_no_condition(draft: str) -> None:
    assert not codes(check("My parcel never came / mon colis n'est pas là", draft)) & {"blame", "conditional"}


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        ("We're sorry if anyone was upset.", "conditional"),
        ("Sorry for any inconvenience.", "inconvenience"),
        ("We apologise for the wait, but it was a busy day.", "but"),
        ("Mistakes were made.", "passive"),
        ("As per our policy, sale items stay with you.", "policy"),
        ("You should have read the label.", "blame"),
        ("This is an isolated incident.", "minimise"),
        ("We are unable to help with that.", "wall"),
        ("Thank you for your patience.", "thanks_patience"),
        ("Please accept a £10 voucher.", "compensation"),
        ("Maybe learn to read before shouting.", "heated"),
        ("Désolés si cela vous a heurté.", "conditional"),
        ("Veuillez excuser la gêne occasionnée.", "inconvenience"),
        ("Nous sommes désolés, mais il y avait du monde.", "but"),
        ("Des erreurs ont été commises.", "passive"),
        ("Conformément à nos CGV, rien n'est dû.", "policy"),
        ("Vous auriez dû lire la notice.", "blame"),
        ("C'est un cas isolé.", "minimise"),
        ("Nous ne pouvons pas vous aider.", "wall"),
        ("Merci de votre patience.", "thanks_patience"),
        ("Voici un bon d'achat de 10 €.", "compensation"),
        ("Apprenez à lire, ça aide.", "heated"),
    ],
)
def test_each_marker_is_named_where_it_stands_in_the_words_own_language(draft: str, code: str) -> None:
    advice = check("", draft)
    finding = next(finding for finding in advice.findings if finding.code == code)
    assert draft[slice(*finding.span)].strip()
    is_french = any(
        word in finding.message for word in ("Cette", "est", "Une", "Personne", "Ce qui", "Elle", "Un cadeau")
    )
    assert is_french == (advice.lang == "fr") or "“" in finding.message


def test_a_rule_that_is_called_wrong_is_no_shield() -> None:
    assert not codes(check("Late", "It took too long, our policy on this was wrong and we've changed it."))
    draft = "It is late, as our policy says."
    span = check("Late", draft).findings[0].span
    assert draft[slice(*span)] == draft[slice(*span)].strip()


def test_a_whole_apology_is_ready_and_has_nothing_to_ask() -> None:
    advice = check(
        "You lost the bag with my wedding dress, the wedding is on Saturday",
        "We lost the bag with your wedding dress, and Saturday is close. That must be frightening. "
        "I'll call you at four, and from now on no bag leaves the belt without a scan.",
    )
    assert all(getattr(advice, part) for part in PARTS)
    assert (advice.verdict, advice.findings, advice.questions) == ("ready", (), ())


def test_what_is_missing_is_asked_for_and_nothing_is_written_for_the_person() -> None:
    advice = check("My sofa is 14 weeks late", "We got this wrong, and your sofa is still not with you.")
    assert len(advice.questions) == 3
    assert all(question.endswith("?") for question in advice.questions)


@pytest.mark.parametrize(
    ("draft", "is_heard"),
    [
        ("Nine days without a line in Mill Lane, while we told you each evening that it would be the next one.", True),
        ("We are sorry if you were expecting an engineer on Thursday, and I have booked a visit for you.", True),
        ("You should have told the engineer on Thursday that the gate was locked, it says so on the form.", False),
        ("Thank you for getting in touch, we are sorry to hear this and would like to look into it for you.", False),
    ],
)
def test_a_detail_is_heard_in_a_condition_and_not_in_a_reproach(draft: str, is_heard: bool) -> None:
    complaint = "Broadband down for 9 days in Mill Lane, and the engineer never came on Thursday"
    assert check(complaint, draft).heard == is_heard


def test_the_words_that_made_a_part_count_are_shown() -> None:
    draft = "Fourteen weeks. I can’t imagine the wait: we lost your sofa."
    shown = {word.part: draft[slice(*word.span)] for word in check("sofa, 14 weeks late", draft).words}
    assert "imagine" in shown["sympathised"]
    assert "lost" in shown["acknowledged"]
    assert shown["heard"] in draft


def test_compensation_is_named_in_public_and_early_only() -> None:
    draft = "We spilled it. Please accept a £10 voucher."
    assert "compensation" in codes(check("", draft))
    assert "compensation" in codes(check("", draft, minutes_open=59, is_public=True))
    assert "compensation" not in codes(check("", draft, minutes_open=60, is_public=True))
    assert "compensation" not in codes(check("", draft, minutes_open=5, is_public=False))


def test_a_heated_draft_is_blocked_and_any_other_fault_is_not() -> None:
    assert check("Rude!", "YOU ARE THE ONE WHO IS RUDE HERE").verdict == "blocked"
    assert check("Rude!", "You're the liar here.").verdict == "blocked"
    assert check("Late", "Sorry if it was late.").verdict == "think again"


def test_the_mood_of_the_complaint_sets_the_hint() -> None:
    calm = check("The box came on Tuesday instead of Monday.", "Hello")
    upset = check("This is a DISGRACE!!! My kid cried all night", "Hello")
    assert "heard" in upset.hint
    assert calm.hint != upset.hint


def test_the_historic_failures_are_seen() -> None:
    entenmanns, american, progressive, bank = labelled("elsewhere")[:4]
    assert "but" in codes(check(entenmanns.complaint, "Our tweet was insensitive, albeit completely unintentional."))
    for row in (american, progressive, bank):
        advice = check(row.complaint, row.draft)
        assert not advice.heard
        assert advice.verdict == "think again"


@pytest.mark.parametrize("row", labelled("en")[::6] + labelled("fr")[::6], ids=lambda row: row.id)
def test_a_sentence_is_enough_to_tell_the_language(row) -> None:
    assert language_of(row.draft) == row.lang


def test_the_caller_may_say_the_language() -> None:
    assert check("", "OK", "fr-CA").lang == "fr"
    assert check("Mon colis n'est pas là", "OK").lang == "fr"
    assert check("", "").lang == "en"


def test_capitals_and_accents_and_curly_quotes_change_nothing() -> None:
    assert codes(check("", "Nous sommes désolés si…")) == codes(check("", "nous sommes desoles si…"))
    assert codes(check("", "We can’t refund it.")) == codes(check("", "We can't refund it."))
    decomposed = "De\u0301sole\u0301 si vous avez attendu."
    finding = check("", decomposed, "fr").findings[0]
    assert decomposed[slice(*finding.span)].startswith("De\u0301sole\u0301")


@settings(max_examples=150)
@given(st.text(st.characters(codec=None), max_size=200), st.text(st.characters(codec=None), max_size=200))
def test_any_two_strings_get_an_advice_and_spans_stay_inside(complaint: str, draft: str) -> None:
    advice = check(complaint, draft)
    for span in [f.span for f in advice.findings] + [w.span for w in advice.words]:
        assert 0 <= span[0] < span[1] <= len(draft)


def test_a_reply_is_read_as_one_types() -> None:
    rows = labelled("en")[:60] + labelled("fr")[:60]
    for row in rows[::10]:
        check(row.complaint, row.draft)
    started = time.process_time()
    for row in rows:
        check(row.complaint, row.draft)
    assert (time.process_time() - started) / len(rows) < 0.050


def test_a_megabyte_does_not_stop_the_one_who_types() -> None:
    started = time.process_time()
    for text in ("sorry if " * 100_000, "A" * 1_000_000, "we we " * 200_000, " " * 1_000_000, "nous avons " * 90_000):
        check(text, text)
    assert time.process_time() - started < 5
