"""What the people of the benchmarks notice about bots that behave and bots that do not."""

import asyncio
import os
from collections.abc import Callable

import pytest

from benchmarks.crowd import Crowd, Observed, Phase
from benchmarks.texts import meetings

Say = Callable[[int, str], None]
Script = Callable[[Say, int, list[str]], None]


def echoing(say: Say, chat: int, texts: list[str]) -> None:
    for text in texts:
        say(chat, text)


def chatty(say: Say, chat: int, texts: list[str]) -> None:
    for text in texts:
        say(chat, "Which city are you in?")
        say(chat, text)


def overtaking(say: Say, chat: int, texts: list[str]) -> None:
    for text in reversed(texts):
        say(chat, text)


def repeating(say: Say, chat: int, texts: list[str]) -> None:
    for text in texts:
        say(chat, text)
        say(chat, f"Once more: {text}")


def forgetting(say: Say, chat: int, texts: list[str]) -> None:
    for text in texts[:-1]:
        say(chat, text)


def mixing_up(say: Say, chat: int, texts: list[str]) -> None:
    for text in texts:
        say(chat + 1, text)


async def observed(script: Script, phase: Phase) -> Observed:
    """What the crowd sees of a bot that takes what a chat sends at once and answers so."""
    heard: dict[int, list[str]] = {}

    def hear(chat: int, text: str) -> None:
        heard.setdefault(chat, []).append(text)
        if len(heard[chat]) == phase.burst:
            texts = heard.pop(chat)
            loop.call_later(0.001, script, crowd.hear, chat, texts)

    loop = asyncio.get_running_loop()
    crowd = Crowd(hear)
    return await crowd.run(phase, os.getpid())


TALK = Phase(chats=4, texts=6, burst=3, patience=0.1)


@pytest.mark.parametrize(
    ("remark", "script", "answered", "out_of_order", "lost", "repeated"),
    [
        ("a bot that answers all", echoing, 24, 0, 0, 0),
        ("questions of its own are no answers", chatty, 24, 0, 0, 0),
        ("two of three answers overtake", overtaking, 24, 16, 0, 0),
        ("a second answer counts as repeated", repeating, 24, 0, 0, 24),
        ("the last of three is never answered", forgetting, 8, 0, 4, 0),
        ("an answer in another chat is none", mixing_up, 0, 0, 12, 0),
    ],
)
async def test_what_a_bot_does_is_noticed(
    remark: str, script: Script, answered: int, out_of_order: int, lost: int, repeated: int
) -> None:
    seen = await observed(script, TALK)
    noticed = (seen.answered, seen.out_of_order, seen.lost, seen.repeated)
    assert noticed == (answered, out_of_order, lost, repeated), remark


async def test_a_chat_texts_on_when_it_has_its_answer() -> None:
    seen = await observed(echoing, Phase(chats=2, measured=0.3))
    assert 20 < seen.answered < 600
    assert 1 <= seen.p50_ms < 100
    assert seen.p50_ms <= seen.p95_ms
    assert seen.lost == 0


async def test_a_rate_is_kept_whether_or_not_answers_come() -> None:
    quiet = Phase(chats=2, rate=100, measured=0.5, patience=0.1)
    answering = await observed(echoing, quiet)
    silent = await observed(lambda say, chat, texts: None, quiet)
    assert 40 <= answering.answered <= 51
    assert 40 <= silent.lost <= 51


async def test_the_warm_up_does_not_count() -> None:
    seen = await observed(echoing, Phase(chats=1, rate=100, warm_up=0.3, measured=0.2))
    assert 15 <= seen.answered <= 22
    assert seen.seconds == pytest.approx(0.2, abs=0.05)


def test_no_two_people_share_a_surname() -> None:
    met = meetings()
    surnames = [next(met).surname for _ in range(100_000)]
    assert len(set(surnames)) == len(surnames)
