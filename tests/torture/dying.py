"""A migration whose process dies before its n-th statement:
`python -m tests.torture.dying ADDRESS N [FOLDER]`, the folder holding later migrations."""

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


def main(address: str, last: int, *folders: str) -> None:
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
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
