"""What rings, what does not, and why: each rule on traffic that a person can picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from db.rows import Label, Rules, Scored
from db.store import Store
from monitor.config import Alerts
from monitor.detectors import AGAIN, DETECTORS, Detector, pileon, recompute
from monitor.detectors.found import Found
from monitor.detectors.watchlist import BELIEVED, DOUBTED, LEARNED, holds
from monitor.evidence import doubling
from monitor.loop import Loop
from monitor.memory import Memory, copy_of
from monitor.scoring import load_scorer
from monitor.scoring.scorer import HURT, RESEMBLES
from monitor.scoring.severity import RULES
from monitor.usual import Shares
from monitor.watch import Watch
from monitor.windows import minute_of
from tests.clock import NOON
from tests.crowds import MINUTE, SECOND, drive, one, ordinary, pile_on, practised
from tests.make import make_mention

HOUR = timedelta(hours=1)


def test_strangers_under_one_post_ring_before_the_tenth() -> None:
    watch = practised(NOON)
    signals = drive(watch, pile_on(NOON), NOON + 30 * MINUTE)
    first = next(s for s in signals if s.rule == "pileon")
    assert first.evidence.seen <= 10
    assert first.evidence.root == "x:root"
    assert first.evidence.words.startswith(f"{first.evidence.authors} people in ")
    assert first.evidence.first_time_share == 1.0
    assert "storm" in {s.severity for s in signals}


def test_the_first_days_of_a_brand_do_not_keep_later_slow_burns_out() -> None:
    first, watch = NOON - timedelta(days=16), Watch(Rules(brand="Acme"))
    rows = ordinary(first, 1.5, per_hour=4) + ordinary(first + timedelta(days=1.5), 14.5, per_hour=14, seed=2)
    assert drive(watch, rows, NOON) == []  # it grew to more than three times while its level was being learnt
    signals = drive(watch, ordinary(NOON, 0.5, per_hour=50, seed=3), NOON + 12 * HOUR)
    slow = [s for s in signals if s.rule == "slowburn"]
    assert slow and slow[0].at < NOON + 9 * HOUR
    assert [recompute(s) for s in slow] == [s.score for s in slow]


def burning(early: int, late: int, *, record: float = 1.0) -> list[Found]:
    """Three hours of so many times a hundred mentions an hour, then three of so many; a fifth by upset people."""
    memory, end = Memory(Rules(brand="Acme")), minute_of(NOON)
    memory.burn.records = dict.fromkeys(memory.burn.records, record)
    for hour in range(end // 60 - 200, end // 60):
        memory.volume.learn(hour, 100)
        memory.season.learn(hour, 20)
    for times, start in ((early, end - 360), (late, end - 180)):
        for n in range(300 * times):
            fields = ("mentions", "complaints", "people") if n % 5 == 0 else ("mentions",)
            memory.minutes.count(start + n * 180 // (300 * times), fields)
    return list(DETECTORS["slowburn"](memory, end))


def test_a_news_day_of_a_large_brand_is_no_slow_burn() -> None:
    assert burning(3, 3) == []
    assert [found.rule for found in burning(4, 4)] == ["slowburn"]
    assert dict(burning(4, 4)[0].inputs)["needed"] > 3  # an ordinary news day is two and a half times the usual


def test_what_burned_in_the_morning_and_is_over_is_no_slow_burn() -> None:
    assert [found.rule for found in burning(3, 5)] == ["slowburn"]
    assert burning(7, 1) == []


def test_one_wild_day_does_not_keep_every_later_slow_burn_out() -> None:
    assert [found.rule for found in burning(4, 4, record=9.0)] == ["slowburn"]


def test_evidence_names_the_first_post_and_two_that_weigh_most() -> None:
    watch = practised(NOON)
    rows = pile_on(NOON, 12)
    drive(watch, rows[:1])
    famous = one(NOON + 45 * SECOND, "hostile", native="famous", author="famous", root="root", followers=90_000)
    signals = drive(watch, [*rows[1:], famous], NOON + 20 * MINUTE)
    telling = signals[-1].evidence.posts
    assert telling[0] == "x:root"
    assert "x:famous" in telling


def test_every_alarm_can_be_computed_again_to_the_last_bit() -> None:
    watch = practised(NOON)
    rows = pile_on(NOON, 40) + pile_on(NOON + HOUR, 60, root=None)
    signals = drive(watch, rows, NOON + 3 * HOUR)
    assert {s.rule for s in signals} >= {"pileon", "complaints"}
    assert [recompute(s) for s in signals] == [s.score for s in signals]


def test_a_crowd_without_a_root_rings_as_complaints() -> None:
    watch = practised(NOON)
    signals = drive(watch, pile_on(NOON, 40, 60 * SECOND, root=None), NOON + HOUR)
    assert signals[0].rule == "complaints"
    assert signals[0].evidence.root is None
    assert signals[0].evidence.seen <= 20
    assert "pileon" not in {s.rule for s in signals}


def test_joy_is_not_a_crisis() -> None:
    watch = practised(NOON)
    rows = ordinary(NOON, 0.25, 60, seed=9)
    joy = [r for n, r in enumerate(rows) if not r.is_complaint or n % 3 == 0]  # 8 % complaints, ten times the volume
    assert drive(watch, joy, NOON + 6 * HOUR) == []


def test_three_hostile_people_are_a_crowd_for_a_small_brand_and_chance_for_a_large_one() -> None:
    shares = Shares(upset=0.2, hostile=0.022, new_calm=0.42, new_upset=0.42, joining=0.158)
    under, elsewhere = (0, 0, 0, 0, 1, 2), (16, 7, 4, 2, 2, 1)
    scores = [pileon.score(under, elsewhere, shares, per_hour, 0.15) for per_hour in (20, 115, 340)]
    assert scores[0] > 1.1 and max(scores[1:]) < 0.9
    assert scores[2] > 0.75  # the bar grows with the brand, but not without end


def test_a_service_notice_that_regulars_complain_under_is_no_storm() -> None:
    random = Random(4)
    watch = practised(NOON, days=12)
    notice = [
        one(
            NOON + n * 4 * MINUTE,
            "complaint" if random.random() < 0.45 else "other",
            native=f"notice-{n}",
            author=f"regular-{n % 40}" if n % 2 else f"visitor-{n}",
            root="notice",
        )
        for n in range(40)
    ]
    assert drive(watch, notice, NOON + 3 * HOUR) == []


def test_a_piece_of_a_long_notice_is_no_crowd_and_the_same_people_under_a_new_post_are_one() -> None:
    strangers = [
        one(
            NOON + HOUR + n * 40 * SECOND,
            "hostile" if n % 2 else "complaint",
            native=f"s-{n}",
            author=f"s-{n}",
            root="post",
        )
        for n in range(5)
    ]
    notice = [
        one(
            NOON + n * MINUTE,
            "other" if n % 2 else "complaint",
            native=f"notice-{n}",
            author=f"regular-{n % 40}" if n % 3 else f"visitor-{n}",
            root="post",
        )
        for n in range(60)
    ]
    rules = Rules(brand="Acme")
    rang, memory = [], practised(NOON, days=4, rules=rules, per_hour=60).dump()
    for before in (notice, []):
        signals = drive(Watch.restore(rules, memory), before + strangers, NOON + 2 * HOUR)
        rang.append({s.rule for s in signals})
    assert rang == [set(), {"pileon"}]


def test_a_large_brand_asks_more_of_a_piece_of_a_thread_than_of_the_whole() -> None:
    shares = Shares(upset=0.2, hostile=0.022, new_calm=0.5, new_upset=0.5, joining=0.158)
    under, elsewhere = (0, 1, 0, 6, 0, 2), (20, 20, 5, 5, 0, 1)
    for per_hour in (20, 340):
        piece, whole = (
            pileon.score(under, elsewhere, shares, per_hour, 0.15, is_whole=is_whole) for is_whole in (False, True)
        )
        assert piece < whole
    assert piece < 1 < whole


def test_f26_one_author_flooding_is_no_crowd() -> None:
    watch = practised(NOON)
    flood = [
        one(NOON + n * 10 * SECOND, "hostile", native=f"flood-{n}", author="angry", root="root" if n % 2 else None)
        for n in range(200)
    ]
    assert drive(watch, flood, NOON + HOUR) == []
    assert watch.notes(NOON + 34 * MINUTE)[0].startswith("one account wrote 80 of the last 80")  # shown, all the same


def test_one_text_pasted_by_many_is_a_pile_on_without_a_root() -> None:
    watch = practised(NOON)
    rows = [
        one(
            NOON + n * 40 * SECOND, "hostile" if n % 3 == 0 else "complaint", native=f"copy-{n}", author=f"bot-{n}",
            text=f"@acme{n} lets old people wait in the rain, share this now https://x.example/{n}",
        )
        for n in range(20)
    ]  # fmt: skip
    found = [s for s in drive(watch, rows, NOON + HOUR) if s.rule == "pileon"]
    assert found and found[0].evidence.root is None
    assert "one and the same text" in found[0].evidence.words


@pytest.mark.parametrize("text", ["a b c", "@acme @other #shame https://x.example", ""])
def test_short_texts_are_nobodys_copy(text: str) -> None:
    assert copy_of(text) == 0


def test_copies_differ_in_names_links_and_digits_only() -> None:
    first = copy_of("@acme you lost my parcel AGAIN and again, 3 weeks! https://x.example/1")
    assert first == copy_of("@acme_help you lost my parcel again and again 12 weeks")
    assert first != copy_of("you lost my suitcase again and again and nobody cares")


def test_on_the_first_day_nothing_usual_rings_and_clear_evidence_does() -> None:
    young = Watch(Rules(brand="Acme"))
    assert drive(young, ordinary(NOON, 0.8, 12, seed=3), NOON + 19 * HOUR) == []
    infant = Watch(Rules(brand="Acme"))
    signals = drive(infant, pile_on(NOON, 60), NOON + HOUR)
    assert signals and signals[0].evidence.seen <= 40
    assert "not known yet" in signals[0].evidence.words
    assert signals[0].evidence.first_time_share is None


def test_a_new_phrase_among_the_complaints_is_named() -> None:
    watch = practised(NOON, per_hour=30)
    usual = ordinary(NOON, 0.2, 30, seed=8)
    recall = [
        one(NOON + (20 + 4 * n) * MINUTE, "complaint", native=f"t{n}", author=f"regular-{n}", text=text)
        for n, text in enumerate(["the battery swelled", "my battery swelled too", "battery swelled overnight"] * 3)
    ]
    topics = [s for s in drive(watch, usual + recall, NOON + 2 * HOUR) if s.rule == "topic"]
    assert topics and "“battery swelled”" in topics[0].evidence.words


LISTS = Rules(brand="Acme", vips=("x:Mayor",), muted=("x:troll",), keywords=("recall*", "food poisoning"))


@pytest.mark.parametrize(
    ("label", "more", "rings"),
    [
        ("complaint", {"author": "mayor"}, "VIP"),
        ("praise", {"author": "mayor"}, ""),
        ("complaint", {"author": "star", "followers": 250_000}, "many followers"),
        ("other", {"author": "a", "text": "They RECALLED all of them"}, "watch list"),
        ("other", {"author": "a", "text": "totalrecall"}, ""),
        ("other", {"author": "a", "text": "Food  poisoning? no"}, ""),
        ("other", {"author": "a", "text": "food poisoning!"}, "watch list"),
        ("complaint", {"author": "troll", "text": "recall"}, ""),
        ("complaint", {"author": "somebody"}, ""),
    ],
)
def test_one_post_is_enough_when_it_is_on_a_list(label: str, more: dict[str, object], rings: str) -> None:
    watch = Watch(LISTS)
    words = [s.evidence.words for s in drive(watch, [one(NOON, label, native="n", **more)])]  # type: ignore[arg-type]
    assert (rings in words[0]) if rings else words == []


HARM = ("rule: injury", "rule: reads like harm")


def of_harm(
    text: str, at: datetime = NOON, author: str = "a", *, because: tuple[str, ...] = HARM, label: Label = "complaint",
    tragedy: float = 0.0, **more: object,
) -> Scored:  # fmt: skip
    """A post of severity 3."""
    row = one(at, label, native=f"{author}-{at:%H%M}", author=author, text=text, **more)
    assert row.score is not None
    return replace(row, score=replace(row.score, severity=3, because=because, tragedy=tragedy))


@pytest.mark.parametrize(
    ("row", "rings"),
    [
        (of_harm("I broke my arm on your wet floor"), True),
        (of_harm("Mon fils s’est brûlé, j’attends une réponse"), True),
        (of_harm("I burned a lot of time on your phone line"), False),
        (of_harm("I burned my hand on it within minutes"), True),
        (of_harm("I had fifteen screaming babies around me"), False),
        (of_harm("Nous avons brûlé trois heures, et des enfants qui hurlent"), False),
        (of_harm("They say somebody was hurt there"), False),  # hearsay
        (of_harm("They say somebody was hurt there", tragedy=0.6), True),  # but plainly so
        (of_harm("They say somebody was hurt there", followers=20_000), True),  # and many read it
        (of_harm("I broke my arm", because=("rule: injury",)), False),  # what was learned does not say so
        (of_harm("I broke my arm", because=("rule: reads like harm",)), False),  # no rule that can be read
        (
            of_harm("I was locked in", because=("rule: safety", "rule: reads like harm")),
            False,
        ),  # danger is said lightly
        (of_harm("I was locked in", because=("rule: safety", "rule: people hurt or in danger"), tragedy=0.7), True),
        (of_harm("I saw your staff help a man who had fallen", label="praise"), False),
        (of_harm("I read that a man had fallen", label="other"), False),
    ],
)
def test_one_voice_that_speaks_of_harm_rings_when_it_is_likely_true(row: Scored, rings: bool) -> None:
    assert [s.rule for s in drive(Watch(Rules(brand="Acme")), [row])] == (["watchlist"] if rings else [])


def test_a_second_person_who_says_the_same_within_hours_rings() -> None:
    words = "They say somebody was hurt there"
    watch = Watch(Rules(brand="Acme"))
    assert drive(watch, [of_harm(words), of_harm(words, NOON + HOUR)]) == []  # the same person again
    assert watch.notes(NOON + HOUR) == ("1 person spoke of harm",)
    other = of_harm(words, NOON + 2 * HOUR, "b", because=("rule: discrimination", "rule: reads like harm"))
    assert drive(watch, [other]) == []  # another matter
    (signal,) = drive(watch, [of_harm(words, NOON + 3 * HOUR, "c")])
    assert signal.evidence.words == "a second person within hours speaks of the same harm"
    assert signal.evidence.posts == ("x:a-1200", "x:c-1500")
    assert drive(Watch(Rules(brand="Acme")), [of_harm(words), of_harm(words, NOON + 7 * HOUR, "b")]) == []  # too late
    lesser = of_harm("They burned a lot of time", NOON + HOUR, "b")
    assert drive(Watch(Rules(brand="Acme")), [of_harm(words), lesser]) == []  # a turn of speech


def test_two_who_speak_of_danger_have_to_speak_of_the_same_danger() -> None:
    def rings(first: str, second: str) -> bool:
        danger = ("rule: safety", "rule: reads like harm")
        watch = Watch(Rules(brand="Acme"))
        rows = [of_harm(first, because=danger), of_harm(second, NOON + HOUR, "b", because=danger)]
        return drive(watch, rows) != []

    assert rings("The socket smells of burning", "My Acme socket melted")
    assert not rings("The Acme socket smells of burning", "At Acme the exit is blocked")


def test_harm_rings_once_in_twelve_hours() -> None:
    watch = Watch(Rules(brand="Acme"))
    rows = [of_harm("I broke my arm on your floor", NOON + n * HOUR, f"p{n}") for n in (0, 1, 11, 13)]
    assert [s.at.hour for s in drive(watch, rows)] == [12, 1]


def test_who_speaks_of_harm_is_a_line_on_the_wall_of_the_brand(store: Store) -> None:
    loop = Loop(store, load_scorer(), {"Acme": Rules(brand="Acme"), "Other": Rules(brand="Other")}, Alerts())
    loop.watches["Acme"].observe([of_harm("They say somebody was hurt there")])
    assert loop.tick(NOON + MINUTE) == []
    assert loop.notes(NOON + MINUTE) == ["Acme: 1 person spoke of harm"]


def test_the_names_of_the_rules_of_harm_are_those_of_the_scorer() -> None:
    assert {rule.name for rule in RULES if rule.severity == 3} == BELIEVED | DOUBTED
    assert {HURT, RESEMBLES} == LEARNED


def test_a_real_report_of_an_injury_rings_through_the_shipped_scorer() -> None:
    scorer = load_scorer()
    for text in (
        "Two of us ended up in hospital after eating your chicken, we are still here and nobody calls back",
        "My son burned his hand on your heater and you do not answer, this is a disgrace",
        "Mon père est tombé dans votre bus, il a le bras cassé et le chauffeur est reparti",
    ):
        mention = make_mention(text)
        scored = Scored(mention=mention, score=scorer.score([mention])[0])
        assert [s.rule for s in drive(Watch(Rules(brand="Acme")), [scored])] == ["watchlist"], text


@pytest.mark.parametrize("pattern", ["a*" * 40 + "b", "*" * 60, "a" * 200 + "*", "*a" * 50])
def test_no_pattern_of_a_user_is_slow(pattern: str) -> None:
    text = "a" * 10_000
    for _ in range(3):
        holds(text, pattern)  # the time limit of the suite is the assertion: backtracking would take for ever


@pytest.mark.parametrize(
    ("text", "pattern", "found"),
    [
        ("they recalled it", "recall*", True),
        ("total recall", "*call", True),
        ("precaller", "recall", False),
        ("so un*fair", "fair", True),
        ("unfairly treated", "un*ly", True),
        ("un fairly", "un*ly", False),
        ("anything", "*", False),
        ("the train is late again", "late again", True),
    ],
)
def test_a_star_stands_for_letters_inside_a_word(text: str, pattern: str, found: bool) -> None:
    assert holds(text, pattern) is found


def test_f33_a_broken_detector_is_named_and_the_others_ring() -> None:
    def broken(memory: Memory, end: int) -> Iterator[Found]:
        raise ZeroDivisionError("no such luck")
        yield

    detectors: dict[str, Detector] = {"spike": broken, **{k: v for k, v in DETECTORS.items() if k != "spike"}}
    watch = Watch(Rules(brand="Acme"), detectors)
    signals = drive(watch, pile_on(NOON, 60), NOON + HOUR)
    assert {s.rule for s in signals} == {"pileon"}
    assert "spike" in watch.troubles["spike"] and "ZeroDivisionError" in watch.troubles["spike"]


def test_every_detector_keeps_the_contract() -> None:
    assert AGAIN.keys() == DETECTORS.keys()
    for name, find in DETECTORS.items():
        assert list(find(Memory(Rules(brand="Acme")), 1000)) == [], name  # nothing is known, nothing rings


def test_more_sensitivity_never_rings_later() -> None:
    firsts = []
    for step in ("low", "normal", "high"):
        watch = Watch(Rules(brand="Acme", sensitivity=step))  # type: ignore[arg-type]
        drive(watch, ordinary(NOON - timedelta(days=8), 8), NOON)
        firsts.append(drive(watch, pile_on(NOON), NOON + HOUR)[0].at)
    assert firsts[0] >= firsts[1] >= firsts[2]


def test_words_come_in_french_for_a_french_brand() -> None:
    watch = practised(NOON, rules=Rules(brand="Acme", language="fr", timezone="Europe/Paris"))
    words = drive(watch, pile_on(NOON), NOON + HOUR)[0].evidence.words
    assert "personnes en" in words and "sous un seul message ; un mardi midi" in words


@pytest.mark.parametrize("minutes", [5.0, 20.0, 60.0])
def test_doubling_time_is_read_from_the_posts(minutes: float) -> None:
    random, end = Random(7), 6 * minutes
    # Ages in a process that doubles every `minutes` are exponential, cut off at the window.
    times = [end - a for a in (random.expovariate(0.693147 / minutes) for _ in range(150)) if a < end]
    found = doubling(times, end)
    assert found is not None and 0.7 * minutes < found < 1.4 * minutes
    assert doubling([0.0, 1.0], 2.0) is None
    assert doubling([float(n) for n in range(50)], 50.0) is None


def test_the_band_of_the_usual_follows_the_hours_of_the_day() -> None:
    watch = practised(NOON, days=14, per_hour=40)
    noon, night = watch.expected(NOON), watch.expected(NOON + 14 * HOUR)
    assert noon.middle > 1.8 * night.middle
    assert noon.low <= noon.middle <= noon.high


def test_memory_stays_small_however_much_is_said() -> None:
    watch = Watch(Rules(brand="Acme"))
    for n in range(30_000):
        at = NOON + n * SECOND
        watch.observe([one(at, "complaint" if n % 3 else "other", native=f"m{n}", author=f"a{n}", root=f"r{n // 4}")])
        if n % 20 == 0:
            watch.tick(at)
    assert len(watch.dump()) < 200_000


def test_a_memory_of_another_version_or_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="not a memory"):
        Watch.restore(Rules(brand="Acme"), b"something else")
