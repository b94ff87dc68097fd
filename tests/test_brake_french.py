"""Every reason of the brake, the switch and the thanks has its French, with the same things filled in."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.french import FRENCH
from dashboard.french_brakes import BRAKES
from dashboard.pages.hashtag import WHYS, said
from dashboard.reader import Reader
from monitor.answer.hashtag import reason
from monitor.tags import NOT_ASKED

HOME = Path(__file__).resolve().parent.parent
SOURCES = [
    *(HOME / "monitor" / "answer" / f"{name}.py" for name in ("hashtag", "planned", "quiet", "thanks")),
    HOME / "monitor" / "tags.py",
]


def sentences(path: Path) -> Iterator[str]:
    """What is handed to `reason` or `_NoPlan`, there or by a name that is given a text nearby."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("reason", "_NoPlan"):
            yield from (a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))
        if isinstance(node, ast.Assign) and any(
            getattr(t, "id", "") in ("text", "words", "many") for t in node.targets
        ):
            yield from (
                c.value for c in ast.walk(node.value) if isinstance(c, ast.Constant) and isinstance(c.value, str)
            )
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            yield from (
                c.value for c in ast.walk(node.value) if isinstance(c, ast.Constant) and isinstance(c.value, str)
            )


REASONS = {text for path in SOURCES for text in sentences(path) if text.endswith((".", "inbox.")) and " " in text}


def test_there_are_reasons_to_look_at() -> None:
    assert len(REASONS) > 35


@pytest.mark.parametrize("text", sorted(REASONS | {NOT_ASKED, *WHYS}))
def test_every_reason_has_its_french(text: str) -> None:
    assert text in FRENCH


@pytest.mark.parametrize("text", sorted(BRAKES))
def test_the_french_fills_in_what_the_english_does(text: str) -> None:
    def names(said: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(said) if name}

    assert names(BRAKES[text]) == names(text)


def test_what_a_person_typed_is_never_taken_for_a_sentence_of_ours() -> None:
    typed = reason("stop", "Quiet is on, said {who}: {why}.", who="{who}", why="{0} {x} %s")
    assert said(typed, Reader("fr")) == "Silence, dit {who}\u202f: {0} {x} %s."
