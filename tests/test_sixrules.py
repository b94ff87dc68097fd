"""The six rules, each kept, broken and without evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.answer.sixrules import RULES, Facts, Post, Reply, Tag, judge, states

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
COMPLAINT = "My mum was left on the platform in her wheelchair and your guard laughed"
GOOD = (
    "Your mum was left on the platform in her wheelchair, and our guard laughed. We failed her, and I am calling now."
)
COLD = "We are sorry for any inconvenience. Please send us a message."


def reply(text: str, n: int = 0, label: str = "complaint", after: float = 600, to: str = COMPLAINT) -> Reply:
    at = NOON + timedelta(minutes=n)
    return Reply(id=f"o{n}", at=at, text=text, to=to, to_at=at - timedelta(seconds=after), label=label)


def post(text: str) -> Post:
    return Post(id="p", at=NOON, text=text)


OTHER = "You waited two hours for the 9:14 in Derby. We lost the driver's roster, that was our mistake."
CASES: list[tuple[int, str, Facts]] = [
    (1, "no evidence", Facts(posts=(post("Half price today!"),), tragic=2)),
    (1, "broken", Facts(posts=(post("Half price today! #deals"),), tragic=3)),
    (1, "kept", Facts(tragic=3, quiet=((NOON, None),))),
    (
        1,
        "kept",
        Facts(tragic=3, posts=(post("We failed the people on the 13:58. We are sorry for the fear you felt."),)),
    ),
    (1, "no evidence", Facts(tragic=9, reads_own=False)),
    (1, "broken", Facts(tragic=9, planned=(post("Half price today!"),), reads_own=False)),
    (1, "kept", Facts(tragic=9, held=2)),
    (2, "no evidence", Facts(replies=(reply(GOOD),))),
    (2, "kept", Facts(replies=(reply(GOOD), reply(OTHER, 1)))),
    (2, "broken", Facts(replies=(reply(COLD), reply(COLD, 1)))),
    (2, "broken", Facts(replies=(reply(GOOD, after=4), reply(OTHER, 1, after=5)))),
    (3, "no evidence", Facts()),
    (3, "broken", Facts(tags=(Tag(tag="whyistayed", at=NOON),))),
    (3, "broken", Facts(tags=(Tag(tag="whyistayed", at=NOON, verdict="STOP"),))),
    (3, "kept", Facts(tags=(Tag(tag="acme", at=NOON, verdict="OK"),))),
    (4, "no evidence", Facts()),
    (4, "kept", Facts(replies=(reply(GOOD),))),
    (4, "broken", Facts(replies=(reply(COLD),))),
    (4, "broken", Facts(replies=(reply(GOOD), reply("We are sorry if you felt upset.", 1)))),
    (5, "no evidence", Facts()),
    (5, "kept", Facts(replies=(reply(GOOD, label="hostile"),))),
    (5, "broken", Facts(replies=(reply("You should have booked assistance before you travelled."),))),
    (6, "no evidence", Facts()),
    (6, "kept", Facts(complained=4, heard=2)),
    (6, "broken", Facts(complained=4, heard=1)),
    (6, "broken", Facts(replies=(reply("Thanks for your support!", to="You are the worst airline"),))),
    (6, "kept", Facts(replies=(reply("Thank you, Kim! That made the crew's day.", label="praise", to="I love it"),))),
]


@pytest.mark.parametrize(("number", "state", "facts"), CASES)
def test_each_rule_is_kept_broken_or_without_evidence(number: int, state: str, facts: Facts) -> None:
    verdict = judge(facts)[number - 1]
    assert (verdict.number, verdict.rule, verdict.state) == (number, RULES[number - 1], state)
    assert verdict.evidence, "whatever it says, it shows by what"


def test_nothing_of_ours_is_no_proof_that_we_behaved() -> None:
    found = judge(Facts(reads_own=False))
    assert {v.state for v in found} == {"no evidence"}
    assert "could not be seen" not in found[0].evidence[0].text
    assert "nothing of ours could be seen" in found[3].evidence[0].text


def test_every_sentence_can_be_filled() -> None:
    for _, _, facts in CASES:
        for verdict in judge(facts):
            for told in verdict.evidence:
                assert "{" not in told.text.format(**dict(told.values))


def test_one_more_bad_reply_never_mends_a_rule() -> None:
    before = states(judge(Facts(replies=(reply(GOOD), reply(OTHER, 1)))))
    after = states(judge(Facts(replies=(reply(GOOD), reply(OTHER, 1), reply(COLD, 2)))))
    assert after["kept"] < before["kept"] and after["broken"] > before["broken"]


def test_the_posts_behind_a_broken_rule_are_named() -> None:
    facts = Facts(replies=(reply(COLD), reply(COLD, 1), replace(reply(GOOD, 2), label="hostile")))
    assert judge(facts)[1].posts == ("o0", "o1")
