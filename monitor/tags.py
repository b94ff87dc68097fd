"""Looking at a tag: asks who can search, reads what is stored, has it scored and judged, and remembers the verdict.

The judging is in monitor.answer.hashtag; here is what it takes to get posts. No post of a stranger is kept by a look.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

import structlog

from db.rows import Deed, Mention, Rules, Scored, TagLook, TagReading
from db.store import Store
from monitor.answer import hashtag
from monitor.answer.hashtag import Finding, Reason, Verdict, judge, plain_tag, reason, terms_of
from monitor.config import Config
from monitor.sources.fields import hashtags
from monitor.sources.matching import is_own
from monitor.sources.search import Search, Wanted
from monitor.sources.supervisor import SourceError

if TYPE_CHECKING:
    from monitor.scoring.scorer import Scorer
    from monitor.sources.x_door import XSettings

log = structlog.get_logger()

STORED = 300  # posts of the store that are looked at
FOR_A_DRAFT = 60  # while somebody types
SPEND = "x spent on tags"  # setting: {"day", "posts"}
LOOK_LASTS = timedelta(hours=2)  # so long a draft is answered from the last look
MOST_OF_A_FILE = 5_000
NOT_ASKED = "No network was asked: only what is stored here could be read."
NAMES = {"x": "X", "bluesky": "Bluesky"}
_SCORING = threading.Lock()


@cache
def scorer() -> Scorer:
    """One for the process: it takes a third of a second to load."""
    from monitor.scoring import load_scorer

    return load_scorer()


# --- one tag --------------------------------------------------------------------------------------------------
def look(store: Store, config: Config, asked: str, now: datetime) -> Finding:
    """What this tag ("Cairo", "#Cairo") or name ("Hurricane Sandy") is about now. Remembered for drafts."""
    wanted = wanted_of(asked)
    rules = rules_of(store, config)
    searches, troubles = searches_of(store, config, now)
    posts, down = ask_all(searches, wanted, now, 2 * config.hashtag.seconds) if wanted.words else ([], [])
    keep_spend(store, searches, now)
    asked_for = scored([_of_the_house(post, rules) for post in posts])
    if not searches:
        troubles.append(reason("unknown", NOT_ASKED))
    finding = judge(
        wanted.words,
        [*asked_for, *stored(store, wanted)],
        now,
        troubles=[*troubles, *down],
        reading=reading_of(store, wanted.words, now),
    )
    remember(store, finding, now)
    return finding


def look_at_file(path: str, asked: str, now: datetime, reading: TagReading | None = None) -> Finding:
    """The same from a file (JSONL or CSV, "-" for standard input), which is taken as it is. Raises FileError."""
    from monitor.sources.file import read_file
    from monitor.sources.table import EmptyFile

    wanted = wanted_of(asked)
    try:
        rows = list(islice(read_file(path, brand="file", now=now), MOST_OF_A_FILE))
    except EmptyFile:
        rows = []
    posts = [row for row in rows if isinstance(row, Mention)]
    broken = len(rows) - len(posts)
    troubles = [reason("unknown", "{n} lines of the file could not be read.", n=broken)] if broken else []
    about = [post for post in posts if holds(post, wanted)]
    if posts and not about:
        troubles.append(reason("unknown", "No post of the file holds the tag: all of them were read as if they did."))
    elif 2 * len(about) < len(posts):
        posts = about  # a file about many things
    return judge(wanted.words, scored(posts), now, troubles=troubles, reading=reading)


def wanted_of(asked: str) -> Wanted:
    words = plain_tag(asked)
    return Wanted(words, is_name=" " in words)


def holds(post: Mention, wanted: Wanted) -> bool:
    """Whether a post holds the tag, or the name."""
    tags = {*post.hashtags, *hashtags(post.text)}
    text = " ".join(post.text.casefold().split())
    return wanted.as_tag.casefold() in tags or (wanted.is_name and wanted.words.casefold() in text)


def scored(posts: Sequence[Mention]) -> list[Scored]:
    """Those of others with a score; ours are not scored."""
    if not posts:
        return []  # the scorer takes a third of a second to load
    others = [post for post in posts if not post.is_own]
    with _SCORING:  # the scorer remembers what it has read, and several pages may ask at once
        scores = scorer().score(others)
    return [
        *(Scored(mention=post, score=score) for post, score in zip(others, scores, strict=True)),
        *(Scored(mention=post) for post in posts if post.is_own),
    ]


def stored(store: Store, wanted: Wanted, limit: int = STORED) -> list[Scored]:
    """What we have of it, the newest first, with the scores it has."""
    if not wanted.words:
        return []
    found = [each for each in store.search(wanted.words, limit=limit) if holds(each.mention, wanted)]
    missing = [each.mention for each in found if each.score is None and not each.mention.is_own]
    return [*(each for each in found if each.score is not None or each.mention.is_own), *scored(missing)]


def rules_of(store: Store, config: Config) -> list[Rules]:
    return list(store.rules().values()) or list(config.brands)


def _of_the_house(post: Mention, rules: Sequence[Rules]) -> Mention:
    is_ours = any(is_own(row, post.source, post.handle, post.author_id) for row in rules)
    return replace(post, is_own=is_ours)


# --- asking ---------------------------------------------------------------------------------------------------
def searches_of(store: Store, config: Config, now: datetime) -> tuple[list[Search], list[Reason]]:
    """Everybody who can be asked, and why somebody is not."""
    found: list[Search] = []
    troubles: list[Reason] = []
    settings = config.hashtag
    if settings.bluesky_url and "bluesky" in config.sources:
        from monitor.sources.bluesky_search import BlueskySearch

        found.append(BlueskySearch(settings.bluesky_url, settings.seconds))
    for url in settings.mastodon:
        from monitor.sources.mastodon_search import MastodonSearch

        found.append(MastodonSearch(url, settings.seconds))
    if "x" in config.sources and config.sources["x"].tag_posts_per_day:
        from monitor.sources.x_search import FEWEST, XSearch

        left = x_posts_left(store, config, now)
        if left >= FEWEST:
            found.append(XSearch(config.sources["x"], left, settings.seconds))
        else:
            words = "what may be spent on it today is spent"
            troubles.append(reason("unknown", "{source} was not asked: {why}.", source="X", why=words))
    return found, troubles


def ask_all(
    searches: Sequence[Search], wanted: Wanted, now: datetime, seconds: float
) -> tuple[list[Mention], list[Reason]]:
    """All at the same time; who is not back within `seconds` is left behind."""
    answers: queue.SimpleQueue[tuple[str, list[Mention] | str]] = queue.SimpleQueue()
    for search in searches:
        threading.Thread(target=_ask, args=(search, wanted, now, answers), daemon=True).start()
    waiting = {search.name for search in searches}
    found: list[Mention] = []
    troubles: list[Reason] = []
    end = threading.Timer(seconds, lambda: answers.put(("", "")))
    end.daemon = True
    end.start()
    while waiting:
        name, answer = answers.get()
        if not name:
            troubles += [_silent(each, "it did not answer in time") for each in sorted(waiting)]
            break
        waiting.discard(name)
        if isinstance(answer, str):
            troubles.append(_silent(name, answer))
        else:
            found += answer
    end.cancel()
    return found, troubles


def _ask(
    search: Search, wanted: Wanted, now: datetime, answers: queue.SimpleQueue[tuple[str, list[Mention] | str]]
) -> None:
    """In a thread of its own."""
    try:
        answers.put((search.name, search.find(wanted, now)))
    except SourceError as error:
        answers.put((search.name, str(error)))
    except Exception as error:  # a stranger's answer must not take the page down
        log.exception("a search failed", source=search.name)
        answers.put((search.name, f"its answer could not be read ({type(error).__name__})"))


def _silent(name: str, why: str) -> Reason:
    return reason("unknown", "{source} could not be asked: {why}.", source=in_words(name), why=why)


def in_words(name: str) -> str:
    """ "mastodon:mastodon.social" as "Mastodon (mastodon.social)"."""
    head, _, rest = name.partition(":")
    return f"{head.title()} ({rest})" if rest else NAMES.get(head, head.title())


def x_posts_left(store: Store, config: Config, now: datetime) -> int:
    """What looks may still read today: of their own part, and below the cap of X with what the stream has read."""
    settings: XSettings = config.sources["x"]
    today = f"{now:%Y-%m-%d}"
    cursor = store.cursors().get("x")
    parts = cursor.value.split(" ") if cursor else []
    streamed = int(parts[2]) if len(parts) == 3 and parts[1] == today and parts[2].isdigit() else 0
    ours = spent(store, today)
    return max(0, min(settings.tag_posts_per_day - ours, settings.max_posts_per_day - streamed - ours))


def spent(store: Store, today: str) -> int:
    try:
        kept = json.loads(store.setting(SPEND) or "{}")
        return int(kept["posts"]) if kept.get("day") == today else 0
    except (ValueError, KeyError, AttributeError, TypeError):
        return 0


def keep_spend(store: Store, searches: Sequence[Search], now: datetime) -> None:
    read = sum(int(getattr(search, "read", 0)) for search in searches)
    if read:
        today = f"{now:%Y-%m-%d}"
        with store.atomic():
            store.put_setting(SPEND, json.dumps({"day": today, "posts": spent(store, today) + read}), "smoulder", now)


# --- remembering ----------------------------------------------------------------------------------------------
def remember(store: Store, finding: Finding, now: datetime) -> None:
    because = tuple(each.pack() for each in finding.because[:-1])  # the last one is about who read it
    row = TagLook(
        tag=key_of(finding.tag), at=now, verdict=finding.verdict, posts=finding.picture.posts, because=because
    )
    store.add_tag_look(row)


def key_of(tag: str) -> str:
    return plain_tag(tag).casefold()


def reading_of(store: Store, tag: str, now: datetime) -> TagReading | None:
    return store.tag_reading(key_of(tag), now - hashtag.READ_LASTS)


def have_read(store: Store, asked: str, who: str, now: datetime) -> bool:
    """A named person says that they have read what it is about. False: there is no tag or no name.

    It is written down whatever the verdict; it makes an OK only where nothing else stands in the way.
    """
    tag = key_of(asked)
    if not tag or not who.strip():
        return False
    with store.atomic():
        store.add_tag_reading(TagReading(tag=tag, at=now, who=who))
        store.add_deed(Deed(at=now, who=who, what="read the tag", subject=f"#{plain_tag(asked)}"))
    return True


# --- a draft --------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class TermVerdict:
    """One hashtag or proper noun of a draft, and what is known of it without asking anybody now."""

    term: str  # "#Cairo", "Hurricane Sandy"
    verdict: Verdict
    because: tuple[Reason, ...]  # `Reason.words` in English, or `reader.say(each.text, **dict(each.values))`
    looked_at: datetime | None = None  # None: nobody has looked lately; see /hashtag?tag=TERM


def hashtags_of(store: Store, draft: str, now: datetime, own: Sequence[str] = ()) -> tuple[TermVerdict, ...]:
    """A verdict for each hashtag and proper noun of a draft, in its order; () when there is none.

    Asks no network: it answers from the last look of the last two hours, else from the posts that are stored, which
    is never more than LOOK (or STOP). `own`: names of the house that need no look (brand, terms, handles). Fast
    enough for every key stroke when nothing new was typed; the pure part is `monitor.answer.hashtag.terms_of`.
    """
    return tuple(_known(store, term, now) for term in terms_of(draft, own))


def _known(store: Store, term: str, now: datetime) -> TermVerdict:
    kept = store.tag_look(key_of(term), now - LOOK_LASTS)
    if kept is None:
        wanted = wanted_of(term)
        unseen = reason("unknown", "Nobody has looked at it lately.")
        found = judge(wanted.words, stored(store, wanted, FOR_A_DRAFT), now, troubles=[unseen])
        return TermVerdict(term=term, verdict=found.verdict, because=found.because[:-1])
    because = tuple(map(Reason.unpack, kept.because))
    return TermVerdict(term=term, verdict=verdict_now(store, kept, now), because=because, looked_at=kept.at)


def verdict_now(store: Store, kept: TagLook, now: datetime) -> Verdict:
    """A look's verdict as it stands now: who has read it may have done so after it, or too long ago."""
    weights = {Reason.unpack(each).weight for each in kept.because}
    if "stop" in weights:
        return "STOP"
    return "OK" if weights <= {"note"} and reading_of(store, kept.tag, now) is not None else "LOOK"


def names_of_the_house(rules: Sequence[Rules]) -> tuple[str, ...]:
    """Brands, terms and handles: for `hashtags_of(…, own=…)`."""
    found: list[str] = []
    for row in rules:
        found += [row.brand, *row.terms, *(handle.partition(":")[2] for handle in row.handles)]
    return tuple(dict.fromkeys(found))
