"""Labelled texts: what the model learns from, read from the project's own corpus and from data sets of others.

The project's own corpus is enough to build something; the data sets of other people are read from a folder that is
given, and are named in the card with their licence and sha256.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from monitor.scoring.model import HEADS, shipped
from monitor.scoring.vectors import load_vectors

FOLDS = 7
OWN = ("corpus", "blunt")
"""The data sets in the manner of the project's own mentions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One labelled text. A head that is not in `labels` was not judged."""

    text: str
    labels: Mapping[str, int]
    lang: str
    data: str  # which data set
    group: str  # never split between learning and checking: an industry, an event
    weight: float = 1.0
    is_hard: bool = False
    severity: int | None = None  # None: not judged
    is_sarcastic: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A data set of other people that may ship inside weights."""

    file: str
    licence: str
    read: Callable[[Mapping[str, str]], Example | None]
    every: int = 1  # take one row of so many


def _complaint(row: Mapping[str, str]) -> Example:
    far = row["domain"].startswith("random_")
    return Example(
        text=row["text"],
        labels={"complaint": int(row["label"]), "tragedy": 0},
        lang="en",
        data="complaints",
        group=f"complaints/{row['domain']}",
        weight=0.5 if far else 1.0,
    )


def digit(text: str) -> int:
    """A number 0 to 255 that hangs on the text alone."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[0]


def _offence(data: str, lang: str, bad: tuple[str, ...], weight: float) -> Callable[[Mapping[str, str]], Example]:
    def read(row: Mapping[str, str]) -> Example:
        fold = digit(row["text"]) % 10
        return Example(
            text=row["text"],
            labels={"hostile": int(row["label"] in bad)},
            lang=lang,
            data=data,
            group=f"{data}/{fold}",
            weight=weight,
        )

    return read


def _crisis(data: str, weight: float) -> Callable[[Mapping[str, str]], Example]:
    def read(row: Mapping[str, str]) -> Example:
        return Example(
            text=row["text"],
            labels={"tragedy": int(row["label"] == "crisis")},
            lang="en",
            data=data,
            group=f"{data}/{row['domain']}",
            weight=weight,
        )

    return read


SOURCES = (
    Source(
        "complaints.csv",
        "none stated by its authors (Preotiuc-Pietro et al., ACL 2019)",
        _complaint,
    ),
    Source(
        "te_offensive.csv",
        "TweetEval, no restriction of its own (OffensEval 2019)",
        _offence("te_offensive", "en", ("offensive",), 1.0),
    ),
    Source(
        "davidson.csv",
        "MIT (Davidson et al., 2017)",
        _offence("davidson", "en", ("offensive", "hate"), 0.3),
        4,
    ),
    Source(
        "mlma_fr.csv",
        "MIT (Ousidhoum et al., 2019)",
        _offence("mlma_fr", "fr", ("hostile",), 0.3),
    ),
    Source("toxifrench.csv", "MIT (ToxiFrench)", _offence("toxifrench", "fr", ("1",), 3.0)),
    Source(
        "crisis26.csv",
        "MIT (CrisisLexT26, Olteanu et al., 2015)",
        _crisis("crisis26", 0.5),
        4,
    ),
    Source(
        "crisis6.csv",
        "MIT (CrisisLexT6, Olteanu et al., 2014)",
        _crisis("crisis6", 0.5),
        10,
    ),
)


_APART = ("desk", "forum")
"""What the names of files of the corpus begin with that are in another manner and count as a data set each: tweets to
help desks, and forum posts."""
_JUDGED = {"forum": ("hostile",)}
"""Of what these are judged on by the same rules as elsewhere."""


class DataError(Exception):
    """The data cannot be read. Says which file, and what to do."""


def corpus_folder() -> Path:
    """The project's own corpus, in the source tree."""
    return Path(str(files("monitor") / "data" / "corpus"))


