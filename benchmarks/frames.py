"""A reading as the one flat frame that the capture ruler compares, its entries merged.

The ruler's page on frames fixes the fields; what it has no word for (rename, archive, tag, merge)
is written as an update or a correction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from rapport.capture.reading import Entry, Fact, Intent, Person, Promise, Reading, When

T = TypeVar("T")

# Which intent is said of a message that has several.
PRECEDENCE = (
    Intent.QUERY,
    Intent.DRAFT,
    Intent.CORRECTION,
    Intent.NEW_CONTACT,
    Intent.INTERACTION,
    Intent.LIFE_EVENT,
    Intent.PROMISE,
    Intent.REMINDER,
    Intent.UPDATE,
    Intent.NONE,
)
NEEDS = "need"
_HANDLES = ("email", "phone", "telegram", "linkedin")


def frame(reading: Reading) -> dict[str, Any]:
    """The frame of all that a reading holds; fields that hold nothing are None or empty."""
    entries = reading.entries
    intent = min((entry.intent for entry in entries), key=PRECEDENCE.index, default=Intent.NONE)
    logged = next((entry for entry in entries if entry.kind), None)
    people = _people(entries)
    happened = next((entry for entry in entries if entry.date), None)
    awaited = next((entry for entry in entries if entry.follow_up), None)
    corrected = next((entry.correction for entry in entries if entry.correction), None)
    wished = next((entry.draft for entry in entries if entry.draft), None)
    return {
        "intent": str(intent),
        "people": list(people.values()),
        "mentions": _unique(
            person.name
            for entry in entries
            for person in entry.mentions
            if person.name not in people
        ),
        "kind": logged and str(logged.kind),
        "where": logged and logged.place,
        "date": _day((logged or happened or Entry(Intent.NONE)).date),
        "follow_up": _day(awaited.follow_up if awaited else None),
        "follow_up_time": _time(awaited.follow_up if awaited else None),
        "task": next((entry.task for entry in entries if entry.task), None),
        "promises": [_promise(one) for entry in entries for one in entry.promises],
        "topics": _unique(topic for entry in entries for topic in entry.topics),
        "needs": _told(entries, is_need=True),
        "facts": _told(entries, is_need=False),
        "how_met": next((entry.how_met for entry in entries if entry.how_met), None),
        "life_event": [
            {"who": event.who, "type": event.kind}
            for entry in entries
            for event in entry.life_events
        ],
        "draft": wished and {"to": wished.to, "about": wished.about},
        "query": _unique(term for entry in entries for term in entry.query),
        "correction": corrected and {"field": corrected.field, "value": corrected.value},
    }


def _people(entries: Iterable[Entry]) -> dict[str, dict[str, Any]]:
    """Each person once, with all that any entry says of them."""
    found: dict[str, dict[str, Any]] = {}
    for person in (person for entry in entries for person in entry.people):
        found.setdefault(person.name, {}).update(_said_of(person))
    return found


def _said_of(person: Person) -> dict[str, Any]:
    handles = {handle.kind: handle.value for handle in person.handles if handle.kind in _HANDLES}
    said = {
        "name": person.name,
        "ref": str(person.ref),
        "role": person.role,
        "company": person.company,
        **handles,
        "birthday": person.birthday and str(person.birthday).removeprefix("--"),
    }
    return {key: value for key, value in said.items() if value is not None}


def _promise(promise: Promise) -> dict[str, Any]:
    by, to = ("me", promise.who) if promise.by_me else (promise.who, "me")
    return {"by": by, "to": to, "what": promise.what, "due": _day(promise.due)}


def _told(entries: Iterable[Entry], *, is_need: bool) -> list[dict[str, str]]:
    facts: Iterator[Fact] = (fact for entry in entries for fact in entry.facts)
    return [
        {"who": fact.who, "what": fact.text} for fact in facts if (fact.topic == NEEDS) is is_need
    ]


def _day(when: When | None) -> str | None:
    return when.day.isoformat() if when else None


def _time(when: When | None) -> str | None:
    return when.time.strftime("%H:%M") if when and when.time else None


def _unique(values: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(values))
