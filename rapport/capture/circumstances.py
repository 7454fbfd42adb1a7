"""The circumstances of an interaction: when and where, by what channel, about what."""

from __future__ import annotations

from rapport.capture.days import Direction
from rapport.capture.descriptions import attributes, describe, role_end_at
from rapport.capture.handles import handle_at
from rapport.capture.lexicon import CHANNELS, STOP, TOPIC_CUES, TOPIC_VERBS
from rapport.capture.naming import person_at
from rapport.capture.reading import Kind, Ref
from rapport.capture.story import Draft, Story
from rapport.capture.words import Sort


def circumstances(story: Story, draft: Draft, at: int, end: int) -> None:
    """When, where, how, about what: everything a log says besides its people."""
    message = story.message
    while at < end:
        phrase = message.dated.get(at)
        if phrase is not None:
            draft.date = draft.date or message.when(phrase, Direction.PAST)
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
    while message.low(at) in (
        "about",
        "on",
        "through",
        "over",
        "a",
        "lot",
        "mostly",
        "mainly",
    ) or message.is_mark(at, ":"):
        at += 1
    _topic_list(story, story.drafts[-1], at, end)
    return True


def _circumstance(story: Story, draft: Draft, at: int, end: int) -> int:
    message = story.message
    low = message.low(at)
    somebody = draft.people[-1] if draft.people else None
    if low in ("over", "via", "by", "on", "for") and (channel := _channel(story, at + 1, end)):
        kind, after = channel
        draft.kind = (
            kind if draft.kind in (Kind.MET, Kind.CALL, None) or low != "for" else draft.kind
        )
        return after
    if low in ("through", "via") or (low == "thanks" and message.low(at + 1) == "to"):
        start = at + 1 + (low == "thanks")
        found = person_at(message, start, end)
        if found:
            draft.how_met = message.cut(at, found[1])
            draft.mentions.append(found[0])
            return found[1]
    if low in TOPIC_CUES or (low == "on" and message.low(at + 1) in ("the",) and draft.place):
        return _topic_list(story, draft, at + 1, end)
    if message.is_mark(at, ":") and draft.people:
        return (
            _topic_list(story, draft, at + 1, end)
            if not _lists_people(story, at + 1, end)
            else at + 1
        )
    if low in ("at", "in", "on", "during") and draft.place is None:
        return _place(story, draft, at, end)
    if message.is_mark(at, "(") and somebody:
        close = next((i for i in range(at, end) if message.is_mark(i, ")")), end)
        describe(message, somebody, at + 1, close)
        return close + 1
    if somebody and (handle := handle_at(message, at)):
        somebody.handles.append(handle)
        return at + 1
    if message.is_mark(at, ",") and somebody and somebody.role is None:
        role_end = role_end_at(message, at + 1, end)
        if role_end:
            return attributes(message, somebody, at, end)
    return at + 1


def _lists_people(story: Story, at: int, end: int) -> bool:
    return person_at(story.message, at, end) is not None


def _channel(story: Story, at: int, end: int) -> tuple[Kind, int] | None:
    message = story.message
    at += message.low(at) in ("a", "the", "some", "an")
    at += message.low(at) in ("quick", "long", "video", "lovely")
    if message.low(at) in CHANNELS and not message.low(at + 1) == "about":
        kind = CHANNELS[message.low(at)]
        return (Kind.VIDEO if message.low(at - 1) == "video" else kind), at + 1
    return None


def _place(story: Story, draft: Draft, at: int, end: int) -> int:
    message = story.message
    preposition = message.low(at)
    start = at + 1
    if message.low(start) in ("the", "a", "an", "this", "some"):
        start += 1
    if not message.is_word(start) or message.low(start) in (
        "person",
        "all",
        "least",
        "once",
        "first",
        "general",
        "touch",
        "his",
        "her",
    ):
        return at + 1
    if (
        preposition in ("on", "in")
        and not (message.words[start].capital or start > at + 1)
        and preposition == "on"
    ):
        return at + 1
    after = _place_end(story, start, end)
    if after > start:
        draft.place = message.cut(start, after)
        _host(story, draft, start, after)
        return after
    return at + 1


def _host(story: Story, draft: Draft, start: int, end: int) -> None:
    """ "dinner at Ingrid's place" was with Ingrid too."""
    message = story.message
    found = person_at(message, start, end)
    if (
        found
        and found[0].ref is Ref.KNOWN
        and message.words[min(found[1], end - 1)].sort is Sort.POSSESSIVE
        and message.low(end - 1) in ("place", "house", "home", "flat", "apartment")
    ):
        draft.include(found[0])


def _place_end(story: Story, start: int, end: int) -> int:
    """Where a place ends: at a date, a mark, or a word that begins something else."""
    message = story.message
    position = start
    while position < min(end, start + 8) and position not in message.dated:
        low = message.low(position)
        word = message.words[position]
        if word.sort in (Sort.MARK, Sort.BREAK) and word.text not in "'’":
            break
        joined = low in ("of", "the", "for", "to", "de", "in") and position > start
        is_and = low == "and" and position + 1 < end and message.words[position + 1].capital
        if (low in STOP and not joined and not is_and and not word.capital) or low in (
            "with",
            "re",
            "about",
            "who",
        ):
            break
        position += 1
    while position > start and message.low(position - 1) in ("of", "the", "for", "to", "in"):
        position -= 1
    return position


def _topic_list(story: Story, draft: Draft, at: int, end: int) -> int:
    message = story.message
    start = at
    for position in range(at, end + 1):
        divides = (
            position == end
            or message.is_mark(position, ",/")
            or (message.low(position) == "and" and position not in message.dated)
        )
        if divides:
            phrase = next((i for i in range(start, position) if i in message.dated), None)
            if phrase is not None:
                found = message.when(message.dated[phrase], Direction.PAST)
                draft.date = draft.date or found
            topic = message.cut_undated(start, position)
            if topic:
                draft.topics.append(topic)
            start = position + 1
    return end
