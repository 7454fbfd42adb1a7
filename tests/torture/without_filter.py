"""The real bot whose statements forgot whose rows they are after: PostgreSQL's walls stand alone.

`python -m tests.torture.without_filter run`. Every condition on an owner is taken out of the SQL
on its way to the server, wherever it came from.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from sqlalchemy import Engine, event

from storage import postgres

_OWNER = re.compile(r"\b(?:\w+\.owner_id|owners\.id) = %\(\w+\)s(?:::\w+)?")


def forgetful(engine: Engine) -> Engine:
    """The engine, whose statements are everybody's from now on."""

    def forget(*given: Any) -> tuple[str, Any]:
        statement, parameters = given[2], given[3]
        return _OWNER.sub("true", statement), parameters

    event.listen(engine, "before_cursor_execute", forget, retval=True)
    return engine


if __name__ == "__main__":
    _engine = postgres.postgres_engine
    postgres.postgres_engine = lambda *given, **named: forgetful(_engine(*given, **named))
    from bot.cli import main

    sys.exit(main())
