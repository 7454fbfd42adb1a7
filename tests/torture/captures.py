"""Captures: people text while the process is killed, or stopped, again and again.

Every text must be stored once, answered once, and in its chat's order, whenever the end came:
while the process was starting, working off what was left over, or in the middle of its work; or
when it had lived for so long that it began what may have ended another.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from pathlib import Path

from bot.intake import SUSPENSE
from playground import Playground
from tests.bot.processes import LISTENING, Process, open_house, running, until
from tests.postgres import running_server
from tests.torture.setting import SETTINGS, Setting
from tests.torture.town import Tally, Town
from tests.torture.verdicts import Scale, Verdict

FILLS_THE_MACHINE = True
CHATS = 64
ABREAST = 3  # trials, each of which waits half of its time
TEXTS_A_SECOND = 25.0
BACKLOG = 600  # more than that do not wait for the last life, in which all are answered
BURST = 32  # texts that come at once, right before the end
CALM_WITHIN = 150.0  # beyond the lease of a letter
STARTS_WITHIN = 60.0
STOPS_WITHIN = 10.0
LEFT_OVER = "left over from before"
LOAD = 320  # texts at once, more than can be answered before a stop comes
EARLY = 0.2  # of the kills come while the process is starting
RECOVERING = 0.15  # come while it works off what was left over
LATE = 0.3  # come when it begins what was put last, if anything was


async def run(scale: Scale) -> list[Verdict]:
    """Kills in each of the four settings, and stops; in a hurry in two, and in one."""
    kills, stops = scale.of(100, 1), scale.of(10, 1)
    abreast = asyncio.Semaphore(ABREAST)
    with running_server() as server:

        async def killed(setting: Setting) -> Verdict:
            async with abreast:
                with setting.opened(server) as (home, address):
                    tally = await under_kills(home, address, kills, webhook=setting.webhook)
            return _verdict(f"texts under kill -9, {setting}", tally, f"kills: {kills}")

        async def stopped(setting: Setting) -> Verdict:
            async with abreast:
                with setting.opened(server) as (home, address):
                    tally = await under_stops(home, address, stops, webhook=setting.webhook)
            return _verdict(f"texts under SIGTERM, {setting}", tally, f"stops: {stops}")

        return await asyncio.gather(
            *map(killed, scale.of(SETTINGS, SETTINGS[:2])),
            *map(stopped, scale.of(SETTINGS, SETTINGS[:1])),
        )


def _verdict(promise: str, tally: Tally, how: str) -> Verdict:
    return Verdict(
        promise,
        tally.texts,
        tally.missing,
        tally.doubled + tally.repeated,
        f"{how}, marked as possible repeats: {tally.marked}{tally.wrong}",
    )


async def under_kills(
    home: Path, address: str, kills: int, *, webhook: bool, chats: int = CHATS
) -> Tally:
    """What became of the texts that were sent while the process was killed so often."""
    async with Playground(webhook_retry=0.05) as playground:
        with Town(playground, address, chats=chats) as town:
            settings = open_house(playground, address, webhook=webhook)
            dice = random.Random(kills)
            async with town.talking(TEXTS_A_SECOND, while_fewer_wait=BACKLOG):
                for life in range(kills):
                    async with running(home, settings, log=f"killed-{life}") as bot:
                        await _live(bot, town, dice)
                        await bot.killed()
            async with running(home, settings) as bot:
                await bot.says(LISTENING, within=STARTS_WITHIN)
                await town.calm(within=CALM_WITHIN)
                assert await bot.stopped() == 0
            return town.tally()


async def _live(bot: Process, town: Town, dice: random.Random) -> None:
    """A life until its random end: while starting, in the middle of what was left over, or amid a
    burst of texts."""
    fate = dice.random()
    if fate < EARLY:
        await asyncio.sleep(dice.uniform(0.1, 1.0))
        return
    if fate < EARLY + RECOVERING:
        await until(lambda: LEFT_OVER in bot.said or LISTENING in bot.said, within=STARTS_WITHIN)
        await asyncio.sleep(dice.uniform(0, 0.03))
        return
    is_late = fate > 1 - LATE and town.begun_again()
    await bot.says(LISTENING, within=STARTS_WITHIN)
    if is_late:
        await asyncio.sleep(SUSPENSE + dice.uniform(-0.5, 3))
        return
    await asyncio.sleep(dice.uniform(0, 0.3))
    town.say_at_once(BURST)
    await asyncio.sleep(dice.uniform(0, 0.15))


async def under_stops(
    home: Path, address: str, stops: int, *, webhook: bool, chats: int = CHATS
) -> Tally:
    """What became of the texts that were sent while the process was told to stop so often.

    A stop leaves no send in doubt: whatever is marked all the same counts as a repeat.
    """
    async with Playground(webhook_retry=0.05) as playground:
        with Town(playground, address, chats=chats) as town:
            settings = open_house(playground, address, webhook=webhook)
            for life in range(stops):
                async with running(home, settings, log=f"stopped-{life}") as bot:
                    await bot.says(LISTENING, within=STARTS_WITHIN)
                    await town.calm(within=CALM_WITHIN)
                    town.say_at_once(LOAD)
                    await asyncio.sleep(0.1)
                    async with asyncio.timeout(STOPS_WITHIN):
                        assert await bot.stopped() == 0
                    assert town.done() < LOAD * (life + 1), "the stop came after the load"
            async with running(home, settings):
                await town.calm(within=CALM_WITHIN)
            tally = town.tally()
            return replace(tally, repeated=tally.repeated + tally.marked)
