"""Files in, and answers out: mentions, texts, counts, drafts and tags."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.commands.terminal import (
    ByOption,
    ConfigOption,
    DataOption,
    JsonOption,
    Mistake,
    open_data,
    put,
    put_answer,
    read_data,
    read_lines,
    say,
    settings,
    utc,
)

if TYPE_CHECKING:
    from db.store import Store


def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV or JSONL; '-' for standard input.")],
    brand: Annotated[str | None, typer.Option(help="The brand, when the file does not say.")] = None,
    mapping: Annotated[str | None, typer.Option("--map", help="Names of columns: text=body,created_at=when")] = None,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """History from a file through the same pipeline, by event time; tells nobody."""
    from monitor.importing import import_file
    from monitor.sources.table import parse_mapping

    where = settings(config, data)
    result = import_file(file, open_data(where), where, brand=brand, mapping=parse_mapping(mapping), say=say)
    put_answer(result, result.words, as_json=as_json)


def score(
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV or JSONL with `text`; '-' for standard input.")],
    lines: Annotated[bool, typer.Option("--lines", help="Each line is one text.")] = False,
    mapping: Annotated[str | None, typer.Option("--map", help="Names of columns: text=body")] = None,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Texts in, JSONL out in the same order: label, probabilities, severity, language, because."""
    from monitor import house, scorefile
    from monitor.logs import log_to_stderr
    from monitor.sources.table import parse_mapping

    log_to_stderr()
    scorer = house.scorer(settings(config, data).data_dir)
    if lines:
        answers = scorefile.score_lines(read_lines(file), scorer)
    else:
        answers = scorefile.score_file(file, parse_mapping(mapping), scorer)
    for answer in answers:
        put(answer)


def detect(
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV timestamp,value; '-' for standard input.")],
) -> None:
    """Counts in, CSV timestamp,value,score,alarm out: the spike rule alone."""
    from monitor.counting import detect_lines

    for answer in detect_lines(read_lines(file)):
        put(answer)


def replay(
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="Mentions as JSONL; without it: the store's history.")
    ] = None,
    as_json: JsonOption = False,
    trust_labels: Annotated[
        bool, typer.Option("--trust-labels", help="Use each line's `labels` instead of scoring.")
    ] = False,
    brand: Annotated[str | None, typer.Option(help="This brand only.")] = None,
    rules: Annotated[
        Path | None, typer.Option("--rules", help="A configuration whose [[brands]] are tried instead.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="From here on (UTC).")] = None,
    until: Annotated[str | None, typer.Option(help="Up to here (UTC).")] = None,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """When would it have rung? No store is written, no network, no mail."""
    from monitor import house, replaying
    from monitor.config import load_config
    from monitor.logs import log_to_stderr
    from monitor.replay import as_json as document

    log_to_stderr()
    tried = {row.brand: row for row in load_config(rules).brands} if rules else {}
    if file is not None:
        now = datetime.now(UTC)
        scorer = None if trust_labels else house.scorer(settings(config, data).data_dir)
        found = replaying.replay_file(file, rules=tried, brand=brand, scorer=scorer, now=now)
    else:
        store = read_data(settings(config, data))
        found = replaying.replay_store(store, tried, brand, utc(since, "--since"), utc(until, "--until"))
    put_answer(document(found), replaying.in_words(found), as_json=as_json)


def reply_check(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="JSONL with `complaint` and `draft`; '-' for standard input.")
    ],
) -> None:
    """Drafts in, JSONL out in the same order: what is there, what is better left out, whether it was said before."""
    from monitor.replycheck import check_lines

    for answer in check_lines(read_lines(file)):
        put(answer)


def hashtag(
    tag: Annotated[str, typer.Argument(metavar="TAG", help="A hashtag, with or without '#', or a name in quotes.")],
    file: Annotated[
        str | None, typer.Option("--from", help="Posts from a file instead (JSONL or CSV); '-' for standard input.")
    ] = None,
    i_have_read: Annotated[
        bool, typer.Option("--i-have-read-it", help="You have read what it is about; needs --by and your password.")
    ] = False,
    by: ByOption = "",
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """What a tag is about now: STOP, LOOK or OK, and why. Never OK without a person who has read it."""
    from monitor import tags
    from monitor.reports import tag_document, tag_text

    where = settings(config, data)
    now = datetime.now(UTC)
    if not tags.key_of(tag):
        raise Mistake(f"{tag!r} holds no letter; write a tag like WhyIStayed, or a name in quotes.")
    is_there = bool(where.store_url) or Path(where.store_path).exists()
    if i_have_read:
        from monitor import running

        store = open_data(where)
        tags.have_read(store, tag, running.named(store, by, must_prove=True), now)
        is_there = True
    if file is not None:
        reading = tags.reading_of(open_data(where), tag, now) if is_there else None
        found = tags.look_at_file(file, tag, now, reading)
    else:
        store = open_data(where) if is_there or config is not None else nothing_stored()
        found = tags.look(store, where, tag, now)
    put_answer(tag_document(found), tag_text(found), as_json=as_json)


def nothing_stored() -> Store:
    """For commands that can do without a data folder: none is made."""
    from db.store import open_store
    from monitor.logs import log_to_stderr

    log_to_stderr()
    return open_store(":memory:")
