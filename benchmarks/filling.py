"""A database that has been in use for a while: owners who know people, before any clock runs."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

from benchmarks.texts import Meeting
from storage import owners, schema
from storage.database import Database
from storage.notebook import Notebook
from storage.unit import Unit


def fill(address: str, owner_ids: range, people: list[Meeting]) -> None:
    """A migrated database whose owners share the people out among themselves."""
    schema.migrate(address)
    asyncio.run(_fill(address, owner_ids, people))


async def _fill(address: str, owner_ids: range, people: list[Meeting]) -> None:
    database = Database(address)
    try:
        for place, owner_id in enumerate(owner_ids):
            theirs = people[place :: len(owner_ids)]
            await database.run(partial(_settle, owner_id=owner_id, people=theirs))
    finally:
        database.close()


def _settle(unit: Unit, *, owner_id: int, people: list[Meeting]) -> None:
    now = datetime.now(UTC)
    owners.add(unit, owner_id, name="Alex", language="en", digest_at="08:30", now=now)
    owners.change(unit, owner_id, zone="Europe/Berlin")
    notebook = Notebook(unit, owner_id)
    for days, meeting in enumerate(people):
        day = (now - timedelta(days=days)).date()
        contact = notebook.contacts.add(meeting.name, now=now, role="CTO", met_on=day)
        interaction = notebook.interactions.add([contact], "met", day, now=now, place="PyData")
        notebook.promises.add(
            contact, "send our benchmark", by_me=True, made_on=day, interaction_id=interaction
        )
