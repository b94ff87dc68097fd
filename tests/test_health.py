"""What the health page says of a source: its rate, its gaps, its cost and the hour it runs dry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard import security
from dashboard.app import create_app
from dashboard.pages import health
from dashboard.reader import Reader
from db.rows import Cursor, Gap
from db.store import Store
from monitor.config import Config
from monitor.sources.x_door import XSettings
from monitor.spending import spending
from tests import scene
from tests.scene import NOW

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
SETTINGS = XSettings(bearer_token="t", max_posts_per_day=2_000, posts_for_tags=0)


def cursor(posts: int, day: str = "2026-03-03") -> Cursor:
    return Cursor(source="x", value=f"99 {day} {posts}", at=NOON)


def test_spend_is_counted_from_the_cursor_and_projected() -> None:
    found = spending(SETTINGS, cursor(1_500), NOON)
    assert found is not None
    assert (found.posts, found.dollars, found.most_dollars) == (1_500, 7.5, 10.0)
    assert found.dry_at == NOON + timedelta(hours=4), "500 are left, at 125 an hour"
    assert found.a_month == pytest.approx(300)


@pytest.mark.parametrize(
    ("kept", "dry_at"),
    [
        (cursor(500), None),
        (cursor(2_000), NOON),
        (cursor(1_500, "2026-03-02"), None),  # another day's
        (Cursor(source="x", value="99", at=NOON), None),
        (None, None),
    ],
)
def test_a_quota_that_lasts_does_not_run_dry(kept: Cursor | None, dry_at: datetime | None) -> None:
    found = spending(SETTINGS, kept, NOON)
    assert found is not None and found.dry_at == dry_at


def test_just_after_midnight_nobody_is_frightened() -> None:
    found = spending(SETTINGS, cursor(5), datetime(2026, 3, 3, 0, 0, 10, tzinfo=UTC))
    assert found is not None and found.dry_at is None


def test_what_looks_at_hashtags_read_is_paid_as_well_and_ends_the_stream_no_later_than_its_part() -> None:
    shared = XSettings(bearer_token="t", max_posts_per_day=2_000, posts_for_tags=200)
    found = spending(shared, cursor(1_500), NOON, looked=120)
    assert found is not None
    assert (found.posts, found.dollars, found.most_posts) == (1_620, 8.1, 2_000)
    assert found.dry_at == NOON + timedelta(hours=2.4), "300 are left of the part of 1,800, at 125 an hour"


def test_a_source_that_costs_nothing_has_no_spend() -> None:
    assert spending(object(), cursor(5), NOON) is None and spending(None, None, NOON) is None


def test_more_posts_never_make_the_quota_last_longer() -> None:
    ends = [found.dry_at for n in range(1_001, 2_000, 111) if (found := spending(SETTINGS, cursor(n), NOON))]
    assert all(at is not None for at in ends) and ends == sorted(ends, reverse=True)  # type: ignore[type-var]


def test_the_page_and_the_json_tell_the_same(store: Store) -> None:
    scene.setting_the_scene(store)
    scene.storm(store)
    store.move_cursors([Cursor(source="x", value="9 2026-03-03 1800", at=NOW)])
    store.open_gap(Gap(source="rss", start=NOW - timedelta(hours=30)))
    config = Config(sources={"x": SETTINGS})
    app = create_app(store, config, lambda: NOW)
    measured = health.measures(app.server.config["desk"])
    assert measured["rss"].unseen == timedelta(days=1)
    shown = str(health.sources(store.source_health(), Reader(), measured))
    assert "$9.00 of $10 today" in shown and "runs dry at 3 Mar 16:19 UTC" in shown
    client = app.server.test_client()
    client.get(security.new_login_link(store, NOW))
    document: dict[str, Any] = client.get("/api/v1/health").json  # type: ignore[assignment]
    by_name = {s["source"]: s for s in document["sources"]}
    assert by_name["x"]["spend"]["dollars_today"] == 9.0 and by_name["bluesky"]["spend"] is None
    assert by_name["rss"]["unseen_seconds_last_day"] == 86_400
    assert by_name["x"]["posts_last_hour"] == measured["x"].an_hour > 20
    assert document["disk"]["free_bytes"] > 0 and "sqlite" in document["versions"]
