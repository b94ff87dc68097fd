"""The daily or weekly letter: what happened, what could not be seen, or that all was quiet. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.rows import Incident
from monitor import markup
from monitor.letter import Setting, Written, day_and_time, duration, name, network, when
from monitor.phrases import phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandDays:
    """What one brand lived through."""

    brand: str
    mentions: int
    complaints: int
    unheard: int
    incidents: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The facts of one digest."""

    start: datetime
    end: datetime
    brands: tuple[BrandDays, ...]
    unseen: tuple[tuple[str, float], ...] = ()  # source, minutes in which it showed nothing
    failed: int = 0  # letters that were given up


def write_digest(facts: Digest, subject: str, setting: Setting) -> Written:
    """All of it in a dozen lines, the incidents first."""
    words = phrases(setting.language)
    incidents = [incident for brand in facts.brands for incident in brand.incidents]
    span = {"start": day_and_time(facts.start, setting), "end": day_and_time(facts.end, setting)}
    key = "digest quiet" if not incidents else "digest one" if len(incidents) == 1 else "digest some"
    head = words[key].format(count=len(incidents), **span)
    lines = [*_incidents(incidents, facts.end, setting), *_brands(facts, setting), *_unseen(facts, setting)]
    body = (
        markup.headline(head)
        + markup.items(lines)
        + markup.buttons([(words["open"], setting.address)])
        + markup.label(words["reason digest"])
    )
    text = "\n".join([head, "", *(f"- {line}" for line in lines), "", setting.address, "", words["reason digest"], ""])
    return Written(subject=subject, line=head, text=text, html=markup.page(head, body, setting.language))


def _incidents(incidents: Sequence[Incident], end: datetime, setting: Setting) -> list[str]:
    words = phrases(setting.language)
    return [
        words["digest incident missed" if incident.is_missed else "digest incident"].format(
            state=words[incident.peak_severity],
            brand=name(incident.brand),
            when=when(incident.opened_at, end, setting),
            lasted=duration(incident.opened_at, incident.closed_at or end),
            owner=name(incident.owner) if incident.owner and incident.acknowledged_at else words["nobody"],
        )
        for incident in sorted(incidents, key=lambda row: row.opened_at)
    ]


def _brands(facts: Digest, setting: Setting) -> list[str]:
    words = phrases(setting.language)
    return [
        words["digest brand"].format(
            brand=name(row.brand),
            mentions=f"{row.mentions:,}".replace(",", "\u00a0"),
            complaints=f"{row.complaints:,}".replace(",", "\u00a0"),
            unheard=row.unheard,
        )
        for row in facts.brands
    ]


def _unseen(facts: Digest, setting: Setting) -> list[str]:
    words = phrases(setting.language)
    lines = [
        words["digest unseen"].format(source=network(source), minutes=round(minutes))
        for source, minutes in facts.unseen
    ]
    return lines + ([words["digest failed"].format(count=facts.failed)] if facts.failed else [])
