"""Who is let in: owners, in their private chats, and nobody else.

Everybody else gets one plain line. It names their Telegram id, because that is what the operator
needs in order to let them in.
"""

from __future__ import annotations

from telegram import Chat, Update
from telegram.ext import ApplicationHandlerStop, TypeHandler

from handlers.context import House, Turn, TurnContext
from handlers.replies import message_body
from rapport.templating import say


async def guard(update: Update, context: TurnContext) -> None:
    """Stop everything that is not an owner's own private chat."""
    turn = context.turn
    chat, user = update.effective_chat, update.effective_user
    if user is None or chat is None:
        raise ApplicationHandlerStop
    if chat.type != Chat.PRIVATE:
        _turn_away(turn, chat.id, "private_only", wanted=_is_addressed(update))
        raise ApplicationHandlerStop
    if turn.owner is not None and (_is_welcome(turn.house, user.id) or turn.owner.invited):
        return
    if update.message is None and update.callback_query is None:
        # A stranger blocks the bot or edits an old message: nothing to answer, nobody to let in.
        raise ApplicationHandlerStop
    code = _invite_code(update)
    if _is_welcome(turn.house, user.id):
        await turn.admit()
    elif code is None or not await turn.admit(invited=True, code=code):
        block = "closed" if code is None else "bad_code"
        _turn_away(turn, chat.id, block, user_id=user.id, wanted=True)
        raise ApplicationHandlerStop


def _is_welcome(house: House, user_id: int) -> bool:
    return house.open or user_id in house.allowed


def _invite_code(update: Update) -> str | None:
    """The code in `/start CODE`, where an invite link puts it."""
    message = update.message
    if message is None or not message.text or not message.text.startswith("/start "):
        return None
    return message.text.split(maxsplit=1)[1]


def _is_addressed(update: Update) -> bool:
    """Whether a message in a group was meant for the bot; other talk is no business of ours."""
    message = update.message
    return message is not None and bool(message.text) and str(message.text).startswith("/start")


def _turn_away(turn: Turn, chat_id: int, block: str, *, wanted: bool, **facts: int) -> None:
    if wanted:
        turn.post.transient(
            "sendMessage", message_body(chat_id, say("guard", block, language="en", **facts))
        )


def routes() -> list[TypeHandler[Update, TurnContext, None]]:
    """The guard, before everything else."""
    return [TypeHandler(Update, guard)]
