"""Other people's words made safe to show: cleaned, shortened, no link that works, no direction that leaks.

Whoever writes a post also writes into our mails. Nothing here may let them speak in our voice.
"""

from __future__ import annotations

import re
import unicodedata

LINK = re.compile(
    r"(?i)\b[a-z][a-z0-9+.-]*://\S+"  # with a scheme
    r"|\b(?:[\w-]+\.)+[^\W\d_]{2,}\b(?:[/?:#]\S*)?"  # a bare name that mail programs turn into a link
)
LINK_LENGTH = 40
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
JOINERS = "\u200c\u200d"  # inside emoji and in Persian or Hindi words; harmless
MARKS = 3  # combining marks on one letter; more is made to climb over other lines


def quote(text: str, limit: int) -> str:
    """One line of at most `limit` characters: no controls, no bidi marks, links that cannot be followed."""
    return shorten(LINK.sub(lambda found: defang(found.group()), clean(text[: limit * 20])), limit)


def isolate(text: str) -> str:
    """For plain text: what the quote contains cannot turn the direction of what follows (Unicode UAX 9)."""
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


def clean(text: str) -> str:
    """Printable, on one line, single spaces."""
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if category in ("Cc", "Zl", "Zp", "Zs"):
            kept.append(" ")
        elif (category[0] != "C" or character in JOINERS) and marks <= MARKS:
            kept.append(character)
    return " ".join("".join(kept).split())


def defang(link: str) -> str:
    """A link that a person can read and no program follows."""
    return shorten(link, LINK_LENGTH).replace("://", "[:]//").replace(".", "[.]")


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a space when there is one near the end."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    at = cut.rfind(" ", limit * 2 // 3)
    return cut[: at if at > 0 else None].rstrip() + "…"
