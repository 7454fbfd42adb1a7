"""Power cuts: what was confirmed to Telegram survives them, and the database opens.

Rapport runs on a disk that keeps a diary (`tests.torture.losing_vfs`) while people text it. Then
the diary is read up to a moment, and the files made that a power cut at that moment would leave:
everything synced by then, and of the rest nothing, or a part torn at the sectors' edges. The
same with synchronous=NORMAL has to lose something, or this would find nothing at all.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playground import Playground
from storage.schema import migrate
from tests.bot.processes import LISTENING, open_house, running, until
from tests.torture import losing_vfs
from tests.torture.losing_vfs import CONFIRMED, DELETE, SYNC, TRUNCATE, WRITE, Entry
from tests.torture.sayings import Crowd, Records
from tests.torture.verdicts import Scale, Verdict

SECTOR = 512
PROMISE = "a power cut loses nothing confirmed"
NAME = "rapport.sqlite"

Saying = tuple[int, int, str]  # update id, chat id, text


@dataclass
class File:
    """A file as it would be found, and what was done to it that might not be."""

    safe: bytes | None = None
    since: list[Entry] = field(default_factory=list)

    def sync(self) -> None:
        """Everything done to it is safe."""
        self.safe = _after(self.safe, self.since)
        self.since.clear()

    def found(self, dice: random.Random | None) -> bytes | None:
        """What is found after a cut: what is safe; with dice, some of the rest as well."""
        if dice is None:
            return self.safe
        likely = dice.random()
        kept = [part for done in self.since for part in _torn(done) if dice.random() < likely]
        return _after(self.safe, kept)


def _torn(entry: Entry) -> Iterator[Entry]:
    """A write in the pieces a disk writes at once."""
    if entry[0] != WRITE:
        yield entry
        return
    _, name, offset, data = entry
    at = 0
    while at < len(data):
        length = SECTOR - (offset + at) % SECTOR
        yield WRITE, name, offset + at, data[at : at + length]
        at += length


def _after(content: bytes | None, done: Sequence[Entry]) -> bytes | None:
    """A file's content after these were done to it; None where there is no file."""
    if not done:
        return content
    now = None if content is None else bytearray(content)
    for entry in done:
        if entry[0] == DELETE:
            now = None
            continue
        now = bytearray() if now is None else now
        if entry[0] == TRUNCATE:
            size = entry[2]
            now = now[:size].ljust(size, b"\0")
        else:
            _, _, offset, data = entry
            now = now.ljust(offset, b"\0")
            now[offset : offset + len(data)] = data
    return None if now is None else bytes(now)


class Disk:
    """The database's files as a diary tells of them, up to a moment."""

    def __init__(self, database: Path) -> None:
        self._files = {"": File(database.read_bytes()), "-wal": File(), "-journal": File()}
        self.confirmed: list[Saying] = []

    def do(self, entry: Entry) -> None:
        """One more entry of the diary came true."""
        if entry[0] == CONFIRMED:
            self.confirmed += entry[1]
            return
        file = self._files[entry[1]]
        if entry[0] == SYNC:
            file.sync()
            return
        file.since.append(entry)
        if entry[0] == DELETE and entry[2]:
            file.sync()

    def leave(self, home: Path, dice: random.Random | None) -> Path:
        """The database as it is found after a power cut now."""
        home.mkdir()
        for suffix, file in self._files.items():
            content = file.found(dice)
            if content is not None:
                (home / f"{NAME}{suffix}").write_bytes(content)
        return home / NAME


@dataclass
class Toll:
    """What the cuts cost."""

    cuts: int = 0
    confirmed: int = 0
    lost: int = 0
    halved: int = 0
    doubled: int = 0
    corrupt: int = 0
    revived: int = 0


def examine(path: Path, confirmed: Sequence[Saying], toll: Toll) -> None:
    """Add what is wrong with a database that was found after a cut."""
    toll.cuts += 1
    toll.confirmed += len(confirmed)
    connection = sqlite3.connect(path)
    try:
        well = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        well = well and not connection.execute("PRAGMA foreign_key_check").fetchall()
        states = dict(connection.execute("SELECT update_id, state FROM intake"))
        for number, chat_id, text in confirmed:
            if number not in states:
                toll.lost += 1
                continue
            kept = kept_of(connection, chat_id, text)
            expected = 1 if states[number] == "done" else 0
            toll.halved += any(count < expected for count in kept)
            toll.doubled += any(count > expected for count in kept)
    except sqlite3.DatabaseError:
        well = False
    finally:
        connection.close()
    toll.corrupt += not well


