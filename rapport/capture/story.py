"""A message half read: the entries begun so far, and the person being spoken of."""

from __future__ import annotations

from dataclasses import dataclass, field

from rapport.capture.lexicon import WORDS_FIRST
from rapport.capture.message import Message
from rapport.capture.naming import Somebody, is_name_word, person_at, referred
from rapport.capture.reading import Entry, Fact, Intent, Kind, LifeEvent, Promise, Ref, When
from rapport.names import fold, is_title
from storage.types import FactKind

# Of how many entries, the latest, a first name may mean somebody.
_RECENT = 8


@dataclass(eq=False)
class Draft:
    """An entry while its clauses are still being read."""

    people: list[Somebody] = field(default_factory=list)
    mentions: list[Somebody] = field(default_factory=list)
    kind: Kind | None = None
    place: str | None = None
    date: When | None = None
    follow_up: When | None = None
    task: str | None = None
    promises: list[tuple[bool, Somebody, str, When | None]] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    facts: list[tuple[Somebody, FactKind, str, str]] = field(default_factory=list)
    how_met: str | None = None
    events: list[tuple[Somebody, str, str | None]] = field(default_factory=list)
    is_stored: bool = False

    def include(self, somebody: Somebody) -> Somebody:
        """The person as one of this entry's people, the same object for the same person."""
        for present in self.people:
            if present.is_same(somebody):
                return present
        self.people.append(somebody)
        return somebody

    def intent(self) -> Intent:
        """What the entry is above all."""
        is_described = any(one.role or one.company or one.handles for one in self.people)
        awaited = self.follow_up or self.task
        stores = self.kind or self.is_stored or (is_described and not awaited)
        if stores and (any(one.ref is Ref.NEW for one in self.people) or not self.people):
            return Intent.NEW_CONTACT
        if self.kind:
            return Intent.INTERACTION
        if self.events:
            return Intent.LIFE_EVENT
        if self.promises:
            return Intent.PROMISE
        if awaited:
            return Intent.REMINDER
        is_dated = any(one.birthday for one in self.people)
        return Intent.UPDATE if self.facts or is_described or is_dated else Intent.NONE

    def frozen(self) -> Entry:
        """The entry as the reading holds it."""
        return Entry(
            self.intent(),
            people=tuple(one.frozen() for one in self.people),
            mentions=tuple(one.frozen() for one in self._mentioned()),
            kind=self.kind,
            place=self.place,
            date=self.date,
            follow_up=self.follow_up,
            task=self.task,
            promises=tuple(
                Promise(me, one.name, what, due) for me, one, what, due in self.promises
            ),
            topics=tuple(dict.fromkeys(self.topics)),
            facts=tuple(
                dict.fromkeys(
                    Fact(one.name, kind, text, topic) for one, kind, text, topic in self.facts
                )
            ),
            how_met=self.how_met,
            life_events=self._happened(),
        )

    def _happened(self) -> tuple[LifeEvent, ...]:
        """Each event once, however often it was told."""
        told: dict[tuple[str, str], LifeEvent] = {}
        for one, kind, note in self.events:
            told.setdefault((one.name, kind), LifeEvent(one.name, kind, note))
        return tuple(told.values())

    def _mentioned(self) -> list[Somebody]:
        kept: list[Somebody] = []
        for one in self.mentions:
            if not any(one.is_same(other) for other in (*self.people, *kept)):
                kept.append(one)
        return kept


class Story:
    """What a message has told so far. `named` holds where names found in it begin and end."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.drafts: list[Draft] = []
        self.subject: Somebody | None = None
        self.named: dict[int, int] = {}

    def current(self) -> Draft:
        """The last entry, the first one begun if there is none."""
        if not self.drafts:
            self.drafts.append(Draft())
        return self.drafts[-1]

    def fresh(self) -> Draft:
        """A new entry after the others."""
        self.drafts.append(Draft())
        return self.drafts[-1]

    def draft_of(self, somebody: Somebody) -> Draft:
        """The entry that is about somebody; a new one if the last is about others."""
        for draft in reversed(self.drafts):
            if any(one.is_same(somebody) for one in draft.people):
                return draft
        current = self.current()
        return current if not current.people else self.fresh()

    def person(self) -> Somebody | None:
        """Whom a pronoun, or a clause without a subject, is about."""
        if self.subject is None:
            self.subject = referred(self.message)
        return self.subject

    def person_at(self, at: int, end: int, expected: bool = False) -> tuple[Somebody, int] | None:
        """As `naming.person_at`; half a name means whom the message has named in full."""
        found = person_at(self.message, at, end, expected)
        told = self._told_of(at, end)
        return told if told and (found is None or found[1] <= told[1]) else found

    def recognised(self, somebody: Somebody) -> Somebody:
        """Whom the message has named in full before, if that is who a first name means."""
        if somebody.ref is Ref.KNOWN or " " in somebody.name:
            return somebody
        return self._named(fold(somebody.name)) or somebody

    def _told_of(self, at: int, end: int) -> tuple[Somebody, int] | None:
        message = self.message
        begin = at
        while at < end - 1 and message.is_word(at) and is_title(message.words[at].text):
            at += 1 + message.is_mark(at + 1, ".")
        if not self.drafts or at >= end or not message.is_word(at):
            return None
        word = message.words[at]
        if not word.capital and word.low in WORDS_FIRST:
            return None
        somebody = self._named(message.folded(at), is_titled=at > begin)
        if somebody is None or (at + 1 < end and is_name_word(message, at + 1)):
            return None
        return somebody, at + 1

    def _named(self, word: str, is_titled: bool = False) -> Somebody | None:
        """The one person told of whose first name this is, after a title the last name."""
        found: list[Somebody] = []
        for draft in self.drafts[-_RECENT:]:
            for one in (*draft.people, *draft.mentions):
                name = fold(one.name).split()  # of nothing, where somebody is called 🌸
                is_called = word in name[:1] or (is_titled and word in name[-1:])
                if is_called and not any(one.is_same(other) for other in found):
                    found.append(one)
        return found[0] if len(found) == 1 else None

    def take(self, somebody: Somebody) -> tuple[Draft, Somebody]:
        """The entry that is about somebody, and them as one of its people, now spoken of."""
        draft = self.draft_of(somebody)
        self.subject = draft.include(somebody)
        return draft, self.subject

    def open(self, draft: Draft) -> None:
        """Makes this the current entry, taking over one that only named the same people."""
        if self.drafts:
            last = self.drafts[-1]
            if (
                last.kind is None
                and not last.follow_up
                and any(one.is_same(other) for one in draft.people for other in last.people)
            ):
                last.kind, last.place, last.date = draft.kind, draft.place, draft.date
                for one in draft.people:
                    last.include(one)
                return
        self.drafts.append(draft)

    def add_fact(self, somebody: Somebody, kind: FactKind, at: int, end: int, topic: str) -> bool:
        """Keeps these words as a fact about somebody; whether there were any."""
        text = self.message.cut(at, end)
        if not text:
            return False
        draft, somebody = self.take(somebody)
        draft.facts.append((somebody, kind, text, topic))
        return True

    def is_at_hand(self, somebody: Somebody) -> bool:
        """Whether an entry is about this person already."""
        return any(one.is_same(somebody) for draft in self.drafts for one in draft.people)
