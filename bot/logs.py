"""The logs: one line each, with the update's id, never with the token or what people said."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import traceback
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from types import TracebackType
from typing import Any, TextIO, TypeAlias
from urllib.parse import quote

# The update being worked on; every line logged meanwhile carries it.
update_id: ContextVar[int | None] = ContextVar("update_id", default=None)

log = logging.getLogger(__name__)

# Below WARNING only these speak. What they say there was written with its readers in mind; a
# library's own lines hold what people said, rows of the database, or addresses with the token.
_OURS = ("bot", "handlers", "rapport", "storage", "playground")
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
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(secrets))
    logging.basicConfig(handlers=[handler], force=True)
    listen(level)


def formatter(secrets: Iterable[str] = ()) -> logging.Formatter:
    """What makes a line of a record, without these secrets, however an address would write them."""
    held = set(secrets)
    # A token is also known by its half after the colon.
    held |= {secret.partition(":")[2] for secret in held if ":" in secret}
    held |= {quote(secret, safe="") for secret in held}
    return _Line(held - {""})


def listen(level: str) -> None:
    """Hear this program from the level on, and libraries only when something is wrong."""
    wanted: int = logging.getLevelName(level)
    logging.getLogger().setLevel(max(logging.WARNING, wanted))
    for name in _OURS:
        logging.getLogger(name).setLevel(wanted)
    logging.getLogger(_QUOTING).setLevel(logging.CRITICAL)


def log_what_breaks() -> None:
    """Have whatever Python itself would print about errors and warnings logged instead: it
    prints their words, which may quote what people said."""
    sys.excepthook = lambda _, error, __: _unforeseen("the program", error)
    sys.unraisablehook = lambda about: _unforeseen("something being let go of", about.exc_value)
    threading.excepthook = lambda about: _unforeseen("a thread", about.exc_value)
    warnings.showwarning = _warned


def log_failure(_: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """An event loop's exception handler; its own would show the error and arguments of calls."""
    error = context.get("exception")
    if error is None:
        log.error("the event loop: %s", context["message"])
    else:
        _unforeseen("something nobody waited for", error)


def _unforeseen(where: str, error: BaseException | None) -> None:
    log.critical("%s failed", where, exc_info=error)


def _warned(
    message: Warning | str,  # noqa: ARG001 - the words, which may quote what people said
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    log.warning("Python warns at %s:%d: %s", filename, lineno, category.__name__)
