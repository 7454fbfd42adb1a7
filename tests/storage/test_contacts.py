"""Contacts, their touches, and what is found of them; with the notes that belong to them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from storage.contacts import Contact
from storage.database import Database
from storage.errors import NoSuchRecord
from storage.notebook import Notebook
from storage.reminders import due_at_the_clock
from storage.types import Circle, FactKind, PartialDate, Status
from storage.unit import Unit
from tests.builders import (
    A_DAY,
    ANOTHER,
    NOW,
    OWNER,
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

YESTERDAY = TODAY - A_DAY


async def test_a_contact_comes_back_as_it_was_told(database: Database) -> None:
    told = {
        "role": "CTO",
        "company": "Łódź & Søn",
        "circle": Circle.CLOSE,
        "birthday": PartialDate(2, 29),
        "met_on": YESTERDAY,
        "note": "<b>עברית</b> 🎉",
    }
    id_ = await database.run(lambda unit: a_contact(an_owner(unit), "Дмитрий", **told))
    found = await database.read(lambda unit: Notebook(unit, OWNER).contacts.get(id_))
    assert {name: getattr(found, name) for name in told} == told
    assert (found.name, found.status, found.created_at) == ("Дмитрий", Status.ACTIVE, NOW)


@pytest.mark.parametrize(
    ("touches", "last"),
    [
        pytest.param([TODAY], TODAY, id="the first"),
        pytest.param([YESTERDAY, TODAY], TODAY, id="a newer one moves it on"),
        pytest.param([TODAY, YESTERDAY], TODAY, id="a backdated one never moves it back"),
        pytest.param([], None, id="none yet"),
    ],
)
async def test_the_last_touch(database: Database, touches: list[date], last: date | None) -> None:
    def work(unit: Unit) -> Contact:
        notebook = an_owner(unit)
        ada = a_contact(notebook)
        for day in touches:
            an_interaction(notebook, ada, on=day)
        return notebook.contacts.get(ada)

    assert (await database.run(work)).last_touch == last


async def test_what_is_no_touch_restarts_no_clock(database: Database) -> None:
    def work(unit: Unit) -> list[date | None]:
        notebook = an_owner(unit)
        ada = a_contact(notebook)
        talk = an_interaction(notebook, ada, is_touch=False)
        first = notebook.contacts.get(ada).last_touch
        notebook.interactions.move(talk, YESTERDAY)
        return [first, notebook.contacts.get(ada).last_touch]

    assert await database.run(work) == [None, None]


async def test_a_touch_that_moves_or_goes_is_counted_anew_for_all_it_was_with(
    database: Database,
) -> None:
    def work(unit: Unit) -> list[date | None]:
        notebook = an_owner(unit)
        ada, bo = a_contact(notebook), a_contact(notebook, "Bo")
        an_interaction(notebook, ada, on=TODAY - 5 * A_DAY)
        talk = an_interaction(notebook, ada, bo, on=TODAY)
        found: list[date | None] = []

        def look() -> None:
            found.extend(notebook.contacts.get(who).last_touch for who in (ada, bo))

        notebook.interactions.move(talk, YESTERDAY)
        look()
        notebook.interactions.remove(talk)
        look()
        return found

    assert await database.run(work) == [YESTERDAY, YESTERDAY, TODAY - 5 * A_DAY, None]


async def test_somebody_named_twice_was_there_once(database: Database) -> None:
    def work(unit: Unit) -> list[int]:
        notebook = an_owner(unit)
        ada = a_contact(notebook)
        return notebook.interactions.people(an_interaction(notebook, ada, ada))

    assert len(await database.run(work)) == 1


async def test_interactions_of_a_contact_are_newest_first(database: Database) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        ada, bo = a_contact(notebook), a_contact(notebook, "Bo")
        old = an_interaction(notebook, ada, bo, on=YESTERDAY)
        new = an_interaction(notebook, ada)
        assert ids(notebook.interactions.of(ada, limit=9)) == [new, old]
        assert ids(notebook.interactions.of(ada, limit=1)) == [new]
        assert ids(notebook.interactions.of(bo, limit=9)) == [old]

    await database.run(work)


FOUND_BY = {
    "tag": "Ökologie",
    "fact": "collects Straße signs",
    "note": "100%_sure",
    "event": "PyData Berlin",
    "topics": "vector DBs",
}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("ökologie", ["tag"], id="a tag, whatever the case, beyond ASCII too"),
        pytest.param("straße", ["fact"], id="a fact"),
        pytest.param("100%_", ["note"], id="per cent and underscore mean themselves"),
        pytest.param("1%s", [], id="and match nothing else"),
        pytest.param("pydata", ["event"], id="where they were met"),
        pytest.param("VECTOR", ["topics"], id="what was talked about"),
        pytest.param("nothing like it", [], id="nobody"),
    ],
)
async def test_contacts_are_found_by_what_was_noted(
    database: Database, words: str, found: list[str]
) -> None:
    def work(unit: Unit) -> list[str]:
        for owner_id in (ANOTHER, OWNER):
            each = an_owner(unit, owner_id)
            each.tags.add(a_contact(each, "tag"), FOUND_BY["tag"])
            a_fact(each, a_contact(each, "fact"), FOUND_BY["fact"])
            a_contact(each, "note", note=FOUND_BY["note"])
            a_contact(each, "event", met_at=FOUND_BY["event"])
            an_interaction(each, a_contact(each, "topics"), topics=FOUND_BY["topics"])
        noting = each.contacts.noting(words, limit=9)
        return [contact.name for contact in each.contacts.many(noting)]

    assert await database.run(work) == found


async def test_the_newest_contacts_are_found_first_up_to_the_limit(database: Database) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        made = [a_contact(notebook, note="tea") for _ in range(4)]
        assert notebook.contacts.noting("tea", limit=2) == made[:1:-1]

    await database.run(work)


async def test_many_come_in_the_order_asked_for(database: Database) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        made = [a_contact(notebook) for _ in range(3)]
        assert ids(notebook.contacts.many([made[2], 999, made[0]])) == [made[2], made[0]]
        assert notebook.contacts.many([]) == []

    await database.run(work)


async def test_those_who_may_be_nudged_for(database: Database) -> None:
    def work(unit: Unit) -> list[str]:
        notebook = an_owner(unit)
        a_contact(notebook, "imported")
        a_contact(notebook, "tracked", tracked_since=TODAY)
        a_contact(notebook, "born", birthday=PartialDate(4, 12))
        a_contact(notebook, "gone", tracked_since=TODAY, status=Status.DECEASED)
        return [contact.name for contact in notebook.contacts.tracked()]

    assert await database.run(work) == ["tracked", "born"]


async def test_a_roster_hears_of_names_and_places_and_of_nothing_else(database: Database) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        ada, bo = a_contact(notebook), a_contact(notebook, "Bo")
        seen = notebook.owner.roster_stamp
        notebook.contacts.change(bo, note="tea")
        assert notebook.owner.roster_stamp == seen
        notebook.contacts.change(ada, company="Acme")
        assert ids(notebook.contacts.changed_since(seen)) == [ada]
        assert notebook.owner.roster_stamp > seen
        assert set(ids(notebook.contacts.changed_since(0))) == {ada, bo}
        notebook.contacts.forget(bo)
        assert notebook.owner.roster_reset == notebook.owner.roster_stamp

    await database.run(work)


async def test_forgetting_takes_all_that_is_theirs_alone(database: Database) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        ada, bo = a_contact(notebook), a_contact(notebook, "Bo")
        alone, shared = an_interaction(notebook, ada), an_interaction(notebook, ada, bo)
        promise = a_promise(notebook, ada, interaction_id=shared)
        learned = a_fact(notebook, bo, "told by Ada", interaction_id=alone)
        notebook.contacts.forget(ada)
        for collection, id_ in (
            (notebook.contacts, ada),
            (notebook.interactions, alone),
            (notebook.promises, promise),
        ):
            with pytest.raises(NoSuchRecord):
                collection.get(id_)
        assert notebook.interactions.people(shared) == [bo]
        assert notebook.facts.get(learned).interaction_id is None

    await database.run(work)


async def test_handles_and_tags_are_kept_once(database: Database) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        ada = a_contact(notebook)
        handle = notebook.handles.add(ada, "email", "ada@example.org")
        assert handle is not None
        assert notebook.handles.add(ada, "email", "ada@example.org") is None
        notebook.tags.add(ada, "sailing")
        assert notebook.tags.add(ada, "sailing") is None
        assert ids(notebook.handles.of(ada)) == [handle]
        assert notebook.tags.of(ada) == ["sailing"]

    await database.run(work)


async def test_an_event_is_noted_once_whatever_its_case(database: Database) -> None:
    def work(unit: Unit) -> None:
        events = an_owner(unit).events
        first = events.on("MÜNCHEN Meetup", TODAY)
        assert events.on("München meetup", TODAY) == first
        assert events.on("MÜNCHEN Meetup", TODAY) == first
        assert events.on("MÜNCHEN Meetup", YESTERDAY) != first

    await database.run(work)


async def test_open_promises_are_soonest_due_first_and_only_to_the_living(
    database: Database,
) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        ada = a_contact(notebook)
        gone = a_contact(notebook, "Bo", status=Status.DECEASED)
        undated = a_promise(notebook, ada)
        late = a_promise(notebook, ada, due_on=TODAY + A_DAY)
        soon = a_promise(notebook, ada, due_on=TODAY)
        buried = a_promise(notebook, gone)
        assert ids(notebook.promises.open()) == [soon, late, undated]
        assert ids(notebook.promises.open(gone)) == [buried]
        assert notebook.promises.settle(soon, "done", TODAY)
        assert not notebook.promises.settle(soon, "done", TODAY + A_DAY)
        assert notebook.promises.get(soon).settled_on == TODAY
        assert notebook.promises.settle(soon, "open", TODAY)
        assert notebook.promises.get(soon).settled_on is None

    await database.run(work)


async def test_a_reminder_rings_once(database: Database) -> None:
    def work(unit: Unit) -> int:
        a_reminder(an_owner(unit, ANOTHER, unreachable_since=NOW), due_at=NOW)
        notebook = an_owner(unit)
        a_reminder(notebook, due_at=NOW + timedelta(minutes=1))
        a_reminder(notebook)
        return a_reminder(notebook, due_at=NOW)

    due = await database.run(work)
    found = await database.read(lambda unit: due_at_the_clock(unit, NOW, limit=9))
    assert [(owner, zone, each.id) for owner, zone, each in found] == [(OWNER, None, due)]

    def ring(unit: Unit) -> bool:
        return Notebook(unit, OWNER).reminders.ring(due)

    assert [await database.run(ring), await database.run(ring)] == [True, False]
    assert await database.read(lambda unit: due_at_the_clock(unit, NOW, limit=9)) == []


async def test_a_settled_reminder_does_not_ring(database: Database) -> None:
    def work(unit: Unit) -> None:
        reminders = an_owner(unit).reminders
        due = reminders.add(None, "call", TODAY, now=NOW, due_at=NOW)
        assert reminders.settle(due, "done")
        assert not reminders.settle(due, "done")
        assert not reminders.ring(due)
        assert reminders.open() == []

    await database.run(work)
    assert await database.read(lambda unit: due_at_the_clock(unit, NOW, limit=9)) == []


async def test_a_nudge_is_settled_once_and_remembered_on_its_contact(database: Database) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        ada, bo = a_contact(notebook), a_contact(notebook, "Bo")
        second = notebook.nudges.add(ada, TODAY, 1, [{"kind": "cadence"}])
        first = notebook.nudges.add(bo, TODAY, 0, [])
        older = notebook.nudges.add(ada, YESTERDAY, 0, [])
        assert ids(notebook.nudges.on(TODAY)) == [first, second]
        assert notebook.nudges.get(second).reasons == [{"kind": "cadence"}]
        assert notebook.nudges.settle(second, "done")
        assert not notebook.nudges.settle(second, "done")
        notebook.nudges.settle_open_of(ada, "skipped")
        assert [notebook.nudges.get(id_).state for id_ in (first, second, older)] == [
            "open",
            "done",
            "skipped",
        ]
        assert notebook.contacts.get(bo).last_nudged == TODAY

    await database.run(work)


async def test_sentences_are_used_up_once_they_are_sent(database: Database) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        ada = a_contact(notebook)
        sent = a_draft(notebook, ada, sentences=["a1", "b2"])
        a_draft(notebook, ada, sentences=["c3"])
        assert notebook.drafts.used_sentences(ada) == frozenset()
        assert notebook.drafts.sent(sent.id, TODAY)
        assert not notebook.drafts.sent(sent.id, TODAY)
        assert notebook.drafts.used_sentences(ada) == {"a1", "b2"}

    await database.run(work)


async def test_facts_life_events_and_attachments_are_newest_first(database: Database) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        ada = a_contact(notebook)
        facts = [a_fact(notebook, ada, text, kind=FactKind.NP) for text in ("tea", "chess")]
        assert ids(notebook.facts.of(ada)) == facts[::-1]
        lived = [notebook.life_events.add(ada, "baby", on) for on in (TODAY, YESTERDAY)]
        assert ids(notebook.life_events.of(ada)) == lived
        assert ids(notebook.life_events.since(TODAY)) == lived[:1]
        sent = [notebook.attachments.add("voice", f"f{n}", n, now=NOW) for n in range(2)]
        assert notebook.attachments.of(ada) == []
        for id_ in sent:
            notebook.attachments.attach(id_, ada)
        assert ids(notebook.attachments.of(ada)) == sent[::-1]

    await database.run(work)


async def test_no_more_is_kept_than_the_schema_has_room_for(database: Database) -> None:
    """Every roster holds these, and PostgreSQL's indexes take no more."""
    long = "字" * 3_000

    def work(unit: Unit) -> list[int]:
        notebook = an_owner(unit)
        anna = notebook.contacts.add(long, now=NOW, company=long)
        (added,) = notebook.roster.added
        notebook.contacts.change(anna, role=long)
        found = notebook.contacts.get(anna)
        notebook.tags.add(anna, long)
        assert notebook.tags.add(anna, long) is None
        notebook.handles.add(anna, "url", long)
        assert notebook.handles.add(anna, "url", long) is None
        met = notebook.events.on(long, TODAY)
        assert notebook.events.on(long, TODAY) == met
        kept = [found.name, found.company, added.name, added.company, found.role]
        kept += [*notebook.tags.of(anna), notebook.handles.of(anna)[0].value]
        return [len(each or "") for each in [*kept, notebook.events.get(met).name]]

    assert await database.run(work) == [120, 200, 120, 200, 200, 60, 500, 120]
