"""Who is named in a message: names, what stands beside them, and whom of the roster they mean."""

from __future__ import annotations

from dataclasses import dataclass, field

from rapport.capture.lexicon import (
    FAMILY,
    OPENERS,
    ORDINARY,
    PERSON_NOUNS,
    PRONOUNS,
    ROLE_HELPERS,
    ROLE_WORDS,
    ROLES_OF,
    STOP,
    WEAK_ROLES,
)
from rapport.capture.message import Message
from rapport.capture.reading import Handle, Person, Ref
from rapport.capture.words import Sort
from rapport.names import PARTICLES, clean, fold, is_title
from storage.types import PartialDate

_LONGEST_NAME = 6
_LONGEST_LOWER_NAME = 3
_LONGEST_ROLE = 6
_LONGEST_COMPANY = 5


@dataclass(eq=False)
class Somebody:
    """A person while the message is still being read."""

    name: str
    ref: Ref = Ref.NEW
    ids: tuple[int, ...] = ()
    role: str | None = None
    company: str | None = None
    handles: list[Handle] = field(default_factory=list)
    birthday: PartialDate | None = None

    def frozen(self) -> Person:
        """The person as the reading holds them."""
        return Person(
            self.name,
            self.ref,
            self.ids,
            self.role,
            self.company,
            tuple(dict.fromkeys(self.handles)),
            self.birthday,
        )

    def is_same(self, other: Somebody) -> bool:
        """Whether both name one person."""
        return self.ids == other.ids if self.ids else fold(self.name) == fold(other.name)


def known(message: Message, contact_id: int) -> Somebody | None:
    """A contact by id, as the roster names them."""
    contact = message.context.roster.get(contact_id)
    return Somebody(contact.name, Ref.KNOWN, (contact_id,)) if contact else None


def referred(message: Message) -> Somebody | None:
    """Whom "her" means in a message that names nobody: the card's or the last shown contact."""
    context = message.context
    if context.card is not None:
        return known(message, context.card)
    return known(message, context.shown[0]) if len(context.shown) == 1 else None


def person_at(
    message: Message, at: int, end: int, expected: bool = False
) -> tuple[Somebody, int] | None:
    """The person named from here on and where the name ends.

    Where a person is `expected`, as after "met", an unknown name may be in lower case.
    """
    at = _past_introduction(message, at, end)
    while at < end - 1 and is_title(message.words[at].text.strip("'’")) and message.is_word(at):
        at += 2 if message.is_mark(at + 1, ".") else 1
    if at >= end or not message.is_word(at):
        return None
    return _roster_person(message, at, end, expected) or _new_person(message, at, end, expected)


def _past_introduction(message: Message, at: int, end: int) -> int:
    """Past "a guy called", "someone named", "my friend"."""
    start = at
    while at < end and message.low(at) in (
        "a",
        "an",
        "this",
        "that",
        "the",
        "my",
        "our",
        "old",
        "some",
    ):
        at += 1
    if message.low(at) in PERSON_NOUNS and at + 1 < end:
        if message.low(at + 1) in ("called", "named"):
            return at + 2
        if at > start and message.words[at + 1].capital:
            return at + 1
    return start


def _roster_person(
    message: Message, at: int, end: int, expected: bool
) -> tuple[Somebody, int] | None:
    key, best = "", None
    for size in range(1, 6):
        last = at + size - 1
        if last >= end or not message.is_word(last):
            break
        key = f"{key} {message.folded(last)}".strip()
        ids = message.context.roster.matching(key)
        if ids:
            best = (ids, size)
    if best is None:
        return None
    ids, size = best
    after = at + size
    if size == 1:
        word = message.words[at]
        if not word.capital and not expected and _is_common(word.low):
            return None
        if _has_surname(message, at, after, end):
            return None
    if len(ids) > 1:
        return Somebody(message.cut(at, after), Ref.AMBIGUOUS, ids), after
    found = known(message, ids[0])
    return (found, after) if found else None


def _has_surname(message: Message, at: int, after: int, end: int) -> bool:
    """Whether a first name goes on, so that somebody else of that first name is meant."""
    if after >= end or not message.is_word(after):
        return False
    word = message.words[after]
    if message.low(after) in STOP or message.low(after) in OPENERS:
        return False
    if message.words[at].capital and not message.is_upper:
        return _is_name_word(message, after) or (_past_particles(message, after, end) is not None)
    return _may_be_lower_surname(message, after, end)


def _may_be_lower_surname(message: Message, at: int, end: int) -> bool:
    low = message.low(at)
    ordinary = (
        low in ORDINARY or low in ROLE_WORDS or low in FAMILY or low.endswith(("ly", "ing", "ed"))
    )
    closed = at + 1 >= end or not message.is_word(at + 1) or message.low(at + 1) in STOP
    return not ordinary and closed and len(low) > 2


