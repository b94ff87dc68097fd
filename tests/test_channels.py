"""Ways to people beside mail: a signed webhook, and everything apprise knows."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.config import Alerts, Channel, Config, ConfigError, load_config
from monitor.notifiers import NOTIFIERS, Letter, NotifyError, notifier_class, notifier_module
from monitor.notifiers.webhook import Settings, Webhook
from monitor.outbox import open_channels
from tests.fakes.hook import FakeHook

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
