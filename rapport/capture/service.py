"""Keeping what a message said: a reading becomes records, and the journal that undoes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rapport.capture.reading import Entry, Intent, Person, Reading, Ref, When
from rapport.dates import at_local, local_today
from storage.notebook import Notebook
from storage.types import FactKind, Status


@dataclass(frozen=True)
class Noted:
    """The message a reading comes from."""

    message_id: int
    said_at: datetime
    zone: ZoneInfo
    now: datetime
    text: str = ""
    """Its words, kept with what took place: they say more than is understood."""

    @property
    def said_on(self) -> date:
        """The owner's local day when it was written."""
        return local_today(self.said_at, self.zone)


def open_question(reading: Reading) -> Person | None:
    """The first person of whom it is not clear which contact is meant."""
    for entry in reading.entries:
        for person in entry.people:
            if person.ref is Ref.AMBIGUOUS:
                return person
    return None


def choose(reading: Reading, choices: Mapping[str, int]) -> Reading:
    """The reading with ambiguous names settled: by contact id, 0 for somebody new."""

    def settled(person: Person) -> Person:
        if person.ref is not Ref.AMBIGUOUS or person.name not in choices:
            return person
        chosen = choices[person.name]
        if not chosen:
            return replace(person, ref=Ref.NEW, contact_ids=())
        return replace(person, ref=Ref.KNOWN, contact_ids=(chosen,))

    return Reading(
        tuple(replace(entry, people=tuple(map(settled, entry.people))) for entry in reading.entries)
    )


def holds_something(reading: Reading) -> bool:
    """Whether there is anybody or anything to keep; "ran into someone" names nobody."""
    return any(entry.people or entry.follow_up or entry.task for entry in reading.entries)


def keep(notebook: Notebook, reading: Reading, noted: Noted) -> int:
    """The id of the capture that holds the records of a reading without open questions."""
    keeper = _Keeper(notebook, noted)
    with notebook.journaling() as journal:
        for entry in reading.entries:
            keeper.keep(entry)
    people = list(dict.fromkeys(keeper.people.values()))
    return notebook.captures.add(noted.message_id, noted.said_at, people, journal.entries)


class _Keeper:
    """Writes entries down; a person named in two of them is one contact."""

    def __init__(self, notebook: Notebook, noted: Noted) -> None:
        self.people: dict[str, int] = {}
        self._notebook = notebook
        self._noted = noted

    def keep(self, entry: Entry) -> None:
        day = entry.date.day if entry.date else self._noted.said_on
        people = entry.people
        if entry.intent is Intent.REMINDER:
            # To be reminded of a stranger is not to have met them: the words name them.
            people = tuple(person for person in people if person.ref is Ref.KNOWN)
        ids = [self._contact(person, entry, day) for person in people]
        interaction = self._interaction(entry, ids, day)
        self._promises(entry, interaction)
        self._facts(entry, ids, interaction)
        self._life_events(entry, day)
        self._follow_up(entry, ids)

    def _contact(self, person: Person, entry: Entry, day: date) -> int:
        contacts = self._notebook.contacts
        known = self.people.get(person.name)
        if known is None and person.contact_id is not None:
            known = person.contact_id
        told = {
            "role": person.role,
            "company": person.company,
            "birthday": person.birthday,
        }
        told = {name: value for name, value in told.items() if value is not None}
        if known is None:
            met = {"met_on": day, "met_at": entry.place} if entry.kind else {}
            touch = {"last_touch": day} if entry.kind else {}
            known = contacts.add(
                person.name, now=self._noted.now, how_met=entry.how_met, **told, **met, **touch
            )
        elif told:
            contacts.change(known, **told)
        self.people[person.name] = known
        for handle in person.handles:
            self._notebook.handles.add(known, handle.kind, handle.value)
        return known

    def _interaction(self, entry: Entry, ids: list[int], day: date) -> int | None:
        if entry.kind is None or not ids:
            return None
        return self._notebook.interactions.add(
            ids,
            entry.kind,
            day,
            now=self._noted.now,
            place=entry.place,
            topics="; ".join(entry.topics) or None,
            note=self._noted.text or None,
        )

    def _promises(self, entry: Entry, interaction: int | None) -> None:
        for promise in entry.promises:
            contact = self._called(promise.who, entry)
            if contact is not None:
                self._notebook.promises.add(
                    contact,
                    promise.what,
                    by_me=promise.by_me,
                    made_on=self._noted.said_on,
                    due_on=promise.due.day if promise.due else None,
                    interaction_id=interaction,
                )

    def _facts(self, entry: Entry, ids: list[int], interaction: int | None) -> None:
        facts = self._notebook.facts
        for fact in entry.facts:
            contact = self._called(fact.who, entry)
            if contact is not None:
                facts.add(
                    contact,
                    fact.topic,
                    fact.text,
                    kind=fact.kind,
                    learned_on=self._noted.said_on,
                    interaction_id=interaction,
                )
        if interaction is None and entry.intent is not Intent.REMINDER:
            for contact in ids[:1]:
                for topic in entry.topics:
                    facts.add(
                        contact, "topic", topic, kind=FactKind.NP, learned_on=self._noted.said_on
                    )

    def _life_events(self, entry: Entry, day: date) -> None:
        for event in entry.life_events:
            contact = self._called(event.who, entry)
            if contact is not None:
                self._notebook.life_events.add(contact, event.kind, day, event.note)
                if event.kind == "death":
                    self._notebook.contacts.change(contact, status=Status.DECEASED)

    def _follow_up(self, entry: Entry, ids: list[int]) -> None:
        if entry.follow_up is None and entry.task is None:
            return
        when = entry.follow_up or self._tomorrow()
        at = due_instant(when, self._noted.zone)
        people: list[int | None] = [*ids] or [None]
        for contact in people:
            self._notebook.reminders.add(
                contact, entry.task, when.day, now=self._noted.now, due_at=at
            )

    def _tomorrow(self) -> When:
        """When a task comes up that was given without a day: the next morning."""
        day = self._noted.said_on + timedelta(days=1)
        return When(day, day)

    def _called(self, name: str, entry: Entry) -> int | None:
        """The contact of that name; the entry's only person where the name is a pronoun."""
        found = self.people.get(name)
        if found is None and entry.people:
            found = self.people.get(entry.people[0].name)
        return found


def due_instant(when: When, zone: ZoneInfo) -> datetime | None:
    """The UTC instant of a clock time that was named; None for a day alone."""
    return None if when.time is None else at_local(when.day, when.time, zone)
