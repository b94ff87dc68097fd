"""What one record of Bluesky says: text, thread, tags, and whose accounts it speaks to. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.clean import clean_mention
from db.rows import Mention
from monitor.sources import fields

POSTS = "app.bsky.feed.post"
DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,500}")
KEY = re.compile(r"[A-Za-z0-9._:~-]{1,512}")
_URI = re.compile(rf"at://({DID.pattern})/{re.escape(POSTS)}/({KEY.pattern})")
_MENTION, _TAG = "app.bsky.richtext.facet#mention", "app.bsky.richtext.facet#tag"


@dataclass(frozen=True, slots=True)
class Post:
    """A record and where it stands. `at`: when Jetstream saw it."""

    did: str
    key: str
    record: dict[str, Any]
    at: datetime
    is_edit: bool = False

    @property
    def text(self) -> str:
        return str(self.record.get("text") or "")

    @property
    def searched(self) -> str:
        """Where brands are looked for: the text, and tags that stand beside it."""
        return "\n".join((self.text, *(f"#{tag}" for tag in self.tags)))

    @property
    def tags(self) -> tuple[str, ...]:
        beside = self.record.get("tags")
        tags = [fields.word(f.get("tag")) for f in self._features(_TAG)]
        tags += [fields.word(tag) for tag in beside] if isinstance(beside, list) else []
        return tuple(dict.fromkeys(tag.lower() for tag in tags if tag)) or fields.hashtags(self.text)

    @property
    def addressed(self) -> set[str]:
        """The accounts (did) that this post speaks to: of the thread, of a quoted post, mentioned in the text."""
        posts = (self._parent, self._root, self._quoted)
        dids = {found[1] for uri in posts if uri and (found := _URI.fullmatch(uri))}
        return dids | {did for f in self._features(_MENTION) if (did := fields.word(f.get("did")))}

    def mention(self, received_at: datetime) -> Mention:
        """Of no brand yet."""
        written_at = fields.time(self.record.get("createdAt"))
        langs = self.record.get("langs")
        own_id = f"bluesky:{self.did}/{self.key}"
        return clean_mention(
            Mention(
                id=own_id,
                source="bluesky",
                brand="",
                text=self.text,
                # Authors write createdAt themselves: an earlier one is believed, the future is not.
                created_at=min(written_at, self.at) if written_at else self.at,
                edited_at=self.at if self.is_edit else None,
                received_at=received_at,
                url=f"https://bsky.app/profile/{self.did}/post/{self.key}",
                author_id=self.did,
                lang=fields.word(langs[0]) if isinstance(langs, list) and langs else None,
                in_reply_to=_post_id(self._parent),
                conversation_id=_post_id(self._root) or own_id,
                quote_of=_post_id(self._quoted),
                hashtags=self.tags,
            )
        )

    @property
    def _parent(self) -> str | None:
        return fields.word(fields.part(self.record, "reply", "parent").get("uri"))

    @property
    def _root(self) -> str | None:
        return fields.word(fields.part(self.record, "reply", "root").get("uri"))

    @property
    def _quoted(self) -> str | None:
        """A quote stands alone, or beside pictures one level deeper."""
        plain = fields.part(self.record, "embed", "record")
        return fields.word(plain.get("uri")) or fields.word(fields.part(plain, "record").get("uri"))

    def _features(self, kind: str) -> Iterator[dict[str, Any]]:
        for facet in fields.items(self.record.get("facets")):
            yield from (f for f in fields.items(facet.get("features")) if f.get("$type") == kind)


def _post_id(uri: str | None) -> str | None:
    """at://did/app.bsky.feed.post/key as "bluesky:did/key"; None for anything that is no post."""
    found = _URI.fullmatch(uri) if uri else None
    return f"bluesky:{found[1]}/{found[2]}" if found else None
