"""The memory of a page, weighed after a garbage collection."""

from __future__ import annotations

import json
from collections import Counter

from playwright.sync_api import CDPSession

# What the browser makes of the scripts: it compiles what runs often and throws away what rested, so that it goes up
# and down by a megabyte while the page stays the same; and its own bookkeeping, which is no part of the heap.
NOT_KEPT = ("code", "object shape", "hidden", "native", "synthetic")


def weigh(cdp: CDPSession) -> tuple[int, int, int]:
    """Nodes, listeners, and the bytes of the whole heap."""
    cdp.send("HeapProfiler.collectGarbage")
    cdp.send("HeapProfiler.collectGarbage")
    found = cdp.send("Memory.getDOMCounters")
    return found["nodes"], found["jsEventListeners"], int(cdp.send("Runtime.getHeapUsage")["usedSize"])


def kept(cdp: CDPSession) -> int:
    """Bytes of what the page itself keeps: its objects, lists, texts, numbers and functions, without their code."""
    return sum(size for kind, size in kinds(cdp).items() if is_kept(kind))


def weigh_apart(cdp: CDPSession) -> tuple[int, int]:
    """Bytes of everything in the heap but compiled code, and of what the page itself keeps, from one snapshot."""
    found = kinds(cdp)
    return found.total() - found["code"], sum(size for kind, size in found.items() if is_kept(kind))


def is_kept(kind: str) -> bool:
    return kind not in NOT_KEPT


def kinds(cdp: CDPSession) -> Counter[str]:
    """Bytes by kind, from a snapshot of the heap (some seconds)."""
    chunks: list[str] = []

    def gather(event: dict[str, str]) -> None:
        chunks.append(event["chunk"])

    cdp.on("HeapProfiler.addHeapSnapshotChunk", gather)
    cdp.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
    cdp.remove_listener("HeapProfiler.addHeapSnapshotChunk", gather)
    found = json.loads("".join(chunks))
    meta = found["snapshot"]["meta"]
    fields, names, nodes = meta["node_fields"], meta["node_types"][0], found["nodes"]
    types, sizes = nodes[fields.index("type") :: len(fields)], nodes[fields.index("self_size") :: len(fields)]
    sums: Counter[str] = Counter()
    for kind, size in zip(types, sizes, strict=True):
        sums[names[kind]] += size
    return sums
