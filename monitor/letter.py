"""A notification as a letter that a tired person reads on a telephone. Pure: rows in, text and HTML out.

The first line says what, how much, since when and what to do. Words of mentions are quoted safely in the body
and stand in no header.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from html import escape

from db.rows import Evidence, Incident, Mention, Notification
from monitor.phrases import MONTHS, phrases
from monitor.quoting import clean, isolate, quote, shorten

QUOTE_LENGTH = 220
POSTS = 3
UNITS = {"spike": "mentions", "shift": "mentions", "topic": "mentions", "pileon": "people"}
COLOURS = {"storm": "#ff7a59", "watch": "#f2b63c", "calming": "#8fa3b8", "over": "#6fc3a7"}
MARKS = {"storm": "▲", "watch": "◆", "calming": "▽", "over": "●"}
NETWORKS = {"x": "X", "bluesky": "Bluesky", "rss": "RSS", "mastodon": "Mastodon", "hn": "Hacker News"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One notification with the incident it is about and the posts that tell most."""

    row: Notification
    incident: Incident
    posts: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How a letter speaks: language, clock and where its links lead."""

    language: str = "en"
    zone: tzinfo = UTC
    address: str = ""  # what links begin with


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A letter without its envelope."""

    subject: str
    text: str
    html: str


def subject(incident: Incident, reason: str, language: str) -> str:
    """Only the part in brackets changes while an incident lasts, so that mail programs keep one thread."""
    words = phrases(language)
    opened = f"{incident.opened_at:%Y-%m-%d}"
    return words["subject"].format(
        state=words[state_of(incident, reason)], brand=name(incident.brand), id=incident.id, opened=opened
    )


def gravest_first(stories: Sequence[Story]) -> list[Story]:
    """Storms before watches, the larger crowd first, what is over last."""
    return sorted(stories, key=_gravity)


def write(stories: Sequence[Story], setting: Setting, now: datetime, *, picture_words: str | None = None) -> Written:
    """One letter about one or more stories, the gravest first; with a place for the chart when it has words.

    Raises ValueError when there is no story.
    """
    gravest, *others = gravest_first(stories)
    words = phrases(setting.language)
    opening = first_line(gravest, setting, now)
    title = gravest.row.subject or subject(gravest.incident, gravest.row.reason, setting.language)
    if others:
        opening = words["together"].format(count=len(stories)) + opening
        title = f"{title} (+{len(others)})"
    return Written(
        subject=title,
        text=_text(gravest, others, opening, setting, now),
        html=_html(gravest, others, opening, setting, now, picture_words=picture_words),
    )


def note_subject(reason: str, language: str) -> str:
    """The subject of a notification that is not about an incident."""
    return phrases(language)["subject " + reason]


def write_note(row: Notification, setting: Setting) -> Written:
    """A letter that is not about an incident: a test."""
    words = phrases(setting.language)
    line = words["note " + row.reason]
    body = _paragraph(escape(line), 19, INK, "600") + _button(words["open"], setting.address or "#")
    text = f"{line}\n\n{words['label'].format(label=words['open'], value=setting.address)}\n"
    return Written(subject=row.subject, text=text, html=_page(line, body, setting))


def first_line(story: Story, setting: Setting, now: datetime, line: str = "line") -> str:
    """What, how much, since when, what to do: one line that a lock screen can show. "line short": nothing to do."""
    incident, words = story.incident, phrases(setting.language)
    state = state_of(incident, story.row.reason)
    begun = incident.first_post_at or incident.opened_at
    what = words["at"].format(state=words[state], brand=name(incident.brand))
    if state == "over":
        lasted = words["over after"].format(duration=duration(begun, incident.closed_at or now))
        return words["line over"].format(what=what, much=lasted, do=words["do over"])
    much, do = how_much(story, words), _to_do(incident, state, words)
    return words[line].format(what=what, when=when(begun, now, setting), much=much, do=do)


def how_much(story: Story, words: Mapping[str, str]) -> str:
    """What was seen against what is usual, in the words of the rule that rang when it has some."""
    evidence = story.row.evidence or story.incident.evidence
    if evidence is None:
        return words["no figures"]
    if evidence.words:
        return quote(evidence.words, 160).rstrip(".")
    unit = UNITS.get(story.incident.kind, "complaints")
    return words[unit].format(
        seen=round(evidence.seen), window=span(evidence.window_minutes), usual=usual(evidence.expected, words)
    )


def state_of(incident: Incident, reason: str) -> str:
    """storm, watch, calming or over: what the band of the letter says."""
    if reason == "over" or (reason == "calming" and incident.calming_at is not None):
        return reason
    return incident.severity


