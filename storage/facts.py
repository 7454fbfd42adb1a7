"""The facts of one owner: single things remembered about contacts, typed for use in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from storage.collection import Collection
from storage.models import facts
from storage.types import FactKind


@dataclass(frozen=True, slots=True)
class Fact:
    """One remembered thing about a contact, with its source."""

    id: int
    contact_id: int
    interaction_id: int | None
    kind: FactKind
    label: str  # topic, interest, need, offer, family, plan, …
    text: str
    is_private: bool
    learned_on: date


class Facts(Collection[Fact]):
    """What is remembered about one owner's people."""

    table = facts
    record = Fact

    def add(
        self,
        contact_id: int,
        label: str,
        text: str,
        *,
        learned_on: date,
        kind: FactKind = FactKind.NP,
        interaction_id: int | None = None,
        is_private: bool = False,
    ) -> int:
        """The id of a new fact."""
        return self._add(
            {
                "contact_id": contact_id,
                "interaction_id": interaction_id,
                "kind": kind,
                "label": label,
                "text": text,
                "is_private": is_private,
                "learned_on": learned_on,
            }
        )

    def of(self, contact_id: int) -> list[Fact]:
        """A contact's facts, newest first."""
        return self._all(
            self._where(facts.c.contact_id == contact_id).order_by(
                facts.c.learned_on.desc(), facts.c.id.desc()
            )
        )

    def of_interaction(self, interaction_id: int) -> list[Fact]:
        """What was learned on one occasion."""
        return self._all(self._where(facts.c.interaction_id == interaction_id).order_by(facts.c.id))

    def remove(self, id_: int) -> None:
        """Forget a fact."""
        self._remove(id_)
