"""Traffic for tests of detection: ordinary weeks and crowds, from a seed, as scored mentions in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from random import Random

from db.rows import Gap, Label, Rules, Scored, Signal
from monitor.watch import GRACE, Watch
from tests.make import make_mention, make_score

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def one(
    at: datetime, label: Label = "complaint", *, native: str, author: str, root: str | None = None, **more: object
) -> Scored:
    """A post; `root`: the native id of the post it hangs on."""
    mention = make_mention(
        f"{more.pop('text', 'words of their own')} {''.join(filter(str.isdigit, native))}",
        native=native,
        at=at,
        author=author,
        in_reply_to=None if root is None else f"x:{root}",
        conversation_id=None if root is None else f"x:{root}",
        **more,
    )
    return Scored(mention=mention, score=make_score(mention, label))


def ordinary(start: datetime, days: float, per_hour: float = 6, seed: int = 1, **more: object) -> list[Scored]:
    """Calm days: a fifth are complaints, one in fifty is hostile, six in ten are by forty regulars."""
    random = Random(seed)
    rows, at, n = [], start, 0
    while True:
        at += timedelta(hours=random.expovariate(per_hour * (1.5 if 8 <= at.hour < 22 else 0.4)))
        if at >= start + timedelta(days=days):
            return rows
        n += 1
        label: Label = random.choices(("other", "praise", "complaint", "hostile"), (0.6, 0.18, 0.2, 0.02))[0]
        author = f"regular-{random.randrange(40)}" if random.random() < 0.6 else f"new-{seed}-{n}"
        rows.append(one(at.replace(microsecond=0), label, native=f"o{seed}-{n}", author=author, **more))


def pile_on(
    start: datetime, count: int = 30, every: timedelta = 30 * SECOND, root: str | None = "root", **more: object
) -> list[Scored]:
    """Strangers, a third of them hostile, under one post (or under none)."""
    labels: tuple[Label, ...] = ("complaint", "complaint", "hostile")
    return [
        one(
            start + n * every,
            labels[n % 3],
            native=root if root and n == 0 else f"{root or 'free'}-{start:%d%H%M}-{n}",
            author=f"stranger-{start:%d%H%M}-{n}",
            root=root if n else None,
            **more,
        )
        for n in range(count)
    ]


def drive(
    watch: Watch, rows: Iterable[Scored], until: datetime | None = None, gaps: Sequence[Gap] = ()
) -> list[Signal]:
    """Mentions arrive in the order of received_at, the watch is asked every minute; what it found."""
    found: list[Signal] = []
    arriving = sorted(rows, key=lambda r: r.mention.received_at)
    if not arriving:
        return found
    now = arriving[0].mention.received_at.replace(second=0, microsecond=0)
    for row in arriving:
        arrived = row.mention.received_at
        while now <= arrived - MINUTE:
            now += MINUTE
            found += watch.tick(now + GRACE, gaps)
        watch.observe([row])
    end = until or now + 2 * MINUTE
    while now < end:
        now += MINUTE
        found += watch.tick(now + GRACE, gaps)
    return found


def practised(start: datetime, days: float = 8, rules: Rules | None = None, **more: float) -> Watch:
    """A watch that has seen ordinary days up to `start`."""
    watch = Watch(rules or Rules(brand="Acme"))
    assert drive(watch, ordinary(start - timedelta(days=days), days, **more), start) == []  # type: ignore[arg-type]
    return watch
