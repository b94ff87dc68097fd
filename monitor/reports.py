"""An incident on paper: as rows, as words, as a document. Pure but for reading the store.

Private people get pseudonyms in what leaves the house; the brand's own accounts and our own team keep their names.
"""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from db.rows import Incident, IncidentEvent, Mention, Notification, Planned, Scored, Signal
from db.store import Store
from monitor.answer.hashtag import Finding
from monitor.answer.planned import Going, collisions
from monitor.answer.quiet import Quiet
from monitor.quoting import clean, quote
from monitor.switch import may_go_out


def plain(value: Any) -> Any:
    """Rows as JSON values: times as ISO 8601 with Z, tuples as lists."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return str(value) if isinstance(value, Path) else value


def incident_row(row: Incident) -> dict[str, Any]:
    """One incident as `smoulder incidents --json` lists it."""
    return plain(row)  # type: ignore[no-any-return]


def incident_line(row: Incident) -> str:
    """One incident in one line of a terminal."""
    end = f"to {row.closed_at:%Y-%m-%d %H:%M}" if row.closed_at else "still open"
    return f"{row.id:>4}  {row.opened_at:%Y-%m-%d %H:%M} {end:<20} {row.peak_severity:<6} {row.brand}: {row.title}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that is known about one incident."""

    incident: Incident
    events: tuple[IncidentEvent, ...]
    signals: tuple[Signal, ...]
    posts: tuple[Scored, ...]  # root first, then the telling ones
    told: tuple[Notification, ...]


def story(store: Store, incident_id: int) -> Story | None:
    """None: there is no such incident."""
    incident = store.incident(incident_id)
    if incident is None:
        return None
    events = tuple(store.incident_events(incident_id))
    end = incident.closed_at or incident.last_signal_at
    signals = tuple(s for s in store.signals(incident.brand, incident.opened_at, end) if s.at <= end)
    ids = [incident.root] if incident.root else []
    ids += [post for e in events if e.evidence for post in e.evidence.posts]
    posts = tuple(store.mentions(list(dict.fromkeys(ids))))
    return Story(
        incident=incident,
        events=events,
        signals=signals,
        posts=posts,
        told=tuple(reversed(store.notifications(incident_id))),
    )


def story_text(found: Story) -> str:
    """For a terminal."""
    i = found.incident
    lines = [incident_line(i), ""]
    if i.evidence:
        lines += [i.evidence.words, ""]
    for event in found.events:
        lines.append(f"{event.at:%m-%d %H:%M}  {event.kind:<12} {event.who or 'Smoulder'}: {event.words}")
    lines += ["", *(f"{_who(p.mention)}: {p.mention.text}" for p in found.posts)]
    lines += ["", *(_told(n) for n in found.told)]
    return "\n".join(lines).rstrip()


def _who(mention: Mention) -> str:
    return f"@{mention.handle}" if mention.handle else "somebody"


def _told(row: Notification) -> str:
    if row.sent_at:
        how = f"sent {row.sent_at:%H:%M:%S}"
    else:
        how = f"given up: {row.error}" if row.failed_at else "not sent yet"
    return f"{row.created_at:%m-%d %H:%M}  told {row.recipient} by {row.channel} ({row.reason}): {how}"


def pseudonyms(found: Story) -> dict[str, str]:
    """Every private author of the story -> "person 1", "person 2", … in order of appearance."""
    names: dict[str, str] = {}
    for post in found.posts:
        mention = post.mention
        if not mention.is_own:
            names.setdefault(mention.author_id or mention.handle or mention.id, f"person {len(names) + 1}")
    return names


def _posts(found: Story) -> list[dict[str, Any]]:
    names = pseudonyms(found)
    rows = []
    for post in found.posts:
        m = post.mention
        author = names.get(m.author_id or m.handle or m.id, m.handle or "")
        rows.append(
            {
                "created_at": plain(m.created_at),
                "author": author,
                "text": _without_handles(m, names),
                "label": post.score.label if post.score else None,
                "severity": post.score.severity if post.score else None,
            }
        )
    return rows


def _without_handles(mention: Mention, names: Mapping[str, str]) -> str:
    text = mention.text
    return text.replace(f"@{mention.handle}", names.get(mention.author_id or "", "@…")) if mention.handle else text


def story_document(found: Story) -> dict[str, Any]:
    """The JSON of an export: rows as they are, people as pseudonyms."""
    return {
        "incident": plain(found.incident),
        "events": plain(found.events),
        "signals": plain(found.signals),
        "posts": _posts(found),
        "told": [
            {
                "at": plain(n.created_at),
                "reason": n.reason,
                "channel": n.channel,
                "sent_at": plain(n.sent_at),
                "error": n.error,
            }
            for n in found.told
        ],
    }


