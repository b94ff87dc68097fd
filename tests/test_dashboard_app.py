"""The application as a whole: built twice, nothing hidden from Dash's own checks, no dangerous sink."""

from __future__ import annotations

import re
from pathlib import Path

from dashboard import security
from dashboard.app import create_app
from db.sqlite import SqliteStore
from db.store import Store
from monitor.config import Config
from tests import scene
from tests.scene import NOW

HOUSE = Path(__file__).resolve().parent.parent / "dashboard"


def test_two_dashboards_live_in_one_process(store: Store, tmp_path: Path) -> None:
    scene.setting_the_scene(store)
    other = SqliteStore(tmp_path / "other.sqlite3", ballast_bytes=0)
    scene.setting_the_scene(other, brand="Other Rail")
    one, two = create_app(store, Config()), create_app(other, Config())
    assert one.server is not two.server
    assert one.callback_map.keys() == two.callback_map.keys()
    other.close()


def test_dash_checks_every_callback(store: Store) -> None:
    app = create_app(store, Config())
    assert app.config.suppress_callback_exceptions is False
    assert app.validation_layout is not None


def test_the_pages_use_no_dangerous_sink() -> None:
    """What ran an attacker's script, or loads from elsewhere, when it was tried."""
    banned = (
        r"dangerously_allow_html|dangerously_allow_code|srcDoc|html\.Iframe|html\.Area\b|dmc\.NavLink|dmc\.MenuItem|"
        r"DashIconify|dash_table|DataTable|dcc\.Markdown|suppress_callback_exceptions=True|use_pages=True|"
        r"Output\(\"url\"|eval\(|innerHTML|document\.write|https?://(?!127\.0\.0\.1|www\.w3\.org/2000/svg)[a-z]"
    )
    found = [
        f"{path.relative_to(HOUSE)}: {match}"
        for path in [*HOUSE.rglob("*.py"), *HOUSE.rglob("*.js"), *HOUSE.rglob("*.css"), *HOUSE.rglob("*.svg")]
        for match in re.findall(banned, path.read_text())
    ]
    assert found == []


def test_the_licence_of_the_letters_lies_beside_them() -> None:
    assert "SIL OPEN FONT LICENSE" in (HOUSE / "assets" / "inter-OFL.txt").read_text()


def test_a_script_that_no_package_has_is_not_found(store: Store) -> None:
    app = create_app(store, Config(), lambda: NOW)
    client = app.server.test_client()
    whole, none = (f"/_dash-component-suites/plotly/package_data/{name}.js" for name in ("plotly.min", "nothing"))
    assert client.get(whole).status_code == 401
    client.get(security.new_login_link(store, NOW))
    assert (client.get(whole).status_code, client.get(none).status_code) == (200, 404)
