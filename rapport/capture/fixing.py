"""Putting right what a message became: one part at a time, so that Undo still undoes it all."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from rapport.capture.reading import Context, Correction
from rapport.capture.understand import read
from rapport.names import clean
from storage.captures import Capture
from storage.errors import NoSuchRecord
from storage.notebook import Notebook

# The parts a card offers to put right.
FIELDS = ("name", "work", "date", "place")

_LONGEST = 200


def as_correction(
    field: str, words: str, said_at: datetime, zone: ZoneInfo, locale: str
) -> Correction | None:
    """The answer to "what should it be?"; None where it says nothing of that kind."""
    words = clean(words)[:_LONGEST]
    if not words:
        return None
    if field != "date":
        return Correction(field, words)
    reading = read(f"no, it was {words}", Context(said_at=said_at, zone=zone, locale=locale))
    found = reading.entries[0].correction if reading.entries else None
    return found if found is not None and found.field == "date" else None


def apply(notebook: Notebook, capture: Capture, correction: Correction) -> None:
    """Change the part; NoSuchRecord where the capture has none of that kind."""
    with notebook.journaling() as journal:
        _FIXES[correction.field](notebook, capture, correction.value)
    notebook.captures.extend(capture, (), journal.entries)


def _name(notebook: Notebook, capture: Capture, value: str) -> None:
    notebook.contacts.change(_first(capture), name=value)


def _work(notebook: Notebook, capture: Capture, value: str) -> None:
    """ "CTO at Finch"; a single word or phrase without "at" is the role."""
    role, _, company = (part.strip() for part in value.partition(" at "))
    changes = {"role": role, "company": company} if company else {"role": role}
    notebook.contacts.change(_first(capture), **{k: v for k, v in changes.items() if v})


def _role(notebook: Notebook, capture: Capture, value: str) -> None:
    notebook.contacts.change(_first(capture), role=value)


def _company(notebook: Notebook, capture: Capture, value: str) -> None:
    notebook.contacts.change(_first(capture), company=value)


def _date(notebook: Notebook, capture: Capture, value: str) -> None:
    day = date.fromisoformat(value)
    for interaction in _added(capture, "interactions"):
        notebook.interactions.move(interaction, day)
    for contact in _added(capture, "contacts", at_least=0):
        notebook.contacts.change(contact, met_on=day)


def _place(notebook: Notebook, capture: Capture, value: str) -> None:
    for interaction in _added(capture, "interactions"):
        notebook.interactions.change(interaction, place=value)
    for contact in _added(capture, "contacts", at_least=0):
        notebook.contacts.change(contact, met_at=value)


_FIXES = {
    "name": _name,
    "person": _name,
    "work": _work,
    "role": _role,
    "company": _company,
    "date": _date,
    "place": _place,
}


def _first(capture: Capture) -> int:
    if not capture.contacts:
        raise NoSuchRecord("a capture about nobody")
    return capture.contacts[0]


def _added(capture: Capture, table: str, *, at_least: int = 1) -> list[int]:
    found = capture.added(table)
    if len(found) < at_least:
        raise NoSuchRecord(f"a capture without {table}")
    return found
