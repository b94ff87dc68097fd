"""The scorer: mentions in, scores out. Pure and deterministic; any text at all gets a score."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from db.rows import Label, Mention, Score
from monitor.scoring import features
from monitor.scoring.features import Batch, Floats, Ints, Vocabulary
from monitor.scoring.language import LANGUAGES, of_script
from monitor.scoring.model import HEADS, MANNER, Model, blend, load, probabilities
from monitor.scoring.severity import Severity, names

_BATCH = 512
_REASONS = 4
_LABELS: tuple[Label, ...] = ("hostile", "complaint", "praise", "question", "other")
_HEAD_OF = np.array([HEADS.index(label) if label in HEADS else -1 for label in _LABELS], np.int64)
# In a language that the model was not trained on it is less sure, and says so.
_DOUBT = 0.6


class Scorer:
    """Scores texts with one model. Remembers tokens between calls; what it answers depends on the text alone."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.name = model.name
        self.vocabulary = Vocabulary(model.table, model.blocks)
        self.severity = Severity(self.vocabulary.words)

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

    def severity_of(self, text: str, p: Floats) -> int:
        """The severity of a text whose five probabilities are `p`."""
        batch = features.read(self.vocabulary, [text])
        mask = int(np.bitwise_or.reduce(batch.masks))
        return self._grade(mask, text, label_of(p), p.tolist())[0]

    def _score(self, texts: Sequence[str], langs: Sequence[str | None], ids: Sequence[str]) -> list[Score]:
        if not texts:
            return []
        batch = features.read(self.vocabulary, texts)
        tongues = self._languages(batch, langs)
        logits, token_sums = self._logits(batch)
        p = self._probabilities(logits, batch, tongues)
        rows = np.round(p.astype(np.float64), 4).tolist()
        labels = [_place(row) for row in rows]
        reasons = self._reasons(batch, token_sums, labels)
        masks = np.bitwise_or.reduceat(batch.masks, batch.starts).tolist()
        found = []
        for number, (text, tongue, mention_id, row) in enumerate(zip(texts, tongues, ids, rows, strict=True)):
            label = _LABELS[labels[number]]
            severity, rules = self._grade(masks[number], text, label, row)
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

    def _logits(self, batch: Batch) -> tuple[Floats, Floats]:
        """Logits (N x heads), and what each token adds to them (T x heads)."""
        model = self.model
        sums = self.vocabulary.sums[batch.ids] + model.blocks[2] * model.table[features.pair_columns(batch)]
        scale = features.scale(batch)
        linear = np.add.reduceat(sums, batch.starts, axis=0) * scale[:, None]
        return linear + features.dense_sum(batch, model.dense) + model.bias, sums

    def _probabilities(self, logits: Floats, batch: Batch, tongues: Sequence[str]) -> Floats:
        group = np.array([0 if tongue == "en" else 1 if tongue == "fr" else 2 for tongue in tongues], np.int64)
        manner = (1 / (1 + np.exp(-np.clip(logits[:, MANNER], -30, 30)))).astype(np.float32)
        foreign = (group == 2) & ((batch.tongue >= 0) | (batch.script > 0))
        trust = np.where(foreign, np.float32(_DOUBT), np.float32(1))[:, None]
        z = blend(logits, manner, group)
        return probabilities(z, manner, group, self.model.slope, self.model.shift, trust)

    def _reasons(self, batch: Batch, sums: Floats, labels: Sequence[int]) -> list[tuple[str, ...]]:
        """The words that spoke most for the label, in the post's own spelling. None for "other"."""
        head = _HEAD_OF[labels]
        wanted = head[batch.text_of]
        weight = np.where(wanted >= 0, sums[np.arange(len(wanted)), wanted], 0)
        useful = np.flatnonzero((weight > 0) & (batch.ids > 0) & self.vocabulary.is_word[batch.ids])
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

    def _grade(self, mask: int, text: str, label: Label, p: Sequence[float]) -> tuple[int, tuple[str, ...]]:
        """Severity and the rules that gave it."""
        is_complaint = label in ("complaint", "hostile")
        rules = self.severity.held(mask, text) if is_complaint or p[0] >= 0.25 or p[4] >= 0.3 else []
        if p[4] >= 0.5:
            return 3, ("rule: people hurt or in danger", *names(rules))
        if rules and (is_complaint or rules[0].severity == 3):
            return rules[0].severity, names(rules)
        return int(is_complaint), ()


def _place(row: Sequence[float]) -> int:
    """Place in `_LABELS`: hostile before complaint before praise before question, else other."""
    return 0 if row[1] >= 0.5 else 1 if row[0] >= 0.5 else 2 if row[2] >= 0.5 else 3 if row[3] >= 0.5 else 4


def label_of(p: Floats) -> Label:
    """The label of one row of probabilities."""
    return _LABELS[_place(p.tolist())]


def load_scorer(path: Path | None = None) -> Scorer:
    """The scorer with the model in folder `path`; None: the model that ships. Raises ModelError."""
    return Scorer(load(path))
