"""The card of a capture: what one message became, and what can be done with it.

    Anna Kovač · CTO at Brightlane · new
    Met yesterday · PyData Berlin
    You promised to send our benchmark by Fri 20 March
    [Draft follow-up] [Fix] [Undo]

Fix is a dialogue of its own (handlers.fixing). A note that something was sent asks, in one more
button, whether it kept what was promised.
"""

from __future__ import annotations

from collections.abc import Iterable

from telegram import Update

from handlers.buttons import Button, button, data, says, shorten
from handlers.context import Desk, TurnContext
from handlers.replies import Keyboard
from handlers.routing import Route, numbers, tap
from rapport.capture.fixing import apply
from rapport.capture.reading import Correction
from rapport.contacts.cards import Captured, captured
from rapport.contacts.doubts import doubts
from rapport.journeys.sent import kept, perhaps_kept
from rapport.journeys.writing import may_be_written_to
from rapport.templating import say
from storage.captures import KEPT, Capture
from storage.errors import CannotUndo, NoSuchRecord
from storage.promises import Promise

WRITTEN = frozenset(("email", "message"))
WIDE = 40  # letters of a promise on a button that has a row to itself


def show(desk: Desk, capture: Capture, on_message: int | None) -> None:
    """The card of a capture, on a message of the bot's or as a new one."""
    card = captured(desk.notebook, capture)
    owed = _perhaps_kept(desk, card, capture)
    new = [person for person in card.people if person.id in card.new_ids]
    html = say(
        "capture",
        "card",
        today=desk.turn.today,
        zone=desk.turn.zone,
        card=card,
        doubts=doubts(desk.turn.people, new),
        owed=owed,
    )
    about = {"contacts": list(capture.contacts)}
    buttons = [*_buttons(capture, card), *_kept_buttons(owed, capture)]
    if on_message is None:
        letter = desk.say(html, buttons, about=about)
    else:
        letter = desk.edit(html, buttons, message_id=on_message, about=about)
    desk.notebook.captures.show_on(capture.id, letter.id)
    desk.shows(*capture.contacts)


def _buttons(capture: Capture, card: Captured) -> Keyboard:
    row = [button("fix", "fix", capture.id), button("undo", "undo", capture.id)]
    if card.people and may_be_written_to(card.people[0]):
        row.insert(0, button("draft_follow_up", "draft", "follow-up", capture.contacts[0]))
    return [row]


def _perhaps_kept(desk: Desk, card: Captured, capture: Capture) -> list[Promise]:
    """What was owed to somebody before the owner told of having written to them."""
    if not any(each.kind in WRITTEN for each in card.interactions):
        return []
    told = {each.id for each in card.promises}
    owed = [each for person in capture.contacts for each in perhaps_kept(desk.notebook, person)]
    return [each for each in owed if each.id not in told][:1]


def _kept_buttons(owed: Iterable[Promise], capture: Capture) -> Keyboard:
    return [
        [Button(shorten(f"✓ {each.what}", WIDE), data("kept", capture.id, each.id))]
        for each in owed
    ]


async def promise_kept(_: Update, context: TurnContext) -> None:
    """The promise under the card was tapped: what was sent kept it."""
    capture_id, promise_id = numbers(context)

    def settle(desk: Desk) -> None:
        capture = desk.notebook.captures.find(capture_id)
        if capture is None or capture.state != KEPT:
            gone(desk)
            return
        try:
            kept(desk.notebook, promise_id, desk.turn.today)
        except NoSuchRecord:
            gone(desk)
            return
        show(desk, capture, desk.turn.tapped_message)

    await context.turn.run(settle)


def gone(desk: Desk) -> None:
    """The card is of something that is no longer there."""
    desk.edit(say("capture", "gone"))


async def undo(_: Update, context: TurnContext) -> None:
    """[Undo]: everything the message changed is as it was."""
    (capture_id,) = numbers(context)

    def take_back(desk: Desk) -> None:
        capture = desk.notebook.captures.find(capture_id)
        if capture is None:
            gone(desk)
            return
        desk.notebook.captures.undo(capture)
        desk.shows()
        desk.edit(say("capture", "undone"))

    def refuse(desk: Desk) -> None:
        desk.say(say("capture", "cannot_undo"))

    try:
        await context.turn.run(take_back)
    except CannotUndo:
        await context.turn.run(refuse)


def correct(desk: Desk, capture: Capture | None, correction: Correction) -> None:
    """Change one part of what a message became, and show the card again."""
    try:
        if capture is None or capture.state != KEPT:
            raise NoSuchRecord
        apply(desk.notebook, capture, correction)
    except NoSuchRecord:
        desk.say(say("capture", "nothing_to_fix"))
        return
    show(desk, desk.notebook.captures.get(capture.id), None)


def routes() -> list[Route]:
    """The buttons of the card."""
    return [
        tap(says("undo", "int"), undo),
        tap(says("kept", "int", "int"), promise_kept),
    ]
