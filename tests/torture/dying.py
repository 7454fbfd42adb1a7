"""Migrations whose process dies: `python -m tests.torture.dying ADDRESS [FOLDER]`, the folder
holding later migrations. For each number n on a line of its input one dies before its n-th
statement, and a line of its output says whether it did. Each is forked off, so that none begins
with importing everything."""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from typing import Any

from alembic import command
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url

from storage import schema
from storage.database import engine_for

DIED, LIVED = "died", "lived"


def main(address: str, *folders: str) -> None:
    """Try as often as it is asked for."""
    for line in sys.stdin:
        if not (child := os.fork()):
            _migrate(address, int(line), folders)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        assert killed or status == 0, status
        print(DIED if killed else LIVED, flush=True)  # noqa: T201 - it is read


def _migrate(address: str, last: int, folders: tuple[str, ...]) -> None:
    """Migrate to the newest revision there is, unless death comes first."""
    steps = count(1)

    def step(*_: Any) -> None:
        if next(steps) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", step)
    event.listen(Engine, "commit", step)
    engine = engine_for(make_url(address))
    with engine.connect() as connection:
        config = schema.alembic_config(connection)
        places = [str(schema.MIGRATIONS / "versions"), *folders]
        config.set_main_option("version_locations", os.pathsep.join(places))
        command.upgrade(config, "head")
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], *sys.argv[2:])
