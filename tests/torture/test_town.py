"""Whoever counts sees what is missing, what is there twice, and what is out of order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest

from playground import Playground
from storage import intake
from storage.database import Database
from storage.unit import Unit
from tests.builders import NOW, a_contact, a_promise, an_interaction, an_owner, an_update
from tests.torture.town import MARK, REMINDED, Tally, Town

FIRST, SECOND = 0, 1


@dataclass(frozen=True)
class Case:
    """Which of two texts were kept and answered, in which order, and what is made of it."""

    remark: str
    found: Tally
    kept: tuple[int, ...] = (FIRST, SECOND)
    met: tuple[int, ...] | None = None
    """The interactions that are kept; None: as the contacts are."""
    promised: tuple[int, ...] | None = None
    answered: tuple[int, ...] = (FIRST, SECOND)
    marked: frozenset[int] = frozenset()
    """Which of the answers, by their place, say that they may be a repeat."""


CASES = [
    Case("all is well", Tally(2)),
    Case("one is not kept", Tally(2, lost=1), kept=(FIRST,)),
    Case("one is kept twice", Tally(2, doubled=1), kept=(FIRST, SECOND, SECOND)),
    Case("kept in another order", Tally(2, disordered=1), kept=(SECOND, FIRST)),
    Case("met one twice, the other never", Tally(2, lost=1, doubled=1), met=(FIRST, FIRST)),
    Case("promised one alone, twice", Tally(2, lost=1, doubled=1), promised=(SECOND, SECOND)),
    Case("promised in another order", Tally(2, disordered=1), promised=(SECOND, FIRST)),
    Case("one is not answered", Tally(2, unanswered=1), answered=(SECOND,)),
    Case("answered in another order", Tally(2, disordered=1), answered=(SECOND, FIRST)),
    Case("answered twice", Tally(2, repeated=1), answered=(FIRST, FIRST, SECOND)),
    Case(
        "answered twice, and said so",
        Tally(2, marked=1),
        answered=(FIRST, FIRST, SECOND),
        marked=frozenset({1}),
    ),
    Case(
        "answered three times, and said so once",
        Tally(2, marked=1, repeated=1),
        answered=(FIRST, FIRST, FIRST, SECOND),
        marked=frozenset({1}),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.remark.replace(" ", "_"))
async def test_what_became_of_two_texts(sqlite_url: str, case: Case) -> None:
    with Town(Playground(), sqlite_url, chats=1) as town:
        town.say_at_once(2)
        (person,) = town.people
        names = town.said(person.id)

        def keep(unit: Unit) -> None:
            notebook = an_owner(unit, person.id)
            contacts = [(text, a_contact(notebook, names[text])) for text in case.kept]
            of = dict(contacts)
            for text in case.kept if case.met is None else case.met:
                an_interaction(notebook, of[text])
            for text in case.kept if case.promised is None else case.promised:
                a_promise(notebook, of[text])

        database = Database(sqlite_url)
        await database.run(keep)
        database.close()
        for place, text in enumerate(case.answered):
            card = f"{names[text]} · new\nYou promised to send the slides"
            answer(town, f"{card}\n\nYou {MARK} already" if place in case.marked else card)
        assert town.tally() == case.found


async def test_a_reminder_that_does_not_come_is_missed(sqlite_url: str) -> None:
    with Town(Playground(), sqlite_url, chats=1) as town:
        await town.plan(sqlite_url, 2, timedelta(seconds=1))
        assert town.waiting() == 2
        answer(town, f"{REMINDED}turn page 1")
        assert town.tally() == Tally(reminders=2, unanswered=1)
        answer(town, f"{REMINDED}turn page 1")
        assert town.tally() == Tally(reminders=2, unanswered=1, repeated=1)


async def test_it_is_not_calm_before_everything_sent_is_stored(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with Town(Playground(), sqlite_url, chats=1) as town:
        town.say_at_once(2)
        numbers = [pending.number for pending in town.bot.updates.waiting()]
        town.bot.updates.clear()  # all confirmed
        for number in numbers:
            with pytest.raises(AssertionError, match="not calm"):
                await town.calm(within=0.1)
            await database.run(partial(_answered, number=number))
        await town.calm(within=1)
    database.close()


def _answered(unit: Unit, number: int) -> None:
    update = an_update(number)
    intake.store(unit, [update], "a", NOW)
    intake.done(unit, update)


async def test_what_was_set_aside_is_counted_and_named(sqlite_url: str) -> None:
    def set_aside(unit: Unit) -> None:
        intake.store(unit, [an_update(1)], "a", NOW)
        intake.dead(unit, an_update(1), "it ended the process each time")

    database = Database(sqlite_url)
    await database.run(set_aside)
    database.close()
    with Town(Playground(), sqlite_url, chats=1) as town:
        assert town.tally() == Tally(set_aside=1)
        assert town.tally().wrong == ", set_aside: 1"


def test_bursts_reach_every_chat(sqlite_url: str) -> None:
    with Town(Playground(), sqlite_url, chats=4) as town:
        for _ in range(2):
            town.say_at_once(2)
        assert [len(town.said(person.id)) for person in town.people] == [1, 1, 1, 1]


def test_what_is_wrong_is_named() -> None:
    assert Tally(texts=9, marked=2).wrong == ""
    broken = Tally(texts=9, lost=1, disordered=2, repeated=3)
    assert broken.wrong == ", lost: 1, disordered: 2, repeated: 3"
    assert broken.missing == 3


def answer(town: Town, words: str) -> None:
    """The bot says something to the town's only person."""
    town.bot.send(town.bot.chat(town.people[0].id), {"text": words})
