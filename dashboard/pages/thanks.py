"""The thanks lane: praise to be thanked in kind, one by one, who has waited longest first.

Closed while it is quiet or people are hurt. What may be meant the other way round is said before the person writes, and
a text that somebody else got already is no thanks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard import cards, posts, security
from dashboard.answers import LONGEST, Answers
from dashboard.changed import changed
from dashboard.coaching import LOCKS, short
from dashboard.pages.frame import Desk
from dashboard.pages.hashtag import reasons
from dashboard.pages.replybox import go
from dashboard.reader import Reader
from db.rows import Case, Deed
from monitor.answer.hashtag import Reason
from monitor.answer.thanks import doubts

REFRESH_MS = 4000
DAYS = 7
SHOWN = 100
ACTS = ("sent", "leave")
STORES = ("chosen", "open", "typed", "rest", "done", "said", "cleared", "warm", "seen")
PATIENCE = 0.02  # seconds that the one who types waits for the earlier answers to be read


def layout(desk: Desk) -> html.Div:
    say = desk.reader.say
    return html.Div(
        [
            html.H2(say("Thanks"), id="thanks-title"),
            html.P(say("Kind words get kind words back: yours, about what this person liked."), className="soft"),
            html.Div(id="thanks-closed", **{"aria-live": "polite"}),
            html.Div(
                [
                    html.Div(id="thanks-list", className="list", role="group"),
                    html.Div([html.Div(id="thanks-post", **{"aria-live": "polite"}), _box(say)]),
                ],
                className="two",
            ),
            html.Button(say("Back to the list"), id="thanks-back", className="plain hidden", n_clicks=0),
            dcc.Store(id="thanks-shown", data=[]),
            *(dcc.Store(id=f"thanks-{name}") for name in STORES),
            dcc.Interval(id="thanks-interval", interval=REFRESH_MS),
        ],
        className="brake",
    )


def _box(say: Callable[..., str]) -> html.Section:
    """Where the thank-you is written; the names are those that answer.js knows."""
    kind = [{"label": say("I have read it twice: it is meant kindly"), "value": "kind"}]
    words = say("Your own words to this person")
    leave = dmc.Button(say("It needs no answer"), id="thanks-leave", n_clicks=0, variant="subtle", color="gray")
    return html.Section(
        [
            html.Div(
                dcc.Checklist(id="thanks-kind", options=kind, value=[], className="tick"),
                id="thanks-doubt",
                className="asking hidden",
            ),
            dcc.Textarea(id="thanks-reply", className="js-draft", maxLength=LONGEST, value="", placeholder=words),
            html.Div(id="thanks-coach", className="coach", **{"aria-live": "polite"}),
            html.Div(
                [
                    html.Span(id="thanks-go"),
                    dmc.Button(say("I have sent it"), id="thanks-sent", n_clicks=0, variant="default"),
                    leave,
                ],
                className="acts",
            ),
            html.P(id="thanks-replied", role="status", className="soft small"),
        ],
        id="thanks-box",
        className="replybox hidden",
    )


# --- callbacks ------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Drawn:
    """The parts of one refresh, in the order of the outputs."""

    title: Any
    closed: Any
    items: Any
    post: Any
    doubt_class: Any
    box_class: Any
    shown: Any
    open: Any  # whose post stands on the page: thanks go to whom one reads, not to whom one pressed last
    warm: Any  # whether the earlier answers are read: until then no text can be called new


def register(app: Dash, desk: Desk, guarded: Callable[..., Any], answers: Answers) -> None:
    @guarded(
        "viewer",
        Output("thanks-title", "children"),
        Output("thanks-closed", "children"),
        Output("thanks-list", "children"),
        Output("thanks-post", "children"),
        Output("thanks-doubt", "className"),
        Output("thanks-box", "className"),
        Output("thanks-shown", "data"),
        Output("thanks-open", "data"),
        Output("thanks-warm", "data"),
        Output("thanks-seen", "data"),
        Input("thanks-interval", "n_intervals"),
        Input("thanks-chosen", "data"),
        Input("thanks-done", "data"),
        State("thanks-seen", "data"),
    )
    def refresh(_n: Any, chosen: Any, _done: Any, seen: Any) -> Any:
        return changed(draw(desk, answers, chosen), seen)

    @guarded(
        "viewer",
        Output("thanks-coach", "children"),
        Output("thanks-go", "children"),
        Input("thanks-typed", "data"),
        Input("thanks-chosen", "data"),
        Input("thanks-done", "data"),
        Input("thanks-kind", "value"),
        Input("thanks-warm", "data"),
        State("thanks-reply", "value"),
    )
    def read(_typed: Any, chosen: Any, _done: Any, kind: Any, _warm: Any, words: Any) -> Any:
        case = case_of(desk, chosen)
        if case is None or not security.visitor_now().may("responder"):
            return [], None
        return weighed(desk, answers, case, words if isinstance(words, str) else "", kind)

    @guarded(
        "responder",
        Output("thanks-done", "data"),
        Output("thanks-said", "data"),
        *(Input(f"thanks-{name}", "n_clicks") for name in ACTS),
        State("thanks-open", "data"),
        State("thanks-reply", "value"),
        State("thanks-kind", "value"),
        prevent_initial_call=True,
    )
    def act(*args: Any) -> Any:
        shown, words, kind = args[-3:]
        what = str(ctx.triggered_id or "").removeprefix("thanks-")
        if what not in ACTS:
            return [no_update] * 2
        is_done, said = do(desk, answers, what, shown, words, kind)
        mark = {"at": desk.clock().timestamp(), "words": words}
        return [mark if is_done else no_update, {"for": shown, "words": said}]

    app.clientside_callback(
        ClientsideFunction("brake", "choose"),
        Output("thanks-chosen", "data"),
        Input({"type": "thanks-item", "index": ALL}, "n_clicks"),
        Input("thanks-back", "n_clicks"),
        State("thanks-shown", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("answer", "beside"),
        Output("thanks-replied", "children"),
        Input("thanks-said", "data"),
        Input("thanks-chosen", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("brake", "sent"),
        Output("thanks-cleared", "data"),
        Input("thanks-done", "data"),
        prevent_initial_call=True,
    )


# --- what is there --------------------------------------------------------------------------------------------
def waiting(desk: Desk) -> list[Case]:
    found: list[Case] = desk.shared.get(
        "praise", lambda: desk.store.praise(desk.brands(), desk.clock() - timedelta(days=DAYS), SHOWN)
    )
    return found


def case_of(desk: Desk, chosen: Any) -> Case | None:
    """The praise that is open; None: there is no such one, or it has been answered or left meanwhile."""
    if not isinstance(chosen, str) or len(chosen) > 300:
        return None
    found = desk.store.praise(desk.brands(), desk.clock() - timedelta(days=DAYS), 1, mention_id=chosen)
    return next(iter(found), None)


# --- doing ----------------------------------------------------------------------------------------------------
def do(desk: Desk, answers: Answers, what: str, shown: Any, words: Any, kind: Any) -> tuple[bool, str]:
    """Do it in the visitor's name; whether something happened, and what to say. Any value may be made up."""
    who, now, say = security.require("responder").name, desk.clock(), desk.reader.say
    case = case_of(desk, shown)
    if case is None:
        return False, say("It is not there any more: somebody has answered it, or it was deleted.")
    mention = case.scored.mention
    if what == "leave":
        with desk.store.atomic():
            desk.store.leave_praise(mention.id, who, now)
            desk.store.add_deed(Deed(at=now, who=who, what="left unanswered", subject=mention.id))
        return True, say("Noted at {at}.", at=desk.reader.clock(now))
    said = words[:LONGEST] if isinstance(words, str) else ""
    if refusal := against(answers, case, kind):
        return False, refusal
    if not said.strip():
        return False, say("There are no words yet.")
    if answers.send(case, said, "") is None:
        return False, say("It repeats an earlier answer, or is held for another reason. Write to this person alone.")
    return True, say("Noted at {at}: you have thanked them.", at=desk.reader.clock(now))


