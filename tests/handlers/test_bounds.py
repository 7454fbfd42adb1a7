"""A bound holds for each person, for a while, and takes no more memory than it may."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from handlers.bounds import REMEMBERED, Bound, BusyError, OneByOne
from tests.builders import NOW

A_MINUTE = timedelta(minutes=1)


def test_so_many_times_and_then_not_until_the_while_is_over() -> None:
    bound = Bound(2, A_MINUTE)
    assert [bound.allows(1, NOW) for _ in range(3)] == [True, True, False]
    assert not bound.allows(1, NOW + 0.9 * A_MINUTE)
    assert bound.allows(1, NOW + A_MINUTE)


def test_one_persons_tries_are_not_anothers() -> None:
    bound = Bound(1, A_MINUTE)
    assert bound.allows(1, NOW)
    assert bound.allows(2, NOW)


def test_only_those_heard_last_are_remembered() -> None:
    bound = Bound(1, A_MINUTE)
    for person in range(REMEMBERED + 10):
        assert bound.allows(person, NOW)
    assert len(bound._seen) == REMEMBERED
    assert bound.allows(0, NOW)
    assert not bound.allows(REMEMBERED + 9, NOW)


async def test_one_at_a_time_a_few_wait_and_the_rest_are_told() -> None:
    file = OneByOne(2)
    seen: list[str] = []

    async def come(name: str) -> None:
        async with file.turn():
            seen.append(f"{name} in")
            await asyncio.sleep(0)
            seen.append(f"{name} out")

    told = await asyncio.gather(*map(come, "abcd"), return_exceptions=True)
    assert [type(each) for each in told] == [type(None)] * 3 + [BusyError]
    assert seen == ["a in", "a out", "b in", "b out", "c in", "c out"]
    await come("e")


async def test_who_fails_or_goes_makes_room() -> None:
    file = OneByOne(0)
    with pytest.raises(LookupError):
        async with file.turn():
            raise LookupError
    async with file.turn():
        with pytest.raises(BusyError):
            async with file.turn():
                pass
