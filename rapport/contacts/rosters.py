"""The rosters of owners who texted lately, kept ready and brought up to date by difference.

A message is read against its owner's roster. Building one takes a while for thousands of
contacts, so it is kept per owner; the owner's row tells by its stamp whether anything changed,
here or in another process, and then only what changed is read.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from rapport.capture.roster import Known, Roster
from storage.notebook import Notebook
from storage.owners import Owner
from storage.roster_moves import Known as Row
from storage.roster_moves import RosterMoves

# Rosters are dropped, longest unused first, beyond this many people in all of them together.
KEPT_PEOPLE = 60_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A roster and the stamp up to which it is complete."""

    roster: Roster
    stamp: int
    people: int


EMPTY = Kept(Roster(), 0, 0)


class Rosters:
    """The rosters kept in memory; any of them can be read again at any time."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Kept] = OrderedDict()
        self._people = 0

    def fresh(self, owner: Owner) -> Roster | None:
        """The owner's roster if it is complete, else None: it must be read."""
        kept = self._kept.get(owner.id, EMPTY)
        if kept.stamp != owner.roster_stamp:
            return None
        if owner.id in self._kept:
            self._kept.move_to_end(owner.id)
        return kept.roster

    def read(self, notebook: Notebook, owner: Owner) -> Kept:
        """The owner's roster, brought up to date from the records; it is not kept yet."""
        kept = self._kept.get(owner.id, EMPTY)
        if kept.stamp < owner.roster_reset:
            kept = EMPTY
        changed = notebook.contacts.changed_since(kept.stamp)
        nicknames = notebook.names.of_many(row.id for row in changed)
        people = [_known(row, nicknames.get(row.id, ())) for row in changed]
        stamp = max((row.stamp for row in changed), default=owner.roster_stamp)
        return Kept(
            kept.roster.with_changes(people),
            max(stamp, owner.roster_stamp),
            kept.people + len(people),
        )

    def keep(self, owner_id: int, kept: Kept) -> None:
        """Remember a roster that was read."""
        before = self._kept.pop(owner_id, EMPTY)
        self._kept[owner_id] = kept
        self._people += kept.people - before.people
        while self._people > KEPT_PEOPLE and len(self._kept) > 1:
            self._people -= self._kept.popitem(last=False)[1].people

    def learn(self, owner_id: int, moves: RosterMoves) -> None:
        """A unit added contacts: a roster that was complete before it is so again."""
        kept = self._kept.get(owner_id)
        if kept is None or moves.after is None:
            return
        if kept.stamp == moves.before and not moves.is_more_than_added:
            people = [_known(row, ()) for row in moves.added]
            roster = kept.roster.with_changes(people)
            self.keep(owner_id, Kept(roster, moves.after, kept.people + len(people)))

    def forget(self, owner_id: int) -> None:
        """Nothing of the owner stays in memory."""
        self._people -= self._kept.pop(owner_id, EMPTY).people


def _known(row: Row, nicknames: Iterable[str]) -> Known:
    return Known(row.id, row.name, tuple(nicknames), row.company, row.role, row.status)
