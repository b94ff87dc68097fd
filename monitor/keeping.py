"""Keeping and forgetting from the command line: restore a backup, remove what is old, forget somebody."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from db.rows import Author, Deed
from db.store import Store, StoreError, open_store
from monitor import switch
from monitor.answer.quiet import Quiet

RUNS_FOR = timedelta(minutes=1)  # since its last beat


def restore(file: Path, path: Path) -> str:
    """Put a backup in place of the store; what was there is moved aside. Raises StoreError."""
    if not file.is_file():
        raise StoreError(f"{file} does not exist; name a file that `smoulder backup` wrote.")
    if file.resolve() == path.resolve():
        raise StoreError(f"{file} is the store itself; name a file that `smoulder backup` wrote.")
    open_store(file, read_only=True).close()  # refuses what is damaged or not ours
    _refuse_running(path, datetime.now(UTC))
    was, number = _switch_in(path)
    half = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, half)
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror}); nothing was changed.") from None
    aside = _free(path.with_name(f"{path.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"))
    moved = path.exists()
    for suffix in ("", "-wal", "-shm"):
        old = path.with_name(path.name + suffix)
        if old.exists():
            old.rename(aside.with_name(aside.name + suffix))
    half.replace(path)
    words = f"{file} is the store now." + (f" What was there is kept as {aside.name}." if moved else "")
    if was is None:
        return f"{words} Whether it was quiet before could not be read: see `smoulder quiet status`."
    return f"{words} It was quiet, and still is." if _stay_quiet(was, number, path) else words


def _refuse_running(path: Path, now: datetime) -> None:
    """What runs would go on writing into the store that is put aside, and nobody would see it."""
    try:
        with closing(open_store(path, read_only=True)) as store:
            beats = [row for row in store.processes() if now - row.beat_at < RUNS_FOR]
    except StoreError:
        return  # there is none, or it cannot be read: whatever runs on it cannot write either
    running = ", ".join(row.name for row in beats if _is_alive(row.pid))
    if running:
        raise StoreError(f"Still running on this store: {running}. Stop Smoulder first, then restore.")


def _is_alive(pid: int) -> bool:
    if os.name != "posix":  # elsewhere the question would end the process
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _free(path: Path) -> Path:
    """This path, or the first with a number behind it that nothing has: what was kept aside is never written over."""
    return next(p for n in count() if not (p := path.with_name(f"{path.name}-{n}") if n else path).exists())


BACKUPS = "Backups still hold it: delete those that you may not keep."


def prune(store: Store, days: int, by: str, now: datetime) -> str:
    """Remove what was written longer than `days` ago."""
    done = store.prune(now - timedelta(days=days))
    store.add_deed(Deed(at=now, who=by, what="prune", subject=f"older than {days} days", words=f"{done} mentions"))
    return f"{done} mentions were removed; counts, incidents and reviews stay. {BACKUPS}"


def meant(store: Store, name: str) -> Author:
    """The one person whom the name means. Raises StoreError with the cure when nobody or several are meant."""
    found = store.authors(name)
    if not found:
        raise StoreError(f"Nobody called {name!r} wrote anything that is stored here.")
    if len(found) > 1:
        handles = [(a.source, a.handle) for a in found]
        ways = ", ".join(
            f"{a.source}:{a.handle if a.handle and handles.count((a.source, a.handle)) == 1 else a.author_id} "
            f"({a.posts} posts)"
            for a in found
        )
        raise StoreError(f"{name!r} may be several people; say which: {ways}.")
    return found[0]


def forget(store: Store, author: Author, by: str, now: datetime) -> str:
    """Scrub a person, and say where people of the house must look themselves."""
    found = store.forget(author, now)
    store.add_deed(Deed(at=now, who=by, what="forget", subject=author.source, words=f"{found.posts} posts"))
    words = f"{found.posts} posts and {found.answers} answers to them were scrubbed. {BACKUPS}"
    if found.still_named:
        words += f" The name still stands in what people wrote themselves: {', '.join(found.still_named)}."
    return words


def _switch_in(path: Path) -> tuple[Quiet | None, int]:
    """The switch of the store that is about to leave, and how often it was moved; None where it cannot be read."""
    if not path.exists():
        return Quiet(), 0
    try:
        with closing(open_store(path, read_only=True)) as store:
            change = switch.last_change(store)
            return switch.quiet(store), change.number if change else 0
    except StoreError:
        return None, 0


def _stay_quiet(was: Quiet, number: int, path: Path) -> bool:
    """Putting a backup back is no way to release the switch."""
    if not was.is_on and not number:
        return False
    with closing(open_store(path)) as store:
        return switch.carry_over(was, store, datetime.now(UTC), number)
