"""Starts and watches the three processes of `smoulder run`. They share the store and nothing else.

A child that dies is started again with back-off; the others go on. It never decides anything about mentions.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

BACK_OFF_SECONDS = (1.0, 2.0, 5.0, 15.0, 60.0)
STEADY_SECONDS = 120.0  # alive for so long: the next death starts the back-off anew
STOP_SECONDS = 10.0
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
    is_stopping: bool = field(default=False)

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
                time.sleep(0.2)
        finally:
            self.stop()
            for s, handler in previous.items():
                signal.signal(s, handler)
        return code

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


def _words(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
