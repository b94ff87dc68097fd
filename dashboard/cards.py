"""What the rows come to, in words: the state of the wall and the sentences of its six blocks.

Pure: rows and a reader in, words out. No clock, no store, no component here writes anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Literal

from dashboard.reader import Reader
from db.rows import Bucket, Incident, Process, SourceHealth, WallFacts
from monitor.retold import retold

Word = Literal["CALM", "WATCH", "STORM", "BLIND"]
Tone = Literal["broken", "note"]

BLIND_AFTER = timedelta(seconds=120)
UNSENT_AFTER = timedelta(seconds=120)
FEWEST_PASTED = 3
MINUTE = timedelta(minutes=1)
WINDOW_MINUTES = 10
HISTORY_MINUTES = 360
ENGLISH = Reader()


@dataclass(frozen=True, slots=True, kw_only=True)
class Blindness:
    """Why nothing can be seen, and since when (None: never was anything to see with)."""

    words: str
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WallState:
    """The one word, and the two lines beside it. `since` None: not known."""

    word: Word
    brand: str
    since: datetime | None
    line: str  # "Acme Rail, since 14:02"
    second: str  # "Amina has it"
    blindness: Blindness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """Bad news, or something to know. `since` not None: the page ticks its age behind the words."""

    words: str
    tone: Tone = "broken"
    since: datetime | None = None


# --- the state ------------------------------------------------------------------------------------------------
def state(facts: WallFacts, reader: Reader = ENGLISH, calm_since: datetime | None = None) -> WallState:
    """CALM, WATCH, STORM or BLIND. A storm stays a storm when we are blind, and says so; calm never does."""
    blind = blindness(facts, reader)
    incident = facts.incident if facts.incident is not None and facts.incident.state != "closed" else None
    if incident is not None and (incident.severity == "storm" or blind is None):
        word: Word = "STORM" if incident.severity == "storm" else "WATCH"
        second = owned(incident, reader) if blind is None else blind_too(blind, reader)
        return _state(word, facts, incident.opened_at, second, blind, reader)
    if blind is not None:
        return _state("BLIND", facts, blind.since, blind.words, blind, reader)
    second = reader.say("busy, calm") if is_busy(facts) else last_hour(facts, reader)
    return _state("CALM", facts, calm_since, second, None, reader)


def _state(
    word: Word, facts: WallFacts, since: datetime | None, second: str, blind: Blindness | None, reader: Reader
) -> WallState:
    line = facts.brand
    if since is not None:
        line = reader.say("{brand}, since {at}", brand=facts.brand, at=reader.clock_or_day(since, facts.now))
    return WallState(word=word, brand=facts.brand, since=since, line=line, second=second, blindness=blind)


def owned(incident: Incident, reader: Reader) -> str:
    """Who has it; calming is said beside it because it is good news that still needs somebody."""
    who = in_hand(incident, reader)
    return reader.say("calming, {who}", who=who) if incident.calming_at is not None else who


def in_hand(incident: Incident, reader: Reader) -> str:
    """Who has it, or had it when it is over. Who was handed it has it once they, or somebody, have taken it."""
    name, is_over = incident.owner, incident.closed_at is not None
    if name is None:
        return reader.say("nobody had it" if is_over else "nobody has it yet")
    if incident.acknowledged_at is None:
        return reader.say("{name} was asked to take it" if is_over else "{name} is asked to take it", name=name)
    return reader.say("{name} had it" if is_over else "{name} has it", name=name)


def blind_too(blind: Blindness, reader: Reader) -> str:
    if blind.since is None:
        return reader.say("and we are blind")
    return reader.say("and blind since {at}", at=reader.clock(blind.since))


def blindness(facts: WallFacts, reader: Reader = ENGLISH) -> Blindness | None:
    """None when something is watching. Words and the moment since when nothing could be seen, else."""
    if not facts.brand:
        return Blindness(words=reader.say("no brand is set up"), since=None)
    collect = process(facts.processes, "collect")
    if collect is None:
        return Blindness(words=reader.say("the collector has never run"), since=None)
    if facts.now - collect.beat_at > BLIND_AFTER:
        return Blindness(words=reader.say("the collector is not running"), since=collect.beat_at)
    live = live_sources(facts.sources)
    if not live:
        return _blind_by_files(facts, reader)
    if any(sees(source, facts.now) for source in live):
        return None
    lasts = [at for at in (last_seen(source) for source in live) if at is not None]
    words = reader.say("no source sees anything") if len(live) > 1 else source_words(live[0], reader)
    return Blindness(words=words, since=max(lasts) if lasts else None)


def _blind_by_files(facts: WallFacts, reader: Reader) -> Blindness | None:
    """Only files are read: enough while they are being read, nothing once they have ended."""
    files = [s for s in facts.sources if s.state != "off"]
    if not files:
        return Blindness(words=reader.say("no source is set up"), since=None)
    if any(s.state in ("ok", "starting", "catching up") for s in files):
        return None
    ended = max(s.since for s in files)
    if facts.now - ended <= BLIND_AFTER:
        return None
    return Blindness(words=reader.say("{source} has ended", source=name_of(files[0].source)), since=ended)


def process(processes: Sequence[Process], name: str) -> Process | None:
    return next((p for p in processes if p.name == name), None)


def live_sources(sources: Sequence[SourceHealth]) -> list[SourceHealth]:
    return [s for s in sources if s.is_live and s.state != "off"]


def last_seen(source: SourceHealth) -> datetime | None:
    """When this source last worked; None: not yet since it was started."""
    if source.state == "ok":
        return source.updated_at or source.since
    return source.last_data_at if source.state == "starting" else source.since


def sees(source: SourceHealth, now: datetime) -> bool:
    """It is ok, or was within two minutes. An "ok" that nobody has renewed for longer is only a memory."""
    last = last_seen(source)
    if source.state == "ok" and source.updated_at is None:
        return True
    return last is not None and now - last <= BLIND_AFTER


def is_busy(facts: WallFacts) -> bool:
    """Many posts and no incident: three times the middle ten minutes of the last hours, and at least thirty."""
    per_window = window_counts(facts, lambda bucket: bucket.mentions, step=WINDOW_MINUTES)
    if len(per_window) < 3:
        return False
    usual = median(per_window[:-1])
    return per_window[-1] >= max(30, 3 * usual)


# --- counting from buckets ------------------------------------------------------------------------------------
def by_minute(facts: WallFacts, take: Callable[[Bucket], int]) -> dict[int, int]:
    """Minute before now (0 is the current one, 1 the one before, …) -> what `take` reads from its bucket."""
    this_minute = facts.now.replace(second=0, microsecond=0)
    return {int((this_minute - b.minute) / MINUTE): take(b) for b in facts.buckets}


def window_counts(facts: WallFacts, take: Callable[[Bucket], int], step: int = 1) -> list[int]:
    """Sums over ten minutes, oldest first, the last one ending now; from the first minute that is known."""
    counts = by_minute(facts, take)
    first = min(HISTORY_MINUTES, max(counts, default=0))
    return [
        sum(counts.get(m, 0) for m in range(end, end + WINDOW_MINUTES))
        for end in range(first, -1, -1)
        if end % step == 0
    ]


def complaints_now(facts: WallFacts) -> int:
    """Complaints whose minute is one of the last ten, the current one included."""
    return sum(n for m, n in by_minute(facts, _complaints).items() if 0 <= m < WINDOW_MINUTES)


def complaints_last_hour(facts: WallFacts) -> int:
    return sum(n for m, n in by_minute(facts, _complaints).items() if 0 <= m < 60)


def _complaints(bucket: Bucket) -> int:
    return bucket.complaints


def usual_now(facts: WallFacts) -> float | None:
    """The middle of the band at the newest moment that is not in the future; None: nothing to tell from."""
    past = [e for e in facts.expected if e.at <= facts.now + timedelta(minutes=5)]
    return max(past, key=lambda e: e.at).middle if past else None


# --- the sentences of the blocks ------------------------------------------------------------------------------
def last_hour(facts: WallFacts, reader: Reader) -> str:
    n = complaints_last_hour(facts)
    if n == 0:
        return reader.say("no complaint for an hour")
    return reader.count(n, "{n} complaint in an hour", "{n} complaints in an hour")


def headline(facts: WallFacts, reader: Reader) -> tuple[str, str]:
    """("37 complaints in 10 min", "usually 2"): what is seen, then what is usual."""
    blind = blindness(facts, reader)
    if blind is not None:
        return reader.say("Complaints now: unknown"), ""
    n = complaints_now(facts)
    seen = reader.count(n, "{n} complaint in 10 min", "{n} complaints in 10 min")
    if n == 0:
        seen = reader.say("No complaint in 10 min")
    usual = usual_now(facts)
    if usual is None:
        return seen, reader.say("no usual yet")
    if usual < 0.5:
        return seen, reader.say("usually none")
    return seen, reader.say("usually {n}", n=reader.number(round(usual)))


def title(incident: Incident, reader: Reader) -> str:
    """What it was about: its title, else what its alarm said; the machine's words in the reader's language."""
    return retold(incident.title or (incident.evidence.words if incident.evidence else ""), reader.language)


def about(facts: WallFacts, reader: Reader) -> str:
    """One sentence: who gathers, where, how fast. From the incident's evidence; without one, what is true."""
    if facts.incident is None:
        return no_crowd(facts, reader)
    evidence = facts.incident.evidence
    if evidence is None or evidence.authors == 0:
        return title(facts.incident, reader)
    parts = [reader.count(evidence.authors, "{n} person", "{n} people")]
    if evidence.root is not None:
        parts.append(reader.say("one post"))
    if evidence.doubling_minutes is not None:
        parts.append(reader.say("doubling in {n} min", n=max(1, round(evidence.doubling_minutes))))
    elif evidence.root is None:
        parts.append(reader.say("in {n} min", n=round(evidence.window_minutes)))
    return ", ".join(parts)


