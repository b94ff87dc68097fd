"""The coach: which parts of a real apology a draft has, and where words stand that people hear as a defence.

Presence first, because what is missing matters more than what is wrong: of 2,222 replies of brands 1.2 % take
responsibility. What each part and each code means is written in docs/coach.md. The coach gives no points and
writes no sentence for anybody: it asks, and the words stay the person's.

Patterns read first. Where they are silent, and no exception of theirs stands, learned heads (`learned`) read each
sentence; what they find is a finding like any other, but it is not certain, and what is not certain blocks nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from monitor.answer import heat, learned
from monitor.answer.around import REGRET, around
from monitor.answer.english import ENGLISH
from monitor.answer.french import FRENCH
from monitor.answer.hearing import counts, heard_words
from monitor.answer.language import language_of
from monitor.answer.reading import Reading, Span, read, sentences
from monitor.answer.tongue import CODES, PARTS, Code, Part, Tongue

Verdict = Literal["ready", "think again", "blocked"]
TONGUES = {"en": ENGLISH, "fr": FRENCH}
_CODE: dict[str, Code] = {code: code for code in CODES}
_PART: dict[str, Part] = {part: part for part in PARTS}
ARGUES: tuple[Code, ...] = ("blame", "minimise", "heated")
"""A detail that is repeated in order to argue with it is not heard."""
DEFENDS: tuple[Code, ...] = ("conditional", "policy", "wall", "passive", "compensation")
"""A detail beside one of these is heard less."""
EARLY_MINUTES = 60.0
"""Compensation offered in public this soon feeds the storm (Herhausen 2023)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place of the draft that is better left out. `span`: characters of the draft, the end excluded.

    `is_certain`: found by a pattern, or by a learned head where it errs as rarely. Only then may it hold a draft back.
    """

    code: Code
    span: Span
    message: str
    is_certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of the draft that made a part count as there."""

    part: Part
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """All that the coach has to say about one draft. Sentences are in the draft's own language."""

    lang: str
    heard: bool
    acknowledged: bool
    sympathised: bool
    repair: bool
    repentance: bool
    words: tuple[Words, ...]  # at most one per part
    findings: tuple[Finding, ...]  # by place
    questions: tuple[str, ...]  # one for each missing part
    hint: str  # fits the mood of the complaint
    verdict: Verdict


def check(
    complaint: str,
    draft: str,
    lang: str | None = None,
    minutes_open: float | None = None,
    is_public: bool = True,
    is_grave: bool = False,
    heads: learned.Heads | None = None,
) -> Advice:
    """Read a draft beside its complaint. Never raises for any two strings.

    `lang`: "en" or "fr" when the caller knows; anything else is found out from the draft, then the complaint.
    `is_grave`: what happened is known to be grave, however quietly it is told: listening comes first.
    `minutes_open`: since the complaint; None (unknown) counts as early. `heads`: None, those that ship. An empty
    draft has nothing and is "think again".
    """
    tongue = TONGUES[language_of(draft, complaint, lang)]
    said, asked = read(draft), read(complaint)
    judged = _judged(said, complaint, tongue, heads)
    is_early = minutes_open is None or minutes_open < EARLY_MINUTES
    findings = _findings(said, tongue, judged, names_compensation=is_public and is_early)
    found = _parts(said, asked, tongue, judged, heads)
    there = {word.part for word in found}
    return Advice(
        lang=tongue.lang,
        heard="heard" in there,
        acknowledged="acknowledged" in there,
        sympathised="sympathised" in there,
        repair="repair" in there,
        repentance="repentance" in there,
        words=found,
        findings=findings,
        questions=tuple(tongue.questions[part] for part in PARTS if part not in there),
        hint=tongue.listen if is_grave or heat.is_aroused(complaint, tongue) else tongue.explain,
        verdict=_verdict(there, findings),
    )


