"""What speaks for getting in touch, and how much."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from rapport.dates import LeapDay
from rapport.nudges.cadence import effective_cadence, ratio
from rapport.nudges.policy import plan
from rapport.nudges.state import FollowUp, OpenPromise, State
from storage.types import Circle, PartialDate
from tests.rapport.nudges.builders import TODAY, acquaintance, day, person, plan_for, reasons_for


@pytest.mark.parametrize(
    ("circle", "own", "days"),
    [
        (Circle.INNER, None, 14),
        (Circle.CLOSE, None, 30),
        (Circle.ACTIVE, None, 90),
        (Circle.WIDE, None, 180),
        (Circle.DORMANT, None, 365),
        (Circle.INNER, 42, 42),  # the contact's own wish wins
        (None, 42, 42),
        (None, None, None),  # nothing wanted, nothing tracked
    ],
)
def test_the_wanted_interval(circle: Circle | None, own: int | None, days: int | None) -> None:
    assert effective_cadence(circle, own) == days


@pytest.mark.parametrize(
    ("circle", "days", "points"),
    [
        (Circle.ACTIVE, 90, 40),  # due today
        (Circle.ACTIVE, 135, 70),  # half as late again
        (Circle.ACTIVE, 270, 90),  # thrice the interval: it never stops growing
        (Circle.INNER, 90, 52),  # the closer, the weightier
        (Circle.DORMANT, 90, 30),
    ],
)
def test_points_of_a_rhythm_grow_with_the_silence(circle: Circle, days: int, points: float) -> None:
    (reason,) = reasons_for(person(circle=circle, cadence_days=90, last_touch=day(-days)))
    assert reason.kind == "cadence"
    assert reason.points == pytest.approx(points)
    assert reason.about == {"due": True, "days": days, "every": 90}


def test_a_touch_resets_the_clock() -> None:
    assert plan_for(person(last_touch=day(-30)))
    assert not plan_for(person(last_touch=day(0)))


def test_a_rhythm_that_is_nearly_due_adds_to_another_reason_but_is_none_alone() -> None:
    nearly = person(last_touch=day(-28))
    assert not plan_for(nearly)
    kinds = [reason.kind for reason in reasons_for(nearly, follow_ups=(FollowUp(5, 1, TODAY),))]
    assert kinds == ["follow-up", "cadence"]


def test_a_thousand_who_were_never_touched_come_due_spread_over_the_interval() -> None:
    people = [
        person(number, circle=Circle.WIDE, cadence_days=180, tracked_since=TODAY, last_touch=None)
        for number in range(1000)
    ]
    due_on = [
        next(
            days
            for days in range(200)
            if (along := ratio(someone, TODAY + timedelta(days=days))) and along >= 1
        )
        for someone in people
    ]
    assert max(due_on) <= 180
    assert max(map(due_on.count, set(due_on))) <= 2.5 * 1000 / 180 + 3


@pytest.mark.parametrize(
    ("by_me", "due", "expected"),
    [
        (True, 1, []),  # not due yet
        (True, 0, [("promise-mine", 45)]),
        (True, -3, [("promise-mine", 60)]),
        (True, -40, [("promise-mine", 70)]),  # it does not grow for ever
        (True, None, []),  # no day was named
        (False, 0, []),  # theirs has until the end of the day
        (False, -1, [("promise-theirs", 20)]),
    ],
)
def test_promises(by_me: bool, due: int | None, expected: list[tuple[str, float]]) -> None:
    promise = OpenPromise(7, 1, by_me, "send the deck", None if due is None else day(due))
    found = reasons_for(acquaintance(), promises=(promise,))
    assert [(reason.kind, reason.points) for reason in found] == expected
    assert all(reason.about["what"] == "send the deck" for reason in found)
    assert all(reason.about["promise_id"] == 7 for reason in found)


@pytest.mark.parametrize(
    ("on", "touched", "points"),
    [
        (1, -30, None),  # tomorrow is not today
        (0, -30, 50),
        (-2, -30, 30),
        (-30, -40, 10),  # asked for, so never forgotten
        (-2, -1, None),  # they have been in touch since
        (0, -1, 50),  # a touch before the day does not count for it
    ],
)
def test_follow_ups(on: int, touched: int, points: float | None) -> None:
    someone = acquaintance(last_touch=day(touched))
    found = reasons_for(someone, follow_ups=(FollowUp(3, 1, day(on), "ask about the permit"),))
    assert [reason.points for reason in found] == ([] if points is None else [points])


@pytest.mark.parametrize(
    ("born", "points"),
    [
        (PartialDate(3, 18), 60),  # today, the year unknown
        (PartialDate(3, 18, 1984), 60),
        (PartialDate(3, 17), 30),  # belated
        (PartialDate(3, 15), 10),
        (PartialDate(3, 14), None),  # too late to say
        (PartialDate(3, 19), None),  # tomorrow
    ],
)
def test_birthdays(born: PartialDate, points: float | None) -> None:
    found = reasons_for(acquaintance(birthday=born))
    assert [reason.points for reason in found] == ([] if points is None else [points])


@pytest.mark.parametrize("change", [{"last_touch": day(-1)}, {"last_nudged": day(-1)}])
def test_a_belated_birthday_is_not_said_twice(change: dict[str, Any]) -> None:
    assert not plan_for(acquaintance(birthday=PartialDate(3, 17), **change))


def test_birthdays_are_kept_across_the_new_year() -> None:
    state = State((acquaintance(birthday=PartialDate(12, 31)),))
    (nudge,) = plan(state, date(2027, 1, 1))
    assert nudge.reasons[0].about == {"on": "2026-12-31", "late": 1}


@pytest.mark.parametrize(
    ("leap_day", "today"),
    [
        (LeapDay.FEBRUARY_28, date(2026, 2, 28)),
        (LeapDay.MARCH_1, date(2026, 3, 1)),
        (LeapDay.FEBRUARY_28, date(2028, 2, 29)),  # it has a day of its own
        (LeapDay.MARCH_1, date(2028, 2, 29)),
    ],
)
def test_29_february_is_kept_once_a_year(leap_day: LeapDay, today: date) -> None:
    someone = acquaintance(birthday=PartialDate(2, 29), last_touch=None)
    state = State((someone,), leap_day=leap_day)
    days = [date(today.year, 1, 1) + timedelta(days=number) for number in range(365)]
    assert [on for on in days for nudge in plan(state, on) if nudge.points == 60] == [today]


@pytest.mark.parametrize(
    ("ago", "points"),
    [
        (0, None),  # still there
        (1, 55),
        (2, 55),
        (8, 27.5),
        (14, None),
    ],
)
def test_after_an_event_the_first_two_days_are_best(ago: int, points: float | None) -> None:
    someone = acquaintance(last_touch=day(-ago), met_event_on=day(-ago), event="PyData Berlin")
    found = reasons_for(someone)
    assert [reason.points for reason in found] == ([] if points is None else [points])
    assert all(reason.about["event"] == "PyData Berlin" for reason in found)


@pytest.mark.parametrize("change", [{"last_touch": day(-4)}, {"last_nudged": day(-4)}])
def test_after_an_event_it_is_said_once(change: dict[str, Any]) -> None:
    someone = acquaintance(**{"met_event_on": day(-5), "last_touch": day(-5)} | change)
    assert not plan_for(someone)