def read_corpus(folder: Path | None = None) -> list[Example]:
    """The project's own mentions, in the order of their files. Raises DataError when a line cannot be read."""
    folder = folder or corpus_folder()
    found = []
    for file in sorted(folder.glob("*/*.jsonl")):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            if line.strip():
                try:
                    row = json.loads(line)
                    manner = file.stem.split("-")[0]
                    found.append(_own(row, manner if manner in _APART else "corpus"))
                except (ValueError, KeyError, TypeError) as error:
                    raise DataError(
                        f"{file.name}, line {number}: {error!r}. Mend the line; docs/labelling.md has the fields"
                    ) from error
    if not found:
        raise DataError(f"No corpus in {folder}: it should hold en/*.jsonl and fr/*.jsonl")
    return found


def read_blunt() -> list[Example]:
    """Posts that say it with the plainest words. The corpus is too subtle to teach them.

    Raises DataError where they are not: an installed package has only a part of the data.
    """
    path = corpus_folder().parent / "blunt.tsv"
    if not path.exists():
        raise DataError("A model is built in the source tree: the installed package holds only a part of the data")
    found = []
    for line in path.read_text("utf-8").splitlines():
        label, lang, words = line.split("\t")
        labels = {head: int(head == label) for head in HEADS}
        if label == "hostile":
            labels["complaint"] = 1
        found.append(
            Example(
                text=words,
                labels=labels,
                lang=lang,
                data="blunt",
                group=f"blunt/{hashlib.sha256(words.encode()).digest()[0] % FOLDS}",
                weight=3.0,
                severity=None,
            )
        )
    return found


def read_tags() -> list[Example]:
    """Posts under hashtags, as bystanders write them: a tragedy is spoken of otherwise than a complaint about one."""
    found = []
    for file in sorted((corpus_folder().parent / "tags").glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            found += [
                Example(
                    text=post["text"],
                    labels={"tragedy": post["tragedy"]},
                    lang=row["lang"],
                    data="tags",
                    group=f"tags/{row['kind']}/{row['tag']}",
                )
                for post in row["posts"]
            ]
    return found


def _own(row: Mapping[str, object], data: str) -> Example:
    heads = _JUDGED.get(data, HEADS)
    return Example(
        text=str(row["text"]),
        labels={head: int(str(row[head])) for head in heads},
        lang=str(row["lang"]),
        data=data,
        group=f"{data}/{row['industry']}",
        is_hard=bool(row.get("hard")),
        is_sarcastic=bool(row.get("sarcastic")),
        severity=int(str(row["severity"])),
    )


def read_source(source: Source, folder: Path) -> list[Example]:
    """One data set of other people; empty when its file is not there."""
    path = folder / source.file
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))[:: source.every]
    try:
        return [example for row in rows if (example := source.read(row)) is not None]
    except KeyError as error:
        raise DataError(f"{path}: no column {error}") from error


def read_all(data_dir: Path | None) -> list[Example]:
    """The corpus, and what `data_dir` holds of `SOURCES`. None: the corpus alone."""
    found = read_corpus() + read_blunt() + read_tags()
    for source in SOURCES if data_dir is not None else ():
        found += read_source(source, Path(str(data_dir)))
    return found


def _sha256(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def describe_data(examples: Sequence[Example], data_dir: Path | None) -> list[dict[str, object]]:
    """What the model is made of: data set, rows, licence, sha256 of the file (of all files, for the corpus)."""
    own = [
        *sorted(corpus_folder().glob("*/*.jsonl")),
        corpus_folder().parent / "blunt.tsv",
    ]
    own += sorted((corpus_folder().parent / "tags").glob("*.jsonl"))
    found: list[dict[str, object]] = [
        {
            "data": "corpus",
            "rows": sum(e.data in (*OWN, "tags") for e in examples),
            "licence": "MIT, written for this project",
            "sha256": _sha256(own),
        }
    ]
    for source in SOURCES:
        data = source.file.removesuffix(".csv")
        rows = sum(e.data == data for e in examples)
        if rows and data_dir is not None:
            digest = _sha256([data_dir / source.file])
            found.append(
                {
                    "data": data,
                    "rows": rows,
                    "licence": source.licence,
                    "sha256": digest,
                }
            )
    vectors = shipped() / "vectors.npz"
    if vectors.exists():
        found.append(
            {
                "data": "vectors",
                "rows": len(load_vectors(vectors).keys),
                "licence": "Apache-2.0 (from all-MiniLM-L6-v2, without labels: tests/bench/vectors.py)",
                "sha256": _sha256([vectors]),
            }
        )
    return found
