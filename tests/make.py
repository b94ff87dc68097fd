"""Rows for tests: everything has a plain default, a test says only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from db.rows import (
    Change,
    Evidence,
    Incident,
    IncidentEvent,
    Mention,
    Notification,
    Score,
    Scored,
    Signal,
)
from tests.clock import NOON

_number = count(1)

PROBABILITIES: dict[str, dict[str, float]] = {
    "complaint": {"complaint": 0.9, "hostile": 0.1},
    "hostile": {"complaint": 0.7, "hostile": 0.9},
    "praise": {"praise": 0.9},
    "question": {"question": 0.9},
    "other": {},
}


def make_mention(
    text: str = "My parcel is three weeks late and nobody answers",
    *,
    brand: str = "Acme",
    source: str = "x",
    native: str | int | None = None,
    at: datetime = NOON,
    author: str | None = "",
    **more: Any,
) -> Mention:
    """`native`: the id on the network, a new one when left out. `author` "": a new one; None: not known."""
    native = next(_number) if native is None else native
    author = f"author-{native}" if author == "" else author
    values: dict[str, Any] = {
        "id": f"{source}:{native}",
        "source": source,
        "brand": brand,
        "text": text,
        "created_at": at,
        "received_at": at,
        "author_id": author,
        "handle": author,
        "display_name": author and author.title(),
        "url": f"https://{source}.example/{native}",
        "matched": (brand.lower(),),
    }
    return Mention(**(values | more))


def make_score(mention: Mention | str, label: str = "complaint", **more: Any) -> Score:
    values: dict[str, Any] = dict.fromkeys(("complaint", "hostile", "praise", "question", "tragedy"), 0.0)
    values |= PROBABILITIES[label]
    values |= {
        "mention_id": mention if isinstance(mention, str) else mention.id,
        "label": label,
        "severity": 1 if label in ("complaint", "hostile") else 0,
        "lang": "en",
        "because": ("late",) if label in ("complaint", "hostile") else (),
        "model": "test",
    }
    return Score(**(values | more))


def make_scored(text: str = "Still no answer, what a shame", label: str = "complaint", **more: Any) -> Scored:
    mention = make_mention(text, **more)
    return Scored(mention=mention, score=make_score(mention, label))


def make_evidence(**more: Any) -> Evidence:
    values: dict[str, Any] = {
        "words": "12 complaints in 10 minutes; on a Tuesday noon it is 2",
        "window_minutes": 10,
        "seen": 12,
        "expected": 2.0,
        "authors": 11,
        "first_post_at": NOON,
        "posts": ("x:1", "x:2"),
        "inputs": (("seen", 12.0), ("expected", 2.0)),
    }
    return Evidence(**(values | more))


def make_signal(rule: str = "complaints", *, brand: str = "Acme", at: datetime = NOON, **more: Any) -> Signal:
    values: dict[str, Any] = {
        "id": f"{brand}|{rule}|{at:%Y-%m-%dT%H:%M}",
        "brand": brand,
        "rule": rule,
        "at": at,
        "severity": "storm",
        "score": 1.5,
        "evidence": make_evidence(),
    }
    return Signal(**(values | more))


def make_incident(*, brand: str = "Acme", at: datetime = NOON, **more: Any) -> Incident:
    """Open and not stored yet (id 0)."""
    values: dict[str, Any] = {
        "id": 0,
        "brand": brand,
        "kind": "complaints",
        "severity": "storm",
        "peak_severity": "storm",
        "state": "open",
        "opened_at": at,
        "last_signal_at": at,
        "first_post_at": at - timedelta(minutes=5),
        "evidence": make_evidence(),
    }
    return Incident(**(values | more))


def make_change(incident: Incident, kind: str = "opened", **more: Any) -> Change:
    values: dict[str, Any] = {"incident_id": incident.id, "at": incident.last_signal_at, "kind": kind}
    return Change(incident=incident, events=(IncidentEvent(**(values | more)),))


def make_notification(stage: str = "first", *, at: datetime = NOON, **more: Any) -> Notification:
    values: dict[str, Any] = {
        "incident_id": None,
        "brand": "Acme",
        "stage": stage,
        "reason": stage.split("-")[0],
        "channel": "email",
        "recipient": "ada@acme.example",
        "created_at": at,
        "due_at": at,
    }
    values |= more
    key = f"{values['incident_id']}|{stage}|{values['channel']}|{values['recipient']}"
    return Notification(**({"id": key, "message_id": f"<{key}@smoulder>"} | values))


def about(mention: Mention, brand: str) -> Mention:
    """The same post as a mention of one more brand."""
    return replace(mention, id=f"{mention.id}|{brand}", brand=brand)
