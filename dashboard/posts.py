"""A stranger's post as a component: isolated, unlinked but for the network's own page, with what led to its score.

Everything here is text in ordinary elements. Nothing that somebody wrote becomes markup, an address of ours, or
the name of a component.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dash import html

from dashboard import cards
from dashboard.reader import Reader
from db.rows import Scored

Children = Any
KINDS = {"complaint": "storm", "hostile": "watch", "praise": "ok"}
LONGEST = 4000


def name_of_author(scored: Scored, reader: Reader) -> str:
    mention = scored.mention
    return cards.quote_name(mention.display_name or mention.handle or "") or reader.say("somebody")


def text_of(scored: Scored, reader: Reader) -> str:
    """What is shown of the text: without invisible marks, cut when it is endless."""
    mention = scored.mention
    if mention.deleted_at is not None:
        return reader.say("This post was deleted.")
    plain = cards.visible(mention.text)
    return plain if len(plain) <= LONGEST else plain[:LONGEST] + "…"


def marked(text: str, because: Sequence[str]) -> list[Any]:
    """The text with the words that weighed most in `html.Mark`; rules ("rule: …") are no words of the text."""
    words = sorted({w for w in because if w and not w.startswith("rule:") and len(w) > 1}, key=len, reverse=True)
    if not words:
        return [text]
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(w)}(?!\w)" for w in words[:20]), re.IGNORECASE)
    found: list[Any] = []
    at = 0
    for match in pattern.finditer(text):
        if match.start() > at:
            found.append(text[at : match.start()])
        found.append(html.Mark(match.group()))
        at = match.end()
    if at < len(text):
        found.append(text[at:])
    return found or [text]


def by_line(scored: Scored, reader: Reader, now: datetime) -> html.P:
    """Who, when, where; the network's name opens the post there."""
    mention = scored.mention
    where, link = cards.name_of(mention.source), cards.safe_link(mention.url)
    parts: list[Any] = [
        html.B(html.Bdi(name_of_author(scored, reader))),
        f" · {reader.clock_or_day(mention.created_at, now)}",
    ]
    if mention.followers is not None:
        parts.append(" · " + reader.count(mention.followers, "{n} follower", "{n} followers"))
    parts.append(" · ")
    parts.append(html.A(where, href=link, target="_blank", rel="noopener noreferrer") if link else where)
    return html.P(parts, className="soft small")


def post(scored: Scored, reader: Reader, now: datetime) -> html.Article:
    return html.Article(
        [
            by_line(scored, reader, now),
            html.P(html.Bdi(text_of(scored, reader)), className="text"),
            html.P(labels(scored, reader)),
        ],
        className="post own" if scored.mention.is_own else "post",
    )


def labels(scored: Scored, reader: Reader) -> list[Any]:
    score = scored.score
    if scored.mention.is_own:
        return [html.Span(reader.say("ours"), className="chip ok")]
    if score is None:
        return [html.Span(reader.say("not scored yet"), className="chip")]
    chips = [html.Span(reader.say(score.label), className=f"chip {KINDS.get(score.label, '')}")]
    if score.severity >= 2:
        chips.append(html.Span(reader.say("severity {n}", n=score.severity), className="chip storm"))
    if score.lang not in (reader.language, "und", ""):
        chips.append(html.Span(score.lang[:8], className="chip"))
    return chips


def why(scored: Scored, reader: Reader) -> list[Any]:
    """Why it is here: the label, how sure, the words and rules that led to it."""
    score = scored.score
    if score is None:
        return [reader.say("It was not scored yet.")]
    if score.model.startswith("person:"):
        return [
            reader.say("{who} says: {label}.", who=score.model.removeprefix("person: "), label=reader.say(score.label))
        ]
    sure = max(score.complaint, score.hostile) if score.label in ("complaint", "hostile") else score.praise
    words = [w for w in score.because if not w.startswith("rule:")]
    rules = [w.removeprefix("rule:").strip() for w in score.because if w.startswith("rule:")]
    said = f"{reader.say(score.label)} {reader.decimal(sure, 2)}"
    if words:
        said += f" ({', '.join(words[:6])})"
    if rules:
        said += reader.say(", severity {n} by the rule “{rules}”", n=score.severity, rules=", ".join(rules[:3]))
    return [html.Bdi(said + ".")]
