"""Undo restores exactly what a capture changed, leaves what came later, or says that it cannot."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.captures import Capture
from storage.database import Database
from storage.errors import CannotUndo, NoSuchRecord
from storage.models import owners as owners_table
from storage.notebook import Notebook
from storage.types import Circle, PartialDate
from storage.unit import Unit
from tests.builders import (
    A_DAY,
    NOW,
    TODAY,
    a_contact,
    a_draft,
    a_fact,
    a_promise,
    a_reminder,
    an_interaction,
    an_owner,
    ids,
)
from tests.storage.rows import everything

Change = Callable[[Notebook, int], object]
OWNERS = itertools.count(1)


def chosen(known: list[int], number: int) -> int:
    return known[number % len(known)]


def people(notebook: Notebook) -> list[int]:
    return sorted(row.id for row in notebook.contacts.changed_since(0))


def talks(notebook: Notebook) -> list[int]:
    return sorted(
        {talk.id for who in people(notebook) for talk in notebook.interactions.of(who, limit=99)}
    )


def at_one(
    known: Callable[[Notebook], list[int]], verb: Callable[[Notebook, int], object]
) -> Change:
    """The verb, done to one of the known records if there is any."""

    def change(notebook: Notebook, number: int) -> None:
        if found := known(notebook):
            verb(notebook, chosen(found, number))

    return change


def promises(notebook: Notebook) -> list[int]:
    return ids(notebook.promises.open())


def reminders(notebook: Notebook) -> list[int]:
    return ids(notebook.reminders.open())


def facts(notebook: Notebook) -> list[int]:
    return [fact.id for who in people(notebook) for fact in notebook.facts.of(who)]


def handles(notebook: Notebook) -> list[int]:
    return [handle.id for who in people(notebook) for handle in notebook.handles.of(who)]


def meet(notebook: Notebook, number: int) -> None:
    known = people(notebook)
    event = notebook.events.on("PyData", TODAY)
    day = TODAY - timedelta(days=number % 5)
    an_interaction(notebook, *{chosen(known, number), known[-1]}, on=day, event_id=event)


CHANGES: dict[str, Change] = {
    "a new contact": lambda n, number: a_contact(n, f"No {number}", birthday=PartialDate(2, 29)),
    "another role": at_one(people, lambda n, who: n.contacts.change(who, role="CTO", company=None)),
    "another circle": at_one(people, lambda n, who: n.contacts.change(who, circle=Circle.CLOSE)),
    "a meeting": meet,
    "another day": at_one(talks, lambda n, talk: n.interactions.move(talk, TODAY - 9 * A_DAY)),
    "other topics": at_one(talks, lambda n, talk: n.interactions.change(talk, topics="tea")),
    "no meeting": at_one(talks, lambda n, talk: n.interactions.remove(talk)),
    "a fact": at_one(people, a_fact),
    "a fact of a meeting": lambda n, number: a_fact(
        n, people(n)[0], interaction_id=next(iter(talks(n)), None)
    ),
    "no fact": at_one(facts, lambda n, fact: n.facts.remove(fact)),
    "a promise": at_one(people, lambda n, who: a_promise(n, who, due_on=TODAY)),
    "a promise kept": at_one(promises, lambda n, it: n.promises.settle(it, "done", TODAY)),
    "no promise": at_one(promises, lambda n, it: n.promises.remove(it)),
    "a reminder": lambda n, number: a_reminder(n, due_at=NOW),
    "a later reminder": at_one(
        reminders, lambda n, it: n.reminders.change(it, due_on=TODAY + A_DAY, due_at=NOW + A_DAY)
    ),
    "no reminder": at_one(reminders, lambda n, it: n.reminders.remove(it)),
    "a handle": at_one(people, lambda n, who: n.handles.add(who, "email", "a@example.org")),
    "no handle": at_one(handles, lambda n, it: n.handles.remove(it)),
    "a tag": at_one(people, lambda n, who: n.tags.add(who, "sailing")),
    "a nickname": at_one(people, lambda n, who: n.names.add(who, "Addie", "nickname")),
    "a new job": at_one(people, lambda n, who: n.life_events.add(who, "new job", TODAY)),
}


def a_network(unit: Unit) -> Notebook:
    """Something of everything, so that there is something to change."""
    notebook = an_owner(unit, next(OWNERS))
    ada, bo = a_contact(notebook), a_contact(notebook, "Bo")
    talk = an_interaction(notebook, ada, bo, on=TODAY - A_DAY)
    a_fact(notebook, ada, interaction_id=talk)
    a_promise(notebook, bo, interaction_id=talk)
    a_reminder(notebook, ada, due_at=NOW)
    notebook.handles.add(ada, "email", "ada@example.org")
    notebook.tags.add(bo, "chess")
    return notebook


def captured(notebook: Notebook, *changes: Callable[[Notebook], object]) -> Capture:
    """The capture of a message that made these changes."""
    with notebook.journaling() as journal:
        for change in changes:
            change(notebook)
    id_ = notebook.captures.add(1, NOW, [], journal.entries)
    return notebook.captures.get(id_)


def records(notebook: Notebook) -> dict[str, Any]:
    """All of the owner's rows but the counters and the captures themselves."""
    rows = everything(notebook.unit, notebook.owner_id)
    del rows["captures"], rows[owners_table.name]
    return rows


