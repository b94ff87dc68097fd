"""All incidents: half a year of days, a table with how long each step took, and two of them side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qs

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html

from dashboard import cards, telling
from dashboard.pages import replybox
from dashboard.pages.frame import Children, Desk
from dashboard.reader import Reader
from dashboard.sections import html_table, named_row
from dashboard.still import still, written
from db.rows import Action, Incident
from monitor import review
from monitor.answer import sixrules
from monitor.durations import NAMES, Durations
from monitor.review import Study

LISTED = 500  # at once; older ones are a page further
CALENDAR = 5000  # of half a year; days before the oldest of so many are said not to be counted
ROWS = 20  # of the table at once
LOOKS = 40  # posts of ours read for an apology with one look at the list; what was read is remembered
WEEKS = 26


def layout(desk: Desk, search: str = "") -> list[Any]:
    """`search`: "?before=12" shows those that are older than that incident."""
    reader, now, say = desk.reader, desk.clock(), desk.reader.say
    before = before_of(parse_qs(search.removeprefix("?")).get("before", [""])[-1])
    found = listed(desk, before)
    head = [html.H2(say("Incidents"))]
    if not found and before is None:
        return [*head, html.P(say("There has been no incident. That is good news, or too little to see."))]
    todo = desk.store.actions()
    recent = desk.store.incidents(since=first_day(reader, now), limit=CALENDAR)
    still_open = desk.store.incidents(is_open=True)
    shown = found[:LISTED]
    return [
        *head,
        html.P(summary(recent, len(still_open), reader, now), className="soft"),
        still(calendar(recent, reader, now, is_cut=len(recent) == CALENDAR)),
        still(still_to_do(todo, reader, now)),
        html.H3(say("All of them") if before is None and len(found) <= LISTED else say("A part of them")),
        part_of(found, before, reader),
        table(look(shown, took_by(desk, shown), None, Place(before=before), reader), reader),
        html.H3(say("Two side by side")),
        *compare_skeleton(shown, reader),
    ]


def listed(desk: Desk, before: int | None) -> list[Incident]:
    """Those of the table, and one more when there are older ones still."""
    return desk.store.incidents(before=before, limit=LISTED + 1)


def before_of(data: Any) -> int | None:
    """By what the address or the browser says, which may be anything."""
    text = str(data)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def part_of(found: Sequence[Incident], before: int | None, reader: Reader) -> Children:
    """What stands in the table when it is not all, and the way to the others."""
    if before is None and len(found) <= LISTED:
        return None
    say = reader.say
    shown = found[:LISTED]
    words = say("There is none before incident {n}.", n=before)
    if shown:
        words = say(
            "Here stand, and are searched, those from {first} to {last}.",
            first=_whole_day(shown[-1].opened_at, reader),
            last=_whole_day(shown[0].opened_at, reader),
        )
    ways: list[Any] = [words]
    if len(found) > LISTED:
        ways += [" ", dcc.Link(say("Older ones"), href=f"/review?before={shown[-1].id}")]
    if before is not None:
        ways += [" ", dcc.Link(say("The newest"), href="/review")]
    return html.P(ways, className="soft")


def _whole_day(at: datetime, reader: Reader) -> str:
    return f"{reader.day(at)} {at.astimezone(reader.zone).year}"


def summary(found: Sequence[Incident], still_open: int, reader: Reader, now: datetime) -> str:
    """ "12 in the last month, 2 of them storms, 1 still open": a sentence instead of a row of tiles."""
    month = [i for i in found if now - i.opened_at <= timedelta(days=30)]
    storms = sum(i.peak_severity == "storm" for i in month)
    words = reader.count(len(month), "{n} in the last month", "{n} in the last month")
    words += ", " + reader.count(storms, "{n} of them a storm", "{n} of them storms")
    return words + ", " + reader.count(still_open, "{n} still open", "{n} still open")


def first_monday(reader: Reader, now: datetime) -> date:
    today = now.astimezone(reader.zone).date()
    return today - timedelta(days=today.weekday() + 7 * (WEEKS - 1))


def first_day(reader: Reader, now: datetime) -> datetime:
    """When the calendar begins."""
    return datetime.combine(first_monday(reader, now), time(), reader.zone)


def calendar(found: Sequence[Incident], reader: Reader, now: datetime, *, is_cut: bool = False) -> Children:
    """Half a year of days, a column a week: what began on each, by shape and colour, said in its title.

    `is_cut`: there are more; of the days up to that of the oldest in `found` it is not known what else began.
    """
    by_day: dict[date, list[Incident]] = {}
    for incident in found:
        by_day.setdefault(incident.opened_at.astimezone(reader.zone).date(), []).append(incident)
    today, monday = now.astimezone(reader.zone).date(), first_monday(reader, now)
    known_from = min(by_day) + timedelta(days=1) if is_cut else monday
    weeks = []
    for week in range(WEEKS):
        first = monday + timedelta(days=7 * week)
        days = [first + timedelta(days=n) for n in range(7)]
        month = reader.month(first) if first.day <= 7 else ""
        cells = [_day(day, by_day.get(day, []), reader, is_known=day >= known_from) for day in days if day <= today]
        weeks.append(html.Li([html.Span(month, className="month"), *cells]))
    return html.Div(
        [
            html.Ol(weeks, className="calendar", **{"aria-label": reader.say("Incidents by day")}),
            html.P(
                [
                    html.I(className="day storm"), f" {reader.say('storm')}  ",
                    html.I(className="day watch"), f" {reader.say('watch')}  ",
                    html.I(className="day"), f" {reader.say('no incident began')}",
                    *([html.I(className="day unknown"), f" {reader.say('not counted: too many')}"] if is_cut else []),
                ],
                className="soft small legend",
            ),
        ],
        className="months",
    )  # fmt: skip


def _day(day: date, found: Sequence[Incident], reader: Reader, *, is_known: bool = True) -> Children:
    when = reader.day(datetime(day.year, day.month, day.day, 12, tzinfo=reader.zone))
    if not is_known:
        return html.Span(className="day unknown", title=f"{when}: {reader.say('not counted: too many')}")
    if not found:
        return html.Span(className="day", title=when)
    worst = max(found, key=lambda i: (i.peak_severity == "storm", i.opened_at))
    words = ", ".join(cards.quote(cards.title(i, reader), 60) for i in found[:3])
    label = f"{when}: {reader.say(worst.peak_severity)}, {words}"
    return dcc.Link(
        html.Span(label, className="unseen"),
        href=f"/review/{worst.id}",
        className=f"day {worst.peak_severity}",
        title=label,
    )


def still_to_do(found: Sequence[Action], reader: Reader, now: datetime) -> Children:
    """What earlier reviews decided and nobody has done yet."""
    if not found:
        return None
    say = reader.say
    rows = []
    for each in found[:8]:
        until = reader.calendar_day(each.due_on) if each.due_on else say("no date")
        is_late = each.due_on is not None and each.due_on < now.astimezone(reader.zone).date()
        when = say("{day}, late", day=until) if is_late else until
        link = dcc.Link(say("Incident {n}", n=each.incident_id), href=f"/review/{each.incident_id}")
        kind = html.Span([html.I(className="mark late"), when], className="badge late") if is_late else when
        rows.append([link, html.Bdi(each.words), each.owner or say("nobody yet"), kind])
    title = reader.count(len(found), "{n} thing is still to be done", "{n} things are still to be done")
    return html.Div([html.H3(title), html_table((say("From"), say("What"), say("Whose"), say("Until")), rows)])


COLUMNS = ("id", "opened", "brand", "peak", "title", "owner", *NAMES, "state")
FIRST_DOWN = ("id", "opened", *NAMES)  # the newest, the longest first; words from A on


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is in the table."""

    by: str = "opened"
    is_down: bool = True
    first: int = 0
    before: int | None = None  # of those that are older than this incident

    def as_data(self) -> list[Any]:
        return [self.by, self.is_down, self.first, self.before]


