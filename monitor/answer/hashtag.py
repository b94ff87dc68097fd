"""The hashtag brake: what is this tag about, before a brand uses it? STOP, LOOK or OK, with reasons.

It knows nothing but the posts it is handed. OK is never its own word: it needs posts enough to tell from, nothing that
speaks against it, and a person who has read what it is about. What cannot be seen is LOOK. Pure.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Literal

from db.rows import Mention, Scored, TagReading
from monitor.answer.danger import IN_JEST, Danger, calls_for_sympathy, danger, names_danger
from monitor.scoring.crowd import TRAGIC, crowd_tragedy

Verdict = Literal["STOP", "LOOK", "OK"]
Weight = Literal["stop", "unknown", "note"]

DANGEROUS = 0.17
"""`Picture.danger` from which nobody should advertise under a tag. Tuned on tests/data/hashtags."""
UNEASY = 0.07  # from here on it is said, and a person decides
CALLING = 0.12  # enough to stop when the tag's own name is a prayer, a demand or a danger
HURT = 0.6  # `Score.tragedy` of a post that certainly speaks of people hurt

FEWEST_POSTS, FEWEST_AUTHORS = 8, 4
FRESH = timedelta(days=3)  # an older newest post says nothing about today
FOREIGN = 0.4  # share of posts in languages that are not read here
READ_LASTS = timedelta(hours=4)  # a tag may turn within a day: who read it this morning has not read it tonight
EXAMPLES = 5
TERMS = 6
READ = ("en", "fr", "und")


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence. `text` holds {names}, so that it can be said in the reader's language.

    stop: it speaks against the tag. unknown: without it nobody can say OK. note: worth knowing.
    """

    weight: Weight
    text: str
    values: tuple[tuple[str, str | int], ...] = ()

    @property
    def words(self) -> str:
        return self.text.format(**dict(self.values))

    def pack(self) -> str:
        """As one text, for a row."""
        return json.dumps([self.weight, self.text, dict(self.values)], ensure_ascii=False)

    @classmethod
    def unpack(cls, packed: str) -> Reason:
        weight, text, values = json.loads(packed)
        return cls(weight, text, tuple(values.items()))


