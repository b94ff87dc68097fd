"""Everything a person can set, as one frozen value.

TOML for what may be read by all, the environment (or NAME_FILE) for secrets. All mistakes are reported at
once, each with its place and its cure. Reading happens here and nowhere else; the rest of the house is handed
a Config.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from db.rows import Rules


class ConfigError(Exception):
    """The configuration cannot be used. `mistakes`: one sentence each, with the place and the cure."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """Where the dashboard listens and how it is reached."""

    host: str = "127.0.0.1"
    port: int = 8050
    base_url: str = ""  # what links in mails begin with; empty: http://host:port
    threads: int = 8

    @property
    def address(self) -> str:
        return self.base_url.rstrip("/") or f"http://{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    """Who is told. `to`: mail addresses, in the order of escalation."""

    to: tuple[str, ...] = ()
    language: str = "en"
    repeat_minutes: float = 30
    escalate_minutes: float = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole configuration."""

    data_dir: Path = Path("smoulder-data")
    store_url: str = ""  # empty: smoulder.sqlite3 in data_dir
    timezone: str = "UTC"
    language: str = "en"
    brands: tuple[Rules, ...] = ()
    sources: dict[str, Any] = field(default_factory=dict)  # name -> the Settings of that source's own module
    mail: Any = None  # monitor.notifiers.email.Settings; None: mails are written as files
    alerts: Alerts = field(default_factory=Alerts)
    dashboard: Dashboard = field(default_factory=Dashboard)
    is_demo: bool = False
    path: Path | None = None  # the file it was read from

    @property
    def store_path(self) -> str:
        return self.store_url or str(self.data_dir / "smoulder.sqlite3")
