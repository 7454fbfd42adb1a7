"""Delivery against a Telegram that fails in every way it can."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from telegram.error import Forbidden

from bot import delivery
from bot.pace import Pace
from handlers.buttons import Button
from handlers.context import Office as Unasked
from handlers.context import Writer
from handlers.replies import document_body, message_body
from playground import Fault, Kind
from storage import alerts, owners
from storage import outbox as stored
from storage.errors import StorageUnavailable
from storage.models import outbox
from storage.outbox import Letter
from storage.unit import Unit, Work
from tests.bot.conftest import Office
from tests.bot.processes import until

MARK = "may have had this message already"


async def test_a_chat_hears_its_letters_in_order_one_at_a_time(office: Office) -> None:
    office.town.world.faults.add(Fault(Kind.DELAY, "sendMessage", count=None, seconds=0.05))
    chats = [await office.owner(f"P{n}") for n in range(4)]
    clock = asyncio.get_running_loop().time
    began = clock()
    for text in ("one", "two", "three"):
        for chat in chats:
            await office.write(chat, text)
    for chat in chats:
        assert await office.settled(chat) == ["sent"] * 3
        assert office.heard(chat) == ["one", "two", "three"]
    # Three after one another in each chat, the chats side by side.
    assert 0.15 <= clock() - began < 0.45


async def test_letters_of_one_unit_keep_their_order(office: Office) -> None:
    ada = await office.owner()
    await office.write(ada, "one", "two", "three")
    await office.settled(ada)
    assert office.heard(ada) == ["one", "two", "three"]


@dataclass(frozen=True)
class Failure:
    """What goes wrong with a letter, once unless the fault says otherwise, and what comes of it.

    `heard` of it, `marked` as what may be a repeat, and the `state` it ends in; a letter right
    behind it is unharmed, unless its owner cannot be `reached`.
    """

    remark: str
    fault: Fault
    heard: int = 1
    marked: int = 0
    state: str = "sent"
    reached: bool = True


def refusal(status: int, description: str = "", **about: Any) -> Fault:
    """Telegram says no, in its own words."""
    return Fault(Kind.STATUS, status=status, description=description, **about)


def page(status: int) -> Fault:
    """Something between here and Telegram answers with a page of its own."""
    return refusal(status, body=f"<html><h1>{status}</h1></html>")


def answers(status: int, **body: object) -> Fault:
    """An answer in JSON that the fault plan has no words for."""
    return refusal(status, body=json.dumps(body))


_LIMIT = "Too Many Requests"
_UNPARSED = "Bad Request: can't parse entities: unsupported start tag"
_MOVED = {"description": "Bad Request: moved", "parameters": {"migrate_to_chat_id": -100}}

# docs/reliability.md tells this table in words.
FAILURES = [
    Failure("429, and how long to wait", refusal(429, retry_after=1)),
    Failure("429 alone", answers(429, ok=False, description=_LIMIT)),
    Failure("429 of a proxy", page(429)),
    Failure("500", refusal(500), marked=1),
    Failure("500 of a proxy", page(500), marked=1),
    Failure("502 of a proxy", page(502), marked=1),
    Failure("503 of a proxy", page(503), marked=1),
    Failure("504 of a proxy", page(504), marked=1),
    Failure("a redirect", refusal(302, body=""), marked=1),
    Failure("cut before it was taken", Fault(Kind.CUT_BEFORE), marked=1),
    Failure("cut after it was taken", Fault(Kind.CUT_AFTER), heard=2, marked=1),
    Failure("answered too late", Fault(Kind.STALL, seconds=1.0), heard=2, marked=1),
    Failure("a page for an answer", page(200), marked=1),
    Failure("half an answer", refusal(200, body='{"ok": tr'), marked=1),
    Failure("403, blocked", refusal(403), heard=0, state="dead", reached=False),
    Failure(
        "403, gone",
        refusal(403, "Forbidden: user is deactivated"),
        heard=0,
        state="dead",
        reached=False,
    ),
    Failure(
        "400, no such chat",
        refusal(400, "Bad Request: chat not found"),
        heard=0,
        state="dead",
        reached=False,
    ),
    Failure("403 of a proxy", page(403), marked=1),
    Failure("400, cannot be parsed", refusal(400, _UNPARSED)),
    Failure("400, a button", refusal(400, "Bad Request: BUTTON_DATA_INVALID")),
    Failure("400, whatever is sent", refusal(400, count=2), heard=0, state="dead"),
    Failure("400 of a proxy", page(400), marked=1),
    Failure("a chat that moved", answers(400, ok=False, **_MOVED), heard=0, state="dead"),
    Failure("413", page(413), heard=0, state="dead"),
    Failure("401", refusal(401)),
    Failure("404", refusal(404, "Not Found")),
    Failure("404 of a proxy", page(404), marked=1),
    Failure("409", refusal(409)),
]


@pytest.mark.parametrize("case", FAILURES, ids=lambda case: case.remark.replace(" ", "_"))
async def test_what_a_failure_does_to_a_letter(office: Office, case: Failure) -> None:
    ada = await office.owner()
    # Its own copy: a fault counts down.
    office.town.world.faults.add(replace(case.fault, method="sendMessage"))
    await office.write(ada, "hello", "and more")
    behind = "sent" if case.reached else "dead"
    assert await office.settled(ada) == [case.state, behind]
    heard = office.heard(ada)
    assert [text.partition("\n")[0] for text in heard[: case.heard]] == ["hello"] * case.heard
    assert sum(MARK in text for text in heard) == case.marked
    assert heard[case.heard :] == (["and more"] if case.reached else [])
    owner = await office.database.read(lambda unit: owners.find(unit, ada))
    assert owner is not None
    assert (owner.unreachable_since is None) == case.reached


async def test_a_refused_button_costs_the_button_alone(office: Office) -> None:
    ada = await office.owner()
    office.town.world.faults.add(refusal(400, "Bad Request: BUTTON_DATA_INVALID"))
    body = message_body(ada, "<b>Anna</b> &amp; you", [[Button("Undo", "undo:1")]])
    await office.calls(ada, ("sendMessage", body))
    assert await office.settled(ada) == ["sent"]
    (message,) = office.messages(ada)
    assert message["text"] == "Anna & you"
    assert "reply_markup" not in message


async def test_what_cannot_be_parsed_keeps_its_buttons(office: Office) -> None:
    ada = await office.owner()
    office.town.world.faults.add(refusal(400, _UNPARSED))
    body = message_body(ada, "<b>Anna</b>", [[Button("Undo", "undo:1")]])
    await office.calls(ada, ("sendMessage", body))
    assert await office.settled(ada) == ["sent"]
    (message,) = office.messages(ada)
    assert message["text"] == "Anna"
    assert message["reply_markup"] == body["reply_markup"]


async def test_a_letter_that_never_left_is_not_marked(office: Office) -> None:
    ada = await office.owner()
    await office.town.stop()
    await office.write(ada, "hello")
    await asyncio.sleep(0.1)
    assert await office.states(ada) == ["pending"]
    await office.town.start()
    await office.settled(ada)
    assert office.heard(ada) == ["hello"]


async def test_somebody_who_blocked_the_bot_is_left_alone_until_they_write(office: Office) -> None:
    ada, bob = await office.owner("Ada"), await office.owner("Bob")
    office.town.world.people.residents[ada].blocked.add(
        office.town.world.spoken_about(office.town.token).id
    )
    await office.write(ada, "one", "two")
    await office.write(bob, "still here")
    assert await office.settled(ada) == ["dead", "dead"]
    assert await office.settled(bob) == ["sent"]
    owner = await office.database.read(lambda unit: owners.find(unit, ada))
    assert owner is not None
    assert owner.unreachable_since is not None


async def test_who_comes_back_while_a_letter_is_refused_is_answered(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await office.owner()
    call = office.delivery._call

    async def refuse_the_digest(method: str, body: dict[str, Any]) -> Any:
        if body["text"] != "the digest":
            return await call(method, body)
        await office.write(ada, "an answer")
        raise Forbidden("bot was blocked by the user")

    monkeypatch.setattr(office.delivery, "_call", refuse_the_digest)
    await office.write(ada, "the digest", "its second half")
    assert await office.settled(ada) == ["dead", "dead", "sent"]
    owner = await office.database.read(lambda unit: owners.find(unit, ada))
    assert owner is not None
    assert owner.unreachable_since is None


async def test_what_cannot_be_parsed_goes_out_plain(office: Office) -> None:
    ada = await office.owner()
    await office.write(ada, "<b>Tom &amp; <i>Anna</b>")
    assert await office.settled(ada) == ["sent"]
    assert office.heard(ada) == ["Tom & Anna"]


async def test_an_edit_that_changes_nothing_is_settled(office: Office) -> None:
    ada = await office.owner()
    await office.write(ada, "hello")
    await office.settled(ada)
    number = max(office.town.world.spoken_about(office.town.token).chat(ada).messages)
    same = {**message_body(ada, "hello"), "message_id": number}
    await office.calls(ada, ("editMessageText", same))
    assert await office.settled(ada) == ["sent", "sent"]
    assert office.heard(ada) == ["hello"]


async def test_an_edit_of_a_message_that_is_gone_is_said_anew(office: Office) -> None:
    ada = await office.owner()
    gone = {**message_body(ada, "your card"), "message_id": 4711}
    await office.calls(ada, ("editMessageText", gone))
    assert await office.settled(ada) == ["sent"]
    assert office.heard(ada) == ["your card"]


async def test_a_revoked_token_is_noticed_and_the_letter_kept(office: Office) -> None:
    ada = await office.owner()
    office.town.world.faults.add(Fault(Kind.STATUS, "sendMessage", status=401))
    await office.write(ada, "hello")
    await asyncio.wait_for(office.delivery.revoked.wait(), 2)
    assert await office.settled(ada) == ["sent"]


# --- restarts -----------------------------------------------------------------------------------


def letter(owner_id: int, text: str) -> tuple[str, dict[str, Any]]:
    """A call that says something."""
    return "sendMessage", message_body(owner_id, text)


async def test_after_a_kill_what_was_in_flight_is_marked_and_the_rest_is_not(
    office: Office,
) -> None:
    ada = await office.owner()
    lane = office.delivery.open_lane(ada)
    await office.store(ada, letter(ada, "in flight"), letter(ada, "waiting"), lane=lane)
    await office.open().take_over(everything=True)
    assert await office.settled(ada) == ["sent", "sent"]
    first, second = office.heard(ada)
    assert first.startswith("in flight\n")
    assert MARK in first
    assert second == "waiting"


async def test_after_a_kill_old_letters_go_before_new_ones(office: Office) -> None:
    ada = await office.owner()
    await office.store(ada, *(letter(ada, text) for text in ("1", "2", "3")))
    office.town.world.faults.add(Fault(Kind.DELAY, "sendMessage", count=3, seconds=0.05))
    await office.open().take_over(everything=True)
    for text in ("4", "5", "6"):
        await office.write(ada, text)
        await asyncio.sleep(0.04)
    assert await office.settled(ada) == ["sent"] * 6
    assert office.heard(ada) == ["1", "2", "3", "4", "5", "6"]


async def test_a_living_process_keeps_its_letter_until_its_lease_ends(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await office.owner()
    lane = office.delivery.open_lane(ada)
    await office.store(ada, letter(ada, "mine"), lane=lane)
    other = office.open(is_alone=False)
    await other.take_over(everything=False)
    await asyncio.sleep(0.1)
    assert office.heard(ada) == []
    monkeypatch.setattr(other, "_clock", lambda: lane.lease_until.replace(year=2999))
    await other.sweep()
    await office.settled(ada)
    assert [MARK in text for text in office.heard(ada)] == [True]


async def test_a_long_letter_has_its_mark_ahead_of_it(office: Office) -> None:
    ada = await office.owner()
    text = "a long word " * 341
    await office.store(ada, letter(ada, text), lane=office.delivery.open_lane(ada))
    await office.open().take_over(everything=True)
    assert await office.settled(ada) == ["sent"]
    mark, body = office.heard(ada)
    assert MARK in mark
    assert body == text.strip()


async def test_a_stop_leaves_nothing_in_doubt_that_only_waited_its_turn(office: Office) -> None:
    ada = await office.owner()
    slow = office.open(pace=Pace(0, 0.1, 1))
    await office.write(ada, "now")
    await office.settled(ada)
    await office.write(ada, "in ten seconds")
    await asyncio.sleep(0.05)
    await slow.stop(1)
    assert await office.states(ada) == ["sent", "pending"]
    await office.open().take_over(everything=True)
    await office.settled(ada)
    assert office.heard(ada) == ["now", "in ten seconds"]


# --- units that write at the same time ----------------------------------------------------------


async def test_a_stop_between_two_letters_leaves_the_second_unclaimed(office: Office) -> None:
    ada = await office.owner()
    office.town.world.faults.add(Fault(Kind.DELAY, "sendMessage", count=1, seconds=0.2))
    await office.write(ada, "one", "two")
    await asyncio.sleep(0.05)
    await office.delivery.stop(2)
    assert office.heard(ada) == ["one"]
    assert await office.states(ada) == ["sent", "pending"]


async def test_a_letter_handed_over_after_the_way_was_walked_is_sent_at_once(
    office: Office,
) -> None:
    ada = await office.owner()
    first, second = office.delivery.open_lane(ada), office.delivery.open_lane(ada)
    await office.write(ada, "one", lane=first)
    await office.settled(ada)
    await office.write(ada, "two", lane=second)
    assert await office.settled(ada, within=1) == ["sent", "sent"]
    await office.write(ada, "three")
    await office.settled(ada)
    assert office.heard(ada) == ["one", "two", "three"]


async def test_two_units_letters_go_out_once_in_the_order_written(office: Office) -> None:
    ada = await office.owner()
    claiming, other = office.delivery.open_lane(ada), office.delivery.open_lane(ada)
    one = await office.store(ada, letter(ada, "one"), lane=other)
    two = await office.store(ada, letter(ada, "two"), lane=claiming)
    other.hand_over(one)
    claiming.hand_over(two)
    assert await office.settled(ada, within=1) == ["sent", "sent"]
    assert office.heard(ada) == ["one", "two"]


async def test_a_unit_that_fails_while_letters_go_out_has_none_sent_unclaimed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await office.owner()
    other, failing = office.delivery.open_lane(ada), office.delivery.open_lane(ada)
    settle = office.delivery._settle
    has_failed: list[bool] = []

    async def fail_meanwhile(work: Any) -> Any:
        settled = await settle(work)
        if not has_failed:
            has_failed.append(True)
            failing.hand_over(None)
        return settled

    monkeypatch.setattr(office.delivery, "_settle", fail_meanwhile)
    slow = Fault(Kind.DELAY, "sendMessage", skip=1, seconds=0.3)
    office.town.world.faults.add(slow)
    await office.write(ada, "one", "two", lane=other)
    await until(lambda: slow.hits > 0)
    assert await office.states(ada) == ["sent", "sending"]
    assert await office.settled(ada) == ["sent", "sent"]
    assert office.heard(ada) == ["one", "two"]


async def test_a_failed_unit_leaves_the_way_free(office: Office) -> None:
    ada = await office.owner()
    office.delivery.open_lane(ada).hand_over(None)
    await asyncio.sleep(0.05)
    assert office.delivery.open_lane(ada).token is not None


async def test_what_a_unit_wrote_without_hearing_of_it_is_sent_at_once_unmarked(
    office: Office,
) -> None:
    ada = await office.owner()
    await office.write_unheard(ada, "one", "two")
    assert await office.settled(ada, within=1) == ["sent"] * 2
    assert office.heard(ada) == ["one", "two"]


async def test_what_a_unit_wrote_without_hearing_of_it_is_overtaken_by_nothing(
    office: Office,
) -> None:
    ada = await office.owner()
    office.town.world.faults.add(Fault(Kind.DELAY, "sendMessage", count=1, seconds=0.1))
    await office.write(ada, "one")
    await office.write_unheard(ada, "two")
    await asyncio.sleep(0.3)
    await office.write(ada, "three")
    assert await office.settled(ada) == ["sent"] * 3
    assert office.heard(ada) == ["one", "two", "three"]


async def test_what_a_unit_wrote_that_found_it_written_when_run_again_is_sent_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await office.owner()
    office.town.world.faults.add(Fault(Kind.DELAY, "sendMessage", count=1, seconds=0.1))
    await office.write(ada, "one")
    run = office.database.run
    texts = ["two"]

    async def run_again(work: Work[Any]) -> Any:
        await run(work)
        return await run(work)

    def say_once(writer: Writer) -> None:
        while texts:
            writer.say(texts.pop())

    unasked = Unasked(office.database, office.delivery, office.delivery._clock, "UTC")
    with monkeypatch.context() as patch:
        patch.setattr(office.database, "run", run_again)
        await unasked.write(ada, say_once, zone=ZoneInfo("UTC"))
    assert await office.settled(ada, within=1) == ["sent", "sent"]
    assert office.heard(ada) == ["one", "two"]


async def test_a_unit_that_fails_while_the_store_is_asked_has_it_asked_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await office.owner()
    first, second = office.delivery.open_lane(ada), office.delivery.open_lane(ada)
    read = office.database.read
    texts = ["hello"]

    async def fail_meanwhile(work: Work[Any]) -> Any:
        answer = await read(work)
        while texts:
            await office.write_unheard(ada, texts.pop(), lane=second)
        return answer

    monkeypatch.setattr(office.database, "read", fail_meanwhile)
    first.hand_over(None)
    await until(lambda: office.heard(ada) == ["hello"], within=1)


async def test_a_unit_that_wrote_nothing_has_nobody_ask_the_store(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await office.owner()
    monkeypatch.delattr(office.delivery, "_database")
    first, second = office.delivery.open_lane(ada), office.delivery.open_lane(ada)
    first.hand_over([])
    second.hand_over([])
    assert office.delivery.open_lane(ada).token is not None


async def test_at_a_death_one_letter_is_in_doubt_though_two_units_wrote_at_once(
    office: Office,
) -> None:
    ada = await office.owner()
    slow = office.town.world.faults.add(Fault(Kind.DELAY, "sendMessage", count=1, seconds=0.3))
    claiming, other = office.delivery.open_lane(ada), office.delivery.open_lane(ada)
    await office.write(ada, "one", lane=other)
    await asyncio.sleep(0.05)
    assert await office.states(ada) == ["pending"]  # "two" may be claimed at any moment
    await office.write(ada, "two", lane=claiming)
    await until(lambda: slow.hits > 0)
    assert await office.states(ada) == ["sending", "pending"]
    assert await office.settled(ada) == ["sent", "sent"]
    assert office.heard(ada) == ["one", "two"]


async def test_what_arrived_unsettled_is_not_taken_for_never_sent(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await office.owner()
    monkeypatch.setattr(delivery, "SETTLING", ())
    with monkeypatch.context() as patch:

        def away(*_: object) -> None:
            raise StorageUnavailable("locked")

        patch.setattr(stored, "sent", away)
        await office.write(ada, "one")
        await until(lambda: office.heard(ada) == ["one"])
        await asyncio.sleep(0.05)
    await office.write_unheard(ada, "two")
    await asyncio.sleep(0.1)
    assert office.heard(ada) == ["one"]
    later = office.delivery._clock() + delivery.LEASE
    monkeypatch.setattr(office.delivery, "_clock", lambda: later)
    await office.delivery.sweep()
    assert await office.settled(ada) == ["sent", "sent"]
    one, again, two = office.heard(ada)
    assert (one, MARK in again, two) == ("one", True, "two")


# --- the database away --------------------------------------------------------------------------


async def test_a_letter_is_settled_when_the_database_is_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await office.owner()
    away = iter([StorageUnavailable("locked"), StorageUnavailable("full")])
    settle = stored.sent

    def sometimes(unit: Unit, letter: Letter, token: str, message_id: int | None) -> None:
        for error in away:
            raise error
        settle(unit, letter, token, message_id)

    monkeypatch.setattr(stored, "sent", sometimes)
    await office.write(ada, "hello")
    assert await office.settled(ada) == ["sent"]
    assert office.heard(ada) == ["hello"]


async def test_what_could_not_be_claimed_is_sent_in_order_later(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await office.owner()
    office.town.world.faults.add(Fault(Kind.DELAY, "sendMessage", count=1, seconds=0.1))
    await office.write(ada, "one")
    await office.write(ada, "two")
    with monkeypatch.context() as patch:

        async def away(*_: object) -> bool:
            raise StorageUnavailable("locked")

        patch.setattr(office.delivery, "_claim", away)
        await asyncio.sleep(0.3)
    await office.write(ada, "three")
    assert await office.settled(ada) == ["sent"] * 3
    assert office.heard(ada) == ["one", "two", "three"]


async def test_the_text_of_a_sent_letter_is_kept_no_longer(office: Office) -> None:
    ada = await office.owner()
    await office.write(ada, "between us")
    await office.settled(ada)
    bodies = await office.database.read(lambda unit: unit.execute(select(outbox.c.body)).all())
    assert [tuple(row) for row in bodies] == [(None,)]


# --- files, and calls that no letter can carry ----------------------------------------------------


async def test_a_file_is_made_when_it_is_sent(office: Office) -> None:
    made: list[int] = []

    async def make(chat_id: int) -> tuple[str, bytes]:
        made.append(chat_id)
        return "notes.json", b"{}"

    office.delivery._makers = {"notes": make}
    ada = await office.owner()
    body = document_body(ada, "notes", "<b>All</b> of it")
    office.town.world.faults.add(Fault(Kind.CUT_AFTER, "sendDocument"))
    await office.calls(ada, ("sendDocument", body))
    assert await office.settled(ada) == ["sent"]
    chat = office.town.world.spoken_about(office.town.token).chat(ada)
    sent = [message.body for message in chat.messages.values() if message.by_bot]
    assert [each["document"]["file_name"] for each in sent] == ["notes.json"] * 2
    assert [MARK in each["caption"] for each in sent] == [False, True]
    assert made == [ada, ada]
    stored = office.town.world.files.find(sent[0]["document"]["file_id"])
    assert stored is not None
    assert stored.content == b"{}"


async def test_a_file_that_cannot_be_made_is_set_aside_and_lets_the_next_letter_pass(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[int] = []

    async def make(chat_id: int) -> tuple[str, bytes]:
        tried.append(chat_id)
        raise ValueError("a row that nobody foresaw")

    office.delivery._makers = {"notes": make}
    ada = await office.owner()
    body = document_body(ada, "notes", "All of it")
    await office.calls(ada, ("sendDocument", body), ("sendMessage", message_body(ada, "next")))
    assert await office.settled(ada) == ["dead", "sent"]
    assert office.heard(ada) == ["next"]
    assert len(tried) == delivery.ATTEMPTS
    (noted,) = await office.database.read(alerts.standing)
    assert noted.kind == alerts.REFUSED
    assert "a letter could not be made" in caplog.text


@pytest.mark.parametrize(
    ("fault", "tries"),
    [
        (Fault(Kind.STATUS, status=500, count=2), 1),
        (Fault(Kind.CUT_AFTER), 2),
        (Fault(Kind.STATUS, status=429, retry_after=1), 1),
        (Fault(Kind.STATUS, status=403), 0),
    ],
)
async def test_a_call_is_insisted_on(
    office: Office, monkeypatch: pytest.MonkeyPatch, fault: Fault, tries: int
) -> None:
    monkeypatch.setattr(delivery, "RETRIES", (0.01,) * 6)
    ada = await office.owner()
    office.town.world.faults.add(replace(fault, method="sendMessage"))
    office.delivery.insist("sendMessage", message_body(ada, "Gone."))
    await asyncio.sleep(0.1)
    await asyncio.gather(*office.delivery._tasks)
    assert office.heard(ada) == ["Gone."] * tries
