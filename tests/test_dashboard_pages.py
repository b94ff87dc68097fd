"""What the rooms say and keep when more than one window, more than one person or more than three days are in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dash import Dash

from dashboard import heard
from dashboard.app import create_app
from dashboard.reader import Reader
from db.store import Store
from monitor import review
from monitor.config import Config
from tests import scene
from tests.scene import BRAND, NOW, ROOT
from tests.test_dashboard_answers import CALM, MINUTE, comes, press, shown, waiting

READER = Reader()


@pytest.fixture
def app(store: Store) -> Dash:
    scene.setting_the_scene(store)
    scene.storm(store)
    return create_app(store, Config(), lambda: NOW)


# --- the reply box ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("verdict", ["agree", "refuse"])
def test_an_answer_that_went_out_against_a_no_is_not_told_as_agreed_to(app: Dash, store: Store, verdict: str) -> None:
    _, reply = waiting(app, store)
    press(comes(app, store, "responder", "Bo"), verdict, **shown(reply))
    own = scene.mention("bluesky:own", reply.words, NOW + MINUTE, "acmerail", NOW + MINUTE, source="bluesky")
    store.add_mentions([replace(own, is_own=True, in_reply_to=ROOT)])
    [seen] = store.replies(states=("seen",))
    said = heard.state_of(seen, READER, NOW)
    study = review.study(store, 1, NOW + 2 * MINUTE)
    assert study is not None
    [signed] = [each.approved_by for each in review.replies(study) if each.written_by == "Amina"]
    assert (signed, "No second person had agreed" in said) == (("Bo", False) if verdict == "agree" else (None, True))
    assert [(step.who, step.what) for step in store.reply_steps(reply.id)][-2:] == [
        ("Bo", "agreed" if verdict == "agree" else "refused"), (None, "seen"),
    ]  # fmt: skip
