"""X: the filtered stream through tweepy, one dial at a time, and the recent search to fill what was missed.

tweepy's own retrying is switched off: it waits not at all after a clean close, ignores when X asks to be left
alone, and lets a thread die in silence over one bad line. Here it dials once and only hands over raw lines; the
supervisor does the rest. Every post read costs money: it is counted, shown, and capped. Nothing is ever posted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import tweepy

from db.clean import clean_mention
from db.rows import Batch, Cursor, Mention, Rules
from monitor.sources import fields
from monitor.sources.matching import Matcher, id_for, is_own
from monitor.sources.supervisor import Line, SourceError
from monitor.sources.x_door import Door, Spend, XSettings, in_words
from monitor.sources.x_rules import TAG, agree_on_rules, rules_for
from monitor.sources.x_stream import ASKED, Stream, moment

PAGE = 100


class X:
    """The filtered stream of X."""

    SECRETS: ClassVar[dict[str, str]] = {"bearer_token": "X_BEARER_TOKEN"}
    Settings = XSettings
    name = "x"
    is_live = True

    def __init__(self, settings: XSettings, brands: Sequence[Rules]) -> None:
        self.settings = settings
        self.brands = tuple(brands)
        self.manners = settings.manners
        self.spend = Spend(settings)
        self.note = ""  # what a person should know while the stream runs
        self._matcher = Matcher(brands, self.name)
        self._rules = {row.brand: row for row in brands}
        self._has_rules = False
        self._rule_note = ""

    # --- reading ------------------------------------------------------------------------------------------
    def read(self, line: Line) -> None:
        self._resume_spend(line.cursor)
        self.stop_at_cap(line.now())
        stream = Stream(self, line)
        try:
            self._agree_on_rules(stream, line)
            stream.run()
        finally:
            stream.session.close()

    def _resume_spend(self, cursor: Cursor | None) -> None:
        parts = cursor.value.split(" ") if cursor else []
        if len(parts) == 3 and parts[2].isdigit():
            self.spend.resume(parts[1], int(parts[2]))

    def stop_at_cap(self, now: datetime) -> None:
        """Raises SourceError until midnight (UTC) when all has been read that may be paid for today."""
        if self.settings.stop_at_cap and self.spend.left(now) == 0:
            midnight = (now.astimezone(UTC) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
            words = f"spending cap reached ({self.spend.words}, {self.spend.dollars} today), not reading"
            raise SourceError(words, retry_at=midnight)

    def _agree_on_rules(self, stream: Stream, line: Line) -> None:
        try:
            with in_words(line.now()):
                self._rule_note = agree_on_rules(stream, rules_for(self.brands))
            self._has_rules = True
        except SourceError as error:
            if error.permanent or not self._has_rules:
                raise  # otherwise they are as we left them: better to read with those than not at all
        line.alive()

    def search(self, query: str, since_id: int, token: str | None) -> dict[str, Any]:
        """One page of the recent search, newest first."""
        client = tweepy.Client(self.settings.bearer_token, return_type=dict)
        Door(self.settings.api_url, self.settings.stall_seconds).mount_on(client.session)
        try:
            page = client.search_recent_tweets(query, since_id=since_id, next_token=token, max_results=PAGE, **ASKED)
        finally:
            client.session.close()
        return page if isinstance(page, dict) else {}

    # --- parsing ------------------------------------------------------------------------------------------
    def parse(self, raw: bytes, received_at: datetime) -> Batch:
        told = fields.read_object(raw)
        post = fields.part(told or {}, "data")
        post_id, text = fields.word(post.get("id")), text_of(post)
        if told is None or post_id is None or text is None:
            return Batch(dead=(fields.dead_letter(self.name, raw, _what_lacks(told, post_id), received_at),))
        brands = self._brands_of(told, text)
        if brands is None:
            reason = "it carries no rule of ours and holds none of our terms"
            return Batch(dead=(fields.dead_letter(self.name, raw, reason, received_at),))
        mention = mention_of(told, post, post_id, text, received_at)
        return Batch(
            mentions=tuple(self._about(mention, brand, terms, n) for n, (brand, terms) in enumerate(brands.items())),
            cursors=(self._cursor(post_id, received_at),),
        )

    def _cursor(self, post_id: str, at: datetime) -> Cursor:
        return Cursor(source=self.name, value=f"{post_id} {self.spend.day} {self.spend.posts}", at=at)

    def _brands_of(self, told: Mapping[str, Any], text: str) -> dict[str, tuple[str, ...]] | None:
        """Brand -> its terms in the text: of the rules that X says matched, else of our own matching.

        Empty: the post belongs to a rule of somebody else, or holds an excluded term. None: nobody's.
        """
        looks = {match.brand: match for match in self._matcher.look(text)}
        matching = fields.items(told.get("matching_rules"))
        tags = [fields.word(rule.get("tag")) for rule in matching]
        tagged = [tag.removeprefix(TAG) for tag in tags if tag and tag.startswith(TAG)]
        named = [brand for brand in tagged if brand in looks] or [m.brand for m in looks.values() if m.terms]
        if not named and not matching:
            return None
        return {brand: looks[brand].terms for brand in dict.fromkeys(named) if not looks[brand].is_excluded}

    def _about(self, mention: Mention, brand: str, terms: tuple[str, ...], position: int) -> Mention:
        return replace(
            mention,
            id=id_for(mention.id, position, brand),
            brand=brand,
            matched=terms,
            is_own=is_own(self._rules[brand], self.name, mention.handle, mention.author_id),
        )

    def remark(self) -> str:
        words = f"{self.spend.words} today, {self.spend.dollars}" if self.spend.posts else ""
        if not self.settings.stop_at_cap and self.spend.posts >= self.settings.stream_posts_per_day:
            words += f", over the cap of {self.settings.stream_posts_per_day:,} posts"
        return "; ".join(filter(None, (words, self.note, self._rule_note)))


# --- what a post says ----------------------------------------------------------------------------------------
def text_of(post: Mapping[str, Any]) -> str | None:
    """The whole text; X escapes three characters in it."""
    text = fields.part(post, "note_tweet").get("text") or post.get("text")
    if not isinstance(text, str):
        return None
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _what_lacks(told: dict[str, Any] | None, post_id: str | None) -> str:
    if told is None:
        return "it is not a JSON object"
    errors = [fields.word(e.get("title")) for e in fields.items(told.get("errors"))]
    if errors and "data" not in told:
        return f"X reports: {', '.join(filter(None, errors)) or 'an error'}"
    return "it has no id" if post_id is None else "it has no text"


def mention_of(told: dict[str, Any], post: dict[str, Any], post_id: str, text: str, received_at: datetime) -> Mention:
    """Of no brand yet. An edit is a post with a new id: it is taken as a change of the first one."""
    author_id = fields.word(post.get("author_id"))
    users = fields.items(fields.part(told, "includes").get("users"))
    user = next((u for u in users if fields.word(u.get("id")) == author_id), {}) if author_id else {}
    counts, handle = fields.part(post, "public_metrics"), fields.word(user.get("username"))
    versions = post.get("edit_history_tweet_ids")
    first_id = (fields.word(versions[0]) if isinstance(versions, list) and versions else None) or post_id
    written_at = fields.time(post.get("created_at")) or _made_at(post_id) or received_at
    tags = tuple(t.lower() for h in fields.items(fields.part(post, "entities").get("hashtags"))
                 if (t := fields.word(h.get("tag"))))  # fmt: skip
    return clean_mention(
        Mention(
            id=f"x:{first_id}",
            source="x",
            brand="",
            text=text,
            created_at=written_at if first_id == post_id else _made_at(first_id) or written_at,
            edited_at=written_at if first_id != post_id else None,
            received_at=received_at,
            url=f"https://x.com/{handle or 'i'}/status/{post_id}",
            author_id=author_id,
            handle=handle,
            display_name=fields.word(user.get("name")),
            followers=fields.count(fields.part(user, "public_metrics").get("followers_count")),
            verified=fields.flag(user.get("verified")),
            author_created_at=fields.time(user.get("created_at")),
            lang=fields.word(post.get("lang")),
            in_reply_to=_reference(post, "replied_to"),
            quote_of=_reference(post, "quoted"),
            repost_of=_reference(post, "retweeted"),
            conversation_id=_x_id(post.get("conversation_id")),
            likes=fields.count(counts.get("like_count")),
            replies=fields.count(counts.get("reply_count")),
            reposts=fields.count(counts.get("retweet_count")),
            quotes=fields.count(counts.get("quote_count")),
            hashtags=tags or fields.hashtags(text),
        )
    )


def _reference(post: Mapping[str, Any], kind: str) -> str | None:
    rows = fields.items(post.get("referenced_tweets"))
    return next((_x_id(row.get("id")) for row in rows if row.get("type") == kind), None)


def _x_id(value: object) -> str | None:
    post_id = fields.word(value)
    return post_id and f"x:{post_id}"


def _made_at(post_id: str) -> datetime | None:
    """Ids of posts since the end of 2010 hold their time."""
    number = fields.count(post_id)
    return moment(number) if number and 2**40 < number < 2**63 else None
