"""What other tools are going to publish: read from their exports, and held against what is going on. Pure.

CSV, ICS and JSON (a list, an object with a list, or one object a line). Nothing is ever published from here, and
nothing is marked as sent: whether a post went out is known to the tool alone.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from db.rows import Incident, Planned, Scored
from monitor.answer import hashtag
from monitor.answer.danger import danger
from monitor.answer.hashtag import Reason, Verdict, reason, telling, terms_of

MOST_POSTS = 2_000
TEXT_CHARS = 5_000
SOON = timedelta(days=1)
DAYS_END = time(23, 59, 59)  # a day without an hour counts as its last moment, so that it is rather held than not

NAMES: dict[str, tuple[str, ...]] = {  # ours -> theirs, best first
    "text": ("text", "body", "content", "message", "post", "caption", "copy", "summary", "title", "texte", "contenu"),
    "at": ("scheduled_at", "scheduled_for", "publish_at", "due_at", "at", "when", "datetime", "scheduled", "start"),
    "date": ("date", "day", "jour"),
    "time": ("time", "hour", "heure"),
    "channel": ("channel", "network", "profile", "platform", "account", "service", "canal", "reseau"),
    "id": ("id", "post_id", "update_id", "uid", "guid"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a file holds, and what of it could not be read: one sentence each."""

    posts: tuple[Planned, ...] = ()
    mistakes: tuple[Reason, ...] = ()


def read(data: bytes, *, file: str, by: str, now: datetime, zone: tzinfo, tool: str = "") -> Plan:
    """The posts of one export. `zone`: of times that name none. `tool`: put before its ids, when two tools count alike.

    Total: a file of any content gives a Plan, with at most 2,000 posts.
    """
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    start = text.lstrip()[:40]
    try:
        if start.upper().startswith("BEGIN:VCALENDAR"):
            rows = list(_ics(text))
        elif start.startswith(("{", "[")):
            rows = list(_json(text))
        else:
            rows = list(_csv(text))
    except _NoPlan as error:
        return Plan(mistakes=(error.reason,))
    reading = _Reading(file[:120], by, now, zone, tool, _is_day_first(rows))
    posts: dict[str, Planned] = {}
    mistakes: list[Reason] = []
    for place, row in rows[:MOST_POSTS]:
        found = _planned(place, row, mistakes, reading)
        if found is not None:
            posts[found.id] = found
    if len(rows) > MOST_POSTS:
        mistakes.append(reason("unknown", "Only the first {n} of {all} posts were read.", n=MOST_POSTS, all=len(rows)))
    if not posts and not mistakes:
        text = "{file} holds no post." if file else "The file holds no post."
        mistakes.append(reason("unknown", text, file=file))
    return Plan(posts=tuple(posts.values()), mistakes=tuple(mistakes))


@dataclass(frozen=True, slots=True)
class _Reading:
    """What holds for every row of one file."""

    file: str
    by: str
    now: datetime
    zone: tzinfo
    tool: str
    is_day_first: bool | None


class _NoPlan(Exception):
    """The whole file cannot be read."""

    def __init__(self, text: str, **values: str) -> None:
        super().__init__(text)
        self.reason = reason("unknown", text, **values)


Row = tuple[int, Mapping[str, Any]]  # which entry of the file it is, from 1, and its fields under our names


def _planned(place: int, row: Mapping[str, Any], mistakes: list[Reason], reading: _Reading) -> Planned | None:
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        mistakes.append(reason("unknown", "Entry {n}: it has no text, and was left out.", n=place))
        return None
    text = text.strip()[:TEXT_CHARS]
    at = _moment(row, reading.zone, reading.is_day_first)
    if at is None and any(str(row.get(name) or "").strip() for name in ("at", "date")):
        words = "Entry {n}: its time cannot be read; it is held as if it could go out at any moment."
        mistakes.append(reason("unknown", words, n=place))
    channel = _word(row.get("channel"))[:80]
    native = _word(row.get("id"))[:200]
    said = "\x1f".join((channel, at.isoformat() if at else "", text))
    name = native or hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:20]
    return Planned(
        id=f"{reading.tool}:{name}" if reading.tool else name,
        text=text,
        added_by=reading.by,
        added_at=reading.now,
        at=at,
        channel=channel,
        file=reading.file,
    )


def _word(value: object) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int) and not isinstance(value, bool) else ""


# --- times ----------------------------------------------------------------------------------------------------
def _moment(row: Mapping[str, Any], zone: tzinfo, is_day_first: bool | None) -> datetime | None:
    """None: it does not say, or not in a way that can be read."""
    value = row.get("at")
    if isinstance(value, datetime):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _since_1970(float(value))
    written = _word(value) or _word(row.get("date"))
    if not written:
        return None
    if re.fullmatch(r"\d{9,13}(\.\d+)?", written):
        return _since_1970(float(written))
    hour = _word(row.get("time")) if not _word(value) else ""
    return _written(f"{written} {hour}".strip(), zone, is_day_first)


