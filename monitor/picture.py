"""The chart of a letter: complaints in ten minutes against the band of the usual, as a PNG.

Same colours and words as the wall. No pyplot: nothing global is touched. matplotlib is slow to import, so only
the notify process imports this module, and only when a letter leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from io import BytesIO
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import DateFormatter, HourLocator, date2num
from matplotlib.figure import Figure

from db.rows import Bucket, Expected, Gap
from monitor.letter import Setting, usual
from monitor.phrases import phrases

PAPER, BAND, SEEN, STORM, UNSEEN, WORDS, FAINT = (
    "#171b22",
    "#2c5366",
    "#ffd7c9",
    "#ff7a59",
    "#a7adb5",
    "#f4f5f7",
    "#b5bfcc",
)
HOURS = 6
WINDOW = timedelta(minutes=10)
SIZE = (7.2, 3.9)  # inches at 100 dpi: 720 x 390 pixels, twice the width of a telephone


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the chart shows: the complaints of the ten minutes before each moment, and the usual."""

    times: tuple[datetime, ...]
    complaints: tuple[int, ...]
    expected: tuple[Expected, ...]
    gaps: tuple[Gap, ...] = ()
    alarm_at: datetime | None = None

    @property
    def now(self) -> int:
        return self.complaints[-1] if self.complaints else 0

    @property
    def usual(self) -> float | None:
        """None: not known yet."""
        return self.expected[-1].middle if self.expected else None


def count(
    buckets: Sequence[Bucket],
    expected: Sequence[Expected],
    now: datetime,
    *,
    gaps: Sequence[Gap] = (),
    alarm_at: datetime | None = None,
) -> Seen:
    """The last six hours, one point every two minutes. Minutes without a bucket count as zero, gaps aside."""
    end = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    start = end - timedelta(hours=HOURS)
    per_minute = {bucket.minute: bucket.complaints for bucket in buckets}
    times = tuple(start + timedelta(minutes=step) for step in range(0, HOURS * 60 + 1, 2))
    sums = tuple(sum(per_minute.get(at - timedelta(minutes=m), 0) for m in range(1, 11)) for at in times)
    band = tuple(sorted((row for row in expected if start <= row.at <= end), key=lambda row: row.at))
    inside = tuple(gap for gap in gaps if gap.start < end and (gap.end is None or gap.end > start))
    return Seen(times=times, complaints=sums, expected=band, gaps=inside, alarm_at=alarm_at)


def title(seen: Seen, words: Mapping[str, str]) -> str:
    """ "37 complaints in 10 min, usually 2"."""
    if seen.usual is None:
        return words["chart alone"].format(seen=seen.now)
    return words["chart"].format(seen=seen.now, usual=usual(seen.usual, words))


def in_words(seen: Seen, setting: Setting) -> str:
    """The chart for those who do not see it."""
    words = phrases(setting.language)
    start, end = (f"{at.astimezone(setting.zone):%H:%M}" for at in (seen.times[0], seen.times[-1]))
    return words["chart words"].format(start=start, end=end, title=title(seen, words))


@lru_cache(maxsize=8)
def draw(seen: Seen, setting: Setting) -> bytes:
    """The PNG; several people told in the same minute get the same one.

    The top of the scale is never below the band, so a quiet day looks quiet.
    """
    words = phrases(setting.language)
    figure = Figure(figsize=SIZE, dpi=100, facecolor=PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.045, 0.14, 0.91, 0.66), facecolor=PAPER)
    top = max(4.0, *seen.complaints, *(row.high for row in seen.expected)) * 1.12
    if seen.expected:
        _band(axes, seen, words, top)
    start, end = _number(seen.times[0]), _number(seen.times[-1])
    for gap in seen.gaps:
        axes.axvspan(
            max(_number(gap.start), start),
            min(_number(gap.end or seen.times[-1]), end),
            facecolor="none",
            edgecolor=UNSEEN,
            hatch="//",
            linewidth=0,
            alpha=0.6,
        )
    times = [_number(at) for at in seen.times]
    axes.plot(times, seen.complaints, color=SEEN, linewidth=3.2, solid_capstyle="round", solid_joinstyle="round")
    # A point at the end: a storm that has just begun is a thin line at the edge.
    axes.plot(times[-1:], seen.complaints[-1:], color=SEEN, marker="o", markersize=10, zorder=5, clip_on=False)
    if seen.alarm_at is not None and seen.times[0] <= seen.alarm_at <= seen.times[-1]:
        _alarm(axes, seen, seen.alarm_at, setting, words, top)
    axes.set_xlim(start, end + (end - start) * 0.015)
    axes.set_ylim(0, top)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(HourLocator(tz=setting.zone))
    axes.xaxis.set_major_formatter(DateFormatter("%H:%M", tz=setting.zone))
    axes.tick_params(axis="x", colors=FAINT, labelsize=15, length=0, pad=6)
    for spine in axes.spines.values():
        spine.set_visible(False)
    figure.text(0.045, 0.875, title(seen, words), color=WORDS, fontsize=19, fontweight="bold", va="center")
    out = BytesIO()
    figure.savefig(out, format="png", facecolor=PAPER, metadata={"Software": None})
    return out.getvalue()


def _number(at: datetime) -> float:
    """A time as matplotlib counts it: days since 1970."""
    return float(date2num(at))


def _band(axes: Any, seen: Seen, words: Mapping[str, str], top: float) -> None:
    times = [_number(row.at) for row in seen.expected]
    low, high = [row.low for row in seen.expected], [row.high for row in seen.expected]
    axes.fill_between(times, low, high, color=BAND, linewidth=0)
    # Above the line as well as above the band, or the two write over each other.
    first = len(seen.times) // 5
    clear = max(high[0], *seen.complaints[:first])
    place = _number(seen.times[len(seen.times) // 40])
    axes.text(place, clear + top * 0.04, words["band"], color=FAINT, fontsize=15, va="bottom", ha="left")


def _alarm(axes: Any, seen: Seen, at: datetime, setting: Setting, words: Mapping[str, str], top: float) -> None:
    axes.axvline(_number(at), color=STORM, linewidth=2, linestyle=(0, (3, 3)))
    label = words["alarm"].format(at=f"{at.astimezone(setting.zone):%H:%M}")
    axes.annotate(
        label,
        (_number(at), top),
        xytext=(-8, -4),
        textcoords="offset points",
        color=STORM,
        fontsize=15,
        va="top",
        ha="right",
    )
