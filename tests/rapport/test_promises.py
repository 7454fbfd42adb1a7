"""Where promises stand on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rapport.promises import Standing, by_standing, standing
from storage.promises import OPEN, Promise

TODAY = date(2026, 3, 17)


def a_promise(number: int = 1, *, by_me: bool = True, due_in: int | None = None) -> Promise:
    due = None if due_in is None else TODAY + timedelta(days=due_in)
    return Promise(number, 1, None, by_me, "send the deck", due, OPEN, None, TODAY)


@pytest.mark.parametrize(
    ("by_me", "due_in", "expected"),
    [
        (True, -1, Standing.LATE),
        (True, 0, Standing.DUE),
        (True, 7, Standing.DUE),
        (True, 8, Standing.LATER),
        (True, None, Standing.LATER),
        (False, -1, Standing.THEIRS),
        (False, None, Standing.THEIRS),
    ],
)
def test_how_a_promise_stands(by_me: bool, due_in: int | None, expected: Standing) -> None:
    assert standing(a_promise(by_me=by_me, due_in=due_in), TODAY) is expected


def test_the_most_pressing_come_first_and_equals_keep_their_order() -> None:
    promises = [
        a_promise(1, by_me=False, due_in=-3),
        a_promise(2),
        a_promise(3, due_in=3),
        a_promise(4, due_in=1),
        a_promise(5, due_in=-1),
    ]
    assert [promise.id for _, promise in by_standing(promises, TODAY)] == [5, 3, 4, 2, 1]
