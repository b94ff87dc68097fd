"""The quiet switch: who may turn it, what it holds, who is told, and that nothing else ends it."""

from __future__ import annotations

import io
import json
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard import security
from dashboard.app import create_app
from db.rows import Incident, Planned, Rules
from db.sqlite import SqliteStore
from db.store import Store
from monitor import incidents, outbox, running, switch
from monitor.answer import planned as plans
from monitor.answer.planned import Going, collisions
from monitor.answer.quiet import Quiet, harm_in, may_answer, read
from monitor.config import Alerts, Channel, Config, ConfigError
from tests import scene
from tests.clock import NOON, Clock
from tests.fakes.hook import FakeHook
from tests.make import make_incident, make_mention, make_score, make_scored
from tests.run import smoulder

HOUR = timedelta(hours=1)
PASSWORD = "a long enough one"
CSV = """Scheduled at,Channel,Text
2026-03-10 15:00,x,Our spring range is here! #OtterDay
2026-03-10 09:00,x,Good morning
,x,Someday
"""


def on(store: Store, why: str = "an accident at Hartsea") -> None:
    assert switch.turn(store, on=True, by="Amina", why=why, now=NOON)


def plan(store: Store, data: str = CSV, **more: Any) -> int:
    given = {"file": "plan.csv", "by": "Amina", "now": NOON, "zone": "UTC"} | more
    return switch.plan(store, data.encode(), **given)[1]


def deeds(store: Store) -> list[tuple[str, str]]:
    return [(deed.who, deed.what) for deed in store.deeds()]


# --- the switch -----------------------------------------------------------------------------------------------
def test_it_is_signed_and_stands_in_the_audit_log(store: Store) -> None:
    on(store)
    assert not switch.turn(store, on=True, by="Bo", why="me too", now=NOON + HOUR)
    assert (switch.quiet(store).by, switch.quiet(store).why) == ("Amina", "an accident at Hartsea")
    assert switch.turn(store, on=False, by="Bo", why="", now=NOON + HOUR)
    assert not switch.turn(store, on=False, by="Bo", why="", now=NOON + HOUR)
    assert deeds(store) == [("Bo", "quiet off"), ("Amina", "quiet on")]


@pytest.mark.parametrize(("by", "why"), [("", "a reason"), ("  ", "a reason"), ("Amina", " ")])
def test_without_a_name_or_a_reason_it_is_not_turned(store: Store, by: str, why: str) -> None:
    with pytest.raises(ValueError):
        switch.turn(store, on=True, by=by, why=why, now=NOON)
    assert not switch.quiet(store).is_on