def no_crowd(facts: WallFacts, reader: Reader) -> str:
    if blindness(facts, reader) is not None:
        return reader.say("What people say cannot be seen now")
    n = sum(posts for m, posts in by_minute(facts, lambda b: b.mentions).items() if 0 <= m < 60)
    if n == 0:
        return reader.say("Nobody has written in the last hour")
    return reader.count(n, "{n} post in the last hour, no crowd", "{n} posts in the last hour, no crowd")


def thanks(facts: WallFacts, reader: Reader) -> str:
    """A quiet day has good news too; "" when there is none, or when nothing could be seen."""
    n = sum(v for m, v in by_minute(facts, lambda b: b.praise).items() if 0 <= m < HISTORY_MINUTES)
    return reader.count(n, "{n} thank-you in six hours", "{n} thank-yous in six hours") if n else ""


_SPACE = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_PATH = re.compile(r" (?:in|at) (?:/|[A-Za-z]:\\)[^:;]*(?=[:;]|$)")
_HANDLE = re.compile(r"(?<!\w)@[\w.-]+")


def quote(text: str, length: int = 160) -> str:
    """A stranger's post fit for a public room: one line, nothing invisible, no handles, trimmed at a word."""
    plain = _SPACE.sub(" ", _HANDLE.sub("", _INVISIBLE.sub(" ", text))).strip()
    if len(plain) <= length:
        return plain
    cut = plain[:length].rsplit(" ", 1)[0]
    return (cut if len(cut) > length // 2 else plain[:length]).rstrip(" ,.;:") + "…"


def visible(text: str) -> str:
    """Without the marks that nobody sees and that turn lines around; line breaks stay."""
    return "\n".join(_INVISIBLE.sub("", line) for line in text.split("\n"))


def quote_name(name: str) -> str:
    """What somebody calls themselves, short and without invisible marks."""
    return _SPACE.sub(" ", _INVISIBLE.sub(" ", name)).strip()[:60]


def safe_link(url: str | None) -> str | None:
    """The address when it is an ordinary web page; None for anything else (javascript:, data:, …)."""
    return url if url is not None and url.startswith(("https://", "http://")) and len(url) < 2000 else None


def root_text(facts: WallFacts) -> str:
    """The post that it hangs on; "" when there is none or it has been deleted."""
    if facts.incident is None:
        return ""
    if facts.root is not None:
        return "" if facts.root.deleted_at is not None else quote(facts.root.text)
    evidence = facts.incident.evidence
    return quote(evidence.root_text) if evidence and evidence.root_text else ""


def next_word(facts: WallFacts, reader: Reader) -> str:
    if facts.next_word_at is not None:
        at = reader.clock(facts.next_word_at)
        is_late = facts.next_word_at < facts.now
        return reader.say("Next word was due {at}" if is_late else "Next word due {at}", at=at)
    return reader.say("No next word promised") if facts.incident is not None else reader.say("No word is due")


def quiet(facts: WallFacts, reader: Reader) -> str:
    if facts.quiet_since is None:
        return reader.say("Quiet off")
    at = reader.clock_or_day(facts.quiet_since, facts.now)
    if not facts.quiet_by:
        return reader.say("Quiet ON since {at}", at=at)
    return reader.say("Quiet ON since {at}, {who}", at=at, who=quote_name(facts.quiet_by))


def heard(facts: WallFacts, reader: Reader) -> str:
    """ "heard 3 of 44"; "" when nobody has complained."""
    everyone = facts.heard + facts.unheard
    if everyone == 0:
        return ""
    return reader.say("heard {n} of {all}", n=reader.number(facts.heard), all=reader.number(everyone))


def unheard(facts: WallFacts, reader: Reader) -> str:
    """How many wait; "?" when nobody is known to and nothing can be seen: blind is never zero."""
    if facts.unheard == 0 and blindness(facts, reader) is not None:
        return "?"
    return short_number(facts.unheard, reader)


def short_number(n: int, reader: Reader = ENGLISH) -> str:
    """At most three figures and a letter, so that it can be read across the room."""
    if n < 1000:
        return str(n)
    return f"{reader.mark(f'{n / 1000:.1f}')}k" if n < 10_000 else f"{n // 1000}k"


# --- sources --------------------------------------------------------------------------------------------------
NAMES = {
    "x": "X",
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "rss": "RSS",
    "reddit": "Reddit",
    "youtube": "YouTube",
    "telegram": "Telegram",
    "replay": "Story",
    "demo": "Story",
    "file": "File",
}


def name_of(source: str) -> str:
    """As people write it: "x" is "X". The networks of the demo story are called like the true ones."""
    head, _, rest = source.removeprefix("demo-").partition(":")
    name = NAMES.get(head, head[:1].upper() + head[1:])
    return f"{name} {rest}".strip()


def source_words(source: SourceHealth, reader: Reader) -> str:
    """ "X rate-limited", "RSS late", "Bluesky": the name alone when all is well."""
    name, say = name_of(source.source), reader.say
    if source.state == "ok":
        return name
    return {
        "starting": say("{source} starts", source=name),
        "stale": say("{source} late", source=name),
        "down": say("{source} down", source=name),
        "rate-limited": say("{source} is limited", source=name),
        "catching up": say("{source} catches up", source=name),
        "refused": say("{source} refused us", source=name),
        "ended": say("{source} has ended", source=name),
        "off": say("{source} off", source=name),
    }[source.state]


def source_age_at(source: SourceHealth) -> datetime:
    """What its age is counted from: the newest datum, or the trouble's beginning when there never was one."""
    return source.last_data_at or source.last_mention_at or source.since


def source_kind(source: SourceHealth) -> str:
    """ "ok", "late" or "down": the three shapes a source can have beside its words."""
    return {"ok": "ok", "down": "down", "refused": "down"}.get(source.state, "late")


BY_TROUBLE = ("refused", "down", "stale", "rate-limited", "catching up", "starting", "ended", "ok", "off")


def worst_first(sources: Sequence[SourceHealth]) -> list[SourceHealth]:
    return sorted(sources, key=lambda s: (BY_TROUBLE.index(s.state), s.source))


# --- banners --------------------------------------------------------------------------------------------------
def banners(facts: WallFacts, reader: Reader = ENGLISH) -> list[Banner]:
    """What is broken, gravest first, then what is worth knowing. The wall shows the first and counts the rest."""
    return [
        *_dead(facts, reader),
        *_unsent(facts, reader),
        *(Banner(words=_sentence(p.note)) for p in facts.processes if p.note and p.is_broken),
        *(Banner(words=_sentence(note)) for note in facts.notes),
        *_half_blind(facts, reader),
        *_hushed(facts, reader),
        *_pasted(facts, reader),
        *(Banner(words=_sentence(p.note), tone="note") for p in facts.processes if p.note and not p.is_broken),
    ]


def _hushed(facts: WallFacts, reader: Reader) -> list[Banner]:
    """Why it is quiet: since when and by whom stand in the row below."""
    why = quote(facts.quiet_why, 60) if facts.quiet_since is not None else ""
    return [Banner(words=reader.say("Quiet: {why}", why=why), tone="note")] if why else []


def _dead(facts: WallFacts, reader: Reader) -> list[Banner]:
    say = reader.say
    said = {
        "collect": (say("The collector is not running"), say("The collector has never run")),
        "notify": (say("Alerts cannot leave: notifier not running"), say("Alerts cannot leave: notifier never ran")),
    }
    found = []
    for name, (stopped, never) in said.items():
        row = process(facts.processes, name)
        if row is None:
            found.append(Banner(words=never))
        elif facts.now - row.beat_at > BLIND_AFTER:
            found.append(Banner(words=stopped, since=row.beat_at))
    return found


def _unsent(facts: WallFacts, reader: Reader) -> list[Banner]:
    found = []
    if facts.oldest_unsent_at is not None and facts.now - facts.oldest_unsent_at > UNSENT_AFTER:
        found.append(Banner(words=reader.say("Alerts are stuck, the oldest for"), since=facts.oldest_unsent_at))
    if facts.failed:
        words = reader.count(
            facts.failed, "{n} alert could not be delivered today", "{n} alerts could not be delivered today"
        )
        found.append(Banner(words=words))
    return found


def _half_blind(facts: WallFacts, reader: Reader) -> list[Banner]:
    """A source that refuses or limits us says why in its own words; late and down stand in the foot already."""
    told = [s for s in facts.sources if s.state in ("refused", "rate-limited") and s.detail]
    return [Banner(words=f"{name_of(s.source)}: {s.detail}") for s in told]


def _pasted(facts: WallFacts, reader: Reader) -> list[Banner]:
    """Two may be chance; three people with one text of ours have each seen a machine."""
    if facts.pasted < FEWEST_PASTED:
        return []
    return [Banner(words=reader.say("The same text went to {n} people", n=reader.number(facts.pasted)), tone="note")]


def _sentence(words: str) -> str:
    """With a capital, and without the path of a folder: a wall is a public room, and has no space for it."""
    return words[:1].upper() + _PATH.sub("", words[1:])
