"""`smoulder replay`: mentions of a file or of the store through scoring, detection and incidents, nothing written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from db.rows import Rules, Scored
from db.store import Store
from monitor.replay import Replay, as_json, replay

__all__ = ["as_json", "in_words", "replay_file", "replay_store"]


def replay_file(
    file: str,
    read_lines: Callable[[str], Iterable[str]],
    *,
    rules: Mapping[str, Rules],
    brand: str | None,
    trust_labels: bool,
) -> Replay:
    """Mentions as JSONL lines, in about the order of their created_at."""
    from monitor.reading import scored_lines

    rows = scored_lines(read_lines(file), trust_labels=trust_labels)
    return replay((r for r in rows if brand is None or r.mention.brand == brand), rules)


def replay_store(
    store: Store, tried: Mapping[str, Rules], brand: str | None, since: datetime | None, until: datetime | None
) -> Replay:
    """The stored history with the rules in force, or with `tried` instead."""
    in_force = {**store.rules(), **tried}
    names = [brand] if brand else sorted(in_force)

    def rows() -> Iterator[Scored]:
        for name in names:
            yield from store.history(name, since, until)

    return replay(rows(), in_force)


def in_words(found: Replay) -> str:
    """For a person at a terminal."""
    lines = [f"{found.mentions:,} mentions, {len(found.alarms)} alarms, {len(found.incidents)} incidents."]
    lines += [f"{a.at:%Y-%m-%d %H:%M}  {a.severity:<6} {a.brand}, {a.rule}: {a.evidence.words}" for a in found.alarms]
    return "\n".join(lines)


def document(found: Replay) -> dict[str, Any]:
    return as_json(found)
