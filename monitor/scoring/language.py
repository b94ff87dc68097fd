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
def _others() -> tuple[frozenset[str], ...]:
    listed = tomllib.loads((files("monitor") / "data" / "words" / "other.toml").read_text("utf-8"))
    return tuple(frozenset(listed[language].split()) for language in LANGUAGES[2:])


_ACCENTS = {
    letter: place
    for place, letters in ((1, "éèêëàâùûçœîï"), (2, "ñ¿¡"), (3, "äöüß"), (4, "ìò"), (5, "ãõ"))
    for letter in letters
}
_NONE = (0.0,) * len(LANGUAGES)


def votes(raw: str, reading: str, is_english: bool, is_french: bool) -> tuple[float, ...]:
    """How much one word speaks for each of `LANGUAGES`. A word of several languages speaks less for each."""
    speaks = [is_english, is_french, *(reading in listed for listed in _others())]
    share = sum(speaks)
    if raw.isascii():
        return tuple(holds / share for holds in speaks) if share else _NONE
    found = [holds / share if share else 0.0 for holds in speaks]
    for place in {_ACCENTS[c] for c in raw.lower() if c in _ACCENTS}:
        found[place] += 0.5
    return tuple(found)


def of_script(block: int) -> str:
    """The language an alphabet suggests; "und" when it is that of many."""
    if 0x4E <= block <= 0x9F:
        return "zh"
    if 0xAC <= block <= 0xD7:
        return "ko"
    return _SCRIPTS.get(block, "und")
