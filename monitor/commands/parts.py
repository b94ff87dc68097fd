"""What runs: everything at once, its parts alone, and whether it can."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.commands.terminal import (
    ConfigOption,
    DataOption,
    DemoOption,
    JsonOption,
    Mistake,
    open_data,
    put,
    put_answer,
    say,
    settings,
)

if TYPE_CHECKING:
    from monitor.config import Config


def run(
    config: ConfigOption = None,
    data: DataOption = None,
    port: Annotated[int | None, typer.Option(help="Port of the dashboard; else the config's, else 8050.")] = None,
    seconds: Annotated[float | None, typer.Option(hidden=True)] = None,
) -> None:
    """Everything: collect, notify and serve. Without a config: the demo story."""
    from monitor import running

    raise typer.Exit(running.run(config, data, port, seconds, say))


def collect(config: ConfigOption = None, data: DataOption = None, demo: DemoOption = False) -> None:
    """Sources, scoring and detection alone."""
    from monitor import running

    running.collect(needed(config, data, demo))


def notify(
    config: ConfigOption = None,
    data: DataOption = None,
    demo: DemoOption = False,
    port: Annotated[int | None, typer.Option(hidden=True)] = None,  # of the dashboard: the links in letters lead there
) -> None:
    """The outbox alone: sends what is due."""
    from monitor import running

    running.notify(running.with_port(needed(config, data, demo), port))


def serve(
    config: ConfigOption = None,
    data: DataOption = None,
    demo: DemoOption = False,
    port: Annotated[int | None, typer.Option(help="Port of the dashboard; else the config's, else 8050.")] = None,
) -> None:
    """The dashboard alone."""
    from monitor import running

    running.serve(running.with_port(needed(config, data, demo), port))


def needed(config: Path | None, data: Path | None, is_demo: bool) -> Config:
    """The configuration of a part; it cannot work without one."""
    if config is None and not is_demo:
        raise Mistake("This needs --config FILE; copy smoulder.example.toml and name your brand in it.")
    return settings(config, data, is_demo=is_demo)


def check(config: ConfigOption = None, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Config, store, sources, mail, channels, disk and versions: each line ok or what to do."""
    from monitor import checking

    findings = checking.check(config, data)
    rows = [{"what": f.what, "is_ok": f.is_ok, "words": f.words} for f in findings]
    lines = [f"{'ok   ' if f.is_ok else 'MEND '} {f.what}: {f.words}" for f in findings]
    put_answer(rows, "\n".join(lines), as_json=as_json)
    raise typer.Exit(0 if all(f.is_ok for f in findings) else 2)


def send_test(config: ConfigOption = None, data: DataOption = None) -> None:
    """A test alert through the real outbox."""
    from monitor import running

    where = settings(config, data)
    put(running.send_test(open_data(where), where))
