"""Whatever an import takes in, no screen breaks on it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import Select, select

from playground import Person
from rapport.occasions import OCCASIONS
from rapport.transfer.checking import BadDocument
from rapport.transfer.document import read_document, written
from storage.archive import CARRIED, columns_carried, put_back, take_out
from storage.models import contacts, intake, outbox
from storage.notebook import Notebook
from tests.builders import OWNER
from tests.chat import Chat, chatting
from tests.rapport.transfer.kept import a_full_notebook

Json = dict[str, Any]

# What somebody might write into a file who wants to see what happens.
ODD: list[Any] = [
    "", " ", "x", "x" * 60, "字" * 500, "x" * 20_000, "\u202e", "a\nb", "../../en",
    0, 1, 2, 100, 1_825, 32_767, 10**15, -1, 0.5, True, False, None, [], {}, ["a"], [1], [[]],
    {"told": [["topic", "sailing"]]}, {"told": [["zzz", ""]]}, {"told": 5}, {"a": {"b": 1}},
    "1900-01-01", "2199-12-31", "2199-12-31T23:59:59+00:00", "--02-29", "2000-02-29",
    "done", "skipped", "sent", "casual", "email", "birthday",
    *(
        [{"kind": kind, "points": 10**300, "about": about, "on": on}]
        for kind in ("cadence", "birthday", "promise-mine", "follow-up", "after-event", "zzz")
        for on in (None, "2026-03-17", "2199-12-31")
        for about in (
            {},
            {"on": "", "late": 0},
            {"due": False, "days": None, "every": None},
            {"due": True, "days": 200_000, "every": 0},
            {"promise_id": 1, "what": "", "due": "", "late": -5},
            {"follow_up_id": 7, "what": None, "on": "x", "late": 99_999},
            {"event": None, "on": "", "days": 1},
        )
    ),
]  # fmt: skip
WITH_PEOPLE = [table for table in CARRIED if "contact_id" in table.c]


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_no_screen_breaks_on_what_an_import_takes_in(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with chatting(database_url, monkeypatch) as chat:
        chat.kept = "None {{ a }} <b>  &amp; !!"
        await chat.database.run(a_full_notebook)
        whole = json.loads(
            await chat.database.read(lambda u: written(take_out(Notebook(u, OWNER))))
        )
        kept = read_document(json.dumps(odd(whole)).encode())
        assert len(kept.rows["contacts"]) > 300
        await chat.write(lambda notebook: put_back(notebook, kept))
        # What a screen makes of a row is no matter of the engine that keeps it.
        await look_at_everything(
            chat, chat.person, one_in=1 if database_url.startswith("sqlite") else 8
        )
        wrong = (
            select(intake.c.error).where(intake.c.error.is_not(None) | (intake.c.attempts > 1)),
            select(outbox.c.method, outbox.c.error).where(
                outbox.c.state == "dead", outbox.c.owner_id == chat.person.id
            ),
        )
        for each in wrong:
            assert not await of_everybody(chat, each)


async def of_everybody(chat: Chat, question: Select[Any]) -> list[Any]:
    return await chat.database.read(lambda unit: list(unit.execute(question)))


async def look_at_everything(chat: Chat, alex: Person, *, one_in: int) -> None:
    """Every list, and of cards, drafts, nudges and the like one in so many."""
    for said in ("/today", "/promises", "/reminders", "/settings", "/find Person", "/contacts"):
        await alex.say(said)
        await alex.expect(timeout=30)
    card = max(alex.inbox)
    rows = {table: ids[::one_in] for table, ids in (await chat.read(of_all_tables)).items()}
    for person in rows["contacts"]:
        await alex.tap_data(card, f"c:{person}")
    for person in rows["contacts"][:: len(rows["contacts"]) // 6]:
        for occasion in OCCASIONS:
            await alex.tap_data(card, f"draft:{occasion}:{person}")
    for table, patterns in _BUTTONS.items():
        for row in rows[table]:
            for data in patterns:
                await alex.tap_data(card, data.format(row))
    await alex.say("/today")
    open_ = select(intake.c.update_id).where(intake.c.state == "new")
    async with asyncio.timeout(300):
        while await of_everybody(chat, open_):  # noqa: ASYNC110 - the bot answers over HTTP
            await asyncio.sleep(0.2)


def of_all_tables(notebook: Notebook) -> dict[str, list[int]]:
    """The ids of everything the owner keeps."""
    return {
        table: [row["id"] for row in rows]
        for table, rows in rows_of(notebook).items()
        if rows and "id" in rows[0]
    }


def rows_of(notebook: Notebook) -> dict[str, list[Any]]:
    found = {}
    for table in CARRIED:
        mine = select(table).where(table.c.owner_id == notebook.owner_id)
        found[table.name] = list(notebook.unit.execute(mine).mappings())
    return found


_BUTTONS = {
    "nudges": ("nudge:{}", "nudge-close:{}", "nudge-done:{}"),
    "drafts": ("draft-back:{}", "draft-tone:{}:formal", "draft-another:{}", "draft-sent:{}"),
    "promises": ("promise:{}", "promise-done:{}"),
    "reminders": ("reminder:{}", "reminder-snooze:{}", "task-done:{}"),
    "attachments": ("file-who:{}",),
}


def odd(whole: Json) -> Json:
    """A document of everything that is accepted where one value of one row was changed; each such
    row is about somebody of its own."""
    records: dict[str, list[Json]] = {table.name: [] for table in CARRIED}
    records |= {name: whole["records"][name] for name in ("events", "interactions")}
    person, *_ = whole["records"]["contacts"]
    number = 100_000
    for table in (contacts, *WITH_PEOPLE):
        row, *_ = whole["records"][table.name]
        for column in columns_carried(table):
            if column.name in {"id", "contact_id", "interaction_id"}:
                continue
            for value in ODD:
                number += 10
                new = {**row, column.name: value}
                them = {**person, "id": number, "name": f"Person {number}"}
                if table is contacts:
                    new |= {"id": number} | (
                        {} if column.name == "name" else {"name": them["name"]}
                    )
                else:
                    new |= {"contact_id": number, **({"id": number + 1} if "id" in row else {})}
                if is_accepted(whole, table.name, new, them):
                    records[table.name].append(new)
                    if table is not contacts:
                        records["contacts"].append(them)
    return {**whole, "records": records}


def is_accepted(whole: Json, table: str, row: Json, person: Json) -> bool:
    """Whether a document is taken in in which there is this row."""
    records = {name: whole["records"][name] for name in ("events", "interactions")}
    records |= {"contacts": [person], table: [row]}
    try:
        read_document(json.dumps({**whole, "records": records}).encode())
    except BadDocument:
        return False
    return True
