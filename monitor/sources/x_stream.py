"""One dial of the filtered stream, and the search that fills what was missed before it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import requests
import tweepy

from db.rows import Cursor
from monitor.sources import fields
from monitor.sources.dialling import time_of_day
from monitor.sources.supervisor import Line, SourceError
from monitor.sources.x_door import Door, in_words, refusal
from monitor.sources.x_rules import StreamRule, rules_for

if TYPE_CHECKING:
    from monitor.sources.x import X

SEARCH_DAYS = timedelta(days=7) - timedelta(hours=1)  # what the search reaches back, with room for slow clocks
REWIND = timedelta(seconds=10)  # the stream delivers within 7 s (P99) and not in the order of the ids
SECOND_LOOK = timedelta(seconds=60)  # the search knows a post only some time after the stream
ASK_AGAIN = timedelta(seconds=60)
SNOWFLAKE_EPOCH_MS = 1_288_834_974_657  # ids hold the time of the post since here, in their upper bits
ASKED = {
    "tweet_fields": [
        "author_id",
        "conversation_id",
        "created_at",
        "edit_history_tweet_ids",
        "entities",
        "in_reply_to_user_id",
        "lang",
        "note_tweet",
        "public_metrics",
        "referenced_tweets",
    ],
    "user_fields": ["created_at", "name", "public_metrics", "username", "verified"],
    "expansions": ["author_id"],
}


class Stream(tweepy.StreamingClient):  # type: ignore[misc]
    """One dial of the filtered stream. Whatever happens, it ends instead of dialling again."""

    def __init__(self, source: X, line: Line) -> None:
        super().__init__(source.settings.bearer_token, return_type=dict, max_retries=0)
        self.problem: Exception | None = None
        self._line = line
        self._catch_up = CatchUp(source, line)
        self._source = source
        self._door = Door(source.settings.api_url, source.settings.stall_seconds)
        self._door.mount_on(self.session)
        line.when_cut(self._door.hang_up)

    def run(self) -> None:
        """Read until the line ends. Raises SourceError, or LineCut."""
        self.filter(**ASKED)
        if self.problem is not None:
            raise self.problem

    def on_connect(self) -> None:
        self._line.connected()
        self._catch_up.begin()

    def on_data(self, raw_data: bytes) -> None:
        if b'"data"' not in raw_data and b"isconnect" in raw_data:  # operational-disconnect: it is about to close
            self._end(SourceError("X asked for a new connection"))
            return
        self._line.put(raw_data, holds_cursor=self._catch_up.is_open)
        self._source.spend.add(1, self._line.now())
        self._source.stop_at_cap(self._line.now())
        self._catch_up.go_on()

    def on_keep_alive(self) -> None:
        self._line.alive()
        self._catch_up.go_on()

    def on_request_error(self, status_code: int) -> None:
        response = self._door.response
        headers = dict(response.headers) if response is not None else {}
        self._end(refusal(status_code, headers, _beginning(response), self._line.now()))

    def on_connection_error(self) -> None:
        self._end(SourceError("the connection broke"))

    def on_closed(self, response: object) -> None:
        self._end(SourceError("X closed the connection"))

    def on_exception(self, exception: Exception) -> None:
        self._end(exception)

    def on_disconnect(self) -> None: ...

    def _end(self, problem: Exception) -> None:
        self.problem = self.problem or problem
        self.disconnect()


def _beginning(response: requests.Response | None) -> str:
    """The first 2,000 bytes of a refusal; empty when they do not come."""
    try:
        raw = response.raw.read(2_000, decode_content=True) if response is not None else b""
    except Exception:  # whatever is wrong with the body, the status has been read
        return ""
    return bytes(raw).decode("utf-8", errors="replace")


class CatchUp:
    """Fills what was missed before this line, while it is open; asks twice, for the search lags behind the stream."""

    def __init__(self, source: X, line: Line) -> None:
        self._source, self._line = source, line
        self._settings = source.settings
        last = since_of(line.cursor)
        # Without a cursor nothing was posted before the line broke.
        self._begin = line.missed_since if last is None else moment(last)  # None: nothing was missed
        self._since = snowflake(self._begin - REWIND) if self._begin else 0
        self._due: datetime | None = None  # not None: something is still to be looked up
        self._is_second = False
        self._is_complete = True
        self._lost_before = line.now() - SEARCH_DAYS
        self._missed = ""

    @property
    def is_open(self) -> bool:
        return self._due is not None

    def begin(self) -> None:
        now = self._line.now()
        if self._begin is None:
            self._line.caught_up()
            return
        since = time_of_day(max(self._begin, self._lost_before), now, self._line.zone)
        self._missed = f"what was missed since {since}"
        self._line.catching_up(f"reading {self._missed}")
        self._due = now
        self.go_on()

    def go_on(self) -> None:
        """Look, when it is time to. A search that fails is asked again; it never ends the stream."""
        now = self._line.now()
        if self._due is None or now < self._due:
            return
        try:
            self._look(now)
        except SourceError as error:
            if error.permanent:
                self._is_complete = False
                self._source.note = f"gaps cannot be filled: {error.words}"
                self._finish()
            else:
                self._due = error.retry_at or now + ASK_AGAIN
                self._line.catching_up(f"{self._missed} is still to be read: {error.words}")
            return
        if self._is_second or not self._is_complete:
            self._finish()
        else:
            self._is_second, self._due = True, now + SECOND_LOOK
            self._since = max(self._since, snowflake(now - 2 * SECOND_LOOK))

    def _finish(self) -> None:
        self._due = None
        self._line.caught_up(is_complete=self._is_complete)
        if self._begin is not None and self._begin < self._lost_before:
            self._line.lost(self._begin, self._lost_before, "X finds only posts of the last 7 days")

    def _look(self, now: datetime) -> None:
        since = max(self._since, snowflake(now - SEARCH_DAYS))
        found: dict[int, dict[str, Any]] = {}
        has_all = False
        self._source.note = ""
        try:
            for rule in rules_for(self._source.brands):
                for delivery in self._pages(rule, since, now):
                    self._keep(delivery, found)
            has_all = True
        finally:  # what was read is paid for: it is handed over even when the search broke off
            for post_id in sorted(found):
                self._line.put(json.dumps(found[post_id]).encode(), ingest="catch-up", holds_cursor=not has_all)

    def _keep(self, delivery: dict[str, Any], found: dict[int, dict[str, Any]]) -> None:
        """Once, with the tags of all rules that found it."""
        post_id = fields.count(fields.part(delivery, "data").get("id")) or 0
        known = found.setdefault(post_id, delivery)
        if known is not delivery:
            known["matching_rules"] += delivery["matching_rules"]

    def _pages(self, rule: StreamRule, since: int, now: datetime) -> Iterator[dict[str, Any]]:
        """The posts of all pages, each in the form in which the stream delivers it."""
        token: str | None = None
        posts = 0
        while self._may_read(posts, now):
            with in_words(now):
                page = self._source.search(rule.value, since, token)
            self._line.alive()
            users = {fields.word(u.get("id")): u for u in fields.items(fields.part(page, "includes").get("users"))}
            rows = fields.items(page.get("data"))
            posts += len(rows)
            self._source.spend.add(len(rows), now)
            for row in rows:
                author = users.get(fields.word(row.get("author_id")))
                includes = {"users": [author]} if author else {}
                yield {"data": row, "includes": includes, "matching_rules": [{"tag": rule.tag}]}
            token = fields.word(fields.part(page, "meta").get("next_token"))
            if token is None:
                return
        self._is_complete = False

    def _may_read(self, posts: int, now: datetime) -> bool:
        if self._source.spend.left(now) == 0:
            cap = self._settings.stream_posts_per_day
            self._source.note = f"the catch-up stopped at the cap of {cap:,} posts a day"
            return False
        if posts >= self._settings.max_posts_per_catch_up:
            self._source.note = f"the catch-up stopped after {posts:,} posts"
            return False
        return True


def snowflake(at: datetime) -> int:
    """The lowest id that a post of this moment can have."""
    return max(0, int(at.timestamp() * 1000) - SNOWFLAKE_EPOCH_MS) << 22


def moment(post_id: int) -> datetime:
    """When the post with this id was made, to the millisecond."""
    return datetime.fromtimestamp(((post_id >> 22) + SNOWFLAKE_EPOCH_MS) / 1000, UTC)


def since_of(cursor: Cursor | None) -> int | None:
    value = cursor.value.split(" ")[0] if cursor else ""
    return int(value) if value.isdigit() and len(value) < 20 else None
