"""Who was met, called or written to, who is to be stored; and plans that only sound like it."""

from __future__ import annotations

from rapport.capture.circumstances import circumstances
from rapport.capture.days import Direction
from rapport.capture.descriptions import attributes
from rapport.capture.lexicon import APPROACHES, LOG_NOUNS, LOG_PHRASES, LOG_VERBS, PLANS, SUBJECTS
from rapport.capture.naming import Somebody, person_at
from rapport.capture.people import people_at
from rapport.capture.reading import Kind, Ref
from rapport.capture.story import Draft, Story


def addition(story: Story, at: int, end: int) -> bool:
    """ "add Dr. Henrike Vogt, radiologist at Charité", "new contact: …"."""
    message = story.message
    low = message.low(at)
    if low in ("add", "save", "store"):
        at += 1 + (message.low(at + 1) in ("contact", "new"))
    elif low == "new" and message.low(at + 1) in ("contact", "person"):
        at += 2
    else:
        return False
    while at < end and message.is_mark(at, ":"):
        at += 1
    found = person_at(message, at, end, expected=True)
    if found is None:
        return False
    draft, somebody = story.take(found[0])
    draft.is_stored = True
    rest = attributes(message, somebody, found[1], end)
    circumstances(story, draft, rest, end)
    return True


def introduction(story: Story, at: int, end: int) -> bool:
    """ "Marta Silva, CTO at Finch" or "Carlos Mendes (Feedzai) at web summit"."""
    message = story.message
    if not message.is_word(at) or not message.words[at].capital:
        return False
    found = person_at(message, at, end)
    if found is None or found[0].ref is not Ref.NEW:
        return False
    people, mentions, after = people_at(message, at, end)
    described = any(one.role or one.company or one.handles for one in people)
    placed = message.low(after) in ("at", "from") and len(people) > 1
    whole_name = " " in people[0].name or described if people else False
    if not people or not whole_name or not (described or placed or _is_taken_up(story, end)):
        return False
    draft = story.fresh()
    for one in people:
        draft.include(one)
    draft.mentions = mentions
    story.subject = people[-1]
    if message.low(after) == "at" or after in message.dated:
        draft.kind = Kind.MET
        circumstances(story, draft, after, end)
    draft.is_stored = described
    return True


def _is_taken_up(story: Story, end: int) -> bool:
    """Whether a following clause says that this person was met."""
    lows = story.message.lows[end : end + 12]
    return "met" in lows


def log(story: Story, at: int, end: int) -> bool:
    """An interaction: "met …", "coffee with …", "spoke to …", "Will called"."""
    message = story.message
    planned = False
    for position in range(at, min(end, at + 14)):
        if position in message.dated:
            continue
        low = message.low(position)
        if low in PLANS and not (
            message.words[position].capital and position == at and low == "will"
        ):
            planned = True
        after = _log_start(story, position, end)
        if after is not None:
            kind, start = after
            is_plan = planned or message.lies_ahead(at, end)
            return _logged(story, at, position, start, end, kind, is_plan)
    return False


def _log_start(story: Story, at: int, end: int) -> tuple[Kind, int] | None:
    """The kind of interaction that this word announces and where its people may begin."""
    message = story.message
    low = message.low(at)
    phrase = LOG_PHRASES.get(low)
    if phrase and message.low(at + 1) in phrase[0]:
        start = at + 2 + (message.low(at + 2) == "with")
        return phrase[1], start
    if low in LOG_VERBS:
        return LOG_VERBS[low], at + 1
    if low in LOG_NOUNS and _is_shared(story, at, end):
        kind = LOG_NOUNS[low]
        if message.low(at - 1) in ("video", "zoom"):
            kind = Kind.VIDEO
        return kind, at + 1
    if low in ("meeting", "seeing", "catch", "meet") and message.low(at + 1) not in (
        "with",
        "for",
    ):
        start = at + 1 + (message.low(at + 1) == "up") + (message.low(at + 2) == "with")
        return (Kind.MET, start) if person_at(message, start, end) else None
    return None


def _is_shared(story: Story, at: int, end: int) -> bool:
    """Whether a noun such as "coffee" is followed by somebody to have it with."""
    message = story.message
    if person := person_at(message, at + 1, end):
        return person[0].ref is not Ref.NEW
    limit = min(end, at + 14)
    return any(
        message.low(position) in ("with", "from", "between") and position not in message.dated
        for position in range(at + 1, limit)
    )


