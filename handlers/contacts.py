"""Contacts: finding people, their cards, and how often to be in touch.

/find stripe            → the people who fit, typos forgiven; a tap opens a card
who do I know at Stripe → the same; where one fits, their card at once
/find                   → what are you looking for?

a card: [Log] [Draft]              (their own dialogues)
        [Keep in touch] [More…]    Keep in touch → three rhythms, and two more behind its
                                   More…, where it ends too; More… → editing.py
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from telegram import Update
from telegram.ext import CommandHandler

from handlers.buttons import Button, button, named, says
from handlers.context import Desk, Turn, TurnContext
from handlers.dialogues import Conversation
from handlers.replies import Keyboard, rows_of
from handlers.routing import NEW, Route, after_command, answered, numbers, tap, words_of
from rapport.contacts.cards import contact_card
from rapport.contacts.doubts import doubts
from rapport.contacts.editing import keep_in_touch, let_be
from rapport.contacts.search import MOST, search
from rapport.journeys.rhythm import next_turn
from rapport.names import clean
from rapport.nudges.cadence import effective_cadence
from rapport.templating import say
from storage.contacts import Contact
from storage.errors import NoSuchRecord
from storage.types import Circle, Status

FIND = "find"
WORDS = "words"
PAGE = 8

USUAL, SELDOM = (Circle.CLOSE, Circle.ACTIVE, Circle.WIDE), (Circle.INNER, Circle.DORMANT)


# --- finding ------------------------------------------------------------------------------------


async def find(update: Update, context: TurnContext) -> object:
    """/find WORDS, or /find and then the words."""
    return await answer(context.turn, after_command(update))


async def find_answered(update: Update, context: TurnContext) -> object:
    """The words to look for."""
    return await answer(context.turn, words_of(update))


async def answer(turn: Turn, words: str) -> object:
    """The people who fit the words, as buttons that open their cards; one fits: the card."""
    words = clean(words)
    roster = await turn.roster()

    def show(desk: Desk) -> object:
        if not words:
            return _ask_words(desk)
        found = search(desk.notebook, roster, words)
        if len(found) == 1:
            show_card(desk, found[0])
        else:
            _list(desk, words, found, first=0)
        dialogue = turn.dialogue
        return desk.close_dialogue() if dialogue is not None and dialogue.name == FIND else None

    return await turn.run(show)


def _ask_words(desk: Desk) -> str:
    desk.say(say("contacts", "ask_words"), [[button("cancel", "cancel")]])
    return desk.ask(FIND, WORDS, {})


async def more(_: Update, context: TurnContext) -> None:
    """The next people who fit; what was looked for stands in the record of the message."""
    turn = context.turn
    (first,) = numbers(context)
    at = turn.tapped_message
    about = await turn.read(lambda notebook: notebook.outbox.about(at) if at else None)
    words = str((about or {}).get("found", ""))
    roster = await turn.roster()

    def show(desk: Desk) -> None:
        found = search(desk.notebook, roster, words)
        if first < len(found):
            _list(desk, words, found, first)
        else:
            desk.say(say("help", "old_button"))

    await turn.run(show)


def _list(desk: Desk, words: str, found: Sequence[int], first: int) -> None:
    people = desk.notebook.contacts.many(found[first : first + PAGE])
    rest = len(found) - first - len(people)
    rows = rows_of(map(open_button, people), 2)
    if rest > 0:
        rows.append([button("more_people", "find-more", first + PAGE)])
    html = say(
        "contacts", "found", words=words, found=len(found), first=first, is_all=len(found) < MOST
    )
    desk.edit(html, rows, about={"found": words})
    if people:
        desk.shows(*(person.id for person in people))


def open_button(person: Contact) -> Button:
    """A button that opens somebody's card, their company telling them apart."""
    return named(say_who(person.name, person.company), "c", person.id)


def say_who(name: str, company: str | None) -> str:
    """A name told apart from another of its kind by the company."""
    return f"{name} · {company}" if company else name


# --- the card -----------------------------------------------------------------------------------


def show_card(
    desk: Desk, contact_id: int, *, in_place: bool = False, keyboard: Keyboard | None = None
) -> None:
    """A contact's card, as a new message or on the one tapped; NoSuchRecord if they are gone."""
    card = contact_card(desk.notebook, contact_id)
    today = desk.turn.today
    contact = card.contact
    html = say(
        "contacts",
        "card",
        card=card,
        doubts=doubts(desk.turn.people, [contact]),
        today=today,
        zone=desk.turn.zone,
        every=effective_cadence(contact.circle, contact.cadence_days),
        next_on=next_turn(contact, today),
    )
    put = desk.edit if in_place else desk.say
    rows = _card_buttons(contact) if keyboard is None else keyboard
    put(html, rows, about={"contacts": [contact_id]})
    desk.shows(contact_id)


