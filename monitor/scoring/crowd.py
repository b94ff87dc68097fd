"""What posts say together that one of them cannot: is this hashtag about people who are hurt?"""

from __future__ import annotations

from collections.abc import Sequence

TRAGIC = 0.4
"""`crowd_tragedy` from which a hashtag is about a tragedy. Of groups not seen, harmless tags reach 0.29 and crises with
many casualties begin at 0.54; tags of small tragedies lie between and below."""


def crowd_tragedy(p: Sequence[float]) -> float:
    """How much posts of one hashtag, taken together, speak of people hurt or in danger, 0..1; 0 for no posts.

    The mean of the posts' own probabilities (`Score.tragedy`): single posts do not transfer between events, groups do.
    """
    return sum(p) / len(p) if p else 0.0
