"""The look at every statement sees what it is there to see; and those built at import are well."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import (
    Executable,
    Select,
    bindparam,
    case,
    column,
    create_engine,
    literal_column,
    not_,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.sql.dml import UpdateBase

import storage
from storage.database import Database
from storage.models import HOUSE, contacts, facts, intake, outbox, owners, promises
from storage.notebook import Notebook
from storage.promises import Promises
from storage.unit import Unit
from tests.builders import ANOTHER, OWNER, an_owner
from tests.scoping import UnscopedError, check, reach_of

MINE = contacts.c.owner_id == bindparam("of_owner")
AS_THREE = contacts.c.id == 3
ahead = outbox.alias()

WITHIN: list[tuple[int | None, Executable, dict[str, Any]]] = [
    (OWNER, select(contacts).where(contacts.c.owner_id == OWNER), {}),
    (OWNER, select(contacts).where(MINE), {"of_owner": OWNER}),
    (
        OWNER,
        select(facts).join(contacts, facts.c.owner_id == contacts.c.owner_id).where(MINE),
        {"of_owner": OWNER},
    ),
    (OWNER, contacts.insert(), {"owner_id": OWNER}),
    (OWNER, contacts.update().where(MINE).values(name="A"), {"of_owner": OWNER}),
    (OWNER, owners.update().where(owners.c.id == OWNER), {}),
    (OWNER, select(intake).where(intake.c.chat_id == OWNER, intake.c.state == "dead"), {}),
    (OWNER, intake.update().where(intake.c.bot_id == 1, intake.c.update_id == 2), {}),
    (OWNER, select(contacts).where((contacts.c.owner_id == OWNER) & or_(AS_THREE, AS_THREE)), {}),
    (
        OWNER,
        select(contacts).outerjoin(facts, facts.c.owner_id == contacts.c.owner_id).where(MINE),
        {"of_owner": OWNER},
    ),
    (None, select(intake), {}),
    (None, select(outbox), {}),
    (None, select(ahead), {}),
]
BEYOND: list[tuple[int | None, Executable, dict[str, Any]]] = [
    (OWNER, select(contacts), {}),
    (OWNER, select(contacts.c.name).where(contacts.c.id == 3), {}),
    (OWNER, select(contacts).where(MINE), {"of_owner": ANOTHER}),
    (OWNER, select(contacts).where(contacts.c.owner_id == ANOTHER), {}),
    (OWNER, select(facts, contacts).where(MINE), {"of_owner": OWNER}),
    (OWNER, select(contacts).where(MINE, select(facts).exists()), {"of_owner": OWNER}),
    (OWNER, select(facts).join(contacts, facts.c.owner_id == contacts.c.owner_id), {}),
    (OWNER, contacts.insert(), {"owner_id": ANOTHER}),
    (OWNER, contacts.delete(), {}),
    (OWNER, contacts.update().values(name="A"), {}),
    (OWNER, owners.update().values(name="A"), {}),
    (OWNER, select(ahead), {}),
    (OWNER, text("SELECT 1"), {}),
    (OWNER, select(intake.c.raw), {}),
    (OWNER, select(intake.c.raw).where(intake.c.update_id == 2), {}),
    (OWNER, select(contacts).where(or_(contacts.c.owner_id == OWNER, AS_THREE)), {}),
    (OWNER, select(contacts).where(not_(contacts.c.owner_id == OWNER)), {}),
    (OWNER, select(contacts).where(not_(or_(contacts.c.owner_id == OWNER, AS_THREE))), {}),
    (OWNER, select(contacts.c.name, contacts.c.owner_id == OWNER), {}),
    (OWNER, select(contacts).order_by(contacts.c.owner_id == OWNER), {}),
    (OWNER, select(contacts).where(case((contacts.c.owner_id == OWNER, True), else_=True)), {}),
    (
        OWNER,
        select(contacts)
        .outerjoin(facts, (facts.c.owner_id == OWNER) & (contacts.c.owner_id == OWNER))
        .where(contacts.c.id == 3),
        {},
    ),
    (
        OWNER,
        select(contacts)
        .outerjoin(facts, facts.c.owner_id == contacts.c.owner_id)
        .where(facts.c.owner_id == OWNER, AS_THREE)
        .union_all(select(contacts)),
        {},
    ),
    (OWNER, select(select(contacts.c.name).subquery().c.name), {}),
    (
        OWNER,
        select(facts).where(
            facts.c.owner_id == OWNER, facts.c.contact_id.in_(select(contacts.c.id))
        ),
        {},
    ),
    (
        OWNER,
        select(contacts).where(
            contacts.c.id.in_(select(contacts.c.id).where(MINE).scalar_subquery())
        ),
        {"of_owner": OWNER},
    ),
    (OWNER, contacts.update().where(contacts.c.owner_id == OWNER).values(owner_id=ANOTHER), {}),
    (OWNER, select(literal_column("name")).select_from(text("contacts")), {}),
    (OWNER, select(table("contacts", column("name"))), {}),
    (None, select(contacts), {}),
    (None, select(promises).where(promises.c.owner_id == OWNER), {}),
]


@pytest.fixture
def unit() -> Iterator[Unit]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        yield Unit(connection)
    engine.dispose()


@pytest.mark.parametrize(("owner_id", "statement", "given"), WITHIN)
def test_a_statement_that_stays_with_its_owner_passes(
    unit: Unit, owner_id: int | None, statement: Executable, given: Mapping[str, Any]
) -> None:
    unit.owner_id = owner_id
    check(unit, statement, given)


@pytest.mark.parametrize(("owner_id", "statement", "given"), BEYOND)
def test_a_statement_that_reaches_further_does_not(
    unit: Unit, owner_id: int | None, statement: Executable, given: Mapping[str, Any]
) -> None:
    unit.owner_id = owner_id
    with pytest.raises(UnscopedError):
        check(unit, statement, given)


def built_at_import() -> Iterator[Any]:
    """Every statement that a module of storage keeps."""
    for found in pkgutil.iter_modules(storage.__path__, "storage."):
        for name, value in vars(importlib.import_module(found.name)).items():
            each = value.values() if isinstance(value, dict) else [value]
            for statement in each:
                if isinstance(statement, Select | UpdateBase):
                    yield pytest.param(statement, id=f"{found.name}.{name}")


@pytest.mark.parametrize("statement", list(built_at_import()))
def test_a_statement_built_at_import_names_the_owner_or_is_the_houses(
    statement: Executable,
) -> None:
    reach = reach_of(statement)
    assert not reach.unbound or reach.tables <= HOUSE | {intake}


async def test_what_the_product_asks_is_looked_at(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A collection that forgot its owner is caught as soon as a test uses it."""
    monkeypatch.setattr(Promises, "_where", lambda self, *given: select(promises).where(*given))
    await database.run(an_owner)
    with pytest.raises(UnscopedError):
        await database.read(lambda unit: Notebook(unit, OWNER).promises.open())
