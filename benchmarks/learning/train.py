"""Train the learned reader on labelled messages: `python -m benchmarks learn`.

Tags first; the judges then learn from tags given by models that had not seen the message, as they
will have to judge by such.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import pycrfsuite

from benchmarks.frames import frame
from benchmarks.learning.exact import is_exact
from benchmarks.learning.labelling import labelled
from benchmarks.learning.variants import variants
from rapport.capture.learned.composing import cast
from rapport.capture.learned.features import Describer
from rapport.capture.learned.judges import described
from rapport.capture.learned.models import ANSWERED, ATTRIBUTES, TAGS, TRUST, Models
from rapport.capture.learned.reader import MODELS, RULES, compared, hints, opinion
from rapport.capture.learned.tags import spans_of
from rapport.capture.learned.verdict import NEVER
from rapport.capture.learned.vocabulary import DATA, packed
from rapport.capture.message import Message
from rapport.capture.reading import Context
from rapport.capture.roster import Known, Roster
from rapport.capture.understand import by_rules

SEEN = Path(__file__).parents[1] / "corpora" / "seen"
ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 18, 9, 30, tzinfo=ZONE)
FOLDS = 4
ROUNDS, ROUNDS_OF_A_FOLD = 110, 60
TAGGING = {"c1": 0.1, "c2": 0.05, "feature.possible_transitions": True}
JUDGING = {"c1": 0.15, "c2": 0.1, "feature.minfreq": 2, "max_iterations": 150}
# Of answers that are equally right, the first.
ANSWERS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "intent": lambda gold: str(gold["intent"]).split("|")[0],
    "kind": lambda gold: (gold["kind"] or NEVER).split("|")[0],
    "event": lambda gold: (
        str(gold["life_event"][0]["type"]).split("|")[0] if gold["life_event"] else NEVER
    ),
}


@dataclass(frozen=True)
class Example:
    """A message and what it should be read as."""

    text: str
    gold: Mapping[str, Any]
    roster: Path

    @property
    def message(self) -> Message:
        """The message as the reader gets it."""
        return Message(self.text, context_of(self.roster))

    @property
    def variants(self) -> Iterable[Example]:
        """The message as it is, and as others would have typed it."""
        for text, gold in variants(self.text, self.gold):
            yield Example(text, gold, self.roster)


@cache
def context_of(roster: Path) -> Context:
    """What the messages of a folder are read against."""
    names = json.loads(roster.read_text("utf-8"))
    return Context(NOW, ZONE, Roster.of(Known(at, name) for at, name in enumerate(names, start=1)))


def examples_in(directory: Path) -> list[Example]:
    """The labelled messages of a folder."""
    lines = (directory / "messages.jsonl").read_text("utf-8").splitlines()
    found = (json.loads(line) for line in lines if line.strip())
    return [Example(one["text"], one["gold"], directory / "roster.json") for one in found]


def trained(path: Path, settings: Mapping[str, Any], data: Iterable[tuple[Any, Any]]) -> None:
    """Write a model that has learned from sequences of features and their labels."""
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params(settings)
    for features, labels in data:
        trainer.append(features, labels)
    trainer.train(str(path))


def train_tags(path: Path, examples: Sequence[Example], rounds: int = ROUNDS) -> None:
    """Write a model that tags words."""
    describer = Describer()

    def sequences() -> Iterable[tuple[list[list[str]], list[str]]]:
        for example in examples:
            for one in example.variants:
                message = one.message
                if len(message):
                    yield describer.of(message), labelled(message, one.gold)

    trained(path, {**TAGGING, "max_iterations": rounds}, sequences())


def _labels_of_fold(examples: Sequence[Example], fold: int) -> dict[int, list[str]]:
    """How the messages of one fold are tagged by a model that learned from the others."""
    with tempfile.NamedTemporaryFile(suffix=".crfsuite") as file:
        others = [one for at, one in enumerate(examples) if at % FOLDS != fold]
        train_tags(Path(file.name), others, ROUNDS_OF_A_FOLD)
        model = pycrfsuite.Tagger()
        model.open(file.name)
        describer = Describer()
        return {
            at: list(model.tag(features)) if (features := describer.of(one.message)) else []
            for at, one in enumerate(examples)
            if at % FOLDS == fold
        }


def _features_of(example: Example, labels: Sequence[str]) -> list[str]:
    message = example.message
    spans = spans_of(labels)
    rules = by_rules(message)
    return described(message, labels, spans, cast(message, spans).refs, hints(rules))


def train(examples: Sequence[Example], directory: Path) -> None:
    """Write all models into a directory."""
    directory.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(2) as pool:
        tags = pool.submit(train_tags, directory / f"{TAGS}.crfsuite", examples)
        folds = list(pool.map(partial(_labels_of_fold, examples), range(FOLDS)))
        tags.result()
        by_place = {at: found for fold in folds for at, found in fold.items()}
        labels = [by_place[at] for at in range(len(examples))]
        features = [_features_of(*each) for each in zip(examples, labels, strict=True)]
        work = partial(_opinions_of_fold, examples, labels, features)
        opinions = [one for fold in pool.map(work, range(FOLDS)) for one in fold]
    train_judges(directory, examples, features)
    trained(directory / f"{TRUST}.crfsuite", JUDGING, opinions)
    model = pycrfsuite.Tagger()
    model.open(str(directory / f"{TAGS}.crfsuite"))
    (directory / ATTRIBUTES).write_bytes(packed(sorted(model.info().attributes)))


def train_judges(
    directory: Path, examples: Iterable[Example], features: Sequence[Sequence[str]]
) -> None:
    """Write the models that judge whole messages."""
    golds = [example.gold for example in examples]
    for judge, answer in ANSWERS.items():
        data = (([one], [answer(gold)]) for one, gold in zip(features, golds, strict=True))
        trained(directory / f"{judge}.crfsuite", JUDGING, data)


def _opinions_of_fold(
    examples: Sequence[Example],
    labels: Sequence[list[str]],
    features: Sequence[list[str]],
    fold: int,
) -> list[tuple[list[list[str]], list[str]]]:
    """Where the rules and models that have not seen a message differ, and who is right: for each
    message of a fold of which one of them is."""
    told: list[tuple[list[list[str]], list[str]]] = []
    others = [at for at in range(len(examples)) if at % FOLDS != fold]
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        train_judges(place, [examples[at] for at in others], [features[at] for at in others])
        judges = Models(place, ANSWERED)
        for at in range(fold, len(examples), FOLDS):
            example = examples[at]
            message = example.message
            if not len(message):
                continue
            rules = by_rules(message)
            found = opinion(message, labels[at], rules, judges)
            rules_hold = is_exact(example.gold, frame(rules))
            models_hold = is_exact(example.gold, frame(found.reading))
            if rules_hold is not models_hold:
                answer = RULES if rules_hold else MODELS
                told.append(([compared(found, rules, message)], [answer]))
    return told


@click.command()
@click.option("--without", multiple=True, help="A folder of the seen ones to hold out.")
@click.option("--out", type=click.Path(path_type=Path), default=DATA, show_default=True)
def learn(without: Sequence[str], out: Path) -> None:
    """Train the models on every labelled message that may be seen."""
    folders = [folder for folder in sorted(SEEN.iterdir()) if folder.name not in without]
    examples = [example for folder in folders for example in examples_in(folder)]
    click.echo(f"{len(examples)} messages in {len(folders)} hands")
    train(examples, out)
