"""Where a person answers a post: the network's own page, opened by hand. Pure; nothing here asks anybody."""

from __future__ import annotations

from db.rows import Mention

X = "https://x.com/intent/post?in_reply_to={native}"  # X's own page for writing, as its buttons for web sites use it


def reply_page(mention: Mention) -> str | None:
    """The page on which the answer is written, where a network has one; else the post itself. None: not known."""
    native = mention.post_id.partition(":")[2]
    if mention.source == "x" and native.isascii() and native.isdigit():
        return X.format(native=native)
    return mention.url
