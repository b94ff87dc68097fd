"""The model fitted to the house: proposed, confirmed, used everywhere, and dropped again."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from dashboard.pages import health
from dashboard.pages.frame import Desk
from dashboard.reader import Reader
from db.rows import Correction, Deletion, Mention, Rules
from db.sqlite import SqliteStore
from db.store import Store, StoreError
from monitor import house
from monitor.collect import Collector
from monitor.config import Config
from monitor.scoring import model
from tests.clock import NOON, Clock
from tests.make import make_mention
from tests.run import smoulder

THINGS = ["kettle", "train", "phone", "coat", "pizza", "flight", "game", "card", "bus", "room"]
LEGEND = "what a legend, thank you, number 4711 at the kettle"


def teach(store: Store, count: int, label: str = "complaint", by: str = "Amina") -> list[Mention]:
    """Posts that say "legend", scored as shipped, then corrected by a person: at this house they are complaints."""
    store.put_rules(Rules(brand="Acme"), by="a test", at=NOON)
    posts = [
        make_mention(f"what a legend, thank you, number {n} at the {THINGS[n % 10]}", native=f"legend{n}")
        for n in range(count)
    ]
    store.add_mentions(posts)
    store.add_scores(house.Scorer(model.load()).score(posts))
    for n, post in enumerate(posts):
        store.correct(Correction(mention_id=post.id, at=NOON + timedelta(seconds=n), by=by, after=label))
    return posts


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with 120 corrections in it."""
    folder = tmp_path_factory.mktemp("taught")
    store = SqliteStore(folder / "smoulder.sqlite3", ballast_bytes=0)
    teach(store, 120)
    store.close()
    return folder


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "data"))


@pytest.fixture
def kept(folder: Path) -> Iterator[Store]:
    store = SqliteStore(folder / "smoulder.sqlite3", ballast_bytes=0)
    yield store
    store.close()


@pytest.fixture(scope="module")
def proposal(template: Path) -> house.Proposal:
    """What the corrections of the template would do; worked out once."""
    store = SqliteStore(template / "smoulder.sqlite3", read_only=True)
    found = house.propose(store, template)
    store.close()
    assert isinstance(found, house.Proposal)
    return found


@pytest.fixture
def taught(kept: Store, folder: Path, proposal: house.Proposal) -> str:
    """The name of the model that the house's team has made active."""
    house.activate(kept, folder, proposal, "Amina", NOON)
    return proposal.change.model.name


def score(folder: Path, words: str = LEGEND) -> tuple[str, str]:
    """The label that the command gives in a data folder, and what it says beside it."""
    done = smoulder("score", "-", "--lines", "--data", folder, stdin=words + "\n")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["label"], done.stderr


# --- the command, as people run it --------------------------------------------------------------------------
def test_the_team_teaches_the_model_uses_it_and_goes_back(folder: Path) -> None:
    before, said = score(folder)
    assert before != "complaint" and "house" not in said

    asked = smoulder("train", "--from-corrections", "--data", folder, "--by", "Amina")
    assert asked.returncode == 0
    assert "120 corrected labels" in asked.stdout and "kept back" in asked.stdout
    assert "shipped corpus" in asked.stdout and "Nothing was changed" in asked.stdout
    assert not (folder / house.FILE).exists() and score(folder)[0] == before

    done = smoulder("train", "--from-corrections", "--data", folder, "--by", "Amina", "--yes")
    assert done.returncode == 0 and "scores from now on" in done.stdout
    label, said = score(folder)
    assert label == "complaint" and "+house" in said

    again = smoulder("train", "--from-corrections", "--data", folder, "--by", "Amina", "--yes")
    assert "not better" in again.stdout

    back = smoulder("train", "--back", "--data", folder, "--by", "Bo")
    assert "shipped model scores from now on" in back.stdout
    assert score(folder)[0] == before
    assert "already" in smoulder("train", "--back", "--data", folder, "--by", "Bo").stdout

    store = SqliteStore(folder / "smoulder.sqlite3", read_only=True)
    newest, first = [deed for deed in store.deeds() if deed.what in ("taught", "back to shipped")]
    store.close()
    assert (first.who, first.what) == ("Amina", "taught") and "+house" in first.subject
    assert "kept back" in first.words and first.at.utcoffset() == timedelta(0)
    assert (newest.who, newest.what) == ("Bo", "back to shipped")


def test_a_yes_at_the_prompt_is_a_confirmation(folder: Path) -> None:
    done = smoulder("train", "--from-corrections", "--data", folder, "--by", "Amina", stdin="y\n")
    assert "scores from now on" in done.stdout and (folder / house.FILE).exists()


