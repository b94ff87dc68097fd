"""The read API: JSON for scripts and other dashboards. It never writes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import flask

from dashboard import cards, security
from dashboard.pages.frame import Desk
from monitor import switch


def register(server: flask.Flask, desk: Desk, release: str) -> None:
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


def health_document(desk: Desk) -> dict[str, Any]:
    """`ok` is true only when something is watching and alerts can leave."""
    store, now = desk.store, desk.clock()
    brands = sorted(store.rules()) or [rules.brand for rules in desk.config.brands]
    walls = {brand: store.wall(brand, now) for brand in brands}
    banners = {b.words for facts in walls.values() for b in cards.banners(facts, desk.reader) if b.tone == "broken"}
    states = {brand: cards.state(facts, desk.reader).word for brand, facts in walls.items()}
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
        "rows": desk.slow.get("counts", store.counts),
        "versions": store.versions(),
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
