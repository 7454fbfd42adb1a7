"""Backups: made while people text, restored after a kill, and killed themselves.

Everything that was committed before a backup began is in it, nothing in it is half there, and the
process starts on what was restored and goes on. A backup or a restore that is killed leaves
nothing that passes for whole: the old records, or the new.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.backups import made
from playground import Playground
from storage import schema
from storage.backups import NotABackup, check, make
from tests.bot.processes import LISTENING, open_house, running, until
from tests.postgres import running_server
from tests.storage.any_rows import everything, fill, looking
from tests.torture.setting import Setting
from tests.torture.town import Town
from tests.torture.verdicts import Scale, Verdict

FILLS_THE_MACHINE = True
CHATS = 8
TEXTS_A_SECOND = 30.0
BURST = 32  # texts at once, of which a backup finds some stored and some under way
WITHIN = 60.0
BROKEN = "neither"
TOKEN = "123456789:" + "A" * 35
ENGINES = (Setting(webhook=False, postgres=False), Setting(webhook=False, postgres=True))


@dataclass
class Found:
    """What the restores of a round brought back."""

    committed: int = 0
    """Texts that were stored before a backup began."""
    missing: int = 0
    """Those of them that a restore did not bring back."""
    torn: int = 0
    """Chats in which an update is done whose contact, interaction or promise is not there."""
    doubled: int = 0
    damaged: list[str] = field(default_factory=list)
    mute: int = 0
    """People who were not heard after the restore."""


async def run(scale: Scale) -> list[Verdict]:
    """Backups and restores under load, and kills of both, on both engines side by side."""
    restores, kills = scale.of(10, 1), scale.of(15, 2)
    with running_server() as server:

        async def under(setting: Setting) -> list[Verdict]:
            with setting.opened(server) as (home, address):
                found = await under_load(home, address, restores)
            return [_verdict(f"backup and restore under load, {_engine(setting)}", found, restores)]

        async def killed(setting: Setting) -> list[Verdict]:
            with setting.opened(server) as (home, address):
                kept = _Kept(home, address, scale.of(15, 3))
                restored = [await kept.killed_restore() for _ in range(kills)]
                backups = [await kept.killed_backup() for _ in range(scale.of(kills, 0))]
            found = [_left(f"restore under kill -9, {_engine(setting)}", restored)]
            if backups:
                found.append(_left(f"backup under kill -9, {_engine(setting)}", backups))
            return found

        async def torture(setting: Setting) -> list[Verdict]:
            if scale.quick:  # each engine has one half of it
                return await (killed if setting.postgres else under)(setting)
            return [*await under(setting), *await killed(setting)]

        both = await asyncio.gather(*map(torture, ENGINES))
    return [verdict for verdicts in both for verdict in verdicts]


def _engine(setting: Setting) -> str:
    return "PostgreSQL" if setting.postgres else "SQLite"


def _verdict(promise: str, found: Found, restores: int) -> Verdict:
    broken = found.missing + found.torn + found.mute + len(found.damaged)
    notes = [f"restores: {restores}", f"torn: {found.torn}", *found.damaged]
    return Verdict(promise, found.committed, broken, found.doubled, ", ".join(notes))


def _left(promise: str, ends: list[str]) -> Verdict:
    note = ", ".join(f"{end}: {count}" for end, count in sorted(Counter(ends).items()))
    return Verdict(promise, len(ends), ends.count(BROKEN), 0, f"left {note}")


async def under_load(home: Path, address: str, rounds: int) -> Found:
    """What came of so many backups, each made while people text and restored after a kill."""
    found = Found()
    dice = random.Random(rounds)
    async with Playground() as playground:
        with Town(playground, address, chats=CHATS) as town:
            settings = open_house(playground, address)
            for number in range(rounds):
                backup = home / f"{number}.sqlite"
                async with town.talking(TEXTS_A_SECOND), running(home, settings) as bot:
                    await bot.says(LISTENING, within=WITHIN)
                    bot.log.write_text("")
                    stored = town.done() + dice.randrange(1, BURST)
                    town.say_at_once(BURST)
                    await until(lambda: town.done() >= stored, within=WITHIN)  # noqa: B023 - awaited here
                    before = _names(town)
                    await _told(home, settings, "backup", str(backup))
                    await asyncio.sleep(dice.uniform(0, 0.2))
                    await bot.killed()
                await _told(home, settings, "restore", "--replace", str(backup))
                town.look_anew()
                _compare(found, town, before, address)
            async with running(home, settings) as bot:
                await bot.says(LISTENING, within=WITHIN)
                town.say_at_once(CHATS)
                await town.calm(within=WITHIN)
                assert await bot.stopped() == 0
            _see_that_it_goes_on(found, town)
    return found


async def _told(home: Path, settings: dict[str, object], *arguments: str) -> None:
    """A command that does what it is told."""
    async with running(home, settings, *arguments, log=arguments[0]) as command:
        assert await command.ended(within=WITHIN) == 0, command.said


def _names(town: Town) -> dict[int, set[str]]:
    """The contacts of everybody, as they are stored now."""
    found: dict[int, set[str]] = {person.id: set() for person in town.people}
    for row in town.rows("SELECT owner_id, name FROM contacts"):
        owner_id, name = tuple(row)
        found[owner_id].add(name)
    return found


def _compare(found: Found, town: Town, before: dict[int, set[str]], address: str) -> None:
    done: Counter[int] = Counter(
        row[0] for row in town.rows("SELECT chat_id FROM intake WHERE state = 'done'")
    )
    for person_id, names in before.items():
        contacts, interactions, promises = town.kept(person_id)
        found.committed += len(names)
        found.missing += len(names - set(contacts))
        found.doubled += len(contacts) - len(set(contacts))
        is_whole = contacts == interactions == promises and len(contacts) == done[person_id]
        found.torn += not is_whole
    if (damage := _damage(address)) is not None:
        found.damaged.append(damage)


def _damage(address: str) -> str | None:
    if not address.startswith("sqlite"):
        return None
    try:
        check(Path(make_url(address).database or ""))
    except NotABackup as error:
        return str(error)
    return None


def _see_that_it_goes_on(found: Found, town: Town) -> None:
    for person in town.people:
        contacts, *_ = town.kept(person.id)
        found.mute += town.said(person.id)[-1] not in contacts


class _Kept:
    """Records, a backup of them, and commands that are killed at a random moment of their life."""

    def __init__(self, home: Path, address: str, rows: int) -> None:
        self._home = home
        self._address = address
        self._backup = home / "kept.sqlite"
        self._shelf = home / "backups"
        self._settings: dict[str, object] = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "RAPPORT_DATABASE_URL": address,
            "RAPPORT_BACKUP_DIR": self._shelf,
        }
        self._dice = random.Random(rows)
        self._lifetimes: dict[str, float] = {}
        fill(address, owners=rows, rows=rows)
        make(make_url(address), self._backup)
        self._new = everything(address)["contacts"]

    async def killed_backup(self) -> str:
        """What a backup left: none, or one that is sound."""
        for backup in made(self._shelf):
            backup.path.unlink()
        await self._killed("backup")
        found = made(self._shelf)
        try:
            for backup in found:
                check(backup.path)
        except NotABackup:
            return BROKEN
        return "one" if found else "none"

    async def killed_restore(self) -> str:
        """Whose records a restore left: the old or the new."""
        with looking(self._address) as connection:
            connection.execute(text("UPDATE contacts SET note = 'later'"))
            connection.commit()
        old = everything(self._address)["contacts"]
        await self._killed("restore", "--replace", str(self._backup))
        if _damage(self._address) is not None or schema.current(self._address) != schema.HEAD:
            return BROKEN
        found = everything(self._address)["contacts"]
        return {str(old): "old", str(self._new): "new"}.get(str(found), BROKEN)

    async def _killed(self, *arguments: str) -> None:
        """Killed at any moment of its life; the first of each kind is let live, and is measured."""
        began = time.monotonic()
        lifetime = self._lifetimes.get(arguments[0])
        async with running(self._home, self._settings, *arguments, log=arguments[0]) as command:
            if lifetime is None:
                await command.ended(within=WITHIN)
                self._lifetimes[arguments[0]] = time.monotonic() - began
            else:
                await asyncio.sleep(self._dice.uniform(0.3, 1.1) * lifetime)
                await command.killed()
