"""Searching X: the newest posts of the last week. Each post read costs money, so the caller says how many at most."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from db.rows import Mention
from monitor.sources import fields
from monitor.sources.search import Wanted, ask
from monitor.sources.supervisor import SourceError
from monitor.sources.x import mention_of, text_of
from monitor.sources.x_door import XSettings
from monitor.sources.x_stream import ASKED

FEWEST, MOST = 10, 50  # X gives no page of fewer than ten


class XSearch:
    """GET /2/tweets/search/recent, one page."""

    name = "x"

    def __init__(self, settings: XSettings, most: int, seconds: float) -> None:
        self._settings, self._seconds = settings, seconds
        self._most = min(MOST, most)
        self.read = 0  # posts of the last answer: what it cost

    def find(self, wanted: Wanted, now: datetime) -> list[Mention]:
        if self._most < FEWEST:
            raise SourceError("what may be spent on looks at tags today is spent")
        query = {"query": f"{wanted.as_query} -is:retweet", "max_results": str(self._most)}
        query |= {name.replace("_", ".", 1): ",".join(values) for name, values in ASKED.items() if name != "expansions"}
        query["expansions"] = ",".join(ASKED["expansions"])
        headers = {"Authorization": f"Bearer {self._settings.bearer_token}"}
        page = ask(f"{self._settings.api_url.rstrip('/')}/2/tweets/search/recent", query, self._seconds, now, headers)
        if not isinstance(page, dict) or not isinstance(page.get("meta"), dict):
            raise SourceError("its answer makes no sense")
        rows = fields.items(page.get("data"))
        self.read = len(rows)
        found = []
        for row in rows:
            post_id, text = fields.word(row.get("id")), text_of(row)
            if post_id is not None and text is not None:
                mention = mention_of({"includes": page.get("includes")}, row, post_id, text, now)
                found.append(replace(mention, ingest="poll"))
        return found
