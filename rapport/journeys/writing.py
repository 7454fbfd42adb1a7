"""A draft from the record: what a message to somebody may say, and the versions of it.

A stored draft keeps what the owner told when asked; all else is read from the record again for
every version, so that what was made private or forgotten meanwhile is in none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from rapport.dates import days_between, last_occurrence, next_occurrence
from rapport.drafts.brief import Brief, BriefFact
from rapport.drafts.channels import CHANNELS
from rapport.drafts.record import LIFE_EVENTS
from rapport.drafts.writing import write
from rapport.occasions import OCCASIONS
from rapport.preferences import Preferences, signature
from storage.contacts import Contact, Handle
from storage.drafts import StoredDraft
from storage.interactions import Interaction
from storage.notebook import Notebook
from storage.types import FactKind, Status

WARM = "warm"
TONES = (WARM, "casual", "formal")
_ALSO_CALLED = {"polite": "formal", "funny": "casual"}

_WRITTEN = frozenset(("email", "message"))
_NEWS_DAYS = 120
_BIRTHDAY_AHEAD = 14
_BIRTHDAY_LATE = 30
_RECENTLY_MET = 30
_CHANNEL_OF = {"telegram": "telegram", "phone": "whatsapp", "email": "email"}
_LONGEST_LINK = 2000
# What is promised is a deed ("send the deck") or, in few words, a thing ("a beer").
_THING = re.compile(r"(?:an?|the|my|our|some)\s", re.I)


@dataclass(frozen=True)
class Told:
    """What the owner said a message is about: a label of `rapport.drafts.record`, and the words."""

    label: str
    text: str


@dataclass(frozen=True)
class Order:
    """A message the owner wants written."""

    contact_id: int
    occasion: str
    tone: str = WARM
    told: tuple[Told, ...] = ()


def tone_of(said: str | None) -> str:
    """The tone an owner's word for it means."""
    tone = _ALSO_CALLED.get(said or WARM, said)
    return tone if tone in TONES else WARM


def may_be_written_to(contact: Contact) -> bool:
    """Whether a message to them is ever drafted."""
    return contact.status not in {Status.DECEASED, Status.DO_NOT_CONTACT}


# --- occasions ----------------------------------------------------------------------------------


def occasions_for(notebook: Notebook, contact: Contact, today: date) -> list[str]:
    """The four occasions that suit a person best now, the likeliest first."""
    is_known = contact.last_touch is not None
    last = contact.last_touch or today
    signs = {
        "birthday": _has_birthday(contact, today),
        "congratulation": bool(list(_news(notebook, contact, today))),
        "outreach": not is_known,
        "follow-up": is_known and days_between(last, today) <= _RECENTLY_MET,
        "check-in": is_known and days_between(last, today) > _RECENTLY_MET,
    }
    usual = ("follow-up", "thank-you", "check-in", "congratulation", "outreach")
    likely = [occasion for occasion, speaks_for_it in signs.items() if speaks_for_it]
    return list(dict.fromkeys((*likely, *usual)))[:4]


def occasion_about(contact: Contact, today: date) -> str:
    """The occasion of a message of which the owner said only what it is about."""
    last = contact.last_touch
    is_fresh = last is not None and days_between(last, today) <= _RECENTLY_MET
    return "follow-up" if is_fresh else "outreach"


def told_about(occasion: str, about: str | None) -> tuple[Told, ...]:
    """What the owner said a message is about, as the fact its occasion wants most."""
    wants = OCCASIONS[occasion].wants
    return (Told(wants[0], about),) if about and wants else ()


def _has_birthday(contact: Contact, today: date) -> bool:
    if contact.birthday is None:
        return False
    ahead = days_between(today, next_occurrence(contact.birthday, today))
    late = days_between(last_occurrence(contact.birthday, today), today)
    return ahead <= _BIRTHDAY_AHEAD or late <= _BIRTHDAY_LATE


# --- the brief ----------------------------------------------------------------------------------


def brief(notebook: Notebook, order: Order, today: date) -> Brief:
    """Everything a draft may use; NoSuchRecord if the owner has no such contact."""
    contact = notebook.contacts.get(order.contact_id)
    owner = notebook.owner
    last = _last_touch(notebook, order)
    return Brief(
        order.occasion,
        today,
        contact.id,
        to=contact.name,
        sign_as=signature(owner),
        tone=order.tone,
        channel=channel_for(order.occasion, notebook.handles.of(contact.id)),
        facts=tuple(_facts(notebook, contact, order, last, today)),
        met_on=last.happened_on if last else contact.last_touch,
    )


def _last_touch(notebook: Notebook, order: Order) -> Interaction | None:
    """When the two last met or spoke; what was only written is no talk to follow up on."""
    for each in notebook.interactions.of(order.contact_id, limit=20):
        if each.is_touch and (order.occasion != "follow-up" or each.kind not in _WRITTEN):
            return each
    return None


def _facts(
    notebook: Notebook, contact: Contact, order: Order, last: Interaction | None, today: date
) -> Iterator[BriefFact]:
    for fact in notebook.facts.of(contact.id):
        yield BriefFact(fact.kind, fact.text, fact.label, fact.is_private, fact.id, fact.learned_on)
    if contact.company:
        yield BriefFact(FactKind.NAME, contact.company, "company")
    if contact.role:
        yield BriefFact(FactKind.NP, contact.role, "role")
    if last is not None:
        yield from _talk(notebook, last)
    # Soonest due first: a letter has room for one.
    mine = [each for each in notebook.promises.open(contact.id) if each.by_me]
    for promise in mine[:1]:
        kind = FactKind.NP if _THING.match(promise.what) else FactKind.CLAUSE
        yield BriefFact(kind, promise.what, "promise", source_id=promise.id, on=promise.due_on)
    yield from _news(notebook, contact, today)
    yield from _birthday(notebook, contact, today)
    for each in order.told:
        yield BriefFact(FactKind.NP, each.text, each.label, on=date.max)


