"""Who gets in: users, walls, tools and scripts."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.commands.terminal import ConfigOption, DataOption, open_data, put, say, settings


def user_add(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    role: Annotated[str, typer.Option(help="viewer, responder or admin")] = "viewer",
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Add a person, or set a new password. It is asked for, or read from SMOULDER_PASSWORD."""
    from monitor import running

    put(running.add_user(open_data(settings(config, data)), name, role))


def token_wall(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Where it hangs; without it, one that is free.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="End the link that a wall of this name has.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """A link that shows the wall and nothing else, until it is revoked on /people. Earlier links go on."""
    from monitor import running

    where = settings(config, data)
    link, known_as = running.wall_link(open_data(where), where, name, is_replacing=replace)
    put(link)
    say(f"This wall is called {known_as!r}; its link is ended on /people.")


def token_tool(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The tool that obeys the quiet switch.")],
    revoke: Annotated[bool, typer.Option("--revoke", help="It may ask no more.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """A token for GET /api/v1/quiet and nothing else, shown once."""
    from monitor import running

    put(running.tool_token(open_data(settings(config, data)), name, is_revoked=revoke))


def token_api(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The script that reads.")],
    revoke: Annotated[bool, typer.Option("--revoke", help="It may read no more.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """A token for reading /api/v1 (docs/api.md), shown once."""
    from monitor import running

    put(running.api_token(open_data(settings(config, data)), name, is_revoked=revoke))
