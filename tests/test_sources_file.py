"""Files: CSV and JSONL, whatever their columns are called."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db.rows import Cursor, DeadLetter, Mention, Rules
from monitor.config import load_config
from monitor.sources import source_class
from monitor.sources.file import File, FileError, FileSettings, Labels, count_lines, parse_mapping, read_file
from tests.clock import NOON, Clock
from tests.reading import ACME, reading

ROW = {"id": "1", "brand": "Acme", "author": "ann", "created_at": "2026-03-01T10:00:00Z", "text": "acme lost my bag"}


@pytest.fixture
def written(tmp_path: Path) -> Any:
    """Writes a file and gives its path: text, bytes, or rows as JSONL."""

    def write(content: str | bytes | list[dict[str, Any]], name: str = "posts.csv") -> Path:
        if isinstance(content, list):
            name = name.replace(".csv", ".jsonl")
            content = "".join(json.dumps(row) + "\n" for row in content)
        path = tmp_path / name
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return write


def read(path: Path | str, **asked: Any) -> list[Mention | DeadLetter]:
    return list(read_file(path, **({"now": NOON, "brand": None} | asked)))


def only(rows: list[Mention | DeadLetter]) -> Mention:
    (mention,) = rows
    assert isinstance(mention, Mention)
    return mention


def test_a_csv_is_read_with_what_it_says_and_nothing_is_made_up(written: Any) -> None:
    path = written("id,brand,author,created_at,reposts,text\n567,Delta,ann,2015-02-17T07:36:00Z,0,@Delta why #late\n")
    mention = only(read(path))
    assert (mention.id, mention.source, mention.brand, mention.handle) == ("file:567", "file", "Delta", "ann")
    assert mention.created_at == datetime(2015, 2, 17, 7, 36, tzinfo=UTC)
    assert (mention.received_at, mention.ingest) == (NOON, "import")
    assert mention.reposts == 0
    assert (mention.likes, mention.replies, mention.quotes, mention.followers, mention.verified) == (None,) * 5
    assert mention.hashtags == ("late",)


@pytest.mark.parametrize("text_column", ["text", "Body", "CONTENT", "tweet", "full text"])
def test_common_names_of_columns_are_understood(written: Any, text_column: str) -> None:
    path = written(f"{text_column},user,timestamp\nhello,ann,1424158560\n")
    mention = only(read(path, brand="Acme"))
    assert (mention.text, mention.handle) == ("hello", "ann")
    assert mention.created_at == datetime(2015, 2, 17, 7, 36, tzinfo=UTC)


def test_map_names_the_columns_of_a_foreign_file(written: Any) -> None:
    path = written("when;what;text\n2026-01-02 03:04:05;lost bag;ignored\n")
    mention = only(read(path, brand="Acme", mapping=parse_mapping("text=what, created_at=When")))
    assert mention.text == "lost bag"
    assert mention.created_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("content", "asked", "words"),
    [
        (
            "id,brand,comment\n1,A,hi\n",
            {},
            "posts.csv has no text column: it has id, brand, comment. Name it with --map",
        ),
        ("text\nhi\n", {}, "does not say which brand its rows are about; add --brand"),
        ("text\nhi\n", {"brand": "A", "mapping": {"text": "boddy"}}, 'posts.csv has no "boddy"; it has text'),
        ("", {}, "posts.csv is empty"),
        ("\n \n", {}, "posts.csv is empty"),
        ("text\nhi\n".encode("utf-16"), {}, "is UTF-16 text; save it as UTF-8"),
        ('[{"text": "hi"}]\n', {"name": "posts.json"}, "is one JSON list; write one object a line"),
        ('{"comment": "hi"}\n', {"name": "posts.jsonl"}, "has no text column: it has comment"),
    ],
)
def test_what_a_person_must_mend_is_one_sentence_with_the_cure(
    written: Any, content: str | bytes, asked: dict[str, Any], words: str
) -> None:
    path = written(content, asked.pop("name", "posts.csv"))
    with pytest.raises(FileError) as caught:
        read_file(path, **({"now": NOON, "brand": None} | asked))  # before the first row is asked for
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_missing_or_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="does not exist"):
        read(tmp_path / "none.csv")
    with pytest.raises(FileError, match="is a folder"):
        count_lines(tmp_path)


@pytest.mark.parametrize("wrong", ["text", "text=", "=body", "texxt=body"])
def test_a_map_that_cannot_be_understood_is_refused(wrong: str) -> None:
    with pytest.raises(FileError, match="--map"):
        parse_mapping(wrong)


def test_our_own_mentions_survive_being_written_and_read(written: Any) -> None:
    mention = only(read(written([ROW | {"id": "x:9", "likes": 3, "in_reply_to": "x:8", "matched": ["acme"]}])))
    row = asdict(mention)
    row = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in row.items()}
    assert only(read(written([row], "again.csv"))) == mention
    assert (mention.source, mention.in_reply_to, mention.matched) == ("x", "x:8", ("acme",))


def test_plain_ids_of_other_posts_get_the_form_of_the_own_id(written: Any) -> None:
    mention = only(read(written([ROW | {"source": "x", "in_reply_to": 8, "conversation_id": "7", "quote_of": "x:6"}])))
    assert (mention.id, mention.in_reply_to, mention.conversation_id, mention.quote_of) == ("x:1", "x:8", "x:7", "x:6")


def test_a_source_column_that_names_a_program_is_not_a_network(written: Any) -> None:
    assert only(read(written([ROW | {"source": "Twitter for iPhone"}]))).id == "file:1"


def test_rows_without_an_id_get_the_same_one_every_time_and_different_rows_different_ones(written: Any) -> None:
    rows = [{"text": "a"}, {"text": "b"}, {"text": "a", "author": "ann"}]
    first, again = (read(written(rows), brand="Acme", now=now) for now in (NOON, NOON + timedelta(days=1)))
    assert [m.id for m in first if isinstance(m, Mention)] == [m.id for m in again if isinstance(m, Mention)]
    assert len({m.id for m in first if isinstance(m, Mention)}) == 3


def test_labels_come_beside_the_rows(written: Any) -> None:
    rows = [ROW | {"labels": {"complaint": True, "hostile": 0.2}}, ROW, ROW | {"labels": {"complaint": 1}}]
    found = [labels for _, labels in read_file(written(rows), now=NOON).labelled()]
    assert found == [Labels(complaint=True, hostile=False), None, Labels(complaint=True, hostile=None)]


def test_standard_input_is_read_once_and_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    class Pipe:
        buffer = io.BytesIO(b"\ntext,brand\nhello,Acme\nworld,Acme\n")

    monkeypatch.setattr(sys, "stdin", Pipe)
    assert [m.text for m in read("-") if isinstance(m, Mention)] == ["hello", "world"]


def test_cells_may_hold_lines_commas_and_more_than_csv_usually_allows(written: Any) -> None:
    path = written('text,brand\n"one,\ntwo",Acme\n"' + "x" * 200_000 + '",Acme\n')
    rows = [row for row in read(path) if isinstance(row, Mention)]
    assert rows[0].text == "one,\ntwo"
    assert (len(rows[1].text), rows[1].is_truncated) == (10_000, True)


def test_lines_are_counted_with_or_without_the_last_newline(written: Any) -> None:
    assert count_lines(written("a\nb\n")) == count_lines(written("a\nb")) == 2
    assert count_lines(written("")) == 0


TIMES = [
    ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00+00:00"),
    ("2026-03-01T10:00:00+01:00", "2026-03-01T09:00:00+00:00"),
    ("2026-03-01 10:00:00", "2026-03-01T10:00:00+00:00"),
    ("2026-03-01", "2026-03-01T00:00:00+00:00"),
    (1772359200, "2026-03-01T10:00:00+00:00"),
    ("1772359200000", "2026-03-01T10:00:00+00:00"),
    ("Sun Mar 01 10:00:00 +0000 2026", "2026-03-01T10:00:00+00:00"),
    ("Sun, 01 Mar 2026 10:00:00 GMT", "2026-03-01T10:00:00+00:00"),
]


@pytest.mark.parametrize(("written_as", "meant"), TIMES)
def test_times_are_understood_in_the_ways_they_are_written(written: Any, written_as: object, meant: str) -> None:
    assert only(read(written([ROW | {"created_at": written_as}]))).created_at.isoformat() == meant


@pytest.mark.parametrize("nonsense", ["yesterday", "2026-13-45", 1e300, [], "99999999999999999999", True])
def test_a_time_that_makes_no_sense_rejects_the_row_and_not_the_file(written: Any, nonsense: object) -> None:
    bad, good = read(written([ROW | {"created_at": nonsense}, ROW]))
    assert isinstance(bad, DeadLetter)
    assert "time" in bad.reason
    assert isinstance(good, Mention)


# --- as a source ------------------------------------------------------------------------------------------------
def story(written: Any, *seconds: float, **changes: Any) -> Path:
    """One post at each of these seconds after ten o'clock."""
    start = datetime(2026, 3, 1, 10, tzinfo=UTC)
    rows = [
        ROW | {"id": str(n), "created_at": (start + timedelta(seconds=s)).isoformat()} | changes
        for n, s in enumerate(seconds, 1)
    ]
    path: Path = written(rows)
    return path