def name(brand: str) -> str:
    """A brand as it may stand in a header."""
    return shorten(clean(brand), 60)


def usual(value: float, words: Mapping[str, str]) -> str:
    return words["none"] if value < 0.5 else f"{value:.0f}"


def span(minutes: float) -> str:
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.0f} h"


def duration(start: datetime, end: datetime) -> str:
    """ "38 min", "4 h 10 min"."""
    minutes = max(0, round((end - start).total_seconds() / 60))
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def when(at: datetime, now: datetime, setting: Setting) -> str:
    """A time of the reader's own clock; with the day when it is not today's."""
    local = at.astimezone(setting.zone)
    if local.date() == now.astimezone(setting.zone).date():
        return f"{local:%H:%M}"
    months = MONTHS.get(setting.language, MONTHS["en"])
    return f"{local.day} {months[local.month - 1]} {local:%H:%M}"


def _gravity(story: Story) -> tuple[bool, bool, float]:
    evidence = story.row.evidence
    return story.row.reason == "over", story.incident.severity != "storm", -(evidence.seen if evidence else 0.0)


def _to_do(incident: Incident, state: str, words: Mapping[str, str]) -> str:
    if state == "calming":
        return words["do calming"]
    if incident.acknowledged_at is not None and incident.owner:
        return words["do taken"].format(owner=name(incident.owner))
    return words["do first"]


