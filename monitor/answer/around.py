"""What stands round a sentence: the other sentences of its draft, as the patterns read them.

A reproach stands rarely beside a plain "we were wrong", mockery hardly ever beside a refund, and a promise to do better
at the end of an answer that owns up. What that is worth is learned (`learning.learn_around`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from monitor.answer.tongue import CODES, PARTS

REGRET = re.compile(r"\b(?:sorry|apolog\w+|regret\w*|desol\w+|excus\w+|navre\w*|pardon\w*)\b")
_PARTS = len(PARTS) - 1
WIDTH = 3 * (_PARTS + len(CODES) + 1) + 10
"""How many things are known of what stands round a sentence."""


def around(met: Sequence[Sequence[bool]], *, is_aroused: bool, is_french: bool) -> npt.NDArray[np.float32]:
    """Sentences x `WIDTH`: what the other sentences have, the one before and the one after; where it stands.

    `met`: for each sentence whether it has each part but `heard`, each marker, and a word of regret. `is_aroused`:
    the person who complained is beside themselves.
    """
    own = np.array(met, np.float32).reshape(len(met), _PARTS + len(CODES) + 1)
    none = np.zeros((1, own.shape[1]), np.float32)
    others = np.minimum(own.sum(axis=0) - own, 1)
    parts, codes = others[:, :_PARTS].sum(axis=1), others[:, _PARTS:-1].sum(axis=1)
    first, last = np.arange(len(own)) == 0, np.arange(len(own)) == len(own) - 1
    whole = (len(own) == 1, len(own) == 2, len(own) >= 5, is_aroused, is_french)
    place = np.stack((first, last, parts >= 2, parts == 0, codes == 0), axis=1)
    shape = np.concatenate((place, np.tile(np.array(whole, bool), (len(own), 1))), axis=1)
    before, after = np.concatenate((none, own[:-1])), np.concatenate((own[1:], none))
    return np.concatenate((others, before, after, shape), axis=1, dtype=np.float32)