def file_source(path: Path, brands: tuple[Rules, ...] = (ACME,), **settings: Any) -> File:
    cls = source_class("file")
    source: File = cls(cls.Settings(path=str(path), **settings), brands)
    return source


def test_a_replay_without_waiting_hands_out_everything_and_ends(written: Any) -> None:
    with reading(file_source(story(written, 0, 3600, 7200), pace=0)) as out:
        out.until(lambda: out.supervisor.is_finished)
        assert out.ids == ["file:1", "file:2", "file:3"]
        assert {m.ingest for m in out.mentions} == {"replay"}
        assert (out.health.state, out.health.is_live, out.gaps) == ("ended", False, [])


def test_a_replay_keeps_the_distances_and_moves_them_to_now(written: Any) -> None:
    clock = Clock()
    with reading(file_source(story(written, 0, 600), pace=10, shift_to_now=True), now=clock) as out:
        out.until(lambda: len(out.mentions) == 1)
        out.step()
        assert len(out.mentions) == 1, "the second one is ten minutes later, a minute at this pace"
        clock.move(seconds=60)
        out.until(lambda: out.supervisor.is_finished)
        assert [m.created_at for m in out.mentions] == [NOON, NOON + timedelta(seconds=60)]


def test_a_replay_that_was_stopped_goes_on_where_it_was(written: Any) -> None:
    clock, path = Clock(), story(written, 0, 10, 20)
    with reading(file_source(path, shift_to_now=True), now=clock) as out:
        out.until(lambda: len(out.mentions) == 1)
        cursors = out.cursors
    clock.move(seconds=60)
    with reading(file_source(path, shift_to_now=True), now=clock, cursors=cursors) as out:
        out.until(lambda: out.supervisor.is_finished)
        assert out.ids == ["file:2", "file:3"]
        assert [m.created_at for m in out.mentions] == [NOON + timedelta(seconds=s) for s in (10, 20)]


