"""Searching Bluesky: the newest hundred posts with a tag. No key.

`public.api.bsky.app` refuses searches without an account most of the time; `api.bsky.app` answers the first page.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from db.rows import Mention
from monitor.sources import fields
from monitor.sources.bluesky_post import DID, KEY, POSTS, Post
from monitor.sources.search import Wanted, ask
from monitor.sources.supervisor import SourceError

_URI = re.compile(rf"at://({DID.pattern})/{re.escape(POSTS)}/({KEY.pattern})")


class BlueskySearch:
    """app.bsky.feed.searchPosts."""

    name = "bluesky"

    def __init__(self, url: str, seconds: float) -> None:
        self._url, self._seconds = url.rstrip("/"), seconds

    def find(self, wanted: Wanted, now: datetime) -> list[Mention]:
        query = {"q": wanted.as_query, "sort": "latest", "limit": "100"}
        page = ask(f"{self._url}/xrpc/app.bsky.feed.searchPosts", query, self._seconds, now)
        if not isinstance(page, dict) or not isinstance(page.get("posts"), list):
            raise SourceError("its answer makes no sense")
        return [found for row in fields.items(page["posts"]) if (found := _mention(row, now)) is not None]


def _mention(row: dict[str, object], now: datetime) -> Mention | None:
    """None: it is no post with a text."""
    place = _URI.fullmatch(fields.word(row.get("uri")) or "")
    record, author = fields.part(row, "record"), fields.part(row, "author")
    if place is None or not isinstance(record.get("text"), str):
        return None
    found = Post(place[1], place[2], record, fields.time(row.get("indexedAt")) or now).mention(now)
    return replace(
        found,
        handle=fields.word(author.get("handle")),
        display_name=fields.word(author.get("displayName")),
        likes=fields.count(row.get("likeCount")),
        ingest="poll",
    )
