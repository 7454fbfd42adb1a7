"""A guided log: what each answer means, and the entry they make together."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from rapport.capture.guided import Log, Said, day_in, follow_up_in, kind_in, promises_in
from rapport.capture.reading import Intent, Kind, Promise, Ref, When

SAID = Said(datetime(2026, 3, 4, 11, 0, tzinfo=UTC), ZoneInfo("Europe/Berlin"))  # a Wednesday noon


def on(month: int, day: int) -> date:
    return date(2026, month, day)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("zoom", Kind.VIDEO),
        ("We had lunch", Kind.LUNCH),
        ("called", Kind.CALL),
        ("Breakfast", Kind.BREAKFAST),
        ("video call", Kind.VIDEO),
        ("emailed", Kind.EMAIL),
        ("we met for coffee", Kind.COFFEE),
        ("talked over zoom", Kind.VIDEO),
        ("we met and talked", Kind.MET),
        ("ran into her", Kind.MET),
        ("wrote to her", Kind.MESSAGE),
        ("telepathy", None),
        ("🙂", None),
    ],
)
def test_how_they_were_in_touch(words: str, kind: Kind | None) -> None:
    assert kind_in(words) is kind


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", on(3, 4)),
        ("yesterday", on(3, 3)),
        ("Tuesday", on(3, 3)),
        ("sun", on(3, 1)),
        ("the 2nd", on(3, 2)),
        ("2/3", on(3, 2)),
        ("two weeks ago", on(2, 18)),
        ("2026-02-28", on(2, 28)),
        ("tomorrow", None),  # still to come
        ("in 2 weeks", None),
        ("whenever", None),
        ("", None),
    ],
)
def test_when_they_were_in_touch(words: str, day: date | None) -> None:
    assert day_in(words, SAID) == day


@pytest.mark.parametrize(
    ("words", "day", "clock", "task"),
    [
        ("in 2 weeks", on(3, 18), None, None),
        ("two weeks", on(3, 18), None, None),
        ("Tuesday at 3", on(3, 10), time(15), None),
        ("Tuesday at 9", on(3, 10), time(9), None),
        ("tuesday at 16", on(3, 10), time(16), None),
        ("Tuesday at 3pm", on(3, 10), time(15), None),
        ("tomorrow 9:30", on(3, 5), time(9, 30), None),
        ("in an hour", on(3, 4), time(13), None),
        ("today at 3", on(3, 4), time(15), None),
        ("call her Friday about the deck", on(3, 6), None, "call her about the deck"),
    ],
)
def test_when_to_come_back_to_it(
    words: str, day: date, clock: time | None, task: str | None
) -> None:
    found = follow_up_in(words, SAID)
    assert found is not None
    when, what = found
    assert (when.day, when.time, what) == (day, clock, task)


@pytest.mark.parametrize("words", ["yesterday", "today at 9", "later", ""])
def test_no_time_to_come(words: str) -> None:
    assert follow_up_in(words, SAID) is None


@pytest.mark.parametrize(
    ("words", "by_me", "what", "due"),
    [
        ("send deck by Friday", True, "send deck", on(3, 6)),
        ("to send her the deck", True, "send her the deck", None),
        ("I promised the slides by Friday", True, "the slides", on(3, 6)),
        ("pay and send it by Friday", True, "pay and send it", on(3, 6)),
        ("intro to Ben", True, "intro to Ben", None),
        ("she will send slides", False, "send slides", None),
        ("Anna owes me a beer", False, "a beer", None),
    ],
)
def test_what_was_promised(words: str, by_me: bool, what: str, due: date | None) -> None:
    found = promises_in(words, "Anna Kovač", SAID)
    assert found is not None
    (promise,) = found
    assert (promise.by_me, promise.who, promise.what) == (by_me, "Anna Kovač", what)
    assert (promise.due and promise.due.day) == due


def test_nothing_promised_is_an_answer_and_a_day_alone_is_none() -> None:
    assert promises_in("Nothing.", "Anna", SAID) == ()
    assert promises_in("by Friday", "Anna", SAID) is None


FULL = Log(
    "Anna Kovač",
    7,
    Kind.CALL,
    on(3, 3),
    "vector DBs",
    (Promise(True, "Anna Kovač", "send deck", When(on(3, 6), on(3, 6))),),
    When(on(3, 10), on(3, 10), time(15)),
    "call",
)


@pytest.mark.parametrize("log", [FULL, Log("Anna")])
def test_answers_are_remembered_between_two_questions(log: Log) -> None:
    assert Log.of(json.loads(json.dumps(log.stored()))) == log


def test_the_answers_make_the_entry_that_a_message_would_have_made() -> None:
    entry = FULL.entry()
    assert entry.intent is Intent.INTERACTION
    assert [(p.name, p.contact_id) for p in entry.people] == [("Anna Kovač", 7)]
    assert (entry.kind, entry.date, entry.topics) == (
        Kind.CALL,
        When(on(3, 3), on(3, 3)),
        ("vector DBs",),
    )
    assert (entry.promises, entry.follow_up, entry.task) == (
        FULL.promises,
        FULL.follow_up,
        "call",
    )


def test_somebody_new_with_everything_skipped_was_met_on_the_day_of_the_log() -> None:
    entry = Log("Anna").entry()
    assert [person.ref for person in entry.people] == [Ref.NEW]
    assert (entry.kind, entry.date, entry.topics, entry.promises) == (Kind.MET, None, (), ())
