"""What goes with every answer: the headers that bind a browser to what is ours, and fewer bytes."""

from __future__ import annotations

import gzip

import flask
from dash import Dash


def content_policy(app: Dash) -> str:
    """The Content Security Policy. Call it after the last clientside callback: it holds their hashes."""
    scripts = " ".join(["'self'", *(f"'{h.strip(chr(39))}'" for h in app.csp_hashes())])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "frame-src 'none'; frame-ancestors 'none'; form-action 'self'"
    )


def bind(response: flask.Response, policy: str) -> flask.Response:
    headers = response.headers
    headers["Content-Security-Policy"] = policy
    headers["X-Content-Type-Options"] = "nosniff"
    # Not "no-referrer": with it a browser sends "Origin: null" with our own forms, and nobody could log in.
    headers["Referrer-Policy"] = "same-origin"
    headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if not flask.request.path.startswith(("/assets/", "/_dash-component-suites/", "/_favicon")):
        headers["Cache-Control"] = "no-store"
    elif flask.request.path.startswith("/assets/") and response.status_code == 200:
        # Dash puts the time of the last change into the address of scripts and styles; fonts and icons have none.
        for_good = "m" in flask.request.args
        headers["Cache-Control"] = "public, max-age=31536000, immutable" if for_good else "public, max-age=3600"
    return response


class Zipper:
    """gzip for what is text. What never changes under its name is pressed once and kept."""

    TYPES = ("text/", "application/json", "application/javascript", "image/svg+xml")

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def zip(self, response: flask.Response) -> flask.Response:
        request = flask.request
        if (
            response.status_code != 200
            or "gzip" not in request.headers.get("Accept-Encoding", "")
            or "Content-Encoding" in response.headers
            or not (response.mimetype or "").startswith(self.TYPES)
        ):
            return response
        response.direct_passthrough = False
        body = response.get_data()
        if len(body) < 400:
            return response
        response.set_data(self._press(request.full_path, body))
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.get_data()))
        response.vary.add("Accept-Encoding")
        return response

    def _press(self, path: str, body: bytes) -> bytes:
        if not path.startswith(("/assets/", "/_dash-component-suites/")):
            return gzip.compress(body, 5, mtime=0)
        # The length in the key: an asset that was changed under the same name is pressed again.
        key = f"{path}:{len(body)}"
        if key not in self._kept:
            if len(self._kept) > 200:
                self._kept.clear()
            self._kept[key] = gzip.compress(body, 6, mtime=0)
        return self._kept[key]