def _since_1970(number: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, ZoneInfo("UTC"))
    except (ValueError, OverflowError, OSError):
        return None


_NUMBERS = re.compile(
    r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:[ ,]+(?:at |à )?(\d{1,2})[:h](\d{2})(?::\d{2})?\s*([AaPp][Mm])?)?"
)


def _is_day_first(rows: Sequence[Row]) -> bool | None:
    """Whether 10/03 is the 10th of March, from the dates of the whole file; None: it cannot be told."""
    written = (_word(row.get("at")) or _word(row.get("date")) for _, row in rows)
    found = [hit for each in written if (hit := _NUMBERS.match(each))]
    days, months = any(int(hit[1]) > 12 for hit in found), any(int(hit[2]) > 12 for hit in found)
    return days if days != months else None


def _written(text: str, zone: tzinfo, is_day_first: bool | None) -> datetime | None:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return datetime.combine(date.fromisoformat(text), DAYS_END, zone)
        at = datetime.fromisoformat(text)
        return at if at.tzinfo else at.replace(tzinfo=zone)
    except ValueError:
        pass
    found = _NUMBERS.fullmatch(text)
    if found is None:
        return None
    a, b, year = int(found[1]), int(found[2]), int(found[3])
    moments = []
    for day, month in {None: ((a, b), (b, a)), True: ((a, b),), False: ((b, a),)}[is_day_first]:
        try:
            moments.append(datetime.combine(date(year, month, day), _hour(found), zone))
        except ValueError:
            continue
    # Where both could be meant the later one counts: nothing slips out because 03/04 was meant the other way.
    return max(moments, default=None)


def _hour(found: re.Match[str]) -> time:
    """Raises ValueError."""
    if found[4] is None:
        return DAYS_END
    hour = int(found[4])
    if found[6]:
        hour = hour % 12 + (12 if found[6].lower() == "pm" else 0)
    return time(hour, int(found[5]))


# --- files ----------------------------------------------------------------------------------------------------
def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    """Under our names. A name of theirs serves once."""
    keys = {re.sub(r"[^a-z0-9]+", "_", key.strip().lower()).strip("_"): key for key in row if isinstance(key, str)}
    found: dict[str, Any] = {}
    for ours, theirs in NAMES.items():
        key = next((each for each in theirs if each in keys and row[keys[each]] not in (None, "")), None)
        if key is not None:
            found[ours] = row[keys.pop(key)]
    return found


def _csv(text: str) -> Iterator[Row]:
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        raise _NoPlan("The file is empty.")
    delimiter = max(",;\t|", key=lines[0].count)
    csv.field_size_limit(10_000_000)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False))
    except csv.Error as error:
        raise _NoPlan("The file is no CSV that can be read ({error}).", error=str(error)) from None
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    head = rows[0]
    if "text" not in _named(dict.fromkeys(head, "x")):
        columns = ", ".join(head[:12])[:200]
        raise _NoPlan("No column holds the text: the first line has {columns}. Call it text.", columns=columns)
    for number, cells in enumerate(rows[1:], 1):
        yield number, _named(dict(zip(head, cells, strict=False)))


def _json(text: str) -> Iterator[Row]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        yield from _json_lines(text)
        return
    if isinstance(body, dict):
        lists = [value for value in body.values() if isinstance(value, list)]
        body = lists[0] if len(lists) == 1 and "text" not in _named(body) else [body]
    for number, row in enumerate(body, 1):
        yield number, _named(row) if isinstance(row, dict) else {}


def _json_lines(text: str) -> Iterator[Row]:
    found = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            found += isinstance(row, dict)
            yield number, _named(row) if isinstance(row, dict) else {}
    if not found:
        raise _NoPlan("The file begins like JSON and is none: write a list of objects, or one object a line.")


def _ics(text: str) -> Iterator[Row]:
    """Each VEVENT (RFC 5545). One that repeats has no time of its own: it may go out at any moment."""
    event: dict[str, Any] | None = None
    number = 0
    for line in re.sub(r"\n[ \t]", "", text).split("\n"):
        name, _, value = line.partition(":")
        name, *options = name.upper().split(";")
        if (name, value.strip().upper()) == ("BEGIN", "VEVENT"):
            event, number = {}, number + 1
        elif (name, value.strip().upper()) == ("END", "VEVENT") and event is not None:
            yield number, _event(event)
            event = None
        elif event is not None and name in ("UID", "SUMMARY", "DESCRIPTION", "DTSTART", "LOCATION", "RRULE"):
            event.setdefault(name, (_unescaped(value), options))


