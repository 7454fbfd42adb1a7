"""Forty invented people for looking around: demo.toml, with its days counted from today."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rapport.names import fold
from storage.types import Circle, FactKind, PartialDate

_FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class DemoInteraction:
    """Something that took place between the owner and a person."""

    kind: str
    happened_on: date
    topics: str
    event: str | None


@dataclass(frozen=True)
class DemoPromise:
    """Something owed, by the owner or to the owner."""

    by_me: bool
    what: str
    due_on: date
    made_on: date


@dataclass(frozen=True)
class DemoFact:
    """One remembered thing."""

    label: str
    kind: FactKind
    text: str
    learned_on: date


@dataclass(frozen=True)
class DemoFollowUp:
    """A day on which the owner wanted to get back to the person."""

    on: date
    what: str


@dataclass(frozen=True)
class DemoPerson:
    """An invented person and everything between them and the owner, newest interaction first."""

    name: str
    email: str
    role: str | None
    company: str | None
    circle: Circle | None
    birthday: PartialDate | None
    tags: tuple[str, ...]
    interactions: tuple[DemoInteraction, ...]
    promises: tuple[DemoPromise, ...]
    facts: tuple[DemoFact, ...]
    follow_up: DemoFollowUp | None


def network(today: date) -> tuple[DemoPerson, ...]:
    """The forty people, as they stand on this day."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["people"]
    return tuple(_person(row, today) for row in rows)


def _person(row: Mapping[str, Any], today: date) -> DemoPerson:
    def day(offset: int) -> date:
        return today + timedelta(days=offset)

    interactions = tuple(
        DemoInteraction(each["kind"], day(-each["ago"]), each["topics"], each.get("event"))
        for each in row["interactions"]
    )
    follow_up = row.get("follow_up")
    return DemoPerson(
        name=row["name"],
        email=_email(row["name"]),
        role=row.get("role"),
        company=row.get("company"),
        circle=Circle(row["circle"]) if "circle" in row else None,
        birthday=_birthday(row, today),
        tags=tuple(row["tags"]),
        interactions=interactions,
        promises=tuple(
            DemoPromise(each["by_me"], each["what"], day(each["due"]), day(-each["made"]))
            for each in row.get("promises", ())
        ),
        facts=tuple(
            DemoFact(
                each["label"], FactKind(each["kind"]), each["text"], interactions[0].happened_on
            )
            for each in row.get("facts", ())
        ),
        follow_up=DemoFollowUp(day(follow_up["on"]), follow_up["what"]) if follow_up else None,
    )


def _birthday(row: Mapping[str, Any], today: date) -> PartialDate | None:
    if "birthday" in row:
        return PartialDate.parse(row["birthday"])
    if "birthday_in" not in row:
        return None
    day = today + timedelta(days=row["birthday_in"])
    try:
        return PartialDate(day.month, day.day, row.get("birth_year"))
    except ValueError:  # today is 29 February, and the year of birth had none
        return PartialDate(day.month, day.day)


def _email(name: str) -> str:
    return ".".join(fold(name).split()) + "@example.com"