def judge(advice: Advice, same_as: int | None) -> Verdict:
    """The verdict once the draft has also been held beside earlier replies."""
    return advice.verdict if same_as is None else "blocked"


def _verdict(there: set[Part], findings: tuple[Finding, ...]) -> Verdict:
    if any(finding.code == "heated" and finding.is_certain for finding in findings):
        return "blocked"
    answers = there & {"acknowledged", "sympathised", "repair"}
    return "ready" if "heard" in there and answers and not findings else "think again"


def is_met(sentence: str, name: learned.Name, tongue: Tongue) -> bool:
    """Whether a pattern finds the part or the marker in one folded sentence. Shouting is not looked at."""
    if name in _CODE:
        return bool(_places(sentence, _CODE[name], tongue))
    return _hit(sentence, _PART[name], tongue.lang) is not None


def is_asked(sentence: str, name: learned.Name, tongue: Tongue) -> bool:
    """Whether the learned head of a name is asked about a folded sentence: no pattern and no exception knows it."""
    known = tongue.excused[_CODE[name]] if name in _CODE else tongue.not_parts[_PART[name]]
    if known.search(sentence) or is_met(sentence, name, tongue):
        return False
    return name != "repair" or not tongue.markers["compensation"].search(sentence)


def surroundings(said: Reading, complaint: str, tongue: Tongue) -> list[tuple[Span, npt.NDArray[np.float32]]]:
    """Where each sentence of a draft stands, and what stands round it (`around.around`)."""
    spans = list(sentences(said.plain))
    met = []
    for start, end in spans:
        sentence = said.plain[start:end]
        met.append([*(is_met(sentence, name, tongue) for name in learned.HEADS), bool(REGRET.search(sentence))])
    if not spans:
        return []
    rows = around(met, is_aroused=heat.is_aroused(complaint, tongue), is_french=tongue.lang == "fr")
    return list(zip(spans, rows, strict=True))