def _event(event: Mapping[str, tuple[str, list[str]]]) -> dict[str, Any]:
    said = [event[name][0].strip() for name in ("SUMMARY", "DESCRIPTION") if name in event]
    value, options = event.get("DTSTART", ("", []))
    return {
        "text": "\n".join(each for each in said if each),
        "id": event.get("UID", ("", []))[0],
        "channel": event.get("LOCATION", ("", []))[0],
        "at": "" if "RRULE" in event else _ics_time(value.strip(), options) or value,
    }


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda hit: "\n" if hit[1] in "nN" else hit[1], value)


def _ics_time(value: str, options: Sequence[str]) -> datetime | str:
    """A moment; a local time as text, for the house's own zone; "" when it is none."""
    found = re.fullmatch(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?", value.upper())
    if found is None:
        return ""
    day = f"{found[1]}-{found[2]}-{found[3]}"
    if found[4] is None:
        return day
    written = f"{day} {found[4]}:{found[5]}"
    zone = "UTC" if found[7] else next((each[5:] for each in options if each.startswith("TZID=")), "")
    if not zone:
        return written
    try:
        return datetime.fromisoformat(written).replace(tzinfo=_zone(zone))
    except ValueError:
        return ""


def _zone(name: str) -> tzinfo:
    """Names of zones come in capitals here. Raises ValueError for one that is not known."""
    proper = "/".join("_".join(part.capitalize() for part in each.split("_")) for each in name.strip('"').split("/"))
    for each in (name, proper):
        try:
            return ZoneInfo(each)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    raise ValueError(name)


# --- what it collides with ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """What is going on: the switch, the open incidents with their telling words, and what is known of tags."""

    now: datetime
    quiet_since: datetime | None = None
    is_quiet: bool = False
    incidents: tuple[tuple[Incident, tuple[str, ...]], ...] = ()
    verdicts: Mapping[str, Verdict] | None = None  # by the term, lower case

    @property
    def is_grave(self) -> bool:
        return self.is_quiet or any(incident.severity == "storm" for incident, _ in self.incidents)


def collisions(post: Planned, going: Going) -> tuple[Reason, ...]:
    """Why a planned post should not go out as it is; the gravest first, () when nothing is known against it."""
    found = []
    if going.is_quiet and is_in_quiet(post.at, going.quiet_since):
        text = "It would go out while it is quiet." if post.at else "Nobody knows when it would go out."
        found.append(reason("stop", text))
    found += _tags(post, going)
    found += [clash for incident, words in going.incidents if (clash := _clash(post, incident, words, going.now))]
    if going.is_grave and (hurting := danger(post.text).words):
        words = ", ".join(dict.fromkeys(" ".join(word.split()) for _, word in hurting))
        found.append(reason("note", "It has words that may hurt now: {words}.", words=words))
    return tuple(sorted(found, key=lambda each: ("stop", "unknown", "note").index(each.weight)))


def is_in_quiet(at: datetime | None, since: datetime | None) -> bool:
    return at is None or since is None or at >= since


def _tags(post: Planned, going: Going) -> list[Reason]:
    found = []
    for term in terms_of(post.text):
        verdict = (going.verdicts or {}).get(term.casefold())
        if verdict == "STOP":
            found.append(reason("stop", "{term} is STOP: look at what it is about.", term=term))
        elif term.startswith("#") and verdict != "OK":
            found.append(reason("unknown", "{term}: nobody has read what it is about.", term=term))
    return found


def _clash(post: Planned, incident: Incident, words: Sequence[str], now: datetime) -> Reason | None:
    if post.at is not None and post.at < incident.opened_at:
        return None
    said = {_stem(each) for each in _WORD.findall(post.text)}
    shared = [word for word in words if _stem(word) in said]
    if shared:
        text = "It shares words with incident {n}: {words}."
        return reason("stop", text, n=incident.id, words=", ".join(shared[:6]))
    if incident.severity == "storm" and (post.at is None or post.at <= now + SOON):
        return reason("note", "There is a storm at {brand}.", brand=incident.brand)
    return None


_WORD = re.compile(r"[^\W\d_][\w’'-]{2,}")
LONG = 5  # letters; shorter words of one post alone say little


def _stem(word: str) -> str:
    """Case, sign and plural do not count."""
    return word.casefold().lstrip("#").rstrip("sx")


def words_of(posts: Sequence[Scored], root: str | None = None) -> tuple[str, ...]:
    """What an incident is about: the words that most of its people use, and the long ones of the post it hangs on."""
    others = [each.mention for each in posts if not each.mention.is_own and each.mention.deleted_at is None]
    people = [hashtag.author_of(post) for post in others]
    common = telling("", [post.text for post in others], people, most=WORDS)
    rooted = [post.text for post in others if post.post_id == root]
    long = [word for text in rooted for word in telling("", [text, text], ["", " "], most=99) if len(word) >= LONG]
    return tuple({_stem(word): word for word in (*long, *common)}.values())


WORDS = 12
