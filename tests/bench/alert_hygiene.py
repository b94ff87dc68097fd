"""How many letters a person gets: a storm of six hours with three changes of severity, and fifty incidents at once.

    python -m tests.bench.alert_hygiene

The policy alone, with a clock moved by hand; the changes come at 200 times three random moments.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from tests.test_alerts import ALONE, CHAIN, START, Desk, change, incident, opened

HOURS = 6
STEP = timedelta(seconds=30)


def long_storm(chance: random.Random) -> int:
    """The most letters that one of three people got."""
    desk, row = Desk(CHAIN), incident()
    opened(desk, row)
    at = sorted(START + timedelta(minutes=chance.uniform(1, HOURS * 60 - 1)) for _ in range(3))
    kinds = list(zip(at, ("worse", "better", "worse"), strict=True))
    taken_at = START + timedelta(minutes=chance.uniform(1, 600))  # or never
    now, end = START, START + timedelta(hours=HOURS)
    while (now := now + STEP) < end:
        changes = []
        if kinds and now >= kinds[0][0]:
            kind = kinds.pop(0)[1]
            row = replace(row, severity="storm" if kind == "worse" else "watch")
            changes = [change(row, kind, now)]
        if row.owner is None and now >= taken_at:
            row = replace(row, state="acknowledged", acknowledged_at=now, owner="Amina")
        desk.tick(now, changes, [row])
    desk.tick(end, [change(replace(row, state="closed", closed_at=end), "closed", end)])
    desk.tick(end + timedelta(minutes=5))
    return max(len(desk.mails(person)) for person in CHAIN.to)


def fifty(spread_seconds: float) -> list[float]:
    """Seconds after the first alarm at which letters left, in the quarter of an hour that follows."""
    desk, rows = Desk(ALONE), []
    for second in range(15 * 60):
        now = START + timedelta(seconds=second)
        changes = []
        while len(rows) < 50 and len(rows) * spread_seconds / 50 <= second:
            rows.append(incident(len(rows) + 1, opened_at=now))
            changes.append(change(rows[-1], "opened", now))
        desk.tick(now, changes, rows)
    return [(at - START).total_seconds() for at in sorted(desk.mails(ALONE.to[0]).values())]


def main() -> None:
    chance = random.Random(1)
    counts = [long_storm(chance) for _ in range(200)]
    print(f"six hours, three changes, 200 random courses: at most {max(counts)} letters a person (bar 16)")
    for spread in (0.0, 30.0, 110.0):
        print(f"fifty incidents within {spread:.0f} s: letters at {fifty(spread)} s")


if __name__ == "__main__":
    main()
