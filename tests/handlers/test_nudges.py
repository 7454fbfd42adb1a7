"""The digest comes once a local day, at the owner's hour, and only if somebody waits."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from handlers.context import Office
from handlers.nudges import BATCH, PUT_OFF, send_due_digests
from handlers.replies import LIMIT, length, plain
from playground import Person
from rapport.nudges.hours import next_digest
from storage import owners
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.models import outbox
from storage.notebook import Notebook
from storage.nudges import OPEN
from storage.owners import Owner
from storage.types import Circle
from storage.unit import Unit
from tests.builders import (
    A_DAY,
    ANOTHER,
    NOW,
    OWNER,
    a_contact,
    a_promise,
    a_reminder,
    an_interaction,
    an_owner,
)
from tests.chat import Chat
from tests.letterbox import Letterbox

HOUSE = "Europe/Berlin"


@dataclass
class Morning:
    """Owners whose digests come, and a clock to move."""

    database: Database
    now: datetime = NOW
    post: Letterbox = field(default_factory=Letterbox)

    @property
    def office(self) -> Office:
        return Office(self.database, self.post, lambda: self.now, HOUSE)

    async def owner(
        self, owner_id: int = OWNER, *, zone: str | None = HOUSE, waits: bool = True, **values: Any
    ) -> None:
        """An owner whose next digest is the first after now; somebody waits to hear from them."""
        due = next_digest(self.now, "08:30", ZoneInfo(zone or HOUSE))

        def begin(unit: Unit) -> None:
            notebook = an_owner(unit, owner_id, **{"zone": zone, "digest_due": due, **values})
            if waits:
                self._somebody_waits(notebook)

        await self.database.run(begin)

    def _somebody_waits(self, notebook: Notebook) -> None:
        long_ago = self.now.date() - 40 * A_DAY
        for name in ("Ana Silva", "Ben Okri"):
            a_contact(
                notebook, name, circle=Circle.CLOSE, tracked_since=long_ago, last_touch=long_ago
            )

    async def something_to_do(self) -> None:
        """A task that every digest names until it is done."""
        await self.database.run(lambda unit: a_reminder(Notebook(unit, OWNER)))

    async def tick(self, at: datetime | None = None) -> list[dict[str, Any]]:
        """The messages that wait for the owner after a tick at that moment."""
        self.now = at or self.now
        await send_due_digests(self.office)
        return await self.sent()

    async def sent(self, owner_id: int = OWNER) -> list[dict[str, Any]]:
        """The messages that wait for an owner, oldest first."""

        def bodies(unit: Unit) -> list[dict[str, Any]]:
            statement = outbox.select().where(outbox.c.owner_id == owner_id).order_by(outbox.c.id)
            return [row.body for row in unit.execute(statement)]

        return await self.database.read(bodies)

    async def stored(self, owner_id: int = OWNER) -> Owner:
        return await self.database.read(lambda unit: Notebook(unit, owner_id).owner)


@pytest.fixture
def morning(database: Database) -> Morning:
    return Morning(database)


def local(zone: str, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("Europe/Berlin", "2026-03-03T08:30"),
        ("America/Los_Angeles", "2026-03-02T08:30"),
        ("Asia/Kathmandu", "2026-03-03T08:30"),
        ("Pacific/Kiritimati", "2026-03-03T08:30"),
        (None, "2026-03-03T08:30"),  # not said: the house's
    ],
)
async def test_it_comes_at_the_owners_hour_in_the_owners_zone(
    morning: Morning, zone: str | None, due: str
) -> None:
    await morning.owner(zone=zone)
    at = local(zone or HOUSE, due)
    assert await morning.tick(at - timedelta(seconds=1)) == []
    (body,) = await morning.tick(at)
    assert body["text"].startswith("<b>Today</b>: 2 people to get back to")
    names = [button["text"] for button in body["reply_markup"]["inline_keyboard"][0]]
    assert sorted(names) == ["Ana Silva", "Ben Okri"]
    owner = await morning.stored()
    assert owner.digest_day == at.date()
    assert owner.digest_due == at + A_DAY


async def test_the_hour_stays_when_the_clocks_change(morning: Morning) -> None:
    morning.now = local(HOUSE, "2026-03-27T09:00")
    await morning.owner()
    assert len(await morning.tick(local(HOUSE, "2026-03-28T08:30"))) == 1
    owner = await morning.stored()
    assert owner.digest_due == local(HOUSE, "2026-03-29T08:30")  # 23 hours later


async def test_it_comes_once_however_often_and_by_whomever_it_is_asked_for(
    morning: Morning,
) -> None:
    await morning.owner()
    morning.now += A_DAY
    await asyncio.gather(*(send_due_digests(morning.office) for _ in range(3)))
    assert len(await morning.tick()) == 1


async def test_nothing_is_sent_when_nobody_waits(morning: Morning) -> None:
    await morning.owner(waits=False)
    assert await morning.tick(local(HOUSE, "2026-03-03T08:30")) == []
    owner = await morning.stored()
    assert owner.digest_due == local(HOUSE, "2026-03-04T08:30")


async def test_it_goes_out_as_soon_as_it_is_stored(morning: Morning) -> None:
    await morning.owner()
    (body,) = await morning.tick(local(HOUSE, "2026-03-03T08:30"))
    ((letter,),) = morning.post.handed
    assert letter.body == body
    assert morning.post.held == 0


async def test_things_to_do_with_nobody_are_reason_enough(morning: Morning) -> None:
    await morning.owner(waits=False)
    await morning.database.run(lambda unit: a_reminder(Notebook(unit, OWNER)))
    (body,) = await morning.tick(local(HOUSE, "2026-03-03T08:30"))
    assert "• call (since yesterday)" in body["text"]
    assert [row[0]["text"] for row in body["reply_markup"]["inline_keyboard"]] == ["✓ call"]


async def test_a_long_one_names_few_tasks_and_says_how_many_more(morning: Morning) -> None:
    await morning.owner(waits=False)

    def burdened(unit: Unit) -> None:
        notebook = Notebook(unit, OWNER)
        for number in range(120):
            notebook.reminders.add(None, f"{number:03} " + "word " * 40, NOW.date(), now=NOW)

    await morning.database.run(burdened)
    (body,) = await morning.tick(local(HOUSE, "2026-03-03T08:30"))
    tasks = [line for line in body["text"].splitlines() if line.startswith("•")]
    assert [line[:5] for line in tasks] == ["• 000", "• 001", "• 002", "• 003"]
    assert all(len(line) < 150 for line in tasks)
    assert "and 116 more" in body["text"]
    rows = body["reply_markup"]["inline_keyboard"]
    assert [row[0]["text"][:5] for row in rows] == ["✓ 000", "✓ 001", "✓ 002", "✓ 003"]


async def test_promises_of_a_full_day_are_named_up_to_a_few(morning: Morning) -> None:
    await morning.owner(waits=False, preferences={"cap": 1})
    day = local(HOUSE, "2026-03-03T08:30")

    def promise(unit: Unit) -> None:
        notebook = Notebook(unit, OWNER)
        for number in range(40):
            person = a_contact(notebook, f"Person {number:02} " + "of Long Name " * 8)
            a_promise(notebook, person, "send " + "slides " * 100, due_on=day.date())

    await morning.database.run(promise)
    (body,) = await morning.tick(day)
    assert body["text"].count("\n• Person") == 4
    assert "and 35 more" in body["text"]


async def test_one_too_long_for_a_message_comes_in_several(morning: Morning) -> None:
    await morning.owner(waits=False, preferences={"cap": 10})
    day = local(HOUSE, "2026-03-03T08:30")

    def crowd(unit: Unit) -> None:
        notebook = Notebook(unit, OWNER)
        for number in range(10):
            person = a_contact(notebook, f"P{number} " + "Longname " * 13)
            for what in ("slides ", "photos ", "letters "):
                a_promise(notebook, person, "send " + what * 30, due_on=day.date())
            notebook.facts.add(person, "need", "needs " * 30, learned_on=NOW.date())
            topics = "everything " * 30
            an_interaction(notebook, person, on=NOW.date() - 40 * A_DAY, topics=topics)

    await morning.database.run(crowd)
    bodies = await morning.tick(day)
    assert len(bodies) > 1
    assert all(length(plain(body["text"])) <= LIMIT for body in bodies)
    assert ["reply_markup" in body for body in bodies] == [False] * (len(bodies) - 1) + [True]
    assert len([b for row in bodies[-1]["reply_markup"]["inline_keyboard"] for b in row]) == 10


async def test_after_days_away_it_comes_once_and_for_today(morning: Morning) -> None:
    await morning.owner()
    at = local(HOUSE, "2026-03-07T15:00")
    (body,) = await morning.tick(at)
    assert body["text"].startswith("<b>Today</b>")
    owner = await morning.stored()
    assert owner.digest_day == at.date()
    assert owner.digest_due == local(HOUSE, "2026-03-08T08:30")
    nudges = await morning.database.read(lambda unit: Notebook(unit, OWNER).nudges.on(at.date()))
    assert [nudge.state for nudge in nudges] == [OPEN, OPEN]


async def test_one_missed_on_an_earlier_day_waits_for_the_next_hour(morning: Morning) -> None:
    await morning.owner()
    assert await morning.tick(local(HOUSE, "2026-03-04T03:00")) == []
    assert (await morning.stored()).digest_day is None
    hour = local(HOUSE, "2026-03-04T08:30")
    assert await morning.tick(hour - timedelta(seconds=1)) == []
    assert len(await morning.tick(hour)) == 1


async def test_one_missed_until_the_night_waits_for_tomorrow(morning: Morning) -> None:
    await morning.owner()
    assert await morning.tick(local(HOUSE, "2026-03-03T23:00")) == []
    owner = await morning.stored()
    assert owner.digest_day is None
    assert owner.digest_due == local(HOUSE, "2026-03-04T08:30")


async def test_a_later_hour_or_another_zone_brings_no_second_one_on_a_day(
    morning: Morning,
) -> None:
    await morning.owner()
    await morning.tick(local(HOUSE, "2026-03-03T08:30"))
    evening = local(HOUSE, "2026-03-03T18:00")

    def change(unit: Unit) -> None:
        owners.change(unit, OWNER, digest_at="18:00", digest_due=evening)
        a_promise(Notebook(unit, OWNER), a_contact(Notebook(unit, OWNER)), due_on=evening.date())

    await morning.database.run(change)
    assert len(await morning.tick(evening)) == 1
    assert (await morning.stored()).digest_due == evening + A_DAY


@pytest.mark.parametrize("days", [1, 7, 400])
async def test_a_clock_that_was_ahead_takes_no_digest_away(morning: Morning, days: int) -> None:
    await morning.owner(waits=False)
    await morning.something_to_do()
    before = local(HOUSE, "2026-03-03T08:00")
    assert await morning.tick(before + days * A_DAY) == []
    assert await morning.tick(before) == []
    assert len(await morning.tick(local(HOUSE, "2026-03-03T08:30"))) == 1
    assert len(await morning.tick(local(HOUSE, "2026-03-04T08:30"))) == 2


async def test_a_day_that_had_its_digest_by_a_clock_ahead_gets_no_second(
    morning: Morning,
) -> None:
    await morning.owner(waits=False)
    await morning.something_to_do()
    assert len(await morning.tick(local(HOUSE, "2026-03-03T08:30"))) == 1
    assert len(await morning.tick(local(HOUSE, "2026-03-04T10:00"))) == 2
    for text in ("2026-03-03T10:00", "2026-03-04T08:30", "2026-03-04T12:00"):
        assert len(await morning.tick(local(HOUSE, text))) == 2
    assert len(await morning.tick(local(HOUSE, "2026-03-05T08:30"))) == 3


async def test_a_newcomer_on_a_long_day_has_missed_none(morning: Morning) -> None:
    morning.now = local(HOUSE, "2026-10-24T08:40")  # the next 08:30 is 24 hours 50 minutes away
    await morning.owner()
    assert await morning.tick() == []
    assert await morning.tick(local(HOUSE, "2026-10-25T08:29")) == []
    assert len(await morning.tick(local(HOUSE, "2026-10-25T08:30"))) == 1


async def test_the_unreachable_are_left_in_peace(morning: Morning) -> None:
    await morning.owner(unreachable_since=NOW)
    assert await morning.tick(NOW + 3 * A_DAY) == []
    assert (await morning.stored()).digest_day is None


async def test_one_that_fails_is_put_off_and_holds_up_nobody(
    morning: Morning, caplog: pytest.LogCaptureFixture
) -> None:
    await morning.owner(ANOTHER)
    await morning.owner()
    broken = {"zone": "Nowhere/Atlantis", "digest_due": NOW}
    await morning.database.run(lambda unit: owners.change(unit, ANOTHER, **broken))
    at = local(HOUSE, "2026-03-03T08:30")
    assert len(await morning.tick(at)) == 1
    assert await morning.sent(ANOTHER) == []
    assert (await morning.stored(ANOTHER)).digest_due == at + PUT_OFF
    assert "a digest failed" in caplog.text


async def test_all_that_are_due_are_sent_a_batch_at_a_time(morning: Morning) -> None:
    for number in range(BATCH + 1):
        await morning.owner(OWNER + number, waits=number == BATCH)
    await morning.tick(NOW + A_DAY)
    assert len(await morning.sent(OWNER + BATCH)) == 1
    assert len(morning.post.handed) == 1  # the others' days are empty
    assert morning.post.held == 0


async def test_a_database_out_of_reach_is_said_and_not_put_off(morning: Morning) -> None:
    await morning.owner()
    morning.now += A_DAY
    morning.database.close()
    with pytest.raises(StorageUnavailable):
        await send_due_digests(morning.office)


# --- in the chat --------------------------------------------------------------------------------


async def test_a_newcomers_digest_comes_by_the_houses_clock(new_chat: Chat) -> None:
    await new_chat.person.say("/start")
    await new_chat.person.expect("Hello")
    owner = await new_chat.read(lambda notebook: notebook.owner)
    assert owner.zone is None
    assert owner.digest_due == next_digest(new_chat.now(), "08:30", ZoneInfo("UTC"))


def _owner(notebook: Notebook) -> Owner:
    return notebook.owner


async def test_who_blocked_the_bot_gets_no_digest_until_they_are_back(
    chat: Chat, alex: Person
) -> None:
    await chat.write(lambda notebook: a_promise(notebook, a_contact(notebook)))
    promised = local(HOUSE, "2026-03-18T00:00").date()
    await chat.write(lambda notebook: a_promise(notebook, a_contact(notebook), due_on=promised))
    await alex.block()
    chat.move_to(local(HOUSE, "2026-03-18T08:30"))
    async with asyncio.timeout(5):
        while (await chat.read(_owner)).unreachable_since is None:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.02)
    chat.move_to(local(HOUSE, "2026-03-22T08:30"))
    await alex.block(blocked=False)
    await alex.expect_silence()
    await alex.say("/help")
    await alex.expect("Just write")
    await alex.expect("Today", "you promised to send the slides")


async def test_who_is_back_at_night_gets_it_in_the_morning(chat: Chat, alex: Person) -> None:
    promised = local(HOUSE, "2026-03-18T00:00").date()
    await chat.write(lambda notebook: a_promise(notebook, a_contact(notebook), due_on=promised))
    gone = {"unreachable_since": chat.now()}
    await chat.write(lambda notebook: owners.change(notebook.unit, notebook.owner_id, **gone))
    chat.move_to(local(HOUSE, "2026-03-19T03:00"))
    await alex.say("/help")
    await alex.expect("Just write")
    await alex.expect_silence()
    chat.move_to(local(HOUSE, "2026-03-19T08:30"))
    await alex.expect("Today", "you promised to send the slides")
    await alex.expect_silence()


@pytest.mark.parametrize(
    "verb", ["nudge", "nudge-close", "nudge-done", "nudge-snooze", "nudge-skip", "task-done"]
)
async def test_anothers_nudge_is_answered_like_one_that_is_gone(
    chat: Chat, alex: Person, verb: str
) -> None:
    def theirs(unit: Unit) -> int:
        notebook = an_owner(unit, ANOTHER, last_id=500)
        ada = a_contact(notebook)
        if verb == "task-done":
            return a_reminder(notebook)
        return notebook.nudges.add(ada, NOW.date(), 0, [])

    number = await alex.say("/help")
    await alex.expect("Just write")
    for id_ in (await chat.database.run(theirs), 999_999):
        await alex.tap_data(number + 1, f"{verb}:{id_}")
        await alex.expect("no longer there")


async def test_something_to_do_with_nobody_is_ticked_off(chat: Chat, alex: Person) -> None:
    await chat.write(lambda notebook: a_reminder(notebook, on=chat.now().date()))
    await alex.say("/today")
    heard = await alex.expect("Today", "To do\n• call")
    await alex.tap("✓ call")
    await alex.expect_edit("Nobody waits for you today.")
    await alex.tap_data(heard.number, heard.button("✓ call")["callback_data"])
    await alex.expect_silence()


async def test_names_in_a_digest_are_only_names(chat: Chat, alex: Person) -> None:
    def hostile(notebook: Notebook) -> None:
        eve = a_contact(notebook, "<b>Eve</b> {{ 7 * 7 }} & co of a very long name")
        a_promise(notebook, eve, "say <i>&</i> {{ me }} " + "&" * 900, due_on=chat.now().date())

    await chat.write(hostile)
    chat.kept = "{{ }}"
    await alex.say("/today")
    heard = await alex.expect("<b>Eve</b> {{ 7 * 7 }} & co", "<i>&</i> {{ me }}")
    await alex.tap(heard.buttons[0])
    heard = await alex.expect_edit("• you promised to say <i>&</i> {{ me }}")
    assert heard.rows[0] == ["Draft", "Done", "Snooze", "Skip"]
