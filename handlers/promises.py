"""Promises: what the owner owes and is owed.

    /promises ──▸ the open ones: late, due, later, theirs; a button each
                    │ ▲
              a tap ▼ │ [Back]
                  one promise ──[Done] or [Drop]──▸ settled ──[Open again]──▸ one promise

Done and Drop say what is to be, so tapping twice changes nothing twice.
"""

from __future__ import annotations

from itertools import groupby

from telegram import Update

from handlers.buttons import Button, button, named, says
from handlers.context import Desk, Turn, TurnContext
from handlers.replies import rows_of
from handlers.routing import Route, Step, command, numbers, tap
from rapport.promises import Standing, by_standing
from rapport.templating import say
from storage.contacts import Contact
from storage.promises import DONE, DROPPED, OPEN, Promise
from storage.types import Status

PAGE = 10

Listed = list[tuple[Standing, Promise]]


async def list_all(_: Update, context: TurnContext) -> None:
    """/promises."""
    await tell(context.turn)


async def tell(turn: Turn) -> None:
    """The open promises, asked for in words."""
    await turn.run(lambda desk: _show_list(desk, 0))


async def turn_page(_: Update, context: TurnContext) -> None:
    """[Back], or another page of a long list."""
    (page,) = numbers(context)
    await context.turn.run(lambda desk: _show_list(desk, page))


def _show_list(desk: Desk, page: int) -> None:
    """One page of the open promises, on the message whose button was tapped or as a new one."""
    found = by_standing(desk.notebook.promises.open(), desk.turn.today)
    page = min(page, max(0, len(found) - 1) // PAGE)
    listed = found[page * PAGE : (page + 1) * PAGE]
    people = {
        person.id: person
        for person in desk.notebook.contacts.many(promise.contact_id for _, promise in listed)
    }
    groups = [(key, [each for _, each in group]) for key, group in groupby(listed, _standing)]
    html = say("promises", "list", groups=groups, people=people, today=desk.turn.today)
    desk.edit(html, [*rows_of(_names(listed, people), 2), _pages(page, len(found))])


def _standing(pair: tuple[Standing, Promise]) -> Standing:
    return pair[0]


def _names(listed: Listed, people: dict[int, Contact]) -> list[Button]:
    """A button for each promise: the name, and what it is where the name comes twice."""
    owing = [promise.contact_id for _, promise in listed]
    return [
        named(_called(promise, people, owing.count(promise.contact_id)), "promise", promise.id)
        for _, promise in listed
    ]


def _called(promise: Promise, people: dict[int, Contact], times: int) -> str:
    name = people[promise.contact_id].name
    return name if times == 1 else f"{promise.what} · {name}"


def _pages(page: int, total: int) -> list[Button]:
    buttons = []
    if page:
        buttons.append(button("previous", "promises", page - 1))
    if (page + 1) * PAGE < total:
        buttons.append(button("next", "promises", page + 1))
    return buttons


async def open_one(_: Update, context: TurnContext) -> None:
    """A promise was tapped."""
    (promise_id,) = numbers(context)
    await context.turn.run(lambda desk: _show_one(desk, promise_id))


def _show_one(desk: Desk, promise_id: int) -> None:
    """One promise in place of the list, with what can be done about it."""
    promise = desk.notebook.promises.find(promise_id)
    if promise is None:
        desk.edit(say("promises", "gone"), [[_back()]])
        return
    contact = desk.notebook.contacts.get(promise.contact_id)
    html = say("promises", "one", promise=promise, contact=contact, today=desk.turn.today)
    desk.edit(html, [_deeds(promise, contact)], about={"contacts": [contact.id]})
    desk.shows(contact.id)


def _deeds(promise: Promise, contact: Contact) -> list[Button]:
    if promise.state != OPEN:
        return [button("open_again", "promise-open", promise.id), _back()]
    deeds = [
        button("done", "promise-done", promise.id),
        button("drop", "promise-drop", promise.id),
    ]
    if contact.status is Status.ACTIVE:
        deeds.append(button("draft", "draft", "follow-up", contact.id))
    return [*deeds, _back()]


def _back() -> Button:
    return button("back", "promises", 0)


def _settling(state: str) -> Step:
    """The step that brings a promise to a state and shows it."""

    async def settle(_: Update, context: TurnContext) -> None:
        (promise_id,) = numbers(context)

        def work(desk: Desk) -> None:
            if desk.notebook.promises.find(promise_id) is not None:
                desk.notebook.promises.settle(promise_id, state, desk.turn.today)
            _show_one(desk, promise_id)

        await context.turn.run(work)

    return settle


def routes() -> list[Route]:
    """/promises and its buttons."""
    return [
        command("promises", list_all),
        tap(says("promises", "int"), turn_page),
        tap(says("promise", "int"), open_one),
        tap(says("promise-done", "int"), _settling(DONE)),
        tap(says("promise-drop", "int"), _settling(DROPPED)),
        tap(says("promise-open", "int"), _settling(OPEN)),
    ]
