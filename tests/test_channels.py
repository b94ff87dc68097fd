"""Ways to people beside mail: a signed webhook, and everything apprise knows."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.config import Alerts, Channel, Config, ConfigError, load_config
from monitor.notifiers import NOTIFIERS, Letter, NotifyError, notifier_class, notifier_module
from monitor.notifiers.webhook import Settings, Webhook
from monitor.outbox import open_channels
from tests.fakes.hook import FakeHook
from tests.run import smoulder

LETTER = Letter(
    to="ops",
    message_id="<incident-12.first.abc@smoulder.local>",
    thread_id=None,
    created_at=datetime(2026, 3, 3, 14, 41, tzinfo=UTC),
    subject="[Storm] Acme Rail",
    text="all of it",
    html="<p>all of it</p>",
    line="Storm at Acme Rail since 14:02: été",
    link="https://smoulder.acme.example/incident/12",
    facts={"stage": "first", "severity": "storm", "incident": 12},
)


# apprise imports a module of the standard library that is on its way out.
quiet_apprise = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def webhook(hook: FakeHook, **changes: object) -> Webhook:
    values: dict[str, object] = {"url": f"{hook.url}/alerts?team=a", "secret": "s3cret", "name": "ops"}
    return Webhook(Settings(**{**values, **changes}), clock=lambda: 1772548860.7)  # type: ignore[arg-type]


def test_a_webhook_is_signed_json_that_the_other_side_can_check() -> None:
    with FakeHook() as hook:
        assert webhook(hook).send(LETTER) == "HTTP 200"
    call = hook.calls[0]
    seconds, seal = (part.partition("=")[2] for part in call.headers["Smoulder-Signature"].split(","))
    expected = hmac.new(b"s3cret", f"{seconds}.".encode() + call.body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(seal, expected)
    assert (call.method, call.path) == ("POST", "/alerts?team=a")
    assert call.headers["Smoulder-Id"] == LETTER.message_id
    body = json.loads(call.body)
    assert body["line"] == "Storm at Acme Rail since 14:02: été"
    assert (body["incident"], body["severity"], body["stage"]) == (12, "storm", "first")


@pytest.mark.parametrize(
    ("status", "permanent", "is_channel"),
    [
        (301, True, True),
        (400, True, False),
        (401, True, True),
        (404, True, True),
        (408, False, True),
        (413, True, False),
        (429, False, True),
        (500, False, True),
        (503, False, True),
    ],
)
def test_each_answer_says_whether_trying_again_can_help(status: int, permanent: bool, is_channel: bool) -> None:
    with FakeHook(status=lambda: status) as hook, pytest.raises(NotifyError, match=str(status)) as caught:
        webhook(hook).send(LETTER)
    assert (caught.value.permanent, caught.value.is_channel) == (permanent, is_channel)
    assert "s3cret" not in str(caught.value)
    assert len(hook.calls) == 1  # no redirect was followed


def test_a_webhook_that_hangs_is_left_when_the_time_is_up() -> None:
    with FakeHook(status=lambda: "hang") as hook, pytest.raises(NotifyError, match="cannot be reached") as caught:
        webhook(hook, timeout_seconds=0.3).send(LETTER)
    assert not caught.value.permanent


def test_nobody_listening_is_a_sentence() -> None:
    with FakeHook() as hook:
        pass
    with pytest.raises(NotifyError, match="webhook ops cannot be reached"):
        webhook(hook).send(LETTER)


# --- is anybody there -----------------------------------------------------------------------------------------
@contextmanager
def raw_server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Takes one connection and does with it what no HTTP server should; gives "127.0.0.1:PORT"."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)

        def serve() -> None:
            with suppress(OSError), listener.accept()[0] as taken:
                answer(taken)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    thread.join(10)


def drip(taken: socket.socket) -> None:
    """A letter now and then, each of them within any patience, and never an end."""
    taken.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        taken.sendall(b"a")
        taken.settimeout(0.05)
        with suppress(TimeoutError):
            taken.recv(1000)


def talk_nonsense(taken: socket.socket) -> None:
    taken.recv(1000)
    taken.sendall(b"220 mail.example ESMTP\r\n")


@pytest.mark.parametrize("status", [200, 204, 401, 404, 405, 501])
def test_a_probe_of_a_webhook_hands_nothing_over_and_wants_any_answer(status: int) -> None:
    with FakeHook(status=lambda: status) as hook:
        said = webhook(hook).probe()
    assert f"answers (HTTP {status} to HEAD)" in said
    [call] = hook.calls
    assert (call.method, call.path, call.body) == ("HEAD", "/alerts?team=a", b"")
    assert not any(name.startswith("Smoulder") for name in call.headers), "there is nothing to sign"


@pytest.mark.parametrize(("status", "words"), [(302, "sends letters elsewhere"), (503, "in trouble itself")])
def test_a_probe_finds_a_webhook_that_would_lose_every_letter(status: int, words: str) -> None:
    with FakeHook(status=lambda: status) as hook, pytest.raises(NotifyError, match=words):
        webhook(hook).probe()


@pytest.mark.parametrize(
    ("scheme", "answer", "words"),
    [
        ("http", drip, "did not answer in time"),
        ("http", talk_nonsense, "cannot be reached"),
        ("http", lambda taken: None, "cannot be reached"),
        ("https", talk_nonsense, "cannot be reached"),
    ],
)
@pytest.mark.parametrize("ask", [Webhook.probe, lambda hook: hook.send(LETTER)], ids=["probe", "send"])
def test_a_webhook_that_misbehaves_is_one_line_in_good_time(
    scheme: str, answer: Callable[[socket.socket], None], words: str, ask: Callable[[Webhook], str]
) -> None:
    with raw_server(answer) as where:
        settings = Settings(url=f"{scheme}://{where}/x", secret="s3cret", name="ops", timeout_seconds=0.5)
        began = time.monotonic()
        with pytest.raises(NotifyError, match=words) as caught:
            ask(Webhook(settings))
        assert time.monotonic() - began < 5
    assert "\n" not in str(caught.value) and "s3cret" not in str(caught.value)


@pytest.mark.parametrize("url", ["https://hooks.example:tcp/x", "https://[hooks/x"])
def test_a_url_that_is_no_address_shuts_one_channel_and_says_why(url: str) -> None:
    channels = (Channel(name="ops", kind="webhook", url=url, secret="s"),)
    opened = open_channels(Config(alerts=Alerts(to=("ops",), channels=channels)))
    with pytest.raises(NotifyError, match="webhook ops is no address") as caught:
        opened["ops"].send(LETTER)
    assert caught.value.permanent and caught.value.is_channel


@quiet_apprise
def test_a_probe_of_apprise_only_knocks() -> None:
    pytest.importorskip("apprise")
    with FakeHook() as hook:
        channel = notifier_class("apprise")(
            notifier_module("apprise").Settings(secret=hook.url.replace("http", "json"))
        )
        where = hook.url.removeprefix("http://")
        assert channel.probe() == f"{where} answers"
        assert hook.calls == []
    with pytest.raises(NotifyError, match=f"{where}, cannot be reached: nobody listens there") as caught:
        channel.probe()
    assert caught.value.is_channel and not caught.value.permanent


@quiet_apprise
@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("json://hooks.example:81/x", ("hooks.example", 81)),
        ("jsons://hooks.example/x", ("hooks.example", 443)),
        ("ntfy://a-topic", ("ntfy.sh", 443)),
        ("ntfy://ntfy.example/a-topic", ("ntfy.example", 80)),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/", ("hooks.slack.com", 443)),
        ("tgram://123456789:abcdefg_hijklmnop/12315544", ("api.telegram.org", 443)),
        ("mailto://ada:secret@mail.example:2525", ("mail.example", 2525)),
        ("syslog://", None),
    ],
)
def test_the_host_behind_an_apprise_address_is_never_its_secret(address: str, place: tuple[str, int] | None) -> None:
    apprise = pytest.importorskip("apprise")
    from monitor.notifiers.apprise import place_of

    channels = apprise.Apprise()
    assert channels.add(address)
    assert place_of(channels[0]) == place


def test_check_tells_of_each_channel_in_one_line(tmp_path: Path) -> None:
    with FakeHook() as hook:
        pass
    there = FakeHook(status=lambda: 405)
    with there:
        path = tmp_path / "smoulder.toml"
        path.write_text(
            '[[brands]]\nname = "Brume"\nterms = ["brume"]\n[alerts]\nto = ["ops", "gone"]\n'
            f'[[alerts.channels]]\nname = "ops"\nkind = "webhook"\nurl = "{there.url}/a"\n'
            f'[[alerts.channels]]\nname = "gone"\nkind = "webhook"\nurl = "{hook.url}/a"\n'
        )
        done = smoulder("check", "--config", path, "--data", tmp_path, CHANNEL_OPS="a", CHANNEL_GONE="b")
    assert done.returncode == 2
    assert "ok    channel ops: " in done.stdout and "(HTTP 405 to HEAD)" in done.stdout
    assert "MEND  channel gone: The webhook gone cannot be reached: nobody listens there" in done.stdout
    assert "ok    mail: not needed: everybody is told by a channel." in done.stdout
    assert [call.method for call in there.calls] == ["HEAD"]


def test_a_data_folder_that_is_a_file_is_found_out(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    path = tmp_path / "smoulder.toml"
    path.write_text('[[brands]]\nname = "Brume"\nterms = ["brume"]\n')
    assert "MEND  data folder" in smoulder("check", "--config", path, "--data", tmp_path / "data").stdout


@quiet_apprise
def test_apprise_gets_the_first_line_and_the_link_and_nobody_elses_words() -> None:
    pytest.importorskip("apprise")
    with FakeHook() as hook:
        settings = notifier_module("apprise").Settings(secret=hook.url.replace("http", "json"), name="chat")
        assert notifier_class("apprise")(settings).send(LETTER) == "chat took it"
    body = json.loads(hook.calls[0].body)
    assert body["title"] == "[Storm] Acme Rail"
    assert body["message"] == f"{LETTER.line}\n{LETTER.link}"


@quiet_apprise
def test_an_apprise_channel_that_refuses_is_tried_again() -> None:
    pytest.importorskip("apprise")
    with FakeHook(status=lambda: 500) as hook:
        settings = notifier_module("apprise").Settings(secret=hook.url.replace("http", "json"), name="chat")
        with pytest.raises(NotifyError, match="chat did not take") as caught:
            notifier_class("apprise")(settings).send(LETTER)
    assert not caught.value.permanent


@quiet_apprise
def test_every_notifier_has_a_class_and_settings() -> None:
    for kind in NOTIFIERS:
        assert hasattr(notifier_class(kind), "send")
        assert hasattr(notifier_module(kind), "Settings")


@quiet_apprise
def test_a_channel_that_cannot_be_opened_does_not_silence_the_others(tmp_path: Path) -> None:
    pytest.importorskip("apprise")
    broken = Channel(name="chat", kind="apprise", secret="no such thing")
    channels = open_channels(Config(data_dir=tmp_path, alerts=Alerts(channels=(broken,))))
    assert channels["email"].send(LETTER).endswith(".eml")
    with pytest.raises(NotifyError, match="apprise does not understand the address of chat"):
        channels["chat"].send(LETTER)


CONFIG = """
[[brands]]
name = "Acme"
terms = ["acme"]
[alerts]
to = ["amina@acme.example", "ops-chat"]
[[alerts.channels]]
name = "ops-chat"
kind = "webhook"
url = "https://hooks.acme.example/smoulder"
"""


def test_the_secret_of_a_channel_comes_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "smoulder.toml").write_text(CONFIG)
    config = load_config(tmp_path / "smoulder.toml", {"CHANNEL_OPS_CHAT": "from outside"})
    assert config.alerts.channels[0].secret == "from outside"
    assert isinstance(open_channels(config)["ops-chat"], Webhook)


def test_a_channel_without_a_secret_or_a_recipient_nobody_knows_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "smoulder.toml"
    path.write_text(CONFIG)
    with pytest.raises(ConfigError, match='secret of "ops-chat" belongs into the environment: CHANNEL_OPS_CHAT'):
        load_config(path, {})
    path.write_text(CONFIG.replace('"ops-chat"]', '"ops"]'))
    with pytest.raises(ConfigError, match=r'"ops" is neither a mail address nor the name of a channel.*ops-chat'):
        load_config(path, {"CHANNEL_OPS_CHAT": "x"})


@pytest.mark.parametrize("address", ["a b@", "zoé@acme.example", "a@b.example\\nBcc: c@d.example"])
def test_a_recipient_that_no_server_would_take_is_a_sentence(address: str, tmp_path: Path) -> None:
    path = tmp_path / "smoulder.toml"
    path.write_text(CONFIG.replace("amina@acme.example", address))
    with pytest.raises(ConfigError, match="is no mail address; write it like"):
        load_config(path, {"CHANNEL_OPS_CHAT": "x"})


@quiet_apprise
@pytest.mark.parametrize(
    "address",
    [
        "mastodon://token@mastodon.example",
        "bluesky://acme@app-password",
        "misskey://token@misskey.example",
        "twitter://consumerkey/consumersecret/accesstoken/accesssecret?mode=tweet",
        "reddit://user:password@appid/secret/acme",
    ],
)
def test_a_channel_that_would_post_in_public_is_refused(address: str) -> None:
    apprise = pytest.importorskip("apprise")
    assert apprise.Apprise().add(address), "apprise itself would take it"
    with pytest.raises(NotifyError, match="post in public"):
        notifier_class("apprise")(notifier_module("apprise").Settings(secret=address, name="loud"))
