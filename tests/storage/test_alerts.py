"""What is wrong is noted once, told once, and ended once."""

from __future__ import annotations

from datetime import timedelta

from storage import alerts
from storage.alerts import Alert
from storage.database import Database
from tests.builders import NOW

LATER = NOW + timedelta(hours=1)


async def test_what_is_noted_twice_stays_as_it_was_noted_first(database: Database) -> None:
    assert await database.run(lambda unit: alerts.note(unit, "outbox", NOW))
    assert not await database.run(lambda unit: alerts.note(unit, "outbox", LATER))
    assert await database.read(alerts.standing) == [Alert("outbox", NOW, None)]


async def test_what_was_told_is_known_as_told(database: Database) -> None:
    await database.run(lambda unit: alerts.note(unit, "outbox", NOW))
    await database.run(lambda unit: alerts.told(unit, "outbox", LATER))
    assert await database.read(alerts.standing) == [Alert("outbox", NOW, LATER)]


async def test_one_caller_alone_ends_it(database: Database) -> None:
    await database.run(lambda unit: alerts.note(unit, "outbox", NOW))
    assert await database.run(lambda unit: alerts.lift(unit, "outbox"))
    assert not await database.run(lambda unit: alerts.lift(unit, "outbox"))
    assert await database.read(alerts.standing) == []
