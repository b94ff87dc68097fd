"""The dashboard as a process of its own, to be killed: `python -m tests.browser.serve_child STORE PORT`.

Prints "listens PORT" when it does.
"""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType

from dashboard.app import create_app, serve
from db.store import open_store
from monitor.config import Config


def main(path: str, port: int) -> None:
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    store = open_store(path)
    app = create_app(store, Config())
    print(f"listens {port}", flush=True)
    serve(app, "127.0.0.1", port, 8, stop)
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
