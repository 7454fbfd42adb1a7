"""The outbox: claimed by one sender, settled once, in order, marked where it may repeat."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import outbox
from storage.database import Database
from storage.outbox import Letter
from storage.unit import Unit
from tests.builders import ANOTHER, NOW, OWNER, a_letter, an_owner, ids
from tests.storage.rows import everything

LEASE = NOW + timedelta(minutes=2)


def letters(unit: Unit, *texts: str, owner_id: int = OWNER, **values: object) -> list[Letter]:
    notebook = an_owner(unit, owner_id)
    return [a_letter(notebook, text, **values) for text in texts]


def waiting(unit: Unit, minutes: int = 0) -> list[str]:
    found = outbox.waiting(unit, NOW + timedelta(minutes=minutes), limit=10)
    return [letter.body["text"] for letter in found]


async def test_a_letter_is_claimed_by_one_sender(database: Database) -> None:
    (letter,) = await database.run(lambda unit: letters(unit, "one"))
    assert await database.run(lambda unit: outbox.claim(unit, letter, "a", LEASE))
    assert not await database.run(lambda unit: outbox.claim(unit, letter, "b", LEASE))


async def test_a_claim_that_was_stored_unheard_is_still_a_claim(database: Database) -> None:
    (letter,) = await database.run(lambda unit: letters(unit, "one"))
    for _ in range(2):
        assert await database.run(lambda unit: outbox.claim(unit, letter, "a", LEASE))
    await database.run(lambda unit: outbox.sent(unit, letter, "a", 1))
    assert not await database.run(lambda unit: outbox.claim(unit, letter, "a", LEASE))


async def test_a_letter_that_was_sent_is_settled_though_its_lease_ran_out(
    database: Database,
) -> None:
    (letter,) = await database.run(lambda unit: letters(unit, "x", token="a", lease_until=LEASE))
    late = LEASE + timedelta(seconds=1)
    await database.run(lambda unit: outbox.release_dead_senders(unit, late))
    await database.run(lambda unit: outbox.sent(unit, letter, "a", 77))
    assert await database.read(waiting) == []
    row = (await database.read(everything))["outbox"][0]
    assert (row.state, row.message_id) == ("sent", 77)


async def test_what_was_claimed_and_never_sent_waits_again(database: Database) -> None:
    await database.run(lambda unit: letters(unit, "mine", token="a", lease_until=LEASE))
    await database.run(
        lambda unit: letters(unit, "its", owner_id=ANOTHER, token="b", lease_until=LEASE)
    )
    for owner in (OWNER, ANOTHER):
        await database.run(lambda unit, owner=owner: outbox.let_go(unit, owner, "a"))  # type: ignore[misc]  # mypy knows no default in a lambda
    assert await database.read(waiting) == ["mine"]


async def test_a_letter_written_by_its_sender_is_claimed_from_the_start(
    database: Database,
) -> None:
    (letter,) = await database.run(lambda unit: letters(unit, "x", token="a", lease_until=LEASE))
    assert await database.read(waiting) == []
    assert not await database.run(lambda unit: outbox.claim(unit, letter, "b", LEASE))


async def test_a_sent_letter_keeps_its_number_and_not_its_text(database: Database) -> None:
    (letter,) = await database.run(lambda unit: letters(unit, "x", token="a", about={"n": 1}))
    await database.run(lambda unit: outbox.sent(unit, letter, "a", 77))
    row = (await database.read(everything))["outbox"][0]
    assert (row.state, row.body, row.message_id) == ("sent", None, 77)


async def test_a_letter_taken_over_is_not_settled_by_its_former_sender(
    database: Database,
) -> None:
    (letter,) = await database.run(lambda unit: letters(unit, "x", token="a", lease_until=LEASE))
    late = LEASE + timedelta(seconds=1)
    assert await database.run(lambda unit: outbox.release_dead_senders(unit, late)) == 1
    assert await database.run(lambda unit: outbox.claim(unit, letter, "b", late))
    before = await database.read(everything)
    await database.run(lambda unit: outbox.sent(unit, letter, "a", 1))
    await database.run(lambda unit: outbox.dead(unit, letter, "a", "no"))
    await database.run(lambda unit: outbox.unclaim(unit, letter, "a"))
    await database.run(lambda unit: outbox.later(unit, letter, "a", NOW, "no", may_repeat=False))
    assert await database.read(everything) == before


async def test_a_letter_that_can_never_arrive_waits_no_more(database: Database) -> None:
    first, _ = await database.run(lambda unit: letters(unit, "one", "two"))
    await database.run(lambda unit: outbox.claim(unit, first, "a", LEASE))
    await database.run(lambda unit: outbox.dead(unit, first, "a", "bad request"))
    assert await database.read(waiting) == ["two"]


async def test_a_letter_put_off_holds_back_those_behind_it(database: Database) -> None:
    first, _ = await database.run(lambda unit: letters(unit, "one", "two"))
    await database.run(lambda unit: outbox.claim(unit, first, "a", LEASE))
    at = NOW + timedelta(minutes=3)
    await database.run(lambda unit: outbox.later(unit, first, "a", at, "429", may_repeat=False))
    assert await database.read(waiting) == []
    assert await database.read(lambda unit: waiting(unit, 3)) == ["one"]
    (again,) = await database.read(lambda unit: outbox.waiting(unit, at, limit=1))
    assert (again.attempts, again.may_repeat) == (1, False)


@pytest.mark.parametrize(
    ("minutes", "waits", "remark"),
    [
        (-1, timedelta(minutes=4), "put off"),
        (3, timedelta(0), "its time has come"),
        (
            -30,
            timedelta(minutes=33),
            "a clock set back a little, or a pause that Telegram asked for",
        ),
        (-24 * 60, timedelta(0), "nothing is put off for a day: the clock was set back"),
    ],
)
async def test_how_long_a_letter_is_put_off(
    database: Database, minutes: int, waits: timedelta, remark: str
) -> None:
    (letter,) = await database.run(lambda unit: letters(unit, "x", token="a"))
    at = NOW + timedelta(minutes=3)
    await database.run(lambda unit: outbox.later(unit, letter, "a", at, "429", may_repeat=False))
    found = await database.read(lambda unit: waiting(unit, minutes))
    assert found == ([] if waits else ["x"]), remark
    first = await database.read(lambda unit: outbox.first_of(unit, OWNER))
    assert first is not None
    assert first[0].wait(NOW + timedelta(minutes=minutes)) == waits, remark


async def test_a_letter_that_was_never_tried_waits_for_no_clock(database: Database) -> None:
    await database.run(lambda unit: letters(unit, "x"))
    assert await database.read(lambda unit: waiting(unit, minutes=-10)) == ["x"]
    first = await database.read(lambda unit: outbox.first_of(unit, OWNER))
    assert first is not None
    assert not first[0].wait(NOW - timedelta(minutes=10))


async def test_a_lease_of_a_clock_since_set_back_holds_nothing(database: Database) -> None:
    await database.run(lambda unit: letters(unit, "x", token="a", lease_until=LEASE))
    soon, absurd = LEASE - timedelta(minutes=30), LEASE - timedelta(days=1)
    assert await database.run(lambda unit: outbox.release_dead_senders(unit, soon)) == 0
    assert await database.run(lambda unit: outbox.release_dead_senders(unit, absurd)) == 1


async def test_a_possible_repeat_stays_marked(database: Database) -> None:
    (letter,) = await database.run(lambda unit: letters(unit, "x", token="a"))
    await database.run(lambda unit: outbox.later(unit, letter, "a", NOW, "cut", may_repeat=True))
    (again,) = await database.read(lambda unit: outbox.waiting(unit, NOW, limit=1))
    await database.run(lambda unit: outbox.claim(unit, again, "b", LEASE))
    await database.run(lambda unit: outbox.later(unit, again, "b", NOW, "429", may_repeat=False))
    (again,) = await database.read(lambda unit: outbox.waiting(unit, NOW, limit=1))
    assert again.may_repeat


async def test_only_the_first_letter_of_each_chat_waits(database: Database) -> None:
    def work(unit: Unit) -> None:
        letters(unit, "a1", "a2")
        letters(unit, "b1", "b2", owner_id=ANOTHER)

    await database.run(work)
    assert sorted(await database.read(waiting)) == ["a1", "b1"]
    assert await database.read(outbox.chats_waiting) == {OWNER, ANOTHER}


async def test_a_chat_in_mid_send_waits_for_its_answer(database: Database) -> None:
    first, second = await database.run(lambda unit: letters(unit, "one", "two"))
    await database.run(lambda unit: outbox.claim(unit, first, "a", LEASE))
    assert await database.read(waiting) == []
    assert await database.read(lambda unit: outbox.first_of(unit, OWNER)) == (first, True)
    await database.run(lambda unit: outbox.sent(unit, first, "a", 1))
    assert await database.read(waiting) == ["two"]
    assert await database.read(lambda unit: outbox.first_of(unit, OWNER)) == (second, False)
    await database.run(lambda unit: outbox.claim(unit, second, "a", LEASE))
    await database.run(lambda unit: outbox.sent(unit, second, "a", 2))
    assert await database.read(lambda unit: outbox.first_of(unit, OWNER)) is None


async def test_a_letter_that_was_not_sent_after_all_waits_again(database: Database) -> None:
    (letter,) = await database.run(lambda unit: letters(unit, "one"))
    await database.run(lambda unit: outbox.claim(unit, letter, "a", LEASE))
    await database.run(lambda unit: outbox.unclaim(unit, letter, "a"))
    assert await database.read(lambda unit: outbox.waiting(unit, NOW, limit=9)) == [letter]


async def test_letters_of_a_dead_sender_go_out_again_marked(database: Database) -> None:
    def work(unit: Unit) -> None:
        letters(unit, "mine", token="a", lease_until=LEASE)
        letters(unit, "theirs", owner_id=ANOTHER, token="b", lease_until=LEASE)

    await database.run(work)
    assert await database.run(lambda unit: outbox.release_dead_senders(unit, NOW)) == 0
    release = outbox.release_dead_senders
    assert await database.run(lambda unit: release(unit, NOW, all_but="a")) == 1
    (letter,) = await database.read(lambda unit: outbox.waiting(unit, NOW, limit=9))
    assert (letter.body["text"], letter.may_repeat) == ("theirs", True)


async def test_nothing_waits_for_an_owner_who_blocked_the_bot(database: Database) -> None:
    def work(unit: Unit) -> None:
        letters(unit, "a1", "a2")
        letters(unit, "b1", owner_id=ANOTHER)

    await database.run(work)
    await database.run(lambda unit: outbox.hold_of(unit, OWNER, NOW))
    assert await database.read(waiting) == ["b1"]


async def test_what_a_message_is_about_is_found_by_its_number(database: Database) -> None:
    def work(unit: Unit) -> list[object]:
        notebook = an_owner(unit)
        card = a_letter(notebook, token="a", about={"contact": 3})
        edit = a_letter(notebook, token="a")
        outbox.sent(unit, card, "a", 50)
        outbox.sent(unit, edit, "a", 50)
        return [notebook.outbox.about(n) for n in (50, 51)]

    assert await database.run(work) == [{"contact": 3}, None]


async def test_since_when_the_longest_waiting_waits(database: Database) -> None:
    assert await database.read(outbox.oldest_waiting) is None
    (letter,) = await database.run(lambda unit: letters(unit, "one"))
    assert await database.read(outbox.oldest_waiting) == NOW
    await database.run(lambda unit: outbox.claim(unit, letter, "a", LEASE))
    await database.run(lambda unit: outbox.sent(unit, letter, "a", 1))
    assert await database.read(outbox.oldest_waiting) is None


async def test_only_settled_letters_are_removed(database: Database) -> None:
    first, second = await database.run(lambda unit: letters(unit, "one", "two"))
    await database.run(lambda unit: outbox.claim(unit, first, "a", LEASE))
    await database.run(lambda unit: outbox.sent(unit, first, "a", 1))
    assert await database.run(lambda unit: outbox.purge(unit, NOW)) == 0
    assert await database.run(lambda unit: outbox.purge(unit, LEASE)) == 1
    assert ids((await database.read(everything))["outbox"]) == [second.id]
