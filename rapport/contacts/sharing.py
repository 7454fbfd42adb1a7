"""A contact card shared from an address book: whose it is, and keeping what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Self

from rapport.capture.roster import Roster
from rapport.names import clean, first_name, fold
from rapport.unseen import without_unseen
from storage.notebook import Notebook

# Numbers are written with and without their country: what they end with tells.
_TELLING = 8
_LINE = re.compile(r"^(?:[\w-]+\.)?(EMAIL|ORG|TITLE)(?:;[^:]*)?:(.+)$", re.I | re.M)
_FOLDED = re.compile(r"\r?\n[ \t]")


@dataclass(frozen=True)
class Shared:
    """What a shared card says."""

    name: str
    phone: str | None = None
    telegram_id: int | None = None
    emails: tuple[str, ...] = ()
    role: str | None = None
    company: str | None = None

    def handles(self) -> Iterator[tuple[str, str]]:
        """The (kind, value) pairs by which they are reached."""
        if self.phone:
            yield "phone", self.phone
        if self.telegram_id:
            yield "telegram_id", str(self.telegram_id)
        for email in self.emails:
            yield "email", email

    def as_text(self) -> str:
        """The card as one line, to be kept while it is asked whose it is."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The card that was kept so."""
        stored = json.loads(text)
        return cls(**{**stored, "emails": tuple(stored["emails"])})


def read_card(first: str, last: str, phone: str, telegram_id: int | None, vcard: str) -> Shared:
    """The card in Telegram's words; the phone number as digits, with its plus.

    Who has no name that can be seen goes by their number or address; the name is empty without.
    """
    told: dict[str, list[str]] = {}
    for field, value in _LINE.findall(without_unseen(_FOLDED.sub("", vcard))):
        told.setdefault(field.upper(), []).append(value.replace("\\,", ",").strip())
    digits = "".join(letter for letter in phone if letter.isdecimal())
    # The number of somebody on Telegram comes with its country, and often without the plus.
    is_international = phone.strip().startswith("+") or (
        telegram_id is not None and not digits.startswith("0")
    )
    emails = tuple(email for email in told.get("EMAIL", ()) if "@" in email)
    name = clean(f"{first} {last}")
    return Shared(
        name or digits or clean(emails[0] if emails else ""),
        f"+{digits}" if digits and is_international else digits or None,
        telegram_id,
        emails,
        clean(told.get("TITLE", [""])[0]) or None,
        clean(told.get("ORG", [""])[0].partition(";")[0]) or None,
    )


def holders(notebook: Notebook, shared: Shared) -> list[int]:
    """The ids of those who have the same number or account."""
    found: list[int] = []
    if shared.phone:
        digits = shared.phone.lstrip("+")
        found += [
            handle.contact_id
            for handle in notebook.handles.ending("phone", digits[-_TELLING:])
            if len(digits) >= _TELLING or handle.value.lstrip("+") == digits
        ]
    if shared.telegram_id:
        account = str(shared.telegram_id)
        found += [
            handle.contact_id
            for handle in notebook.handles.ending("telegram_id", account)
            if handle.value == account
        ]
    return list(dict.fromkeys(found))


def namesakes(roster: Roster, name: str) -> tuple[int, ...]:
    """The ids of those whom the name may mean: by all of it, or known by the first name alone."""
    found = roster.named(name)
    if found:
        return found
    first = fold(first_name(name))
    by_first = (roster.get(id_) for id_ in roster.named(first))
    return tuple(known.id for known in by_first if known and fold(known.name) == first)


def keep(
    notebook: Notebook,
    shared: Shared,
    contact_id: int | None,
    *,
    message_id: int,
    said_at: datetime,
    now: datetime,
) -> int | None:
    """The id of the capture that undoes it; None where the contact had all of it already."""
    contacts = notebook.contacts
    with notebook.journaling() as journal:
        if contact_id is None:
            contact_id = contacts.add(
                shared.name, now=now, role=shared.role, company=shared.company
            )
        else:
            known = contacts.get(contact_id)
            new = {
                "role": shared.role if known.role is None else None,
                "company": shared.company if known.company is None else None,
            }
            told = {name: value for name, value in new.items() if value is not None}
            if told:
                contacts.change(contact_id, **told)
        for kind, value in shared.handles():
            if not _has(notebook, contact_id, kind, value):
                notebook.handles.add(contact_id, kind, value)
    if not journal.entries:
        return None
    return notebook.captures.add(message_id, said_at, [contact_id], journal.entries)


def _has(notebook: Notebook, contact_id: int, kind: str, value: str) -> bool:
    """Whether the contact has the handle; of a number, whether they have its telling end."""
    end = value[-_TELLING:] if kind == "phone" else value
    return any(
        handle.kind == kind and handle.value.endswith(end)
        for handle in notebook.handles.of(contact_id)
    )
