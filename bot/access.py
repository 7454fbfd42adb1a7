"""Who is let in, from the command line: the roll of owners, and turning somebody away.

It works while the bot runs: whether somebody is blocked is looked up with each of their updates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from bot.backups import days_held
from bot.clock import Clock
from bot.settings import Settings, SettingsError
from handlers.context import House
from handlers.operator import Entry, WayIn, way_in
from rapport.names import clean
from storage import owners
from storage.database import Database

WAYS = {
    WayIn.OPERATOR: "an operator",
    WayIn.LISTED: "on the list",
    WayIn.INVITED: "invited",
    WayIn.OPEN: "came by themselves",
    WayIn.NO_MORE: "not let in any more",
}


def house_of(settings: Settings) -> House:
    """The rules of this Rapport, as they are set."""
    return House(
        settings.open or settings.is_playground,
        settings.allowed_users,
        settings.zone,
        settings.digest_at,
        settings.operators,
        days_held(settings),
    )


@dataclass(frozen=True)
class Roll:
    """A line for each owner, and the ids of the blocked who keep nothing here."""

    owners: Sequence[str]
    shut_out: Sequence[int]


async def roll(settings: Settings) -> Roll:
    """Who is here: who they are and how much they keep, and nothing of what."""
    house = house_of(settings)
    with _database(settings) as database:
        lines = []
        for owner in await database.read(owners.roll):
            tally = await database.read(partial(owners.tally, owner_id=owner.id))
            entry = Entry(owner, clean(owner.name), way_in(owner, house), tally)
            lines.append("  ".join(_columns(entry)))
        return Roll(lines, await database.read(owners.shut_out))


def _columns(entry: Entry) -> Iterator[str]:
    owner, tally = entry.owner, entry.tally
    last = f"last note {tally.last_note:%Y-%m-%d}" if tally.last_note else "no note yet"
    yield f"{owner.id:>12}"
    yield f"since {owner.created_at:%Y-%m-%d}"
    yield f"{last:<20}"
    yield f"contacts {tally.contacts:<6}"
    yield f"meetings and calls {tally.interactions:<7}"
    yield f"{WAYS[entry.way_in] + (', BLOCKED' if owner.blocked_at else ''):<28}"
    yield entry.name


async def block(settings: Settings, owner_id: int, clock: Clock) -> None:
    """Turn somebody away from now on; SettingsError where that cannot be."""
    if owner_id in settings.operators:
        raise SettingsError(f"RAPPORT_OPERATORS names {owner_id}; take them out there first")
    with _database(settings) as database:
        at = clock()
        await database.run(lambda unit: owners.block(unit, owner_id, at))


async def unblock(settings: Settings, owner_id: int) -> None:
    """Let somebody in again; SettingsError if they are not blocked."""
    with _database(settings) as database:
        if not await database.run(lambda unit: owners.unblock(unit, owner_id)):
            raise SettingsError(f"{owner_id} is not blocked")


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_address)
    try:
        yield database
    finally:
        database.close()
