"""What the machine once said of a finding, said again in another language.

A finding is kept as it was said, in the language of its brand; whoever reads another one is told the same by the same
patterns (monitor.evidence.WORDS). What fits none of them was written by a person, or by an earlier release: it stays
as it is. Pure.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from functools import lru_cache

from monitor.evidence import DAYS, PARTS, WORDS

# Around another sentence first, the widest pattern last.
SENTENCES = (
    "late",
    "pileon young",
    "copied young",
    "complaints young",
    "pileon",
    "copied",
    "complaints",
    "spike",
    "slowburn",
    "shift",
    "topic",
    "vip",
    "reach",
    "keyword",
    "severe",
    "second",
    "harm",
    "more",
)
NUMBER = r"\d+"


def retold(sentence: str, language: str) -> str:
    """The same finding in `language`; the sentence itself when it is no finding of another language."""
    for spoken in WORDS:
        if spoken != language and language in WORDS:
            found = _retold(sentence, spoken, language)
            if found is not None:
                return found
    return sentence


def _retold(sentence: str, spoken: str, language: str) -> str | None:
    for name in SENTENCES:
        found = _pattern(spoken, name).fullmatch(sentence)
        if found is None:
            continue
        inner = found.groupdict().get("words")
        within = None if inner is None else _retold(inner, spoken, language)
        if inner is not None and within is None:
            continue  # posts that a person counted, not a finding
        values = {field: _value(field, said, spoken, language) for field, said in found.groupdict().items()}
        return WORDS[language][name].format(**values | ({} if within is None else {"words": within}))
    return None


@lru_cache
def _pattern(language: str, name: str) -> re.Pattern[str]:
    return re.compile(pattern(WORDS[language][name], _fields(language)), re.DOTALL)


def pattern(template: str, fields: Mapping[str, str]) -> str:
    """A regular expression for what a template makes; each field is a group of its name."""
    parts = string.Formatter().parse(template)
    return "".join(re.escape(text) + (f"(?P<{name}>{fields[name]})" if name else "") for text, name, _, _ in parts)


def _fields(language: str) -> dict[str, str]:
    text = WORDS[language]
    days, parts = "|".join(DAYS[language]), "|".join(dict.fromkeys(name for _, name in PARTS[language]))

    def either(*names: str) -> str:
        return "|".join(re.escape(text[name]).replace(re.escape("{n}"), NUMBER) for name in names)

    return {
        "people": either("person", "people"),
        "span": either("minute", "minutes", "hours"),
        "expected": f"{NUMBER}|{re.escape(text['rare'])}",
        "when": f"(?:{days}) (?:{parts})",
        "seen": NUMBER,
        "topic": ".+",
        "words": ".+",
    }


def _value(field: str, said: str, spoken: str, language: str) -> str:
    here, there = WORDS[spoken], WORDS[language]
    if field == "when":
        day, _, part = said.partition(" ")
        names = [name for _, name in PARTS[spoken]]
        told = there["when"]
        return told.format(day=DAYS[language][DAYS[spoken].index(day)], part=PARTS[language][names.index(part)][1])
    if field == "expected":
        return there["rare"] if said == here["rare"] else said
    ways: dict[str, tuple[str, ...]] = {"people": ("person", "people"), "span": ("minute", "minutes", "hours")}
    for name in ways.get(field, ()):
        found = re.fullmatch(re.escape(here[name]).replace(re.escape("{n}"), f"({NUMBER})"), said)
        if found is not None:
            return there[name].format(n=found[1] if found.groups() else "")
    return said


def said_again(text: str, templates: Mapping[str, str], fields: Mapping[str, str], say: Callable[..., str]) -> str:
    """What one of `templates` made, through `say(key, **values)`; the text itself when none did.

    `templates`: key -> the pattern in the language of the text, the narrowest first."""
    for key, template in templates.items():
        found = re.fullmatch(pattern(template, fields), text, re.DOTALL)
        if found is not None:
            return say(key, **found.groupdict())
    return text
