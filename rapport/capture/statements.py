"""What is said of somebody: life events, roles, needs, interests, birthdays, remarks."""

from __future__ import annotations

from rapport.capture.days import Direction, is_day
from rapport.capture.descriptions import attributes, describe, role_end_at
from rapport.capture.handles import handle_at
from rapport.capture.happenings import happening
from rapport.capture.lexicon import (
    AFTER_IS,
    BEING,
    CONTRACTED,
    FAMILY,
    FINITE_VERBS,
    INTEREST_VERBS,
    LIKES,
    NEEDS,
    OPENERS,
    PRONOUNS,
    ROLE_WORDS,
    STOP,
    SUBJECTS,
)
from rapport.capture.naming import Somebody, person_at
from rapport.capture.owed import their_promise
from rapport.capture.reading import Ref
from rapport.capture.story import Story
from rapport.capture.when import month_day
from rapport.capture.words import Sort
from storage.types import FactKind, PartialDate

_LEAP_YEAR = 2000
# What goes on about the person at hand: "met Ana, has two kids".
_GOES_ON = frozenset(("has", "was", "works", "lives", "grew", "used"))


def about_somebody(story: Story, at: int, end: int) -> bool:
    """A statement on a person: named, meant by a pronoun, or the one spoken of."""
    message = story.message
    somebody, after, possessed = _spoken_of(story, at, end)
    if somebody is None:
        return False
    explicit = after > at or message.low(at) in CONTRACTED
    if not explicit and not story.drafts and message.context.card is None:
        return False
    mentioned_new = somebody.ref is Ref.NEW and not story.is_at_hand(somebody)
    event = happening(message, after, end)
    if mentioned_new and (event is None or " " not in somebody.name):
        return False
    if event and explicit and (other := _happened_to(story, somebody, after, event[1])):
        somebody, after = other  # "Ana replied: Tom got the job"
    told = (
        _birthday(story, somebody, after, end, possessed)
        or their_promise(story, somebody, after, end)
        or (event is not None and _event(story, somebody, event, after, end))
        or occupation(story, somebody, after, end)
        or _need(story, somebody, after, end)
        or _interest(story, somebody, after, end)
        or (
            (explicit or message.low(after) in _GOES_ON)
            and _remark(story, somebody, after, end, possessed)
        )
    )
    if told and explicit:
        story.subject = somebody
    return told


def _spoken_of(story: Story, at: int, end: int) -> tuple[Somebody | None, int, bool]:
    """Whom a clause is about, where its statement begins, and whether it is about theirs."""
    message = story.message
    if message.low(at) == "it" and message.words[min(at + 1, end - 1)].sort is Sort.POSSESSIVE:
        at += 2  # "it's Ana's birthday"
    low = message.low(at)
    if low in ("his", "her", "their"):
        return story.person(), at + 1, True
    if low in SUBJECTS or low in CONTRACTED:
        return story.person(), at + (low in SUBJECTS), False
    found = story.person_at(at, end)
    if found and (
        found[0].ref is not Ref.NEW or story.is_at_hand(found[0]) or " " in found[0].name
    ):
        somebody, after = found
        possessive = after < end and message.words[after].sort is Sort.POSSESSIVE
        if possessive and message.low(after + 1) in AFTER_IS:
            return somebody, after + 1, False
        return somebody, after + possessive, possessive
    return story.person(), at, False


def _happened_to(
    story: Story, speaker: Somebody, at: int, event_end: int
) -> tuple[Somebody, int] | None:
    """Somebody else who is known and named before what happened, and where their name ends."""
    message = story.message
    if message.low(at) == "and":
        return None
    for position in range(at, event_end):
        found = person_at(message, position, event_end)
        if found and found[0].ref is Ref.KNOWN and not found[0].is_same(speaker):
            return found
    return None


def _birthday(story: Story, somebody: Somebody, at: int, end: int, possessed: bool) -> bool:
    """ "'s birthday is 12 April"; not that of a son."""
    message = story.message
    lows = message.lows[at : min(end, at + 5)]
    spot = next((i for i, low in enumerate(lows, at) if low in ("birthday", "born")), None)
    if spot is None or (possessed and message.low(at) in FAMILY):
        return False
    day = month_day(message.words[spot:end], message.month_first)
    if day is None:
        when = message.date_in(spot, end, Direction.FUTURE)
        if when is None or when.first != when.last:
            return False
        day = (when.first.month, when.first.day, None)
    if not is_day(day[0], day[1], day[2] or _LEAP_YEAR):
        return False
    _, somebody = story.take(somebody)
    somebody.birthday = PartialDate(*day)
    return True


def _event(story: Story, somebody: Somebody, event: tuple[str, int], at: int, end: int) -> bool:
    message = story.message
    kind, after = event
    if kind == "bereavement" and _is_their_own(story, at, after):
        kind = "death"
    draft, somebody = story.take(somebody)
    note = _whither(story, after, end) if kind == "moved" else None
    draft.events.append((somebody, kind, note))
    if message.low(at) == "and":  # "Yuki & Wei are getting married"
        other = person_at(message, at + 1, end)
        if other and other[0].ref is Ref.KNOWN:
            draft.events.append((draft.include(other[0]), kind, note))
    if kind in ("new_job", "promotion"):
        _job(story, somebody, after, end)
    if draft.kind is None:
        ahead = any(
            message.low(i) in ("moving", "getting", "will", "wedding") for i in range(at, end)
        )
        direction = Direction.FUTURE if ahead else Direction.PAST
        draft.date = draft.date or message.date_in(at, end, direction)
    return True


