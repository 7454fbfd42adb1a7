"""One update answered: read as Telegram's types, given to the handlers, which make it one unit."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any, NoReturn

from telegram import Update
from telegram.ext import Application, ApplicationBuilder, ContextTypes, ExtBot

from bot import patience
from bot.transport import AiohttpRequest
from handlers import routes
from handlers.context import House, Post, Turn, TurnContext
from rapport.contacts.rosters import Rosters
from storage import owners
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.intake import RawUpdate

log = logging.getLogger(__name__)


class UnreadableError(Exception):
    """Telegram sent something that is no update."""


class RapportApplication(Application[Any, TurnContext, Any, Any, Any, Any]):
    """python-telegram-bot's routing, whose handlers' errors reach whoever fed the update."""

    async def process_error(
        self,
        update: object,  # noqa: ARG002 - python-telegram-bot's signature
        error: Exception,
        *_: Any,
        **__: Any,
    ) -> NoReturn:
        """Raise: an error that is only logged would let the update pass for done."""
        raise error


def application(token: str, base: str, request: AiohttpRequest) -> RapportApplication:
    """Every handler of Rapport's, and the bot they may ask; `base` is Telegram's address."""
    made = without_handlers(token, base, request)
    for group, handler in routes.handlers():
        made.add_handler(handler, group)
    return made


def without_handlers(token: str, base: str, request: AiohttpRequest) -> RapportApplication:
    """An application that does nothing yet."""
    bot = ExtBot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=request,
        get_updates_request=request,
    )
    made = (
        ApplicationBuilder()
        .application_class(RapportApplication)
        .bot(bot)
        .updater(None)
        .job_queue(None)
        .context_types(ContextTypes(context=TurnContext))
        .build()
    )
    assert isinstance(made, RapportApplication)
    return made


class Answering:
    """Answers updates."""

    def __init__(
        self,
        application: Application[Any, Any, Any, Any, Any, Any],
        database: Database,
        post: Post,
        rosters: Rosters,
        house: House,
    ) -> None:
        self._application = application
        self._database = database
        self._post = post
        self._rosters = rosters
        self._house = house

    async def answer(self, raw: RawUpdate) -> None:
        """Have the update answered and stored as done; AlreadyDone if it was, UnreadableError if
        it is none, whatever a handler raises if that fails."""
        update = self._parsed(raw)
        if log.isEnabledFor(logging.DEBUG):
            log.debug("a %s of chat %d is answered", _kind_of(update), raw.chat_id)
        turn = Turn(
            update=update,
            chat_id=raw.chat_id,
            now=raw.received_at,
            database=self._database,
            post=self._post,
            rosters=self._rosters,
            house=self._house,
            raw=raw,
        )
        await self._process(turn)
        query = update.callback_query
        if query is not None:
            toast = {"text": turn.toast} if turn.toast else {}
            self._post.transient("answerCallbackQuery", {"callback_query_id": query.id, **toast})

    async def _process(self, turn: Turn) -> None:
        """Have the handlers answer; while the database is out of reach, wait and ask again."""
        for pause in patience.pauses():
            try:
                turn.owner, turn.dialogue = await self._database.read(
                    lambda unit: owners.find_with_dialogue(unit, turn.chat_id)
                )
                if turn.dialogue is not None and turn.dialogue.expires_at < turn.now:
                    turn.dialogue = None
                with turn:
                    await self._application.process_update(turn.update)
                if not turn.is_answered:
                    await turn.finish()
            except StorageUnavailable as error:
                log.warning("the database is out of reach: %s", error)
                await asyncio.sleep(pause)
            else:
                return

    def _parsed(self, raw: RawUpdate) -> Update:
        try:
            update = Update.de_json(_legible(json.loads(raw.raw)), self._application.bot)
        except Exception as error:
            raise UnreadableError(f"unreadable: {type(error).__name__}") from error
        return update


def _kind_of(update: Update) -> str:
    kinds = (kind for kind in Update.ALL_TYPES if getattr(update, kind) is not None)
    return next(kinds, "kind unknown")


def _legible(value: Any) -> Any:
    """The JSON value, every half of a letter and every NUL in it replaced by U+FFFD.

    JSON may hold them; UTF-8 cannot, and PostgreSQL takes no NUL. A letter for a letter, so that
    entities keep their places.
    """
    if isinstance(value, str):
        if value.isascii():
            return value.replace("\0", "\ufffd")
        whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return whole.replace("\0", "\ufffd")
    if isinstance(value, dict):
        return {key: _legible(each) for key, each in value.items()}
    return [_legible(each) for each in value] if isinstance(value, list) else value
