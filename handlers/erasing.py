"""Forgetting somebody, and erasing everything: asked first, then done at once.

/forget Anna, forget Anna → Shall I forget Anna Kovač? [Forget for good] [Back]
  ├──several of that name──▸ a tap says whom ──▸ the same question
  └──nobody, or no name──▸ whom?
a card, More… ──Forget──▸ the same question

/erase, erase everything → everything? [Erase everything] [Keep it] ──▸ erased

Nothing is left that could carry the answer to /erase, so it is no letter of the outbox: the tapped
message becomes it, however often that is tried. The button works for ten minutes only, lest it
be found again in the chat a year later.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import date, timedelta

from telegram import Message, Update
from telegram.ext import CommandHandler, filters

from handlers import capture
from handlers.buttons import button, named, says
from handlers.contacts import on_contact, say_who
from handlers.context import Desk, Turn, TurnContext
from handlers.dialogues import Conversation
from handlers.replies import Keyboard, message_body, rows_of
from handlers.routing import (
    NEW,
    WORDS,
    Route,
    after_command,
    answered,
    command,
    message,
    numbers,
    tap,
    words_of,
)
from rapport.capture.asides import Talk, small_talk, whom_to_forget
from rapport.contacts.editing import forget
from rapport.contacts.search import search
from rapport.names import clean
from rapport.templating import say
from storage import owners
from storage.contacts import Contact
from storage.errors import AlreadyDone, StorageUnavailable

log = logging.getLogger(__name__)

FORGET = "forget"
WHOM = "whom"
FOUND = 8
GOOD_FOR = timedelta(minutes=10)
PAUSES = (0.0, 0.2, 1.0, 3.0)  # seconds; readers are quick


# --- somebody -----------------------------------------------------------------------------------


async def whom(update: Update, context: TurnContext) -> object:
    """/forget NAME, or /forget and then the name."""
    return await _look_for(context.turn, clean(after_command(update)))


async def whom_answered(update: Update, context: TurnContext) -> object:
    """The name."""
    return await _look_for(context.turn, clean(words_of(update)))


async def whom_in_words(update: Update, context: TurnContext) -> None:
    """ "Forget Anna": the same, if somebody is called so; else these are words like any other."""
    turn = context.turn
    name = clean(whom_to_forget(words_of(update)) or "")
    if (await turn.roster()).named(name):
        await _look_for(turn, name)
    else:
        await capture.listen(update, context)


async def _look_for(turn: Turn, words: str) -> object:
    roster = await turn.roster()
    called = list(roster.named(words))
    unknown = "" if called else words

    def look(desk: Desk) -> object:
        found = (called or search(desk.notebook, roster, words))[:FOUND] if words else []
        people = desk.notebook.contacts.many(found)
        if not people:
            desk.say(say("erasing", "whom", words=words), [[button("cancel", "cancel")]])
            return desk.ask(FORGET, WHOM, {})
        if len(people) == 1:
            html = say("erasing", "forget_sure", contact=people[0], unknown=unknown)
            desk.say(html, _sure_buttons(people[0]))
        else:
            picks = (
                named(say_who(person.name, person.company), "forget", person.id)
                for person in people
            )
            desk.say(say("erasing", "which", unknown=unknown), rows_of(picks, 2))
        is_asked = turn.dialogue is not None and turn.dialogue.name == FORGET
        return desk.close_dialogue() if is_asked else None

    return await turn.run(look)


def _sure_buttons(contact: Contact) -> Keyboard:
    return [[button("forget_for_good", "forget-yes", contact.id), button("back", "c", contact.id)]]


async def ask_forget(_: Update, context: TurnContext) -> None:
    """[Forget], or a name: sure?"""

    def ask(desk: Desk, contact_id: int) -> None:
        contact = desk.notebook.contacts.get(contact_id)
        desk.edit(
            say("erasing", "forget_sure", contact=contact, unknown=""), _sure_buttons(contact)
        )

    await on_contact(context, ask)


async def forget_now(_: Update, context: TurnContext) -> None:
    """Yes: the contact is erased, from memory and from the files too."""
    turn = context.turn
    until = await _backups_end(turn)

    def erase(desk: Desk, contact_id: int) -> None:
        forget(desk.notebook, contact_id)
        desk.shows()
        desk.close_dialogue()
        desk.edit(say("erasing", "forgotten", until=until, today=turn.today))

    await on_contact(context, erase)
    turn.forget_roster()
    await _scrub(turn)


# --- everything ---------------------------------------------------------------------------------


async def ask_erase(_: Update, context: TurnContext) -> None:
    """/erase: sure?"""
    await context.turn.run(_ask_erase)


def _ask_erase(desk: Desk) -> None:
    yes = button("erase_all", "erase-yes", int(desk.turn.now.timestamp()))
    people = desk.notebook.contacts.count()
    desk.edit(say("erasing", "erase_sure", people=people), [[yes, button("keep_all", "erase-no")]])


async def keep_all(_: Update, context: TurnContext) -> None:
    """[Keep it]: nothing happens."""
    await context.turn.run(lambda desk: desk.edit(say("erasing", "nothing_erased")))


async def erase_now(_: Update, context: TurnContext) -> None:
    """Yes: nothing of the owner is left, not even who they are."""
    turn = context.turn
    (asked_at,) = numbers(context)
    age = int(turn.now.timestamp()) - asked_at
    if not 0 <= age <= GOOD_FOR.total_seconds():
        await turn.run(_ask_erase)
        return
    owner = turn.known_owner
    is_guest = owner.invited and not turn.house.welcomes(owner.id)
    is_blocked = owner.blocked_at is not None and owner.id not in turn.house.operators
    with suppress(AlreadyDone):  # it was, and the answer was lost: they hear of it all the same
        await turn.run(lambda desk: owners.erase(desk.unit, turn.chat_id))
    turn.forget_roster()
    await _scrub(turn)
    until = await _backups_end(turn)
    html = say(
        "erasing",
        "erased",
        until=until,
        today=turn.today,
        is_guest=is_guest,
        is_blocked=is_blocked,
    )
    body = message_body(turn.chat_id, html)
    if turn.tapped_message is None:
        turn.post.insist("sendMessage", body)
    else:
        turn.post.insist("editMessageText", {**body, "message_id": turn.tapped_message})


async def _backups_end(turn: Turn) -> date | None:
    """By which day the last backup that still holds it is removed; None if there is none here.

    Each is removed within an hour of its time, which may be on the day after.
    """
    days = await turn.house.backup_days()
    return turn.today + timedelta(days=days + 1) if days else None


async def _scrub(turn: Turn) -> None:
    """What was deleted leaves the files now; if they are busy, with the hourly housekeeping."""
    for pause in PAUSES:
        await asyncio.sleep(pause)
        try:
            if await turn.database.scrub():
                return
        except StorageUnavailable:  # it is closing: that empties the log
            return
    log.warning("the database is too busy to empty its log; the housekeeping will")


def routes() -> list[Route]:
    """/forget, /erase, and their buttons."""
    return [
        Route(
            Conversation(
                FORGET,
                [CommandHandler("forget", whom, filters=NEW)],
                {WHOM: [answered(whom_answered)]},
            ),
            "forget",
        ),
        tap(says("forget", "int"), ask_forget),
        tap(says("forget-yes", "int"), forget_now),
        command("erase", ask_erase, in_menu=False),
        tap(says("erase-yes", "int"), erase_now),
        tap(says("erase-no"), keep_all),
    ]


class _SaysForget(filters.MessageFilter):
    """A message that may ask to forget somebody."""

    def filter(self, message: Message) -> bool:
        return whom_to_forget(message.text or "") is not None


class _SaysErase(filters.MessageFilter):
    """A message that asks to erase everything."""

    def filter(self, message: Message) -> bool:
        return small_talk(message.text or "") is Talk.ERASE


def in_words() -> list[Route]:
    """The same, said without a command; where no dialogue wanted the words."""
    return [
        message(WORDS & _SaysErase(), ask_erase),
        message(WORDS & _SaysForget(), whom_in_words),
    ]