def _card_buttons(contact: Contact) -> Keyboard:
    log = button("log", "log", contact.id)
    draft = button("draft", "draft-for", contact.id)
    rhythm = button("keep_in_touch", "keep", contact.id)
    rest = button("more", "more", contact.id)
    match contact.status:
        case Status.ACTIVE:
            return [[log, draft], [rhythm, rest]]
        case Status.ARCHIVED:
            return [[log, draft], [rest]]
        case Status.DO_NOT_CONTACT:
            return [[log, rest]]
        case Status.DECEASED:
            return [[rest]]


async def on_contact(context: TurnContext, work: Callable[[Desk, int], object]) -> object:
    """Do the work on the contact whose id the tapped button carries, if they are still there."""
    contact_id = numbers(context)[0]

    def look_first(desk: Desk) -> object:
        desk.notebook.contacts.get(contact_id)
        return work(desk, contact_id)

    def gone(desk: Desk) -> None:
        desk.say(say("help", "old_button"))

    try:
        return await context.turn.run(look_first)
    except NoSuchRecord:
        return await context.turn.run(gone)


async def open_card(_: Update, context: TurnContext) -> None:
    """A name was tapped, or Back."""
    await on_contact(context, lambda desk, contact_id: show_card(desk, contact_id, in_place=True))


# --- keep in touch ------------------------------------------------------------------------------


def circle_buttons(circles: Iterable[Circle], verb: str, *arguments: int) -> list[Button]:
    """The rhythms of these circles, in words."""
    return [button(f"circle_{circle}", verb, *arguments, circle) for circle in circles]


async def keep(_: Update, context: TurnContext) -> None:
    """[Keep in touch]: how often?"""

    def ask(desk: Desk, contact_id: int) -> None:
        contact = desk.notebook.contacts.get(contact_id)
        rest = button("more", "keep-more", contact_id)
        _ask_how_often(desk, contact, [*circle_buttons(USUAL, "keep-in", contact_id), rest])

    await on_contact(context, ask)


async def keep_more(_: Update, context: TurnContext) -> None:
    """[More…] below that question: the other rhythms, and none."""

    def ask(desk: Desk, contact_id: int) -> None:
        contact = desk.notebook.contacts.get(contact_id)
        choices = circle_buttons(SELDOM, "keep-in", contact_id)
        if contact.tracked_since is not None:
            choices.append(button("stop", "keep-not", contact_id))
        _ask_how_often(desk, contact, [*choices, button("back", "c", contact_id)])

    await on_contact(context, ask)


def _ask_how_often(desk: Desk, contact: Contact, choices: list[Button]) -> None:
    every = effective_cadence(contact.circle, contact.cadence_days)
    now = every if contact.tracked_since is not None else None
    desk.edit(say("contacts", "keep_how", contact=contact, every=now), rows_of(choices, 2))


async def keep_in(_: Update, context: TurnContext) -> None:
    """One of the rhythms was tapped."""
    assert context.match is not None
    circle = Circle(context.match.group(2))

    def set_rhythm(desk: Desk, contact_id: int) -> None:
        keep_in_touch(desk.notebook, contact_id, circle, desk.turn.today)
        show_card(desk, contact_id, in_place=True)

    await on_contact(context, set_rhythm)


async def keep_not(_: Update, context: TurnContext) -> None:
    """[Stop]: no rhythm any more."""

    def stop(desk: Desk, contact_id: int) -> None:
        let_be(desk.notebook, contact_id)
        show_card(desk, contact_id, in_place=True)

    await on_contact(context, stop)


CIRCLES = "|".join(Circle)


def routes() -> list[Route]:
    """Finding, showing, and how often to be in touch."""
    return [
        Route(
            Conversation(
                FIND,
                [CommandHandler("find", find, filters=NEW)],
                {WORDS: [answered(find_answered)]},
            ),
            "find",
            in_menu=True,
        ),
        tap(says("find-more", "int"), more),
        tap(says("c", "int"), open_card),
        tap(says("keep", "int"), keep),
        tap(says("keep-more", "int"), keep_more),
        tap(says("keep-in", "int", CIRCLES), keep_in),
        tap(says("keep-not", "int"), keep_not),
    ]
