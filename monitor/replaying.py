"""`smoulder replay`: mentions of a file or of the store through scoring, detection and incidents, nothing written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice

from db.rows import Mention, Rules, Score, Scored
from db.store import Store
from monitor.loop import Scorer
from monitor.replay import Replay, replay
from monitor.sources.file import Labels, read_file

SCORED_AT_ONCE = 512


def replay_file(
    file: str, *, rules: Mapping[str, Rules], brand: str | None, scorer: Scorer | None, now: datetime
) -> Replay:
    """Mentions of a file in about the order of their created_at. `scorer` None: the file's own labels are trusted.

    Raises FileError.
    """
    return replay(_scored_file(file, brand, now, scorer), rules)


def replay_store(
    store: Store, tried: Mapping[str, Rules], brand: str | None, since: datetime | None, until: datetime | None
) -> Replay:
    """The stored history with the rules in force, or with `tried` instead."""
    in_force = {**store.rules(), **tried}
    names = [brand] if brand else sorted(in_force)
    return replay((one for name in names for one in store.history(name, since, until)), in_force)


def _scored_file(file: str, brand: str | None, now: datetime, scorer: Scorer | None) -> Iterator[Scored]:
    rows = (
        (row, labels)
        for row, labels in read_file(file, brand=brand, now=now).labelled()
        if isinstance(row, Mention) and (brand is None or row.brand == brand)
    )
    if scorer is None:
        return (Scored(mention=m, score=_score_of(m, labels or Labels())) for m, labels in rows)
    return _score_all((replace(m, received_at=m.created_at) for m, _ in rows), scorer)


def _score_all(mentions: Iterator[Mention], scorer: Scorer) -> Iterator[Scored]:
    while part := list(islice(mentions, SCORED_AT_ONCE)):
        for mention, score in zip(part, scorer.score(part), strict=True):
            yield Scored(mention=mention, score=score)


def _score_of(mention: Mention, labels: Labels) -> Score:
    """What the file says, as a score that is sure of it."""
    label = "hostile" if labels.hostile else "complaint" if labels.complaint else "other"
    return Score(
        mention_id=mention.id,
        label=label,  # type: ignore[arg-type]  # the three words are labels; mypy widens the chain to str
        complaint=float(bool(labels.complaint)),
        hostile=float(bool(labels.hostile)),
        praise=0.0,
        question=0.0,
        tragedy=0.0,
        severity=int(label != "other"),
        lang=mention.lang or "und",
        model="labels",
    )


def in_words(found: Replay) -> str:
    """For a person at a terminal."""
    lines = [f"{found.mentions:,} mentions, {len(found.alarms)} alarms, {len(found.incidents)} incidents."]
    lines += [f"{a.at:%Y-%m-%d %H:%M}  {a.severity:<6} {a.brand}, {a.rule}: {a.evidence.words}" for a in found.alarms]
    return "\n".join(lines)
