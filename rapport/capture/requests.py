"""Messages that ask for something: a draft, an answer, or a correction of what was understood."""

from __future__ import annotations

from rapport.capture.lexicon import STOP
from rapport.capture.message import Message
from rapport.capture.people import Somebody, known, person_at, referred
from rapport.capture.reading import Correction, DraftWish, Entry, Intent, Ref
from rapport.capture.when import Direction


def request(message: Message) -> Entry | None:
    """The entry for a message that as a whole asks for something, else None."""
    at = message.after_greeting(0, len(message))
    return _draft(message, at) or _correction(message) or _query(message)


# --- drafts -------------------------------------------------------------------------------------

_WRITE = frozenset(("draft", "write", "compose", "prepare", "word", "make", "reword", "rewrite"))
_LETTERS = frozenset(
    (
        "note", "message", "email", "mail", "text", "letter", "reply", "dm", "line", "card",
        "thank-you", "thanks", "thank", "follow-up", "follow", "congrats", "congratulation",
        "congratulations", "check-in", "outreach", "intro", "invite", "something",
    )
)  # fmt: skip
_OCCASIONS = {
    "thank-you": "thank-you", "thanks": "thank-you", "thank": "thank-you",
    "follow-up": "follow-up", "follow": "follow-up", "congrats": "congratulation",
    "congratulation": "congratulation", "congratulations": "congratulation",
    "congratulate": "congratulation", "check-in": "check-in", "outreach": "outreach",
    "checking": "check-in", "check": "check-in",
}  # fmt: skip
_TONES = frozenset(("formal", "casual", "warm", "friendly", "short", "brief", "funny", "polite"))


def _draft(message: Message, at: int) -> Entry | None:
    end = len(message)
    if message.low(at) not in _WRITE:
        return None
    head_end = next((i for i in range(at + 1, end) if message.low(i) in ("to", "for")), end)
    heads = [message.low(i) for i in range(at + 1, head_end)]
    if not any(low in _LETTERS for low in heads):
        direct = person_at(message, at + 1, end) if message.low(at) != "make" else None
        if message.low(at) != "draft" and not direct:
            return None
    occasion = next((_OCCASIONS[low] for low in heads if low in _OCCASIONS), None)
    to_whom = _recipient(message, at + 1, head_end)
    if to_whom is None:
        return None
    somebody, after = to_whom
    tone = next((low for i in range(at, end) if (low := message.low(i)) in _TONES), None)
    about = _about(message, after)
    mentions = _others(message, after, somebody)
    wish = DraftWish(somebody.name, somebody.ids, occasion, about, tone)
    frozen = tuple(person.frozen() for person in mentions)
    return Entry(Intent.DRAFT, people=(somebody.frozen(),), mentions=frozen, draft=wish)


def _recipient(message: Message, start: int, head_end: int) -> tuple[Somebody, int] | None:
    end = len(message)
    at = head_end + 1
    if message.low(at) in ("him", "her", "them"):
        somebody = referred(message)
        return (somebody, at + 1) if somebody else None
    found = person_at(message, at, end, expected=True) if at < end else None
    if found:
        return found
    for position in range(start, end):
        found = person_at(message, position, end)
        if found and found[0].ref is not Ref.NEW:
            return found
    if head_end == end and (somebody := referred(message)):
        return somebody, end
    return None


def _about(message: Message, at: int) -> str | None:
    end = len(message)
    while at < end and (
        message.is_mark(at)
        or message.low(at) in ("for", "about", "re", "on", "from", "regarding", "to")
    ):
        at += 1
    stop = at
    while stop < end and not message.is_mark(stop, ",.!?;\n"):
        stop += 1
    about = message.cut(at, stop)
    return (
        about if about and not about.lower().startswith(("keep it", "make it", "more ")) else None
    )


def _others(message: Message, start: int, besides: Somebody) -> list[Somebody]:
    found: list[Somebody] = []
    at = start
    while at < len(message):
        named = person_at(message, at, len(message))
        if named and named[0].ref is Ref.KNOWN and not named[0].is_same(besides):
            found.append(named[0])
            at = named[1]
        else:
            at += 1
    return found


# --- questions ------------------------------------------------------------------------------------

_ASKS = frozenset(
    ("who", "who's", "whom", "whose", "when", "where", "what", "which", "how", "did", "do", "have", "has", "is", "are", "does", "anyone", "anybody")
)  # fmt: skip
_SEARCHES = frozenset(("find", "search", "lookup", "show", "list", "look"))
_ASKING = STOP | frozenset(
    "know knows last time people contacts contact find search lookup show list tell see ago "
    "anybody everything much long often go went seen spoken spoke talk speak talking hear heard "
    "live lives based there let".split(" ")
)
_SMALL_TALK = frozenset(
    "you your yourself up weather time name help bot commands command hello going things life new "
    "think mean meaning happened happening wrong work works use".split(" ")
)


