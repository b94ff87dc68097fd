"""The heard clock: who of all who complained was heard, who was answered, who still waits; and who says alike. Pure.

Groups are there so that nobody is overlooked, not so that a group gets one answer: each person is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.rows import Person, Scored
from monitor.topics import words_of

IN_TIME = timedelta(minutes=15)
MANY = 6
"""Among so many, a word that more than half of them use tells nobody apart."""
NEIGHBOURS = 1.3
"""Two words in a row name a matter better than one word that hardly more people use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiter:
    """One person, and the complaint they wait with. `said` None: it is not kept any more."""

    person: Person
    said: Scored | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """People who complain about the same. `words` "": those who stand alone."""

    words: str
    people: tuple[Waiter, ...]

    @property
    def unheard(self) -> int:
        return sum(one.person.state == "unheard" for one in self.people)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """`in_time`: of the people whose fifteen minutes are over, or who were heard before, the share that was heard
    within them; None: nobody's are."""

    people: tuple[Waiter, ...]  # unheard first, the longest wait first
    unheard: int
    heard: int
    answered: int
    closed: int
    in_time: float | None
    oldest_at: datetime | None  # since when the one who has waited longest waits; None: nobody waits
    earlier: int = 0  # unheard people who waited already before it began; they are among `people` only


def read(people: Sequence[Person], said: Mapping[str, Scored], now: datetime, since: datetime | None = None) -> Clock:
    """`said`: by mention id, the complaints that these people wait with. `since`: when it began; the numbers are of
    those who began to wait then or later, as on the wall."""
    waiters = [Waiter(person=one, said=said.get(one.mention_id)) for one in people]
    waiters.sort(key=lambda w: (w.person.state != "unheard", w.person.waiting_since))
    counted = [one for one in people if since is None or one.waiting_since >= since]
    states = [one.state for one in counted]
    waiting = [one.waiting_since for one in counted if one.state == "unheard"]
    return Clock(
        people=tuple(waiters),
        unheard=states.count("unheard"),
        heard=states.count("heard"),
        answered=states.count("answered"),
        closed=states.count("closed"),
        in_time=_in_time(counted, now),
        oldest_at=min(waiting, default=None),
        earlier=sum(one.state == "unheard" for one in people) - states.count("unheard"),
    )


def _in_time(people: Sequence[Person], now: datetime) -> float | None:
    heard = [p for p in people if p.heard_at is not None and p.heard_at - p.waiting_since <= IN_TIME]
    due = [p for p in people if p in heard or now - p.waiting_since >= IN_TIME]
    return len(heard) / len(due) if due else None


def alike(waiters: Sequence[Waiter], names: Sequence[str] = ()) -> list[Alike]:
    """People by what they complain about, the largest group first; those who stand alone come last, as words "".

    Everybody is in exactly one group. `names`: of the brand, which tell nobody apart.
    """
    ours = {word for name in names for word in words_of(name)}
    words = {n: _words(w.said.mention.text) - ours for n, w in enumerate(waiters) if w.said is not None}
    if len(waiters) > MANY:
        shared = Counter(word for each in words.values() for word in each)
        most = {word for word, n in shared.items() if 2 * n > len(waiters)}
        words = {n: each - most for n, each in words.items()}
    groups: list[Alike] = []
    left = set(words)
    while (word := _common(words, left)) is not None:
        members = sorted(n for n in left if word in words[n])
        left -= set(members)
        groups.append(Alike(words=word, people=tuple(waiters[n] for n in members)))
    named = {id(one) for group in groups for one in group.people}
    alone = tuple(one for one in waiters if id(one) not in named)
    return groups + ([Alike(words="", people=alone)] if alone else [])


def _words(text: str) -> set[str]:
    """Two words count as one when they stand side by side in the text, with nothing left out between them."""
    plain = " ".join(text.lower().split())
    return {word for word in words_of(text) if " " not in word or word in plain}


def _common(words: Mapping[int, set[str]], left: set[int]) -> str | None:
    """The word that joins most of those who are left; None: no word joins two of them."""
    counts = Counter(word for n in left for word in words[n])
    fit = {word: n for word, n in counts.items() if n > 1}
    return max(fit, key=lambda word: (fit[word] * (NEIGHBOURS if " " in word else 1), len(word), word), default=None)
