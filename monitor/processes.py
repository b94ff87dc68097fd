"""Starts and watches the three processes of `smoulder run`. They share the store and nothing else.

A child that dies is started again with back-off; the others go on. One that lives but says nothing, while another one's
beat shows that the store can be written, hangs: it is killed and started again. Nothing is decided here about mentions.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from db.rows import Process
from db.store import StoreError
from monitor.clock import utc_now

BACK_OFF_SECONDS = (1.0, 2.0, 5.0, 15.0, 60.0)
STEADY_SECONDS = 120.0  # alive for so long: the next death starts the back-off anew
STOP_SECONDS = 10.0
SILENT = timedelta(seconds=120)  # without a beat, while another process beats: it hangs
FRESH = timedelta(seconds=30)
LOOK_SECONDS = 10.0
USER_MISTAKE = 2  # a child that exits so would only do it again


@dataclass(slots=True)
class Child:
    """One process of ours. State lives here because a restart depends on the deaths before it."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    next_start: float = 0.0
    environment: dict[str, str] | None = None

    def start(self, clock: float) -> None:
        self.started = clock
        self.process = subprocess.Popen(self.command, env=self.environment)  # noqa: S603  our own command line

    def watch(self, clock: float, say: Callable[[str], None]) -> int | None:
        """Start it when it is due. Gives the exit code when it ended by a mistake of the user, else None."""
        if self.process is None:
            if clock >= self.next_start:
                self.start(clock)
            return None
        code = self.process.poll()
        if code is None:
            return None
        self.process = None
        if code == USER_MISTAKE:
            return code
        self.deaths = 1 if clock - self.started > STEADY_SECONDS else self.deaths + 1
        wait = BACK_OFF_SECONDS[min(self.deaths, len(BACK_OFF_SECONDS)) - 1]
        self.next_start = clock + wait
        say(f"{self.name} ended ({_words(code)}); it starts again in {wait:.0f} s")
        return None


@dataclass(slots=True)
class Family:
    """All children of one `smoulder run`."""

    children: list[Child]
    say: Callable[[str], None] = lambda words: print(words, file=sys.stderr, flush=True)  # noqa: T201  a person reads this
    beats: Callable[[], Sequence[Process]] = tuple  # what each process last said; without it nobody hangs
    now: Callable[[], datetime] = utc_now
    is_stopping: bool = field(default=False)
    next_look: float = field(default=0.0)

    def run(self, seconds: float | None = None) -> int:
        """Watch until SIGTERM, SIGINT or `seconds` have passed; the exit code for the shell."""
        previous = {s: signal.signal(s, self._stop) for s in (signal.SIGTERM, signal.SIGINT)}
        end = None if seconds is None else time.monotonic() + seconds
        code = 0
        try:
            while not self.is_stopping and (end is None or time.monotonic() < end):
                for child in self.children:
                    code = child.watch(time.monotonic(), self.say) or code
                if code:
                    break
                self._end_what_hangs(time.monotonic())
                time.sleep(0.2)
        finally:
            self.stop()
            for s, handler in previous.items():
                signal.signal(s, handler)
        return code

    def _end_what_hangs(self, clock: float) -> None:
        if clock < self.next_look:
            return
        self.next_look = clock + LOOK_SECONDS
        try:
            beats = self.beats()
        except StoreError as error:
            self.say(f"the beats cannot be read: {error}")
            return
        silent = hanging(beats, self.now())
        for child in self.children:
            if child.process is not None and child.process.pid in silent:
                self.say(f"{child.name} has said nothing for {SILENT.seconds} s; it is ended and starts again")
                child.process.kill()

    def _stop(self, *_: object) -> None:
        self.is_stopping = True

    def stop(self) -> None:
        """SIGTERM to all, ten seconds to flush, then SIGKILL."""
        alive = [c.process for c in self.children if c.process is not None and c.process.poll() is None]
        for process in alive:
            process.terminate()
        end = time.monotonic() + STOP_SECONDS
        for process in alive:
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def hanging(beats: Sequence[Process], now: datetime) -> set[int]:
    """The process ids that are silent although another one's fresh beat shows that beats can be written."""
    ages = {row.pid: now - row.beat_at for row in beats}
    if not any(age <= FRESH for age in ages.values()):
        return set()
    return {pid for pid, age in ages.items() if age > SILENT}


def _words(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
