"""The SQLite file: recognised, checked, migrated, and shared by threads and processes.

One connection writes, guarded by a lock; each thread reads through a connection of its own that cannot write.
WAL lets them go on side by side, over processes as well. `synchronous` is NORMAL: a killed process loses
nothing that was committed; a power cut may lose the commits since the last checkpoint (the file stays whole,
and the sources are read again from the cursor that was kept with them).
"""

from __future__ import annotations

import os
import shutil
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from db.engine import LIBRARY, sqlite3, warning
from db.migrations import STEPS, Step, migrate
from db.store import StoreBusy, StoreCorrupt, StoreDiskError, StoreError, StoreForeign, StoreFull

APPLICATION_ID = 0x536D6C64  # "Smld"
BUSY_SECONDS = 5.0
_PATIENCE = 0.05  # seconds between two attempts to break off a read
BALLAST_BYTES = 64 * 2**20
CHECK_SECONDS = 1.0
FULL_BYTES = 256 * 1024
WRITER_CACHE_KIB = 64 * 1024
READER_CACHE_KIB = 8 * 1024


class SqliteFile:
    """Opens `path` (":memory:" for a store that lives as long as the object).

    `steps` are the migrations that make up the schema. `ballast_bytes` 0 keeps no ballast. Raises StoreForeign,
    StoreCorrupt, StoreBusy, StoreFull, StoreDiskError or StoreError; the file is then as it was.
    """

    def __init__(
        self,
        path: str,
        *,
        read_only: bool = False,
        steps: Sequence[Step] = STEPS,
        ballast_bytes: int = BALLAST_BYTES,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        self.path = path
        self.is_memory = path == ":memory:"
        self.is_read_only = read_only
        self._steps = steps
        self._busy_seconds = busy_seconds
        self._lock = threading.RLock()
        self._depth = 0
        self._is_doomed = False
        self._owner: int | None = None
        self._local = threading.local()
        self._readers: weakref.WeakSet[_Reader] = weakref.WeakSet()
        self._look_at_the_head()
        try:
            self._start()
        except StoreFull:
            # Whoever starts on a full disk is needed most: SQLite wants a few pages to open a file.
            if read_only or not self.free_ballast():
                raise
            self._start()
        if not (read_only or self.is_memory):
            self._lay_ballast(ballast_bytes)

    # --- opening ------------------------------------------------------------------------------------------
    def _look_at_the_head(self) -> None:
        """Refuse what is no database before SQLite touches it."""
        path = Path(self.path)
        if self.is_memory:
            return
        if not path.exists():
            if self.is_read_only:
                raise StoreError(f"There is no store at {path}; start `smoulder run` or check the data folder.")
            if not path.absolute().parent.is_dir():
                raise StoreError(f"The folder {path.absolute().parent} does not exist; create it.")
            return
        if not path.is_file():
            raise StoreForeign(f"{path} is not a file; choose another path for the store.")
        try:
            with path.open("rb") as file:
                head = file.read(16)
        except PermissionError as error:
            raise StoreError(f"{path} may not be read by this user; mend its owner or its permissions.") from error
        if head and head != b"SQLite format 3\x00":
            raise StoreForeign(
                f"{path} is not a SQLite database; choose another path for the store, or restore a backup."
            )

    def _start(self) -> None:
        with self._explained():
            self._writer = self._connect(read_only=self.is_read_only)
            try:
                self._open()
            except BaseException:
                self._writer.close()
                raise

    def _connect(self, *, read_only: bool) -> sqlite3.Connection:
        if self.is_memory:
            connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        else:
            mode = "ro" if read_only else "rwc"
            connection = sqlite3.connect(
                f"{Path(self.path).absolute().as_uri()}?mode={mode}",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
                timeout=self._busy_seconds,
                cached_statements=256,
            )
        connection.execute(f"PRAGMA cache_size = -{READER_CACHE_KIB if read_only else WRITER_CACHE_KIB}")
        return connection

    def _open(self) -> None:
        version = self._recognise()
        if self.is_read_only:
            if version < len(self._steps):
                raise StoreError(
                    f"{self.path} was written by an older Smoulder; start `smoulder run` once to bring it up to date."
                )
            return
        self._start_writing()
        if version:
            self._check()
        if version < len(self._steps):
            self._migrate()
        self._note_that_a_copy_came_back()

    def _recognise(self) -> int:
        """The schema's number; 0: an empty file."""
        row = self._writer.execute("SELECT * FROM pragma_application_id, pragma_user_version").fetchone()
        application, version = int(row[0]), int(row[1])
        is_empty = self._writer.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        if is_empty and application in (0, APPLICATION_ID):
            return 0
        if application != APPLICATION_ID:
            raise StoreForeign(f"{self.path} is a database of another program; choose another path for the store.")
        if version > len(self._steps):
            raise StoreForeign(
                f"{self.path} was written by a newer Smoulder (schema {version}, this one knows {len(self._steps)}); "
                "install that version, or restore a backup."
            )
        return version

    def _start_writing(self) -> None:
        deadline = time.monotonic() + self._busy_seconds
        while True:
            try:
                self._writer.execute("PRAGMA journal_mode = WAL")
                break
            except sqlite3.OperationalError as error:
                # Two processes that turn a new file to WAL at once: SQLite does not wait here by itself.
                if not _name(error).startswith("SQLITE_BUSY") or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
        self._writer.execute("PRAGMA synchronous = NORMAL")
        self._writer.execute("PRAGMA foreign_keys = ON")
        self._writer.execute("PRAGMA journal_size_limit = 67108864")

    def _check(self) -> None:
        """quick_check, small tables first, as far as the time goes; damage refuses the file."""
        deadline = time.monotonic() + CHECK_SECONDS
        sizes = self._writer.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0").fetchall()
        large = {"mentions", "mentions_words_data", "scores"}
        self._writer.set_progress_handler(lambda: time.monotonic() > deadline, 20_000)
        try:
            for name in sorted((row[0] for row in sizes), key=lambda name: (name in large, name)):
                found = self._writer.execute(f"PRAGMA quick_check('{name}')").fetchone()[0]
                if found != "ok":
                    raise StoreCorrupt(_damaged(self.path, found))
        except sqlite3.OperationalError as error:
            if _name(error) != "SQLITE_INTERRUPT":
                raise
        finally:
            self._writer.set_progress_handler(None, 0)

    def _migrate(self) -> None:
        with self.atomic():
            version = self._recognise()  # another process may have been faster
            if version == len(self._steps):
                return
            if version:
                self._back_up_before(version)
            self._writer.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            migrate(self._writer, self._steps)

    def _back_up_before(self, version: int) -> None:
        target = Path(f"{self.path}.schema-{version}.bak")
        if target.exists():  # of an earlier attempt, taken before anything was changed
            return
        size = Path(self.path).stat().st_size
        free, _ = self.disk()
        if free < 2 * size:
            raise StoreFull(
                f"Bringing {self.path} up to date needs {2 * size // 2**20 + 1} MB of free disk for the backup and "
                f"the work, {free // 2**20} MB are free; make room and start again."
            )
        self.backup(target)

    def _note_that_a_copy_came_back(self) -> None:
        """What waited in the outbox when the copy was made has most likely been sent since: hold it back."""
        row = self._writer.execute("SELECT value FROM file WHERE key = 'copied_at'").fetchone()
        if row is None:
            return
        with self.atomic():
            self._writer.execute(
                "UPDATE notifications SET failed_at = ?, leased_until = NULL, error = ? "
                "WHERE sent_at IS NULL AND failed_at IS NULL",
                (int(row[0]), "It waited in a backup that was restored; it was not sent a second time."),
            )
            self._writer.execute("DELETE FROM file WHERE key = 'copied_at'")

    # --- reading and writing ------------------------------------------------------------------------------
    @contextmanager
    def atomic(self) -> Iterator[sqlite3.Connection]:
        """One write transaction; a nested one joins it, and its failure dooms the whole."""
        with self._lock, self._explained():
            if self.is_read_only:
                raise StoreError(f"{self.path} was opened for reading only.")
            if self._depth:
                with self._joined():
                    yield self._writer
                return
            self._writer.execute("BEGIN IMMEDIATE")
            self._owner, self._is_doomed = threading.get_ident(), False
            try:
                with self._joined():
                    yield self._writer
                if self._is_doomed:
                    raise StoreError("A part of the group failed, so nothing of it was written; try the whole again.")
                self._writer.execute("COMMIT")
            finally:
                self._owner = None
                # On a full disk SQLite has already rolled back, and a further ROLLBACK would raise.
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")

    @contextmanager
    def _joined(self) -> Iterator[None]:
        self._depth += 1
        try:
            yield
        except BaseException:
            self._is_doomed = True
            raise
        finally:
            self._depth -= 1

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to read from; inside atomic() it sees what the group has written so far."""
        with self._explained():
            if self._owner == threading.get_ident():
                yield self._writer
            elif self.is_memory:
                with self._lock:
                    yield self._writer
            else:
                reader = self._reader()
                with reader.busy:
                    yield reader.connection

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Like reading(), and all that is read belongs to one moment."""
        with self.reading() as connection:
            if connection is self._writer:
                yield connection
                return
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def _reader(self) -> _Reader:
        reader: _Reader | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = _Reader(self._connect(read_only=True))
            self._readers.add(reader)
        return reader

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if (explained := explain(error, self.path)) is None:
                raise
            raise explained from error

    def close(self) -> None:
        """Readers first: the last connection to go writes the WAL back into the file."""
        for reader in list(self._readers):
            reader.stop()
        with self._lock:
            self._writer.close()

    # --- the disk -----------------------------------------------------------------------------------------
    def backup(self, target: Path) -> None:
        """A consistent copy of what is committed; complete or not there at all."""
        if target.exists():
            raise StoreError(f"{target} exists already; choose another name.")
        if not target.absolute().parent.is_dir():
            raise StoreError(f"The folder {target.absolute().parent} does not exist; create it.")
        half = target.with_name(target.name + ".part")
        half.unlink(missing_ok=True)
        source = self._writer if self.is_memory else self._connect(read_only=True)
        try:
            with self._lock if self.is_memory else nullcontext():
                copy = sqlite3.connect(str(half), isolation_level=None)
                try:
                    source.backup(copy)
                    copy.execute("PRAGMA journal_mode = DELETE")
                    copy.execute(
                        "INSERT OR REPLACE INTO file VALUES ('copied_at', CAST(unixepoch('subsec') * 1000 AS INTEGER))"
                    )
                finally:
                    copy.close()
            os.replace(half, target)
        except sqlite3.Error as error:
            raise explain(error, str(target)) or error from error
        finally:
            half.unlink(missing_ok=True)
            if source is not self._writer:
                source.close()

    def disk(self) -> tuple[int, int]:
        """Free and total bytes of the disk under the file; (0, 0) for a store in memory."""
        if self.is_memory:
            return 0, 0
        usage = shutil.disk_usage(Path(self.path).absolute().parent)
        return usage.free, usage.total

    @property
    def ballast(self) -> Path:
        return Path(f"{self.path}.ballast")

    def write_anew(self) -> None:
        """Rebuild the file and empty its log: pages keep bits of what was changed long ago, and the room of what is
        gone. Needs as much free disk as the file is large, and holds other writers up for some seconds a gigabyte."""
        if not self.is_memory:
            with self._lock, self._explained():
                self._writer.execute("VACUUM")
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def free_ballast(self) -> bool:
        """Give the ballast's room back to the disk, so that what must be written can be; False: it is gone."""
        try:
            self.ballast.unlink()
        except FileNotFoundError:
            return False
        return True

    def _lay_ballast(self, size: int) -> None:
        """Room that is kept for the day on which the disk is full. Left out when it would fill the disk itself."""
        if not size or (self.ballast.exists() and self.ballast.stat().st_size == size):
            return
        if self.disk()[0] < 4 * size:
            return
        half = Path(f"{self.ballast}.part")
        try:
            with half.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, size)
            os.replace(half, self.ballast)
        except OSError:  # a disk that refuses 64 MB now will be reported by the first write
            half.unlink(missing_ok=True)

    def facts(self) -> dict[str, str]:
        found = {"sqlite": LIBRARY, "schema": str(len(self._steps))}
        if (text := warning()) is not None:
            found["warning"] = text
        return found


