"""Editing a contact in words."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from rapport.capture.guided import Said
from rapport.contacts.cards import contact_card
from rapport.journeys.editing import CLEARABLE, LONGEST_NOTE, clear, edit
from storage.database import Database
from storage.errors import NoSuchRecord
from storage.types import PartialDate
from storage.unit import Unit
from tests.builders import a_contact, an_owner

SAID = Said(datetime(2026, 3, 17, 9, 0, tzinfo=UTC), ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("field", "words", "kept"),
    [
        ("name", " Ada  King ", "Ada King"),
        ("role", "analyst", "analyst"),
        ("company", "Babbage & Co", "Babbage & Co"),
        ("birthday", "10 December 1915", PartialDate(12, 10, 1915)),
        ("note", "likes\nflying \u202emachines", "likes flying machines"),
        ("note", "x" * 2000, "x" * LONGEST_NOTE),
        ("tags", "#maths, poetry", ("maths", "poetry")),
        ("tags", "maths\npoetry, maths", ("maths", "poetry")),
        ("reach", "ada@example.org or @ada_l", ("ada@example.org", "ada_l")),
    ],
)
async def test_what_was_said_is_kept(
    database: Database, field: str, words: str, kept: object
) -> None:
    def work(unit: Unit) -> object:
        notebook = an_owner(unit)
        ada = a_contact(notebook)
        assert edit(notebook, ada, field, words, SAID)
        card = contact_card(notebook, ada)
        if field == "reach":
            return tuple(handle.value for handle in card.handles)
        return card.tags if field == "tags" else getattr(card.contact, field)

    assert await database.run(work) == kept


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("name", "🙂"),
        ("role", "\u200b"),
        ("birthday", "in spring"),
        ("note", "\u202e"),
        ("tags", "#, ,"),
        ("reach", "ask her assistant"),
    ],
)
async def test_words_that_say_nothing_of_the_kind_change_nothing(
    database: Database, field: str, words: str
) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        ada = a_contact(notebook)
        before = contact_card(notebook, ada)
        assert not edit(notebook, ada, field, words, SAID)
        assert contact_card(notebook, ada) == before

    await database.run(work)


@pytest.mark.parametrize("field", sorted(CLEARABLE))
async def test_a_part_can_be_removed(database: Database, field: str) -> None:
    def work(unit: Unit) -> object:
        notebook = an_owner(unit)
        ada = a_contact(notebook, role="a", company="b", birthday=PartialDate(1, 1), note="c")
        clear(notebook, ada, field)
        return getattr(notebook.contacts.get(ada), field)

    assert await database.run(work) is None


async def test_somebody_unknown_cannot_be_edited(database: Database) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        with pytest.raises(NoSuchRecord):
            edit(notebook, 99, "name", "Ada", SAID)

    await database.run(work)
