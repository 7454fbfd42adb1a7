"""The guard over everything the bot says: what it lets pass, and what it does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.manners import breaches_of


def a_message(text: str = "Kept.", *buttons: tuple[str, str]) -> dict[str, Any]:
    """Something the bot says, with a row of buttons: their words and their data."""
    row = [{"text": words, "callback_data": data} for words, data in buttons]
    return {"text": text, "reply_markup": {"inline_keyboard": [row]}}


FOUR = [("Draft", "draft:1"), ("Done", "done:1"), ("Snooze", "snooze:1"), ("Skip", "skip:1")]
NAMES = [(f"Anna {number}", f"nudge:{number}") for number in range(12)]


@pytest.mark.parametrize(
    ("message", "theirs"),
    [
        (a_message(), ""),
        (a_message("Today", *FOUR, *NAMES), ""),  # the open line of a digest
        (a_message("Nonesuch! A walk & a talk.\n\n• one"), ""),
        (a_message("Met {{ 7 * 7 }}"), "Met {{ 7 * 7 }} today"),  # the owner's own words
    ],
)
def test_what_passes(message: dict[str, Any], theirs: str) -> None:
    assert list(breaches_of(message, theirs)) == []


@pytest.mark.parametrize(
    ("message", "breach"),
    [
        (a_message("How?", *FOUR, ("Message", "log-how:message")), "5 buttons that are no names"),
        (a_message("How?", *FOUR, ("Back", "c:1")), "5 buttons that are no names"),
        (a_message("Who?", ("Anna", "c:" + "1" * 63)), "longer than 64 bytes"),
        (a_message("Met None at Finch"), "shows None"),
        (a_message("Dear {{ name }}"), "shows template code"),
        (a_message("{% if due %}"), "shows template code"),
        (a_message("Tom &amp; Ada"), "shows an escape"),
        (a_message("Met  Anna"), "shows two spaces"),
        (a_message("Great!!"), "shows exclamation marks"),
    ],
)
def test_what_does_not(message: dict[str, Any], breach: str) -> None:
    (found,) = breaches_of(message)
    assert breach in found
