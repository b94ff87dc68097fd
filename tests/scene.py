"""A believable afternoon at a fictional railway, written through the Store's own methods.

For tests of the dashboard and for its pictures. Every number on a page comes from these rows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from db.rows import (
    Bucket,
    Change,
    Evidence,
    Expected,
    Incident,
    IncidentEvent,
    Mention,
    Notification,
    Pasted,
    Process,
    Reply,
    Rules,
    Score,
    Severity,
    SourceHealth,
)
from db.store import Store
from monitor import switch

NOW = datetime(2026, 3, 3, 14, 41, 7, tzinfo=UTC)
BRAND = "Acme Rail"
ROOT = "bluesky:root"
ROOT_TEXT = (
    "My mum was left on the platform in her wheelchair and your guard laughed. Leeds, 13:58 to York. "
    "How is this allowed?"
)
CROWD = (
    ("R. Whitcombe", "I was in that carriage. Two members of staff saw her waving. Nobody got off to help.", "en"),
    ("marguerite", "Honte à vous @acmerail. Une dame en fauteuil, en plein hiver, et on rigole ?", "fr"),
    ("Sunil", "@acmerail seven minutes and not a word from you?", "en"),
    ("Tom Okafor", "Third train this week where the ramp “could not be found”. Find it.", "en"),
    ("Ines", "Boycott until they answer her.", "en"),
    ("Dev & the dog", "Oh wonderful, another flawless day out with Acme. Ten out of ten for comedy.", "en"),
    ("Hannah Q", "My dad uses a chair. This is why he stopped taking your trains, and he loved trains.", "en"),
    ("Bastien", "Le contrôleur qui rit, je n'ai pas de mots. Présentez-lui des excuses, à elle.", "fr"),
    ("Priya N", "The lady is still sitting at Leeds in the cold. Does anybody at Acme read this?", "en"),
    ("old_signal_box", "Laughing at a passenger you abandoned. Shame on every one of you.", "en"),
)
CHATTER = (
    ("Kim", "Window seat, tea, rain outside. The 9:14 is my favourite room in the country.", "praise"),
    ("Jo", "Does the 17:30 to Hull take bicycles on Sundays?", "question"),
    ("Ali", "Ten minutes late again into Derby, thanks for nothing.", "complaint"),
    ("Mercè", "Merci à la dame du guichet de Lille, patiente et drôle.", "praise"),
)


def setting_the_scene(store: Store, now: datetime = NOW, brand: str = BRAND) -> None:
    """Rules, an ordinary day, three sources and our processes: nothing has happened yet."""
    store.put_rules(Rules(brand=brand, terms=("acme rail", "@acmerail"), handles=("bluesky:acmerail",)), "test", now)
    ordinary_day(store, now, brand)
    sources(store, now)
    processes(store, now)


def ordinary_day(store: Store, now: datetime, brand: str = BRAND) -> None:
    """Six and a half hours of chatter, a complaint now and then, and the band of the usual."""
    posts = []
    for n in range(130):
        name, text, label = CHATTER[(n * n * 7 + n // 3) % 4]
        at = now - timedelta(minutes=8 + 3 * n + 2 * math.sin(n))
        posts.append((mention(f"x:day{brand[:1]}{n}", text, at, f"{name} {n % 9}", now, brand=brand), label))
    put(store, posts)
    step = timedelta(minutes=5)
    first = now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0) - 75 * step
    store.add_expected(
        [
            Expected(brand=brand, at=first + n * step, low=0.2 + n / 150, middle=1.6 + n / 160, high=4 + n / 60)
            for n in range(76)
        ]
    )


def sources(store: Store, now: datetime, *, states: Sequence[str] = ("ok", "ok", "stale")) -> None:
    seconds = {"x": 3, "bluesky": 1, "rss": 9 * 60}
    store.put_source_health(
        [
            SourceHealth(
                source=name,
                state=state,  # type: ignore[arg-type]
                since=now - timedelta(seconds=seconds[name] if state != "ok" else 7200),
                detail="no data for 9 min (usual 60 s)" if state == "stale" else "",
                last_data_at=now - timedelta(seconds=seconds[name]),
                last_mention_at=now - timedelta(seconds=seconds[name] + 4),
                received=1204,
                rejected=3,
                updated_at=now,
            )
            for name, state in zip(seconds, states, strict=True)
        ]
    )


def processes(store: Store, now: datetime, note: str = "") -> None:
    for name in ("collect", "notify", "serve"):
        store.beat(
            Process(
                name=name,
                pid=4000,
                started_at=now - timedelta(days=3),
                beat_at=now,
                version="0.1.0",
                note=note if name == "notify" else "",
            )
        )


def storm(store: Store, now: datetime = NOW, brand: str = BRAND, owner: str | None = "Amina") -> Incident:
    """A pile-on under one post: 44 people since 14:14, three of them heard, one incident, two mails."""
    began = now - timedelta(minutes=26, seconds=40)
    root = mention(ROOT, ROOT_TEXT, began, "Leah P.", now, source="bluesky", brand=brand, followers=1204)
    posts = [(root, "complaint")]
    for n in range(43):
        name, text, lang = CROWD[n % len(CROWD)]
        at = began + timedelta(minutes=26.4 * math.sqrt((n + 1) / 44))
        who = name if n < len(CROWD) else f"{name} {n}"
        source = "x" if n % 3 else "bluesky"
        post = mention(
            f"{source}:crowd{n}", text, at, who, now, source=source, brand=brand, conversation_id=ROOT, lang=lang
        )
        posts.append((post, "hostile" if n % 4 == 1 else "complaint"))
    put(store, posts)
    for post, _label in posts[1:4]:
        store.hear(brand, post.author_id or "", "heard", "Amina", now)
    return alarm(store, now, brand, owner=owner)


def alarm(
    store: Store, now: datetime, brand: str = BRAND, severity: Severity = "storm", owner: str | None = "Amina"
) -> Incident:
    opened = now - timedelta(minutes=19)
    evidence = Evidence(
        words="23 people in 20 minutes under one post; on a Tuesday noon it is 2",
        window_minutes=20,
        seen=31,
        expected=2.1,
        authors=23,
        first_time_share=0.83,
        hostile_share=0.26,
        root=ROOT,
        root_text=ROOT_TEXT,
        doubling_minutes=12,
        posts=(ROOT, "x:crowd0", "x:crowd1"),
        first_post_at=now - timedelta(minutes=27),
        posts_out=9,
    )
    incident = Incident(
        id=0,
        brand=brand,
        kind="pileon",
        severity=severity,
        peak_severity=severity,
        state="acknowledged" if owner else "open",
        opened_at=opened,
        last_signal_at=now - timedelta(seconds=40),
        first_post_at=evidence.first_post_at,
        acknowledged_at=opened + timedelta(minutes=4) if owner else None,
        owner=owner,
        title="A woman in a wheelchair was left at Leeds, and a guard laughed",
        root=ROOT,
        evidence=evidence,
    )
    events = [
        IncidentEvent(incident_id=0, at=opened, kind="opened", words=evidence.words, severity="watch", rule="pileon"),
        IncidentEvent(
            incident_id=0,
            at=opened + timedelta(minutes=2),
            kind="worse",
            words="31 people complained in 20 minutes; on a Tuesday noon it is 2",
            severity="storm",
        ),
    ]
    if owner:
        at, words = opened + timedelta(minutes=4), f"{owner} has seen it"
        events.append(IncidentEvent(incident_id=0, at=at, kind="acknowledged", who=owner, words=words))
    [change] = store.put_changes([Change(incident=incident, events=tuple(events))])
    store.add_notifications([letter(change.incident, "first", opened), letter(change.incident, "worse-2", opened)])
    for stage in ("first", "worse-2"):
        store.mark_sent(f"{change.incident.id}|{stage}|email|duty@acme.example", opened, "250 ok")
    return change.incident


ANSWERS = (
    (4, "We left your mum on the platform in her wheelchair, and our guard laughed. We failed her. A colleague is with "
        "her in Leeds now, and I am calling you. Amina"),
    (6, "We are sorry for any inconvenience. Please send us a message so that we can help."),
    (7, "We are sorry for any inconvenience. Please send us a message so that we can help."),
    (9, "We are sorry if you felt upset, but this was an isolated case."),
)  # fmt: skip


def answered(store: Store, now: datetime = NOW, brand: str = BRAND) -> None:
    """After `storm`: what our own account answered, one of it well, and the quiet switch."""
    began = now - timedelta(minutes=18)
    for n, (minute, words) in enumerate(ANSWERS):
        to = ROOT if n == 0 else f"x:crowd{n}" if n % 3 else f"bluesky:crowd{n}"
        own = mention(
            f"bluesky:own{n}", words, began + timedelta(minutes=minute), "acmerail", now, source="bluesky",
            brand=brand, conversation_id=ROOT,
        )  # fmt: skip
        store.add_mentions([replace(own, is_own=True, in_reply_to=to, hashtags=("acmecares",) if n == 3 else ())])
    switch.turn(store, on=True, by="Amina", why="a passenger is hurt", now=now - timedelta(minutes=12))


def answers(store: Store, now: datetime = NOW, brand: str = BRAND) -> None:
    """One that was heard, with what came after it; one text that went to four; one that waits for a second person."""
    words = (
        "Tom, a third train without a ramp is our failure, not bad luck. I have asked Derby why, and I will write to "
        "you here by six."
    )
    tom = replying(brand, "bluesky:crowd3", "bluesky:Tom Okafor", "Amina", words, now - timedelta(minutes=14))
    written = store.write_reply(tom)
    if written is not None:
        store.send_reply(replace(written, missing=("repentance",)), now - timedelta(minutes=14))
    thanks = "Thank you for a straight answer. Six o'clock then."
    later = mention(
        "bluesky:later", thanks, now - timedelta(minutes=9), "Tom Okafor", now, source="bluesky", conversation_id=ROOT
    )
    put(store, [(later, "praise")])
    pasted = "We're sorry to hear this. Please send us a message with your booking number."
    store.put_pasted(
        [
            Pasted(
                id="x:own0",
                brand=brand,
                words=pasted,
                first_at=now - timedelta(minutes=8),
                last_at=now - timedelta(minutes=6),
                people=4,
                posts=("x:own0",),
            )
        ]
    )
    heated = "Maybe learn to read a timetable before shouting."
    waits = store.write_reply(replying(brand, ROOT, "bluesky:Leah P.", "Bo", heated, now - timedelta(minutes=3)))
    if waits is not None:
        store.ask_reply(replace(waits, locks=("heated",), findings=("heated",)), now - timedelta(minutes=2))


def replying(brand: str, mention_id: str, author: str, who: str, words: str, at: datetime) -> Reply:
    return Reply(id=0, mention_id=mention_id, brand=brand, author=author, writer=who, words=words, written_at=at)


PAST = (
    ("Trains to Hull cancelled without a word on a Friday night", "complaints", "storm"),
    ("Refund form asks for a fax number", "topic", "watch"),
    ("Heating off in coach C, a baby on board", "pileon", "watch"),
    ("A joke about strikes that nobody laughed at", "pileon", "storm"),
    ("Seat reservations lost in the new app", "complaints", "watch"),
    ("The quiet coach advert", "shift", "watch"),
)


def past(store: Store, now: datetime = NOW, brand: str = BRAND, count: int = 14) -> None:
    """Incidents of the last months, all over."""
    for n in range(count):
        title, kind, severity = PAST[n % len(PAST)]
        first = now - timedelta(days=4 + 6 * n, hours=(7 * n) % 11)
        opened = first + timedelta(minutes=4 + 3 * (n % 5))
        incident = Incident(
            id=0,
            brand=brand,
            kind=kind,
            severity=severity,  # type: ignore[arg-type]
            peak_severity=severity,  # type: ignore[arg-type]
            state="closed",
            opened_at=opened,
            last_signal_at=opened + timedelta(minutes=40),
            first_post_at=first,
            acknowledged_at=opened + timedelta(minutes=2 + n % 9),
            owner=("Amina", "Bo")[n % 2],
            closed_at=opened + timedelta(hours=2 + n % 5),
            title=title,
        )
        event = IncidentEvent(incident_id=0, at=opened, kind="opened", words=title)
        store.put_changes([Change(incident=incident, events=(event,))])


def letter(incident: Incident, stage: str, at: datetime) -> Notification:
    return Notification(
        id=f"{incident.id}|{stage}|email|duty@acme.example",
        incident_id=incident.id,
        brand=incident.brand,
        stage=stage,
        reason=stage.partition("-")[0],
        channel="email",
        recipient="duty@acme.example",
        message_id=f"<{incident.id}.{stage}@smoulder>",
        created_at=at,
        due_at=at,
        subject=f"Storm at {incident.brand}",
    )


def mention(
    mention_id: str,
    text: str,
    at: datetime,
    name: str,
    now: datetime,
    *,
    source: str = "x",
    brand: str = BRAND,
    followers: int | None = 88,
    conversation_id: str | None = None,
    lang: str | None = "en",
    url: str | None = None,
) -> Mention:
    return Mention(
        id=mention_id,
        source=source,
        brand=brand,
        text=text,
        created_at=at,
        received_at=min(now, at + timedelta(seconds=2)),
        url=url or f"https://{source}.example/{mention_id.partition(':')[2]}",
        author_id=f"{source}:{name}",
        handle=name.lower().replace(" ", "_"),
        display_name=name,
        followers=followers,
        lang=lang,
        conversation_id=conversation_id,
    )


def put(store: Store, posts: Sequence[tuple[Mention, str]]) -> None:
    store.add_mentions([post for post, _ in posts])
    store.add_scores([score(post, label) for post, label in posts])


def score(post: Mention, label: str) -> Score:
    words = [w.strip(".,?“”") for w in post.text.split()]
    because = tuple(w for w in words if w.lower() in ("laughed", "wheelchair", "shame", "boycott", "honte", "late"))
    return Score(
        mention_id=post.id,
        label=label,  # type: ignore[arg-type]
        complaint=0.94 if label == "complaint" else 0.2,
        hostile=0.9 if label == "hostile" else 0.1,
        praise=0.9 if label == "praise" else 0.02,
        question=0.8 if label == "question" else 0.05,
        tragedy=0.02,
        severity=3 if "wheelchair" in post.text else 1,
        lang=post.lang or "und",
        because=because,
        model="scene",
    )


def bucket(minute: datetime, *, brand: str = BRAND, complaints: int = 0, mentions: int = 0, praise: int = 0) -> Bucket:
    return Bucket(brand=brand, minute=minute, mentions=mentions, scored=mentions, complaints=complaints, praise=praise)
