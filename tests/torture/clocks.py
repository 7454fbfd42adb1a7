"""Time: the bot is away for a week, its clock is set wrong and right, summer time comes and goes.

The real process lives through it by a moved clock (`at_another_time`), and so do, by the thousand
and in no time, the functions it is made of (`simulated_days`). A digest must come once a local
day, a reminder once, neither early nor at night, and what is late once on return.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from playground import Playground
from storage import outbox, owners
from storage.database import Database
from storage.reminders import due_at_the_clock
from storage.schema import migrate
from storage.unit import Unit
from tests.bot.processes import LISTENING, open_house, running
from tests.torture.simulated_days import (
    Came,
    Count,
    Wishes,
    household,
    judge,
    live,
    number_of,
    settle,
    ticking,
)
from tests.torture.verdicts import Scale, Verdict

A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
SETTLED_WITHIN = 60.0
# Local days on which clocks changed, or that a zone left out. São Paulo has kept one time since
# 2019, Apia since 2021.
CHANGES = (
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("America/Sao_Paulo", date(2019, 2, 17)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("Africa/Cairo", date(2026, 10, 30)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Pacific/Apia", date(2012, 4, 1)),
    ("Pacific/Apia", date(2012, 9, 30)),
)
ZONES = tuple(dict.fromkeys(zone for zone, _ in CHANGES))


async def run(scale: Scale) -> list[Verdict]:
    """All of it, in a directory that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="rapport-torture-") as home:
        return await run_in(Path(home), scale)


async def run_in(home: Path, scale: Scale) -> list[Verdict]:
    """The real process first, then simulated days."""
    verdicts = [await _set_wrong_and_right(home, scale)]
    if not scale.quick:
        verdicts += [await _a_week_away(home), await _changes_of_the_clock(home)]
    return [*verdicts, await _simulated(home, scale)]


def _verdict(promise: str, found: Count, note: str) -> Verdict:
    notes = f"{note}, early or at night: {found.untimely}"
    return Verdict(promise, found.wished, found.lost + found.untimely, found.doubled, notes)


# --- the real process ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moment:
    """What the clock reads next, and whether the bot is there to read it."""

    at: datetime
    is_up: bool = True


async def _set_wrong_and_right(home: Path, scale: Scale) -> Verdict:
    """A day forward and back again, while it runs and while it is down."""
    begin = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)
    zones = scale.of(ZONES, ZONES[:1])
    days = {begin.date() + n * A_DAY for n in range(4)}
    wishes = _households(zones, days)
    step = scale.of(1, 9) * AN_HOUR
    noon, wrong = begin + 8 * AN_HOUR, begin + 8 * AN_HOUR + A_DAY
    moments = [Moment(at) for at in ticking(begin, noon, step)]
    moments += [Moment(wrong), Moment(noon), Moment(wrong - 2 * A_DAY), Moment(noon)]
    if not scale.quick:
        moments += [Moment(noon, is_up=False), Moment(wrong), Moment(wrong, is_up=False)]
        moments += [Moment(noon), Moment(noon, is_up=False), Moment(wrong - 2 * A_DAY)]
    moments += [Moment(at) for at in ticking(noon, begin + 4 * A_DAY, step)]
    found = await lived(home, wishes, moments, forgiven=1)
    return _verdict("clock a day forward and back", found, f"people: {len(wishes)}")


async def _a_week_away(home: Path) -> Verdict:
    """Seven days down; back at noon in Berlin, which is night elsewhere."""
    begin = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)
    wishes = _households(ZONES, {begin.date() + n * A_DAY for n in (0, 3, 6, 7, 8)})
    back = begin + 7 * A_DAY + 6 * AN_HOUR
    moments = [Moment(begin), Moment(begin, is_up=False)]
    moments += [Moment(at) for at in ticking(back, back + 2 * A_DAY, AN_HOUR)]
    return _verdict("7 days down", await lived(home, wishes, moments), f"people: {len(wishes)}")


async def _changes_of_the_clock(home: Path) -> Verdict:
    """Summer time comes and goes, and a day is left out."""
    total = Count()
    for zone, day in CHANGES:
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        wishes = household(1001, zone, [day - A_DAY, day, day + A_DAY])
        every = timedelta(minutes=30)
        night = ticking(midnight - 2 * AN_HOUR, midnight + 5 * AN_HOUR, every)
        rest = ticking(night[-1] + 2 * AN_HOUR, midnight + 30 * AN_HOUR, 2 * AN_HOUR)
        moments = [Moment(at) for at in (midnight - 14 * AN_HOUR, *night, *rest)]
        total += await lived(home, wishes, moments)
    return _verdict("summer time both ways", total, f"changes: {len(CHANGES)}")


def _households(zones: Sequence[str], days: set[date]) -> list[Wishes]:
    first = count(1001, 10)
    return [each for zone in zones for each in household(next(first), zone, sorted(days))]


