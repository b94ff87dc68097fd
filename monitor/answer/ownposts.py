"""The watch over the brand's own posts: does one text go to many people, whoever or whatever sends it?

Progressive (2012) and Bank of America (2013) pasted one text to everybody; who reads two of them sees a machine.
Only answers to somebody are looked at: news that a brand puts on three networks is no pasted answer. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from db.rows import Mention, Pasted
from monitor.answer.reading import read, words
from monitor.answer.sameness import Index

FEWEST_WORDS = 5
"""A shorter answer ("Thank you so much!") is said twice by anybody."""
MEMORY = timedelta(days=7)
POSTS_NAMED = 50
MOST_TEXTS = 20_000  # kept in memory; then it begins anew

_TO = re.compile(r"^\s*((?:@[\w.-]+[\s,:]*)+)")


@dataclass(slots=True)
class _Text:
    id: str
    first: Mention
    last: Mention
    people: set[str] = field(default_factory=set)
    posts: list[str] = field(default_factory=list)


class OwnPosts:
    """What one brand has answered lately. State: each different text, and to whom it went."""

    def __init__(self) -> None:
        self._index = Index()
        self._texts: list[_Text] = []
        self._known: set[str] = set()

    def see(self, posts: Iterable[Mention]) -> list[Pasted]:
        """Take note of own posts, in any order; give back the texts that have now gone to several people."""
        if len(self._index) > MOST_TEXTS:
            self._index, self._texts, self._known = Index(), [], set()
        touched: dict[int, _Text] = {}
        for post in posts:
            if post.id in self._known or (to := recipient(post)) is None:
                continue
            self._known.add(post.id)
            twin = self._index.find(post.text)
            # What is said once a week is no paste.
            if twin is not None and post.created_at - self._texts[twin].last.created_at > MEMORY:
                self._texts[twin] = _Text(id=post.id, first=post, last=post)
            if twin is None:
                twin = len(self._index)
                self._index.add(post.text)
                self._texts.append(_Text(id=post.id, first=post, last=post))
            text = self._texts[twin]
            text.first = min(text.first, post, key=lambda m: m.created_at)
            text.last = max(text.last, post, key=lambda m: m.created_at)
            text.people.add(to)
            text.posts.append(post.id)
            touched[twin] = text
        return [_pasted(text) for text in touched.values() if len(text.people) > 1]


def recipient(post: Mention) -> str | None:
    """Who gets an own post: the post it answers, else the handles it begins with. None: it answers nobody, or is
    too short to be anybody's."""
    named = _TO.match(post.text)
    if post.repost_of is not None or len(words(read(_TO.sub("", post.text)).plain)) < FEWEST_WORDS:
        return None
    if named is not None:
        return named[1].strip(" ,:").casefold()
    return post.in_reply_to


def _pasted(text: _Text) -> Pasted:
    return Pasted(
        id=text.id,
        brand=text.first.brand,
        words=_TO.sub("", text.first.text),
        first_at=text.first.created_at,
        last_at=text.last.created_at,
        people=len(text.people),
        posts=tuple(text.posts[:POSTS_NAMED]),
    )
