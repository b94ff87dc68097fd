"""Bluesky through Jetstream: every post of the network as it is written, matched here. No key, no account.

Jetstream has no text filter and knows neither handles nor followers, so those are unknown. It can be read again
from a cursor for about a day and a half; an older cursor is moved up without a word, which is found out here and
told as a gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from typing import ClassVar
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidProxy, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from db.rows import Batch, Cursor, Deletion, Mention, Rules
from monitor.sources import fields
from monitor.sources.bluesky_post import DID, KEY, POSTS, Post
from monitor.sources.dialling import LOOPBACK, Manners, retry_at, time_of_day
from monitor.sources.matching import Matcher, id_for
from monitor.sources.supervisor import Line, SourceError

HOSTS = (
    "wss://jetstream1.us-east.bsky.network",
    "wss://jetstream2.us-east.bsky.network",
    "wss://jetstream1.us-west.bsky.network",
    "wss://jetstream2.us-west.bsky.network",
)
OPEN_SECONDS = 10.0
ASK_SECONDS = 5.0
LARGEST_MESSAGE = 16 * 1024 * 1024  # one that is refused would come again with every cursor
STEP_SECONDS = 0.5  # how soon a cut line is noticed
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEARLY_NOW = timedelta(seconds=2)
JUMP = timedelta(minutes=10)  # all of Bluesky is never silent for so long: the cursor was moved up
_TIME = re.compile(rb'"time_us"\s*:\s*(\d{1,18})')  # the first one is Jetstream's own: it stands before the record


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueskySettings:
    """[sources.bluesky]: works as it is."""

    hosts: tuple[str, ...] = HOSTS  # tried in turn
    api_url: str = "https://public.api.bsky.app"  # to learn the id behind a brand's own handle; empty: never asked
    rewind_seconds: float = 5.0  # the hosts differ a little in what they saw when
    stall_seconds: float = 30.0
    min_gap_seconds: float = 1.0
    longest_wait_seconds: float = 60.0
    refused_minutes: float = 15.0

    def __post_init__(self) -> None:
        if not self.hosts:
            raise ValueError('needs at least one host, like "wss://jetstream2.us-east.bsky.network".')
        for host in self.hosts:
            url = urlsplit(host)
            if not url.hostname or (url.scheme != "wss" and not (url.scheme == "ws" and url.hostname in LOOPBACK)):
                raise ValueError(f'hosts must begin with wss://, which "{host}" does not.')
        if not self.api_url.startswith("https://") and self.api_url and urlsplit(self.api_url).hostname not in LOOPBACK:
            raise ValueError(f'api_url must begin with https://, which "{self.api_url}" does not.')
        if self.min_gap_seconds < 0.25:
            raise ValueError("min_gap_seconds must be at least 0.25: nobody is helped by dialling without a pause.")

    @property
    def manners(self) -> Manners:
        return Manners(
            min_gap=self.min_gap_seconds,
            longest_wait=self.longest_wait_seconds,
            refused_wait=self.refused_minutes * 60,
            stall=self.stall_seconds,
        )


class Bluesky:
    """All posts of Bluesky, of which those about our brands are kept."""

    SECRETS: ClassVar[dict[str, str]] = {}
    Settings = BlueskySettings
    name = "bluesky"
    is_live = True

    def __init__(self, settings: BlueskySettings, brands: Sequence[Rules]) -> None:
        self.settings = settings
        self.manners = settings.manners
        self._brands = tuple(brands)
        self._matcher = Matcher(brands, self.name)
        self._turn = 0  # which host is next
        self._refused: set[str] = set()  # hosts that did not let us in, since one last did
        self._own = Accounts(brands, settings.api_url)

    # --- reading ------------------------------------------------------------------------------------------
    def read(self, line: Line) -> None:
        self._own.look_up()
        line.alive()
        host = self.settings.hosts[self._turn % len(self.settings.hosts)]
        self._turn += 1
        since = _since(line, self.settings.rewind_seconds)
        try:
            with connect(
                _address(host, since),
                open_timeout=OPEN_SECONDS,
                close_timeout=1.0,
                max_size=LARGEST_MESSAGE,
                proxy=None if urlsplit(host).hostname in LOOPBACK else True,
                user_agent_header="smoulder",
            ) as connection:
                self._refused.clear()
                line.connected()
                _listen(connection, line, Progress(line, since))
        except InvalidStatus as error:
            raise self._refusal(host, error, line.now()) from None
        except ConnectionClosed as error:
            code = error.rcvd.code if error.rcvd else None
            raise SourceError("the connection broke" if code is None else f"Bluesky closed it ({code})") from None
        except (OSError, InvalidHandshake, InvalidProxy) as error:
            raise SourceError(f"{urlsplit(host).hostname} cannot be reached ({type(error).__name__})") from None

    def _refusal(self, host: str, error: InvalidStatus, now: datetime) -> SourceError:
        status, headers = error.response.status_code, dict(error.response.headers.raw_items())
        if status == 429 or (status == 503 and any(k.lower() == "retry-after" for k in headers)):
            return SourceError("rate-limited", retry_at=retry_at(headers, now))
        if status in (401, 403):
            self._refused.add(host)
            if len(self._refused) == len(set(self.settings.hosts)):
                return SourceError(
                    f"Bluesky does not let us in ({status}): check sources.bluesky.hosts", permanent=True
                )
        return SourceError(f"{urlsplit(host).hostname} answered {status}")

    # --- parsing ------------------------------------------------------------------------------------------
    def parse(self, raw: bytes, received_at: datetime) -> Batch:
        event = fields.read_object(raw)
        if event is None:
            return self._dead(raw, "it is not a JSON object", received_at)
        at = _moment(event.get("time_us"))
        cursors = (Cursor(source=self.name, value=str(event["time_us"]), at=received_at),) if at else ()
        commit = fields.part(event, "commit")
        if event.get("kind") != "commit" or commit.get("collection") != POSTS:
            return Batch(cursors=cursors)
        did, key = fields.word(event.get("did")) or "", fields.word(commit.get("rkey")) or ""
        if not (DID.fullmatch(did) and KEY.fullmatch(key)):
            return replace(self._dead(raw, "it has no id", received_at), cursors=cursors)
        if commit.get("operation") == "delete":
            gone = Deletion(post_id=f"bluesky:{did}/{key}", at=at or received_at)
            return Batch(deletions=(gone,), cursors=cursors)
        record = fields.part(commit, "record")
        if not isinstance(record.get("text"), str):
            return replace(self._dead(raw, "it has no text", received_at), cursors=cursors)
        is_edit = commit.get("operation") == "update"
        mentions = self._mentions(Post(did, key, record, at or received_at, is_edit), received_at)
        return Batch(mentions=mentions, cursors=cursors)

    def _dead(self, raw: bytes, reason: str, received_at: datetime) -> Batch:
        return Batch(dead=(fields.dead_letter(self.name, raw, reason, received_at),))

    def _mentions(self, post: Post, received_at: datetime) -> tuple[Mention, ...]:
        found: dict[str, tuple[str, ...]] = {m.brand: m.terms for m in self._matcher.find(post.searched)}
        for brand in self._own.addressed(post.addressed):  # an answer under the brand's own post need not name it
            found.setdefault(brand, ())
        own = self._own.brands_of(post.did)
        brands = [row.brand for row in self._brands if row.brand in found or row.brand in own]
        if not brands:
            return ()
        mention = post.mention(received_at)
        return tuple(
            replace(
                mention,
                id=id_for(mention.id, n, brand),
                brand=brand,
                matched=found.get(brand, ()),
                is_own=brand in own,
            )
            for n, brand in enumerate(brands)
        )

    def remark(self) -> str:
        return self._own.note


class Progress:
    """Knows when a replay from a cursor has come to the present, and whether it began where it should."""

    def __init__(self, line: Line, since: int | None) -> None:
        self._line = line
        self._wanted = _moment(since)
        self._present = line.now() - NEARLY_NOW
        self._lost_until: datetime | None = None
        self._has_begun = False
        self.is_done = since is None
        if self._wanted is None:
            line.caught_up()
        else:
            line.catching_up(f"reading what was missed since {time_of_day(self._wanted, line.now(), line.zone)}")

    def saw(self, raw: bytes) -> None:
        """Before a delivery is handed over."""
        found = _TIME.search(raw)
        at = _moment(found[1]) if found else None
        if self._wanted is None or at is None:
            return
        if not self._has_begun and at - self._wanted > JUMP:
            self._lost_until = at
        self._has_begun = True
        if at >= self._present:
            self._finish()

    def _finish(self) -> None:
        self.is_done = True
        self._line.caught_up()
        if self._lost_until is not None and self._wanted is not None:
            words = "Bluesky keeps about 36 hours: what was posted before cannot be read any more"
            self._line.lost(self._wanted, self._lost_until, words)


class Accounts:
    """The brands' own accounts by their ids (did): written down as such, or looked up from a handle."""

    def __init__(self, brands: Sequence[Rules], api_url: str) -> None:
        self._api_url = api_url.rstrip("/")
        self._brands: dict[str, set[str]] = {}  # did -> whose
        self._unknown: dict[str, set[str]] = {}  # handle -> whose; its did is still to be asked for
        for row in brands:
            for name in (h.removeprefix("bluesky:").lstrip("@") for h in row.handles if h.startswith("bluesky:")):
                known = self._brands if DID.fullmatch(name) else self._unknown
                known.setdefault(name, set()).add(row.brand)
        self.note = ""

    def brands_of(self, did: str) -> set[str]:
        return self._brands.get(did, set())

    def addressed(self, dids: Iterable[str]) -> set[str]:
        return {brand for did in dids for brand in self.brands_of(did)}

    def look_up(self) -> None:
        """Ask for the ids that are not known yet. Without an answer the wall says so and reading goes on."""
        self.note = ""
        for handle in list(self._unknown) if self._api_url else ():
            try:
                did = self._ask(handle)
            except (OSError, HTTPException):
                self.note = f"own posts of {handle} cannot be told: {urlsplit(self._api_url).hostname} did not answer"
                return
            if did is None:
                self.note = f"there is no account {handle} on Bluesky: check handles"
            else:
                self._brands.setdefault(did, set()).update(self._unknown.pop(handle))

    def _ask(self, handle: str) -> str | None:
        address = f"{self._api_url}/xrpc/com.atproto.identity.resolveHandle?handle={quote(handle)}"
        try:
            with urlopen(address, timeout=ASK_SECONDS) as answer:  # noqa: S310 - the settings allow https only
                did = fields.word((fields.read_object(answer.read(10_000)) or {}).get("did"))
        except HTTPError as error:
            error.close()
            if error.code == 400:  # "Unable to resolve handle"
                return None
            raise
        return did if did and DID.fullmatch(did) else None


def _listen(connection: ClientConnection, line: Line, progress: Progress) -> None:
    while True:
        line.wait(0)
        try:
            message = connection.recv(timeout=STEP_SECONDS, decode=False)
        except TimeoutError:
            continue
        if not progress.is_done:
            progress.saw(message)
        line.put(message)


def _address(host: str, since: int | None) -> str:
    cursor = f"&cursor={since}" if since is not None else ""
    return f"{host.rstrip('/')}/subscribe?wantedCollections={POSTS}{cursor}"


def _since(line: Line, rewind_seconds: float) -> int | None:
    """Where to begin, in microseconds since 1970 and a little earlier than needed; None: from now on."""
    at = fields.count(line.cursor.value) if line.cursor else None
    if at is None and line.missed_since is not None:
        at = (line.missed_since - EPOCH) // timedelta(microseconds=1)
    return None if at is None else max(0, at - int(rewind_seconds * 1_000_000))


def _moment(time_us: object) -> datetime | None:
    """Microseconds since 1970 as a time; None when it is none."""
    number = fields.count(time_us.decode() if isinstance(time_us, bytes) else time_us)
    if number is None or not 0 < number < 2**53:
        return None
    return EPOCH + timedelta(microseconds=number)
