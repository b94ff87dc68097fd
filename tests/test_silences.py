"""Silences as they are asked for and read on the command line, and what they do in the whole flow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard import security
from db.rows import Batch, Rules, Silence
from db.sqlite import SqliteStore
from db.store import Store
from monitor import incidents, silences
from monitor.config import Alerts
from monitor.loop import Loop
from monitor.scoring import load_scorer
from tests.clock import NOON
from tests.crowds import practised
from tests.make import make_mention
from tests.run import smoulder

PASSWORD = "a long enough one"
ANGRY = "Your staff were rude and useless, worst service ever @acme, shame on you"


@pytest.mark.parametrize(
    ("length", "span"), [("30m", timedelta(minutes=30)), ("8h", timedelta(hours=8)), (" 2D ", timedelta(days=2))]
)
def test_a_silence_is_asked_for_in_minutes_hours_or_days(length: str, span: timedelta) -> None:
    asked = silences.silence("Acme", length=length, by="Ada", now=NOON, rule="topic", reason="works")
    assert asked == Silence(brand="Acme", at=NOON, until=NOON + span, by="Ada", rule="topic", reason="works")


@pytest.mark.parametrize("wrong", ["", "h", "0h", "-1h", "15d", "1w", "1h30m", "99999d", "١h"])
def test_a_length_that_is_none_is_refused_with_words(wrong: str) -> None:
    with pytest.raises(ValueError, match="30m, 8h or 2d"):
        silences.silence("Acme", length=wrong, by="Ada", now=NOON)


def test_a_rule_that_is_none_and_a_silence_without_author_are_refused() -> None:
    with pytest.raises(ValueError, match="the rules are complaints, pileon"):
        silences.silence("Acme", length="1h", by="Ada", now=NOON, rule="pile-on")
    with pytest.raises(ValueError, match="has an author"):
        silences.silence("Acme", length="1h", by=" ", now=NOON)


def test_a_silence_reads_as_one_line() -> None:
    asked = silences.silence("Acme", length="1h", by="Ada", now=NOON, rule="topic", root="x:1", reason="works")
    assert silences.line(asked) == "0  Acme, rule topic, under x:1, until 2026-03-10 13:00 UTC, by Ada: works"


def test_a_silence_from_the_command_line_is_kept_listed_and_ended(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "smoulder.sqlite3", ballast_bytes=0)
    store.put_rules(Rules(brand="Acme"), "Ada", NOON)
    for name, role in (("Ada", "responder"), ("Bea", "responder"), ("Vi", "viewer")):
        security.add_user(store, name, PASSWORD, role, NOON)  # type: ignore[arg-type]
    store.close()
    here = ("--data", tmp_path)
    why = ("--for", "1h", "--why", "works on line 3")
    unknown = smoulder("silence", "add", "Norda", *why, "--by", "Ada", *here)
    assert unknown.returncode == 2 and "the brands are: Acme" in unknown.stderr
    for by, password, words in (
        ("Ada", "a wrong one, surely", "not the password of Ada"),
        ("Eve", PASSWORD, "no user 'Eve'"),
        ("Vi", PASSWORD, "may only look"),
    ):
        refused = smoulder("silence", "add", "Acme", *why, "--by", by, *here, SMOULDER_PASSWORD=password)
        assert refused.returncode == 2 and words in refused.stderr
    assert smoulder("silence", "list", *here).stdout == "No silence.\n"
    added = smoulder("silence", "add", "Acme", *why, "--by", "Ada", *here, SMOULDER_PASSWORD=PASSWORD)
    assert added.returncode == 0 and "by Ada: works on line 3" in added.stdout
    [row] = json.loads(smoulder("silence", "list", "--json", *here).stdout)
    assert (row["brand"], row["by"], row["holds_storms"], row["ended_at"]) == ("Acme", "Ada", False, None)
    assert smoulder("silence", "end", str(row["id"]), "--by", "Bea", *here).returncode == 0
    assert smoulder("silence", "end", str(row["id"]), "--by", "Bea", *here).returncode == 2
    assert smoulder("silence", "list", *here).stdout == "No silence.\n"
    assert "by Bea" in smoulder("silence", "list", "--all", *here).stdout
    with closing(SqliteStore(tmp_path / "smoulder.sqlite3", ballast_bytes=0)) as after:
        assert [(d.who, d.what) for d in after.deeds()] == [("Bea", "end silence"), ("Ada", "silence")]


# --- in the whole flow --------------------------------------------------------------------------------------
class House:
    """A collector's loop on a real store, with a clock moved by hand. A crowd is upset under one post."""

    def __init__(self, store: Store) -> None:
        self.now = NOON
        self.store = store
        self.loop = Loop(store, load_scorer(), {"Acme": Rules(brand="Acme")}, Alerts(to=("amina@acme.example",)))
        self.loop.watches["Acme"] = practised(NOON)

    def pass_by(self, minutes: int, crowd: str | None = None) -> list[str]:
        """What happens; the reasons of the letters that were written meanwhile."""
        before = {row.id for row in self.store.notifications()}
        for _ in range(minutes):
            self.now += timedelta(minutes=1)
            if crowd:
                # Each in other words: a copied text is a crowd of its own, under no post.
                words = [f"{ANGRY} {self.now:%A}{'abcdefghij'[self.now.minute % 10]}{'xy'[n]}" for n in range(2)]
                posts = [
                    make_mention(text, brand="Acme", at=self.now, conversation_id=crowd, in_reply_to=crowd)
                    for text in words
                ]
                self.loop.ingest(Batch(mentions=tuple(posts)))
            self.loop.tick(self.now + timedelta(seconds=4))
        return [row.reason for row in reversed(self.store.notifications()) if row.id not in before]


