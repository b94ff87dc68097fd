"""Starting things: the demo or the house's own configuration, and each process alone.

Composition for the command line; decisions are made elsewhere.
"""

from __future__ import annotations

import dataclasses
import os
import secrets
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from db.rows import Deed, Notification
from db.store import Store, open_store
from monitor.config import Config, ConfigError, demo_config, load_config
from monitor.logs import log_to_stderr
from monitor.processes import Child, Family

DEMO_MARK = "this-is-the-demo"


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()
    for s in (signal.SIGTERM, signal.SIGINT):
        signal.signal(s, lambda *_: stop.set())
    return stop


def with_port(config: Config, port: int | None) -> Config:
    if port is None:
        return config
    return dataclasses.replace(config, dashboard=dataclasses.replace(config.dashboard, port=port))


# --- everything ---------------------------------------------------------------------------------------------
def run(
    path: Path | None, data: Path | None, port: int | None, seconds: float | None, say: Callable[[str], None]
) -> int:
    """Start and watch the three processes until a signal; gives the exit code."""
    if path is None:
        config = demo_config((data or Path("smoulder-data")) / "demo")
    else:
        config = load_config(path)
        config = dataclasses.replace(config, data_dir=data) if data else config
    config = with_port(config, port)
    refuse_taken_port(config.dashboard.host, config.dashboard.port)
    if config.is_demo:
        fresh_demo_folder(config.data_dir)
    config.data_dir.mkdir(parents=True, exist_ok=True)
    store = open_store(config.store_path)
    greet(config, store, say)
    store.close()
    watching = open_store(config.store_path, read_only=True)
    try:
        return Family(children(config, path), say=say, beats=watching.processes).run(seconds)
    finally:
        watching.close()


def greet(config: Config, store: Store, say: Callable[[str], None]) -> None:
    from dashboard.security import new_login_link
    from monitor.clock import utc_now

    link = config.dashboard.address + new_login_link(store, utc_now())
    what = (
        "the demo story: a fictional railway, a joyful campaign, then a storm" if config.is_demo else str(config.path)
    )
    say(f"Smoulder runs {what}.")
    say(f"Open the wall (this link works once):  {link}")
    say(f"Data: {config.data_dir}.  Stop with Ctrl-C.")


def children(config: Config, path: Path | None) -> list[Child]:
    """The command lines of the three processes."""
    common = ["--data", str(config.data_dir)] + (["--config", str(path)] if path else ["--demo"])
    # notify as well: the links in its letters lead to the dashboard.
    port = ["--port", str(config.dashboard.port)]
    return [
        Child(name, [sys.executable, "-m", "monitor.cli", name, *common, *(port if name != "collect" else [])])
        for name in ("collect", "notify", "serve")
    ]


def refuse_taken_port(host: str, port: int) -> None:
    """Raises ConfigError when somebody else listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigError(
                [f"The dashboard cannot listen on {host}:{port} ({error.strerror}); choose another with --port."]
            ) from None


def fresh_demo_folder(folder: Path) -> None:
    """An empty folder for the demo. Only a folder that a demo made is ever emptied."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / DEMO_MARK).exists():
            raise ConfigError([f"{folder} is not empty and was not made by the demo; give another folder with --data."])
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DEMO_MARK).touch()


# --- each alone ---------------------------------------------------------------------------------------------
def collect(config: Config) -> None:
    """Until a signal."""
    from monitor.collect import Collector

    log_to_stderr()
    stop = stop_on_signals()
    store = ready(config)
    if config.is_demo:
        _remember_demo_history(config, store)
    Collector(config, store).run(stop)
    store.close()


def _remember_demo_history(config: Config, store: Store) -> None:
    """The ten days before the live story, through the import pipeline; once."""
    from monitor import demo, house
    from monitor.clock import utc_now
    from monitor.importing import import_mentions

    if not store.counts()["mentions"]:
        rules = {row.brand: row for row in config.brands}
        import_mentions(demo.history(utc_now()), store, rules, house.scorer(config.data_dir))


def notify(config: Config) -> None:
    """Sends what is due until a signal."""
    from monitor import outbox
    from monitor.clock import utc_now

    log_to_stderr()
    stop = stop_on_signals()
    store = ready(config)
    outbox.run(store, config, stop=stop, now=utc_now)
    store.close()


def serve(config: Config) -> None:
    """The dashboard until a signal."""
    from dashboard.app import create_app
    from dashboard.app import serve as listen

    log_to_stderr()
    stop = stop_on_signals()
    refuse_taken_port(config.dashboard.host, config.dashboard.port)
    store = ready(config)
    app = create_app(store, config)
    listen(app, config.dashboard.host, config.dashboard.port, config.dashboard.threads, stop)
    store.close()


def ready(config: Config) -> Store:
    config.data_dir.mkdir(parents=True, exist_ok=True)
    return open_store(config.store_path)


