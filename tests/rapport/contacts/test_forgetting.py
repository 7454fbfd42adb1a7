"""Whose words are whose: what names somebody, and what is left without them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from rapport.contacts.editing import forget
from rapport.contacts.forgetting import naming, of_others, without
from storage import dialogues, intake
from storage.database import Database
from storage.dialogues import Dialogue
from storage.models import intake as intake_table
from storage.notebook import Notebook
from storage.unit import Unit
from tests.builders import (
    A_DAY,
    NOW,
    OWNER,
    TODAY,
    a_contact,
    a_draft,
    a_fact,
    a_letter,
    a_promise,
    a_reminder,
    an_interaction,
    an_owner,
    an_update,
)
from tests.storage.rows import everything


@pytest.mark.parametrize(
    ("name", "others", "sentence", "is_named"),
    [
        ("Anna Kovač", (), "Lunch with Anna", True),
        ("Anna Kovač", (), "lunch with anna", True),
        ("Anna Kovač", (), "Lunch with ANNA KOVAC", True),
        ("Anna Kovač", (), "Anna’s deck", True),
        ("Anna Kovač", (), "Annas Folien", True),
        ("Anna Kovač", (), "Dr. Kovač called", True),
        ("Anna Kovač", (), "Annabelle called", False),
        ("Anna Kovač", ("Anna Schmidt",), "Lunch with Anna", False),
        ("Anna Kovač", ("Anna Schmidt",), "Lunch with Anna Kovač", True),
        ("Anna Kovač", ("Anna Schmidt",), "Lunch with Kovač", True),
        ("Anna Kovač", ("anna kovac",), "Lunch with Anna Kovač", False),
        ("Will Smith", (), "I will send it", False),
        ("Will Smith", (), "Will send it", False),
        ("Will Smith", (), "Lunch with Will", True),
        ("Will Smith", (), "Will Smith called", True),
        ("Grace", (), "by the grace of it", False),
        ("Grace", (), "Saw Grace's talk", True),
        ("Ludwig van Beethoven", (), "took a van", False),
        ("Dr. Bo Li", (), "saw the Dr. today", False),
        ("王芳", (), "昨天和王芳吃饭", True),
        ("김민수", (), "김민수랑 점심", True),
        ("Jörg", (), "call jorg", True),
        ("Nguyễn Thị Mai", (), "send this deck", False),
        ("Nguyễn Thị Mai", (), "lunch with mai", True),
        ("John Doe", (), "she does yoga", False),
        ("John Doe", (), "Lunch with Doe", True),
        ("Jing He", (), "when he called", False),
        ("You Jin-su", (), "lunch with you", False),
        ("You Jin-su", (), "lunch with jin su", True),
        ("Or Levi", (), "today or tomorrow", False),
        ("Thomas A. Edison", (), "bought a boat", False),
        ("Ivan I. Petrov", (), "as I said", False),
        ("Anna from yoga", (), "does yoga, is from Rome", False),
        ("Joe the plumber", (), "the plumber called", False),
        ("anna kovac", (), "lunch with anna", True),
        ("Jean-Luc Picard", (), "Jean-Luc owes him money", True),
        ("Jean-Luc Picard", (), "jean luc's boat", True),
        ("Jean-Luc Picard", (), "wears a jean jacket", False),
        ("Jean-Luc Picard", ("Jean-Luc Godard",), "Lunch with Jean-Luc", False),
        ("Amy Smith-Jones", (), "Smith-Jones called", True),
        ("Amy Smith-Jones", (), "Lunch with Ms Jones", False),
        ("J.R. Ewing", (), "J.R. called", True),
        ("李旭", (), "李旭很好", True),
    ],
)
def test_who_is_named(name: str, others: Iterable[str], sentence: str, *, is_named: bool) -> None:
    assert naming(name, others=others).names(sentence) is is_named


def test_other_names_and_addresses_name_somebody_too() -> None:
    whom = naming("Anna Kovač", also=["Anička"], addresses=["anna@brightlane.io"])
    assert whom.names("coffee with Anicka")
    assert whom.names("wrote to Anna@Brightlane.io")
    assert not whom.names("brightlane is hiring")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Nothing of the sort.", "Nothing of the sort."),
        ("Anna called.", None),
        ("Ben is hiring. Anna called! He sails.", "Ben is hiring. He sails."),
        ("vector DBs; Anna; sailing", "vector DBs; sailing"),
        ("Ben is hiring\nAnna called\n", "Ben is hiring"),
        ("", ""),
    ],
)
def test_only_the_sentences_that_name_them_go(text: str, left: str | None) -> None:
    assert without(text, naming("Anna Kovač")) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Lunch with Anna and Ben. She is CTO at Acme. Ben sails.", "Ben sails."),
        ("Lunch with Anna and Ben. She is CTO at Acme.", None),
        ("A dull evening.", None),
    ],
)
def test_of_a_note_about_several_only_what_surely_is_the_others_stays(
    text: str, left: str | None
) -> None:
    assert of_others(text, naming("Anna"), [naming("Ben"), naming("Caro")]) == left


# --- a whole notebook ---------------------------------------------------------------------------

WORD = "Zugspitze"  # Anna's surname, and nobody else's


def with_anna(unit: Unit) -> int:
    """Anna's id, in a notebook that names her wherever that is possible."""
    notebook = an_owner(unit)
    anna = a_contact(notebook, f"Anna {WORD}", role=WORD, company=WORD, note=WORD)
    ben = a_contact(notebook, "Ben", note=f"Sails. A friend of {WORD}.", how_met=f"through {WORD}")
    notebook.names.add(anna, f"{WORD}chen", "nickname")
    notebook.handles.add(anna, "email", f"{WORD}@example.org")
    both = an_interaction(notebook, anna, ben, note=f"Lunch with {WORD}. Ben sails.", topics=WORD)
    an_interaction(notebook, ben, place=f"at {WORD}’s place", note="Ben cooked.")
    a_fact(notebook, ben, f"is married to {WORD}")
    a_fact(notebook, ben, "sails", interaction_id=both)
    a_promise(notebook, ben, f"introduce {WORD}", interaction_id=both)
    a_promise(notebook, ben, "send the deck")
    a_reminder(notebook, anna)
    notebook.reminders.add(None, f"call {WORD}", TODAY, now=NOW)
    notebook.reminders.add(ben, f"ask about {WORD}", TODAY, now=NOW)
    notebook.life_events.add(ben, "wedding", TODAY, f"with {WORD}")
    notebook.tags.add(ben, f"friend of {WORD}")
    notebook.nudges.add(ben, TODAY, 0, [{"kind": "promises", "about": {"what": f"meet {WORD}"}}])
    a_draft(notebook, ben, text=f"Dear Ben, regards to {WORD}.")
    voice = notebook.attachments.add("voice", "f1", 1, now=NOW, caption=f"{WORD} sings")
    notebook.attachments.attach(voice, ben)
    a_letter(notebook, f"{WORD} is here", about={"found": WORD})
    notebook.captures.ask(3, NOW, f"Lunch with Anna {WORD}", {f"Anna {WORD}": -1})
    deleted = ["delete", "facts", 99, {"id": 99, "contact_id": anna, "text": "x"}]
    notebook.captures.add(4, NOW, [ben], [deleted])
    notebook.captures.add(5, NOW, [ben], [["update", "contacts", ben, {"note": WORD}, {}]])
    dialogues.put(unit, OWNER, Dialogue("log", "note", {"who": WORD}, NOW + A_DAY))
    dead = an_update(1, raw='{"text": "Anna \\u005augspitze"}')
    intake.store(unit, [dead], "a", NOW)
    intake.dead(unit, dead, "KeyError")
    return anna


