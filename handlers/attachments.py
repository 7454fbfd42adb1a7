"""Voice notes, photos and files: kept, though they cannot be read yet.

a voice note                  → kept; whose is it? [names] [Somebody else] [Nobody's]
a photo, "Coffee with Anna"   → the words are a note like any other; the photo goes to Anna

    Somebody else ──a name──▸ attached
      ├──several of that name──▸ a tap says whom
      └──nobody──▸ another name, or Cancel
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from telegram import Message, Update
from telegram.ext import filters

from handlers import capture
from handlers.buttons import Button, button, named, says
from handlers.contacts import say_who
from handlers.context import Desk, Turn, TurnContext
from handlers.dialogues import Conversation
from handlers.replies import rows_of
from handlers.routing import NEW, Route, answered, message, numbers, tap, tapped, words_of
from rapport.capture.reading import Intent, Reading
from rapport.contacts.search import search
from rapport.templating import say
from rapport.unseen import without_unseen
from storage.errors import NoSuchRecord
from storage.notebook import Notebook

ATTACH = "attach"
WHOSE = "whose"
OFFERED = 4
FOUND = 8
LONGEST_CAPTION = 1000

KINDS = ("voice", "photo", "video", "video_note", "audio", "animation", "document")
FILES = (
    filters.VOICE
    | filters.PHOTO
    | filters.VIDEO
    | filters.VIDEO_NOTE
    | filters.AUDIO
    | filters.ANIMATION
    | filters.Document.ALL
)
# Captions that tell something to keep; asking and wishing need words of their own.
_TELLING = frozenset(Intent) - {Intent.NONE, Intent.DRAFT, Intent.QUERY, Intent.CORRECTION}


async def keep(update: Update, context: TurnContext) -> None:
    """A file came, perhaps with words."""
    turn = context.turn
    sent = update.message
    assert sent is not None
    note = capture.note_of(turn)
    reading = await capture.understand(turn, note) if note.text else Reading.nothing

    def take(desk: Desk) -> None:
        attachment_id, kind = _store(desk, sent)
        people: list[int] = []
        if reading.intent in _TELLING:
            capture.keep_note(desk, reading, note)
            people = _told_of(desk, note, attachment_id)
            if len(people) == 1:
                return
        _offer(desk, attachment_id, kind, people or _likely(desk))

    await turn.run(take)


def _store(desk: Desk, sent: Message) -> tuple[int, str]:
    """The attachment's id, and what kind of file it is."""
    kind = next(kind for kind in KINDS if getattr(sent, kind))
    file = sent.photo[-1] if kind == "photo" else getattr(sent, kind)
    name = without_unseen(getattr(file, "file_name", None) or "") or None
    caption = without_unseen(sent.caption or "")
    attachment_id = desk.notebook.attachments.add(
        kind,
        file.file_id,
        sent.message_id,
        now=desk.turn.now,
        file_name=name,
        caption=caption[:LONGEST_CAPTION] or None,
    )
    return attachment_id, kind


def _told_of(desk: Desk, note: capture.Note, attachment_id: int) -> list[int]:
    """Whom the words were about; one person alone gets the file, which Undo takes back too."""
    captures = desk.notebook.captures
    found = captures.of_message(note.message_id, note.said_at)
    people = list(found.contacts) if found is not None else []
    if found is not None and len(people) == 1:
        with desk.notebook.journaling() as journal:
            desk.notebook.attachments.attach(attachment_id, people[0])
        captures.extend(found, (), journal.entries)
    return people


def _likely(desk: Desk) -> list[int]:
    """Those on the screen, then those last in touch."""
    recent = (person.id for person in desk.notebook.contacts.recent(limit=OFFERED))
    return list(dict.fromkeys([*desk.owner.shown, *recent]))


