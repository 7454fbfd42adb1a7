"""The intake with handlers of the test's own: order, failures, what is set aside, what is left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from telegram import Update
from telegram.ext import Application, TypeHandler

from bot import intake as intake_module
from bot import patience
from bot.answering import Answering, without_handlers
from bot.apart import ENDED, Apart, NoProcessError
from bot.clock import now
from bot.delivery import Delivery
from bot.intake import ATTEMPTS, DEATHS, LEASE, Intake
from handlers.context import Desk, House, TurnContext
from playground import Fault, Kind
from rapport.contacts.rosters import Rosters
from storage import intake as stored
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.intake import RawUpdate
from storage.models import intake
from storage.unit import Work
from tests.bot.conftest import Office
from tests.bot.processes import until

HOUSE = House(open=True, allowed=frozenset(), zone="UTC", digest_at="08:30")
BOT = 8000


class ApartHere(Apart):
    """Attempts that are made in this process after all; those at "kills" end another."""

    def __init__(self, delivery: Delivery, answering: Answering) -> None:
        super().__init__(delivery, "", "")
        self.answering = answering
        self.attempted: list[int] = []
        self.is_out_of_processes = False

    async def attempt(self, raw: RawUpdate) -> str | None:
        """The outcome."""
        if self.is_out_of_processes:
            raise NoProcessError("none")
        self.attempted.append(raw.update_id)
        if "kills" in raw.raw:
            return ENDED
        try:
            await self.answering.answer(raw)
        except LookupError as error:
            return type(error).__name__
        return None


@dataclass
class Desks:
    """Intakes whose handler does what a text says, and what it did."""

    office: Office
    application: Application[Any, Any, Any, Any, Any, Any]
    intakes: list[Intake] = field(default_factory=list)
    log: list[tuple[str, str]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    numbers: int = 500
    apart: ApartHere = field(init=False)

    def open(self, *, is_alone: bool = True) -> Intake:
        """An intake as a new process has one."""
        delivery = self.office.open(is_alone=is_alone)
        database = self.office.database
        answering = Answering(self.application, database, delivery, Rosters(), HOUSE)
        self.apart = ApartHere(delivery, answering)
        fresh = Intake(answering, self.apart, database, delivery, BOT, now, is_alone=is_alone)
        self.intakes.append(fresh)
        return fresh

    def update(self, chat: int, text: str) -> dict[str, Any]:
        """A new text in somebody's private chat."""
        self.numbers += 1
        person = {"id": chat, "first_name": "Ada", "is_bot": False}
        return {
            "update_id": self.numbers,
            "message": {
                "message_id": self.numbers,
                "date": 1_790_000_000,
                "chat": {"id": chat, "type": "private", "first_name": "Ada"},
                "from": person,
                "text": text,
            },
        }

    async def handle(self, update: Update, context: TurnContext) -> None:
        """Echo; but texts may say to fail, and all wait at the gate."""
        message = update.effective_message
        text = (message and message.text) or ""
        self.log.append(("begin", text))
        if text.startswith("wait"):
            await self.gate.wait()
        if text.startswith("break"):
            raise LookupError(f"this quotes {text}")

        def answer(desk: Desk) -> None:
            if text.startswith("late break"):
                raise LookupError(text)
            desk.say(f"heard {text}")

        if text:
            await context.turn.run(answer)
        self.log.append(("end", text))

    async def rows(self) -> dict[int, tuple[str, int]]:
        """State and attempts of every stored update."""
        statement = select(intake.c.update_id, intake.c.state, intake.c.attempts)
        found = await self.office.database.read(lambda unit: unit.execute(statement).all())
        return {row.update_id: (row.state, row.attempts) for row in found}

    async def calm(self, within: float = 5.0) -> dict[int, tuple[str, int]]:
        """The rows once no update is open."""
        async with asyncio.timeout(within):
            while any(state == "new" for state, _ in (await self.rows()).values()):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return await self.rows()


