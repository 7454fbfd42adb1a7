"""The digest on a real notebook: who is named, how it stands later, and what an answer changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from rapport.journeys.digest import (
    Digest,
    digest,
    done,
    line_of,
    note_down,
    picked,
    skip,
    snooze,
)
from storage import nudges, promises, reminders
from storage.database import Database
from storage.notebook import Notebook
from storage.types import Circle, PartialDate, Status
from storage.unit import Unit
from tests.builders import (
    A_DAY,
    NOW,
    OWNER,
    TODAY,
    a_contact,
    a_promise,
    a_reminder,
    an_interaction,
    an_owner,
)
from tests.timing import seconds

MONTH_AGO = TODAY - 31 * A_DAY


def due(notebook: Notebook, name: str = "Ada Lovelace", **values: Any) -> int:
    """Somebody close who was last touched a month ago."""
    usual: dict[str, Any] = {
        "circle": Circle.CLOSE,
        "tracked_since": MONTH_AGO,
        "last_touch": MONTH_AGO,
    }
    return a_contact(notebook, name, **{**usual, **values})


def planned(notebook: Notebook, day_offset: int = 0) -> Digest:
    """The digest of a day, planned as the bot plans it."""
    day = TODAY + day_offset * A_DAY
    note_down(notebook, picked(notebook, day), day)
    return digest(notebook, day)


def names(found: Digest) -> list[str]:
    return [line.contact.name for line in found.lines]


async def on_a_notebook(database: Database, work: Callable[[Notebook], object]) -> None:
    """Run the work on the notebook of a new owner."""

    def unit_of_work(unit: Unit) -> None:
        work(an_owner(unit))

    await database.run(unit_of_work)


# --- who is named -------------------------------------------------------------------------------


async def test_people_are_named_with_their_reasons_and_what_helps_to_write(
    database: Database,
) -> None:
    def work(notebook: Notebook) -> None:
        ada = a_contact(notebook, tracked_since=MONTH_AGO, circle=Circle.CLOSE)
        an_interaction(notebook, ada, on=MONTH_AGO, topics="engines")
        an_interaction(notebook, ada, on=MONTH_AGO, kind="message")
        notebook.facts.add(ada, "need", "a printer", learned_on=TODAY)
        notebook.facts.add(ada, "need", "a divorce", learned_on=TODAY, is_private=True)
        a_promise(notebook, ada, "send the slides", due_on=TODAY)
        a_promise(notebook, ada, "read the notes")
        notebook.promises.add(ada, "pay", by_me=False, made_on=TODAY)
        (line,) = planned(notebook).lines
        assert [reason.kind for reason in line.reasons] == ["cadence", "promise-mine"]
        assert line.last is not None
        assert line.last.topics == "engines"
        assert line.needs == ("a printer",)
        assert [promise.what for promise in line.also_owed] == ["read the notes"]
        assert line.occasion == "follow-up"

    await on_a_notebook(database, work)


@pytest.mark.parametrize(
    ("values", "occasion"),
    [
        ({}, "check-in"),
        ({"last_touch": TODAY - 300 * A_DAY, "met_on": TODAY - A_DAY, "met_at": "X"}, "follow-up"),
        ({"last_touch": None, "tracked_since": TODAY - 90 * A_DAY}, "outreach"),
        ({"birthday": PartialDate(TODAY.month, TODAY.day)}, "birthday"),
        ({"last_touch": None, "birthday": PartialDate(TODAY.month, TODAY.day)}, "birthday"),
        (
            {"circle": None, "met_on": TODAY - A_DAY, "met_at": "PyData", "last_touch": None},
            "follow-up",
        ),
    ],
)
async def test_a_draft_has_the_occasion_of_the_weightiest_reason(
    database: Database, values: dict[str, Any], occasion: str
) -> None:
    def work(notebook: Notebook) -> None:
        due(notebook, **values)
        assert [line.occasion for line in planned(notebook).lines] == [occasion]

    await on_a_notebook(database, work)


@pytest.mark.parametrize(
    "values",
    [
        {"tracked_since": None},
        {"last_touch": TODAY - A_DAY},
        {"snoozed_until": TODAY + A_DAY},
        {"status": Status.ARCHIVED},
        {"status": Status.DECEASED},
        {"circle": None},
    ],
)
async def test_nobody_is_named_without_a_reason(database: Database, values: dict[str, Any]) -> None:
    def work(notebook: Notebook) -> None:
        due(notebook, **values)
        assert planned(notebook).is_empty

    await on_a_notebook(database, work)


async def test_somebody_untracked_is_named_for_what_is_owed(database: Database) -> None:
    def work(notebook: Notebook) -> None:
        a_promise(notebook, a_contact(notebook, "Ana"), due_on=TODAY)
        a_reminder(notebook, a_contact(notebook, "Ben"), TODAY)
        a_reminder(notebook, a_contact(notebook, "Caro"), TODAY, due_at=NOW)  # rings by itself
        a_reminder(notebook, a_contact(notebook, "Dan"), TODAY + A_DAY)
        assert sorted(names(planned(notebook))) == ["Ana", "Ben"]

    await on_a_notebook(database, work)


async def test_the_owner_sets_the_cap_and_the_leap_day(database: Database) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit, preferences={"cap": 5, "leap_day": "1 Mar"})
        leap = due(notebook, "Leap", birthday=PartialDate(2, 29), last_touch=TODAY - 10 * A_DAY)
        for number in range(9):
            due(notebook, f"Person {number}")
        found = planned(notebook, -1)  # 1 March 2026
        assert len(found.lines) == 5
        assert found.lines[0].contact.id == leap

    await database.run(work)


async def test_the_day_is_topped_up_but_never_beyond_the_cap(database: Database) -> None:
    def work(notebook: Notebook) -> None:
        due(notebook, "Ana")
        assert names(planned(notebook)) == ["Ana"]
        for name in ("Ben", "Caro", "Dan"):
            due(notebook, name)
        first = planned(notebook)
        assert len(first.lines) == 3
        assert names(first)[0] == "Ana"
        assert planned(notebook) == first

    await on_a_notebook(database, work)


async def test_what_was_promised_for_today_is_told_even_when_the_day_is_full(
    database: Database,
) -> None:
    def work(notebook: Notebook) -> None:
        for number in range(5):
            someone = a_contact(notebook, f"Person {number}")
            a_promise(notebook, someone, f"send {number}", due_on=TODAY)
        quiet = a_contact(notebook, "Quiet", snoozed_until=TODAY + A_DAY)
        a_promise(notebook, quiet, due_on=TODAY)
        found = planned(notebook)
        told = {*names(found), *(contact.name for _, contact in found.also_due)}
        assert len(found.lines) == 3
        assert told == {f"Person {number}" for number in range(5)}

    await on_a_notebook(database, work)


async def test_things_to_do_with_nobody_stay_until_they_are_done(database: Database) -> None:
    def work(notebook: Notebook) -> None:
        late = a_reminder(notebook, on=TODAY - A_DAY)
        a_reminder(notebook, on=TODAY + A_DAY)
        a_reminder(notebook, on=TODAY, due_at=NOW)
        found = planned(notebook)
        assert [task.id for task in found.tasks] == [late]
        assert not found.is_empty
        notebook.reminders.settle(late, reminders.DONE)
        assert planned(notebook).is_empty

    await on_a_notebook(database, work)


# --- how it stands later ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("touched_on", "is_touch", "state"),
    [
        (TODAY, True, nudges.DONE),
        (TODAY - 2 * A_DAY, True, nudges.DONE),  # told late: the rhythm starts from there
        (TODAY, False, nudges.OPEN),
    ],
)
async def test_a_touch_told_meanwhile_answers_the_nudge(
    database: Database, touched_on: date, is_touch: bool, state: str
) -> None:
    def work(notebook: Notebook) -> None:
        ada = due(notebook)
        planned(notebook)
        notebook.interactions.add([ada], "call", touched_on, now=NOW, is_touch=is_touch)
        assert [line.state for line in digest(notebook, TODAY).lines] == [state]

    await on_a_notebook(database, work)


async def test_a_touch_before_the_day_in_question_does_not_answer_it(database: Database) -> None:
    def work(notebook: Notebook) -> None:
        ada = due(notebook, birthday=PartialDate(TODAY.month, TODAY.day))
        planned(notebook)
        an_interaction(notebook, ada, on=TODAY - A_DAY)
        assert not digest(notebook, TODAY).is_empty
        an_interaction(notebook, ada, on=TODAY)
        assert digest(notebook, TODAY).is_empty

    await on_a_notebook(database, work)


async def test_a_touch_of_before_the_nudge_does_not_answer_it(database: Database) -> None:
    def work(notebook: Notebook) -> None:
        ada = a_contact(notebook)
        a_promise(notebook, ada, due_on=TODAY)
        an_interaction(notebook, ada, on=TODAY)
        assert not planned(notebook).is_empty

    await on_a_notebook(database, work)


@pytest.mark.parametrize("status", [Status.DECEASED, Status.DO_NOT_CONTACT, Status.ARCHIVED])
async def test_somebody_not_to_be_approached_any_more_leaves_the_digest(
    database: Database, status: Status
) -> None:
    def work(notebook: Notebook) -> None:
        ada = due(notebook)
        planned(notebook)
        notebook.contacts.change(ada, status=status)
        assert digest(notebook, TODAY).is_empty

    await on_a_notebook(database, work)


# --- answers ------------------------------------------------------------------------------------


async def test_done_is_a_touch_and_keeps_what_was_named(database: Database) -> None:
    def work(notebook: Notebook) -> None:
        ada = due(notebook)
        named = a_promise(notebook, ada, due_on=TODAY)
        later = a_promise(notebook, ada, "read the notes", due_on=TODAY + A_DAY)
        asked = a_reminder(notebook, ada, TODAY - A_DAY)
        rings = a_reminder(notebook, ada, TODAY, due_at=NOW)
        (line,) = planned(notebook).lines
        for _ in range(2):
            done(notebook, line_of(notebook, line.nudge_id), TODAY, NOW)
        (touch,) = notebook.interactions.of(ada, limit=9)
        assert (touch.kind, touch.happened_on, touch.is_touch) == ("message", TODAY, True)
        assert notebook.contacts.get(ada).last_touch == TODAY
        assert digest(notebook, TODAY).lines[0].state == nudges.DONE
        assert notebook.promises.get(named).state == promises.DONE
        assert notebook.promises.get(later).state == promises.OPEN
        assert notebook.reminders.get(asked).state == reminders.DONE
        assert notebook.reminders.get(rings).state == reminders.OPEN

    await on_a_notebook(database, work)


async def test_snoozed_for_a_week(database: Database) -> None:
    def work(notebook: Notebook) -> None:
        due(notebook)
        (line,) = planned(notebook).lines
        snooze(notebook, line, TODAY)
        snooze(notebook, line_of(notebook, line.nudge_id), TODAY + A_DAY)
        assert digest(notebook, TODAY).is_empty
        assert [planned(notebook, days).is_empty for days in (1, 6, 7)] == [True, True, False]

    await on_a_notebook(database, work)


async def test_a_skipped_rhythm_rests_for_one_cycle(database: Database) -> None:
    def work(notebook: Notebook) -> None:
        due(notebook)
        (line,) = planned(notebook).lines
        skip(notebook, line)
        assert digest(notebook, TODAY).is_empty
        assert [planned(notebook, days).is_empty for days in (1, 4, 29, 30)] == [
            True,
            True,
            True,
            False,
        ]

    await on_a_notebook(database, work)


async def test_a_skip_silences_only_what_was_named(database: Database) -> None:
    def work(notebook: Notebook) -> None:
        soon = TODAY + 5 * A_DAY
        ada = due(notebook, birthday=PartialDate(soon.month, soon.day))
        a_promise(notebook, ada, "send the slides", due_on=TODAY)
        a_promise(notebook, ada, "read the notes", due_on=soon)
        a_reminder(notebook, ada, TODAY)
        (line,) = planned(notebook).lines
        assert len(line.reasons) == 3
        skip(notebook, line)
        assert planned(notebook, 4).is_empty
        (later,) = planned(notebook, 5).lines
        assert [reason.kind for reason in later.reasons] == ["birthday", "promise-mine"]
        assert later.reasons[1].about["what"] == "read the notes"

    await on_a_notebook(database, work)


@pytest.mark.parametrize("answers", [("done", "skip"), ("skip", "done"), ("snooze", "done")])
async def test_the_first_answer_stands(database: Database, answers: Sequence[str]) -> None:
    def work(notebook: Notebook) -> None:
        due(notebook)
        (line,) = planned(notebook).lines
        deeds: dict[str, Callable[[], None]] = {
            "done": lambda: done(notebook, line_of(notebook, line.nudge_id), TODAY, NOW),
            "skip": lambda: skip(notebook, line_of(notebook, line.nudge_id)),
            "snooze": lambda: snooze(notebook, line_of(notebook, line.nudge_id), TODAY),
        }
        deeds[answers[0]]()
        before = digest(notebook, TODAY)
        deeds[answers[1]]()
        assert digest(notebook, TODAY) == before

    await on_a_notebook(database, work)


# --- how long it takes --------------------------------------------------------------------------


async def test_five_thousand_contacts_are_planned_for_at_once(sqlite_url: str) -> None:
    database = Database(sqlite_url)

    def fill(unit: Unit) -> None:
        notebook = an_owner(unit)
        for number in range(5000):
            ago = timedelta(days=number % 200)
            person = due(
                notebook,
                f"Person {number}",
                last_touch=TODAY - ago,
                birthday=PartialDate(1 + number % 12, 1 + number % 28),
            )
            if number % 10 == 0:
                a_promise(notebook, person, due_on=TODAY - ago)

    def three(unit: Unit) -> int:
        return len(picked(Notebook(unit, OWNER), TODAY))

    try:
        await database.run(fill)
        assert await database.read(three) == 3
        assert await database.read(lambda unit: seconds(lambda: three(unit))) < 0.6
    finally:
        database.close()
