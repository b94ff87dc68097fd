"""A letter as a tired person reads it: the first line, the buttons, both languages, what is left out."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from db.rows import Bucket, Evidence, Expected, Gap, Incident, IncidentEvent, Mention, Notification
from monitor import picture
from monitor.letter import Setting, Story, write
from monitor.phrases import ENGLISH, FRENCH
from monitor.quoting import quote

NOW = datetime(2026, 3, 3, 14, 41, tzinfo=UTC)
ENGLISH_DESK = Setting(address="https://smoulder.acme.example")
FRENCH_DESK = Setting(language="fr", zone=ZoneInfo("Europe/Paris"), address="https://smoulder.acme.example")
EVIDENCE = Evidence(
    words="", window_minutes=10, seen=37, expected=2.2, authors=23, first_time_share=0.83, doubling_minutes=12.4,
    blind=("rss",),
)  # fmt: skip
STORM = Incident(
    id=12, brand="Acme Rail", kind="complaints", severity="storm", peak_severity="storm", state="open",
    opened_at=NOW - timedelta(minutes=39), last_signal_at=NOW, first_post_at=NOW - timedelta(minutes=47),
    evidence=EVIDENCE,
)  # fmt: skip
POST = Mention(
    id="x:1", source="x", brand="Acme Rail", text="left on the platform", handle="leah", created_at=NOW, received_at=NOW
)


def story(reason: str = "first", incident: Incident = STORM, **changes: object) -> Story:
    row = Notification(
        id="1", incident_id=12, brand="Acme Rail", stage="first", reason=reason, channel="email",
        recipient="a@b.example",
        message_id="<1@x>", created_at=NOW, due_at=NOW, severity=incident.severity, evidence=incident.evidence,
    )  # fmt: skip
    return Story(row=row, incident=incident, posts=(POST,), **changes)  # type: ignore[arg-type]


CALM = replace(STORM, calming_at=NOW - timedelta(minutes=5))
CLOSED = replace(STORM, state="closed", closed_at=NOW)
TAKEN = replace(STORM, state="acknowledged", acknowledged_at=NOW, owner="Amina")
BY_BEN = IncidentEvent(incident_id=12, at=NOW, kind="closed", who="Ben", words="closed by Ben: not a crisis")


@pytest.mark.parametrize(
    ("told", "setting", "line"),
    [
        (
            story(),
            ENGLISH_DESK,
            "Storm at Acme Rail since 13:54: 37 complaints in 10 min, usually 2. "
            "Nobody has taken it: open it, read, and take it.",
        ),
        (
            story(),
            FRENCH_DESK,
            "Tempête pour Acme Rail depuis 14:54 : 37 plaintes en 10 min, d’habitude 2. "
            "Personne ne s’en occupe : ouvrez, lisez, prenez-la en main.",
        ),
        (
            story("still burning", TAKEN),
            ENGLISH_DESK,
            "Storm at Acme Rail since 13:54: 37 complaints in 10 min, usually 2. Amina has it.",
        ),
        (
            story("nobody has taken it", replace(STORM, owner="Bo")),
            ENGLISH_DESK,
            "Storm at Acme Rail since 13:54: 37 complaints in 10 min, usually 2. "
            "Bo is asked and has not taken it: open it, read, and take it.",
        ),
        (
            story("calming", CALM),
            ENGLISH_DESK,
            "Calming at Acme Rail: complaints are back to usual since 14:36. "
            "It is getting quieter: keep hearing those who wait.",
        ),
        (
            story("over", CLOSED),
            ENGLISH_DESK,
            "Over at Acme Rail: back to the usual after 47 min. Nothing to do now; look back while it is fresh.",
        ),
        (
            story("over", CLOSED, closing=BY_BEN),
            ENGLISH_DESK,
            "Over at Acme Rail: closed by Ben. Nothing to do now; look back while it is fresh.",
        ),
        (
            story(incident=replace(STORM, first_post_at=NOW - timedelta(days=1))),
            ENGLISH_DESK,
            "Storm at Acme Rail since 2 Mar 14:41: 37 complaints in 10 min, usually 2. "
            "Nobody has taken it: open it, read, and take it.",
        ),
    ],
)
def test_the_first_line_says_what_how_much_since_when_and_what_to_do(told: Story, setting: Setting, line: str) -> None:
    written = write([told], setting, NOW)
    assert written.line == written.text.splitlines()[0] == line
    assert line.split(":")[0] in written.html


def test_text_and_html_say_the_same() -> None:
    written = write([story(buttons=(("take", "https://s.example/act/1"),))], ENGLISH_DESK, NOW, picture_words="a chart")
    for words in (
        "23 different people, 83 % of them never seen before",
        "doubles every 12 min",
        "RSS: unknown, not zero",
        "left on the platform",
        "leah",
        "I take it",
        "https://s.example/act/1",
        "https://smoulder.acme.example/incident/12",
    ):
        assert words in written.text
        assert words in written.html


def test_what_is_over_quotes_nobody_and_shows_no_old_numbers() -> None:
    written = write([story("over", CLOSED)], ENGLISH_DESK, NOW)
    assert "left on the platform" not in written.text + written.html
    assert "different people" not in written.text


def test_a_deleted_post_is_not_quoted() -> None:
    told = replace(story(), posts=(replace(POST, deleted_at=NOW),))
    assert "left on the platform" not in write([told], ENGLISH_DESK, NOW).text


def test_the_gravest_comes_first_and_the_others_are_one_line_each() -> None:
    watch = replace(STORM, id=13, brand="Brume", severity="watch")
    written = write([story(incident=watch), story()], ENGLISH_DESK, NOW)
    assert written.line.startswith("2 things at once. The gravest: Storm at Acme Rail")
    assert "- Watch at Brume since 13:54: 37 complaints in 10 min, usually 2.\n" in written.text
    assert written.subject == "[Storm] Acme Rail, incident 12, opened 2026-03-03 (+1)"


def test_both_languages_have_the_same_phrases_with_the_same_places() -> None:
    assert set(ENGLISH) == set(FRENCH)
    for key, english in ENGLISH.items():
        places = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (english, FRENCH[key])]
        assert places[0] == places[1], key


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see http://evil.example/a?b=c now", "see http[:]//evil[.]example/a?b=c now"),
        ("it was 3.5 hours. Then nothing", "it was 3.5 hours. Then nothing"),
        ("one\n\n  two\t three", "one two three"),
        ("a\u202eb\u2066c\u200bd", "abcd"),
        ("👩‍👩‍👧 fine", "👩‍👩‍👧 fine"),
        ("", ""),
    ],
)
def test_a_quote_keeps_the_words_and_nothing_that_acts(text: str, shown: str) -> None:
    assert quote(text, 220) == shown


def test_a_long_quote_ends_at_a_word() -> None:
    assert quote("word " * 100, 52) == " ".join(["word"] * 10) + "…"


def test_the_chart_is_the_same_picture_for_the_same_minute_and_says_so_in_words() -> None:
    buckets = [Bucket(brand="b", minute=NOW - timedelta(minutes=m), complaints=3) for m in range(1, 30)]
    band = [Expected(brand="b", at=NOW - timedelta(minutes=5 * n), low=0, middle=2, high=4) for n in range(72)]
    gaps = [Gap(source="x", start=NOW - timedelta(hours=2), end=NOW - timedelta(hours=1))]
    seen = picture.count(buckets, band, NOW, gaps=gaps, alarm_at=NOW - timedelta(minutes=20))
    drawn = picture.draw(seen, ENGLISH_DESK)
    assert drawn.startswith(b"\x89PNG")
    assert 5_000 < len(drawn) < 60_000
    assert picture.draw(seen, ENGLISH_DESK) is drawn
    assert picture.in_words(seen, FRENCH_DESK) == (
        "Plaintes par 10 minutes, de 09:42 à 15:42 : 27 plaintes en 10 min, d’habitude 2"
    )


def test_a_chart_without_any_history_is_still_a_chart() -> None:
    seen = picture.count([], [], NOW)
    assert picture.draw(seen, ENGLISH_DESK).startswith(b"\x89PNG")
    assert picture.title(seen, ENGLISH) == "0 complaints in 10 min"


def test_growth_faster_than_a_minute_is_said_as_a_minute() -> None:
    fast = replace(STORM, evidence=replace(EVIDENCE, doubling_minutes=0.3))
    assert "doubles every 1 min" in write([story(incident=fast)], ENGLISH_DESK, NOW).text
