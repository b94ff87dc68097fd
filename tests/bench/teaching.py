"""What corrections of a house are worth: python tests/bench/teaching.py FILE.csv

FILE has columns `text` and `label` (negative, positive, neutral) and must be unknown to the model: tweets to
airlines, for example. A colleague is played who reads one half from the top and corrects what is wrong; the other
half measures.
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from monitor import house
from monitor.scoring import corrections, model
from monitor.scoring.corrections import Correction, LabelName
from monitor.scoring.scorer import Scorer

LABELS: dict[str, LabelName] = {"negative": "complaint", "positive": "praise", "neutral": "other"}
POSTS = 6_000
STEPS = (40, 100, 250, 600)


def right(scorer: Scorer, posts: list[tuple[str, LabelName]]) -> float:
    """The share of posts whose being a complaint is said rightly."""
    scores = scorer.score_texts([text for text, _ in posts])
    said = [score.label in ("complaint", "hostile") for score in scores]
    return sum(bad == (label == "complaint") for bad, (_, label) in zip(said, posts, strict=True)) / len(posts)


def mistakes(scorer: Scorer, posts: list[tuple[str, LabelName]]) -> list[Correction]:
    """What somebody would correct: a complaint missed or imagined, and praise that was not seen."""
    found = []
    for score, (text, label) in zip(scorer.score_texts([text for text, _ in posts]), posts, strict=True):
        is_bad = score.label in ("complaint", "hostile")
        if is_bad != (label == "complaint") or (label == "praise" and score.label != "praise"):
            found.append(Correction(text=text, label=label))
    return found


def main() -> None:
    if len(sys.argv) < 2:
        print("skipped: it needs a CSV of posts that the model has not learned from (text,label)")
        return
    with open(sys.argv[1], encoding="utf-8", newline="") as opened:
        posts = [(row["text"], LABELS[row["label"]]) for row in csv.DictReader(opened)]
    random.Random(3).shuffle(posts)
    read, kept = posts[: POSTS // 2], posts[POSTS // 2 : POSTS]
    base = model.load()
    test, anchors = house.shipped_test()
    wrong = mistakes(Scorer(base), read)
    print(f"complaint or not, right on {len(kept)} other posts: {100 * right(Scorer(base), kept):.1f} % as shipped")
    for count in STEPS:
        change = corrections.fit_corrections(wrong[:count], base, test, anchors=anchors)
        print(
            f"{count:4} corrections: {100 * right(Scorer(change.model), kept):.1f} %; kept back "
            f"{100 * (change.before or 0):.0f} -> {100 * (change.after or 0):.0f} %, shipped test "
            f"{100 * (change.shipped_before or 0):.1f} -> {100 * (change.shipped_after or 0):.1f} %, "
            f"{'better' if change.is_better else 'not better'}"
        )


if __name__ == "__main__":
    main()
