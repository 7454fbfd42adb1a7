"""The sheets: a row a thing, names for ids, and nothing that a spreadsheet would compute."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import pytest

from rapport.transfer.sheets import guarded, sheets
from storage.archive import CARRIED, take_out
from storage.database import Database
from storage.notebook import Notebook
from storage.unit import Unit
from tests.builders import OWNER, a_contact, an_interaction, an_owner
from tests.rapport.transfer.kept import FORMULA, a_full_notebook


async def opened(database: Database) -> dict[str, list[dict[str, str]]]:
    """The rows of each sheet."""
    content = await database.read(lambda unit: sheets(take_out(Notebook(unit, OWNER))))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = {info.filename: archive.read(info).decode("utf-8-sig") for info in archive.filelist}
    return {name: list(csv.DictReader(io.StringIO(text))) for name, text in texts.items()}


async def test_every_table_has_its_sheet(database: Database) -> None:
    await database.run(a_full_notebook)
    found = await opened(database)
    wanted = {table.name.replace("_", "-") for table in CARRIED} - {"interaction-contacts"}
    assert set(found) == {f"{name}.csv" for name in wanted}
    assert all(found.values())


async def test_people_are_called_by_their_names(database: Database) -> None:
    await database.run(a_full_notebook)
    found = await opened(database)
    *_, met = found["interactions.csv"]
    assert met["contacts"] == "Anna Kovač, Ben"
    *_, promise = found["promises.csv"]
    assert (promise["contact"], promise["interaction"]) == ("Ben", "met 2026-03-02")
    assert "id" not in promise


async def test_a_persons_row_says_how_to_reach_them(database: Database) -> None:
    def somebody(unit: Unit) -> None:
        notebook = an_owner(unit, zone="America/New_York")
        anna = a_contact(notebook, "Anna Kovač")
        for kind, value in (
            *(("email", "anna@example.org"), ("email", "a@example.com")),
            *(("phone", "+49 30 123"), ("telegram", "annak"), ("url", "kovac.example")),
        ):
            notebook.handles.add(anna, kind, value)
        notebook.tags.add(anna, "vectors")
        notebook.names.add(anna, "Anči", "nickname")

    await database.run(somebody)
    found = await opened(database)
    (anna,) = found["contacts.csv"]
    assert anna["email"] == "anna@example.org, a@example.com"
    assert anna["phone"] == "'+49 30 123"
    assert (anna["telegram"], anna["web"]) == ("annak", "kovac.example")
    assert (anna["tags"], anna["also called"]) == ("vectors", "Anči")
    assert anna["created at"] == "2026-03-02 04:00"


async def test_of_what_there_is_none_there_is_no_sheet(database: Database) -> None:
    await database.run(an_owner)
    assert await opened(database) == {"contacts.csv": []}


async def test_what_only_rapport_can_read_is_left_out(database: Database) -> None:
    await database.run(a_full_notebook)
    found = await opened(database)
    assert found["interactions.csv"][0]["in touch"] == "yes"
    assert "file id" not in found["attachments.csv"][0]
    assert "kind" not in found["facts.csv"][0]


async def test_namesakes_are_told_apart(database: Database) -> None:
    def two(unit: Unit) -> int:
        notebook = an_owner(unit)
        return an_interaction(
            notebook, a_contact(notebook, "Anna", company="Brightlane"), a_contact(notebook, "Anna")
        )

    await database.run(two)
    (met,) = (await opened(database))["interactions.csv"]
    assert met["contacts"] == "Anna (3), Anna (Brightlane)"


async def test_a_formula_is_not_one_any_more(database: Database) -> None:
    await database.run(a_full_notebook)
    found = await opened(database)
    assert found["contacts.csv"][-1]["company"] == f"'{FORMULA}"
    assert found["facts.csv"][-1]["text"] == f"'{FORMULA}"


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", " ="])
def test_what_begins_like_a_formula_is_guarded(begins: str) -> None:
    assert guarded(f"{begins}1+1") == f"'{begins}1+1"


@pytest.mark.parametrize("value", ["Anna = Ben", "1-2", "", None, -5, True])
def test_what_does_not_is_left_alone(value: Any) -> None:
    assert guarded(value) == value


async def test_the_same_notebook_gives_the_same_bytes(database: Database) -> None:
    await database.run(a_full_notebook)

    def made(unit: Unit) -> bytes:
        return sheets(take_out(Notebook(unit, OWNER)))

    assert await database.read(made) == await database.read(made)
