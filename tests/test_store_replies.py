"""Answers in the store: who may write, agree and send, whatever way the request comes; and what is never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from db.engine import sqlite3
from db.rows import Pasted, Reply
from db.store import Store
from tests.clock import NOON
from tests.make import make_mention, make_score

MINUTE = timedelta(minutes=1)
WORDS = "We left your mum at Leeds. That was our failure."


def complain(store: Store, **more: object) -> str:
    mention = make_mention(**({"author": "leah", "native": "1"} | more))  # type: ignore[arg-type]
    store.add_mentions([mention])
    store.add_scores([make_score(mention, "complaint")])
    return mention.id


def draft(words: str = WORDS, **more: object) -> Reply:
    values = {"id": 0, "mention_id": "x:1", "brand": "Acme", "author": "leah", "writer": "Amina"}
    return Reply(**(values | {"words": words, "written_at": NOON} | more))  # type: ignore[arg-type]


def kept(store: Store, **more: object) -> Reply:
    written = store.write_reply(draft(**more))  # type: ignore[arg-type]
    assert written is not None
    return written


def asked(store: Store, lock: str = "heated", **more: object) -> Reply:
    waits = store.ask_reply(replace(kept(store, **more), locks=(lock,)), NOON)
    assert waits is not None and waits.state == "waiting"
    return waits


def own(text: str = WORDS, to: str = "x:1", **more: object) -> object:
    return make_mention(text, author="acme", is_own=True, in_reply_to=to, **more)  # type: ignore[arg-type]


def what(store: Store, reply: Reply) -> list[tuple[str, str | None]]:
    return [(step.what, step.who) for step in store.reply_steps(reply.id)]


def test_a_draft_without_a_lock_is_sent_by_its_writer_and_its_person_is_answered(any_store: Store) -> None:
    complain(any_store)
    written = kept(any_store)
    judged = replace(written, findings=("but",), missing=("repair",), why="the lawyer insists")
    sent = any_store.send_reply(judged, NOON + MINUTE)
    assert sent is not None
    assert (sent.state, sent.sent_at, sent.findings, sent.why) == (
        "sent",
        NOON + MINUTE,
        ("but",),
        "the lawyer insists",
    )
    assert any_store.reply(sent.id) == sent
    assert what(any_store, sent) == [("wrote", "Amina"), ("sent", "Amina")]
    case = any_store.cases_of(["x:1"])[0]
    assert case.person is not None and (case.person.state, case.person.heard_by) == ("answered", "Amina")


@pytest.mark.parametrize("lock", ["heated", "third", "same", "house"])
def test_a_locked_draft_leaves_only_when_somebody_else_agreed(any_store: Store, lock: str) -> None:
    waits = asked(any_store, lock)
    assert any_store.send_reply(waits, NOON) is None
    agreed = any_store.decide_reply(waits.id, waits.revision, "Bo", True, "go", NOON + MINUTE)
    assert agreed is not None and (agreed.state, agreed.decided_by) == ("cleared", "Bo")
    sent = any_store.send_reply(replace(agreed, locks=(lock,)), NOON + MINUTE)
    assert sent is not None and sent.locks == (lock,)
    assert what(any_store, sent) == [("wrote", "Amina"), ("asked", "Amina"), ("agreed", "Bo"), ("sent", "Amina")]


@pytest.mark.parametrize(
    "who", ["Amina", "amina", " AMINA ", "Ami\u200bna", "\uff21mina", "A m i n a", "", " ", "\u2060", "\x00"]
)
def test_the_writer_cannot_agree_under_any_spelling_and_nobody_cannot_either(any_store: Store, who: str) -> None:
    waits = asked(any_store)
    assert any_store.decide_reply(waits.id, 1, who, True, "", NOON) is None
    assert any_store.reply(waits.id) == waits


def test_a_yes_is_for_the_words_that_were_read(any_store: Store) -> None:
    waits = asked(any_store)
    changed = any_store.write_reply(replace(waits, words="Learn to read."))
    assert changed is not None and (changed.state, changed.revision) == ("draft", 2)
    assert any_store.decide_reply(waits.id, 1, "Bo", True, "", NOON) is None, "it was changed meanwhile"
    again = any_store.ask_reply(replace(changed, locks=("heated",)), NOON)
    assert again is not None
    agreed = any_store.decide_reply(again.id, 2, "Bo", True, "", NOON)
    assert agreed is not None
    other = replace(agreed, words="Learn to read, idiot.")
    assert any_store.send_reply(other, NOON) is None, "other words than those agreed to"
    taken_back = any_store.write_reply(other)
    assert taken_back is not None and taken_back.decided_by is None
    assert any_store.send_reply(replace(taken_back, locks=("heated",)), NOON) is None


def test_a_new_reason_to_wait_is_not_covered_by_an_old_yes(any_store: Store) -> None:
    waits = asked(any_store, "house")
    agreed = any_store.decide_reply(waits.id, 1, "Bo", True, "", NOON)
    assert agreed is not None
    assert any_store.send_reply(replace(agreed, locks=("house", "third")), NOON) is None
    assert any_store.send_reply(replace(agreed, locks=()), NOON) is not None


def test_a_no_is_kept_and_the_writer_may_write_anew(any_store: Store) -> None:
    waits = asked(any_store)
    no = any_store.decide_reply(waits.id, 1, "Bo", False, "she is grieving", NOON)
    assert no is not None and (no.state, no.decided_words) == ("refused", "she is grieving")
    assert any_store.send_reply(replace(no, locks=()), NOON) is None, "a no is about these words, whatever else changed"
    anew = any_store.write_reply(replace(no, words="We left her there, and I am on my way to Leeds."))
    assert anew is not None and anew.state == "draft"
    assert ("refused", "Bo") in what(any_store, no)


def test_nobody_writes_asks_sends_or_drops_for_another(any_store: Store) -> None:
    mine = kept(any_store)
    theirs = replace(mine, writer="Bo", words="Mine now")
    assert any_store.write_reply(theirs) is None
    assert any_store.ask_reply(theirs, NOON) is None
    assert any_store.send_reply(theirs, NOON) is None
    assert not any_store.drop_reply(mine.id, "Bo", NOON)
    assert any_store.reply(mine.id) == mine
    assert any_store.write_reply(draft(id=99)) is None


def test_of_two_windows_the_older_one_is_told(any_store: Store) -> None:
    first = kept(any_store)
    assert any_store.write_reply(replace(first, words="In one window")) is not None
    assert any_store.write_reply(replace(first, words="In the other")) is None
    found = any_store.reply(first.id)
    assert found is not None and found.words == "In one window"


def test_what_was_sent_or_given_up_is_over(any_store: Store) -> None:
    sent = any_store.send_reply(kept(any_store), NOON)
    assert sent is not None
    assert any_store.write_reply(replace(sent, words="Something else")) is None
    assert any_store.send_reply(sent, NOON) is None
    dropped = kept(any_store)
    assert any_store.drop_reply(dropped.id, "Amina", NOON)
    assert any_store.send_reply(dropped, NOON) is None
    assert [r.state for r in any_store.replies(states=("sent", "dropped"))] == ["dropped", "sent"]


def test_the_table_itself_refuses_what_no_second_person_agreed_to(tmp_path: Path, store: Store) -> None:
    """Somebody with the file and an SQL shell meets the same rule."""
    waits = asked(store)
    file = sqlite3.connect(str(tmp_path / "smoulder.sqlite3"), isolation_level=None)
    for wrong in (
        "UPDATE replies SET state = 'sent'",
        "UPDATE replies SET state = 'cleared'",
        "UPDATE replies SET state = 'cleared', decided_by = 'Amina'",
        "UPDATE replies SET state = 'cleared', decided_by = ' amina'",
        "UPDATE reply_steps SET who = 'Bo'",
        "DELETE FROM reply_steps",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            file.execute(wrong)
    agreed = store.decide_reply(waits.id, 1, "Bo", True, "", NOON)
    assert agreed is not None
    with pytest.raises(sqlite3.IntegrityError, match="agreed to"):
        file.execute("UPDATE replies SET words = 'Learn to read'")
    assert store.send_reply(agreed, NOON) is not None
    with pytest.raises(sqlite3.IntegrityError, match="cannot be changed"):
        file.execute("UPDATE replies SET words = 'We never said that'")
    file.close()


# --- what the stream sees -------------------------------------------------------------------------------------
def test_the_stream_sees_a_reply_that_was_said_to_be_sent(any_store: Store) -> None:
    complain(any_store)
    sent = any_store.send_reply(kept(any_store), NOON)
    assert sent is not None
    any_store.add_mentions([own("@leah we changed a word on the way", native="9")])  # type: ignore[list-item]
    found = any_store.reply(sent.id)
    assert found is not None and (found.state, found.seen_id) == ("sent", "x:9")


def test_the_stream_sees_a_draft_go_out_before_anybody_said_so_even_past_its_lock(any_store: Store) -> None:
    complain(any_store)
    waits = asked(any_store)
    any_store.add_mentions([own(f"@leah  {WORDS.upper()}", native="9", at=NOON + MINUTE)])  # type: ignore[list-item]
    found = any_store.reply(waits.id)
    assert found is not None
    assert (found.state, found.sent_at, found.decided_by, found.locks) == ("seen", NOON + MINUTE, None, ("heated",))
    assert what(any_store, waits)[-1] == ("seen", None)


def test_an_own_post_with_other_words_leaves_a_draft_where_it_is(any_store: Store) -> None:
    complain(any_store)
    written = kept(any_store)
    any_store.add_mentions([own("Thank you for writing", native="9"), own(WORDS, to="x:other")])  # type: ignore[list-item]
    found = any_store.reply(written.id)
    assert found is not None and found.state == "draft"


def test_answers_to_one_person_are_counted_once_each(any_store: Store) -> None:
    complain(any_store)
    sent = any_store.send_reply(kept(any_store), NOON + MINUTE)
    assert sent is not None
    any_store.add_mentions([own(WORDS, native="9", at=NOON + MINUTE)])  # type: ignore[list-item]
    any_store.add_mentions([own("And another", native="10", at=NOON + 2 * MINUTE)])  # type: ignore[list-item]
    assert any_store.answered_at("Acme", "leah", NOON) == [NOON + MINUTE, NOON + 2 * MINUTE]
    assert any_store.answered_at("Acme", "leah", NOON + 2 * MINUTE) == [NOON + 2 * MINUTE]
    assert any_store.answered_at("Acme", "somebody", NOON) == []
    assert [m.text for m in any_store.own_answers("Acme", NOON)] == [WORDS, "And another"]


def test_everybody_who_complained_in_a_time_is_found_in_whatever_state(any_store: Store) -> None:
    complain(any_store, native="1", author="leah", at=NOON)
    complain(any_store, native="2", author="tom", at=NOON + MINUTE)
    complain(any_store, native="3", author="ines", at=NOON - 9 * MINUTE)
    complain(any_store, native="4", author="ines", at=NOON + 2 * MINUTE)  # waits since before, and complains again
    complain(any_store, native="5", author="late", at=NOON + 9 * MINUTE)
    any_store.hear("Acme", "tom", "answered", "Amina", NOON + 2 * MINUTE)
    found = any_store.complaining("Acme", NOON, NOON + 5 * MINUTE)
    assert [(p.author, p.state) for p in found] == [("ines", "unheard"), ("leah", "unheard"), ("tom", "answered")]
    wrote = any_store.written_by("Acme", ["ines"], NOON, NOON + 5 * MINUTE)
    assert [one.mention.id for one in wrote] == ["x:4"]


def test_one_text_to_many_people_is_kept_and_stands_in_the_facts_of_the_wall(any_store: Store) -> None:
    row = Pasted(id="x:9", brand="Acme", words="DM us", first_at=NOON, last_at=NOON, people=13, posts=("x:9", "x:10"))
    any_store.put_pasted([row])
    any_store.put_pasted([replace(row, people=14)])
    assert any_store.pasted("Acme", NOON) == [replace(row, people=14)]
    assert any_store.wall("Acme", NOON + MINUTE).pasted == 14
    assert any_store.wall("Acme", NOON + timedelta(hours=4)).pasted == 0
    assert any_store.pasted("Other", NOON) == []
