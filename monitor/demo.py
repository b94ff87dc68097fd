"""The demo story: a railway that does not exist, ten ordinary days, one happy one, and a bad quarter of an hour.

Every text was written for it. Nothing is prepared: the story goes through the same pipeline as a real network (the
labels that a person gave its texts are part of the corpus, and nothing here looks at them). No clock and no
chance: what is said, when and by whom follows from the moment that is handed in.
"""

from __future__ import annotations

import json
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate
from typing import Any
from zlib import crc32

from db.rows import Mention, Rules
from monitor.sources.fields import hashtags
from monitor.sources.matching import Matcher

BRAND = "Vantrelle Rail"
DAYS = 10
CAMPAIGN_DAYS_AGO = 3
CAMPAIGN_START = timedelta(hours=9, minutes=45)
CAMPAIGN_LENGTH = timedelta(hours=6)
STORY_LENGTH = timedelta(minutes=15)
CALM_GAP = timedelta(minutes=7)
ECHO = timedelta(seconds=2)  # from written to received

HOUR = timedelta(hours=1)
_NIGHT = (0.05,) * 5
# How much of each kind of talk falls into each hour of a working day, midnight first.
RHYTHMS: dict[str, tuple[float, ...]] = {
    "morning": (*_NIGHT, 1, 3, 9, 8, 4, *(0.0,) * 14),
    "day": (*(0.0,) * 9, 2, 5, 5, 6, 6, 5, 3, *(0.0,) * 8),
    "evening": (*(0.0,) * 15, 2, 6, 9, 7, 5, 3, 1, 0.0, 0.0),
    "night": (2, 0.5, *(0.0,) * 19, 2, 5, 5),
    "any": (*_NIGHT, 1, 2, 5, 5, 4, 4, 4, 5, 5, 4, 4, 6, 7, 6, 5, 4, 3, 2, 0.5),
    "weekend": (*(0.0,) * 8, 2, 5, 6, 6, 5, 5, 5, 5, 5, 4, 3, 1, *(0.0,) * 4),
}
WEEKEND: dict[str, float] = {"morning": 0.35, "day": 0.9, "evening": 0.6, "night": 1.2, "any": 0.8, "weekend": 1.0}
HAPPY_HOURS = (4.0, 7, 9, 10, 10, 9, 8, 7, 5, 4, 3)  # of the campaign, in half hours

SITES = {"demo-x": "x.example", "demo-bluesky": "bluesky.example", "demo-mastodon": "mastodon.example"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One written text and its place in the story."""

    id: str
    text: str
    lang: str
    author: str
    part: str = ""  # of the history: which kind of talk, when it stands alone
    after: int = 0  # minutes behind the post it answers
    at: float = 0.0  # of the live story: seconds since its start
    in_reply_to: str | None = None
    quote_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Somebody who speaks in the story."""

    key: str
    source: str
    handle: str
    display_name: str
    followers: int
    account_days: int


def rules() -> Rules:
    """What is watched about the railway."""
    return Rules(
        brand=BRAND,
        terms=("vantrelle", "vantrellerail", "#grangoesfree", "#mamievoyage"),
        handles=tuple(f"{source}:vantrellerail" for source in SITES),
    )


def history(now: datetime) -> Iterator[Mention]:
    """The ten days before `now`, oldest first: about 85 posts a day by hour and weekday, and one happy day."""
    posts = _posts("history.jsonl")
    times = _dealt(posts, now)
    for post in posts:
        parent = times.get(post.in_reply_to or "")
        if parent is not None:
            times[post.id] = parent + timedelta(minutes=post.after)
    happened = [post for post in posts if times[post.id] < now - ECHO]
    happened.sort(key=lambda post: times[post.id])
    # As an import, so that nobody of the ten days waits to be heard.
    return (replace(mention, ingest="import") for mention in _mentions(happened, times, now))


def live(now: datetime) -> list[Mention]:
    """The quarter of an hour that begins at `now`, oldest first."""
    return list(_live(now))


@lru_cache(maxsize=2)
def _live(start: datetime) -> tuple[Mention, ...]:
    posts = _posts("live.jsonl")
    return tuple(_mentions(posts, {post.id: start + timedelta(seconds=post.at) for post in posts}, start))


def afterwards(start: datetime, number: int) -> Mention:
    """The `number`-th post after the live story that began at `start`: ordinary talk, for ever, texts come round."""
    pool = _calm()
    post = pool[number % len(pool)]
    at = start + STORY_LENGTH + (number + _share(f"{number}") * 0.8) * CALM_GAP
    alone = replace(post, id=f"{post.id}-{number}", in_reply_to=None, quote_of=None)
    return _mentions([alone], {alone.id: at}, start)[0]


def post_number(start: datetime, number: int) -> Mention:
    """The story from `start` on as one endless row of posts, counted from 0."""
    story = _live(start)
    return story[number] if number < len(story) else afterwards(start, number - len(story))


# --- when ---------------------------------------------------------------------------------------------------
def _dealt(posts: Sequence[Post], now: datetime) -> dict[str, datetime]:
    """A time for every post that stands alone, in the order in which it was written."""
    hours = _hours(now)
    by_part: dict[str, list[Post]] = {}
    for post in posts:
        by_part.setdefault(post.part, []).append(post)
    times: dict[str, datetime] = {}
    for part, rhythm in RHYTHMS.items():
        weights = [_weight(part, rhythm, hour) for hour in hours]
        times |= _deal(by_part.get(part, []), hours, weights, HOUR)
    start = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=CAMPAIGN_DAYS_AGO) + CAMPAIGN_START
    step = CAMPAIGN_LENGTH / len(HAPPY_HOURS)
    times |= _deal(by_part["campaign"], [start + n * step for n in range(len(HAPPY_HOURS))], HAPPY_HOURS, step)
    later = [hour for hour in hours if hour > start + CAMPAIGN_LENGTH + 2 * HOUR]
    times |= _deal(by_part["afterglow"], later, [_weight("any", RHYTHMS["any"], hour) for hour in later], HOUR)
    return times


