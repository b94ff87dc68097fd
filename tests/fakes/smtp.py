"""A real SMTP server on this machine that misbehaves on request.

It speaks enough of RFC 5321 for one letter at a time: EHLO, STARTTLS, AUTH PLAIN and LOGIN, MAIL, RCPT, DATA.
What it does wrong is asked anew for each connection, from `fault`:

    ok           accept
    421          say goodbye instead of hello
    535          refuse the log-in          454   cannot check the log-in now
    550-rcpt     refuse the recipient       451   not now, at the end of the letter
    550          refuse the letter          552-quotes   refuse a letter that quotes anybody
    drop         hang up before the end of the letter is confirmed, and forget it
    lost         keep the letter, and hang up without saying so: the 250 is lost
    hang         keep silent at the end of the letter, and forget it
    drip         answer one byte a second
    starttls-garbage   answer STARTTLS with 220 and then speak no TLS
"""

from __future__ import annotations

import asyncio
import base64
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import TracebackType
from typing import cast


@dataclass(frozen=True)
class Received:
    """One letter that the server has taken, and whether it said so."""

    to: str
    message_id: str
    raw: bytes
    is_confirmed: bool
    over_tls: bool
    user: str | None
    number: int  # of the connection

    @property
    def mail(self) -> EmailMessage:
        return cast(EmailMessage, message_from_bytes(self.raw, policy=default))


@dataclass
class FakeSmtp:
    """Use as a context manager; `port` is free and known once it runs."""

    fault: Callable[[], str] = lambda: "ok"
    tls: ssl.SSLContext | None = None
    security: str = "none"  # "none", "starttls" or "tls"
    users: dict[str, str] = field(default_factory=dict)  # not empty: AUTH is offered and asked for
    received: list[Received] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)  # what was done, one for each connection
    said_goodbye: set[int] = field(default_factory=set)  # connections that ended with QUIT: all replies were read
    on_received: Callable[[], None] = lambda: None
    port: int = 0

    def __enter__(self) -> FakeSmtp:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        if not ready.wait(10):
            raise RuntimeError("the mail server did not start")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self, ready: threading.Event) -> None:
        asyncio.run(self._serve(ready))

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._talks: set[asyncio.Task[None]] = set()
        context = self.tls if self.security == "tls" else None
        server = await asyncio.start_server(self._accept, "127.0.0.1", self.port, ssl=context)
        self._loop.set_exception_handler(lambda *_: None)  # clients that hang up are the point of it
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stop.wait()
        server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await asyncio.sleep(0.01)  # aborted lines close at the next turn of the loop

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        fault = self.fault()
        self.faults.append(fault)
        first = writer.transport
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, TimeoutError):
                await Talk(self, reader, writer, fault, len(self.faults)).run()
                writer.close()
                await asyncio.wait_for(writer.wait_closed(), 1)
        finally:
            self._talks.discard(talk)
            writer.transport.abort()  # type: ignore[attr-defined]
            first.abort()  # type: ignore[attr-defined]  the line under a TLS handshake that failed


class HangUp(ConnectionError):
    """The server ends the talk on purpose."""


@dataclass
class Talk:
    """One connection."""

    server: FakeSmtp
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    fault: str
    number: int
    user: str | None = None
    to: str = ""
    over_tls: bool = False

    async def run(self) -> None:
        self.over_tls = self.server.security == "tls"
        if self.fault == "421":
            await self.say("421 too busy")
            return
        await self.say("220 fake.localhost ESMTP")
        while True:
            line = (await self.reader.readline()).decode("utf-8", "replace").strip()
            if not line:
                return
            verb, _, rest = line.partition(" ")
            step = getattr(self, f"on_{verb.lower()}", None)
            if step is None:
                await self.say("502 not here")
                continue
            await step(rest)
            if verb.upper() == "QUIT":
                return

    async def say(self, words: str) -> None:
        if self.fault == "drip":
            for byte in words.encode():
                self.writer.write(bytes([byte]))
                await self.writer.drain()
                await asyncio.sleep(1)
        self.writer.write(words.encode() + b"\r\n")
        await self.writer.drain()

    async def on_ehlo(self, rest: str) -> None:
        lines = ["fake.localhost", "8BITMIME"]
        if self.server.security == "starttls" and not self.over_tls:
            lines.append("STARTTLS")
        if self.server.users and (self.over_tls or self.server.security == "none"):
            lines.append("AUTH PLAIN LOGIN")
        for line in lines[:-1]:
            await self.say(f"250-{line}")
        await self.say(f"250 {lines[-1]}")

    async def on_starttls(self, rest: str) -> None:
        await self.say("220 go ahead")
        if self.fault == "starttls-garbage":
            self.writer.write(b"this is no handshake\r\n" * 4)
            await self.writer.drain()
            raise HangUp
        assert self.server.tls is not None
        await self.writer.start_tls(self.server.tls)
        self.over_tls = True

    async def on_auth(self, rest: str) -> None:
        kind, _, initial = rest.partition(" ")
        if kind.upper() == "PLAIN":
            _, user, password = base64.b64decode(initial or await self.ask("")).decode().split("\0")
        else:
            user = base64.b64decode(initial or await self.ask("VXNlcm5hbWU6")).decode()
            password = base64.b64decode(await self.ask("UGFzc3dvcmQ6")).decode()
        if self.fault in ("535", "454"):
            await self.say(f"{self.fault} not this time")
        elif self.server.users.get(user) == password:
            self.user = user
            await self.say("235 welcome")
        else:
            await self.say("535 wrong name or password")

    async def ask(self, what: str) -> str:
        await self.say(f"334 {what}")
        return (await self.reader.readline()).decode().strip()

    async def on_mail(self, rest: str) -> None:
        await self.say("530 log in first" if self.server.users and self.user is None else "250 ok")

    async def on_rcpt(self, rest: str) -> None:
        self.to = rest.partition(":")[2].strip(" <>")
        await self.say("550 no such user" if self.fault == "550-rcpt" else "250 ok")

    async def on_data(self, rest: str) -> None:
        await self.say("354 go on")
        raw = (await self.reader.readuntil(b"\r\n.\r\n"))[:-3].replace(b"\r\n..", b"\r\n.")
        if self.fault in ("drop", "hang"):
            if self.fault == "hang":
                await self.reader.read()  # until the other side has had enough
            raise HangUp
        if self.fault in ("451", "550") or (self.fault == "552-quotes" and b"blockquote" in raw):
            await self.say(f"{self.fault[:3]} not this letter")
            return
        message_id = message_from_bytes(raw)["Message-ID"]
        is_confirmed = self.fault != "lost"
        self.server.received.append(
            Received(self.to, message_id, raw, is_confirmed, self.over_tls, self.user, self.number)
        )
        self.server.on_received()
        if not is_confirmed:
            raise HangUp
        await self.say(f"250 taken as {len(self.server.received)}")

    async def on_rset(self, rest: str) -> None:
        await self.say("250 ok")

    async def on_noop(self, rest: str) -> None:
        await self.say("250 ok")

    async def on_quit(self, rest: str) -> None:
        self.server.said_goodbye.add(self.number)
        await self.say("221 bye")
