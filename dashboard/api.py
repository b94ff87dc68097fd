"""The read API: JSON for scripts and other dashboards. It never writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import flask

from dashboard import cards, paper, security
from dashboard.pages.frame import Desk
from dashboard.pages.health import Measure, measures
from db.rows import Scored
from monitor import review, switch
from monitor.durations import NAMES, Durations

MOST_ROWS = 500
LONGEST_BUCKETS = timedelta(days=7)
LONGEST_MENTIONS = timedelta(days=31)
DAY = timedelta(days=1)


class Wrong(ValueError):
    """A question that cannot be answered: what is wrong with it, for whoever asked."""


def register(server: flask.Flask, desk: Desk, release: str) -> None:
    """The routes; docs/api.md tells what each takes and gives."""

    @server.get("/api/v1/alive")
    def alive() -> Any:
        """A sign of life that tells nothing else; open to all."""
        return flask.jsonify(alive=True, version=release)

    @server.get("/api/v1/health")
    def health() -> Any:
        document = desk.shared.get("health", lambda: health_document(desk))
        return flask.jsonify(document)

    @server.get(security.QUIET_PATH)
    def quiet() -> Any:
        """For tools that publish: docs/answer.md says how to obey it. By a session, or by a token of `token tool`."""
        return flask.jsonify(switch.document(desk.store, desk.clock()))

    @server.get("/api/v1/incidents")
    def incidents() -> Any:
        return answer(lambda: incidents_document(desk, flask.request.args))

    @server.get("/api/v1/buckets")
    def buckets() -> Any:
        return answer(lambda: buckets_document(desk, flask.request.args))

    @server.get("/api/v1/mentions")
    def mentions() -> Any:
        return answer(lambda: mentions_document(desk, flask.request.args))


def answer(make: Callable[[], dict[str, Any]]) -> Any:
    """The document, or 400 with a sentence."""
    try:
        return flask.jsonify(make())
    except Wrong as error:
        return flask.jsonify(error=str(error)), 400


# --- what was asked -------------------------------------------------------------------------------------------
def brand_of(desk: Desk, args: Mapping[str, str]) -> str:
    """The brand that is asked for; the only one there is need not be named."""
    brands = desk.brands()
    asked = args.get("brand", brands[0] if len(brands) == 1 else "")
    if asked not in brands:
        raise Wrong(f"Say which brand: {', '.join(brands) or 'none is set up'}.")
    return asked


def time_of(args: Mapping[str, str], name: str, default: datetime) -> datetime:
    text = args.get(name)
    if text is None:
        return default
    at: datetime | None = None
    with suppress(ValueError):
        at = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign in an address is a space
    if at is None or at.tzinfo is None or not 1970 < at.year < 9000:
        raise Wrong(f'"{name}" must be a time with its zone, like 2026-03-03T14:00:00Z.')
    return at.astimezone(UTC)


def limit_of(args: Mapping[str, str]) -> int:
    text = args.get("limit", "100")
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= MOST_ROWS):
        raise Wrong(f'"limit" must be a number from 1 to {MOST_ROWS}.')
    return int(text)


def stretch(args: Mapping[str, str], now: datetime, usual: timedelta, longest: timedelta) -> tuple[datetime, datetime]:
    """from <= t < until; the last `usual` when nothing is said."""
    until = time_of(args, "until", now + timedelta(milliseconds=1))
    start = time_of(args, "from", until - usual)
    if start >= until:
        raise Wrong('"from" must lie before "until".')
    if until - start > longest:
        raise Wrong(f"At most {longest.days} days at once; ask several times.")
    return start, until


# --- what is answered -----------------------------------------------------------------------------------------
def incidents_document(desk: Desk, args: Mapping[str, str]) -> dict[str, Any]:
    """Newest first. `before`: the number of an incident, to go on from there."""
    brand = brand_of(desk, args) if "brand" in args else None
    is_open = {"1": True, "true": True, "0": False, "false": False}.get(args.get("open", "").lower())
    limit, now = limit_of(args), desk.clock()
    before = args.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 10):
        raise Wrong('"before" must be the number of an incident.')
    after = int(before) if before else None  # older than that one
    if after is not None and desk.store.incident(after) is None:
        raise Wrong(f"There is no incident {after}.")
    since = time_of(args, "since", datetime(1971, 1, 1, tzinfo=UTC))
    found = desk.store.incidents(brand, is_open=is_open, since=since, before=after, limit=limit + 1)
    took = review.took_all(desk.store, found[:limit], now)
    rows = [{**paper.plain(i), "durations": seconds(took[i.id])} for i in found[:limit]]
    return {"incidents": rows, "next": rows[-1]["id"] if len(found) > limit else None}


def seconds(took: Durations) -> dict[str, int | None]:
    spans = {name: getattr(took, name) for name in NAMES}
    return {name: None if span is None else int(span.total_seconds()) for name, span in spans.items()}


def buckets_document(desk: Desk, args: Mapping[str, str]) -> dict[str, Any]:
    """Counts a minute; minutes without mentions are left out, and `gaps` says which of them nobody could see."""
    brand = brand_of(desk, args)
    start, until = stretch(args, desk.clock(), DAY, LONGEST_BUCKETS)
    store = desk.store
    return {
        "brand": brand,
        "from": stamp(start),
        "until": stamp(until),
        "buckets": [
            {
                "minute": stamp(b.minute),
                "mentions": b.mentions,
                "scored": b.scored,
                "complaints": b.complaints,
                "hostile": b.hostile,
                "praise": b.praise,
                "questions": b.questions,
            }
            for b in store.buckets(brand, start, until)
        ],
        "expected": [
            {"at": stamp(e.at), "low": e.low, "middle": e.middle, "high": e.high}
            for e in store.expected(brand, start, until)
        ],
        "gaps": [
            {"source": g.source, "from": stamp(g.start), "until": stamp(g.end), "reason": g.reason}
            for g in store.gaps(start, until)
        ],
    }


def mentions_document(desk: Desk, args: Mapping[str, str]) -> dict[str, Any]:
    """By the time they were written, oldest first. `after`: what "next" of the answer before said."""
    brand, limit = brand_of(desk, args), limit_of(args)
    start, until = stretch(args, desk.clock(), DAY, LONGEST_MENTIONS)
    at, skipped = after_of(args, start)
    found = desk.store.mentions_between(brand, at, until, limit=limit + skipped + 1)[skipped:]
    page = found[:limit]
    following = None
    if len(found) > limit:
        last = page[-1].mention.created_at
        seen = sum(each.mention.created_at == last for each in page)
        seen += skipped if last == at else 0
        following = f"{stamp(last)}_{seen}"
    return {"brand": brand, "mentions": [mention(each) for each in page], "next": following}


def after_of(args: Mapping[str, str], start: datetime) -> tuple[datetime, int]:
    """Where to go on: a time, and how many of that very millisecond were given already."""
    text = args.get("after")
    if text is None:
        return start, 0
    at, _, count = text.rpartition("_")
    if not (count.isascii() and count.isdigit() and len(count) < 6):
        raise Wrong('"after" must be what "next" said.')
    return time_of({"after": at}, "after", start), int(count)


def mention(found: Scored) -> dict[str, Any]:
    m, s = found.mention, found.score
    return {
        "id": m.id,
        "source": m.source,
        "text": m.text,
        "url": m.url,
        "author": m.display_name,
        "handle": m.handle,
        "followers": m.followers,
        "created_at": stamp(m.created_at),
        "received_at": stamp(m.received_at),
        "deleted_at": stamp(m.deleted_at),
        "in_reply_to": m.in_reply_to,
        "is_own": m.is_own,
        "label": s.label if s else None,
        "severity": s.severity if s else None,
        "lang": s.lang if s else m.lang,
        "because": list(s.because) if s else [],
    }


def health_document(desk: Desk) -> dict[str, Any]:
    """`ok` is true only when something is watching and alerts can leave."""
    store, now = desk.store, desk.clock()
    brands = sorted(store.rules()) or [rules.brand for rules in desk.config.brands]
    walls = {brand: store.wall(brand, now) for brand in brands}
    banners = {b.words for facts in walls.values() for b in cards.banners(facts, desk.house) if b.tone == "broken"}
    measured = measures(desk)
    free, total = store.disk()
    states = {brand: cards.state(facts, desk.house).word for brand, facts in walls.items()}
    return {
        "ok": bool(walls) and not banners and "BLIND" not in states.values(),
        "at": stamp(now),
        "states": states,
        "troubles": sorted(banners),
        "sources": [
            {
                "source": s.source,
                "state": s.state,
                "since": stamp(s.since),
                "detail": s.detail,
                "last_data_at": stamp(s.last_data_at),
                "last_mention_at": stamp(s.last_mention_at),
                "retry_at": stamp(s.retry_at),
                "received": s.received,
                "rejected": s.rejected,
                "is_live": s.is_live,
                **measure(measured.get(s.source, Measure())),
            }
            for s in store.source_health()
        ],
        "processes": [
            {
                "name": p.name,
                "pid": p.pid,
                "started_at": stamp(p.started_at),
                "beat_at": stamp(p.beat_at),
                "version": p.version,
                "note": p.note,
                "is_alive": now - p.beat_at <= cards.BLIND_AFTER,
            }
            for p in store.processes()
        ],
        "outbox": outbox(walls),
        "disk": {"free_bytes": free, "total_bytes": total} if total else None,
        "rows": desk.slow.get("counts", store.counts),
        "versions": store.versions(),
    }


def measure(found: Measure) -> dict[str, Any]:
    """Rate, gaps, quota and spend of one source; `spend` null: it costs nothing by the piece."""
    spend = found.spending
    return {
        "posts_last_hour": found.an_hour,
        "unseen_seconds_last_day": int(found.unseen.total_seconds()),
        "spend": None
        if spend is None
        else {
            "posts_today": spend.posts,
            "posts_cap": spend.most_posts,
            "dollars_today": round(spend.dollars, 4),
            "dollars_cap": round(spend.most_dollars, 4),
            "dollars_a_month": round(spend.a_month, 2),
            "runs_dry_at": stamp(spend.dry_at),
        },
    }


def outbox(walls: dict[str, Any]) -> dict[str, Any]:
    """Every brand's facts tell of the same outbox: one answer for all."""
    oldest = [facts.oldest_unsent_at for facts in walls.values() if facts.oldest_unsent_at is not None]
    return {
        "oldest_unsent_at": stamp(min(oldest)) if oldest else None,
        "failed_last_day": max((facts.failed for facts in walls.values()), default=0),
    }


def stamp(at: datetime | None) -> str | None:
    return at.isoformat(timespec="milliseconds") if at is not None else None