async def test_nothing_names_somebody_who_was_forgotten(database: Database) -> None:
    anna = await database.run(with_anna)
    await database.run(lambda unit: forget(Notebook(unit, OWNER), anna))
    rows = await database.read(lambda unit: str(everything(unit, OWNER)))
    assert WORD.lower() not in rows.lower()
    raw = await database.read(
        lambda unit: unit.execute(intake_table.select()).one().raw  # as the house
    )
    assert raw is None


async def test_what_was_noted_of_others_stays(database: Database) -> None:
    anna = await database.run(with_anna)

    def after(unit: Unit) -> None:
        notebook = Notebook(unit, OWNER)
        forget(notebook, anna)
        (ben,) = notebook.contacts.recent(limit=9)
        assert (ben.name, ben.note, ben.how_met) == ("Ben", "Sails.", None)
        cooked, both = notebook.interactions.of(ben.id, limit=9)
        assert (both.note, both.topics) == ("Ben sails.", None)
        assert (cooked.note, cooked.place) == ("Ben cooked.", None)
        assert [fact.text for fact in notebook.facts.of(ben.id)] == ["sails"]
        assert [promise.what for promise in notebook.promises.open()] == ["send the deck"]
        assert [reminder.what for reminder in notebook.reminders.open()] == [None]
        assert [event.note for event in notebook.life_events.of(ben.id)] == [None]
        assert [each.caption for each in notebook.attachments.of(ben.id)] == [None]
        assert notebook.tags.of(ben.id) == []

    await database.run(after)


async def test_undo_does_not_bring_them_back(database: Database) -> None:
    anna = await database.run(with_anna)

    def undo_all(unit: Unit) -> list[int]:
        notebook = Notebook(unit, OWNER)
        forget(notebook, anna)
        captures = [found for id_ in range(200) if (found := notebook.captures.find(id_))]
        for capture in captures:
            notebook.captures.undo(capture)
        return [capture.message_id for capture in captures]

    assert await database.run(undo_all) == []
    assert WORD not in str(await database.read(lambda unit: everything(unit, OWNER)))


async def test_a_namesake_keeps_everything(database: Database) -> None:
    def two(unit: Unit) -> tuple[int, int]:
        notebook = an_owner(unit)
        first, second = a_contact(notebook, "Anna Kovač"), a_contact(notebook, "Anna Kovač")
        an_interaction(notebook, second, note="Lunch with Anna Kovač")
        return first, second

    first, second = await database.run(two)

    def after(unit: Unit) -> str | None:
        notebook = Notebook(unit, OWNER)
        forget(notebook, first)
        (met,) = notebook.interactions.of(second, limit=9)
        return met.note

    assert await database.run(after) == "Lunch with Anna Kovač"
