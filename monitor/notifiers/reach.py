"""Reaching the other side: giving up when the time is up, and saying in plain words why nobody was reached."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


def reach(host: str, port: int, seconds: float) -> None:
    """Connect, and hang up without a word. Raises OSError; see `reason`."""
    socket.create_connection((host, port), timeout=seconds).close()


@contextmanager
def deadline(seconds: float, socket_of: Callable[[], socket.socket | None]) -> Iterator[threading.Event]:
    """Tears the connection down when the time is up: a server that drips cannot hold us for ever.

    Gives an event that is set when it was torn: what fails after that failed because of it.
    """
    done, late = threading.Event(), threading.Event()
    threading.Thread(target=_tear, args=(socket_of, seconds, done, late), daemon=True).start()
    try:
        yield late
    finally:
        done.set()


def _tear(
    socket_of: Callable[[], socket.socket | None], seconds: float, done: threading.Event, late: threading.Event
) -> None:
    if done.wait(seconds):
        return
    late.set()
    while not done.wait(0.1):
        if (sock := socket_of()) is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


def reason(error: Exception) -> str:
    """Why nobody was reached, and what to check."""
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there; check host and port"
    if isinstance(error, socket.gaierror):
        return "its name is not known; check host"
    return " ".join(str(error).split())[:200] or type(error).__name__
