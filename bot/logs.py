"""The logs: one line each, with the update's id, never with the token or what people said."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from types import TracebackType
from typing import TypeAlias

# The update being worked on; every line logged meanwhile carries it.
update_id: ContextVar[int | None] = ContextVar("update_id", default=None)

# Below WARNING these log what people said, or addresses that hold the token.
_TALKATIVE = ("telegram", "aiohttp", "apscheduler", "asyncio", "httpx", "httpcore", "alembic")
# Logs an answer it cannot read, whole; the error it raises says the same without it.
_QUOTING = "telegram.request.BaseRequest"

# Their words are about the code, not about what it worked on.
_OF_THE_CODE = (TypeError, AttributeError, NameError, ImportError)

_ExcInfo: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


class _Line(logging.Formatter):
    """A formatter that blots out secrets, and errors' words, which may quote what people said."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s%(update)s: %(message)s")
        self._secrets = sorted(secrets, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The line, secrets blotted out."""
        working_on = update_id.get()
        record.update = "" if working_on is None else f" [update {working_on}]"
        record.exc_text = None  # another formatter's traceback, words and all
        line = super().format(record)
        record.exc_text = None
        for secret in self._secrets:
            line = line.replace(secret, "<secret>")
        return line

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - logging's name
        """Where and what kind, for the error and what caused it."""
        told = ("".join((*traceback.format_tb(e.__traceback__), _kind(e))) for e in _chain(ei[1]))
        return "\nwhich came of\n".join(told)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _kind(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    return f"{kind}: {error}" if isinstance(error, _OF_THE_CODE) else kind


def configure(level: str, secrets: Iterable[str] = ()) -> None:
    """Log to standard error; the secrets never appear there."""
    held = set(secrets)
    # A token is also known by its half after the colon.
    held |= {secret.partition(":")[2] for secret in held if ":" in secret}
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line(held - {""}))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    logging.getLogger(_QUOTING).setLevel(logging.CRITICAL)
