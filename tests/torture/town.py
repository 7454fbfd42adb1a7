"""A town whose people all text at once, and what became of everything they said.

Each text names somebody new and makes a promise, so that it is known by its name: in what is
stored (a contact, an interaction, a promise) and in what the bot answered (one card).
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count, islice
from typing import Any, Self

from sqlalchemy import Row, text
from sqlalchemy.engine import make_url

from playground import Playground
from playground.people import Resident
from storage import owners
from storage.database import Database, engine_for
from storage.notebook import Notebook
from storage.unit import Unit
from tests.bot.processes import until
from tests.postgres import as_superuser

MARK = "may have had this message"
REMINDED = "You asked me to remind you: "


# A row that is about nobody has no name.
_KEPT = (
    "SELECT name FROM contacts WHERE owner_id = {} ORDER BY id",
    "SELECT coalesce(c.name, '') FROM interactions AS i"
    " LEFT JOIN interaction_contacts AS ic ON ic.owner_id = i.owner_id AND ic.interaction_id = i.id"
    " LEFT JOIN contacts AS c ON c.owner_id = i.owner_id AND c.id = ic.contact_id"
    " WHERE i.owner_id = {} ORDER BY i.id",
    "SELECT coalesce(c.name, '') FROM promises AS p"
    " LEFT JOIN contacts AS c ON c.owner_id = p.owner_id AND c.id = p.contact_id"
    " WHERE p.owner_id = {} ORDER BY p.id",
)


@dataclass(frozen=True, slots=True)
class Heard:
    """Something the bot said: whom or what it is about, and whether it says it may be a repeat."""

    number: int
    subject: str
    is_marked: bool
    is_card: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the texts of a town, or of one chat."""

    texts: int = 0
    reminders: int = 0
    lost: int = 0
    """Texts of which something is not stored."""
    unanswered: int = 0
    """Texts, and reminders, that nothing was said about."""
    doubled: int = 0
    """Contacts, interactions and promises beyond one a text."""
    repeated: int = 0
    """Repeats that did not say that they may be one."""
    marked: int = 0
    """Messages that said so."""
    disordered: int = 0
    """Chats whose texts were not stored, or not answered, in the order they were sent."""
    set_aside: int = 0
    """Updates that were set aside, which tells why some are lost."""

    @property
    def missing(self) -> int:
        """Everything that is not there, or not where it belongs."""
        return self.lost + self.unanswered + self.disordered

    @property
    def wrong(self) -> str:
        """What is not as it should be, by name; empty where all is well."""
        counted = ("lost", "unanswered", "disordered", "doubled", "repeated", "set_aside")
        found = ((name, getattr(self, name)) for name in counted)
        return "".join(f", {name}: {count}" for name, count in found if count)

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)))


