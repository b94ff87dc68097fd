"""More complaints than this brand has at this hour.

Negative binomial tail: with mean mu and variance mu + mu^2 / k, the chance of `seen` or more. Smoulder rings
below one in a million, over the last 30 minutes, and never for fewer than six complaints.
"""

from __future__ import annotations

import math

SPREAD = 4.0  # k: complaints of a brand vary by half their mean from one hour to the next of the same kind
RARE = 1e-6
FEWEST = 6


def tail(seen: int, mean: float, spread: float = SPREAD) -> float:
    """P(X >= seen) of a negative binomial with this mean and variance mean + mean^2 / spread."""
    mean = max(mean, 1e-9)
    q = mean / (mean + spread)
    log_p = spread * math.log1p(-q)
    below = 0.0
    for k in range(seen):
        below += math.exp(log_p)
        log_p += math.log(q) + math.log((k + spread) / (k + 1))
    return max(1.0 - below, 1e-16)


def score(seen: int, mean: float) -> float:
    """1.0 is the bar; twice as many orders of magnitude rarer is 2.0."""
    if seen < FEWEST:
        return 0.0
    return math.log(tail(min(seen, 2000), mean)) / math.log(RARE)
