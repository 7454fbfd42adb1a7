"""The clock set wrong and right on the real process, and days at random; all of it is `python -m
tests.torture`."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import owners
from storage.database import Database
from tests.torture import clocks
from tests.torture.clocks import A_DAY, CHANGES, ZONES
from tests.torture.simulated_days import Came, Count, household, judge, live, ticking
from tests.torture.verdicts import Scale

BEGIN = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)
TICK = timedelta(minutes=5)


@pytest.mark.slow
async def test_a_clock_set_wrong_and_right_loses_and_doubles_nothing(tmp_path: Path) -> None:
    verdicts = await clocks.run_in(tmp_path, Scale(quick=True))
    assert [verdict for verdict in verdicts if not verdict.held] == []


@pytest.fixture(scope="module")
def empty(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database in which nobody stays for longer than an example."""
    path = tmp_path_factory.mktemp("days") / "rapport.sqlite"
    shutil.copy(migrated_file, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@st.composite
def clock_readings(draw: st.DrawFn, days: int = 3) -> list[datetime]:
    """What a clock reads at the ticks: the bot is away at times, and for a while the clock is a
    day ahead or behind. In the end it is right for a day, so that whatever waits for the morning
    that it showed may come."""
    day = draw(st.sampled_from([day for _, day in CHANGES]))
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC) - 2 * A_DAY
    every = timedelta(minutes=draw(st.sampled_from([15, 20, 65])))
    moments = ticking(begin, begin + days * A_DAY, every)
    places = st.integers(0, len(moments))
    for _ in range(draw(st.integers(0, 2))):
        gone = draw(places)
        del moments[gone : gone + draw(places)]
    wrong_from, wrong_until = sorted((draw(places), draw(places)))
    wrong = draw(st.sampled_from([-A_DAY, timedelta(0), A_DAY]))
    moments = [
        at + wrong if wrong_from <= n < wrong_until else at for n, at in enumerate(moments)
    ] or [begin]
    right_again = max(moments)
    return [*moments, *ticking(right_again, right_again + A_DAY, every)]


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(moments=clock_readings(), zone=st.sampled_from(ZONES))
def test_whatever_the_clock_reads_nothing_comes_twice_early_or_at_night(
    empty: Database, moments: list[datetime], zone: str
) -> None:
    days = {at.date() for at in (moments[0], moments[-1], moments[len(moments) // 2])}
    wishes = household(1001, zone, sorted(days))

    async def lived() -> list[Came]:
        came = await live(empty, wishes, moments)
        for each in wishes:
            await empty.run(partial(owners.erase, owner_id=each.owner_id))
        return came

    found = judge(wishes, moments, asyncio.run(lived()), forgiven=len(moments))
    assert (found.doubled, found.untimely) == (0, 0)
    assert found.lost == 0, "reminders; a digest may be lost to a clock that leaves a day out"


# --- the rules themselves -----------------------------------------------------------------------


def _as_it_should_be() -> list[Came]:
    (_, _, early_riser, _) = household(1, "Europe/Berlin", [BEGIN.date()])
    rings = [
        Came(early_riser.owner_id, number, at)
        for number, at in enumerate(early_riser.rings)
        if at >= BEGIN
    ]
    missed = [
        Came(early_riser.owner_id, number, BEGIN + timedelta(hours=1))
        for number, at in enumerate(early_riser.rings)
        if at < BEGIN
    ]
    return [*missed, *rings, Came(early_riser.owner_id, None, BEGIN + timedelta(hours=2.5))]


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        (lambda came: came, Count()),
        (lambda came: came[:-1], Count(lost=1)),
        (lambda came: came[1:], Count(lost=1)),
        (lambda came: [*came, came[-1]], Count(doubled=1)),
        (lambda came: [*came, came[0]], Count(doubled=1)),
        (lambda came: [*came[:-1], _moved(came[-1], -TICK)], Count(untimely=1)),
        (lambda came: [*came[:-1], _moved(came[-1], 15 * 12 * TICK)], Count(untimely=1)),
        (lambda came: [_moved(came[0], -12 * TICK), *came[1:]], Count(untimely=1)),
    ],
)  # fmt: skip
def test_the_rules_see_what_goes_wrong(
    change: Callable[[list[Came]], list[Came]], failure: Count
) -> None:
    wish = household(1, "Europe/Berlin", [BEGIN.date()])[2]
    moments = ticking(BEGIN, BEGIN + timedelta(hours=19), TICK)
    found = judge([wish], moments, change(_as_it_should_be()))
    assert found == Count(8, failure.lost, failure.doubled, failure.untimely)


def _moved(one: Came, by: timedelta) -> Came:
    return Came(one.owner_id, one.number, one.at + by)


def test_every_change_named_is_one() -> None:
    for zone, day in CHANGES:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        offsets = {(noon + n * A_DAY).astimezone(ZoneInfo(zone)).utcoffset() for n in (-2, 2)}
        assert len(offsets) == 2, (zone, day)
