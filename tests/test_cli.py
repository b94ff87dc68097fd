"""The commands as scripts use them: names, JSON shapes, and what is on standard output."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.store import open_store
from tests.make import make_change, make_incident
from tests.run import smoulder

START = datetime(2026, 3, 2, tzinfo=UTC)
ANGRY = "Your guard left my mother on the platform and laughed at her, shame on you, this is disgusting"


def write_storm(path: Path) -> int:
    """Eight calm days of a post an hour, then two hours in which strangers complain under one post, then a calm day."""
    rows = []
    for n in range(24 * 8):
        rows.append((START + n * timedelta(hours=1), f"Nice ride on the Brume line, number {n}", f"calm{n % 40}", None))
    onset = START + timedelta(days=8, hours=10)
    rows.append((onset, ANGRY, "leah", None))
    for n in range(90):
        rows.append((onset + (n + 1) * timedelta(seconds=80), f"{ANGRY} ({n})", f"stranger{n}", "file:root"))
    for n in range(24):
        rows.append((onset + (n + 3) * timedelta(hours=1), f"Nice ride again, number {n}", f"calm{n % 40}", None))
    rows.sort(key=lambda row: row[0])
    with path.open("w") as out:
        for n, (at, text, handle, parent) in enumerate(rows):
            name = "root" if handle == "leah" else f"post{n}"
            row = {"id": name, "brand": "Brume", "text": text, "created_at": at.isoformat(), "handle": handle,
                   "in_reply_to": parent, "conversation_id": parent,
                   "labels": {"complaint": ANGRY in text, "hostile": ANGRY in text and n % 2 == 0}}  # fmt: skip
            out.write(json.dumps(row) + "\n")
    return len(rows)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A data folder with the storm in it, and the file it came from."""
    folder = tmp_path_factory.mktemp("imported")
    file = folder / "posts.jsonl"
    count = write_storm(file)
    done = smoulder("import", file, "--data", folder / "data", "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["read"], result["new"], result["rejected"]) == (count, count, 0)
    assert result["incidents"] == 1
    return folder / "data", file


def test_an_import_finds_the_past_incident_and_tells_nobody(imported: tuple[Path, Path]) -> None:
    data, _ = imported
    (row,) = json.loads(smoulder("incidents", "--json", "--data", data).stdout)
    assert row["brand"] == "Brume" and row["is_historical"] is True and row["severity"] in ("watch", "storm")
    assert row["opened_at"].startswith("2026-03-10T1") and row["opened_at"].endswith("Z")
    assert row["closed_at"] is not None and row["kind"]
    assert not (data / "outbox").exists()


def test_the_same_import_twice_changes_nothing(imported: tuple[Path, Path]) -> None:
    data, file = imported
    before = smoulder("incidents", "--json", "--data", data).stdout
    again = json.loads(smoulder("import", file, "--data", data, "--json").stdout)
    assert (again["new"], again["incidents"]) == (0, 0)
    assert smoulder("incidents", "--json", "--data", data).stdout == before


@pytest.fixture(scope="module")
def many(imported: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[int]]:
    """The storm of the import, and 501 younger incidents of the same brand; all numbers, newest first."""
    data, copy = imported[0], tmp_path_factory.mktemp("many")
    assert smoulder("backup", copy / "store", "--data", data).returncode == 0
    assert smoulder("restore", copy / "store", "--data", copy / "data").returncode == 0
    days = [START + timedelta(days=20, hours=n) for n in range(501)]
    rows = [make_incident(brand="Brume", at=at, state="closed", closed_at=at + timedelta(minutes=9)) for at in days]
    store = open_store(copy / "data" / "smoulder.sqlite3")
    store.put_changes([make_change(row) for row in rows])
    numbers = [i.id for i in store.incidents(limit=501)] + [store.incidents(limit=502)[-1].id]
    store.close()
    return copy / "data", numbers


def listed(data: Path, *words: str) -> list[int]:
    done = smoulder("incidents", "--json", "--data", data, *words)
    assert done.returncode == 0, done.stderr
    return [row["id"] for row in json.loads(done.stdout)]


def test_incidents_older_than_the_newest_five_hundred_are_reached(many: tuple[Path, list[int]]) -> None:
    data, numbers = many
    shown = smoulder("incidents", "--data", data)
    assert len(shown.stdout.splitlines()) == 500
    assert f"--before {numbers[499]}" in shown.stderr, "what is left out is said, with the way to it"
    assert listed(data, "--before", str(numbers[499])) == numbers[500:]
    assert listed(data, "--limit", "1000") == numbers
    assert listed(data, "--limit", "2", "--brand", "Brume", "--before", str(numbers[4])) == numbers[5:7]
    assert listed(data, "--since", "2026-03-22T02:00Z", "--limit", "502") == numbers[:499]
    whole = smoulder("incidents", "--limit", "1000", "--data", data)
    assert len(whole.stdout.splitlines()) == 502 and whole.stderr == ""


def test_an_import_knows_the_incidents_that_are_older_than_the_newest_five_hundred(
    many: tuple[Path, list[int]], imported: tuple[Path, Path], tmp_path: Path
) -> None:
    data, numbers = many
    row = json.loads(imported[1].read_text().splitlines()[-1])
    one_more = tmp_path / "more.jsonl"
    one_more.write_text(json.dumps(row | {"id": "one more"}) + "\n")
    done = json.loads(smoulder("import", one_more, "--data", data, "--json").stdout)
    assert (done["new"], done["incidents"]) == (1, 0)
    assert listed(data, "--limit", "1000") == numbers


def test_one_incident_says_why_it_rang(imported: tuple[Path, Path]) -> None:
    data, _ = imported
    (number,) = [i["id"] for i in json.loads(smoulder("incidents", "--json", "--data", data).stdout)]
    story = json.loads(smoulder("incident", str(number), "--json", "--data", data).stdout)
    opened = story["events"][0]
    assert opened["kind"] == "opened" and opened["evidence"]["seen"] > opened["evidence"]["expected"]
    assert "opened" in smoulder("incident", str(number), "--data", data).stdout


@pytest.mark.parametrize("form", ["html", "csv", "json"])
def test_an_export_gives_private_people_pseudonyms(imported: tuple[Path, Path], form: str) -> None:
    data, _ = imported
    (number,) = [i["id"] for i in json.loads(smoulder("incidents", "--json", "--data", data).stdout)]
    done = smoulder("export", str(number), "--format", form, "--data", data)
    assert done.returncode == 0
    assert "person 1" in done.stdout
    assert "stranger" not in done.stdout and "leah" not in done.stdout


def test_replay_of_a_file_rings_in_the_shape_that_scripts_rely_on(imported: tuple[Path, Path]) -> None:
    _, file = imported
    done = smoulder("replay", file, "--json", "--trust-labels")
    found = json.loads(done.stdout)
    assert set(found) >= {"mentions", "alarms", "incidents"}
    assert found["alarms"], done.stderr
    assert {"at", "brand", "rule", "severity", "evidence"} <= set(found["alarms"][0])
    assert {"brand", "kind", "severity", "opened_at", "closed_at"} <= set(found["incidents"][0])
    onset = START + timedelta(days=8, hours=10)
    assert onset <= datetime.fromisoformat(found["alarms"][0]["at"]) <= onset + timedelta(minutes=30)


def test_replay_without_a_file_replays_the_store(imported: tuple[Path, Path]) -> None:
    data, _ = imported
    found = json.loads(smoulder("replay", "--json", "--data", data).stdout)
    (incident,) = json.loads(smoulder("incidents", "--json", "--data", data).stdout)
    assert [i["opened_at"] for i in found["incidents"]] == [incident["opened_at"]]


def test_score_keeps_the_order_and_the_shape() -> None:
    texts = ["Your parcel never came and nobody answers", "", "🙂🙂🙂", "Merci beaucoup, équipe adorable"]
    done = smoulder("score", "--lines", "-", stdin="\n".join(texts) + "\n")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in rows] == ["1", "2", "3", "4"]
    keys = {"id", "label", "complaint", "hostile", "praise", "question", "tragedy", "severity", "lang", "because"}
    assert all(set(row) == keys for row in rows)
    assert rows[0]["label"] == "complaint" and rows[3]["lang"] == "fr"


