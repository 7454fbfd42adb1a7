"""A reading becomes records: whom, what, when, and what is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from rapport.capture.fixing import apply, as_correction
from rapport.capture.reading import Context, Correction, Reading, Ref
from rapport.capture.roster import Known, Roster
from rapport.capture.service import Noted, choose, holds_something, keep, open_question
from rapport.capture.understand import read
from rapport.contacts.cards import Captured, captured
from storage.captures import Capture
from storage.database import parse_address
from storage.errors import NoSuchRecord
from storage.notebook import Notebook
from storage.sqlite import sqlite_engine
from storage.unit import Unit
from tests.builders import a_contact, an_owner

BERLIN = ZoneInfo("Europe/Berlin")
SAID_AT = datetime(2026, 3, 18, 8, 30, tzinfo=UTC)
NOTED = Noted(41, SAID_AT, BERLIN, SAID_AT)
HEADLINE = (
    "Met Anna Kovač, CTO at Brightlane, at PyData Berlin last night. Talked vector DBs. "
    "Promised to send our benchmark by Friday."
)


@pytest.fixture
def notebook(sqlite_url: str) -> Iterator[Notebook]:
    """The notebook of an owner who knows nobody."""
    with _unit(sqlite_url) as unit:
        yield an_owner(unit, zone="Europe/Berlin")


@contextmanager
def _unit(address: str) -> Iterator[Unit]:
    engine = sqlite_engine(parse_address(address))
    with engine.connect() as connection:
        yield Unit(connection)
    engine.dispose()


def reading(notebook: Notebook, text: str) -> Reading:
    known = [Known(row.id, row.name) for row in notebook.contacts.changed_since(0)]
    return read(text, Context(SAID_AT, BERLIN, Roster.of(known)))


def noted(notebook: Notebook, text: str) -> tuple[Capture, Captured]:
    """What a text became."""
    capture = notebook.captures.get(keep(notebook, reading(notebook, text), NOTED))
    return capture, captured(notebook, capture)


def test_the_headline_becomes_a_contact_an_interaction_and_a_promise(notebook: Notebook) -> None:
    capture, card = noted(notebook, HEADLINE)
    (anna,) = card.people
    assert (anna.name, anna.role, anna.company) == ("Anna Kovač", "CTO", "Brightlane")
    assert (anna.met_on, anna.met_at, anna.last_touch) == (
        date(2026, 3, 17),
        "PyData Berlin",
        date(2026, 3, 17),
    )
    assert anna.tracked_since is None, "nudges by rhythm are opt-in"
    (met,) = card.interactions
    assert (met.kind, met.happened_on, met.place, met.topics) == (
        "met",
        date(2026, 3, 17),
        "PyData Berlin",
        "vector DBs",
    )
    (promise,) = card.promises
    assert (promise.by_me, promise.what, promise.due_on) == (
        True,
        "send our benchmark",
        date(2026, 3, 20),
    )
    assert capture.contacts == [anna.id]
    assert card.new_ids == {anna.id}


def test_the_words_of_a_note_are_kept_with_what_took_place(notebook: Notebook) -> None:
    text = "Coffee with Zoe Quill today, vegan, knows everybody in Lisbon"
    said = Noted(41, SAID_AT, BERLIN, SAID_AT, text)
    capture = notebook.captures.get(keep(notebook, reading(notebook, text), said))
    assert [met.note for met in captured(notebook, capture).interactions] == [text]
    assert notebook.contacts.noting("lisbon", limit=5) == capture.contacts


def test_a_known_person_is_not_added_again(notebook: Notebook) -> None:
    anna = a_contact(notebook, "Anna Kovač")
    _, card = noted(notebook, "Coffee with Anna today, she's now head of data at Finch")
    assert [person.id for person in card.people] == [anna]
    assert card.new_ids == frozenset()
    assert notebook.contacts.count() == 1


def test_a_reminder_about_a_stranger_makes_no_contact(notebook: Notebook) -> None:
    _, card = noted(notebook, "remind me to call Zoe Quill on Friday at 3pm")
    assert notebook.contacts.count() == 0
    (reminder,) = card.reminders
    assert reminder.contact_id is None
    assert reminder.due_on == date(2026, 3, 20)
    assert reminder.due_at == datetime(2026, 3, 20, 14, 0, tzinfo=UTC)


def test_a_day_alone_rings_at_no_clock_time(notebook: Notebook) -> None:
    a_contact(notebook, "Omar Haddad")
    _, card = noted(notebook, "remind me to call Omar on Friday")
    assert [(r.due_on, r.due_at) for r in card.reminders] == [(date(2026, 3, 20), None)]


def test_one_person_in_two_entries_is_one_contact(notebook: Notebook) -> None:
    text = "Coffee with Zoe Quill yesterday. Call with Zoe Quill today."
    noted(notebook, text)
    assert notebook.contacts.count() == 1


def test_nothing_is_held_by_a_message_about_nobody(notebook: Notebook) -> None:
    assert not holds_something(reading(notebook, "ran into someone from N26 today"))
    assert holds_something(reading(notebook, "Coffee with Zoe Quill today"))


def test_two_of_a_name_are_a_question_and_an_answer_settles_it(notebook: Notebook) -> None:
    first, second = a_contact(notebook, "Anna Kovač"), a_contact(notebook, "Anna Lindqvist")
    unsettled = reading(notebook, "Coffee with Anna today")
    question = open_question(unsettled)
    assert question is not None
    assert set(question.contact_ids) == {first, second}
    chosen = choose(unsettled, {question.name: second})
    assert open_question(chosen) is None
    assert chosen.entries[0].people[0].contact_id == second
    new = choose(unsettled, {question.name: 0})
    assert new.entries[0].people[0].ref is Ref.NEW
    assert open_question(choose(unsettled, {"Bob": 1})) is not None


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("name", "Anna Kovac-Berg", ("Anna Kovac-Berg", "CTO", "Brightlane")),
        ("work", "head of data at Finch", ("Anna Kovač", "head of data", "Finch")),
        ("work", "founder", ("Anna Kovač", "founder", "Brightlane")),
        ("role", "founder", ("Anna Kovač", "founder", "Brightlane")),
        ("company", "Finch", ("Anna Kovač", "CTO", "Finch")),
    ],
)
def test_a_fix_changes_one_part_and_undo_takes_it_back_too(
    notebook: Notebook, field: str, value: str, expected: tuple[str, str, str]
) -> None:
    capture, _ = noted(notebook, HEADLINE)
    apply(notebook, capture, Correction(field, value))
    (anna,) = notebook.contacts.many(capture.contacts)
    assert (anna.name, anna.role, anna.company) == expected
    notebook.captures.undo(notebook.captures.get(capture.id))
    assert notebook.contacts.count() == 0


def test_a_fix_of_a_known_person_is_undone_to_what_they_were(notebook: Notebook) -> None:
    anna = a_contact(notebook, "Anna Kovač", role="CTO")
    capture, _ = noted(notebook, "Coffee with Anna today")
    apply(notebook, capture, Correction("work", "founder at Finch"))
    assert notebook.contacts.get(anna).role == "founder"
    notebook.captures.undo(notebook.captures.get(capture.id))
    assert (notebook.contacts.get(anna).role, notebook.contacts.get(anna).company) == ("CTO", None)


def test_moving_the_day_moves_the_clock(notebook: Notebook) -> None:
    capture, _ = noted(notebook, HEADLINE)
    apply(notebook, capture, Correction("date", "2026-03-15"))
    (anna,) = notebook.contacts.many(capture.contacts)
    assert (anna.met_on, anna.last_touch) == (date(2026, 3, 15), date(2026, 3, 15))


def test_what_is_not_there_cannot_be_fixed(notebook: Notebook) -> None:
    anna = a_contact(notebook, "Anna Kovač")
    capture, _ = noted(notebook, "Anna is into climbing")
    assert capture.contacts == [anna]
    with pytest.raises(NoSuchRecord):
        apply(notebook, capture, Correction("place", "PyCon"))


@pytest.mark.parametrize(
    ("field", "words", "value"),
    [
        ("date", "Sunday", "2026-03-15"),
        ("date", "12 March", "2026-03-12"),
        ("date", "no idea", None),
        ("name", "  Anna\u202e Kovač ", "Anna Kovač"),
        ("name", "\u200b", None),
        ("place", "PyCon", "PyCon"),
    ],
)
def test_an_answer_becomes_a_correction(field: str, words: str, value: str | None) -> None:
    found = as_correction(field, words, SAID_AT, BERLIN, "en")
    assert (found.value if found else None) == value
