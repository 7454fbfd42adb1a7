"""A route: which updates a step answers, and, for a command, whether the menu lists it."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeAlias

from telegram import Update
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from handlers.context import TurnContext
from rapport.unseen import without_unseen

Step: TypeAlias = Callable[[Update, TurnContext], Coroutine[Any, Any, Any]]
Handler: TypeAlias = BaseHandler[Any, TurnContext, Any]

NEW = filters.UpdateType.MESSAGE
WORDS = NEW & filters.TEXT & ~filters.COMMAND


@dataclass(frozen=True)
class Route:
    """One handler, and the command it answers if it is one."""

    handler: Handler
    command: str | None = None
    in_menu: bool = False
    is_operators: bool = False
    """A command that only those who run this Rapport have."""


def command(name: str, step: Step, *, in_menu: bool = True) -> Route:
    """The answer to /name; /help tells of it, the menu too if asked."""
    return Route(CommandHandler(name, step, filters=NEW), name, in_menu)


def tap(pattern: re.Pattern[str], step: Step) -> Route:
    """The answer to a button."""
    return Route(tapped(pattern, step))


def message(wanted: filters.BaseFilter, step: Step) -> Route:
    """The answer to a message of some kind."""
    return Route(MessageHandler(wanted, step))


def tapped(pattern: re.Pattern[str], step: Step) -> Handler:
    """A button inside a conversation."""
    return CallbackQueryHandler(step, pattern)


def answered(step: Step) -> Handler:
    """Words inside a conversation."""
    return MessageHandler(WORDS, step)


def words_of(update: Update) -> str:
    """What a message says, as typed, less what nobody sees in it."""
    found = update.effective_message
    return "" if found is None else without_unseen(found.text or found.caption or "")


def after_command(update: Update) -> str:
    """What stands after the command in the same message."""
    _, _, rest = words_of(update).partition(" ")
    return rest.strip()


def numbers(context: TurnContext) -> tuple[int, ...]:
    """The numbers a tapped button carries."""
    assert context.match is not None
    return tuple(int(group) for group in context.match.groups() if group.isdecimal())
