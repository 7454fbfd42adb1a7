"""The circumstances of an interaction: when and where, by what channel, about what."""

from __future__ import annotations

from rapport.capture.days import Direction
from rapport.capture.descriptions import attributes, describe, role_end_at
from rapport.capture.handles import handle_at
from rapport.capture.lexicon import (
    CHANNELS,
    HOMES,
    NO_PLACES,
    PLACE_JOINTS,
    STOP,
    TOPIC_CUES,
    TOPIC_VERBS,
)
from rapport.capture.naming import person_at
from rapport.capture.reading import Kind, Ref
from rapport.capture.story import Draft, Story
from rapport.capture.words import Sort

_LONGEST_PLACE = 8
_TOPIC_FILLERS = frozenset(("about", "on", "through", "over", "a", "lot", "mostly", "mainly", ":"))


def circumstances(story: Story, draft: Draft, at: int, end: int) -> None:
    """When, where, how, about what: everything a log says besides its people."""
    message = story.message
    while at < end:
        phrase = message.dated.get(at)
        if phrase is not None:
            draft.date = draft.date or message.date_in(at, phrase.end, Direction.PAST)
            at = phrase.end
        elif at in story.named:
            at = story.named[at]
        else:
            at = _circumstance(story, draft, at, end)


def topics(story: Story, at: int, end: int) -> bool:
    """ "talked vector DBs", "re the guest post"; only of an interaction that is being logged."""
    message = story.message
    if message.low(at) in ("we", "they", "and"):
        at += 1
    if not story.drafts or message.low(at) not in TOPIC_VERBS | TOPIC_CUES:
        return False
    at += 1
    while message.low(at) in _TOPIC_FILLERS:
        at += 1
    _topic_list(story, story.drafts[-1], at, end)
    return True


def _circumstance(story: Story, draft: Draft, at: int, end: int) -> int:
    """Takes up one circumstance that begins here; where to read on."""
    message = story.message
    low = message.low(at)
    if low in ("over", "via", "by", "on", "for") and (after := _channel(story, draft, at, end)):
        return after
    if low in ("through", "via", "thanks", "by") and (after := _introducer(story, draft, at, end)):
        return after
    if low in TOPIC_CUES or (low == "on" and draft.place and message.low(at + 1) == "the"):
        return _topic_list(story, draft, at + 1, end)
    if low == ":" and draft.people and person_at(message, at + 1, end) is None:
        return _topic_list(story, draft, at + 1, end)
    if low in ("at", "in", "on", "during") and draft.place is None:
        return _place(story, draft, at, end)
    return _aside(story, draft, at, end) if draft.people else at + 1


def _aside(story: Story, draft: Draft, at: int, end: int) -> int:
    """Takes up what is said of the last person in passing: brackets, a handle, ", CTO at Finch"."""
    message = story.message
    somebody = draft.people[-1]
    if message.is_mark(at, "("):
        close = next((i for i in range(at, end) if message.is_mark(i, ")")), end)
        describe(message, somebody, at + 1, close)
        return close + 1
    if handle := handle_at(message, at):
        somebody.handles.append(handle)
    elif message.is_mark(at, ",") and somebody.role is None and role_end_at(message, at + 1, end):
        return max(attributes(message, somebody, at, end), at + 1)
    return at + 1


def _introducer(story: Story, draft: Draft, at: int, end: int) -> int | None:
    """ "through Raj", "thanks to Raj", "introduced by Raj"."""
    message = story.message
    found = person_at(message, at + 1 + (message.low(at + 1) == "to"), end)
    if found is None:
        return None
    draft.how_met = message.cut(at, found[1])
    draft.mentions.append(found[0])
    return found[1]


def _channel(story: Story, draft: Draft, at: int, end: int) -> int | None:
    """ "over zoom", "by email", "for a quick coffee": how it took place; where the phrase ends."""
    message = story.message
    noun = at + 1
    while noun < end and message.low(noun) in ("a", "an", "the", "some", "quick", "long", "video"):
        noun += 1
    kind = CHANNELS.get(message.low(noun)) if noun < end else None
    if kind is None:
        return None
    if message.low(at) != "for" or draft.kind in (Kind.MET, Kind.CALL):
        draft.kind = Kind.VIDEO if message.low(noun - 1) == "video" else kind
    return noun + 1


def _place(story: Story, draft: Draft, at: int, end: int) -> int:
    """The place or event after "at", "in" or "on"; where to read on."""
    message = story.message
    start = at + 1
    if message.low(start) in ("the", "a", "an", "this", "some"):
        start += 1
    if not message.is_word(start) or message.low(start) in NO_PLACES:
        return at + 1
    is_bare = start == at + 1 and not message.words[start].capital
    if message.low(at) == "on" and is_bare:
        return at + 1
    after = _place_end(story, start, end)
    if after == start:
        return at + 1
    draft.place = message.cut(start, after)
    _host(story, draft, start, after)
    return after


def _host(story: Story, draft: Draft, start: int, end: int) -> None:
    """ "dinner at Ingrid's place" was with Ingrid too."""
    message = story.message
    found = person_at(message, start, end)
    if (
        found
        and found[0].ref is Ref.KNOWN
        and message.words[min(found[1], end - 1)].sort is Sort.POSSESSIVE
        and message.low(end - 1) in HOMES
    ):
        draft.include(found[0])


def _place_end(story: Story, start: int, end: int) -> int:
    """Where a place ends: at a date, a mark, or a word that begins something else."""
    message = story.message
    at = start
    while at < min(end, start + _LONGEST_PLACE) and at not in message.dated:
        word = message.words[at]
        if word.sort in (Sort.MARK, Sort.BREAK) or word.low in ("with", "re", "about", "who"):
            break
        named_and = word.low == "and" and at + 1 < end and message.words[at + 1].capital
        joint = at > start and (word.low in PLACE_JOINTS or named_and)
        if word.low in STOP and not joint and not word.capital:
            break
        at += 1
    while at > start and message.low(at - 1) in PLACE_JOINTS:
        at -= 1
    return at


def _topic_list(story: Story, draft: Draft, at: int, end: int) -> int:
    """Takes up topics up to the end, a date among them as the day of the interaction."""
    message = story.message
    draft.date = draft.date or message.date_in(at, end, Direction.PAST)
    while message.low(at) in TOPIC_VERBS or message.low(at) in _TOPIC_FILLERS:
        at += 1
    for position in range(at, end + 1):
        joint = message.low(position) == "and" and position not in message.dated
        if position == end or joint or message.is_mark(position, ",/"):
            topic = message.cut_undated(at, position)
            if topic:
                draft.topics.append(topic)
            at = position + 1
    return end
