"""kill -9 in mid-send, with the mail server misbehaving: nothing is lost, and nothing comes twice without need.

The full measure is tests/bench/notifier_chaos.py; this is the same one, small.
"""

from __future__ import annotations

from pathlib import Path

from tests.bench import notifier_chaos


def test_f13_a_notifier_killed_again_and_again_loses_no_stage(tmp_path: Path) -> None:
    found = notifier_chaos.run(tmp_path, stages=20, kills=2, seed=7, limit=90)
    assert found.kills == 2
    assert found.lost == []
    assert found.repeats_unexplained == []
    assert found.letters >= 20
