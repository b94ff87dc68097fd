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

PASSING = {408, 409, 425, 429}  # and every 5xx: trying again can help
OF_THE_CHANNEL = {301, 302, 303, 307, 308, 401, 403, 404, 405, 410}  # the address or the secret is wrong


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
        self.settings = settings
        self.clock = clock
        self.address = urlsplit(settings.url)

    def send(self, letter: Letter) -> str:
        """Gives the status that answered. Raises NotifyError."""
        body = document(letter)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "smoulder",
            "Smoulder-Id": letter.message_id,
            "Smoulder-Signature": signature(body, self.settings.secret, int(self.clock())),
        }
        name = self.settings.name
        try:
            with closing(self._connection()) as connection:
                path = self.address.path or "/"
                query = f"?{self.address.query}" if self.address.query else ""
                connection.request("POST", path + query, body, headers)
                status = connection.getresponse().status
        except ssl.SSLCertVerificationError as error:
            words = f"The certificate of the webhook {name} is not trusted ({error.verify_message})"
            raise NotifyError(words, permanent=True, is_channel=True) from error
        except (OSError, http.client.HTTPException) as error:
            words = f"The webhook {name} cannot be reached ({error or type(error).__name__})"
            raise NotifyError(words, is_channel=True) from error
        if 200 <= status < 300:
            return f"HTTP {status}"
        is_channel = status in OF_THE_CHANNEL or status in PASSING or status >= 500
        permanent = not (status in PASSING or status >= 500)
        words = f"The webhook {name} answered {status}; check its url and its secret"
        raise NotifyError(words, permanent=permanent, is_channel=is_channel)

    def _connection(self) -> http.client.HTTPConnection:
        host, seconds = self.address.hostname or "", self.settings.timeout_seconds
        if self.address.scheme == "https":
            context = ssl.create_default_context(cafile=self.settings.ca_file or None)
            return http.client.HTTPSConnection(host, self.address.port, timeout=seconds, context=context)
        return http.client.HTTPConnection(host, self.address.port, timeout=seconds)


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
