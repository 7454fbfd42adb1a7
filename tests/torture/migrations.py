"""Migrations: from the first release, with rows in every table, killed again and again.

A killed migration leaves the old schema or the new one, whole, with every row as it was: killed at
any moment of the real `python -m bot migrate`, and before each single statement, also of one that
rebuilds a table which others refer to.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from alembic import command
from sqlalchemy import text

from storage import schema
from tests.bot.processes import environment, running
from tests.postgres import Server, running_server
from tests.storage.any_rows import everything, fill, looking, narrowed
from tests.torture.dying import DIED, LIVED
from tests.torture.verdicts import Scale, Verdict

FILLS_THE_MACHINE = True
FIRST = "0001"
LATER = "later"
TOKEN = "123456789:" + "A" * 35
STEPS = 1000  # more than any migration has
A_STEP = 20  # in the middle

# Every row is written anew, and the table they stand in is made anew.
REBUILDING = f'''
import sqlalchemy as sa
from alembic import op

from storage.migrations.walls import opened

revision = "{LATER}"
down_revision = "{schema.HEAD}"


def upgrade() -> None:
    with op.batch_alter_table("contacts") as contacts:
        contacts.add_column(sa.Column("pronoun", sa.Text()))
        contacts.alter_column("how_met", type_=sa.String(900), existing_type=sa.Text())
    if op.get_bind().dialect.name == "sqlite":
        op.execute("UPDATE contacts SET pronoun = name")
    else:
        with opened(op.get_bind()):
            op.execute("UPDATE contacts SET pronoun = name")


def downgrade() -> None:
    with op.batch_alter_table("contacts") as contacts:
        contacts.drop_column("pronoun")
        contacts.alter_column("how_met", type_=sa.Text(), existing_type=sa.String(900))
'''


async def run(scale: Scale) -> list[Verdict]:
    """Kills on both engines, side by side."""
    with running_server() as server:

        async def torture(engine: str) -> list[Verdict]:
            with _first_release(server, engine, scale.of(10, 3)) as subject:
                at_random = await _killed_at_random(subject, scale.of(20, 1))
                by_step = await _killed_step_by_step(subject, scale.of(None, 1))
            return [
                _verdict(f"migrate under kill -9, {engine}", at_random),
                _verdict(f"a migration killed before each statement, {engine}", by_step),
            ]

        both = await asyncio.gather(*map(torture, ("SQLite", "PostgreSQL")))
    return [verdict for verdicts in both for verdict in verdicts]


def _verdict(promise: str, found: list[str]) -> Verdict:
    """Each try by what it left: a revision, or what was wrong."""
    ends = {FIRST: "old", schema.HEAD: "new", LATER: "new"}
    broken = [end for end in found if end not in ends]
    left = [ends[end] for end in found if end in ends]
    note = f"left old: {left.count('old')}, new: {left.count('new')}"
    return Verdict(promise, len(found), len(broken), 0, ", ".join((note, *sorted(set(broken)))))


class _Subject:
    """A database of the first release, and what it held."""

    def __init__(self, home: Path, address: str, rows: int) -> None:
        self.home = home
        self.address = address
        schema.migrate(address, FIRST)
        fill(address, owners=rows, rows=rows)
        self._before = everything(address)

    def examined(self) -> str:
        """The revision it was left at, or what is wrong with it."""
        revision = schema.current(self.address)
        if revision not in {FIRST, schema.HEAD, LATER}:
            return f"left at {revision}"
        if not self._is_sound():
            return "damaged"
        if narrowed(everything(self.address), self._before) != self._before:
            return "rows changed"
        return revision

    def back(self) -> None:
        """At the first release again, with the rows it had."""
        _downgrade(self.address, self.home)
        assert everything(self.address) == self._before

    def _is_sound(self) -> bool:
        if not self.address.startswith("sqlite"):
            return True
        with looking(self.address) as connection:
            whole = connection.scalars(text("PRAGMA integrity_check")).all() == ["ok"]
            return whole and not connection.execute(text("PRAGMA foreign_key_check")).all()


@contextmanager
def _first_release(server: Server, engine: str, rows: int) -> Iterator[_Subject]:
    with tempfile.TemporaryDirectory(prefix="rapport-torture-") as directory:
        home = Path(directory)
        (home / "later").mkdir()
        (home / "later" / "later.py").write_text(REBUILDING)
        if engine == "SQLite":
            yield _Subject(home, f"sqlite:///{home / 'rapport.sqlite'}", rows)
        else:
            with server.database(empty=True) as address:
                yield _Subject(home, address, rows)


def _downgrade(address: str, home: Path) -> None:
    with looking(address) as connection:
        config = schema.alembic_config(connection)
        places = f"{schema.MIGRATIONS / 'versions'}:{home / 'later'}"
        config.set_main_option("version_locations", places)
        command.downgrade(config, FIRST)


async def _killed_at_random(subject: _Subject, kills: int) -> list[str]:
    """What each left. Its life is long enough to be cut short: it begins with importing."""
    settings = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "RAPPORT_DATABASE_URL": subject.address,
        "RAPPORT_BACKUP_DIR": subject.home / "backups",
    }
    dice = random.Random(kills)
    lifetime = await _lifetime(subject, settings) if kills > 1 else 1.0
    found = []
    for kill in range(kills):
        async with running(subject.home, settings, "migrate", log=f"killed-{kill}") as migration:
            await asyncio.sleep(dice.uniform(0.3, 1.1) * lifetime)
            await migration.killed()
        found.append(subject.examined())
        if found[-1] != FIRST:
            subject.back()
    return found


async def _lifetime(subject: _Subject, settings: Mapping[str, object]) -> float:
    """How long a migration takes that is let live."""
    began = time.monotonic()
    async with running(subject.home, settings, "migrate") as whole:
        assert await whole.ended(within=60) == 0, whole.said
    lived = time.monotonic() - began
    subject.back()
    return lived


async def _killed_step_by_step(subject: _Subject, kills: int | None) -> list[str]:
    """What each left, one killed before each statement; a few of them, if only a few are wanted."""
    found: list[str] = []
    async with _dying(subject) as dies:
        for last in range(1, STEPS) if kills is None else range(A_STEP, A_STEP + kills):
            has_died = await dies(last)
            left = subject.examined()
            if left != FIRST:
                subject.back()
            if not has_died:  # there are no more statements
                return found if left == LATER else [*found, f"let live, {left}"]
            found.append(left)
    return found


@asynccontextmanager
async def _dying(subject: _Subject) -> AsyncIterator[Callable[[int], Awaitable[bool]]]:
    """Whether a migration died that was to die before its n-th statement."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", "tests.torture.dying"),
        *(subject.address, str(subject.home / "later")),
        cwd=subject.home,
        env=environment({}),
        stdin=PIPE,
        stdout=PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    asked, told = process.stdin, process.stdout

    async def dies(last: int) -> bool:
        asked.write(f"{last}\n".encode())
        said = (await told.readline()).decode().strip()
        assert said in {DIED, LIVED}, said
        return said == DIED

    try:
        yield dies
    finally:
        asked.close()
        await process.wait()