def test_no_time_and_no_restart_ends_it(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    with closing(SqliteStore(path, ballast_bytes=0)) as store:
        on(store)
    with closing(SqliteStore(path, ballast_bytes=0)) as again:
        assert switch.quiet(again).is_on
        assert again.wall("Acme", NOON + timedelta(days=900)).quiet_why == "an accident at Hartsea"


@pytest.mark.parametrize(
    "setting", ["on", "", "[]", "null", "{}", '{"since": null}', '{"since": 5, "why": []}', "\x00"]
)
def test_whatever_stands_in_the_setting_is_quiet(setting: str) -> None:
    assert read(setting).is_on
    assert not read(None).is_on


# --- what is held ---------------------------------------------------------------------------------------------
def test_what_is_planned_is_held_and_each_needs_a_yes_of_its_own(store: Store) -> None:
    assert plan(store) == 3
    on(store)
    held = {post.text: post for post in store.planned() if post.state == "held"}
    assert set(held) == {"Our spring range is here! #OtterDay", "Someday"}
    assert not switch.decide(store, held["Someday"], go=True, by="Amina", now=NOON)
    switch.turn(store, on=False, by="Amina", why="", now=NOON + HOUR)
    assert {post.state for post in store.planned() if post.text in held} == {"held"}
    assert switch.decide(store, held["Someday"], go=True, by="Bo", now=NOON + HOUR)
    states = {post.text: (post.state, post.decided_by) for post in store.planned() if post.text in held}
    assert states == {"Our spring range is here! #OtterDay": ("held", None), "Someday": ("released", "Bo")}
    assert deeds(store)[0] == ("Bo", "let a post go")


def test_what_is_planned_while_it_is_quiet_is_held_at_once(store: Store) -> None:
    on(store)
    plan(store)
    assert sorted(post.state for post in store.planned()) == ["held", "held", "planned"]


def test_a_restored_backup_does_not_end_it(tmp_path: Path) -> None:
    from monitor import keeping

    path, copy = tmp_path / "smoulder.sqlite3", tmp_path / "copy.sqlite3"
    with closing(SqliteStore(path, ballast_bytes=0)) as store:
        plan(store)
        store.backup(copy)
        on(store)
    assert "still is" in keeping.restore(copy, path)
    with closing(SqliteStore(path, ballast_bytes=0)) as store:
        assert switch.quiet(store) == Quiet(since="2026-03-10T12:00:00+00:00", by="Amina", why="an accident at Hartsea")
        assert sorted(post.state for post in store.planned()) == ["held", "held", "planned"]
        assert store.wall("Acme", NOON).quiet_since == NOON


def test_after_a_restore_other_tools_are_told_by_a_larger_number(tmp_path: Path) -> None:
    from monitor import keeping

    path, copy = tmp_path / "smoulder.sqlite3", tmp_path / "copy.sqlite3"
    with closing(SqliteStore(path, ballast_bytes=0)) as store:
        store.backup(copy)
        on(store)
        switch.turn(store, on=False, by="Bo", why="", now=NOON + HOUR)
        assert switch.document(store, NOON)["number"] == 2
    keeping.restore(copy, path)
    with closing(SqliteStore(path, ballast_bytes=0)) as store:
        assert not switch.quiet(store).is_on
        assert switch.document(store, NOON)["number"] == 3, "they keep the largest"


def test_a_restore_over_a_store_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    from monitor import keeping

    path, copy = tmp_path / "smoulder.sqlite3", tmp_path / "copy.sqlite3"
    with closing(SqliteStore(path, ballast_bytes=0)) as store:
        on(store)
        store.backup(copy)
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    assert "Whether it was quiet before could not be read" in keeping.restore(copy, path)


def test_half_a_letter_does_not_keep_it_from_being_turned_on(store: Store) -> None:
    assert switch.turn(store, on=True, by="Amina", why="an accident \ud83d", now=NOON)
    assert switch.quiet(store).why == "an accident \ufffd" == store.wall("Acme", NOON).quiet_why


def test_what_was_planned_long_ago_crowds_out_nothing(store: Store) -> None:
    for part in ("a", "b"):
        rows = [
            f"2025-{m:02}-{d:02} 10:00,x,{part} {m} {d} {n}"
            for m in range(1, 12)
            for d in range(1, 28)
            for n in "12345"
        ]
        assert plan(store, "\n".join(["Scheduled at,Channel,Text", *rows])) == 11 * 27 * 5
    plan(store)
    listed = {post.text for post in switch.listed(store, NOON)}
    assert listed == {"Our spring range is here! #OtterDay", "Someday", "Good morning"}
    on(store)
    assert not any(post["may_go_out"] for post in switch.document(store, NOON)["posts"])


# --- reading plans --------------------------------------------------------------------------------------------
def texts(data: str | bytes, zone: str = "Europe/Paris") -> list[tuple[str, str | None, str]]:
    from zoneinfo import ZoneInfo

    raw = data if isinstance(data, bytes) else data.encode()
    found = plans.read(raw, file="f", by="Amina", now=NOON, zone=ZoneInfo(zone))
    return [(post.text, post.at.isoformat() if post.at else None, post.channel) for post in found.posts]


ICS = """BEGIN:VCALENDAR\r
BEGIN:VEVENT\r
UID:1@tool\r
DTSTART:20260310T140000Z\r
SUMMARY:New blends are\r
  in\\, at last\r
LOCATION:Instagram\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:2@tool\r
DTSTART;TZID=Europe/London:20260310T1500\r
DESCRIPTION:Two\\nlines\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20260311\r
SUMMARY:Some time that day\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART:20260101T080000Z\r
RRULE:FREQ=DAILY\r
SUMMARY:Every morning\r
END:VEVENT\r
END:VCALENDAR\r
"""


def test_a_calendar_is_read() -> None:
    assert texts(ICS) == [
        ("New blends are in, at last", "2026-03-10T14:00:00+00:00", "Instagram"),
        ("Two\nlines", "2026-03-10T15:00:00+00:00", ""),
        ("Some time that day", "2026-03-11T23:59:59+01:00", ""),
        ("Every morning", None, ""),
    ]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ('[{"id": 7, "text": "a", "scheduled_at": "2026-03-10T15:00:00Z"}]', ("a", "2026-03-10T15:00:00+00:00", "")),
        ('{"updates": [{"body": "a", "due_at": 1773154800, "service": "x"}]}', ("a", "2026-03-10T15:00:00+00:00", "x")),
        ('{"text": "a", "at": "2026-03-10 15:00"}\n{"text": "b"}', ("a", "2026-03-10T15:00:00+01:00", "")),
        ("date;heure;texte\n10/03/2026;15h00;a", ("a", "2026-10-03T15:00:00+02:00", "")),
        ("date;heure;texte\n10/03/2026;15h00;a\n28/03/2026;9h30;b", ("a", "2026-03-10T15:00:00+01:00", "")),
        ("when,text\n3/10/2026 3:00 PM,a\n3/28/2026 9:00 AM,b", ("a", "2026-03-10T15:00:00+01:00", "")),
        ("date,text\n25/03/2026,a", ("a", "2026-03-25T23:59:59+01:00", "")),
        ("Date\tTime\tMessage\n2026-03-10\t15:00\ta", ("a", "2026-03-10T15:00:00+01:00", "")),
        ("\ufefftext,when\na,soon", ("a", None, "")),
        (
            'text,at\n"two\nlines, and a comma",2026-03-10T15:00Z',
            ("two\nlines, and a comma", "2026-03-10T15:00:00+00:00", ""),
        ),
    ],
)
def test_exports_of_many_tools_are_read(data: str, found: tuple[str, str | None, str]) -> None:
    assert texts(data)[0] == found


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00", b"\xff\xfe\x00", b"[", b"{", b"[1, null, []]", b"{}", b"text\n\n", b"a,b\n1,2", b"BEGIN:VCALENDAR",
     b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:99999999T999999Z\nEND:VEVENT", b"[" * 100_000, b'{"text": ' * 9_000,
     "\u202e,\u0000\n".encode() * 50, b"text,at\nx,99999999999999999999", b'{"text": {"a": 1}}',
     bytes(range(256)) * 40],
)  # fmt: skip
def test_a_file_of_any_content_is_answered_in_words(data: bytes) -> None:
    found = plans.read(data, file="f", by="Amina", now=NOON, zone=NOON.tzinfo)  # type: ignore[arg-type]
    assert found.posts or found.mistakes


def test_the_same_export_again_changes_nothing_and_a_later_one_adds(store: Store) -> None:
    assert (plan(store), plan(store), plan(store, CSV + "2026-03-11 10:00,x,Another one\n")) == (3, 0, 1)


# --- collisions -----------------------------------------------------------------------------------------------
def post(text: str, hours: float | None = 1) -> Planned:
    at = None if hours is None else NOON + hours * HOUR
    return Planned(id="1", text=text, added_by="Amina", added_at=NOON, at=at)


def said(planned: Planned, **going: Any) -> list[str]:
    return [each.words for each in collisions(planned, Going(now=NOON, **going))]


STORM = replace(make_incident(), id=12, severity="storm", brand="Acme", opened_at=NOON - HOUR)


@pytest.mark.parametrize(
    ("planned", "going", "words"),
    [
        (post("Hello"), {}, []),
        (post("Hello"), {"is_quiet": True, "quiet_since": NOON}, ["It would go out while it is quiet."]),
        (post("Hello", -1), {"is_quiet": True, "quiet_since": NOON}, []),
        (post("Hello", None), {"is_quiet": True, "quiet_since": NOON}, ["Nobody knows when it would go out."]),
        (post("Join #Cairo"), {"verdicts": {"#cairo": "STOP"}}, ["#Cairo is STOP: look at what it is about."]),
        (post("Join #Otters"), {"verdicts": {"#otters": "OK"}}, []),
        (post("Join #Otters"), {}, ["#Otters: nobody has read what it is about."]),
        (
            post("New wheelchair ramp"),
            {"incidents": ((STORM, ("wheelchair", "guard")),)},
            ["It shares words with incident 12: wheelchair."],
        ),
        (post("Hello"), {"incidents": ((STORM, ("wheelchair",)),)}, ["There is a storm at Acme."]),
        (post("Hello", 99), {"incidents": ((STORM, ("wheelchair",)),)}, []),
        (post("Hello", -2), {"incidents": ((STORM, ("hello",)),)}, []),
        (
            post("An explosion of colour"),
            {"is_quiet": True, "quiet_since": NOON + 9 * HOUR},
            ["It has words that may hurt now: explosion."],
        ),
    ],
)
def test_what_a_planned_post_collides_with(planned: Planned, going: dict[str, Any], words: list[str]) -> None:
    assert said(planned, **going) == words


def test_the_brands_own_name_is_no_collision(store: Store) -> None:
    scene.setting_the_scene(store, NOON)
    scene.storm(store, NOON)
    rules = list(store.rules().values())
    going = switch.going(store, [], rules, NOON)
    assert going.incidents and not {"acme", "rail"} & {
        word.casefold() for _, words in going.incidents for word in words
    }


# --- people are hurt ------------------------------------------------------------------------------------------
HURT = [
    "Two people are dead at your crossing",
    "My father is injured, the train hit his car",
    "Ambulances everywhere, they were killed",
]


def test_several_people_who_speak_of_the_hurt_are_asked_about() -> None:
    posts = [make_scored(text, author=f"a{n}") for n, text in enumerate(HURT * 2)]
    found = harm_in(make_incident(), posts)
    assert found.must_be_asked and found.is_assumed and found.people == 6


@pytest.mark.parametrize("is_thread", [True, False])
@pytest.mark.parametrize("begins", [0, 400])
def test_people_who_are_hurt_long_after_it_began_are_seen_too(store: Store, begins: int, is_thread: bool) -> None:
    root = "x:root" if is_thread else None
    texts = [HURT[n % 3] if 0 <= n - begins < 150 else "My parcel is late" for n in range(600)]
    posts = [
        make_mention(text, native=n, at=NOON + timedelta(seconds=n), author=f"a{n}", conversation_id=root)
        for n, text in enumerate(texts)
    ]
    store.add_mentions(posts)
    store.add_scores([make_score(post, "complaint") for post in posts])
    incident = make_incident(at=NOON, first_post_at=NOON, root=root, brand=posts[0].brand, last_signal_at=NOON + HOUR)
    assert switch.harm(store, incident).must_be_asked


def test_one_who_shouts_is_no_tragedy() -> None:
    posts = [make_scored(text, author="one") for text in HURT * 3]
    assert not harm_in(make_incident(), posts).is_seen


def test_late_parcels_hurt_nobody() -> None:
    posts = [make_scored("My parcel is late and nobody answers, what a shame") for _ in range(30)]
    assert not harm_in(make_incident(), posts).is_seen


def test_a_persons_word_counts_more_than_what_is_seen() -> None:
    posts = [make_scored(text, author=f"a{n}") for n, text in enumerate(HURT * 2)]
    assert not harm_in(make_incident(), posts, "no", "Amina").is_assumed
    assert harm_in(make_incident(), [], "yes", "Amina").is_assumed


@pytest.mark.parametrize(
    ("who", "role", "answer", "may"),
    [
        ("Amina", "responder", "yes", True), ("Amina", "responder", "no", True), ("Bo", "responder", "yes", True),
        ("Bo", "responder", "no", False), ("Ada", "admin", "no", True), ("Vi", "viewer", "yes", False),
        ("wall", "wall", "yes", False), ("Amina", "responder", "perhaps", False),
    ],
)  # fmt: skip
def test_who_may_say_whether_people_are_hurt(who: str, role: str, answer: str, may: bool) -> None:
    owned: Incident = replace(make_incident(), owner="Amina", acknowledged_at=NOON)
    assert may_answer(owned, who, role, answer) is may


@pytest.mark.parametrize(
    ("who", "role", "may"),
    [("Amina", "responder", True), ("Bo", "responder", True), ("Ada", "admin", True), ("Vi", "viewer", False)],
)
def test_who_was_only_asked_to_take_it_does_not_own_the_answer_yet(who: str, role: str, may: bool) -> None:
    handed = incidents.own(make_incident(), "Bo", NOON, by="Cleo").incident
    assert (handed.owner, handed.acknowledged_at) == ("Bo", None)
    assert may_answer(handed, who, role, "no") is may
    taken = incidents.acknowledge(handed, "Bo", NOON).incident
    assert may_answer(taken, who, role, "no") is (who == "Bo" or role == "admin")


# --- other tools ----------------------------------------------------------------------------------------------
def config(hook: FakeHook) -> Config:
    channel = Channel(name="publisher", kind="webhook", url=hook.url, secret="s3cret")
    return Config(alerts=Alerts(channels=(channel,)))


def rounds(store: Store, settings: Config, clock: Clock) -> outbox.Rounds:
    return outbox.Rounds(outbox.Outbox(store, settings, outbox.open_channels(settings)), clock)


def test_a_webhook_is_told_at_least_once_of_each_move(store: Store) -> None:
    answers: list[int | str] = [503, 200, 200, 200]
    with FakeHook(status=lambda: answers.pop(0)) as hook:
        settings, clock = config(hook), Clock()
        going = rounds(store, settings, clock)
        on(store)
        going._quiet(clock())
        assert outbox.send_due(store, settings, going.outbox.channels, clock()) == 0
        clock.move(minutes=2)
        assert outbox.send_due(store, settings, going.outbox.channels, clock()) == 1
        switch.turn(store, on=False, by="Amina", why="", now=clock())
        going._quiet(clock())
        going._quiet(clock())
        rounds(store, settings, clock)._quiet(clock())  # a notify process that starts anew
        assert outbox.send_due(store, settings, going.outbox.channels, clock()) == 1
        first, again, off = (json.loads(call.body) for call in hook.calls)
    assert first["id"] == again["id"] != off["id"]
    assert (again["reason"], again["switch"]["quiet"], off["switch"]["quiet"]) == ("quiet", True, False)
    assert again["switch"]["number"] < off["switch"]["number"]
    assert "Quiet is on since" in again["text"] and "an accident at Hartsea" in again["text"]


def test_a_late_letter_says_how_things_are_now(store: Store) -> None:
    answers: list[int | str] = [503, 200, 200]
    with FakeHook(status=lambda: answers.pop(0)) as hook:
        settings, clock = config(hook), Clock()
        on(store)
        switch.turn(store, on=False, by="Amina", why="", now=clock())
        going = rounds(store, settings, clock)
        going._quiet(clock())
        outbox.send_due(store, settings, going.outbox.channels, clock())
        switch.turn(store, on=True, by="Bo", why="again", now=clock.move(minutes=2))
        outbox.send_due(store, settings, going.outbox.channels, clock())
        assert json.loads(hook.calls[-1].body)["switch"]["quiet"] is True


# --- the API --------------------------------------------------------------------------------------------------
@pytest.fixture
def app(store: Store) -> Dash:
    store.put_rules(Rules(brand="Acme", terms=("acme",)), "test", NOON)
    return create_app(store, Config(), lambda: NOON)


def visitor(app: Dash, store: Store, role: str) -> FlaskClient:
    client: FlaskClient = app.server.test_client()
    if role == "wall":
        client.get(f"/?wall={security.new_wall_token(store, NOON)}")
    elif role != "nobody":
        client.get(security.new_login_link(store, NOON, role.title(), role))  # type: ignore[arg-type]
    return client


def test_a_tool_asks_with_its_token_whether_it_may_publish(app: Dash, store: Store) -> None:
    token = security.new_tool_token(store, NOON, "planner", "test")
    plan(store)
    on(store)
    client = app.server.test_client()
    answer = client.get("/api/v1/quiet", headers={"Authorization": f"Bearer {token}"})
    told = answer.get_json()
    assert (told["quiet"], told["by"], told["why"]) == (True, "Amina", "an accident at Hartsea")
    assert [post["may_go_out"] for post in told["posts"]] == [False] * 3
    assert answer.headers["Cache-Control"] == "no-store" and "spring range" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "header", ["", "Bearer ", "Bearer wrong", "Basic x", "Bearer \u00e9".encode().decode("latin-1")]
)
def test_without_a_token_of_a_tool_nothing_is_told(app: Dash, store: Store, header: str) -> None:
    client = app.server.test_client()
    assert client.get("/api/v1/quiet", headers={"Authorization": header}).status_code == 401


