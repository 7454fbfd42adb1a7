"""From what words stand for, and what the message is, to the entry it makes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from rapport.capture.days import Direction
from rapport.capture.handles import handle_at
from rapport.capture.learned.tags import Span, Tag
from rapport.capture.learned.verdict import Verdict
from rapport.capture.learned.whom import named
from rapport.capture.lexicon import STOP
from rapport.capture.message import Message
from rapport.capture.naming import Somebody
from rapport.capture.reading import (
    DraftWish,
    Entry,
    Fact,
    Intent,
    LifeEvent,
    Promise,
    Reading,
    Ref,
    When,
)
from rapport.english import ORDINARY
from rapport.names import fold, is_title

T = TypeVar("T")

# What is said of somebody stands rather after their name than before it.
_BEFORE = 1.5
_JOINS = frozenset(("and", "&", ",", ";", "+"))
_QUESTIONS = """
who whom whose what when where which how why any anyone anybody do does did is are have has show
list find tell remind know check look search pull give
"""
_ASKING = frozenset(_QUESTIONS.split())
_SAME_PROMISE = 2  # words between its parts, at most


@dataclass(eq=False)
class _Named:
    """A person the message is about, and where it names them."""

    somebody: Somebody
    at: list[int] = field(default_factory=list)

    def distance(self, position: int) -> float:
        return min(position - at if at <= position else _BEFORE * (at - position) for at in self.at)


@dataclass(frozen=True)
class Cast:
    """Whom a message names: whom it is about, and who is mentioned besides."""

    people: tuple[_Named, ...]
    mentions: tuple[Somebody, ...]
    refs: dict[Span, Ref]

    def nearest(self, position: int) -> list[_Named]:
        """The people, whoever is named closest first."""
        return sorted(self.people, key=lambda one: one.distance(position))


def cast(message: Message, spans: Iterable[Span]) -> Cast:
    """Everybody named, each once under the longest of the names they are given."""
    people: list[_Named] = []
    mentions: list[Somebody] = []
    refs: dict[Span, Ref] = {}
    for span in spans:
        if span.tag not in (Tag.PERSON, Tag.MENTION):
            continue
        start = _past_titles(message, span)
        somebody = named(message, start, span.end)
        if somebody is None:
            continue
        refs[span] = somebody.ref
        if span.tag is Tag.MENTION:
            mentions.append(somebody)
        else:
            _add(people, somebody, start)
    others = [one for one in mentions if not any(one.is_same(two.somebody) for two in people)]
    unique = {(one.ids, fold(one.name)): one for one in reversed(others)}
    return Cast(tuple(people), tuple(reversed(unique.values())), refs)


def _past_titles(message: Message, span: Span) -> int:
    start = span.start
    while start < span.end - 1 and is_title(message.words[start].text):
        start += 2 if message.is_mark(start + 1, ".") else 1
    return min(start, span.end - 1)


def _add(people: list[_Named], somebody: Somebody, at: int) -> None:
    words = set(fold(somebody.name).split())
    for present in people:
        theirs = set(fold(present.somebody.name).split())
        if present.somebody.is_same(somebody):
            present.at.append(at)
            return
        if somebody.ref is Ref.NEW and words <= theirs:
            present.at.append(at)
            return
        if present.somebody.ref is Ref.NEW and somebody.ref is Ref.NEW and theirs < words:
            present.somebody.name = somebody.name
            present.at.append(at)
            return
    people.append(_Named(somebody, [at]))


def composed(
    message: Message, spans: Sequence[Span], cast: Cast, verdict: Verdict, by_rules: Reading
) -> Reading:
    """The reading; what the models do not tell is taken from what the rules read."""
    if verdict.intent is Intent.NONE:
        return Reading.nothing
    _describe(message, spans, cast)
    _reach(message, cast, by_rules)
    told = by_rules.entries
    names = {one.somebody.name for one in cast.people}
    entry = Entry(
        verdict.intent,
        people=tuple(one.somebody.frozen() for one in cast.people),
        mentions=tuple(one.frozen() for one in cast.mentions),
        follow_up=_day(message, spans, Tag.FOLLOW_UP, Direction.FUTURE),
        task=_first(entry.task for entry in told),
        facts=tuple(fact for fact in _facts(told, cast) if fact.who in names),
    )
    if verdict.intent in (Intent.QUERY, Intent.DRAFT, Intent.CORRECTION):
        return _asked(message, entry, by_rules)
    happened = verdict.kind is not None or verdict.event is not None
    place = next((message.cut(one.start, one.end) for one in spans if one.tag is Tag.PLACE), None)
    return Reading(
        (
            replace(
                entry,
                kind=verdict.kind,
                place=place if verdict.kind else None,
                date=_day(message, spans, Tag.DATE, Direction.PAST) if happened else None,
                promises=_promises(message, spans, cast),
                topics=tuple(topic for entry in told for topic in entry.topics),
                how_met=_first(entry.how_met for entry in told),
                life_events=_events(cast, verdict, told),
            ),
        )
    )


def _describe(message: Message, spans: Sequence[Span], cast: Cast) -> None:
    """Roles and companies go to whoever is named closest, or to the closest newcomer."""
    for span in spans:
        if span.tag not in (Tag.ROLE, Tag.COMPANY):
            continue
        closest = cast.nearest(span.start)
        newcomers = [one for one in closest[1:] if one.somebody.ref is Ref.NEW]
        said = message.cut(span.start, span.end)
        for one in (*closest[:1], *newcomers[:1]):
            field_name = "role" if span.tag is Tag.ROLE else "company"
            if getattr(one.somebody, field_name) is None:
                setattr(one.somebody, field_name, said)
                break


def _reach(message: Message, cast: Cast, by_rules: Reading) -> None:
    """Addresses and numbers, and the birthdays that the rules found."""
    for at in range(len(message)):
        handle = handle_at(message, at)
        if handle is not None and cast.people:
            kept = cast.nearest(at)[0].somebody.handles
            if handle not in kept:
                kept.append(handle)
    known = [person for entry in by_rules.entries for person in entry.people if person.birthday]
    for person in known:
        for one in cast.people:
            if fold(one.somebody.name) == fold(person.name) or len(cast.people) == len(known) == 1:
                one.somebody.birthday = person.birthday


def _day(message: Message, spans: Iterable[Span], tag: Tag, direction: Direction) -> When | None:
    return _first(_date_of(message, span, direction) for span in spans if span.tag is tag)


def _date_of(message: Message, span: Span, direction: Direction) -> When | None:
    dated = (
        message.when(phrase, direction)
        for phrase in message.phrases
        if phrase.start < span.end and phrase.end > span.start
    )
    return _first(dated) or message.date_alone(span.start, span.end, direction)


def _promises(message: Message, spans: Sequence[Span], cast: Cast) -> tuple[Promise, ...]:
    if not cast.people:
        return ()
    made: list[Promise] = []
    end = -1
    for span in spans:
        if span.tag is Tag.DUE:
            due = _date_of(message, span, Direction.FUTURE)
            made = [replace(one, due=one.due or due) for one in made]
        if span.tag not in (Tag.MY_PROMISE, Tag.THEIR_PROMISE):
            continue
        what = message.cut(span.start, span.end)
        is_mine = span.tag is Tag.MY_PROMISE
        between = {message.low(at) for at in range(end, span.start)}
        if (
            made
            and made[-1].by_me is is_mine
            and span.start - end <= _SAME_PROMISE
            and not between & _JOINS
        ):
            made[-1] = replace(made[-1], what=f"{made[-1].what} {what}")
        else:
            made.append(Promise(is_mine, cast.nearest(span.start)[0].somebody.name, what))
        end = span.end
    if made and all(one.due is None for one in made):
        due = _day(message, spans, Tag.DUE, Direction.FUTURE)
        made[0] = replace(made[0], due=due)
    return tuple(made)


def _facts(told: Iterable[Entry], cast: Cast) -> Iterable[Fact]:
    """The facts the rules found, about the people as they are named here."""
    names = {fold(one.somebody.name): one.somebody.name for one in cast.people}
    only = next(iter(names.values())) if len(names) == 1 else None
    for fact in (fact for entry in told for fact in entry.facts):
        who = names.get(fold(fact.who), only)
        if who is not None:
            yield replace(fact, who=who)


def _events(cast: Cast, verdict: Verdict, told: Iterable[Entry]) -> tuple[LifeEvent, ...]:
    if verdict.event is None or not cast.people:
        return ()
    note = _first(
        event.note for entry in told for event in entry.life_events if event.kind == verdict.event
    )
    return (LifeEvent(cast.people[0].somebody.name, verdict.event, note),)


def _asked(message: Message, entry: Entry, by_rules: Reading) -> Reading:
    """A question, a wish for a draft or a correction: as the rules have it if they think so too,
    else what can be told of it without them."""
    for one in by_rules.entries:
        if one.intent is entry.intent:
            return Reading((replace(one, people=one.people or entry.people),))
    if entry.intent is Intent.DRAFT and entry.people:
        to = entry.people[0]
        return Reading((replace(entry, draft=DraftWish(to.name, to.contact_ids)),))
    if entry.intent is Intent.QUERY and _asks(message):
        names = tuple(person.name for person in entry.people)
        words = (message.words[at].text for at in range(len(message)) if _tells(message, at))
        terms = names or tuple(words)
        return Reading((replace(entry, query=terms),)) if terms else by_rules
    return by_rules


def _asks(message: Message) -> bool:
    return "?" in message.text or message.low(message.after_greeting(0, len(message))) in _ASKING


def _tells(message: Message, at: int) -> bool:
    return message.is_word(at) and message.low(at) not in STOP and message.low(at) not in ORDINARY


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)
