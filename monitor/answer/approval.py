"""When a second person must read an answer before it leaves. Pure: what was answered before comes as an argument.

Nothing is forbidden for good: whatever is held here, somebody else may let go. Who that may be stands in
`Reply.may_be_decided_by`, and the store keeps to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from db.rows import Lock
from monitor.answer.coach import Advice

COOLING = timedelta(minutes=30)
MOST_ANSWERS = 2
"""A third answer to the same person within `COOLING` needs a second person."""


def locks(
    advice: Advice,
    answered_at: Sequence[datetime],
    now: datetime,
    *,
    is_twin: bool,
    is_house_rule: bool,
    is_no_time_for_thanks: bool = False,
) -> tuple[Lock, ...]:
    """Why this draft waits, the gravest first; empty: its writer may let it go.

    `answered_at`: our earlier answers to the same person. `is_twin`: it repeats an earlier answer. `is_house_rule`:
    the house wants every answer read by two. `is_no_time_for_thanks`: it answers praise while nobody is to be thanked.
    """
    found: list[tuple[Lock, bool]] = [
        ("hurt", is_no_time_for_thanks),
        ("heated", any(f.code == "heated" and f.is_certain for f in advice.findings)),
        ("third", len([at for at in answered_at if now - COOLING < at <= now]) >= MOST_ANSWERS),
        ("same", is_twin),
        ("house", is_house_rule),
    ]
    return tuple(lock for lock, is_so in found if is_so)
