"""A word to the team when the store itself is what is broken: past the outbox, straight to the channel.

At most once an hour, in a thread, and it may fail: then the log is all there is.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from html import escape
from uuid import uuid4

import structlog

from monitor import alerts
from monitor.config import Config
from monitor.notifiers import Letter, NotifyError
from monitor.outbox import open_channels

log = structlog.get_logger()

PAUSE = timedelta(hours=1)


class Outcry:
    """Remembers when it last cried."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.cried_at: datetime | None = None

    def cry(self, words: str, now: datetime) -> bool:
        """Tell everybody who can be called; False: it did so within the last hour."""
        if self.cried_at is not None and now - self.cried_at < PAUSE:
            return False
        self.cried_at = now
        threading.Thread(target=self._send, args=(words, now), daemon=True).start()
        return True

    def _send(self, words: str, now: datetime) -> None:
        channels = open_channels(self.config)
        for address in alerts.chain(self.config.alerts, "", now):
            try:
                channels[address.channel].send(letter(address.recipient, words, now))
            except (NotifyError, OSError) as error:
                log.error("nobody could be told that the store is broken", error=str(error))


def letter(recipient: str, words: str, now: datetime) -> Letter:
    """Plain words only: nothing can be read from the store for it."""
    text = (
        f"Smoulder cannot write: {words}\n\n"
        "New mentions are held in memory and the networks will be read again, "
        "but no alarm can be raised until this is mended."
    )
    return Letter(
        to=recipient,
        message_id=f"<outcry.{uuid4().hex}@smoulder.invalid>",
        thread_id=None,
        created_at=now,
        subject="Smoulder cannot write: alarms are held up",
        text=text,
        html=f"<p style='white-space:pre-line'>{escape(text)}</p>",
    )
