"""`smoulder score`: texts of a file in, one JSON line each out, in the same order, whatever the texts are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice

from db.rows import Mention, Score
from monitor.loop import Scorer
from monitor.sources.table import Table

AT_ONCE = 512
NO_TIME = datetime.fromtimestamp(0, UTC)


def score_file(file: str, mapping: Mapping[str, str], scorer: Scorer) -> Iterator[str]:
    """The `text` column of a CSV or JSONL file. A row that cannot be read is scored as an empty text."""
    rows = (
        (_id(row), str(row.get("text") or "")) if isinstance(row, dict) else (None, "") for row in Table(file, mapping)
    )
    return score_texts(rows, scorer)


def score_lines(lines: Iterable[str], scorer: Scorer) -> Iterator[str]:
    """Each line is one text; its number, from 1, is its id."""
    return score_texts(((str(n), line.rstrip("\r\n")) for n, line in enumerate(lines, 1)), scorer)


def score_texts(rows: Iterable[tuple[str | None, str]], scorer: Scorer) -> Iterator[str]:
    """(id, text) in, JSON lines out."""
    rows = iter(rows)
    while part := list(islice(rows, AT_ONCE)):
        for (name, _), score in zip(part, scorer.score([_mention(text) for _, text in part]), strict=True):
            yield json.dumps(as_document(name, score), ensure_ascii=False)


def as_document(name: str | None, score: Score) -> dict[str, object]:
    """The JSON shape of one score."""
    heads = ("complaint", "hostile", "praise", "question", "tragedy")
    return {
        "id": name,
        "label": score.label,
        **{head: round(float(getattr(score, head)), 4) for head in heads},
        "severity": score.severity,
        "lang": score.lang,
        "because": list(score.because),
    }


def _mention(text: str) -> Mention:
    """A text alone, in the form that the scorer takes; only its text is looked at."""
    return Mention(id="", source="file", brand="", text=text, created_at=NO_TIME, received_at=NO_TIME)


def _id(row: Mapping[str, object]) -> str | None:
    value = row.get("id")
    return None if value is None else str(value)
