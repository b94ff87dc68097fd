"""How fast the scorer is, on one core, beside what it is measured against: python tests/bench/scoring.py [FILE.csv]

FILE needs a column `text`; without it the project's own corpus is read. Processor time is counted, so that a busy
machine does not make the figure worse than it is. `--random` adds 100,000 random strings, none of which may raise.
"""

from __future__ import annotations

import csv
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from db.rows import Mention
from monitor.scoring import load_scorer

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def read_texts(path: str | None) -> list[str]:
    if path:
        with open(path, encoding="utf-8", newline="") as opened:
            return [row["text"] for row in csv.DictReader(opened)]
    from monitor.scoring.labelled import read_corpus

    return [example.text for example in read_corpus()]


def per_second(count: int, work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return count / (time.process_time() - start)


def main() -> None:
    files = [word for word in sys.argv[1:] if not word.startswith("--")]
    texts = read_texts(files[0] if files else None)
    start = time.process_time()
    scorer = load_scorer()
    print(f"load                 {time.process_time() - start:8.2f} s (asked: 0.3)")
    posts = [
        Mention(id=str(n), source="x", brand="b", text=words, created_at=NOW, received_at=NOW)
        for n, words in enumerate(texts)
    ]
    print(f"batched, cold        {per_second(len(posts), lambda: scorer.score(posts)):8.0f} texts/s")
    best = max(per_second(len(posts), lambda: scorer.score(posts)) for _ in range(3))
    print(f"batched, warm        {best:8.0f} texts/s (asked: 15,000)")
    few = texts[:3_000]
    best = max(per_second(len(few), lambda: [scorer.score_text(words) for words in few]) for _ in range(3))
    print(f"one by one           {best:8.0f} texts/s (asked: 3,000)")
    print(f"memory of the process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:7.0f} MB (asked: 150)")
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        vader = SentimentIntensityAnalyzer()
        speed = per_second(len(few), lambda: [vader.polarity_scores(words) for words in few])
        print(f"yardstick: VADER     {speed:8.0f} texts/s")
    except ImportError:
        print("yardstick: VADER is not installed")
    if "--random" in sys.argv:
        random_strings(100_000)


def random_strings(count: int) -> None:
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    scorer = load_scorer()
    seen = 0

    @settings(max_examples=count // 50, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.text(st.characters(codec=None), max_size=80), min_size=50, max_size=60))
    def none_raises(texts: list[str]) -> None:
        nonlocal seen
        seen += len(scorer.score_texts(texts))

    none_raises()
    print(f"{seen} random strings, none raised")


if __name__ == "__main__":
    main()
