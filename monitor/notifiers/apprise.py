"""Every channel that apprise knows: Slack, Teams, Telegram, SMS, ntfy, PagerDuty and a hundred more.

A short letter: the first line and the link. Nobody's post is passed on to a chat. The address is a secret.
"""

from __future__ import annotations

from dataclasses import dataclass

from monitor.notifiers import Letter, NotifyError

PUBLIC = frozenset({"twitter", "mastodon", "misskey", "bluesky", "reddit", "nostr"})  # modules of apprise.plugins


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
