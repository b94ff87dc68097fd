"""The model fitted to the house: learned from labels corrected in the inbox, kept in the data folder.

A small file beside the store: what is added to the log odds, which shipped model it belongs to, who made it active
and when. No text is in it. While it fits the shipped model it scores; a damaged or outdated file is named, and the
shipped model scores instead.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import numpy as np
import structlog

from db.rows import Deed, Look, Mention
from db.store import Store
from monitor.scoring import corrections, labelled, model
from monitor.scoring.corrections import FEWEST, Change, Correction
from monitor.scoring.features import Floats
from monitor.scoring.model import Model
from monitor.scoring.scorer import Scorer

log = structlog.get_logger()

FILE = "house-model.npz"
MOST_CORRECTIONS = 20_000
UNTOUCHED = 1_000
"""The newest posts that nobody corrected, of which is said how many would get another label."""
EVER = datetime(1970, 1, 1, tzinfo=UTC)
HOW_TO_MEND = "fit it again with `smoulder train --from-corrections`, or drop it with `smoulder train --back`"


@dataclass(frozen=True, slots=True)
class Active:
    """The model that scores in a data folder, in words, and what is wrong with the house's own if it does not."""

    model: Model
    words: str  # "stacked-1a2b3c4d as shipped", "… fitted to 214 corrections by Amina on 2026-03-02"
    trouble: str = ""


class HouseFileError(Exception):
    """The house's file cannot be used; the text says why."""


# --- which model scores -------------------------------------------------------------------------------------
def active(folder: Path) -> Active:
    """The model for a data folder. Raises ModelError only when the shipped one is missing."""
    base = model.load()
    path = folder / FILE
    if not path.exists():
        return Active(base, f"{base.name} as shipped")
    try:
        fitted, note = _read(path, base)
    except HouseFileError as error:
        trouble = f"{path} is not used: {error}. The shipped model scores; {HOW_TO_MEND}"
        return Active(base, f"{base.name} as shipped", trouble)
    return Active(fitted, f"{fitted.name}, fitted to {note['corrections']} corrections by {note['by']} on {note['at']}")


def announced(folder: Path) -> Active:
    """As `active`; the log says when it is not simply the shipped model, and loudly when it should not be."""
    found = active(folder)
    if found.trouble:
        log.error(found.trouble)
    elif stamp(folder) is not None:
        log.info("scoring with the model of the house", model=found.words)
    return found


def scorer(folder: Path) -> Scorer:
    """The scorer for a data folder."""
    return Scorer(announced(folder).model)


def stamp(folder: Path) -> tuple[int, int] | None:
    """Changes when another model becomes active. None: the shipped one scores."""
    try:
        seen = (folder / FILE).stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_size


@lru_cache(maxsize=4)
def words(folder: Path, _stamp: tuple[int, int] | None) -> tuple[str, str]:
    """For the health page: which model scores, and what is wrong ("" when nothing). Read once for each `stamp`."""
    try:
        found = active(folder)
    except model.ModelError as error:
        return "none", str(error)
    return found.words, found.trouble


def _read(path: Path, base: Model) -> tuple[Model, dict[str, str]]:
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as read:
            note = json.loads(read["note"].tobytes())
            kept = {name: str(note[name]) for name in ("base", "sum", "corrections", "by", "at")}
            house = read["house"] if kept["base"] == _base_mark() else None
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise HouseFileError(f"it is damaged ({error})") from error
    if house is None:
        raise HouseFileError("it was fitted to another shipped model")
    if house.shape != (len(base.dense) + 1, len(model.HEADS)) or kept["sum"] != _sum(house):
        raise HouseFileError("it is damaged (its numbers are not those that were written)")
    return corrections.moved_to(base, house), kept


def _added(fitted: Model) -> Floats:
    """What the house adds to the shipped model: nothing, where it was never fitted."""
    nothing = np.zeros((len(fitted.dense) + 1, len(model.HEADS)), np.float32)
    return nothing if fitted.house is None else fitted.house


def _sum(numbers: Floats) -> str:
    return hashlib.sha256(numbers.astype("<f4").tobytes()).hexdigest()


