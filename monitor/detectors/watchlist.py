"""One post is enough: a person on the VIP list or with many followers complains, a keyword is written, or a post
speaks of harm (severity 3), whoever wrote it.

Lists hold literals and '*' (any run of letters and digits inside a word). Matching is a chain of `str.find`, so no
list a person can write is slow. Muted accounts ring nothing here. Posts that speak of harm ring once in twelve hours.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from db.rows import Rules, Score, Scored
from monitor.detectors.found import Found
from monitor.memory import Memory

WINDOW = 60
SEVERE_PAUSE = 12 * 60  # minutes: the tenth post of a day that speaks of harm says no more than the first
SURE = 0.8  # of one post alone: a crowd may be unsure, a single voice must be plain
LEARNED = frozenset({"rule: reads like harm", "rule: people hurt or in danger"})
REASONS = ("vip", "reach", "keyword", "severe")


class Lists:
    """A brand's lists, made ready once."""

    def __init__(self, rules: Rules) -> None:
        self.vips = {name.casefold() for name in rules.vips}
        self.muted = {name.casefold() for name in rules.muted}
        self.keywords = tuple(plain(word) for word in rules.keywords if plain(word).strip("*"))
        self.reach = rules.vip_followers

    def reason(self, one: Scored) -> str:
        """Why this mention is always shown: one of REASONS; empty: it is not."""
        mention, is_complaint = one.mention, one.is_complaint
        if not (is_complaint or self.keywords):
            return ""
        if self.vips or self.muted:
            name = f"{mention.source}:{mention.handle or mention.author_id or ''}".casefold()
            if name in self.muted:
                return ""
            if is_complaint and name in self.vips:
                return "vip"
        if is_complaint and self.reach is not None and (mention.followers or 0) >= self.reach:
            return "reach"
        if self.keywords and holds_any(plain(mention.text), self.keywords):
            return "keyword"
        return "severe" if is_complaint and _speaks_of_harm(one.score) else ""


def _speaks_of_harm(score: Score | None) -> bool:
    """Severity 3 of which a rule that can be read and what was learned are both sure.

    Alone each of them is wrong more often than right (docs/scoring.md): such a post stands first in the inbox, and
    rings nobody.
    """
    if score is None or score.severity < 3 or max(score.complaint, score.hostile) < SURE:
        return False
    rules = [word for word in score.because if word.startswith("rule: ")]
    return not rules or (rules[0] not in LEARNED and not LEARNED.isdisjoint(rules))


def plain(text: str) -> str:
    """Folded case and one form per character, for comparing."""
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'")


def holds_any(text: str, patterns: Sequence[str]) -> bool:
    """Does the text hold one of the patterns as whole words? Time grows with len(text) times their number."""
    return any(holds(text, pattern) for pattern in patterns)


def holds(text: str, pattern: str) -> bool:
    """`pattern`: a literal in which each '*' stands for any run of letters and digits.

    >>> holds("they recalled the batteries", "recall*"), holds("total recall", "recalled")
    (True, False)
    """
    parts = pattern.split("*")
    head = next((i for i, part in enumerate(parts) if part), None)
    if head is None:
        return False
    at = text.find(parts[head])
    while at >= 0:
        if (head > 0 or _ends_word(text, at)) and _follows(text, at + len(parts[head]), parts[head + 1 :]):
            return True
        at = text.find(parts[head], at + 1)
    return False


def _follows(text: str, at: int, parts: Sequence[str]) -> bool:
    for number, part in enumerate(parts):
        is_last = number == len(parts) - 1
        end = _word_end(text, at)
        if not part:
            at = end if is_last else at
            continue
        # The earliest place leaves most room for the rest, except for the last part: it has to end the word.
        room = end + len(part)
        found = text.rfind(part, at, room) if is_last else text.find(part, at, room)
        if found < 0:
            return False
        at = found + len(part)
    return _ends_word(text, at)


def _word_end(text: str, at: int) -> int:
    end = at
    while end < len(text) and end - at < 100 and text[end].isalnum():
        end += 1
    return end


def _ends_word(text: str, at: int) -> bool:
    return at <= 0 or at >= len(text) or not (text[at - 1].isalnum() and text[at].isalnum())


def score(posts: float) -> float:
    """One post is enough."""
    return float(posts > 0)


def again(inputs: Mapping[str, float]) -> float:
    """The score of a finding from its inputs, bit for bit."""
    return score(**inputs)


def find(memory: Memory, end: int) -> Iterator[Found]:
    """The posts of the watch list since the last look, as one finding; its gravest reason comes first."""
    if not memory.flagged:
        return
    flagged, memory.flagged = memory.flagged, []
    if all(reason == "severe" for reason, *_ in flagged):
        if memory.severe_at >= 0 and end - memory.severe_at < SEVERE_PAUSE:
            return
        memory.severe_at = end
    why = min((reason for reason, *_ in flagged), key=REASONS.index)
    first = min(minute for _, _, minute, _ in flagged)
    yield Found(
        rule="watchlist",
        score=score(len(flagged)),
        severity="watch",
        start=min(first, end - 1),
        end=end,
        seen=len(flagged),
        expected=0.0,
        authors=len(flagged),
        inputs=(("posts", float(len(flagged))),),
        topic=why,
        posts=tuple(post for reason, post, *_ in flagged if reason == why)[:3],
    )
