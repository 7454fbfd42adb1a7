"""A person of the playground says, taps and hears what a real client sends."""

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup, Update

from playground import Person, Playground


async def updates(bot: Bot) -> list[Update]:
    """What waits for the bot, confirmed at once."""
    found = await bot.get_updates(timeout=2, allowed_updates=Update.ALL_TYPES)
    if found:
        await bot.get_updates(offset=found[-1].update_id + 1)
    return list(found)


async def test_what_a_person_says_reaches_the_bot_with_its_command(bot: Bot, alex: Person) -> None:
    number = await alex.say("/start now")
    [update] = await updates(bot)
    assert update.message
    assert update.message.message_id == number
    assert update.message.text == "/start now"
    assert update.message.parse_entities() == {update.message.entities[0]: "/start"}
    assert update.effective_user
    assert update.effective_user.first_name == "Alex"


async def test_a_tapped_button_asks_the_bot_and_the_edit_is_seen(bot: Bot, alex: Person) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Undo", callback_data="undo:1")]])
    await bot.send_message(alex.id, "Saved <b>Ana</b>", "HTML", reply_markup=keyboard)
    heard = await alex.expect("Saved Ana")
    assert heard.rows == [["Undo"]]
    assert heard.entities == [{"type": "bold", "offset": 6, "length": 3}]

    await alex.tap("Undo")
    [update] = await updates(bot)
    query = update.callback_query
    assert query
    assert query.data == "undo:1"
    assert query.chat_instance
    await query.answer("Done")
    assert await alex.expect_answer() == "Done"
    await query.edit_message_text("Taken back")
    edited = await alex.expect_edit("Taken back")
    assert edited.number == heard.number
    assert edited.buttons == []


async def test_a_reply_keyboard_is_on_the_screen_but_never_in_the_result(
    bot: Bot, alex: Person
) -> None:
    sent = await bot.send_message(alex.id, "Which?", reply_markup=ReplyKeyboardMarkup([["a", "b"]]))
    assert sent.reply_markup is None
    assert (await alex.expect("Which?")).keys == ["a", "b"]


async def test_a_person_who_expects_too_much_is_told_what_came(bot: Bot, alex: Person) -> None:
    await bot.send_message(alex.id, "good morning")
    with pytest.raises(AssertionError, match="expected \\['good night'\\] in 'good morning'"):
        await alex.expect("good night")
    await alex.expect_silence(0.05)
    await bot.send_message(alex.id, "anybody there?")
    with pytest.raises(AssertionError, match="expected silence"):
        await alex.expect_silence()


async def test_people_hear_only_what_is_said_to_them(town: Playground, bot: Bot) -> None:
    async with await town.person("Bea", language_code="de") as bea, await town.person() as alex:
        await bot.send_message(bea.id, "for Bea")
        await bea.expect("for Bea")
        await alex.expect_silence(0.05)
        await bea.say("hello")
        [update] = await updates(bot)
        assert update.effective_user
        assert (update.effective_user.id, update.effective_user.language_code) == (bea.id, "de")
