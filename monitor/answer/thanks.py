"""Praise to be thanked in kind, one by one: is it meant kindly, and is this a moment for thanks? Pure.

American Airlines thanked a man in 2013 who had congratulated it on being the "largest, shittiest airline". A machine
that reads a label would do so again; a person who reads the post would not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from db.rows import Scored
from monitor.answer.danger import danger
from monitor.answer.hashtag import WORTH_SAYING, Reason, reason
from monitor.answer.quiet import Harm, Quiet

ALSO_ANGRY = 0.25  # of `Score.complaint` and `Score.hostile`: praise that is this close to a complaint is read twice

_CURSES = re.compile(
    r"\b(?:\w*shit\w*|crap\w*|worst|awful|terrible|pathetic|useless|rubbish|garbage|trash|scam\w*|clown\w*|idiot\w*|joke|"
    r"disgrace\w*|shame\w*|incompeten\w*|merd\w*|nuls?|nulles?|nullard\w*|pourri\w*|minable\w*|honte\w*|arnaqu\w*|"
    r"incapable\w*|incompétent\w*|lamentable\w*|catastroph\w*)\b",
    re.IGNORECASE,
)
_MOCKING = re.compile(
    r"thanks? (?:you )?(?:so much )?for (?:nothing|ruining|losing|the (?:delay|wait|surprise|lovely (?:wait|delay)))|"
    r"\b(?:congrat\w*|well done|great job|good job|nice (?:one|work|job)|way to go|keep it up|slow clap|hats off|"
    r"classy|top notch|round of applause|bravo|chapeau|félicitations|beau travail|bien joué|continuez comme ça)\b|"
    r"\b(?:love|adore) (?:how|it when|that|waiting|being|paying)\b|j['’]adore (?:quand|attendre|payer|poireauter)|"
    r"merci (?:beaucoup )?pour (?:rien|l['’]attente|le retard)|\b(?:oh|ah|wow),? (?:great|wonderful|joy|super|génial)|"
    r"\b(?:another|yet another|encore un\w?) (?:flawless|perfect|brilliant|great|superbe|magnifique|belle?)|"
    r"/s\b|#sarcasm|#ironie|[🙄🙃🤡👏😒]",
    re.IGNORECASE,
)
_TROUBLE = re.compile(
    r"\b(?:late|delay\w*|cancell?ed|lost|broken|stuck|wait(?:ed|ing)|hours?|refund\w*|never arrived|no answer|cold|"
    r"dirty|retard\w*|annul\w*|perdu\w*|cass\w*|bloqué\w*|attend\w*|heures?|rembours\w*|jamais (?:reçu|arrivé)|sale)\b",
    re.IGNORECASE,
)


def doubts(scored: Scored) -> tuple[Reason, ...]:
    """Why this may be no praise, or none to be answered with thanks; () when nothing speaks against it."""
    text, score = scored.mention.text, scored.score
    found = []
    if score is None or score.label != "praise":
        found.append(reason("unknown", "It is not read as praise."))
    elif score.model.startswith("person:"):
        return ()  # somebody of the house has read it and says so
    elif max(score.complaint, score.hostile) >= ALSO_ANGRY:
        found.append(reason("unknown", "It reads like a complaint as well."))
    if curses := _words(_CURSES, text):
        found.append(reason("unknown", "It has hard words: {words}.", words=curses))
    mocking, trouble = _words(_MOCKING, text), _words(_TROUBLE, text)
    if mocking:
        found.append(reason("unknown", "It may be meant the other way round: {words}.", words=mocking))
    elif trouble:
        found.append(reason("unknown", "It speaks of trouble: {words}.", words=trouble))
    hurting = danger(text)
    if hurting.weight >= WORTH_SAYING and not hurting.is_play:
        words = ", ".join(" ".join(word.split()) for _, word in hurting.words[:4])
        found.append(reason("stop", "It speaks of people hurt: {words}. Answer it in the inbox.", words=words))
    return tuple(found)


def _words(pattern: re.Pattern[str], text: str) -> str:
    hits = dict.fromkeys(" ".join(hit.group().lower().split()) for hit in pattern.finditer(text[:2000]))
    return ", ".join(list(hits)[:4])


def closed(brand: str, quiet: Quiet, harms: Sequence[Harm]) -> tuple[Reason, ...]:
    """Why nobody is thanked at this brand now; () when the lane is open."""
    found = []
    if quiet.is_on:
        found.append(reason("stop", "Quiet is on, said {who}: {why}.", who=quiet.by or "?", why=quiet.why or "?"))
    for harm in harms:
        if harm.incident.brand == brand and harm.is_assumed:
            text = "People are hurt in incident {n}, says {who}."
            if harm.answer is None:
                text = "In incident {n} people speak of the hurt, and nobody has said yet that nobody is."
            found.append(reason("stop", text, n=harm.incident.id, who=harm.by or "?"))
    return tuple(found)
