"""Whoever counts sees what is missing, what is there twice, and what is out of order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from playground import Playground
from storage.database import Database
from storage.unit import Unit
from tests.builders import a_contact, a_promise, an_interaction, an_owner
from tests.torture.town import MARK, REMINDED, Tally, Town

FIRST, SECOND = 0, 1


@dataclass(frozen=True)
class Case:
    """Which of two texts were kept and answered, in which order, and what is made of it."""

    remark: str
    found: Tally
    kept: tuple[int, ...] = (FIRST, SECOND)
    answered: tuple[int, ...] = (FIRST, SECOND)
    marked: frozenset[int] = frozenset()
    """Which of the answers, by their place, say that they may be a repeat."""


CASES = [
    Case("all is well", Tally(2)),
    Case("one is not kept", Tally(2, lost=1), kept=(FIRST,)),
    Case("one is kept twice", Tally(2, doubled=1), kept=(FIRST, SECOND, SECOND)),
    Case("kept in another order", Tally(2, disordered=1), kept=(SECOND, FIRST)),
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
            for text in case.kept:
                contact = a_contact(notebook, names[text])
                an_interaction(notebook, contact)
                a_promise(notebook, contact)

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


def test_what_is_wrong_is_named() -> None:
    assert Tally(texts=9, marked=2).wrong == ""
    broken = Tally(texts=9, lost=1, disordered=2, repeated=3)
    assert broken.wrong == ", lost: 1, disordered: 2, repeated: 3"
    assert broken.missing == 3


def answer(town: Town, words: str) -> None:
    """The bot says something to the town's only person."""
    town.bot.send(town.bot.chat(town.people[0].id), {"text": words})
