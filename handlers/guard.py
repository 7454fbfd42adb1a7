"""Who is let in: owners, in their private chats, and nobody else.

Everybody else gets one plain line. It names their Telegram id, because that is what the operator
needs in order to let them in. Whoever keeps records here may take them along or erase them, also
when they are let in no more: those records are theirs.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from telegram import Chat, Update
from telegram.ext import ApplicationHandlerStop, CommandHandler, TypeHandler

from handlers.bounds import Bound
from handlers.context import Turn, TurnContext
from handlers.replies import message_body
from handlers.routing import NEW
from rapport.templating import say
from storage import owners

log = logging.getLogger(__name__)

# What anybody can say or do that concerns the bot. Everything else goes by unread: inline queries,
# channels, business accounts, reactions, and whatever Telegram thinks of next.
HEARD = ("message", "edited_message", "callback_query", "my_chat_member")

# Lines to one chat that is turned away; somebody who writes a thousand times is not answered so.
LINES = 3
LINES_WITHIN = timedelta(minutes=1)

# An invite's code cannot be guessed; this keeps those who try from costing anything.
TRIES = 5
TRIES_WITHIN = timedelta(hours=1)
LONGEST_CODE = 64


async def guard(update: Update, context: TurnContext, tries: Bound, lines: Bound) -> None:
    """Stop everything that is not an owner's own private chat."""
    turn = context.turn
    chat, user = update.effective_chat, update.effective_user
    is_heard = any(getattr(update, kind) is not None for kind in HEARD)
    if user is None or chat is None or not is_heard:
        raise ApplicationHandlerStop
    if chat.type != Chat.PRIVATE:
        _turn_away(turn, lines, "private_only", wanted=_is_addressed(update))
        raise ApplicationHandlerStop
    if not chat.id == user.id == turn.chat_id:  # a private chat, of others
        raise ApplicationHandlerStop
    owner = turn.owner
    is_blocked = await _is_blocked(turn, user.id)
    is_let_in = not is_blocked and (
        turn.house.welcomes(user.id) or (owner is not None and owner.invited)
    )
    if owner is not None and (is_let_in or _asks_for_their_own(update)):
        return
    if update.message is None and update.callback_query is None:
        # A stranger blocks the bot or edits an old message: nothing to answer, nobody to let in.
        raise ApplicationHandlerStop
    if is_blocked:
        _turn_away(turn, lines, "blocked", wanted=True)
        raise ApplicationHandlerStop
    code = _invite_code(update)
    if is_let_in:
        await turn.admit()
    elif code is None or not await _redeemed(turn, code, tries):
        block = "closed" if code is None else "bad_code"
        _turn_away(turn, lines, block, user_id=user.id, wanted=True)
        raise ApplicationHandlerStop


async def _is_blocked(turn: Turn, user_id: int) -> bool:
    if user_id in turn.house.operators:
        return False
    if turn.owner is not None:
        return turn.owner.blocked_at is not None
    return await turn.database.read(lambda unit: owners.is_shut_out(unit, user_id))


def _asks_for_their_own(update: Update) -> bool:
    """Whether somebody wants to take their records along, or have them erased."""
    if _THEIR_OWN.check_update(update):
        return True
    query = update.callback_query
    return query is not None and (query.data or "").startswith("erase-")


async def _let_by(update: Update, context: TurnContext) -> None:
    """The command's own route answers it."""


# Asked as the routes ask: what only looks like a command to the eye is free text to them.
_THEIR_OWN = CommandHandler(("export", "erase"), _let_by, filters=NEW)


async def _redeemed(turn: Turn, code: str, tries: Bound) -> bool:
    """Whether the code was good and let them in. A used code, one that has run out and one that
    never was are answered alike."""
    if len(code) > LONGEST_CODE or not tries.allows(turn.chat_id, turn.now):
        return False
    return await turn.admit(invited=True, code=code)


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


def _turn_away(turn: Turn, lines: Bound, block: str, *, wanted: bool, **facts: int) -> None:
    is_told = wanted and lines.allows(turn.chat_id, turn.now)
    log.debug("turned away: %s, %s", block, "and told" if is_told else "silently")
    if is_told:
        words = say("guard", block, language="en", **facts)
        turn.post.transient("sendMessage", message_body(turn.chat_id, words))


def routes() -> list[TypeHandler[Update, TurnContext, None]]:
    """The guard, before everything else."""
    tries = Bound(TRIES, TRIES_WITHIN)
    lines = Bound(LINES, LINES_WITHIN)

    async def let_in(update: Update, context: TurnContext) -> None:
        await guard(update, context, tries, lines)

    return [TypeHandler(Update, let_in)]
