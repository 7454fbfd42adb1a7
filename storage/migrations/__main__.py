"""Drafts the next migration: `python -m storage.migrations "contacts have a pronoun"`.

It holds what models.py has beyond the newest migration. Read it, make it yours, run
`ruff format` on it, and set HEAD in storage/schema.py.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.script import ScriptDirectory

from storage.database import engine_for, parse_address
from storage.schema import alembic_config


def draft(message: str) -> None:
    """Write the file beside the others; Alembic prints its name."""
    with TemporaryDirectory() as scratch:
        engine = engine_for(parse_address(f"sqlite:///{Path(scratch, 'scratch.sqlite')}"))
        with engine.connect() as connection:
            config = alembic_config(connection)
            command.upgrade(config, "head")
            head = ScriptDirectory.from_config(config).get_current_head()
            command.revision(config, message, autogenerate=True, rev_id=f"{int(head or 0) + 1:04d}")
        engine.dispose()


if __name__ == "__main__":
    draft(" ".join(sys.argv[1:]))
