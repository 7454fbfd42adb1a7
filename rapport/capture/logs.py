"""Who was met, called or written to, who is to be stored; and plans that only sound like it."""

from __future__ import annotations

from dataclasses import dataclass

from rapport.capture.circumstances import circumstances
from rapport.capture.days import Direction
from rapport.capture.descriptions import attributes
from rapport.capture.lexicon import (
    APPROACHES,
    DELIVERIES,
    LOG_NOUNS,
    LOG_PHRASES,
    LOG_VERBS,
    PLANS,
    SUBJECTS,
)
from rapport.capture.naming import Somebody, person_at
from rapport.capture.people import people_at
from rapport.capture.reading import Kind, Ref
from rapport.capture.story import Draft, Story
from rapport.capture.words import Sort

_FARTHEST_TRIGGER = 14
_AFTER_VERB = frozenset(("at", "in", "on", "via", "through", "during", "instead", "again"))
_THEM = frozenset(("him", "her", "them"))


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


@dataclass(frozen=True)
class _Trigger:
    """The word that announces an interaction, in its clause; its people may begin at `start`."""

    begin: int
    at: int
    start: int
    end: int
    kind: Kind
    low: str

    @property
    def is_verb(self) -> bool:
        """Whether the person may follow at once, as after "met"."""
        return self.low in LOG_VERBS or self.low in LOG_PHRASES


def log(story: Story, at: int, end: int) -> bool:
    """An interaction: "met …", "coffee with …", "spoke to …", "Will called"."""
    message = story.message
    planned = False
    for position in range(at, min(end, at + _FARTHEST_TRIGGER)):
        if position in message.dated:
            continue
        low = message.low(position)
        is_will_himself = position == at and message.words[position].capital and low == "will"
        planned = planned or (low in PLANS and not is_will_himself)
        announced = _announced(story, position, end)
        if announced is not None:
            kind, start = announced
            trigger = _Trigger(at, position, start, end, kind, low)
            return _logged(story, trigger, planned or message.lies_ahead(at, end))
    return False


def _announced(story: Story, at: int, end: int) -> tuple[Kind, int] | None:
    """The kind of interaction that this word announces and where its people may begin."""
    message = story.message
    low, following = message.low(at), message.low(at + 1)
    if low == "called" and message.low(at - 1) in ("is", "was", "are", "'s", "’s"):
        return None  # "her husband is called Rob"
    if low == "sent" and following in ("me", "us"):
        return Kind.MESSAGE, at + 1
    phrase = LOG_PHRASES.get(low)
    if phrase and following in phrase[0]:
        return phrase[1], at + 2 + (message.low(at + 2) == "with")
    if low in DELIVERIES and (to_whom := receiver(story, at, end)):
        return LOG_VERBS.get(low, Kind.MESSAGE), to_whom
    if low in LOG_VERBS:
        return LOG_VERBS[low], at + 1
    if low in LOG_NOUNS and _is_shared(story, at, end):
        by_video = message.low(at - 1) in ("video", "zoom")
        return (Kind.VIDEO if by_video else LOG_NOUNS[low]), at + 1
    if low in ("meeting", "seeing", "catch", "meet") and following not in ("with", "for"):
        start = at + 1 + (following == "up") + (message.low(at + 2) == "with")
        return (Kind.MET, start) if person_at(message, start, end) else None
    return None


def _is_shared(story: Story, at: int, end: int) -> bool:
    """Whether a noun such as "coffee" is followed by somebody to have it with."""
    message = story.message
    if person := person_at(message, at + 1, end):
        return person[0].ref is not Ref.NEW
    return any(
        message.low(position) in ("with", "from", "between") and position not in message.dated
        for position in range(at + 1, min(end, at + _FARTHEST_TRIGGER))
    )


def _logged(story: Story, trigger: _Trigger, planned: bool) -> bool:
    """Begins the entry of an interaction, or of the plan for one; whether it has people."""
    message = story.message
    approached = trigger.low in APPROACHES
    subject = _leading_person(story, trigger)
    towards_me = message.low(trigger.start) in ("me", "us")
    if towards_me and subject is None:
        return False
    draft = Draft(kind=trigger.kind)
    if subject and approached and not planned:
        draft.kind = APPROACHES[trigger.low]
        draft.include(subject)
    if trigger.low == "introduced":
        _introduced(story, draft, trigger, subject)
    if not (subject and approached and towards_me):
        _companions(story, draft, trigger)
    if not draft.people:
        return _logged_of_last(story, draft, subject, trigger)
    if planned:
        return _planned(story, draft, trigger)
    story.open(draft)
    story.subject = draft.people[-1]
    before = message.date_in(trigger.begin, trigger.start, Direction.PAST)
    circumstances(story, draft, trigger.start, trigger.end)
    draft.date = draft.date or before
    return True


