"""Reminders: what the owner asked to be told at a clock time, and what they do about it.

    (at its time, or once on return if the bot was away then)
    You asked me to remind you: call Anna.   [Done] [Snooze] [Draft] [Open card]

    [Done]   ──▸ done
    [Snooze] ──▸ [In an hour] [Tomorrow] [Next week] [Back] ──▸ it comes again then

One that would come late and at night comes when the night is over (rapport.reminders).
A snooze button carries its instant, so tapping it twice is the same as once.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from telegram import Update

from handlers.buttons import Button, button, says
from handlers.context import Desk, Office, TurnContext, Writer
from handlers.replies import Keyboard
from handlers.routing import Route, numbers, tap
from rapport.dates import local_today
from rapport.reminders import lateness, rings_at, snoozes
from rapport.templating import say
from storage.contacts import Contact
from storage.errors import StorageUnavailable
from storage.notebook import Notebook
from storage.reminders import DONE, OPEN, Reminder, due_at_the_clock
from storage.types import Status
from storage.unit import Unit

log = logging.getLogger(__name__)

BATCH = 50
# After a failure the next in the queue have their turn first.
PUT_OFF = timedelta(minutes=10)


# --- when the time has come ---------------------------------------------------------------------


async def send_due(office: Office) -> None:
    """Send every reminder whose clock time has come, each once, whoever else is sending."""
    is_more_due = True
    while is_more_due:
        is_more_due = await _send_batch(office)


async def _send_batch(office: Office) -> bool:
    """Whether more may be due."""
    now = office.now()
    found = await office.database.read(lambda unit: due_at_the_clock(unit, now, limit=BATCH))
    for owner_id, zone, reminder in found:
        await _send(office, owner_id, zone or office.zone, reminder)
    return len(found) == BATCH


async def _send(office: Office, owner_id: int, zone_name: str, reminder: Reminder) -> None:
    def ring(writer: Writer) -> None:
        reminders = writer.notebook.reminders
        # Since it was found it may have been snoozed, or sent by somebody else.
        if reminders.find(reminder.id) != reminder or reminder.named_for is None:
            return
        at = rings_at(reminder.named_for, writer.now, zone)
        if at > writer.now:
            reminders.hold(reminder, at)
        elif reminders.ring(reminder.id):
            _write(writer, reminder, zone)

    def put_off(unit: Unit) -> None:
        Notebook(unit, owner_id).reminders.hold(reminder, office.now() + PUT_OFF)

    try:
        zone = ZoneInfo(zone_name)
        await office.write(owner_id, ring, zone=zone)
    except StorageUnavailable:
        raise
    except Exception:
        log.exception("a reminder could not be sent")
        await office.database.run(put_off)


def _write(writer: Writer, reminder: Reminder, zone: ZoneInfo) -> None:
    contact = _contact_of(writer.notebook, reminder)
    assert reminder.named_for is not None, "only what was named for a clock time rings"
    html = say(
        "reminders",
        "reminder",
        reminder=reminder,
        contact=contact,
        late=lateness(reminder.named_for, writer.now),
        named=reminder.named_for.astimezone(zone),
        today=local_today(writer.now, zone),
    )
    writer.say(html, [_deeds(reminder, contact)], about=_about(contact))


def _contact_of(notebook: Notebook, reminder: Reminder) -> Contact | None:
    if reminder.contact_id is None:
        return None
    return notebook.contacts.find(reminder.contact_id)


def _about(contact: Contact | None) -> dict[str, list[int]] | None:
    return None if contact is None else {"contacts": [contact.id]}


def _deeds(reminder: Reminder, contact: Contact | None) -> list[Button]:
    deeds = [
        button("done", "reminder-done", reminder.id),
        button("snooze", "reminder-snooze", reminder.id),
    ]
    if contact is not None:
        if contact.status is Status.ACTIVE:
            deeds.append(button("draft", "draft", "follow-up", contact.id))
        deeds.append(button("open_card", "c", contact.id))
    return deeds


# --- what is done about it ----------------------------------------------------------------------


def _find(desk: Desk, reminder_id: int) -> Reminder | None:
    """The open reminder; None, and said so, where it is done or gone."""
    reminder = desk.notebook.reminders.find(reminder_id)
    if reminder is None:
        desk.edit(say("reminders", "gone"))
    elif reminder.state != OPEN:
        _show(desk, reminder, "done", ())
    else:
        return reminder
    return None


def _show(
    desk: Desk, reminder: Reminder, block: str, keyboard: Keyboard, until: datetime | None = None
) -> None:
    """The reminder on the message whose button was tapped."""
    contact = _contact_of(desk.notebook, reminder)
    html = say(
        "reminders",
        block,
        reminder=reminder,
        contact=contact,
        late=None,
        until=until and until.astimezone(desk.turn.zone),
        today=desk.turn.today,
    )
    desk.edit(html, keyboard, about=_about(contact))


async def done(_: Update, context: TurnContext) -> None:
    """[Done]."""
    (reminder_id,) = numbers(context)

    def settle(desk: Desk) -> None:
        reminder = _find(desk, reminder_id)
        if reminder is not None:
            desk.notebook.reminders.settle(reminder_id, DONE)
            _show(desk, reminder, "done", ())

    await context.turn.run(settle)


async def snooze(_: Update, context: TurnContext) -> None:
    """[Snooze]: until when?"""
    (reminder_id,) = numbers(context)

    def ask(desk: Desk) -> None:
        reminder = _find(desk, reminder_id)
        if reminder is not None:
            _ask_until(desk, reminder)

    await context.turn.run(ask)


def _ask_until(desk: Desk, reminder: Reminder) -> None:
    choices = [
        button(key, "reminder-until", reminder.id, int(instant.timestamp()))
        for key, instant in snoozes(desk.turn.now, desk.turn.zone).items()
    ]
    back = button("back", "reminder", reminder.id)
    _show(desk, reminder, "reminder", [choices, [back]])


async def back(_: Update, context: TurnContext) -> None:
    """[Back]: not snoozed after all."""
    (reminder_id,) = numbers(context)

    def show(desk: Desk) -> None:
        reminder = _find(desk, reminder_id)
        if reminder is not None:
            deeds = _deeds(reminder, _contact_of(desk.notebook, reminder))
            _show(desk, reminder, "reminder", [deeds])

    await context.turn.run(show)


async def put_off_until(_: Update, context: TurnContext) -> None:
    """One of the choices: it comes again then; asked anew where that is past by now."""
    reminder_id, seconds = numbers(context)
    until = _instant(seconds)

    def put_off(desk: Desk) -> None:
        reminder = _find(desk, reminder_id)
        if reminder is None:
            return
        if until is None or until <= desk.turn.now:
            _ask_until(desk, reminder)
            return
        on = local_today(until, desk.turn.zone)
        desk.notebook.reminders.change(reminder_id, due_on=on, due_at=until, named_at=None)
        _show(desk, reminder, "snoozed", (), until)

    await context.turn.run(put_off)


def _instant(seconds: int) -> datetime | None:
    """The instant that a button carries; None for one that no button of ours ever did."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def routes() -> list[Route]:
    """The buttons of a reminder."""
    return [
        tap(says("reminder", "int"), back),
        tap(says("reminder-done", "int"), done),
        tap(says("reminder-snooze", "int"), snooze),
        tap(says("reminder-until", "int", "int"), put_off_until),
    ]
