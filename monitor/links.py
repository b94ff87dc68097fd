"""The buttons of a letter as signed links: who may do what to which incident, and until when. Pure.

A link shows a page that asks; only the answer does something, because mail scanners open links. It works once.
Whoever holds the letter holds the link: it is recorded as done by the person it was written to.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, cast

Action = Literal["take", "dismiss"]
ACTIONS = ("take", "dismiss")
SECRET_SETTING = "links: secret"  # noqa: S105  the name of a setting
LONGEST = 1000  # characters; a longer one is not ours


class LinkError(Exception):
    """The link cannot be used. `reason`: forged, expired."""

    def __init__(self, reason: Literal["forged", "expired"]) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a link says."""

    action: Action
    incident_id: int
    recipient: str
    letter: str  # which letter it stood in, so that each letter's buttons are their own
    expires_at: datetime


def sign(claim: Claim, secret: str) -> str:
    """A token for a path: letters, digits, '-', '_' and one '.'."""
    body = [
        claim.action,
        claim.incident_id,
        claim.recipient,
        claim.letter,
        int(claim.expires_at.timestamp()),
    ]
    text = _pack(json.dumps(body, separators=(",", ":")).encode())
    return f"{text}.{_seal(text, secret)}"


def read(token: str, secret: str, now: datetime) -> Claim:
    """What the token says, if we have written it and its time is not up. Raises LinkError."""
    text, _, seal = token.partition(".")
    if not secret or len(token) > LONGEST or not token.isascii() or not hmac.compare_digest(seal, _seal(text, secret)):
        raise LinkError("forged")
    try:
        action, incident_id, recipient, letter, expires = json.loads(_unpack(text))
    except (ValueError, binascii.Error):
        raise LinkError("forged") from None
    if action not in ACTIONS:
        raise LinkError("forged")
    expires_at = datetime.fromtimestamp(expires, UTC)
    if now >= expires_at:
        raise LinkError("expired")
    return Claim(
        action=cast(Action, action),
        incident_id=incident_id,
        recipient=recipient,
        letter=letter,
        expires_at=expires_at,
    )


def used_setting(token: str) -> str:
    """The setting in which it stands that this link has been used."""
    return f"links: used {hashlib.sha256(token.encode()).hexdigest()[:32]}"


def _seal(text: str, secret: str) -> str:
    return _pack(hmac.new(secret.encode(), b"smoulder link 1\0" + text.encode(), hashlib.sha256).digest())


def _pack(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _unpack(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
