"""The limits on sending, by a clock of the test's own, and once by the real one."""

from __future__ import annotations

import asyncio

import pytest

from bot.pace import Pace
from tests.bot.conftest import Office


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_chat_takes_a_burst_and_then_one_a_second(clock: Clock) -> None:
    pace = Pace(0, 1, 3, time=clock)
    assert [pace.delay(7) for _ in range(5)] == [0, 0, 0, 1, 2]
    assert pace.delay(8) == 0, "another chat has a burst of its own"
    clock.at += 10
    assert [pace.delay(7) for _ in range(4)] == [0, 0, 0, 1], "it fills up to a burst, not beyond"


def test_all_chats_together_keep_to_the_rate(clock: Clock) -> None:
    pace = Pace(30, 0, 1, time=clock)
    waits = [pace.delay(chat) for chat in range(90)]
    assert waits[:30] == [0] * 30
    assert waits[89] == pytest.approx(2.0)


@pytest.mark.parametrize("window", [1.0, 2.5])
def test_no_window_holds_more_than_the_limit_and_its_burst(clock: Clock, window: float) -> None:
    pace = Pace(30, 1, 5, time=clock)
    sent: list[float] = []
    for number in range(400):
        clock.at += 0.01
        sent.append(clock.at + pace.delay(number % 40))
    for start in sent:
        inside = [at for at in sent if start <= at < start + window]
        assert len(inside) <= 30 + 30 * window + 1


def test_zero_lifts_the_limits(clock: Clock) -> None:
    pace = Pace(0, 0, 1, time=clock)
    assert {pace.delay(1) for _ in range(1000)} == {0}


def test_nothing_goes_out_while_telegram_asked_for_a_pause(clock: Clock) -> None:
    pace = Pace(0, 0, 1, time=clock)
    pace.pause(7)
    pace.pause(3)
    assert pace.delay(1) == 7
    clock.at += 7
    assert pace.delay(1) == 0


async def test_the_limits_hold_on_the_wire(office: Office) -> None:
    office.open(pace=Pace(0, 20, 2))
    ada = await office.owner()
    clock = asyncio.get_running_loop().time
    began = clock()
    for number in range(6):
        await office.write(ada, str(number))
    await office.settled(ada)
    assert clock() - began >= 4 / 20
    assert office.heard(ada) == [str(number) for number in range(6)]