def _new_person(message: Message, at: int, end: int, expected: bool) -> tuple[Somebody, int] | None:
    after = _name_end(message, at, end, expected)
    if after == at:
        return None
    name = clean(message.cut(at, after))
    if message.words[after - 1].text.endswith(".") and not name.endswith("."):
        name += "."  # the initial of "Ramesh K." keeps its point
    return (Somebody(name), after) if fold(name) else None


def _name_end(message: Message, at: int, end: int, expected: bool) -> int:
    word = message.words[at]
    if word.low in STOP and not (word.capital and expected and word.low in ("will", "may", "an")):
        return at
    if _is_name_word(message, at) and not message.is_upper:
        return _capital_name_end(message, at, end)
    if not expected or word.low in ORDINARY or word.low in OPENERS or _is_common(word.low):
        return at
    after = at + 1
    limit = min(end, at + _LONGEST_LOWER_NAME)
    while after < limit and message.is_word(after) and _goes_on_in_lower(message, after):
        after += 2 if message.low(after) in PARTICLES and after + 1 < end else 1
    return min(after, end)


def _goes_on_in_lower(message: Message, at: int) -> bool:
    low = message.low(at)
    if low in PARTICLES:
        return message.is_word(at + 1) and message.low(at + 1) not in STOP
    return (
        low not in STOP and low not in OPENERS and low not in ROLE_WORDS and not low.endswith("ly")
    )


def _capital_name_end(message: Message, at: int, end: int) -> int:
    word = message.words[at]
    after = at + 1
    while after < min(end, at + _LONGEST_NAME) and message.is_word(after):
        low = message.low(after)
        if _is_other_script(word.text, message.words[after].text):
            break  # "Xu Li 李旭" says one name twice
        if _is_name_word(message, after) and (
            low not in STOP or message.words[after].text.endswith(".")
        ):
            after += 1
        elif beyond := _past_particles(message, after, end):
            after = beyond
        else:
            break
    if (
        after == at + 1
        and len(word.text) > 1
        and word.text.isupper()
        and word.text.isalpha()
        and word.text.isascii()
    ):
        return at  # "with IBM": letters are an organisation's
    return after


def _past_particles(message: Message, at: int, end: int) -> int | None:
    """Past "van der Berg", which goes on a name in lower case and ends it with a capital."""
    position = at
    while position < end and message.is_word(position) and message.low(position) in PARTICLES:
        position += 1
    if position == at or position >= end or not _is_name_word(message, position):
        return None
    return position + 1


def _is_other_script(first: str, other: str) -> bool:
    return first[0].upper() != first[0].lower() and other[0].upper() == other[0].lower()


def _is_name_word(message: Message, at: int) -> bool:
    """Whether a word looks like part of a name: a capital, an initial, a script without case."""
    if not message.is_word(at):
        return False
    word = message.words[at]
    if word.capital:
        return True
    if not word.text[0].isascii() and word.text[0].upper() == word.text[0]:
        return True  # Hanzi, Hangul, Arabic, Devanagari
    before, joint, after = word.text.partition("-")
    return bool(joint) and before in PARTICLES and after[:1].isupper()  # "al-Otaibi"


def _is_common(low: str) -> bool:
    """Names that are words first: in lower case they are words."""
    return low in _WORDS_FIRST or low in STOP


_WORDS_FIRST = frozenset(
    (
        "will", "mark", "rose", "may", "grace", "art", "bill", "sky", "hope", "joy", "faith",
        "april", "june", "august", "summer", "rich", "frank", "jack", "pat", "sue", "drew", "chase",
        "hunter", "mason", "page", "dean", "dawn", "eve", "ivy", "lily", "ray", "rob", "guy", "sunny",
        "amber", "ruby", "jade", "pearl", "olive", "sage", "max", "miles", "wade", "bob", "gene",
    )
)  # fmt: skip


# --- several people -----------------------------------------------------------------------------


def people_at(message: Message, at: int, end: int) -> tuple[list[Somebody], list[Somebody], int]:
    """The people listed from here on, others named beside them, and where the list ends."""
    people: list[Somebody] = []
    mentions: list[Somebody] = []
    expected = True
    while at < end:
        if message.is_mark(at, ":") or (not people and message.low(at) in ("the", "both")):
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
            break
        at = following
        expected = not message.is_mark(following - 1, ",")
    return people, mentions, at


def _relative(message: Message, at: int, end: int) -> tuple[Somebody, int] | None:
    """ "his wife Abena": somebody named, but not met as a contact."""
    if message.low(at) in ("his", "her", "their") and message.low(at + 1) in FAMILY:
        found = person_at(message, at + 2, end)
        return found
    return None


def _colleague(message: Message, at: int, end: int) -> tuple[Somebody, int] | None:
    """ "his cofounder Solène Marchand": a role before the name."""
    if message.low(at) not in ("his", "her", "their", "my"):
        return None
    role_end = role_end_at(message, at + 1, end)
    found = person_at(message, role_end, end) if role_end else None
    if found and role_end and found[0].role is None:
        found[0].role = message.cut(at + 1, role_end)
    return found


