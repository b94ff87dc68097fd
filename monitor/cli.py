"""The command line: the composition root. It names the commands; what they do stands in monitor.commands.

Nobody imports this module. Heavy imports stand inside the commands, so that `--help` is quick. A user's mistake
ends with exit code 2 and one sentence that says how to mend it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import typer

from monitor.commands import brakes, files, model, parts, past, people
from monitor.commands.terminal import Mistake, say

Commands = Mapping[str, Callable[..., None]]

COMMANDS: Commands = {
    "run": parts.run,
    "collect": parts.collect,
    "notify": parts.notify,
    "serve": parts.serve,
    "check": parts.check,
    "import": files.import_,
    "score": files.score,
    "detect": files.detect,
    "replay": files.replay,
    "hashtag": files.hashtag,
    "incidents": past.incidents,
    "incident": past.incident,
    "export": past.export,
    "backup": past.backup,
    "restore": past.restore,
    "prune": past.prune,
    "forget": past.forget,
    "send-test": parts.send_test,
    "train": model.train,
    "evaluate": model.evaluate,
}
GROUPS: Mapping[str, tuple[str, Commands]] = {
    "user": ("Who gets in.", {"add": people.user_add}),
    "token": (
        "Read-only access for a wall.",
        {"wall": people.token_wall, "tool": people.token_tool, "api": people.token_api},
    ),
    "reply": ("What to weigh before answering; nothing is posted.", {"check": files.reply_check}),
    "quiet": (
        "The quiet switch.",
        {
            "on": brakes.quiet_on,
            "off": brakes.quiet_off,
            "status": brakes.quiet_status,
            "plan": brakes.quiet_plan,
        },
    ),
    "silence": (
        "Tell nobody for a while; alarms are kept and shown.",
        {"add": brakes.silence_add, "end": brakes.silence_end, "list": brakes.silence_list},
    ),
}


def group(words: str, commands: Commands, **more: Any) -> typer.Typer:
    made = typer.Typer(help=words, no_args_is_help=True, rich_markup_mode=None, **more)
    for name, command in commands.items():
        made.command(name)(command)
    return made


app = group(
    "Notices when complaints about a brand become a crowd, and calls a person to answer.",
    COMMANDS,
    name="smoulder",
    add_completion=False,
    pretty_exceptions_enable=False,
)
for name, (words, commands) in GROUPS.items():
    app.add_typer(group(words, commands), name=name)


def foreign_package() -> str | None:
    """`db`, `monitor` and `dashboard` are common names: another distribution may have overwritten one."""
    import importlib.util

    home = Path(__file__).resolve().parent.parent
    for name in ("db", "dashboard"):
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None or Path(spec.origin).resolve().parent.parent != home:
            return name
    return None


def main() -> None:
    """Run a command; mistakes of a user become one sentence and exit code 2."""
    if name := foreign_package():
        say(
            f"Another installed package is also called '{name}': "
            "install Smoulder in an environment of its own (pipx install smoulder)."
        )
        raise SystemExit(2)
    try:
        app()
    except Exception as error:
        if not is_users_mistake(error):
            raise
        for line in str(error).splitlines():
            say(line)
        raise SystemExit(2) from None


# Errors of modules that are imported late; their words already say how to mend it.
SENTENCES = (
    ("monitor.sources.table", "FileError"),
    ("monitor.counting", "CountsError"),
    ("monitor.scoring.labelled", "DataError"),
    ("monitor.scoring.model", "ModelError"),
)


def is_users_mistake(error: Exception) -> bool:
    """Errors whose own words say how to mend them."""
    from db.store import StoreError
    from monitor.config import ConfigError

    kinds: tuple[Any, ...] = (Mistake, ConfigError, StoreError)
    for module, name in SENTENCES:
        if module in sys.modules:
            kinds += (getattr(sys.modules[module], name),)
    return isinstance(error, kinds)


if __name__ == "__main__":
    main()
