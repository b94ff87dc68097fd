"""Still parts: what they may hold, and that nothing in them is ever more than text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from dash import dcc, html

from dashboard.sections import html_table
from dashboard.still import NAMES, TAGS, still, written

SCRIPT = (Path(__file__).resolve().parent.parent / "dashboard" / "assets" / "still.js").read_text()


def test_a_part_is_written_as_tags_attributes_and_texts() -> None:
    part = html.P([html.B("Leah", className="who"), " <b>wrote</b>", None, 3], title="t", **{"data-since": "5"})
    assert json.loads(written(part)) == {
        "t": "p",
        "a": {"title": "t", "data-since": "5"},
        "c": [{"t": "b", "a": {"class": "who"}, "c": "Leah"}, " <b>wrote</b>", "3"],
    }
    link = json.loads(written(dcc.Link("Incident 4", href="/incident/4")))
    assert link["a"] == {"href": "/incident/4", "data-way": "inside"}
    assert json.loads(written(html.Details([html.Summary("s")], open=False))) == {
        "t": "details",
        "c": [{"t": "summary", "c": "s"}],
    }
    assert still([], "thread").className == "thread"


def test_a_wide_table_can_be_reached_with_the_keyboard_and_no_zero_gets_lost() -> None:
    table = json.loads(written(html_table(["When"], [["14:02"]])))
    assert table["a"]["tabindex"] == "0"
    part = html.Span("3", **{"data-count": 0, "aria-hidden": True, "aria-busy": False})
    assert json.loads(written(part))["a"] == {"data-count": "0", "aria-hidden": "true"}


@pytest.mark.parametrize("name", ["data-at-2", "data-Who", "aria-x_y", "data-"])
def test_a_name_that_the_page_would_drop_is_refused_where_it_is_written(name: str) -> None:
    with pytest.raises(ValueError, match="cannot stand in a still part"):
        written(html.Span("x", **{name: "1"}))


@pytest.mark.parametrize(
    "part",
    [
        html.Iframe(srcDoc="x"),
        html.Script("x"),
        html.Img(src="x"),
        html.Form(),
        dcc.Input(),
        html.Div(style={"background": "url(x)"}),
        html.Button("x", n_clicks=0),
        {"type": "alert", "namespace": "window"},
    ],
)
def test_what_could_act_or_load_cannot_stand_in_it(part: object) -> None:
    with pytest.raises(ValueError, match="cannot stand in a still part"):
        written(part)


def test_the_page_knows_the_same_names_and_reads_no_markup() -> None:
    tags = re.search(r"new Set\(\s*\((.*?)\)\.split", SCRIPT, re.DOTALL)
    assert tags is not None and set(" ".join(re.findall(r'"([^"]*)"', tags[1])).split()) == TAGS
    names = re.search(r"const NAMES = /\^\((.*?)\)\$/", SCRIPT)
    assert names is not None and set(names[1].split("|")) == (set(NAMES.values()) - {"href"}) | {
        "data-[a-z]+",
        "aria-[a-z]+",
    }
    assert not re.search(r"HTML|eval|Function\(|\.src\b|style", SCRIPT)
