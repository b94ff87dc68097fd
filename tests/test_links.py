"""The buttons of a letter: they ask first, work once, and nobody can make one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import flask
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.pages import act
from db.rows import Change, Incident, IncidentEvent
from db.store import Store, open_store
from monitor import alerts, incidents, links
from monitor.config import Alerts, Config, Dashboard
from monitor.writing import compose, link_secret

NOW = datetime(2026, 3, 3, 14, 41, tzinfo=UTC)
CONFIG = Config(
    alerts=Alerts(to=("amina@acme.example",)), dashboard=Dashboard(base_url="https://smoulder.acme.example")
)
CLAIM = links.Claim(
    action="take",
    incident_id=1,
    recipient="amina@acme.example",
    letter="abcd0123",
    expires_at=NOW + timedelta(hours=24),
)


class Office:
    """A store with one storm, the routes over it, and a clock moved by hand."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, NOW
        storm = Incident(
            id=0,
            brand="Acme <Rail>",
            kind="complaints",
            severity="storm",
            peak_severity="storm",
            state="open",
            opened_at=NOW - timedelta(minutes=9),
            last_signal_at=NOW,
        )
        opened = Change(incident=storm, events=(IncidentEvent(incident_id=0, at=NOW, kind="opened"),))
        self.changes = store.put_changes([opened])
        server = flask.Flask("test")
        act.register(server, store, CONFIG, lambda: self.now)
        self.browser = server.test_client()
        self.secret = link_secret(store, NOW)

    @property
    def incident(self) -> Incident:
        found = self.store.incident(1)
        assert found is not None
        return found

    def token(self, **changes: object) -> str:
        return links.sign(replace(CLAIM, **changes), self.secret)  # type: ignore[arg-type]

    def get(self, token: str) -> tuple[int, str]:
        answer = self.browser.get(f"/act/{token}")
        return answer.status_code, answer.get_data(as_text=True)

    def post(self, token: str) -> tuple[int, str]:
        answer = self.browser.post(f"/act/{token}")
        return answer.status_code, answer.get_data(as_text=True)

    def is_untouched(self) -> bool:
        return self.incident.owner is None and self.incident.state == "open"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    store = open_store(tmp_path / "smoulder.sqlite3")
    yield Office(store)
    store.close()


def test_opening_a_link_asks_and_changes_nothing(office: Office) -> None:
    status, page = office.get(office.token())
    assert status == 200
    assert "Storm at Acme &lt;Rail&gt;, since 14:32. Do you take it?" in page
    assert "written down as done by amina@acme.example" in page
    assert office.is_untouched()


def test_confirming_takes_it_and_records_who(office: Office) -> None:
    status, page = office.post(office.token())
    assert status == 200
    assert "It is yours, amina@acme.example" in page
    assert office.incident.owner == "amina@acme.example"
    assert office.incident.acknowledged_at == NOW
    assert office.store.incident_events(1)[-1].who == "amina@acme.example"


def test_what_was_handed_to_somebody_who_has_not_taken_it_can_be_taken_from_a_letter(office: Office) -> None:
    office.store.put_changes([incidents.own(office.incident, "Bo", NOW, by="Amina")])
    status, page = office.post(office.token())
    assert status == 200
    assert "It is yours, amina@acme.example" in page
    assert (office.incident.owner, office.incident.acknowledged_at) == ("amina@acme.example", NOW)


def test_not_a_crisis_closes_it_and_records_who(office: Office) -> None:
    office.post(office.token(action="dismiss"))
    assert office.incident.closed_at == NOW
    assert office.store.incident_events(1)[-1].words == "closed by amina@acme.example: not a crisis"


def test_a_replayed_link_changes_nothing_and_says_so(office: Office) -> None:
    token = office.token(action="dismiss")
    office.post(token)
    office.store.put_changes([Change(incident=replace(office.incident, closed_at=None, state="open"), events=())])
    status, page = office.post(token)
    assert status == 410
    assert "used already; nothing has changed" in page
    assert office.is_untouched()


def test_an_expired_link_changes_nothing_and_says_so(office: Office) -> None:
    token = office.token()
    office.now = NOW + timedelta(hours=24)
    for status, page in (office.get(token), office.post(token)):
        assert status == 410
        assert "too old; nothing has changed" in page
    assert office.is_untouched()


def test_a_link_signed_with_another_key_is_not_ours(office: Office) -> None:
    status, page = office.post(links.sign(CLAIM, "another secret"))
    assert status == 403
    assert "not one of ours" in page
    assert office.is_untouched()


def test_before_any_letter_was_written_no_link_is_ours(tmp_path: Path) -> None:
    store = open_store(tmp_path / "empty.sqlite3")
    server = flask.Flask("test")
    act.register(server, store, CONFIG, lambda: NOW)
    assert server.test_client().post(f"/act/{links.sign(CLAIM, '')}").status_code == 403
    store.close()


def test_the_second_to_take_it_learns_who_has_it(office: Office) -> None:
    office.post(office.token())
    status, page = office.post(office.token(recipient="ben@acme.example", letter="other"))
    assert status == 200
    assert "amina@acme.example has it already" in page
    assert office.incident.owner == "amina@acme.example"


def test_a_link_to_an_incident_that_is_over_or_gone_says_so(office: Office) -> None:
    office.post(office.token(action="dismiss"))
    assert "It has been over since 14:41" in office.get(office.token())[1]
    assert office.get(office.token(incident_id=77))[0] == 404


@given(st.data())
def test_no_change_of_a_token_is_accepted(data: st.DataObject) -> None:
    token = links.sign(CLAIM, "secret")
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(min_codepoint=33, max_codepoint=0x2FF).filter(lambda c: c != token[at]))
    changed = token[:at] + other + token[at + 1 :]
    try:
        claim = links.read(changed, "secret", NOW)
    except links.LinkError as error:
        assert error.reason == "forged"
    else:
        # The last character of base64 holds bits that mean nothing.
        assert claim == CLAIM
        assert at == len(token) - 1


@given(st.text(max_size=200))
def test_no_text_is_a_link_by_chance(text: str) -> None:
    with pytest.raises(links.LinkError):
        links.read(text, "secret", NOW)


def test_machines_are_told_no_owner_until_somebody_has_taken_it(office: Office) -> None:
    row = alerts.decide(office.changes, [], [], NOW, CONFIG.alerts)[0]
    told = []
    for change in (incidents.own(office.incident, "Bo", NOW, by="Amina"), incidents.own(office.incident, "Bo", NOW)):
        office.store.put_changes([change])
        told.append(compose(office.store, CONFIG, [row], NOW)[0].facts["owner"])
    assert told == [None, "Bo"]


def test_the_letter_holds_the_buttons_and_they_work(office: Office) -> None:
    row = alerts.decide(office.changes, [], [], NOW, CONFIG.alerts)[0]
    text = compose(office.store, CONFIG, [row], NOW)[0].text
    take, dismiss = re.findall(r"https://smoulder\.acme\.example/act/(\S+)", text)
    assert "I take it: https" in text and "Not a crisis: https" in text
    assert office.post(take)[0] == 200
    assert office.incident.owner == "amina@acme.example"
    assert office.post(dismiss)[0] == 200
    assert office.incident.closed_at is not None
