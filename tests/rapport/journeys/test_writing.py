"""A draft from a real notebook: only what is on record, nothing private, nothing said twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from rapport.journeys.sent import kept, perhaps_kept, sent
from rapport.journeys.writing import (
    Order,
    Told,
    another,
    brief,
    channel_for,
    in_tone,
    link_to,
    may_be_written_to,
    occasion_about,
    occasions_for,
    offer,
    order_of,
    told_about,
    tone_of,
)
from storage import nudges, promises, reminders
from storage.contacts import Handle
from storage.database import Database
from storage.drafts import SENT, StoredDraft
from storage.notebook import Notebook
from storage.types import FactKind, PartialDate, Status
from storage.unit import Unit
from tests.builders import (
    A_DAY,
    NOW,
    TODAY,
    a_contact,
    a_draft,
    a_promise,
    a_reminder,
    an_interaction,
    an_owner,
)

FAVOUR = (Told("favour", "the intro"),)


async def on_a_notebook(database: Database, work: Callable[[Notebook], object]) -> None:
    """Run the work on the notebook of a new owner."""

    def unit_of_work(unit: Unit) -> None:
        work(an_owner(unit))

    await database.run(unit_of_work)


def labels(notebook: Notebook, order: Order) -> set[str]:
    return {fact.label for fact in brief(notebook, order, TODAY).facts if not fact.private}


def offered(notebook: Notebook, order: Order) -> StoredDraft:
    """The draft, which there must be."""
    found = offer(notebook, order, TODAY, NOW)
    assert found is not None
    return found


# --- the brief ----------------------------------------------------------------------------------


async def test_the_brief_holds_what_is_on_record(database: Database) -> None:
    def work(notebook: Notebook) -> None:
        ada = a_contact(notebook, company="Analytical", role="engineer")
        an_interaction(notebook, ada, on=TODAY - A_DAY, topics="engines; poetry", place="PyData")
        notebook.facts.add(ada, "interest", "flying", learned_on=TODAY)
        notebook.facts.add(ada, "need", "a divorce", learned_on=TODAY, is_private=True)
        notebook.promises.add(ada, "pay", by_me=False, made_on=TODAY)
        a_promise(notebook, ada, "read the notes", due_on=TODAY + 9 * A_DAY)
        a_promise(notebook, ada, "send the slides", due_on=TODAY + A_DAY)
        notebook.life_events.add(ada, "promotion", TODAY - 9 * A_DAY)
        notebook.life_events.add(ada, "award", TODAY - 400 * A_DAY)
        notebook.life_events.add(ada, "bereavement", TODAY)
        found = brief(notebook, Order(ada, "follow-up", told=FAVOUR), TODAY)
        said = {(fact.label, fact.text) for fact in found.facts if not fact.private}
        assert said == {
            ("interest", "flying"),
            ("company", "Analytical"),
            ("role", "engineer"),
            ("topic", "engines"),
            ("event", "PyData"),
            ("promise", "send the slides"),
            ("promotion", ""),
            ("favour", "the intro"),
        }
        assert (found.to, found.sign_as) == ("Ada Lovelace", "Alex")
        assert found.met_on == TODAY - A_DAY

    await on_a_notebook(database, work)


async def test_nothing_private_is_ever_written(database: Database) -> None:
    def work(notebook: Notebook) -> None:
        ada = a_contact(notebook)
        an_interaction(notebook, ada, on=TODAY - A_DAY)
        for label in ("topic", "need", "interest", "plan"):
            notebook.facts.add(ada, label, "the divorce", learned_on=TODAY, is_private=True)
        draft: StoredDraft | None = offered(notebook, Order(ada, "check-in"))
        while draft is not None:
            assert "divorce" not in draft.text
            draft = another(notebook, draft, TODAY)

    await on_a_notebook(database, work)


async def test_a_follow_up_is_on_a_talk_and_not_on_a_message(database: Database) -> None:
    def work(notebook: Notebook) -> None:
        ada = a_contact(notebook)
        an_interaction(notebook, ada, on=TODAY - 5 * A_DAY, kind="coffee", topics="engines")
        an_interaction(notebook, ada, on=TODAY - A_DAY, kind="message")
        assert brief(notebook, Order(ada, "follow-up"), TODAY).met_on == TODAY - 5 * A_DAY
        assert brief(notebook, Order(ada, "check-in"), TODAY).met_on == TODAY - A_DAY
        assert "topic" not in labels(notebook, Order(ada, "check-in"))

    await on_a_notebook(database, work)


@pytest.mark.parametrize(
    ("what", "said"), [("send the slides", True), ("a beer", False), ("The slides", False)]
)
async def test_only_a_deed_is_said_to_be_promised(
    database: Database, what: str, said: bool
) -> None:
    def work(notebook: Notebook) -> None:
        ada = a_contact(notebook)
        an_interaction(notebook, ada)
        a_promise(notebook, ada, what)
        assert ("promised to" in offered(notebook, Order(ada, "follow-up")).text) is said

    await on_a_notebook(database, work)


async def test_an_event_goes_by_its_name(database: Database) -> None:
    def work(notebook: Notebook) -> None:
        ada = a_contact(notebook)
        event = notebook.events.on("PyData Berlin", TODAY)
        an_interaction(notebook, ada, place="Hall 3", event_id=event)
        facts = brief(notebook, Order(ada, "follow-up"), TODAY).facts
        assert [fact.text for fact in facts if fact.label == "event"] == ["PyData Berlin"]

    await on_a_notebook(database, work)


@pytest.mark.parametrize(
    ("birthday", "on"),
    [
        (PartialDate(3, 2), TODAY),
        (PartialDate(2, 20), date(2026, 2, 20)),
        (PartialDate(1, 20), date(2027, 1, 20)),  # too late to wish
        (PartialDate(2, 29), date(2026, 3, 1)),
    ],
)
async def test_the_birthday_meant_is_the_nearest(
    database: Database, birthday: PartialDate, on: date
) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit, preferences={"leap_day": "1 Mar"})
        ada = a_contact(notebook, birthday=birthday)
        (fact,) = brief(notebook, Order(ada, "birthday"), TODAY).facts
        assert (fact.kind, fact.on) == (FactKind.DATE, on)

    await database.run(work)


async def test_letters_end_with_the_name_the_owner_chose(database: Database) -> None:
    def work(unit: Unit) -> None:
        notebook = an_owner(unit, preferences={"sign_as": "Lex"})
        assert brief(notebook, Order(a_contact(notebook), "check-in"), TODAY).sign_as == "Lex"

    await database.run(work)


# --- occasions and tones ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "news", "occasions"),
    [
        ({}, None, ["outreach", "follow-up", "thank-you", "check-in"]),
        (
            {"last_touch": TODAY},
            None,
            ["follow-up", "thank-you", "check-in", "congratulation"],
        ),
        (
            {"last_touch": TODAY - 90 * A_DAY},
            "award",
            ["congratulation", "check-in", "follow-up", "thank-you"],
        ),
        (
            {"last_touch": TODAY, "birthday": PartialDate(3, 10)},
            None,
            ["birthday", "follow-up", "thank-you", "check-in"],
        ),
        (
            {"last_touch": TODAY, "birthday": PartialDate(8, 10)},
            "illness",
            ["follow-up", "thank-you", "check-in", "congratulation"],
        ),
    ],
)
async def test_the_occasions_that_suit_come_first(
    database: Database, values: dict[str, Any], news: str | None, occasions: list[str]
) -> None:
    def work(notebook: Notebook) -> None:
        ada = a_contact(notebook, **values)
        if news:
            notebook.life_events.add(ada, news, TODAY)
        assert occasions_for(notebook, notebook.contacts.get(ada), TODAY) == occasions

    await on_a_notebook(database, work)


@pytest.mark.parametrize(
    ("last_touch", "occasion"),
    [(None, "outreach"), (TODAY - 90 * A_DAY, "outreach"), (TODAY - A_DAY, "follow-up")],
)
async def test_a_message_about_something_is_a_follow_up_only_soon_after_a_talk(
    database: Database, last_touch: date | None, occasion: str
) -> None:
    def work(notebook: Notebook) -> None:
        ada = notebook.contacts.get(a_contact(notebook, last_touch=last_touch))
        assert occasion_about(ada, TODAY) == occasion

    await on_a_notebook(database, work)


@pytest.mark.parametrize(
    ("occasion", "about", "told"),
    [
        ("thank-you", "the intro", FAVOUR),
        ("congratulation", "her award", (Told("news", "her award"),)),
        ("follow-up", "engines", (Told("topic", "engines"),)),
        ("birthday", "her cake", ()),
        ("thank-you", None, ()),
    ],
)
def test_what_it_is_about_is_the_fact_the_occasion_wants(
    occasion: str, about: str | None, told: tuple[Told, ...]
) -> None:
    assert told_about(occasion, about) == told


@pytest.mark.parametrize(
    ("said", "tone"),
    [
        (None, "warm"),
        ("polite", "formal"),
        ("funny", "casual"),
        ("formal", "formal"),
        ("short", "warm"),
    ],
)
def test_the_owners_word_for_a_tone(said: str | None, tone: str) -> None:
    assert tone_of(said) == tone


@pytest.mark.parametrize(
    ("status", "may"),
    [
        (Status.ACTIVE, True),
        (Status.ARCHIVED, True),
        (Status.DECEASED, False),
        (Status.DO_NOT_CONTACT, False),
    ],
)
async def test_who_is_never_written_to(database: Database, status: Status, may: bool) -> None:
    def work(notebook: Notebook) -> None:
        ada = notebook.contacts.get(a_contact(notebook, status=status))
        assert may_be_written_to(ada) is may

    await on_a_notebook(database, work)


# --- where it goes ------------------------------------------------------------------------------


def handle(kind: str, value: str = "x") -> Handle:
    return Handle(1, 1, kind, value)


@pytest.mark.parametrize(
    ("occasion", "kinds", "channel"),
    [
        ("follow-up", [], "telegram"),
        ("outreach", [], "email"),
        ("follow-up", ["email"], "email"),
        ("outreach", ["telegram", "email"], "email"),
        ("outreach", ["phone", "telegram"], "telegram"),
        ("follow-up", ["email", "phone"], "whatsapp"),
        ("follow-up", ["url"], "telegram"),
    ],
)
def test_a_channel_on_which_they_can_be_reached(
    occasion: str, kinds: list[str], channel: str
) -> None:
    assert channel_for(occasion, [handle(kind) for kind in kinds]) == channel


@pytest.mark.parametrize(
    ("channel", "kind", "value", "address"),
    [
        ("telegram", "telegram", "@ada_l", "https://t.me/ada_l"),
        ("whatsapp", "phone", "+44 20 7946 0000", "https://wa.me/442079460000"),
        ("whatsapp", "phone", "none", None),
        ("email", "email", "ada@example.org", None),  # Telegram takes no mailto on a button
        ("telegram", "phone", "+44 20 7946 0000", None),
    ],
)
async def test_a_link_that_opens_their_chat_with_the_draft_typed_in(
    database: Database, channel: str, kind: str, value: str, address: str | None
) -> None:
    def work(notebook: Notebook) -> None:
        draft = a_draft(notebook, a_contact(notebook), channel=channel, text="Hi & bye?\n#1 é")
        link = link_to(draft, [handle(kind, value)])
        if address is None:
            assert link is None
            return
        assert link is not None
        assert link.startswith(f"{address}?text=")
        assert parse_qs(urlsplit(link).query) == {"text": ["Hi & bye?\n#1 é"]}

    await on_a_notebook(database, work)


async def test_a_draft_too_long_for_a_link_has_none(database: Database) -> None:
    def work(notebook: Notebook) -> None:
        draft = a_draft(notebook, a_contact(notebook), channel="telegram", text="é" * 400)
        assert link_to(draft, [handle("telegram", "ada_l")]) is None

    await on_a_notebook(database, work)


# --- versions -----------------------------------------------------------------------------------


async def test_every_version_says_something_new_until_nothing_is_left(database: Database) -> None:
    def work(notebook: Notebook) -> None:
        first = offered(notebook, Order(a_contact(notebook), "thank-you", told=FAVOUR))
        seen, draft = [first], another(notebook, first, TODAY)
        while draft is not None:
            assert not set(draft.sentences) <= {s for each in seen for s in each.sentences}
            seen.append(draft)
            draft = another(notebook, draft, TODAY)
        assert [each.number for each in seen] == list(range(len(seen)))
        assert len(seen) > 2
        assert {each.id for each in seen} == {first.id}
        assert "the intro" in first.text
        assert notebook.drafts.get(first.id) == seen[-1]

    await on_a_notebook(database, work)


async def test_what_was_made_private_meanwhile_is_in_no_later_version(database: Database) -> None:
    def work(notebook: Notebook) -> None:
        ada = a_contact(notebook)
        an_interaction(notebook, ada)
        secret = notebook.facts.add(ada, "plan", "move to Porto", learned_on=TODAY)
        draft = offered(notebook, Order(ada, "check-in"))
        assert "Porto" in draft.text
        notebook.facts.remove(secret)
        changed = in_tone(notebook, draft, "casual", TODAY)
        assert "Porto" not in changed.text

    await on_a_notebook(database, work)


async def test_another_tone_starts_from_its_first_version(database: Database) -> None:
    def work(notebook: Notebook) -> None:
        order = Order(a_contact(notebook), "thank-you", told=FAVOUR)
        second = another(notebook, offered(notebook, order), TODAY)
        assert second is not None
        formal = in_tone(notebook, second, "formal", TODAY)
        assert (formal.id, formal.number, formal.tone) == (second.id, 0, "formal")
        assert "Ada Lovelace" in formal.text
        assert order_of(formal) == Order(order.contact_id, "thank-you", "formal", FAVOUR)

    await on_a_notebook(database, work)


async def test_no_sentence_is_said_to_a_person_twice(database: Database) -> None:
    def work(notebook: Notebook) -> None:
        ada, ben = a_contact(notebook), a_contact(notebook, "Ben Okri")
        said: list[str] = []
        while draft := offer(notebook, Order(ada, "thank-you"), TODAY, NOW):
            said += draft.sentences
            sent(notebook, draft.id, TODAY, NOW)
        assert len(said) == len(set(said)) > 9
        assert offer(notebook, Order(ben, "thank-you"), TODAY, NOW) is not None

    await on_a_notebook(database, work)


# --- sent ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "kind"), [("email", "email"), ("telegram", "message"), ("whatsapp", "message")]
)
async def test_sent_is_a_touch_once(database: Database, channel: str, kind: str) -> None:
    def work(notebook: Notebook) -> None:
        ada = a_contact(notebook, last_touch=TODAY - 40 * A_DAY)
        nudge = notebook.nudges.add(ada, TODAY - A_DAY, 0, [])
        asked = a_reminder(notebook, ada, TODAY)
        later = a_reminder(notebook, ada, TODAY + A_DAY)
        draft = a_draft(notebook, ada, channel=channel, sentences=["s1", "s2"])
        for _ in range(2):
            done = sent(notebook, draft.id, TODAY, NOW)
            assert (done.state, done.sent_on) == (SENT, TODAY)
        (touch,) = notebook.interactions.of(ada, limit=9)
        assert (touch.kind, touch.happened_on) == (kind, TODAY)
        assert notebook.contacts.get(ada).last_touch == TODAY
        assert notebook.drafts.used_sentences(ada) == {"s1", "s2"}
        assert notebook.nudges.get(nudge).state == nudges.DONE
        assert notebook.reminders.get(asked).state == reminders.DONE
        assert notebook.reminders.get(later).state == reminders.OPEN

    await on_a_notebook(database, work)


async def test_a_message_may_have_kept_a_promise(database: Database) -> None:
    def work(notebook: Notebook) -> None:
        ada = a_contact(notebook)
        mine = a_promise(notebook, ada)
        notebook.promises.add(ada, "pay", by_me=False, made_on=TODAY)
        assert [each.id for each in perhaps_kept(notebook, ada)] == [mine]
        for day in (TODAY, TODAY + A_DAY):
            kept(notebook, mine, day)
        found = notebook.promises.get(mine)
        assert (found.state, found.settled_on) == (promises.DONE, TODAY)
        assert perhaps_kept(notebook, ada) == []

    await on_a_notebook(database, work)