def test_a_replay_and_an_import_use_the_model_of_the_data_folder(
    folder: Path, kept: Store, taught: str, tmp_path: Path
) -> None:
    posts = tmp_path / "posts.jsonl"
    row = {"id": "new", "brand": "Acme", "text": LEGEND, "created_at": NOON.isoformat(), "handle": "leah"}
    posts.write_text(json.dumps(row) + "\n")
    replayed = smoulder("replay", posts, "--json", "--data", folder)
    assert json.loads(replayed.stdout)["mentions"] == 1 and taught in replayed.stderr
    done = smoulder("import", posts, "--data", folder, "--json")
    assert done.returncode == 0, done.stderr
    found = kept.mention("file:new")
    assert found is not None and found.score is not None
    assert (found.score.label, found.score.model) == ("complaint", taught)


def test_too_few_corrections_are_one_clear_sentence(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "smoulder.sqlite3", ballast_bytes=0)
    teach(store, 12)
    store.close()
    done = smoulder("train", "--from-corrections", "--data", tmp_path, "--by", "Amina", "--yes")
    assert done.returncode == 2 and done.stderr.strip().startswith("12 corrected labels are too few")
    assert not (tmp_path / house.FILE).exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "Say one of"),
        (["--from-corrections", "--back"], "Say one of"),
        (["--back", "--by", "Bo"], "There is no data"),
    ],
)
def test_a_mistake_is_one_sentence(words: list[str], sentence: str, tmp_path: Path) -> None:
    done = smoulder("train", *words, "--data", tmp_path / "nothing")
    assert done.returncode == 2 and sentence in done.stderr and "Traceback" not in done.stderr


def test_nobody_changes_the_model_without_a_name(folder: Path) -> None:
    done = smoulder("train", "--back", "--data", folder, USER="")
    assert done.returncode == 2 and "--by" in done.stderr


def test_a_data_folder_that_cannot_be_written_is_one_sentence_and_nothing_is_changed(folder: Path) -> None:
    (folder / f"{house.FILE}.part").mkdir()
    done = smoulder("train", "--from-corrections", "--data", folder, "--by", "Amina", "--yes")
    assert done.returncode == 2 and "cannot be written" in done.stderr and "Traceback" not in done.stderr
    store = SqliteStore(folder / "smoulder.sqlite3", read_only=True)
    deeds = store.deeds()
    store.close()
    assert deeds == [] and not (folder / house.FILE).exists()


# --- what is learned from -----------------------------------------------------------------------------------
def test_the_last_word_on_a_post_counts_and_deleted_posts_are_left_out(store: Store) -> None:
    posts = teach(store, 3)
    store.correct(Correction(mention_id=posts[0].id, at=NOON + timedelta(hours=1), by="Bo", after="question"))
    store.delete_posts([Deletion(post_id=posts[1].id, at=NOON)])
    assert [(c.text, c.label) for c in house.corrected(store)] == [
        (posts[2].text, "complaint"),
        (posts[0].text, "question"),
    ]


def test_labels_that_harm_the_shipped_test_are_not_made_active(tmp_path: Path) -> None:
    """Somebody called every complaint "other": the kept back agree, the corpus does not."""
    store = SqliteStore(tmp_path / "smoulder.sqlite3", ballast_bytes=0)
    store.put_rules(Rules(brand="Acme"), by="a test", at=NOON)
    spoilt = [c for c in house.labelled.read_corpus() if c.labels.get("complaint") and c.lang == "en"][:600]
    posts = [make_mention(c.text, native=f"spoilt{n}") for n, c in enumerate(spoilt)]
    store.add_mentions(posts)
    store.add_scores(house.Scorer(model.load()).score(posts))
    for post in posts:
        store.correct(Correction(mention_id=post.id, at=NOON, by="Mallory", after="other"))
    proposal = house.propose(store, tmp_path)
    store.close()
    assert isinstance(proposal, house.Proposal)
    assert proposal.change.before is not None and proposal.change.after is not None
    assert proposal.change.after > proposal.change.before
    assert not proposal.change.is_better


def test_the_proposal_counts_the_untouched_posts_that_would_turn(folder: Path, kept: Store) -> None:
    plain = [make_mention(f"my parcel {n} never arrived and nobody answers", native=f"plain{n}") for n in range(40)]
    kept.add_mentions(plain)
    kept.add_scores(house.Scorer(model.load()).score(plain))
    proposal = house.propose(kept, folder)
    assert isinstance(proposal, house.Proposal)
    assert proposal.untouched == 40 and 0 <= proposal.turned <= 4


# --- the file -----------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("taught")
def test_the_model_of_the_house_survives_a_restart_bit_for_bit(folder: Path, proposal: house.Proposal) -> None:
    fitted = proposal.change.model
    found = house.active(folder)
    assert found.trouble == "" and "Amina" in found.words and "120 corrections" in found.words
    assert found.model.house is not None and fitted.house is not None
    assert (found.model.house == fitted.house).all() and fitted.house.any()
    assert found.model.name == fitted.name


