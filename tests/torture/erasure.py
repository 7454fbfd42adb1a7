"""Forgetting and erasing: canaries in every column there is, and afterwards in no file at all.

They get there as they do in life, by texts, files and updates that cannot be read, and besides into
every text column of every table, found by the schema. Then the person asks the real process to
forget one contact, and to erase everything. On SQLite the database, its log and its index are
searched byte by byte; on PostgreSQL every row of every table, as the server's own files keep
remnants until it vacuums and reuses its log. The process writes its log at DEBUG, which is
searched too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Column, String, Text, text
from sqlalchemy.engine import make_url

from playground import Person, Playground
from storage import owners
from storage.columns import Choice, PartialDateText
from storage.database import Database, engine_for
from storage.models import captures, contacts, metadata, nudges
from storage.models import owners as owners_table
from storage.notebook import Notebook
from storage.unit import Unit
from tests.bot.processes import LISTENING, open_house, running, until
from tests.postgres import Server, as_superuser, running_server
from tests.storage.rows import OWNED, a_row
from tests.torture.setting import Setting
from tests.torture.verdicts import Scale, Verdict

# Seven letters, so that they fit the shortest column; found in whatever case.
FORGOTTEN, ERASED = "Zeisig7", "Pirol77"
PATIENCE = 10.0
# Far below the ids that are given out, and within the smallest column.
FIRST_PLANTED = {FORGOTTEN: 10_000, ERASED: 20_000}


async def run(scale: Scale) -> list[Verdict]:
    """Forgetting and erasing on both engines, several people one after another."""
    people = scale.of(20, 1)
    with running_server() as server:
        settings = [Setting(webhook=False, postgres=on_postgres) for on_postgres in (False, True)]
        found = await asyncio.gather(*(_trial(each, server, people) for each in settings))
    return [verdict for verdicts in found for verdict in verdicts]


async def _trial(setting: Setting, server: Server, people: int) -> list[Verdict]:
    with setting.opened(server) as (home, address):
        return await erasure(home, address, people, str(setting))


async def erasure(home: Path, address: str, people: int, where: str) -> list[Verdict]:
    """What is left of the canaries after each was asked to go."""
    planted = {FORGOTTEN: 0, ERASED: 0}
    left = {FORGOTTEN: 0, ERASED: 0}
    rows = strangers = 0
    async with Playground() as town:
        # A backup made meanwhile holds what is forgotten later, until it expires: there are none.
        settings = {
            **open_house(town, address),
            "RAPPORT_LOG_LEVEL": "DEBUG",
            "RAPPORT_BACKUP_DAYS": 0,
        }
        async with running(home, settings) as bot:
            await bot.says(LISTENING)
            search = _Search(home, address)
            for number in range(people):
                async with await town.person(f"Alex{number}") as alex:
                    await _forget(town, alex, address, search, planted, left)
                    await _erase(town, alex, address, search, planted, left)
                    rows += search.rows_of(alex.id)
                    strangers += await _is_a_newcomer(alex)
    return [
        Verdict(
            f"nothing names a forgotten contact, {where}",
            planted[FORGOTTEN],
            left[FORGOTTEN],
            0,
            f"people: {people}",
        ),
        Verdict(
            f"nothing of an erased owner is left, {where}",
            planted[ERASED],
            left[ERASED] + rows + (people - strangers),
            0,
            f"rows left: {rows}, newcomers: {strangers}",
        ),
    ]


# --- what is asked ------------------------------------------------------------------------------


async def _forget(
    town: Playground,
    alex: Person,
    address: str,
    search: _Search,
    planted: dict[str, int],
    left: dict[str, int],
) -> None:
    word = FORGOTTEN
    for said in (
        f"Met Anna {word}, CTO at {word} Labs, yesterday. Promised to send the {word} deck.",
        f"Lunch with Anna {word} and Ben Reed today. Ben sails. Anna {word} likes opera.",
        "Coffee with Ben Reed today",
        f"Remind me to call Anna {word} in 3 days at 3pm",
    ):
        await alex.say(said)
        await _quiet(alex)
    await alex.send_file(b"content", f"{word}.ogg", "voice", f"Anna {word} sang")
    await _quiet(alex)
    _cannot_be_read(town, alex, word)
    await _plant(address, alex.id, word)
    planted[word] += search.count(word)
    await alex.say(f"/forget Anna {word}")
    await _tap(alex, "Forget for good")
    await _expect(alex, "Forgotten")
    left[word] += await search.count_at_rest(word)


async def _erase(
    town: Playground,
    alex: Person,
    address: str,
    search: _Search,
    planted: dict[str, int],
    left: dict[str, int],
) -> None:
    word = ERASED
    await alex.say(f"Met Tom {word}, CFO at {word} Ltd, yesterday. He is hiring.")
    await _quiet(alex)
    _cannot_be_read(town, alex, word)
    await _plant(address, alex.id, word)
    planted[word] += search.count(word)
    await alex.say("/erase")
    await _tap(alex, "Erase everything")
    await _expect(alex, "I keep nothing of yours any more")
    left[word] += await search.count_at_rest(word)


async def _is_a_newcomer(alex: Person) -> bool:
    await alex.say("Met Eve Reed today")
    heard = [await alex.expect(timeout=PATIENCE) for _ in range(2)]
    return "where are you" in heard[1].text


async def _tap(alex: Person, label: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while label not in (await alex.expect(timeout=PATIENCE)).buttons:
            pass
    await alex.tap(label)


async def _expect(alex: Person, words: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while words not in (await alex.expect(timeout=PATIENCE)).text:
            pass


async def _quiet(alex: Person) -> None:
    """Whatever the bot has to say is said."""
    await alex.expect(timeout=PATIENCE)
    with suppress(AssertionError):
        while True:
            await alex.expect(timeout=0.05)


# --- where the canaries are put -----------------------------------------------------------------


def _cannot_be_read(town: Playground, alex: Person, word: str) -> None:
    """An update that is none: it is set aside, and kept for a look at it."""
    chat = {"id": alex.id, "type": "private"}
    update = {"message": {"message_id": 1, "chat": chat, "text": f"Anna {word}", "date": "soon"}}
    town.world.spoken_about(town.token).updates.push(update, alex.id)


async def _plant(address: str, owner_id: int, word: str) -> None:
    """A row with the word in every column of every table of the owner's, and in their own."""
    database = Database(address)

    def plant(unit: Unit) -> None:
        unit.act_for(owner_id)
        people = {row.name: row.id for row in Notebook(unit, owner_id).contacts.changed_since(0)}
        whose = next(id_ for name, id_ in people.items() if word in name)
        for number, table in enumerate(OWNED, FIRST_PLANTED[word]):
            if table is not contacts or word == ERASED:
                values = {column.name: _canary(column, word) for column in table.c}
                given = {name: value for name, value in values.items() if value is not None}
                owned = {"contact_id": whose} if "contact_id" in table.c else {}
                special = _SHAPED.get(table.name, lambda _: {})(word)
                a_row(unit, table, owner_id, number, **{**given, **owned, **special})
        if word == ERASED:
            owners.change(unit, owner_id, name=word, preferences={"sign_as": word})

    try:
        await _aside(database, owner_id)
        await database.run(plant)
    finally:
        database.close()