def as_json(found: Story) -> str:
    return json.dumps(story_document(found), ensure_ascii=False, indent=1) + "\n"


def as_csv(found: Story) -> str:
    """The time line, one row an event. Cells that a spreadsheet would run are defused."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["at", "kind", "who", "severity", "words"])
    for e in found.events:
        writer.writerow([plain(e.at), e.kind, _cell(e.who or "Smoulder"), e.severity or "", _cell(e.words)])
    for p in _posts(found):
        writer.writerow([p["created_at"], "post", _cell(p["author"]), p["severity"] or "", _cell(p["text"])])
    return out.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def as_html(found: Story) -> str:
    """One file that prints well and loads nothing from anywhere."""
    i = found.incident
    e = html.escape
    events = "".join(
        f"<tr><td>{x.at:%Y-%m-%d %H:%M} UTC<td>{e(x.kind)}<td>{e(x.who or 'Smoulder')}<td>{e(x.words)}"
        for x in found.events
    )
    posts = "".join(
        f"<blockquote><b>{e(p['author'])}</b> <bdi>{e(p['text'])}</bdi></blockquote>" for p in _posts(found)
    )
    told = "".join(f"<li>{e(_told(n))}" for n in found.told)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Incident {i.id}: {e(i.title)}</title><style>'
        "body{font:15px/1.5 Inter,system-ui,sans-serif;max-width:820px;margin:32px auto;padding:0 20px;color:#1c2127}"
        "table{border-collapse:collapse;width:100%}td{border-top:1px solid #e3e0da;padding:6px 8px;vertical-align:top}"
        "blockquote{border-left:3px solid #e3e0da;margin:12px 0;padding:2px 14px}</style>"
        f"<h1>{e(i.title)}</h1><p>{e(i.brand)}, {e(i.peak_severity)}, {i.opened_at:%Y-%m-%d %H:%M} UTC to "
        f"{f'{i.closed_at:%Y-%m-%d %H:%M} UTC' if i.closed_at else 'now'}</p>"
        f"<p>{e(i.evidence.words) if i.evidence else ''}</p><h2>Time line</h2><table>{events}</table>"
        f"<h2>Posts</h2>{posts or '<p>None kept.</p>'}<h2>Who was told</h2><ul>{told or '<li>Nobody.'}</ul></html>\n"
    )


FORMATS: dict[str, Callable[[Story], str]] = {"html": as_html, "csv": as_csv, "json": as_json}


# --- a tag ----------------------------------------------------------------------------------------------------
def tag_document(found: Finding) -> dict[str, object]:
    """The JSON shape of `smoulder hashtag`. `examples`: the newest posts of others, verbatim."""
    return {
        "tag": found.tag,
        "verdict": found.verdict,
        "because": [each.words for each in found.because],
        "posts": found.picture.posts,
        "examples": [each.mention.text for each in found.examples],
        "first_seen": found.picture.first_seen,
    }


def tag_text(found: Finding) -> str:
    """For a terminal: the verdict first. Marks that would move the cursor are left out of strangers' words."""
    lines = [f"{found.verdict}  #{found.tag}", *(f"  {clean(each.words)}" for each in found.because)]
    if found.picture.first_seen is not None:
        lines.append(f"  First seen here {found.picture.first_seen:%Y-%m-%d %H:%M} UTC.")
    if found.examples:
        lines += ["", "The newest posts of others:"]
        posts = [each.mention for each in found.examples]
        lines += [f"  {post.created_at:%Y-%m-%d %H:%M}  {clean(post.text)}" for post in posts]
    return "\n".join(lines)


# --- planned posts ----------------------------------------------------------------------------------------------
def plan_document(posts: Sequence[Planned], going: Going, state: Quiet) -> list[dict[str, object]]:
    """The JSON of `smoulder quiet plan`: each post with what it collides with."""
    return [
        {
            "id": post.id,
            "at": post.at,
            "channel": post.channel,
            "text": post.text,
            "state": post.state,
            "may_go_out": may_go_out(post, state),
            "collides": [each.words for each in collisions(post, going)],
        }
        for post in posts
    ]


def plan_text(posts: Sequence[Planned], going: Going, state: Quiet) -> str:
    lines = [state.words]
    for post in posts:
        when = f"{post.at:%Y-%m-%d %H:%M %Z}" if post.at else "nobody knows when"
        lines.append(f"{post.state.upper():9} {when}  {clean(post.channel)}  {quote(post.text, 100)}")
        lines += [f"          - {clean(each.words)}" for each in collisions(post, going)]
    return "\n".join(lines if posts else [*lines, "No planned post is known."])
