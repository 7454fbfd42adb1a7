"""From a brief to what a letter may say: the facts that are public, known and fit a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from rapport import names
from rapport.dates import days_between
from rapport.drafts.brief import Brief, BriefFact
from rapport.english import owed_to_you, to_you
from storage.types import FactKind

_LONGEST = 60
_LONG_SILENCE_DAYS = 90
_NEXT_DAYS = 6
_LEGAL_FORM = re.compile(
    r",?\s(?:inc|incorporated|ltd|limited|llc|llp|plc|corp|gmbh|ag|kg|se|bv|b\.v|nv|oy|ab|as|aps"
    r"|sa|s\.a|sarl|srl|s\.r\.l|spa|s\.p\.a|sl|s\.l|pty ltd|co)\.?$",
    re.I,
)
_UNFIT = re.compile(r"[\n!?;]|https?://|\w\.\s+[A-Z]")


@dataclass(frozen=True)
class _Room:
    """Where in the letters a label's facts belong: the kinds that fit, and how they are turned."""

    kinds: frozenset[FactKind]
    turn: Callable[[Brief, str], str | None]


def _about_you(_: Brief, text: str) -> str | None:
    return to_you(text)


def _owed(brief: Brief, text: str) -> str | None:
    return owed_to_you(text, (brief.to, names.first_name(brief.to)))


def _as_named(_: Brief, text: str) -> str | None:
    return _LEGAL_FORM.sub("", text) or None


_NOUN = _Room(frozenset({FactKind.NP}), _about_you)
_NAME = _Room(frozenset({FactKind.NP, FactKind.NAME}), _as_named)

ROOMS: Mapping[str, _Room] = {
    "topic": _NOUN,  # what the two talked about, or what the message is about
    "interest": _NOUN,
    "need": _NOUN,
    "plan": _NOUN,
    "news": _NOUN,  # what there is to congratulate on
    "favour": _NOUN,  # what there is to be thankful for
    "wish": _NOUN,  # what the owner asks for
    "effect": _Room(frozenset({FactKind.CLAUSE}), _about_you),  # what came of the favour
    "promise": _Room(frozenset({FactKind.CLAUSE}), _owed),  # what the owner owes: "send the deck"
    "event": _NAME,
    "company": _NAME,
    "role": _NAME,
}

LIFE_EVENTS = frozenset({"promotion", "new_job", "award", "launch", "graduation"})
_FLAGS = LIFE_EVENTS | {"stranger", "long_silence", "belated"}
ADDRESS = frozenset({"first", "me"})
TIMES = frozenset({"met", "due"})
VOCABULARY = ADDRESS | TIMES | _FLAGS | frozenset(ROOMS)


@dataclass(frozen=True)
class Day:
    """A day as seen from the day of writing: days ago, negative when it is yet to come."""

    days: int
    years: int
    weekday: int
    month: int
    year: int

    @classmethod
    def seen_from(cls, today: date, day: date) -> Day:
        """The day as it looks from today."""
        years = today.year - day.year
        return cls(days_between(day, today), years, day.weekday(), day.month, day.year)


def known(brief: Brief) -> dict[str, object]:
    """What a letter may say, by name; what is not known, private or unfit is not there."""
    said: dict[str, object] = {"me": brief.sign_as}
    if brief.to:
        named = names.address if brief.tone == "formal" else names.first_name
        said["first"] = named(names.in_capitals(brief.to))
    said |= _meeting(brief)
    for fact in sorted(brief.facts, key=_age):
        said |= _one(brief, fact)
    return said


def _age(fact: BriefFact) -> tuple[date, int]:
    """Oldest first, so that a newer fact of the same label takes its place."""
    return (fact.on or date.min, fact.source_id or 0)


def _meeting(brief: Brief) -> dict[str, object]:
    if brief.met_on is None:
        return {"stranger": True}
    met = Day.seen_from(brief.today, brief.met_on)
    return {"met": met} | ({"long_silence": True} if met.days >= _LONG_SILENCE_DAYS else {})


def _one(brief: Brief, fact: BriefFact) -> dict[str, object]:
    if fact.private:
        return {}
    if fact.label in LIFE_EVENTS:
        return {fact.label: True}
    if fact.label == "birthday":
        return {"belated": True} if fact.on and fact.on < brief.today else {}
    room = ROOMS.get(fact.label)
    text = _plain(fact.text)
    if room is None or fact.kind not in room.kinds or text is None:
        return {}
    turned = room.turn(brief, text)
    if turned is None:
        return {}
    return {fact.label: turned} | (_due(brief, fact) if fact.label == "promise" else {})


def _due(brief: Brief, promise: BriefFact) -> dict[str, object]:
    """The day a promise is due, when it is near enough to be called by its weekday."""
    if promise.on is None or not 0 <= days_between(brief.today, promise.on) <= _NEXT_DAYS:
        return {}
    return {"due": Day.seen_from(brief.today, promise.on)}


def _plain(text: str) -> str | None:
    """The text as part of a sentence; None when it is long, or a sentence of its own."""
    plain = text.strip().rstrip(".,:").strip()
    balanced = plain.count("(") == plain.count(")") and plain.count('"') % 2 == 0
    if not plain or len(plain) > _LONGEST or not balanced or _UNFIT.search(plain):
        return None
    return " ".join(plain.split())
