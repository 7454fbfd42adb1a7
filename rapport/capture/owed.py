"""What is owed, either way: each thing with its own day, and who owes it to whom."""

from __future__ import annotations

from rapport.capture.days import Direction
from rapport.capture.lexicon import (
    ACTS,
    DEED_FILLERS,
    ORDINARY,
    PRONOUNS,
    ROLE_WORDS,
    TASKS,
    THEIR_ACTS,
)
from rapport.capture.message import Message
from rapport.capture.naming import Somebody, is_name_word, known_at, person_at
from rapport.capture.people import people_at
from rapport.capture.reading import Ref, When
from rapport.capture.story import Story
from storage.types import FactKind

_ME = frozenset(("me", "us"))
_VERBS = ACTS | TASKS
_ANY = frozenset(("a", "an", "some"))
_CERTAIN = frozenset(("the", "my", "our"))
_WORD_GIVEN = frozenset(("promised", "promises", "said", "says", "told", "offered", "agreed"))
_WILL = frozenset(("will", "he'll", "she'll", "they'll"))
_GIVING = _WORD_GIVEN | _WILL | {"owe", "owes", "going"}
# What a thing may go on with: after "to the CEO", "and the CFO" is no second thing.
_GOING_ON = frozenset(("to", "with", "of", "for", "about", "from", "on", "in", "at", "between"))
_FARTHEST_JOINT = 6
_LONGEST_THING = 20
_ADVERBS = frozenset(("still", "also", "just", "has", "have", "kindly", "now", "already"))


def owed_to(story: Story, at: int, end: int, by: When | None = None) -> bool:
    """The owner's promise from these words on: to whom, what, and by when."""
    message = story.message
    somebody: Somebody | None = None
    is_to_them = False
    while at < end:
        low = message.low(at)
        if low in PRONOUNS or low == "you":
            somebody, is_to_them = story.person(), True
            at += 1
        elif low in DEED_FILLERS:
            at += 1
        elif somebody is None and (found := story.person_at(at, end)):
            somebody, at = found
        else:
            break
    if somebody is None and not is_to_them:
        somebody = _person_promised(story, at, end)
    return somebody is not None and _owe(story, somebody, at, end, by_me=True, by=by)


def debt(story: Story, at: int, end: int) -> bool:
    """ "(owe) mateusz a beer and the link"."""
    message = story.message
    if message.low(at) in PRONOUNS:
        somebody, at = story.person(), at + 1
    elif found := story.person_at(at, end, expected=True):
        somebody, at = found
    else:
        somebody = story.person()
    return somebody is not None and _owe(story, somebody, at, end, by_me=True)


def their_promise(story: Story, somebody: Somebody, at: int, end: int) -> bool:
    """ "(she) will send …", "said she'd intro me …", "owes me …"."""
    deed = _deed_at(story.message, at, end)
    if deed is None or not _owe(story, somebody, deed, end, by_me=False):
        return False
    for position in range(deed, end):
        if story.message.low(position) in ("to", "meet") and (
            found := story.person_at(position + 1, end)
        ):
            story.drafts[-1].mentions.append(found[0])
    return True


def joint_promise(story: Story, at: int, end: int) -> bool:
    """ "Anna and Omar promised to call", "both owe me a beer": everybody owes it."""
    message = story.message
    if message.low(at) in ("both", "they", "they'll"):
        people = list(story.drafts[-1].people) if story.drafts else []
        after = at + (message.low(at) != "they'll") + (message.low(at + 1) == "both")
    elif "and" in message.lows[at : at + _FARTHEST_JOINT]:
        named, _, after = people_at(message, at, end)
        people = [story.recognised(one) for one in named]
        people = [one for one in people if one.ref is not Ref.NEW or story.is_at_hand(one)]
    else:
        return False
    if len(people) < 2 or _deed_at(message, after, end) is None:
        return False
    return all(their_promise(story, one, after, end) for one in people)


def others_promise(story: Story, at: int, end: int) -> bool:
    """ "Bert owes me the slides": the promise of somebody nobody has named before.

    What is less clearly a person's word to the owner is noted of whom the message is about.
    """
    message = story.message
    if _GIVING.isdisjoint(message.lows[at:end]):
        return False
    found = story.person_at(at, end, expected=True)
    after = found[1] if found else _office_end(message, at)
    if after is None or (found and (found[0].ref is not Ref.NEW or story.is_at_hand(found[0]))):
        return False
    deed = _deed_at(message, after, end)
    if deed is None:
        return False
    if found and message.words[at].capital and _is_given(message, after, end):
        return their_promise(story, found[0], after, end)
    somebody = story.subject
    return somebody is not None and story.add_fact(somebody, FactKind.CLAUSE, at, end, "note")