def _facts(evidence: Evidence | None, words: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is known, as pairs of a label and a value."""
    if evidence is None:
        return []
    rows = []
    if evidence.authors:
        people = words["people value"].format(authors=evidence.authors)
        if evidence.first_time_share is not None:
            people += ", " + words["new share"].format(share=round(evidence.first_time_share * 100))
        rows.append((words["people row"], people))
    if evidence.doubling_minutes is not None:
        rows.append((words["growth"], words["doubling"].format(minutes=round(evidence.doubling_minutes))))
    if evidence.hostile_share is not None:
        rows.append((words["hostile"], words["hostile value"].format(share=round(evidence.hostile_share * 100))))
    if evidence.blind:
        sources = ", ".join(NETWORKS.get(source, source) for source in evidence.blind)
        rows.append((words["blind"], words["blind value"].format(sources=clean(sources))))
    return rows


def _byline(post: Mention, setting: Setting, now: datetime, words: Mapping[str, str]) -> list[str]:
    """Who, where and when; the first part is somebody else's word and is isolated by the caller."""
    author = quote(post.handle or post.display_name or "", 30)
    parts = [NETWORKS.get(post.source, clean(post.source)), when(post.created_at, now, setting)]
    if post.followers is not None and post.followers >= 1000:
        parts.append(words["followers"].format(count=f"{post.followers:,}".replace(",", "\u00a0")))
    return [author, *parts]


def _link(incident: Incident, setting: Setting) -> str:
    return f"{setting.address}/incident/{incident.id}"


def _foot(story: Story, words: Mapping[str, str]) -> str:
    """Why this person gets this letter now."""
    return f"{words['reason ' + story.row.reason]} {words['foot'].format(id=story.incident.id)}"


# --- plain text ---------------------------------------------------------------------------------------------
def _text(story: Story, others: Sequence[Story], opening: str, setting: Setting, now: datetime) -> str:
    words = phrases(setting.language)
    lines = [opening, "", words["label"].format(label=words["open"], value=_link(story.incident, setting)), ""]
    lines += [words["label"].format(label=label, value=value) for label, value in _facts(story.row.evidence, words)]
    posts = [post for post in story.posts if post.deleted_at is None][:POSTS]
    if posts:
        lines += ["", words["label"].format(label=words["posts"], value="").rstrip()]
    for post in posts:
        author, *rest = _byline(post, setting, now, words)
        lines += ["", f"> {isolate(quote(post.text, QUOTE_LENGTH))}", f"> {isolate(author)}, {', '.join(rest)}"]
    if others:
        lines += ["", words["label"].format(label=words["others"], value="").rstrip()]
    for other in others:
        lines += ["", f"- {first_line(other, setting, now, 'line short')}", f"  {_link(other.incident, setting)}"]
    lines += ["", _foot(story, words)]
    return "\n".join(lines) + "\n"


# --- HTML ---------------------------------------------------------------------------------------------------
INK, GREY, LINE = "#1b1f24", "#5b6470", "#e3e0da"


def _html(
    story: Story, others: Sequence[Story], opening: str, setting: Setting, now: datetime, *, picture_words: str | None
) -> str:
    words = phrases(setting.language)
    state = state_of(story.incident, story.row.reason)
    parts = [
        _band(state, words[state], name(story.incident.brand)),
        _paragraph(escape(opening), 19, INK, "600"),
        _button(words["open"], _link(story.incident, setting)),
        _picture(picture_words),
        _table(_facts(story.row.evidence, words)),
        _quotes(story, setting, now, words),
        _rest(others, setting, now, words),
        _paragraph(escape(_foot(story, words)), 13, GREY),
    ]
    return _page(opening, "".join(parts), setting)


def _page(title: str, body: str, setting: Setting) -> str:
    return (
        f'<!doctype html><html lang="{setting.language[:2]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="format-detection" content="telephone=no,date=no,address=no">'
        f"<title>{escape(title)}</title></head>"
        '<body style="margin:0;padding:16px 8px;background:#f6f4f1">'
        '<div style="max-width:560px;margin:0 auto;padding:16px;background:#ffffff;border-radius:12px;'
        "font-family:Inter,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;"
        f'font-variant-numeric:tabular-nums">{body}</div></body></html>'
    )


def _band(state: str, word: str, brand: str) -> str:
    return (
        f'<div style="background:{COLOURS[state]};color:#14171c;border-radius:8px;padding:10px 14px;font-size:15px">'
        f'<span style="font-size:20px;font-weight:700">{MARKS[state]} {escape(word.upper())}</span> '
        f"&nbsp;<bdi>{escape(brand)}</bdi></div>"
    )


def _paragraph(content: str, size: int, colour: str, weight: str = "400") -> str:
    style = f"margin:16px 0 0;font-size:{size}px;line-height:1.4;color:{colour};font-weight:{weight}"
    return f'<p style="{style}">{content}</p>'


def _button(label: str, link: str) -> str:
    style = (
        f"display:inline-block;background:{INK};color:#ffffff;text-decoration:none;font-size:15px;"
        "font-weight:600;padding:12px 24px;border-radius:8px"
    )
    return f'<p style="margin:16px 0 0"><a href="{escape(link)}" style="{style}">{escape(label)}</a></p>'


def _picture(picture_words: str | None) -> str:
    if picture_words is None:
        return ""
    style = "display:block;width:100%;height:auto;border-radius:8px;margin:16px 0 0"
    return f'<img src="cid:chart" alt="{escape(picture_words)}" width="528" style="{style}">'


def _table(rows: Sequence[tuple[str, str]]) -> str:
    if not rows:
        return ""
    cell = "padding:6px 0;font-size:15px;line-height:1.4;vertical-align:top"
    lines = "".join(
        f'<tr><td style="{cell};color:{GREY};white-space:nowrap;padding-right:14px">{escape(label)}</td>'
        f'<td style="{cell};color:{INK}">{escape(value)}</td></tr>'
        for label, value in rows
    )
    return f'<table role="presentation" style="border-collapse:collapse;margin:16px 0 0;width:100%">{lines}</table>'


def _quotes(story: Story, setting: Setting, now: datetime, words: Mapping[str, str]) -> str:
    posts = [post for post in story.posts if post.deleted_at is None][:POSTS]
    if not posts:
        return ""
    blocks = [_paragraph(escape(words["posts"]), 13, GREY)]
    for post in posts:
        author, *rest = _byline(post, setting, now, words)
        blocks.append(
            f'<blockquote style="margin:12px 0 0;padding:2px 0 2px 12px;border-left:3px solid {LINE};font-size:15px;'
            f'line-height:1.45;color:{INK}"><bdi>{escape(quote(post.text, QUOTE_LENGTH))}</bdi>'
            f'<br><span style="font-size:13px;color:{GREY}"><bdi>{escape(author)}</bdi> · {escape(" · ".join(rest))}'
            "</span></blockquote>"
        )
    return "".join(blocks)


def _rest(others: Sequence[Story], setting: Setting, now: datetime, words: Mapping[str, str]) -> str:
    if not others:
        return ""
    lines = "".join(
        '<li style="margin:8px 0 0">'
        + escape(first_line(other, setting, now, "line short"))
        + f' <a href="{escape(_link(other.incident, setting))}" style="color:#2255c4">{escape(words["open"])}</a></li>'
        for other in others
    )
    return (
        _paragraph(escape(words["others"]), 13, GREY)
        + f'<ul style="margin:0;padding:0 0 0 18px;font-size:15px;line-height:1.4;color:{INK}">{lines}</ul>'
    )
