"""The outbox's loop: what is due leaves, what fails waits, what was sent is never sent again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.engine import sqlite3
from db.rows import Bucket, Change, Evidence, Incident, IncidentEvent, Mention, Notification, Rules
from db.store import Store, StoreError, open_store
from monitor import alerts, outbox
from monitor.config import Alerts, Config, Dashboard
from monitor.notifiers import Letter, NotifyError
from monitor.notifiers.email import Email, Settings
from tests.fakes.smtp import FakeSmtp

NOW = datetime(2026, 3, 3, 14, 41, tzinfo=UTC)
PEOPLE = ("amina@acme.example", "ben@acme.example")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "smoulder.sqlite3")
    yield opened
    opened.close()


def config_for(tmp_path: Path, server: FakeSmtp | None = None, to: tuple[str, ...] = PEOPLE) -> Config:
    mail = None
    if server is not None:
        mail = Settings(host="127.0.0.1", port=server.port, security="none", timeout_seconds=3)
    return Config(
        data_dir=tmp_path,
        brands=(Rules(brand="Acme Rail", terms=("acme",)),),
        mail=mail,
        alerts=Alerts(to=to),
        dashboard=Dashboard(base_url="https://smoulder.acme.example"),
    )


def burning(store: Store, policy: Alerts, texts: tuple[str, ...] = ("left on the platform",)) -> Notification:
    """A storm with its posts in the store, and the notification that follows from it."""
    mentions = [
        Mention(
            id=f"bluesky:{n}",
            source="bluesky",
            brand="Acme Rail",
            text=text,
            handle=f"person{n}",
            created_at=NOW - timedelta(minutes=20),
            received_at=NOW,
        )
        for n, text in enumerate(texts)
    ]
    store.add_mentions(mentions)
    evidence = Evidence(
        words="", window_minutes=10, seen=37, expected=2, authors=23, posts=tuple(m.id for m in mentions)
    )
    storm = Incident(
        id=0,
        brand="Acme Rail",
        kind="complaints",
        severity="storm",
        peak_severity="storm",
        state="open",
        opened_at=NOW - timedelta(minutes=19),
        last_signal_at=NOW,
        evidence=evidence,
    )
    with store.atomic():
        changes = store.put_changes(
            [Change(incident=storm, events=(IncidentEvent(incident_id=0, at=NOW, kind="opened"),))]
        )
        rows = store.add_notifications(alerts.decide(changes, [], [], NOW, policy))
    return rows[0]


def the_row(store: Store) -> Notification:
    return store.notifications()[0]


def test_an_alarm_becomes_a_mail_with_chart_quotes_and_a_link(store: Store, tmp_path: Path) -> None:
    with FakeSmtp() as server:
        config = config_for(tmp_path, server)
        burning(store, config.alerts)
        assert outbox.send_due(store, config, outbox.open_channels(config), NOW) == 1
    mail = server.received[0].mail
    body = mail.get_body(("plain",))
    assert body is not None
    lines = body.get_content().splitlines()
    assert lines[0] == (
        "Storm at Acme Rail since 14:22: 37 complaints in 10 min, usually 2. "
        "Nobody has taken it: open it, read, and take it."
    )
    assert "https://smoulder.acme.example/incident/1" in body.get_content()
    assert "left on the platform" in body.get_content()
    assert any(part.get_content_type() == "image/png" for part in mail.walk())
    assert the_row(store).receipt == "250 taken as 1"


def test_words_in_another_language_than_the_letters_are_left_to_the_figures(store: Store, tmp_path: Path) -> None:
    config = config_for(tmp_path)
    row = burning(store, config.alerts)
    assert row.evidence is not None
    row = replace(row, evidence=replace(row.evidence, words="37 plaintes en dix minutes"))
    store.put_rules(Rules(brand="Acme Rail", language="fr"), by="test", at=NOW)
    assert "37 complaints in 10 min, usually 2" in outbox.compose(store, config, [row], NOW)[0].line
    store.put_rules(Rules(brand="Acme Rail", language="en"), by="test", at=NOW)
    assert "37 plaintes en dix minutes." in outbox.compose(store, config, [row], NOW)[0].line


def test_the_digest_tells_what_happened_or_that_all_was_quiet(store: Store, tmp_path: Path) -> None:
    config = replace(config_for(tmp_path), alerts=Alerts(to=PEOPLE, digest="daily"))
    quiet, eventful = NOW - timedelta(days=2), NOW + timedelta(hours=1)
    burning(store, Alerts())
    lines = []
    for at in (quiet, eventful):
        rows = [r for r in alerts.routine([], [], [], at.replace(hour=8), config.alerts) if r.reason == "digest"]
        lines.append(outbox.compose(store, config, [replace(rows[0], created_at=at)], at)[0].line)
    assert lines == [
        "All quiet from 28 Feb 14:41 to 1 Mar 14:41: no incident.",
        "One incident from 2 Mar 15:41 to 3 Mar 15:41.",
    ]


def test_what_was_sent_is_not_sent_again(store: Store, tmp_path: Path) -> None:
    with FakeSmtp() as server:
        config = config_for(tmp_path, server)
        burning(store, config.alerts)
        channels = outbox.open_channels(config)
        counts = [outbox.send_due(store, config, channels, NOW + timedelta(hours=h)) for h in range(3)]
    assert counts == [1, 0, 0]


def test_without_smtp_settings_the_mail_is_a_file_and_the_process_says_so(store: Store, tmp_path: Path) -> None:
    config = config_for(tmp_path, to=())
    burning(store, config.alerts)
    run_until_sent(store, config)
    files = list((tmp_path / "outbox").glob("*.eml"))
    assert len(files) == 1
    assert the_row(store).receipt == str(files[0])
    note = store.processes()[0].note
    assert note == "mail goes to files: no SMTP settings"
    assert not store.processes()[0].is_broken


def run_until_sent(store: Store, config: Config) -> None:
    stop = threading.Event()
    clock = iter(NOW + timedelta(milliseconds=n) for n in range(1_000_000))

    def now() -> datetime:
        if all(row.sent_at for row in store.notifications()):
            stop.set()
        return next(clock)

    outbox.run(store, config, stop=stop, now=now)


@pytest.mark.parametrize(
    ("fault", "minutes"), [("451", (1, 2, 5, 15, 15)), ("421", (1, 2, 5, 15, 15)), ("drop", (1, 2, 5, 15, 15))]
)
def test_f19_a_passing_failure_is_tried_again_after_1_2_5_15_minutes(
    fault: str, minutes: tuple[int, ...], store: Store, tmp_path: Path
) -> None:
    with FakeSmtp(fault=lambda: fault) as server:
        config = config_for(tmp_path, server)
        burning(store, config.alerts)
        channels, at, pauses = outbox.open_channels(config), NOW, []
        for _ in minutes:
            outbox.send_due(store, config, channels, at)
            pauses.append((the_row(store).due_at - at).total_seconds() / 60)
            at = the_row(store).due_at
        server.fault = lambda: "ok"
        assert outbox.send_due(store, config, channels, at) == 1
    assert tuple(pauses) == minutes
    assert len(server.received) == 1


def test_f19_a_recipient_that_does_not_exist_is_replaced_by_the_next_one(store: Store, tmp_path: Path) -> None:
    faults = iter(["550-rcpt", "ok"])
    with FakeSmtp(fault=lambda: next(faults)) as server:
        config = config_for(tmp_path, server)
        burning(store, config.alerts)
        channels = outbox.open_channels(config)
        assert outbox.send_due(store, config, channels, NOW) == 1
    assert [r.to for r in server.received] == ["ben@acme.example"]
    refused = next(row for row in store.notifications() if row.recipient == "amina@acme.example")
    assert refused.failed_at == NOW
    assert "refused amina@acme.example" in refused.error


def test_f19_with_nobody_else_to_tell_even_a_lasting_refusal_is_tried_again(store: Store, tmp_path: Path) -> None:
    with FakeSmtp(fault=lambda: "550-rcpt") as server:
        config = config_for(tmp_path, server, to=PEOPLE[:1])
        burning(store, config.alerts)
        outbox.send_due(store, config, outbox.open_channels(config), NOW)
    assert the_row(store).failed_at is None
    assert the_row(store).due_at == NOW + timedelta(minutes=1)


def test_f19_a_refused_password_is_on_the_wall_at_once_and_leaves_when_it_is_mended(
    store: Store, tmp_path: Path
) -> None:
    with FakeSmtp(users={"smoulder": "right"}) as server:
        config = config_for(tmp_path, server)
        settings = replace(config.mail, user="smoulder", password="wrong")
        burning(store, config.alerts)
        box = outbox.Outbox(store, config, {"email": Email(settings)})
        box.send(NOW)
        box.settle(NOW, 5)
        beat = outbox.beat_of(box, NOW, NOW)
        assert beat.is_broken
        assert "refused the password for smoulder" in beat.note
        at = the_row(store).due_at
        assert outbox.send_due(store, config, {"email": Email(replace(settings, password="right"))}, at) == 1


def test_f40_a_letter_refused_for_what_it_quotes_leaves_without_quotes(store: Store, tmp_path: Path) -> None:
    with FakeSmtp(fault=lambda: "552-quotes") as server:
        config = config_for(tmp_path, server)
        row = burning(store, config.alerts, ("looks like spam to a filter",))
        assert outbox.send_due(store, config, outbox.open_channels(config), NOW) == 1
    assert server.received[0].message_id == row.message_id
    assert b"looks like spam" not in server.received[0].raw


def test_f13_a_lost_250_is_repeated_with_the_same_message_id(store: Store, tmp_path: Path) -> None:
    faults = iter(["lost", "ok"])
    with FakeSmtp(fault=lambda: next(faults)) as server:
        config = config_for(tmp_path, server)
        burning(store, config.alerts)
        channels = outbox.open_channels(config)
        outbox.send_due(store, config, channels, NOW)
        outbox.send_due(store, config, channels, NOW + timedelta(minutes=1))
    assert len(server.received) == 2
    assert len({r.message_id for r in server.received}) == 1


def test_f13_a_notifier_that_died_in_mid_send_leaves_its_letter_to_the_next_one(store: Store, tmp_path: Path) -> None:
    with FakeSmtp() as server:
        config = config_for(tmp_path, server)
        burning(store, config.alerts)
        store.claim_notifications(NOW, outbox.LEASE_SECONDS)  # and then it was killed
        channels = outbox.open_channels(config)
        assert outbox.send_due(store, config, channels, NOW + timedelta(seconds=1)) == 0
        assert outbox.send_due(store, config, channels, NOW + timedelta(seconds=outbox.LEASE_SECONDS + 1)) == 1


class Stone:
    """A notifier that never comes back."""

    def __init__(self) -> None:
        self.release = threading.Event()

    def send(self, letter: Letter) -> str:
        self.release.wait(30)
        return "too late"


def test_f20_a_hanging_channel_delays_no_other_and_its_letter_is_tried_again(store: Store, tmp_path: Path) -> None:
    with FakeSmtp() as server:
        config = config_for(tmp_path, server)
        row = burning(store, config.alerts)
        store.add_notifications([replace(row, id="1|first|chat|ops", channel="chat", message_id="<chat@x>")])
        stone, seconds = Stone(), [0.0]
        box = outbox.Outbox(store, config, {"chat": stone, **outbox.open_channels(config)}, clock=lambda: seconds[0])
        box.send(NOW)
        while not box.delivered:
            box.settle(NOW, 1)
        seconds[0] = 15.1
        box.settle(NOW)
    by_channel = {row.channel: row for row in store.notifications()}
    assert by_channel["email"].sent_at is not None
    assert by_channel["chat"].sent_at is None
    assert "did not answer within 15 s" in by_channel["chat"].error
    stone.release.set()
    while box.abandoned:
        box.settle(NOW, 1)
    assert {row.receipt for row in store.notifications()} == {"250 taken as 1", "too late"}


def test_what_left_while_the_store_did_not_write_is_written_down_later_and_not_sent_again(
    store: Store, tmp_path: Path
) -> None:
    with FakeSmtp() as server:
        config = config_for(tmp_path, server)
        burning(store, config.alerts)
        box = outbox.Outbox(store, config, outbox.open_channels(config))
        box.send(NOW)
        with closing(sqlite_lock(tmp_path / "smoulder.sqlite3")):
            while not box.unwritten:
                with suppress(StoreError):
                    box.settle(NOW, 1)
        box.send(NOW + timedelta(minutes=1))  # the lease is long over
        box.settle(NOW + timedelta(minutes=1))
    assert len(server.received) == 1
    assert the_row(store).sent_at is not None


def sqlite_lock(path: Path) -> sqlite3.Connection:
    """Somebody else holds the file for writing."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


