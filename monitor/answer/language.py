"""Which of the coach's languages a draft is in. A sentence is enough; a word or two falls back on the complaint."""

from __future__ import annotations

from typing import Literal

from monitor.answer.reading import read, words

_FRENCH_WORDS = """
je j'ai nous vous votre vos notre nos le la les un une des du de et est sont pas ne que qui ce cette ces mais
pour avec dans sur au aux en il elle on merci bonjour desole desoles desolee navre navres toutes excuses colis
commande c'est d'un d'une qu'il n'est l'attente tres bien plus si par sans sera avez avons etes ont ete a mon
ma mes
"""
_ENGLISH_WORDS = """
i we you your our the a an and is are was were not that this these but for with in on at it he she they thanks
thank hi hello sorry please it's we're i'm i've we've you're don't didn't can't to of be been have has had
will would my me us from by so if no order parcel
"""
_FRENCH = frozenset(_FRENCH_WORDS.split())
_ENGLISH = frozenset(_ENGLISH_WORDS.split())


def language_of(draft: str, complaint: str = "", said: str | None = None) -> Literal["en", "fr"]:
    """What the caller says ("fr", "fr-CA", "EN"), else what the draft reads like, else the complaint, else English."""
    known = (said or "").lower()[:2]
    if known in ("en", "fr"):
        return "fr" if known == "fr" else "en"
    leaning = _leaning(draft) or _leaning(complaint)
    return "fr" if leaning > 0 else "en"


def _leaning(text: str) -> int:
    """Above 0: French; below: English; 0: no telling."""
    found = words(read(text).plain)
    accents = sum(letter in "éèêàçùâîôû" for letter in text.lower())
    return sum(_is_french(w) - (w in _ENGLISH) for w in found) + min(accents, 2)


def _is_french(word: str) -> bool:
    # "d'attente", "qu'on": an elision is French wherever it stands.
    return word in _FRENCH or word.startswith(("d'", "l'", "n'", "s'", "j'", "c'", "qu'", "m'"))
