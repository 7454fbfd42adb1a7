"""Capture: what the owner texts becomes records, shown in one short card.

Met Anna Kovač, CTO at Brightlane, at PyData Berlin last night.
            → the card: who, what, promised; [Draft follow-up] [Fix] [Undo]
Coffee with Anna today          → on the Anna who is known; two Annas: which one?
(the first message, edited)     → read again, at its own time, on the same card
no, it was Tuesday              → the last card's day
lol thanks                      → a short helpful answer, nothing kept

Fix ──Name, Work, When, Where──▸ one question, its answer, the card again
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from telegram import Update
from telegram.ext import filters

from handlers import contacts, drafts, promises, start
from handlers.buttons import Button, button, data, named, says, shorten
from handlers.context import Desk, Turn, TurnContext
from handlers.dialogues import Conversation
from handlers.replies import Keyboard, rows_of
from handlers.routing import (
    WORDS,
    Route,
    Step,
    answered,
    message,
    numbers,
    tap,
    tapped,
    words_of,
)
from rapport.capture.asides import small_talk
from rapport.capture.fixing import FIELDS, apply, as_correction
from rapport.capture.reading import Context, Correction, Intent, Person, Reading
from rapport.capture.service import Noted, choose, holds_something, keep, open_question
from rapport.capture.understand import read
from rapport.contacts.cards import Captured, captured
from rapport.journeys.sent import kept, perhaps_kept
from rapport.journeys.writing import may_be_written_to
from rapport.templating import say
from storage.captures import ANSWERED, ASKED, KEPT, Capture
from storage.errors import CannotUndo, NoSuchRecord
from storage.notebook import Notebook
from storage.outbox import Letter
from storage.promises import Promise

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
        await turn.run(lambda desk: _correct(desk, desk.notebook.captures.latest(), correction))
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
        show_card(desk, desk.notebook.captures.get(capture_id), note.on_message)
        if desk.turn.dialogue is None:
            start.ask_for_zone(desk)


def _put(desk: Desk, note: Note, html: str, keyboard: Keyboard) -> Letter:
    if note.on_message is None:
        return desk.say(html, keyboard)
    return desk.edit(html, keyboard, message_id=note.on_message)


# --- the card -----------------------------------------------------------------------------------


def show_card(desk: Desk, capture: Capture, on_message: int | None) -> None:
    """The card of a capture, on a message of the bot's or as a new one."""
    card = captured(desk.notebook, capture)
    owed = _perhaps_kept(desk, card, capture)
    html = say("capture", "card", today=desk.turn.today, zone=desk.turn.zone, card=card, owed=owed)
    about = {"contacts": list(capture.contacts)}
    buttons = [*_buttons(capture, card), *_kept_buttons(owed, capture)]
    if on_message is None:
        letter = desk.say(html, buttons, about=about)
    else:
        letter = desk.edit(html, buttons, message_id=on_message, about=about)
    desk.notebook.captures.show_on(capture.id, letter.id)
    desk.shows(*capture.contacts)


def _buttons(capture: Capture, card: Captured) -> Keyboard:
    row = [button("fix", "fix", capture.id), button("undo", "undo", capture.id)]
    if card.people and may_be_written_to(card.people[0]):
        row.insert(0, button("draft_follow_up", "draft", "follow-up", capture.contacts[0]))
    return [row]


def _perhaps_kept(desk: Desk, card: Captured, capture: Capture) -> list[Promise]:
    """What was owed to somebody before the owner told of having written to them."""
    if not any(each.kind in WRITTEN for each in card.interactions):
        return []
    told = {each.id for each in card.promises}
    owed = [each for person in capture.contacts for each in perhaps_kept(desk.notebook, person)]
    return [each for each in owed if each.id not in told][:1]


def _kept_buttons(owed: Iterable[Promise], capture: Capture) -> Keyboard:
    return [
        [Button(shorten(f"✓ {each.what}", WIDE), data("kept", capture.id, each.id))]
        for each in owed
    ]


