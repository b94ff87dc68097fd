"""Health: what is seen, what leaves the house, what runs; in words, with the time of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dash import Dash, Input, Output, dcc, html

from dashboard import cards
from dashboard.pages.frame import Children, Desk, since
from dashboard.reader import Reader
from dashboard.sections import html_table
from dashboard.still import still
from db.rows import Bucket, DeadLetter, Gap, Notification, Process, SourceHealth
from monitor import house, tags
from monitor.spending import Spending, spending

REFRESH_MS = 5000
DAY = timedelta(days=1)
PAID = ("x",)  # networks that ask for money by the post


def layout(desk: Desk) -> list[Any]:
    return [
        html.H2(desk.reader.say("Health")),
        html.P(desk.reader.say("What Smoulder sees, what leaves the house, what runs."), className="soft"),
        html.Div(id="health-body"),
        dcc.Interval(id="health-interval", interval=REFRESH_MS),
    ]


def register(app: Dash, desk: Desk, guarded: Callable[..., Any]) -> None:
    @guarded("viewer", Output("health-body", "children"), Input("health-interval", "n_intervals"))
    def refresh(_n: Any) -> Any:
        return desk.shared.get(("health page", desk.reader), lambda: still(body(desk)))


def body(desk: Desk) -> list[Any]:
    store, now, reader = desk.store, desk.clock(), desk.reader
    return [
        *sources(store.source_health(), reader, measures(desk)),
        *gaps(store.gaps(now - DAY, now), reader, now, has_sources=bool(store.source_health())),
        *rates({brand: store.buckets(brand, now - DAY, now) for brand in desk.brands()}, reader, now),
        *processes(store.processes(), reader, now),
        *outbox(store.notifications(limit=8), reader, now),
        *dead_letters(store.dead_letters(limit=5), reader, now),
        *numbers(desk.slow.get("counts", store.counts), {**model(desk), **store.versions()}, store.disk(), reader),
    ]


def table(head: Sequence[str], rows: Sequence[Sequence[Children]], empty: str) -> Children:
    if not rows:
        return html.P(empty, className="soft")
    return html_table(head, rows)


def badge(words: str, kind: str) -> html.Span:
    """State by word, shape and colour."""
    return html.Span([html.I(className=f"mark {kind}"), words], className=f"badge {kind}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What is counted of one source. `unseen`: of the last day."""

    an_hour: int = 0
    unseen: timedelta = timedelta(0)
    spending: Spending | None = None


def measures(desk: Desk) -> dict[str, Measure]:
    """By source: its rate, the time in which it saw nothing, and what it costs."""
    store, now = desk.store, desk.clock()
    rates: dict[str, int] = desk.slow.get("rates", lambda: last_hour(desk))
    gaps, cursors = store.gaps(now - DAY, now), store.cursors()
    return {
        row.source: Measure(
            an_hour=rates.get(row.source, 0),
            unseen=unseen([g for g in gaps if g.source == row.source], now),
            spending=spending(
                desk.config.sources.get(row.source), cursors.get(row.source), now, tags.spent(store, f"{now:%Y-%m-%d}")
            ),
        )
        for row in store.source_health()
    }


def last_hour(desk: Desk) -> dict[str, int]:
    now, found = desk.clock(), Counter[str]()
    for brand in desk.brands():
        for hour in desk.store.spread(brand, now - timedelta(hours=1), now + timedelta(minutes=1)):
            found[hour.source] += hour.posts
    return dict(found)


def unseen(gaps: Sequence[Gap], now: datetime) -> timedelta:
    """How much of the last day lies in these gaps; those of one source do not overlap."""
    return sum((min(g.end or now, now) - max(g.start, now - DAY) for g in gaps), timedelta(0))


def sources(rows: Sequence[SourceHealth], reader: Reader, measured: Mapping[str, Measure] | None = None) -> list[Any]:
    say, known = reader.say, measured or {}
    head = [say("Source"), say("State"), say("Newest datum"), say("Newest post"), say("Posts in an hour"),
            say("Not seen in a day"), say("Received"), say("Quota and spend")]  # fmt: skip
    body = [
        [
            html.B(cards.name_of(s.source)),
            [
                badge(say(s.state), cards.source_kind(s)),
                html.Div(s.detail, className="soft small") if s.detail else None,
                html.Div(say("tries again at {at}", at=reader.clock(s.retry_at)), className="soft small")
                if s.retry_at
                else None,
            ],
            since(s.last_data_at) if s.last_data_at else say("none yet"),
            since(s.last_mention_at) if s.last_mention_at else say("none yet"),
            reader.number(known.get(s.source, Measure()).an_hour),
            reader.span(lost) if (lost := known.get(s.source, Measure()).unseen) else say("nothing"),
            [
                reader.number(s.received),
                html.Div(reader.count(s.rejected, "{n} unreadable", "{n} unreadable"), className="soft small")
                if s.rejected
                else None,
            ],
            quota(s.source, known.get(s.source, Measure()), reader),
        ]
        for s in cards.worst_first(rows)
    ]
    empty = say("No source is set up: Smoulder sees nothing. Add one to the configuration file.")
    return [html.H3(say("Sources")), table(head, body, empty)]


