"""The digest: whom to get back to today, and why. It comes by itself, or when asked for.

/today  → one line a person, one row of names
Anna    → her line opens: the reasons in words; [Draft] [Done] [Snooze] [Skip] above the names
Done    → in touch today; the digest again, with her marked
Anna    → tapped again, her line closes

It comes at most once a local day, at the owner's hour, and not at all when nobody waits
(rapport.nudges.hours has what becomes of one that was missed).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from telegram import Update

from handlers.buttons import Button, button, named, says
from handlers.context import Desk, Office, TurnContext, Writer
from handlers.replies import Keyboard, rows_of
from handlers.routing import Route, Step, command, numbers, tap
from rapport.dates import local_today
from rapport.journeys.digest import (
    Digest,
    Line,
    digest,
    done,
    line_of,
    note_down,
    picked,
    skip,
    snooze,
)
from rapport.nudges.hours import DigestClock, is_time, last_told, next_digest, next_look
from rapport.nudges.state import Nudge
from rapport.templating import say
from storage import owners, reminders
from storage.errors import NoSuchRecord, StorageUnavailable
from storage.notebook import Notebook
from storage.owners import Owner

log = logging.getLogger(__name__)

BATCH = 100
PUT_OFF = timedelta(minutes=15)
SHORT = 14  # letters of a name, of which three fit a row on a phone
LISTED = 4  # things to do, or promised to people whom the day has no room for, told one by one


async def today(_: Update, context: TurnContext) -> None:
    """/today: the day's nudges, planned now if they were not, topped up if there is room."""
    turn = context.turn
    day = turn.today
    picks = await turn.read(lambda notebook: picked(notebook, day))

    def show(desk: Desk) -> None:
        note_down(desk.notebook, picks, day)
        found = digest(desk.notebook, day)
        desk.say(_words(found, day), _buttons(found), about=_about(found))
        desk.shows(*(line.contact.id for line in found.waiting))

    await turn.run(show)


# --- the message --------------------------------------------------------------------------------


def _words(found: Digest, day: date, opened: int | None = None) -> str:
    block = "digest" if found.lines or found.tasks else "nobody"
    return say("nudges", block, digest=found, today=day, opened=opened, listed=LISTED)


def _buttons(found: Digest, opened: int | None = None) -> Keyboard:
    """The actions of the person whose line is open, and below them the names."""
    names = [_name(line, is_open=line.nudge_id == opened) for line in found.waiting]
    listed = found.tasks[:LISTED]
    tasks = [named(f"✓ {task.what}", "task-done", task.id) for task in listed if task.what]
    actions = [_actions(line) for line in found.waiting if line.nudge_id == opened]
    width = 3 if all(len(name.label) <= SHORT for name in names) else 2
    return [*actions, *rows_of(names, width), *rows_of(tasks, 1)]


def _name(line: Line, *, is_open: bool) -> Button:
    if is_open:
        return named(f"▴ {line.contact.name}", "nudge-close", line.nudge_id)
    return named(line.contact.name, "nudge", line.nudge_id)


def _actions(line: Line) -> list[Button]:
    return [
        button("draft", "draft", line.occasion, line.contact.id),
        button("done", "nudge-done", line.nudge_id),
        button("snooze", "nudge-snooze", line.nudge_id),
        button("skip", "nudge-skip", line.nudge_id),
    ]


def _about(found: Digest) -> dict[str, list[int]]:
    return {"contacts": [line.contact.id for line in found.waiting]}


# --- one person ---------------------------------------------------------------------------------


def _show(desk: Desk, day: date, opened: int | None = None) -> None:
    """The digest of a day, on the message whose button was tapped."""
    found = digest(desk.notebook, day)
    about = _about(found)
    if opened is not None:
        about = {"contacts": [x.contact.id for x in found.lines if x.nudge_id == opened]}
        desk.shows(*about["contacts"])
    desk.edit(_words(found, desk.turn.today, opened), _buttons(found, opened), about=about)


