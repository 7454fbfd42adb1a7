"""Everything, given back and taken in.

/export, export all   → a document that I can take in again, and sheets for a spreadsheet
(the sheets, sent)    → those I cannot take in
(rapport.json, sent)  → what is in it; [Import], or [Replace] where people are here · [Leave it]

    sure ──Import, Replace──▸ taken in, in place of what was here
      └──Leave it──▸ nothing changes

The files are made when they are sent, the document is fetched again when it is taken in: neither
ever lies in the outbox or in a dialogue. One is read at a time, whoever sent it: a large one takes
hundreds of megabytes of memory for a while.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from zoneinfo import ZoneInfo

from telegram import Message, Update
from telegram.error import TelegramError
from telegram.ext import MessageHandler, filters

from handlers import attachments
from handlers.bounds import BusyError, OneByOne
from handlers.buttons import button, says
from handlers.context import Desk, TurnContext
from handlers.dialogues import Conversation
from handlers.replies import document_body
from handlers.routing import NEW, WORDS, Route, command, message, tapped
from handlers.start import digest_clock
from rapport.capture.asides import Talk, small_talk
from rapport.nudges.hours import moved
from rapport.templating import say
from rapport.transfer import document, sheets
from rapport.transfer.checking import BadDocument
from storage import archive, owners
from storage.archive import Kept
from storage.database import Database
from storage.notebook import Notebook

IMPORT = "import"
SURE = "sure"
DOCUMENT, SHEETS = "export-document", "export-sheets"
WAITING = 8  # files that may wait to be read; an answer holds one of the intake's places


# --- out ----------------------------------------------------------------------------------------


async def export(_: Update, context: TurnContext) -> None:
    """/export: both files."""

    def send(desk: Desk) -> None:
        for made in (DOCUMENT, SHEETS):
            caption = say("transfer", made.replace("-", "_"))
            desk.call("sendDocument", document_body(desk.chat_id, made, caption))

    await context.turn.run(send)


def makers(database: Database) -> Mapping[str, Callable[[int], Awaitable[tuple[str, bytes]]]]:
    """What makes each file of an owner's, its name and bytes, at the time it is sent."""

    async def everything_of(owner_id: int) -> Kept:
        return await database.read(lambda unit: archive.take_out(Notebook(unit, owner_id)))

    async def make_document(owner_id: int) -> tuple[str, bytes]:
        kept = await everything_of(owner_id)
        return await asyncio.to_thread(document.made, kept)

    async def make_sheets(owner_id: int) -> tuple[str, bytes]:
        kept = await everything_of(owner_id)
        return sheets.NAME, await asyncio.to_thread(sheets.sheets, kept)

    return {DOCUMENT: make_document, SHEETS: make_sheets}


# --- in -----------------------------------------------------------------------------------------


class _CannotFetchError(Exception):
    """Telegram did not hand the file over."""


async def receive(update: Update, context: TurnContext) -> object:
    """A JSON or a packed file came: an export, or a file like any other."""
    turn = context.turn
    assert update.message is not None
    sent = update.message.document
    assert sent is not None
    is_ours = sent.file_name in {document.NAME, document.PACKED}
    try:
        if (sent.file_size or 0) > document.LARGEST_SENT:
            raise BadDocument("too_much")
        async with _its_turn(context):
            content = await _fetched(context, sent.file_id)
            is_ours = is_ours or document.is_document(content)
            there = _counts(await asyncio.to_thread(document.read_document, content))
    except (BadDocument, BusyError, _CannotFetchError) as problem:
        if not is_ours:
            await attachments.keep(update, context)
            return None
        words = _said_of(problem)
        return await turn.run(lambda desk: _say(desk, words))
    return await turn.run(lambda desk: _ask(desk, there, sent.file_id))


def _its_turn(context: TurnContext) -> AbstractAsyncContextManager[None]:
    """The turn of this file to be read, wherever it came from; they see that it is worked on."""
    reading: OneByOne = context.bot_data.setdefault(OneByOne, OneByOne(WAITING))
    turn = context.turn
    turn.post.transient("sendChatAction", {"chat_id": turn.chat_id, "action": "typing"})
    return reading.turn()


