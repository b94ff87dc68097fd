"""What the coach says of a draft, as components: a tick with what it found, or a question; marks, twins and locks.

It asks and quotes. No figure, and no sentence that could be copied into an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from dash import html

from dashboard import cards
from dashboard.answers import Judged, Twin
from dashboard.reader import Reader
from monitor.answer.coach import Finding
from monitor.answer.tongue import PARTS

TITLES = {
    "heard": "Heard",
    "acknowledged": "Responsibility",
    "sympathised": "Sympathy",
    "repair": "Repair",
    "repentance": "So it will not happen again",
}
LOCKS = {
    "hurt": "It answers praise while it is quiet or people are hurt. A second person reads it first.",
    "heated": "It answers anger with anger. A second person reads it before it leaves.",
    "third": "It would be the third answer to the same person within half an hour. A second person reads it first.",
    "same": "It repeats an earlier answer. Write to this person alone, or let a second person agree.",
    "house": "This house has every answer read by a second person.",
}


def coach(judged: Judged, words: str, reader: Reader, now: datetime) -> list[Any]:
    """Presence first, then what is better left out, then why it waits. No marks, no sentence of ours to copy."""
    say, advice = reader.say, judged.advice
    hint = html.P(advice.hint, className="hint small")
    if not words.strip():
        return [hint]
    found = {word.part: word.span for word in advice.words}
    questions = dict(zip([part for part in PARTS if part not in found], advice.questions, strict=True))
    return [
        hint,
        html.Ul(
            [
                _part(say(TITLES[part]), words[slice(*found[part])] if part in found else None, questions.get(part))
                for part in PARTS
            ],
            className="parts",
        ),
        *(
            [html.Ul([_marker(each, words) for each in advice.findings], className="markers")]
            if advice.findings
            else []
        ),
        *_tags(judged.tags, reader),
        *twin(judged.twin, reader, now),
        *(
            []
            if judged.is_compared
            else [html.P(say("Earlier answers are still being read: a moment."), className="soft")]
        ),
        *(html.P(say(LOCKS[lock]), className="lock") for lock in judged.locks),
    ]


def _part(title: str, quoted: str | None, question: str | None) -> html.Li:
    """A tick with what it found, or a question mark with a question."""
    if quoted is None:
        return html.Li([html.Span("?", className="ask"), html.Span([html.B(title), " ", question or ""])])
    return html.Li([html.Span("✓", className="there"), html.Span([html.B(title), " ", html.Bdi(f"“{short(quoted)}”")])])


def _marker(finding: Finding, words: str) -> html.Li:
    quoted = words[slice(*finding.span)]
    return html.Li([html.Mark(html.Bdi(short(quoted))), " ", finding.message], className=finding.code)


def short(words: str, length: int = 70) -> str:
    plain = " ".join(cards.visible(words).split())
    return plain if len(plain) <= length else plain[:length].rsplit(" ", 1)[0] + "…"


def _tags(tags: Sequence[tuple[str, str]], reader: Reader) -> list[Any]:
    """Know a hashtag or a name before using it: the way to the page that says what it is about."""
    if not tags:
        return []
    found: list[Any] = [reader.say("Know what it is about before you use it: ")]
    for n, (term, verdict) in enumerate(tags):
        words = f"{term} ({verdict})" if verdict else term
        kind = "storm" if verdict == "STOP" else ""
        href = f"/hashtag?{urlencode({'tag': term})}"
        found += [
            ", " if n else "",
            html.A(html.Bdi(words), href=href, target="_blank", rel="noopener noreferrer", className=kind),
        ]
    return [html.P(found, className="small")]


def twin(found: Twin | None, reader: Reader, now: datetime) -> list[Any]:
    """The earlier answer that a draft repeats, with who gave it."""
    if found is None:
        return []
    said = reader.say("{who} wrote this at {at}:", who=found.who, at=reader.clock_or_day(found.at, now))
    return [html.Blockquote([html.P(html.Bdi(said), className="soft small"), html.Bdi(short(found.words, 400))])]
