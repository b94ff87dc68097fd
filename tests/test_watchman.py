"""The watchman: silence is the alarm, so it speaks only while everything works."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.rows import Notification, Process
from db.store import open_store
from monitor import watchman
from monitor.config import Alerts, Config
from monitor.outbox import Outbox, Rounds
from tests.fakes.hook import FakeHook

NOW = datetime(2026, 3, 3, 14, 41, tzinfo=UTC)


def collector(**changes: object) -> Process:
    values: dict[str, object] = {
        "name": "collect", "pid": 1, "started_at": NOW, "beat_at": NOW, "version": "1"
    }  # fmt: skip
    return Process(**{**values, **changes})  # type: ignore[arg-type]


def waiting(age: timedelta, attempts: int) -> Notification:
    return Notification(
        id="1", incident_id=1, brand="b", stage="first", reason="first", channel="email", recipient="a@b.example",
        message_id="<1>", created_at=NOW - age, due_at=NOW - age, attempts=attempts,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("processes", "unscored_at", "letters", "words"),
    [
        ([collector()], None, [], ""),
        ([collector()], NOW - timedelta(seconds=30), [waiting(timedelta(seconds=60), 1)], ""),
        ([], None, [], "the collector has never run"),
        ([collector(beat_at=NOW - timedelta(seconds=61))], None, [], "the collector has been silent since 14:39 UTC"),
        ([collector(note="Scoring fails", is_broken=True)], None, [], "Scoring fails"),
        ([collector()], NOW - timedelta(minutes=3), [], "mentions have waited for a score since 14:38 UTC"),
        ([collector()], None, [waiting(timedelta(minutes=3), 1)], "letters that wait to be sent: 1"),
    ],
)
def test_each_broken_link_of_the_chain_is_named(
    processes: list[Process], unscored_at: datetime | None, letters: list[Notification], words: str
) -> None:
    assert watchman.what_is_broken(processes, unscored_at, letters, NOW) == words


def test_the_outside_is_called_each_minute_while_all_works_and_not_when_it_does_not(tmp_path: Path) -> None:
    store = open_store(tmp_path / "s.sqlite3")
    with FakeHook() as hook:
        config = Config(data_dir=tmp_path, alerts=Alerts(ping_url=f"{hook.url}/ping/abc"))
        now = [NOW]
        rounds = Rounds(Outbox(store, config, {}), lambda: now[0])
        store.beat(collector())
        rounds.make(0.0)
        assert hook.arrived.wait(5)
        rounds.make(59.0)  # within the minute
        now[0] = NOW + timedelta(minutes=5)  # the collector has not beaten since
        rounds.make(120.0)
        store.beat(collector(beat_at=now[0]))
        hook.arrived.clear()
        rounds.make(180.0)
        assert hook.arrived.wait(5)
    assert [call.path for call in hook.calls] == ["/ping/abc", "/ping/abc"]
    store.close()


def test_a_watchman_that_cannot_be_reached_is_on_the_wall() -> None:
    said: list[str] = []
    done = threading.Event()

    def pinged(trouble: str) -> None:
        said.append(trouble)
        done.set()

    with FakeHook() as hook:
        pass
    watchman.ping(hook.url, pinged)
    assert done.wait(5)
    assert "cannot be reached" in said[0]
