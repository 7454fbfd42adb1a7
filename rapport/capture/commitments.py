"""What is still to come: promises either way, reminders, and tasks the owner sets."""

from __future__ import annotations

from rapport.capture.days import Direction
from rapport.capture.lexicon import (
    ACTS,
    DUTIES,
    FOLLOW_UPS,
    LOG_NOUNS,
    LOOSE_TASKS,
    PRONOUNS,
    TASKS,
)
from rapport.capture.naming import Somebody, person_at
from rapport.capture.reading import Ref, When
from rapport.capture.story import Story


def duty(story: Story, at: int, end: int) -> bool:
    """A reminder asked for, a task, or a need to do something for somebody."""
    message = story.message
    bare = message.low(at) not in ("i", "we")
    if not bare:
        at += 1 + (message.low(at + 1) in ("also", "really"))
    if message.low(at) in ("remind", "reminder"):
        at += 1 + (message.low(at + 1) in ("me", ":", "to"))
        return _task(story, _past_to(story, at, end), end, explicit=True)
    if message.low(at) in DUTIES:
        verb = at + 1
        while message.low(verb) in ("to", "be", "not", ":") or message.is_mark(verb, ":"):
            verb += 1
        if message.low(verb) in ACTS and message.low(verb) not in TASKS - {
            "send",
            "share",
            "forward",
            "introduce",
            "intro",
        }:
            return _promise(story, True, verb, end) or _task(story, verb, end)
        if message.low(at) == "let's" or message.low(verb) in TASKS | LOG_NOUNS.keys():
            return _task(story, verb, end)
        return message.low(at) in ("need", "must", "gotta", "todo") and _task(story, verb, end)
    if bare and message.low(at) in TASKS and not _is_noun_here(story, at, end):
        return _task(story, at, end)
    return False


def _past_to(story: Story, at: int, end: int) -> int:
    """Past dates and "to" up to the task itstory."""
    message = story.message
    while at < end and (message.low(at) == "to" or at in message.dated):
        at += 1
    return at


def _is_noun_here(story: Story, at: int, end: int) -> bool:
    """ "call with Ana" is a call; "call Ana" is a task."""
    low = story.message.low(at)
    if low not in LOG_NOUNS:
        return False
    after = at + 1
    while after < end and after in story.message.dated:
        after += 1
    return story.message.low(after) in ("with", "from") or (after > at + 1 and after < end)


def _task(story: Story, at: int, end: int, explicit: bool = False) -> bool:
    message = story.message
    when = message.date_in(at - 1 if explicit else at, end, Direction.FUTURE)
    if explicit:
        when = when or message.date_in(max(at - 8, 0), end, Direction.FUTURE)
    somebody = _whom(story, at, end)
    task = message.cut_undated(at, end) or None
    if not (explicit or when or somebody or story.drafts):
        return False
    if message.low(at) in LOOSE_TASKS and not (explicit or when) and somebody is None:
        return False
    if somebody is None and (story.subject or not story.drafts):
        somebody = story.person()
    if somebody is None:
        draft = story.current()
    else:
        draft, _ = story.take(somebody)
    if draft.follow_up or draft.task:
        people = draft.people
        draft = story.fresh()
        draft.people = list(people)
    draft.follow_up, draft.task = when, task
    return True


def _whom(story: Story, at: int, end: int) -> Somebody | None:
    """Whom a task is about: the pronoun, or the person its verb is followed by."""
    message = story.message
    for position in range(at, end):
        if position in message.dated:
            continue
        low = message.low(position)
        if low in PRONOUNS - {"it"}:
            return story.person()
        found = person_at(message, position, end)
        if found is None:
            continue
        after_verb = position > at and (
            message.low(position - 1) in TASKS
            or message.low(position - 1) in ("with", "to", "up", "in", "out", "back", "about", "on")
        )
        if found[0].ref is not Ref.NEW or after_verb:
            return found[0]
    return None