async def lived(
    home: Path, wishes: Sequence[Wishes], moments: Sequence[Moment], *, forgiven: int = 0
) -> Count:
    """What the real process did for these people while its clock read these moments."""
    place = Path(tempfile.mkdtemp(dir=home))
    async with _elsewhen(place, moments[0].at, wishes) as elsewhen:
        for moment in moments:
            await elsewhen.reaches(moment)
        came = elsewhen.came()
    read = [moment.at for moment in moments if moment.is_up]
    return judge(wishes, read, came, forgiven=forgiven)


class Elsewhen:
    """The real bot in a town whose clock and its own are moved together."""

    def __init__(self, home: Path, town: Playground, database: Database, address: str) -> None:
        self._home = home
        self._town = town
        self._database = database
        self._settings = open_house(town, address) | {"RAPPORT_TICK_SECONDS": 0.1}
        self._clock = home / "clock"
        self._lives = count()
        self._life = AsyncExitStack()
        self._is_up = False
        self._people: list[int] = []

    async def reaches(self, moment: Moment) -> None:
        """The clock reads that moment, and all that is due is done, if anybody is there to."""
        self._read(moment.at)
        if not moment.is_up:
            await self.ends()
            return
        if not self._is_up:
            await self._begins()
        async with asyncio.timeout(SETTLED_WITHIN):
            while not await self._database.read(self._is_settled):  # noqa: ASYNC110 - another process does it
                await asyncio.sleep(0.03)

    def _read(self, at: datetime) -> None:
        offset = at.timestamp() - datetime.now(UTC).timestamp()
        self._town.world.clock.offset = offset
        self._clock.write_text(str(offset), encoding="ascii")

    def _is_settled(self, unit: Unit) -> bool:
        now = datetime.fromtimestamp(self._town.world.clock.now(), UTC)
        return not (
            owners.due_for_digest(unit, now, limit=1)
            or due_at_the_clock(unit, now, limit=1)
            or outbox.oldest_waiting(unit)
        )

    async def _begins(self) -> None:
        program = ("tests.torture.at_another_time", str(self._clock))
        name = f"life-{next(self._lives)}"
        life = running(self._home, self._settings, log=name, program=program)
        bot = await self._life.enter_async_context(life)
        await bot.says(LISTENING)
        self._is_up = True

    async def ends(self) -> None:
        """The process is killed."""
        await self._life.aclose()
        self._is_up = False

    async def settled_in(self, wishes: Sequence[Wishes], now: datetime) -> None:
        """These people live in the town and keep a notebook."""
        for each in wishes:
            self._town.world.people.admit({"id": each.owner_id, "first_name": "Alex"})
            self._people.append(each.owner_id)
        await settle(self._database, wishes, now)

    def came(self) -> list[Came]:
        """What the bot said to them, by the clock of the town."""
        bot = self._town.world.spoken_about(self._town.token)
        return [
            Came(
                person,
                number_of(str(message.body["text"])),
                datetime.fromtimestamp(message.body["date"], UTC),
            )
            for person in self._people
            for message in bot.chat(person).messages.values()
            if message.by_bot
        ]


@asynccontextmanager
async def _elsewhen(
    home: Path, begin: datetime, wishes: Sequence[Wishes]
) -> AsyncIterator[Elsewhen]:
    address = f"sqlite:///{home / 'rapport.sqlite'}"
    migrate(address)
    database = Database(address)
    async with Playground() as town:
        elsewhen = Elsewhen(home, town, database, address)
        try:
            await elsewhen.settled_in(wishes, begin)
            yield elsewhen
        finally:
            await elsewhen.ends()
            database.close()


# --- simulated days -----------------------------------------------------------------------------


async def _simulated(home: Path, scale: Scale) -> Verdict:
    """Every change of a clock, in calm and with the bot away at random."""
    changes = scale.of(CHANGES, CHANGES[:1])
    lives = scale.of(3, 1)
    total = Count()
    address = f"sqlite:///{home / 'simulated.sqlite'}"
    migrate(address)
    database = Database(address)
    for number, (zone, day) in enumerate(changes):
        for life in range(lives):
            dice = random.Random(f"{number} {life}")
            total += await simulated(database, zone, day, dice, is_calm=life == 0)
    database.close()
    note = f"changes: {len(changes)}, lives: {len(changes) * lives}"
    return _verdict("simulated days, away at random", total, note)


async def simulated(
    database: Database, zone: str, day: date, dice: random.Random, *, is_calm: bool
) -> Count:
    """What became of a household's wishes around a day; `is_calm` if the bot is never away."""
    wishes = household(1001, zone, [day - A_DAY, day, day + A_DAY])
    begin = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    moments = ticking(begin - 2 * A_DAY, begin + 3 * A_DAY, timedelta(minutes=10))
    for _ in range(0 if is_calm else dice.randrange(1, 5)):
        gone = dice.randrange(1, len(moments) + 1)
        moments[gone : gone + dice.randrange(250)] = []
    came = await live(database, wishes, moments)
    for each in wishes:
        await database.run(partial(owners.erase, owner_id=each.owner_id))
    return judge(wishes, moments, came)