def _logged(
    story: Story, begin: int, trigger: int, start: int, end: int, kind: Kind, planned: bool
) -> bool:
    message = story.message
    subject = _leading_person(story, begin, trigger)
    if subject and not planned and message.low(trigger) in APPROACHES:
        if message.low(start) in ("me", "us"):
            start += 1
    elif (
        subject is None and message.low(trigger) in LOG_VERBS and message.low(start) in ("me", "us")
    ):
        return False
    draft = Draft(kind=kind)
    if subject and message.low(trigger) in APPROACHES:
        draft.kind = APPROACHES[message.low(trigger)]
        draft.include(subject)
    if message.low(trigger) == "introduced":
        _introduced(story, draft, start, end)
    _companions(story, draft, trigger, start, end)
    if not draft.people:
        return _logged_of_last(story, draft, subject, trigger, start, end)
    if planned:
        return _planned(story, draft, begin, end)
    story.open(draft)
    story.subject = draft.people[0] if len(draft.people) == 1 else draft.people[-1]
    before = message.date_in(begin, start, Direction.PAST)
    circumstances(story, draft, start, end)
    draft.date = draft.date or before
    return True


def _leading_person(story: Story, begin: int, trigger: int) -> Somebody | None:
    if begin >= trigger:
        return None
    if story.message.low(begin) in SUBJECTS:
        return story.person()
    found = person_at(story.message, begin, trigger)
    return found[0] if found and found[1] == trigger else None


def _companions(story: Story, draft: Draft, trigger: int, start: int, end: int) -> None:
    """The people of an interaction: right after its verb, or after "with"."""
    message = story.message
    verbal = message.low(trigger) in LOG_VERBS or message.low(trigger) in LOG_PHRASES
    position = start
    if message.low(position) in ("him", "her", "them"):
        somebody = story.person()
        if somebody:
            draft.include(somebody)
        return
    tries = [position] if verbal or person_at(message, position, end) else []
    approached = message.low(trigger) in ("call", "email", "message", "text", "mail", "dm")
    cues = ("with", "between", ":", "from") if approached else ("with", "between", ":")
    tries += [
        at + 1 for at in range(position, end) if message.low(at) in cues and at not in message.dated
    ]
    for at in tries:
        if message.low(at) in ("him", "her", "them") and (somebody := story.person()):
            draft.include(somebody)
            return
        people, mentions, after = people_at(message, at, end)
        if people:
            story.named[at] = after
            for one in people:
                draft.include(one)
            draft.mentions += mentions
            return


def _introduced(story: Story, draft: Draft, start: int, end: int) -> None:
    """ "introduced Nadia to Kofi": both."""
    for position in range(start, end):
        if story.message.low(position) == "to":
            found = person_at(story.message, position + 1, end)
            if found:
                first = person_at(story.message, start, end)
                if first:
                    draft.include(first[0])
                draft.include(found[0])
            return


def _logged_of_last(
    story: Story, draft: Draft, subject: Somebody | None, trigger: int, start: int, end: int
) -> bool:
    """ "Ana Silva, Finch. Met at Slush": the verb without an object means who was named."""
    message = story.message
    somebody = subject or (story.subject if story.drafts else None)
    following = message.low(start)
    if message.low(trigger) not in LOG_VERBS:
        return False
    if somebody is None:
        return _nameless(story, draft, start, end)
    closed = start >= end or start in message.dated or message.is_mark(start)
    if not (following in ("at", "in", "on", "via", "through", "during") or closed):
        return False
    draft.include(somebody)
    story.open(draft)
    story.subject = somebody
    circumstances(story, story.drafts[-1], start, end)
    return True


def _nameless(story: Story, draft: Draft, start: int, end: int) -> bool:
    """ "ran into someone from N26": somebody was met, whoever it was."""
    message = story.message
    if message.low(start) not in ("someone", "somebody"):
        return False
    story.drafts.append(draft)
    circumstances(story, draft, start + 1, end)
    return True


def _planned(story: Story, draft: Draft, begin: int, end: int) -> bool:
    """An interaction that has not happened yet is a reminder."""
    message = story.message
    plan = story.fresh()
    plan.people = draft.people
    plan.mentions = draft.mentions
    plan.follow_up = message.date_in(begin, end, Direction.FUTURE)
    plan.task = message.cut_undated(begin, end) or None
    story.subject = draft.people[0]
    return True
