"""No text of the longest sort keeps a regular expression busy."""

from __future__ import annotations

import re

import pytest

from tests.torture.hostile import LONGEST_TEXT
from tests.torture.patterns import Found, patterns, slowest

AT_ONCE = 0.05  # seconds

# Put together when they are needed. Those of a person's words escape them.
MADE = {
    "handlers.buttons": "what a button says, of at most 64 bytes",
    "rapport.english": "the names of somebody, escaped; no repetition beyond a word",
    "rapport.places": "a city's name, escaped, of at most 80 letters, over a table of our own",
}

KNOWN, SITES = patterns()


def test_every_expression_is_looked_at() -> None:
    assert len(KNOWN) > 45
    assert set(SITES) == set(MADE)


@pytest.mark.parametrize("found", KNOWN, ids=lambda found: found.where.rpartition(":")[0])
def test_the_hardest_text_is_gone_through_at_once(found: Found) -> None:
    longest, text = slowest(found.pattern, LONGEST_TEXT)
    assert longest < AT_ONCE, f"{found.where}: {found.pattern.pattern!r} on {text[:40]!r}…"


@pytest.mark.parametrize(
    "pattern",
    [r"\s+$", r",?\s+(?:inc|ltd)\.?$", r"\w{2,}(?:ovich|ovna)", r"<[^>]+>x"],
)
def test_an_expression_that_is_slow_is_found_out(pattern: str) -> None:
    short, _ = slowest(re.compile(pattern), 200)
    long, _ = slowest(re.compile(pattern), 1600)
    # Eight times the text: what is linear takes 8 times as long, what is quadratic 64 times.
    assert long > 20 * short