def _hours(now: datetime) -> list[datetime]:
    first = (now - timedelta(days=DAYS)).replace(minute=0, second=0, microsecond=0) + HOUR
    return [first + n * HOUR for n in range(DAYS * 24 - 1)]


def _weight(part: str, rhythm: Sequence[float], hour: datetime) -> float:
    is_weekend = hour.weekday() >= 5
    if part == "weekend" and not is_weekend:
        return 0.0
    return rhythm[hour.hour] * (WEEKEND[part] if is_weekend else 1.0)


def _deal(
    posts: Sequence[Post], slots: Sequence[datetime], weights: Sequence[float], step: timedelta
) -> dict[str, datetime]:
    """Spread posts over slots of time by weight, unevenly as people are, but always the same way."""
    ends = list(accumulate(weights))
    times = {}
    for n, post in enumerate(posts):
        place = (n + _share(post.id)) / len(posts) * ends[-1]
        slot = min(bisect(ends, place), len(slots) - 1)
        inside = (place - (ends[slot] - weights[slot])) / weights[slot] if weights[slot] else 0.0
        times[post.id] = slots[slot] + min(0.999, max(0.0, inside)) * step
    return times


def _share(word: str) -> float:
    """A number in 0..1 that looks like chance and is always the same for a word."""
    return crc32(word.encode()) % 10_007 / 10_007


# --- who and what -------------------------------------------------------------------------------------------
def _mentions(posts: Sequence[Post], times: dict[str, datetime], now: datetime) -> list[Mention]:
    """Rows as a network would tell them. Ids come from the time and the place in the story: stable, and never twice."""
    people, matcher, brand = _authors(), Matcher([rules()]), rules()
    ids = {post.id: _post_id(post, people[post.author], times[post.id]) for post in posts}
    roots: dict[str, str] = {}
    found = []
    for post in posts:
        author, at = people[post.author], _milliseconds(times[post.id])
        parent = ids.get(post.in_reply_to or "")
        if parent:
            roots[ids[post.id]] = roots.get(parent, parent)
        matches = matcher.find(post.text)
        found.append(
            Mention(
                id=ids[post.id],
                source=author.source,
                brand=BRAND,
                text=post.text,
                created_at=at,
                received_at=at + ECHO,
                url=f"https://{SITES[author.source]}/{author.handle}/{ids[post.id].partition(':')[2]}",
                author_id=f"{author.source}:{author.key}",
                handle=author.handle,
                display_name=author.display_name,
                followers=author.followers,
                author_created_at=now.replace(hour=9, minute=0, second=0, microsecond=0)
                - timedelta(days=author.account_days),
                lang=post.lang,
                in_reply_to=parent,
                quote_of=ids.get(post.quote_of or ""),
                conversation_id=roots.get(ids[post.id]),
                hashtags=hashtags(post.text),
                matched=matches[0].terms if matches else (),
                is_own=f"{author.source}:{author.handle}" in brand.handles,
            )
        )
    return found


def _post_id(post: Post, author: Author, at: datetime) -> str:
    return f"{author.source}:{round(at.timestamp() * 1000)}{crc32(post.id.encode()) % 10_000:04d}"


def _milliseconds(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)


@lru_cache(maxsize=4)
def _posts(name: str) -> tuple[Post, ...]:
    wanted = {field.name for field in fields(Post)}
    return tuple(Post(**{k: v for k, v in row.items() if k in wanted}) for row in _rows(name))


@lru_cache(maxsize=1)
def _authors() -> dict[str, Author]:
    return {row["key"]: Author(**row) for row in _rows("authors.jsonl")}


@lru_cache(maxsize=1)
def _calm() -> tuple[Post, ...]:
    """Texts that fit any hour, the ones not heard before first."""
    return _posts("calm.jsonl") + tuple(post for post in _posts("history.jsonl") if post.part == "any")


def _rows(name: str) -> list[dict[str, Any]]:
    text = (files("monitor") / "data" / "demo" / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]
