"""The list of people who wrote: by which question it is asked for, what has changed in it, and how each is shown.

It never moves under a reader's eyes: what is new is counted, and comes in when asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from dash import html, no_update

from dashboard import cards, posts
from dashboard.changed import LATELY, Presence, digest
from dashboard.pages.frame import Desk, since
from dashboard.reader import Reader
from dashboard.still import still
from db.rows import Case, Label, Look

SHOWN = 100
LABELS: tuple[Label, ...] = get_args(Label)
STATES = ("unheard", "heard", "answered", "closed", "second", "thanks", "all")
SPANS = {"1h": 1, "24h": 24, "3d": 72, "30d": 720}
LANGUAGES = ("en", "fr", "de", "es", "it", "nl", "pt", "und")
NARROW = ("brand", "label", "source", "lang", "severity", "span", "whose")
EVER = datetime(1970, 1, 1, tzinfo=UTC)


# --- the question, which may be anything ----------------------------------------------------------------------
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


# --- the answer -----------------------------------------------------------------------------------------------
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


# --- drawing --------------------------------------------------------------------------------------------------
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
