"""The short form: some hundreds of inputs, and what Hypothesis thinks of."""

from __future__ import annotations

from random import Random
from time import thread_time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.capture.understand import read
from rapport.contacts.rosters import Rosters
from storage.outbox import Outbox
from tests.rapport.capture.builders import context
from tests.torture import hostile
from tests.torture.input import shortest, texts, tried, updates
from tests.torture.verbs import verbs

VERBS = verbs()


def test_every_verb_that_takes_words_is_found() -> None:
    assert len(VERBS) > 30
    for name in ("capture.understand.read", "names.clean", "places.zones_for"):
        assert f"rapport.{name}" in VERBS


def test_any_text_is_taken() -> None:
    verdict = texts(1_000, 1)
    assert verdict.held, verdict


@pytest.mark.slow
async def test_any_update_is_answered() -> None:
    verdict = await updates(400, 1)
    assert verdict.held, verdict.note


@pytest.mark.slow
@pytest.mark.parametrize("place", [(Outbox, "add"), (Rosters, "read")], ids=["writer", "reader"])
async def test_what_a_thread_of_the_database_takes_is_counted(
    monkeypatch: pytest.MonkeyPatch, place: tuple[Any, str]
) -> None:
    real, takes = getattr(*place), iter([1.2])

    def slow_once(*given: Any, **named: Any) -> Any:
        end = thread_time() + next(takes, 0.0)
        while thread_time() < end:
            pass
        return real(*given, **named)

    monkeypatch.setattr(*place, slow_once)
    verdict = await updates(60, 1)
    assert verdict.doubled == 1
    assert not verdict.held


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_whatever_is_made_up_is_read(random: Random) -> None:
    read(hostile.text(random, 400), context())


@settings(deadline=None, max_examples=100)
@given(st.text(st.characters(), max_size=400))
def test_any_letters_are_taken_by_every_verb(words: str) -> None:
    for name, verb in VERBS.items():
        if "places" not in name:
            verb(words, Random(1))


def test_a_text_that_breaks_something_is_made_short() -> None:
    def verb(words: str, _: object) -> object:
        return words.index("!") if "\0" in words else 0

    words = "Met Ana \0 at Slush"
    assert shortest(verb, words, tried(verb, words)[0]) == "\0"


def test_made_up_texts_fit_a_message() -> None:
    random = Random(3)
    for _ in range(2_000):
        words = hostile.text(random)
        assert len(words.encode("utf-16-le", "surrogatepass")) <= 2 * hostile.LONGEST_TEXT
        assert len(hostile.data(random, ["c:1"]).encode()) <= hostile.LONGEST_DATA
