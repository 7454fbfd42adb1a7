"""The people an owner knows, indexed by every way a message may name them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Self

from rapport.lookalikes import is_another, looks
from rapport.names import first_name, fold
from storage.types import Status

_MERGE_AT = 2
_MOST_MEANT = 10
# Of 100: a word of four letters may have one wrong.
_LEAST_LIKENESS = 75.0


@dataclass(frozen=True, slots=True)
class Known:
    """A contact as far as a message may refer to it."""

    id: int
    name: str
    nicknames: tuple[str, ...] = ()
    company: str | None = None
    role: str | None = None
    status: Status = Status.ACTIVE


@dataclass(frozen=True)
class _Layer:
    """A batch of changes with its own index; a None marks somebody who is gone.

    The index also holds the first word of each longer name, with nobody if it is no name.
    """

    people: dict[int, Known | None]
    by_name: dict[str, tuple[int, ...]]

    @classmethod
    def of(cls, people: dict[int, Known | None]) -> Self:
        ids: dict[str, tuple[int, ...]] = {}
        for contact_id, known in people.items():
            if known is not None:
                for key in _keys(known):
                    ids[key] = (*ids.get(key, ()), contact_id)
                    ids.setdefault(key.partition(" ")[0], ())
        return cls(people, ids)

    @cached_property
    def by_word(self) -> dict[str, list[int]]:
        """The ids of those whose name holds a word, made when first asked for."""
        ids: dict[str, list[int]] = {}
        for contact_id, known in self.people.items():
            for word in fold(known.name).split() if known else ():
                ids.setdefault(word, []).append(contact_id)
        return ids

    @cached_property
    def first_words(self) -> list[tuple[str, int]]:
        """The first word of each name and whose it is, in order, made when first asked for."""
        names = (
            (fold(known.name).partition(" ")[0], i) for i, known in self.people.items() if known
        )
        return sorted((word, contact_id) for word, contact_id in names if word)

    @cached_property
    def by_initials(self) -> dict[str, list[int]]:
        """The ids of those whose names begin with these letters, made when first asked for."""
        ids: dict[str, list[int]] = {}
        for contact_id, known in self.people.items():
            parts = fold(known.name).split() if known else []
            if len(parts) > 1:
                ids.setdefault("".join(part[0] for part in parts), []).append(contact_id)
        return ids

    @cached_property
    def by_look(self) -> dict[str, list[int]]:
        """The ids of those whose name looks so, made when first asked for."""
        ids: dict[str, list[int]] = {}
        for contact_id, known in self.people.items():
            for look in looks(known.name) if known else ():
                ids.setdefault(look, []).append(contact_id)
        return ids

    @cached_property
    def searchable(self) -> dict[int, str]:
        """What a search compares, by id: name, nicknames and company, folded."""
        return {
            contact_id: fold(" ".join((known.name, *known.nicknames, known.company or "")))
            for contact_id, known in self.people.items()
            if known is not None
        }


class Roster:
    """An owner's people at one revision. It never changes: a change gives the next one.

    Revisions share their layers, newest first. Small layers are merged as they pile up,
    so an added contact costs the logarithm of the roster's size on average, and a reader
    may keep an older revision while a newer one is made.
    """

    __slots__ = ("_found", "_layers")

    def __init__(self, layers: tuple[_Layer, ...] = ()) -> None:
        self._layers = layers
        # Names found before: a revision's answers do not change, and a chat repeats itself.
        self._found: dict[str, tuple[int, ...]] = {}

    @classmethod
    def of(cls, people: Iterable[Known]) -> Roster:
        """The roster of these people."""
        return cls().with_changes(people)

    def with_changes(self, changed: Iterable[Known], gone: Iterable[int] = ()) -> Roster:
        """The next revision: these people added or replaced, those ids left out."""
        batch: dict[int, Known | None] = dict.fromkeys(gone)
        batch.update((known.id, known) for known in changed)
        if not batch:
            return self
        older = list(self._layers)
        while older and len(older[0].people) <= _MERGE_AT * len(batch):
            batch = older.pop(0).people | batch
        if not older:
            batch = {contact_id: known for contact_id, known in batch.items() if known}
        return Roster((_Layer.of(batch), *older))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[Known]:
        seen: set[int] = set()
        for layer in self._layers:
            for contact_id, known in layer.people.items():
                if contact_id not in seen:
                    seen.add(contact_id)
                    if known is not None:
                        yield known

    def get(self, contact_id: int) -> Known | None:
        """The person with this id, None when there is none."""
        for layer in self._layers:
            if contact_id in layer.people:
                return layer.people[contact_id]
        return None

    def named(self, name: str) -> tuple[int, ...]:
        """The ids of everyone whose whole name, first name or nickname this is.

        A whole name wins over a first name, somebody active over somebody archived.
        """
        return self.matching(fold(name))

    def matching(self, key: str) -> tuple[int, ...]:
        """As `named`, for a name that is folded already."""
        found = self._found.get(key)
        if found is None:
            found = self._match(key)
            if found:
                self._found[key] = found
        return found

    def knows(self, key: str) -> bool:
        """Whether this folded name, or first word of one, is somebody's or lately was."""
        return any(key in layer.by_name for layer in self._layers)

    def _match(self, key: str) -> tuple[int, ...]:
        people = [
            known
            for depth, layer in enumerate(self._layers)
            for contact_id in layer.by_name.get(key, ())
            if not self._replaced(contact_id, depth) and (known := layer.people[contact_id])
        ]
        whole = [known for known in people if fold(known.name) == key] or people
        active = [known for known in whole if known.status is Status.ACTIVE] or whole
        return tuple(sorted(known.id for known in active))

    def with_word(self, word: str) -> tuple[int, ...]:
        """The ids of everyone whose name holds this word, a surname for instance."""
        key = fold(word)
        return self._still(layer.by_word.get(key, ()) for layer in self._layers)

    def beginning_with(self, letters: str) -> tuple[int, ...]:
        """The ids of everyone whose name begins with these letters, more of its first word than
        one letter left out."""
        found: list[int] = []
        for depth, layer in enumerate(self._layers):
            at = bisect_left(layer.first_words, (letters, 0))
            for word, contact_id in islice(layer.first_words, at, None):
                if not word.startswith(letters):
                    break
                if len(word) > len(letters) + 1 and not self._replaced(contact_id, depth):
                    found.append(contact_id)
        return tuple(found)

    def with_initials(self, letters: str) -> tuple[int, ...]:
        """The ids of everyone whose initials these are."""
        return self._still(layer.by_initials.get(letters, ()) for layer in self._layers)

    def misspelt(self, word: str) -> tuple[int, ...]:
        """The ids of everyone of whose name a word is this with one slip: a letter too many, too
        few, another, or two in the wrong order."""
        # Loaded at the first question: 30 ms that a start need not pay.
        from rapidfuzz import process
        from rapidfuzz.distance import DamerauLevenshtein

        return tuple(
            contact_id
            for depth, layer in enumerate(self._layers)
            for meant, _, _ in process.extract(
                word,
                layer.by_word.keys(),
                scorer=DamerauLevenshtein.distance,
                score_cutoff=1,
                limit=_MOST_MEANT,
            )
            for contact_id in layer.by_word[meant]
            if not self._replaced(contact_id, depth)
        )

    def _still(self, by_layer: Iterable[Iterable[int]]) -> tuple[int, ...]:
        """Of the ids that each layer has, those that no newer layer replaced."""
        return tuple(
            contact_id
            for depth, ids in enumerate(by_layer)
            for contact_id in ids
            if not self._replaced(contact_id, depth)
        )

    def looking_like(self, name: str) -> tuple[Known, ...]:
        """Those whose name looks the same to the eye, and is spelt with other letters."""
        wanted = looks(name)
        found = {
            contact_id: known
            for depth, layer in enumerate(self._layers)
            for look in wanted
            for contact_id in layer.by_look.get(look, ())
            if not self._replaced(contact_id, depth) and (known := layer.people[contact_id])
        }
        return tuple(known for known in found.values() if is_another(known.name, name))

    def _replaced(self, contact_id: int, depth: int) -> bool:
        return any(contact_id in layer.people for layer in self._layers[:depth])

    def search(self, text: str, limit: int = 10) -> list[int]:
        """The ids of people whose name or company fits the text, best first, typos forgiven."""
        wanted = fold(text)
        if not wanted or limit < 1:
            return []
        ranked = self._literal(wanted)
        if len(ranked) < limit:
            ranked += [i for i in self._similar(wanted, limit) if i not in set(ranked)]
        return ranked[:limit]

    def _literal(self, wanted: str) -> list[int]:
        """Exact names, then names that begin so, then words that do, then any occurrence."""
        hits: list[tuple[int, str, int]] = []
        spaced = " " + wanted
        for contact_id, words in self._searchable():
            if wanted in words:
                hits.append((_closeness(wanted, spaced, words), words, contact_id))
        return [contact_id for _, _, contact_id in sorted(hits)]

    def _similar(self, wanted: str, limit: int) -> list[int]:
        # Loaded at the first search: 30 ms that a start need not pay.
        from rapidfuzz import fuzz, process

        choices = dict(self._searchable())
        scorers = [fuzz.partial_ratio]
        if " " in wanted:
            scorers.append(fuzz.partial_token_sort_ratio)  # "okafor tom"
        best: dict[int, float] = {}
        for scorer in scorers:
            for _, score, contact_id in process.extract(
                wanted, choices, scorer=scorer, score_cutoff=_LEAST_LIKENESS, limit=limit
            ):
                best[contact_id] = max(score, best.get(contact_id, 0))
        return sorted(best, key=lambda contact_id: (-best[contact_id], contact_id))

    def _searchable(self) -> Iterator[tuple[int, str]]:
        for depth, layer in enumerate(self._layers):
            for contact_id, words in layer.searchable.items():
                if not self._replaced(contact_id, depth):
                    yield contact_id, words


def _keys(known: Known) -> set[str]:
    names = (known.name, first_name(known.name), *known.nicknames)
    return {key for name in names if (key := fold(name))}


def _closeness(wanted: str, spaced: str, words: str) -> int:
    if words == wanted or words.startswith(wanted + " "):
        return 0
    if words.startswith(wanted):
        return 1
    return 2 if spaced in words else 3
