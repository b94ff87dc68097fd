"""`smoulder detect`: a CSV of counts in, the same rows with score and alarm out."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from monitor.replay import detect_counts


class CountsError(ValueError):
    """The counts cannot be read; the text says where and how to mend it."""


def detect_lines(lines: Iterable[str]) -> Iterator[str]:
    """CSV lines with header timestamp,value,score,alarm, one for each line that came in, in order."""
    rows = csv.reader(lines)
    header = [name.strip().lower() for name in next(rows, [])]
    if header[:2] != ["timestamp", "value"]:
        raise CountsError(f"The first line must be timestamp,value; it is {','.join(header) or 'empty'}.")
    yield "timestamp,value,score,alarm"
    kept = [row for row in rows if row]
    counts = (_count(row, number) for number, row in enumerate(kept, 2))
    for row, (score, alarm) in zip(kept, detect_counts(counts), strict=True):
        yield f"{row[0]},{row[1]},{score:.6f},{int(alarm)}"


def _count(row: list[str], line: int) -> tuple[datetime, float]:
    try:
        at = datetime.fromisoformat(row[0])
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at, float(row[1])
    except (ValueError, IndexError):
        raise CountsError(f"Line {line} is not timestamp,value: {','.join(row)[:60]!r}.") from None
