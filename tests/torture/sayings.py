"""People who all text the bot at once, each text naming somebody new."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from playground import Playground

CHATS = 8


class Crowd:
    """A few people in a town, and what they say."""

    def __init__(self, town: Playground, chats: int = CHATS) -> None:
        self.people = [town.world.people.settle(f"P{number}") for number in range(chats)]
        self.said: Counter[int] = Counter()
        self._bot = town.world.spoken_about(town.token)

    def say(self, number: int) -> None:
        """The next thing one of them says."""
        person = self.people[number % len(self.people)]
        name = a_name(self.said[person.id])
        self.said[person.id] += 1
        words = f"Met {name} at PyData. Promised to send the slides by Friday."
        self._bot.hear(person, {"text": words})

    async def talk(self, texts: int, seconds: float) -> None:
        """So many texts, spread over the time."""
        for number in range(texts):
            self.say(number)
            await asyncio.sleep(seconds / texts)

    def is_heard(self) -> bool:
        """Whether everything but perhaps the last text is confirmed."""
        return len(self._bot.updates) <= 1


def a_name(number: int) -> str:
    """A name that resembles no other."""
    dice = random.Random(number)
    letters = [dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(8)]
    return f"{''.join(letters[:4]).title()} {''.join(letters[4:]).title()}"


def is_settled(database: Path) -> bool:
    """Whether a SQLite database holds no update and no letter that waits."""
    with closing(sqlite3.connect(database)) as connection:
        (waiting,) = connection.execute(
            "SELECT (SELECT count(*) FROM intake WHERE state = 'new')"
            " + (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending'))"
        ).fetchone()
    return bool(waiting == 0)