def _on_tap(answer: Callable[[Desk, Line], None], *, opens: bool = False) -> Step:
    """The step that does something about one nudge and shows its digest again."""

    async def step(_: Update, context: TurnContext) -> None:
        (nudge_id,) = numbers(context)

        def work(desk: Desk) -> None:
            try:
                nudge = desk.notebook.nudges.get(nudge_id)
                line = line_of(desk.notebook, nudge_id)
            except NoSuchRecord:
                desk.say(say("help", "old_button"))
                return
            answer(desk, line)
            _show(desk, nudge.day, nudge_id if opens else None)

        await context.turn.run(work)

    return step


def _look(_: Desk, __: Line) -> None:
    """Nothing changes."""


def _done(desk: Desk, line: Line) -> None:
    done(desk.notebook, line, desk.turn.today, desk.turn.now)


def _snooze(desk: Desk, line: Line) -> None:
    snooze(desk.notebook, line, desk.turn.today)


def _skip(desk: Desk, line: Line) -> None:
    skip(desk.notebook, line)


async def task_done(_: Update, context: TurnContext) -> None:
    """Something that concerned nobody in particular is done."""
    (reminder_id,) = numbers(context)

    def settle(desk: Desk) -> None:
        if desk.notebook.reminders.find(reminder_id) is None:
            desk.say(say("help", "old_button"))
            return
        desk.notebook.reminders.settle(reminder_id, reminders.DONE)
        _show(desk, desk.turn.today)

    await context.turn.run(settle)


# --- once a day, unasked ------------------------------------------------------------------------


async def send_due_digests(office: Office) -> None:
    """Send the digests that are due; one that fails is put off, and holds up nobody else's."""
    while batch := await office.database.read(
        lambda unit: owners.due_for_digest(unit, office.now(), limit=BATCH)
    ):
        await asyncio.gather(*(_send_or_put_off(office, owner) for owner in batch))


async def _send_or_put_off(office: Office, owner: Owner) -> None:
    try:
        await _send(office, owner)
    except StorageUnavailable:
        raise
    except Exception:
        log.exception("a digest failed and is put off")
        later = office.now() + PUT_OFF
        await office.database.run(lambda unit: owners.change(unit, owner.id, digest_due=later))


async def _send(office: Office, owner: Owner) -> None:
    """Today's digest, if it is time for one; days that were missed are not made up."""
    now = office.now()
    zone = ZoneInfo(owner.zone or office.zone)
    day = local_today(now, zone)
    clock = DigestClock(owner.digest_at, zone, owner.digest_due, owner.digest_day)
    clock = replace(clock, last=last_told(clock, now))
    is_due = owner.digest_due is not None and owner.digest_due <= now
    comes = is_due and is_time(clock, now)
    following = next_digest(now, owner.digest_at, zone) if comes else next_look(clock, now)
    # A day of 25 hours is planned in two steps, as nothing is planned further ahead.
    due = min(following, now + owners.FARTHEST)
    if not comes:
        await office.database.run(lambda unit: owners.claim_digest(unit, owner, clock.last, due))
        return
    picks = await office.database.read(lambda unit: picked(Notebook(unit, owner.id), day))

    def claim_and_write(writer: Writer) -> None:
        if owners.claim_digest(writer.unit, owner, day, due):
            _write(writer, picks, day)

    await office.write(owner.id, claim_and_write, zone=zone)


def _write(writer: Writer, picks: tuple[Nudge, ...], day: date) -> None:
    note_down(writer.notebook, picks, day)
    found = digest(writer.notebook, day)
    if not found.is_empty:
        about = _about(found)
        writer.say(_words(found, day), _buttons(found), about=about)
        owners.show(writer.unit, writer.chat_id, about["contacts"])


def routes() -> list[Route]:
    """/today, and the buttons of a digest."""
    return [
        command("today", today),
        tap(says("nudge", "int"), _on_tap(_look, opens=True)),
        tap(says("nudge-close", "int"), _on_tap(_look)),
        tap(says("nudge-done", "int"), _on_tap(_done)),
        tap(says("nudge-snooze", "int"), _on_tap(_snooze)),
        tap(says("nudge-skip", "int"), _on_tap(_skip)),
        tap(says("task-done", "int"), task_done),
    ]
