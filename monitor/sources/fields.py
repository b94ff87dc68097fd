"""Reading the fields of foreign rows: each answers None where the value is missing or makes no sense.

Platforms leave fields out, send numbers as texts and texts as null. Nothing here raises on bad data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from db.clean import clean
from db.rows import DeadLetter

RAW_CHARS = 4_000  # of a dead letter
_TAG = re.compile(r"(?<![\w&/])[#＃](\w*[^\W\d_]\w*)")
_EPOCH = re.compile(r"-?\d{9,16}(\.\d+)?")
_TWITTER = "%a %b %d %H:%M:%S %z %Y"


def read_object(raw: str | bytes) -> dict[str, Any] | None:
    """One JSON object; None when it is anything else. Never raises, however deep, long or broken it is.

    Bytes that are no UTF-8 are read as U+FFFD.
    """
    try:
        value = json.loads(raw if isinstance(raw, str) else raw.decode("utf-8", errors="replace"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def part(row: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """The object at a path of keys; empty when anything on the way is missing or no object."""
    value: Any = row
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[dict[str, Any]]:
    """The objects of a list; empty when it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def word(value: object) -> str | None:
    """A name, an id, a link: text or a whole number as clean text; None when empty."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return (clean(value).strip() or None) if isinstance(value, str) else None


def count(value: object) -> int | None:
    """A whole number of at least 0, also when it comes as text. None is unknown, which is not 0."""
    if isinstance(value, str):
        value = value.strip()
        if not (value.isascii() and value.isdigit() and len(value) < 20):
            return None
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def flag(value: object) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(
            value.strip().lower()
        )
    return bool(value) if isinstance(value, bool | int) else None


def time(value: object) -> datetime | None:
    """A moment in UTC from ISO 8601, seconds or milliseconds or microseconds since 1970, RFC 2822, or X's old form.

    A time without a zone is taken as UTC.
    """
    try:
        if isinstance(value, bool) or value is None:
            return None
        if isinstance(value, int | float):
            return _since_1970(float(value))
        if isinstance(value, datetime):
            return _in_utc(value)
        return _written(value.strip()) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError, TypeError, IndexError):
        return None


def _written(text: str) -> datetime:
    if _EPOCH.fullmatch(text):
        return _since_1970(float(text))
    try:
        return _in_utc(datetime.fromisoformat(text))
    except ValueError:
        pass
    if text[:3].isalpha() and text[3:4] == " ":
        return _in_utc(datetime.strptime(text, _TWITTER))  # noqa: DTZ007 - %z is in the format
    return _in_utc(parsedate_to_datetime(text))


def _since_1970(number: float) -> datetime:
    for size in (1e14, 1e11):  # microseconds and milliseconds are as common as seconds
        number /= 1000 if abs(number) > size else 1
    return datetime.fromtimestamp(number, UTC)


def _in_utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def hashtags(text: str) -> tuple[str, ...]:
    """The tags of a text, lower case, without '#', each once, in order.

    >>> hashtags("#Sorry not #sorry &#39; issue#4 #1 #été")
    ('sorry', 'été')
    """
    return tuple(dict.fromkeys(tag.lower() for tag in _TAG.findall(text)))


def dead_letter(source: str, raw: str | bytes, reason: str, received_at: datetime) -> DeadLetter:
    """The delivery as it came, cut to what is kept of it."""
    text = raw if isinstance(raw, str) else raw[: RAW_CHARS * 4].decode("utf-8", errors="replace")
    return DeadLetter(source=source, received_at=received_at, raw=clean(text[:RAW_CHARS]), reason=reason)