def _next_listed(message: Message, at: int, end: int) -> int | None:
    after = at
    if message.is_mark(after, ","):
        after += 1
    joined = message.low(after) in ("and", "e", "y")
    if joined:
        after += 1
    if after == at or after >= end:
        return None
    if joined:
        stands = message.low(after) not in OPENERS or message.low(after) in ("his", "her", "their")
        return after if stands and message.low(after) not in ("i", "i'll") else None
    return after if _is_listed(message, after, end) else None


def _is_listed(message: Message, at: int, end: int) -> bool:
    """After a comma only somebody known, or one of a list that ends in "and", is a person."""
    found = person_at(message, at, end)
    if found is None or message.low(at) in ROLE_WORDS:
        return False
    somebody, after = found
    if somebody.ref is not Ref.NEW:
        return True
    while message.is_mark(after, ",") and (found := person_at(message, after + 1, end)):
        after = found[1]
    after += message.is_mark(after, ",")
    return message.low(after) == "and" and (
        person_at(message, after + 1, end) is not None and message.low(after + 1) not in OPENERS
    )


# --- role, company, handles -----------------------------------------------------------------------


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
            and not _is_listed(message, at + 1, end)
            and (after := _described(message, somebody, at + 1, end))
        ):
            at = after
        elif after := _employer(message, somebody, at, end) or _bare_role(
            message, somebody, at, end
        ):
            at = after
        elif message.low(at) == "now" and message.low(at + 1) in ("as", "at"):
            at += 1
        else:
            break
    return at


def _closing(message: Message, at: int, end: int) -> int:
    for position in range(at, end):
        if message.is_mark(position, ")"):
            return position
    return end


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
    if somebody.company is None and role_at == at and _is_name_word(message, at):
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
        if low in ("at", "of") and position > at and _is_name_word(message, position + 1):
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
    elif message.is_mark(at, ",") and somebody.company is None and _is_name_word(message, at + 1):
        described_end = _described(message, somebody, at + 1, end)
        return described_end if described_end and somebody.company else at
    return at


def role_end_at(message: Message, at: int, end: int) -> int | None:
    """Where the role that starts here ends: "head of data", "VP of Engineering", "angel investor"."""
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
    start = at
    if message.low(start) in ("who", "he", "she", "they") and message.low(start + 1) in _WORKS:
        start += 1
    if message.low(start) in _WORKS:
        start += 1
        if message.low(start) not in ("at", "for", "in", "with", "as"):
            return None
        if message.low(start) == "as":
            return _described(message, somebody, start + 1, end)
    elif message.low(start) == "from" or message.low(start) == "of":
        pass
    elif message.low(start) == "at" and _is_followed_by_place(message, start + 1, end):
        pass
    else:
        return None
    if message.low(start + 1) in ("the", "my", "our", "a", "his", "her") or start + 1 >= end:
        return None
    after = _company_end(message, start + 1, end)
    if after == start + 1 or somebody.company is not None:
        return None
    somebody.company = message.cut(start + 1, after)
    return after


_WORKS = frozenset(("works", "working", "work", "worked"))


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
    cased = _is_name_word(message, at) and not message.is_upper
    limit = at + _LONGEST_COMPANY if cased else at + 2
    position = at + 1
    while position < min(end, limit) and message.is_word(position):
        low = message.low(position)
        if cased:
            joins = low in ("and", "of", "de") and _is_name_word(message, position + 1)
            if low == "and" and message.words[position].text != "&":
                joins = False
            if joins:
                position += 2
                continue
            if not _is_name_word(message, position) or low in STOP:
                break
        elif low in STOP or low in OPENERS or low in ORDINARY:
            break
        position += 1
    return min(position, end)


def handle_at(message: Message, at: int) -> Handle | None:
    """The e-mail address, phone number, Telegram name or web address standing here."""
    if not 0 <= at < len(message.words):
        return None
    word = message.words[at]
    if word.sort is Sort.EMAIL:
        return Handle("email", word.text)
    if word.sort is Sort.PHONE:
        digits = "".join(c for c in word.text if c.isdecimal())
        return Handle("phone", "+" + digits if word.text[0] == "+" else digits)
    if word.sort is Sort.AT_NAME:
        return Handle("telegram", word.text[1:])
    if word.sort is Sort.URL:
        return _web_handle(word.text.rstrip(".,;:!?)"))
    return None


def _web_handle(url: str) -> Handle:
    low = url.lower()
    for site, kind in (("linkedin.com/in/", "linkedin"), ("t.me/", "telegram")):
        before, found, slug = low.partition(site)
        if found and slug.strip("/"):
            start = len(before) + len(site)
            return Handle(kind, url[start:].split("/")[0].split("?")[0])
    return Handle("url", url)
