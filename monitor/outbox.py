"""The notify process: takes what is due from the outbox, sends it, writes down what came of it.

At least once: a row is claimed for a while, sent, and marked; who dies in between leaves it to the next one.
Nothing is decided here but what a failure means: try again, the next recipient, or a line on the wall. Each
send runs in a thread of its own, so that one slow channel delays no other.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import version

import structlog

from db.rows import Notification, Process
from db.store import Store, StoreError
from monitor import alerts, switch, watchman
from monitor.config import Channel, Config
from monitor.notifiers import Letter, Notifier, NotifyError, Reachable, notifier_class, notifier_module
from monitor.notifiers.email import Email, Files
from monitor.writing import compose, warm_up

log = structlog.get_logger()

BACK_OFF_MINUTES = (1, 2, 5, 15)  # then every 15
GIVE_UP = timedelta(hours=24)
SEND_SECONDS = 15.0  # a notifier that is not back by then is left alone
LEASE_SECONDS = 20.0  # longer than a send: nobody else takes a letter that may still be on its way
AT_ONCE = 4  # letters on their way in one channel
ABANDONED = 8  # sends that never came back: after so many this process ends, to be started afresh
POLL_SECONDS = 0.5
BEAT_SECONDS = 5.0
ROUTINE_SECONDS = 10.0
QUIET_SECONDS = 1.0
PING_SECONDS = 60.0
DAY = timedelta(days=1)
LAND_SECONDS = 8.0  # of the ten that a stop signal leaves


class Stuck(Exception):
    """Too many sends never came back. The process ends and whoever watches it starts it again."""


@dataclass(frozen=True, slots=True, eq=False)
class Flight:
    """A letter on its way."""

    channel: str
    rows: tuple[Notification, ...]
    deadline: float

    @property
    def message_id(self) -> str:
        return self.rows[0].message_id


@dataclass(frozen=True, slots=True)
class Landing:
    """What came of a letter. `error` None: it was taken."""

    flight: Flight
    receipt: str = ""
    error: NotifyError | None = None


@dataclass(slots=True)
class Outbox:
    """The letters on their way. State lives here because a send outlasts one look at the outbox."""

    store: Store
    config: Config
    channels: Mapping[str, Notifier]
    send_seconds: float = SEND_SECONDS
    lease_seconds: float = LEASE_SECONDS
    clock: Callable[[], float] = time.monotonic
    flights: dict[str, Flight] = field(default_factory=dict)  # by Message-ID
    abandoned: list[Flight] = field(default_factory=list)  # not back in time; they may still come
    landed: queue.SimpleQueue[Landing] = field(default_factory=queue.SimpleQueue)
    unwritten: list[Landing] = field(default_factory=list)  # landed, while the store did not write
    troubles: dict[str, str] = field(default_factory=dict)  # channel -> words for the wall
    delivered: int = 0

    def send(self, now: datetime) -> int:
        """Start sending what is due, as far as each channel has room; how many letters left."""
        count = 0
        for channel, notifier in self.channels.items():
            room = AT_ONCE - sum(flight.channel == channel for flight in self.flights.values())
            if room <= 0:
                continue
            for rows in by_letter(self.store.claim_notifications(now, self.lease_seconds, room, channel)):
                # A slow moment may outlast a lease: what is still on its way from here is not sent again.
                if rows[0].message_id not in self.flights:
                    self._take_off(channel, notifier, rows, now)
                    count += 1
                    # Writing a letter takes a while; what landed meanwhile must not wait to be marked.
                    self.settle(now)
        return count

    def settle(self, now: datetime, wait_seconds: float = 0.0) -> None:
        """Write down what came back, waiting for the first at most so long. Raises StoreError: nothing is lost."""
        if self.flights or self.abandoned:
            with suppress(queue.Empty):
                self.unwritten.append(self.landed.get(wait_seconds > 0, wait_seconds or None))
                while True:
                    self.unwritten.append(self.landed.get_nowait())
        while self.unwritten:
            self._write_down(self.unwritten[0], now)
            self._forget(self.unwritten.pop(0).flight)
        self._give_up_on_the_late(now)

    # --- one letter ---------------------------------------------------------------------------------------
    def _take_off(self, channel: str, notifier: Notifier, rows: tuple[Notification, ...], now: datetime) -> None:
        flight = Flight(channel, rows, self.clock() + self.send_seconds)
        try:
            letters = compose(self.store, self.config, rows, now)
        except StoreError:
            raise
        except Exception as error:  # a letter that cannot be written must not hold up the others
            log.exception("a letter cannot be written", notification=rows[0].id)
            words = f"The letter could not be written ({type(error).__name__})"
            self._write_down(Landing(flight, error=NotifyError(words)), now)
            return
        self.flights[flight.message_id] = flight
        threading.Thread(target=self._fly, args=(flight, notifier, letters), daemon=True).start()

    def _fly(self, flight: Flight, notifier: Notifier, letters: Sequence[Letter]) -> None:
        """In a thread: the letter, and when the other side dislikes what it says, the barer one."""
        for letter in letters:
            try:
                self.landed.put(Landing(flight, notifier.send(letter)))
                return
            except NotifyError as error:
                failure = error
            except Exception as error:
                log.exception("a notifier failed", message_id=letter.message_id)
                failure = NotifyError(f"The notifier failed ({type(error).__name__}: {error})")
            if not (failure.is_content and failure.permanent):
                break
        self.landed.put(Landing(flight, error=failure))

    def _give_up_on_the_late(self, now: datetime) -> None:
        for flight in [flight for flight in self.flights.values() if self.clock() > flight.deadline]:
            words = f"The channel {flight.channel} did not answer within {self.send_seconds:g} s"
            self._write_down(Landing(flight, error=NotifyError(words, is_channel=True)), now)
            self._forget(flight)
            self.abandoned.append(flight)

    def _forget(self, flight: Flight) -> None:
        if self.flights.get(flight.message_id) is flight:
            del self.flights[flight.message_id]
        if flight in self.abandoned:
            self.abandoned.remove(flight)

    # --- what came of it ----------------------------------------------------------------------------------
    def _write_down(self, landing: Landing, now: datetime) -> None:
        flight, error = landing.flight, landing.error
        if error is None:
            with self.store.atomic():
                for row in flight.rows:
                    self.store.mark_sent(row.id, now, landing.receipt)
            self.delivered += 1
            self.troubles.pop(flight.channel, None)
            return
        if flight in self.abandoned:  # it was written down as late already
            return
        with self.store.atomic():
            for row in flight.rows:
                self._mark_failure(row, error, now)
        log.warning("a letter did not leave", notifications=[row.id for row in flight.rows], error=str(error))
        if error.is_channel or error.permanent:
            self.troubles[flight.channel] = str(error)

    def _mark_failure(self, row: Notification, error: NotifyError, now: datetime) -> None:
        """What one recipient can never get goes to the next; while a channel is broken, another one is tried too."""
        told = self.store.notifications(row.incident_id)
        if error.permanent and not error.is_channel:
            others = alerts.instead(row, told, now, self.config.alerts)
            if others:
                self.store.mark_failed(row.id, now, str(error))
                self.store.add_notifications(others)
                return
        elif error.permanent or row.attempts > 1:
            self.store.add_notifications(alerts.instead(row, told, now, self.config.alerts, other_channel=True))
        if now - row.created_at >= GIVE_UP:
            words = f"Given up after {GIVE_UP.total_seconds() / 3600:.0f} h: {error}"
            self.store.mark_failed(row.id, now, words)
        else:
            self.store.mark_retry(row.id, now + pause_after(row.attempts), str(error))


def pause_after(attempts: int) -> timedelta:
    """How long to wait after the n-th attempt."""
    return timedelta(minutes=BACK_OFF_MINUTES[min(max(attempts, 1), len(BACK_OFF_MINUTES)) - 1])


def by_letter(rows: Sequence[Notification]) -> list[tuple[Notification, ...]]:
    """Rows that share a Message-ID leave as one letter."""
    letters: dict[str, list[Notification]] = {}
    for row in rows:
        letters.setdefault(row.message_id, []).append(row)
    return [tuple(group) for group in letters.values()]


# --- the process --------------------------------------------------------------------------------------------
def open_channels(config: Config) -> dict[str, Notifier]:
    """Every channel that is configured; mail always, into files when there is no server."""
    channels: dict[str, Notifier] = {
        "email": Email(config.mail) if config.mail is not None else Files(config.data_dir / "outbox")
    }
    for channel in config.alerts.channels:
        try:
            channels[channel.name] = open_channel(channel)
        except NotifyError as error:  # one channel that cannot be opened must not silence the others
            channels[channel.name] = Shut(error)
    return channels


def open_channel(channel: Channel) -> Reachable:
    """Raises NotifyError when it cannot work as it is configured."""
    settings = notifier_module(channel.kind).Settings(name=channel.name, url=channel.url, secret=channel.secret)
    opened: Reachable = notifier_class(channel.kind)(settings)
    return opened


class Shut:
    """A channel that could not be opened: every letter meets the same answer, which stands on the wall."""

    def __init__(self, error: NotifyError) -> None:
        self.error = error

    def send(self, letter: Letter) -> str:
        raise self.error


def send_due(store: Store, config: Config, channels: Mapping[str, Notifier], now: datetime) -> int:
    """Send all that is due and wait for it; how many letters were delivered."""
    outbox = Outbox(store, config, channels)
    while outbox.send(now) or outbox.flights:
        outbox.settle(now, 1.0)
    return outbox.delivered


def run(
    store: Store,
    config: Config,
    *,
    stop: threading.Event,
    now: Callable[[], datetime],
    lease_seconds: float = LEASE_SECONDS,
) -> None:
    """Until `stop` is set; then what is on its way gets its time to land. Raises Stuck."""
    outbox = Outbox(store, config, open_channels(config), lease_seconds=lease_seconds)
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    rounds = Rounds(outbox, now)
    while not stop.is_set():
        try:
            rounds.make(time.monotonic())
            outbox.send(now())
            outbox.settle(now(), POLL_SECONDS)
        except StoreError as error:
            log.error("the outbox cannot be read or written", error=str(error))
            stop.wait(BEAT_SECONDS)
        if len(outbox.abandoned) >= ABANDONED:
            raise Stuck(f"{len(outbox.abandoned)} sends never came back")
        if not outbox.flights:
            stop.wait(POLL_SECONDS)
    _land(outbox, now)


def _land(outbox: Outbox, now: Callable[[], datetime]) -> None:
    """On the way out: what is being sent may finish, so that nothing is sent twice without need."""
    end = time.monotonic() + LAND_SECONDS
    while outbox.flights and time.monotonic() < end:
        outbox.settle(now(), POLL_SECONDS)


class Rounds:
    """What the notify process does beside sending: its beat, the routine letters, the watchman's ping."""

    def __init__(self, outbox: Outbox, now: Callable[[], datetime]) -> None:
        self.outbox, self.now = outbox, now
        self.started_at = now()
        self._told_quiet = 0
        self._next_beat = self._next_routine = self._next_ping = self._next_quiet = 0.0

    def make(self, clock: float) -> None:
        """Each thing when its time has come. Raises StoreError."""
        now, outbox = self.now(), self.outbox
        if clock >= self._next_beat:
            self._next_beat = clock + BEAT_SECONDS
            outbox.store.beat(beat_of(outbox, self.started_at, now))
        if clock >= self._next_quiet:
            self._next_quiet = clock + QUIET_SECONDS
            self._quiet(now)
        if clock >= self._next_routine:
            self._next_routine = clock + ROUTINE_SECONDS
            self._routine(now)
        if clock >= self._next_ping and outbox.config.alerts.ping_url:
            self._next_ping = clock + PING_SECONDS
            self._ping(now)

    def _quiet(self, now: datetime) -> None:
        """Whoever moved the switch, and by whatever way: what has not been told yet becomes a row."""
        store, policy = self.outbox.store, self.outbox.config.alerts
        change = switch.last_change(store)
        if change is not None and change.number != self._told_quiet:
            store.add_notifications(alerts.of_quiet(change, now, policy))
            self._told_quiet = change.number

    def _routine(self, now: datetime) -> None:
        """Blindness, a full disk, digests and self-tests become rows like any other."""
        store, config = self.outbox.store, self.outbox.config
        with store.atomic():
            rows = alerts.routine(
                store.gaps(now - DAY, now),
                store.processes(),
                store.notifications(),
                now,
                config.alerts,
                store.disk(),
            )
            store.add_notifications(rows)

    def _ping(self, now: datetime) -> None:
        store = self.outbox.store
        unscored = store.unscored(1)
        waiting = [row for row in store.notifications() if row.sent_at is None and row.failed_at is None]
        broken = watchman.what_is_broken(store.processes(), unscored[0].received_at if unscored else None, waiting, now)
        if broken:
            log.warning("the watchman is not called", reason=broken)
        else:
            watchman.ping(self.outbox.config.alerts.ping_url, self._pinged)

    def _pinged(self, trouble: str) -> None:
        """From the watchman's thread."""
        if trouble:
            self.outbox.troubles["watchman"] = trouble
        else:
            self.outbox.troubles.pop("watchman", None)


def beat_of(outbox: Outbox, started_at: datetime, now: datetime) -> Process:
    """That this process lives, and what the wall should know of it."""
    troubles = "; ".join(outbox.troubles.values())
    config = outbox.config
    files = "mail goes to files: no SMTP settings" if config.mail is None else ""
    return Process(
        name="notify",
        pid=os.getpid(),
        started_at=started_at,
        beat_at=now,
        version=version("smoulder"),
        note=troubles or files,
        is_broken=bool(troubles),
    )
