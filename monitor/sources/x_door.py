"""The way to X: its settings, the only door that the token may leave through, what refusals mean, what it costs."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
import tweepy

from monitor.sources.dialling import LOOPBACK, Manners, retry_at
from monitor.sources.supervisor import SourceError

logging.getLogger("tweepy").setLevel(logging.INFO)  # its debug lines show the token

TWEEPY_HOST = "api.twitter.com"  # fixed in tweepy
X_HOSTS = ("api.x.com", TWEEPY_HOST)
CONNECT_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class XSettings:
    """[sources.x]: the token comes from X_BEARER_TOKEN. Prices are X's own and change: check them."""

    bearer_token: str = field(repr=False)
    api_url: str = "https://api.x.com"
    price_per_post: float = 0.005  # dollars for each post read
    max_posts_per_day: int = 10_000  # UTC days; all that is read together
    posts_for_tags: int | None = None  # of these, kept for looks at hashtags; unset: a twentieth; 0: X is never asked
    stop_at_cap: bool = True  # the stream stops when its part is read; false: it goes on and costs more
    max_posts_per_catch_up: int = 1_000
    stall_seconds: float = 30.0  # X sends a sign of life every 20 s
    min_gap_seconds: float = 1.0
    longest_wait_seconds: float = 60.0
    refused_minutes: float = 15.0

    def __post_init__(self) -> None:
        url = urlsplit(self.api_url)
        if not (url.scheme == "https" and url.hostname in X_HOSTS) and url.hostname not in LOOPBACK:
            raise ValueError(f'api_url carries the token and must be https://{X_HOSTS[0]}, not "{self.api_url}".')
        if not 0 <= self.tag_posts_per_day <= self.max_posts_per_day:
            raise ValueError("posts_for_tags must be between 0 and max_posts_per_day.")
        if self.min_gap_seconds < 0.25:
            raise ValueError("min_gap_seconds must be at least 0.25: X shuts out clients that dial without a pause.")

    @property
    def tag_posts_per_day(self) -> int:
        return self.max_posts_per_day // 20 if self.posts_for_tags is None else self.posts_for_tags

    @property
    def stream_posts_per_day(self) -> int:
        """What the stream and its catch-up may read: never what is kept for others, so that no sum exceeds the cap."""
        return self.max_posts_per_day - self.tag_posts_per_day

    @property
    def manners(self) -> Manners:
        return Manners(
            min_gap=self.min_gap_seconds,
            longest_wait=self.longest_wait_seconds,
            refused_wait=self.refused_minutes * 60,
            stall=self.stall_seconds,
        )


class Door(requests.adapters.HTTPAdapter):
    """The only way out of a tweepy session: to X or to a server on this machine, and never without a time limit."""

    def __init__(self, api_url: str, read_seconds: float) -> None:
        self._url = api_url.rstrip("/")
        self._timeout = (CONNECT_SECONDS, read_seconds)
        self.response: requests.Response | None = None
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        target = urlsplit(request.url or "")
        if target.hostname != TWEEPY_HOST:  # a redirect, perhaps: the token goes nowhere else
            raise requests.exceptions.InvalidURL("X sent us to another host")
        request.url = self._url + target.path + (f"?{target.query}" if target.query else "")
        kwargs["timeout"] = self._timeout
        if urlsplit(self._url).hostname in LOOPBACK:
            kwargs["proxies"] = {}
        self.response = super().send(request, *args[:1], **kwargs)
        return self.response

    def mount_on(self, session: requests.Session) -> None:
        session.mount("https://", self)
        session.mount("http://", self)

    def hang_up(self) -> None:
        """Make a blocking read return, from another thread."""
        if self.response is not None:
            self.response.raw.shutdown()


def refusal(status: int, headers: Mapping[str, str], body: str, now: datetime) -> SourceError:
    """What an HTTP status of X means, in words for the wall."""
    if status == 401:
        return SourceError("the token was refused: check X_BEARER_TOKEN", permanent=True)
    if status == 403:
        return SourceError("X does not allow this app to read the stream: check its plan at X", permanent=True)
    if status == 402:
        return SourceError("the credit at X is used up: top it up", permanent=True)
    if status == 429 and "onnection" in body:  # "… maximum allowed connection limit", ConnectionException
        return SourceError("another program reads with this token; waiting", retry_at=retry_at(headers, now))
    if status == 429 or (status == 503 and any(k.lower() == "retry-after" for k in headers)):
        return SourceError("rate-limited", retry_at=retry_at(headers, now))
    return SourceError(f"X answered {status}")


@contextmanager
def in_words(now: datetime) -> Iterator[None]:
    """Turns what tweepy and requests raise into SourceError."""
    try:
        yield
    except tweepy.errors.HTTPException as error:
        response = error.response
        raise refusal(response.status_code, response.headers, response.text[:2_000], now) from None
    except requests.exceptions.Timeout:
        raise SourceError("X did not answer in time") from None
    except requests.exceptions.RequestException as error:
        raise SourceError(f"X cannot be reached ({type(error).__name__})") from None


class Spend:
    """Posts read today by the stream and its catch-up, and what they cost."""

    def __init__(self, settings: XSettings) -> None:
        self._settings = settings
        self.day = ""
        self.posts = 0

    def add(self, posts: int, now: datetime) -> None:
        self._turn_over(now)
        self.posts += posts

    def left(self, now: datetime) -> int:
        self._turn_over(now)
        return max(0, self._settings.stream_posts_per_day - self.posts)

    def resume(self, day: str, posts: int) -> None:
        """Go on counting where the last process stopped; a restart is no way around the cap."""
        if not self.day:
            self.day, self.posts = day, posts

    def _turn_over(self, now: datetime) -> None:
        today = f"{now.astimezone(UTC):%Y-%m-%d}"
        if today != self.day:
            self.day, self.posts = today, 0

    @property
    def words(self) -> str:
        return f"{self.posts:,} post{'' if self.posts == 1 else 's'}"

    @property
    def dollars(self) -> str:
        return f"${self.posts * self._settings.price_per_post:,.2f}"