@dataclass(frozen=True, slots=True)
class _Guess:
    """A sentence of the folded draft that a learned head takes for what it has learned."""

    name: learned.Name
    span: Span
    margin: float  # logit above the head's threshold
    is_certain: bool


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the learned heads say: sentences that they name, and those in which they do not believe a pattern."""

    guesses: list[_Guess]
    vetoed: set[tuple[learned.Name, int]]  # name, where the sentence begins


def _judged(said: Reading, complaint: str, tongue: Tongue, heads: learned.Heads | None) -> _Judged:
    guesses, vetoed = [], set()
    for (start, end), row in surroundings(said, complaint, tongue):
        sentence = said.plain[start:end]
        judged = learned.judge(sentence, tongue.lang, row, heads)
        if judged is None:
            continue
        for place, name in enumerate(learned.HEADS):
            if judged.is_vetoed[place]:
                vetoed.add((name, start))
            if judged.over[place] >= 0 and is_asked(sentence, name, tongue):
                span = _trimmed(sentence, start)
                guesses.append(_Guess(name, span, judged.over[place], judged.is_certain[place]))
    return _Judged(guesses, vetoed)


def _trimmed(sentence: str, start: int) -> Span:
    return start + len(sentence) - len(sentence.lstrip()), start + len(sentence.rstrip())


def overlap(complaint: str, draft: str, lang: str) -> npt.NDArray[np.float32]:
    """`hearing.COUNTS` of a draft beside its complaint. `lang`: "en" or "fr"."""
    said, tongue = read(draft).plain, TONGUES[lang]
    return counts(said, read(complaint).plain, *_shields(said, tongue), tongue)


def _shields(plain: str, tongue: Tongue) -> tuple[list[Span], list[Span]]:
    """Where a folded draft argues, and where it defends itself."""
    argued, defended = (
        [place for code in codes for place in _places(plain, code, tongue)] for codes in (ARGUES, DEFENDS)
    )
    return argued, defended


def _parts(
    said: Reading, asked: Reading, tongue: Tongue, judged: _Judged, heads: learned.Heads | None
) -> tuple[Words, ...]:
    found = []
    argued, defended = _shields(said.plain, tongue)
    weights = (heads or learned.heads()).hearing
    if place := heard_words(said.plain, asked.plain, argued, defended, tongue, weights):
        found.append(Words(part="heard", span=said.span(*place)))
    for part in PARTS[1:]:
        guesses = (each for each in judged.guesses if each.name == part)
        likely = max(guesses, key=lambda each: each.margin, default=None)
        if place := _place(said.plain, part, tongue, judged) or (likely.span if likely else None):
            found.append(Words(part=part, span=said.span(*place)))
    return tuple(found)


def _place(plain: str, part: Part, tongue: Tongue, judged: _Judged) -> Span | None:
    """Where a part stands first; None: nowhere."""
    for start, end in sentences(plain):
        if (part, start) not in judged.vetoed and (hit := _hit(plain[start:end], part, tongue.lang)):
            return start + hit[0], start + hit[1]
    return None


@lru_cache(maxsize=4096)
def _hit(sentence: str, part: Part, lang: str) -> Span | None:
    """Where a part stands in one folded sentence."""
    tongue = TONGUES[lang]
    blurred = tongue.not_parts[part].sub(_blur, sentence)
    if part == "repair":  # a voucher mends nothing
        blurred = tongue.markers["compensation"].sub(_blur, blurred)
    hit = tongue.parts[part].search(blurred)
    return hit.span() if hit else None


def _blur(hit: re.Match[str]) -> str:
    return "_" * len(hit.group())


def _findings(said: Reading, tongue: Tongue, judged: _Judged, *, names_compensation: bool) -> tuple[Finding, ...]:
    found = [
        Finding(code=code, span=said.span(*place), message=tongue.messages[code])
        for code in CODES
        if code != "heated" and (code != "compensation" or names_compensation)
        for place in _places(said.plain, code, tongue, judged)
    ]
    found += [
        Finding(code="heated", span=span, message=tongue.messages["heated"]) for span in heat.heated(said, tongue)
    ]
    certain = [(finding.code, finding.span) for finding in found]
    for guess in judged.guesses:
        (start, end), code = said.span(*guess.span), _CODE.get(guess.name)
        if code is None or (code == "compensation" and not names_compensation):
            continue
        if not any(code == other and a < end and start < b for other, (a, b) in certain):  # shouted already
            message, is_certain = tongue.messages[code], guess.is_certain
            found.append(Finding(code=code, span=(start, end), message=message, is_certain=is_certain))
    return tuple(sorted(found, key=lambda finding: finding.span))


def _places(plain: str, code: Code, tongue: Tongue, judged: _Judged | None = None) -> list[Span]:
    """At most one in each sentence: from the first of its words to the last."""
    places: list[Span] = []
    for start, end in sentences(plain):
        if judged is not None and (code, start) in judged.vetoed:
            continue
        if met := _met(plain[start:end], code, tongue.lang):
            places.append((start + met[0], start + met[1]))
    return places


@lru_cache(maxsize=8192)
def _met(sentence: str, code: Code, lang: str) -> Span | None:
    """Where a marker stands in one folded sentence. Remembered: while somebody types, only the last one changes."""
    tongue = TONGUES[lang]
    spans = [_shown(hit) for hit in tongue.markers[code].finditer(sentence)]
    if spans:
        excused = [hit.span() for hit in tongue.excused[code].finditer(sentence)]
        spans = [(a, b) for a, b in spans if not any(first <= a and b <= last for first, last in excused)]
    return (spans[0][0], spans[-1][1]) if spans else None


def _shown(hit: re.Match[str]) -> Span:
    """What is shown of a find, without spaces and commas at its ends."""
    start, end = hit.span("x") if "x" in hit.re.groupindex and hit.group("x") else hit.span()
    words = hit.string[start:end]
    return end - len(words.lstrip(" ,;:")), start + len(words.rstrip(" ,;:"))
