"""Preferences: what the owner may choose, and what holds now.

    /settings ──▸ name, place, hour, people a day, 29 February
       ├─[Name]─▸ one question ──words──▸ the settings again
       ├─[Place]─▸ where are you? (handlers.start)
       ├─[Hour]─▸ one question
       └─[More…]─▸ [People a day] one question · [29 February] the other day, at once · [Back]

A question has Cancel and no Skip: nothing changes until it is answered.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from telegram import Update

from handlers import start
from handlers.buttons import button, says
from handlers.context import Desk, TurnContext
from handlers.dialogues import Conversation
from handlers.replies import Keyboard
from handlers.routing import Route, answered, command, tap, tapped, words_of
from rapport.dates import LeapDay
from rapport.names import clean
from rapport.nudges.hours import moved
from rapport.preferences import Preferences, cap_in, hour_in, signature
from rapport.templating import say
from storage import owners

SETTINGS = "settings"
NAME, HOUR, CAP = "name", "hour", "cap"
QUESTIONS = (NAME, HOUR, CAP)

# What a button calls the two days on which a birthday of 29 February may be kept.
LEAP_DAYS = {"28-feb": LeapDay.FEBRUARY_28, "1-mar": LeapDay.MARCH_1}


async def show(_: Update, context: TurnContext) -> None:
    """/settings, and [Back] to it."""
    await context.turn.run(lambda desk: _show(desk, _choices()))


async def show_more(_: Update, context: TurnContext) -> None:
    """[More…]."""
    await context.turn.run(_show_more)


def _choices() -> Keyboard:
    return [
        [button("set_name", "set", NAME), button("set_place", "set-place")],
        [button("set_hour", "set", HOUR), button("more", "settings-more")],
    ]


def _show_more(desk: Desk) -> None:
    """The settings, with the buttons of those that are changed seldom."""
    chosen = Preferences.of(desk.notebook.owner.preferences)
    other = next(key for key, day in LEAP_DAYS.items() if day is not chosen.leap_day)
    leap = button(f"keep_on_{other.replace('-', '_')}", "set-leap", other)
    _show(desk, [[button("set_cap", "set", CAP), leap], [button("back", "settings")]])


def _show(desk: Desk, keyboard: Keyboard) -> None:
    """What holds now, on the message whose button was tapped or as a new one."""
    owner = desk.notebook.owner
    zone = desk.turn.zone
    html = say(
        "preferences",
        "settings",
        name=signature(owner),
        zone=zone.key,
        is_known=owner.zone is not None,
        clock=desk.turn.now.astimezone(zone).strftime("%H:%M"),
        hour=owner.digest_at,
        chosen=Preferences.of(owner.preferences),
    )
    desk.edit(html, keyboard)


async def ask(_: Update, context: TurnContext) -> object:
    """One of the settings was tapped: what shall it be?"""
    assert context.match is not None
    question = context.match.group(1)
    return await context.turn.run(lambda desk: _ask(desk, question))


def _ask(desk: Desk, question: str, *, is_unclear: bool = False) -> str:
    html = say("preferences", question, unclear=is_unclear)
    desk.edit(html, [[button("cancel", "cancel")]])
    return desk.ask(SETTINGS, question, {})


async def answer_name(update: Update, context: TurnContext) -> object:
    """How letters are signed."""
    name = clean(words_of(update))

    def settle(desk: Desk) -> object:
        if not name:
            return _ask(desk, NAME, is_unclear=True)
        return _settle(desk, sign_as=name)

    return await context.turn.run(settle)


async def answer_hour(update: Update, context: TurnContext) -> object:
    """When the digest comes."""
    hour = hour_in(words_of(update))

    def settle(desk: Desk) -> object:
        if hour is None:
            return _ask(desk, HOUR, is_unclear=True)
        clock = moved(start.digest_clock(desk), desk.turn.now, digest_at=hour)
        owners.change(desk.unit, desk.owner.id, digest_at=hour, digest_due=clock.due)
        return _settle(desk)

    return await context.turn.run(settle)


async def answer_cap(update: Update, context: TurnContext) -> object:
    """How many people a digest names."""
    cap = cap_in(words_of(update))

    def settle(desk: Desk) -> object:
        return _ask(desk, CAP, is_unclear=True) if cap is None else _settle(desk, cap=cap)

    return await context.turn.run(settle)


def _settle(desk: Desk, **changes: Any) -> object:
    """Keep what was answered, and show what holds now."""
    _choose(desk, **changes)
    ended = desk.close_dialogue()
    _show(desk, _choices())
    return ended


def _choose(desk: Desk, **changes: Any) -> None:
    if changes:
        chosen = replace(Preferences.of(desk.owner.preferences), **changes)
        owners.change(desk.unit, desk.owner.id, preferences=chosen.stored())


async def ask_place(_: Update, context: TurnContext) -> None:
    """[Place]: the question of the first minute, again."""
    await context.turn.run(start.ask_zone)


async def keep_leap_day(_: Update, context: TurnContext) -> None:
    """[29 February]: the button says on which day."""
    assert context.match is not None
    day = LEAP_DAYS[context.match.group(1)]

    def settle(desk: Desk) -> None:
        _choose(desk, leap_day=day)
        _show_more(desk)

    await context.turn.run(settle)


def conversation() -> Conversation:
    """One question, and its answer."""
    answers = {NAME: answer_name, HOUR: answer_hour, CAP: answer_cap}
    return Conversation(
        SETTINGS,
        [tapped(says("set", "|".join(QUESTIONS)), ask)],
        {question: [answered(answer)] for question, answer in answers.items()},
    )


def routes() -> list[Route]:
    """/settings and its buttons."""
    return [
        command("settings", show),
        Route(conversation()),
        tap(says("settings"), show),
        tap(says("settings-more"), show_more),
        tap(says("set-place"), ask_place),
        tap(says("set-leap", "|".join(LEAP_DAYS)), keep_leap_day),
    ]