def _office_end(message: Message, at: int) -> int | None:
    """Where "legal" ends, which may promise something and is nobody's name."""
    return at + 1 if message.low(at) in ORDINARY | ROLE_WORDS else None


def _is_given(message: Message, at: int, end: int) -> bool:
    """Whether somebody gave their word, or is to do something for the owner."""
    return message.low(at) in ("promised", "promises") or not _ME.isdisjoint(message.lows[at:end])


def _deed_at(message: Message, at: int, end: int) -> int | None:
    """Where the deed begins in "will send …", "promised slides", "owes me …"."""
    while message.low(at) in _ADVERBS:
        at += 1
    low, deed = message.low(at), at + 1
    if low in ("owes", "owe"):
        return deed + 1 if message.low(deed) in _ME and deed + 1 < end else None
    if low == "going" and message.low(deed) == "to":
        deed += 1
    elif low in _WORD_GIVEN:
        while message.low(deed) in DEED_FILLERS:
            deed += 1
        if low in ("promised", "promises"):
            return deed if deed < end and message.low(deed) not in PRONOUNS else None
        if deed == at + 1:
            return None
    elif low not in _WILL:
        return None
    return deed if message.low(deed) in THEIR_ACTS else None


def _owe(
    story: Story, somebody: Somebody, at: int, end: int, *, by_me: bool, by: When | None = None
) -> bool:
    """Keeps each thing of these words as a promise; whether there was one."""
    kept = False
    for start, last, due in _things(story.message, at, end):
        also = known_at(story.message, start, last) if by_me and start > at else None
        what = story.message.cut_undated(also[1] if also else start, last)
        if what:
            draft, somebody = story.take(also[0] if also else somebody)
            draft.promises.append((by_me, somebody, what, due or by))
            kept = True
    return kept


def _things(message: Message, at: int, end: int) -> list[tuple[int, int, When | None]]:
    """Where each thing owed stands, and by when; a day that comes last counts for all before it."""
    things: list[tuple[int, int, When | None]] = []
    due: When | None = None
    for first, last in reversed(_parts(message, at, end)):
        due = _due(message, first, last) or due
        things.append((first, last, due))
    return things[::-1]


def _due(message: Message, at: int, end: int) -> When | None:
    """By when: of a span its last day alone, before which nothing is late."""
    when = message.date_in(at, end, Direction.FUTURE)
    return When(when.last, when.last, when.time) if when else None


def _parts(message: Message, at: int, end: int) -> list[tuple[int, int]]:
    parts: list[tuple[int, int]] = []
    start = at
    for joint in range(at, end):
        if joint in message.dated or not (
            message.low(joint) == "and" or message.is_mark(joint, ",")
        ):
            continue
        following = joint + 1 + (message.low(joint + 1) in ("to", "also", "then", "and"))
        if (
            _is_deed(message, start, following, end)
            or _is_thing(message, start, joint)
            or _is_to_another(message, following, end)
        ):
            parts.append((start, joint))
            start = following
    return [*parts, (start, end)]


def _is_to_another(message: Message, at: int, end: int) -> bool:
    """Whether "(and) Omar the contract" is owed to somebody else."""
    found = known_at(message, at, end)
    return found is not None and message.low(found[1]) in _ANY | _CERTAIN


def _is_deed(message: Message, start: int, at: int, end: int) -> bool:
    """Whether "and intro her to Kai" is a deed after a deed; "and email addresses" is none."""
    if message.low(start) not in _VERBS or message.low(at) not in _VERBS:
        return False
    after = at + 1
    return (
        after >= end
        or after in message.dated
        or message.low(after) in _ME | PRONOUNS | _ANY | _CERTAIN
        or is_name_word(message, after)
        or message.context.roster.knows(message.folded(after))
    )


def _is_thing(message: Message, start: int, joint: int) -> bool:
    """Whether the "and" of "the deck and an intro" joins two things of their own."""
    article = message.low(joint + 1)
    if article not in _ANY | _CERTAIN:
        return False
    start = max(start, joint - _LONGEST_THING)
    before = {message.low(at) for at in range(start, joint) if at not in message.dated}
    if article in _ANY:
        return "between" not in before
    dated = any(at in message.dated for at in range(start, joint))
    return dated or before.isdisjoint(_GOING_ON)


def _person_promised(story: Story, at: int, end: int) -> Somebody | None:
    """Whom a promise without an addressee is made to: the person at hand, else one named in it."""
    somebody = story.person()
    if somebody is not None:
        return somebody
    for position in range(at, end):
        found = person_at(story.message, position, end)
        before = story.message.low(position - 1)
        if found and (found[0].ref is not Ref.NEW or before in ("to", "send", "give", "get")):
            return found[0]
    return None
