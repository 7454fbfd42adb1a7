"""The watch over the suite's logs: that it hears everything, and knows what no line may hold."""

from __future__ import annotations

import logging

import pytest

from playground import Playground
from tests.logged import Heard

TOKEN = "123456789:AAF-this_is_never-to-be_seen_anywhere"

LEAKS = [
    ("calling https://host/bot{token}/getMe", "a token"),
    ("half of it: {half}", "a token"),
    ("as an address writes it: 123456789%3AAAF-this_is_never-to-be_seen_anywhere", "a token"),
    ("the header was hook-secret_of-the-town", "a webhook's secret"),
    ("connecting to postgresql://rapport:hunter2@host/rapport", "a password"),
    ("heard: Coffee with Zdravko at noon", "what was said"),
    ("contact Zdravko is new", "what was said"),
    ("answered: Noted. Coffee with him", "what was said"),
    ("file contract-with-them.pdf", "what was said"),
    ("row ('Nightingale', 3)", "a canary"),
    ("row ('canary-3f', 3)", "a canary"),
]

HARMLESS = [
    "a message of chat 1001 is answered",
    "stored what handlers.capture.take.<locals>.keep did, letters: 1",
    "letter 3 went out: sendMessage, message 17",
    "the database is out of reach: database is locked",
    "connecting to postgresql://rapport:***@host/rapport",
    "Coffee breaks: at 12:30:45",
]


@pytest.fixture
def heard() -> Heard:
    """A town in which something private was said."""
    town = Playground(token=TOKEN)
    bot = town.world.bot(TOKEN)
    alex = next(iter(town.world.people.residents.values()))
    bot.hear(alex, {"text": "Coffee with Zdravko at noon"})
    bot.hear(alex, {"document": {"file_name": "contract-with-them.pdf"}})
    bot.send(bot.chat(alex.id), {"text": "Noted. Coffee with him"})
    return Heard(towns=[town])


@pytest.mark.parametrize(("line", "kind"), LEAKS)
def test_what_no_line_may_hold_is_found(heard: Heard, line: str, kind: str) -> None:
    heard.secrets.add("hook-secret_of-the-town")
    heard.lines.append(line.format(token=TOKEN, half=TOKEN.partition(":")[2]))
    (leak, *_) = heard.leaks()
    assert leak.startswith(kind)


@pytest.mark.parametrize("line", HARMLESS)
def test_ids_and_decisions_may_be_logged(heard: Heard, line: str) -> None:
    heard.lines.append(line)
    assert heard.leaks() == []


def test_what_a_process_wrote_is_read_too(heard: Heard) -> None:
    heard.told.append("started\nheard: Coffee with Zdravko at noon\n")
    assert len(heard.leaks()) > 0


@pytest.mark.parametrize("name", ["bot.intake", "storage.sqlite", "telegram.Bot", "py.warnings"])
def test_every_line_of_a_test_is_heard(watched_logs: Heard, name: str) -> None:
    logging.getLogger(name).warning("chat %d", 5)
    assert watched_logs.lines[-1].endswith(f"WARNING {name}: chat 5")


def test_this_program_is_heard_from_debug_on(watched_logs: Heard) -> None:
    for name in ("bot", "handlers.guard", "rapport", "storage.unit", "playground"):
        logging.getLogger(name).debug("a decision")
    assert len(watched_logs.lines) == 5
