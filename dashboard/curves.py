"""The curves of an incident: what was seen against the usual with all that happened on it, and how it spread.

Plain plotly dictionaries, as in figures.py, in the colours of the working pages.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dashboard import cards
from dashboard.cards import MINUTE, WINDOW_MINUTES
from dashboard.figures import Figure, plain
from dashboard.reader import Reader
from db.rows import Bucket, Expected, Gap, Mention, Scored

INK, SOFT, LINE = "#1c2127", "#5c6672", "#e3e0da"
DESK = {
    "band": "#d5e4ec",
    "seen": "#8f2a15",
    "storm": "#c23a22",
    "ok": "#1f7a5c",
    "watch": "#8a5c00",
    "blind": "#a7adb5",
}
FONT = {"family": '"Inter Variable", Inter, system-ui, sans-serif', "size": 13, "color": SOFT}
LONGEST_HOURS = 72
CLOSE = 0.05  # of the length of a curve: the words of two marks would stand on each other
HALF_A_DAY_MS = 12 * 3600 * 1000
SPREAD_KINDS = {"post": "circle", "reply": "circle", "quote": "diamond", "repost": "triangle-up", "ours": "square"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that happened, with its word, to stand on the curve."""

    at: datetime
    words: str
    kind: str = "storm"  # a colour of DESK


def rolling(buckets: Sequence[Bucket], start: datetime, end: datetime) -> list[tuple[datetime, int]]:
    """Complaints in the ten minutes up to each minute from `start` to `end`; at most three days, some 400 points, the
    highest among them."""
    counts = {b.minute: b.complaints for b in buckets}
    minutes = max(1, min(LONGEST_HOURS * 60, int((end - start) / MINUTE)))
    first = start.replace(second=0, microsecond=0)
    every = [counts.get(first + m * MINUTE, 0) for m in range(1 - WINDOW_MINUTES, minutes + 1)]
    points = [(first + m * MINUTE, sum(every[m : m + WINDOW_MINUTES])) for m in range(minutes + 1)]
    return highest(points, max(1, minutes // 400))


def highest(points: Sequence[tuple[datetime, int]], step: int) -> list[tuple[datetime, int]]:
    """Of each `step` points the highest, so that no peak falls between two that are drawn; and both ends."""
    tops = {max(range(a, min(a + step, len(points))), key=lambda n: points[n][1]) for a in range(0, len(points), step)}
    return [points[n] for n in sorted(tops | {0, len(points) - 1})]


def incident_figure(
    line: Sequence[tuple[datetime, int]],
    band: Sequence[Expected],
    gaps: Sequence[Gap],
    marks: Sequence[Mark],
    reader: Reader,
    sources: Sequence[str] = (),
    quiet: Sequence[tuple[datetime, datetime | None]] = (),
) -> Figure:
    """The curve of an incident with what happened on it. `gaps`: times in which a source saw nothing; the line has a
    hole where none of `sources` saw anything (none named: where any gap is). `quiet`: when the switch was on."""
    top = 1.25 * max([4.0, *(n for _, n in line), *(e.high for e in band)])
    start, end = (line[0][0], line[-1][0]) if line else (datetime.now(reader.zone),) * 2
    xs = [local(e.at, reader) for e in band]
    known = [(at, None if is_unknown(at, gaps, sources) else n) for at, n in line]
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "fill": "toself",
                "fillcolor": DESK["band"],
                "line": {"width": 0},
                "hoverinfo": "skip",
                "x": xs + xs[::-1],
                "y": [round(e.high, 1) for e in band] + [round(max(0.0, e.low), 1) for e in reversed(band)],
            },
            {
                "type": "scatter",
                "mode": "lines",
                "line": {"color": DESK["seen"], "width": 3},
                "x": [local(at, reader) for at, _ in known],
                "y": [n for _, n in known],
                "hovertemplate": reader.say("{n} complaints in 10 min", n="%{y}") + "<extra></extra>",
            },
        ],
        "layout": {
            "margin": {"l": 34, "r": 8, "t": 8, "b": 40},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": FONT,
            "showlegend": False,
            "hovermode": "x",
            "separators": separators(reader),
            "xaxis": {**_time_axis(reader), "range": [local(start, reader), local(end, reader)]},
            "yaxis": {"range": [0, round(top, 1)], "gridcolor": LINE, "nticks": 4, "zeroline": False},
            "shapes": [
                *_unseen(gaps, start, end, reader),
                *_quiet(quiet, start, end, reader),
                *(_stroke(mark, reader) for mark in marks),
            ],
            "annotations": [*_words_beside(marks, end - start, reader), *_usual_word(band, reader)],
        },
    }


