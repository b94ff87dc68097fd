"""Text as it comes from the world, made fit to be kept. Pure; sources may use it too.

A NUL cuts what SQL sees of a text, a lone surrogate (legal in JSON) cannot be encoded and would stop a whole
batch, other control characters break mails and terminals. What is readable is never changed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from db.rows import Mention

MAX_CHARS = 10_000
MAX_NAME_CHARS = 2_000  # ids, names, links: what is longer is an attack
MAX_INTEGER = 2**63 - 1

# C0 without tab, newline and carriage return; DEL and C1; lone surrogates.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_NAMES = (
    "id",
    "source",
    "brand",
    "url",
    "author_id",
    "handle",
    "display_name",
    "lang",
    "in_reply_to",
    "quote_of",
    "repost_of",
    "conversation_id",
)
_written = attrgetter("text", *_NAMES)
_COUNTS = ("followers", "likes", "replies", "reposts", "quotes")
_TIMES = ("created_at", "received_at", "author_created_at", "edited_at", "deleted_at")


def clean(text: str) -> str:
    r"""Without control characters; a lone surrogate becomes U+FFFD.

    >>> clean("a\x00b \ud83d")
    'ab �'
    """
    return _UNFIT.sub(lambda found: "\ufffd" if found[0] >= "\ud800" else "", text)


def decode(raw: bytes) -> tuple[str, int]:
    r"""Bytes that should be UTF-8 as clean text, and how many places had to be replaced by U+FFFD.

    >>> decode(b"caf\xe9")
    ('caf�', 1)
    """
    text = raw.decode("utf-8", errors="replace")
    return clean(text), text.count("\ufffd") - raw.count("\ufffd".encode())


def clean_mention(mention: Mention) -> Mention:
    """The same mention with clean text of at most 10,000 characters and times cut to milliseconds.

    Counts that no database can hold (over 2**63) become unknown. Gives back the very same object when there
    is nothing to do.
    """
    changed: dict[str, Any] = {}
    written = "".join([*filter(None, _written(mention)), *mention.hashtags, *mention.matched])
    if len(written) > MAX_NAME_CHARS or _UNFIT.search(written):
        changed |= _clean_words(mention)
    for name in _COUNTS:
        value = getattr(mention, name)
        if value is not None and not -MAX_INTEGER <= value <= MAX_INTEGER:
            changed[name] = None
    for name in _TIMES:
        value = getattr(mention, name)
        if value is not None and value.microsecond % 1000:
            changed[name] = cut(value)
    return replace(mention, **changed) if changed else mention


def _clean_words(mention: Mention) -> dict[str, Any]:
    """The fields of text that are not as they should be, made so."""
    changed: dict[str, Any] = {}
    for name in _NAMES:
        value = getattr(mention, name)
        if value is not None and (_UNFIT.search(value) or len(value) > MAX_NAME_CHARS):
            changed[name] = clean(value)[:MAX_NAME_CHARS]
    for name in ("hashtags", "matched"):
        words = getattr(mention, name)
        if _UNFIT.search("".join(words)):
            changed[name] = tuple(clean(word) for word in words)
    text = clean(mention.text)
    if text != mention.text or len(text) > MAX_CHARS:
        changed["text"] = text[:MAX_CHARS]
        changed["is_truncated"] = mention.is_truncated or len(text) > MAX_CHARS
    return changed


def cut(at: datetime) -> datetime:
    """To the millisecond. Cut, not rounded: a minute never becomes the next one."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
