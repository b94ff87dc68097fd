"""The French of what the pages say, by its English. `{name}` stays as it is."""

from __future__ import annotations

FRENCH: dict[str, str] = {}