def _time_axis(reader: Reader) -> Figure:
    """Plotly names months in English only: elsewhere the day is written in numbers."""
    axis: Figure = {"type": "date", "showgrid": False, "linecolor": LINE}
    if reader.language == "en":
        return axis
    within, beyond = {"dtickrange": [None, HALF_A_DAY_MS], "value": "%H:%M\n%d/%m/%Y"}, "%d/%m\n%Y"
    return {**axis, "tickformatstops": [within, {"dtickrange": [HALF_A_DAY_MS, None], "value": beyond}]}


def separators(reader: Reader) -> str:
    """The decimal mark, then what stands between thousands, as plotly wants them."""
    return ",\u202f" if reader.language == "fr" else ".\u202f"


def moment(reader: Reader) -> str:
    """Day and time of a point, for what is said on hovering."""
    return "%{x|%d %b %H:%M}: " if reader.language == "en" else "%{x|%d/%m %H:%M}\u202f: "


def local(at: datetime, reader: Reader) -> str:
    """As plotly wants it: the reader's own time, without a zone."""
    return at.astimezone(reader.zone).strftime("%Y-%m-%dT%H:%M:%S")


def is_unknown(at: datetime, gaps: Sequence[Gap], sources: Sequence[str]) -> bool:
    dark = {gap.source for gap in gaps if gap.start <= at and (gap.end is None or at < gap.end)}
    return bool(dark) and dark >= set(sources)


def _unseen(gaps: Sequence[Gap], start: datetime, end: datetime, reader: Reader) -> list[Figure]:
    return [
        {
            "type": "rect",
            "x0": local(max(gap.start, start), reader),
            "x1": local(min(gap.end or end, end), reader),
            "y0": 0,
            "y1": 1,
            "yref": "paper",
            "line": {"width": 0},
            "fillcolor": "rgba(167,173,181,0.35)",
            "label": {"text": reader.say("not seen"), "font": {"size": 13, "color": SOFT}},
        }
        for gap in gaps
    ]


def _quiet(
    periods: Sequence[tuple[datetime, datetime | None]], start: datetime, end: datetime, reader: Reader
) -> list[Figure]:
    """A strip along the foot while the quiet switch was on."""
    return [
        {
            "type": "rect",
            "x0": local(max(since, start), reader),
            "x1": local(min(until or end, end), reader),
            "y0": 0,
            "y1": 0.07,
            "yref": "paper",
            "line": {"width": 0},
            "fillcolor": "rgba(31,122,92,0.28)",
            "label": {"text": reader.say("quiet"), "font": {"size": 13, "color": DESK["ok"]}},
        }
        for since, until in periods
        if since < end and (until is None or until > start)
    ]


def _stroke(mark: Mark, reader: Reader) -> Figure:
    x = local(mark.at, reader)
    line = {"color": DESK.get(mark.kind, SOFT), "width": 1.5, "dash": "4px,3px"}
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper", "line": line}


def _words_beside(marks: Sequence[Mark], length: timedelta, reader: Reader) -> list[Figure]:
    """Each word beside its mark; marks that are close get a row of their own, so that no word covers another."""
    found: list[Figure] = []
    rows: list[datetime] = []  # where the last word of each row ends
    for mark in together(marks, length):
        width = length * (0.012 * len(mark.words) + 0.02)
        row = next((n for n, until in enumerate(rows) if mark.at - width >= until), len(rows))
        rows[row : row + 1] = [mark.at]
        found.append(
            {
                "x": local(mark.at, reader),
                "y": 1 - 0.085 * min(row, 7),
                "yref": "paper",
                "text": plain(mark.words, 30),
                "showarrow": False,
                "xanchor": "right",
                "yanchor": "top",
                "xshift": -3,
                "bgcolor": "#fff",
                "font": {"color": DESK.get(mark.kind, SOFT), "size": 13},
            }
        )
    return found


def together(marks: Sequence[Mark], length: timedelta) -> list[Mark]:
    """By time; of marks in a row that say the same and stand close, the first with their number."""
    found: list[tuple[Mark, datetime, int]] = []  # the first, when the last was, how many
    for mark in sorted(marks, key=lambda m: m.at):
        if found and found[-1][0].words == mark.words and mark.at - found[-1][1] <= CLOSE * length:
            found[-1] = (found[-1][0], mark.at, found[-1][2] + 1)
        else:
            found.append((mark, mark.at, 1))
    return [replace(first, words=f"{first.words} ×{n}") if n > 1 else first for first, _, n in found]


def _usual_word(band: Sequence[Expected], reader: Reader) -> list[Figure]:
    if not band:
        return []
    first = band[0]
    at = {"x": local(first.at, reader), "xanchor": "left", "y": round(first.high, 1), "yanchor": "bottom"}
    return [at | {"text": reader.say("usual"), "showarrow": False, "font": {"color": "#2c5366", "size": 13}}]


