"""What words mean, as numbers: words of one meaning have vectors that are close.

They come from other people's free language model and know no label (`tests/bench/vectors.py`), so that a word that no
labelled text holds is still read by its meaning. `vectors.npz` holds hashes of the words, not the words.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Masks = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """Meaning of words as numbers. `keys`: sorted 32-bit hashes of words as they are matched; `rows`: one row each."""

    keys: npt.NDArray[np.uint64]
    rows: Floats

    @property
    def width(self) -> int:
        return int(self.rows.shape[1])

    def of(self, hashes: Masks) -> Floats:
        """One row per hash; zeros for a word that is not known."""
        if not len(self.keys):
            return np.zeros((len(hashes), self.width), np.float32)
        place = np.minimum(np.searchsorted(self.keys, hashes), len(self.keys) - 1)
        return np.where((self.keys[place] == hashes)[:, None], self.rows[place], np.float32(0))


def load_vectors(path: Path) -> Vectors:
    """The vectors of a file; none at all when there is no such file."""
    if not path.exists():
        return Vectors(np.zeros(0, np.uint64), np.zeros((0, 1), np.float32))
    stored = numbers_in(path)
    return Vectors(stored["keys"].astype(np.uint64), stored["rows"].astype(np.float32) * stored["step"])


def numbers_in(path: Path) -> dict[str, npt.NDArray[Any]]:
    """All arrays of an .npz file. Raises OSError, ValueError, EOFError, BadZipFile or zlib.error on a bad one."""
    # By way of memory: numpy leaves a file open that is no zip.
    with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def save_vectors(vectors: Vectors, path: Path) -> None:
    """Write vectors, 8 bits a number. What was read from such a file is written back with the same bytes."""
    step = np.maximum(np.abs(vectors.rows).max(axis=0, initial=0), 1e-9).astype(np.float32) / np.float32(127)
    rows = np.round(vectors.rows / step).astype(np.int8)
    np.savez_compressed(
        path,
        allow_pickle=False,
        keys=vectors.keys.astype(np.uint32),
        rows=rows,
        step=step,
    )
