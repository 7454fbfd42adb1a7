"""Adding a contact: /add asks piece by piece, for those who would rather be asked.

    /add, or /add Anna Kovač
     │
     ▼
    name ──▸ role ──▸ company ──▸ where met ──▸ how to reach them ──▸ how often ──▸ the card
     └──a name that is known──▸ open that card, or add another of the name

Every step has Skip and Cancel; the name alone has no Skip. Nothing is kept before the end. Ways
to reach them may come several in one message. How often is a circle or a time, "every six weeks",
of which the likeliest two have buttons; Skip is no rhythm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from telegram import Update
from telegram.ext import CommandHandler

from handlers.buttons import button, named, says
from handlers.capture import unless_note
from handlers.contacts import CIRCLES, circle_buttons, on_contact, say_who, show_card
from handlers.context import Desk, Turn, TurnContext
from handlers.dialogues import Conversation
from handlers.replies import Keyboard, rows_of
from handlers.routing import NEW, Handler, Route, Step, after_command, answered, tapped, words_of
from rapport.capture.asides import is_more_than_a_name, is_no_answer
from rapport.capture.details import handles_in, met_in
from rapport.capture.guided import Said
from rapport.contacts.adding import NewContact, add, as_name
from rapport.names import clean
from rapport.nudges.cadence import INTERVALS
from rapport.nudges.rhythms import rhythm_in
from rapport.templating import say
from storage.types import Circle

ADD = "add"
NAME, KNOWN, ROLE, COMPANY, MET, REACH, CIRCLE = (
    "name",
    "known",
    "role",
    "company",
    "met",
    "reach",
    "circle",
)
AFTER = {NAME: ROLE, ROLE: COMPANY, COMPANY: MET, MET: REACH, REACH: CIRCLE}
NAMESAKES = 4
LIKELY = (Circle.CLOSE, Circle.ACTIVE)

Answer = Callable[[NewContact, str, Said], NewContact | None]


# --- the name -----------------------------------------------------------------------------------


async def begin(update: Update, context: TurnContext) -> object:
    """/add, or /add NAME."""
    words = after_command(update)
    if words:
        return await _named(context.turn, words)
    return await context.turn.run(lambda desk: _ask(desk, NAME, NewContact()))


async def name(update: Update, context: TurnContext) -> object:
    """A name was typed."""
    return await _named(context.turn, words_of(update))


async def _named(turn: Turn, words: str) -> object:
    typed = as_name(words)
    roster = await turn.roster()

    def take(desk: Desk) -> object:
        if typed is None:
            return _ask(desk, NAME, NewContact(), block="name_unclear")
        new = NewContact(typed)
        known = desk.notebook.contacts.many(roster.named(typed)[:NAMESAKES])
        if not known:
            return _ask(desk, ROLE, new)
        picks = [
            named(say_who(person.name, person.company), "add-open", person.id) for person in known
        ]
        rows = [
            *rows_of(picks, 1),
            [button("add_another", "add-another"), button("cancel", "cancel")],
        ]
        desk.say(say("adding", KNOWN, name=typed, many=len(known) > 1), rows)
        return desk.ask(ADD, KNOWN, new.stored())

    return await turn.run(take)


async def open_known(_: Update, context: TurnContext) -> object:
    """It was the one who is known: their card."""

    def show(desk: Desk, contact_id: int) -> object:
        show_card(desk, contact_id, in_place=True)
        return desk.close_dialogue()

    return await on_contact(context, show)


async def another(_: Update, context: TurnContext) -> object:
    """Somebody else of the same name."""
    return await context.turn.run(lambda desk: _ask(desk, ROLE, _so_far(context.turn)))


# --- the questions ------------------------------------------------------------------------------


def _role(new: NewContact, words: str, _said: Said) -> NewContact | None:
    """ "CTO at Finch" answers two questions."""
    role, _, company = (clean(part) for part in words.partition(" at "))
    return replace(new, role=role, company=company or None) if role else None


def _company(new: NewContact, words: str, _said: Said) -> NewContact | None:
    return replace(new, company=clean(words)) if clean(words) else None


def _met(new: NewContact, words: str, said: Said) -> NewContact | None:
    met = met_in(clean(words), said)
    if met.place is None and met.day is None and met.through is None:
        return None
    return replace(new, met_at=met.place, met_on=met.day, how_met=met.through)


def _reach(new: NewContact, words: str, said: Said) -> NewContact | None:
    found = tuple((handle.kind, handle.value) for handle in handles_in(words, said))
    return replace(new, handles=found) if found else None


def answers(step: str, answer: Answer) -> list[Step]:
    """What takes the words of a step, and what takes its Skip."""

    async def told(update: Update, context: TurnContext) -> object:
        if is_no_answer(words_of(update)):
            return await skipped(update, context)
        turn = context.turn
        said = Said(turn.said_at, turn.zone, turn.known_owner.language)
        so_far = _so_far(turn)
        new = answer(so_far, words_of(update), said)

        def take(desk: Desk) -> object:
            if new is None:
                return _ask(desk, step, so_far, block=f"{step}_unclear")
            return _ask(desk, _next(step, new), new)

        return await turn.run(take)

    async def skipped(_: Update, context: TurnContext) -> object:
        so_far = _so_far(context.turn)
        return await context.turn.run(lambda desk: _ask(desk, _next(step, so_far), so_far))

    return [told, skipped]


def _next(step: str, new: NewContact) -> str:
    """The next question whose answer is not known yet."""
    following = AFTER[step]
    return MET if following == COMPANY and new.company else following


def _so_far(turn: Turn) -> NewContact:
    assert turn.dialogue is not None
    return NewContact.of(turn.dialogue.answers)


def _ask(desk: Desk, step: str, new: NewContact, block: str | None = None) -> object:
    """Ask one question, on the message tapped where there is one."""
    desk.edit(say("adding", block or step, name=new.name, circles=INTERVALS), _buttons(step))
    return desk.ask(ADD, step, new.stored())


def _buttons(step: str) -> Keyboard:
    cancel = button("cancel", "cancel")
    if step == NAME:
        return [[cancel]]
    last = [button("skip", "add-skip"), cancel]
    return [circle_buttons(LIKELY, "add-in"), last] if step == CIRCLE else [last]


# --- the end ------------------------------------------------------------------------------------


async def circle(_: Update, context: TurnContext) -> object:
    """A rhythm was tapped: that was the last question."""
    assert context.match is not None
    wanted = Circle(context.match.group(1))
    return await _finish(context.turn, replace(_so_far(context.turn), circle=wanted))


async def no_circle(_: Update, context: TurnContext) -> object:
    """No rhythm is wanted."""
    return await _finish(context.turn, _so_far(context.turn))


async def how_often(update: Update, context: TurnContext) -> object:
    """ "Inner circle", "every six weeks"."""
    words, so_far = words_of(update), _so_far(context.turn)
    if is_no_answer(words):
        return await _finish(context.turn, so_far)
    match rhythm_in(words):
        case Circle() as wanted:
            return await _finish(context.turn, replace(so_far, circle=wanted))
        case int() as days:
            return await _finish(context.turn, replace(so_far, cadence_days=days))
        case None:
            return await context.turn.run(
                lambda desk: _ask(desk, CIRCLE, so_far, block=f"{CIRCLE}_unclear")
            )


async def _finish(turn: Turn, new: NewContact) -> object:
    await turn.roster()  # whose name the new one may look like

    def keep(desk: Desk) -> object:
        contact_id = add(desk.notebook, new, now=desk.turn.now, today=desk.turn.today)
        show_card(desk, contact_id, in_place=True)
        return desk.close_dialogue()

    return await turn.run(keep)


def conversation() -> Conversation:
    """The whole of it."""
    named_or_noted = unless_note(name, is_more_than_a_name)
    questions: dict[str, Answer] = {ROLE: _role, COMPANY: _company, MET: _met, REACH: _reach}
    steps: dict[object, list[Handler]] = {
        NAME: [answered(named_or_noted)],
        KNOWN: [
            tapped(says("add-open", "int"), open_known),
            tapped(says("add-another"), another),
            answered(named_or_noted),
        ],
        CIRCLE: [
            tapped(says("add-in", CIRCLES), circle),
            tapped(says("add-skip"), no_circle),
            answered(how_often),
        ],
    }
    for step, answer in questions.items():
        told, skipped = answers(step, answer)
        steps[step] = [answered(told), tapped(says("add-skip"), skipped)]
    return Conversation(ADD, [CommandHandler("add", begin, filters=NEW)], steps)


def routes() -> list[Route]:
    """/add."""
    return [Route(conversation(), ADD, in_menu=True)]
