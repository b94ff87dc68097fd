"""Who may see and who may do: users, sessions, one-time links, tokens, and the guard before every route.

One guard stands before every route, so that no page can forget it; each callback asks for its role once more.
Passwords are argon2 hashes and tokens are kept as SHA-256: whoever reads the store cannot log in with it.
Roles, each holding the ones before it: wall (read the wall only), viewer, responder, admin.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

import flask
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from dash import Dash
from werkzeug.exceptions import Forbidden, HTTPException

from dashboard.headers import Zipper, bind, content_policy
from dashboard.patience import ASKS_A_MINUTE, Guesses, Pace
from dashboard.shared import Shared
from db.store import Store
from monitor.config import Config

Role = Literal["wall", "viewer", "responder", "admin"]
ROLES: tuple[Role, ...] = ("viewer", "responder", "admin")  # of people; each may do what the ones before it may
LADDER: tuple[Role, ...] = ("wall", "viewer", "responder", "admin")

BODY_LIMIT = 256 * 1024
SESSION_DAYS = 30
WALL_DAYS = 365
LINK_MINUTES = 60
SHORTEST_PASSWORD = 10
OPEN_PATHS = ("/login", "/api/v1/alive")
QUIET_PATH = "/api/v1/quiet"
WALL_WISHES = ("room", "brand", "side", "sound")  # what a link says of how its wall is to look
OPEN_ASSETS = ("/assets/pages.css", "/assets/inter-latin.woff2")

_hasher = PasswordHasher()
# Checked when the name is unknown, so that the time an answer takes does not tell which names exist.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


class NotAllowed(Forbidden):
    """The visitor's role does not reach. The description is for the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who works here. `password` None: gets in by one-time links only."""

    name: str
    role: Role
    password: str | None = None  # argon2
    epoch: int = 0  # counted up to end all sessions of this user
    language: str = ""  # "en" or "fr"; "": as the house has it
    zone: str = ""  # a name like "Europe/Paris"; "": as the house has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who is asking, by this request's session."""

    name: str
    role: Role
    language: str = ""  # "": as the house has it
    zone: str = ""

    def may(self, role: Role) -> bool:
        return LADDER.index(self.role) >= LADDER.index(role)


# --- what is kept, as settings of the store -------------------------------------------------------------------
def _load(store: Store, key: str) -> dict[str, Any]:
    kept = json.loads(store.setting(key) or "{}")
    return kept if isinstance(kept, dict) else {}


def _keep(store: Store, key: str, value: dict[str, Any], by: str, now: datetime) -> None:
    store.put_setting(key, json.dumps(value, sort_keys=True), by, now, is_secret=True)


def secret(store: Store, now: datetime) -> str:
    """The key that signs sessions; made once, kept in the store, so that sessions outlive a restart."""
    if (kept := store.setting("session_secret")) is not None:
        return kept
    with store.atomic():
        kept = store.setting("session_secret") or secrets.token_hex(32)
        store.put_setting("session_secret", kept, "smoulder", now, is_secret=True)
    return kept


def users(store: Store) -> dict[str, User]:
    return {name: User(**row) for name, row in _load(store, "users").items()}


def add_user(store: Store, name: str, password: str, role: Role, now: datetime, by: str = "command line") -> User:
    """Add or change somebody who logs in with a password. Raises ValueError as `put_user` does."""
    return put_user(store, name, role, password, by, now)


def put_user(store: Store, name: str, role: Role, password: str | None, by: str, now: datetime) -> User:
    """Add or change somebody. `password` None keeps the one there is. Ends the sessions the user had.

    Raises ValueError for an empty name, an unknown role and a short password.
    """
    name = " ".join(name.split())[:60]
    if not name:
        raise ValueError("a user needs a name")
    if role not in ROLES:
        raise ValueError(f"{role!r} is not a role; choose one of {', '.join(ROLES)}")
    if password is not None and len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"the password is too short; take at least {SHORTEST_PASSWORD} characters")
    with store.atomic():
        known = users(store)
        old = known.get(name)
        hashed = _hasher.hash(password) if password else (old.password if old else None)
        known[name] = User(
            name=name,
            role=role,
            password=hashed,
            # Not from 0 on: a session of somebody removed must not open again for another of the same name.
            epoch=old.epoch + 1 if old else int(now.timestamp()),
            language=old.language if old else "",
            zone=old.zone if old else "",
        )
        _keep(store, "users", {n: asdict(u) for n, u in known.items()}, by, now)
    return known[name]


