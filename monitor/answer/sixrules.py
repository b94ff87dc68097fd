"""The six rules this tool grew from: which of them did we keep in this incident, and what shows it. Pure.

It judges what can be seen and says so when there is nothing to judge by: "no evidence" is an answer. The words are
templates with values, so that whoever shows them does so in the reader's language and zone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from monitor.answer import sameness
from monitor.answer.coach import Advice, check

State = Literal["kept", "broken", "no evidence"]
Value = str | int | datetime
Period = tuple[datetime, datetime | None]

RULES = (
    "Never promote on a tragedy",
    "No automatic answers to complaints",
    "Know a hashtag before you use it",
    "Give a real apology",
    "Be the bigger person",
    "Answer as the person deserves",
)
TRAGIC_POSTS = 3  # fewer may be one person's turn of phrase
AT_ONCE = timedelta(seconds=15)  # nobody reads, thinks and types that fast
SHOWN = 3
UNHEARD_SHARE = 0.5
_THANKS = re.compile(r"\b(?:thanks|thank you|thx|merci)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer of ours beside the post that it answers."""

    id: str
    at: datetime
    text: str
    to: str  # the words it answers; "": they are not kept
    to_at: datetime | None = None
    label: str | None = None  # of the post it answers
    written_by: str | None = None  # None: not written here
    approved_by: str | None = None  # None: no second person was asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Something of ours that answers nobody: published by a person or by a plan."""

    id: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A hashtag that we used, and how it was looked up before. `verdict` None: nobody did."""

    tag: str
    at: datetime
    verdict: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the six rules are judged by."""

    replies: tuple[Reply, ...] = ()
    posts: tuple[Post, ...] = ()
    planned: tuple[Post, ...] = ()  # what was to be published meanwhile, and nobody held
    held: int = 0  # planned posts that were held
    tags: tuple[Tag, ...] = ()
    quiet: tuple[Period, ...] = ()  # when the quiet switch was on
    tragic: int = 0  # posts that speak of death or harm
    complained: int = 0  # people
    heard: int = 0  # of them
    reads_own: bool = True  # False: our own accounts are not known here, so nothing of ours could be seen


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of evidence: `text` with {names}, and what stands for them."""

    text: str
    values: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule, kept or not, and what shows it. `posts`: ids of ours that it is about."""

    number: int
    rule: str
    state: State
    evidence: tuple[Said, ...]
    posts: tuple[str, ...] = ()


def judge(facts: Facts) -> tuple[Verdict, ...]:
    """The six, in order."""
    found = (_tragedy(facts), _robots(facts), _tags(facts), _apology(facts), _bigger(facts), _sense(facts))
    return tuple(
        Verdict(number, RULES[number - 1], state, tuple(evidence), tuple(ids))
        for number, (state, evidence, ids) in enumerate(found, 1)
    )


Found = tuple[State, list[Said], list[str]]


@lru_cache(16_384)
def read(complaint: str, draft: str) -> Advice:
    """What the coach says to a reply; the same reply is looked at on every showing of a page."""
    return check(complaint, draft)


def apologises(text: str, complaint: str = "") -> bool:
    """It takes responsibility: what weighs most in an apology (Lewicki, Polin and Lount 2016)."""
    return read(complaint, text).acknowledged


def said(text: str, **values: Value) -> Said:
    return Said(text, tuple(values.items()))


def _unseen(facts: Facts) -> Said | None:
    if facts.reads_own:
        return None
    return said("Our own accounts are not named in the rules, so nothing of ours could be seen.")


# --- 1 ----------------------------------------------------------------------------------------------------------
def _tragedy(facts: Facts) -> Found:
    if facts.tragic < TRAGIC_POSTS:
        return "no evidence", [said("Hardly anybody spoke of death or harm.")], []
    spoke = said("{n} posts spoke of death or harm.", n=facts.tragic)
    seen = {" ".join(post.text.split()) for post in facts.posts}
    loud = [post for post in facts.posts if not _is_about_it(post)]
    let_go = [post for post in facts.planned if not _is_about_it(post) and " ".join(post.text.split()) not in seen]
    if loud or let_go:
        shown = [said("At {at} we published “{words}”", at=p.at, words=_short(p.text)) for p in loud[:SHOWN]]
        shown += [
            said("Planned for {at} and not held: “{words}”", at=p.at, words=_short(p.text)) for p in let_go[:SHOWN]
        ]
        return "broken", [spoke, *shown], [p.id for p in loud + let_go]
    if (unseen := _unseen(facts)) is not None:
        return "no evidence", [spoke, unseen], []
    quiet = [said("The quiet switch was on from {at}.", at=start) for start, _ in facts.quiet[:1]]
    quiet += [said("{n} planned posts were held.", n=facts.held)] if facts.held else []
    return "kept", [spoke, said("Nothing of ours but answers went out meanwhile."), *quiet], []


def _is_about_it(post: Post) -> bool:
    """It speaks to those who are hurt, and does not go on as if nothing had happened."""
    advice = read("", post.text)
    return advice.acknowledged or advice.sympathised or advice.repair