def quota(source: str, measured: Measure, reader: Reader) -> Children:
    """What was read and paid today, and when the cap is reached at this pace; of a source that costs nothing, so."""
    say, found = reader.say, measured.spending
    if found is None and source in PAID:
        return html.Span(say("what it costs is not known: it is not set up here any more"), className="soft")
    if found is None:
        words = reader.count(
            measured.an_hour,
            "no paid quota; {n} post in the last hour",
            "no paid quota; {n} posts in the last hour",
        )
        return html.Span(words, className="soft")
    words = say(
        "${dollars} of ${most} today, {n} of {all} posts",
        dollars=reader.decimal(found.dollars, 2),
        most=f"{found.most_dollars:.0f}",
        n=reader.number(found.posts),
        all=reader.number(found.most_posts),
    )
    month = say("about ${dollars} a month at this pace", dollars=f"{found.a_month:.0f}")
    notes = [html.Div(month, className="soft small")]
    if found.dry_at is not None and found.posts >= found.most_posts:
        stopped = say("the cap is reached: it reads nothing until midnight UTC") if found.stops else say("over the cap")
        notes.insert(0, badge(stopped, "down"))
    elif found.dry_at is not None:
        notes.insert(0, badge(say("runs dry at {at}", at=reader.stamp(found.dry_at)), "late"))
    return [words, *notes]


def gaps(rows: Sequence[Gap], reader: Reader, now: datetime, *, has_sources: bool = True) -> list[Any]:
    """Times that are unknown, not zero."""
    say = reader.say
    body = [
        [
            html.B(cards.name_of(g.source)),
            reader.clock_or_day(g.start, now),
            reader.clock_or_day(g.end, now) if g.end else badge(say("it lasts"), "down"),
            reader.span((g.end or now) - g.start),
            g.reason,
        ]
        for g in rows
    ]
    head = [say("Source"), say("From"), say("Until"), say("Length"), say("Why")]
    none = say("Everything was seen.") if has_sources else say("Nothing was seen: there was nothing to see with.")
    return [html.H3(say("Not seen in the last day")), table(head, body, none)]


def rates(by_brand: dict[str, list[Bucket]], reader: Reader, now: datetime) -> list[Any]:
    say, hour = reader.say, now - timedelta(hours=1)
    body = []
    for brand, buckets in by_brand.items():
        late = [b for b in buckets if b.minute >= hour]
        waiting = sum(b.mentions - b.scored for b in buckets)
        body.append(
            [
                html.B(brand),
                reader.number(sum(b.mentions for b in late)),
                reader.number(sum(b.complaints for b in late)),
                reader.number(sum(b.mentions for b in buckets)),
                badge(reader.number(waiting), "late") if waiting else reader.number(0),
            ]
        )
    head = [say("Brand"), say("Posts in an hour"), say("Complaints"), say("Posts in a day"), say("Not scored")]
    return [html.H3(say("Rates")), table(head, body, say("No brand is set up."))]


def processes(rows: Sequence[Process], reader: Reader, now: datetime) -> list[Any]:
    say = reader.say
    body = []
    tasks = {"collect": say("reads and judges"), "notify": say("sends alerts"), "serve": say("shows these pages")}
    for name, task in tasks.items():
        row = cards.process(rows, name)
        if row is None:
            body.append([html.B(name), task, badge(say("never ran"), "down"), "", ""])
            continue
        is_alive = now - row.beat_at <= cards.BLIND_AFTER
        state = badge(say("runs"), "ok") if is_alive else badge(say("not running"), "down")
        if is_alive and row.is_broken:
            state = badge(say("in trouble"), "late")
        body.append([html.B(name), task, [state, small(row.note)], since(row.beat_at), row.version])
    head = [say("Process"), say("Its work"), say("State"), say("Last sign"), say("Version")]
    return [html.H3(say("Processes")), table(head, body, "")]


def small(words: str) -> Children:
    return html.Div(words, className="soft small") if words else None


def outbox(rows: Sequence[Notification], reader: Reader, now: datetime) -> list[Any]:
    say = reader.say
    body = [
        [reader.clock_or_day(n.created_at, now), say(n.reason), n.recipient, n.channel, _sent(n, reader, now)]
        for n in rows
    ]
    head = [say("Decided"), say("Why"), say("To"), say("By"), say("What became of it")]
    return [html.H3(say("Alerts")), table(head, body, say("No alert has been needed yet."))]


def _sent(n: Notification, reader: Reader, now: datetime) -> Children:
    if n.sent_at is not None:
        return badge(reader.say("sent {at}", at=reader.clock_or_day(n.sent_at, now)), "ok")
    if n.failed_at is not None:
        return [badge(reader.say("given up"), "down"), small(n.error)]
    words = reader.count(n.attempts, "tried once", "tried {n} times") if n.attempts else reader.say("to be sent")
    return [badge(words, "late"), small(n.error)]


def dead_letters(rows: Sequence[DeadLetter], reader: Reader, now: datetime) -> list[Any]:
    if not rows:
        return []
    say = reader.say
    body = [[reader.clock_or_day(d.received_at, now), cards.name_of(d.source), d.reason] for d in rows]
    return [html.H3(say("Unreadable deliveries")), table([say("When"), say("Source"), say("What was wrong")], body, "")]


def model(desk: Desk) -> dict[str, str]:
    """Which model scores, or what is wrong with it, as one of the versions."""
    folder = desk.config.data_dir
    words, trouble = house.words(folder, house.stamp(folder))
    return {"scoring model": words} | ({"warning": trouble} if trouble else {})


def numbers(counts: dict[str, int], versions: dict[str, str], disk: tuple[int, int], reader: Reader) -> list[Any]:
    say = reader.say
    free, total = (size / 2**30 for size in disk)
    warning = versions.get("warning")
    kept = ", ".join(f"{reader.number(n)} {say(name.replace('_', ' '))}" for name, n in counts.items())
    made = ", ".join(f"{name} {number}" for name, number in versions.items() if name != "warning")
    return [
        html.H3(say("Kept")),
        html.P(kept or say("Nothing yet.")),
        html.P(say("{free} GB of {total} GB free", free=reader.decimal(free), total=f"{total:.0f}") if total else None),
        html.P(made, className="soft small"),
        html.P(warning, className="trouble", role="alert") if warning else None,
    ]
