"""The labelled replies, and how well the coach agrees with them: `python -m tests.replies [--show] [SET or FILE ...]`.

A third is held out by a hash of the id: `--show` prints disagreements of the other two thirds only. A FILE of the same
shape is measured by language, name by name. `--without SET` builds the learned heads without a set and measures them on
it, beside the patterns alone; it takes a minute. Patterns have been widened after every set but `unmet`: only there
does it show what is found in words that neither reader has met. `bare` was measured unseen once, at commit ca68dec:
parts 0.860 and 0.842, markers 0.881 and 0.751 (precision, recall).
"""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from monitor.answer import learned, learning
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
    """One of our sets by its name, or a file by its path."""
    path = Path(name) if name.endswith(".jsonl") else REPLIES / f"{name}.jsonl"
    return tuple(_row(json.loads(line)) for line in path.read_text("utf-8").splitlines() if line.strip())


def _row(row: dict) -> Labelled:
    places = []
    for finding in row["findings"]:
        start = row["draft"].index(finding["text"])
        places.append((finding["code"], start, start + len(finding["text"])))
    parts = frozenset(part for part in PARTS if row[part])
    return Labelled(row["id"], row["lang"], row["complaint"], row["draft"], parts, tuple(places))


def agreement(rows: Iterable[Labelled], heads: learned.Heads | None = None) -> dict[str, Count]:
    """By part and by code. A finding is right when its code is right and its span touches the labelled words."""
    counts = {name: Count() for name in (*PARTS, *CODES)}
    for row in rows:
        for name, kind, _ in disagreements(row, heads):
            if kind == "false":
                counts[name].false += 1
            elif kind == "missed":
                counts[name].missed += 1
            else:
                counts[name].right += 1
    return counts


def together(counts: dict[str, Count], names: Iterable[str]) -> Count:
    """The names as if they were one."""
    return Count(*(sum(getattr(counts[name], how) for name in names) for how in ("right", "false", "missed")))


def disagreements(row: Labelled, heads: learned.Heads | None = None) -> Iterator[tuple[str, str, str]]:
    """(name, "right" | "false" | "missed", the words)."""
    advice = check(row.complaint, row.draft, row.lang, heads=heads)
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


def patterns_alone() -> learned.Heads:
    """Heads that never say yes, and take nothing back."""
    heads = learned.heads()
    no = np.full_like(heads.shown, np.inf)
    return replace(heads, shown=no, certain=no, vetoed=-no)


def table(columns: dict[str, dict[str, Count]]) -> None:
    """Precision, recall and number, by name; the parts together and the markers together at the end."""
    print(f"{'':16}" + "".join(f"{which:>26}" for which in columns))
    for name in (*PARTS, *CODES):
        _line(name, [counts[name] for counts in columns.values()])
    _line("parts", [together(counts, PARTS) for counts in columns.values()])
    _line("markers", [together(counts, CODES) for counts in columns.values()])


def _line(name: str, cells: Sequence[Count]) -> None:
    print(f"{name:16}" + "".join(f"{c.precision:>10.3f}{c.recall:>8.3f}  n{c.right + c.missed:<5}" for c in cells))


def by_language(rows: Sequence[Labelled], heads: learned.Heads | None = None) -> dict[str, dict[str, Count]]:
    parts = {lang: [row for row in rows if row.lang == lang] for lang in ("en", "fr")}
    parts["both"] = list(rows)
    return {f"{lang} ({len(some)})": agreement(some, heads) for lang, some in parts.items() if some}


def measure_without(name: str) -> None:
    heads, _ = learning.build(learning.read_sentences(without=(name,)), without=(name,))
    for which, some in (("patterns alone", patterns_alone()), (f"with heads that never saw {name}", heads)):
        print(f"\n{name}, {which}")
        table(by_language(labelled(name), some))


def main() -> None:
    asked = [each for each in sys.argv[1:] if not each.startswith("--")]
    if "--without" in sys.argv:
        for name in asked:
            measure_without(name)
        return
    for name in asked or learning.SETS:
        rows = labelled(name)
        print(f"\n{name}")
        if name in ("en", "fr"):
            sets = {"train": [r for r in rows if not r.is_held_out], "held out": [r for r in rows if r.is_held_out]}
            table({f"{which} ({len(some)})": agreement(some) for which, some in (*sets.items(), ("all", rows))})
        else:
            table(by_language(rows))
        if "--show" in sys.argv and asked:
            _show([row for row in rows if name not in ("en", "fr") or not row.is_held_out])


def _show(rows: Iterable[Labelled]) -> None:
    for row in rows:
        for kind, how, words in disagreements(row):
            if how != "right":
                complaint = "C: " + row.complaint if kind == "heard" else ""
                print(f"{row.id} {how:6} {kind:15} [{words}] {complaint} | {row.draft}")


if __name__ == "__main__":
    main()
