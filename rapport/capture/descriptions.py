"""What stands beside a name: role, company, ways to reach the person."""

from __future__ import annotations

from rapport.capture.handles import handle_at
from rapport.capture.lexicon import (
    OPENERS,
    ORDINARY,
    PRONOUNS,
    ROLE_HELPERS,
    ROLE_WORDS,
    ROLES_OF,
    STOP,
    WEAK_ROLES,
)
from rapport.capture.message import Message
from rapport.capture.naming import Somebody, is_name_word, person_at
from rapport.capture.reading import Ref
from rapport.capture.words import Sort

_LONGEST_ROLE = 6
_LONGEST_COMPANY = 5
_LONGEST_LIST = 12


def attributes(message: Message, somebody: Somebody, at: int, end: int) -> int:
    """Takes up what stands right after a name: "(head of data @ Klarwerk)", ", CTO at Finch"."""
    while at < end:
        word = message.words[at]
        if message.is_mark(at, "("):
            close = _closing(message, at, end)
            describe(message, somebody, at + 1, close)
            at = min(close + 1, end)
        elif handle := handle_at(message, at):
            somebody.handles.append(handle)
            at += 1
        elif word.sort is Sort.MARK and word.text in ",/" and handle_at(message, at + 1):
            at += 1
        elif (
            message.is_mark(at, ",")
            and not is_listed(message, at + 1, end)
            and (after := _described(message, somebody, at + 1, end))
        ) or (
            after := _employer(message, somebody, at, end) or _bare_role(message, somebody, at, end)
        ):
            at = after
        elif message.low(at) == "now" and message.low(at + 1) in ("as", "at"):
            at += 1
        else:
            break
    return at


def describe(message: Message, somebody: Somebody, at: int, end: int) -> bool:
    """Takes up a description that stands alone; whether there was one."""
    found = False
    at = _past_being(message, at, end)
    while at < end:
        if message.is_mark(at):
            at += 1
            continue
        after = _described(message, somebody, at, end)
        if after is None:
            handle = handle_at(message, at)
            if handle:
                somebody.handles.append(handle)
            else:
                at = _next_mark(message, at, end)
            found = found or handle is not None
            at += 1
            continue
        at, found = after, True
    return found


def role_end_at(message: Message, at: int, end: int) -> int | None:
    """Where the role that starts here ends: "head of data", "angel investor"."""
    last, weak_only = None, True
    position = at
    while position < min(end, at + _LONGEST_ROLE) and message.is_word(position):
        low = message.low(position)
        previous = message.low(position - 1) if position > at else ""
        if low in ROLE_WORDS or any(part in ROLE_WORDS for part in low.split("-")):
            last, weak_only = position + 1, weak_only and low in WEAK_ROLES
        elif low == "of" and previous in ROLES_OF:
            last = _complement_end(message, position + 1, end)
            position = last - 1
        elif low in ROLE_HELPERS and low not in ("in", "for", "of"):
            pass
        elif low in STOP or low in OPENERS:
            break
        position += 1
    if last is None or (
        weak_only and last - at == 1 and message.low(last) not in ("at", "of", "from")
    ):
        return None
    return last


def is_listed(message: Message, at: int, end: int) -> bool:
    """Whether a person follows a comma: somebody known, or one of a list that ends in "and"."""
    for _ in range(_LONGEST_LIST):
        found = person_at(message, at, end)
        if found is None or message.low(at) in ROLE_WORDS or message.low(at) in OPENERS:
            return False
        somebody, after = found
        if somebody.ref is not Ref.NEW:
            return True
        after += message.is_mark(after, ",")
        if message.low(after) == "and":
            following = message.low(after + 1)
            return following not in OPENERS and person_at(message, after + 1, end) is not None
        if not message.is_mark(after - 1, ","):
            return False
        at = after
    return False


def _closing(message: Message, at: int, end: int) -> int:
    for position in range(at, end):
        if message.is_mark(position, ")"):
            return position
    return end


def _next_mark(message: Message, at: int, end: int) -> int:
    while at < end and not message.is_mark(at):
        at += 1
    return at


def _past_being(message: Message, at: int, end: int) -> int:
    if message.low(at) in PRONOUNS:
        at += 1
    while at < end and (
        message.low(at) in ("is", "are", "was", "a", "an", "the", "now", "currently", "as", "their")
        or message.words[at].sort is Sort.POSSESSIVE
    ):
        at += 1
    return at


