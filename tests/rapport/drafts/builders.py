"""A brief to Priya, and one fact of every kind that a letter may mention."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from rapport.drafts.brief import Brief, BriefFact, Draft
from rapport.drafts.writing import write
from storage.types import FactKind

TODAY = date(2026, 3, 18)  # a Wednesday


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def fact(label: str, text: str, kind: FactKind = FactKind.NP, **changes: Any) -> BriefFact:
    return BriefFact(kind, text, label, **changes)


FACTS = {
    each.label: each
    for each in (
        fact("topic", "vector databases"),
        fact("interest", "bouldering"),
        fact("need", "a Rust developer"),
        fact("plan", "half-marathon"),
        fact("news", "her promotion to Head of Research"),
        fact("favour", "intro to Ana"),
        fact("wish", "20-minute call"),
        fact("effect", "we found our first client", FactKind.CLAUSE),
        fact("promise", "send her our benchmark", FactKind.CLAUSE, on=day(2)),
        fact("event", "PyData Berlin", FactKind.NAME),
        fact("company", "Fathom Labs, Inc.", FactKind.NAME),
        fact("role", "engineer"),
        fact("promotion", ""),
        fact("new_job", ""),
        fact("award", ""),
        fact("launch", ""),
        fact("graduation", ""),
        fact("birthday", "", FactKind.DATE, on=day(-2)),
    )
}


def brief(occasion: str = "follow-up", *labels: str, **changes: Any) -> Brief:
    """A brief with the facts of these labels."""
    facts = tuple(FACTS[label] for label in labels)
    fixed = {"to": "Priya Raman", "sign_as": "Mara", "facts": facts} | changes
    return Brief(occasion, TODAY, 7, **fixed)


def written(asked: Brief, used: frozenset[str] = frozenset(), draft_no: int = 0) -> Draft:
    """The draft, which there must be."""
    draft = write(asked, used, draft_no)
    assert draft is not None
    return draft
