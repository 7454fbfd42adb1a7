"""Days lived by a moved clock: what came unasked, and whether it should have come then.

The rules are told here once more, in other words than the bot's: from when somebody's clock read
what, and what came meanwhile, they say what was lost, doubled, early, or came at night.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from handlers import nudges, reminders
from handlers.context import Office
from rapport.dates import at_local
from rapport.nudges.hours import next_digest
from storage import owners
from storage.database import Database
from storage.notebook import Notebook
from storage.unit import Unit
from tests.letterbox import Letterbox

NEARLY = timedelta(minutes=5)  # what a busy bot may take without being late
HOUR = timedelta(hours=1)  # for which somebody who named an hour of the night is up
HOURS = ("00:00", "02:15", "08:30", "23:30")
RING_AT = (time(0, 5), time(1, 45), time(2, 15), time(2, 45), time(7), time(12, 30), time(23, 45))


@dataclass(frozen=True, slots=True)
class Wishes:
    """When somebody wants to hear from the bot: a digest a day, and reminders by number."""

    owner_id: int
    zone: ZoneInfo
    digest_at: str
    rings: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Came:
    """Something that came unasked; `number` is a reminder's, None for the digest."""

    owner_id: int
    number: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """How much was wished for, and in how much of it the bot failed."""

    wished: int = 0
    lost: int = 0
    doubled: int = 0
    untimely: int = 0
    """Early, or at night without having been named for it."""

    def __add__(self, other: Count) -> Count:
        return Count(
            self.wished + other.wished,
            self.lost + other.lost,
            self.doubled + other.doubled,
            self.untimely + other.untimely,
        )


def household(first_id: int, zone: str, days: Iterable[date]) -> list[Wishes]:
    """People in a zone who each want their digest at another hour, and reminders on these days."""
    there = ZoneInfo(zone)
    rings = tuple(sorted({at_local(day, clock, there) for day in days for clock in RING_AT}))
    return [Wishes(first_id + n, there, hour, rings) for n, hour in enumerate(HOURS)]


async def settle(database: Database, wishes: Sequence[Wishes], now: datetime) -> None:
    """They begin now, each with a task that every digest names."""

    def begin(unit: Unit, each: Wishes) -> None:
        due = next_digest(now, each.digest_at, each.zone)
        owners.add(
            unit,
            each.owner_id,
            name="Alex",
            language="en",
            digest_at=each.digest_at,
            now=now,
            digest_due=due,
        )
        owners.change(unit, each.owner_id, zone=each.zone.key)
        notebook = Notebook(unit, each.owner_id)
        notebook.reminders.add(None, "water the plants", date(2000, 1, 1), now=now)
        for number, at in enumerate(each.rings):
            notebook.reminders.add(None, f"ring {number}", at.date(), now=now, due_at=at)

    for each in wishes:
        await database.run(partial(begin, each=each))


async def live(
    database: Database, wishes: Sequence[Wishes], moments: Sequence[datetime]
) -> list[Came]:
    """What comes to them when the bot ticks at these moments, as its clock reads them."""
    now = moments[0]
    post = Letterbox()
    office = Office(database, post, lambda: now, "UTC")
    await settle(database, wishes, now)
    came: list[Came] = []
    for now in moments:
        await nudges.send_due_digests(office)
        await reminders.send_due(office)
        for (letter,) in post.handed:
            came.append(Came(letter.owner_id, number_of(letter.body["text"]), now))
        post.handed.clear()
    return came


def number_of(text: str) -> int | None:
    """Which reminder a message is; None for the digest."""
    first = text.splitlines()[0]
    return int(first.rpartition(" ")[2]) if ": ring " in first else None


# --- the rules ----------------------------------------------------------------------------------


def judge(
    wishes: Sequence[Wishes],
    moments: Sequence[datetime],
    came: Sequence[Came],
    *,
    forgiven: int = 0,
) -> Count:
    """What was wished for and what became of it.

    `forgiven`: days whose digest may be missing because the clock showed them out of turn.
    """
    total = Count()
    for each in wishes:
        mine = [one for one in came if one.owner_id == each.owner_id]
        digests = [one.at for one in mine if one.number is None]
        total += _digests(each, moments, digests, forgiven)
        total += _rings(each, moments, [one for one in mine if one.number is not None])
    return total


def _digests(
    wish: Wishes, moments: Sequence[datetime], came: Sequence[datetime], forgiven: int
) -> Count:
    def due(day: date) -> datetime:
        return at_local(day, time.fromisoformat(wish.digest_at), wish.zone)

    def may_come(at: datetime, up_for: timedelta) -> bool:
        late = at - due(_day(at, wish.zone))
        if late < timedelta(0):
            return False
        is_up = late <= up_for and _is_night(time.fromisoformat(wish.digest_at))
        return late <= NEARLY or is_up or not _is_night(at.astimezone(wish.zone).time())

    # Who begins after the hour has missed none that day.
    first = next_digest(moments[0], wish.digest_at, wish.zone)
    # A tick comes a little after its moment: at the end of that hour, either is right.
    wanted = {_day(at, wish.zone) for at in moments if at >= first and may_come(at, HOUR - NEARLY)}
    days = Counter(_day(at, wish.zone) for at in came)
    return Count(
        wished=len(wanted),
        lost=max(0, len(wanted - set(days)) - forgiven),
        doubled=sum(count - 1 for count in days.values()),
        untimely=sum(not may_come(at, HOUR + NEARLY) for at in came),
    )


def _rings(wish: Wishes, moments: Sequence[datetime], came: Sequence[Came]) -> Count:
    def may_come(number: int, at: datetime) -> bool:
        late = at - wish.rings[number]
        is_night = _is_night(at.astimezone(wish.zone).time())
        return late >= timedelta(0) and (late <= NEARLY or not is_night)

    wanted = {n for n in range(len(wish.rings)) if any(may_come(n, at) for at in moments)}
    numbers = Counter(one.number for one in came)
    return Count(
        wished=len(wanted),
        lost=len(wanted - set(numbers)),
        doubled=sum(count - 1 for count in numbers.values()),
        untimely=sum(not may_come(one.number or 0, one.at) for one in came),
    )


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _is_night(clock: time) -> bool:
    return clock >= time(22) or clock < time(7)


def ticking(begin: datetime, end: datetime, every: timedelta) -> list[datetime]:
    """The moments from the beginning to the end."""
    return [begin + every * n for n in range((end - begin) // every + 1)]
