"""The demo fills the playground's first person, once."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from bot import demo
from bot.cli import main
from bot.settings import load_settings
from playground import Playground
from rapport.journeys.digest import digest, note_down, picked
from storage.database import Database
from storage.notebook import Notebook
from storage.types import Circle
from storage.unit import Unit
from tests.builders import NOW, TODAY


async def test_forty_people_with_all_that_is_known_of_them(database: Database) -> None:
    settings = load_settings(_env_file=None, token=None)
    assert await database.run(lambda unit: demo.fill(unit, settings, NOW)) == 40
    assert await database.run(lambda unit: demo.fill(unit, settings, NOW)) == 0

    def look(unit: Unit) -> None:
        notebook = Notebook(unit, demo.OWNER)
        people = notebook.contacts.many(each.id for each in notebook.contacts.changed_since(0))
        assert len(people) == 40
        assert {each.circle for each in people} >= set(Circle)
        assert any(each.birthday for each in people)
        priya = next(each for each in people if each.name == "Priya Raman")
        assert (priya.role, priya.company) == ("Head of Research", "Fathom Labs")
        assert notebook.tags.of(priya.id) == ["research", "databases"]
        assert [each.value for each in notebook.handles.of(priya.id)] == ["priya.raman@example.com"]
        (met,) = notebook.interactions.of(priya.id, limit=9)
        assert (met.kind, met.topics, met.place) == ("met", "vector databases", "PyData Berlin")
        assert priya.last_touch == met.happened_on
        assert [each.what for each in notebook.promises.open(priya.id)] == [
            "send her our benchmark"
        ]
        assert [each.text for each in notebook.facts.of(priya.id)] == ["a Rust developer"]
        assert notebook.reminders.open()
        owner = notebook.owner
        assert (owner.name, owner.zone) == ("Alex", None)
        assert owner.digest_due is not None
        note_down(notebook, picked(notebook, TODAY), TODAY)
        assert len(digest(notebook, TODAY).lines) == 3

    await database.run(look)


def test_the_command_says_what_it_did(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_DATABASE_URL", sqlite_url)
    first, second = (CliRunner().invoke(main, ["demo"]).output for _ in range(2))
    assert first.startswith("Alex knows 40 people more")
    assert second.startswith("Alex knows 0 people more")


async def test_it_is_the_playgrounds_first_person_who_is_given_them() -> None:
    async with Playground() as town, await town.person() as alex:
        assert await alex.history() == []
        assert (alex.id, alex.user["first_name"]) == (demo.OWNER, demo.NAME)
