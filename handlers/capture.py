"""Capture: what the owner texts becomes records, shown in one short card.

Met Anna Kovač, CTO at Brightlane, at PyData Berlin last night.
            → the card: who, what, promised (handlers.cards)
Coffee with Anna today          → on the Anna who is known; two Annas: which one?
(the first message, edited)     → read again, at its own time, on the same card
no, it was Tuesday              → the last card's day
lol thanks                      → a short helpful answer, nothing kept
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from telegram import Update
from telegram.ext import filters

from handlers import cards, contacts, drafts, promises, start
from handlers.buttons import button, named, says
from handlers.context import Desk, Turn, TurnContext
from handlers.replies import Keyboard, rows_of
from handlers.routing import (
    WORDS,
    Route,
    Step,
    message,
    numbers,
    tap,
    words_of,
)
from rapport.capture.asides import small_talk
from rapport.capture.reading import Context, Intent, Person, Reading
from rapport.capture.service import Noted, choose, holds_something, keep, open_question
from rapport.capture.understand import read
from rapport.templating import say
from storage.captures import ANSWERED, ASKED, KEPT, Capture
from storage.errors import CannotUndo
from storage.notebook import Notebook
from storage.outbox import Letter

FIX = "fix"
ANSWER = "answer"
WRITTEN = frozenset(("email", "message"))
WIDE = 40  # letters of a promise on a button that has a row to itself


@dataclass(frozen=True)
class Note:
    """Words to keep: which message they are, when it was written, what was asked about it."""

    text: str
    message_id: int
    said_at: datetime
    choices: Mapping[str, int] = field(default_factory=dict)
    on_message: int | None = None
    """The bot's message that becomes the card; None for a new one."""


async def listen(update: Update, context: TurnContext) -> None:
    """Any words that no other step wanted."""
    turn = context.turn
    note = note_of(turn)
    reading = await understand(turn, note)
    is_answer = _may_be_a_place(reading) and start.zone_is_asked(context)
    if not (is_answer and await start.answer_zone(update, context)):
        await _act_on(turn, reading, note)


def _may_be_a_place(reading: Reading) -> bool:
    """Whether words may say where the owner is: "Berlin, Germany" could be a name and a firm."""
    return reading.intent is Intent.NONE or (
        reading.intent is Intent.NEW_CONTACT
        and not any(entry.kind or entry.facts or entry.promises for entry in reading.entries)
    )


def note_of(turn: Turn) -> Note:
    """The words of the turn's message."""
    said = turn.update.effective_message
    assert said is not None
    return Note(words_of(turn.update), said.message_id, turn.said_at)


async def understand(turn: Turn, note: Note, without: Iterable[int] = ()) -> Reading:
    """What the words mean to this owner, at the time they were written.

    `without` are contacts that are about to be taken back, so that no name means them.
    """
    roster = await turn.roster()
    return read(
        note.text,
        Context(
            said_at=note.said_at,
            zone=turn.zone,
            roster=roster.with_changes((), gone=without),
            locale=turn.known_owner.language,
            shown=tuple(turn.known_owner.shown),
            card=await _replied_to(turn),
        ),
    )


async def _replied_to(turn: Turn) -> int | None:
    """The contact whose card the message replies to."""
    said = turn.update.effective_message
    if said is None or said.reply_to_message is None:
        return None
    number = said.reply_to_message.message_id
    about = await turn.read(lambda notebook: notebook.outbox.about(number))
    people = (about or {}).get("contacts", [])
    return int(people[0]) if len(people) == 1 else None


def unless_note(step: Step, is_more: Callable[[str, Reading], bool]) -> Step:
    """The step for an answer; a note sent in its place is kept, and the question stays open."""

    async def told(update: Update, context: TurnContext) -> object:
        turn = context.turn
        note = note_of(turn)
        reading = await understand(turn, note)
        if not is_more(note.text, reading):
            return await step(update, context)
        await _act_on(turn, reading, note, is_aside=True)
        return None

    return told


async def _act_on(turn: Turn, reading: Reading, note: Note, *, is_aside: bool = False) -> None:
    entry = reading.entries[0] if reading.entries else None
    if entry is not None and entry.draft is not None:
        await drafts.wish(turn, entry.draft)
    elif entry is not None and entry.about_promises and not entry.people:
        await promises.tell(turn)
    elif entry is not None and entry.intent is Intent.QUERY:
        await contacts.answer(turn, " ".join(entry.query))
    elif entry is not None and entry.correction is not None:
        correction = entry.correction
        await turn.run(
            lambda desk: cards.correct(desk, desk.notebook.captures.latest(), correction)
        )
    else:
        await turn.run(lambda desk: _keep(desk, reading, note, is_aside=is_aside))


