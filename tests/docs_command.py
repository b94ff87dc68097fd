"""Write docs/cli.md from the commands' own help, or with --check say whether it is up to date."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from typer.main import get_command
from typer.testing import CliRunner

HOME = Path(__file__).resolve().parent.parent
PAGE = HOME / "docs" / "cli.md"
HEAD = """# Commands

Written by `make docs` from the commands' own help. Every command that reads a file takes `-` for standard input;
`--json` prints one JSON document on standard output and nothing else there. A mistake of yours ends with exit code 2
and one sentence that says how to mend it.
"""


def names(group: object, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, command in getattr(group, "commands", {}).items():
        path = (*before, name)
        found += names(command, path) if hasattr(command, "commands") else [path]
    return found


def page() -> str:
    from monitor.cli import app

    os.environ.update(COLUMNS="100", TERM="dumb", NO_COLOR="1")
    runner = CliRunner()
    parts = [HEAD]
    for path in names(get_command(app)):
        shown = runner.invoke(app, [*path, "--help"], prog_name="smoulder").output.rstrip()
        text = "\n".join(line.rstrip() for line in shown.splitlines())
        parts.append(f"## smoulder {' '.join(path)}\n\n```\n{text.strip()}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.path.insert(0, str(HOME))
    text = page()
    if "--check" not in sys.argv:
        PAGE.write_text(text)
    elif not PAGE.exists() or PAGE.read_text() != text:
        sys.exit("docs/cli.md is behind the commands; run: make docs")
