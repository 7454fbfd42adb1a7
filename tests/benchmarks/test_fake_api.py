"""The lean Bot API, seen by a python-telegram-bot client."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot, InputFile
from telegram.request import BaseRequest, HTTPXRequest

from benchmarks.crowd import FIRST_CHAT
from benchmarks.fake_api import FakeApi
from bot.transport import AiohttpRequest

TOKEN = "1:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"


@pytest.fixture
async def api() -> AsyncIterator[str]:
    """The address of a fresh server."""
    runner = web.AppRunner(FakeApi().app())
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture(params=[HTTPXRequest, AiohttpRequest])
async def bot(api: str, request: pytest.FixtureRequest) -> AsyncIterator[Bot]:
    """A client whose parameters go out as a form, and one whose go out as JSON."""
    kind: type[BaseRequest] = request.param
    async with Bot(TOKEN, f"{api}/bot", request=kind(), get_updates_request=kind()) as bot:
        yield bot


async def one_text_each(api: str, chats: int, **phase: Any) -> dict[str, Any]:
    """What a crowd observes that sends one text in each chat to this very process."""
    order = {"pid": os.getpid(), "phase": {"chats": chats, "texts": 1, "patience": 5} | phase}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{api}/crowd/{TOKEN}", json=order) as answer,
    ):
        observed: dict[str, Any] = await answer.json()
        return observed


async def test_updates_come_until_they_are_confirmed(api: str, bot: Bot) -> None:
    crowd = asyncio.create_task(one_text_each(api, 3, patience=0.5))
    first = await bot.get_updates(timeout=5)
    while len(first) < 3:
        first = await bot.get_updates(timeout=5)
    again = await bot.get_updates()
    rest = await bot.get_updates(offset=first[1].update_id)
    assert [update.update_id for update in first] == [1, 2, 3]
    assert [update.effective_chat and update.effective_chat.id for update in first] == [
        FIRST_CHAT,
        FIRST_CHAT + 1,
        FIRST_CHAT + 2,
    ]
    assert [update.update_id for update in again] == [1, 2, 3]
    assert [update.update_id for update in rest] == [2, 3]
    assert await bot.get_updates(offset=4) == ()
    assert (await crowd)["lost"] == 3


async def test_a_poll_waits_for_the_first_update(api: str, bot: Bot) -> None:
    started = time.monotonic()
    assert await bot.get_updates(timeout=1) == ()
    assert time.monotonic() - started >= 1
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.1)
    crowd = asyncio.create_task(one_text_each(api, 1, patience=0.1))
    assert len(await asyncio.wait_for(poll, 2)) == 1
    await crowd


async def test_replies_and_edits_come_back_as_messages(bot: Bot) -> None:
    sent = await bot.send_message(FIRST_CHAT, "Zoë & co")
    edited = await bot.edit_message_text("Later", FIRST_CHAT, sent.message_id)
    assert (sent.text, sent.chat.id) == ("Zoë & co", FIRST_CHAT)
    assert not isinstance(edited, bool)
    assert (edited.text, edited.message_id) == ("Later", sent.message_id)


async def test_anything_else_succeeds(bot: Bot) -> None:
    assert bot.username == "benchmark_bot"
    assert await bot.set_my_commands([("start", "Begin")]) is True
    assert await bot.delete_webhook() is True
    assert (await bot.get_webhook_info()).url == ""
    assert await bot.set_chat_photo(FIRST_CHAT, InputFile(b"x", "x.png").input_file_content)


async def test_the_first_poll_of_a_bot_is_remembered(api: str, bot: Bot) -> None:
    before = time.monotonic()
    await bot.get_updates()
    after = time.monotonic()
    await bot.get_updates()
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{api}/polled/{TOKEN}?since={before}") as answer:
            assert before <= await answer.json() <= after
        async with session.get(f"{api}/polled/{TOKEN}?since={time.monotonic()}") as answer:
            assert await answer.json() is None


async def test_a_slow_api_takes_its_time_for_replies_alone(api: str, bot: Bot) -> None:
    crowd = asyncio.create_task(one_text_each(api, 1, measured=0.5, delay=0.2))
    [update] = await bot.get_updates(timeout=5)
    assert update.message is not None
    started = time.monotonic()
    await update.message.reply_text(update.message.text or "")
    assert time.monotonic() - started >= 0.2
    started = time.monotonic()
    await bot.get_updates(offset=update.update_id + 1)
    assert time.monotonic() - started < 0.2
    assert (await crowd)["p50_ms"] >= 200