class _Reader:
    """One thread's connection; it is closed when the thread is gone."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.busy = threading.RLock()  # held while its thread reads
        self.close = weakref.finalize(self, connection.close)
        self.close.atexit = False  # a thread may still read when the program ends, and to close under it is a crash

    def stop(self) -> None:
        """Close it. A read on its way is broken off first: to close under it would crash the whole process."""
        for _ in range(int(BUSY_SECONDS / _PATIENCE)):
            if not self.close.alive:
                return
            self.connection.interrupt()  # of what runs at this moment, so again and again
            if self.busy.acquire(timeout=_PATIENCE):
                try:
                    self.close()
                finally:
                    self.busy.release()


def explain(error: sqlite3.Error, path: str) -> StoreError | None:
    """SQLite's error as ours, with the cure; None: a mistake in our own code, which should rise as it is."""
    name = _name(error)
    if name == "SQLITE_FULL" or (name.startswith("SQLITE_IOERR") and _is_full(path)):
        return StoreFull(f"The disk under {path} is full: nothing was written. Make room; it goes on by itself.")
    if name.startswith("SQLITE_IOERR"):
        return StoreDiskError(
            f"The disk under {path} refuses to work ({name}): nothing was written. "
            "Look at the disk, its quota and the system's log; it goes on by itself."
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreBusy(
            f"Another program holds {path} for longer than {BUSY_SECONDS:g} s; close it, or try again in a moment."
        )
    if name.startswith("SQLITE_CORRUPT"):
        return StoreCorrupt(_damaged(path, str(error)))
    if name == "SQLITE_NOTADB":
        return StoreForeign(f"{path} is not a SQLite database; choose another path for the store, or restore a backup.")
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return StoreError(
            f"{path} cannot be opened for this ({error}); mend the permissions of the file and its folder."
        )
    return None


def _is_full(path: str) -> bool:
    """A full disk also shows as an error of input and output, where SQLite maps its shared memory."""
    try:
        return shutil.disk_usage(Path(path).absolute().parent).free < FULL_BYTES
    except OSError:
        return False


def _damaged(path: str, found: str) -> str:
    return (
        f"{path} is damaged ({found.splitlines()[0] if found else 'unreadable'}). It was left as it is: "
        "keep a copy of it, then `smoulder restore` the last backup."
    )


def _name(error: BaseException) -> str:
    return str(getattr(error, "sqlite_errorname", ""))
