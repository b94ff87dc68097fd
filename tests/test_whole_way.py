"""The whole way once: mentions in, an incident and a mail out, on a real store with a clock moved by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from db.rows import Batch, Gap, Mention, Rules, Score, Scored
from db.sqlite import SqliteStore
from db.store import Store
from monitor import outbox
from monitor.config import Alerts, Config
from monitor.loop import Loop, pack, unpack
from monitor.scoring import load_scorer
from monitor.watch import Watch
from tests.clock import NOON
from tests.make import make_mention

BRAND = "Acme"
MINUTE = timedelta(minutes=1)
RULES = {BRAND: Rules(brand=BRAND, terms=("acme",))}
CALM = ("Acme train is on time", "Anyone know when the Acme shop opens?", "Lovely view from the Acme line today")
ANGRY = (
    "Acme left my mother on the platform and laughed. Disgusting.",
    "Still waiting for my refund @acme, three weeks, this is a disgrace",
    "Your staff were rude and useless, worst service ever @acme",
    "Shame on you @acme, nobody helped her, absolutely appalling",
)


def ordinary_days(until: datetime, days: int = 3) -> Iterator[Mention]:
    """Three posts an hour, one of twelve a complaint."""
    for n in range(days * 24 * 3):
        at = until - timedelta(days=days) + n * timedelta(minutes=20)
        text = ANGRY[1] if n % 12 == 0 else CALM[n % 3]
        yield make_mention(f"{text} ({n})", brand=BRAND, at=at, native=f"calm{n}")


def storm(start: datetime, count: int) -> Iterator[Mention]:
    """One post, and strangers under it, two a minute."""
    root = make_mention(ANGRY[0], brand=BRAND, at=start, native="root")
    yield root
    for n in range(count):
        at = start + (n + 1) * timedelta(seconds=30)
        text = f"{ANGRY[n % 4]} {n}"
        yield make_mention(text, brand=BRAND, at=at, native=f"storm{n}", in_reply_to=root.id, conversation_id=root.id)


def live_through(loop: Loop, mentions: Iterator[Mention], until: datetime) -> None:
    """Hand over each mention at its time, and tick in its minute and every ten minutes."""
    waiting = sorted(mentions, key=lambda m: m.created_at)
    now = waiting[0].created_at
    while now <= until:
        due = tuple(m for m in waiting if m.created_at <= now)
        waiting = waiting[len(due) :]
        if due:
            loop.ingest(Batch(mentions=due))
        if due or now.minute % 10 == 0:
            loop.tick(now)
        now += MINUTE


@pytest.fixture
def stormy(store: Store) -> Store:
    """Three ordinary days, then twenty minutes of storm that ends at noon."""
    loop = Loop(store, load_scorer(), RULES, Alerts(to=("amina@acme.example",)))
    start = NOON - timedelta(minutes=20)
    live_through(loop, ordinary_days(start), start)
    assert store.incidents() == []
    live_through(loop, storm(start, 40), NOON)
    return store


def test_a_storm_becomes_one_incident_with_its_evidence(stormy: Store) -> None:
    (incident,) = stormy.incidents()
    assert incident.closed_at is None and not incident.is_historical
    assert incident.evidence is not None
    assert incident.evidence.seen > 2 * incident.evidence.expected
    assert incident.evidence.authors >= 5
    assert incident.evidence.posts
    assert stormy.incident_events(incident.id)[0].kind == "opened"


def test_the_wall_shows_who_is_unheard_and_what_is_usual(stormy: Store) -> None:
    facts = stormy.wall(BRAND, NOON)
    assert facts.incident is not None
    assert facts.unheard >= 20
    assert facts.expected and facts.buckets
    assert facts.oldest_waiting_at is not None


def test_the_alarm_is_a_row_before_it_is_a_mail_and_then_a_file(stormy: Store, tmp_path: Path) -> None:
    row = stormy.notifications()[-1]
    assert (row.stage, row.sent_at, row.recipient) == ("first", None, "amina@acme.example")
    config = Config(data_dir=tmp_path / "data", alerts=Alerts(to=("amina@acme.example",)))
    assert outbox.send_due(stormy, config, outbox.open_channels(config), NOON) >= 1
    mails = [
        message_from_bytes(f.read_bytes(), policy=policy.default) for f in (tmp_path / "data" / "outbox").glob("*.eml")
    ]
    (mail,) = [m for m in mails if m["Message-ID"] == row.message_id]
    assert mail["To"] == "amina@acme.example"
    kinds = [part.get_content_type() for part in mail.walk()]
    assert {"text/plain", "text/html", "image/png"} <= set(kinds)
    assert outbox.send_due(stormy, config, outbox.open_channels(config), NOON) == 0


def test_a_mention_outlives_a_scorer_that_fails_and_is_scored_later(store: Store) -> None:
    class Broken:
        def score(self, mentions: object) -> list[Score]:
            raise RuntimeError("no model")

    loop = Loop(store, Broken(), RULES, Alerts())
    loop.ingest(Batch(mentions=(make_mention(ANGRY[1], brand=BRAND, native="1"),)))
    kept = store.mention("x:1")
    assert kept is not None and kept.score is None
    assert "Scoring fails" in loop.troubles["scoring"]
    loop.scorer = load_scorer()
    assert loop.score_backlog() == 1
    scored = store.mention("x:1")
    assert scored is not None and scored.score is not None and scored.score.label == "complaint"
    assert loop.troubles == {}


def test_f33_a_detector_that_throws_for_one_brand_leaves_the_others_awake(store: Store) -> None:
    class Broken(Watch):
        def tick(self, now: datetime, blind: object = ()) -> list[object]:  # type: ignore[override]
            raise RuntimeError("a bug")

    rules = {**RULES, "Other": Rules(brand="Other")}
    loop = Loop(store, load_scorer(), rules, Alerts())
    loop.watches["Other"] = Broken(rules["Other"])
    start = NOON - timedelta(minutes=20)
    live_through(loop, ordinary_days(start), start)
    live_through(loop, storm(start, 40), NOON)
    assert [i.brand for i in store.incidents()] == [BRAND]
    assert "Detection fails for Other" in loop.troubles["detection Other"]


def test_what_the_detectors_knew_survives_a_restart(store: Store) -> None:
    first = Loop(store, load_scorer(), RULES, Alerts())
    start = NOON - timedelta(minutes=20)
    live_through(first, ordinary_days(start), start)
    first.remember(start)
    live_through(first, storm(start, 4), start + 3 * MINUTE)  # stored, and not yet remembered: then the power goes
    second = Loop(store, load_scorer(), RULES, Alerts())
    second.wake()
    at = start + 4 * MINUTE
    first.tick(at)
    second.tick(at)
    assert second.watches[BRAND].dump() == first.watches[BRAND].dump()


def test_an_alarm_is_not_lost_when_the_store_refuses_it_the_first_time(store: Store) -> None:
    loop = Loop(store, load_scorer(), RULES, Alerts(to=("amina@acme.example",)))
    start = NOON - timedelta(minutes=20)
    live_through(loop, ordinary_days(start), start)
    refusing = Refusing(store)
    loop.store = refusing  # type: ignore[assignment]
    with pytest.raises(OSError, match="full"):
        live_through(loop, storm(start, 40), NOON)
    loop.store = store
    loop.tick(NOON)
    assert len(store.incidents()) == 1


class Refusing:
    """A real store that refuses signals, as a full disk would."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def add_signals(self, signals: list[object]) -> None:
        if signals:
            raise OSError("disk full")


