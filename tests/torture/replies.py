"""Replies and reminders: the process is killed in mid-send, again and again.

While it lives, every other message is held: it arrives and is never answered, or it never
arrives. So the process dies with a send in flight in most chats, and nobody can know what became
of it. All must come; what comes twice must say that it may, at most once a chat a death; and the
buttons of both copies must do once what one would.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playground import Fault, Kind, Playground
from playground.deeds import Deeds
from playground.faults import FaultPlan
from tests.bot.processes import LISTENING, open_house, running, until
from tests.postgres import running_server
from tests.torture.setting import SIDE_BY_SIDE, Setting
from tests.torture.town import Heard, Tally, Town
from tests.torture.verdicts import Scale, Verdict

CHATS = 16
TEXTS_A_SECOND = 8.0
REMINDED_EVERY = timedelta(seconds=4)
LIVES_A_REMINDER = 4
STARTS_WITHIN = 60.0
CALM_WITHIN = 150.0  # beyond the lease of a letter
FOR_EVER = 3600.0


async def run(scale: Scale) -> list[Verdict]:
    """Kills in mid-send, by polling on SQLite and by webhook on PostgreSQL."""
    kills = scale.of(100, 2)
    with running_server() as server:

        async def torture(setting: Setting) -> list[Verdict]:
            with setting.opened(server) as (home, address):
                found = await in_mid_send(home, address, kills, webhook=setting.webhook)
            return found.verdicts(str(setting))

        both = await asyncio.gather(*map(torture, scale.of(SIDE_BY_SIDE[0], SIDE_BY_SIDE[0][:1])))
    return [verdict for found in both for verdict in found]


@dataclass(frozen=True, slots=True)
class Found:
    """What became of everything said, and of the buttons under what came twice."""

    kills: int
    tally: Tally
    too_often: int
    """Marked messages beyond one a chat a death."""
    pairs: int
    undone: int
    """Pairs whose buttons did nothing, or something else too."""

    def verdicts(self, where: str) -> list[Verdict]:
        """The rows of the table."""
        tally = self.tally
        return [
            Verdict(
                f"replies and reminders under kill -9 in mid-send, {where}",
                tally.texts + tally.reminders,
                tally.missing,
                tally.doubled + tally.repeated + self.too_often,
                f"kills: {self.kills}, marked as possible repeats: {tally.marked}{tally.wrong}",
            ),
            Verdict(f"buttons of what came twice, {where}", self.pairs, 0, self.undone),
        ]


class Interruptions(FaultPlan):
    """The plan of a line that breaks under every other message, while it is bad."""

    def __init__(self, dice: random.Random) -> None:
        super().__init__()
        self.is_bad = True
        self.held = 0
        """Sends of the living process."""
        self.cut: Counter[int] = Counter()
        """By chat; of the living process."""
        self._is_heard = False
        self._dice = dice

    def begin_life(self) -> None:
        """Nothing is held yet. What comes before the new process has said anything, a dead one
        had written."""
        self.held = 0
        self.cut.clear()
        self._is_heard = False

    def strike(self, method: str, chat_id: object) -> Fault | None:
        """What happens to this call."""
        self._is_heard |= method == "getMe"  # the first thing a process says
        if method != "sendMessage" or not self.is_bad:
            return None
        fate = self._dice.random()
        if fate < 0.5:
            self.held += self._is_heard
            return Fault(Kind.STALL if fate < 0.3 else Kind.DELAY, seconds=FOR_EVER)
        if fate < 0.55 and isinstance(chat_id, int):
            self.cut[chat_id] += self._is_heard
            return Fault(Kind.CUT_AFTER)
        return None


async def in_mid_send(
    home: Path, address: str, kills: int, *, webhook: bool, chats: int = CHATS
) -> Found:
    """What became of replies and reminders whose process was killed in mid-send so often."""
    dice = random.Random(kills)
    async with Playground(webhook_retry=0.05) as playground:
        line = playground.world.faults = Interruptions(dice)
        with Town(playground, address, chats=chats) as town:
            await town.plan(address, max(1, kills // LIVES_A_REMINDER), REMINDED_EVERY)
            settings = open_house(playground, address, webhook=webhook)
            too_often = 0
            async with town.talking(TEXTS_A_SECOND):
                for life in range(kills):
                    line.begin_life()
                    marked = _marked(town)
                    async with running(home, settings, log=f"killed-{life}") as bot:
                        await until(lambda: line.held > 0, within=STARTS_WITHIN)
                        await asyncio.sleep(_life(dice))
                        await bot.killed()
                    await asyncio.sleep(0.05)  # what it had written before its end is taken
                    too_often += _too_often(marked, _marked(town), line.cut, after_death=life > 0)
            line.is_bad = False
            marked = _marked(town)
            async with running(home, settings) as bot:
                await bot.says(LISTENING, within=STARTS_WITHIN)
                await town.calm(within=CALM_WITHIN)
                too_often += _too_often(marked, _marked(town), Counter(), after_death=True)
                tally = town.tally()
                pairs, undone = await _tap_both(town)
                assert await bot.stopped() == 0
    return Found(kills, tally, too_often, pairs, undone)


def _life(dice: random.Random) -> float:
    """Seconds until the end: mostly at once; sometimes time to take up what is new as well."""
    return dice.uniform(0, 0.5) if dice.random() < 0.75 else dice.uniform(1, 3)


def _too_often(
    before: Counter[int], after: Counter[int], cut: Counter[int], *, after_death: bool
) -> int:
    """Messages marked in one life beyond one a chat, and one for each connection that was cut."""
    return sum(max(0, after[chat] - before[chat] - cut[chat] - after_death) for chat in after)


def _marked(town: Town) -> Counter[int]:
    return Counter({person.id: town.marked(person.id) for person in town.people})


# --- the buttons of what came twice -------------------------------------------------------------


async def _tap_both(town: Town) -> tuple[int, int]:
    """How many messages came twice, and how many things their buttons did wrong.

    Undo is tapped under both copies of a card, Done under both copies of a reminder.
    """
    twice = {person.id: list(_came_twice(town, person.id)) for person in town.people}
    for person in town.people:
        deeds = Deeds(person, town.bot, town.playground.world.clock)
        for copies in twice[person.id]:
            for copy in copies:
                deeds.tap(copy.number, _button(town, person.id, copy))
    await town.calm(within=CALM_WITHIN)
    wrong = sum(_wrong(town, person_id, pairs) for person_id, pairs in twice.items())
    return sum(map(len, twice.values())), wrong


def _came_twice(town: Town, person_id: int) -> Iterator[list[Heard]]:
    """The copies of each message that arrived more than once."""
    copies: dict[str, list[Heard]] = {}
    for one in town.heard(person_id):
        copies.setdefault(one.subject, []).append(one)
    return (heard for heard in copies.values() if len(heard) > 1)


def _button(town: Town, person_id: int, copy: Heard) -> str:
    verb = "undo:" if copy.is_card else "reminder-done:"
    markup = town.bot.chat(person_id).messages[copy.number].body["reply_markup"]
    found = [str(one["callback_data"]) for row in markup["inline_keyboard"] for one in row]
    return next(data for data in found if data.startswith(verb))


def _wrong(town: Town, person_id: int, pairs: list[list[Heard]]) -> int:
    """How far what is kept is from what one tap under each would have left."""
    undone = {copies[0].subject for copies in pairs if copies[0].is_card}
    done = {copies[0].subject for copies in pairs if not copies[0].is_card}
    left = [name for name in town.said(person_id) if name not in undone]
    settled = town.rows(
        f"SELECT what FROM reminders WHERE owner_id = {person_id} AND state = 'done'"
    )
    not_so = sum(_apart(left, names) for names in town.kept(person_id))
    return not_so + len(done ^ {row[0] for row in settled})


def _apart(left: Sequence[str], found: Sequence[str]) -> int:
    """How many names are on one side only, each as often as it is there."""
    return ((Counter(left) - Counter(found)) + (Counter(found) - Counter(left))).total()
