"""A review on paper: one HTML file that prints well, runs nothing and loads nothing; the time line as CSV; all as JSON.

Private people have pseudonyms unless whoever asks says otherwise; our own team keeps its names.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Any

from dashboard import cards, curves, telling
from dashboard.blocks import Block, Curve, Fact, Facts, Line, Quote, Section, Table
from dashboard.pseudonyms import Names, names_for
from dashboard.reader import Reader
from db.rows import Scored
from monitor import review
from monitor.durations import NAMES, Durations
from monitor.review import Study

STYLE = """
body{font:15px/1.5 Inter,system-ui,sans-serif;max-width:960px;margin:32px auto;padding:0 20px;color:#1c2127}
h1{font-size:24px;line-height:1.25;margin:0 0 4px}h2{font-size:15px;margin:28px 0 8px}p{margin:0 0 8px}
.soft{color:#5c6672}.late::before{content:"\\25b3  "}.ok::before{content:"\\2713  "}.down::before{content:"\\25c7  "}
table{border-collapse:collapse;width:100%;font-size:13px}th{text-align:left;font-weight:500;color:#5c6672}
td,th{border-top:1px solid #e3e0da;padding:6px 10px 6px 0;vertical-align:top;overflow-wrap:anywhere}
dl{display:flex;flex-wrap:wrap;gap:8px 36px}dd{margin:0;font-size:19px;font-weight:650}dt{color:#5c6672;font-size:13px}
blockquote{border-left:3px solid #e3e0da;margin:12px 0;padding:2px 14px}svg{width:100%;height:auto}
@media print{body{margin:0;max-width:none}section{break-inside:avoid-page}tr,blockquote,svg{break-inside:avoid}}
"""
WIDTH, HEIGHT, FLOOR = 960, 260, 30


def as_html(found: Study, reader: Reader, others: Sequence[Durations] = (), *, hides: bool = True) -> str:
    names = names_for(found, reader, hides=hides)
    sections = telling.tell(found, reader, names, others)
    i, say = found.incident, reader.say
    title = names.words(cards.title(i, reader))
    state = say("over since {at}", at=reader.stamp(i.closed_at)) if i.closed_at else say("still open")
    who = say("Owner: {who}", who=i.owner) if i.owner and i.acknowledged_at else say("Nobody owned it")
    worst = say("at its worst: {what}", what=say(i.peak_severity))
    hidden = say("Private people have pseudonyms.") if hides else say("With the names of private people: keep it safe.")
    made = say("Written down by Smoulder on {at}.", at=reader.stamp(found.now))
    # No policy header goes with a saved file: it carries its own.
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html><html lang="{escape(reader.language)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(say('Incident {n}', n=i.id))}: {escape(title)}</title><style>{STYLE}</style></head><body>"
        f'<p class="soft">{escape(say("Incident {n}", n=i.id))}, {escape(i.brand)}, {escape(worst)}</p>'
        f"<h1><bdi>{escape(title)}</bdi></h1>"
        f'<p class="soft">{escape(reader.stamp(i.opened_at))}, {escape(state)}. {escape(who)}.</p>'
        + "".join(_section(section, found, reader) for section in sections)
        + f'<p class="soft">{escape(made)} {escape(hidden)}</p></body></html>\n'
    )


def _section(section: Section, found: Study, reader: Reader) -> str:
    blocks = "".join(_block(block, found, reader) for block in section.blocks)
    return f'<section id="{section.key}"><h2>{escape(section.title)}</h2>{blocks}</section>'


def _block(block: Block, found: Study, reader: Reader) -> str:
    if isinstance(block, Line):
        return f'<p class="{block.tone}"><bdi>{_lines(block.words)}</bdi></p>'
    if isinstance(block, Facts):
        return f"<dl>{''.join(_fact(each) for each in block.facts)}</dl>"
    if isinstance(block, Quote):
        note = f'<span class="soft">{escape(block.note)}</span>' if block.note else ""
        return (
            f"<blockquote><b><bdi>{escape(block.who)}</bdi></b> {note}<br><bdi>{_lines(block.words)}</bdi></blockquote>"
        )
    if isinstance(block, Curve):
        return curve(found, reader)
    return _table(block)


def _lines(words: str) -> str:
    return escape(words).replace("\n", "<br>")


def _fact(each: Fact) -> str:
    note = f"<br>{escape(each.note)}" if each.note else ""
    return f'<div><dd class="{each.tone}">{escape(each.value)}</dd><dt>{escape(each.name)}{note}</dt></div>'


def _table(table: Table) -> str:
    if not table.rows:
        return f'<p class="soft">{escape(table.empty)}</p>' if table.empty else ""
    head = "".join(f"<th>{escape(each)}</th>" for each in table.head)
    rows = "".join("<tr>" + "".join(f"<td><bdi>{_lines(c)}</bdi></td>" for c in row) + "</tr>" for row in table.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def curve(found: Study, reader: Reader) -> str:
    """The curve as a drawing: band, line, holes where nothing was seen, marks with their words."""
    line = points(found)
    top = 1.2 * max([4.0, *(n for _, n in line if n is not None), *(e.high for e in found.band)])
    length = max(1.0, (found.end - found.start).total_seconds())

    def x(at: datetime) -> float:
        return round(WIDTH * min(1.0, max(0.0, (at - found.start).total_seconds() / length)), 1)

    def y(n: float) -> float:
        return round((HEIGHT - FLOOR) * (1 - n / top), 1)

    parts = [_hatched(x(g.start), x(g.end or found.end)) for g in found.gaps]
    if found.band:
        along = [f"{x(e.at)},{y(e.high)}" for e in found.band]
        back = [f"{x(e.at)},{y(max(0.0, e.low))}" for e in reversed(found.band)]
        parts.append(f'<polygon points="{" ".join(along + back)}" fill="#d5e4ec"/>')
    for run in _runs(line):
        drawn = " ".join(f"{x(at)},{y(n)}" for at, n in run)
        parts.append(f'<polyline points="{drawn}" fill="none" stroke="#8f2a15" stroke-width="3"/>')
    for n, (at, words) in enumerate(marks(found, reader)):
        place = x(at)
        parts.append(f'<line x1="{place}" x2="{place}" y1="0" y2="{HEIGHT - FLOOR}" stroke="#5c6672" '
                     f'stroke-dasharray="4 3"/><text x="{max(60, place - 4)}" y="{14 + 16 * (n % 6)}" font-size="13" '
                     f'text-anchor="end" fill="#1c2127">{escape(words)}</text>')  # fmt: skip
    for quarter in range(5):
        at = found.start + timedelta(seconds=length * quarter / 4)
        anchor = "start" if quarter == 0 else "end" if quarter == 4 else "middle"
        parts.append(f'<text x="{x(at)}" y="{HEIGHT - 8}" font-size="13" text-anchor="{anchor}" fill="#5c6672">'
                     f"{escape(reader.day(at))} {reader.clock(at)}</text>")  # fmt: skip
    peak = max((n for _, n in line if n is not None), default=0)
    words = reader.say("At most {n} complaints in 10 min; the shaded band is the usual.", n=reader.number(peak))
    pattern = (
        '<defs><pattern id="h" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="2" height="8" fill="#a7adb5"/></pattern></defs>'
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(words)}">{pattern}'
        f'{"".join(parts)}</svg><p class="soft">{escape(words)}</p>'
    )


def _hatched(left: float, right: float) -> str:
    return f'<rect x="{left}" y="0" width="{max(1.0, right - left)}" height="{HEIGHT - FLOOR}" fill="url(#h)"/>'


def points(found: Study) -> list[tuple[datetime, int | None]]:
    """Complaints in the ten minutes up to each moment, some 400 of them; None: no live source saw anything."""
    line = curves.rolling(found.buckets, found.start, found.end)
    return [(at, None if curves.is_unknown(at, found.gaps, found.sources) else n) for at, n in line]


def _runs(line: Sequence[tuple[datetime, int | None]]) -> list[list[tuple[datetime, int]]]:
    """The line in pieces without holes."""
    runs: list[list[tuple[datetime, int]]] = [[]]
    for at, n in line:
        if n is None:
            runs.append([])
        else:
            runs[-1].append((at, n))
    return [run for run in runs if run]


def marks(found: Study, reader: Reader) -> list[tuple[datetime, str]]:
    """What stands on the curve, in order."""
    say = reader.say
    words = {
        "opened": say("alarm"),
        "worse": say("storm"),
        "reopened": say("again"),
        "acknowledged": say("taken"),
        "calming": say("calming"),
        "closed": say("over"),
    }
    rows = [(event.at, words[event.kind]) for event in found.events if event.kind in words]
    if found.incident.first_post_at is not None:
        rows.append((found.incident.first_post_at, say("first post")))
    rows += [(own.created_at, say("our word")) for own in found.own[:5]]
    rows += [(start, say("quiet on")) for start, _ in found.quiet]
    return sorted((at, said) for at, said in rows if found.start <= at <= found.end)


# --- data -----------------------------------------------------------------------------------------------------
def as_json(found: Study, reader: Reader, others: Sequence[Durations] = (), *, hides: bool = True) -> str:
    names = names_for(found, reader, hides=hides)
    return json.dumps(document(found, reader, names), ensure_ascii=False, indent=1) + "\n"


def document(found: Study, reader: Reader, names: Names) -> dict[str, Any]:
    """Rows as they are, people as `names` calls them. Durations in seconds."""
    took = review.took(found)
    incident = plain(found.incident)
    incident["title"] = names.words(found.incident.title)
    return {
        "incident": _hidden(incident, names),
        "durations": {name: _seconds(getattr(took, name)) for name in NAMES},
        "events": [_hidden(plain(event), names) for event in found.events],
        "signals": [_hidden(plain(signal), names) for signal in found.signals],
        "posts": [_post(each, names) for each in found.posts],
        "ours": [
            {"created_at": plain(m.created_at), "author": names.of(m), "text": names.words(m.text)} for m in found.own
        ],
        "spread": plain(found.spread),
        "not_seen": plain(found.gaps),
        "quiet": [{"from": plain(a), "until": plain(b)} for a, b in found.quiet],
        "people": {"complained": len(found.people), "never_heard": len(review.unheard(found))},
        "six_rules": [
            {"rule": v.rule, "state": v.state, "evidence": telling.evidence(v, reader)} for v in review.six_rules(found)
        ],
        "review": plain(found.review),
        "actions": plain(found.actions),
        "told": [
            {"at": plain(n.created_at), "reason": n.reason, "channel": n.channel, "sent_at": plain(n.sent_at),
             "error": n.error} for n in found.told
        ],
    }  # fmt: skip


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())


def _post(each: Scored, names: Names) -> dict[str, Any]:
    m = each.mention
    return {
        "created_at": plain(m.created_at),
        "received_at": plain(m.received_at),
        "source": m.source,
        "author": names.of(m),
        "text": names.words(m.text),
        "label": each.score.label if each.score else None,
        "severity": each.score.severity if each.score else None,
    }


def _hidden(row: dict[str, Any], names: Names) -> dict[str, Any]:
    """A row with its evidence: a quoted post goes through the same door as the posts, ids of posts name authors."""
    body = row.get("evidence")
    if names.hides and "root" in row:
        row["root"] = None
    if isinstance(body, dict):
        if names.hides:
            body |= {"root": None, "posts": []}
        for key in ("words", "root_text"):
            body[key] = names.words(body[key]) if body.get(key) else body.get(key)
    if row.get("words"):
        row["words"] = names.words(row["words"])
    return row


def plain(value: Any) -> Any:
    """Rows as JSON values: times as ISO 8601 with Z, tuples as lists."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


def as_csv(found: Study, reader: Reader, others: Sequence[Durations] = (), *, hides: bool = True) -> str:
    """The time line and the posts, one row each. Cells that a spreadsheet would run are defused."""
    names = names_for(found, reader, hides=hides)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["at", "kind", "who", "severity", "words"])
    rows: list[tuple[datetime, str, str, str, str]] = [
        (e.at, e.kind, e.who or "Smoulder", e.severity or "", names.words(e.words)) for e in found.events
    ]
    for each in found.posts:
        m, score = each.mention, each.score
        rows.append((m.created_at, "post", names.of(m), str(score.severity) if score else "", names.words(m.text)))
    known = {each.mention.id for each in found.posts}
    rows += [(m.created_at, "our word", names.of(m), "", names.words(m.text)) for m in found.own if m.id not in known]
    for at, kind, who, severity, words in sorted(rows, key=lambda row: row[0]):
        writer.writerow([plain(at), kind, cell(who), severity, cell(words)])
    return out.getvalue()


def cell(text: str) -> str:
    """Fit for a spreadsheet: what would be read as a formula gets an apostrophe."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


FORMATS: dict[str, Callable[..., str]] = {"html": as_html, "csv": as_csv, "json": as_json}
