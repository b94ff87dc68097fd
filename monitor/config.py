"""Everything a person can set, as one frozen value.

TOML for what may be read by all, the environment (or NAME_FILE) for secrets. All mistakes are reported at
once, each with its place and its cure. Reading happens here and nowhere else; the rest of the house is handed
a Config.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import re
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from db.rows import Rules
from monitor.sources.dialling import LOOPBACK


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
    approval: bool = False  # true: every answer is read by a second person before it leaves

    @property
    def address(self) -> str:
        return self.base_url.rstrip("/") or f"http://{self.host}:{self.port}"


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A stretch of the week and who is called in it, in order; after them come the names of [alerts] to."""

    to: tuple[str, ...]
    brands: tuple[str, ...] = ()  # empty: every brand
    days: str = "mon-sun"  # "mon-fri" or "sat,sun": the days on which the shift begins
    hours: str = "00:00-24:00"  # of the time zone of [alerts]; "19:00-08:00" ends on the next day
    least: Literal["watch", "storm"] = "watch"  # "storm": a watch waits until somebody's shift takes it

    def __post_init__(self) -> None:
        self.weekdays()
        self.minutes()

    def weekdays(self) -> frozenset[int]:
        """0 is Monday. Raises ValueError."""
        found: set[int] = set()
        for part in self.days.replace(" ", "").split(","):
            first, _, last = part.partition("-")
            if first not in DAYS or (last or first) not in DAYS:
                raise ValueError(f'days = "{self.days}" is not understood; write "mon-fri" or "sat,sun"')
            start, end = DAYS.index(first), DAYS.index(last or first)
            found |= {(start + n) % 7 for n in range((end - start) % 7 + 1)}
        return frozenset(found)

    def minutes(self) -> tuple[int, int]:
        """Minutes after midnight of begin and end; the end is the smaller one when the shift passes midnight."""
        found = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", self.hours.replace(" ", ""))
        start, end = (int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])) if found else (-1, -1)
        if not (0 <= start < 1440 and 0 <= end <= 1440 and start != end):
            raise ValueError(f'hours = "{self.hours}" is not understood; write "08:00-19:00" or "19:00-08:00"')
        return start, end


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way to people beside mail. Its secret comes from the environment: CHANNEL_NAME, in capitals.

    webhook: `url` is where the JSON goes, the secret signs it. apprise: the secret is apprise's own address
    (slack://…, tgram://…, ntfy://…).
    """

    name: str
    kind: Literal["webhook", "apprise"]
    url: str = ""
    secret: str = ""

    @property
    def variable(self) -> str:
        return "CHANNEL_" + re.sub(r"\W", "_", self.name).upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    """Who is told. A recipient is a mail address or the name of a channel; lists are in the order of escalation."""

    to: tuple[str, ...] = ()
    also: tuple[str, ...] = ()  # told of everything at once, beside the one who is called: a chat room
    shifts: tuple[Shift, ...] = ()  # the first that fits the brand and the hour is in force
    channels: tuple[Channel, ...] = ()
    language: str = "en"
    timezone: str = "UTC"
    repeat_minutes: float = 30  # between two updates of one incident to one person, while it burns
    escalate_minutes: float = 15  # nobody has taken it: the next of the chain is called
    group_wait_seconds: float = 30  # graver news, or news of the same incident, after another letter
    group_minutes: float = 2  # any other news after another letter
    blind_minutes: float = 5  # a source that shows nothing for so long is told
    digest: Literal["off", "daily", "weekly"] = "off"  # "all quiet" included; weekly on Mondays
    self_test: Literal["off", "daily", "weekly"] = "off"  # a test to everybody, the way of an alert
    report_at: str = "08:00"  # of the digest and the self-test
    links_hours: float = 24  # how long the buttons of a letter work
    ping_url: str = ""  # asked for each minute while the whole machine works; from PING_URL

    def __post_init__(self) -> None:
        names = {channel.name for channel in self.channels} | {"email"}
        if len(names) <= len(self.channels):
            raise ValueError('two channels have the same name, or one is called "email"; give each its own')
        for recipient in (*self.to, *self.also, *(r for shift in self.shifts for r in shift.to)):
            address = parseaddr(recipient)[1]
            if "@" in recipient and ("@" not in address or not address.isascii() or not recipient.isprintable()):
                raise ValueError(f"{recipient!r} is no mail address; write it like ada@example.org")
            if "@" not in recipient and recipient not in names - {"email"}:
                words = f'"{recipient}" is neither a mail address nor the name of a channel'
                raise ValueError(f"{words}; known channels: {', '.join(sorted(names - {'email'})) or 'none'}")
        if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", self.report_at) is None:
            raise ValueError(f'report_at = "{self.report_at}" is no time of day; write "08:00"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashtag:
    """[hashtag]: who is asked what a tag is about. Bluesky and X only where they are sources as well;
    what X may read for it is kept back by [sources.x] posts_for_tags."""

    bluesky_url: str = "https://api.bsky.app"  # empty: never asked
    mastodon: tuple[str, ...] = ()  # servers: "https://mastodon.social"
    seconds: float = 5.0  # for each network; they are asked at the same time

    def __post_init__(self) -> None:
        for url in filter(None, (self.bluesky_url, *self.mastodon)):
            if not url.startswith("https://") and urlsplit(url).hostname not in LOOPBACK:
                raise ValueError(f'"{url}" must begin with https://')
        if not 0.5 <= self.seconds <= 30:
            raise ValueError("seconds must be between 0.5 and 30: a person is waiting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole configuration."""

    data_dir: Path = Path("smoulder-data")
    store_url: str = ""  # empty: smoulder.sqlite3 in data_dir
    timezone: str = "UTC"
    language: str = "en"
    brands: tuple[Rules, ...] = ()
    sources: Mapping[str, Any] = field(default_factory=dict)  # name -> the Settings of that source's own module
    mail: Any = None  # monitor.notifiers.email.Settings; None: mails are written as files
    alerts: Alerts = field(default_factory=Alerts)
    dashboard: Dashboard = field(default_factory=Dashboard)
    hashtag: Hashtag = field(default_factory=Hashtag)
    is_demo: bool = False
    path: Path | None = None  # the file it was read from

    @property
    def store_path(self) -> str:
        return self.store_url or str(self.data_dir / "smoulder.sqlite3")


TOP_LEVEL = {
    "data_dir": str,
    "store_url": str,
    "timezone": str,
    "language": str,
    "brands": list,
    "sources": dict,
    "mail": dict,
    "alerts": dict,
    "dashboard": dict,
    "hashtag": dict,
}


class Reader:
    """Turns TOML tables into dataclasses and remembers every mistake with its place."""

    def __init__(self, path: Path, text: str, environ: Mapping[str, str]) -> None:
        self.path = path
        self.lines = text.splitlines()
        self.environ = environ
        self.mistakes: list[str] = []

    def complain(self, where: str, words: str) -> None:
        line = self.line_of(where)
        place = f"{self.path.name}, line {line}" if line else self.path.name
        self.mistakes.append(f"{place}: {words}")

    def line_of(self, where: str) -> int | None:
        """The line of `key` or `section.key`, else of its [section]; None when neither is written in the file.

        `brands[1].terms` is the key in the second [[brands]] table.
        """
        section, _, key = where.rpartition(".")
        lines = self._lines_of(section)
        for number, line in lines:
            if re.match(rf"[\"']?{re.escape(_split_index(key)[0])}[\"']?\s*=", line):
                return number
        own = self._lines_of(where)
        heads = own or (lines if section else [])
        return heads[0][0] if heads else None

    def _lines_of(self, section: str) -> list[tuple[int, str]]:
        """The numbered lines of a section, its head first; the top of the file for ''."""
        name, index = _split_index(section)
        found: list[tuple[int, str]] = []
        seen = -1
        is_inside = not name
        for number, raw in enumerate(self.lines, 1):
            line = raw.strip()
            if line.startswith("["):
                is_head = re.match(rf"\[\[?\s*{re.escape(name)}\s*\]", line) is not None
                seen += is_head
                is_inside = bool(name) and is_head and seen == index
            if is_inside:
                found.append((number, line))
        return found

    def unknown(self, where: str, key: str, known: list[str]) -> None:
        near = difflib.get_close_matches(key, known, 1, 0.6)
        cure = f'did you mean "{near[0]}"?' if near else f"known here: {', '.join(sorted(known))}."
        place = f"{where}.{key}" if where else key
        self.complain(place, f'there is no setting "{key}"{f" in [{where}]" if where else ""}; {cure}')

    def table(self, cls: type, data: object, where: str, secrets: Mapping[str, str] | None = None) -> Any:
        """`data` as an instance of the dataclass `cls`; None when a mistake makes that impossible."""
        if not isinstance(data, dict):
            self.complain(where, f"[{where}] must be a table, with one setting a line under it.")
            return None
        hints = get_type_hints(cls)
        fields = {f.name: f for f in dataclasses.fields(cls)}
        secrets = secrets or {}
        values: dict[str, Any] = {}
        before = len(self.mistakes)
        for key, value in data.items():
            if key in secrets:
                name = secrets[key]
                words = f'"{key}" is a secret and has no place in a file; put it into {name} or {name}_FILE.'
                self.complain(f"{where}.{key}", words)
            elif key not in fields:
                self.unknown(where, key, sorted(set(fields) - set(secrets)))
            else:
                values[key] = self.value(hints[key], value, f"{where}.{key}")
        for key, name in secrets.items():
            secret = self.secret(name)
            if secret is not None:
                values[key] = secret
        for key, f in fields.items():
            required = f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
            if required and key not in values and key not in secrets:
                self.complain(where, f'[{where}] needs "{key}".')
            if required and key not in values and key in secrets:
                name = secrets[key]
                self.complain(where, f"[{where}] needs a secret: set the environment variable {name} (or {name}_FILE).")
        if len(self.mistakes) > before:
            return None
        try:
            return cls(**values)
        except ValueError as error:  # a dataclass may check itself in __post_init__
            self.complain(where, f"[{where}] {error}")
            return None

    def secret(self, name: str) -> str | None:
        """From NAME, else from the file that NAME_FILE names; None when neither is set."""
        if self.environ.get(name):
            return self.environ[name]
        file = self.environ.get(f"{name}_FILE")
        if not file:
            return None
        try:
            return Path(file).read_text().strip()
        except OSError as error:
            self.mistakes.append(f"{name}_FILE names {file}, which cannot be read ({error.strerror}).")
            return None

    def value(self, kind: Any, value: object, where: str) -> Any:
        """`value` as `kind`; a mistake is remembered and the value given back as it is."""
        origin = get_origin(kind)
        if origin in (typing.Union, types.UnionType):
            inner = [k for k in get_args(kind) if k is not type(None)]
            fitting = [k for k in inner if isinstance(k, type) and isinstance(value, k)]  # of float | str the right one
            return self.value((fitting or inner)[0], value, where)
        if origin is Literal:
            allowed = [str(a) for a in get_args(kind)]
            if value not in allowed:
                self.complain(where, f'"{_key(where)}" must be one of {", ".join(allowed)}, not {_show(value)}.')
            return value
        if origin is tuple:
            if isinstance(value, str):
                value = [value]
            if not isinstance(value, list):
                self.complain(where, f'"{_key(where)}" must be a list, like ["one", "two"], not {_show(value)}.')
                return value
            return tuple(self.value(get_args(kind)[0], item, f"{where}[{n}]") for n, item in enumerate(value))
        if dataclasses.is_dataclass(kind) and isinstance(kind, type):
            return self.table(kind, value, where)
        if kind is Path and isinstance(value, str):
            return Path(value).expanduser()
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if (
            isinstance(kind, type)
            and kind is not Any
            and (not isinstance(value, kind) or (kind is int and value is True))
        ):
            self.complain(where, f'"{_key(where)}" must be {WORDS.get(kind, kind.__name__)}, not {_show(value)}.')
        return value


WORDS = {
    str: "a text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    Path: "a path in quotes",
}


def _split_index(name: str) -> tuple[str, int]:
    found = re.fullmatch(r"(.*)\[(\d+)\]", name)
    return (found[1], int(found[2])) if found else (name, 0)


def _key(where: str) -> str:
    return where.rpartition(".")[2].split("[")[0]


def _show(value: object) -> str:
    text = repr(value) if not isinstance(value, bool) else str(value).lower()
    return text if len(text) <= 40 else text[:37] + "…"


def load_config(path: Path, environ: Mapping[str, str] | None = None) -> Config:
    """Read and check a whole configuration file. Raises ConfigError with every mistake in it."""
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise ConfigError(
            [f"{path} does not exist; copy smoulder.example.toml there, or give another --config."]
        ) from None
    except OSError as error:
        raise ConfigError([f"{path} cannot be read ({error.strerror}); check who may read it."]) from None
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8."]) from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path.name} is not valid TOML: {error}."]) from None
    return _build(path, Reader(path, text, os.environ if environ is None else environ), data)