async def promise_kept(_: Update, context: TurnContext) -> None:
    """The promise under the card was tapped: what was sent kept it."""
    capture_id, promise_id = numbers(context)

    def settle(desk: Desk) -> None:
        capture = desk.notebook.captures.find(capture_id)
        if capture is None or capture.state != KEPT:
            _gone(desk)
            return
        try:
            kept(desk.notebook, promise_id, desk.turn.today)
        except NoSuchRecord:
            _gone(desk)
            return
        show_card(desk, capture, desk.turn.tapped_message)

    await context.turn.run(settle)


def _gone(desk: Desk) -> None:
    """The card is of something that is no longer there."""
    desk.edit(say("capture", "gone"))


async def undo(_: Update, context: TurnContext) -> None:
    """[Undo]: everything the message changed is as it was."""
    (capture_id,) = numbers(context)

    def take_back(desk: Desk) -> None:
        capture = desk.notebook.captures.find(capture_id)
        if capture is None:
            _gone(desk)
            return
        desk.notebook.captures.undo(capture)
        desk.shows()
        desk.edit(say("capture", "undone"))

    def refuse(desk: Desk) -> None:
        desk.say(say("capture", "cannot_undo"))

    try:
        await context.turn.run(take_back)
    except CannotUndo:
        await context.turn.run(refuse)


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
        await turn.run(_gone)
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


# --- edits and fixes ----------------------------------------------------------------------------


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


async def fix(_: Update, context: TurnContext) -> None:
    """[Fix]: which part is wrong?"""
    (capture_id,) = numbers(context)

    def ask(desk: Desk) -> None:
        capture = desk.notebook.captures.find(capture_id)
        if capture is None or capture.state != KEPT:
            _gone(desk)
            return
        fields = [button(f"fix_{field}", "fix-it", capture_id, field) for field in FIELDS]
        desk.say(say("capture", "fix_what"), rows_of(fields, 4))

    await context.turn.run(ask)


async def fix_field(_: Update, context: TurnContext) -> object:
    """One part was tapped: ask what it should be."""
    assert context.match is not None
    capture_id, wrong = int(context.match.group(1)), context.match.group(2)

    def ask(desk: Desk) -> object:
        desk.edit(say("capture", f"fix_{wrong}"), [[button("cancel", "cancel")]])
        return desk.ask(FIX, ANSWER, {"capture": capture_id, "field": wrong})

    return await context.turn.run(ask)


async def fix_answer(update: Update, context: TurnContext) -> object:
    """What it should be: the card is put right, and Undo still takes all of it back."""
    turn = context.turn
    assert turn.dialogue is not None
    answers = turn.dialogue.answers
    correction = as_correction(
        str(answers["field"]), words_of(update), turn.said_at, turn.zone, turn.known_owner.language
    )

    def put_right(desk: Desk) -> object:
        if correction is None:
            desk.say(say("capture", "fix_unclear", field=answers["field"]))
            return desk.ask(FIX, ANSWER, answers)
        _correct(desk, desk.notebook.captures.find(int(answers["capture"])), correction)
        return desk.close_dialogue()

    return await turn.run(put_right)


def _correct(desk: Desk, capture: Capture | None, correction: Correction) -> None:
    """Change one part of what a message became, and show the card again."""
    try:
        if capture is None or capture.state != KEPT:
            raise NoSuchRecord
        apply(desk.notebook, capture, correction)
    except NoSuchRecord:
        desk.say(say("capture", "nothing_to_fix"))
        return
    show_card(desk, desk.notebook.captures.get(capture.id), None)


def conversation() -> Conversation:
    """Fix: one question and its answer."""
    return Conversation(
        FIX,
        [tapped(says("fix-it", "int", "|".join(FIELDS)), fix_field)],
        {ANSWER: [answered(fix_answer)]},
    )


def routes() -> list[Route]:
    """Buttons of the card and edits; free text comes last of all (`last`)."""
    return [
        Route(conversation()),
        tap(says("undo", "int"), undo),
        tap(says("kept", "int", "int"), promise_kept),
        tap(says("fix", "int"), fix),
        tap(says("who", "int", "int"), choose_person),
        message(filters.UpdateType.EDITED_MESSAGE & filters.TEXT & ~filters.COMMAND, reread),
    ]


def last() -> list[Route]:
    """Free text, which takes whatever words no dialogue wanted."""
    return [message(WORDS, listen)]