def _described(message: Message, somebody: Somebody, at: int, end: int) -> int | None:
    """A role with or without a company, or a company alone, from here on; where it ends."""
    role_at = _past_being(message, at, end)
    role_end = role_end_at(message, role_at, end)
    if role_end:
        somebody.role = somebody.role or message.cut(role_at, role_end)
        return _company_after_role(message, somebody, role_end, end)
    employer = _employer(message, somebody, at, end)
    if employer:
        return employer
    if somebody.role is None and (held_end := _held_at_company(message, role_at, end)):
        somebody.role = message.cut(role_at, held_end)
        return _company_after_role(message, somebody, held_end, end)
    if somebody.company is None and role_at == at and is_name_word(message, at):
        company_end = _company_end(message, at, end)
        ends = company_end >= end or message.is_mark(company_end) or company_end in message.dated
        preposition = message.low(company_end) in ("at", "in", "on", "from", "about", "re", "as")
        if message.low(at) not in STOP and message.low(at) not in OPENERS and (ends or preposition):
            somebody.company = message.cut(at, company_end)
            return company_end
    return None


def _held_at_company(message: Message, at: int, end: int) -> int | None:
    """Where "ship captain" ends in "ship captain at Starfleet": any words before an employer."""
    position = at
    while position < min(end, at + 4) and message.is_word(position):
        low = message.low(position)
        if low in ("at", "of") and position > at and is_name_word(message, position + 1):
            return position
        if low in STOP or low in OPENERS or message.words[position].capital:
            return None
        position += 1
    return None


def _company_after_role(message: Message, somebody: Somebody, at: int, end: int) -> int:
    low = message.low(at)
    if low in ("at", "of", "from", "for", "with") and at + 1 < end:
        start = at + 1 + (message.low(at + 1) in ("the", "a"))
        after = _company_end(message, start, end)
        if after > start and message.low(start) not in ORDINARY:
            somebody.company = somebody.company or message.cut(start, after)
            return after
    elif at < end and message.words[at].sort is Sort.AT_NAME:
        somebody.company = somebody.company or message.words[at].text[1:]
        return at + 1
    elif message.is_mark(at, ",") and somebody.company is None and is_name_word(message, at + 1):
        described_end = _described(message, somebody, at + 1, end)
        return described_end if described_end and somebody.company else at
    return at


def _complement_end(message: Message, at: int, end: int) -> int:
    """Past the "data" of "head of data", at most three words, "Eng and Ops" included."""
    position = at
    while position < min(end, at + 3) and message.is_word(position):
        if message.low(position) in STOP - {"the"}:
            break
        position += 1
    return position


def _bare_role(message: Message, somebody: Somebody, at: int, end: int) -> int | None:
    """ "Ana the designer" and "works at Siemens as an engineer", without a comma."""
    if message.low(at) in ("the", "as") and somebody.role is None:
        start = _past_being(message, at, end)
        role_end = role_end_at(message, start, end)
        if role_end:
            somebody.role = message.cut(start, role_end)
            return _company_after_role(message, somebody, role_end, end)
    return None


def _employer(message: Message, somebody: Somebody, at: int, end: int) -> int | None:
    """ "from Stripe", "who works at Stripe", "of Stripe", and "@Stripe" before another place."""
    start = _employer_start(message, at, end)
    if start is None or start >= end or somebody.company is not None:
        return None
    if message.low(start - 1) == "as":
        return _described(message, somebody, start, end)
    after = _company_end(message, start, end)
    if after == start or message.low(start) in _DETERMINERS:
        return None
    somebody.company = message.cut(start, after)
    return after


def _employer_start(message: Message, at: int, end: int) -> int | None:
    """Where the company begins if the words from here on lead to one."""
    at += message.low(at) == "now"
    if message.low(at) in _SUBJECTS and message.low(at + 1) in _WORKS:
        at += 1
    low, following = message.low(at), message.low(at + 1)
    if low in _WORKS:
        return at + 2 if following in ("at", "for", "in", "with", "as") else None
    if low in ("building", "founded"):
        return at + 1 if is_name_word(message, at + 1) else None
    if low in ("from", "of") or (low == "at" and _is_followed_by_place(message, at + 1, end)):
        return at + 1
    return None


_SUBJECTS = frozenset(("who", "he", "she", "they"))
_WORKS = frozenset(("works", "working", "work", "worked"))
_DETERMINERS = frozenset(("the", "my", "our", "a", "his", "her"))


def _is_followed_by_place(message: Message, at: int, end: int) -> bool:
    after = _company_end(message, at, end)
    after += message.is_mark(after, ",")
    return (
        after > at and message.low(after) in ("at", "in", "during") and after not in message.dated
    )


def _company_end(message: Message, at: int, end: int) -> int:
    """Where the company that starts here ends."""
    if not message.is_word(at) or (message.low(at) in STOP and not message.words[at].capital):
        return at
    cased = is_name_word(message, at) and not message.is_upper
    limit = at + _LONGEST_COMPANY if cased else at + 2
    position = at + 1
    while position < min(end, limit) and message.is_word(position):
        low = message.low(position)
        if cased:
            joins = low in ("and", "of", "de") and is_name_word(message, position + 1)
            if low == "and" and message.words[position].text != "&":
                joins = False
            if joins:
                position += 2
                continue
            if not is_name_word(message, position) or low in STOP:
                break
        elif low in STOP or low in OPENERS or low in ORDINARY:
            break
        position += 1
    return min(position, end)