@pytest.fixture
def flow(tmp_path: Path) -> Iterator[House]:
    store = SqliteStore(tmp_path / "store.sqlite3", ballast_bytes=0)
    yield House(store)
    store.close()


def test_during_a_silence_the_wall_shows_it_and_nobody_is_told_until_it_ends(flow: House) -> None:
    silence = flow.store.add_silence(
        Silence(brand="Acme", at=NOON, until=NOON + timedelta(hours=1), by="Ada", root="x:root", holds_storms=True)
    )
    assert flow.pass_by(12, "x:root") == []
    [incident] = flow.store.incidents(is_open=True)
    assert (incident.root, flow.store.wall("Acme", flow.now).incident) == ("x:root", incident)
    flow.store.end_silence(silence.id, "Bea", flow.now)
    assert flow.pass_by(1) == ["first"]


def test_a_storm_is_told_in_spite_of_a_silence_on_the_brand(flow: House) -> None:
    flow.store.add_silence(Silence(brand="Acme", at=NOON, until=NOON + timedelta(hours=1), by="Ada"))
    reasons = flow.pass_by(12, "x:root")
    [incident] = flow.store.incidents(is_open=True)
    assert incident.severity == "storm"
    assert reasons == ["worse"]


def test_not_a_crisis_stays_closed_while_the_same_goes_on_and_another_crowd_rings(flow: House) -> None:
    assert flow.pass_by(12, "x:root")[0] == "first"
    [first] = flow.store.incidents()
    flow.store.put_changes([incidents.dismiss(first, "Ada", flow.now, "a campaign or a joke")])
    assert flow.pass_by(10, "x:root") == []
    assert [i.state for i in flow.store.incidents()] == ["closed"]
    assert "first" in flow.pass_by(10, "x:other")
    assert [(i.root, i.state) for i in flow.store.incidents()] == [("x:other", "open"), ("x:root", "closed")]
    found = {row.rule: row for row in flow.store.precision_by_rule("Acme", NOON)}
    assert (found["pileon"].alarms, found["pileon"].dismissed) == (2, 1)
    assert found["pileon"].reasons == ("a campaign or a joke",)
