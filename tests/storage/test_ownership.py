"""Nobody reaches another owner's records: shown for every table and every verb there is."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import String, Table
from sqlalchemy.exc import IntegrityError

from storage import owners
from storage.collection import Collection
from storage.database import Database
from storage.models import metadata
from storage.notebook import Notebook
from storage.unit import Unit
from tests.builders import ANOTHER, NOW, OWNER, TODAY, an_owner
from tests.storage.rows import OWNED, a_row, everything

MISSING = 29_999
FOREIGN = 1
WITHOUT_OWNER = {"alerts", "blocked", "intake", "invites", "owners"}


def collections() -> list[type[Collection[Any]]]:
    return sorted(Collection.__subclasses__(), key=lambda each: each.__name__)


def verbs() -> Iterator[tuple[type[Collection[Any]], str]]:
    """Every public verb whose first argument says which record it is about."""
    for collection in collections():
        for name, verb in inspect.getmembers(collection, inspect.isfunction):
            if name.startswith("_"):
                continue
            first = list(inspect.signature(verb).parameters.values())[1:2]
            if first and names_a_record(first[0]):
                yield collection, name


def names_a_record(parameter: inspect.Parameter) -> bool:
    """Whether the argument is the id of a record, or several; a message's id is Telegram's."""
    return parameter.name.endswith(("id_", "ids", "contact_id", "interaction_id", "event_id"))


def sample(parameter: inspect.Parameter, id_: int) -> Any:
    """Any argument of the parameter's kind; where it is an id, this one."""
    if names_a_record(parameter):
        return [id_] if parameter.name.endswith("ids") else id_
    kinds = {"datetime": NOW, "date": TODAY, "bool": True, "int": 3, "str": "done"}
    return kinds.get(str(parameter.annotation).split(" |")[0].split("[")[0], [])


def call(collection: Collection[Any], name: str, id_: int) -> object:
    """What the verb answers, or the kind of error it raises."""
    verb: Callable[..., Any] = getattr(collection, name)
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for parameter in inspect.signature(verb).parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            text = [c.name for c in collection.table.c if type(c.type) is String or c.nullable]
            named |= {} if name == "add" else {text[0]: None}
        elif parameter.kind is parameter.KEYWORD_ONLY:
            named[parameter.name] = sample(parameter, id_)
        else:
            positional.append(sample(parameter, id_))
    return verb(*positional, **named)


async def outcome(database: Database, kind: type[Collection[Any]], name: str, id_: int) -> object:
    try:
        return await database.run(lambda unit: call(kind(Notebook(unit, OWNER)), name, id_))
    except Exception as error:  # noqa: BLE001 - which one it is, is the answer
        return type(error)


def two_owners(unit: Unit) -> None:
    an_owner(unit, ANOTHER, last_id=100)
    for table in OWNED:
        a_row(unit, table, ANOTHER, FOREIGN)
    an_owner(unit, OWNER)


def test_every_collection_is_looked_at() -> None:
    assert {kind.table.name for kind in collections()} == {
        table.name for table in OWNED if "id" in table.c
    }


def test_every_row_belongs_to_an_owner_or_to_nobody_yet() -> None:
    assert {table.name for table in metadata.sorted_tables if table not in OWNED} == WITHOUT_OWNER
    for table in OWNED:
        assert "owner_id" in table.primary_key.columns
        for reference in table.foreign_key_constraints:
            assert "owner_id" in reference.column_keys


@pytest.mark.parametrize(
    ("kind", "name"), [pytest.param(k, n, id=f"{k.__name__}.{n}") for k, n in verbs()]
)
async def test_anothers_record_answers_like_a_missing_one(
    database: Database, kind: type[Collection[Any]], name: str
) -> None:
    await database.run(two_owners)
    before = await database.read(lambda unit: everything(unit, ANOTHER))
    foreign = await outcome(database, kind, name, FOREIGN)
    missing = await outcome(database, kind, name, MISSING)
    assert foreign == missing
    assert foreign is not TypeError
    assert await database.read(lambda unit: everything(unit, ANOTHER)) == before


def references() -> Iterator[Any]:
    for table in OWNED:
        for reference in sorted(table.foreign_key_constraints, key=lambda each: str(each.name)):
            if reference.referred_table.name != "owners":
                (column,) = [c for c in reference.column_keys if c != "owner_id"]
                yield pytest.param(table, column, id=f"{table.name}.{column}")


@pytest.mark.parametrize(("table", "column"), list(references()))
async def test_a_row_cannot_refer_to_anothers(
    database: Database, table: Table, column: str
) -> None:
    await database.run(two_owners)
    with pytest.raises(IntegrityError):
        await database.run(lambda unit: a_row(unit, table, OWNER, 2, **{column: FOREIGN}))


async def test_erasing_an_owner_takes_all_that_is_theirs_and_nothing_else(
    database: Database,
) -> None:
    def prepare(unit: Unit) -> None:
        two_owners(unit)
        for table in OWNED:
            a_row(unit, table, OWNER, 2)

    await database.run(prepare)
    before = await database.read(lambda unit: everything(unit, ANOTHER))
    await database.run(lambda unit: owners.erase(unit, OWNER))
    assert not any((await database.read(lambda unit: everything(unit, OWNER))).values())
    assert await database.read(lambda unit: everything(unit, ANOTHER)) == before
    assert all(before.values())
