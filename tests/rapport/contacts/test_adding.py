"""Adding a contact by hand."""

from __future__ import annotations

import json

import pytest

from rapport.contacts.adding import NewContact, add, as_name
from storage.contacts import Contact
from storage.database import Database
from storage.types import Circle
from storage.unit import Unit
from tests.builders import NOW, TODAY, an_owner

WHOLE = NewContact(
    "Ada Lovelace",
    "analyst",
    "Babbage & Co",
    "a soirée",
    TODAY,
    "through Mary",
    (("email", "ada@example.org"), ("telegram", "ada")),
    Circle.CLOSE,
)


@pytest.mark.parametrize("new", [WHOLE, NewContact("Ada"), NewContact()])
def test_what_was_told_so_far_survives_being_stored(new: NewContact) -> None:
    assert NewContact.of(json.loads(json.dumps(new.stored()))) == new


async def test_everything_told_is_on_the_contact(database: Database) -> None:
    def work(unit: Unit) -> tuple[Contact, list[str]]:
        notebook = an_owner(unit)
        ada = add(notebook, WHOLE, now=NOW, today=TODAY)
        return notebook.contacts.get(ada), [each.value for each in notebook.handles.of(ada)]

    contact, handles = await database.run(work)
    assert (contact.name, contact.role, contact.company) == (WHOLE.name, WHOLE.role, WHOLE.company)
    assert (contact.met_at, contact.met_on, contact.how_met) == ("a soirée", TODAY, "through Mary")
    assert (contact.circle, contact.tracked_since) == (Circle.CLOSE, TODAY)
    assert handles == ["ada@example.org", "ada"]


async def test_a_rhythm_of_their_own_needs_no_circle(database: Database) -> None:
    def work(unit: Unit) -> Contact:
        notebook = an_owner(unit)
        new = NewContact("Ada", cadence_days=42)
        return notebook.contacts.get(add(notebook, new, now=NOW, today=TODAY))

    contact = await database.run(work)
    assert (contact.circle, contact.cadence_days) == (None, 42)
    assert contact.tracked_since == TODAY


async def test_without_a_circle_there_is_no_rhythm(database: Database) -> None:
    def work(unit: Unit) -> Contact:
        notebook = an_owner(unit)
        return notebook.contacts.get(add(notebook, NewContact("Ada"), now=NOW, today=TODAY))

    assert (await database.run(work)).tracked_since is None


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("  Ada \u200b Lovelace ", "Ada Lovelace"),
        ("محمد", "محمد"),
        ("<b>{{ 7 * 7 }}", "<b>{{ 7 * 7 }}"),
        ("🙂", None),
        ("12345", None),
        ("\u202e\u200b", None),
        ("x" * 500, "x" * 120),
    ],
)
def test_a_name_has_a_letter_in_it(words: str, name: str | None) -> None:
    assert as_name(words) == name
