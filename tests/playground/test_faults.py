"""The fault plan: what goes wrong, how often, and whether the message was taken."""

import time

import aiohttp
import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut

from playground import Fault, Kind, Person, Playground


async def said(alex: Person) -> list[str]:
    return [one["text"] for one in await alex.history()]


async def test_a_cut_before_takes_nothing_and_a_cut_after_takes_the_message(
    town: Playground, bot: Bot, alex: Person
) -> None:
    town.world.faults.add(Fault(Kind.CUT_BEFORE, "sendMessage"))
    with pytest.raises(NetworkError):
        await bot.send_message(alex.id, "lost")
    assert await said(alex) == []
    town.world.faults.add(Fault(Kind.CUT_AFTER, "sendMessage"))
    with pytest.raises(NetworkError):
        await bot.send_message(alex.id, "taken")
    assert await said(alex) == ["taken"]
    await bot.send_message(alex.id, "well")


async def test_a_stalled_answer_times_out_although_the_message_was_taken(
    town: Playground, bot: Bot, alex: Person
) -> None:
    town.world.faults.add(Fault(Kind.STALL, "sendMessage", seconds=1))
    with pytest.raises(TimedOut):
        await bot.send_message(alex.id, "taken", read_timeout=0.2)
    assert await said(alex) == ["taken"]


async def test_a_delay_only_takes_its_time(town: Playground, bot: Bot, alex: Person) -> None:
    town.world.faults.add(Fault(Kind.DELAY, "sendMessage", seconds=0.2))
    began = time.monotonic()
    await bot.send_message(alex.id, "late")
    assert time.monotonic() - began >= 0.2


STATUSES: list[tuple[dict[str, object], type[Exception], str]] = [
    ({"status": 429, "retry_after": 7}, RetryAfter, "Retry in 0:00:07"),
    ({"status": 502}, NetworkError, "Bad Gateway"),
    ({"status": 502, "body": "<html>502</html>"}, NetworkError, "Bad Gateway"),
    ({"status": 400, "description": "Bad Request: no"}, BadRequest, "No"),
    ({"status": 403}, Forbidden, "bot was blocked by the user"),
]


@pytest.mark.parametrize(("about", "kind", "words"), STATUSES)
async def test_a_status_is_what_a_client_makes_of_it(
    town: Playground,
    bot: Bot,
    alex: Person,
    about: dict[str, object],
    kind: type[Exception],
    words: str,
) -> None:
    town.world.faults.add(Fault(Kind.STATUS, "sendMessage", **about))  # type: ignore[arg-type]
    with pytest.raises(kind, match=words):
        await bot.send_message(alex.id, "x")
    assert await said(alex) == []


async def test_a_rule_counts_skips_and_names_its_chat(town: Playground, bot: Bot) -> None:
    town.world.faults.add(Fault(Kind.STATUS, "*", count=2, skip=1, chat_id=1001))
    await bot.send_message(1001, "skipped")
    await bot.send_message(1, "another chat")
    for _ in range(2):
        with pytest.raises(NetworkError):
            await bot.send_chat_action(1001, "typing")
    await bot.send_message(1001, "used up")
    assert list(town.world.faults) == []


async def test_a_rule_may_last_and_may_be_left_to_chance(town: Playground, bot: Bot) -> None:
    town.world.faults.add(Fault(Kind.STATUS, "getMe", count=None, probability=0.0))
    lasting = town.world.faults.add(Fault(Kind.STATUS, "getMe", count=None, status=500))
    for _ in range(3):
        with pytest.raises(NetworkError):
            await bot.get_me()
    assert lasting.hits == 3
    town.world.faults.clear()
    await bot.get_me()


async def test_the_plan_is_kept_over_http(town: Playground, bot: Bot) -> None:
    async with aiohttp.ClientSession(town.url) as session:
        rule = {"kind": "status", "method": "getMe", "status": 503}
        async with session.post("/play/faults", json=rule) as response:
            assert (await response.json())["description"] == "Service Unavailable"
        async with session.get("/play/faults") as response:
            assert [one["method"] for one in await response.json()] == ["getMe"]
        with pytest.raises(NetworkError, match="Service Unavailable"):
            await bot.get_me()
        await session.post("/play/faults", json=rule)
        await session.delete("/play/faults")
        await bot.get_me()
        async with session.post("/play/faults", json={"kind": "flood"}) as response:
            assert response.status == 400
