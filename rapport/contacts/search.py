"""Finding people by whatever the owner remembers of them, best first, typos forgiven.

1. Names and companies that hold the words.
2. Tags, facts, notes, roles and addresses that hold them.
3. Where neither does: names and companies that resemble them, then notes that do.
"""

from __future__ import annotations

from collections.abc import Iterable

from rapport.capture.roster import Known, Roster
from rapport.names import clean, fold
from storage.notebook import Notebook

MOST = 40

_NOTES = 2_000  # texts of each sort that a search for something similar looks through
_ALIKE = 20  # different spellings that one word may stand for
_CUTOFF = 80.0
_SHORTEST = 4  # letters: fewer are too much alike, such as "to" and "Tom"


def search(notebook: Notebook, roster: Roster, words: str) -> list[int]:
    """The ids of the people who fit the words, best first, at most `MOST`."""
    wanted = clean(words).lstrip("@#").strip()
    if not fold(wanted):
        return []
    named = roster.search(wanted, MOST)
    holding = [id_ for id_ in named if _holds(roster.get(id_), fold(wanted))]
    exact = [*holding, *notebook.contacts.noting(wanted, limit=MOST)]
    if exact:
        return list(dict.fromkeys(exact))[:MOST]
    alike = resembling(wanted, notebook.contacts.noted(limit=_NOTES))
    return list(dict.fromkeys([*named, *alike]))[:MOST]


def _holds(known: Known | None, wanted: str) -> bool:
    if known is None:
        return False
    return wanted in fold(" ".join((known.name, *known.nicknames, known.company or "")))


def resembling(words: str, notes: Iterable[tuple[int, str]]) -> list[int]:
    """The ids whose texts hold a word much like each of the words, most alike first."""
    # Loaded at the first search: 30 ms that a start need not pay.
    from rapidfuzz import fuzz, process

    holders: dict[str, set[int]] = {}
    for id_, text in notes:
        for word in filter(_may_be_meant, fold(text).split()):
            holders.setdefault(word, set()).add(id_)
    vocabulary = list(holders)
    total: dict[int, float] | None = None
    for wanted in fold(words).split():
        found: dict[int, float] = {}
        for word, likeness, _ in process.extract(
            wanted, vocabulary, scorer=fuzz.ratio, score_cutoff=_CUTOFF, limit=_ALIKE
        ):
            for id_ in holders[word]:
                found[id_] = max(likeness, found.get(id_, 0.0))
        total = (
            found
            if total is None
            else {id_: total[id_] + found[id_] for id_ in total.keys() & found.keys()}
        )
    ranked = total or {}
    return sorted(ranked, key=lambda id_: (-ranked[id_], -id_))


def _may_be_meant(word: str) -> bool:
    """Whether a word of a note may be what another one, with a typo, stands for."""
    return len(word) >= _SHORTEST
