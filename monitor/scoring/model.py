"""The trained model as it lies on disk: weights.npz (numbers only, no pickles) and card.json (where they come from)."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from monitor.scoring import features
from monitor.scoring.features import Batch, Vocabulary
from monitor.scoring.vectors import Vectors, load_vectors, numbers_in, save_vectors

HEADS = ("complaint", "hostile", "praise", "question", "tragedy")
WIDE_HEADS = (*HEADS, "plain", "manner", "grave", "mocking", "served")
"""What is learned of all columns: the five, complaints once more in the manner of short help-desk posts, which manner
it is, and whether the matter is grave (severity 3) in words that no list has, whether the praise mocks; and complaints
from one data set of others alone, customers to brands, as those are labelled."""
NARROW_HEADS = ("offensive", "toxic")
"""What is learned from one or two data sets of others alone, of headings and meaning only: offence in English, offence
in French forums. They say how posts of that manner are meant."""
ALL_HEADS = (*WIDE_HEADS, *NARROW_HEADS)
PLAIN, MANNER, GRAVE, MOCKING = (ALL_HEADS.index(head) for head in ("plain", "manner", "grave", "mocking"))
BLOCKS = ("word", "letters", "pair", "triple", "edges of 3", "edges of 2")

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Linear heads over hashed columns, dense numbers and vectors of words, and a second reading of what they say.

    `table` is columns x wide heads in eight bits, `step` what one step of each of them is worth; `blocks` scales the
    kinds of `BLOCKS`; `dense` is two stacked halves: what holds in every language, then what is added in French;
    `meaning` is numbers of a word's vector x all heads. `reading` turns what all heads say into log odds, by language
    group (English, French, other), manner, head and number read (`told`). `house`, dense numbers and one more x the
    five heads, is what a house's own corrections add to the log odds; None: nothing.
    """

    table: npt.NDArray[np.int8]
    step: Floats
    blocks: Floats
    dense: Floats
    meaning: Floats
    vectors: Vectors
    bias: Floats
    reading: Floats
    name: str
    card: Mapping[str, object]
    house: Floats | None = None


class ModelError(Exception):
    """The files of the model are missing or are not what this version reads."""


def logits(model: Model, vocabulary: Vocabulary, batch: Batch) -> tuple[Floats, Floats]:
    """Logits (N x all heads), and what each token adds to them (T x all heads)."""
    joined = model.table.take(features.joint_columns(batch).ravel(), axis=0).astype(np.float32)
    spoken = model.blocks[2:] @ joined.reshape(features.JOINTS, -1)
    sums = vocabulary.sums.take(batch.ids, axis=0)
    sums[:, : len(model.step)] += spoken.reshape(-1, len(model.step)) * model.step
    linear = np.add.reduceat(sums, batch.starts, axis=0) * features.scale(batch)[:, None]
    return linear + features.dense_sum(batch, model.dense) + model.bias, sums


def logistic(x: Floats) -> Floats:
    """1 / (1 + exp(-x)), for any x."""
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * x), np.float32)


# Complaint, hostile, praise, question and plain are also read two by two: what a question means beside a complaint.
_PAIRED = np.array([0, 1, 2, 3, PLAIN])
_LEFT, _RIGHT = (_PAIRED[place] for place in np.triu_indices(len(_PAIRED)))
_FAR = 8.0  # logits beyond this say no more in a pair


def told(logits: Floats, lengths: Ints) -> Floats:
    """What the second reading reads of a text (N x numbers): the logits, products of pairs, its length, and 1."""
    near = np.clip(logits, -_FAR, _FAR)
    found = np.empty((len(logits), logits.shape[1] + len(_LEFT) + 2), np.float32)
    heads = logits.shape[1]
    found[:, :heads] = logits
    np.multiply(near.take(_LEFT, axis=1), near.take(_RIGHT, axis=1) / _FAR, out=found[:, heads:-2])
    found[:, -2] = np.log1p(lengths)
    found[:, -1] = 1
    return found


def log_odds(logits: Floats, lengths: Ints, tongue: Ints, reading: Floats) -> Floats:
    """Log odds of the five heads, N x heads. `tongue`: 0 English, 1 French, 2 other; `lengths`: tokens of each text."""
    lines = told(logits, lengths) @ reading.reshape(-1, reading.shape[-1]).T
    mine = lines.reshape(len(lines), *reading.shape[:-1])[np.arange(len(lines)), tongue]
    manner = logistic(logits[:, MANNER])[:, None]
    return np.asarray(mine[:, 0] + manner * (mine[:, 1] - mine[:, 0]), np.float32)


_PLAIN_NUMBERS = ("step", "blocks", "dense", "meaning", "bias", "reading")


def shipped() -> Path:
    """The folder of the model that ships."""
    return Path(str(files("monitor") / "data" / "model"))


def load(folder: Path | None = None) -> Model:
    """Read a model; None: the one that ships. Raises ModelError with what to do."""
    folder = folder or shipped()
    try:
        stored = numbers_in(folder / "weights.npz")
        card = json.loads((folder / "card.json").read_text("utf-8"))
        table = np.zeros((1 << features.BITS, stored["rows"].shape[1]), np.int8)
        table[np.cumsum(stored["gaps"], dtype=np.int64)] = stored["rows"]
        numbers = {name: stored[name].astype(np.float32) for name in _PLAIN_NUMBERS}
        vectors = load_vectors(folder / "vectors.npz")
        return Model(table=table, vectors=vectors, name=str(card["name"]), card=card, **numbers)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ModelError(
            f"The scoring model in {folder} cannot be read ({error}). Build it again: smoulder train"
        ) from error


def _narrow(numbers: Ints) -> npt.NDArray[np.unsignedinteger]:
    """Whole numbers from 0 in as few bytes each as hold the largest."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def save(model: Model, folder: Path) -> None:
    """Write a model. The same model gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = np.flatnonzero(model.table.any(axis=1))
    # Not packed: the wheel packs it as well, and unpacking took 35 ms of every start.
    np.savez(
        folder / "weights.npz",
        allow_pickle=False,
        gaps=_narrow(np.diff(kept, prepend=0)),  # between the columns that speak at all
        rows=np.asfortranarray(model.table[kept]),  # head by head: the same numbers in less room when packed
        **{name: getattr(model, name) for name in _PLAIN_NUMBERS},
    )
    save_vectors(model.vectors, folder / "vectors.npz")
    (folder / "card.json").write_text(json.dumps(model.card, indent=1, ensure_ascii=False) + "\n", "utf-8")