def remove_user(store: Store, name: str, by: str, now: datetime) -> bool:
    with store.atomic():
        known = users(store)
        if known.pop(name, None) is None:
            return False
        _keep(store, "users", {n: asdict(u) for n, u in known.items()}, by, now)
    return True


def prefer(store: Store, name: str, language: str, zone: str, now: datetime) -> bool:
    """How somebody reads the pages; their sessions go on. False: it is so already, or there is nobody of this name."""
    with store.atomic():
        known = users(store)
        user = known.get(name)
        if user is None or (user.language, user.zone) == (language, zone):
            return False
        known[name] = replace(user, language=language, zone=zone)
        _keep(store, "users", {n: asdict(u) for n, u in known.items()}, name, now)
    return True


def check_password(store: Store, name: str, password: str) -> User | None:
    """The user when the password is right; takes as long when nobody has that name."""
    user = users(store).get(name)
    kept = user.password if user is not None and user.password else _NOBODY
    try:
        _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return None
    return user if user is not None and user.password else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_login_link(store: Store, now: datetime, name: str = "admin", role: Role = "admin", by: str = "smoulder") -> str:
    """The path of a link that logs `name` in once within an hour. The user is added when new."""
    token = secrets.token_urlsafe(24)
    with store.atomic():
        if name not in users(store):
            put_user(store, name, role, None, by, now)
        links = {h: row for h, row in _load(store, "login_links").items() if row["until"] > now.timestamp()}
        until = now + timedelta(minutes=LINK_MINUTES)
        links[_hash(token)] = {"name": name, "until": until.timestamp()}
        _keep(store, "login_links", links, by, now)
    return f"/login/{token}"


def use_login_link(store: Store, token: str, now: datetime) -> User | None:
    """The user the link is for, and the link is spent. None: unknown, used or too old."""
    with store.atomic():
        links = _load(store, "login_links")
        row = links.pop(_hash(token), None)
        if row is None:
            return None
        _keep(store, "login_links", links, row["name"], now)
        return users(store).get(row["name"]) if row["until"] > now.timestamp() else None


# --- tokens: a wall, another tool, a script ---------------------------------------------------------------------
def _new_token(store: Store, kind: str, name: str, by: str, now: datetime) -> str:
    token = secrets.token_urlsafe(24)
    with store.atomic():
        tokens = _load(store, kind)
        tokens[name] = {"hash": _hash(token), "at": now.timestamp()}
        _keep(store, kind, tokens, by, now)
    return token


def _revoke(store: Store, kind: str, name: str, by: str, now: datetime) -> bool:
    with store.atomic():
        tokens = _load(store, kind)
        if tokens.pop(name, None) is None:
            return False
        _keep(store, kind, tokens, by, now)
    return True


def _since(store: Store, kind: str) -> dict[str, datetime]:
    return {name: datetime.fromtimestamp(row["at"], UTC) for name, row in _load(store, kind).items()}


def _owner(store: Store, kind: str, token: str) -> str | None:
    hashed = _hash(token)
    rows = _load(store, kind).items()
    return next((name for name, row in rows if hmac.compare_digest(row["hash"], hashed)), None)


def new_wall_token(store: Store, now: datetime, name: str = "wall", by: str = "smoulder") -> str:
    """The token of a read-only wall: /?wall=TOKEN shows it until revoked. A second one of a name replaces the first."""
    return _new_token(store, "wall_tokens", name, by, now)


def revoke_wall_token(store: Store, name: str, by: str, now: datetime) -> bool:
    return _revoke(store, "wall_tokens", name, by, now)


def wall_tokens(store: Store) -> dict[str, datetime]:
    """Names of the walls that may look, and since when."""
    return _since(store, "wall_tokens")


def wall_of(store: Store, token: str) -> str | None:
    """The name of the wall that this token belongs to."""
    return _owner(store, "wall_tokens", token)


def new_tool_token(store: Store, now: datetime, name: str, by: str) -> str:
    """The token with which another tool asks whether it is quiet, and nothing else. A second one replaces the first."""
    return _new_token(store, "tool_tokens", name, by, now)