def reason(weight: Weight, text: str, **values: str | int) -> Reason:
    return Reason(weight, text, tuple(values.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the posts of others come to. Shares and means are over people, so that one who shouts counts once."""

    posts: int
    authors: int
    about: tuple[str, ...]  # the words that most people use
    tragedy: float  # crowd_tragedy
    danger: float  # mean weight of danger, less where most people play
    play: float  # share of posts about sport, films, food, a joke
    danger_words: tuple[str, ...]  # the commonest first
    in_danger: int  # posts that speak of it
    kind: float  # share of praise
    angry: float  # share of complaints and hostile posts
    first_seen: datetime | None  # of what could be seen; None: nothing
    newest: datetime | None
    times: float | None  # the last two hours against the usual two hours; None: too few to tell
    foreign: tuple[str, int] | None  # the commonest language not read here, and posts in such languages


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A tag, what it is about, and what to do."""

    tag: str  # without '#', as it was asked
    verdict: Verdict
    because: tuple[Reason, ...]  # the gravest first
    picture: Picture
    examples: tuple[Scored, ...]  # the newest of others, verbatim
    read_by: str | None = None  # who says that they have read it, as far as it still counts

    @property
    def may_be_ok(self) -> bool:
        """Whether all that is missing is a person who has read it."""
        return all(each.weight == "note" for each in self.because)


def plain_tag(text: str) -> str:
    """A tag or a name as it is asked for: no '#', no marks, at most 100 characters; "" when nothing is left.

    >>> plain_tag(" #WhyIStayed! "), plain_tag("Hurricane Sandy")
    ('WhyIStayed', 'Hurricane Sandy')
    """
    return " ".join(re.findall(r"\w+", text.lstrip().lstrip("#＃")))[:100].strip()


def judge(
    tag: str,
    posts: Sequence[Scored],
    now: datetime,
    *,
    troubles: Iterable[Reason] = (),
    reading: TagReading | None = None,
) -> Finding:
    """The verdict over all posts that could be had, ours among them. `troubles`: what could not be seen, and why."""
    others = _newest_first([each for each in posts if not each.mention.is_own and each.mention.deleted_at is None])
    dangers = [danger(each.mention.text, tag) for each in others]
    seen = picture(tag, others, dangers, now)
    because = [
        *_against(tag, seen),
        *_unknown(seen, sum(each.mention.is_own for each in posts), now),
        *troubles,
        *_notes(seen),
    ]
    because.sort(key=lambda each: ("stop", "unknown", "note").index(each.weight))
    finding = Finding(
        tag=tag,
        verdict="LOOK",
        because=(*because, _about_the_reader(None)),
        picture=seen,
        examples=tuple(others[:EXAMPLES]),
    )
    return as_read(finding, reading, now)


def as_read(found: Finding, reading: TagReading | None, now: datetime) -> Finding:
    """The same finding, as it stands after somebody has read it or nobody has."""
    because = found.because[:-1]
    is_read = reading is not None and now - reading.at < READ_LASTS
    verdict: Verdict = "LOOK"
    if any(each.weight == "stop" for each in because):
        verdict = "STOP"
    elif is_read and all(each.weight == "note" for each in because):
        verdict = "OK"
    who = reading.who if reading is not None and is_read else None
    return replace(
        found, verdict=verdict, read_by=who, because=(*because, _about_the_reader(reading if is_read else None))
    )


def _newest_first(posts: Sequence[Scored]) -> list[Scored]:
    """Each post once, also when several sources gave it or it is about several brands."""
    once = {each.mention.post_id: each for each in posts}
    return sorted(once.values(), key=lambda each: each.mention.created_at, reverse=True)


# --- what the posts come to -----------------------------------------------------------------------------------
def picture(tag: str, others: Sequence[Scored], dangers: Sequence[Danger], now: datetime) -> Picture:
    """`dangers`: of each of `others`, which stand the newest first."""
    people = [author_of(each.mention) for each in others]
    scores = [each.score for each in others]
    tragedies = [score.tragedy if score else 0.0 for score in scores]
    play = sum(each.is_play for each in dangers) / len(dangers) if dangers else 0.0
    risks = [
        max(d.weight, t * (IN_JEST if d.is_play else 1.0) if t >= HURT else 0.0)
        for d, t in zip(dangers, tragedies, strict=True)
    ]
    words = Counter(word for d in dangers for word in dict.fromkeys(" ".join(w.split()) for _, w in d.words))
    labels = Counter(score.label if score else "other" for score in scores)
    times = [each.mention.created_at for each in others]
    return Picture(
        posts=len(others),
        authors=len(set(people)),
        about=telling(tag, [each.mention.text for each in others], people),
        tragedy=crowd_tragedy(_by_person(people, tragedies)),
        danger=crowd_tragedy(_by_person(people, risks)) * earnest(play),
        play=play,
        danger_words=tuple(word for word, _ in words.most_common(TERMS)),
        in_danger=sum(risk >= WORTH_SAYING for risk in risks),
        kind=labels["praise"] / len(others) if others else 0.0,
        angry=(labels["complaint"] + labels["hostile"]) / len(others) if others else 0.0,
        first_seen=min(times, default=None),
        newest=max(times, default=None),
        times=break_in_volume(times, now),
        foreign=_foreign(others),
    )


def earnest(play: float) -> float:
    """How far words of danger are to be believed, by the share of posts that play: 1 up to a quarter, then less."""
    return max(0.3, 1.0 - max(0.0, play - 0.25) / 0.6)


WORTH_SAYING = 0.4  # one strong word, or two weak ones


def author_of(mention: Mention) -> str:
    """Who wrote it; a post of somebody unknown is somebody of its own."""
    return mention.author_id or (f"{mention.source}:{mention.handle}" if mention.handle else mention.id)


def _by_person(people: Sequence[str], values: Sequence[float]) -> list[float]:
    """One mean for each person."""
    of: dict[str, list[float]] = {}
    for who, value in zip(people, values, strict=True):
        of.setdefault(who, []).append(value)
    return [sum(each) / len(each) for each in of.values()]


_WORD = re.compile(r"(?:https?://\S+|@\w+)|([#＃]?[^\W\d_][\w’'-]{2,29})")
# Words that say nothing about the matter.
_COMMON = """
the and you your for this that with are was not but have has had been from they them their there what when why who how
can will would could should just all any our out off get got its it's don't doesn't didn't isn't wasn't won't can't i'm
i've about after again into than then too very more most some only over under because while does did his her him she one
two were i'll we're you're that's here even still much many every never ever like really also now today day make made
going know think want need let see said says look time way people thing things where which these those being before
les des une est pas que qui dans pour sur avec vous nous mon mes ton ses son aux par plus tout tous toute mais comme
c'est j'ai être avoir été fait cette ces cet leur leurs sans encore depuis même quand quoi ils elle elles suis sont
était d'un d'une qu'on qu'il n'est l'on très bien aussi donc alors rien faut vais déjà moi toi lui eux ça ici chez
avant après deux trois jour fois peu trop faire dit dire voir notre votre nos vos ont avait tes sous entre
"""
_SMALL = frozenset(_COMMON.split())


def telling(tag: str, texts: Sequence[str], people: Sequence[str], most: int = TERMS) -> tuple[str, ...]:
    """What it is about in its own words: those that most people use, of which at least two do."""
    used: dict[str, set[str]] = {}
    spelling: dict[str, str] = {}
    skipped = {part.casefold() for part in (tag, f"#{tag}", *tag.split())}
    for text, who in zip(texts, people, strict=True):
        for found in _WORD.findall(text[:1000]):
            word = found.replace("’", "'").casefold()
            if word and word not in _SMALL and word not in skipped:
                used.setdefault(word, set()).add(who)
                spelling.setdefault(word, found)
    common = sorted((word for word in used if len(used[word]) > 1), key=lambda word: (-len(used[word]), word))
    return tuple(spelling[word] for word in common[:most])


def break_in_volume(times: Sequence[datetime], now: datetime) -> float | None:
    """Posts of the last two hours against the median of the two-hour blocks before; None: fewer than ten, or too short.

    An empty block counts as half a post, so that "from nothing to thirty" is sixty times, not endless.
    """
    block = timedelta(hours=2)
    blocks = Counter(int((now - at) / block) for at in times if at <= now)
    oldest = max(blocks, default=0)
    if blocks[0] < 10 or oldest < 3:
        return None
    usual = median([blocks[n] for n in range(1, min(oldest, 84) + 1)])
    return blocks[0] / max(usual, 0.5)


_LATIN_ENDS = 0x24F


def _foreign(others: Sequence[Scored]) -> tuple[str, int] | None:
    found = Counter(lang for each in others if (lang := _language(each)) not in READ)
    return (found.most_common(1)[0][0], found.total()) if found else None


def _language(scored: Scored) -> str:
    """What the scorer found, else what the network says; "another script" when most letters are none that we read."""
    letters = [letter for letter in scored.mention.text if letter.isalpha()]
    if sum(ord(letter) > _LATIN_ENDS for letter in letters) * 2 > len(letters):
        found = scored.score.lang if scored.score else "und"
        return found if found not in READ else scored.mention.lang or "another script"
    said = (scored.mention.lang or "und")[:2].lower()
    found = scored.score.lang if scored.score else said
    # A short text is soon mistaken for Portuguese: what the network says counts when it is one that we read.
    return said if said in READ[:2] else found


# --- reasons --------------------------------------------------------------------------------------------------
def _against(tag: str, seen: Picture) -> list[Reason]:
    found = []
    calls = calls_for_sympathy(tag) or names_danger(tag)
    if seen.posts >= 2 and seen.authors >= 2:
        if seen.danger >= DANGEROUS or (calls and seen.danger >= CALLING):
            words = ", ".join(seen.danger_words[:TERMS])
            text = "{n} of {all} posts speak of people hurt or in danger: {words}."
            found.append(reason("stop", text, n=seen.in_danger, all=seen.posts, words=words))
        if seen.tragedy >= TRAGIC:
            found.append(
                reason("stop", "Together the posts read like a tragedy ({share} of 100).", share=_percent(seen.tragedy))
            )
    return found


def _unknown(seen: Picture, ours: int, now: datetime) -> list[Reason]:
    """What keeps anybody from saying OK."""
    if seen.posts == 0:
        if ours > 0:
            return [reason("unknown", "Only our own posts use it: what others mean by it is not known.")]
        return [reason("unknown", "No post of anybody was found: what it is about is not known.")]
    found = []
    if seen.posts < FEWEST_POSTS:
        text = (
            "Only {n} posts were found, too few to tell."
            if seen.posts > 1
            else "Only one post was found, too few to tell."
        )
        found.append(reason("unknown", text, n=seen.posts))
    if seen.authors == 1 and seen.posts > 1:
        found.append(reason("unknown", "All posts are by one person."))
    elif seen.authors < FEWEST_AUTHORS and seen.posts > 1:
        found.append(reason("unknown", "Only {n} people wrote all of the posts.", n=seen.authors))
    if seen.newest is not None and now - seen.newest > FRESH:
        text = "The newest post is {n} days old: what it is about today is not known."
        found.append(reason("unknown", text, n=(now - seen.newest).days))
    if seen.foreign is not None and seen.foreign[1] >= FOREIGN * seen.posts:
        text = "{n} of {all} posts are in a language that is not read here ({lang})."
        found.append(reason("unknown", text, n=seen.foreign[1], all=seen.posts, lang=seen.foreign[0]))
    return found


def _notes(seen: Picture) -> list[Reason]:
    found = []
    if UNEASY <= seen.danger < DANGEROUS and seen.danger_words:
        words = ", ".join(seen.danger_words[:TERMS])
        found.append(reason("note", "Some posts have words of danger, perhaps in jest: {words}.", words=words))
    if seen.times is not None and seen.times >= 4:
        found.append(
            reason(
                "note",
                "{n} times as many posts as usual in the last two hours: something happened.",
                n=round(seen.times),
            )
        )
    if seen.angry >= 0.3:
        found.append(reason("note", "{n} of 100 posts are angry.", n=_percent(seen.angry)))
    if seen.about:
        found.append(reason("note", "People speak of: {words}.", words=", ".join(seen.about)))
    return found


def _about_the_reader(reading: TagReading | None) -> Reason:
    if reading is None:
        return reason("note", "Nobody has said that they have read what it is about.")
    return reason("note", "{who} has read what it is about.", who=reading.who)


def _percent(share: float) -> int:
    return round(100 * share)


# --- a draft --------------------------------------------------------------------------------------------------
_TAGS = re.compile(r"(?<![\w&/])[#＃](\w*[^\W\d_]\w*)")
_NAME = re.compile(r"(?<![\w@#＃/.])[A-ZÀ-ÖØ-Þ][\w’'-]*(?:\s+[A-ZÀ-ÖØ-Þ][\w’'-]+){0,3}")
_CAPITALS = """
i i'm i've i'll i'd monday tuesday wednesday thursday friday saturday sunday january february march april may june july
august september october november december mr mrs ms dr dm ps hi hello dear thanks thank sorry yes no ok english french
lundi mardi mercredi jeudi vendredi samedi dimanche bonjour merci désolé désolée madame monsieur mme mp
the our we a an this that at in on for to and but my your it le la les nos notre un une du pour avec et mais je il
"""
_NO_NAME = frozenset(_CAPITALS.split())
MOST_TERMS = 12


def terms_of(draft: str, own: Sequence[str] = ()) -> tuple[str, ...]:
    """The hashtags ("#sale") and proper nouns ("Hurricane Sandy") of a draft, each once, in order; at most twelve.

    A proper noun is a capital within a sentence, or two capitals in a row anywhere. `own`: names of the house, which
    are left out.
    """
    text = draft[:4000]
    found: dict[str, str] = {f"#{tag.casefold()}": f"#{tag}" for tag in _TAGS.findall(text)}
    skipped = {name.casefold().lstrip("@#") for name in own} | _NO_NAME
    for hit in _NAME.finditer(text):
        is_first = text[: hit.start()].rstrip(' \t"“«(*-–—')[-1:] in ("", ".", "!", "?", "…", "\n", ":")
        parts = hit.group().split()
        while parts and parts[0].casefold() in _NO_NAME:
            parts, is_first = parts[1:], False
        name = " ".join(parts)
        if len(name) < 2 or (is_first and len(parts) == 1 and not (name.isupper() and len(name) > 2)):
            continue
        if name.casefold() not in skipped and not _is_shouting(text, name):
            found.setdefault(name.casefold(), name)
    return tuple(found.values())[:MOST_TERMS]


def _is_shouting(text: str, name: str) -> bool:
    """All capitals in a text of capitals is no name."""
    letters = [letter for letter in text if letter.isalpha()]
    return name.isupper() and sum(letter.isupper() for letter in letters) * 2 > len(letters)
