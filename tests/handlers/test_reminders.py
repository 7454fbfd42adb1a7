"""Reminders at a clock time: each comes once, whoever sends, and none blocks the others."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from handlers import reminders
from handlers.context import Office, Writer
from handlers.reminders import BATCH, PUT_OFF, send_due
from storage import owners
from storage.database import Database
from storage.models import outbox
from storage.notebook import Notebook
from storage.reminders import due_at_the_clock
from storage.types import Status
from storage.unit import Unit
from tests.builders import A_DAY, ANOTHER, NOW, OWNER, a_contact, a_reminder, an_owner
from tests.letterbox import Letterbox


@dataclass
class Desk:
    """What a test writes and looks at, and the office that sends."""

    database: Database
    now: datetime = NOW
    post: Letterbox = field(default_factory=Letterbox)

    @property
    def office(self) -> Office:
        return Office(self.database, self.post, lambda: self.now, "Europe/Berlin")

    async def remind(self, *, owner_id: int = OWNER, at: datetime = NOW, **values: Any) -> int:
        """The id of a reminder at that instant, about nobody in particular."""
        return await self.database.run(
            lambda unit: a_reminder(Notebook(unit, owner_id), due_at=at, **values)
        )

    async def sent(self, owner_id: int = OWNER) -> list[dict[str, Any]]:
        """The messages that wait for the owner, oldest first."""

        def bodies(unit: Unit) -> list[dict[str, Any]]:
            statement = outbox.select().where(outbox.c.owner_id == owner_id).order_by(outbox.c.id)
            return [row.body for row in unit.execute(statement)]

        return await self.database.read(bodies)


@pytest.fixture
async def desk(database: Database) -> Desk:
    def begin(unit: Unit) -> None:
        an_owner(unit)
        an_owner(unit, ANOTHER)

    await database.run(begin)
    return Desk(database)


def buttons(body: dict[str, Any]) -> list[str]:
    return [
        button["callback_data"].partition(":")[0]
        for row in body["reply_markup"]["inline_keyboard"]
        for button in row
    ]


async def test_it_comes_at_its_time_and_not_before(desk: Desk) -> None:
    await desk.remind(at=NOW + timedelta(minutes=1))
    await send_due(desk.office)
    assert await desk.sent() == []
    desk.now = NOW + timedelta(minutes=1)
    await send_due(desk.office)
    (body,) = await desk.sent()
    assert body["text"] == "You asked me to remind you: call"
    assert buttons(body) == ["reminder-done", "reminder-snooze"]
    assert [letter.body for (letter,) in desk.post.handed] == [body]
    assert desk.post.held == 0


async def test_a_late_one_comes_once_and_says_how_late(desk: Desk) -> None:
    await desk.remind(at=NOW - 3 * A_DAY)
    for _ in range(2):
        await send_due(desk.office)
    (body,) = await desk.sent()
    assert body["text"].endswith("this was for Fri 27 February at 10:00 and comes 3 days late.")


async def test_a_late_one_lets_the_night_pass_and_still_says_when_it_was_for(desk: Desk) -> None:
    await desk.remind(at=NOW)  # at ten in the morning
    desk.now = NOW + timedelta(hours=13)
    await send_due(desk.office)
    assert await desk.sent() == []
    held = await desk.database.read(lambda unit: due_at_the_clock(unit, desk.now, limit=9))
    assert held == [], "no tick of the night looks at it again"
    desk.now = NOW + timedelta(hours=21)  # at seven
    await send_due(desk.office)
    (body,) = await desk.sent()
    assert body["text"].endswith("this was for yesterday at 10:00 and comes 21 hours late.")


async def test_one_named_for_the_night_comes_at_night(desk: Desk) -> None:
    desk.now = NOW + timedelta(hours=14)
    await desk.remind(at=desk.now)
    await send_due(desk.office)
    assert len(await desk.sent()) == 1


async def test_the_night_is_that_of_where_the_owner_is(desk: Desk) -> None:
    await desk.database.run(lambda unit: owners.change(unit, OWNER, zone="America/New_York"))
    await desk.remind(at=NOW - A_DAY)  # it is four in the morning there
    await desk.remind(owner_id=ANOTHER, at=NOW - A_DAY)
    await send_due(desk.office)
    assert await desk.sent() == []
    assert len(await desk.sent(ANOTHER)) == 1


async def test_two_senders_send_it_once(desk: Desk) -> None:
    for _ in range(5):
        await desk.remind()
    await asyncio.gather(*(send_due(desk.office) for _ in range(4)))
    assert len(await desk.sent()) == 5


async def test_it_goes_to_the_one_who_asked(desk: Desk) -> None:
    await desk.remind(owner_id=ANOTHER)
    await send_due(desk.office)
    assert await desk.sent() == []
    assert [body["chat_id"] for body in await desk.sent(ANOTHER)] == [ANOTHER]


async def test_more_than_a_batch_goes_out_in_one_go(desk: Desk) -> None:
    def many(unit: Unit) -> None:
        notebook = Notebook(unit, OWNER)
        for _ in range(BATCH + 1):
            a_reminder(notebook, due_at=NOW)

    await desk.database.run(many)
    await send_due(desk.office)
    assert len(await desk.sent()) == BATCH + 1


async def test_a_long_one_comes_in_several_messages(desk: Desk) -> None:
    what = "call everybody. " * 300
    await desk.database.run(
        lambda unit: Notebook(unit, OWNER).reminders.add(
            None, what, NOW.date(), due_at=NOW, now=NOW
        )
    )
    await send_due(desk.office)
    first, last = await desk.sent()
    assert "reply_markup" not in first
    assert buttons(last) == ["reminder-done", "reminder-snooze"]


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        (Status.ACTIVE, ["reminder-done", "reminder-snooze", "draft", "c"]),
        (Status.ARCHIVED, ["reminder-done", "reminder-snooze", "c"]),
        (Status.DECEASED, ["reminder-done", "reminder-snooze", "c"]),
    ],
)
async def test_the_owner_asked_so_it_comes_whatever_became_of_the_contact(
    desk: Desk, status: Status, offered: list[str]
) -> None:
    contact = await desk.database.run(
        lambda unit: a_contact(Notebook(unit, OWNER), "Anna <b>", status=status)
    )
    await desk.remind(contact_id=contact)
    await send_due(desk.office)
    (body,) = await desk.sent()
    assert "<b>Anna &lt;b&gt;</b>" in body["text"]
    assert buttons(body) == offered


async def test_one_that_cannot_be_sent_lets_the_others_pass(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad = await desk.remind()
    await desk.remind()
    write = reminders._write

    def fail(writer: Writer, reminder: Any, zone: ZoneInfo) -> None:
        if reminder.id == bad:
            raise ValueError("no such word")
        write(writer, reminder, zone)

    with monkeypatch.context() as broken:
        broken.setattr(reminders, "_write", fail)
        await send_due(desk.office)
    assert len(await desk.sent()) == 1
    assert "a reminder could not be sent" in caplog.text
    desk.now += PUT_OFF
    await send_due(desk.office)
    _, late = await desk.sent()
    assert late["text"].endswith("this was for today at 10:00 and comes 10 minutes late.")


async def test_a_zone_that_is_no_more_lets_the_others_pass(desk: Desk) -> None:
    """A backup may come from a machine that knows other zones."""
    await desk.database.run(lambda unit: owners.change(unit, ANOTHER, zone="Mars/Base"))
    await desk.remind(owner_id=ANOTHER)
    await desk.remind()
    await send_due(desk.office)
    assert len(await desk.sent()) == 1


async def test_one_snoozed_after_it_was_found_waits(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    snoozed = await desk.remind()
    found = await desk.database.read(lambda unit: due_at_the_clock(unit, NOW, limit=BATCH))
    await desk.database.run(
        lambda unit: Notebook(unit, OWNER).reminders.change(snoozed, due_at=NOW + A_DAY)
    )
    monkeypatch.setattr(reminders, "due_at_the_clock", lambda *_, **__: found)
    await send_due(desk.office)
    assert await desk.sent() == []
