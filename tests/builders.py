"""Records that are valid by default, so that a test shows only what matters to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from storage import owners
from storage.drafts import StoredDraft
from storage.intake import RawUpdate
from storage.notebook import Notebook
from storage.outbox import Letter
from storage.unit import Unit

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
A_DAY = timedelta(days=1)
OWNER = 700_000_001
ANOTHER = 700_000_002


def an_owner(unit: Unit, owner_id: int = OWNER, **values: Any) -> Notebook:
    """The notebook of an owner who has just begun; the unit is theirs from now on."""
    as_the_house(unit)
    owners.add(unit, owner_id, name="Alex", language="en", digest_at="08:30", now=NOW)
    if values:
        owners.change(unit, owner_id, **values)
    return Notebook(unit, owner_id)


def as_the_house(unit: Unit) -> Unit:
    """The unit, acting for nobody any more: a test prepares several owners in one."""
    unit.owner_id = None
    if not unit.is_sqlite:
        unit.execute(select(func.set_config("rapport.owner", "", True)))
    return unit


def a_contact(notebook: Notebook, name: str = "Ada Lovelace", **values: Any) -> int:
    """The id of a contact."""
    return notebook.contacts.add(name, now=NOW, **values)


def an_interaction(
    notebook: Notebook, *people: int, on: date = TODAY, kind: str = "met", **values: Any
) -> int:
    """The id of an interaction with the people."""
    return notebook.interactions.add(people, kind, on, now=NOW, **values)


def a_fact(notebook: Notebook, contact_id: int, text: str = "sails", **values: Any) -> int:
    """The id of a fact about the contact."""
    return notebook.facts.add(contact_id, "interest", text, learned_on=TODAY, **values)


def a_promise(
    notebook: Notebook, contact_id: int, what: str = "send the slides", **values: Any
) -> int:
    """The id of a promise of the owner's."""
    return notebook.promises.add(contact_id, what, by_me=True, made_on=TODAY, **values)


def a_reminder(
    notebook: Notebook, contact_id: int | None = None, on: date = TODAY, **values: Any
) -> int:
    """The id of a reminder."""
    return notebook.reminders.add(contact_id, "call", on, now=NOW, **values)


def a_draft(notebook: Notebook, contact_id: int, **values: Any) -> StoredDraft:
    """A draft that was offered."""
    usual: dict[str, Any] = {
        "occasion": "check-in",
        "tone": "warm",
        "channel": "email",
        "language": "en",
        "number": 0,
        "text": "Hello!",
        "sentences": ["a1"],
        "about": {},
    }
    return notebook.drafts.get(notebook.drafts.add(contact_id, now=NOW, **{**usual, **values}))


def a_letter(notebook: Notebook, text: str = "Hi", **values: Any) -> Letter:
    """A message that waits in the outbox."""
    body = {"chat_id": notebook.owner_id, "text": text}
    return notebook.outbox.add("sendMessage", body, **{"now": NOW, **values})


def an_update(update_id: int = 1, **values: Any) -> RawUpdate:
    """An update as Telegram sent it."""
    usual: dict[str, Any] = {
        "bot_id": 1,
        "chat_id": OWNER,
        "received_at": NOW,
        "raw": f'{{"update_id": {update_id}}}',
        "attempts": 1,
    }
    return RawUpdate(update_id=update_id, **{**usual, **values})


def ids(records: Iterable[Any]) -> list[int]:
    """The ids of records, in their order."""
    return [record.id for record in records]
