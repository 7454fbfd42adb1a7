"""A log asked for piece by piece: what each answer means, and the entry they make together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Self
from zoneinfo import ZoneInfo

from rapport.capture.days import Direction
from rapport.capture.lexicon import CHANNELS, LOG_PHRASES, LOG_VERBS
from rapport.capture.message import Message
from rapport.capture.reading import Context, Entry, Intent, Kind, Person, Promise, Ref, When
from rapport.capture.roster import Known, Roster
from rapport.capture.understand import read

LONGEST = 500

_NOTHING = frozenset(("no", "none", "nothing", "nope", "-", "–"))
_BARE_HOUR = re.compile(r"\bat (\d{1,2})(?![\d:.]|\s?[ap]\.?m|\s?h)", re.IGNORECASE)
_SOMEBODY = 1
_WAYS = {**{kind.value: kind for kind in Kind}, **CHANNELS, **LOG_VERBS}
# "Talked" and "wrote" leave open how: any other word tells it better.
_LOOSE = {verb: kind for verb, (_, kind) in LOG_PHRASES.items()}


@dataclass(frozen=True)
class Said:
    """When and where an answer was written."""

    at: datetime
    zone: ZoneInfo
    locale: str = "en"


@dataclass(frozen=True)
class Log:
    """What was answered so far; what was skipped keeps its default."""

    name: str
    contact_id: int | None = None
    """None: somebody new."""
    kind: Kind = Kind.MET
    day: date | None = None
    """None: the day of the log."""
    topics: str | None = None
    promises: tuple[Promise, ...] = ()
    follow_up: When | None = None
    task: str | None = None

    def entry(self) -> Entry:
        """The same as a message that said all this would have been read."""
        person = Person(self.name)
        if self.contact_id is not None:
            person = replace(person, ref=Ref.KNOWN, contact_ids=(self.contact_id,))
        return Entry(
            Intent.INTERACTION,
            people=(person,),
            kind=self.kind,
            date=When(self.day, self.day) if self.day else None,
            topics=(self.topics,) if self.topics else (),
            promises=self.promises,
            follow_up=self.follow_up,
            task=self.task,
        )

    def stored(self) -> dict[str, Any]:
        """The answers as plain values, to be remembered between two questions."""
        return {
            "name": self.name,
            "contact_id": self.contact_id,
            "kind": self.kind,
            "day": self.day and self.day.isoformat(),
            "topics": self.topics,
            "promises": [[each.by_me, each.what, _stored(each.due)] for each in self.promises],
            "follow_up": _stored(self.follow_up),
            "task": self.task,
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """The answers that were remembered."""
        name = stored["name"]
        return cls(
            name,
            stored["contact_id"],
            Kind(stored["kind"]),
            date.fromisoformat(stored["day"]) if stored["day"] else None,
            stored["topics"],
            tuple(
                Promise(by_me, name, what, _when(due)) for by_me, what, due in stored["promises"]
            ),
            _when(stored["follow_up"]),
            stored["task"],
        )


def _stored(when: When | None) -> list[str | None] | None:
    """The one day of a date, and its clock time."""
    if when is None:
        return None
    return [when.day.isoformat(), when.time.isoformat() if when.time else None]


def _when(stored: list[str | None] | None) -> When | None:
    if stored is None or stored[0] is None:
        return None
    day = date.fromisoformat(stored[0])
    return When(day, day, time.fromisoformat(stored[1]) if stored[1] else None)


def kind_in(words: str) -> Kind | None:
    """How it took place, "zoom" or "we met for lunch"; None where no word tells."""
    said = re.findall(r"[\w':-]+", words.lower())
    found = [_WAYS[word] for word in said if word in _WAYS]
    found.sort(key=lambda kind: kind is Kind.MET)  # having met says least
    found += [_LOOSE[word] for word in said if word in _LOOSE]
    return found[0] if found else None


def day_in(words: str, said: Said) -> date | None:
    """The past day, or today, that the words name."""
    for message in _dated(words, said):
        when = _date_in(message, Direction.PAST)
        if when is not None and when.day <= message.today:
            return when.day
    return None


def follow_up_in(words: str, said: Said) -> tuple[When, str | None] | None:
    """When to come back to it, and what for if that is said; None without a time to come."""
    for message in _dated(_with_half(words), said):
        when = _date_in(message, Direction.FUTURE)
        if when is not None and _lies_ahead(when, message.said_at):
            return when, message.cut_undated(1, len(message))[:LONGEST] or None
    return None


def promises_in(words: str, name: str, said: Said) -> tuple[Promise, ...] | None:
    """What the owner promised, or "she will send slides", what was promised to them.

    "nothing" is no promise; None where the words name no deed.
    """
    if words.strip(" .").lower() in _NOTHING:
        return ()
    roster = Roster.of([Known(_SOMEBODY, name)])
    context = Context(
        said_at=said.at,
        zone=said.zone,
        locale=said.locale,
        roster=roster,
        shown=(_SOMEBODY,),
        card=_SOMEBODY,
    )
    told = [promise for entry in read(words, context).entries for promise in entry.promises]
    if not told:
        told = _bare_promise(Message(words, context))
    found = tuple(replace(promise, who=name, what=promise.what[:LONGEST]) for promise in told)
    return found or None


def _bare_promise(message: Message) -> list[Promise]:
    """ "to send the deck by Friday", "the deck": the owner owes it."""
    what = message.cut_undated(1 if message.low(0) == "to" else 0, len(message))
    when = _date_in(message, Direction.FUTURE)
    due = When(when.last, when.last, when.time) if when else None
    return [Promise(by_me=True, who="", what=what, due=due)] if what else []


def _dated(words: str, said: Said) -> Iterator[Message]:
    """The words as dates: "on" calls for one in "sun" and "12/3", "in" in "two weeks"."""
    context = Context(said_at=said.at, zone=said.zone, locale=said.locale)
    for lead in ("on", "in"):
        yield Message(f"{lead} {words}", context)


def _date_in(message: Message, direction: Direction) -> When | None:
    return message.date_in(0, len(message), direction)


def _lies_ahead(when: When, now: datetime) -> bool:
    return datetime.combine(when.last, when.time or time.max) > now


def _with_half(words: str) -> str:
    """ "at 3" as people mean it between people: in the afternoon; "at 9" in the morning."""

    def hour(found: re.Match[str]) -> str:
        number = int(found[1])
        if number > 12:
            return f"at {number}:00"
        return f"at {number}{'pm' if number < 8 or number == 12 else 'am'}"

    return _BARE_HOUR.sub(hour, words)
