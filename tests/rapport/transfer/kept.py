"""A notebook in which something is kept of everything there is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table

from storage.archive import CARRIED
from storage.notebook import Notebook
from storage.unit import Unit
from tests.builders import OWNER, a_contact, a_fact, a_promise, an_interaction, an_owner
from tests.storage.rows import a_row

FORMULA = "=HYPERLINK(1)"
# Where the schema allows more words than Rapport has.
_SAID: dict[str, dict[str, Any]] = {
    "contacts": {"cadence_days": 70},
    "handles": {"kind": "url"},
    "drafts": {
        "state": "sent",
        "occasion": "outreach",
        "tone": "warm",
        "channel": "email",
        "number": 7,
        "sentences": ["a1"],
        "about": {"told": [["topic", "sailing"]]},
    },
    "nudges": {
        "state": "done",
        "reasons": [
            {
                "kind": "cadence",
                "points": 2.5,
                "about": {"due": True, "days": 7, "every": 30},
                "on": None,
            }
        ],
    },
}


def a_full_notebook(unit: Unit, owner_id: int = OWNER) -> Notebook:
    """The notebook of an owner who has used everything, and whose words are of all sorts."""
    notebook = an_owner(
        unit, owner_id, zone="Europe/Berlin", preferences={"cap": 5, "asked_zone": True}
    )
    anna = a_contact(notebook, "Anna Kovač", note="«quoted», 'n' \"n\"\n\\ \u200d 𝒜 \u2028")
    ben = a_contact(notebook, "Ben", company=FORMULA, cadence_days=30)
    met = an_interaction(notebook, anna, ben, topics="vectors; sailing")
    a_fact(notebook, anna, FORMULA, interaction_id=met)
    a_promise(notebook, ben, "send the deck", interaction_id=met)
    for table in CARRIED:
        _a_row(unit, table, owner_id)
    return Notebook(unit, owner_id)


def _a_row(unit: Unit, table: Table, owner_id: int) -> None:
    a_row(unit, table, owner_id, 7_000, **_SAID.get(table.name, {}))
