"""One post is enough: a person on the VIP list or with many followers complains, a keyword is written, or somebody
says that harm came to them or theirs.

Severity 3 is right about one time in three, so a post of it stands first in the inbox and rings nobody by itself. It
rings when a rule that can be read and what was learned both say harm and are sure, the post holds no turn of speech
that uses such words for less ("burned a lot of time"), and then
- somebody complains of it in the first person, and the matter is more than a danger or a word that hurts; or
- a second person says the same within six hours; or
- many follow the account.
Once in twelve hours: the tenth post of a day says no more than the first.

Lists hold literals and '*' (any run of letters and digits inside a word). Matching is a chain of `str.find`, so no
list a person can write is slow. Muted accounts ring nothing here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from db.rows import Rules, Scored
from monitor.detectors.found import Found
from monitor.memory import MOST_HARMS, Flagged, Memory
from monitor.topics import words_of

SEVERE_PAUSE = 12 * 60  # minutes
SECOND_WITHIN = 6 * 60  # minutes
FOLLOWED = 10_000  # followers of an account whose post is read by many
SURE = 0.8  # probability of a complaint: a crowd may be unsure, a single voice must be plain
HURT, SURELY_HURT = 0.1, 0.5  # probability that people are hurt
LEARNED = frozenset({"rule: reads like harm", "rule: people hurt or in danger"})
# Of these one voice is believed. Words of danger and of discrimination are used for lesser things as well.
BELIEVED = frozenset(
    {
        "injury", "a child in danger", "an animal harmed", "somebody vulnerable left alone", "data of others",
        "police or court",
    }
)  # fmt: skip
DOUBTED = frozenset({"safety", "discrimination"})
REASONS = ("vip", "reach", "keyword", "severe", "second")
HARM = "harm"  # waits for a second person
# Somebody speaks of themselves or of theirs, in English or French.
_OWN = re.compile(
    r"(?<![\w@#])(?:i|i'\w+|im|we|we'\w+|me|us|my|our|mine|je|j'\w+|m'\w+|nous|mon|ma|mes|moi|notre|nos)(?!\w)",
    re.IGNORECASE,
)
# Words of harm that are said of less: time and money burn, other people's babies scream, equipment has a fault.
_LESSER = re.compile(
    r"(?<!\w)(?:burn(?:ed|t|s|ing)?\s+(?:(?:through|up|an?|lots?|of|so|too|much|many|all|my|our|the|more|\d+)\s+)*"
    r"(?:time|minutes|hours|days|money|cash|data|battery|fuel|miles|points|bridges|calories)"
    r"|(?<!my )(?<!our )(?:screaming|crying|noisy)\s+(?:babies|kids|children|toddlers|infants)"
    r"|(?:defibrillator|stretcher|first[ -]aid\s+kit|smoke\s+detector|fire\s+extinguisher)\s+"
    r"(?:issue|problem|check|inspection|fault)s?"
    r"|(?:bébés|enfants|gosses|gamins)\s+qui\s+(?:hurl|pleur|cri)\w*"
    r"|brûl\w*\s+(?:(?:une?|des|du|de|la|le|mes|nos|tout|toute|trop|beaucoup|\d+)\s+)*"
    r"(?:temps|heures|minutes|argent|forfait|batterie|essence))(?!\w)",
    re.IGNORECASE,
)


class Lists:
    """A brand's lists, made ready once."""

    def __init__(self, rules: Rules) -> None:
        self.vips = {name.casefold() for name in rules.vips}
        self.muted = {name.casefold() for name in rules.muted}
        self.keywords = tuple(plain(word) for word in rules.keywords if plain(word).strip("*"))
        self.reach = rules.vip_followers

    def reason(self, one: Scored) -> str:
        """Why this mention is looked at alone: one of REASONS, or what `_harm` says; empty: it is not."""
        mention, score = one.mention, one.score
        is_complaint = is_grave = False
        if score is not None:
            is_complaint = score.label in ("complaint", "hostile")
            is_grave = score.severity > 2 and score.label != "praise"
        if not (is_complaint or is_grave or self.keywords):
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
        return _harm(one) if is_grave else ""


def _harm(one: Scored) -> str:
    """ "severe: rules" rings, "harm: rules" waits for a second person, "" is for the inbox alone."""
    score = one.score
    if score is None or LEARNED.isdisjoint(score.because):
        return ""
    rules = [word[6:] for word in score.because if word.startswith("rule: ")]
    grave = [rule for rule in rules if rule in BELIEVED or rule in DOUBTED]
    is_plain = max(score.complaint, score.hostile) >= SURE
    if not grave or not (is_plain or score.tragedy >= HURT or len(grave) > 1) or _LESSER.search(one.mention.text):
        return ""
    is_believed = grave[0] in BELIEVED or score.tragedy >= HURT or len(grave) > 1
    is_own = _OWN.search(one.mention.text.replace("’", "'")) is not None
    is_own = is_own or (is_plain and score.tragedy >= SURELY_HURT)
    rings = (one.is_complaint and is_believed and is_own) or (one.mention.followers or 0) >= FOLLOWED
    return f"{'severe' if rings else HARM}: {', '.join(grave)}"


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
    end = -1
    for number, part in enumerate(parts):
        is_last = number == len(parts) - 1
        if at > end:
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
    ringing = [one for post in flagged if (one := _of_harm(memory, post) if ": " in post.why else (post.why, post.id))]
    if all(why in ("severe", "second") for why, *_ in ringing):
        if not ringing or (memory.severe_at >= 0 and end - memory.severe_at < SEVERE_PAUSE):
            return
        memory.severe_at = end
    why = min((why for why, *_ in ringing), key=REASONS.index)
    posts = dict.fromkeys(post for reason, *ids in ringing if reason == why for post in ids)
    yield Found(
        rule="watchlist",
        score=score(len(ringing)),
        severity="watch",
        start=min(*(post.minute for post in flagged), end - 1),
        end=end,
        seen=len(ringing),
        expected=0.0,
        authors=len(ringing),
        inputs=(("posts", float(len(ringing))),),
        topic=why,
        posts=tuple(posts)[:3],
    )


def _of_harm(memory: Memory, post: Flagged) -> tuple[str, ...]:
    """Why it rings and the posts, or nothing: it waits for a second person who says the same."""
    harms = [one for one in memory.harms if post.minute - one.minute < SECOND_WITHIN]
    memory.harms = [*harms, post][-MOST_HARMS:]
    if post.why.startswith("severe"):
        return ("severe", post.id)
    usual = {word for term in (memory.rules.brand, *memory.rules.terms) for word in words_of(term)}
    before = next((one for one in harms if one.author != post.author and _is_same(one, post, usual)), None)
    return () if before is None else ("second", before.id, post.id)


def _is_same(a: Flagged, b: Flagged, usual: set[str]) -> bool:
    """The same matter; where its name says little, in some word as well, but for those of the brand."""
    both = _rules(a) & _rules(b)
    return bool(both & BELIEVED) or (bool(both) and not (set(a.words) & set(b.words)) <= usual)


def _rules(post: Flagged) -> set[str]:
    return set(post.why.split(": ")[1].split(", "))


def harmed(memory: Memory, end: int) -> int:
    """How many people spoke of harm in the last six hours, whether it rang or not."""
    return len({one.author for one in memory.harms if end - one.minute < SECOND_WITHIN})
