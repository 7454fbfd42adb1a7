"""The models, as they were trained: one that tags words, and judges of whole messages."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pycrfsuite

from rapport.capture.learned.features import Describer
from rapport.capture.learned.vocabulary import DATA, lines_of

TAGS = "tags"
ANSWERED = ("intent", "kind", "event")
"""What is asked about a message, a judge each."""
TRUST = "trust"
"""Whether the rules or the models are to be believed."""
ATTRIBUTES = "attributes.txt.gz"
"""The features that the tagging model knows, a line each."""


class Models:
    """Every model, loaded from a directory; to be used by one thread at a time."""

    def __init__(
        self, directory: Path = DATA, names: Sequence[str] = (TAGS, *ANSWERED, TRUST)
    ) -> None:
        self._models = {name: _opened(directory / f"{name}.crfsuite") for name in names}
        self._answers = {name: model.labels() for name, model in self._models.items()}

    def labels(self, features: list[list[str]]) -> list[str]:
        """The label of each word: `O`, or `B-` or `I-` and a tag."""
        return list(self._models[TAGS].tag(features)) if features else []

    def likely(
        self, judges: Sequence[str], features: Sequence[str]
    ) -> dict[str, Mapping[str, float]]:
        """How likely each of the judges' answers is, by judge."""
        seen = pycrfsuite.ItemSequence([features])
        found: dict[str, Mapping[str, float]] = {}
        for judge in judges:
            model = self._models[judge]
            model.set(seen)
            found[judge] = {answer: model.marginal(answer, 0) for answer in self._answers[judge]}
        return found


def _opened(path: Path) -> pycrfsuite.Tagger:
    model = pycrfsuite.Tagger()
    model.open(str(path))
    return model


@cache
def describer() -> Describer:
    """Describes words by what the tagging model knows."""
    return Describer(frozenset(lines_of(DATA / ATTRIBUTES)))


_OF_THREAD = threading.local()


def models() -> Models:
    """This thread's models."""
    found: Models | None = getattr(_OF_THREAD, "models", None)
    if found is None:
        found = _OF_THREAD.models = Models()
    return found