def _build(path: Path, reader: Reader, data: dict[str, Any]) -> Config:
    for key in data:
        if key not in TOP_LEVEL:
            reader.unknown("", key, list(TOP_LEVEL))
    plain: dict[str, Any] = {
        k: reader.value(str, data[k], k) for k in ("store_url", "timezone", "language") if k in data
    }
    if "data_dir" in data:
        plain["data_dir"] = reader.value(Path, data["data_dir"], "data_dir")
    if isinstance(plain.get("timezone"), str):
        _check_zone(reader, "timezone", plain["timezone"])
    if plain.get("language", "en") not in ("en", "fr"):
        reader.complain("language", f'"language" must be "en" or "fr", not {_show(plain["language"])}.')
    config = Config(
        path=path,
        brands=_brands(reader, data.get("brands", []), plain.get("timezone", "UTC"), plain.get("language", "en")),
        sources=_sources(reader, data.get("sources", {})),
        mail=_mail(reader, data["mail"]) if "mail" in data else None,
        alerts=_alerts(reader, data.get("alerts", {}), plain),
        dashboard=reader.table(Dashboard, data.get("dashboard", {}), "dashboard") or Dashboard(),
        hashtag=reader.table(Hashtag, data.get("hashtag", {}), "hashtag") or Hashtag(),
        **plain,
    )
    if reader.mistakes:
        raise ConfigError(reader.mistakes)
    return config


