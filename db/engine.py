"""The one SQLite library of the house.

Two SQLite libraries that open one file in one process break each other's locks, and the one of Debian 12 lies
in the range of the WAL-reset corruption bug (3.7.0 to 3.51.2). So everybody takes `sqlite3` from here, which
is the library that comes with pysqlite3 and that sqlite-utils uses as well.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
else:
    sqlite3 = importlib.import_module("pysqlite3.dbapi2")

SAFE_SINCE = (3, 51, 3)
LIBRARY: str = sqlite3.sqlite_version


def warning() -> str | None:
    """What is wrong with the library that is loaded, in one sentence; None: nothing."""
    if sqlite3.sqlite_version_info >= SAFE_SINCE:
        return None
    return f"SQLite {LIBRARY} can damage a file in WAL mode (fixed in 3.51.3); install pysqlite3 0.6.1 or newer"


__all__ = ["LIBRARY", "sqlite3", "warning"]
