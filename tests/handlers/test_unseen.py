"""Marks that turn text round, and letters without width, get no further than the message."""

from __future__ import annotations

import json

from playground import Person
from storage.models import metadata
from tests.chat import Chat
from tests.storage.rows import everything

R, Z = "\u202e", "\u200b"


async def test_nothing_unseen_is_kept_or_said_back(chat: Chat, alex: Person) -> None:
    await alex.say(
        f"Met Anna Kovač, CTO at Bri{R}ghtlane, at Py{R}Data yesterday. Talked about vec{R}tor DBs."
        f" Promised to send our bench{R}mark by Friday. anna@fi{Z}nch.io #cl{R}imbing"
    )
    await alex.expect("PyData", "vector DBs", "benchmark", "anna@finch.io")
    await alex.say(f"remind me tomorrow at 9am to call the {R}bank")
    await alex.expect("call the bank")
    await alex.say("draft a follow-up to Anna")
    await alex.expect()
    await alex.send_file(b"PK", f"pho{R}to.zip", caption=f"her {R}boat")
    await alex.expect()
    await alex.send_contact("+491701234567", f"Be{R}a", vcard=f"EMAIL:bea@fi{Z}nch.io\n")
    await alex.expect("Bea")
    rows = await chat.database.read(lambda unit: everything(unit, alex.id))
    assert {table.name for table in metadata.sorted_tables if rows.get(table.name)} >= {
        "contacts", "handles", "promises", "reminders", "attachments", "outbox",
    }  # fmt: skip
    said = [each for each in await alex.history() if not each["outgoing"]]
    for unseen in (R, Z):
        assert not [
            row
            for table in rows.values()
            for row in table
            if any(unseen in str(value) for value in row)
        ]
        assert unseen not in json.dumps(said, ensure_ascii=False)