def test_a_notifier_that_breaks_is_a_failure_and_not_the_end(store: Store, tmp_path: Path) -> None:
    class Broken:
        def send(self, letter: Letter) -> str:
            raise KeyError("oops")

    config = config_for(tmp_path)
    burning(store, config.alerts)
    outbox.send_due(store, config, {"email": Broken()}, NOW)
    assert "KeyError" in the_row(store).error
    assert the_row(store).due_at > NOW


def test_after_a_day_of_trying_it_is_given_up_and_says_so(store: Store, tmp_path: Path) -> None:
    class Down:
        def send(self, letter: Letter) -> str:
            raise NotifyError("nobody listens", is_channel=True)

    config = config_for(tmp_path)
    burning(store, config.alerts)
    outbox.send_due(store, config, {"email": Down()}, NOW + timedelta(hours=25))
    assert the_row(store).failed_at is not None
    assert the_row(store).error == "Given up after 24 h: nobody listens"


def test_incidents_gathered_for_one_person_leave_as_one_letter(store: Store, tmp_path: Path) -> None:
    with FakeSmtp() as server:
        config = config_for(tmp_path, server)
        first = burning(store, config.alerts)
        second = burning(store, config.alerts)
        assert first.incident_id != second.incident_id
        store.add_notifications(
            [replace(r, id=f"x{r.id}", message_id="<gathered.1@smoulder.local>") for r in (first, second)]
        )
        for row in (first, second):
            store.mark_sent(row.id, NOW, "before")
        assert outbox.send_due(store, config, outbox.open_channels(config), NOW) == 1
    assert len(server.received) == 1
    text = server.received[0].mail.get_body(("plain",))
    assert text is not None
    assert text.get_content().startswith("2 things at once. The gravest: Storm at Acme Rail")
    assert all(row.sent_at for row in store.notifications())


def test_a_test_message_takes_the_way_of_an_alert(store: Store, tmp_path: Path) -> None:
    with FakeSmtp() as server:
        config = config_for(tmp_path, server)
        store.add_notifications(alerts.test_messages(config.alerts, NOW, "a1"))
        assert outbox.send_due(store, config, outbox.open_channels(config), NOW) == 2
    assert {r.mail["Subject"] for r in server.received} == {"[Test] Smoulder"}


def test_the_chart_shows_the_complaints_of_the_last_ten_minutes() -> None:
    from monitor import picture

    buckets = [Bucket(brand="b", minute=NOW - timedelta(minutes=m), complaints=2) for m in range(12)]
    seen = picture.count(buckets, [], NOW)
    assert seen.now == 20
    assert seen.complaints[0] == 0
    assert len(seen.complaints) == len(seen.times) == 181
