"""What a first-class bot calls, called by a real client, beside the probe of the Bot API."""

import io
import os
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from pathlib import Path

import aiohttp
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    MenuButtonWebApp,
    Message,
    MessageOriginChannel,
    MessageOriginUser,
    ReplyParameters,
    WebAppInfo,
)

from playground import Person, Playground

PROBE = Path(__file__).parents[2].parent / "shared" / "rulers" / "botapi" / "ptb_probe.py"
PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000030000000208020000001216f14d")


# The probe is no part of this project; what it calls is called by the tests below as well. Where it
# lies beside the checkout, as it does where changes are accepted, it is not skipped.
@pytest.mark.slow
@pytest.mark.skipif(not PROBE.is_file(), reason=f"asks a probe of others, which is not at {PROBE}")
async def test_every_call_of_the_probe_passes(town: Playground) -> None:
    process = await create_subprocess_exec(
        sys.executable, str(PROBE), town.url, stdout=PIPE, env={**os.environ, "CHAT": "1"}
    )
    output = (await process.communicate())[0].decode()
    assert "FAIL" not in output, output
    assert "OK count: 39" in output


async def test_a_file_comes_back_as_it_was_sent_and_can_be_sent_again(
    bot: Bot, alex: Person
) -> None:
    sent = await bot.send_document(
        alex.id, io.BytesIO(b"a,b\n1,2\n"), filename="contacts.csv", caption="<b>all</b>",
        parse_mode="HTML",
    )  # fmt: skip
    document = sent.document
    assert document
    assert (document.file_name, document.file_size) == ("contacts.csv", 8)
    assert document.mime_type == "text/csv"
    assert sent.caption_html == "<b>all</b>"
    file = await bot.get_file(document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"a,b\n1,2\n"
    again = await bot.send_document(alex.id, document.file_id)
    assert again.document == document


async def test_a_photo_has_the_size_of_its_picture(bot: Bot, alex: Person) -> None:
    sent = await bot.send_photo(alex.id, PIXEL)
    assert [(one.width, one.height) for one in sent.photo] == [(3, 2)]


async def test_every_kind_of_file_is_what_the_client_expects(bot: Bot, alex: Person) -> None:
    sent: list[tuple[str, Message]] = [
        ("voice", await bot.send_voice(alex.id, b"1", duration=3)),
        ("audio", await bot.send_audio(alex.id, b"1", performer="p", title="t")),
        ("video", await bot.send_video(alex.id, b"1", width=4, height=3)),
        ("animation", await bot.send_animation(alex.id, b"1")),
        ("video_note", await bot.send_video_note(alex.id, b"1", length=240)),
        ("sticker", await bot.send_sticker(alex.id, b"1", emoji="🙂")),
    ]
    for kind, message in sent:
        assert getattr(message, kind).file_size == 1, kind
    assert sent[0][1].voice
    assert sent[1][1].audio
    assert sent[1][1].audio.title == "t"


async def test_an_album_shares_its_id_and_keeps_each_caption(bot: Bot, alex: Person) -> None:
    media = [InputMediaPhoto(b"1", caption="*one*", parse_mode="MarkdownV2"), InputMediaPhoto(b"2")]
    first, second = await bot.send_media_group(alex.id, media)
    assert first.media_group_id == second.media_group_id
    assert (first.caption_markdown_v2, second.caption) == ("*one*", None)


async def test_places_people_dice_and_polls(bot: Bot, alex: Person) -> None:
    place = await bot.send_location(alex.id, 52.5, 13.4, live_period=60)
    assert place.location
    moved = await bot.edit_message_live_location(alex.id, place.message_id, latitude=1, longitude=2)
    assert isinstance(moved, Message)
    assert moved.location
    assert (moved.location.latitude, moved.location.live_period) != (52.5, None)
    stopped = await bot.stop_message_live_location(alex.id, place.message_id)
    assert isinstance(stopped, Message)
    assert stopped.location
    assert stopped.location.live_period is None
    venue = (await bot.send_venue(alex.id, 1, 2, "Café", "Street 1")).venue
    assert venue
    assert venue.title == "Café"
    contact = (await bot.send_contact(alex.id, "+49301", "Ana", last_name="Li")).contact
    assert contact
    assert contact.last_name == "Li"
    dice = (await bot.send_dice(alex.id, emoji="🎯")).dice
    assert dice
    assert 1 <= dice.value <= 6
    asked = await bot.send_poll(alex.id, "When?", ["now", "later"])
    closed = await bot.stop_poll(alex.id, asked.message_id)
    assert (closed.question, closed.is_closed) == ("When?", True)


async def test_a_forward_names_its_origin_and_a_copy_does_not(
    town: Playground, bot: Bot, alex: Person
) -> None:
    number = await alex.say("hello *")
    forwarded = await bot.forward_message(alex.id, alex.id, number)
    assert isinstance(forwarded.forward_origin, MessageOriginUser)
    assert forwarded.forward_origin.sender_user.id == alex.id
    copied = await bot.copy_message(alex.id, alex.id, number)
    last = (await alex.history())[-1]
    assert (last["message_id"], last["text"]) == (copied.message_id, "hello *")
    assert "forward_origin" not in last

    channel = town.world.people.found("News", [alex.id], kind="channel", username="news")
    post = await bot.send_photo("@news", b"1", caption="old")
    again = await bot.forward_message(alex.id, channel.id, post.message_id)
    assert isinstance(again.forward_origin, MessageOriginChannel)
    assert again.forward_origin.message_id == post.message_id
    await bot.copy_message(alex.id, channel.id, post.message_id, caption="new")
    assert (await alex.history())[-1]["caption"] == "new"
    several = await bot.forward_messages(alex.id, alex.id, [number, 999, copied.message_id])
    assert len(several) == 2


async def test_a_reply_carries_what_it_replies_to(bot: Bot, alex: Person) -> None:
    number = await alex.say("one two three")
    reply = await bot.send_message(
        alex.id, "two?", reply_parameters=ReplyParameters(number, quote="two")
    )
    assert reply.reply_to_message
    assert reply.reply_to_message.text == "one two three"
    assert reply.quote
    assert reply.quote.position == 4
    lost = await bot.send_message(
        alex.id, "x", reply_parameters=ReplyParameters(999, allow_sending_without_reply=True)
    )
    assert lost.reply_to_message is None
    theirs = await alex.say("indeed", reply_to=reply.message_id)
    last = (await alex.history())[-1]
    assert last["message_id"] == theirs
    assert last["reply_to_message"]["text"] == "two?"
    assert "reply_to_message" not in last["reply_to_message"]


async def test_captions_media_and_keyboards_can_be_edited(bot: Bot, alex: Person) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="x")]])
    sent = await bot.send_photo(alex.id, PIXEL, caption="a", reply_markup=keyboard)
    edited = await sent.edit_caption("b", reply_markup=keyboard)
    assert isinstance(edited, Message)
    assert edited.caption == "b"
    assert edited.edit_date
    assert edited.reply_markup == keyboard
    replaced = await sent.edit_media(InputMediaDocument(b"1", filename="c.txt", caption="c"))
    assert isinstance(replaced, Message)
    assert replaced.document
    assert (replaced.photo, replaced.caption, replaced.reply_markup) == ((), "c", None)
    text = await bot.send_message(
        alex.id, "see https://a.de", link_preview_options=LinkPreviewOptions(is_disabled=True)
    )
    assert text.link_preview_options
    assert [entity.type for entity in text.entities] == ["url"]


