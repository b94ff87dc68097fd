"""Searching a Mastodon server: the newest forty posts of its tag time line. No key, where the server allows it."""

from __future__ import annotations

from datetime import datetime
from html.parser import HTMLParser
from urllib.parse import quote, urlsplit

from db.clean import clean_mention
from db.rows import Mention
from monitor.sources import fields
from monitor.sources.search import Wanted, ask
from monitor.sources.supervisor import SourceError


class MastodonSearch:
    """GET /api/v1/timelines/tag/:hashtag of one server, which shows what that server knows of."""

    def __init__(self, url: str, seconds: float) -> None:
        self._url, self._seconds = url.rstrip("/"), seconds
        self.name = f"mastodon:{urlsplit(url).hostname}"

    def find(self, wanted: Wanted, now: datetime) -> list[Mention]:
        address = f"{self._url}/api/v1/timelines/tag/{quote(wanted.as_tag, safe='')}"
        page = ask(address, {"limit": "40"}, self._seconds, now)
        if not isinstance(page, list):
            raise SourceError("its answer makes no sense")
        return [found for row in fields.items(page) if (found := _mention(row, now)) is not None]


def _mention(row: dict[str, object], now: datetime) -> Mention | None:
    """None: it is no post with a text."""
    native, content, account = fields.word(row.get("uri")), row.get("content"), fields.part(row, "account")
    created_at = fields.time(row.get("created_at"))
    if native is None or not isinstance(content, str) or created_at is None:
        return None
    text = text_of(content)
    return clean_mention(
        Mention(
            id=f"mastodon:{native}",
            source="mastodon",
            brand="",
            text=text,
            created_at=min(created_at, now),
            received_at=now,
            url=fields.word(row.get("url")),
            author_id=fields.word(account.get("url")) or fields.word(account.get("acct")),
            handle=fields.word(account.get("acct")),
            display_name=fields.word(account.get("display_name")),
            followers=fields.count(account.get("followers_count")),
            author_created_at=fields.time(account.get("created_at")),
            lang=fields.word(row.get("language")),
            likes=fields.count(row.get("favourites_count")),
            replies=fields.count(row.get("replies_count")),
            reposts=fields.count(row.get("reblogs_count")),
            hashtags=fields.hashtags(text),
            ingest="poll",
        )
    )


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("br", "p") and self.parts:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def text_of(content: str) -> str:
    """What people read of a post in HTML.

    >>> text_of('<p>Rain in <a href="x">#<span>Leeds</span></a></p><p>a &amp; b</p>')
    'Rain in #Leeds\\na & b'
    """
    reader = _Text()
    reader.feed(content[:100_000])
    reader.close()
    return "".join(reader.parts).strip()
