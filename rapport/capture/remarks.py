"""Words kept as they were said: a note by name, what was lent, what others did together."""

from __future__ import annotations

from rapport.capture.lexicon import APPROACHES, LOG_PHRASES, LOG_VERBS
from rapport.capture.logs import receiver
from rapport.capture.naming import Somebody
from rapport.capture.people import people_at
from rapport.capture.reading import Ref
from rapport.capture.statements import occupation
from rapport.capture.story import Story
from storage.types import FactKind

WITHOUT_THE_OWNER = "others"
"""The sort of fact that people did something together is."""

_GIVEN = frozenset(("gave", "lent", "handed", "passed", "showed", "returned"))
_FARTHEST_VERB = 8


def remark_on(story: Story, at: int, end: int) -> bool:
    """ "note for Carlos: no nuts", "Carlos: no nuts": words to keep, whatever they say."""
    message = story.message
    is_note = message.low(at) in ("note", "notes")
    if is_note:
        at += 1 + (message.low(at + 1) in ("for", "on", "about", "re"))
    found = story.person_at(at, end)
    if found is None or found[0].ref is Ref.NEW or found[1] >= end:
        return False
    somebody, after = found
    marked = message.is_mark(after, ":=")
    if not (is_note or marked):
        return False
    after += marked
    return occupation(story, somebody, after, end) or _note(story, somebody, after, end)


def gift(story: Story, at: int, end: int) -> bool:
    """ "lent Carlos my drill": of whoever got it; how they met is not said."""
    message = story.message
    begin = at + (message.low(at) in ("i", "we"))
    to_whom = receiver(story, begin, end) if message.low(begin) in _GIVEN else None
    if to_whom is None:
        return False
    found = story.person_at(to_whom, end)
    somebody = found[0] if found else story.person()
    return somebody is not None and _note(story, somebody, begin, end)


def among_others(story: Story, at: int, end: int) -> bool:
    """ "Ana and Omar met at Slush", "Ana emailed Omar": of both, for the owner was not there."""
    if story.message.low(at) in LOG_VERBS or story.message.low(at) in LOG_PHRASES:
        return False
    for verb in range(at + 1, min(end, at + _FARTHEST_VERB)):
        start = _object_at(story, verb)
        if start is not None:
            people = _involved(story, at, verb, start, end)
            known = len(people) > 1 and all(one.ref is Ref.KNOWN for one in people)
            return known and all(_noted_together(story, people, at, end))
    return False


def _object_at(story: Story, verb: int) -> int | None:
    """Where somebody may be named after "met" or "ran into"."""
    low, following = story.message.low(verb), story.message.low(verb + 1)
    if low in LOG_PHRASES and following in LOG_PHRASES[low][0]:
        return verb + 2
    return verb + 1 if low in LOG_VERBS and low != "introduced" else None


def _involved(story: Story, at: int, verb: int, start: int, end: int) -> list[Somebody]:
    people, _, after = people_at(story.message, at, verb)
    if after != verb or not people:
        return []
    found = story.person_at(start, end)
    if found:
        return [*people, found[0]]
    towards_me = story.message.low(verb) in APPROACHES or story.message.low(start) in ("me", "us")
    return [] if towards_me else people


def _noted_together(story: Story, people: list[Somebody], at: int, end: int) -> list[bool]:
    draft = story.draft_of(people[0])
    draft.people += [one for one in people if not any(one.is_same(p) for p in draft.people)]
    return [story.add_fact(one, FactKind.CLAUSE, at, end, WITHOUT_THE_OWNER) for one in people]


def _note(story: Story, somebody: Somebody, at: int, end: int) -> bool:
    return story.add_fact(somebody, FactKind.CLAUSE, at, end, "note")
