"""The death of the dashboard is nobody else's business."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from dashboard import security
from db.sqlite import SqliteStore
from db.store import Store
from monitor import alerts  # noqa: F401  the outbox must be importable without the dashboard
from tests import scene
from tests.browser.conftest import Child, wait_until
from tests.run import HOME
from tests.scene import BRAND, NOW


def test_f21_a_killed_dashboard_takes_neither_mentions_nor_alerts_with_it(store: Store, tmp_path: Path) -> None:
    scene.setting_the_scene(store)
    child = Child(tmp_path / "smoulder.sqlite3")
    child.start()
    before = store.counts()["mentions"]
    child.kill(signal.SIGKILL)
    incident = scene.storm(store)
    claimed = store.claim_notifications(NOW, 30)
    assert store.counts()["mentions"] == before + 44
    assert {n.stage for n in store.notifications(incident.id)} == {"first", "worse-2"}
    assert claimed == []
    child.start()
    wait_until(lambda: any(p.name == "serve" and p.pid == pid(child) for p in store.processes()), 20)
    assert child.kill(signal.SIGTERM) == 0


def pid(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


def test_f21_nothing_that_collects_or_notifies_imports_the_dashboard() -> None:
    code = (
        "import sys, monitor.collect, monitor.outbox, monitor.loop; "
        "sys.exit(any(m == 'dash' or m.split('.')[0] == 'dashboard' for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=HOME, check=False).returncode == 0


def test_a_dashboard_that_cannot_write_goes_on_showing(store: Store, tmp_path: Path) -> None:
    """A full disk stops what is written, not what is seen."""
    from dashboard.app import create_app
    from monitor.config import Config

    scene.setting_the_scene(store)
    link = security.new_login_link(store, NOW)
    app = create_app(store, Config(), lambda: NOW)
    client = app.server.test_client()
    client.get(link)
    reader = SqliteStore(tmp_path / "smoulder.sqlite3", read_only=True)
    cookie = client.get_cookie("smoulder")
    assert cookie is not None
    blind = create_app(reader, Config(), lambda: NOW).server.test_client()
    blind.set_cookie("smoulder", cookie.value)
    assert blind.get("/api/v1/health").json["states"] == {BRAND: "CALM"}
    reader.close()