def place_of(data: Any) -> Place:
    """By what the browser sent, which may be anything."""
    if not (isinstance(data, list) and len(data) == 4 and data[0] in COLUMNS):
        return Place()
    is_number = isinstance(data[2], int) and not isinstance(data[2], bool) and 0 <= data[2] < LISTED
    return Place(by=data[0], is_down=data[1] is True, first=data[2] if is_number else 0, before=before_of(data[3]))


def moved(place: Place, pressed: str) -> Place:
    """`pressed`: "back", "next", "by-…" of a column, or anything else: to the beginning."""
    if pressed in ("back", "next"):
        return replace(place, first=max(0, place.first + (ROWS if pressed == "next" else -ROWS)))
    name = pressed.removeprefix("by-")
    if name not in COLUMNS:
        return replace(place, first=0)
    return replace(place, by=name, is_down=not place.is_down if name == place.by else name in FIRST_DOWN, first=0)


def table(shown: Shown, reader: Reader) -> html.Div:
    """Twenty rows at a time; a press on a heading sorts by it."""
    say = reader.say
    heads = [
        html.Th(html.Button(words, id=f"past-by-{name}", n_clicks=0, className="plain"), scope="col")
        for name, words in headings(reader).items()
    ]
    return html.Div(
        [
            html.Div(
                [
                    replybox.label("past-words", say("Find an incident")),
                    dcc.Input(
                        id="past-words", type="search", placeholder=say("Find an incident"), debounce=0.3,
                        maxLength=200, value="",
                    ),
                    html.Span(shown.where, id="past-where", className="soft small", role="status"),
                    html.Button(say("Back"), id="past-back", n_clicks=0, className="plain", disabled=shown.is_first),
                    html.Button(say("Next"), id="past-next", n_clicks=0, className="plain", disabled=shown.is_last),
                ],
                className="acts",
            ),
            html.Div(
                html.Table(
                    [html.Thead(html.Tr(heads)), html.Tbody(id="past-rows", **{"data-still": written(shown.rows)})]
                ),
                className="scroll folds past",
                tabIndex=0,
            ),
            dcc.Store(id="past-place", data=shown.place.as_data()),
        ]
    )  # fmt: skip


