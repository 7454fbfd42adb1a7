"""Every route on one page, in the order they are asked: the first that wants an update answers it.

The guard comes before all. Commands come before conversations, so that a command works in the
middle of one; conversations before free text, so that an answer is not taken for a note; free
text before the fallbacks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import cache

from handlers import (
    adding,
    attachments,
    capture,
    cards,
    contacts,
    drafts,
    editing,
    erasing,
    fallbacks,
    fixing,
    guard,
    help,  # noqa: A004
    interactions,
    nudges,
    operator,
    preferences,
    promises,
    reminders,
    sharing,
    start,
    transfer,
)
from handlers.context import Office
from handlers.routing import Handler, Route

MENU = 10  # commands the menu lists at most
# How the commands are read: what is done daily, then the rest, then what is kept and the ways out.
FIRST = ("add", "log", "find", "today", "draft", "promises", "settings")
LAST = ("forget", "export", "erase", "help", "cancel")


@cache
def all_routes() -> tuple[Route, ...]:
    """The routes in order."""
    return (
        *fallbacks.first(),
        *start.routes(),
        *nudges.routes(),
        *contacts.routes(),
        *adding.routes(),
        *editing.routes(),
        *sharing.routes(),
        *transfer.routes(),
        *attachments.routes(),
        *drafts.routes(capture.unless_note),
        *help.routes(command_names, operators_commands),
        *operator.routes(),
        *preferences.routes(),
        *erasing.routes(),
        *promises.routes(),
        *reminders.routes(),
        *interactions.routes(),
        *fixing.routes(),
        *cards.routes(),
        *capture.routes(),
        *transfer.in_words(),
        *erasing.in_words(),
        *capture.last(),
        *fallbacks.last(),
    )


def command_names() -> list[str]:
    """The commands that /help tells of, in the order they are read."""
    names = [
        route.command
        for route in all_routes()
        if route.command and not route.is_operators and route.command != "start"
    ]
    return sorted(names, key=_place)


def _place(name: str) -> int:
    if name in LAST:
        return 1 + LAST.index(name)
    return FIRST.index(name) - len(FIRST) if name in FIRST else 0


def operators_commands() -> list[str]:
    """The commands that only those who run this Rapport have."""
    return [route.command for route in all_routes() if route.command and route.is_operators]


def menu() -> list[dict[str, str]]:
    """The commands that Telegram's menu lists."""
    listed = [route.command for route in all_routes() if route.command and route.in_menu]
    return _described(sorted(listed, key=_place)[:MENU])


def operators_menu() -> list[dict[str, str]]:
    """The commands that Telegram's menu lists for those who run this Rapport."""
    return [*menu(), *_described(operators_commands())]


def _described(names: Iterable[str]) -> list[dict[str, str]]:
    return [{"command": name, "description": help.described(name)} for name in names]


def handlers() -> list[tuple[int, Handler]]:
    """(group, handler) pairs for the application; the guard's group comes first."""
    return [
        *((-1, handler) for handler in guard.routes()),
        *((0, route.handler) for route in all_routes()),
    ]


def due(office: Office) -> Mapping[str, Callable[[], Awaitable[object]]]:
    """What the scheduler looks for at every tick, by name."""
    return {
        "digests": lambda: nudges.send_due_digests(office),
        "reminders": lambda: reminders.send_due(office),
    }
