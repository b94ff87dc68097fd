"""Answers as people write them here: what stands against a draft, and each step of it done and signed.

The pages ask this module and nothing else, so that no page can forget a lock; the store refuses once more what is
not allowed. Nothing here speaks to a network.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from dashboard import security
from dashboard.pages.frame import Desk, harms_now
from db.rows import Case, Deed, Mention, Reply, Scored
from monitor import switch
from monitor.answer import approval, coach, hashtag, sameness, thanks
from monitor.answer.coach import Advice
from monitor.answer.hashtag import Reason
from monitor.answer.tongue import PARTS

log = structlog.get_logger()

LONGEST = 2000
LONGEST_WHY = 500
EARLIER = 10_000
KNOWN_FOR = timedelta(days=365)
AGAIN = timedelta(hours=6)  # posts that come in late are looked for this far back
IN_HAND = ("draft", "waiting", "cleared", "refused")
MINUTE = timedelta(minutes=1)
TAG_KNOWN = timedelta(hours=6)  # what a tag was about before that may have changed
ON_ITS_WAY = timedelta(seconds=10)
"""So long the answer to a save may need, while somebody types on."""
Known = tuple[int, int]  # id and revision of the draft that a page shows; (0, 0): it shows none
GRAVE = 2  # severity from which on nobody is told that the other side is calm


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """An earlier answer that a draft repeats."""

    id: str  # "reply 12" or the id of an own post
    words: str
    at: datetime
    who: str  # the writer, or the account
    to: str | None = None  # the mention it answered, as far as is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What there is to say about one draft to one person."""

    advice: Advice
    locks: tuple[str, ...]
    twin: Twin | None = None
    tags: tuple[
        tuple[str, str], ...
    ] = ()  # hashtags and names that the complaint does not have; the last verdict or ""
    is_compared: bool = True  # False: the earlier answers are still being read, so that nobody knows of a twin


class Earlier:
    """What one brand has answered so far, ready to be compared with a draft within milliseconds."""

    def __init__(self, desk: Desk, brand: str) -> None:
        self._desk, self._brand = desk, brand
        self._index = sameness.Index()
        self._twins: list[Twin] = []
        self._known: set[str] = set()
        self._replies_until = self._posts_until = desk.clock() - KNOWN_FOR
        self._lock = threading.Lock()
        self.is_read = False

    def find(self, words: str, patience: float = -1) -> Twin | None:
        """Raises TimeoutError after `patience` seconds of waiting for somebody else who reads; -1: never."""
        if not self._lock.acquire(timeout=patience):
            raise TimeoutError
        try:
            self._learn()
            found = self._index.find(words)
            return None if found is None else self._twins[found]
        finally:
            self._lock.release()

    def _learn(self) -> None:
        """What has been answered since the last look."""
        store, brand = self._desk.store, self._brand
        sent = store.replies(brand=brand, states=("sent", "seen"), since=self._replies_until, limit=EARLIER)
        posts = store.own_answers(brand, self._posts_until, EARLIER)
        seen = {reply.seen_id for reply in sent}
        for reply in reversed(sent):
            self._add(_of_reply(reply))
            # By our own clock, unless the stream saw it: that one is looked for as the posts are.
            self._replies_until = max(self._replies_until, (reply.sent_at or reply.written_at) - AGAIN)
        for post in posts:
            if post.id not in seen:
                self._add(_of_post(post))
            self._posts_until = max(self._posts_until, post.created_at - AGAIN)
        self.is_read = True

    def _add(self, twin: Twin) -> None:
        if twin.id not in self._known:
            self._known.add(twin.id)
            self._index.add(twin.words)
            self._twins.append(twin)


def _of_reply(reply: Reply) -> Twin:
    at = reply.sent_at or reply.written_at
    return Twin(id=f"reply {reply.id}", words=reply.words, at=at, who=reply.writer, to=reply.mention_id)


def _of_post(post: Mention) -> Twin:
    return Twin(id=post.id, words=post.text, at=post.created_at, who=post.handle or "", to=post.in_reply_to)


