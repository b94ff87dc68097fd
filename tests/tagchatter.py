"""How well the hashtag brake tells tragic tags from harmless ones: python -m tests.tagchatter [FILE…]

A file has one tag a line: {"tag", "lang", "about", "posts": [text, or {"text", …}]}. Without FILE: the sets in
tests/data that there are. The set tests/data/hashtags is what the lists were tuned on; the others were not looked at.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from db.rows import Mention, Scored
from monitor.answer import hashtag
from monitor.scoring import load_scorer
from monitor.sources import fields

DATA = Path(__file__).resolve().parent / "data"
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Chatter:
    """A tag and what people wrote under it."""

    tag: str
    about: str
    when: datetime
    posts: tuple[Mention, ...]


def read(path: Path) -> Iterator[Chatter]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield chatter(json.loads(line))


def chatter(row: dict[str, Any]) -> Chatter:
    when = fields.time(row.get("when")) or NOW
    posts = tuple(_mention(post, n, when) for n, post in enumerate(row["posts"]))
    newest = max((post.created_at for post in posts), default=when)
    return Chatter(str(row["tag"]).lstrip("#"), str(row.get("about", "")), newest + timedelta(minutes=1), posts)


def _mention(post: Any, n: int, when: datetime) -> Mention:
    """A post may be its text alone; then everybody wrote one, five minutes apart."""
    row = {"text": post} if isinstance(post, str) else post
    text = str(row.get("text") or row.get("body") or "")
    at = fields.time(row.get("created_at") or row.get("at") or row.get("when")) or when - timedelta(minutes=5 * n)
    author = fields.word(row.get("author") or row.get("handle") or row.get("author_id")) or f"author-{n}"
    return Mention(
        id=f"file:{n}", source="file", brand="", text=text, created_at=at, received_at=at, author_id=author,
        handle=author, hashtags=fields.hashtags(text),
    )  # fmt: skip


def judge(one: Chatter) -> hashtag.Finding:
    scores = load_scorer_once().score(list(one.posts))
    posts = [Scored(mention=mention, score=score) for mention, score in zip(one.posts, scores, strict=True)]
    return hashtag.judge(one.tag, posts, one.when)


_scorer: list[Any] = []


def load_scorer_once() -> Any:
    if not _scorer:
        _scorer.append(load_scorer())
    return _scorer[0]


def main(files: list[str]) -> None:
    paths = [Path(each) for each in files] or sorted(
        [*DATA.glob("hashtags/*.jsonl"), *DATA.glob("tagchatter/*.jsonl"), *DATA.glob("tragictags.jsonl")]
    )
    for path in paths:
        found = [judge(one) for one in read(path)]
        stops = [each for each in found if each.verdict == "STOP"]
        print(f"{path.relative_to(DATA) if path.is_relative_to(DATA) else path}: {len(stops)} STOP of {len(found)}")
        for each in found:
            seen = each.picture
            words = f"danger {seen.danger:.2f} tragedy {seen.tragedy:.2f} play {seen.play:.2f} of {seen.posts}"
            print(f"  {each.verdict} {each.tag:24} {words}")


if __name__ == "__main__":
    main(sys.argv[1:])
