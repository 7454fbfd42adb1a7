"""What the owner does with a contact they have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest

from rapport.contacts.editing import (
    forget,
    keep_in_touch,
    let_be,
    set_status,
    switch_handles,
    switch_tags,
)
from storage.database import Database
from storage.errors import NoSuchRecord
from storage.notebook import Notebook
from storage.types import Circle, Status
from tests.builders import NOW, TODAY, a_contact, a_reminder, an_interaction, an_owner
from tests.storage.rows import everything

T = TypeVar("T")


async def with_ada(database: Database, work: Callable[[Notebook, int], T]) -> T:
    """What work on a notebook that knows Ada gives."""

    def begin(unit: object) -> T:
        notebook = an_owner(unit)  # type: ignore[arg-type]  # any unit
        return work(notebook, a_contact(notebook))

    return await database.run(begin)


async def test_a_rhythm_counts_from_the_day_it_was_wished_for(database: Database) -> None:
    def work(notebook: Notebook, ada: int) -> None:
        keep_in_touch(notebook, ada, Circle.CLOSE, TODAY)
        keep_in_touch(notebook, ada, Circle.WIDE, TODAY + timedelta(days=9))
        contact = notebook.contacts.get(ada)
        assert (contact.circle, contact.tracked_since) == (Circle.WIDE, TODAY)

    await with_ada(database, work)


async def test_a_rhythm_replaces_an_interval_of_their_own(database: Database) -> None:
    def work(notebook: Notebook, ada: int) -> None:
        notebook.contacts.change(ada, cadence_days=7)
        keep_in_touch(notebook, ada, Circle.CLOSE, TODAY)
        assert notebook.contacts.get(ada).cadence_days is None

    await with_ada(database, work)


async def test_who_is_let_be_has_no_rhythm(database: Database) -> None:
    def work(notebook: Notebook, ada: int) -> None:
        keep_in_touch(notebook, ada, Circle.CLOSE, TODAY)
        let_be(notebook, ada)
        contact = notebook.contacts.get(ada)
        assert (contact.circle, contact.tracked_since) == (None, None)

    await with_ada(database, work)


@pytest.mark.parametrize(
    ("status", "reminders"),
    [(Status.ARCHIVED, 1), (Status.DO_NOT_CONTACT, 0), (Status.DECEASED, 0)],
)
async def test_nobody_is_reminded_of_whom_they_are_not_to_contact(
    database: Database, status: Status, reminders: int
) -> None:
    def work(notebook: Notebook, ada: int) -> int:
        a_reminder(notebook, ada)
        set_status(notebook, ada, status)
        assert notebook.contacts.get(ada).status is status
        return len(notebook.reminders.open(ada))

    assert await with_ada(database, work) == reminders


async def test_a_tag_named_again_is_taken_off(database: Database) -> None:
    def work(notebook: Notebook, ada: int) -> list[str]:
        switch_tags(notebook, ada, ["python", "Chess"])
        switch_tags(notebook, ada, ["chess", "jazz"])
        return notebook.tags.of(ada)

    assert await with_ada(database, work) == ["python", "jazz"]


async def test_a_handle_named_again_is_taken_away(database: Database) -> None:
    def work(notebook: Notebook, ada: int) -> list[str]:
        switch_handles(notebook, ada, [("email", "a@example.org"), ("phone", "123")])
        switch_handles(notebook, ada, [("phone", "123"), ("telegram", "ada")])
        return [handle.value for handle in notebook.handles.of(ada)]

    assert await with_ada(database, work) == ["a@example.org", "ada"]


async def test_nothing_is_switched_on_somebody_unknown(database: Database) -> None:
    def work(notebook: Notebook, ada: int) -> None:
        with pytest.raises(NoSuchRecord):
            switch_tags(notebook, ada + 1, ["python"])
        with pytest.raises(NoSuchRecord):
            switch_handles(notebook, ada + 1, [("phone", "123")])

    await with_ada(database, work)


async def test_who_is_forgotten_leaves_no_trace(database: Database) -> None:
    def work(notebook: Notebook, ada: int) -> str:
        grace = a_contact(notebook, "Grace Hopper")
        an_interaction(notebook, ada)
        both = an_interaction(notebook, ada, grace)
        with notebook.journaling() as journal:
            notebook.contacts.change(ada, name="Ada King")
        notebook.captures.add(1, NOW, [ada], journal.entries)
        of_grace = notebook.captures.add(2, NOW, [grace], [])
        notebook.captures.ask(3, NOW, "Coffee with Ada today", {"Ada": -1})
        question = notebook.captures.ask(4, NOW, "Coffee with Sam today", {"Sam": -1})
        forget(notebook, ada)
        assert notebook.contacts.find(ada) is None
        assert [met.id for met in notebook.interactions.of(grace, limit=9)] == [both]
        assert notebook.captures.find(of_grace) is not None
        assert notebook.captures.find(question) is not None
        return str(everything(notebook.unit, notebook.owner_id))

    assert "Ada" not in await with_ada(database, work)
