"""The house's own rules about who may know whom, checked on the syntax tree of every module."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parent.parent
PURE = ("monitor/scoring", "monitor/detectors", "monitor/answer", "monitor/windows.py", "monitor/watch.py",
        "monitor/incidents.py", "monitor/alerts.py", "monitor/memory.py", "monitor/usual.py", "monitor/record.py",
        "monitor/topics.py", "monitor/evidence.py", "monitor/replay.py")  # fmt: skip
# Building and measuring the model reads files; it is no part of what runs.
WORKSHOP = tuple(f"monitor/scoring/{name}.py" for name in ("labelled", "train", "evaluate", "agreement"))
NETWORK = {"socket", "requests", "httpx", "urllib", "smtplib", "tweepy", "websockets"}
OUTSIDE = NETWORK | {"subprocess", "random", "secrets", "time", "threading", "asyncio"}


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        path = HOME / folder
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Every module name that a file imports, at the top or inside a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def reaches(names: set[str], package: str) -> bool:
    return any(name == package or name.startswith(package + ".") for name in names)


def test_imports_go_down() -> None:
    for path in modules("db"):
        assert not reaches(imported(path), "monitor"), path
        assert not reaches(imported(path), "dashboard"), path
    composition = {"cli.py", "running.py", "past.py"}  # start the dashboard or print its papers; nobody imports them
    for path in modules("monitor"):
        if path.name not in composition:
            assert not reaches(imported(path), "dashboard"), path


def test_nobody_imports_the_command_line() -> None:
    for path in modules("db", "monitor", "dashboard"):
        assert not reaches(imported(path), "monitor.cli"), path
        if path.parent.name != "commands" and path.name != "cli.py":
            assert not reaches(imported(path), "monitor.commands"), path


@pytest.mark.parametrize("path", [p for p in modules(*PURE) if str(p.relative_to(HOME)) not in WORKSHOP], ids=str)
def test_the_pure_core_knows_no_store_no_network_and_no_clock(path: Path) -> None:
    names = imported(path)
    assert not {n for n in names if n.startswith("db.") and not n.startswith("db.rows")}, path
    assert not {n.split(".")[0] for n in names} & OUTSIDE, path
    calls = {ast.unparse(n.func) for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)}
    assert not calls & {"datetime.now", "datetime.utcnow", "date.today", "time.time"}, path


def test_sources_and_notifiers_never_touch_the_store() -> None:
    for path in modules("monitor/sources", "monitor/notifiers"):
        assert not reaches(imported(path), "db.store"), path
        assert not reaches(imported(path), "db.sqlite"), path


def test_all_sql_lives_in_db() -> None:
    verbs = ("SELECT ", "INSERT ", "UPDATE ", "DELETE FROM", "CREATE TABLE", "PRAGMA ")
    for path in modules("monitor", "dashboard"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not node.value.lstrip().startswith(verbs), f"{path}:{node.lineno}"


def test_the_rules_above_can_fail(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("from dashboard.app import create_app\nimport db.sqlite\n")
    assert reaches(imported(bad), "dashboard") and reaches(imported(bad), "db.sqlite")


def test_help_and_import_stay_light() -> None:
    """Nothing heavy is imported to print a help page (0.4 s is measured in tests/bench)."""
    heavy = ("numpy", "dash", "sqlite_utils", "matplotlib")
    code = f"import sys, monitor.cli; print([m for m in {heavy} if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