def test_a_token_of_a_tool_opens_nothing_else_and_ends_when_it_is_revoked(app: Dash, store: Store) -> None:
    token = security.new_tool_token(store, NOON, "planner", "test")
    client, headers = app.server.test_client(), {"Authorization": f"Bearer {token}"}
    assert client.post("/api/v1/quiet", headers=headers).status_code in (401, 405)
    for path in ("/api/v1/health", "/quiet", "/inbox", "/_dash-layout", "/_dash-dependencies"):
        assert client.get(path, headers=headers).status_code in (302, 401)
    assert client.get("/api/v1/quiet", headers=headers).status_code == 200
    assert security.revoke_tool_token(store, "planner", "test", NOON)
    assert client.get("/api/v1/quiet", headers=headers).status_code == 401


def test_a_wall_may_not_ask_and_a_viewer_may(app: Dash, store: Store) -> None:
    assert visitor(app, store, "wall").get("/api/v1/quiet").status_code == 403
    assert visitor(app, store, "viewer").get("/api/v1/quiet").status_code == 200


# --- the command ----------------------------------------------------------------------------------------------
@pytest.fixture
def house(tmp_path: Path) -> Path:
    with closing(SqliteStore(tmp_path / "smoulder.sqlite3", ballast_bytes=0)) as store:
        for name, role, password in (
            ("Amina", "responder", PASSWORD),
            ("Vi", "viewer", PASSWORD),
            ("Link", "admin", None),
        ):
            security.put_user(store, name, role, password, "test", NOON)  # type: ignore[arg-type]
    return tmp_path


