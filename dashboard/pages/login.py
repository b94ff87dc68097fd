"""The way in: a one-time link, or a name and a password. Plain HTML, because nothing of the app is shown before it."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode

import flask
import structlog

from dashboard import security
from dashboard.reader import Reader
from db.rows import Deed
from db.store import StoreError

log = structlog.get_logger()

NO_SUCH_LINK = "This link was used already or is too old. Ask for a new one, or log in below."
WRONG = "This name and password do not belong together."
LONGEST_QUERY = 1000
WAIT = "Too many tries. Wait a minute, then try again."


def page(reader: Reader, trouble: str = "", name: str = "", go_on: str = "") -> str:
    """The form. `trouble`: one sentence above it; `go_on`: the path to open afterwards."""
    say = reader.say
    warning = f'<p class="trouble" role="alert">{escape(say(trouble))}</p>' if trouble else ""
    return f"""<!doctype html>
<html lang="{escape(reader.language)}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{escape(say("Log in"))} · Smoulder</title><link rel="stylesheet" href="/assets/pages.css"></head>
<body class="login"><main>
<h1>Smoulder</h1>
<p class="soft">{escape(say("Sees that people are hurt while there is still time to answer as a person."))}</p>
{warning}
<form method="post" action="/login">
<label>{escape(say("Name"))}<input name="name" autocomplete="username" required maxlength="60"
 value="{escape(name)}"></label>
<label>{escape(say("Password"))}<input name="password" type="password" autocomplete="current-password" required
 maxlength="200"></label>
<input type="hidden" name="next" value="{escape(go_on)}">
<button>{escape(say("Log in"))}</button>
</form>
<p class="soft small">{escape(say("No password yet? Ask whoever runs Smoulder for a one-time link."))}</p>
</main></body></html>"""


def safe_path(asked: str) -> str:
    """A path of ours to go on to, with its query written anew; anything that could lead elsewhere becomes the wall."""
    path, _, query = asked.partition("?")
    clean = "/" + path.lstrip("/")
    is_plain = all(c.isascii() and (c.isalnum() or c in "/-_") for c in clean)
    if not is_plain or clean.startswith(("/login", "/_dash", "/api")):
        return "/"
    again = safe_query(query)
    return f"{clean}?{again}" if again else clean


def safe_query(query: str) -> str:
    """Names and values, each encoded anew, so that none ends the address or its header. "" when it is too long.

    A wall's token is left out: it would turn whoever logs in into a wall."""
    if len(query) > LONGEST_QUERY:
        return ""
    found = parse_qsl(query, keep_blank_values=True)
    return urlencode([(name, value) for name, value in found if name != "wall"], errors="replace")


def note(guard: security.Guard, user: security.User, how: str) -> None:
    """Write down who came in; a store that takes no more does not keep people out."""
    try:
        guard.store.add_deed(Deed(at=guard.clock(), who=user.name, what="logged in", subject=user.name, words=how))
    except StoreError as error:
        log.warning("a log-in was not written down", error=str(error))


def reader_of(house: Reader) -> Reader:
    """Nobody is known yet: what the browser asks for, else as the house has it."""
    asked = flask.request.accept_languages.best_match(("en", "fr"))
    return Reader(asked or house.language, house.zone)


def register(server: flask.Flask, guard: security.Guard, house: Reader) -> None:
    @server.get("/login")
    def show_login() -> Any:
        return page(reader_of(house), go_on=safe_path(flask.request.args.get("next", "")))

    @server.get("/login/<token>")
    def use_link(token: str) -> Any:
        user = security.use_login_link(guard.store, token, guard.clock())
        if user is None:
            return page(reader_of(house), NO_SUCH_LINK), 410
        guard.let_in(user)
        note(guard, user, "one-time link")
        return flask.redirect("/")

    @server.post("/login")
    def log_in() -> Any:
        form = flask.request.form
        name, now = " ".join(form.get("name", "").split())[:60], guard.clock()
        go_on = safe_path(form.get("next", ""))
        keys = (f"name:{name.lower()}", f"from:{flask.request.remote_addr}")
        if guard.guesses.must_wait(keys, now):
            return page(reader_of(house), WAIT, name, go_on), 429
        user = security.check_password(guard.store, name, form.get("password", "")[:200])
        if user is None:
            guard.guesses.wrong(keys, now)
            return page(reader_of(house), WRONG, name, go_on), 403
        guard.guesses.right(keys)
        guard.let_in(user)
        note(guard, user, "password")
        return flask.redirect(go_on)

    @server.post("/logout")
    def log_out() -> Any:
        flask.session.clear()
        return flask.redirect("/login")
