"""`smoulder reply check`: one line in, one line out, whatever the line is."""

from __future__ import annotations

import json
import subprocess
import sys

from monitor.replycheck import check_lines

KEYS = ["heard", "acknowledged", "sympathised", "repair", "repentance", "findings", "same_as", "verdict"]


def asked(**row: object) -> str:
    return json.dumps(row)


def answered(*lines: str) -> list[dict]:
    return [json.loads(line) for line in check_lines(lines)]


def test_the_shape_is_the_documented_one() -> None:
    (found,) = answered(asked(complaint="My sofa is late", draft="Sorry if your sofa is late.", previous=[], lang="en"))
    assert list(found) == KEYS
    assert found["findings"][0]["code"] == "conditional"
    assert list(found["findings"][0]) == ["code", "span", "message"]
    assert found["same_as"] is None
    assert found["verdict"] == "think again"


def test_what_was_said_before_is_blocked_and_its_twin_named() -> None:
    text = "We lost your bag and I will call you at four today."
    (found,) = answered(asked(complaint="bag lost", draft=f"Hi Ann, {text}", previous=["Hello.", f"Hi Bob, {text}"]))
    assert (found["same_as"], found["verdict"]) == (1, "blocked")


def test_a_file_is_read_as_public_and_early() -> None:
    (found,) = answered(asked(complaint="cold", draft="Please accept a £10 voucher."))
    assert [f["code"] for f in found["findings"]] == ["compensation"]


def test_a_bad_line_says_so_in_its_place_and_the_others_are_answered() -> None:
    good = asked(complaint="", draft="Hello")
    found = answered(good, "no json", "[]", asked(complaint="x"), asked(draft=3), asked(draft="a", previous="b"), good)
    assert ["error" in row for row in found] == [False, True, True, True, True, True, False]
    assert found[1]["error"].startswith("Line 2: ")


def test_the_command_reads_standard_input() -> None:
    line = asked(complaint="Mon colis est en retard", draft="Merci de votre patience.", lang="fr") + "\n"
    done = subprocess.run(
        [sys.executable, "-m", "monitor.cli", "reply", "check", "-"],
        input=line,
        capture_output=True,
        text=True,
        check=True,
    )
    (found,) = [json.loads(answer) for answer in done.stdout.splitlines()]
    assert [f["code"] for f in found["findings"]] == ["thanks_patience"]


def test_a_file_that_is_not_there_is_one_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "monitor.cli", "reply", "check", "nowhere.jsonl"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
