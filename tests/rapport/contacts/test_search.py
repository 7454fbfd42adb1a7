"""Finding people by whatever the owner remembers of them."""

from __future__ import annotations

import pytest

from rapport.contacts.rosters import Rosters
from rapport.contacts.search import MOST, resembling, search
from storage import owners
from storage.database import Database
from storage.notebook import Notebook
from storage.unit import Unit
from tests.builders import (
    ANOTHER,
    NOW,
    OWNER,
    a_contact,
    a_fact,
    an_interaction,
    an_owner,
)


def a_network(unit: Unit) -> None:
    """Anna, Ben and Carla, told apart by all there is; and somebody else's Anna."""
    a_contact(an_owner(unit, ANOTHER), "Anna Foreign", company="Brightlane")
    notebook = an_owner(unit)
    anna = a_contact(notebook, "Anna Kovač", company="Brightlane", role="CTO")
    ben = a_contact(notebook, "Ben Okafor", company="Brightlane", note="plays the cello")
    carla = a_contact(notebook, "Carla Annan", met_at="PyData Berlin")
    a_fact(notebook, anna, "vector databases")
    notebook.tags.add(ben, "board games")
    notebook.handles.add(carla, "email", "carla@example.org")
    an_interaction(notebook, carla, topics="Kubernetes and sailing", place="Café Lumière")


async def found(database: Database, words: str) -> list[str]:
    def names(unit: Unit) -> list[str]:
        owner = owners.find(unit, OWNER)
        assert owner is not None
        notebook = Notebook(unit, OWNER)
        roster = Rosters().read(notebook, owner).roster
        people = notebook.contacts.many(search(notebook, roster, words))
        return [person.name.split()[0] for person in people]

    return await database.read(names)


@pytest.mark.parametrize(
    ("words", "people"),
    [
        ("anna", ["Anna", "Carla"]),  # a whole name before a part of one
        ("kovac", ["Anna"]),  # without its accent
        ("Kovač", ["Anna"]),
        ("kvoač", ["Anna"]),  # with a typo
        ("brightlane", ["Anna", "Ben"]),
        ("brihgtlane", ["Anna", "Ben"]),
        ("CTO", ["Anna"]),
        ("vector", ["Anna"]),
        ("vektor databases", ["Anna"]),
        ("cello", ["Ben"]),
        ("board games", ["Ben"]),
        ("#board games", ["Ben"]),
        ("bord gmaes", ["Ben"]),
        ("kubernets", ["Carla"]),
        ("pydata", ["Carla"]),
        ("cafe lumiere", ["Carla"]),
        ("carla@example.org", ["Carla"]),
        ("zebra", []),
        ("100%", []),  # no wildcard of the database
        ("_", []),
        ("", []),
        ("\u200b", []),
    ],
)
async def test_the_search_finds(database: Database, words: str, people: list[str]) -> None:
    await database.run(a_network)
    names = await found(database, words)
    assert sorted(names) == people
    assert names[:1] == people[:1] or len(people) > 1


async def test_there_is_an_end_to_what_is_found(database: Database) -> None:
    def crowd(unit: Unit) -> None:
        notebook = an_owner(unit)
        for number in range(MOST + 5):
            notebook.contacts.add(f"Anna {number}", now=NOW)

    await database.run(crowd)
    assert len(await found(database, "anna")) == MOST


def test_every_word_must_resemble_one_of_the_same_person() -> None:
    notes = [(1, "sailing in Lisbon"), (2, "sailing"), (3, "Lisbon"), (1, "jazz")]
    assert resembling("sialing lisbn", notes) == [1]
    assert resembling("sialing", notes) == [2, 1]
    assert resembling("jaz", notes) == [1]
    assert resembling("opera", notes) == []
    assert resembling("Tom", [(1, "promised to send it")]) == []
    assert resembling("", notes) == []
