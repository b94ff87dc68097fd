"""How far two labellings of the same posts agree: Cohen's kappa, field by field.

`python -m monitor.scoring.agreement [CORPUS]` prints one table per language that has second labels. It says nothing
about who gave the labels; docs/labelling.md does.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FIELDS = ("label", "complaint", "hostile", "praise", "question", "tragedy", "severity", "sarcastic", "hard")

Labelled = Mapping[str, Hashable]  # one line of the corpus: field -> value


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Two labellings compared on one field."""

    name: str
    posts: int
    same: int
    kappa: float | None  # None: both used one value only, so that chance explains everything


def kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> float | None:
    """Agreement beyond chance, 1 at best (Cohen, 1960). None without posts, or when both always say the same one value.

    >>> kappa([1, 1, 0, 0], [1, 0, 0, 0])
    0.5
    """
    posts = len(first)
    if posts != len(second):
        raise ValueError(f"{posts} first labels and {len(second)} second labels: each post needs one of both")
    if posts == 0:
        return None
    of_first, of_second = Counter(first), Counter(second)
    seen = sum(a == b for a, b in zip(first, second, strict=True)) / posts
    by_chance = sum(of_first[value] * of_second[value] for value in of_first) / posts**2
    return None if by_chance == 1 else (seen - by_chance) / (1 - by_chance)


def compare(first: Mapping[str, Labelled], second: Mapping[str, Labelled]) -> tuple[Agreement, ...]:
    """One Agreement per field, over the posts of `second`. Raises KeyError when one of them is not in `first`."""
    pairs = [(first[post], again) for post, again in second.items()]
    return tuple(_on(name, pairs) for name in FIELDS)


def _on(name: str, pairs: Sequence[tuple[Labelled, Labelled]]) -> Agreement:
    one, other = [a[name] for a, _ in pairs], [b[name] for _, b in pairs]
    same = sum(a == b for a, b in zip(one, other, strict=True))
    return Agreement(name=name, posts=len(pairs), same=same, kappa=kappa(one, other))


def read(*files: Path) -> dict[str, dict[str, Hashable]]:
    """The lines of some JSONL files, by id."""
    lines = (json.loads(line) for file in files for line in file.read_text("utf-8").split("\n") if line.strip())
    return {line["id"]: line for line in lines}


def table(agreements: Sequence[Agreement]) -> str:
    rows = [f"| {a.name} | {a.same} of {a.posts} | {_rounded(a.kappa)} |" for a in agreements]
    return "\n".join(["| field | same | kappa |", "|---|---|---|", *rows])


def _rounded(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def main(corpus: Path) -> None:
    for file in sorted(corpus.glob("second-labels-*.jsonl")):
        lang = file.stem.removeprefix("second-labels-")
        # The first labels as they stood when the second ones were given: the corpus itself is corrected afterwards.
        first = corpus / f"first-labels-{lang}.jsonl"
        sys.stdout.write(f"{lang}\n\n{table(compare(read(first), read(file)))}\n\n")


if __name__ == "__main__":
    default = Path(__file__).parent.parent / "data" / "corpus"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else default)
