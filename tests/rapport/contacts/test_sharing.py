"""A contact card shared from an address book."""

from __future__ import annotations

import pytest

from rapport.capture.roster import Known, Roster
from rapport.contacts.sharing import Shared, holders, keep, namesakes, read_card
from storage.database import Database
from storage.unit import Unit
from tests.builders import ANOTHER, NOW, a_contact, an_owner

VCARD = """BEGIN:VCARD
VERSION:3.0
FN:Anna Kovač
ORG:Brightlane\\, Inc;Research
TITLE:CTO
EMAIL;TYPE=WORK:anna@bright
 lane.io
item1.EMAIL:anna@example.org
END:VCARD
"""


def test_a_card_is_read_with_what_its_vcard_adds() -> None:
    assert read_card("Anna", "Kovač", "+49 (170) 123-4567", 42, VCARD) == Shared(
        "Anna Kovač",
        "+491701234567",
        42,
        ("anna@brightlane.io", "anna@example.org"),
        "CTO",
        "Brightlane, Inc",
    )


@pytest.mark.parametrize(
    ("typed", "account", "phone"),
    [
        ("+49 170 1234567", None, "+491701234567"),
        ("0170 1234567", None, "01701234567"),
        ("491701234567", 42, "+491701234567"),  # Telegram's own numbers have their country
        ("491701234567", None, "491701234567"),
        ("0170 1234567", 42, "01701234567"),
        ("", 42, None),
    ],
)
def test_a_number_keeps_its_country(typed: str, account: int | None, phone: str | None) -> None:
    assert read_card("Anna", "", typed, account, "").phone == phone


def test_a_card_without_a_name_goes_by_its_number() -> None:
    assert read_card("", "", "+49 170 1234567", None, "").name == "491701234567"


def test_a_card_survives_being_asked_about() -> None:
    shared = read_card("Anna", "Kovač", "+49 170 1234567", 42, VCARD)
    assert Shared.from_text(shared.as_text()) == shared


@pytest.mark.parametrize(
    ("stored", "shared", "is_same"),
    [
        (("phone", "+491701234567"), Shared("A", "01701234567"), True),
        (("phone", "01701234567"), Shared("A", "+491701234567"), True),
        (("phone", "+491701234567"), Shared("A", "+491701234568"), False),
        (("phone", "112"), Shared("A", "112"), True),
        (("phone", "4112"), Shared("A", "112"), False),
        (("telegram_id", "42"), Shared("A", telegram_id=42), True),
        (("telegram_id", "142"), Shared("A", telegram_id=42), False),
        (("email", "01701234567"), Shared("A", "01701234567"), False),
    ],
)
async def test_a_number_says_who_it_is(
    database: Database, stored: tuple[str, str], shared: Shared, is_same: bool
) -> None:
    def work(unit: Unit) -> bool:
        other = an_owner(unit, ANOTHER)
        other.handles.add(a_contact(other), *stored)
        notebook = an_owner(unit)
        anna = a_contact(notebook)
        notebook.handles.add(anna, *stored)
        return holders(notebook, shared) == [anna]

    assert await database.run(work) is is_same


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("Anna Kovac", (1,)),
        ("Anna", (1,)),  # by the first name
        ("Tom Okafor", (2,)),  # known by the first name alone
        ("Anna Schmidt", ()),
        ("Zoe", ()),
    ],
)
def test_a_name_may_mean_somebody_known(name: str, ids: tuple[int, ...]) -> None:
    assert namesakes(Roster.of([Known(1, "Anna Kovač"), Known(2, "Tom")]), name) == ids


async def test_what_is_known_already_is_left_alone(database: Database) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        anna = a_contact(notebook, "Anna", role="founder")
        notebook.handles.add(anna, "phone", "+491701234567")
        shared = Shared("Anna K", "01701234567", None, (), "CTO", "Brightlane")
        capture = keep(notebook, shared, anna, message_id=1, said_at=NOW, now=NOW)
        contact = notebook.contacts.get(anna)
        assert (contact.name, contact.role, contact.company) == ("Anna", "founder", "Brightlane")
        assert len(notebook.handles.of(anna)) == 1
        assert capture is not None
        assert keep(notebook, shared, anna, message_id=2, said_at=NOW, now=NOW) is None
        notebook.captures.undo(notebook.captures.get(capture))
        assert notebook.contacts.get(anna).company is None

    await database.run(work)


async def test_somebody_new_is_kept_with_all_handles_and_can_be_undone(database: Database) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        shared = Shared("Anna", "+491701234567", 42, ("anna@example.org",))
        capture_id = keep(notebook, shared, None, message_id=1, said_at=NOW, now=NOW)
        assert capture_id is not None
        capture = notebook.captures.get(capture_id)
        (anna,) = capture.contacts
        kinds = [handle.kind for handle in notebook.handles.of(anna)]
        assert kinds == ["phone", "telegram_id", "email"]
        notebook.captures.undo(capture)
        assert notebook.contacts.find(anna) is None

    await database.run(work)
