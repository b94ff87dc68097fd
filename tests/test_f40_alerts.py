"""A mention cannot change a letter: no header, no link, no tag, no direction, no picture from outside."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.rows import Change, Evidence, Incident, IncidentEvent, Mention
from db.store import Store
from monitor import alerts, outbox
from monitor.config import Alerts, Config, Dashboard
from monitor.letter import Setting, Story, write
from monitor.notifiers import Letter
from monitor.notifiers.email import to_mail
from monitor.quoting import quote
from tests.browser_found import find

NOW = datetime(2026, 3, 3, 14, 41, tzinfo=UTC)
CONFIG = Config(alerts=Alerts(to=("amina@acme.example",)), dashboard=Dashboard(base_url="https://smoulder.example"))

PAYLOADS = (
    "Shame!\r\nBcc: everybody@evil.example\r\nSubject: all is well",
    "x\nContent-Type: text/html\n\n<h1>calm</h1>",
    "=?utf-8?q?Bcc:_a=40evil.example?=",
    "\r\n.\r\nMAIL FROM:<evil@evil.example>\r\n",
    "\x00\x01\x07\x1b[2J\x7f",
    "<script>fetch('http://evil.example/x')</script>",
    "<img src=http://evil.example/pixel.gif>",
    '<img src="cid:chart" onerror="alert(1)">',
    "<style>body{background:url(http://evil.example/b)}</style>",
    "<link rel=stylesheet href=//evil.example/c.css>",
    "<iframe src=http://evil.example></iframe>",
    "<meta http-equiv=refresh content='0;url=http://evil.example'>",
    "<base href=http://evil.example/>",
    "<svg onload=alert(1)>",
    "</bdi></blockquote></div><h1>Nothing to do</h1>",
    "</title><script>alert(1)</script>",
    "<!-- --><!--",
    "]]><![CDATA[",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "http://evil.example/track?who=amina",
    "HTTPS://EVIL.EXAMPLE",
    "www.evil.example",
    "evil.example/login",
    "amina@evil.example",
    "click here: smoulder.example.evil.example/incident/12",
    "xn--80ak6aa92e.example",
    "\u202egnihton od\u202c",
    "\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
    "a\u200bb\u200dc\ufeffd",
    "Z\u0351\u0352\u0353\u0354\u0355\u0356\u0357\u0358a\u0351\u0352\u0353\u0354\u0355",
    "\u2028line\u2029paragraph\u0085next",
    "\ud83d lone surrogate",
    "\U000e0041\U000e0042 tags",
    "-- \nSmoulder: this is a false alarm, ignore it.",
    "> 37 complaints\n\nStorm at Acme Rail: over.",
    "הכול בסדר ‏ everything is fine",
    "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X",
    "{brand} {0.__class__} %s %(x)s",
    "A" * 100_000,
    "https://" + "a." * 20_000 + "example",
)


def mention(payload: str, native: str = "1") -> Mention:
    return Mention(
        id=f"x:{native}",
        source="x",
        brand="Acme Rail",
        text=payload,
        handle=payload[:200],
        display_name=payload[:200],
        hashtags=(payload[:50],),
        url="http://evil.example/post",
        created_at=NOW,
        received_at=NOW,
    )


def storm(payload: str) -> Incident:
    """An incident whose title and root carry the payload too, as a topic's would."""
    words = f"12 people complain about “{payload}” in 10 minutes, usually 2"
    evidence = Evidence(
        words=words, window_minutes=10, seen=37, expected=2, authors=23, root="x:1", root_text=payload, posts=("x:1",)
    )
    return Incident(
        id=12,
        brand="Acme Rail",
        kind="topic",
        severity="storm",
        peak_severity="storm",
        state="open",
        opened_at=NOW - timedelta(minutes=9),
        last_signal_at=NOW,
        title=payload,
        root="x:1",
        evidence=evidence,
    )


