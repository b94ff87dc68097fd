"""The rules that can ring, each a small pure file: what is remembered of a brand -> findings.

A detector is a function of the memory and the minute up to which to look. One that breaks is left out of that
look and named in `Watch.troubles`; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from db.rows import Signal
from monitor.detectors import complaints, pileon, shift, slowburn, spike, topic, watchlist
from monitor.detectors.found import Found
from monitor.memory import Memory

Detector = Callable[[Memory, int], Iterable[Found]]

# In the order in which an incident takes its name from them.
DETECTORS: Mapping[str, Detector] = {
    "pileon": pileon.find,
    "complaints": complaints.find,
    "topic": topic.find,
    "slowburn": slowburn.find,
    "shift": shift.find,
    "spike": spike.find,
    "watchlist": watchlist.find,
}
CATCHING_UP: Mapping[str, Detector] = {name: DETECTORS[name] for name in ("pileon", "complaints")}

AGAIN: Mapping[str, Callable[[Mapping[str, float]], float]] = {
    "pileon": pileon.again,
    "complaints": complaints.again,
    "topic": topic.again,
    "slowburn": slowburn.again,
    "shift": shift.again,
    "spike": spike.again,
    "watchlist": watchlist.again,
}


def recompute(signal: Signal) -> float:
    """The score of a stored signal, computed again from its evidence: the same to the last bit."""
    return AGAIN[signal.rule](dict(signal.evidence.inputs))
