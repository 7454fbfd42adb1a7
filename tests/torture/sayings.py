"""People who all text the bot at once, each text naming somebody new; and what became of it."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from playground import Playground

CHATS = 8


@dataclass(frozen=True)
class Said:
    """A text of one of the people."""

    update_id: int
    person_id: int
    name: str


class Crowd:
    """A few people in a town, and what they say."""

    def __init__(self, town: Playground, chats: int = CHATS) -> None:
        self.people = [town.world.people.settle(f"P{number}") for number in range(chats)]
        self.said: list[Said] = []
        self._bot = town.world.spoken_about(town.token)
        self._counts: Counter[int] = Counter()

    def say(self, number: int, name: str | None = None) -> None:
        """The next thing one of them says, about somebody of this name."""
        person = self.people[number % len(self.people)]
        name = name or a_name(self._counts[person.id])
        self._counts[person.id] += 1
        words = f"Met {name} at PyData. Promised to send the slides by Friday."
        self._bot.hear(person, {"text": words})
        self.said.append(Said(self._bot.updates.waiting()[-1].number, person.id, name))

    async def talk(self, texts: int, seconds: float) -> None:
        """So many texts, spread over the time."""
        for number in range(texts):
            self.say(number)
            await asyncio.sleep(seconds / texts)

    def confirmed(self) -> set[int]:
        """The updates that Telegram has been told it may forget."""
        waiting = {pending.number for pending in self._bot.updates.waiting()}
        return {said.update_id for said in self.said} - waiting

    def is_heard(self) -> bool:
        """Whether everything said is confirmed."""
        return len(self.confirmed()) == len(self.said)

    def told(self, person_id: int) -> list[str]:
        """What the bot said to one of them, in order."""
        chat = self._bot.chat(person_id)
        return [message.body["text"] for message in chat.messages.values() if message.by_bot]


def a_name(number: int) -> str:
    """A name that resembles no other."""
    dice = random.Random(number)
    letters = [dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(8)]
    return f"{''.join(letters[:4]).title()} {''.join(letters[4:]).title()}"


class Records:
    """What a database holds, looked at from outside of Rapport."""

    def __init__(self, address: str) -> None:
        url = make_url(address)
        if url.get_backend_name() == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        self._engine = create_engine(url, poolclass=NullPool)

    def rows(self, statement: str) -> Sequence[Row[Any]]:
        """What a question answers."""
        with self._engine.connect() as connection:
            return connection.execute(text(statement)).all()

    def do(self, *statements: str) -> None:
        """Change the database."""
        with self._engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def updates(self) -> dict[int, str]:
        """The state of every update that is stored."""
        return {
            row.update_id: row.state for row in self.rows("SELECT update_id, state FROM intake")
        }

    def is_settled(self) -> bool:
        """Whether no update and no letter waits."""
        found = self.rows(
            "SELECT (SELECT count(*) FROM intake WHERE state = 'new')"
            " + (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending'))"
        )
        return bool(found[0][0] == 0)

    def names(self, owner_id: int) -> list[str]:
        """The contacts of an owner, in the order they were kept."""
        found = self.rows(f"SELECT name FROM contacts WHERE owner_id = {owner_id} ORDER BY id")
        return [row[0] for row in found]

    def count(self, table: str, owner_id: int) -> int:
        """How many rows of a table are an owner's."""
        return int(self.rows(f"SELECT count(*) FROM {table} WHERE owner_id = {owner_id}")[0][0])
