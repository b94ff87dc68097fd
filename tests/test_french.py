"""Every sentence that a page says has its French, and every French sentence fills in the same things."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from dashboard.french import FRENCH
from dashboard.pages import frame, login
from db.rows import ActionState, IncidentState, Label, Part, PersonState, ReplyState, Sensitivity, Severity, SourceState
from db.sqlite import COUNTED
from monitor import incidents
from monitor.answer.sixrules import RULES, State

HOME = Path(__file__).resolve().parent.parent
SPOKEN = [*sorted((HOME / "dashboard").rglob("*.py")), HOME / "monitor" / "answer" / "sixrules.py"]
SAYS, COUNTS = {"say", "said"}, {"count"}
# Why a letter left, and what stands in the log of who did what.
REASONS = ("first", "worse", "still burning", "nobody has taken it", "calming", "over", "blind", "digest", "test")
DEEDS = (
    "action", "add", "admin", "close", "corrected", "dismiss", "end silence", "hand", "heard", "keep", "link",
    "logged in", "remove", "responder", "review", "revoke", "rules", "script", "silence", "stop", "take", "viewer",
    "wall", "taught", "word-15", "word-30", "word-60", "ask", "agree", "refuse", "sent", "drop", "tell", "silence-1",
    "silence-4", "silence-24",
)  # fmt: skip
# What is said by the word that a row holds, and not by a literal.
WORDS = {
    *RULES,
    *get_args(State),
    *(
        word
        for kind in (
            ActionState,
            IncidentState,
            Label,
            Part,
            PersonState,
            ReplyState,
            Sensitivity,
            Severity,
            SourceState,
        )
        for word in get_args(kind)
    ),
    *(
        "opened",
        "worse",
        "better",
        "calming",
        "rising",
        "closed",
        "reopened",
        "joined",
        "acknowledged",
        "owned",
        "note",
    ),
    *("viewer", "responder", "admin", "past", "missed", "dismissed"),
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    *("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    *(name for _, name in frame.ROOMS),
    *(login.NO_SUCH_LINK, login.WRONG, login.WAIT),
    *(table.replace("_", " ") for table in COUNTED),
    *REASONS,
    *DEEDS,
    *("CALM", "WATCH", "STORM", "BLIND"),
    *incidents.SENTENCES,
}


def texts(node: ast.expr) -> Iterator[str]:
    """The literals that an argument can be, both sides of a condition included."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def spoken(path: Path) -> dict[str, str]:
    """Sentence -> where it is said. A name that is given a literal nearby counts by that literal."""
    tree = ast.parse(path.read_text())
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        wanted = node.args[:1] if name in SAYS else node.args[1:3] if name in COUNTS and len(node.args) == 3 else []
        for each in wanted:
            for text in texts(each):
                found[text] = f"{path.relative_to(HOME)}:{node.lineno}"
    return found


def everything() -> dict[str, str]:
    found = {word: "a word of a row" for word in WORDS}
    for path in SPOKEN:
        found |= spoken(path)
    return {text: where for text, where in found.items() if any(char.isalpha() for char in text)}


def test_every_sentence_has_its_french() -> None:
    missing = {text: where for text, where in everything().items() if text not in FRENCH}
    assert not missing, "\n".join(f"{where}: {text!r}" for text, where in sorted(missing.items(), key=lambda i: i[1]))


def test_the_finder_finds() -> None:
    """It must be able to fail: it sees sentences of every kind of call."""
    found = everything()
    for text in ("Log in", "{n} follower", "One text went to {n} people, first at {at}: “{words}”", "over the cap"):
        assert text in found, text
    assert len(found) > 300


@pytest.mark.parametrize("english", sorted(FRENCH))
def test_french_fills_in_what_english_fills_in(english: str) -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    french = FRENCH[english]
    assert names(french) == names(english)
    assert (
        french.strip() and (english[:1] == " ") == (french[:1] == " ") and (english[-1] == " ") == (french[-1] == " ")
    )
    # In French a narrow space stands before ; : ! ? and inside guillemets.
    for mark in (" ;", " :", " !", " ?", "« ", " »"):
        assert mark not in french, f"an ordinary space: {french!r}"
    assert '"' not in french and "“" not in french
