"""What the operator can do in their own chat: let people in, see who is there, turn somebody away.

/invite     → a code and its link, good for one person, and until when
/owners     → who keeps contacts here, ten at a time: [Previous] [Next]
/counts     → how much is kept, in numbers
/block ID   → sure? [Block] [Leave it]
/unblock ID → sure? [Let back in] [Leave it]

Nobody else has these commands: they are answered like any that do not exist. The operator sees
how many contacts somebody has, never who they are: each owner is counted in a unit of work that
acts for that owner alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from telegram import Update
from telegram.ext import CommandHandler, filters

from handlers.buttons import button, says
from handlers.context import Desk, House, Turn, TurnContext
from handlers.fallbacks import old_button
from handlers.replies import rows_of
from handlers.routing import NEW, Route, Step, after_command, numbers, tap
from rapport.dates import local_today
from rapport.names import clean
from rapport.templating import say
from storage import intake, invites, outbox, owners
from storage.owners import Owner, Tally
from storage.unit import Unit

PAGE = 10
A_DAY = timedelta(days=1)
LONGEST_ID = 18  # digits; Telegram's ids have fewer


class WayIn(StrEnum):
    """How somebody came to keep contacts here."""

    OPERATOR = "operator"
    LISTED = "listed"
    INVITED = "invited"
    OPEN = "open"
    NO_MORE = "no more"  # taken off the list, or the house was closed


@dataclass(frozen=True, slots=True)
class Entry:
    """An owner as the operator sees them."""

    owner: Owner
    name: str
    way_in: WayIn
    tally: Tally


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody to be turned away or let in again; `name` is None if they keep nothing here."""

    id: int
    name: str | None
    is_blocked: bool


def way_in(owner: Owner, house: House) -> WayIn:
    """What lets the owner in today."""
    if owner.id in house.operators:
        return WayIn.OPERATOR
    if owner.id in house.allowed:
        return WayIn.LISTED
    if owner.invited:
        return WayIn.INVITED
    return WayIn.OPEN if house.open else WayIn.NO_MORE


def is_operator(update: Update) -> bool:
    """Whether the update comes from somebody who runs this Rapport."""
    user = update.effective_user
    return user is not None and user.id in Turn.current().house.operators


class _Operators(filters.UpdateFilter):
    """Updates of those who run this Rapport."""

    def filter(self, update: Update) -> bool:
        return is_operator(update)


# --- letting in ---------------------------------------------------------------------------------


async def invite(_: Update, context: TurnContext) -> None:
    """/invite: a code that lets one person in, and the link that carries it."""
    turn = context.turn
    bot = context.bot.username
    until = local_today(turn.now + invites.LIFETIME, turn.zone)

    def issue(desk: Desk) -> None:
        code = invites.issue(desk.unit, turn.now)
        desk.say(say("operator", "invite", bot=bot, code=code, until=until, today=turn.today))

    await turn.run(issue)


# --- seeing who is there ------------------------------------------------------------------------


async def list_owners(_: Update, context: TurnContext) -> None:
    """/owners: the first of them."""
    await _show_page(context.turn, 0)


async def turn_page(_: Update, context: TurnContext) -> None:
    """[Next] or [Previous]."""
    await _show_page(context.turn, numbers(context)[0])


async def _show_page(turn: Turn, first: int) -> None:
    def read(unit: Unit) -> tuple[tuple[int, int], list[Owner]]:
        return owners.count(unit), owners.roll(unit, first=first, limit=PAGE)

    (everybody, blocked), page = await turn.database.read(read)
    entries = [
        Entry(each, clean(each.name), way_in(each, turn.house), await _tally(turn, each.id))
        for each in page
    ]
    ways = []
    if first > 0:
        ways.append(button("previous", "op-owners", max(0, first - PAGE)))
    if first + PAGE < everybody:
        ways.append(button("next", "op-owners", first + PAGE))
    html = say(
        "operator",
        "owners",
        entries=entries,
        everybody=everybody,
        blocked=blocked,
        first=first,
        today=turn.today,
        zone=turn.zone,
    )
    await turn.run(lambda desk: desk.edit(html, [ways]))


