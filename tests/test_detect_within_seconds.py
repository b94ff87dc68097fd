"""Live detection does not wait for the minute to end: people are hurt now, the mail should leave within ten seconds.

The collect loop ticks every second. Whatever is kept by the minute for the baseline, an alarm must come with the
post that crosses the bar, not with the end of its minute; replay of the same mentions finds the same alarms.
"""

from __future__ import annotations

from datetime import timedelta

from db.rows import Rules, Scored
from monitor.watch import Watch
from tests.clock import NOON
from tests.make import make_mention, make_score

SECOND = timedelta(seconds=1)


def crowd(count: int) -> list[Scored]:
    """Strangers under one post, one every three seconds, from ten seconds past a full minute."""
    start = NOON + 10 * SECOND
    root = make_mention("Your guard left my mother on the platform and laughed", native="root", at=start)
    rows = [Scored(mention=root, score=make_score(root))]
    for n in range(count):
        reply = make_mention(
            f"Shame on you, nobody helped her, number {n}", native=f"r{n}", at=start + 3 * (n + 1) * SECOND,
            in_reply_to=root.id, conversation_id=root.id,
        )  # fmt: skip
        rows.append(Scored(mention=reply, score=make_score(reply, "hostile" if n % 2 else "complaint")))
    return rows


def quiet_days(watch: Watch) -> None:
    for n in range(14 * 24):
        at = NOON - timedelta(days=14) + n * timedelta(hours=1)
        watch.tick(at)
        mention = make_mention(f"Nice view from the train {n}", native=f"q{n}", at=at)
        watch.observe([Scored(mention=mention, score=make_score(mention, "other"))])
    watch.tick(NOON)


def test_a_pile_on_rings_within_five_seconds_of_the_post_that_makes_it_one() -> None:
    watch = Watch(Rules(brand="Acme"))
    quiet_days(watch)
    rows = crowd(18)
    now, rang = NOON, None
    while rang is None and now < NOON + timedelta(minutes=3):
        now += SECOND
        due = [r for r in rows if now - SECOND < r.mention.created_at <= now]
        watch.observe(due)
        storms = [s for s in watch.tick(now) if s.rule == "pileon"]
        rang = now if storms else None
    assert rang is not None
    out = [r for r in rows if r.mention.created_at <= rang]
    assert len(out) <= 12
    assert rang - out[-1].mention.created_at <= 5 * SECOND
