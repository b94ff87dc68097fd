"""The quiet switch as it is used: turned by named persons, held posts let go one by one, other tools told.

It publishes nothing and marks nothing as sent. Who may do what is asked by whoever calls: the dashboard by its session,
the command line by name and password.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from db.rows import Deed, Incident, Planned, Rules, Scored
from db.store import Store
from monitor import tags
from monitor.answer import planned as plans
from monitor.answer.hashtag import Verdict, terms_of
from monitor.answer.planned import Going, Plan
from monitor.answer.quiet import Change, Harm, Quiet, harm_in, read, read_change

QUIET = "quiet"  # the setting that the wall reads: there while it is on
CHANGED = "quiet changed"
SUBJECT = "the quiet switch"
WHY_LETTERS = 200
POSTS_OF_AN_INCIDENT = 300
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
LISTED = timedelta(days=2)  # so long a post whose time has passed is still listed


def quiet(store: Store) -> Quiet:
    return read(store.setting(QUIET))


def last_change(store: Store) -> Change | None:
    return read_change(store.setting(CHANGED))


def turn(store: Store, *, on: bool, by: str, why: str, now: datetime, how: str = "") -> bool:
    """Turn it on or off, signed; what is planned is held in the same transaction. False: it is so already.

    `how`: by which way, for the audit log. Raises ValueError without a name, or without a reason to turn it on.
    """
    by, why = " ".join(by.split())[:60], " ".join(why.split())[:WHY_LETTERS]
    if not by:
        raise ValueError("somebody has to say so, by name")
    if on and not why:
        raise ValueError("say why, in a few words: they stand on the wall")
    with store.atomic():
        if quiet(store).is_on == on:
            return False
        since = now.isoformat(timespec="seconds")
        state = json.dumps({"since": since, "by": by, "why": why}, ensure_ascii=False) if on else None
        store.put_setting(QUIET, state, by, now)
        held = store.hold_planned(now) if on else 0
        _count(store, on, by, now)
        said = ", ".join(filter(None, (why, f"{held} planned posts held" if held else "", how)))
        store.add_deed(Deed(at=now, who=by, what="quiet on" if on else "quiet off", subject=SUBJECT, words=said))
    return True


def _count(store: Store, is_on: bool, by: str, now: datetime, least: int = 0) -> None:
    """Other tools have something new to hear: the notify process tells every webhook of each number.

    The number is larger than `least`.
    """
    last = last_change(store)
    body = {"number": max(last.number if last else 0, least) + 1, "at": now.isoformat(), "on": is_on, "by": by}
    store.put_setting(CHANGED, json.dumps(body), by, now)


# --- planned posts --------------------------------------------------------------------------------------------
def plan(
    store: Store, data: bytes, *, file: str, by: str, now: datetime, zone: str, tool: str = ""
) -> tuple[Plan, int]:
    """Read an export and keep its posts; what it held, and how many posts are new. While it is quiet they are held."""
    found = plans.read(data, file=file, by=by, now=now, zone=ZoneInfo(zone), tool=tool)
    with store.atomic():
        fresh = store.put_planned(found.posts)
        state = quiet(store)
        if state.is_on and store.hold_planned(state.since_at or _EVER):
            _count(store, True, by, now)
        if fresh:
            words = f"{len(fresh)} new of {len(found.posts)}"
            store.add_deed(Deed(at=now, who=by, what="planned posts", subject=file[:120] or "a file", words=words))
    return found, len(fresh)


def decide(store: Store, post: Planned, *, go: bool, by: str, now: datetime) -> bool:
    """One named person about one held post. False: it is quiet, or the post is not what they saw."""
    with store.atomic():
        if not store.decide_planned(post, "released" if go else "kept back", by, now):
            return False
        _count(store, quiet(store).is_on, by, now)
        what = "let a post go" if go else "kept a post back"
        store.add_deed(Deed(at=now, who=by, what=what, subject=f"planned {post.id}"[:200], words=post.text[:200]))
    return True


def listed(store: Store, now: datetime) -> list[Planned]:
    """What is still to come, or waits for somebody's word; the soonest first."""
    return store.planned(now - LISTED)


def may_go_out(post: Planned, state: Quiet) -> bool:
    return not state.is_on and post.state in ("planned", "released")


# --- what is going on -----------------------------------------------------------------------------------------
def going(store: Store, posts: Sequence[Planned], rules: Sequence[Rules], now: datetime) -> Going:
    """What planned posts are held against. Asks no network: of tags the last looks count."""
    state = quiet(store)
    own = {part.casefold() for name in tags.names_of_the_house(rules) for part in name.replace("@", " ").split()}
    incidents = [each for each in store.incidents(is_open=True, limit=20) if not each.is_historical]
    telling = [plans.words_of(posts_of(store, each), each.root) for each in incidents]
    words = [tuple(word for word in each if word.casefold().lstrip("#") not in own) for each in telling]
    return Going(
        now=now,
        is_quiet=state.is_on,
        quiet_since=state.since_at,
        incidents=tuple(zip(incidents, words, strict=True)),
        verdicts=_verdicts(store, posts, now),
    )


