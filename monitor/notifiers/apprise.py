"""Every channel that apprise knows: Slack, Teams, Telegram, SMS, ntfy, PagerDuty and a hundred more.

A short letter: the first line and the link. Nobody's post is passed on to a chat. The address is a secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from monitor.notifiers import Letter, NotifyError
from monitor.notifiers.reach import reach, reason

PUBLIC = frozenset({"twitter", "mastodon", "misskey", "bluesky", "reddit", "nostr"})  # modules of apprise.plugins

# Where a module of apprise keeps the address of a service that has one for everybody.
ADDRESSES = ("cloud_notify_url", "notify_url", "webhook_url", "notify_sms_url", "api_url")
PROBE_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`secret` is apprise's own address, like ntfy://…, from the environment (CHANNEL_NAME)."""

    secret: str
    name: str = "apprise"
    url: str = ""  # not used: apprise's addresses hold secrets, and secrets do not stand in files


class Apprise:
    """One apprise address."""

    def __init__(self, settings: Settings) -> None:
        """Raises NotifyError when apprise is not installed or does not know the address."""
        try:
            import apprise
        except ImportError:
            words = "apprise is not installed; run: pip install 'smoulder[channels]'"
            raise NotifyError(words, permanent=True, is_channel=True) from None
        self.settings = settings
        self._channel = apprise.Apprise()
        if not self._channel.add(settings.secret):
            words = f"apprise does not understand the address of {settings.name}; check its variable in the environment"
            raise NotifyError(words, permanent=True, is_channel=True)
        for service in self._channel:
            if type(service).__module__.rpartition(".")[2].split("_")[0] in PUBLIC:
                words = (
                    f"{settings.name} would post in public, and Smoulder speaks to nobody but its team; name another"
                )
                raise NotifyError(words, permanent=True, is_channel=True)

    def send(self, letter: Letter) -> str:
        """apprise says yes or no, and not why. Raises NotifyError."""
        body = f"{letter.line}\n{letter.link}".strip()
        if self._channel.notify(body=body, title=letter.subject, body_format="text"):
            return f"{self.settings.name} took it"
        raise NotifyError(f"The channel {self.settings.name} did not take the letter", is_channel=True)

    def probe(self) -> str:
        """Whether the hosts behind the address answer; sends nothing. Gives a sentence. Raises NotifyError."""
        name, places = self.settings.name, dict.fromkeys(place_of(service) for service in self._channel)
        for host, port in filter(None, places):
            try:
                reach(host, port, PROBE_SECONDS)
            except (OSError, UnicodeError) as error:
                words = f"The host of {name}, {host}:{port}, cannot be reached: {reason(error)}"
                raise NotifyError(words, is_channel=True) from error
        answers = ", ".join(f"{host}:{port} answers" for host, port in filter(None, places))
        return answers or "apprise understands the address; only `smoulder send-test` shows whether somebody answers"


def place_of(service: Any) -> tuple[str, int] | None:
    """Host and port that a service of apprise speaks to; None: it does not say."""
    if getattr(service, "smtp_host", None):
        return str(service.smtp_host), int(service.port or 25)
    # In the address of most services the place of the host holds a secret; the templates tell which.
    has_host = any("{host}" in template for template in service.templates)
    if has_host and service.host and getattr(service, "mode", None) != "cloud":
        return str(service.host), int(service.port or (443 if service.secure else 80))
    for name in ADDRESSES:
        found = urlsplit(str(getattr(service, name, "")))
        if found.hostname and "{" not in found.netloc:
            return found.hostname, found.port or (443 if found.scheme == "https" else 80)
    return None
