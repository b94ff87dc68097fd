"""From rows in the store to letters: gathers what a letter needs and has it written.

The only place where a notification meets its incident, its posts, its chart and its buttons.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from db.rows import Evidence, Incident, Notification
from db.store import Store
from monitor import alerts, links, switch
from monitor.config import Config
from monitor.digest import BrandDays, Digest, write_digest
from monitor.letter import Setting, Story, Written, gravest_first, link, when, write, write_notes
from monitor.notifiers import Letter
from monitor.phrases import phrases
from monitor.quoting import quote

log = structlog.get_logger()

ENDED = ("over", "calming")
UNHEARD_DAYS = 1


def compose(store: Store, config: Config, rows: Sequence[Notification], now: datetime) -> list[Letter]:
    """The letter, and the same without other people's words and picture for servers that dislike those."""
    setting = Setting(language=config.alerts.language, zone=ZoneInfo(config.timezone), address=config.dashboard.address)
    stories = gravest_first([story for row in rows if (story := _story(store, config, row, now)) is not None])
    notes = [row for row in rows if row.incident_id is None]
    if not stories and notes[0].reason == "quiet":
        return [_of_quiet(store, rows, setting, now)]
    if not stories:
        written = _digest(store, config, notes, setting) if notes[0].reason == "digest" else write_notes(notes, setting)
        return [_letter(rows, written, setting.address)]
    incident = stories[0].incident
    picture, picture_words = _picture(store, incident, setting, now)
    written = write(stories, setting, now, picture_words=picture_words, notes=notes)
    bare = write([replace(story, posts=()) for story in stories], setting, now, notes=notes)
    letter = replace(
        _letter(rows, written, link(incident, setting)),
        thread_id=_thread(stories, rows[0]),
        facts=_facts(stories),
        picture=picture,
        picture_words=picture_words or "",
    )
    return [letter, replace(letter, text=bare.text, html=bare.html, picture=None)]


def _letter(rows: Sequence[Notification], written: Written, address: str) -> Letter:
    first = rows[0]
    return Letter(
        to=first.recipient,
        message_id=first.message_id,
        thread_id=None,
        created_at=first.created_at,
        subject=written.subject,
        text=written.text,
        html=written.html,
        line=written.line,
        link=address,
        facts={"stage": first.stage, "reason": first.reason},
    )


def _of_quiet(store: Store, rows: Sequence[Notification], setting: Setting, now: datetime) -> Letter:
    """How the switch stands when the letter leaves: a late one must not switch a tool the wrong way."""
    state, change = switch.quiet(store), switch.last_change(store)
    key, at = ("quiet on", state.since_at) if state.is_on else ("quiet off", change.at if change else None)
    words = phrases(setting.language)[key].format(
        when=when(at, now, setting) if at else "?",
        who=quote((state.by if state.is_on else change.by if change else "") or "?", 60),
        why=quote(state.why, 200),
    )
    said = [replace(row, evidence=Evidence(words=words, window_minutes=0, seen=0, expected=0)) for row in rows[:1]]
    letter = _letter(rows, write_notes(said, setting), f"{setting.address}/quiet")
    return replace(letter, facts={**letter.facts, "switch": switch.document(store, now)})


def _thread(stories: Sequence[Story], row: Notification) -> str | None:
    """Letters about one incident hang together; one that gathers several stands alone."""
    if len(stories) > 1:
        return None
    thread = alerts.thread_id(stories[0].incident, row.channel, row.recipient)
    return None if thread == row.message_id else thread


def _story(store: Store, config: Config, row: Notification, now: datetime) -> Story | None:
    incident = store.incident(row.incident_id) if row.incident_id is not None else None
    if incident is None:
        return None
    posts = store.mentions(row.evidence.posts) if row.evidence is not None else []
    rules = store.rules().get(incident.brand)
    endings = [event for event in store.incident_events(incident.id) if event.kind == "closed"]
    return Story(
        row=row,
        incident=incident,
        posts=tuple(scored.mention for scored in posts),
        language=rules.language if rules is not None else "",
        closing=endings[-1] if endings and row.reason == "over" else None,
        buttons=_buttons(store, config, row, incident, now),
    )


