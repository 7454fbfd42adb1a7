"""Attempts in a process of their own: a real one, started as Rapport is."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from telegram import Update

from bot import apart as apart_module
from bot.apart import ENDED, Apart, NoProcessError
from bot.clock import now
from storage import intake as stored
from storage.intake import RawUpdate
from tests.bot.conftest import Office
from tests.bot.processes import environment, open_house, until
from tests.torture.poisoned import KILLS, RAISES

pytestmark = pytest.mark.slow

BOT = 8000
HARMLESS = ("-m", "bot", "run")
POISONED = ("-m", "tests.torture.poisoned", "run")


@dataclass
class Trial:
    """An owner's texts, and the process that attempts them."""

    office: Office
    owner: int
    aparts: list[Apart] = field(default_factory=list)
    numbers: count[int] = field(default_factory=lambda: count(500))

    def apart(self, command: Sequence[str] = HARMLESS) -> Apart:
        """Attempts made by the process of a command."""
        town = self.office.town
        self.aparts.append(Apart(self.office.delivery, town.token, town.url, command))
        return self.aparts[-1]

    async def left_over(self, text: str) -> RawUpdate:
        """A text of the owner's that is stored, and not answered."""
        number = next(self.numbers)
        person = {"id": self.owner, "first_name": "Ada", "is_bot": False}
        message = {
            "message_id": number,
            "date": 1_790_000_000,
            "chat": {"id": self.owner, "type": "private", "first_name": "Ada"},
            "from": person,
            "text": text,
        }
        update = Update.de_json({"update_id": number, "message": message})
        raw = RawUpdate(BOT, number, self.owner, now(), update.to_json(), 2)
        await self.office.database.run(lambda unit: stored.store(unit, [raw], "dead", now()))
        return raw

    async def heard(self) -> list[str]:
        """What the owner hears of it, once what is in the store has gone out."""
        await self.office.delivery.sweep()
        await self.office.settled(self.owner)
        return [said for said in self.office.heard(self.owner) if "One question" not in said]


@pytest.fixture
async def trial(office: Office, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Trial]:
    """An owner in a house whose settings the other process finds as this one would."""
    address = office.database.url.render_as_string(hide_password=False)
    for name, value in environment(open_house(office.town, address)).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(apart_module, "IDLE_SECONDS", 60)  # however slow the machine is
    trial = Trial(office, await office.owner())
    yield trial
    for apart in trial.aparts:
        await apart.close()


def process_of(apart: Apart) -> int:
    """The id of the process that waits for the next update."""
    assert apart._process is not None
    return apart._process.pid


def is_alive(process: int) -> bool:
    """Whether the process is there, and no zombie."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


async def test_what_is_answered_apart_is_stored_and_its_reply_goes_out(trial: Trial) -> None:
    apart = trial.apart()
    assert await apart.attempt(await trial.left_over("Met Ada Byron at PyData")) is None
    first = process_of(apart)
    assert await apart.attempt(await trial.left_over("Met Bob Bush at PyData")) is None
    assert process_of(apart) == first, "the second starts no process"
    ada, bob = await trial.heard()
    assert "Ada Byron" in ada
    assert "Bob Bush" in bob


async def test_what_was_done_meanwhile_is_not_done_again(trial: Trial) -> None:
    apart, raw = trial.apart(), await trial.left_over("Met Ada Byron at PyData")
    assert [await apart.attempt(raw), await apart.attempt(raw)] == [None, None]
    assert len(await trial.heard()) == 1


async def test_why_an_attempt_failed_is_told(trial: Trial) -> None:
    apart = trial.apart(POISONED)
    assert await apart.attempt(await trial.left_over(f"Met Ada, {RAISES}")) == "RuntimeError"
    assert await apart.attempt(await trial.left_over("Met Bob Bush at PyData")) is None
    assert len(await trial.heard()) == 1


async def test_an_update_that_ends_the_process_ends_no_other(trial: Trial) -> None:
    apart = trial.apart(POISONED)
    assert await apart.attempt(await trial.left_over(f"Met Ada, {KILLS}")) == ENDED
    assert await apart.attempt(await trial.left_over("Met Bob Bush at PyData")) is None
    assert len(await trial.heard()) == 1


async def test_an_update_that_takes_too_much_of_the_processor_ends_the_process(
    trial: Trial,
) -> None:
    apart = trial.apart(("-m", "tests.bot.spinning", "run"))
    assert await apart.attempt(await trial.left_over("Met Ada Byron")) == ENDED


async def test_a_stop_of_the_service_is_no_proof_against_an_update(trial: Trial) -> None:
    apart = trial.apart()
    await apart.attempt(await trial.left_over("Met Ada Byron at PyData"))
    for number in (signal.SIGTERM, signal.SIGINT):
        os.kill(process_of(apart), number)
    assert await apart.attempt(await trial.left_over("Met Bob Bush at PyData")) is None


async def test_a_process_that_ended_while_it_waited_proves_nothing(trial: Trial) -> None:
    apart = trial.apart()
    await apart.attempt(await trial.left_over("Met Ada Byron at PyData"))
    os.kill(process_of(apart), signal.SIGKILL)
    with pytest.raises(NoProcessError):
        await apart.attempt(await trial.left_over("Met Bob Bush at PyData"))
    assert await apart.attempt(await trial.left_over("Met Eve Cash at PyData")) is None


@pytest.mark.parametrize("command", [("-c", "pass"), ("-c", "print('ready')")])
async def test_what_does_not_start_attempted_nothing(trial: Trial, command: Sequence[str]) -> None:
    with pytest.raises(NoProcessError):
        await trial.apart(command).attempt(await trial.left_over("Met Ada Byron"))


async def test_the_process_ends_when_nothing_more_is_to_be_attempted(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart_module, "IDLE_SECONDS", 0.05)
    apart = trial.apart()
    await apart.attempt(await trial.left_over("Met Ada Byron at PyData"))
    process = process_of(apart)
    await until(lambda: not is_alive(process))


async def test_a_tap_is_acknowledged_by_the_process_that_speaks_to_telegram(trial: Trial) -> None:
    raw = await trial.left_over("unused")
    person = {"id": trial.owner, "first_name": "Ada", "is_bot": False}
    tap = {"id": "7", "from": person, "chat_instance": "x", "data": "undo:1"}
    update = Update.de_json({"update_id": raw.update_id, "callback_query": tap})
    fresh = RawUpdate(BOT, raw.update_id, trial.owner, now(), update.to_json(), 2)
    heard: list[str] = []
    apart = trial.apart()
    apart._post = type("Post", (), {"transient": lambda _, method, __: heard.append(method)})()
    assert await apart.attempt(fresh) is None
    assert heard == ["answerCallbackQuery"]


async def test_the_process_ends_with_the_one_that_started_it(trial: Trial) -> None:
    apart = trial.apart()
    await apart.attempt(await trial.left_over("Met Ada Byron at PyData"))
    process = apart._process
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()  # as the system does when that one is gone
    async with asyncio.timeout(5):
        assert await process.wait() == 0