def _base_mark() -> str:
    """Of the shipped weights and of the lists of words that they were learned with."""
    data = model.shipped().parent
    files = [data / "model" / "weights.npz", *sorted((data / "words").glob("*.toml"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


# --- learning -----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the corrected labels would do, to be shown to a person."""

    change: Change
    untouched: int  # posts that nobody corrected and that were looked at
    turned: int  # of these, how many would get another label
    test: int  # posts of the shipped test

    @property
    def words(self) -> str:
        change = self.change
        lines = [
            f"{change.corrections} corrected labels; {change.held_out} of them were kept back and not learned from.",
            f"Right on those kept back: {_share(change.before)} now, {_share(change.after)} afterwards.",
            f"Right on {self.test} posts of the shipped corpus: {_share(change.shipped_before)} now, "
            f"{_share(change.shipped_after)} afterwards.",
            f"Of the {self.untouched} newest posts that nobody corrected, {self.turned} would get another label.",
        ]
        return "\n".join(lines)


def _share(value: float | None) -> str:
    return "not measured" if value is None else f"{100 * value:.1f} %"


def propose(store: Store, folder: Path) -> Proposal | str:
    """Fit the shipped model to the corrections of a store; a sentence when there are too few of them."""
    said = corrected(store)
    if len({one.text for one in said}) < FEWEST:
        return (
            f"{len(said)} corrected labels are too few to learn from: {FEWEST} posts are the least. "
            "Labels are corrected in the inbox, with the list beside each post."
        )
    test, anchors = shipped_test()
    now = active(folder).model
    texts = untouched(store)
    change = corrections.fit_corrections(said, model.load(), test, active=now, anchors=anchors)
    old, new = Scorer(now).score_texts(texts), Scorer(change.model).score_texts(texts)
    turned = sum(a.label != b.label for a, b in zip(old, new, strict=True))
    return Proposal(change=change, untouched=len(texts), turned=turned, test=len(test))


def corrected(store: Store) -> list[Correction]:
    """What people said, oldest first, one for each mention: its last word. Posts that were deleted are left out."""
    latest = {said.mention_id: said for said in reversed(store.corrections(MOST_CORRECTIONS))}
    kept = {one.mention.id: one.mention for one in store.mentions(list(latest))}
    return [
        Correction(text=kept[name].text, label=said.after, lang=kept[name].lang)
        for name, said in sorted(latest.items(), key=lambda pair: (pair[1].at, pair[0]))
        if name in kept and _has_text(kept[name])
    ]


def untouched(store: Store) -> list[str]:
    """The newest posts that nobody corrected."""
    look = Look(brands=tuple(sorted(store.rules())), since=EVER, state="all", limit=UNTOUCHED)
    found = [case for case in store.cases(look) if case.corrected_by is None and case.scored.score is not None]
    return [case.scored.mention.text for case in found if _has_text(case.scored.mention)]


def _has_text(mention: Mention) -> bool:
    return mention.deleted_at is None and not mention.is_own and bool(mention.text.strip())


def shipped_test() -> tuple[list[Correction], list[str]]:
    """Of the project's corpus, picked by a hash of the text: a twentieth to measure on, two to hold the model by.

    The shipped model has learned from these posts, so they show harm and never merit.
    """
    dealt: dict[int, list[labelled.Example]] = {}
    for example in labelled.read_corpus():
        if "complaint" not in example.labels:  # posts of forums have no main label
            continue
        dealt.setdefault(hashlib.sha256(example.text.encode()).digest()[1] % 20, []).append(example)
    test = [Correction(text=e.text, label=corrections.main_label(e.labels), lang=e.lang) for e in dealt.get(0, [])]
    return test, [e.text for place in (1, 2) for e in dealt.get(place, [])]


# --- making it active, and going back -----------------------------------------------------------------------
def activate(store: Store, folder: Path, proposal: Proposal, by: str, now: datetime) -> None:
    """Let the proposed model score from now on: the file and the signed line in the log, both or neither."""
    change = proposal.change
    note = {
        "base": _base_mark(),
        "sum": _sum(_added(change.model)),
        "corrections": change.corrections,
        "by": by,
        "at": now.date().isoformat(),
    }
    with store.atomic():
        store.add_deed(Deed(at=now, who=by, what="taught", subject=change.model.name, words=proposal.words[:500]))
        _write(folder / FILE, change.model, note)


def _write(path: Path, fitted: Model, note: dict[str, object]) -> None:
    """Whole or not at all: a reader sees the old file or the new one."""
    made = io.BytesIO()
    text = np.frombuffer(json.dumps(note).encode(), np.uint8)
    np.savez_compressed(made, allow_pickle=False, house=_added(fitted), note=text)
    half = path.with_name(path.name + ".part")
    with half.open("wb") as out:
        out.write(made.getvalue())
        out.flush()
        os.fsync(out.fileno())
    half.replace(path)


def go_back(store: Store, folder: Path, by: str, now: datetime) -> bool:
    """Let the shipped model score again. False: it does already."""
    path = folder / FILE
    if not path.exists():
        return False
    with store.atomic():
        store.add_deed(Deed(at=now, who=by, what="back to shipped", subject=model.load().name))
        path.unlink()
    return True