def _talk(notebook: Notebook, last: Interaction) -> Iterator[BriefFact]:
    on = last.happened_on
    if last.topics:
        yield BriefFact(FactKind.NP, last.topics.split(";")[0], "topic", source_id=last.id, on=on)
    event = notebook.events.find(last.event_id) if last.event_id is not None else None
    place = event.name if event else last.place
    if place and last.kind not in _WRITTEN:
        yield BriefFact(FactKind.NAME, place, "event", source_id=last.id, on=on)


def _news(notebook: Notebook, contact: Contact, today: date) -> Iterator[BriefFact]:
    for event in notebook.life_events.of(contact.id):
        is_recent = 0 <= days_between(event.happened_on, today) <= _NEWS_DAYS
        if event.kind in LIFE_EVENTS and is_recent:
            yield BriefFact(FactKind.NP, "", event.kind, source_id=event.id, on=event.happened_on)


def _birthday(notebook: Notebook, contact: Contact, today: date) -> Iterator[BriefFact]:
    if contact.birthday is None:
        return
    leap_day = Preferences.of(notebook.owner.preferences).leap_day
    on = last_occurrence(contact.birthday, today, leap_day)
    if days_between(on, today) > _BIRTHDAY_LATE:
        on = next_occurrence(contact.birthday, today, leap_day)
    yield BriefFact(FactKind.DATE, "", "birthday", on=on)


# --- where it goes ------------------------------------------------------------------------------


def channel_for(occasion: str, handles: Iterable[Handle]) -> str:
    """The channel an occasion asks for if they can be reached there, else one where they can."""
    wanted = OCCASIONS[occasion].channel
    there = [_CHANNEL_OF[each.kind] for each in handles if each.kind in _CHANNEL_OF]
    by_liking = sorted(there, key=list(CHANNELS).index)
    return wanted if wanted in there or not there else by_liking[0]


def link_to(draft: StoredDraft, handles: Iterable[Handle]) -> str | None:
    """The address that opens a chat with them, the draft typed in; None where there is none."""
    link = next(filter(None, (_link(draft, handle) for handle in handles)), None)
    return link if link is not None and len(link) <= _LONGEST_LINK else None


def _link(draft: StoredDraft, handle: Handle) -> str | None:
    text = quote(draft.text, safe="")
    if draft.channel == handle.kind == "telegram":
        return f"https://t.me/{quote(handle.value.lstrip('@'))}?text={text}"
    if (draft.channel, handle.kind) == ("whatsapp", "phone"):
        digits = "".join(filter(str.isdecimal, handle.value))
        return f"https://wa.me/{digits}?text={text}" if digits else None
    return None


# --- versions -----------------------------------------------------------------------------------


def offer(notebook: Notebook, order: Order, today: date, now: datetime) -> StoredDraft | None:
    """A first version, stored; None when all that fits was said to this person before."""
    asked = brief(notebook, order, today)
    found = write(asked, notebook.drafts.used_sentences(order.contact_id))
    if found is None:
        return None
    id_ = notebook.drafts.add(
        order.contact_id,
        now=now,
        occasion=order.occasion,
        tone=order.tone,
        channel=asked.channel,
        language=found.language,
        number=0,
        subject=found.subject,
        text=found.text,
        sentences=sorted(found.sentences),
        about={"told": [[each.label, each.text] for each in order.told]},
    )
    return notebook.drafts.get(id_)


def order_of(draft: StoredDraft) -> Order:
    """What was asked for when the draft was made."""
    told: Sequence[Sequence[str]] = draft.about.get("told", ())
    return Order(draft.contact_id, draft.occasion, draft.tone, tuple(Told(*each) for each in told))


def another(notebook: Notebook, draft: StoredDraft, today: date) -> StoredDraft | None:
    """The next version in its place; None when it would say nothing that was not offered."""
    used = notebook.drafts.used_sentences(draft.contact_id)
    asked = brief(notebook, order_of(draft), today)
    number = draft.number + 1
    versions = [write(asked, used, each) for each in range(number + 1)]
    *offered, new = [each.sentences if each else frozenset() for each in versions]
    if new <= frozenset[str]().union(*offered):
        return None
    return _put(notebook, draft, asked, number)


def in_tone(notebook: Notebook, draft: StoredDraft, tone: str, today: date) -> StoredDraft:
    """The draft in another tone, from its first version on; as it was where nothing is left."""
    order = order_of(draft)
    asked = brief(notebook, Order(order.contact_id, order.occasion, tone, order.told), today)
    return _put(notebook, draft, asked, 0) or draft


def _put(notebook: Notebook, draft: StoredDraft, asked: Brief, number: int) -> StoredDraft | None:
    found = write(asked, notebook.drafts.used_sentences(draft.contact_id), number)
    if found is None:
        return None
    notebook.drafts.change(
        draft.id,
        number=number,
        tone=asked.tone,
        channel=asked.channel,
        language=found.language,
        subject=found.subject,
        text=found.text,
        sentences=sorted(found.sentences),
    )
    return notebook.drafts.get(draft.id)
