"""How grave the matter of a post is, by rules that can be read. The mood of the post plays no part.

3: somebody came or may come to harm, was treated worse for what they are, or other people's data lie open.
2: much money, something people depend on, an announced legal step, an account taken over.
1: any other complaint. 0: everything else. Each rule that held is named, as "rule: …".

Words of harm are used for play as well ("the final was a massacre"), and much harm is told without one. So a rule of
severity 3 holds only while the learned head of grave matters does not deny it, and that head may speak alone, from a
higher probability on. The first kind is right about twice in three times, the second once in five (docs/scoring.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.scoring.words import Words

_BIG_AMOUNT = re.compile(
    r"[€£$]\s?(?:[1-9]\d{2}|\d{1,3}[ ,.’']\d{3}|\d+(?:\.\d+)?\s?k\b)"
    r"|(?:\b[1-9]\d{2,}|\b\d{1,3}[ .,’'\u202f]\d{3}|\b\d+\s?k)(?:[.,]\d{1,2})?\s?"
    r"(?:€|£|\$|(?:euros?|eur|dollars?|pounds?|quid|bucks?|usd|gbp|chf|balles|francs?)\b)",
    re.IGNORECASE,
)
_PERHAPS_BIG = re.compile(r"\d(?:\d|\s?k)", re.IGNORECASE)  # in every big amount, and quick to look for


GRAVE_ALONE = 0.0437
"""What the learned head must say where no rule holds. Better to show a post that is not grave than to miss one."""
GRAVE_SURE = 0.12
"""What it must say to be a witness beside a rule, when one post alone is to ring."""
GRAVE_CALM = 0.115
"""What it must say of a post that neither complains nor tells of people hurt: a room at the end, under the ceiling."""
GRAVE_DENIED = 0.02
"""Below it the learned head denies: words of harm alone are not believed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Holds when a heading of each group in `all_of` is in the post."""

    name: str
    severity: int
    all_of: tuple[tuple[str, ...], ...]


RULES = (
    Rule("injury", 3, (("injury",),)),
    Rule("safety", 3, (("danger",),)),
    Rule("somebody vulnerable left alone", 3, (("vulnerable",), ("harm", "abandon"))),
    Rule("discrimination", 3, (("discrimination",),)),
    Rule("data of others", 3, (("databreach",),)),
    Rule("a child in danger", 3, (("children",), ("harm",))),
    Rule("an animal harmed", 3, (("animals",), ("harm",))),
    Rule("police or court", 3, (("crime",),)),
    Rule("a legal step", 2, (("law",),)),
    Rule("an account taken over", 2, (("takeover",),)),
    Rule("something people depend on", 2, (("essential",),)),
    Rule("much money", 2, (("amount",),)),
)


class Severity:
    """The rules, compiled against the headings of our lists."""

    def __init__(self, words: Words) -> None:
        known = set(words.headings)
        self._rules = [
            (rule, [sum(words.bit(h) for h in group if h in known) for group in rule.all_of])
            for rule in RULES
            if rule.name != "much money"
        ]
        self.triggers = 0
        for _, groups in self._rules:
            self.triggers |= groups[0]

    def held(self, mask: int, text: str, grave: float = 1.0) -> list[Rule]:
        """The rules that hold for a post whose headings are `mask`, gravest first.

        `grave` is the probability of the learned head; those of severity 3 hold only from `GRAVE_DENIED` on.
        """
        found = []
        if mask & self.triggers:
            for rule, groups in self._rules:
                is_believed = rule.severity < 3 or grave >= GRAVE_DENIED
                if is_believed and mask & groups[0] and all(mask & group for group in groups):
                    found.append(rule)
        if _PERHAPS_BIG.search(text) and _BIG_AMOUNT.search(text):
            found.append(RULES[-1])
        return found


def names(rules: Iterable[Rule]) -> tuple[str, ...]:
    return tuple(f"rule: {rule.name}" for rule in rules)
