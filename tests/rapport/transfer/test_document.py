"""The document: what is taken out is taken in again without a difference, and junk is refused."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from rapport.contacts.rosters import Rosters
from rapport.transfer import document as documents
from rapport.transfer.checking import MOST_RINGING, MOST_ROWS, BadDocument
from rapport.transfer.document import NAME, PACKED, is_document, made, read_document, written
from storage.archive import CARRIED, LEFT_OUT, columns_carried, put_back, take_out
from storage.database import Database
from storage.models import metadata, owners
from storage.notebook import Notebook
from storage.unit import Unit
from tests.builders import ANOTHER, OWNER, TODAY, a_contact, a_letter, a_promise, an_owner
from tests.rapport.transfer.kept import a_full_notebook
from tests.storage.rows import everything

Json = dict[str, Any]

LONG_AGO = "1900-01-01T00:00:00+00:00"
MET = {"interaction_id": 1, "contact_id": 1}


def document_of(owner_id: int = OWNER) -> Callable[[Unit], bytes]:
    """What the export of an owner is."""
    return lambda unit: written(take_out(Notebook(unit, owner_id)))


async def full(database: Database) -> bytes:
    """The document of an owner who has used everything."""
    await database.run(a_full_notebook)
    return await database.read(document_of())


async def take_in(database: Database, content: bytes, owner_id: int) -> None:
    kept = read_document(content)
    await database.run(lambda unit: put_back(Notebook(unit, owner_id), kept))


# --- there and back -----------------------------------------------------------------------------


async def test_everything_comes_back_to_the_byte(database: Database) -> None:
    before = await full(database)
    await database.run(lambda unit: a_contact(Notebook(unit, OWNER), "Somebody later"))
    assert await database.read(document_of()) != before
    await take_in(database, before, OWNER)
    assert await database.read(document_of()) == before


async def test_another_person_may_take_it_in(database: Database) -> None:
    content = await full(database)
    await database.run(lambda unit: an_owner(unit, ANOTHER))
    mine = await database.read(lambda unit: everything(unit, OWNER))
    await take_in(database, content, ANOTHER)
    assert await database.read(document_of(ANOTHER)) == content
    assert await database.read(lambda unit: everything(unit, OWNER)) == mine


async def test_what_is_taken_in_gets_ids_that_nothing_had(database: Database) -> None:
    content = await full(database)
    before = await database.read(ids_of)
    later = await database.run(lambda unit: a_contact(Notebook(unit, OWNER), "Soon gone"))
    await take_in(database, content, OWNER)
    after = await database.read(ids_of)
    assert len(after) == len(before)
    assert min(after) > later
    assert await database.run(lambda unit: a_contact(Notebook(unit, OWNER))) > max(after)


async def test_what_a_nudge_was_for_is_found_again(database: Database) -> None:
    def nudged(unit: Unit) -> None:
        notebook = an_owner(unit)
        ben = a_contact(notebook, "Ben")
        about = {
            "promise_id": a_promise(notebook, ben),
            "what": "it",
            "due": "2026-03-02",
            "late": 3,
        }
        reason = {"kind": "promise-mine", "points": 45, "about": about, "on": "2026-03-02"}
        notebook.nudges.add(ben, TODAY, 0, [reason])

    def what_for(unit: Unit) -> tuple[int, int]:
        notebook = Notebook(unit, OWNER)
        (nudge,) = notebook.nudges.on(TODAY)
        (promise,) = notebook.promises.open()
        about = nudge.reasons[0]["about"]
        assert about["late"] == 3
        return about["promise_id"], promise.id

    await database.run(nudged)
    content = await database.read(document_of())
    await take_in(database, content, OWNER)
    named, promise = await database.read(what_for)
    assert named == promise
    assert await database.read(document_of()) == content


def ids_of(unit: Unit) -> set[int]:
    """The ids of everything that an export carries."""
    rows = everything(unit, OWNER)
    return {row.id for table in CARRIED if "id" in table.c for row in rows[table.name]}


async def test_both_engines_write_the_same(database: Database, sqlite_url: str) -> None:
    content = await full(database)
    other = Database(sqlite_url)
    if other.url.database != database.url.database:
        assert await full(other) == content
    other.close()


async def test_no_row_is_left_out(database: Database) -> None:
    document = json.loads(await full(database))
    assert all(document["records"][table.name] for table in CARRIED)
    for table in CARRIED:
        columns = {column.name for column in columns_carried(table)}
        assert set(document["records"][table.name][0]) == columns
        assert {column.name for column in table.c} - columns <= {"owner_id", "stamp"}


def test_a_new_table_is_carried_unless_it_is_named() -> None:
    owned = {table for table in metadata.sorted_tables if "owner_id" in table.c}
    assert set(CARRIED) == owned - LEFT_OUT
    assert {"name", "zone", "digest_at", "preferences", "created_at", "language"} == {
        column.name for column in columns_carried(owners)
    }


async def test_it_holds_nothing_of_this_bot(database: Database) -> None:
    text = (await full(database)).decode()
    for foreign in (str(OWNER), "roster_stamp", "last_id", "owner_id", "outbox"):
        assert foreign not in text


# --- what is large ------------------------------------------------------------------------------


async def test_a_large_document_goes_out_packed_and_comes_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = await full(database)
    kept = read_document(plain)
    assert made(kept) == (NAME, plain)
    monkeypatch.setattr(documents, "PACKED_FROM", len(plain) - 1)
    name, packed = made(kept)
    assert name == PACKED
    assert gzip.decompress(packed) == plain
    assert packed == made(kept)[1]
    assert packed[4:8] == bytes(4)  # it does not say when it was packed
    assert read_document(packed) == kept


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_more_than_can_be_held_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setattr(documents, "LARGEST", 50_000)
    assert _refusal(pack(b" " * 50_000)) == "not_json"
    assert _refusal(pack(b" " * 50_001)) == "too_much"
    assert _refusal(pack(random.Random(1).randbytes(10_000) * 20)) == "too_much"


def test_many_small_parts_are_refused_before_they_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(documents, "MOST_PARTS", 1_000)
    assert _refusal(b"[" + b"[]," * 400 + b"[]]") == "not_export"
    for part in (b"[],", b"{},", b'"a",'):
        assert _refusal(b"[" + part * 1_001 + b"1]") == "too_much"


def _refusal(content: bytes) -> str:
    with pytest.raises(BadDocument) as refused:
        read_document(content)
    return refused.value.reason


# --- afterwards ---------------------------------------------------------------------------------


async def test_new_ids_go_past_all_that_came(database: Database) -> None:
    content = await full(database)
    await database.run(lambda unit: an_owner(unit, ANOTHER))
    await take_in(database, content, ANOTHER)
    new = await database.run(lambda unit: a_contact(Notebook(unit, ANOTHER), "New"))
    assert new > 7_000


async def test_the_counter_never_goes_back(database: Database) -> None:
    content = await full(database)
    waiting = await database.run(lambda unit: a_letter(Notebook(unit, OWNER)).id)
    await take_in(database, content, OWNER)
    assert await database.run(lambda unit: a_letter(Notebook(unit, OWNER)).id) > waiting


async def test_rosters_in_memory_hear_of_it(database: Database) -> None:
    content = await full(database)
    await database.run(lambda unit: a_contact(Notebook(unit, OWNER), "Zoe"))
    rosters = Rosters()

    def roster(unit: Unit) -> set[str]:
        notebook = Notebook(unit, OWNER)
        found = rosters.fresh(notebook.owner)
        if found is None:
            kept = rosters.read(notebook, notebook.owner)
            rosters.keep(OWNER, kept)
            found = kept.roster
        return {known.name for known in found}

    assert "Zoe" in await database.read(roster)
    await take_in(database, content, OWNER)
    assert await database.read(roster) == {"Anna Kovač", "Ben", "7000"}


# --- what is no such document -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not_json"),
        (b'{"format": "rapport", "version": 1', "not_json"),
        (b'{"format": "rapport", "version": NaN}', "not_json"),
        (b"\xff\xfe{}", "not_json"),
        (b'{"format": "rapport", "a":' + b"[" * 200_000, "not_json"),
        (b'{"format": "rapport", "version": ' + b"9" * 5_000 + b"}", "not_json"),
        (b"[]", "not_export"),
        (b'{"format": "another", "version": 1}', "not_export"),
        (b'{"format": "rapport"}', "not_export"),
        (b'{"format": "rapport", "version": true}', "not_export"),
        (b'{"format": "rapport", "version": 0}', "not_export"),
        (b'{"format": "rapport", "version": 1, "owner": []}', "not_export"),
        (b'{"format": "rapport", "version": 2}', "newer"),
        (gzip.compress(b"[]", mtime=0), "not_export"),
        (gzip.compress(b'{"format": "rapport", "version": 2}', mtime=0), "newer"),
        (gzip.compress(b"[]", mtime=0)[:-1], "not_json"),
        (gzip.compress(b"[]", mtime=0) + b"more", "not_json"),
        (b"\x1f\x8b but no gzip", "not_json"),
    ],
)
def test_what_is_no_document_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(BadDocument) as refused:
        read_document(content)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("contacts", "name", None),
        ("contacts", "name", 5),
        ("contacts", "name", "\u200d"),
        ("contacts", "name", "a\0b"),
        ("contacts", "note", "x" * 20_001),
        ("contacts", "status", "friendly"),
        ("contacts", "birthday", "--02-30"),
        ("contacts", "met_on", "9999-12-31"),
        ("contacts", "met_on", 20260302),
        ("contacts", "created_at", "2026-03-02T09:00:00"),
        ("contacts", "created_at", "0001-01-01T00:00:00+14:00"),
        ("contacts", "cadence_days", 10**9),
        ("contacts", "cadence_days", True),
        ("contacts", "id", 0),
        ("contacts", "id", 2**63 - 1),
        ("contacts", "owner_id", ANOTHER),
        ("contacts", "stamp", 1),
        ("facts", "contact_id", 999),
        ("facts", "is_private", 1),
        ("promises", "interaction_id", 999),
        ("promises", "state", "forgotten"),
        ("promises", "state", "x" * 9),
        ("drafts", "occasion", "revenge"),
        ("drafts", "about", []),
        ("nudges", "reasons", [1]),
        ("nudges", "position", 2**15),
    ],
)
async def test_a_broken_row_is_named(
    database: Database, table: str, column: str, value: Any
) -> None:
    document = json.loads(await full(database))
    document["records"][table][0][column] = value
    with pytest.raises(BadDocument) as refused:
        read_document(json.dumps(document).encode())
    assert refused.value.where["table"] == table
    assert (refused.value.where["number"], refused.value.where["column"]) == (1, column)


@pytest.mark.parametrize("number", [b"1e999", b"9223372036854775808", b"NaN"])
async def test_a_number_that_no_engine_keeps_is_refused(database: Database, number: bytes) -> None:
    content = (await full(database)).replace(b'"cadence_days": 30', b'"cadence_days": ' + number)
    assert number in content
    assert _refusal(content) == "not_json"


async def test_half_a_letter_is_taken_for_none(database: Database) -> None:
    content = (await full(database)).replace("𝒜".encode(), b"\\ud835")
    kept = read_document(content)
    assert "?" in str(kept.rows["contacts"][-2]["note"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda d: d["records"]["contacts"].append(d["records"]["contacts"][0]), "row"),
        (lambda d: d["records"]["contacts"].append("Anna"), "row"),
        (lambda d: d["records"].update(contacts={}), "not_export"),
        (lambda d: d["records"].update(captures=[]), "unknown"),
        (lambda d: d["records"].update(interaction_contacts=[MET] * (MOST_ROWS + 1)), "too_much"),
        (lambda d: d["owner"].update(zone="Mars/Base"), "row"),
        (lambda d: d["owner"].update(digest_at="25:00"), "row"),
        (lambda d: d["owner"].update(preferences={"cap": "many"}), "row"),
        (lambda d: d["owner"].update(preferences={"a": json.loads("[" * 40 + "]" * 40)}), "row"),
        (lambda d: d["owner"].update(invited=True), "row"),
    ],
)
async def test_what_does_not_fit_together_is_refused(
    database: Database, change: Callable[[Json], object], reason: str
) -> None:
    document = json.loads(await full(database))
    change(document)
    with pytest.raises(BadDocument) as refused:
        read_document(json.dumps(document).encode())
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("changes", "is_taken"),
    [({}, False), ({"state": "done"}, True), ({"due_at": None}, True)],
)
async def test_reminders_with_a_time_that_would_hold_up_everybody_elses_are_refused(
    database: Database, changes: Json, *, is_taken: bool
) -> None:
    document = json.loads(await full(database))
    rung = {**document["records"]["reminders"][0], "state": "open", "due_at": LONG_AGO}
    some = [{**rung, "id": 10_000 + number} for number in range(MOST_RINGING)]
    document["records"]["reminders"] = some
    assert read_document(json.dumps(document).encode())
    document["records"]["reminders"] = [*some, {**rung, "id": 9_000, **changes}]
    content = json.dumps(document).encode()
    if is_taken:
        assert read_document(content)
    else:
        assert _refusal(content) == "too_many_ringing"


async def test_a_document_from_before_a_table_or_column_was_added_is_taken_in(
    database: Database,
) -> None:
    document = json.loads(await full(database))
    del document["records"]["attachments"]
    del document["records"]["contacts"][0]["how_met"]
    await take_in(database, json.dumps(document).encode(), OWNER)


async def test_what_turns_text_round_comes_in_without_that(database: Database) -> None:
    document = json.loads(await full(database))
    document["records"]["contacts"][0]["name"] = "Anna\u202e Weber\u200b"
    document["records"]["contacts"][0]["company"] = "Bright\u202elane"
    document["records"]["promises"][0]["what"] = "send the \u2066deck"
    document["records"]["drafts"][0]["about"] = {"told": [["topic", "sai\u200bling"]]}
    kept = read_document(json.dumps(document).encode())
    assert kept.rows["contacts"][0]["name"] == "Anna Weber"
    assert kept.rows["contacts"][0]["company"] == "Brightlane"
    assert kept.rows["promises"][0]["what"] == "send the deck"
    assert kept.rows["drafts"][0]["about"] == {"told": [["topic", "sailing"]]}


@pytest.mark.parametrize(
    ("content", "is_one"),
    [
        (b'{\n"format": "rapport",\n"version": 1', True),
        (b'\xef\xbb\xbf{"format":"rapport"', True),
        (b'{"format": "rapported"}', False),
        (b'{"name": "rapport"}', False),
        (b"\x89PNG", False),
        (gzip.compress(b'{"format": "rapport", "version": 1', mtime=0), True),
        (gzip.compress(b'{"format": "rapport", "version": 1', mtime=0)[:40], True),
        (gzip.compress(b'{"name": "rapport"}', mtime=0), False),
        (b"\x1f\x8b but no gzip", False),
    ],
)
def test_a_document_is_known_by_how_it_begins(content: bytes, *, is_one: bool) -> None:
    assert is_document(content) is is_one
