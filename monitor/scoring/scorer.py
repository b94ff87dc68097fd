"""The scorer: mentions in, scores out. Pure and deterministic; any text at all gets a score."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path

import numpy as np

from db.rows import Label, Mention, Score
from monitor.scoring import features
from monitor.scoring.features import Batch, Floats, Vocabulary
from monitor.scoring.language import LANGUAGES, of_script
from monitor.scoring.model import (
    GRAVE,
    HEADS,
    MOCKING,
    Model,
    load,
    log_odds,
    logistic,
)
from monitor.scoring.model import logits as logits_of
from monitor.scoring.severity import GRAVE_ALONE, GRAVE_CALM, GRAVE_SURE, Severity, names

_BATCH = 256
_REASONS = 4
_LABELS: tuple[Label, ...] = ("hostile", "complaint", "praise", "question", "other")
_REPROACH = (
    "broken", "late", "missing", "unanswered", "wait", "badquality", "badmood", "fraud", "refund", "boycott", "blame",
    "ironyface", "badface", "insult", "profanity", 
)  # fmt: skip
_GRIM = ("death", "injury")  # praise beside these is for a person to read
_OVER = ("nocomplaint", "helped", "finally")
# Offence needs somebody or something of the brand's to be aimed at; a curse at the rain has neither.
_TARGETS = (
    "you", "they", "insult", "attack", "slur", "boycott", "blame", "product", "service", "order", "contact", "fraud",
    "customer", "money", "refund", "unanswered",
)  # fmt: skip
_CALM = 0.42  # below this probability of a complaint a post is calm: what may be grave must then be surer (GRAVE_CALM)
_HOSTILE_FROM = 0.4
_HOSTILE_FROM_IN_FRENCH = 0.45
AIMLESS = 0.3  # what is left of the probability of hostility of a mere curse
# By how much, in log odds, praise must be likelier than mockery to be called praise.
_SINCERE = 4.75
_ASIDES = slice(GRAVE, MOCKING + 1)
_HEAD_OF = [HEADS.index(label) if label in HEADS else -1 for label in _LABELS]
# In a language that the model was not trained on it is less sure, and says so.
_DOUBT = 0.6
_GROUP, _ELSEWHERE = {"en": 0, "fr": 1}, 2

HURT = "rule: people hurt or in danger"  # the tragedy head
RESEMBLES = "rule: reads like harm"  # the learned head of severity 3
PERHAPS = "rule: may be harm"  # the same, less sure: enough to be shown, too little to ring


class Scorer:
    """Scores texts with one model. Remembers tokens between calls; what it answers depends on the text alone.

    For one thread at a time, because it remembers: who shares one holds a lock.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.name = model.name
        self.vocabulary = Vocabulary(model)
        words = self.vocabulary.words
        self.severity = Severity(words)
        self._reproach = sum(words.bit(heading) for heading in _REPROACH)
        self._targets = sum(words.bit(heading) for heading in _TARGETS)
        self._profanity = words.bit("profanity")
        self._grim = sum(words.bit(heading) for heading in _GRIM)
        self._over = sum(words.bit(heading) for heading in _OVER)

    def score(self, mentions: Sequence[Mention]) -> list[Score]:
        """One score per mention, in order."""
        found: list[Score] = []
        for start in range(0, len(mentions), _BATCH):
            part = mentions[start : start + _BATCH]
            found += self._score([m.text for m in part], [m.lang for m in part], [m.id for m in part])
        return found

    def score_text(self, text: str, lang: str | None = None, mention_id: str = "") -> Score:
        """The score of one text. `lang` is what the platform says, asked only when the words do not tell."""
        return self._score([text], [lang], [mention_id])[0]

    def score_texts(self, texts: Sequence[str]) -> list[Score]:
        """One score per text, in order; the mention ids are empty."""
        found: list[Score] = []
        for start in range(0, len(texts), _BATCH):
            part = texts[start : start + _BATCH]
            found += self._score(part, [None] * len(part), [""] * len(part))
        return found

    def aimless(self, texts: Sequence[str]) -> list[bool]:
        """For each text, whether it only swears."""
        masks = features.read(self.vocabulary, texts).headings.tolist()
        return [self.is_aimless(mask, text) for mask, text in zip(masks, texts, strict=True)]

    def is_aimless(self, mask: int, text: str) -> bool:
        """Whether a post only swears: profanity, and nobody in sight whom it could be aimed at."""
        return bool(mask & self._profanity) and not mask & self._targets and "@" not in text

    def is_doubtful(self, mask: int, p: Sequence[float], mocking: float) -> bool:
        """Whether praise with these headings may be meant to sting. It is then left for a person to look at."""
        lead = math.log((p[2] + 1e-6) / (1 - p[2] + 1e-6)) - math.log((mocking + 1e-6) / (1 - mocking + 1e-6))
        if lead < _SINCERE:
            return True
        return bool(mask & self._grim) or (bool(mask & self._reproach) and not mask & self._over)

    def judge(self, text: str, p: Sequence[float], grave: float, mocking: float, tongue: str) -> tuple[Label, int]:
        """Label and severity of a text whose probabilities are given: for measuring with held-out ones."""
        mask = int(features.read(self.vocabulary, [text]).headings[0])
        label, severity, _ = self._decide(mask, text, p, grave, mocking, tongue)
        return label, severity

    def _decide(
        self, mask: int, text: str, p: Sequence[float], grave: float, mocking: float, tongue: str
    ) -> tuple[Label, int, tuple[str, ...]]:
        """Label, severity, and the rules that gave them."""
        label = _LABELS[_place(p, tongue)]
        doubt: tuple[str, ...] = ()
        if label == "praise" and self.is_doubtful(mask, p, mocking):
            label, doubt = "other", ("rule: praise with a reproach in it",)
        severity, rules = self._grade(mask, text, label, p, grave)
        return label, severity, doubt + rules

    def _score(self, texts: Sequence[str], langs: Sequence[str | None], ids: Sequence[str]) -> list[Score]:
        if not texts:
            return []
        batch = features.read(self.vocabulary, texts)
        tongues = self._languages(batch, langs)
        logits, token_sums = logits_of(self.model, self.vocabulary, batch)
        grave, mocking = logistic(logits[:, _ASIDES]).T
        p = self._probabilities(logits, batch, tongues)
        masks = batch.headings.tolist()
        rows = p.astype(np.float64).round(4).tolist()
        for row, mask, text, tongue in zip(rows, masks, texts, tongues, strict=True):
            if row[1] >= hostile_from(tongue) and self.is_aimless(mask, text):
                row[1] = AIMLESS
        labels = [_place(row, tongue) for row, tongue in zip(rows, tongues, strict=True)]
        reasons = self._reasons(batch, token_sums, labels)
        found = []
        asides = zip(grave.tolist(), mocking.tolist(), strict=True)
        for number, (text, tongue, mention_id, row, aside) in enumerate(
            zip(texts, tongues, ids, rows, asides, strict=True)
        ):
            label, severity, rules = self._decide(masks[number], text, row, *aside, tongue)
            because = rules + reasons[number] if rules else reasons[number]
            found.append(
                Score(
                    mention_id=mention_id,
                    label=label,
                    complaint=row[0],
                    hostile=row[1],
                    praise=row[2],
                    question=row[3],
                    tragedy=row[4],
                    severity=severity,
                    lang=tongue,
                    because=because,
                    model=self.name,
                )
            )
        return found

    def _languages(self, batch: Batch, langs: Sequence[str | None]) -> list[str]:
        found = []
        for tongue, script, said in zip(batch.tongue.tolist(), batch.script.tolist(), langs, strict=True):
            if script:
                found.append(of_script(script))
            elif tongue >= 0:
                found.append(LANGUAGES[tongue])
            else:
                found.append(said[:2].lower() if said else "und")
        return found

    def _probabilities(self, logits: Floats, batch: Batch, tongues: Sequence[str]) -> Floats:
        group = np.array([_GROUP.get(tongue, _ELSEWHERE) for tongue in tongues], np.int64)
        trust: Floats | None = None
        if np.count_nonzero(elsewhere := group == _ELSEWHERE):
            foreign = elsewhere & ((batch.tongue >= 0) | (batch.script > 0))
            trust = np.where(foreign, np.float32(_DOUBT), np.float32(1))[:, None]
        line = log_odds(logits, batch.lengths, group, self.model.reading)
        if self.model.house is not None:
            line += features.dense_sum(batch, self.model.house[:-1]) + self.model.house[-1]
        return logistic(line if trust is None else line * trust)

    def _reasons(self, batch: Batch, sums: Floats, labels: Sequence[int]) -> list[tuple[str, ...]]:
        """The words that spoke most for the label, in the post's own spelling. None for "other"."""
        heads = [_HEAD_OF[label] for label in labels]
        if max(heads) < 0:
            return [()] * len(labels)
        if len(labels) == 1:
            return [self._reasons_of_one(batch, sums[:, heads[0]])]
        wanted = np.array(heads, np.int64).take(batch.text_of)
        weight = np.where(wanted >= 0, sums[np.arange(len(wanted)), wanted], 0)
        useful = np.flatnonzero((weight > 0) & self.vocabulary.is_word.take(batch.ids))
        order = useful[np.lexsort((-weight[useful], batch.text_of[useful]))]
        raws = self.vocabulary.raws
        found: list[tuple[str, ...]] = [()] * len(batch.starts)
        text_of = batch.text_of[order]
        starts = np.searchsorted(text_of, np.arange(len(batch.starts) + 1)).tolist()
        ids = batch.ids[order].tolist()
        for number in range(len(found)):
            first, end = starts[number], starts[number + 1]
            if first < end:
                found[number] = tuple(dict.fromkeys([raws[i] for i in ids[first : min(end, first + _REASONS)]]))
        return found

    def _reasons_of_one(self, batch: Batch, weights: Floats) -> tuple[str, ...]:
        """The same for a single text, where a few numbers are not worth an array."""
        raws, is_word = self.vocabulary.raws, self.vocabulary.is_word
        found = [(w, i) for w, i in zip(weights.tolist(), batch.ids.tolist(), strict=True) if w > 0 and is_word[i]]
        found.sort(key=itemgetter(0), reverse=True)
        return tuple(dict.fromkeys([raws[i] for _, i in found[:_REASONS]]))

    def _grade(
        self, mask: int, text: str, label: Label, p: Sequence[float], grave: float
    ) -> tuple[int, tuple[str, ...]]:
        """Severity and what gave it: what can be read first, then what was learned, where both say so."""
        is_complaint = label in ("complaint", "hostile")
        is_calm = not is_complaint and p[0] < _CALM and p[4] < 0.3
        learned = (HURT,) if p[4] >= 0.5 else () if is_calm and grave < GRAVE_CALM else _resembles(grave)
        if is_calm and not learned:
            return 0, ()
        rules = self.severity.held(mask, text, grave)
        if rules and rules[0].severity == 3:
            return 3, (*names(rules), *learned)
        if learned:
            return 3, (*learned, *names(rules))
        if rules and is_complaint:
            return rules[0].severity, names(rules)
        return int(is_complaint), ()


def _resembles(grave: float) -> tuple[str, ...]:
    """What the learned head of severity 3 says, by its probability."""
    return (RESEMBLES,) if grave >= GRAVE_SURE else (PERHAPS,) if grave >= GRAVE_ALONE else ()


def hostile_from(tongue: str) -> float:
    """The probability from which a post is called hostile.

    Where few posts are, the macro-F1 is highest below a half; in French nearer to it.
    """
    return _HOSTILE_FROM_IN_FRENCH if tongue == "fr" else _HOSTILE_FROM


def _place(row: Sequence[float], tongue: str) -> int:
    """Place in `_LABELS`: hostile before complaint before praise before question, else other."""
    if row[1] >= hostile_from(tongue):
        return 0
    return 1 if row[0] >= 0.5 else 2 if row[2] >= 0.5 else 3 if row[3] >= 0.5 else 4


def load_scorer(path: Path | None = None) -> Scorer:
    """The scorer with the model in folder `path`; None: the model that ships. Raises ModelError."""
    return Scorer(load(path))
