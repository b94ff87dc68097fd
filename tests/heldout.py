"""The shipped scorer on mentions and hashtags that nobody tunes on, VADER beside it: `python -m tests.heldout`.

Prints figures, never posts: who reads where it went wrong tunes on it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from db.rows import Score
from monitor.scoring.crowd import TRAGIC, crowd_tragedy
from monitor.scoring.evaluate import calibration_error, macro_f1, vader
from monitor.scoring.features import Ints
from monitor.scoring.scorer import Scorer, load_scorer

DATA = Path(__file__).resolve().parent / "data"
HEADS = ("complaint", "hostile", "praise", "question", "tragedy")
LANGS = ("en", "fr")
KINDS = ("sport", "film", "music", "season", "brand")

Row = dict[str, Any]


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    hits: int
    of: int

    def __str__(self) -> str:
        return f"{100 * self.hits / self.of:5.1f} ({self.hits} of {self.of})" if self.of else "    - (none)"


def read(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def mentions(lang: str) -> list[Row]:
    """The held-out mentions of "en" or "fr", labelled as in docs/labelling.md."""
    return read(DATA / "heldout" / f"mentions-{lang}.jsonl")


def chatter(kind: str) -> list[Row]:
    """Harmless hashtags of one kind; each row has its `posts`."""
    return read(DATA / "tagchatter" / f"{kind}.jsonl")


def tragic() -> list[Row]:
    """Hashtags about people who are hurt, of the past and invented."""
    return read(DATA / "tragictags.jsonl")


def _truth(rows: Sequence[Row], name: str) -> Ints:
    return np.array([row[name] for row in rows], np.int64)


def _where(flags: Ints) -> Ints:
    return np.flatnonzero(flags).astype(np.int64)


def print_heads(rows: Sequence[Row], scores: Sequence[Score]) -> None:
    """Macro-F1 of each head on all rows and on the hard ones, beside VADER where it has an opinion, and the ECE."""
    moods = vader([row["text"] for row in rows]) or {}
    hard = _where(_truth(rows, "hard"))
    print(f"{'macro-F1, %':12}{'all':>7}{'hard':>7}{'VADER':>8}{'hard':>7}{'ECE':>7}{'rows with it':>14}")
    for head in HEADS:
        true = _truth(rows, head)
        p = np.array([getattr(score, head) for score in scores])
        said = (p >= 0.5).astype(np.int64)
        theirs = moods.get(head)
        beside = "-" if theirs is None else f"{100 * macro_f1(theirs, true):.1f}"
        beside_hard = "-" if theirs is None else f"{100 * macro_f1(theirs[hard], true[hard]):.1f}"
        print(
            f"{head:12}{100 * macro_f1(said, true):7.1f}{100 * macro_f1(said[hard], true[hard]):7.1f}"
            f"{beside:>8}{beside_hard:>7}{100 * calibration_error(p, true):7.1f}{int(true.sum()):14}"
        )


def print_shares(rows: Sequence[Row], scores: Sequence[Score]) -> None:
    """What a user would notice: mockery taken for praise, praise missed, grave matters found and cried wolf over."""
    moods = vader([row["text"] for row in rows])
    mocking, pleased = _where(_truth(rows, "sarcastic")), _where(_truth(rows, "praise"))
    praised = np.array([int(score.label == "praise") for score in scores], np.int64)
    for what, places in (("sarcasm labelled praise", mocking), ("praise labelled praise", pleased)):
        ours = Share(int(praised[places].sum()), len(places))
        theirs = "not installed" if moods is None else Share(int(moods["praise"][places].sum()), len(places))
        print(f"{what:26}{ours!s:>22}   VADER {theirs!s:>20}")
    grave = _truth(rows, "severity") == 3
    found = np.array([score.severity == 3 for score in scores])
    both = int((grave & found).sum())
    print(f"{'severity 3 found':26}{Share(both, int(grave.sum()))!s:>22}")
    print(f"{'said 3 and is':26}{Share(both, int(found.sum()))!s:>22}")


def is_tragic(scorer: Scorer, group: Row) -> bool:
    """Whether the posts of a hashtag, taken together, speak of people hurt."""
    return crowd_tragedy([score.tragedy for score in scorer.score_texts(group["posts"])]) >= TRAGIC


def print_tags(scorer: Scorer) -> None:
    """Hashtags of tragedies that are found, and chatter that is taken for one."""
    print(f"\nhashtags of 30 posts, crowd_tragedy >= {TRAGIC}")
    groups = tragic()
    for name, part in (
        ("tragedies found", groups),
        ("  of the past", [group for group in groups if not group["when"].startswith("inv")]),
        ("  in English", [group for group in groups if group["lang"] == "en"]),
        ("  in French", [group for group in groups if group["lang"] == "fr"]),
    ):
        print(f"{name:26}{Share(sum(is_tragic(scorer, group) for group in part), len(part))!s:>22}")
    for kind in KINDS:
        tags = chatter(kind)
        taken = Share(sum(is_tragic(scorer, group) for group in tags), len(tags))
        print(f"{f'{kind} taken for one':26}{taken!s:>22}")


def main() -> None:
    scorer = load_scorer()
    for lang in LANGS:
        rows = mentions(lang)
        scores = scorer.score_texts([row["text"] for row in rows])
        print(f"\n{lang}: {len(rows)} mentions, {sum(row['hard'] for row in rows)} hard, scored by {scorer.name}")
        print_heads(rows, scores)
        print_shares(rows, scores)
    print_tags(scorer)


if __name__ == "__main__":
    main()
