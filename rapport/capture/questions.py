"""Messages that ask what the record holds."""

from __future__ import annotations

from rapport.capture.lexicon import STOP
from rapport.capture.message import Message
from rapport.capture.naming import Somebody, person_at
from rapport.capture.reading import Entry, Intent, Ref
from rapport.capture.words import Sort


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ASKS = _set(
    "who who's whom whose when where what which how did do have has is are does anyone anybody"
)
_ASKS_WITHOUT_MARK = _set("who whom when what where")
_WHO = _set("who whom who's anyone anybody")
_SEARCHES = _set("find search lookup show list look")
_ASKING = STOP | _set(
    "know knows meet met last time people contacts contact find search lookup show list tell see "
    "ago anybody everything much long often go went seen spoken spoke talk speak talking hear "
    "heard live lives based there let"
)
_SMALL_TALK = _set(
    "you your yourself up weather time name help bot commands command hello going things life new "
    "think mean meaning happened happening wrong work works use"
)


def question(message: Message) -> Entry | None:
    """The entry for a question that a record of people can answer, else None."""
    end = len(message)
    at = message.after_greeting(0, end)
    low = message.low(at)
    asks = low in _ASKS and (message.is_mark(end - 1, "?") or low in _ASKS_WITHOUT_MARK)
    if not asks and low not in _SEARCHES:
        return None
    people, terms = _terms(message, at + 1, end)
    if _is_about_debts(message.lows[at:]):
        owed = tuple(person.frozen() for person in people)
        query = tuple(person.name for person in people) or (message.cut(at + 1, end),)
        return Entry(Intent.QUERY, people=owed, query=query, about_promises=True)
    if not terms or (asks and not people and not _is_about_people(message, at)):
        return None
    frozen = tuple(person.frozen() for person in people)
    return Entry(Intent.QUERY, people=frozen, query=tuple(terms))


def _is_about_debts(lows: list[str]) -> bool:
    """ "what do I owe people?", "what have I promised?"."""
    return not {"owe", "promise", "promised"}.isdisjoint(lows)


def _is_about_people(message: Message, at: int) -> bool:
    """Whether a question that names nobody is one for a record of people."""
    lows = message.lows[at:]
    if "follow" in lows and "up" in lows:
        return True
    return message.low(at) in _WHO and _SMALL_TALK.isdisjoint(lows)


def _terms(message: Message, at: int, end: int) -> tuple[list[Somebody], list[str]]:
    """The people asked about, and what to search for: their names and every telling phrase."""
    people: list[Somebody] = []
    terms: list[str] = []
    run = at
    while at < end:
        named = person_at(message, at, end)
        follow_up = (message.low(at), message.low(at + 1)) == ("follow", "up")
        if named and named[0].ref is not Ref.NEW:
            people.append(named[0])
            terms += [message.cut(run, at), named[0].name]
            at = run = named[1]
        elif follow_up:
            terms += [message.cut(run, at), message.cut(at, at + 2)]
            at = run = at + 2
        elif (
            message.is_mark(at)
            or message.low(at) in _ASKING
            or message.words[at].sort is Sort.POSSESSIVE
        ):
            terms.append(message.cut(run, at))
            at = run = at + 1
        else:
            at += 1
    terms.append(message.cut(run, end))
    return people, [term for term in terms if term]
