"""A notification as a letter that a tired person reads on a telephone. Pure: rows in, text and HTML out.

The first line says what, how much, since when and what to do. Words of mentions are quoted safely in the body
and stand in no header.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from db.rows import Incident, IncidentEvent, Mention, Notification
from monitor import markup
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
    language: str = ""  # of the evidence's words; empty: the letter's
    closing: IncidentEvent | None = None  # how it ended, when it has
    buttons: tuple[tuple[str, str], ...] = ()  # ("take", address), …: signed for this recipient


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
    line: str  # the first one, for channels that show no more
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


def write(
    stories: Sequence[Story],
    setting: Setting,
    now: datetime,
    *,
    picture_words: str | None = None,
    notes: Sequence[Notification] = (),
) -> Written:
    """One letter about one or more stories, the gravest first; with a place for the chart when it has words.

    `notes`: what leaves in the same letter without being about an incident. Raises ValueError without a story.
    """
    gravest, *others = gravest_first(stories)
    words = phrases(setting.language)
    opening = first_line(gravest, setting, now)
    title = gravest.row.subject or subject(gravest.incident, gravest.row.reason, setting.language)
    rest = [(first_line(other, setting, now, "line short"), link(other.incident, setting)) for other in others]
    rest += [(said(row, setting), setting.address) for row in notes]
    if rest:
        opening = words["together"].format(count=len(rest) + 1) + opening
        title = f"{title} (+{len(rest)})"
    return Written(
        subject=title,
        line=opening,
        text=_text(gravest, rest, opening, setting, now),
        html=_html(gravest, rest, opening, setting, now, picture_words),
    )


def note_subject(reason: str, language: str) -> str:
    """The subject of a notification that is not about an incident."""
    return phrases(language)["subject " + reason]


def notice(
    key: str,
    setting: Setting,
    now: datetime,
    *,
    source: str = "",
    at: datetime | None = None,
    why: str = "",
    gigabytes: float = 0,
) -> str:
    """A sentence about ourselves: what is not seen, since when, and what to do."""
    shown = quote(why, 120).rstrip(".")
    return phrases(setting.language)[key].format(
        source=network(source),
        at=when(at, now, setting) if at is not None else "",
        why=f" ({shown})" if shown else "",
        gigabytes=f"{gigabytes:.1f}".replace(".", "," if setting.language == "fr" else "."),
    )


def said(row: Notification, setting: Setting) -> str:
    """The sentence of a notification that is not about an incident."""
    evidence = row.evidence
    return evidence.words if evidence is not None else phrases(setting.language)["note " + row.reason]


def write_notes(rows: Sequence[Notification], setting: Setting) -> Written:
    """A letter that is about no incident: blindness, a test."""
    words = phrases(setting.language)
    lines = [said(row, setting) for row in rows]
    body = markup.headline(lines[0]) + markup.items(lines[1:]) + markup.buttons([(words["open"], setting.address)])
    text = "\n\n".join([*lines, words["label"].format(label=words["open"], value=setting.address)]) + "\n"
    return Written(
        subject=rows[0].subject, line=lines[0], text=text, html=markup.page(lines[0], body, setting.language)
    )


def first_line(story: Story, setting: Setting, now: datetime, line: str = "line") -> str:
    """What, how much, since when, what to do: one line that a lock screen can show. "line short": nothing to do."""
    incident, words = story.incident, phrases(setting.language)
    state = state_of(incident, story.row.reason)
    begun = incident.first_post_at or incident.opened_at
    what = words["at"].format(state=words[state], brand=name(incident.brand))
    if state == "calming":
        since = when(incident.calming_at or now, now, setting)
        much = words["calm since"].format(when=since)
        return words["line over"].format(what=what, much=much, do=words["do calming"])
    if state == "over":
        lasted = words["over after"].format(duration=duration(begun, incident.closed_at or now))
        if story.closing is not None and story.closing.who:
            lasted = words["closed by"].format(who=name(story.closing.who))
        return words["line over"].format(what=what, much=lasted, do=words["do over"])
    much, do = how_much(story, setting), _to_do(incident, words)
    return words[line].format(what=what, when=when(begun, now, setting), much=much, do=do)


def how_much(story: Story, setting: Setting) -> str:
    """What was seen against what is usual: in the words of the rule that rang, unless they are in another language."""
    evidence, words = story.row.evidence or story.incident.evidence, phrases(setting.language)
    if evidence is None:
        return words["no figures"]
    if evidence.words and story.language in ("", setting.language):
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


def network(source: str) -> str:
    """A source as people call it."""
    plain = source.removeprefix("demo-")
    return NETWORKS.get(plain, clean(plain))


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
    if at.astimezone(setting.zone).date() == now.astimezone(setting.zone).date():
        return f"{at.astimezone(setting.zone):%H:%M}"
    return day_and_time(at, setting)


def day_and_time(at: datetime, setting: Setting) -> str:
    local = at.astimezone(setting.zone)
    months = MONTHS.get(setting.language, MONTHS["en"])
    return f"{local.day} {months[local.month - 1]} {local:%H:%M}"


def _gravity(story: Story) -> tuple[bool, bool, float]:
    evidence = story.row.evidence
    return story.row.reason == "over", story.incident.severity != "storm", -(evidence.seen if evidence else 0.0)


def _to_do(incident: Incident, words: Mapping[str, str]) -> str:
    if incident.acknowledged_at is not None and incident.owner:
        return words["do taken"].format(owner=name(incident.owner))
    return words["do asked"].format(owner=name(incident.owner)) if incident.owner else words["do first"]


def _facts(story: Story, words: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is known while it burns, as pairs of a label and a value."""
    evidence = story.row.evidence
    if evidence is None or state_of(story.incident, story.row.reason) in ("over", "calming"):
        return []
    rows = []
    if evidence.authors:
        people = words["people value"].format(authors=evidence.authors)
        if evidence.first_time_share is not None:
            people += ", " + words["new share"].format(share=round(evidence.first_time_share * 100))
        rows.append((words["people row"], people))
    if evidence.doubling_minutes is not None:
        rows.append((words["growth"], words["doubling"].format(minutes=max(1, round(evidence.doubling_minutes)))))
    if evidence.hostile_share is not None:
        rows.append((words["hostile"], words["hostile value"].format(share=round(evidence.hostile_share * 100))))
    if evidence.blind:
        sources = ", ".join(network(source) for source in evidence.blind)
        rows.append((words["blind"], words["blind value"].format(sources=clean(sources))))
    return rows


