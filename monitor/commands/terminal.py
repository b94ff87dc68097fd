"""What all commands share: their options, the way to the person, and the store they work on."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from db.store import Store
    from monitor.config import Config

ConfigOption = Annotated[Path | None, typer.Option("--config", help="The configuration file (TOML).")]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", envvar="SMOULDER_DATA", help="The data folder; else the config's, else ./smoulder-data."),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="One JSON document on standard output and nothing else there.")
]
DemoOption = Annotated[bool, typer.Option("--demo", hidden=True)]
LARGEST_NUMBER = 999_999_999  # of an incident or a silence; a database takes no number of any size
ByOption = Annotated[str, typer.Option("--by", help="Who you are: a user who may act.")]


class Mistake(Exception):
    """The user can mend it: one sentence, exit code 2."""


def say(words: str) -> None:
    """To the person, not into the output."""
    print(words, file=sys.stderr, flush=True)  # noqa: T201


def put(text: str) -> None:
    """One piece of the output."""
    sys.stdout.write(text + "\n")


def put_json(document: object) -> None:
    import json

    from monitor.reports import plain

    put(json.dumps(plain(document), ensure_ascii=False, indent=1))


def put_answer(document: object, text: str, *, as_json: bool) -> None:
    """The same answer for a machine or for a person."""
    if as_json:
        put_json(document)
    else:
        put(text)


def settings(config: Path | None, data: Path | None, *, is_demo: bool = False) -> Config:
    """The configuration in force. Without a file: an empty one (or the demo's) in the data folder."""
    import dataclasses

    from monitor.config import Config, demo_config, load_config

    if is_demo:
        return demo_config(data or Path("smoulder-data") / "demo")
    loaded = load_config(config) if config else Config()
    return dataclasses.replace(loaded, data_dir=data) if data else loaded


def read_data(config: Config) -> Store:
    """The store as it is, for reading only. A mistake when there is none."""
    from db.store import open_store
    from monitor.logs import log_to_stderr

    log_to_stderr()
    if not config.store_url and not Path(config.store_path).exists():
        raise Mistake(f"There is no data in {config.data_dir} yet; give --data FOLDER, or run `smoulder import` first.")
    return open_store(config.store_path, read_only=True)


def open_data(config: Config) -> Store:
    """The store of this configuration; the data folder is made when it is missing."""
    from db.store import open_store
    from monitor.logs import log_to_stderr

    log_to_stderr()
    try:
        config.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Mistake(
            f"The data folder {config.data_dir} cannot be made ({error.strerror}); give another with --data."
        ) from None
    return open_store(config.store_path)


def open_there(config: Config) -> Store:
    """The store of this configuration, for writing. A mistake when there is none yet."""
    if not config.store_url and not Path(config.store_path).exists():
        raise Mistake(f"There is no data in {config.data_dir} yet; give --data FOLDER.")
    return open_data(config)


def is_confirmed(question: str) -> bool:
    """Only a plain yes counts; nobody there to answer is a no."""
    try:
        return typer.confirm(question, err=True)
    except typer.Abort:
        say("")
        return False


def read_lines(file: str) -> Iterable[str]:
    """Lines of a file, or of standard input for '-'. Bytes that are not UTF-8 are replaced."""
    if file == "-":
        yield from (raw.decode("utf-8", "replace") for raw in sys.stdin.buffer)
        return
    try:
        with Path(file).open("rb") as stream:
            yield from (raw.decode("utf-8", "replace") for raw in stream)
    except OSError as error:
        raise Mistake(f"{file} cannot be read ({error.strerror}); check the path and who may read it.") from None


def utc(text: str | None, name: str) -> datetime | None:
    """A date or time of the command line, UTC unless it says otherwise."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Mistake(f"{name} {text!r} is no time; write it like 2026-03-01 or 2026-03-01T14:30Z.") from None
