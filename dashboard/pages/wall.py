"""The wall: one word, one number, one line in a band, one sentence, readable from five metres.

It shows rollups only, no handle and no face, and it is drawn every second or two for all who look. It never writes.
With several brands it takes turns, or shows up to four side by side ("?side=on"); it never turns away from a storm.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from plotly.utils import PlotlyJSONEncoder

from dashboard import cards, figures
from dashboard.pages.frame import Desk, lost, since
from dashboard.reader import Reader
from dashboard.shared import Shared
from db.rows import Incident, SourceHealth, WallFacts

REFRESH_MS = 2000
LOST_AFTER_MS = 7500  # without an answer; so the page says within 10 s that the server is gone
DRAWN_FOR = 1.5  # seconds that all who look share one drawing; each of them asks every two
TURN_SECONDS = 20
TILES = 4
PARTS = ("state", "banner", "unheard", "headline", "figure", "about", "row", "foot")
Children = Any  # a Dash component, a text, or a list of them


@dataclass(frozen=True, slots=True)
class Frame:
    """One drawing of the wall: each part ready to send, with a short digest to tell whether it changed."""

    parts: dict[str, Any]
    digests: dict[str, str]
    is_open: bool


# --- layout ---------------------------------------------------------------------------------------------------
def layout(search: str = "", reader: Reader | None = None) -> html.Main:
    """The empty wall. `search`: "?room=light" for a bright room, "?brand=…" to stay with one brand."""
    asked = {key: values[-1] for key, values in parse_qs(search.removeprefix("?")).items()}
    room = "light" if asked.get("room") == "light" else "dark"
    reader = reader or Reader()
    if asked.get("side") == "on":
        return side_by_side(room, "sound" in asked, reader)
    return html.Main(
        [
            lost("wall-lost", LOST_AFTER_MS, reader),
            *([sound(reader)] if "sound" in asked else []),
            html.Section(id="wall-state", **{"aria-live": "polite"}),
            html.Section(id="wall-banner"),
            html.Div(
                [
                    html.Section(id="wall-unheard", className="panel"),
                    html.Div(
                        [
                            html.Section(
                                [
                                    html.P(id="wall-headline", className="line"),
                                    dcc.Graph(
                                        id="wall-figure",
                                        figure=figures.EMPTY,
                                        config={"staticPlot": True, "displayModeBar": False},
                                        responsive=True,
                                    ),
                                ],
                                className="panel chart",
                            ),
                            html.Section(id="wall-about", className="panel"),
                        ],
                        className="right",
                    ),
                ],
                className="middle",
            ),
            html.Section(id="wall-row"),
            html.Footer(id="wall-foot"),
            dcc.Interval(id="wall-interval", interval=REFRESH_MS),
            dcc.Store(id="wall-asked", data={"room": room, "brand": asked.get("brand", "")}),
            dcc.Store(id="wall-pulse"),
        ],
        className=f"wall {room}",
    )


def side_by_side(room: str, has_sound: bool, reader: Reader) -> html.Main:
    """Up to four brands at once: of each the word, the number and one sentence."""
    return html.Main(
        [
            lost("sides-lost", LOST_AFTER_MS, reader),
            *([sound(reader)] if has_sound else []),
            html.Section(id="sides-banner"),
            html.Div([html.Section(id=f"sides-{n}", className="tile") for n in range(TILES)], className="tiles"),
            html.Footer(id="sides-foot"),
            dcc.Interval(id="sides-interval", interval=REFRESH_MS),
            dcc.Store(id="sides-pulse"),
        ],
        className=f"wall sides {room}",
    )


def sound(reader: Reader) -> html.Div:
    """Asks for the click without which no browser plays anything; then it plays one tone, so that it can be heard."""
    say = reader.say
    words = [html.Span(say("Sound"), className="what"), html.Span(say("press once to allow it"))]
    return html.Div(html.Button(words, id="wall-sound", type="button"), className="sound")


# --- the six blocks -------------------------------------------------------------------------------------------
def draw(facts: WallFacts, reader: Reader, zone: str, room: str, calm_since: datetime | None = None) -> Frame:
    """Everything that one wall shows now; ages are left to the page, so that a part changes only with its facts."""
    parts = {
        "state": state_band(cards.state(facts, reader, calm_since), reader),
        "banner": banner(cards.banners(facts, reader), reader),
        "unheard": unheard(facts, reader),
        "headline": headline(facts, reader),
        "about": about(facts, reader),
        "row": row(facts, reader),
        "foot": foot(facts, reader, zone),
    }
    plain = {name: _plain(part) for name, part in parts.items()}
    plain["figure"] = figures.wall_figure(facts, room)  # plain dictionaries and lists already
    digests = {name: _digest(part) for name, part in plain.items()}
    return Frame(parts=plain, digests=digests, is_open=facts.incident is not None)


def _plain(part: Any) -> Any:
    """Components as the dictionaries that go over the wire: encoded once, not once per viewer."""
    return json.loads(json.dumps(part, cls=PlotlyJSONEncoder))


def _digest(part: Any) -> str:
    return hashlib.blake2b(json.dumps(part, sort_keys=True).encode(), digest_size=4).hexdigest()


def state_band(state: cards.WallState, reader: Reader) -> html.Div:
    kind, word = state.word.lower(), reader.say(state.word)
    return html.Div(
        [
            html.Img(src=f"/assets/icons/{kind}.svg", alt=""),
            html.B(word),
            html.Div([html.P(state.line, className="line"), html.P(state.second, className="line")]),
        ],
        className=f"state {kind} long" if len(word) > 6 else f"state {kind}",
    )


def banner(banners: list[cards.Banner], reader: Reader) -> Children:
    """The gravest, and how many more there are; nothing at all when all is well."""
    if not banners:
        return []
    first = banners[0]
    words: list[Any] = [html.Span(first.words, className="line")]
    if first.since is not None:
        words.append(since(first.since))
    if len(banners) > 1:
        words.append(html.Span(reader.say("+ {n} more", n=len(banners) - 1), className="more"))
    return html.Div(words, className=f"banner {first.tone}", role="status")


def unheard(facts: WallFacts, reader: Reader) -> Children:
    number = cards.unheard(facts, reader)
    lines: list[Any] = [html.Div(number, className="big" if len(number) < 3 else "big wide")]
    lines.append(html.P(reader.say("unheard")))
    if facts.oldest_waiting_at is not None and facts.unheard:
        lines.append(
            html.P([reader.say("oldest"), " ", since(facts.oldest_waiting_at, "mm:ss")], className="soft line")
        )
    else:
        words = reader.say("not known") if number == "?" else reader.say("nobody waits")
        lines.append(html.P(words, className="soft line"))
    heard = cards.heard(facts, reader)
    if heard:
        lines.append(html.P(heard, className="soft line"))
    return lines


def headline(facts: WallFacts, reader: Reader) -> Children:
    seen, usual = cards.headline(facts, reader)
    words: list[Any] = [html.Span(seen, className="now")]
    if usual:
        words += [", ", html.Span(usual, className="was")]
    return words


def about(facts: WallFacts, reader: Reader) -> Children:
    words = cards.about(facts, reader)
    quoted = cards.root_text(facts)
    if quoted:
        return [html.P(words, className="line"), html.Bdi(f"“{quoted}”")]
    second = cards.thanks(facts, reader) if facts.incident is None else ""
    return [html.P(words, className="line"), html.P(second, className="line soft")] if second else html.P(words)


def row(facts: WallFacts, reader: Reader) -> html.Div:
    return html.Div(
        [html.Span(cards.next_word(facts, reader)), html.Span(cards.quiet(facts, reader))], className="panel row"
    )


FOOT_LETTERS = 50  # that many fit beside the clock at 66 px, marks and gaps counted


def foot(facts: WallFacts, reader: Reader, zone: str, brands_left: int = 0) -> html.Div:
    """Sources and the clock. When not all fit, those in trouble stay and the rest is counted. `brands_left`: not on
    this wall, because four fit."""
    sources = [s for s in facts.sources if s.state != "off"]
    shown = fitting(sources, reader, FOOT_LETTERS - 14 if brands_left else FOOT_LETTERS)
    spans: list[Any] = [_source(s, reader) for s in shown]
    if len(sources) > len(shown):
        spans.append(html.Span(reader.say("+ {n} more", n=len(sources) - len(shown))))
    if not sources:
        spans.append(html.Span(reader.say("no source")))
    if brands_left:
        spans.append(html.Span(reader.count(brands_left, "+ {n} brand", "+ {n} brands")))
    spans.append(html.Span(className="clock", **{"data-clock": zone}))
    return html.Div(spans, className="row foot")


def fitting(sources: list[SourceHealth], reader: Reader, letters_at_most: int = FOOT_LETTERS) -> list[SourceHealth]:
    """As many as the foot has letters for, the ones in trouble first; in their usual order."""
    kept: list[SourceHealth] = []
    letters = 0
    for source in cards.worst_first(sources):
        letters += len(cards.source_words(source, reader)) + (8 if source.state == "ok" else 11)
        limit = letters_at_most if len(kept) == len(sources) - 1 else letters_at_most - 10  # "+ 2 more"
        if kept and letters > limit:
            break
        kept.append(source)
    return [s for s in sources if s in kept]


def _source(source: SourceHealth, reader: Reader) -> html.Span:
    kind = f"dot {cards.source_kind(source)}"
    words = cards.source_words(source, reader)
    gap = " " if source.state == "ok" else ", "
    return html.Span([html.I(className=kind), words, gap, since(cards.source_age_at(source))])


# --- side by side ---------------------------------------------------------------------------------------------
def tile(facts: WallFacts, reader: Reader, calm_since: datetime | None = None) -> html.Div:
    """One brand of several: the same words as on a wall of its own, fewer of them."""
    state = cards.state(facts, reader, calm_since)
    number = cards.unheard(facts, reader)
    seen, usual = cards.headline(facts, reader)
    second = state.second if state.word in ("STORM", "WATCH", "BLIND") else usual
    return html.Div(
        [
            html.Div(
                [html.Img(src=f"/assets/icons/{state.word.lower()}.svg", alt=""), html.B(reader.say(state.word))],
                className=f"state {state.word.lower()}",
            ),
            html.P(facts.brand, className="line brand"),
            html.Div(
                [html.Div(number, className="big"), html.P(reader.say("unheard"), className="soft")], className="count"
            ),
            html.P(seen, className="line now"),
            html.P(second, className="line soft"),
            html.P(since(facts.oldest_waiting_at, "mm:ss"), className="soft age")
            if facts.oldest_waiting_at is not None and facts.unheard
            else None,
        ],
        className="one",
    )


def gravest_first(brands: list[str], open_incidents: list[Incident]) -> list[str]:
    """At most four brands, in their own order; of more, storms are never left out for a calm one."""
    open_ones = [i for i in open_incidents if i.state != "closed"]
    stormy = {i.brand for i in open_ones if i.severity == "storm"}
    watched = {i.brand for i in open_ones}
    kept = sorted(brands, key=lambda b: (b not in stormy, b not in watched, brands.index(b)))[:TILES]
    return [brand for brand in brands if brand in kept]


# --- whose turn it is -----------------------------------------------------------------------------------------
def whose_turn(brands: list[str], open_incidents: list[Incident], now: datetime) -> str | None:
    """One brand after the other, twenty seconds each; while a storm blows, only the brands it blows on."""
    stormy = {i.brand for i in open_incidents if i.severity == "storm" and i.state != "closed"}
    shown = [b for b in brands if b in stormy] or brands
    return shown[int(now.timestamp() // TURN_SECONDS) % len(shown)] if shown else None


class Walls:
    """What the walls of one application share: one question and one drawing per brand and room."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._shared = Shared(DRAWN_FOR)

    def frame(self, room: str, brand: str) -> Frame:
        """The drawing that is due now. `brand` "" or unknown: whose turn it is."""
        now = self.desk.clock()
        shown = self._shared.get("turn", self._turn) if brand not in self.desk.brands() else brand
        return self._shared.get((shown, room), lambda: self._draw(shown, room, now))

    def sides(self) -> Frame:
        """Up to four brands, drawn once for all who look."""
        return self._shared.get("sides", self._draw_sides)

    def _draw_sides(self) -> Frame:
        desk, now = self.desk, self.desk.clock()
        brands = desk.brands()
        shown = gravest_first(brands, desk.store.incidents(is_open=True, limit=100))
        facts = [self._facts(brand, now) for brand in shown]
        parts: dict[str, Any] = {str(n): [] for n in range(TILES)}
        parts |= {str(n): tile(f, desk.house, self._calm_since(f.brand)) for n, f in enumerate(facts)}
        found = {b.words: b for f in facts for b in cards.banners(f, desk.house)}
        parts["banner"] = banner(sorted(found.values(), key=lambda b: b.tone != "broken"), desk.house)
        if not facts:
            parts["0"] = html.P(desk.house.say("no brand is set up"))
        left = len(brands) - len(shown)
        parts["foot"] = foot(facts[0], desk.house, desk.config.timezone, left) if facts else []
        plain = {name: _plain(part) for name, part in parts.items()}
        is_open = any(f.incident is not None for f in facts)
        return Frame(parts=plain, digests={name: _digest(part) for name, part in plain.items()}, is_open=is_open)

    def _facts(self, brand: str, now: datetime) -> WallFacts:
        return self._shared.get(("facts", brand), lambda: self.desk.store.wall(brand, now))

    def _turn(self) -> str:
        desk = self.desk
        return whose_turn(desk.brands(), desk.store.incidents(is_open=True, limit=100), desk.clock()) or ""

    def _draw(self, brand: str, room: str, now: datetime) -> Frame:
        return draw(self._facts(brand, now), self.desk.house, self.desk.config.timezone, room, self._calm_since(brand))

    def _calm_since(self, brand: str) -> datetime | None:
        last = self.desk.store.incidents(brand, is_open=False, limit=1)
        return last[0].closed_at if last and not last[0].is_historical else None


