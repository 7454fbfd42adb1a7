"""What people can do over /play, and what the bot gets of it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from telegram import (
    Bot,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    Update,
)
from telegram.error import BadRequest

from playground import Person, Playground


@pytest.fixture
async def session(town: Playground) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(town.url) as session:
        yield session


async def post(session: aiohttp.ClientSession, path: str, **body: Any) -> Any:
    async with session.post(f"/play/{path}", json=body) as response:
        return await response.json()


async def get(session: aiohttp.ClientSession, path: str) -> Any:
    async with session.get(f"/play/{path}") as response:
        return await response.json()


async def one_update(bot: Bot) -> Update:
    """The only update that waits, confirmed."""
    [update] = await bot.get_updates(timeout=2, allowed_updates=Update.ALL_TYPES)
    await bot.get_updates(offset=update.update_id + 1)
    return update


async def test_the_world_begins_with_alex_and_grows(
    bot: Bot, session: aiohttp.ClientSession
) -> None:
    await bot.set_my_commands([("start", "Begin")])
    state = await get(session, "state")
    assert [(one["id"], one["first_name"]) for one in state["users"]] == [(1001, "Alex")]
    assert state["bot"]["id"] == bot.id
    assert state["bot"]["commands"] == [{"command": "start", "description": "Begin"}]
    bea = await post(session, "users", first_name="Bea", username="bea", language_code="de")
    another = await post(session, "users", first_name="Bea")
    assert len({1001, bea["id"], another["id"]}) == 3
    await post(session, "reset")
    assert len((await get(session, "state"))["users"]) == 1
    cy = await post(session, "users", first_name="Cy")
    again = await post(session, "users", first_name="Bea")
    assert (again["id"] == bea["id"], cy["id"] == bea["id"]) == (True, False)


async def test_a_contact_a_place_and_a_sticker_arrive(bot: Bot, alex: Person) -> None:
    await alex.send_contact("+49301", "Ana", last_name="Li", user_id=77)
    message = (await one_update(bot)).message
    assert message
    assert message.contact
    assert (message.contact.last_name, message.contact.user_id) == ("Li", 77)
    await alex.send_location(52.5, 13.4)
    message = (await one_update(bot)).message
    assert message
    assert message.location
    assert message.location.latitude == 52.5
    await alex.send_sticker("👋")
    message = (await one_update(bot)).message
    assert message
    assert message.sticker
    assert message.sticker.emoji == "👋"


@pytest.mark.parametrize("kind", ["photo", "document", "voice", "audio", "video", "sticker"])
async def test_a_file_of_any_kind_can_be_downloaded_by_the_bot(
    bot: Bot, alex: Person, session: aiohttp.ClientSession, kind: str
) -> None:
    caption = "look #here" if kind != "sticker" else ""
    await alex.send_file(b"bytes", "note.txt", kind, caption)
    message = (await one_update(bot)).message
    assert message
    assert message.caption == (caption or None)
    attachment = message.effective_attachment
    part: Any = attachment[-1] if isinstance(attachment, tuple) else attachment
    file = await bot.get_file(part.file_id)
    assert bytes(await file.download_as_bytearray()) == b"bytes"
    async with session.get(f"/play/files/{part.file_id}") as response:
        assert await response.read() == b"bytes"


ORIGINS: list[tuple[dict[str, Any], type[object]]] = [
    ({"type": "user", "sender_user": {"id": 5, "first_name": "Ana"}}, MessageOriginUser),
    ({"type": "hidden_user", "sender_user_name": "Ana Li"}, MessageOriginHiddenUser),
    (
        {"type": "chat", "sender_chat": {"id": -100, "type": "supergroup", "title": "G"}},
        MessageOriginChat,
    ),
    (
        {"type": "channel", "chat": {"id": -100, "type": "channel", "title": "C"}, "message_id": 3},
        MessageOriginChannel,
    ),
]


@pytest.mark.parametrize(("origin", "kind"), ORIGINS)
async def test_a_forward_of_every_origin_arrives(
    bot: Bot, alex: Person, origin: dict[str, Any], kind: type[object]
) -> None:
    await alex.forward("nice to meet you", origin, date=1_700_000_000)
    message = (await one_update(bot)).message
    assert message
    assert type(message.forward_origin) is kind
    assert message.forward_origin
    assert message.forward_origin.date.timestamp() == 1_700_000_000


async def test_an_edit_keeps_its_date_and_says_when_it_was_edited(
    town: Playground, bot: Bot, alex: Person
) -> None:
    number = await alex.say("met Ana")
    sent = (await one_update(bot)).message
    town.world.clock.offset = 600
    await alex.edit(number, "met Anna")
    edited = (await one_update(bot)).edited_message
    assert sent
    assert edited
    assert edited.edit_date
    assert (edited.text, edited.date) == ("met Anna", sent.date)
    assert 599 <= (edited.edit_date - sent.date).total_seconds() <= 601
    assert (await alex.history())[-1]["edited"] is True


async def test_a_button_of_a_vanished_message_still_asks(bot: Bot, alex: Person) -> None:
    sent = await bot.send_message(alex.id, "x")
    await sent.delete()
    await alex.tap_data(sent.message_id, "old:1")
    query = (await one_update(bot)).callback_query
    assert query
    assert query.data == "old:1"
    assert query.message
    assert not query.message.is_accessible


async def test_a_query_grows_too_old(town: Playground, bot: Bot, alex: Person) -> None:
    sent = await bot.send_message(alex.id, "x")
    await alex.tap_data(sent.message_id, "a")
    query = (await one_update(bot)).callback_query
    assert query
    town.world.clock.offset = 3600
    with pytest.raises(BadRequest, match="Query is too old"):
        await query.answer()


async def test_a_group_is_entered_and_read(bot: Bot, session: aiohttp.ClientSession) -> None:
    group = await post(session, "groups", title="Friends", members=[1001])
    entered = (await one_update(bot)).my_chat_member
    assert entered
    assert (entered.chat.title, entered.new_chat_member.status) == ("Friends", "member")
    await post(session, f"groups/{group['id']}/text", uid=1001, text="/start@x_bot hello")
    update = await one_update(bot)
    assert update.effective_chat
    assert (update.effective_chat.id, update.effective_chat.type) == (group["id"], "supergroup")
    channel = await post(session, "groups", title="News", kind="channel", members=[1001])
    await one_update(bot)
    await post(session, f"groups/{channel['id']}/text", text="post")
    post_ = (await one_update(bot)).channel_post
    assert post_
    assert post_.sender_chat
    assert post_.from_user is None


async def test_any_update_can_be_pushed_as_it_is(
    town: Playground, session: aiohttp.ClientSession
) -> None:
    malformed = {"message": {"message_id": "seven"}, "future_kind": {}}
    number = (await post(session, "updates", **malformed))["update_id"]
    async with session.get(f"/bot{town.token}/getUpdates") as response:
        assert (await response.json())["result"] == [{**malformed, "update_id": number}]


async def test_the_stream_goes_on_where_it_was_left(
    bot: Bot, session: aiohttp.ClientSession
) -> None:
    async def read(last: str, count: int) -> list[dict[str, Any]]:
        headers = {"Last-Event-ID": last} if last else {}
        events: list[dict[str, Any]] = []
        async with (
            asyncio.timeout(5),
            session.get("/play/users/1001/events", headers=headers) as response,
        ):
            number = ""
            async for line in response.content:
                if line.startswith(b"id: "):
                    number = line[4:].decode().strip()
                if line.startswith(b"data: "):
                    events.append({"id": number, **json.loads(line[6:])})
                if len(events) == count:
                    break
        return events

    for text in ("a", "b"):
        await bot.send_message(1001, text)
    first, second = await read("0", 2)
    assert [first["message"]["text"], second["message"]["text"]] == ["a", "b"]
    await bot.send_chat_action(1001, "typing")
    [action] = await read(second["id"], 1)
    assert (action["type"], action["action"]) == ("action", "typing")


async def test_deleting_and_pinning_are_seen(bot: Bot, alex: Person) -> None:
    sent = await bot.send_message(alex.id, "x")
    await alex.expect("x")
    await sent.pin()
    await sent.delete()
    await bot.send_message(alex.id, "y")
    await alex.expect("y")
    assert sent.message_id not in alex.inbox
    assert [one["text"] for one in await alex.history()] == ["y"]


IMPOSSIBLE: list[tuple[str, dict[str, Any], int]] = [
    ("users/4711/text", {"text": "x"}, 404),
    ("users/alex/text", {"text": "x"}, 400),
    ("users/1001/text", {"text": " "}, 400),
    ("users/1001/text", {}, 400),
    ("users/1001/sing", {}, 404),
    ("users/1001/tap", {"message_id": 99, "row": 0, "column": 0}, 400),
    ("users/1001/edit", {"message_id": 99, "text": "x"}, 400),
    ("users/1001/contact", {"first_name": "x"}, 400),
    ("users/1001/forward", {"text": "x", "origin": {"type": "ghost"}}, 400),
    ("groups/5/text", {"text": "x"}, 404),
]


@pytest.mark.parametrize(("path", "body", "status"), IMPOSSIBLE)
async def test_what_cannot_be_done_is_explained(
    session: aiohttp.ClientSession, path: str, body: dict[str, Any], status: int
) -> None:
    async with session.post(f"/play/{path}", json=body) as response:
        assert response.status == status
        assert (await response.json())["description"]


async def test_whoever_sends_a_pushed_update_can_be_answered(
    bot: Bot, session: aiohttp.ClientSession
) -> None:
    sender = {"id": 4711, "is_bot": False, "first_name": "Dana"}
    chat = {"id": 4711, "type": "private", "first_name": "Dana"}
    message = {"message_id": 7, "date": 1, "from": sender, "chat": chat, "text": "hi"}
    await post(session, "updates", message=message)
    update = await one_update(bot)
    assert update.message
    await update.message.reply_text("hello")
    assert [one["text"] for one in await get(session, "users/4711/messages")] == ["hello"]
