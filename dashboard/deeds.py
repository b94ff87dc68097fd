"""What a person does about one incident: it is done, signed and written down in one step, or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dashboard import security
from dashboard.pages.frame import Desk
from dashboard.story import is_about
from db.rows import Change, Deed, Incident, Silence
from monitor import incidents

PROMISES = (15, 30, 60)
SILENCES = (1, 4, 24)  # hours
NOTE_LETTERS = 1000
ACTS = (
    "take",
    "hand",
    "keep",
    "close",
    "dismiss",
    *(f"word-{n}" for n in PROMISES),
    *(f"silence-{n}" for n in SILENCES),
    "tell",
)
NEED_A_REASON = ("close", "dismiss", *(f"silence-{n}" for n in SILENCES))


def do(desk: Desk, what: str, incident_id: Any, heir: Any, note: Any) -> str | None:
    """Do it and sign it; what to say about it. None: there was nothing to do."""
    who, now = security.require("responder").name, desk.clock()
    words = note.strip()[:NOTE_LETTERS] if isinstance(note, str) else ""
    with desk.store.atomic():
        # Read in here: what the watch or a colleague writes meanwhile must not be written over.
        incident = find(desk, incident_id)
        if incident is None or incident.closed_at is not None:
            return None
        change = _change(desk, what, incident, who, heir, words, now)
        if change is None or (what == "tell" and not _tell_again(desk, incident, who, now)):
            return None
        desk.store.put_changes([change])
        if what.startswith("silence-"):
            desk.store.add_silence(silence(incident, who, words, int(what.removeprefix("silence-")), now))
        if what.startswith("word-"):
            due = now + timedelta(minutes=int(what.removeprefix("word-")))
            desk.store.put_setting(f"next word: {incident.id}", due.isoformat(), who, now)
        said = f"{heir} {words}".strip() if what == "hand" else words
        desk.store.add_deed(Deed(at=now, who=who, what=what, subject=f"incident {incident.id}", words=said[:200]))
    return desk.reader.say("Noted at {at}.", at=desk.reader.clock(now))


def _change(desk: Desk, what: str, incident: Incident, who: str, heir: Any, words: str, now: datetime) -> Change | None:
    house = desk.house  # what is kept for all is said as the house says it, whoever pressed
    if what == "take":
        return take(incident, who, now)
    if what == "hand":
        is_new = heir in people_of(desk) and heir != incident.owner
        return incidents.own(incident, heir, now, by=who) if is_new else None
    if what == "keep":
        return incidents.note(incident, who, now, words) if words else None
    if what in NEED_A_REASON and not words:
        return None
    if what == "close":
        return incidents.close(incident, who, now, words)
    if what == "dismiss":
        return incidents.dismiss(incident, who, now, words)
    if what == "tell":
        return incidents.note(incident, who, now, house.say("people are told again"))
    if what.startswith("silence-"):
        until = house.clock(now + timedelta(hours=int(what.removeprefix("silence-"))))
        return incidents.note(incident, who, now, house.say("nobody is told until {at}: {why}", at=until, why=words))
    due = now + timedelta(minutes=int(what.removeprefix("word-")))
    said = house.say("promised the next word for {at}", at=house.clock(due))
    return incidents.note(incident, who, now, said)


def silence(incident: Incident, who: str, why: str, hours: int, now: datetime) -> Silence:
    """Nobody is told of this incident: of what hangs on its post, or, without one, of what its rule finds."""
    return Silence(
        brand=incident.brand,
        at=now,
        until=now + timedelta(hours=hours),
        by=who,
        reason=why[:NOTE_LETTERS],
        root=incident.root,
        rule=None if incident.root else incident.kind,
        holds_storms=incident.severity == "storm",
    )


def _tell_again(desk: Desk, incident: Incident, who: str, now: datetime) -> bool:
    """End the silences about this incident; those about the whole brand are ended where they were made."""
    found = [s for s in desk.store.silences(incident.brand, now) if is_about(s, incident) and (s.root or s.rule)]
    return any([desk.store.end_silence(each.id, who, now) for each in found])


def take(incident: Incident, who: str, now: datetime) -> Change | None:
    """The first to say so has seen it and owns it, whoever was asked to; later it changes hands."""
    if incident.acknowledged_at is None:
        return incidents.acknowledge(incident, who, now)
    return incidents.own(incident, who, now) if incident.owner != who else None


def find(desk: Desk, incident_id: Any) -> Incident | None:
    """By what the browser sent, which may be anything."""
    is_number = isinstance(incident_id, int) and not isinstance(incident_id, bool)
    return desk.store.incident(incident_id) if is_number and 0 < incident_id < 2**31 else None


def people_of(desk: Desk) -> list[str]:
    """Who can be given an incident."""
    return sorted(name for name, user in security.users(desk.store).items() if user.role != "viewer")
