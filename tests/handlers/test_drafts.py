"""Drafts in the chat, where a transcript would hide what matters."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.drafts import COPIED
from playground import Person
from storage.drafts import SENT
from storage.nudges import OPEN
from storage.types import Status
from tests.builders import (
    A_DAY,
    ANOTHER,
    a_contact,
    a_draft,
    a_promise,
    an_interaction,
    an_owner,
)
from tests.chat import Chat

LONG = "one word and another, " * 20


async def a_card(alex: Person) -> int:
    """The number of a message of the bot's, to tap on."""
    await alex.say("/help")
    return (await alex.expect("Just write")).number


async def test_a_draft_stands_alone_and_escaped(chat: Chat, alex: Person) -> None:
    def told(notebook: Any) -> int:
        ada = a_contact(notebook, "Ada <Lovelace> & Co")
        an_interaction(notebook, ada, on=chat.now().date(), topics="C++ <templates> & {{ me }}")
        return ada

    ada = await chat.write(told)
    chat.kept = "{{ }}"
    await alex.tap_data(await a_card(alex), f"draft:follow-up:{ada}")
    heard = await alex.expect("Ada", "C++ <templates> & {{ me }}")
    assert not heard.is_edit
    assert [entity["type"] for entity in heard.entities] == ["pre"]
    assert heard.entities[0]["offset"] == 0
    assert heard.entities[0]["length"] == len(heard.text)
    assert heard.button("Copy")["copy_text"]["text"] == heard.text


async def test_a_letter_has_its_subject_above(chat: Chat, alex: Person) -> None:
    def told(notebook: Any) -> int:
        ada = a_contact(notebook)
        notebook.handles.add(ada, "email", "ada@example.org")
        return ada

    await chat.write(told)
    await alex.say("draft a thank-you to Ada for the engine")
    heard = await alex.expect("Hi Ada", "Alex")
    assert [entity["type"] for entity in heard.entities] == ["code", "pre"]


@pytest.mark.parametrize(
    ("kind", "value", "text", "first"),
    [
        ("telegram", "ada_l", "short", "Copy"),
        ("telegram", "ada_l", LONG, "Open"),
        ("phone", "+44 20 7946 0000", LONG, "Open"),
        ("email", "ada@example.org", LONG, "Another"),
        ("telegram", "ada_l", "é" * 250, "Copy"),
        ("telegram", "ada_l", "🙂" * 129, "Open"),
    ],
)
async def test_it_is_copied_with_a_tap_or_opened_or_copied_by_hand(
    chat: Chat, alex: Person, kind: str, value: str, text: str, first: str
) -> None:
    channel = {"phone": "whatsapp"}.get(kind, kind)

    def told(notebook: Any) -> int:
        ada = a_contact(notebook)
        notebook.handles.add(ada, kind, value)
        return a_draft(notebook, ada, channel=channel, text=text).id

    draft = await chat.write(told)
    await alex.tap_data(await a_card(alex), f"draft-back:{draft}")
    heard = await alex.expect_edit()
    assert heard.buttons[0] == first
    assert heard.buttons[-3:] == ["Another", "Change…", "Sent it"]
    if first == "Open":
        assert heard.button("Open")["url"].startswith("https://")
    if first == "Copy":
        assert len(heard.button("Copy")["copy_text"]["text"]) <= COPIED


@pytest.mark.parametrize(
    ("status", "words"),
    [(Status.DECEASED, "no longer with us"), (Status.DO_NOT_CONTACT, "leave Ada Lovelace alone")],
)
async def test_some_are_not_written_to(
    chat: Chat, alex: Person, status: Status, words: str
) -> None:
    ada = await chat.write(lambda notebook: a_contact(notebook, status=status))
    card = await a_card(alex)
    for data in (f"draft-for:{ada}", f"draft:birthday:{ada}", f"draft-to:{ada}"):
        await alex.tap_data(card, data)
        heard = await alex.expect(words)
        assert heard.buttons == []
    assert await chat.read(lambda notebook: notebook.drafts.used_sentences(ada)) == frozenset()


async def test_sent_twice_is_sent_once(chat: Chat, alex: Person) -> None:
    def told(notebook: Any) -> tuple[int, int]:
        ada = a_contact(notebook, last_touch=chat.now().date() - 40 * A_DAY)
        notebook.nudges.add(ada, chat.now().date(), 0, [])
        return ada, a_draft(notebook, ada).id

    ada, draft = await chat.write(told)
    card = await a_card(alex)
    await alex.tap_data(card, f"draft-sent:{draft}")
    await alex.expect_edit("Hello!", "✓ Sent today: noted as in touch with Ada Lovelace.")
    for verb in ("sent", "another", "change", "back"):
        await alex.tap_data(card, f"draft-{verb}:{draft}")
    await alex.tap_data(card, f"draft-tone:{draft}:formal")
    await alex.expect_silence()
    touches = await chat.read(lambda notebook: notebook.interactions.of(ada, limit=9))
    assert [(each.kind, each.happened_on) for each in touches] == [("email", chat.now().date())]
    stored = await chat.read(lambda notebook: notebook.drafts.get(draft))
    assert (stored.state, stored.text) == (SENT, "Hello!")
    states = await chat.read(lambda notebook: notebook.nudges.on(chat.now().date()))
    assert OPEN not in [nudge.state for nudge in states]


