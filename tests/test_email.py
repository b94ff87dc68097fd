"""The mail that leaves: over every kind of line, and through every refusal of a server."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
import trustme

from monitor.notifiers import Letter, NotifyError
from monitor.notifiers.email import Email, Files, Settings
from tests.fakes.smtp import FakeSmtp

AT = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def letter(**changes: object) -> Letter:
    values: dict[str, object] = {
        "to": "amina@acme.example",
        "message_id": "<incident-12.first.abc@smoulder.local>",
        "thread_id": None,
        "created_at": AT,
        "subject": "[Tempête] Acme Rail",
        "text": "Été : 37 plaintes.\n.\nune ligne avec un point seul\n",
        "html": "<p>Été</p><blockquote>quoted</blockquote>",
        "picture": PNG,
        "picture_words": "a chart",
    }
    return Letter(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def server_context(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.fixture
def plain() -> Iterator[FakeSmtp]:
    with FakeSmtp() as server:
        yield server


def client(server: FakeSmtp, **changes: object) -> Email:
    values: dict[str, object] = {"host": "127.0.0.1", "port": server.port, "security": server.security}
    return Email(Settings(**{**values, "timeout_seconds": 5.0, **changes}))  # type: ignore[arg-type]


def test_a_letter_arrives_as_text_html_and_an_inline_picture(plain: FakeSmtp) -> None:
    receipt = client(plain).send(letter())
    mail = plain.received[0].mail
    assert receipt == "250 taken as 1"
    assert mail["Subject"] == "[Tempête] Acme Rail"
    assert mail["To"] == "amina@acme.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None and html is not None
    assert text.get_content().splitlines()[:3] == ["Été : 37 plaintes.", ".", "une ligne avec un point seul"]
    assert html.get_content().strip() == "<p>Été</p><blockquote>quoted</blockquote>"
    picture = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    assert picture["Content-ID"] == "<chart>"
    assert picture.get_content() == PNG


def test_a_later_letter_hangs_on_the_first_of_its_incident(plain: FakeSmtp) -> None:
    client(plain).send(letter(thread_id="<incident-12.first.x@smoulder.local>"))
    mail = plain.received[0].mail
    assert mail["In-Reply-To"] == mail["References"] == "<incident-12.first.x@smoulder.local>"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_encrypted_and_logged_in(security: str, authority: trustme.CA, ca_file: str) -> None:
    context = server_context(authority, "127.0.0.1")
    with FakeSmtp(tls=context, security=security, users={"smoulder": "secret"}) as server:
        email = client(server, user="smoulder", password="secret", ca_file=ca_file)
        email.send(letter())
        assert "answers as smoulder" in email.probe()
    assert server.received[0].over_tls
    assert server.received[0].user == "smoulder"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_f19_a_certificate_of_another_name_is_refused_before_any_secret_is_told(
    security: str, authority: trustme.CA, ca_file: str
) -> None:
    context = server_context(authority, "elsewhere.example")
    with (
        FakeSmtp(tls=context, security=security, users={"smoulder": "secret"}) as server,
        pytest.raises(NotifyError, match=r"certificate .* is not trusted") as caught,
    ):
        client(server, user="smoulder", password="secret", ca_file=ca_file).send(letter())
    assert caught.value.permanent and caught.value.is_channel
    assert server.received == []


def test_f19_a_server_without_starttls_gets_nothing(plain: FakeSmtp) -> None:
    with pytest.raises(NotifyError, match="offers no STARTTLS; set security") as caught:
        client(plain, security="starttls").send(letter())
    assert caught.value.is_channel
    assert plain.received == []


def test_f19_a_broken_handshake_can_be_tried_again(authority: trustme.CA, ca_file: str) -> None:
    context = server_context(authority, "127.0.0.1")
    with (
        FakeSmtp(tls=context, security="starttls", fault=lambda: "starttls-garbage") as server,
        pytest.raises(NotifyError) as caught,
    ):
        client(server, ca_file=ca_file).send(letter())
    assert not caught.value.permanent


@pytest.mark.parametrize(
    ("fault", "words", "permanent", "is_channel"),
    [
        ("421", "not available", False, True),
        ("451", "refused the letter", False, False),
        ("550", "refused the letter", True, False),
        ("550-rcpt", "refused amina@acme.example", True, False),
        ("535", "refused the password for smoulder .*check SMTP_PASSWORD", True, True),
        ("454", "cannot check the log-in", False, True),
        ("drop", "did not take the letter", False, True),
        ("lost", "did not take the letter", False, True),
    ],
)
def test_f19_each_refusal_says_whether_trying_again_can_help(
    fault: str, words: str, permanent: bool, is_channel: bool
) -> None:
    with (
        FakeSmtp(fault=lambda: fault, users={"smoulder": "secret"}) as server,
        pytest.raises(NotifyError, match=words) as caught,
    ):
        client(server, user="smoulder", password="secret").send(letter())
    assert (caught.value.permanent, caught.value.is_channel) == (permanent, is_channel)
    assert "secret" not in str(caught.value)


def test_f19_nobody_listening_says_what_to_check(plain: FakeSmtp) -> None:
    email = client(plain)
    plain.__exit__()
    with pytest.raises(NotifyError, match="nobody listens there; check host and port"):
        email.send(letter())


@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_f20_a_server_that_never_finishes_is_left_when_the_time_is_up(fault: str) -> None:
    with FakeSmtp(fault=lambda: fault) as server:
        began = time.monotonic()
        with pytest.raises(NotifyError) as caught:
            client(server, timeout_seconds=0.6).send(letter())
        assert time.monotonic() - began < 3
    assert not caught.value.permanent


def test_without_a_server_a_letter_becomes_one_whole_file_however_often_it_is_sent(tmp_path: Path) -> None:
    files = Files(tmp_path / "outbox")
    paths = {files.send(letter()) for _ in range(3)}
    assert len(paths) == 1
    assert [path.suffix for path in (tmp_path / "outbox").iterdir()] == [".eml"]
    mail = message_from_bytes(Path(paths.pop()).read_bytes(), policy=default)
    assert mail["Message-ID"] == "<incident-12.first.abc@smoulder.local>"


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(NotifyError, match="cannot be written"):
        Files(tmp_path / "file" / "outbox").send(letter())