def revoke_tool_token(store: Store, name: str, by: str, now: datetime) -> bool:
    return _revoke(store, "tool_tokens", name, by, now)


def tool_tokens(store: Store) -> dict[str, datetime]:
    """Names of the tools that may ask, and since when."""
    return _since(store, "tool_tokens")


def tool_of(store: Store, token: str) -> str | None:
    """The name of the tool that this token belongs to."""
    return _owner(store, "tool_tokens", token)


def new_api_token(store: Store, now: datetime, name: str, by: str) -> str:
    """The token with which a script reads /api/v1, and changes nothing. A second one of a name replaces the first."""
    return _new_token(store, "api_tokens", name, by, now)


def revoke_api_token(store: Store, name: str, by: str, now: datetime) -> bool:
    return _revoke(store, "api_tokens", name, by, now)


def api_tokens(store: Store) -> dict[str, datetime]:
    """Names of the scripts that may read, and since when."""
    return _since(store, "api_tokens")


def api_of(store: Store, token: str) -> str | None:
    """The name of the script that this token belongs to."""
    return _owner(store, "api_tokens", token)


# --- the guard ------------------------------------------------------------------------------------------------
class Guard:
    """Stands before every route of one application. State: the guesses, and who is who for one second."""

    def __init__(self, store: Store, config: Config, clock: Callable[[], datetime]) -> None:
        self.store, self.config, self.clock = store, config, clock
        self.guesses = Guesses()
        self.pace = Pace()
        self._shared = Shared(1.0)

    def install(self, app: Dash) -> None:
        server = app.server
        server.secret_key = secret(self.store, self.clock())
        server.config.update(
            MAX_CONTENT_LENGTH=BODY_LIMIT,
            MAX_FORM_MEMORY_SIZE=BODY_LIMIT,
            SESSION_COOKIE_NAME="smoulder",
            SESSION_COOKIE_HTTPONLY=True,
            # Lax, not Strict: a link in an alert mail must find the reader logged in.
            SESSION_COOKIE_SAMESITE="Lax",
            SESSION_COOKIE_SECURE=self.config.dashboard.address.startswith("https://"),
            SESSION_REFRESH_EACH_REQUEST=False,
            PERMANENT_SESSION_LIFETIME=timedelta(days=WALL_DAYS),
        )
        server.before_request(self.check)
        policy = content_policy(app)
        server.after_request(functools.partial(bind, policy=policy))
        server.after_request(Zipper().zip)

    def check(self) -> Any:
        """None lets the request in; anything else is the answer."""
        request = flask.request
        # Both full_path and args read it strictly: one byte that is no UTF-8 would break the page.
        request.query_string = request.query_string.decode("utf-8", "replace").encode()
        if request.method not in ("GET", "HEAD", "OPTIONS") and not self.is_from_here():
            return _refusal(403, "This request came from another site.")
        visitor = self.visitor()
        flask.g.visitor = visitor
        if request.path == QUIET_PATH and self.is_tool():
            return None
        if request.path.startswith("/api/") and "Authorization" in request.headers:
            return self.check_script()
        if is_open(request.path):
            return None
        if request.path == "/" and "wall" in request.args:
            return self.welcome_wall(request.args["wall"])
        if visitor is None:
            if _wants_page(request.path):
                asked = request.full_path.removesuffix("?").lstrip("/")
                return flask.redirect(f"/login?{urlencode({'next': asked}, safe='/')}")
            return _refusal(401, "Please log in.")
        if not visitor.may("viewer") and not _is_for_walls(request.path):
            return flask.redirect("/") if _wants_page(request.path) else _refusal(403, "A wall may only look.")
        return None

    def is_tool(self) -> bool:
        """Another tool, by the token in its Authorization header: it may ask whether it is quiet, and only read."""
        return flask.request.method in ("GET", "HEAD") and _bearer(self.store, tool_of) is not None

    def check_script(self) -> Any:
        """A script by its token: it may read what a viewer may read, so many times a minute."""
        request, now = flask.request, self.clock()
        name = _bearer(self.store, api_of)
        if name is None:
            return _refusal(401, "This token is not known here, or was revoked. Ask an admin for one.")
        if request.method not in ("GET", "HEAD"):
            return _refusal(403, "A token may only read.")
        if not self.pace.may(name, now):
            answer = _refusal(429, f"At most {ASKS_A_MINUTE} questions a minute. Wait a little.")
            answer.headers["Retry-After"] = "60"
            return answer
        flask.g.visitor = Visitor(name=f"token {name}", role="viewer")
        return None

    def is_from_here(self) -> bool:
        """A browser says where a request comes from; one that says "elsewhere" changes nothing here."""
        request = flask.request
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site in ("same-origin", "none")
        origin = request.headers.get("Origin")
        if origin is None:
            return True
        hosts = {request.host, urlsplit(self.config.dashboard.address).netloc}
        return urlsplit(origin).netloc in hosts

    def visitor(self) -> Visitor | None:
        """By the session; looked up again each second, so that a removed user or wall is out at once."""
        session = flask.session
        if "wall" in session:
            walls: set[str] = self._shared.get("walls", lambda: set(_wall_hashes(self.store)))
            return Visitor(name="wall", role="wall") if session["wall"] in walls else None
        if "user" not in session:
            return None
        known: dict[str, User] = self._shared.get("users", lambda: users(self.store))
        user = known.get(session["user"])
        age = self.clock().timestamp() - float(session.get("at", 0))
        if user is None or user.epoch != session.get("epoch") or age > SESSION_DAYS * 86400:
            return None
        return Visitor(name=user.name, role=user.role, language=user.language, zone=user.zone)

    def let_in(self, user: User) -> None:
        flask.session.clear()
        flask.session.permanent = True
        flask.session.update(user=user.name, epoch=user.epoch, at=int(self.clock().timestamp()))
        self._shared = Shared(1.0)

    def welcome_wall(self, token: str) -> Any:
        """A wall token becomes a session, and leaves the address bar."""
        if wall_of(self.store, token) is None:
            return _refusal(403, "This wall link does not work any more. Ask for a new one.")
        flask.session.clear()
        flask.session.permanent = True
        flask.session["wall"] = _hash(token)
        self._shared = Shared(1.0)
        asked = {key: value for key, value in flask.request.args.items() if key in WALL_WISHES}
        return flask.redirect(f"/?{urlencode(asked)}" if asked else "/")


