"""Interactions: /log takes one down piece by piece, for those who would rather be asked.

    /log, or [Log] on a contact's card
     │
     ▼
    who ──a known name──▸ how ──▸ when ──▸ about ──▸ promised ──▸ next ──▸ the card
     ├──two of that name, or nobody──▸ a tap says whom, or adds somebody new
     └──/log Anna──▸ how

Every step has Skip and Cancel; who alone has no Skip, for a log of nobody is nothing. A skipped
"how" is a meeting in person, a skipped "when" is today. The likeliest answers have buttons, every
other is said in words. The card at the end is the one that a message would have given, with the
same Undo and Fix.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from telegram import Update
from telegram.ext import CommandHandler

from handlers import capture, cards, contacts, start
from handlers.buttons import Button, button, named, says
from handlers.context import Desk, Turn, TurnContext
from handlers.dialogues import Conversation
from handlers.replies import Keyboard, rows_of
from handlers.routing import NEW, Route, Step, after_command, answered, numbers, tapped, words_of
from rapport.capture.asides import is_more_than_a_name, is_no_answer
from rapport.capture.guided import (
    LONGEST,
    Log,
    Said,
    day_in,
    follow_up_in,
    kind_in,
    promises_in,
)
from rapport.capture.reading import Kind, Reading
from rapport.capture.service import Noted, keep
from rapport.names import clean, fold
from rapport.templating import say
from storage.contacts import Contact
from storage.types import YEARS

LOG = "log"
WHO, HOW, WHEN, ABOUT, PROMISED, NEXT = "who", "how", "when", "about", "promised", "next"
AFTER = {HOW: WHEN, WHEN: ABOUT, ABOUT: PROMISED, PROMISED: NEXT, NEXT: None}

LIKELY = (Kind.MET, Kind.CALL)
SIMILAR = 3

ANY_ANSWER = re.compile("^log-")

# No message of the owner's is this log: editing the last answer must not read it all again.
NO_MESSAGE = 0


# --- who ----------------------------------------------------------------------------------------


async def begin(update: Update, context: TurnContext) -> object:
    """/log, or /log NAME."""
    name = after_command(update)
    if name:
        return await _name(context.turn, name)
    return await context.turn.run(_ask_who)


async def begin_with(_: Update, context: TurnContext) -> object:
    """[Log] on a contact's card: the card stays, the questions come below it."""
    (contact_id,) = numbers(context)

    def ask(desk: Desk) -> object:
        contact = desk.notebook.contacts.find(contact_id)
        if contact is None:
            desk.say(say("help", "old_button"))
            return desk.close_dialogue()
        return _ask_how(desk, contact, in_place=False)

    return await context.turn.run(ask)


async def who(update: Update, context: TurnContext) -> object:
    """A name was typed."""
    return await _name(context.turn, words_of(update))


async def _name(turn: Turn, typed: str) -> object:
    name = clean(typed)
    roster = await turn.roster()
    known = roster.named(name)
    similar = () if known else tuple(roster.search(name, SIMILAR))

    def answer(desk: Desk) -> object:
        people = desk.notebook.contacts.many(known or similar)
        if not fold(name):
            return _ask_who(desk, block="no_name")
        if known and len(people) == 1:
            return _ask_how(desk, people[0])
        return _ask_which(desk, name, people, is_known=bool(known))

    return await turn.run(answer)


def _ask_who(desk: Desk, block: str = "who") -> str:
    desk.say(say("interactions", block), [[button("cancel", "cancel")]])
    return desk.ask(LOG, WHO, {})


def _ask_which(desk: Desk, name: str, people: list[Contact], *, is_known: bool) -> str:
    """Several bear the name, or nobody: those of that name or a similar one, or somebody new."""
    picks = [
        named(contacts.say_who(person.name, person.company), "log-who", person.id)
        for person in people
    ]
    new = button("new_person" if is_known else "add_person", "log-who", 0)
    block = "which" if is_known else "unknown"
    html = say("interactions", block, name=name, similar=bool(people))
    desk.say(html, [*rows_of(picks, 1), [new, button("cancel", "cancel")]])
    return desk.ask(LOG, WHO, {"name": name})


async def pick(_: Update, context: TurnContext) -> object:
    """One of several was tapped, or somebody new."""
    (contact_id,) = numbers(context)
    turn = context.turn
    assert turn.dialogue is not None
    typed = turn.dialogue.answers.get("name")

    def choose(desk: Desk) -> object:
        contact = desk.notebook.contacts.find(contact_id)
        if contact is not None:
            return _ask_how(desk, contact)
        if contact_id or not typed:
            return _ask_who(desk)
        return _ask(desk, HOW, Log(typed))

    return await turn.run(choose)


def _ask_how(desk: Desk, contact: Contact, *, in_place: bool = True) -> object:
    desk.shows(contact.id)
    return _ask(desk, HOW, Log(contact.name, contact.id), in_place=in_place)


# --- the questions ------------------------------------------------------------------------------


def _ask(
    desk: Desk, step: str, log: Log, *, is_unclear: bool = False, in_place: bool = True
) -> str:
    """Put a question, on the message whose button was tapped or as a new one."""
    html = say(
        "interactions", "question", step=step, log=log, unclear=is_unclear, today=desk.turn.today
    )
    (desk.edit if in_place else desk.say)(html, _choices(desk, step))
    return desk.ask(LOG, step, log.stored())


def _choices(desk: Desk, step: str) -> Keyboard:
    way_out = [button("skip", "log-skip", step), button("cancel", "cancel")]
    if step == HOW:
        return [[button(kind, "log-how", kind) for kind in LIKELY], way_out]
    if step == WHEN:
        today = desk.turn.today
        return [[_on("today", today), _on("yesterday", today - timedelta(days=1))], way_out]
    return [way_out]


