"""What is asked at every tick costs what is due, not what is stored: the plans use indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event

from storage import intake, outbox, owners
from storage.database import engine_for, parse_address
from storage.outbox import Letter
from storage.reminders import due_at_the_clock
from storage.unit import Unit
from tests.builders import NOW, OWNER, an_update

LETTER = Letter(OWNER, 1, OWNER, "sendMessage", {}, NOW, 0, may_repeat=False)
QUESTIONS: dict[str, tuple[Callable[[Unit], object], str]] = {
    "digests": (lambda u: owners.due_for_digest(u, NOW, limit=9), "ix_owners_digest_due"),
    "reminders": (lambda u: due_at_the_clock(u, NOW, limit=9), "ix_reminders_clock"),
    "intake": (
        lambda u: intake.take_over(u, 1, NOW, "a", NOW, limit=9),
        "ix_intake_waiting",
    ),
    "intake ahead": (lambda u: intake.ahead_of(u, an_update(), attempts=3), "ix_intake_waiting"),
    "intake, lease": (lambda u: intake.renew(u, 1, [1, 2], "a", NOW), "autoindex_intake"),
    "outbox": (lambda u: outbox.waiting(u, NOW, limit=9), "ix_outbox_waiting"),
    "outbox of a chat": (lambda u: outbox.first_of(u, OWNER), "ix_outbox_unsettled"),
    "outbox, chats": (outbox.chats_waiting, "ix_outbox_"),
    "outbox, dead senders": (lambda u: outbox.release_dead_senders(u, NOW), "ix_outbox_"),
    "outbox, oldest": (outbox.oldest_waiting, "ix_outbox_waiting"),
    "outbox, most tried": (outbox.most_attempts, "ix_outbox_"),
    "outbox, how many": (outbox.count_waiting, "ix_outbox_"),
    "intake, oldest": (lambda u: intake.oldest_open(u, 1), "ix_intake_waiting"),
    "intake, of a day": (lambda u: intake.count_since(u, NOW), "ix_intake_received_at"),
}


@pytest.fixture
def unit(sqlite_url: str) -> Iterator[Unit]:
    engine = engine_for(parse_address(sqlite_url))
    with engine.connect() as connection:
        yield Unit(connection)
    engine.dispose()


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_is_asked_often_reads_an_index(unit: Unit, name: str) -> None:
    question, index = QUESTIONS[name]
    asked: list[tuple[str, Any]] = []
    connection = unit._connection

    @event.listens_for(connection, "before_cursor_execute")
    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    question(unit)
    event.remove(connection, "before_cursor_execute", note)
    ((statement, parameters),) = asked
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    steps = " | ".join(step[3] for step in plan)
    assert index in steps
    assert "SCAN outbox |" not in f"{steps} |"