@pytest.mark.parametrize(
    ("name", "password", "words"),
    [
        ("", PASSWORD, "there is no user"),
        ("Nobody", PASSWORD, "there is no user"),
        ("Vi", PASSWORD, "may only look"),
        ("Amina", None, "The password of Amina is needed"),
        ("Amina", "", "The password of Amina is needed"),
        ("Amina", "not the one", "That is not the password"),
        ("Link", PASSWORD, "has no password"),
    ],
)
def test_by_command_only_a_known_person_with_the_role_and_their_password(
    house: Path, monkeypatch: pytest.MonkeyPatch, name: str, password: str | None, words: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    monkeypatch.delenv("SMOULDER_PASSWORD", raising=False)
    if password is not None:
        monkeypatch.setenv("SMOULDER_PASSWORD", password)
    with closing(SqliteStore(house / "smoulder.sqlite3", ballast_bytes=0)) as store:
        with pytest.raises(ConfigError, match=words):
            running.named(store, name, must_prove=True)
        monkeypatch.setenv("SMOULDER_PASSWORD", PASSWORD)
        assert running.named(store, "Amina", must_prove=True) == "Amina"


def test_by_command_it_is_turned_on_by_name_and_off_by_password(house: Path) -> None:
    def quiet(*words: str, **environ: str) -> tuple[int, str]:
        done = smoulder("quiet", *words, "--data", house, **environ)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout

    assert quiet("on", "an accident", "--by", "Amina")[0] == 0
    assert quiet("off", "--by", "Amina")[0] == 2
    assert quiet("off", "--by", "Amina", SMOULDER_PASSWORD=PASSWORD) == (0, "Quiet is off.\n")


def test_by_command_a_plan_is_listed_with_what_it_collides_with(house: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(CSV.replace("2026", "2126"))
    done = smoulder("quiet", "plan", path, "--by", "Amina", "--json", "--data", house)
    rows = json.loads(done.stdout)
    assert rows[0]["text"] == "Someday" and len(rows) == 3
    assert rows[-1]["collides"] == ["#OtterDay: nobody has read what it is about."]
    assert smoulder("quiet", "plan", tmp_path / "none.csv", "--by", "Amina", "--data", house).returncode == 2


def test_an_incident_without_a_root_is_what_was_complained_in_its_time(store: Store) -> None:
    rows = [make_mention(text, native=n) for n, text in enumerate(HURT)]
    store.add_mentions(rows)
    store.add_scores([make_score(row, "complaint", tragedy=0.9) for row in rows])
    incident = replace(
        make_incident(), brand="Acme", root=None, opened_at=NOON, last_signal_at=NOON, first_post_at=NOON
    )
    assert len(switch.posts_of(store, incident)) == len(HURT)
