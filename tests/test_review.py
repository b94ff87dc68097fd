"""What a review gathers and counts: durations, spread, audits, the past as it was seen, words and things to do."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboard import paper, telling
from dashboard.pages.past import still_to_do
from dashboard.pages.review import _date
from dashboard.pseudonyms import Names, names_for
from dashboard.reader import Reader
from dashboard.still import written
from db.rows import Action, Gap, Mention, Review, Rules, SettingChange, Signal, TagLook, TagReading
from db.store import Store
from monitor import review
from monitor.durations import targets
from monitor.review import Study
from tests import scene
from tests.scene import BRAND, NOW

MINUTE = timedelta(minutes=1)
READER = Reader()


@pytest.fixture
def stormy(store: Store) -> Store:
    scene.setting_the_scene(store)
    scene.storm(store)
    scene.answered(store)
    return store


def study(store: Store, incident_id: int = 1) -> Study:
    found = review.study(store, incident_id, NOW)
    assert found is not None
    return found


def said(found: Study) -> str:
    sections = telling.tell(found, READER, names_for(found, READER))
    return repr(sections)


# --- durations ------------------------------------------------------------------------------------------------
def test_the_apology_counts_from_our_first_post_that_takes_responsibility(stormy: Store) -> None:
    found = study(stormy)
    took = review.took(found)
    assert took.detected == 8 * MINUTE and took.acknowledged == 12 * MINUTE
    assert took.apology == scene.NOW - timedelta(minutes=14) - found.first_at
    assert took.heard is not None and took.calm is None


def test_many_incidents_at_once_have_the_same_durations_as_one(stormy: Store) -> None:
    scene.past(stormy, count=3)
    rows = stormy.incidents()
    all_of_them = review.took_all(stormy, rows, NOW)
    for row in rows:
        assert all_of_them[row.id] == review.took(study(stormy, row.id))


def test_a_brand_has_targets_of_its_own() -> None:
    assert targets()["calm"] == timedelta(hours=6)
    mine = targets((5, 0, 20))
    assert (mine["detected"], mine["acknowledged"], mine["heard"]) == (5 * MINUTE, 15 * MINUTE, 20 * MINUTE)


# --- what is told ---------------------------------------------------------------------------------------------
def test_every_section_of_a_review_is_told(stormy: Store) -> None:
    found = study(stormy)
    keys = [s.key for s in telling.tell(found, READER, names_for(found, READER))]
    assert keys == ["durations", "summary", "impact", "curve", "line", "first", "spread", "alarms", "replies", "rules",
                    "part", "lessons", "actions"]  # fmt: skip


def test_our_answers_are_audited(stormy: Store) -> None:
    audited = review.audit(review.replies(study(stormy)))
    assert [each.same_as for each in audited] == [None, None, 1, None]
    assert audited[0].advice.acknowledged and not audited[0].advice.findings
    assert {f.code for f in audited[3].advice.findings} >= {"conditional", "minimise"}
    assert audited[0].waited is not None and audited[0].waited < timedelta(hours=1)
    words = said(study(stormy))
    assert "repeats no. 2" in words and "sorry with an “if”" in words and "not written here" in words


def test_the_six_rules_are_judged_by_what_is_stored(stormy: Store) -> None:
    by_number = {v.number: v for v in review.six_rules(study(stormy))}
    assert by_number[2].state == "broken" and "One text went to {n} people" in by_number[2].evidence[0].text
    assert by_number[3].state == "broken", "#acmecares was never looked up"
    assert by_number[4].state == "broken" and by_number[6].state == "broken"
    assert by_number[1].state == "no evidence"


def test_a_hashtag_that_was_looked_up_and_read_before_its_use_is_known(stormy: Store) -> None:
    used = study(stormy).tags[0]
    assert (used.tag, used.verdict) == ("acmecares", None)
    stormy.add_tag_look(TagLook(tag="acmecares", at=used.at - MINUTE, verdict="LOOK", posts=40))
    assert study(stormy).tags[0].verdict == "LOOK"
    assert review.six_rules(study(stormy))[2].state == "broken"
    stormy.add_tag_reading(TagReading(tag="acmecares", at=used.at - MINUTE / 2, who="Amina"))
    assert study(stormy).tags[0].verdict == "OK"
    assert review.six_rules(study(stormy))[2].state == "kept"


def test_without_accounts_of_ours_no_answer_is_no_evidence(stormy: Store) -> None:
    stormy.put_rules(Rules(brand=BRAND, terms=("acme rail",)), "test", NOW)
    found = replace(study(stormy), own=(), written=(), tags=())
    assert {v.state for v in review.six_rules(found)[:5]} == {"no evidence"}


def test_what_could_not_be_seen_is_told(stormy: Store) -> None:
    assert "Every source was there" in said(study(stormy))
    stormy.open_gap(Gap(source="x", start=NOW - 50 * MINUTE, reason="disconnected"))
    stormy.close_gap("x", NOW - 40 * MINUTE)
    stormy.delete_posts([scene_deletion("x:crowd1")])
    words = said(study(stormy))
    assert "X from 3 Mar 13:51 UTC to 3 Mar 14:01 UTC: disconnected" in words
    assert "1 post was deleted since" in words and "Every source" not in words


def scene_deletion(post_id: str) -> object:
    from db.rows import Deletion

    return Deletion(post_id=post_id, at=NOW)


def test_which_rule_found_it_first_is_told(stormy: Store) -> None:
    incident = stormy.incidents()[0]
    assert incident.evidence is not None
    for rule, minutes in (("complaints", -6), ("pileon", 0), ("topic", 9)):
        at = incident.opened_at + minutes * MINUTE
        signal = Signal(id=f"{BRAND}|{rule}|{at}", brand=BRAND, rule=rule, at=at, severity="watch", score=1.2,
                        evidence=incident.evidence)  # fmt: skip
        stormy.add_signals([signal])
    words = said(study(stormy))
    assert "more complaints than usual found something 6 min before." in words
    assert "pile-on under one post found it with the alarm." in words
    assert "one topic again and again found it 9 min later." in words


def test_the_first_amplifier_has_more_followers_than_the_first_poster(stormy: Store) -> None:
    assert review.first_amplifier(study(stormy)) is None
    loud = scene.mention("x:loud", "Look at this", NOW - 10 * MINUTE, "Loud", NOW, followers=90_000,
                         conversation_id=scene.ROOT)  # fmt: skip
    scene.put(stormy, [(loud, "complaint")])
    found = review.first_amplifier(study(stormy))
    assert found is not None and found.mention.id == "x:loud"


def test_quiet_periods_are_those_that_touch_the_incident() -> None:
    def change(minutes: int, value: str | None) -> SettingChange:
        return SettingChange(key="quiet", value=value, by="Amina", at=NOW + minutes * MINUTE)

    changes = [
        change(-90, "on"),
        change(-80, None),
        change(5, "on"),
        change(6, "on"),
        change(9, None),
        change(20, "on"),
    ]
    assert review.quiet_periods(changes, NOW, NOW + 10 * MINUTE) == [(NOW + 5 * MINUTE, NOW + 9 * MINUTE)]
    assert review.quiet_periods(changes, NOW, NOW + 60 * MINUTE)[-1] == (NOW + 20 * MINUTE, None)


# --- as it was seen then --------------------------------------------------------------------------------------
def test_a_post_that_came_in_late_is_seen_late(store: Store) -> None:
    scene.setting_the_scene(store)
    written = NOW - timedelta(minutes=25)
    posts = [scene.mention(f"x:late{n}", "Left behind again", written, f"P{n}", NOW) for n in range(7)]
    late = [replace(post, received_at=NOW - 5 * MINUTE) for post in posts]
    scene.put(store, [(post, "complaint") for post in late])
    incident = scene.alarm(store, NOW)
    found = study(store, incident.id)
    frames = review.as_it_was(found, store.arrivals(BRAND, found.start, found.end))
    by_clock = {f.at.strftime("%H:%M"): f for f in frames}
    at_the_time, when_it_came = by_clock["14:17"], by_clock["14:37"]
    assert at_the_time.known - at_the_time.complaints == 7, "written, and nobody could know"
    assert sum(f.complaints for f in frames) <= sum(f.known for f in frames)
    assert when_it_came.waiting >= 7


def test_the_past_shows_no_event_before_it_happened(stormy: Store) -> None:
    found = study(stormy)
    frames = review.as_it_was(found, stormy.arrivals(BRAND, found.start, found.end))
    for frame in frames:
        if frame.event >= 0:
            assert found.events[frame.event].at < frame.at + MINUTE
        if frame.post >= 0:
            assert found.posts[frame.post].mention.received_at < frame.at + MINUTE
    assert frames[0].event == -1 and frames[-1].event == len(found.events) - 1


def test_a_gap_is_counted_while_it_lasts(stormy: Store) -> None:
    stormy.open_gap(Gap(source="x", start=NOW - 50 * MINUTE))
    stormy.close_gap("x", NOW - 40 * MINUTE)
    found = study(stormy)
    frames = {f.at: f for f in review.as_it_was(found, [])}
    minute = NOW.replace(second=0)
    assert frames[minute - 45 * MINUTE].blind == 1 and frames[minute - 30 * MINUTE].blind == 0


# --- on paper -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["html", "csv", "json"])
def test_private_people_are_hidden_on_paper_and_ours_are_not(stormy: Store, kind: str) -> None:
    mention = scene.mention("x:named", "@leah_p. they do not answer @marguerite or @acmerail", NOW, "Zed Q", NOW,
                            conversation_id=scene.ROOT)  # fmt: skip
    scene.put(stormy, [(mention, "complaint")])
    words = paper.FORMATS[kind](study(stormy), READER)
    for private in ("Leah P.", "leah_p", "marguerite", "Zed", "R. Whitcombe", "bluesky:Leah", scene.ROOT):
        assert private not in words, private
    assert "person 1" in words and "Amina" in words and "@acmerail" in words


@pytest.mark.parametrize(
    "words",
    ["https://m.example/@leah_p/1", "see x.com/leah_p/status/1", "https://www.Twitter.com/leah_p", "\uff20leah_p.",
     "leah_p.bsky.social", "https://bsky.app/profile/leah_p.example/post/1", "@leah_p@m.example",
     "leah_p@mail.example"],
)  # fmt: skip
def test_addresses_and_pages_of_private_people_are_hidden_in_what_others_write(words: str) -> None:
    names = Names(READER, frozenset({"acmerail"}))
    assert "leah_p" not in names.words(f"{words}, they say").lower()
    assert names.words(words).endswith(("]", "].", "/1", "@m.example"))
    assert Names(READER, hides=False).words(words) == words


def test_our_own_pages_and_other_links_stay_on_paper() -> None:
    names = Names(READER, frozenset({"acmerail"}))
    for words in ("https://x.com/AcmeRail/status/1", "https://news.example/a/b?c=1", "12.30@acmerail", "@acmerail"):
        assert names.words(words) == words


def test_paper_runs_nothing_and_loads_nothing(stormy: Store) -> None:
    words = paper.as_html(study(stormy), READER)
    assert not re.search(r"<script|<link|<img|<iframe|\son\w+=|src=|@import|url\((?!#)|javascript:", words)
    assert "default-src 'none'" in words and "@media print" in words and "<svg" in words


def test_paper_escapes_what_strangers_and_colleagues_write(stormy: Store) -> None:
    nasty = "<script>alert(1)</script>"
    stormy.put_review(Review(incident_id=1, at=NOW, by=nasty, summary=nasty, good=nasty))
    stormy.put_action(Action(incident_id=1, n=0, words=nasty, at=NOW, by="Amina", owner=nasty))
    words = paper.as_html(study(stormy), READER)
    assert "<script" not in words and "&lt;script&gt;" in words


def test_cells_that_a_spreadsheet_would_run_are_defused(stormy: Store) -> None:
    scene.put(
        stormy, [(scene.mention("x:calc", "=HYPERLINK(1)", NOW, "Eve", NOW, conversation_id=scene.ROOT), "complaint")]
    )
    rows = list(csv.DictReader(io.StringIO(paper.as_csv(study(stormy), READER))))
    assert any(row["words"] == "'=HYPERLINK(1)" for row in rows)
    assert not any(row["words"][:1] in "=+-@" and row["words"] for row in rows)


def test_the_json_has_all_that_the_page_tells(stormy: Store) -> None:
    stormy.put_review(Review(incident_id=1, at=NOW, by="Amina", summary="We were late", part="preventable"))
    found = json.loads(paper.as_json(study(stormy), READER))
    assert found["durations"]["detected"] == 480 and found["review"]["part"] == "preventable"
    assert [rule["state"] for rule in found["six_rules"]].count("broken") >= 3
    assert found["people"]["complained"] == 44 and found["ours"]


# --- words and things to do -------------------------------------------------------------------------------------
def test_a_review_is_never_overwritten(stormy: Store) -> None:
    for n, by in enumerate(("Amina", "Bo")):
        stormy.put_review(Review(incident_id=1, at=NOW + n * MINUTE, by=by, summary=f"version {n}", part="accident"))
    assert [(r.by, r.summary) for r in stormy.reviews(1)] == [("Bo", "version 1"), ("Amina", "version 0")]
    found = study(stormy)
    assert found.review is not None and found.review.summary == "version 1"


def test_an_incident_has_at_most_eight_actions(any_store: Store) -> None:
    scene.setting_the_scene(any_store)
    scene.past(any_store, count=2)
    for n in range(9):
        due = NOW + timedelta(days=9 - n) if n else None
        kept = any_store.put_action(Action(incident_id=1, n=0, words=f"do {n}", at=NOW, by="Amina", due_at=due))
        assert (kept.n if kept else None) == (n + 1 if n < 8 else None)
    assert any_store.put_action(Action(incident_id=2, n=3, words="unknown", at=NOW, by="Bo")) is None
    done = replace(any_store.actions(1)[3], state="done", by="Bo")
    assert any_store.put_action(done) == done
    still = any_store.actions()
    assert [a.n for a in still] == [8, 7, 6, 5, 3, 2, 1], "those due first, the one without a date last"


@pytest.mark.parametrize("zone", ["Europe/Paris", "Pacific/Auckland", "America/Los_Angeles", "UTC"])
def test_what_is_due_on_a_day_is_due_on_that_day_in_every_zone(stormy: Store, zone: str) -> None:
    reader = Reader(zone=ZoneInfo(zone))
    task = Action(incident_id=1, n=0, words="call them", at=NOW, by="Amina", due_at=_date("2026-03-12"))
    kept = stormy.put_action(task)
    assert kept is not None
    assert telling.actions(study(stormy), reader).rows[0][3] == "12 Mar"
    for day, is_late in ((12, False), (13, True)):
        noon_there = datetime(2026, 3, day, 12, tzinfo=ZoneInfo(zone))
        said = written(still_to_do([kept], reader, noon_there))
        assert "12 Mar" in said and ("late" in said) is is_late


def test_own_posts_are_read_by_time(any_store: Store) -> None:
    scene.setting_the_scene(any_store)
    scene.storm(any_store)
    scene.answered(any_store)
    found: list[Mention] = any_store.own_posts(BRAND, NOW - timedelta(hours=1), NOW)
    assert [m.id for m in found] == [f"bluesky:own{n}" for n in range(4)]
    assert any_store.own_posts(BRAND, NOW - timedelta(hours=2), NOW - timedelta(hours=1)) == []


def test_the_spread_counts_each_post_once(any_store: Store) -> None:
    scene.setting_the_scene(any_store)
    scene.storm(any_store)
    start = NOW - timedelta(hours=8)
    hours = any_store.spread(BRAND, start, NOW + MINUTE)
    buckets = any_store.buckets(BRAND, start, NOW + MINUTE)
    assert sum(h.posts for h in hours) == sum(b.mentions for b in buckets)
    assert sum(h.complaints for h in hours) == sum(b.complaints for b in buckets)
    arrived = any_store.arrivals(BRAND, start, NOW + MINUTE)
    assert sum(a.complaints for a in arrived) == sum(b.complaints for b in buckets)