async def receive_sheets(_: Update, context: TurnContext) -> None:
    """The sheets came back: only the document can be taken in."""
    words = say("transfer", "sheets_came_back")
    await context.turn.run(lambda desk: desk.say(words))


async def _fetched(context: TurnContext, file_id: str) -> bytes:
    try:
        file = await context.bot.get_file(file_id)
        return bytes(await file.download_as_bytearray())
    except TelegramError as error:
        raise _CannotFetchError from error


def _said_of(problem: Exception) -> str:
    if isinstance(problem, BadDocument):
        return say("transfer", f"bad_{problem.reason}", language="en", **problem.where)
    return say("transfer", "busy" if isinstance(problem, BusyError) else "not_fetched")


def _say(desk: Desk, words: str) -> None:
    desk.say(words)


def _ask(desk: Desk, there: Mapping[str, int], file_id: str) -> object:
    here = archive.counts(desk.notebook)
    yes = button("replace" if here["contacts"] else "import", "import-yes")
    html = say("transfer", "sure", there=there, here=here)
    desk.say(html, [[yes, button("leave_it", "import-no")]])
    return desk.ask(IMPORT, SURE, {"file": file_id})


def _counts(kept: Kept) -> Mapping[str, int]:
    return {table: len(rows) for table, rows in kept.rows.items()}


async def take_in(_: Update, context: TurnContext) -> object:
    """[Import] or [Replace]: from now on this is what the owner keeps."""
    turn = context.turn
    assert turn.dialogue is not None
    try:
        async with _its_turn(context):
            content = await _fetched(context, str(turn.dialogue.answers["file"]))
            kept = await asyncio.to_thread(document.read_document, content)
            del content
            ended = await turn.run(lambda desk: _replace(desk, kept))
    except BusyError as problem:  # the question stays open
        words = _said_of(problem)
        return await turn.run(lambda desk: _say(desk, words))
    except (BadDocument, _CannotFetchError) as problem:
        words = _said_of(problem)
        return await turn.run(lambda desk: _give_up(desk, words))
    turn.forget_roster()
    return ended


def _give_up(desk: Desk, words: str) -> object:
    desk.edit(words)
    return desk.close_dialogue()


async def leave(_: Update, context: TurnContext) -> object:
    """[Leave it]: nothing changes."""
    words = say("transfer", "left")
    return await context.turn.run(lambda desk: _give_up(desk, words))


def _replace(desk: Desk, kept: Kept) -> object:
    clock = digest_clock(desk)
    if desk.notebook.contacts.count():  # the file may be another person's
        kept = replace(kept, owner={**kept.owner, "name": desk.notebook.owner.name})
    archive.put_back(desk.notebook, kept)
    new = desk.notebook.owner
    zone = ZoneInfo(new.zone) if new.zone is not None else None
    clock = moved(clock, desk.turn.now, digest_at=new.digest_at, zone=zone)
    owners.change(desk.unit, new.id, digest_due=clock.due, digest_day=clock.last, shown=[])
    desk.edit(say("transfer", "taken_in", there=_counts(kept)))
    return desk.close_dialogue()


class _AreSheets(filters.MessageFilter):
    """The file of sheets, also if a second download of it got a number."""

    def filter(self, message: Message) -> bool:
        name = (message.document and message.document.file_name) or ""
        stem, _, ending = sheets.NAME.partition(".")
        return name.startswith(stem) and name.endswith(f".{ending}")


def routes() -> list[Route]:
    """/export, and files that it made."""
    endings = filters.Document.FileExtension("json") | filters.Document.FileExtension("gz")
    received = MessageHandler(NEW & endings, receive)
    answers = [tapped(says("import-yes"), take_in), tapped(says("import-no"), leave)]
    return [
        command("export", export, in_menu=False),
        message(NEW & _AreSheets(), receive_sheets),
        Route(Conversation(IMPORT, [received], {SURE: answers})),
    ]


class _SaysExport(filters.MessageFilter):
    """A message that asks for everything there is."""

    def filter(self, message: Message) -> bool:
        return small_talk(message.text or "") is Talk.EXPORT


def in_words() -> list[Route]:
    """The same, said without a command; where no dialogue wanted the words."""
    return [message(WORDS & _SaysExport(), export)]