# --- callbacks ------------------------------------------------------------------------------------------------
def register(app: Dash, walls: Walls, version: str, guarded: Callable[..., Any]) -> None:
    @guarded(
        "wall",
        *(Output(f"wall-{part}", "figure" if part == "figure" else "children") for part in PARTS),
        Output("wall-pulse", "data"),
        Input("wall-interval", "n_intervals"),
        State("wall-asked", "data"),
        State("wall-pulse", "data"),
        is_plain=True,
    )
    def refresh(_n: int | None, asked: Any, pulse: Any) -> list[Any]:
        asked = asked if isinstance(asked, dict) else {}
        room = "light" if asked.get("room") == "light" else "dark"
        frame = walls.frame(room, str(asked.get("brand") or ""))
        has = pulse.get("has") if isinstance(pulse, dict) else None
        return changed(frame, has if isinstance(has, dict) else {}, walls.desk.clock(), version)

    names = ("banner", *(str(n) for n in range(TILES)), "foot")

    @guarded(
        "wall",
        *(Output(f"sides-{name}", "children") for name in names),
        Output("sides-pulse", "data"),
        Input("sides-interval", "n_intervals"),
        State("sides-pulse", "data"),
        is_plain=True,
    )
    def refresh_sides(_n: int | None, pulse: Any) -> list[Any]:
        has = pulse.get("has") if isinstance(pulse, dict) else None
        frame = walls.sides()
        return changed(frame, has if isinstance(has, dict) else {}, walls.desk.clock(), version, names)

    app.clientside_callback(ClientsideFunction("live", "pulse"), Input("wall-pulse", "data"))
    app.clientside_callback(ClientsideFunction("live", "pulse"), Input("sides-pulse", "data"))


def changed(
    frame: Frame, has: dict[str, str], now: datetime, version: str, names: tuple[str, ...] = PARTS
) -> list[Any]:
    """Only the parts that this viewer does not have yet, and the pulse that says the server lives."""
    parts = [no_update if has.get(name) == frame.digests[name] else frame.parts[name] for name in names]
    pulse = {"at": int(now.timestamp() * 1000), "version": version, "open": frame.is_open, "has": frame.digests}
    return [*parts, pulse]