def _query(message: Message) -> Entry | None:
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


# --- corrections ----------------------------------------------------------------------------------

_OBJECTIONS = frozenset(
    ("no", "nope", "not", "actually", "sorry", "correction", "wait", "oops", "wrong", "i")
)


def _correction(message: Message) -> Entry | None:
    end = len(message)
    at = 0
    objected = False
    while at < end and (message.is_mark(at) or message.low(at) in _OBJECTIONS - {"not", "i"}):
        objected = objected or message.low(at) in _OBJECTIONS
        at += 1
    meant = message.low(at) == "i" and message.low(at + 1) in ("meant", "mean")
    if meant:
        at += 2
    negated = message.low(at) == "not"
    if not (objected or meant or negated) or at >= end:
        return None
    return (
        _renamed(message, at)
        or _replaced(message, at, negated, certain=meant)
        or (_redated(message, at) if objected or meant else None)
        or (_relocated(message, at) if objected else None)
    )


def _entry(
    field: str, value: str, people: tuple[Somebody, ...] = (), mentions: tuple[Somebody, ...] = ()
) -> Entry:
    return Entry(
        Intent.CORRECTION,
        people=tuple(somebody.frozen() for somebody in people),
        mentions=tuple(somebody.frozen() for somebody in mentions),
        correction=Correction(field, value),
    )


def _redated(message: Message, at: int) -> Entry | None:
    """ "no, it was Tuesday": nothing but a date after "it was"."""
    while message.low(at) in ("it", "that", "was", "is", "on", "it's", "we", "met", "happened") or (
        at < len(message) and message.is_mark(at)
    ):
        at += 1
    phrase = message.dated.get(at)
    if phrase is None or any(message.is_word(i) for i in range(phrase.end, len(message))):
        return None
    when = message.when(phrase, Direction.PAST)
    if when is None:
        return None
    frozen = _entry("date", when.day.isoformat())
    return Entry(frozen.intent, date=when, correction=frozen.correction)


def _renamed(message: Message, at: int) -> Entry | None:
    """ "her name is spelled Katarzyna", "it's spelled Brightlane"."""
    end = len(message)
    for position in range(at, min(end, at + 6)):
        if message.low(position) not in ("name", "spelled", "spelt", "called"):
            continue
        after = position + 1
        while message.low(after) in ("is", "was", "spelled", "spelt", "actually", "with") or (
            after < end and message.words[after].text in ("'s", "’s", ":")
        ):
            after += 1
        value = message.cut(after, _value_end(message, after))
        return _entry("name", value) if value else None
    return None


def _value_end(message: Message, at: int) -> int:
    while (
        at < len(message)
        and not message.is_mark(at, ",.!?;")
        and message.low(at) not in ("with", "not", "without")
    ):
        at += 1
    return at


def _replaced(message: Message, at: int, negated: bool, certain: bool) -> Entry | None:
    """ "not Finch, Fitch" and "Tom Brandt not okafor"."""
    end = len(message)
    while message.low(at) in ("it", "was", "it's", "that", "with"):
        at += 1
    if negated:
        right = _value_end(message, at + 1)
        if not message.is_mark(right, ",") and message.low(right) != "but":
            return None
        wrong, wanted_at = message.cut(at + 1, right), right + 1
        wrong_at = at + 1
    else:
        wanted_at = at
        right = _value_end(message, at)
        if message.low(right + message.is_mark(right)) != "not":
            if not certain:
                return None
            wrong_at = end
            wrong = ""
        else:
            wrong_at = right + message.is_mark(right) + 1
            wrong = message.cut(wrong_at, end)
    value = message.cut(wanted_at, _value_end(message, wanted_at))
    if not value:
        return None
    named = person_at(message, wanted_at, end)
    if named and named[0].ref is Ref.KNOWN:
        other = _named_among(message, wrong_at, named[0])
        return _entry("person", named[0].name, (named[0],), (other,) if other else ())
    return _entry(_field_of(message, wrong), value)


def _named_among(message: Message, at: int, besides: Somebody) -> Somebody | None:
    """Whom a wrong name meant: by any part of a known name."""
    if at >= len(message):
        return None
    for contact_id in message.context.roster.with_word(message.words[at].text):
        if contact_id not in besides.ids:
            return known(message, contact_id)
    return None


def _field_of(message: Message, wrong: str) -> str:
    if message.context.roster.named(wrong):
        return "person"
    return "company" if wrong[:1].isupper() else "other"


def _relocated(message: Message, at: int) -> Entry | None:
    """ "no, it was at Slush"."""
    while message.low(at) in ("it", "was", "we", "met"):
        at += 1
    if message.low(at) not in ("at", "in"):
        return None
    value = message.cut(at + 1, _value_end(message, at + 1))
    return _entry("place", value) if value else None
