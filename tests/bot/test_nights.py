"""What nobody asked for leaves the night in peace, also where it could not be sent in time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery import Delivery
from bot.pace import Pace
from handlers.context import Office as Unasked
from handlers.context import Writer
from playground import Fault, Kind
from storage.models import outbox
from tests.bot.conftest import Office
from tests.chat import ZONE

EVENING = datetime(2026, 3, 17, 21, 55, tzinfo=ZONE).astimezone(UTC)
NIGHT = EVENING + timedelta(hours=2)
MORNING = datetime(2026, 3, 18, 7, 0, tzinfo=ZONE).astimezone(UTC)


class Evening:
    """An evening on which Telegram is away, and the delivery that goes by its clock."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.now = EVENING
        self.delivery = self.begin()

    def begin(self) -> Delivery:
        """A delivery as a new process has one."""
        base = f"{self.office.town.url}/bot{self.office.town.token}"
        delivery = Delivery(
            self.office.database,
            self.office.request,
            base,
            Pace(0, 0, 1),
            lambda: self.now,
            is_alone=True,
        )
        self.office.deliveries.append(delivery)
        return delivery

    async def tell(self, owner_id: int, text: str) -> None:
        """Something that nobody asked for."""
        unasked = Unasked(self.office.database, self.delivery, lambda: self.now, ZONE.key)
        await unasked.write(owner_id, lambda writer: _say(writer, text), zone=ZONE)

    async def swept(self) -> None:
        """The delivery has looked for what waits, and is done with it."""
        await self.delivery.sweep()
        await asyncio.sleep(0.2)


def _say(writer: Writer, text: str) -> None:
    writer.say(text)


@pytest.fixture
async def evening(office: Office) -> Evening:
    return Evening(office)


async def away_until_night(evening: Evening) -> int:
    """Somebody to whom a digest could not be sent before the night began."""
    ada = await evening.office.owner()
    evening.office.town.world.faults.add(Fault(Kind.STATUS, "sendMessage", status=500, count=2))
    await evening.tell(ada, "the digest")
    await asyncio.sleep(0.02)
    evening.now = NIGHT
    await asyncio.sleep(0.3)
    return ada


async def test_it_waits_for_the_morning(evening: Evening) -> None:
    ada = await away_until_night(evening)
    evening.office.town.world.faults.clear()
    for hours in (0, 3, 7):
        evening.now = NIGHT + timedelta(hours=hours)
        await evening.swept()
        assert evening.office.heard(ada) == []
    evening.now = MORNING
    await evening.swept()
    assert await evening.office.settled(ada) == ["sent"]
    assert evening.office.heard(ada)[0].startswith("the digest")


async def test_it_waits_over_a_restart(evening: Evening) -> None:
    ada = await away_until_night(evening)
    evening.office.town.world.faults.clear()
    await evening.delivery.stop(0.5)
    evening.delivery = evening.begin()
    await evening.delivery.take_over(everything=True)
    await evening.swept()
    assert evening.office.heard(ada) == []
    evening.now = MORNING
    await evening.swept()
    assert await evening.office.settled(ada) == ["sent"]


async def test_whoever_writes_at_night_is_up(evening: Evening) -> None:
    ada = await away_until_night(evening)
    evening.office.town.world.faults.clear()
    await evening.office.write(ada, "an answer")
    assert await evening.office.settled(ada) == ["sent", "sent"]
    first, second = evening.office.heard(ada)
    assert first.startswith("the digest")
    assert second == "an answer"


@pytest.mark.parametrize("pause", [0, 0.05])
async def test_whoever_writes_at_the_same_time_is_up_too(evening: Evening, pause: float) -> None:
    ada = await evening.office.owner()
    answering = evening.delivery.open_lane(ada)
    await evening.tell(ada, "the digest")
    evening.now = NIGHT
    await asyncio.sleep(pause)
    await evening.office.write(ada, "an answer", lane=answering)
    assert await evening.office.settled(ada, within=1) == ["sent", "sent"]
    assert evening.office.heard(ada) == ["the digest", "an answer"]


async def test_what_was_named_for_the_night_comes_at_night(evening: Evening) -> None:
    ada = await evening.office.owner()
    evening.now = NIGHT
    await evening.tell(ada, "a reminder")
    assert await evening.office.settled(ada) == ["sent"]


async def test_so_it_does_where_telegram_is_away_for_a_moment(evening: Evening) -> None:
    ada = await evening.office.owner()
    evening.now = NIGHT
    evening.office.town.world.faults.add(Fault(Kind.STATUS, "sendMessage", status=500, count=1))
    await evening.tell(ada, "a reminder")
    assert await evening.office.settled(ada, within=3) == ["sent"]


async def test_hours_later_it_waits_for_the_morning(evening: Evening) -> None:
    ada = await evening.office.owner()
    evening.now = NIGHT
    evening.office.town.world.faults.add(Fault(Kind.STATUS, "sendMessage", status=500, count=None))
    await evening.tell(ada, "a reminder")
    await asyncio.sleep(0.2)
    evening.office.town.world.faults.clear()
    evening.now = NIGHT + timedelta(hours=4)
    await asyncio.sleep(1.2)
    await evening.swept()
    assert evening.office.heard(ada) == []
    evening.now = MORNING
    await evening.swept()
    assert await evening.office.settled(ada) == ["sent"]


async def test_so_it_does_where_the_bot_was_away(evening: Evening) -> None:
    ada = await evening.office.owner()
    evening.now = NIGHT
    await evening.delivery.stop(0.5)
    await evening.tell(ada, "a reminder")
    evening.now = NIGHT + timedelta(hours=4)
    evening.delivery = evening.begin()
    await evening.delivery.take_over(everything=True)
    await evening.swept()
    assert evening.office.heard(ada) == []
    evening.now = MORNING
    await evening.swept()
    assert await evening.office.settled(ada) == ["sent"]


async def test_waiting_for_the_morning_is_no_trouble(evening: Evening) -> None:
    ada = await away_until_night(evening)
    row = await evening.office.database.read(lambda unit: unit.execute(outbox.select()).one())
    assert (row.owner_id, row.state, row.not_before) == (ada, "pending", MORNING)
