"""The inbox: people who wait, the gravest first; one post with its thread; and what a person does about it.

The list never moves under a reader's eyes: what is new is counted above it, and comes in when asked. Nothing here
speaks to a network: "reply" opens the network's own page, and the person who answered says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from urllib.parse import parse_qs

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard import cards, posts, security
from dashboard.answers import Answers
from dashboard.changed import LATELY, Presence, changed, digest, digests
from dashboard.pages import replybox
from dashboard.pages.frame import Desk, since
from dashboard.pages.replybox import id_of
from dashboard.reader import Reader
from dashboard.still import still
from db.rows import Case, Correction, Deed, Incident, Label, Look, Note, Scored

REFRESH_MS = 3000
SHOWN = 100
LABELS: tuple[Label, ...] = get_args(Label)
STATES = ("unheard", "heard", "answered", "closed", "second", "thanks", "all")
SPANS = {"1h": 1, "24h": 24, "3d": 72, "30d": 720}
LANGUAGES = ("en", "fr", "de", "es", "it", "nl", "pt", "und")
NARROW = ("brand", "label", "source", "lang", "severity", "span", "whose")
THREAD = 60
EVER = datetime(1970, 1, 1, tzinfo=UTC)
NOTE_LETTERS = 1000


# --- layout ---------------------------------------------------------------------------------------------------
def layout(desk: Desk, search: str, presence: Presence) -> list[Any]:
    """Whole as it is sent: who waits, and with "?mention=ID" that one opened."""
    visitor = security.visitor_now()
    asked = id_of(parse_qs(search.removeprefix("?")).get("mention", [""])[-1][:200])
    look = look_of(desk, None, None, [None] * len(NARROW), visitor.name)
    return skeleton(
        desk,
        listed(desk, look, 0, Kept(), presence, visitor.name),
        opened(desk, asked, presence.others(visitor.name, asked), visitor.may("responder")),
        asked,
    )


def skeleton(
    desk: Desk, shown: Listed | None = None, open_now: Opened | None = None, asked: str | None = None
) -> list[Any]:
    """The fixed parts with what they say first; without `shown` and `open_now` for Dash to check its callbacks by."""
    say = desk.reader.say
    one = open_now or Opened()
    shown = shown or Listed()
    return [
        html.Div(
            [
                html.Section(
                    [*_head(desk, shown), html.Div(shown.items, id="inbox-list", role="group")], className="list"
                ),
                html.Section(
                    [
                        html.Button(say("Back to the list"), id="inbox-back", className="plain back", n_clicks=0),
                        html.Div(one.reading, id="inbox-post", **{"aria-live": "off"}),
                        html.Div(_beside(say, one.notes), className="beside"),
                    ],
                    className="reading",
                ),
                html.Aside([*_whose(say, one), replybox.box("inbox", say), *_became(say)], id="inbox-aside"),
            ],
            id="inbox-root",
            className=one.root_class,
        ),
        dcc.Store(id="inbox-shown", data=shown.kept.ids),
        dcc.Store(id="inbox-kept", data=shown.kept.as_data()),
        dcc.Store(id="inbox-chosen", data=asked),
        dcc.Store(id="inbox-marked"),
        dcc.Store(id="inbox-done"),
        dcc.Store(id="inbox-noted"),
        dcc.Store(id="inbox-told"),
        dcc.Store(id="inbox-seen", data=digests(one) if open_now else None),
        dcc.Interval(id="inbox-interval", interval=REFRESH_MS),
    ]


def _head(desk: Desk, shown: Listed) -> list[Any]:
    say = desk.reader.say
    words = {
        "unheard": say("Unheard"),
        "heard": say("Heard"),
        "answered": say("Answered"),
        "closed": say("Closed"),
        "second": say("To be read by two"),
        "thanks": say("Thanks"),
        "all": say("All"),
    }
    return [
        html.Header(
            [
                html.H2(shown.title or say("Inbox"), id="inbox-title"),
                dcc.RadioItems(
                    id="inbox-state",
                    options=[{"label": words[state], "value": state} for state in STATES],
                    value="unheard",
                    className="chips",
                ),
                replybox.label("inbox-words", say("Search the texts")),
                dcc.Input(
                    id="inbox-words",
                    type="search",
                    placeholder=say("Search the texts"),
                    debounce=0.4,
                    maxLength=200,
                    value="",
                ),
                html.Details([html.Summary(say("Narrow")), html.Div(_narrow(desk), className="narrow")]),
            ]
        ),
        html.Button(shown.fresh, id="inbox-fresh", className=shown.fresh_class, n_clicks=0),
    ]


def _narrow(desk: Desk) -> list[Any]:
    say = desk.reader.say
    sources = sorted({s.source for s in desk.store.source_health()})
    brands = desk.brands()
    choices: dict[str, tuple[str, list[tuple[str, str]]]] = {
        "brand": (say("Brand"), [(b, b) for b in brands]),
        "label": (say("Label"), [(label, say(label)) for label in LABELS]),
        "source": (say("Source"), [(s, cards.name_of(s)) for s in sources]),
        "lang": (say("Language"), [(lang, lang) for lang in LANGUAGES]),
        "severity": (say("Severity"), [(str(n), say("{n} or more", n=n)) for n in (1, 2, 3)]),
        "span": (say("Time"), [(span, say(f"last {span}")) for span in SPANS]),
        "whose": (say("Whose"), [("mine", say("mine"))]),
    }
    return [
        dmc.Select(
            id=f"inbox-by-{name}",
            label=title,
            data=[{"value": value, "label": words} for value, words in options],
            value="3d" if name == "span" else None,
            clearable=name != "span",
            size="xs",
        )
        for name, (title, options) in choices.items()
    ]


def _whose(say: Callable[..., str], one: Opened) -> list[Any]:
    """Always there, so that the keyboard finds them; the page dims them while nothing is chosen."""
    return [
        html.H3(one.whose, id="inbox-whose"),
        html.P(one.present, id="inbox-present", className="soft small", role="status"),
        html.Div(
            [
                dmc.Button([say("I take it"), html.Kbd("a")], id="inbox-take", n_clicks=0),
                dmc.Button(say("Give it back"), id="inbox-release", n_clicks=0, variant="default"),
                html.Span(one.link, id="inbox-open"),
            ],
            className="acts",
        ),
    ]


def _became(say: Callable[..., str]) -> list[Any]:
    return [
        html.H3(say("What became of it")),
        html.Div(
            [
                dmc.Button([say("Heard"), html.Kbd("h")], id="inbox-heard", n_clicks=0, variant="default"),
                dmc.Button(say("Answered"), id="inbox-answered", n_clicks=0, variant="default"),
                dmc.Button(say("Closed"), id="inbox-closed", n_clicks=0, variant="default"),
                dmc.Button(say("Still unheard"), id="inbox-unheard", n_clicks=0, variant="default"),
            ],
            className="acts",
        ),
        html.P(id="inbox-answer", role="status", className="soft small"),
        html.P(
            say("Smoulder never writes to a network. You answer there, as yourself, and say so here."),
            className="soft small",
        ),
    ]


def _beside(say: Callable[..., str], notes: Any) -> list[Any]:
    """What belongs to the post itself: its label and the notes of colleagues."""
    return [
        html.H3([say("Not right? Correct it"), html.Kbd("c")]),
        html.Div(
            [
                dmc.Select(
                    id="inbox-label",
                    data=[{"value": label, "label": say(label)} for label in LABELS],
                    size="sm",
                    **{"aria-label": say("The right label")},
                ),
                dmc.Button(say("Correct"), id="inbox-correct", n_clicks=0, variant="default"),
            ],
            className="acts",
        ),
        html.H3(say("Notes")),
        html.Div(notes, id="inbox-notes"),
        replybox.label("inbox-note", say("A line for colleagues")),
        dcc.Textarea(id="inbox-note", maxLength=NOTE_LETTERS, placeholder=say("A line for colleagues"), value=""),
        dmc.Button(say("Keep the note"), id="inbox-keep", n_clicks=0, variant="default"),
    ]


# --- what the browser sent, which may be anything -------------------------------------------------------------
def look_of(desk: Desk, state: Any, words: Any, narrow: Sequence[Any], who: str) -> Look:
    """The question behind the list; whatever is not one of the offered choices is as if it was not said."""
    asked = dict(zip(NARROW, narrow, strict=True))
    brands = desk.brands()
    hours = SPANS.get(asked["span"] if isinstance(asked["span"], str) else "", 72)
    return Look(
        brands=(asked["brand"],) if asked["brand"] in brands else tuple(brands),
        since=desk.clock().replace(second=0, microsecond=0) - timedelta(hours=hours),
        state=state if state in STATES else "unheard",
        words=words[:200] if isinstance(words, str) else "",
        label=asked["label"] if asked["label"] in LABELS else None,
        source=asked["source"][:60] if isinstance(asked["source"], str) and asked["source"] else None,
        lang=asked["lang"] if asked["lang"] in LANGUAGES else None,
        severity=int(asked["severity"]) if asked["severity"] in ("1", "2", "3") else 0,
        assigned_to=who if asked["whose"] == "mine" else None,
        limit=SHOWN,
    )


def ids_of(shown: Any) -> list[str]:
    if not isinstance(shown, list):
        return []
    return [each for each in shown[:SHOWN] if isinstance(each, str) and len(each) <= 300]


# --- callbacks ------------------------------------------------------------------------------------------------
def register(app: Dash, desk: Desk, guarded: Callable[..., Any], answers: Answers, presence: Presence) -> None:
    replybox.register(app, "inbox", desk, guarded, answers, presence)

    @guarded(
        "viewer",
        Output("inbox-list", "children"),
        Output("inbox-title", "children"),
        Output("inbox-fresh", "children"),
        Output("inbox-fresh", "className"),
        Output("inbox-shown", "data"),
        Output("inbox-kept", "data"),
        Input("inbox-interval", "n_intervals"),
        Input("inbox-state", "value"),
        Input("inbox-words", "value"),
        *(Input(f"inbox-by-{name}", "value") for name in NARROW),
        Input("inbox-fresh", "n_clicks"),
        Input("inbox-done", "data"),
        State("inbox-shown", "data"),
        State("inbox-kept", "data"),
        prevent_initial_call=True,
    )
    def fill(_n: Any, state: Any, words: Any, *rest: Any) -> Any:
        """The list: filled anew when another one is asked for, else only what has changed in it."""
        *narrow, clicks, _done, ids, kept = rest
        who = security.visitor_now().name
        look = look_of(desk, state, words, narrow, who)
        return listed(desk, look, clicks, kept_of(ids, kept), presence, who).outputs()

    @guarded(
        "viewer",
        Output("inbox-post", "children"),
        Output("inbox-notes", "children"),
        Output("inbox-whose", "children"),
        Output("inbox-open", "children"),
        Output("inbox-present", "children"),
        Output("inbox-root", "className"),
        Output("inbox-seen", "data"),
        Input("inbox-interval", "n_intervals"),
        Input("inbox-chosen", "data"),
        Input("inbox-done", "data"),
        State("inbox-seen", "data"),
        prevent_initial_call=True,
    )
    def read(_n: Any, chosen: Any, _done: Any, seen: Any) -> Any:
        """The one that is open."""
        visitor, open_id = security.visitor_now(), id_of(chosen)
        others = presence.others(visitor.name, open_id)
        return changed(opened(desk, open_id, others, visitor.may("responder")), seen)

    app.clientside_callback(
        ClientsideFunction("inbox", "mark"),
        Output("inbox-marked", "data"),
        Input("inbox-list", "children"),
        Input("inbox-chosen", "data"),
    )

    app.clientside_callback(ClientsideFunction("inbox", "kept"), Input("inbox-noted", "data"))
    app.clientside_callback(
        ClientsideFunction("answer", "beside"),
        Output("inbox-answer", "children"),
        Input("inbox-told", "data"),
        Input("inbox-chosen", "data"),
    )

    @guarded(
        "responder",
        Output("inbox-done", "data"),
        Output("inbox-told", "data"),
        Output("inbox-noted", "data"),
        *(Input(f"inbox-{name}", "n_clicks") for name in ACTS),
        State("inbox-chosen", "data"),
        State("inbox-label", "value"),
        State("inbox-note", "value"),
        prevent_initial_call=True,
    )
    def act(*args: Any) -> Any:
        chosen, label, note = args[-3:]
        what = str(ctx.triggered_id or "").removeprefix("inbox-")
        mention_id = id_of(chosen)
        if what not in ACTS or mention_id is None:
            return no_update, no_update, no_update
        words = do(desk, what, mention_id, label, note)
        if words is None:
            return no_update, {"for": mention_id, "words": desk.reader.say("Nothing was changed.")}, no_update
        at = desk.clock()
        noted = {"for": mention_id, "words": note} if what == "keep" else no_update
        return f"{mention_id} {at.timestamp()}", {"for": mention_id, "words": words}, noted


# --- doing ----------------------------------------------------------------------------------------------------
ACTS = ("take", "release", "heard", "answered", "closed", "unheard", "correct", "keep")


def do(desk: Desk, what: str, mention_id: str, label: Any, note: Any) -> str | None:
    """Do it, and write down who did; what to say about it. None: there was nothing to do."""
    who, now, store, say = security.require("responder").name, desk.clock(), desk.store, desk.reader.say
    found = store.cases_of([mention_id])
    if not found:
        return None
    case = found[0]
    with store.atomic():
        is_done = _do(desk, what, case, who, label, note, now)
        if not is_done:
            return None
        words = str(label) if what == "correct" else ""
        store.add_deed(Deed(at=now, who=who, what=what, subject=mention_id, words=words))
    return say("Noted at {at}.", at=desk.reader.clock(now))


def _do(desk: Desk, what: str, case: Case, who: str, label: Any, note: Any, now: datetime) -> bool:
    store, mention = desk.store, case.scored.mention
    if what == "take":
        return store.assign(mention.id, who, now)
    if what == "release":
        return case.assigned_to is not None and store.assign(mention.id, None, now)
    if what == "correct":
        return label in LABELS and store.correct(Correction(mention_id=mention.id, at=now, by=who, after=label))
    if what == "keep":
        words = note.strip()[:NOTE_LETTERS] if isinstance(note, str) else ""
        return bool(words) and store.add_note(Note(mention_id=mention.id, at=now, who=who, words=words))
    if case.person is None or case.person.state == what:
        return False
    store.hear(case.person.brand, case.person.author, what, who, now)
    return True


# --- drawing --------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Kept:
    """What a page has of the list already. `asked`: by which question; `mark`: of what it shows of each."""

    ids: list[str] = field(default_factory=list)
    asked: str = ""
    mark: str = ""

    def as_data(self) -> list[str]:
        return [self.asked, self.mark]


def kept_of(ids: Any, kept: Any) -> Kept:
    is_ours = isinstance(kept, list) and len(kept) == 2 and all(isinstance(each, str) for each in kept)
    return Kept(ids_of(ids), kept[0], kept[1]) if is_ours else Kept()


@dataclass(frozen=True, slots=True)
class Listed:
    """The list after a question, as far as the page does not have it already (None: it has)."""

    items: Any = None
    title: Any = None
    fresh: Any = ""
    fresh_class: Any = "fresh hidden"
    is_filled: bool = False
    kept: Kept = Kept()

    def outputs(self) -> list[Any]:
        return [
            no_update if self.items is None else self.items,
            no_update if self.title is None else self.title,
            self.fresh,
            self.fresh_class,
            self.kept.ids if self.is_filled else no_update,
            self.kept.as_data(),
        ]


def listed(desk: Desk, look: Look, clicks: Any, kept: Kept, presence: Presence, who: str) -> Listed:
    """`clicks`: on what is new, which fills the list anew."""
    reader, now = desk.reader, desk.clock()
    found: list[Case] = desk.shared.get(("inbox", look), lambda: desk.store.cases(look))
    asked = digest(f"{replace(look, since=EVER)} {clicks}")  # stays the same when the server is started again
    is_filled = asked != kept.asked
    ids = [case.scored.mention.id for case in found] if is_filled else kept.ids
    cases = found if is_filled else desk.store.cases_of(ids)
    fresh = len({case.scored.mention.id for case in found} - set(ids))
    work = work_on(desk, ids, presence.at(now), who)
    mark = str(hash((asked, tuple(cases), tuple((i, tuple(w)) for i, w in work.items()), reader, now.date())))
    return Listed(
        items=None if mark == kept.mark else still(items(cases, look, reader, now, work)),
        title=title(look, len(found), desk) if is_filled else None,
        fresh=reader.count(fresh, "{n} new", "{n} new") if fresh else "",
        fresh_class="fresh" if fresh else "fresh hidden",
        is_filled=is_filled,
        kept=Kept(ids, asked, mark),
    )


@dataclass(frozen=True, slots=True)
class Opened:
    """What is said of the open mention, in the order of the outputs."""

    reading: Any = None
    notes: Any = None
    whose: Any = None
    link: Any = None
    present: Any = ""
    root_class: Any = "inbox"


def opened(desk: Desk, open_id: str | None, others: Sequence[str], may_act: bool) -> Opened:
    reader, now = desk.reader, desk.clock()
    case = next(iter(desk.store.cases_of([open_id])), None) if open_id is not None else None
    is_mine = case is not None and case.assigned_to == security.visitor_now().name
    classes = {"inbox": True, "chosen": case is not None, "looking": not may_act, "mine": is_mine}
    return Opened(
        reading=reading(desk, case),
        notes=notes(desk.store.notes(open_id), reader, now) if case and open_id else [],
        whose=whose(case, reader, now),
        link=open_there(case, reader),
        present=reader.say("{names} reads this too.", names=", ".join(others)) if others else "",
        root_class=" ".join(name for name, is_so in classes.items() if is_so),
    )


def work_on(desk: Desk, ids: list[str], open_by: Mapping[str, list[str]], who: str) -> dict[str, list[str]]:
    """Mention -> what colleagues are doing about it just now, in words: nobody is answered twice."""
    say = desk.reader.say
    found: dict[str, list[str]] = {}
    for reply in reversed(desk.store.replies(mention_ids=ids, states=("draft", "waiting", "cleared"))):
        if reply.state != "waiting" and desk.clock() - reply.written_at > LATELY:
            continue
        words = say("a second person is asked") if reply.state == "waiting" else say("{name} writes", name=reply.writer)
        if reply.writer != who or reply.state == "waiting":
            found.setdefault(reply.mention_id, []).append(words)
    for mention_id, names in open_by.items():
        for name in names:
            if name != who and say("{name} writes", name=name) not in found.get(mention_id, []):
                found.setdefault(mention_id, []).append(say("{name} reads", name=name))
    return found


def title(look: Look, n: int, desk: Desk) -> str:
    """ "41 people unheard": as many as there are, also when the list is cut."""
    reader = desk.reader
    is_narrow = any((look.words, look.label, look.source, look.lang, look.severity, look.assigned_to))
    if n >= look.limit and look.state == "unheard" and not is_narrow:
        n = max(n, sum(desk.store.how_many_wait(brand, look.since)[0] for brand in look.brands))
    more = "+" if n == look.limit else ""
    if look.state in ("all", "thanks", "second"):
        one, many = {
            "all": ("{n} post", "{n} posts"),
            "thanks": ("{n} thank-you", "{n} thank-yous"),
            "second": ("{n} answer to read", "{n} answers to read"),
        }[look.state]
        return reader.count(n, one, many) + more
    one, many = f"{{n}} person {look.state}", f"{{n}} people {look.state}"
    return reader.count(n, one, many) + more


def items(cases: Sequence[Case], look: Look, reader: Reader, now: datetime, work: Mapping[str, list[str]]) -> list[Any]:
    if not cases:
        return [html.P(nothing(look, reader), className="soft empty")]
    return [item(case, reader, now, work.get(case.scored.mention.id, ())) for case in cases]


def nothing(look: Look, reader: Reader) -> str:
    """An empty list says what it means."""
    if not look.brands:
        return reader.say("No brand is set up. Add one to the configuration file.")
    if look.words:
        return reader.say("No text has all of these words.")
    if look.state == "unheard":
        return reader.say("Nobody waits to be heard.")
    if look.state == "second":
        return reader.say("No answer waits for a second person.")
    return reader.say("There is nobody here.") if look.state != "all" else reader.say("Nobody has written.")


def item(case: Case, reader: Reader, now: datetime, work: Sequence[str] = ()) -> html.Button:
    """The page itself marks the one that is open."""
    mention = case.scored.mention
    waits = case.person is not None and case.person.state == "unheard"
    when = (
        since(case.person.waiting_since, "mm:ss", "wait")
        if waits and case.person
        else html.Span(reader.clock_or_day(mention.created_at, now), className="soft")
    )
    tags = posts.labels(case.scored, reader)
    if case.person is not None and case.person.state != "unheard":
        tags.append(html.Span(reader.say(case.person.state), className="chip ok"))
    if case.person is not None and case.person.complaints > 1:
        tags.append(html.Span(reader.say("{n} posts", n=case.person.complaints), className="chip"))
    if case.assigned_to:
        tags.append(html.Span(reader.say("{name} has it", name=case.assigned_to), className="chip ok"))
    tags += [html.Span(words, className="chip watch") for words in work]
    if case.notes:
        tags.append(html.Span(reader.count(case.notes, "{n} note", "{n} notes"), className="chip"))
    return html.Button(
        [
            html.Bdi(posts.name_of_author(case.scored, reader), className="who"),
            when,
            html.Bdi(cards.quote(posts.text_of(case.scored, reader), 200), className="said"),
            html.Span(tags, className="tags"),
            html.Span(cards.name_of(mention.source), className="soft small where"),
        ],
        className="item",
        disable_n_clicks=True,
        **{"data-mention": mention.id},
    )


def reading(desk: Desk, case: Case | None) -> list[Any]:
    """The post, why it is here, and the thread around it."""
    reader, now = desk.reader, desk.clock()
    if case is None:
        keys = reader.say("j and k move, a takes, r replies, h hears, c corrects, o opens, / searches.")
        first = reader.say("Here stand people who wrote to you or of you. Choose one to read what happened to them.")
        return [html.P(first, className="soft"), html.P(keys, className="soft small")]
    scored = case.scored
    thread = desk.store.thread(scored.mention.root, scored.mention.brand, limit=THREAD)
    return [
        html.P(crumb(desk, scored, thread), className="soft crumb"),
        main_post(case, reader, now),
        still([posts.post(each, reader, now) for each in around(scored, thread)], "thread"),
    ]


def crumb(desk: Desk, scored: Scored, thread: Sequence[Scored]) -> list[Any]:
    reader = desk.reader
    mention = scored.mention
    incidents: list[Incident] = desk.store.incidents(mention.brand, is_open=True, limit=20)
    incident = next((i for i in incidents if i.root == mention.root), None)
    parts: list[Any] = [mention.brand]
    if incident is not None:
        parts += [" · ", dcc.Link(reader.say("Incident {n}", n=incident.id), href=f"/incident/{incident.id}")]
    if mention.root in (mention.id, mention.id.removesuffix(f"|{mention.brand}")) and len(thread) > 1:
        people = len({each.mention.author_id for each in thread} - {mention.author_id})
        parts.append(" · " + reader.count(people, "{n} other person under it", "{n} other people under it"))
    elif mention.root != mention.id:
        parts.append(" · " + reader.say("part of a thread"))
    return parts


def main_post(case: Case, reader: Reader, now: datetime) -> html.Article:
    scored = case.scored
    text = posts.text_of(scored, reader)
    because = scored.score.because if scored.score else ()
    return html.Article(
        [
            posts.by_line(scored, reader, now),
            html.P(html.Bdi(posts.marked(text, because)), className="text large"),
            html.P([html.B(reader.say("Why it is here: ")), *posts.why(scored, reader)], className="soft small reason"),
        ],
        className="post main",
    )


def around(scored: Scored, thread: Sequence[Scored]) -> list[Scored]:
    """The thread without the post itself; the root first when it is another one."""
    others = [each for each in thread if each.mention.id != scored.mention.id]
    root = [each for each in others if each.mention.root == each.mention.id]
    return root + [each for each in others if each not in root]


def whose(case: Case | None, reader: Reader, now: datetime) -> str:
    if case is None:
        return reader.say("Nothing is chosen")
    if case.assigned_to is None:
        return reader.say("Nobody has it")
    at = reader.clock_or_day(case.assigned_at, now) if case.assigned_at else ""
    return reader.say("{name} has it since {at}", name=case.assigned_to, at=at)


def open_there(case: Case | None, reader: Reader) -> Any:
    link = cards.safe_link(case.scored.mention.url) if case else None
    if case is None or link is None:
        return None
    words = reader.say("Open on {source}", source=cards.name_of(case.scored.mention.source))
    return html.A([words, html.Kbd("o")], href=link, target="_blank", rel="noopener noreferrer", className="plainlink")


def notes(rows: Sequence[Note], reader: Reader, now: datetime) -> list[Any]:
    return [
        html.P(
            [html.Span(f"{reader.clock_or_day(n.at, now)} {n.who}: ", className="soft"), html.Bdi(n.words)],
            className="small",
        )
        for n in rows
    ]
