"""A mistake of a user: one sentence with the cure, exit code 2, nothing lost."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from tests.run import smoulder

CONFIG = '[[brands]]\nname = "Brume"\nterms = ["brume"]\n'


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    for word in words:
        assert word in done.stderr


def config(tmp_path: Path, text: str = CONFIG) -> Path:
    path = tmp_path / "smoulder.toml"
    path.write_text(text)
    return path


def test_f35_a_typo_in_the_configuration(tmp_path: Path) -> None:
    path = config(tmp_path, CONFIG + "\n[dashbord]\nport = 1\n")
    refused(smoulder("collect", "--config", path, "--data", tmp_path), 'did you mean "dashboard"?', "line 5")


def test_a_wrong_type_in_the_configuration(tmp_path: Path) -> None:
    path = config(tmp_path, CONFIG + '\n[dashboard]\nport = "x"\n')
    refused(smoulder("run", "--config", path, "--data", tmp_path), '"port" must be a whole number')


def test_a_missing_secret(tmp_path: Path) -> None:
    path = config(tmp_path, CONFIG + "\n[sources.x]\n")
    refused(smoulder("collect", "--config", path, "--data", tmp_path), "X_BEARER_TOKEN")


def test_a_part_without_a_configuration(tmp_path: Path) -> None:
    refused(smoulder("collect", "--data", tmp_path), "--config FILE")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    refused(smoulder("import", tmp_path / "none.csv", "--data", tmp_path / "data"), "none.csv", "does not exist")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "secret.csv"
    path.write_text("text\nhello\n")
    path.chmod(0)
    refused(smoulder("import", path, "--data", tmp_path / "data"), "cannot be read")


def test_a_folder_instead_of_a_file(tmp_path: Path) -> None:
    refused(smoulder("import", tmp_path, "--data", tmp_path / "data"), "is a folder")


def test_a_csv_without_a_text_column(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("when,what\n2026-01-01,hello\n")
    refused(smoulder("import", path, "--brand", "Brume", "--data", tmp_path / "data"), "when", "--map text=")


def test_a_line_that_is_not_json_is_kept_aside_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    good = '{"id": "file:%d", "text": "the brume is late", "created_at": "2026-01-01T10:00:00Z"}\n'
    path.write_text(good % 1 + "{not json\n" + good % 2)
    done = smoulder("import", path, "--brand", "Brume", "--data", tmp_path / "data")
    assert done.returncode == 0, done.stderr
    assert "3 read, 2 new, 1 could not be read" in done.stdout


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused(smoulder("run", "--port", str(port), "--data", tmp_path), f"127.0.0.1:{port}", "--port")


def test_a_foreign_database_is_left_as_it_is(tmp_path: Path) -> None:
    from db.engine import sqlite3

    path = tmp_path / "smoulder.sqlite3"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE theirs (x)")
    other.commit()
    other.close()
    before = path.read_bytes()
    refused(smoulder("incidents", "--data", tmp_path), "smoulder.sqlite3")
    assert path.read_bytes() == before


def test_a_locked_database_says_who_to_look_for(tmp_path: Path) -> None:
    from db.engine import sqlite3

    assert smoulder("token", "wall", "--data", tmp_path).returncode == 0
    holder = sqlite3.connect(tmp_path / "smoulder.sqlite3", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        refused(smoulder("token", "wall", "--data", tmp_path), "smoulder.sqlite3")
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    assert "Quiet is off" in smoulder("quiet", "status", "--data", tmp_path).stdout


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_text("")
    refused(smoulder("quiet", "status", "--data", path), "--data")
    refused(smoulder("token", "wall", "--data", path), "cannot be made", "--data")


def test_no_data_yet(tmp_path: Path) -> None:
    refused(smoulder("incidents", "--data", tmp_path / "none"), "There is no data")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("quiet", "status"),
        ("quiet", "on", "an accident"),
        ("quiet", "off", "--by", "Amina"),
        ("silence", "add", "Acme", "--for", "8h", "--why", "known", "--by", "Amina"),
        ("silence", "end", "1"),
    ],
)
def test_the_brakes_of_a_mistyped_folder_are_refused_and_nobody_believes_them(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    refused(smoulder(*words, "--data", tmp_path / "none"), "There is no data in", "none")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("incident", "9" * 20),
        ("export", "9" * 20),
        ("silence", "end", "9" * 20),
        ("prune", "--days", "999999999"),
        ("replay", "--since", "0001-01-01T00:00+23:00"),
    ],
)
def test_a_number_or_a_time_beyond_all_bounds_is_a_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    smoulder("token", "wall", "--data", tmp_path)
    done = smoulder(*words, "--data", tmp_path)
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr


def test_a_restore_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    house, copy = tmp_path / "house", tmp_path / "copy.sqlite3"
    smoulder("token", "wall", "--data", house)
    assert smoulder("backup", copy, "--data", house).returncode == 0
    (tmp_path / "file").write_text("")
    refused(smoulder("restore", copy, "--data", tmp_path / "file"), "cannot be written", "nothing was changed")
    refused(smoulder("restore", house / "smoulder.sqlite3", "--data", house), "is the store itself")


def test_an_unknown_incident(tmp_path: Path) -> None:
    smoulder("token", "wall", "--data", tmp_path)
    refused(smoulder("incident", "7", "--data", tmp_path), "There is no incident 7")


def test_counts_that_are_none(tmp_path: Path) -> None:
    refused(smoulder("detect", "-", stdin="timestamp,value\n2026-01-01T00:00:00,many\n"), "Line 2")
    refused(smoulder("detect", "-", stdin="a,b\n"), "timestamp,value")


def test_the_demo_never_empties_a_folder_of_yours(tmp_path: Path) -> None:
    mine = tmp_path / "demo" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("keep me")
    refused(smoulder("run", "--data", tmp_path, "--port", "0"), "was not made by the demo")
    assert mine.read_text() == "keep me"


def test_check_names_each_thing_to_mend(tmp_path: Path) -> None:
    done = smoulder("check", "--config", config(tmp_path), "--data", tmp_path)
    assert done.returncode == 2
    assert "ok    config" in done.stdout and "MEND  sources" in done.stdout and "MEND  mail" in done.stdout
