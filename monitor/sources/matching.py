"""Which brands a text is about. Literals and '*' only: no pattern a person can write makes this slow.

Case, accents, width, curly apostrophes and invisible characters make no difference. A literal is found as
whole words ("acme" is not in "acmeology"); in scripts written without spaces it is found anywhere. A '*' stands
for any run of letters and digits inside one word. Every step is linear in the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from db.rows import Rules

_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\w+")
_ACCENT = re.compile("[\u0300-\u036f]")
_INVISIBLE = dict.fromkeys(
    [0xAD, 0x34F, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFE0F, 0xFEFF]
)
_OPENING, _CLOSING = "\"'([{«“", "\"')]}»”.,;:!?…"
_ALIKE = _INVISIBLE | {ord(c): "'" for c in "’‘ʼ`´"}


@dataclass(frozen=True, slots=True)
class Match:
    """What one text holds of one brand."""

    brand: str
    terms: tuple[str, ...]  # as they are written in the configuration
    is_excluded: bool = False


def plain(text: str) -> str:
    """The text as it is compared: folded case, no accents, single spaces.

    >>> plain("L’Été  à  NESTLÉ\\u200b")
    "l'ete a nestle"
    """
    if not text.isascii():
        text = _ACCENT.sub("", unicodedata.normalize("NFKD", text.translate(_ALIKE)))
        text = unicodedata.normalize("NFC", text)  # kana and Hangul are whole characters again
    return _SPACE.sub(" ", text.casefold().replace("`", "'")).strip()


def _joins(character: str) -> bool:
    """Does this character belong to a word that spaces set apart? Not in scripts written without spaces."""
    if not (character.isalnum() or character == "_"):
        return False
    return character.isascii() or not (
        "\u0e00" <= character <= "\u0eff"
        or "\u1000" <= character <= "\u109f"
        or "\u2e80" <= character <= "\u9fff"
        or "\uac00" <= character <= "\ud7a3"
        or character >= "\U00020000"
    )  # Thai and Lao, Burmese, kana and CJK, Hangul (its particles cling to the word), CJK extensions


class Term:
    """One term as a person wrote it, ready to be looked for."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.plain = plain(written)
        self.is_wild = "*" in self.plain
        self._words = [word.split("*") for word in self.plain.split(" ")] if self.is_wild else []
        self._longest = max((p for word in self._words for p in word), key=len, default="")
        self._is_odd = not all(_WORD.fullmatch(p) for word in self._words for p in word if p)

    def __bool__(self) -> bool:
        return bool(self.plain.strip("* "))

    def is_in(self, text: str, words: Sequence[str]) -> bool:
        """`text` is plain, `words` are its runs of letters and digits."""
        if not self.is_wild:
            return self._literal(text)
        if self._longest not in text:  # spares nearly every text the walk through its words
            return False
        # A term with a sign in it ("#acme*", "at&t*") is compared with what stands between spaces.
        return self._wild([w.lstrip(_OPENING).rstrip(_CLOSING) for w in text.split(" ")] if self._is_odd else words)

    def _literal(self, text: str) -> bool:
        at = text.find(self.plain)
        while at >= 0:
            end = at + len(self.plain)
            starts = at == 0 or not (_joins(text[at - 1]) and _joins(self.plain[0]))
            ends = end == len(text) or not (_joins(text[end]) and _joins(self.plain[-1]))
            if starts and ends:
                return True
            at = text.find(self.plain, at + 1)
        return False

    def _wild(self, words: Sequence[str]) -> bool:
        for at in range(len(words) - len(self._words) + 1):
            if all(_fits(words[at + n], pieces) for n, pieces in enumerate(self._words)):
                return True
        return False


def _fits(word: str, pieces: Sequence[str]) -> bool:
    """Is `word` made of `pieces` with anything in between? The first and the last piece hold its ends."""
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return word == first
    if not (word.startswith(first) and word.endswith(last) and len(word) >= len(first) + len(last)):
        return False
    at, end = len(first), len(word) - len(last)
    for piece in pieces[1:-1]:  # leftmost is enough: what fits later fits after it as well
        found = word.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


class Matcher:
    """Looks for the terms of all brands. `source`: own handles on that network count as terms ("@acme")."""

    def __init__(self, brands: Sequence[Rules], source: str = "") -> None:
        self._brands = [
            (
                row.brand,
                [t for w in (*row.terms, *_own_names(row, source)) if (t := Term(w))],
                [t for w in row.excluded if (t := Term(w))],
            )
            for row in brands
        ]

    def find(self, text: str) -> tuple[Match, ...]:
        """The brands that are named in `text`, in the order of the configuration; excluded ones are left out."""
        text = plain(text)
        words = _WORD.findall(text)
        found = []
        for brand, terms, excluded in self._brands:  # most texts hold nothing: that must be cheap
            hits = tuple(t.written for t in terms if t.is_in(text, words))
            if hits and not any(t.is_in(text, words) for t in excluded):
                found.append(Match(brand, hits))
        return tuple(found)

    def look(self, text: str) -> Iterator[Match]:
        """Every brand, with its terms in `text` (perhaps none) and whether an excluded one is there."""
        text = plain(text)
        words = _WORD.findall(text)
        for brand, terms, excluded in self._brands:
            yield Match(
                brand=brand,
                terms=tuple(t.written for t in terms if t.is_in(text, words)),
                is_excluded=any(t.is_in(text, words) for t in excluded),
            )


def _own_names(row: Rules, source: str) -> list[str]:
    names = [h.partition(":")[2] for h in row.handles if source and h.startswith(f"{source}:")]
    return ["@" + name.lstrip("@") for name in names if name and not name.startswith("did:")]


def is_own(row: Rules, source: str, *names: str | None) -> bool:
    """Is one of these names (handle, id) an account of the brand itself? Case and a leading '@' do not count."""
    own = {_account(h) for h in row.handles}
    return any(name and _account(f"{source}:{name}") in own for name in names)


def _account(handle: str) -> str:
    source, _, name = handle.partition(":")
    return f"{source}:{name.lstrip('@')}".casefold()


def id_for(post_id: str, position: int, brand: str) -> str:
    """The first brand keeps the plain id of the post, the others get theirs."""
    return post_id if position == 0 else f"{post_id}|{brand}"