def _byline(post: Mention, setting: Setting, now: datetime, words: Mapping[str, str]) -> list[str]:
    """Who, where and when; the first part is somebody else's word and is isolated by the caller."""
    author = quote(post.handle or post.display_name or "", 30)
    parts = [network(post.source), when(post.created_at, now, setting)]
    if post.followers is not None and post.followers >= 1000:
        parts.append(words["followers"].format(count=f"{post.followers:,}".replace(",", "\u00a0")))
    return [author, *parts]


def link(incident: Incident, setting: Setting) -> str:
    return f"{setting.address}/incident/{incident.id}"


def _doors(story: Story, setting: Setting, words: Mapping[str, str]) -> list[tuple[str, str]]:
    """The buttons, the likeliest first."""
    doors = [*story.buttons, ("open", link(story.incident, setting))]
    order = ("take", "open", "dismiss")
    return [(words[key], address) for key, address in sorted(doors, key=lambda door: order.index(door[0]))]


def _shown(story: Story) -> list[Mention]:
    """The posts that are quoted; none when it is over or calming, for then they are old news."""
    if state_of(story.incident, story.row.reason) in ("over", "calming"):
        return []
    return [post for post in story.posts if post.deleted_at is None][:POSTS]


def _foot(story: Story, words: Mapping[str, str]) -> str:
    """Why this person gets this letter now."""
    return f"{words['reason ' + story.row.reason]} {words['foot'].format(id=story.incident.id)}"


# --- plain text ---------------------------------------------------------------------------------------------
def _text(story: Story, rest: Sequence[tuple[str, str]], opening: str, setting: Setting, now: datetime) -> str:
    words = phrases(setting.language)
    doors = _doors(story, setting, words)
    lines = [opening, "", *(words["label"].format(label=label, value=address) for label, address in doors), ""]
    lines += [words["label"].format(label=label, value=value) for label, value in _facts(story, words)]
    posts = _shown(story)
    if posts:
        lines += ["", words["label"].format(label=words["posts"], value="").rstrip()]
    for post in posts:
        author, *where = _byline(post, setting, now, words)
        lines += ["", f"> {isolate(quote(post.text, QUOTE_LENGTH))}", f"> {isolate(author)}, {', '.join(where)}"]
    if rest:
        lines += ["", words["label"].format(label=words["others"], value="").rstrip()]
    for line, address in rest:
        lines += ["", f"- {line}", f"  {address}"]
    lines += ["", _foot(story, words)]
    kept = [line for n, line in enumerate(lines) if line or (n and lines[n - 1])]
    return "\n".join(kept) + "\n"


# --- HTML ---------------------------------------------------------------------------------------------------
def _html(
    story: Story,
    rest: Sequence[tuple[str, str]],
    opening: str,
    setting: Setting,
    now: datetime,
    picture_words: str | None,
) -> str:
    words = phrases(setting.language)
    state = state_of(story.incident, story.row.reason)
    quotes = [
        (quote(post.text, QUOTE_LENGTH), author, where)
        for post in _shown(story)
        for author, *where in [_byline(post, setting, now, words)]
    ]
    doors = _doors(story, setting, words)
    parts = [
        markup.band(COLOURS[state], f"{MARKS[state]} {words[state].upper()}", name(story.incident.brand)),
        markup.headline(opening),
        markup.buttons(doors),
        markup.picture(picture_words) if picture_words is not None else "",
        markup.table(_facts(story, words)),
        markup.label(words["posts"]) + "".join(markup.quoted(*each) for each in quotes) if quotes else "",
        markup.label(words["others"]) + markup.links(rest, words["open"]) if rest else "",
        markup.label(_foot(story, words)),
    ]
    return markup.page(opening, "".join(parts), setting.language)
