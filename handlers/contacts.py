"""Contacts: finding people, and their cards.

/find stripe            → the people who fit, typos forgiven; a tap opens a card
who do I know at Stripe → the same
"""

from __future__ import annotations

from telegram import Update

from handlers.buttons import named, says
from handlers.context import Desk, Turn, TurnContext
from handlers.replies import rows_of
from handlers.routing import Route, after_command, command, numbers, tap
from rapport.contacts.cards import contact_card
from rapport.templating import say

FOUND = 8


async def find(update: Update, context: TurnContext) -> None:
    """/find WORDS."""
    await answer(context.turn, after_command(update))


async def answer(turn: Turn, words: str) -> None:
    """The people who fit the words, as buttons that open their cards."""
    roster = await turn.roster()
    ids = roster.search(words, FOUND)

    def show(desk: Desk) -> None:
        noted = [id_ for id_ in desk.notebook.contacts.noting(words, limit=FOUND) if id_ not in ids]
        people = desk.notebook.contacts.many([*ids, *noted][:FOUND])
        picks = [named(person.name, "c", person.id) for person in people]
        desk.say(say("contacts", "found", words=words, people=people), rows_of(picks, 2))

    await turn.run(show)


async def open_card(_: Update, context: TurnContext) -> None:
    """A name was tapped."""
    (contact_id,) = numbers(context)

    def show(desk: Desk) -> None:
        card = contact_card(desk.notebook, contact_id)
        desk.edit(
            say("contacts", "card", card=card, today=desk.turn.today),
            about={"contacts": [contact_id]},
        )
        desk.shows(contact_id)

    await context.turn.run(show)


def routes() -> list[Route]:
    """Finding and showing."""
    return [command("find", find), tap(says("c", "int"), open_card)]