async def _aside(database: Database, owner_id: int) -> None:
    """The update that is none has been set aside, so that its row is one of those to search."""
    dead = text(
        "SELECT count(*) FROM intake WHERE chat_id = :owner AND state = 'dead' AND raw > ''"
    )

    def is_aside(unit: Unit) -> int:
        return int(unit.execute(dead, {"owner": owner_id}).scalar_one())

    async with asyncio.timeout(PATIENCE):
        while not await database.read(is_aside):  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(0.02)


def _canary(column: Column[Any], word: str) -> Any:
    """What the column is to hold; None where it cannot, or where it is a machine's word."""
    if column.name == "state" or isinstance(column.type, Choice | PartialDateText):
        return None
    if isinstance(column.type, Text):
        return f"Anna {word}"
    if isinstance(column.type, JSON):
        return {"said": word}
    if isinstance(column.type, String) and (word == ERASED or "contact_id" in column.table.c):
        return word
    return None


_SHAPED: Mapping[str, Any] = {
    captures.name: lambda word: {
        "contacts": [1],
        "changes": [["update", "contacts", 1, {"note": word}, {"note": None}]],
    },
    nudges.name: lambda word: {"reasons": [{"kind": "cadence", "about": {"what": word}}]},
}


# --- where they are looked for ------------------------------------------------------------------


class _Search:
    """Looks through everything that is kept."""

    def __init__(self, home: Path, address: str) -> None:
        self._home = home
        self._address = address
        self._is_sqlite = make_url(address).get_backend_name() == "sqlite"

    def count(self, word: str) -> int:
        """How often the word stands in the files of the process and in the rows of a server."""
        wanted = word.lower().encode()
        found = sum(path.read_bytes().lower().count(wanted) for path in self._files())
        return found + (0 if self._is_sqlite else self._in_rows(word))

    async def count_at_rest(self, word: str) -> int:
        """The same, once the process had its time to empty what readers held."""
        with suppress(TimeoutError):
            await until(lambda: self.count(word) == 0, within=PATIENCE)
        return self.count(word)

    def rows_of(self, owner_id: int) -> int:
        """How many rows an owner has left."""
        with self._connected() as connection:
            return sum(
                int(
                    connection.scalar(
                        text(f"SELECT count(*) FROM {table.name} WHERE {key} = :owner"),
                        {"owner": owner_id},
                    )
                )
                for table, key in [*((each, "owner_id") for each in OWNED), (owners_table, "id")]
            )

    def _files(self) -> Iterator[Path]:
        """The database, its log and its index, and what the process logged."""
        yield from (path for path in self._home.rglob("*") if path.is_file())

    def _in_rows(self, word: str) -> int:
        with self._connected() as connection:
            return sum(
                int(
                    connection.scalar(
                        text(f"SELECT count(*) FROM {table.name} t WHERE t::text ILIKE :word"),
                        {"word": f"%{word}%"},
                    )
                )
                for table in metadata.sorted_tables
            )

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        address = self._address if self._is_sqlite else as_superuser(self._address)
        engine = engine_for(make_url(address))
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()
