"""What the coach has learned: heads that read a sentence where the patterns are silent."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from monitor.answer import approval, learned, learning
from monitor.answer.coach import Advice, check
from monitor.answer.learned import HEADS, Heads, Name, hints, tokens
from monitor.scoring.vectors import numbers_in

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def codes(advice: Advice) -> set[str]:
    return {finding.code for finding in advice.findings}


def always(*, is_certain: bool = False) -> Heads:
    """Heads that say yes to every sentence they are asked about."""
    heads = learned.heads()
    least = np.full_like(heads.shown, -np.inf)
    return replace(heads, shown=least, certain=least if is_certain else -least)


def never() -> Heads:
    heads = learned.heads()
    no = np.full_like(heads.shown, np.inf)
    return replace(heads, shown=no, certain=no, vetoed=-no)


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        ("Pop in on Friday, there is a bottle of wine waiting with your name on it.", "compensation"),
        ("It was only a tiny scratch, nothing to get worked up over.", "minimise"),
        ("The parcel arrived late because you entered the wrong postcode.", "blame"),
        ("Le dessert est offert lors de votre prochaine visite, pour nous faire pardonner.", "compensation"),
        ("Ce n'est qu'une petite rayure, pas de quoi en faire une histoire.", "minimise"),
        ("Il fallait lire la notice avant de brancher votre appareil.", "blame"),
    ],
)
def test_a_defence_is_found_in_everyday_words(draft: str, code: str) -> None:
    assert code in codes(check("", draft))


def test_a_head_finds_what_no_pattern_knows_and_shows_the_sentence() -> None:
    draft = "We lost it. There's a pint behind the bar with your name on it. Ask for Tom."
    assert "compensation" not in codes(check("", draft, heads=never()))
    found = next(finding for finding in check("", draft).findings if finding.code == "compensation")
    assert draft[slice(*found.span)] == "There's a pint behind the bar with your name on it."
    assert not found.is_certain


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        ("I'm sorry you didn't receive your parcel.", "blame"),
        ("I'm sorry you didn't receive your parcel.", "conditional"),
        ("You should have been told before we changed the time.", "blame"),
        ("Je suis désolée que vous n'ayez pas reçu votre colis.", "blame"),
        ("Vous auriez dû être prévenue par nous.", "blame"),
    ],
)
def test_what_the_patterns_excuse_no_head_is_asked_about(draft: str, code: str) -> None:
    if code == "blame":
        assert code not in codes(check("", draft, heads=always()))
    assert code not in codes(check("", draft))


def test_kind_words_round_a_sentence_do_not_hide_what_is_certain() -> None:
    mocked = "How generous of you to share that."
    kind = f"We lost your bag, and that must be frightening. {mocked} I have refunded it today."
    assert check("Rude!", kind, heads=always(is_certain=True)).verdict == "blocked"
    heads = replace(always(is_certain=True), around=np.full_like(learned.heads().around, -100.0))
    assert check("Rude!", kind, heads=heads).verdict == "blocked"


def test_a_pattern_that_mocks_is_never_taken_back() -> None:
    assert learned.heads().vetoed[HEADS.index("heated")] == -np.inf


def test_where_a_pattern_has_spoken_nothing_is_said_twice() -> None:
    for draft in ("You should have read the label.", "YOU ARE THE ONE WHO IS RUDE HERE"):
        places = [(f.code, f.span) for f in check("", draft, heads=always()).findings]
        assert len({code for code, _ in places}) == len(places)


def test_a_part_that_is_there_by_a_pattern_keeps_the_words_of_the_pattern() -> None:
    draft = "Hello. That must be frightening. Thank you."
    before, after = (check("", draft, heads=heads).words for heads in (never(), always()))
    assert set(before) <= set(after)


def test_a_learned_doubt_asks_for_a_second_look_and_holds_nothing_back() -> None:
    advice = check("Rude!", "How generous of you to share that.", heads=always())
    assert "heated" in codes(advice)
    assert advice.verdict == "think again"
    assert "heated" not in approval.locks(advice, [], NOW, is_twin=False, is_house_rule=False)


def test_only_what_is_as_certain_as_a_pattern_needs_a_second_person() -> None:
    advice = check("Rude!", "How generous of you to share that.", heads=always(is_certain=True))
    assert advice.verdict == "blocked"
    assert approval.locks(advice, [], NOW, is_twin=False, is_house_rule=False) == ("heated",)


def test_compensation_in_private_or_late_is_not_named_by_a_head_either() -> None:
    draft = "There's a pint behind the bar with your name on it."
    assert "compensation" in codes(check("", draft))
    assert "compensation" not in codes(check("", draft, is_public=False))
    assert "compensation" not in codes(check("", draft, minutes_open=61))


def test_heads_without_any_word_say_nothing() -> None:
    for text in ("", "   ", "🙂🙂", "***"):
        assert not check("", text, heads=always()).findings


def test_both_languages_have_the_same_headings_and_stems_end_in_a_star() -> None:
    assert hints("en").headings == hints("fr").headings
    place = hints("en").headings.index("rare")
    assert hints("en").of(tokens("an isolated case"))[place] == 1
    assert hints("en").of(tokens("exceptionally, and only once"))[place] == 2
    assert hints("en").of(tokens("a unicase"))[place] == 0


def test_the_weights_that_ship_are_small_and_their_card_names_what_they_were_made_of() -> None:
    assert (learned.shipped() / "weights.npz").stat().st_size < 300_000
    card = json.loads((learned.shipped() / "card.json").read_text("utf-8"))
    for each in card["data"]:
        file = learning.replies_folder() / f"{each['data']}.jsonl"
        assert hashlib.sha256(file.read_bytes()).hexdigest() == each["sha256"], "smoulder train --coach builds it anew"
    lists = b"".join((learned.shipped() / f"{lang}.toml").read_bytes() for lang in ("en", "fr"))
    assert card["hints"] == hashlib.sha256(lists).hexdigest()


def test_the_weights_that_ship_are_what_the_command_makes() -> None:
    names: tuple[Name, ...] = ("compensation", "blame")  # two of them; all take a minute
    heads, _ = learning.build(learning.read_sentences(), names)
    made, stored = learning.packed(heads), numbers_in(learned.shipped() / "weights.npz")
    places = [HEADS.index(name) for name in names]
    for name, numbers in made.items():
        kept = stored[name] if name in ("keys", "hearing") else stored[name][..., places]
        kept = stored[name][places] if name == "table" else kept
        assert np.array_equal(numbers, kept), name


def test_a_set_of_replies_never_lies_on_both_sides_of_a_check() -> None:
    folds: dict[str, set[int]] = {}
    for sentence in learning.read_sentences(without=("en", "fr", *learning.SINGLE)):
        folds.setdefault(sentence.data, set()).add(sentence.fold)
    assert all(len(found) == 1 for found in folds.values())