def headings(reader: Reader) -> dict[str, str]:
    say = reader.say
    words = (
        say("No."), say("Began"), say("Brand"), say("At worst"), say("What it was about"), say("Whose"),
        say("Noticed"), say("Taken"), say("Heard"), say("Apology"), say("Calm"), say("State"),
    )  # fmt: skip
    return dict(zip(COLUMNS, words, strict=True))


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in the table now, in the order of the outputs."""

    rows: Any
    where: str
    is_first: bool
    is_last: bool
    place: Place


def look(found: Sequence[Incident], took: dict[int, Durations], words: Any, place: Place, reader: Reader) -> Shown:
    """Those in which all of the words stand, from this place on."""
    asked = words.casefold().split()[:20] if isinstance(words, str) else []
    rows = [line(i, took.get(i.id, Durations()), reader) for i in found]
    kept = [row for row in rows if all(word in row["all"] for word in asked)]
    # What is not known stands last, whichever way it is sorted.
    known = [row for row in kept if row[place.by] not in (None, "")]
    known.sort(key=lambda row: row[place.by], reverse=place.is_down)
    kept = known + [row for row in kept if row[place.by] in (None, "")]
    first = place.first if place.first < len(kept) else 0
    part = kept[first : first + ROWS]
    where = reader.say("{a} to {b} of {n}", a=first + 1, b=first + len(part), n=len(kept)) if part else ""
    column = headings(reader)[place.by]
    falling, rising = "by “{column}”, falling", "by “{column}”, rising"
    where += ", " + reader.say(falling if place.is_down else rising, column=column) if part else ""
    head, none = list(headings(reader).values()), html.Tr(html.Td(reader.say("None."), colSpan=len(COLUMNS)))
    return Shown(
        rows=[named_row(head, cells(row)) for row in part] or none,
        where=where,
        is_first=first == 0,
        is_last=first + ROWS >= len(kept),
        place=replace(place, first=first),
    )


def cells(row: dict[str, Any]) -> list[Any]:
    """Text cells only; the link is made of a number of ours."""
    shown = [row.get(f"{name}_words", row[name]) for name in COLUMNS[1:]]
    return [dcc.Link(str(row["id"]), href=f"/review/{row['id']}"), *shown]


def took_by(desk: Desk, found: Sequence[Incident]) -> dict[int, Durations]:
    took: dict[int, Durations] = desk.slow.get(
        ("took", tuple(found)), lambda: review.took_all(desk.store, found, desk.clock(), LOOKS)
    )
    return took


def line(found: Incident, took: Durations, reader: Reader) -> dict[str, Any]:
    """One row: durations in minutes to sort by, and in words to read."""
    row: dict[str, Any] = {
        "id": found.id,
        "opened": found.opened_at.astimezone(reader.zone).strftime("%Y-%m-%d %H:%M"),
        "brand": found.brand,
        "peak": reader.say(found.peak_severity),
        "title": cards.quote(cards.title(found, reader), 120),
        "owner": (found.owner or "") if found.acknowledged_at is not None else "",  # who was only asked has it not
        "state": state_of(found, reader),
    }
    for name in NAMES:
        span: timedelta | None = getattr(took, name)
        row[name] = None if span is None else round(span.total_seconds() / 60, 1)
        row[f"{name}_words"] = "" if span is None else reader.span(span)
    said = [found.id, *(row[name] for name in ("opened", "brand", "peak", "title", "owner", "state"))]
    row["all"] = " ".join(map(str, said)).casefold()
    return row


def state_of(found: Incident, reader: Reader) -> str:
    if found.is_historical:
        return reader.say("past")
    return reader.say("taken") if found.state == "acknowledged" else reader.say(found.state)


def skeleton(reader: Reader) -> list[Any]:
    """Every id that the page may have, for Dash to check its callbacks by."""
    return [table(look((), {}, None, Place(), reader), reader), *compare_skeleton((), reader)]


# --- two of them ----------------------------------------------------------------------------------------------
def compare_skeleton(found: Sequence[Incident], reader: Reader) -> list[Any]:
    say = reader.say
    choices = [
        {"value": str(i.id), "label": f"{i.id}, {reader.date(i.opened_at)}: {cards.quote(cards.title(i, reader), 60)}"}
        for i in found[:200]
    ]
    return [
        html.Div(
            [
                dmc.Select(id=f"review-{side}", data=choices, searchable=True, w=420, label=label)
                for side, label in (("left", say("One incident")), ("right", say("and another")))
            ],
            className="acts",
        ),
        html.Div(id="review-compared"),
    ]


def compared(left: Study, right: Study, reader: Reader) -> Children:
    """The same questions to both, side by side."""
    say = reader.say
    rows = [
        [name, *cells]
        for name, *cells in zip(_questions(left, reader), _answers(left, reader), _answers(right, reader), strict=True)
    ]
    head = (
        "",
        *(dcc.Link(say("Incident {n}", n=s.incident.id), href=f"/review/{s.incident.id}") for s in (left, right)),
    )
    return html_table(head, rows)


def _questions(found: Study, reader: Reader) -> list[str]:
    say = reader.say
    names = [telling.duration_name(name, reader) for name in NAMES]
    more = [say("posts"), say("complaints"), say("people who complained"), say("never heard"), say("posts of ours")]
    return [
        say("What it was about"),
        say("At worst"),
        say("Rule"),
        *names,
        *more,
        say("The six rules"),
        say("Our part in it"),
    ]


def _answers(found: Study, reader: Reader) -> list[str]:
    took, say = review.took(found), reader.say
    spans = [getattr(took, name) for name in NAMES]
    counted = sixrules.states(review.six_rules(found))
    part = found.review.part if found.review else None
    return [
        cards.quote(cards.title(found.incident, reader), 120),
        say(found.incident.peak_severity),
        telling.rule_name(found.incident.kind, reader),
        *(say("not yet known") if span is None else reader.span(span) for span in spans),
        reader.number(sum(hour.posts for hour in found.spread)),
        reader.number(sum(hour.complaints for hour in found.spread)),
        reader.number(len(found.people)),
        reader.number(len(review.unheard(found))),
        reader.number(len(found.own)),
        say("{kept} kept, {broken} broken", kept=counted["kept"], broken=counted["broken"]),
        telling.part_words(part, reader) if part else say("nobody has said yet"),
    ]


# --- callbacks ------------------------------------------------------------------------------------------------
def register(app: Dash, desk: Desk, guarded: Callable[..., Any]) -> None:
    buttons = ("back", "next", *(f"by-{name}" for name in COLUMNS))

    @guarded(
        "viewer",
        Output("past-rows", "data-still"),
        Output("past-where", "children"),
        Output("past-back", "disabled"),
        Output("past-next", "disabled"),
        Output("past-place", "data"),
        Input("past-words", "value"),
        *(Input(f"past-{name}", "n_clicks") for name in buttons),
        State("past-place", "data"),
        prevent_initial_call=True,
    )
    def turn(words: Any, *rest: Any) -> Any:
        place = moved(place_of(rest[-1]), str(ctx.triggered_id or "").removeprefix("past-"))
        found = listed(desk, place.before)[:LISTED]
        shown = look(found, took_by(desk, found), words, place, desk.reader)
        return written(shown.rows), shown.where, shown.is_first, shown.is_last, shown.place.as_data()

    @guarded(
        "viewer",
        Output("review-compared", "children"),
        Input("review-left", "value"),
        Input("review-right", "value"),
        prevent_initial_call=True,
    )
    def compare(left: Any, right: Any) -> Any:
        found = [
            review.study(desk.store, int(each), desk.clock())
            for each in (left, right)
            if isinstance(each, str) and each.isdecimal() and len(each) < 10
        ]
        if len(found) < 2 or found[0] is None or found[1] is None:
            return html.P(desk.reader.say("Choose two."), className="soft")
        return still(compared(found[0], found[1], desk.reader))
