"""How long each page takes to show itself and to answer, with a million mentions and 500 incidents stored.

    python -m tests.bench.rooms [--rows 1000000] [--tries 5] [--folder DIR] [--page docs/rooms.md]

Uses the store that `tests.bench.ingest` builds (builds it when there is none), adds what 500 incidents leave behind
(events, letters, reviews, things to do, answers of ours), and serves a copy from a process of its own to a real
Chromium. Times are the page's own: first paint is what the browser calls its first contentful paint; whole is from
asking for the address until the page's own content is there, its charts included; an interaction is from the press
(as the browser received it) until the frame in which the page shows what was asked for. Beside them the processor
seconds of the page (its main thread) and of the server, which a busy machine changes less. The yardstick is the door,
/login: a page of the same server without any script. `--page` writes the tables into that page.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import CDPSession, Page, expect, sync_playwright

from db.rows import Action, Change, Deed, IncidentEvent, Review
from db.sqlite import SqliteStore
from tests import scene
from tests.bench.ingest import BRANDS, START, build
from tests.bench.wall import processor_seconds
from tests.browser.conftest import FLAGS
from tests.browser_found import find
from tests.run import HOME

DOOR = "the door, without scripts: the yardstick"
PAGES = (
    (DOOR, "/login?next=inbox", "form"),
    ("wall", "/", ".state b"),
    ("wall, side by side", "/?side=on", ".one"),
    ("inbox", "/inbox", "#inbox-list .item"),
    ("incident", "/incident/{id}", "#incident-spread .points path"),
    ("incidents", "/review", "#past-rows tr"),
    ("review", "/review/{id}", ".told-rules table"),
    ("rules", "/rules", "#rules-past table"),
    ("health", "/health", "#health-body table"),
    ("people", "/people", "#people-deeds table"),
)
PARTS = ("first", "whole", "page", "server")
MARKS = ("<!-- rooms -->", "<!-- end of rooms -->")
KINDS = ("opened", "worse", "acknowledged", "note", "calming", "closed")
LIMIT_PAINT, LIMIT_ACT = 1.5, 0.3


def furnish(path: Path) -> datetime:
    """What 500 incidents leave behind; when the history ends."""
    store = SqliteStore(path, ballast_bytes=0)
    end = max(span[1] for brand in BRANDS if (span := store.span(brand))).astimezone(UTC)
    found = store.incidents(limit=500)
    with store.atomic():
        for n, incident in enumerate(found):
            first = incident.opened_at - timedelta(minutes=12)
            changed = replace(
                incident, first_post_at=first, acknowledged_at=first + timedelta(minutes=15), owner="Amina",
                closed_at=incident.closed_at and incident.opened_at + timedelta(hours=2),
                title=f"Something that many people wrote about, number {n}",
            )  # fmt: skip
            events = [
                IncidentEvent(
                    incident_id=incident.id,
                    at=first + timedelta(minutes=10 * step),
                    kind=kind,
                    words=f"{kind} {n}",
                    who="Amina" if kind in ("acknowledged", "note") else None,
                )
                for step, kind in enumerate(KINDS)
            ]
            store.put_changes([Change(incident=changed, events=tuple(events))])
            store.add_notifications([scene.letter(changed, f"worse-{step}", first) for step in range(3)])
            store.put_review(Review(incident_id=incident.id, at=end, by="Amina", summary="Written afterwards."))
            store.put_action(Action(incident_id=incident.id, n=0, words="Mend the form", at=end, by="Amina"))
            own = scene.mention(
                f"x:own{n}", f"We lost your booking number {n}, that was our mistake.", first + timedelta(minutes=30),
                "we", end, brand=incident.brand,
            )  # fmt: skip
            store.add_mentions([replace(own, is_own=True, in_reply_to=None)])
        for n in range(2_000):
            store.add_deed(Deed(at=end, who="Amina", what="heard", subject=f"x:{n}"))
    store.close()
    return end


@dataclass(frozen=True, slots=True)
class Shown:
    """Seconds of the clock until the first paint and until the page was whole, and of the two processors."""

    first: float
    whole: float
    page: float
    server: float


# From the press, as the browser received it, until the first frame in which it is done.
WATCH = """() => {
  window.pressedAt = null;
  document.addEventListener("click", event => { window.pressedAt ??= event.timeStamp; }, {capture: true, once: true});
  window.took = new Promise(tell => {
    const look = () => {
      const isDone = window.pressedAt !== null && DONE;
      isDone ? tell(performance.now() - window.pressedAt) : requestAnimationFrame(look);
    };
    look();
  });
}"""


def paint(page: Page, cdp: CDPSession, server: int, address: str, ready: str) -> Shown:
    page.goto("about:blank")
    before = processor_seconds(server)
    page.goto(address, wait_until="commit")
    page.wait_for_selector(ready)
    whole = page.evaluate("performance.now()") / 1000
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    first = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1000
    metrics = {each["name"]: each["value"] for each in cdp.send("Performance.getMetrics")["metrics"]}
    return Shown(first, whole, metrics["TaskDuration"], processor_seconds(server) - before)


def until(page: Page, act: Callable[[], object], done: str) -> float:
    """Seconds. `done`: a condition in the page's own words."""
    page.evaluate(WATCH.replace("DONE", f"({done})"))
    act()
    return float(page.evaluate("window.took")) / 1000