def _offer(desk: Desk, attachment_id: int, kind: str, people: Sequence[int]) -> None:
    rows = _names(desk.notebook, attachment_id, people[:OFFERED])
    if rows:
        somebody = button("somebody_else", "file-who", attachment_id)
        rows.append([somebody, button("nobodys", "file-nobody", attachment_id)])
    desk.say(say("attachments", "kept", kind=kind, has_people=bool(rows)), rows)


def _names(notebook: Notebook, attachment_id: int, people: Iterable[int]) -> list[list[Button]]:
    picks = (
        named(say_who(person.name, person.company), "file", attachment_id, person.id)
        for person in notebook.contacts.many(people)
    )
    return rows_of(picks, 2)


# --- whose it is --------------------------------------------------------------------------------


async def attach(_: Update, context: TurnContext) -> object:
    """A name was tapped."""
    attachment_id, contact_id = numbers(context)

    def give(desk: Desk) -> object:
        return _give(desk, attachment_id, contact_id)

    return await _or_gone(context.turn, give)


def _give(desk: Desk, attachment_id: int, contact_id: int) -> object:
    contact = desk.notebook.contacts.get(contact_id)
    kind = desk.notebook.attachments.get(attachment_id).kind
    desk.notebook.attachments.attach(attachment_id, contact_id)
    desk.edit(
        say("attachments", "attached", kind=kind, name=contact.name),
        [[button("open_card", "c", contact_id)]],
    )
    desk.shows(contact_id)
    return desk.close_dialogue() if _is_asked(desk.turn) else None


def _is_asked(turn: Turn) -> bool:
    return turn.dialogue is not None and turn.dialogue.name == ATTACH


async def nobodys(_: Update, context: TurnContext) -> object:
    """[Nobody's]: it stays kept."""

    def leave(desk: Desk) -> object:
        desk.edit(say("attachments", "left"))
        return desk.close_dialogue() if _is_asked(desk.turn) else None

    return await context.turn.run(leave)


async def ask_whose(_: Update, context: TurnContext) -> object:
    """[Somebody else]: who?"""
    (attachment_id,) = numbers(context)

    def ask(desk: Desk) -> object:
        desk.notebook.attachments.get(attachment_id)
        desk.edit(say("attachments", "whose"), [[button("cancel", "cancel")]])
        return desk.ask(ATTACH, WHOSE, {"attachment": attachment_id})

    return await _or_gone(context.turn, ask)


async def whose(update: Update, context: TurnContext) -> object:
    """A name was typed."""
    turn = context.turn
    assert turn.dialogue is not None
    attachment_id = int(turn.dialogue.answers["attachment"])
    words = words_of(update)
    roster = await turn.roster()

    def look(desk: Desk) -> object:
        people = search(desk.notebook, roster, words)[:FOUND]
        if len(people) == 1:
            return _give(desk, attachment_id, people[0])
        rows = _names(desk.notebook, attachment_id, people)
        block = "which" if people else "nobody_found"
        desk.say(say("attachments", block, words=words[:60]), [*rows, [button("cancel", "cancel")]])
        return desk.ask(ATTACH, WHOSE, {"attachment": attachment_id})

    return await _or_gone(turn, look)


async def _or_gone(turn: Turn, work: Callable[[Desk], object]) -> object:
    """Do the work, if the file and the person are still there."""

    def gone(desk: Desk) -> object:
        desk.say(say("help", "old_button"))
        return desk.close_dialogue() if _is_asked(desk.turn) else None

    try:
        return await turn.run(work)
    except NoSuchRecord:
        return await turn.run(gone)


def routes() -> list[Route]:
    """Files, and whose they are."""
    return [
        Route(
            Conversation(
                ATTACH,
                [tapped(says("file-who", "int"), ask_whose)],
                {WHOSE: [answered(whose), tapped(says("file", "int", "int"), attach)]},
            )
        ),
        tap(says("file", "int", "int"), attach),
        tap(says("file-nobody", "int"), nobodys),
        message(NEW & FILES, keep),
    ]