async def counts(_: Update, context: TurnContext) -> None:
    """/counts: how much is kept here, and how busy it is."""
    turn = context.turn

    def read(unit: Unit) -> tuple[tuple[int, int], int, int, list[Owner]]:
        letters, updates = outbox.count_waiting(unit), intake.count_since(unit, turn.now - A_DAY)
        return owners.count(unit), letters, updates, owners.roll(unit)

    (everybody, blocked), letters, updates, roll = await turn.database.read(read)
    tallies = [await _tally(turn, owner.id) for owner in roll]
    html = say(
        "operator",
        "counts",
        everybody=everybody,
        blocked=blocked,
        contacts=sum(tally.contacts for tally in tallies),
        interactions=sum(tally.interactions for tally in tallies),
        updates=updates,
        letters=letters,
    )
    await turn.run(lambda desk: desk.say(html))


async def _tally(turn: Turn, owner_id: int) -> Tally:
    return await turn.database.read(lambda unit: owners.tally(unit, owner_id))


# --- turning away -------------------------------------------------------------------------------


async def ask_block(update: Update, context: TurnContext) -> None:
    """/block ID."""
    await _ask(update, context, "block")


async def ask_unblock(update: Update, context: TurnContext) -> None:
    """/unblock ID."""
    await _ask(update, context, "unblock")


async def _ask(update: Update, context: TurnContext, verb: str) -> None:
    """Ask before it is done, with whom it is about."""
    said = after_command(update)
    if not (said.isdecimal() and len(said) <= LONGEST_ID):
        await _answer(context, f"which_{verb}")
        return
    whom = await _find(context.turn, int(said))
    problem = _problem(context.turn, whom, verb)
    if problem:
        await _answer(context, problem, whom)
        return
    tally = await _tally(context.turn, whom.id)
    html = say("operator", f"ask_{verb}", whom=whom, contacts=tally.contacts)
    choices = [button(verb, f"op-{verb}", whom.id), button("leave_it", "op-leave")]
    await context.turn.run(lambda desk: desk.say(html, rows_of(choices, 2)))


async def block(_: Update, context: TurnContext) -> None:
    """[Block]."""
    now = context.turn.now
    await _settle(context, "block", lambda unit, user_id: owners.block(unit, user_id, now))


async def unblock(_: Update, context: TurnContext) -> None:
    """[Let back in]."""
    await _settle(context, "unblock", owners.unblock)


async def _settle(context: TurnContext, verb: str, change: Callable[[Unit, int], object]) -> None:
    """Do it, in a unit of the house's own: the operator's own unit reaches no other owner's row.
    Twice is the same as once, so it may come before the update's unit."""
    whom = await _find(context.turn, *numbers(context))
    problem = _problem(context.turn, whom, verb)
    if problem is None:
        await context.turn.database.run(lambda unit: change(unit, whom.id))
    await _answer(context, problem or f"{verb}ed", whom)


async def leave(_: Update, context: TurnContext) -> None:
    """[Leave it]: nothing is changed."""
    await _answer(context, "left")


async def _find(turn: Turn, user_id: int) -> Whom:
    def look(unit: Unit) -> Whom:
        owner = owners.find(unit, user_id)
        if owner is None:
            return Whom(user_id, None, owners.is_shut_out(unit, user_id))
        return Whom(user_id, clean(owner.name), owner.blocked_at is not None)

    return await turn.database.read(look)


def _problem(turn: Turn, whom: Whom, verb: str) -> str | None:
    """Why it cannot be done, as the words for it are called; None if it can."""
    if whom.id == turn.chat_id:
        return "not_yourself"
    if whom.id in turn.house.operators:
        return "not_an_operator"
    return f"already_{verb}ed" if whom.is_blocked == (verb == "block") else None


async def _answer(context: TurnContext, block: str, whom: Whom | None = None) -> None:
    await context.turn.run(lambda desk: desk.edit(say("operator", block, whom=whom)))


def routes() -> list[Route]:
    """The operator's commands and their buttons."""
    return [
        _command("invite", invite),
        _command("owners", list_owners),
        _command("counts", counts),
        _command("block", ask_block),
        _command("unblock", ask_unblock),
        _tap(says("op-owners", "int"), turn_page),
        _tap(says("op-block", "int"), block),
        _tap(says("op-unblock", "int"), unblock),
        _tap(says("op-leave"), leave),
    ]


def _command(name: str, step: Step) -> Route:
    return Route(CommandHandler(name, step, filters=NEW & _Operators()), name, is_operators=True)


def _tap(pattern: re.Pattern[str], step: Step) -> Route:
    async def tapped(update: Update, context: TurnContext) -> None:
        await (step if is_operator(update) else old_button)(update, context)

    return tap(pattern, tapped)