def _on(key: str, day: date) -> Button:
    """A button that carries its day, so that it means the same after midnight."""
    return button(key, "log-when", day.isoformat())


def _so_far(turn: Turn) -> Log:
    assert turn.dialogue is not None
    return Log.of(turn.dialogue.answers)


def _said(turn: Turn) -> Said:
    return Said(turn.said_at, turn.zone, turn.known_owner.language)


async def _answer(turn: Turn, step: str, log: Log | None) -> object:
    """Go on with the answer; ask again where it was not understood."""
    if log is None:
        return await turn.run(lambda desk: _ask(desk, step, _so_far(turn), is_unclear=True))
    return await turn.run(lambda desk: _go_on(desk, step, log))


def _go_on(desk: Desk, step: str, log: Log) -> object:
    following = AFTER[step]
    return _finish(desk, log) if following is None else _ask(desk, following, log)


async def skip(_: Update, context: TurnContext) -> object:
    """[Skip]: the question keeps its default answer."""
    turn = context.turn
    assert turn.dialogue is not None
    return await _answer(turn, turn.dialogue.step, _so_far(turn))


async def tap_how(_: Update, context: TurnContext) -> object:
    """One of the ways was tapped."""
    assert context.match is not None
    kind = Kind(context.match.group(1))
    return await _answer(context.turn, HOW, replace(_so_far(context.turn), kind=kind))


async def how(update: Update, context: TurnContext) -> object:
    """ "We had lunch"."""
    kind, log = kind_in(words_of(update)), _so_far(context.turn)
    return await _answer(context.turn, HOW, replace(log, kind=kind) if kind else None)


async def tap_when(_: Update, context: TurnContext) -> object:
    """Today or yesterday, as they were when the question was put."""
    assert context.match is not None
    day, log = _past_day(context.match.group(1), context.turn.today), _so_far(context.turn)
    return await _answer(context.turn, WHEN, replace(log, day=day) if day else None)


def _past_day(written: str, today: date) -> date | None:
    """The day that a button carries; None for one that no button of ours ever did."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if day <= today and day.year in YEARS else None


async def when(update: Update, context: TurnContext) -> object:
    """ "Tuesday", "12 March"."""
    day, log = day_in(words_of(update), _said(context.turn)), _so_far(context.turn)
    return await _answer(context.turn, WHEN, replace(log, day=day) if day else None)


async def about(update: Update, context: TurnContext) -> object:
    """What it was about, in the owner's words."""
    topics = " ".join(words_of(update).split())[:LONGEST]
    return await _answer(context.turn, ABOUT, replace(_so_far(context.turn), topics=topics))


async def promised(update: Update, context: TurnContext) -> object:
    """ "Send deck by Friday", "she will send slides"."""
    log = _so_far(context.turn)
    promises = promises_in(words_of(update), log.name, _said(context.turn))
    answer = None if promises is None else replace(log, promises=promises)
    return await _answer(context.turn, PROMISED, answer)


async def follow_up(update: Update, context: TurnContext) -> object:
    """ "In 2 weeks", "Tuesday at 3"."""
    found, log = follow_up_in(words_of(update), _said(context.turn)), _so_far(context.turn)
    answer = replace(log, follow_up=found[0], task=found[1]) if found else None
    return await _answer(context.turn, NEXT, answer)


def _finish(desk: Desk, log: Log) -> object:
    """All is answered: keep it, and show what it became."""
    ended = desk.close_dialogue()
    turn = desk.turn
    if log.contact_id is not None and desk.notebook.contacts.find(log.contact_id) is None:
        desk.edit(say("interactions", "gone", name=log.name))
        return ended
    noted = Noted(NO_MESSAGE, turn.said_at, turn.zone, turn.now)
    kept = keep(desk.notebook, Reading((log.entry(),)), noted)
    cards.show(desk, desk.notebook.captures.get(kept), turn.tapped_message)
    start.ask_for_zone(desk)
    return ended


async def tap_again(_: Update, context: TurnContext) -> object:
    """A button of a question that is answered: show the one that is open."""
    turn = context.turn
    assert turn.dialogue is not None
    step = turn.dialogue.step

    def ask(desk: Desk) -> object:
        return _ask_who(desk) if step == WHO else _ask(desk, step, _so_far(turn))

    return await turn.run(ask)


def _or_skip(step: str, answer: Step) -> Step:
    """The step for an answer, which goes on where the words are "skip" or "nothing"."""

    async def told(update: Update, context: TurnContext) -> object:
        if is_no_answer(words_of(update)):
            return await _answer(context.turn, step, _so_far(context.turn))
        return await answer(update, context)

    return told


def conversation() -> Conversation:
    """The guided log."""
    steps = {HOW: how, WHEN: when, ABOUT: about, PROMISED: promised, NEXT: follow_up}
    taps = {
        HOW: [tapped(says("log-how", "|".join(Kind)), tap_how)],
        WHEN: [tapped(says("log-when", r"\d{4}-\d\d-\d\d"), tap_when)],
    }
    return Conversation(
        LOG,
        [CommandHandler("log", begin, filters=NEW), tapped(says("log", "int"), begin_with)],
        {
            WHO: [
                tapped(says("log-who", "int"), pick),
                answered(capture.unless_note(who, is_more_than_a_name)),
            ],
            **{
                step: [
                    *taps.get(step, []),
                    tapped(says("log-skip", step), skip),
                    answered(_or_skip(step, answer)),
                ]
                for step, answer in steps.items()
            },
        },
        [tapped(ANY_ANSWER, tap_again)],
    )


def routes() -> list[Route]:
    """/log and its questions."""
    return [Route(conversation(), "log", in_menu=True)]
