"""Which language a post is in: English, French, a few others, or "und" when nobody could tell.

By small words and by alphabet. It is enough to choose the right lists and to be less sure elsewhere; it is not a
language identifier for its own sake.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "fr", "es", "de", "it", "pt", "nl")
# Blocks of 256 code points by their first letter; anything else that is not Latin stays "und".
_SCRIPTS = {0x03: "el", 0x04: "ru", 0x05: "he", 0x06: "ar", 0x09: "hi", 0x0E: "th", 0x30: "ja", 0x31: "ko"}


@cache
def _others() -> dict[str, frozenset[str]]:
    listed = tomllib.loads((files("monitor") / "data" / "words" / "other.toml").read_text("utf-8"))
    return {language: frozenset(words.split()) for language, words in listed.items()}


def votes(reading: str, is_english: bool, is_french: bool, raw: str) -> tuple[float, ...]:
    """How much one word speaks for each of `LANGUAGES`. A word of several languages speaks less for each."""
    others = _others()
    found = [is_english, is_french, *(reading in others[language] for language in LANGUAGES[2:])]
    accents = [0.0] * len(LANGUAGES)
    for letter, languages in (("éèêëàâùûçœîï", (1, 5)), ("ñ¿¡óí", (2,)), ("äöüß", (3,)), ("ãõ", (5,)), ("ìò", (4,))):
        if any(c in letter for c in raw.lower()):
            for place in languages:
                accents[place] += 0.8 if place == languages[0] else 0.3
    share = sum(found)
    return tuple((1.0 / share if holds else 0.0) + accent for holds, accent in zip(found, accents, strict=True))


def of_script(block: int) -> str:
    """The language an alphabet suggests; "und" when it is that of many."""
    if 0x4E <= block <= 0x9F:
        return "zh"
    if 0xAC <= block <= 0xD7:
        return "ko"
    return _SCRIPTS.get(block, "und")
