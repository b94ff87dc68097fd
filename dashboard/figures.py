"""Charts as plain plotly dictionaries: rows in, dictionaries out.

Plain because `go.Figure` validates, carries the default template and costs four times as much. Texts that come
from strangers never enter a figure without `plain`.
"""

from __future__ import annotations

from datetime import datetime
from itertools import accumulate
from typing import Any

from dashboard import cards
from dashboard.cards import HISTORY_MINUTES, MINUTE, WINDOW_MINUTES
from db.rows import Expected, Gap, WallFacts

Figure = dict[str, Any]

ROOMS = {
    "dark": {"band": "#2c5366", "seen": "#ffd7c9", "storm": "#ff7a59", "blind": "#a7adb5"},
    "light": {"band": "#bcd6e2", "seen": "#8f2a15", "storm": "#d6452b", "blind": "#6b727b"},
}
STEP_MINUTES = 2
NO_EDGE = "rgba(0,0,0,0)"  # a page may make every line thicker, those of no width too
# Before the first answer: nothing, instead of axes that mean nothing.
EMPTY: Figure = {
    "data": [],
    "layout": {
        "xaxis": {"visible": False},
        "yaxis": {"visible": False},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    },
}


def plain(text: str, length: int = 80) -> str:
    """A stranger's text for a label or a hover: no markup, no link, no kilometre of width."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return safe if len(text) <= length else plain(text[: length - 1]) + "…"


def complaints_line(facts: WallFacts, unknown: set[int]) -> list[int | None]:
    """Complaints per ten minutes for each second minute of the last six hours, oldest first.

    None: less than half of those ten minutes could be seen, or they were before the first thing that was ever
    seen. When some of them are unknown, the others stand for them.
    """
    counts = cards.by_minute(facts, lambda bucket: bucket.complaints)
    first = first_known_minute(facts)
    minutes = range(HISTORY_MINUTES + WINDOW_MINUTES)
    # Sums from now back, so that each window is a difference: this is drawn every second.
    known = list(accumulate((m not in unknown for m in minutes), initial=0))
    seen = list(accumulate((0 if m in unknown else counts.get(m, 0) for m in minutes), initial=0))
    return [
        None if end > first or end in unknown else _per_window(known, seen, end)
        for end in range(HISTORY_MINUTES, -1, -STEP_MINUTES)
    ]


def _per_window(known: list[int], seen: list[int], end: int) -> int | None:
    minutes = known[end + WINDOW_MINUTES] - known[end]
    if minutes < WINDOW_MINUTES / 2:
        return None
    return round((seen[end + WINDOW_MINUTES] - seen[end]) * WINDOW_MINUTES / minutes)


def first_known_minute(facts: WallFacts) -> int:
    """Minutes before now of the first bucket or band; nothing before it is claimed to be zero."""
    first = [b.minute for b in facts.buckets] + [e.at for e in facts.expected]
    return int((_this_minute(facts.now) - min(first)) / MINUTE) if first else -1


def unknown_minutes(facts: WallFacts) -> set[int]:
    """Minutes before now in which no live source could see, or the collector was not running."""
    live = [s.source for s in cards.live_sources(facts.sources)] or [s.source for s in facts.sources]
    blind = [_covered(facts.now, [g for g in facts.gaps if g.source == source]) for source in live]
    unknown = set.intersection(*blind) if blind else set()
    collect = cards.process(facts.processes, "collect")
    if collect is not None and facts.now - collect.beat_at > cards.BLIND_AFTER:
        unknown |= set(range(int((facts.now - collect.beat_at) / MINUTE) + 1))
    return {m for m in unknown if 0 <= m <= HISTORY_MINUTES}


def _covered(now: datetime, gaps: list[Gap]) -> set[int]:
    """Minutes before now that lie wholly or for more than half in one of the gaps."""
    found: set[int] = set()
    for gap in gaps:
        first = round((_this_minute(now) - gap.start) / MINUTE)
        last = round((_this_minute(now) - (gap.end or now)) / MINUTE)
        found.update(range(max(0, last), min(HISTORY_MINUTES, first) + 1) if first > last else ())
    return found


def runs(minutes: set[int]) -> list[tuple[int, int]]:
    """Neighbouring minutes joined: {9, 8, 7, 3} -> [(9, 7), (3, 3)], oldest first."""
    found: list[tuple[int, int]] = []
    for minute in sorted(minutes, reverse=True):
        if found and found[-1][1] == minute + 1:
            found[-1] = (found[-1][0], minute)
        else:
            found.append((minute, minute))
    return found


def wall_figure(facts: WallFacts, room: str = "dark") -> Figure:
    """Six hours: the usual as a band, the seen as one line, the unknown hatched, the incident's start marked."""
    colours = ROOMS.get(room, ROOMS["dark"])
    unknown = unknown_minutes(facts)
    line = complaints_line(facts, unknown)
    band = [e for e in facts.expected if _minutes_before(facts, e.at) <= HISTORY_MINUTES]
    top = 1.15 * max([4.0, *(n for n in line if n is not None), *(e.high for e in band)])
    return {
        "data": [
            _band(facts, band, colours["band"]),
            _hatching(unknown, top, colours["blind"]),
            {
                "type": "scatter",
                "mode": "lines",
                "x0": -HISTORY_MINUTES,
                "dx": STEP_MINUTES,
                "y": line,
                "line": {"color": colours["seen"], "width": 9},
            },
            _last_point(line, colours["seen"]),
        ],
        "layout": {
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "showlegend": False,
            "xaxis": {"visible": False, "range": [-HISTORY_MINUTES, 6], "fixedrange": True},
            "yaxis": {"visible": False, "range": [-0.03 * top, round(top, 1)], "fixedrange": True},
            "shapes": _start_mark(facts, colours["storm"]),
        },
    }