def trial_figure(
    hours: Sequence[tuple[datetime, int]],
    lanes: Sequence[tuple[str, Sequence[tuple[datetime, bool, str]]]],
    start: datetime,
    end: datetime,
    reader: Reader,
) -> Figure:
    """Complaints per hour over many days, and under it a lane of alarms for each set of rules.

    `lanes`: words, then (when, whether a storm, what it said) of each alarm: a filled square, or a ring for a watch.
    """
    top = max([4, *(n for _, n in hours)])
    step = 0.16 * top
    points: list[Figure] = []
    words: list[Figure] = []
    for row, (title, alarms) in enumerate(lanes):
        y = -step * (row + 1)
        points.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [local(at, reader) for at, _, _ in alarms],
                "y": [y] * len(alarms),
                "text": [plain(said, 100) for _, _, said in alarms],
                "hovertemplate": moment(reader) + "%{text}<extra></extra>",
                "marker": {
                    "symbol": ["square" if is_storm else "circle-open" for _, is_storm, _ in alarms],
                    "size": 11,
                    "color": [DESK["storm"] if is_storm else DESK["watch"] for _, is_storm, _ in alarms],
                    "line": {"width": 2.5},
                },
                "cliponaxis": False,
            }
        )
        words.append(
            {
                "x": 0, "xref": "paper", "xanchor": "left", "y": y, "text": plain(title, 60), "showarrow": False,
                "font": {"size": 13, "color": INK}, "bgcolor": "rgba(255,255,255,0.85)",
            }
        )  # fmt: skip
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": [local(at, reader) for at, _ in hours],
        "y": [n for _, n in hours],
        "line": {"color": DESK["seen"], "width": 1.5},
        "hovertemplate": moment(reader) + reader.say("{n} complaints in an hour", n="%{y}") + "<extra></extra>",
    }
    return {
        "data": [line, *points],
        "layout": {
            "margin": {"l": 34, "r": 12, "t": 8, "b": 32},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": FONT,
            "showlegend": False,
            "separators": separators(reader),
            "hovermode": "closest",
            "xaxis": {**_time_axis(reader), "range": [local(start, reader), local(end, reader)]},
            "yaxis": {
                "range": [-step * (len(lanes) + 0.8), 1.1 * top],
                "gridcolor": LINE,
                "zeroline": False,
                "tickmode": "array",
                "tickvals": [0, top],
            },
            "annotations": words,
        },
    }


def spread_figure(found: Sequence[Scored], reader: Reader) -> Figure:
    """How it spread: each post at its time, the higher the later in its own branch, joined to what it answers.

    Shapes say how: circle a reply, diamond a quote, triangle a repost, square one of ours. Size: followers.
    """
    ordered = sorted(found, key=lambda s: s.mention.created_at)
    height = {each.mention.id: n for n, each in enumerate(ordered)}
    edges_x: list[str | None] = []
    edges_y: list[int | None] = []
    for each in ordered:
        parent = next((p for p in parents(each.mention) if p in height and p != each.mention.id), None)
        if parent is not None:
            origin = ordered[height[parent]].mention
            edges_x += [local(origin.created_at, reader), local(each.mention.created_at, reader), None]
            edges_y += [height[parent], height[each.mention.id], None]
    kinds = [kind_of(each.mention) for each in ordered]
    colours = [
        DESK["ok"] if k == "ours" else DESK["storm"] if e.is_complaint else SOFT
        for k, e in zip(kinds, ordered, strict=True)
    ]
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "x": edges_x,
                "y": edges_y,
                "line": {"color": LINE, "width": 1},
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": [local(e.mention.created_at, reader) for e in ordered],
                "y": list(range(len(ordered))),
                "text": [plain(cards.quote(e.mention.text, 70)) for e in ordered],
                "hovertemplate": "%{text}<extra></extra>",
                "marker": {
                    "symbol": [SPREAD_KINDS[k] for k in kinds],
                    "size": [7 + 3 * min(6.0, math.log10(1 + (e.mention.followers or 0))) for e in ordered],
                    "color": colours,
                    "opacity": 0.85,
                    "line": {"width": 0},
                },
            },
        ],
        "layout": {
            "margin": {"l": 8, "r": 8, "t": 8, "b": 40},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": FONT,
            "showlegend": False,
            "separators": separators(reader),
            "hovermode": "closest",
            "xaxis": _time_axis(reader),
            "yaxis": {"visible": False, "autorange": "reversed"},
        },
    }


def colour_of(scored: Scored) -> str:
    if scored.mention.is_own:
        return DESK["ok"]
    return DESK["storm"] if scored.is_complaint else SOFT


def parents(mention: Mention) -> tuple[str, ...]:
    """What it hangs on directly, the nearest first."""
    found = (mention.in_reply_to, mention.quote_of, mention.repost_of, mention.conversation_id)
    return tuple(each for each in found if each)


def kind_of(mention: Mention) -> str:
    if mention.is_own:
        return "ours"
    if mention.repost_of:
        return "repost"
    if mention.quote_of:
        return "quote"
    return "post" if mention.root == mention.id else "reply"
