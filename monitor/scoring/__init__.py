"""From a text to a score: complaint, hostile, praise, question, tragedy, severity, language, and why.

`load_scorer` gives the scorer; numpy is imported only then, so that the command line starts quickly.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.scoring.scorer import Scorer


def load_scorer(path: Path | None = None) -> Scorer:
    """The scorer with the model in folder `path`; None: the model that ships."""
    from monitor.scoring import scorer

    return scorer.load_scorer(path)
