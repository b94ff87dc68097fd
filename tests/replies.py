# ruff: noqa: E501
"""The labelled replies, and how well the coach agrees with them: `python -m tests.replies [--show]`.

A third is held out by a hash of the id: `--show` prints disagreements of the other two thirds only.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from monitor.answer.coach import Advice, check
from monitor.answer.tongue import CODES, PARTS

REPLIES = Path(__file__).resolve().parent.parent / "monitor" / "data" / "replies"


@dataclass(frozen=True)
class Labelled:
    id: str
    lang: str
    complaint: str
    draft: str
    parts: frozenset[str]
    places: tuple[tuple[str, int, int], ...]  # code, and where its words stand

    @property
    def is_held_out(self) -> bool:
        return zlib.crc32(self.id.encode()) % 3 == 0


@dataclass
class Count:
    """Agreement on one part or one marker."""

    right: int = 0
    false: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.false) if self.right + self.false else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


@cache
def labelled(name: str) -> tuple[Labelled, ...]:
    """en, fr or elsewhere."""
    return tuple(_row(json.loads(line)) for line in (REPLIES / f"{name}.jsonl").read_text("utf-8").splitlines())


def _row(row: dict) -> Labelled:
    places = []
    for finding in row["findings"]:
        start = row["draft"].index(finding["text"])
        places.append((finding["code"], start, start + len(finding["text"])))
    parts = frozenset(part for part in PARTS if row[part])
    return Labelled(row["id"], row["lang"], row["complaint"], row["draft"], parts, tuple(places))


def agreement(rows: Iterable[Labelled]) -> dict[str, Count]:
    """By part and by code. A finding is right when its code is right and its span touches the labelled words."""
    counts = {name: Count() for name in (*PARTS, *CODES)}
    for row in rows:
        for name, kind, _ in disagreements(row):
            if kind == "false":
                counts[name].false += 1
            elif kind == "missed":
                counts[name].missed += 1
            else:
                counts[name].right += 1
    return counts


def disagreements(row: Labelled) -> Iterator[tuple[str, str, str]]:
    """(name, "right" | "false" | "missed", the words)."""
    advice = check(row.complaint, row.draft, row.lang)
    words = {word.part: row.draft[slice(*word.span)] for word in advice.words}
    for part in PARTS:
        is_there, should_be = getattr(advice, part), part in row.parts
        if is_there or should_be:
            yield part, "right" if is_there == should_be else "false" if is_there else "missed", words.get(part, "")
    yield from _findings(row, advice)


def _findings(row: Labelled, advice: Advice) -> Iterator[tuple[str, str, str]]:
    met = set()
    for finding in advice.findings:
        start, end = finding.span
        touched = {p for p in row.places if p[0] == finding.code and p[1] < end and start < p[2]}
        if not touched:
            yield finding.code, "false", row.draft[start:end]
        met |= touched
    for place in row.places:
        yield place[0], "right" if place in met else "missed", row.draft[place[1] : place[2]]


def main() -> None:
    show = "--show" in sys.argv
    names = [
        name
        for name in ("en", "fr", "elsewhere", "later", "last", "plain", "fresh", "unmet")
        if (REPLIES / f"{name}.jsonl").exists()
    ]
    for name in names:
        rows = labelled(name)
        sets = {"all": rows} if name not in ("en", "fr") else {
            "train": [r for r in rows if not r.is_held_out], "held out": [r for r in rows if r.is_held_out], "all": rows,
        }  # fmt: skip
        tables = {which: agreement(part) for which, part in sets.items()}
        print(f"\n{name:16}" + "".join(f"{which + f' ({len(sets[which])})':>26}" for which in sets))
        for kind in (*PARTS, *CODES):
            cells = [tables[which][kind] for which in sets]
            print(
                f"{kind:16}" + "".join(f"{c.precision:>10.3f}{c.recall:>8.3f}  n{c.right + c.missed:<5}" for c in cells)
            )
        if show and name in sys.argv and name != "elsewhere":
            for row in sets["train"]:
                for kind, how, words in disagreements(row):
                    if how != "right":
                        print(
                            f"{row.id} {how:6} {kind:15} [{words}] {'C: ' + row.complaint if kind == 'heard' else ''} | {row.draft}"
                        )


if __name__ == "__main__":
    main()
