"""When the rhythm of a contact next comes round."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from rapport.journeys.rhythm import next_turn
from rapport.nudges.cadence import effective_cadence, ratio
from rapport.nudges.reasons.cadence import DUE
from rapport.nudges.state import Tracked
from storage.contacts import Contact
from storage.types import Circle, Status
from tests.builders import NOW, TODAY


def a_kept_contact(**values: Any) -> Contact:
    """A contact in the close circle since today."""
    usual: dict[str, Any] = dict.fromkeys(Contact.__dataclass_fields__)
    usual |= {"id": 7, "name": "Ada", "status": Status.ACTIVE, "created_at": NOW}
    return Contact(**{**usual, "circle": Circle.CLOSE, "tracked_since": TODAY, **values})


@pytest.mark.parametrize(
    ("values", "on"),
    [
        ({"last_touch": TODAY}, TODAY + timedelta(days=30)),
        ({"last_touch": TODAY, "cadence_days": 7}, TODAY + timedelta(days=7)),
        ({"last_touch": TODAY - timedelta(days=90)}, TODAY),  # overdue: now
        (
            {"last_touch": TODAY, "snoozed_until": TODAY + timedelta(days=40)},
            TODAY + timedelta(days=40),
        ),
        ({"last_touch": TODAY, "snoozed_until": TODAY}, TODAY + timedelta(days=30)),
        ({"tracked_since": None, "last_touch": TODAY}, None),
        ({"circle": None}, None),
        ({"status": Status.ARCHIVED}, None),
        ({"status": Status.DECEASED}, None),
    ],
)
def test_the_next_turn(values: dict[str, Any], on: date | None) -> None:
    assert next_turn(a_kept_contact(**values), TODAY) == on


@pytest.mark.parametrize("contact_id", range(1, 40))
@pytest.mark.parametrize("circle", Circle)
def test_it_is_the_first_day_on_which_the_policy_finds_them_due(
    contact_id: int, circle: Circle
) -> None:
    contact = a_kept_contact(id=contact_id, circle=circle)
    person = Tracked(
        contact_id,
        contact.name,
        cadence_days=effective_cadence(circle, None),
        tracked_since=contact.tracked_since,
    )
    on = next_turn(contact, TODAY)
    assert on is not None
    along = ratio(person, on)
    assert along is not None
    assert along >= DUE
    before = ratio(person, on - timedelta(days=1))
    assert on == TODAY or (before is not None and before < DUE)
