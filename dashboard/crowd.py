"""Who is in a crowd: how many people, how new, how large, how many of them say the same words. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from db.rows import Mention, Scored

LARGEST = 5
_WORD = re.compile(r"\w+")
_LINK = re.compile(r"https?://\S+|@\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """`copies`: posts whose words another post of the crowd has as well, reposts included."""

    people: int
    posts: int
    copies: int
    by_source: tuple[tuple[str, int], ...]  # most first
    by_language: tuple[tuple[str, int], ...]
    largest: tuple[Mention, ...]  # one post each of the accounts with most followers
    ours: int = 0  # our own posts among them


def look_at(found: Sequence[Scored]) -> Crowd:
    """The crowd behind these posts. Our own posts are counted apart."""
    theirs = [each for each in found if not each.mention.is_own]
    by_author: dict[str, Mention] = {}
    for each in theirs:
        by_author.setdefault(author(each.mention), each.mention)
    words = Counter(sameness(each.mention.text) for each in theirs if each.mention.text)
    known = [m for m in by_author.values() if m.followers is not None]
    return Crowd(
        people=len(by_author),
        posts=len(theirs),
        copies=sum(n for text, n in words.items() if n > 1 and text),
        by_source=tuple(Counter(each.mention.source for each in theirs).most_common()),
        by_language=tuple(Counter(each.score.lang for each in theirs if each.score).most_common()),
        largest=tuple(sorted(known, key=lambda m: -(m.followers or 0))[:LARGEST]),
        ours=len(found) - len(theirs),
    )


def author(mention: Mention) -> str:
    return mention.author_id or f"{mention.source}:{mention.handle or mention.id}"


def sameness(text: str) -> str:
    """The words of a text without links, names, marks and case: equal for copies that differ in these only."""
    return " ".join(_WORD.findall(_LINK.sub("", text).lower()))
