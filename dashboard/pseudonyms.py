"""What people are called in a review: by their names, or, on paper, without them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dashboard import cards, crowd
from dashboard.reader import Reader
from db.rows import Mention
from monitor.review import Study

_HANDLE = re.compile(r"(?<!\w)[@\uff20][\w.-]+")  # in links as well: mastodon.example/@name
# Links to somebody's page or post, addresses of mail, and Bluesky's names, which need no @.
_PAGE = re.compile(
    r"\b((?:x|twitter|instagram|facebook|threads|tiktok|linkedin|reddit|youtube)\.(?:com|net)|bsky\.app|t\.me)"
    r"(/\S+)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[\w-]+(?:\.[\w-]+)*\.bsky\.social\b", re.IGNORECASE)


@dataclass
class Names:
    """What people are called. Private people are "person 1", "person 2" in order of appearance."""

    reader: Reader
    own: frozenset[str] = frozenset()  # handles of the brand, lower case
    hides: bool = True
    _known: dict[str, str] = field(default_factory=dict)
    _handles: dict[str, str] = field(default_factory=dict)

    def of(self, mention: Mention) -> str:
        if mention.is_own:
            return self.reader.say("we ({handle})", handle=f"@{mention.handle}" if mention.handle else mention.source)
        if not self.hides:
            name = cards.quote_name(mention.display_name or mention.handle or "")
            return name or self.reader.say("somebody")
        key = crowd.author(mention)
        if key not in self._known:
            self._known[key] = self.reader.say("person {n}", n=len(self._known) + 1)
        if mention.handle:
            self._handles[mention.handle.lower()] = self._known[key]
        return self._known[key]

    def words(self, text: str) -> str:
        """A text without invisible marks and, when people are hidden, without the handles, addresses and pages of
        private people. A name that somebody writes out, or a number to call, is not recognised."""
        plain = cards.visible(text)
        if not self.hides:
            return plain
        return _ADDRESS.sub("[…]", _HANDLE.sub(self._hidden, _PAGE.sub(self._page, plain)))

    def _page(self, found: re.Match[str]) -> str:
        is_ours = any(part.lower() in self.own for part in re.split(r"[/?#]", found[2]))
        return found.group() if is_ours else f"{found[1]}/[…]"

    def _hidden(self, found: re.Match[str]) -> str:
        handle = found.group()[1:].rstrip(".-").lower()
        if handle in self.own:
            return found.group()
        return f"[{self._handles.get(handle, '…')}]"


def names_for(found: Study, reader: Reader, *, hides: bool = True) -> Names:
    own = {handle.rpartition(":")[2].lower() for handle in found.rules.handles}
    own |= {m.handle.lower() for m in found.own if m.handle}
    names = Names(reader, frozenset(own), hides)
    for each in (*found.posts, *found.answered, *found.waiting):
        names.of(each.mention)
    return names
