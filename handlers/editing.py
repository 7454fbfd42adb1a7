"""More… on a contact's card: edit it, put it aside.

    More… ──Edit──▸ which part? ──▸ what should it be? ──▸ the card
      ├──Put aside──▸ archived · not to be contacted · no longer with us ──▸ the card
      ├──Bring back──▸ the card, active again
      └──Forget──▸ erasing.py

A tag or an address that is already there is taken away by naming it again.
"""

from __future__ import annotations

from collections.abc import Callable

from telegram import Update

from handlers.buttons import button, says
from handlers.contacts import on_contact, show_card
from handlers.context import Desk, TurnContext
from handlers.dialogues import Conversation
from handlers.routing import Route, answered, tap, tapped, words_of
from rapport.capture.guided import Said
from rapport.contacts.editing import set_status
from rapport.journeys.editing import CLEARABLE, FIELDS, clear, edit
from rapport.templating import say
from storage.errors import NoSuchRecord
from storage.types import Status

Take = Callable[[Desk, int, str], object]

EDIT = "edit"
ANSWER = "answer"

FIELD = "|".join(FIELDS)
STATUS = "|".join(Status)
FIRST_FIELDS, MORE_FIELDS = ("name", "role", "company"), ("birthday", "note", "tags", "reach")


async def more(_: Update, context: TurnContext) -> None:
    """[More…]: what else can be done."""

    def show(desk: Desk, contact_id: int) -> None:
        contact = desk.notebook.contacts.get(contact_id)
        aside = (
            button("put_aside", "aside", contact_id)
            if contact.status is Status.ACTIVE
            else button("bring_back", "status", contact_id, Status.ACTIVE)
        )
        rows = [
            [button("edit", "edit", contact_id), aside],
            [button("forget", "forget", contact_id), button("back", "c", contact_id)],
        ]
        desk.edit(say("editing", "more", contact=contact), rows)

    await on_contact(context, show)


# --- putting aside ------------------------------------------------------------------------------


async def aside(_: Update, context: TurnContext) -> None:
    """[Put aside]: in which way?"""

    def ask(desk: Desk, contact_id: int) -> None:
        ways = [
            button("archive", "status", contact_id, Status.ARCHIVED),
            button("do_not_contact", "status", contact_id, Status.DO_NOT_CONTACT),
            button("deceased", "status", contact_id, Status.DECEASED),
            button("back", "c", contact_id),
        ]
        contact = desk.notebook.contacts.get(contact_id)
        desk.edit(say("editing", "aside", contact=contact), [ways[:2], ways[2:]])

    await on_contact(context, ask)


async def status(_: Update, context: TurnContext) -> None:
    """One of the ways was tapped, or Bring back."""
    assert context.match is not None
    wanted = Status(context.match.group(2))

    def put(desk: Desk, contact_id: int) -> None:
        set_status(desk.notebook, contact_id, wanted)
        show_card(desk, contact_id, in_place=True)

    await on_contact(context, put)


# --- editing ------------------------------------------------------------------------------------


async def which(_: Update, context: TurnContext) -> None:
    """[Edit]: which part?"""

    def ask(desk: Desk, contact_id: int) -> None:
        fields = [button(f"edit_{field}", "edit-it", contact_id, field) for field in FIRST_FIELDS]
        rest = button("more", "edit-more", contact_id)
        contact = desk.notebook.contacts.get(contact_id)
        desk.edit(say("editing", "which", contact=contact), [fields[:2], [fields[2], rest]])

    await on_contact(context, ask)


async def which_else(_: Update, context: TurnContext) -> None:
    """More parts."""

    def ask(desk: Desk, contact_id: int) -> None:
        fields = [button(f"edit_{field}", "edit-it", contact_id, field) for field in MORE_FIELDS]
        contact = desk.notebook.contacts.get(contact_id)
        desk.edit(say("editing", "which", contact=contact), [fields[:2], fields[2:]])

    await on_contact(context, ask)


async def ask_value(_: Update, context: TurnContext) -> object:
    """One part was tapped: what should it be?"""
    assert context.match is not None
    field = context.match.group(2)

    def ask(desk: Desk, contact_id: int) -> object:
        contact = desk.notebook.contacts.get(contact_id)
        row = [button("cancel", "cancel")]
        if field in CLEARABLE and getattr(contact, field) is not None:
            row.insert(0, button("clear", "edit-clear"))
        desk.edit(say("editing", f"ask_{field}", contact=contact), [row])
        return desk.ask(EDIT, ANSWER, {"contact": contact_id, "field": field})

    return await on_contact(context, ask)


async def take_value(update: Update, context: TurnContext) -> object:
    """What it should be: the card shows it."""
    turn = context.turn
    said = Said(turn.said_at, turn.zone, turn.known_owner.language)
    await turn.roster()  # whose name a new one may look like

    def take(desk: Desk, contact_id: int, field: str) -> object:
        if not edit(desk.notebook, contact_id, field, words_of(update), said):
            desk.say(say("editing", "unclear", field=field), [[button("cancel", "cancel")]])
            return desk.ask(EDIT, ANSWER, {"contact": contact_id, "field": field})
        show_card(desk, contact_id)
        return desk.close_dialogue()

    return await _on_edited(context, take)


async def clear_value(_: Update, context: TurnContext) -> object:
    """[Remove it]: nothing of that kind is known any more."""

    def take(desk: Desk, contact_id: int, field: str) -> object:
        clear(desk.notebook, contact_id, field)
        show_card(desk, contact_id, in_place=True)
        return desk.close_dialogue()

    return await _on_edited(context, take)


async def _on_edited(context: TurnContext, work: Take) -> object:
    """Do the work on the part that is being edited, if its contact is still there."""
    turn = context.turn
    assert turn.dialogue is not None
    contact_id, field = int(turn.dialogue.answers["contact"]), str(turn.dialogue.answers["field"])

    def gone(desk: Desk) -> object:
        desk.say(say("help", "old_button"))
        return desk.close_dialogue()

    try:
        return await turn.run(lambda desk: work(desk, contact_id, field))
    except NoSuchRecord:
        return await turn.run(gone)


def routes() -> list[Route]:
    """Everything behind More…"""
    return [
        Route(
            Conversation(
                EDIT,
                [tapped(says("edit-it", "int", FIELD), ask_value)],
                {ANSWER: [answered(take_value), tapped(says("edit-clear"), clear_value)]},
            )
        ),
        tap(says("more", "int"), more),
        tap(says("aside", "int"), aside),
        tap(says("status", "int", STATUS), status),
        tap(says("edit", "int"), which),
        tap(says("edit-more", "int"), which_else),
    ]
