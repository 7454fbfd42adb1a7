"""What no other step wanted: /cancel with nothing open, unknown commands, old buttons."""

from __future__ import annotations

from telegram import Message, Update
from telegram.ext import CallbackQueryHandler, MessageHandler, filters

from handlers.buttons import says
from handlers.context import Desk, TurnContext
from handlers.routing import NEW, WORDS, Route, command, message, tap
from rapport.capture.asides import Talk, small_talk
from rapport.templating import say


async def cancel(_: Update, context: TurnContext) -> None:
    """Whatever dialogue is open ends; what was saved stays."""

    def stop(desk: Desk) -> None:
        block = "cancelled" if desk.turn.dialogue is not None else "nothing_open"
        desk.close_dialogue()
        if desk.turn.tapped_message is None:
            desk.say(say("help", block))
        else:
            desk.edit(say("help", block))

    await context.turn.run(stop)


async def unknown_command(_: Update, context: TurnContext) -> None:
    """A command nobody answers."""
    await context.turn.run(lambda desk: desk.say(say("help", "unknown_command")))


async def old_button(_: Update, context: TurnContext) -> None:
    """A button whose card has vanished, or that an older version made."""
    await context.turn.run(lambda desk: desk.say(say("help", "old_button")))


async def unreadable(_: Update, context: TurnContext) -> None:
    """A sticker, a dice, a poll: nothing that can be read or kept."""
    await context.turn.run(lambda desk: desk.say(say("help", "empty")))


class _SaysCancel(filters.MessageFilter):
    """A message that says "cancel" and nothing else."""

    def filter(self, message: Message) -> bool:
        return small_talk(message.text or "") is Talk.CANCEL


def first() -> list[Route]:
    """/cancel, its button and the plain word, which work in every dialogue."""
    return [
        command("cancel", cancel, in_menu=False),
        tap(says("cancel"), cancel),
        message(WORDS & _SaysCancel(), cancel),
    ]


def last() -> list[Route]:
    """After everything else."""
    return [
        Route(MessageHandler(NEW & filters.COMMAND, unknown_command)),
        Route(CallbackQueryHandler(old_button)),
        Route(MessageHandler(NEW & ~filters.StatusUpdate.ALL, unreadable)),
    ]