async def test_another_says_when_that_was_all(chat: Chat, alex: Person) -> None:
    await chat.write(lambda notebook: a_contact(notebook))
    await alex.say("draft a thank-you to Ada for the engine")
    heard = await alex.expect("the engine")
    seen = {heard.text}
    while "Another" in heard.buttons:
        await alex.tap("Another", heard)
        heard = await alex.expect_edit("Hi Ada")
        if "Another" in heard.buttons:
            assert heard.text not in seen
        seen.add(heard.text)
    assert len(seen) > 3
    assert "That was all I have on this." in heard.text
    await alex.tap("Change…", heard)
    await alex.expect_edit()
    await alex.tap("Casual")
    heard = await alex.expect_edit("Hi Ada")
    assert "Another" in heard.buttons


async def test_when_all_was_said_before_it_says_so(chat: Chat, alex: Person) -> None:
    ada = await chat.write(lambda notebook: a_contact(notebook))
    for _ in range(99):
        await alex.say("draft a check-in to Ada")
        heard = await alex.expect()
        if "was said to Ada Lovelace before" in heard.text:
            break
        await alex.tap("Sent it", heard)
        await alex.expect_edit("✓ Sent today")
    else:
        pytest.fail("the words never ran out")
    assert len(await chat.read(lambda notebook: notebook.drafts.used_sentences(ada))) > 9


async def test_up_to_four_promises_are_offered_as_kept(chat: Chat, alex: Person) -> None:
    def told(notebook: Any) -> int:
        ada = a_contact(notebook)
        for number in range(6):
            a_promise(notebook, ada, f"send part {number} of a very long story to her")
        return a_draft(notebook, ada).id

    draft = await chat.write(told)
    await alex.tap_data(await a_card(alex), f"draft-sent:{draft}")
    heard = await alex.expect_edit("Did it keep a promise too?")
    assert len(heard.buttons) == 4
    await alex.tap(heard.buttons[0])
    again = await alex.expect_edit("✓ Sent today")
    assert again.buttons[:3] == heard.buttons[1:]
    await alex.tap_data(heard.number, heard.button(heard.buttons[0])["callback_data"])
    await alex.expect_silence()


async def test_who_is_on_the_screen_is_one_tap_away(chat: Chat, alex: Person) -> None:
    await chat.write(lambda notebook: a_contact(notebook, company="Analytical"))
    await alex.say("Coffee with Ada today")
    await alex.expect("Ada Lovelace")
    await alex.say("/draft")
    heard = await alex.expect("To whom?")
    assert heard.buttons == ["Ada Lovelace · Analytic…", "Cancel"]
    await alex.tap(heard.buttons[0])
    heard = await alex.expect_edit("What kind of message to Ada Lovelace?")
    await alex.tap("Check-in")
    heard = await alex.expect_edit("Hi Ada")
    await alex.tap_data(heard.number, "draft-as:elegy:1")
    await alex.expect("no longer there")


async def test_a_contact_forgotten_while_the_question_is_open(chat: Chat, alex: Person) -> None:
    ada = await chat.write(lambda notebook: a_contact(notebook))
    await alex.say("draft a thank-you to Ada")
    await alex.expect("What do you want to thank Ada Lovelace for?")
    await chat.write(lambda notebook: notebook.contacts.forget(ada))
    await alex.say("the engine")
    await alex.expect("no longer there")
    await alex.say("Coffee with Omar Haddad today")
    await alex.expect("Omar Haddad · new")


@pytest.mark.parametrize(
    "data",
    [
        "draft:check-in:{contact}", "draft-as:check-in:{contact}", "draft-for:{contact}",
        "draft-to:{contact}", "draft-another:{draft}", "draft-change:{draft}",
        "draft-back:{draft}", "draft-tone:{draft}:formal", "draft-sent:{draft}",
        "draft-kept:{draft}:{promise}",
    ],
)  # fmt: skip
async def test_anothers_draft_is_answered_like_one_that_is_gone(
    chat: Chat, alex: Person, data: str
) -> None:
    def theirs(unit: Any) -> dict[str, int]:
        notebook = an_owner(unit, ANOTHER, last_id=500)
        ada = a_contact(notebook)
        draft = a_draft(notebook, ada)
        return {"contact": ada, "draft": draft.id, "promise": a_promise(notebook, ada)}

    card = await a_card(alex)
    ids = await chat.database.run(theirs)
    for given in (ids, dict.fromkeys(ids, 999_999)):
        await alex.tap_data(card, data.format(**given))
        await alex.expect("no longer there")
