"""What a draft may use, and what a draft is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from storage.types import FactKind


@dataclass(frozen=True)
class BriefFact:
    """One thing that may be said.

    The label says what it is to the letter (`rapport.drafts.record.ROOMS` lists them), the kind
    where in a sentence it may stand.
    """

    kind: FactKind
    text: str
    label: str
    private: bool = False
    source_id: int | None = None
    on: date | None = None
    """The day it was learned; for a promise the day it is due."""


@dataclass(frozen=True)
class Brief:
    """Everything one draft may use."""

    occasion: str
    today: date
    contact_id: int
    to: str
    """The addressee's name as stored; empty when it is not known."""
    sign_as: str
    tone: str = "warm"
    channel: str = "telegram"
    language: str = "en"
    facts: tuple[BriefFact, ...] = ()
    met_on: date | None = None
    """The last day the two met or spoke; None when they never have."""


@dataclass(frozen=True)
class Draft:
    """A message to send, and what it was made of."""

    text: str
    subject: str | None
    language: str
    """The language it is in: English when the one asked for is not written yet."""
    sentences: frozenset[str]
    """Hashes of its sentences, for not saying them to the same person again."""
    blocks: tuple[str, ...]
