"""The search expressions that find our brands on X, and how they get there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tweepy

from db.rows import Rules
from monitor.sources import fields
from monitor.sources.supervisor import SourceError

TAG = "smoulder:"  # in front of the brand: rules without it are somebody else's and are left alone
QUERY_CHARS = 512  # the stream takes 1,024, the search 512: the same rules serve both
EXCLUDED_CHARS = 200


@dataclass(frozen=True, slots=True)
class StreamRule:
    """One search expression and the tag that says whose it is."""

    value: str
    tag: str


def rules_for(brands: Sequence[Rules]) -> list[StreamRule]:
    """The expressions that find the brands, each at most 512 characters; retweets are left out in all of them.

    X matches whole words: of a term with '*' the written parts are looked for, so "acme*" finds "acme" only.
    """
    found: dict[StreamRule, None] = {}
    for row in brands:
        tail = _tail(row.excluded)
        part: list[str] = []
        for expression in dict.fromkeys(filter(None, _expressions(row))):
            if part and len(_rule(([*part, expression]), tail)) > QUERY_CHARS:
                found[StreamRule(_rule(part, tail), TAG + row.brand)] = None
                part = []
            if len(_rule([expression], tail)) <= QUERY_CHARS:
                part.append(expression)
        if part:
            found[StreamRule(_rule(part, tail), TAG + row.brand)] = None
    return list(found)


def _rule(expressions: Sequence[str], tail: str) -> str:
    return f"({' OR '.join(expressions)}){tail}"


def _tail(excluded: Sequence[str]) -> str:
    """What does not fit here is excluded by our own matching all the same."""
    tail = " -is:retweet"
    for expression in filter(None, map(_expression, excluded)):
        if len(tail) + len(expression) + 2 <= EXCLUDED_CHARS:
            tail += f" -{expression}"
    return tail


def _expressions(row: Rules) -> Iterator[str]:
    yield from map(_expression, row.terms)
    for handle in row.handles:
        source, _, name = handle.partition(":")
        name = name.lstrip("@")
        if source == "x" and re.fullmatch(r"\w{1,15}", name, re.ASCII):
            yield from (f"@{name}", f"from:{name}")


def _expression(term: str) -> str:
    """
    >>> [_expression(t) for t in ("acme", "#sorry", "Acme Air", "acme*", "say \\"no\\"", "OR", "a*b")]
    ['acme', '#sorry', '"Acme Air"', 'acme', '"say no"', '"OR"', '(a b)']
    """
    words = [_quoted(part) for part in term.split("*") if any(c.isalnum() for c in part)]
    return f"({' '.join(words)})" if len(words) > 1 else "".join(words)


def _quoted(text: str) -> str:
    text = " ".join(re.sub(r'["\\\x00-\x1f]', "", text).split())
    return text if re.fullmatch(r"[#@]?\w+", text) and text.upper() not in ("OR", "AND", "NOT") else f'"{text}"'


def agree_on_rules(client: tweepy.StreamingClient, wanted: Sequence[StreamRule]) -> str:
    """Make our rules at X the wanted ones, changing as little as possible; what X refused, in words.

    Rules without our tag are left alone. Raises SourceError when X accepts none of ours.
    """
    there = {
        StreamRule(fields.word(rule.get("value")) or "", fields.word(rule.get("tag")) or ""): fields.word(
            rule.get("id")
        )
        for rule in fields.items(_answer(client.get_rules()).get("data"))
    }
    old = {rule: rule_id for rule, rule_id in there.items() if rule.tag.startswith(TAG) and rule not in wanted}
    new = [rule for rule in wanted if rule not in there]
    # X takes an expression once: where only the tag has changed the old rule has to go first.
    in_the_way = {rule: rule_id for rule, rule_id in old.items() if rule.value in {r.value for r in new}}
    _delete_rules(client, in_the_way)
    refused = _add_rules(client, new)
    _delete_rules(client, {rule: rule_id for rule, rule_id in old.items() if rule not in in_the_way})
    if wanted and len(refused) == len(wanted):
        raise SourceError(f"X refused every rule: {refused[0]}", permanent=True)
    return f"X refused a rule: {'; '.join(refused)}" if refused else ""


def _add_rules(client: tweepy.StreamingClient, rules: Sequence[StreamRule]) -> list[str]:
    """Why rules were refused. A duplicate is no refusal: somebody else asks for the same, so it is delivered."""
    if not rules:
        return []
    try:
        answer = _answer(client.add_rules([tweepy.StreamRule(value=rule.value, tag=rule.tag) for rule in rules]))
    except tweepy.errors.BadRequest as error:
        answer = fields.read_object(error.response.text) or {}
        if not fields.items(answer.get("errors")):
            raise
    brands = {rule.value: rule.tag.removeprefix(TAG) for rule in rules}
    return [
        f"{brands.get(fields.word(error.get('value')) or '', 'a brand')} ({_why(error)})"
        for error in fields.items(answer.get("errors"))
        if error.get("title") != "DuplicateRule"
    ]


def _why(error: Mapping[str, Any]) -> str:
    details = error.get("details")
    first = fields.word(details[0]) if isinstance(details, list) and details else None
    return (first or fields.word(error.get("detail")) or fields.word(error.get("title")) or "no reason given")[:200]


def _delete_rules(client: tweepy.StreamingClient, rules: Mapping[StreamRule, str | None]) -> None:
    ids = [rule_id for rule_id in rules.values() if rule_id]
    if ids:
        client.delete_rules(ids)


def _answer(answer: object) -> dict[str, Any]:
    return answer if isinstance(answer, dict) else {}
