"""What everything the bot says keeps to, whatever the test is about.

At most four buttons stand under a message, except lists of names; their data fits Telegram; no
text shows what a template left behind; the menu stays short.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from playground import Playground
from rapport.templating import label

MOST_CHOICES = 4
MOST_BYTES = 64
MOST_COMMANDS = 10

# Each of these buttons is one entry of a list, and bears its name or what was promised.
ENTRIES = frozenset(
    (
        "add-open", "c", "draft-to", "file", "forget", "log-who", "nudge", "nudge-close", "promise",
        "shared", "task-done", "who",
    )
)  # fmt: skip
NO_NAMES = frozenset(map(label, ("back", "open_card", "new_person", "add_person", "forget")))

SLIPS = {
    "None": re.compile(r"\bNone\b"),
    "template code": re.compile(r"\{\{|\}\}|\{%|%\}"),
    "an escape": re.compile(r"&(?:amp|lt|gt|quot|#\d+);"),
    "two spaces": re.compile(r"  "),
    "exclamation marks": re.compile(r"!\s*!"),
}

Json = dict[str, Any]


def check_manners(town: Playground, kept: str = "") -> None:
    """AssertionError with every breach; what people said, or had `kept`, may be said back."""
    bot = town.world.spoken_about(town.token)
    seen = [event.body for screen in bot.screens.values() for event in screen.since(0)]
    messages = [body["message"] for body in seen if body["type"] in {"message", "edit"}]
    theirs = "\n".join([kept, *(_said(each) for each in messages if each["outgoing"])])
    breaches = [
        f"{breach}: {_text(message)!r} {_labels(message)}"
        for message in messages
        if not message["outgoing"]
        for breach in breaches_of(message, theirs)
    ]
    commands = bot.shown_commands("")
    if len(commands) > MOST_COMMANDS:
        breaches.append(f"{len(commands)} commands in the menu, at most {MOST_COMMANDS}")
    assert not breaches, "\n".join(dict.fromkeys(breaches))


def breaches_of(message: Json, theirs: str = "") -> Iterator[str]:
    """What is wrong with one message of the bot's."""
    buttons = _buttons(message)
    choices = [button for button in buttons if not _is_entry(button)]
    if len(choices) > MOST_CHOICES:
        yield f"{len(choices)} buttons that are no names, at most {MOST_CHOICES}"
    for button in buttons:
        data = button.get("callback_data", "")
        if len(data.encode()) > MOST_BYTES:
            yield f"{data!r} is longer than {MOST_BYTES} bytes"
    for slip, pattern in SLIPS.items():
        if pattern.search(_text(message)) and not pattern.search(theirs):
            yield f"shows {slip}"


def _is_entry(button: Json) -> bool:
    verb, _, _ = button.get("callback_data", "").partition(":")
    return verb in ENTRIES and button["text"] not in NO_NAMES


def _said(message: Json) -> str:
    """What a person said, or the name of somebody they shared."""
    return _text(message) or str(message.get("contact", {}).get("first_name", ""))


def _text(message: Json) -> str:
    return str(message.get("text", message.get("caption", "")))


def _buttons(message: Json) -> list[Json]:
    keyboard = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in keyboard for button in row]


def _labels(message: Json) -> list[str]:
    return [button["text"] for button in _buttons(message)]
