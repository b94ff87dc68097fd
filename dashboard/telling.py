"""The review of an incident as sections of words, tables and quotations: told once, for the page and for paper.

Pure: a Study and a Reader in, plain values out; nothing here is markup. Who wrote something is said through `Names`,
which hides private people unless it is told not to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from dashboard import cards
from dashboard.blocks import Block, Curve, Fact, Facts, Line, Quote, Section, Table, Tone
from dashboard.pseudonyms import Names
from dashboard.reader import CATALOGUES, Reader
from db.rows import Evidence, IncidentEvent, Scored
from monitor import incidents, review
from monitor.answer import sixrules
from monitor.answer.sixrules import Said, Verdict
from monitor.durations import NAMES, Durations, targets, usual
from monitor.retold import retold, said_again
from monitor.review import Study

SPREAD_HOURS = 24
SHOWN = 12


def tell(found: Study, reader: Reader, names: Names, others: Sequence[Durations] = ()) -> list[Section]:
    """Every section of the review, in order. `others`: the durations of the incidents before this one."""
    say = reader.say
    told: tuple[tuple[str, str, Iterable[Block]], ...] = (
        ("durations", say("How long it took"), durations(found, reader, others)),
        ("summary", say("Summary"), summary(found, reader)),
        ("impact", say("Impact, and what we could not see"), impact(found, reader)),
        ("curve", say("The curve"), (Curve(),)),
        ("line", say("Time line"), (time_line(found, reader, names),)),
        ("first", say("First post and first amplifier"), first(found, reader, names)),
        ("spread", say("How it spread, per hour and source"), (spread(found, reader),)),
        ("alarms", say("The alarms"), alarms(found, reader)),
        ("replies", say("Our answers"), replies(found, reader, names)),
        ("rules", say("The six rules"), six_rules(found, reader)),
        ("part", say("Our part in it"), part(found, reader)),
        ("lessons", say("What was good, what was bad, what was luck"), lessons(found, reader)),
        ("actions", say("What is to be done"), (actions(found, reader),)),
    )
    return [Section(key, title, tuple(blocks)) for key, title, blocks in told]


# --- header ---------------------------------------------------------------------------------------------------
def durations(found: Study, reader: Reader, others: Sequence[Durations] = ()) -> list[Block]:
    """Five lengths, each beside its target and the middle of those before."""
    return [Facts(tuple(steps(review.took(found), others, found.rules.targets, reader)))]


def steps(took: Durations, others: Sequence[Durations], wanted: Sequence[int], reader: Reader) -> list[Fact]:
    say = reader.say
    goals, facts = targets(wanted), []
    for name in NAMES:
        span, goal, before = getattr(took, name), goals[name], usual(others, name)
        notes = [say("wanted {span}", span=reader.span(goal))]
        if before is not None:
            notes.append(say("lately {span}", span=reader.span(before)))
        value = say("not yet known") if span is None else reader.span(span)
        tone: Tone = "late" if span is None or span > goal else "ok"
        facts.append(Fact(value, duration_name(name, reader), ", ".join(notes), tone))
    return facts


def duration_name(name: str, reader: Reader) -> str:
    return {
        "detected": reader.say("until we noticed"),
        "acknowledged": reader.say("until somebody took it"),
        "heard": reader.say("until the first person was heard"),
        "apology": reader.say("until we apologised"),
        "calm": reader.say("until it was calm"),
    }[name]


# --- what people wrote ------------------------------------------------------------------------------------------
def summary(found: Study, reader: Reader) -> list[Block]:
    kept = found.review
    lines: list[Block] = []
    if kept is not None and kept.summary:
        lines.append(Line(kept.summary))
        lines.append(Line(signature(kept.by, kept.at, reader)))
    else:
        lines.append(Line(reader.say("Nobody has written a summary yet.")))
    evidence = found.incident.evidence
    if evidence is not None:
        lines.append(Line(reader.say("The machine's words: {words}", words=retold(evidence.words, reader.language))))
    return lines


def signature(who: str, at: datetime, reader: Reader) -> str:
    return reader.say("{who}, {at}", who=who, at=reader.stamp(at))


def part(found: Study, reader: Reader) -> list[Block]:
    """Coombs (2007): what people hold us responsible for decides what they need to hear."""
    kept = found.review
    if kept is None or kept.part is None:
        return [
            Line(reader.say("Nobody has said yet whether we were victim, whether it was an accident or preventable."))
        ]
    return [Line(part_words(kept.part, reader)), Line(signature(kept.by, kept.at, reader))]


def part_words(name: str, reader: Reader) -> str:
    return {
        "victim": reader.say("Victim: it was done to us as well"),
        "accident": reader.say("Accident: we caused it without meaning to"),
        "preventable": reader.say("Preventable: we knew, or should have known"),
    }[name]


def lessons(found: Study, reader: Reader) -> list[Block]:
    kept, say = found.review, reader.say
    if kept is None or not (kept.good or kept.bad or kept.luck):
        return [Line(say("Nothing has been written down yet."))]
    told = ((say("Good"), kept.good), (say("Bad"), kept.bad), (say("Luck"), kept.luck))
    return [*(Line(f"{title}: {words}") for title, words in told if words), Line(signature(kept.by, kept.at, reader))]


def actions(found: Study, reader: Reader) -> Table:
    say = reader.say
    rows = tuple(
        (
            str(each.n),
            each.words,
            each.owner or say("nobody yet"),
            reader.calendar_day(each.due_on) if each.due_on else say("no date"),
            say(each.state),
        )
        for each in found.actions
    )
    head = (say("No."), say("What"), say("Whose"), say("Until"), say("State"))
    return Table(head, rows, say("Nothing has been decided yet."))


# --- what could not be seen -------------------------------------------------------------------------------------
def impact(found: Study, reader: Reader) -> list[Block]:
    say, people = reader.say, found.people
    blocks: list[Block] = []
    if found.review is not None and found.review.impact:
        blocks.append(Line(found.review.impact))
    posts = sum(hour.posts for hour in found.spread)
    complaints = sum(hour.complaints for hour in found.spread)
    still = review.unheard(found)
    blocks.append(
        Facts(
            (
                Fact(reader.number(posts), say("posts")),
                Fact(reader.number(complaints), say("complaints")),
                Fact(reader.number(len(people)), say("people who complained")),
                Fact(reader.number(len(still)), say("never heard"), tone="late" if still else "ok"),
                Fact(reader.number(len(found.own)), say("posts of ours")),
            )
        )
    )
    lost = not_seen(found, reader)
    if not lost:
        return [*blocks, Line(say("Every source was there, as far as we know."), "ok")]
    return [*blocks, *(Line(words, "late") for words in lost)]


def not_seen(found: Study, reader: Reader) -> list[str]:
    """Gaps, limits and deletions; empty when there were none."""
    say = reader.say
    lines = [
        say(
            "{source} from {start} to {end}: {reason}",
            source=cards.name_of(gap.source),
            start=reader.stamp(gap.start),
            end=reader.stamp(gap.end) if gap.end else say("now"),
            reason=gap.reason or say("nobody knows why"),
        )
        for gap in found.gaps
    ]
    blind = sorted(set(found.incident.evidence.blind)) if found.incident.evidence else []
    lines += [say("{source} could not be seen when it rang", source=cards.name_of(source)) for source in blind]
    if gone := review.deleted(found):
        lines.append(reader.count(gone, "{n} post was deleted since: its words are gone from here as well.",
                                  "{n} posts were deleted since: their words are gone from here as well."))  # fmt: skip
    if len(found.posts) >= review.POSTS:
        lines.append(say("Only the first {n} posts are looked at one by one; the counts are of all.", n=review.POSTS))
    return lines


# --- the time line ----------------------------------------------------------------------------------------------
def time_line(found: Study, reader: Reader, names: Names) -> Table:
    """Machine rows and signed human rows; our own posts and the quiet switch among them."""
    say = reader.say
    rows: list[tuple[datetime, str, str, str]] = [
        (event.at, say(event.kind), event.who or say("the machine"), names.words(said(event, reader)))
        for event in found.events
    ]
    if found.incident.first_post_at is not None:
        rows.append((found.incident.first_post_at, say("first post"), say("the crowd"), ""))
    rows += [(m.created_at, say("our word"), names.of(m), _short(names.words(m.text))) for m in found.own[:SHOWN]]
    for start, end in found.quiet:
        rows.append((start, say("quiet on"), "", ""))
        rows += [(end, say("quiet off"), "", "")] if end else []
    rows.sort(key=lambda row: row[0])
    head = (say("When"), say("What"), say("Who"), say("Words"))
    told = tuple((reader.stamp(at), what, who, words) for at, what, who, words in rows)
    return Table(head, told, say("Nothing has been written down yet."))


# What the incident's page writes into the time line, in the language of the house.
NOTES = (
    "people are told again",
    "nobody is told until {at}: {why}",
    "promised the next word for {at}",
)
CALMING_ONCE = "{n} complaints in 30 minutes: back to usual"  # as time lines kept before say it
_FIELDS = {"who": ".+?", "by": ".+?", "why": ".+", "n": r"\d+", "at": r"\d\d:\d\d"}


def said(event: IncidentEvent, reader: Reader) -> str:
    """The words of an event in the reader's language, as far as they are ours; a person's own stay as they are."""
    if event.kind == "dismissed":  # why, as somebody wrote it
        return event.words
    if event.kind == "note":
        houses: tuple[dict[str, str], ...] = ({}, *CATALOGUES.values())
        ours = [{key: house.get(key, key) for key in NOTES} for house in houses]
    else:
        ours = [{key: key for key in incidents.SENTENCES}, {incidents.CALMING: CALMING_ONCE}]
    for templates in ours:
        told = said_again(event.words, templates, _FIELDS, reader.say)
        if told != event.words:
            return told
    return event.words if event.kind == "note" else retold(event.words, reader.language)


# --- how it began and spread ------------------------------------------------------------------------------------
def first(found: Study, reader: Reader, names: Names) -> list[Block]:
    say = reader.say
    began, louder = review.first_post(found), review.first_amplifier(found)
    if began is None:
        return [Line(say("The posts behind it are not kept here."))]
    blocks: list[Block] = [quote(began, reader, names, say("first post"))]
    if louder is not None:
        blocks.append(quote(louder, reader, names, say("first amplifier")))
    else:
        blocks.append(Line(say("Nobody with more followers than its author passed it on, as far as we know.")))
    return blocks


def quote(found: Scored, reader: Reader, names: Names, what: str = "") -> Quote:
    mention = found.mention
    parts = [what] if what else []
    parts += [reader.stamp(mention.created_at), cards.name_of(mention.source)]
    if mention.followers is not None:
        parts.append(reader.count(mention.followers, "{n} follower", "{n} followers"))
    words = reader.say("This post was deleted.") if mention.deleted_at else names.words(mention.text)
    return Quote(names.of(mention), words, ", ".join(parts), mention.is_own)


def spread(found: Study, reader: Reader) -> Table:
    say = reader.say
    sources = list(dict.fromkeys(hour.source for hour in found.spread))
    hours = list(dict.fromkeys(hour.at for hour in found.spread))
    cells = {(hour.at, hour.source): hour for hour in found.spread}
    rows = []
    for at in hours[:SPREAD_HOURS]:
        row = [reader.stamp(at)]
        for source in sources:
            cell = cells.get((at, source))
            row.append("" if cell is None else say("{bad} of {all}", bad=cell.complaints, all=cell.posts))
        rows.append(tuple(row))
    if len(hours) > SPREAD_HOURS:
        rest = [hour for hour in found.spread if hour.at in set(hours[SPREAD_HOURS:])]
        later = [say("{n} hours more", n=len(hours) - SPREAD_HOURS)]
        for source in sources:
            mine = [hour for hour in rest if hour.source == source]
            bad, every = sum(h.complaints for h in mine), sum(h.posts for h in mine)
            later.append(say("{bad} of {all}", bad=bad, all=every))
        rows.append(tuple(later))
    head = (say("Hour (complaints of posts)"), *(cards.name_of(source) for source in sources))
    return Table(head, tuple(rows), say("The posts behind it are not kept here."))


# --- the audits -------------------------------------------------------------------------------------------------
def alarms(found: Study, reader: Reader) -> list[Block]:
    say = reader.say
    rang = review.alarms(found)
    rows = tuple(alarm(event, found, reader) for event in rang)
    head = (say("When"), say("What"), say("Rule"), say("Why"), say("Posts already out"), say("Numbers of the formula"))
    blocks: list[Block] = [Table(head, rows, say("Nobody was told anything."))]
    blocks += [Line(words) for words in who_rang(found, rang, reader)]
    sent = review.letters(found)
    blocks.append(
        Line(say("Letters: {sent} sent, {gone} given up, {waiting} to leave.", sent=sent["sent"], gone=sent["given up"],
                 waiting=sent["waiting"]), "late" if sent["given up"] else "")
    )  # fmt: skip
    if found.incident.dismissed_at is not None:
        blocks.append(Line(say("Somebody closed it as “not a crisis”: a false alarm."), "late"))
    else:
        blocks.append(Line(say("Nobody has called it a false alarm.")))
    return blocks


def alarm(event: IncidentEvent, found: Study, reader: Reader) -> tuple[str, ...]:
    evidence = event.evidence
    return (
        reader.stamp(event.at),
        reader.say(event.kind),
        rule_name(event.rule or found.incident.kind, reader),
        retold(evidence.words, reader.language) if evidence else said(event, reader),
        reader.number(evidence.posts_out) if evidence else reader.say("not known"),
        inputs(evidence, reader) or reader.say("not kept"),
    )


def who_rang(found: Study, rang: Sequence[IncidentEvent], reader: Reader) -> list[str]:
    """Which rules found something, in order, and how much earlier or later than the alarm."""
    if not rang:
        return []
    alarm_at, words = rang[0].at, []
    for signal in review.first_by_rule(found):
        name, apart = rule_name(signal.rule, reader), signal.at - alarm_at
        if abs(apart) < timedelta(minutes=1):
            words.append(reader.say("{rule} found it with the alarm.", rule=name))
        elif apart < timedelta(0):
            words.append(reader.say("{rule} found something {span} before.", rule=name, span=reader.span(-apart)))
        else:
            words.append(reader.say("{rule} found it {span} later.", rule=name, span=reader.span(apart)))
    return words


def rule_name(rule: str, reader: Reader) -> str:
    names = {
        "pileon": reader.say("pile-on under one post"),
        "complaints": reader.say("more complaints than usual"),
        "topic": reader.say("one topic again and again"),
        "slowburn": reader.say("slow burn over hours"),
        "shift": reader.say("a change of mood"),
        "spike": reader.say("a burst of posts"),
        "watchlist": reader.say("somebody on the list, or a word"),
    }
    return names.get(rule, rule)


def inputs(evidence: Evidence | None, reader: Reader) -> str:
    """The numbers of the formula. Where the decimal mark is a comma, a semicolon stands between them."""
    apart = "; " if reader.language == "fr" else ", "
    return "" if evidence is None else apart.join(f"{name} {reader.mark(f'{n:g}')}" for name, n in evidence.inputs)


def replies(found: Study, reader: Reader, names: Names) -> list[Block]:
    say = reader.say
    audited = review.audit(review.replies(found))
    rows = []
    for each in audited:
        there = [part_of_apology(part, reader) for part in parts_there(each)]
        codes = [defence(finding.code, reader) for finding in each.advice.findings]
        again = say("repeats no. {n}", n=each.same_as + 1) if each.same_as is not None else say("words of its own")
        rows.append(
            (
                reader.stamp(each.reply.at),
                _short(names.words(each.reply.text), 160),
                reader.span(each.waited) if each.waited is not None else say("not known"),
                ", ".join(there) or say("nothing of an apology"),
                ", ".join(codes) or say("no defence"),
                again,
                signed(each.reply, reader),
            )
        )
    head = (say("When"), say("Words"), say("Time unheard"), say("What is there"), say("Heard as a defence"),
            say("Sameness"), say("Who signed"))  # fmt: skip
    blocks: list[Block] = [Table(head, tuple(rows), say("No answer of ours to anybody was seen."))]
    still = review.unheard(found)
    if not found.people:
        return [*blocks, Line(say("Nobody waited to be heard."))]
    if not still:
        return [*blocks, Line(say("Everybody who complained was heard."), "ok")]
    blocks.append(Line(reader.count(len(still), "{n} person was never heard:", "{n} people were never heard:"), "late"))
    return [*blocks, unanswered(found, reader, names)]


def signed(reply: sixrules.Reply, reader: Reader) -> str:
    if reply.written_by is None:
        return reader.say("not written here")
    if reply.approved_by is None:
        return reader.say("{who}, alone", who=reply.written_by)
    return reader.say("{who}, {other} agreed", who=reply.written_by, other=reply.approved_by)


def parts_there(each: review.Audited) -> list[str]:
    advice = each.advice
    found = {
        "heard": advice.heard,
        "acknowledged": advice.acknowledged,
        "sympathised": advice.sympathised,
        "repair": advice.repair,
        "repentance": advice.repentance,
    }
    return [part for part, is_there in found.items() if is_there]


def part_of_apology(part: str, reader: Reader) -> str:
    return {
        "heard": reader.say("repeats what was said"),
        "acknowledged": reader.say("takes responsibility"),
        "sympathised": reader.say("sympathy"),
        "repair": reader.say("repair"),
        "repentance": reader.say("what changes"),
    }[part]


def defence(code: str, reader: Reader) -> str:
    words = {
        "conditional": reader.say("sorry with an “if”"),
        "inconvenience": reader.say("“inconvenience”"),
        "but": reader.say("sorry, but"),
        "passive": reader.say("nobody did it"),
        "policy": reader.say("rules as a shield"),
        "blame": reader.say("blames them"),
        "minimise": reader.say("makes it small"),
        "wall": reader.say("“unable to”"),
        "thanks_patience": reader.say("thanks for patience"),
        "compensation": reader.say("compensation early"),
        "heated": reader.say("heated"),
    }
    return words.get(code, code)


def unanswered(found: Study, reader: Reader, names: Names) -> Table:
    say = reader.say
    over = found.incident.closed_at or found.now
    since = {person.mention_id: person.waiting_since for person in found.people}
    rows = tuple(
        (
            names.of(each.mention),
            reader.stamp(since.get(each.mention.id, each.mention.created_at)),
            reader.span(over - since.get(each.mention.id, each.mention.created_at)),
            _short(names.words(each.mention.text), 120),
        )
        for each in found.waiting
    )
    return Table((say("Who"), say("Since"), say("Waited until the end"), say("What they wrote")), rows)


def six_rules(found: Study, reader: Reader) -> list[Block]:
    say = reader.say
    verdicts = review.six_rules(found)
    counted = sixrules.states(verdicts)
    summed = say("{kept} kept, {broken} broken, {none} without evidence", kept=counted["kept"],
                 broken=counted["broken"], none=counted["no evidence"])  # fmt: skip
    rows = tuple(
        (f"{each.number}. {say(each.rule)}", say(each.state), " ".join(evidence(each, reader))) for each in verdicts
    )
    return [Line(summed), Table((say("Rule"), say("State"), say("What shows it")), rows)]


def evidence(verdict: Verdict, reader: Reader) -> list[str]:
    return [sentence(each, reader) for each in verdict.evidence]


def sentence(told: Said, reader: Reader) -> str:
    """A sentence of evidence in the reader's language and zone."""
    values = {name: reader.stamp(value) if isinstance(value, datetime) else value for name, value in told.values}
    return reader.say(told.text, **values)


def _short(text: str, letters: int = 140) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= letters else plain[: letters - 1].rstrip() + "…"
