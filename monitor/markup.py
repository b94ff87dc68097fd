"""The HTML of letters, in small pieces: one column, no script, no remote picture, styles inline as mail needs them.

Every piece is handed plain text and escapes it itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

INK, GREY, LINE, PAPER, LINK = "#1b1f24", "#5b6470", "#e3e0da", "#f6f4f1", "#2255c4"
FONT = "Inter,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"


def page(title: str, body: str, language: str) -> str:
    """The whole document around pieces that are HTML already."""
    return (
        f'<!doctype html><html lang="{language[:2]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="format-detection" content="telephone=no,date=no,address=no">'
        f"<title>{escape(title)}</title></head>"
        f'<body style="margin:0;padding:16px 8px;background:{PAPER}">'
        '<div style="max-width:560px;margin:0 auto;padding:16px;background:#ffffff;border-radius:12px;'
        f'font-family:{FONT};font-variant-numeric:tabular-nums">{body}</div></body></html>'
    )


def band(colour: str, state: str, brand: str) -> str:
    """The state in one word, as on the wall."""
    return (
        f'<div style="background:{colour};color:#14171c;border-radius:8px;padding:10px 14px;font-size:15px">'
        f'<span style="font-size:20px;font-weight:700">{escape(state)}</span> '
        f"&nbsp;<bdi>{escape(brand)}</bdi></div>"
    )


def headline(text: str) -> str:
    return _paragraph(text, f"font-size:19px;color:{INK};font-weight:600")


def label(text: str) -> str:
    return _paragraph(text, f"font-size:13px;color:{GREY}")


def _paragraph(text: str, style: str) -> str:
    return f'<p style="margin:16px 0 0;line-height:1.4;{style}">{escape(text)}</p>'


def buttons(doors: Sequence[tuple[str, str]]) -> str:
    """Words and where they lead; the first is the one to press, each large enough for a thumb."""
    cells = []
    for n, (words, address) in enumerate(doors):
        look = f"background:{INK};color:#ffffff" if n == 0 else f"background:#ffffff;color:{INK}"
        style = (
            f"display:inline-block;{look};border:1px solid {INK};text-decoration:none;font-size:15px;"
            "font-weight:600;padding:12px 20px;border-radius:8px;margin:0 8px 8px 0"
        )
        cells.append(f'<a href="{escape(address or "#")}" style="{style}">{escape(words)}</a>')
    return f'<p style="margin:16px 0 0">{"".join(cells)}</p>'


def picture(words: str) -> str:
    """The chart that travels in the letter itself."""
    style = "display:block;width:100%;height:auto;border-radius:8px;margin:12px 0 0"
    return f'<img src="cid:chart" alt="{escape(words)}" width="528" style="{style}">'


def table(rows: Sequence[tuple[str, str]]) -> str:
    """Labels and values; nothing when there are none."""
    if not rows:
        return ""
    cell = "padding:6px 0;font-size:15px;line-height:1.4;vertical-align:top"
    lines = "".join(
        f'<tr><td style="{cell};color:{GREY};white-space:nowrap;padding-right:14px">{escape(label)}</td>'
        f'<td style="{cell};color:{INK}">{escape(value)}</td></tr>'
        for label, value in rows
    )
    return f'<table role="presentation" style="border-collapse:collapse;margin:16px 0 0;width:100%">{lines}</table>'


def quoted(text: str, author: str, where: Sequence[str]) -> str:
    """Somebody else's words; <bdi> keeps their direction to themselves."""
    style = f"margin:12px 0 0;padding:2px 0 2px 12px;border-left:3px solid {LINE};font-size:15px;line-height:1.45"
    return (
        f'<blockquote style="{style};color:{INK};overflow-wrap:anywhere"><bdi>{escape(text)}</bdi>'
        f'<br><span style="font-size:13px;color:{GREY}"><bdi>{escape(author)}</bdi> · {escape(" · ".join(where))}'
        "</span></blockquote>"
    )


def items(lines: Sequence[str]) -> str:
    return _list([escape(line) for line in lines]) if lines else ""


def links(lines: Sequence[tuple[str, str]], words: str) -> str:
    """Lines that each end in a link called `words`."""
    return _list(
        [f'{escape(line)} <a href="{escape(at or "#")}" style="color:{LINK}">{escape(words)}</a>' for line, at in lines]
    )


def _list(lines: Sequence[str]) -> str:
    inside = "".join(f'<li style="margin:8px 0 0">{line}</li>' for line in lines)
    return f'<ul style="margin:0;padding:0 0 0 18px;font-size:15px;line-height:1.4;color:{INK}">{inside}</ul>'
