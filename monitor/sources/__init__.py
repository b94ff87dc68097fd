"""Where mentions come from: one small file per network, imported when it is used.

A source reads and never speaks, and it never touches the store: the supervisor hands what was read to the
collect loop, which keeps it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

SOURCES: dict[str, str] = {
    "x": "monitor.sources.x:X",
    "bluesky": "monitor.sources.bluesky:Bluesky",
    "file": "monitor.sources.file:File",
    "demo": "monitor.sources.demo:Demo",
}


def source_class(name: str) -> Any:
    """The class behind a name of SOURCES, with its `Settings` and `SECRETS`.

    Raises KeyError for an unknown name, ImportError when the extra of this network is not installed.
    """
    module, _, cls = SOURCES[name].partition(":")
    return getattr(import_module(module), cls)