def has(place: str, words: str) -> str:
    return f"document.querySelector({place!r})?.textContent.includes({words!r})"


def interactions(page: Page, address: str, incident: int) -> dict[str, float]:
    """Each once: a person's clicks, until the page shows the answer."""
    found: dict[str, float] = {}
    page.goto(f"{address}/inbox")
    items = page.locator("#inbox-list .item")
    expect(items.nth(3)).to_be_visible()
    page.wait_for_load_state("networkidle")
    for n in (1, 2, 3):
        words = items.nth(n).locator(".who").inner_text()
        found[f"inbox: open a mention {n}"] = until(page, items.nth(n).click, has(".reading", words))
    found["inbox: another state"] = until(
        page, page.locator("#inbox-state label").nth(6).click, has("#inbox-title", "post")
    )
    expect(items.nth(3)).to_be_visible()
    words = items.nth(2).locator(".who").inner_text()
    items.nth(2).click()
    expect(page.locator(".reading")).to_contain_text(words)
    page.wait_for_timeout(500)
    found["inbox: take it or give it back"] = until(
        page, page.locator("#inbox-release:visible, #inbox-take:visible").first.click, has("#inbox-answer", "Noted")
    )
    page.goto(f"{address}/incident/{incident}")
    expect(page.locator("#incident-clock .waiter").nth(2)).to_be_visible()
    page.wait_for_load_state("networkidle")
    who = page.locator("#incident-clock .waiter").nth(2)
    words = who.locator(".who").inner_text()
    found["incident: choose a person"] = until(page, who.click, has("#incident-to", words))
    page.goto(f"{address}/rules")
    expect(page.locator("#rules-past table")).to_be_visible()
    page.wait_for_load_state("networkidle")
    found["rules: what do the words find"] = until(
        page, page.locator("#rules-preview").click, has("#rules-previewed", "stored posts")
    )
    page.goto(f"{address}/review/{incident}")
    expect(page.locator(".told-rules table")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.locator("#review-summary").fill(f"Other words {time.time()}")
    found["review: write it down"] = until(page, page.locator("#review-keep").click, has("#review-answer", "Noted"))
    clock = page.locator("#review-clock").inner_text()
    press = "window.pressedAt = performance.now(); dash_clientside.set_props('review-minute', {value: 77})"
    found["review: the next minute"] = until(page, lambda: page.evaluate(press), f"!({has('#review-clock', clock)})")
    page.goto(f"{address}/review")
    expect(page.locator("#past-rows tr").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    top = page.locator("#past-rows td").first.inner_text()
    found["incidents: sort by another column"] = until(
        page, page.locator("#past-by-opened").click, f"document.querySelector('#past-rows td').textContent !== {top!r}"
    )
    for side, place in (("left", 0), ("right", 1)):
        page.locator(f"#review-{side}").click()
        page.locator(f"[role=option]:visible >> nth={place}").click()
    page.locator("#review-right").click()
    found["incidents: compare two"] = until(
        page, page.locator("[role=option]:visible >> nth=4").click, has("#review-compared table", "number 4")
    )
    return found


def measure(path: Path, end: datetime, tries: int, incident: int) -> list[str]:
    """The lines of the tables."""
    command = [sys.executable, "-m", "tests.bench.wall", "--serve", str(path), end.isoformat()]
    server = subprocess.Popen(
        command, cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert server.stdout is not None and server.stdin is not None
    port, link = next(line for line in server.stdout if "/login/" in line).split()
    address = f"http://127.0.0.1:{port}"
    lines: list[str] = []

    def tell(line: str) -> None:
        print(line, flush=True)
        lines.append(line)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        page = browser.new_context(viewport={"width": 1920, "height": 1080}).new_page()
        page.goto(address + link)
        page.wait_for_selector(".state")
        cdp = page.context.new_cdp_session(page)
        cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
        load = os.getloadavg()[0]
        tell(f"Median (and slowest) of {tries}, {os.cpu_count()} cores, load {load:.1f} before the measure.")
        tell("")
        tell("| page | first paint | whole | page's processor | server's processor |")
        tell("|---|---|---|---|---|")
        slowest = 0.0
        for name, where, ready in PAGES:
            found = [paint(page, cdp, server.pid, address + where.format(id=incident), ready) for _ in range(tries)]
            if name != DOOR:
                slowest = max(slowest, *(each.first for each in found))
            tell(f"| {name} | {' | '.join(_said([getattr(each, part) for each in found], 's') for part in PARTS)} |")
        rounds = [interactions(page, address, incident) for _ in range(tries)]
        tell("")
        tell("| interaction | until it is shown |")
        tell("|---|---|")
        for name in rounds[0]:
            tell(f"| {name} | {_said([1000 * each[name] for each in rounds], 'ms')} |")
        every = sorted(seconds for each in rounds for seconds in each.values())
        p95 = every[min(len(every) - 1, int(0.95 * len(every)))]
        tell("")
        for what, found_is, limit in (
            ("slowest first paint", slowest, LIMIT_PAINT),
            ("p95 of interactions", p95, LIMIT_ACT),
        ):
            tell(f"- {what}: {found_is:.2f} s, {'within' if found_is <= limit else 'NOT within'} {limit} s")
        browser.close()
    server.stdin.close()
    server.wait(30)
    return lines


def _said(values: Sequence[float], unit: str) -> str:
    ordered = sorted(values)
    form = "{:.2f}" if unit == "s" else "{:.0f}"
    return f"{form.format(ordered[len(ordered) // 2])} {unit} ({form.format(ordered[-1])})"


def write(page: Path, lines: Sequence[str]) -> None:
    """Between the marks of this page."""
    before, _, rest = page.read_text().partition(MARKS[0])
    after = rest.partition(MARKS[1])[2]
    page.write_text(before + MARKS[0] + "\n" + "\n".join(lines) + "\n" + MARKS[1] + after)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--tries", type=int, default=5)
    options.add_argument("--page", type=Path, help="the page between whose marks the tables are written")
    options.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "smoulder-bench")
    chosen = options.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    built = chosen.folder / f"{chosen.rows}.sqlite3"
    if not built.exists():
        print(f"Building {built} from {START:%Y-%m-%d} on")
        build(built, chosen.rows)
    copy = chosen.folder / "rooms.sqlite3"
    shutil.copyfile(built, copy)
    end = furnish(copy)
    store = SqliteStore(copy, read_only=True)
    incident = next(i.id for i in store.incidents(limit=500) if i.closed_at is not None and i.brand == BRANDS[0])
    print(f"{store.counts()['mentions']:,} mentions, {store.counts()['incidents']} incidents")
    store.close()
    lines = measure(copy, end, chosen.tries, incident)
    for left in chosen.folder.glob("rooms.sqlite3*"):
        left.unlink()
    if chosen.page:
        write(chosen.page, lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
