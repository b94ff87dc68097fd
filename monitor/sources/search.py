"""Asking a network what is being written under a tag now. Read only, once, within seconds, no redirects.

One small file for each network that can search. A search gives the newest posts, or raises SourceError with words that
a person can read; it never retries, because a person is waiting.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException, HTTPResponse
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from db.rows import Mention
from monitor.sources.dialling import LOOPBACK, retry_at, time_of_day
from monitor.sources.supervisor import SourceError

LARGEST_ANSWER = 4 * 2**20  # bytes; a hundred posts are a quarter of a million
CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for: a tag, or a name of one or more words."""

    words: str
    is_name: bool = False

    @property
    def as_tag(self) -> str:
        """For networks that know nothing but tags."""
        return self.words.replace(" ", "")

    @property
    def as_query(self) -> str:
        return f'"{self.words}"' if self.is_name else f"#{self.as_tag}"


class Search(Protocol):
    """What every network that can search is asked for."""

    name: str

    def find(self, wanted: Wanted, now: datetime) -> list[Mention]:
        """The newest posts of anybody, of no brand yet. Raises SourceError."""
        ...


class _Stay(HTTPRedirectHandler):
    """A redirect may lead anywhere, and the request may carry a token."""

    def redirect_request(self, *_: object) -> None:
        return None


_OUT = build_opener(_Stay())
_HERE = build_opener(_Stay(), ProxyHandler({}))


def ask(
    url: str, query: Mapping[str, str], seconds: float, now: datetime, headers: Mapping[str, str] | None = None
) -> Any:
    """The JSON behind an address, within `seconds` all in all. Raises SourceError."""
    host = urlsplit(url).hostname or ""
    end = time.monotonic() + seconds
    address = f"{url}?{urlencode(query)}" if query else url
    request = Request(address, headers={"User-Agent": "smoulder", **(headers or {})})  # noqa: S310 - https, by the settings
    try:
        with (_HERE if host in LOOPBACK else _OUT).open(request, timeout=seconds) as answer:
            body = _read(answer, end)
    except HTTPError as error:
        with error:
            raise _refusal(error.code, dict(error.headers.items()), now) from None
    except TimeoutError:
        raise SourceError("it did not answer in time") from None
    except (OSError, HTTPException, ValueError) as error:
        is_late = isinstance(getattr(error, "reason", None), TimeoutError)
        words = "it did not answer in time" if is_late else f"it cannot be reached ({type(error).__name__})"
        raise SourceError(words) from None
    try:
        return json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise SourceError("its answer makes no sense") from None


def _read(answer: HTTPResponse, end: float) -> bytes:
    parts, size = [], 0
    while part := answer.read1(CHUNK):
        parts.append(part)
        size += len(part)
        if size > LARGEST_ANSWER:
            raise SourceError("its answer is too long to be read")
        if time.monotonic() > end:
            raise SourceError("it did not answer in time")
    return b"".join(parts)


def _refusal(status: int, headers: Mapping[str, str], now: datetime) -> SourceError:
    if status == 429:
        at = retry_at(headers, now)
        return SourceError(f"it has been asked too often and waits until {time_of_day(at, now)}", retry_at=at)
    if status in (401, 402, 403):
        return SourceError(f"it does not let us search ({status})", permanent=True)
    return SourceError(f"it answered {status}")