def _keep(desk: Desk, reading: Reading, note: Note, *, is_aside: bool) -> None:
    keep_note(desk, reading, note)
    if is_aside:
        desk.say(say("capture", "still_asking"), [[button("cancel", "cancel")]])


def keep_note(desk: Desk, reading: Reading, note: Note) -> None:
    """Keep what was read and show it; ask first where it is unclear whom it means."""
    reading = choose(reading, note.choices)
    unclear = open_question(reading)
    if reading.intent is Intent.NONE:
        _put(desk, note, say("capture", small_talk(note.text) or "none"), ())
    elif not holds_something(reading):
        _put(desk, note, say("capture", "nameless"), ())
    elif unclear is not None:
        _ask_whom(desk, unclear, note)
    else:
        noted = Noted(note.message_id, note.said_at, desk.turn.zone, desk.turn.now, note.text)
        capture_id = keep(desk.notebook, reading, noted)
        cards.show(desk, desk.notebook.captures.get(capture_id), note.on_message)
        if desk.turn.dialogue is None:
            start.ask_for_zone(desk)


def _put(desk: Desk, note: Note, html: str, keyboard: Keyboard) -> Letter:
    if note.on_message is None:
        return desk.say(html, keyboard)
    return desk.edit(html, keyboard, message_id=note.on_message)


# --- whom it means ------------------------------------------------------------------------------


def _ask_whom(desk: Desk, unclear: Person, note: Note) -> None:
    """Two people fit the name: one tap says which."""
    question = desk.notebook.captures.ask(
        note.message_id, note.said_at, note.text, {**note.choices, unclear.name: -1}
    )
    people = desk.notebook.contacts.many(unclear.contact_ids)
    picks = [
        named(contacts.say_who(person.name, person.company), "who", question, person.id)
        for person in people
    ]
    new = button("new_person", "who", question, 0)
    html = say("capture", "ask_whom", name=unclear.name)
    letter = _put(desk, note, html, [*rows_of(picks, 1), [new]])
    desk.notebook.captures.show_on(question, letter.id)


async def choose_person(_: Update, context: TurnContext) -> None:
    """One of the candidates was tapped: read the message again, knowing that."""
    question_id, contact_id = numbers(context)
    turn = context.turn
    question = await turn.read(lambda notebook: notebook.captures.find(question_id))
    if question is not None and question.state == ANSWERED:
        return  # tapped twice: the card that answered it stands here
    if question is None or question.state != ASKED or question.text is None:
        await turn.run(cards.gone)
        return
    choices = {
        name: contact_id if chosen == -1 else chosen for name, chosen in question.choices.items()
    }
    note = Note(question.text, question.message_id, question.said_at, choices, turn.tapped_message)
    reading = await understand(turn, note)

    def settle(desk: Desk) -> None:
        desk.notebook.captures.answered(question_id)
        keep_note(desk, reading, note)

    await turn.run(settle)


# --- edits --------------------------------------------------------------------------------------


async def reread(_: Update, context: TurnContext) -> None:
    """The owner edited a message: what it had become is taken back, and it is read again."""
    turn = context.turn
    note = note_of(turn)

    def what_it_became(notebook: Notebook) -> tuple[Capture | None, int | None]:
        found = notebook.captures.of_message(note.message_id, note.said_at)
        if found is None or found.card_id is None:
            return found, None
        return found, notebook.outbox.message_of(found.card_id)

    before, card = await turn.read(what_it_became)
    if before is None and turn.dialogue is not None:
        await turn.run(lambda desk: desk.say(say("capture", "answer_edited")))
        return
    reading = await understand(turn, note, without=before.new_contacts if before else ())
    note = replace(note, on_message=card)

    def again(desk: Desk) -> None:
        if before is not None and before.state == KEPT:
            desk.notebook.captures.undo(before)
        elif before is not None and before.state == ASKED:
            desk.notebook.captures.answered(before.id)
        keep_note(desk, reading, note)

    try:
        if reading.intent in {Intent.DRAFT, Intent.QUERY, Intent.CORRECTION}:
            await _act_on(turn, reading, note)
        else:
            await turn.run(again)
    except CannotUndo:
        await turn.run(lambda desk: desk.say(say("capture", "cannot_undo")))


def routes() -> list[Route]:
    """Candidates and edits; free text comes last of all (`last`)."""
    return [
        tap(says("who", "int", "int"), choose_person),
        message(filters.UpdateType.EDITED_MESSAGE & filters.TEXT & ~filters.COMMAND, reread),
    ]


def last() -> list[Route]:
    """Free text, which takes whatever words no dialogue wanted."""
    return [message(WORDS, listen)]
