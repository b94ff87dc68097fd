"""The scoring model: built, fitted to the house, measured."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.commands.terminal import (
    ConfigOption,
    DataOption,
    JsonOption,
    Mistake,
    is_confirmed,
    open_there,
    put,
    put_answer,
    settings,
)

if TYPE_CHECKING:
    from db.store import Store
    from monitor.config import Config


DataDirOption = Annotated[Path | None, typer.Option("--data-dir", help="A folder with the data sets of others (CSV).")]


def train(
    out: Annotated[
        Path | None, typer.Option("--out", help="Build the model that ships into this folder; takes minutes.")
    ] = None,
    coach: Annotated[
        Path | None, typer.Option("--coach", help="Build what the coach has learned into this folder; takes a minute.")
    ] = None,
    data_dir: DataDirOption = None,
    from_corrections: Annotated[
        bool, typer.Option("--from-corrections", help="Fit the model to the labels corrected in the inbox.")
    ] = False,
    back: Annotated[bool, typer.Option("--back", help="Drop what was fitted: the shipped model scores again.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Make it active without asking, if it is better.")] = False,
    by: Annotated[str, typer.Option(help="Who says so.", envvar="USER")] = "",
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Build a model, fit it to the house, or go back: one of --out, --coach, --from-corrections, --back."""
    if sum((out is not None, coach is not None, from_corrections, back)) != 1:
        raise Mistake(
            "Say one of --out FOLDER, --coach FOLDER, --from-corrections, --back; "
            "`smoulder train --help` tells them apart."
        )
    if coach is not None:
        build_coach(coach)
        return
    if out is not None:
        build_model(out, data_dir)
        return
    if not by:
        raise Mistake("Say who you are with --by NAME: the change is kept in the log of who did what.")
    where = settings(config, data)
    store = open_there(where)
    if back:
        go_back(store, where, by)
    else:
        fit_to_the_house(store, where, by, yes=yes)


def build_model(out: Path, data_dir: Path | None) -> None:
    """From the project's own corpus and what lies in `data_dir`."""
    from monitor.scoring.train import train as build

    if data_dir is not None and not data_dir.is_dir():
        raise Mistake(f"{data_dir} is no folder; name the one that holds the data sets, or leave --data-dir out.")
    trained = build(data_dir, out)
    put(f"{trained.model.name} was written to {out}; its card says what it was built from.")


def build_coach(out: Path) -> None:
    """From the labelled replies and sentences of the project."""
    from monitor.answer.learning import train as build

    heads = build(out)
    put(f"{heads.table.shape[1]} heads over {len(heads.keys)} columns were written to {out}, with their card.")


def fit_to_the_house(store: Store, where: Config, by: str, *, yes: bool) -> None:
    """Show what the corrections would change; make it active when it is better and a person says so."""
    from monitor import house

    found = house.propose(store, where.data_dir)
    if isinstance(found, str):
        raise Mistake(found)
    put(found.words)
    if not found.change.is_better:
        put("That is not better, so nothing was changed.")
    elif yes or is_confirmed("Shall it score from now on?"):
        try:
            house.activate(store, where.data_dir, found, by, datetime.now(UTC))
        except OSError as error:
            raise Mistake(f"{where.data_dir} cannot be written ({error.strerror}); nothing was changed.") from None
        put(f"{found.change.model.name} scores from now on. `smoulder train --back` goes back.")
    else:
        put("Nothing was changed. Say --yes to make it active.")


def go_back(store: Store, where: Config, by: str) -> None:
    """Let the shipped model score again."""
    from monitor import house

    done = house.go_back(store, where.data_dir, by, datetime.now(UTC))
    put("The shipped model scores from now on." if done else "The shipped model scores already.")


def evaluate(
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
    beside: Annotated[bool, typer.Option(help="Measure what else one would reach for on the same rows.")] = True,
) -> None:
    """Measure scoring on rows that the measured model has not seen. Takes minutes."""
    from monitor.scoring import evaluate as measuring

    figures = measuring.evaluate(data_dir, beside=beside)
    put_answer(figures, measuring.as_markdown(figures), as_json=as_json)