def against(answers: Answers, case: Case, kind: Any) -> str:
    """Why this person must not be thanked now; "" when they may."""
    found, say = doubts(case.scored), answers.desk.reader.say
    if answers.no_thanks(case.scored.mention.brand):
        return say("The lane is closed: nobody is thanked now.")
    if any(each.weight == "stop" for each in found):
        return say("It speaks of people hurt: answer it in the inbox.")
    is_kind = isinstance(kind, list) and "kind" in kind
    return say("Read it twice, and tick that it is meant kindly.") if found and not is_kind else ""


# --- drawing --------------------------------------------------------------------------------------------------
def draw(desk: Desk, answers: Answers, chosen: Any) -> Drawn:
    reader, now, may_act = desk.reader, desk.clock(), security.visitor_now().may("responder")
    cases = waiting(desk)
    case = case_of(desk, chosen)
    brand = case.scored.mention.brand if case else None
    if brand and may_act:
        answers.warm(brand)
    brands = [brand] if brand else desk.brands()
    shut = next((found for each in brands if (found := answers.no_thanks(each))), ())
    found = doubts(case.scored) if case else ()
    is_box = case is not None and may_act and not shut and all(each.weight != "stop" for each in found)
    title = reader.count(len(cases), "{n} person to thank", "{n} people to thank")
    return Drawn(
        title=title.replace(str(SHOWN), f"{SHOWN}+", 1) if len(cases) == SHOWN else title,
        closed=shut_words(shut, reader),
        items=items(cases, case, reader, now),
        post=reading(case, found, reader, now) if cases or case else [],
        doubt_class="asking" if is_box and found else "asking hidden",
        box_class="replybox" if is_box else "replybox hidden",
        shown=[each.scored.mention.id for each in cases],
        open=case.scored.mention.id if case else None,
        warm=brand is not None and answers.is_warm(brand),
    )


