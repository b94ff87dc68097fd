"""The scorer: mentions in, scores out. Pure and deterministic; any text at all gets a score."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from db.rows import Label, Mention, Score
from monitor.scoring import features
from monitor.scoring import text as writing
from monitor.scoring.language import LANGUAGES, of_script, votes
from monitor.scoring.words import own_words

HEADS = ("complaint", "hostile", "praise", "question", "tragedy")

# Version 0: weights by hand. Replaced by a trained model behind the same function.
_BY_HAND: dict[str, dict[str, float]] = {
    "complaint": {
        "bias": -2.4,
        "unanswered": 1.8,
        "broken": 1.4,
        "late": 1.3,
        "missing": 1.5,
        "badquality": 1.9,
        "badmood": 1.9,
        "fraud": 2.1,
        "refund": 1.2,
        "boycott": 1.8,
        "still": 0.8,
        "wait": 1.0,
        "blame": 1.2,
        "you": 0.5,
        "insult": 0.8,
        "good": -0.9,
        "thanks": -0.9,
        "fandom": -0.8,
        "life": -0.6,
        "nocomplaint": -2.5,
        "promo": -0.8,
        "badface": 0.6,
        "negator": 0.5,
        "injury": 1.0,
        "databreach": 1.0,
        "discrimination": 1.0,
    },
    "hostile": {"bias": -4.0, "insult": 3.4, "attack": 4.2, "slur": 4.5, "profanity": 0.9, "you": 0.7, "fraud": 0.5},
    "praise": {
        "bias": -2.6,
        "good": 2.9,
        "thanks": 1.6,
        "helped": 0.9,
        "goodface": 1.5,
        "nocomplaint": 2.0,
        "negator": -0.8,
        "broken": -3.0,
        "late": -3.0,
        "missing": -3.0,
        "badquality": -3.5,
        "badmood": -3.0,
        "unanswered": -3.5,
        "wait": -2.5,
        "fraud": -3.5,
        "ironyface": -2.5,
        "blame": -2.0,
        "refund": -2.0,
        "insult": -2.0,
        "money": -1.0,
        "promo": -1.5,
    },
    "question": {"bias": -2.6, "ask": 1.6, "please": 0.6, "?": 2.2},
    "tragedy": {"bias": -4.2, "tragedy": 2.4, "death": 1.4, "injury": 1.0},
}


class Scorer:
    """Scores texts by the words on our lists."""

    name = "words-0"

    def score(self, mentions: Sequence[Mention]) -> list[Score]:
        """One score per mention, in order."""
        return [self.score_text(m.text, m.lang, m.id) for m in mentions]

    def score_text(self, text: str, lang: str | None = None, mention_id: str = "") -> Score:
        """The score of one text. `lang` is what the platform says, asked only when the words do not tell."""
        words = own_words()
        raws = writing.split(text)[: features.MAX_TOKENS]
        tokens = [features.look(raw, words) for raw in raws]
        function = words.bit("function")
        tally = np.zeros(len(LANGUAGES))
        for raw, token in zip(raws, tokens, strict=True):
            tally += votes(token.reading, bool(token.english & function), bool(token.french & function), raw)
        scripts = [t.script for t in tokens if t.script]
        found = LANGUAGES[int(tally.argmax())] if tally.max() >= 1 else (lang or "und")
        if len(scripts) * 2 > len(tokens):
            found = of_script(scripts[0])
        masks = [t.french if found == "fr" else t.english if found == "en" else t.english | t.french for t in tokens]
        for size, phrases in words.phrases.items():
            for start in range(len(tokens) - size + 1):
                key = features.phrase_hash(tuple(t.hash for t in tokens[start : start + size]))
                masks[start] |= phrases.get(key, 0)
        logits: dict[str, float] = {}
        weights: dict[str, list[float]] = {}
        for head, by_hand in _BY_HAND.items():
            logits[head] = by_hand["bias"] + (by_hand.get("?", 0) if "?" in text else 0)
            weights[head] = [0.0] * len(tokens)
            for heading, weight in by_hand.items():
                if heading in words.headings:
                    bit = words.bit(heading)
                    hits = [i for i, mask in enumerate(masks) if mask & bit]
                    logits[head] += weight * min(len(hits), 2) ** 0.5
                    for i in hits:
                        weights[head][i] += weight
        p = {head: float(1 / (1 + np.exp(-logit))) for head, logit in logits.items()}
        label: Label = "other"
        if p["hostile"] >= 0.5:
            label = "hostile"
        elif p["complaint"] >= 0.5:
            label = "complaint"
        elif p["praise"] >= 0.5:
            label = "praise"
        elif p["question"] >= 0.5:
            label = "question"
        because: tuple[str, ...] = ()
        if label in weights:
            order = sorted(range(len(raws)), key=lambda i: -weights[label][i])
            because = tuple(dict.fromkeys(raws[i] for i in order[:4] if weights[label][i] > 0))
        severity = 3 if p["tragedy"] >= 0.5 else 1 if label in ("complaint", "hostile") else 0
        return Score(
            mention_id=mention_id,
            label=label,
            severity=severity,
            lang=found,
            because=because,
            model=self.name,
            **{head: round(value, 4) for head, value in p.items()},
        )


def load_scorer(path: Path | None = None) -> Scorer:
    return Scorer()