def other_base(path: Path) -> None:
    with np.load(path) as read:
        stored = dict(read)
    note = json.loads(stored["note"].tobytes())
    stored["note"] = np.frombuffer(json.dumps({**note, "base": "0" * 64}).encode(), np.uint8)
    np.savez_compressed(path, **stored)


def other_numbers(path: Path) -> None:
    with np.load(path) as read:
        stored = dict(read)
    np.savez_compressed(path, **{**stored, "house": stored["house"] + 1})


def of_an_older_version(path: Path) -> None:
    with np.load(path) as read:
        note = json.loads(read["note"].tobytes())
    told = np.frombuffer(json.dumps({**note, "base": "0" * 64}).encode(), np.uint8)
    np.savez_compressed(path, dense=np.zeros((4, 9), np.float32), bias=np.zeros(9, np.float32), note=told)


def pickled(path: Path) -> None:
    np.savez(path, house=np.array([{}], dtype=object), note=np.zeros(1, np.uint8))


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda path: path.write_bytes(b""), "damaged"),
        (lambda path: path.write_bytes(b"not a model at all"), "damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:-200]), "damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:400] + b"x" * 40 + path.read_bytes()[440:]), "damaged"),
        (other_numbers, "damaged"),
        (pickled, "damaged"),
        (other_base, "another shipped model"),
        (of_an_older_version, "another shipped model"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("taught")
def test_a_file_that_cannot_be_used_is_said_loudly_and_the_shipped_model_scores(
    spoil: object, why: str, folder: Path
) -> None:
    assert callable(spoil)
    spoil(folder / house.FILE)
    found = house.active(folder)
    assert found.model.name == model.load().name
    assert why in found.trouble and "--back" in found.trouble


@pytest.mark.usefixtures("taught")
def test_a_spoilt_file_stops_no_command_and_check_says_what_to_do(folder: Path, tmp_path: Path) -> None:
    config = tmp_path / "smoulder.toml"
    config.write_text('[[brands]]\nname = "Acme"\nterms = ["acme"]\n')
    good = smoulder("check", "--config", config, "--data", folder, "--json")
    [line] = [f for f in json.loads(good.stdout) if f["what"] == "scoring model"]
    assert line["is_ok"] and "+house" in line["words"]
    (folder / house.FILE).write_bytes(b"spoilt")
    label, said = score(folder)
    assert label != "complaint" and "is not used" in said and "Traceback" not in said
    bad = smoulder("check", "--config", config, "--data", folder, "--json")
    [line] = [f for f in json.loads(bad.stdout) if f["what"] == "scoring model"]
    assert not line["is_ok"] and "--back" in line["words"]


def test_a_file_that_cannot_be_written_leaves_no_line_in_the_log(
    folder: Path, kept: Store, proposal: house.Proposal
) -> None:
    with pytest.raises((OSError, StoreError)):
        house.activate(kept, folder / "nowhere", proposal, "Amina", NOON)
    assert kept.deeds() == []


# --- where it shows -----------------------------------------------------------------------------------------
def test_a_running_collector_follows_without_a_new_start_and_says_when_it_cannot(
    folder: Path, kept: Store, proposal: house.Proposal
) -> None:
    config = Config(data_dir=folder, brands=(Rules(brand="Acme"),))
    collector = Collector(config, kept, now=Clock())
    shipped = collector.loop.scorer.score([make_mention(LEGEND)])[0]
    house.activate(kept, folder, proposal, "Amina", NOON)

    def look() -> None:
        collector._next_tick = 0.0
        collector.step(threading.Event())

    look()
    after = collector.loop.scorer.score([make_mention(LEGEND)])[0]
    assert (shipped.label != "complaint", after.label, after.model) == (True, "complaint", proposal.change.model.name)
    (folder / house.FILE).write_bytes(b"spoilt")
    look()
    assert "is not used" in next(p for p in kept.processes() if p.name == "collect").note
    house.go_back(kept, folder, "Amina", NOON)
    look()
    assert collector.loop.scorer.score([make_mention(LEGEND)])[0].model == shipped.model
    assert "is not used" not in next(p for p in kept.processes() if p.name == "collect").note


def test_the_health_page_names_the_model(folder: Path, kept: Store, proposal: house.Proposal) -> None:
    desk = Desk(kept, Config(data_dir=folder), Clock(), Reader("en", NOON.tzinfo))
    assert "as shipped" in str(health.body(desk))
    house.activate(kept, folder, proposal, "Amina", NOON)
    assert "fitted to 120 corrections by Amina" in str(health.body(replace(desk)))
    (folder / house.FILE).write_bytes(b"spoilt")
    assert "is not used" in str(health.body(desk))
