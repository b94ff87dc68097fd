"""A finding -> evidence: in words first, then every number needed to compute it again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from db.rows import Evidence, Gap, Rules
from monitor.detectors.found import Found
from monitor.memory import Memory
from monitor.windows import HOSTILE, Post, time_of, time_of_ms

TELLING = 3
LEAST_TO_GROW = 5  # posts; fewer say nothing about growth
SLOW = frozenset({"slowburn", "shift", "spike"})
SLOWEST = 240.0  # minutes; slower is not growing

DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
}
PARTS = {
    "en": ((5, "night"), (11, "morning"), (14, "noon"), (18, "afternoon"), (23, "evening"), (24, "night")),
    "fr": ((5, "dans la nuit"), (11, "matin"), (14, "midi"), (18, "après-midi"), (23, "soir"), (24, "dans la nuit")),
}
WORDS = {
    "en": {
        "pileon": "{people} in {span} under one post; on a {when} it is {expected}",
        "copied": "{people} in {span} with one and the same text; complaints on a {when}: {expected}",
        "complaints": "{people} complained in {span}; on a {when} it is {expected}",
        "pileon young": "{people} in {span} under one post; what is usual here is not known yet",
        "copied young": "{people} in {span} with one and the same text; what is usual here is not known yet",
        "complaints young": "{people} complained in {span}; what is usual here is not known yet",
        "spike": "{seen} mentions in {span}, usually {expected}, and more of them complaints than usual",
        "slowburn": "{seen} complaints in {span}; over these hours it is {expected}",
        "shift": "the mood has turned: {seen} of 100 posts in {span} complain, usually {expected}",
        "topic": "{people} complain about “{topic}” in {span}, usually {expected}",
        "vip": "somebody on the VIP list complains",
        "reach": "an account with many followers complains",
        "keyword": "a post has a word of the watch list",
        "severe": "a post speaks of harm",
        "second": "a second person within hours speaks of the same harm",
        "harm": "{people} spoke of harm",
        "more": "{words} ({seen} posts)",
        "person": "1 person",
        "people": "{n} people",
        "minute": "a minute",
        "minutes": "{n} minutes",
        "hours": "{n} hours",
        "rare": "hardly ever one",
        "when": "{day} {part}",
        "flood": "one account wrote {most} of the last {all} complaints: no crowd",
        "late": "while we could not see: {words}",
    },
    "fr": {
        "pileon": "{people} en {span} sous un seul message ; un {when}, c’est {expected}",
        "copied": "{people} en {span} avec un seul et même texte ; plaintes un {when} : {expected}",
        "complaints": "{people} se plaignent en {span} ; un {when}, c’est {expected}",
        "pileon young": "{people} en {span} sous un seul message ; on ne sait pas encore ce qui est habituel ici",
        "copied young": "{people} en {span} avec un seul et même texte ; on ne sait pas encore ce qui est habituel ici",
        "complaints young": "{people} se plaignent en {span} ; on ne sait pas encore ce qui est habituel ici",
        "spike": "{seen} mentions en {span}, d’habitude {expected}, et plus de plaintes que d’habitude",
        "slowburn": "{seen} plaintes en {span} ; à ces heures, c’est {expected}",
        "shift": "l’humeur a tourné : {seen} messages sur 100 en {span} se plaignent, d’habitude {expected}",
        "topic": "{people} se plaignent de « {topic} » en {span}, d’habitude {expected}",
        "vip": "une personne de la liste VIP se plaint",
        "reach": "un compte très suivi se plaint",
        "keyword": "un message contient un mot de la liste",
        "severe": "un message parle d’un danger",
        "second": "une deuxième personne en quelques heures parle du même danger",
        "harm": "{people} ont parlé d’un danger",
        "more": "{words} ({seen} messages)",
        "person": "1 personne",
        "people": "{n} personnes",
        "minute": "une minute",
        "minutes": "{n} minutes",
        "hours": "{n} heures",
        "rare": "presque jamais une",
        "when": "{day} {part}",
        "flood": "un seul compte a écrit {most} des {all} dernières plaintes : pas une foule",
        "late": "pendant que nous ne voyions rien : {words}",
    },
}


def evidence(memory: Memory, found: Found, now_ms: int, blind: Sequence[Gap], *, is_late: bool) -> Evidence:
    """Everything a person or a computer needs to follow the finding. `blind`: gaps that may overlap its window."""
    posts = memory.posts.between(found.start, found.end, found.key)
    root = _root(posts, found)
    start, end = time_of(found.start), time_of(found.end)
    first_at = time_of_ms(posts[0].at_ms) if posts else None
    # The slow rules speak of all their hours; what is kept of the posts may not reach back so far.
    is_slow = found.rule in SLOW or not posts
    since = float(found.end - found.start) if is_slow else (now_ms - posts[0].at_ms) / 60_000
    inputs = dict(found.inputs)
    new, hostile = _new_share(found, posts), _hostile_share(posts)
    return Evidence(
        words=words(
            memory.rules,
            found,
            max(1, math.ceil(since)),
            is_copied=root is None,
            is_late=is_late,
            is_young=memory.is_young,
        ),
        window_minutes=round(since, 1),
        seen=found.seen,
        expected=round(found.expected, 2),
        authors=found.authors,
        first_time_share=None if memory.is_young else new,
        hostile_share=hostile,
        root=root,
        doubling_minutes=doubling([p.at_ms / 60_000 for p in posts], now_ms / 60_000),
        posts=found.posts or telling(posts),
        first_post_at=first_at,
        posts_out=max(len(posts), found.authors),
        blind=tuple(sorted({g.source for g in blind if g.start < end and (g.end is None or g.end > start)})),
        inputs=tuple(inputs.items()),
    )


def words(
    rules: Rules, found: Found, minutes: int, *, is_copied: bool = False, is_late: bool = False, is_young: bool = False
) -> str:
    """The finding as one sentence in the brand's language, without a figure that needs an explanation."""
    text = WORDS.get(rules.language, WORDS["en"])
    name = found.topic if found.rule == "watchlist" else found.rule
    if name == "pileon" and is_copied:
        name = "copied"
    if is_young and f"{name} young" in text:
        name = f"{name} young"
    seen = round(found.seen)
    sentence = text[name].format(
        people=text["person"] if seen == 1 else text["people"].format(n=seen),
        seen=seen,
        span=_span(text, minutes),
        expected=_number(text, found.expected),
        when=_when(rules, found.end),
        topic=found.topic,
    )
    if found.rule == "watchlist" and seen > 1:
        sentence = text["more"].format(words=sentence, seen=seen)
    return text["late"].format(words=sentence) if is_late else sentence