@pytest.mark.parametrize("name", CHANGES)
async def test_each_change_is_undone_exactly(database: Database, name: str) -> None:
    def work(unit: Unit) -> None:
        notebook = a_network(unit)
        before = records(notebook)
        capture = captured(notebook, lambda n: CHANGES[name](n, 0))
        assert capture.changes
        assert records(notebook) != before
        assert notebook.captures.undo(capture)
        assert records(notebook) == before

    await database.run(work)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.sampled_from(sorted(CHANGES)), st.integers(0, 9)), max_size=8))
async def test_any_changes_together_are_undone_exactly(
    database: Database, steps: list[tuple[str, int]]
) -> None:
    def work(unit: Unit) -> None:
        notebook = a_network(unit)
        before = records(notebook)
        doing = [lambda n, name=name, at=at: CHANGES[name](n, at) for name, at in steps]
        notebook.captures.undo(captured(notebook, *doing))
        assert records(notebook) == before

    await database.run(work)


async def test_a_second_undo_finds_nothing_to_do(database: Database) -> None:
    def work(unit: Unit) -> None:
        notebook = a_network(unit)
        capture = captured(notebook, a_contact)
        assert notebook.captures.undo(capture)
        assert not notebook.captures.undo(notebook.captures.get(capture.id))

    await database.run(work)


async def test_a_fix_is_undone_with_what_it_fixed(database: Database) -> None:
    def work(unit: Unit) -> None:
        notebook = a_network(unit)
        before = records(notebook)
        capture = captured(notebook, a_contact)
        (who,) = set(people(notebook)) - {row.id for row in before["contacts"]}
        with notebook.journaling() as journal:
            notebook.contacts.change(who, name="Ida")
        notebook.captures.extend(capture, [who], journal.entries)
        notebook.captures.undo(notebook.captures.get(capture.id))
        assert records(notebook) == before

    await database.run(work)


async def test_what_was_edited_later_is_left_as_it_was_meant(database: Database) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        ada = a_contact(notebook, role="Engineer", company="Acme")
        capture = captured(notebook, lambda n: n.contacts.change(ada, role="CTO", company="Bolt"))
        notebook.contacts.change(ada, role="CEO")
        notebook.captures.undo(capture)
        found = notebook.contacts.get(ada)
        assert (found.role, found.company) == ("CEO", "Acme")

    await database.run(work)


async def test_a_later_touch_outlives_the_undo_of_an_earlier_one(database: Database) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        ada = a_contact(notebook)
        capture = captured(notebook, lambda n: an_interaction(n, ada, on=TODAY))
        an_interaction(notebook, ada, on=TODAY - 3 * A_DAY)
        notebook.captures.undo(capture)
        assert notebook.contacts.get(ada).last_touch == TODAY - 3 * A_DAY

    await database.run(work)


BUILT_ON: dict[str, Change] = {
    "a promise": a_promise,
    "a fact": a_fact,
    "a reminder": a_reminder,
    "a meeting": an_interaction,
    "a tag": lambda n, who: n.tags.add(who, "sailing"),
    "a life event": lambda n, who: n.life_events.add(who, "baby", TODAY),
}


@pytest.mark.parametrize("name", BUILT_ON)
async def test_a_contact_whom_later_notes_mention_cannot_be_undone(
    database: Database, name: str
) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        bo = a_contact(notebook, "Bo")
        capture = captured(notebook, lambda n: n.contacts.change(bo, role="CTO"), a_contact)
        capture = captured(notebook, a_contact, lambda n: n.contacts.change(bo, role="CEO"))
        new = max(people(notebook))
        BUILT_ON[name](notebook, new)
        before = records(notebook)
        with pytest.raises(CannotUndo):
            notebook.captures.undo(capture)
        assert records(notebook) == before
        a_contact(notebook, "Cy")

    await database.run(work)


async def test_a_meeting_on_which_later_notes_build_cannot_be_undone(database: Database) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        ada = a_contact(notebook)
        capture = captured(notebook, lambda n: an_interaction(n, ada))
        (talk,) = talks(notebook)
        promise = a_promise(notebook, ada, interaction_id=talk)
        with pytest.raises(CannotUndo):
            notebook.captures.undo(capture)
        assert notebook.promises.get(promise)

    await database.run(work)


async def test_nudges_and_drafts_do_not_hold_an_undo_up(database: Database) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        capture = captured(notebook, a_contact)
        (ada,) = people(notebook)
        notebook.nudges.add(ada, TODAY, 0, [])
        a_draft(notebook, ada)
        notebook.captures.undo(capture)
        with pytest.raises(NoSuchRecord):
            notebook.contacts.get(ada)

    await database.run(work)


async def test_an_event_where_others_were_met_stays(database: Database) -> None:
    def meeting(notebook: Notebook) -> None:
        event = notebook.events.on("PyData", TODAY)
        an_interaction(notebook, a_contact(notebook), event_id=event)

    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        first, second = captured(notebook, meeting), captured(notebook, meeting)
        notebook.captures.undo(first)
        (talk,) = talks(notebook)
        kept = notebook.interactions.get(talk).event_id
        assert kept is not None
        assert notebook.events.get(kept).name == "PyData"
        notebook.captures.undo(second)
        assert people(notebook) == []

    await database.run(work)


async def test_what_belonged_to_somebody_forgotten_since_cannot_be_restored(
    database: Database,
) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        ada = a_contact(notebook)
        fact = a_fact(notebook, ada)
        capture = captured(notebook, a_contact, lambda n: n.facts.remove(fact))
        notebook.contacts.forget(ada)
        before = records(notebook)
        with pytest.raises(CannotUndo):
            notebook.captures.undo(capture)
        assert records(notebook) == before

    await database.run(work)