# --- 2 ----------------------------------------------------------------------------------------------------------
def _robots(facts: Facts) -> Found:
    answers = _answers(facts)
    if len(answers) < 2:
        return "no evidence", [_unseen(facts) or said("Too few replies of ours to compare: {n}.", n=len(answers))], []
    copies = sameness.pasted([reply.text for reply in answers])
    quick = [r for r in answers if r.to_at is not None and timedelta(0) <= r.at - r.to_at < AT_ONCE]
    evidence = [
        said("One text went to {n} people, first at {at}: “{words}”", n=len(group), at=answers[group[0]].at,
             words=_short(answers[group[0]].text))
        for group in copies[:SHOWN]
    ]  # fmt: skip
    if len(quick) > 1:
        evidence.append(said("{n} replies came within 15 seconds: nobody reads that fast.", n=len(quick)))
    ids = [answers[i].id for group in copies for i in group] + ([r.id for r in quick] if len(quick) > 1 else [])
    if evidence:
        return "broken", evidence, list(dict.fromkeys(ids))
    return "kept", [said("Each of {n} replies has words of its own.", n=len(answers))], []


def _answers(facts: Facts) -> list[Reply]:
    """Replies to people who complained, or to posts that are not kept."""
    return [reply for reply in facts.replies if reply.label in ("complaint", "hostile", None)]


# --- 3 ----------------------------------------------------------------------------------------------------------
def _tags(facts: Facts) -> Found:
    if not facts.tags:
        return "no evidence", [_unseen(facts) or said("We used no hashtag.")], []
    bad = [tag for tag in facts.tags if tag.verdict != "OK"]
    if not bad:
        return "kept", [said("All {n} hashtags were looked up before.", n=len(facts.tags))], []
    return (
        "broken",
        [
            said("#{tag} was used at {at}; nobody had looked it up.", tag=tag.tag, at=tag.at)
            if tag.verdict is None
            else said("#{tag} was used at {at} although the look-up said {verdict}.", tag=tag.tag, at=tag.at,
                      verdict=tag.verdict)
            for tag in bad[:SHOWN]
        ],
        [],
    )  # fmt: skip


# --- 4 ----------------------------------------------------------------------------------------------------------
def _apology(facts: Facts) -> Found:
    answers = _answers(facts)
    if not answers and not facts.posts:
        return "no evidence", [_unseen(facts) or said("No answer of ours was seen.")], []
    advices = [(reply.id, reply.text, read(reply.to, reply.text)) for reply in answers]
    advices += [(post.id, post.text, read("", post.text)) for post in facts.posts]
    own_up = sum(advice.acknowledged for _, _, advice in advices)
    repeat = sum(advice.heard for _, _, advice in advices[: len(answers)])
    defended = [(i, text, f) for i, text, advice in advices for f in advice.findings if f.code != "compensation"]
    evidence = [said("{n} of {all} take responsibility.", n=own_up, all=len(advices))]
    if answers:
        evidence.append(said("{n} of {all} replies repeat what the person had said.", n=repeat, all=len(answers)))
    evidence += [
        said("Heard as a defence: “{words}”", words=_short(text[slice(*f.span)])) for _, text, f in defended[:SHOWN]
    ]
    state: State = "kept" if own_up and not defended else "broken"
    return state, evidence, list(dict.fromkeys(i for i, _, _ in defended))


# --- 5 ----------------------------------------------------------------------------------------------------------
def _bigger(facts: Facts) -> Found:
    answers = facts.replies
    if not answers:
        return "no evidence", [_unseen(facts) or said("No answer of ours was seen.")], []
    small = [
        (reply, finding)
        for reply in answers
        for finding in read(reply.to, reply.text).findings
        if finding.is_certain and finding.code in ("heated", "blame", "minimise")
    ]
    if small:
        evidence = [said("At {at} we said “{words}”", at=r.at, words=_short(r.text[slice(*f.span)])) for r, f in small]
        return "broken", evidence[:SHOWN], list(dict.fromkeys(r.id for r, _ in small))
    hostile = sum(reply.label == "hostile" for reply in answers)
    calm = said("None of {n} replies blames, belittles or is heated; {hostile} of them answer hostile posts.",
                n=len(answers), hostile=hostile)  # fmt: skip
    return "kept", [calm], []


# --- 6 ----------------------------------------------------------------------------------------------------------
def _sense(facts: Facts) -> Found:
    if not facts.complained and not facts.replies:
        return "no evidence", [said("Nobody is known to have complained.")], []
    thanked = [
        r for r in facts.replies
        if r.label in ("complaint", "hostile") and _THANKS.search(r.text) and not read(r.to, r.text).heard
    ]  # fmt: skip
    evidence = [
        said("Thanked for a complaint as if it were praise: “{words}”", words=_short(r.text)) for r in thanked[:SHOWN]
    ]
    if facts.complained:
        evidence.append(said("{n} of {all} people who complained were heard.", n=facts.heard, all=facts.complained))
    kind = sum(reply.label in ("praise", "question") for reply in facts.replies)
    if kind:
        evidence.append(said("{n} replies went to people who thanked us or asked.", n=kind))
    if not evidence:
        evidence.append(said("None of {n} replies thanks somebody for a complaint.", n=len(facts.replies)))
    is_deaf = facts.heard < facts.complained * (1 - UNHEARD_SHARE)
    state: State = "broken" if thanked or is_deaf else "kept"
    return state, evidence, [r.id for r in thanked]


def _short(text: str, letters: int = 90) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= letters else plain[: letters - 1].rstrip() + "…"


def states(found: Sequence[Verdict]) -> dict[State, int]:
    """How many were kept, broken, and without evidence."""
    return {state: sum(v.state == state for v in found) for state in ("kept", "broken", "no evidence")}