def _whither(story: Story, at: int, end: int) -> str | None:
    """ "moved back to (Lisbon)"."""
    message = story.message
    while message.low(at) in ("to", "in", "into", "back", "from"):
        at += 1
    return message.cut_undated(at, end) or None


def _is_their_own(story: Story, at: int, end: int) -> bool:
    """ "Ana died", not "Ana's mother died" nor "Ana told me that her dog died"."""
    message = story.message
    lows = message.lows[at:end]
    if message.words[at - 1].sort is Sort.POSSESSIVE or message.low(at - 1) in PRONOUNS - SUBJECTS:
        return False
    return not FAMILY.intersection(lows) and not {"lost", "funeral"}.intersection(lows)


def _job(story: Story, somebody: Somebody, at: int, end: int) -> None:
    message = story.message
    while message.low(at) in ("to", "as", "a", "an", "the", "at") and at < end:
        if message.low(at) == "at" or (message.low(at - 1) == "joined" and at not in message.dated):
            break
        at += 1
    stop = next((i for i in range(at, end) if i in message.dated), end)
    if message.low(at - 1) in ("joined", "joining"):
        held = Somebody("")
        describe(message, held, at, stop)
        somebody.company = held.company or somebody.company
        somebody.role = held.role or somebody.role
        return
    held = Somebody("")
    describe(message, held, at + (message.low(at) == "at"), stop)
    somebody.role = held.role or somebody.role
    somebody.company = held.company or somebody.company


def occupation(story: Story, somebody: Somebody, at: int, end: int) -> bool:
    """ "is head of product at Miro", "works at Finch", "CTO of Parcelly"."""
    message = story.message
    held = Somebody("")
    start = _past_being(story, at, end)
    if message.low(start) in ("works", "working"):
        attributes(message, held, start, end)
    elif message.low(start) == "at" and "now" in message.lows[start - 1 : end]:
        now = next((i for i in range(start, end) if message.low(i) == "now"), end)
        describe(message, held, start + 1, now)
    elif role_end_at(message, start, end) is not None or _is_label(story, at, end):
        describe(message, held, start, end)
    if not (held.role or held.company):
        return False
    draft, somebody = story.take(somebody)
    somebody.role = held.role or somebody.role
    somebody.company = held.company or somebody.company
    if somebody.ref is Ref.KNOWN and "now" in message.lows[at:end]:
        draft.events.append((somebody, "new_job", None))
    return True


def _past_being(story: Story, at: int, end: int) -> int:
    """Past "is now also really" to what is said."""
    message = story.message
    while at < end and (message.low(at) in BEING or message.words[at].sort is Sort.POSSESSIVE):
        at += 1
    return at


def _is_label(story: Story, at: int, end: int) -> bool:
    """Whether a few words with a role among them stand alone: "NEOM, procurement"."""
    lows = story.message.lows[at:end]
    return len(lows) < 8 and any(low in ROLE_WORDS for low in lows) and not STOP & set(lows)


def _need(story: Story, somebody: Somebody, at: int, end: int) -> bool:
    """ "is looking for a cofounder", "hiring two engineers", "wants a pilot"."""
    at = _past_being(story, at, end)
    low, following = story.message.low(at), story.message.low(at + 1)
    if (low, following) in (("looking", "for"), ("looking", "to"), ("could", "use")):
        at += 2
    elif low in NEEDS and low not in ("hiring", "recruiting"):
        at += 1 + (following == "to")
    elif low not in ("hiring", "recruiting", "raising"):
        return False
    return story.add_fact(somebody, FactKind.NP, at, end, "need")


def _interest(story: Story, somebody: Somebody, at: int, end: int) -> bool:
    """ "into climbing", "loves jazz and hiking", "a huge fan of"."""
    at = _past_being(story, at, end)
    low, following = story.message.low(at), story.message.low(at + 1)
    if (low, following) in (("fan", "of"), ("interested", "in")):
        return _each(story, somebody, at + 2, end)
    if low == "into" or low in INTEREST_VERBS:
        return _each(story, somebody, at + 1, end)
    if low in LIKES:
        return story.add_fact(somebody, FactKind.CLAUSE, at, end, "note")
    return False


def _each(story: Story, somebody: Somebody, at: int, end: int) -> bool:
    """An interest for each of the things listed; "hates email" among them stays a statement."""
    message = story.message
    found = False
    for position in range(at, end + 1):
        if position == end or message.is_mark(position, ",") or message.low(position) == "and":
            is_clause = message.low(at) in LIKES
            kind, topic = (FactKind.CLAUSE, "note") if is_clause else (FactKind.NP, "interest")
            found = story.add_fact(somebody, kind, at, position, topic) or found
            at = position + 1
    return found


def _remark(story: Story, somebody: Somebody, at: int, end: int, possessed: bool) -> bool:
    """Anything else that is said outright of somebody is kept as it was said."""
    message = story.message
    if end - at < 2 or message.is_mark(len(message) - 1, "?"):
        return False
    if any(handle_at(message, position) for position in range(at, end)):
        return False
    low = message.low(at)
    contracted = message.words[at].sort is Sort.POSSESSIVE
    verbal = low in FINITE_VERBS or low in OPENERS or low in CONTRACTED or low.endswith("ed")
    third_person = low.endswith("s") and low not in STOP
    if not (possessed or contracted or verbal or third_person):
        return False
    return story.add_fact(somebody, FactKind.CLAUSE, at + contracted, end, "note")
