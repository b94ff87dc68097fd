"""Writes the tables of docs/scoring.md anew: python tests/bench/scoring_page.py DATA_DIR [--train]   (takes long)

The figures are those of `smoulder evaluate --data-dir DATA_DIR`, the data those of the card of the model that ships.
The words of the page are a person's. With `--train` the model that ships is built anew as well, from DATA_DIR: both
need the same lessons, which are then learned once.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from monitor.scoring.evaluate import as_markdown, evaluate
from monitor.scoring.model import load, shipped
from monitor.scoring.train import train

PAGE = Path(__file__).parent.parent.parent / "docs" / "scoring.md"


def table_of_data() -> str:
    """What the model that ships was built from, as its card says it."""
    data = load().card["data"]
    assert isinstance(data, list)
    lines = [f"| {e['data']} | {e['rows']:,} | {e['licence']} | `{e['sha256'][:16]}…` |" for e in data]
    return "\n".join(["| data | rows | licence | sha256 |", "|---|---|---|---|", *lines])


def with_table(page: str, first: str, table: str) -> str:
    """The page with another table in the place of the one whose first line begins with `first`."""
    before, found, rest = page.partition(first)
    if not found:
        raise SystemExit(f"{PAGE} has no table that begins with {first!r}")
    _, _, after = rest.partition("\n\n")
    return f"{before}{table}\n\n{after}"


def main() -> None:
    data_dir = Path(sys.argv[1])
    trained = train(data_dir, shipped()) if "--train" in sys.argv else None
    page = with_table(PAGE.read_text("utf-8"), "| data |", table_of_data())
    figures = as_markdown(evaluate(data_dir, trained))
    print(figures)
    PAGE.write_text(with_table(page, "| measure |", figures), "utf-8")


if __name__ == "__main__":
    main()
