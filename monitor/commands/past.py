"""Past incidents, and the store itself: shown, exported, copied, put back, and what is to be forgotten."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from monitor.commands.terminal import (
    LARGEST_NUMBER,
    ConfigOption,
    DataOption,
    JsonOption,
    Mistake,
    is_confirmed,
    open_there,
    put,
    put_answer,
    read_data,
    say,
    settings,
    utc,
)

LISTED = 500  # incidents at once, unless another number is asked for
MOST_DAYS = 36_500
LEAST_DAYS = 30  # detection compares with the hours of past weeks, and reviews are written in the days after


def incidents(
    as_json: JsonOption = False,
    brand: Annotated[str | None, typer.Option(help="This brand only.")] = None,
    since: Annotated[str | None, typer.Option(help="Those that began from here on (UTC).")] = None,
    before: Annotated[
        int | None,
        typer.Option(metavar="ID", help="Those older than this incident.", min=1, max=LARGEST_NUMBER),
    ] = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=LARGEST_NUMBER)] = LISTED,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """All incidents, newest first. When there are more than are shown, the way to the older ones is said."""
    from monitor import reports

    start, store = utc(since, "--since"), read_data(settings(config, data))
    if before is not None and store.incident(before) is None:
        raise Mistake(f"There is no incident {before}; `smoulder incidents` lists them.")
    found = store.incidents(brand, since=start, before=before, limit=limit + 1)
    rows, nothing = found[:limit], "No incident so far." if start is None and before is None else "No such incident."
    text = "\n".join(map(reports.incident_line, rows)) or nothing
    put_answer([reports.incident_row(row) for row in rows], text, as_json=as_json)
    if len(found) > limit:
        say(f"There are older ones: add --before {rows[-1].id} to see them, or --limit for more at once.")


def incident(
    number: Annotated[int, typer.Argument(metavar="ID", min=1, max=LARGEST_NUMBER)],
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """One incident: why it rang, what happened, who was told."""
    from monitor import reports

    story = reports.story(read_data(settings(config, data)), number)
    if story is None:
        raise Mistake(f"There is no incident {number}; `smoulder incidents` lists them.")
    put_answer(reports.story_document(story), reports.story_text(story), as_json=as_json)


def export(
    number: Annotated[int, typer.Argument(metavar="ID", min=1, max=LARGEST_NUMBER)],
    format_: Annotated[str, typer.Option("--format", help="html, csv or json")] = "html",
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """The review of one incident as a document on standard output; private people get pseudonyms."""
    from zoneinfo import ZoneInfo

    from dashboard import paper
    from dashboard.reader import Reader
    from monitor.clock import utc_now
    from monitor.review import study

    if format_ not in paper.FORMATS:
        raise Mistake(f"--format must be one of {', '.join(paper.FORMATS)}, not {format_}.")
    chosen = settings(config, data)
    found = study(read_data(chosen), number, utc_now())
    if found is None:
        raise Mistake(f"There is no incident {number}; `smoulder incidents` lists them.")
    sys.stdout.write(paper.FORMATS[format_](found, Reader(chosen.language, ZoneInfo(chosen.timezone))))


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE")], config: ConfigOption = None, data: DataOption = None
) -> None:
    """A consistent copy of the store, while it is in use."""
    read_data(settings(config, data)).backup(file)
    put(f"The store was copied to {file}.")


def prune(
    days: Annotated[int, typer.Option(help="Remove mentions that are older than this.", min=LEAST_DAYS, max=MOST_DAYS)],
    yes: Annotated[bool, typer.Option("--yes", help="Without asking.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Remove old mentions with their scores and notes. Counts, incidents, reviews and answers stay."""
    from monitor import keeping, running

    now, store = datetime.now(UTC), open_there(settings(config, data))
    older = store.count_older(now - timedelta(days=days))
    if older and (yes or is_confirmed(f"Remove {older} mentions that are older than {days} days?")):
        put(keeping.prune(store, days, running.somebody_here(), now))
    else:
        put("Nothing was removed." if older else f"No mention is older than {days} days.")


def forget(
    author: Annotated[str, typer.Argument(metavar="AUTHOR", help="A handle, or network:handle: x:leah.")],
    yes: Annotated[bool, typer.Option("--yes", help="Without asking.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Scrub everything of one person who asks for it: posts, notes, our words to them. Counts stay."""
    from monitor import keeping, running

    store = open_there(settings(config, data))
    found = keeping.meant(store, author)
    who = f"{found.source}:{found.handle or found.author_id}"
    if yes or is_confirmed(f"Forget {who} and {found.posts} posts for good?"):
        put(keeping.forget(store, found, running.somebody_here(), datetime.now(UTC)))
    else:
        put("Nobody was forgotten.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE")], config: ConfigOption = None, data: DataOption = None
) -> None:
    """Put a backup in place of the store. What is there now is kept beside it."""
    from monitor import keeping

    put(keeping.restore(file, Path(settings(config, data).store_path)))