def _facts(stories: Sequence[Story]) -> dict[str, object]:
    """What machines are told; of the gravest story in full, of the others by number."""
    first = stories[0]
    row, incident = first.row, first.incident
    evidence = asdict(row.evidence) if row.evidence is not None else {}
    # A topic is somebody else's word.
    evidence["words"] = quote(evidence.get("words", ""), 160)
    kept = ("words", "window_minutes", "seen", "expected", "authors", "hostile_share", "doubling_minutes", "blind")
    return {
        "stage": row.stage,
        "reason": row.reason,
        "brand": row.brand,
        "severity": row.severity,
        "incident": incident.id,
        "state": incident.state,
        "owner": incident.owner if incident.acknowledged_at is not None else None,  # not who was only asked
        "opened_at": incident.opened_at.isoformat(),
        "closed_at": incident.closed_at.isoformat() if incident.closed_at else None,
        "evidence": {key: evidence[key] for key in kept if key in evidence},
        "with": [story.incident.id for story in stories[1:]],
    }


# --- buttons ------------------------------------------------------------------------------------------------
def _buttons(
    store: Store, config: Config, row: Notification, incident: Incident, now: datetime
) -> tuple[tuple[str, str], ...]:
    """Only for one person's mailbox, and only while there is something to take."""
    if row.channel != "email" or row.reason in ENDED or incident.closed_at is not None:
        return ()
    secret = link_secret(store, now)
    is_taken = incident.acknowledged_at is not None
    wanted: tuple[links.Action, ...] = ("dismiss",) if is_taken else ("take", "dismiss")
    doors = []
    for action in wanted:
        claim = links.Claim(
            action=action,
            incident_id=incident.id,
            recipient=row.recipient,
            letter=hashlib.sha256(row.message_id.encode()).hexdigest()[:8],
            expires_at=row.created_at + timedelta(hours=config.alerts.links_hours),
        )
        doors.append((action, f"{config.dashboard.address}/act/{links.sign(claim, secret)}"))
    return tuple(doors)


def link_secret(store: Store, now: datetime) -> str:
    """The key that signs links; made once and kept in the store."""
    with store.atomic():
        known = store.setting(links.SECRET_SETTING)
        if known is None:
            known = secrets.token_urlsafe(32)
            store.put_setting(links.SECRET_SETTING, known, by="smoulder", at=now, is_secret=True)
    return known


# --- chart and digest ---------------------------------------------------------------------------------------
def _picture(store: Store, incident: Incident, setting: Setting, now: datetime) -> tuple[bytes | None, str | None]:
    """The chart and what it shows; (None, None) when it cannot be drawn: a letter never waits for its picture."""
    try:
        from monitor import picture  # slow to import: only where letters are written

        start = now - timedelta(hours=picture.HOURS, minutes=15)
        seen = picture.count(
            store.buckets(incident.brand, start, now),
            store.expected(incident.brand, start, now),
            now,
            gaps=store.gaps(start, now),
            alarm_at=incident.opened_at,
        )
        return picture.draw(seen, setting), picture.in_words(seen, setting)
    except Exception:
        log.exception("the chart cannot be drawn", incident=incident.id)
        return None, None


def warm_up() -> None:
    """Import what draws charts, so that the first alarm does not wait for it."""
    from monitor import picture

    picture.draw(picture.count([], [], datetime(2000, 1, 1, tzinfo=UTC)), Setting())


def _digest(store: Store, config: Config, rows: Sequence[Notification], setting: Setting) -> Written:
    """The facts of the day or week that ended when the digest was due."""
    end = rows[0].created_at
    start = end - timedelta(days=1 if config.alerts.digest == "daily" else 7)
    incidents = [i for i in store.incidents(since=start, limit=None) if not i.is_historical and i.opened_at < end]
    brands = []
    for brand in sorted(store.rules() or {row.brand: row for row in config.brands}):
        buckets = store.buckets(brand, start, end)
        brands.append(
            BrandDays(
                brand=brand,
                mentions=sum(bucket.mentions for bucket in buckets),
                complaints=sum(bucket.complaints for bucket in buckets),
                unheard=len(store.waiting(brand, end - timedelta(days=UNHEARD_DAYS))),
                incidents=tuple(i for i in incidents if i.brand == brand),
            )
        )
    unseen: dict[str, float] = {}
    for gap in store.gaps(start, end):
        minutes = (min(gap.end or end, end) - max(gap.start, start)).total_seconds() / 60
        unseen[gap.source] = unseen.get(gap.source, 0.0) + minutes
    failed = sum(row.failed_at is not None and row.failed_at >= start for row in store.notifications())
    facts = Digest(start=start, end=end, brands=tuple(brands), unseen=tuple(sorted(unseen.items())), failed=failed)
    return write_digest(facts, rows[0].subject, setting)
