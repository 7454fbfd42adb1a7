"""Messages that ask what the record holds."""

from __future__ import annotations

from rapport.capture.lexicon import STOP
from rapport.capture.message import Message
from rapport.capture.naming import Somebody, person_at
from rapport.capture.reading import Entry, Intent, Ref

_ASKS = frozenset(
    ("who", "who's", "whom", "whose", "when", "where", "what", "which", "how", "did", "do", "have", "has", "is", "are", "does", "anyone", "anybody")
)  # fmt: skip
_SEARCHES = frozenset(("find", "search", "lookup", "show", "list", "look"))
_ASKING = STOP | frozenset(
    [
        "know",
        "knows",
        "last",
        "time",
        "people",
        "contacts",
        "contact",
        "find",
        "search",
        "lookup",
        "show",
        "list",
        "tell",
        "see",
        "ago",
        "anybody",
        "everything",
        "much",
        "long",
        "often",
        "go",
        "went",
        "seen",
        "spoken",
        "spoke",
        "talk",
        "speak",
        "talking",
        "hear",
        "heard",
        "live",
        "lives",
        "based",
        "there",
        "let",
    ]
)
_SMALL_TALK = frozenset(
    [
        "you",
        "your",
        "yourself",
        "up",
        "weather",
        "time",
        "name",
        "help",
        "bot",
        "commands",
        "command",
        "hello",
        "going",
        "things",
        "life",
        "new",
        "think",
        "mean",
        "meaning",
        "happened",
        "happening",
        "wrong",
        "work",
        "works",
        "use",
    ]
)


def question(message: Message) -> Entry | None:
    """The entry for a question that a record of people can answer, else None."""
    at = message.after_greeting(0, len(message))
    end = len(message)
    low = message.low(at)
    asks = low in _ASKS and (
        message.is_mark(end - 1, "?") or low in ("who", "whom", "when", "what", "where")
    )
    if not asks and not (low in _SEARCHES and end - at > 1):
        return None
    people, terms = _terms(message, at + 1, end)
    if asks and not people and not _is_about_people(message, at, terms):
        return None
    if not terms and not people:
        return None
    frozen = tuple(person.frozen() for person in people)
    return Entry(Intent.QUERY, people=frozen, query=tuple(terms))


def _is_about_people(message: Message, at: int, terms: list[str]) -> bool:
    """Whether an open question is one that a record of people could answer."""
    lows = message.lows[at:]
    if (
        "owe" in lows
        or "promise" in lows
        or "promised" in lows
        or ("follow" in lows and "up" in lows)
    ):
        return True
    if not terms or any(low in ("you", "your") for low in lows):
        return False
    return message.low(at) in ("who", "whom", "who's", "anyone", "anybody") and not any(
        low in _SMALL_TALK for low in lows
    )


def _terms(message: Message, at: int, end: int) -> tuple[list[Somebody], list[str]]:
    people: list[Somebody] = []
    terms: list[str] = []
    run = at
    position = at
    lows = message.lows
    if "owe" in lows or "promise" in lows:
        terms.append(message.cut(at, end))
        return people, terms

    def close(stop: int) -> None:
        if run < stop and (term := message.cut(run, stop)):
            terms.append(term)

    while position < end:
        named = person_at(message, position, end)
        if named and named[0].ref is not Ref.NEW:
            close(position)
            people.append(named[0])
            terms.append(named[0].name)
            position = run = named[1]
        elif message.is_mark(position) or message.low(position) in _ASKING:
            if message.low(position) == "follow" and message.low(position + 1) == "up":
                close(position)
                terms.append(message.cut(position, position + 2))
                position += 2
                run = position
                continue
            close(position)
            position += 1
            run = position
        else:
            position += 1
    close(end)
    return people, terms
