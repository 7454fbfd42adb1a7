"""The alerts: what the operator is told is wrong, remembered until it is well again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage.collection import as_records, columns_of
from storage.models import alerts
from storage.unit import Unit

SET_ASIDE, REFUSED = "set-aside", "refused"  # what happens once, and is noted as it happens


@dataclass(frozen=True, slots=True)
class Alert:
    """Something wrong; `told_at` is None until an operator has heard of it."""

    kind: str
    since: datetime
    told_at: datetime | None


_NOTE = {
    True: sqlite_insert(alerts).on_conflict_do_nothing().returning(alerts.c.kind),
    False: postgres_insert(alerts).on_conflict_do_nothing().returning(alerts.c.kind),
}


def note(unit: Unit, kind: str, since: datetime) -> bool:
    """Whether this caller is the first to note it; it stays as it was noted first."""
    return bool(unit.rows(_NOTE[unit.is_sqlite], {"kind": kind, "since": since}))


def told(unit: Unit, kind: str, at: datetime) -> None:
    """The operator has heard of it."""
    unit.execute(alerts.update().where(alerts.c.kind == kind).values(told_at=at))


def lift(unit: Unit, kind: str) -> bool:
    """Whether this caller is the one who ends it."""
    return unit.execute(alerts.delete().where(alerts.c.kind == kind)).rowcount == 1


def standing(unit: Unit) -> list[Alert]:
    """All that is wrong, as far as it was noted."""
    return as_records(Alert, unit.execute(select(*columns_of(alerts, Alert))))