def shut_words(shut: Sequence[Reason], reader: Reader) -> Any:
    if not shut:
        return []
    words = [html.H3(reader.say("Nobody is thanked now")), reasons(shut, reader)]
    more = html.P(dcc.Link(reader.say("The quiet switch, and who says whether people are hurt"), href="/quiet"))
    return html.Div(
        [html.Div("■", className="icon", **{"aria-hidden": "true"}), html.Div([*words, more])],
        className="said-word stop",
    )


def items(cases: Sequence[Case], chosen: Case | None, reader: Reader, now: datetime) -> list[Any]:
    if not cases:
        return [
            html.P(
                reader.say("Nobody waits for thanks: no praise of the last {n} days is open.", n=DAYS), className="soft"
            )
        ]
    open_id = chosen.scored.mention.id if chosen else None
    return [item(case, n, case.scored.mention.id == open_id, reader, now) for n, case in enumerate(cases)]


def item(case: Case, n: int, is_chosen: bool, reader: Reader, now: datetime) -> html.Button:
    mention, marks = case.scored.mention, []
    if found := doubts(case.scored):
        is_stop = any(each.weight == "stop" for each in found)
        marks = [
            html.Span(reader.say("people hurt") if is_stop else reader.say("read it twice"), className="chip watch")
        ]
    return html.Button(
        [
            html.Span(html.Bdi(posts.name_of_author(case.scored, reader)), className="who"),
            html.Span(reader.clock_or_day(mention.created_at, now), className="soft small"),
            html.Span(html.Bdi(cards.quote(posts.text_of(case.scored, reader), 200)), className="said"),
            html.Span([*marks, html.Span(cards.name_of(mention.source), className="soft small")], className="tags"),
        ],
        id={"type": "thanks-item", "index": n},
        className="item on" if is_chosen else "item",
        n_clicks=0,
        **({"aria-current": "true"} if is_chosen else {}),
    )


def reading(case: Case | None, found: Sequence[Reason], reader: Reader, now: datetime) -> list[Any]:
    if case is None:
        return [html.P(reader.say("Choose one: who has waited longest stands first."), className="soft")]
    return [posts.post(case.scored, reader, now), reasons(found, reader) if found else None]


def weighed(desk: Desk, answers: Answers, case: Case, words: str, kind: Any) -> tuple[Any, Any]:
    """What there is to say about the words, and the way to the network once nothing stands against them."""
    reader, now = desk.reader, desk.clock()
    if not words.strip():
        return html.P(
            reader.say("Take up what they liked. A thank-you that fits everybody fits nobody."), className="hint small"
        ), None
    own = answers.own_draft(case.scored.mention.id, security.visitor_now().name)
    judged = answers.judge(case.scored, words, own.id if own else 0, PATIENCE)
    lines: list[Any] = []
    if judged.twin is not None:
        at = reader.clock_or_day(judged.twin.at, now)
        who = html.Bdi(reader.say("{who} wrote this at {at}:", who=judged.twin.who, at=at))
        lines.append(html.Blockquote([html.P(who, className="soft small"), html.Bdi(short(judged.twin.words, 400))]))
    lines += [html.P(reader.say(LOCKS[lock]), className="lock") for lock in judged.locks]
    lines += [
        html.P(html.Bdi(each.message), className="soft small")
        for each in judged.advice.findings
        if each.code == "heated"
    ]
    refusal = against(answers, case, kind)
    if refusal:
        lines.append(html.P(refusal, className="soft small"))
    return lines, None if refusal else go(case, judged, words, own, reader)