def _minutes_before(facts: WallFacts, at: datetime) -> float:
    return (_this_minute(facts.now) - at) / MINUTE


def _this_minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)


def _band(facts: WallFacts, band: list[Expected], colour: str) -> Figure:
    """One closed shape: along the top, back along the bottom. The last value is carried to now."""
    xs = [-round(_minutes_before(facts, e.at)) for e in band]
    highs, lows = [round(e.high, 1) for e in band], [round(max(0.0, e.low), 1) for e in band]
    if xs and xs[-1] < 6:
        xs, highs, lows = [*xs, 6], [*highs, highs[-1]], [*lows, lows[-1]]
    return {
        "type": "scatter",
        "mode": "lines",
        "fill": "toself",
        "fillcolor": colour,
        "line": {"width": 0, "shape": "linear", "color": NO_EDGE},
        "x": xs + xs[::-1],
        "y": highs + lows[::-1],
    }


def _hatching(unknown: set[int], top: float, colour: str) -> Figure:
    xs: list[float | None] = []
    ys: list[float | None] = []
    height = round(top, 1)
    for oldest, newest in runs(unknown):
        left, right = -oldest - 0.5, -newest + 0.5
        xs += [left, right, right, left, left, None]
        ys += [0, 0, height, height, 0, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "fill": "toself",
        "line": {"width": 0, "color": NO_EDGE},
        "fillpattern": {"shape": "/", "fgcolor": colour, "bgcolor": "rgba(0,0,0,0)", "size": 26, "solidity": 0.18},
        "x": xs,
        "y": ys,
    }


def _last_point(line: list[int | None], colour: str) -> Figure:
    is_known = bool(line) and line[-1] is not None
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [0] if is_known else [],
        "y": [line[-1]] if is_known else [],
        "marker": {"color": colour, "size": 22},
        "cliponaxis": False,
    }


def _start_mark(facts: WallFacts, colour: str) -> list[Figure]:
    if facts.incident is None:
        return []
    minutes = _minutes_before(facts, facts.incident.opened_at)
    if not 0 <= minutes <= HISTORY_MINUTES:
        return []
    x = -round(minutes)
    line = {"color": colour, "width": 6, "dash": "14px,12px"}
    return [{"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper", "line": line}]