def test_a_snapshot_says_how_far_it_has_seen() -> None:
    assert unpack(pack(12345, b"memory")) == (12345, b"memory")


def test_own_posts_are_not_counted_and_answer_a_person(store: Store) -> None:
    loop = Loop(store, load_scorer(), RULES, Alerts())
    complaint = make_mention(ANGRY[1], brand=BRAND, native="c", author="leah")
    answer = make_mention(
        "Leah, I am sorry. I am looking for your refund now.", brand=BRAND, native="a", author="acme", is_own=True,
        in_reply_to=complaint.id, at=NOON + MINUTE,
    )  # fmt: skip
    loop.ingest(Batch(mentions=(complaint,)))
    assert store.wall(BRAND, NOON + MINUTE).unheard == 1
    loop.ingest(Batch(mentions=(answer,)))
    facts = store.wall(BRAND, NOON + 2 * MINUTE)
    assert (facts.unheard, facts.heard) == (0, 1)
    assert sum(b.mentions for b in facts.buckets) == 1


def test_f10_minutes_without_a_source_do_not_ring_when_they_are_read_later(store: Store) -> None:
    """A six-hour outage ends with a burst of ordinary posts: they go to their own minutes and nothing rings."""
    loop = Loop(store, load_scorer(), RULES, Alerts())
    start = NOON - timedelta(hours=6)
    live_through(loop, ordinary_days(start), start)
    gap = Gap(source="x", start=start, end=NOON, reason="no connection")
    burst = tuple(
        make_mention(f"{CALM[n % 3]} {n}", brand=BRAND, at=start + n * timedelta(minutes=10), native=f"late{n}")
        for n in range(36)
    )
    loop.ingest(Batch(mentions=burst))
    loop.tick(NOON, [gap])
    loop.tick(NOON + MINUTE, [gap])
    assert store.incidents() == []


def test_reading_twice_changes_nothing(store: Store) -> None:
    loop = Loop(store, load_scorer(), RULES, Alerts())
    batch = Batch(mentions=tuple(ordinary_days(NOON, days=1)))
    loop.ingest(batch)
    before = store.buckets(BRAND, NOON - timedelta(days=2), NOON)
    assert loop.ingest(batch) == []
    assert store.buckets(BRAND, NOON - timedelta(days=2), NOON) == before


def test_scored_rows_come_back_as_they_went_in(store: Store) -> None:
    loop = Loop(store, load_scorer(), RULES, Alerts())
    mention = make_mention(ANGRY[2], brand=BRAND, native="1")
    loop.ingest(Batch(mentions=(mention,)))
    kept = store.mention(mention.id)
    assert kept is not None and kept == Scored(mention=mention, score=kept.score)


def test_two_stores_in_one_folder_do_not_mix(tmp_path: Path) -> None:
    one, two = (SqliteStore(tmp_path / f"{n}.sqlite3", ballast_bytes=0) for n in "ab")
    one.add_mentions([make_mention(native="1")])
    assert two.counts()["mentions"] == 0
    one.close()
    two.close()


def test_what_was_stored_but_not_judged_is_judged_when_the_store_writes_again(store: Store) -> None:
    class NoScores(Refusing):
        def add_scores(self, scores: object) -> object:
            raise OSError("disk full")

    loop = Loop(store, load_scorer(), RULES, Alerts())
    batch = Batch(mentions=(make_mention(ANGRY[1], brand=BRAND, native="1"),))
    loop.store = NoScores(store)  # type: ignore[assignment]
    with pytest.raises(OSError, match="full"):
        loop.ingest(batch)
    loop.store = store
    loop.ingest(batch)
    kept = store.mention("x:1")
    assert kept is not None and kept.is_complaint
    assert sum(b.complaints for b in store.buckets(BRAND, NOON - MINUTE, NOON + MINUTE)) == 1
