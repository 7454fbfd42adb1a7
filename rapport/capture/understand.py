"""From a message and its context to what it means."""

from __future__ import annotations

from rapport.capture.corrections import correction
from rapport.capture.learned.reader import reread
from rapport.capture.message import Message
from rapport.capture.notes import entries
from rapport.capture.questions import question
from rapport.capture.reading import Context, Reading
from rapport.capture.wishes import wish


def read(text: str, context: Context) -> Reading:
    """What the message says; `Reading.nothing` when it holds nothing to remember.

    Every name, date, number and phrase in the reading stands in the text or the context.
    """
    message = Message(text, context)
    return reread(message, by_rules(message)) if len(message) else Reading.nothing


def by_rules(message: Message) -> Reading:
    """What the rules alone make of the message."""
    if not len(message):
        return Reading.nothing
    asked = wish(message) or correction(message) or question(message)
    if asked is not None:
        return Reading((asked,))
    told = entries(message)
    return Reading(told) if told else Reading.nothing