def _leading_person(story: Story, trigger: _Trigger) -> Somebody | None:
    """Who did it: "Will called", "she emailed"."""
    if trigger.begin >= trigger.at:
        return None
    if story.message.low(trigger.begin) in SUBJECTS:
        return story.person()
    found = story.person_at(trigger.begin, trigger.at)
    return found[0] if found and found[1] == trigger.at else None


def _companions(story: Story, draft: Draft, trigger: _Trigger) -> None:
    """The people of an interaction: right after its verb, or after "with"."""
    message = story.message
    start, end = trigger.start, trigger.end
    cues: tuple[str, ...] = ("with", "between", ":")
    if trigger.low in ("call", "email", "message", "text", "mail", "dm"):
        cues = (*cues, "from")
    at_once = trigger.is_verb or message.low(start) in _THEM or person_at(message, start, end)
    tries = [start] if at_once else []
    tries += [
        at + 1 for at in range(start, end) if message.low(at) in cues and at not in message.dated
    ]
    for at in tries:
        if message.low(at) in _THEM and (somebody := story.person()):
            draft.include(somebody)
            return
        people, mentions, after = people_at(message, at, end)
        if people:
            story.named[at] = after
            for one in people:
                draft.include(story.recognised(one))
            draft.mentions += mentions
            return


def _introduced(story: Story, draft: Draft, trigger: _Trigger, subject: Somebody | None) -> None:
    """ "introduced Nadia to Kofi" is about both; "Raj introduced me to Marta" tells how."""
    message = story.message
    for position in range(trigger.start, trigger.end):
        if message.low(position) != "to":
            continue
        introduced = person_at(message, position + 1, trigger.end)
        first = person_at(message, trigger.start, trigger.end)
        if introduced and first and first[1] <= position:
            draft.include(first[0])
        if introduced:
            people, _, after = people_at(message, position + 1, trigger.end)
            story.named[position + 1] = after
            for one in people:
                draft.include(one)
            if subject:
                draft.how_met = message.cut(trigger.begin, position)
                draft.mentions.append(subject)
        return


def _logged_of_last(
    story: Story, draft: Draft, subject: Somebody | None, trigger: _Trigger
) -> bool:
    """ "Ana Silva, Finch. Met at Slush": the verb without an object means who was named."""
    message = story.message
    if not trigger.is_verb:
        return False
    if subject and trigger.low not in APPROACHES and message.low(trigger.begin) not in SUBJECTS:
        return False  # "Ben interviewed at Finch": the owner was not there
    somebody = subject or (story.subject if story.drafts else None)
    start, end = trigger.start, trigger.end
    if somebody is None:
        return _nameless(story, draft, trigger)
    closed = start >= end or start in message.dated or message.is_mark(start)
    if not closed and message.low(start) not in _AFTER_VERB:
        return False
    draft.include(somebody)
    story.open(draft)
    story.subject = somebody
    circumstances(story, story.drafts[-1], start, end)
    return True


def _nameless(story: Story, draft: Draft, trigger: _Trigger) -> bool:
    """ "ran into someone from N26": somebody was met, whoever it was."""
    if story.message.low(trigger.start) not in ("someone", "somebody"):
        return False
    story.drafts.append(draft)
    circumstances(story, draft, trigger.start + 1, trigger.end)
    return True


def _planned(story: Story, draft: Draft, trigger: _Trigger) -> bool:
    """An interaction that has not happened yet is a reminder."""
    message = story.message
    plan = story.fresh()
    plan.people = draft.people
    plan.mentions = draft.mentions
    plan.follow_up = message.date_in(trigger.begin, trigger.end, Direction.FUTURE)
    plan.task = message.cut_undated(trigger.begin, trigger.end) or None
    story.subject = draft.people[0]
    return True


def receiver(story: Story, at: int, end: int) -> int | None:
    """Where somebody known is named in "sent Ana the deck" or "sent the deck to Ana"."""
    message = story.message
    if message.low(at - 1) not in ("", "i", "we", "i've", "we've", "have", "just", "and", "also"):
        return None
    for position in range(at + 1, end):
        follows = position == at + 1 or message.low(position - 1) == "to"
        if not follows or position in message.dated:
            continue
        found = story.person_at(position, end)
        is_known = found is not None and found[0].ref is not Ref.NEW
        if is_known and found and _is_possessive(story, found[1]):
            continue  # "sent Ana's number to Omar"
        if is_known or (message.low(position) in _THEM and story.person()):
            return position
    return None


def _is_possessive(story: Story, at: int) -> bool:
    return at < len(story.message) and story.message.words[at].sort is Sort.POSSESSIVE
