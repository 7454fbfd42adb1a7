"""The logs: one line each, with the update's id, never with the token or what people said."""

from __future__ import annotations

import logging
import sys
from contextvars import ContextVar

# The update being worked on; every line logged meanwhile carries it.
update_id: ContextVar[int | None] = ContextVar("update_id", default=None)

# These log message texts or addresses that hold the token below WARNING.
_TALKATIVE = ("telegram", "aiohttp", "apscheduler", "asyncio", "httpx", "httpcore", "alembic")


class _Line(logging.Formatter):
    """A formatter that blots out secrets in messages and tracebacks alike."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s%(update)s: %(message)s")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """The line, secrets blotted out."""
        working_on = update_id.get()
        record.update = "" if working_on is None else f" [update {working_on}]"
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "<secret>")
        return line


def configure(level: str, *secrets: str | None) -> None:
    """Log to standard error; the secrets never appear there."""
    held = {secret for secret in secrets if secret}
    # A token is also known by its half after the colon.
    held |= {secret.partition(":")[2] for secret in held if ":" in secret}
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line(tuple(sorted(held, key=len, reverse=True))))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
