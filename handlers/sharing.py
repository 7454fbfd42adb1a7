"""A contact shared from the address book, by the paper clip.

Anna Kovač, +49 170 1234567   → her card; [Undo] takes it back
the number of somebody known  → what is new goes on their card
a name that is known          → is it her, or somebody else of that name?
"""

from __future__ import annotations

from telegram import Update
from telegram.ext import filters

from handlers.buttons import button, named, says
from handlers.contacts import say_who, show_card
from handlers.context import Desk, TurnContext
from handlers.replies import Keyboard, rows_of
from handlers.routing import NEW, Route, message, numbers, tap
from rapport.contacts.sharing import Shared, holders, keep, namesakes, read_card
from rapport.templating import say
from storage.captures import ASKED, Capture
from storage.errors import NoSuchRecord

NAMESAKES = 6


async def share(update: Update, context: TurnContext) -> None:
    """Somebody was shared."""
    assert update.message is not None
    card = update.message.contact
    assert card is not None
    shared = read_card(
        card.first_name, card.last_name or "", card.phone_number, card.user_id, card.vcard or ""
    )
    if not shared.name:
        await context.turn.run(lambda desk: desk.say(say("capture", "nameless")))
        return
    called_so = namesakes(await context.turn.roster(), shared.name)
    number = update.message.message_id

    def take(desk: Desk) -> None:
        same = holders(desk.notebook, shared)
        candidates = same or list(called_so)[:NAMESAKES]
        if len(same) == 1 or not candidates:
            _keep(desk, shared, same[0] if same else None, number)
        else:
            _ask_whose(desk, shared, candidates, number)

    await context.turn.run(take)


def _keep(desk: Desk, shared: Shared, contact_id: int | None, number: int) -> None:
    turn = desk.turn
    capture_id = keep(
        desk.notebook,
        shared,
        contact_id,
        message_id=number,
        said_at=turn.said_at,
        now=turn.now,
    )
    if capture_id is None:
        assert contact_id is not None
        show_card(desk, contact_id, in_place=True)
        return
    (kept_id,) = desk.notebook.captures.get(capture_id).contacts
    show_card(desk, kept_id, in_place=True, keyboard=_buttons(kept_id, capture_id))


def _buttons(contact_id: int, capture_id: int) -> Keyboard:
    return [
        [button("log", "log", contact_id), button("keep_in_touch", "keep", contact_id)],
        [button("more", "more", contact_id), button("undo", "undo", capture_id)],
    ]


def _ask_whose(desk: Desk, shared: Shared, candidates: list[int], number: int) -> None:
    question = desk.notebook.captures.ask(number, desk.turn.said_at, shared.as_text(), {})
    people = desk.notebook.contacts.many(candidates)
    picks = [
        named(say_who(person.name, person.company), "shared", question, person.id)
        for person in people
    ]
    new = button("new_person", "shared", question, 0)
    desk.say(say("sharing", "whose", name=shared.name), [*rows_of(picks, 1), [new]])


async def choose(_: Update, context: TurnContext) -> None:
    """One of the candidates was tapped, or somebody new."""
    question_id, contact_id = numbers(context)
    await context.turn.roster()  # whose name this one may look like

    def settle(desk: Desk) -> None:
        captures = desk.notebook.captures
        question: Capture = captures.get(question_id)
        if question.state != ASKED or question.text is None:
            raise NoSuchRecord
        shared = Shared.from_text(question.text)
        captures.drop(question_id)
        _keep(desk, shared, contact_id or None, question.message_id)

    try:
        await context.turn.run(settle)
    except NoSuchRecord:
        await context.turn.run(lambda desk: desk.edit(say("capture", "gone")))


def routes() -> list[Route]:
    """Shared contacts."""
    return [
        message(NEW & filters.CONTACT, share),
        tap(says("shared", "int", "int"), choose),
    ]