@pytest.fixture
async def desks(office: Office, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desks]:
    """One intake with an echoing handler."""
    monkeypatch.setattr(patience, "PAUSES", (0.02, 0.02))
    application = without_handlers(office.town.token, office.town.url, office.request)
    desks = Desks(office, application)
    application.add_handler(TypeHandler(Update, desks.handle))
    await application.initialize()
    desks.open()
    yield desks
    desks.gate.set()
    for one in desks.intakes:
        await one.stop(0.5)
    await office.delivery.stop(0.5)


async def test_a_chat_is_answered_in_order_one_at_a_time(desks: Desks) -> None:
    ada = await desks.office.owner()
    await desks.intakes[0].accept([desks.update(ada, text) for text in ("wait 1", "wait 2")])
    await desks.intakes[0].accept([desks.update(ada, "3")])
    await asyncio.sleep(0.05)
    assert desks.log == [("begin", "wait 1")]
    desks.gate.set()
    await desks.calm()
    assert desks.log == [(when, said) for said in ("wait 1", "wait 2", "3") for when in WHEN]
    await desks.office.settled(ada)
    assert desks.office.heard(ada) == ["heard wait 1", "heard wait 2", "heard 3"]


WHEN = ("begin", "end")


async def test_chats_are_answered_side_by_side(desks: Desks) -> None:
    ada, bob = await desks.office.owner("Ada"), await desks.office.owner("Bob")
    await desks.intakes[0].accept([desks.update(ada, "wait"), desks.update(bob, "hello")])
    await until(lambda: desks.office.heard(bob) == ["heard hello"])
    assert desks.office.heard(ada) == []


async def test_an_update_that_comes_twice_is_answered_once(desks: Desks) -> None:
    ada = await desks.office.owner()
    update = desks.update(ada, "hello")
    await desks.intakes[0].accept([update, update])
    await desks.intakes[0].accept([update])
    await desks.calm()
    await desks.intakes[0].accept([update])
    assert await desks.office.settled(ada) == ["sent"]
    assert desks.office.heard(ada) == ["heard hello"]


def unheard(database: Database) -> Callable[[Work[Any]], Awaitable[None]]:
    """The database's `run`, of which nobody hears that it stored anything."""
    run = database.run

    async def run_unheard(work: Work[Any]) -> None:
        await run(work)
        raise StorageUnavailable("the connection was lost at COMMIT")

    return run_unheard