def my_promise(story: Story, at: int, end: int) -> bool:
    """ "promised to send …", "I'll send …", "owe her …", "said I'd …"."""
    message = story.message
    low = message.low(at)
    if low in ("i'll", "we'll") or (low in ("i", "we") and message.low(at + 1) == "will"):
        verb = at + (1 if low in ("i'll", "we'll") else 2)
        if message.low(verb) in FOLLOW_UPS:
            return _task(story, verb, end)
        return _promise(story, True, verb, end)
    if low in ("i", "we", "i've", "we've"):
        at += 1
        at += message.low(at) in ("also", "have", "just")
        low = message.low(at)
    if low in ("promised", "promise", "agreed", "offered", "pledged", "committed"):
        return _promise(story, True, at + 1, end)
    if low in ("owe", "owed"):
        return _debt(story, at + 1, end)
    if low in ("said", "told"):
        for position in range(at + 1, min(end, at + 4)):
            if message.low(position) in ("i'd", "i'll", "i"):
                return _promise(story, True, at + 1, end)
    return False


def _promise(story: Story, by_me: bool, at: int, end: int) -> bool:
    """A promise from these words on: whom it is made to, what, and by when."""
    message = story.message
    somebody: Somebody | None = None
    while at < end:
        low = message.low(at)
        if low in PRONOUNS or low == "you":
            somebody = story.person()
            at += 1
        elif low in (
            "to",
            "that",
            "i'd",
            "i'll",
            "i",
            "would",
            "he'd",
            "she'd",
            "they'd",
            "will",
            "me",
            "us",
            "he",
            "she",
        ):
            at += 1
        elif somebody is None and (found := person_at(message, at, end)):
            somebody, at = found
        else:
            break
    what = message.cut_undated(at, end)
    somebody = somebody or _person_promised(story, at, end)
    if not what or somebody is None:
        return False
    draft, somebody = story.take(somebody)
    when = message.date_in(at, end, Direction.FUTURE)
    due = When(when.last, when.last, when.time) if when else None
    draft.promises.append((by_me, somebody, what, due))
    return True


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


def _debt(story: Story, at: int, end: int) -> bool:
    """ "owe mateusz a beer and the link": each thing is a promise of its own."""
    message = story.message
    found = person_at(message, at, end, expected=True) if message.low(at) not in PRONOUNS else None
    somebody = found[0] if found else story.person()
    at = found[1] if found else at + (message.low(at) in PRONOUNS)
    if somebody is None:
        return False
    things = _things(story, at, end)
    draft, somebody = story.take(somebody)
    when = message.date_in(at, end, Direction.FUTURE)
    due = When(when.last, when.last, when.time) if when else None
    draft.promises += [(True, somebody, thing, due) for thing in things]
    return bool(things)


def _things(story: Story, at: int, end: int) -> list[str]:
    message = story.message
    things: list[str] = []
    start = at
    for position in range(at, end):
        articled = message.low(position + 1) in ("a", "an", "the", "my", "our", "some")
        if message.low(position) == "and" and articled and position not in message.dated:
            things.append(message.cut_undated(start, position))
            start = position + 1
    things.append(message.cut_undated(start, end))
    return [thing for thing in things if thing]


def their_promise(story: Story, somebody: Somebody, at: int, end: int) -> bool:
    message = story.message
    low = message.low(at)
    at_verb = at + 1
    if low in ("said", "says", "promised", "promises", "offered", "agreed"):
        while message.low(at_verb) in (
            "he'd",
            "she'd",
            "they'd",
            "he'll",
            "she'll",
            "they'll",
            "to",
            "he",
            "she",
            "they",
            "would",
            "will",
            "me",
            "that",
        ):
            at_verb += 1
        bare_report = at_verb == at + 1 and low in ("said", "says")
        if bare_report or message.low(at_verb) not in ACTS:
            return False
        return _owed_by(story, somebody, at_verb, end)
    if low in ("owes", "owe") and message.low(at + 1) in ("me", "us"):
        return _owed_by(story, somebody, at + 2, end)
    if low in ("will", "he'll", "she'll", "they'll") or (
        low == "going" and message.low(at + 1) == "to"
    ):
        at_verb += low == "going"
        return message.low(at_verb) in ACTS and _owed_by(story, somebody, at_verb, end)
    return False


def _owed_by(story: Story, somebody: Somebody, at: int, end: int) -> bool:
    what = story.message.cut_undated(at, end)
    if not what:
        return False
    draft, somebody = story.take(somebody)
    when = story.message.date_in(at, end, Direction.FUTURE)
    due = When(when.last, when.last, when.time) if when else None
    draft.promises.append((False, somebody, what, due))
    for position in range(at, end):
        if story.message.low(position) in ("to", "meet") and (
            found := person_at(story.message, position + 1, end)
        ):
            draft.mentions.append(found[0])
    return True