async def test_a_pinned_message_stands_in_the_chat_until_it_is_taken_down(
    bot: Bot, alex: Person
) -> None:
    sent = await bot.send_message(alex.id, "on top")
    await sent.pin()
    chat = await bot.get_chat(alex.id)
    assert chat.pinned_message
    assert chat.pinned_message.text == "on top"
    await bot.unpin_chat_message(alex.id)
    assert (await bot.get_chat(alex.id)).pinned_message is None


async def test_commands_are_kept_by_scope_and_language(bot: Bot, alex: Person) -> None:
    await bot.set_my_commands([BotCommand("start", "Begin")])
    await bot.set_my_commands(
        [BotCommand("start", "Anfangen")],
        scope=BotCommandScopeAllPrivateChats(),
        language_code="de",
    )
    [default] = await bot.get_my_commands()
    assert default.description == "Begin"
    [german] = await bot.get_my_commands(BotCommandScopeAllPrivateChats(), "de")
    assert german.description == "Anfangen"
    assert await bot.get_my_commands(BotCommandScopeChat(alex.id)) == ()
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == ()


async def test_a_bot_says_who_it_is_in_each_language(bot: Bot, alex: Person) -> None:
    await bot.set_my_name("Rapport")
    await bot.set_my_description("Merkt sich Leute", language_code="de")
    await bot.set_my_short_description("Short")
    assert (await bot.get_me()).first_name == "Rapport"
    assert (await bot.get_my_name("de")).name == "Rapport"
    assert (await bot.get_my_description()).description == ""
    assert (await bot.get_my_description("de")).description == "Merkt sich Leute"
    assert (await bot.get_my_short_description()).short_description == "Short"
    app = MenuButtonWebApp("Open", WebAppInfo("https://example.com"))
    await bot.set_chat_menu_button(alex.id, app)
    assert await bot.get_chat_menu_button(alex.id) == app
    assert (await bot.get_chat_menu_button()).type == "commands"


async def test_a_group_knows_its_members(town: Playground, bot: Bot, alex: Person) -> None:
    group = town.world.people.found("Friends", [alex.id])
    assert (await bot.get_chat(group.id)).title == "Friends"
    assert await bot.get_chat_member_count(group.id) == 2
    assert (await bot.get_chat_member(group.id, alex.id)).status == "creator"
    assert (await bot.get_chat_member(group.id, bot.id)).status == "member"
    [owner] = await bot.get_chat_administrators(group.id)
    assert owner.user.id == alex.id
    await bot.leave_chat(group.id)


async def test_forms_json_and_queries_are_understood_alike(town: Playground, alex: Person) -> None:
    address = f"{town.url}/bot{town.token}/sendMessage"
    wanted = {"chat_id": str(alex.id), "text": "<b>x</b>", "parse_mode": "html"}
    async with aiohttp.ClientSession() as session:
        for how in ({"json": wanted}, {"data": wanted}, {"params": wanted}):
            async with session.post(address, **how) as response:  # type: ignore[arg-type]
                assert (await response.json())["result"]["text"] == "x"
        async with session.get(address.lower(), params=wanted) as response:
            assert response.status == 200
        async with session.post(address, data=b"{", headers=_JSON) as response:
            assert (await response.json())["description"].startswith("Bad Request: can't parse")
        async with session.post(address, json={"chat_id": [], "text": {}}) as response:
            assert response.status == 400


_JSON = {"Content-Type": "application/json"}
