"""From a post as it was written to the words it is matched by. The post itself is never changed.

`split` cuts a text into raw tokens, in their own spelling; `normal` says what one token is matched as: Unicode
compatibility forms folded, zero-width characters removed, look-alike letters of other alphabets read as Latin,
accents and apostrophes dropped, stretched letters shortened. Both are total: any string gives an answer.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import product

MAX_CHARS = 4_000
"""What is read of one text. Posts are shorter everywhere; a megabyte must not stop the stream."""

_HIDDEN = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\u0300-\u036f"
_INSIDE = rf"[\w{_HIDDEN}'’ʼ]"

_WORDS = (
    r"https?://\S+|www\.\S+"
    r"|[@#]\w+"
    r"|(?<!\w)(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’ʼ](?=\w)"  # French elision: "j'" is a word of its own
    rf"|\w{_INSIDE}*+(?:[*$@!€](?=[*$@!€]*\w){_INSIDE}*+)*+"
    r"|\$(?=[^\W\d_]{3})\w+"  # "$cam"
    r"|[:;=]-?[()D/|@]|:'\(|<3|</3|/s(?!\w)"
    r"|[!?]+|\.{2,}|…|[€£$%]"
    # Marks count: a reproach is often only in the full stops. "Tuesday. Then Friday."
    r"|[^\w\s_\-/\\|*+=<>~^`&'’‘\[\]{}]"
)
_APART_ONE = r"(?<!\w)[^\W\d_](?:[.·-][^\W\d_]){2,}(?![.·-]?\w)"  # a word taken apart: "f.d.p"
_TOKEN = re.compile(_WORDS, re.IGNORECASE)
_APART = re.compile(_APART_ONE)
_PERHAPS_APART = re.compile(r"[.·-]\w[.·-]")  # quick to look for in every text
_TOKEN_OR_APART = re.compile(f"{_APART_ONE}|{_WORDS}", re.IGNORECASE)
_HIDDEN_ONLY = re.compile(f"[{_HIDDEN}]")
_STRETCHED = re.compile(r"(.)\1{2,}")
_DOUBLED = re.compile(r"(.)\1+")
_LEET_SIGNS = re.compile(r"[013457@$!€]")
_LEET = str.maketrans("013457@$!€", "oieastasie")
# The letters that a star may stand for, the ones that are hidden most often first.
_HIDEABLE = "uieoacknrtlshdmpbgvfyjqwxz"
_LOOKALIKE = str.maketrans(
    {
        pair[0]: pair[1]
        for pair in [
            "аa",
            "вb",
            "еe",
            "ѕs",
            "іi",
            "їi",
            "јj",
            "кk",
            "мm",
            "нh",
            "оo",
            "рp",
            "сc",
            "ԁd",
            "тt",
            "уy",
            "ԛq",
            "ԝw",
            "хx",
            "һh",
            "αa",
            "βb",
            "εe",
            "ηn",
            "ιi",
            "κk",
            "νv",
            "οo",
            "ρp",
            "τt",
            "υu",
            "χx",
            "ωw",
            "ɑa",
            "ɡg",
            "ıi",
            "łl",
            "øo",
            "đd",
            *map("".join, zip("ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdeghijklmnoprstuvwyz", strict=True)),
        ]
    }
)
_SPECIAL = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "", "'": "", "ʼ": ""})


def pieces(text: str) -> list[str]:
    """What stands between white space in the first `MAX_CHARS` characters of a text.

    No token holds white space or looks beyond it, so the tokens of a text are those of its pieces, one after another.
    """
    return text[:MAX_CHARS].split()


def split(text: str) -> list[str]:
    """The raw tokens of a text, in order and in their own spelling. Reads the first `MAX_CHARS` characters."""
    read = text[:MAX_CHARS]
    return (_TOKEN_OR_APART if _PERHAPS_APART.search(read) else _TOKEN).findall(read)


def normal(token: str) -> str:
    """What a raw token is matched as: lower case ASCII where there is a Latin reading. '' when nothing is left.

    Links become "<url>", handles "<at>", long numbers keep their length ("<4>").
    """
    if token.isascii() and token.isalpha():
        word = token.lower()
        return word if _STRETCHED.search(word) is None else shorten(word)
    return _fold(token)


def shorten(word: str) -> str:
    """A stretched word with every run of three or more cut to one letter: "sooooo" is "so"."""
    return _STRETCHED.sub(r"\1", word)


def readings(word: str) -> tuple[str, ...]:
    """Other spellings a matched word may stand for: digits and signs read as letters ("1d10t"), one or two stars as
    any letters ("f*ck"), runs halved. The likeliest first."""
    if len(word) < 3 or not any(c.isalpha() for c in word):
        return ()
    found = []
    if _LEET_SIGNS.search(word):
        plain = word.translate(_LEET)
        found += [plain, word.replace("1", "l").translate(_LEET), _DOUBLED.sub(r"\1", plain)]
    stars = word.count("*")
    if 0 < stars <= 2 and len(word) - stars >= 2:
        start, *rest = word.translate(_LEET).split("*")
        for hidden in product(_HIDEABLE, repeat=stars):
            found.append(start + "".join(letter + part for letter, part in zip(hidden, rest, strict=True)))
    return tuple(dict.fromkeys(found))


def _fold(token: str) -> str:
    first = token[0]
    if first == "@" and len(token) > 1:
        # Published data sets hide names as "@user"; it is nobody's handle, so it is kept apart.
        return "<user>" if token == "@user" else "<at>"  # noqa: S105
    if token[:4].lower() in ("http", "www.") and len(token) > 5 and ("://" in token or token[3] == "."):
        return "<url>"
    if "*" not in token and len(token) > 4 and not token[1].isalnum() and _APART.fullmatch(token):
        token = "".join(c for c in token if c.isalpha())
    word = unicodedata.normalize("NFKD", _HIDDEN_ONLY.sub("", token)).casefold()
    word = "".join(c for c in word if not unicodedata.combining(c) and not unicodedata.category(c).startswith("C"))
    word = word.translate(_SPECIAL)
    if not word.isascii() and (any("a" <= c <= "z" for c in word) or _is_lookalike(word)):
        word = word.translate(_LOOKALIKE)
    if first == "#":
        word = word.lstrip("#")
    if word.isdigit() and len(word) > 2:
        return f"<{min(len(word), 6)}>"
    return shorten(word) if len(word) > 2 and word[0].isalnum() and not word.isdecimal() else word


def _is_lookalike(word: str) -> bool:
    """Every letter has a Latin twin: "сосо" in Cyrillic. Real Cyrillic words nearly always have one that has not."""
    return len(word) > 2 and all(ord(c) in _LOOKALIKE for c in word) and word.translate(_LOOKALIKE).isascii()
