"""/settings: what a change moves besides itself."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from playground import Person
from storage import owners
from tests.builders import a_contact, a_promise
from tests.chat import ZONE, Chat


async def test_another_hour_moves_the_next_digest(chat: Chat, alex: Person) -> None:
    await alex.say("/settings")
    await alex.expect("08:30")
    await alex.tap("Hour")
    await alex.expect_edit("When")
    await alex.say("9pm")
    await alex.expect("21:00")
    owner = await chat.read(lambda notebook: notebook.owner)
    assert owner.digest_at == "21:00"
    assert owner.digest_due == datetime(2026, 3, 17, 21, 0, tzinfo=ZONE)


async def test_an_hour_that_has_passed_brings_todays_digest_now(chat: Chat, alex: Person) -> None:
    chat.move_to(datetime(2026, 3, 18, 8, 0, tzinfo=ZONE))
    today = chat.now().date()
    await chat.write(lambda notebook: a_promise(notebook, a_contact(notebook), due_on=today))
    await alex.say("/settings")
    await alex.expect("08:30")
    await alex.tap("Hour")
    await alex.expect_edit("When")
    await alex.say("7")
    await alex.expect("07:00")
    await alex.expect("Today", "you promised to send the slides")
    chat.move_to(datetime(2026, 3, 18, 8, 30, tzinfo=ZONE))
    await alex.expect_silence()


async def test_another_place_brings_no_second_digest_on_a_day(chat: Chat, alex: Person) -> None:
    chat.move_to(datetime(2026, 3, 18, 8, 30, tzinfo=ZONE))
    came = datetime(2026, 3, 18, tzinfo=ZONE).date()
    due = datetime(2026, 3, 19, 8, 30, tzinfo=ZONE)
    sent = {"digest_day": came, "digest_due": due}
    await chat.write(lambda notebook: owners.change(notebook.unit, notebook.owner_id, **sent))
    await alex.say("/settings")
    await alex.expect("Europe/Berlin")
    await alex.tap("Place")
    await alex.expect("where are you?")
    await alex.say("Honolulu")
    await alex.expect("Pacific/Honolulu")
    owner = await chat.read(lambda notebook: notebook.owner)
    assert owner.digest_day == datetime(2026, 3, 17, tzinfo=ZONE).date()
    assert owner.digest_due == datetime(2026, 3, 18, 8, 30, tzinfo=ZoneInfo("Pacific/Honolulu"))


async def test_another_choice_leaves_the_others_as_they_are(chat: Chat, alex: Person) -> None:
    await alex.say("/settings")
    await alex.expect("Your settings")
    await alex.tap("More…")
    heard = await alex.expect_edit("Your settings")
    for _ in range(2):  # the button says what is to be: twice is the same as once
        await alex.tap_data(heard.number, "set-leap:1-mar")
    await alex.expect_edit("1 March")
    await alex.tap("People a day")
    await alex.expect_edit("1 to 10")
    await alex.say("10")
    await alex.expect("at most 10 people", "1 March")
    owner = await chat.read(lambda notebook: notebook.owner)
    assert owner.preferences == {"cap": 10, "leap_day": "1 Mar"}


async def test_a_question_stays_open_while_something_else_is_asked(alex: Person) -> None:
    await alex.say("/settings")
    await alex.expect("Your settings")
    await alex.tap("Name")
    await alex.expect_edit("sign")
    await alex.say("\u200b\u200b")
    await alex.expect("I do not see a name")
    await alex.say("/promises")
    await alex.expect("No promises")
    await alex.say("Alexandra")
    await alex.expect("signed Alexandra")
