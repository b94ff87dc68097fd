"""`smoulder check`: is everything as it should be before it is needed? It changes nothing and posts nothing."""

from __future__ import annotations

import dataclasses
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from db.store import StoreError, open_store
from monitor.config import Config, ConfigError, load_config
from monitor.notifiers import NotifyError, Reachable

LEAST_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the answer."""

    what: str
    is_ok: bool
    words: str  # what was found, or what to do


def check(path: Path | None, data: Path | None) -> list[Finding]:
    """Every part in turn; a broken configuration ends it, because the rest hangs on it."""
    if path is None:
        return [_bad("config", "none given; copy smoulder.example.toml, name your brand in it, and pass --config.")]
    try:
        config = load_config(path)
    except ConfigError as error:
        return [_bad("config", words) for words in error.mistakes]
    config = dataclasses.replace(config, data_dir=data) if data else config
    brands = ", ".join(row.brand for row in config.brands)
    return [
        _ok("config", f"{path}: watching {brands}"),
        *_folder(config),
        *_store(config),
        _model(config),
        *_sources(config),
        *_mail(config),
        *_channels(config),
    ]


def _ok(what: str, words: str) -> Finding:
    return Finding(what=what, is_ok=True, words=words)


def _bad(what: str, words: str) -> Finding:
    return Finding(what=what, is_ok=False, words=words)


def _folder(config: Config) -> list[Finding]:
    folder = config.data_dir
    nearest = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        return [_bad("data folder", f"{folder} cannot be written; choose another with --data or data_dir.")]
    free = shutil.disk_usage(nearest).free
    words = f"{free / 1e9:.1f} GB free for {folder}"
    return [_ok("disk", words) if free > LEAST_FREE_BYTES else _bad("disk", words + "; make room, 1 GB at least.")]


def _store(config: Config) -> list[Finding]:
    if not config.store_url and not Path(config.store_path).exists():
        return [_ok("store", "not made yet; the first start makes it.")]
    try:
        store = open_store(config.store_path, read_only=True)
    except StoreError as error:
        return [_bad("store", str(error))]
    versions = store.versions()
    store.close()
    if "warning" in versions:
        return [_bad("store", versions["warning"])]
    return [_ok("store", f"SQLite {versions.get('sqlite', '?')}, schema {versions.get('schema', '?')}")]


def _model(config: Config) -> Finding:
    from monitor import house
    from monitor.scoring.model import ModelError

    try:
        found = house.active(config.data_dir)
    except ModelError as error:
        return _bad("scoring model", str(error))
    return _bad("scoring model", found.trouble) if found.trouble else _ok("scoring model", found.words)


def _sources(config: Config) -> list[Finding]:
    from monitor.sources import source_class

    if not config.sources:
        return [_bad("sources", "none configured, so the wall would be blind; add [sources.bluesky] or another.")]
    found = []
    for name, settings in config.sources.items():
        try:
            source_class(name)(settings, list(config.brands))
        except (ValueError, ImportError, OSError) as error:
            found.append(_bad(name, str(error)))
        else:
            found.append(_ok(name, "configured"))
    return found


def _mail(config: Config) -> list[Finding]:
    told = {*config.alerts.to, *config.alerts.also, *(who for shift in config.alerts.shifts for who in shift.to)}
    if config.mail is None and told and not any("@" in who for who in told):
        return [_ok("mail", "not needed: everybody is told by a channel.")]
    if config.mail is None:
        return [
            _bad("mail", "no [mail] settings: alerts would only be written as files; add host, from and [alerts] to.")
        ]
    from monitor.notifiers.email import Email

    if not told:
        return [_bad("mail", 'nobody would be told; add [alerts] with to = ["you@example.org"].')]
    return [_probed("mail", Email(config.mail))]


def _channels(config: Config) -> list[Finding]:
    """The other ways to people: a chat that takes nothing is found out before it is needed."""
    from monitor.outbox import open_channel

    found = []
    for channel in config.alerts.channels:
        what = f"channel {channel.name}"
        try:
            found.append(_probed(what, open_channel(channel)))
        except NotifyError as error:
            found.append(_bad(what, str(error)))
    return found


def _probed(what: str, channel: Reachable) -> Finding:
    try:
        return _ok(what, channel.probe())
    except NotifyError as error:
        return _bad(what, str(error))