def _bearer(store: Store, owner_of: Callable[[Store, str], str | None]) -> str | None:
    """The name of the owner of the token in the Authorization header; None: there is no token, or nobody owns it."""
    kind, _, token = flask.request.headers.get("Authorization", "").partition(" ")
    return owner_of(store, token.strip()) if kind.lower() == "bearer" and token.strip() else None


def _wall_hashes(store: Store) -> list[str]:
    return [row["hash"] for row in _load(store, "wall_tokens").values()]


def is_open(path: str) -> bool:
    """Reachable without a session: the log-in, the signed buttons of letters, their looks, and the sign of life."""
    return path in OPEN_PATHS or path in OPEN_ASSETS or path.startswith(("/login/", "/act/"))


def _wants_page(path: str) -> bool:
    return flask.request.method == "GET" and not path.startswith(("/_dash", "/api/", "/assets/"))


def _is_for_walls(path: str) -> bool:
    return path == "/" or path.startswith(("/_dash", "/assets/", "/_favicon"))


def _refusal(status: int, words: str) -> flask.Response:
    return flask.Response(words + "\n", status=status, mimetype="text/plain")


# --- roles inside callbacks -----------------------------------------------------------------------------------
def visitor_now() -> Visitor:
    """Who is asking. Raises NotAllowed when nobody is known: the guard has been passed by."""
    visitor = flask.g.get("visitor")
    if not isinstance(visitor, Visitor):
        raise NotAllowed("Please log in.")
    return visitor


def require(role: Role) -> Visitor:
    """Who is asking, who may do what `role` may. Raises NotAllowed else."""
    visitor = visitor_now()
    if not visitor.may(role):
        raise NotAllowed(f"This needs the role {role}; you are {visitor.role}.")
    return visitor


def answer_error(error: Exception) -> Any:
    """HTTP errors as a short plain answer; anything else rises to Flask, which logs it."""
    if isinstance(error, HTTPException):
        return _refusal(error.code or 500, error.description or error.name)
    raise error
