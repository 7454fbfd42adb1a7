"""What Telegram refuses, in its own words, as a real client hears them."""

import io
from collections.abc import Awaitable, Callable

import pytest
from telegram import (
    Bot,
    BotCommand,
    CopyTextButton,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.error import BadRequest, EndPointNotFound, Forbidden, InvalidToken, RetryAfter

from playground import Person, Playground
from playground.limits import Limits
from tests.playground.conftest import client

Try = Callable[[Bot, int], Awaitable[object]]


def under(*rows: list[InlineKeyboardButton]) -> Try:
    return lambda bot, chat: bot.send_message(chat, "x", reply_markup=InlineKeyboardMarkup(rows))


def button(**action: object) -> Try:
    return under([InlineKeyboardButton("x", **action)])  # type: ignore[arg-type]


def plain(number: int) -> list[InlineKeyboardButton]:
    return [InlineKeyboardButton("x", callback_data="x") for _ in range(number)]


TAKEN: list[tuple[str, Try]] = [
    ("64 bytes of callback data", button(callback_data="x" * 64)),
    ("256 characters to copy", button(copy_text=CopyTextButton("x" * 256))),
    ("100 buttons", under(*[plain(8)] * 12, plain(4))),
    ("a tg link", button(url="tg://resolve?domain=x")),
    ("a host without a scheme", button(url="example.com/x")),
    ("a link to a user", button(url="tg://user?id=1001")),
    ("an empty list of keys", lambda bot, chat: bot.send_message(chat, "x", reply_markup=under_())),
]


def under_() -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([])


@pytest.mark.parametrize(("_remark", "attempt"), TAKEN, ids=[remark for remark, _ in TAKEN])
async def test_the_limit_itself_is_taken(
    bot: Bot, alex: Person, _remark: str, attempt: Try
) -> None:
    await attempt(bot, alex.id)
    await alex.expect("x")


KEYBOARDS: list[tuple[Try, str]] = [
    (button(callback_data="x" * 65), "BUTTON_DATA_INVALID"),
    (button(callback_data="é" * 33), "BUTTON_DATA_INVALID"),
    (button(copy_text=CopyTextButton("x" * 257)), "BUTTON_COPY_TEXT_INVALID"),
    (under(*[plain(8)] * 12, plain(5)), "reply markup is too long"),
    (under(plain(9)), "reply markup is too long"),
    (
        button(url="ftp://example.com"),
        "inline keyboard button URL 'ftp://example.com' is invalid: Unsupported URL protocol",
    ),
    (
        button(url="mailto:ana@example.com"),
        "inline keyboard button URL 'mailto:ana@example.com' is invalid: Unsupported URL protocol",
    ),
    (button(url="nowhere"), "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL"),
    (
        button(),
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (button(url="a.de", callback_data="x"), "can't parse inline keyboard button: exactly one"),
    (
        under([InlineKeyboardButton("", callback_data="x")]),
        "inline keyboard button text must be non-empty",
    ),
]


@pytest.mark.parametrize(("attempt", "reason"), KEYBOARDS, ids=[reason for _, reason in KEYBOARDS])
async def test_a_keyboard_beyond_the_limits_is_refused(
    bot: Bot, alex: Person, attempt: Try, reason: str
) -> None:
    with pytest.raises(BadRequest) as refusal:
        await attempt(bot, alex.id)
    assert str(refusal.value).lower().startswith(reason.lower())
    await alex.expect_silence(0.02)


CALLS: list[tuple[str, Try, str]] = [
    ("unknown chat", lambda bot, _: bot.send_message(987654321, "x"), "Chat not found"),
    ("nobody by name", lambda bot, _: bot.send_message("@nobody", "x"), "Chat not found"),
    ("no text", lambda bot, chat: bot.send_message(chat, ""), "Message text is empty"),
    ("long text", lambda bot, chat: bot.send_message(chat, "x" * 4097), "Message is too long"),
    (
        "long caption",
        lambda bot, chat: bot.send_document(chat, b"x", caption="x" * 1025),
        "Message caption is too long",
    ),
    (
        "broken html",
        lambda bot, chat: bot.send_message(chat, "<foo>", "HTML"),
        'Can\'t parse entities: Unsupported start tag "foo" at byte offset 0',
    ),
    (
        "reply to nothing",
        lambda bot, chat: bot.send_message(chat, "x", reply_parameters=ReplyParameters(99)),
        "Message to be replied not found",
    ),
    ("edit", lambda bot, chat: bot.edit_message_text("x", chat, 99), "Message to edit not found"),
    ("delete", lambda bot, chat: bot.delete_message(chat, 99), "Message to delete not found"),
    ("delete, old", lambda bot, chat: bot.delete_message(chat, 1), "Message can't be deleted for"),
    (
        "forward",
        lambda bot, chat: bot.forward_message(chat, chat, 99),
        "Message to forward not found",
    ),
    ("copy", lambda bot, chat: bot.copy_message(chat, chat, 99), "Message to copy not found"),
    ("pin", lambda bot, chat: bot.pin_chat_message(chat, 99), "Message to pin not found"),
    (
        "query",
        lambda bot, _: bot.answer_callback_query("12345"),
        "Query is too old and response timeout expired or query id is invalid",
    ),
    ("file id", lambda bot, _: bot.get_file("nothing"), "Invalid file_id"),
    (
        "send by id",
        lambda bot, chat: bot.send_photo(chat, "nothing"),
        "Wrong file identifier/http url specified",
    ),
    (
        "send by address",
        lambda bot, chat: bot.send_photo(chat, "https://example.com/a.png"),
        "Failed to get http url content",
    ),
    ("empty file", lambda bot, chat: bot.send_document(chat, b""), "File must be non-empty"),
    ("action", lambda bot, chat: bot.send_chat_action(chat, "sing"), "Wrong parameter action"),
    (
        "album of one",
        lambda bot, chat: bot.send_media_group(chat, [InputMediaPhoto(b"1")]),
        "Media group must include 2-10 items",
    ),
    (
        "reaction",
        lambda bot, chat: bot.set_message_reaction(chat, 1, ReactionTypeEmoji("x")),
        "Reaction_invalid",
    ),
    (
        "command",
        lambda bot, _: bot.set_my_commands([BotCommand("Start", "x")]),
        "Bot_command_invalid",
    ),
    (
        "many commands",
        lambda bot, _: bot.set_my_commands([BotCommand(f"a{n}", "x") for n in range(101)]),
        "Bot_commands_too_much",
    ),
    (
        "administrators",
        lambda bot, chat: bot.get_chat_administrators(chat),
        "There are no administrators in the private chat",
    ),
    ("webhook", lambda bot, _: bot.set_webhook("nowhere"), "Invalid webhook url specified"),
]


@pytest.mark.parametrize(
    ("attempt", "reason"), [one[1:] for one in CALLS], ids=[c[0] for c in CALLS]
)
async def test_a_call_that_cannot_be_done_is_refused(
    bot: Bot, alex: Person, attempt: Try, reason: str
) -> None:
    with pytest.raises(BadRequest) as refusal:
        await attempt(bot, alex.id)
    assert str(refusal.value).lower().startswith(reason.lower())


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, alex: Person) -> None:
    keyboard = InlineKeyboardMarkup([plain(1)])
    sent = await bot.send_message(alex.id, "<b>x</b>", "HTML", reply_markup=keyboard)
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await sent.edit_text("<b>x</b>", "HTML", reply_markup=keyboard)
    await sent.edit_text("<i>x</i>", "HTML", reply_markup=keyboard)
    await sent.edit_reply_markup(None)
    with pytest.raises(BadRequest, match="not modified"):
        await sent.edit_reply_markup(None)


async def test_only_the_bots_own_messages_without_reply_keyboard_can_be_edited(
    bot: Bot, alex: Person
) -> None:
    theirs = await alex.say("mine")
    keyed = await bot.send_message(alex.id, "x", reply_markup=ReplyKeyboardMarkup([["a"]]))
    forced = await bot.send_message(alex.id, "x", reply_markup=ForceReply())
    for number in (theirs, keyed.message_id, forced.message_id):
        with pytest.raises(BadRequest, match="Message can't be edited"):
            await bot.edit_message_text("y", alex.id, number)
    photo = await bot.send_photo(alex.id, b"1")
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await photo.edit_text("y")


async def test_a_message_of_two_days_ago_cannot_be_deleted(
    town: Playground, bot: Bot, alex: Person
) -> None:
    sent = await bot.send_message(alex.id, "x")
    town.world.clock.offset = 48 * 3600 + 1
    with pytest.raises(BadRequest, match="can't be deleted"):
        await sent.delete()
    assert await bot.delete_messages(alex.id, [sent.message_id])
    assert sent.message_id in [one["message_id"] for one in await alex.history()]


async def test_who_blocked_the_bot_gets_nothing_until_it_is_unblocked(
    bot: Bot, alex: Person
) -> None:
    await alex.block()
    for attempt in (
        bot.send_message(alex.id, "x"),
        bot.send_chat_action(alex.id, "typing"),
        bot.copy_message(alex.id, alex.id, 1),
    ):
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await attempt
    await alex.block(blocked=False)
    await bot.send_message(alex.id, "welcome back")
    changes = [update.my_chat_member for update in await bot.get_updates()]
    assert [one and one.new_chat_member.status for one in changes] == ["kicked", "member"]


async def test_a_group_may_not_be_asked_for_a_phone_number(town: Playground, bot: Bot) -> None:
    group = town.world.people.found("Friends", [1001])
    keyboard = ReplyKeyboardMarkup([[KeyboardButton("number", request_contact=True)]])
    with pytest.raises(BadRequest, match="can be requested in private chats only"):
        await bot.send_message(group.id, "x", reply_markup=keyboard)


async def test_files_beyond_the_limits_are_refused(bot: Bot, alex: Person) -> None:
    large = await bot.send_document(alex.id, io.BytesIO(b"0" * 20_000_001), filename="large")
    assert large.document
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(large.document.file_id)
    with pytest.raises(BadRequest, match="is too big for a photo"):
        await bot.send_photo(alex.id, io.BytesIO(b"0" * 10_485_761))


async def test_an_unknown_method_and_a_malformed_token_are_told_apart(
    town: Playground, bot: Bot
) -> None:
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("makeCoffee")
    stranger = client(town, "0:not-a-token")
    with pytest.raises(InvalidToken):
        await stranger.initialize()
    await stranger.shutdown()


async def test_limits_are_off_until_they_are_turned_on(town: Playground, bot: Bot) -> None:
    for number in range(40):
        await bot.send_message(1001, str(number))
    town.world.limits = Limits(overall_per_second=30, chat_per_second=1, chat_burst=2)
    await bot.send_message(1001, "one")
    await bot.send_message(1001, "two")
    with pytest.raises(RetryAfter) as refusal:
        await bot.send_message(1001, "three")
    assert "Retry in 0:00:01" in str(refusal.value)
    await bot.send_message(1, "another chat is free")
    await bot.send_chat_action(1001, "typing")
