"""The ways a letter leaves the building: one small file each, one line in a dict, imported when used.

A notifier is handed a finished Letter and gives back the receipt of the other side. It never touches the store
and decides nothing: who is told what and when stands in monitor.alerts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any, Protocol

NOTIFIERS = {
    "email": "monitor.notifiers.email:Email",
    "webhook": "monitor.notifiers.webhook:Webhook",
    "apprise": "monitor.notifiers.apprise:Apprise",
}


class NotifyError(Exception):
    """A letter did not leave. The words say what happened and what to do.

    `permanent`: the same letter to the same recipient will be refused again.
    `is_channel`: every letter would meet the same fate (log-in, certificate, address of the server): nobody
    else on this channel can be reached either, and the wall says so at once.
    `is_content`: it was the letter itself that was refused; a barer one may pass.
    """

    def __init__(
        self, words: str, permanent: bool = False, *, is_channel: bool = False, is_content: bool = False
    ) -> None:
        super().__init__(words)
        self.permanent = permanent
        self.is_channel = is_channel
        self.is_content = is_content


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message, ready to leave. The subject and the addresses hold no word of a mention."""

    to: str
    message_id: str  # "<…@…>", the same on every attempt
    thread_id: str | None  # Message-ID of the first letter of the thread; None: it starts one or stands alone
    created_at: datetime
    subject: str
    text: str
    html: str
    line: str = ""  # the first line alone, for a small screen
    link: str = ""  # the page to open
    facts: Mapping[str, object] = field(default_factory=dict)  # what machines are told: plain values for JSON
    picture: bytes | None = None  # PNG, shown by the HTML as cid:chart
    picture_words: str = ""  # what the picture shows


class Notifier(Protocol):
    """What every channel can do."""

    def send(self, letter: Letter) -> str:
        """Hand it over within the channel's own time limit; gives the receipt. Raises NotifyError."""
        ...


class Reachable(Notifier, Protocol):
    """A channel with somebody at the other end."""

    def probe(self) -> str:
        """Whether somebody answers there; sends nothing. Gives a sentence. Raises NotifyError."""
        ...


def notifier_module(name: str) -> Any:
    """The module behind a name of NOTIFIERS, with its Settings. Raises KeyError when there is none."""
    return import_module(NOTIFIERS[name].partition(":")[0])


def notifier_class(name: str) -> Any:
    """The class behind a name of NOTIFIERS. Raises KeyError when there is none."""
    return getattr(notifier_module(name), NOTIFIERS[name].partition(":")[2])
