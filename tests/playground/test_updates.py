"""getUpdates: waits, confirms by offset, remembers what was asked for, serves one at a time."""

import asyncio
import time

import pytest
from telegram import Bot
from telegram.error import Conflict

from playground import Person, Playground
from tests.playground.conftest import client


async def test_a_poll_waits_for_the_first_update(bot: Bot, alex: Person) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=3))
    await asyncio.sleep(0.1)
    assert not poll.done()
    await alex.say("hello")
    [update] = await poll
    assert update.message
    assert update.message.text == "hello"


async def test_a_poll_without_updates_lasts_its_timeout(bot: Bot) -> None:
    began = time.monotonic()
    assert await bot.get_updates(timeout=1) == ()
    assert 0.9 < time.monotonic() - began < 2


async def test_an_update_comes_again_until_its_offset_is_passed(bot: Bot, alex: Person) -> None:
    for text in ("a", "b", "c"):
        await alex.say(text)
    first, second, third = await bot.get_updates()
    assert [first.update_id + 1, first.update_id + 2] == [second.update_id, third.update_id]
    assert len(await bot.get_updates()) == 3
    assert await bot.get_updates(limit=1) == (first,)
    assert await bot.get_updates(offset=second.update_id) == (second, third)
    assert len(await bot.get_updates(offset=third.update_id + 1)) == 0
    assert len(await bot.get_updates(offset=first.update_id)) == 0


async def test_a_negative_offset_keeps_only_the_newest(bot: Bot, alex: Person) -> None:
    for text in ("a", "b", "c"):
        await alex.say(text)
    [last] = await bot.get_updates(offset=-1)
    assert last.message
    assert last.message.text == "c"
    assert len(await bot.get_updates()) == 1


async def test_an_offset_from_another_life_forgets_nothing(bot: Bot, alex: Person) -> None:
    await alex.say("a")
    assert len(await bot.get_updates(offset=2_000_000_000)) == 1


async def test_updates_are_kept_for_a_day(town: Playground, bot: Bot, alex: Person) -> None:
    await alex.say("a")
    town.world.clock.offset = 86_399
    assert len(await bot.get_updates()) == 1
    town.world.clock.offset = 86_401
    assert await bot.get_updates() == ()


async def test_a_second_poller_ends_the_first(bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(bot.get_updates(timeout=1))
    with pytest.raises(Conflict, match="terminated by other getUpdates request; make sure that"):
        await first
    assert await second == ()


async def test_nobody_polls_while_a_webhook_is_set(bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.1)
    await bot.set_webhook("http://127.0.0.1:9/x")
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_allowed_updates_are_remembered_until_they_are_given_again(
    bot: Bot, alex: Person
) -> None:
    await bot.get_updates(allowed_updates=["edited_message", "message_reaction"])
    number = await alex.say("not wanted")
    await alex.edit(number, "wanted")
    await alex.react(number, "👍")
    kinds = [update.to_dict().keys() - {"update_id"} for update in await bot.get_updates()]
    assert kinds == [{"edited_message"}, {"message_reaction"}]
    await bot.get_updates(offset=-1, allowed_updates=[])
    await alex.say("wanted again")
    await alex.react(number, "🔥")
    newest = (await bot.get_updates())[-1]
    assert newest.message
    assert newest.message.text == "wanted again"


async def test_every_token_is_a_bot_of_its_own(town: Playground, bot: Bot, alex: Person) -> None:
    async with client(town, "42:another-bot-in-the-same-town") as other:
        assert other.id == 42
        await alex.say("for the first")
        assert await other.get_updates() == ()
        assert len(await bot.get_updates()) == 1
        await other.send_message(alex.id, "from the other")
        await alex.expect_silence(0.05)
        async with await Person.meet(town.url, token=other.token) as alex_elsewhere:
            assert [one["text"] for one in await alex_elsewhere.history()] == ["from the other"]