async def test_what_was_stored_though_the_database_did_not_say_so_is_answered(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await desks.office.owner()
    update = desks.update(ada, "hello")
    with monkeypatch.context() as patch:
        patch.setattr(desks.office.database, "run", unheard(desks.office.database))
        with pytest.raises(StorageUnavailable):
            await desks.intakes[0].accept([update])
    await desks.intakes[0].accept([update])  # it was not confirmed, so it comes again
    await desks.calm()
    assert await desks.office.settled(ada) == ["sent"]
    assert desks.office.heard(ada) == ["heard hello"]


@pytest.mark.parametrize("text", ["break", "late break"])
async def test_a_failing_update_is_tried_three_times_then_set_aside_and_told_once(
    desks: Desks, text: str
) -> None:
    ada, bob = await desks.office.owner("Ada"), await desks.office.owner("Bob")
    bad = desks.update(ada, text)
    await desks.intakes[0].accept([bad, desks.update(bob, "hello"), desks.update(ada, "after")])
    rows = await desks.calm()
    assert rows[bad["update_id"]] == ("dead", ATTEMPTS)
    assert desks.log.count(("begin", text)) == ATTEMPTS
    assert await desks.office.settled(ada) == ["sent", "sent"]
    told, after = desks.office.heard(ada)
    assert "put that message aside" in told
    assert after == "heard after"
    assert desks.office.heard(bob) == ["heard hello"]


HOPELESS = {
    "a message without an id": {"message": {"chat": {"id": 1, "type": "private"}, "text": "x"}},
    "a message that is a word": {"message": "hello"},
    "a date that is no number": {
        "message": {"message_id": 1, "date": "now", "chat": {"id": 1, "type": "private"}}
    },
}


@pytest.mark.parametrize("body", HOPELESS.values(), ids=HOPELESS)
async def test_what_cannot_be_read_is_set_aside_at_once(desks: Desks, body: dict[str, Any]) -> None:
    ada = await desks.office.owner()
    await desks.intakes[0].accept([{"update_id": 1, **body}, desks.update(ada, "hello")])
    rows = await desks.calm()
    assert rows[1] == ("dead", 1)
    assert await desks.office.settled(ada) == ["sent"]


NOTHING_TO_DO = {
    "a kind not made yet": {"levitation": {"height": 3}},
    "no chat at all": {"poll": None},
    "an empty update": {},
    "an id beyond all ids": {"message_reaction_count": {"chat": {"id": 2**70}}},
}


@pytest.mark.parametrize("body", NOTHING_TO_DO.values(), ids=NOTHING_TO_DO)
async def test_what_nobody_answers_is_done(desks: Desks, body: dict[str, Any]) -> None:
    await desks.intakes[0].accept([{"update_id": 1, **body}])
    state, attempts = (await desks.calm())[1]
    assert (state, attempts) in {("done", 1), ("dead", 1)}


async def test_an_update_without_an_id_keeps_nobody_from_theirs(desks: Desks) -> None:
    ada = await desks.office.owner()
    odd: list[dict[str, Any]] = [{"message": {}}, {"update_id": "7"}, {"update_id": True}]
    await desks.intakes[0].accept([*odd, desks.update(ada, "hello"), {"update_id": 2**63}])
    assert list((await desks.calm()).values()) == [("done", 1)]


async def test_a_database_that_is_away_costs_no_attempt(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await desks.office.owner()
    away = iter([StorageUnavailable("locked")] * 5)
    read = Database.read

    async def sometimes(database: Database, work: Callable[..., Any]) -> Any:
        for error in away:
            raise error
        return await read(database, work)

    monkeypatch.setattr(Database, "read", sometimes)
    update = desks.update(ada, "hello")
    await desks.intakes[0].accept([update])
    await until(lambda: ("end", "hello") in desks.log)
    assert (await desks.calm())[update["update_id"]] == ("done", 1)


async def test_no_more_is_taken_than_there_is_room_for(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "ROOM", 3)
    ada = await desks.office.owner()
    here = desks.intakes[0]
    await here.accept([desks.update(ada, f"wait {n}") for n in range(2)])
    await asyncio.wait_for(here.room(), 0.1)
    await here.accept([desks.update(ada, "wait 3")])
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(here.room(), 0.1)
    desks.gate.set()
    await asyncio.wait_for(here.room(), 2)


async def test_an_update_that_cannot_even_be_set_aside_keeps_nobody_waiting(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await desks.office.owner()

    def broken(*_: object) -> str:
        raise LookupError

    monkeypatch.setattr(intake_module, "say", broken)
    bad = desks.update(ada, "break")
    await desks.intakes[0].accept([bad, desks.update(ada, "after")])
    await until(lambda: desks.office.heard(ada) == ["heard after"])
    assert (await desks.rows())[bad["update_id"]][0] == "new"


# --- what earlier processes left ----------------------------------------------------------------


async def leave(
    desks: Desks, *updates: dict[str, Any], attempts: int = 1, lease: timedelta = LEASE
) -> None:
    """These updates were stored by a process that died."""
    raws = [
        RawUpdate(
            BOT,
            update["update_id"],
            update["message"]["chat"]["id"],
            now(),
            Update.de_json(update, desks.application.bot).to_json(),
            attempts,
        )
        for update in updates
    ]
    until = now() + lease
    await desks.office.database.run(lambda unit: stored.store(unit, raws, "dead", until))


async def leave_again(desks: Desks, update: dict[str, Any], *, attempts: int) -> None:
    """The update had been begun so often when the process died."""
    statement = intake.update().where(intake.c.update_id == update["update_id"])
    await desks.office.database.run(
        lambda unit: unit.execute(statement.values(attempts=attempts, token="dead"))
    )


async def test_what_was_left_over_is_answered_first_and_in_order(desks: Desks) -> None:
    ada = await desks.office.owner()
    await leave(desks, *(desks.update(ada, text) for text in ("1", "2", "3")))
    await desks.intakes[0].recover(everything=True)
    assert [said for when, said in desks.log if when == "end"] == ["1", "2", "3"]
    assert set((await desks.rows()).values()) == {("done", 2)}


async def test_what_ends_the_other_process_at_its_last_attempt_is_set_aside(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "SUSPENSE", 0)
    ada = await desks.office.owner()
    deadly, behind = desks.update(ada, "kills"), desks.update(ada, "behind")
    await leave(desks, deadly, attempts=ATTEMPTS - 1)
    await leave(desks, behind)
    await desks.intakes[0].recover(everything=True)
    assert (await desks.calm())[deadly["update_id"]] == ("dead", ATTEMPTS)
    assert desks.apart.attempted == [deadly["update_id"]]
    assert desks.log == [(when, "behind") for when in WHEN]
    assert await desks.office.settled(ada) == ["sent", "sent"]
    told, answered = desks.office.heard(ada)
    assert "put that message aside" in told
    assert answered == "heard behind"


async def test_a_death_of_this_process_is_no_proof(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "SUSPENSE", 0)
    ada = await desks.office.owner()
    for attempts in range(ATTEMPTS - 1, DEATHS):
        await leave(desks, desks.update(ada, str(attempts)), attempts=attempts)
    await desks.intakes[0].recover(everything=True)
    assert {state for state, _ in (await desks.calm()).values()} == {"done"}
    assert set(await desks.office.settled(ada)) == {"sent"}
    assert desks.office.heard(ada) == [f"heard {n}" for n in range(ATTEMPTS - 1, DEATHS)]


async def test_what_was_under_way_at_every_death_is_set_aside_in_the_end(desks: Desks) -> None:
    ada = await desks.office.owner()
    deadly = desks.update(ada, "hello")
    await leave(desks, deadly, attempts=DEATHS)
    await desks.intakes[0].recover(everything=True)
    assert desks.log == []
    assert (await desks.rows())[deadly["update_id"]] == ("dead", DEATHS)
    assert await desks.office.settled(ada) == ["sent"]


async def test_what_failed_three_times_is_not_tried_again_after_a_death(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PAUSES", (0.02, 60))
    monkeypatch.setattr(intake_module, "SUSPENSE", 0)
    ada = await desks.office.owner()
    bad = desks.update(ada, "break")
    await desks.intakes[0].accept([bad])
    await until(lambda: desks.log.count(("begin", "break")) == ATTEMPTS - 1)
    await desks.intakes[0].stop(0)  # the process ends, while the update waits for the last time
    await leave_again(desks, bad, attempts=ATTEMPTS)
    await desks.open().recover(everything=True)
    assert (await desks.calm())[bad["update_id"]] == ("dead", ATTEMPTS)
    assert desks.log.count(("begin", "break")) == ATTEMPTS - 1


async def test_where_there_is_no_other_process_the_last_attempt_is_made_here(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "SUSPENSE", 0)
    ada = await desks.office.owner()
    good, bad = desks.update(ada, "hello"), desks.update(ada, "break")
    await leave(desks, good, bad, attempts=ATTEMPTS - 1)
    desks.apart.is_out_of_processes = True
    await desks.intakes[0].recover(everything=True)
    rows = await desks.calm()
    assert rows[good["update_id"]] == ("done", ATTEMPTS)
    assert rows[bad["update_id"]] == ("dead", ATTEMPTS)


async def test_a_stop_leaves_what_waits_to_the_next_process(desks: Desks) -> None:
    ada = await desks.office.owner()
    await desks.intakes[0].accept([desks.update(ada, text) for text in ("wait", "2", "3")])
    await asyncio.sleep(0.02)
    stopping = asyncio.create_task(desks.intakes[0].stop(1))
    desks.gate.set()
    await stopping
    assert sorted(state for state, _ in (await desks.rows()).values()) == ["done", "new", "new"]
    await desks.open().recover(everything=True)
    await desks.office.open().take_over(everything=True)
    assert await desks.office.settled(ada) == ["sent"] * 3
    assert [said for when, said in desks.log if when == "end"] == ["wait", "2", "3"]


async def test_a_stop_begins_nothing_of_what_is_left_over(desks: Desks) -> None:
    people = [await desks.office.owner(name) for name in ("Ada", "Bob", "Ben")]
    await leave(desks, *(desks.update(person, "wait") for person in people))
    recovering = asyncio.create_task(desks.intakes[0].recover(everything=True))
    await until(lambda: desks.log == [("begin", "wait")])
    stopping = asyncio.create_task(desks.intakes[0].stop(1))
    await asyncio.sleep(0)
    desks.gate.set()
    await asyncio.gather(stopping, recovering)
    assert sorted((await desks.rows()).values()) == [("done", 2), ("new", 1), ("new", 1)]


async def test_what_a_dead_process_stored_late_is_answered_in_its_turn(desks: Desks) -> None:
    ada = await desks.office.owner()
    await desks.intakes[0].recover(everything=True)
    late, following = desks.update(ada, "late"), desks.update(ada, "following")
    await leave(desks, late)  # it died at the COMMIT, and the server went on with it
    await desks.intakes[0].accept([late, following])  # nobody confirmed it, so it comes again
    await desks.intakes[0].accept([late, following])
    assert set((await desks.calm()).values()) == {("done", 1)}
    assert [said for when, said in desks.log if when == "begin"] == ["late", "following"]


@pytest.mark.parametrize("is_alone", [True, False], ids=["alone", "replica"])
@pytest.mark.parametrize("attempts", [ATTEMPTS - 1, DEATHS])
async def test_an_update_left_over_that_cannot_be_set_aside_holds_up_nobody(
    desks: Desks, monkeypatch: pytest.MonkeyPatch, attempts: int, *, is_alone: bool
) -> None:
    monkeypatch.setattr(intake_module, "SUSPENSE", 0.05)
    ada, bob = await desks.office.owner("Ada"), await desks.office.owner("Bob")
    bad = desks.update(ada, "break")
    await leave(desks, bad, attempts=attempts)
    await leave(desks, desks.update(ada, "to Ada"))
    await leave(desks, desks.update(bob, "to Bob"), attempts=2)

    def broken(*_: object) -> bool:
        raise LookupError

    here = desks.open(is_alone=is_alone)
    with monkeypatch.context() as patch:
        patch.setattr(stored, "dead", broken)
        await asyncio.wait_for(here.recover(everything=True), 2)
        await here.accept([desks.update(ada, "new")])
        await until(lambda: {("end", "new"), ("end", "to Bob")} <= set(desks.log))
    answered = [said for when, said in desks.log if when == "end"]
    assert [said for said in answered if said != "to Bob"] == ["to Ada", "new"]
    assert (await desks.rows())[bad["update_id"]][0] == "new"
    await desks.open(is_alone=is_alone).recover(everything=True)
    assert (await desks.calm())[bad["update_id"]][0] == "dead"


async def test_what_was_taken_over_unheard_is_answered_first_all_the_same(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await desks.office.owner()
    await leave(desks, desks.update(ada, "1"), desks.update(ada, "2"))
    run, tries = desks.office.database.run, 0

    async def unheard_once(work: Work[Any]) -> Any:
        nonlocal tries
        tries += 1
        return await (unheard(desks.office.database) if tries == 1 else run)(work)

    monkeypatch.setattr(desks.office.database, "run", unheard_once)
    await desks.intakes[0].recover(everything=True)
    assert [said for when, said in desks.log if when == "end"] == ["1", "2"]


async def test_a_replica_that_starts_waits_for_no_other(desks: Desks) -> None:
    ada = await desks.office.owner()
    one, other = desks.open(is_alone=False), desks.open(is_alone=False)
    await one.accept([desks.update(ada, "wait")])
    await until(lambda: desks.log == [("begin", "wait")])
    await leave(desks, desks.update(ada, "second"), lease=timedelta(seconds=-1))
    await asyncio.wait_for(other.recover(everything=False), 1)
    assert desks.log == [("begin", "wait")]
    desks.gate.set()
    await desks.calm()
    assert [said for when, said in desks.log if when == "end"] == ["wait", "second"]


async def test_what_one_replica_has_taken_over_no_other_begins(desks: Desks) -> None:
    ada, ben = await desks.office.owner(), await desks.office.owner("Ben")
    left = desks.update(ada, "wait"), desks.update(ben, "second")
    await leave(desks, *left, lease=timedelta(seconds=-1))
    for replica in (desks.open(is_alone=False), desks.open(is_alone=False)):
        await replica.tend()
    await asyncio.sleep(0.1)
    assert desks.log == [("begin", "wait")]
    desks.gate.set()
    assert set((await desks.calm()).values()) == {("done", 2)}


async def test_what_a_replica_stored_unheard_is_answered_though_another_is_told_of_it(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await desks.office.owner()
    one, other = desks.open(is_alone=False), desks.open(is_alone=False)
    update = desks.update(ada, "hello")
    with monkeypatch.context() as patch:
        patch.setattr(desks.office.database, "run", unheard(desks.office.database))
        with pytest.raises(StorageUnavailable):
            await one.accept([update])
    await other.accept([update])
    for minutes in (0, 0.5, 1, 1.5):
        later = now() + timedelta(minutes=minutes)
        for replica in (one, other):
            monkeypatch.setattr(replica, "_clock", lambda later=later: later)
            await replica.tend()
    await desks.calm()
    assert desks.log == [(when, "hello") for when in WHEN]


async def test_what_is_left_over_is_worked_on_one_at_a_time_by_a_replica_too(
    desks: Desks,
) -> None:
    ada, ben = await desks.office.owner(), await desks.office.owner("Ben")
    left = desks.update(ada, "wait"), desks.update(ben, "second")
    await leave(desks, *left, lease=timedelta(seconds=-1))
    replica = desks.open(is_alone=False)
    recovering = asyncio.create_task(replica.recover(everything=True))
    await until(lambda: desks.log == [("begin", "wait")])
    await asyncio.wait_for(replica.tend(), 1)
    assert desks.log == [("begin", "wait")]
    desks.gate.set()
    await recovering
    assert set((await desks.rows()).values()) == {("done", 2)}


async def test_replicas_keep_a_chats_order(desks: Desks) -> None:
    ada = await desks.office.owner()
    one, other = desks.open(is_alone=False), desks.open(is_alone=False)
    await one.accept([desks.update(ada, "wait")])
    await other.accept([desks.update(ada, "second")])
    await asyncio.sleep(0.15)
    assert desks.log == [("begin", "wait")]
    desks.gate.set()
    await desks.calm()
    assert [said for when, said in desks.log if when == "end"] == ["wait", "second"]


async def test_a_replica_takes_over_when_anothers_lease_has_ended(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await desks.office.owner()
    here = desks.open(is_alone=False)
    await leave(desks, desks.update(ada, "1"))
    await here.accept([desks.update(ada, "2")])
    await here.tend()
    assert desks.log == [], "the other may be alive"
    later = now() + LEASE + timedelta(seconds=1)
    monkeypatch.setattr(here, "_clock", lambda: later)
    await here.tend()
    await desks.calm()
    assert [said for when, said in desks.log if when == "end"] == ["1", "2"]


async def test_a_tap_is_acknowledged(desks: Desks) -> None:
    ada = await desks.office.owner()
    fault = desks.office.town.world.faults.add(Fault(Kind.DELAY, "answerCallbackQuery", count=None))
    message = desks.update(ada, "card")["message"]
    desks.numbers += 1
    tap = {
        "update_id": desks.numbers,
        "callback_query": {
            "id": "1",
            "from": message["from"],
            "message": message,
            "chat_instance": "x",
            "data": "undo:1",
        },
    }
    await desks.intakes[0].accept([tap])
    await desks.calm()
    await until(lambda: fault.hits > 0)


async def test_the_log_of_a_failure_holds_no_words_of_the_message(
    desks: Desks, logged: Callable[[], str]
) -> None:
    ada = await desks.office.owner()
    update = desks.update(ada, "break of Project Nightingale")
    await desks.intakes[0].accept([update])
    await desks.calm()
    assert "builtins.LookupError" in logged()
    assert f"[update {update['update_id']}]" in logged()
    assert "Nightingale" not in logged()


async def test_what_may_have_ended_the_process_is_begun_last_each_chat_in_order(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "SUSPENSE", 0.3)
    ada, bob = await desks.office.owner("Ada"), await desks.office.owner("Bob")
    suspect, behind = desks.update(ada, "suspect"), desks.update(ada, "behind")
    await leave(desks, suspect, attempts=2)
    await leave(desks, behind, desks.update(bob, "neighbour"))
    await desks.intakes[0].recover(everything=True)
    await desks.intakes[0].accept([desks.update(ada, "new"), desks.update(bob, "new to Bob")])
    await asyncio.sleep(0.1)
    assert [text for deed, text in desks.log if deed == "begin"] == ["neighbour", "new to Bob"]
    await desks.calm()
    begun = [text for deed, text in desks.log if deed == "begin"]
    assert begun == ["neighbour", "new to Bob", "suspect", "behind", "new"]


async def test_a_long_queue_put_last_keeps_its_order_and_hides_no_other_chat(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "SUSPENSE", 0.3)
    monkeypatch.setattr(intake_module, "BATCH", 2)
    ada, bob = await desks.office.owner("Ada"), await desks.office.owner("Bob")
    await leave(desks, desks.update(ada, "suspect"), attempts=2)
    await leave(desks, *(desks.update(ada, text) for text in ("1", "2", "3")))
    await leave(desks, desks.update(bob, "4"), desks.update(bob, "5"))
    await desks.intakes[0].recover(everything=True)
    await desks.intakes[0].accept([desks.update(ada, "new"), desks.update(bob, "new to Bob")])
    await desks.calm()
    begun = [text for deed, text in desks.log if deed == "begin"]
    assert begun == ["4", "5", "new to Bob", "suspect", "1", "2", "3", "new"]


async def test_there_is_room_again_when_what_was_put_last_is_answered(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "SUSPENSE", 0.3)
    monkeypatch.setattr(intake_module, "ROOM", 3)
    ada = await desks.office.owner()
    await leave(desks, desks.update(ada, "suspect"), attempts=2)
    await leave(desks, *(desks.update(ada, text) for text in ("1", "2", "3")))
    await desks.intakes[0].recover(everything=True)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(desks.intakes[0].room(), 0.05)
    await asyncio.wait_for(desks.intakes[0].room(), 2)


async def test_what_was_put_last_and_comes_again_is_answered_once(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "SUSPENSE", 0.1)
    ada = await desks.office.owner()
    suspect = desks.update(ada, "suspect")
    await leave(desks, suspect, attempts=2)
    await desks.intakes[0].recover(everything=True)
    await desks.intakes[0].accept([suspect])
    assert (await desks.calm())[suspect["update_id"]] == ("done", 3)
    assert desks.log == [(when, "suspect") for when in WHEN]


async def test_a_stop_does_not_wait_for_what_may_have_ended_the_process(desks: Desks) -> None:
    ada = await desks.office.owner()
    suspect, behind = desks.update(ada, "suspect"), desks.update(ada, "behind")
    await leave(desks, suspect, attempts=2)
    await desks.intakes[0].recover(everything=True)
    await desks.intakes[0].accept([behind])
    await asyncio.sleep(0.05)
    await asyncio.wait_for(desks.intakes[0].stop(5), 1)
    assert list((await desks.rows()).values()) == [("new", 2), ("new", 1)]
    assert desks.log == []
