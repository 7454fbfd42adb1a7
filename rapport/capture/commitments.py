"""What the owner is to do: reminders asked for, tasks, and the promises of the owner's own."""

from __future__ import annotations

from rapport.capture.days import Direction
from rapport.capture.lexicon import (
    ACTS,
    DUTIES,
    EXCLAIMED,
    FOLLOW_UPS,
    LOG_NOUNS,
    LOOSE_TASKS,
    PRONOUNS,
    SENDING,
    TASKS,
)
from rapport.capture.naming import Somebody
from rapport.capture.owed import debt, owed_to
from rapport.capture.reading import Ref
from rapport.capture.story import Story

# Deeds that, needed, are owed to somebody; other needs are the owner's own tasks.
_DEEDS = ACTS - (TASKS - SENDING)
_THEM = frozenset(("him", "her", "them"))


def duty(story: Story, at: int, end: int) -> bool:
    """A reminder asked for, a task, or a need to do something for somebody."""
    message = story.message
    by_name = message.low(at) in ("i", "we")
    if by_name:
        at += 1 + (message.low(at + 1) in ("also", "really"))
    if message.low(at) in ("remind", "reminder"):
        begin, at = at, at + 1 + (message.low(at + 1) in ("me", ":", "to"))
        return _task(story, _past_to(story, at, end), end, asked_from=begin)
    if message.low(at) == "due":
        return _deadline(story, at, end)
    if message.low(at) in DUTIES:
        return _needed(story, at, end)
    exclaimed = message.low(at) in ("thank", "wish") and message.low(at + 1) in EXCLAIMED
    is_order = message.low(at) in TASKS and not by_name and not exclaimed
    if is_order and not _is_noun_here(story, at, end):
        return _task(story, at, end)
    return False


def _needed(story: Story, at: int, end: int) -> bool:
    """ "need to send …", "should call …", "don't forget to thank …"."""
    message = story.message
    verb = at + 1 + (message.low(at + 1) == "forget")
    while message.low(verb) in ("to", "not", ":"):
        verb += 1
    if message.low(verb) in _DEEDS:
        return owed_to(story, verb, end) or _task(story, verb, end)
    must = message.low(at) in ("need", "must", "gotta", "todo")
    if must or message.low(verb) in TASKS or message.low(verb) in LOG_NOUNS:
        return _task(story, verb, end)
    return False


def _deadline(story: Story, at: int, end: int) -> bool:
    """ "due 25/3": the date of the task or promise before it."""
    when = story.message.date_in(at, end, Direction.FUTURE)
    if when is None or not story.drafts or story.drafts[-1].follow_up:
        return False
    story.drafts[-1].follow_up = when
    return True


def _past_to(story: Story, at: int, end: int) -> int:
    """Past dates and "to" up to the task itself."""
    message = story.message
    while at < end and (message.low(at) in ("to", "every") or at in message.dated):
        at += 1
    return at


def _is_noun_here(story: Story, at: int, end: int) -> bool:
    """ "call with Ana" is a call, as is "intro call with"; "call Ana" is a task."""
    low = story.message.low(at)
    if story.message.low(at + 1) in LOG_NOUNS and story.message.low(at + 2) == "with":
        return True
    if low not in LOG_NOUNS:
        return False
    after = at + 1
    while after < end and after in story.message.dated:
        after += 1
    return story.message.low(after) in ("with", "from") or (after > at + 1 and after < end)


# A task that says only this says nothing that its date does not.
_FOLLOWING_UP = frozenset(
    ("follow up", "follow-up", "followup", "remind me", "chase up", "check back")
)


def _more_than_following_up(words: str) -> str | None:
    return words if words and words.lower() not in _FOLLOWING_UP else None


def _task(story: Story, at: int, end: int, asked_from: int | None = None) -> bool:
    """A task from these words on; one that is not asked for needs a person, a date or a note.

    "Remind me to buy milk" names nobody: whoever was shown last has no part in it.
    """
    message = story.message
    begin = at if asked_from is None else asked_from
    when = message.date_in(begin, end, Direction.FUTURE)
    somebody = _whom(story, at, end)
    if asked_from is None and when is None and somebody is None:
        is_loose = message.low(at) in LOOSE_TASKS
        if is_loose or not story.drafts:
            return False
    said = _more_than_following_up(message.cut_undated(at, end))
    is_own = asked_from is not None and said is not None and message.context.card is None
    if somebody is None and (story.subject or not (story.drafts or is_own)):
        somebody = story.person()
    draft = story.take(somebody)[0] if somebody else story.current()
    if draft.follow_up or draft.task:
        people = list(draft.people)
        draft = story.fresh()
        draft.people = people
    draft.follow_up, draft.task = when, said
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
        found = story.person_at(position, end)
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
    by = message.date_in(at, at + 1, Direction.FUTURE) if at in message.dated else None
    while at < end and (at in message.dated or message.is_mark(at, ",")):
        at += 1
    low = message.low(at)
    if low in ("i'll", "we'll") or (low in ("i", "we") and message.low(at + 1) == "will"):
        verb = at + (1 if low in ("i'll", "we'll") else 2)
        if message.low(verb) in FOLLOW_UPS:
            return _task(story, verb, end)
        return owed_to(story, verb, end, by)
    if _is_own_intention(story, at):
        them = message.low(at + 2) in _THEM and message.low(at + 1) in ACTS
        return owed_to(story, at + 1, end, by) if them else _task(story, at + 1, end)
    if low in ("i", "we", "i've", "we've"):
        at += 1
        at += message.low(at) in ("also", "have", "just")
        low = message.low(at)
    if low in ("promised", "promise", "agreed", "offered", "pledged", "committed"):
        return owed_to(story, at + 1, end)
    if low in ("owe", "owed"):
        return debt(story, at + 1, end)
    if low in ("said", "told"):
        for position in range(at + 1, min(end, at + 4)):
            if message.low(position) in ("i'd", "i'll", "i"):
                return owed_to(story, at + 1, end)
    return False


def _is_own_intention(story: Story, at: int) -> bool:
    """ "will try again", "will send her …", not "Will called" nor "will call me"."""
    message = story.message
    if message.low(at) != "will" or message.low(at + 2) in ("me", "us"):
        return False
    if message.words[at].capital and message.context.roster.knows("will"):
        return False
    return message.low(at + 1) in FOLLOW_UPS | {"try"} or message.low(at + 2) in _THEM