class Answers:
    """All that is done with answers in one application. State: the earlier answers of each brand."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._earlier: dict[str, Earlier] = {}
        self._lock = threading.Lock()

    # --- looking ----------------------------------------------------------------------------------------------
    def warm(self, brand: str) -> None:
        """Read the earlier answers of a brand beside everything else: ten thousand take some seconds, once."""
        if not self.is_warm(brand):
            threading.Thread(target=self._warm, args=(brand,), name="earlier answers", daemon=True).start()

    def _warm(self, brand: str) -> None:
        try:
            self._of(brand).find("")
        except Exception as error:  # whoever writes next reads them again, and is told what fails
            log.warning("earlier answers were not read", brand=brand, error=str(error))

    def is_warm(self, brand: str) -> bool:
        return self._of(brand).is_read

    def judge(self, scored: Scored, words: str, reply_id: int = 0, patience: float = -1) -> Judged:
        """`reply_id`: the draft itself, which is no twin of its own. `patience`: as in Earlier.find."""
        now, mention = self.desk.clock(), scored.mention
        minutes = (now - mention.created_at) / MINUTE
        is_grave = scored.score is not None and (scored.score.severity >= GRAVE or scored.is_hostile)
        advice = coach.check(mention.text, words, minutes_open=minutes, is_grave=is_grave)
        twin, is_compared = None, True
        try:
            twin = self._twin(mention, words, reply_id, patience) if words.strip() else None
        except TimeoutError:
            is_compared = False
        author = author_of(mention)
        answered = self.desk.store.answered_at(mention.brand, author, now - approval.COOLING) if author else []
        locks = approval.locks(
            advice,
            answered,
            now,
            is_twin=twin is not None,
            is_house_rule=self.desk.config.dashboard.approval,
            is_no_time_for_thanks=_is_praise(scored) and bool(self.no_thanks(mention.brand)),
        )
        return Judged(advice=advice, locks=locks, twin=twin, tags=self._tags(mention, words), is_compared=is_compared)

    def meanwhile(self, scored: Scored) -> list[int | bool]:
        """What may hold a draft though its words stay as they are: the page asks anew when it changes."""
        author, brand = author_of(scored.mention), scored.mention.brand
        since = self.desk.clock() - approval.COOLING
        answered = len(self.desk.store.answered_at(brand, author, since)) if author else 0
        return [answered, _is_praise(scored) and bool(self.no_thanks(brand))]

    def no_thanks(self, brand: str) -> tuple[Reason, ...]:
        """Why nobody is thanked at this brand now; () when they may be."""
        return thanks.closed(brand, switch.quiet(self.desk.store), harms_now(self.desk))

    def _tags(self, mention: Mention, words: str) -> tuple[tuple[str, str], ...]:
        """What the brake said lately of each hashtag and name that the writer brings in."""
        known = mention.text.casefold()
        found = [term for term in hashtag.terms_of(words, (mention.brand,)) if term.casefold() not in known]
        since = self.desk.clock() - TAG_KNOWN
        looks = [self.desk.store.tag_look(hashtag.plain_tag(term).casefold(), since) for term in found]
        return tuple((term, look.verdict if look else "") for term, look in zip(found, looks, strict=True))

    def _of(self, brand: str) -> Earlier:
        with self._lock:
            return self._earlier.setdefault(brand, Earlier(self.desk, brand))

    def _twin(self, mention: Mention, words: str, reply_id: int, patience: float) -> Twin | None:
        if (found := self._of(mention.brand).find(words, patience)) is not None:
            return found
        in_hand = self.desk.store.replies(brand=mention.brand, states=("waiting", "cleared"))
        others = [reply for reply in in_hand if reply.id != reply_id]
        number = sameness.find(words, [reply.words for reply in others])
        return None if number is None else _of_reply(others[number])

    def twin_of(self, reply: Reply) -> Twin | None:
        """The earlier answer that a stored one repeats; None: none, or it is not kept any more."""
        if reply.twin is None:
            return None
        if (number := reply.twin.removeprefix("reply ")) != reply.twin:
            kept = self.desk.store.reply(int(number)) if number.isdigit() else None
            return _of_reply(kept) if kept else None
        post = self.desk.store.mention(reply.twin)
        return _of_post(post.mention) if post else None

    def own_draft(self, mention_id: str, who: str) -> Reply | None:
        """What this person has in hand for that mention."""
        found = self.desk.store.replies(mention_ids=[mention_id], states=IN_HAND)
        return next((reply for reply in found if reply.writer == who), None)

    # --- doing ------------------------------------------------------------------------------------------------
    # Each gives the row as it is now; None: it is not allowed, or it has changed meanwhile.
    def keep(self, case: Case, words: str, why: str, known: Known | None = None) -> Reply | None:
        """Keep what was typed. `known`: the draft that the page shows, (0, 0) when it shows none; None: whichever is
        stored."""
        who, now = security.require("responder").name, self.desk.clock()
        mention, words, why = case.scored.mention, words[:LONGEST], why.strip()[:LONGEST_WHY]
        with self.desk.store.atomic():  # a draft is kept by a pause and by a button at once, and is one draft
            own = self.own_draft(mention.id, who) or self._new_draft(mention, who, now)
            if not own.id and (not words.strip() or self.is_out(mention, words, who)):
                return None
            changed = replace(own, words=words, why=why, written_at=now)
            revision = own.revision
            if known is not None and own.id and not _types_on(own, words, known, now):
                # Another draft than the one that is shown is as good as changed.
                revision = known[1] if known[0] == own.id else 0
            return self.desk.store.write_reply(replace(changed, revision=revision))

    def is_out(self, mention: Mention, words: str, who: str) -> bool:
        """Whether these words went out to that mention a moment ago: they are no new draft."""
        sent = self.desk.store.replies(mention_ids=[mention.id], states=("sent", "seen"))
        return any(reply.writer == who and reply.words == words for reply in sent)

    def _new_draft(self, mention: Mention, who: str, now: datetime) -> Reply:
        author = author_of(mention)
        return Reply(
            id=0, mention_id=mention.id, brand=mention.brand, writer=who, words="", written_at=now, author=author
        )

    def ask(self, case: Case, words: str, why: str, known: Known | None = None) -> Reply | None:
        """A second person is to read these words."""
        now = self.desk.clock()
        self._read_up(case)
        with self.desk.store.atomic():
            kept = self.keep(case, words, why, known)
            if kept is None or not kept.words.strip():
                return None
            asked = self.desk.store.ask_reply(self._weighed(case, kept), now)
            return self._signed(asked, "ask", asked.writer if asked else "", ", ".join(asked.locks) if asked else "")

    def decide(self, reply_id: int, revision: int, is_agreed: bool, words: str) -> Reply | None:
        """The visitor agrees to a draft of somebody else, or refuses it."""
        who, now = security.require("responder").name, self.desk.clock()
        with self.desk.store.atomic():
            said = words.strip()[:LONGEST_WHY]
            decided = self.desk.store.decide_reply(reply_id, revision, who, is_agreed, said, now)
            return self._signed(decided, "agree" if is_agreed else "refuse", who, said)

    def send(self, case: Case, words: str, why: str, known: Known | None = None) -> Reply | None:
        """The writer says that these words went out."""
        now = self.desk.clock()
        self._read_up(case)
        with self.desk.store.atomic():
            kept = self.keep(case, words, why, known)
            if kept is None or not kept.words.strip():
                return None
            sent = self.desk.store.send_reply(replace(self._weighed(case, kept), why=why.strip()[:LONGEST_WHY]), now)
            return self._signed(sent, "sent", sent.writer if sent else "", ", ".join(sent.findings) if sent else "")

    def drop(self, case: Case) -> Reply | None:
        who, now = security.require("responder").name, self.desk.clock()
        with self.desk.store.atomic():
            own = self.own_draft(case.scored.mention.id, who)
            if own is None or not self.desk.store.drop_reply(own.id, who, now):
                return None
            return self._signed(own, "drop", who, "")

    def _read_up(self, case: Case) -> None:
        """The earlier answers, before a transaction begins: ten thousand would keep everybody else from writing."""
        self._of(case.scored.mention.brand).find("")

    def _weighed(self, case: Case, kept: Reply) -> Reply:
        """The stored draft with what stands against its words now. Nothing of it comes from the browser."""
        judged = self.judge(case.scored, kept.words, kept.id)
        there = {word.part for word in judged.advice.words}
        return replace(
            kept,
            locks=judged.locks,
            findings=tuple(dict.fromkeys(finding.code for finding in judged.advice.findings)),
            missing=tuple(part for part in PARTS if part not in there),
            twin=judged.twin.id if judged.twin else None,
        )

    def _signed(self, reply: Reply | None, what: str, who: str, words: str) -> Reply | None:
        if reply is not None:
            at = self.desk.clock()
            self.desk.store.add_deed(Deed(at=at, who=who, what=what, subject=f"reply {reply.id}", words=words[:200]))
        return reply


def _is_praise(scored: Scored) -> bool:
    return scored.score is not None and scored.score.label == "praise"


def author_of(mention: Mention) -> str | None:
    """As Person.author says."""
    return mention.author_id or (f"{mention.source}:{mention.handle}" if mention.handle else None)


def _types_on(own: Reply, words: str, known: Known, now: datetime) -> bool:
    """Whether a page that shows the draft as it was one save ago is the page that saved it.

    Somebody types on before the answer to that save has come: the words begin alike, and seconds lie between the two.
    """
    before = (own.id, own.revision - 1) if own.revision > 1 else (0, 0)
    is_near = now - own.written_at <= ON_ITS_WAY
    return known == before and is_near and (words.startswith(own.words) or own.words.startswith(words))
