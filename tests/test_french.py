"""What the pages say is said in French as well: no sentence is forgotten, and none loses a number or a name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.french import FRENCH
from dashboard.reader import Reader

HOUSE = Path(__file__).resolve().parent.parent / "dashboard"
# The rooms whose every sentence is translated.
WHOLE = ("heard.py", "pages/replybox.py", "pages/inbox.py", "pages/incident.py", "posts.py")
TABLES = {"TITLES", "LOCKS", "COURSES", "MARKERS", "STEPS"}
NO_SENTENCES = {"last "}  # of "last 24h", which is translated as a whole


def sentences(path: Path) -> Iterator[str]:
    """Every text that a module hands to say() or count(), or keeps in a table of sentences."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("say", "count"):
                yield from (
                    part.value
                    for argument in node.args
                    for part in ast.walk(argument)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                )
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in TABLES:
            assert isinstance(node.value, ast.Dict)
            yield from (value.value for value in node.value.values if isinstance(value, ast.Constant))


@pytest.mark.parametrize("name", WHOLE)
def test_every_sentence_has_its_french(name: str) -> None:
    found = {text for text in sentences(HOUSE / name) if re.search("[a-z]", re.sub(r"\{\w+\}", "", text))}
    assert len(found) > 3
    assert found - set(FRENCH) - NO_SENTENCES == set()


@pytest.mark.parametrize(("english", "french"), FRENCH.items(), ids=lambda text: text[:30])
def test_a_sentence_keeps_its_names_and_numbers(english: str, french: str) -> None:
    assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", french))
    assert french.strip() and "'" not in french
    assert not re.search(r"[^\u202f\W][:;?!»](?:\s|$)", re.sub(r"https?://", "", french)), (
        "a thin space stands before it"
    )


def test_french_is_found_by_its_english() -> None:
    said = Reader("fr").say("{names} writes as well", names="Bo")
    assert said == "Bo écrit aussi"
    assert Reader("fr").count(0, "{n} person unheard", "{n} people unheard") == "0 personne sans écoute"
