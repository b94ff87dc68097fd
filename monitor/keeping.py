"""Keeping and switching from the command line: restore a backup, the quiet switch."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from db.store import Store, StoreError, open_store

QUIET = "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """The quiet switch: `since` None: it is off."""

    since: str | None = None
    by: str | None = None
    why: str = ""

    @property
    def words(self) -> str:
        if self.since is None:
            return "Quiet is off."
        return f"Quiet is ON since {self.since}, said {self.by}: {self.why}"


def quiet(store: Store) -> Quiet:
    text = store.setting(QUIET)
    return Quiet(**json.loads(text)) if text else Quiet()


def set_quiet(store: Store, *, on: bool, by: str, why: str, now: datetime) -> str:
    """Turn it on or off, signed; gives the state in words."""
    state = Quiet(since=now.isoformat(timespec="seconds"), by=by, why=why) if on else None
    text = json.dumps({"since": state.since, "by": state.by, "why": state.why}) if state else None
    store.put_setting(QUIET, text, by, now)
    return quiet(store).words


def restore(file: Path, path: Path) -> str:
    """Put a backup in place of the store; what was there is moved aside. Raises StoreError."""
    if not file.is_file():
        raise StoreError(f"{file} does not exist; name a file that `smoulder backup` wrote.")
    open_store(file, read_only=True).close()  # refuses what is damaged or not ours
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".part")
    shutil.copyfile(file, half)
    aside = path.with_name(f"{path.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    moved = path.exists()
    for suffix in ("", "-wal", "-shm"):
        old = path.with_name(path.name + suffix)
        if old.exists():
            old.rename(aside.with_name(aside.name + suffix))
    half.replace(path)
    return f"{file} is the store now." + (f" What was there is kept as {aside.name}." if moved else "")