# --- people and tests ---------------------------------------------------------------------------------------
def add_user(store: Store, name: str, role: str) -> str:
    """Ask for a password (or read SMOULDER_PASSWORD) and keep the person."""
    import getpass

    from dashboard import security
    from monitor.clock import utc_now

    known = next((r for r in security.LADDER if r == role and r in security.ROLES), None)
    if known is None:
        raise ConfigError([f"--role must be one of {', '.join(security.ROLES)}, not {role}."])
    password = os.environ.get("SMOULDER_PASSWORD") or getpass.getpass(f"Password for {name}: ")
    try:
        with store.atomic():
            security.add_user(store, name, password, known, utc_now())
            # Whoever may type here may give anybody a new password: at least it stands in the log.
            store.add_deed(Deed(at=utc_now(), who="command line", what="add", subject=name, words=role))
    except ValueError as error:
        raise ConfigError([f"The user was not added: {error}."]) from None
    return f"{name} can log in as {role}."


def named(store: Store, name: str, *, must_prove: bool) -> str:
    """The user of this name, who may act. `must_prove`: their password is asked for, or read from SMOULDER_PASSWORD.

    Whoever types on this machine could type anybody's name: what makes things less careful needs the password.
    Raises ConfigError with the cure.
    """
    import getpass

    from dashboard import security

    known = security.users(store)
    user = known.get(" ".join(name.split()))
    if user is None:
        may = sorted(n for n, u in known.items() if u.role != "viewer")
        who = f"known here: {', '.join(may)}" if may else "add one with `smoulder user add NAME --role responder`"
        raise ConfigError([f"Say who you are with --by NAME; there is no user {name!r}, {who}."])
    if user.role not in ("responder", "admin"):
        raise ConfigError([f"{user.name} is {user.role} and may only look; a responder or an admin must do this."])
    if not must_prove:
        return user.name
    if user.password is None:
        cure = f"do it on the dashboard, or set one with `smoulder user add {user.name} --role {user.role}`"
        raise ConfigError([f"{user.name} has no password to prove it with; {cure}."])
    password = os.environ.get("SMOULDER_PASSWORD")
    if not password and not sys.stdin.isatty():
        raise ConfigError([f"The password of {user.name} is needed: set SMOULDER_PASSWORD, or type it at a terminal."])
    if security.check_password(store, user.name, password or getpass.getpass(f"Password of {user.name}: ")) is None:
        raise ConfigError([f"That is not the password of {user.name}; nothing was changed."])
    return user.name


def somebody_here() -> str:
    """Whoever types on this machine, for what only makes things more careful: their account's name, marked as such."""
    import getpass

    try:
        return f"{getpass.getuser()} (this machine)"
    except (OSError, KeyError):  # an account without a name
        return "somebody (this machine)"


def wall_link(store: Store, config: Config, name: str = "", *, is_replacing: bool = False) -> tuple[str, str]:
    """The link of a wall, and what the wall is called. Without a name it gets one that is free; the link of a wall
    that has the name already is ended only when that is asked for. Raises ConfigError."""
    from dashboard import security
    from monitor.clock import utc_now

    name = " ".join(name.split())[:60]
    with store.atomic():
        known = security.wall_tokens(store)
        if name in known and not is_replacing:
            since = f"{known[name]:%Y-%m-%d %H:%M} UTC"
            raise ConfigError(
                [
                    f"There is a wall {name!r} since {since}, and its link goes on: give the new wall another name, "
                    "or --replace, which ends the earlier link."
                ]
            )
        numbered = (f"wall {n}" for n in range(2, len(known) + 3))
        name = name or next(each for each in ("wall", *numbered) if each not in known)
        token = security.new_wall_token(store, utc_now(), name)
    return f"{config.dashboard.address}/?wall={token}", name


def tool_token(store: Store, name: str, *, is_revoked: bool) -> str:
    """A new token, or none any more. Raises ConfigError."""
    from dashboard import security
    from monitor.clock import utc_now

    name = " ".join(name.split())[:60]
    if not name:
        raise ConfigError(["Give the tool a name, so that its token can be revoked."])
    if is_revoked:
        if not security.revoke_tool_token(store, name, "command line", utc_now()):
            raise ConfigError([f"There is no tool {name!r}."])
        return f"{name} may ask no more."
    return security.new_tool_token(store, utc_now(), name, "command line")


def api_token(store: Store, name: str, *, is_revoked: bool) -> str:
    """A new token of the read API, or none any more. Raises ConfigError."""
    from dashboard import security
    from monitor.clock import utc_now

    name = " ".join(name.split())[:60]
    if not name:
        raise ConfigError(["Give the script a name, so that its token can be revoked."])
    if is_revoked:
        if not security.revoke_api_token(store, name, "command line", utc_now()):
            raise ConfigError([f"There is no script {name!r}."])
        return f"{name} may read no more."
    return security.new_api_token(store, utc_now(), name, "command line")


def send_test(store: Store, config: Config) -> str:
    """Put a test into the outbox, for every recipient; the notify process sends it like any alert."""
    from monitor import alerts
    from monitor.clock import utc_now

    now = utc_now()
    rows: list[Notification] = alerts.test_messages(config.alerts, now, secrets.token_hex(4))
    store.add_notifications(rows)
    beat: Any = next((p for p in store.processes() if p.name == "notify"), None)
    runs = beat is not None and now - beat.beat_at < timedelta(minutes=2)
    told = ", ".join(row.recipient for row in rows)
    return f"A test for {told} lies in the outbox; " + (
        "the notify process sends it now." if runs else "start `smoulder notify` to send it: it does not run."
    )
