"""The same dialogues where every COMMIT is answered by a cut connection.

PostgreSQL's unit is then run again though it is stored already (`storage.postgres`), and again it
is stored. Nobody who talks with the bot may notice.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import pytest

from storage.database import Database
from storage.unit import Work
from tests.chat import chatting
from tests.transcripts.script import Directed, read_script
from tests.transcripts.test_transcripts import FILES, Stage

T = TypeVar("T")


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_a_dialogue_goes_as_written_though_every_commit_is_in_doubt(
    path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Database.run

    async def run_again(database: Database, work: Work[T]) -> T:
        await run(database, work)
        return await run(database, work)

    steps = read_script(path)
    is_new = steps[0] == Directed("a newcomer", "")
    async with chatting(sqlite_url, monkeypatch, is_new=is_new) as chat:
        monkeypatch.setattr(Database, "run", run_again)
        stage = Stage(chat)
        for step in steps[is_new:]:
            await stage.play(step)
        monkeypatch.setattr(Database, "run", run)