def _span(text: dict[str, str], minutes: int) -> str:
    if minutes == 1:
        return text["minute"]
    return text["minutes"].format(n=minutes) if minutes < 180 else text["hours"].format(n=round(minutes / 60))


def _number(text: dict[str, str], expected: float) -> str:
    return text["rare"] if expected < 0.5 else f"{expected:.0f}"


def _when(rules: Rules, minute: int) -> str:
    language = rules.language if rules.language in DAYS else "en"
    local = time_of(minute).astimezone(ZoneInfo(rules.timezone))
    part = next(name for until, name in PARTS[language] if local.hour < until)
    return WORDS[language]["when"].format(day=DAYS[language][local.weekday()], part=part)


def _root(posts: Sequence[Post], found: Found) -> str | None:
    """The id of the post they hang on. A thread's own first post has no root, but its id is the others' root."""
    if found.key is None:
        return None
    under = [p.root_id or p.id for p in posts if p.root == found.key]
    return under[0] if under else None


def telling(posts: Sequence[Post]) -> tuple[str, ...]:
    """The first post and the two that weigh most (severity, how sure the scorer is, reach), by time."""
    if not posts:
        return ()
    heaviest = sorted(posts[1:], key=lambda p: (-p.weight, p.at_ms, p.id))[: TELLING - 1]
    return tuple(p.id for p in sorted((posts[0], *heaviest), key=lambda p: (p.at_ms, p.id)))


def _new_share(found: Found, posts: Sequence[Post]) -> float | None:
    """Of the authors: those the brand had never seen."""
    kinds = {p.author: p.kind for p in reversed(posts)}
    return round(sum(kind % 2 for kind in kinds.values()) / len(kinds), 3) if kinds else None


def _hostile_share(posts: Sequence[Post]) -> float | None:
    return round(sum(p.kind >= HOSTILE for p in posts) / len(posts), 3) if posts else None


def doubling(minutes: Sequence[float], end: float) -> float | None:
    """Minutes in which the posts double: maximum likelihood of exponential growth, cut off at the first post.

    With mean age a of the posts in a window of length w the growth rate g solves 1/g - w / (e^(gw) - 1) = a
    (Deemer and Votaw 1955, truncated exponential). None: fewer than five posts, or not growing.
    """
    if len(minutes) < LEAST_TO_GROW:
        return None
    width = end - min(minutes)
    age = sum(end - m for m in minutes) / len(minutes)
    if width <= 0 or age >= 0.5 * width:
        return None
    low, high = 1e-6 / width, 200.0 / width
    for _ in range(60):
        rate = (low + high) / 2
        mean = 1 / rate - width / math.expm1(min(rate * width, 700.0))
        low, high = (rate, high) if mean > age else (low, rate)
    minutes_to_double = math.log(2) / low
    return round(minutes_to_double, 1) if minutes_to_double <= SLOWEST else None