class Town:
    """A town's people, what they said to the bot, and what was kept of it."""

    def __init__(self, playground: Playground, address: str, *, chats: int) -> None:
        self.playground = playground
        self.people = [playground.world.people.settle(f"P{n}") for n in range(chats)]
        url = make_url(address)
        # Nothing is hidden from whoever counts.
        seen = address if url.get_backend_name() == "sqlite" else as_superuser(address)
        self._engine = engine_for(make_url(seen))
        self.bot = playground.world.spoken_about(playground.token)
        self._said: Counter[int] = Counter()
        self._turns = count()  # whose turn it is when many speak at once
        self._since = self.bot.updates.newest
        self._planned = 0  # reminders of each
        self._dice = random.Random(chats)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    # --- what they do ---------------------------------------------------------------------------

    def say(self, number: int) -> None:
        """The next thing somebody says."""
        person = self.people[number % len(self.people)]
        said = self._said[person.id]
        self._said[person.id] += 1
        words = f"Met {_name(said)} at PyData. Promised to send the slides by Friday."
        self.bot.hear(person, {"text": words})

    async def plan(self, address: str, reminders: int, every: timedelta) -> None:
        """Everybody has asked, before the bot began, for so many reminders, one after another."""
        now = datetime.now(UTC)
        self._planned = reminders

        def ask(unit: Unit, person: Resident) -> None:
            name = person.first_name
            owners.add(unit, person.id, name=name, language="en", digest_at="08:30", now=now)
            notebook = Notebook(unit, person.id)
            for number in range(reminders):
                due = now + every * number
                notebook.reminders.add(None, _task(number), due.date(), now=now, due_at=due)

        database = Database(address)
        for person in self.people:
            await database.run(partial(ask, person=person))
        database.close()

    def say_at_once(self, texts: int) -> None:
        """So many texts, in all chats alike, going on where the last ones ended."""
        for number in islice(self._turns, texts):
            self.say(number)

    @asynccontextmanager
    async def talking(
        self, a_second: float, while_fewer_wait: int | None = None
    ) -> AsyncIterator[None]:
        """Somebody says something so often, until the block ends; if so many wait for an answer,
        everybody waits with them."""

        async def talk() -> None:
            while True:
                if while_fewer_wait is None or self.unanswered() < while_fewer_wait:
                    self.say(self._dice.randrange(len(self.people)))
                await asyncio.sleep(1 / a_second)

        talk_goes_on = asyncio.create_task(talk())
        try:
            yield
        finally:
            talk_goes_on.cancel()
            with suppress(asyncio.CancelledError):
                await talk_goes_on

    async def calm(self, within: float) -> None:
        """Return when every update is confirmed, and stored and settled, and every letter sent."""
        try:
            await until(
                lambda: not (len(self.bot.updates) or self.unstored() or self.waiting()),
                within=within,
            )
        except TimeoutError:
            left = f"{len(self.bot.updates)} unconfirmed, {self.unstored()} not stored"
            raise AssertionError(
                f"not calm after {within:.0f} s: {left}, {self.waiting()} not settled"
            ) from None

    # --- what became of it ----------------------------------------------------------------------

    def unstored(self) -> int:
        """Updates that there have been, and that are not stored."""
        newest = self.bot.updates.newest
        stored = f"update_id > {self._since} AND update_id <= {newest}"
        return newest - self._since - self._count(f"SELECT count(*) FROM intake WHERE {stored}")

    def waiting(self) -> int:
        """Updates and letters that are not settled, and reminders that have not rung."""
        return self._count(
            "SELECT (SELECT count(*) FROM intake WHERE state = 'new')"
            " + (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending'))"
            " + (SELECT count(*) FROM reminders WHERE state = 'open' AND due_at IS NOT NULL)"
        )

    def begun_again(self) -> int:
        """Updates that wait and were under way at a death before."""
        return self._count("SELECT count(*) FROM intake WHERE state = 'new' AND attempts > 1")

    def unanswered(self) -> int:
        """Updates that there have been, and that are not answered."""
        return self.bot.updates.newest - self._since - self.done()

    def done(self) -> int:
        """Updates that were answered."""
        return self._count("SELECT count(*) FROM intake WHERE state = 'done'")

    def heard(self, person_id: int) -> Iterator[Heard]:
        """What the bot said to somebody about a text or a reminder, in the order of sending."""
        for message in self.bot.chat(person_id).messages.values():
            said = str(message.body.get("text", "")) if message.by_bot else ""
            is_card = "send the slides" in said
            if is_card or said.startswith(REMINDED):
                subject = said.splitlines()[0].removeprefix(REMINDED).split(" · ")[0]
                yield Heard(message.number, subject, MARK in said, is_card)

    def marked(self, person_id: int) -> int:
        """How many messages said to somebody that they may be a repeat."""
        return sum(one.is_marked for one in self.heard(person_id))

    def said(self, person_id: int) -> list[str]:
        """The names somebody told the bot of, in order."""
        return [_name(number) for number in range(self._said[person_id])]

    def tally(self) -> Tally:
        """What became of everything that was said."""
        aside = self._count("SELECT count(*) FROM intake WHERE state = 'dead'")
        return sum((self._tally_of(person.id) for person in self.people), Tally(set_aside=aside))

    def _tally_of(self, person_id: int) -> Tally:
        said = self.said(person_id)
        kept = self.kept(person_id)
        heard = list(self.heard(person_id))
        told = list(dict.fromkeys(one.subject for one in heard if one.is_card))
        reminded = {one.subject for one in heard if not one.is_card}
        return Tally(
            texts=len(said),
            lost=sum(any(name not in names for names in kept) for name in said),
            reminders=self._planned,
            unanswered=len(set(said) - set(told)) + self._planned - len(reminded),
            doubled=_beyond_one(kept, said),
            repeated=_unmarked_repeats(heard),
            marked=sum(one.is_marked for one in heard),
            disordered=int(any(_is_disordered(found, said) for found in (*kept, told))),
        )

    def kept(self, person_id: int) -> tuple[list[str], list[str], list[str]]:
        """The names of the contacts, and of whom the interactions and the promises are about, in
        the order they were stored."""
        contacts, interactions, promises = (
            [row[0] for row in self.rows(statement.format(person_id))] for statement in _KEPT
        )
        return contacts, interactions, promises

    def _count(self, statement: str) -> int:
        return int(self.rows(statement)[0][0])

    def look_anew(self) -> None:
        """The database is another file by now, and need not hold what was said before."""
        self._engine.dispose()
        self._since = self.bot.updates.newest

    def rows(self, statement: str) -> Sequence[Row[Any]]:
        """What the database answers, whosever it is."""
        with self._engine.connect() as connection:
            return connection.execute(text(statement)).all()


def _unmarked_repeats(heard: Sequence[Heard]) -> int:
    seen: set[str] = set()
    repeats = 0
    for one in heard:
        repeats += one.subject in seen and not one.is_marked
        seen.add(one.subject)
    return repeats


def _is_disordered(found: Sequence[str], said: Sequence[str]) -> bool:
    """Whether what was found of what was said is not in its order."""
    places = {name: number for number, name in enumerate(said)}
    order = [places[name] for name in found if name in places]
    return order != sorted(order)


def _beyond_one(kept: Sequence[Sequence[str]], said: Sequence[str]) -> int:
    """How much is kept beyond one contact, interaction and promise of each name that was said."""
    once = Counter(said)
    more = [Counter(names) - once for names in kept]
    return sum((more[0] | more[1] | more[2]).values())


def _task(number: int) -> str:
    return f"turn page {number}"


def _name(number: int) -> str:
    """A name that resembles no other."""
    dice = random.Random(number)
    letters = [dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(8)]
    return f"{''.join(letters[:4]).title()} {''.join(letters[4:]).title()}"
