"""The demo: the playground's first person keeps a believable network of forty people."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.settings import Settings
from rapport.dates import local_today
from rapport.demo import DemoInteraction, DemoPerson, network
from rapport.nudges.hours import next_digest
from storage import owners
from storage.notebook import Notebook
from storage.unit import Unit

OWNER = 1001  # Alex, whom the playground starts with
NAME = "Alex"


def fill(unit: Unit, settings: Settings, now: datetime) -> int:
    """How many people were added; those who are known already stay as they are."""
    zone = ZoneInfo(settings.zone)
    if owners.find(unit, OWNER) is None:
        owners.add(
            unit,
            OWNER,
            name=NAME,
            language="en",
            digest_at=settings.digest_at,
            now=now,
            digest_due=next_digest(now, settings.digest_at, zone),
        )
    notebook = Notebook(unit, OWNER)
    known = {each.name for each in notebook.contacts.changed_since(0)}
    missing = [each for each in network(local_today(now, zone)) if each.name not in known]
    for person in missing:
        _add(notebook, person, now)
    return len(missing)


def _add(notebook: Notebook, person: DemoPerson, now: datetime) -> None:
    *_, first = person.interactions
    contact = notebook.contacts.add(
        person.name,
        now=now,
        role=person.role,
        company=person.company,
        circle=person.circle,
        tracked_since=first.happened_on if person.circle else None,
        birthday=person.birthday,
        met_on=first.happened_on,
        met_at=first.event,
    )
    notebook.handles.add(contact, "email", person.email)
    for tag in person.tags:
        notebook.tags.add(contact, tag)
    for each in reversed(person.interactions):
        _add_interaction(notebook, contact, each)
    _add_what_is_known(notebook, contact, person, now)


def _add_interaction(notebook: Notebook, contact: int, each: DemoInteraction) -> None:
    notebook.interactions.add(
        [contact],
        each.kind,
        each.happened_on,
        now=_noon(each.happened_on),
        place=each.event,
        event_id=notebook.events.on(each.event, each.happened_on) if each.event else None,
        topics=each.topics,
    )


def _add_what_is_known(notebook: Notebook, contact: int, person: DemoPerson, now: datetime) -> None:
    for fact in person.facts:
        notebook.facts.add(
            contact, fact.label, fact.text, kind=fact.kind, learned_on=fact.learned_on
        )
    for promise in person.promises:
        notebook.promises.add(
            contact,
            promise.what,
            by_me=promise.by_me,
            made_on=promise.made_on,
            due_on=promise.due_on,
        )
    if person.follow_up is not None:
        notebook.reminders.add(contact, person.follow_up.what, person.follow_up.on, now=now)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
