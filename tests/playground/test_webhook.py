"""The webhook: brought with its secret, in order per chat, again and again until it is taken."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot

from playground import Person, Playground


class Hook:
    """A webhook that records what it is brought; `answer` decides how it replies."""

    def __init__(self) -> None:
        self.url = ""
        self.seen: list[str] = []
        self.secrets: list[str] = []
        self.answer: Callable[[str], Any] = lambda _: web.Response()
        self._arrived = asyncio.Event()

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        text = str((await request.json())["message"]["text"])
        self.seen.append(text)
        self._arrived.set()
        answer = self.answer(text)
        response = await answer if asyncio.iscoroutine(answer) else answer
        assert isinstance(response, web.StreamResponse)
        return response

    async def until(self, number: int) -> list[str]:
        """What was brought, once it is so many."""
        async with asyncio.timeout(5):
            while len(self.seen) < number:
                self._arrived.clear()
                await self._arrived.wait()
        return self.seen


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def pending(bot: Bot) -> int:
    return (await bot.get_webhook_info()).pending_update_count


async def settled(bot: Bot) -> None:
    """Waits until every update is confirmed."""
    async with asyncio.timeout(5):
        while await pending(bot):  # noqa: ASYNC110 (asks the server)
            await asyncio.sleep(0.01)


async def test_what_waited_and_what_arrives_is_brought_with_the_secret(
    bot: Bot, alex: Person, hook: Hook
) -> None:
    await alex.say("waited")
    await bot.set_webhook(hook.url, secret_token="s3cret_-")
    await alex.say("arrived")
    assert await hook.until(2) == ["waited", "arrived"]
    assert hook.secrets == ["s3cret_-"] * 2
    await settled(bot)
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections, info.last_error_message) == (hook.url, 40, None)


async def test_a_failing_update_holds_back_its_chat_and_no_other(
    town: Playground, bot: Bot, alex: Person, hook: Hook
) -> None:
    refusals = iter([500, 502, 503])

    def answer(text: str) -> web.Response:
        return web.Response(status=next(refusals, 200) if text == "first" else 200)

    hook.answer = answer
    await bot.set_webhook(hook.url)
    async with await town.person("Bea") as bea:
        await alex.say("first")
        await alex.say("second")
        await bea.say("other chat")
        seen = await hook.until(6)
    assert [text for text in seen if text != "other chat"] == ["first"] * 4 + ["second"]
    assert seen.index("other chat") < seen.index("second")
    await settled(bot)
    assert (await bot.get_webhook_info()).last_error_message == (
        "Wrong response from the webhook: 503 Service Unavailable"
    )


async def test_one_chat_is_served_one_by_one_and_chats_side_by_side(
    town: Playground, bot: Bot, alex: Person, hook: Hook
) -> None:
    busy: list[str] = []
    most = 0

    async def answer(text: str) -> web.Response:
        nonlocal most
        assert text not in busy
        busy.append(text)
        most = max(most, len(busy))
        await asyncio.sleep(0.05)
        busy.remove(text)
        return web.Response()

    hook.answer = answer
    await bot.set_webhook(hook.url, max_connections=2)
    people = [alex, *[await town.person(name) for name in ("Bea", "Cleo")]]
    for _ in range(2):
        for person in people:
            await person.say(str(person.id))
    await hook.until(6)
    await settled(bot)
    assert most == 2
    for person in people[1:]:
        await person.leave()


async def test_updates_wait_while_nobody_is_at_home_and_survive_the_webhook(
    bot: Bot, alex: Person
) -> None:
    await bot.set_webhook("http://127.0.0.1:9/nobody")
    await alex.say("hello")
    async with asyncio.timeout(5):
        while not (await bot.get_webhook_info()).last_error_message:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    info = await bot.get_webhook_info()
    assert (info.last_error_message, info.pending_update_count) == ("Connection refused", 1)
    await bot.delete_webhook()
    assert len(await bot.get_updates()) == 1
    await alex.say("more")
    await bot.set_webhook("http://127.0.0.1:9/nobody", drop_pending_updates=True)
    assert await pending(bot) == 0


async def test_retry_after_is_honoured(bot: Bot, alex: Person, hook: Hook) -> None:
    answers = iter([web.Response(status=429, headers={"Retry-After": "1"})])
    hook.answer = lambda _: next(answers, web.Response())
    await bot.set_webhook(hook.url)
    await alex.say("x")
    await hook.until(1)
    await asyncio.sleep(0.5)
    assert len(hook.seen) == 1
    assert await hook.until(2) == ["x", "x"]


async def test_a_webhook_may_answer_with_a_call(bot: Bot, alex: Person, hook: Hook) -> None:
    call = {"method": "sendMessage", "chat_id": alex.id, "text": "at once"}
    hook.answer = lambda _: web.json_response(call)
    await bot.set_webhook(hook.url)
    await alex.say("x")
    await alex.expect("at once")