def test_a_loop_begins_again_with_new_ids(written: Any) -> None:
    clock = Clock()
    source = file_source(story(written, 0, 1, in_reply_to="x:7"), pace=1e6, shift_to_now=True, loop=True)
    with reading(source, now=clock) as out:
        for wanted in (1, 2, 3, 4):
            out.until(lambda wanted=wanted: len(out.mentions) >= wanted)
            clock.move(seconds=2)
        assert out.ids[:4] == ["file:1", "file:2", "file:1~1", "file:2~1"]
        assert out.mentions[2].in_reply_to == "x:7~1"
        assert not out.supervisor.is_finished


def test_rows_without_a_brand_are_given_to_the_brands_whose_terms_they_hold(written: Any) -> None:
    path = story(written, 0, brand=None, text="acme and bolt air again")
    with reading(file_source(path, (ACME, Rules(brand="Bolt", terms=("bolt air",))), pace=0)) as out:
        out.until(lambda: out.supervisor.is_finished)
        assert [(m.id, m.brand, m.matched) for m in out.mentions] == [
            ("file:1", "Acme", ("acme",)),
            ("file:1|Bolt", "Bolt", ("bolt air",)),
        ]


def test_the_brands_own_posts_are_marked(written: Any) -> None:
    with reading(file_source(story(written, 0, author="Acme"), pace=0)) as out:
        out.until(lambda: out.supervisor.is_finished)
        assert out.mentions[0].is_own


def test_a_file_that_is_not_there_is_refused_in_words_on_the_wall(tmp_path: Path) -> None:
    with reading(file_source(tmp_path / "none.jsonl")) as out:
        out.until(lambda: out.health.state == "refused")
        assert "does not exist" in out.health.detail


def test_a_cursor_of_another_kind_begins_at_the_start(written: Any) -> None:
    cursors = {"file": Cursor(source="file", value="nonsense", at=NOON)}
    with reading(file_source(story(written, 0), pace=0), cursors=cursors) as out:
        out.until(lambda: out.supervisor.is_finished)
        assert out.ids == ["file:1"]


@pytest.mark.parametrize("wrong", [{"pace": "fast"}, {"pace": -1}, {"pace": 0, "shift_to_now": True}, {"loop": True}])
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"needs|cannot"):
        FileSettings(path="x", **wrong)


@pytest.mark.parametrize(("pace", "speed"), [('"real"', 1.0), ("60", 60.0), ("0.5", 0.5)])
def test_the_pace_is_set_in_the_configuration_as_a_word_or_a_number(tmp_path: Path, pace: str, speed: float) -> None:
    path = tmp_path / "smoulder.toml"
    path.write_text(f'[[brands]]\nname = "A"\nterms = ["a"]\n[sources.file]\npath = "posts.csv"\npace = {pace}\n')
    settings = load_config(path, {}).sources["file"]
    assert (settings.speed, settings.path) == (speed, "posts.csv")
