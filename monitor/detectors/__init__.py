"""The rules that can ring, each a small pure file: what is remembered of a brand -> findings.

A detector is a function of the memory and the minute up to which to look. One that breaks is left out of that
look and named in `Watch.troubles`; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from monitor.detectors import complaints, pileon, watchlist
from monitor.detectors.found import Found
from monitor.memory import Memory

Detector = Callable[[Memory, int], Iterable[Found]]

# In the order in which an incident takes its name from them.
DETECTORS: Mapping[str, Detector] = {
    "pileon": pileon.find,
    "complaints": complaints.find,
    "watchlist": watchlist.find,
}
CATCHING_UP: Mapping[str, Detector] = {name: DETECTORS[name] for name in ("pileon", "complaints")}
