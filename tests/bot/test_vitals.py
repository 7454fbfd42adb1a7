"""What is wrong, and what of it the operator hears: tables of looks and of what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.vitals import (
    HAPPENS_ONCE,
    Course,
    Limits,
    News,
    Trouble,
    Vitals,
    news_of,
    troubles,
    waited,
)
from storage.alerts import Alert

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIMITS = Limits(refusal=20, tick=300, intake=300, outbox=900, backup=1000)
WELL = Vitals(True, None, 10, 0, 0, NOW, 10)
LASTING = set(Trouble) - HAPPENS_ONCE


@pytest.mark.parametrize(
    ("vitals", "wrong"),
    [
        (WELL, set()),
        (replace(WELL, last_tick=300), set()),  # a limit may be reached
        (replace(WELL, last_tick=301), {Trouble.TICK}),
        (replace(WELL, intake_lag=301), {Trouble.INTAKE}),
        (replace(WELL, outbox_age=901), {Trouble.OUTBOX}),
        (replace(WELL, backup_age=1001), {Trouble.BACKUP}),
        (replace(WELL, backup_age=None), set()),  # none are made
        (replace(WELL, last_tick=999, outbox_age=999), {Trouble.TICK, Trouble.OUTBOX}),
        (replace(WELL, last_refusal=20), set()),
        (replace(WELL, last_refusal=19), {Trouble.DATABASE}),
        (replace(WELL, database_answers=False), {Trouble.DATABASE}),
        # What follows from it is not told as well.
        (replace(WELL, last_refusal=1, intake_lag=999, last_tick=999), {Trouble.DATABASE}),
    ],
)
def test_what_is_wrong(vitals: Vitals, wrong: set[Trouble]) -> None:
    judged = troubles(vitals, LIMITS)
    assert {each for each, is_wrong in judged.items() if is_wrong} == wrong


def test_nothing_is_judged_well_that_cannot_be_known() -> None:
    away = Vitals(False, 1, 10, None, None, None, None)
    assert troubles(away, LIMITS) == {Trouble.DATABASE: True}
    assert set(troubles(WELL, LIMITS)) == LASTING


W, o = True, False


@pytest.mark.parametrize(
    ("looks", "told"),
    [
        ([o, o, o, o], {}),
        ([W, W, o, o, W, W, o], {}),  # never wrong for two minutes on end
        ([W, W, W, W, W], {2: News.WRONG}),  # once, however long it lasts
        ([W, W, W, o, W, W, W, o, W], {2: News.WRONG}),  # flapping tells nothing more
        ([W, W, W, o, o, o, o], {2: News.WRONG, 5: News.OVER}),
        ([W, W, W, o, o, o, W, W, W], {2: News.WRONG, 5: News.OVER, 8: News.WRONG}),
        ([W, W, W, o, o, W, o, o, o], {2: News.WRONG, 8: News.OVER}),
        # The second time it must stay well for twice as long.
        (
            [W, W, W, o, o, o, W, W, W, o, o, o, W, o, o, o, o, o],
            {2: News.WRONG, 5: News.OVER, 8: News.WRONG, 17: News.OVER},
        ),
    ],
)
def test_what_a_course_tells(looks: list[bool], told: dict[int, News]) -> None:
    """One look a minute, two minutes of patience; every piece of news arrives."""
    assert told_of(looks) == told


def told_of(looks: list[bool]) -> dict[int, News]:
    course, heard = Course(), {}
    for minute, is_wrong in enumerate(looks):
        course = course.seen(is_wrong=is_wrong, at=minute * 60)
        said = course.news(minute * 60, 120)
        if said is not None:
            heard[minute] = said
            course = course.told(said)
    return heard


@pytest.mark.parametrize("minutes", [1, 3, 5, 10, 20])
def test_what_comes_and_goes_is_soon_told_of_no_more(minutes: int) -> None:
    day = [(minute // minutes) % 2 == 0 for minute in range(24 * 60)]
    assert len(told_of(day)) <= 11


def test_a_quiet_day_makes_up_for_what_came_and_went() -> None:
    looks = [W, W, W, o, o, o, *[o] * 24 * 60, W, W, W, o, o, o]
    assert list(told_of(looks).values()) == [News.WRONG, News.OVER] * 2


def test_news_that_did_not_arrive_is_news_again_as_long_as_it_is_so() -> None:
    course = Course().seen(is_wrong=True, at=0)
    for at in (120, 180):
        course = course.seen(is_wrong=True, at=at)
        assert course.news(at, 120) is News.WRONG
    assert course.seen(is_wrong=False, at=240).news(400, 120) is None


@pytest.mark.parametrize(
    ("told_at", "expected"),
    [
        (None, [(Trouble.SET_ASIDE, News.WRONG)]),
        (NOW - timedelta(hours=23), []),
        (NOW - timedelta(days=1), [(Trouble.SET_ASIDE, News.OVER)]),
    ],
)
def test_what_happens_once_is_told_at_once_and_not_again_for_a_day(
    told_at: datetime | None, expected: list[tuple[Trouble, News]]
) -> None:
    noted = [Alert("set-aside", NOW - timedelta(days=2), told_at), Alert("outbox", NOW, None)]
    assert list(news_of(noted, NOW)) == expected


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 0), (1, 1), (2, 3), (3, 8), (5, 18)])
def test_how_long_a_letter_was_tried(attempts: int, seconds: float) -> None:
    assert waited(attempts, (1.0, 2.0, 5.0)) == seconds
