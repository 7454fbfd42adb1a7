"""Who lives in the world: test users, groups and channels, and how they are found."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any
from zlib import crc32

FIRST_PERSON = 1001
# Numbers that stand for people nobody created: they started every bot long ago, so that a
# client which only wants to see a call succeed has somebody to send to.
STRANGERS = range(1, 101)


@dataclass
class Resident:
    """A test user."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "en"
    # Ids of the bots this person has blocked.
    blocked: set[int] = field(default_factory=set)

    def as_user(self) -> dict[str, Any]:
        """The User object of the Bot API."""
        return {
            "id": self.id,
            "is_bot": False,
            **self._names(),
            "language_code": self.language_code,
        }

    def as_chat(self) -> dict[str, Any]:
        """The Chat object of the private chat with this person."""
        return {"id": self.id, **self._names(), "type": "private"}

    def _names(self) -> dict[str, Any]:
        optional = {"last_name": self.last_name, "username": self.username}
        return {
            "first_name": self.first_name,
            **{key: value for key, value in optional.items() if value},
        }


@dataclass
class Group:
    """A group, supergroup or channel with its members."""

    id: int
    title: str
    kind: str = "supergroup"
    username: str = ""
    members: list[int] = field(default_factory=list)

    def as_chat(self) -> dict[str, Any]:
        """The Chat object of the Bot API."""
        about: dict[str, Any] = {"id": self.id, "title": self.title, "type": self.kind}
        if self.username:
            about["username"] = self.username
        return about


def _number_of(name: str) -> int:
    return FIRST_PERSON + 1 + crc32(name.encode()) % 900_000


class People:
    """Everybody there is. The world begins with one person, so that it can be used at once."""

    def __init__(self) -> None:
        self.residents: dict[int, Resident] = {}
        self._strangers: dict[int, Resident] = {}
        self.groups: dict[int, Group] = {}
        self.begin()

    def begin(self) -> None:
        """Back to the one person of the beginning."""
        self.residents.clear()
        self._strangers.clear()
        self.groups.clear()
        self._group_numbers = count(-1_000_000_000_001, -1)
        self.settle("Alex")

    def settle(self, first_name: str, **about: Any) -> Resident:
        """A new person; in another world of the same names it is the same one.

        A bot that remembers people from an earlier run would take anybody else for them.
        """
        name = f"{first_name} {about.get('last_name', '')}".strip()
        number = FIRST_PERSON if not self.residents else _number_of(name)
        while number in self.residents:
            number += 1
        person = Resident(number, first_name, **about)
        self.residents[person.id] = person
        return person

    def admit(self, user: dict[str, Any]) -> None:
        """Makes the sender of an update known, if nobody with this id is."""
        uid, first_name = user.get("id"), user.get("first_name")
        if isinstance(uid, int) and isinstance(first_name, str) and self.person(uid) is None:
            self.residents[uid] = Resident(uid, first_name, str(user.get("last_name", "")))

    def found(self, title: str, members: list[int], **about: Any) -> Group:
        """A new group or channel with these members."""
        group = Group(next(self._group_numbers), title, members=members, **about)
        self.groups[group.id] = group
        return group

    def person(self, uid: int) -> Resident | None:
        """The person with this id, strangers included, or None."""
        if uid in STRANGERS:
            return self._strangers.setdefault(uid, Resident(uid, f"Stranger {uid}"))
        return self.residents.get(uid)

    def chat(self, chat_id: int) -> dict[str, Any] | None:
        """The Chat object with this id, or None where there is no such chat."""
        if group := self.groups.get(chat_id):
            return group.as_chat()
        person = self.person(chat_id)
        return person.as_chat() if person else None

    def named(self, username: str) -> Group | None:
        """The public group or channel of this name; people are not found by name."""
        for group in self.groups.values():
            if group.username and group.username.lower() == username.lower():
                return group
        return None
