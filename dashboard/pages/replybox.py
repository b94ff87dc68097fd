"""The box in which an answer is written, on the inbox and on the incident: the coach beside it, the locks, the
second person, and the way to the network's own page.

It advises and writes no word for anybody. "Copy and open" puts the words into the clipboard and opens the page on
which the person posts them; "I have sent it" is what that person says afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard import cards, coaching, posts, security
from dashboard.answers import LONGEST, LONGEST_WHY, Answers, Judged, Known, Twin
from dashboard.changed import LATELY, Presence, changed
from dashboard.heard import left_in, state_of
from dashboard.pages.frame import Children, Desk
from dashboard.reader import Reader
from db.rows import Case, Reply, ReplyStep
from monitor.answer.replypage import reply_page

Page = Literal["inbox", "incident"]
BUTTONS = ("ask", "sent", "drop", "agree", "refuse")
TYPED = ("rest", "ask", "sent")  # these are about the words in the box
WRITTEN = ("reply", "why")  # the fields of an answer
STORES = ("typed", "rest", "draft", "shown-draft", "own", "cleared", "answered-now", "said", "box-seen")
PATIENCE = 0.02  # seconds that the one who types waits for the earlier answers to be read
STEPS = {
    "wrote": "wrote it",
    "changed": "changed it",
    "asked": "asked for a second reader",
    "agreed": "agreed",
    "refused": "said no",
    "sent": "sent it",
    "seen": "saw it go out",
    "dropped": "gave it up",
}


# --- layout ---------------------------------------------------------------------------------------------------
def box(page: Page, say: Callable[..., str]) -> html.Section:
    """The fixed parts; what they say comes with the callbacks."""
    return html.Section(
        [
            html.H3(id=f"{page}-to"),
            html.Div(id=f"{page}-second"),
            html.Div(
                [
                    *one_line(f"{page}-verdict", say("What to say with it")),
                    dmc.Button(say("I agree"), id=f"{page}-agree", n_clicks=0),
                    dmc.Button(say("Not like this"), id=f"{page}-refuse", n_clicks=0, variant="default"),
                ],
                id=f"{page}-decide",
                className="acts hidden",
            ),
            label(f"{page}-reply", say("Your own words to this person")),
            dcc.Textarea(
                id=f"{page}-reply",
                className="js-draft",
                maxLength=LONGEST,
                value="",
                placeholder=say("Your own words to this person"),
            ),
            html.Div(id=f"{page}-coach", className="coach", **{"aria-live": "polite"}),
            html.Div(
                one_line(f"{page}-why", say("Why you leave it so (kept with the answer)")),
                id=f"{page}-left",
                className="hidden",
            ),
            html.Div(
                [
                    html.Span(id=f"{page}-go"),
                    dmc.Button(say("Ask a second person"), id=f"{page}-ask", n_clicks=0, variant="default"),
                    dmc.Button(say("I have sent it"), id=f"{page}-sent", n_clicks=0, variant="default"),
                    dmc.Button(say("Give it up"), id=f"{page}-drop", n_clicks=0, variant="subtle", color="gray"),
                ],
                className="acts",
            ),
            html.P(id=f"{page}-replied", role="status", className="soft small"),
            html.Div(id=f"{page}-past"),
            *(dcc.Store(id=f"{page}-{name}") for name in STORES),
        ],
        id=f"{page}-box",
        className="replybox",
    )


def one_line(element: str, words: str) -> list[Any]:
    """A field for a sentence, with its name."""
    field = dcc.Input(id=element, type="text", maxLength=LONGEST_WHY, placeholder=words, value="")
    return [label(element, words), field]


def label(element: str, words: str) -> html.Label:
    """For those who hear the page: what the field is for."""
    return html.Label(words, htmlFor=element, className="unseen")


# --- callbacks ------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Live:
    """What others do, and what has become of it: the parts of one refresh, in the order of the outputs."""

    to: Any
    second: Any
    decide_class: Any
    past: Any
    shown: Any
    own: Any
    root_class: Any


def register(
    app: Dash, page: Page, desk: Desk, guarded: Callable[..., Any], answers: Answers, presence: Presence
) -> None:
    @guarded(
        "viewer",
        Output(f"{page}-reply", "value"),
        Output(f"{page}-why", "value"),
        Output(f"{page}-draft", "data"),
        Output(f"{page}-verdict", "value"),  # what was meant for one draft is not said of the next
        Input(f"{page}-chosen", "data"),
        # What is typed before the draft has come would be written over by it.
        running=[(Output(f"{page}-reply", "readOnly"), True, False)],
    )
    def load(chosen: Any) -> Any:
        """The visitor's own draft for that mention, as it was left."""
        mention_id = id_of(chosen)
        if (case := case_of(desk, chosen)) is not None:
            answers.warm(case.scored.mention.brand)
        own = answers.own_draft(mention_id, security.visitor_now().name) if mention_id else None
        return (own.words, own.why, _place(own), "") if own else ("", "", _no_place(mention_id), "")

    @guarded(
        "viewer",
        Output(f"{page}-coach", "children"),
        Output(f"{page}-go", "children"),
        Output(f"{page}-left", "className"),
        Input(f"{page}-typed", "data"),
        Input(f"{page}-draft", "data"),
        Input(f"{page}-own", "data"),
        Input(f"{page}-cleared", "data"),
        State(f"{page}-chosen", "data"),
        State(f"{page}-reply", "value"),
    )
    def read(_typed: Any, _draft: Any, _own: Any, _cleared: Any, chosen: Any, words: Any) -> Any:
        """The coach, while one types."""
        case, visitor = case_of(desk, chosen), security.visitor_now()
        if case is None or not visitor.may("responder"):
            return [], None, "hidden"
        said = text_of(words)
        if ctx.triggered_id == f"{page}-typed":
            presence.write(visitor.name, case.scored.mention.id)
        own = answers.own_draft(case.scored.mention.id, visitor.name)
        judged = answers.judge(case.scored, said, own.id if own else 0, PATIENCE)
        is_left = bool(said.strip()) and bool(judged.advice.findings)
        return (
            coaching.coach(judged, said, desk.reader, desk.clock()),
            go(case, judged, said, own, desk.reader),
            "" if is_left else "hidden",
        )

    @guarded(
        "responder",
        Output(f"{page}-answered-now", "data"),
        Output(f"{page}-said", "data"),
        *(Input(f"{page}-{name}", "n_clicks") for name in BUTTONS),
        Input(f"{page}-rest", "data"),
        State(f"{page}-chosen", "data"),
        State(f"{page}-reply", "value"),
        State(f"{page}-why", "value"),
        State(f"{page}-draft", "data"),
        State(f"{page}-answered-now", "data"),
        State(f"{page}-shown-draft", "data"),
        State(f"{page}-verdict", "value"),
        prevent_initial_call=True,
    )
    def act(*args: Any) -> Any:
        chosen, words, why, draft, before, shown, verdict = args[-7:]
        what = pressed(page, [str(each) for each in ctx.triggered_prop_ids.values()])
        case = case_of(desk, chosen)
        is_known = what in BUTTONS or what == "rest"
        if case is None or not is_known or (what in TYPED and not is_for(draft, case)):
            return [no_update] * 2
        step = Step(
            page=page,
            what=what,
            case=case,
            words=text_of(words),
            why=text_of(why),
            known=newest(draft, before),
            shown=shown,
        )
        happening, words = done(step, text_of(verdict), answers, desk)
        return happening, no_update if words is no_update else {"for": case.scored.mention.id, "words": words}

    @guarded(
        "viewer",
        Output(f"{page}-to", "children"),
        Output(f"{page}-second", "children"),
        Output(f"{page}-decide", "className"),
        Output(f"{page}-past", "children"),
        Output(f"{page}-shown-draft", "data"),
        Output(f"{page}-own", "data"),
        Output(f"{page}-box", "className"),
        Output(f"{page}-box-seen", "data"),
        Input(f"{page}-interval", "n_intervals"),
        Input(f"{page}-chosen", "data"),
        Input(f"{page}-answered-now", "data"),
        State(f"{page}-box-seen", "data"),
    )
    def refresh(_n: Any, chosen: Any, _done: Any, seen: Any) -> Any:
        return changed(live(desk, page, chosen, presence, answers), seen)

    app.clientside_callback(
        ClientsideFunction("answer", "clear"),
        Output(f"{page}-cleared", "data"),
        Input(f"{page}-answered-now", "data"),
        State(f"{page}-chosen", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("answer", "beside"),
        Output(f"{page}-replied", "children"),
        Input(f"{page}-said", "data"),
        Input(f"{page}-chosen", "data"),
    )


# --- what the browser sent, which may be anything ---------------------------------------------------------------
def id_of(chosen: Any) -> str | None:
    return chosen if isinstance(chosen, str) and 0 < len(chosen) <= 300 else None


def text_of(words: Any) -> str:
    return words[:LONGEST] if isinstance(words, str) else ""


def case_of(desk: Desk, chosen: Any) -> Case | None:
    """The mention that is open, when it is one that can be answered."""
    mention_id = id_of(chosen)
    found = desk.store.cases_of([mention_id]) if mention_id else []
    return found[0] if found and not found[0].scored.mention.is_own else None


def pressed(page: Page, triggered: Sequence[str]) -> str:
    """What is to be done. Who presses a button leaves the box, so that the draft is to be kept in the same moment: the
    button keeps it as well."""
    names = [each.removeprefix(f"{page}-") for each in triggered]
    return next((name for name in names if name in BUTTONS), names[0] if names else "")


def newest(draft: Any, before: Any) -> Known | None:
    """The draft that the page knows, and the revision of it: as it was loaded, or as it was kept since. (0, 0): there
    was none; None: the page does not say."""
    since = before.get("place") if isinstance(before, dict) else None
    is_same = isinstance(since, dict) and isinstance(draft, dict) and since.get("for") == draft.get("for")
    known = [each for each in (known_of(draft), known_of(since) if is_same else None) if each is not None]
    return max(known, default=None)


def known_of(draft: Any) -> Known | None:
    found = (draft.get("id"), draft.get("revision")) if isinstance(draft, dict) else (None, None)
    is_number = all(isinstance(n, int) and not isinstance(n, bool) and 0 <= n < 2**31 for n in found)
    return found if is_number else None  # type: ignore[return-value]


def is_for(draft: Any, case: Case) -> bool:
    """Whether the words in the box were loaded for this mention: what is typed belongs to one person only."""
    return isinstance(draft, dict) and draft.get("for") == case.scored.mention.id


def reply_of(shown: Any) -> tuple[int, int] | None:
    found = (shown.get("id"), shown.get("revision")) if isinstance(shown, dict) else (None, None)
    is_number = all(isinstance(n, int) and not isinstance(n, bool) and 0 < n < 2**31 for n in found)
    return found if is_number else None  # type: ignore[return-value]


def _place(reply: Reply) -> dict[str, Any]:
    return {"for": reply.mention_id, "id": reply.id, "revision": reply.revision}


def _no_place(mention_id: str | None) -> dict[str, Any]:
    """There was no draft when the page looked: whoever writes one meanwhile in another window is not written over."""
    return {"for": mention_id, "id": 0, "revision": 0}


# --- doing ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What somebody pressed, and what stood in the box then."""

    page: Page
    what: str
    case: Case
    words: str
    why: str
    known: Known | None  # the draft that the page knows; None: it does not say
    shown: Any


def done(step: Step, verdict: str, answers: Answers, desk: Desk) -> list[Any]:
    """Do it; what changed, and what to say of it."""
    say, at = desk.reader.say, desk.reader.clock(desk.clock())
    if step.what in ("agree", "refuse"):
        found = reply_of(step.shown)
        row = answers.decide(*found, step.what == "agree", verdict) if found else None
        if row is None:
            return [happened(step, None, desk), refusal(step, answers, desk)]
        return [happened(step, None, desk, clear=("verdict",)), say("Noted at {at}.", at=at)]
    nothing = _no_place(step.case.scored.mention.id)
    if step.what == "drop":
        if answers.drop(step.case) is None:
            return [no_update, say("Nothing was changed.")]
        return [happened(step, nothing, desk, clear=WRITTEN), say("Given up. Nothing was sent.")]
    way = {"ask": answers.ask, "sent": answers.send, "rest": answers.keep}[step.what]
    row = way(step.case, step.words, step.why, step.known)
    who, mention = security.visitor_now().name, step.case.scored.mention
    if row is None and step.what == "rest" and (not step.words.strip() or answers.is_out(mention, step.words, who)):
        return [no_update] * 2
    if row is None:
        own = answers.own_draft(mention.id, who)
        return [happened(step, _place(own) if own else nothing, desk), refusal(step, answers, desk)]
    if step.what == "sent":
        return [happened(step, nothing, desk, clear=WRITTEN), say("Noted at {at}: you have answered.", at=at)]
    asked = say("A second person is asked. It waits in their inbox.")
    return [happened(step, _place(row), desk), asked if step.what == "ask" else no_update]


def happened(step: Step, place: Any, desk: Desk, *, clear: Sequence[str] = ()) -> dict[str, Any]:
    """`place`: which draft the box holds now; `clear`: the fields that are to be empty."""
    return {
        "page": step.page, "for": step.case.scored.mention.id, "what": step.what, "at": desk.clock().timestamp(),
        "place": place, "clear": list(clear),
    }  # fmt: skip


def refusal(step: Step, answers: Answers, desk: Desk) -> str:
    """Why nothing happened, in words that say what to do."""
    say = desk.reader.say
    if step.what in ("agree", "refuse"):
        return say("That cannot be done: it is your own draft, or it has changed since you read it.")
    if not step.words.strip():
        return say("There are no words yet.")
    judged = answers.judge(step.case.scored, step.words)
    if step.what == "sent" and judged.locks:
        return say("It is held: a second person must agree to these very words first.")
    changed = say("It was changed in another window, or was decided meanwhile. Look again, then press once more.")
    own = answers.own_draft(step.case.scored.mention.id, security.visitor_now().name)
    if own is None or not own.words.strip() or own.words == step.words:
        return changed
    # The pause after the next word writes over these: they are shown once before they go.
    return f"{changed} {say('What was kept there: “{words}”', words=cards.visible(own.words))}"


# --- drawing: the way out ------------------------------------------------------------------------------------------
def go(case: Case, judged: Judged, words: str, own: Reply | None, reader: Reader) -> Children:
    """The way to the network, once nothing stands against these words. The link carries the words it was made for."""
    if not words.strip() or not is_free(judged, words, own):
        return None
    link = cards.safe_link(reply_page(case.scored.mention))
    source = cards.name_of(case.scored.mention.source)
    if link is None:
        return html.Span(reader.say("{source} gives no address to answer at.", source=source), className="soft small")
    return html.A(
        [reader.say("Copy and open {source}", source=source)],
        href=link,
        target="_blank",
        rel="noopener noreferrer",
        className="button js-copy",
        **{
            "data-words": words,
            "data-copied": reader.say("Copied. Paste it there, post it as yourself, and come back."),
            "data-select": reader.say("Your browser does not let us copy. The words are selected: copy them by hand."),
        },
    )


def is_free(judged: Judged, words: str, own: Reply | None) -> bool:
    if not judged.is_compared:
        return False
    if not judged.locks:
        return own is None or own.state != "refused" or own.words != words
    is_cleared = own is not None and own.state == "cleared" and own.words == words
    return is_cleared and own is not None and set(judged.locks) <= set(own.locks)


# --- drawing: what others do --------------------------------------------------------------------------------------
def live(desk: Desk, page: Page, chosen: Any, presence: Presence, answers: Answers) -> Live:
    reader, now, visitor = desk.reader, desk.clock(), security.visitor_now()
    case = case_of(desk, chosen)
    if case is None:
        return Live([], [], "acts hidden", [], None, None, "replybox hidden")
    mention = case.scored.mention
    rows = [r for r in desk.store.replies(mention_ids=[mention.id]) if r.state != "dropped"]
    others = [r for r in rows if r.writer != visitor.name and r.state in ("draft", "waiting", "cleared")]
    waits = min((r for r in others if r.state == "waiting"), key=lambda r: r.asked_at or r.written_at, default=None)
    may_decide = waits is not None and visitor.may("responder") and waits.may_be_decided_by(visitor.name)
    writing = [name for name in presence.writers(mention.id, now) if name != visitor.name]
    return Live(
        to=to_whom(case, page, others, writing, reader, now),
        second=second(waits, answers.twin_of(waits), reader, now) if waits else [],
        decide_class="acts" if may_decide else "acts hidden",
        past=past(desk, rows, visitor.name),
        shown={"id": waits.id, "revision": waits.revision} if waits else None,
        own=[
            answers.is_warm(mention.brand),
            answers.meanwhile(case.scored),
            *([r.id, r.state] for r in rows if r.writer == visitor.name),
        ],
        root_class="replybox" if visitor.may("responder") else "replybox looking",
    )


def to_whom(
    case: Case, page: Page, others: Sequence[Reply], writing: Sequence[str], reader: Reader, now: datetime
) -> list[Any]:
    """ "Your reply to Leah · Bo writes as well": nobody finds out afterwards that there were two answers."""
    name = posts.name_of_author(case.scored, reader)
    writers = sorted({*writing, *(reply.writer for reply in others if now - reply.written_at <= LATELY)})
    busy = (
        reader.say("{names} writes as well", names=", ".join(writers)) if writers else reader.say("nobody else writes")
    )
    found: list[Any] = [
        html.Bdi(reader.say("Your reply to {name}", name=name)),
        html.Span(f" · {busy}", className="watch small" if writers else "soft small"),
    ]
    if page == "incident":
        found.append(html.P(html.Bdi(cards.quote(posts.text_of(case.scored, reader), 240)), className="quoted"))
    for reply in others:
        at = reader.clock_or_day(reply.written_at, now)
        words = reader.say("{who} has this in hand since {at}", who=reply.writer, at=at)
        if reply.state != "waiting" and reply.words.strip():
            found.append(html.Details([html.Summary(words), html.P(html.Bdi(coaching.short(reply.words, 600)))]))
    return found


def second(waits: Reply, twin: Twin | None, reader: Reader, now: datetime) -> list[Any]:
    """A draft of somebody else that waits for a second person: the words, why it waits, what was left in and why."""
    say = reader.say
    at = reader.clock_or_day(waits.asked_at or waits.written_at, now)
    return [
        html.P(html.B(say("{who} asks for a second reader since {at}", who=waits.writer, at=at)), className="small"),
        html.Blockquote(html.Bdi(cards.visible(waits.words))),
        *(html.P(say(coaching.LOCKS[lock]), className="lock") for lock in waits.locks if lock in coaching.LOCKS),
        *coaching.twin(twin, reader, now),
        *left_in(waits, reader),
    ]


def past(desk: Desk, rows: Sequence[Reply], who: str) -> list[Any]:
    """What this person got so far, what became of the visitor's own draft, and the history of each."""
    shown = [r for r in rows if r.state in ("sent", "seen") or r.writer == who]
    return [one_answer(reply, desk.store.reply_steps(reply.id), desk.reader, desk.clock()) for reply in shown[:8]]


def one_answer(reply: Reply, steps: Sequence[ReplyStep], reader: Reader, now: datetime) -> html.Div:
    is_out = reply.state in ("sent", "seen")
    return html.Div(
        [
            html.P(state_of(reply, reader, now), className="small"),
            *([html.Blockquote(html.Bdi(cards.visible(reply.words)))] if is_out else []),
            *(left_in(reply, reader) if is_out else []),
            html.Details(
                [
                    html.Summary(reader.say("Its history")),
                    html.Ol([html.Li(_step(step, reader, now)) for step in steps], className="plain small"),
                ]
            ),
        ],
        className="answer",
    )


def _step(step: ReplyStep, reader: Reader, now: datetime) -> list[Any]:
    who = step.who or reader.say("the stream")
    words = [f"{reader.clock_or_day(step.at, now)} {who}: {reader.say(STEPS.get(step.what, step.what))}"]
    return [html.Bdi(" ".join([*words, step.words]).strip())]