def test_score_reads_a_csv_and_keeps_its_ids(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text('id,body\na1,"late again, no answer"\na2,thank you\n')
    rows = [json.loads(line) for line in smoulder("score", path, "--map", "text=body").stdout.splitlines()]
    assert [row["id"] for row in rows] == ["a1", "a2"]


def test_detect_answers_each_row_in_order() -> None:
    rows = [f"2026-01-{1 + n // 288:02d}T{n % 288 // 12:02d}:{n % 12 * 5:02d}:00,{20 + n % 3}" for n in range(288 * 3)]
    rows[-10] = rows[-10].split(",")[0] + ",900"
    done = smoulder("detect", "-", stdin="timestamp,value\n" + "\n".join(rows) + "\n")
    answers = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(answers[0]) == ["timestamp", "value", "score", "alarm"]
    assert [f"{a['timestamp']},{a['value']}" for a in answers] == rows
    assert [a["alarm"] for a in answers].count("1") >= 1
    assert answers[-10]["alarm"] == "1"


def test_the_quiet_switch_survives_and_is_signed(tmp_path: Path) -> None:
    password = {"SMOULDER_PASSWORD": "a long enough one"}
    smoulder("user", "add", "Amina", "--role", "responder", "--data", tmp_path, **password)
    assert "Quiet is off" in smoulder("quiet", "status", "--data", tmp_path).stdout
    smoulder("quiet", "on", "an accident at Hartsea", "--by", "Amina", "--data", tmp_path)
    state = json.loads(smoulder("quiet", "status", "--json", "--data", tmp_path).stdout)
    assert state["by"] == "Amina" and state["why"] == "an accident at Hartsea" and state["since"]
    unsigned = smoulder("quiet", "off", "--data", tmp_path, **password)
    assert unsigned.returncode == 2 and "--by" in unsigned.stderr
    smoulder("quiet", "off", "--by", "Amina", "--data", tmp_path, **password)
    assert "Quiet is off" in smoulder("quiet", "status", "--data", tmp_path).stdout


def test_anybody_at_the_machine_may_turn_the_quiet_on(tmp_path: Path) -> None:
    smoulder("token", "wall", "--data", tmp_path)
    assert smoulder("quiet", "on", "--data", tmp_path).returncode == 0
    state = json.loads(smoulder("quiet", "status", "--json", "--data", tmp_path).stdout)
    assert state["by"].endswith("(this machine)") and state["why"] == "no reason was given"


def test_a_backup_can_be_put_back(imported: tuple[Path, Path], tmp_path: Path) -> None:
    data, _ = imported
    copy = tmp_path / "copy.sqlite3"
    assert smoulder("backup", copy, "--data", data).returncode == 0
    refused = smoulder("backup", copy, "--data", data)
    assert refused.returncode == 2 and len(refused.stderr.splitlines()) == 1
    done = smoulder("restore", copy, "--data", tmp_path / "new")
    assert done.returncode == 0, done.stderr
    restored = smoulder("incidents", "--json", "--data", tmp_path / "new").stdout
    assert restored == smoulder("incidents", "--json", "--data", data).stdout


def test_restore_refuses_what_is_no_backup(tmp_path: Path) -> None:
    bad = tmp_path / "bad.sqlite3"
    bad.write_text("not a database")
    done = smoulder("restore", bad, "--data", tmp_path / "new")
    assert done.returncode == 2 and "Traceback" not in done.stderr


def test_send_test_goes_through_the_real_outbox(tmp_path: Path) -> None:
    config = tmp_path / "smoulder.toml"
    config.write_text(
        '[[brands]]\nname = "Brume"\nterms = ["brume"]\n[alerts]\nto = ["amina@brume.example", "jo@brume.example"]\n'
    )
    done = smoulder("send-test", "--config", config, "--data", tmp_path / "data")
    assert done.returncode == 0, done.stderr
    assert "amina@brume.example, jo@brume.example" in done.stdout and "start `smoulder notify`" in done.stdout


def test_a_user_and_a_wall_token_can_be_made(tmp_path: Path) -> None:
    done = smoulder(
        "user", "add", "amina", "--role", "responder", "--data", tmp_path, SMOULDER_PASSWORD="a long enough one"
    )
    assert done.returncode == 0, done.stderr
    assert (
        smoulder("user", "add", "jo", "--role", "king", "--data", tmp_path, SMOULDER_PASSWORD="x" * 20).returncode == 2
    )
    assert smoulder("user", "add", "jo", "--data", tmp_path, SMOULDER_PASSWORD="short").returncode == 2
    link = smoulder("token", "wall", "--data", tmp_path).stdout
    assert link.startswith("http://127.0.0.1:8050/")


def test_a_new_wall_darkens_no_other_unless_that_is_asked_for(tmp_path: Path) -> None:
    def walls() -> dict[str, str]:
        store = open_store(tmp_path / "smoulder.sqlite3")
        kept = json.loads(store.setting("wall_tokens") or "{}")
        store.close()
        return {name: row["hash"] for name, row in kept.items()}

    for name in ("wall", "wall 2"):
        done = smoulder("token", "wall", "--data", tmp_path)
        assert done.returncode == 0 and done.stdout.count("\n") == 1 and f"'{name}'" in done.stderr
    assert smoulder("token", "wall", "lobby", "--data", tmp_path).returncode == 0
    before = walls()
    assert set(before) == {"wall", "wall 2", "lobby"} and len(set(before.values())) == 3
    again = smoulder("token", "wall", "lobby", "--data", tmp_path)
    assert again.returncode == 2 and "There is a wall 'lobby'" in again.stderr and "--replace" in again.stderr
    assert walls() == before
    assert smoulder("token", "wall", "lobby", "--replace", "--data", tmp_path).returncode == 0
    after = walls()
    assert {name for name in after if after[name] != before[name]} == {"lobby"}


def test_a_million_is_not_needed_to_see_the_help() -> None:
    done = smoulder("--help")
    assert done.returncode == 0
    for command in ("run", "collect", "notify", "serve", "check", "import", "score", "detect", "replay", "incidents"):
        assert command in done.stdout
