"""Several people named together, and those beside them who are only mentioned."""

from __future__ import annotations

from rapport.capture.descriptions import attributes, is_listed, role_end_at
from rapport.capture.lexicon import FAMILY, OPENERS
from rapport.capture.message import Message
from rapport.capture.naming import Somebody, known, person_at
from rapport.names import fold

# Nobody meets more at once; a text that goes on is no list of people.
_MOST_PEOPLE = 20


def people_at(message: Message, at: int, end: int) -> tuple[list[Somebody], list[Somebody], int]:
    """The people listed from here on, others named beside them, and where the list ends."""
    people: list[Somebody] = []
    mentions: list[Somebody] = []
    expected = True
    if message.low(at) == "the" and (family := _family(message, at + 1, end)):
        return family, [], at + 2
    while at < end and len(people) < _MOST_PEOPLE:
        if message.is_mark(at, ":") or (not people and message.low(at) in ("the", "both")):
            expected = expected and message.low(at) != "the"  # "the venue" is no name
            at += 1
            continue
        relative = _relative(message, at, end)
        colleague = _colleague(message, at, end)
        if relative and people:
            mentions.append(relative[0])
            at = relative[1]
        elif colleague and people:
            people.append(colleague[0])
            at = attributes(message, *colleague, end)
        else:
            found = person_at(message, at, end, expected)
            if found is None:
                break
            somebody, at = found
            people.append(somebody)
            at = attributes(message, somebody, at, end)
        following = _next_listed(message, at, end)
        if following is None:
            at = _shared_employer(message, people, at, end)
            break
        at = following
        expected = not message.is_mark(following - 1, ",")
    return people, mentions, at


def _family(message: Message, at: int, end: int) -> list[Somebody]:
    """ "(the) Lindqvists": everybody known of that family."""
    if at >= end or not message.is_word(at) or not message.words[at].capital:
        return []
    name = message.folded(at).removesuffix("s")
    ids = message.context.roster.with_word(name)
    found = (known(message, contact_id) for contact_id in sorted(ids))
    return [one for one in found if one and fold(one.name).split()[-1] == name]


def _shared_employer(message: Message, people: list[Somebody], at: int, end: int) -> int:
    """ ", both from Tencent": everybody's company."""
    start = at + message.is_mark(at, ",")
    if len(people) < 2 or message.low(start) not in ("both", "all"):
        return at
    held = Somebody("")
    after = attributes(message, held, start + 1, end)
    for somebody in people:
        somebody.company = somebody.company or held.company
    return after if held.company else at


def _relative(message: Message, at: int, end: int) -> tuple[Somebody, int] | None:
    """ "his wife Abena": somebody named, but not met as a contact."""
    if message.low(at) in ("his", "her", "their") and message.low(at + 1) in FAMILY:
        return person_at(message, at + 2, end)
    return None


def _colleague(message: Message, at: int, end: int) -> tuple[Somebody, int] | None:
    """ "his cofounder Solène Marchand": a role before the name."""
    if message.low(at) not in ("his", "her", "their", "my"):
        return None
    if message.low(at + 1) in ("colleague", "coworker", "teammate", "friend", "flatmate"):
        return person_at(message, at + 2, end)
    role_end = role_end_at(message, at + 1, end)
    found = person_at(message, role_end, end) if role_end else None
    if found is None or role_end is None:
        return None
    somebody, after = found
    somebody.role = somebody.role or message.cut(at + 1, role_end)
    return somebody, after


def _next_listed(message: Message, at: int, end: int) -> int | None:
    after = at
    if message.is_mark(after, ","):
        after += 1
    joined = message.low(after) in ("and", "e", "y")
    if joined:
        after += 1
        after += (
            message.low(after) == "a" and message.low(after - 1) == "e"
        )  # Portuguese "e a Rita"
    if after == at or after >= end:
        return None
    if joined:
        stands = message.low(after) not in OPENERS or message.low(after) in ("his", "her", "their")
        return after if stands and message.low(after) not in ("i", "i'll") else None
    return after if is_listed(message, after, end) else None
