"""`smoulder reply check`: drafts of a file in, one JSON line each out, in the same order. It posts nothing.

A file does not say when or where a reply is to stand, so it is read as public and early: compensation is named.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from monitor.answer import sameness
from monitor.answer.coach import Advice, check, judge


class LineError(ValueError):
    """A line that cannot be read: what is wrong with it."""


def check_lines(lines: Iterable[str]) -> Iterator[str]:
    """JSONL {"complaint", "draft", "previous", "lang"} in; a bad line gives {"error": "..."} in its place.

    Blank lines are skipped. `previous` and `lang` may be missing or null.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            document = _checked(line)
        except LineError as error:
            document = {"error": f"Line {number}: {error}"}
        yield json.dumps(document, ensure_ascii=False)


def as_document(advice: Advice, same_as: int | None) -> dict[str, object]:
    """The JSON shape of one answer."""
    return {
        "heard": advice.heard,
        "acknowledged": advice.acknowledged,
        "sympathised": advice.sympathised,
        "repair": advice.repair,
        "repentance": advice.repentance,
        "findings": [
            {"code": finding.code, "span": list(finding.span), "message": finding.message}
            for finding in advice.findings
        ],
        "same_as": same_as,
        "verdict": judge(advice, same_as),
    }


def _checked(line: str) -> dict[str, object]:
    row = _read(line)
    if row.get("draft") is None:
        raise LineError('"draft" is missing')
    complaint, draft, lang = (_text(row, name) for name in ("complaint", "draft", "lang"))
    previous = row.get("previous") or []
    if not isinstance(previous, list) or not all(isinstance(text, str) for text in previous):
        raise LineError('"previous" must be a list of texts')
    advice = check(complaint, draft, lang or None, minutes_open=0, is_public=True)
    return as_document(advice, sameness.find(draft, previous))


def _read(line: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LineError(f"not JSON ({error})") from None
    if not isinstance(row, dict):
        raise LineError('not an object with "complaint" and "draft"')
    return row


def _text(row: dict[str, object], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise LineError(f'"{name}" must be a text')
    return value
