"""The quiet switch and silences: who turns them, with a name."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.commands.terminal import (
    LARGEST_NUMBER,
    ByOption,
    ConfigOption,
    DataOption,
    JsonOption,
    Mistake,
    open_data,
    open_there,
    put,
    put_answer,
    read_data,
    say,
    settings,
)


def quiet_on(
    why: Annotated[str, typer.Argument(metavar="WHY")] = "no reason was given",
    by: ByOption = "",
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Hold everything that is planned. It never ends by itself. Anybody at this machine may: it is the careful way."""
    from monitor import running, switch

    store = open_there(settings(config, data))  # a switch of no store would be believed and hold nothing
    who = running.named(store, by, must_prove=False) if by else running.somebody_here()
    try:
        switch.turn(store, on=True, by=who, why=why, now=datetime.now(UTC), how="command line")
    except ValueError as error:
        raise Mistake(f"It was not turned on: {error}.") from None
    put(switch.quiet(store).words)


def quiet_off(by: ByOption = "", config: ConfigOption = None, data: DataOption = None) -> None:
    """Release the switch: your password is asked for. Each held post still needs a yes of its own."""
    from monitor import running, switch

    store = open_there(settings(config, data))
    who = running.named(store, by, must_prove=True)
    switch.turn(store, on=False, by=who, why="", now=datetime.now(UTC), how="command line")
    put(switch.quiet(store).words)
    held = sum(post.state == "held" for post in store.planned(datetime.now(UTC)))
    if held:
        say(f"{held} posts are held until somebody says yes to each: /quiet on the dashboard.")


def quiet_status(as_json: JsonOption = False, config: ConfigOption = None, data: DataOption = None) -> None:
    """Whether it is quiet, since when, and who said so."""
    from monitor import switch

    state = switch.quiet(read_data(settings(config, data)))
    put_answer(state, state.words, as_json=as_json)


def quiet_plan(
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV, ICS or JSON; '-' for standard input.")],
    by: ByOption = "",
    tool: Annotated[str, typer.Option(help="Put before its ids, when two tools count alike.")] = "",
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """What another tool is going to publish: kept, and shown with what it collides with. Nothing is published."""
    from monitor import running, switch
    from monitor.reports import plan_document, plan_text

    where = settings(config, data)
    raw = read_bytes(file)
    store = open_data(where)
    who, now = running.named(store, by, must_prove=False), datetime.now(UTC)
    found, fresh = switch.plan(store, raw, file=Path(file).name, by=who, now=now, zone=where.timezone, tool=tool)
    if not found.posts:
        raise Mistake(found.mistakes[0].words)
    listed = switch.listed(store, now)
    going = switch.going(store, listed, list(store.rules().values()) or list(where.brands), now)
    parts = listed, going, switch.quiet(store)
    put_answer(plan_document(*parts), plan_text(*parts), as_json=as_json)
    for mistake in found.mistakes:
        say(mistake.words)
    say(f"{len(found.posts)} posts read, {fresh} new.")


def read_bytes(file: str) -> bytes:
    """A whole file, or standard input for '-'; more than eight megabytes are no plan of anybody."""
    most = 8 * 2**20
    try:
        with nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb") as stream:
            data = stream.read(most + 1)
    except OSError as error:
        raise Mistake(f"{file} cannot be read ({error.strerror}); check the path and who may read it.") from None
    if len(data) > most:
        raise Mistake(f"{file} is larger than 8 MB; export the coming days only.")
    return data


def silence_add(
    brand: Annotated[str, typer.Argument(metavar="BRAND")],
    length: Annotated[str, typer.Option("--for", help="How long: 30m, 8h, 2d; at most 14d.")],
    why: Annotated[str, typer.Option(help="The reason, for the others.")],
    by: ByOption = "",
    rule: Annotated[str | None, typer.Option(help="Only what this rule finds.")] = None,
    post: Annotated[str | None, typer.Option(help="Only what hangs on this post (its id).")] = None,
    storms: Annotated[bool, typer.Option("--storms", help="Also what becomes a storm.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Nobody is told about BRAND for a while; your password is asked for. Storms are told, unless --storms is given."""
    from db.rows import Deed
    from monitor import running, silences

    store = open_there(settings(config, data))
    if brand not in store.rules():
        known = ", ".join(sorted(store.rules())) or "none so far"
        raise Mistake(f"There is no brand {brand!r}; the brands are: {known}.")
    now = datetime.now(UTC)
    if not why.strip():
        raise Mistake("Say why with --why, in a few words, for the others.")
    try:
        asked = silences.silence(
            brand,
            length=length,
            by=running.named(store, by, must_prove=True),
            now=now,
            reason=why,
            rule=rule,
            root=post,
            holds_storms=storms,
        )
    except ValueError as error:
        raise Mistake(str(error)) from None
    with store.atomic():
        kept = store.add_silence(asked)
        words = f"{length}: {why}, command line"
        store.add_deed(Deed(at=now, who=kept.by, what="silence", subject=brand, words=words[:200]))
    put(silences.line(kept))


def silence_end(
    number: Annotated[int, typer.Argument(metavar="ID", min=1, max=LARGEST_NUMBER)],
    by: ByOption = "",
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """End a silence before its time; what still burns is told. Anybody at this machine may."""
    from db.rows import Deed
    from monitor import running

    store, now = open_there(settings(config, data)), datetime.now(UTC)
    who = running.named(store, by, must_prove=False) if by else running.somebody_here()
    with store.atomic():
        if not store.end_silence(number, who, now):
            raise Mistake(f"There is no silence {number} in force; `smoulder silence list` lists them.")
        store.add_deed(Deed(at=now, who=who, what="end silence", subject=f"silence {number}", words="command line"))
    put(f"Silence {number} is over.")


def silence_list(
    as_json: JsonOption = False,
    past: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """The silences in force: about what, until when, and who said so."""
    from dataclasses import asdict

    from monitor import silences

    rows = read_data(settings(config, data)).silences(at=None if past else datetime.now(UTC))
    text = "\n".join(map(silences.line, rows)) or "No silence."
    put_answer([asdict(row) for row in rows], text, as_json=as_json)