def _check_zone(reader: Reader, where: str, name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        reader.complain(where, f'"{name}" is no time zone; write one like "Europe/Paris" or "UTC".')


def _brands(reader: Reader, data: object, timezone: str, language: str) -> tuple[Rules, ...]:
    if not isinstance(data, list) or not all(isinstance(b, dict) for b in data):
        reader.complain("brands", "brands are written as [[brands]] tables, one for each brand.")
        return ()
    if not data:
        reader.complain("brands", 'no brand to watch; add [[brands]] with name = "…" and terms = ["…"].')
    brands = []
    for n, table in enumerate(data):
        where = f"brands[{n}]"
        if "brand" in table:
            reader.unknown(where, "brand", ["name"])
            continue
        renamed = {("brand" if k == "name" else k): v for k, v in table.items()}
        if "brand" not in renamed:
            reader.complain(where, 'a [[brands]] table needs "name".')
            continue
        row = reader.table(Rules, {"timezone": timezone, "language": language, **renamed}, where)
        if row is None:
            continue
        _check_zone(reader, f"{where}.timezone", row.timezone)
        if not row.terms and not row.handles:
            reader.complain(where, f'{row.brand} has nothing to look for; add terms = ["…"] to its [[brands]] table.')
        brands.append(row)
    names = [b.brand for b in brands]
    for name in sorted({n for n in names if names.count(n) > 1}):
        reader.complain("brands", f'two [[brands]] are called "{name}"; give each its own name.')
    return tuple(brands)


def _sources(reader: Reader, data: object) -> dict[str, Any]:
    from monitor.sources import SOURCES, source_class

    if not isinstance(data, dict):
        reader.complain("sources", "sources are written as [sources.x], [sources.bluesky] and so on.")
        return {}
    found = {}
    for name, table in data.items():
        if name not in SOURCES:
            reader.unknown("sources", name, list(SOURCES))
            continue
        try:
            cls = source_class(name)
        except ImportError as error:
            reader.complain(
                f"sources.{name}",
                f"it needs a package that is not installed ({error.name}); run: pip install 'smoulder[{name}]'.",
            )
            continue
        settings = reader.table(cls.Settings, table, f"sources.{name}", getattr(cls, "SECRETS", {}))
        if settings is not None:
            found[name] = settings
    return found


def _alerts(reader: Reader, data: object, plain: Mapping[str, Any]) -> Alerts:
    """Language and time zone are the house's unless said otherwise; the secrets of channels come from outside."""
    house = {key: plain[key] for key in ("language", "timezone") if key in plain}
    table = {**house, **data} if isinstance(data, dict) else data
    alerts = reader.table(Alerts, table, "alerts", {"ping_url": "PING_URL"})
    if not isinstance(alerts, Alerts):
        return Alerts()
    if alerts.timezone != house.get("timezone", "UTC"):
        _check_zone(reader, "alerts.timezone", alerts.timezone)
    channels = []
    for n, channel in enumerate(alerts.channels):
        secret = reader.secret(channel.variable)
        if channel.secret or not secret:
            words = f'the secret of "{channel.name}" belongs into the environment: {channel.variable}'
            reader.complain(f"alerts.channels[{n}]", f"{words} or {channel.variable}_FILE.")
        if channel.kind == "webhook" and not channel.url.startswith(("https://", "http://")):
            reader.complain(f"alerts.channels[{n}]", f'the webhook "{channel.name}" needs url = "https://…".')
        channels.append(dataclasses.replace(channel, secret=secret or ""))
    return dataclasses.replace(alerts, channels=tuple(channels))


def _mail(reader: Reader, data: object) -> Any:
    email = import_module("monitor.notifiers.email")
    return reader.table(email.Settings, data, "mail", email.SECRETS)


def demo_config(data_dir: Path, dashboard: Dashboard | None = None) -> Config:
    """The demo story: no key, no account, nothing leaves the machine."""
    from monitor import demo
    from monitor.sources import source_class

    return Config(
        data_dir=data_dir,
        brands=(demo.rules(),),
        sources={"demo": source_class("demo").Settings()},
        dashboard=dashboard or Dashboard(),
        is_demo=True,
    )
