"""The contacts of one owner: who they are, how they are reached, how close they are kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    Select,
    bindparam,
    func,
    or_,
    select,
    true,
    update,
)

from storage.collection import Collection, as_records, fitted
from storage.errors import NoSuchRecord
from storage.models import (
    contacts,
    facts,
    handles,
    interaction_contacts,
    names,
    owners,
    promises,
    tags,
)
from storage.models import interactions as interactions_table
from storage.roster_moves import Known
from storage.types import Circle, PartialDate, Status

# Beyond this many ids a query reads all of the owner's rows instead of naming each.
_FEW = 200

# The columns of a contact in which the owner's own words stand.
_NOTES = ("role", "note", "how_met", "met_at")
# What was said with whom, and the columns of it that hold the owner's own words.
_TALKS = interaction_contacts.join(
    interactions_table,
    (interactions_table.c.owner_id == interaction_contacts.c.owner_id)
    & (interactions_table.c.id == interaction_contacts.c.interaction_id),
)
_TALKED = [interactions_table.c[c] for c in ("topics", "note", "place")]

# Changes that the roster (who is known by which name) must hear of.
_ROSTER = {"name", "role", "company", "status"}


@dataclass(frozen=True, slots=True)
class Contact:
    """A person the owner knows."""

    id: int
    name: str
    role: str | None
    company: str | None
    status: Status
    circle: Circle | None
    cadence_days: int | None  # overrides the circle's
    tracked_since: date | None  # None: no nudges by cadence
    birthday: PartialDate | None
    how_met: str | None
    met_on: date | None
    met_at: str | None
    note: str | None
    last_touch: date | None
    snoozed_until: date | None
    last_nudged: date | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Handle:
    """A way to reach a contact: e-mail, phone, Telegram, LinkedIn, another address."""

    id: int
    contact_id: int
    kind: str
    value: str


_TOUCH = (
    contacts.update()
    .where(
        contacts.c.owner_id == bindparam("of_owner"),
        contacts.c.id == bindparam("of_id"),
        or_(contacts.c.last_touch.is_(None), contacts.c.last_touch < bindparam("touched_on")),
    )
    .values(last_touch=bindparam("touched_on"))
)
_STAMP = (
    owners.update()
    .where(owners.c.id == bindparam("of_owner"))
    .values(roster_stamp=bindparam("stamp"))
)


_RESET = _STAMP.values(roster_reset=bindparam("stamp"))


class Contacts(Collection[Contact]):
    """One owner's people."""

    table = contacts
    record = Contact

    def add(self, name: str, *, now: datetime, **values: Any) -> int:
        """The id of a new contact; `values` are columns."""
        stamp = self._stamp()
        given = {"name": name, "status": Status.ACTIVE, "created_at": now, "stamp": stamp, **values}
        new = fitted(contacts, given)
        id_ = self._add(new)
        self._scope.roster.added.append(
            Known(id_, new["name"], new.get("role"), new.get("company"), new["status"], stamp)
        )
        return id_

    def change(self, id_: int, **values: Any) -> None:
        """Set columns of a contact."""
        if _ROSTER & values.keys():
            values["stamp"] = self._stamp()
            self._scope.roster.is_more_than_added = True
        self._change(id_, values)

    def forget(self, id_: int) -> None:
        """Erase a contact and, by cascade, all that is theirs alone."""
        alone = select(interaction_contacts.c.interaction_id).where(
            interaction_contacts.c.owner_id == self._scope.owner_id
        )
        shared = alone.where(interaction_contacts.c.contact_id != id_)
        mine = alone.where(interaction_contacts.c.contact_id == id_)
        for notes in (facts, promises):  # what was noted of others there stays
            self._scope.unit.execute(
                notes.update()
                .where(
                    notes.c.owner_id == self._scope.owner_id,
                    notes.c.contact_id != id_,
                    notes.c.interaction_id.in_(mine),
                    notes.c.interaction_id.not_in(shared),
                )
                .values(interaction_id=None)
            )
        self._scope.unit.execute(
            interactions_table.delete().where(
                interactions_table.c.owner_id == self._scope.owner_id,
                interactions_table.c.id.in_(mine),
                interactions_table.c.id.not_in(shared),
            )
        )
        self._remove(id_)
        self.some_went()

    def tracked(self) -> list[Contact]:
        """The active contacts that may be nudged for: tracked, or with a date of their own."""
        return self._all(
            self._where(
                contacts.c.status == Status.ACTIVE,
                or_(
                    contacts.c.tracked_since.is_not(None),
                    contacts.c.birthday.is_not(None),
                    contacts.c.met_on.is_not(None),
                ),
            ).order_by(contacts.c.id)
        )

    def changed_since(self, stamp: int) -> list[Known]:
        """What the roster must learn since it last looked; 0 for everybody."""
        columns = [contacts.c[f] for f in ("id", "name", "role", "company", "status", "stamp")]
        statement = select(*columns).where(
            contacts.c.owner_id == self._scope.owner_id, contacts.c.stamp > stamp
        )
        return as_records(Known, self._scope.unit.execute(statement))

    def count(self) -> int:
        """How many contacts the owner keeps."""
        statement = select(func.count()).where(contacts.c.owner_id == self._scope.owner_id)
        return int(self._scope.unit.execute(statement).scalar_one())

    def noting(self, words: str, *, limit: int) -> list[int]:
        """Ids of contacts whose tags, facts, notes, roles or handles hold the words."""
        owner = self._scope.owner_id

        def holds(column: Column[Any]) -> ColumnElement[bool]:
            return column.icontains(words, autoescape=True)

        tagged = select(tags.c.contact_id).where(tags.c.owner_id == owner, holds(tags.c.tag))
        known_for = select(facts.c.contact_id).where(facts.c.owner_id == owner, holds(facts.c.text))
        reached = select(handles.c.contact_id).where(
            handles.c.owner_id == owner, holds(handles.c.value)
        )
        talked = (
            select(interaction_contacts.c.contact_id)
            .select_from(_TALKS)
            .where(
                interaction_contacts.c.owner_id == owner,
                or_(*(holds(column) for column in _TALKED)),
            )
        )
        statement = (
            select(contacts.c.id)
            .where(
                contacts.c.owner_id == owner,
                or_(
                    *(holds(contacts.c[c]) for c in _NOTES),
                    contacts.c.id.in_(tagged.union(known_for, reached, talked)),
                ),
            )
            .order_by(contacts.c.id.desc())
            .limit(limit)
        )
        return list(self._scope.unit.execute(statement).scalars())

    def noted(self, *, limit: int) -> list[tuple[int, str]]:
        """(contact id, text) of the newest tags, facts and notes, at most so many of each."""
        owner = self._scope.owner_id
        told: list[tuple[FromClause, Column[Any], Column[Any]]] = [
            (tags, tags.c.contact_id, tags.c.tag),
            (facts, facts.c.contact_id, facts.c.text),
            *((contacts, contacts.c.id, contacts.c[c]) for c in _NOTES),
            *((_TALKS, interaction_contacts.c.contact_id, each) for each in _TALKED),
        ]
        found: list[tuple[int, str]] = []
        for source, contact_id, text in told:
            statement: Select[Any] = (
                select(contact_id, text)
                .select_from(source)
                .where(contact_id.table.c.owner_id == owner, text.is_not(None))
                .order_by(text.table.c.id.desc())
                .limit(limit)
            )
            rows: list[Any] = list(self._scope.unit.execute(statement))
            found += [(row[0], row[1]) for row in rows]
        return found

    def recent(self, *, limit: int) -> list[Contact]:
        """The active contacts that were last in touch or last added, newest first."""
        latest = func.coalesce(contacts.c.last_touch, contacts.c.met_on)
        return self._all(
            self._where(contacts.c.status == Status.ACTIVE)
            .order_by(latest.is_(None), latest.desc(), contacts.c.id.desc())
            .limit(limit)
        )

    def touched(self, ids: Iterable[int], on: date) -> None:
        """The cadence clock restarts; an older touch never moves it back."""
        for id_ in ids:
            self._scope.unit.change(_TOUCH, {**self._at(id_), "touched_on": on})

    def recount_touches(self, ids: Iterable[int]) -> None:
        """Set the last touch to what the interactions say, after one was taken back."""
        newest = (
            select(func.max(interactions_table.c.happened_on))
            .join(
                interaction_contacts,
                (interactions_table.c.owner_id == interaction_contacts.c.owner_id)
                & (interactions_table.c.id == interaction_contacts.c.interaction_id),
            )
            .where(
                interaction_contacts.c.owner_id == contacts.c.owner_id,
                interaction_contacts.c.contact_id == contacts.c.id,
                interactions_table.c.is_touch,
            )
            .scalar_subquery()
        )
        self._scope.unit.execute(
            update(contacts)
            .where(contacts.c.owner_id == self._scope.owner_id, contacts.c.id.in_(list(ids)))
            .values(last_touch=newest)
        )

    def some_went(self) -> None:
        """Rosters elsewhere must be read anew: contacts may have gone."""
        stamp = self._scope.next_id()
        self._scope.unit.change(_RESET, {"of_owner": self._scope.owner_id, "stamp": stamp})
        self._scope.roster.is_more_than_added = True

    def _stamp(self) -> int:
        """A new stamp, which the owner's row carries too: rosters elsewhere are out of date."""
        stamp = self._scope.next_id()
        self._scope.unit.change(_STAMP, {"of_owner": self._scope.owner_id, "stamp": stamp})
        self._scope.roster.after = stamp
        return stamp


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a contact."""

    id: int
    contact_id: int
    kind: str
    name: str


class Names(Collection[Alias]):
    """Other names of a contact: nicknames, former names, other scripts."""

    table = names
    record = Alias

    def add(self, contact_id: int, name: str, kind: str) -> int:
        """The id of the name; the roster hears of it."""
        contacts_of_owner = Contacts(self._scope)
        contacts_of_owner.change(contact_id, name=contacts_of_owner.get(contact_id).name)
        return self._add({"contact_id": contact_id, "name": name, "kind": kind})

    def of_many(self, contact_ids: Iterable[int]) -> dict[int, list[str]]:
        """The other names of each contact that has any."""
        found: dict[int, list[str]] = {}
        wanted = set(contact_ids)
        if not wanted:
            return found
        few = names.c.contact_id.in_(wanted) if len(wanted) <= _FEW else true()
        for alias in self._all(self._where(few).order_by(names.c.id)):
            if alias.contact_id in wanted:
                found.setdefault(alias.contact_id, []).append(alias.name)
        return found


class Handles(Collection[Handle]):
    """The ways to reach one owner's people."""

    table = handles
    record = Handle

    def add(self, contact_id: int, kind: str, value: str) -> int | None:
        """The id of the handle; None where the contact has it already."""
        new = fitted(handles, {"contact_id": contact_id, "kind": kind, "value": value})
        if any((h.kind, h.value) == (kind, new["value"]) for h in self.of(contact_id)):
            return None
        return self._add(new)

    def of(self, contact_id: int) -> list[Handle]:
        """A contact's handles, in the order they were told."""
        return self._all(self._where(handles.c.contact_id == contact_id).order_by(handles.c.id))

    def ending(self, kind: str, end: str) -> list[Handle]:
        """Everybody's handles of a kind that end so."""
        fits = handles.c.value.endswith(end, autoescape=True)
        return self._all(self._where(handles.c.kind == kind, fits).order_by(handles.c.id))

    def remove(self, id_: int) -> None:
        """Forget a handle."""
        self._remove(id_)


@dataclass(frozen=True, slots=True)
class Tag:
    """A word the owner put on a contact."""

    id: int
    contact_id: int
    tag: str


class Tags(Collection[Tag]):
    """The owner's own words on contacts."""

    table = tags
    record = Tag

    def add(self, contact_id: int, tag: str) -> int | None:
        """The id of the tag; None where the contact has it already."""
        new = fitted(tags, {"contact_id": contact_id, "tag": tag})
        return None if new["tag"] in self.of(contact_id) else self._add(new)

    def of(self, contact_id: int) -> list[str]:
        """A contact's tags, in the order they were put."""
        found = self._all(self._where(tags.c.contact_id == contact_id).order_by(tags.c.id))
        return [tag.tag for tag in found]

    def remove(self, contact_id: int, tag: str) -> None:
        """Take a tag off a contact; NoSuchRecord where it is not on."""
        found = self._all(self._where(tags.c.contact_id == contact_id, tags.c.tag == tag))
        if not found:
            raise NoSuchRecord(f"tags of {contact_id}")
        self._remove(found[0].id)
