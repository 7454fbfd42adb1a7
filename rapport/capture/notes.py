"""Messages that tell something: clause by clause into entries of what took place and is to come."""

from __future__ import annotations

from collections.abc import Callable

from rapport.capture.attempts import attempt
from rapport.capture.circumstances import topics
from rapport.capture.clauses import clauses
from rapport.capture.commitments import duty, my_promise
from rapport.capture.handles import handle_at
from rapport.capture.lexicon import OBJECTIONS
from rapport.capture.logs import addition, introduction, log
from rapport.capture.message import Message
from rapport.capture.misses import is_silence
from rapport.capture.naming import Somebody, known_at, person_at
from rapport.capture.owed import joint_promise, others_promise
from rapport.capture.reading import Entry, Intent, Ref
from rapport.capture.remarks import among_others, gift, remark_on
from rapport.capture.statements import about_somebody
from rapport.capture.story import Story

# Each reads one clause into the story and says whether the clause was of its sort.
_Rule = Callable[[Story, int, int], bool]
_RULES: tuple[_Rule, ...] = (
    addition,
    attempt,
    my_promise,
    duty,
    gift,
    among_others,
    log,
    topics,
    introduction,
    remark_on,
    joint_promise,
    others_promise,
    about_somebody,
)


def entries(message: Message) -> tuple[Entry, ...]:
    """What the message tells, in its own order; empty when it tells nothing to remember."""
    story = Story(message)
    for start, end in clauses(message):
        at = message.after_greeting(start, end)
        while start == 0 and at < end and (message.low(at) in OBJECTIONS or message.is_mark(at)):
            if is_silence(message, at):
                break
            at += 1  # "no, Priya is COO" tells it anew
        if at < end:
            any(rule(story, at, end) for rule in _RULES)
            _handles(story, at, end)
            _mentions(story, at, end)
    frozen = (draft.frozen() for draft in story.drafts)
    return tuple(entry for entry in frozen if entry.intent is not Intent.NONE)


def _handles(story: Story, at: int, end: int) -> None:
    """Addresses and numbers belong to the person at hand, or to the one named beside them."""
    message = story.message
    for position in range(at, end):
        handle = handle_at(message, position)
        if handle is None or any(handle in one.handles for d in story.drafts for one in d.people):
            continue
        somebody = _named_beside(story, at, end) or story.person()
        if somebody is not None:
            _, somebody = story.take(somebody)
            somebody.handles.append(handle)


def _named_beside(story: Story, at: int, end: int) -> Somebody | None:
    for position in range(at, end):
        if found := known_at(story.message, position, end):
            return found[0]
    return None


def _mentions(story: Story, at: int, end: int) -> None:
    """Known people named in passing, and those to whom somebody is to be introduced."""
    if not story.drafts:
        return
    message, lows = story.message, story.message.lows
    draft = story.drafts[-1]
    while at < end:
        introduced = lows[at - 1] == "to" and message.low(at - 2) in _INTRODUCED
        found = person_at(message, at, end) if introduced else known_at(message, at, end)
        if found and found[0].ref is not Ref.AMBIGUOUS:
            draft.mentions.append(found[0])
        at = found[1] if found else at + 1


_INTRODUCED = frozenset(("intro", "me", "introduction"))