def _verdicts(store: Store, posts: Sequence[Planned], now: datetime) -> dict[str, Verdict]:
    terms = dict.fromkeys(term for post in posts for term in terms_of(post.text))
    found: dict[str, Verdict] = {}
    for term in terms:
        # A STOP of yesterday is worth more than nothing; an OK lasts as long as its reading does.
        kept = store.tag_look(tags.key_of(term), now - timedelta(days=1))
        if kept is not None:
            found[term.casefold()] = tags.verdict_now(store, kept, now)
    return found


def posts_of(store: Store, incident: Incident, *, newest: bool = False) -> list[Scored]:
    """Those of its thread, else what was complained in its time; of the first 300, or of the newest."""
    if incident.root is not None:
        found = store.thread(incident.root, incident.brand, limit=POSTS_OF_AN_INCIDENT, newest=newest)
        if found:
            return found
    start = incident.first_post_at or incident.opened_at
    end = (incident.closed_at or incident.last_signal_at) + timedelta(hours=1)
    found = store.mentions_between(incident.brand, start, end, limit=POSTS_OF_AN_INCIDENT, newest=newest)
    return [each for each in found if each.is_complaint or (each.score is not None and each.score.tragedy >= 0.5)]


# --- people are hurt ------------------------------------------------------------------------------------------
def hurt_setting(incident_id: int) -> str:
    return f"people hurt: {incident_id}"


def harm(store: Store, incident: Incident) -> Harm:
    """By its first posts and by its newest, whichever say more: people may be hurt long after it began."""
    answer, by = _answer(store.setting(hurt_setting(incident.id)))
    found = [harm_in(incident, posts_of(store, incident, newest=newest), answer, by) for newest in (False, True)]
    return max(found, key=lambda each: (each.is_seen, each.people))


def harms(store: Store) -> list[Harm]:
    """Of every incident of ours that is open."""
    return [harm(store, each) for each in store.incidents(is_open=True, limit=20) if not each.is_historical]


def say_hurt(store: Store, incident: Incident, answer: str, by: str, now: datetime) -> None:
    """A person says whether people are hurt; who may is in monitor.answer.quiet."""
    with store.atomic():
        store.put_setting(hurt_setting(incident.id), json.dumps({"answer": answer, "by": by}), by, now)
        what = "said that people are hurt" if answer == "yes" else "said that nobody is hurt"
        store.add_deed(Deed(at=now, who=by, what=what, subject=f"incident {incident.id}"))


def _answer(setting: str | None) -> tuple[str | None, str | None]:
    try:
        body = json.loads(setting or "{}")
        return (body["answer"], str(body["by"])) if body.get("answer") in ("yes", "no") else (None, None)
    except (ValueError, KeyError, AttributeError):
        return None, None


# --- for other tools ------------------------------------------------------------------------------------------
def document(store: Store, now: datetime) -> dict[str, Any]:
    """What GET /api/v1/quiet answers and the webhook carries. No text of a post is in it: a tool knows its own."""
    # The switch is read last: what was turned on meanwhile holds for the whole list.
    posts = listed(store, now)
    state, change = quiet(store), last_change(store)
    return {
        "quiet": state.is_on,
        "since": state.since,
        "by": state.by,
        "why": state.why,
        "number": change.number if change else 0,
        "changed_at": change.at.isoformat() if change else None,
        "at": now.isoformat(timespec="milliseconds"),
        "posts": [_as_json(post, state) for post in posts],
    }


def _as_json(post: Planned, state: Quiet) -> Mapping[str, Any]:
    return {
        "id": post.id,
        "at": post.at.isoformat() if post.at else None,
        "channel": post.channel,
        "state": post.state,
        "may_go_out": may_go_out(post, state),
        "by": post.decided_by,
    }


def carry_over(was: Quiet, store: Store, now: datetime, number: int = 0) -> bool:
    """A backup of calmer days was put back: what was quiet stays quiet, since when it was and by whom.

    `number`: the last that other tools have heard. They keep the largest, so an older one would be ignored: they
    are told anew how things are. False: there is no quiet to carry.
    """
    if not was.is_on or quiet(store).is_on:
        last = last_change(store)
        if number > (last.number if last else 0):
            with store.atomic():
                _count(store, quiet(store).is_on, "smoulder", now, number)
        return False
    by, since = was.by or "smoulder", was.since_at or now
    with store.atomic():
        body = json.dumps({"since": was.since, "by": by, "why": was.why}, ensure_ascii=False)
        store.put_setting(QUIET, body, by, since)
        store.hold_planned(since)
        _count(store, True, by, now, number)
        store.add_deed(Deed(at=now, who="smoulder", what="quiet on", subject=SUBJECT, words="kept by restore"))
    return True