def kept_of(connection: sqlite3.Connection, chat_id: int, text: str) -> tuple[int, int, int]:
    """How many contacts, interactions and promises came of a text that names somebody new."""
    name = " ".join(text.split()[1:3])
    of_contact = "owner_id = :owner AND contact_id IN (SELECT id FROM contacts WHERE owner_id = "
    of_contact += ":owner AND name = :name)"
    found = connection.execute(
        "SELECT (SELECT count(*) FROM contacts WHERE owner_id = :owner AND name = :name),"
        f" (SELECT count(*) FROM interaction_contacts WHERE {of_contact}),"
        f" (SELECT count(*) FROM promises WHERE {of_contact})",
        {"owner": chat_id, "name": name},
    )
    counts: tuple[int, int, int] = found.fetchone()
    return counts


async def record(home: Path, level: str, texts: int) -> Path:
    """The diary of a Rapport that was sent so many texts and answered them all."""
    diary = home / "diary"
    async with Playground() as town:
        address = f"sqlite:///{home / 'live' / NAME}"
        settings, records, crowd = open_house(town, address), Records(address), Crowd(town)
        program = ("tests.torture.losing_vfs", str(diary), level)
        async with running(home, settings, program=program) as bot:
            await bot.says(LISTENING)
            await crowd.talk(texts, seconds=texts / 60)
            await until(lambda: crowd.is_heard() and records.is_settled(), within=60)
            assert await bot.stopped() == 0, bot.said
    return diary


async def revive(path: Path, confirmed: Sequence[Saying]) -> bool:
    """Whether Rapport starts from what a cut left and finishes what it had confirmed."""
    async with Playground() as town:
        Crowd(town)
        address = f"sqlite:///{path}"
        settings, records = open_house(town, address), Records(address)
        async with running(path.parent, settings) as bot:
            await bot.says(LISTENING)
            await until(records.is_settled, within=30)
            assert await bot.stopped() == 0, bot.said
    toll = Toll()
    examine(path, confirmed, toll)
    return not (toll.lost or toll.halved or toll.doubled or toll.corrupt)


async def cut(place: Path, level: str, *, texts: int, cuts: int, revivals: int) -> Toll:
    """What so many power cuts cost at this level of syncing."""
    home = place / level
    empty = home / "live" / NAME
    migrate(f"sqlite:///{empty}")
    disk = Disk(empty)
    entries = list(losing_vfs.read(await record(home, level, texts)))
    dice = random.Random(7)
    begin = next(at for at, entry in enumerate(entries) if entry[0] == CONFIRMED)
    moments = sorted(dice.sample(range(begin, len(entries)), cuts))
    revived = set(dice.sample(moments, revivals))
    toll = Toll()
    for at, entry in enumerate(entries):
        disk.do(entry)
        while moments and moments[0] == at:
            moments.pop(0)
            torn = dice if len(moments) % 2 else None
            path = disk.leave(home / f"cut-{at}", torn)
            examine(path, disk.confirmed, toll)
            if at in revived and await revive(path, disk.confirmed):
                toll.revived += 1
    return toll


async def trial(home: Path, scale: Scale) -> Verdict:
    """What the power cuts found, and whether the control did find losses."""
    size = {"texts": scale.of(400, 32), "cuts": scale.of(150, 20)}
    revivals = scale.of(8, 1)
    toll, shown = await asyncio.gather(
        cut(home, "FULL", **size, revivals=revivals),
        cut(home, "NORMAL", **size, revivals=0),
    )
    return Verdict(
        PROMISE,
        tries=toll.cuts if shown.lost else 0,  # what finds nothing proves nothing
        lost=toll.lost + toll.halved + toll.corrupt + revivals - toll.revived,
        doubled=toll.doubled,
        note=f"{toll.confirmed} confirmed updates looked for, {toll.revived} restarts; with"
        f" synchronous=NORMAL as many cuts lose {shown.lost} of {shown.confirmed}",
    )


async def run(scale: Scale) -> list[Verdict]:
    """The power cuts."""
    with tempfile.TemporaryDirectory() as home:
        return [await trial(Path(home), scale)]
