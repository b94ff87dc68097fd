"""The quiet switch as a state, and whether posts about the brand itself say that people are hurt. Pure.

Quiet is on until a person turns it off. No time, no calm and no restart ends it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.rows import Incident, Scored
from monitor.answer import hashtag
from monitor.answer.danger import danger

FEWEST_HURT = 3  # people; one who speaks of an injury is a complaint, and the gravest there is, but no tragedy yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """`since` None: it is off. As the setting "quiet" has it."""

    since: str | None = None  # ISO 8601, UTC
    by: str | None = None
    why: str = ""

    @property
    def is_on(self) -> bool:
        return self.since is not None

    @property
    def since_at(self) -> datetime | None:
        """None: off, or a time that nobody can read."""
        try:
            at = datetime.fromisoformat(self.since or "")
        except ValueError:
            return None
        return at if at.tzinfo else None

    @property
    def words(self) -> str:
        if self.since is None:
            return "Quiet is off."
        return f"Quiet is ON since {self.since}, said {self.by}: {self.why}"


def read(setting: str | None) -> Quiet:
    """From the setting. Whatever else stands there is quiet too: in doubt it is on."""
    if setting is None:
        return Quiet()
    try:
        body = json.loads(setting)
    except ValueError:
        body = None
    body = body if isinstance(body, dict) else {}
    since, by, why = (body.get(name) for name in ("since", "by", "why"))
    return Quiet(since=str(since or "an unknown time"), by=str(by) if by else None, why=str(why or ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The last time the switch was moved. `number` grows by one each time: a tool keeps the largest."""

    number: int
    at: datetime
    is_on: bool
    by: str


def read_change(setting: str | None) -> Change | None:
    """None: it was never moved."""
    try:
        body = json.loads(setting or "null")
        return Change(
            number=int(body["number"]),
            at=datetime.fromisoformat(body["at"]),
            is_on=bool(body["on"]),
            by=str(body["by"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


# --- people are hurt ------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """What an incident of ours says of people hurt. `people`: who speak of it; `words`: theirs, the commonest first."""

    incident: Incident
    people: int
    all: int
    words: tuple[str, ...] = ()
    answer: str | None = None  # "yes" or "no", by a person; None: nobody has said
    by: str | None = None

    @property
    def is_seen(self) -> bool:
        """The machine's own finding, until a person says."""
        return self.people >= FEWEST_HURT and self.people >= hashtag.DANGEROUS * self.all

    @property
    def is_assumed(self) -> bool:
        """A person's word counts; without one, what is seen."""
        return self.answer == "yes" or (self.answer is None and self.is_seen)

    @property
    def must_be_asked(self) -> bool:
        return self.answer is None and self.is_seen


def harm_in(incident: Incident, posts: Sequence[Scored], answer: str | None = None, by: str | None = None) -> Harm:
    """`posts`: those of the incident, of whomever; ours and deleted ones are left out."""
    others = [each for each in posts if not each.mention.is_own and each.mention.deleted_at is None]
    seen = hashtag.picture("", others, [danger(each.mention.text) for each in others], incident.opened_at)
    people = {
        hashtag.author_of(each.mention)
        for each in others
        if (each.score is not None and each.score.tragedy >= hashtag.HURT)
        or danger(each.mention.text).weight >= hashtag.WORTH_SAYING
    }
    return Harm(
        incident=incident, people=len(people), all=seen.authors, words=seen.danger_words[:4], answer=answer, by=by
    )


def may_answer(incident: Incident, who: str, role: str, answer: str) -> bool:
    """Anybody who acts may say that people are hurt. That they are not is the owner's word, or an admin's.

    Who was only asked to take it does not own it yet: as long as nobody has taken it, anybody who acts may say so."""
    if role not in ("responder", "admin"):
        return False
    owner = incident.owner if incident.acknowledged_at is not None else None
    return answer == "yes" or (answer == "no" and (owner in (None, who) or role == "admin"))
