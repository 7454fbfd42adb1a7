"""Every line the suite logs at DEBUG, held against what no log may hold.

The autouse fixture `watched_logs` makes this product speak at DEBUG in every test, makes each
record the line an operator would read, before secrets are blotted out, and fails the test whose
lines hold a token, a webhook's secret, a password, what was said in a playground, or a canary.
What the processes wrote that `tests.bot.processes` starts is read the same way.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot import logs
from playground import Playground
from playground.bots import Bot
from playground.delivery import UpdateQueue
from playground.webhook import Webhook
from tests.bot import processes

FLOORS = ("bot", "handlers", "rapport", "storage", "playground")
# Shorter texts ("Anna", "/help", "3 May") stand in lines that have nothing to do with them.
TELLING = 8
NAME = re.compile(r"\b[^\W\d_a-z][^\W\d_]{4,}\b")
WORD = re.compile(r"[^\W\d_]+")

SHAPES = {
    "a token": re.compile(r"(?<!\d)\d{3,20}(?::|%3A)[A-Za-z0-9_-]{30,}"),
    "a password": re.compile(r"://[^/\s:@]*:(?!\*\*\*@|<secret>@)[^/\s@]+@"),
    "a canary": re.compile(r"(?i:nightingale)|\bCanary|\b(?i:canary)[-\d]"),
}

# Where Python prints what broke; `bot.logs` puts itself there.
PRINTING = (
    (sys, "excepthook"),
    (sys, "unraisablehook"),
    (threading, "excepthook"),
    (warnings, "showwarning"),
)

Json = dict[str, Any]


@dataclass
class Heard:
    """What was logged in a test, and who may have been quoted."""

    lines: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """What processes wrote."""
    towns: list[Playground] = field(default_factory=list)
    pushed: list[Json] = field(default_factory=list)
    """Updates that came as they are, and stand in no chat of a town."""
    secrets: set[str] = field(default_factory=set)
    """What webhooks were told to expect; a town forgets it with the webhook."""

    def leaks(self) -> list[str]:
        """Every line that holds what none may, and what that is."""
        written = [*self.lines, *(line for log in self.told for line in log.splitlines())]
        if not written:
            return []
        everything = "\n".join(written)
        private = {words: kind for kind, words in self._private() if words and words in everything}
        return [
            f"{kind}: {line}"
            for line in written
            for kind in dict.fromkeys(
                [
                    *(kind for words, kind in private.items() if words in line),
                    *(kind for kind, shape in SHAPES.items() if shape.search(line)),
                ]
            )
        ]

    def _private(self) -> Iterator[tuple[str, str]]:
        yield from (("a webhook's secret", secret) for secret in self.secrets)
        for update in self.pushed:
            for text in _texts(update):
                yield from ((f"what was sent: {words!r}", words) for words in _telling(text))
        for town in self.towns:
            for bot in town.world.bots.values():
                yield "a token", bot.token.partition(":")[2]
                yield from ((f"what was said: {words!r}", words) for words in _said(bot))


def _said(bot: Bot) -> Iterator[str]:
    """What people and the bot said to one another: the texts, and the names in people's."""
    for chat in bot.chats.values():
        for message in chat.messages.values():
            for text in _texts(message.body):
                yield from _telling(text, names=not message.by_bot)


def _telling(text: str, *, names: bool = True) -> Iterator[str]:
    """What of a text would be known again in a log."""
    yield from (line for line in text.splitlines() if len(line) >= TELLING)
    if names:
        yield from (name for name in NAME.findall(text) if name not in _vocabulary())


def _texts(body: Json) -> Iterator[str]:
    for name, value in body.items():
        if name in {"text", "caption", "first_name", "last_name", "phone_number", "file_name"}:
            yield str(value)
        elif isinstance(value, dict) and name not in {"from", "chat"}:
            yield from _texts(value)


_KNOWN: set[str] = set()


def _vocabulary() -> set[str]:
    """The words of the product's source: a traceback shows lines of it."""
    if not _KNOWN:
        root = Path(__file__).parents[1]
        for floor in FLOORS:
            for file in (root / floor).rglob("*.py"):
                _KNOWN.update(WORD.findall(file.read_text(encoding="utf-8")))
    return _KNOWN


@pytest.fixture(autouse=True)
def watched_logs(request: pytest.FixtureRequest) -> Iterator[Heard]:
    """Fail the test whose logs hold what no log may hold; `leaks_on_purpose` says why one may."""
    heard = Heard()
    line_of = logs.formatter().format
    call_handlers = logging.Logger.callHandlers
    begin = Playground.__init__
    expect = Webhook.__init__
    arrive = UpdateQueue.push

    def hear(logger: logging.Logger, record: logging.LogRecord) -> None:
        heard.lines.append(line_of(record))
        call_handlers(logger, record)

    def found(town: Playground, *given: Any, **named: Any) -> None:
        begin(town, *given, **named)
        heard.towns.append(town)

    def told(webhook: Webhook, *given: Any, **named: Any) -> None:
        expect(webhook, *given, **named)
        heard.secrets.add(webhook.secret)

    def push(queue: UpdateQueue, body: Json, line: int) -> int:
        heard.pushed.append(body)
        return arrive(queue, body, line)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(UpdateQueue, "push", push)
        patch.setattr(logging.Logger, "callHandlers", hear)
        patch.setattr(Playground, "__init__", found)
        patch.setattr(Webhook, "__init__", told)
        patch.setattr(processes, "told", heard.told)
        # Commands that a test gives in this process would leave these behind.
        for owner, hook in PRINTING:
            patch.setattr(owner, hook, getattr(owner, hook))
        logs.listen("DEBUG")
        yield heard
    leaks = heard.leaks()
    if leaks and request.node.get_closest_marker("leaks_on_purpose") is None:
        pytest.fail("the log holds what no log may hold\n" + "\n".join(leaks), pytrace=False)
