"""Run the command as a user would, and wait for things with an end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

HOME = Path(__file__).resolve().parent.parent
T = TypeVar("T")


def smoulder(
    *words: str | Path, stdin: str | bytes = b"", cwd: Path | None = None, seconds: float = 60, **environ: str
) -> subprocess.CompletedProcess[str]:
    """One command, run to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "monitor.cli", *map(str, words)],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        cwd=cwd or HOME,
        timeout=seconds,
        env=environment(**environ),
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    )


def start(*words: str | Path, cwd: Path | None = None, **environ: str) -> subprocess.Popen[bytes]:
    """One command that goes on; the caller stops it by its own id."""
    return subprocess.Popen(
        [sys.executable, "-m", "monitor.cli", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd or HOME,
        env=environment(**environ),
    )


def environment(**environ: str) -> dict[str, str]:
    """Ours, without what a developer's shell may have set for Smoulder."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("SMOULDER_", "X_BEARER", "SMTP_"))}
    return {**clean, "PYTHONPATH": str(HOME), "COLUMNS": "120", "NO_COLOR": "1", **environ}


def until(found: Callable[[], T | None], seconds: float = 20, every: float = 0.05) -> T:
    """What `found` gives as soon as it gives something true; AssertionError when the time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := found():
            return answer
        time.sleep(every)
    raise AssertionError(f"nothing within {seconds} s")