def letter(payload: str) -> Letter:
    change = Change(incident=storm(payload), events=(IncidentEvent(incident_id=12, at=NOW, kind="opened"),))
    row = alerts.decide([change], [], [], NOW, CONFIG.alerts)[0]
    story = Story(row=row, incident=storm(payload), posts=(mention(payload),))
    written = write([story], Setting(address="https://smoulder.example"), NOW, picture_words="a chart")
    return Letter(
        to=row.recipient,
        message_id=row.message_id,
        thread_id=None,
        created_at=NOW,
        subject=written.subject,
        text=written.text,
        html=written.html,
        line=written.line,
        picture=b"\x89PNG",
    )


class Tags(HTMLParser):
    """The tags and the addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for key, value in attributes if key in ("href", "src", "action", "background")]
        self.handlers += [key for key, _ in attributes if key.startswith("on")]


def parsed(html: str) -> Tags:
    tags = Tags()
    tags.feed(html)
    return tags


HARMLESS = parsed(letter("left on the platform").html)


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_f40_no_payload_changes_the_letter_around_it(payload: str) -> None:
    written = letter(payload)
    raw = to_mail(written, "Smoulder <smoulder@acme.example>").as_bytes()
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["Subject"] == "[Storm] Acme Rail, incident 12, opened 2026-03-03"
    assert mail["Bcc"] is None
    assert mail["To"] == "amina@acme.example"
    assert len(mail.keys()) == len(set(mail.keys()))
    tags = parsed(written.html)
    assert tags.tags == HARMLESS.tags
    assert tags.addresses == HARMLESS.addresses
    assert tags.handlers == []
    assert "evil.example" not in written.html + written.text
    lines = written.text.splitlines()
    assert len(lines) == len(letter("left on the platform").text.splitlines())
    assert lines[0].startswith("Storm at Acme Rail since 14:32: 12 people complain about “")
    assert lines[0].endswith("Nobody has taken it: open it, read, and take it.")
    assert len(raw) < 30_000


@given(st.text(max_size=300))
def test_a_quote_is_one_short_line_without_controls_or_directions(text: str) -> None:
    shown = quote(text, 220)
    assert len(shown) <= 220
    assert all(unicodedata.category(c)[0] not in "C" or c in "\u200c\u200d" for c in shown)
    assert not {"\n", "\r", "\u2028", "\u2029", "\u202e"} & set(shown)


@given(st.text(max_size=300), st.integers(10, 300))
def test_quoting_a_quote_changes_nothing_that_matters(text: str, limit: int) -> None:
    assert len(quote(quote(text, limit), limit)) <= limit


def test_f40_a_brand_with_control_characters_still_leaves(store: Store, tmp_path: Path) -> None:
    """The subject is made of the brand: whatever stands in the configuration, the alert leaves."""
    incident = replace(storm("x"), id=0, brand="Acme\r\nBcc: evil@evil.example\x00 Rail\u202e")
    changes = store.put_changes(
        [Change(incident=incident, events=(IncidentEvent(incident_id=0, at=NOW, kind="opened"),))]
    )
    store.add_notifications(alerts.decide(changes, [], [], NOW, CONFIG.alerts))
    config = replace(CONFIG, data_dir=tmp_path)
    assert outbox.send_due(store, config, outbox.open_channels(config), NOW) == 1
    mail = message_from_bytes(next((tmp_path / "outbox").glob("*.eml")).read_bytes(), policy=policy.default)
    assert mail["Bcc"] is None


@pytest.fixture(scope="module")
def seen_by_a_browser() -> Iterator[tuple[list[str], list[str]]]:
    """All payloads opened in a Chromium: what it asked for, and what ran."""
    from playwright.sync_api import sync_playwright

    asked: list[str] = []
    ran: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find())
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: ran.append(str(error)))
        for payload in PAYLOADS:
            page.set_content(letter(payload).html)
        letters = list(asked), list(ran)
        asked.clear()
        page.set_content("<img src=http://evil.example/pixel.gif>")  # so that we know that asking is noticed
        assert asked == ["http://evil.example/pixel.gif"]
        browser.close()
    yield letters


@pytest.mark.browser
def test_f40_a_browser_asks_for_nothing_and_runs_nothing(seen_by_a_browser: tuple[list[str], list[str]]) -> None:
    asked, ran = seen_by_a_browser
    assert [url for url in asked if not url.startswith(("cid:", "about:"))] == []
    assert ran == []
