"""A signed JSON letter to an address of your own.

POST with `Content-Type: application/json`, the Message-ID as `Smoulder-Id` (the same on every attempt) and
`Smoulder-Signature: t=SECONDS,v1=HEX`, where HEX is HMAC-SHA256 of "SECONDS.BODY" with the channel's secret. The
other side answers 2xx. It follows no redirect, so a letter goes nowhere else.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import ssl
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

from monitor.notifiers import Letter, NotifyError
from monitor.notifiers.reach import deadline, reason

PASSING = {408, 409, 425, 429}  # and every 5xx: trying again can help
MOVED = {301, 302, 303, 307, 308}
OF_THE_CHANNEL = MOVED | {401, 403, 404, 405, 410}  # the address or the secret is wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where to, and the secret that signs (CHANNEL_NAME in the environment)."""

    url: str
    secret: str
    name: str = "webhook"
    ca_file: str = ""
    timeout_seconds: float = 10.0


class Webhook:
    """One address."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        """Raises NotifyError when the url is no address."""
        self.settings = settings
        self.clock = clock
        try:
            self.address = urlsplit(settings.url)
            self.host, self.port = self.address.hostname or "", self.address.port
        except ValueError as error:
            words = f"The url of the webhook {settings.name} is no address ({error}); write it like https://host/path"
            raise NotifyError(words, permanent=True, is_channel=True) from error

    def send(self, letter: Letter) -> str:
        """Gives the status that answered. Raises NotifyError."""
        body = document(letter)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "smoulder",
            "Smoulder-Id": letter.message_id,
            "Smoulder-Signature": signature(body, self.settings.secret, int(self.clock())),
        }
        status = self._ask("POST", headers, body)
        if 200 <= status < 300:
            return f"HTTP {status}"
        is_channel = status in OF_THE_CHANNEL or status in PASSING or status >= 500
        permanent = not (status in PASSING or status >= 500)
        words = f"The webhook {self.settings.name} answered {status}; check its url and its secret"
        raise NotifyError(words, permanent=permanent, is_channel=is_channel)

    def probe(self) -> str:
        """Whether somebody answers there; hands nothing over. Gives a sentence. Raises NotifyError.

        What takes letters alone answers 404, 405 or 501 to HEAD and is well all the same.
        """
        where, status = self.address.netloc.rpartition("@")[2], self._ask("HEAD", {"User-Agent": "smoulder"})
        if status in MOVED:
            words = f"{where} sends letters elsewhere (HTTP {status}), and none follows; write the last address as url"
            raise NotifyError(words, permanent=True, is_channel=True)
        if status >= 500 and status != 501:
            raise NotifyError(f"{where} answers, but is in trouble itself (HTTP {status})", is_channel=True)
        return f"{where} answers (HTTP {status} to HEAD); `smoulder send-test` shows whether it takes letters"

    def _ask(self, method: str, headers: dict[str, str], body: bytes | None = None) -> int:
        """The status of the answer, within the channel's time limit. Raises NotifyError when there is none."""
        name, limit = self.settings.name, self.settings.timeout_seconds
        path = self.address.path or "/"
        query = f"?{self.address.query}" if self.address.query else ""
        try:
            with closing(self._connection()) as connection, deadline(limit, lambda: connection.sock) as late:
                try:
                    connection.request(method, path + query, body, headers)
                    status = connection.getresponse().status
                    if late.is_set():  # torn in the middle of its headers, an answer reads as if it had ended there
                        raise TimeoutError
                    return status
                except (OSError, http.client.HTTPException) as error:
                    raise (TimeoutError() if late.is_set() else error) from None
        except ssl.SSLCertVerificationError as error:
            words = f"The certificate of the webhook {name} is not trusted ({error.verify_message})"
            raise NotifyError(words, permanent=True, is_channel=True) from error
        except (OSError, UnicodeError, http.client.HTTPException) as error:
            raise NotifyError(f"The webhook {name} cannot be reached: {reason(error)}", is_channel=True) from error

    def _connection(self) -> http.client.HTTPConnection:
        seconds = self.settings.timeout_seconds
        if self.address.scheme == "https":
            context = ssl.create_default_context(cafile=self.settings.ca_file or None)
            return http.client.HTTPSConnection(self.host, self.port, timeout=seconds, context=context)
        return http.client.HTTPConnection(self.host, self.port, timeout=seconds)


def document(letter: Letter) -> bytes:
    """The JSON: what happened for machines, and the first line and the whole text for people."""
    body = {
        "id": letter.message_id,
        "thread": letter.thread_id or letter.message_id,
        "at": letter.created_at.isoformat(),
        "subject": letter.subject,
        "line": letter.line,
        "text": letter.text,
        "link": letter.link,
        **letter.facts,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def signature(body: bytes, secret: str, seconds: int) -> str:
    """For the header, and for the other side to compare with."""
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"
