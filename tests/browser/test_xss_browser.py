"""Forty payloads in every place that shows what a stranger, or a colleague, wrote: no script runs, nothing is
fetched from elsewhere, and the Content Security Policy is never needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from dashboard import security
from db.rows import (
    Action,
    DeadLetter,
    Deed,
    Note,
    Pasted,
    Reply,
    Review,
    Rules,
    Silence,
    SourceHealth,
)
from db.store import Store
from tests import scene
from tests.browser.conftest import House
from tests.scene import BRAND, NOW, ROOT

pytestmark = pytest.mark.browser

RUN = "window.ran=1"
PAYLOADS = (
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    "<img src='https://evil.example/pixel.png'>",
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<body onload={RUN}>",
    f"<iframe srcdoc='<script>{RUN}</script>'></iframe>",
    "<iframe src=https://evil.example></iframe>",
    f"<a href='javascript:{RUN}'>here</a>",
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f"java\tscript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    "vbscript:msgbox(1)",
    f'"><script>{RUN}</script>',
    f"'><img src=x onerror={RUN}>",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}>",
    f"<details open ontoggle={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<marquee onstart={RUN}>",
    f"<video><source onerror={RUN}></video>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<span style=\"background-image:url('https://evil.example/bg')\">x</span>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example/>",
    "<object data=https://evil.example/x></object>",
    "![alt](https://evil.example/md.png)",
    f"[link](javascript:{RUN})",
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    f"${{{RUN}}}",
    '{"props":{"children":"x"},"type":"Img","namespace":"dash_html_components"}',
    '{"type":"alert","namespace":"window","props":{}}',
    "\u202egnp.exe\u202c \u200b\u2066<b>turned</b>\u2069",
    "<a href='https://evil.example'>plotly</a><br><b>bold</b>",
    "&lt;script&gt;window.ran=1&lt;/script&gt;",
    "%{text}<extra>https://evil.example</extra>" + "W" * 3000,
)


def stage(store: Store) -> None:
    """Every payload as text, name, handle, address, reason and note; one of them is the root of a storm."""
    scene.setting_the_scene(store)
    posts = []
    for n, payload in enumerate(PAYLOADS):
        post = scene.mention(
            ROOT if n == 0 else f"x:evil{n}",
            f"{payload} wheelchair",
            NOW - timedelta(minutes=20, seconds=-n),
            payload,
            NOW,
        )
        post = replace(post, handle=payload, url=payload, conversation_id=ROOT, author_id=f"a{n}", hashtags=(payload,))
        posts.append((post, "complaint"))
    store.add_mentions([post for post, _ in posts])
    store.add_scores([replace(scene.score(p, label), because=(p.text[:40], "wheelchair")) for p, label in posts])
    incident = scene.alarm(store, NOW, owner=PAYLOADS[1])
    evidence = replace(incident.evidence, words=PAYLOADS[0], root_text=PAYLOADS[2])  # type: ignore[type-var]
    changed = replace(incident, title=PAYLOADS[37], evidence=evidence)
    store.put_changes([scene.Change(incident=changed, events=tuple(lines(changed)))])
    for payload in PAYLOADS:
        store.add_note(Note(mention_id=ROOT, at=NOW, who=payload, words=payload))
    store.assign(ROOT, PAYLOADS[1], NOW)
    for n, payload in enumerate(PAYLOADS[:30]):
        answer(store, payload, n)
    store.put_pasted(
        [Pasted(id="x:p", brand=BRAND, words=" ".join(PAYLOADS), first_at=NOW, last_at=NOW, people=9, posts=("x:p",))]
    )
    store.add_dead_letters([DeadLetter(source=p, received_at=NOW, raw=p, reason=p) for p in PAYLOADS[:5]])
    store.put_source_health(
        [SourceHealth(source=PAYLOADS[1], state="refused", since=NOW, detail=PAYLOADS[2], updated_at=NOW)]
    )
    scene.processes(store, NOW, PAYLOADS[0])
    colleagues(store)


def colleagues(store: Store) -> None:
    """What people of the house wrote: reviews, things to do, rules, silences, names, tokens and deeds."""
    told = dict.fromkeys(("summary", "impact", "good", "bad", "luck"), "\n".join(PAYLOADS[:38])[:4000])
    store.put_review(Review(incident_id=1, at=NOW, by=PAYLOADS[0], part="accident", **told))
    for payload in PAYLOADS[:8]:
        store.put_action(Action(incident_id=1, n=0, words=payload, at=NOW, by=payload, owner=payload))
    words = tuple(p[:200] for p in PAYLOADS)
    store.put_rules(
        Rules(brand=BRAND, terms=words, excluded=words[:5], handles=("bluesky:acmerail",)), PAYLOADS[1], NOW
    )
    until = NOW + timedelta(hours=4)
    for payload in PAYLOADS[:8]:
        store.add_silence(Silence(brand=BRAND, at=NOW, until=until, by=payload, reason=payload, rule=payload))
        store.add_deed(Deed(at=NOW, who=payload, what=payload, subject=payload, words=payload))
        security.put_user(store, payload, "viewer", None, payload, NOW)
        security.new_wall_token(store, NOW, payload, payload)
        security.new_api_token(store, NOW, payload, payload)
    own = scene.mention("x:own", PAYLOADS[0], NOW - timedelta(minutes=5), PAYLOADS[1], NOW, conversation_id=ROOT)
    store.add_mentions([replace(own, is_own=True, in_reply_to=ROOT, handle=PAYLOADS[3], hashtags=PAYLOADS[:9])])
    store.put_setting("next word: 1", PAYLOADS[0], PAYLOADS[0], NOW)


def answer(store: Store, payload: str, n: int) -> None:
    """One that was sent, one that waits for a second person, and one that was refused with a payload."""
    at = NOW - timedelta(minutes=n)
    new = Reply(
        id=0, mention_id=ROOT, brand=BRAND, author="a0", writer=payload, words=payload, why=payload, written_at=at
    )
    written = store.write_reply(new)
    assert written is not None
    judged = replace(written, locks=("heated",) if n % 3 else (), findings=(payload,), twin=payload)
    if n % 3 == 0:
        store.send_reply(judged, at)
        return
    store.ask_reply(judged, at)
    if n % 3 == 1:
        store.decide_reply(written.id, 1, "Bo" + payload, False, payload, at)


def lines(incident: scene.Incident) -> list[scene.IncidentEvent]:
    return [
        scene.IncidentEvent(incident_id=incident.id, at=NOW, kind="note", who=payload, words=payload)
        for payload in PAYLOADS
    ]


def visit(house: House, path: str, ready: str) -> Page:
    page = house.visit(path, role="admin")
    page.on("dialog", lambda dialog: (house.complaints.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.wait_for_selector(ready)
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize(
    ("path", "ready"),
    [
        ("/", ".state.storm"),
        (f"/inbox?mention={ROOT}", ".thread .post"),
        ("/incident/1", "#incident-spread .points path"),
        ("/health", "table"),
        ("/?side=on", ".one"),
        ("/review", "#past-rows tr"),
        ("/review/1", ".told-rules table"),
        ("/rules", "#rules-past table"),
        ("/people", "#people-deeds table"),
    ],
)
def test_no_payload_runs_or_fetches_anything(store: Store, house: House, path: str, ready: str) -> None:
    stage(store)
    page = visit(house, path, ready)
    for element in page.locator(".item, #incident-spread .point, summary").all()[:12]:
        element.hover(force=True, timeout=15_000)
    if path not in QUIET_PAGES:
        assert "<script>window.ran=1</script>" in page.locator("#page").inner_text(), "it must be there, as text"
    press_everything(page, path)
    assert page.evaluate("window.ran") is None
    assert page.locator("#page a[href^='javascript' i], #page a[href^='data' i], #page a[href*='evil']").count() == 0
    assert page.locator("#page iframe, #page script, #page object, #page img[src*='evil'], #page base").count() == 0
    assert [c for c in house.complaints if "Content Security" in c or "dialog" in c] == []
    assert house.elsewhere == []
    assert house.complaints == []


QUIET_PAGES = ("/?side=on", "/review")  # show neither names nor this text


def press_everything(page: Page, path: str) -> None:
    """What is shown only after a click."""
    if path == "/review/1":
        page.evaluate("dash_clientside.set_props('review-minute', {value: 205})")
        expect(page.locator("#review-then-post")).not_to_have_text("No post of it had come in yet.")
    if path == "/rules":
        page.locator("#rules-preview").click()
        expect(page.locator("#rules-previewed table")).to_be_visible()
    if path == "/review":
        for side in ("left", "right"):
            page.locator(f"#review-{side}").click()
            page.locator("[role=option]:visible").first.click()
        expect(page.locator("#review-compared table")).to_be_visible()


def test_an_export_opened_in_a_browser_runs_and_fetches_nothing(store: Store, house: House) -> None:
    stage(store)
    page = visit(house, "/review/1", ".told-rules table")
    answer = page.request.get(f"{house.address}/review/1/export.html")
    assert answer.ok and "<script>" not in answer.text() and "&lt;script&gt;window.ran=1" in answer.text()
    page.goto("about:blank")
    page.set_content(answer.text())
    page.wait_for_selector("#rules")
    assert page.evaluate("window.ran") is None
    assert page.locator("a, script, iframe, img, object, base, link, form, input").count() == 0
    assert house.elsewhere == [] and house.complaints == []


def test_a_payload_in_the_address_or_the_log_in_stays_text(store: Store, house: House) -> None:
    stage(store)
    for payload in (PAYLOADS[0], PAYLOADS[14]):
        page = visit(house, "/", ".state")
        page.goto(f"{house.address}/?brand={payload}&room={payload}")
        page.wait_for_selector(".state")
        page.goto(f"{house.address}/login?next={payload}")
        page.locator("input[name=name]").fill(payload[:60])
        page.locator("input[name=password]").fill(payload)
        page.locator("button").click()
        expect(page.locator(".trouble")).to_be_visible()
        assert page.evaluate("window.ran") is None
    assert store.setting("users") is not None
    assert BRAND in store.rules()
